/* SPDX-License-Identifier: Apache-2.0 */
/* What if: a copy of a problem with something changed, to be planned and compared (compare.h).
 *
 * "Visits" are tasks in runs: as rows of `visits` become them, with ids NAME/1, NAME/2 …, one after
 * another and alike but for their windows. Posts and tasks of their own are no visits.
 */
#ifndef HUSTINGS_PLAN_CHANGE_H
#define HUSTINGS_PLAN_CHANGE_H

#include "plan/problem.h"

enum {
    PLAN_CHANGE_SHIFT_S = 12 * 3600,
    PLAN_CHANGE_UNITS = 2000,
    PLAN_CHANGE_VISITS = 64,
    PLAN_RISK_PERCENT = 10000
};

struct plan_change {
    int32_t dwell_s;       /* of each visit; -1 = as it is */
    int32_t visits;        /* to each place that has any; 0 = as it is */
    int32_t risk_percent;  /* profit of visits and tasks times this; 100 = as it is */
    int32_t noise_percent; /* then each site's profit times 100 ± up to this, by `seed`; 0 = none */
    uint64_t seed;
    str area;      /* all that only for sites of it; empty = all */
    str site;      /* … only for this one (its id) */
    int32_t units; /* so many more (fewer: negative) */
    str base;      /* … that begin at this site */
    uint32_t like; /* more: like this unit; PLAN_NONE = like those of the base in turn */
    /* Before all that: */
    const str *units_out; /* ids of units that are not there */
    uint32_t units_out_count;
    const str *sites_out; /* ids of places that nobody goes to */
    uint32_t sites_out_count;
    int32_t start_by_s, end_by_s; /* units begin, and end, so much later (earlier: negative) */
    str shifted;         /* … this one only; empty = all, but those whose day has begun */
    bool has_no_breaks;  /* nobody has one any more */
    bool has_no_pairs;   /* visits for two officers are for one */
    bool has_no_spacing; /* visits to one place may come one after another */
    /* No duty is too long. A rule of who made the problem: units that it left out are put into the problem before;
     * here it is only a word. */
    bool has_no_hours;
};
/* Nothing changes. */
struct plan_change plan_change_none(void);

/* STATUS_INVALID says what cannot be changed so, and names the row: visits that do not fit their hours
 * any more, a unit that is pinned and would go, a base without units. */
enum status plan_change_make(struct arena *arena, const struct plan_problem *problem,
                             const struct plan_change *change, struct plan_problem *ret_problem,
                             struct error *err) MUST_CHECK;
/* What changes, in English: "2 more units like P1; nobody goes to Market House". Nothing when nothing
 * does. */
void plan_change_words(const struct plan_problem *problem, const struct plan_change *change,
                       struct buf *out);

#endif
