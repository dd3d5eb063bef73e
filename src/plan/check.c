/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/check.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "codec/json.h"

#define EARTH_M 6371008.8
#define MANDATORY "mandatory" /* the rule of a duty that nobody serves */

struct checker {
    struct arena *arena;
    const struct plan_problem *problem;
    struct plan_check *check;
    uint32_t unit; /* at hand */
};

static void broken(struct checker *checker, const char *rule, uint32_t task, const char *fmt, ...)
    PRINTF_LIKE(4, 5);
static void broken(struct checker *checker, const char *rule, uint32_t task, const char *fmt, ...)
{
    struct plan_check *check = checker->check;
    char words[ERROR_TEXT_MAX];
    va_list args;
    if (check->broken_count < PLAN_BROKEN_SHOWN) {
        va_start(args, fmt);
        (void)vsnprintf(words, sizeof words, fmt, args);
        va_end(args);
        check->broken[check->broken_count] = (struct plan_broken){
            rule, checker->unit, task, arena_str(checker->arena, str_c(words))};
    }
    check->broken_count++;
}

static double seconds(const struct checker *checker, int64_t ticks)
{
    return (double)ticks / checker->problem->ticks_per_s;
}

/* Ticks from one site to another, straight from the definition; -1 = no way. */
static int64_t way(const struct plan_problem *problem, unsigned mode_index, uint32_t from,
                   uint32_t to)
{
    const struct plan_mode *mode = &problem->modes[mode_index];
    const struct plan_site *a = &problem->sites[from];
    const struct plan_site *b = &problem->sites[to];
    double ticks = problem->ticks_per_s;
    double metres = sqrt((b->x - a->x) * (b->x - a->x) + (b->y - a->y) * (b->y - a->y));
    if (from == to) {
        return 0;
    }
    switch (problem->travel_by) {
    case PLAN_EUCLID:
        return (int64_t)floor(metres * ticks);
    case PLAN_MATRIX:
        return mode->matrix[(size_t)from * problem->site_count + to];
    case PLAN_SPHERE: {
        const double degree = acos(-1.0) / 180;
        double up = sin((b->y - a->y) * degree / 2);
        double across = sin((b->x - a->x) * degree / 2);
        double h = up * up + cos(a->y * degree) * cos(b->y * degree) * across * across;
        metres = 2 * EARTH_M * asin(sqrt(h < 1 ? h : 1));
        break;
    }
    case PLAN_PLANE:
        break;
    }
    double s = mode->overhead_s + metres * mode->factor / (mode->kmh * 1000 / 3600);
    return (int64_t)floor(s * ticks);
}

/* Thousandths of a tick of way that somebody has gone who was on the way from second 0 of the day until
 * then, by the paces of the hours. */
static int64_t gone_by(const struct plan_problem *problem, const struct plan_mode *mode, int64_t at)
{
    const int64_t hour = INT64_C(3600) * problem->ticks_per_s;
    int64_t gone = 0;
    for (int64_t begin = 0; begin < at; begin += hour) {
        int64_t ticks = at - begin < hour ? at - begin : hour;
        gone += ticks * 1000000 / mode->paces[begin / hour % 24];
    }
    return gone;
}

/* The first tick by which the way has been gone, found by halving. */
static int64_t way_at(const struct plan_problem *problem, unsigned mode_index, uint32_t from,
                      uint32_t to, int64_t at)
{
    const struct plan_mode *mode = &problem->modes[mode_index];
    int64_t ticks = way(problem, mode_index, from, to);
    if (mode->paces == NULL || ticks <= 0) {
        return ticks;
    }
    int64_t before = gone_by(problem, mode, at);
    int64_t low = at;
    int64_t high = at + ticks * 10 + 10; /* no pace is above 10 */
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (gone_by(problem, mode, middle) - before >= ticks * 1000) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low - at;
}

static void check_fit(struct checker *checker, uint32_t task_index)
{
    const struct plan_problem *problem = checker->problem;
    const struct plan_task *task = &problem->tasks[task_index];
    const struct plan_unit *unit = &problem->units[checker->unit];
    for (uint32_t i = 0; i < problem->skill_count; i++) {
        if ((task->skills >> i & 1) != 0 && (unit->skills >> i & 1) == 0) {
            broken(checker, "skills", task_index, "the unit lacks the skill '%.*s'",
                   STR_ARG(problem->skills[i]));
        }
    }
    if (unit->officers < task->officers) {
        broken(checker, "officers", task_index, "the task needs %u officers, the unit has %u",
               task->officers, unit->officers);
    }
    if (task->unit != PLAN_NONE && task->unit != checker->unit) {
        broken(checker, "locked", task_index, "the task belongs to unit '%.*s'",
               STR_ARG(problem->units[task->unit].id));
    }
}

/* Where a unit is, and from when on it may leave. */
struct walk {
    uint32_t site;
    int64_t free_at;
    int64_t load;
    int64_t rested; /* when the last break ended */
    uint32_t breaks;
};

/* A break that begins at `start` and should begin in [open, close]. */
static void take_break(struct checker *checker, int32_t start, int32_t open, int32_t close,
                       int32_t length, struct walk *walk)
{
    if (start < walk->free_at) {
        broken(checker, "break", PLAN_NONE, "the break begins at %g s, before the unit is free",
               seconds(checker, start));
    }
    if (start < open || start > close) {
        broken(checker, "break", PLAN_NONE, "the break begins at %g s, outside its window",
               seconds(checker, start));
    }
    walk->free_at = (start > walk->free_at ? start : walk->free_at) + length;
    walk->rested = walk->free_at;
    walk->breaks++;
}

static void travel_to(struct checker *checker, struct walk *walk, uint32_t site, uint32_t task)
{
    const struct plan_unit *unit = &checker->problem->units[checker->unit];
    int64_t ticks = way_at(checker->problem, unit->mode, walk->site, site, walk->free_at);
    if (ticks < 0) {
        broken(checker, "travel", task, "there is no way there from the stop before");
        ticks = 0;
    }
    checker->check->travel += ticks;
    walk->free_at += ticks;
    walk->site = site;
}

static void check_stop(struct checker *checker, const struct plan_stop *stop, bool is_fact,
                       struct walk *walk)
{
    const struct plan_task *task = &checker->problem->tasks[stop->task];
    if (!is_fact) {
        check_fit(checker, stop->task);
    } else if (walk->rested > stop->start) {
        broken(checker, "break", stop->task, "the break before it ends at %g s, it began at %g s",
               seconds(checker, walk->rested), seconds(checker, stop->start));
    }
    travel_to(checker, walk, task->site, stop->task);
    if (!is_fact && stop->start < walk->free_at) {
        broken(checker, "travel", stop->task, "it begins at %g s, the unit is there at %g s",
               seconds(checker, stop->start), seconds(checker, walk->free_at));
    }
    if (!is_fact && stop->start < task->open) {
        broken(checker, "window", stop->task, "it begins at %g s, the window opens at %g s",
               seconds(checker, stop->start), seconds(checker, task->open));
    }
    if (!is_fact && stop->start > task->close) {
        broken(checker, "window", stop->task, "it begins at %g s, the window closes at %g s",
               seconds(checker, stop->start), seconds(checker, task->close));
    }
    walk->free_at = (int64_t)stop->start + task->dwell;
    walk->load += task->load;
}

/* Breaks that have begun are facts: they stand where they stand, and whoever is on one does not move. */
static void take_had(struct checker *checker, uint32_t after, struct walk *walk)
{
    const struct plan_unit *unit = &checker->problem->units[checker->unit];
    for (uint32_t i = 0; i < unit->had_count; i++) {
        const struct plan_had *had = &unit->had[i];
        if (had->after == after) {
            walk->free_at = (had->start > walk->free_at ? had->start : walk->free_at) + had->length;
            walk->rested = (int64_t)had->start + had->length;
        }
    }
}

/* What a unit that dropped out had begun, and no more. Breaks and the end of its shift are not asked of it. */
static void check_out(struct checker *checker, const struct plan_route *route)
{
    const struct plan_unit *unit = &checker->problem->units[checker->unit];
    for (uint32_t i = unit->lock_count; i < route->stop_count; i++) {
        broken(checker, "out", route->stops[i].task, "the unit dropped out at %g s",
               seconds(checker, unit->out));
    }
}

static void check_had(struct checker *checker, const struct plan_route *route)
{
    const struct plan_unit *unit = &checker->problem->units[checker->unit];
    for (uint32_t i = 0; i < unit->had_count; i++) {
        if (unit->had[i].after > route->stop_count || unit->had[i].after > unit->lock_count) {
            broken(checker, "break", PLAN_NONE,
                   "the break that began at %g s stood after %u stops, and they are not kept",
                   seconds(checker, unit->had[i].start), unit->had[i].after);
        }
    }
}

static void check_route(struct checker *checker, const struct plan_route *route)
{
    const struct plan_problem *problem = checker->problem;
    const struct plan_unit *unit = &problem->units[checker->unit];
    struct walk walk = {.site = unit->base, .free_at = unit->start};
    for (uint32_t i = 0; i < unit->lock_count; i++) {
        const struct plan_lock *lock = &unit->locks[i];
        if (i >= route->stop_count || route->stops[i].task != lock->task ||
            (lock->start >= 0 && route->stops[i].start != lock->start)) {
            broken(checker, "locked", lock->task, "stop %u of the unit is locked, and not kept",
                   i + 1);
        }
    }
    check_had(checker, route);
    for (uint32_t i = 0; i <= route->stop_count; i++) {
        take_had(checker, i, &walk);
        if (i == unit->lock_count && walk.free_at < unit->free) {
            walk.free_at = unit->free;
        }
        if (route->break_start >= 0 && route->break_after == i) {
            take_break(checker, route->break_start, unit->break_open, unit->break_close,
                       unit->break_length, &walk);
        }
        if (route->has_second && route->second_after == i) {
            take_break(checker, route->second_start, unit->second_open, unit->second_close,
                       unit->second_length, &walk);
        }
        if (i < route->stop_count) {
            bool is_fact = i < unit->lock_count && unit->locks[i].start >= 0;
            check_stop(checker, &route->stops[i], is_fact, &walk);
        }
    }
    if (route->stop_count > 0) { /* else it stays at home */
        travel_to(checker, &walk, unit->end_site, PLAN_NONE);
    }
    if (unit->out_officers > 0) {
        check_out(checker, route);
    }
    if (unit->out_officers > 0 || route->stop_count == 0) {
        return;
    }
    if (walk.free_at > unit->end) {
        broken(checker, "shift", PLAN_NONE, "the unit is back at %g s, its shift ends at %g s",
               seconds(checker, walk.free_at), seconds(checker, unit->end));
    }
    uint32_t breaks = unit->break_length > 0 ? 1 : 0;
    breaks += unit->second_length > 0 ? 1 : 0;
    if (walk.breaks < breaks) {
        broken(checker, "break", PLAN_NONE,
               breaks == 1 ? "the unit has no break" : "the unit has %u of its two breaks",
               walk.breaks);
    }
    if (route->has_second && route->second_after < route->break_after) {
        broken(checker, "break", PLAN_NONE, "the second break stands before the first");
    }
    if (walk.load > unit->capacity) {
        broken(checker, "capacity", PLAN_NONE, "the unit carries %lld of at most %d",
               (long long)walk.load, unit->capacity);
    }
}

/* Officers beyond those that its tasks ask for, at each turn of a post; the last tasks of the turn may be without
 * a unit for them. */
static int64_t *turns_to_spare(struct checker *checker, const struct plan_result *result)
{
    const struct plan_problem *problem = checker->problem;
    int64_t *spare = ARENA_ARRAY(checker->arena, int64_t, problem->turn_count + 1U);
    int64_t *asked = ARENA_ARRAY(checker->arena, int64_t, problem->turn_count + 1U);
    for (uint32_t i = 0; i < problem->task_count; i++) {
        const struct plan_task *task = &problem->tasks[i];
        asked[task->turn] += task->turn > 0 ? task->officers : 0;
    }
    for (uint32_t i = 0; i < problem->turn_count; i++) { /* more than the turn is for */
        int64_t rest = asked[i + 1] - problem->turns[i].officers;
        spare[i] = rest > 0 ? rest : 0;
    }
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        const struct plan_unit *unit = &problem->units[i];
        int64_t officers = plan_unit_officers(unit);
        for (uint32_t k = 0; k < result->routes[i].stop_count; k++) {
            const struct plan_task *task = &problem->tasks[result->routes[i].stops[k].task];
            if (task->turn > 0 && officers > task->officers) {
                spare[task->turn - 1] += officers - task->officers;
            }
        }
    }
    return spare;
}

/* Does somebody who is there stand for this task of a post, too? */
static bool is_stood_for(const struct plan_task *task, int64_t *spare)
{
    if (task->turn == 0 || spare[task->turn - 1] < task->officers) {
        return false;
    }
    spare[task->turn - 1] -= task->officers;
    return true;
}

/* Profit, and that nothing is served twice. */
static void check_tasks(struct checker *checker, const struct plan_result *result,
                        const uint8_t *served)
{
    const struct plan_problem *problem = checker->problem;
    uint32_t *visits = ARENA_ARRAY(checker->arena, uint32_t, problem->group_count + 1U);
    int64_t *spare = turns_to_spare(checker, result);
    checker->unit = PLAN_NONE;
    for (uint32_t i = 0; i < problem->task_count; i++) {
        const struct plan_task *task = &problem->tasks[i];
        if (served[i] > 1) {
            broken(checker, "twice", i, "it is served %u times", served[i]);
        }
        if (served[i] == 0 && !is_stood_for(task, spare)) {
            if (task->is_mandatory) {
                checker->check->unmet++;
                broken(checker, MANDATORY, i, "nobody serves it, and somebody must");
            }
            continue;
        }
        checker->check->served++;
        if (task->group == PLAN_NONE) {
            checker->check->profit += task->profit;
            continue;
        }
        const struct plan_group *group = &problem->groups[task->group];
        uint32_t nth = visits[task->group]++;
        nth = nth < group->weight_count ? nth : group->weight_count - 1U;
        checker->check->profit += task->profit * group->weights[nth] / 1000;
    }
}

/* When a visit of a group with a gap was; facts are as they were. */
struct kept_visit {
    uint32_t group, task, unit;
    int32_t start, end;
};

static int by_group_and_time(const void *a, const void *b)
{
    const struct kept_visit *x = a;
    const struct kept_visit *y = b;
    if (x->group != y->group) {
        return x->group < y->group ? -1 : 1;
    }
    return (x->start > y->start) - (x->start < y->start);
}

static void check_gaps(struct checker *checker, const struct plan_result *result)
{
    const struct plan_problem *problem = checker->problem;
    size_t count = 0;
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        count += result->routes[i].stop_count;
    }
    struct kept_visit *all = ARENA_ARRAY(checker->arena, struct kept_visit, count + 1);
    count = 0;
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        const struct plan_unit *unit = &problem->units[i];
        for (uint32_t k = 0; k < result->routes[i].stop_count; k++) {
            const struct plan_stop *stop = &result->routes[i].stops[k];
            const struct plan_task *task = &problem->tasks[stop->task];
            bool is_fact = k < unit->lock_count && unit->locks[k].start >= 0;
            if (!is_fact && task->group != PLAN_NONE && problem->groups[task->group].gap > 0) {
                all[count++] = (struct kept_visit){task->group, stop->task, i, stop->start,
                                                   stop->start + task->dwell};
            }
        }
    }
    qsort(all, count, sizeof *all, by_group_and_time);
    for (size_t i = 0; i + 1 < count; i++) {
        int64_t gap = (int64_t)all[i + 1].start - all[i].end;
        if (all[i + 1].group == all[i].group && gap < problem->groups[all[i].group].gap) {
            checker->unit = all[i + 1].unit;
            broken(checker, "gap", all[i + 1].task,
                   "it begins %g s after the visit before it, and %g s are wanted",
                   seconds(checker, gap), seconds(checker, problem->groups[all[i].group].gap));
        }
    }
}

int64_t plan_check_way(const struct plan_problem *problem, unsigned mode, uint32_t from,
                       uint32_t to)
{
    return way(problem, mode, from, to);
}

int64_t plan_check_way_at(const struct plan_problem *problem, unsigned mode, uint32_t from,
                          uint32_t to, int64_t at)
{
    return way_at(problem, mode, from, to, at);
}

int64_t plan_check_way_by(const struct plan_problem *problem, unsigned mode, uint32_t from,
                          uint32_t to, int64_t from_at, int64_t by)
{
    int64_t low = from_at;
    int64_t high = by;
    if (problem->modes[mode].paces == NULL || way(problem, mode, from, to) < 0) {
        return way(problem, mode, from, to);
    }
    while (low < high) { /* whoever leaves later is there later: halve */
        int64_t middle = low + (high - low + 1) / 2;
        if (middle + way_at(problem, mode, from, to, middle) <= by) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    return way_at(problem, mode, from, to, low);
}

void plan_check(struct arena *arena, const struct plan_problem *problem,
                const struct plan_result *result, struct plan_check *ret_check)
{
    struct checker checker = {.arena = arena, .problem = problem, .check = ret_check};
    uint8_t *served = ARENA_ARRAY(arena, uint8_t, problem->task_count + 1U);
    *ret_check = (struct plan_check){0};
    ret_check->broken = ARENA_ARRAY(arena, struct plan_broken, PLAN_BROKEN_SHOWN);
    for (uint32_t unit = 0; unit < problem->unit_count; unit++) {
        const struct plan_route *route = &result->routes[unit];
        checker.unit = unit;
        check_route(&checker, route);
        for (uint32_t i = 0; i < route->stop_count; i++) {
            uint8_t *times = &served[route->stops[i].task];
            *times = (uint8_t)(*times < 255 ? *times + 1 : 255);
        }
    }
    check_tasks(&checker, result, served);
    check_gaps(&checker, result);
}

size_t plan_check_wrong(const struct plan_check *check)
{
    return check->broken_count - check->unmet;
}

const struct plan_broken *plan_check_first(const struct plan_check *check)
{
    for (size_t i = 0; i < check->broken_count && i < PLAN_BROKEN_SHOWN; i++) {
        if (strcmp(check->broken[i].rule, MANDATORY) != 0) {
            return &check->broken[i];
        }
    }
    return NULL;
}

str plan_check_words(struct arena *arena, const struct plan_problem *problem,
                     const struct plan_check *check)
{
    const struct plan_broken *one = plan_check_first(check);
    if (plan_check_wrong(check) == 0) {
        return (str){0};
    }
    if (one == NULL) { /* behind a thousand duties that nobody serves */
        return arena_printf(arena, "%zu rules are broken", plan_check_wrong(check));
    }
    str unit = one->unit == PLAN_NONE ? (str){0} : problem->units[one->unit].id;
    str task = one->task == PLAN_NONE ? (str){0} : problem->tasks[one->task].id;
    return arena_printf(arena, "%s%.*s%s%s%.*s%s%.*s", unit.n > 0 ? "unit " : "",
                        STR_ARG(utf8_clip(unit, 60)), unit.n > 0 && task.n > 0 ? ", " : "",
                        task.n > 0 ? "'" : "", STR_ARG(utf8_clip(task, 80)),
                        task.n > 0   ? "': "
                        : unit.n > 0 ? ": "
                                     : "",
                        STR_ARG(one->words));
}

void plan_check_write(const struct plan_problem *problem, const struct plan_check *check,
                      bool left_out, struct buf *out)
{
    struct json_out json;
    size_t shown =
        check->broken_count < PLAN_BROKEN_SHOWN ? check->broken_count : PLAN_BROKEN_SHOWN;
    json_out_init(&json, out);
    json_begin_object(&json);
    plan_put_milli(&json, "profit", check->profit);
    json_put_int(&json, "unmet", check->unmet);
    plan_put_ticks(&json, problem, "travel_s", check->travel);
    json_put_int(&json, "served", check->served);
    if (left_out) {
        json_put_bool(&json, "left_out", true);
    }
    json_name(&json, "broken");
    json_begin_list(&json);
    for (size_t i = 0; i < shown; i++) {
        const struct plan_broken *one = &check->broken[i];
        json_begin_object(&json);
        json_put_text(&json, "rule", str_c(one->rule));
        json_put_text(&json, "unit",
                      one->unit == PLAN_NONE ? (str){0} : problem->units[one->unit].id);
        json_put_text(&json, "task",
                      one->task == PLAN_NONE ? (str){0} : problem->tasks[one->task].id);
        json_put_text(&json, "why", one->words);
        json_end_object(&json);
    }
    json_end_list(&json);
    if (check->broken_count > shown) {
        json_put_int(&json, "broken_more", (int64_t)(check->broken_count - shown));
    }
    json_end_object(&json);
    buf_add_byte(out, '\n');
}
