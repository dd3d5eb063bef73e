/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: every row of a SQLite store arrives on PostgreSQL as it was, and one that did not is seen.
 * Method: tables of every kind of key, more rows than a page; then single values are changed. */
#include "../support/store_bench.h"

#include "store/casebook.h"
#include "store/move.h"

enum { ROWS = 3 * MOVE_PAGE_ROWS + 5 };

static const struct db_migration tables_made[] = {
    {1, "things",
     "CREATE TABLE thing (id INTEGER PRIMARY KEY, word TEXT, bytes BLOB) STRICT;\n"
     "CREATE TABLE part (thing INTEGER NOT NULL REFERENCES thing (id), seq BLOB NOT NULL,"
     " note TEXT NOT NULL, PRIMARY KEY (seq, thing)) STRICT;\n"
     "CREATE TABLE word (word TEXT PRIMARY KEY, n INTEGER) STRICT, WITHOUT ROWID;\n"
     "CREATE TABLE vacant (id BLOB PRIMARY KEY) STRICT;\n"
     "CREATE TABLE counter (name TEXT PRIMARY KEY, n INTEGER NOT NULL) STRICT;\n"
     "INSERT INTO counter (name, n) VALUES ('case', 0)"}};

static void no_progress(void *context, size_t bytes)
{
    *(size_t *)context += bytes;
}

static void fill(struct db *db)
{
    OK(db_begin(db, &err));
    for (int64_t i = 0; i < ROWS; i++) {
        char word[40];
        uint8_t bytes[16] = {(uint8_t)(i * 37), 0, 0xff, (uint8_t)i};
        int len = snprintf(word, sizeof word, "w%lldé%s", (long long)(i * 7919 % 1000),
                           i % 2 == 0 ? "A" : "a");
        str text = {word, (size_t)len};
        OK(db_exec(db, "INSERT INTO thing (id, word, bytes) VALUES ($1, $2, $3)",
                   DB_ARGS(DB_I(i - 50), i % 5 == 0 ? DB_N : DB_T(text),
                           i % 7 == 0 ? DB_N : DB_B(bytes, (size_t)(i % 16))),
                   NULL, &err));
        OK(db_exec(db, "INSERT INTO part (thing, seq, note) VALUES ($1, $2, $3)",
                   DB_ARGS(DB_I(i - 50), DB_B(bytes, 4), DB_T(text)), NULL, &err));
        OK(db_exec(db, "INSERT INTO word (word, n) VALUES ($1, $2)",
                   DB_ARGS(DB_T(text), i == 3 ? DB_N : DB_I(-i)), NULL, &err));
    }
    OK(db_exec(db, "UPDATE counter SET n = 12345678901", DB_NO_ARGS, NULL, &err));
    OK(db_commit(db, &err));
}

static struct db *open_store(const struct db_options *options)
{
    struct db *db = NULL;
    OK(db_open(options, &db, &err));
    OK(db_migrate(db, tables_made, ARRAY_LEN(tables_made), 0, NULL, &err));
    return db;
}

/* Always SQLite, whatever the bench is. */
static struct db *open_source(struct bench *bench)
{
    char path[128];
    snprintf(path, sizeof path, "%s/from.db", bench->folder);
    struct db_options options = {.engine = DB_SQLITE, .where = path, .is_create = true};
    return open_store(&options);
}

static size_t differing(struct db *to, const struct move_tables *tables,
                        const struct move_digest *wanted)
{
    struct move_digest *there = calloc(MOVE_TABLES_MAX, sizeof *there);
    size_t bytes = 0;
    size_t count = 0;
    OK(move_digests(to, tables, no_progress, &bytes, there, &err));
    for (size_t i = 0; i < tables->count; i++) {
        count += !move_digest_equal(&there[i], &wanted[i]);
    }
    free(there);
    return count;
}

static void test_every_row(void **state)
{
    static const char *const changes[] = {
        "UPDATE thing SET word = 'x' WHERE id = -49",
        "UPDATE thing SET word = '' WHERE id = -50", /* null is not empty */
        "UPDATE thing SET bytes = NULL WHERE id = -49",
        "DELETE FROM word WHERE n = -90",
        "UPDATE part SET note = 'y' WHERE thing = 30",
        "UPDATE counter SET n = n + 1",
    };
    struct bench *bench = ready(state);
    struct arena arena;
    struct move_tables *tables = calloc(1, sizeof *tables);
    struct move_digest *read = calloc(MOVE_TABLES_MAX, sizeof *read);
    size_t bytes = 0;
    bool has_rows = true;
    arena_init(&arena, 8 * 1024 * 1024);
    struct db_options target = bench_store(bench, "to");
    struct db *from = open_source(bench);
    struct db *to = open_store(&target);
    const char *schema = target.schema;
    fill(from);
    OK(move_tables_read(from, &arena, tables, &err));
    assert_int_equal(tables->count, 5); /* not schema_version */
    assert_string_equal(tables->list[0].name, "thing");
    assert_int_equal(tables->list[1].key_count, 2);
    assert_int_equal(tables->list[1].keys[0], 1); /* in the key's order */
    OK(move_has_rows(to, schema, &arena, &has_rows, &err));
    assert_false(has_rows);                   /* a counter that the migration made does not count */
    for (int again = 0; again < 2; again++) { /* the second takes the place of the first */
        OK(db_begin(to, &err));
        OK(move_copy(from, to, tables, no_progress, &bytes, read, &err));
        OK(db_commit(to, &err));
        assert_int_equal(read[0].rows, ROWS);
        assert_int_equal(read[3].rows, 0);
        assert_int_equal(differing(to, tables, read), 0);
        assert_int_equal(differing(from, tables, read), 0);
    }
    assert_true(bytes > ROWS * 8);
    OK(move_has_rows(to, schema, &arena, &has_rows, &err));
    assert_true(has_rows);
    for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
        int64_t changed = 0;
        OK(db_begin(to, &err));
        OK(db_exec(to, changes[i], DB_NO_ARGS, &changed, &err));
        if (changed != 1 || differing(to, tables, read) != 1) {
            fail_msg("not seen: %s (%lld rows)", changes[i], (long long)changed);
        }
        db_rollback(to);
    }
    /* cut off in the middle: nothing of it is there */
    OK(db_begin(to, &err));
    OK(move_copy(from, to, tables, no_progress, &bytes, read, &err));
    db_rollback(to);
    assert_int_equal(differing(to, tables, read), 0);
    db_close(from);
    db_close(to);
    arena_close(&arena);
    free(tables);
    free(read);
}

/* --- the real casebook: all of its tables, as they are found in the schema --- */

static const struct crypt_id desk_id = {{7}};

static struct casebook *open_casebook(const struct db_options *db, const struct crypt_key *key)
{
    struct casebook_options options = {*db, desk_id, key};
    struct casebook *casebook = NULL;
    OK(casebook_open(&options, 0, &casebook, &err));
    return casebook;
}

/* Rows in the tables that only a busy desk has. */
static void fill_casebook(struct casebook *casebook)
{
    const int64_t tags[] = {-3, INT64_MIN, INT64_MAX};
    OK(casebook_begin(casebook, &err));
    for (int64_t i = 0; i < 3; i++) {
        struct casebook_outbound message = {i / 2, i % 2, STR("a mailbox and what goes into it")};
        struct casebook_directory_entry entry = {1, i - 1, STR("a person"), tags, ARRAY_LEN(tags)};
        struct casebook_entry hold = {i, 1, 2, 0, STR("a hold")};
        struct casebook_todo todo = {i, 1, STR("a record")};
        OK(casebook_outbox_add(casebook, &message, &err));
        OK(casebook_directory_put(casebook, &entry, &err));
        OK(casebook_entry_add(casebook, ENTRY_HOLD, &hold, &err));
        OK(casebook_entry_add(casebook, ENTRY_ASK, &hold, &err));
        OK(casebook_todo_add(casebook, &todo, &err));
    }
    bool is_ours = false;
    OK(casebook_outbox_set(casebook, 0, 1, OUTBOX_SENT, &is_ours, &err));
    OK(casebook_commit(casebook, &err));
}

static void check_casebook(struct casebook *casebook, struct arena *arena)
{
    const struct casebook_outbound from_start = CASEBOOK_OUTBOX_START;
    struct casebook_outbound *messages = NULL;
    struct casebook_entry *entries = NULL;
    struct casebook_todo *todos = NULL;
    struct casebook_outbox_states states;
    str *bodies = NULL;
    size_t count = 0;
    OK(casebook_outbox(casebook, arena, &from_start, 9, &messages, &count, &err));
    assert_int_equal(count, 2);
    assert_int_equal(messages[1].leaf, 1);
    assert_true(str_equal(messages[1].body, STR("a mailbox and what goes into it")));
    OK(casebook_outbox_of(casebook, 0, &states, &err));
    assert_true(states.has[OUTBOX_WAITING] && states.has[OUTBOX_SENT] && !states.has[OUTBOX_LOST]);
    OK(casebook_directory_find(casebook, arena, INT64_MIN, 9, &bodies, &count, &err));
    assert_int_equal(count, 3);
    assert_true(str_equal(bodies[2], STR("a person")));
    OK(casebook_entries(casebook, ENTRY_HOLD, arena, 1, &entries, &count, &err));
    assert_int_equal(count, 3);
    assert_true(str_equal(entries[0].body, STR("a hold")));
    OK(casebook_entries(casebook, ENTRY_ASK, arena, 1, &entries, &count, &err));
    assert_int_equal(count, 3);
    OK(casebook_todos(casebook, arena, -1, 9, &todos, &count, &err));
    assert_int_equal(count, 3);
    assert_true(str_equal(todos[2].body, STR("a record")));
}

/* The directory's counter goes along too: an entry that is put there takes no number twice. */
static void put_one_more(struct casebook *casebook, struct arena *arena)
{
    const int64_t tags[] = {INT64_MIN};
    struct casebook_directory_entry entry = {1, 77, STR("one more"), tags, 1};
    str *bodies = NULL;
    size_t count = 0;
    OK(casebook_begin(casebook, &err));
    OK(casebook_directory_put(casebook, &entry, &err));
    OK(casebook_commit(casebook, &err));
    OK(casebook_directory_find(casebook, arena, INT64_MIN, 9, &bodies, &count, &err));
    assert_int_equal(count, 4);
    assert_true(str_equal(bodies[3], STR("one more")));
}

static void test_casebook(void **state)
{
    struct bench *bench = ready(state);
    struct arena arena;
    struct move_tables *tables = calloc(1, sizeof *tables);
    struct move_digest *read = calloc(MOVE_TABLES_MAX, sizeof *read);
    struct db *from = NULL, *to = NULL;
    char path[128];
    size_t bytes = 0;
    struct crypt_key key = crypt_key_new();
    arena_init(&arena, 8 * 1024 * 1024);
    snprintf(path, sizeof path, "%s/casebook.db", bench->folder);
    struct db_options here = {.engine = DB_SQLITE, .where = path, .is_create = true};
    struct db_options there = bench_store(bench, "to");
    struct casebook *casebook = open_casebook(&here, &key);
    fill_casebook(casebook);
    check_casebook(casebook, &arena);
    casebook_close(casebook);
    casebook_close(open_casebook(&there, &key));
    struct crypt_key page_key = casebook_page_key(&key);
    here.page_key = page_key.bytes;
    OK(db_open(&here, &from, &err));
    OK(db_open(&there, &to, &err));
    OK(move_tables_read(from, &arena, tables, &err));
    OK(db_begin(to, &err));
    OK(move_copy(from, to, tables, no_progress, &bytes, read, &err));
    OK(db_commit(to, &err));
    assert_int_equal(differing(to, tables, read), 0);
    db_close(from);
    db_close(to);
    casebook = open_casebook(&there, &key);
    check_casebook(casebook, &arena);
    put_one_more(casebook, &arena);
    casebook_close(casebook);
    arena_close(&arena);
    free(tables);
    free(read);
}

/* What this program could not move is said before anything is moved. */
static void test_odd_tables(void **state)
{
    static const char *const odd[] = {
        "CREATE TABLE odd (a INTEGER)",
        "CREATE TABLE odd (a REAL PRIMARY KEY)",
        "CREATE TABLE odd (a INTEGER, b TEXT, c BLOB, d INTEGER, PRIMARY KEY (a, b, c, d))",
        "CREATE TABLE \"odd name\" (a INTEGER PRIMARY KEY)",
    };
    struct bench *bench = *state;
    struct arena arena;
    struct move_tables *tables = calloc(1, sizeof *tables);
    arena_init(&arena, 8 * 1024 * 1024);
    struct db *db = open_source(bench);
    for (size_t i = 0; i < ARRAY_LEN(odd); i++) {
        OK(db_begin(db, &err));
        OK(db_exec(db, odd[i], DB_NO_ARGS, NULL, &err));
        ENDS(move_tables_read(db, &arena, tables, &err), STATUS_INTERNAL);
        db_rollback(db);
    }
    db_close(db);
    arena_close(&arena);
    free(tables);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        {"test_every_row (PostgreSQL)", test_every_row, postgresql_up, down, NULL},
        {"test_casebook (PostgreSQL)", test_casebook, postgresql_up, down, NULL},
        {"test_odd_tables", test_odd_tables, sqlite_up, down, NULL},
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
