/* SPDX-License-Identifier: Apache-2.0 */
/* What units told on the day: on duty, arrived, left, skipped, on a break, back, off.
 *
 * A unit's rows stand in the order of time, and each must be able to follow the one before: who has
 * not arrived cannot leave. `plan cost` makes hours of them (account.h), the situation report says
 * where everybody is (sitrep.h), and a page that takes one row at a time asks plan_told_wrong.
 */
#ifndef HUSTINGS_PLAN_TOLD_H
#define HUSTINGS_PLAN_TOLD_H

#include "plan/problem.h"

enum plan_told_what {
    PLAN_TOLD_ON,
    PLAN_TOLD_ARRIVED,
    PLAN_TOLD_LEFT,
    PLAN_TOLD_SKIPPED,
    PLAN_TOLD_BREAK,
    PLAN_TOLD_BACK,
    PLAN_TOLD_OFF,
    PLAN_TOLD_KINDS
};
enum { PLAN_TOLD_ROWS_MAX = 4000000 };

struct plan_told {
    uint32_t unit, task; /* PLAN_NONE: no task is meant */
    enum plan_told_what what;
    int32_t at;    /* ticks */
    uint32_t next; /* the unit's next row; PLAN_NONE */
};

/* Rows in the order of the file. A row that cannot be is named in `refused`, with its line, and left
 * out. `first` and `last` have one number a unit (PLAN_NONE: it told nothing), `word` its last row that
 * is no skip (a skip says nothing of where the unit is), `state` what that row says (PLAN_TOLD_LEFT
 * before anything). */
struct plan_told_rows {
    struct plan_told *rows;
    uint32_t count;
    uint32_t *first, *last, *word;
    enum plan_told_what *state;
};

/* "arrived" */
const char *plan_told_word(enum plan_told_what what);
enum plan_told_what plan_told_what(str word); /* PLAN_TOLD_KINDS when it is none */
/* No rows yet; room for `rows_max`. */
void plan_told_init(struct arena *arena, const struct plan_problem *problem, size_t rows_max,
                    struct plan_told_rows *ret_rows);
/* NULL, or why this cannot follow what the unit told before; the words go before what is told. */
const char *plan_told_wrong(const struct plan_told_rows *rows, const struct plan_told *told);
/* More than six hours outside of the unit's duty: hours so far off are a slip of the pen, and would be paid. */
bool plan_told_is_far(const struct plan_problem *problem, const struct plan_told *told);
/* The task that the unit arrived for and has not left; PLAN_NONE. */
uint32_t plan_told_there(const struct plan_told_rows *rows, uint32_t unit);
/* Nothing was wrong with it, and there is room. */
void plan_told_add(struct plan_told_rows *rows, const struct plan_told *told);
/* "07:00", "01:30+1", or RFC 3339 on a problem's day, as ticks. */
bool plan_told_time(const struct plan_problem *problem, str text, int32_t *ret_at) MUST_CHECK;
/* CSV: unit, what, task, at; a row hours outside its unit's duty cannot be, either. */
enum status plan_told_read(struct arena *arena, const struct plan_problem *problem,
                           const char *name, str text, struct plan_told_rows *ret_rows,
                           struct plan_refused *refused, struct error *err) MUST_CHECK;

#endif
