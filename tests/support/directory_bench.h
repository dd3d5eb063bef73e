/* SPDX-License-Identifier: Apache-2.0 */
/* A pack, arenas, and texts read through the reader of foreign tables: for tests of the directory. */
#ifndef HUSTINGS_TESTS_DIRECTORY_BENCH_H
#define HUSTINGS_TESTS_DIRECTORY_BENCH_H

#include <stdio.h>
#include <stdlib.h>

#include "store_bench.h"
#include "table_source.h"

#include "directory/directory.h"

#define UK HUSTINGS_SOURCE_ROOT "/packs/uk"

struct fixture {
    struct arena arena, scratch;
    struct pack pack;
};

UNUSED static void open_fixture(struct fixture *f)
{
    arena_init(&f->arena, (size_t)512 * 1024 * 1024);
    arena_init(&f->scratch, (size_t)4 * 1024 * 1024);
    OK(pack_open(&f->arena, UK, &f->pack, &err));
}

UNUSED static void close_fixture(struct fixture *f)
{
    arena_close(&f->scratch);
    arena_close(&f->arena);
}

/* --- the real files --- */

UNUSED static const char *shared_file(const char *name, char path[256])
{
    const char *shared = getenv("HUSTINGS_SHARED");
    if (shared != NULL) {
        (void)snprintf(path, 256, "%s/refdata/%s", shared, name);
        if (io_exists(path)) {
            return path;
        }
    }
    print_error("SKIPPED: %s is missing; set HUSTINGS_SHARED to the folder of shared data\n", name);
    return NULL;
}

#endif
