/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUSTINGS_DESK_PLANNER_INTERNAL_H
#define HUSTINGS_DESK_PLANNER_INTERNAL_H

#include "desk/planner.h"
#include "plan/solve.h"

void planner_write(struct arena *arena, const struct plan_problem *problem,
                   const struct plan_result *result, bool has_problem,
                   struct planner_answer *answer);
enum status planner_more(struct arena *arena, const struct planner_job *job,
                         const struct plan_problem *problem, const struct plan_solve_options *solve,
                         struct planner_answer *answer, struct error *err) MUST_CHECK;

#endif
