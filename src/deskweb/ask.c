/* SPDX-License-Identifier: Apache-2.0 */
/* From an exchange to a handler: route, session, capability, token; and the answers all share. */
#include "deskweb/ask.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/io.h"
#include "pages/desk_message.html.h"
#include "web/asset.h"

enum { WEB_ARENA_BYTES_MAX = 1024 * 1024, LOCATION_BYTES_MAX = 2048 };

struct deskweb *deskweb_open(const struct deskweb_options *options)
{
    struct arena arena;
    arena_init(&arena, WEB_ARENA_BYTES_MAX);
    struct deskweb *web = ARENA_NEW(&arena, struct deskweb);
    web->arena = arena;
    web->options = *options;
    web->form_key = crypt_key_new();
    return web;
}

void deskweb_close(struct deskweb *web)
{
    struct arena arena = web->arena;
    CRYPT_WIPE(web->form_key);
    arena_close(&arena);
}

/* --- answers --- */

str ask_csrf(const struct ask *ask)
{
    return ask->has_session ? str_from(ask->session.csrf, sizeof ask->session.csrf) : STR("");
}

bool ask_can(const struct ask *ask, enum capability capability)
{
    return ask->has_session && caller_can(&ask->caller, capability);
}

struct done_row {
    str key, words;
};

static str done_of(const struct done_row *rows, size_t count, str key)
{
    for (size_t i = 0; i < count; i++) {
        if (str_equal(rows[i].key, key)) {
            return rows[i].words;
        }
    }
    return STR("");
}

/* Of an operation; {n} and {m} are numbers of the address. */
static str done_operation(str key)
{
    static const struct done_row rows[] = {
        {STR_INIT("operation"), STR_INIT("The operation is saved.")},
        {STR_INIT("op-new"), STR_INIT("The operation is started. Add sites first, then units.")},
        {STR_INIT("op-places"),
         STR_INIT("Polling places are taken: {n} new, {m} brought up to date.")},
        {STR_INIT("op-sites"), STR_INIT("The file is taken. Sites: {n} new, {m} changed.")},
        {STR_INIT("op-site"), STR_INIT("The site is added.")},
        {STR_INIT("op-events"),
         STR_INIT("The calendar is taken. Events: {n} new, {m} changed or cancelled.")},
        {STR_INIT("op-units"), STR_INIT("The file is taken. Units: {n} new, {m} changed.")},
        {STR_INIT("op-unit"), STR_INIT("The unit is added.")},
        {STR_INIT("op-pay"),
         STR_INIT("The rates of pay are taken ({m} in the table). Costs of this "
                  "operation's plans are reckoned by them.")},
        {STR_INIT("op-drop-site"),
         STR_INIT("Taken out, with what was wanted there. Number of sites: {n}.")},
        {STR_INIT("op-take"), STR_INIT("The changes are taken over into the operation.")},
        {STR_INIT("op-drop-unit"), STR_INIT("Taken out. Number of units: {n}.")},
        {STR_INIT("op-rate"), STR_INIT("The rating is set. Number of sites: {m}.")},
        {STR_INIT("op-count"), STR_INIT("Reports near the sites are counted.")},
        {STR_INIT("op-rules"), STR_INIT("The rules are set. The next search goes by them.")},
        {STR_INIT("op-times"), STR_INIT("The times of situation reports are set.")},
        {STR_INIT("op-close"), STR_INIT("The operation is closed.")},
        {STR_INIT("op-reopen"), STR_INIT("The operation is open again.")},
    };
    return done_of(rows, ARRAY_LEN(rows), key);
}

/* What a redirect after a POST says was done; only words from here get onto the page. */
static str done_template(str key)
{
    static const struct done_row rows[] = {
        {STR_INIT("grade"), STR_INIT("The grade is set.")},
        {STR_INIT("codes"),
         STR_INIT("The codes are set. A code may have raised the grade: look at it.")},
        {STR_INIT("codes-low"),
         STR_INIT(
             "The codes are set. They suggest a higher grade; it stays as an officer lowered it "
             "until an officer sets another.")},
        {STR_INIT("state"), STR_INIT("The state is set.")},
        {STR_INIT("assign"), STR_INIT("The case is assigned.")},
        {STR_INIT("note"), STR_INIT("The private note is kept.")},
        {STR_INIT("message"), STR_INIT("The message was sent to every reporter of this case.")},
        {STR_INIT("message-waits"),
         STR_INIT(
             "The message is kept, but the letterbox did not take it yet. It is sent as soon as "
             "it does; do not write it again.")},
        {STR_INIT("message-lost"),
         STR_INIT("The message is kept, but it reaches nobody: the reporter erased the mailbox, or "
                  "it is full.")},
        {STR_INIT("summary"), STR_INIT("The summary is saved.")},
        {STR_INIT("access"), STR_INIT("Who may read this case has changed.")},
        {STR_INIT("route"), STR_INIT("The route is corrected.")},
        {STR_INIT("link"), STR_INIT("The cases are linked.")},
        {STR_INIT("unlink"), STR_INIT("The link is undone.")},
        {STR_INIT("merge"), STR_INIT("The cases are merged; this is the one that goes on.")},
        {STR_INIT("same"), STR_INIT("They are one incident now.")},
        {STR_INIT("split"), STR_INIT("This is the new case.")},
        {STR_INIT("hold"), STR_INIT("The case is held.")},
        {STR_INIT("lift"), STR_INIT("The hold is lifted.")},
        {STR_INIT("erase"), STR_INIT("The erasure is asked for; nothing is erased yet.")},
        {STR_INIT("confirm"), STR_INIT("It is erased.")},
        {STR_INIT("drop"), STR_INIT("The request is dropped; nothing is erased.")},
        {STR_INIT("filter"), STR_INIT("The filter is saved.")},
        {STR_INIT("unfilter"), STR_INIT("The filter is deleted.")},
        {STR_INIT("password"), STR_INIT("Your password is changed.")},
        {STR_INIT("disable"), STR_INIT("The officer is disabled.")},
        {STR_INIT("sitrep"),
         STR_INIT("The situation report is made: it is the first of the list.")},
        {STR_INIT("sitrep-again"),
         STR_INIT(
             "No other situation report was made: the first of the list is of this minute, and "
             "nothing has changed since. Press again in a minute.")},
        {STR_INIT("told"), STR_INIT("It is written down.")},
        {STR_INIT("untold"), STR_INIT("It is taken back.")},
        {STR_INIT("take-plan"), STR_INIT("The plan is a draft now.")},
        {STR_INIT("drop-plan"), STR_INIT("The plan is dropped.")},
        {STR_INIT("publish"), STR_INIT("The plan is published. The checker found no rule broken. "
                                       "Any duty that nobody does is listed.")},
        {STR_INIT("role"), STR_INIT("The role is changed. The officer must log in anew.")},
    };
    str words = done_of(rows, ARRAY_LEN(rows), key);
    return words.n > 0 ? words : done_operation(key);
}

/* With the numbers of the address, which are digits or nothing, for {n} and {m}. */
static str done_words(struct ask *ask, str key)
{
    str words = done_template(key);
    static const char *const names[] = {"n", "m"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        str mark = arena_printf(ask->arena, "{%s}", names[i]);
        size_t at = str_find(words, mark);
        uint64_t value = 0;
        if (at < words.n) {
            (void)!str_to_u64(form_value(&ask->query, names[i]), &value);
            words = arena_printf(ask->arena, "%.*s%llu%.*s", STR_ARG(str_slice(words, 0, at)),
                                 (unsigned long long)value,
                                 STR_ARG(str_slice(words, at + mark.n, words.n)));
        }
    }
    return words;
}

struct part_desk_bar ask_bar(struct ask *ask, const char *here)
{
    str name = ask->web->options.desk_name;
    struct part_desk_bar bar = {.desk = str_equal(name, STR("hustings")) ? STR("") : name,
                                .here = str_c(here)};
    if (!ask->has_session) {
        return bar;
    }
    bar.officer = ask_officer_name(ask, ask->caller.officer);
    bar.role = words_role(ask->session.role);
    bar.csrf = ask_csrf(ask);
    bar.may_queue = ask_can(ask, CAP_READ_QUEUE);
    bar.may_report = ask_can(ask, CAP_REPORT_ENTER) && ask->web->options.front != NULL;
    bar.may_numbers = ask_can(ask, CAP_NUMBERS_READ);
    bar.may_audit = ask_can(ask, CAP_AUDIT_READ);
    bar.may_officers = ask_can(ask, CAP_OFFICER_MANAGE);
    bar.may_lock = ask_can(ask, CAP_LOCK);
    bar.may_plan = ask_can(ask, CAP_PLAN);
    bar.may_retry = ask_can(ask, CAP_LETTER_RETRY);
    str done = form_value(&ask->query, "done");
    bar.done = done_words(ask, done);
    bar.is_warning = str_starts(done, STR("message-"));
    return bar;
}

void ask_answer(struct ask *ask, unsigned status, struct buf *html)
{
    if (html->overflowed) {
        http_answer(ask->x, 500, "text/plain; charset=utf-8",
                    STR("This page became too large to show.\n"));
    } else {
        http_answer(ask->x, status, "text/html; charset=utf-8", buf_str(html));
    }
    crypt_wipe(html->p, html->n);
    buf_close(html);
}

void ask_redirect(struct ask *ask, const char *fmt, ...)
{
    char location[LOCATION_BYTES_MAX];
    va_list args;
    va_start(args, fmt);
    int len = vsnprintf(location, sizeof location, fmt, args);
    va_end(args);
    bool is_good = len > 0 && (size_t)len < sizeof location;
    http_redirect(ask->x, is_good ? str_from(location, (size_t)len) : STR("/"));
}

void ask_message(struct ask *ask, unsigned status, str title, str text, str back, str back_text)
{
    ASK_PAGE(ask, status, desk_message, "", .title = title, .text = text, .back = back,
             .back_text = back_text);
}

static str fail_title(enum status status)
{
    switch (status) {
    case STATUS_NOT_FOUND:
        return STR("There is nothing here");
    case STATUS_DENIED:
        return STR("Not for your role");
    case STATUS_INVALID:
    case STATUS_LIMIT:
        return STR("That did not work");
    case STATUS_CONFLICT:
        return STR("Somebody else was first");
    case STATUS_UNAVAILABLE:
    case STATUS_UNCERTAIN:
        return STR("Not now");
    case STATUS_CORRUPT:
        return STR("What is stored was changed");
    case STATUS_OK:
    case STATUS_INTERNAL:
    case STATUS_COUNT:
        break;
    }
    return STR("Something went wrong on our side");
}

void ask_fail(struct ask *ask, enum status status)
{
    if (!desk_is_unlocked(ask->desk) && status == STATUS_UNAVAILABLE) {
        ask_redirect(ask, "/login");
        return;
    }
    str text = ask->err.primary[0] != 0 ? str_c(ask->err.primary)
               : status == STATUS_NOT_FOUND
                   ? STR("There is no such page or case, or it is not for you to read.")
                   : STR("Please try again. If it stays like this, tell whoever runs the desk.");
    ASK_PAGE(ask, status_http(status), desk_message, "", .title = fail_title(status), .text = text,
             .hint = str_c(ask->err.hint), .back = STR("/"),
             .back_text = STR("Go to the first page"));
}

/* --- helpers --- */

void ask_officers(struct ask *ask)
{
    if (!ask->has_officers && ask->has_session) {
        ask->has_officers = true;
        if (desk_officers(ask->desk, &ask->caller, ask->arena, &ask->officers, &ask->officer_count,
                          NULL) != STATUS_OK) {
            ask->officer_count = 0;
        }
    }
}

str ask_officer_name(struct ask *ask, int64_t id)
{
    if (id == 0) {
        return STR("the desk");
    }
    ask_officers(ask);
    for (size_t i = 0; i < ask->officer_count; i++) {
        const struct officer *o = &ask->officers[i];
        if (o->id == id) {
            return o->name.n > 0 ? o->name : o->login;
        }
    }
    return arena_printf(ask->arena, "officer %lld", (long long)id);
}

str ask_grade_word(const struct ask *ask, int64_t grade)
{
    const struct pack *pack = ask->web->options.pack;
    return grade >= 0 && grade <= PACK_GRADE_MAX
               ? pack_text(pack, &pack->grades[grade].title, STR("en"))
               : STR("");
}

str ask_field(const struct ask *ask, const char *name)
{
    return str_trim(form_value(&ask->form, name));
}

int64_t ask_number(const struct form *form, const char *name, int64_t otherwise)
{
    int64_t number = 0;
    str text = str_trim(form_value(form, name));
    if (text.n > 0 && text.p[0] == '#') {
        text = str_slice(text, 1, text.n);
    }
    return str_to_i64(text, &number) ? number : otherwise;
}

/* "Welsh: needs a reader" */
static str unread_words(struct ask *ask, str code)
{
    str name = words_language(code);
    return code.n == 0 ? STR("")
                       : arena_printf(ask->arena, "%.*s: needs a reader",
                                      STR_ARG(name.n > 0 ? name : STR("Not English")));
}

/* "214 messages, the worst: …": what was found in one of them must not stand for all, nor hide. */
static str title_of(struct arena *arena, const struct desk_row *row)
{
    const struct desk_campaign *c = &row->campaign;
    str title = row->title.n > 0 ? row->title : STR("(no words)");
    return c->messages > 1 && row->sources == DESK_SOURCE_INBOX
               ? arena_printf(arena, "%lld messages, %s: %.*s", (long long)c->messages,
                              c->top > 0 ? "the worst" : "the first", STR_ARG(title))
               : title;
}

struct part_desk_row ask_row(struct ask *ask, const struct desk_row *row)
{
    struct part_desk_row_codes *codes =
        ARENA_ARRAY(ask->arena, struct part_desk_row_codes, row->code_count + 1);
    for (size_t i = 0; i < row->code_count; i++) {
        codes[i].code = row->codes[i];
    }
    bool is_over = row->state == CASE_CLOSED || row->state == CASE_MERGED;
    return (struct part_desk_row){
        .number = row->number,
        .url = arena_printf(ask->arena, "/case/%lld", (long long)row->number),
        .title = title_of(ask->arena, row),
        .seen = row->seen,
        .campaign =
            row->campaign.messages > 1 ? words_campaign(ask->arena, &row->campaign) : STR(""),
        .campaign_kind = words_campaign_kind(ask->arena, &row->campaign),
        .subject = row->subject,
        .area = row->area,
        .owner = row->owner == 0 ? STR("") : ask_officer_name(ask, row->owner),
        .age = words_span(ask->arena, ask->now - row->received),
        .received = words_time(ask->arena, row->received),
        .grade = row->grade,
        .grade_word = ask_grade_word(ask, row->grade),
        .due = is_over ? STR("") : words_due(ask->arena, row->due, ask->now),
        .due_what = words_clock(row->clock),
        .state = words_state(row->state),
        .state_kind = words_state_kind(row->state),
        .is_late = !is_over && words_is_late(row->due, ask->now),
        .is_soon = !is_over && words_is_soon(row->due, ask->now),
        .is_mine = row->owner == ask->caller.officer,
        .is_practice = row->is_practice,
        .is_danger = row->is_danger_now,
        .is_press = row->is_press,
        .has_news = row->has_news,
        .news = row->sources == DESK_SOURCE_INBOX ? STR("more came")
                : row->news_grade > 0 ? arena_printf(ask->arena, "reporter added: raised to G%lld",
                                                     (long long)row->news_grade)
                                      : STR("reporter added"),
        .unread = unread_words(ask, row->unread),
        .is_viewed = row->viewers > 0,
        .access = words_access(row->access),
        .codes = {codes, row->code_count}};
}

void options_start(struct option_maker *maker, struct arena *arena, size_t cap, str chosen)
{
    *maker = (struct option_maker){ARENA_ARRAY(arena, struct part_option, cap + 1), 0, cap, chosen};
}

void options_add(struct option_maker *maker, str value, str label)
{
    ASSERT(maker->count < maker->cap);
    maker->rows[maker->count++] =
        (struct part_option){value, label, str_equal(value, maker->chosen)};
}

struct part_option_list options_list(const struct option_maker *maker)
{
    return (struct part_option_list){maker->rows, maker->count};
}

struct part_option_list options_grades(struct ask *ask, str chosen, bool has_any)
{
    struct option_maker maker;
    options_start(&maker, ask->arena, DESK_GRADES + 1, chosen);
    if (has_any) {
        options_add(&maker, STR(""), STR("any"));
    }
    for (int64_t grade = DESK_GRADES - 1; grade >= 0; grade--) {
        str word = ask_grade_word(ask, grade);
        options_add(&maker, arena_printf(ask->arena, "%lld", (long long)grade),
                    arena_printf(ask->arena, "G%lld %.*s", (long long)grade, STR_ARG(word)));
    }
    return options_list(&maker);
}

struct part_option_list options_owners(struct ask *ask, str chosen, bool has_any)
{
    struct option_maker maker;
    ask_officers(ask);
    options_start(&maker, ask->arena, ask->officer_count + 2, chosen);
    if (has_any) {
        options_add(&maker, STR(""), STR("any"));
    }
    options_add(&maker, STR("0"), STR("nobody"));
    for (size_t i = 0; i < ask->officer_count; i++) {
        const struct officer *o = &ask->officers[i];
        str value = arena_printf(ask->arena, "%lld", (long long)o->id);
        bool may_read = (role_capabilities(o->role) >> CAP_READ_CASE & 1) != 0;
        if ((!o->is_disabled && may_read) || str_equal(value, chosen)) {
            options_add(&maker, value,
                        o->id == ask->caller.officer
                            ? arena_printf(ask->arena, "%.*s (you)",
                                           STR_ARG(o->name.n > 0 ? o->name : o->login))
                            : ask_officer_name(ask, o->id));
        }
    }
    return options_list(&maker);
}

struct part_option_list options_states(struct ask *ask, str chosen, bool has_any)
{
    struct option_maker maker;
    options_start(&maker, ask->arena, 8, chosen);
    if (has_any) {
        options_add(&maker, STR(""), STR("live"));
    }
    for (enum case_state state = CASE_NEW; state <= CASE_MERGED; state++) {
        if (has_any || state < CASE_MERGED) {
            options_add(&maker, str_c(case_state_word(state)), words_state(state));
        }
    }
    return options_list(&maker);
}

/* --- tokens --- */

const char *ask_cookie_name(const struct ask *ask)
{
    /* The prefix makes a browser refuse one that was set without TLS or by another host name. */
    return ask->web->options.is_https ? "__Host-desk" : "desk";
}

static str form_token_of(const struct ask *ask, str cookie)
{
    struct crypt_hash mac = crypt_blake(&ask->web->form_key, STR("log-in form"), cookie);
    char *hex = ARENA_ARRAY(ask->arena, char, sizeof mac.bytes * 2);
    hex_encode(mac.bytes, sizeof mac.bytes, hex);
    return str_from(hex, sizeof mac.bytes * 2);
}

str ask_form_token(struct ask *ask)
{
    str cookie = http_cookie(ask->x, STR("desk_form"));
    if (cookie.n != ASK_COOKIE_HEX) {
        uint8_t bytes[ASK_COOKIE_HEX / 2];
        char *hex = ARENA_ARRAY(ask->arena, char, ASK_COOKIE_HEX);
        crypt_random(bytes, sizeof bytes);
        hex_encode(bytes, sizeof bytes, hex);
        cookie = str_from(hex, ASK_COOKIE_HEX);
        http_set_cookie(ask->x, STR("desk_form"), cookie, -1, ask->web->options.is_https);
    }
    return form_token_of(ask, cookie);
}

bool ask_form_token_ok(struct ask *ask)
{
    str cookie = http_cookie(ask->x, STR("desk_form"));
    str sent = form_value(&ask->form, "csrf");
    str wanted = form_token_of(ask, cookie);
    return cookie.n == ASK_COOKIE_HEX && sent.n == wanted.n &&
           crypt_equal(sent.p, wanted.p, wanted.n);
}

/* --- the way of a request --- */

size_t deskweb_body_bytes_max(struct deskweb *web, struct http_exchange *x)
{
    struct route_ids ids;
    bool is_other = false;
    const struct route *route = route_find(http_method(x), http_path(x), &ids, &is_other);
    if (route == NULL && http_method(x) == HTTP_POST) {
        deskweb_serve(web, x); /* 404 or 405: its body is no reason to call it too large */
    }
    if (route == NULL || route->method != HTTP_POST) {
        return 0;
    }
    return route->act == ROUTE_UPLOAD ? DESKWEB_UPLOAD_BYTES_MAX : DESKWEB_FORM_BYTES_MAX;
}

/* Who asks; true when the route may be served. Otherwise answered. */
static bool may_pass(struct ask *ask)
{
    int need = ask->route->need;
    if (need == NEED_NOTHING) {
        return true;
    }
    if (!ask->has_session) {
        str path = http_path(ask->x);
        bool is_page = ask->route->method == HTTP_GET && path.n < 200;
        struct buf where;
        buf_init(&where, LOCATION_BYTES_MAX);
        form_add_encoded(&where, is_page ? path : STR(""));
        ask_redirect(ask, "/login?next=%.*s", STR_ARG(buf_str(&where)));
        buf_close(&where);
        return false;
    }
    if (need != NEED_SESSION &&
        caller_need(&ask->caller, (enum capability)need, &ask->err) != STATUS_OK) {
        ask_fail(ask, STATUS_DENIED);
        return false;
    }
    return true;
}

/* Reads the form of a POST and checks its token; false when answered. */
static bool take_form(struct ask *ask)
{
    if (ask->route->method != HTTP_POST) {
        return true;
    }
    enum status status = ask->route->act == ROUTE_UPLOAD
                             ? ask_upload(ask, &ask->form)
                             : form_parse(ask->arena, http_body(ask->x), &ask->form, &ask->err);
    if (status != STATUS_OK) {
        ask_fail(ask, STATUS_INVALID);
        return false;
    }
    if (ask->route->need != NEED_NOTHING &&
        !session_csrf_ok(&ask->session, form_value(&ask->form, "csrf"))) {
        ask_message(ask, 403, STR("This form is too old"),
                    STR("It was made before you logged in, or not by this desk. Nothing was done. "
                        "Go back, reload the page and send it again."),
                    STR("/"), STR("Go to the first page"));
        return false;
    }
    return true;
}

static void serve_in(struct deskweb *web, struct http_exchange *x, struct ask_rounds *rounds,
                     struct arena *arena)
{
    struct ask *ask = ARENA_NEW(arena, struct ask);
    bool is_other = false;
    ask->web = web;
    ask->desk = web->options.desk;
    ask->x = x;
    ask->arena = arena;
    ask->now = rounds != NULL ? rounds->now : clock_wall();
    ask->rounds = rounds;
    str token = http_cookie(x, str_c(ask_cookie_name(ask)));
    if (session_find(desk_people(ask->desk), token, ask->now, &ask->session) == STATUS_OK) {
        ask->has_session = true;
        ask->caller = caller_from_session(&ask->session, ask->now);
    }
    if (form_parse(ask->arena, http_query(x), &ask->query, &ask->err) != STATUS_OK) {
        ask->query = (struct form){0};
    }
    ask->err = (struct error){0};
    ask->route = route_find(http_method(x), http_path(x), &ask->ids, &is_other);
    if (ask->route == NULL) {
        if (is_other) {
            bool is_post = http_method(x) == HTTP_POST;
            http_add_header(x, "Allow", is_post ? STR("GET, HEAD") : STR("POST"));
            ask_message(ask, 405, STR("Not this way"),
                        is_post
                            ? STR("That address takes no form. Nothing was done.")
                            : STR("That address is used by a form and cannot be opened by itself."),
                        STR("/"), STR("Go to the first page"));
        } else {
            ask_fail(ask, STATUS_NOT_FOUND);
        }
        return;
    }
    if (may_pass(ask) && take_form(ask)) {
        ask->route->serve(ask);
    }
}

/* A case can be larger than what the HTTP layer gives a request, so each round has memory of its
 * own; but for those that wait for a hash, handlers answer before they return. What was opened is
 * wiped at once. */
static void serve_round(struct deskweb *web, struct http_exchange *x, struct ask_rounds *rounds)
{
    struct arena arena;
    arena_init(&arena, DESKWEB_ASK_BYTES_MAX);
    serve_in(web, x, rounds, &arena);
    arena_reset(&arena);
    arena_close(&arena);
}

void deskweb_serve(struct deskweb *web, struct http_exchange *x)
{
    serve_round(web, x, NULL);
}

static void stretched(void *context, enum status status, const struct crypt_key *key)
{
    struct ask_rounds *rounds = context;
    size_t i = rounds->count++;
    rounds->status[i] = status;
    if (status == STATUS_OK) {
        rounds->done[i].key = *key;
    }
    if (rounds->is_asking) {
        rounds->is_now = true;
    } else {
        serve_round(rounds->web, rounds->x, rounds);
    }
}

const struct people_stretched *ask_stretch(struct ask *ask, str password,
                                           const struct crypt_salt *salt, enum status *ret_status)
{
    struct ask_rounds *rounds = ask->rounds;
    size_t i = ask->stretched++;
    ASSERT(i < ASK_STRETCHED_MAX);
    if (rounds == NULL) {
        rounds = ask->rounds = ARENA_NEW(http_arena(ask->x), struct ask_rounds);
        *rounds = (struct ask_rounds){.web = ask->web, .x = ask->x, .now = ask->now};
    }
    if (i == rounds->count) {
        if (salt != NULL) {
            rounds->done[i].salt = *salt;
        } else {
            crypt_random(rounds->done[i].salt.bytes, sizeof rounds->done[i].salt.bytes);
        }
        rounds->is_asking = true;
        rounds->is_now = false;
        stretcher_ask(ask->web->options.stretcher, people_password_cut(password),
                      &rounds->done[i].salt, stretched, rounds);
        rounds->is_asking = false;
        if (!rounds->is_now) {
            return NULL;
        }
    }
    *ret_status = rounds->status[i];
    return &rounds->done[i];
}

void asset_get(struct ask *ask)
{
    const struct asset *asset = asset_find(http_path(ask->x));
    if (asset == NULL) {
        ask_fail(ask, STATUS_NOT_FOUND);
        return;
    }
    http_add_header(ask->x, "Cache-Control", STR(ASSET_CACHE_CONTROL));
    http_answer(ask->x, 200, asset->content_type, asset->bytes);
}

void home_get(struct ask *ask)
{
    if (!ask->has_session) {
        ask_redirect(ask, "/login");
    } else if (ask_can(ask, CAP_READ_QUEUE)) {
        ask_redirect(ask, "/queue");
    } else if (ask_can(ask, CAP_PLAN)) {
        ask_redirect(ask, "/operations");
    } else if (ask_can(ask, CAP_OFFICER_MANAGE)) {
        ask_redirect(ask, "/officers");
    } else if (ask_can(ask, CAP_AUDIT_READ)) {
        ask_redirect(ask, "/acts");
    } else {
        ask_redirect(ask, "/numbers");
    }
}
