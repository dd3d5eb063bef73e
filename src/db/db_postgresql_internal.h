/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the PostgreSQL engine share. */
#ifndef HUSTINGS_DB_DB_POSTGRESQL_INTERNAL_H
#define HUSTINGS_DB_DB_POSTGRESQL_INTERNAL_H

#include "db/db_internal.h"

struct pg_conn;
struct pg_result;

/* How one text is prepared on the server. */
struct pg_statement {
    struct pg_statement *next_fresh; /* in the queue's list of statements prepared in it */
    uint64_t connection;             /* where it is prepared; another number = not prepared */
    size_t queued_at;                /* its place in the queue while it is fresh */
    char name[24];
    enum db_kind kinds[DB_ARGS_MAX]; /* declared type of each parameter; DB_NULL = none yet */
};

/* The connection is in pipeline mode all the time: commands are queued and sent together, and a
 * sync point brings all the answers. */
struct postgresql_db {
    struct db base;       /* first */
    struct pg_conn *conn; /* NULL = lost or not yet there */
    const char *where;
    const char *schema;
    bool is_create;
    uint64_t connection;       /* counts up with every new connection */
    uint64_t statement_number; /* for the names */
    size_t queued;             /* commands since the last sync point */
    size_t queued_bytes;
    struct pg_statement *fresh;
};

extern const struct db_ops postgresql_ops;

/* -- db_postgresql_link.c: the connection and what goes over it -- */

/* Connects once. */
enum status pg_connect(struct postgresql_db *db, struct error *err) MUST_CHECK;
/* Before anything outside a transaction: the connection is there and its peer has not hung up.
 * Otherwise connects again, a few times. */
enum status pg_ready(struct postgresql_db *db, struct error *err) MUST_CHECK;
void pg_drop(struct postgresql_db *db);
/* Queues one command. */
enum status pg_queue(struct postgresql_db *db, const struct db_call *call,
                     struct error *err) MUST_CHECK;
/* Sync point: sends what is queued and reads all answers. The first failure is reported; without
 * one *ret_last (may be NULL) is the answer of the last command. */
enum status pg_sync(struct postgresql_db *db, struct pg_result **ret_last,
                    struct error *err) MUST_CHECK;
/* Several statements at once, outside the pipeline. */
enum status pg_script(struct postgresql_db *db, const char *sql, struct error *err) MUST_CHECK;

#endif
