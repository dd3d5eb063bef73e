/* SPDX-License-Identifier: Apache-2.0 */
/* One unit's part of a problem and its plan: what may be given to that unit's own desk without saying where
 * all others are. Both are whole: the checker accepts them together, with the unit's own figures. */
#ifndef HUSTINGS_PLAN_PART_H
#define HUSTINGS_PLAN_PART_H

#include "plan/result.h"

/* The unit, what it does, and the sites that it needs for that. STATUS_INVALID when the part breaks a rule. */
enum status plan_part_make(struct arena *arena, const struct plan_problem *problem,
                           const struct plan_result *result, uint32_t unit,
                           struct plan_problem *ret_problem, struct plan_result *ret_result,
                           struct error *err) MUST_CHECK;

#endif
