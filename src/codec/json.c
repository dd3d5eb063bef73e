/* SPDX-License-Identifier: Apache-2.0 */
/* How hostile text is kept small: one pass of our own over the bytes comes before jansson. It
 * finds brackets outside strings, so it knows the depth and an upper bound of values and names
 * before anything is allocated. Too deep is refused with its place; more values than the arena has
 * room for is STATUS_LIMIT, never arena_exhausted (which would end the process for one body of
 * "[0,0,0,…"). Decoded text is never longer than encoded text, so all texts share one block of the
 * size of the input.
 *
 * Left out: jansson's own words of what stands "near" the error. They quote the input, and errors
 * end up in logs; line and column say enough.
 */
#include "codec/json.h"

#include <math.h>

#include "base/text.h"
#include "base/utf8.h"

/* Both sides have a JSON_OBJECT; jansson's get another name here. */
#define JSON_OBJECT JANSSON_OBJECT
#define JSON_ARRAY JANSSON_ARRAY
#define JSON_STRING JANSSON_STRING
#define JSON_INTEGER JANSSON_INTEGER
#define JSON_REAL JANSSON_REAL
#define JSON_TRUE JANSSON_TRUE
#define JSON_FALSE JANSSON_FALSE
#define JSON_NULL JANSSON_NULL
#include <jansson.h>
#undef JSON_OBJECT
#undef JSON_ARRAY
#undef JSON_STRING
#undef JSON_INTEGER
#undef JSON_REAL
#undef JSON_TRUE
#undef JSON_FALSE
#undef JSON_NULL

/* ---- reading ---- */

struct json_bounds {
    size_t values;
    size_t names;
};

/* Line and column (both from 1, columns in code points) of byte `at`. */
static void json_place(str text, size_t at, size_t *ret_line, size_t *ret_column)
{
    size_t line = 1;
    size_t start = 0;
    for (size_t i = 0; i < at && i < text.n; i++) {
        if (text.p[i] == '\n') {
            line++;
            start = i + 1;
        }
    }
    *ret_line = line;
    *ret_column = utf8_count(str_slice(text, start, at)) + 1;
}

static enum status json_wrong_at(str text, size_t at, const char *what, struct error *err)
{
    size_t line = 0;
    size_t column = 0;
    json_place(text, at, &line, &column);
    return error_set(err, STATUS_INVALID, "line %zu, column %zu: %s", line, column, what);
}

/* Skips a string whose opening quote is at `at`; returns the index of its closing quote. */
static size_t json_skip_string(str text, size_t at)
{
    for (at++; at < text.n && text.p[at] != '"'; at++) {
        if (text.p[at] == '\\') {
            at++;
        }
    }
    return at;
}

static enum status json_measure(str text, struct json_bounds *bounds, struct error *err)
{
    size_t depth = 0;
    bounds->values = 1;
    bounds->names = 0;
    for (size_t i = 0; i < text.n; i++) {
        switch (text.p[i]) {
        case '"':
            i = json_skip_string(text, i);
            break;
        case '[':
        case '{':
            if (++depth > JSON_DEPTH_MAX) {
                return json_wrong_at(text, i, "nested too deeply", err);
            }
            bounds->values++;
            break;
        case ']':
        case '}':
            depth -= depth > 0 ? 1 : 0;
            break;
        case ',':
            bounds->values++;
            break;
        case ':':
            bounds->names++;
            break;
        case '\0':
            return json_wrong_at(text, i, "a NUL byte", err);
        default:
            break;
        }
    }
    return STATUS_OK;
}

/* jansson reports where it stopped reading: behind the token that was wrong. Where it quotes that
 * token, its start is known. */
static enum status json_refuse(str text, json_error_t *error, struct error *err)
{
    static const char near[] = " near '";
    if (json_error_code(error) == json_error_out_of_memory) {
        arena_exhausted(text.n, JSON_BYTES_MAX);
    }
    size_t at = error->position < 0 ? 0 : (size_t)error->position;
    at = at > text.n ? text.n : at;
    bool is_nul = json_error_code(error) == json_error_null_character;
    str words = is_nul ? STR("a text may not hold \\u0000") : str_c(error->text);
    size_t quote = str_find(words, STR(" near '"));
    if (quote < words.n) {
        size_t len = words.n - quote - sizeof near; /* without the closing quote */
        str token = str_slice(words, quote + sizeof near - 1, words.n - 1);
        if (len <= at && str_equal(str_slice(text, at - len, at), token)) {
            at -= len;
        }
        words.n = quote;
    } else if (str_ends(words, STR(" near end of file"))) {
        words = STR("the text ends too early");
    }
    char what[JSON_ERROR_TEXT_LENGTH + 1];
    memcpy(what, words.p, words.n);
    what[words.n] = '\0';
    return json_wrong_at(text, at, what, err);
}

struct json_copy {
    struct arena *arena;
    char *texts;
    size_t texts_used;
    size_t texts_cap;
};

static str json_copy_text(struct json_copy *copy, str text)
{
    ASSERT(text.n <= copy->texts_cap - copy->texts_used);
    char *at = copy->texts + copy->texts_used;
    if (text.n > 0) {
        memcpy(at, text.p, text.n);
    }
    copy->texts_used += text.n;
    return (str){at, text.n};
}

static void json_copy_value(struct json_copy *copy, json_t *from, struct json *to);

static void json_copy_list(struct json_copy *copy, json_t *from, struct json *to)
{
    to->kind = JSON_LIST;
    to->count = json_array_size(from);
    struct json *items = ARENA_ARRAY(copy->arena, struct json, to->count);
    for (size_t i = 0; i < to->count; i++) {
        json_copy_value(copy, json_array_get(from, i), &items[i]);
    }
    to->items = items;
}

static void json_copy_object(struct json_copy *copy, json_t *from, struct json *to)
{
    to->kind = JSON_OBJECT;
    to->count = json_object_size(from);
    struct json *items = ARENA_ARRAY(copy->arena, struct json, to->count);
    str *names = ARENA_ARRAY(copy->arena, str, to->count);
    const char *name = NULL;
    json_t *value = NULL;
    size_t i = 0;
    json_object_foreach(from, name, value)
    {
        names[i] = json_copy_text(copy, str_c(name));
        json_copy_value(copy, value, &items[i]);
        i++;
    }
    ASSERT(i == to->count);
    to->names = names;
    to->items = items;
}

/* Recursion is bounded: json_measure has refused more than JSON_DEPTH_MAX levels. */
static void json_copy_value(struct json_copy *copy, json_t *from, struct json *to)
{
    switch (json_typeof(from)) {
    case JANSSON_OBJECT:
        json_copy_object(copy, from, to);
        break;
    case JANSSON_ARRAY:
        json_copy_list(copy, from, to);
        break;
    case JANSSON_STRING:
        to->kind = JSON_TEXT;
        to->text =
            json_copy_text(copy, str_from(json_string_value(from), json_string_length(from)));
        break;
    case JANSSON_INTEGER:
        to->kind = JSON_INT;
        to->integer = json_integer_value(from);
        to->real = (double)to->integer;
        break;
    case JANSSON_REAL:
        to->kind = JSON_REAL;
        to->real = json_real_value(from);
        break;
    case JANSSON_TRUE:
    case JANSSON_FALSE:
        to->kind = JSON_BOOL;
        to->boolean = json_typeof(from) == JANSSON_TRUE;
        break;
    case JANSSON_NULL:
        to->kind = JSON_NULL;
        break;
    }
}

/* Upper bound of what the copy takes, and whether the arena has it. */
static bool json_fits(const struct arena *arena, const struct json_bounds *bounds,
                      size_t text_bytes)
{
    enum { ROUNDING = 64 };
    size_t wanted = bounds->values * sizeof(struct json) + bounds->names * sizeof(str) +
                    text_bytes + ROUNDING; /* text_bytes <= JSON_BYTES_MAX: cannot overflow */
    return wanted <= arena->bytes_max - arena->used_total;
}

enum status json_parse(struct arena *arena, str text, struct json *ret_json, struct error *err)
{
    static_assert(sizeof(struct json) % 16 == 0, "arena rounding must not add to lists");
    struct json_bounds bounds;
    if (text.n > JSON_BYTES_MAX) {
        return error_set(err, STATUS_LIMIT, "JSON of more than %d bytes", JSON_BYTES_MAX);
    }
    enum status status = json_measure(text, &bounds, err);
    if (status != STATUS_OK) {
        return status;
    }
    if (!json_fits(arena, &bounds, text.n)) {
        return error_set(err, STATUS_LIMIT, "JSON with too many values");
    }
    json_error_t error;
    json_t *tree = json_loadb(text.p == NULL ? "" : text.p, text.n,
                              JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    if (tree == NULL) {
        return json_refuse(text, &error, err);
    }
    struct json_copy copy = {
        .arena = arena, .texts = arena_alloc(arena, text.n, 1), .texts_cap = text.n};
    struct json top = {JSON_NULL};
    json_copy_value(&copy, tree, &top);
    json_decref(tree);
    *ret_json = top;
    return STATUS_OK;
}

const struct json *json_member(const struct json *json, const char *name)
{
    if (json == NULL || json->kind != JSON_OBJECT) {
        return NULL;
    }
    str wanted = str_c(name);
    for (size_t i = 0; i < json->count; i++) {
        if (str_equal(json->names[i], wanted)) {
            return &json->items[i];
        }
    }
    return NULL;
}

str json_member_text(const struct json *json, const char *name)
{
    const struct json *member = json_member(json, name);
    return member != NULL && member->kind == JSON_TEXT ? member->text : str_c(NULL);
}

int64_t json_member_int(const struct json *json, const char *name, int64_t otherwise)
{
    const struct json *member = json_member(json, name);
    return member != NULL && member->kind == JSON_INT ? member->integer : otherwise;
}

bool json_has_number(const struct json *json)
{
    return json != NULL && (json->kind == JSON_INT || json->kind == JSON_REAL);
}

double json_member_real(const struct json *json, const char *name, double otherwise)
{
    const struct json *member = json_member(json, name);
    return json_has_number(member) ? member->real : otherwise;
}

bool json_member_bool(const struct json *json, const char *name, bool otherwise)
{
    const struct json *member = json_member(json, name);
    return member != NULL && member->kind == JSON_BOOL ? member->boolean : otherwise;
}

/* ---- writing ---- */

void json_out_init(struct json_out *out, struct buf *buf)
{
    *out = (struct json_out){.buf = buf};
}

static void json_comma(struct json_out *out)
{
    if (out->needs_comma[out->depth]) {
        buf_add_byte(out->buf, ',');
    }
    out->needs_comma[out->depth] = true;
}

static void json_begin(struct json_out *out, char bracket)
{
    json_comma(out);
    ASSERT(out->depth < JSON_DEPTH_MAX);
    buf_add_byte(out->buf, bracket);
    out->depth++;
    out->needs_comma[out->depth] = false;
}

static void json_end(struct json_out *out, char bracket)
{
    ASSERT(out->depth > 0);
    out->depth--;
    buf_add_byte(out->buf, bracket);
}

void json_begin_object(struct json_out *out)
{
    json_begin(out, '{');
}

void json_end_object(struct json_out *out)
{
    json_end(out, '}');
}

void json_begin_list(struct json_out *out)
{
    json_begin(out, '[');
}

void json_end_list(struct json_out *out)
{
    json_end(out, ']');
}

static void json_escape(struct buf *buf, char c)
{
    static const char letters[] = "btnvfr"; /* of bytes 8 to 13; JSON has no \v */
    if (c == '"' || c == '\\') {
        buf_add_byte(buf, '\\');
        buf_add_byte(buf, c);
    } else if (c >= 8 && c <= 13 && c != 11) {
        buf_add_byte(buf, '\\');
        buf_add_byte(buf, letters[c - 8]);
    } else {
        buf_add_c(buf, "\\u00");
        buf_add_hex(buf, &c, 1);
    }
}

static void json_quote(struct buf *buf, str text)
{
    buf_add_byte(buf, '"');
    while (text.n > 0) {
        size_t plain = 0;
        while (plain < text.n && (unsigned char)text.p[plain] >= 0x20 &&
               (unsigned char)text.p[plain] < 0x80 && text.p[plain] != '"' &&
               text.p[plain] != '\\') {
            plain++;
        }
        buf_add(buf, str_slice(text, 0, plain));
        text = str_slice(text, plain, text.n);
        if (text.n == 0) {
            break;
        }
        uint32_t point = 0;
        str rest = text;
        if ((unsigned char)text.p[0] < 0x80) {
            json_escape(buf, text.p[0]);
            rest = str_slice(text, 1, text.n);
        } else if (utf8_next(&rest, &point)) {
            buf_add_bytes(buf, text.p, text.n - rest.n);
        } else {
            buf_add_c(buf, "\xef\xbf\xbd");
            rest = str_slice(text, 1, text.n);
        }
        text = rest;
    }
    buf_add_byte(buf, '"');
}

void json_name(struct json_out *out, const char *name)
{
    json_name_str(out, str_c(name));
}

void json_name_str(struct json_out *out, str name)
{
    json_comma(out);
    json_quote(out->buf, name);
    buf_add_byte(out->buf, ':');
    out->needs_comma[out->depth] = false; /* the value follows; it sets the mark again */
}

void json_add_text(struct json_out *out, str text)
{
    json_comma(out);
    json_quote(out->buf, text);
}

void json_add_int(struct json_out *out, int64_t value)
{
    json_comma(out);
    buf_add_i64(out->buf, value);
}

void json_add_bool(struct json_out *out, bool value)
{
    json_comma(out);
    buf_add_c(out->buf, value ? "true" : "false");
}

void json_add_json(struct json_out *out, str json)
{
    json_comma(out);
    buf_add(out->buf, json);
}

void json_add_null(struct json_out *out)
{
    json_comma(out);
    buf_add_c(out->buf, "null");
}

/* printf would follow the locale's decimal mark, so whole part and fraction are written as
 * integers. From 2^53 on a double has no fraction. */
void json_add_real(struct json_out *out, double value, unsigned decimals)
{
    static const int64_t powers[] = {1,      10,      100,      1000,      10000,
                                     100000, 1000000, 10000000, 100000000, 1000000000};
    ASSERT(decimals < ARRAY_LEN(powers));
    if (!isfinite(value)) {
        json_add_null(out);
        return;
    }
    json_comma(out);
    double size = fabs(value);
    int64_t part = 0;
    if (size >= 9e15) {
        buf_printf(out->buf, "%.0f", value);
    } else {
        int64_t whole = (int64_t)size;
        part = llround((size - (double)whole) * (double)powers[decimals]);
        if (part == powers[decimals]) {
            whole++;
            part = 0;
        }
        buf_add_c(out->buf, value < 0 && (whole > 0 || part > 0) ? "-" : "");
        buf_add_i64(out->buf, whole);
    }
    if (decimals > 0) {
        buf_printf(out->buf, ".%0*lld", (int)decimals, (long long)part);
    }
}

void json_add_value(struct json_out *out, const struct json *json, unsigned decimals)
{
    switch (json->kind) {
    case JSON_NULL:
        json_add_null(out);
        break;
    case JSON_BOOL:
        json_add_bool(out, json->boolean);
        break;
    case JSON_INT:
        json_add_int(out, json->integer);
        break;
    case JSON_REAL:
        json_add_real(out, json->real, decimals);
        break;
    case JSON_TEXT:
        json_add_text(out, json->text);
        break;
    case JSON_LIST:
        json_begin_list(out);
        for (size_t i = 0; i < json->count; i++) {
            json_add_value(out, &json->items[i], decimals);
        }
        json_end_list(out);
        break;
    case JSON_OBJECT:
        json_begin_object(out);
        for (size_t i = 0; i < json->count; i++) {
            json_name_str(out, json->names[i]);
            json_add_value(out, &json->items[i], decimals);
        }
        json_end_object(out);
        break;
    }
}

enum status json_id(struct arena *arena, const struct json *json, str *ret_id, struct error *err)
{
    struct buf buf;
    struct json_out out;
    if (json->kind != JSON_INT && json->kind != JSON_TEXT) {
        return error_set(err, STATUS_INVALID, "id must be a text or a whole number");
    }
    buf_init(&buf, 6 * json->text.n + 32); /* six bytes at most for one: \u0001 */
    json_out_init(&out, &buf);
    json_add_value(&out, json, 0);
    *ret_id = arena_str(arena, buf_str(&buf));
    buf_close(&buf);
    return STATUS_OK;
}

void json_put_text(struct json_out *out, const char *name, str text)
{
    if (text.n > 0) {
        json_name(out, name);
        json_add_text(out, text);
    }
}

void json_put_int(struct json_out *out, const char *name, int64_t value)
{
    json_name(out, name);
    json_add_int(out, value);
}

void json_put_bool(struct json_out *out, const char *name, bool value)
{
    json_name(out, name);
    json_add_bool(out, value);
}
