/* SPDX-License-Identifier: Apache-2.0 */
/* What somebody must do and nobody does, for people who made a plan. */
#ifndef HUSTINGS_CMD_PLAN_UNMET_H
#define HUSTINGS_CMD_PLAN_UNMET_H

#include "plan/result.h"

/* A line on stderr for each of the first few, with the reason; then how many more. What is new from
 * `first_new` on is said whether somebody must do it or not (task_count: nothing is new). */
void plan_say_unmet(struct arena *arena, const struct plan_problem *problem,
                    const struct plan_result *result, uint32_t first_new);

#endif
