/* SPDX-License-Identifier: Apache-2.0 */
/* What browsers send: application/x-www-form-urlencoded (WHATWG URL, section 5) and
 * multipart/form-data (RFC 7578), both bounded; and the query part of an address.
 *
 * Decoded text is valid UTF-8 without NUL, or the field is refused by name. CR LF of text areas
 * becomes LF in form_parse; a multipart field arrives as sent (it may be a file), so its reader
 * calls form_text on what is an ordinary field.
 */
#ifndef HUSTINGS_CODEC_FORM_H
#define HUSTINGS_CODEC_FORM_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/status.h"

enum {
    FORM_FIELDS_MAX = 200, /* also parts of a multipart body */
    FORM_NAME_BYTES_MAX = 100,
    FORM_FILENAME_BYTES_MAX = 1000,
    FORM_PART_HEAD_BYTES_MAX = 4096 /* all header lines of one part */
};

struct form_field {
    str name;
    str value;
};
struct form {
    const struct form_field *fields;
    size_t count;
};
/* For bodies and for queries. STATUS_INVALID names the field; STATUS_LIMIT past the limits above or
 * when the arena has no room for text.n bytes and the fields. As browsers do, "%" without two hex
 * digits stands for itself. */
enum status form_parse(struct arena *arena, str text, struct form *ret_form,
                       struct error *err) MUST_CHECK;
/* First value of that name, or empty. */
str form_value(const struct form *form, const char *name);
bool form_has(const struct form *form, const char *name);
/* One of several of that name, as check boxes are sent. */
bool form_has_value(const struct form *form, const char *name, str value);
/* The n-th value of that name (check boxes, several files); false past the last. */
bool form_nth(const struct form *form, const char *name, size_t n, str *ret_value);
/* A field of several lines as a list: trimmed, without empty ones. What is more than `max` (at least 1)
 * stays in the last one, so that it is refused and not lost. */
size_t form_lines(const struct form *form, const char *name, str *list, size_t max);
/* The value of an ordinary field as text: checked, CR LF to LF. STATUS_INVALID names the field. */
enum status form_text(struct arena *arena, str name, str value, str *ret_text,
                      struct error *err) MUST_CHECK;
/* Percent-encodes for a query or path part: all but letters, digits and "-._~". */
void form_add_encoded(struct buf *out, str text);

/* --- multipart, push style: no part is ever held whole --- */
struct multipart;
struct multipart_part {
    str name;         /* valid UTF-8 */
    bool is_file;     /* a filename was given; browsers give an empty one for "no file chosen" */
    str filename;     /* valid UTF-8; the sender's words, never a path to use. filename* (RFC 5987)
                         is not read: RFC 7578 section 4.2 forbids it */
    str content_type; /* the sender's claim; empty when absent */
};
struct multipart_events {
    /* A part begins; its views live until its end. false from any of the three stops with
     * STATUS_LIMIT. */
    bool (*begin)(void *context, const struct multipart_part *part);
    bool (*data)(void *context, str piece); /* never empty; any number of them */
    bool (*end)(void *context);
    void *context;
};
/* content_type: the request's header ("multipart/form-data; boundary=…"). */
enum status multipart_new(struct arena *arena, str content_type,
                          const struct multipart_events *events, struct multipart **ret_parser,
                          struct error *err) MUST_CHECK;
/* Pieces may be cut anywhere. After a failure the parser only repeats it. */
enum status multipart_feed(struct multipart *parser, str bytes, struct error *err) MUST_CHECK;
/* STATUS_INVALID when the last boundary has not come. */
enum status multipart_finish(struct multipart *parser, struct error *err) MUST_CHECK;

#endif
