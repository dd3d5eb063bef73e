/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: what only one engine promises: SQLite's page encryption, copies, and durability;
 * PostgreSQL's healing after a lost connection.
 * Method: look at the bytes of the files; kill processes and server backends. */
#include "../support/db_bench.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

static const uint8_t other_key[DB_PAGE_KEY_BYTES] = {9, 8, 7};

/* -- SQLite only -------------------------------------------------------------------------- */

static void test_wrong_key(void **state)
{
    struct bench *bench = ready(state);
    OK(insert(bench->db, "a", 1, NULL));
    struct db *db = NULL;
    struct db_options options = options_of(bench);
    options.page_key = other_key;
    assert_int_equal(db_open(&options, &db, NULL), STATUS_DENIED);
    options.page_key = NULL;
    assert_int_equal(db_open(&options, &db, NULL), STATUS_CORRUPT);
    options.page_key = page_key;
    db = open_or_die(&options);
    assert_int_equal(count_things(db), 1);
    db_close(db);
    char missing[160];
    snprintf(missing, sizeof missing, "%s/none.db", bench->folder);
    options.where = missing;
    options.is_create = false;
    assert_int_equal(db_open(&options, &db, NULL), STATUS_NOT_FOUND);
    options.is_create = true;
    options.page_key = NULL; /* without a key it is plain SQLite */
    db = open_or_die(&options);
    db_close(db);
}

static bool file_holds(const char *path, str needle)
{
    struct arena arena;
    arena_init(&arena, 64 * 1024 * 1024);
    str text = {0};
    OK(io_read_file(&arena, path, 32 * 1024 * 1024, &text, &err));
    assert_true(text.n > 0);
    bool holds = str_find(text, needle) < text.n;
    arena_close(&arena);
    return holds;
}

/* With a page key no plain byte reaches the disk: not in the file, not in the WAL. Without one it
 * does, which shows that the search can find it. */
static void test_ciphertext(void **state)
{
    struct bench *bench = ready(state);
    const str canary = STR("canary-5f1d-linnet");
    char plain[160];
    snprintf(plain, sizeof plain, "%s/plain.db", bench->folder);
    struct db_options options = options_of(bench);
    options.where = plain;
    options.page_key = NULL;
    struct db *open = open_or_die(&options);
    OK(db_migrate(open, schema, 1, 1000, NULL, &err));
    struct db *both[] = {bench->db, open};
    const char *paths[] = {bench->path, plain};
    for (size_t i = 0; i < 2; i++) {
        OK(db_exec(both[i], insert_sql,
                   DB_ARGS(DB_S(canary), DB_I(1), DB_T(canary), DB_S(canary), DB_N), NULL, &err));
        char wal[200];
        snprintf(wal, sizeof wal, "%s-wal", paths[i]);
        assert_int_equal(file_holds(wal, canary), i == 1);
        assert_int_equal(file_holds(wal, STR("CREATE TABLE")), i == 1);
        OK(db_checkpoint(both[i], &err));
        assert_int_equal(file_holds(paths[i], canary), i == 1);
        assert_int_equal(file_holds(paths[i], STR("SQLite format 3")), i == 1);
        struct stat info;
        assert_int_equal(stat(paths[i], &info), 0);
        assert_int_equal(info.st_mode & 0777, 0600);
        assert_int_equal(stat(wal, &info), 0);
        assert_int_equal(info.st_mode & 0777, 0600);
    }
    /* Deleted is gone from the file: the plain one can tell. */
    OK(db_exec(open, "DELETE FROM thing", DB_NO_ARGS, NULL, &err));
    OK(db_checkpoint(open, &err));
    assert_false(file_holds(plain, canary));
    db_close(open);
    assert_true(io_exists(plain));
}

/* A flipped bit anywhere in an encrypted file is found when its page is read. */
static void test_tampering(void **state)
{
    struct bench *bench = ready(state);
    OK(db_begin(bench->db, &err));
    for (int i = 0; i < 2000; i++) {
        char id[16];
        snprintf(id, sizeof id, "%d", i);
        OK(insert(bench->db, id, i, NULL));
    }
    OK(db_commit(bench->db, &err));
    OK(db_checkpoint(bench->db, &err));
    db_close(bench->db);
    bench->db = NULL;
    /* All of it is in the file now; the log that stays would hide what happens to the file. */
    char wal[160];
    snprintf(wal, sizeof wal, "%s-wal", bench->path);
    assert_int_equal(truncate(wal, 0), 0);
    int fd = open(bench->path, O_RDWR | O_CLOEXEC);
    off_t at = lseek(fd, 0, SEEK_END) - 4096 * 3 + 100;
    char byte = 0;
    assert_int_equal(pread(fd, &byte, 1, at), 1);
    byte ^= 4;
    assert_int_equal(pwrite(fd, &byte, 1, at), 1);
    close(fd);
    struct db_options options = options_of(bench);
    bench->db = open_or_die(&options);
    struct db_rows *rows = NULL;
    enum status status = db_query(bench->db, "SELECT sum(number), sum(length(words)) FROM thing",
                                  DB_NO_ARGS, &rows, NULL);
    assert_int_equal(status, STATUS_CORRUPT);
}

/* A copy while another connection writes: whole, of one moment, openable with the same key. */
static void test_copy(void **state)
{
    struct bench *bench = ready(state);
    char path[160];
    snprintf(path, sizeof path, "%s/copy.db", bench->folder);
    OK(db_begin(bench->db, &err));
    for (int i = 0; i < 500; i++) {
        char id[16];
        snprintf(id, sizeof id, "canary-%d", i);
        OK(insert(bench->db, id, i, NULL));
    }
    OK(db_commit(bench->db, &err));
    struct db_options options = options_of(bench);
    struct db *writer = open_or_die(&options);
    OK(db_begin(writer, &err));
    OK(insert(writer, "not yet", 1, NULL));
    OK(db_copy(bench->db, path, &err));
    OK(db_commit(writer, &err));
    db_close(writer);
    assert_int_equal(db_copy(bench->db, path, NULL), STATUS_CONFLICT);
    assert_false(file_holds(path, STR("canary")));
    options.where = path;
    options.is_create = false;
    options.is_read_only = true;
    struct db *copy = open_or_die(&options);
    assert_int_equal(count_things(copy), 500);
    db_close(copy);
    options.page_key = other_key;
    assert_int_equal(db_open(&options, &copy, NULL), STATUS_DENIED);
    assert_int_equal(db_copy(bench->db, "/nowhere/copy.db", NULL), STATUS_UNAVAILABLE);
}

/* A copy in a folder where nobody may write (root may anywhere, so the child stops being root). */
static void test_read_only_folder(void **state)
{
    struct bench *bench = ready(state);
    char folder[120];
    char path[160];
    snprintf(folder, sizeof folder, "%s/50%% odd?#", bench->folder);
    snprintf(path, sizeof path, "%s/copy.db", folder);
    assert_int_equal(mkdir(folder, 0755), 0);
    OK(insert(bench->db, "a", 1, NULL));
    pid_t child = fork();
    if (child == 0) {
        /* The copier of a plain file, because the parent has used a page key. */
        char plain[160];
        snprintf(plain, sizeof plain, "%s/plain.db", bench->folder);
        struct db_options options = {.engine = DB_SQLITE, .where = plain, .is_create = true};
        struct db *db = open_or_die(&options);
        OK(db_migrate(db, schema, 1, 1, NULL, &err));
        OK(insert(db, "a", 1, NULL));
        OK(db_copy(db, path, &err));
        db_close(db);
        bool is_ready =
            chmod(path, 0444) == 0 && chmod(folder, 0555) == 0 && chmod(bench->folder, 0755) == 0;
        if (!is_ready || (getuid() == 0 && setuid(65534) != 0)) {
            _exit(2);
        }
        options = (struct db_options){.engine = DB_SQLITE, .where = path, .is_read_only = true};
        db = open_or_die(&options);
        int64_t count = count_things(db);
        db_close(db);
        _exit(count == 1 ? 0 : 1);
    }
    int how = 1;
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_int_equal(how, 0);
    assert_int_equal(chmod(folder, 0755), 0);
}

/* The generator of page nonces does not survive fork(): refused. */
static void test_fork(void **state)
{
    struct bench *bench = ready(state);
    pid_t child = fork();
    if (child == 0) {
        struct db *db = NULL;
        struct db_options options = options_of(bench);
        _exit(db_open(&options, &db, NULL) == STATUS_INTERNAL ? 0 : 1);
    }
    int how = 1;
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_int_equal(how, 0);
}

/* Acknowledged is durable: a process killed right after db_commit loses nothing. */
static void test_killed(void **state)
{
    struct bench *bench = ready(state);
    char plain[160];
    snprintf(plain, sizeof plain, "%s/killed.db", bench->folder);
    struct db_options options = {.engine = DB_SQLITE, .where = plain, .is_create = true};
    pid_t child = fork();
    if (child == 0) {
        struct db *db = open_or_die(&options);
        OK(db_migrate(db, schema, 1, 1, NULL, &err));
        OK(db_begin(db, &err));
        OK(insert(db, "kept", 1, NULL));
        OK(db_commit(db, &err));
        OK(db_begin(db, &err));
        OK(insert(db, "open", 1, NULL));
        kill(getpid(), SIGKILL);
    }
    assert_int_equal(waitpid(child, NULL, 0), child);
    struct db *db = open_or_die(&options);
    assert_int_equal(count_things(db), 1);
    db_close(db);
}

/* -- PostgreSQL only ---------------------------------------------------------------------- */

static void kill_backends(struct bench *bench)
{
    struct db_options options = options_of(bench);
    struct db *killer = open_or_die(&options);
    struct db_rows *rows = NULL;
    OK(db_query(killer,
                "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity"
                " WHERE pid = (SELECT number FROM thing WHERE words = 'pid')",
                DB_NO_ARGS, &rows, &err));
    db_rows_close(rows);
    db_close(killer);
}

static void note_pid(struct db *db)
{
    OK(db_exec(db, "DELETE FROM thing WHERE words = 'pid'", DB_NO_ARGS, NULL, &err));
    OK(db_exec(db, "INSERT INTO thing (id, number, words) VALUES ($1, pg_backend_pid(), 'pid')",
               DB_ARGS(DB_S(STR("pid"))), NULL, &err));
}

static void test_killed_backend(void **state)
{
    struct bench *bench = ready(state);
    struct db *db = bench->db;
    /* Idle: the next query, statement or transaction does not notice. */
    note_pid(db);
    kill_backends(bench);
    assert_int_equal(count_things(db), 1);
    note_pid(db);
    kill_backends(bench);
    OK(insert(db, "a", 1, NULL));
    note_pid(db);
    kill_backends(bench);
    OK(db_begin(db, &err));
    OK(insert(db, "b", 1, NULL));
    OK(db_commit(db, &err));
    assert_int_equal(count_things(db), 3);
    /* Inside a transaction: the failure is told, nothing is stored, the next one works. */
    note_pid(db);
    OK(db_begin(db, &err));
    OK(insert(db, "c", 1, NULL));
    assert_int_equal(count_things(db), 4);
    kill_backends(bench);
    int64_t changed = 0;
    assert_int_equal(insert(db, "d", 1, &changed), STATUS_UNAVAILABLE);
    assert_int_equal(db_commit(db, NULL), STATUS_UNAVAILABLE);
    assert_int_equal(count_things(db), 3);
    /* Lost while COMMIT is on its way: not known. */
    note_pid(db);
    OK(db_begin(db, &err));
    OK(insert(db, "c", 1, NULL));
    assert_int_equal(count_things(db), 4);
    kill_backends(bench);
    assert_int_equal(db_commit(db, NULL), STATUS_UNCERTAIN);
    assert_false(db_in_transaction(db));
    OK(db_begin(db, &err));
    OK(insert(db, "c", 1, NULL));
    OK(db_commit(db, &err));
    assert_int_equal(count_things(db), 4);
}

static void test_postgresql_refusals(void **state)
{
    struct bench *bench = ready(state);
    struct db *db = NULL;
    struct db_options options = options_of(bench);
    options.schema = "Robert; DROP";
    assert_int_equal(db_open(&options, &db, NULL), STATUS_INVALID);
    options.schema = "not_made_yet";
    options.is_create = false;
    assert_int_equal(db_open(&options, &db, NULL), STATUS_NOT_FOUND);
    options = options_of(bench);
    options.where = "postgresql://127.0.0.1:1/none";
    struct error why = {0};
    assert_int_equal(db_open(&options, &db, &why), STATUS_UNAVAILABLE);
    assert_true(why.primary[0] != '\0');
    assert_int_equal(db_copy(bench->db, "/tmp/none", &why), STATUS_INVALID);
    assert_true(why.hint[0] != '\0');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        {"test_wrong_key", test_wrong_key, sqlite_up, down, NULL},
        {"test_ciphertext", test_ciphertext, sqlite_up, down, NULL},
        {"test_tampering", test_tampering, sqlite_up, down, NULL},
        {"test_copy", test_copy, sqlite_up, down, NULL},
        {"test_read_only_folder", test_read_only_folder, sqlite_up, down, NULL},
        {"test_fork", test_fork, sqlite_up, down, NULL},
        {"test_killed", test_killed, sqlite_up, down, NULL},
        {"test_killed_backend", test_killed_backend, postgresql_up, down, NULL},
        {"test_postgresql_refusals", test_postgresql_refusals, postgresql_up, down, NULL},
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
