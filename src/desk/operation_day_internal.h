/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUSTINGS_DESK_OPERATION_DAY_INTERNAL_H
#define HUSTINGS_DESK_OPERATION_DAY_INTERNAL_H

#include "desk/operation_day.h"
#include "desk/operation_internal.h"

enum {
    UNIT_BODY_BYTES_MAX = 4096,
    UNIT_TAKEN_BACK =
        100 /* "what" of a row that takes another back: of no kind that a unit tells */
};

/* What the units told, in order of when it happened, with where each row comes from. */
enum status told_follow(struct desk *desk, struct arena *arena, int64_t operation,
                        const struct plan_problem *problem, struct plan_told_rows *ret_rows,
                        struct told_trail *ret_trail, struct error *err) MUST_CHECK;
/* Sets card->had. */
enum status unit_card_had(struct desk *desk, struct arena *arena, struct unit_card *card,
                          struct error *err) MUST_CHECK;
/* By a link, or by an officer who may plan: the plan in force has the unit, then. */
enum status unit_card_open(struct desk *desk, str token, time_us now, struct arena *arena,
                           struct unit_card *card, str *ret_unit, struct error *err) MUST_CHECK;
enum status unit_card_open_for(struct desk *desk, const struct caller *caller, int64_t number,
                               str unit, struct arena *arena, struct unit_card *card,
                               struct error *err) MUST_CHECK;

#endif
