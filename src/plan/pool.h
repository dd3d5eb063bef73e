/* SPDX-License-Identifier: Apache-2.0 */
/* Good tracks of the past, put together anew. Private to src/plan.
 *
 * A search that leaves a good track to mend another forgets the first. The pool keeps what tracks it
 * has seen, and looks for units' worth of them that share no task: a set packing, searched depth
 * first by profit with a bound and a limit. Only for small problems of equal units without groups
 * and mandatory tasks, where any track can be driven by any unit and is worth the same in any plan. */
#ifndef HUSTINGS_PLAN_POOL_H
#define HUSTINGS_PLAN_POOL_H

#include "plan/search.h"

struct pool;

/* NULL when the problem is not of that kind. */
struct pool *pool_make(struct arena *arena, const struct net *net);
/* Remembers the tracks at hand. */
void pool_note(struct pool *pool, const struct tracks *tracks);
/* Puts better tracks in place of those at hand when the pool has a plan with more than `value`. Before
 * that new tracks are sought by prices, for the time of about `steps` steps at most; *ret_steps is how
 * many that took. */
bool pool_recombine(struct pool *pool, struct tracks *tracks, int64_t value, int64_t steps,
                    int64_t *ret_steps);

#endif
