/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/matrix.h"

#include <math.h>

#include "base/text.h"
#include "base/utf8.h"
#include "codec/json.h"
#include "codec/json_rows.h"
#include "plan/check.h"
#include "plan/ids.h"

enum { ROW_BYTES_MAX = 16 * 1024 * 1024, SECONDS_MAX = 1000000 };
#define EARTH_M 6371008.8

struct table {
    struct arena *arena;
    struct arena row_arena;
    const struct plan_problem *problem;
    struct plan_refused *refused;
    str text;
    size_t n;
    int32_t *ways; /* -1 = a hole */
};

static void set_way(struct table *table, size_t from, size_t to, double seconds)
{
    double ticks = ceil(seconds * table->problem->ticks_per_s - 1e-6);
    bool is_way = seconds >= 0 && seconds <= SECONDS_MAX;
    table->ways[from * table->n + to] = from == to ? 0 : is_way ? (int32_t)ticks : -1;
}

static str site_of(const struct table *table, size_t site)
{
    return utf8_clip(table->problem->sites[site].id, 60);
}

static void name_holes(struct table *table)
{
    for (size_t from = 0; from < table->n; from++) {
        size_t holes = 0;
        size_t first = 0;
        for (size_t to = 0; to < table->n; to++) {
            if (table->ways[from * table->n + to] < 0) {
                first = holes++ == 0 ? to : first;
            }
        }
        if (holes == 1) {
            plan_refused_say(table->refused,
                             "row %zu: there is no time from '%.*s' to '%.*s'; taken as 'no way'",
                             from + 1, STR_ARG(site_of(table, from)),
                             STR_ARG(site_of(table, first)));
        } else if (holes > 1) {
            plan_refused_say(table->refused,
                             "row %zu: there is no time from '%.*s' to '%.*s' and %zu more; taken "
                             "as 'no way'",
                             from + 1, STR_ARG(site_of(table, from)),
                             STR_ARG(site_of(table, first)), holes - 1);
        }
    }
}

/* ---- OSRM ---- */

static enum status osrm_row(struct table *table, str text, size_t row, struct error *err)
{
    struct json json;
    arena_reset(&table->row_arena);
    enum status status = json_parse(&table->row_arena, text, &json, err);
    if (status != STATUS_OK) {
        return status;
    }
    if (json.kind != JSON_LIST || json.count != table->n) {
        status = error_set(err, STATUS_INVALID, "row %zu of 'durations' has %zu columns", row + 1,
                           json.kind == JSON_LIST ? json.count : 0);
        error_hint(err, "there are %zu sites, and each row has a time for each in their order",
                   table->n);
        return status;
    }
    for (size_t i = 0; i < json.count; i++) {
        set_way(table, row, i, json_has_number(&json.items[i]) ? json.items[i].real : -1);
    }
    return STATUS_OK;
}

static enum status osrm_durations(struct table *table, str list, struct error *err)
{
    struct json_rows rows;
    str ignored;
    str value;
    size_t count = 0;
    enum status status = json_rows_open(list, &rows, err);
    while (json_rows_more(&rows, &ignored, &value, &status, err)) {
        if (count < table->n) {
            status = osrm_row(table, value, count, err);
        }
        count++;
    }
    if (status == STATUS_OK && count != table->n) {
        status = error_set(err, STATUS_INVALID, "'durations' has %zu rows and there are %zu sites",
                           count, table->n);
        error_hint(err, "ask for the table with all sites of the problem, in their order");
    }
    return status;
}

static double metres(const struct plan_site *site, double lon, double lat)
{
    const double degree = acos(-1.0) / 180;
    double x = (lon - site->x) * cos(lat * degree);
    return EARTH_M * degree * sqrt(x * x + (lat - site->y) * (lat - site->y));
}

/* The engine moves a place to the nearest road; one that is far off is another place. */
static enum status osrm_places(struct table *table, str list, const char *name, struct error *err)
{
    struct json_rows rows;
    struct json json;
    str value;
    bool has_row = true;
    enum status status = json_rows_open(list, &rows, err);
    for (size_t i = 0; status == STATUS_OK && i < table->n; i++) {
        status = json_rows_parse(&rows, &table->row_arena, &value, &json, &has_row, err);
        if (status != STATUS_OK || !has_row) {
            break;
        }
        const struct json *place = json_member(&json, "location");
        if (place == NULL || place->kind != JSON_LIST || place->count != 2) {
            continue;
        }
        double off = metres(&table->problem->sites[i], place->items[0].real, place->items[1].real);
        if (off > PLAN_MATRIX_OFF_M) {
            plan_refused_say(table->refused,
                             "'%s', row %zu: it is %.1f km from site '%.*s'; is the table of these "
                             "sites, and in their order?",
                             name, i + 1, off / 1000, STR_ARG(site_of(table, i)));
        }
    }
    return status;
}

static enum status osrm_read(struct table *table, struct error *err)
{
    struct json_rows rows;
    str name;
    str value;
    str durations = {0};
    bool is_placed = plan_is_lonlat(table->problem);
    enum status status = json_rows_open(table->text, &rows, err);
    while (json_rows_more(&rows, &name, &value, &status, err)) {
        if (str_equal(name, STR("code")) && !str_equal(value, STR("\"Ok\""))) {
            return error_set(err, STATUS_INVALID, "the routing engine did not answer 'Ok' but %.*s",
                             STR_ARG(utf8_clip(value, 60)));
        }
        if (str_equal(name, STR("durations"))) {
            durations = value;
        } else if (is_placed && str_equal(name, STR("sources"))) {
            status = osrm_places(table, value, "sources", err);
        } else if (is_placed && str_equal(name, STR("destinations"))) {
            status = osrm_places(table, value, "destinations", err);
        }
    }
    if (status == STATUS_OK && durations.n == 0) {
        status = error_set(err, STATUS_INVALID, "there is no 'durations' in it");
        error_hint(err, "it is the answer of the engine's table service, with durations");
    }
    return status == STATUS_OK ? osrm_durations(table, durations, err) : status;
}

/* ---- CSV ---- */

static str next_field(str *rest)
{
    str field;
    *rest = str_cut(*rest, ',', &field);
    field = str_trim(field);
    if (field.n >= 2 && field.p[0] == '"' && field.p[field.n - 1] == '"') {
        field = str_slice(field, 1, field.n - 1);
    }
    return field;
}

static bool to_seconds(str text, double *ret_seconds)
{
    str whole;
    str part = str_cut(text, '.', &whole);
    uint64_t seconds = 0;
    uint64_t decimals = 0;
    double scale = 1;
    if (!str_to_u64(whole, &seconds) || seconds > SECONDS_MAX || part.n > 6 ||
        (part.n > 0 && !str_to_u64(part, &decimals))) {
        return false;
    }
    for (size_t i = 0; i < part.n; i++) {
        scale *= 10;
    }
    *ret_seconds = (double)seconds + (double)decimals / scale;
    return true;
}

static enum status csv_head(struct table *table, const struct plan_ids *ids, str line,
                            uint32_t *columns, size_t *ret_count, struct error *err)
{
    (void)next_field(&line);
    while (line.n > 0) {
        str id = next_field(&line);
        uint32_t site = plan_ids_find(ids, id);
        if (*ret_count == table->n || site == UINT32_MAX) {
            enum status status =
                error_set(err, STATUS_INVALID, "line 1, column %zu: the problem has no site '%.*s'",
                          *ret_count + 2, STR_ARG(utf8_clip(id, 80)));
            error_hint(err, "the first row has the ids of the sites behind its first field");
            return status;
        }
        columns[(*ret_count)++] = site;
    }
    return STATUS_OK;
}

static enum status csv_line(struct table *table, const struct plan_ids *ids, str line,
                            size_t number, const uint32_t *columns, size_t count, struct error *err)
{
    str id = next_field(&line);
    uint32_t from = plan_ids_find(ids, id);
    if (from == UINT32_MAX) {
        return error_set(err, STATUS_INVALID, "line %zu: the problem has no site '%.*s'", number,
                         STR_ARG(utf8_clip(id, 80)));
    }
    for (size_t i = 0; i < count; i++) {
        str field = next_field(&line);
        double seconds = -1;
        if (field.n > 0 && !to_seconds(field, &seconds)) {
            return error_set(err, STATUS_INVALID,
                             "line %zu, to '%.*s': '%.*s' is no number of seconds", number,
                             STR_ARG(site_of(table, columns[i])), STR_ARG(utf8_clip(field, 40)));
        }
        set_way(table, from, columns[i], seconds);
    }
    return line.n == 0
               ? STATUS_OK
               : error_set(err, STATUS_INVALID, "line %zu has more fields than the first", number);
}

static enum status csv_read(struct table *table, struct error *err)
{
    struct plan_ids ids;
    uint32_t *columns = ARENA_ARRAY(table->arena, uint32_t, table->n + 1);
    size_t count = 0;
    size_t number = 0;
    str rest = table->text;
    enum status status = STATUS_OK;
    plan_ids_init(&ids, table->arena);
    for (uint32_t i = 0; i < table->n; i++) {
        (void)plan_ids_add(&ids, table->problem->sites[i].id, i);
    }
    for (str line; status == STATUS_OK && str_next_line(&rest, &line);) {
        number++;
        if (str_trim(line).n == 0) {
            continue;
        }
        status = number == 1 ? csv_head(table, &ids, line, columns, &count, err)
                             : csv_line(table, &ids, line, number, columns, count, err);
    }
    if (status == STATUS_OK && number < 2) {
        status = error_set(err, STATUS_INVALID, "the table has no rows");
    }
    return status;
}

/* ---- two bytes a way ---- */

static enum status binary_read(struct table *table, struct error *err)
{
    size_t bytes = table->n * table->n * 2;
    const unsigned char *p = (const unsigned char *)table->text.p;
    if (table->text.n != bytes) {
        enum status status =
            error_set(err, STATUS_INVALID, "the file has %zu bytes, not %zu", table->text.n, bytes);
        error_hint(err, "two bytes for each way between %zu sites", table->n);
        return status;
    }
    for (size_t i = 0; i < table->n * table->n; i++) {
        unsigned half = p[2 * i] | (unsigned)p[2 * i + 1] << 8;
        set_way(table, i / table->n, i % table->n, half == PLAN_MATRIX_HOLE16 ? -1 : 2.0 * half);
    }
    return STATUS_OK;
}

/* ---- all of it ---- */

/* Ways as they were, as a table. */
static const int32_t *table_of(struct arena *arena, const struct plan_problem *problem,
                               unsigned mode)
{
    uint32_t n = problem->site_count;
    int32_t *ways = ARENA_ARRAY(arena, int32_t, (size_t)n * n + 1);
    for (uint32_t from = 0; from < n; from++) {
        for (uint32_t to = 0; to < n; to++) {
            int64_t way = plan_check_way(problem, mode, from, to);
            ways[(size_t)from * n + to] = way > (int64_t)SECONDS_MAX * 100 ? -1 : (int32_t)way;
        }
    }
    return ways;
}

enum status plan_matrix_read(struct arena *arena, const struct plan_problem *problem,
                             enum plan_matrix_kind kind, unsigned mode, str text,
                             struct plan_problem *ret_problem, struct plan_refused *refused,
                             struct error *err)
{
    struct table table = {.arena = arena,
                          .problem = problem,
                          .refused = refused,
                          .text = text,
                          .n = problem->site_count};
    struct plan_problem out = *problem;
    enum status status = STATUS_OK;
    if (problem->travel_by == PLAN_EUCLID) {
        return error_set(err, STATUS_INVALID,
                         "ways of this problem are straight lines of a "
                         "benchmark and have no mode to give a table to");
    }
    if (problem->site_count > PLAN_MATRIX_SITES) {
        return error_set(err, STATUS_LIMIT, "%u sites; with a matrix there can be %d",
                         problem->site_count, PLAN_MATRIX_SITES);
    }
    table.ways = ARENA_ARRAY(arena, int32_t, table.n * table.n + 1);
    for (size_t i = 0; i < table.n * table.n; i++) {
        table.ways[i] = i % (table.n + 1) == 0 ? 0 : -1;
    }
    arena_init(&table.row_arena, ROW_BYTES_MAX);
    switch (kind) {
    case PLAN_MATRIX_OSRM:
        status = osrm_read(&table, err);
        break;
    case PLAN_MATRIX_CSV:
        status = csv_read(&table, err);
        break;
    case PLAN_MATRIX_16:
        status = binary_read(&table, err);
        break;
    }
    arena_close(&table.row_arena);
    if (status != STATUS_OK) {
        return status;
    }
    name_holes(&table);
    for (uint32_t i = 0; i < problem->mode_count; i++) {
        if (i == mode) {
            out.modes[i].matrix = table.ways;
        } else if (problem->travel_by != PLAN_MATRIX) {
            out.modes[i].matrix = table_of(arena, problem, i);
        }
    }
    out.is_lonlat = plan_is_lonlat(problem);
    out.travel_by = PLAN_MATRIX;
    *ret_problem = out;
    return STATUS_OK;
}
