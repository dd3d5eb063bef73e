/* SPDX-License-Identifier: Apache-2.0 */
/* Places of a text that somebody (a rule, the model) noticed, as pieces to be shown one after another;
 * pure. Where places overlap they become one piece with all their words, so that a reader who hears the page hears
 * each reason once. */
#ifndef HUSTINGS_DESKWEB_MARKS_H
#define HUSTINGS_DESKWEB_MARKS_H

#include "base/arena.h"

struct mark {
    size_t from, to; /* bytes of the text */
    str why;
};
struct mark_piece {
    str text;
    str why; /* empty: nothing was noticed here */
};

/* Places that are empty or do not fit the text are left out. The pieces joined are the text. */
size_t marks_pieces(struct arena *arena, str text, const struct mark *marks, size_t count,
                    struct mark_piece **ret_pieces);

#endif
