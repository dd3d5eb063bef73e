/* SPDX-License-Identifier: Apache-2.0 */
/* Situation reports: made by the desk at set times of the day, and made up for after an unlock. */
#include "desk/operation_day.h"
#include "desk/operation_internal.h"
#include "plan/day.h"

enum {
    STEP_SECONDS = 30, /* between two looks */
    LATE_SECONDS = 300,
    PAST_HOURS = 48, /* a report that is older is not made up for */
    HTML_BYTES_MAX = 3 * 1024 * 1024,
    NAMES_BYTES_MAX = 1024 * 1024,
    WORK_BYTES_MAX = 256 * 1024 * 1024
};

/* Before the polls open, through the day, at their close, and for the count. */
static const int32_t times_s[] = {6 * 3600 + 1800, 10 * 3600, 13 * 3600,       16 * 3600,
                                  19 * 3600,       22 * 3600, 25 * 3600 + 1800};
static_assert(ARRAY_LEN(times_s) <= SITREPS_MAX, "as the header says");

static void put_about(struct buf *out, time_us at, time_us now, int64_t plan_number)
{
    struct json_out json;
    json_out_init(&json, out);
    json_begin_object(&json);
    json_put_int(&json, "at", at);
    json_put_int(&json, "made_at", now);
    json_put_int(&json, "plan", plan_number);
    json_end_object(&json);
}

static enum status keep(struct desk *desk, int64_t operation, int64_t tag, str about, str html,
                        time_us now, struct error *err)
{
    struct caller nobody = {.officer = 0, .now = now};
    struct act act;
    act_begin(&act, &nobody, "sitrep.make", 0, false);
    json_put_int(&act.json, "operation", operation);
    enum status status = act_write(desk, &act, err);
    if (status == STATUS_OK) {
        struct casebook_day_row row = {.leaf = act.leaf,
                                       .operation = operation,
                                       .tag = tag,
                                       .hour = now - now % HOUR_US,
                                       .about = about,
                                       .body = html};
        status = act_finish(desk, &act, casebook_sitrep_add(desk->casebook, &row, err), err);
    }
    act_close(&act);
    return status;
}

static enum status make_one(struct desk *desk, struct arena *arena, int64_t operation, int64_t tag,
                            int32_t at_s, time_us now, struct error *err)
{
    struct casebook_plan row = {0};
    struct plan_problem problem;
    struct plan_result result;
    struct plan_told_rows told;
    struct plan_sitrep sitrep;
    struct buf html, about;
    enum status status = plan_published(desk, arena, operation, &row, err);
    if (status == STATUS_OK) {
        status = plan_texts_read(arena, row.problem, row.result, &problem, &result, err);
    }
    if (status == STATUS_OK) {
        status = told_read(desk, arena, operation, &problem, &told, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    struct plan_sitrep_options options = {.at = at_s * problem.ticks_per_s,
                                          .late = PLAN_SITREP_LATE_S * problem.ticks_per_s,
                                          .ahead = PLAN_SITREP_AHEAD_S * problem.ticks_per_s,
                                          .told = &told};
    buf_init(&html, HTML_BYTES_MAX);
    buf_init(&about, 1024);
    status = plan_sitrep_make(arena, &problem, &result, &options, &sitrep, err);
    if (status == STATUS_OK) {
        plan_sitrep_add_html(&problem, &sitrep, &html);
        put_about(&about, plan_moment(&problem, options.at), now, row.number);
        status = html.overflowed
                     ? error_set(err, STATUS_LIMIT, "The situation report is too large to be kept.")
                     : keep(desk, operation, tag, buf_str(&about), buf_str(&html), now, err);
    }
    buf_close(&html);
    buf_close(&about);
    return status;
}

/* When a plan of the operation was first in force; INT64_MAX = never. Nothing is reported of before. */
static enum status first_published(struct desk *desk, struct arena *arena, int64_t operation,
                                   time_us *ret_at, struct error *err)
{
    struct casebook_plan *rows = NULL;
    size_t count = 0;
    enum status status = casebook_plans(desk->casebook, arena, operation, &rows, &count, err);
    *ret_at = INT64_MAX;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        struct desk_plan_row about;
        plan_about_decode(arena, &rows[i], &about);
        if (about.published_at != 0 && about.published_at < *ret_at) {
            *ret_at = about.published_at;
        }
    }
    return status;
}

/* At most one a call: making one takes a moment, and pages wait for it. */
static enum status step_operation(struct desk *desk, struct arena *names, struct arena *arena,
                                  const struct casebook_operation *row, time_us now,
                                  bool *ret_is_made, struct error *err)
{
    struct operation_row operation;
    time_us start = 0;
    enum status status = operation_glance(desk, names, arena, row, &operation, err);
    if (status != STATUS_OK || !plan_day_start(operation.day, &start) || now < start ||
        now > start + PAST_HOURS * HOUR_US) {
        return status;
    }
    struct plan_problem clock = {.day = operation.day, .ticks_per_s = 1};
    time_us first = 0;
    status = first_published(desk, arena, row->number, &first, err);
    for (size_t i = 0; i < ARRAY_LEN(times_s) && status == STATUS_OK && !*ret_is_made; i++) {
        bool is_known = false;
        str key = arena_printf(arena, "%lld/%d", (long long)row->number, times_s[i]);
        int64_t tag = casebook_tag(desk->casebook, STR("sitrep"), key);
        if (plan_moment(&clock, times_s[i]) > now) {
            break;
        }
        if (plan_moment(&clock, times_s[i]) < first) {
            continue;
        }
        status = casebook_sitrep_known(desk->casebook, row->number, tag, &is_known, err);
        if (status == STATUS_OK && !is_known) {
            status = make_one(desk, arena, row->number, tag, times_s[i], now, err);
            *ret_is_made = status == STATUS_OK;
        }
    }
    return status;
}

enum status desk_sitrep_step(struct desk *desk, time_us now, struct error *err)
{
    struct casebook_operation *rows = NULL;
    struct arena arena, names;
    size_t count = 0;
    bool is_made = false;
    bool is_time = now - desk->sitrep_at > STEP_SECONDS * US_PER_SECOND || now < desk->sitrep_at;
    if (!desk_is_unlocked(desk) || !is_time) {
        return STATUS_OK;
    }
    desk->sitrep_at = now;
    arena_init(&arena, WORK_BYTES_MAX);
    arena_init(&names, NAMES_BYTES_MAX);
    enum status status =
        casebook_operations(desk->casebook, &names, OPERATION_PUBLISHED, &rows, &count, err);
    for (size_t i = 0; i < count && !is_made; i++) {
        struct error other;
        bool is_first = status == STATUS_OK; /* what is wrong with one stops no other */
        enum status one =
            step_operation(desk, &names, &arena, &rows[i], now, &is_made, is_first ? err : &other);
        status = is_first ? one : status;
        arena_reset(&arena);
    }
    if (is_made) {
        desk->sitrep_at = 0; /* there may be another that is due */
    }
    arena_close(&arena);
    arena_close(&names);
    return status;
}

/* --- reading --- */

enum status desk_sitreps(struct desk *desk, const struct caller *caller, int64_t operation,
                         struct arena *arena, struct desk_sitrep **ret_list, size_t *ret_count,
                         struct error *err)
{
    struct casebook_day_row *rows = NULL;
    size_t count = 0;
    enum status status = desk_need(desk, caller, CAP_PLAN, err);
    if (status == STATUS_OK) {
        status = casebook_sitreps(desk->casebook, arena, operation, &rows, &count, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    struct desk_sitrep *list = ARENA_ARRAY(arena, struct desk_sitrep, count + 1);
    for (size_t i = 0; i < count; i++) {
        struct json json = {0};
        list[i] = (struct desk_sitrep){.leaf = rows[i].leaf, .at = rows[i].hour};
        if (json_parse(arena, rows[i].about, &json, NULL) == STATUS_OK) {
            list[i].at = json_member_int(&json, "at", rows[i].hour);
            list[i].made_at = json_member_int(&json, "made_at", rows[i].hour);
            list[i].plan_number = json_member_int(&json, "plan", 0);
            list[i].is_late = list[i].made_at - list[i].at > LATE_SECONDS * US_PER_SECOND;
        }
    }
    *ret_list = list;
    *ret_count = count;
    return STATUS_OK;
}

enum status desk_sitrep_read(struct desk *desk, const struct caller *caller, int64_t leaf,
                             struct arena *arena, str *ret_html, struct error *err)
{
    struct casebook_day_row row;
    struct act act;
    enum status status = desk_need(desk, caller, CAP_PLAN, err);
    if (status == STATUS_OK) {
        status = casebook_sitrep_get(desk->casebook, arena, leaf, &row, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    act_begin(&act, caller, "sitrep.read", 0, true);
    json_put_int(&act.json, "operation", row.operation);
    json_put_int(&act.json, "report", leaf);
    status = act_alone(desk, &act, err);
    act_close(&act);
    if (status == STATUS_OK) {
        *ret_html = row.body;
    }
    return status;
}
