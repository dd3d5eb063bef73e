/* SPDX-License-Identifier: Apache-2.0 */
/* One list of measures serves the table, the CSV and the JSON, so that they cannot differ. */
#include "base/utf8.h"
#include "codec/csv.h"
#include "codec/json.h"
#include "plan/compare.h"
#include "plan/show_internal.h"

enum { WORD_WIDTH = 34, COLUMN_MIN = 14, NAME_SHOWN = 40 };

enum measure {
    MEASURE_UNITS,
    MEASURE_OFFICERS,
    MEASURE_OUT,
    MEASURE_SERVED,
    MEASURE_TASKS,
    MEASURE_COVERED,
    MEASURE_SHARE,
    MEASURE_MANDATORY,
    MEASURE_UNMET,
    MEASURE_BROKEN,
    MEASURE_WORST,
    MEASURE_WORST_SHARE,
    MEASURE_PAID,
    MEASURE_BRIEF,
    MEASURE_TRAVEL,
    MEASURE_DWELL,
    MEASURE_BREAK,
    MEASURE_IDLE,
    MEASURE_COST,
    MEASURE_NO_RATE,
    MEASURE_CHANGED,
    MEASURE_ADDED,
    MEASURE_GONE,
    MEASURE_LOAD_LEAST,
    MEASURE_LOAD_MEAN,
    MEASURE_LOAD_MOST,
    MEASURE_SPREAD,
    MEASURES
};

static const struct {
    const char *name, *words;
} measures[MEASURES] = {
    {"units", "units"},
    {"officers", "officers"},
    {"units_out", "units with a visit"},
    {"served", "tasks served"},
    {"tasks", "tasks in all"},
    {"profit", "covered risk"},
    {"share", "covered risk, %"},
    {"mandatory", "tasks that somebody must do"},
    {"unmet", "of them unmet"},
    {"broken", "rules broken, unmet among them"},
    {"worst_area", "area that is covered least"},
    {"worst_share", "covered there, %"},
    {"paid_h", "paid officer-hours"},
    {"briefing_h", "  briefing"},
    {"travel_h", "  travel"},
    {"dwell_h", "  dwell"},
    {"break_h", "  break"},
    {"idle_h", "  idle"},
    {"cost_pounds", "cost, pounds"},
    {"no_rate_h", "officer-hours without a rate"},
    {"changed", "units with other visits than first"},
    {"added", "units that the first has not"},
    {"gone", "units that only the first has"},
    {"load_least_h", "a unit's dwell and travel: least, h"},
    {"load_mean_h", "  mean, h"},
    {"load_most_h", "  most, h"},
    {"spread", "  deviation by mean, %"},
};

static bool is_there(enum measure measure, const struct plan_compared *all, uint32_t count)
{
    bool has_cost = false;
    bool has_area = false;
    bool has_no_rate = false;
    for (uint32_t i = 0; i < count; i++) {
        has_cost = has_cost || all[i].has_cost;
        has_area = has_area || all[i].worst_area.n > 0;
        has_no_rate = has_no_rate || (all[i].has_cost && all[i].no_rate > 0);
    }
    bool is_cost = measure == MEASURE_COST || (measure == MEASURE_NO_RATE && has_no_rate);
    bool is_area = measure == MEASURE_WORST || measure == MEASURE_WORST_SHARE;
    if (measure == MEASURE_COST || measure == MEASURE_NO_RATE) {
        return has_cost && is_cost;
    }
    return !is_area || has_area;
}

static void add_hours(const struct plan_compared *one, int64_t ticks, struct buf *out)
{
    double hours = (double)ticks / one->ticks_per_s / 3600;
    buf_printf(out, "%.2f", hours);
}

static void add_percent(int64_t part, int64_t all, struct buf *out)
{
    buf_printf(out, "%.2f", all > 0 ? 100.0 * (double)part / (double)all : 100.0);
}

static void add_spent(const struct plan_compared *one, enum measure measure, struct buf *out)
{
    static const enum plan_leg_kind kinds[] = {PLAN_LEG_BRIEF, PLAN_LEG_TRAVEL, PLAN_LEG_DWELL,
                                               PLAN_LEG_BREAK, PLAN_LEG_IDLE};
    add_hours(one, one->spent[kinds[measure - MEASURE_BRIEF]], out);
}

static void add_count(const struct plan_compared *one, enum measure measure, struct buf *out)
{
    const uint64_t counts[MEASURES] = {
        [MEASURE_UNITS] = one->units,     [MEASURE_OFFICERS] = one->officers,
        [MEASURE_OUT] = one->out,         [MEASURE_SERVED] = one->served,
        [MEASURE_TASKS] = one->tasks,     [MEASURE_MANDATORY] = one->mandatory,
        [MEASURE_UNMET] = one->unmet,     [MEASURE_BROKEN] = one->broken,
        [MEASURE_CHANGED] = one->changed, [MEASURE_ADDED] = one->added,
        [MEASURE_GONE] = one->gone};
    buf_add_u64(out, counts[measure]);
}

static void add_value(const struct plan_compared *one, enum measure measure, struct buf *out)
{
    if (measure >= MEASURE_BRIEF && measure <= MEASURE_IDLE) {
        add_spent(one, measure, out);
    } else if (measure == MEASURE_COVERED) {
        plan_add_milli(out, one->profit);
    } else if (measure == MEASURE_SHARE) {
        add_percent(one->profit, one->profit_all, out);
    } else if (measure == MEASURE_WORST) {
        buf_add(out, one->worst_area);
    } else if (measure == MEASURE_WORST_SHARE) {
        add_percent(one->worst_permille, 1000, out);
    } else if (measure == MEASURE_PAID) {
        add_hours(one, one->paid, out);
    } else if (measure == MEASURE_COST) {
        buf_printf(out, "%lld.%02d", (long long)(one->pence / 100), (int)(one->pence % 100));
    } else if (measure == MEASURE_NO_RATE) {
        add_hours(one, one->no_rate, out);
    } else if (measure == MEASURE_LOAD_LEAST || measure == MEASURE_LOAD_MEAN ||
               measure == MEASURE_LOAD_MOST) {
        add_hours(one,
                  measure == MEASURE_LOAD_LEAST  ? one->load_least
                  : measure == MEASURE_LOAD_MEAN ? one->load_mean
                                                 : one->load_most,
                  out);
    } else if (measure == MEASURE_SPREAD) {
        add_percent(one->spread_permille, 1000, out);
    } else {
        add_count(one, measure, out);
    }
}

/* ---- to read ---- */

static void add_cell(str text, size_t width, struct buf *out)
{
    for (size_t i = utf8_count(text); i < width; i++) {
        buf_add_byte(out, ' ');
    }
    show_add_line(out, text);
}

void plan_compare_add_text(const struct plan_compared *compared, uint32_t count, struct buf *out)
{
    size_t widths[PLAN_FORKS_MAX] = {0};
    struct buf cell;
    buf_init(&cell, 4096);
    buf_printf(out, "%-*s", WORD_WIDTH, "");
    for (uint32_t i = 0; i < count; i++) {
        str name = utf8_clip(compared[i].name, NAME_SHOWN);
        widths[i] = utf8_count(name) > COLUMN_MIN ? utf8_count(name) : COLUMN_MIN;
        widths[i] = utf8_count(compared[i].worst_area) > widths[i]
                        ? utf8_count(compared[i].worst_area)
                        : widths[i];
        buf_add_c(out, "  ");
        add_cell(name, widths[i], out);
    }
    buf_add_byte(out, '\n');
    for (enum measure measure = MEASURE_UNITS; measure < MEASURES; measure++) {
        if (!is_there(measure, compared, count)) {
            continue;
        }
        buf_printf(out, "%-*s", WORD_WIDTH, measures[measure].words);
        for (uint32_t i = 0; i < count; i++) {
            buf_clear(&cell);
            if (measure == MEASURE_COST) {
                plan_add_pounds(&cell, compared[i].pence); /* to read: files have the bare number */
            } else {
                add_value(&compared[i], measure, &cell);
            }
            buf_add_c(out, "  ");
            add_cell(buf_str(&cell), widths[i], out);
        }
        buf_add_byte(out, '\n');
    }
    for (uint32_t i = 0; i < count; i++) {
        if (compared[i].lacks.n > 0) {
            show_add_line(out, utf8_clip(compared[i].name, NAME_SHOWN));
            buf_add_c(out, ": a rate is missing for ");
            show_add_line(out, compared[i].lacks);
            buf_add_c(out, "; the cost is of the rest\n");
        }
    }
    buf_close(&cell);
}

void plan_compare_add_csv(const struct plan_compared *compared, uint32_t count, struct buf *out)
{
    struct csv_out csv;
    struct buf cell;
    buf_init(&cell, 4096);
    csv_out_init(&csv, out);
    csv_put(&csv, STR("measure"));
    for (uint32_t i = 0; i < count; i++) {
        csv_put(&csv, compared[i].name);
    }
    csv_end_row(&csv);
    for (enum measure measure = MEASURE_UNITS; measure < MEASURES; measure++) {
        if (!is_there(measure, compared, count)) {
            continue;
        }
        csv_put(&csv, str_c(measures[measure].name));
        for (uint32_t i = 0; i < count; i++) {
            buf_clear(&cell);
            add_value(&compared[i], measure, &cell);
            csv_put(&csv, buf_str(&cell));
        }
        csv_end_row(&csv);
    }
    buf_close(&cell);
}

void plan_compare_add_json(const struct plan_compared *compared, uint32_t count, struct buf *out)
{
    struct json_out json;
    struct buf cell;
    buf_init(&cell, 4096);
    json_out_init(&json, out);
    json_begin_list(&json);
    for (uint32_t i = 0; i < count; i++) {
        json_begin_object(&json);
        json_put_text(&json, "name", compared[i].name);
        for (enum measure measure = MEASURE_UNITS; measure < MEASURES; measure++) {
            if (!is_there(measure, compared, count)) {
                continue;
            }
            buf_clear(&cell);
            add_value(&compared[i], measure, &cell);
            if (measure == MEASURE_WORST) {
                json_put_text(&json, measures[measure].name, buf_str(&cell));
            } else {
                json_name(&json, measures[measure].name);
                json_add_json(&json, buf_str(&cell));
            }
        }
        json_end_object(&json);
    }
    json_end_list(&json);
    buf_add_byte(out, '\n');
    buf_close(&cell);
}
