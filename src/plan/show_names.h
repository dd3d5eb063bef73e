/* SPDX-License-Identifier: Apache-2.0 */
/* Names on a map: each beside its dot where there is room, none over another name or over a dot.
 *
 * The picture is a board of small squares. What stands on it takes its squares; a name tries eight places
 * around its dot, the best first, and takes the first whose squares are all free. Names come in order of
 * weight, so a busy place keeps its name where a quiet one loses it. What a board has no room for is not
 * written: the tables have all names.
 */
#ifndef HUSTINGS_PLAN_SHOW_NAMES_H
#define HUSTINGS_PLAN_SHOW_NAMES_H

#include "base/arena.h"

enum {
    NAMES_SIGNS_MAX = 20, /* of a short name */
    NAMES_MAX = 4000      /* that are tried; more fit on no picture */
};

struct name_board {
    double width, height, size; /* of the picture, and of the letters */
    uint32_t columns, rows;
    uint8_t *is_taken; /* one a square */
};

struct name_label {
    double x, y;       /* the dot's middle */
    double weight;     /* more first; of equals the one that is given first */
    str text;          /* short already */
    bool is_shown;     /* from here on: the answer */
    double left, base; /* where the text begins, and its base line */
};

struct name_board name_board_make(struct arena *arena, double width, double height, double size);
/* A square that something stands on, `reach` from its middle to each side. */
void name_board_take(struct name_board *board, double x, double y, double reach);
/* How wide so much text may be at most. */
double name_width(const struct name_board *board, str text);
/* Sets is_shown, left and base of each. */
void name_board_place(struct arena *arena, struct name_board *board, struct name_label *labels,
                      uint32_t count);
/* A name up to its first comma, then cut at a blank; with "…" where something is cut. */
str name_short(struct arena *arena, str name);

#endif
