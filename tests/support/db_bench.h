/* SPDX-License-Identifier: Apache-2.0 */
/* A fresh database of each engine for a test of db itself; the SQLite file has a page key. */
#ifndef HUSTINGS_TESTS_DB_BENCH_H
#define HUSTINGS_TESTS_DB_BENCH_H

#include "engine_bench.h"

static const uint8_t page_key[DB_PAGE_KEY_BYTES] = {1, 2, 3, 4, 5, 6, 7, 8, 9};

struct bench {
    enum db_engine engine;
    char folder[64];
    char path[128];
    char schema[64];
    struct db *db;
};

static struct db_options options_of(const struct bench *bench)
{
    if (bench->engine == DB_SQLITE) {
        return (struct db_options){
            .engine = DB_SQLITE, .where = bench->path, .page_key = page_key, .is_create = true};
    }
    return (struct db_options){.engine = DB_POSTGRESQL,
                               .where = engine_server(),
                               .schema = bench->schema,
                               .is_create = true};
}

static struct db *open_or_die(const struct db_options *options)
{
    struct db *db = NULL;
    struct error err = {0};
    if (db_open(options, &db, &err) != STATUS_OK) {
        fail_msg("db_open: %s", err.primary);
    }
    return db;
}

UNUSED static bool next_row(struct db_rows *rows)
{
    bool has_row = false;
    OK(db_next(rows, &has_row, &err));
    return has_row;
}

static const struct db_migration schema[] = {
    {1, "things",
     "CREATE TABLE thing (\n"
     "    id BLOB NOT NULL PRIMARY KEY,\n"
     "    number INTEGER NOT NULL,\n"
     "    words TEXT NOT NULL,\n"
     "    bytes BLOB,\n"
     "    note TEXT\n"
     ") STRICT, WITHOUT ROWID;\n"
     "CREATE TABLE part (\n"
     "    id INTEGER PRIMARY KEY,\n"
     "    thing BLOB NOT NULL REFERENCES thing (id)\n"
     ") STRICT;\n"
     "CREATE INDEX part_thing ON part (thing);\n"},
};

/* Folder and names, no database yet. */
static struct bench *bench_make(void **state, enum db_engine engine)
{
    struct bench *bench = calloc(1, sizeof *bench);
    bench->engine = engine;
    snprintf(bench->folder, sizeof bench->folder, "/tmp/hustings-db-XXXXXX");
    assert_non_null(mkdtemp(bench->folder));
    snprintf(bench->path, sizeof bench->path, "%s/test.db", bench->folder);
    engine_schema_name(bench->schema, sizeof bench->schema, bench->folder, "db");
    *state = bench;
    return bench;
}

static int bench_open(void **state, enum db_engine engine)
{
    struct bench *bench = bench_make(state, engine);
    if (has_engine(engine)) {
        struct db_options options = options_of(bench);
        bench->db = open_or_die(&options);
        OK(db_migrate(bench->db, schema, 1, 1000, NULL, &err));
    }
    return 0;
}

UNUSED static int sqlite_up(void **state)
{
    return bench_open(state, DB_SQLITE);
}

UNUSED static int postgresql_up(void **state)
{
    return bench_open(state, DB_POSTGRESQL);
}

UNUSED static int down(void **state)
{
    struct bench *bench = *state;
    db_close(bench->db);
    if (bench->engine == DB_POSTGRESQL && has_engine(DB_POSTGRESQL)) {
        engine_schema_drop(bench->schema);
    }
    engine_folder_remove(bench->folder);
    free(bench);
    return 0;
}

UNUSED static struct bench *ready(void **state)
{
    struct bench *bench = *state;
    if (bench->db == NULL) {
        skip();
    }
    return bench;
}

static const char insert_sql[] = "INSERT INTO thing (id, number, words, bytes, note)"
                                 " VALUES ($1, $2, $3, $4, $5)";

UNUSED static enum status insert(struct db *db, const char *id, int64_t number,
                                 int64_t *ret_changed)
{
    return db_exec(db, insert_sql,
                   DB_ARGS(DB_S(str_c(id)), DB_I(number), DB_T(STR("w")), DB_N, DB_N), ret_changed,
                   NULL);
}

UNUSED static int64_t count_things(struct db *db)
{
    struct db_rows *rows = NULL;
    bool has_row = false;
    OK(db_query(db, "SELECT count(*) FROM thing", DB_NO_ARGS, &rows, &err));
    OK(db_next(rows, &has_row, &err));
    assert_true(has_row);
    int64_t count = db_int(rows, 0);
    db_rows_close(rows);
    return count;
}

#endif
