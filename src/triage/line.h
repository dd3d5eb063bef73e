/* SPDX-License-Identifier: Apache-2.0 */
/* One message as JSON in, one result as JSON out.
 *
 * Flat objects are read in one pass without a tree; whatever is not exactly that goes to the JSON
 * reader (codec/json.h), which decides alone what is an error. The fuzz target holds the two to the
 * same result. */
#ifndef HUSTINGS_TRIAGE_LINE_H
#define HUSTINGS_TRIAGE_LINE_H

#include "triage/message.h"

enum { TRIAGE_LINE_BYTES_MAX = 1024 * 1024 };

struct triage_line {
    str id;         /* as JSON ("\"a\"", "7"); empty = none was given */
    str text;       /* decoded, never blank */
    str author, at; /* empty when absent; of no use for the score. `at` that is no text is "?" */
    bool has_nul;   /* NULs of the line, raw or as an escape, are blanks in the text */
};

/* `pointer` is an RFC 6901 pointer to the text, or NULL for "/text". Views lie in `line` or in
 * `arena`. STATUS_INVALID says what is wrong; then ret_line has the id alone, where it could be read. */
enum status triage_line_read(struct arena *arena, str line, const char *pointer,
                             struct triage_line *ret_line, struct error *err) MUST_CHECK;
/* The same by the JSON reader alone. */
enum status triage_line_read_tree(struct arena *arena, str line, const char *pointer,
                                  struct triage_line *ret_line, struct error *err) MUST_CHECK;

struct triage_line_style {
    bool has_reasons;
    bool has_cluster;
    str signature; /* of sketch.h, in hex */
};
/* Appends the object without a line end; with `has_cluster` the message itself is in it. */
void triage_line_write(const struct triage_line *line, const struct triage_result *result,
                       const struct triage_line_style *style, struct buf *out);

#endif
