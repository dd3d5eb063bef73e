/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/vary.h"

#include "plan/change.h"
#include "plan/check.h"
#include "plan/pace.h"
#include "plan/random.h"

enum { NOISE_FIRST = 40, NOISE_LEAST = 5 };

/* ---- later by chance ---- */

/* One thing that a unit does in a route: a visit, or the break. */
struct step {
    int32_t open, close, length;
    uint32_t site; /* where it is afterwards, as the net counts */
    bool is_break, is_fact;
    int32_t start, latest;
};

struct delayer {
    struct arena *arena;
    const struct net *net;
    struct random random;
    int32_t later;
    struct step *steps;
    uint32_t count;
};

static int32_t later_of(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

static void list_steps(struct delayer *delayer, uint32_t unit_index, const struct plan_route *route)
{
    const struct plan_problem *problem = delayer->net->problem;
    const struct plan_unit *unit = &problem->units[unit_index];
    uint32_t site = unit->base;
    delayer->count = 0;
    for (uint32_t i = 0; i <= route->stop_count; i++) {
        struct step rest = {.site = site, .is_break = true, .is_fact = i < unit->lock_count};
        if (route->break_start >= 0 && route->break_after == i) {
            rest.open = unit->break_open;
            rest.close = unit->break_close;
            rest.length = unit->break_length;
            rest.start = route->break_start;
            delayer->steps[delayer->count++] = rest;
        }
        if (route->has_second && route->second_after == i) {
            rest.open = unit->second_open;
            rest.close = unit->second_close;
            rest.length = unit->second_length;
            rest.start = route->second_start;
            delayer->steps[delayer->count++] = rest;
        }
        if (i < route->stop_count) {
            const struct plan_task *task = &problem->tasks[route->stops[i].task];
            site = task->site;
            delayer->steps[delayer->count++] = (struct step){.open = task->open,
                                                             .close = task->close,
                                                             .length = task->dwell,
                                                             .site = site,
                                                             .is_fact = i < unit->lock_count,
                                                             .start = route->stops[i].start};
        }
    }
}

/* By ways that are never too short (pace.h). */
static void find_latest(struct delayer *delayer, const struct plan_unit *unit)
{
    int32_t by = unit->end;
    uint32_t next = unit->end_site;
    for (uint32_t i = delayer->count; i > 0; i--) {
        struct step *step = &delayer->steps[i - 1];
        int32_t way = step->site == next ? 0 : net_way(delayer->net, unit->mode, step->site, next);
        int32_t latest = by - way - step->length;
        step->latest = latest < step->close ? latest : step->close;
        by = step->latest;
        next = step->site;
    }
}

/* Each begins between what is earliest after the one before and what is latest for those after; never
 * earlier than it was, so that ways that depend on the hour keep their room. */
static void draw_starts(struct delayer *delayer, const struct plan_unit *unit)
{
    int32_t free_at = unit->start;
    uint32_t site = unit->base;
    for (uint32_t i = 0; i < delayer->count; i++) {
        struct step *step = &delayer->steps[i];
        int32_t way = step->site == site ? 0 : net_way(delayer->net, unit->mode, site, step->site);
        int32_t earliest = later_of(later_of(free_at + way, step->open), step->start);
        int32_t most =
            step->latest - earliest < delayer->later ? step->latest - earliest : delayer->later;
        if (!step->is_fact && most > 0) {
            earliest += (int32_t)random_below(&delayer->random, (uint32_t)most + 1);
        }
        step->start =
            step->is_fact || step->latest < earliest ? later_of(step->start, earliest) : earliest;
        free_at = step->start + step->length;
        site = step->site;
    }
}

static bool are_in_order(const struct delayer *delayer)
{
    for (uint32_t i = 0; i < delayer->count; i++) {
        const struct step *step = &delayer->steps[i];
        if (!step->is_fact && (step->start > step->latest || step->latest < step->open)) {
            return false;
        }
    }
    return true;
}

static void delay_route(struct delayer *delayer, uint32_t unit_index,
                        const struct plan_route *route, struct plan_route *out)
{
    const struct plan_unit *unit = &delayer->net->problem->units[unit_index];
    struct plan_stop *stops = ARENA_ARRAY(delayer->arena, struct plan_stop, route->stop_count + 1U);
    uint32_t stop = 0;
    bool has_rested = false;
    *out = *route;
    /* what has begun, and what is held, is not played with */
    if (route->stop_count == 0 || unit->lock_count > 0 || unit->free > unit->start) {
        return;
    }
    list_steps(delayer, unit_index, route);
    find_latest(delayer, unit);
    draw_starts(delayer, unit);
    if (!are_in_order(delayer)) {
        return; /* only where the slowest ways leave no room */
    }
    for (uint32_t i = 0; i < delayer->count; i++) {
        const struct step *step = &delayer->steps[i];
        if (step->is_break) {
            *(has_rested ? &out->second_start : &out->break_start) = step->start;
            has_rested = true;
        } else {
            stops[stop] = (struct plan_stop){route->stops[stop].task, step->start};
            stop++;
        }
    }
    out->stops = stops;
}

void plan_delay(struct arena *arena, const struct plan_problem *problem,
                const struct plan_result *result, uint64_t seed, int32_t later,
                struct plan_result *ret_result)
{
    struct net net;
    struct delayer delayer = {.arena = arena, .net = &net, .later = later};
    struct plan_route *routes = ARENA_ARRAY(arena, struct plan_route, problem->unit_count + 1U);
    uint32_t most = 0;
    random_seed(&delayer.random, seed);
    net_make_small(arena, problem, &net);
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        most = result->routes[i].stop_count > most ? result->routes[i].stop_count : most;
    }
    delayer.steps = ARENA_ARRAY(arena, struct step, most + 3U);
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        delay_route(&delayer, i, &result->routes[i], &routes[i]);
    }
    *ret_result = *result;
    ret_result->routes = routes;
    if (net.origin != NULL) { /* who leaves later may be on the way at another pace */
        ret_result->claim.travel = pace_travel(&net, routes);
    }
}

/* ---- another plan as good ---- */

static bool is_as_good(struct arena *arena, const struct plan_problem *problem,
                       const struct plan_result *result, const struct plan_check *first,
                       int32_t within, struct plan_claim *ret_claim)
{
    struct plan_check check;
    plan_check(arena, problem, result, &check);
    *ret_claim = (struct plan_claim){check.profit, check.travel, check.unmet};
    return plan_check_wrong(&check) == 0 && check.unmet <= first->unmet &&
           check.profit >= first->profit - first->profit / 1000 * within;
}

void plan_vary(struct arena *arena, const struct plan_problem *problem,
               const struct plan_result *first, const struct plan_vary_options *options,
               struct plan_result *ret_result, int32_t *ret_noise_percent)
{
    struct plan_check check;
    struct plan_result best = *first;
    struct plan_solve_options solve = options->solve;
    int32_t noise = NOISE_FIRST;
    bool is_found = false;
    plan_check(arena, problem, first, &check);
    solve.start = first;
    solve.budget_us /= 4; /* as many tries as there are halves of the noise */
    for (; noise >= NOISE_LEAST && !is_found; noise /= 2) {
        struct plan_problem shaken;
        struct plan_result result;
        struct plan_claim claim;
        struct plan_change change = plan_change_none();
        change.noise_percent = noise;
        change.seed = solve.seed;
        if (plan_change_make(arena, problem, &change, &shaken, NULL) != STATUS_OK) {
            break;
        }
        plan_solve(arena, &shaken, &solve, &result);
        is_found = is_as_good(arena, problem, &result, &check, options->within, &claim);
        if (is_found) {
            best = result;
            best.claim = claim;
            best.bound = first->bound;
            best.bound_travel = first->bound_travel;
            *ret_noise_percent = noise;
        }
    }
    if (!is_found) {
        *ret_noise_percent = 0;
        best.claim = (struct plan_claim){check.profit, check.travel, check.unmet};
    }
    plan_delay(arena, problem, &best, solve.seed, options->later, ret_result);
}
