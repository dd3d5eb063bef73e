/* SPDX-License-Identifier: Apache-2.0 */
/* The sealed body of an operation, and the problem that is made of it. */
#include <math.h>

#include "base/utf8.h"
#include "desk/operation_internal.h"
#include "plan/ids.h"
#include "plan/problem.h"
#include "plan/roster.h"

enum {
    HOUR_S = 3600,
    NAMES_BYTES_MAX = 4 * 1024 * 1024,
    REAL_DECIMALS = 7 /* of a degree: a centimetre */
};
enum { RATED_RED = 5000, RATED_AMBER = 2500, UNRATED = 1000 };

#define TRAVEL                                                                                     \
    "{\"by\":\"sphere\",\"modes\":["                                                               \
    "{\"id\":\"car\",\"kmh\":25,\"factor\":1.35,\"overhead_s\":60},"                               \
    "{\"id\":\"bicycle\",\"kmh\":14,\"factor\":1.3,\"overhead_s\":60},"                            \
    "{\"id\":\"foot\",\"kmh\":4.8,\"factor\":1.25}]}"

str operation_travel(void)
{
    return STR(TRAVEL);
}

const char *site_rating_word(enum site_rating rating)
{
    static const char *const words[] = {"", "green", "amber", "red"};
    return (size_t)rating < ARRAY_LEN(words) ? words[rating] : "";
}

enum site_rating site_rating_from_word(str word)
{
    for (enum site_rating rating = RATING_GREEN; rating <= RATING_RED; rating++) {
        if (str_equal(word, str_c(site_rating_word(rating)))) {
            return rating;
        }
    }
    return RATING_NONE;
}

int64_t operation_weight(const struct operation_site *site)
{
    int64_t rated = site->rating == RATING_RED     ? RATED_RED
                    : site->rating == RATING_AMBER ? RATED_AMBER
                                                   : UNRATED;
    int64_t weight = rated + site->reported;
    return weight < OPERATION_WEIGHT_MAX ? weight : OPERATION_WEIGHT_MAX;
}

const struct operation_site *operation_site_find(const struct operation *operation, str id)
{
    for (size_t i = 0; i < operation->site_count; i++) {
        if (str_equal(operation->sites[i].id, id)) {
            return &operation->sites[i];
        }
    }
    return NULL;
}

struct operation_rules operation_rules_default(void)
{
    return (struct operation_rules){.has_breaks = true,
                                    .has_hours = true,
                                    .has_pairs = true,
                                    .has_spacing = true,
                                    .has_fairness = true,
                                    .hours_max = 12,
                                    .visits = 2,
                                    .dwell_minutes = 15};
}

/* --- JSON --- */

str operation_json_text(struct arena *arena, const struct json *json)
{
    struct buf buf;
    struct json_out out;
    buf_init(&buf, OPERATION_ROW_BYTES_MAX);
    json_out_init(&out, &buf);
    json_add_value(&out, json, REAL_DECIMALS);
    str text = buf.overflowed ? (str){0} : arena_str(arena, buf_str(&buf));
    buf_close(&buf);
    return text;
}

/* --- keeping --- */

static void put_degrees(struct json_out *json, const char *name, double value)
{
    json_name(json, name);
    json_add_real(json, value, REAL_DECIMALS);
}

static void put_site(struct json_out *json, const struct operation_site *site)
{
    json_begin_object(json);
    json_put_text(json, "id", site->id);
    json_put_text(json, "name", site->name);
    json_put_text(json, "area", site->area);
    json_put_text(json, "council", site->council);
    json_put_text(json, "postcode", site->postcode);
    json_put_text(json, "from", site->from);
    put_degrees(json, "lon", site->lon);
    put_degrees(json, "lat", site->lat);
    if (site->rating != RATING_NONE) {
        json_put_text(json, "rating", str_c(site_rating_word(site->rating)));
        json_put_text(json, "source", site->rating_source);
        json_put_int(json, "by", site->rating_officer);
        json_put_int(json, "at", site->rating_at);
    }
    if (site->reported_here.n > 0) {
        json_put_int(json, "reported", site->reported);
        json_put_text(json, "here", site->reported_here);
        json_put_text(json, "around", site->reported_around);
        json_put_text(json, "newest", site->newest);
    }
    json_end_object(json);
}

static void put_rules(struct json_out *json, const struct operation_rules *rules)
{
    json_name(json, "rules");
    json_begin_object(json);
    json_put_bool(json, "breaks", rules->has_breaks);
    json_put_bool(json, "hours", rules->has_hours);
    json_put_bool(json, "pairs", rules->has_pairs);
    json_put_bool(json, "spacing", rules->has_spacing);
    json_put_bool(json, "fairness", rules->has_fairness);
    json_put_int(json, "hours_max", rules->hours_max);
    json_put_int(json, "visits", rules->visits);
    json_put_int(json, "dwell_minutes", rules->dwell_minutes);
    json_end_object(json);
}

void operation_encode(struct buf *out, const struct operation *operation)
{
    struct json_out json;
    json_out_init(&json, out);
    json_begin_object(&json);
    json_put_int(&json, "format", 1);
    json_put_text(&json, "name", operation->name);
    json_put_text(&json, "day", operation->day);
    json_put_text(&json, "rates", operation->rates);
    json_put_int(&json, "rates_at", operation->rates_at);
    json_put_int(&json, "looked_at", operation->looked_at);
    put_rules(&json, &operation->rules);
    json_put_int(&json, "sitreps_set_at", operation->sitreps_set_at);
    json_name(&json, "sitreps");
    json_begin_list(&json);
    for (size_t i = 0; i < operation->sitrep_count; i++) {
        json_add_int(&json, operation->sitrep_s[i]);
    }
    json_end_list(&json);
    /* Before the lists: see parse_head. */
    json_put_int(&json, "site_count", (int64_t)operation->site_count);
    json_put_int(&json, "unit_count", (int64_t)operation->unit_count);
    json_name(&json, "sites");
    json_begin_list(&json);
    for (size_t i = 0; i < operation->site_count; i++) {
        put_site(&json, &operation->sites[i]);
    }
    json_end_list(&json);
    json_name(&json, "demands");
    json_begin_list(&json);
    for (size_t i = 0; i < operation->demand_count; i++) {
        json_begin_object(&json);
        json_put_int(&json, "kind", operation->demands[i].kind);
        json_name(&json, "row");
        json_add_json(&json, operation->demands[i].json);
        json_end_object(&json);
    }
    json_end_list(&json);
    json_name(&json, "units");
    json_begin_list(&json);
    for (size_t i = 0; i < operation->unit_count; i++) {
        json_add_json(&json, operation->units[i].json);
    }
    json_end_list(&json);
    json_end_object(&json);
}

static void take_site(const struct json *json, struct operation_site *site)
{
    *site = (struct operation_site){
        .id = json_member_text(json, "id"),
        .name = json_member_text(json, "name"),
        .area = json_member_text(json, "area"),
        .council = json_member_text(json, "council"),
        .postcode = json_member_text(json, "postcode"),
        .from = json_member_text(json, "from"),
        .lon = json_member_real(json, "lon", 0),
        .lat = json_member_real(json, "lat", 0),
        .rating = site_rating_from_word(json_member_text(json, "rating")),
        .rating_source = json_member_text(json, "source"),
        .rating_officer = json_member_int(json, "by", 0),
        .rating_at = json_member_int(json, "at", 0),
        .reported = json_member_int(json, "reported", 0),
        .reported_here = json_member_text(json, "here"),
        .reported_around = json_member_text(json, "around"),
        .newest = json_member_text(json, "newest"),
    };
}

static size_t count_of(const struct json *list, size_t max)
{
    size_t count = list != NULL && list->kind == JSON_LIST ? list->count : 0;
    return count < max ? count : max;
}

/* Room for as many as there may be: a change adds to them. */
static void take_lists(struct arena *arena, const struct json *json, struct operation *operation)
{
    const struct json *sites = json_member(json, "sites");
    const struct json *demands = json_member(json, "demands");
    const struct json *units = json_member(json, "units");
    operation->site_count = count_of(sites, OPERATION_SITES_MAX);
    operation->demand_count = count_of(demands, OPERATION_DEMANDS_MAX);
    operation->unit_count = count_of(units, OPERATION_UNITS_MAX);
    operation->sites = ARENA_ARRAY(arena, struct operation_site, OPERATION_SITES_MAX);
    operation->demands = ARENA_ARRAY(arena, struct operation_demand, OPERATION_DEMANDS_MAX);
    operation->units = ARENA_ARRAY(arena, struct operation_unit, OPERATION_UNITS_MAX);
    for (size_t i = 0; i < operation->site_count; i++) {
        take_site(&sites->items[i], &operation->sites[i]);
    }
    for (size_t i = 0; i < operation->demand_count; i++) {
        const struct json *row = json_member(&demands->items[i], "row");
        struct operation_demand *demand = &operation->demands[i];
        demand->kind = (enum operation_demand_kind)json_member_int(&demands->items[i], "kind", 0);
        demand->site = row == NULL ? (str){0} : json_member_text(row, "site");
        demand->json = row == NULL ? STR("{}") : operation_json_text(arena, row);
    }
    for (size_t i = 0; i < operation->unit_count; i++) {
        operation->units[i].id = json_member_text(&units->items[i], "id");
        operation->units[i].json = operation_json_text(arena, &units->items[i]);
    }
}

static enum status parse_body(struct arena *arena, str body, struct json *ret_json,
                              struct error *err)
{
    return body.n > 0 && json_parse(arena, body, ret_json, NULL) == STATUS_OK
               ? STATUS_OK
               : error_set(err, STATUS_CORRUPT, "What is stored of this operation cannot be read.");
}

/* What stands before the lists, without the time that megabytes of sites take. A quote inside of a text
 * is escaped, so that no text can hold the mark. False: an older body, without the counts. */
static bool parse_head(struct arena *work, str body, struct json *ret_json)
{
    size_t at = str_find(body, STR(",\"sites\":["));
    str head = arena_printf(work, "%.*s}", STR_ARG(str_slice(body, 0, at)));
    return at < body.n && json_parse(work, head, ret_json, NULL) == STATUS_OK &&
           json_member(ret_json, "site_count") != NULL;
}

static void take_sitreps(const struct json *json, struct operation *operation)
{
    const struct json *list = json_member(json, "sitreps");
    operation->sitreps_set_at = json_member_int(json, "sitreps_set_at", 0);
    sitreps_default(operation);
    if (list != NULL && list->kind == JSON_LIST && list->count <= OPERATION_SITREPS_MAX) {
        operation->sitrep_count = list->count;
        for (size_t i = 0; i < list->count; i++) {
            operation->sitrep_s[i] = (int32_t)list->items[i].integer;
        }
    }
}

static void take_head(const struct casebook_operation *row, const struct json *json,
                      struct operation *ret_operation)
{
    *ret_operation = (struct operation){.number = row->number,
                                        .version = row->version,
                                        .state = (enum operation_state)row->state,
                                        .hour = row->hour,
                                        .rules = operation_rules_default(),
                                        .name = json_member_text(json, "name"),
                                        .day = json_member_text(json, "day"),
                                        .rates = json_member_text(json, "rates"),
                                        .rates_at = json_member_int(json, "rates_at", 0),
                                        .looked_at = json_member_int(json, "looked_at", 0)};
    take_sitreps(json, ret_operation);
    const struct json *rules = json_member(json, "rules");
    if (rules != NULL) {
        ret_operation->rules =
            (struct operation_rules){.has_breaks = json_member_bool(rules, "breaks", true),
                                     .has_hours = json_member_bool(rules, "hours", true),
                                     .has_pairs = json_member_bool(rules, "pairs", true),
                                     .has_spacing = json_member_bool(rules, "spacing", true),
                                     .has_fairness = json_member_bool(rules, "fairness", true),
                                     .hours_max = json_member_int(rules, "hours_max", 12),
                                     .visits = json_member_int(rules, "visits", 2),
                                     .dwell_minutes = json_member_int(rules, "dwell_minutes", 15)};
    }
}

/* The head alone, or all of an older body. */
static enum status read_head(struct desk *desk, struct arena *arena, int64_t number,
                             struct operation *ret_operation, struct json *ret_json,
                             struct error *err)
{
    struct casebook_operation row;
    enum status status = casebook_operation_get(desk->casebook, arena, number, &row, err);
    if (status == STATUS_OK && !parse_head(arena, row.body, ret_json)) {
        status = parse_body(arena, row.body, ret_json, err);
    }
    if (status == STATUS_OK) {
        take_head(&row, ret_json, ret_operation);
    }
    return status;
}

enum status operation_head(struct desk *desk, struct arena *arena, int64_t number,
                           struct operation *ret_operation, struct error *err)
{
    struct json json;
    return read_head(desk, arena, number, ret_operation, &json, err);
}

enum status operation_glance(struct desk *desk, struct arena *arena, struct arena *work,
                             const struct casebook_operation *row, struct operation_row *ret_row,
                             struct error *err)
{
    struct operation head;
    struct json json;
    *ret_row = (struct operation_row){
        .number = row->number, .version = row->version, .state = (enum operation_state)row->state};
    enum status status = read_head(desk, work, row->number, &head, &json, err);
    if (status == STATUS_OK) {
        int64_t sites = (int64_t)count_of(json_member(&json, "sites"), OPERATION_SITES_MAX);
        int64_t units = (int64_t)count_of(json_member(&json, "units"), OPERATION_UNITS_MAX);
        ret_row->site_count = (size_t)json_member_int(&json, "site_count", sites);
        ret_row->unit_count = (size_t)json_member_int(&json, "unit_count", units);
        ret_row->name = arena_str(arena, head.name);
        ret_row->day = arena_str(arena, head.day);
    }
    arena_reset(work);
    return status;
}

enum status operation_decode(struct arena *arena, const struct casebook_operation *row,
                             struct operation *ret_operation, struct error *err)
{
    struct json json;
    enum status status = parse_body(arena, row->body, &json, err);
    if (status == STATUS_OK) {
        take_head(row, &json, ret_operation);
        take_lists(arena, &json, ret_operation);
    }
    return status;
}

/* --- the problem --- */

struct making {
    const struct operation *operation;
    struct json_out json;
    struct arena arena; /* of one row */
    struct arena names;
    struct plan_ids ids;   /* of sites */
    const bool *is_wanted; /* of each site; NULL = all are */
    struct buf *left_out;
};

static void put_members(struct making *making, const struct json *row, const char *but,
                        const char *but_too)
{
    for (size_t i = 0; i < row->count; i++) {
        if (!str_equal(row->names[i], str_c(but)) && !str_equal(row->names[i], str_c(but_too))) {
            json_name_str(&making->json, row->names[i]);
            json_add_value(&making->json, &row->items[i], REAL_DECIMALS);
        }
    }
}

static void put_spacing(struct making *making, const struct json *row)
{
    int32_t gap =
        plan_spacing(1, json_member_int(row, "from_s", 0), json_member_int(row, "to_s", 0),
                     json_member_int(row, "count", 1), json_member_int(row, "dwell_s", 0));
    if (gap > 0 && json_member(row, "gap_s") == NULL) {
        json_put_int(&making->json, "gap_s", gap);
    }
}

static void put_demands(struct making *making, enum operation_demand_kind kind)
{
    const struct operation *operation = making->operation;
    for (size_t i = 0; i < operation->demand_count; i++) {
        const struct operation_demand *demand = &operation->demands[i];
        uint32_t at = plan_ids_find(&making->ids, demand->site);
        struct json row;
        arena_reset(&making->arena);
        if (demand->kind != kind || at == UINT32_MAX ||
            json_parse(&making->arena, demand->json, &row, NULL) != STATUS_OK) {
            continue;
        }
        const struct operation_site *site = &operation->sites[at];
        bool is_pair = operation->rules.has_pairs && kind != DEMAND_POST;
        int64_t officers = json_member_int(&row, "officers", 1);
        double profit = json_member_real(&row, "profit", 1) * (double)operation_weight(site) / 1000;
        json_begin_object(&making->json);
        put_members(making, &row, "profit", is_pair ? "officers" : "profit");
        if (is_pair) {
            json_put_int(&making->json, "officers", officers > 2 ? officers : 2);
        }
        if (operation->rules.has_spacing && kind == DEMAND_VISITS) {
            put_spacing(making, &row);
        }
        json_name(&making->json, "profit");
        json_add_real(&making->json, profit, 3);
        json_end_object(&making->json);
    }
}

static void put_break(struct making *making, int64_t start, int64_t end)
{
    struct roster_pause pause = roster_middle_break((int32_t)start, (int32_t)end);
    if (pause.length == 0) {
        return;
    }
    json_name(&making->json, "break");
    json_begin_object(&making->json);
    json_put_int(&making->json, "open_s", pause.open);
    json_put_int(&making->json, "close_s", pause.close);
    json_put_int(&making->json, "length_s", pause.length);
    json_end_object(&making->json);
}

bool operation_is_too_long(const struct operation *operation, const struct json *unit)
{
    int64_t duty = json_member_int(unit, "end_s", 0) - json_member_int(unit, "start_s", 0);
    return operation->rules.has_hours && duty > operation->rules.hours_max * HOUR_S;
}

static void put_unit(struct making *making, const struct operation_unit *unit)
{
    const struct operation_rules *rules = &making->operation->rules;
    struct json row;
    arena_reset(&making->arena);
    if (json_parse(&making->arena, unit->json, &row, NULL) != STATUS_OK) {
        return;
    }
    int64_t start = json_member_int(&row, "start_s", 0);
    int64_t end = json_member_int(&row, "end_s", 0);
    if (operation_is_too_long(making->operation, &row)) {
        buf_printf(making->left_out,
                   "unit %.*s: its duty is longer than %lld hours, which the rule of the longest "
                   "duty forbids\n",
                   STR_ARG(utf8_clip(unit->id, 80)), (long long)rules->hours_max);
        return;
    }
    json_begin_object(&making->json);
    put_members(making, &row, "", "");
    /* A duty that is too short for a break in its middle third has none to give. */
    if (rules->has_breaks && json_member(&row, "break") == NULL) {
        put_break(making, start, end);
    }
    json_end_object(&making->json);
}

/* Who goes there reads what the risk is and who says so, as an officer wrote it. What was reported is not
 * printed: a sheet goes where cases do not. */
static void put_risk(struct json_out *json, const struct operation_site *site)
{
    if (site->rating != RATING_NONE) {
        struct buf note;
        buf_init(&note, 2 * OPERATION_SOURCE_BYTES_MAX);
        buf_printf(&note, "Risk %s: %.*s", site_rating_word(site->rating),
                   STR_ARG(site->rating_source));
        json_put_text(json, "note", buf_str(&note));
        buf_close(&note);
    }
}

static void put_sites(struct making *making)
{
    const struct operation *operation = making->operation;
    json_name(&making->json, "sites");
    json_begin_list(&making->json);
    for (size_t i = 0; i < operation->site_count; i++) {
        const struct operation_site *site = &operation->sites[i];
        if (making->is_wanted != NULL && !making->is_wanted[i]) {
            continue;
        }
        json_begin_object(&making->json);
        json_put_text(&making->json, "id", site->id);
        json_put_text(&making->json, "name", site->name);
        json_put_text(&making->json, "area", site->area);
        json_put_text(&making->json, "address", site->postcode);
        put_risk(&making->json, site);
        put_degrees(&making->json, "lon", site->lon);
        put_degrees(&making->json, "lat", site->lat);
        json_end_object(&making->json);
    }
    json_end_list(&making->json);
}

static enum status nothing_to_plan(bool has_unit, bool has_left_out, struct error *err)
{
    if (has_unit) {
        error_set(err, STATUS_INVALID, "Nobody has to be anywhere yet.");
        error_hint(err, "Take polling places, or add an event, first.");
    } else {
        error_set(err, STATUS_INVALID, "There is no unit that can be planned.");
        error_hint(err, has_left_out ? "The rules leave every unit out: look at them."
                                     : "Add units first.");
    }
    return STATUS_INVALID;
}

struct list {
    enum operation_demand_kind kind;
    const char *name;
};

/* The whole of it; false: no unit is left by the rules. */
static bool put_problem(struct making *making, const struct list *lists, size_t list_count,
                        struct buf *out)
{
    const struct operation *operation = making->operation;
    json_out_init(&making->json, out);
    json_begin_object(&making->json);
    json_put_text(&making->json, "format", STR("hustings-plan-problem"));
    json_put_int(&making->json, "version", 1);
    json_put_text(&making->json, "name", operation->name);
    json_put_text(&making->json, "day", operation->day);
    json_put_bool(&making->json, "fair", operation->rules.has_fairness);
    json_name(&making->json, "travel");
    json_add_json(&making->json, operation_travel());
    put_sites(making);
    json_name(&making->json, "units");
    json_begin_list(&making->json);
    size_t before = out->n;
    for (size_t i = 0; i < operation->unit_count; i++) {
        put_unit(making, &operation->units[i]);
    }
    bool has_unit = out->n > before;
    json_end_list(&making->json);
    for (size_t i = 0; i < list_count; i++) {
        json_name(&making->json, lists[i].name);
        json_begin_list(&making->json);
        put_demands(making, lists[i].kind);
        json_end_list(&making->json);
    }
    json_end_object(&making->json);
    return has_unit;
}

static void making_open(struct making *making)
{
    const struct operation *operation = making->operation;
    arena_init(&making->arena, (size_t)8 * OPERATION_ROW_BYTES_MAX);
    arena_init(&making->names, NAMES_BYTES_MAX);
    plan_ids_init(&making->ids, &making->names);
    for (size_t i = 0; i < operation->site_count; i++) {
        (void)plan_ids_add(&making->ids, operation->sites[i].id, (uint32_t)i);
    }
}

static void making_close(struct making *making)
{
    arena_close(&making->arena);
    arena_close(&making->names);
}

enum status operation_problem(const struct operation *operation, struct buf *out,
                              struct buf *left_out, struct error *err)
{
    static const struct list lists[] = {
        {DEMAND_TASK, "tasks"}, {DEMAND_VISITS, "visits"}, {DEMAND_POST, "posts"}};
    struct making making = {.operation = operation, .left_out = left_out};
    making_open(&making);
    bool has_unit = put_problem(&making, lists, ARRAY_LEN(lists), out);
    making_close(&making);
    if (!has_unit || operation->demand_count == 0) {
        return nothing_to_plan(has_unit, left_out->n > 0, err);
    }
    return out->overflowed
               ? error_set(err, STATUS_LIMIT, "The operation is too large for one search.")
               : STATUS_OK;
}

/* Where posts are and units begin; false: there is no post. */
static bool mark_wanted(struct making *making, bool *is_wanted)
{
    const struct operation *operation = making->operation;
    bool has_post = false;
    for (size_t i = 0; i < operation->demand_count; i++) {
        uint32_t at = plan_ids_find(&making->ids, operation->demands[i].site);
        if (operation->demands[i].kind == DEMAND_POST && at != UINT32_MAX) {
            is_wanted[at] = has_post = true;
        }
    }
    for (size_t i = 0; i < operation->unit_count && has_post; i++) {
        struct json row;
        arena_reset(&making->arena);
        if (json_parse(&making->arena, operation->units[i].json, &row, NULL) == STATUS_OK) {
            uint32_t at = plan_ids_find(&making->ids, json_member_text(&row, "base"));
            is_wanted[at != UINT32_MAX ? at : operation->site_count] = true;
        }
    }
    return has_post;
}

enum status operation_posts_problem(const struct operation *operation, struct buf *out,
                                    struct error *err)
{
    static const struct list lists[] = {{DEMAND_POST, "posts"}};
    struct buf left_out;
    struct making making = {.operation = operation, .left_out = &left_out};
    buf_init(&left_out, OPERATION_LEFT_OUT_BYTES_MAX);
    making_open(&making);
    bool *is_wanted = ARENA_ARRAY(&making.names, bool, operation->site_count + 1);
    making.is_wanted = is_wanted;
    bool has_any = mark_wanted(&making, is_wanted) && put_problem(&making, lists, 1, out);
    making_close(&making);
    buf_close(&left_out);
    return has_any && !out->overflowed
               ? STATUS_OK
               : error_set(err, STATUS_INVALID, "There is no post, or nobody for it.");
}
