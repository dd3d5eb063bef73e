/* SPDX-License-Identifier: Apache-2.0 */
/* Every report arrives routed. The place and the office that the reporter gave go to the router
 * once, at import; what comes out is kept sealed with the case, so that an officer sees what was
 * known then, whatever a newer pack would say. When reports leave a case it is asked again, about
 * those that are left (derive.c): a route tells of the place that the report named. */
#include "desk/desk_internal.h"

#include "base/utf8.h"
#include "route/route.h"

#define ROUTE_BY_TEXT "No place was given; this is read out of what was reported: "

enum { WHY_BYTES_MAX = 512, HINT_PLACE_BYTES_MAX = 120 };

static void keep_forces(const struct route_answer *answer, struct desk_route *route)
{
    for (size_t i = 0; i < answer->force_count && route->force_count < DESK_ROUTE_PARTS_MAX; i++) {
        const struct route_force *force = &answer->forces[i];
        route->forces[route->force_count++] = (struct desk_route_part){
            .id = force->force->id,
            .permille = force->permille,
            .rule = str_c(force->rule),
            .is_office = force->of == ROUTE_OF_OFFICE,
        };
    }
}

static void keep_seats(const struct route_answer *answer, struct desk_route *route)
{
    for (size_t i = 0; i < answer->seat_count && route->seat_count < DESK_ROUTE_PARTS_MAX; i++) {
        const struct route_seat *seat = &answer->seats[i];
        route->seats[route->seat_count++] = (struct desk_route_part){
            .id = seat->gss,
            .permille = seat->permille,
            .is_office = seat->of == ROUTE_OF_OFFICE,
        };
    }
}

static bool has_force(const struct desk_route *route, const struct pack_force *force)
{
    bool has = false;
    for (size_t i = 0; i < route->force_count && force != NULL; i++) {
        has = has || str_equal(route->forces[i].id, force->id);
    }
    return has;
}

static void add_district(struct desk_route *route, const struct pack_district *district)
{
    for (size_t i = 0; i < route->district_count; i++) {
        if (str_equal(route->districts[i], district->gss)) {
            return;
        }
    }
    if (route->district_count < DESK_ROUTE_DISTRICTS_MAX) {
        route->districts[route->district_count++] = district->gss;
    }
}

void route_districts(const struct desk *desk, struct desk_route *route)
{
    const struct pack *pack = desk->options.pack;
    route->district_count = 0;
    for (size_t i = 0; i < route->seat_count && pack != NULL; i++) {
        const struct pack_constituency *seat = pack_constituency(pack, route->seats[i].id);
        for (size_t k = 0; seat != NULL && k < seat->share_count; k++) {
            if (has_force(route, seat->shares[k].district->force)) {
                add_district(route, seat->shares[k].district);
            }
        }
    }
}

/* Only a postcode says which one it is. */
static void keep_districts(const struct desk *desk, const struct route_answer *answer,
                           struct desk_route *route)
{
    const struct pack *pack = desk->options.pack;
    const struct pack_district *district = pack != NULL && answer->why == ROUTE_WHY_POSTCODE
                                               ? pack_district(pack, answer->why_subject)
                                               : NULL;
    route_districts(desk, route);
    if (district != NULL && !answer->has_both) {
        route->district_count = 0;
        add_district(route, district);
    }
}

/* The form's list of offices, with "stands for it" beside it; NULL when it was said in words. */
static const struct pack_office *listed_office(const struct desk *desk, const struct report *report)
{
    return desk->options.pack == NULL
               ? NULL
               : pack_office_in_role(desk->options.pack, report->target_office,
                                     report->target_role);
}

/* A case whose place lies in one constituency is counted and found under its name, however the
 * reporter wrote it; any other keeps the reporter's words. */
static bool name_area(const struct route_answer *answer, struct brief *brief)
{
    const struct route_seat *only = NULL;
    size_t count = 0;
    for (size_t i = 0; i < answer->seat_count; i++) {
        if (answer->seats[i].of == ROUTE_OF_INCIDENT) {
            only = &answer->seats[i];
            count++;
        }
    }
    if (count == 1) {
        brief->area = only->name;
    }
    return count == 1;
}

/* Nobody said where it was, but what was reported may: "the polling station in …", in whatever language
 * it was written; the router knows names, not grammar. True when the answer is by that. */
static bool ask_text(struct desk *desk, const struct report *report, struct route_query *query,
                     struct route_answer *answer)
{
    if (report->postcode.n > 0 || query->place.n > 0 || str_trim(report->what).n == 0) {
        return false;
    }
    struct route_answer *by_text = ARENA_NEW(&desk->work, struct route_answer);
    struct route_query wider = *query;
    wider.place = report->what;
    router_ask(desk->options.router, desk->route_work, &wider, by_text);
    bool has_place = false;
    for (size_t i = 0; i < by_text->force_count; i++) {
        has_place = has_place || by_text->forces[i].of == ROUTE_OF_INCIDENT;
    }
    /* beside an office, which leads somewhere, only a place that leaves no doubt */
    if (!has_place || (answer->force_count > 0 && !by_text->certain)) {
        return false;
    }
    *answer = *by_text;
    return true;
}

void brief_route(struct desk *desk, struct arena *arena, const struct letter_body *body,
                 int64_t grade, struct brief *brief)
{
    const struct report *report = &body->report;
    const struct router *router = desk->options.router;
    if (router == NULL) {
        return;
    }
    const struct pack_office *listed = listed_office(desk, report);
    const char grade_id[] = {'G', (char)('0' + grade)};
    struct route_answer *answer = ARENA_NEW(&desk->work, struct route_answer);
    struct route_query query = {
        .postcode = report->postcode,
        .place = report_where_words(&desk->work, report),
        /* "MP for Clacton" says whom the office stands for; the form's list of offices does not. */
        .constituency = listed == NULL ? report->target_office : (str){0},
        .office = listed == NULL ? report->target_role : listed->id,
        .kind = brief->code_count > 0 ? brief->codes[0] : (str){0},
        .grade = {grade_id, sizeof grade_id},
        .is_danger_now = brief->is_danger_now,
    };
    struct buf why;
    router_ask(router, desk->route_work, &query, answer);
    if (answer->office == NULL && report->target_office.n > 0) {
        query.office = report->target_office; /* where the form's one list of both puts it */
        router_ask(router, desk->route_work, &query, answer);
    }
    const bool is_by_text = ask_text(desk, report, &query, answer);
    buf_init(&why, WHY_BYTES_MAX);
    buf_add_c(&why, is_by_text ? ROUTE_BY_TEXT : "");
    route_why(router, answer, &why);
    brief->route = (struct desk_route){
        .is_there = true,
        .is_certain = answer->certain && !is_by_text,
        .why = arena_str(arena, buf_str(&why)),
        .office = answer->office == NULL ? (str){0} : answer->office->id,
    };
    buf_close(&why);
    keep_forces(answer, &brief->route);
    keep_seats(answer, &brief->route);
    keep_districts(desk, answer, &brief->route);
    if (!is_by_text) { /* found by it, but not counted there: a text may name more than where it was */
        (void)name_area(answer, brief);
    }
    route_work_clear(desk->route_work);
}

bool route_ask_place(struct desk *desk, str place, struct brief *brief, struct desk_route *route)
{
    struct route_answer *answer = ARENA_NEW(&desk->work, struct route_answer);
    struct route_query query = {.place = place, .office = route->office};
    router_ask(desk->options.router, desk->route_work, &query, answer);
    if (answer->force_count > 0) {
        route->force_count = route->seat_count = 0;
        route->is_certain = answer->certain;
        keep_forces(answer, route);
        keep_seats(answer, route);
        keep_districts(desk, answer, route);
        route->is_area_said = name_area(answer, brief) || route->is_area_said;
    }
    route_work_clear(desk->route_work);
    return answer->force_count > 0;
}

/* The one force that `place` leads to for certain; empty when there is none. */
static str sure_force(struct desk *desk, str place, struct route_answer *answer)
{
    struct route_query query = {.place = place};
    router_ask(desk->options.router, desk->route_work, &query, answer);
    return answer->certain && answer->force_count == 1 ? answer->forces[0].force->id : (str){0};
}

bool route_hint(struct desk *desk, struct arena *arena, str text, int64_t leaf,
                struct desk_route *route)
{
    if (desk->options.router == NULL || !route->is_there || str_trim(text).n == 0) {
        return false;
    }
    struct route_answer *answer = ARENA_NEW(&desk->work, struct route_answer);
    str force = sure_force(desk, text, answer);
    bool is_other =
        force.n > 0 && !(route->force_count == 1 && str_equal(route->forces[0].id, force));
    if (is_other) {
        str place = arena_str(arena, utf8_clip(answer->why_subject, HINT_PLACE_BYTES_MAX));
        route->hint.place = place;
        route->hint.force = force;
        route->hint.leaf = leaf;
        route->hint.is_alone = str_equal(sure_force(desk, place, answer), force);
    }
    route_work_clear(desk->route_work);
    return is_other;
}

str route_hint_force(const struct desk *desk, const struct desk_route *route)
{
    const struct pack_force *force = pack_force(desk->options.pack, route->hint.force);
    return force == NULL ? route->hint.force : force->name;
}

static void encode_parts(struct json_out *out, const char *name,
                         const struct desk_route_part *parts, size_t count)
{
    json_name(out, name);
    json_begin_list(out);
    for (size_t i = 0; i < count; i++) {
        json_begin_object(out);
        json_put_text(out, "id", parts[i].id);
        json_put_int(out, "share", parts[i].permille);
        json_put_text(out, "rule", parts[i].rule);
        if (parts[i].is_office) {
            json_put_bool(out, "office", true);
        }
        json_end_object(out);
    }
    json_end_list(out);
}

void desk_route_encode(struct json_out *out, const struct desk_route *route)
{
    json_begin_object(out);
    json_put_bool(out, "certain", route->is_certain);
    json_put_text(out, "why", route->why);
    json_put_text(out, "office", route->office);
    if (route->officer != 0) {
        json_put_int(out, "officer", route->officer);
        json_put_bool(out, "area_said", route->is_area_said);
    }
    encode_parts(out, "forces", route->forces, route->force_count);
    encode_parts(out, "seats", route->seats, route->seat_count);
    json_name(out, "districts");
    json_begin_list(out);
    for (size_t i = 0; i < route->district_count; i++) {
        json_add_text(out, route->districts[i]);
    }
    json_end_list(out);
    if (route->hint.place.n > 0) {
        json_name(out, "hint");
        json_begin_object(out);
        json_put_text(out, "place", route->hint.place);
        json_put_text(out, "force", route->hint.force);
        json_put_int(out, "leaf", route->hint.leaf);
        json_put_bool(out, "alone", route->hint.is_alone);
        json_end_object(out);
    }
    json_end_object(out);
}

static size_t decode_parts(const struct json *list, struct desk_route_part *ret_parts)
{
    size_t count = 0;
    for (size_t i = 0; list != NULL && i < list->count && count < DESK_ROUTE_PARTS_MAX; i++) {
        const struct json *item = &list->items[i];
        ret_parts[count++] = (struct desk_route_part){
            .id = json_member_text(item, "id"),
            .permille = json_member_int(item, "share", 0),
            .rule = json_member_text(item, "rule"),
            .is_office = json_member_bool(item, "office", false),
        };
    }
    return count;
}

void desk_route_decode(const struct json *json, struct desk_route *ret_route)
{
    if (json == NULL || json->kind != JSON_OBJECT) {
        return;
    }
    ret_route->is_there = true;
    ret_route->is_certain = json_member_bool(json, "certain", false);
    ret_route->why = json_member_text(json, "why");
    ret_route->office = json_member_text(json, "office");
    ret_route->officer = json_member_int(json, "officer", 0);
    ret_route->is_area_said = json_member_bool(json, "area_said", false);
    ret_route->force_count = decode_parts(json_member(json, "forces"), ret_route->forces);
    ret_route->seat_count = decode_parts(json_member(json, "seats"), ret_route->seats);
    const struct json *districts = json_member(json, "districts");
    for (size_t i = 0; districts != NULL && i < districts->count &&
                       ret_route->district_count < DESK_ROUTE_DISTRICTS_MAX;
         i++) {
        ret_route->districts[ret_route->district_count++] = districts->items[i].text;
    }
    const struct json *hint = json_member(json, "hint");
    if (hint != NULL && hint->kind == JSON_OBJECT) {
        ret_route->hint.place = json_member_text(hint, "place");
        ret_route->hint.force = json_member_text(hint, "force");
        ret_route->hint.leaf = json_member_int(hint, "leaf", 0);
        ret_route->hint.is_alone = json_member_bool(hint, "alone", false);
    }
}
