/* SPDX-License-Identifier: Apache-2.0 */
/* What a planner does on the day: mend the plan, give units their cards, compare hours, read reports. */
#include "desk/operation_day.h"
#include "deskweb/plan_view.h"
#include "plan/day.h"

#include "pages/desk_plan_account.html.h"
#include "pages/desk_plan_links.html.h"

enum { OUT_MAX = FORM_FIELDS_MAX, SILENT_BYTES_MAX = 4000, MATCHES_NAMED = 3 };

/* --- something happened --- */

static bool has_fold(str text, str part)
{
    for (size_t i = 0; i + part.n <= text.n; i++) {
        if (str_equal_ascii_fold(str_slice(text, i, i + part.n), part)) {
            return true;
        }
    }
    return false;
}

/* A site by its id, its name, or a part of the name that only one has. */
static enum status find_site(struct ask *ask, const struct plan_problem *problem, str words,
                             str *ret_id)
{
    uint32_t found = PLAN_NONE;
    size_t count = 0;
    struct buf names;
    *ret_id = (str){0};
    if (words.n == 0) {
        return STATUS_OK;
    }
    buf_init(&names, ERROR_TEXT_MAX);
    for (uint32_t i = 0; i < problem->site_count; i++) {
        const struct plan_site *site = &problem->sites[i];
        if (str_equal(site->id, words) || str_equal_ascii_fold(site->name, words)) {
            found = i;
            count = 1;
            break;
        }
        if (has_fold(site->name, words)) {
            found = i;
            if (count++ < MATCHES_NAMED) {
                buf_printf(&names, "%s%.*s", names.n > 0 ? ", " : "",
                           STR_ARG(str_slice(site->name, 0, 50)));
            }
        }
    }
    enum status status = STATUS_OK;
    if (count == 1) {
        *ret_id = problem->sites[found].id;
    } else if (count == 0) {
        status = error_set(&ask->err, STATUS_INVALID, "No site of this plan is called '%.*s'.",
                           STR_ARG(str_slice(words, 0, 60)));
        error_hint(&ask->err, "Write the name, or a part of it, as it stands in the plan.");
    } else {
        status = error_set(&ask->err, STATUS_INVALID, "'%.*s' may be %zu sites.",
                           STR_ARG(str_slice(words, 0, 60)), count);
        error_hint(&ask->err, "Write more of the name: %.*s …", STR_ARG(buf_str(&names)));
    }
    buf_close(&names);
    return status;
}

/* The units that were ticked, and those that were written because the page does not show them. */
static enum status find_out(struct ask *ask, const struct plan_problem *problem, str *out,
                            size_t *ret_count)
{
    str others = ask_field(ask, "others");
    size_t count = 0;
    while (count < OUT_MAX && form_nth(&ask->form, "out", count, &out[count])) {
        count++;
    }
    while (others.n > 0) {
        str id = {0};
        others = str_cut(others, ',', &id);
        id = str_trim(id);
        if (id.n > 0 && plan_find_unit(problem, id) == PLAN_NONE) {
            return error_set(&ask->err, STATUS_INVALID, "No unit of this plan is called '%.*s'.",
                             STR_ARG(str_slice(id, 0, 60)));
        }
        if (id.n > 0 && count == OUT_MAX) {
            return error_set(&ask->err, STATUS_INVALID,
                             "At most %d units can drop out at once. Search for a new plan.",
                             OUT_MAX);
        }
        if (id.n > 0) {
            out[count++] = id;
        }
    }
    *ret_count = count;
    return STATUS_OK;
}

void plan_mend_post(struct ask *ask)
{
    struct plan_opened *opened = ARENA_NEW(ask->arena, struct plan_opened);
    str out[OUT_MAX];
    struct desk_happening what = {.words = ask_field(ask, "what"),
                                  .dwell_minutes = ask_number(&ask->form, "dwell", 0),
                                  .within_minutes = ask_number(&ask->form, "within", 0),
                                  .officers = ask_number(&ask->form, "officers", 0),
                                  .units_max = ask_number(&ask->form, "units", 0)};
    if (!plan_open(ask, ask->ids.number, STR("read"), STR(""), opened)) {
        return;
    }
    what.out = out;
    enum status status = find_out(ask, &opened->problem, out, &what.out_count);
    if (status == STATUS_OK &&
        !plan_parse_clock(opened->plan.day, ask_field(ask, "at"), &what.now_s)) {
        status = error_set(&ask->err, STATUS_INVALID,
                           "Say when: a time like 11:40, or 00:30+1 on the day after.");
    }
    if (status == STATUS_OK) {
        status = find_site(ask, &opened->problem, ask_field(ask, "site"), &what.site);
    }
    if (status == STATUS_OK) {
        status = desk_plan_mend(ask->desk, &ask->caller, ask->ids.number, &what, &ask->err);
    }
    if (status == STATUS_OK) {
        ask_redirect(ask, "/operation/%lld?watch=1", (long long)opened->plan.operation);
    } else if (status == STATUS_INVALID || status == STATUS_UNAVAILABLE) {
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

void plan_links_post(struct ask *ask)
{
    struct unit_links links;
    enum status status =
        desk_unit_links(ask->desk, &ask->caller, ask->ids.number, ask->arena, &links, &ask->err);
    if (status != STATUS_OK) {
        ask_fail(ask, status);
        return;
    }
    str host = http_header(ask->x, "Host");
    const char *scheme = ask->web->options.is_https ? "https" : "http";
    struct page_desk_plan_links_links *rows =
        ARENA_ARRAY(ask->arena, struct page_desk_plan_links_links, links.count + 1);
    for (size_t i = 0; i < links.count; i++) {
        rows[i] = (struct page_desk_plan_links_links){
            links.items[i].unit, arena_printf(ask->arena, "%s://%.*s/unit/%.*s", scheme,
                                              STR_ARG(host), STR_ARG(links.items[i].token))};
    }
    ASK_PAGE(ask, 200, desk_plan_links, "operations", .leaf = ask->ids.number,
             .number = links.plan_number, .name = links.name, .links = {rows, links.count});
}

/* --- hours --- */

struct hours {
    struct ask *ask;
    struct plan_opened *opened;
    struct plan_account planned, actual;
    const bool *is_told;
};

static void show_kinds(struct hours *h, struct page_desk_plan_account *page)
{
    static const char *const labels[PLAN_LEG_KINDS + 1] = {
        [PLAN_LEG_BRIEF] = "briefing",         [PLAN_LEG_TRAVEL] = "ways",
        [PLAN_LEG_DWELL] = "visits and posts", [PLAN_LEG_BREAK] = "breaks",
        [PLAN_LEG_IDLE] = "waiting",           [PLAN_LEG_KINDS] = "all"};
    struct arena *arena = h->ask->arena;
    const struct plan_problem *problem = &h->opened->problem;
    struct page_desk_plan_account_rows *rows =
        ARENA_ARRAY(arena, struct page_desk_plan_account_rows, PLAN_LEG_KINDS + 1);
    for (size_t i = 0; i <= PLAN_LEG_KINDS; i++) {
        bool is_all = i == PLAN_LEG_KINDS;
        int64_t planned = is_all ? plan_sum_ticks(&h->planned.total) : h->planned.total.spent[i];
        int64_t actual = is_all ? plan_sum_ticks(&h->actual.total) : h->actual.total.spent[i];
        rows[i] = (struct page_desk_plan_account_rows){
            str_c(labels[i]), words_hours(arena, problem, planned),
            words_hours(arena, problem, actual),
            words_hours_change(arena, problem, planned, actual)};
    }
    page->rows = (struct page_desk_plan_account_rows_list){rows, PLAN_LEG_KINDS + 1};
}

/* Both lists are in the order of names. */
static void show_areas(struct hours *h, struct page_desk_plan_account *page)
{
    struct arena *arena = h->ask->arena;
    const struct plan_problem *problem = &h->opened->problem;
    const struct plan_account *a = &h->planned;
    const struct plan_account *b = &h->actual;
    struct page_desk_plan_account_areas *rows = ARENA_ARRAY(
        arena, struct page_desk_plan_account_areas, (size_t)a->area_count + b->area_count + 1);
    size_t count = 0;
    for (uint32_t i = 0, k = 0; i < a->area_count || k < b->area_count;) {
        int by = i == a->area_count   ? 1
                 : k == b->area_count ? -1
                                      : str_compare(a->areas[i].name, b->areas[k].name);
        int64_t planned = by <= 0 ? plan_sum_ticks(&a->areas[i].sum) : 0;
        int64_t actual = by >= 0 ? plan_sum_ticks(&b->areas[k].sum) : 0;
        str name = by <= 0 ? a->areas[i].name : b->areas[k].name;
        rows[count++] = (struct page_desk_plan_account_areas){
            name.n > 0 ? name : STR("(no area)"), words_hours(arena, problem, planned),
            words_hours(arena, problem, actual),
            words_hours_change(arena, problem, planned, actual)};
        i += by <= 0;
        k += by >= 0;
    }
    page->areas = (struct page_desk_plan_account_areas_list){rows, count};
}

/* What has not come yet is not worked: duties end at `now`, and one that has not begun is empty. */
static const struct plan_duty *until_now(struct hours *h, const struct plan_duty *duties)
{
    struct arena *arena = h->ask->arena;
    const struct plan_problem *problem = &h->opened->problem;
    struct plan_duty *cut = ARENA_ARRAY(arena, struct plan_duty, problem->unit_count + 1);
    int64_t ticks = plan_ticks_at(problem, h->ask->now);
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        if (h->is_told[i]) {
            int32_t now = ticks < duties[i].from ? duties[i].from
                          : ticks > duties[i].to ? duties[i].to
                                                 : (int32_t)ticks;
            cut[i] = plan_duty_until(arena, &duties[i], now);
        }
    }
    return cut;
}

static enum status make_hours(struct hours *h)
{
    struct ask *ask = h->ask;
    struct plan_told_rows told;
    const struct plan_duty *duties = NULL;
    const struct plan_problem *problem = &h->opened->problem;
    enum status status = desk_told(ask->desk, &ask->caller, h->opened->plan.operation, problem,
                                   ask->arena, &told, &ask->err);
    if (status == STATUS_OK) {
        status = plan_actual_make(ask->arena, problem, h->opened->show.duties, &told, &duties,
                                  &h->is_told, &ask->err);
    }
    if (status == STATUS_OK) {
        status = plan_account_make(ask->arena, problem, h->opened->show.duties, h->is_told, NULL,
                                   &h->planned, &ask->err);
    }
    duties = status == STATUS_OK ? until_now(h, duties) : NULL;
    return status == STATUS_OK ? plan_account_make(ask->arena, problem, duties, h->is_told, NULL,
                                                   &h->actual, &ask->err)
                               : status;
}

void plan_account_get(struct ask *ask)
{
    struct hours h = {.ask = ask, .opened = ARENA_NEW(ask->arena, struct plan_opened)};
    struct page_desk_plan_account page = {0};
    struct buf silent;
    struct buf html;
    if (!plan_open(ask, ask->ids.number, STR("read"), STR(""), h.opened)) {
        return;
    }
    enum status status = make_hours(&h);
    if (status != STATUS_OK) {
        ask_fail(ask, status);
        return;
    }
    buf_init(&silent, SILENT_BYTES_MAX);
    const struct plan_problem *problem = &h.opened->problem;
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        if (h.is_told[i]) {
            page.told++;
        } else if (h.opened->result.routes[i].stop_count > 0) {
            buf_printf(&silent, "%s%.*s", silent.n > 0 ? ", " : "", STR_ARG(problem->units[i].id));
        }
    }
    page.bar = ask_bar(ask, "operations");
    page.leaf = ask->ids.number;
    page.number = h.opened->plan.row.number;
    page.name = h.opened->plan.name;
    page.units = problem->unit_count;
    page.silent = arena_str(ask->arena, buf_str(&silent));
    buf_close(&silent);
    show_kinds(&h, &page);
    show_areas(&h, &page);
    buf_init(&html, DESKWEB_PAGE_BYTES_MAX);
    page_desk_plan_account_render(&html, NULL, &page);
    ask_answer(ask, 200, &html);
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
