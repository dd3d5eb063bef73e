/* SPDX-License-Identifier: Apache-2.0 */
/* The 2,048 words of a receipt, sorted, distinct in their first four letters.
 *
 * They come from the English list of BIP-0039 (Palatinus, Rusnak, Voisine, Bowe; MIT licence; as
 * published in the npm package @scure/bip39, MIT), from which we took the words that nobody who
 * has just been threatened should have to write down, and put plants, birds and kitchens there. */
#ifndef HUSTINGS_LETTERBOX_RECEIPT_WORDS_H
#define HUSTINGS_LETTERBOX_RECEIPT_WORDS_H

enum { RECEIPT_WORD_COUNT = 2048, RECEIPT_WORD_BYTES = 9 };

extern const char receipt_words[RECEIPT_WORD_COUNT][RECEIPT_WORD_BYTES];

#endif
