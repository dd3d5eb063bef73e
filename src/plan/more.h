/* SPDX-License-Identifier: Apache-2.0 */
/* How many more units does a goal need? An interval, with a proof at each end, and what each further
 * unit would bring.
 *
 * The goal is a share of all profit ("covered risk"), everything that somebody must do, or the visits
 * to one place or area. Further units are like those that are there (base, shift, skills, officers, breaks),
 * in any mixture; the interval is said of these kinds.
 *
 * From below: any plan that reaches the goal has to put so much dwelling (and the shortest ways) into
 * a part of the day; when that is more than the units on duty have, units are missing, whoever goes
 * where. Asked for every span of hours and each skill; for what must be done also as a cover of
 * quarter-hours by shifts, solved exactly (cover.h); for a share of the profit also by prices for the time of
 * units (more_price.c), which count together what lacks at several times of the day. From above: a plan that reaches the goal, found
 * by searching on from the plan with fewer units and accepted by the checker; what somebody must do is
 * served first in it, so that it may be more than the goal alone would need.
 *
 * Pure but for the clock that is given. With `solve.iterations` the same question has the same answer.
 */
#ifndef HUSTINGS_PLAN_MORE_H
#define HUSTINGS_PLAN_MORE_H

#include "plan/result.h"
#include "plan/solve.h"

enum plan_goal_kind {
    PLAN_GOAL_COVER,
    PLAN_GOAL_MANDATORY,
    PLAN_GOAL_SITE,
    PLAN_GOAL_TASK,
    PLAN_GOAL_AREA
};
struct plan_goal {
    enum plan_goal_kind kind;
    int32_t permille; /* PLAN_GOAL_COVER: of the profit of all tasks; 1 … 1000 */
    uint32_t index;   /* of the site or task; of an area: of its first site */
};
/* "90%", "mandatory", the id of a site or a task; "site:ID" and "task:ID" where both are there; "area:NAME".
 * STATUS_INVALID says what it could be. */
enum status plan_goal_parse(const struct plan_problem *problem, str text,
                            struct plan_goal *ret_goal, struct error *err) MUST_CHECK;

enum {
    PLAN_MORE_POINTS = 8,   /* of the curve */
    PLAN_MORE_TRIED = 40,   /* numbers of units that are looked at, at most */
    PLAN_MORE_UNITS = 2000, /* more than so many further units are not looked for */
    PLAN_MORE_KINDS = 512   /* kinds of units that further ones may be like */
};

struct plan_more_options {
    /* seed, threads, clock; budget_us of the whole, or iterations of each number of units; `start`: a
     * plan for the problem, NULL = none */
    struct plan_solve_options solve;
    uint32_t like; /* further units are like this one only; PLAN_NONE = like any */
    const struct plan_unit
        *model; /* … like this one, which is not in the problem; NULL = see `like` */
    /* Called after each number of units that was looked at; may be NULL. */
    void (*progress)(void *context, uint32_t done, uint32_t of, int64_t elapsed_us);
    void *context;
};

/* What so many further units can do: a plan was found. */
struct plan_more_point {
    uint32_t units, officers; /* further ones */
    int64_t profit;           /* thousandths */
    uint32_t unmet;           /* mandatory tasks without a unit, those of the goal included */
    uint32_t lacking;         /* tasks of the goal without a unit */
    int64_t paid;             /* officer-ticks of all duties */
    bool is_met;
};

/* Why there are at least so many. */
struct plan_more_low {
    uint32_t units, officers;
    int32_t from, to;   /* ticks: the part of the day that proves it; from == to: none */
    int64_t load, room; /* unit-ticks that are needed in it, and that units on duty have */
    uint32_t skill;     /* only those with it can do it; PLAN_NONE = any */
    bool is_pair;       /* only units of two officers or more */
    bool
        is_priced; /* proved by prices: no plan with one further unit less has more profit than … */
    int64_t most;  /* … this, in thousandths */
    bool is_cover; /* proved by the cover of quarter-hours; load and room are units at `from` */
};

struct plan_more {
    int64_t profit_all, profit_goal; /* of all tasks; what the goal asks for */
    uint32_t goal_count;             /* tasks that the goal asks for, besides profit */
    uint32_t kind_count;
    bool is_possible; /* some number of such units may do; otherwise `why_not` */
    str why_not;      /* one sentence, no full stop */
    struct plan_more_low low;
    bool has_high; /* a plan was found in time */
    uint32_t high, high_officers;
    /* What binds: "enough", "skill", "hour", "travel", "workload" or "never", and a sentence. */
    const char *binding;
    str binding_words;
    str area;          /* with most profit that nobody serves at the beginning; may be empty */
    int32_t hour_from; /* the hour with most of it; -1 = none */
    int32_t shares[4]; /* permille of the units' time: dwell, travel, break, idle; then */
    struct plan_more_point
        points[PLAN_MORE_POINTS]; /* in order of units; [0] has no further ones */
    uint32_t point_count;
    /* The plan that proves `high` (without one: that of most units), for this problem: further units are
     * behind the others, tasks of the goal are mandatory. */
    struct plan_problem problem;
    struct plan_result result;
    int64_t elapsed_us;
};

void plan_more(struct arena *arena, const struct plan_problem *problem,
               const struct plan_goal *goal, const struct plan_more_options *options,
               struct plan_more *ret_more);

void plan_more_add_text(const struct plan_problem *problem, const struct plan_goal *goal,
                        const struct plan_more *more, struct buf *out);
void plan_more_add_json(const struct plan_problem *problem, const struct plan_goal *goal,
                        const struct plan_more *more, struct buf *out);
/* RFC 4180: the curve, a row a number of units. */
void plan_more_add_csv(const struct plan_problem *problem, const struct plan_more *more,
                       struct buf *out);

#endif
