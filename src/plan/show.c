/* SPDX-License-Identifier: Apache-2.0 */
/* What the forms share, and the two plain ones: a table to read and a table to calculate with. */
#include "plan/show.h"

#include "codec/csv.h"
#include "plan/show_internal.h"

enum { UNIT_BYTES = 256 * 1024 }; /* what is said of one */

enum status plan_show_make(struct arena *arena, const struct plan_problem *problem,
                           const struct plan_result *result, struct plan_show *ret_show,
                           struct error *err)
{
    struct plan_show show = {.problem = problem,
                             .result = result,
                             .is_served = plan_served(arena, problem, result),
                             .unit = PLAN_NONE};
    show.is_counted = plan_counted(arena, problem, result, show.is_served);
    enum status status = plan_duties_make(arena, problem, result, &show.duties, err);
    if (status == STATUS_OK) {
        *ret_show = show;
    }
    return status;
}

bool show_has_unit(const struct plan_show *show, uint32_t unit)
{
    return show->unit == PLAN_NONE || show->unit == unit;
}

bool show_has_site(const struct plan_show *show, uint32_t site)
{
    return show->area.n == 0 || str_equal(show->area, show->problem->sites[site].area);
}

bool show_is_moment(const struct plan_problem *problem, const struct plan_leg *leg)
{
    return leg->kind == PLAN_LEG_IDLE && leg->to - leg->from < 60 * problem->ticks_per_s;
}

void show_add_unit(const struct plan_problem *problem, uint32_t unit, struct buf *out)
{
    const struct plan_unit *one = &problem->units[unit];
    uint32_t officers = plan_unit_officers(one);
    buf_printf(out, "%u officer%s", officers, officers == 1 ? "" : "s");
    if (one->rank.n > 0) {
        buf_printf(out, " (%.*s)", STR_ARG(one->rank));
    }
    if (problem->travel_by != PLAN_EUCLID) {
        buf_printf(out, ", %.*s", STR_ARG(problem->modes[one->mode].id));
    }
    buf_add_c(out, ", from ");
    buf_add(out, plan_site_name(problem, one->base));
}

void show_add_html(struct buf *out, str text)
{
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        switch (c) {
        case '&':
            buf_add_c(out, "&amp;");
            break;
        case '<':
            buf_add_c(out, "&lt;");
            break;
        case '>':
            buf_add_c(out, "&gt;");
            break;
        case '"':
            buf_add_c(out, "&quot;");
            break;
        default:
            if (c >= ' ' || c == '\n' || c == '\t') {
                buf_add_byte(out, (char)c);
            }
        }
    }
}

void show_add_line(struct buf *out, str text)
{
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        bool is_one_of_two = c == 0xc2 && i + 1 < text.n && (unsigned char)text.p[i + 1] < 0xa0;
        buf_add_byte(out, c < ' ' || c == 0x7f || is_one_of_two ? ' ' : text.p[i]);
        i += is_one_of_two ? 1 : 0;
    }
}

static void add_leg(const struct plan_show *show, const struct plan_leg *leg, struct buf *out)
{
    const struct plan_problem *problem = show->problem;
    buf_add_c(out, "  ");
    plan_add_clock(out, problem, leg->from);
    buf_add_c(out, "  ");
    plan_add_clock(out, problem, leg->to);
    buf_printf(out, "  %-9s", plan_leg_word(leg->kind));
    buf_add_c(out, leg->kind == PLAN_LEG_TRAVEL ? "to " : "");
    show_add_line(out, plan_site_name(problem, leg->end_site));
    if (leg->kind == PLAN_LEG_DWELL) {
        buf_add_c(out, "  [");
        show_add_line(out, problem->tasks[leg->task].id);
        buf_add_c(out, "]");
    }
    buf_add_byte(out, '\n');
}

static void add_not_served(const struct plan_show *show, struct buf *out)
{
    const struct plan_problem *problem = show->problem;
    bool is_first = true;
    for (uint32_t i = 0; i < problem->task_count; i++) {
        const struct plan_task *task = &problem->tasks[i];
        if (show->is_served[i] || !show_has_site(show, task->site)) {
            continue;
        }
        buf_add_c(out, is_first ? "\nnot served\n" : "");
        is_first = false;
        buf_add_c(out, "  ");
        plan_add_clock(out, problem, task->open);
        buf_add_c(out, "  ");
        plan_add_clock(out, problem, task->close);
        buf_add_c(out, task->is_mandatory ? "  must be  " : "  may be   ");
        show_add_line(out, plan_site_name(problem, task->site));
        buf_add_c(out, "  [");
        show_add_line(out, task->id);
        buf_add_c(out, "]\n");
    }
}

void plan_show_table(const struct plan_show *show, struct buf *out)
{
    const struct plan_problem *problem = show->problem;
    struct buf words;
    buf_init(&words, UNIT_BYTES);
    show_add_line(out, problem->name.n > 0 ? problem->name : STR("plan"));
    if (plan_has_day(problem)) {
        buf_add_c(out, ", ");
        plan_add_date(out, problem);
        buf_add_c(out, ", times in the United Kingdom");
    }
    buf_add_byte(out, '\n');
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        const struct plan_duty *duty = &show->duties[i];
        if (!show_has_unit(show, i)) {
            continue;
        }
        buf_add_c(out, "\nunit ");
        show_add_line(out, problem->units[i].id);
        buf_add_c(out, ": ");
        show_add_unit(problem, i, &words);
        show_add_line(out, buf_str(&words));
        buf_clear(&words);
        buf_add_byte(out, '\n');
        for (uint32_t k = 0; k < duty->leg_count; k++) {
            if (!show_is_moment(problem, &duty->legs[k])) {
                add_leg(show, &duty->legs[k], out);
            }
        }
    }
    buf_close(&words);
    if (show->unit == PLAN_NONE) {
        add_not_served(show, out);
    }
}

/* ---- CSV ---- */

static void put_iso(const struct plan_problem *problem, struct csv_out *csv, struct buf *scratch,
                    int32_t ticks)
{
    buf_clear(scratch);
    plan_add_iso(scratch, problem, ticks);
    csv_put(csv, buf_str(scratch));
}

static void put_seconds(const struct plan_problem *problem, struct csv_out *csv,
                        struct buf *scratch, int64_t ticks)
{
    buf_clear(scratch);
    plan_add_ticks(scratch, problem, ticks);
    csv_put(csv, buf_str(scratch));
}

void plan_show_csv(const struct plan_show *show, struct buf *out)
{
    static const char *const columns[] = {"unit", "leg",  "from",    "to",   "seconds", "officers",
                                          "site", "name", "to_site", "area", "task"};
    const struct plan_problem *problem = show->problem;
    struct csv_out csv;
    struct buf scratch;
    buf_init(&scratch, 64);
    csv_out_init(&csv, out);
    csv_put_row(&csv, columns, ARRAY_LEN(columns));
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        const struct plan_duty *duty = &show->duties[i];
        for (uint32_t k = 0; show_has_unit(show, i) && k < duty->leg_count; k++) {
            const struct plan_leg *leg = &duty->legs[k];
            csv_put(&csv, problem->units[i].id);
            csv_put(&csv, str_c(plan_leg_word(leg->kind)));
            put_iso(problem, &csv, &scratch, leg->from);
            put_iso(problem, &csv, &scratch, leg->to);
            put_seconds(problem, &csv, &scratch, (int64_t)leg->to - leg->from);
            csv_put_i64(&csv, plan_unit_officers(&problem->units[i]));
            csv_put(&csv, problem->sites[leg->site].id);
            csv_put(&csv, problem->sites[leg->site].name);
            csv_put(&csv, leg->end_site != leg->site ? problem->sites[leg->end_site].id : (str){0});
            csv_put(&csv, problem->sites[leg->end_site].area);
            csv_put(&csv, leg->task != PLAN_NONE ? problem->tasks[leg->task].id : (str){0});
            csv_end_row(&csv);
        }
    }
    buf_close(&scratch);
}
