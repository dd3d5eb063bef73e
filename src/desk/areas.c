/* SPDX-License-Identifier: Apache-2.0 */
/* Areas that cases are found by. A case lies in every force and constituency of its route, and in
 * every district that those leave possible: who looks for one place must not miss a case because its
 * report was vague. The words of the report itself are found as they were written.
 *
 * An area is written "force:gwent", "district:W06000022", "seat:W07000104"; anything else is words. */
#include "desk/desk_internal.h"

#include "pack/fold.h"
#include "route/route.h"

enum { FIND_BYTES_MAX = 200 };

#define KIND_FORCE "force"
#define KIND_DISTRICT "district"
#define KIND_SEAT "seat"

static str area_value(struct arena *arena, const char *kind, str id)
{
    return arena_printf(arena, "%s:%.*s", kind, STR_ARG(id));
}

bool desk_area_known(const struct desk *desk, str value, struct desk_area *ret_area)
{
    const struct pack *pack = desk->options.pack;
    str kind = {0};
    str id = str_cut(value, ':', &kind);
    if (pack == NULL || id.n == 0) {
        return false;
    }
    *ret_area = (struct desk_area){.value = value};
    if (str_equal(kind, STR(KIND_FORCE))) {
        const struct pack_force *force = pack_force(pack, id);
        ret_area->kind = DESK_AREA_FORCE;
        ret_area->name = force == NULL ? (str){0} : force->name;
    } else if (str_equal(kind, STR(KIND_DISTRICT))) {
        const struct pack_district *district = pack_district(pack, id);
        ret_area->kind = DESK_AREA_DISTRICT;
        ret_area->name = district == NULL ? (str){0} : district->name;
    } else if (str_equal(kind, STR(KIND_SEAT))) {
        const struct pack_constituency *seat = pack_constituency(pack, id);
        const struct pack_assembly_seat *other = pack_assembly_seat(pack, id);
        ret_area->kind = DESK_AREA_SEAT;
        ret_area->name = seat != NULL ? seat->name : other != NULL ? other->name : (str){0};
    }
    return ret_area->name.n > 0;
}

/* --- what a case is found by --- */

static void add_tag(const struct desk *desk, struct casebook_facets *facets, const char *kind,
                    str id)
{
    casebook_facet_add(facets, casebook_tag(desk->casebook, str_c(kind), id));
}

void area_facets(const struct desk *desk, const struct brief *brief, struct casebook_facets *facets)
{
    const struct desk_route *route = &brief->route;
    for (size_t i = 0; i < route->force_count; i++) {
        add_tag(desk, facets, KIND_FORCE, route->forces[i].id);
    }
    for (size_t i = 0; i < route->seat_count; i++) {
        add_tag(desk, facets, KIND_SEAT, route->seats[i].id);
    }
    for (size_t i = 0; i < route->district_count; i++) {
        add_tag(desk, facets, KIND_DISTRICT, route->districts[i]);
    }
}

int64_t area_tag(const struct desk *desk, str area)
{
    struct desk_area known;
    str kind = {0};
    str id = str_cut(area, ':', &kind);
    if (!desk_area_known(desk, area, &known)) {
        return casebook_tag(desk->casebook, STR("area"), area);
    }
    if (known.kind == DESK_AREA_DISTRICT) { /* by its code of today */
        id = pack_district(desk->options.pack, id)->gss;
    }
    return casebook_tag(desk->casebook, kind, id);
}

/* --- what words can mean --- */

struct finding {
    const struct desk *desk;
    struct arena *arena;
    str wanted; /* folded */
    struct desk_area *list;
    size_t count;
    bool has_more;
    bool is_postcode;
};

static void found(struct finding *f, enum desk_area_kind kind, const char *word, str id, str name)
{
    str value = area_value(f->arena, word, id);
    for (size_t i = 0; i < f->count; i++) {
        if (str_equal(f->list[i].value, value)) {
            return;
        }
    }
    if (f->count == DESK_AREAS_MAX) {
        f->has_more = true;
        return;
    }
    f->list[f->count++] = (struct desk_area){
        .value = value, .name = name, .kind = kind, .is_of_postcode = f->is_postcode};
}

/* 2: the whole name, 1: a part of it that begins a word, 0: not. */
static int fit(const struct finding *f, str name)
{
    char bytes[FOLD_NAME_BYTES_MAX];
    str folded = fold_name(name, bytes);
    int best = 0;
    for (size_t at = 0; at + f->wanted.n <= folded.n && f->wanted.n > 0; at++) {
        bool is_start = at == 0 || folded.p[at - 1] == ' ';
        if (is_start && str_starts(str_slice(folded, at, folded.n), f->wanted)) {
            best = folded.n == f->wanted.n ? 2 : 1;
            break;
        }
    }
    return best;
}

static int fit_any(const struct finding *f, str name, const struct pack_list *others)
{
    int best = fit(f, name);
    for (size_t i = 0; i < others->count; i++) {
        int other = fit(f, others->items[i]);
        best = other > best ? other : best;
    }
    return best;
}

static void find_names(struct finding *f, int wanted_fit)
{
    static const struct pack_list none = {0};
    const struct pack *pack = f->desk->options.pack;
    for (size_t i = 0; i < pack->force_count; i++) {
        if (fit_any(f, pack->forces[i].name, &none) == wanted_fit) {
            found(f, DESK_AREA_FORCE, KIND_FORCE, pack->forces[i].id, pack->forces[i].name);
        }
    }
    for (size_t i = 0; i < pack->district_count; i++) {
        const struct pack_district *district = &pack->districts[i];
        if (fit_any(f, district->name, &district->other_names) == wanted_fit) {
            found(f, DESK_AREA_DISTRICT, KIND_DISTRICT, district->gss, district->name);
        }
    }
    for (size_t i = 0; i < pack->constituency_count; i++) {
        const struct pack_constituency *seat = &pack->constituencies[i];
        const struct pack_list welsh = {&seat->name_cy, 1};
        if (fit_any(f, seat->name, &welsh) == wanted_fit) {
            found(f, DESK_AREA_SEAT, KIND_SEAT, seat->gss, seat->name);
        }
    }
    for (size_t i = 0; i < pack->assembly_seat_count; i++) {
        const struct pack_assembly_seat *seat = &pack->assembly_seats[i];
        if (fit_any(f, seat->name, &none) == wanted_fit) {
            found(f, DESK_AREA_SEAT, KIND_SEAT, seat->gss, seat->name);
        }
    }
}

/* A postcode, a ward, a town: where the router says it lies. */
static void find_place(struct finding *f, str words)
{
    const struct desk *desk = f->desk;
    struct route_answer *answer = ARENA_NEW(f->arena, struct route_answer);
    struct route_query query = {.place = words};
    router_ask(desk->options.router, desk->route_work, &query, answer);
    f->is_postcode = answer->why == ROUTE_WHY_POSTCODE;
    for (size_t i = 0; i < answer->force_count; i++) {
        const struct pack_force *force = answer->forces[i].force;
        found(f, DESK_AREA_FORCE, KIND_FORCE, force->id, force->name);
    }
    const struct pack_district *district =
        answer->why == ROUTE_WHY_POSTCODE ? pack_district(desk->options.pack, answer->why_subject)
                                          : NULL;
    if (district != NULL) {
        found(f, DESK_AREA_DISTRICT, KIND_DISTRICT, district->gss, district->name);
    }
    for (size_t i = 0; i < answer->seat_count; i++) {
        found(f, DESK_AREA_SEAT, KIND_SEAT, answer->seats[i].gss, answer->seats[i].name);
    }
    route_work_clear(desk->route_work);
}

enum status desk_areas(struct desk *desk, const struct caller *caller, str words,
                       struct arena *arena, struct desk_area **ret_list, size_t *ret_count,
                       bool *ret_more, struct error *err)
{
    char bytes[FOLD_NAME_BYTES_MAX];
    struct finding f = {.desk = desk, .arena = arena};
    enum status status = desk_need(desk, caller, CAP_READ_QUEUE, err);
    if (status != STATUS_OK) {
        return status;
    }
    f.list = ARENA_ARRAY(arena, struct desk_area, DESK_AREAS_MAX);
    words = str_trim(words);
    f.wanted = words.n <= FIND_BYTES_MAX ? fold_name(words, bytes) : (str){0};
    if (f.wanted.n > 0 && desk->options.pack != NULL) {
        find_names(&f, 2);
        find_names(&f, 1);
    }
    if (f.count == 0 && f.wanted.n > 0 && desk->options.router != NULL &&
        desk->options.pack != NULL) {
        find_place(&f, words);
    }
    *ret_list = f.list;
    *ret_count = f.count;
    *ret_more = f.has_more;
    return STATUS_OK;
}
