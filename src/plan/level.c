/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/level.h"

enum {
    TAKERS_MAX = 16,    /* units with the least to do that are asked, for each visit */
    TRIES_MAX = 100000, /* of all visits: some tenths of a second */
    SHARE_BITS = 30
};

struct leveller {
    struct search *search;
    int64_t *busy; /* of each unit: ticks at visits and posts */
    bool *is_done; /* nothing of this one can go to another */
    uint32_t takers[TAKERS_MAX], taker_count;
    uint32_t tries;
};

struct handover {
    uint32_t at, to; /* the stop, and who takes it */
    int64_t share, way;
};

/* What part of its duty a unit would spend at visits, in 1/2^30. */
static int64_t share_of(const struct leveller *l, uint32_t unit, int64_t busy)
{
    const struct plan_unit *one = &l->search->net->problem->units[unit];
    int64_t duty = (int64_t)one->end - one->start;
    return duty > 0 ? (busy << SHARE_BITS) / duty : INT64_MAX;
}

static int64_t share_now(const struct leveller *l, uint32_t unit)
{
    return share_of(l, unit, l->busy[unit]);
}

/* The busiest that has not been asked in vain; PLAN_NONE. */
static uint32_t busiest(const struct leveller *l)
{
    uint32_t found = PLAN_NONE;
    for (uint32_t i = 0; i < l->search->net->unit_count; i++) {
        const struct track *track = &l->search->now.all[i];
        if (!l->is_done[i] && track->len > track->locked &&
            (found == PLAN_NONE || share_now(l, i) > share_now(l, found))) {
            found = i;
        }
    }
    return found;
}

/* Those with the least to do of all that may serve the task, least first. */
static void find_takers(struct leveller *l, uint32_t from, uint32_t task)
{
    const struct plan_problem *problem = l->search->net->problem;
    l->taker_count = 0;
    for (uint32_t i = 0; i < l->search->net->unit_count; i++) {
        if (i == from || share_now(l, i) >= share_now(l, from) ||
            l->search->now.all[i].len >= l->search->now.cap ||
            !plan_unit_may(&problem->units[i], i, &problem->tasks[task])) {
            continue;
        }
        uint32_t k = l->taker_count < TAKERS_MAX ? l->taker_count++ : TAKERS_MAX;
        while (k > 0 && share_now(l, l->takers[k - 1]) > share_now(l, i)) {
            if (k < TAKERS_MAX) {
                l->takers[k] = l->takers[k - 1];
            }
            k--;
        }
        if (k < TAKERS_MAX) {
            l->takers[k] = i;
        }
    }
}

/* In a step of its own, which whoever calls takes back or keeps. */
static bool hand_over(struct leveller *l, uint32_t from, uint32_t at, uint32_t to)
{
    struct search *search = l->search;
    struct tracks *now = &search->now;
    struct blinker never = {0};
    struct spot spot = {.cost = INT32_MAX};
    uint32_t task = now->all[from].stops[at].task;
    l->tries++;
    tracks_begin_step(now);
    if (!tracks_touch(now, from) || !tracks_touch(now, to)) {
        return false;
    }
    tracks_remove(now, from, at, 1);
    if (!track_is_sound(&now->all[from])) {
        return false;
    }
    track_scan(search->net, &now->all[to], to, &search->net->tasks[task], &never, &spot);
    if (spot.cost == INT32_MAX) {
        return false;
    }
    tracks_insert(now, to, spot.after, task);
    return now->value == now->value_before && now->missing == now->missing_before &&
           now->way - now->way_before <= search->net->tasks[task].dwell;
}

/* Of all visits of a unit, the one that leaves whoever takes it with the least to do, then by the shortest way. */
static bool find_handover(struct leveller *l, uint32_t from, struct handover *ret_best)
{
    const struct net *net = l->search->net;
    struct tracks *now = &l->search->now;
    *ret_best = (struct handover){.share = share_now(l, from), .to = PLAN_NONE};
    for (uint32_t at = now->all[from].locked + 1; at <= now->all[from].len; at++) {
        uint32_t task = now->all[from].stops[at].task;
        int64_t dwell = net->tasks[task].dwell;
        if (dwell == 0 || net->tasks[task].turn > 0 ||
            net->problem->tasks[task].unit != PLAN_NONE) {
            continue;
        }
        find_takers(l, from, task);
        for (uint32_t k = 0; k < l->taker_count; k++) {
            uint32_t to = l->takers[k];
            int64_t share = share_of(l, to, l->busy[to] + dwell);
            if (share > ret_best->share ||
                (share == ret_best->share && ret_best->to == PLAN_NONE)) {
                continue;
            }
            bool is_possible = hand_over(l, from, at, to);
            int64_t way = now->way - now->way_before;
            if (is_possible && (share < ret_best->share || way < ret_best->way)) {
                *ret_best = (struct handover){at, to, share, way};
            }
            tracks_undo_step(now);
        }
    }
    return ret_best->to != PLAN_NONE;
}

void level_tracks(struct arena *arena, struct search *search)
{
    const struct net *net = search->net;
    struct tracks *now = &search->now;
    struct leveller l = {.search = search,
                         .busy = ARENA_ARRAY(arena, int64_t, net->unit_count + 1U),
                         .is_done = ARENA_ARRAY(arena, bool, net->unit_count + 1U)};
    for (uint32_t i = 0; i < net->unit_count; i++) {
        for (uint32_t k = 1; k <= now->all[i].len; k++) {
            l.busy[i] += net->tasks[now->all[i].stops[k].task].dwell;
        }
    }
    while (l.tries < TRIES_MAX) {
        uint32_t from = busiest(&l);
        struct handover best;
        if (from == PLAN_NONE) {
            return;
        }
        if (!find_handover(&l, from, &best)) {
            l.is_done[from] = true;
            continue;
        }
        int64_t dwell = net->tasks[now->all[from].stops[best.at].task].dwell;
        bool is_done = hand_over(&l, from, best.at, best.to);
        ASSERT(is_done);
        l.busy[from] -= dwell;
        l.busy[best.to] += dwell;
    }
}
