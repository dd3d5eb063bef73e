/* SPDX-License-Identifier: Apache-2.0 */
/* Sharing visits out. Private to src/plan.
 *
 * Profit and ways alone give some units all the visits and leave others at their base. Where a problem is `is_fair`, visits
 * go, once a plan is found, from a unit to one that has less to do for the length of its duty, as long as nothing that is
 * served is lost and the ways of all grow by no more than the visit is long. What is locked, pinned or a turn of a post
 * stays where it is.
 */
#ifndef HUSTINGS_PLAN_LEVEL_H
#define HUSTINGS_PLAN_LEVEL_H

#include "plan/search.h"

/* The tracks at hand, which are sound. */
void level_tracks(struct arena *arena, struct search *search);

#endif
