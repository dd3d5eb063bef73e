/* SPDX-License-Identifier: Apache-2.0 */
/* Officer-hours of a plan: planned by all units, and beside that what units told that they did. */
#include <stdlib.h>

#include "desk/operation_day.h"
#include "deskweb/plan_view.h"
#include "plan/day.h"
#include "plan/ids.h"
#include "plan/sitrep.h"

#include "pages/desk_plan_account.html.h"

enum {
    SILENT_BYTES_MAX = 900 * 1000, /* names and hours of all units there can be, of twenty bytes */
    ROWS_SHOWN = 3000              /* a row each */
};
enum column { COLUMN_PLANNED, COLUMN_TOLD, COLUMN_WORKED, COLUMNS };

struct hours {
    struct ask *ask;
    struct plan_opened *opened;
    struct plan_account accounts[COLUMNS]; /* of COLUMN_TOLD: planned, for the units that told */
    const bool *is_told;
    bool has_rates;
    int64_t missed; /* officer-ticks that posts were short of until now */
    struct page_desk_plan_account *page;
};

/* A row of any table: what it is ordered by, what it is called, and its hours in each column. */
struct line {
    str key, label;
    const struct plan_sum *sums[COLUMNS];
};

static int by_key(const void *a, const void *b)
{
    const struct line *left = a;
    const struct line *right = b;
    return str_compare(left->key, right->key);
}

/* Lines of one key become one: each column has its own. */
static size_t put_together(struct line *lines, size_t count)
{
    size_t kept = 0;
    if (count > 0) {
        qsort(lines, count, sizeof *lines, by_key);
    }
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || !str_equal(lines[kept - 1].key, lines[i].key)) {
            lines[kept++] = lines[i];
            continue;
        }
        for (size_t k = 0; k < COLUMNS; k++) {
            const struct plan_sum *sum = lines[i].sums[k];
            lines[kept - 1].sums[k] = sum != NULL ? sum : lines[kept - 1].sums[k];
        }
    }
    return kept;
}

static int64_t ticks_of(const struct line *line, enum column column)
{
    return line->sums[column] == NULL ? 0 : plan_sum_ticks(line->sums[column]);
}

/* What the rows of a table have until here, so that whole minutes add up to those of all. */
struct running {
    int64_t ticks[COLUMNS];
};

static int64_t whole_minutes(const struct hours *h, struct running *running,
                             const struct line *line, enum column column)
{
    return plan_whole_minutes(&h->opened->problem, &running->ticks[column], ticks_of(line, column));
}

static struct part_desk_plan_hours row_of(const struct hours *h, struct running *running,
                                          const struct line *line, bool has_cost)
{
    struct arena *arena = h->ask->arena;
    const struct plan_problem *problem = &h->opened->problem;
    int64_t told = whole_minutes(h, running, line, COLUMN_TOLD);
    int64_t worked = whole_minutes(h, running, line, COLUMN_WORKED);
    return (struct part_desk_plan_hours){
        .label = line->label,
        .planned = words_hours(arena, problem, whole_minutes(h, running, line, COLUMN_PLANNED)),
        .cost = has_cost ? words_cost(arena, problem, line->sums[COLUMN_PLANNED], true) : (str){0},
        .has_told = h->page->has_told,
        .told = words_hours(arena, problem, told),
        .worked = words_hours(arena, problem, worked),
        .change = words_hours_change(arena, problem, told, worked)};
}

/* All of it, as the last row of a table. */
static struct part_desk_plan_hours all_row(const struct hours *h, bool has_cost)
{
    struct line line = {
        .label = STR("all"),
        .sums = {&h->accounts[0].total, &h->accounts[1].total, &h->accounts[2].total}};
    return row_of(h, &(struct running){0}, &line, has_cost);
}

/* Lines of several columns as a table, with all of it as the last row. */
static struct part_desk_plan_hours_list table_of(const struct hours *h, struct line *lines,
                                                 size_t count)
{
    count = put_together(lines, count);
    struct part_desk_plan_hours *rows =
        ARENA_ARRAY(h->ask->arena, struct part_desk_plan_hours, count + 1);
    struct running running = {0};
    for (size_t i = 0; i < count; i++) {
        rows[i] = row_of(h, &running, &lines[i], h->has_rates);
    }
    if (count > 0) {
        rows[count++] = all_row(h, h->has_rates);
    }
    return (struct part_desk_plan_hours_list){rows, count};
}

/* --- the tables --- */

static const struct plan_sum *only(struct arena *arena, int64_t ticks)
{
    struct plan_sum *sum = ARENA_NEW(arena, struct plan_sum);
    sum->unworked = ticks;
    return sum;
}

static void show_kinds(struct hours *h)
{
    static const char *const labels[PLAN_LEG_KINDS] = {
        [PLAN_LEG_BRIEF] = "briefing",         [PLAN_LEG_TRAVEL] = "ways",
        [PLAN_LEG_DWELL] = "visits and posts", [PLAN_LEG_BREAK] = "breaks",
        [PLAN_LEG_IDLE] = "waiting",
    };
    struct arena *arena = h->ask->arena;
    struct part_desk_plan_hours *rows =
        ARENA_ARRAY(arena, struct part_desk_plan_hours, PLAN_LEG_KINDS + 2);
    struct running running = {0};
    size_t count = 0;
    for (size_t i = 0; i <= PLAN_LEG_KINDS; i++) {
        bool is_unworked = i == PLAN_LEG_KINDS;
        struct line line = {.label = is_unworked ? STR("paid, not worked (minimum of a rest day)")
                                                 : str_c(labels[i])};
        for (size_t k = 0; k < COLUMNS; k++) {
            const struct plan_sum *total = &h->accounts[k].total;
            line.sums[k] = only(arena, is_unworked ? total->unworked : total->spent[i]);
        }
        if (!is_unworked || ticks_of(&line, COLUMN_PLANNED) + ticks_of(&line, COLUMN_WORKED) > 0) {
            rows[count++] = row_of(h, &running, &line, false);
        }
    }
    rows[count++] = all_row(h, false);
    h->page->rows = (struct part_desk_plan_hours_list){rows, count};
}

static void show_areas(struct hours *h)
{
    struct arena *arena = h->ask->arena;
    size_t count = 0;
    for (size_t k = 0; k < COLUMNS; k++) {
        count += h->accounts[k].area_count;
    }
    struct line *lines = ARENA_ARRAY(arena, struct line, count + 1);
    count = 0;
    for (size_t k = 0; k < COLUMNS; k++) {
        for (uint32_t i = 0; i < h->accounts[k].area_count; i++) {
            const struct plan_name_sum *area = &h->accounts[k].areas[i];
            struct line *line = &lines[count++];
            line->key = area->name;
            line->label = plan_area_words(area->name);
            line->sums[k] = &area->sum;
        }
    }
    bool has_any = false;
    for (size_t i = 0; i < count; i++) {
        has_any = has_any || lines[i].key.n > 0;
    }
    if (has_any) {
        h->page->areas = table_of(h, lines, count);
    }
}

static void show_pays(struct hours *h)
{
    struct arena *arena = h->ask->arena;
    size_t count = 0;
    for (size_t k = 0; k < COLUMNS; k++) {
        count += h->accounts[k].pay_count;
    }
    struct line *lines = ARENA_ARRAY(arena, struct line, count + 1);
    count = 0;
    for (size_t k = 0; k < COLUMNS; k++) {
        for (uint32_t i = 0; i < h->accounts[k].pay_count; i++) {
            const struct plan_pay *pay = &h->accounts[k].pays[i];
            struct line *line = &lines[count++];
            line->key = arena_printf(arena, "%.*s\x1f%d%05d", STR_ARG(pay->rank), (int)pay->band,
                                     pay->notice_days);
            line->label = plan_pay_words(arena, pay);
            line->sums[k] = &pay->sum;
        }
    }
    h->page->pays = table_of(h, lines, count);
}

/* --- sites, folded by area --- */

/* Lines by area, name and id, so that those of an area stand together. */
static size_t site_lines(struct hours *h, struct line **ret_lines)
{
    struct arena *arena = h->ask->arena;
    const struct plan_problem *problem = &h->opened->problem;
    struct plan_ids ids;
    size_t count = 0;
    plan_ids_init(&ids, arena);
    for (uint32_t i = 0; i < problem->site_count; i++) {
        (void)plan_ids_add(&ids, problem->sites[i].id, i);
    }
    for (size_t k = 0; k < COLUMNS; k++) {
        count += h->accounts[k].site_count;
    }
    struct line *lines = ARENA_ARRAY(arena, struct line, count + 1);
    count = 0;
    for (size_t k = 0; k < COLUMNS; k++) {
        for (uint32_t i = 0; i < h->accounts[k].site_count; i++) {
            const struct plan_name_sum *one = &h->accounts[k].sites[i];
            const struct plan_site *site = &problem->sites[plan_ids_find(&ids, one->name)];
            struct line *line = &lines[count++];
            line->label = site->name.n > 0 ? site->name : site->id;
            line->key = arena_printf(arena, "%.*s\x1f%.*s\x1f%.*s", STR_ARG(site->area),
                                     STR_ARG(line->label), STR_ARG(site->id));
            line->sums[k] = &one->sum;
        }
    }
    *ret_lines = lines;
    return put_together(lines, count);
}

static str area_of(str key)
{
    str area = {0};
    (void)str_cut(key, '\x1f', &area);
    return area;
}

static str hours_between(const struct hours *h, const struct running *from,
                         const struct running *to)
{
    int64_t minute = INT64_C(60) * h->opened->problem.ticks_per_s;
    int64_t minutes = to->ticks[COLUMN_PLANNED] / minute - from->ticks[COLUMN_PLANNED] / minute;
    return words_hours(h->ask->arena, &h->opened->problem, minutes * minute);
}

static void show_sites(struct hours *h)
{
    struct arena *arena = h->ask->arena;
    struct line *lines = NULL;
    size_t count = site_lines(h, &lines);
    size_t shown = count < ROWS_SHOWN ? count : ROWS_SHOWN;
    struct part_desk_plan_hours *rows = ARENA_ARRAY(arena, struct part_desk_plan_hours, shown + 1);
    struct page_desk_plan_account_folds *folds =
        ARENA_ARRAY(arena, struct page_desk_plan_account_folds, shown + 1);
    size_t fold_count = 0;
    struct running running = {0};
    struct running begin = {0}; /* of the fold */
    for (size_t i = 0; i < shown; i++) {
        str area = area_of(lines[i].key);
        struct page_desk_plan_account_folds *fold = &folds[fold_count];
        if (fold_count == 0 || !str_equal(area, area_of(lines[i - 1].key))) {
            fold = &folds[fold_count++];
            fold->name = area.n > 0 ? area : STR("Sites without an area");
            fold->sites.items = &rows[i];
        } else {
            fold = &folds[fold_count - 1];
        }
        begin = fold->sites.count == 0 ? running : begin;
        rows[i] = row_of(h, &running, &lines[i], h->has_rates);
        fold->sites.count++;
        fold->count = (int64_t)fold->sites.count;
        fold->hours = hours_between(h, &begin, &running);
    }
    h->page->folds = (struct page_desk_plan_account_folds_list){folds, fold_count};
    h->page->sites_more = (int64_t)(count - shown);
}

/* --- in short --- */

/* `running`: what the sentence comes to until here. */
static void add_part(struct hours *h, struct buf *out, int64_t *running, int64_t ticks,
                     const char *words)
{
    const struct plan_problem *problem = &h->opened->problem;
    if (ticks != 0) {
        int64_t whole = plan_whole_minutes(problem, running, ticks);
        str hours = words_hours(h->ask->arena, problem, whole < 0 ? -whole : whole);
        buf_printf(out, "%s %.*s %s", ticks < 0 ? "; less" : "; and", STR_ARG(hours), words);
    }
}

/* The shifts are summed without the legs: two ways to one figure. */
static void show_against(struct hours *h)
{
    const struct plan_problem *problem = &h->opened->problem;
    struct arena *arena = h->ask->arena;
    struct plan_against against =
        plan_account_against(problem, h->opened->show.duties, &h->accounts[COLUMN_PLANNED]);
    struct buf out;
    buf_init(&out, 1000);
    int64_t running = against.shifts;
    str shifts = words_hours(arena, problem, running);
    buf_printf(&out, "The shifts of all units are %.*s", STR_ARG(shifts));
    add_part(h, &out, &running, against.late, "of units that are back after their shift");
    add_part(h, &out, &running, -against.early, "after units dropped out");
    add_part(h, &out, &running, against.unworked, "paid for the minimum of rest days");
    str booked = words_hours(arena, problem, against.booked);
    if (against.off == 0) {
        buf_printf(&out, ". The tables say %.*s: the same, to the second.", STR_ARG(booked));
        h->page->against = arena_str(arena, buf_str(&out));
    } else {
        str off = words_hours(arena, problem, against.off < 0 ? -against.off : against.off);
        buf_printf(&out,
                   ". The tables say %.*s, which is %.*s too %s: do not pay by them, and tell who "
                   "looks after this desk.",
                   STR_ARG(booked), STR_ARG(off), against.off < 0 ? "little" : "much");
        h->page->off = arena_str(arena, buf_str(&out));
    }
    buf_close(&out);
}

/* Units that told nothing are named with their hours, also those without a visit: they are paid. */
static void add_silent(struct hours *h, uint32_t unit, str hours, struct buf *out)
{
    buf_printf(out, "%s%.*s (%.*s%s)", out->n > 0 ? ", " : "",
               STR_ARG(h->opened->problem.units[unit].id), STR_ARG(hours),
               h->opened->result.routes[unit].stop_count > 0 ? "" : ", no visit");
    h->page->silent_count++;
}

/* What is left of what stands there: it adds up. */
static str silent_hours(struct hours *h)
{
    struct running told = {{plan_sum_ticks(&h->accounts[COLUMN_TOLD].total)}};
    struct running all = {{plan_sum_ticks(&h->accounts[COLUMN_PLANNED].total)}};
    return hours_between(h, &told, &all);
}

static void show_units(struct hours *h)
{
    const struct plan_problem *problem = &h->opened->problem;
    struct page_desk_plan_account *page = h->page;
    struct arena *arena = h->ask->arena;
    struct part_desk_plan_hours *rows =
        ARENA_ARRAY(arena, struct part_desk_plan_hours, problem->unit_count + 2U);
    size_t shown = problem->unit_count < ROWS_SHOWN ? problem->unit_count : ROWS_SHOWN;
    /* First those that told, then the others: the minutes of each kind add up to what is said of it, and all of them to
     * those of all. */
    struct running told = {0};
    struct running others = {{plan_sum_ticks(&h->accounts[COLUMN_TOLD].total)}};
    struct buf silent;
    buf_init(&silent, SILENT_BYTES_MAX);
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        bool is_silent = !h->is_told[i] && h->accounts[COLUMN_PLANNED].units[i] > 0;
        struct line line = {.label = problem->units[i].id};
        for (size_t k = 0; k < COLUMNS; k++) {
            line.sums[k] = only(arena, h->accounts[k].units[i]);
        }
        struct part_desk_plan_hours row = row_of(h, h->is_told[i] ? &told : &others, &line, false);
        page->told += h->is_told[i] ? 1 : 0;
        if (is_silent) {
            add_silent(h, i, row.planned, &silent);
        }
        if (is_silent && page->has_told) {
            row.label = arena_printf(arena, "%.*s, told nothing", STR_ARG(row.label));
        }
        if (i < shown) {
            rows[i] = row;
        }
    }
    page->units = problem->unit_count;
    page->silent = arena_str(arena, buf_str(&silent));
    page->silent_hours = silent_hours(h);
    page->told_hours = words_hours(arena, problem, plan_sum_ticks(&h->accounts[COLUMN_TOLD].total));
    page->by_unit = (struct part_desk_plan_hours_list){rows, shown};
    page->units_more = (int64_t)(problem->unit_count - shown);
    rows[page->by_unit.count++] = all_row(h, false);
    buf_close(&silent);
}

static void show_short(struct hours *h)
{
    const struct plan_problem *problem = &h->opened->problem;
    struct arena *arena = h->ask->arena;
    struct page_desk_plan_account *page = h->page;
    page->planned = words_hours(arena, problem, plan_sum_ticks(&h->accounts[COLUMN_PLANNED].total));
    page->worked = words_hours(arena, problem, plan_sum_ticks(&h->accounts[COLUMN_WORKED].total));
    page->missed = h->missed > 0 ? words_hours(arena, problem, h->missed) : (str){0};
    page->has_rates = h->has_rates;
    if (h->has_rates) {
        page->lacks = plan_account_lacks(arena, problem, &h->accounts[COLUMN_PLANNED]);
        page->cost = words_cost(arena, problem, &h->accounts[COLUMN_PLANNED].total, true);
        page->cost_worked = words_cost(arena, problem, &h->accounts[COLUMN_WORKED].total, true);
    }
}

/* --- what was planned, and what was told --- */

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

/* By what the situation report of this minute says of posts. */
static enum status find_missed(struct hours *h, const struct plan_told_rows *told)
{
    const struct plan_problem *problem = &h->opened->problem;
    int64_t now = plan_ticks_at(problem, h->ask->now);
    struct plan_sitrep sitrep;
    struct plan_sitrep_options options = {.at = (int32_t)(now < 0                ? 0
                                                          : now < PLAN_TICKS_MAX ? now
                                                                                 : PLAN_TICKS_MAX),
                                          .late = PLAN_SITREP_LATE_S * problem->ticks_per_s,
                                          .told = told};
    enum status status = plan_sitrep_make(h->ask->arena, problem, &h->opened->result, &options,
                                          &sitrep, &h->ask->err);
    h->missed = status == STATUS_OK ? plan_sitrep_missed(problem, &sitrep) : 0;
    return status;
}

static enum status make_hours(struct hours *h)
{
    struct ask *ask = h->ask;
    struct plan_told_rows told;
    struct plan_rates rates;
    const struct plan_rates *by = NULL;
    const struct plan_duty *duties = NULL;
    const struct plan_problem *problem = &h->opened->problem;
    const struct plan_duty *planned = h->opened->show.duties;
    enum status status = desk_told(ask->desk, &ask->caller, h->opened->plan.operation, problem,
                                   ask->arena, &told, &ask->err);
    if (status == STATUS_OK) {
        status = plan_rates_open(ask->arena, h->opened, &rates, &h->has_rates, &ask->err);
        by = h->has_rates ? &rates : NULL;
    }
    if (status == STATUS_OK) {
        status =
            plan_actual_make(ask->arena, problem, planned, &told, &duties, &h->is_told, &ask->err);
    }
    if (status == STATUS_OK) {
        status = plan_account_make(ask->arena, problem, planned, NULL, by,
                                   &h->accounts[COLUMN_PLANNED], &ask->err);
    }
    if (status == STATUS_OK) {
        status = plan_account_make(ask->arena, problem, planned, h->is_told, by,
                                   &h->accounts[COLUMN_TOLD], &ask->err);
    }
    if (status == STATUS_OK && told.count > 0) {
        status = find_missed(h, &told);
    }
    duties = status == STATUS_OK ? until_now(h, duties) : NULL;
    return status == STATUS_OK ? plan_account_make(ask->arena, problem, duties, h->is_told, by,
                                                   &h->accounts[COLUMN_WORKED], &ask->err)
                               : status;
}

void plan_account_get(struct ask *ask)
{
    struct page_desk_plan_account page = {0};
    struct hours h = {
        .ask = ask, .opened = ARENA_NEW(ask->arena, struct plan_opened), .page = &page};
    struct buf html;
    if (!plan_open(ask, ask->ids.number, STR("read"), STR(""), h.opened)) {
        return;
    }
    enum status status = make_hours(&h);
    if (status != STATUS_OK) {
        ask_fail(ask, status);
        return;
    }
    page.bar = ask_bar(ask, "operations");
    page.leaf = ask->ids.number;
    page.number = h.opened->plan.row.number;
    page.name = h.opened->plan.name;
    page.operation = h.opened->plan.operation;
    page.is_published = h.opened->plan.row.state == PLAN_PUBLISHED;
    page.has_told = h.accounts[COLUMN_TOLD].unit_count > 0;
    show_units(&h);
    show_short(&h);
    show_against(&h);
    show_kinds(&h);
    show_areas(&h);
    show_pays(&h);
    show_sites(&h);
    buf_init(&html, DESKWEB_PAGE_BYTES_MAX);
    page_desk_plan_account_render(&html, NULL, &page);
    ask_answer(ask, 200, &html);
}
