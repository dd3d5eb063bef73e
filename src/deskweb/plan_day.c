/* SPDX-License-Identifier: Apache-2.0 */
/* What a planner does on the day: mend the plan, give units their cards, read reports. */
#include "desk/operation_day.h"
#include "deskweb/plan_view.h"
#include "plan/day.h"
#include "qr/qr.h"

#include "pages/desk_plan_links.html.h"

enum {
    CODES_SHOWN = 1000, /* QR codes on a page: more would hold the desk up */
    CODE_BYTES_MAX = 64 * 1024
};

/* --- something happened --- */

/* Nothing typed: now, to the minute, as who types it would have said. */
static enum status time_of(struct ask *ask, const struct plan_opened *opened, int32_t *ret_s)
{
    str typed = ask_field(ask, "at");
    int64_t now_s = plan_ticks_at(&opened->problem, ask->now) / opened->problem.ticks_per_s;
    if (typed.n > 0) {
        return plan_parse_clock(opened->plan.day, typed, ret_s)
                   ? STATUS_OK
                   : error_set(&ask->err, STATUS_INVALID,
                               "Say when: a time like 11:40, or 00:30+1 on the day after; empty "
                               "means now.");
    }
    if (now_s < 0) {
        return error_set(&ask->err, STATUS_INVALID,
                         "Say when: the day of this plan has not begun, so now is no time of it.");
    }
    *ret_s = now_s < INT32_MAX ? (int32_t)(now_s / 60 * 60) : INT32_MAX;
    return STATUS_OK;
}

/* "51.4606, -0.1169": any place, as maps and radios of cars give it. */
static bool is_place(str words, struct geo_point *ret_place)
{
    str lat = {0};
    str lon = str_cut(words, str_find(words, STR(",")) < words.n ? ',' : ' ', &lat);
    return decimal_parse(str_trim(lat), &ret_place->lat) &&
           decimal_parse(str_trim(lon), &ret_place->lon);
}

void plan_mend_post(struct ask *ask)
{
    struct plan_opened *opened = ARENA_NEW(ask->arena, struct plan_opened);
    str out[PLAN_OUT_MAX];
    str skills[PLAN_SKILLS_MAX];
    struct desk_happening what = {.words = ask_field(ask, "what"),
                                  .dwell_minutes = ask_number(&ask->form, "dwell", 0),
                                  .within_minutes = ask_number(&ask->form, "within", 0),
                                  .officers = ask_number(&ask->form, "officers", 0),
                                  .units_max = ask_number(&ask->form, "units", 0)};
    if (!plan_open(ask, ask->ids.number, STR("read"), STR(""), opened)) {
        return;
    }
    what.out = out;
    enum status status = plan_named_out(ask, &opened->problem, out, &what.out_count);
    if (status == STATUS_OK) {
        status = time_of(ask, opened, &what.now_s);
    }
    what.has_place = is_place(ask_field(ask, "site"), &what.place);
    if (status == STATUS_OK && !what.has_place) {
        status = plan_named_site(ask, &opened->problem, ask_field(ask, "site"), &what.site);
    }
    what.skills = skills;
    while (what.skill_count < PLAN_SKILLS_MAX &&
           form_nth(&ask->form, "skill", what.skill_count, &skills[what.skill_count])) {
        what.skill_count++;
    }
    if (status == STATUS_OK) {
        status = desk_plan_mend(ask->desk, &ask->caller, ask->ids.number, &what, &ask->err);
    }
    if (status == STATUS_OK) {
        ask_redirect(ask, "/operation/%lld?watch=1", (long long)opened->plan.operation);
    } else if (words_are_kept(status)) {
        plan_page_again(ask, status_http(status));
    } else {
        ask_fail(ask, status);
    }
}

void plan_drop_post(struct ask *ask)
{
    enum status status =
        desk_plan_drop(ask->desk, &ask->caller, ask->ids.number, ask->arena, &ask->err);
    if (status == STATUS_OK) {
        ask_redirect(ask, "/plan/%lld?done=drop-plan", (long long)ask->ids.number);
    } else if (status == STATUS_INVALID || status == STATUS_CONFLICT) {
        plan_page_again(ask, status_http(status));
    } else {
        ask_fail(ask, status);
    }
}

/* --- links --- */

bool plan_is_own_host(str host)
{
    static const char *const own[] = {"localhost", "[::1]", "[::]", "0.0.0.0"};
    size_t end = host.n;
    bool is_number = host.n > 0;
    while (end > 0 && ascii_is_digit(host.p[end - 1])) {
        end--;
    }
    if (end > 0 && end < host.n && host.p[end - 1] == ':') { /* the port */
        host = str_slice(host, 0, end - 1);
    }
    for (size_t i = 0; i < ARRAY_LEN(own); i++) {
        if (str_equal_ascii_fold(host, str_c(own[i]))) {
            return true;
        }
    }
    for (size_t i = 0; i < host.n; i++) {
        is_number = is_number && (ascii_is_digit(host.p[i]) || host.p[i] == '.');
    }
    return (is_number && str_starts(host, STR("127."))) || str_ends(host, STR(".localhost"));
}

/* Links carry the name that the browser asked for: the desk knows of no other. */
str plan_own_host(struct ask *ask)
{
    str host = http_header(ask->x, "Host");
    return plan_is_own_host(host) ? host : STR("");
}

/* A link as text and, with `code` (which lives as long as the row), as a QR code. */
static struct page_desk_plan_links_links link_row(struct ask *ask, const struct unit_link *link,
                                                  struct buf *code)
{
    str host = http_header(ask->x, "Host");
    const char *scheme = ask->web->options.is_https ? "https" : "http";
    struct page_desk_plan_links_links row = {.unit = link->unit,
                                             .url = arena_printf(ask->arena, "%s://%.*s/unit/%.*s",
                                                                 scheme, STR_ARG(host),
                                                                 STR_ARG(link->token))};
    struct qr qr;
    struct error unused = {0};
    if (code == NULL) {
        return row;
    }
    buf_init(code, CODE_BYTES_MAX);
    if (qr_make(ask->arena, row.url, &qr, &unused) ==
        STATUS_OK) { /* else: a very long name of a host */
        qr_add_svg(&qr,
                   arena_printf(ask->arena, "QR code: the link of unit %.*s", STR_ARG(link->unit)),
                   code);
        row.has_code = !code->overflowed;
        row.code = html_of(code);
    }
    return row;
}

void plan_links_post(struct ask *ask)
{
    struct unit_links links;
    enum status status =
        desk_unit_links(ask->desk, &ask->caller, ask->ids.number, ask->arena, &links, &ask->err);
    if (status != STATUS_OK) {
        ask_fail(ask, status);
        return;
    }
    struct buf *codes = ARENA_ARRAY(ask->arena, struct buf, CODES_SHOWN);
    struct page_desk_plan_links_links *rows =
        ARENA_ARRAY(ask->arena, struct page_desk_plan_links_links, links.count + 1);
    size_t coded = 0;
    for (size_t i = 0; i < links.count; i++) {
        rows[i] = link_row(ask, &links.items[i], i < CODES_SHOWN ? &codes[i] : NULL);
        coded += rows[i].has_code;
    }
    ASK_PAGE(ask, 200, desk_plan_links, "operations", .leaf = ask->ids.number,
             .number = links.plan_number, .name = links.name, .own_host = plan_own_host(ask),
             .date = words_day(ask->arena, links.day), .links = {rows, links.count},
             .code_count = (int64_t)coded, .without_code = (int64_t)(links.count - coded));
    for (size_t i = 0; i < links.count && i < CODES_SHOWN; i++) {
        buf_close(&codes[i]); /* wipes: each is a key */
    }
}

/* --- situation reports --- */

void sitrep_get(struct ask *ask)
{
    str html = {0};
    enum status status =
        desk_sitrep_read(ask->desk, &ask->caller, ask->ids.number, ask->arena, &html, &ask->err);
    if (status != STATUS_OK) {
        ask_fail(ask, status);
        return;
    }
    http_add_header(ask->x, "Content-Security-Policy", STR(PRINT_POLICY));
    http_answer(ask->x, 200, "text/html; charset=utf-8", html);
}
