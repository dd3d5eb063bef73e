/* SPDX-License-Identifier: Apache-2.0 */
/* Where the stores of one test lie: several a test, each with a name. */
#ifndef HUSTINGS_TESTS_STORE_BENCH_H
#define HUSTINGS_TESTS_STORE_BENCH_H

#include "engine_bench.h"

#include "crypt/crypt.h"

struct bench {
    enum db_engine engine;
    char folder[64];
    char paths[4][128]; /* file or schema */
    size_t path_count;
};

/* The call must end so; its error is thrown away. */
#define ENDS(call, wanted)                                                                         \
    do {                                                                                           \
        struct error err = {0};                                                                    \
        struct error *err_ = &err;                                                                 \
        enum status status_ = (call);                                                              \
        if (status_ != (wanted)) {                                                                 \
            fail_msg("%s: %s (%s), not %s", #call, status_word(status_), err_->primary,            \
                     status_word(wanted));                                                         \
        }                                                                                          \
    } while (0)

UNUSED static struct db_options bench_store(struct bench *bench, const char *name)
{
    char *path = bench->paths[bench->path_count++];
    if (bench->engine == DB_SQLITE) {
        snprintf(path, 128, "%s/%s.db", bench->folder, name);
        return (struct db_options){.engine = DB_SQLITE, .where = path, .is_create = true};
    }
    engine_schema_name(path, sizeof bench->paths[0], bench->folder, name);
    return (struct db_options){
        .engine = DB_POSTGRESQL, .where = engine_server(), .schema = path, .is_create = true};
}

static int bench_open(void **state, enum db_engine engine)
{
    struct bench *bench = calloc(1, sizeof *bench);
    crypt_start();
    bench->engine = engine;
    snprintf(bench->folder, sizeof bench->folder, "/tmp/hustings-store-XXXXXX");
    assert_non_null(mkdtemp(bench->folder));
    *state = bench;
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
    for (size_t i = 0; i < bench->path_count && bench->engine == DB_POSTGRESQL; i++) {
        engine_schema_drop(bench->paths[i]);
    }
    engine_folder_remove(bench->folder);
    free(bench);
    return 0;
}

UNUSED static struct bench *ready(void **state)
{
    struct bench *bench = *state;
    if (bench->engine == DB_POSTGRESQL && !has_engine(DB_POSTGRESQL)) {
        skip();
    }
    return bench;
}

#define BOTH(name)                                                                                 \
    {#name " (SQLite)", name, sqlite_up, down, NULL},                                              \
    {                                                                                              \
#name " (PostgreSQL)", name, postgresql_up, down, NULL                                     \
    }

#endif
