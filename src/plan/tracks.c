/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/tracks.h"

#include <stdlib.h>

#include "plan/rests.h"

/* ---- times of a track ---- */

/* When a unit that is free at `at` can go on after its break; TIME_NEVER when it is too late. */
static int32_t after_break(const struct plan_unit *unit, int32_t at)
{
    int32_t begin = at > unit->break_open ? at : unit->break_open;
    return at >= TIME_NEVER || begin > unit->break_close ? TIME_NEVER : begin + unit->break_length;
}

/* The latest time to be free and still take a break and then leave so that `way` ends by `by`. */
static int32_t before_break(const struct plan_unit *unit, int32_t by, int32_t way)
{
    int32_t latest = by - way - unit->break_length;
    latest = latest < unit->break_close ? latest : unit->break_close;
    return latest < unit->break_open ? -TIME_NEVER : latest;
}

static int32_t start_after(const struct net_task *task, int32_t dep, int32_t way)
{
    int32_t at = dep + way;
    at = at > task->open ? at : task->open;
    return dep >= TIME_NEVER || at > task->close ? TIME_NEVER : at;
}

int32_t track_after_had(const struct plan_unit *unit, uint32_t stops, int32_t at)
{
    return unit->had_count == 0 || at >= TIME_NEVER ? at : (int32_t)net_after_had(unit, stops, at);
}

/* Times of the base, and of stop i from those of the stop before it. */
static void forward_base(struct track *track, const struct plan_unit *unit)
{
    struct stop *base = &track->stops[0];
    int32_t free_at = track_after_had(unit, 0, unit->start);
    free_at = track->locked == 0 && unit->free > free_at ? unit->free : free_at;
    base->dep_owed = free_at;
    base->dep = track->has_break ? after_break(unit, free_at) : free_at;
}

static void forward_stop(const struct net *net, struct track *track, const struct plan_unit *unit,
                         uint32_t i)
{
    const struct stop *a = &track->stops[i - 1];
    struct stop *b = &track->stops[i];
    const struct net_task *task = &net->tasks[b->task];
    if (i <= track->locked && unit->locks[i - 1].start >= 0) {
        int32_t at = unit->locks[i - 1].start;
        b->dep_owed = at + task->dwell;
        b->dep = a->dep <= at || !track->has_break ? b->dep_owed : TIME_NEVER;
    } else {
        int32_t done = start_after(task, a->dep, a->way);
        int32_t owed = track->has_break ? start_after(task, a->dep_owed, a->way) : TIME_NEVER;
        b->dep = done < TIME_NEVER ? done + task->dwell : TIME_NEVER;
        b->dep_owed = owed < TIME_NEVER ? owed + task->dwell : TIME_NEVER;
    }
    if (i <= track->locked) {
        b->dep = track_after_had(unit, i, b->dep);
        b->dep_owed = track_after_had(unit, i, b->dep_owed);
    }
    if (i == track->locked) {
        b->dep = b->dep > unit->free ? b->dep : unit->free;
        b->dep_owed = b->dep_owed > unit->free ? b->dep_owed : unit->free;
    }
    if (track->has_break) {
        int32_t now = after_break(unit, b->dep_owed);
        b->dep = now < b->dep ? now : b->dep;
    }
}

/* Times of stop i from those of the stop behind it. */
static void backward_stop(const struct net *net, struct track *track, const struct plan_unit *unit,
                          uint32_t i)
{
    struct stop *a = &track->stops[i];
    const struct stop *b = &track->stops[i + 1];
    const struct net_task *task = &net->tasks[a->task];
    int32_t latest = b->lst - a->way - task->dwell;
    a->lst = latest < task->close ? latest : task->close;
    if (track->has_break) {
        int32_t later = b->lst_owed - a->way - task->dwell;
        int32_t here = before_break(unit, b->lst, a->way) - task->dwell;
        latest = later > here ? later : here;
        a->lst_owed = latest < task->close ? latest : task->close;
        /* not when the task is not open yet: then the break had to come before it, or after */
        a->lst_owed = a->lst_owed < task->open ? -TIME_NEVER : a->lst_owed;
        a->lst = a->lst < task->open ? -TIME_NEVER : a->lst;
    }
}

/* The times of a track whose stops between `left` and `right` are new, or whose stops between them have gone:
 * on either side only as far as something changes. */
static void update_between(const struct net *net, struct track *track, uint32_t left,
                           uint32_t right)
{
    const struct plan_unit *unit = &net->problem->units[track->unit];
    struct stop *stops = track->stops;
    if (unit->second_length > 0) {
        rests_update(net, track);
        return;
    }
    for (uint32_t i = left; i < right; i++) {
        /* whoever has no visit stays at home */
        stops[i].way =
            track->len == 0 ? 0 : net_way(net, track->mode, stops[i].site, stops[i + 1].site);
        track->way += stops[i].way;
    }
    uint32_t last = left + 1;
    for (; last <= track->len; last++) {
        int32_t dep = stops[last].dep;
        int32_t dep_owed = stops[last].dep_owed;
        forward_stop(net, track, unit, last);
        if (last >= right && stops[last].dep == dep && stops[last].dep_owed == dep_owed) {
            break;
        }
    }
    uint32_t first = right - 1;
    for (; first >= 1; first--) {
        int32_t lst = stops[first].lst;
        int32_t lst_owed = stops[first].lst_owed;
        backward_stop(net, track, unit, first);
        if (first <= left && stops[first].lst == lst && stops[first].lst_owed == lst_owed) {
            break;
        }
    }
    for (uint32_t i = first; i < last; i++) {
        stops[i].gap = track->has_break || net->slack < 0
                           ? TIME_NEVER
                           : stops[i + 1].lst - stops[i].dep - stops[i].way + net->slack;
    }
    track->has_openings = false;
}

void track_update(const struct net *net, struct track *track)
{
    const struct plan_unit *unit = &net->problem->units[track->unit];
    struct stop *end = &track->stops[track->len + 1];
    end->lst = unit->end;
    end->lst_owed = -TIME_NEVER;
    forward_base(track, unit);
    track->way = 0;
    update_between(net, track, 0, track->len + 1);
}

/* How long a visit between stop i and the next can be, at most. */
static int32_t room_at(const struct net *net, const struct track *track, uint32_t i)
{
    const struct stop *a = &track->stops[i];
    const struct stop *b = a + 1;
    if (net->beside == NULL || i <= track->locked || i == track->len ||
        net->beside[a->task].after + a->way <= b->lst ||
        a->dep + a->way <= net->beside[b->task].before) {
        return a->gap; /* perhaps without any way: one of the same site */
    }
    const struct net_least *from = &net->least_ways[a->site];
    const struct net_least *to = &net->least_ways[b->site];
    int32_t detour = (from->site == b->site ? from->second : from->first) +
                     (to->site == a->site ? to->second : to->first) - a->way;
    return a->gap - net->slack - (detour > net->least_detour ? detour : net->least_detour);
}

static void make_openings(const struct net *net, struct track *track)
{
    uint32_t count = 0;
    for (uint32_t i = track->locked; i <= track->len; i++) {
        const struct stop *a = &track->stops[i];
        int32_t least = net->least_dwell;
        if (net->least != NULL && i > track->locked && i < track->len) {
            least = net->least[(size_t)a->task * net->task_count + a[1].task] + net->slack;
        }
        if (a->gap < least || a->dep >= TIME_NEVER) {
            continue;
        }
        int32_t room = room_at(net, track, i);
        if (room >= least || net->least != NULL) {
            track->openings[count++] = (struct opening){a->dep, a[1].lst, room, i};
        }
    }
    track->opening_count = count;
    track->has_openings = true;
}

bool track_is_sound(const struct track *track)
{
    const struct stop *last = &track->stops[track->len];
    return track->len <= track->locked ||
           (last->dep < TIME_NEVER && last->dep + last->way <= last[1].lst);
}

/* ---- the step and its log ---- */

static int by_size(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a;
    int32_t y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

/* Behind its locks, which may be facts that overlap, no unit makes more visits than the shortest ones that fit into
 * the longest duty. */
static uint32_t cap_of(struct arena *arena, const struct net *net)
{
    int32_t *dwells = ARENA_ARRAY(arena, int32_t, net->task_count + 1U);
    int64_t left = 0;
    uint32_t locked = 0;
    uint32_t cap = 0;
    for (uint32_t i = 0; i < net->unit_count; i++) {
        const struct plan_unit *unit = &net->problem->units[i];
        left = unit->end - unit->start > left ? unit->end - unit->start : left;
        locked = unit->lock_count > locked ? unit->lock_count : locked;
    }
    for (uint32_t i = 0; i < net->task_count; i++) {
        dwells[i] = net->tasks[i].dwell;
    }
    qsort(dwells, net->task_count, sizeof *dwells, by_size);
    while (cap < net->task_count && cap < TRACK_STOPS_MAX && dwells[cap] <= left) {
        left -= dwells[cap++];
    }
    return cap + locked + 1;
}

/* By how many tasks of its turn more or fewer are met when the task gets the track, or loses the one that it
 * has. */
static int32_t turn_by(struct tracks *tracks, uint32_t task, uint32_t track)
{
    const struct plan_problem *problem = tracks->net->problem;
    const struct plan_task *one = &problem->tasks[task];
    const struct plan_turn *turn = &problem->turns[one->turn - 1];
    int64_t *officers = &tracks->turn_officers[one->turn - 1];
    uint32_t unit = tracks->all[track == PLAN_NONE ? tracks->where[task] : track].unit;
    int32_t by = plan_turn_officers(&problem->units[unit], one);
    uint32_t before = plan_turn_unmet(turn, *officers);
    *officers += track == PLAN_NONE ? -by : by;
    uint32_t after = plan_turn_unmet(turn, *officers);
    return (int32_t)(before > after ? before - after : after - before);
}

bool tracks_is_met(const struct tracks *tracks, uint32_t task)
{
    uint32_t turn = tracks->net->tasks[task].turn;
    return tracks->where[task] != PLAN_NONE ||
           (turn > 0 && plan_turn_unmet(&tracks->net->problem->turns[turn - 1],
                                        tracks->turn_officers[turn - 1]) == 0);
}

static void set_missing(struct tracks *tracks, uint32_t task, int32_t duties)
{
    tracks->missing += duties;
    tracks->lost_sum += duties * tracks->weights[task];
    if (tracks->net->tasks[task].turn > 0) {
        return;
    }
    if (duties > 0) {
        tracks->lost_at[task] = tracks->lost_count;
        tracks->lost[tracks->lost_count++] = task;
    } else {
        uint32_t last = tracks->lost[--tracks->lost_count];
        tracks->lost[tracks->lost_at[task]] = last;
        tracks->lost_at[last] = tracks->lost_at[task];
    }
}

void tracks_weigh(struct tracks *tracks, uint32_t task)
{
    tracks->weights[task]++;
    tracks->lost_sum++;
}

void tracks_unweigh(struct tracks *tracks)
{
    for (uint32_t i = 0; i < tracks->net->task_count; i++) {
        tracks->weights[i] = 1;
    }
    tracks->lost_sum = tracks->missing;
}

static void set_where(struct tracks *tracks, uint32_t task, uint32_t track)
{
    const struct net_task *one = &tracks->net->tasks[task];
    uint32_t was = tracks->where[task];
    int64_t gain = one->value;
    int32_t duties = one->is_mandatory ? 1 : 0;
    if (one->turn > 0) {
        duties = turn_by(tracks, task, track);
        gain *= duties;
    }
    if (one->group != PLAN_NONE) {
        const struct plan_group *group = &tracks->net->problem->groups[one->group];
        uint32_t *count = &tracks->group_counts[one->group];
        uint32_t nth = track == PLAN_NONE ? --*count : (*count)++;
        nth = nth < group->weight_count ? nth : group->weight_count - 1U;
        gain = (gain >> NET_PROFIT_SHIFT) * group->weights[nth] / 1000;
        gain = (int64_t)((uint64_t)gain << NET_PROFIT_SHIFT);
    }
    tracks->where[task] = track;
    if (duties != 0) {
        set_missing(tracks, task, track == PLAN_NONE ? duties : -duties);
    }
    if (track == PLAN_NONE) {
        tracks->value -= gain;
        tracks->absent_at[task] = tracks->absent_count;
        tracks->absent[tracks->absent_count++] = task;
        return;
    }
    ASSERT(was == PLAN_NONE);
    uint32_t at = tracks->absent_at[task];
    uint32_t last = tracks->absent[--tracks->absent_count];
    tracks->absent[at] = last;
    tracks->absent_at[last] = at;
    tracks->value += gain;
}

int64_t tracks_gain(const struct tracks *tracks, uint32_t task)
{
    const struct net_task *one = &tracks->net->tasks[task];
    if (one->group == PLAN_NONE) {
        return one->value;
    }
    const struct plan_group *group = &tracks->net->problem->groups[one->group];
    uint32_t nth = tracks->group_counts[one->group];
    nth = nth < group->weight_count ? nth : group->weight_count - 1U;
    return (int64_t)((uint64_t)((one->value >> NET_PROFIT_SHIFT) * group->weights[nth] / 1000)
                     << NET_PROFIT_SHIFT);
}

static void list_empty(struct tracks *tracks, uint32_t track)
{
    struct track *one = &tracks->all[track];
    bool is_listed = one->empty_at != PLAN_NONE;
    if (one->len == 0 && !is_listed) {
        one->empty_at = tracks->empty_count;
        tracks->empty[tracks->empty_count++] = track;
    } else if (one->len > 0 && is_listed) {
        uint32_t last = tracks->empty[--tracks->empty_count];
        tracks->empty[one->empty_at] = last;
        tracks->all[last].empty_at = one->empty_at;
        one->empty_at = PLAN_NONE;
    }
}

static void lock_in(struct tracks *tracks, uint32_t track)
{
    struct track *one = &tracks->all[track];
    const struct plan_unit *unit = &tracks->net->problem->units[one->unit];
    track_update(tracks->net, one);
    tracks->way += one->way;
    for (uint32_t i = 0; i < unit->lock_count; i++) {
        tracks_insert(tracks, track, i, unit->locks[i].task);
    }
    one->locked = unit->lock_count;
    track_update(tracks->net, one);
}

void tracks_make(struct arena *arena, const struct net *net, struct tracks *ret_tracks)
{
    struct tracks tracks = {.net = net, .cap = cap_of(arena, net)};
    uint32_t units = net->unit_count;
    uint32_t tasks = net->task_count;
    size_t room = tracks.cap + 2U;
    struct stop *stops = ARENA_ARRAY(arena, struct stop, room * units);
    struct opening *openings = ARENA_ARRAY(arena, struct opening, room * units);
    tracks.all = ARENA_ARRAY(arena, struct track, units);
    tracks.where = ARENA_ARRAY(arena, uint32_t, tasks + 1U);
    tracks.absent = ARENA_ARRAY(arena, uint32_t, tasks + 1U);
    tracks.absent_at = ARENA_ARRAY(arena, uint32_t, tasks + 1U);
    tracks.empty = ARENA_ARRAY(arena, uint32_t, units + 1U);
    tracks.lost = ARENA_ARRAY(arena, uint32_t, tasks + 1U);
    tracks.lost_at = ARENA_ARRAY(arena, uint32_t, tasks + 1U);
    tracks.weights = ARENA_ARRAY(arena, int64_t, tasks + 1U);
    tracks.group_counts = ARENA_ARRAY(arena, uint32_t, net->problem->group_count + 1U);
    tracks.turn_officers = ARENA_ARRAY(arena, int64_t, net->problem->turn_count + 1U);
    tracks.touched_stamp = ARENA_ARRAY(arena, uint32_t, units + 1U);
    tracks.saved_cap = room * (units < TOUCHED_MAX ? units : TOUCHED_MAX);
    tracks.saved_stops = ARENA_ARRAY(arena, struct stop, tracks.saved_cap);
    tracks.moves = ARENA_ARRAY(arena, struct move, 2 * (size_t)tasks + 2);
    for (uint32_t i = 0; i < tasks; i++) {
        tracks.where[i] = PLAN_NONE;
        tracks.absent[i] = tracks.absent_at[i] = i;
        tracks.weights[i] = 1;
        if (net->tasks[i].is_mandatory && net->tasks[i].turn == 0) {
            set_missing(&tracks, i, 1);
        }
    }
    for (uint32_t i = 0; i < net->problem->turn_count; i++) {
        tracks.missing += (int32_t)plan_turn_unmet(&net->problem->turns[i], 0);
    }
    tracks.lost_sum = tracks.missing;
    tracks.absent_count = tasks;
    for (uint32_t i = 0; i < units; i++) {
        const struct plan_unit *unit = &net->problem->units[i];
        struct track *one = &tracks.all[i];
        *one = (struct track){.stops = stops + room * i,
                              .openings = openings + room * i,
                              .unit = i,
                              .mode = unit->mode,
                              .capacity = unit->capacity,
                              .has_break = unit->break_length > 0,
                              .empty_at = PLAN_NONE};
        one->stops[0] = (struct stop){.site = unit->base, .task = PLAN_NONE};
        one->stops[1] = (struct stop){.site = unit->end_site, .task = PLAN_NONE};
        tracks_begin_step(&tracks);
        lock_in(&tracks, i);
        list_empty(&tracks, i);
    }
    *ret_tracks = tracks;
}

void tracks_begin_step(struct tracks *tracks)
{
    tracks->stamp++;
    tracks->touched_count = 0;
    tracks->saved_used = 0;
    tracks->move_count = 0;
    tracks->value_before = tracks->value;
    tracks->way_before = tracks->way;
    tracks->lost_sum_before = tracks->lost_sum;
    tracks->missing_before = tracks->missing;
}

bool tracks_touch(struct tracks *tracks, uint32_t track)
{
    struct track *one = &tracks->all[track];
    if (tracks->touched_stamp[track] == tracks->stamp) {
        return true;
    }
    if (tracks->touched_count == TOUCHED_MAX) {
        return false;
    }
    size_t count = one->len + 2U;
    struct track *saved = &tracks->saved[tracks->touched_count];
    *saved = *one;
    saved->stops = tracks->saved_stops + tracks->saved_used;
    memcpy(saved->stops, one->stops, count * sizeof *one->stops);
    tracks->saved_used += count;
    tracks->touched[tracks->touched_count++] = track;
    tracks->touched_stamp[track] = tracks->stamp;
    return true;
}

void tracks_undo_step(struct tracks *tracks)
{
    while (tracks->move_count > 0) {
        struct move move = tracks->moves[--tracks->move_count];
        set_where(tracks, move.task, move.was);
    }
    for (uint32_t i = 0; i < tracks->touched_count; i++) {
        struct track *one = &tracks->all[tracks->touched[i]];
        const struct track *saved = &tracks->saved[i];
        memcpy(one->stops, saved->stops, (saved->len + 2U) * sizeof *one->stops);
        one->len = saved->len;
        one->load = saved->load;
        one->way = saved->way;
        one->has_openings = false;
        list_empty(tracks, tracks->touched[i]);
    }
    tracks->way = tracks->way_before;
}

void tracks_remove(struct tracks *tracks, uint32_t track, uint32_t first, uint32_t count)
{
    struct track *one = &tracks->all[track];
    struct stop *stops = one->stops;
    tracks->way -= one->way;
    for (uint32_t i = first - 1; i < first + count; i++) {
        one->way -= stops[i].way;
    }
    for (uint32_t i = first; i < first + count; i++) {
        tracks->moves[tracks->move_count++] = (struct move){stops[i].task, track};
        one->load -= tracks->net->tasks[stops[i].task].load;
        set_where(tracks, stops[i].task, PLAN_NONE);
    }
    memmove(stops + first, stops + first + count, (one->len + 2U - first - count) * sizeof *stops);
    one->len -= count;
    update_between(tracks->net, one, first - 1, first);
    tracks->way += one->way;
    list_empty(tracks, track);
}

void tracks_insert(struct tracks *tracks, uint32_t track, uint32_t after, uint32_t task)
{
    struct track *one = &tracks->all[track];
    struct stop *stops = one->stops;
    tracks->moves[tracks->move_count++] = (struct move){task, PLAN_NONE};
    set_where(tracks, task, track);
    one->load += tracks->net->tasks[task].load;
    memmove(stops + after + 2, stops + after + 1, (one->len + 1U - after) * sizeof *stops);
    stops[after + 1] = (struct stop){.site = tracks->net->tasks[task].site, .task = task};
    one->len++;
    tracks->way -= one->way;
    one->way -= stops[after].way;
    update_between(tracks->net, one, after, after + 2);
    tracks->way += one->way;
    list_empty(tracks, track);
}

void tracks_clear(struct tracks *tracks, uint32_t track)
{
    const struct track *one = &tracks->all[track];
    if (one->len > one->locked) {
        tracks_remove(tracks, track, one->locked + 1, one->len - one->locked);
    }
}

void tracks_fill(struct tracks *tracks, uint32_t track, const struct track *from)
{
    struct track *one = &tracks->all[track];
    for (uint32_t i = one->locked + 1; i <= from->len; i++) {
        set_where(tracks, from->stops[i].task, track);
    }
    memcpy(one->stops, from->stops, (from->len + 2U) * sizeof *one->stops);
    one->len = from->len;
    one->load = from->load;
    tracks->way -= one->way;
    track_update(tracks->net, one);
    tracks->way += one->way;
    list_empty(tracks, track);
}

void tracks_load(struct tracks *tracks, uint32_t track, const struct plan_route *route)
{
    tracks_begin_step(tracks);
    for (uint32_t i = tracks->all[track].locked; i < route->stop_count; i++) {
        if (tracks->where[route->stops[i].task] == PLAN_NONE &&
            tracks->all[track].len < tracks->cap) {
            tracks_insert(tracks, track, tracks->all[track].len, route->stops[i].task);
        }
    }
}

bool tracks_is_better(const struct tracks *a, const struct tracks *b)
{
    if (a->missing != b->missing) {
        return a->missing < b->missing;
    }
    return a->value != b->value ? a->value > b->value : a->way < b->way;
}

/* ---- where a task fits ---- */

static inline bool fits_with_break(const struct plan_unit *unit, const struct net_task *task,
                                   const struct stop *a, const struct stop *b, int32_t there,
                                   int32_t back)
{
    int32_t done = start_after(task, a->dep, there);
    int32_t owed = start_after(task, a->dep_owed, there);
    if (done < TIME_NEVER && done + task->dwell + back <= b->lst) {
        return true;
    }
    if (owed >= TIME_NEVER) {
        return false;
    }
    int32_t paused = after_break(unit, owed + task->dwell);
    return owed + task->dwell + back <= b->lst_owed ||
           (paused < TIME_NEVER && paused + back <= b->lst);
}

static inline bool blinks(struct blinker *blinker)
{
    if (--blinker->left == 0) {
        blinker->left = 1 + random_below(blinker->random, BLINK_SPAN);
        return true;
    }
    return false;
}

static void scan_with_break(const struct net *net, const struct track *track, uint32_t track_index,
                            const struct net_task *task, struct blinker *blinker, struct spot *best)
{
    const struct plan_unit *unit = &net->problem->units[track->unit];
    if (unit->second_length > 0) {
        rests_scan(net, track, track_index, task, best);
        return;
    }
    for (uint32_t i = track->locked; i <= track->len; i++) {
        const struct stop *a = &track->stops[i];
        const struct stop *b = a + 1;
        int32_t there = net_way(net, track->mode, a->site, task->site);
        int32_t back = net_way(net, track->mode, task->site, b->site);
        int32_t cost = there + back - a->way;
        if (cost < best->cost && fits_with_break(unit, task, a, b, there, back) &&
            (blinker->left == 0 || !blinks(blinker))) {
            *best = (struct spot){cost, track_index, i};
        }
    }
}

/* Times grow along a track: openings that close too early are at the front. */
static inline const struct opening *first_after(const struct track *track, int32_t need)
{
    const struct opening *one = track->openings;
    uint32_t count = track->opening_count;
    while (count > 0) {
        uint32_t half = count / 2;
        bool is_early = one[half].lst < need;
        one = is_early ? one + half + 1 : one;
        count = is_early ? count - half - 1 : half;
    }
    return one;
}

void track_scan(const struct net *net, struct track *track, uint32_t track_index,
                const struct net_task *task, struct blinker *blinker, struct spot *best)
{
    if (task->load > track->capacity - track->load) {
        return;
    }
    if (track->has_break) {
        scan_with_break(net, track, track_index, task, blinker, best);
        return;
    }
    if (!track->has_openings) {
        make_openings(net, track);
    }
    int32_t need = task->open + task->dwell;
    const int32_t *to = net->to[track->mode];
    const int32_t *from = net->from[track->mode];
    if (to != NULL) {
        to += (size_t)task->site * net->site_count;
        from += (size_t)task->site * net->site_count;
    }
    const struct opening *end = track->openings + track->opening_count;
    for (const struct opening *one = first_after(track, need); one < end; one++) {
        if (one->dep > task->close) {
            break;
        }
        if (one->room < task->dwell) {
            continue;
        }
        const struct stop *a = &track->stops[one->after];
        int32_t there =
            to != NULL ? from[a->site] : net_compute_way(net, track->mode, a->site, task->site);
        int32_t at = one->dep + there;
        at = at > task->open ? at : task->open;
        if (at > task->close) {
            continue;
        }
        int32_t back =
            to != NULL ? to[a[1].site] : net_compute_way(net, track->mode, task->site, a[1].site);
        if (at + task->dwell + back > one->lst) {
            continue;
        }
        int32_t cost = there + back - a->way;
        if (cost < best->cost && (blinker->left == 0 || !blinks(blinker))) {
            *best = (struct spot){cost, track_index, one->after};
        }
    }
}

bool track_serve(const struct net *net, const struct track *track, uint32_t i, int32_t rested,
                 int32_t *at, struct plan_stop *ret_stop)
{
    const struct plan_unit *unit = &net->problem->units[track->unit];
    const struct net_task *task = &net->tasks[track->stops[i].task];
    int32_t begin = *at + track->stops[i - 1].way;
    begin = begin > task->open ? begin : task->open;
    if (i <= track->locked && unit->locks[i - 1].start >= 0) {
        begin = unit->locks[i - 1].start;
        if (rested > begin) {
            return false; /* nobody rested while that had begun */
        }
    } else if (begin > task->close) {
        return false;
    }
    *ret_stop = (struct plan_stop){track->stops[i].task, begin};
    *at = begin + task->dwell;
    return true;
}
