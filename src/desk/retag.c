/* SPDX-License-Identifier: Apache-2.0 */
/* Cases of before are found like those of today.
 *
 * What a case is found by is written when the case is saved, so a case that an older program imported
 * lacks what that one did not know (areas), and one that came before there was a router has no route
 * at all. Once, after the unlock, every case is looked at, a slice at a time, and what is missing is
 * added. Nothing of it is an act: it tells no more than the case already said. A mark in the casebook
 * says that it is done, for all hosts. */
#include "desk/desk_internal.h"

enum { TAGS_WITHOUT_ROUTER = 1, TAGS_WITH_ROUTER = 2 };
#define TAGS_MARK "tags"

static int64_t wanted_mark(const struct desk *desk)
{
    return desk->options.router == NULL ? TAGS_WITHOUT_ROUTER : TAGS_WITH_ROUTER;
}

/* The route of its first report, as the import of today would ask for it. The area stays what the
 * incidents are counted by. */
static enum status add_route(struct desk *desk, struct desk_file *file, struct error *err)
{
    struct casebook_report *rows = NULL;
    size_t count = 0;
    enum status status = casebook_reports(desk->casebook, &desk->work, file->row.number, 0,
                                          DESK_REPORTS_SHOWN, &rows, &count, err);
    for (size_t i = 0; i < count && status == STATUS_OK && !file->brief.route.is_there; i++) {
        struct desk_report report;
        struct error broken;
        if (rows[i].kind == CASEBOOK_REPORT_ADDED ||
            report_open(desk, &desk->work, &rows[i], &report, &broken) != STATUS_OK ||
            report.is_erased) {
            continue; /* one broken report must not keep all others from being found */
        }
        str area = file->brief.area;
        brief_route(desk, &desk->work, &report.body, file->row.grade, &file->brief);
        file->brief.area = area;
    }
    return status;
}

/* In a transaction. A case that is broken, or that another host changes meanwhile, is left. */
static enum status retag_one(struct desk *desk, const struct casebook_case *row, struct error *err)
{
    struct desk_file old = {.row = *row};
    struct casebook_facets facets;
    struct error broken;
    if (row->brief.n == 0 ||
        brief_decode(&desk->work, row->brief, &old.brief, &broken) != STATUS_OK) {
        return STATUS_OK;
    }
    struct desk_file file = old;
    struct desk_route *route = &file.brief.route;
    const bool is_live = row->state != CASE_MERGED;
    bool is_changed = false;
    enum status status = STATUS_OK;
    if (is_live && !route->is_there && desk->options.router != NULL) {
        status = add_route(desk, &file, err);
        is_changed = route->is_there;
    } else if (is_live && route->district_count == 0 && route->seat_count > 0) {
        route_districts(desk, route);
        is_changed = route->district_count > 0;
    }
    if (status == STATUS_OK) {
        brief_facets(desk, &old, &facets);
        status = casebook_facets_fill(desk->casebook, row, &facets, err);
    }
    return status == STATUS_OK && is_changed ? file_save(desk, &desk->work, &old, &file, err)
                                             : status;
}

static enum status retag_some(struct desk *desk, const struct casebook_case *rows, size_t count,
                              bool is_last, struct error *err)
{
    enum status status = casebook_begin(desk->casebook, err);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        status = retag_one(desk, &rows[i], err);
    }
    if (status == STATUS_OK && is_last) {
        status = casebook_mark_set(desk->casebook, TAGS_MARK, wanted_mark(desk), err);
    }
    if (status == STATUS_OK) {
        status = casebook_commit(desk->casebook, err);
    }
    if (status != STATUS_OK) {
        casebook_rollback(desk->casebook);
    }
    return status;
}

enum status retag_step(struct desk *desk, size_t max, bool *ret_more, struct error *err)
{
    struct casebook_case *rows = NULL;
    size_t count = 0;
    int64_t mark = 0;
    enum status status = STATUS_OK;
    *ret_more = false;
    if (desk->is_retagged) {
        return STATUS_OK;
    }
    if (desk->retag_after == 0) {
        status = casebook_mark_get(desk->casebook, TAGS_MARK, &mark, err);
        desk->is_retagged = status == STATUS_OK && mark >= wanted_mark(desk);
    }
    if (status != STATUS_OK || desk->is_retagged) {
        return status;
    }
    arena_reset(&desk->work);
    status =
        casebook_changed(desk->casebook, desk->retag_after, max, &desk->work, &rows, &count, err);
    if (status == STATUS_OK) {
        status = retag_some(desk, rows, count, count < max, err);
    }
    if (status == STATUS_CONFLICT) { /* another host was faster: the same slice again */
        *ret_more = true;
        return STATUS_OK;
    }
    if (status == STATUS_OK) {
        desk->retag_after = count > 0 ? rows[count - 1].change : desk->retag_after;
        desk->is_retagged = count < max;
        *ret_more = !desk->is_retagged;
    }
    return status;
}
