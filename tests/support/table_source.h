/* SPDX-License-Identifier: Apache-2.0 */
/* A text as the file of a foreign table (codec/table.h), in pieces of at most `piece` bytes. */
#ifndef HUSTINGS_TESTS_TABLE_SOURCE_H
#define HUSTINGS_TESTS_TABLE_SOURCE_H

#include "codec/table.h"

struct source {
    str text;
    size_t at, piece;
};

static inline enum status read_source(void *context, char *out, size_t cap, size_t *ret_len,
                                      struct error *err)
{
    (void)err;
    struct source *source = context;
    size_t len = source->text.n - source->at;
    len = len > cap ? cap : len;
    len = len > source->piece ? source->piece : len;
    if (len > 0) {
        memcpy(out, source->text.p + source->at, len);
    }
    source->at += len;
    *ret_len = len;
    return STATUS_OK;
}

/* In one piece, in the encoding that its bytes suggest. `source` must live as long as the table. */
static inline enum status source_open(struct table *table, struct source *source, str text,
                                      struct error *err)
{
    struct encoding_survey survey = {0};
    encoding_survey_add(&survey, text);
    *source = (struct source){text, 0, SIZE_MAX};
    struct table_options options = {"f", read_source, source, encoding_survey_end(&survey), '\0'};
    return table_open(table, &options, err);
}

#endif
