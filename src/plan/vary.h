/* SPDX-License-Identifier: Apache-2.0 */
/* Unpredictable on purpose: another plan as good, and how likely somebody is somewhere at a time.
 *
 * Whoever watches must not learn when a place is visited. So the plan that is worked by is drawn, by a
 * seed that is kept secret until then, from many that are nearly as good: the risks are shaken, the
 * plan is searched on with them, and what comes out is kept when by the true risks it is within
 * `within` of the first and leaves no more undone. Then visits begin later by chance, as far as
 * windows and shifts let them. The same seed gives the same plan when iterations are given.
 *
 * What that is worth is measured, not claimed: over a pool of such plans, the share that has a unit
 * at a place in each quarter-hour. A place where that is 1 is a place where the hour is known.
 */
#ifndef HUSTINGS_PLAN_VARY_H
#define HUSTINGS_PLAN_VARY_H

#include "plan/result.h"
#include "plan/solve.h"

enum { PLAN_POOL_MAX = 200, PLAN_CHANCE_SLOT_S = 900 };

struct plan_vary_options {
    struct plan_solve_options solve; /* seed, threads, budget or iterations of one plan */
    int32_t within;                  /* thousandths of the first plan's profit that may be lost */
    int32_t later;                   /* ticks by which a visit may begin later, at most */
};

/* `first` keeps every rule; so does the result. *ret_noise_percent: by how much risks were shaken; 0 = no
 * other plan was good enough, and only times differ. */
void plan_vary(struct arena *arena, const struct plan_problem *problem,
               const struct plan_result *first, const struct plan_vary_options *options,
               struct plan_result *ret_result, int32_t *ret_noise_percent);
/* Only the times: visits begin later by chance. Facts stay. */
void plan_delay(struct arena *arena, const struct plan_problem *problem,
                const struct plan_result *result, uint64_t seed, int32_t later,
                struct plan_result *ret_result);

struct plan_site_chance {
    uint32_t site;
    uint32_t visits; /* of all plans */
    uint16_t most;   /* thousandths: the highest share of plans with a unit there in one slot */
    uint32_t most_slot;
    int32_t entropy_milli; /* bits: how spread the quarter-hours of its visits are over the pool */
    int32_t spread_milli;  /* the same by what it could be at most; 1000 = all times alike */
};

struct plan_chance {
    uint32_t plan_count, site_count, slot_count;
    int32_t from, slot;             /* ticks */
    uint16_t *permille;             /* [site * slot_count + slot]; sites are those of the problem */
    struct plan_site_chance *sites; /* with a visit in some plan; the most predictable first */
    uint32_t known_count;           /* sites with a slot that is in nine of ten plans or more */
    int32_t mean_spread_milli;
};
/* results: `count` plans for the problem. */
void plan_chance_make(struct arena *arena, const struct plan_problem *problem,
                      const struct plan_result *const *results, uint32_t count,
                      struct plan_chance *ret_chance);

void plan_chance_add_text(const struct plan_problem *problem, const struct plan_chance *chance,
                          struct buf *out);
/* A row a site and quarter-hour in which some plan has a unit there. */
void plan_chance_add_csv(const struct plan_problem *problem, const struct plan_chance *chance,
                         struct buf *out);
void plan_chance_add_json(const struct plan_problem *problem, const struct plan_chance *chance,
                          struct buf *out);

#endif
