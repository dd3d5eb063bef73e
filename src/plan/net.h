/* SPDX-License-Identifier: Apache-2.0 */
/* A problem made ready for searching: ways in a table (or computed, where a table would be too
 * large), the near tasks of each task, and units that are alike. Read-only once made; threads share
 * it. Private to src/plan. */
#ifndef HUSTINGS_PLAN_NET_H
#define HUSTINGS_PLAN_NET_H

#include "plan/problem.h"

enum {
    NET_TABLE_SITES = 4096, /* 64 MiB a mode; beyond, ways are computed when asked */
    NET_NEAR_SITES = 80,    /* sites that are looked at for the near tasks of a large problem */
    NET_NO_WAY = 500000000  /* more than PLAN_TICKS_MAX, and three of them fit into an int32 */
};

struct net_task {
    int32_t open, close, dwell, load;
    uint32_t site, group, turn;
    bool is_mandatory;
    int64_t value; /* scaled profit */
};

/* The least ways between a site and others that have tasks, from there or to there, by any mode. */
struct net_least {
    uint32_t site; /* the nearest */
    int32_t first, second;
};

/* Which other tasks of its own site can stand beside a task: who comes after it ends at `after` or later, who
 * comes before it begins at `before` or earlier. */
struct net_beside {
    int32_t after, before;
};

struct net {
    const struct plan_problem *problem;
    uint32_t task_count, unit_count, site_count;
    const int32_t *to[PLAN_MODES_MAX];   /* [a * site_count + b]: from a to b; NULL = compute */
    const int32_t *from[PLAN_MODES_MAX]; /* [b * site_count + a]: the same, turned */
    double per_metre[PLAN_MODES_MAX], overhead[PLAN_MODES_MAX];
    const double *points; /* three a site: x, y, z; the unit sphere for PLAN_SPHERE */
    struct net_task *tasks;
    /* Where ways depend on the hour (pace.h): the problem's own sites come first, then some of them again
     * with other paces; `problem` is then a copy with them. NULL: they do not. */
    const uint32_t *origin;
    const uint16_t *pace[PLAN_MODES_MAX];
    uint16_t pace_most[PLAN_MODES_MAX];
    uint32_t matrix_sites; /* columns of the user's matrix */
    uint32_t near_count;   /* of each task; rows end early with PLAN_NONE */
    uint32_t *near;
    uint32_t *classes; /* of each unit: equal numbers are alike in everything */
    uint32_t class_count;
    int32_t slack; /* by how much a detour may be shorter than the straight way; -1 = any */
    int32_t least_dwell;
    /* [a * task_count + b]: the least time that any third task takes between tasks a and b, dwell and
     * detour, as windows let it; NULL = not known. What is shorter is no gap. */
    const int32_t *least;
    /* Where that table would be too large: of each site, and of each task. NULL = not known. */
    const struct net_least *least_ways;
    const struct net_beside *beside;
    int32_t least_detour; /* of any other way between two tasks */
    bool has_profit;      /* some task is optional: profit decides; otherwise travel does */
    bool is_uniform;      /* all units may serve all tasks */
};

/* Profit (thousandths) to the scale that the search works in: one tick of travel is 1 there, so
 * that of two plans of one profit the shorter is better. */
#define NET_PROFIT_SHIFT 10

void net_make(struct arena *arena, const struct plan_problem *problem, struct net *ret_net);
/* Without tables, near tasks and classes: for a few questions at once. */
void net_make_small(struct arena *arena, const struct plan_problem *problem, struct net *ret_net);
/* Only what net_compute_way needs. */
void net_make_points(struct arena *arena, const struct plan_problem *problem, struct net *ret_net);
/* At pace 1; the problem's own sites. */
int32_t net_plain_way(const struct net *net, unsigned mode, uint32_t from, uint32_t to);
int32_t net_compute_way(const struct net *net, unsigned mode, uint32_t from, uint32_t to);

/* When a unit that is free at `at` goes on after the breaks that it has had after `stops` stops. */
int64_t net_after_had(const struct plan_unit *unit, uint32_t stops, int64_t at);

static inline int32_t net_way(const struct net *net, unsigned mode, uint32_t from, uint32_t to)
{
    const int32_t *table = net->to[mode];
    return table != NULL ? table[(size_t)from * net->site_count + to]
                         : net_compute_way(net, mode, from, to);
}

#endif
