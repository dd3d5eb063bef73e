/* SPDX-License-Identifier: Apache-2.0 */
/* Every order in which the units of a small problem can serve its tasks, tried one after the other.
 * Written anew, so that it shares no mistake with the planner and its checker. */
#ifndef HUSTINGS_TESTS_PLAN_ORDERS_H
#define HUSTINGS_TESTS_PLAN_ORDERS_H

#include "plan_bench.h"

/* Where one unit is, the units before it being home. */
struct here {
    uint32_t unit, site;
    int64_t at;
    int64_t load;
    uint32_t used; /* a bit for each task, of the units before as well */
    uint32_t breaks;
    bool has_left;
};

/* When the unit is at `to` if it goes now; INT32_MAX or more where there is no way. */
typedef int64_t arrive_fn(const struct plan_problem *p, const struct here *here, uint32_t to);

struct orders {
    const struct plan_problem *p;
    arrive_fn *arrive;
    void (*take)(void *context, uint32_t used); /* these tasks can be served, and all are home */
    void *context;
};

static void try_orders_from(const struct orders *orders, struct here here);

static void begin_unit(const struct orders *orders, uint32_t unit, uint32_t used)
{
    const struct plan_problem *p = orders->p;
    if (unit == p->unit_count) {
        orders->take(orders->context, used);
    } else {
        try_orders_from(orders, (struct here){.unit = unit,
                                              .used = used,
                                              .site = p->units[unit].base,
                                              .at = p->units[unit].start});
    }
}

static void try_break(const struct orders *orders, struct here here)
{
    const struct plan_unit *unit = &orders->p->units[here.unit];
    bool is_second = here.breaks > 0;
    int32_t open = is_second ? unit->second_open : unit->break_open;
    int32_t close = is_second ? unit->second_close : unit->break_close;
    if (here.at <= close) {
        here.at = here.at > open ? here.at : open;
        here.at += is_second ? unit->second_length : unit->break_length;
        here.breaks++;
        try_orders_from(orders, here);
    }
}

static void try_task(const struct orders *orders, struct here here, uint32_t task)
{
    const struct plan_task *next = &orders->p->tasks[task];
    const struct plan_unit *unit = &orders->p->units[here.unit];
    here.load += next->load;
    if ((here.used >> task & 1) != 0 || here.load > unit->capacity ||
        (next->skills & ~unit->skills) != 0 || next->officers > unit->officers ||
        (next->unit != PLAN_NONE && next->unit != here.unit)) {
        return;
    }
    here.at = orders->arrive(orders->p, &here, next->site);
    here.at = here.at > next->open ? here.at : next->open;
    if (here.at <= next->close) {
        here.at += next->dwell;
        here.site = next->site;
        here.used |= 1U << task;
        here.has_left = true;
        try_orders_from(orders, here);
    }
}

static void try_orders_from(const struct orders *orders, struct here here)
{
    const struct plan_problem *p = orders->p;
    const struct plan_unit *unit = &p->units[here.unit];
    uint32_t owed = (unit->break_length > 0 ? 1U : 0U) + (unit->second_length > 0 ? 1U : 0U);
    if (!here.has_left ||
        (here.breaks == owed && orders->arrive(p, &here, unit->end_site) <= unit->end)) {
        begin_unit(orders, here.unit + 1, here.used);
    }
    if (here.breaks < owed) {
        try_break(orders, here);
    }
    for (uint32_t i = 0; i < p->task_count; i++) {
        try_task(orders, here, i);
    }
}

static void try_orders(const struct orders *orders)
{
    begin_unit(orders, 0, 0);
}

/* ---- what a set of tasks is worth ---- */

static int64_t profit_of(const struct plan_problem *p, uint32_t used)
{
    int64_t profit = 0;
    for (uint32_t i = 0; i < p->task_count; i++) {
        uint32_t nth = 0; /* of its group; a task of none counts whole */
        if ((used >> i & 1) == 0) {
            continue;
        }
        if (p->tasks[i].group == PLAN_NONE) {
            profit += p->tasks[i].profit;
            continue;
        }
        const struct plan_group *group = &p->groups[p->tasks[i].group];
        for (uint32_t k = 0; k < i; k++) {
            nth += (used >> k & 1) != 0 && p->tasks[k].group == p->tasks[i].group ? 1 : 0;
        }
        assert_true(nth < group->weight_count);
        profit += p->tasks[i].profit * group->weights[nth] / 1000;
    }
    return profit;
}

/* The best of all: fewest missing that must be served, then most profit. */
struct best {
    const struct plan_problem *p;
    uint32_t missing;
    int64_t profit;
};

static void judge(void *context, uint32_t used)
{
    struct best *best = context;
    int64_t profit = profit_of(best->p, used);
    uint32_t missing = 0;
    for (uint32_t i = 0; i < best->p->task_count; i++) {
        missing += (used >> i & 1) == 0 && best->p->tasks[i].is_mandatory ? 1 : 0;
    }
    if (missing < best->missing || (missing == best->missing && profit > best->profit)) {
        best->missing = missing;
        best->profit = profit;
    }
}

UNUSED static struct best best_of_all(const struct plan_problem *p, arrive_fn *arrive)
{
    struct best best = {.p = p, .missing = UINT32_MAX};
    struct orders orders = {.p = p, .arrive = arrive, .take = judge, .context = &best};
    try_orders(&orders);
    return best;
}

/* ---- straight ways, by whole numbers: without a square root ---- */

UNUSED static int64_t square_between(const struct plan_problem *p, uint32_t a, uint32_t b)
{
    double dx = p->sites[a].x - p->sites[b].x;
    double dy = p->sites[a].y - p->sites[b].y;
    return (int64_t)(dx * dx + dy * dy);
}

UNUSED static int64_t straight_way(const struct plan_problem *p, uint32_t a, uint32_t b)
{
    int64_t square = square_between(p, a, b);
    int64_t root = 0;
    while ((root + 1) * (root + 1) <= square) {
        root++;
    }
    return root;
}

#endif
