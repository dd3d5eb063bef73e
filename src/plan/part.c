/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/part.h"

#include "base/utf8.h"
#include "plan/check.h"

struct parter {
    struct arena *arena;
    const struct plan_problem *from;
    struct plan_problem *to;
    uint32_t *site_now, *task_now, *group_now; /* numbers in `to`; PLAN_NONE = left out */
};

static uint32_t *numbers(struct arena *arena, uint32_t count)
{
    uint32_t *now = ARENA_ARRAY(arena, uint32_t, count + 1U);
    for (uint32_t i = 0; i < count; i++) {
        now[i] = PLAN_NONE;
    }
    return now;
}

static uint32_t take_site(struct parter *p, uint32_t site)
{
    if (p->site_now[site] == PLAN_NONE) {
        p->site_now[site] = p->to->site_count;
        p->to->sites[p->to->site_count++] = p->from->sites[site];
    }
    return p->site_now[site];
}

static uint32_t take_group(struct parter *p, uint32_t group)
{
    if (p->group_now[group] == PLAN_NONE) {
        p->group_now[group] = p->to->group_count;
        p->to->groups[p->to->group_count++] = p->from->groups[group];
    }
    return p->group_now[group];
}

static uint32_t take_task(struct parter *p, uint32_t task)
{
    if (p->task_now[task] == PLAN_NONE) {
        struct plan_task *one = &p->to->tasks[p->to->task_count];
        p->task_now[task] = p->to->task_count++;
        *one = p->from->tasks[task];
        one->site = take_site(p, one->site);
        one->group = one->group == PLAN_NONE ? PLAN_NONE : take_group(p, one->group);
        one->unit = one->unit == PLAN_NONE ? PLAN_NONE : 0;
        one->turn = 0; /* what others stand for at a post is not this unit's */
    }
    return p->task_now[task];
}

static void take_unit(struct parter *p, uint32_t unit)
{
    struct plan_unit *one = ARENA_NEW(p->arena, struct plan_unit);
    *one = p->from->units[unit];
    one->base = take_site(p, one->base);
    one->end_site = take_site(p, one->end_site);
    struct plan_lock *locks = ARENA_ARRAY(p->arena, struct plan_lock, one->lock_count + 1U);
    for (uint32_t i = 0; i < one->lock_count; i++) {
        locks[i] = one->locks[i];
        locks[i].task = take_task(p, locks[i].task);
    }
    one->locks = locks;
    p->to->units = one;
    p->to->unit_count = 1;
}

static struct plan_route *take_route(struct parter *p, const struct plan_route *route)
{
    struct plan_stop *stops = ARENA_ARRAY(p->arena, struct plan_stop, route->stop_count + 1U);
    struct plan_route *one = ARENA_NEW(p->arena, struct plan_route);
    for (uint32_t i = 0; i < route->stop_count; i++) {
        stops[i] = route->stops[i];
        stops[i].task = take_task(p, stops[i].task);
    }
    *one = *route;
    one->stops = stops;
    return one;
}

/* A table of ways has a row and a column a site. */
static void take_ways(struct parter *p)
{
    size_t n = p->to->site_count;
    uint32_t *was = ARENA_ARRAY(p->arena, uint32_t, n + 1U);
    for (uint32_t i = 0; i < p->from->site_count; i++) {
        if (p->site_now[i] != PLAN_NONE) {
            was[p->site_now[i]] = i;
        }
    }
    for (uint32_t mode = 0; mode < p->from->mode_count; mode++) {
        const int32_t *all = p->from->modes[mode].matrix;
        int32_t *matrix = ARENA_ARRAY(p->arena, int32_t, n * n + 1U);
        for (size_t i = 0; i < n * n; i++) {
            matrix[i] = all[(size_t)was[i / n] * p->from->site_count + was[i % n]];
        }
        p->to->modes[mode].matrix = matrix;
    }
}

enum status plan_part_make(struct arena *arena, const struct plan_problem *problem,
                           const struct plan_result *result, uint32_t unit,
                           struct plan_problem *ret_problem, struct plan_result *ret_result,
                           struct error *err)
{
    const struct plan_route *route = &result->routes[unit];
    size_t tasks_max = (size_t)route->stop_count + problem->units[unit].lock_count + 1;
    struct plan_check check;
    struct parter p = {.arena = arena, .from = problem, .to = ret_problem};
    *ret_problem = *problem;
    ret_problem->site_count = ret_problem->task_count = ret_problem->presence_count = 0;
    ret_problem->group_count = ret_problem->turn_count = 0;
    ret_problem->turns = NULL;
    ret_problem->presence = NULL;
    ret_problem->sites = ARENA_ARRAY(arena, struct plan_site, tasks_max + 2);
    ret_problem->tasks = ARENA_ARRAY(arena, struct plan_task, tasks_max);
    ret_problem->groups = ARENA_ARRAY(arena, struct plan_group, tasks_max);
    p.group_now = numbers(arena, problem->group_count);
    p.site_now = numbers(arena, problem->site_count);
    p.task_now = numbers(arena, problem->task_count);
    take_unit(&p, unit);
    *ret_result = *result;
    ret_result->routes = take_route(&p, route);
    if (problem->travel_by == PLAN_MATRIX) {
        take_ways(&p);
    }
    /* The figures are those of the part: it serves all that it has, so no plan for it has more. */
    plan_check(arena, ret_problem, ret_result, &check);
    ret_result->claim = (struct plan_claim){check.profit, check.travel, check.unmet};
    ret_result->bound = check.profit;
    ret_result->bound_travel = 0;
    plan_check(arena, ret_problem, ret_result, &check);
    return plan_check_wrong(&check) == 0
               ? STATUS_OK
               : error_set(err, STATUS_INVALID, "the part of unit %.*s breaks a rule: %.*s",
                           STR_ARG(utf8_clip(problem->units[unit].id, 80)),
                           STR_ARG(plan_check_words(arena, ret_problem, &check)));
}
