/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/rests.h"

enum {
    STATES = 3, /* breaks that have been taken */
    ROOM = TRACK_STOPS_MAX + 4
};

struct chains {
    int32_t dep[ROOM][STATES]; /* earliest leaving of a stop */
    int32_t lst[ROOM][STATES]; /* latest start of it */
};

struct rest {
    int32_t open, close, length;
};

static struct rest rest_of(const struct plan_unit *unit, uint32_t nth)
{
    return nth == 0 ? (struct rest){unit->break_open, unit->break_close, unit->break_length}
                    : (struct rest){unit->second_open, unit->second_close, unit->second_length};
}

/* When a unit that is free at `at` can go on after its break; TIME_NEVER when it is too late. */
static int32_t after_rest(const struct plan_unit *unit, uint32_t nth, int32_t at)
{
    struct rest rest = rest_of(unit, nth);
    int32_t begin = at > rest.open ? at : rest.open;
    return at >= TIME_NEVER || begin > rest.close ? TIME_NEVER : begin + rest.length;
}

/* The latest time to be free and still take the break and then be free by `by`. */
static int32_t before_rest(const struct plan_unit *unit, uint32_t nth, int32_t by)
{
    struct rest rest = rest_of(unit, nth);
    int32_t latest = by - rest.length < rest.close ? by - rest.length : rest.close;
    return latest < rest.open ? -TIME_NEVER : latest;
}

static void rest_here(const struct plan_unit *unit, int32_t dep[STATES])
{
    for (uint32_t s = 0; s + 1 < STATES; s++) {
        int32_t rested = after_rest(unit, s, dep[s]);
        dep[s + 1] = rested < dep[s + 1] ? rested : dep[s + 1];
    }
}

static void forward(const struct net *net, const struct track *track, struct chains *chains)
{
    const struct plan_unit *unit = &net->problem->units[track->unit];
    const struct stop *stops = track->stops;
    int32_t free_at = track_after_had(unit, 0, unit->start);
    free_at = track->locked == 0 && unit->free > free_at ? unit->free : free_at;
    chains->dep[0][0] = free_at;
    chains->dep[0][1] = chains->dep[0][2] = TIME_NEVER;
    rest_here(unit, chains->dep[0]);
    for (uint32_t i = 1; i <= track->len; i++) {
        const struct net_task *task = &net->tasks[stops[i].task];
        bool is_fact = i <= track->locked && unit->locks[i - 1].start >= 0;
        for (uint32_t s = 0; s < STATES; s++) {
            int32_t before = chains->dep[i - 1][s];
            int32_t at = before >= TIME_NEVER ? TIME_NEVER : before + stops[i - 1].way;
            if (is_fact) {
                int32_t start = unit->locks[i - 1].start;
                at = s == 0 || before <= start ? start : TIME_NEVER;
            } else {
                at = at > task->open ? at : task->open;
                at = at > task->close ? TIME_NEVER : at;
            }
            int32_t done = at < TIME_NEVER ? at + task->dwell : TIME_NEVER;
            done = track_after_had(unit, i, done);
            done = i == track->locked && done < unit->free ? unit->free : done;
            chains->dep[i][s] = done;
        }
        rest_here(unit, chains->dep[i]);
    }
}

static void backward(const struct net *net, const struct track *track, struct chains *chains)
{
    const struct plan_unit *unit = &net->problem->units[track->unit];
    chains->lst[track->len + 1][0] = chains->lst[track->len + 1][1] = -TIME_NEVER;
    chains->lst[track->len + 1][2] = unit->end;
    for (uint32_t i = track->len; i >= 1; i--) {
        const struct net_task *task = &net->tasks[track->stops[i].task];
        int32_t by[STATES];
        for (uint32_t s = 0; s < STATES; s++) {
            int32_t next = chains->lst[i + 1][s];
            by[s] = next <= -TIME_NEVER ? -TIME_NEVER : next - track->stops[i].way;
        }
        for (uint32_t s = STATES - 1; s > 0; s--) {
            int32_t here = by[s] <= -TIME_NEVER ? -TIME_NEVER : before_rest(unit, s - 1, by[s]);
            by[s - 1] = here > by[s - 1] ? here : by[s - 1];
        }
        for (uint32_t s = 0; s < STATES; s++) {
            int32_t latest = by[s] <= -TIME_NEVER ? -TIME_NEVER : by[s] - task->dwell;
            latest = latest < task->close ? latest : task->close;
            chains->lst[i][s] =
                latest < task->open ? -TIME_NEVER : latest; /* it is not open then */
        }
    }
}

void rests_update(const struct net *net, struct track *track)
{
    struct chains chains;
    struct stop *stops = track->stops;
    track->way = 0;
    for (uint32_t i = 0; i <= track->len; i++) {
        stops[i].way =
            track->len == 0 ? 0 : net_way(net, track->mode, stops[i].site, stops[i + 1].site);
        track->way += stops[i].way;
    }
    if (track->len + 2 > ROOM) { /* so many locks: it keeps them and gets nothing else */
        stops[track->len].dep = TIME_NEVER;
        stops[track->len + 1].lst = -TIME_NEVER;
        return;
    }
    forward(net, track, &chains);
    backward(net, track, &chains);
    for (uint32_t i = 0; i <= track->len + 1; i++) {
        bool is_end = i == track->len + 1;
        stops[i].dep = is_end ? 0 : chains.dep[i][STATES - 1];
        stops[i].dep_owed = is_end ? 0 : chains.dep[i][0];
        stops[i].lst = i == 0 ? 0 : chains.lst[i][STATES - 1];
        stops[i].lst_owed = i == 0 ? 0 : chains.lst[i][0];
        stops[i].gap = TIME_NEVER;
    }
}

static bool fits(const struct plan_unit *unit, const struct net_task *task, const int32_t *dep,
                 const int32_t *lst, int32_t there, int32_t back)
{
    int32_t done[STATES];
    for (uint32_t s = 0; s < STATES; s++) {
        int32_t at = dep[s] >= TIME_NEVER ? TIME_NEVER : dep[s] + there;
        at = at > task->open ? at : task->open;
        done[s] = at > task->close ? TIME_NEVER : at + task->dwell;
    }
    rest_here(unit, done);
    for (uint32_t s = 0; s < STATES; s++) {
        if (done[s] < TIME_NEVER && done[s] + back <= lst[s]) {
            return true;
        }
    }
    return false;
}

void rests_scan(const struct net *net, const struct track *track, uint32_t track_index,
                const struct net_task *task, struct spot *best)
{
    const struct plan_unit *unit = &net->problem->units[track->unit];
    struct chains chains;
    if (track->len + 2 > ROOM) {
        return;
    }
    forward(net, track, &chains);
    backward(net, track, &chains);
    for (uint32_t i = track->locked; i <= track->len; i++) {
        const struct stop *a = &track->stops[i];
        int32_t there = net_way(net, track->mode, a->site, task->site);
        int32_t back = net_way(net, track->mode, task->site, a[1].site);
        int32_t cost = there + back - a->way;
        if (cost < best->cost && fits(unit, task, chains.dep[i], chains.lst[i + 1], there, back)) {
            *best = (struct spot){cost, track_index, i};
        }
    }
}

/* Earliest times with the breaks after stops `first` and `second`; the time of being back. */
static int32_t drive(const struct net *net, const struct track *track, uint32_t first,
                     uint32_t second, struct plan_stop *stops, struct plan_route *route)
{
    const struct plan_unit *unit = &net->problem->units[track->unit];
    const uint32_t after[] = {first, second};
    int32_t starts[2] = {-1, -1};
    int32_t at = unit->start;
    int32_t rested = 0;
    for (uint32_t i = 0; i <= track->len; i++) {
        if (i > 0 && !track_serve(net, track, i, rested, &at, &stops[i - 1])) {
            return TIME_NEVER;
        }
        at = track_after_had(unit, i, at);
        at = i == track->locked && at < unit->free ? unit->free : at;
        for (uint32_t s = 0; s < 2; s++) {
            if (after[s] == i) {
                struct rest rest = rest_of(unit, s);
                at = at > rest.open ? at : rest.open;
                if (at > rest.close) {
                    return TIME_NEVER;
                }
                starts[s] = at;
                at += rest.length;
                rested = at;
            }
        }
    }
    route->break_start = starts[0];
    route->break_after = first;
    route->has_second = true;
    route->second_start = starts[1];
    route->second_after = second;
    return at + track->stops[track->len].way;
}

struct plan_route rests_route(struct arena *arena, const struct net *net, const struct track *track)
{
    struct plan_stop *stops = ARENA_ARRAY(arena, struct plan_stop, track->len + 1U);
    struct plan_route route = {.stops = stops, .stop_count = track->len, .break_start = -1};
    int32_t best = TIME_NEVER;
    uint32_t best_first = 0;
    uint32_t best_second = 0;
    for (uint32_t first = 0; first <= track->len && track->len > 0; first++) {
        for (uint32_t second = first; second <= track->len; second++) {
            int32_t back = drive(net, track, first, second, stops, &route);
            if (back < best) {
                best = back;
                best_first = first;
                best_second = second;
            }
        }
    }
    if (track->len > 0) {
        (void)drive(net, track, best_first, best_second, stops, &route);
    }
    return route;
}
