/* SPDX-License-Identifier: Apache-2.0 */
/* Ways that depend on the hour.
 *
 * A mode may have 24 paces, one for each hour of the planner's day: at pace 1.4 the same stretch takes
 * 1.4 times as long. A unit that is on its way when the hour ends goes on at the next hour's pace
 * (Ichoua, Gendreau and Potvin 2003), so whoever leaves later never arrives earlier. In whole numbers:
 * in an hour of pace p (thousandths) x ticks go floor(x · 10^6 / p) thousandths of a tick of way; a
 * way of w ticks ends at the first tick by which w · 1000 of them have been gone since it began.
 *
 * The search asks for a way millions of times and does not know when it is begun. So it takes, for
 * each place that is left, the slowest pace of any time at which a unit can leave that task (its
 * window, the breaks that may follow, half an hour on the way): never too short, found once, and
 * asked for like any other way. For that, tasks of one site with other paces are at sites of their
 * own within the net. When the visits are settled, times are set anew by the exact rule, which
 * only makes them earlier. Private to src/plan.
 */
#ifndef HUSTINGS_PLAN_PACE_H
#define HUSTINGS_PLAN_PACE_H

#include "plan/net.h"
#include "plan/result.h"

enum { PACE_REACH_S = 1800 /* of a way whose hours are looked at one by one */ };

bool pace_is_there(const struct plan_problem *problem);
/* When a unit arrives that leaves at `at` for a way of `way` ticks at pace 1. */
int64_t pace_arrive(const struct plan_problem *problem, unsigned mode, int64_t at, int64_t way);
/* The least and the most that a way of this length can take at any time of the day. */
int32_t pace_shortest(const struct plan_problem *problem, unsigned mode, int32_t way);
int64_t pace_slowest(const struct plan_problem *problem, unsigned mode, int64_t way);

/* Sites within the net, and their paces; net->problem becomes a copy with them. */
void pace_make_sites(struct arena *arena, struct net *net);
/* `way` at the slowest pace with which it can be begun at this site. */
int32_t pace_longest(const struct net *net, unsigned mode, uint32_t from, int32_t way);

/* Times of a route by the exact rule. */
void pace_retime(struct arena *arena, const struct net *net, uint32_t unit,
                 struct plan_route *route);
/* What all routes travel by the exact rule, as the checker counts it. */
int64_t pace_travel(const struct net *net, const struct plan_route *routes);

#endif
