/* SPDX-License-Identifier: Apache-2.0 */
/* A problem out of its JSON (docs/design/plan.md): members in any order, rows one at a time. */
#include <math.h>
#include <stdio.h>

#include "base/text.h"
#include "base/utf8.h"
#include "plan/problem_internal.h"
#include "plan/replan.h"

enum { FORMAT_VERSION = 1, ROW_BYTES_MAX = 64 * 1024 * 1024 };

enum member {
    MEMBER_FORMAT,
    MEMBER_VERSION,
    MEMBER_NAME,
    MEMBER_TICKS,
    MEMBER_TRAVEL,
    MEMBER_MATRIX,
    MEMBER_SITES,
    MEMBER_GROUPS,
    MEMBER_UNITS,
    MEMBER_TASKS,
    MEMBER_VISITS,
    MEMBER_POSTS,
    MEMBER_DAY,
    MEMBER_PRESENCE,
    MEMBER_TURNS,
    MEMBER_FAIR,
    MEMBER_COUNT
};
static const char *const member_names[] = {
    "format", "version", "name",   "ticks_per_s", "travel", "matrix",   "sites", "groups",
    "units",  "tasks",   "visits", "posts",       "day",    "presence", "turns", "fair"};

/* Whoever gives two files mixes them up. */
static enum status not_a_plan(str format, struct error *err)
{
    if (!str_equal(format, STR("\"hustings-plan\""))) {
        return STATUS_OK;
    }
    enum status status =
        error_set(err, STATUS_INVALID, "this is a plan, not a problem: the problem comes first");
    error_hint(err, "give PROBLEM.json, then PLAN.json");
    return status;
}

static enum status members_find(str text, str members[MEMBER_COUNT], struct error *err)
{
    struct json_rows rows;
    str name;
    str value;
    enum status status = json_rows_open(text, &rows, err);
    while (json_rows_more(&rows, &name, &value, &status, err)) {
        size_t i = 0;
        while (i < MEMBER_COUNT && !str_equal(str_c(member_names[i]), name)) {
            i++;
        }
        if (i == MEMBER_COUNT || members[i].p != NULL) {
            status = error_set(err, STATUS_INVALID, "line %zu: member '%.*s' is %s",
                               json_rows_line(text, name), STR_ARG(utf8_clip(name, 60)),
                               i == MEMBER_COUNT ? "not known" : "there twice");
            error_hint(err, "docs/design/plan.md lists the members of a problem");
            return status;
        }
        members[i] = value;
        if (i == MEMBER_FORMAT && not_a_plan(value, err) != STATUS_OK) {
            return STATUS_INVALID;
        }
    }
    if (status != STATUS_OK && err != NULL && text.n > 0) {
        struct error why = *err;
        (void)error_set(err, status, "line %zu: %s",
                        json_rows_line(text, str_slice(text, rows.at, text.n)), why.primary);
    }
    return status;
}

static enum status value_read(struct plan_reader *reader, str value, struct json *ret_json,
                              struct error *err)
{
    struct error why = {0};
    arena_reset(&reader->row_arena);
    enum status status = json_parse(&reader->row_arena, value, ret_json, &why);
    if (status != STATUS_OK) {
        str words = str_c(why.primary);
        size_t colon = str_find(words, STR(": "));
        colon = colon < words.n ? colon + 2 : 0;
        return error_set(err, status, "line %zu: %s", json_rows_line(reader->text, value),
                         why.primary + colon);
    }
    return STATUS_OK;
}

static enum status list_count(struct plan_reader *reader, str list, const char *name, uint32_t max,
                              uint32_t *ret_count, struct error *err)
{
    struct json_rows rows;
    str ignored;
    str value;
    uint64_t count = 0;
    *ret_count = 0;
    if (list.n == 0) {
        return STATUS_OK;
    }
    enum status status = json_rows_open(list, &rows, err);
    if (status != STATUS_OK || rows.is_object) {
        return error_set(err, STATUS_INVALID, "line %zu: '%s' is not a list",
                         json_rows_line(reader->text, list), name);
    }
    while (json_rows_more(&rows, &ignored, &value, &status, err)) {
        count++;
    }
    if (status == STATUS_OK && count > max) {
        status = error_set(err, STATUS_LIMIT, "%llu rows in '%s'; a problem can have %u",
                           (unsigned long long)count, name, max);
        error_hint(err, "plan one region at a time");
    }
    *ret_count = (uint32_t)count;
    return status;
}

typedef void row_read(struct plan_row *row);

static enum status list_read(struct plan_reader *reader, str list, const char *name, row_read *read,
                             struct error *err)
{
    struct json_rows rows;
    struct json json;
    str ignored;
    str value;
    size_t number = 0;
    if (list.n == 0) {
        return STATUS_OK;
    }
    enum status status = json_rows_open(list, &rows, err);
    while (json_rows_more(&rows, &ignored, &value, &status, err)) {
        status = value_read(reader, value, &json, err);
        if (status != STATUS_OK) {
            break;
        }
        number++;
        struct plan_row row = {
            .reader = reader, .json = &json, .list = name, .number = number, .text = value};
        read(&row);
    }
    return status;
}

static void read_site(struct plan_row *row)
{
    static const char *const plane[] = {"id", "name", "area", "address", "note", "x", "y", NULL};
    static const char *const sphere[] = {"id",   "name", "area", "address",
                                         "note", "lon",  "lat",  NULL};
    struct plan_problem *problem = row->reader->problem;
    bool is_matrix = problem->travel_by == PLAN_MATRIX;
    bool is_sphere =
        problem->travel_by == PLAN_SPHERE || (is_matrix && json_member(row->json, "lon") != NULL);
    double otherwise = problem->travel_by == PLAN_MATRIX ? 0 : NAN;
    struct plan_site site = {0};
    plan_row_members(row, is_sphere ? sphere : plane);
    plan_row_id(row);
    if (is_matrix && problem->site_count > 0 && is_sphere != problem->is_lonlat) {
        plan_row_refuse(row, "'lon' and 'lat' are given for some sites and not for others");
    }
    problem->is_lonlat = problem->is_lonlat || (is_matrix && is_sphere);
    site.id = row->id;
    site.name = arena_str(row->reader->arena, json_member_text(row->json, "name"));
    site.area = arena_str(row->reader->arena, json_member_text(row->json, "area"));
    site.address = arena_str(row->reader->arena, json_member_text(row->json, "address"));
    site.note = arena_str(row->reader->arena, json_member_text(row->json, "note"));
    site.x = plan_row_number(row, is_sphere ? "lon" : "x", otherwise, is_sphere ? -180 : -1e7,
                             is_sphere ? 180 : 1e7);
    site.y = plan_row_number(row, is_sphere ? "lat" : "y", otherwise, is_sphere ? -90 : -1e7,
                             is_sphere ? 90 : 1e7);
    if (is_sphere && site.x == 0 && site.y == 0) {
        plan_row_refuse(row, "longitude and latitude 0 is in the sea; give its coordinates");
    }
    if (problem->travel_by == PLAN_MATRIX && row->is_refused) {
        row->is_refused = false; /* said, but rows and columns of the matrix go by position */
    }
    if (row->is_refused) {
        return;
    }
    if (!plan_ids_add(&row->reader->sites, site.id, problem->site_count)) {
        plan_row_refuse(row, "there is another site of this id; each needs its own");
        if (problem->travel_by != PLAN_MATRIX) {
            return;
        }
    }
    row->reader->site_rows[problem->site_count] = row->text;
    problem->sites[problem->site_count++] = site;
}

static enum status travel_wrong(const struct plan_reader *reader, str text, const char *why,
                                struct error *err)
{
    enum status status = error_set(err, STATUS_INVALID, "line %zu, 'travel': %s",
                                   json_rows_line(reader->text, text), why);
    error_hint(err, "docs/design/plan.md has an example of each kind of travel");
    return status;
}

/* "hours": 24 factors, from the hour that begins with the planner's day on. */
static void travel_hours(struct plan_row *row, struct plan_mode *mode)
{
    const struct json *list = json_member(row->json, "hours");
    if (list == NULL) {
        return;
    }
    uint16_t *paces = ARENA_ARRAY(row->reader->arena, uint16_t, PLAN_HOURS);
    if (list->kind != JSON_LIST || list->count != PLAN_HOURS) {
        plan_row_refuse(row, "'hours' is not a list of %d factors, one for each hour", PLAN_HOURS);
        return;
    }
    for (size_t i = 0; i < PLAN_HOURS; i++) {
        const struct json *item = &list->items[i];
        if (!json_has_number(item) ||
            !(item->real >= PLAN_PACE_MIN / 1000.0 && item->real <= PLAN_PACE_MAX / 1000.0)) {
            plan_row_refuse(row,
                            "'hours': what ways take from %zu:00 on is no factor from %g to %g", i,
                            PLAN_PACE_MIN / 1000.0, PLAN_PACE_MAX / 1000.0);
            return;
        }
        paces[i] = (uint16_t)nearbyint(item->real * 1000);
    }
    mode->paces = paces;
}

static enum status travel_mode(struct plan_reader *reader, str text, const struct json *json,
                               struct plan_mode *mode, struct error *err)
{
    static const char *const names[] = {"id", "kmh", "factor", "overhead_s", "hours", NULL};
    struct plan_row row = {
        .reader = reader, .json = json, .list = "travel, mode", .number = 1, .text = text};
    size_t before = reader->refused->count;
    plan_row_members(&row, names);
    plan_row_id(&row);
    mode->id = row.id;
    bool is_matrix = reader->problem->travel_by == PLAN_MATRIX;
    mode->kmh = plan_row_number(&row, "kmh", is_matrix ? 1 : NAN, 0.1, 1000);
    mode->factor = plan_row_number(&row, "factor", 1, 1, 10);
    mode->overhead_s = plan_row_number(&row, "overhead_s", 0, 0, 86400);
    travel_hours(&row, mode);
    return reader->refused->count == before
               ? STATUS_OK
               : travel_wrong(reader, text, "a mode was refused; without it no way has a length",
                              err);
}

static enum status travel_read(struct plan_reader *reader, str text, struct error *err)
{
    static const char *const kinds[] = {"euclid", "plane", "sphere", "matrix"};
    struct plan_problem *problem = reader->problem;
    struct json json;
    size_t kind = 0;
    if (text.n == 0) {
        return error_set(err, STATUS_INVALID, "'travel' is missing: it says how long ways are");
    }
    enum status status = value_read(reader, text, &json, err);
    if (status != STATUS_OK) {
        return status;
    }
    str by = json_member_text(&json, "by");
    while (kind < ARRAY_LEN(kinds) && !str_equal(by, str_c(kinds[kind]))) {
        kind++;
    }
    if (kind == ARRAY_LEN(kinds)) {
        return travel_wrong(reader, text, "'by' is none of euclid, plane, sphere, matrix", err);
    }
    problem->travel_by = (enum plan_travel_by)kind;
    const struct json *modes = json_member(&json, "modes");
    if (problem->travel_by == PLAN_EUCLID) {
        problem->mode_count = 1;
        problem->modes[0] = (struct plan_mode){.id = STR("any")};
        return STATUS_OK;
    }
    if (modes == NULL || modes->kind != JSON_LIST || modes->count == 0 ||
        modes->count > PLAN_MODES_MAX) {
        return travel_wrong(reader, text, "'modes' is not a list of one to four modes", err);
    }
    for (size_t i = 0; i < modes->count && status == STATUS_OK; i++) {
        status = travel_mode(reader, text, &modes->items[i], &problem->modes[i], err);
    }
    problem->mode_count = (uint32_t)modes->count;
    return status;
}

/* One row of a matrix: *ret_hole is the first column (from 1) without a time, 0 = none. */
static enum status matrix_row(struct plan_reader *reader, str text, size_t number, int32_t *to,
                              struct error *err)
{
    const struct plan_problem *problem = reader->problem;
    struct json json;
    size_t hole = 0;
    size_t holes = 0;
    enum status status = value_read(reader, text, &json, err);
    if (status != STATUS_OK) {
        return status;
    }
    if (json.kind != JSON_LIST || json.count != problem->site_count) {
        status = error_set(err, STATUS_INVALID, "line %zu: row %zu of the matrix has %zu columns",
                           json_rows_line(reader->text, text), number,
                           json.kind == JSON_LIST ? json.count : 0);
        error_hint(err, "there are %u sites; each row has a time for each", problem->site_count);
        return status;
    }
    for (size_t i = 0; i < json.count; i++) {
        const struct json *item = &json.items[i];
        if (json_has_number(item) && item->real >= 0 && item->real <= 1e6) {
            to[i] = (int32_t)ceil(item->real * problem->ticks_per_s - 1e-6);
        } else {
            to[i] = -1;
            hole = hole == 0 && i + 1 != number ? i + 1 : hole;
            holes += i + 1 != number ? 1 : 0;
        }
    }
    to[number - 1] = 0;
    if (hole > 0) {
        struct plan_row row = {
            .reader = reader, .json = &json, .list = "matrix, row", .number = number, .text = text};
        str from = utf8_clip(problem->sites[number - 1].id, 60);
        str there = utf8_clip(problem->sites[hole - 1].id, 60);
        str others =
            holes > 1 ? arena_printf(&reader->row_arena, ", as are %zu more", holes - 1) : (str){0};
        plan_row_refuse(
            &row,
            "from '%.*s' to '%.*s' (column %zu) there is no number of seconds; taken as "
            "'no way'%.*s",
            STR_ARG(from), STR_ARG(there), hole, STR_ARG(others));
    }
    return STATUS_OK;
}

static enum status matrix_read(struct plan_reader *reader, str table, struct plan_mode *mode,
                               struct error *err)
{
    uint32_t n = reader->problem->site_count;
    uint32_t count = 0;
    struct json_rows rows;
    str ignored;
    str value;
    bool has_row = true;
    enum status status = list_count(reader, table, "matrix", PLAN_SITES_MAX, &count, err);
    if (status == STATUS_OK && count != n) {
        status = error_set(err, STATUS_INVALID, "the matrix has %u rows and there are %u sites",
                           count, n);
        error_hint(err, "row 1 is the first of 'sites', and so on");
    }
    if (status != STATUS_OK) {
        return status;
    }
    int32_t *matrix = ARENA_ARRAY(reader->arena, int32_t, (size_t)n * n + 1);
    status = json_rows_open(table, &rows, err);
    for (size_t i = 0; i < n && status == STATUS_OK; i++) {
        status = json_rows_next(&rows, &ignored, &value, &has_row, err);
        if (status == STATUS_OK) {
            status = matrix_row(reader, value, i + 1, matrix + i * n, err);
        }
    }
    mode->matrix = matrix;
    return status;
}

static enum status matrices_read(struct plan_reader *reader, str text, struct error *err)
{
    struct plan_problem *problem = reader->problem;
    struct json_rows rows;
    str name;
    str value;
    if (problem->travel_by != PLAN_MATRIX) {
        return text.n == 0 ? STATUS_OK
                           : error_set(err, STATUS_INVALID,
                                       "there is a 'matrix', and 'travel' does not go by it");
    }
    if (problem->site_count > PLAN_MATRIX_SITES) {
        return error_set(err, STATUS_LIMIT, "%u sites; with a matrix there can be %d",
                         problem->site_count, PLAN_MATRIX_SITES);
    }
    if (text.n == 0) {
        return error_set(err, STATUS_INVALID, "'matrix' is missing");
    }
    enum status status = json_rows_open(text, &rows, err);
    if (status == STATUS_OK && !rows.is_object) {
        return error_set(err, STATUS_INVALID, "'matrix' is an object with a table for each mode");
    }
    while (json_rows_more(&rows, &name, &value, &status, err)) {
        size_t i = 0;
        while (i < problem->mode_count && !str_equal(problem->modes[i].id, name)) {
            i++;
        }
        if (i == problem->mode_count) {
            return error_set(err, STATUS_INVALID, "the matrix '%.*s' is of no mode",
                             STR_ARG(utf8_clip(name, 60)));
        }
        status = matrix_read(reader, value, &problem->modes[i], err);
    }
    for (size_t i = 0; i < problem->mode_count && status == STATUS_OK; i++) {
        if (problem->modes[i].matrix == NULL) {
            status = error_set(err, STATUS_INVALID, "mode '%.*s' has no table in 'matrix'",
                               STR_ARG(problem->modes[i].id));
        }
    }
    return status;
}

static enum status day_read(struct plan_reader *reader, str text, struct error *err)
{
    struct json json;
    time_us at;
    bool is_date = false;
    enum status status = value_read(reader, text, &json, err);
    if (status == STATUS_OK && (json.kind != JSON_TEXT || json.text.n != 10 ||
                                !time_parse(json.text, &at, &is_date) || !is_date)) {
        status = error_set(err, STATUS_INVALID, "line %zu: 'day' is no date",
                           json_rows_line(reader->text, text));
        error_hint(err, "write it as 2026-05-07");
    }
    if (status == STATUS_OK) {
        reader->problem->day = arena_str(reader->arena, json.text);
    }
    return status;
}

static enum status head_read(struct plan_reader *reader, const str members[MEMBER_COUNT],
                             struct error *err)
{
    struct plan_problem *problem = reader->problem;
    struct json json = {0};
    if (!str_equal(members[MEMBER_FORMAT], STR("\"hustings-plan-problem\""))) {
        enum status status = error_set(err, STATUS_INVALID, "this is no problem of the planner");
        error_hint(err, "it begins with \"format\":\"hustings-plan-problem\",\"version\":1; 'plan "
                        "import' makes one from other files");
        return status;
    }
    enum status status = value_read(reader, members[MEMBER_VERSION], &json, err);
    if (status != STATUS_OK || json.kind != JSON_INT || json.integer != FORMAT_VERSION) {
        return error_set(err, STATUS_INVALID, "'version' is not %d, which this program reads",
                         FORMAT_VERSION);
    }
    if (members[MEMBER_NAME].n > 0) {
        status = value_read(reader, members[MEMBER_NAME], &json, err);
        if (status == STATUS_OK && json.kind == JSON_TEXT) {
            problem->name = arena_str(reader->arena, json.text);
        }
    }
    if (status == STATUS_OK && members[MEMBER_DAY].n > 0) {
        status = day_read(reader, members[MEMBER_DAY], err);
    }
    if (status == STATUS_OK && members[MEMBER_FAIR].n > 0) {
        problem->is_fair = str_equal(members[MEMBER_FAIR], STR("true"));
        if (!problem->is_fair && !str_equal(members[MEMBER_FAIR], STR("false"))) {
            return error_set(err, STATUS_INVALID, "'fair' is neither true nor false");
        }
    }
    problem->ticks_per_s = 1;
    if (status == STATUS_OK && members[MEMBER_TICKS].n > 0) {
        status = value_read(reader, members[MEMBER_TICKS], &json, err);
        if (status == STATUS_OK &&
            (json.kind != JSON_INT ||
             (json.integer != 1 && json.integer != 10 && json.integer != 100))) {
            return error_set(err, STATUS_INVALID, "'ticks_per_s' is none of 1, 10, 100");
        }
        problem->ticks_per_s = (int32_t)json.integer;
    }
    return status;
}

static enum status lists_read(struct plan_reader *reader, const str members[MEMBER_COUNT],
                              struct error *err)
{
    struct plan_problem *problem = reader->problem;
    uint32_t sites = 0;
    uint32_t units = 0;
    uint32_t tasks = 0;
    enum status status =
        list_count(reader, members[MEMBER_SITES], "sites", PLAN_SITES_MAX, &sites, err);
    if (status == STATUS_OK) {
        status = list_count(reader, members[MEMBER_UNITS], "units", PLAN_UNITS_MAX, &units, err);
    }
    if (status == STATUS_OK) {
        status = list_count(reader, members[MEMBER_TASKS], "tasks", PLAN_TASKS_MAX, &tasks, err);
    }
    uint32_t presence = 0;
    if (status == STATUS_OK) {
        status = list_count(reader, members[MEMBER_PRESENCE], "presence", PLAN_PRESENCE_MAX,
                            &presence, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    problem->presence = ARENA_ARRAY(reader->arena, struct plan_presence, presence + 1U);
    problem->sites = ARENA_ARRAY(reader->arena, struct plan_site, sites + 1U);
    reader->site_rows = ARENA_ARRAY(&reader->list_arena, str, sites + 1U);
    problem->units = ARENA_ARRAY(reader->arena, struct plan_unit, units + 1U);
    problem->tasks = ARENA_ARRAY(reader->arena, struct plan_task, tasks + 1U);
    reader->task_cap = tasks + 1;
    status = list_read(reader, members[MEMBER_SITES], "sites", read_site, err);
    if (status == STATUS_OK) {
        status = matrices_read(reader, members[MEMBER_MATRIX], err);
    }
    static const struct {
        enum member member;
        const char *name;
        row_read *read;
    } lists[] = {
        {MEMBER_GROUPS, "groups", plan_read_group},        {MEMBER_UNITS, "units", plan_read_unit},
        {MEMBER_TURNS, "turns", plan_read_turn},           {MEMBER_TASKS, "tasks", plan_read_task},
        {MEMBER_VISITS, "visits", plan_read_visits},       {MEMBER_POSTS, "posts", plan_read_post},
        {MEMBER_PRESENCE, "presence", plan_read_presence},
    };
    for (size_t i = 0; i < ARRAY_LEN(lists) && status == STATUS_OK; i++) {
        status = list_read(reader, members[lists[i].member], lists[i].name, lists[i].read, err);
    }
    return status;
}

/* What editors of other systems save: a mark in front is passed over. */
static enum status text_of(str file, str *ret_text, struct error *err)
{
    static const str mark = STR("\xef\xbb\xbf");
    *ret_text = str_starts(file, mark) ? str_slice(file, mark.n, file.n) : file;
    if (str_trim(*ret_text).n == 0) {
        return error_set(err, STATUS_INVALID, "the file is empty");
    }
    if (str_starts(file, STR("\xff\xfe")) || str_starts(file, STR("\xfe\xff"))) {
        return error_set(err, STATUS_INVALID, "the file is UTF-16; save it as UTF-8");
    }
    return STATUS_OK;
}

enum status plan_problem_read(struct arena *arena, str text, struct plan_problem *ret_problem,
                              struct plan_refused *refused, struct error *err)
{
    struct plan_problem problem = {0};
    struct plan_reader reader = {.arena = arena, .problem = &problem, .refused = refused};
    str members[MEMBER_COUNT] = {0};
    if (text.n > PLAN_TEXT_BYTES_MAX) {
        return error_set(err, STATUS_LIMIT, "the problem has more than %d bytes",
                         PLAN_TEXT_BYTES_MAX);
    }
    arena_init(&reader.row_arena, ROW_BYTES_MAX);
    arena_init(&reader.list_arena, ROW_BYTES_MAX);
    plan_ids_init(&reader.sites, arena);
    plan_ids_init(&reader.tasks, arena);
    plan_ids_init(&reader.units, arena);
    plan_ids_init(&reader.groups, arena);
    plan_ids_init(&reader.turns, arena);
    plan_ids_init(&reader.skills, arena);
    enum status status = text_of(text, &reader.text, err);
    if (status == STATUS_OK) {
        status = members_find(reader.text, members, err);
    }
    if (status == STATUS_OK) {
        status = head_read(&reader, members, err);
    }
    if (status == STATUS_OK) {
        status = travel_read(&reader, members[MEMBER_TRAVEL], err);
    }
    if (status == STATUS_OK) {
        status = lists_read(&reader, members, err);
    }
    if (status == STATUS_OK) {
        plan_gaps(&reader);
        status = list_read(&reader, members[MEMBER_UNITS], "units", plan_read_locks, err);
    }
    if (status == STATUS_OK) {
        plan_reach(&reader);
    }
    arena_close(&reader.row_arena);
    arena_close(&reader.list_arena);
    if (status == STATUS_OK && problem.unit_count == 0) {
        status = error_set(err, STATUS_INVALID, "there is no unit, so nobody can go anywhere");
        error_hint(err, "'units' needs at least one row that is not refused");
    }
    if (status == STATUS_OK) {
        *ret_problem = problem;
    }
    return status;
}

/* ---- what happened ---- */

static void read_out(struct plan_reader *reader, const struct json *json, uint32_t *out,
                     uint32_t *ret_count, str text)
{
    struct plan_row row = {
        .reader = reader, .json = json, .list = "units_out", .number = 1, .text = text};
    if (json->kind != JSON_LIST) {
        plan_row_refuse(&row, "a list of units is wanted");
        return;
    }
    for (size_t i = 0; i < json->count; i++) {
        char digits[32];
        str id = json->items[i].text;
        if (json->items[i].kind == JSON_INT) {
            int len = snprintf(digits, sizeof digits, "%lld", (long long)json->items[i].integer);
            id = str_from(digits, (size_t)len);
        }
        uint32_t unit = plan_ids_find(&reader->units, id);
        row.number = i + 1;
        row.is_refused = false;
        if (unit == UINT32_MAX || *ret_count == reader->problem->unit_count) {
            plan_row_refuse(&row, "there is no unit '%.*s'", STR_ARG(utf8_clip(id, 80)));
        } else {
            out[(*ret_count)++] = unit;
        }
    }
}

static void index_names(struct plan_reader *reader)
{
    const struct plan_problem *problem = reader->problem;
    plan_ids_init(&reader->sites, reader->arena);
    plan_ids_init(&reader->tasks, reader->arena);
    plan_ids_init(&reader->units, reader->arena);
    plan_ids_init(&reader->groups, reader->arena);
    plan_ids_init(&reader->turns, reader->arena);
    plan_ids_init(&reader->skills, reader->arena);
    for (uint32_t i = 0; i < problem->site_count; i++) {
        (void)plan_ids_add(&reader->sites, problem->sites[i].id, i);
    }
    for (uint32_t i = 0; i < problem->task_count; i++) {
        (void)plan_ids_add(&reader->tasks, problem->tasks[i].id, i);
    }
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        (void)plan_ids_add(&reader->units, problem->units[i].id, i);
    }
    for (uint32_t i = 0; i < problem->skill_count; i++) {
        (void)plan_ids_add(&reader->skills, problem->skills[i], i);
    }
}

/* Places that the problem does not have yet. */
static enum status event_sites(struct plan_reader *reader, str list, struct error *err)
{
    struct plan_problem *problem = reader->problem;
    uint32_t before = problem->site_count;
    uint32_t more = 0;
    if (problem->travel_by == PLAN_MATRIX) {
        return error_set(err, STATUS_INVALID,
                         "the ways of this problem are a matrix, which knows no new 'sites'");
    }
    enum status status = list_count(reader, list, "sites", PLAN_SITES_MAX - before, &more, err);
    if (status != STATUS_OK) {
        return status;
    }
    struct plan_site *sites = ARENA_ARRAY(reader->arena, struct plan_site, before + more + 1U);
    memcpy(sites, problem->sites, before * sizeof *sites);
    problem->sites = sites;
    reader->site_rows = ARENA_ARRAY(reader->arena, str, before + more + 1U);
    return list_read(reader, list, "sites", read_site, err);
}

/* A row has a brace at least. */
static enum status told_list(struct plan_reader *reader, str value, struct plan_event *event,
                             struct error *err)
{
    size_t rows = 0;
    for (size_t i = 0; i < value.n; i++) {
        rows += value.p[i] == '{' ? 1 : 0;
    }
    if (rows > PLAN_TOLD_ROWS_MAX) {
        return error_set(err, STATUS_LIMIT, "'told' has more than %d rows", PLAN_TOLD_ROWS_MAX);
    }
    reader->told = ARENA_NEW(reader->arena, struct plan_told_rows);
    plan_told_init(reader->arena, reader->problem, rows, reader->told);
    event->told = reader->told;
    return list_read(reader, value, "told", plan_read_told, err);
}

static enum status event_time(const struct plan_reader *reader, const char *name,
                              const struct json *json, int32_t *ret_at, struct error *err)
{
    double ticks = reader->problem->ticks_per_s;
    if (!json_has_number(json) || !(json->real >= 0 && json->real <= PLAN_TICKS_MAX / ticks)) {
        return error_set(err, STATUS_INVALID, "'%s' is no time of the planner's day", name);
    }
    *ret_at = (int32_t)(json->real * ticks);
    return STATUS_OK;
}

static enum status event_member(struct plan_reader *reader, str name, str value, bool *has_now,
                                uint32_t *out, struct plan_event *event, struct error *err)
{
    struct json json;
    if (str_equal(name, STR("sites"))) {
        return STATUS_OK; /* is read before the tasks, wherever it stands */
    }
    if (str_equal(name, STR("tasks"))) {
        return list_read(reader, value, "tasks", plan_read_task, err);
    }
    if (str_equal(name, STR("told"))) {
        return told_list(reader, value, event, err);
    }
    enum status status = value_read(reader, value, &json, err);
    if (status != STATUS_OK) {
        return status;
    }
    if (str_equal(name, STR("units_out"))) {
        read_out(reader, &json, out, &event->out_count, value);
    } else if (str_equal(name, STR("now_s"))) {
        *has_now = true;
        return event_time(reader, "now_s", &json, &event->now, err);
    } else if (str_equal(name, STR("heard_s"))) {
        return event_time(reader, "heard_s", &json, &event->heard, err);
    } else {
        return error_set(err, STATUS_INVALID, "an event has no member '%.*s'",
                         STR_ARG(utf8_clip(name, 60)));
    }
    return STATUS_OK;
}

enum status plan_event_read(struct arena *arena, const struct plan_problem *problem, str text,
                            struct plan_problem *ret_problem, struct plan_event *ret_event,
                            struct plan_refused *refused, struct error *err)
{
    struct plan_problem copy = *problem;
    struct plan_reader reader = {
        .arena = arena, .text = text, .problem = &copy, .refused = refused};
    struct plan_event event = {.first_new = problem->task_count, .heard = INT32_MAX};
    uint32_t *out = ARENA_ARRAY(arena, uint32_t, problem->unit_count + 1U);
    struct json_rows rows;
    str name;
    str value;
    bool has_now = false;
    reader.task_cap = problem->task_count; /* the first new task makes a copy */
    arena_init(&reader.row_arena, ROW_BYTES_MAX);
    index_names(&reader);
    enum status status = json_rows_open(text, &rows, err);
    while (json_rows_more(&rows, &name, &value, &status, err)) {
        status = str_equal(name, STR("sites")) ? event_sites(&reader, value, err) : STATUS_OK;
    }
    if (status == STATUS_OK) {
        status = json_rows_open(text, &rows, err);
    }
    while (json_rows_more(&rows, &name, &value, &status, err)) {
        status = event_member(&reader, name, value, &has_now, out, &event, err);
    }
    arena_close(&reader.row_arena);
    if (status == STATUS_OK && !has_now) {
        status = error_set(err, STATUS_INVALID, "'now_s' is missing: when did it happen?");
    }
    if (status == STATUS_OK) {
        event.out = out;
        *ret_problem = copy;
        *ret_event = event;
    }
    return status;
}
