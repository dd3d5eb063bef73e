/* SPDX-License-Identifier: Apache-2.0 */
/* A plan: who goes where, and when. What the solver writes and the checker reads. */
#ifndef HUSTINGS_PLAN_RESULT_H
#define HUSTINGS_PLAN_RESULT_H

#include "plan/problem.h"

enum { PLAN_EPOCHS = 64 };
#define PLAN_STEPS_MAX (INT64_C(1) << 50)

struct plan_stop {
    uint32_t task;
    int32_t start;
};

struct plan_route {
    const struct plan_stop *stops;
    uint32_t stop_count;
    int32_t break_start;  /* -1 = none */
    uint32_t break_after; /* stops before it */
    bool has_second;      /* another break, after it */
    int32_t second_start;
    uint32_t second_after;
};

/* Numbers that the solver claims; the checker computes its own. -1, or PLAN_NONE: a plan that was read does not
 * say. */
struct plan_claim {
    int64_t profit; /* thousandths */
    int64_t travel; /* ticks */
    uint32_t unmet; /* mandatory tasks that nobody serves */
};

struct plan_result {
    const struct plan_route *routes; /* one for each unit of the problem */
    struct plan_claim claim;
    uint64_t seed;
    int64_t iterations; /* of each thread */
    /* How many of them in each part of the run, each part being colder than the one before. Parts are
     * equal unless the time went by faster than was foreseen. */
    int64_t epochs[PLAN_EPOCHS];
    bool is_even;
    uint32_t threads;
    int64_t bound;        /* no plan has more profit (thousandths); -1 as above */
    int64_t bound_travel; /* no plan that serves all mandatory tasks travels less (ticks) */
};

/* Which tasks somebody serves, or stands for as well (turns of posts); one for each of the problem. */
bool *plan_served(struct arena *arena, const struct plan_problem *problem,
                  const struct plan_result *result);

/* What is counted where people read how many visits there are, one for each of the problem: each that a unit makes, so
 * that the visits of units add up to it, and each that nobody makes. Of the tasks of one turn of a post (turns.c) the one
 * that a larger unit stands for beside its own is none, and those that nobody makes are one. `is_served`: of
 * plan_served. */
bool *plan_counted(struct arena *arena, const struct plan_problem *problem,
                   const struct plan_result *result, const bool *is_served);
struct plan_counts {
    uint32_t wanted, served, unmet; /* unmet: that somebody must make, and nobody does */
};
struct plan_counts plan_count(struct arena *arena, const struct plan_problem *problem,
                              const struct plan_result *result);

/* Equal parts of `iterations`. */
void plan_even_epochs(int64_t iterations, int64_t ret_epochs[PLAN_EPOCHS]);

/* Appends the plan as JSON: {"units":[{"id","visits":[{"site","task","start_s"}]}],…}. */
void plan_result_write(const struct plan_problem *problem, const struct plan_result *result,
                       struct buf *out);
/* STATUS_INVALID when it is no plan: wrong JSON, or names that the problem does not have. Whether
 * it can be done is the checker's question. */
enum status plan_result_read(struct arena *arena, const struct plan_problem *problem, str text,
                             struct plan_result *ret_result, struct error *err) MUST_CHECK;
/* A plan as it is kept, beside its problem: what was left out of that was said when it was made. */
enum status plan_texts_read(struct arena *arena, str problem_text, str result_text,
                            struct plan_problem *ret_problem, struct plan_result *ret_result,
                            struct error *err) MUST_CHECK;

#endif
