/* SPDX-License-Identifier: Apache-2.0 */
/* A page to print: overview, a card of A4 a unit, a sheet of A4 an area. */
#include "plan/show_internal.h"

#include <stdlib.h>

#include "plan/roster.h"
#include "plan/stand.h"

enum { BESIDE_BYTES_MAX = 2000 };

struct page {
    const struct plan_show *show;
    struct buf *out;
};

static const char style[] =
    "<style>\n"
    "body{font:16px/1.4 sans-serif;color:#111;background:#fff;margin:0 auto;padding:1rem;"
    "max-width:60rem}\n"
    "h1,h2{line-height:1.2}h2{margin:1.5rem 0 .5rem}\n"
    "table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}\n"
    "caption{text-align:left;font-weight:bold;padding:.3rem 0}\n"
    "th,td{border-bottom:1px solid #888;padding:.25rem .4rem;text-align:left;vertical-align:top;"
    "overflow-wrap:break-word}td:first-child,td:last-child{overflow-wrap:anywhere}\n"
    "@media(max-width:30rem){body{padding:.5rem}table{font-size:.85rem}th,td{padding:.2rem}}\n"
    "th{background:#eee}.time{white-space:nowrap;overflow-wrap:normal}\n"
    "svg{display:block;width:100%;height:auto;border:1px solid #888}\n"
    ".warn{border-left:6px solid #9c2a00;padding:.3rem .7rem}\n"
    ".under{display:block;font-size:.8em;color:#333}.keep{font-size:.85em}\n"
    ".fill{display:flex;flex-wrap:wrap;gap:.3rem}.fill span{flex:1 1 30%;border-bottom:1px solid "
    "#555;min-width:9rem;padding-bottom:.9rem;font-size:.85em}\n"
    "@media screen{.notes,.fill{display:none}}\n"
    "@media "
    "print{body{max-width:none;padding:0;font-size:10pt;line-height:1.25}.sheet{break-before:page}"
    "tr,svg{break-inside:avoid}thead{display:table-header-group}.screen{display:none}"
    "h2{margin:0 0 .3rem}p{margin:.3rem 0}table{margin:.3rem 0 .6rem}td,th{padding:.05rem "
    ".3rem}.under{line-height:1.1}"
    "svg{max-height:118mm}.notes{width:28%}}.place{width:26%}\n"
    "@page{size:A4;margin:12mm}\n"
    "</style>\n";

static void add_clock(struct page *page, int64_t ticks)
{
    plan_add_clock(page->out, page->show->problem, ticks);
}

static void begin_table(struct page *page, const char *caption, const char *const *heads,
                        size_t count, bool has_notes)
{
    buf_printf(page->out, "<table><caption>%s</caption>\n<thead><tr>", caption);
    for (size_t i = 0; i < count; i++) {
        buf_printf(page->out, "<th scope=\"col\">%s</th>", heads[i]);
    }
    buf_add_c(page->out, has_notes ? "<th scope=\"col\" class=\"notes\">Notes</th>" : "");
    buf_add_c(page->out, "</tr></thead>\n<tbody>\n");
}

static void end_table(struct page *page)
{
    buf_add_c(page->out, "</tbody></table>\n");
}

static void add_from_to(struct page *page, int64_t from, int64_t to)
{
    buf_add_c(page->out, "<td class=\"time\">");
    add_clock(page, from);
    buf_add_c(page->out, "</td><td class=\"time\">");
    add_clock(page, to);
    buf_add_c(page->out, "</td>");
}

/* The unit's name and, over it, everything that helps to know it: all escaped. */
static void add_unit_words(struct page *page, uint32_t unit)
{
    struct buf words;
    buf_init(&words, 4096);
    show_add_unit(page->show->problem, unit, &words);
    show_add_html(page->out, buf_str(&words));
    buf_close(&words);
}

static void add_under(struct page *page, str text)
{
    if (text.n > 0) {
        buf_add_c(page->out, "<span class=\"under\">");
        show_add_html(page->out, text);
        buf_add_c(page->out, "</span>");
    }
}

/* Which operation, day and plan: a sheet is handed out alone. */
static void add_which(struct page *page)
{
    const struct plan_problem *problem = page->show->problem;
    if (problem->name.n > 0) {
        buf_add_c(page->out, "<strong>");
        show_add_html(page->out, problem->name);
        buf_add_c(page->out, "</strong>, ");
    }
    plan_add_date(page->out, problem);
    if (page->show->label.n > 0) {
        buf_add_c(page->out, " (<strong>");
        show_add_html(page->out, page->show->label);
        buf_add_c(page->out, "</strong>)");
    }
}

/* Where it is, and what to know of it, in one paragraph (a duty is to fit on one sheet): what somebody who has never been there types into a telephone. */
static void add_place(struct page *page, uint32_t site, str first_note, str second_note)
{
    const struct plan_problem *problem = page->show->problem;
    const struct plan_site *one = &problem->sites[site];
    const char *between = "";
    buf_add_c(page->out, "<span class=\"under\">");
    if (one->address.n > 0) {
        show_add_html(page->out, one->address);
        between = ", ";
    }
    if (one->area.n > 0) {
        buf_add_c(page->out, between);
        show_add_html(page->out, one->area);
        between = "; ";
    }
    if (plan_is_lonlat(problem)) {
        buf_printf(page->out, "%s%.5f, %.5f", between, one->y, one->x);
        between = "; ";
    }
    const str notes[] = {first_note, second_note};
    for (size_t i = 0; i < ARRAY_LEN(notes); i++) {
        if (notes[i].n > 0) {
            buf_printf(page->out, "%s<b>", between);
            show_add_html(page->out, notes[i]);
            buf_add_c(page->out, "</b>");
            between = "; ";
        }
    }
    buf_add_c(page->out, "</span>");
}

/* When to leave, when to be there, until when. */
static void begin_row(struct page *page, int32_t leave, const struct plan_leg *leg)
{
    buf_add_c(page->out, "<tr><td class=\"time\">");
    if (leave >= 0) {
        add_clock(page, leave);
    }
    buf_add_c(page->out, "</td>");
    add_from_to(page, leg->from, leg->to);
    buf_add_c(page->out, "<td>");
}

static void end_row(struct page *page)
{
    buf_add_c(page->out, "</td><td class=\"notes\"></td></tr>\n");
}

/* Who stands at a post with this unit. */
static void add_beside(struct page *page, uint32_t unit, uint32_t task)
{
    struct buf names;
    buf_init(&names, BESIDE_BYTES_MAX);
    if (roster_is_post(&page->show->problem->tasks[task])) {
        plan_add_beside(page->show->problem, page->show->result, unit, task, &names);
    }
    if (names.n > 0) {
        buf_add_c(page->out, "<span class=\"under\">with ");
        show_add_html(page->out, buf_str(&names));
        buf_add_c(page->out, "</span>");
    }
    buf_close(&names);
}

static void add_visit_row(struct page *page, uint32_t unit, int32_t leave,
                          const struct plan_leg *leg)
{
    const struct plan_problem *problem = page->show->problem;
    begin_row(page, leave, leg);
    buf_add_c(page->out, "<strong>");
    show_add_html(page->out, plan_site_name(problem, leg->site));
    buf_add_c(page->out, "</strong>");
    if (problem->tasks[leg->task].is_mandatory) {
        buf_add_c(page->out, " <small>(must be)</small>");
    }
    add_place(page, leg->site, problem->tasks[leg->task].note, problem->sites[leg->site].note);
    add_beside(page, unit, leg->task);
    end_row(page);
}

static void add_other_row(struct page *page, int32_t leave, const struct plan_leg *leg,
                          const char *what)
{
    begin_row(page, leave, leg);
    buf_printf(page->out, "%s", what);
    show_add_html(page->out, plan_site_name(page->show->problem, leg->end_site));
    end_row(page);
}

/* A row a visit, break, briefing and wait. A way is no row of its own: the next row says when to leave. */
static void add_rows(struct page *page, uint32_t unit)
{
    const struct plan_duty *duty = &page->show->duties[unit];
    int32_t leave = -1; /* when to leave for what the next row is about; -1: it is there */
    bool is_out = page->show->problem->units[unit].out_officers > 0; /* it stops where it is */
    for (uint32_t i = 0; i < duty->leg_count; i++) {
        const struct plan_leg *leg = &duty->legs[i];
        bool is_last = i + 1 == duty->leg_count;
        if (leg->kind == PLAN_LEG_TRAVEL && !is_last) {
            leave = leg->from;
            continue;
        }
        if (show_is_moment(page->show->problem, leg) && leg->task != PLAN_NONE && !is_last) {
            continue; /* it is at the next place a moment early: the way is the visit's */
        }
        if (leg->kind == PLAN_LEG_DWELL) {
            add_visit_row(page, unit, leave, leg);
        } else if (leg->kind == PLAN_LEG_TRAVEL) {
            add_other_row(page, leg->from, leg,
                          leg->task == PLAN_NONE ? "back to " : "on the way to ");
        } else if (leave >= 0 || !show_is_moment(page->show->problem, leg)) {
            add_other_row(page, leave, leg,
                          leg->kind == PLAN_LEG_BREAK                       ? "<em>Break</em>, "
                          : leg->kind == PLAN_LEG_BRIEF                     ? "<em>Briefing</em>, "
                          : leave >= 0 && leg->task == PLAN_NONE && !is_out ? "back at "
                                                                            : "wait, ");
        }
        leave = -1;
    }
}

static void add_card(struct page *page, uint32_t unit)
{
    static const char *const heads[] = {"Leave", "From", "Until", "Where"};
    const struct plan_duty *duty = &page->show->duties[unit];
    const struct plan_problem *problem = page->show->problem;
    buf_add_c(page->out, "<section class=\"sheet\">\n<h2>Unit ");
    show_add_html(page->out, problem->units[unit].id);
    buf_add_c(page->out, "</h2>\n<p>");
    add_which(page);
    buf_add_c(page->out, plan_has_day(problem) ? ", on duty " : "on duty ");
    add_clock(page, duty->from);
    buf_add_c(page->out, " to ");
    add_clock(page, duty->to);
    buf_add_c(page->out, "; ");
    add_unit_words(page, unit);
    buf_printf(page->out, ". Visits: %u.</p>\n", page->show->result->routes[unit].stop_count);
    buf_add_c(page->out, "<p class=\"fill\"><span>Control room, telephone:</span><span>Talk group:"
                         "</span><span>Officers:</span></p>\n");
    begin_table(page, "The day", heads, ARRAY_LEN(heads), true);
    add_rows(page, unit);
    end_table(page);
    buf_add_c(page->out, "<p class=\"keep\">This card says where you will be. Keep it on you, and "
                         "destroy it after the duty. If you cannot keep to it, tell the control "
                         "room.</p>\n</section>\n");
}

/* ---- sheets by area ---- */

struct visit {
    uint32_t site, unit, task;
    int32_t from, to;
};

static int compare_area(const struct plan_problem *problem, uint32_t a, uint32_t b)
{
    int by = str_compare(problem->sites[a].area, problem->sites[b].area);
    by = by != 0 ? by : str_compare(plan_site_name(problem, a), plan_site_name(problem, b));
    return by != 0 ? by : (a > b) - (a < b);
}

/* A whole order, so that the page does not depend on how the C library sorts. */
static int by_area_site_time(const void *a, const void *b, void *problem)
{
    const struct visit *left = a;
    const struct visit *right = b;
    int by = compare_area(problem, left->site, right->site);
    by = by != 0 ? by : (left->from > right->from) - (left->from < right->from);
    by = by != 0 ? by : (left->task > right->task) - (left->task < right->task);
    return by != 0 ? by : (left->unit > right->unit) - (left->unit < right->unit);
}

/* Served visits and those that nobody makes, of the sites that are shown. */
static uint32_t collect(const struct plan_show *show, struct visit *visits)
{
    const struct plan_problem *problem = show->problem;
    uint32_t count = 0;
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        for (uint32_t k = 0; k < show->duties[i].leg_count; k++) {
            const struct plan_leg *leg = &show->duties[i].legs[k];
            if (leg->kind == PLAN_LEG_DWELL && show_has_site(show, leg->site)) {
                visits[count++] = (struct visit){leg->site, i, leg->task, leg->from, leg->to};
            }
        }
    }
    for (uint32_t i = 0; i < problem->task_count; i++) {
        const struct plan_task *task = &problem->tasks[i];
        if (!show->is_served[i] && show->is_counted[i] && show_has_site(show, task->site)) {
            visits[count++] =
                (struct visit){task->site, PLAN_NONE, i, task->open, task->close + task->dwell};
        }
    }
    return count;
}

/* One of those who come to a site. */
static void add_visit(struct page *page, const struct visit *visit, bool is_first)
{
    const struct plan_problem *problem = page->show->problem;
    struct buf *out = page->out;
    buf_add_c(out, is_first ? "<span class=\"time\">" : ", <span class=\"time\">");
    add_clock(page, visit->from);
    buf_add_c(out, "–");
    add_clock(page, visit->to);
    buf_add_byte(out, ' ');
    if (visit->unit == PLAN_NONE) {
        buf_add_c(out, problem->tasks[visit->task].is_mandatory
                           ? "<strong>nobody, and somebody must</strong>"
                           : "nobody");
    } else {
        buf_add_c(out, "<strong>");
        show_add_html(out, problem->units[visit->unit].id);
        buf_add_c(out, "</strong>");
    }
    buf_add_c(out, "</span>");
}

/* What its events say of themselves; visits of one kind say it once. */
static void add_notes(struct page *page, const struct visit *visits, uint32_t count)
{
    const struct plan_problem *problem = page->show->problem;
    for (uint32_t i = 0; i < count && visits[i].site == visits[0].site; i++) {
        str note = problem->tasks[visits[i].task].note;
        bool is_said = false;
        for (uint32_t k = 0; k < i && !is_said; k++) {
            is_said = str_equal(problem->tasks[visits[k].task].note, note);
        }
        if (!is_said) {
            add_under(page, note);
        }
    }
}

/* `visits`: to this site, and then to others. */
static void begin_site(struct page *page, const struct visit *visits, uint32_t count)
{
    uint32_t site = visits[0].site;
    const struct plan_site *one = &page->show->problem->sites[site];
    buf_add_c(page->out, "<tr><td class=\"place\">");
    show_add_html(page->out, plan_site_name(page->show->problem, site));
    add_under(page, one->address);
    add_notes(page, visits, count);
    add_under(page, one->note);
    buf_add_c(page->out, "</td><td>");
}

static void add_sheets(struct page *page)
{
    static const char *const heads[] = {"Site", "Who comes when"};
    const struct plan_problem *problem = page->show->problem;
    struct arena arena;
    arena_init(&arena, (size_t)4 * PLAN_TASKS_MAX * sizeof(struct visit));
    /* A task that is served twice (a broken plan) is there twice. */
    size_t room = problem->task_count + 1U;
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        room += page->show->result->routes[i].stop_count;
    }
    struct visit *visits = ARENA_ARRAY(&arena, struct visit, room);
    uint32_t count = collect(page->show, visits);
    qsort_r(visits, count, sizeof *visits, by_area_site_time, (void *)problem);
    for (uint32_t i = 0; i < count; i++) {
        str area = problem->sites[visits[i].site].area;
        bool is_new = i == 0 || !str_equal(area, problem->sites[visits[i - 1].site].area);
        if (is_new) {
            buf_add_c(page->out, i == 0 ? "" : "</tbody></table>\n</section>\n");
            buf_add_c(page->out, "<section class=\"sheet\">\n<h2>");
            show_add_html(page->out, area.n > 0 ? area : STR("Sites"));
            buf_add_c(page->out, "</h2>\n<p>");
            add_which(page);
            buf_add_c(page->out, plan_has_day(problem) ? "; times in the United Kingdom.</p>\n"
                                                       : "hours and minutes of the day.</p>\n");
            begin_table(page, "Who is where, by site and time", heads, ARRAY_LEN(heads), true);
        }
        bool is_first = is_new || visits[i].site != visits[i - 1].site;
        if (is_first) {
            begin_site(page, &visits[i], count - i);
        }
        add_visit(page, &visits[i], is_first);
        if (i + 1 == count || visits[i + 1].site != visits[i].site) {
            end_row(page);
        }
    }
    buf_add_c(page->out, count > 0 ? "</tbody></table>\n</section>\n" : "");
    arena_close(&arena);
}

/* ---- the page ---- */

static void add_numbers(struct page *page)
{
    const struct plan_problem *problem = page->show->problem;
    int64_t spent[PLAN_LEG_KINDS] = {0};
    int64_t running = 0;
    uint32_t served = 0;
    uint32_t wanted = 0;
    for (uint32_t i = 0; i < problem->task_count; i++) {
        wanted += page->show->is_counted[i] ? 1 : 0;
        served += page->show->is_counted[i] && page->show->is_served[i] ? 1 : 0;
    }
    buf_printf(page->out, "<p>%u of %u visits are made by %u units.</p>\n", served, wanted,
               problem->unit_count);
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        for (uint32_t k = 0; k < page->show->duties[i].leg_count; k++) {
            const struct plan_leg *leg = &page->show->duties[i].legs[k];
            spent[leg->kind] +=
                ((int64_t)leg->to - leg->from) * plan_unit_officers(&problem->units[i]);
        }
    }
    static const char *const heads[] = {"Spent on", "Officer-hours"};
    begin_table(page, "Officer-hours of all units", heads, ARRAY_LEN(heads), false);
    for (unsigned k = 0; k < PLAN_LEG_KINDS; k++) {
        buf_printf(page->out, "<tr><td>%s</td><td>", plan_leg_word(k));
        plan_add_hours(page->out, problem, plan_whole_minutes(problem, &running, spent[k]));
        buf_add_c(page->out, "</td></tr>\n");
    }
    end_table(page);
}

static void add_head(struct page *page)
{
    const struct plan_problem *problem = page->show->problem;
    str name = problem->name.n > 0 ? problem->name : STR("Plan");
    buf_add_c(page->out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                         "<meta name=\"viewport\" content=\"width=device-width\">\n<title>");
    show_add_html(page->out, name);
    if (page->show->label.n > 0) {
        buf_add_c(page->out, ", ");
        show_add_html(page->out, page->show->label);
    }
    if (page->show->unit != PLAN_NONE) {
        buf_add_c(page->out, ", unit ");
        show_add_html(page->out, problem->units[page->show->unit].id);
    }
    buf_add_c(page->out, "</title>\n");
    buf_add_c(page->out, style);
    buf_add_c(page->out, "</head>\n<body>\n<main>\n<h1>");
    show_add_html(page->out, name);
    buf_add_c(page->out, "</h1>\n<p>");
    if (page->show->label.n > 0) {
        show_add_html(page->out, page->show->label);
        buf_add_c(page->out, "; ");
    }
    plan_add_date(page->out, problem);
    buf_add_c(page->out, plan_has_day(problem)
                             ? "; times in the United Kingdom.</p>\n"
                             : "Hours and minutes of a day without a date.</p>\n");
    buf_add_c(page->out, "<p class=\"warn\">This says where officers will be. Keep it among those "
                         "who need it.</p>\n");
}

void plan_show_html(const struct plan_show *show, struct buf *out)
{
    struct page page = {.show = show, .out = out};
    const struct plan_problem *problem = show->problem;
    add_head(&page);
    if (show->unit == PLAN_NONE && show->area.n == 0) {
        add_numbers(&page);
        buf_add_c(out, "<h2>Map</h2>\n");
        plan_show_map(show, PLAN_MAP_WIDE, out);
        buf_add_c(out, "<h2>Units</h2>\n");
        plan_show_gantt(show, out);
        if (problem->unit_count > SHOW_GANTT_UNITS) {
            buf_printf(out, "<p>The first %d of %u units; their cards are all below.</p>\n",
                       SHOW_GANTT_UNITS, problem->unit_count);
        }
    } else if (show->unit != PLAN_NONE) {
        plan_show_map(show, PLAN_MAP_WIDE, out);
        plan_show_gantt(show, out);
    }
    for (uint32_t i = 0; i < problem->unit_count && show->area.n == 0; i++) {
        if (show_has_unit(show, i)) {
            add_card(&page, i);
        }
    }
    if (show->unit == PLAN_NONE) {
        add_sheets(&page);
    }
    buf_add_c(out, "</main>\n</body>\n</html>\n");
}
