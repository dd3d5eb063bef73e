/* SPDX-License-Identifier: Apache-2.0 */
/* Operations and their plans in the casebook (store/casebook.h says what is sealed and how).
 *
 * An operation is one day's work: a sealed body of the desk (desk/operation.h) and a version, so that
 * nobody overwrites what a colleague saved. Each plan that was made for it is kept whole, problem and
 * result, under the leaf of its act: a plan that was published can be shown and checked again. */
#ifndef HUSTINGS_STORE_CASEBOOK_OPERATION_H
#define HUSTINGS_STORE_CASEBOOK_OPERATION_H

#include "store/casebook.h"

enum { CASEBOOK_OPERATIONS_MAX = 500, CASEBOOK_PLANS_MAX = 200 }; /* listed at once */

struct casebook_operation {
    int64_t number;
    int64_t state;
    int64_t version;
    time_us hour;
    str body; /* sealed on disk */
};
/* Sets number and version (1). */
enum status casebook_operation_add(struct casebook *casebook, struct casebook_operation *row,
                                   struct error *err) MUST_CHECK;
/* STATUS_CONFLICT when the stored version is not row->version; then raises it by one. */
enum status casebook_operation_change(struct casebook *casebook, struct casebook_operation *row,
                                      struct error *err) MUST_CHECK;
enum status casebook_operation_get(struct casebook *casebook, struct arena *arena, int64_t number,
                                   struct casebook_operation *ret_row,
                                   struct error *err) MUST_CHECK;
/* Newest first, without bodies: hundreds of them are more than one arena holds. `state`: only those
 * in it; 0 = all. */
enum status casebook_operations(struct casebook *casebook, struct arena *arena, int64_t state,
                                struct casebook_operation **ret_list, size_t *ret_count,
                                struct error *err) MUST_CHECK;

struct casebook_plan {
    int64_t leaf; /* of the act that made it */
    int64_t operation;
    int64_t number; /* 1, 2, … within the operation */
    int64_t state;
    int64_t officer;
    time_us hour;
    str about, problem, result; /* sealed on disk */
};
/* Sets number. STATUS_LIMIT when a text is too large to be kept. */
enum status casebook_plan_add(struct casebook *casebook, struct casebook_plan *row,
                              struct error *err) MUST_CHECK;
/* All plans of the operation in the state `from` take the state `to`. */
enum status casebook_plans_turn(struct casebook *casebook, int64_t operation, int64_t from,
                                int64_t to, struct error *err) MUST_CHECK;
/* State and about of one plan whose state is `was`. STATUS_CONFLICT: it is not that any more. */
enum status casebook_plan_set(struct casebook *casebook, int64_t leaf, int64_t was, int64_t state,
                              str about, struct error *err) MUST_CHECK;
enum status casebook_plan_get(struct casebook *casebook, struct arena *arena, int64_t leaf,
                              struct casebook_plan *ret_row, struct error *err) MUST_CHECK;
/* Newest first, without problem and result. */
enum status casebook_plans(struct casebook *casebook, struct arena *arena, int64_t operation,
                           struct casebook_plan **ret_list, size_t *ret_count,
                           struct error *err) MUST_CHECK;

/* --- the day itself --- */

/* A unit's link: found by a keyed hash of its secret, which is nowhere. */
struct casebook_link_row {
    int64_t tag;
    int64_t operation;
    str body;
};
enum status casebook_unit_link_add(struct casebook *casebook, const struct casebook_link_row *row,
                                   struct error *err) MUST_CHECK;
/* All links of the operation: they lead nowhere from now on. */
enum status casebook_unit_links_drop(struct casebook *casebook, int64_t operation,
                                     struct error *err) MUST_CHECK;
/* An empty body when there is none. */
enum status casebook_unit_link_get(struct casebook *casebook, struct arena *arena, int64_t tag,
                                   struct casebook_link_row *ret_row, struct error *err) MUST_CHECK;

enum { CASEBOOK_TOLD_MAX = 100000, CASEBOOK_SITREPS_MAX = 200 };
/* A row under the leaf of its act; `tag` says what it is about, and there is one of it. */
struct casebook_day_row {
    int64_t leaf;
    int64_t operation;
    int64_t tag;
    time_us hour;
    str about; /* of a situation report: what a list shows */
    str body;
};
enum status casebook_told_known(struct casebook *casebook, int64_t operation, int64_t tag,
                                bool *ret_is_known, struct error *err) MUST_CHECK;
enum status casebook_told_add(struct casebook *casebook, const struct casebook_day_row *row,
                              struct error *err) MUST_CHECK;
/* In the order of leaves. */
enum status casebook_told(struct casebook *casebook, struct arena *arena, int64_t operation,
                          struct casebook_day_row **ret_list, size_t *ret_count,
                          struct error *err) MUST_CHECK;
/* The leaf of the newest row; 0: none. */
enum status casebook_told_newest(struct casebook *casebook, int64_t operation, int64_t *ret_leaf,
                                 struct error *err) MUST_CHECK;
enum status casebook_sitrep_known(struct casebook *casebook, int64_t operation, int64_t tag,
                                  bool *ret_is_known, struct error *err) MUST_CHECK;
enum status casebook_sitrep_add(struct casebook *casebook, const struct casebook_day_row *row,
                                struct error *err) MUST_CHECK;
/* Newest first, without bodies. */
enum status casebook_sitreps(struct casebook *casebook, struct arena *arena, int64_t operation,
                             struct casebook_day_row **ret_list, size_t *ret_count,
                             struct error *err) MUST_CHECK;
enum status casebook_sitrep_get(struct casebook *casebook, struct arena *arena, int64_t leaf,
                                struct casebook_day_row *ret_row, struct error *err) MUST_CHECK;

#endif
