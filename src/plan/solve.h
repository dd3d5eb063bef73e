/* SPDX-License-Identifier: Apache-2.0 */
/* Makes a plan: any-time, and again the same from the same seed, iterations and threads. */
#ifndef HUSTINGS_PLAN_SOLVE_H
#define HUSTINGS_PLAN_SOLVE_H

#include "plan/result.h"

enum { PLAN_THREADS_MAX = 16 };

struct plan_solve_options {
    uint64_t seed;
    uint32_t threads;
    int64_t iterations;              /* of each thread; 0 = as many as fit into budget_us */
    const int64_t *epochs;           /* PLAN_EPOCHS parts of the iterations; NULL = equal ones */
    const struct plan_result *start; /* a plan to begin with, which can be done; NULL = none */
    int64_t budget_us;
    int64_t (*clock)(void); /* microseconds; only for budget_us */
    /* After each of PLAN_EPOCHS parts of the run, with how many are done and the best until then: false ends it, and
     * what is left has no steps. NULL = nobody asks. */
    bool (*goes_on)(void *context, int64_t parts, const struct plan_claim *best);
    void *context;
};

/* The result lives as long as the arena. */
void plan_solve(struct arena *arena, const struct plan_problem *problem,
                const struct plan_solve_options *options, struct plan_result *ret_result);

#endif
