/* SPDX-License-Identifier: Apache-2.0 */
/* The request gate.
 *
 * Attacks by "request smuggling" need two programs in a row that see different ends of one request.
 * So whatever could be read in two ways is refused (RFC 9112, sections 2.2, 3.2, 6.1-6.3, 11.2),
 * and the connection is closed, since the next byte might be anything: Content-Length once, 1 to 15
 * digits; Transfer-Encoding once, exactly "chunked", not on HTTP/1.0, never both; Host once on 1.1
 * (at most once on 1.0); names are tokens; no control character in a value; version 1.0 or 1.1; a
 * target that is a path in visible ASCII.
 */
#include "http/http_internal.h"

enum { CONTENT_LENGTH_DIGITS_MAX = 15 };

#if MHD_VERSION < 0x01000000
static bool is_clean_end(str text)
{
    return text.p[text.n] == '\0' && text.p[text.n + 1] == '\0';
}

static bool is_clean_line(str name, str value)
{
    return value.p != NULL && value.p > name.p + name.n && is_clean_end(value);
}

static bool is_clean_request_line(const struct http_exchange *x, const char *version)
{
    return version == x->uri_end + 1 && is_clean_end(str_c(version));
}
#else
static bool is_clean_line(str name, str value)
{
    (void)name;
    (void)value;
    return true;
}

static bool is_clean_request_line(const struct http_exchange *x, const char *version)
{
    (void)x;
    (void)version;
    return true;
}
#endif

void head_set_uri(struct http_exchange *x, const char *uri)
{
    x->uri_end = uri + strlen(uri);
    str query = str_cut(str_c(uri), '?', &x->path);
    x->is_uri_long = x->path.n > HTTP_PATH_BYTES_MAX || query.n > HTTP_QUERY_BYTES_MAX;
    if (x->is_uri_long) {
        x->path = str_slice(x->path, 0, 5); /* enough to know "/api/" */
        query.n = 0;
    }
    x->path = arena_str(&x->arena, x->path);
    x->query = arena_str(&x->arena, query);
}

static bool is_token(str text)
{
    static const char marks[] = "!#$%&'*+-.^_`|~";
    for (size_t i = 0; i < text.n; i++) {
        if (!ascii_is_alnum(text.p[i]) && (text.p[i] == '\0' || strchr(marks, text.p[i]) == NULL)) {
            return false;
        }
    }
    return text.n > 0;
}

static bool is_visible(str text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] <= ' ' || text.p[i] >= 0x7f || text.p[i] == '#' || text.p[i] == '\\') {
            return false;
        }
    }
    return true;
}

static bool has_control(str text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (((unsigned char)text.p[i] < ' ' && text.p[i] != '\t') || text.p[i] == 0x7f) {
            return true;
        }
    }
    return false;
}

static bool is_digits(str text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (!ascii_is_digit(text.p[i])) {
            return false;
        }
    }
    return text.n > 0;
}

static bool is_host(str text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (!ascii_is_alnum(text.p[i]) && (text.p[i] == '\0' || !strchr(".-_:[]~%", text.p[i]))) {
            return false;
        }
    }
    return true;
}

static enum http_method method_parse(str method)
{
    return str_equal(method, STR("GET"))    ? HTTP_GET
           : str_equal(method, STR("HEAD")) ? HTTP_HEAD
           : str_equal(method, STR("POST")) ? HTTP_POST
                                            : HTTP_OTHER;
}

struct copied {
    struct http_exchange *x;
    bool is_clean;
    size_t bytes;
    size_t count_max;
};

static enum MHD_Result copy_header(void *context, enum MHD_ValueKind kind, const char *name,
                                   size_t name_len, const char *value, size_t value_len)
{
    struct copied *copied = context;
    struct http_exchange *x = copied->x;
    (void)kind;
    copied->bytes += name_len + value_len + 4;
    copied->is_clean &= is_clean_line(str_from(name, name_len), str_from(value, value_len));
    if (copied->bytes > HTTP_HEADERS_BYTES_MAX || x->header_count == copied->count_max) {
        return MHD_NO;
    }
    x->headers[x->header_count++] =
        (struct http_pair){arena_str(&x->arena, str_from(name, name_len)),
                           arena_str(&x->arena, str_from(value, value_len))};
    return MHD_YES;
}

/* 0, or the status of the refusal. */
static unsigned headers_copy(struct http_exchange *x)
{
    int count = MHD_get_connection_values(x->connection, MHD_HEADER_KIND, NULL, NULL);
    if (count > HTTP_HEADER_COUNT_MAX) {
        return 431;
    }
    struct copied copied = {.x = x, .is_clean = true, .count_max = count > 0 ? (size_t)count : 0};
    x->headers = ARENA_ARRAY(&x->arena, struct http_pair, copied.count_max);
    (void)MHD_get_connection_values_n(x->connection, MHD_HEADER_KIND, copy_header, &copied);
    return copied.bytes > HTTP_HEADERS_BYTES_MAX ? 431 : copied.is_clean ? 0 : 400;
}

/* NULL, or what is wrong. */
static const char *headers_check(const struct http_exchange *x, bool is_1_1)
{
    unsigned lengths = 0;
    unsigned codings = 0;
    unsigned hosts = 0;
    for (size_t i = 0; i < x->header_count; i++) {
        str name = x->headers[i].name;
        str value = x->headers[i].value;
        if (!is_token(name) || has_control(value)) {
            return "A header has a character that is not allowed.";
        }
        if (str_equal_ascii_fold(name, STR("Content-Length"))) {
            lengths++;
            if (!is_digits(value) || value.n > CONTENT_LENGTH_DIGITS_MAX) {
                return "Content-Length is not a plain number.";
            }
        } else if (str_equal_ascii_fold(name, STR("Transfer-Encoding"))) {
            codings++;
            if (!is_1_1 || !str_equal_ascii_fold(value, STR("chunked"))) {
                return "The only Transfer-Encoding understood is chunked, on HTTP/1.1.";
            }
        } else if (str_equal_ascii_fold(name, STR("Host"))) {
            hosts++;
            if (!is_host(value)) {
                return "Host is malformed.";
            }
        }
    }
    return lengths > 1                  ? "Content-Length is given more than once."
           : codings > 1                ? "Transfer-Encoding is given more than once."
           : lengths > 0 && codings > 0 ? "Content-Length and Transfer-Encoding exclude each other."
           : hosts > 1                  ? "Host is given more than once."
           : is_1_1 && hosts == 0       ? "Host is missing."
                                        : NULL;
}

unsigned head_read(struct http_exchange *x, const char *method, const char *version,
                   const char **ret_wrong)
{
    bool is_1_1 = str_equal(str_c(version), STR("HTTP/1.1"));
    x->method = method_parse(str_c(method));
    if (x->is_uri_long) {
        *ret_wrong = "The address is too long.";
        return 414;
    }
    unsigned status = headers_copy(x);
    if (status == 431) {
        *ret_wrong = "There are too many headers, or they are too long.";
        return status;
    }
    if (status != 0 || !is_clean_request_line(x, version)) {
        *ret_wrong = "A line of the head is folded, holds NUL, or does not end with CR LF.";
        return 400;
    }
    *ret_wrong = headers_check(x, is_1_1);
    if (*ret_wrong != NULL) {
        return 400;
    }
    if (!is_1_1 && !str_equal(str_c(version), STR("HTTP/1.0"))) {
        *ret_wrong = "Only HTTP/1.0 and HTTP/1.1 are understood.";
        return 400;
    }
    if (x->method == HTTP_OTHER) {
        *ret_wrong = "Only GET, HEAD and POST are understood.";
        return 405;
    }
    if (!str_starts(x->path, STR("/")) || !is_visible(x->path) || !is_visible(x->query)) {
        *ret_wrong = "The address has a character that is not allowed.";
        return 400;
    }
    return 0;
}

uint64_t head_content_length(const struct http_exchange *x)
{
    uint64_t length = 0;
    return str_to_u64(http_header(x, "Content-Length"), &length) ? length : 0;
}

/* ---- what a handler asks ---- */

enum http_method http_method(const struct http_exchange *x)
{
    return x->method;
}

str http_path(const struct http_exchange *x)
{
    return x->path;
}

str http_query(const struct http_exchange *x)
{
    return x->query;
}

str http_header(const struct http_exchange *x, const char *name)
{
    str wanted = str_c(name);
    for (size_t i = 0; i < x->header_count; i++) {
        if (str_equal_ascii_fold(x->headers[i].name, wanted)) {
            return x->headers[i].value;
        }
    }
    return str_c(NULL);
}

str http_cookie(const struct http_exchange *x, str name)
{
    for (size_t i = 0; i < x->header_count; i++) {
        str rest = x->headers[i].value;
        if (!str_equal_ascii_fold(x->headers[i].name, STR("Cookie"))) {
            continue;
        }
        while (rest.n > 0) {
            str pair, key;
            rest = str_cut(rest, ';', &pair);
            str value = str_cut(pair, '=', &key);
            if (str_equal(str_trim(key), name)) {
                return str_trim(value);
            }
        }
    }
    return str_c(NULL);
}

str http_body(const struct http_exchange *x)
{
    return buf_str(&x->body);
}

struct arena *http_arena(struct http_exchange *x)
{
    return &x->arena;
}

bool http_is_over(const struct http_exchange *x)
{
    return x->is_over;
}

void http_set_state(struct http_exchange *x, void *state)
{
    x->state = state;
}

void *http_state(const struct http_exchange *x)
{
    return x->state;
}
