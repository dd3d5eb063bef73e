/* SPDX-License-Identifier: Apache-2.0 */
/* Tracks of units that have two breaks.
 *
 * A unit with one break has two chains of times at each stop (tracks.h). Few units have a second, and
 * all others must not pay for it: so these tracks get their three chains (none, one, both taken) anew
 * each time that a place is looked for, in one walk along the track. Private to src/plan.
 */
#ifndef HUSTINGS_PLAN_RESTS_H
#define HUSTINGS_PLAN_RESTS_H

#include "plan/tracks.h"

/* As track_update, track_scan and plan_route_of. */
void rests_update(const struct net *net, struct track *track);
void rests_scan(const struct net *net, const struct track *track, uint32_t track_index,
                const struct net_task *task, struct spot *best);
struct plan_route rests_route(struct arena *arena, const struct net *net,
                              const struct track *track);

#endif
