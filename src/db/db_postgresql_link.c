/* SPDX-License-Identifier: Apache-2.0 */
/* PostgreSQL: the connection, the queue of commands, and the way home of failures.
 *
 * libpq's pipeline mode sends commands without waiting and gives the answers at a sync point. A
 * letter is four statements: with the queue they cost one round trip together with COMMIT instead
 * of five, which counts when the database is another host. The price: a failure is known only at
 * the sync point. The server skips everything between the failure and the sync point, so no
 * statement ever runs on top of a failed one.
 *
 * A lost connection is never repaired inside a transaction; outside, pg_ready does it. */
#include "db/db_postgresql_internal.h"

#include <endian.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/fault.h"
#include "base/utf8.h"

/* Object ids of types, fixed in the server's catalogue (pg_type.dat). */
enum { OID_BYTEA = 17, OID_INT8 = 20, OID_TEXT = 25 };
/* A server older than this is not tested. */
enum { SERVER_VERSION_MIN = 150000 };
/* More than this is sent before more is queued: bounds memory on both sides. */
enum { QUEUE_MAX = 256, QUEUE_BYTES_MAX = 1024 * 1024 };
enum { CONNECT_TRIES = 3, CONNECT_WAIT_MS = 100 };

static PGconn *conn_of(const struct postgresql_db *db)
{
    return (PGconn *)db->conn;
}

/* -- failures ----------------------------------------------------------------------------- */

static const struct {
    const char *state; /* SQLSTATE or its class */
    enum status status;
} states[] = {
    {"23505", STATUS_CONFLICT},    /* unique_violation */
    {"23", STATUS_INVALID},        /* other constraints */
    {"22", STATUS_INVALID},        /* data exception */
    {"08", STATUS_UNAVAILABLE},    /* connection */
    {"25006", STATUS_UNAVAILABLE}, /* read-only: the server is no longer the leader */
    {"40", STATUS_UNAVAILABLE},    /* deadlock, serialisation: rolled back */
    {"53", STATUS_UNAVAILABLE},    /* disk full, out of memory, too many connections */
    {"55P03", STATUS_UNAVAILABLE}, /* lock_not_available after lock_timeout */
    {"57", STATUS_UNAVAILABLE},    /* shutdown, cancel, not accepting connections yet */
    {"58", STATUS_UNAVAILABLE},    /* system error */
    {"54", STATUS_LIMIT},          /* program limit exceeded */
    {"28", STATUS_DENIED},         /* authorisation */
    {"42501", STATUS_DENIED},      /* insufficient_privilege */
    {"3D000", STATUS_NOT_FOUND},   /* no such database */
    {"XX001", STATUS_CORRUPT},     /* data_corrupted */
    {"XX002", STATUS_CORRUPT},     /* index_corrupted */
};

static enum status status_of(str state)
{
    for (size_t i = 0; i < ARRAY_LEN(states); i++) {
        if (str_starts(state, str_c(states[i].state))) {
            return states[i].status;
        }
    }
    return STATUS_INTERNAL;
}

/* Only the primary message: detail and context quote values, which are nobody's business. */
static enum status failed(const PGresult *result, struct error *err)
{
    str state = str_c(PQresultErrorField(result, PG_DIAG_SQLSTATE));
    str words = str_c(PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
    enum status status = status_of(state);
    if (str_starts(state, STR("22"))) {
        words = STR("a value does not fit"); /* these messages quote it */
    }
    words = utf8_clip(words, 180);
    return error_set(err, status, "PostgreSQL: %.*s (%.*s)", STR_ARG(words), STR_ARG(state));
}

static enum status lost(struct postgresql_db *db, struct error *err)
{
    str words = {0};
    str rest = str_c(PQerrorMessage(conn_of(db)));
    if (!str_next_line(&rest, &words)) {
        words = STR("connection lost");
    }
    words = utf8_clip(words, 180);
    error_set(err, STATUS_UNAVAILABLE, "PostgreSQL: %.*s", STR_ARG(words));
    pg_drop(db);
    return STATUS_UNAVAILABLE;
}

void pg_drop(struct postgresql_db *db)
{
    PQfinish(conn_of(db)); /* accepts NULL */
    db->conn = NULL;
    db->queued = 0;
    db->queued_bytes = 0;
    db->fresh = NULL; /* their connection number is past */
}

/* -- connecting --------------------------------------------------------------------------- */

static void notice_ignored(void *context, const PGresult *result)
{
    (void)context;
    (void)result;
}

/* Simple query outside the pipeline; the result is freed. */
static enum status setup(struct postgresql_db *db, const char *sql, const char *param,
                         bool *ret_is_true, struct error *err)
{
    PGresult *result =
        PQexecParams(conn_of(db), sql, param == NULL ? 0 : 1, NULL, &param, NULL, NULL, 0);
    ExecStatusType type = PQresultStatus(result);
    enum status status = STATUS_OK;
    if (type != PGRES_TUPLES_OK && type != PGRES_COMMAND_OK) {
        status = PQstatus(conn_of(db)) == CONNECTION_OK ? failed(result, err) : STATUS_UNAVAILABLE;
    } else if (ret_is_true != NULL) {
        *ret_is_true = PQntuples(result) == 1 && PQgetvalue(result, 0, 0)[0] == 't';
    }
    PQclear(result);
    return status;
}

/* A commit waits for the disk, and for standbys where the server is set so: only the weaker
 * values of synchronous_commit are raised. A lock is waited for as long as SQLite would. */
static const char settings[] =
    "SELECT set_config('search_path', $1, false), set_config('lock_timeout', '5s', false),"
    " set_config('default_transaction_isolation', 'read committed', false),"
    " set_config('standard_conforming_strings', 'on', false),"
    " set_config('jit', 'off', false), set_config('synchronous_commit',"
    "  CASE current_setting('synchronous_commit')"
    "   WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, false)";

static enum status set_up_schema(struct postgresql_db *db, struct error *err)
{
    static const char exists[] = "SELECT to_regnamespace($1) IS NOT NULL";
    bool is_there = false;
    enum status status = setup(db, exists, db->schema, &is_there, err);
    if (status != STATUS_OK || is_there) {
        return status;
    }
    if (!db->is_create) {
        return error_set(err, STATUS_NOT_FOUND, "there is no schema %s", db->schema);
    }
    char sql[128];
    /* The name was checked: lower-case letters, digits, underscore. */
    (void)snprintf(sql, sizeof sql, "CREATE SCHEMA IF NOT EXISTS \"%s\"", db->schema);
    status = setup(db, sql, NULL, NULL, err);
    if (status != STATUS_OK && setup(db, exists, db->schema, &is_there, NULL) == STATUS_OK) {
        status = is_there ? STATUS_OK : status; /* somebody else made it just now */
    }
    return status;
}

static enum status set_up(struct postgresql_db *db, struct error *err)
{
    PGconn *conn = conn_of(db);
    (void)PQsetNoticeReceiver(conn, notice_ignored, NULL);
    const char *encoding = PQparameterStatus(conn, "server_encoding");
    if (encoding == NULL || strcmp(encoding, "UTF8") != 0) {
        return error_set(err, STATUS_INVALID, "the database must be made with ENCODING UTF8");
    }
    if (PQserverVersion(conn) < SERVER_VERSION_MIN) {
        return error_set(err, STATUS_INVALID, "PostgreSQL 15 or newer is needed");
    }
    enum status status = set_up_schema(db, err);
    if (status == STATUS_OK) {
        status = setup(db, settings, db->schema, NULL, err);
    }
    if (status == STATUS_OK && db->base.is_read_only) {
        status = setup(db, "SET default_transaction_read_only = on", NULL, NULL, err);
    }
    if (status == STATUS_OK && PQenterPipelineMode(conn) != 1) {
        status = STATUS_INTERNAL;
    }
    return status;
}

enum status pg_connect(struct postgresql_db *db, struct error *err)
{
    /* What stands before dbname (the URL) can be changed by it, what stands after cannot. A dead
     * peer is noticed within some 15 s; an HAProxy in front may lead to a standby, which
     * target_session_attrs refuses. */
    const char *leader = db->base.is_read_only ? "any" : "read-write";
    const char *const keys[] = {"connect_timeout",
                                "application_name",
                                "gssencmode",
                                "target_session_attrs",
                                "keepalives_idle",
                                "keepalives_interval",
                                "keepalives_count",
                                "tcp_user_timeout",
                                "dbname",
                                "client_encoding",
                                NULL};
    const char *const values[] = {"3", "hustings", "disable", leader, "10", "2",
                                  "3", "15000",    db->where, "UTF8", NULL};
    pg_drop(db);
    db->connection++;
    PGconn *conn = PQconnectdbParams(keys, values, 1);
    db->conn = (struct pg_conn *)conn;
    if (conn == NULL || PQstatus(conn) != CONNECTION_OK) {
        return lost(db, err);
    }
    enum status status = set_up(db, err);
    if (status == STATUS_UNAVAILABLE) {
        return lost(db, err);
    }
    if (status != STATUS_OK) {
        pg_drop(db);
    }
    return status;
}

/* An idle connection has nothing to say. If there is something to read it is most often the
 * server's good-bye: read it, so that libpq knows. */
static bool is_alive(const struct postgresql_db *db)
{
    PGconn *conn = conn_of(db);
    if (conn == NULL) {
        return false;
    }
    struct pollfd socket = {.fd = PQsocket(conn), .events = POLLIN};
    for (int turn = 0; turn < 4 && PQstatus(conn) == CONNECTION_OK; turn++) {
        if (poll(&socket, 1, 0) <= 0) {
            return true;
        }
        if (PQconsumeInput(conn) == 0) {
            return false;
        }
    }
    return false;
}

enum status pg_ready(struct postgresql_db *db, struct error *err)
{
    if (is_alive(db)) {
        return STATUS_OK;
    }
    enum status status = STATUS_UNAVAILABLE;
    for (int i = 0; i < CONNECT_TRIES; i++) {
        if (i > 0) {
            struct timespec wait = {.tv_nsec = CONNECT_WAIT_MS * 1000000L * i};
            (void)nanosleep(&wait, NULL);
        }
        status = pg_connect(db, err);
        if (status != STATUS_UNAVAILABLE) {
            return status;
        }
    }
    return status;
}

/* -- the queue ---------------------------------------------------------------------------- */

static struct pg_statement *prepared_of(struct postgresql_db *db, struct db_statement *statement)
{
    if (statement->prepared == NULL) {
        statement->prepared = ARENA_NEW(&db->base.arena, struct pg_statement);
    }
    return statement->prepared;
}

/* A type is declared for every parameter as soon as a value other than null was seen, so that the
 * server never guesses. Learning of a type later prepares the text again under a new name. */
static bool learn_kinds(struct pg_statement *prepared, const struct db_call *call)
{
    bool is_new = false;
    for (size_t i = 0; i < call->arg_count; i++) {
        enum db_kind kind = call->args[i].kind;
        if (kind != DB_NULL && kind != prepared->kinds[i]) {
            ASSERT(prepared->kinds[i] == DB_NULL); /* one kind a parameter */
            prepared->kinds[i] = kind;
            is_new = true;
        }
    }
    return is_new;
}

static enum status count_queued(struct postgresql_db *db, int is_sent, size_t bytes,
                                struct error *err)
{
    if (is_sent != 1) {
        return lost(db, err);
    }
    db->queued++;
    db->queued_bytes += bytes;
    return STATUS_OK;
}

static enum status prepare(struct postgresql_db *db, struct pg_statement *prepared,
                           const struct db_call *call, struct error *err)
{
    static const Oid oids[] = {
        [DB_NULL] = 0, [DB_INT] = OID_INT8, [DB_TEXT] = OID_TEXT, [DB_BYTES] = OID_BYTEA};
    Oid types[DB_ARGS_MAX];
    for (size_t i = 0; i < call->arg_count; i++) {
        types[i] = oids[prepared->kinds[i]];
    }
    (void)snprintf(prepared->name, sizeof prepared->name, "s%llu",
                   (unsigned long long)++db->statement_number);
    prepared->connection = db->connection;
    prepared->queued_at = db->queued;
    struct pg_statement *listed = db->fresh;
    while (listed != NULL && listed != prepared) {
        listed = listed->next_fresh;
    }
    if (listed == NULL) { /* once: a null first and a value later prepare it twice in one queue */
        prepared->next_fresh = db->fresh;
        db->fresh = prepared;
    }
    int is_sent = PQsendPrepare(conn_of(db), prepared->name, call->statement->copy,
                                (int)call->arg_count, types);
    return count_queued(db, is_sent, strlen(call->statement->copy), err);
}

static enum status send_call(struct postgresql_db *db, const struct pg_statement *prepared,
                             const struct db_call *call, struct error *err)
{
    const char *values[DB_ARGS_MAX];
    int lengths[DB_ARGS_MAX];
    int formats[DB_ARGS_MAX];
    uint64_t numbers[DB_ARGS_MAX];
    size_t bytes = 0;
    for (size_t i = 0; i < call->arg_count; i++) {
        const struct db_value *arg = &call->args[i];
        formats[i] = 1; /* binary */
        if (arg->kind == DB_NULL) {
            values[i] = NULL;
            lengths[i] = 0;
        } else if (arg->kind == DB_INT) {
            numbers[i] = htobe64((uint64_t)arg->i);
            values[i] = (const char *)&numbers[i];
            lengths[i] = sizeof numbers[i];
        } else {
            if (arg->s.n > INT32_MAX / 2) {
                return error_set(err, STATUS_LIMIT, "a value has more than 1 GiB");
            }
            values[i] = arg->s.p == NULL ? "" : arg->s.p;
            lengths[i] = (int)arg->s.n;
        }
        bytes += (size_t)lengths[i];
    }
    int is_sent = PQsendQueryPrepared(conn_of(db), prepared->name, (int)call->arg_count, values,
                                      lengths, formats, 1);
    return count_queued(db, is_sent, bytes, err);
}

enum status pg_queue(struct postgresql_db *db, const struct db_call *call, struct error *err)
{
    if (fault_strikes(FAULT_STEP)) {
        return error_set(err, STATUS_UNAVAILABLE, "fault: step");
    }
    if (db->conn == NULL) {
        return error_set(err, STATUS_UNAVAILABLE, "PostgreSQL: connection lost");
    }
    if (db->queued >= QUEUE_MAX || db->queued_bytes >= QUEUE_BYTES_MAX) {
        enum status status = pg_sync(db, NULL, err);
        if (status != STATUS_OK) {
            return status;
        }
    }
    struct pg_statement *prepared = prepared_of(db, call->statement);
    enum status status = STATUS_OK;
    if (learn_kinds(prepared, call) || prepared->connection != db->connection) {
        status = prepare(db, prepared, call, err);
    }
    return status == STATUS_OK ? send_call(db, prepared, call, err) : status;
}

/* After a failure at place `from`, later prepares of this queue did not happen. */
static void forget_fresh(struct postgresql_db *db, size_t from)
{
    for (struct pg_statement *p = db->fresh; p != NULL; p = p->next_fresh) {
        if (p->queued_at >= from) {
            p->connection = 0;
        }
    }
    db->fresh = NULL;
}

struct answers {
    size_t place;  /* of the next command in the queue */
    size_t failed; /* place of the first failure, SIZE_MAX = none */
    enum status status;
    PGresult *last;
    bool is_complete;
};

static void take_answer(struct postgresql_db *db, PGresult *result, struct answers *answers,
                        struct error *err)
{
    ExecStatusType type = PQresultStatus(result);
    if (type == PGRES_PIPELINE_SYNC) {
        answers->is_complete = true;
    } else if (type == PGRES_TUPLES_OK || type == PGRES_COMMAND_OK) {
        if (++answers->place == db->queued) {
            answers->last = result;
            return;
        }
    } else {
        if (answers->failed == SIZE_MAX) {
            answers->failed = answers->place;
            answers->status = failed(result, err);
        }
        answers->place++;
    }
    PQclear(result);
}

enum status pg_sync(struct postgresql_db *db, struct pg_result **ret_last, struct error *err)
{
    PGconn *conn = conn_of(db);
    if (conn == NULL || PQpipelineSync(conn) != 1) {
        return lost(db, err);
    }
    struct answers answers = {.failed = SIZE_MAX};
    int empty_turns = 0; /* one NULL stands between two answers; more means that nothing comes */
    while (!answers.is_complete && empty_turns < 3) {
        PGresult *result = PQgetResult(conn);
        empty_turns = result == NULL ? empty_turns + 1 : 0;
        if (result != NULL) {
            take_answer(db, result, &answers, err);
        }
        if (PQstatus(conn) != CONNECTION_OK) {
            break;
        }
    }
    enum status status = answers.status;
    if (!answers.is_complete) {
        PQclear(answers.last);
        return lost(db, err);
    }
    forget_fresh(db, answers.failed);
    db->queued = 0;
    db->queued_bytes = 0;
    if (status != STATUS_OK || ret_last == NULL) {
        PQclear(answers.last);
        return status;
    }
    *ret_last = (struct pg_result *)answers.last;
    return STATUS_OK;
}

enum status pg_script(struct postgresql_db *db, const char *sql, struct error *err)
{
    enum status status = pg_sync(db, NULL, err);
    if (status != STATUS_OK) {
        return status;
    }
    PGconn *conn = conn_of(db);
    ASSERT(PQexitPipelineMode(conn) == 1);
    PGresult *result = PQexec(conn, sql);
    ExecStatusType type = PQresultStatus(result);
    if (type != PGRES_COMMAND_OK && type != PGRES_TUPLES_OK && type != PGRES_EMPTY_QUERY) {
        status = failed(result, err);
    }
    PQclear(result);
    if (PQstatus(conn) != CONNECTION_OK) {
        return lost(db, err);
    }
    ASSERT(PQenterPipelineMode(conn) == 1);
    return status;
}
