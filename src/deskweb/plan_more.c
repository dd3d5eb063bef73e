/* SPDX-License-Identifier: Apache-2.0 */
/* How many more? A form about one plan; the answer has a page of its own (plan_answer.c). */
#include "base/utf8.h"
#include "desk/operation_ask.h"
#include "deskweb/plan_view.h"
#include "plan/day.h"

#include "pages/desk_plan_more.html.h"

enum { SECONDS = 30 };

static struct part_option_list choices(struct ask *ask, const char *const (*pairs)[2], size_t count,
                                       str chosen)
{
    struct option_maker maker;
    options_start(&maker, ask->arena, count, chosen);
    for (size_t i = 0; i < count; i++) {
        options_add(&maker, str_c(pairs[i][0]), str_c(pairs[i][1]));
    }
    return options_list(&maker);
}

static void show_form(struct ask *ask, const struct plan_opened *opened, unsigned status)
{
    static const char *const goals[][2] = {{"mandatory", "everything that must be done"},
                                           {"share", "a share of the whole worth"},
                                           {"site", "all visits to a place"},
                                           {"area", "all visits in an area"}};
    static const char *const whos[][2] = {{"any", "like any that is there"},
                                          {"like", "like one unit"},
                                          {"shift", "of a base and a shift"}};
    static const char *const modes[][2] = {
        {"car", "car"}, {"bicycle", "bicycle"}, {"foot", "on foot"}};
    const struct desk_plan *plan = &opened->plan;
    const struct form *form = &ask->form;
    bool is_again = form_has(form, "seconds");
    struct buf html;
    struct page_desk_plan_more page = {
        .bar = ask_bar(ask, "operations"),
        .csrf = ask_csrf(ask),
        .leaf = plan->row.leaf,
        .number = plan->row.number,
        .operation = plan->operation,
        .name = plan->name,
        .date = words_day(ask->arena, plan->day),
        .error = str_c(ask->err.primary),
        .hint = str_c(ask->err.hint),
        .goals = choices(ask, goals, ARRAY_LEN(goals), form_value(form, "goal")),
        .share = is_again ? form_value(form, "share") : STR("90"),
        .names = plan_names(ask, &opened->problem),
        .site = form_value(form, "site"),
        .areas = plan_area_options(ask, &opened->problem, NULL),
        .whos = choices(ask, whos, ARRAY_LEN(whos), form_value(form, "who")),
        .like = form_value(form, "like"),
        .base = form_value(form, "base"),
        .start = form_value(form, "start"),
        .end = form_value(form, "end"),
        .officers = is_again ? form_value(form, "officers") : STR("2"),
        .modes = choices(ask, modes, ARRAY_LEN(modes), form_value(form, "mode")),
        .seconds =
            is_again ? form_value(form, "seconds") : arena_printf(ask->arena, "%d", SECONDS)};
    buf_init(&html, DESKWEB_PAGE_BYTES_MAX);
    page_desk_plan_more_render(&html, NULL, &page);
    ask_answer(ask, status, &html);
}

void plan_more_get(struct ask *ask)
{
    struct plan_opened *opened = ARENA_NEW(ask->arena, struct plan_opened);
    if (plan_open(ask, ask->ids.number, STR("read"), STR(""), opened)) {
        show_form(ask, opened, 200);
    }
}

static enum status take_goal(struct ask *ask, const struct plan_problem *problem, str *ret_goal)
{
    str kind = ask_field(ask, "goal");
    str share = ask_field(ask, "share");
    str site = {0};
    enum status status = STATUS_OK;
    *ret_goal = STR("mandatory");
    if (str_equal(kind, STR("share"))) {
        share = str_ends(share, STR("%")) ? str_trim(str_slice(share, 0, share.n - 1)) : share;
        *ret_goal = arena_printf(ask->arena, "%.*s%%", STR_ARG(utf8_clip(share, 60)));
    } else if (str_equal(kind, STR("site"))) {
        status = plan_named_site(ask, problem, ask_field(ask, "site"), &site);
        if (status == STATUS_OK && site.n == 0) {
            status = error_set(&ask->err, STATUS_INVALID, "Say which place.");
        }
        *ret_goal = arena_printf(ask->arena, "site:%.*s", STR_ARG(site));
    } else if (str_equal(kind, STR("area"))) {
        str area = ask_field(ask, "area");
        *ret_goal = arena_printf(ask->arena, "area:%.*s", STR_ARG(area));
    }
    return status;
}

static enum status take_clock(struct ask *ask, str day, const char *name, const char *what,
                              int32_t *ret_second)
{
    return plan_parse_clock(day, ask_field(ask, name), ret_second)
               ? STATUS_OK
               : error_set(&ask->err, STATUS_INVALID,
                           "%s: write a time like 14:00, or 01:30+1 on the day after.", what);
}

static enum status take_shift(struct ask *ask, const struct plan_opened *opened,
                              struct desk_question *question)
{
    enum status status =
        plan_named_site(ask, &opened->problem, ask_field(ask, "base"), &question->base);
    if (status == STATUS_OK && question->base.n == 0) {
        status = error_set(&ask->err, STATUS_INVALID, "Say at which base the new units begin.");
    }
    if (status == STATUS_OK) {
        status = take_clock(ask, opened->plan.day, "start", "From", &question->start_s);
    }
    if (status == STATUS_OK) {
        status = take_clock(ask, opened->plan.day, "end", "To", &question->end_s);
    }
    question->officers = ask_number(&ask->form, "officers", 0);
    question->mode = ask_field(ask, "mode");
    return status;
}

static enum status take_units(struct ask *ask, const struct plan_opened *opened,
                              struct desk_question *question)
{
    str who = ask_field(ask, "who");
    uint32_t unit = 0;
    if (str_equal(who, STR("shift"))) {
        return take_shift(ask, opened, question);
    }
    if (!str_equal(who, STR("like"))) {
        return STATUS_OK;
    }
    enum status status = plan_named_unit(ask, &opened->problem, ask_field(ask, "like"), &unit);
    question->like = status == STATUS_OK ? opened->problem.units[unit].id : (str){0};
    return status;
}

void plan_more_post(struct ask *ask)
{
    struct plan_opened *opened = ARENA_NEW(ask->arena, struct plan_opened);
    struct desk_question question = {.seconds = ask_number(&ask->form, "seconds", 0)};
    if (!plan_open(ask, ask->ids.number, STR("read"), STR(""), opened)) {
        return;
    }
    enum status status = take_goal(ask, &opened->problem, &question.goal);
    if (status == STATUS_OK) {
        status = take_units(ask, opened, &question);
    }
    if (status == STATUS_OK) {
        status = desk_plan_more(ask->desk, &ask->caller, ask->ids.number, &question, &ask->err);
    }
    if (status == STATUS_OK) {
        ask_redirect(ask, "/operation/%lld?watch=1", (long long)opened->plan.operation);
    } else if (words_are_kept(status)) {
        show_form(ask, opened, status_http(status));
    } else {
        ask_fail(ask, status);
    }
}
