/* SPDX-License-Identifier: Apache-2.0 */
/* Routes, languages and answers of the reporter's pages. */
#include "base/io.h"
#include "crypt/crypt.h"
#include "pages/accessibility.html.h"
#include "pages/cookies.html.h"
#include "pages/pages_internal.h"
#include "pages/privacy.html.h"
#include "pages/problem.html.h"
#include "pages/start.html.h"
#include "route/route.h"
#include "web/asset.h"

/* Where the exit link leads: a page that nobody needs to explain. */
#define EXIT_URL "https://www.bbc.co.uk/weather"

enum { COOKIE_SECONDS = -1 }; /* until the browser closes */

struct site *site_open(const struct site_options *options, struct arena *perm)
{
    struct site *site = ARENA_NEW(perm, struct site);
    site->options = *options;
    site->front = options->front;
    site->pack = options->pack;
    site->route_work = route_work_new(perm, options->router);
    /* The catalogues are part of the program: a broken one is a broken build. */
    ASSERT(languages_open(&site->languages, NULL) == STATUS_OK);
    return site;
}

str say(const struct visit *visit, str english)
{
    return catalogue_text(visit->catalogue, english);
}

/* --- answers --- */

static bool has_get_route(str path);

/* Where the links to the other languages lead: to this page, or, when it has no address of its
 * own, to the first one. */
static str language_path(const struct visit *visit)
{
    str path = http_path(visit->x);
    return has_get_route(path) ? path : STR("/");
}

struct part_site visit_site(const struct visit *visit)
{
    return (struct part_site){.lang = visit->language->code,
                              .path = language_path(visit),
                              .desk = visit->site->options.controller_name,
                              .is_practice = visit->is_practice,
                              .action = str_c(visit->form_action),
                              .is_question = visit->is_question,
                              .came_from = visit->came_from};
}

void visit_answer(struct visit *visit, unsigned status, struct buf *html)
{
    if (html->overflowed) {
        http_answer(visit->x, 500, "text/plain; charset=utf-8", STR("This page is too long.\n"));
    } else {
        http_answer(visit->x, status, "text/html; charset=utf-8", buf_str(html));
    }
    crypt_wipe(html->p, html->n);
    buf_close(html);
}

void visit_problem(struct visit *visit, unsigned status, str kind, bool is_kept)
{
    VISIT_ANSWER(visit, status, problem, .kind = kind, .is_kept = is_kept);
}

void visit_problem_status(struct visit *visit, enum status status, bool is_kept)
{
    if (status == STATUS_UNAVAILABLE || status == STATUS_UNCERTAIN) {
        http_add_header(visit->x, "Retry-After", STR("60"));
        visit_problem(visit, 503, STR("busy"), is_kept);
    } else if (status == STATUS_LIMIT) {
        visit_problem(visit, 413, STR("too-large"), is_kept);
    } else {
        visit_problem(visit, 500, STR("trouble"), is_kept);
    }
}

/* --- the draft and its cookie --- */

static void read_cookie(struct visit *visit)
{
    uint8_t token[FRONT_DRAFT_TOKEN_BYTES];
    str cookie = http_cookie(visit->x, STR("draft"));
    visit->has_cookie = cookie.n == 2 * sizeof token && hex_decode(cookie, token, sizeof token);
    if (visit->has_cookie) {
        front_draft_keys(visit->site->front, token, &visit->keys);
        visit->is_practice = front_draft_is_practice(token);
    }
    crypt_wipe(token, sizeof token);
}

void visit_new_draft(struct visit *visit, bool is_practice)
{
    uint8_t token[FRONT_DRAFT_TOKEN_BYTES];
    char hex[2 * sizeof token];
    front_draft_token_new(is_practice, token);
    hex_encode(token, sizeof token, hex);
    http_set_cookie(visit->x, STR("draft"), str_from(hex, sizeof hex), COOKIE_SECONDS,
                    visit->site->options.is_https);
    front_draft_keys(visit->site->front, token, &visit->keys);
    visit->has_cookie = true;
    visit->is_practice = is_practice;
    crypt_wipe(token, sizeof token);
    crypt_wipe(hex, sizeof hex);
}

static str nonce_of(const struct visit *visit)
{
    return visit->has_cookie ? str_from(visit->keys.idempotency_hex, NONCE_CHARS) : STR("");
}

bool visit_nonce_is_good(struct visit *visit, str nonce)
{
    if (visit->has_cookie && str_equal(nonce, nonce_of(visit))) {
        return true;
    }
    visit_problem(visit, 403, STR("expired"), false);
    return false;
}

struct part_form_head visit_form(const struct visit *visit, int64_t step)
{
    return (struct part_form_head){nonce_of(visit), step, STEPS, visit->is_change};
}

void visit_keep(struct visit *visit, front_done *then)
{
    struct buf plain;
    buf_init(&plain, BOX_DRAFT_BYTES_MAX);
    draft_encode(&visit->draft, &plain);
    if (plain.overflowed) {
        then(visit, STATUS_LIMIT);
    } else {
        str text = arena_str(visit->arena, buf_str(&plain));
        front_draft_write(visit->site->front, visit->arena, &visit->keys, text, then, visit);
    }
    crypt_wipe(plain.p, plain.n);
    buf_close(&plain);
}

/* --- parts that many pages show --- */

str visit_error(const struct visit *visit, const char *field)
{
    for (size_t i = 0; i < visit->problems.count; i++) {
        if (str_equal(visit->problems.list[i].field, str_c(field))) {
            return say(visit, visit->problems.list[i].message);
        }
    }
    return (str){0};
}

struct part_error_summary visit_errors(const struct visit *visit)
{
    size_t count = visit->problems.count;
    struct part_field_error *rows = ARENA_ARRAY(visit->arena, struct part_field_error, count + 1);
    for (size_t i = 0; i < count; i++) {
        str field = visit->problems.list[i].field;
        int64_t step = draft_step_of(field);
        /* "check your answers" has no inputs: its complaints lead to the page that has */
        bool is_elsewhere = step > 0 && str_equal(http_path(visit->x), STR("/report/send"));
        rows[i] = (struct part_field_error){
            field, say(visit, visit->problems.list[i].message),
            is_elsewhere ? arena_printf(visit->arena, "%.*s?change=1", STR_ARG(step_path(step)))
                         : (str){0}};
    }
    return (struct part_error_summary){count > 0, {rows, count}};
}

struct part_option_list visit_choices(const struct visit *visit, const struct pack_choices *choices,
                                      str current)
{
    struct part_option *rows = ARENA_ARRAY(visit->arena, struct part_option, choices->count + 1);
    for (size_t i = 0; i < choices->count; i++) {
        const struct pack_choice *choice = &choices->items[i];
        rows[i] = (struct part_option){
            choice->id, pack_text(visit->site->pack, &choice->label, visit->language->code),
            str_equal(choice->id, current)};
    }
    return (struct part_option_list){rows, choices->count};
}

/* --- small pages --- */

static void start_get(struct visit *visit)
{
    VISIT_ANSWER(visit, 200, start, );
}

static void cookies_get(struct visit *visit)
{
    VISIT_ANSWER(visit, 200, cookies, );
}

static void accessibility_get(struct visit *visit)
{
    VISIT_ANSWER(visit, 200, accessibility, .contact = visit->site->options.controller_contact);
}

static void privacy_get(struct visit *visit)
{
    VISIT_ANSWER(visit, 200, privacy, .controller = visit->site->options.controller_name,
                 .contact = visit->site->options.controller_contact,
                 .is_part3 = str_equal(visit->site->options.regime, STR("part3")));
}

static void gone(struct visit *visit)
{
    http_set_cookie(visit->x, STR("draft"), STR(""), 0, visit->site->options.is_https);
    http_add_header(visit->x, "Clear-Site-Data", STR("\"cache\", \"cookies\", \"storage\""));
    http_redirect(visit->x, STR(EXIT_URL));
}

static void wiped(void *context, enum status status)
{
    (void)status; /* without its cookie the draft cannot be opened, and box drops it in an hour */
    gone(context);
}

static void exit_get(struct visit *visit)
{
    if (visit->has_cookie) {
        front_draft_wipe(visit->site->front, visit->arena, &visit->keys, wiped, visit);
    } else {
        gone(visit);
    }
}

/* --- routes --- */

enum route_needs { NEEDS_NOTHING, NEEDS_FORM, NEEDS_DRAFT, NEEDS_DRAFT_AND_FORM, NEEDS_UPLOAD };

struct route {
    enum http_method method;
    const char *path; /* ends with '/' = begins with */
    enum route_needs needs;
    void (*serve)(struct visit *visit);
};

static const struct route routes[] = {
    {HTTP_GET, "/", NEEDS_NOTHING, start_get},
    {HTTP_GET, "/privacy", NEEDS_NOTHING, privacy_get},
    {HTTP_GET, "/cookies", NEEDS_NOTHING, cookies_get},
    {HTTP_GET, "/accessibility", NEEDS_NOTHING, accessibility_get},
    {HTTP_GET, "/exit", NEEDS_NOTHING, exit_get},
    {HTTP_GET, "/practice", NEEDS_NOTHING, practice_get},
    {HTTP_POST, "/practice", NEEDS_FORM, practice_post},
    {HTTP_GET, "/practice/end", NEEDS_NOTHING, practice_end_get},
    {HTTP_GET, "/report/now", NEEDS_DRAFT, step_get},
    {HTTP_GET, "/report/danger", NEEDS_DRAFT, danger_get},
    {HTTP_GET, "/report/who", NEEDS_DRAFT, step_get},
    {HTTP_GET, "/report/what", NEEDS_DRAFT, step_get},
    {HTTP_GET, "/report/where", NEEDS_DRAFT, step_get},
    {HTTP_GET, "/report/place", NEEDS_DRAFT, place_get},
    {HTTP_GET, "/report/how", NEEDS_DRAFT, step_get},
    {HTTP_GET, "/report/files", NEEDS_DRAFT, step_get},
    {HTTP_GET, "/report/effect", NEEDS_DRAFT, step_get},
    {HTTP_GET, "/report/share", NEEDS_DRAFT, step_get},
    {HTTP_GET, "/report/contact", NEEDS_DRAFT, step_get},
    {HTTP_GET, "/report/check", NEEDS_DRAFT, check_get},
    {HTTP_POST, "/report/now", NEEDS_DRAFT_AND_FORM, step_post},
    {HTTP_POST, "/report/who", NEEDS_DRAFT_AND_FORM, step_post},
    {HTTP_POST, "/report/what", NEEDS_DRAFT_AND_FORM, step_post},
    {HTTP_POST, "/report/where", NEEDS_DRAFT_AND_FORM, step_post},
    {HTTP_POST, "/report/place", NEEDS_DRAFT_AND_FORM, place_post},
    {HTTP_POST, "/report/how", NEEDS_DRAFT_AND_FORM, step_post},
    {HTTP_POST, "/report/files", NEEDS_UPLOAD, files_post},
    {HTTP_POST, "/report/files/remove", NEEDS_DRAFT_AND_FORM, files_remove_post},
    {HTTP_POST, "/report/effect", NEEDS_DRAFT_AND_FORM, step_post},
    {HTTP_POST, "/report/share", NEEDS_DRAFT_AND_FORM, step_post},
    {HTTP_POST, "/report/contact", NEEDS_DRAFT_AND_FORM, step_post},
    {HTTP_GET, "/report/send", NEEDS_NOTHING, send_get},
    {HTTP_POST, "/report/send", NEEDS_DRAFT_AND_FORM, send_post},
    {HTTP_POST, "/receipt.txt", NEEDS_FORM, receipt_file_post},
    {HTTP_GET, "/return", NEEDS_NOTHING, return_get},
    {HTTP_POST, "/return", NEEDS_FORM, return_post},
    {HTTP_GET, "/mailbox", NEEDS_NOTHING, mailbox_get},
    {HTTP_GET, "/mailbox/add", NEEDS_NOTHING, mailbox_get},
    {HTTP_POST, "/mailbox", NEEDS_FORM, mailbox_post},
    {HTTP_POST, "/mailbox/add", NEEDS_FORM, mailbox_add_post},
};

static const struct route *find_route(const struct http_exchange *x)
{
    enum http_method method = http_method(x) == HTTP_HEAD ? HTTP_GET : http_method(x);
    for (size_t i = 0; i < ARRAY_LEN(routes); i++) {
        if (routes[i].method == method && str_equal(http_path(x), str_c(routes[i].path))) {
            return &routes[i];
        }
    }
    return NULL;
}

static bool has_get_route(str path)
{
    for (size_t i = 0; i < ARRAY_LEN(routes); i++) {
        if (routes[i].method == HTTP_GET && str_equal(path, str_c(routes[i].path))) {
            return true;
        }
    }
    return false;
}

static void remember_language(struct visit *visit, const struct language *language)
{
    http_set_cookie(visit->x, STR("lang"), language->code, COOKIE_SECONDS,
                    visit->site->options.is_https);
}

void visit_take_language(struct visit *visit, str code)
{
    const struct language *chosen = language_find(&visit->site->languages, code);
    if (chosen != NULL) {
        remember_language(visit, chosen);
        visit->language = chosen;
        visit->catalogue = &chosen->catalogue;
        visit->is_other_language = true;
    }
}

void visit_take_aside(struct visit *visit, str word)
{
    static const char *const words[] = {"start",         "privacy", "cookies",
                                        "accessibility", "return",  "practice"};
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (str_equal(word, str_c(words[i]))) {
            visit->aside = str_c(words[i]);
            visit->goes_back = true;
        }
    }
}

/* ?lang= first, then what was chosen before, then what the browser asks for. */
static void choose_language(struct visit *visit)
{
    const struct languages *languages = &visit->site->languages;
    struct form query = {0};
    const struct language *chosen = NULL;
    if (form_parse(visit->arena, http_query(visit->x), &query, NULL) == STATUS_OK) {
        chosen = language_find(languages, form_value(&query, "lang"));
        visit->is_change = form_has(&query, "change");
        str from = step_of_word(form_value(&query, "from"));
        visit->came_from = from.n > 0 && visit->is_change
                               ? arena_printf(visit->arena, "%.*s?change=1", STR_ARG(from))
                               : from;
    }
    if (chosen != NULL) {
        remember_language(visit, chosen);
    } else {
        chosen = language_find(languages, http_cookie(visit->x, STR("lang")));
    }
    if (chosen == NULL) {
        chosen = language_accepted(languages, http_header(visit->x, "Accept-Language"));
    }
    visit->language = chosen;
    visit->catalogue = &chosen->catalogue;
}

static struct visit *visit_new(struct site *site, struct http_exchange *x)
{
    struct visit *visit = ARENA_NEW(http_arena(x), struct visit);
    visit->site = site;
    visit->x = x;
    visit->arena = http_arena(x);
    visit->route = find_route(x);
    draft_init(&visit->draft);
    choose_language(visit);
    read_cookie(visit);
    http_set_state(x, visit);
    return visit;
}

/* No draft, but a cookie: when its report has been sent, what comes now is another report and needs
 * another token, or the two would be taken for one. */
static void sent_before(void *context, enum status status, const struct front_receipt *receipt)
{
    struct visit *visit = context;
    (void)receipt;
    if (status == STATUS_OK) {
        visit_new_draft(visit, visit->is_practice);
    }
    visit->route->serve(visit);
}

static void draft_is_read(void *context, enum status status, str plain)
{
    struct visit *visit = context;
    if (status == STATUS_NOT_FOUND && http_method(visit->x) != HTTP_POST) {
        str key = str_from(visit->keys.idempotency_hex, sizeof visit->keys.idempotency_hex);
        front_repeat(visit->site->front, visit->arena, key, sent_before, visit);
        return;
    }
    visit->has_draft = status == STATUS_OK;
    if (status == STATUS_OK) {
        status = draft_decode(visit->arena, plain, &visit->draft);
    }
    if (status != STATUS_OK && status != STATUS_NOT_FOUND) {
        visit_problem_status(visit, status, status == STATUS_UNAVAILABLE);
        return;
    }
    visit->route->serve(visit);
}

static bool take_form(struct visit *visit)
{
    struct error err = {0};
    if (form_parse(visit->arena, http_body(visit->x), &visit->form, &err) != STATUS_OK) {
        visit_problem(visit, 400, STR("unreadable"), visit->has_cookie);
        return false;
    }
    visit->is_change = visit->is_change || form_has(&visit->form, "change");
    visit->goes_back = form_has(&visit->form, "back");
    visit_take_aside(visit, form_value(&visit->form, "aside"));
    visit_take_language(visit, form_value(&visit->form, "lang"));
    return true;
}

static void serve_route(struct visit *visit)
{
    enum route_needs needs = visit->route->needs;
    if ((needs == NEEDS_FORM || needs == NEEDS_DRAFT_AND_FORM) && !take_form(visit)) {
        return;
    }
    if (needs == NEEDS_NOTHING || needs == NEEDS_FORM) {
        visit->route->serve(visit);
        return;
    }
    if (needs == NEEDS_DRAFT_AND_FORM &&
        !visit_nonce_is_good(visit, form_value(&visit->form, "nonce"))) {
        return;
    }
    if (!visit->has_cookie) {
        if (http_method(visit->x) == HTTP_POST) {
            visit_problem(visit, 403, STR("expired"), false);
        } else if (str_equal(http_path(visit->x), STR("/report/now"))) {
            visit_new_draft(visit, false);
            visit->route->serve(visit);
        } else {
            http_redirect(visit->x, STR("/report/now"));
        }
        return;
    }
    front_draft_read(visit->site->front, visit->arena, &visit->keys, draft_is_read, visit);
}

static bool serve_asset(struct http_exchange *x)
{
    const struct asset *asset = asset_find(http_path(x));
    if (asset == NULL || (http_method(x) != HTTP_GET && http_method(x) != HTTP_HEAD)) {
        return false;
    }
    http_add_header(x, "Cache-Control", STR(ASSET_CACHE_CONTROL));
    http_answer(x, 200, asset->content_type, asset->bytes);
    return true;
}

static void no_route(struct visit *visit)
{
    if (has_get_route(http_path(visit->x)) || asset_find(http_path(visit->x)) != NULL) {
        http_add_header(visit->x, "Allow", STR("GET, HEAD"));
        visit_problem(visit, 405, STR("no-form"), false);
    } else {
        visit_problem(visit, 404, STR("not-found"), false);
    }
}

size_t site_body_bytes_max(struct site *site, struct http_exchange *x)
{
    const struct route *route = find_route(x);
    if (http_method(x) != HTTP_POST) {
        return 0;
    }
    if (route == NULL) { /* its body is no reason to say that the body is too large */
        no_route(visit_new(site, x));
        return 0;
    }
    bool is_upload = route->needs == NEEDS_UPLOAD;
    size_t bytes_max = is_upload ? SITE_UPLOAD_BYTES_MAX : SITE_FORM_BYTES_MAX;
    uint64_t length = 0;
    if (str_to_u64(http_header(x, "Content-Length"), &length) && length > bytes_max) {
        /* Said in the reporter's words before a byte of it is read. */
        struct visit *visit = visit_new(site, x);
        visit_problem(visit, 413, STR("too-large"), visit->has_cookie);
        return 0;
    }
    return !is_upload || upload_begin(visit_new(site, x)) ? bytes_max : 0;
}

void site_serve(struct site *site, struct http_exchange *x)
{
    if (serve_asset(x)) {
        return;
    }
    struct visit *visit = http_state(x);
    if (visit == NULL) {
        visit = visit_new(site, x);
    }
    if (visit->route == NULL) {
        no_route(visit);
        return;
    }
    serve_route(visit);
}

void site_finished(struct site *site, struct http_exchange *x)
{
    (void)site;
    struct visit *visit = http_state(x);
    if (visit != NULL) {
        upload_finished(visit);
        CRYPT_WIPE(visit->keys);
    }
}
