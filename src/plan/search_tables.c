/* SPDX-License-Identifier: Apache-2.0 */
/* What a search looks up. Logarithms are made of integers, so that every machine accepts alike. */
#include <stdlib.h>

#include "plan/search_internal.h"

enum { SMALL_TASKS = 200, VARIANTS = 8, RANDOM_ORDERS = 64 };

/* Digit by digit: squaring a number in [1, 2) doubles its logarithm. */
int64_t search_log2(uint64_t x)
{
    int64_t whole = 63 - __builtin_clzll(x);
    uint64_t m = whole >= 31 ? x >> (whole - 31) : x << (31 - whole); /* [2^31, 2^32) */
    int64_t log = whole << 16;
    for (int bit = 15; bit >= 0; bit--) {
        m = m * m >> 31;
        if (m >= UINT64_C(1) << 32) {
            m >>= 1;
            log += INT64_C(1) << bit;
        }
    }
    return log;
}

uint64_t search_root(uint64_t x)
{
    uint64_t low = 0;
    for (uint64_t bit = UINT64_C(1) << 31; bit > 0; bit >>= 1) {
        if ((low + bit) * (low + bit) <= x) {
            low += bit;
        }
    }
    return low;
}

uint64_t search_exp2(int64_t log)
{
    uint64_t result = UINT64_C(1) << 31; /* 31 bits behind the point */
    uint64_t factor = UINT64_C(2) << 31;
    int64_t whole = log >> 16;
    for (int bit = 15; bit >= 0; bit--) {
        factor = search_root(factor << 31); /* 2^(2^(bit-16)) */
        if ((log >> bit & 1) != 0) {
            result = result * factor >> 31;
        }
    }
    if (whole < 0) {
        return 0;
    }
    return whole >= 31 ? result << (whole - 31 > 31 ? 31 : whole - 31) : result >> (31 - whole);
}

struct ranked {
    int64_t key;
    uint32_t task;
};

static int by_key(const void *a, const void *b)
{
    const struct ranked *x = a;
    const struct ranked *y = b;
    if (x->key != y->key) {
        return x->key < y->key ? -1 : 1;
    }
    return x->task < y->task ? -1 : x->task > y->task;
}

static int64_t near_way(const struct net *net, uint32_t task, uint32_t nth)
{
    const uint32_t *near = &net->near[(size_t)task * net->near_count];
    uint32_t at = 0;
    while (at < nth && at + 1 < net->near_count && near[at + 1] != PLAN_NONE) {
        at++;
    }
    uint32_t other = near[at];
    return other == PLAN_NONE ? NET_NO_WAY
                              : net_way(net, 0, net->tasks[task].site, net->tasks[other].site);
}

static int64_t base_way(const struct net *net, uint32_t task)
{
    uint32_t site = net->tasks[task].site;
    uint32_t last = PLAN_NONE;
    int64_t least = NET_NO_WAY;
    for (uint32_t i = 0; i < net->unit_count && i < 400; i++) {
        uint32_t base = net->problem->units[i].base;
        if (base != last) {
            int64_t way = net_way(net, net->problem->units[i].mode, base, site);
            least = way < least ? way : least;
        }
        last = base;
    }
    return least;
}

static int64_t key_of(const struct net *net, unsigned order, uint32_t task)
{
    const struct net_task *one = &net->tasks[task];
    switch (order) {
    case ORDER_PROFIT:
        return -one->value - (one->is_mandatory ? INT64_C(1) << 60 : 0) - one->load;
    case ORDER_NEAR_BASE:
        return base_way(net, task);
    case ORDER_FAR_BASE:
        return -base_way(net, task);
    case ORDER_NEAR_2:
        return near_way(net, task, 2);
    case ORDER_NEAR_5:
        return near_way(net, task, 5);
    case ORDER_WIDTH:
        return (int64_t)one->close - one->open;
    case ORDER_OPEN:
        return one->open;
    case ORDER_CLOSE:
        return one->close;
    default:
        return 0;
    }
}

static void make_ranks(struct arena *arena, const struct net *net, struct search_tables *tables,
                       struct ranked *ranked)
{
    for (unsigned order = 1; order < ORDER_COUNT; order++) {
        tables->ranks[order] = ARENA_ARRAY(arena, uint32_t, net->task_count + 1U);
        for (uint32_t i = 0; i < net->task_count; i++) {
            ranked[i] = (struct ranked){key_of(net, order, i), i};
        }
        qsort(ranked, net->task_count, sizeof *ranked, by_key);
        for (uint32_t i = 0; i < net->task_count; i++) {
            tables->ranks[order][ranked[i].task] = i;
        }
    }
}

/* Permutations made beforehand: by each criterion with some disorder, and at random. */
static void make_orders(struct arena *arena, const struct net *net, struct search_tables *tables,
                        struct ranked *ranked)
{
    uint32_t n = net->task_count;
    struct random random;
    random_seed(&random, 1);
    if (n > SMALL_TASKS) {
        return;
    }
    tables->order_count = RANDOM_ORDERS + (ORDER_COUNT - 1) * VARIANTS;
    tables->orders = ARENA_ARRAY(arena, uint16_t, (size_t)tables->order_count * n + 1);
    for (uint32_t k = 0; k < tables->order_count; k++) {
        for (uint32_t i = 0; i < n; i++) {
            int64_t key = random_below(&random, UINT32_MAX);
            if (k >= RANDOM_ORDERS) {
                uint32_t variant = (k - RANDOM_ORDERS) % VARIANTS;
                uint32_t noise = n * variant / (2 * VARIANTS) + 1;
                key = (int64_t)tables->ranks[1 + (k - RANDOM_ORDERS) / VARIANTS][i] +
                      random_below(&random, noise);
            }
            ranked[i] = (struct ranked){key, i};
        }
        qsort(ranked, n, sizeof *ranked, by_key);
        for (uint32_t i = 0; i < n; i++) {
            tables->orders[(size_t)k * n + i] = (uint16_t)ranked[i].task;
        }
    }
}

/* The permutation for an order; small problems only. */
const uint16_t *search_order(const struct search_tables *tables, const struct net *net,
                             unsigned order, struct random *random)
{
    uint32_t k = order == ORDER_RANDOM
                     ? random_below(random, RANDOM_ORDERS)
                     : RANDOM_ORDERS + (order - 1) * VARIANTS + random_below(random, VARIANTS);
    return tables->orders + (size_t)k * net->task_count;
}

/* Shares of the mean profit of a task, or of the mean way to a near one, in thousandths: found on
 * the public instances with several seeds (docs/design/plan.md). */
enum {
    HEAT_PROFIT_BEGIN = 1000,
    HEAT_PROFIT_END = 40,
    HEAT_TRAVEL_BEGIN = 1000,
    HEAT_TRAVEL_END = 10,
    STOPS_PROFIT = 15, /* of a track; beyond, the first temperature grows with the square … */
    STOPS_TRAVEL = 12,
    HOTTER_MAX = 10 /* … up to so many times */
};

static int64_t hotter(uint32_t stops, int64_t few)
{
    int64_t times = (int64_t)stops * stops * 1000 / (few * few);
    times = times > 1000 ? times : 1000;
    return times < HOTTER_MAX * 1000 ? times : HOTTER_MAX * 1000;
}

/* Thousandths of a temperature to a temperature. */
static int64_t at_least(int64_t heat, int64_t least)
{
    heat /= 1000;
    return heat > least ? heat : least;
}

void search_tables_heat(struct search_tables *tables, const struct net *net, uint32_t stops)
{
    int64_t profits = 0;
    int64_t ways = 0;
    int64_t count = 0;
    for (uint32_t i = 0; i < net->task_count; i++) {
        ways += near_way(net, i, 3);
        if (!net->tasks[i].is_mandatory) {
            profits += net->tasks[i].value >> NET_PROFIT_SHIFT;
            count++;
        }
    }
    int64_t profit = count > 0 ? profits / count * 1024 : 1024;
    int64_t way = net->task_count > 0 ? ways / net->task_count * 1024 : 1024;
    tables->heat_begin =
        at_least(profit * HEAT_PROFIT_BEGIN / 1000 * hotter(stops, STOPS_PROFIT), 4);
    tables->heat_end = at_least(profit * HEAT_PROFIT_END, 1);
    tables->way_begin = at_least(way * HEAT_TRAVEL_BEGIN / 1000 * hotter(stops, STOPS_TRAVEL), 4);
    tables->way_end = at_least(way * HEAT_TRAVEL_END, 1);
}

/* Breaks and locks are not asked. */
static bool has_hope(const struct net *net, uint32_t task)
{
    const struct net_task *one = &net->tasks[task];
    uint32_t last = PLAN_NONE;
    uint32_t units = one->is_mandatory || one->value > 0 ? net->unit_count : 0;
    for (uint32_t i = 0; i < units; i++) {
        const struct plan_unit *unit = &net->problem->units[i];
        if (net->classes[i] == last || one->load > unit->capacity ||
            !plan_unit_may(unit, i, &net->problem->tasks[task])) {
            continue;
        }
        last = net->classes[i];
        int64_t at = (int64_t)unit->start + net_way(net, unit->mode, unit->base, one->site);
        at = at > one->open ? at : one->open;
        if (net->slack < 0 ||
            net->problem->travel_by ==
                PLAN_MATRIX || /* then a detour may be shorter than the straight way */
            (at <= one->close &&
             at + one->dwell + net_way(net, unit->mode, one->site, unit->end_site) <= unit->end)) {
            return true;
        }
    }
    return false;
}

void search_tables_make(struct arena *arena, const struct net *net, struct search_tables *tables)
{
    struct ranked *ranked = ARENA_ARRAY(arena, struct ranked, net->task_count + 1U);
    const int64_t ln2 = 45426; /* 2^16 ln 2 */
    *tables = (struct search_tables){.is_hopeless = ARENA_ARRAY(arena, bool, net->task_count + 1U)};
    make_ranks(arena, net, tables, ranked);
    make_orders(arena, net, tables, ranked);
    for (uint32_t k = 0; k < LOG_ENTRIES; k++) {
        int64_t log = (INT64_C(13) << 16) - search_log2(2 * k + 1); /* 8192 = 2^13 */
        tables->log_of[k] = (uint32_t)(log * ln2 >> 16);
    }
    for (uint32_t i = 0; i < net->task_count; i++) {
        tables->is_hopeless[i] = !has_hope(net, i);
        tables->hopeless_count += tables->is_hopeless[i] ? 1 : 0;
    }
    search_tables_heat(tables, net, 0);
}
