/* SPDX-License-Identifier: Apache-2.0 */
/* JSON (RFC 8259): a bounded reader and a writer.
 *
 * Reading goes through jansson (the only includer of it): strict UTF-8, duplicate members refused,
 * depth limited. The tree is copied into an arena as plain structs, so nothing needs freeing.
 * Writing appends to a buf; names and values are escaped; the writer keeps commas right. (Its
 * functions are json_add_…, because a global `json_null` or `json_real` of ours would take the
 * place of jansson's own inside jansson.)
 */
#ifndef HUSTINGS_CODEC_JSON_H
#define HUSTINGS_CODEC_JSON_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/status.h"

enum { JSON_DEPTH_MAX = 32, JSON_BYTES_MAX = 4 * 1024 * 1024 };

enum json_kind { JSON_NULL, JSON_BOOL, JSON_INT, JSON_REAL, JSON_TEXT, JSON_LIST, JSON_OBJECT };

struct json {
    enum json_kind kind;
    bool boolean;
    int64_t integer;          /* JSON_INT */
    double real;              /* JSON_REAL, and JSON_INT as a double */
    str text;                 /* JSON_TEXT; never holds NUL */
    size_t count;             /* JSON_LIST, JSON_OBJECT */
    const str *names;         /* JSON_OBJECT: count names, in the order of the text */
    const struct json *items; /* JSON_LIST, JSON_OBJECT: count values */
};

/* Any value may stand at the top. STATUS_INVALID with line and column (from 1, in code points) and
 * what is wrong, never with a piece of the text. STATUS_LIMIT past JSON_BYTES_MAX, or when the tree
 * might not fit into what is left of the arena: a value takes sizeof(struct json), a member 16
 * bytes more, and all texts together at most text.n. Nothing points into `text` afterwards. */
enum status json_parse(struct arena *arena, str text, struct json *ret_json,
                       struct error *err) MUST_CHECK;
/* The member, or NULL when absent (or when json is no object). */
const struct json *json_member(const struct json *json, const char *name);
/* Text of a member, or empty when absent or of another kind. */
str json_member_text(const struct json *json, const char *name);
int64_t json_member_int(const struct json *json, const char *name, int64_t otherwise);
double json_member_real(const struct json *json, const char *name, double otherwise);
bool json_member_bool(const struct json *json, const char *name, bool otherwise);
/* JSON_INT or JSON_REAL; NULL is none. */
bool json_has_number(const struct json *json);

/* --- writer --- */
struct json_out {
    struct buf *buf;
    unsigned depth;
    bool needs_comma[JSON_DEPTH_MAX + 1];
};
void json_out_init(struct json_out *out, struct buf *buf);
void json_begin_object(struct json_out *out);
void json_end_object(struct json_out *out);
void json_begin_list(struct json_out *out);
void json_end_list(struct json_out *out);
/* Name of the next value. */
void json_name(struct json_out *out, const char *name);
void json_name_str(struct json_out *out, str name);
/* Invalid UTF-8 becomes U+FFFD, so that the output is always valid JSON. */
void json_add_text(struct json_out *out, str text);
void json_add_int(struct json_out *out, int64_t value);
void json_add_bool(struct json_out *out, bool value);
void json_add_null(struct json_out *out);
/* A value that this writer has made already: valid JSON, added as it is. */
void json_add_json(struct json_out *out, str json);
/* Fixed decimals (0-9), locale-free. */
void json_add_real(struct json_out *out, double value, unsigned decimals);
/* What was read, written again, with so many decimals where it is JSON_REAL. */
void json_add_value(struct json_out *out, const struct json *json, unsigned decimals);
/* The id of a thing as JSON writes it, to be given back as it came: a text or a whole number, else
 * STATUS_INVALID. */
enum status json_id(struct arena *arena, const struct json *json, str *ret_id,
                    struct error *err) MUST_CHECK;
/* name + text / int / bool in one call; json_put_text leaves empty texts out. */
void json_put_text(struct json_out *out, const char *name, str text);
void json_put_int(struct json_out *out, const char *name, int64_t value);
void json_put_bool(struct json_out *out, const char *name, bool value);

#endif
