/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/bound.h"

#include <stdlib.h>

enum { SLICES_MAX = 16 };

int plan_item_order(const void *a, const void *b)
{
    const struct plan_item *x = a;
    const struct plan_item *y = b;
    if (x->time == 0 || y->time == 0) { /* nothing is better than what takes no time */
        return (x->time != 0) - (y->time != 0);
    }
    int64_t left = x->profit * y->time;
    int64_t right = y->profit * x->time;
    return left > right ? -1 : left < right;
}

/* The shortest way to each site from another, and from a base. A site with several tasks may be
 * reached from itself. Without a table nothing is known: 0. */
static int32_t shortest_in(const struct net *net, uint32_t site)
{
    int32_t least = NET_NO_WAY;
    for (unsigned mode = 0; mode < net->problem->mode_count; mode++) {
        const int32_t *from = net->from[mode];
        if (from == NULL) {
            return 0;
        }
        for (uint32_t i = 0; i < net->site_count; i++) {
            int32_t way = from[(size_t)site * net->site_count + i];
            least = i != site && way < least ? way : least;
        }
    }
    if (least != NET_NO_WAY && net->origin != NULL) {
        return 0; /* ways of the table are long enough for the slowest hour: no bound */
    }
    return least == NET_NO_WAY ? 0 : least;
}

static void make_ins(struct arena *arena, const struct net *net, int32_t **ret_ins)
{
    int32_t *ins = ARENA_ARRAY(arena, int32_t, net->site_count + 1U);
    uint8_t *tasks = ARENA_ARRAY(arena, uint8_t, net->site_count + 1U);
    for (uint32_t i = 0; i < net->task_count; i++) {
        uint8_t *count = &tasks[net->tasks[i].site];
        *count = (uint8_t)(*count < 2 ? *count + 1 : 2);
    }
    for (uint32_t i = 0; i < net->unit_count; i++) { /* who starts there has no way there */
        tasks[net->problem->units[i].base] = 2;
    }
    for (uint32_t i = 0; i < net->site_count; i++) {
        ins[i] = tasks[i] == 1 ? shortest_in(net, i) : 0;
    }
    *ret_ins = ins;
}

static int64_t on_duty(const struct net *net, int64_t from, int64_t to)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < net->unit_count; i++) {
        const struct plan_unit *unit = &net->problem->units[i];
        int64_t begin = unit->start > from ? unit->start : from;
        int64_t end = unit->end < to ? unit->end : to;
        sum += end > begin ? end - begin : 0;
    }
    return sum;
}

/* Items are in order of worth. Those of [from, to) that fit into `room`; others are not looked at. What takes no time
 * (a fact, for one) fits where nobody is on duty, too. */
static int64_t knapsack(const struct plan_item *items, uint32_t count, int64_t from, int64_t to,
                        int64_t room)
{
    int64_t profit = 0;
    for (uint32_t i = 0; i < count && (room > 0 || items[i].time == 0); i++) {
        if (items[i].open < from || items[i].end > to) {
            continue;
        }
        if (items[i].time <= room) {
            profit += items[i].profit;
            room -= items[i].time;
        } else {
            profit += items[i].profit * room / items[i].time + 1;
            room = 0;
        }
    }
    return profit;
}

static int64_t sliced(const struct net *net, const struct plan_item *items, uint32_t count,
                      int slices, int64_t begin, int64_t end)
{
    int64_t bound = 0;
    int64_t inside = 0;
    int64_t all = 0;
    for (uint32_t i = 0; i < count; i++) {
        all += items[i].profit;
    }
    for (int k = 0; k < slices; k++) {
        int64_t from = begin + (end - begin) * k / slices;
        int64_t to = begin + (end - begin) * (k + 1) / slices;
        bound += knapsack(items, count, from, to, on_duty(net, from, to));
        inside += knapsack(items, count, from, to, INT64_MAX);
    }
    return bound + all - inside;
}

/* What a unit has begun already is no question of time, and in one turn of a post a unit may stand for
 * several tasks. */
static void free_facts(const struct plan_problem *problem, struct plan_item *items)
{
    for (uint32_t i = 0; i < problem->task_count && problem->turn_count > 0; i++) {
        items[i].time = problem->tasks[i].turn > 0 ? 0 : items[i].time;
    }
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        const struct plan_unit *unit = &problem->units[i];
        for (uint32_t k = 0; k < unit->lock_count; k++) {
            items[unit->locks[k].task].time = 0;
        }
    }
}

/* For the whole day: the k-th task of a group has the k-th weight and the least time of the group,
 * which is the best that any k of them can have. */
static void whole_items(struct arena *arena, const struct net *net, const int32_t *ins,
                        struct plan_item *items)
{
    const struct plan_problem *problem = net->problem;
    uint32_t *visits = ARENA_ARRAY(arena, uint32_t, problem->group_count + 1U);
    int32_t *least = ARENA_ARRAY(arena, int32_t, problem->group_count + 1U);
    for (uint32_t i = 0; i < net->task_count; i++) {
        uint32_t group = net->tasks[i].group;
        if (group != PLAN_NONE && (visits[group]++ == 0 || net->tasks[i].dwell < least[group])) {
            least[group] = net->tasks[i].dwell;
        }
    }
    memset(visits, 0, (problem->group_count + 1U) * sizeof *visits);
    for (uint32_t i = 0; i < net->task_count; i++) {
        const struct net_task *task = &net->tasks[i];
        const struct plan_task *whole = &problem->tasks[i];
        items[i].profit = plan_task_gain(problem, whole, plan_task_nth(whole, visits));
        items[i].time = (int64_t)task->dwell + ins[task->site];
        if (task->group != PLAN_NONE) {
            items[i].time = least[task->group];
        }
    }
    free_facts(problem, items);
    qsort(items, net->task_count, sizeof *items, plan_item_order);
}

static void slice_items(const struct net *net, struct plan_item *items)
{
    const struct plan_problem *problem = net->problem;
    for (uint32_t i = 0; i < net->task_count; i++) {
        const struct net_task *task = &net->tasks[i];
        int64_t profit = plan_task_gain(problem, &problem->tasks[i], 0);
        items[i] = (struct plan_item){profit, task->dwell, task->open, task->close + task->dwell};
    }
    free_facts(problem, items);
    qsort(items, net->task_count, sizeof *items, plan_item_order);
}

void plan_bound(struct arena *arena, const struct net *net, int64_t *ret_profit,
                int64_t *ret_travel)
{
    struct plan_item *items = ARENA_ARRAY(arena, struct plan_item, net->task_count + 1U);
    int32_t *ins = NULL;
    int64_t begin = INT64_MAX;
    int64_t end = 0;
    int64_t travel = 0;
    make_ins(arena, net, &ins);
    for (uint32_t i = 0; i < net->task_count; i++) {
        const struct net_task *task = &net->tasks[i];
        begin = task->open < begin ? task->open : begin;
        end = task->close + task->dwell > end ? task->close + task->dwell : end;
        travel += task->is_mandatory ? ins[task->site] : 0;
    }
    whole_items(arena, net, ins, items);
    int64_t best =
        knapsack(items, net->task_count, INT64_MIN, INT64_MAX, on_duty(net, INT64_MIN, INT64_MAX));
    slice_items(net, items);
    for (int slices = 1; slices <= SLICES_MAX && begin < end; slices++) {
        int64_t bound = sliced(net, items, net->task_count, slices, begin, end);
        best = bound < best ? bound : best;
    }
    *ret_profit = best;
    *ret_travel = travel;
}

void plan_bound_of(struct arena *arena, const struct plan_problem *problem, int64_t *ret_profit,
                   int64_t *ret_travel)
{
    struct net net;
    net_make(arena, problem, &net);
    plan_bound(arena, &net, ret_profit, ret_travel);
}
