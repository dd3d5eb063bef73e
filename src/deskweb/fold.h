/* SPDX-License-Identifier: Apache-2.0 */
/* Of a copy, the sentences that its template does not have.
 *
 * Sentences and lines are compared by their letters alone, so that a changed greeting stays and a
 * changed comma does not. What is left out between two of them is shown as "…". A sentence of which
 * one word is another is a sentence of one's own: it is shown whole. */
#ifndef HUSTINGS_DESKWEB_FOLD_H
#define HUSTINGS_DESKWEB_FOLD_H

#include "base/arena.h"
#include "base/str.h"

enum { FOLD_PARTS_MAX = 2048 }; /* sentences of one text; what is behind is shown whole */

struct fold_template {
    uint64_t *parts; /* sorted */
    size_t count;
};
void fold_learn(struct arena *arena, str text, struct fold_template *ret_template);
/* False when the texts have no sentence in common: then nothing is to be folded. *ret_own is empty
 * when every sentence stands in the template. */
bool fold_own(struct arena *arena, const struct fold_template *known, str text, str *ret_own);

#endif
