/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of other people, row by row, from a file of any size.
 *
 * codec/csv.h reads our own tables, in memory, and refuses the file at the first oddity. This one
 * reads what councils and parliaments export: any encoding of codec/encoding.h, separated by
 * comma, tab, semicolon or bar whatever the file's name says, a million rows in a window of fixed
 * size. A row that cannot be read is handed out as a bad row with its line and a reason, and the
 * reading goes on with the next line; no value of a row stands in a reason, as it may be somebody's
 * address.
 *
 * Rules: the first line that is not empty is the header. A field that begins with a quote ends
 * with one, doubled quotes inside; a quote further in is a letter like others. "\n", "\r\n" and
 * "\r" end a row. A row has as many fields as the header; more only when those are empty (a
 * spreadsheet's). A quoted field spans at most TABLE_FIELD_LINES_MAX lines, unless its reader says
 * that there are texts: a quote that nobody closed costs one line, not the rest of the file.
 *
 * Column names are compared by letters and digits alone: "Polling_Place_Id" is "polling place id".
 */
#ifndef HUSTINGS_CODEC_TABLE_H
#define HUSTINGS_CODEC_TABLE_H

#include "base/status.h"
#include "codec/encoding.h"

enum {
    TABLE_COLUMNS_MAX = 256,         /* the widest export known has 74 */
    TABLE_ROW_BYTES_MAX = 64 * 1024, /* of UTF-8; the longest row known has 1,100 */
    TABLE_FIELD_LINES_MAX = 20,
    TABLE_TEXT_LINES_MAX = 2000,   /* where fields are letters of people */
    TABLE_PIECE_BYTES = 64 * 1024, /* read at once */
    TABLE_WINDOW_BYTES = TABLE_ROW_BYTES_MAX + TABLE_PIECE_BYTES * DECODER_GROWTH + 64
};

/* Reads at most `cap` bytes to `out`; *ret_len 0 at the end of the file. */
typedef enum status table_read(void *context, char *out, size_t cap, size_t *ret_len,
                               struct error *err);

struct table_options {
    const char *name; /* of the file, for error texts */
    table_read *read;
    void *context;
    enum encoding encoding;
    char separator; /* 0 = the one that the header has most of */
    bool has_texts; /* a quoted field may span TABLE_TEXT_LINES_MAX lines */
};

struct table {
    struct table_options options;
    struct decoder decoder;
    struct buf piece;  /* as read */
    struct buf window; /* decoded, from the row at hand on */
    size_t at;         /* where the next row begins in the window */
    size_t line;       /* of that place, from 1 */
    bool is_end;       /* nothing more to read */
    struct buf names;
    size_t column_count;
    str columns[TABLE_COLUMNS_MAX]; /* as written, trimmed */
};

/* Reads the header. STATUS_INVALID: empty, compressed, a spreadsheet's own format, or a first line
 * that is no header; table_close is then not needed. */
enum status table_open(struct table *table, const struct table_options *options,
                       struct error *err) MUST_CHECK;
void table_close(struct table *table); /* wipes */
/* The first column of that name, or TABLE_COLUMNS_MAX. */
size_t table_column(const struct table *table, str name);
/* Are two column names the same, by letters and digits? */
bool table_names_equal(str a, str b);
/* "name=Full name,area code=GSS" (--columns): sets at[field] for each pair, leaves the rest as it is.
 * STATUS_INVALID names the field or the column that does not exist. */
struct table_fields {
    const char *const *names;
    size_t count;
    const char *examples; /* "'name', 'postcode'": for the hint */
};
enum status table_columns_named(const struct table *table, str columns,
                                const struct table_fields *fields, size_t *at,
                                struct error *err) MUST_CHECK;

enum table_kind { TABLE_END, TABLE_ROW, TABLE_BAD };
struct table_row {
    enum table_kind kind;
    size_t line;                   /* where it begins */
    const char *why;               /* TABLE_BAD */
    size_t count;                  /* TABLE_ROW: of the header */
    str fields[TABLE_COLUMNS_MAX]; /* trimmed views, valid until the next call */
};
/* A status other than STATUS_OK is that of reading the file. */
enum status table_next(struct table *table, struct table_row *row, struct error *err) MUST_CHECK;

#endif
