/* SPDX-License-Identifier: Apache-2.0 */
/* A short signature of a text by which copies with small changes are found.
 *
 * One-permutation MinHash (Li, Owen, Zhang 2012) of rows of three words, in 64 bins of 16 bits; an
 * empty bin takes the value of the next full one (Shrivastava, Li 2014). Greeting, closing formula
 * with what is behind it, what is quoted of an earlier mail, footers (footer.h) and words with digits
 * (postcodes) are left out: they are what senders of one template change, or what unlike messages
 * share. The share of equal bins is about the share of rows of words that two texts have in common.
 *
 * Texts that share only an end are no copies: one may be a footer that nobody knows yet, and the one
 * text a thank-you and the other a threat. So the rows of the first paragraph of the one must be in
 * the other, or the other way round; a copy with a paragraph of its own in front still passes, since
 * the other's beginning is in it. For that a sketch holds some rows of its beginning and all its
 * rows as a filter of bits (Bloom 1970; one hash).
 *
 * A pure function of the text, and of the footers that the sketcher was given.
 */
#ifndef HUSTINGS_TRIAGE_SKETCH_H
#define HUSTINGS_TRIAGE_SKETCH_H

#include "triage/footer.h"
#include "triage/plain.h"

enum {
    SKETCH_BINS = 64,
    SKETCH_BANDS = 32,
    SKETCH_ROWS = 2,
    SKETCH_HEX = SKETCH_BINS * 4,
    SKETCH_HEAD = 8,
    SKETCH_FILTER_BITS = 2048,
    SKETCH_FILTER_WORDS = SKETCH_FILTER_BITS / 64,
    SKETCH_MORE_HEX = 4 * SKETCH_HEAD + SKETCH_FILTER_BITS / 4,
    SKETCH_FILTER_ROWS = 512 /* a longer text fills the filter: nothing is told by it then */
};

struct sketch {
    uint16_t bins[SKETCH_BINS];
    uint32_t rows;              /* how many rows of words the text has */
    uint16_t head[SKETCH_HEAD]; /* bits of rows of the first paragraph, spread over it */
    uint16_t head_count;
    uint64_t filter[SKETCH_FILTER_WORDS];
};
struct sketcher; /* memory for one text at a time */

struct sketcher *sketcher_new(struct arena *arena);
/* From now on what these have learnt is left out as well; they must outlive the sketcher. */
void sketcher_use(struct sketcher *sketcher, const struct footers *footers);
void sketch_make(struct sketcher *sketcher, str text, struct sketch *ret_sketch);
/* The bins as hex digits; `out` is not terminated. */
str sketch_hex(const struct sketch *sketch, char out[SKETCH_HEX]);
/* Beginning and filter; and both back: false when the digits are none of ours. With `more` empty (an
 * older writer) nothing is known of the beginning, and it is in every text. */
str sketch_more_hex(const struct sketch *sketch, char out[SKETCH_MORE_HEX]);
bool sketch_from_hex(str hex, str more, uint32_t rows, struct sketch *ret_sketch) MUST_CHECK;
/* Shares in [0, 1]: rows in common of all rows, and of the shorter text's rows. */
double sketch_similarity(const struct sketch *a, const struct sketch *b);
double sketch_containment(const struct sketch *a, const struct sketch *b);
/* Is the beginning of `a` in `b`? */
bool sketch_begins_in(const struct sketch *a, const struct sketch *b);
/* Copies of one template: enough rows in common, or the shorter is contained in the longer, and the
 * beginning of the one in the other. */
bool sketch_is_alike(const struct sketch *a, const struct sketch *b);
/* A key of two bins: two texts that share it are worth comparing. */
uint64_t sketch_band(const struct sketch *sketch, size_t band);
/* The text without greeting, footer, closing and quoted lines: a view. `footers` may be NULL. */
str sketch_body(const struct footers *footers, str text);
/* What is behind the closing formula, up to quoted lines: a view, empty where there is none. */
str sketch_signature(str text);

#endif
