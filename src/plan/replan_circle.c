/* SPDX-License-Identifier: Apache-2.0 */
/* The second part of a mend: a circle of units, planned anew among themselves. */
#include <stdlib.h>

#include "plan/replan_internal.h"

enum { NEAR_ABSENT = 600 }; /* tasks that nobody serves and that the second part may take up */

int replan_by_worth(const void *a, const void *b)
{
    const struct worth *x = a;
    const struct worth *y = b;
    if (x->value != y->value) {
        return x->value > y->value ? -1 : 1;
    }
    return x->task < y->task ? -1 : x->task > y->task;
}

void replan_enter(struct replanner *replanner, uint32_t unit)
{
    if (!replanner->is_circle[unit]) {
        replanner->is_circle[unit] = true;
        replanner->circle_count++;
    }
}

/* The shortest way from a freed task's site to where the unit will be. */
static int64_t nearness(const struct replanner *replanner, uint32_t unit)
{
    const struct net *net = &replanner->net;
    const struct track *track = &replanner->tracks.all[unit];
    int64_t least = INT64_MAX;
    uint32_t count = replanner->freed_count < 200 ? replanner->freed_count : 200;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t site = net->tasks[replanner->freed[i]].site;
        for (uint32_t k = track->locked; k <= track->len; k++) {
            int64_t way = net_way(net, track->mode, track->stops[k].site, site);
            least = way < least ? way : least;
        }
    }
    return least;
}

static void fill_circle(struct replanner *replanner)
{
    const struct plan_problem *problem = &replanner->out->problem;
    struct worth *near = ARENA_ARRAY(replanner->arena, struct worth, problem->unit_count + 1U);
    uint32_t count = 0;
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        if (!replanner->is_out[i] && !replanner->is_circle[i] && !replanner->pasts[i].is_off) {
            near[count++] = (struct worth){-nearness(replanner, i), i};
        }
    }
    qsort(near, count, sizeof *near, replan_by_worth);
    for (uint32_t i = 0; i < count && replanner->circle_count < replanner->options->units_max;
         i++) {
        replan_enter(replanner, near[i].task);
    }
}

struct part {
    struct plan_problem problem;
    uint32_t *tasks, *units; /* numbers in the whole problem */
    uint32_t *task_in;       /* and back; PLAN_NONE = not in the part */
};

static void add_task(struct replanner *replanner, struct part *part, uint32_t task)
{
    struct plan_task *one = &part->problem.tasks[part->problem.task_count];
    *one = replanner->out->problem.tasks[task];
    one->unit = PLAN_NONE;
    part->task_in[task] = part->problem.task_count;
    part->tasks[part->problem.task_count++] = task;
}

/* What nobody serves, the nearest to the freed ones first. */
static void add_absent(struct replanner *replanner, struct part *part)
{
    const struct net *net = &replanner->net;
    const struct tracks *tracks = &replanner->tracks;
    struct worth *near = ARENA_ARRAY(replanner->arena, struct worth, tracks->absent_count + 1U);
    uint32_t sites = replanner->freed_count < 50 ? replanner->freed_count : 50;
    uint32_t count = 0;
    for (uint32_t i = 0; i < tracks->absent_count; i++) {
        uint32_t task = tracks->absent[i];
        int64_t least = INT64_MAX;
        for (uint32_t k = 0; k < sites; k++) {
            int64_t way =
                net_way(net, 0, net->tasks[replanner->freed[k]].site, net->tasks[task].site);
            least = way < least ? way : least;
        }
        if (replanner->out->problem.tasks[task].unit == PLAN_NONE && !replanner->is_skipped[task] &&
            (net->tasks[task].close >= replanner->event->now)) {
            near[count++] = (struct worth){-least, task};
        }
    }
    qsort(near, count, sizeof *near, replan_by_worth);
    for (uint32_t i = 0; i < count && i < NEAR_ABSENT; i++) {
        add_task(replanner, part, near[i].task);
    }
}

/* What others than the circle serve of a group has used up its first weights. */
static void shift_weights(struct replanner *replanner, struct part *part)
{
    const struct plan_problem *whole = &replanner->out->problem;
    uint32_t *outside = ARENA_ARRAY(replanner->arena, uint32_t, whole->group_count + 1U);
    part->problem.groups =
        ARENA_ARRAY(replanner->arena, struct plan_group, whole->group_count + 1U);
    for (uint32_t i = 0; i < whole->task_count; i++) {
        if (whole->tasks[i].group != PLAN_NONE && replanner->tracks.where[i] != PLAN_NONE &&
            part->task_in[i] == PLAN_NONE) {
            outside[whole->tasks[i].group]++;
        }
    }
    for (uint32_t i = 0; i < whole->group_count; i++) {
        struct plan_group *group = &part->problem.groups[i];
        *group = whole->groups[i];
        for (uint32_t k = 0; k < group->weight_count; k++) {
            uint32_t from = k + outside[i];
            from = from < group->weight_count ? from : group->weight_count - 1U;
            group->weights[k] = whole->groups[i].weights[from];
        }
    }
}

/* Others than the circle are at turns of posts already. */
static void shift_turns(struct replanner *replanner, struct part *part)
{
    const struct plan_problem *whole = &replanner->out->problem;
    part->problem.turns = plan_turns_copy(replanner->arena, whole, 0);
    for (uint32_t i = 0; i < whole->task_count; i++) {
        uint32_t track = replanner->tracks.where[i];
        if (whole->tasks[i].turn > 0 && track != PLAN_NONE && part->task_in[i] == PLAN_NONE) {
            const struct plan_unit *unit = &whole->units[replanner->tracks.all[track].unit];
            part->problem.turns[whole->tasks[i].turn - 1].officers -=
                plan_turn_officers(unit, &whole->tasks[i]);
        }
    }
}

/* Only sites that the part needs, so that its table of ways is small. */
static void renumber_sites(struct replanner *replanner, struct part *part)
{
    const struct plan_problem *whole = &replanner->out->problem;
    uint32_t *site_in = ARENA_ARRAY(replanner->arena, uint32_t, whole->site_count + 1U);
    struct plan_problem *problem = &part->problem;
    if (problem->travel_by == PLAN_MATRIX) {
        return; /* its table is there already */
    }
    problem->sites = ARENA_ARRAY(replanner->arena, struct plan_site,
                                 problem->task_count + 2 * problem->unit_count + 1U);
    problem->site_count = 0;
    uint32_t *uses[3];
    for (uint32_t i = 0; i < problem->task_count + problem->unit_count; i++) {
        uint32_t count = 1;
        if (i < problem->task_count) {
            uses[0] = &problem->tasks[i].site;
        } else {
            uses[0] = &problem->units[i - problem->task_count].base;
            uses[1] = &problem->units[i - problem->task_count].end_site;
            count = 2;
        }
        for (uint32_t k = 0; k < count; k++) {
            uint32_t *in = &site_in[*uses[k]];
            if (*in == 0) {
                problem->sites[problem->site_count] = whole->sites[*uses[k]];
                *in = ++problem->site_count;
            }
            *uses[k] = *in - 1;
        }
    }
}

static void make_part(struct replanner *replanner, struct part *part, struct plan_route *routes)
{
    const struct plan_problem *whole = &replanner->out->problem;
    struct arena *arena = replanner->arena;
    part->problem = *whole;
    part->problem.part_of = whole;
    part->problem.task_count = part->problem.unit_count = 0;
    part->problem.tasks = ARENA_ARRAY(arena, struct plan_task, whole->task_count + 1U);
    part->problem.units = ARENA_ARRAY(arena, struct plan_unit, replanner->circle_count + 1U);
    part->tasks = ARENA_ARRAY(arena, uint32_t, whole->task_count + 1U);
    part->units = ARENA_ARRAY(arena, uint32_t, replanner->circle_count + 1U);
    part->task_in = ARENA_ARRAY(arena, uint32_t, whole->task_count + 1U);
    memset(part->task_in, 0xff, whole->task_count * sizeof *part->task_in);
    for (uint32_t i = 0; i < whole->unit_count; i++) {
        const struct track *track = &replanner->tracks.all[i];
        if (!replanner->is_circle[i]) {
            continue;
        }
        uint32_t at = part->problem.unit_count++;
        struct plan_stop *stops = ARENA_ARRAY(arena, struct plan_stop, track->len + 1U);
        struct plan_lock *locks = ARENA_ARRAY(arena, struct plan_lock, track->locked + 1U);
        part->units[at] = i;
        part->problem.units[at] = whole->units[i];
        part->problem.units[at].locks = locks;
        for (uint32_t k = 0; k < track->len; k++) {
            add_task(replanner, part, track->stops[k + 1].task);
            stops[k].task = part->problem.task_count - 1;
            uint32_t task =
                track->stops[k + 1].task; /* one that was skipped stays where it fitted: it
                                                         must not come back to who skipped it */
            bool is_pinned = whole->tasks[task].unit != PLAN_NONE || replanner->is_skipped[task];
            part->problem.tasks[stops[k].task].unit = is_pinned ? at : PLAN_NONE;
            if (k < track->locked) {
                locks[k] = (struct plan_lock){stops[k].task, whole->units[i].locks[k].start};
            }
        }
        routes[at] = (struct plan_route){.stops = stops, .stop_count = track->len};
    }
    add_absent(replanner, part);
    shift_weights(replanner, part);
    shift_turns(replanner, part);
    renumber_sites(replanner, part);
}

/* The circle gets these routes of the part. False when one of them cannot be done. */
static bool load(struct replanner *replanner, const struct part *part,
                 const struct plan_route *routes)
{
    struct tracks *tracks = &replanner->tracks;
    bool is_sound = true;
    for (uint32_t i = 0; i < part->problem.unit_count; i++) {
        tracks_begin_step(tracks);
        tracks_clear(tracks, part->units[i]);
    }
    for (uint32_t i = 0; i < part->problem.unit_count; i++) {
        struct plan_stop *stops =
            ARENA_ARRAY(replanner->arena, struct plan_stop, routes[i].stop_count + 1U);
        struct plan_route route = {.stops = stops, .stop_count = routes[i].stop_count};
        for (uint32_t k = 0; k < route.stop_count; k++) {
            stops[k].task = part->tasks[routes[i].stops[k].task];
        }
        tracks_load(tracks, part->units[i], &route);
        is_sound = is_sound && track_is_sound(&tracks->all[part->units[i]]);
    }
    return is_sound;
}

static void polish(struct replanner *replanner, int64_t begin)
{
    struct part part = {0};
    struct plan_solve_options solve = replanner->options->solve;
    struct plan_result start = {0};
    struct plan_result better;
    struct plan_route *routes =
        ARENA_ARRAY(replanner->arena, struct plan_route, replanner->circle_count + 1U);
    make_part(replanner, &part, routes);
    start.routes = routes;
    solve.start = &start;
    if (solve.iterations == 0) {
        solve.budget_us -= solve.clock() - begin;
    }
    if (replanner->circle_count == 0 || (solve.iterations == 0 && solve.budget_us <= 0)) {
        return;
    }
    plan_solve(replanner->arena, &part.problem, &solve, &better);
    /* The part knows fewer tasks and units than the whole: what cannot be done with all is not taken. */
    if (!load(replanner, &part, better.routes)) {
        (void)load(replanner, &part, routes);
    }
    replanner->out->result.iterations = better.iterations;
    replanner->out->result.is_even = better.is_even;
    memcpy(replanner->out->result.epochs, better.epochs, sizeof better.epochs);
}

void replan_circle(struct replanner *replanner, int64_t begin)
{
    fill_circle(replanner);
    polish(replanner, begin);
}
