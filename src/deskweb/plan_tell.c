/* SPDX-License-Identifier: Apache-2.0 */
/* A unit tells by radio or telephone, and an officer writes it down for it: what, where, and when it happened. */
#include "desk/operation_day.h"
#include "deskweb/plan_view.h"
#include "plan/day.h"

#include "pages/desk_plan_tell.html.h"

struct telling {
    struct ask *ask;
    struct unit_card view;
    struct page_desk_plan_tell page;
};

static str place_of(const struct telling *t, uint32_t task)
{
    return plan_site_name(&t->view.problem, t->view.problem.tasks[task].site);
}

static str clock_at(const struct telling *t, int64_t ticks)
{
    return plan_clock(t->ask->arena, &t->view.problem, ticks);
}

static void show_kinds(struct telling *t)
{
    struct option_maker maker;
    options_start(&maker, t->ask->arena, PLAN_TOLD_KINDS, ask_field(t->ask, "what"));
    for (enum plan_told_what what = PLAN_TOLD_ON; what < PLAN_TOLD_KINDS; what++) {
        options_add(&maker, str_c(plan_told_word(what)), words_told(what));
    }
    t->page.kinds = options_list(&maker);
}

/* ", arrived 10:05": what was told of it last. */
static str told_of(const struct telling *t, uint32_t task)
{
    const struct plan_told_rows *told = &t->view.told;
    str words = {0};
    for (uint32_t i = told->first[t->view.unit]; i != PLAN_NONE; i = told->rows[i].next) {
        if (told->rows[i].task == task) {
            words = arena_printf(t->ask->arena, ", %s %.*s", plan_told_word(told->rows[i].what),
                                 STR_ARG(clock_at(t, told->rows[i].at)));
        }
    }
    return words;
}

static void show_visits(struct telling *t)
{
    struct arena *arena = t->ask->arena;
    const struct plan_problem *problem = &t->view.problem;
    const struct plan_route *route = &t->view.result.routes[t->view.unit];
    uint32_t there = plan_told_there(&t->view.told, t->view.unit);
    struct option_maker maker;
    bool *is_listed = ARENA_ARRAY(arena, bool, problem->task_count + 1U);
    size_t most = route->stop_count + 2U;
    for (uint32_t i = 0; i < problem->task_count; i++) {
        most += t->view.had[i] ? 1 : 0;
    }
    options_start(&maker, arena, most, ask_field(t->ask, "task"));
    options_add(&maker, STR(""), STR("none"));
    for (uint32_t i = 0; i < route->stop_count; i++) {
        const struct plan_stop *stop = &route->stops[i];
        const struct plan_task *task = &problem->tasks[stop->task];
        options_add(&maker, task->id,
                    arena_printf(arena, "%.*s to %.*s %.*s%.*s", STR_ARG(clock_at(t, stop->start)),
                                 STR_ARG(clock_at(t, (int64_t)stop->start + task->dwell)),
                                 STR_ARG(place_of(t, stop->task)),
                                 STR_ARG(told_of(t, stop->task))));
        is_listed[stop->task] = true;
    }
    for (uint32_t i = 0; i < problem->task_count; i++) { /* the plan gave it to another since */
        if (!is_listed[i] && (i == there || t->view.had[i])) {
            options_add(&maker, problem->tasks[i].id,
                        arena_printf(arena, "%.*s, by an earlier plan", STR_ARG(place_of(t, i))));
        }
    }
    t->page.visits = options_list(&maker);
}

/* With when it was told, where that is another minute than it happened in. */
static void show_told(struct telling *t)
{
    struct arena *arena = t->ask->arena;
    const struct plan_told_rows *told = &t->view.told;
    struct page_desk_plan_tell_told *rows =
        ARENA_ARRAY(arena, struct page_desk_plan_tell_told, told->count + 1U);
    size_t count = 0;
    int64_t before = 0;
    for (uint32_t i = told->first[t->view.unit]; i != PLAN_NONE; i = told->rows[i].next) {
        const struct plan_told *row = &told->rows[i];
        str place = row->task == PLAN_NONE ? (str){0} : place_of(t, row->task);
        str at = clock_at(t, row->at);
        str told_at = clock_at(t, plan_ticks_at(&t->view.problem, t->view.trail.told_at[i]));
        int64_t leaf = t->view.trail.leaves[i];
        rows[count++] = (struct page_desk_plan_tell_told){
            .words =
                arena_printf(arena, "%.*s %.*s%s%.*s", STR_ARG(at), STR_ARG(words_told(row->what)),
                             place.n > 0 ? ": " : "", STR_ARG(place)),
            .later = str_equal(at, told_at) ? (str){0} : told_at,
            .leaf = leaf == before ? 0 : leaf}; /* what was told as one is taken back as one */
        before = leaf;
    }
    t->page.told = (struct page_desk_plan_tell_told_list){rows, count};
}

static void tell_show(struct ask *ask, str unit, unsigned status_code)
{
    struct telling *t = ARENA_NEW(ask->arena, struct telling);
    struct error why = ask->err;
    struct buf html;
    t->ask = ask;
    enum status status = desk_unit_card_for(ask->desk, &ask->caller, ask->ids.number, unit,
                                            ask->arena, &t->view, &ask->err);
    if (status != STATUS_OK) {
        ask_fail(ask, status);
        return;
    }
    const struct plan_unit *one = &t->view.problem.units[t->view.unit];
    t->page = (struct page_desk_plan_tell){
        .bar = ask_bar(ask, "operations"),
        .csrf = ask_csrf(ask),
        .operation = t->view.operation,
        .plan = t->view.plan_number,
        .name = t->view.name,
        .date = words_day(ask->arena, t->view.day),
        .unit = one->id,
        .hours = arena_printf(ask->arena, "%.*s to %.*s",
                              STR_ARG(clock_at(t, (int64_t)one->start - one->brief)),
                              STR_ARG(clock_at(t, one->end))),
        .seen = unit_card_seen(&t->view),
        .error = str_c(why.primary),
        .hint = str_c(why.hint),
        .when = ask_field(ask, "when"),
        .until = ask_field(ask, "until")};
    show_kinds(t);
    show_visits(t);
    show_told(t);
    buf_init(&html, DESKWEB_PAGE_BYTES_MAX);
    page_desk_plan_tell_render(&html, NULL, &t->page);
    ask_answer(ask, status_code, &html);
}

void plan_tell_get(struct ask *ask)
{
    tell_show(ask, str_trim(form_value(&ask->query, "unit")), 200);
}

static enum status tell(struct ask *ask, str unit)
{
    str word = form_value(&ask->form, "what");
    enum plan_told_what what = plan_told_what(word);
    bool is_visit =
        what == PLAN_TOLD_ARRIVED || what == PLAN_TOLD_LEFT || what == PLAN_TOLD_SKIPPED;
    struct unit_press press = {.what = what,
                               .task = is_visit ? ask_field(ask, "task") : (str){0},
                               .seen = ask_number(&ask->form, "seen", INT64_MAX),
                               .when = ask_field(ask, "when"),
                               .until = ask_field(ask, "until")};
    if (what == PLAN_TOLD_KINDS) {
        return error_set(&ask->err, STATUS_INVALID, "Choose what the unit told.");
    }
    if (is_visit && press.task.n == 0) {
        return error_set(&ask->err, STATUS_INVALID, "Choose the visit that this is about.");
    }
    return desk_unit_tell_for(ask->desk, &ask->caller, ask->ids.number, unit, &press, ask->arena,
                              &ask->err);
}

void plan_tell_post(struct ask *ask)
{
    str unit = ask_field(ask, "unit");
    bool is_back = form_has(&ask->form, "of");
    enum status status =
        is_back ? desk_unit_take_back_for(ask->desk, &ask->caller, ask->ids.number, unit,
                                          ask_number(&ask->form, "of", 0), ask->arena, &ask->err)
                : tell(ask, unit);
    if (status == STATUS_OK) {
        struct buf query;
        buf_init(&query, 4096);
        form_add_encoded(&query, unit);
        ask_redirect(ask, "/operation/%lld/tell?unit=%.*s&done=%s", (long long)ask->ids.number,
                     STR_ARG(buf_str(&query)), is_back ? "untold" : "told");
        buf_close(&query);
    } else if (words_are_kept(status)) {
        tell_show(ask, unit, status_http(status));
    } else {
        ask_fail(ask, status);
    }
}
