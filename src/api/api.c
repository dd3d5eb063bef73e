/* SPDX-License-Identifier: Apache-2.0 */
#include "api/api_internal.h"

#include <stdio.h>

#include "base/io.h"
#include "base/utf8.h"
#include "web/asset.h"

bool api_owns(str path)
{
    return str_starts(path, STR("/api/"));
}

/* --- problems --- */

struct problem {
    unsigned status;
    const char *title;
};

static const char *title_of(unsigned status)
{
    static const struct problem titles[] = {
        {400, "The request is not right"},
        {401, "A receipt is needed"},
        {404, "Not found"},
        {405, "Not allowed"},
        {409, "The same key with another body"},
        {413, "Too large"},
        {415, "Not a form we read"},
        {422, "The same key with another body"},
        {503, "Not now"},
    };
    for (size_t i = 0; i < ARRAY_LEN(titles); i++) {
        if (titles[i].status == status) {
            return titles[i].title;
        }
    }
    return "Something went wrong on our side";
}

/* "#/where/postcode": where in the body, as RFC 9457 section 3 shows it. */
static void put_pointer(struct json_out *out, const struct report_problem *problem)
{
    struct buf text;
    buf_init(&text, 8 * 1024);
    buf_add_byte(&text, '#');
    if (problem->pointer != NULL) {
        buf_add_c(&text, problem->pointer);
    } else {
        buf_add_byte(&text, '/');
        for (const char *c = problem->field; *c != '\0'; c++) {
            buf_add_byte(&text, *c == '.' ? '/' : *c);
        }
    }
    json_name(out, "pointer");
    json_add_text(out, buf_str(&text));
    buf_close(&text);
}

static void put_errors(struct json_out *out, const struct report_problems *problems)
{
    json_name(out, "errors");
    json_begin_list(out);
    for (size_t i = 0; i < problems->count; i++) {
        json_begin_object(out);
        put_pointer(out, &problems->list[i]);
        json_put_text(out, "detail", str_c(problems->list[i].message));
        json_end_object(out);
    }
    json_end_list(out);
}

static void put_detail(struct json_out *out, str detail, const struct report_problems *problems)
{
    char text[ERROR_TEXT_MAX];
    if (detail.n == 0 && problems != NULL && problems->count == 1) {
        detail = str_c(problems->list[0].message);
    } else if (detail.n == 0 && problems != NULL) {
        (void)snprintf(text, sizeof text, "%zu things are not right: see \"errors\".",
                       problems->count);
        detail = str_c(text);
    }
    json_put_text(out, "detail", detail);
}

void api_problem(struct http_exchange *x, unsigned status, str detail,
                 const struct report_problems *problems)
{
    struct buf buf;
    struct json_out out;
    buf_init(&buf, 64 * 1024);
    json_out_init(&out, &buf);
    json_begin_object(&out);
    json_put_text(&out, "type", STR("about:blank"));
    json_put_text(&out, "title", str_c(title_of(status)));
    json_put_int(&out, "status", status);
    put_detail(&out, detail, problems);
    if (problems != NULL && problems->count > 0) {
        put_errors(&out, problems);
    }
    json_end_object(&out);
    http_answer(x, status, "application/problem+json", buf_str(&buf));
    buf_close(&buf);
}

void api_problem_status(struct http_exchange *x, enum status status)
{
    switch (status) {
    case STATUS_CONFLICT:
        api_problem(x, 422,
                    STR("This Idempotency-Key was used for another report. Use a new key for a "
                        "new report, or send the first report again unchanged."),
                    NULL);
        return;
    case STATUS_NOT_FOUND:
        api_problem(x, 404,
                    STR("There is no report with this receipt. Check the twelve words. A lost "
                        "receipt cannot be recovered, and neither can a report that was erased."),
                    NULL);
        return;
    case STATUS_LIMIT:
        api_problem(x, 413, STR("There is no room for more in this report's mailbox."), NULL);
        return;
    case STATUS_UNCERTAIN: /* the connection to the database broke in the commit */
        http_add_header(x, "Retry-After", STR("5"));
        api_problem(x, 503,
                    STR("The desk cannot tell whether it was kept. Send it again with the same "
                        "Idempotency-Key: it is kept once. If someone is in danger, call 999."),
                    NULL);
        return;
    case STATUS_UNAVAILABLE:
        http_add_header(x, "Retry-After", STR("5"));
        api_problem(x, 503,
                    STR("The desk could not keep it just now. Nothing was kept; send it again "
                        "with the same Idempotency-Key. If someone is in danger, call 999."),
                    NULL);
        return;
    case STATUS_OK:
    case STATUS_INVALID:
    case STATUS_DENIED:
    case STATUS_CORRUPT:
    case STATUS_INTERNAL:
    case STATUS_COUNT:
        break;
    }
    api_problem(x, 500, STR("Something went wrong on our side. Nothing was kept."), NULL);
}

/* --- POST /api/v1/reports --- */

static void put_done(void *context, enum status status, const struct front_receipt *receipt)
{
    struct api_call *call = context;
    if (status == STATUS_NOT_FOUND) {
        api_problem(call->x, 400, STR("A file of this report was not kept. Send it again."), NULL);
        return;
    }
    if (status != STATUS_OK) {
        api_problem_status(call->x, status);
        return;
    }
    str advice[FRONT_ADVICE_MAX];
    size_t count = front_advice(call->front, http_arena(call->x), &call->report, &receipt->grade,
                                advice, ARRAY_LEN(advice));
    struct buf buf, words;
    struct json_out out;
    buf_init(&buf, 64 * 1024);
    buf_init(&words, 256);
    receipt_add_words(&words, &receipt->receipt);
    json_out_init(&out, &buf);
    json_begin_object(&out);
    json_put_text(&out, "receipt", buf_str(&words));
    json_name(&out, "advice");
    json_begin_list(&out);
    for (size_t i = 0; i < count; i++) {
        json_add_text(&out, advice[i]);
    }
    json_end_list(&out);
    json_put_bool(&out, "call_999", front_says_999(&call->report, &receipt->grade));
    json_end_object(&out);
    http_answer(call->x, 201, "application/json", buf_str(&buf));
    crypt_wipe(words.p, words.n);
    crypt_wipe(buf.p, buf.n);
    buf_close(&words);
    buf_close(&buf);
}

static bool key_is_good(struct http_exchange *x, str key)
{
    if (key.n == 0) {
        return true;
    }
    if (key.n < FRONT_KEY_BYTES_MIN || key.n > FRONT_KEY_BYTES_MAX || !utf8_is_text(key)) {
        api_problem(x, 400,
                    STR("An Idempotency-Key has 16 to 200 characters; use a random one, such as a "
                        "UUID."),
                    NULL);
        return false;
    }
    return true;
}

/* Empty or "practice=1". Anything else is refused: a practice report with a slip of the pen would
 * ring as a real one. */
static bool take_query(struct http_exchange *x, bool *ret_is_practice)
{
    str query = http_query(x);
    *ret_is_practice = str_equal(query, STR("practice=1"));
    if (query.n > 0 && !*ret_is_practice) {
        api_problem(x, 400,
                    STR("This address takes no query but \"practice=1\". Nothing was kept."), NULL);
        return false;
    }
    return true;
}

/* False when it was no JSON, and answered. */
static bool body_parse(struct http_exchange *x, str text, struct json *ret_body)
{
    struct error err = {0};
    struct report_problems problems = {0};
    enum status status = json_parse(http_arena(x), text, ret_body, &err);
    if (status == STATUS_OK) {
        return true;
    }
    report_problem_add(&problems,
                       (struct report_problem){.field = "", .message = err.primary, .pointer = ""});
    api_problem(x, status_http(status), STR(""), &problems);
    return false;
}

void api_report_put(struct api_call *call, str json)
{
    bool is_practice = false;
    struct json body;
    struct report_problems problems = {0};
    struct report_problems more = {0};
    struct http_exchange *x = call->x;
    struct arena *arena = http_arena(x);
    str key = http_header(x, "Idempotency-Key");
    if (!key_is_good(x, key) || !take_query(x, &is_practice)) {
        return;
    }
    if (json.n > REPORT_JSON_BYTES_MAX) {
        api_problem(x, 413, STR("A report may have at most 256 KiB."), NULL);
        return;
    }
    if (!body_parse(x, json, &body)) {
        return;
    }
    /* what is mistyped and what is not allowed, in one answer */
    (void)report_read(arena, &body, &call->report, &problems);
    (void)report_validate(&call->report, front_choices(call->front), clock_wall(), &more);
    for (size_t i = 0; i < more.count && body.kind == JSON_OBJECT; i++) {
        report_problem_add(&problems, more.list[i]);
    }
    if (problems.count > 0) {
        api_problem(x, 400, STR(""), &problems);
        return;
    }
    struct front_put put = {.report = &call->report,
                            .evidence = call->evidence,
                            .evidence_count = call->evidence_count,
                            .idempotency_key = key,
                            .draft_id = call->draft_id,
                            .source = "api",
                            .is_practice = is_practice};
    front_put(call->front, arena, &put, clock_wall(), put_done, call);
}

static bool is_json(str content_type)
{
    str kind = {0};
    (void)str_cut(content_type, ';', &kind);
    return str_equal_ascii_fold(str_trim(kind), STR("application/json"));
}

/* --- with a receipt --- */

static bool receipt_from_header(struct http_exchange *x, struct receipt *ret_receipt)
{
    struct error err = {0};
    str value = http_header(x, "Authorization");
    if (value.n < 7 || !str_equal_ascii_fold(str_slice(value, 0, 7), STR("Bearer "))) {
        http_add_header(x, "WWW-Authenticate", STR("Bearer"));
        api_problem(x, 401, STR("Send the receipt as 'Authorization: Bearer twelve-words-…'."),
                    NULL);
        return false;
    }
    if (receipt_parse(str_slice(value, 7, value.n), ret_receipt, &err) != STATUS_OK) {
        /* words that cannot be a receipt take the same path as words that are not one: the same
         * derivations and the same look-up, of a receipt that does not exist */
        *ret_receipt = receipt_new();
    }
    return true;
}

static void mailbox_done(void *context, enum status status, const struct front_message *messages,
                         size_t count)
{
    struct api_call *call = context;
    struct buf buf;
    struct json_out out;
    if (status != STATUS_OK) {
        api_problem_status(call->x, status);
        return;
    }
    buf_init(&buf, 8 * 1024 * 1024);
    json_out_init(&out, &buf);
    buf_add(&buf, STR("{\"messages\":["));
    str state = STR("received");
    for (size_t i = 0; i < count; i++) {
        struct json message;
        if (json_parse(http_arena(call->x), messages[i].json, &message, NULL) != STATUS_OK) {
            continue;
        }
        if (str_equal(json_member_text(&message, "kind"), STR("state"))) {
            state = json_member_text(&message, "text");
        }
        buf_add(&buf, i == 0 ? STR("") : STR(","));
        buf_add(&buf, messages[i].json); /* our own JSON, sealed by us */
    }
    buf_add(&buf, STR("],\"state\":"));
    json_add_text(&out, state);
    buf_add_byte(&buf, '}');
    http_answer(call->x, 200, "application/json", buf_str(&buf));
    crypt_wipe(buf.p, buf.n);
    buf_close(&buf);
}

static void mailbox_get(struct api_call *call)
{
    struct receipt receipt;
    if (receipt_from_header(call->x, &receipt)) {
        front_mailbox_read(call->front, http_arena(call->x), &receipt, mailbox_done, call);
    }
    CRYPT_WIPE(receipt);
}

static void add_done(void *context, enum status status, const struct front_receipt *receipt)
{
    static const struct report unsaid = {0}; /* what was added is words alone */
    struct api_call *call = context;
    if (status != STATUS_OK) {
        api_problem_status(call->x, status);
        return;
    }
    http_answer(call->x, 201, "application/json",
                front_says_999(&unsaid, &receipt->grade)
                    ? STR("{\"added\":true,\"call_999\":true}")
                    : STR("{\"added\":true,\"call_999\":false}"));
}

/* {"text":"…"} and nothing else. */
static void check_message(struct arena *arena, const struct json *body,
                          struct report_problems *problems)
{
    str text = json_member_text(body, "text");
    const char *wrong = NULL;
    if (body->kind != JSON_OBJECT) {
        report_problem_add(problems, (struct report_problem){
                                         .field = "",
                                         .message = "Send {\"text\":\"…\"}: what you want to add.",
                                         .pointer = ""});
        return;
    }
    if (text.n > REPORT_WHAT_BYTES_MAX) {
        wrong = "This is too long: at most 64 KiB. Send it in two parts.";
    } else if (str_trim(text).n == 0) {
        wrong = "Send {\"text\":\"…\"}: what you want to add.";
    } else if (!utf8_is_text(text)) {
        wrong = "This holds characters that cannot be read.";
    }
    if (wrong != NULL) {
        report_problem_add(problems, (struct report_problem){.field = "text", .message = wrong});
    }
    for (size_t i = 0; i < body->count; i++) {
        if (!str_equal(body->names[i], STR("text"))) {
            report_problem_unknown(problems, arena, (str){0}, body->names[i]);
        }
    }
}

static void message_post(struct api_call *call)
{
    struct receipt receipt;
    struct json body;
    struct http_exchange *x = call->x;
    str key = http_header(x, "Idempotency-Key");
    if (!key_is_good(x, key) || !receipt_from_header(x, &receipt)) {
        return;
    }
    if (!is_json(http_header(x, "Content-Type"))) {
        api_problem(x, 415, STR("Send what you want to add as application/json."), NULL);
        return;
    }
    if (!body_parse(x, http_body(x), &body)) {
        return;
    }
    struct report_problems problems = {0};
    check_message(http_arena(x), &body, &problems);
    if (problems.count > 0) {
        api_problem(x, 400, STR(""), &problems);
        return;
    }
    str text = json_member_text(&body, "text");
    front_mailbox_add(call->front, http_arena(x), &receipt, text, key, clock_wall(), add_done,
                      call);
    CRYPT_WIPE(receipt);
}

/* --- routes --- */

static bool is_multipart(str content_type)
{
    str kind = {0};
    (void)str_cut(content_type, ';', &kind);
    return str_equal_ascii_fold(str_trim(kind), STR("multipart/form-data"));
}

static void reports_post(struct api_call *call)
{
    if (call->upload != NULL) {
        api_upload_serve(call);
        return;
    }
    if (!is_json(http_header(call->x, "Content-Type"))) {
        api_problem(call->x, 415,
                    STR("Send a report as application/json, or as multipart/form-data with a part "
                        "named \"report\" and files."),
                    NULL);
        return;
    }
    api_report_put(call, http_body(call->x));
}

static void openapi_get(struct api_call *call)
{
    http_add_header(call->x, "Cache-Control", STR("public, max-age=300"));
    http_answer(call->x, 200, "application/json", asset_bytes(STR("openapi.json")));
}

typedef void api_handler(struct api_call *call);

static const struct {
    enum http_method method;
    const char *path;
    api_handler *serve;
} routes[] = {
    {HTTP_POST, "/api/v1/reports", reports_post},
    {HTTP_GET, "/api/v1/reports", mailbox_get},
    {HTTP_POST, "/api/v1/reports/messages", message_post},
    {HTTP_GET, "/api/v1/openapi.json", openapi_get},
};

static bool takes_post(str path)
{
    bool is_any = false;
    for (size_t i = 0; i < ARRAY_LEN(routes); i++) {
        is_any =
            is_any || (routes[i].method == HTTP_POST && str_equal(path, str_c(routes[i].path)));
    }
    return is_any;
}

size_t api_body_bytes_max(struct front *front, struct http_exchange *x)
{
    if (http_method(x) != HTTP_POST) {
        return 0;
    }
    if (!takes_post(http_path(x))) { /* its body is no reason to say that the body is too large */
        api_serve(front, x);
        return 0;
    }
    if (str_equal(http_path(x), STR("/api/v1/reports")) &&
        is_multipart(http_header(x, "Content-Type"))) {
        return api_upload_start(front, x) ? API_UPLOAD_BYTES_MAX : 0;
    }
    return REPORT_JSON_BYTES_MAX;
}

void api_serve(struct front *front, struct http_exchange *x)
{
    struct api_call *call = http_state(x);
    enum http_method method = http_method(x) == HTTP_HEAD ? HTTP_GET : http_method(x);
    const char *allowed = NULL;
    if (call == NULL) {
        call = ARENA_NEW(http_arena(x), struct api_call);
        call->front = front;
        call->x = x;
        http_set_state(x, call);
    }
    for (size_t i = 0; i < ARRAY_LEN(routes); i++) {
        if (!str_equal(http_path(x), str_c(routes[i].path))) {
            continue;
        }
        if (routes[i].method == method) {
            routes[i].serve(call);
            return;
        }
        allowed = routes[i].method == HTTP_GET ? "GET, HEAD" : "POST"; /* no more than one other */
    }
    if (allowed != NULL) {
        http_add_header(x, "Allow", str_c(allowed));
        api_problem(x, 405, STR("This address does not answer that method."), NULL);
    } else {
        api_problem(x, 404, STR("There is no such address; /api/v1/openapi.json lists them."),
                    NULL);
    }
}
