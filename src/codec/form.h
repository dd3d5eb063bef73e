/* SPDX-License-Identifier: Apache-2.0 */
/* What browsers send: application/x-www-form-urlencoded (WHATWG URL, section 5) and
 * multipart/form-data (RFC 7578), both bounded; and the query part of an address.
 *
 * Decoded text is valid UTF-8 or the field is refused by name. CR LF of text areas becomes LF.
 */
#ifndef HUSTINGS_CODEC_FORM_H
#define HUSTINGS_CODEC_FORM_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/status.h"

enum { FORM_FIELDS_MAX = 200, FORM_NAME_BYTES_MAX = 100 };

struct form_field {
    str name;
    str value;
};
struct form {
    const struct form_field *fields;
    size_t count;
};
/* For bodies and for queries. */
enum status form_parse(struct arena *arena, str text, struct form *ret_form, struct error *err)
    MUST_CHECK;
/* First value of that name, or empty. */
str form_value(const struct form *form, const char *name);
bool form_has(const struct form *form, const char *name);
/* The n-th value of that name (check boxes, several files); false past the last. */
bool form_nth(const struct form *form, const char *name, size_t n, str *ret_value);
/* Percent-encodes for a query or path part. */
void form_add_encoded(struct buf *out, str text);

/* --- multipart, push style: no part is ever held whole --- */
struct multipart;
struct multipart_part {
    str name;
    str filename; /* empty = an ordinary field */
    str content_type;
};
struct multipart_events {
    /* A part begins. false stops with STATUS_LIMIT. */
    bool (*begin)(void *context, const struct multipart_part *part);
    bool (*data)(void *context, str piece);
    bool (*end)(void *context);
    void *context;
};
/* content_type: the request's header ("multipart/form-data; boundary=…"). */
enum status multipart_new(struct arena *arena, str content_type,
                          const struct multipart_events *events, struct multipart **ret_parser,
                          struct error *err) MUST_CHECK;
enum status multipart_feed(struct multipart *parser, str bytes, struct error *err) MUST_CHECK;
/* STATUS_INVALID when the last boundary has not come. */
enum status multipart_finish(struct multipart *parser, struct error *err) MUST_CHECK;

#endif
