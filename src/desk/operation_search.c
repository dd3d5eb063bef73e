/* SPDX-License-Identifier: Apache-2.0 */
/* Searches: a new plan, or the published one mended after something happened. */
#include <math.h>
#include <stdio.h>

#include "base/io.h"
#include "base/utf8.h"
#include "desk/operation_internal.h"
#include "plan/day.h"
#include "plan/result.h"

#define PLACE_ID "at " /* of a place that is no site, and where it is */

enum {
    MEND_SECONDS = 1,
    MINUTES_MAX = 720,
    OFFICERS_MAX = 100,
    LABEL_BYTES_MAX = 120,
    LATE_MINUTES = 10, /* who types is so much later than what happened; more is asked about */
    DAY_HOURS = 48     /* of a plan: its day, and the night after it with the count */
};

/* --- searching --- */

static void fail(struct desk_search *search, str words)
{
    search->state = SEARCH_FAILED;
    (void)snprintf(search->words, sizeof search->words, "%.*s",
                   STR_ARG(utf8_clip(words, ERROR_TEXT_MAX - 1)));
}

void search_slot_close(struct search_slot *slot)
{
    buf_close(&slot->problem); /* wipes */
    buf_close(&slot->left_out);
    buf_close(&slot->differs);
    buf_close(&slot->changes);
    buf_close(&slot->site);
    crypt_wipe(slot->why, sizeof slot->why);
}

void searches_forget(struct desk *desk)
{
    for (size_t i = 0; desk->searches != NULL && i < OPERATION_SEARCHES; i++) {
        struct search_slot *slot = &desk->searches->slots[i];
        search_slot_close(slot);
        slot->search.id = 0; /* its answer, if one is still to come, is thrown away */
    }
    planner_forget(desk->options.planner);
}

/* In a transaction of its own: the draft, under the leaf of its act. */
static enum status keep(struct search_slot *slot, str problem, str plan,
                        const struct desk_plan_row *about, struct error *err)
{
    struct desk *desk = slot->desk;
    struct desk_search *search = &slot->search;
    struct buf text;
    struct act act;
    act_begin(&act, &search->caller, "plan.keep", 0, false);
    json_put_int(&act.json, "operation", search->operation);
    json_put_text(&act.json, "why", slot->base == 0 ? about->why : (str){0});
    buf_init(&text, ABOUT_BYTES_MAX);
    plan_about_encode(&text, about);
    enum status status =
        text.overflowed
            ? error_set(err, STATUS_LIMIT, "What is to be said of the plan is too much to be kept.")
            : act_write(desk, &act, err);
    if (status == STATUS_OK) {
        struct casebook_plan row = {.leaf = act.leaf,
                                    .operation = search->operation,
                                    .state = slot->is_more     ? PLAN_FOUND
                                             : slot->base == 0 ? PLAN_DRAFT
                                                               : PLAN_PROPOSED,
                                    .officer = search->caller.officer,
                                    .hour = act.at - act.at % HOUR_US,
                                    .about = buf_str(&text),
                                    .problem = problem,
                                    .result = plan};
        status = act_finish(desk, &act, casebook_plan_add(desk->casebook, &row, err), err);
    }
    if (status == STATUS_OK) {
        search->leaf = act.leaf;
    }
    act_close(&act);
    buf_close(&text);
    return status;
}

static enum status keep_checked(struct search_slot *slot, const struct planner_answer *answer,
                                struct error *err)
{
    struct arena arena;
    struct buf left_out;
    struct desk_search *search = &slot->search;
    search->caller.now += (clock_monotonic() - slot->started);
    struct desk_plan_row about = {.at = search->caller.now,
                                  .seconds = search->seconds,
                                  .why = str_c(slot->why),
                                  .base = slot->base,
                                  .base_number = slot->base_number,
                                  .happened_at = slot->happened_at,
                                  .site = buf_str(&slot->site),
                                  .fork = slot->fork,
                                  .fork_number = slot->fork_number,
                                  .has_no_hours = slot->has_no_hours,
                                  .more = answer->more};
    /* A mended plan has a problem of its own: what has happened is fixed in it. So has an answer. */
    bool is_own = slot->base != 0 || slot->is_more;
    str problem = is_own ? answer->problem : buf_str(&slot->problem);
    arena_init(&arena, PLAN_ARENA_BYTES_MAX);
    buf_init(&left_out, OPERATION_LEFT_OUT_BYTES_MAX);
    buf_add(&left_out, buf_str(&slot->left_out));
    buf_add(&left_out, answer->words);
    about.left_out = buf_str(&left_out);
    enum status status = slot->is_more ? more_take(slot, answer, &arena, err) : STATUS_OK;
    about.differs = buf_str(&slot->differs);
    if (slot->changes.n > 0 &&
        !slot->changes.overflowed) { /* else: who reads it changes it by hand */
        about.changes = arena_printf(&arena, "[%.*s]", STR_ARG(buf_str(&slot->changes)));
    }
    if (status == STATUS_OK) {
        status = plan_checked(&arena, problem, answer->plan, &about, err);
    }
    if (status == STATUS_OK) {
        status = keep(slot, problem, answer->plan, &about, err);
    }
    buf_close(&left_out);
    arena_close(&arena);
    return status;
}

static void searched(void *context, const struct planner_answer *answer)
{
    struct search_slot *slot = context;
    struct desk_search *search = &slot->search;
    struct error err = {0};
    slot->is_waiting = false;
    if (search->id == 0 || !desk_is_unlocked(slot->desk)) {
        search_slot_close(slot); /* locked since: nobody may keep it */
        return;
    }
    if (answer->status != STATUS_OK) {
        fail(search, answer->words);
    } else if (keep_checked(slot, answer, &err) != STATUS_OK) {
        fail(search, str_c(err.primary));
    } else {
        search->state = SEARCH_DONE;
    }
    search_slot_close(slot);
}

static enum status write_search(struct desk *desk, const struct caller *caller, int64_t number,
                                int64_t seconds, uint64_t seed, str why, struct error *err)
{
    struct act act;
    act_begin(&act, caller, "plan.search", 0, false);
    json_put_int(&act.json, "operation", number);
    json_put_int(&act.json, "seconds", seconds);
    json_put_int(&act.json, "seed", (int64_t)seed);
    json_put_text(&act.json, "why", why);
    enum status status = act_alone(desk, &act, err);
    act_close(&act);
    return status;
}

/* The oldest that nothing is waited for. */
static struct search_slot *free_slot(struct desk *desk)
{
    struct search_slot *found = NULL;
    if (desk->searches == NULL) {
        desk->searches = ARENA_NEW(&desk->arena, struct searches);
    }
    for (size_t i = 0; i < OPERATION_SEARCHES; i++) {
        struct search_slot *slot = &desk->searches->slots[i];
        if (!slot->is_waiting && (found == NULL || slot->search.id < found->search.id)) {
            found = slot;
        }
    }
    return found;
}

enum status search_slot_ask(struct search_slot *slot, struct planner_job *job, struct error *err)
{
    job->problem = buf_str(&slot->problem);
    job->seconds = slot->search.seconds;
    slot->is_waiting = true;
    slot->started = clock_monotonic();
    enum status status = planner_ask(slot->desk->options.planner, job, searched, slot, err);
    if (status != STATUS_OK) {
        slot->is_waiting = false;
        slot->search.id = 0;
        search_slot_close(slot);
    }
    return status;
}

enum status search_slot_open(struct desk *desk, const struct caller *caller,
                             struct search_slot **ret_slot, struct error *err)
{
    enum status status = desk_need(desk, caller, CAP_PLAN, err);
    if (status != STATUS_OK) {
        return status;
    }
    struct search_slot *slot = free_slot(desk);
    if (slot == NULL) {
        return error_set(err, STATUS_UNAVAILABLE,
                         "Too many searches wait already. Ask again when one has ended.");
    }
    search_slot_close(slot);
    buf_init(&slot->problem, OPERATION_BODY_BYTES_MAX);
    buf_init(&slot->left_out, OPERATION_LEFT_OUT_BYTES_MAX);
    buf_init(&slot->differs, OPERATION_LEFT_OUT_BYTES_MAX);
    buf_init(&slot->changes, OPERATION_PARTS_BYTES_MAX);
    buf_init(&slot->site, OPERATION_LEFT_OUT_BYTES_MAX);
    slot->desk = desk;
    slot->base = slot->base_number = 0;
    slot->happened_at = 0;
    slot->fork = slot->fork_number = 0;
    slot->is_more = slot->has_no_hours = false;
    *ret_slot = slot;
    return STATUS_OK;
}

void search_slot_start(struct search_slot *slot, const struct caller *caller, int64_t number,
                       int64_t seconds, str why)
{
    slot->search = (struct desk_search){.id = ++slot->desk->searches->last,
                                        .operation = number,
                                        .state = SEARCH_RUNNING,
                                        .caller = *caller,
                                        .started = caller->now,
                                        .seconds = seconds};
    (void)snprintf(slot->why, sizeof slot->why, "%.*s", STR_ARG(why));
}

enum status search_check(int64_t seconds, str why, const struct operation *operation,
                         struct error *err)
{
    if (seconds < 1 || seconds > PLANNER_SECONDS_MAX) {
        return error_set(err, STATUS_INVALID, "A search takes 1 to %d seconds.",
                         PLANNER_SECONDS_MAX);
    }
    if (why.n > WHY_BYTES_MAX || !utf8_is_text(why)) {
        return error_set(err, STATUS_INVALID, "The reason is too long: at most %d letters.",
                         WHY_BYTES_MAX);
    }
    return operation_need_open(operation, err);
}

enum status desk_plan_search(struct desk *desk, const struct caller *caller, int64_t number,
                             int64_t seconds, uint64_t seed, str why, struct error *err)
{
    struct arena arena;
    struct operation operation;
    struct search_slot *slot = NULL;
    enum status status = search_slot_open(desk, caller, &slot, err);
    if (status != STATUS_OK) {
        return status;
    }
    arena_init(&arena, PLAN_ARENA_BYTES_MAX);
    status = operation_load(desk, &arena, number, &operation, err);
    if (status == STATUS_OK) {
        status = search_check(seconds, why, &operation, err);
    }
    if (status == STATUS_OK) {
        status = operation_problem(&operation, &slot->problem, &slot->left_out, err);
    }
    arena_close(&arena);
    if (status == STATUS_OK) {
        status = write_search(desk, caller, number, seconds, seed, why, err);
    }
    if (status != STATUS_OK) {
        search_slot_close(slot);
        return status;
    }
    search_slot_start(slot, caller, number, seconds, why);
    struct planner_job job = {.seed = seed};
    return search_slot_ask(slot, &job, err);
}

/* --- something happened --- */

static enum status check_happening(const struct casebook_plan *row,
                                   const struct desk_happening *what, struct error *err)
{
    if (row->state != PLAN_PUBLISHED) {
        return error_set(err, STATUS_INVALID,
                         "Only the plan that is published can be mended; this is not it.");
    }
    if (what->words.n == 0 || what->words.n > WHY_BYTES_MAX || !utf8_is_text(what->words)) {
        return error_set(err, STATUS_INVALID,
                         "Say what happened, in a few words: at most %d letters.", WHY_BYTES_MAX);
    }
    if (what->site.n == 0 && !what->has_place && what->out_count == 0) {
        return error_set(err, STATUS_INVALID,
                         "Say where somebody has to go, or which unit drops out.");
    }
    if (what->has_place && !geo_is_near(what->place)) {
        enum status status = error_set(
            err, STATUS_INVALID, "Latitude %g, longitude %g is not in or near the British Isles.",
            what->place.lat, what->place.lon);
        error_hint(err, "Latitude comes first, as in 51.4606, -0.1169; west has a minus.");
        return status;
    }
    if (what->units_max < 1 || what->units_max > OPERATION_UNITS_MAX || what->dwell_minutes < 1 ||
        what->dwell_minutes > MINUTES_MAX || what->within_minutes < 1 ||
        what->within_minutes > MINUTES_MAX || what->officers < 1 || what->officers > OFFICERS_MAX) {
        return error_set(err, STATUS_INVALID,
                         "Minutes are 1 to %d, officers 1 to %d, units that may change 1 to %d.",
                         MINUTES_MAX, OFFICERS_MAX, OPERATION_UNITS_MAX);
    }
    return STATUS_OK;
}

/* A plan that is in force has begun: what is to change in it lies before us. */
static enum status check_time(str day, int32_t at_s, time_us now, struct arena *arena,
                              struct error *err)
{
    const struct plan_problem clock = {.day = day, .ticks_per_s = 1};
    time_us at = plan_moment(&clock, at_s);
    time_us start = plan_moment(&clock, 0);
    if (at >= now - LATE_MINUTES * 60 * US_PER_SECOND) {
        return STATUS_OK;
    }
    if (now > start + DAY_HOURS * HOUR_US) {
        enum status status = error_set(err, STATUS_INVALID,
                                       "The day of this plan, %.*s, is over: nothing of it can be "
                                       "changed any more.",
                                       STR_ARG(day));
        error_hint(err, "For another day make another operation.");
        return status;
    }
    str typed = plan_clock(arena, &clock, at_s);
    str wall = plan_clock(arena, &clock, plan_ticks_at(&clock, now));
    enum status status =
        error_set(err, STATUS_INVALID,
                  "%.*s on %.*s is over, it is %.*s now: nobody can be sent anywhere in the past.",
                  STR_ARG(typed), STR_ARG(day), STR_ARG(wall));
    error_hint(err,
               "Give the time from which on units may be sent, %.*s or later; when it happened can "
               "stand in what happened.",
               STR_ARG(wall));
    return status;
}

static bool is_clock(str text)
{
    bool is_it = text.n >= 5 && text.p[2] == ':';
    for (size_t i = 0; i < 5 && is_it; i++) {
        is_it = i == 2 || (text.p[i] >= '0' && text.p[i] <= '9');
    }
    return is_it;
}

str operation_sent_words(str task)
{
    const str lead = STR("sent ");
    str rest = str_slice(task, lead.n, task.n);
    str mark = {0};
    if (!str_starts(task, lead) || !is_clock(rest)) {
        return (str){0};
    }
    rest = str_slice(rest, 5, rest.n);
    size_t colon = str_find(rest, STR(": "));
    mark = str_slice(rest, 0, colon);
    /* of two with the same words the second is " (2)"; older plans have ", plan 2" */
    if (colon == rest.n ||
        (mark.n > 0 && !str_starts(mark, STR(" (")) && !str_starts(mark, STR(", plan ")))) {
        return (str){0};
    }
    return str_trim(str_slice(rest, colon + 1, rest.n));
}

/* What somebody is sent to is known by when and why; the same again gets a number. */
static str sent_id(struct arena *arena, const struct plan_problem *problem,
                   const struct desk_happening *what)
{
    const struct plan_problem clock = {.day = problem->day, .ticks_per_s = 1};
    struct civil_time at = time_civil_london(plan_moment(&clock, what->now_s));
    str words = utf8_clip(what->words, LABEL_BYTES_MAX);
    str id = arena_printf(arena, "sent %02u:%02u: %.*s", at.hour, at.minute, STR_ARG(words));
    for (uint32_t n = 2; plan_find_task(problem, id) != PLAN_NONE; n++) {
        id =
            arena_printf(arena, "sent %02u:%02u (%u): %.*s", at.hour, at.minute, n, STR_ARG(words));
    }
    return id;
}

static void put_told(struct json_out *json, const struct plan_problem *problem,
                     const struct plan_told_rows *told)
{
    json_name(json, "told");
    json_begin_list(json);
    for (uint32_t i = 0; i < told->count; i++) {
        const struct plan_told *row = &told->rows[i];
        json_begin_object(json);
        json_put_text(json, "unit", problem->units[row->unit].id);
        json_put_text(json, "what", str_c(plan_told_word(row->what)));
        if (row->task != PLAN_NONE) {
            json_put_text(json, "task", problem->tasks[row->task].id);
        }
        plan_put_ticks(json, problem, "at_s", row->at);
        json_end_object(json);
    }
    json_end_list(json);
}

/* A place that is no site is called by what is near it: its coordinates stand beside its name wherever it is
 * shown. Where somebody was sent before, it is a site already. */
static void put_place(struct arena *arena, struct json_out *json,
                      const struct plan_problem *problem, const struct desk_happening *what, str id)
{
    str near = {0};
    double least = 0;
    for (uint32_t i = 0; i < problem->site_count; i++) {
        const struct plan_site *site = &problem->sites[i];
        double away = geo_distance((struct geo_point){.lat = site->y, .lon = site->x}, what->place);
        if ((near.n == 0 || away < least) && !str_starts(site->id, STR(PLACE_ID))) {
            near = site->name.n > 0 ? site->name : site->id;
            least = away;
        }
    }
    near = utf8_clip(near, LABEL_BYTES_MAX);
    str away = least < 950 ? arena_printf(arena, "%.0f m", 10 * round(least / 10))
                           : arena_printf(arena, "%.1f km", least / 1000);
    json_name(json, "sites");
    json_begin_list(json);
    json_begin_object(json);
    json_put_text(json, "id", id);
    json_put_text(json, "name",
                  arena_printf(arena, "a place %.*s from %.*s", STR_ARG(away), STR_ARG(near)));
    json_name(json, "lon");
    json_add_real(json, what->place.lon, 7);
    json_name(json, "lat");
    json_add_real(json, what->place.lat, 7);
    json_end_object(json);
    json_end_list(json);
}

/* `site`: where, if anywhere. `from_s`: nobody is sent before it. `known` (ticks): what happened until then is known. */
static void put_happening(struct arena *arena, struct buf *out, const struct plan_problem *problem,
                          const struct desk_happening *what, str site, int64_t from_s,
                          int64_t known, const struct plan_told_rows *told)
{
    struct json_out json;
    json_out_init(&json, out);
    json_begin_object(&json);
    json_put_int(&json, "now_s", from_s);
    json_name(&json, "units_out");
    json_begin_list(&json);
    for (size_t i = 0; i < what->out_count; i++) {
        json_add_text(&json, what->out[i]);
    }
    json_end_list(&json);
    if (what->has_place && plan_find_site(problem, site) == PLAN_NONE) {
        put_place(arena, &json, problem, what, site);
    }
    if (site.n > 0) {
        json_name(&json, "tasks");
        json_begin_list(&json);
        json_begin_object(&json);
        json_put_text(&json, "id", sent_id(arena, problem, what));
        json_put_text(&json, "site", site);
        json_put_int(&json, "open_s", from_s);
        json_put_int(&json, "close_s", from_s + 60 * what->within_minutes);
        json_put_int(&json, "dwell_s", 60 * what->dwell_minutes);
        json_put_int(&json, "officers", what->officers);
        json_name(&json, "skills");
        json_begin_list(&json);
        for (size_t i = 0; i < what->skill_count; i++) {
            json_add_text(&json, what->skills[i]);
        }
        json_end_list(&json);
        json_put_bool(&json, "mandatory", true);
        json_put_int(&json, "profit", 1);
        json_put_text(&json, "note", what->words);
        json_end_object(&json);
        json_end_list(&json);
    }
    if (told->count > 0) {
        int64_t heard = 0;
        for (uint32_t i = 0; i < told->count; i++) {
            heard = told->rows[i].at > heard ? told->rows[i].at : heard;
        }
        heard = known > heard && known < PLAN_TICKS_MAX ? known : heard;
        plan_put_ticks(&json, problem, "heard_s", heard);
        put_told(&json, problem, told);
    }
    json_end_object(&json);
}

static enum status write_mend(struct desk *desk, const struct caller *caller,
                              const struct casebook_plan *row, const struct desk_happening *what,
                              struct error *err)
{
    struct act act;
    act_begin(&act, caller, "plan.mend", 0, false);
    json_put_int(&act.json, "operation", row->operation);
    json_put_int(&act.json, "plan", row->number);
    /* what happened stands in the plan alone, which is sealed and is dropped with the operation */
    json_put_text(&act.json, "site", what->site);
    json_put_int(&act.json, "at", what->now_s);
    json_put_int(&act.json, "units_max", what->units_max);
    enum status status = act_alone(desk, &act, err);
    act_close(&act);
    return status;
}

/* All that the search needs, before anything is written about it. */
static enum status fill_mend(struct search_slot *slot, const struct caller *caller,
                             struct arena *arena, const struct casebook_plan *row,
                             const struct desk_happening *what, struct buf *event,
                             struct error *err)
{
    struct desk_plan_row about;
    struct plan_problem problem;
    struct plan_result result;
    struct plan_told_rows told;
    enum status status = plan_texts_read(arena, row->problem, row->result, &problem, &result, err);
    if (status == STATUS_OK) {
        status = told_read(slot->desk, arena, row->operation, &problem, &told, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    int64_t known = plan_ticks_at(&problem, caller->now);
    int64_t now_s = known / problem.ticks_per_s;
    plan_about_decode(arena, row, &about);
    buf_add(&slot->problem, row->problem);
    buf_add(&slot->differs, about.differs); /* was confirmed with the plan that it mends */
    str site = what->has_place
                   ? arena_printf(arena, PLACE_ID "%.5f, %.5f", what->place.lat, what->place.lon)
                   : what->site;
    buf_add(&slot->site, site);
    put_happening(arena, event, &problem, what, site, now_s > what->now_s ? now_s : what->now_s,
                  known, &told);
    slot->has_no_hours = about.has_no_hours;
    slot->base = row->leaf;
    slot->base_number = row->number;
    slot->happened_at = plan_moment(&problem, (int64_t)what->now_s * problem.ticks_per_s);
    return slot->problem.overflowed || slot->differs.overflowed || slot->site.overflowed ||
                   event->overflowed
               ? error_set(err, STATUS_LIMIT, "The operation is too large for one search.")
               : STATUS_OK;
}

enum status desk_plan_mend(struct desk *desk, const struct caller *caller, int64_t leaf,
                           const struct desk_happening *what, struct error *err)
{
    struct arena arena;
    struct casebook_plan row = {0};
    struct operation operation;
    struct search_slot *slot = NULL;
    struct buf event;
    enum status status = search_slot_open(desk, caller, &slot, err);
    if (status != STATUS_OK) {
        return status;
    }
    arena_init(&arena, PLAN_ARENA_BYTES_MAX);
    buf_init(&event, PLANNER_TEXT_BYTES_MAX);
    status = plan_load(desk, &arena, leaf, &row, &operation, err);
    if (status == STATUS_OK) {
        status = operation_need_open(&operation, err);
    }
    if (status == STATUS_OK) {
        status = check_happening(&row, what, err);
    }
    if (status == STATUS_OK) {
        status = check_time(operation.day, what->now_s, caller->now, &arena, err);
    }
    if (status == STATUS_OK) {
        status = fill_mend(slot, caller, &arena, &row, what, &event, err);
    }
    if (status == STATUS_OK) {
        status = write_mend(desk, caller, &row, what, err);
    }
    if (status == STATUS_OK) {
        struct planner_job job = {.plan = row.result,
                                  .event = buf_str(&event),
                                  .seed = (uint64_t)row.number,
                                  .units_max = (uint32_t)what->units_max};
        search_slot_start(slot, caller, row.operation, MEND_SECONDS, what->words);
        status = search_slot_ask(slot, &job, err);
    } else {
        search_slot_close(slot);
    }
    buf_close(&event);
    arena_close(&arena);
    return status;
}

void searches_of(const struct desk *desk, struct desk_operation *ret_operation)
{
    int64_t before = INT64_MAX;
    ret_operation->search_count = 0;
    for (size_t n = 0; desk->searches != NULL && n < OPERATION_SEARCHES; n++) {
        const struct desk_search *found = NULL;
        for (size_t i = 0; i < OPERATION_SEARCHES; i++) {
            const struct desk_search *search = &desk->searches->slots[i].search;
            if (search->id != 0 && search->operation == ret_operation->operation.number &&
                search->id < before && (found == NULL || search->id > found->id)) {
                found = search;
            }
        }
        if (found == NULL) {
            return;
        }
        before = found->id;
        ret_operation->searches[ret_operation->search_count++] = *found;
    }
}
