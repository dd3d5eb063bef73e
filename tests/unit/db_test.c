/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: both engines keep the same promises of db.h, and understand the SQL of
 * docs/design/sql.md in the same way.
 * Method: every case runs twice, see db_bench.h. */
#include "../support/db_bench.h"

/* -- shared cases ------------------------------------------------------------------------- */

static void test_types(void **state)
{
    struct db *db = ready(state)->db;
    const str text = STR("h\xc3\xa9llo \xe0\xa6\xac\xe0\xa6\xbe \xf0\x9f\x97\xb3 '\"$1;");
    const char binary[] = {0, 1, (char)0xff, '\'', 0};
    int64_t changed = 7;
    OK(db_exec(db, insert_sql,
               DB_ARGS(DB_S(STR("a")), DB_I(INT64_MIN), DB_T(text), DB_B(binary, sizeof binary),
                       DB_T(STR(""))),
               &changed, &err));
    assert_int_equal(changed, 1);
    OK(db_exec(
        db, insert_sql,
        DB_ARGS(DB_S(STR("b")), DB_I(INT64_MAX), DB_T(((str){NULL, 0})), DB_B(NULL, 0), DB_N), NULL,
        &err));
    struct db_rows *rows = NULL;
    OK(db_query(db,
                "SELECT id, number, words, bytes, note FROM thing WHERE number <> $1 "
                "ORDER BY id",
                DB_ARGS(DB_I(0)), &rows, &err));
    assert_true(next_row(rows));
    assert_str(db_bytes(rows, 0), "a");
    assert_true(db_int(rows, 1) == INT64_MIN);
    assert_true(str_equal(db_text(rows, 2), text));
    assert_true(str_equal(db_bytes(rows, 3), str_from(binary, sizeof binary)));
    assert_false(db_is_null(rows, 4)); /* empty is not null */
    assert_int_equal(db_text(rows, 4).n, 0);
    assert_true(next_row(rows));
    assert_true(db_int(rows, 1) == INT64_MAX);
    assert_false(db_is_null(rows, 2));
    assert_false(db_is_null(rows, 3));
    assert_int_equal(db_bytes(rows, 3).n, 0);
    assert_true(db_is_null(rows, 4));
    assert_int_equal(db_text(rows, 4).n, 0); /* null reads as empty */
    assert_false(next_row(rows));
    assert_false(next_row(rows)); /* again at the end */
    db_rows_close(rows);
}

static void test_bad_text(void **state)
{
    struct db *db = ready(state)->db;
    const str bad[] = {STR("a\0b"), STR("\xff"), STR("\xc3"), STR("\xed\xa0\x80")};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_int_equal(db_exec(db, insert_sql,
                                 DB_ARGS(DB_S(STR("a")), DB_I(1), DB_T(bad[i]), DB_N, DB_N), NULL,
                                 NULL),
                         STATUS_INVALID);
    }
    assert_int_equal(count_things(db), 0);
}

/* SQLite numbers parameters in reading order, PostgreSQL by their number. */
static void test_parameter_order(void **state)
{
    struct db *db = ready(state)->db;
    OK(db_exec(db, "INSERT INTO thing (words, number, id) VALUES ($3, $2, $1)",
               DB_ARGS(DB_S(STR("id")), DB_I(2), DB_T(STR("three"))), NULL, &err));
    struct db_rows *rows = NULL;
    OK(db_query(db, "SELECT words FROM thing WHERE number = $2 AND id = $1 AND number + $2 = 4",
                DB_ARGS(DB_S(STR("id")), DB_I(2)), &rows, &err));
    assert_true(next_row(rows));
    assert_str(db_text(rows, 0), "three");
    db_rows_close(rows);
}

/* A parameter whose first value is null has no type yet; later values bring it. */
static void test_null_first(void **state)
{
    struct db *db = ready(state)->db;
    for (int i = 0; i < 3; i++) {
        char id[] = {(char)('a' + i)};
        struct db_value bytes = i == 1 ? DB_S(STR("xyz")) : DB_N;
        struct db_value note = i == 2 ? DB_T(STR("later")) : DB_N;
        OK(db_exec(db, insert_sql, DB_ARGS(DB_B(id, 1), DB_I(i), DB_T(STR("w")), bytes, note), NULL,
                   &err));
    }
    struct db_rows *rows = NULL;
    OK(db_query(db, "SELECT count(bytes), count(note) FROM thing", DB_NO_ARGS, &rows, &err));
    assert_true(next_row(rows));
    assert_int_equal(db_int(rows, 0), 1);
    assert_int_equal(db_int(rows, 1), 1);
    db_rows_close(rows);
}

/* The same in one transaction, where PostgreSQL prepares the statement twice in one queue. */
static void test_null_first_queued(void **state)
{
    struct db *db = ready(state)->db;
    OK(db_begin(db, &err));
    for (int i = 0; i < 4; i++) {
        char id[] = {(char)('p' + i)};
        struct db_value bytes = i == 1 ? DB_S(STR("xyz")) : DB_N;
        struct db_value note = i == 2 ? DB_T(STR("later")) : DB_N;
        OK(db_exec(db, insert_sql, DB_ARGS(DB_B(id, 1), DB_I(i), DB_T(STR("w")), bytes, note), NULL,
                   &err));
    }
    OK(db_commit(db, &err));
    struct db_rows *rows = NULL;
    OK(db_query(db, "SELECT count(*), count(bytes), count(note) FROM thing", DB_NO_ARGS, &rows,
                &err));
    assert_true(next_row(rows));
    assert_int_equal(db_int(rows, 0), 4);
    assert_int_equal(db_int(rows, 1), 1);
    assert_int_equal(db_int(rows, 2), 1);
    db_rows_close(rows);
}

static void test_large_blob(void **state)
{
    struct db *db = ready(state)->db;
    enum { BYTES = 1024 * 1024 };
    char *blob = malloc(BYTES);
    for (size_t i = 0; i < BYTES; i++) {
        blob[i] = (char)(i * 2654435761u >> 13);
    }
    OK(db_begin(db, &err));
    OK(db_exec(db, insert_sql,
               DB_ARGS(DB_S(STR("big")), DB_I(1), DB_T(STR("")), DB_B(blob, BYTES), DB_N), NULL,
               &err));
    OK(db_commit(db, &err));
    struct db_rows *rows = NULL;
    OK(db_query(db, "SELECT bytes, length(bytes) FROM thing", DB_NO_ARGS, &rows, &err));
    assert_true(next_row(rows));
    assert_int_equal(db_int(rows, 1), BYTES);
    assert_true(str_equal(db_bytes(rows, 0), str_from(blob, BYTES)));
    db_rows_close(rows);
    free(blob);
}

/* Bytes and letters are ordered by their bytes, whatever the server's locale. */
static void test_order(void **state)
{
    struct db *db = ready(state)->db;
    const str words[] = {STR("b"), STR("B"), STR("\xc3\xa9"), STR("a"), STR("z"), STR("A b")};
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        OK(db_exec(db, insert_sql, DB_ARGS(DB_S(words[i]), DB_I(1), DB_T(words[i]), DB_N, DB_N),
                   NULL, &err));
    }
    const char *wanted[] = {"A b", "B", "a", "b", "z", "\xc3\xa9"};
    struct db_rows *rows = NULL;
    OK(db_query(db, "SELECT words FROM thing ORDER BY words LIMIT $1", DB_ARGS(DB_I(10)), &rows,
                &err));
    for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
        assert_true(next_row(rows) && str_equal(db_text(rows, 0), str_c(wanted[i])));
    }
    db_rows_close(rows);
}

static void test_conflicts(void **state)
{
    struct db *db = ready(state)->db;
    int64_t changed = -1;
    OK(insert(db, "a", 1, NULL));
    assert_int_equal(insert(db, "a", 2, NULL), STATUS_CONFLICT);
    OK(db_exec(db,
               "INSERT INTO thing (id, number, words) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
               DB_ARGS(DB_S(STR("a")), DB_I(3), DB_T(STR("x"))), &changed, &err));
    assert_int_equal(changed, 0);
    OK(db_exec(db,
               "INSERT INTO thing (id, number, words) VALUES ($1, $2, $3)"
               " ON CONFLICT (id) DO UPDATE SET number = excluded.number",
               DB_ARGS(DB_S(STR("a")), DB_I(4), DB_T(STR("x"))), &changed, &err));
    assert_int_equal(changed, 1);
    OK(db_exec(db, "UPDATE thing SET number = number + 1 WHERE number > $1", DB_ARGS(DB_I(99)),
               &changed, &err));
    assert_int_equal(changed, 0);
    /* A reference to nothing, and a null where none may be. */
    assert_int_equal(db_exec(db, "INSERT INTO part (id, thing) VALUES ($1, $2)",
                             DB_ARGS(DB_I(1), DB_S(STR("nothing"))), NULL, NULL),
                     STATUS_INVALID);
    assert_int_equal(
        db_exec(db, insert_sql, DB_ARGS(DB_S(STR("n")), DB_I(1), DB_N, DB_N, DB_N), NULL, NULL),
        STATUS_INVALID);
    /* A wrong kind. */
    assert_int_not_equal(db_exec(db, "INSERT INTO thing (id, number, words) VALUES ($1, $2, $3) ",
                                 DB_ARGS(DB_S(STR("k")), DB_T(STR("x")), DB_T(STR("x"))), NULL,
                                 NULL),
                         STATUS_OK);
    assert_int_equal(count_things(db), 1);
}

/* The subset of docs/design/sql.md gives the same answers. Each query makes one number. */
static void test_subset(void **state)
{
    struct db *db = ready(state)->db;
    static const struct {
        const char *sql; /* $1 = 3 */
        int64_t wanted;
    } rows_of[] = {
        {"SELECT CAST(COALESCE(SUM(number), 0) AS BIGINT) FROM thing WHERE number < $1", 3},
        {"SELECT CAST(COALESCE(SUM(number), 0) AS BIGINT) FROM thing WHERE number > 9 + $1", 0},
        {"SELECT min(number) + max(number) FROM thing WHERE number <> $1", 6},
        {"SELECT count(*) FROM thing WHERE (number, words) > ($1, 'w')", 2},
        {"SELECT count(*) FROM thing WHERE (number, words) >= ($1, 'w')", 3},
        {"SELECT number FROM thing ORDER BY note NULLS FIRST, number DESC LIMIT 1 OFFSET $1", 5},
        {"SELECT number FROM thing ORDER BY note DESC NULLS LAST, number LIMIT 1 OFFSET $1 - 3", 4},
        {"SELECT CASE WHEN CAST($1 AS BIGINT) IS NULL THEN 1 ELSE 0 END", 0},
        {"SELECT CASE WHEN $1 / 2 = 1 AND -$1 / 2 = -1 AND -$1 % 2 = -1 THEN 1 ELSE 0 END", 1},
        {"SELECT CASE WHEN EXISTS (SELECT 1 FROM thing WHERE number = $1) THEN 1 ELSE 0 END", 1},
        {"SELECT length(words || 'h\xc3\xa9' || words) + $1 FROM thing LIMIT 1", 7},
        {"SELECT length(bytes) + $1 FROM thing WHERE number = 5", 5},
        {"WITH big AS (SELECT number AS n FROM thing WHERE number >= $1) SELECT count(*) FROM big",
         3},
        {"SELECT n FROM (SELECT ROW_NUMBER() OVER (ORDER BY number DESC) AS n, number FROM thing)"
         " AS numbered WHERE number = $1",
         3},
        {"SELECT count(*) FROM thing AS a LEFT JOIN thing AS b ON b.number = a.number + $1"
         " WHERE b.id IS NULL",
         3},
        {"SELECT number FROM thing WHERE words >= 'w' AND words < 'x' AND number IN ($1, 77)", 3},
        {"SELECT max(c) FROM (SELECT words, count(*) AS c FROM thing GROUP BY words"
         " HAVING count(*) > $1) AS grouped",
         5},
    };
    for (int i = 1; i <= 5; i++) {
        char id[] = {(char)('a' + i), '\0'};
        struct db_value note = i > 3 ? DB_T(str_c(id)) : DB_N;
        OK(db_exec(db, insert_sql,
                   DB_ARGS(DB_S(str_c(id)), DB_I(i), DB_T(STR("w")), DB_S(STR("\xff\0")), note),
                   NULL, &err));
    }
    OK(db_exec(db,
               "UPDATE thing SET note = other.note FROM thing AS other"
               " WHERE thing.number = 5 AND other.number = 4",
               DB_NO_ARGS, NULL, &err));
    for (size_t i = 0; i < ARRAY_LEN(rows_of); i++) {
        struct db_rows *rows = NULL;
        OK(db_query(db, rows_of[i].sql, DB_ARGS(DB_I(3)), &rows, &err));
        assert_true(next_row(rows));
        if (db_int(rows, 0) != rows_of[i].wanted) {
            fail_msg("%s: %d", rows_of[i].sql, (int)db_int(rows, 0));
        }
        db_rows_close(rows);
    }
}

static void test_returning(void **state)
{
    struct db *db = ready(state)->db;
    struct db_rows *rows = NULL;
    OK(db_begin(db, &err));
    OK(db_query(db, "INSERT INTO part (id, thing) SELECT $1, id FROM thing RETURNING id",
                DB_ARGS(DB_I(1)), &rows, &err));
    assert_false(next_row(rows));
    db_rows_close(rows);
    OK(insert(db, "a", 1, NULL));
    OK(db_query(db, "INSERT INTO part (id, thing) SELECT $1, id FROM thing RETURNING id",
                DB_ARGS(DB_I(41)), &rows, &err));
    assert_true(next_row(rows));
    assert_int_equal(db_int(rows, 0), 41);
    db_rows_close(rows);
    OK(db_commit(db, &err));
    /* The whole statement runs even if nobody reads its rows. */
    OK(db_begin(db, &err));
    OK(db_query(db, "UPDATE part SET id = id + 1 RETURNING id", DB_NO_ARGS, &rows, &err));
    db_rows_close(rows);
    OK(db_commit(db, &err));
    OK(db_query(db, "SELECT id FROM part", DB_NO_ARGS, &rows, &err));
    assert_true(next_row(rows));
    assert_int_equal(db_int(rows, 0), 42);
    db_rows_close(rows);
}

static void test_transactions(void **state)
{
    struct db *db = ready(state)->db;
    OK(db_begin(db, &err));
    assert_true(db_in_transaction(db));
    OK(db_lock_writer(db, 77, &err));
    OK(insert(db, "a", 1, NULL));
    assert_int_equal(count_things(db), 1);
    db_rollback(db);
    assert_false(db_in_transaction(db));
    assert_int_equal(count_things(db), 0);
    OK(db_begin(db, &err));
    OK(insert(db, "a", 1, NULL));
    OK(insert(db, "b", 2, NULL));
    OK(db_commit(db, &err));
    assert_int_equal(count_things(db), 2);
    db_rollback(db); /* nothing to do, no harm */
    OK(db_begin(db, &err));
    OK(db_commit(db, &err)); /* empty */
}

/* After a failure nothing more runs, the commit says so, and the connection is usable. */
static void test_failed_transaction(void **state)
{
    struct db *db = ready(state)->db;
    int64_t changed = 0;
    OK(insert(db, "a", 1, NULL));
    OK(db_begin(db, &err));
    OK(insert(db, "b", 1, NULL));
    assert_int_equal(insert(db, "a", 1, &changed), STATUS_CONFLICT);
    assert_int_equal(insert(db, "c", 1, NULL), STATUS_CONFLICT);
    struct db_rows *rows = NULL;
    assert_int_equal(db_query(db, "SELECT 1", DB_NO_ARGS, &rows, NULL), STATUS_CONFLICT);
    assert_int_equal(db_commit(db, NULL), STATUS_CONFLICT);
    assert_false(db_in_transaction(db));
    assert_int_equal(count_things(db), 1);
    /* The same without asking for the count: the failure comes no later than the commit. */
    OK(db_begin(db, &err));
    enum status status = insert(db, "b", 1, NULL);
    status = status == STATUS_OK ? insert(db, "a", 1, NULL) : status;
    status = status == STATUS_OK ? insert(db, "c", 1, NULL) : status;
    struct error why = {0};
    assert_int_equal(db_commit(db, &why), STATUS_CONFLICT);
    assert_int_equal(why.status, STATUS_CONFLICT);
    assert_int_equal(count_things(db), 1);
    OK(insert(db, "c", 1, NULL));
    OK(db_begin(db, &err));
    OK(insert(db, "d", 1, NULL));
    OK(db_commit(db, &err));
    assert_int_equal(count_things(db), 3);
}

/* A statement that is first seen, and prepared, behind a failure can be used afterwards. */
static void test_prepare_behind_failure(void **state)
{
    struct db *db = ready(state)->db;
    static const char fresh[] = "UPDATE thing SET number = $1 WHERE id = $2";
    OK(insert(db, "a", 1, NULL));
    for (int i = 0; i < 2; i++) {
        OK(db_begin(db, &err));
        enum status status = insert(db, "a", 1, NULL);
        if (status == STATUS_OK) {
            status = db_exec(db, fresh, DB_ARGS(DB_I(2), DB_S(STR("a"))), NULL, NULL);
        }
        assert_int_equal(db_commit(db, NULL), STATUS_CONFLICT);
    }
    int64_t changed = 0;
    OK(db_exec(db, fresh, DB_ARGS(DB_I(2), DB_S(STR("a"))), &changed, &err));
    assert_int_equal(changed, 1);
}

static void test_savepoints(void **state)
{
    struct db *db = ready(state)->db;
    OK(db_begin(db, &err));
    OK(insert(db, "a", 1, NULL));
    for (int i = 0; i < 4; i++) {
        OK(db_savepoint(db, &err));
        char id[] = {(char)('b' + i), '\0'};
        enum status status = insert(db, id, 1, NULL);
        if (status == STATUS_OK && i % 2 == 1) {
            status = insert(db, "a", 1, NULL); /* fails at once or at the release */
        }
        if (status == STATUS_OK) {
            status = db_savepoint_release(db, NULL);
        }
        assert_int_equal(status, i % 2 == 1 ? STATUS_CONFLICT : STATUS_OK);
        if (status != STATUS_OK) {
            db_savepoint_rollback(db);
        }
    }
    OK(db_savepoint(db, &err));
    OK(insert(db, "z", 1, NULL));
    db_savepoint_rollback(db); /* without a failure */
    OK(db_commit(db, &err));
    assert_int_equal(count_things(db), 3); /* a b d */
}

/* A failure before the savepoint is not healed by going back to it. */
static void test_failure_before_savepoint(void **state)
{
    struct db *db = ready(state)->db;
    OK(insert(db, "a", 1, NULL));
    OK(db_begin(db, &err));
    enum status status = insert(db, "a", 1, NULL);
    if (status == STATUS_OK && db_savepoint(db, NULL) == STATUS_OK) {
        if (insert(db, "b", 1, NULL) == STATUS_OK) {
            assert_int_equal(db_savepoint_release(db, NULL), STATUS_CONFLICT);
        }
        db_savepoint_rollback(db);
    }
    assert_int_not_equal(db_commit(db, NULL), STATUS_OK);
    assert_int_equal(count_things(db), 1);
}

static void test_nested_cursors(void **state)
{
    struct db *db = ready(state)->db;
    for (int i = 0; i < 5; i++) {
        char id[] = {(char)('a' + i), '\0'};
        OK(insert(db, id, i, NULL));
    }
    static const char sql[] = "SELECT number FROM thing WHERE number >= $1 ORDER BY number";
    struct db_rows *outer = NULL;
    struct db_rows *inner = NULL;
    int64_t seen = 0;
    OK(db_query(db, sql, DB_ARGS(DB_I(0)), &outer, &err));
    while (next_row(outer)) {
        int64_t first = db_int(outer, 0);
        OK(db_query(db, sql, DB_ARGS(DB_I(first)), &inner, &err));
        while (next_row(inner)) {
            assert_true(db_int(inner, 0) >= first);
            seen++;
        }
        db_rows_close(inner);
    }
    db_rows_close(outer);
    db_rows_close(NULL);
    assert_int_equal(seen, 15);
}

/* Many literals: the cache grows, statements keep apart. */
static void test_many_statements(void **state)
{
    struct db *db = ready(state)->db;
    enum { COUNT = 300 };
    static char texts[COUNT][48];
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < COUNT; i++) {
            snprintf(texts[i], sizeof texts[i], "SELECT $1 + %d", i);
            struct db_rows *rows = NULL;
            OK(db_query(db, texts[i], DB_ARGS(DB_I(round)), &rows, &err));
            assert_true(next_row(rows));
            assert_int_equal(db_int(rows, 0), i + round);
            db_rows_close(rows);
        }
    }
}

/* More than the queue of a pipeline holds. */
static void test_long_transaction(void **state)
{
    struct db *db = ready(state)->db;
    OK(db_begin(db, &err));
    for (int i = 0; i < 3000; i++) {
        char id[16];
        snprintf(id, sizeof id, "%d", i);
        OK(insert(db, id, i, NULL));
    }
    OK(db_commit(db, &err));
    assert_int_equal(count_things(db), 3000);
}

static void test_migrations(void **state)
{
    struct bench *bench = ready(state);
    static const struct db_migration list[] = {
        {1, "things", "SELECT nothing that exists"}, /* applied before: must not run again */
        {2, "labels",
         "CREATE TABLE label (id INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT 'a;\nINTEGER')"
         " STRICT;\n"
         "-- only: sqlite\n"
         "INSERT INTO label (id) VALUES (1);\n"
         "-- only: postgresql\n"
         "INSERT INTO label (id) VALUES (2);\n"
         "-- both\n"},
        {3, "broken", "CREATE TABLE half (id INTEGER PRIMARY KEY) STRICT;\nCREATE TABLE half (;\n"},
    };
    int64_t from = -1;
    OK(db_schema_version(bench->db, &from, &err));
    assert_int_equal(from, 1);
    OK(db_migrate(bench->db, list, 2, 2000, &from, &err));
    assert_int_equal(from, 1);
    OK(db_migrate(bench->db, list, 2, 3000, &from, &err));
    assert_int_equal(from, 2);
    struct db_rows *rows = NULL;
    OK(db_query(bench->db, "SELECT id, name FROM label", DB_NO_ARGS, &rows, &err));
    assert_true(next_row(rows));
    assert_int_equal(db_int(rows, 0), bench->engine == DB_SQLITE ? 1 : 2);
    assert_str(db_text(rows, 1), "a;\nINTEGER"); /* literals are left alone */
    db_rows_close(rows);
    OK(db_query(bench->db, "SELECT name, at FROM schema_version ORDER BY version", DB_NO_ARGS,
                &rows, &err));
    assert_true(next_row(rows));
    assert_true(next_row(rows));
    assert_str(db_text(rows, 0), "labels");
    assert_int_equal(db_int(rows, 1), 2000);
    db_rows_close(rows);
    /* One that fails leaves nothing, and says which. */
    struct error why = {0};
    assert_int_not_equal(db_migrate(bench->db, list, 3, 4000, &from, &why), STATUS_OK);
    assert_true(str_find(str_c(why.primary), STR("migration 3 (broken)")) == 0);
    OK(db_schema_version(bench->db, &from, &err));
    assert_int_equal(from, 2);
    assert_int_not_equal(db_query(bench->db, "SELECT id FROM half", DB_NO_ARGS, &rows, NULL),
                         STATUS_OK);
    /* A newer database is refused. */
    assert_int_equal(db_migrate(bench->db, list, 1, 5000, &from, &why), STATUS_DENIED);
    assert_true(str_find(str_c(why.primary), STR("version 2")) < ERROR_TEXT_MAX);
}

static void test_second_connection(void **state)
{
    struct bench *bench = ready(state);
    struct db_options options = options_of(bench);
    options.is_create = false;
    struct db *second = open_or_die(&options);
    OK(db_begin(bench->db, &err));
    OK(insert(bench->db, "a", 1, NULL));
    assert_int_equal(count_things(second), 0); /* readers are not held up and see the old state */
    OK(db_commit(bench->db, &err));
    assert_int_equal(count_things(second), 1);
    OK(insert(second, "b", 1, NULL));
    assert_int_equal(count_things(bench->db), 2);
    db_close(second);
}

/* Two writers: the second waits, and gives up with "unavailable" after DB_BUSY_MS. */
static void test_busy(void **state)
{
    struct bench *bench = ready(state);
    struct db_options options = options_of(bench);
    struct db *second = open_or_die(&options);
    OK(db_begin(bench->db, &err));
    OK(db_lock_writer(bench->db, 5, &err));
    OK(insert(bench->db, "a", 1, NULL));
    assert_int_equal(count_things(bench->db), 1); /* on PostgreSQL: sent, not only queued */
    time_us before = clock_monotonic();
    enum status status = db_begin(second, NULL);
    if (status == STATUS_OK) {
        status = db_lock_writer(second, 5, NULL);
        int64_t changed = 0;
        status = status == STATUS_OK ? insert(second, "b", 1, &changed) : status;
        db_rollback(second);
    }
    assert_int_equal(status, STATUS_UNAVAILABLE);
    time_us waited = clock_monotonic() - before;
    assert_in_range(waited, (DB_BUSY_MS - 500) * 1000, (DB_BUSY_MS + 60000) * 1000);
    OK(db_commit(bench->db, &err));
    OK(db_begin(second, &err));
    OK(insert(second, "b", 1, NULL));
    OK(db_commit(second, &err));
    db_close(second);
}

static void test_read_only(void **state)
{
    struct bench *bench = ready(state);
    OK(insert(bench->db, "a", 1, NULL));
    struct db_options options = options_of(bench);
    options.is_read_only = true;
    options.is_create = false;
    struct db *reader = open_or_die(&options);
    assert_int_equal(count_things(reader), 1);
    assert_int_not_equal(insert(reader, "b", 1, NULL), STATUS_OK);
    int64_t from = 0;
    OK(db_migrate(reader, schema, 1, 1, &from, &err));
    db_close(reader);
    assert_int_equal(count_things(bench->db), 1);
}

static void test_describe(void **state)
{
    struct bench *bench = ready(state);
    struct arena arena;
    arena_init(&arena, 100000);
    str words = db_describe(bench->db, &arena);
    assert_true(
        str_starts(words, bench->engine == DB_SQLITE ? STR("SQLite 3.") : STR("PostgreSQL ")));
    assert_int_equal(db_engine_of(bench->db), bench->engine);
    OK(db_checkpoint(bench->db, &err));
    arena_close(&arena);
}

/* -- the list ----------------------------------------------------------------------------- */

#define BOTH(name)                                                                                 \
    {#name " (SQLite)", name, sqlite_up, down, NULL},                                              \
    {                                                                                              \
#name " (PostgreSQL)", name, postgresql_up, down, NULL                                     \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(test_types),
        BOTH(test_bad_text),
        BOTH(test_parameter_order),
        BOTH(test_null_first),
        BOTH(test_null_first_queued),
        BOTH(test_large_blob),
        BOTH(test_order),
        BOTH(test_conflicts),
        BOTH(test_subset),
        BOTH(test_returning),
        BOTH(test_transactions),
        BOTH(test_failed_transaction),
        BOTH(test_prepare_behind_failure),
        BOTH(test_savepoints),
        BOTH(test_failure_before_savepoint),
        BOTH(test_nested_cursors),
        BOTH(test_many_statements),
        BOTH(test_long_transaction),
        BOTH(test_migrations),
        BOTH(test_second_connection),
        BOTH(test_busy),
        BOTH(test_read_only),
        BOTH(test_describe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
