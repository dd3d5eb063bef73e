/* SPDX-License-Identifier: Apache-2.0 */
/* A unit that left a post took that back: the post is whole again, and what was left of it is no task any more. */
#include "base/utf8.h"
#include "plan/hole.h"
#include "plan/replan.h"

enum { NOBODY = PLAN_UNITS_MAX };

struct healer {
    struct arena *arena;
    struct plan_problem *problem;
    struct plan_result *before;
    struct plan_event *event;
    struct plan_past gone; /* a task that is gone is some other unit's: NOBODY's */
    uint32_t *now;         /* of each task: its number among those that stay */
};

static bool is_out(const struct healer *h, uint32_t unit)
{
    bool is_out = h->problem->units[unit].officers == 0;
    for (uint32_t i = 0; i < h->event->out_count; i++) {
        is_out = is_out || h->event->out[i] == unit;
    }
    return is_out;
}

/* Is a unit there that never left, or was one there until the end? */
static bool is_held(const struct healer *h, uint32_t post)
{
    const struct plan_told_rows *told = h->event->told;
    int32_t end = plan_post_end(h->problem, post);
    bool is_held = false;
    for (uint32_t unit = 0; unit < h->problem->unit_count && !is_held; unit++) {
        bool was_away = false;
        is_held = plan_told_there(told, unit) == post && !is_out(h, unit);
        for (uint32_t i = told->first[unit]; i != PLAN_NONE; i = told->rows[i].next) {
            const struct plan_told *row = &told->rows[i];
            if (row->what == PLAN_TOLD_LEFT && row->task == post) {
                bool is_early = plan_is_early(h->problem, row->at, end);
                was_away = was_away || is_early;
                is_held = is_held || !is_early;
            }
        }
        is_held = is_held && !was_away;
    }
    return is_held;
}

/* Did anybody tell of it, or is somebody there who told nothing, so that the plan is believed? */
static bool is_begun(const struct healer *h, uint32_t task)
{
    const struct plan_told_rows *told = h->event->told;
    bool is_begun = false;
    for (uint32_t i = 0; i < told->count; i++) {
        is_begun = is_begun || told->rows[i].task == task;
    }
    for (uint32_t i = 0; i < h->problem->unit_count; i++) {
        const struct plan_route *route = &h->before->routes[i];
        for (uint32_t k = 0; k < route->stop_count && told->first[i] == PLAN_NONE; k++) {
            is_begun = is_begun ||
                       (route->stops[k].task == task && route->stops[k].start <= h->event->now);
        }
    }
    return is_begun;
}

static bool find_gone(struct healer *h)
{
    bool is_any = false;
    for (uint32_t i = 0; i < h->event->first_new; i++) {
        const struct plan_task *rest = &h->problem->tasks[i];
        uint32_t post = plan_rest_whole(h->problem, i);
        if (post != PLAN_NONE && is_held(h, post) && !is_begun(h, i)) {
            struct plan_task *whole = &h->problem->tasks[post];
            int32_t dwell = rest->open + rest->dwell - whole->open;
            whole->dwell = dwell > whole->dwell ? dwell : whole->dwell;
            h->gone.owner[i] = NOBODY;
            is_any = true;
        }
    }
    return is_any;
}

static void heal_unit(struct healer *h, uint32_t index, struct plan_unit *unit)
{
    plan_past_own(h->arena, &h->gone, unit, index);
    struct plan_lock *locks = ARENA_ARRAY(h->arena, struct plan_lock, unit->lock_count + 1U);
    for (uint32_t i = 0; i < unit->lock_count; i++) {
        locks[i] = (struct plan_lock){h->now[unit->locks[i].task], unit->locks[i].start};
    }
    unit->locks = locks;
}

static struct plan_route heal_route(struct healer *h, uint32_t index)
{
    struct plan_route out = plan_past_without(h->arena, &h->gone, &h->before->routes[index], index);
    struct plan_stop *stops = ARENA_ARRAY(h->arena, struct plan_stop, out.stop_count + 1U);
    for (uint32_t i = 0; i < out.stop_count; i++) {
        stops[i] = (struct plan_stop){h->now[out.stops[i].task], out.stops[i].start};
    }
    out.stops = stops;
    return out;
}

static void heal_told(struct healer *h)
{
    struct plan_told_rows *told = ARENA_NEW(h->arena, struct plan_told_rows);
    *told = *h->event->told;
    told->rows = ARENA_ARRAY(h->arena, struct plan_told, told->count + 1U);
    for (uint32_t i = 0; i < told->count; i++) {
        told->rows[i] = h->event->told->rows[i];
        if (told->rows[i].task != PLAN_NONE) {
            told->rows[i].task = h->now[told->rows[i].task];
        }
    }
    h->event->told = told;
}

static void take_out(struct healer *h)
{
    struct plan_problem *problem = h->problem;
    struct plan_unit *units = ARENA_ARRAY(h->arena, struct plan_unit, problem->unit_count + 1U);
    struct plan_route *routes = ARENA_ARRAY(h->arena, struct plan_route, problem->unit_count + 1U);
    uint32_t count = 0;
    uint32_t first_new = h->event->first_new;
    problem->turns = plan_turns_copy(h->arena, problem, 0);
    for (uint32_t i = 0; i < problem->task_count; i++) {
        bool is_gone = h->gone.owner[i] == NOBODY;
        h->now[i] = count;
        if (is_gone && problem->tasks[i].turn > 0) {
            struct plan_turn *turn = &problem->turns[problem->tasks[i].turn - 1];
            turn->count--;
            turn->officers -= turn->officers > turn->each ? turn->each : 0;
        }
        problem->tasks[count] = problem->tasks[i];
        count += is_gone ? 0 : 1;
        first_new -= is_gone ? 1 : 0;
    }
    problem->task_count = count;
    h->event->first_new = first_new;
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        units[i] = problem->units[i];
        heal_unit(h, i, &units[i]);
        routes[i] = heal_route(h, i);
    }
    problem->units = units;
    h->before->routes = routes;
    heal_told(h);
}

void plan_event_heal(struct arena *arena, struct plan_problem *problem, struct plan_result *before,
                     struct plan_event *event)
{
    struct healer h = {.arena = arena, .problem = problem, .before = before, .event = event};
    if (event->told == NULL) {
        return;
    }
    plan_past_init(arena, problem, NULL, 0, 0, &h.gone);
    h.now = ARENA_ARRAY(arena, uint32_t, problem->task_count + 1U);
    if (find_gone(&h)) {
        take_out(&h);
    }
}
