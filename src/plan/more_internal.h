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
