/* SPDX-License-Identifier: Apache-2.0 */
/* The roster layer: which shifts, and how many officers on each, so that every slot of the day has
 * the officers it needs at the least cost.
 *
 * A set covering problem with counts: min Σ cost·count, such that for each slot the officers on duty
 * and not on their break are at least `need`. Solved exactly by branch and bound (Land & Doig 1960)
 * over the linear relaxation, which a dual simplex (Lemke 1954) solves from the dictionary of the
 * node above. Floating point only chooses: the bound of a node is the Lagrangian one for its prices,
 * rounded to whole numbers of 2^-20 and added up in integers, so `bound` is a proof and not a hope.
 *
 * Bases are asked one by one: nothing but the sum of their costs joins them.
 * Pure; the same question gives the same answer on every machine as long as no limit stops it.
 */
#ifndef HUSTINGS_PLAN_COVER_H
#define HUSTINGS_PLAN_COVER_H

#include "base/arena.h"
#include "base/status.h"

enum {
    COVER_SLOTS_MAX = 192,  /* two days of quarter-hours */
    COVER_SHAPES_MAX = 512, /* starts × lengths × breaks of a force's shift book */
    COVER_NEED_MAX = 10000, /* officers in one slot */
    COVER_COST_MAX = 1000000,
    COVER_NODES_DEFAULT = 20000
};

/* A shift: on duty in the slots [start, end) but for its break [break_start, break_end). */
struct cover_shape {
    uint16_t start, end;
    uint16_t break_start, break_end; /* equal: none */
    int32_t cost;                    /* of one officer, > 0, any unit: paid minutes, pence */
};

struct cover_question {
    const struct cover_shape *shapes;
    const int32_t *need; /* officers, one a slot */
    uint32_t slot_count, shape_count;
    int32_t officers_max; /* who can come; INT32_MAX = no limit */
    int32_t short_cost;   /* of one officer missing in one slot, when there is a limit; > 0 */
    int64_t nodes_max;    /* 0 = COVER_NODES_DEFAULT */
};

struct cover_answer {
    int32_t *count;   /* officers, one a shape */
    int32_t *missing; /* officers, one a slot: nobody could be had, or no shape is there then */
    int64_t cost;     /* of the shifts and of what is missing where a shape is there */
    int64_t bound;    /* no roster costs less */
    int64_t nodes;
    bool is_optimal; /* cost == bound; else nodes_max stopped it */
};

/* Never fails for want of officers: what is missing is in the answer. STATUS_INVALID names the shape
 * or slot that cannot be. The answer lies in `arena`. */
enum status cover_solve(struct arena *arena, const struct cover_question *question,
                        struct cover_answer *ret_answer, struct error *err) MUST_CHECK;

#endif
