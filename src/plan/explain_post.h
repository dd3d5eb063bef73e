/* SPDX-License-Identifier: Apache-2.0 */
/* Why nobody stands at a post: how many officers it wants, who stands there, and what keeps the others away.
 * Private to src/plan. */
#ifndef HUSTINGS_PLAN_EXPLAIN_POST_H
#define HUSTINGS_PLAN_EXPLAIN_POST_H

#include "plan/explain.h"
#include "plan/tracks.h"

/* Fills rule, unit, lacks, words and mend of one->task. */
void explain_post(struct arena *arena, const struct net *net, const struct tracks *tracks,
                  struct plan_explained *one);

#endif
