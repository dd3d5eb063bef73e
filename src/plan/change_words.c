/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "base/utf8.h"
#include "plan/change.h"

enum { NAME_BYTES_MAX = 80 };

static void begin(struct buf *out)
{
    buf_add_c(out, out->n > 0 ? "; " : "");
}

static str site_name(const struct plan_problem *problem, str id)
{
    uint32_t site = plan_find_site(problem, id);
    return utf8_clip(site == PLAN_NONE ? id : plan_site_name(problem, site), NAME_BYTES_MAX);
}

static void add_units(const struct plan_problem *problem, const struct plan_change *change,
                      struct buf *out)
{
    int count = change->units < 0 ? -change->units : change->units;
    if (count == 0) {
        return;
    }
    begin(out);
    buf_printf(out, "%d %s unit%s", count, change->units > 0 ? "more" : "fewer",
               count == 1 ? "" : "s");
    if (change->units > 0 && change->like != PLAN_NONE) {
        buf_printf(out, " like %.*s",
                   STR_ARG(utf8_clip(problem->units[change->like].id, NAME_BYTES_MAX)));
    }
    buf_printf(out, " at %.*s", STR_ARG(site_name(problem, change->base)));
}

/* Of places by their names, `problem` having them; of units (NULL) by their ids. */
static void add_list(const struct plan_problem *problem, const char *words, const str *ids,
                     uint32_t count, struct buf *out)
{
    for (uint32_t i = 0; i < count; i++) {
        if (i == 0) {
            begin(out);
        }
        str name = problem == NULL ? utf8_clip(ids[i], NAME_BYTES_MAX) : site_name(problem, ids[i]);
        buf_printf(out, "%s%.*s", i == 0 ? words : ", ", STR_ARG(name));
    }
}

static void add_shift(const char *verb, int32_t by_s, struct buf *out)
{
    int minutes = (by_s < 0 ? -by_s : by_s) / 60;
    buf_printf(out, "%s %d min %s", verb, minutes, by_s < 0 ? "earlier" : "later");
}

static void add_hours(const struct plan_change *change, struct buf *out)
{
    bool is_one = change->shifted.n > 0;
    if (change->start_by_s == 0 && change->end_by_s == 0) {
        return;
    }
    begin(out);
    buf_printf(out, is_one ? "unit %.*s " : "units %.*s",
               STR_ARG(utf8_clip(change->shifted, NAME_BYTES_MAX)));
    if (change->start_by_s != 0) {
        add_shift(is_one ? "begins" : "begin", change->start_by_s, out);
    }
    buf_add_c(out, change->start_by_s != 0 && change->end_by_s != 0 ? " and " : "");
    if (change->end_by_s != 0) {
        add_shift(is_one ? "ends" : "end", change->end_by_s, out);
    }
}

static void add_where(const struct plan_problem *problem, const struct plan_change *change,
                      struct buf *out)
{
    if (change->site.n > 0) {
        buf_printf(out, ", at %.*s", STR_ARG(site_name(problem, change->site)));
    } else if (change->area.n > 0) {
        buf_printf(out, ", in %.*s", STR_ARG(utf8_clip(change->area, NAME_BYTES_MAX)));
    }
}

static void add_visits(const struct plan_problem *problem, const struct plan_change *change,
                       struct buf *out)
{
    if (change->visits > 0) {
        begin(out);
        buf_printf(out, "%d visit%s to a place", change->visits, change->visits == 1 ? "" : "s");
        add_where(problem, change, out);
    }
    if (change->dwell_s >= 0) {
        begin(out);
        buf_printf(out, "%d min a visit", change->dwell_s / 60);
        add_where(problem, change, out);
    }
    if (change->risk_percent != 100) {
        begin(out);
        buf_printf(out, "worth %d %% of before", change->risk_percent);
        add_where(problem, change, out);
    }
    if (change->noise_percent > 0) {
        begin(out);
        buf_printf(out, "worth up to %d %% up or down by chance", change->noise_percent);
        add_where(problem, change, out);
    }
}

void plan_change_words(const struct plan_problem *problem, const struct plan_change *change,
                       struct buf *out)
{
    add_units(problem, change, out);
    add_list(NULL, "without unit ", change->units_out, change->units_out_count, out);
    add_hours(change, out);
    add_list(problem, "nobody goes to ", change->sites_out, change->sites_out_count, out);
    add_visits(problem, change, out);
    if (change->has_no_breaks) {
        begin(out);
        buf_add_c(out, "no breaks");
    }
    if (change->has_no_hours) {
        begin(out);
        buf_add_c(out, "no longest duty");
    }
    if (change->has_no_pairs) {
        begin(out);
        buf_add_c(out, "one officer is enough where two were wanted");
    }
    if (change->has_no_spacing) {
        begin(out);
        buf_add_c(out, "visits to one place need not be kept apart");
    }
}
