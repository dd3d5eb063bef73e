/* SPDX-License-Identifier: Apache-2.0 */
/* One small face for two database engines.
 *
 * SQLite (with page encryption) and PostgreSQL run the same SQL text with `$1` parameters. Text
 * never comes from outside: every statement is a string literal in src/store, prepared once per
 * connection and cached by its address. Only these places differ, and the driver does them:
 *   - migrations: INTEGER/BLOB/STRICT of the SQL text become BIGINT/BYTEA/nothing on PostgreSQL;
 *   - db_begin: BEGIN IMMEDIATE on SQLite; BEGIN plus db_lock_writer on PostgreSQL where one order
 *     of writers is needed.
 * Values are int64, text (valid UTF-8, no NUL), bytes, or null; times are microseconds UTC.
 *
 * A connection belongs to one process, and all connections of a process to one thread. A process
 * that opened a file with a page key must not fork a child that opens one (the generator of page
 * nonces would repeat itself in both): the child is refused; fork first, or exec. Nothing here
 * retries by itself except SQLITE_BUSY and locks inside DB_BUSY_MS, and a lost PostgreSQL
 * connection, which is made again at the next call outside a transaction.
 *
 * Statuses: a unique or primary-key violation is STATUS_CONFLICT; another constraint, or text that
 * is no UTF-8, STATUS_INVALID; a full disk, a lost connection or a lock held too long
 * STATUS_UNAVAILABLE; a broken file STATUS_CORRUPT; a wrong page key, or writing where only
 * reading is allowed, STATUS_DENIED. Words of an error never hold values.
 */
#ifndef HUSTINGS_DB_DB_H
#define HUSTINGS_DB_DB_H

#include "base/arena.h"
#include "base/status.h"
#include "base/text.h"

struct db;
struct db_rows;

enum db_engine { DB_SQLITE, DB_POSTGRESQL };

enum { DB_PAGE_KEY_BYTES = 32, DB_BUSY_MS = 5000 };

struct db_options {
    enum db_engine engine;
    const char *where;  /* SQLite: path of the file. PostgreSQL: connection URL */
    const char *schema; /* PostgreSQL: schema of all tables (made if is_create); NULL = public */
    const uint8_t *page_key; /* SQLite: DB_PAGE_KEY_BYTES raw key for page encryption, or NULL */
    bool is_create;          /* make the file or schema when it is not there */
    bool is_read_only;
};

enum db_kind { DB_NULL, DB_INT, DB_TEXT, DB_BYTES };

struct db_value {
    enum db_kind kind;
    int64_t i;
    str s;
};

#define DB_I(value) ((struct db_value){.kind = DB_INT, .i = (int64_t)(value)})
#define DB_T(text) ((struct db_value){.kind = DB_TEXT, .s = (text)})
#define DB_B(ptr, len) ((struct db_value){.kind = DB_BYTES, .s = {(const char *)(ptr), (len)}})
#define DB_S(bytes) ((struct db_value){.kind = DB_BYTES, .s = (bytes)})
#define DB_N ((struct db_value){.kind = DB_NULL})
/* db_exec(db, sql, DB_ARGS(DB_I(1), DB_T(name)), NULL, err) */
#define DB_ARGS(...)                                                                               \
    (const struct db_value[]){__VA_ARGS__},                                                        \
        sizeof((const struct db_value[]){__VA_ARGS__}) / sizeof(struct db_value)
#define DB_NO_ARGS NULL, 0

/* Opens and sets up: SQLite in WAL with synchronous=FULL, foreign keys on, defensive, trusted
 * schema off, persistent WAL; PostgreSQL with synchronous_commit=on, UTF-8, the schema first in
 * search_path. */
enum status db_open(const struct db_options *options, struct db **ret_db,
                    struct error *err) MUST_CHECK;
/* Accepts NULL. An open transaction is rolled back. */
void db_close(struct db *db);
enum db_engine db_engine_of(const struct db *db);

/* `sql` must be a string literal (or live as long as the connection): its address is the cache
 * key, and a parameter has the same kind (or null) in every call.
 * *ret_changed (may be NULL) is the number of rows changed. Inside a transaction on PostgreSQL a
 * statement without ret_changed is only queued, and its failure comes out of a later call, at the
 * latest of db_savepoint_release or db_commit: ask for ret_changed where the status decides.
 * Outside a transaction a lost connection is STATUS_UNCERTAIN. */
enum status db_exec(struct db *db, const char *sql, const struct db_value *args, size_t arg_count,
                    int64_t *ret_changed, struct error *err) MUST_CHECK;
/* Runs a query. The rows stay readable until db_rows_close; cursors may nest, also of one text.
 * PostgreSQL holds all of them in memory: read long lists page by page. A query that writes
 * (RETURNING) needs a transaction. Close cursors before the transaction around them ends. */
enum status db_query(struct db *db, const char *sql, const struct db_value *args, size_t arg_count,
                     struct db_rows **ret_rows, struct error *err) MUST_CHECK;
/* Moves to the next row: STATUS_OK with *ret_has_row. */
enum status db_next(struct db_rows *rows, bool *ret_has_row, struct error *err) MUST_CHECK;
/* For loops over rows: is *status STATUS_OK, and is there a next row? A failure goes to *status. */
bool db_more(struct db_rows *rows, enum status *status, struct error *err) MUST_CHECK;
/* Columns of the current row; bytes are valid until the next db_next, db_more or db_rows_close. A column
 * of another kind than asked for is a broken promise (ASSERT). Null reads as 0 or empty. */
int64_t db_int(const struct db_rows *rows, size_t column);
str db_text(const struct db_rows *rows, size_t column);
str db_bytes(const struct db_rows *rows, size_t column);
bool db_is_null(const struct db_rows *rows, size_t column);
void db_rows_close(struct db_rows *rows); /* accepts NULL */

/* One transaction at a time. After a failed statement inside one nothing more runs (each call
 * gives the status of the failure): roll back, to the savepoint or all.
 * db_commit: STATUS_UNCERTAIN when the connection was lost during the commit or the disk did not
 * confirm it; STATUS_UNAVAILABLE when the disk is full (nothing happened). A commit is durable
 * when it returns STATUS_OK; otherwise it is rolled back. Either way no transaction is open. */
/* On a read-only connection: a reader's transaction that sees one moment of a live database. */
enum status db_begin(struct db *db, struct error *err) MUST_CHECK;
enum status db_commit(struct db *db, struct error *err) MUST_CHECK;
void db_rollback(struct db *db);
bool db_in_transaction(const struct db *db);
/* A point to fall back to inside a transaction (one item of a batch). Not nested. */
enum status db_savepoint(struct db *db, struct error *err) MUST_CHECK;
enum status db_savepoint_release(struct db *db, struct error *err) MUST_CHECK;
void db_savepoint_rollback(struct db *db);
/* PostgreSQL: transaction-scoped advisory lock `key`, so that several hosts write in one order.
 * SQLite: nothing, BEGIN IMMEDIATE has it already. Call right after db_begin. */
enum status db_lock_writer(struct db *db, int64_t key, struct error *err) MUST_CHECK;

/* Migrations (dialect: docs/design/sql.md): forward only, numbered from 1, each in one transaction
 * together with its row in table schema_version(version, name, at). A database newer than the list
 * is refused with a sentence (STATUS_DENIED). */
struct db_migration {
    int64_t version;
    const char *name; /* "letterbox" */
    const char *sql;  /* statements separated by ";\n" */
};
/* The version found, 0 for a fresh database: to make a backup before db_migrate. */
enum status db_schema_version(struct db *db, int64_t *ret_version, struct error *err) MUST_CHECK;
/* *ret_from (may be NULL): the version found, 0 for a fresh database. */
enum status db_migrate(struct db *db, const struct db_migration *list, size_t count, time_us now,
                       int64_t *ret_from, struct error *err) MUST_CHECK;

/* Consistent copy of a live database: SQLite by the online backup API into `path` (same page
 * key), inside a reader's transaction of the moment that one sees; PostgreSQL: STATUS_INVALID with
 * the words to use pg_dump. */
enum status db_copy(struct db *db, const char *path, struct error *err) MUST_CHECK;
/* Moves WAL pages into the file without truncating the WAL; nothing on PostgreSQL. */
enum status db_checkpoint(struct db *db, struct error *err) MUST_CHECK;
/* After a deletion that must leave nothing behind. SQLite: moves the whole log into the file (whose
 * freed pages are overwritten: secure_delete) and cuts the log to nothing, at once or not at all;
 * *ret_is_done is false while a reader still needs it: ask again later. PostgreSQL: done without
 * doing anything; old versions of rows go by VACUUM, which is the server's (docs/operator). */
enum status db_scrub(struct db *db, bool *ret_is_done, struct error *err) MUST_CHECK;
/* "SQLite 3.x (SQLite3 Multiple Ciphers y)" or "PostgreSQL 15.x". */
str db_describe(struct db *db, struct arena *arena);
/* When the SQLite that is built in was released: "2025-07-30 19:33:53". */
str db_sqlite_date(void);

#endif
