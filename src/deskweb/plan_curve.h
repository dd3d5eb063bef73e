/* SPDX-License-Identifier: Apache-2.0 */
/* What each further unit brings, drawn: no script, nothing is fetched. The table beside it says the same. */
#ifndef HUSTINGS_DESKWEB_PLAN_CURVE_H
#define HUSTINGS_DESKWEB_PLAN_CURVE_H

#include "base/buf.h"

enum { PLAN_CURVE_POINTS = 8 };
struct plan_curve_point {
    int64_t units;
    double share; /* of the whole worth, 0 … 1 */
    bool is_met;
};
struct plan_curve {
    struct plan_curve_point points[PLAN_CURVE_POINTS]; /* in the order of units */
    size_t count;
    double goal; /* a share that shall be reached; 0 = the goal is no share */
};

void plan_curve_draw(const struct plan_curve *curve, struct buf *out);

#endif
