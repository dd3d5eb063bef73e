/* SPDX-License-Identifier: Apache-2.0 */
/* A roster as CSV and JSON, and from CSV. */
#include "base/utf8.h"
#include "codec/csv.h"
#include "codec/json.h"
#include "plan/day.h"
#include "plan/ids.h"
#include "plan/roster.h"

enum { READ_COLUMNS = 6 };
static const char *const columns[] = {"base",       "officer", "start_s", "end_s",   "break_from_s",
                                      "break_to_s", "start",   "end",     "paid_min"};

void roster_write_csv(const struct plan_problem *problem, const struct roster *roster,
                      struct buf *out)
{
    struct csv_out csv;
    struct buf clock;
    buf_init(&clock, 64);
    csv_out_init(&csv, out);
    csv_put_row(&csv, columns, ARRAY_LEN(columns));
    for (uint32_t i = 0; i < roster->shift_count; i++) {
        const struct roster_shift *shift = &roster->shifts[i];
        csv_put(&csv, problem->sites[shift->base].id);
        csv_put_i64(&csv, shift->officer);
        csv_put_i64(&csv, shift->start);
        csv_put_i64(&csv, shift->end);
        csv_put_i64(&csv, shift->break_from);
        csv_put_i64(&csv, shift->break_to);
        int32_t times[] = {shift->start, shift->end};
        for (size_t k = 0; k < ARRAY_LEN(times); k++) {
            buf_clear(&clock);
            plan_add_iso(&clock, problem, (int64_t)times[k] * problem->ticks_per_s);
            csv_put(&csv, buf_str(&clock));
        }
        csv_put_i64(&csv, (shift->end - shift->start) / 60);
        csv_end_row(&csv);
    }
    buf_close(&clock);
}

void roster_write_json(const struct plan_problem *problem, const struct roster_policy *policy,
                       const struct roster *roster, struct buf *out)
{
    struct json_out json;
    json_out_init(&json, out);
    json_begin_object(&json);
    json_put_text(&json, "format", STR("hustings-roster"));
    json_put_int(&json, "version", 1);
    json_put_text(&json, "cost_in",
                  policy->pence_per_hour > 0 ? STR("pence") : STR("paid minutes"));
    json_put_int(&json, "cost", roster->cost);
    json_put_int(&json, "bound", roster->bound);
    json_name(&json, "gap_percent");
    json_add_real(&json,
                  roster->cost > 0
                      ? 100.0 * (double)(roster->cost - roster->bound) / (double)roster->cost
                      : 0,
                  3);
    json_put_bool(&json, "optimal", roster->is_optimal);
    json_put_int(&json, "officers", roster->officer_count);
    json_put_int(&json, "bases", roster->base_count);
    json_put_int(&json, "shapes", roster->shape_count);
    json_name(&json, "rules");
    json_begin_list(&json);
    for (unsigned i = 0; i < ROSTER_RULES; i++) {
        const struct roster_rule_text *text = roster_rule_text(i);
        json_begin_object(&json);
        json_put_text(&json, "name", str_c(text->name));
        json_put_bool(&json, "on", policy->is_on[i]);
        json_put_text(&json, "rule", str_c(text->words));
        json_put_text(&json, "source", str_c(text->source));
        json_end_object(&json);
    }
    json_end_list(&json);
    json_name(&json, "shifts");
    json_begin_list(&json);
    for (uint32_t i = 0; i < roster->shift_count; i++) {
        const struct roster_shift *shift = &roster->shifts[i];
        buf_add_byte(out, '\n');
        json_begin_object(&json);
        json_put_text(&json, "base", problem->sites[shift->base].id);
        json_put_int(&json, "officer", shift->officer);
        json_put_int(&json, "start_s", shift->start);
        json_put_int(&json, "end_s", shift->end);
        json_put_int(&json, "break_from_s", shift->break_from);
        json_put_int(&json, "break_to_s", shift->break_to);
        json_end_object(&json);
    }
    json_end_list(&json);
    json_name(&json, "missing");
    json_begin_list(&json);
    for (uint32_t i = 0; i < roster->missing_count; i++) {
        json_begin_object(&json);
        json_put_text(&json, "base", problem->sites[roster->missing[i].base].id);
        json_put_int(&json, "from_s", roster->missing[i].from);
        json_put_int(&json, "officers", roster->missing[i].officers);
        json_end_object(&json);
    }
    json_end_list(&json);
    json_end_object(&json);
    buf_add_byte(out, '\n');
}

/* ---- reading ---- */

static enum status read_row(const struct csv *csv, const struct csv_row *row, const size_t *at,
                            const struct plan_ids *sites, struct roster_shift *shift,
                            struct error *err)
{
    int64_t numbers[READ_COLUMNS] = {0};
    for (size_t i = 1; i < READ_COLUMNS; i++) {
        if (!str_to_i64(str_trim(row->fields[at[i]]), &numbers[i]) || numbers[i] < -86400 ||
            numbers[i] > ROSTER_HORIZON_S * 2) {
            return error_set(err, STATUS_INVALID, "%.120s, line %zu: '%s' is no whole number",
                             csv->name, row->line, columns[i]);
        }
    }
    shift->base = plan_ids_find(sites, str_trim(row->fields[at[0]]));
    if (shift->base == UINT32_MAX) {
        return error_set(err, STATUS_INVALID, "%.120s, line %zu: the problem has no site '%.*s'",
                         csv->name, row->line, STR_ARG(utf8_clip(row->fields[at[0]], 60)));
    }
    shift->officer = (uint32_t)(numbers[1] > 0 ? numbers[1] : 0);
    shift->start = (int32_t)numbers[2];
    shift->end = (int32_t)numbers[3];
    shift->break_from = (int32_t)numbers[4];
    shift->break_to = (int32_t)numbers[5];
    return STATUS_OK;
}

enum status roster_read_csv(struct arena *arena, const struct plan_problem *problem,
                            const char *name, str text, struct roster_shift **ret_shifts,
                            uint32_t *ret_count, struct error *err)
{
    struct csv csv;
    struct csv_row row;
    struct plan_ids sites;
    size_t at[READ_COLUMNS];
    uint32_t count = 0;
    bool has_row = true;
    enum status status = csv_open(arena, name, text, ',', &csv, err);
    if (status == STATUS_OK) {
        status = csv_columns(&csv, columns, READ_COLUMNS, 0, at, err);
    }
    plan_ids_init(&sites, arena);
    for (uint32_t i = 0; i < problem->site_count; i++) {
        (void)plan_ids_add(&sites, problem->sites[i].id, i);
    }
    struct roster_shift *shifts = ARENA_ARRAY(arena, struct roster_shift, ROSTER_SHIFTS_MAX);
    while (status == STATUS_OK) {
        status = csv_next(&csv, &row, &has_row, err);
        if (status != STATUS_OK || !has_row) {
            break;
        }
        status = count == ROSTER_SHIFTS_MAX
                     ? error_set(err, STATUS_LIMIT, "more than %d shifts", ROSTER_SHIFTS_MAX)
                     : read_row(&csv, &row, at, &sites, &shifts[count++], err);
    }
    if (status == STATUS_OK) {
        *ret_shifts = shifts;
        *ret_count = count;
    }
    return status;
}
