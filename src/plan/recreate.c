/* SPDX-License-Identifier: Apache-2.0 */
/* How absent tasks come back: in an order drawn anew, each where it costs least. */
#include <stdlib.h>

#include "plan/search_internal.h"

enum {
    TRACKS_FEW = 64, /* up to here every track is tried */
    NEAR_TRIED = 30, /* near tasks of a removed one that become candidates */
    EMPTY_TRIED = 8,
    PASSED_OVER = 3 /* one in so many */
};

static unsigned draw_order(struct search *search)
{
    /* in the order of enum order */
    static const uint8_t with_profit[ORDER_COUNT] = {4, 4, 1, 0, 1, 1, 1, 1, 1};
    static const uint8_t with_travel[ORDER_COUNT] = {4, 4, 1, 2, 0, 0, 2, 1, 1};
    const uint8_t *weights = search->is_by_travel ? with_travel : with_profit;
    uint32_t sum = 0;
    for (unsigned i = 0; i < ORDER_COUNT; i++) {
        sum += weights[i];
    }
    uint32_t draw = random_below(&search->random, sum);
    unsigned order = 0;
    while (draw >= weights[order]) {
        draw -= weights[order++];
    }
    return order;
}

static bool may_serve(const struct search *search, uint32_t track, uint32_t task)
{
    return search->now.all[track].len < search->now.cap &&
           (search->net->is_uniform || plan_unit_may(&search->net->problem->units[track], track,
                                                     &search->net->problem->tasks[task]));
}

/* At a turn of a post ways say little about who should stand there: a unit with more officers than are lacking is
 * wasted, and of the others some are passed over, so that many ways to share them out are tried. */
static bool is_passed_over(struct search *search, uint32_t track, uint32_t task)
{
    const struct plan_problem *problem = search->net->problem;
    uint32_t turn = search->net->tasks[task].turn;
    if (turn == 0 || !search->is_choosy) {
        return false;
    }
    return problem->units[track].officers >
               problem->turns[turn - 1].officers - search->now.turn_officers[turn - 1] ||
           random_below(&search->random, PASSED_OVER) == 0;
}

static void try_track(struct search *search, uint32_t track, uint32_t task, struct blinker *blinker,
                      struct spot *best)
{
    if (is_passed_over(search, track, task)) {
        return;
    }
    const struct track *one = &search->now.all[track];
    bool is_full = one->has_openings && one->opening_count == 0;
    if (!is_full && may_serve(search, track, task)) {
        track_scan(search->net, &search->now.all[track], track, &search->net->tasks[task], blinker,
                   best);
    }
}

/* Empty tracks of one class are one place. */
static void try_empty(struct search *search, uint32_t task, struct blinker *blinker,
                      struct spot *best)
{
    const struct tracks *now = &search->now;
    uint32_t count = now->empty_count;
    uint32_t begin = 0;
    uint32_t tries = count;
    if (count == 0) {
        return;
    }
    if (count > TRACKS_FEW) {
        begin = random_below(&search->random, count);
        tries = search->step == 1 ? count : EMPTY_TRIED;
    }
    for (uint32_t i = 0; i < tries; i++) {
        uint32_t track = now->empty[(begin + i) % count];
        uint32_t *seen = &search->seen_class[search->net->classes[track]];
        if (*seen != search->seen) {
            *seen = search->seen;
            try_track(search, track, task, blinker, best);
        }
    }
}

static void try_near(struct search *search, uint32_t task, struct blinker *blinker,
                     struct spot *best)
{
    const struct net *net = search->net;
    const struct tracks *now = &search->now;
    const uint32_t *near = &net->near[(size_t)task * net->near_count];
    for (uint32_t i = 0; i < search->ruined_count; i++) {
        search->seen_track[now->touched[i]] = search->seen;
        try_track(search, now->touched[i], task, blinker, best);
    }
    for (uint32_t i = 0; i < net->near_count && near[i] != PLAN_NONE; i++) {
        uint32_t track = now->where[near[i]];
        if (track != PLAN_NONE && search->seen_track[track] != search->seen) {
            search->seen_track[track] = search->seen;
            try_track(search, track, task, blinker, best);
        }
    }
    try_empty(search, task, blinker, best);
}

static struct spot find_place(struct search *search, uint32_t task, struct blinker *blinker)
{
    struct tracks *now = &search->now;
    struct spot best = {.cost = INT32_MAX};
    if (search->removed_step[task] != search->step) {
        for (uint32_t i = 0; i < search->ruined_count; i++) {
            try_track(search, now->touched[i], task, blinker, &best);
        }
    } else if (search->net->unit_count <= TRACKS_FEW) {
        search->seen++;
        for (uint32_t i = 0; i < search->net->unit_count; i++) {
            if (now->all[i].len > 0) {
                try_track(search, i, task, blinker, &best);
            }
        }
        try_empty(search, task, blinker, &best);
    } else {
        search->seen++;
        try_near(search, task, blinker, &best);
    }
    return best;
}

static void put_back(struct search *search, uint32_t task, struct blinker *blinker)
{
    struct tracks *now = &search->now;
    bool is_of_turn = search->net->tasks[task].turn > 0;
    if (is_of_turn && tracks_is_met(now, task)) {
        return; /* somebody stands for it as well */
    }
    search->is_choosy = is_of_turn;
    struct spot best = find_place(search, task, blinker);
    if (best.cost == INT32_MAX && is_of_turn) {
        search->is_choosy = false;
        best = find_place(search, task, blinker);
    }
    if (best.cost < INT32_MAX && tracks_touch(now, best.track)) {
        tracks_insert(now, best.track, best.after, task);
    }
}

static void add_candidate(struct search *search, uint32_t task, unsigned order)
{
    if (search->listed_step[task] != search->step && search->now.where[task] == PLAN_NONE) {
        search->listed_step[task] = search->step;
        uint64_t key = random_next(&search->random) >> 33;
        if (order != ORDER_RANDOM) {
            uint32_t noise = search->net->task_count / 8 + 1;
            key = search->tables->ranks[order][task] + key % noise;
        }
        search->keys[search->key_count++] = key << 32 | task;
    }
}

static void sort_keys(uint64_t *keys, uint32_t count)
{
    static const uint32_t gaps[] = {301, 132, 57, 23, 10, 4, 1};
    for (size_t g = 0; g < ARRAY_LEN(gaps); g++) {
        uint32_t gap = gaps[g];
        for (uint32_t i = gap; i < count; i++) {
            uint64_t key = keys[i];
            uint32_t k = i;
            for (; k >= gap && keys[k - gap] > key; k -= gap) {
                keys[k] = keys[k - gap];
            }
            keys[k] = key;
        }
    }
}

/* What was removed, and what is absent near it. */
static void recreate_near(struct search *search, unsigned order, struct blinker *blinker)
{
    const struct net *net = search->net;
    const struct tracks *now = &search->now;
    search->key_count = 0;
    for (uint32_t i = 0; i <= search->removed_count; i++) {
        uint32_t task = search->removed[i];
        const uint32_t *near = &net->near[(size_t)task * net->near_count];
        add_candidate(search, task, order);
        for (uint32_t k = 0; k < NEAR_TRIED && near[k] != PLAN_NONE && now->absent_count > 0; k++) {
            add_candidate(search, near[k], order);
        }
    }
    sort_keys(search->keys, search->key_count);
    for (uint32_t i = 0; i < search->key_count; i++) {
        put_back(search, (uint32_t)search->keys[i], blinker);
    }
}

/* All that is absent, by a permutation made beforehand. */
static void recreate_all(struct search *search, unsigned order, struct blinker *blinker)
{
    const struct net *net = search->net;
    const struct tracks *now = &search->now;
    const uint16_t *all = search_order(search->tables, net, order, &search->random);
    for (uint32_t i = 0; i < net->task_count; i++) {
        if (now->where[all[i]] == PLAN_NONE) {
            put_back(search, all[i], blinker);
        }
    }
}

static void recreate_few(struct search *search, unsigned order, struct blinker *blinker)
{
    const struct tracks *now = &search->now;
    search->key_count = 0;
    for (uint32_t i = 0; i < now->absent_count; i++) {
        add_candidate(search, now->absent[i], order);
    }
    sort_keys(search->keys, search->key_count);
    for (uint32_t i = 0; i < search->key_count; i++) {
        put_back(search, (uint32_t)search->keys[i], blinker);
    }
}

void search_recreate(struct search *search)
{
    unsigned order = draw_order(search);
    struct blinker blinker = {.random = &search->random,
                              .left = 1 + random_below(&search->random, BLINK_SPAN)};
    if (search->wanted != PLAN_NONE) {
        put_back(search, search->wanted, &blinker);
    }
    if (search->now.absent_count * 8 < search->net->task_count && search->now.absent_count <= 64) {
        recreate_few(search, order, &blinker);
    } else if (search->tables->order_count > 0 && search->net->task_count <= 400) {
        recreate_all(search, order, &blinker);
    } else {
        recreate_near(search, order, &blinker);
    }
}

static int by_key(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

/* Everything, by worth: the first plan. Steps are short, so that a step's log has room. */
void search_first(struct search *search)
{
    struct tracks *now = &search->now;
    struct blinker blinker = {.left = 0};
    const uint32_t *ranks = search->tables->ranks[ORDER_PROFIT];
    for (uint32_t i = 0; i < search->net->task_count; i++) {
        search->keys[i] = (uint64_t)ranks[i] << 32 | i;
    }
    qsort(search->keys, search->net->task_count, sizeof *search->keys, by_key);
    for (uint32_t i = 0; i < search->net->task_count; i++) {
        uint32_t task = (uint32_t)search->keys[i];
        if (now->where[task] == PLAN_NONE) {
            tracks_begin_step(now);
            put_back(search, task, &blinker);
        }
    }
}
