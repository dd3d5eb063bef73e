/* SPDX-License-Identifier: Apache-2.0 */
/* Files of others as a problem: tables (CSV), calendars (RFC 5545), the input of VROOM's API.
 *
 * Each appends the problem's JSON, with `visits` and `posts` as a person would write them, so that
 * it can be edited; plan_problem_read reads it. A row that cannot be used, and whatever cannot be
 * carried over, is named with its line in `refused`. The columns stand in docs/design/plan-out.md.
 */
#ifndef HUSTINGS_PLAN_EXCHANGE_H
#define HUSTINGS_PLAN_EXCHANGE_H

#include "plan/problem.h"

/* What a table or a calendar does not say. */
struct plan_sheet {
    const char *sites_name, *units_name, *events_name; /* of the files, for the sentences */
    str sites, units, events;                          /* CSV, CSV, iCalendar; empty = none */
    str name, day;                                     /* day: "" or "2026-05-07" */
    int32_t from, to; /* seconds: of a site that has no hours of its own */
    int32_t dwell;    /* seconds of a visit */
    int32_t count;    /* visits to a site */
    struct buf
        *cancelled; /* for UIDs of events that the calendar calls cancelled, a line each; or NULL */
};

/* *ret_doubles: rows of a site that was there before, at the same place (a station each, in some
 * exports); the first row of a site counts. */
enum status plan_import_sheet(const struct plan_sheet *sheet, struct buf *out,
                              struct plan_refused *refused, uint32_t *ret_doubles,
                              struct error *err) MUST_CHECK;
enum status plan_import_vroom(str text, struct buf *out, struct plan_refused *refused,
                              struct error *err) MUST_CHECK;

#endif
