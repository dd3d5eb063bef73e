/* SPDX-License-Identifier: Apache-2.0 */
/* Comma-separated values (RFC 4180): a bounded reader and a writer.
 *
 * The reader walks over text that is already in memory and hands out one row at a time; a field
 * without doubled quotes is a view into the text, the others are copied into the arena. The first
 * row is the header: its names must be there and differ, and every later row must have as many
 * fields. "\n" and "\r\n" both end a row, a byte-order mark is skipped, empty lines are skipped.
 * Everything else that is odd is refused with the line it stands in: text after a closing quote, a
 * quote inside a bare field, a quote that never closes, a bare carriage return, a NUL, bytes that
 * are not UTF-8. Guessing would put a name into the wrong column.
 */
#ifndef HUSTINGS_CODEC_CSV_H
#define HUSTINGS_CODEC_CSV_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/status.h"

enum {
    CSV_COLUMNS_MAX = 64,            /* the widest council export known has 30 */
    CSV_FIELD_BYTES_MAX = 64 * 1024, /* a report's text */
    CSV_ROW_BYTES_MAX = 256 * 1024
};

struct csv {
    const char *name; /* of the file, for error texts */
    struct arena *arena;
    str text;
    size_t at;   /* next byte */
    size_t line; /* of the next byte, from 1 */
    char separator;
    bool
        lets_odd_rows; /* set after csv_open: a row with more or fewer fields than the header is the caller's to refuse */
    size_t column_count;
    str columns[CSV_COLUMNS_MAX];
};

/* One row; the array is the caller's and is overwritten by the next csv_next. */
struct csv_row {
    size_t line; /* where it begins */
    size_t count;
    str fields[CSV_COLUMNS_MAX];
};

/* Reads the header. `name`, `text` and `arena` must outlive the reader. separator: ',' or '\t'. */
enum status csv_open(struct arena *arena, const char *name, str text, char separator,
                     struct csv *ret_csv, struct error *err) MUST_CHECK;
/* The next row: *ret_has_row false at the end of the text. STATUS_INVALID and STATUS_LIMIT name
 * file and line; after either the reader must not be used again. */
enum status csv_next(struct csv *csv, struct csv_row *row, bool *ret_has_row,
                     struct error *err) MUST_CHECK;
/* Index of a column, or CSV_COLUMNS_MAX when there is none of that name. */
size_t csv_column(const struct csv *csv, str name);
/* The index of each of `count` columns (at most 64). One that is not there is CSV_COLUMNS_MAX where
 * its bit is set in `may_lack`, and STATUS_INVALID with its name otherwise. */
enum status csv_columns(const struct csv *csv, const char *const *names, size_t count,
                        uint64_t may_lack, size_t *ret_at, struct error *err) MUST_CHECK;
/* The field without spaces around it; empty where the column is not there. */
str csv_field(const struct csv_row *row, size_t column);

/* --- writer: fields are quoted only where they must be; rows end with "\n" --- */
struct csv_out {
    struct buf *buf;
    size_t fields_in_row;
    size_t row_begin;
};
void csv_out_init(struct csv_out *out, struct buf *buf);
void csv_put(struct csv_out *out, str field);
void csv_put_i64(struct csv_out *out, int64_t value);
void csv_end_row(struct csv_out *out);
/* A whole row: the header. */
void csv_put_row(struct csv_out *out, const char *const *fields, size_t count);
/* A field by itself, in quotes and on one line: line ends become spaces. */
void csv_add_quoted(struct buf *buf, str field);

#endif
