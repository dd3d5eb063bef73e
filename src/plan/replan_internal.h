/* SPDX-License-Identifier: Apache-2.0 */
/* A mend while it is made: replan.c keeps the past and gives the first answer, replan_circle.c plans a circle of units anew. */
#ifndef HUSTINGS_PLAN_REPLAN_INTERNAL_H
#define HUSTINGS_PLAN_REPLAN_INTERNAL_H

#include "plan/hole.h"
#include "plan/past.h"
#include "plan/replan.h"
#include "plan/tracks.h"

struct replanner {
    struct arena *arena;
    const struct plan_result *given; /* the plan that is mended */
    struct plan_result before;       /* the same, as far as it still holds */
    struct plan_past past;
    struct plan_holes holes;
    struct plan_past_unit *pasts; /* of units that told something */
    const struct plan_event *event;
    const struct plan_replan_options *options;
    struct plan_replanned *out;
    struct net net;
    struct tracks tracks;
    bool *is_out, *is_circle; /* of each unit */
    bool *is_skipped;         /* of each task: some unit cannot go there */
    uint32_t circle_count;
    uint32_t *freed, freed_count; /* tasks */
    struct plan_route *routes;
};

struct worth {
    int64_t value;
    uint32_t task;
};
/* The most first. */
int replan_by_worth(const void *a, const void *b);
/* This unit may change. */
void replan_enter(struct replanner *replanner, uint32_t unit);
/* Fills the circle with the units that lie nearest, and plans it anew until the time since `begin` is over. */
void replan_circle(struct replanner *replanner, int64_t begin);

#endif
