/* SPDX-License-Identifier: Apache-2.0 */
/* A text as the scorer reads it: words that a person would read, whatever they are dressed in.
 *
 * Small letters without accents; full-width, Cyrillic and Greek look-alikes as the Latin letter;
 * what does not show (zero-width, direction overrides, combining marks) gone; "k1ll", "sh!t",
 * "k i l l", "k.i.l.l" and "fuuuck" as the plain word; an apostrophe stays inside its word; a star
 * inside a word stays. A picture (emoji) is a word. Each word knows where it came from, and whether it
 * stands between quotation marks ("…", “…”, «…», '…').
 *
 * Linear in the text. Everything lies in a `plain` that is made once and used for text after text.
 */
#ifndef HUSTINGS_TRIAGE_PLAIN_H
#define HUSTINGS_TRIAGE_PLAIN_H

#include "base/arena.h"

enum {
    PLAIN_TEXT_BYTES_MAX = 64 * 1024, /* of a text; what is behind is left to a person */
    PLAIN_WORDS_MAX = 16 * 1024,
    PLAIN_PAD = 16 /* readable bytes before and behind the words */
};

struct plain_word {
    uint32_t at, n;      /* in `bytes` */
    uint32_t start, end; /* in the original */
    uint32_t hash;       /* of the folded bytes */
    bool has_stop;       /* a sentence ends behind it */
    bool has_apostrophe; /* inside it */
    bool has_digit;
    bool is_quoted;
};
struct plain {
    char *bytes; /* " word word word ": one blank before, between and behind */
    size_t n;
    struct plain_word *words;
    size_t count;
    bool is_clipped;
    bool has_quotation; /* a word of it is_quoted */
};

void plain_init(struct plain *plain, struct arena *arena);
void plain_read(struct plain *plain, str text);
str plain_word_text(const struct plain *plain, size_t word);
/* edits[i]: what becomes of word i. */
enum plain_edit { PLAIN_KEEP, PLAIN_DROP, PLAIN_JOIN /* with the next one, which is kept */ };
void plain_edit(struct plain *plain, const uint8_t *edits);
/* The hash that a word of `text` (folded already) would have. */
uint32_t plain_hash(str text);
/* Every bit of a hash depends on every other one. */
static inline uint64_t plain_mix(uint64_t hash)
{
    hash = (hash ^ hash >> 32) * UINT64_C(0xD6E8FEB86659FD93);
    hash = (hash ^ hash >> 32) * UINT64_C(0xD6E8FEB86659FD93);
    return hash ^ hash >> 32;
}

#endif
