/* SPDX-License-Identifier: Apache-2.0 */
/* One letter on its way into the casebook, now or on a later try. */
#ifndef HUSTINGS_DESK_IMPORT_INTERNAL_H
#define HUSTINGS_DESK_IMPORT_INTERNAL_H

#include "desk/desk_internal.h"

#define IMPORT_NO_CASE "it could not be added to its case"

/* A letter that was opened; body is NULL when it was not, and why says so. */
struct opened {
    const struct box_letter *letter;
    struct letter_body *body;
    str key_wrap;
    const char *why;
    time_us now;
};

/* Opens it in memory, into desk->work. */
void letter_open(struct desk *desk, const struct box_letter *letter, struct opened *opened);
/* In a transaction: a case and an incident of its own, of the same number. */
enum status import_case(struct desk *desk, const struct opened *opened, int64_t *ret_number,
                        struct error *err) MUST_CHECK;
/* The letter's row, in an incident. */
enum status import_report(struct desk *desk, const struct opened *opened, int64_t incident,
                          struct error *err) MUST_CHECK;
/* What came stands in the case's time line as well, with what it changed. */
struct added {
    bool is_reopened;
    str leads_to;            /* the name of a force that is not the route's */
    int64_t from, to;        /* the grade, when it was raised */
    const struct brief *one; /* its reasons; may be NULL */
};
enum status import_act_added(struct desk *desk, const struct opened *opened, int64_t number,
                             const struct added *added, struct error *err) MUST_CHECK;
/* In a transaction: makes its case, or adds it to one, or puts it into quarantine. Nothing when it
 * is in the casebook already. */
enum status letter_import(struct desk *desk, const struct opened *opened,
                          struct error *err) MUST_CHECK;

#endif
