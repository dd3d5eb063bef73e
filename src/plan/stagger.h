/* SPDX-License-Identifier: Apache-2.0 */
/* Breaks of one base at different times. Private to src/plan. */
#ifndef HUSTINGS_PLAN_STAGGER_H
#define HUSTINGS_PLAN_STAGGER_H

#include "plan/net.h"
#include "plan/result.h"

/* Moves breaks within their windows, so that as few units of a base as can be have theirs at one time. Visits
 * stay with their units and in their order, and no unit travels longer. */
void stagger_breaks(struct arena *arena, const struct net *net, struct plan_route *routes);

#endif
