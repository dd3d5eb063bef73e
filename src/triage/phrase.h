/* SPDX-License-Identifier: Apache-2.0 */
/* Phrases with gaps, matched over the folded words of a text.
 *
 * A pattern is a list of alternatives separated by " / "; each is a row of
 *     word        that word            word*      a word that begins so
 *     a|b|{c}     any of them          {c}        any word of the class c (words.csv)
 *     x?          may be missing       ..3        up to three words in between
 *     .           the end of a sentence
 * and must begin with something that cannot be missing. Words are folded as pack/fold.h says; an
 * apostrophe inside a word begins a new word ("I'll" is "i" + "'ll"), so that patterns see the
 * verb; a full stop, "!", "?", ";" and a line end cannot lie in a gap: a row that goes on behind one
 * says so by ".".
 *
 * How it is fast: every word that some pattern names is an *atom*; a text word is looked up once
 * (and once for each length of a prefix atom), and a short one that was met before not even that: a
 * memo holds the bytes of the word and its atoms. Only patterns whose first element holds one of its
 * atoms are tried, and of these only those whose rarest element is somewhere in the text: each atom
 * has a set of bits of the rarest elements that it can be, and one of those that its patterns wait
 * for. One try walks a 64-bit mask of reachable positions: at most 63 words, no backtracking, so the
 * cost stays linear whatever the text is.
 */
#ifndef HUSTINGS_TRIAGE_PHRASE_H
#define HUSTINGS_TRIAGE_PHRASE_H

#include "base/arena.h"
#include "base/status.h"
#include "pack/pack.h"
#include "triage/plain.h"

struct phrases;

enum {
    PHRASE_WORD_ATOMS_MAX = 4,
    PHRASE_SPAN_WORDS_MAX = 63,
    PHRASE_MEMO_WORDS = 1024,
    PHRASE_MEMO_BYTES = 8 /* of a word; longer ones are looked up each time */
};

struct phrase_word {
    uint32_t start, end; /* bytes of the original */
    uint16_t atoms[PHRASE_WORD_ATOMS_MAX];
    uint8_t atom_count;
    bool is_stop;
    bool is_idiom, is_told; /* for the caller's use */
};
struct phrase_text {
    struct phrase_word *words;
    size_t count;
};
/* Atoms of words that were met, each where its hash says. Zeroed at first, and for one `phrases`. The
 * bytes are compared, not the hash alone: a word that is made to meet another's hash hides nothing. */
struct phrase_memo {
    struct phrase_memo_word {
        uint64_t bytes; /* 0 = free: no word holds a NUL */
        uint16_t atoms[PHRASE_WORD_ATOMS_MAX];
        uint8_t atom_count;
    } words[PHRASE_MEMO_WORDS];
};

/* rules[i].pattern becomes the patterns of group i. */
enum status phrases_compile(struct arena *arena, const struct pack *pack,
                            const struct phrases **ret_phrases, struct error *err) MUST_CHECK;
void phrases_read(const struct phrases *phrases, str text, struct arena *arena,
                  struct phrase_text *ret_text);
/* The same from words that are read already; `words` has room for `cap`, what is more is left out. */
void phrases_read_plain(const struct phrases *phrases, const struct plain *plain,
                        struct phrase_memo *memo, struct phrase_word *words, size_t cap,
                        struct phrase_text *ret_text);
/* Calls `found` for each match with the index of the rule and the words [from, to). Rules with
 * skip[rule] are left out; `found` may set more of them. */
void phrases_match(const struct phrases *phrases, const struct phrase_text *text, const bool *skip,
                   void (*found)(void *context, size_t rule, size_t from, size_t to),
                   void *context);

#endif
