/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUSTINGS_DESK_OPERATION_INTERNAL_H
#define HUSTINGS_DESK_OPERATION_INTERNAL_H

#include "desk/desk_internal.h"
#include "desk/operation.h"
#include "plan/change.h"
#include "plan/told.h"
#include "store/casebook_operation.h"

enum {
    OPERATION_ROW_BYTES_MAX = 64 * 1024,
    OPERATION_BODY_BYTES_MAX = 3 * 1024 * 1024, /* under the store's limit of a sealed value */
    OPERATION_LEFT_OUT_BYTES_MAX = 16 * 1024,
    OPERATION_PARTS_BYTES_MAX = 24 * 1024,
    OPERATION_ARENA_BYTES_MAX = 256 * 1024 * 1024 /* of one operation that is looked at */
};

/* A search that was asked for; its answer comes when it comes. */
enum { WHY_BYTES_MAX = 300 };
struct search_slot {
    struct desk *desk;
    struct desk_search search; /* id 0: free, or forgotten by a lock */
    bool is_waiting;           /* for the answer: not to be used for another search */
    time_us started;           /* monotonic */
    char why[WHY_BYTES_MAX + 1];
    struct buf problem, left_out;
    int64_t base, base_number; /* the plan that it mends; 0 = none */
    time_us happened_at;       /* of a mend */
    struct buf site;           /* of a mend: where somebody has to go; may be empty */
    int64_t fork, fork_number; /* the plan that it is a copy of, with something changed; 0 = none */
    struct buf differs;        /* what is not as in the operation */
    struct buf changes;        /* the same as data (operation_parts.c) */
    bool has_no_hours;         /* the longest duty is no rule for this plan */
    bool is_more;              /* a question: how many more than unit_count units */
    uint32_t unit_count;
};
/* operation_more.c: adds to `differs` the units that the answer's problem has more. */
enum status more_take(struct search_slot *slot, const struct planner_answer *answer,
                      struct arena *arena, struct error *err) MUST_CHECK;
/* operation_parts.c: what a plan does otherwise than the operation, as data, so that it can be taken over: objects
 * with commas between, {"words":…} and one of
 *   "new": ids of units, which stand in the plan's problem       "gone": ids of units
 *   "hours": ids of units, "start_by_s", "end_by_s"              "skip": ids of sites
 *   "count" or "dwell_s" of visits, "percent" of a worth         "must": true
 *     … of one "site", of one "area", or of all
 *   "rule": "breaks", "pairs" or "hours", which is off
 * A part with words only cannot be taken over. */
void parts_of_change(struct buf *out, const struct plan_problem *before,
                     const struct plan_problem *after, const struct plan_change *change);
void parts_of_goal(struct buf *out, str words, str site, str area);
void parts_of_more(struct buf *out, str words, const struct plan_problem *problem, uint32_t first);
struct searches {
    struct search_slot slots[OPERATION_SEARCHES];
    int64_t last;
};
/* For a caller who may search; STATUS_UNAVAILABLE when all wait. */
enum status search_slot_open(struct desk *desk, const struct caller *caller,
                             struct search_slot **ret_slot, struct error *err) MUST_CHECK;
void search_slot_close(struct search_slot *slot);
enum status search_check(int64_t seconds, str why, const struct operation *operation,
                         struct error *err) MUST_CHECK;
void search_slot_start(struct search_slot *slot, const struct caller *caller, int64_t number,
                       int64_t seconds, str why);
/* The slot's problem is there; `job` has the rest. Closes the slot when it fails. */
enum status search_slot_ask(struct search_slot *slot, struct planner_job *job,
                            struct error *err) MUST_CHECK;
void searches_of(const struct desk *desk, struct desk_operation *ret_operation);

struct operation_rules operation_rules_default(void);
void operation_encode(struct buf *out, const struct operation *operation);
/* The lists have room for the largest operation. */
enum status operation_decode(struct arena *arena, const struct casebook_operation *row,
                             struct operation *ret_operation, struct error *err) MUST_CHECK;
/* What a list shows of it, from a body that is gone from `work` again: that arena is reset. */
enum status operation_glance(struct desk *desk, struct arena *arena, struct arena *work,
                             const struct casebook_operation *row, struct operation_row *ret_row,
                             struct error *err) MUST_CHECK;
/* All but its lists: who reads a name, a day or the rates does not wait for megabytes of sites. */
enum status operation_head(struct desk *desk, struct arena *arena, int64_t number,
                           struct operation *ret_operation, struct error *err) MUST_CHECK;
enum status operation_load(struct desk *desk, struct arena *arena, int64_t number,
                           struct operation *ret_operation, struct error *err) MUST_CHECK;
/* STATUS_INVALID when it is closed: only opening it again changes it, or anything of it. */
enum status operation_need_open(const struct operation *operation, struct error *err) MUST_CHECK;
/* In a transaction; STATUS_CONFLICT when operation->version is not the stored one. */
enum status operation_store(struct desk *desk, struct operation *operation,
                            struct error *err) MUST_CHECK;

/* A tree as text again. */
str operation_json_text(struct arena *arena, const struct json *json);

/* One change on its way. */
struct changing {
    struct desk *desk;
    const struct caller *caller;
    const struct operation_change *change;
    struct arena *arena;
    struct operation *operation; /* as it will be */
    struct operation_changed *done;
    struct act *act;
    struct buf refusals;
    struct casebook_plan *turned; /* plans whose rows change with it */
    size_t turned_count;
};
/* operation_apply.c: one part (parts_of_change). False: nothing of it could be taken; why stands in the refusals,
 * as does what of a part could not. `units`: of the problem of the plan that the part is of. */
bool part_apply(struct changing *changing, const struct json *part, const struct json *units);
bool part_is_new(const struct json *part); /* needs `units` */
bool part_may_be_taken(const struct json *part);
/* operation_take.c */
void take_offer(struct arena *arena, struct desk_operation *view);
enum status change_take(struct changing *changing, struct error *err) MUST_CHECK;
/* In the transaction of the change. */
enum status take_write(struct changing *changing, struct error *err) MUST_CHECK;
/* operation_sites.c */
enum status change_places(struct changing *changing, struct error *err) MUST_CHECK;
enum status change_sheet(struct changing *changing, struct error *err) MUST_CHECK;
/* operation_sitrep.c */
enum status change_sitreps(struct changing *changing, struct error *err) MUST_CHECK;
void sitreps_default(struct operation *operation);
/* operation_weigh.c */
enum status change_count(struct changing *changing, struct error *err) MUST_CHECK;

enum { ABOUT_BYTES_MAX = 128 * 1024, PLAN_ARENA_BYTES_MAX = 512 * 1024 * 1024 };
/* STATUS_NOT_FOUND when none is. */
enum status plan_published(struct desk *desk, struct arena *arena, int64_t operation,
                           struct casebook_plan *ret_row, struct error *err) MUST_CHECK;
/* Another state of a plan, and nothing else: an act that names it. */
enum status plan_turn(struct desk *desk, const struct caller *caller, const char *verb,
                      const struct casebook_plan *row, enum plan_state state,
                      struct error *err) MUST_CHECK;
void plan_about_encode(struct buf *out, const struct desk_plan_row *row);
/* STATUS_INVALID names the first broken rule (duties that nobody serves are counted, not refused); fills
 * the figures of the row. */
enum status plan_checked(struct arena *arena, str problem_text, str result_text,
                         struct desk_plan_row *row, struct error *err) MUST_CHECK;
/* With the head of its operation. */
enum status plan_load(struct desk *desk, struct arena *arena, int64_t leaf,
                      struct casebook_plan *ret_row, struct operation *ret_operation,
                      struct error *err) MUST_CHECK;
void plan_about_decode(struct arena *arena, const struct casebook_plan *row,
                       struct desk_plan_row *ret_row);
/* operation_lost.c: `about` is the row's. */
enum status plan_lost(struct desk *desk, struct arena *arena, const struct casebook_plan *row,
                      const struct desk_plan_row *about, struct desk_plan_lost *ret_lost,
                      struct error *err) MUST_CHECK;
/* Of "sent 08:40 (2): a crowd at the door", what the ledger may know: not the words. Another task is itself. */
str operation_sent_head(str task);
/* operation_day.c: what the units told, in order, as far as it fits this problem. */
enum status told_read(struct desk *desk, struct arena *arena, int64_t operation,
                      const struct plan_problem *problem, struct plan_told_rows *ret_rows,
                      struct error *err) MUST_CHECK;

#endif
