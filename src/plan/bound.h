/* SPDX-License-Identifier: Apache-2.0 */
/* What no plan can exceed. Private to src/plan.
 *
 * Profit: every visit takes its dwell and at least the shortest way to its site from anywhere else;
 * all visits of a day have to fit into the hours of all units. That is a knapsack, and its
 * fractional optimum is a bound. A second one cuts the day into slices: visits whose whole window
 * lies in a slice must fit, dwell alone, into the hours of the units on duty in it. The least of all
 * counts. Both leave out who can go where, so the bound is loose where ways are long.
 *
 * Travel: each mandatory task is reached by at least its shortest way.
 */
#ifndef HUSTINGS_PLAN_BOUND_H
#define HUSTINGS_PLAN_BOUND_H

#include "plan/net.h"

struct plan_item {
    int64_t profit;    /* thousandths, below 2^30 */
    int64_t time;      /* ticks, below 2^31 */
    int32_t open, end; /* of the window, dwell included */
};

/* For qsort: by profit a tick, best first. */
int plan_item_order(const void *a, const void *b);

/* Thousandths of profit, and ticks. */
void plan_bound(struct arena *arena, const struct net *net, int64_t *ret_profit,
                int64_t *ret_travel);
/* The same of a problem that nobody has a net of. */
void plan_bound_of(struct arena *arena, const struct plan_problem *problem, int64_t *ret_profit,
                   int64_t *ret_travel);

#endif
