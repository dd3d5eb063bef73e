/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/replan.h"

#include <stdlib.h>

#include "plan/bound.h"
#include "plan/pace.h"
#include "plan/replan_internal.h"

/* ---- the past ---- */

/* When the unit leaves for the stop after `count`. */
static int64_t leaves(const struct replanner *replanner, uint32_t unit, uint32_t count)
{
    const struct plan_problem *problem = &replanner->out->problem;
    const struct plan_route *route = &replanner->before.routes[unit];
    int64_t left = problem->units[unit].start;
    if (count > 0) {
        const struct plan_stop *last = &route->stops[count - 1];
        left = (int64_t)last->start + problem->tasks[last->task].dwell;
    }
    if (route->break_start >= 0 && route->break_after == count) {
        left = (int64_t)route->break_start + problem->units[unit].break_length;
    }
    if (route->has_second && route->second_after == count) {
        left = (int64_t)route->second_start + problem->units[unit].second_length;
    }
    return net_after_had(&problem->units[unit], count, left); /* had: of an earlier mend */
}

/* Visits that have begun, and the one that the unit is on its way to. `ret_back`: how long it takes to be
 * again where it last was. */
static uint32_t begun(const struct replanner *replanner, uint32_t unit, int32_t *ret_back)
{
    const struct plan_problem *problem = &replanner->out->problem;
    const struct plan_route *route = &replanner->before.routes[unit];
    int32_t now = replanner->event->now;
    uint32_t count = 0;
    *ret_back = 0;
    while (count < route->stop_count && route->stops[count].start <= now) {
        count++;
    }
    if (replanner->is_out[unit] || count == route->stop_count) {
        return count;
    }
    int64_t left = leaves(replanner, unit, count);
    return left < now && plan_past_is_bound(problem, &problem->units[unit],
                                            count > 0 ? route->stops[count - 1].task : PLAN_NONE,
                                            &route->stops[count], left, now, ret_back)
               ? count + 1
               : count;
}

static void drop_out(struct replanner *replanner, uint32_t index)
{
    struct plan_unit *unit = &replanner->out->problem.units[index];
    if (unit->officers > 0) { /* else it was out before */
        unit->out_officers = unit->officers;
        unit->out = replanner->event->now;
    }
    unit->officers = 0;
    unit->break_length = unit->second_length = 0;
}

/* The past of a unit that told something; what was thought to be its past before is not. */
static void keep_told(struct replanner *replanner, uint32_t index)
{
    struct plan_problem *problem = &replanner->out->problem;
    struct plan_unit *unit = &problem->units[index];
    struct plan_past_unit *past = &replanner->pasts[index];
    for (uint32_t i = 0; i < unit->lock_count; i++) {
        problem->tasks[unit->locks[i].task].unit = PLAN_NONE;
    }
    for (uint32_t i = 0; i < past->lock_count; i++) {
        problem->tasks[past->locks[i].task].unit = index;
    }
    unit->locks = past->locks;
    unit->lock_count = past->lock_count;
    unit->start = past->start;
    unit->free = past->is_off ? unit->end : past->free;
    memcpy(unit->had, past->had, sizeof unit->had);
    unit->had_count = past->had_count;
    for (uint32_t i = 0; i < past->breaks; i++) {
        plan_past_next_break(unit);
    }
    if (past->is_off) {
        unit->break_length = unit->second_length = 0;
    }
    if (replanner->is_out[index]) {
        drop_out(replanner, index);
    }
}

static void keep_past(struct replanner *replanner, uint32_t index)
{
    struct plan_unit *unit = &replanner->out->problem.units[index];
    const struct plan_route *route = &replanner->before.routes[index];
    int32_t now = replanner->event->now;
    int32_t back = 0;
    uint32_t count = begun(replanner, index, &back);
    uint32_t old = unit->lock_count;
    uint32_t locks_max = count > old ? count : old;
    struct plan_lock *locks = ARENA_ARRAY(replanner->arena, struct plan_lock, locks_max + 1U);
    for (uint32_t i = 0; i < locks_max; i++) {
        bool is_past = i < count;
        locks[i] = is_past ? (struct plan_lock){route->stops[i].task, route->stops[i].start}
                           : unit->locks[i];
        replanner->out->problem.tasks[locks[i].task].unit = index;
    }
    unit->locks = locks;
    unit->lock_count = replanner->is_out[index] ? count : locks_max;
    unit->free = now + back > unit->free ? now + back : unit->free;
    if (route->break_start >= 0 && route->break_start <= now) {
        int32_t end = route->break_start + unit->break_length;
        unit->free = end > unit->free ? end : unit->free;
        plan_past_keep_had(unit, route->break_start, unit->break_length, route->break_after);
        plan_past_next_break(unit); /* it has been taken */
        if (route->has_second && route->second_start <= now) {
            end = route->second_start + unit->break_length;
            unit->free = end > unit->free ? end : unit->free;
            plan_past_keep_had(unit, route->second_start, unit->break_length, route->second_after);
            unit->break_length = 0;
        }
    } else if (route->break_start < 0) {
        plan_past_idle(unit, route, now);
    }
    if (replanner->is_out[index]) {
        drop_out(replanner, index);
        for (uint32_t i = count; i < old; i++) {
            replanner->out->problem.tasks[locks[i].task].unit = PLAN_NONE;
        }
    }
}

/* A unit that has nothing left to do may be on its way home, or off duty: "not before now" must not make
 * it late. It then has time for the way home and for nothing else, so nothing is put into its past.
 * `length`: of its break, which may be over. */
static void let_home(struct replanner *replanner, uint32_t index, int32_t length)
{
    struct net *net = &replanner->net;
    struct plan_unit *unit = &replanner->out->problem.units[index];
    const struct plan_unit *in_net = &net->problem->units[index];
    const struct plan_route *route = &replanner->before.routes[index];
    uint32_t from = in_net->base;
    int32_t done = unit->start;
    if (replanner->is_out[index] || unit->lock_count < route->stop_count) {
        return;
    }
    if (route->stop_count > 0) {
        const struct plan_stop *last = &route->stops[route->stop_count - 1];
        from = net->tasks[last->task].site;
        done = last->start + net->tasks[last->task].dwell;
    }
    if (route->break_start >= 0 && route->break_after == route->stop_count) {
        int32_t rested = route->break_start + length;
        done = rested > done ? rested : done;
    }
    int32_t way =
        pace_longest(net, unit->mode, from, net_way(net, unit->mode, from, in_net->end_site));
    int32_t latest = unit->end - way;
    latest = latest > done ? latest : done;
    if (unit->free > latest) {
        unit->free = latest;
        net->problem->units[index].free = latest;
    }
}

static void copy_problem(struct replanner *replanner, const struct plan_problem *problem)
{
    struct plan_problem *copy = &replanner->out->problem;
    struct arena *arena = replanner->arena;
    *copy = *problem;
    copy->tasks = ARENA_ARRAY(arena, struct plan_task, problem->task_count + 1U);
    copy->units = ARENA_ARRAY(arena, struct plan_unit, problem->unit_count + 1U);
    memcpy(copy->tasks, problem->tasks, problem->task_count * sizeof *copy->tasks);
    memcpy(copy->units, problem->units, problem->unit_count * sizeof *copy->units);
}

/* ---- what of the plan still holds ---- */

/* Who is late may not come to everything: what must be is put in first, each in its turn. */
static void load_late(struct replanner *replanner, uint32_t unit)
{
    struct tracks *tracks = &replanner->tracks;
    const struct plan_route *route = &replanner->before.routes[unit];
    struct track *track = &tracks->all[unit];
    bool *is_in = ARENA_ARRAY(replanner->arena, bool, route->stop_count + 1U);
    for (int is_optional = 0; is_optional < 2; is_optional++) {
        uint32_t after = track->locked;
        for (uint32_t i = track->locked; i < route->stop_count; i++) {
            uint32_t task = route->stops[i].task;
            bool is_its_turn = replanner->net.tasks[task].is_mandatory == (is_optional == 0);
            if (!is_in[i] && is_its_turn && tracks->where[task] == PLAN_NONE &&
                track->len < tracks->cap) {
                tracks_begin_step(tracks);
                tracks_insert(tracks, unit, after, task);
                is_in[i] = track_is_sound(track);
                if (!is_in[i]) {
                    tracks_remove(tracks, unit, after + 1, 1);
                }
            }
            after += is_in[i] ? 1 : 0;
        }
    }
}

/* The day of a unit went its own way, or somebody else did one of its visits: its times are found anew. */
static bool is_other(const struct replanner *replanner, uint32_t unit)
{
    return plan_past_has(&replanner->past, unit) ||
           replanner->before.routes[unit].stop_count < replanner->given->routes[unit].stop_count;
}

static void load(struct replanner *replanner, uint32_t unit)
{
    if (is_other(replanner, unit)) {
        load_late(replanner, unit);
    } else {
        tracks_load(&replanner->tracks, unit, &replanner->before.routes[unit]);
    }
}

static void make_past(struct replanner *replanner)
{
    struct plan_problem *problem = &replanner->out->problem;
    const struct plan_event *event = replanner->event;
    struct arena *arena = replanner->arena;
    struct plan_route *routes = ARENA_ARRAY(arena, struct plan_route, problem->unit_count + 1U);
    int32_t heard = event->told == NULL || event->heard > event->now ? event->now : event->heard;
    plan_past_init(arena, problem, event->told, heard, event->now, &replanner->past);
    replanner->pasts = ARENA_ARRAY(arena, struct plan_past_unit, problem->unit_count + 1U);
    replanner->is_skipped = ARENA_ARRAY(arena, bool, problem->task_count + 1U);
    replanner->before = *replanner->given;
    replanner->before.routes = routes;
    for (uint32_t i = 0; event->told != NULL && i < event->told->count; i++) {
        const struct plan_told *row = &event->told->rows[i];
        if (row->what == PLAN_TOLD_SKIPPED &&
            plan_past_skipped(&replanner->past, row->unit, row->task)) {
            replanner->is_skipped[row->task] = true;
        }
    }
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        routes[i] = plan_past_without(arena, &replanner->past, &replanner->given->routes[i], i);
        if (plan_past_has(&replanner->past, i)) {
            struct plan_route without = routes[i];
            plan_past_unit(arena, &replanner->past, problem, &without, i, replanner->is_out[i],
                           &replanner->pasts[i]);
            routes[i] = replanner->pasts[i].route;
        }
    }
}

/* Rests are left by somebody. */
static void skip_rests(struct replanner *replanner)
{
    uint32_t count = replanner->out->problem.task_count;
    bool *is_skipped = ARENA_ARRAY(replanner->arena, bool, count + 1U);
    for (uint32_t i = 0; i < count; i++) {
        bool is_new = i >= replanner->holes.first;
        replanner->out->over += is_new && !replanner->holes.is_offered[i] ? 1 : 0;
        is_skipped[i] = is_new || replanner->holes.is_offered[i] || replanner->is_skipped[i];
    }
    replanner->is_skipped = is_skipped;
}

/* What the mend is for: tasks that are new, and rests of posts while they can be served. */
static bool is_asked(const struct replanner *replanner, uint32_t task)
{
    const struct plan_holes *holes = &replanner->holes;
    bool is_new = task >= replanner->event->first_new && task < holes->first;
    return is_new || holes->is_offered[task];
}

/* ---- the first answer ---- */

static uint32_t add_stood_for(struct replanner *replanner, struct worth *worths, uint32_t count)
{
    const struct plan_problem *problem = &replanner->out->problem;
    uint32_t before = replanner->event->first_new;
    bool *is_listed = ARENA_ARRAY(replanner->arena, bool, problem->task_count + 1U);
    for (uint32_t i = 0; i < count; i++) {
        is_listed[worths[i].task] = true;
    }
    for (uint32_t i = 0; i < before && problem->turn_count > 0; i++) {
        bool is_such = problem->tasks[i].turn > 0 && plan_rest_post(problem->tasks[i].id).n == 0;
        if (is_such && !is_listed[i] && !tracks_is_met(&replanner->tracks, i)) {
            worths[count++].task = i;
        }
    }
    return count;
}

/* Tasks that had a unit and have none, and new ones; most worth first. */
static void find_freed(struct replanner *replanner)
{
    const struct plan_problem *problem = &replanner->out->problem;
    struct worth *worths = ARENA_ARRAY(replanner->arena, struct worth, problem->task_count + 1U);
    uint32_t count = 0;
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        const struct plan_route *route = &replanner->given->routes[i];
        for (uint32_t k = 0; k < route->stop_count; k++) {
            if (replanner->tracks.where[route->stops[k].task] == PLAN_NONE) {
                worths[count++].task = route->stops[k].task;
            }
        }
    }
    for (uint32_t i = 0; i < problem->task_count; i++) {
        if (is_asked(replanner, i) && replanner->tracks.where[i] == PLAN_NONE) {
            worths[count++].task = i;
        }
    }
    count = add_stood_for(replanner, worths, count);
    for (uint32_t i = 0; i < count; i++) {
        const struct net_task *task = &replanner->net.tasks[worths[i].task];
        worths[i].value = task->value + (task->is_mandatory ? INT64_C(1) << 60 : 0);
    }
    qsort(worths, count, sizeof *worths, replan_by_worth);
    replanner->freed = ARENA_ARRAY(replanner->arena, uint32_t, count + 1U);
    for (uint32_t i = 0; i < count; i++) {
        replanner->freed[i] = worths[i].task;
    }
    replanner->freed_count = count;
}

static bool may_take(const struct replanner *replanner, uint32_t unit, uint32_t task)
{
    const struct plan_problem *problem = &replanner->out->problem;
    bool is_full = replanner->circle_count >= replanner->options->units_max;
    return (!is_full || replanner->is_circle[unit]) &&
           replanner->tracks.all[unit].len < replanner->tracks.cap &&
           !replanner->pasts[unit].is_off && !plan_past_skipped(&replanner->past, unit, task) &&
           replanner->holes.leaver[task] != unit &&
           plan_unit_may(&problem->units[unit], unit, &problem->tasks[task]);
}

/* How little a unit suits a turn: more officers than it lacks are wasted, worse are too few for the units that may change. */
static int32_t misfit(const struct replanner *replanner, uint32_t unit, uint32_t task)
{
    const struct plan_problem *problem = &replanner->out->problem;
    uint32_t turn = problem->tasks[task].turn;
    if (turn == 0) {
        return 0;
    }
    int64_t lacks = problem->turns[turn - 1].officers - replanner->tracks.turn_officers[turn - 1];
    int64_t officers = problem->units[unit].officers;
    int64_t room = (int64_t)replanner->options->units_max - replanner->circle_count;
    int64_t by = officers > lacks ? officers - lacks : lacks - officers;
    bool is_few = officers < lacks && officers * room < lacks;
    return (int32_t)(by + (is_few ? 2 * PLAN_TASKS_MAX : officers > lacks ? PLAN_TASKS_MAX : 0));
}

static void insert_freed(struct replanner *replanner)
{
    struct tracks *tracks = &replanner->tracks;
    struct blinker blinker = {.left = 0};
    for (uint32_t i = 0; i < replanner->freed_count; i++) {
        uint32_t task = replanner->freed[i];
        struct spot best = {.cost = INT32_MAX};
        int32_t least = INT32_MAX;
        if (tracks_is_met(tracks, task)) {
            continue;
        }
        for (uint32_t unit = 0; unit < replanner->out->problem.unit_count; unit++) {
            struct spot one = best;
            int32_t by = misfit(replanner, unit, task);
            if (by > least || !may_take(replanner, unit, task)) {
                continue;
            }
            one.cost = by < least ? INT32_MAX : best.cost;
            track_scan(&replanner->net, &tracks->all[unit], unit, &replanner->net.tasks[task],
                       &blinker, &one);
            if (one.cost < INT32_MAX) {
                best = one;
                least = by;
            }
        }
        if (best.cost < INT32_MAX) {
            tracks_begin_step(tracks);
            tracks_insert(tracks, best.track, best.after, task);
            replan_enter(replanner, best.track);
        }
    }
}

/* ---- nothing to change it for ---- */

/* A plan that is better elsewhere is no answer to what happened, and each change on the day costs a call
 * by radio. */
static bool is_in_vain(const struct replanner *replanner)
{
    bool is_any = false;
    bool is_for = false;
    for (uint32_t i = 0; i < replanner->out->problem.task_count; i++) {
        is_for = is_for || is_asked(replanner, i);
        is_any = is_any || (is_asked(replanner, i) && replanner->tracks.where[i] != PLAN_NONE);
    }
    return replanner->event->out_count == 0 && is_for && !is_any;
}

static void take_back(struct replanner *replanner)
{
    uint32_t units = replanner->out->problem.unit_count;
    for (uint32_t i = 0; i < units; i++) {
        if (replanner->is_circle[i]) {
            tracks_begin_step(&replanner->tracks);
            tracks_clear(&replanner->tracks, i);
        }
    }
    for (uint32_t i = 0; i < units; i++) {
        if (replanner->is_circle[i]) {
            load(replanner, i);
        }
    }
    replanner->out->is_as_it_was = true;
}

/* ---- the whole ---- */

static bool is_as_before(const struct track *track, const struct plan_route *route)
{
    if (track->len != route->stop_count) {
        return false;
    }
    for (uint32_t i = 0; i < track->len; i++) {
        if (track->stops[i + 1].task != route->stops[i].task) {
            return false;
        }
    }
    return true;
}

/* Breaks that are part of the past now: the problem has them, as facts. */
static void forget_breaks(const struct replanner *replanner, uint32_t unit,
                          struct plan_route *route)
{
    int32_t now = replanner->event->now;
    if (replanner->is_out[unit]) {
        route->break_start = -1;
        route->has_second = false;
        return;
    }
    for (int i = 0; i < 2 && route->break_start >= 0 && route->break_start <= now; i++) {
        route->break_start = route->has_second ? route->second_start : -1;
        route->break_after = route->second_after;
        route->has_second = false;
    }
}

/* Those of one turn are one, and it has whom it wants when none of them is without. */
static void count_freed(struct replanner *replanner)
{
    struct plan_replanned *out = replanner->out;
    bool *is_seen = ARENA_ARRAY(replanner->arena, bool, out->problem.turn_count + 1U);
    bool *is_open = ARENA_ARRAY(replanner->arena, bool, out->problem.turn_count + 1U);
    for (int is_second = 0; is_second < 2; is_second++) {
        for (uint32_t i = 0; i < replanner->freed_count; i++) {
            uint32_t turn = out->problem.tasks[replanner->freed[i]].turn;
            bool is_met = tracks_is_met(&replanner->tracks, replanner->freed[i]);
            if (is_second == 0) {
                is_open[turn] = is_open[turn] || !is_met;
            } else if (turn == 0 || !is_seen[turn]) {
                is_seen[turn] = true;
                out->freed++;
                out->freed_served += (turn == 0 ? is_met : !is_open[turn]) ? 1 : 0;
            }
        }
    }
}

static void compose(struct replanner *replanner)
{
    struct plan_replanned *out = replanner->out;
    uint32_t units = out->problem.unit_count;
    out->changed = ARENA_ARRAY(replanner->arena, uint32_t, units + 1U);
    for (uint32_t i = 0; i < units; i++) {
        const struct plan_route *before = &replanner->before.routes[i];
        const struct track *track = &replanner->tracks.all[i];
        bool is_same = is_as_before(track, before);
        if (is_same && !is_other(replanner, i)) {
            replanner->routes[i] = *before;
            forget_breaks(replanner, i, &replanner->routes[i]);
            continue;
        }
        replanner->routes[i] = plan_route_of(replanner->arena, &replanner->net, track);
        if (!replanner->is_out[i] && !is_same) {
            out->changed[out->changed_count++] = i;
        }
    }
    count_freed(replanner);
    out->result.routes = replanner->routes;
    out->result.seed = replanner->options->solve.seed;
    out->result.threads = replanner->options->solve.threads;
}

static struct plan_claim claim_of(const struct tracks *tracks)
{
    return (struct plan_claim){.profit = tracks->value >> NET_PROFIT_SHIFT,
                               .travel = tracks->way,
                               .unmet = (uint32_t)tracks->missing};
}

void plan_replan(struct arena *arena, const struct plan_problem *problem,
                 const struct plan_result *before, const struct plan_event *event,
                 const struct plan_replan_options *options, struct plan_replanned *ret_replanned)
{
    struct replanner replanner = {
        .arena = arena, .given = before, .event = event, .options = options, .out = ret_replanned};
    int64_t begin = options->solve.clock != NULL ? options->solve.clock() : 0;
    *ret_replanned = (struct plan_replanned){.result.is_even = true};
    replanner.is_out = ARENA_ARRAY(arena, bool, problem->unit_count + 1U);
    replanner.is_circle = ARENA_ARRAY(arena, bool, problem->unit_count + 1U);
    replanner.routes = ARENA_ARRAY(arena, struct plan_route, problem->unit_count + 1U);
    copy_problem(&replanner, problem);
    for (uint32_t i = 0; i < event->out_count; i++) {
        replanner.is_out[event->out[i]] = true;
    }
    make_past(&replanner);
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        if (plan_past_has(&replanner.past, i)) {
            keep_told(&replanner, i);
        } else {
            plan_past_own(arena, &replanner.past, &ret_replanned->problem.units[i], i);
            keep_past(&replanner, i);
        }
    }
    plan_holes_add(arena, &ret_replanned->problem, &replanner.past, replanner.pasts,
                   replanner.is_out, replanner.before.routes, &replanner.holes);
    skip_rests(&replanner);
    net_make_small(arena, &ret_replanned->problem, &replanner.net);
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        if (plan_past_has(&replanner.past, i)) {
            plan_past_let(&replanner.net, &ret_replanned->problem.units[i], i);
        } else {
            let_home(&replanner, i, problem->units[i].break_length);
        }
    }
    tracks_make(arena, &replanner.net, &replanner.tracks);
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        if (!replanner.is_out[i]) {
            load(&replanner, i);
        }
    }
    find_freed(&replanner);
    insert_freed(&replanner);
    ret_replanned->first = claim_of(&replanner.tracks);
    ret_replanned->first_us = options->solve.clock != NULL ? options->solve.clock() - begin : 0;
    replan_circle(&replanner, begin);
    if (is_in_vain(&replanner)) {
        take_back(&replanner);
    }
    compose(&replanner);
    ret_replanned->result.claim = claim_of(&replanner.tracks);
    if (replanner.net.origin != NULL) {
        ret_replanned->result.claim.travel = pace_travel(&replanner.net, replanner.routes);
    }
    plan_bound(arena, &replanner.net, &ret_replanned->result.bound,
               &ret_replanned->result.bound_travel);
}
