/* SPDX-License-Identifier: Apache-2.0 */
/* Where sites, events and units come from. */
#include "base/utf8.h"
#include "codec/csv.h"
#include "desk/operation_internal.h"
#include "plan/exchange.h"
#include "plan/ids.h"

enum {
    POLLS_OPEN_S = 7 * 3600,
    POLLS_CLOSE_S = 22 * 3600,
    SHEET_BYTES_MAX = 4 * 1024 * 1024,
    REFUSALS_BYTES_MAX = 16 * 1024
};

static size_t site_at(const struct operation *operation, str id)
{
    const struct operation_site *site = operation_site_find(operation, id);
    return site == NULL ? operation->site_count : (size_t)(site - operation->sites);
}

/* Takes the site, new or in the place of the one with its id, whose rating stays. */
static bool take_site(struct changing *changing, const struct operation_site *site)
{
    struct operation *operation = changing->operation;
    size_t at = site_at(operation, site->id);
    if (at == OPERATION_SITES_MAX) {
        return false;
    }
    struct operation_site *place = &operation->sites[at];
    if (at < operation->site_count) {
        place->name = site->name;
        place->area = site->area.n > 0 ? site->area : place->area;
        place->lon = site->lon;
        place->lat = site->lat;
        changing->done->changed++;
    } else {
        *place = *site;
        operation->site_count++;
        changing->done->added++;
    }
    return true;
}

static void drop_visits_and_posts(struct operation *operation, str site)
{
    size_t kept = 0;
    for (size_t i = 0; i < operation->demand_count; i++) {
        struct operation_demand *demand = &operation->demands[i];
        if (demand->kind == DEMAND_TASK || !str_equal(demand->site, site)) {
            operation->demands[kept++] = *demand;
        }
    }
    operation->demand_count = kept;
}

static bool add_demand(struct operation *operation, enum operation_demand_kind kind, str site,
                       str json)
{
    if (operation->demand_count == OPERATION_DEMANDS_MAX) {
        return false;
    }
    operation->demands[operation->demand_count++] =
        (struct operation_demand){.kind = kind, .site = site, .json = json};
    return true;
}

static enum status too_many(struct error *err)
{
    enum status status = error_set(err, STATUS_LIMIT,
                                   "An operation holds %d sites, %d demands and %d units at most.",
                                   OPERATION_SITES_MAX, OPERATION_DEMANDS_MAX, OPERATION_UNITS_MAX);
    error_hint(err, "Make two operations, one for each part of the area.");
    return status;
}

/* --- polling places of the directory --- */

static str visits_of(struct changing *changing, str id)
{
    const struct operation_rules *rules = &changing->operation->rules;
    return arena_printf(changing->arena,
                        "{\"id\":\"%.*s\",\"site\":\"%.*s\",\"from_s\":%d,\"to_s\":%d,"
                        "\"dwell_s\":%lld,\"count\":%lld,\"profit\":1,\"weights\":[1,0.6,0.4],"
                        "\"officers\":1}",
                        STR_ARG(id), STR_ARG(id), POLLS_OPEN_S, POLLS_CLOSE_S,
                        (long long)rules->dwell_minutes * 60, (long long)rules->visits);
}

/* An id that can stand in JSON as it is. */
static str place_id(struct arena *arena, const struct place *place)
{
    str id = arena_printf(arena, "%.*s/%.*s", STR_ARG(place->council), STR_ARG(place->id));
    char *text = ARENA_ARRAY(arena, char, id.n + 1);
    for (size_t i = 0; i < id.n; i++) {
        bool is_plain = (unsigned char)id.p[i] >= ' ' && id.p[i] != '"' && id.p[i] != '\\';
        text[i] = is_plain ? id.p[i] : '_';
    }
    return str_from(text, id.n < 180 ? id.n : 180);
}

static enum status take_place(struct changing *changing, const struct place *place,
                              struct error *err)
{
    const struct pack *pack = changing->desk->options.pack;
    const struct pack_district *district =
        pack == NULL ? NULL : pack_district(pack, place->council);
    if (!place->is_located) {
        changing->done->refused++;
        buf_printf(&changing->refusals, "%.*s, %.*s: the directory does not know where it is\n",
                   STR_ARG(utf8_clip(place->name, 80)), STR_ARG(utf8_clip(place->postcode, 10)));
        return STATUS_OK;
    }
    struct operation_site site = {.id = place_id(changing->arena, place),
                                  .name = place->name,
                                  .area = district == NULL ? place->council : district->name,
                                  .council = place->council,
                                  .postcode = place->postcode,
                                  .from = STR("directory"),
                                  .lon = place->at.lon,
                                  .lat = place->at.lat};
    bool is_new = operation_site_find(changing->operation, site.id) == NULL;
    bool has_room = take_site(changing, &site);
    if (has_room && is_new) {
        has_room =
            add_demand(changing->operation, DEMAND_VISITS, site.id, visits_of(changing, site.id));
    }
    return has_room ? STATUS_OK : too_many(err);
}

enum status change_places(struct changing *changing, struct error *err)
{
    struct place *places = NULL;
    size_t count = 0;
    const struct operation_change *change = changing->change;
    const struct pack *pack = changing->desk->options.pack;
    struct directory_area area = {.code = str_trim(change->text)};
    str election = change->election;
    if (area.code.n == 0) {
        return error_set(err, STATUS_INVALID, "Say of which council.");
    }
    if (pack != NULL && area_find(pack, area.code, &area)) {
        json_put_text(&changing->act->json, "council", area.name);
    }
    enum status status =
        directory_places(changing->desk, area.code, STR(""), changing->arena, &places, &count, err);
    const bool is_newest = election.n == 0; /* the newest polling day that is there */
    for (size_t i = 0; i < count && is_newest; i++) {
        election = str_compare(places[i].election, election) > 0 ? places[i].election : election;
    }
    size_t taken = 0;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        if (str_equal(places[i].election, election)) {
            status = take_place(changing, &places[i], err);
            taken++;
        }
    }
    if (status == STATUS_OK && taken == 0) {
        status = error_set(
            err, STATUS_INVALID, "The directory has no polling places of '%.*s'%s%.*s.",
            STR_ARG(utf8_clip(str_trim(change->text), 60)), change->election.n > 0 ? " for " : "",
            STR_ARG(utf8_clip(change->election, 20)));
        error_hint(err,
                   "They are imported with 'hustings pack places import'; a table of sites can "
                   "be uploaded here, too.");
    }
    return status;
}

/* --- tables and calendars --- */

/* What is there already, as a table: bases of units and places of events are looked up in it. */
static void add_sites_table(struct buf *out, const struct operation *operation)
{
    buf_add_c(out, "id,name,area,lon,lat,visits\n");
    for (size_t i = 0; i < operation->site_count; i++) {
        const struct operation_site *site = &operation->sites[i];
        csv_add_quoted(out, site->id);
        buf_add_byte(out, ',');
        csv_add_quoted(out, site->name);
        buf_add_byte(out, ',');
        csv_add_quoted(out, site->area);
        buf_printf(out, ",%.7f,%.7f,0\n", site->lon, site->lat);
    }
}

/* A row of the form that lies where a site of the operation is. */
static enum status at_site(struct changing *changing, struct buf *out, struct error *err)
{
    const struct operation_site *site =
        operation_site_find(changing->operation, changing->change->id);
    str rest = changing->change->text;
    str header;
    str row;
    if (site == NULL || !str_next_line(&rest, &header) || !str_next_line(&rest, &row)) {
        return error_set(err, STATUS_INVALID, "Choose a place of the list, or give its position.");
    }
    buf_printf(out, "%.*s,lon,lat\n%.*s,%.7f,%.7f\n", STR_ARG(header), STR_ARG(row), site->lon,
               site->lat);
    return STATUS_OK;
}

/* The row as it is kept; empty, and named as refused, when it is too long for that. */
static str row_text(struct changing *changing, const struct json *row)
{
    str text = operation_json_text(changing->arena, row);
    if (text.n == 0) {
        changing->done->refused++;
        buf_printf(&changing->refusals, "%.*s: its row is too long to be kept\n",
                   STR_ARG(utf8_clip(json_member_text(row, "id"), 80)));
    }
    return text;
}

static enum status take_rows(struct changing *changing, const struct json *list,
                             enum operation_demand_kind kind, struct error *err)
{
    struct operation *operation = changing->operation;
    for (size_t i = 0; list != NULL && i < list->count; i++) {
        const struct json *row = &list->items[i];
        str site = json_member_text(row, "site");
        str text = row_text(changing, row);
        if (text.n == 0) {
            continue;
        }
        if (!add_demand(operation, kind, site, text)) {
            return too_many(err);
        }
    }
    return STATUS_OK;
}

static str demand_id(struct arena *arena, const struct operation_demand *demand)
{
    struct json row;
    return json_parse(arena, demand->json, &row, NULL) == STATUS_OK ? json_member_text(&row, "id")
                                                                    : (str){0};
}

/* An event goes before what was known of it, wherever that was: it may have moved. One that the calendar calls
 * cancelled by now (ids, a line each) is not gone to. */
static enum status take_events(struct changing *changing, const struct json *list, str cancelled,
                               struct error *err)
{
    enum { IS_NEW, IS_CANCELLED };
    struct operation *operation = changing->operation;
    struct operation_changed *done = changing->done;
    const size_t before = operation->demand_count;
    struct plan_ids ids;
    struct arena arena;
    size_t kept = 0;
    str id;
    plan_ids_init(&ids, changing->arena);
    enum status status = take_rows(changing, list, DEMAND_TASK, err);
    if (status != STATUS_OK) {
        return status;
    }
    for (size_t i = before; i < operation->demand_count; i++) {
        (void)plan_ids_add(&ids, demand_id(changing->arena, &operation->demands[i]), IS_NEW);
    }
    while (str_next_line(&cancelled, &id)) {
        (void)plan_ids_add(&ids, arena_str(changing->arena, id), IS_CANCELLED);
    }
    done->added += operation->demand_count - before;
    arena_init(&arena, (size_t)8 * OPERATION_ROW_BYTES_MAX);
    for (size_t i = 0; i < operation->demand_count; i++) {
        struct operation_demand *demand = &operation->demands[i];
        bool is_old = i < before && demand->kind == DEMAND_TASK;
        arena_reset(&arena);
        uint32_t how = is_old ? plan_ids_find(&ids, demand_id(&arena, demand)) : UINT32_MAX;
        done->changed += how != UINT32_MAX;
        done->added -= how == IS_NEW;
        if (how == UINT32_MAX) {
            operation->demands[kept++] = *demand;
        }
    }
    operation->demand_count = kept;
    arena_close(&arena);
    return STATUS_OK;
}

static enum status take_sites(struct changing *changing, const struct json *list, struct error *err)
{
    bool is_calendar = changing->change->kind == OPERATION_EVENTS;
    for (size_t i = 0; list != NULL && i < list->count; i++) {
        const struct json *row = &list->items[i];
        struct operation_site site = {
            .id = json_member_text(row, "id"),
            .name = json_member_text(row, "name"),
            .area = json_member_text(row, "area"),
            .postcode = json_member_text(row, "address"),
            .from = is_calendar ? STR("calendar") : changing->change->from,
            .lon = json_member_real(row, "lon", 0),
            .lat = json_member_real(row, "lat", 0),
        };
        bool is_known = operation_site_find(changing->operation, site.id) != NULL;
        if (is_calendar && is_known) {
            continue; /* it came out of our own table */
        }
        if (is_known && str_equal(changing->change->from, STR("form"))) {
            return error_set(err, STATUS_INVALID,
                             "There is a site of that name already; give it another name.");
        }
        if (!is_calendar && is_known) {
            drop_visits_and_posts(changing->operation, site.id);
        }
        if (!take_site(changing, &site)) {
            return too_many(err);
        }
    }
    return STATUS_OK;
}

static enum status take_units(struct changing *changing, const struct json *list, struct error *err)
{
    struct operation *operation = changing->operation;
    for (size_t i = 0; list != NULL && i < list->count; i++) {
        struct operation_unit unit = {.id = json_member_text(&list->items[i], "id"),
                                      .json = row_text(changing, &list->items[i])};
        size_t at = 0;
        if (unit.json.n == 0) {
            continue;
        }
        while (at < operation->unit_count && !str_equal(operation->units[at].id, unit.id)) {
            at++;
        }
        if (at == OPERATION_UNITS_MAX) {
            return too_many(err);
        }
        if (at < operation->unit_count && str_equal(changing->change->from, STR("form"))) {
            return error_set(
                err, STATUS_INVALID,
                "There is a unit with that call sign already; give another, or take that "
                "one out first.");
        }
        *(at < operation->unit_count ? &changing->done->changed : &changing->done->added) += 1;
        operation->units[at] = unit;
        operation->unit_count += at == operation->unit_count;
    }
    return STATUS_OK;
}

static enum status take_problem(struct changing *changing, str text, str cancelled,
                                struct error *err)
{
    struct json json;
    enum status status = json_parse(changing->arena, text, &json, err);
    if (status != STATUS_OK) {
        return error_set(err, STATUS_LIMIT, "The file is too large to be taken at once.");
    }
    if (changing->change->kind == OPERATION_UNITS) {
        return take_units(changing, json_member(&json, "units"), err);
    }
    status = take_sites(changing, json_member(&json, "sites"), err);
    if (status == STATUS_OK && changing->change->kind == OPERATION_SITES) {
        status = take_rows(changing, json_member(&json, "visits"), DEMAND_VISITS, err);
    }
    if (status == STATUS_OK && changing->change->kind == OPERATION_SITES) {
        status = take_rows(changing, json_member(&json, "posts"), DEMAND_POST, err);
    }
    return status == STATUS_OK ? take_events(changing, json_member(&json, "tasks"), cancelled, err)
                               : status;
}

static enum status import(struct changing *changing, const char *name, str table, struct error *err)
{
    const struct operation_change *change = changing->change;
    struct plan_refused refused;
    struct buf out;
    struct buf cancelled;
    uint32_t doubles = 0;
    struct plan_sheet sheet = {.cancelled = &cancelled,
                               .sites_name = name,
                               .units_name = name,
                               .events_name = name,
                               .sites = table,
                               .day = changing->operation->day,
                               .name = STR("operation"),
                               .from = POLLS_OPEN_S,
                               .to = POLLS_CLOSE_S,
                               .dwell = (int32_t)(60 * changing->operation->rules.dwell_minutes),
                               .count = (int32_t)changing->operation->rules.visits};
    if (change->kind == OPERATION_UNITS) {
        sheet.units = change->text;
    } else if (change->kind == OPERATION_EVENTS) {
        sheet.events = change->text;
        sheet.dwell = (int32_t)(60 * change->minutes);
    }
    plan_refused_init(&refused);
    buf_init(&out, SHEET_BYTES_MAX);
    buf_init(&cancelled, SHEET_BYTES_MAX);
    enum status status = plan_import_sheet(&sheet, &out, &refused, &doubles, err);
    if (status == STATUS_OK && out.overflowed) {
        status = error_set(err, STATUS_LIMIT, "The file is too large to be taken at once.");
    }
    if (status == STATUS_INVALID && refused.count > 0) {
        status = error_set(err, STATUS_INVALID, "No row of it could be taken.");
    }
    if (status == STATUS_OK) {
        status = take_problem(changing, buf_str(&out), buf_str(&cancelled), err);
    }
    changing->done->refused += refused.count;
    buf_add(&changing->refusals, utf8_clip(buf_str(&refused.text), REFUSALS_BYTES_MAX / 2));
    plan_refused_close(&refused);
    buf_close(&out);
    buf_close(&cancelled);
    return status;
}

enum status change_sheet(struct changing *changing, struct error *err)
{
    const struct operation_change *change = changing->change;
    struct buf table;
    const char *name = arena_cstr(changing->arena, utf8_clip(change->name, 100));
    enum status status = STATUS_OK;
    buf_init(&table, OPERATION_BODY_BYTES_MAX);
    if (change->kind != OPERATION_SITES) {
        add_sites_table(&table, changing->operation);
    } else if (change->id.n > 0) {
        status = at_site(changing, &table, err);
    } else {
        buf_add(&table, change->text);
        status = table.overflowed
                     ? error_set(err, STATUS_LIMIT, "The file is too large to be taken at once.")
                     : STATUS_OK;
    }
    if (status == STATUS_OK && change->kind == OPERATION_UNITS &&
        changing->operation->site_count == 0) {
        status =
            error_set(err, STATUS_INVALID, "A unit begins at a base, and there is no site yet.");
        error_hint(err, "Add the sites first; a station can be one, with 0 visits.");
    }
    if (status == STATUS_OK) {
        status = import(changing, name, buf_str(&table), err);
    }
    buf_close(&table);
    if (status == STATUS_OK && changing->done->added + changing->done->changed == 0) {
        status = error_set(err, STATUS_INVALID, "No row of it could be taken.");
    }
    return status;
}
