/* SPDX-License-Identifier: Apache-2.0 */
/* What patterns are compiled to (phrase_compile.c) and matched by (phrase.c). */
#ifndef HUSTINGS_TRIAGE_PHRASE_INTERNAL_H
#define HUSTINGS_TRIAGE_PHRASE_INTERNAL_H

#include "triage/phrase.h"

enum {
    ATOMS_MAX = 4096,
    SETS_MAX = 3072,
    PATTERNS_MAX = 4096,
    STEPS_MAX = 16,
    TABLE_SLOTS = 16384, /* a power of two, at least twice the atoms */
    WORD_BYTES_MAX = 64, /* longer words are cut: no atom is that long */
    GAP_MAX = 16
};
static_assert(TABLE_SLOTS >= 2 * ATOMS_MAX, "the table must stay half empty");

struct head {
    uint16_t pattern, rule;
    uint16_t next; /* the set that the second word must be in, or NO_SET */
};
/* Heads with one `rare`: the number of the smallest set that some word of the text must be in. Most are
 * passed over at once: such a word is nowhere in the text. */
struct head_group {
    uint16_t rare;
    uint16_t first, count; /* in the atom's heads */
};
/* Rare sets by their numbers. Number 0 is in every text: for what has no rare set, or one too many. */
enum { RARE_WORDS = 11, RARES_MAX = 64 * RARE_WORDS, RARE_NONE = 0 };
struct rares {
    uint64_t bits[RARE_WORDS];
};
enum {
    NO_SET = UINT16_MAX,
    SET_STOP = UINT16_MAX - 1,
    FILTER_BITS = 1 << 16,
    BEGIN_BYTES = 3, /* of a word: which prefix atoms can be in it */
    BEGIN_SLOTS = 2048,
    BEGIN_LENGTHS = 32
};
struct atom {
    str word;
    bool is_prefix;
    uint64_t *sets; /* bitset of sets, from the first that it is in to about the last */
    uint16_t set_first, set_cap; /* in words of 64 */
    struct head *heads;          /* patterns that begin with it, group by group */
    struct head_group *groups;
    size_t group_count;
};
struct step {
    uint16_t set; /* SET_STOP: the end of a sentence */
    uint8_t gap;  /* > 0: a gap of so many words; set is unused */
    bool is_optional;
};
struct pattern {
    uint16_t rule;
    uint8_t step_count;
    uint16_t rare; /* the set */
    struct step steps[STEPS_MAX];
};
struct phrases {
    const struct pack *pack;
    struct arena *arena;
    struct error *err;
    enum status status;
    struct atom *atoms; /* from 1; 0 is what a word without an atom has */
    size_t atom_count;
    struct rares *has;    /* by atom: the rare sets that it is in */
    uint16_t *table;      /* atom, 0 = free */
    uint64_t prefix_lens; /* of the prefix atoms that `begins` cannot tell: very short or long */
    uint32_t *begins;     /* by the first bytes of a word: bit a length of a prefix atom */
    uint64_t *filter;     /* bit (hash of an atom): most words of a text are none */
    str *sets;            /* source text of each set */
    size_t set_count;
    uint16_t *rare_numbers; /* of each set that is some pattern's rarest: a third of all */
    struct pattern *patterns;
    size_t pattern_count;
};

static inline uint32_t *begin_of(const struct phrases *phrases, str word)
{
    uint32_t first = (uint32_t)(unsigned char)word.p[0] | (uint32_t)(unsigned char)word.p[1] << 8 |
                     (uint32_t)(unsigned char)word.p[2] << 16;
    return &phrases->begins[first * UINT32_C(0x9E3779B1) >> 21];
}

static inline bool atom_in_set(const struct atom *atom, uint16_t set)
{
    size_t k = (size_t)set / 64 - atom->set_first; /* wraps for what is before */
    return k < atom->set_cap && (atom->sets[k] >> (set % 64) & 1U) == 1;
}

/* The atom, or 0; *ret_slot is where it stands or could stand. */
uint16_t phrases_find_atom(const struct phrases *phrases, uint32_t hash, str word, bool is_prefix,
                           size_t *ret_slot);

#endif
