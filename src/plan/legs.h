/* SPDX-License-Identifier: Apache-2.0 */
/* A unit's duty without a gap: briefing, ways, dwell, break, and the time between.
 *
 * The plan says when a visit starts; this says what every second of the duty is spent on. Between
 * two visits a unit goes at once and waits where it is seen, at the next place; before the first it
 * waits at its base, and after the last it goes back and waits there. So the parts of a unit add up
 * to its paid time by construction, and plan_legs_make checks that they do.
 */
#ifndef HUSTINGS_PLAN_LEGS_H
#define HUSTINGS_PLAN_LEGS_H

#include "plan/result.h"

enum plan_leg_kind {
    PLAN_LEG_BRIEF,
    PLAN_LEG_TRAVEL,
    PLAN_LEG_DWELL,
    PLAN_LEG_BREAK,
    PLAN_LEG_IDLE,
    PLAN_LEG_KINDS
};

struct plan_leg {
    enum plan_leg_kind kind;
    int32_t from, to;  /* ticks; to > from, or a visit without dwell */
    uint32_t site;     /* where; of a way where it begins */
    uint32_t end_site; /* where a way ends; otherwise = site */
    uint32_t task;     /* of PLAN_LEG_DWELL; of a way and of idle time before a visit: that visit;
                          otherwise PLAN_NONE */
};

struct plan_duty {
    const struct plan_leg *legs;
    uint32_t leg_count;
    int32_t from, to; /* paid; `to` is after the shift's end where the unit is back late */
};

/* "briefing", "travel", "dwell", "break", "idle" */
const char *plan_leg_word(enum plan_leg_kind kind);
/* STATUS_INVALID when a stop begins before the one before it ends: no plan to be shown. */
enum status plan_duty_make(struct arena *arena, const struct plan_problem *problem, uint32_t unit,
                           const struct plan_route *route, struct plan_duty *ret_duty,
                           struct error *err) MUST_CHECK;
/* For all units; the array has one for each. */
enum status plan_duties_make(struct arena *arena, const struct plan_problem *problem,
                             const struct plan_result *result, const struct plan_duty **ret_duties,
                             struct error *err) MUST_CHECK;
/* What of it lies before `at`, which is not before its begin. */
struct plan_duty plan_duty_until(struct arena *arena, const struct plan_duty *duty, int32_t at);
/* STATUS_INTERNAL when the legs are not without gap from `from` to `to`. */
enum status plan_duty_check(const struct plan_problem *problem, uint32_t unit,
                            const struct plan_duty *duty, struct error *err) MUST_CHECK;

#endif
