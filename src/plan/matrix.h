/* SPDX-License-Identifier: Apache-2.0 */
/* Times of ways out of files of others: the table of a routing engine (OSRM), a CSV with the ids of
 * the sites, or two bytes a way.
 *
 * The problem gets ways by matrix for one mode; modes that have no table yet keep the ways that they
 * had, as a table. A way that the file does not know is a hole: there is no way. Holes are named with
 * both sites, one line a row.
 */
#ifndef HUSTINGS_PLAN_MATRIX_H
#define HUSTINGS_PLAN_MATRIX_H

#include "plan/problem.h"

enum {
    PLAN_MATRIX_OFF_M = 1000, /* a site of the table that is further from ours is named */
    PLAN_MATRIX_HOLE16 = 0xffff
};

enum plan_matrix_kind {
    /* {"code":"Ok","durations":[[seconds or null …] …],"sources":[{"location":[lon,lat]}…]}, rows and
     * columns in the order of the problem's sites */
    PLAN_MATRIX_OSRM,
    /* The first row has ids of sites behind its first field, each other row an id and seconds; in any
     * order; an empty field is a hole */
    PLAN_MATRIX_CSV,
    /* unsigned 16 bits, the lower byte first: half the seconds; 0xffff = no way; in the order of the
     * problem's sites */
    PLAN_MATRIX_16
};

/* STATUS_INVALID says what is wrong with the file, with its row; holes are in `refused`. */
enum status plan_matrix_read(struct arena *arena, const struct plan_problem *problem,
                             enum plan_matrix_kind kind, unsigned mode, str text,
                             struct plan_problem *ret_problem, struct plan_refused *refused,
                             struct error *err) MUST_CHECK;

#endif
