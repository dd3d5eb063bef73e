/* SPDX-License-Identifier: Apache-2.0 */
#include "db/db_internal.h"

#include "base/utf8.h"

/* -- statement cache ---------------------------------------------------------------------- */

static struct db_statement **slot_of(struct db *db, const char *sql)
{
    /* Fibonacci hashing: literals lie close together, the multiplication spreads them. */
    uint64_t hash = (uint64_t)(uintptr_t)sql * UINT64_C(0x9e3779b97f4a7c15);
    size_t at = (size_t)(hash >> 32) & (db->slot_count - 1);
    while (db->slots[at] != NULL && db->slots[at]->sql != sql) {
        at = (at + 1) & (db->slot_count - 1);
    }
    return &db->slots[at];
}

static void cache_grow(struct db *db)
{
    struct db_statement **old = db->slots;
    size_t old_count = db->slot_count;
    db->slot_count = old_count == 0 ? 64 : old_count * 2;
    db->slots = ARENA_ARRAY(&db->arena, struct db_statement *, db->slot_count);
    for (size_t i = 0; i < old_count; i++) {
        if (old[i] != NULL) {
            *slot_of(db, old[i]->sql) = old[i];
        }
    }
}

struct db_statement *db_statement_of(struct db *db, const char *sql)
{
    if (db->statement_count * 2 >= db->slot_count) {
        cache_grow(db);
    }
    struct db_statement **slot = slot_of(db, sql);
    if (*slot == NULL) {
        ASSERT(db->statement_count < DB_STATEMENTS_MAX);
        struct db_statement *statement = ARENA_NEW(&db->arena, struct db_statement);
        statement->sql = sql;
        statement->copy = arena_cstr(&db->arena, str_c(sql));
        *slot = statement;
        db->statement_count++;
    }
    /* Another text at a known address is SQL built at run time: never allowed. */
    ASSERT(strcmp((*slot)->copy, sql) == 0);
    return *slot;
}

/* -- connection --------------------------------------------------------------------------- */

enum status db_open(const struct db_options *options, struct db **ret_db, struct error *err)
{
    ASSERT(options->where != NULL);
    if (options->engine == DB_SQLITE) {
        return db_sqlite_open(options, ret_db, err);
    }
    return db_postgresql_open(options, ret_db, err);
}

void db_close(struct db *db)
{
    if (db == NULL) {
        return;
    }
    if (db->in_transaction) {
        db_rollback(db);
    }
    db->ops->close(db);
    struct arena arena = db->arena; /* the arena holds db itself */
    arena_close(&arena);
}

enum db_engine db_engine_of(const struct db *db)
{
    return db->engine;
}

/* -- statements --------------------------------------------------------------------------- */

/* PostgreSQL refuses everything after a failure until the rollback; SQLite would go on. Both
 * refuse here, so that code tried on one engine behaves on the other. */
static enum status may_run(const struct db *db, struct error *err)
{
    if (db->in_transaction && db->failed != STATUS_OK) {
        return error_set(err, db->failed, "an earlier statement of this transaction failed");
    }
    return STATUS_OK;
}

static enum status remember(struct db *db, enum status status)
{
    if (status != STATUS_OK && db->in_transaction && db->failed == STATUS_OK) {
        db->failed = status;
    }
    return status;
}

static enum status check_args(const struct db_value *args, size_t arg_count, struct error *err)
{
    ASSERT(arg_count <= DB_ARGS_MAX);
    for (size_t i = 0; i < arg_count; i++) {
        if (args[i].kind != DB_TEXT || args[i].s.n == 0) {
            continue;
        }
        if (memchr(args[i].s.p, '\0', args[i].s.n) != NULL || !utf8_is_valid(args[i].s)) {
            return error_set(err, STATUS_INVALID, "text is not valid UTF-8 without NUL");
        }
    }
    return STATUS_OK;
}

enum status db_exec(struct db *db, const char *sql, const struct db_value *args, size_t arg_count,
                    int64_t *ret_changed, struct error *err)
{
    enum status status = may_run(db, err);
    if (status == STATUS_OK) {
        status = check_args(args, arg_count, err);
    }
    if (status == STATUS_OK) {
        struct db_call call = {db_statement_of(db, sql), args, arg_count};
        status = db->ops->exec(db, &call, ret_changed, err);
    }
    return remember(db, status);
}

static void rows_give_back(struct db_rows *rows)
{
    struct db *db = rows->db;
    *rows = (struct db_rows){.next = db->rows_free};
    db->rows_free = rows;
}

enum status db_query(struct db *db, const char *sql, const struct db_value *args, size_t arg_count,
                     struct db_rows **ret_rows, struct error *err)
{
    enum status status = may_run(db, err);
    if (status == STATUS_OK) {
        status = check_args(args, arg_count, err);
    }
    if (status != STATUS_OK) {
        return remember(db, status);
    }
    struct db_rows *rows = db->rows_free;
    if (rows == NULL) {
        rows = ARENA_NEW(&db->arena, struct db_rows);
    } else {
        db->rows_free = rows->next;
    }
    *rows = (struct db_rows){.db = db};
    struct db_call call = {db_statement_of(db, sql), args, arg_count};
    status = db->ops->query(db, &call, rows, err);
    if (status != STATUS_OK) {
        rows_give_back(rows);
        return remember(db, status);
    }
    *ret_rows = rows;
    return STATUS_OK;
}

enum status db_next(struct db_rows *rows, bool *ret_has_row, struct error *err)
{
    enum status status = rows->db->ops->next(rows, ret_has_row, err);
    rows->has_row = status == STATUS_OK && *ret_has_row;
    return remember(rows->db, status);
}

bool db_more(struct db_rows *rows, enum status *status, struct error *err)
{
    bool has_row = false;
    if (*status == STATUS_OK) {
        *status = db_next(rows, &has_row, err);
    }
    return *status == STATUS_OK && has_row;
}

void db_rows_close(struct db_rows *rows)
{
    if (rows != NULL) {
        rows->db->ops->rows_close(rows);
        rows_give_back(rows);
    }
}

static struct db_value column_of(const struct db_rows *rows, size_t column, enum db_kind kind)
{
    ASSERT(rows->has_row);
    struct db_value value = rows->db->ops->column(rows, column);
    ASSERT(value.kind == kind || value.kind == DB_NULL);
    return value;
}

int64_t db_int(const struct db_rows *rows, size_t column)
{
    return column_of(rows, column, DB_INT).i;
}

str db_text(const struct db_rows *rows, size_t column)
{
    return column_of(rows, column, DB_TEXT).s;
}

str db_bytes(const struct db_rows *rows, size_t column)
{
    return column_of(rows, column, DB_BYTES).s;
}

bool db_is_null(const struct db_rows *rows, size_t column)
{
    ASSERT(rows->has_row);
    return rows->db->ops->column(rows, column).kind == DB_NULL;
}

/* -- transactions ------------------------------------------------------------------------- */

enum status db_begin(struct db *db, struct error *err)
{
    ASSERT(!db->in_transaction);
    enum status status = db->ops->begin(db, err);
    db->in_transaction = status == STATUS_OK;
    db->has_savepoint = false;
    db->failed = STATUS_OK;
    return status;
}

enum status db_commit(struct db *db, struct error *err)
{
    ASSERT(db->in_transaction && !db->has_savepoint);
    enum status status = may_run(db, err);
    if (status == STATUS_OK) {
        status = db->ops->commit(db, err);
    } else {
        db->ops->rollback(db);
    }
    db->in_transaction = false;
    return status;
}

void db_rollback(struct db *db)
{
    if (db->in_transaction) {
        db->ops->rollback(db);
        db->in_transaction = false;
        db->has_savepoint = false;
    }
}

bool db_in_transaction(const struct db *db)
{
    return db->in_transaction;
}

enum status db_savepoint(struct db *db, struct error *err)
{
    ASSERT(db->in_transaction && !db->has_savepoint);
    enum status status = may_run(db, err);
    if (status == STATUS_OK) {
        status = db->ops->savepoint(db, err);
        db->has_savepoint = status == STATUS_OK;
    }
    return remember(db, status);
}

enum status db_savepoint_release(struct db *db, struct error *err)
{
    ASSERT(db->has_savepoint);
    enum status status = may_run(db, err);
    if (status == STATUS_OK) {
        status = db->ops->savepoint_release(db, err);
        db->has_savepoint = status != STATUS_OK;
    }
    return remember(db, status);
}

void db_savepoint_rollback(struct db *db)
{
    ASSERT(db->has_savepoint);
    /* When the point itself is gone (connection lost, disk full: the engine rolled back
     * everything) the transaction stays failed and db_commit says so. */
    enum status status = db->ops->savepoint_rollback(db, NULL);
    if (status == STATUS_OK) {
        db->failed = STATUS_OK;
    } else if (db->failed == STATUS_OK) {
        db->failed = status;
    }
    db->has_savepoint = false;
}

enum status db_lock_writer(struct db *db, int64_t key, struct error *err)
{
    ASSERT(db->in_transaction);
    enum status status = may_run(db, err);
    if (status == STATUS_OK) {
        status = db->ops->lock_writer(db, key, err);
    }
    return remember(db, status);
}

/* -- the rest ----------------------------------------------------------------------------- */

enum status db_copy(struct db *db, const char *path, struct error *err)
{
    ASSERT(!db->in_transaction || db->is_read_only); /* a reader's moment is copied as it is */
    return db->ops->copy(db, path, err);
}

enum status db_checkpoint(struct db *db, struct error *err)
{
    ASSERT(!db->in_transaction);
    return db->ops->checkpoint(db, err);
}

enum status db_scrub(struct db *db, bool *ret_is_done, struct error *err)
{
    ASSERT(!db->in_transaction);
    return db->ops->scrub(db, ret_is_done, err);
}

str db_describe(struct db *db, struct arena *arena)
{
    return db->ops->describe(db, arena);
}
