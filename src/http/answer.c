/* SPDX-License-Identifier: Apache-2.0 */
/* Answers: composed in the exchange, handed to the library at the next moment that it allows. */
#include "codec/json.h"
#include "http/http_internal.h"

struct fixed_header {
    const char *name;
    const char *value;
    bool is_replaceable; /* the handler's own takes its place */
};

static const struct fixed_header fixed_headers[] = {
    {"Content-Security-Policy",
     "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
     "script-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
     true},
    {"Cache-Control", "no-store", true},
    {"X-Content-Type-Options", "nosniff", false},
    {"Referrer-Policy", "no-referrer", false},
    {"Cross-Origin-Opener-Policy", "same-origin", false},
    {"Cross-Origin-Embedder-Policy", "require-corp", false},
    {"Cross-Origin-Resource-Policy", "same-origin", false},
    {"Permissions-Policy",
     "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()", false},
};

struct error_row {
    unsigned status;
    const char *title;
};

static const struct error_row error_rows[] = {
    {400, "Bad request"},
    {405, "Method not allowed"},
    {413, "Too large"},
    {414, "Address too long"},
    {431, "Headers too large"},
    {500, "Our fault"},
    {503, "Not available just now"},
};

static const char *error_title(unsigned status)
{
    for (size_t i = 0; i < ARRAY_LEN(error_rows); i++) {
        if (error_rows[i].status == status) {
            return error_rows[i].title;
        }
    }
    return "Error";
}

void http_add_header(struct http_exchange *x, const char *name, str value)
{
    for (size_t i = 0; i < value.n; i++) {
        ASSERT((unsigned char)value.p[i] >= ' ' && value.p[i] != 0x7f);
    }
    struct http_added *added = ARENA_NEW(&x->arena, struct http_added);
    *added = (struct http_added){x->added, arena_cstr(&x->arena, str_c(name)),
                                 arena_cstr(&x->arena, value)};
    x->added = added;
}

void http_set_cookie(struct http_exchange *x, str name, str value, int64_t max_age_s,
                     bool is_secure)
{
    for (size_t i = 0; i < name.n + value.n; i++) {
        char c = i < name.n ? name.p[i] : value.p[i - name.n];
        ASSERT(c > ' ' && c < 0x7f && strchr("\",;\\", c) == NULL); /* RFC 6265 section 4.1.1 */
    }
    ASSERT(name.n > 0 && str_find_byte(name, '=') == name.n);
    str age =
        max_age_s < 0 ? STR("") : arena_printf(&x->arena, "; Max-Age=%lld", (long long)max_age_s);
    http_add_header(x, "Set-Cookie",
                    arena_printf(&x->arena, "%.*s=%.*s; Path=/; HttpOnly; SameSite=Strict%s%.*s",
                                 STR_ARG(name), STR_ARG(value), is_secure ? "; Secure" : "",
                                 STR_ARG(age)));
}

static void set_answer(struct http_exchange *x, unsigned status, const char *content_type, str body)
{
    buf_clear(&x->answer);
    buf_add(&x->answer, body);
    if (x->answer.overflowed) {
        answer_error(x, 500, "The answer is longer than this server allows.");
        return;
    }
    x->status = status;
    x->content_type = content_type == NULL ? NULL : arena_cstr(&x->arena, str_c(content_type));
}

void http_answer(struct http_exchange *x, unsigned status, const char *content_type, str body)
{
    ASSERT(status >= 200 && status <= 599);
    ASSERT(x->is_begun && !x->is_handed_back);
    if (x->status == 0 && !x->is_over) { /* else the client has had its 503 */
        set_answer(x, status, content_type, body);
    }
    exchange_answered(x); /* x may be gone */
}

void http_redirect(struct http_exchange *x, str location)
{
    http_add_header(x, "Location", location);
    http_answer(x, 303, NULL, STR(""));
}

static void problem(struct http_exchange *x, unsigned status, const char *detail)
{
    struct json_out out;
    json_out_init(&out, &x->answer);
    json_begin_object(&out);
    json_put_text(&out, "type", STR("about:blank"));
    json_put_text(&out, "title", str_c(error_title(status)));
    json_put_int(&out, "status", status);
    json_put_text(&out, "detail", str_c(detail));
    json_end_object(&out);
}

void answer_error(struct http_exchange *x, unsigned status, const char *detail)
{
    const struct http_handler *handler = &x->server->handler;
    buf_clear(&x->answer);
    x->added = NULL;
    x->status = status;
    x->closes = true;
    if (status == 405) {
        http_add_header(x, "Allow", STR("GET, HEAD, POST"));
    }
    if (str_starts(x->path, STR("/api/"))) {
        x->content_type = "application/problem+json";
        problem(x, status, detail);
        return;
    }
    x->content_type = "text/html; charset=utf-8";
    if (handler->error_page != NULL &&
        handler->error_page(handler->context, x, status, &x->answer) && !x->answer.overflowed) {
        return;
    }
    buf_clear(&x->answer);
    buf_printf(&x->answer,
               "<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>%s</title>\n"
               "<h1>%s</h1>\n<p>%s</p>\n</html>\n",
               error_title(status), error_title(status), detail);
}

static bool is_added(const struct http_exchange *x, const char *name)
{
    for (const struct http_added *added = x->added; added != NULL; added = added->next) {
        if (str_equal_ascii_fold(str_c(added->name), str_c(name))) {
            return true;
        }
    }
    return false;
}

static bool add_headers(const struct http_exchange *x, struct MHD_Response *response)
{
    bool is_good = true;
    for (size_t i = 0; i < ARRAY_LEN(fixed_headers); i++) {
        const struct fixed_header *fixed = &fixed_headers[i];
        if (!fixed->is_replaceable || !is_added(x, fixed->name)) {
            is_good &= MHD_add_response_header(response, fixed->name, fixed->value) == MHD_YES;
        }
    }
    if (!x->server->is_public) {
        is_good &= MHD_add_response_header(response, "X-Robots-Tag", "noindex") == MHD_YES;
    }
    if (x->content_type != NULL) {
        is_good &= MHD_add_response_header(response, "Content-Type", x->content_type) == MHD_YES;
    }
    if (x->closes) {
        is_good &= MHD_add_response_header(response, "Connection", "close") == MHD_YES;
    }
    for (const struct http_added *added = x->added; added != NULL; added = added->next) {
        is_good &= MHD_add_response_header(response, added->name, added->value) == MHD_YES;
    }
    return is_good;
}

enum MHD_Result answer_queue(struct http_exchange *x)
{
    /* "persistent": the bytes stay in the exchange, which outlives the sending. The library only
     * reads them, though it asks for a pointer to non-const. */
    struct MHD_Response *response =
        MHD_create_response_from_buffer(x->answer.n, x->answer.p, MHD_RESPMEM_PERSISTENT);
    if (response == NULL) {
        return MHD_NO;
    }
    enum MHD_Result result =
        add_headers(x, response) ? MHD_queue_response(x->connection, x->status, response) : MHD_NO;
    MHD_destroy_response(response);
    return result;
}
