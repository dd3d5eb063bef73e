/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: whatever write, fsync, step or commit fails, and wherever the process is killed, what was
 * acknowledged is there, what was not is there whole or not at all, and the connection goes on.
 * Method: this program runs itself as a child (five transactions of three rows, a checkpoint and
 * a copy in between) once for each pass of each fault point, until a run meets no fault. The child
 * prints one letter for each acknowledged transaction; the parent opens the database and counts.
 * Needs a build with -Dfault=true; says so otherwise. */
#include "../support/db_bench.h"

#include <signal.h>
#include <sys/wait.h>

enum { TRANSACTIONS = 5, ROWS = 3, TRIES = 3 };
/* How the child ended: no fault met, or one met and survived. */
enum { CHILD_CLEAN = 0, CHILD_STRUCK = 10, CHILD_BROKEN = 11 };

static const struct db_migration table[] = {
    {1, "rows",
     "CREATE TABLE item (number INTEGER PRIMARY KEY, part INTEGER NOT NULL,"
     " bytes BLOB NOT NULL) STRICT;\n"},
};

static int64_t number_of(struct db *db, const char *sql, int64_t arg)
{
    struct db_rows *rows = NULL;
    bool has_row = false;
    int64_t number = -1;
    if (db_query(db, sql, DB_ARGS(DB_I(arg)), &rows, NULL) != STATUS_OK) {
        return -1;
    }
    if (db_next(rows, &has_row, NULL) == STATUS_OK && has_row) {
        number = db_int(rows, 0);
    }
    db_rows_close(rows);
    return number;
}

static const char count_sql[] = "SELECT count(*) FROM item WHERE part = $1";

/* -- the child ---------------------------------------------------------------------------- */

static enum status store(struct db *db, int64_t part)
{
    static const char bytes[6000]; /* more than a page a row */
    enum status status = db_begin(db, NULL);
    if (status != STATUS_OK) {
        return status;
    }
    for (int64_t i = 0; i < ROWS && status == STATUS_OK; i++) {
        status = db_exec(db,
                         "INSERT INTO item (number, part, bytes) VALUES ($1, $2, $3)"
                         " ON CONFLICT (number) DO NOTHING",
                         DB_ARGS(DB_I(part * ROWS + i), DB_I(part), DB_B(bytes, sizeof bytes)),
                         NULL, NULL);
    }
    if (status == STATUS_OK) {
        return db_commit(db, NULL);
    }
    db_rollback(db);
    return status;
}

/* Goes on after a failure, as the programs above do. */
static int child_run(struct bench *bench)
{
    struct db_options options = options_of(bench);
    bool is_struck = false;
    struct db *db = NULL;
    for (int i = 0; i < TRIES && db == NULL; i++) {
        enum status status = db_open(&options, &db, NULL);
        if (status == STATUS_OK && db_migrate(db, table, 1, 1, NULL, NULL) != STATUS_OK) {
            db_close(db);
            db = NULL;
        }
        is_struck = is_struck || db == NULL;
    }
    if (db == NULL) {
        return CHILD_BROKEN;
    }
    for (int64_t part = 0; part < TRANSACTIONS; part++) {
        enum status status = STATUS_INTERNAL;
        for (int i = 0; i < TRIES && status != STATUS_OK; i++) {
            status = store(db, part);
            is_struck = is_struck || status != STATUS_OK;
            if (db_in_transaction(db)) {
                return CHILD_BROKEN;
            }
            /* After a failure that is certain nothing of it may be there. */
            if (status == STATUS_UNAVAILABLE && number_of(db, count_sql, part) > 0 && i == 0) {
                return CHILD_BROKEN;
            }
        }
        if (status == STATUS_OK) {
            char letter = (char)('a' + part);
            if (write(1, &letter, 1) != 1) {
                return CHILD_BROKEN;
            }
        }
        if (part == 2 && bench->engine == DB_SQLITE) {
            char copy[160];
            snprintf(copy, sizeof copy, "%s-copy", bench->path);
            is_struck = db_checkpoint(db, NULL) != STATUS_OK || is_struck;
            is_struck = db_copy(db, copy, NULL) != STATUS_OK || is_struck;
        }
    }
    db_close(db);
    return is_struck ? CHILD_STRUCK : CHILD_CLEAN;
}

/* -- the parent --------------------------------------------------------------------------- */

/* Runs the child with a fault; *ret_how as waitpid; acknowledged letters into `acks`. */
static void child_start(const struct bench *bench, const char *fault, char *acks, int *ret_how)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        setenv("HUSTINGS_FAULT", fault, 1);
        dup2(ends[1], 1);
        execl("/proc/self/exe", "db_fault_test", bench->engine == DB_SQLITE ? "s" : "p",
              bench->path, bench->schema, (char *)NULL);
        _exit(CHILD_BROKEN);
    }
    close(ends[1]);
    size_t count = 0;
    while (count < TRANSACTIONS && read(ends[0], &acks[count], 1) == 1) {
        count++;
    }
    acks[count] = '\0';
    assert_int_equal(waitpid(child, ret_how, 0), child);
    close(ends[0]);
}

static void check_after(const struct bench *bench, const char *fault, const char *acks)
{
    struct db_options options = options_of(bench);
    struct db *db = open_or_die(&options);
    OK(db_migrate(db, table, 1, 1, NULL, &err));
    for (int64_t part = 0; part < TRANSACTIONS; part++) {
        int64_t count = number_of(db, count_sql, part);
        bool is_acknowledged = strchr(acks, (int)('a' + part)) != NULL;
        if (count != ROWS && (is_acknowledged || count != 0)) {
            fail_msg("%s: %d rows of transaction %d, acknowledged: %s", fault, (int)count,
                     (int)part, acks);
        }
    }
    if (bench->engine == DB_SQLITE) {
        struct db_rows *rows = NULL;
        OK(db_query(db, "PRAGMA integrity_check", DB_NO_ARGS, &rows, &err));
        assert_true(next_row(rows));
        assert_str(db_text(rows, 0), "ok");
        db_rows_close(rows);
    }
    /* A clean slate for the next run. */
    if (bench->engine == DB_POSTGRESQL) {
        OK(db_exec(db, "DELETE FROM item", DB_NO_ARGS, NULL, &err));
    }
    db_close(db);
    if (bench->engine == DB_SQLITE) {
        char command[300];
        snprintf(command, sizeof command, "rm -f %s*", bench->path);
        assert_int_equal(system(command), 0);
    }
}

static void strike_all(void **state, const char *kind, const char *how)
{
    struct bench *bench = *state;
    if (!has_engine(bench->engine)) {
        skip();
    }
#ifndef HUSTINGS_FAULTS
    (void)kind;
    (void)how;
    (void)child_start;
    (void)check_after;
    (void)bench;
    fprintf(stderr, "SKIPPED: needs a build with -Dfault=true\n");
    skip();
#else
    int ended = 0;
    int n = 0;
    do {
        char fault[40];
        char acks[TRANSACTIONS + 1];
        snprintf(fault, sizeof fault, "%s:%d%s", kind, ++n, how);
        child_start(bench, fault, acks, &ended);
        if (WIFEXITED(ended) && WEXITSTATUS(ended) == CHILD_BROKEN && strcmp(how, ":full") != 0) {
            fail_msg("%s: the child did not come through", fault);
        }
        check_after(bench, fault, acks);
        assert_true(n < 2000);
    } while (!WIFEXITED(ended) || WEXITSTATUS(ended) != CHILD_CLEAN);
    assert_true(n > 3); /* the fault points are really passed */
#endif
}

static void test_steps(void **state)
{
    strike_all(state, "step", "");
}

static void test_commits(void **state)
{
    strike_all(state, "commit", "");
    strike_all(state, "commit", ":full");
    strike_all(state, "commit", ":kill");
}

static void test_writes(void **state)
{
    strike_all(state, "write", "");
    strike_all(state, "write", ":full");
    strike_all(state, "write", ":kill");
}

static void test_fsyncs(void **state)
{
    strike_all(state, "fsync", "");
    strike_all(state, "fsync", ":kill");
}

static int fault_sqlite_up(void **state)
{
    bench_make(state, DB_SQLITE);
    return 0;
}

static int fault_postgresql_up(void **state)
{
    bench_make(state, DB_POSTGRESQL);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 4) {
        struct bench bench = {.engine = argv[1][0] == 's' ? DB_SQLITE : DB_POSTGRESQL};
        snprintf(bench.path, sizeof bench.path, "%s", argv[2]);
        snprintf(bench.schema, sizeof bench.schema, "%s", argv[3]);
        return child_run(&bench);
    }
    const struct CMUnitTest tests[] = {
        {"test_steps (SQLite)", test_steps, fault_sqlite_up, down, NULL},
        {"test_commits (SQLite)", test_commits, fault_sqlite_up, down, NULL},
        {"test_writes (SQLite)", test_writes, fault_sqlite_up, down, NULL},
        {"test_fsyncs (SQLite)", test_fsyncs, fault_sqlite_up, down, NULL},
        {"test_steps (PostgreSQL)", test_steps, fault_postgresql_up, down, NULL},
        {"test_commits (PostgreSQL)", test_commits, fault_postgresql_up, down, NULL},
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
