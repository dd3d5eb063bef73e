/* SPDX-License-Identifier: Apache-2.0 */
/* What the pages of operations and plans share. */
#ifndef HUSTINGS_DESKWEB_PLAN_VIEW_H
#define HUSTINGS_DESKWEB_PLAN_VIEW_H

#include "desk/operation.h"
#include "deskweb/ask.h"
#include "plan/account.h"
#include "plan/show.h"

/* "Thu 7 May 2026" */
str words_day(struct arena *arena, str day);
str words_operation(enum operation_state state); /* "Draft" */
str words_plan(enum plan_state state);
/* "5.5" of thousandths. */
str words_milli(struct arena *arena, int64_t milli);
/* "07:00", "01:30+1", "07:00 GMT" of a moment of its day. */
str words_clock_at(struct arena *arena, const struct plan_problem *problem, int64_t ticks);
/* "71 %"; "–" of nothing. */
str words_share(struct arena *arena, int64_t part, int64_t whole);

/* What an officer did in a form, and what became of it, on the operation's page again. */
struct operation_said {
    unsigned status;
    str refusals, note;
    const char *form; /* "site", "unit": its fields are shown as they were typed; or NULL */
};
void operation_show(struct ask *ask, const struct operation_said *said);

/* A plan read back: problem, plan, legs. */
struct plan_opened {
    struct desk_plan plan;
    struct plan_problem problem;
    struct plan_result result;
    struct plan_show show;
};
/* An act; false when answered. `what` and `unit` as in desk_plan_read. */
bool plan_open(struct ask *ask, int64_t leaf, str what, str unit, struct plan_opened *ret_opened);
/* Its hours and what they cost by the rates of the operation, if it has any. */
enum status plan_paid(struct arena *arena, const struct plan_opened *opened,
                      struct plan_account *ret_account, bool *ret_has_rates,
                      struct error *err) MUST_CHECK;
/* Weight by area, as the plan serves it. */
struct plan_area {
    str name;
    int64_t served, tasks;  /* counts */
    int64_t weight, wanted; /* thousandths */
};
size_t plan_areas(struct arena *arena, const struct plan_opened *opened,
                  struct plan_area **ret_areas);
/* Units whose day is another in the right one, and those that only one has, at most `max`;
 * *ret_same counts the others, *ret_more those past `max`. */
struct plan_unit_change {
    str id, words;
};
size_t plan_changes(struct arena *arena, const struct plan_opened *left,
                    const struct plan_opened *right, struct plan_unit_change *ret_rows, size_t max,
                    int64_t *ret_same, int64_t *ret_more);
/* Do tasks that both have weigh something else in one of them? */
bool plan_has_other_weights(struct arena *arena, const struct plan_problem *a,
                            const struct plan_problem *b);
/* "+3.2", "−0.6", "–" of thousandths. */
str words_change(struct arena *arena, int64_t left, int64_t right);
/* The page of the plan in ask->ids.number again, after a form on it was refused. */
void plan_page_again(struct ask *ask, unsigned status);
/* What a printed page may do: nothing but its own style. */
#define PRINT_POLICY                                                                               \
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "         \
    "frame-ancestors 'none'"
/* "12 h 05" of officer-ticks. */
str words_hours(struct arena *arena, const struct plan_problem *problem, int64_t ticks);
/* "+0 h 30", "−12 h 05", "–". */
str words_hours_change(struct arena *arena, const struct plan_problem *problem, int64_t left,
                       int64_t right);

#endif
