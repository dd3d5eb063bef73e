/* SPDX-License-Identifier: Apache-2.0 */
/* What the pages of operations and plans share. */
#ifndef HUSTINGS_DESKWEB_PLAN_VIEW_H
#define HUSTINGS_DESKWEB_PLAN_VIEW_H

#include "desk/operation.h"
#include "deskweb/ask.h"
#include "pages/desk_op_reports.html.h"
#include "pages/desk_op_upload.html.h"
#include "pages/desk_plan_names.html.h"
#include "plan/account.h"
#include "plan/ids.h"
#include "plan/show.h"

/* "Thu 7 May 2026" */
str words_day(struct arena *arena, str day);
str words_operation(enum operation_state state); /* "Draft" */
str words_plan(enum plan_state state);
str words_told(enum plan_told_what what); /* "On duty": as on the buttons of a card */
/* "5.5" of thousandths. */
str words_milli(struct arena *arena, int64_t milli);
/* "71 %"; "–" of nothing. */
str words_share(struct arena *arena, int64_t part, int64_t whole);

/* What an officer did in a form, and what became of it, on the operation's page again. */
struct operation_said {
    unsigned status;
    str refusals, note;
    const char *form; /* "site", "unit": its fields are shown as they were typed; or NULL */
};
void operation_show(struct ask *ask, const struct operation_said *said);
/* Refused in a way that who sent the form can do something about, or can wait for: it is shown again with what
 * was typed. */
bool words_are_kept(enum status status);
/* Situation reports: a part of that page. */
enum status operation_reports(struct ask *ask, const struct operation *operation,
                              const struct operation_said *said,
                              struct part_desk_op_reports *ret_part) MUST_CHECK;

/* How many rates of pay are held, of whom, and since when. */
str operation_rates_held(struct ask *ask, const struct operation *operation);
/* The form that takes a file, with what is held and an example of each kind. */
struct part_desk_op_upload operation_uploads(struct ask *ask, const struct operation *operation,
                                             bool is_open, struct part_option_list kinds);

/* Who can stand at the posts of an operation. */
struct operation_posts {
    const struct operation *operation;
    bool is_there; /* else there is no post, or no unit that the rules leave */
    struct plan_problem problem;
    struct plan_ids tasks, units;
};
struct operation_posts operation_posts_make(struct ask *ask, const struct operation *operation);
/* What stands behind "8 officers there": how many can stand there, which units those are, and by which rule the
 * others cannot. Empty without units. `row`: of the post. */
str operation_post_words(struct ask *ask, const struct operation_posts *posts,
                         const struct json *row);
/* Beside the field: how a post is counted. */
str operation_post_hint(struct ask *ask, const struct operation *operation);

/* What an area is called on a page: sites may be of none. */
str plan_area_words(str area);

/* A plan read back: problem, plan, legs. */
struct plan_opened {
    struct desk_plan plan;
    struct plan_problem problem;
    struct plan_result result;
    struct plan_show show;
};
/* An act; false when answered. `what` and `unit` as in desk_plan_read. */
bool plan_open(struct ask *ask, int64_t leaf, str what, str unit, struct plan_opened *ret_opened);
/* The rates of its operation; none is no failure. */
enum status plan_rates_open(struct arena *arena, const struct plan_opened *opened,
                            struct plan_rates *ret_rates, bool *ret_has_rates,
                            struct error *err) MUST_CHECK;
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
/* Units whose day is another in the right one (what is new, what is taken away, who drops out), and those that only one has, at most `max`;
 * *ret_same counts the others, *ret_more those past `max`. */
struct plan_unit_change {
    str id, words;
};
size_t plan_changes(struct arena *arena, const struct plan_opened *left,
                    const struct plan_opened *right, struct plan_unit_change *ret_rows, size_t max,
                    int64_t *ret_same, int64_t *ret_more);
/* What was to have begun by the earlier plan when the mended one was made, and has not as its units told:
 * a sentence each, with who goes there now; at most `max`, *ret_more counts those past it. An act has been
 * written for both. */
enum status plan_not_made(struct ask *ask, const struct plan_opened *base,
                          const struct plan_opened *mended, str *ret_words, size_t max,
                          size_t *ret_count, int64_t *ret_more) MUST_CHECK;
/* Do tasks that both have weigh something else in one of them? */
bool plan_has_other_weights(struct arena *arena, const struct plan_problem *a,
                            const struct plan_problem *b);
/* "+3.2", "−0.6", "–" of thousandths. */
str words_change(struct arena *arena, int64_t left, int64_t right);
/* A site by its id, its name, or a part of the name or address (a postcode) that only one has; empty = none. */
enum status plan_named_site(struct ask *ask, const struct plan_problem *problem, str words,
                            str *ret_id) MUST_CHECK;
enum status plan_named_unit(struct ask *ask, const struct plan_problem *problem, str words,
                            uint32_t *ret_unit) MUST_CHECK;
/* The units that were ticked ("out"), and those that were written ("others") because the page does not
 * show them; at most PLAN_OUT_MAX. */
enum { PLAN_OUT_MAX = FORM_FIELDS_MAX, PLAN_UNITS_SHOWN = 150 };
enum status plan_named_out(struct ask *ask, const struct plan_problem *problem, str *out,
                           size_t *ret_count) MUST_CHECK;
/* Names that a browser may offer while somebody writes one; the first of many. */
struct part_desk_plan_names plan_names(struct ask *ask, const struct plan_problem *problem);
/* The areas of its sites; `all`: the words of a first one that is none, or NULL. */
struct part_option_list plan_area_options(struct ask *ask, const struct plan_problem *problem,
                                          const char *all);
/* Visits that `one` makes and `other` does not, a row for those to one place that stand one after another;
 * at most `max` rows, those past it are counted. */
struct plan_alone {
    str place;
    str want; /* of the first of them */
    int64_t count;
    str there; /* in the other: "nobody goes", "not wanted" */
};
size_t plan_alone(struct arena *arena, const struct plan_opened *one,
                  const struct plan_opened *other, struct plan_alone *ret_rows, size_t max,
                  int64_t *ret_more);
/* Visits that both want and nobody makes in either. */
int64_t plan_undone(struct arena *arena, const struct plan_opened *one,
                    const struct plan_opened *other);
/* "15 min between 07:00 and 14:30, 2 officers", and what an event says of itself: nobody knows a visit by
 * its id. */
str words_want(struct arena *arena, const struct plan_problem *problem,
               const struct plan_task *task);
/* "£12.50"; "£12.50 and more" when hours in it have no rate; "no rate", "not known"; "–" of NULL. */
str words_cost(struct arena *arena, const struct plan_problem *problem, const struct plan_sum *sum,
               bool has_rates);
/* The name by which the desk was opened, when no other machine reaches it by that; else empty. */
str plan_own_host(struct ask *ask);
/* "localhost", "127.0.0.1:8081", "[::1]" … */
bool plan_is_own_host(str host);
/* The page of the plan in ask->ids.number again, after a form on it was refused. */
void plan_page_again(struct ask *ask, unsigned status);
/* What a printed page may do: nothing but its own style. */
#define PRINT_POLICY                                                                               \
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "         \
    "frame-ancestors 'none'"
/* "£1,234.50" of a cost as accounts have it. */
str words_pounds(struct arena *arena, const struct plan_problem *problem, int64_t cost);
/* "12 h 05" of officer-ticks. */
str words_hours(struct arena *arena, const struct plan_problem *problem, int64_t ticks);
/* "+0 h 30", "−12 h 05", "–". */
str words_hours_change(struct arena *arena, const struct plan_problem *problem, int64_t left,
                       int64_t right);

#endif
