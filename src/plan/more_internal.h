/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUSTINGS_PLAN_MORE_INTERNAL_H
#define HUSTINGS_PLAN_MORE_INTERNAL_H

#include "plan/more.h"

/* One question while it is answered. */
struct more {
    struct arena *arena;
    const struct plan_goal *goal;
    const struct plan_more_options *options;
    struct plan_more *out;
    struct plan_problem problem;     /* tasks of the goal are mandatory */
    bool *is_goal;                   /* one a task */
    struct plan_unit *kinds;         /* without locks */
    const struct plan_unit **models; /* of each kind: the unit that it is like */
    uint32_t kind_count;
    int64_t begin; /* of the clock */
};

/* Whom a proof concerns: tasks that need all this, units that have it. */
struct need {
    uint64_t skills;
    uint32_t skill; /* PLAN_NONE = none */
    uint16_t officers;
};

static inline bool more_concerns(const struct need *need, const struct plan_task *task)
{
    return (task->skills & need->skills) == need->skills && task->officers >= need->officers;
}

static inline bool more_is_able(const struct need *need, const struct plan_unit *unit)
{
    return (unit->skills & need->skills) == need->skills && unit->officers >= need->officers &&
           unit->officers > 0;
}

/* The tasks of site i are tasks[begins[i]] to tasks[begins[i + 1] - 1]. `straight`: the shortest way to it, 0 where
 * it may be saved for another reason than a visit before to the same site. */
struct more_ways {
    int32_t *straight;
    uint32_t *begins, *tasks;
};

struct more_priced {
    uint32_t units, officers; /* further ones that any plan has that reaches the goal */
    int64_t most;             /* thousandths: no plan with one further unit less has more profit */
};

/* Looks for a proof by prices, for a share of the profit; false when there is none. `is_fact`: tasks that are no
 * question of time. */
bool more_price(struct more *more, const struct need *need, const bool *is_fact,
                const struct more_ways *ways, struct more_priced *ret_priced);

/* Makes `problem` with `count` further units of the kinds named. */
void more_extend(const struct more *more, const uint32_t *kinds, uint32_t count,
                 struct plan_problem *ret_problem);
/* Fills out->low, and is_possible with why_not. */
void more_low(struct more *more);
/* Which kind each further unit should be: `count` of them, for what the plan leaves. */
void more_choose(const struct more *more, const struct plan_problem *problem,
                 const struct plan_result *result, uint32_t count, uint32_t *ret_kinds);
/* Fills binding, area, hour_from and shares from the plan without further units. */
void more_bind(struct more *more, const struct plan_result *base);

#endif
