/* SPDX-License-Identifier: Apache-2.0 */
/* What has happened by the time that a plan is mended, as the units told it.
 *
 * Of a unit that told nothing the plan is believed. Of one that told something, only what it told has
 * happened from its first word on, be it a skip; before that word the plan is believed, unless the unit
 * told "on", which begins its day. What it skipped is open again, for others than itself. Where it arrived
 * and has not left, it is busy: as long as the visit was to take, at a post until that ends, or STILL_S
 * from now when that is over. A break that it told of is had; one that was planned, of which it told
 * nothing and which nothing that it told rules out, is thought to be had. Private to src/plan.
 */
#ifndef HUSTINGS_PLAN_PAST_H
#define HUSTINGS_PLAN_PAST_H

#include "plan/net.h"
#include "plan/result.h"
#include "plan/told.h"

enum {
    PLAN_PAST_STILL_S = 300 /* who is over the time of a visit or a break goes on so much longer */
};

/* Is so much left of a post at `at` that who leaves then has not been there to its end, and somebody may be sent? */
bool plan_is_early(const struct plan_problem *problem, int32_t at, int32_t until);

struct plan_past {
    const struct plan_told_rows *told; /* NULL = nobody told anything */
    int32_t heard;                     /* ticks: until then it is known; after it, until `now`, */
    int32_t now;                       /* the day is thought to go on as planned */
    uint32_t *owner;                   /* of each task: the unit that told that it arrived first */
};

/* A post that a unit left before its end. */
struct plan_left {
    uint32_t post;
    int32_t from, until; /* until: when it was to end */
};

/* Of one unit that told something. */
struct plan_past_unit {
    struct plan_lock *locks; /* facts: begun, and the one that it is on its way to */
    uint32_t lock_count;
    struct plan_had had[2];
    uint16_t had_count;
    uint32_t breaks;         /* of the breaks that the unit still has, so many have begun */
    int32_t start;           /* of its duty, when it began before its time */
    int32_t free;            /* when it can go on from where it last was */
    bool is_off;             /* it does no more */
    struct plan_left *lefts; /* by more than EARLY_S */
    uint32_t left_count;
    struct plan_route route; /* the locks, and what is still to be done, with planned times */
};

/* A task that begins at one time and no other: it ends when it was to end, also when somebody came late. */
bool plan_is_post(const struct plan_task *task);
/* Is a unit that left `last` (a task; PLAN_NONE: its base) at `left` for this stop bound to go there? Whoever
 * would only wait there may be sent elsewhere: it is reckoned from where it was, and the way back there
 * (`ret_back`) is never less than what it saves. */
bool plan_past_is_bound(const struct plan_problem *problem, const struct plan_unit *unit,
                        uint32_t last, const struct plan_stop *stop, int64_t left, int32_t now,
                        int32_t *ret_back);
void plan_past_init(struct arena *arena, const struct plan_problem *problem,
                    const struct plan_told_rows *told, int32_t heard, int32_t now,
                    struct plan_past *ret_past);
/* Did it tell anything? */
bool plan_past_has(const struct plan_past *past, uint32_t unit);
/* Did it say last of this task that it cannot go there? */
bool plan_past_skipped(const struct plan_past *past, uint32_t unit, uint32_t task);
/* Changes the dwell of tasks of `problem` to what was told. `is_out`: it drops out now, so it is on its way
 * nowhere. */
void plan_past_unit(struct arena *arena, const struct plan_past *past, struct plan_problem *problem,
                    const struct plan_route *before, uint32_t unit, bool is_out,
                    struct plan_past_unit *ret_unit);
/* A unit that told something may be late: then its duty ends when it can be back, breaks that cannot be any
 * more are none, and one with nothing left to do goes home. The same in the problem of `net`. */
void plan_past_let(const struct net *net, struct plan_unit *unit, uint32_t index);
/* A break that has begun stays, at its time. */
void plan_past_keep_had(struct plan_unit *unit, int32_t start, int32_t length, uint32_t after);
/* The first of its breaks that are to come is behind it: the other is the first now. */
void plan_past_next_break(struct plan_unit *unit);
/* A unit without visits has no breaks in its plan. When the time to begin one is over, and it had nothing
 * to do for so long in it, it has had it: else it could be sent nowhere for the rest of its day. */
void plan_past_idle(struct plan_unit *unit, const struct plan_route *route, int32_t now);
/* By the slowest pace of the day, which the search holds possible at most; -1 = no way. */
int64_t plan_past_longest(const struct plan_problem *problem, unsigned mode, uint32_t from,
                          uint32_t to);
/* Takes from the facts of an earlier mend what another unit told that it did. */
void plan_past_own(struct arena *arena, const struct plan_past *past, struct plan_unit *unit,
                   uint32_t index);
/* The route without what another unit told that it did. */
struct plan_route plan_past_without(struct arena *arena, const struct plan_past *past,
                                    const struct plan_route *route, uint32_t unit);

#endif
