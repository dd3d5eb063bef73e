/* SPDX-License-Identifier: Apache-2.0 */
/* A problem as JSON. Coordinates are written with the fewest decimals that read back as the same double:
 * those that they were given with. */
#include <stdio.h>
#include <stdlib.h>

#include "codec/json.h"
#include "plan/problem.h"

/* The sign, and the size: the whole part alone has none of -0.6. */
static int64_t add_sign(struct buf *out, int64_t number)
{
    if (number < 0) {
        buf_add_byte(out, '-');
    }
    return number < 0 ? -number : number;
}

void plan_add_ticks(struct buf *out, const struct plan_problem *problem, int64_t ticks)
{
    int64_t per_s = problem->ticks_per_s;
    ticks = add_sign(out, ticks);
    buf_add_i64(out, ticks / per_s);
    if (ticks % per_s != 0) {
        buf_printf(out, per_s == 10 ? ".%lld" : ".%02lld", (long long)(ticks % per_s));
    }
}

void plan_add_milli(struct buf *out, int64_t milli)
{
    char digits[8];
    milli = add_sign(out, milli);
    buf_add_i64(out, milli / 1000);
    if (milli % 1000 != 0) {
        int len = snprintf(digits, sizeof digits, ".%03d", (int)(milli % 1000));
        while (digits[len - 1] == '0') {
            len--;
        }
        buf_add_bytes(out, digits, (size_t)len);
    }
}

struct writer {
    const struct plan_problem *problem;
    struct json_out json;
    struct buf number;
};

void plan_put_ticks(struct json_out *json, const struct plan_problem *problem, const char *name,
                    int64_t ticks)
{
    struct buf number;
    buf_init(&number, 64);
    plan_add_ticks(&number, problem, ticks);
    json_name(json, name);
    json_add_json(json, buf_str(&number));
    buf_close(&number);
}

void plan_put_milli(struct json_out *json, const char *name, int64_t milli)
{
    struct buf number;
    buf_init(&number, 64);
    plan_add_milli(&number, milli);
    json_name(json, name);
    json_add_json(json, buf_str(&number));
    buf_close(&number);
}

static void put_ticks(struct writer *writer, const char *name, int64_t ticks)
{
    plan_put_ticks(&writer->json, writer->problem, name, ticks);
}

static void put_milli(struct writer *writer, const char *name, int64_t milli)
{
    plan_put_milli(&writer->json, name, milli);
}

static void put_real(struct writer *writer, const char *name, double value)
{
    char digits[64];
    int precision = 15; /* what a double surely keeps of a decimal number; 17 tell any two apart */
    do {
        (void)snprintf(digits, sizeof digits, "%.*g", precision, value);
    } while (precision++ < 17 && strtod(digits, NULL) != value);
    buf_clear(&writer->number);
    buf_add_c(&writer->number, digits);
    json_name(&writer->json, name);
    json_add_json(&writer->json, buf_str(&writer->number));
}

static void put_skills(struct writer *writer, uint64_t skills)
{
    if (skills == 0) {
        return;
    }
    json_name(&writer->json, "skills");
    json_begin_list(&writer->json);
    for (uint32_t i = 0; i < writer->problem->skill_count; i++) {
        if ((skills >> i & 1) != 0) {
            json_add_text(&writer->json, writer->problem->skills[i]);
        }
    }
    json_end_list(&writer->json);
}

static void write_hours(struct writer *writer, const struct plan_mode *mode)
{
    if (mode->paces == NULL) {
        return;
    }
    json_name(&writer->json, "hours");
    json_begin_list(&writer->json);
    for (size_t i = 0; i < PLAN_HOURS; i++) {
        buf_clear(&writer->number);
        plan_add_milli(&writer->number, mode->paces[i]);
        json_add_json(&writer->json, buf_str(&writer->number));
    }
    json_end_list(&writer->json);
}

static void write_travel(struct writer *writer)
{
    static const char *const kinds[] = {"euclid", "plane", "sphere", "matrix"};
    const struct plan_problem *problem = writer->problem;
    struct json_out *json = &writer->json;
    json_name(json, "travel");
    json_begin_object(json);
    json_put_text(json, "by", str_c(kinds[problem->travel_by]));
    if (problem->travel_by != PLAN_EUCLID) {
        json_name(json, "modes");
        json_begin_list(json);
        for (uint32_t i = 0; i < problem->mode_count; i++) {
            const struct plan_mode *mode = &problem->modes[i];
            json_begin_object(json);
            json_put_text(json, "id", mode->id);
            put_real(writer, "kmh", mode->kmh);
            put_real(writer, "factor", mode->factor);
            put_real(writer, "overhead_s", mode->overhead_s);
            write_hours(writer, mode);
            json_end_object(json);
        }
        json_end_list(json);
    }
    json_end_object(json);
}

static void write_matrix(struct writer *writer)
{
    const struct plan_problem *problem = writer->problem;
    struct json_out *json = &writer->json;
    size_t n = problem->site_count;
    json_name(json, "matrix");
    json_begin_object(json);
    for (uint32_t i = 0; i < problem->mode_count; i++) {
        struct buf name;
        buf_init(&name, 1024);
        buf_add(&name, problem->modes[i].id);
        buf_add_byte(&name, '\0');
        json_name(json, name.p);
        buf_close(&name);
        json_begin_list(json);
        for (size_t at = 0; at < n * n; at++) {
            if (at % n == 0) {
                json_begin_list(json);
            }
            if (problem->modes[i].matrix[at] < 0) {
                json_add_null(json);
            } else {
                buf_clear(&writer->number);
                plan_add_ticks(&writer->number, problem, problem->modes[i].matrix[at]);
                json_add_json(json, buf_str(&writer->number));
            }
            if (at % n == n - 1) {
                json_end_list(json);
            }
        }
        json_end_list(json);
    }
    json_end_object(json);
}

static void write_sites(struct writer *writer)
{
    const struct plan_problem *problem = writer->problem;
    struct json_out *json = &writer->json;
    bool is_sphere = plan_is_lonlat(problem);
    json_name(json, "sites");
    json_begin_list(json);
    for (uint32_t i = 0; i < problem->site_count; i++) {
        const struct plan_site *site = &problem->sites[i];
        buf_add_byte(json->buf, '\n');
        json_begin_object(json);
        json_put_text(json, "id", site->id);
        json_put_text(json, "name", site->name);
        json_put_text(json, "area", site->area);
        if (site->address.n > 0) {
            json_put_text(json, "address", site->address);
        }
        if (site->note.n > 0) {
            json_put_text(json, "note", site->note);
        }
        put_real(writer, is_sphere ? "lon" : "x", site->x);
        put_real(writer, is_sphere ? "lat" : "y", site->y);
        json_end_object(json);
    }
    json_end_list(json);
}

static void write_groups(struct writer *writer)
{
    const struct plan_problem *problem = writer->problem;
    struct json_out *json = &writer->json;
    if (problem->group_count == 0) {
        return;
    }
    json_name(json, "groups");
    json_begin_list(json);
    for (uint32_t i = 0; i < problem->group_count; i++) {
        buf_add_byte(json->buf, '\n');
        json_begin_object(json);
        json_put_int(json, "id", i + 1);
        json_name(json, "weights");
        json_begin_list(json);
        for (uint32_t k = 0; k < problem->groups[i].weight_count; k++) {
            buf_clear(&writer->number);
            plan_add_milli(&writer->number, problem->groups[i].weights[k]);
            json_add_json(json, buf_str(&writer->number));
        }
        json_end_list(json);
        if (problem->groups[i].gap > 0) {
            put_ticks(writer, "gap_s", problem->groups[i].gap);
        }
        json_end_object(json);
    }
    json_end_list(json);
}

static void write_turns(struct writer *writer)
{
    const struct plan_problem *problem = writer->problem;
    struct json_out *json = &writer->json;
    if (problem->turn_count == 0) {
        return;
    }
    json_name(json, "turns");
    json_begin_list(json);
    for (uint32_t i = 0; i < problem->turn_count; i++) {
        buf_add_byte(json->buf, '\n');
        json_begin_object(json);
        json_put_int(json, "id", i + 1);
        json_put_int(json, "officers", problem->turns[i].officers);
        json_end_object(json);
    }
    json_end_list(json);
}

static void write_tasks(struct writer *writer)
{
    const struct plan_problem *problem = writer->problem;
    struct json_out *json = &writer->json;
    json_name(json, "tasks");
    json_begin_list(json);
    for (uint32_t i = 0; i < problem->task_count; i++) {
        const struct plan_task *task = &problem->tasks[i];
        buf_add_byte(json->buf, '\n');
        json_begin_object(json);
        json_put_text(json, "id", task->id);
        json_put_text(json, "site", problem->sites[task->site].id);
        put_ticks(writer, "open_s", task->open);
        put_ticks(writer, "close_s", task->close);
        put_ticks(writer, "dwell_s", task->dwell);
        put_milli(writer, "profit", task->profit);
        if (task->is_mandatory) {
            json_put_bool(json, "mandatory", true);
        }
        put_skills(writer, task->skills);
        if (task->officers > 1) {
            json_put_int(json, "officers", task->officers);
        }
        if (task->load > 0) {
            json_put_int(json, "load", task->load);
        }
        if (task->group != PLAN_NONE) {
            json_put_int(json, "group", task->group + 1);
        }
        if (task->turn > 0) {
            json_put_int(json, "turn", task->turn);
        }
        if (task->unit != PLAN_NONE) {
            json_put_text(json, "unit", problem->units[task->unit].id);
        }
        if (task->note.n > 0) {
            json_put_text(json, "note", task->note);
        }
        json_end_object(json);
    }
    json_end_list(json);
}

static void write_break(struct writer *writer, int32_t open, int32_t close, int32_t length)
{
    json_begin_object(&writer->json);
    put_ticks(writer, "open_s", open);
    put_ticks(writer, "close_s", close);
    put_ticks(writer, "length_s", length);
    json_end_object(&writer->json);
}

static void write_had(struct writer *writer, const struct plan_unit *unit)
{
    struct json_out *json = &writer->json;
    if (unit->out_officers > 0) {
        put_ticks(writer, "out_s", unit->out);
        json_put_int(json, "out_officers", unit->out_officers);
    }
    if (unit->had_count == 0) {
        return;
    }
    json_name(json, "had");
    json_begin_list(json);
    for (uint32_t i = 0; i < unit->had_count; i++) {
        json_begin_object(json);
        put_ticks(writer, "start_s", unit->had[i].start);
        put_ticks(writer, "length_s", unit->had[i].length);
        json_put_int(json, "after", unit->had[i].after);
        json_end_object(json);
    }
    json_end_list(json);
}

/* Not when some have begun meanwhile. */
static bool is_by_table(const struct plan_problem *problem, const struct plan_unit *unit)
{
    struct plan_unit table = *unit;
    plan_breaks_by_table(problem->ticks_per_s, &table);
    return unit->is_by_table && plan_unit_is_alike(unit, &table);
}

static void write_unit(struct writer *writer, const struct plan_unit *unit)
{
    const struct plan_problem *problem = writer->problem;
    struct json_out *json = &writer->json;
    json_put_text(json, "id", unit->id);
    json_put_text(json, "base", problem->sites[unit->base].id);
    if (unit->end_site != unit->base) {
        json_put_text(json, "end_site", problem->sites[unit->end_site].id);
    }
    put_ticks(writer, "start_s", unit->start - unit->brief);
    put_ticks(writer, "end_s", unit->end);
    if (unit->free > 0) {
        put_ticks(writer, "free_s", unit->free);
    }
    json_put_text(json, "rank", unit->rank);
    if (unit->brief > 0) {
        put_ticks(writer, "brief_s", unit->brief);
    }
    if (unit->plain > 0) {
        put_ticks(writer, "plain_s", unit->plain);
    }
    if (unit->is_rest_day) {
        json_put_int(json, "rest_day_notice_days", unit->notice_days);
    }
    if (unit->officers != 1) {
        json_put_int(json, "officers", unit->officers);
    }
    if (unit->mode > 0) {
        json_put_text(json, "mode", problem->modes[unit->mode].id);
    }
    if (unit->capacity != INT32_MAX) {
        json_put_int(json, "capacity", unit->capacity);
    }
    put_skills(writer, unit->skills);
    if (is_by_table(problem, unit)) {
        json_put_text(json, "breaks", STR("table"));
    } else if (unit->second_length > 0) {
        json_name(json, "breaks");
        json_begin_list(json);
        write_break(writer, unit->break_open, unit->break_close, unit->break_length);
        write_break(writer, unit->second_open, unit->second_close, unit->second_length);
        json_end_list(json);
    } else if (unit->break_length > 0) {
        json_name(json, "break");
        write_break(writer, unit->break_open, unit->break_close, unit->break_length);
    }
    write_had(writer, unit);
    if (unit->lock_count > 0) {
        json_name(json, "locks");
        json_begin_list(json);
        for (uint32_t i = 0; i < unit->lock_count; i++) {
            json_begin_object(json);
            json_put_text(json, "task", problem->tasks[unit->locks[i].task].id);
            if (unit->locks[i].start >= 0) {
                put_ticks(writer, "start_s", unit->locks[i].start);
            }
            json_end_object(json);
        }
        json_end_list(json);
    }
}

static void write_presence(struct writer *writer)
{
    const struct plan_problem *problem = writer->problem;
    struct json_out *json = &writer->json;
    if (problem->presence_count == 0) {
        return;
    }
    json_name(json, "presence");
    json_begin_list(json);
    for (uint32_t i = 0; i < problem->presence_count; i++) {
        const struct plan_presence *one = &problem->presence[i];
        buf_add_byte(json->buf, '\n');
        json_begin_object(json);
        json_put_text(json, "base", problem->sites[one->base].id);
        put_ticks(writer, "from_s", one->from);
        put_ticks(writer, "to_s", one->to);
        json_put_int(json, "officers", one->officers);
        json_end_object(json);
    }
    json_end_list(json);
}

void plan_problem_write(const struct plan_problem *problem, struct buf *out)
{
    struct writer writer = {.problem = problem};
    struct json_out *json = &writer.json;
    buf_init(&writer.number, 256);
    json_out_init(json, out);
    json_begin_object(json);
    json_put_text(json, "format", STR("hustings-plan-problem"));
    json_put_int(json, "version", 1);
    json_put_text(json, "name", problem->name);
    json_put_text(json, "day", problem->day);
    json_put_int(json, "ticks_per_s", problem->ticks_per_s);
    if (problem->is_fair) {
        json_put_bool(json, "fair", true);
    }
    write_travel(&writer);
    write_sites(&writer);
    if (problem->travel_by == PLAN_MATRIX) {
        write_matrix(&writer);
    }
    write_groups(&writer);
    write_turns(&writer);
    json_name(json, "units");
    json_begin_list(json);
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        buf_add_byte(json->buf, '\n');
        json_begin_object(json);
        write_unit(&writer, &problem->units[i]);
        json_end_object(json);
    }
    json_end_list(json);
    write_tasks(&writer);
    write_presence(&writer);
    json_end_object(json);
    buf_add_byte(out, '\n');
    buf_close(&writer.number);
}
