/* SPDX-License-Identifier: Apache-2.0 */
/* What db.c and the two engines share. Included only inside this folder.
 *
 * db.c keeps what is the same for both: the statement cache, the checks of arguments, and the
 * state of the transaction. An engine is a table of functions (`struct db_ops`) and a structure
 * that begins with `struct db`. No foreign header is seen here.
 */
#ifndef HUSTINGS_DB_DB_INTERNAL_H
#define HUSTINGS_DB_DB_INTERNAL_H

#include "db/db.h"

/* Statements are literals of the program, a few hundred at most: more means that somebody builds
 * SQL at run time. The memory limit holds them with room to spare. */
enum { DB_STATEMENTS_MAX = 1024, DB_MEMORY_MAX = 16 * 1024 * 1024 };
/* A row of the widest table, twice. */
enum { DB_ARGS_MAX = 32 };

/* One SQL text on one connection. */
struct db_statement {
    const char *sql;  /* the address is the key */
    const char *copy; /* the text as first seen: an address must keep its text */
    void *prepared;   /* the engine's own, NULL until first run */
};

struct db_call {
    struct db_statement *statement;
    const struct db_value *args;
    size_t arg_count;
};

/* An open cursor. Closed ones are kept in db->rows_free, so that no query allocates. */
struct db_rows {
    struct db *db;
    struct db_rows *next;
    void *cursor;         /* SQLite: the statement in use. PostgreSQL: the result */
    int row;              /* PostgreSQL: the current row */
    bool is_before_first; /* SQLite: the first row is fetched already, db_next shows it */
    bool has_row;
};

struct db_ops {
    void (*close)(struct db *db);
    enum status (*exec)(struct db *db, const struct db_call *call, int64_t *ret_changed,
                        struct error *err);
    /* Fills a zeroed struct db_rows. Errors of the whole statement come out here. */
    enum status (*query)(struct db *db, const struct db_call *call, struct db_rows *rows,
                         struct error *err);
    enum status (*next)(struct db_rows *rows, bool *ret_has_row, struct error *err);
    /* The bytes are valid until next or rows_close. */
    struct db_value (*column)(const struct db_rows *rows, size_t column);
    void (*rows_close)(struct db_rows *rows);
    enum status (*begin)(struct db *db, struct error *err);
    /* After commit and rollback the connection has no transaction, whatever is returned. */
    enum status (*commit)(struct db *db, struct error *err);
    void (*rollback)(struct db *db);
    enum status (*savepoint)(struct db *db, struct error *err);
    enum status (*savepoint_release)(struct db *db, struct error *err);
    /* Also forgets the savepoint. */
    enum status (*savepoint_rollback)(struct db *db, struct error *err);
    enum status (*lock_writer)(struct db *db, int64_t key, struct error *err);
    /* Runs several statements (a migration) in the open transaction. */
    enum status (*script)(struct db *db, const char *sql, struct error *err);
    enum status (*copy)(struct db *db, const char *path, struct error *err);
    enum status (*checkpoint)(struct db *db, struct error *err);
    enum status (*scrub)(struct db *db, bool *ret_is_done, struct error *err);
    str (*describe)(struct db *db, struct arena *arena);
};

struct db {
    const struct db_ops *ops;
    enum db_engine engine;
    struct arena arena;          /* holds the connection itself and its cache */
    struct db_statement **slots; /* open addressing by address; a power of two, at most half full */
    size_t slot_count;
    size_t statement_count;
    struct db_rows *rows_free;
    bool is_read_only;
    bool in_transaction;
    bool has_savepoint;
    enum status failed; /* why the transaction can only be rolled back; STATUS_OK = it is well */
};

enum status db_sqlite_open(const struct db_options *options, struct db **ret_db,
                           struct error *err) MUST_CHECK;
enum status db_postgresql_open(const struct db_options *options, struct db **ret_db,
                               struct error *err) MUST_CHECK;

/* The cache entry of a literal; made when it is new. */
struct db_statement *db_statement_of(struct db *db, const char *sql);

/* Before anything else of SQLite: gives it memory that is wiped when it is freed. */
void db_sqlite_memory(void);
/* Fault builds only: the name of a VFS whose writes and fsyncs pass the fault points. */
const char *db_sqlite_vfs(void);

/* Turns the SQL text of a migration into the dialect of an engine; see db_dialect.c. */
void db_dialect(enum db_engine engine, str sql, struct buf *out);

#endif
