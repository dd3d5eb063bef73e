/* SPDX-License-Identifier: Apache-2.0 */
/* A short signature of a text by which copies with small changes are found.
 *
 * One-permutation MinHash (Li, Owen, Zhang 2012) of rows of three words, in 64 bins of 16 bits; an
 * empty bin takes the value of the next full one (Shrivastava, Li 2014). Greeting, closing formula
 * with what is behind it, quoted lines and words with digits (postcodes) are left out: they are what
 * senders of one template change. The share of equal bins is about the share of rows of words that
 * two texts have in common. A pure function of the text.
 */
#ifndef HUSTINGS_TRIAGE_SKETCH_H
#define HUSTINGS_TRIAGE_SKETCH_H

#include "triage/plain.h"

enum { SKETCH_BINS = 64, SKETCH_BANDS = 32, SKETCH_ROWS = 2, SKETCH_HEX = SKETCH_BINS * 4 };

struct sketch {
    uint16_t bins[SKETCH_BINS];
    uint32_t rows; /* how many rows of words the text has */
};
struct sketcher; /* memory for one text at a time */

struct sketcher *sketcher_new(struct arena *arena);
void sketch_make(struct sketcher *sketcher, str text, struct sketch *ret_sketch);
/* The bins as hex digits; `out` is not terminated. */
str sketch_hex(const struct sketch *sketch, char out[SKETCH_HEX]);
/* Shares in [0, 1]: rows in common of all rows, and of the shorter text's rows. */
double sketch_similarity(const struct sketch *a, const struct sketch *b);
double sketch_containment(const struct sketch *a, const struct sketch *b);
/* Copies of one template: enough rows in common, or the shorter is contained in the longer. */
bool sketch_is_alike(const struct sketch *a, const struct sketch *b);
/* A key of two bins: two texts that share it are worth comparing. */
uint64_t sketch_band(const struct sketch *sketch, size_t band);
/* The text without greeting, closing and quoted lines: a view. */
str sketch_body(str text);
/* What is behind the closing formula, up to quoted lines: a view, empty where there is none. */
str sketch_signature(str text);

#endif
