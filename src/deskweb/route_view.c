/* SPDX-License-Identifier: Apache-2.0 */
/* Where a case must go, in words that an officer can read aloud. The places come from what was
 * kept with the case, the doors from the pack by the codes and the grade of now. */
#include "deskweb/case_view.h"

/* Names of bodies as people know them; any other stands as the pack writes it. */
static str body_name(str id)
{
    static const struct {
        const char *id, *name;
    } rows[] = {{"feoa", "Adviser for elected officials (FEOA)"},
                {"force", "The force"},
                {"plait", "PLaIT"},
                {"spoc", "Election single point of contact (SPOC)"},
                {"ftac", "FTAC"},
                {"npcc", "the daily national return"},
                {"supervisor", "the duty supervisor"},
                {"returning-officer", "the returning officer"}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (str_equal(id, str_c(rows[i].id))) {
            return str_c(rows[i].name);
        }
    }
    return id;
}

/* "97.4 %", or nothing for all of it. */
static str share_of(struct ask *ask, int64_t permille)
{
    return permille >= 1000 ? (str){0}
                            : arena_printf(ask->arena, "%lld.%lld %%, ", (long long)(permille / 10),
                                           (long long)(permille % 10));
}

static str how_of(struct ask *ask, const struct desk_route_part *part)
{
    if (str_equal(part->rule, STR(DESK_ROUTE_BY_OFFICER))) {
        return STR("chosen by an officer");
    }
    return arena_printf(ask->arena, "%.*s%s, by the %.*s", STR_ARG(share_of(ask, part->permille)),
                        part->is_office ? "whom the office stands for" : "where it happened",
                        STR_ARG(part->rule));
}

static void view_forces(struct ask *ask, const struct desk_route *route,
                        struct part_desk_route *view)
{
    const struct pack *pack = ask->web->options.pack;
    struct part_desk_route_forces *rows =
        ARENA_ARRAY(ask->arena, struct part_desk_route_forces, route->force_count + 1);
    for (size_t i = 0; i < route->force_count; i++) {
        const struct pack_force *force = pack_force(pack, route->forces[i].id);
        rows[i] = (struct part_desk_route_forces){force == NULL ? route->forces[i].id : force->name,
                                                  how_of(ask, &route->forces[i])};
    }
    view->forces.items = rows;
    view->forces.count = route->force_count;
}

static str seats_of(struct ask *ask, const struct desk_route *route)
{
    const struct pack *pack = ask->web->options.pack;
    str text = {0};
    for (size_t i = 0; i < route->seat_count; i++) {
        const struct desk_route_part *part = &route->seats[i];
        const struct pack_constituency *seat = pack_constituency(pack, part->id);
        const struct pack_assembly_seat *other = pack_assembly_seat(pack, part->id);
        str name = seat != NULL ? seat->name : other != NULL ? other->name : part->id;
        str share = part->permille >= 1000 ? (str){0}
                                           : arena_printf(ask->arena, " (%lld.%lld %%)",
                                                          (long long)(part->permille / 10),
                                                          (long long)(part->permille % 10));
        text = arena_printf(ask->arena, "%.*s%s%.*s%.*s", STR_ARG(text), i == 0 ? "" : "; ",
                            STR_ARG(name), STR_ARG(share));
    }
    return text;
}

static size_t doors_of(struct ask *ask, const struct desk_case *shown,
                       const struct pack_door *doors[PACK_DOORS_MAX])
{
    const struct pack *pack = ask->web->options.pack;
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
    return pack_doors_for(pack, &query, doors);
}

static void view_doors(struct ask *ask, const struct desk_case *shown, struct part_desk_route *view)
{
    const struct pack *pack = ask->web->options.pack;
    const struct pack_door *doors[PACK_DOORS_MAX];
    size_t count = doors_of(ask, shown, doors);
    struct part_desk_route_calls *calls =
        ARENA_ARRAY(ask->arena, struct part_desk_route_calls, count + 1);
    struct part_desk_route_owners *owners =
        ARENA_ARRAY(ask->arena, struct part_desk_route_owners, count + 1);
    view->calls.items = calls;
    view->owners.items = owners;
    for (size_t i = 0; i < count; i++) {
        str to = body_name(doors[i]->to);
        str say = pack_text(pack, &doors[i]->say, STR("en"));
        switch (doors[i]->part) {
        case PACK_PART_CALL:
            calls[view->calls.count++] = (struct part_desk_route_calls){to, say};
            break;
        case PACK_PART_OWNER:
            owners[view->owners.count++] = (struct part_desk_route_owners){to, say};
            break;
        case PACK_PART_INFORMED:
            view->told = arena_printf(ask->arena, "%.*s%s%.*s", STR_ARG(view->told),
                                      view->told.n == 0 ? "" : ", ", STR_ARG(to));
            break;
        }
    }
}

/* Reports of which the reporter did not tick that the police may be told. Nobody asked the press, or
 * the senders of an inbox. */
static size_t not_agreed(const struct desk_case *shown, size_t *ret_asked)
{
    size_t count = 0;
    *ret_asked = 0;
    for (size_t i = 0; i < shown->report_count; i++) {
        const struct letter_body *body = &shown->reports[i].body;
        if (!shown->reports[i].is_erased && !body->is_added && body->source != SOURCE_PRESS &&
            body->source != SOURCE_MESSAGES) {
            *ret_asked += 1;
            count += !body->report.may_tell_police;
        }
    }
    return count;
}

/* The doors go by codes and grade; whether the reporter agreed is another question, and both stand
 * side by side so that nobody sends first and reads later. */
static void view_consent(struct ask *ask, const struct desk_case *shown,
                         struct part_desk_route *view)
{
    size_t asked = 0;
    size_t count = not_agreed(shown, &asked);
    if (count == 0) {
        return;
    }
    str who =
        asked == 1 && !shown->has_more_reports
            ? STR("The reporter has not")
            : arena_printf(ask->arena, "In %zu of the %zu reports shown here the reporter has not",
                           count, asked);
    view->is_conflict = view->owners.count > 0;
    view->consent = arena_printf(
        ask->arena, "%.*s agreed that we tell the police%s", STR_ARG(who),
        view->is_conflict
            ? ", and what stands below would tell them. Ask the reporter before you send anything. "
              "When a life is at risk and there is no time to ask, tell only what protects it, and "
              "keep the reason as a private note."
            : ".");
}

static str force_name(const struct ask *ask, str id)
{
    const struct pack_force *force = pack_force(ask->web->options.pack, id);
    return force == NULL ? id : force->name;
}

/* A question, not a change: an officer takes it or leaves it, and either is an act. */
static void view_hint(struct ask *ask, const struct desk_route *route, struct part_desk_route *view)
{
    const char *who = route->hint.leaf == 0 ? "The summary" : "The reporter";
    str force = force_name(ask, route->hint.force);
    if (route->hint.place.n == 0) {
        return;
    }
    view->hint = arena_printf(ask->arena, "%s now names %.*s, which leads to %.*s. Is it for them?",
                              who, STR_ARG(route->hint.place), STR_ARG(force));
    view->hint_place = route->hint.is_alone ? route->hint.place : STR("");
    view->hint_force = route->hint.is_alone ? STR("") : route->hint.force;
    view->hint_reason =
        arena_printf(ask->arena, "%s now names %.*s.", who, STR_ARG(route->hint.place));
    if (route->force_count == 1) {
        view->keep_force = route->forces[0].id;
        view->keep_reason = arena_printf(ask->arena, "%s names %.*s as well; the route stays.", who,
                                         STR_ARG(route->hint.place));
    }
}

struct part_desk_route view_route(struct ask *ask, const struct desk_case *shown)
{
    const struct desk_route *route = &shown->route;
    struct part_desk_route view = {.is_there = route->is_there,
                                   .is_certain = route->is_certain,
                                   .why = route->why,
                                   .seats = seats_of(ask, route)};
    view_forces(ask, route, &view);
    view_doors(ask, shown, &view);
    view_consent(ask, shown, &view);
    view_hint(ask, route, &view);
    if (shown->row.is_danger_now && shown->lowered.officer != 0) {
        str lowered = view_lowered(ask, shown);
        view.lowered = arena_printf(
            ask->arena, "A report says that it is happening now, so 999 stays first. %.*s",
            STR_ARG(lowered));
    }
    if (route->officer != 0) {
        view.by = arena_printf(ask->arena, "by %.*s: %.*s",
                               STR_ARG(ask_officer_name(ask, route->officer)), STR_ARG(route->why));
    }
    return view;
}
