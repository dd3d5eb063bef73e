/* SPDX-License-Identifier: Apache-2.0 */
/* Where the stores of one test lie: a temporary folder, or schemas of their own in the PostgreSQL
 * that HUSTINGS_TEST_POSTGRESQL names. Without it that half is skipped, loudly. */
#ifndef HUSTINGS_TESTS_STORE_BENCH_H
#define HUSTINGS_TESTS_STORE_BENCH_H

#include "cm.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/io.h"
#include "crypt/crypt.h"
#include "db/db.h"

struct bench {
    enum db_engine engine;
    char folder[64];
    char paths[4][128]; /* file or schema */
    size_t path_count;
};

#define OK(call)                                                                                   \
    do {                                                                                           \
        struct error err = {0};                                                                    \
        struct error *err_ = &err;                                                                 \
        enum status status_ = (call);                                                              \
        if (status_ != STATUS_OK) {                                                                \
            fail_msg("%s: %s: %s", #call, status_word(status_), err_->primary);                    \
        }                                                                                          \
    } while (0)
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
    snprintf(path, 128, "t%d_%s_%s", (int)getpid(), bench->folder + strlen(bench->folder) - 6,
             name);
    for (char *c = path; *c != '\0'; c++) {
        *c = ascii_lower(*c);
    }
    return (struct db_options){.engine = DB_POSTGRESQL,
                               .where = getenv("HUSTINGS_TEST_POSTGRESQL"),
                               .schema = path,
                               .is_create = true};
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
    char command[256];
    for (size_t i = 0; i < bench->path_count && bench->engine == DB_POSTGRESQL; i++) {
        struct db *db = NULL;
        struct db_options options = {.engine = DB_POSTGRESQL,
                                     .where = getenv("HUSTINGS_TEST_POSTGRESQL")};
        snprintf(command, sizeof command, "DROP SCHEMA IF EXISTS %s CASCADE", bench->paths[i]);
        OK(db_open(&options, &db, &err));
        OK(db_exec(db, command, DB_NO_ARGS, NULL, &err));
        db_close(db);
    }
    snprintf(command, sizeof command, "rm -rf %s", bench->folder);
    assert_int_equal(system(command), 0);
    free(bench);
    return 0;
}

UNUSED static struct bench *ready(void **state)
{
    struct bench *bench = *state;
    if (bench->engine == DB_POSTGRESQL && getenv("HUSTINGS_TEST_POSTGRESQL") == NULL) {
        fprintf(stderr, "SKIPPED: HUSTINGS_TEST_POSTGRESQL is not set: PostgreSQL is not tested\n");
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
