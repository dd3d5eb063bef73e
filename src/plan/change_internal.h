/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUSTINGS_PLAN_CHANGE_INTERNAL_H
#define HUSTINGS_PLAN_CHANGE_INTERNAL_H

#include "plan/change.h"

/* Locks name tasks by number: task_now is the new number of each. */
void change_renumber(struct arena *arena, struct plan_problem *problem, const uint32_t *task_now);
/* Units and places that are out, other hours, rules that are off. *ret_like: the number of
 * change->like now. */
enum status change_first(struct arena *arena, const struct plan_problem *problem,
                         const struct plan_change *change, struct plan_problem *ret_problem,
                         uint32_t *ret_like, struct error *err) MUST_CHECK;

#endif
