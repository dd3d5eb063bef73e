/* SPDX-License-Identifier: Apache-2.0 */
/* One plan: what it does, what it leaves undone and why, whom it covers least, what it costs. */
#include "deskweb/plan_view.h"

#include <stdlib.h>

#include "plan/day.h"
#include "plan/explain.h"

#include "pages/desk_plan.html.h"

enum {
    UNSERVED_SHOWN = 40, /* each is a scan of all units */
    PAST_SHOWN = 30,
    DRAWING_BYTES_MAX = 8 * 1024 * 1024,
    FIGURES = 8
};

struct page {
    struct ask *ask;
    struct plan_opened *opened;
    struct desk_plan_lost lost; /* of a plan that may be published */
    struct plan_account account;
    bool has_rates;
    const struct plan_opened *base; /* of a proposal: what it mends */
    uint32_t nobody;                /* where something happened and nobody goes */
    struct page_desk_plan *out;
};

static str clock_at(struct page *page, int64_t ticks)
{
    return plan_clock(page->ask->arena, &page->opened->problem, ticks);
}

/* --- units --- */

static str leg_words(const struct plan_leg *leg)
{
    switch (leg->kind) {
    case PLAN_LEG_BRIEF:
        return STR("briefing");
    case PLAN_LEG_TRAVEL:
        return STR("on the way to");
    case PLAN_LEG_DWELL:
        return STR("visit");
    case PLAN_LEG_BREAK:
        return STR("break");
    case PLAN_LEG_IDLE:
    case PLAN_LEG_KINDS:
        break;
    }
    return STR("waits, seen");
}

static str stop_words(const struct plan_problem *problem, uint32_t task)
{
    str happened = operation_sent_words(problem->tasks[task].id);
    return happened.n > 0 ? happened : STR("visit");
}

static struct page_desk_plan_units_legs_list legs_of(struct page *page, uint32_t unit)
{
    const struct plan_problem *problem = &page->opened->problem;
    const struct plan_duty *duty = &page->opened->show.duties[unit];
    struct page_desk_plan_units_legs *rows =
        ARENA_ARRAY(page->ask->arena, struct page_desk_plan_units_legs, duty->leg_count + 1);
    size_t count = 0;
    for (uint32_t i = 0; i < duty->leg_count; i++) {
        const struct plan_leg *leg = &duty->legs[i];
        bool is_short = leg->kind != PLAN_LEG_DWELL && leg->to - leg->from < problem->ticks_per_s;
        if (!is_short) {
            rows[count++] = (struct page_desk_plan_units_legs){
                .time =
                    arena_printf(page->ask->arena, "%.*s–%.*s", STR_ARG(clock_at(page, leg->from)),
                                 STR_ARG(clock_at(page, leg->to))),
                .what =
                    leg->kind == PLAN_LEG_DWELL ? stop_words(problem, leg->task) : leg_words(leg),
                .place = plan_site_name(problem, leg->end_site)};
        }
    }
    return (struct page_desk_plan_units_legs_list){rows, count};
}

/* By this proposal, and not before. */
static bool drops_out(const struct page *page, uint32_t unit)
{
    const struct plan_unit *one = &page->opened->problem.units[unit];
    uint32_t before = plan_find_unit(&page->base->problem, one->id);
    return one->out_officers > 0 && before != PLAN_NONE &&
           page->base->problem.units[before].out_officers == 0;
}

static void show_units(struct page *page)
{
    const struct plan_problem *problem = &page->opened->problem;
    bool is_again = form_has(&page->ask->form, "within"); /* what was typed stays */
    uint32_t count =
        problem->unit_count < PLAN_UNITS_SHOWN ? problem->unit_count : PLAN_UNITS_SHOWN;
    struct page_desk_plan_units *rows =
        ARENA_ARRAY(page->ask->arena, struct page_desk_plan_units, count + 1);
    for (uint32_t i = 0; i < count; i++) {
        const struct plan_duty *duty = &page->opened->show.duties[i];
        rows[i] = (struct page_desk_plan_units){
            .id = problem->units[i].id,
            .hours =
                arena_printf(page->ask->arena, "%.*s to %.*s", STR_ARG(clock_at(page, duty->from)),
                             STR_ARG(clock_at(page, duty->to))),
            .stops = page->opened->result.routes[i].stop_count,
            .is_one = page->opened->result.routes[i].stop_count == 1,
            .is_out = is_again ? form_has_value(&page->ask->form, "out", problem->units[i].id)
                               : page->out->sends_nobody && drops_out(page, i),
            .legs = legs_of(page, i)};
    }
    page->out->units_more = (int64_t)problem->unit_count - count;
    page->out->units = (struct page_desk_plan_units_list){rows, count};
}

/* --- what nobody does --- */

/* Who is left out by a rule is not in the plan's problem, and may be the cheapest help for a duty. */
static str mend_words(const struct page *page, const struct plan_explained *why)
{
    bool is_duty = page->opened->problem.tasks[why->task].is_mandatory;
    if (why->mend.n == 0) {
        return STR("–");
    }
    return is_duty && page->opened->plan.row.left_out.n > 0
               ? arena_printf(page->ask->arena, "%.*s; or what was left out of the search (above)",
                              STR_ARG(why->mend))
               : why->mend;
}

static void show_unserved(struct page *page)
{
    const struct plan_problem *problem = &page->opened->problem;
    struct page_desk_plan_unserved *rows =
        ARENA_ARRAY(page->ask->arena, struct page_desk_plan_unserved, UNSERVED_SHOWN);
    size_t count = 0;
    /* Duties first. */
    for (int is_optional = 0; is_optional < 2; is_optional++) {
        for (uint32_t i = 0; i < problem->task_count; i++) {
            struct plan_explained *why = NULL;
            if (page->opened->show.is_served[i] || !page->opened->show.is_counted[i] ||
                problem->tasks[i].is_mandatory == (is_optional != 0)) {
                continue;
            }
            if (count == UNSERVED_SHOWN) {
                page->out->unserved_more++;
                continue;
            }
            if (plan_explain(page->ask->arena, problem, &page->opened->result, i, &why) == 0) {
                continue;
            }
            rows[count++] = (struct page_desk_plan_unserved){
                .want = words_want(page->ask->arena, problem, &problem->tasks[i]),
                .place = plan_site_name(problem, problem->tasks[i].site),
                .words = why->words,
                .mend = mend_words(page, why),
                .is_mandatory = problem->tasks[i].is_mandatory};
        }
    }
    page->out->unserved = (struct page_desk_plan_unserved_list){rows, count};
}

/* --- areas and hours --- */

static int least_first(const void *a, const void *b)
{
    const struct plan_area *x = a;
    const struct plan_area *y = b;
    int64_t left = x->wanted > 0 ? x->weight * 1000 / x->wanted : 1000;
    int64_t right = y->wanted > 0 ? y->weight * 1000 / y->wanted : 1000;
    return left != right ? (left > right) - (left < right) : str_compare(x->name, y->name);
}

static void show_areas(struct page *page)
{
    struct plan_area *areas = NULL;
    const struct plan_problem *problem = &page->opened->problem;
    size_t count = plan_areas(page->ask->arena, page->opened, &areas);
    struct page_desk_plan_areas *rows =
        ARENA_ARRAY(page->ask->arena, struct page_desk_plan_areas, count + 1);
    qsort(areas, count, sizeof *areas, least_first);
    for (size_t i = 0; i < count; i++) {
        int64_t running =
            0; /* in the order of the page of hours, so that an area has the same there */
        int64_t ticks = 0;
        for (uint32_t k = 0; k < page->account.area_count; k++) {
            const struct plan_name_sum *area = &page->account.areas[k];
            int64_t whole = plan_whole_minutes(problem, &running, plan_sum_ticks(&area->sum));
            if (str_equal(plan_area_words(area->name), areas[i].name)) {
                ticks = whole;
            }
        }
        rows[i] = (struct page_desk_plan_areas){
            .name = areas[i].name,
            .served = areas[i].served,
            .tasks = areas[i].tasks,
            .share = words_share(page->ask->arena, areas[i].weight, areas[i].wanted),
            .is_worst = i == 0 && count > 1 && areas[i].weight < areas[i].wanted,
            .hours = words_hours(page->ask->arena, problem, ticks)};
    }
    page->out->areas = (struct page_desk_plan_areas_list){rows, count};
}

static void show_spent(struct page *page)
{
    static const char *const labels[PLAN_LEG_KINDS] = {[PLAN_LEG_BRIEF] = "briefing",
                                                       [PLAN_LEG_TRAVEL] = "ways",
                                                       [PLAN_LEG_DWELL] = "visits and posts",
                                                       [PLAN_LEG_BREAK] = "breaks",
                                                       [PLAN_LEG_IDLE] = "waiting, seen"};
    const struct plan_problem *problem = &page->opened->problem;
    const struct plan_sum *total = &page->account.total;
    int64_t all = plan_sum_ticks(total);
    struct page_desk_plan_spent *rows =
        ARENA_ARRAY(page->ask->arena, struct page_desk_plan_spent, PLAN_LEG_KINDS + 2);
    size_t count = PLAN_LEG_KINDS;
    int64_t running = 0;
    for (size_t i = 0; i < PLAN_LEG_KINDS; i++) {
        int64_t whole = plan_whole_minutes(problem, &running, total->spent[i]);
        rows[i] = (struct page_desk_plan_spent){
            str_c(labels[i]), words_hours(page->ask->arena, problem, whole),
            words_share(page->ask->arena, total->spent[i], all)};
    }
    if (total->unworked > 0) {
        int64_t whole = plan_whole_minutes(problem, &running, total->unworked);
        rows[count++] = (struct page_desk_plan_spent){
            STR("paid, not worked"), words_hours(page->ask->arena, problem, whole),
            words_share(page->ask->arena, total->unworked, all)};
    }
    rows[count++] = (struct page_desk_plan_spent){
        STR("all"), words_hours(page->ask->arena, problem, all), STR("100 %")};
    page->out->spent = (struct page_desk_plan_spent_list){rows, count};
}

static void show_figures(struct page *page)
{
    struct arena *arena = page->ask->arena;
    const struct plan_problem *problem = &page->opened->problem;
    const struct desk_plan_row *row = &page->opened->plan.row;
    struct page_desk_plan_figures *f = ARENA_ARRAY(arena, struct page_desk_plan_figures, FIGURES);
    str lacks = page->has_rates ? plan_account_lacks(arena, problem, &page->account) : (str){0};
    size_t n = 0;
    f[n++] = (struct page_desk_plan_figures){
        STR("Visits and posts"),
        arena_printf(arena, "%lld of %lld", (long long)row->served, (long long)row->tasks),
        row->unmet == 0 ? STR("everything that must be done is done")
                        : arena_printf(arena, "%lld that must be done %s not",
                                       (long long)row->unmet, row->unmet == 1 ? "is" : "are")};
    f[n++] = (struct page_desk_plan_figures){
        STR("Covered weight"), words_milli(arena, row->profit),
        arena_printf(arena, "no plan for this problem covers more than %.*s",
                     STR_ARG(words_milli(arena, row->bound)))};
    f[n++] = (struct page_desk_plan_figures){
        STR("Officer-hours"), words_hours(arena, problem, plan_sum_ticks(&page->account.total)),
        STR("paid, with ways, breaks and waiting")};
    f[n++] = (struct page_desk_plan_figures){
        STR("Cost"), words_cost(arena, problem, &page->account.total, page->has_rates),
        lacks.n > 0 ? arena_printf(arena, "a rate is missing for %.*s: the cost is of the rest",
                                   STR_ARG(lacks))
        : page->has_rates ? STR("by the table of rates of the operation")
                          : STR("upload a table of rates to the operation")};
    page->out->figures = (struct page_desk_plan_figures_list){f, n};
}

static void show_head(struct page *page)
{
    struct ask *ask = page->ask;
    struct page_desk_plan *out = page->out;
    const struct desk_plan *plan = &page->opened->plan;
    out->bar = ask_bar(ask, "operations");
    out->csrf = ask_csrf(ask);
    out->leaf = plan->row.leaf;
    out->number = plan->row.number;
    out->operation = plan->operation;
    out->name = plan->name;
    out->date = words_day(ask->arena, plan->day);
    out->state = words_plan(plan->row.state);
    out->is_published = plan->row.state == PLAN_PUBLISHED;
    out->may_publish = !out->is_published && plan->operation_state != OPERATION_CLOSED &&
                       plan->row.state != PLAN_DROPPED && plan->row.state != PLAN_FOUND &&
                       !(out->sends_nobody && out->changes.count == 0); /* it would do nothing */
    out->is_answer = plan->row.more.n > 0;
    out->may_drop = plan->row.state == PLAN_PROPOSED || plan->row.state == PLAN_DRAFT ||
                    plan->row.state == PLAN_FOUND;
    out->unmet = plan->row.unmet;
    out->differs = plan->row.differs;
    if (plan->row.taken_at != 0) {
        out->taken = arena_printf(ask->arena, "Taken over into the operation %.*s by %.*s: %.*s.",
                                  STR_ARG(words_time(ask->arena, plan->row.taken_at)),
                                  STR_ARG(ask_officer_name(ask, plan->row.taken_officer)),
                                  STR_ARG(plan->row.taken));
    }
    out->fork = plan->row.fork;
    out->fork_number = plan->row.fork_number;
    out->lost = page->lost.words;
    out->has_happened = page->lost.happened_count > 0;
    out->seen = page->lost.seen;
    out->may_ask = plan->operation_state != OPERATION_CLOSED;
    out->why = plan->row.why;
    out->left_out = plan->row.left_out;
    out->made =
        arena_printf(ask->arena, "Made %.*s by %.*s, searched for %lld s, seed %llu.",
                     STR_ARG(words_time(ask->arena, plan->row.at)),
                     STR_ARG(ask_officer_name(ask, plan->row.officer)),
                     (long long)plan->row.seconds, (unsigned long long)page->opened->result.seed);
    if (plan->row.published_at != 0) {
        out->published = arena_printf(ask->arena, "Published %.*s by %.*s.",
                                      STR_ARG(words_time(ask->arena, plan->row.published_at)),
                                      STR_ARG(ask_officer_name(ask, plan->row.published_officer)));
    }
    struct option_maker maker;
    options_start(&maker, ask->arena, plan->other_count, STR(""));
    for (size_t i = 0; i < plan->other_count; i++) {
        options_add(&maker, arena_printf(ask->arena, "%lld", (long long)plan->others[i].leaf),
                    arena_printf(ask->arena, "plan %lld", (long long)plan->others[i].number));
    }
    out->others = options_list(&maker);
}

static str nobody_words(struct page *page, uint32_t task, str place)
{
    struct arena *arena = page->ask->arena;
    const struct plan_problem *problem = &page->opened->problem;
    struct plan_explained *why = NULL;
    if (plan_explain(arena, problem, &page->opened->result, task, &why) == 0) {
        return arena_printf(arena, "Nobody goes to %.*s.", STR_ARG(place));
    }
    str words = plan_nobody_words(arena, problem, place, why);
    bool has_said = why->soonest_unit == PLAN_NONE; /* what could help */
    return has_said || why->mend.n == 0 ? words
                                        : arena_printf(arena, "%.*s What could help: %.*s.",
                                                       STR_ARG(words), STR_ARG(why->mend));
}

/* Who goes to what happened, and when; what an earlier plan had done is not said again. */
static void show_sent(struct page *page, const struct plan_opened *base)
{
    struct arena *arena = page->ask->arena;
    const struct plan_problem *problem = &page->opened->problem;
    struct page_desk_plan_sent *rows =
        ARENA_ARRAY(arena, struct page_desk_plan_sent, problem->task_count + 1);
    size_t count = 0;
    for (uint32_t i = 0; i < problem->task_count; i++) {
        const struct plan_task *task = &problem->tasks[i];
        bool is_old = operation_sent_words(task->id).n == 0;
        for (uint32_t k = 0; k < base->problem.task_count && !is_old; k++) {
            is_old = str_equal(base->problem.tasks[k].id, task->id);
        }
        str words = is_old || page->opened->show.is_served[i]
                        ? (str){0}
                        : nobody_words(page, i, plan_site_name(problem, task->site));
        for (uint32_t unit = 0; unit < problem->unit_count && !is_old; unit++) {
            const struct plan_route *route = &page->opened->result.routes[unit];
            for (uint32_t k = 0; k < route->stop_count; k++) {
                if (route->stops[k].task == i) {
                    words = arena_printf(arena, "%.*s is at %.*s at %.*s.",
                                         STR_ARG(problem->units[unit].id),
                                         STR_ARG(plan_site_name(problem, task->site)),
                                         STR_ARG(clock_at(page, route->stops[k].start)));
                }
            }
        }
        if (words.n > 0) {
            bool is_nobody = !page->opened->show.is_served[i];
            page->nobody = is_nobody && !page->out->sends_nobody ? i : page->nobody;
            page->out->sends_nobody = page->out->sends_nobody || is_nobody;
            rows[count++].words =
                is_nobody
                    ? arena_printf(arena, "%.*s This plan sends nobody there.", STR_ARG(words))
                    : words;
        }
    }
    page->out->sent = (struct page_desk_plan_sent_list){rows, count};
}

/* False when answered. */
static bool show_past(struct page *page, const struct plan_opened *base)
{
    struct ask *ask = page->ask;
    str words[PAST_SHOWN];
    size_t count = 0;
    enum status status =
        plan_not_made(ask, base, page->opened, words, PAST_SHOWN, &count, &page->out->past_more);
    if (status != STATUS_OK) {
        ask_fail(ask, status);
        return false;
    }
    struct page_desk_plan_past *rows =
        ARENA_ARRAY(ask->arena, struct page_desk_plan_past, count + 1);
    for (size_t i = 0; i < count; i++) {
        rows[i].words = words[i];
    }
    page->out->past = (struct page_desk_plan_past_list){rows, count};
    return true;
}

/* A proposal shows whom it changes before anybody confirms it. False when answered. */
static bool show_proposal(struct page *page)
{
    struct ask *ask = page->ask;
    const struct desk_plan_row *row = &page->opened->plan.row;
    if (row->state != PLAN_PROPOSED) {
        return true;
    }
    struct plan_opened *base = ARENA_NEW(ask->arena, struct plan_opened);
    struct plan_unit_change *changes =
        ARENA_ARRAY(ask->arena, struct plan_unit_change, PLAN_UNITS_SHOWN);
    struct page_desk_plan_changes *rows =
        ARENA_ARRAY(ask->arena, struct page_desk_plan_changes, PLAN_UNITS_SHOWN);
    if (!plan_open(ask, row->base, STR("read"), STR(""), base)) {
        return false;
    }
    size_t count = plan_changes(ask->arena, base, page->opened, changes, PLAN_UNITS_SHOWN,
                                &page->out->same, &page->out->more);
    for (size_t i = 0; i < count; i++) {
        rows[i] = (struct page_desk_plan_changes){changes[i].id, changes[i].words};
    }
    page->base = base;
    page->out->is_proposed = true;
    show_sent(page, base);
    if (!show_past(page, base)) {
        return false;
    }
    page->out->base = row->base;
    page->out->base_number = row->base_number;
    page->out->changes = (struct page_desk_plan_changes_list){rows, count};
    return true;
}

static const struct desk_plan_row *in_force(const struct desk_plan *plan)
{
    for (size_t i = 0; i < plan->other_count; i++) {
        if (plan->others[i].state == PLAN_PUBLISHED) {
            return &plan->others[i];
        }
    }
    return NULL;
}

/* Of a proposal that sends nobody: the same again, to be asked with other numbers. */
static void ask_again(struct page *page, struct page_desk_plan_skills *skills)
{
    struct arena *arena = page->ask->arena;
    struct page_desk_plan *out = page->out;
    const struct plan_problem *problem = &page->opened->problem;
    const struct plan_task *task = &problem->tasks[page->nobody];
    const struct desk_plan_row *force = in_force(&page->opened->plan);
    int64_t minute = (int64_t)60 * problem->ticks_per_s;
    if (force == NULL || page->opened->plan.operation_state == OPERATION_CLOSED) {
        return;
    }
    out->may_mend = true;
    out->mend_leaf = force->leaf;
    out->m_what = page->opened->plan.row.why;
    const struct plan_site *site = &problem->sites[task->site];
    out->m_site = plan_find_site(&page->base->problem, site->id) == PLAN_NONE
                      ? arena_printf(arena, "%.5f, %.5f", site->y, site->x) /* any place */
                      : plan_site_name(problem, task->site);
    for (uint32_t i = 0; i < problem->skill_count; i++) {
        skills[i].is_wanted = (task->skills >> i & 1) != 0;
    }
    out->m_dwell = arena_printf(arena, "%lld", (long long)(task->dwell / minute));
    out->m_within = arena_printf(arena, "%lld", (long long)((task->close - task->open) / minute));
    out->m_officers = arena_printf(arena, "%d", task->officers);
}

/* What was typed stays when it was refused, also when another plan is in force by then: it goes to that one. */
static void show_mend(struct page *page)
{
    struct ask *ask = page->ask;
    struct page_desk_plan *out = page->out;
    const struct plan_problem *problem = &page->opened->problem;
    bool is_again = form_has(&ask->form, "within");
    int64_t share = problem->unit_count / 20; /* one unit in twenty, and three at least */
    struct {
        str *to;
        const char *name;
        str at_first;
    } const fields[] = {
        {&out->m_at, "at", STR("")},
        {&out->m_what, "what", STR("")},
        {&out->m_others, "others", STR("")},
        {&out->m_site, "site", STR("")},
        {&out->m_dwell, "dwell", STR("30")},
        {&out->m_within, "within", STR("30")},
        {&out->m_officers, "officers", STR("2")},
        {&out->m_units, "units",
         arena_printf(ask->arena, "%lld", (long long)(share < 3 ? 3 : share))},
    };
    out->may_mend = page->opened->plan.row.state == PLAN_PUBLISHED &&
                    page->opened->plan.operation_state != OPERATION_CLOSED;
    out->is_mending = is_again;
    out->own_host = plan_own_host(ask);
    out->mend_leaf = page->opened->plan.row.leaf;
    if (is_again && !out->may_mend) {
        const struct desk_plan_row *force = in_force(&page->opened->plan);
        out->may_mend = true;
        out->mend_leaf = force == NULL ? out->mend_leaf : force->leaf;
        out->mend_number = force == NULL ? 0 : force->number;
    }
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        out->m_largest = problem->units[i].officers > out->m_largest ? problem->units[i].officers
                                                                     : out->m_largest;
    }
    struct page_desk_plan_skills *skills =
        ARENA_ARRAY(ask->arena, struct page_desk_plan_skills, problem->skill_count + 1U);
    for (uint32_t i = 0; i < problem->skill_count; i++) {
        skills[i].name = problem->skills[i];
        skills[i].is_wanted = form_has_value(&ask->form, "skill", skills[i].name);
    }
    out->skills = (struct page_desk_plan_skills_list){skills, problem->skill_count};
    for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
        *fields[i].to = is_again ? form_value(&ask->form, fields[i].name) : fields[i].at_first;
    }
    if (out->sends_nobody && !is_again) {
        ask_again(page, skills);
    }
}

static void plan_show_page(struct ask *ask, unsigned status_code)
{
    struct error why = ask->err;
    struct plan_opened *opened = ARENA_NEW(ask->arena, struct plan_opened);
    struct page_desk_plan out = {.error = str_c(why.primary), .hint = str_c(why.hint)};
    struct page page = {.ask = ask, .opened = opened, .out = &out};
    struct buf map;
    struct buf narrow;
    struct buf gantt;
    struct buf html;
    if (!plan_open(ask, ask->ids.number, STR("read"), STR(""), opened)) {
        return;
    }
    if (!show_proposal(&page)) {
        return;
    }
    enum status status =
        desk_plan_lost(ask->desk, &ask->caller, &opened->plan, ask->arena, &page.lost, &ask->err);
    if (status == STATUS_OK) {
        status = plan_paid(ask->arena, opened, &page.account, &page.has_rates, &ask->err);
    }
    if (status != STATUS_OK) {
        ask_fail(ask, status);
        return;
    }
    buf_init(&map, DRAWING_BYTES_MAX);
    buf_init(&narrow, DRAWING_BYTES_MAX);
    buf_init(&gantt, DRAWING_BYTES_MAX);
    plan_show_map(&opened->show, PLAN_MAP_WIDE, &map);
    plan_show_map(&opened->show, PLAN_MAP_NARROW, &narrow);
    plan_show_gantt(&opened->show, &gantt);
    show_head(&page);
    show_mend(&page);
    show_figures(&page);
    show_units(&page);
    show_unserved(&page);
    show_areas(&page);
    show_spent(&page);
    out.map = html_of(&map);
    out.narrow = html_of(&narrow);
    out.gantt = html_of(&gantt);
    buf_init(&html, DESKWEB_PAGE_BYTES_MAX);
    page_desk_plan_render(&html, NULL, &out);
    ask_answer(ask, status_code, &html);
    buf_close(&map);
    buf_close(&narrow);
    buf_close(&gantt);
}

void plan_page_again(struct ask *ask, unsigned status)
{
    plan_show_page(ask, status);
}

void plan_get(struct ask *ask)
{
    plan_show_page(ask, 200);
}

void plan_publish_post(struct ask *ask)
{
    enum status status =
        desk_plan_publish_changed(ask->desk, &ask->caller, ask->ids.number,
                                  form_value(&ask->form, "seen"), ask->arena, &ask->err);
    if (status == STATUS_OK) {
        ask_redirect(ask, "/plan/%lld?done=publish", (long long)ask->ids.number);
    } else if (status == STATUS_INVALID || status == STATUS_CONFLICT) {
        plan_show_page(ask, status_http(status));
    } else {
        ask_fail(ask, status);
    }
}
