/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/pool.h"

#include <stdlib.h>

enum {
    POOL_ENTRIES = 8192, /* a power of two */
    POOL_TASKS = 448,
    POOL_WORDS = POOL_TASKS / 64,
    POOL_UNITS = 8,
    POOL_STOPS = 96,
    POOL_TRIES = 400000 /* pairs that one recombination may look at */
};

struct entry {
    uint64_t hash; /* 0 = free */
    int64_t value;
    uint64_t bits[POOL_WORDS];
    int64_t way;
    uint32_t len;
    uint16_t tasks[POOL_STOPS];
};

struct pool {
    const struct net *net;
    uint64_t *keys; /* of each task: what a set of tasks is hashed by */
    struct entry *entries;
    const struct entry **order;
    uint32_t order_count;
    uint32_t words;
    uint32_t chosen[POOL_UNITS], best[POOL_UNITS];
    int64_t best_value;
    bool has_best;
    int64_t tries;
};

struct pool *pool_make(struct arena *arena, const struct net *net)
{
    struct random random;
    if (net->task_count > POOL_TASKS || net->unit_count < 2 || net->unit_count > POOL_UNITS ||
        net->class_count != 1 || net->problem->group_count > 0) {
        return NULL;
    }
    for (uint32_t i = 0; i < net->task_count; i++) {
        if (net->tasks[i].is_mandatory) {
            return NULL;
        }
    }
    struct pool *pool = ARENA_NEW(arena, struct pool);
    pool->net = net;
    pool->words = net->task_count / 64 + 1;
    pool->words = pool->words < POOL_WORDS ? pool->words : POOL_WORDS;
    pool->keys = ARENA_ARRAY(arena, uint64_t, net->task_count + 1U);
    pool->entries = ARENA_ARRAY(arena, struct entry, POOL_ENTRIES);
    pool->order = ARENA_ARRAY(arena, const struct entry *, POOL_ENTRIES);
    random_seed(&random, 2);
    for (uint32_t i = 0; i < net->task_count; i++) {
        pool->keys[i] = random_next(&random) | 1;
    }
    return pool;
}

static void note_track(struct pool *pool, const struct track *track)
{
    uint64_t hash = 0;
    int64_t value = 0;
    if (track->len == 0 || track->len > POOL_STOPS) {
        return;
    }
    for (uint32_t i = 1; i <= track->len; i++) {
        hash += pool->keys[track->stops[i].task];
        value += pool->net->tasks[track->stops[i].task].value;
    }
    hash = hash == 0 ? 1 : hash;
    struct entry *entry = &pool->entries[(hash ^ hash >> 32) % POOL_ENTRIES];
    if (entry->hash == hash ? entry->way <= track->way : entry->value > value) {
        return; /* there already and shorter, or a better one is in its place */
    }
    *entry = (struct entry){.hash = hash, .value = value, .way = track->way, .len = track->len};
    for (uint32_t i = 0; i < track->len; i++) {
        uint32_t task = track->stops[i + 1].task;
        entry->tasks[i] = (uint16_t)task;
        entry->bits[task / 64] |= UINT64_C(1) << task % 64;
    }
}

void pool_note(struct pool *pool, const struct tracks *tracks)
{
    for (uint32_t i = 0; i < pool->net->unit_count; i++) {
        note_track(pool, &tracks->all[i]);
    }
}

static int by_value(const void *a, const void *b)
{
    const struct entry *x = *(const struct entry *const *)a;
    const struct entry *y = *(const struct entry *const *)b;
    if (x->value != y->value) {
        return x->value > y->value ? -1 : 1;
    }
    return x->hash < y->hash ? -1 : x->hash > y->hash;
}

static bool is_apart(const struct pool *pool, const struct entry *entry, const uint64_t *used)
{
    uint64_t both = 0;
    for (uint32_t i = 0; i < pool->words; i++) {
        both |= entry->bits[i] & used[i];
    }
    return both == 0;
}

/* `left` more tracks from `begin` on, none with a task of `used`. Entries are in order of value, so
 * that none from here on is worth more than the one at hand. */
static void choose(struct pool *pool, uint32_t left, uint32_t begin, const uint64_t *used,
                   int64_t value)
{
    uint32_t depth = pool->net->unit_count - left;
    for (uint32_t i = begin; i < pool->order_count && pool->tries > 0; i++) {
        const struct entry *entry = pool->order[i];
        uint64_t more[POOL_WORDS];
        if (value + entry->value * left <= pool->best_value) {
            return;
        }
        pool->tries--;
        if (!is_apart(pool, entry, used)) {
            continue;
        }
        pool->chosen[depth] = i;
        if (left == 1) {
            pool->best_value = value + entry->value;
            memcpy(pool->best, pool->chosen, sizeof pool->best);
            pool->has_best = true;
            return;
        }
        for (uint32_t k = 0; k < pool->words; k++) {
            more[k] = used[k] | entry->bits[k];
        }
        choose(pool, left - 1, i + 1, more, value + entry->value);
    }
}

bool pool_recombine(struct pool *pool, struct tracks *tracks, int64_t value)
{
    static const uint64_t none[POOL_WORDS] = {0};
    pool->order_count = 0;
    for (uint32_t i = 0; i < POOL_ENTRIES; i++) {
        if (pool->entries[i].hash != 0) {
            pool->order[pool->order_count++] = &pool->entries[i];
        }
    }
    qsort(pool->order, pool->order_count, sizeof *pool->order, by_value);
    pool->best_value = value;
    pool->has_best = false;
    pool->tries = POOL_TRIES;
    choose(pool, pool->net->unit_count, 0, none, 0);
    if (!pool->has_best) {
        return false;
    }
    tracks_begin_step(tracks);
    for (uint32_t i = 0; i < pool->net->unit_count; i++) {
        tracks_clear(tracks, i);
    }
    tracks_begin_step(tracks);
    for (uint32_t i = 0; i < pool->net->unit_count; i++) {
        const struct entry *entry = pool->order[pool->best[i]];
        for (uint32_t k = 0; k < entry->len; k++) {
            tracks_insert(tracks, i, k, entry->tasks[k]);
        }
    }
    return true;
}
