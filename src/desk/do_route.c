/* SPDX-License-Identifier: Apache-2.0 */
/* An officer knows better than the router: either where it was, in words, which the router then
 * takes for the place, or which force it is for. Who said so, and why, stays with the case and in
 * the ledger; the reports keep what they said. */
#include "desk/do_internal.h"

#include "base/utf8.h"
#include "route/route.h"

enum { PLACE_SHOWN_BYTES = 80 };

/* The words are kept only when they lead to a force: else the case would be worse off than before. */
static enum status by_place(struct doing *doing, struct desk_route *route, struct error *err)
{
    struct desk *desk = doing->desk;
    const struct desk_do *what = doing->what;
    enum status status = check_text(what->text, DESK_PLACE_BYTES_MAX, "The place", err);
    if (status != STATUS_OK) {
        return status;
    }
    if (!route_ask_place(desk, what->text, &doing->file.brief, route)) {
        return error_set(
            err, STATUS_INVALID,
            "No police force is known for '%.*s'. Write a postcode, a ward, a district, "
            "a constituency or a town, or choose the force.",
            STR_ARG(utf8_clip(what->text, PLACE_SHOWN_BYTES)));
    }
    json_put_text(&doing->act.json, "place", what->text);
    return STATUS_OK;
}

static enum status by_force(struct doing *doing, struct desk_route *route, struct error *err)
{
    const struct pack_force *force = pack_force(doing->desk->options.pack, doing->what->force);
    if (force == NULL) {
        return error_set(err, STATUS_INVALID, "Choose one of the police forces.");
    }
    route->forces[0] = (struct desk_route_part){
        .id = force->id, .permille = 1000, .rule = STR(DESK_ROUTE_BY_OFFICER)};
    route->force_count = 1;
    route->is_certain = true;
    route_districts(doing->desk, route);
    json_put_text(&doing->act.json, "force", force->name);
    return STATUS_OK;
}

enum status do_prepare_route(struct doing *doing, struct error *err)
{
    const struct desk_do *what = doing->what;
    struct brief *brief = &doing->file.brief;
    struct desk_route route = brief->route;
    if (doing->desk->options.router == NULL || doing->desk->options.pack == NULL) {
        return error_set(err, STATUS_UNAVAILABLE, "This desk has no country pack to route by.");
    }
    enum status status =
        check_text(what->reason, DESK_REASON_BYTES_MAX, "The reason for another route", err);
    if (status == STATUS_OK) {
        status = what->force.n > 0 ? by_force(doing, &route, err) : by_place(doing, &route, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    route.is_there = true;
    route.officer = doing->caller->officer;
    route.why = what->reason;
    brief->route = route;
    json_put_text(&doing->act.json, "reason", what->reason);
    return STATUS_OK;
}

/* The case is counted where it is said to be: its incidents go along, those at least that were
 * counted where the case was. */
enum status do_write_route(struct doing *doing, struct error *err)
{
    struct casebook *casebook = doing->desk->casebook;
    struct casebook_incident *rows = NULL;
    size_t count = 0;
    str from = doing->old.brief.area;
    str to = doing->file.brief.area;
    if (str_equal(from, to)) {
        return STATUS_OK;
    }
    enum status status =
        casebook_incidents(casebook, doing->arena, doing->what->number, &rows, &count, err);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        if (str_equal(rows[i].area, from)) {
            status = casebook_incident_about(casebook, rows[i].number, rows[i].subject, to, err);
        }
    }
    return status;
}
