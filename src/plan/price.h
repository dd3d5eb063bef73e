/* SPDX-License-Identifier: Apache-2.0 */
/* New tracks by prices. Private to src/plan.
 *
 * A task has a price: what the tracks of a good plan would pay for it. A track whose tasks are worth
 * more than their prices is one that a better plan may want (column generation). The best such track
 * is sought by stops: a label is a track so far, with the time that it has come to; labels go on in the
 * order of time, and of those that end with one task in one part of the day only a few are kept, the
 * most worth first. So it is a heuristic, bounded in work and memory. */
#ifndef HUSTINGS_PLAN_PRICE_H
#define HUSTINGS_PLAN_PRICE_H

#include "plan/net.h"

enum { PRICED_MAX = 400, PRICED_STOPS = 96, PRICED_WORDS = 7 };

struct pricer;

/* For units that are all like the net's first. NULL when it has a break or locks, or when there are more
 * than 64 × PRICED_WORDS tasks. */
struct pricer *pricer_make(struct arena *arena, const struct net *net);
/* Finds tracks that are worth more than `threshold` after prices; returns how many there are, at most
 * PRICED_MAX, of `width` labels for a task and part of the day, and adds what it did to *work (in labels tried). */
uint32_t pricer_run(struct pricer *pricer, const int64_t *prices, int64_t threshold, uint32_t width,
                    int64_t *work);
/* The tasks of a track that was found, in order; returns how many. */
uint32_t pricer_track(const struct pricer *pricer, uint32_t found, uint16_t *tasks);

#endif
