/* SPDX-License-Identifier: Apache-2.0 */
/* SQLite (the Multiple Ciphers build).
 *
 * The hot path is the letterbox writer: a few statements a letter, thousands of letters a second.
 * So a statement is prepared once, arguments are bound without a copy, and nothing is allocated.
 * Each text has a chain of prepared statements: one, or more while cursors of one text nest.
 *
 * Opening, keys, copies and the rest of the life of a file are in db_sqlite_file.c. */
#include "db/db_sqlite_internal.h"

#include <errno.h>
#include <sqlite3.h>

#include "base/fault.h"

/* -- errors ------------------------------------------------------------------------------- */

static enum status status_of(int code)
{
    switch (code & 0xff) {
    case SQLITE_CONSTRAINT:
        return code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY ||
                       code == SQLITE_CONSTRAINT_ROWID
                   ? STATUS_CONFLICT
                   : STATUS_INVALID;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return STATUS_CORRUPT;
    case SQLITE_FULL:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_CANTOPEN:
    case SQLITE_PROTOCOL:
    case SQLITE_NOMEM:
        return STATUS_UNAVAILABLE;
    case SQLITE_IOERR:
        return code == SQLITE_IOERR_DATA || code == SQLITE_IOERR_CORRUPTFS ? STATUS_CORRUPT
                                                                           : STATUS_UNAVAILABLE;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return STATUS_DENIED;
    case SQLITE_TOOBIG:
        return STATUS_LIMIT;
    default:
        return STATUS_INTERNAL;
    }
}

enum status sqlite_failed(const struct sqlite_db *db, int code, struct error *err)
{
    enum status status = status_of(code);
    switch (code & 0xff) {
    case SQLITE_FULL:
        error_set(err, status, "the disk is full");
        error_hint(err, "free some space; nothing of this was written");
        return status;
    case SQLITE_BUSY:
        return error_set(err, status, "the database was busy for %d ms", DB_BUSY_MS);
    default:
        return error_set(err, status, "SQLite: %.200s (%d)", sqlite3_errmsg(db->handle), code);
    }
}

/* A fault point struck: the code that the real failure has. */
static int fault_code(void)
{
    return errno == ENOSPC ? SQLITE_FULL : SQLITE_IOERR;
}

/* -- statements --------------------------------------------------------------------------- */

/* One prepared statement. The n-th parameter of SQLite is the n-th *name* in reading order, so
 * "$2" may come before "$1": `place` maps back. */
struct sqlite_statement {
    sqlite3_stmt *stmt;
    struct sqlite_statement *next;
    bool is_busy;
    unsigned param_count;
    uint8_t place[DB_ARGS_MAX];
};

static void map_params(struct sqlite_statement *made)
{
    int count = sqlite3_bind_parameter_count(made->stmt);
    ASSERT(count >= 0 && count <= DB_ARGS_MAX);
    made->param_count = (unsigned)count;
    for (int i = 0; i < count; i++) {
        const char *name = sqlite3_bind_parameter_name(made->stmt, i + 1);
        uint64_t number = 0;
        ASSERT(name != NULL && name[0] == '$');
        ASSERT(str_to_u64(str_c(name + 1), &number));
        ASSERT(number >= 1 && number <= DB_ARGS_MAX);
        made->place[i] = (uint8_t)(number - 1);
    }
}

static enum status take(struct sqlite_db *db, struct db_statement *statement,
                        struct sqlite_statement **ret_taken, struct error *err)
{
    struct sqlite_statement *made = statement->prepared;
    while (made != NULL && made->is_busy) {
        made = made->next;
    }
    if (made == NULL) {
        sqlite3_stmt *stmt = NULL;
        const char *tail = NULL;
        int code = sqlite3_prepare_v3(db->handle, statement->copy, -1, SQLITE_PREPARE_PERSISTENT,
                                      &stmt, &tail);
        if (code != SQLITE_OK) {
            return sqlite_failed(db, code, err);
        }
        ASSERT(stmt != NULL && *tail == '\0'); /* one statement a text */
        made = ARENA_NEW(&db->base.arena, struct sqlite_statement);
        made->stmt = stmt;
        map_params(made);
        made->next = statement->prepared;
        statement->prepared = made;
    }
    made->is_busy = true;
    *ret_taken = made;
    return STATUS_OK;
}

static void give_back(struct sqlite_statement *taken)
{
    /* The code of the last step comes again: it was reported. */
    (void)sqlite3_reset(taken->stmt);
    if (taken->param_count > 0) {
        (void)sqlite3_clear_bindings(taken->stmt);
    }
    taken->is_busy = false;
}

static int bind_one(sqlite3_stmt *stmt, int at, const struct db_value *value,
                    sqlite3_destructor_type life)
{
    const char *bytes = value->s.p == NULL ? "" : value->s.p;
    switch (value->kind) {
    case DB_NULL:
        return sqlite3_bind_null(stmt, at);
    case DB_INT:
        return sqlite3_bind_int64(stmt, at, value->i);
    case DB_TEXT:
        return sqlite3_bind_text64(stmt, at, bytes, value->s.n, life, SQLITE_UTF8);
    case DB_BYTES:
        return sqlite3_bind_blob64(stmt, at, bytes, value->s.n, life);
    }
    return SQLITE_MISUSE;
}

static enum status bind(struct sqlite_db *db, const struct db_call *call,
                        const struct sqlite_statement *taken, sqlite3_destructor_type life,
                        struct error *err)
{
    for (unsigned i = 0; i < taken->param_count; i++) {
        ASSERT(taken->place[i] < call->arg_count);
        int code = bind_one(taken->stmt, (int)i + 1, &call->args[taken->place[i]], life);
        if (code != SQLITE_OK) {
            return sqlite_failed(db, code, err);
        }
    }
    return STATUS_OK;
}

/* SQLITE_ROW, SQLITE_DONE or a failure. */
static int step(const struct sqlite_statement *taken)
{
    return fault_strikes(FAULT_STEP) ? fault_code() : sqlite3_step(taken->stmt);
}

static enum status sqlite_exec(struct db *base, const struct db_call *call, int64_t *ret_changed,
                               struct error *err)
{
    struct sqlite_db *db = (struct sqlite_db *)base;
    struct sqlite_statement *taken = NULL;
    enum status status = take(db, call->statement, &taken, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = bind(db, call, taken, SQLITE_STATIC, err);
    if (status == STATUS_OK) {
        int code = SQLITE_ROW;
        while (code == SQLITE_ROW) {
            code = step(taken);
        }
        if (code != SQLITE_DONE) {
            status = sqlite_failed(db, code, err);
            if (!base->in_transaction && code == SQLITE_IOERR_FSYNC) {
                status = error_set(err, STATUS_UNCERTAIN, "the disk did not confirm the write");
            }
        } else if (ret_changed != NULL) {
            *ret_changed = sqlite3_stmt_readonly(taken->stmt) ? 0 : sqlite3_changes64(db->handle);
        }
    }
    give_back(taken);
    return status;
}

static enum status sqlite_query(struct db *base, const struct db_call *call, struct db_rows *rows,
                                struct error *err)
{
    struct sqlite_db *db = (struct sqlite_db *)base;
    struct sqlite_statement *taken = NULL;
    enum status status = take(db, call->statement, &taken, err);
    if (status != STATUS_OK) {
        return status;
    }
    /* A query that writes would commit when its rows are closed, where no failure can be told. */
    ASSERT(base->in_transaction || sqlite3_stmt_readonly(taken->stmt));
    /* The caller's bytes need not live as long as the cursor. */
    status = bind(db, call, taken, SQLITE_TRANSIENT, err);
    if (status == STATUS_OK) {
        int code = step(taken);
        if (code != SQLITE_ROW && code != SQLITE_DONE) {
            status = sqlite_failed(db, code, err);
        }
        rows->is_before_first = code == SQLITE_ROW;
    }
    if (status != STATUS_OK) {
        give_back(taken);
        return status;
    }
    rows->cursor = taken;
    rows->row = rows->is_before_first ? 1 : 0;
    return STATUS_OK;
}

static enum status sqlite_next(struct db_rows *rows, bool *ret_has_row, struct error *err)
{
    const struct sqlite_statement *taken = rows->cursor;
    if (rows->is_before_first || rows->row == 0) { /* row 0: the end was reached */
        *ret_has_row = rows->is_before_first;
        rows->is_before_first = false;
        return STATUS_OK;
    }
    int code = step(taken);
    if (code != SQLITE_ROW && code != SQLITE_DONE) {
        rows->row = 0;
        return sqlite_failed((struct sqlite_db *)rows->db, code, err);
    }
    rows->row = code == SQLITE_ROW ? 1 : 0;
    *ret_has_row = code == SQLITE_ROW;
    return STATUS_OK;
}

static struct db_value sqlite_column(const struct db_rows *rows, size_t column)
{
    sqlite3_stmt *stmt = ((const struct sqlite_statement *)rows->cursor)->stmt;
    int at = (int)column;
    ASSERT(at >= 0 && at < sqlite3_data_count(stmt));
    int type = sqlite3_column_type(stmt, at);
    if (type == SQLITE_NULL) {
        return DB_N;
    }
    if (type == SQLITE_INTEGER) {
        return DB_I(sqlite3_column_int64(stmt, at));
    }
    ASSERT(type != SQLITE_FLOAT); /* no such kind: the statement must cast */
    const void *bytes = type == SQLITE_TEXT ? (const void *)sqlite3_column_text(stmt, at)
                                            : sqlite3_column_blob(stmt, at);
    str s = str_from(bytes, (size_t)sqlite3_column_bytes(stmt, at));
    return type == SQLITE_TEXT ? DB_T(s) : DB_S(s);
}

static void sqlite_rows_close(struct db_rows *rows)
{
    give_back(rows->cursor);
}

/* -- transactions ------------------------------------------------------------------------- */

static enum status run(struct db *base, const char *sql, struct error *err)
{
    struct db_call call = {db_statement_of(base, sql), NULL, 0};
    return sqlite_exec(base, &call, NULL, err);
}

static void sqlite_rollback(struct db *base)
{
    struct sqlite_db *db = (struct sqlite_db *)base;
    /* Some failures roll back by themselves. */
    if (!sqlite3_get_autocommit(db->handle)) {
        /* Not through `run`: a fault point must not keep a transaction open. */
        (void)sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
    }
}

static enum status sqlite_begin(struct db *base, struct error *err)
{
    sqlite_rollback(base); /* only if a rollback failed before */
    return run(base, base->is_read_only ? "BEGIN" : "BEGIN IMMEDIATE", err);
}

static enum status sqlite_commit(struct db *base, struct error *err)
{
    struct sqlite_db *db = (struct sqlite_db *)base;
    struct sqlite_statement *taken = NULL;
    enum status status = take(db, db_statement_of(base, "COMMIT"), &taken, err);
    if (status == STATUS_OK) {
        int code = fault_strikes(FAULT_COMMIT) ? fault_code() : step(taken);
        if (code == SQLITE_IOERR_FSYNC) {
            /* The frames are in the WAL but not known to be on the disk: after a crash the
             * transaction may be there or not. */
            status = error_set(err, STATUS_UNCERTAIN, "the disk did not confirm the commit");
        } else if (code != SQLITE_DONE) {
            status = sqlite_failed(db, code, err);
        }
        give_back(taken);
    }
    if (status != STATUS_OK) {
        sqlite_rollback(base);
    }
    return status;
}

static enum status sqlite_savepoint(struct db *base, struct error *err)
{
    return run(base, "SAVEPOINT item", err);
}

static enum status sqlite_savepoint_release(struct db *base, struct error *err)
{
    return run(base, "RELEASE item", err);
}

static enum status sqlite_savepoint_rollback(struct db *base, struct error *err)
{
    enum status status = run(base, "ROLLBACK TO item", err);
    return status == STATUS_OK ? run(base, "RELEASE item", err) : status;
}

static enum status sqlite_lock_writer(struct db *base, int64_t key, struct error *err)
{
    (void)base; /* BEGIN IMMEDIATE has it */
    (void)key;
    (void)err;
    return STATUS_OK;
}

/* -- the table ---------------------------------------------------------------------------- */

static enum status sqlite_script(struct db *base, const char *sql, struct error *err)
{
    struct sqlite_db *db = (struct sqlite_db *)base;
    int code =
        fault_strikes(FAULT_STEP) ? fault_code() : sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? STATUS_OK : sqlite_failed(db, code, err);
}

static void sqlite_close(struct db *base)
{
    struct sqlite_db *db = (struct sqlite_db *)base;
    for (size_t i = 0; i < base->slot_count; i++) {
        struct sqlite_statement *made = base->slots[i] == NULL ? NULL : base->slots[i]->prepared;
        for (; made != NULL; made = made->next) {
            ASSERT(!made->is_busy); /* rows are closed before their connection */
            (void)sqlite3_finalize(made->stmt);
        }
    }
    sqlite_file_close(db);
}

const struct db_ops sqlite_ops = {
    .close = sqlite_close,
    .exec = sqlite_exec,
    .query = sqlite_query,
    .next = sqlite_next,
    .column = sqlite_column,
    .rows_close = sqlite_rows_close,
    .begin = sqlite_begin,
    .commit = sqlite_commit,
    .rollback = sqlite_rollback,
    .savepoint = sqlite_savepoint,
    .savepoint_release = sqlite_savepoint_release,
    .savepoint_rollback = sqlite_savepoint_rollback,
    .lock_writer = sqlite_lock_writer,
    .script = sqlite_script,
    .copy = sqlite_copy,
    .checkpoint = sqlite_checkpoint,
    .scrub = sqlite_scrub,
    .describe = sqlite_describe,
};
