/* SPDX-License-Identifier: Apache-2.0 */
/* A pack, arenas, and texts read through the reader of foreign tables: for tests of the directory. */
#ifndef HUSTINGS_TESTS_DIRECTORY_BENCH_H
#define HUSTINGS_TESTS_DIRECTORY_BENCH_H

#include <stdio.h>
#include <stdlib.h>

#include "store_bench.h"

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

/* --- reading texts through the real reader --- */

struct source {
    str text;
    size_t at;
};

static enum status read_source(void *context, char *out, size_t cap, size_t *ret_len,
                               struct error *err)
{
    (void)err;
    struct source *source = context;
    size_t len = source->text.n - source->at < cap ? source->text.n - source->at : cap;
    if (len > 0) {
        memcpy(out, source->text.p + source->at, len);
    }
    source->at += len;
    *ret_len = len;
    return STATUS_OK;
}

UNUSED static void open_table(struct table *table, struct source *source, str text)
{
    struct encoding_survey survey = {0};
    encoding_survey_add(&survey, text);
    *source = (struct source){text, 0};
    struct table_options options = {"f", read_source, source, encoding_survey_end(&survey), '\0'};
    OK(table_open(table, &options, &err));
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
