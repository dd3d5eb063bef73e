/* SPDX-License-Identifier: Apache-2.0 */
/* Is this a plan? Everything is computed anew from the problem: the checker shares no code with the
 * solver, not even the length of a way, so that one mistake does not hide another.
 */
#ifndef HUSTINGS_PLAN_CHECK_H
#define HUSTINGS_PLAN_CHECK_H

#include "plan/result.h"

enum { PLAN_BROKEN_SHOWN = 1000 }; /* rules with words; more are counted */

struct plan_broken {
    const char *rule;    /* "window", "shift", "travel", "skills" … */
    uint32_t unit, task; /* PLAN_NONE = of no unit, of no task */
    str words;
};

struct plan_check {
    int64_t profit; /* thousandths */
    int64_t travel; /* ticks */
    uint32_t served, unmet;
    size_t broken_count;
    struct plan_broken *broken; /* at most PLAN_BROKEN_SHOWN */
};

/* Rules broken besides duties that nobody serves: with those a plan is still one that can be done. */
size_t plan_check_wrong(const struct plan_check *check);
/* The first of them that has words; NULL when there is none. */
const struct plan_broken *plan_check_first(const struct plan_check *check);
/* It in a sentence with its unit and its task; empty when there is none. */
str plan_check_words(struct arena *arena, const struct plan_problem *problem,
                     const struct plan_check *check);
void plan_check(struct arena *arena, const struct plan_problem *problem,
                const struct plan_result *result, struct plan_check *ret_check);
/* Appends a "figure" for each that the plan claims and that is not so: profit, travel and unmet by what the check
 * found; bounds where the plan is better than they say, or where they cannot be proved. */
void plan_check_figures(struct arena *arena, const struct plan_problem *problem,
                        const struct plan_result *result, struct plan_check *check);
/* Ticks from one site to another as the checker reckons them, at pace 1; -1 = no way. */
int64_t plan_check_way(const struct plan_problem *problem, unsigned mode, uint32_t from,
                       uint32_t to);
/* The same for who leaves at `at`, where ways depend on the hour. */
int64_t plan_check_way_at(const struct plan_problem *problem, unsigned mode, uint32_t from,
                          uint32_t to, int64_t at);
/* For who has to be there at `by` and leaves as late as possible, but not before `from_at`. */
int64_t plan_check_way_by(const struct plan_problem *problem, unsigned mode, uint32_t from,
                          uint32_t to, int64_t from_at, int64_t by);
/* {"profit","unmet","travel_s","served","left_out"?,"broken":[{"rule","unit","task","why"}]}; `left_out`: of the problem
 * not all could be used, which no plan mends. */
void plan_check_write(const struct plan_problem *problem, const struct plan_check *check,
                      bool left_out, struct buf *out);

#endif
