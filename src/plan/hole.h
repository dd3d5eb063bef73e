/* SPDX-License-Identifier: Apache-2.0 */
/* What is left of a post when its unit drops out or leaves long before its end: it becomes a task of its
 * own, so that it is not counted as done, and somebody else may be sent. Private to src/plan. */
#ifndef HUSTINGS_PLAN_HOLE_H
#define HUSTINGS_PLAN_HOLE_H

#include "plan/past.h"

enum { PLAN_RESTS_MAX = 4 }; /* of a unit that stood for several tasks of a turn */

#define PLAN_REST_MARK                                                                             \
    "+rest" /* its id: what plan_rest_head has of the post's, the mark, and a number from 2 */
str plan_rest_head(str id);
/* That of the post of which this is the rest; empty: it is none. */
str plan_rest_post(str id);
/* When the post was to end, also when what was left of it is a task of its own now. */
int32_t plan_post_end(const struct plan_problem *problem, uint32_t post);

/* The post that this is the rest of; PLAN_NONE: it is none. */
uint32_t plan_rest_whole(const struct plan_problem *problem, uint32_t rest);

struct plan_holes {
    uint32_t first; /* tasks of the problem from here on are rests that were cut now */
    /* Of each task: */
    bool *is_offered; /* what is left of a post, and somebody may be sent; */
    uint32_t *leaver; /* who left that, and is not sent back; PLAN_NONE */
};

/* Ends the posts of units that drop out now, and adds the rest of each post that was left early as a mandatory task:
 * from when the first idle unit can be there, or from when it was left when none can, or when it is over by now: so it
 * stays undone. What is left of a turn is a turn again. A rest of an earlier mend that nobody serves is offered again in
 * the same way, until its time is over. */
void plan_holes_add(struct arena *arena, struct plan_problem *problem, const struct plan_past *past,
                    const struct plan_past_unit *pasts, const bool *is_out,
                    const struct plan_route *routes, struct plan_holes *ret_holes);

#endif
