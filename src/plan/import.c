/* SPDX-License-Identifier: Apache-2.0 */
/* Benchmark files of others, as problems. Numbers are read by hand: these formats are columns of
 * blanks and digits, and a line that has too few of them is refused with its number. */
#include <math.h>
#include <stdlib.h>

#include "codec/grid.h"
#include "codec/json.h"
#include "codec/json_rows.h"
#include "plan/problem.h"

enum { FIELDS_MAX = 64, LINES_MAX = PLAN_TASKS_MAX };

struct lines {
    str rest;
    size_t number;
    size_t count;
    double fields[FIELDS_MAX];
    bool has_fraction; /* field 1 or 2, the coordinates */
};

/* The next line that begins with a number; false at the end. Words end a line. */
static bool next_numbers(struct lines *lines)
{
    str line;
    while (str_next_line(&lines->rest, &line)) {
        lines->number++;
        lines->count = 0;
        lines->has_fraction = false;
        while ((line = str_trim(line)).n > 0 && lines->count < FIELDS_MAX) {
            size_t len = 0;
            while (len < line.n && !ascii_is_space(line.p[len])) {
                len++;
            }
            if (!decimal_parse(str_slice(line, 0, len), &lines->fields[lines->count])) {
                break;
            }
            double value = lines->fields[lines->count];
            if ((lines->count == 1 || lines->count == 2) && value != floor(value)) {
                lines->has_fraction = true;
            }
            lines->count++;
            line = str_slice(line, len, line.n);
        }
        if (lines->count > 0) {
            return true;
        }
    }
    return false;
}

static enum status wrong(const struct lines *lines, const char *why, struct error *err)
{
    return error_set(err, STATUS_INVALID, "line %zu: %s", lines->number, why);
}

static struct plan_unit bare_unit(struct arena *arena, size_t number, double end)
{
    return (struct plan_unit){.id = arena_printf(arena, "%zu", number),
                              .end = (int32_t)end,
                              .capacity = INT32_MAX,
                              .officers = 1};
}

static void begin(struct arena *arena, const char *name, size_t nodes, uint32_t units,
                  struct plan_problem *problem)
{
    *problem = (struct plan_problem){.name = str_c(name), .ticks_per_s = 1, .mode_count = 1};
    problem->modes[0] = (struct plan_mode){.id = STR("any"), .factor = 1};
    problem->sites = ARENA_ARRAY(arena, struct plan_site, nodes + 1);
    problem->tasks = ARENA_ARRAY(arena, struct plan_task, nodes + 1);
    problem->units = ARENA_ARRAY(arena, struct plan_unit, units + 1U);
    problem->unit_count = units;
}

static bool is_time(double value)
{
    return value >= 0 && value <= PLAN_TICKS_MAX / 100.0;
}

/* Adds node `i`; node 0 is the depot and becomes no task. Times are scaled at the end. */
static enum status add_node(struct arena *arena, const struct lines *lines,
                            struct plan_problem *problem, struct plan_task task, struct error *err)
{
    const double *f = lines->fields;
    uint32_t at = problem->site_count++;
    if (!(fabs(f[1]) <= 1e6 && fabs(f[2]) <= 1e6)) {
        return wrong(lines, "a coordinate is beyond a million", err);
    }
    problem->sites[at] = (struct plan_site){
        .id = arena_printf(arena, "%lld", (long long)f[0]), .x = f[1], .y = f[2]};
    if (at > 0) {
        task.id = problem->sites[at].id;
        task.site = at;
        task.group = task.unit = PLAN_NONE;
        task.officers = 1;
        problem->tasks[problem->task_count++] = task;
    }
    return STATUS_OK;
}

static void scale(struct plan_problem *problem, int32_t ticks)
{
    problem->ticks_per_s = ticks;
    for (uint32_t i = 0; i < problem->task_count; i++) {
        problem->tasks[i].open *= ticks;
        problem->tasks[i].close *= ticks;
        problem->tasks[i].dwell *= ticks;
    }
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        problem->units[i].end *= ticks;
    }
}

static int32_t ticks_for(unsigned decimals, bool has_fraction)
{
    if (decimals == 0) {
        decimals = has_fraction ? 2 : 1;
    }
    return decimals == 1 ? 10 : 100;
}

static enum status unit_number(uint32_t units, struct error *err)
{
    if (units > 0 && units <= PLAN_UNITS_MAX) {
        return STATUS_OK;
    }
    return error_set(err, STATUS_INVALID, "%u units; 1 to %d are wanted (--units)", units,
                     PLAN_UNITS_MAX);
}

enum status plan_import_toptw(struct arena *arena, str text, uint32_t units, unsigned decimals,
                              struct plan_problem *ret_problem, struct error *err)
{
    struct lines lines = {.rest = text};
    struct plan_problem problem;
    bool has_fraction = false;
    enum status status = unit_number(units, err);
    if (status != STATUS_OK) {
        return status;
    }
    if (!next_numbers(&lines) || lines.count < 3 ||
        !(lines.fields[2] >= 1 && lines.fields[2] < PLAN_SITES_MAX)) {
        return wrong(&lines, "'k v N …' is wanted: N nodes besides node 0", err);
    }
    size_t nodes = (size_t)lines.fields[2] + 1;
    double end = 0;
    begin(arena, "toptw", nodes, units, &problem);
    if (!next_numbers(&lines)) {
        return wrong(&lines, "the second line (route limits) is missing", err);
    }
    while (status == STATUS_OK && problem.site_count < nodes) {
        if (!next_numbers(&lines)) {
            return wrong(&lines, "the file ends before node N", err);
        }
        const double *f = lines.fields;
        size_t last = lines.count - 1;
        if (lines.count < 8 || !is_time(f[3]) || !is_time(f[last]) || !(f[4] >= 0 && f[4] <= 1e6) ||
            f[3] != floor(f[3]) || f[last] != floor(f[last])) {
            return wrong(&lines, "'id x y service profit … opening closing' is wanted", err);
        }
        if (problem.site_count == 0) {
            end = f[last];
        } else if (!is_time(f[last - 1]) || f[last - 1] > f[last]) {
            return wrong(&lines, "the window closes before it opens", err);
        }
        has_fraction = has_fraction || lines.has_fraction;
        status = add_node(arena, &lines, &problem,
                          (struct plan_task){.open = (int32_t)f[last - 1],
                                             .close = (int32_t)f[last],
                                             .dwell = (int32_t)f[3],
                                             .profit = (int64_t)nearbyint(f[4] * 1000)},
                          err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    for (uint32_t i = 0; i < units; i++) {
        problem.units[i] = bare_unit(arena, i + 1, end);
    }
    scale(&problem, ticks_for(decimals, has_fraction));
    *ret_problem = problem;
    return STATUS_OK;
}

enum status plan_import_vrptw(struct arena *arena, str text, uint32_t units, unsigned decimals,
                              struct plan_problem *ret_problem, struct error *err)
{
    struct lines lines = {.rest = text};
    struct plan_problem problem;
    bool has_fraction = false;
    enum status status = STATUS_OK;
    if (!next_numbers(&lines) || lines.count != 2 || !(lines.fields[0] >= 1) ||
        !(lines.fields[0] <= PLAN_UNITS_MAX) || !(lines.fields[1] >= 0 && lines.fields[1] <= 1e9)) {
        return wrong(&lines, "'NUMBER CAPACITY' of the vehicles is wanted", err);
    }
    units = units == 0 ? (uint32_t)lines.fields[0] : units;
    int32_t capacity = (int32_t)lines.fields[1];
    status = unit_number(units, err);
    size_t nodes = 0;
    for (str rest = text, line; str_next_line(&rest, &line);) {
        nodes++;
    }
    if (nodes > LINES_MAX) {
        return error_set(err, STATUS_LIMIT, "the file has more than %d lines", LINES_MAX);
    }
    begin(arena, "vrptw", nodes, status == STATUS_OK ? units : 0, &problem);
    double end = 0;
    while (status == STATUS_OK && next_numbers(&lines)) {
        const double *f = lines.fields;
        if (lines.count < 7 || !is_time(f[4]) || !is_time(f[5]) || !is_time(f[6]) || f[4] > f[5] ||
            !(f[3] >= 0 && f[3] <= 1e9) || f[4] != floor(f[4]) || f[5] != floor(f[5]) ||
            f[6] != floor(f[6])) {
            return wrong(&lines, "'number x y demand ready due service' is wanted", err);
        }
        end = problem.site_count == 0 ? f[5] : end;
        has_fraction = has_fraction || lines.has_fraction;
        status = add_node(arena, &lines, &problem,
                          (struct plan_task){.open = (int32_t)f[4],
                                             .close = (int32_t)f[5],
                                             .dwell = (int32_t)f[6],
                                             .load = (int32_t)f[3],
                                             .is_mandatory = true},
                          err);
    }
    if (status == STATUS_OK && problem.site_count == 0) {
        status = wrong(&lines, "there is no customer", err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    for (uint32_t i = 0; i < units; i++) {
        problem.units[i] = bare_unit(arena, i + 1, end);
        problem.units[i].capacity = capacity;
    }
    scale(&problem, ticks_for(decimals == 0 ? 1 : decimals, has_fraction));
    *ret_problem = problem;
    return STATUS_OK;
}

/* ---- the synthetic city ---- */

struct city {
    struct arena *arena;
    struct arena row_arena;
    struct plan_problem *problem;
};

static bool row_number(const struct json *row, const char *name, double high, double *ret_value)
{
    *ret_value = json_member_real(row, name, -1);
    return *ret_value >= 0 && *ret_value <= high;
}

static bool city_node(struct city *city, const struct json *row)
{
    struct plan_problem *problem = city->problem;
    uint32_t at = problem->site_count;
    if (row->kind != JSON_LIST || row->count != 2 || at == PLAN_SITES_MAX) {
        return false;
    }
    problem->sites[at] = (struct plan_site){.id = arena_printf(city->arena, "%u", at),
                                            .x = row->items[0].real,
                                            .y = row->items[1].real};
    problem->site_count++;
    return true;
}

static bool city_task(struct city *city, const struct json *row)
{
    struct plan_problem *problem = city->problem;
    uint32_t at = problem->task_count;
    double node = 0;
    double open = 0;
    double close = 0;
    double service = 0;
    double profit = 0;
    if (!row_number(row, "node", (double)problem->site_count - 1, &node) ||
        !row_number(row, "open", PLAN_TICKS_MAX, &open) ||
        !row_number(row, "close", PLAN_TICKS_MAX, &close) ||
        !row_number(row, "service", PLAN_TICKS_MAX, &service) ||
        !row_number(row, "profit", 1e6, &profit) || open > close) {
        return false;
    }
    problem->tasks[at] = (struct plan_task){.id = arena_printf(city->arena, "%u", at),
                                            .site = (uint32_t)node,
                                            .open = (int32_t)open,
                                            .close = (int32_t)close,
                                            .dwell = (int32_t)service,
                                            .profit = (int64_t)nearbyint(profit * 1000),
                                            .group = PLAN_NONE,
                                            .unit = PLAN_NONE,
                                            .officers = 1};
    problem->task_count++;
    return true;
}

static bool city_unit(struct city *city, const struct json *row)
{
    struct plan_problem *problem = city->problem;
    uint32_t at = problem->unit_count;
    double base = 0;
    double start = 0;
    double end = 0;
    if (!row_number(row, "base", (double)problem->site_count - 1, &base) ||
        !row_number(row, "start", PLAN_TICKS_MAX, &start) ||
        !row_number(row, "end", PLAN_TICKS_MAX, &end) || start > end) {
        return false;
    }
    problem->units[at] = bare_unit(city->arena, at, end);
    problem->units[at].start = (int32_t)start;
    problem->units[at].base = problem->units[at].end_site = (uint32_t)base;
    problem->unit_count++;
    return true;
}

typedef bool city_row(struct city *city, const struct json *row);

static enum status city_list(struct city *city, str text, str list, const char *name, city_row *use,
                             struct error *err)
{
    struct json_rows rows;
    struct json json;
    str ignored;
    str value;
    size_t number = 0;
    if (list.n == 0 || json_rows_open(list, &rows, err) != STATUS_OK) {
        return error_set(err, STATUS_INVALID, "the list '%s' is missing", name);
    }
    enum status status = STATUS_OK;
    while (json_rows_more(&rows, &ignored, &value, &status, err)) {
        number++;
        arena_reset(&city->row_arena);
        if (json_parse(&city->row_arena, value, &json, err) != STATUS_OK || !use(city, &json)) {
            return error_set(err, STATUS_INVALID,
                             "line %zu: row %zu of '%s' is not what city files have",
                             json_rows_line(text, value), number, name);
        }
    }
    return status;
}

static size_t bytes_of(str text, char byte)
{
    size_t count = 0;
    for (size_t i = 0; i < text.n; i++) {
        count += text.p[i] == byte ? 1 : 0;
    }
    return count;
}

enum status plan_import_city(struct arena *arena, str text, struct plan_problem *ret_problem,
                             struct error *err)
{
    static const char *const names[] = {"nodes_m", "tasks", "units"};
    static city_row *const use[] = {city_node, city_task, city_unit};
    struct plan_problem problem;
    struct city city = {.arena = arena, .problem = &problem};
    struct json_rows rows;
    str lists[3] = {0};
    str name;
    str value;
    enum status status = json_rows_open(text, &rows, err);
    while (json_rows_more(&rows, &name, &value, &status, err)) {
        for (size_t i = 0; i < 3; i++) {
            if (str_equal(name, str_c(names[i]))) {
                lists[i] = value;
            }
        }
    }
    if (status != STATUS_OK) {
        return status;
    }
    size_t tasks = bytes_of(lists[1], '{');
    size_t units = bytes_of(lists[2], '{');
    if (tasks > PLAN_TASKS_MAX || units > PLAN_UNITS_MAX || units == 0) {
        return error_set(err, STATUS_LIMIT, "%zu tasks and %zu units; at most %d, and 1 to %d",
                         tasks, units, PLAN_TASKS_MAX, PLAN_UNITS_MAX);
    }
    begin(arena, "city", tasks, (uint32_t)units, &problem);
    size_t nodes = bytes_of(lists[0], '[');
    problem.sites = ARENA_ARRAY(arena, struct plan_site, nodes + 1);
    problem.unit_count = 0;
    problem.travel_by = PLAN_PLANE;
    problem.modes[0] =
        (struct plan_mode){.id = STR("car"), .kmh = 25, .factor = 1.35, .overhead_s = 60};
    arena_init(&city.row_arena, 1024 * 1024);
    for (size_t i = 0; i < 3 && status == STATUS_OK; i++) {
        status = city_list(&city, text, lists[i], names[i], use[i], err);
    }
    arena_close(&city.row_arena);
    if (status == STATUS_OK) {
        *ret_problem = problem;
    }
    return status;
}
