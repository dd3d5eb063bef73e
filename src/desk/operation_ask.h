/* SPDX-License-Identifier: Apache-2.0 */
/* What a planner asks of a plan: what if something were otherwise, and how many more units does a goal
 * need?
 *
 * Both are about the plan's own problem, as it was searched for, not about the operation, which may have
 * changed since. The answer comes from the planner process as a search's does. A what-if is kept as a draft
 * beside the others; an answer with the plan that proves its upper end, which can be taken as a draft. Either
 * says in words what differs from the operation.
 */
#ifndef HUSTINGS_DESK_OPERATION_ASK_H
#define HUSTINGS_DESK_OPERATION_ASK_H

#include "desk/operation.h"
#include "plan/change.h"

/* Searches with the seed of the plan, so that what differs comes from the change. Ids in `change` are
 * those of the plan's problem. STATUS_INVALID: nothing changes, or it cannot be; the sentence says why. An
 * act ("plan.fork"). */
enum status desk_plan_fork(struct desk *desk, const struct caller *caller, int64_t leaf,
                           const struct plan_change *change, int64_t seconds,
                           struct error *err) MUST_CHECK;

struct desk_question {
    str goal; /* "90%", "mandatory", "site:ID", "area:NAME" (plan/more.h) */
    str like; /* further units are like this one (its id); empty: like any that is there, or: */
    str base; /* … they begin at this site (its id), at these hours, with the rule's break */
    str mode; /* "car" */
    int32_t start_s, end_s;
    int64_t officers;
    int64_t seconds;
};
/* An act ("plan.more"). */
enum status desk_plan_more(struct desk *desk, const struct caller *caller, int64_t leaf,
                           const struct desk_question *question, struct error *err) MUST_CHECK;
/* Makes the plan of an answer a draft. STATUS_INVALID: it is none. An act ("plan.take"). */
enum status desk_plan_take(struct desk *desk, const struct caller *caller, int64_t leaf,
                           struct arena *arena, struct error *err) MUST_CHECK;

#endif
