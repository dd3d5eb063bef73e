/* SPDX-License-Identifier: Apache-2.0 */
/* Where a case must go, in lines that an officer can read aloud. */
#include "deskweb/case_view.h"

enum { LINES_MAX = DESK_ROUTE_PARTS_MAX + PACK_DOORS_MAX + 4 };

struct lines {
    struct part_desk_line *rows;
    size_t count;
};

static void add(struct lines *lines, str text)
{
    if (lines->count < LINES_MAX) {
        lines->rows[lines->count++].text = text;
    }
}

/* "97.4 %", or nothing for all of it. */
static str share_of(struct ask *ask, int64_t permille)
{
    return permille >= 1000 ? (str){0}
                            : arena_printf(ask->arena, ", %lld.%lld %%", (long long)(permille / 10),
                                           (long long)(permille % 10));
}

static void add_forces(struct ask *ask, const struct desk_route *route, struct lines *lines)
{
    const struct pack *pack = ask->web->options.pack;
    for (size_t i = 0; i < route->force_count; i++) {
        const struct desk_route_part *part = &route->forces[i];
        const struct pack_force *force = pack_force(pack, part->id);
        str name = force == NULL ? part->id : force->name;
        add(lines,
            arena_printf(ask->arena, "%.*s%.*s (%s, by the %.*s)", STR_ARG(name),
                         STR_ARG(share_of(ask, part->permille)),
                         part->is_office ? "whom the office stands for" : "where it happened",
                         STR_ARG(part->rule)));
    }
}

static void add_seats(struct ask *ask, const struct desk_route *route, struct lines *lines)
{
    const struct pack *pack = ask->web->options.pack;
    str text = {0};
    for (size_t i = 0; i < route->seat_count; i++) {
        const struct desk_route_part *part = &route->seats[i];
        const struct pack_constituency *seat = pack_constituency(pack, part->id);
        const struct pack_assembly_seat *other = pack_assembly_seat(pack, part->id);
        str name = seat != NULL ? seat->name : other != NULL ? other->name : part->id;
        text = arena_printf(ask->arena, "%.*s%s%.*s%.*s", STR_ARG(text), i == 0 ? "" : "; ",
                            STR_ARG(name), STR_ARG(share_of(ask, part->permille)));
    }
    if (text.n > 0) {
        add(lines, arena_printf(ask->arena, "Constituency: %.*s", STR_ARG(text)));
    }
}

static void add_doors(struct ask *ask, const struct desk_case *shown, struct lines *lines)
{
    const struct pack *pack = ask->web->options.pack;
    const struct pack_door *doors[PACK_DOORS_MAX];
    str nations[DESK_ROUTE_PARTS_MAX];
    size_t nation_count = 0;
    for (size_t i = 0; i < shown->route.force_count; i++) {
        const struct pack_force *force = pack_force(pack, shown->route.forces[i].id);
        if (force != NULL) {
            nations[nation_count++] = force->nation;
        }
    }
    struct pack_query query = {
        .codes = shown->row.codes,
        .code_count = shown->row.code_count,
        .grade = (int)shown->row.grade,
        .is_danger_now = shown->row.is_danger_now,
        .office = shown->route.office,
        .nations = nations,
        .nation_count = nation_count,
    };
    size_t count = pack_doors_for(pack, &query, doors);
    for (size_t i = 0; i < count; i++) {
        add(lines, arena_printf(ask->arena, "%.*s: %.*s", STR_ARG(doors[i]->to),
                                STR_ARG(pack_text(pack, &doors[i]->say, STR("en")))));
    }
}

struct part_desk_line_list view_route(struct ask *ask, const struct desk_case *shown)
{
    struct lines lines = {ARENA_ARRAY(ask->arena, struct part_desk_line, LINES_MAX), 0};
    const struct desk_route *route = &shown->route;
    if (!route->is_there) {
        return (struct part_desk_line_list){lines.rows, 0};
    }
    add_forces(ask, route, &lines);
    add_seats(ask, route, &lines);
    if (route->why.n > 0) {
        add(&lines,
            arena_printf(ask->arena, "%s: %.*s.", route->is_certain ? "Certain" : "Not certain",
                         STR_ARG(route->why)));
    }
    add_doors(ask, shown, &lines);
    return (struct part_desk_line_list){lines.rows, lines.count};
}
