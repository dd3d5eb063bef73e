/* SPDX-License-Identifier: Apache-2.0 */
/* The day itself: something happened, and the plan is mended by changing few units.
 *
 * What has begun is a fact and stays. What units told of it goes before what was planned (past.h): a visit
 * that a unit skipped is open again for the others. Visits of units that drop out, and new tasks, are first put
 * where they cost least among all units: that is the first answer. Then the units that lie nearest are
 * planned anew among themselves, with what nobody serves near by, for as long as there is time. Units
 * outside that circle keep their visits and times to the second.
 *
 * When no unit dropped out and nobody can serve anything of what is new, nobody's day is changed: there is
 * nothing to change it for.
 */
#ifndef HUSTINGS_PLAN_REPLAN_H
#define HUSTINGS_PLAN_REPLAN_H

#include "plan/result.h"
#include "plan/solve.h"
#include "plan/told.h"

struct plan_event {
    int32_t now;         /* ticks: what began before is kept */
    const uint32_t *out; /* units that drop out */
    uint32_t out_count;
    uint32_t first_new; /* tasks of the problem from here on are new; = task_count without any */
    const struct plan_told_rows *told; /* what units told of the day; NULL = nothing */
    int32_t heard; /* ticks: until then it is known what happened; `now`, or before it */
};

struct plan_replan_options {
    struct plan_solve_options solve; /* budget or iterations of the second part */
    uint32_t
        units_max; /* changed besides those that drop out, or are off their plan by what they told */
};

struct plan_replanned {
    struct plan_problem problem; /* with facts, units out and new tasks; what the checker wants */
    struct plan_result result;
    struct plan_claim first; /* after the first answer */
    int64_t first_us;        /* how long that took; 0 without a clock */
    /* Visits that lost their unit or are new, and how many have one; of the tasks of one turn they are one. */
    uint32_t freed, freed_served;
    uint32_t
        over; /* tasks that were added for what was missed of posts: their time is over, and nobody is sent */
    bool is_as_it_was;                /* nobody can serve what is new, so no unit was changed */
    uint32_t *changed, changed_count; /* units whose visits are others than before */
};

/* Reads {"now_s","units_out":["P7"],"sites":[…],"tasks":[…],"heard_s","told":[{"unit","what","task","at_s"}]}
 * for a problem and adds its sites (where no site was yet) and tasks to it. A row that was told and cannot be
 * is named and left out. The problem's sites and tasks are copied; `problem` stays as it was. */
enum status plan_event_read(struct arena *arena, const struct plan_problem *problem, str text,
                            struct plan_problem *ret_problem, struct plan_event *ret_event,
                            struct plan_refused *refused, struct error *err) MUST_CHECK;

/* Of what plan_event_read has read, before plan_replan: a unit that left a post and took that back is there, so the
 * post ends when it was to end, and what had been left of it is no task any more, unless somebody has begun it. */
void plan_event_heal(struct arena *arena, struct plan_problem *problem, struct plan_result *before,
                     struct plan_event *event);

/* `problem` is that of plan_event_read; `before` a plan for it that keeps every rule. */
void plan_replan(struct arena *arena, const struct plan_problem *problem,
                 const struct plan_result *before, const struct plan_event *event,
                 const struct plan_replan_options *options, struct plan_replanned *ret_replanned);

#endif
