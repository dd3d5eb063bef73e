/* SPDX-License-Identifier: Apache-2.0 */
/* Tasks, visits (k of them at one site) and units; posts are in turns.c. Visits and posts become tasks, so
 * that solver and checker know one thing only. */
#include <math.h>

#include "base/utf8.h"
#include "plan/problem_internal.h"
#include "plan/roster.h"

enum { VISITS_MAX = 64, PRESENCE_OFFICERS_MAX = 1000, HAD_AFTER_MAX = 10000 };
enum { BREAK_FROM_S = 4 * 3600, TWO_BREAKS_FROM_S = 9 * 3600 };

struct plan_task plan_row_task(struct plan_row *row)
{
    struct plan_reader *reader = row->reader;
    struct plan_task task = {.group = PLAN_NONE, .unit = PLAN_NONE, .officers = 1};
    plan_row_id(row);
    task.id = row->id;
    task.site = plan_row_refer(row, "site", &reader->sites, "site", true);
    task.skills = plan_row_skills(row);
    const struct json *mandatory = json_member(row->json, "mandatory");
    if (mandatory != NULL && mandatory->kind != JSON_BOOL) {
        plan_row_refuse(row, "'mandatory' is neither true nor false");
    }
    task.note = arena_str(reader->arena, json_member_text(row->json, "note"));
    task.is_mandatory = json_member_bool(row->json, "mandatory", false);
    return task;
}

void plan_row_window(struct plan_row *row, const char *open_name, int32_t open,
                     const char *close_name, int32_t close)
{
    if (close < open) {
        double ticks = row->reader->problem->ticks_per_s;
        plan_row_refuse(row, "the window closes before it opens: '%s' is %g, '%s' is %g",
                        close_name, close / ticks, open_name, open / ticks);
    }
}

void plan_read_group(struct plan_row *row)
{
    static const char *const names[] = {"id", "weights", "gap_s", NULL};
    plan_row_members(row, names);
    plan_row_id(row);
    int32_t gap = plan_row_ticks(row, "gap_s", 0);
    uint32_t group = row->is_refused ? PLAN_NONE : plan_row_weights(row);
    if (group != PLAN_NONE) {
        row->reader->problem->groups[group].gap = gap;
    }
    if (group == PLAN_NONE) {
        plan_row_refuse(row, "'weights' is missing");
    } else if (!plan_ids_add(&row->reader->groups, row->id, group)) {
        plan_row_refuse(row, "there is another group of this id");
    }
}

void plan_read_task(struct plan_row *row)
{
    static const char *const names[] = {"id",     "site",      "open_s", "close_s",  "dwell_s",
                                        "profit", "mandatory", "skills", "officers", "load",
                                        "group",  "unit",      "note",   "turn",     NULL};
    struct plan_reader *reader = row->reader;
    plan_row_members(row, names);
    struct plan_task task = plan_row_task(row);
    task.open = plan_row_ticks(row, "open_s", -1);
    task.close = plan_row_ticks(row, "close_s", -1);
    task.dwell = plan_row_ticks(row, "dwell_s", 0);
    task.profit = plan_row_profit(row);
    task.officers = (uint16_t)plan_row_whole(row, "officers", 1, 1, PLAN_OFFICERS_MAX);
    task.load = (int32_t)plan_row_whole(row, "load", 0, 0, 1e9);
    task.group = plan_row_refer(row, "group", &reader->groups, "group", false);
    if (json_member(row->json, "turn") != NULL) {
        task.turn = plan_row_refer(row, "turn", &reader->turns, "turn", true) + 1;
    }
    plan_row_window(row, "open_s", task.open, "close_s", task.close);
    if (json_member(row->json, "unit") != NULL) {
        task.unit = plan_row_refer(row, "unit", &reader->units, "unit", true);
    }
    plan_row_add_task(row, task);
}

/* A gap is kept by the tasks of a group; without weights each counts in full. */
static uint32_t visits_group(struct plan_row *row, int32_t gap)
{
    struct plan_problem *problem = row->reader->problem;
    uint32_t group = plan_row_weights(row);
    if (gap > 0 && group == PLAN_NONE && !row->is_refused) {
        group = plan_row_group(row, &(struct plan_group){.weight_count = 1, .weights = {1000}});
    }
    if (group != PLAN_NONE) {
        problem->groups[group].gap = gap;
    }
    return group;
}

/* Slot k of `count` in [from, to]: its visit begins and ends in it. */
void plan_read_visits(struct plan_row *row)
{
    static const char *const names[] = {"id",       "site",   "from_s",  "to_s",      "dwell_s",
                                        "count",    "profit", "weights", "mandatory", "skills",
                                        "officers", "gap_s",  "note",    NULL};
    plan_row_members(row, names);
    struct plan_task task = plan_row_task(row);
    int32_t from = plan_row_ticks(row, "from_s", -1);
    int32_t to = plan_row_ticks(row, "to_s", -1);
    int64_t count = (int64_t)plan_row_whole(row, "count", NAN, 1, VISITS_MAX);
    task.dwell = plan_row_ticks(row, "dwell_s", -1);
    task.profit = plan_row_profit(row);
    task.officers = (uint16_t)plan_row_whole(row, "officers", 1, 1, PLAN_OFFICERS_MAX);
    plan_row_window(row, "from_s", from, "to_s", to);
    double ticks = row->reader->problem->ticks_per_s;
    int32_t gap = plan_row_ticks(row, "gap_s", 0);
    if (!row->is_refused && (to - from) / count < task.dwell) {
        plan_row_refuse(row, "%d visits of %g s do not fit between 'from_s' and 'to_s'", (int)count,
                        task.dwell / ticks);
    } else if (!row->is_refused && count > 1 && (to - from) / count < (int64_t)task.dwell + gap) {
        plan_row_refuse(row,
                        "%d visits of %g s with %g s between them do not fit between 'from_s' and "
                        "'to_s'",
                        (int)count, task.dwell / ticks, gap / ticks);
    }
    task.group = row->is_refused ? PLAN_NONE : visits_group(row, gap);
    struct plan_slots slots = {row->id, from, to, task.dwell, gap, count};
    for (int64_t k = 0; k < count && !row->is_refused; k++) {
        plan_slot(&slots, k, &task.open, &task.close);
        task.id = arena_printf(row->reader->arena, "%.*s/%d", STR_ARG(row->id), (int)k + 1);
        plan_row_add_task(row, task);
    }
}

static struct roster_pause read_pause(struct plan_row *row, const struct json *member)
{
    static const char *const names[] = {"open_s", "close_s", "length_s", NULL};
    struct roster_pause pause = {0};
    struct plan_row inner = *row;
    inner.json = member;
    plan_row_members(&inner, names);
    if (!inner.is_refused) {
        pause.open = plan_row_ticks(&inner, "open_s", -1);
        pause.close = plan_row_ticks(&inner, "close_s", -1);
        pause.length = plan_row_ticks(&inner, "length_s", -1);
        plan_row_window(&inner, "open_s", pause.open, "close_s", pause.close);
    }
    row->is_refused = inner.is_refused;
    return pause;
}

static void set_breaks(struct plan_unit *unit, struct roster_pause first,
                       struct roster_pause second)
{
    unit->break_open = first.open;
    unit->break_close = first.close;
    unit->break_length = first.length;
    unit->second_open = second.open;
    unit->second_close = second.close;
    unit->second_length = first.length > 0 ? second.length : 0;
}

void plan_breaks_by_table(int32_t per_s, struct plan_unit *unit)
{
    int32_t begin = unit->start - unit->brief;
    int32_t duty = unit->end - begin;
    int32_t length = roster_break_s(duty / per_s) * per_s;
    if (duty < BREAK_FROM_S * per_s) {
        set_breaks(unit, (struct roster_pause){0}, (struct roster_pause){0});
    } else if (duty < TWO_BREAKS_FROM_S * per_s) {
        set_breaks(unit,
                   (struct roster_pause){begin + duty / 3, begin + duty / 3 * 2 - length, length},
                   (struct roster_pause){0});
    } else {
        set_breaks(
            unit,
            (struct roster_pause){begin + duty / 4, begin + duty / 2 - length / 2, length / 2},
            (struct roster_pause){begin + duty / 2, begin + duty / 6 * 5 - length / 2, length / 2});
    }
}

/* "break": one; "breaks": one or two, or the word "table". */
static void read_breaks(struct plan_row *row, struct plan_unit *unit)
{
    const struct json *one = json_member(row->json, "break");
    const struct json *list = json_member(row->json, "breaks");
    struct roster_pause pauses[2] = {{0}};
    if (row->is_refused || (one == NULL && list == NULL)) {
        return;
    }
    if (one != NULL && list != NULL) {
        plan_row_refuse(row, "there is 'break' and 'breaks'; give one of them");
        return;
    }
    if (list != NULL && list->kind == JSON_TEXT && str_equal(list->text, STR("table"))) {
        plan_breaks_by_table(row->reader->problem->ticks_per_s, unit);
        unit->is_by_table = true;
        return;
    }
    if (list != NULL && (list->kind != JSON_LIST || list->count < 1 || list->count > 2)) {
        plan_row_refuse(row, "'breaks' is not a list of one or two breaks, nor the word 'table'");
        return;
    }
    if (one != NULL) {
        pauses[0] = read_pause(row, one);
    }
    for (size_t i = 0; list != NULL && i < list->count && !row->is_refused; i++) {
        pauses[i] = read_pause(row, &list->items[i]);
    }
    if (!row->is_refused && pauses[1].length > 0 &&
        (int64_t)pauses[0].open + pauses[0].length > pauses[1].close) {
        plan_row_refuse(row, "the second break has to begin before the first can have ended");
        return;
    }
    set_breaks(unit, pauses[0], pauses[1]);
}

/* What `plan replan` writes of a unit: breaks that have begun, and when it dropped out. */
static void read_had(struct plan_row *row, struct plan_unit *unit)
{
    static const char *const names[] = {"start_s", "length_s", "after", NULL};
    const struct json *list = json_member(row->json, "had");
    unit->out_officers = (uint16_t)plan_row_whole(row, "out_officers", 0, 0, PLAN_OFFICERS_MAX);
    unit->out = plan_row_ticks(row, "out_s", 0);
    if (unit->out_officers > 0 && unit->officers > 0) {
        plan_row_refuse(row, "a unit with 'out_officers' has dropped out: its 'officers' are 0");
        return;
    }
    if (list == NULL) {
        return;
    }
    if (list->kind != JSON_LIST || list->count > ARRAY_LEN(unit->had)) {
        plan_row_refuse(row, "'had' is not a list of at most two breaks");
        return;
    }
    for (size_t i = 0; i < list->count && !row->is_refused; i++) {
        struct plan_row inner = *row;
        inner.json = &list->items[i];
        plan_row_members(&inner, names);
        unit->had[i] = (struct plan_had){
            .start = plan_row_ticks(&inner, "start_s", -1),
            .length = plan_row_ticks(&inner, "length_s", -1),
            .after = (uint32_t)plan_row_whole(&inner, "after", NAN, 0, HAD_AFTER_MAX)};
        row->is_refused = inner.is_refused;
        int32_t end = unit->had[i].start + unit->had[i].length;
        unit->free = unit->free > end ? unit->free : end; /* nobody goes on before it has ended */
    }
    unit->had_count = (uint16_t)list->count;
    if (!row->is_refused && unit->had_count == 2 && unit->had[1].after < unit->had[0].after) {
        plan_row_refuse(row, "the second break of 'had' stands before the first");
    }
}

static void read_mode(struct plan_row *row, struct plan_unit *unit)
{
    const struct plan_problem *problem = row->reader->problem;
    str id = json_member_text(row->json, "mode");
    if (id.n == 0) {
        return;
    }
    while (unit->mode < problem->mode_count && !str_equal(problem->modes[unit->mode].id, id)) {
        unit->mode++;
    }
    if (unit->mode == problem->mode_count) {
        plan_row_refuse(row, "'mode' names a mode that is not there: '%.*s'",
                        STR_ARG(utf8_clip(id, 80)));
    }
}

/* After start and end are known: the briefing is the first part of the duty. */
static void read_pay(struct plan_row *row, struct plan_unit *unit)
{
    unit->rank = arena_str(row->reader->arena, json_member_text(row->json, "rank"));
    unit->brief = plan_row_ticks(row, "brief_s", 0);
    unit->plain = plan_row_ticks(row, "plain_s", 0);
    unit->is_rest_day = json_member(row->json, "rest_day_notice_days") != NULL;
    unit->notice_days = (uint16_t)plan_row_whole(row, "rest_day_notice_days", 0, 0, 366);
    if (unit->brief > unit->end - unit->start) {
        plan_row_refuse(row, "'brief_s' is longer than the duty from 'start_s' to 'end_s'");
        return;
    }
    unit->start += unit->brief;
}

/* Officers on duty near a base in a part of the day. */
void plan_read_presence(struct plan_row *row)
{
    static const char *const names[] = {"base", "from_s", "to_s", "officers", NULL};
    struct plan_problem *problem = row->reader->problem;
    struct plan_presence presence = {0};
    plan_row_members(row, names);
    presence.base = plan_row_refer(row, "base", &row->reader->sites, "site", true);
    presence.from = plan_row_ticks(row, "from_s", -1);
    presence.to = plan_row_ticks(row, "to_s", -1);
    presence.officers = (int32_t)plan_row_whole(row, "officers", NAN, 0, PRESENCE_OFFICERS_MAX);
    plan_row_window(row, "from_s", presence.from, "to_s", presence.to);
    if (!row->is_refused) {
        problem->presence[problem->presence_count++] = presence;
    }
}

/* Can it have them in their windows within its duty, if it did nothing else? What it has begun is not asked. */
static bool breaks_fit(const struct plan_unit *unit)
{
    const int32_t open[] = {unit->break_open, unit->second_open};
    const int32_t close[] = {unit->break_close, unit->second_close};
    const int32_t length[] = {unit->break_length, unit->second_length};
    int32_t at = unit->start;
    bool is_fit = true;
    for (size_t i = 0; i < ARRAY_LEN(length) && length[i] > 0; i++) {
        at = at > open[i] ? at : open[i];
        is_fit = is_fit && at <= close[i] && length[i] <= unit->end - at;
        at += length[i];
    }
    return is_fit || unit->had_count > 0;
}

void plan_read_unit(struct plan_row *row)
{
    static const char *const names[] = {
        "id",           "base",    "end_site", "start_s",
        "end_s",        "hours_s", "officers", "mode",
        "capacity",     "skills",  "break",    "locks",
        "rank",         "brief_s", "plain_s",  "rest_day_notice_days",
        "free_s",       "breaks",  "had",      "out_s",
        "out_officers", NULL};
    struct plan_reader *reader = row->reader;
    struct plan_problem *problem = reader->problem;
    struct plan_unit unit = {.capacity = INT32_MAX};
    plan_row_members(row, names);
    plan_row_id(row);
    unit.id = row->id;
    unit.base = plan_row_refer(row, "base", &reader->sites, "site", true);
    unit.end_site = unit.base;
    if (json_member(row->json, "end_site") != NULL) {
        unit.end_site = plan_row_refer(row, "end_site", &reader->sites, "site", true);
    }
    unit.start = plan_row_ticks(row, "start_s", -1);
    unit.end = plan_row_ticks(row, "end_s", -1);
    plan_row_window(row, "start_s", unit.start, "end_s", unit.end);
    int32_t hours = plan_row_ticks(row, "hours_s", PLAN_TICKS_MAX);
    if (unit.end - unit.start > hours) {
        unit.end = unit.start + hours;
    }
    read_pay(row, &unit);
    unit.officers = (uint16_t)plan_row_whole(row, "officers", 1, 0, PLAN_OFFICERS_MAX);
    unit.free = plan_row_ticks(row, "free_s", 0);
    if (json_member(row->json, "capacity") != NULL) {
        unit.capacity = (int32_t)plan_row_whole(row, "capacity", 0, 0, 1e9);
    }
    unit.skills = plan_row_skills(row);
    read_mode(row, &unit);
    read_breaks(row, &unit);
    read_had(row, &unit);
    if (row->is_refused) {
        return;
    }
    if (!plan_ids_add(&reader->units, unit.id, problem->unit_count)) {
        plan_row_refuse(row, "there is another unit of this id; each needs its own");
        return;
    }
    problem->units[problem->unit_count++] = unit;
    if (unit.officers > 0 && !breaks_fit(&unit)) {
        plan_row_refuse(row,
                        "its breaks do not fit between 'start_s' and 'end_s'%s: it will stay at "
                        "its base all day",
                        unit.brief > 0 ? " behind the briefing" : "");
    }
}
