/* SPDX-License-Identifier: Apache-2.0 */
/* The input of VROOM's API (its docs/API.md): vehicles, jobs, matrices. A job's priority becomes its
 * profit. What a problem of ours cannot say is named, row by row. */
#include <math.h>
#include <stdio.h>

#include "base/utf8.h"
#include "codec/json.h"
#include "codec/json_rows.h"
#include "plan/day.h"
#include "plan/exchange_internal.h"

enum { VROOM_LIST_BYTES = 128 * 1024 * 1024, ROW_BYTES = 16 * 1024 * 1024 };
/* Times past this (46 days) are seconds since 1970, and moved to their day. */
#define VROOM_EPOCH_MIN 4000000.0
#define VROOM_DAY_S 86400.0

struct vroom_in {
    str text, vehicles, jobs, shipments, matrices;
    struct arena arena;
    struct plan_refused *refused;
    struct buf sites, units, tasks;
    double first, last; /* of all windows; first > last: there is none */
    int64_t offset;     /* that is taken off every time */
    uint32_t matrix_sites;
    str profiles[PLAN_MODES_MAX];
    uint32_t profile_count;
};

struct vroom_row {
    struct vroom_in *in;
    struct json json;
    str text;
    const char *list;
    char id[32];
};

static void say(struct vroom_row *row, const char *member, const char *words)
{
    plan_refused_say(row->in->refused, "line %zu, %s %s: '%s' %s",
                     json_rows_line(row->in->text, row->text), row->list, row->id, member, words);
}

typedef void vroom_use(struct vroom_row *row);

static enum status each_row(struct vroom_in *in, str list, const char *name, vroom_use *use,
                            struct error *err)
{
    struct json_rows rows;
    struct vroom_row row = {.in = in, .list = name};
    bool has_row = true;
    if (list.n == 0) {
        return STATUS_OK;
    }
    enum status status = json_rows_open(list, &rows, err);
    if (status == STATUS_OK && rows.is_object) {
        status = error_set(err, STATUS_INVALID, "the %ss are no list", name);
    }
    while (status == STATUS_OK) {
        status = json_rows_parse(&rows, &in->arena, &row.text, &row.json, &has_row, err);
        if (status != STATUS_OK || !has_row) {
            break;
        }
        int64_t id = json_member_int(&row.json, "id", -1);
        if (id < 0) {
            (void)snprintf(row.id, sizeof row.id, "without an id");
        } else {
            (void)snprintf(row.id, sizeof row.id, "%lld", (long long)id);
        }
        use(&row);
    }
    return status;
}

/* [a, b] of numbers, 0 <= a <= b. */
static bool pair(const struct json *list, double *ret_a, double *ret_b)
{
    if (list == NULL || list->kind != JSON_LIST || list->count != 2) {
        return false;
    }
    for (size_t i = 0; i < 2; i++) {
        if (!json_has_number(&list->items[i])) {
            return false;
        }
    }
    *ret_a = list->items[0].real;
    *ret_b = list->items[1].real;
    return true;
}

static void widen(struct vroom_in *in, const struct json *window)
{
    double a = 0;
    double b = 0;
    if (pair(window, &a, &b)) {
        in->first = fmin(in->first, a);
        in->last = fmax(in->last, b);
    }
}

static void measure(struct vroom_row *row)
{
    const struct json *windows = json_member(&row->json, "time_windows");
    widen(row->in, json_member(&row->json, "time_window"));
    for (size_t i = 0; windows != NULL && windows->kind == JSON_LIST && i < windows->count; i++) {
        widen(row->in, &windows->items[i]);
    }
}

/* Names each member that is in none of the two lists; those of `quiet` say nothing of the plan. */
static void name_others(struct vroom_row *row, const char *const *known)
{
    static const char *const quiet[] = {"id", "description"};
    for (size_t i = 0; i < row->json.count; i++) {
        bool is_known = false;
        for (size_t k = 0; known[k] != NULL; k++) {
            is_known = is_known || str_equal(row->json.names[i], str_c(known[k]));
        }
        for (size_t k = 0; k < ARRAY_LEN(quiet); k++) {
            is_known = is_known || str_equal(row->json.names[i], str_c(quiet[k]));
        }
        if (!is_known) {
            char name[48];
            (void)snprintf(name, sizeof name, "%.*s", STR_ARG(utf8_clip(row->json.names[i], 40)));
            say(row, name, "cannot be carried over, and is left out");
        }
    }
}

/* The window [a, b] of our day. */
static bool window_of(struct vroom_row *row, const struct json *list, double *ret_a, double *ret_b)
{
    double a = 0;
    double b = 0;
    if (!pair(list, &a, &b)) {
        return false;
    }
    a -= (double)row->in->offset;
    b -= (double)row->in->offset;
    if (!(a >= 0 && a <= b && b <= PLAN_TICKS_MAX)) {
        return false;
    }
    *ret_a = a;
    *ret_b = b;
    return true;
}

/* Where a row is: an index with matrices, a site of its own with coordinates. Appends the site and
 * writes its id; false when there is none. */
static bool put_site(struct vroom_row *row, const char *member, const char *index_member,
                     const char *suffix, char id[64])
{
    struct vroom_in *in = row->in;
    const struct json *index = json_member(&row->json, index_member);
    struct json_out json;
    double lon = 0;
    double lat = 0;
    if (in->matrix_sites > 0) {
        if (index == NULL || index->kind != JSON_INT || index->integer < 0 ||
            index->integer >= in->matrix_sites) {
            return false;
        }
        (void)snprintf(id, 64, "%lld", (long long)index->integer);
        return true;
    }
    if (!pair(json_member(&row->json, member), &lon, &lat)) {
        return false;
    }
    (void)snprintf(id, 64, "%s %s%s", row->list, row->id, suffix);
    sheet_begin(&json, &in->sites);
    json_put_text(&json, "id", str_c(id));
    json_put_text(&json, "name", json_member_text(&row->json, "description"));
    json_name(&json, "lon");
    json_add_real(&json, lon, 7);
    json_name(&json, "lat");
    json_add_real(&json, lat, 7);
    json_end_object(&json);
    return true;
}

static void put_skills(struct vroom_row *row, struct json_out *json)
{
    const struct json *skills = json_member(&row->json, "skills");
    if (skills == NULL || skills->kind != JSON_LIST || skills->count == 0) {
        return;
    }
    json_name(json, "skills");
    json_begin_list(json);
    for (size_t i = 0; i < skills->count; i++) {
        char digits[32];
        (void)snprintf(digits, sizeof digits, "%lld", (long long)skills->items[i].integer);
        json_add_text(json, str_c(digits));
    }
    json_end_list(json);
}

/* The first number of a list; others are named. -1 = there is none. */
static int64_t first_of(struct vroom_row *row, const char *member)
{
    const struct json *list = json_member(&row->json, member);
    if (list == NULL || list->kind != JSON_LIST || list->count == 0) {
        return -1;
    }
    if (list->count > 1) {
        say(row, member, "has several dimensions; only the first is carried over");
    }
    return list->items[0].kind == JSON_INT && list->items[0].integer >= 0 ? list->items[0].integer
                                                                          : -1;
}

static void put_job_window(struct vroom_row *row, struct json_out *json)
{
    const struct json *windows = json_member(&row->json, "time_windows");
    double open = 0;
    double close = fmax(row->in->last - (double)row->in->offset, VROOM_DAY_S);
    if (windows != NULL && windows->kind == JSON_LIST && windows->count > 0) {
        if (!window_of(row, &windows->items[0], &open, &close)) {
            say(row, "time_windows", "is no list of [from, to]; taken as the whole day");
        }
        if (windows->count > 1) {
            say(row, "time_windows", "has several; only the first is carried over");
        }
    }
    json_put_int(json, "open_s", (int64_t)open);
    json_put_int(json, "close_s", (int64_t)close);
}

static void read_job(struct vroom_row *row)
{
    static const char *const known[] = {
        "location", "location_index", "setup",    "service",      "delivery",
        "pickup",   "skills",         "priority", "time_windows", NULL};
    struct json_out json;
    char site[64];
    name_others(row, known);
    int64_t priority = json_member_int(&row->json, "priority", 0);
    int64_t setup = json_member_int(&row->json, "setup", 0);
    int64_t service = json_member_int(&row->json, "service", 0);
    if (json_member_int(&row->json, "id", -1) < 0 || setup < 0 || service < 0 || priority < 0 ||
        setup + service > PLAN_TICKS_MAX / 100) {
        say(row, "id", "or 'service' or 'priority' is no number from 0; the job is left out");
        return;
    }
    if (!put_site(row, "location", "location_index", "", site)) {
        say(row, row->in->matrix_sites > 0 ? "location_index" : "location",
            "is missing or no place; the job is left out");
        return;
    }
    int64_t load = first_of(row, "delivery");
    if (json_member(&row->json, "pickup") != NULL) {
        say(row, "pickup", "cannot be carried over, and is left out");
    }
    if (setup > 0) {
        say(row, "setup", "is added to 'service', also where VROOM would save it");
    }
    sheet_begin(&json, &row->in->tasks);
    json_put_text(&json, "id", str_c(row->id));
    json_put_text(&json, "site", str_c(site));
    put_job_window(row, &json);
    json_put_int(&json, "dwell_s", service + setup);
    json_name(&json, "profit");
    json_add_real(&json, priority == 0 ? 0.001 : (double)priority, 3);
    if (load > 0) {
        json_put_int(&json, "load", load);
    }
    put_skills(row, &json);
    json_end_object(&json);
}

static void put_break(struct vroom_row *row, struct json_out *json)
{
    const struct json *breaks = json_member(&row->json, "breaks");
    double open = 0;
    double close = 0;
    if (breaks == NULL || breaks->kind != JSON_LIST || breaks->count == 0) {
        return;
    }
    if (breaks->count > 1) {
        say(row, "breaks", "has several; only the first is carried over");
    }
    const struct json *windows = json_member(&breaks->items[0], "time_windows");
    int64_t length = json_member_int(&breaks->items[0], "service", 0);
    if (windows == NULL || windows->kind != JSON_LIST || windows->count == 0 || length <= 0 ||
        !window_of(row, &windows->items[0], &open, &close)) {
        say(row, "breaks", "has no time window or no 'service'; the break is left out");
        return;
    }
    json_name(json, "break");
    json_begin_object(json);
    json_put_int(json, "open_s", (int64_t)open);
    json_put_int(json, "close_s", (int64_t)close);
    json_put_int(json, "length_s", length);
    json_end_object(json);
}

/* Of a mode there are four at most; the first that names a profile makes it. */
static bool put_profile(struct vroom_row *row, struct json_out *json)
{
    struct vroom_in *in = row->in;
    str profile = json_member_text(&row->json, "profile");
    profile = profile.n == 0 ? STR("car") : profile;
    for (uint32_t i = 0; i < in->profile_count; i++) {
        if (str_equal(in->profiles[i], profile)) {
            json_put_text(json, "mode", in->profiles[i]);
            return true;
        }
    }
    return false;
}

static void read_vehicle(struct vroom_row *row)
{
    static const char *const known[] = {"profile",  "start",  "start_index", "end",    "end_index",
                                        "capacity", "skills", "time_window", "breaks", NULL};
    struct json_out json;
    char start[64];
    char end[64];
    double from = 0;
    double to = fmax(row->in->last - (double)row->in->offset, VROOM_DAY_S);
    const struct json *window = json_member(&row->json, "time_window");
    name_others(row, known);
    if (json_member_int(&row->json, "id", -1) < 0) {
        say(row, "id", "is no number from 0; the unit is left out");
        return;
    }
    if (!put_site(row, "start", "start_index", " start", start)) {
        say(row, "start", "is missing; a unit leaves from somewhere, and this one is left out");
        return;
    }
    if (!put_site(row, "end", "end_index", " end", end)) {
        say(row, "end", "is missing; the unit returns to its start");
        memcpy(end, start, sizeof end);
    }
    if (window != NULL && !window_of(row, window, &from, &to)) {
        say(row, "time_window", "is no [from, to]; taken as the whole day");
    }
    size_t before = row->in->units.n;
    sheet_begin(&json, &row->in->units);
    json_put_text(&json, "id", str_c(row->id));
    json_put_text(&json, "base", str_c(start));
    json_put_text(&json, "end_site", str_c(end));
    json_put_int(&json, "start_s", (int64_t)from);
    json_put_int(&json, "end_s", (int64_t)to);
    int64_t capacity = first_of(row, "capacity");
    if (capacity >= 0) {
        json_put_int(&json, "capacity", capacity);
    }
    put_skills(row, &json);
    put_break(row, &json);
    bool has_mode = put_profile(row, &json);
    json_end_object(&json);
    if (!has_mode) {
        row->in->units.n = before;
        say(row, "profile", "has no matrix, or is one more than four; the vehicle is left out");
    }
}

static void find_profile(struct vroom_row *row)
{
    struct vroom_in *in = row->in;
    static const char *const usual[] = {"car", "bike", "foot"};
    str profile = json_member_text(&row->json, "profile");
    profile = profile.n == 0 ? STR("car") : profile;
    for (uint32_t i = 0; i < in->profile_count; i++) {
        if (str_equal(in->profiles[i], profile)) {
            return;
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(usual) && in->matrix_sites == 0; i++) {
        if (str_equal(profile, str_c(usual[i])) && in->profile_count < PLAN_MODES_MAX) {
            in->profiles[in->profile_count++] = str_c(usual[i]);
        }
    }
}

/* {"car":{"durations":[[…]]}}: profiles, and rows of the first, are counted. */
static enum status find_matrices(struct vroom_in *in, struct buf *out, struct error *err)
{
    struct json_rows rows;
    struct json_rows inner;
    str name;
    str value;
    str durations;
    enum status status = json_rows_open(in->matrices, &rows, err);
    while (in->profile_count < PLAN_MODES_MAX &&
           json_rows_more(&rows, &name, &value, &status, err)) {
        durations = (str){0};
        str member;
        str text;
        status = json_rows_open(value, &inner, err);
        while (json_rows_more(&inner, &member, &text, &status, err)) {
            if (str_equal(member, STR("durations"))) {
                durations = text;
            }
        }
        if (status != STATUS_OK || durations.n == 0) {
            plan_refused_say(in->refused, "matrix '%.*s' has no 'durations'; it is left out",
                             STR_ARG(utf8_clip(name, 40)));
            continue;
        }
        buf_add_c(out, in->profile_count > 0 ? ",\n\"" : "\"");
        buf_add(out, name);
        buf_add_c(out, "\":");
        buf_add(out, durations);
        in->profiles[in->profile_count++] = name;
        uint32_t count = 0;
        status = json_rows_open(durations, &inner, err);
        while (json_rows_more(&inner, &member, &text, &status, err)) {
            count++;
        }
        in->matrix_sites = in->profile_count == 1 ? count : in->matrix_sites;
    }
    return status;
}

static enum status cut(struct vroom_in *in, struct error *err)
{
    const struct {
        const char *name;
        str *to;
    } members[] = {{"vehicles", &in->vehicles},
                   {"jobs", &in->jobs},
                   {"shipments", &in->shipments},
                   {"matrices", &in->matrices}};
    struct json_rows rows;
    str name;
    str value;
    enum status status = json_rows_open(in->text, &rows, err);
    if (status == STATUS_OK && !rows.is_object) {
        return error_set(err, STATUS_INVALID, "an object with 'vehicles' and 'jobs' is wanted");
    }
    while (json_rows_more(&rows, &name, &value, &status, err)) {
        bool is_known = false;
        for (size_t i = 0; i < ARRAY_LEN(members); i++) {
            if (str_equal(name, str_c(members[i].name))) {
                *members[i].to = value;
                is_known = true;
            }
        }
        if (!is_known) {
            plan_refused_say(in->refused, "'%.*s' cannot be carried over, and is left out",
                             STR_ARG(utf8_clip(name, 40)));
        }
    }
    if (status == STATUS_OK && in->vehicles.n == 0) {
        status = error_set(err, STATUS_INVALID, "there are no 'vehicles'");
    }
    return status;
}

static void refuse_shipment(struct vroom_row *row)
{
    say(row, "shipment", "cannot be carried over: a task has one place; it is left out");
}

static void put_travel(const struct vroom_in *in, const struct buf *matrices, struct buf *out)
{
    static const struct {
        const char *profile, *words;
    } usual[] = {{"car", "\"kmh\":25,\"factor\":1.35,\"overhead_s\":60"},
                 {"bike", "\"kmh\":14,\"factor\":1.3,\"overhead_s\":60"},
                 {"foot", "\"kmh\":4.8,\"factor\":1.25"}};
    buf_add_c(out, in->matrix_sites > 0 ? ",\n\"travel\":{\"by\":\"matrix\",\"modes\":["
                                        : ",\n\"travel\":{\"by\":\"sphere\",\"modes\":[");
    for (uint32_t i = 0; i < in->profile_count; i++) {
        buf_printf(out, "%s{\"id\":\"%.*s\"", i > 0 ? "," : "", STR_ARG(in->profiles[i]));
        for (size_t k = 0; k < ARRAY_LEN(usual) && in->matrix_sites == 0; k++) {
            if (str_equal(in->profiles[i], str_c(usual[k].profile))) {
                buf_printf(out, ",%s", usual[k].words);
            }
        }
        buf_add_c(out, "}");
    }
    buf_add_c(out, "]},\n\"sites\":[");
    for (uint32_t i = 0; i < in->matrix_sites; i++) {
        buf_printf(out, "%s{\"id\":\"%u\"}", i > 0 ? "," : "", i);
    }
    buf_add(out, buf_str(&in->sites));
    buf_add_c(out, "]");
    if (in->matrix_sites > 0) {
        buf_add_c(out, ",\n\"matrix\":{");
        buf_add(out, buf_str(matrices));
        buf_add_c(out, "}");
    }
}

static void put_head(struct vroom_in *in, struct buf *out)
{
    struct json_out json;
    json_out_init(&json, out);
    json_begin_object(&json);
    json_put_text(&json, "format", STR("hustings-plan-problem"));
    json_put_int(&json, "version", 1);
    json_put_text(&json, "name", STR("vroom"));
    if (in->offset > 0) {
        char day[16];
        struct civil_time t = time_civil_london(in->offset * US_PER_SECOND);
        (void)snprintf(day, sizeof day, "%04d-%02u-%02u", (int)t.year, t.month, t.day);
        json_put_text(&json, "day", str_c(day));
    }
}

/* Seconds since 1970 become seconds of the first day. */
static void find_offset(struct vroom_in *in)
{
    if (in->first > in->last || in->first < VROOM_EPOCH_MIN || in->first > 7e9) {
        return;
    }
    struct civil_time t = time_civil_london((time_us)in->first * US_PER_SECOND);
    t.hour = t.minute = t.second = 0;
    in->offset = plan_from_london(t) / US_PER_SECOND;
}

static enum status read_all(struct vroom_in *in, struct buf *matrices, struct error *err)
{
    enum status status = cut(in, err);
    if (status == STATUS_OK && in->matrices.n > 0) {
        status = find_matrices(in, matrices, err);
    }
    if (status == STATUS_OK) {
        status = each_row(in, in->vehicles, "vehicle", measure, err);
    }
    if (status == STATUS_OK) {
        status = each_row(in, in->jobs, "job", measure, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    find_offset(in);
    status = each_row(in, in->vehicles, "vehicle", find_profile, err);
    if (status == STATUS_OK) {
        status = each_row(in, in->vehicles, "vehicle", read_vehicle, err);
    }
    if (status == STATUS_OK) {
        status = each_row(in, in->jobs, "job", read_job, err);
    }
    if (status == STATUS_OK) {
        status = each_row(in, in->shipments, "shipment", refuse_shipment, err);
    }
    return status;
}

enum status plan_import_vroom(str text, struct buf *out, struct plan_refused *refused,
                              struct error *err)
{
    struct vroom_in in = {.text = text, .refused = refused, .first = INFINITY, .last = -INFINITY};
    struct buf matrices;
    arena_init(&in.arena, ROW_BYTES);
    buf_init(&in.sites, VROOM_LIST_BYTES);
    buf_init(&in.units, VROOM_LIST_BYTES);
    buf_init(&in.tasks, VROOM_LIST_BYTES);
    buf_init(&matrices, PLAN_TEXT_BYTES_MAX);
    enum status status = read_all(&in, &matrices, err);
    if (status == STATUS_OK) {
        put_head(&in, out);
        put_travel(&in, &matrices, out);
        buf_add_c(out, ",\n\"units\":[");
        buf_add(out, buf_str(&in.units));
        buf_add_c(out, "],\n\"tasks\":[");
        buf_add(out, buf_str(&in.tasks));
        buf_add_c(out, "]}\n");
    }
    buf_close(&matrices);
    buf_close(&in.tasks);
    buf_close(&in.units);
    buf_close(&in.sites);
    arena_close(&in.arena);
    return status;
}
