/* SPDX-License-Identifier: Apache-2.0 */
/* A plan for those who work by it: tables, calendars, maps, cards (docs/design/plan-out.md).
 *
 * Pure: each function appends to a buf; nothing depends on the clock but the stamp that calendars
 * want, which is given. Whatever an operator typed (names, ids) is escaped for the form at hand.
 */
#ifndef HUSTINGS_PLAN_SHOW_H
#define HUSTINGS_PLAN_SHOW_H

#include "base/text.h"
#include "plan/legs.h"

enum {
    SHOW_GANTT_UNITS = 120, /* bars on one picture; more cannot be read */
    SHOW_MAP_UNITS = 120
};

struct plan_show {
    const struct plan_problem *problem;
    const struct plan_result *result;
    const struct plan_duty *duties; /* one a unit */
    uint32_t unit;                  /* only this one; PLAN_NONE = all */
    str area;                       /* only sites of it (sheets); empty = all */
    str label;                      /* which plan it is, on every sheet: "Plan 3"; may be empty */
    const bool *is_served;          /* one a task */
    const bool *is_counted;         /* one a task: plan_counted */
    /* Calendars: an earlier plan for this problem; what fell away since is cancelled. NULL = none. */
    const struct plan_result *previous;
};

/* Everything but `unit` (PLAN_NONE), `area`, `label` and `previous`. STATUS_INVALID when the plan overlaps itself. */
enum status plan_show_make(struct arena *arena, const struct plan_problem *problem,
                           const struct plan_result *result, struct plan_show *ret_show,
                           struct error *err) MUST_CHECK;

/* For a terminal: unit by unit, stop by stop, then what nobody serves. */
void plan_show_table(const struct plan_show *show, struct buf *out);
/* RFC 4180, a row a leg. */
void plan_show_csv(const struct plan_show *show, struct buf *out);
/* RFC 5545. STATUS_INVALID without a day. `stamp`: when this was made; `sequence`: 0 at first, more
 * each time that it is published again. With `previous`, events that a unit has no longer are
 * there once more, with STATUS:CANCELLED, so that telephones take them away. */
enum status plan_show_ics(const struct plan_show *show, time_us stamp, uint32_t sequence,
                          struct buf *out, struct error *err) MUST_CHECK;
/* RFC 7946. STATUS_INVALID unless sites have longitude and latitude. */
enum status plan_show_geojson(const struct plan_show *show, struct buf *out,
                              struct error *err) MUST_CHECK;
/* The output of VROOM's API. Ids that are no numbers become their position, with the id beside. */
void plan_show_vroom(const struct plan_show *show, struct buf *out);
/* One page to print: overview with map and bars, a card a unit, a sheet an area. No script, nothing
 * is fetched. */
void plan_show_html(const struct plan_show *show, struct buf *out);
/* The pictures alone, as <svg>; a table says the same beside them. A narrow map is for a telephone: its letters can be
 * read there, and fewer names have room. */
enum plan_map_shape { PLAN_MAP_WIDE, PLAN_MAP_NARROW };
void plan_show_map(const struct plan_show *show, enum plan_map_shape shape, struct buf *out);
void plan_show_gantt(const struct plan_show *show, struct buf *out);

#endif
