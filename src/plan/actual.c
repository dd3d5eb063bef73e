/* SPDX-License-Identifier: Apache-2.0 */
/* The day as the units told it, as duties of the same kind as planned ones.
 *
 * Between two places the way takes as long as it was planned, or the whole gap where that is
 * shorter; what is left over is waiting at the place before. Nothing is made up for a unit that told
 * nothing.
 */
#include "codec/csv.h"
#include "plan/account.h"
#include "plan/check.h"
#include "plan/day.h"
#include "plan/ids.h"

enum what {
    WHAT_ON,
    WHAT_ARRIVED,
    WHAT_LEFT,
    WHAT_SKIPPED,
    WHAT_BREAK,
    WHAT_BACK,
    WHAT_OFF,
    WHATS
};
static const char *const what_words[WHATS] = {"on",    "arrived", "left", "skipped",
                                              "break", "back",    "off"};
enum { COLUMN_UNIT, COLUMN_WHAT, COLUMN_TASK, COLUMN_AT, COLUMNS };
static const char *const column_names[COLUMNS] = {"unit", "what", "task", "at"};

struct told {
    uint32_t unit, task;
    enum what what;
    int32_t at;
    uint32_t next; /* of the same unit */
};

struct teller {
    struct arena *arena;
    const struct plan_problem *problem;
    struct plan_refused *refused;
    const char *name;
    struct plan_ids units, tasks;
    struct told *told;
    uint32_t count;
    uint32_t *first, *last; /* of each unit; PLAN_NONE */
    enum what *state;       /* what the unit told last, skips apart */
};

static void refuse(struct teller *teller, size_t line, const char *why, str what)
{
    if (++teller->refused->count <= PLAN_REFUSED_SHOWN) {
        buf_printf(&teller->refused->text, "%.200s, line %zu: %s '%.*s'\n", teller->name, line, why,
                   STR_ARG(str_slice(what, 0, 80)));
    }
}

static bool parse_at(const struct plan_problem *problem, str text, int32_t *ret_at)
{
    int32_t seconds = 0;
    time_us at = 0;
    bool is_date = false;
    if (plan_parse_clock(problem->day, text, &seconds)) {
        *ret_at = seconds * problem->ticks_per_s;
        return true;
    }
    if (!plan_has_day(problem) || !time_parse(text, &at, &is_date) || is_date) {
        return false;
    }
    int64_t since = (at - plan_moment(problem, 0)) / US_PER_SECOND;
    if (since < 0 || since > PLAN_TICKS_MAX / problem->ticks_per_s) {
        return false;
    }
    *ret_at = (int32_t)since * problem->ticks_per_s;
    return true;
}

/* NULL, or why what is told cannot follow what was told before. */
static const char *order_wrong(const struct teller *teller, const struct told *told)
{
    uint32_t last = teller->last[told->unit];
    enum what state = teller->state[told->unit];
    if (last == PLAN_NONE) {
        return told->what == WHAT_LEFT || told->what == WHAT_BACK
                   ? "the unit leaves, or is back, before it arrived, with"
                   : NULL;
    }
    const struct told *before = &teller->told[last];
    if (told->at < before->at) {
        return "it is earlier than the row of this unit before it:";
    }
    if (told->what == WHAT_SKIPPED) {
        return NULL;
    }
    if (state == WHAT_OFF) {
        return "the unit is off duty already, and tells";
    }
    if ((told->what == WHAT_BACK) != (state == WHAT_BREAK)) {
        return state == WHAT_BREAK ? "the unit is on its break, and tells"
                                   : "the unit is on no break, and tells";
    }
    if ((told->what == WHAT_LEFT) != (state == WHAT_ARRIVED)) {
        return state == WHAT_ARRIVED ? "the unit has not left where it arrived, and tells"
                                     : "the unit leaves where it has not arrived, with";
    }
    return told->what == WHAT_ON ? "the unit is on duty already, and tells" : NULL;
}

static void keep(struct teller *teller, const struct told *told)
{
    uint32_t at = teller->count++;
    teller->told[at] = *told;
    teller->told[at].next = PLAN_NONE;
    if (teller->last[told->unit] == PLAN_NONE) {
        teller->first[told->unit] = at;
    } else {
        teller->told[teller->last[told->unit]].next = at;
    }
    teller->last[told->unit] = at;
    if (told->what != WHAT_SKIPPED) {
        teller->state[told->unit] = told->what;
    }
}

static str field(const struct csv_row *row, const size_t *at, size_t column)
{
    return at[column] == CSV_COLUMNS_MAX ? (str){0} : str_trim(row->fields[at[column]]);
}

static void read_row(struct teller *teller, const struct csv_row *row, const size_t *at)
{
    struct told told = {.task = PLAN_NONE, .what = WHAT_ON};
    str what = field(row, at, COLUMN_WHAT);
    str task = field(row, at, COLUMN_TASK);
    told.unit = plan_ids_find(&teller->units, field(row, at, COLUMN_UNIT));
    if (told.unit == UINT32_MAX) {
        refuse(teller, row->line, "the problem has no unit", field(row, at, COLUMN_UNIT));
        return;
    }
    while (told.what < WHATS && !str_equal_ascii_fold(what, str_c(what_words[told.what]))) {
        told.what++;
    }
    if (told.what == WHATS) {
        refuse(teller, row->line, "'what' is on, arrived, left, skipped, break, back or off, not",
               what);
        return;
    }
    if (told.what == WHAT_ARRIVED || told.what == WHAT_LEFT || told.what == WHAT_SKIPPED) {
        told.task = plan_ids_find(&teller->tasks, task);
        if (told.task == UINT32_MAX) {
            refuse(teller, row->line, "the problem has no task", task);
            return;
        }
    }
    if (!parse_at(teller->problem, field(row, at, COLUMN_AT), &told.at)) {
        refuse(teller, row->line, "'at' is no time like 07:00 or 2026-05-07T07:00:00+01:00:",
               field(row, at, COLUMN_AT));
        return;
    }
    const char *wrong = order_wrong(teller, &told);
    uint32_t last = teller->last[told.unit];
    if (wrong == NULL && told.what == WHAT_LEFT && teller->told[last].what == WHAT_ARRIVED &&
        teller->told[last].task != told.task) {
        wrong = "the unit arrived at another task than it leaves:";
    }
    if (wrong != NULL) {
        refuse(teller, row->line, wrong, told.what == WHAT_LEFT ? task : what);
        return;
    }
    keep(teller, &told);
}

/* ---- from what was told to a duty ---- */

struct day {
    const struct plan_problem *problem;
    const struct plan_unit *unit;
    struct plan_leg *legs;
    uint32_t count;
    uint32_t site;
    int32_t at;
};

static void spend(struct day *day, enum plan_leg_kind kind, int32_t to, uint32_t end_site,
                  uint32_t task)
{
    if (to > day->at || kind == PLAN_LEG_DWELL) {
        day->legs[day->count++] = (struct plan_leg){kind, day->at, to, day->site, end_site, task};
        day->at = to;
    }
    day->site = end_site;
}

/* The way, and before it waiting where the unit was. */
static void go(struct day *day, int32_t until, uint32_t site, uint32_t task)
{
    int64_t way = plan_check_way(day->problem, day->unit->mode, day->site, site);
    int32_t gap = until - day->at;
    int32_t length = way < 0 || way > gap ? gap : (int32_t)way;
    length = site == day->site ? 0 : length;
    spend(day, PLAN_LEG_IDLE, until - length, day->site, PLAN_NONE);
    spend(day, PLAN_LEG_TRAVEL, until, site, task);
}

static void tell(struct day *day, const struct told *told)
{
    switch (told->what) {
    case WHAT_ARRIVED:
        go(day, told->at, day->problem->tasks[told->task].site, told->task);
        break;
    case WHAT_LEFT:
        spend(day, PLAN_LEG_DWELL, told->at, day->site, told->task);
        break;
    case WHAT_BREAK:
        spend(day, PLAN_LEG_IDLE, told->at, day->site, PLAN_NONE);
        break;
    case WHAT_BACK:
        spend(day, PLAN_LEG_BREAK, told->at, day->site, PLAN_NONE);
        break;
    case WHAT_OFF:
        /* Home first where there is time for it, then waiting there. */
        if (day->site != day->unit->end_site) {
            int64_t way =
                plan_check_way(day->problem, day->unit->mode, day->site, day->unit->end_site);
            int32_t gap = told->at - day->at;
            spend(day, PLAN_LEG_TRAVEL, day->at + (way < 0 || way > gap ? gap : (int32_t)way),
                  day->unit->end_site, PLAN_NONE);
        }
        spend(day, PLAN_LEG_IDLE, told->at, day->site, PLAN_NONE);
        break;
    case WHAT_ON:
    case WHAT_SKIPPED:
    case WHATS:
        break;
    }
}

/* Without "off" the duty ends as planned, or when the unit can be back if that is later; a visit or
 * break that nobody ended ends then. */
static struct plan_duty unit_day(struct teller *teller, uint32_t unit,
                                 const struct plan_duty *planned)
{
    const struct plan_problem *problem = teller->problem;
    struct day day = {.problem = problem, .unit = &problem->units[unit]};
    uint32_t rows = 0;
    for (uint32_t i = teller->first[unit]; i != PLAN_NONE; i = teller->told[i].next) {
        rows++;
    }
    const struct told *first = &teller->told[teller->first[unit]];
    const struct told *last = &teller->told[teller->last[unit]];
    day.legs = ARENA_ARRAY(teller->arena, struct plan_leg, (size_t)rows * 3 + 8);
    day.site = day.unit->base;
    day.at = first->what == WHAT_ON || first->at < planned->from ? first->at : planned->from;
    struct plan_duty duty = {.legs = day.legs, .from = day.at};
    const struct told *after =
        first->what == WHAT_ON && first->next != PLAN_NONE ? &teller->told[first->next] : first;
    int32_t brief = day.at + day.unit->brief;
    bool is_bare = after == first && first->what == WHAT_ON;
    spend(&day, PLAN_LEG_BRIEF, !is_bare && after->at < brief ? after->at : brief, day.site,
          PLAN_NONE);
    for (uint32_t i = teller->first[unit]; i != PLAN_NONE; i = teller->told[i].next) {
        tell(&day, &teller->told[i]);
    }
    if (teller->state[unit] != WHAT_OFF) {
        int32_t end = planned->to > day.at ? planned->to : day.at;
        if (teller->state[unit] == WHAT_ARRIVED) {
            spend(&day, PLAN_LEG_DWELL, end, day.site, last->task);
        } else if (teller->state[unit] == WHAT_BREAK) {
            spend(&day, PLAN_LEG_BREAK, end, day.site, PLAN_NONE);
        } else {
            int64_t way = plan_check_way(problem, day.unit->mode, day.site, day.unit->end_site);
            int64_t back = day.at + (way < 0 ? 0 : way);
            end = back > end && back <= PLAN_TICKS_MAX ? (int32_t)back : end;
            tell(&day, &(struct told){.what = WHAT_OFF, .at = end});
        }
    }
    duty.leg_count = day.count;
    duty.to = day.at;
    return duty;
}

static enum status read_rows(struct teller *teller, str text, struct error *err)
{
    struct csv csv;
    struct csv_row row;
    size_t at[COLUMNS];
    bool has_row = true;
    enum status status = csv_open(teller->arena, teller->name, text, ',', &csv, err);
    if (status != STATUS_OK) {
        return status;
    }
    for (size_t i = 0; i < COLUMNS; i++) {
        at[i] = csv_column(&csv, str_c(column_names[i]));
        if (at[i] == CSV_COLUMNS_MAX && i != COLUMN_TASK) {
            return error_set(err, STATUS_INVALID, "%.150s has no column '%s'", teller->name,
                             column_names[i]);
        }
    }
    while (status == STATUS_OK) {
        status = csv_next(&csv, &row, &has_row, err);
        if (status != STATUS_OK || !has_row) {
            break;
        }
        read_row(teller, &row, at);
    }
    return status;
}

enum status plan_actual_read(struct arena *arena, const struct plan_problem *problem,
                             const struct plan_duty *planned, const char *name, str text,
                             const struct plan_duty **ret_duties, const bool **ret_is_told,
                             struct plan_refused *refused, struct error *err)
{
    struct teller teller = {.arena = arena, .problem = problem, .refused = refused, .name = name};
    size_t lines = 1;
    for (size_t i = 0; i < text.n; i++) {
        lines += text.p[i] == '\n' ? 1 : 0;
    }
    if (lines > PLAN_ACTUAL_ROWS_MAX) {
        return error_set(err, STATUS_LIMIT, "%.150s has more than %d lines", name,
                         PLAN_ACTUAL_ROWS_MAX);
    }
    plan_ids_init(&teller.units, arena);
    plan_ids_init(&teller.tasks, arena);
    for (uint32_t i = 0; i < problem->task_count; i++) {
        (void)plan_ids_add(&teller.tasks, problem->tasks[i].id, i);
    }
    teller.told = ARENA_ARRAY(arena, struct told, lines + 1);
    teller.first = ARENA_ARRAY(arena, uint32_t, problem->unit_count + 1U);
    teller.last = ARENA_ARRAY(arena, uint32_t, problem->unit_count + 1U);
    teller.state = ARENA_ARRAY(arena, enum what, problem->unit_count + 1U);
    struct plan_duty *duties = ARENA_ARRAY(arena, struct plan_duty, problem->unit_count + 1U);
    bool *is_told = ARENA_ARRAY(arena, bool, problem->unit_count + 1U);
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        (void)plan_ids_add(&teller.units, problem->units[i].id, i);
        teller.first[i] = teller.last[i] = PLAN_NONE;
        teller.state[i] = WHAT_LEFT; /* free to arrive, to pause, to go */
    }
    enum status status = read_rows(&teller, text, err);
    for (uint32_t i = 0; i < problem->unit_count && status == STATUS_OK; i++) {
        is_told[i] = teller.first[i] != PLAN_NONE;
        if (is_told[i]) {
            duties[i] = unit_day(&teller, i, &planned[i]);
            status = plan_duty_check(problem, i, &duties[i], err);
        }
    }
    if (status == STATUS_OK) {
        *ret_duties = duties;
        *ret_is_told = is_told;
    }
    return status;
}
