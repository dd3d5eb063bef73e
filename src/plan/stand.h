/* SPDX-License-Identifier: Apache-2.0 */
/* Who can stand at a post: there from its beginning to its end, as far as skills, hours, ways and breaks go. What
 * else a unit does that day is not asked: so who cannot stand there cannot in any plan.
 */
#ifndef HUSTINGS_PLAN_STAND_H
#define HUSTINGS_PLAN_STAND_H

#include "plan/result.h"

struct net;

enum plan_stand_rule {
    PLAN_STAND_CAN,
    PLAN_STAND_OUT,      /* out of service */
    PLAN_STAND_SKILLS,   /* lacks one */
    PLAN_STAND_OFFICERS, /* has fewer than are asked for at once, or it is another unit's */
    PLAN_STAND_NO_WAY,
    PLAN_STAND_HOURS, /* not on duty for all of it */
    PLAN_STAND_WAY,   /* on duty, and not there in time, or not back in time */
    PLAN_STAND_BREAK, /* a break has no time before it and none after it */
    PLAN_STAND_RULES
};
struct plan_stand {
    enum plan_stand_rule rule;
    /* Ticks. By how much its duty would have to begin earlier and end later, ways included. */
    int64_t early, late;
    /* Of one break: by how much it would have to be allowed earlier, so as to end before, or later, so as to begin
     * after; 0 = that is no way out. */
    int64_t pause_early, pause_late;
};

/* `at`, `site`: when and where the unit is free to go. */
struct plan_stand plan_stand_of(const struct net *net, uint32_t unit, const struct plan_task *task,
                                int64_t at, uint32_t site);
/* One for each unit, from its base at the beginning of its duty on. */
const struct plan_stand *plan_stands(struct arena *arena, const struct plan_problem *problem,
                                     const struct plan_task *task);
/* Are both of one post, at one time? */
bool plan_is_beside(const struct plan_task *a, const struct plan_task *b);
/* Appends who stands at that post while `unit` does its `task` there: "P2 (2 officers), P3 (1 officer, from 14:00)";
 * nothing when nobody does. */
void plan_add_beside(const struct plan_problem *problem, const struct plan_result *result,
                     uint32_t unit, uint32_t task, struct buf *out);
/* "dog, bengali" */
str plan_skill_names(struct arena *arena, const struct plan_problem *problem, uint64_t skills);

#endif
