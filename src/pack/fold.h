/* SPDX-License-Identifier: Apache-2.0 */
/* Text folded for comparison: what a person would call the same letters become the same bytes.
 *
 * Small letters; accents off (Latin, by Unicode decomposition without U+0300-036F, so that the
 * vowel signs of Bengali stay); full-width and other compatibility forms to plain ones; curly
 * quotes to "'" ; invisible characters (zero-width, soft hyphen) dropped, because they are used to
 * hide words from filters. The only includer of utf8proc.
 */
#ifndef HUSTINGS_PACK_FOLD_H
#define HUSTINGS_PACK_FOLD_H

#include "base/str.h"

/* What a folded point is to a tokeniser. */
enum fold_kind { FOLD_WORD, FOLD_APOSTROPHE, FOLD_STOP, FOLD_BLANK };

enum { FOLD_BYTES_MAX = 32 };

/* One code point of the text, folded. len may be 0 (dropped). */
struct fold_point {
    enum fold_kind kind;
    size_t taken; /* bytes of the original, at least 1 */
    size_t len;
    char bytes[FOLD_BYTES_MAX];
};

/* Folds the code point at text.p[at] (at < text.n). A malformed byte is one blank. */
void fold_next(str text, size_t at, struct fold_point *ret_point);

enum { FOLD_NAME_BYTES_MAX = 512 };
/* A place name as a key: folded words with one blank between them, "&" as "and", apostrophes and
 * full stops gone, other punctuation as blank: "St. Dunstan's & Bow" is "st dunstans and bow".
 * The result lies in `out`; a name that does not fit gives the empty str. */
str fold_name(str name, char out[FOLD_NAME_BYTES_MAX]);

#endif
