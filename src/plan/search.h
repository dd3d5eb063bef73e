/* SPDX-License-Identifier: Apache-2.0 */
/* Ruin and recreate under simulated annealing: one thread's search over one set of tracks.
 * Private to src/plan.
 *
 * A step takes strings of visits out of tracks that lie near one another, puts what is absent back
 * where it costs least, in an order drawn anew, and keeps the outcome or takes it back. The method is
 * that of Christiaens and Vanden Berghe ("Slack Induction by String Removals", 2020), with optional
 * tasks: an absent task that was absent before needs testing only against the tracks that were
 * ruined, because it did not fit into the others.
 */
#ifndef HUSTINGS_PLAN_SEARCH_H
#define HUSTINGS_PLAN_SEARCH_H

#include "plan/random.h"
#include "plan/result.h"
#include "plan/tracks.h"

enum { ORDER_COUNT = 9, LOG_ENTRIES = 4096 };

/* Read-only once made; threads share it. */
struct search_tables {
    uint32_t *ranks[ORDER_COUNT]; /* of each task by a criterion; ORDER_RANDOM has none */
    uint16_t *orders;             /* small problems: order_count permutations of the tasks */
    uint32_t order_count;
    uint32_t log_of[LOG_ENTRIES]; /* -ln((k + ½) / 4096), 16 bits behind the point */
    int64_t heat_begin, heat_end; /* temperatures, of profit in its scale */
    int64_t way_begin, way_end;   /* of travel, in 1/1024 ticks */
    /* tasks that are worth nothing, or that no unit could serve if it had nothing else to do */
    bool *is_hopeless;
    uint32_t hopeless_count;
};

struct search {
    const struct net *net;
    const struct search_tables *tables;
    struct random random;
    struct tracks now;
    /* the best so far: only tracks and sums; brought up to date by the tracks that changed since */
    struct track *best;
    int64_t best_value, best_way;
    int32_t best_missing;
    uint32_t best_absent;
    bool is_weighing; /* what is missing gains weight; until that has found nothing for a while … */
    int32_t looked_missing; /* … of which this is what the best lacked then */
    uint32_t looks;
    bool is_by_travel; /* there is no profit, or all that can be had: travel decides */
    bool *is_dirty;
    uint32_t *dirty, dirty_count;
    int64_t heat;
    struct pool *pool; /* NULL = none */
    /* scratch of a step */
    uint32_t step;
    uint32_t *removed_step; /* of each task: the last step that removed it */
    uint32_t *listed_step;  /* of each task: the last step that it was a candidate in */
    uint32_t *seen_track;   /* of each track */
    uint32_t seen;
    uint32_t *seen_class;
    uint64_t *keys; /* candidates, with what they are sorted by in the upper half */
    uint32_t key_count;
    uint32_t *removed, removed_count;
    uint32_t ruined_count;
    uint32_t wanted; /* comes back before all others; PLAN_NONE = none */
    bool is_choosy;  /* at turns of posts: who does not fit well is passed over */
};

void search_tables_make(struct arena *arena, const struct net *net, struct search_tables *tables);
/* Where tracks are long a run begins hotter: what is wrong in the first plan is many visits long. `stops`: of a
 * track of that plan. */
void search_tables_heat(struct search_tables *tables, const struct net *net, uint32_t stops);
void search_make(struct arena *arena, const struct net *net, const struct search_tables *tables,
                 uint64_t seed, struct search *search);
/* The tracks become those of a plan, which can be done; all was absent before but locks. */
void search_begin_with(struct search *search, const struct plan_result *start);
/* Between two runs. When the best serves all that anybody can, the search goes on by travel, from there; when
 * fewer duties cannot be had missing, it goes on by profit. */
void search_look(struct search *search);
/* The first plan: every task in an order of its worth. */
void search_construct(struct search *search);
/* Of a track that has any, on average; at least 1. */
uint32_t search_mean_stops(const struct search *search);
/* So many steps, from temperature level `from` to `to`. */
enum { HEAT_LEVELS = 1024 };
void search_run(struct search *search, int64_t steps, int64_t from, int64_t to);
/* The best becomes the solution at hand; the solution at hand becomes the best. */
void search_take_best(struct search *search);
void search_keep_best(struct search *search);
/* Looks for a better plan among the tracks of the past and new ones, in the time of about so many steps
 * at most; returns how many that took. `is_late`: the run is in its last quarter. */
int64_t search_recombine(struct search *search, int64_t steps, bool is_late);
/* Is the best of `a` better than that of `b`? */
bool search_is_better(const struct search *a, const struct search *b);
/* The best of `from` becomes the solution at hand. Neither runs meanwhile. */
void search_adopt(struct search *search, const struct search *from);

/* 2^16 log2(x), x > 0; and its inverse for a value that was such a logarithm. */
int64_t search_log2(uint64_t x);
uint64_t search_exp2(int64_t log);
/* The whole number whose square is not above x. */
uint64_t search_root(uint64_t x);

#endif
