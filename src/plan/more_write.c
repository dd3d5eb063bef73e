/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"
#include "codec/csv.h"
#include "codec/json.h"
#include "plan/day.h"
#include "plan/more_internal.h"

enum { HOUR_S = 3600 };

static double share_of(const struct plan_more *more, int64_t profit)
{
    return more->profit_all > 0 ? 100.0 * (double)profit / (double)more->profit_all : 100.0;
}

static void add_goal(const struct plan_problem *problem, const struct plan_goal *goal,
                     const struct plan_more *more, struct buf *out)
{
    switch (goal->kind) {
    case PLAN_GOAL_COVER:
        buf_printf(out, "%d.%d %% of the covered risk, profit ", goal->permille / 10,
                   goal->permille % 10);
        plan_add_milli(out, more->profit_goal);
        buf_add_c(out, " of ");
        plan_add_milli(out, more->profit_all);
        break;
    case PLAN_GOAL_MANDATORY:
        buf_printf(out, "all %u tasks that somebody must do", more->goal_count);
        break;
    case PLAN_GOAL_SITE:
        buf_printf(out, "all %u visits to '%.*s'", more->goal_count,
                   STR_ARG(utf8_clip(problem->sites[goal->index].id, 80)));
        break;
    case PLAN_GOAL_AREA:
        buf_printf(out, "all %u visits in the area '%.*s'", more->goal_count,
                   STR_ARG(utf8_clip(problem->sites[goal->index].area, 80)));
        break;
    case PLAN_GOAL_TASK:
        buf_printf(out, "the task '%.*s'", STR_ARG(utf8_clip(problem->tasks[goal->index].id, 80)));
        break;
    }
}

static void add_interval(const struct plan_more *more, struct buf *out)
{
    if (!more->is_possible) {
        buf_printf(out, "no number of further units like these will do: %.*s\n",
                   STR_ARG(more->why_not));
        return;
    }
    if (more->low.units > 0) {
        buf_printf(out, "at least %u further unit%s (%u officers): %.*s\n", more->low.units,
                   more->low.units == 1 ? "" : "s", more->low.officers,
                   STR_ARG(more->binding_words));
    } else {
        buf_add_c(out, "at least 0 further units: nothing proves that any is needed\n");
    }
    if (more->has_high) {
        buf_printf(out,
                   "at most %u further unit%s (%u officers): a plan with them was found, and "
                   "checked\n",
                   more->high, more->high == 1 ? "" : "s", more->high_officers);
    } else {
        buf_printf(out,
                   "no plan was found in this time with up to %u further units; give it more "
                   "seconds\n",
                   more->points[more->point_count - 1].units);
    }
}

static void add_curve(const struct plan_problem *problem, const struct plan_more *more,
                      struct buf *out)
{
    buf_add_c(out,
              "further units  officers      covered       %  must, unmet  paid officer-hours\n");
    for (uint32_t i = 0; i < more->point_count; i++) {
        const struct plan_more_point *point = &more->points[i];
        struct buf number;
        buf_init(&number, 64);
        plan_add_milli(&number, point->profit);
        buf_printf(out, "%13u %9u %12.*s %7.2f %12u  ", point->units, point->officers,
                   STR_ARG(buf_str(&number)), share_of(more, point->profit), point->unmet);
        buf_clear(&number);
        plan_add_hours(&number, problem, point->paid);
        buf_printf(out, "%18.*s%s\n", STR_ARG(buf_str(&number)), point->is_met ? "  goal" : "");
        buf_close(&number);
    }
}

void plan_more_add_text(const struct plan_problem *problem, const struct plan_goal *goal,
                        const struct plan_more *more, struct buf *out)
{
    buf_add_c(out, "goal: ");
    add_goal(problem, goal, more, out);
    buf_add_byte(out, '\n');
    add_interval(more, out);
    bool is_said = !more->is_possible || more->low.units > 0;
    buf_printf(out, "what binds: %s%s%.*s\n", more->binding, is_said ? "" : "; ",
               STR_ARG(is_said ? (str){0} : more->binding_words));
    if (more->hour_from >= 0) {
        buf_add_c(out, "of what nobody covers now, most lies between ");
        plan_add_clock(out, problem, (int64_t)more->hour_from * problem->ticks_per_s);
        buf_add_c(out, " and ");
        plan_add_clock(out, problem, ((int64_t)more->hour_from + HOUR_S) * problem->ticks_per_s);
        if (more->area.n > 0) {
            buf_printf(out, ", and most in %.*s", STR_ARG(utf8_clip(more->area, 80)));
        }
        buf_add_byte(out, '\n');
    }
    buf_printf(out,
               "time of the units now: dwell %d.%d %%, travel %d.%d %%, break %d.%d %%, idle "
               "%d.%d %%\n\n",
               more->shares[0] / 10, more->shares[0] % 10, more->shares[1] / 10,
               more->shares[1] % 10, more->shares[2] / 10, more->shares[2] % 10,
               more->shares[3] / 10, more->shares[3] % 10);
    add_curve(problem, more, out);
    buf_printf(out,
               "further units are of %u kind%s that are there; who reads \"at least\" has a proof, "
               "who reads \"at most\" a plan\n",
               more->kind_count, more->kind_count == 1 ? "" : "s");
}

/* ---- JSON ---- */

static void put_goal(const struct plan_problem *problem, const struct plan_goal *goal,
                     const struct plan_more *more, struct json_out *json)
{
    static const char *const kinds[] = {"cover", "mandatory", "site", "task", "area"};
    json_name(json, "goal");
    json_begin_object(json);
    json_put_text(json, "kind", str_c(kinds[goal->kind]));
    if (goal->kind == PLAN_GOAL_COVER) {
        plan_put_milli(json, "share", goal->permille);
        plan_put_milli(json, "profit", more->profit_goal);
    } else if (goal->kind != PLAN_GOAL_MANDATORY) {
        json_put_text(json, "id",
                      goal->kind == PLAN_GOAL_SITE   ? problem->sites[goal->index].id
                      : goal->kind == PLAN_GOAL_AREA ? problem->sites[goal->index].area
                                                     : problem->tasks[goal->index].id);
    }
    json_put_int(json, "tasks", more->goal_count);
    json_end_object(json);
    plan_put_milli(json, "profit_all", more->profit_all);
}

static void put_low(const struct plan_problem *problem, const struct plan_more *more,
                    struct json_out *json)
{
    const struct plan_more_low *low = &more->low;
    json_name(json, "at_least");
    json_begin_object(json);
    json_put_int(json, "units", low->units);
    json_put_int(json, "officers", low->officers);
    if (low->units > 0) {
        bool is_whole = low->to == PLAN_TICKS_MAX;
        json_put_text(json, "by",
                      low->is_priced  ? STR("prices")
                      : low->is_cover ? STR("cover")
                                      : STR("workload"));
        if (!is_whole) {
            plan_put_ticks(json, problem, "from_s", low->from);
            plan_put_ticks(json, problem, "to_s", low->to);
        }
        if (low->skill != PLAN_NONE) {
            json_put_text(json, "skill", problem->skills[low->skill]);
        }
        json_put_bool(json, "pair", low->is_pair);
        if (low->is_priced) {
            plan_put_milli(json, "most_profit", low->most);
        } else if (low->is_cover) {
            json_put_int(json, "needed_at_once", low->load);
            json_put_int(json, "on_duty", low->room);
        } else {
            plan_put_ticks(json, problem, "needed_unit_s", low->load);
            plan_put_ticks(json, problem, "on_duty_unit_s", low->room);
        }
    }
    json_end_object(json);
}

static void put_curve(const struct plan_problem *problem, const struct plan_more *more,
                      struct json_out *json)
{
    json_name(json, "curve");
    json_begin_list(json);
    for (uint32_t i = 0; i < more->point_count; i++) {
        const struct plan_more_point *point = &more->points[i];
        json_begin_object(json);
        json_put_int(json, "units", point->units);
        json_put_int(json, "officers", point->officers);
        plan_put_milli(json, "profit", point->profit);
        json_name(json, "share");
        json_add_real(json, share_of(more, point->profit) / 100, 4);
        json_put_int(json, "unmet", point->unmet);
        plan_put_ticks(json, problem, "paid_officer_s", point->paid);
        json_put_bool(json, "met", point->is_met);
        json_end_object(json);
    }
    json_end_list(json);
}

void plan_more_add_json(const struct plan_problem *problem, const struct plan_goal *goal,
                        const struct plan_more *more, struct buf *out)
{
    static const char *const shares[] = {"dwell", "travel", "break", "idle"};
    struct json_out json;
    json_out_init(&json, out);
    json_begin_object(&json);
    put_goal(problem, goal, more, &json);
    json_put_bool(&json, "possible", more->is_possible);
    json_put_text(&json, "why_not", more->why_not);
    put_low(problem, more, &json);
    json_name(&json, "at_most");
    if (more->has_high && more->is_possible) {
        json_begin_object(&json);
        json_put_int(&json, "units", more->high);
        json_put_int(&json, "officers", more->high_officers);
        json_end_object(&json);
    } else {
        json_add_null(&json);
    }
    json_put_text(&json, "binding", str_c(more->binding));
    json_put_text(&json, "binding_why", more->binding_words);
    json_put_text(&json, "area", more->area);
    if (more->hour_from >= 0) {
        json_put_int(&json, "hour_from_s", more->hour_from);
    }
    json_name(&json, "time");
    json_begin_object(&json);
    for (size_t i = 0; i < ARRAY_LEN(shares); i++) {
        plan_put_milli(&json, shares[i], more->shares[i]);
    }
    json_end_object(&json);
    json_put_int(&json, "kinds", more->kind_count);
    put_curve(problem, more, &json);
    json_end_object(&json);
    buf_add_byte(out, '\n');
}

void plan_more_add_csv(const struct plan_problem *problem, const struct plan_more *more,
                       struct buf *out)
{
    static const char *const columns[] = {"units", "officers",       "profit", "share",
                                          "unmet", "paid_officer_s", "met"};
    struct csv_out csv;
    struct buf number;
    buf_init(&number, 64);
    csv_out_init(&csv, out);
    csv_put_row(&csv, columns, ARRAY_LEN(columns));
    for (uint32_t i = 0; i < more->point_count; i++) {
        const struct plan_more_point *point = &more->points[i];
        csv_put_i64(&csv, point->units);
        csv_put_i64(&csv, point->officers);
        buf_clear(&number);
        plan_add_milli(&number, point->profit);
        csv_put(&csv, buf_str(&number));
        buf_clear(&number);
        buf_printf(&number, "%.4f", share_of(more, point->profit) / 100);
        csv_put(&csv, buf_str(&number));
        csv_put_i64(&csv, point->unmet);
        buf_clear(&number);
        plan_add_ticks(&number, problem, point->paid);
        csv_put(&csv, buf_str(&number));
        csv_put(&csv, point->is_met ? STR("yes") : STR("no"));
        csv_end_row(&csv);
    }
    buf_close(&number);
}
