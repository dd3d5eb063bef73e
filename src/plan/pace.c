/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/pace.h"

#define MILLION INT64_C(1000000)
enum { HOUR_S = 3600 };

bool pace_is_there(const struct plan_problem *problem)
{
    for (uint32_t i = 0; i < problem->mode_count; i++) {
        if (problem->modes[i].paces != NULL) {
            return true;
        }
    }
    return false;
}

static int64_t pace_at(const struct plan_mode *mode, int64_t hour)
{
    return mode->paces == NULL ? 1000 : mode->paces[hour % PLAN_HOURS];
}

int64_t pace_arrive(const struct plan_problem *problem, unsigned mode_index, int64_t at,
                    int64_t way)
{
    const struct plan_mode *mode = &problem->modes[mode_index];
    int64_t length = (int64_t)HOUR_S * problem->ticks_per_s;
    int64_t hour = at / length;
    if (mode->paces == NULL || way <= 0) {
        return at + way;
    }
    /* what has to be gone since the hour began */
    int64_t left = way * 1000 + at % length * MILLION / pace_at(mode, hour);
    for (;;) {
        int64_t pace = pace_at(mode, hour);
        int64_t whole = length * MILLION / pace;
        if (left <= whole) {
            return hour * length + (left * pace + MILLION - 1) / MILLION;
        }
        left -= whole;
        hour++;
    }
}

static int64_t extreme(const struct plan_mode *mode, bool is_most)
{
    int64_t found = pace_at(mode, 0);
    for (int64_t i = 1; i < PLAN_HOURS; i++) {
        int64_t pace = pace_at(mode, i);
        found = (is_most ? pace > found : pace < found) ? pace : found;
    }
    return found;
}

int32_t pace_shortest(const struct plan_problem *problem, unsigned mode, int32_t way)
{
    if (problem->modes[mode].paces == NULL || way >= NET_NO_WAY) {
        return way;
    }
    int64_t least = way * extreme(&problem->modes[mode], false) / 1000 - 1;
    return least > 0 ? (int32_t)least : 0;
}

/* A tick more, for what is cut where hours meet. */
static int64_t stretched(int64_t way, int64_t pace)
{
    return (way * pace + 999) / 1000 + 1;
}

int64_t pace_slowest(const struct plan_problem *problem, unsigned mode, int64_t way)
{
    const struct plan_mode *m = &problem->modes[mode];
    return m->paces == NULL ? way : stretched(way, extreme(m, true));
}

/* ---- the slowest pace of a time of leaving ---- */

struct paces {
    uint16_t of[PLAN_MODES_MAX];
};

/* Of the hours from `from` to half an hour after `to`. */
static void widen(const struct plan_problem *problem, int64_t from, int64_t to, struct paces *paces)
{
    int64_t length = (int64_t)HOUR_S * problem->ticks_per_s;
    int64_t last = (to + (int64_t)PACE_REACH_S * problem->ticks_per_s) / length;
    int64_t first = from / length;
    last = last - first < PLAN_HOURS ? last : first + PLAN_HOURS - 1;
    for (uint32_t mode = 0; mode < problem->mode_count; mode++) {
        for (int64_t hour = first; hour <= last; hour++) {
            int64_t pace = pace_at(&problem->modes[mode], hour);
            paces->of[mode] = pace > paces->of[mode] ? (uint16_t)pace : paces->of[mode];
        }
    }
}

/* The base is left as soon as the duty begins, or after a break that is taken there. */
static struct paces base_paces(const struct plan_problem *problem, const struct plan_unit *unit)
{
    struct paces paces = {{0}};
    int64_t free_at = net_after_had(unit, 0, unit->start);
    free_at = unit->lock_count == 0 && unit->free > free_at ? unit->free : free_at;
    widen(problem, free_at, free_at, &paces);
    if (unit->break_length > 0) {
        int64_t begin = free_at > unit->break_open ? free_at : unit->break_open;
        int64_t end = begin + unit->break_length;
        widen(problem, end, end, &paces);
        if (unit->second_length > 0) {
            end = (end > unit->second_open ? end : unit->second_open) + unit->second_length;
            widen(problem, end, end, &paces);
        }
    }
    return paces;
}

/* A kind of shift with its break: what else a unit is does not matter here. */
struct shift {
    int32_t start, end, open, close, length;
    int32_t is_second; /* a second break may follow the first at one place, so it may begin late */
};

static uint32_t find_shifts(const struct plan_problem *whole, struct shift *shifts)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < whole->unit_count; i++) {
        const struct plan_unit *unit = &whole->units[i];
        struct shift ones[] = {
            {unit->start, unit->end, unit->break_open, unit->break_close, unit->break_length, 0},
            {unit->start, unit->end, unit->second_open, unit->second_close, unit->second_length,
             1}};
        for (size_t m = 0; m < ARRAY_LEN(ones); m++) {
            uint32_t k = 0;
            while (k < count && memcmp(&shifts[k], &ones[m], sizeof ones[m]) != 0) {
                k++;
            }
            if (k == count && ones[m].length > 0) {
                shifts[count++] = ones[m];
            }
        }
    }
    return count;
}

static struct paces task_paces(const struct plan_problem *problem, const struct plan_task *task,
                               const struct shift *shifts, uint32_t shift_count)
{
    struct paces paces = {{0}};
    int64_t first = (int64_t)task->open + task->dwell;
    int64_t last = (int64_t)task->close + task->dwell;
    widen(problem, first, last, &paces);
    for (uint32_t i = 0; i < shift_count; i++) {
        const struct shift *shift = &shifts[i];
        bool is_on = shift->start <= task->close && shift->end >= task->open;
        if (is_on && first <= shift->close) {
            int64_t from = first > shift->open ? first : shift->open;
            int64_t to = last > shift->open ? last : shift->open;
            to = to < shift->close && shift->is_second == 0 ? to : shift->close;
            widen(problem, from + shift->length, to + shift->length, &paces);
        }
    }
    return paces;
}

/* ---- sites with paces ---- */

struct maker {
    struct arena *arena;
    const struct plan_problem *problem;
    struct plan_site *sites;
    struct paces *paces;
    uint32_t *origin, *next; /* the next site of one origin; PLAN_NONE */
    uint32_t count;
};

static uint32_t site_with(struct maker *maker, uint32_t site, const struct paces *paces)
{
    uint32_t last = site;
    for (uint32_t i = site; i != PLAN_NONE; i = maker->next[i]) {
        if (memcmp(&maker->paces[i], paces, sizeof *paces) == 0) {
            return i;
        }
        last = i;
    }
    uint32_t made = maker->count++;
    maker->sites[made] = maker->problem->sites[site];
    maker->paces[made] = *paces;
    maker->origin[made] = site;
    maker->next[made] = PLAN_NONE;
    maker->next[last] = made;
    return made;
}

/* The problem's own sites come first, at the slowest pace of all: who asks for them is safe. */
static void make_origins(struct maker *maker, size_t room)
{
    struct paces most = {{0}};
    const struct plan_problem *problem = maker->problem;
    for (uint32_t mode = 0; mode < problem->mode_count; mode++) {
        most.of[mode] = (uint16_t)extreme(&problem->modes[mode], true);
    }
    maker->sites = ARENA_ARRAY(maker->arena, struct plan_site, room);
    maker->paces = ARENA_ARRAY(maker->arena, struct paces, room);
    maker->origin = ARENA_ARRAY(maker->arena, uint32_t, room);
    maker->next = ARENA_ARRAY(maker->arena, uint32_t, room);
    for (uint32_t i = 0; i < problem->site_count; i++) {
        maker->sites[i] = problem->sites[i];
        maker->paces[i] = most;
        maker->origin[i] = i;
        maker->next[i] = PLAN_NONE;
    }
    maker->count = problem->site_count;
}

/* What was begun is a fact, whatever its window says; and a unit may be kept where it is. Such a task
 * is left at the slowest pace of all. */
static bool *find_locked(struct arena *arena, const struct plan_problem *problem)
{
    bool *is_locked = ARENA_ARRAY(arena, bool, problem->task_count + 1U);
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        for (uint32_t k = 0; k < problem->units[i].lock_count; k++) {
            is_locked[problem->units[i].locks[k].task] = true;
        }
    }
    return is_locked;
}

void pace_make_sites(struct arena *arena, struct net *net)
{
    const struct plan_problem *problem = net->problem;
    struct plan_problem *copy = ARENA_NEW(arena, struct plan_problem);
    struct maker maker = {.arena = arena, .problem = problem};
    const struct plan_problem *whole = problem->part_of != NULL ? problem->part_of : problem;
    struct shift *shifts = ARENA_ARRAY(arena, struct shift, 2 * (size_t)whole->unit_count + 1U);
    uint32_t shift_count = find_shifts(whole, shifts);
    const bool *is_locked = find_locked(arena, problem);
    make_origins(&maker,
                 (size_t)problem->site_count + problem->task_count + problem->unit_count + 1U);
    *copy = *problem;
    copy->tasks = ARENA_ARRAY(arena, struct plan_task, problem->task_count + 1U);
    copy->units = ARENA_ARRAY(arena, struct plan_unit, problem->unit_count + 1U);
    for (uint32_t i = 0; i < problem->task_count; i++) {
        copy->tasks[i] = problem->tasks[i];
        if (!is_locked[i]) {
            struct paces paces = task_paces(problem, &problem->tasks[i], shifts, shift_count);
            copy->tasks[i].site = site_with(&maker, problem->tasks[i].site, &paces);
        }
    }
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        struct paces paces = base_paces(problem, &problem->units[i]);
        copy->units[i] = problem->units[i];
        copy->units[i].base = site_with(&maker, problem->units[i].base, &paces);
    }
    copy->sites = maker.sites;
    copy->site_count = maker.count;
    net->problem = copy;
    net->origin = maker.origin;
    for (uint32_t mode = 0; mode < problem->mode_count; mode++) {
        uint16_t *of = ARENA_ARRAY(arena, uint16_t, maker.count + 1U);
        for (uint32_t i = 0; i < maker.count; i++) {
            of[i] = maker.paces[i].of[mode];
        }
        net->pace[mode] = of;
        net->pace_most[mode] = (uint16_t)extreme(&problem->modes[mode], true);
    }
}

int32_t pace_longest(const struct net *net, unsigned mode, uint32_t from, int32_t way)
{
    int64_t reach = (int64_t)PACE_REACH_S * net->problem->ticks_per_s;
    if (way >= NET_NO_WAY || way == 0 || net->problem->modes[mode].paces == NULL) {
        return way;
    }
    int64_t longest = stretched(way, net->pace[mode][from]);
    if (longest > reach) {
        longest = stretched(way, net->pace_most[mode]);
    }
    return longest < NET_NO_WAY ? (int32_t)longest : NET_NO_WAY;
}

/* ---- exact times ---- */

/* When a unit that is free at `at` goes on after its break, which is set or stays as it is. */
static int64_t rest(int32_t open, int32_t length, int64_t at, bool is_set, int32_t *start)
{
    int64_t begin = at > open ? at : open;
    if (is_set) {
        *start = (int32_t)begin;
    } else {
        begin = at > *start ? at : *start;
    }
    return begin + length;
}

/* Follows a route as the checker does. With `stops`, times are set; otherwise only ways are added. */
static int64_t follow(const struct net *net, uint32_t unit_index, struct plan_route *route,
                      struct plan_stop *stops)
{
    const struct plan_problem *problem = net->problem;
    const struct plan_unit *unit = &problem->units[unit_index];
    uint32_t site = net->origin[unit->base];
    int64_t at = unit->start;
    int64_t travel = 0;
    for (uint32_t i = 0; i <= route->stop_count; i++) {
        bool is_end = i == route->stop_count;
        at = net_after_had(unit, i, at);
        if (i == unit->lock_count && at < unit->free) {
            at = unit->free;
        }
        if (route->break_start >= 0 && route->break_after == i) {
            at = rest(unit->break_open, unit->break_length, at, stops != NULL, &route->break_start);
        }
        if (route->has_second && route->second_after == i) {
            at = rest(unit->second_open, unit->second_length, at, stops != NULL,
                      &route->second_start);
        }
        if (is_end && route->stop_count == 0) {
            break;
        }
        uint32_t task_index = is_end ? PLAN_NONE : route->stops[i].task;
        const struct plan_task *task = is_end ? NULL : &problem->tasks[task_index];
        uint32_t there = net->origin[is_end ? unit->end_site : task->site];
        int64_t arrival =
            pace_arrive(problem, unit->mode, at, net_plain_way(net, unit->mode, site, there));
        travel += arrival - at;
        site = there;
        if (is_end) {
            break;
        }
        bool is_fact = i < unit->lock_count && unit->locks[i].start >= 0;
        int64_t start = arrival > task->open ? arrival : task->open;
        start = is_fact || stops == NULL ? route->stops[i].start : start;
        if (stops != NULL) {
            stops[i] = (struct plan_stop){task_index, (int32_t)start};
        }
        at = start + task->dwell;
    }
    return travel;
}

void pace_retime(struct arena *arena, const struct net *net, uint32_t unit,
                 struct plan_route *route)
{
    struct plan_stop *stops = ARENA_ARRAY(arena, struct plan_stop, route->stop_count + 1U);
    (void)follow(net, unit, route, stops);
    route->stops = stops;
}

int64_t pace_travel(const struct net *net, const struct plan_route *routes)
{
    int64_t travel = 0;
    for (uint32_t i = 0; i < net->unit_count; i++) {
        struct plan_route route = routes[i];
        travel += follow(net, i, &route, NULL);
    }
    return travel;
}
