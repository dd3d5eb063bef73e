/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/result.h"

#include <math.h>

#include "base/utf8.h"
#include "codec/json.h"
#include "codec/json_rows.h"
#include "plan/ids.h"

enum { UNIT_BYTES_MAX = 16 * 1024 * 1024 };
#define FIGURE_MAX 9e15

/* ---- writing ---- */

static void write_route(struct json_out *json, const struct plan_problem *problem, uint32_t unit,
                        const struct plan_route *route)
{
    buf_add_byte(json->buf, '\n');
    json_begin_object(json);
    json_put_text(json, "id", problem->units[unit].id);
    if (route->break_start >= 0) {
        json_name(json, "break");
        json_begin_object(json);
        json_put_int(json, "after", route->break_after);
        plan_put_ticks(json, problem, "start_s", route->break_start);
        json_end_object(json);
    }
    if (route->has_second) {
        json_name(json, "second_break");
        json_begin_object(json);
        json_put_int(json, "after", route->second_after);
        plan_put_ticks(json, problem, "start_s", route->second_start);
        json_end_object(json);
    }
    json_name(json, "visits");
    json_begin_list(json);
    for (uint32_t i = 0; i < route->stop_count; i++) {
        const struct plan_task *task = &problem->tasks[route->stops[i].task];
        json_begin_object(json);
        json_put_text(json, "site", problem->sites[task->site].id);
        json_put_text(json, "task", task->id);
        plan_put_ticks(json, problem, "start_s", route->stops[i].start);
        json_end_object(json);
    }
    json_end_list(json);
    json_end_object(json);
}

bool *plan_served(struct arena *arena, const struct plan_problem *problem,
                  const struct plan_result *result)
{
    bool *is_served = ARENA_ARRAY(arena, bool, problem->task_count + 1U);
    int64_t *there = ARENA_ARRAY(arena, int64_t, problem->turn_count + 1U);
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        for (uint32_t k = 0; k < result->routes[i].stop_count; k++) {
            const struct plan_task *task = &problem->tasks[result->routes[i].stops[k].task];
            is_served[task - problem->tasks] = true;
            if (task->turn > 0) {
                there[task->turn - 1] += plan_turn_officers(&problem->units[i], task);
            }
        }
    }
    plan_turns_stand(arena, problem, there, is_served);
    return is_served;
}

bool *plan_counted(struct arena *arena, const struct plan_problem *problem,
                   const struct plan_result *result, const bool *is_served)
{
    bool *is_counted = ARENA_ARRAY(arena, bool, problem->task_count + 1U);
    bool *is_open = ARENA_ARRAY(arena, bool, problem->turn_count + 1U);
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        for (uint32_t k = 0; k < result->routes[i].stop_count; k++) {
            is_counted[result->routes[i].stops[k].task] = true;
        }
    }
    for (uint32_t i = 0; i < problem->task_count; i++) {
        uint32_t turn = problem->tasks[i].turn;
        if (!is_served[i]) {
            is_counted[i] = turn == 0 || !is_open[turn];
            is_open[turn] = true;
        }
    }
    return is_counted;
}

struct plan_counts plan_count(struct arena *arena, const struct plan_problem *problem,
                              const struct plan_result *result)
{
    struct plan_counts counts = {0};
    const bool *is_served = plan_served(arena, problem, result);
    const bool *is_counted = plan_counted(arena, problem, result, is_served);
    for (uint32_t i = 0; i < problem->task_count; i++) {
        if (is_counted[i]) {
            counts.wanted++;
            counts.served += is_served[i] ? 1 : 0;
            counts.unmet += !is_served[i] && problem->tasks[i].is_mandatory ? 1 : 0;
        }
    }
    return counts;
}

void plan_even_epochs(int64_t iterations, int64_t ret_epochs[PLAN_EPOCHS])
{
    for (int64_t i = 0; i < PLAN_EPOCHS; i++) {
        ret_epochs[i] = iterations * (i + 1) / PLAN_EPOCHS - iterations * i / PLAN_EPOCHS;
    }
}

static void write_figures(struct json_out *json, const struct plan_problem *problem,
                          const struct plan_result *result)
{
    if (result->claim.profit >= 0) {
        plan_put_milli(json, "profit", result->claim.profit);
    }
    if (result->claim.unmet != PLAN_NONE) {
        json_put_int(json, "unmet", result->claim.unmet);
    }
    if (result->claim.travel >= 0) {
        plan_put_ticks(json, problem, "travel_s", result->claim.travel);
    }
    if (result->bound >= 0) {
        plan_put_milli(json, "bound", result->bound);
    }
    if (result->bound_travel >= 0) {
        plan_put_ticks(json, problem, "bound_travel_s", result->bound_travel);
    }
}

void plan_result_write(const struct plan_problem *problem, const struct plan_result *result,
                       struct buf *out)
{
    struct json_out json;
    json_out_init(&json, out);
    json_begin_object(&json);
    json_put_text(&json, "format", STR("hustings-plan"));
    json_put_int(&json, "version", 1);
    json_put_int(&json, "seed", (int64_t)result->seed);
    json_put_int(&json, "iterations", result->iterations);
    if (!result->is_even) {
        json_name(&json, "epochs");
        json_begin_list(&json);
        for (size_t i = 0; i < PLAN_EPOCHS; i++) {
            json_add_int(&json, result->epochs[i]);
        }
        json_end_list(&json);
    }
    json_put_int(&json, "threads", result->threads);
    write_figures(&json, problem, result);
    json_name(&json, "units");
    json_begin_list(&json);
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        write_route(&json, problem, i, &result->routes[i]);
    }
    json_end_list(&json);
    json_end_object(&json);
    buf_add_byte(out, '\n');
}

/* ---- reading ---- */

struct reader {
    struct arena *arena;
    struct arena row_arena;
    const struct plan_problem *problem;
    str text;
    struct plan_ids tasks, units;
    struct plan_route *routes;
    bool *has_route;
};

static enum status wrong(const struct reader *reader, str at, const char *why, str name,
                         struct error *err)
{
    return error_set(err, STATUS_INVALID, "line %zu: %s '%.*s'", json_rows_line(reader->text, at),
                     why, STR_ARG(utf8_clip(name, 80)));
}

static str id_of(struct reader *reader, const struct json *json, const char *name)
{
    const struct json *id = json_member(json, name);
    if (id != NULL && id->kind == JSON_INT) {
        return arena_printf(&reader->row_arena, "%lld", (long long)id->integer);
    }
    return json_member_text(json, name);
}

static bool ticks_of(const struct reader *reader, const struct json *json, int32_t *ret_ticks)
{
    double ticks = json_member_real(json, "start_s", -1) * reader->problem->ticks_per_s;
    if (!(ticks >= 0 && ticks <= PLAN_TICKS_MAX) || fabs(ticks - nearbyint(ticks)) > 1e-4) {
        return false;
    }
    *ret_ticks = (int32_t)nearbyint(ticks);
    return true;
}

static bool pause_of(const struct reader *reader, const struct json *pause, size_t visits,
                     int32_t *ret_start, uint32_t *ret_after)
{
    int64_t after = json_member_int(pause, "after", -1);
    if (after < 0 || after > (int64_t)visits || !ticks_of(reader, pause, ret_start)) {
        return false;
    }
    *ret_after = (uint32_t)after;
    return true;
}

static enum status read_unit(struct reader *reader, str text, const struct json *json,
                             struct error *err)
{
    const struct plan_problem *problem = reader->problem;
    const struct json *visits = json_member(json, "visits");
    const struct json *pause = json_member(json, "break");
    const struct json *second = json_member(json, "second_break");
    str id = id_of(reader, json, "id");
    uint32_t unit = plan_ids_find(&reader->units, id);
    if (unit == UINT32_MAX || reader->has_route[unit]) {
        return wrong(reader, text, "the problem has no such unit, or the plan has it twice:", id,
                     err);
    }
    if (visits == NULL || visits->kind != JSON_LIST) {
        return wrong(reader, text, "'visits' is no list in unit", id, err);
    }
    struct plan_stop *stops = ARENA_ARRAY(reader->arena, struct plan_stop, visits->count + 1);
    for (size_t i = 0; i < visits->count; i++) {
        str name = id_of(reader, &visits->items[i], "task");
        str site = id_of(reader, &visits->items[i], "site");
        stops[i].task = plan_ids_find(&reader->tasks, name);
        if (stops[i].task == UINT32_MAX) {
            return wrong(reader, text, "the problem has no such task:", name, err);
        }
        if (site.n > 0 && !str_equal(site, problem->sites[problem->tasks[stops[i].task].site].id)) {
            return wrong(reader, text, "the task is at another site than the plan says:", name,
                         err);
        }
        if (!ticks_of(reader, &visits->items[i], &stops[i].start)) {
            return wrong(reader, text, "'start_s' is no number of seconds in a visit to", name,
                         err);
        }
    }
    struct plan_route *route = &reader->routes[unit];
    *route = (struct plan_route){
        .stops = stops, .stop_count = (uint32_t)visits->count, .break_start = -1};
    if (pause != NULL &&
        !pause_of(reader, pause, visits->count, &route->break_start, &route->break_after)) {
        return wrong(reader, text, "'break' has no 'after' and 'start_s' in unit", id, err);
    }
    if (second != NULL &&
        (pause == NULL ||
         !pause_of(reader, second, visits->count, &route->second_start, &route->second_after))) {
        return wrong(reader, text, "'second_break' has no 'after' and 'start_s' in unit", id, err);
    }
    route->has_second = second != NULL;
    reader->has_route[unit] = true;
    return STATUS_OK;
}

static enum status read_units(struct reader *reader, str list, struct error *err)
{
    struct json_rows rows;
    struct json json;
    str value;
    bool has_row = true;
    enum status status = json_rows_open(list, &rows, err);
    while (status == STATUS_OK) {
        status = json_rows_parse(&rows, &reader->row_arena, &value, &json, &has_row, err);
        if (status != STATUS_OK || !has_row) {
            break;
        }
        status = read_unit(reader, value, &json, err);
    }
    return status;
}

/* A figure that the plan claims, `unit` of them to one. */
static enum status read_figure(struct reader *reader, str name, str value, double unit,
                               int64_t *ret_figure, struct error *err)
{
    struct json json;
    bool is_json = json_parse(&reader->row_arena, value, &json, NULL) == STATUS_OK;
    double figure = is_json && json_has_number(&json) ? json.real * unit : NAN;
    if (!(figure >= 0 && figure <= FIGURE_MAX) || fabs(figure - nearbyint(figure)) > 1e-3) {
        return wrong(reader, value, "what the plan says is no such figure:", name, err);
    }
    *ret_figure = (int64_t)nearbyint(figure);
    return STATUS_OK;
}

static enum status read_figures(struct reader *reader, str name, str value,
                                struct plan_result *result, struct error *err)
{
    double ticks = reader->problem->ticks_per_s;
    int64_t unmet = -1;
    const struct {
        const char *name;
        double unit;
        int64_t *figure;
    } figures[] = {{"profit", 1000, &result->claim.profit},
                   {"travel_s", ticks, &result->claim.travel},
                   {"unmet", 1, &unmet},
                   {"bound", 1000, &result->bound},
                   {"bound_travel_s", ticks, &result->bound_travel}};
    enum status status = STATUS_OK;
    for (size_t i = 0; i < ARRAY_LEN(figures) && status == STATUS_OK; i++) {
        if (str_equal(name, str_c(figures[i].name))) {
            status = read_figure(reader, name, value, figures[i].unit, figures[i].figure, err);
        }
    }
    if (unmet >= 0) {
        result->claim.unmet = (uint32_t)(unmet < PLAN_NONE ? unmet : PLAN_NONE - 1);
    }
    return status;
}

/* How it was made is copied where it is there; a plan by hand has none of it. */
static void read_making(struct reader *reader, str name, str value, struct plan_result *result)
{
    struct json json;
    int64_t number = 0;
    bool is_number = str_to_i64(value, &number) && number >= 0 && number <= PLAN_STEPS_MAX;
    if (str_equal(name, STR("seed"))) {
        (void)!str_to_u64(value, &result->seed);
    } else if (str_equal(name, STR("iterations")) && is_number) {
        result->iterations = number;
    } else if (str_equal(name, STR("threads")) && is_number && number <= UINT32_MAX) {
        result->threads = (uint32_t)number;
    } else if (str_equal(name, STR("epochs")) &&
               json_parse(&reader->row_arena, value, &json, NULL) == STATUS_OK &&
               json.kind == JSON_LIST && json.count == PLAN_EPOCHS) {
        result->is_even = false;
        for (size_t i = 0; i < PLAN_EPOCHS; i++) {
            int64_t steps = json.items[i].integer;
            result->epochs[i] = steps >= 0 && steps <= PLAN_STEPS_MAX ? steps : 0;
        }
    }
}

static enum status read_head(struct reader *reader, str name, str value, struct plan_result *result,
                             struct error *err)
{
    if (str_equal(name, STR("format")) && str_equal(value, STR("\"hustings-plan-problem\""))) {
        enum status status =
            error_set(err, STATUS_INVALID, "this is a problem, not a plan: the plan comes second");
        error_hint(err, "give PROBLEM.json, then PLAN.json");
        return status;
    }
    if (str_equal(name, STR("format")) && !str_equal(value, STR("\"hustings-plan\""))) {
        return error_set(err, STATUS_INVALID, "'format' is not \"hustings-plan\"");
    }
    if (str_equal(name, STR("version")) && !str_equal(value, STR("1"))) {
        return error_set(err, STATUS_INVALID, "'version' is not 1, which this program reads");
    }
    read_making(reader, name, value, result);
    return read_figures(reader, name, value, result, err);
}

enum status plan_result_read(struct arena *arena, const struct plan_problem *problem, str text,
                             struct plan_result *ret_result, struct error *err)
{
    struct reader reader = {.arena = arena, .problem = problem, .text = text};
    struct plan_result result = {.is_even = true,
                                 .claim = {.profit = -1, .travel = -1, .unmet = PLAN_NONE},
                                 .bound = -1,
                                 .bound_travel = -1};
    struct json_rows rows;
    str name;
    str value;
    str list = {0};
    arena_init(&reader.row_arena, UNIT_BYTES_MAX);
    enum status head = STATUS_OK;
    enum status status = json_rows_open(text, &rows, err);
    while (head == STATUS_OK && json_rows_more(&rows, &name, &value, &status, err)) {
        if (str_equal(name, STR("units"))) {
            list = value;
        } else {
            head = read_head(&reader, name, value, &result, err);
        }
    }
    if (head == STATUS_OK && (status != STATUS_OK || list.n == 0)) {
        head = error_set(err, STATUS_INVALID, "this is no plan: an object with 'units' is wanted");
    }
    if (head != STATUS_OK) {
        arena_close(&reader.row_arena);
        return head;
    }
    plan_ids_init(&reader.tasks, arena);
    plan_ids_init(&reader.units, arena);
    for (uint32_t i = 0; i < problem->task_count; i++) {
        (void)plan_ids_add(&reader.tasks, problem->tasks[i].id, i);
    }
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        (void)plan_ids_add(&reader.units, problem->units[i].id, i);
    }
    reader.routes = ARENA_ARRAY(arena, struct plan_route, problem->unit_count + 1U);
    reader.has_route = ARENA_ARRAY(arena, bool, problem->unit_count + 1U);
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        reader.routes[i].break_start = -1;
    }
    if (result.is_even) {
        plan_even_epochs(result.iterations, result.epochs);
    }
    status = read_units(&reader, list, err);
    arena_close(&reader.row_arena);
    if (status == STATUS_OK) {
        result.routes = reader.routes;
        *ret_result = result;
    }
    return status;
}

enum status plan_texts_read(struct arena *arena, str problem_text, str result_text,
                            struct plan_problem *ret_problem, struct plan_result *ret_result,
                            struct error *err)
{
    struct plan_refused refused;
    plan_refused_init(&refused);
    enum status status = plan_problem_read(arena, problem_text, ret_problem, &refused, err);
    plan_refused_close(&refused);
    return status == STATUS_OK ? plan_result_read(arena, ret_problem, result_text, ret_result, err)
                               : status;
}
