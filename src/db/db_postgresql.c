/* SPDX-License-Identifier: Apache-2.0 */
/* PostgreSQL: the contract of db.h on top of the queue of db_postgresql_link.c.
 *
 * Values go and come in binary: int8 big-endian, bytea and text as they are. Nothing is read from
 * text. The rows of a query are all in memory until the cursor is closed (libpq gives no other
 * way while cursors may nest), so long lists are read page by page. */
#include "db/db_postgresql_internal.h"

#include <endian.h>
#include <errno.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <string.h>

#include "base/fault.h"

enum {
    OID_BOOL = 16,
    OID_BYTEA = 17,
    OID_NAME = 19,
    OID_INT8 = 20,
    OID_INT2 = 21,
    OID_INT4 = 23,
    OID_TEXT = 25,
    OID_UNKNOWN = 705,
    OID_VARCHAR = 1043,
    OID_VOID = 2278
};

static const PGresult *result_of(const struct db_rows *rows)
{
    return (const PGresult *)rows->cursor;
}

/* -- statements --------------------------------------------------------------------------- */

/* Only commands that change rows have a count of them; SELECT's is another thing. */
static int64_t changed_of(PGresult *result)
{
    uint64_t count = 0;
    if (str_starts(str_c(PQcmdStatus(result)), STR("SELECT")) ||
        !str_to_u64(str_c(PQcmdTuples(result)), &count)) {
        return 0;
    }
    return (int64_t)count;
}

static enum status postgresql_exec(struct db *base, const struct db_call *call,
                                   int64_t *ret_changed, struct error *err)
{
    struct postgresql_db *db = (struct postgresql_db *)base;
    enum status status = base->in_transaction ? STATUS_OK : pg_ready(db, err);
    if (status == STATUS_OK) {
        status = pg_queue(db, call, err);
    }
    if (status != STATUS_OK || (base->in_transaction && ret_changed == NULL)) {
        return status;
    }
    struct pg_result *last = NULL;
    status = pg_sync(db, &last, err);
    if (status == STATUS_OK && ret_changed != NULL) {
        *ret_changed = changed_of((PGresult *)last);
    }
    PQclear((PGresult *)last);
    if (status == STATUS_UNAVAILABLE && !base->in_transaction && db->conn == NULL) {
        return error_set(err, STATUS_UNCERTAIN, "the connection was lost during a statement");
    }
    return status;
}

/* Outside a transaction only reads: what a lost connection leaves behind would be unknown. */
static bool is_read(const char *sql)
{
    return str_starts(str_c(sql), STR("SELECT")) || str_starts(str_c(sql), STR("WITH"));
}

static enum status postgresql_query(struct db *base, const struct db_call *call,
                                    struct db_rows *rows, struct error *err)
{
    struct postgresql_db *db = (struct postgresql_db *)base;
    ASSERT(base->in_transaction || is_read(call->statement->copy));
    enum status status = base->in_transaction ? STATUS_OK : pg_ready(db, err);
    if (status == STATUS_OK) {
        status = pg_queue(db, call, err);
    }
    struct pg_result *last = NULL;
    if (status == STATUS_OK) {
        status = pg_sync(db, &last, err);
    }
    rows->cursor = last;
    rows->row = -1;
    return status;
}

static enum status postgresql_next(struct db_rows *rows, bool *ret_has_row, struct error *err)
{
    (void)err;
    int count = PQntuples(result_of(rows));
    if (rows->row < count) {
        rows->row++;
    }
    *ret_has_row = rows->row < count;
    return STATUS_OK;
}

static int64_t int_of(const char *bytes, int len)
{
    ASSERT(len == 8 || len == 4 || len == 2 || len == 1);
    if (len == 8) {
        uint64_t big = 0;
        memcpy(&big, bytes, sizeof big);
        return (int64_t)be64toh(big);
    }
    if (len == 4) {
        uint32_t big = 0;
        memcpy(&big, bytes, sizeof big);
        return (int32_t)be32toh(big);
    }
    if (len == 2) {
        uint16_t big = 0;
        memcpy(&big, bytes, sizeof big);
        return (int16_t)be16toh(big);
    }
    return bytes[0];
}

static struct db_value postgresql_column(const struct db_rows *rows, size_t column)
{
    const PGresult *result = result_of(rows);
    int at = (int)column;
    ASSERT(at >= 0 && at < PQnfields(result));
    if (PQgetisnull(result, rows->row, at)) {
        return DB_N;
    }
    const char *bytes = PQgetvalue(result, rows->row, at);
    int len = PQgetlength(result, rows->row, at);
    str s = str_from(bytes, (size_t)len);
    Oid type = PQftype(result, at);
    switch (type) {
    case OID_INT8:
    case OID_INT4:
    case OID_INT2:
    case OID_BOOL:
        return DB_I(int_of(bytes, len));
    case OID_TEXT:
    case OID_VARCHAR:
    case OID_NAME:
    case OID_UNKNOWN:
        return DB_T(s);
    case OID_BYTEA:
        return DB_S(s);
    case OID_VOID:
        return DB_N;
    default:
        ASSERT(type == OID_INT8); /* no kind for it: the statement must cast, see sql.md */
        return DB_N;
    }
}

static void postgresql_rows_close(struct db_rows *rows)
{
    PQclear((PGresult *)rows->cursor);
}

/* -- transactions ------------------------------------------------------------------------- */

static enum status queue_plain(struct db *base, const char *sql, struct error *err)
{
    struct db_call call = {db_statement_of(base, sql), NULL, 0};
    return pg_queue((struct postgresql_db *)base, &call, err);
}

static enum status postgresql_begin(struct db *base, struct error *err)
{
    enum status status = pg_ready((struct postgresql_db *)base, err);
    if (status != STATUS_OK) {
        return status;
    }
    /* a reader sees one moment for as long as it reads */
    return base->is_read_only
               ? queue_plain(base, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", err)
               : queue_plain(base, "BEGIN", err);
}

static void postgresql_rollback(struct db *base)
{
    struct postgresql_db *db = (struct postgresql_db *)base;
    if (db->conn == NULL) {
        return; /* the server rolls back when it sees the connection gone */
    }
    /* What is queued before it may fail: that is why we roll back. The server skips to the sync
     * point then, so ROLLBACK goes behind one. */
    enum status status = pg_sync(db, NULL, NULL);
    if (db->conn != NULL) {
        status = queue_plain(base, "ROLLBACK", NULL);
    }
    if (status == STATUS_OK) {
        status = pg_sync(db, NULL, NULL);
    }
    if (status != STATUS_OK || PQtransactionStatus((const PGconn *)db->conn) != PQTRANS_IDLE) {
        pg_drop(db);
    }
}

/* COMMIT of a transaction that failed on the server answers "ROLLBACK", without an error. */
static enum status check_commit(struct pg_result *last, struct error *err)
{
    bool is_done = strcmp(PQcmdStatus((PGresult *)last), "COMMIT") == 0;
    PQclear((PGresult *)last);
    return is_done ? STATUS_OK
                   : error_set(err, STATUS_INTERNAL, "PostgreSQL rolled the transaction back");
}

static enum status postgresql_commit(struct db *base, struct error *err)
{
    struct postgresql_db *db = (struct postgresql_db *)base;
    bool is_struck = fault_strikes(FAULT_COMMIT);
    if (is_struck && errno == ENOSPC) {
        postgresql_rollback(base);
        return error_set(err, STATUS_UNAVAILABLE, "the disk is full");
    }
    enum status status = queue_plain(base, "COMMIT", err);
    if (status == STATUS_OK) {
        struct pg_result *last = NULL;
        status = pg_sync(db, &last, err);
        if (status == STATUS_OK) {
            status = check_commit(last, err);
        }
        if (is_struck) {
            pg_drop(db); /* as if the answer had been lost */
            status = STATUS_UNAVAILABLE;
        }
        if (status == STATUS_UNAVAILABLE && db->conn == NULL) {
            error_set(err, STATUS_UNCERTAIN, "the connection was lost during the commit");
            error_hint(err, "it may have been stored: ask again with the same key");
            return STATUS_UNCERTAIN;
        }
    }
    if (status != STATUS_OK) {
        postgresql_rollback(base);
    }
    return status;
}

static enum status postgresql_savepoint(struct db *base, struct error *err)
{
    return queue_plain(base, "SAVEPOINT item", err);
}

static enum status postgresql_savepoint_release(struct db *base, struct error *err)
{
    enum status status = queue_plain(base, "RELEASE SAVEPOINT item", err);
    return status == STATUS_OK ? pg_sync((struct postgresql_db *)base, NULL, err) : status;
}

/* When the failure came before the savepoint there is none on the server: this fails too, and
 * the transaction stays failed. */
static enum status postgresql_savepoint_rollback(struct db *base, struct error *err)
{
    struct postgresql_db *db = (struct postgresql_db *)base;
    /* What is queued may fail: that is what is rolled back. */
    enum status status = db->queued > 0 ? pg_sync(db, NULL, NULL) : STATUS_OK;
    status = queue_plain(base, "ROLLBACK TO SAVEPOINT item", err);
    if (status == STATUS_OK) {
        status = queue_plain(base, "RELEASE SAVEPOINT item", err);
    }
    return status == STATUS_OK ? pg_sync(db, NULL, err) : status;
}

/* Advisory locks belong to the whole database; the schema's name is mixed in, so that two desks
 * in one database do not wait for each other. */
static enum status postgresql_lock_writer(struct db *base, int64_t key, struct error *err)
{
    const struct db_value args[] = {DB_I(key)};
    struct db_call call = {db_statement_of(base,
                                           "SELECT pg_advisory_xact_lock("
                                           "$1 # hashtextextended(current_schema()::text, 0))"),
                           args, 1};
    return pg_queue((struct postgresql_db *)base, &call, err);
}

/* -- the table ---------------------------------------------------------------------------- */

static enum status postgresql_script(struct db *base, const char *sql, struct error *err)
{
    return pg_script((struct postgresql_db *)base, sql, err);
}

static enum status postgresql_copy(struct db *base, const char *path, struct error *err)
{
    (void)base;
    (void)path;
    error_set(err, STATUS_INVALID, "a PostgreSQL database is not copied by this program");
    error_hint(err, "use pg_dump, or the server's own base backups");
    return STATUS_INVALID;
}

static enum status postgresql_checkpoint(struct db *base, struct error *err)
{
    (void)base; /* the server does it */
    (void)err;
    return STATUS_OK;
}

static enum status postgresql_scrub(struct db *base, bool *ret_is_done, struct error *err)
{
    (void)base; /* old versions of rows are VACUUM's */
    (void)err;
    *ret_is_done = true;
    return STATUS_OK;
}

static str postgresql_describe(struct db *base, struct arena *arena)
{
    const struct postgresql_db *db = (const struct postgresql_db *)base;
    if (db->conn == NULL) {
        return STR("PostgreSQL (not connected)");
    }
    str version = str_c(PQparameterStatus((const PGconn *)db->conn, "server_version"));
    return arena_printf(arena, "PostgreSQL %.*s", STR_ARG(version));
}

static void postgresql_close(struct db *base)
{
    pg_drop((struct postgresql_db *)base);
}

const struct db_ops postgresql_ops = {
    .close = postgresql_close,
    .exec = postgresql_exec,
    .query = postgresql_query,
    .next = postgresql_next,
    .column = postgresql_column,
    .rows_close = postgresql_rows_close,
    .begin = postgresql_begin,
    .commit = postgresql_commit,
    .rollback = postgresql_rollback,
    .savepoint = postgresql_savepoint,
    .savepoint_release = postgresql_savepoint_release,
    .savepoint_rollback = postgresql_savepoint_rollback,
    .lock_writer = postgresql_lock_writer,
    .script = postgresql_script,
    .copy = postgresql_copy,
    .checkpoint = postgresql_checkpoint,
    .scrub = postgresql_scrub,
    .describe = postgresql_describe,
};

/* -- opening ------------------------------------------------------------------------------ */

/* A plain identifier: goes into CREATE SCHEMA and search_path unquoted. */
static bool is_schema_name(str name)
{
    if (name.n == 0 || name.n > 63 || ascii_is_digit(name.p[0])) {
        return false;
    }
    for (size_t i = 0; i < name.n; i++) {
        bool is_lower = name.p[i] >= 'a' && name.p[i] <= 'z';
        if (!is_lower && !ascii_is_digit(name.p[i]) && name.p[i] != '_') {
            return false;
        }
    }
    return true;
}

enum status db_postgresql_open(const struct db_options *options, struct db **ret_db,
                               struct error *err)
{
    const char *schema = options->schema == NULL ? "public" : options->schema;
    if (!is_schema_name(str_c(schema))) {
        return error_set(err, STATUS_INVALID,
                         "a schema name has lower-case letters, digits and underscores only");
    }
    struct arena arena;
    arena_init(&arena, DB_MEMORY_MAX);
    struct postgresql_db *db = ARENA_NEW(&arena, struct postgresql_db);
    db->base.ops = &postgresql_ops;
    db->base.engine = DB_POSTGRESQL;
    db->base.is_read_only = options->is_read_only;
    db->where = arena_cstr(&arena, str_c(options->where));
    db->schema = arena_cstr(&arena, str_c(schema));
    db->is_create = options->is_create;
    db->base.arena = arena;
    enum status status = pg_connect(db, err);
    if (status != STATUS_OK) {
        db_close(&db->base);
        return status;
    }
    *ret_db = &db->base;
    return STATUS_OK;
}
