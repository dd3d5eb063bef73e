/* SPDX-License-Identifier: Apache-2.0 */
/* Breaks that do not all begin at once.
 *
 * The search puts each break where it costs least, which for units of one shift is the same time: then nobody of
 * a base is about. Here the visits of each unit stay as they are, and its break goes to the time, within its
 * window and what visits leave, when fewest others of its base have theirs. Visits behind it may begin later
 * than they could, never too late; profit and ways are the same.
 */
#include "plan/stagger.h"

#include "plan/pace.h"

enum {
    PART_S = 300,       /* times are told apart by so much */
    PARTS_MAX = 576,    /* two days; a longer horizon has longer parts */
    ROUNDS = 2,         /* each unit chooses again when all others have chosen */
    CELLS_MAX = 8000000 /* of all bases */
};

struct stagger {
    const struct net *net;
    uint32_t *base;    /* of each site: its number as a base, from 1 */
    uint16_t *resting; /* [base * parts + part]: units that are on a break */
    uint32_t parts, base_count;
    int32_t begin, part; /* ticks */
};

static uint32_t site_of(const struct net *net, uint32_t site)
{
    return net->origin != NULL ? net->origin[site] : site;
}

static int64_t arrive(const struct net *net, const struct plan_unit *unit, uint32_t from,
                      uint32_t to, int64_t at)
{
    if (net->origin == NULL) {
        return at + net_way(net, unit->mode, from, to);
    }
    int32_t way = net_plain_way(net, unit->mode, net->origin[from], net->origin[to]);
    return pace_arrive(net->problem, unit->mode, at, way);
}

/* A break is too early when what is before it has not ended; all else that is not in time is too late. */
enum followed { IN_TIME, FIRST_TOO_EARLY, SECOND_TOO_EARLY, TOO_LATE };

/* Sets the times of the stops as early as the breaks let them be. */
static enum followed follow(const struct net *net, const struct plan_unit *unit,
                            struct plan_route *route, struct plan_stop *stops, int64_t *ret_travel)
{
    uint32_t site = unit->base;
    int64_t at = unit->start;
    *ret_travel = 0;
    for (uint32_t i = 0;; i++) {
        if (route->break_after == i) {
            if (at > route->break_start) {
                return FIRST_TOO_EARLY;
            }
            at = (int64_t)route->break_start + unit->break_length;
        }
        if (route->has_second && route->second_after == i) {
            if (at > route->second_start) {
                return SECOND_TOO_EARLY;
            }
            at = (int64_t)route->second_start + unit->second_length;
        }
        bool is_end = i == route->stop_count;
        const struct net_task *task = is_end ? NULL : &net->tasks[stops[i].task];
        uint32_t next = is_end ? unit->end_site : task->site;
        int64_t there = arrive(net, unit, site, next, at);
        *ret_travel += there - at;
        site = next;
        if (is_end) {
            return there <= unit->end ? IN_TIME : TOO_LATE;
        }
        there = there > task->open ? there : task->open;
        if (there > task->close) {
            return TOO_LATE;
        }
        stops[i].start = (int32_t)there;
        at = there + task->dwell;
    }
}

/* ---- who rests when ---- */

static uint16_t *row_of(const struct stagger *stagger, const struct plan_unit *unit)
{
    uint32_t base = stagger->base[site_of(stagger->net, unit->base)];
    return &stagger->resting[(size_t)(base - 1) * stagger->parts];
}

static uint32_t part_of(const struct stagger *stagger, int64_t at)
{
    int64_t part = at > stagger->begin ? (at - stagger->begin) / stagger->part : 0;
    return part < stagger->parts ? (uint32_t)part : stagger->parts - 1;
}

static void count(const struct stagger *stagger, const struct plan_unit *unit, int32_t start,
                  int32_t length, int by)
{
    uint16_t *row = row_of(stagger, unit);
    for (uint32_t i = part_of(stagger, start); i <= part_of(stagger, start + length - 1); i++) {
        row[i] = (uint16_t)(row[i] + by);
    }
}

static void count_both(const struct stagger *stagger, const struct plan_unit *unit,
                       const struct plan_route *route, int by)
{
    if (route->break_start >= 0) {
        count(stagger, unit, route->break_start, unit->break_length, by);
    }
    if (route->has_second) {
        count(stagger, unit, route->second_start, unit->second_length, by);
    }
}

static int64_t others(const struct stagger *stagger, const struct plan_unit *unit, int32_t start,
                      int32_t length)
{
    const uint16_t *row = row_of(stagger, unit);
    int64_t sum = 0;
    for (uint32_t i = part_of(stagger, start); i <= part_of(stagger, start + length - 1); i++) {
        sum += row[i];
    }
    return sum;
}

/* ---- one break of one unit ---- */

struct rest {
    int32_t open, close, length;
    uint32_t first, last; /* stops that it may follow */
};

struct moving {
    struct rest rest;
    bool is_second;
    struct plan_route tried, best;
    int64_t least, most; /* others who rest then; how long the unit travels */
};

static struct rest rest_of(const struct plan_unit *unit, const struct plan_route *route,
                           bool is_second)
{
    if (is_second) {
        return (struct rest){unit->second_open, unit->second_close, unit->second_length,
                             route->break_after, route->stop_count};
    }
    return (struct rest){unit->break_open, unit->break_close, unit->break_length, 0,
                         route->has_second ? route->second_after : route->stop_count};
}

/* Behind one stop, from the first time on, in steps. Whatever begins later here ends no earlier, so that the
 * first that makes something else too late ends it. */
static void move_behind(const struct stagger *stagger, const struct plan_unit *unit,
                        struct moving *moving, struct plan_stop *stops)
{
    struct rest rest = moving->rest;
    struct plan_route *tried = &moving->tried;
    int32_t *start = moving->is_second ? &tried->second_start : &tried->break_start;
    for (int64_t at = rest.open; at <= rest.close; at += stagger->part) {
        int64_t travel = 0;
        *start = (int32_t)at;
        int64_t cost = others(stagger, unit, *start, rest.length);
        if (cost >= moving->least) {
            continue;
        }
        enum followed followed = follow(stagger->net, unit, tried, stops, &travel);
        if (followed == TOO_LATE || (followed == SECOND_TOO_EARLY && !moving->is_second)) {
            return;
        }
        if (followed == IN_TIME && travel <= moving->most) {
            moving->least = cost;
            moving->best = *tried;
        }
    }
}

static void move_break(const struct stagger *stagger, const struct plan_unit *unit,
                       struct plan_route *route, struct plan_stop *stops, bool is_second)
{
    struct moving moving = {.rest = rest_of(unit, route, is_second),
                            .is_second = is_second,
                            .tried = *route,
                            .best = *route};
    struct rest rest = moving.rest;
    uint32_t *after = is_second ? &moving.tried.second_after : &moving.tried.break_after;
    if (follow(stagger->net, unit, &moving.tried, stops, &moving.most) != IN_TIME) {
        return; /* not as these rules have it: it stays */
    }
    moving.least =
        others(stagger, unit, is_second ? route->second_start : route->break_start, rest.length);
    for (uint32_t i = rest.first; i <= rest.last && moving.least > 0; i++) {
        *after = i;
        move_behind(stagger, unit, &moving, stops);
    }
    *route = moving.best;
}

static void move_unit(struct arena *arena, const struct stagger *stagger, uint32_t index,
                      struct plan_route *route)
{
    const struct plan_unit *unit = &stagger->net->problem->units[index];
    struct plan_stop *stops = ARENA_ARRAY(arena, struct plan_stop, route->stop_count + 1U);
    struct plan_route moved = *route;
    int64_t travel = 0;
    memcpy(stops, route->stops, route->stop_count * sizeof *stops);
    count_both(stagger, unit, route, -1);
    move_break(stagger, unit, &moved, stops, false);
    if (moved.has_second) {
        move_break(stagger, unit, &moved, stops, true);
    }
    bool is_moved = moved.break_start != route->break_start ||
                    (moved.has_second && moved.second_start != route->second_start);
    if (is_moved && follow(stagger->net, unit, &moved, stops, &travel) == IN_TIME) {
        moved.stops = stops;
        *route = moved;
    }
    count_both(stagger, unit, route, 1);
}

/* ---- all of them ---- */

/* What has begun, or is fixed, stays as it is. */
static bool may_move(const struct plan_unit *unit, const struct plan_route *route)
{
    return route->break_start >= 0 && route->stop_count > 0 && unit->lock_count == 0 &&
           unit->had_count == 0 && unit->free <= unit->start;
}

/* False: nobody has a break. */
static bool make(struct arena *arena, const struct net *net, const struct plan_route *routes,
                 struct stagger *stagger)
{
    const struct plan_problem *problem = net->problem;
    int64_t end = 0;
    *stagger = (struct stagger){.net = net, .begin = INT32_MAX};
    stagger->base = ARENA_ARRAY(arena, uint32_t, net->site_count + 1U);
    for (uint32_t i = 0; i < net->unit_count; i++) {
        const struct plan_unit *unit = &problem->units[i];
        uint32_t *base = &stagger->base[site_of(net, unit->base)];
        if (routes[i].break_start >= 0) {
            *base = *base == 0 ? ++stagger->base_count : *base;
            stagger->begin = unit->start < stagger->begin ? unit->start : stagger->begin;
            end = unit->end > end ? unit->end : end;
        }
    }
    if (stagger->base_count == 0) {
        return false;
    }
    int64_t span = end > stagger->begin ? end - stagger->begin : 1;
    stagger->part = PART_S * problem->ticks_per_s;
    if (span / stagger->part >= PARTS_MAX) {
        stagger->part = (int32_t)(span / PARTS_MAX + 1);
    }
    stagger->parts = (uint32_t)(span / stagger->part) + 1;
    size_t cells = (size_t)stagger->base_count * stagger->parts;
    if (cells > CELLS_MAX) {
        return false;
    }
    stagger->resting = ARENA_ARRAY(arena, uint16_t, cells);
    return true;
}

void stagger_breaks(struct arena *arena, const struct net *net, struct plan_route *routes)
{
    struct stagger stagger;
    if (!make(arena, net, routes, &stagger)) {
        return;
    }
    for (uint32_t i = 0; i < net->unit_count; i++) {
        if (routes[i].break_start >= 0) {
            count_both(&stagger, &net->problem->units[i], &routes[i], 1);
        }
    }
    for (int round = 0; round < ROUNDS; round++) {
        for (uint32_t i = 0; i < net->unit_count; i++) {
            if (may_move(&net->problem->units[i], &routes[i])) {
                move_unit(arena, &stagger, i, &routes[i]);
            }
        }
    }
}
