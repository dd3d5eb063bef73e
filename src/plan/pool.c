/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/pool.h"

#include <stdlib.h>

#include "plan/gcd.h"
#include "plan/price.h"

enum {
    POOL_ENTRIES = 8192, /* at most; a power of two */
    ENTRIES_MIN = 128,
    POOL_WAYS = 4, /* places that a track may have among them */
    POOL_WORDS = PRICED_WORDS,
    POOL_TASKS = 64 * POOL_WORDS,
    POOL_UNITS = 8,
    POOL_STOPS = PRICED_STOPS, /* a new track must fit into an entry */
    POOL_TRIES = 300000,       /* pairs that one recombination may look at */
    PRICE_ROUNDS = 40,         /* of mending prices, a recombination */
    WORSE_PART = 16,           /* plans that are worse by less than this part lend their tracks */
    WIDTH_MIN = 2,             /* labels that the pricer keeps of a task and part of the day */
    WIDTH_MAX = 16,
    WORK_FIRST = 500,  /* labels a task that the first run may take */
    LABELS_A_STEP = 60 /* that the pricer tries in the time of a step of a search, with 100 tasks */
};

struct entry {
    uint64_t hash; /* 0 = free */
    int64_t value;
    int64_t worth; /* of the best plan that it was seen in */
    uint64_t bits[POOL_WORDS];
    int64_t way;
    uint32_t len;
    uint16_t tasks[POOL_STOPS];
};

struct choice {
    int64_t rest; /* value without the prices of its tasks */
    const struct entry *entry;
};

struct pool {
    const struct net *net;
    struct pricer *pricer; /* NULL = none */
    int64_t work_left;     /* of it; a run begins when there is as much as the last one took */
    int64_t work_last;
    uint32_t width;      /* of its next run: wider after one that found nothing new … */
    int64_t width_value; /* … of which a plan better than this could be made */
    int64_t grain;       /* all profits are multiples of it */
    uint64_t *keys;      /* of each task: what a set of tasks is hashed by */
    struct entry *entries;
    uint32_t entry_count; /* a power of two */
    struct choice *choices;
    uint32_t choice_count;
    uint32_t words;
    int64_t *prices, *tried_prices, *best_prices; /* of each task */
    int32_t *uses; /* of each task, by the best choices at these prices */
    uint32_t chosen[POOL_UNITS], best[POOL_UNITS];
    int64_t best_value;
    bool has_best;
    int64_t tries;
};

struct pool *pool_make(struct arena *arena, const struct net *net)
{
    struct random random;
    if (net->task_count > POOL_TASKS || net->unit_count < 1 || net->unit_count > POOL_UNITS ||
        net->class_count != 1 || net->problem->group_count > 0 ||
        net->problem->units[0].lock_count > 0) {
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
    pool->entry_count = ENTRIES_MIN;
    while (pool->entry_count < POOL_ENTRIES && pool->entry_count < 80 * net->task_count) {
        pool->entry_count *= 2;
    }
    pool->entries = ARENA_ARRAY(arena, struct entry, pool->entry_count);
    pool->choices = ARENA_ARRAY(arena, struct choice, pool->entry_count);
    pool->prices = ARENA_ARRAY(arena, int64_t, net->task_count + 1U);
    pool->tried_prices = ARENA_ARRAY(arena, int64_t, net->task_count + 1U);
    pool->best_prices = ARENA_ARRAY(arena, int64_t, net->task_count + 1U);
    pool->uses = ARENA_ARRAY(arena, int32_t, net->task_count + 1U);
    pool->pricer = pricer_make(arena, net);
    pool->work_last = (int64_t)net->task_count * WORK_FIRST;
    random_seed(&random, 2);
    for (uint32_t i = 0; i < net->task_count; i++) {
        pool->keys[i] = random_next(&random) | 1;
        pool->grain = gcd(pool->grain, net->tasks[i].value);
    }
    return pool;
}

/* The place of a track: its own, a free one, or that of the one seen in the worst plan. */
static struct entry *place_for(struct pool *pool, uint64_t hash)
{
    struct entry *row =
        &pool->entries[(hash ^ hash >> 32) % pool->entry_count / POOL_WAYS * POOL_WAYS];
    struct entry *worst = row;
    for (uint32_t i = 0; i < POOL_WAYS; i++) {
        if (row[i].hash == hash) {
            return &row[i];
        }
        if (row[i].hash == 0 || row[i].worth < worst->worth) {
            worst = &row[i];
        }
        if (worst->hash == 0) {
            break;
        }
    }
    return worst;
}

/* Remembers a track of so many tasks; `worth` is that of its plan. True when it was not known. */
static bool note(struct pool *pool, const uint16_t *tasks, uint32_t len, int64_t way, int64_t worth)
{
    uint64_t hash = 0;
    int64_t value = 0;
    if (len == 0) {
        return false;
    }
    for (uint32_t i = 0; i < len; i++) {
        hash += pool->keys[tasks[i]];
        value += pool->net->tasks[tasks[i]].value;
    }
    hash = hash == 0 ? 1 : hash;
    struct entry *entry = place_for(pool, hash);
    bool is_same = entry->hash == hash;
    if (entry->hash != 0 && !is_same && entry->worth > worth) {
        return false;
    }
    worth = is_same && entry->worth > worth ? entry->worth : worth;
    if (is_same && entry->way <= way) {
        entry->worth = worth;
        return false;
    }
    *entry = (struct entry){.hash = hash, .value = value, .worth = worth, .way = way, .len = len};
    for (uint32_t i = 0; i < len; i++) {
        entry->tasks[i] = tasks[i];
        entry->bits[tasks[i] / 64] |= UINT64_C(1) << tasks[i] % 64;
    }
    return !is_same;
}

void pool_note(struct pool *pool, const struct tracks *tracks)
{
    uint16_t tasks[POOL_STOPS];
    for (uint32_t i = 0; i < pool->net->unit_count; i++) {
        const struct track *track = &tracks->all[i];
        for (uint32_t k = 0; k < track->len && k < POOL_STOPS; k++) {
            tasks[k] = (uint16_t)track->stops[k + 1].task;
        }
        if (track->len <= POOL_STOPS) {
            (void)note(pool, tasks, track->len, track->way, tracks->value);
        }
    }
}

/* ---- prices ---- */

/* With a price on each task, a plan is worth at most the prices of all tasks and the units' best tracks
 * after they have paid for their tasks. Prices that make this small say which tracks cannot be part of
 * a better plan (Lagrangian relaxation; prices go up where several want a task and down where nobody
 * does). Returns the sum of the prices. */
static int64_t pay(struct pool *pool)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < pool->net->task_count; i++) {
        sum += pool->prices[i];
    }
    for (uint32_t i = 0; i < pool->choice_count; i++) {
        const struct entry *entry = pool->choices[i].entry;
        int64_t rest = entry->value;
        for (uint32_t k = 0; k < entry->len; k++) {
            rest -= pool->prices[entry->tasks[k]];
        }
        pool->choices[i].rest = rest;
    }
    return sum;
}

/* The best choices, best first. */
static void find_top(const struct pool *pool, uint32_t *top)
{
    uint32_t units = pool->net->unit_count;
    uint32_t count = 0;
    memset(top, 0, units * sizeof *top);
    for (uint32_t i = 0; i < pool->choice_count; i++) {
        int64_t rest = pool->choices[i].rest;
        if (count == units && rest <= pool->choices[top[count - 1]].rest) {
            continue;
        }
        uint32_t at = count < units ? count++ : count - 1;
        for (; at > 0 && pool->choices[top[at - 1]].rest < rest; at--) {
            top[at] = top[at - 1];
        }
        top[at] = i;
    }
}

/* One round: the bound at the prices at hand, which then move so far that it would fall by a share (in
 * 64ths) of its distance to `value` if it were straight. */
static int64_t mend_prices(struct pool *pool, int64_t value, int64_t share)
{
    uint32_t units = pool->net->unit_count;
    uint32_t top[POOL_UNITS];
    int64_t bound = pay(pool);
    int64_t wrong = 0;
    find_top(pool, top);
    memset(pool->uses, 0, pool->net->task_count * sizeof *pool->uses);
    for (uint32_t i = 0; i < units; i++) {
        const struct choice *choice = &pool->choices[top[i]];
        bound += choice->rest;
        for (uint32_t k = 0; k < choice->entry->len; k++) {
            pool->uses[choice->entry->tasks[k]]++;
        }
    }
    for (uint32_t i = 0; i < pool->net->task_count; i++) {
        int64_t over = pool->uses[i] - 1;
        wrong += over > 0 || (over < 0 && pool->prices[i] > 0) ? over * over : 0;
    }
    for (uint32_t i = 0; i < pool->net->task_count && wrong > 0; i++) {
        int64_t price =
            pool->prices[i] + (pool->uses[i] - 1) * ((bound - value) * share / 64) / wrong;
        pool->prices[i] = price > 0 ? price : 0;
    }
    return bound;
}

/* Prices that make the bound small; returns it. */
static int64_t find_prices(struct pool *pool, int64_t value)
{
    size_t bytes = pool->net->task_count * sizeof *pool->prices;
    int64_t share = 64; /* of the distance, in 64ths, that one round goes */
    uint32_t in_vain = 0;
    int64_t least = INT64_MAX;
    for (uint32_t i = 0; i < PRICE_ROUNDS && least > value; i++) {
        memcpy(pool->tried_prices, pool->prices, bytes);
        int64_t bound = mend_prices(pool, value, share);
        if (bound < least) {
            least = bound;
            in_vain = 0;
            memcpy(pool->best_prices, pool->tried_prices, bytes);
        } else if (++in_vain == 4) {
            in_vain = 0;
            share /= 2;
            memcpy(pool->prices, pool->best_prices, bytes);
        }
    }
    memcpy(pool->prices, pool->best_prices, bytes);
    return least;
}

/* ---- choosing ---- */

static int by_rest(const void *a, const void *b)
{
    const struct choice *x = a;
    const struct choice *y = b;
    if (x->rest != y->rest) {
        return x->rest > y->rest ? -1 : 1;
    }
    return x->entry->hash < y->entry->hash ? -1 : x->entry->hash > y->entry->hash;
}

static bool is_apart(const struct pool *pool, const struct entry *entry, const uint64_t *used)
{
    uint64_t both = 0;
    for (uint32_t i = 0; i < pool->words; i++) {
        both |= entry->bits[i] & used[i];
    }
    return both == 0;
}

/* `left` more tracks from `begin` on, none with a task of `used`. Choices are in order of what is left
 * after prices, so that none from here on adds more than the one at hand. */
static void choose(struct pool *pool, uint32_t left, uint32_t begin, const uint64_t *used,
                   int64_t bound, int64_t value)
{
    uint32_t depth = pool->net->unit_count - left;
    for (uint32_t i = begin; i < pool->choice_count && pool->tries > 0; i++) {
        const struct choice *choice = &pool->choices[i];
        const struct entry *entry = choice->entry;
        uint64_t more[POOL_WORDS];
        if (bound + choice->rest * left <= pool->best_value) {
            return;
        }
        pool->tries--;
        if (!is_apart(pool, entry, used)) {
            continue;
        }
        pool->chosen[depth] = i;
        if (left == 1) {
            if (value + entry->value > pool->best_value) {
                pool->best_value = value + entry->value;
                memcpy(pool->best, pool->chosen, sizeof pool->best);
                pool->has_best = true;
            }
            continue;
        }
        for (uint32_t k = 0; k < pool->words; k++) {
            more[k] = used[k] | entry->bits[k];
        }
        choose(pool, left - 1, i + 1, more, bound + choice->rest, value + entry->value);
    }
}

/* Tracks of plans that were not much worse than the best. */
static void list_choices(struct pool *pool, int64_t value)
{
    pool->choice_count = 0;
    for (uint32_t i = 0; i < pool->entry_count; i++) {
        const struct entry *entry = &pool->entries[i];
        if (entry->hash != 0 && entry->worth >= value - value / WORSE_PART) {
            pool->choices[pool->choice_count++].entry = entry;
        }
    }
}

/* The most that the tracks of a plan but one are worth at these prices, with what the tasks pay. */
static int64_t others_of(const struct pool *pool, int64_t paid)
{
    uint32_t top[POOL_UNITS];
    find_top(pool, top);
    for (uint32_t i = 0; i + 1 < pool->net->unit_count; i++) {
        paid += pool->choices[top[i]].rest;
    }
    return paid;
}

/* Keeps only those that can be part of a better plan, in order. */
static int64_t drop_hopeless(struct pool *pool, int64_t value)
{
    uint32_t kept = 0;
    int64_t sum = pay(pool);
    int64_t others = others_of(pool, sum);
    for (uint32_t i = 0; i < pool->choice_count; i++) {
        if (others + pool->choices[i].rest > value) {
            pool->choices[kept++] = pool->choices[i];
        }
    }
    pool->choice_count = kept;
    qsort(pool->choices, kept, sizeof *pool->choices, by_rest);
    return sum;
}

static int64_t way_of(const struct net *net, const uint16_t *tasks, uint32_t len)
{
    const struct plan_unit *unit = &net->problem->units[0];
    uint32_t site = unit->base;
    int64_t way = 0;
    for (uint32_t i = 0; i < len; i++) {
        way += net_way(net, unit->mode, site, net->tasks[tasks[i]].site);
        site = net->tasks[tasks[i]].site;
    }
    return way + net_way(net, unit->mode, site, unit->end_site);
}

/* Adds tracks that a better plan may want at the prices at hand. */
static uint32_t price(struct pool *pool, int64_t value)
{
    uint16_t tasks[PRICED_STOPS];
    int64_t others = others_of(pool, pay(pool));
    int64_t work = 0;
    uint32_t count = pricer_run(pool->pricer, pool->prices, value - others, pool->width, &work);
    pool->work_left -= work;
    pool->work_last = work;
    uint32_t fresh = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t len = pricer_track(pool->pricer, i, tasks);
        fresh += note(pool, tasks, len, way_of(pool->net, tasks, len), value) ? 1 : 0;
    }
    return fresh;
}

/* Seeks new tracks until the work that is allowed has been done, wider and wider. When the widest finds
 * nothing, there is rest until the plan is a better one. */
static void seek(struct pool *pool, int64_t value)
{
    uint32_t units = pool->net->unit_count;
    if (pool->width_value != value) {
        pool->width_value = value;
        pool->width = WIDTH_MIN;
    }
    while (pool->pricer != NULL && pool->width <= WIDTH_MAX && pool->work_left >= pool->work_last &&
           pool->choice_count >= units) {
        (void)find_prices(pool, value);
        pool->work_left -= (int64_t)pool->choice_count * PRICE_ROUNDS / 4;
        if (price(pool, value) > 0) {
            list_choices(pool, value);
        } else {
            pool->width *= 2;
            pool->work_last *= 2;
        }
    }
}

/* The tracks that were chosen become those at hand. */
static void take_over(const struct pool *pool, struct tracks *tracks)
{
    uint32_t units = pool->net->unit_count;
    tracks_begin_step(tracks);
    for (uint32_t i = 0; i < units; i++) {
        tracks_clear(tracks, i);
    }
    tracks_begin_step(tracks);
    for (uint32_t i = 0; i < units; i++) {
        const struct entry *entry = pool->choices[pool->best[i]].entry;
        for (uint32_t k = 0; k < entry->len; k++) {
            tracks_insert(tracks, i, k, entry->tasks[k]);
        }
    }
}

bool pool_recombine(struct pool *pool, struct tracks *tracks, int64_t value, int64_t steps,
                    int64_t *ret_steps)
{
    static const uint64_t none[POOL_WORDS] = {0};
    uint32_t units = pool->net->unit_count;
    int64_t a_step = LABELS_A_STEP * (int64_t)pool->net->task_count / 100 + 1;
    int64_t most = 8 * steps * a_step;
    pool->work_left += steps * a_step;
    pool->work_left = pool->work_left < most ? pool->work_left : most;
    int64_t before = pool->work_left;
    value += pool->grain > 0 ? pool->grain - 1 : 0; /* a better plan has more than this */
    list_choices(pool, value);
    seek(pool, value);
    *ret_steps = (before - pool->work_left) / a_step;
    if (pool->choice_count < units || find_prices(pool, value) <= value) {
        return false;
    }
    pool->best_value = value;
    pool->has_best = false;
    pool->tries = POOL_TRIES;
    int64_t sum = drop_hopeless(pool, value);
    choose(pool, units, 0, none, sum, 0);
    if (pool->has_best) {
        take_over(pool, tracks);
    }
    return pool->has_best;
}
