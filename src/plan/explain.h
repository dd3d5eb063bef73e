/* SPDX-License-Identifier: Apache-2.0 */
/* Why nobody serves a task: the unit that comes nearest to it, the rule that stands in the way, by how
 * much, and the least change that would help. Names of places and times of the clock, no numbers. */
#ifndef HUSTINGS_PLAN_EXPLAIN_H
#define HUSTINGS_PLAN_EXPLAIN_H

#include "plan/result.h"

struct plan_explained {
    uint32_t task, unit; /* unit PLAN_NONE = nobody may serve it at all */
    /* "skills", "capacity", "reach", "time", "break", "none"; of a post "skills", "officers", "reach", "hours",
     * "way", "break", "time" (it has other duties) */
    const char *rule;
    int64_t lacks;         /* ticks that the nearest place is too short by; 0 = it fits */
    uint32_t soonest_unit; /* who would be there first if it did nothing else; PLAN_NONE = nobody */
    int64_t soonest;       /* and when */
    bool has_others, has_break; /* what that unit would leave out for it */
    str words;                  /* one sentence of English, no full stop */
    /* The least change by which it would fit there, as far as ways and hours go; breaks are not reckoned,
     * so a new search has the last word. Where no single change does: to ask for more units. Empty:
     * nothing helps. */
    str mend;
};

/* Every task without a unit (only >= task_count: all; else this one), in the order of the problem. */
size_t plan_explain(struct arena *arena, const struct plan_problem *problem,
                    const struct plan_result *result, uint32_t only,
                    struct plan_explained **ret_explained);
/* Whole sentences for who asked for somebody there: until when, which rule stands in the way, and who
 * could be there first, or what could help when nobody may. `name`: of the place, as the reader knows it. */
str plan_nobody_words(struct arena *arena, const struct plan_problem *problem, str name,
                      const struct plan_explained *explained);

#endif
