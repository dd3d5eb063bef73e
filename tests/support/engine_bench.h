/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of every store need: the two engines (a SQLite file in a temporary folder, or a
 * schema of its own in the PostgreSQL that HUSTINGS_TEST_POSTGRESQL names, a connection URL), made
 * and taken away. Without that server its half is skipped, loudly. */
#ifndef HUSTINGS_TESTS_ENGINE_BENCH_H
#define HUSTINGS_TESTS_ENGINE_BENCH_H

#include "cm.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/io.h"
#include "db/db.h"

#define OK(call)                                                                                   \
    do {                                                                                           \
        struct error err = {0};                                                                    \
        struct error *err_ = &err;                                                                 \
        enum status status_ = (call);                                                              \
        if (status_ != STATUS_OK) {                                                                \
            fail_msg("%s: %s: %s", #call, status_word(status_), err_->primary);                    \
        }                                                                                          \
    } while (0)

UNUSED static const char *engine_server(void)
{
    return getenv("HUSTINGS_TEST_POSTGRESQL");
}

UNUSED static bool has_engine(enum db_engine engine)
{
    if (engine == DB_SQLITE || engine_server() != NULL) {
        return true;
    }
    fprintf(stderr, "SKIPPED: HUSTINGS_TEST_POSTGRESQL is not set: PostgreSQL is not tested\n");
    return false;
}

/* "t<pid>_<last six of the folder>_<name>" in lower case: as unlikely to meet another run as the
 * folder's name. */
UNUSED static void engine_schema_name(char *out, size_t cap, const char *folder, const char *name)
{
    snprintf(out, cap, "t%d_%s_%s", (int)getpid(), folder + strlen(folder) - 6, name);
    for (char *c = out; *c != '\0'; c++) {
        *c = ascii_lower(*c);
    }
}

UNUSED static void engine_schema_drop(const char *schema)
{
    char drop[256];
    struct db *db = NULL;
    struct db_options options = {.engine = DB_POSTGRESQL, .where = engine_server()};
    snprintf(drop, sizeof drop, "DROP SCHEMA IF EXISTS %s CASCADE", schema);
    OK(db_open(&options, &db, &err));
    OK(db_exec(db, drop, DB_NO_ARGS, NULL, &err));
    db_close(db);
}

UNUSED static void engine_folder_remove(const char *folder)
{
    char command[256];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    assert_int_equal(system(command), 0);
}

#endif
