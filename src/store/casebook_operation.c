/* SPDX-License-Identifier: Apache-2.0 */
#include "store/casebook_operation.h"

#include "store/casebook_internal.h"

static enum status too_large(struct error *err)
{
    enum status status = error_set(err, STATUS_LIMIT, "The operation is too large to be kept.");
    error_hint(err, "Make two of it, one for each part of the area.");
    return status;
}

/* --- operations --- */

enum status casebook_operation_add(struct casebook *casebook, struct casebook_operation *row,
                                   struct error *err)
{
    enum status status = casebook_take(casebook, "operation", 1, &row->number, err);
    if (status != STATUS_OK) {
        return status;
    }
    struct buf *sealed = casebook_scratch(casebook);
    row->version = 1;
    casebook_seal_number(casebook, TABLE_OPERATION, "body", row->number, row->body, sealed);
    return sealed->overflowed
               ? too_large(err)
               : db_exec(casebook->db,
                         "INSERT INTO operation (number, state, version, hour, body)"
                         " VALUES ($1, $2, $3, $4, $5)",
                         DB_ARGS(DB_I(row->number), DB_I(row->state), DB_I(row->version),
                                 DB_I(row->hour), DB_S(buf_str(sealed))),
                         NULL, err);
}

enum status casebook_operation_change(struct casebook *casebook, struct casebook_operation *row,
                                      struct error *err)
{
    int64_t changed = 0;
    struct buf *sealed = casebook_scratch(casebook);
    casebook_seal_number(casebook, TABLE_OPERATION, "body", row->number, row->body, sealed);
    if (sealed->overflowed) {
        return too_large(err);
    }
    enum status status = db_exec(
        casebook->db,
        "UPDATE operation SET state = $1, version = version + 1,"
        " body = $2 WHERE number = $3 AND version = $4",
        DB_ARGS(DB_I(row->state), DB_S(buf_str(sealed)), DB_I(row->number), DB_I(row->version)),
        &changed, err);
    if (status == STATUS_OK && changed == 0) {
        status = error_set(err, STATUS_CONFLICT,
                           "Somebody else changed this operation since you opened the page.");
        error_hint(err,
                   "Nothing of yours was saved. Look at what is there now, and send it again.");
    }
    if (status == STATUS_OK) {
        row->version++;
    }
    return status;
}

static enum status no_operation(struct error *err)
{
    return error_set(err, STATUS_NOT_FOUND, "There is no such operation.");
}

enum status casebook_operation_get(struct casebook *casebook, struct arena *arena, int64_t number,
                                   struct casebook_operation *ret_row, struct error *err)
{
    struct db_rows *rows = NULL;
    bool has_row = false;
    enum status status =
        rows_one(casebook->db, "SELECT state, version, hour, body FROM operation WHERE number = $1",
                 DB_ARGS(DB_I(number)), &rows, &has_row, err);
    if (status != STATUS_OK || !has_row) {
        return status == STATUS_OK ? no_operation(err) : status;
    }
    struct casebook_operation row = {.number = number,
                                     .state = db_int(rows, 0),
                                     .version = db_int(rows, 1),
                                     .hour = db_int(rows, 2)};
    status = casebook_unseal_number(casebook, arena, TABLE_OPERATION, "body", number,
                                    db_bytes(rows, 3), &row.body, err);
    db_rows_close(rows);
    if (status == STATUS_OK) {
        *ret_row = row;
    }
    return status;
}

struct operation_list {
    struct casebook_operation *rows;
    size_t count;
};

static enum status take_operation(struct casebook *casebook, const struct db_rows *rows,
                                  struct arena *arena, void *context, struct error *err)
{
    struct operation_list *list = context;
    (void)casebook;
    (void)arena;
    (void)err;
    list->rows[list->count++] = (struct casebook_operation){.number = db_int(rows, 0),
                                                            .state = db_int(rows, 1),
                                                            .version = db_int(rows, 2),
                                                            .hour = db_int(rows, 3)};
    return STATUS_OK;
}

enum status casebook_operations(struct casebook *casebook, struct arena *arena, int64_t state,
                                struct casebook_operation **ret_list, size_t *ret_count,
                                struct error *err)
{
    struct operation_list list = {
        .rows = ARENA_ARRAY(arena, struct casebook_operation, CASEBOOK_OPERATIONS_MAX)};
    enum status status = casebook_each(
        casebook,
        "SELECT number, state, version, hour FROM operation"
        " WHERE state >= $1 AND state <= $2 ORDER BY number DESC LIMIT $3",
        DB_ARGS(DB_I(state), DB_I(state == 0 ? INT16_MAX : state), DB_I(CASEBOOK_OPERATIONS_MAX)),
        arena, take_operation, &list, err);
    if (status == STATUS_OK) {
        *ret_list = list.rows;
        *ret_count = list.count;
    }
    return status;
}

/* --- plans --- */

/* One sealed column; the scratch buffer holds only one at a time. */
static enum status set_column(struct casebook *casebook, const char *sql, const char *column,
                              int64_t leaf, str text, struct error *err)
{
    struct buf *sealed = casebook_scratch(casebook);
    casebook_seal_number(casebook, TABLE_PLAN, column, leaf, text, sealed);
    return sealed->overflowed
               ? too_large(err)
               : db_exec(casebook->db, sql, DB_ARGS(DB_S(buf_str(sealed)), DB_I(leaf)), NULL, err);
}

enum status casebook_plan_add(struct casebook *casebook, struct casebook_plan *row,
                              struct error *err)
{
    enum status status = rows_number(
        casebook->db,
        "SELECT CAST(COALESCE(MAX(number), 0) + 1 AS BIGINT) FROM operation_plan WHERE operation = "
        "$1",
        DB_ARGS(DB_I(row->operation)), 1, &row->number, err);
    if (status == STATUS_OK) {
        status =
            db_exec(casebook->db,
                    "INSERT INTO operation_plan (leaf, operation, number, state, officer,"
                    " hour, about, problem, result) VALUES ($1, $2, $3, $4, $5, $6, $7, $7,"
                    " $7)",
                    DB_ARGS(DB_I(row->leaf), DB_I(row->operation), DB_I(row->number),
                            DB_I(row->state), DB_I(row->officer), DB_I(row->hour), DB_S(STR(""))),
                    NULL, err);
    }
    if (status == STATUS_OK) {
        status = set_column(casebook, "UPDATE operation_plan SET about = $1 WHERE leaf = $2",
                            "about", row->leaf, row->about, err);
    }
    if (status == STATUS_OK) {
        status = set_column(casebook, "UPDATE operation_plan SET problem = $1 WHERE leaf = $2",
                            "problem", row->leaf, row->problem, err);
    }
    return status == STATUS_OK
               ? set_column(casebook, "UPDATE operation_plan SET result = $1 WHERE leaf = $2",
                            "result", row->leaf, row->result, err)
               : status;
}

enum status casebook_plans_turn(struct casebook *casebook, int64_t operation, int64_t from,
                                int64_t to, struct error *err)
{
    return db_exec(casebook->db,
                   "UPDATE operation_plan SET state = $1 WHERE operation = $2 AND state = $3",
                   DB_ARGS(DB_I(to), DB_I(operation), DB_I(from)), NULL, err);
}

enum status casebook_plan_set(struct casebook *casebook, int64_t leaf, int64_t was, int64_t state,
                              str about, struct error *err)
{
    int64_t changed = 0;
    enum status status =
        db_exec(casebook->db, "UPDATE operation_plan SET state = $1 WHERE leaf = $2 AND state = $3",
                DB_ARGS(DB_I(state), DB_I(leaf), DB_I(was)), &changed, err);
    if (status == STATUS_OK && changed == 0) {
        status = error_set(err, STATUS_CONFLICT,
                           "Somebody else changed this plan first. Open it again and look.");
    }
    return status == STATUS_OK
               ? set_column(casebook, "UPDATE operation_plan SET about = $1 WHERE leaf = $2",
                            "about", leaf, about, err)
               : status;
}

static struct casebook_plan plan_row(const struct db_rows *rows)
{
    return (struct casebook_plan){.leaf = db_int(rows, 0),
                                  .operation = db_int(rows, 1),
                                  .number = db_int(rows, 2),
                                  .state = db_int(rows, 3),
                                  .officer = db_int(rows, 4),
                                  .hour = db_int(rows, 5)};
}

#define PLAN_COLUMNS "leaf, operation, number, state, officer, hour, about"

enum status casebook_plan_get(struct casebook *casebook, struct arena *arena, int64_t leaf,
                              struct casebook_plan *ret_row, struct error *err)
{
    struct db_rows *rows = NULL;
    bool has_row = false;
    enum status status =
        rows_one(casebook->db,
                 "SELECT " PLAN_COLUMNS ", problem, result FROM operation_plan WHERE leaf = $1",
                 DB_ARGS(DB_I(leaf)), &rows, &has_row, err);
    if (status != STATUS_OK || !has_row) {
        return status == STATUS_OK ? error_set(err, STATUS_NOT_FOUND, "There is no such plan.")
                                   : status;
    }
    struct casebook_plan row = plan_row(rows);
    status = casebook_unseal_number(casebook, arena, TABLE_PLAN, "about", leaf, db_bytes(rows, 6),
                                    &row.about, err);
    if (status == STATUS_OK) {
        status = casebook_unseal_number(casebook, arena, TABLE_PLAN, "problem", leaf,
                                        db_bytes(rows, 7), &row.problem, err);
    }
    if (status == STATUS_OK) {
        status = casebook_unseal_number(casebook, arena, TABLE_PLAN, "result", leaf,
                                        db_bytes(rows, 8), &row.result, err);
    }
    db_rows_close(rows);
    if (status == STATUS_OK) {
        *ret_row = row;
    }
    return status;
}

struct plan_list {
    struct casebook_plan *rows;
    size_t count;
};

static enum status take_plan(struct casebook *casebook, const struct db_rows *rows,
                             struct arena *arena, void *context, struct error *err)
{
    struct plan_list *list = context;
    struct casebook_plan *row = &list->rows[list->count++];
    *row = plan_row(rows);
    return casebook_unseal_number(casebook, arena, TABLE_PLAN, "about", row->leaf,
                                  db_bytes(rows, 6), &row->about, err);
}

enum status casebook_plans(struct casebook *casebook, struct arena *arena, int64_t operation,
                           struct casebook_plan **ret_list, size_t *ret_count, struct error *err)
{
    struct plan_list list = {.rows = ARENA_ARRAY(arena, struct casebook_plan, CASEBOOK_PLANS_MAX)};
    enum status status = casebook_each(casebook,
                                       "SELECT " PLAN_COLUMNS " FROM operation_plan"
                                       " WHERE operation = $1 ORDER BY number DESC LIMIT $2",
                                       DB_ARGS(DB_I(operation), DB_I(CASEBOOK_PLANS_MAX)), arena,
                                       take_plan, &list, err);
    if (status == STATUS_OK) {
        *ret_list = list.rows;
        *ret_count = list.count;
    }
    return status;
}
