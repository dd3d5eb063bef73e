/* SPDX-License-Identifier: Apache-2.0 */
#include "triage/phrase.h"

#include "pack/fold.h"
#include "triage/phrase_internal.h"

static size_t slot_of(uint32_t hash, bool is_prefix)
{
    uint32_t mixed = (hash ^ (hash >> 15)) * 2246822519U + (is_prefix ? 1U : 0U);
    return (mixed ^ (mixed >> 13)) & (TABLE_SLOTS - 1);
}

uint16_t phrases_find_atom(const struct phrases *phrases, uint32_t hash, str word, bool is_prefix,
                           size_t *ret_slot)
{
    size_t slot = slot_of(hash, is_prefix);
    while (phrases->table[slot] != 0) {
        const struct atom *atom = &phrases->atoms[phrases->table[slot]];
        if (atom->is_prefix == is_prefix && str_equal(atom->word, word)) {
            break;
        }
        slot = (slot + 1) & (TABLE_SLOTS - 1);
    }
    *ret_slot = slot;
    return phrases->table[slot];
}

/* --- reading a text --- */

static void add_atom(struct phrase_word *word, uint16_t atom)
{
    if (atom != 0 && word->atom_count < PHRASE_WORD_ATOMS_MAX) {
        word->atoms[word->atom_count] = atom;
        word->atom_count++;
    }
}

static bool may_be_atom(const struct phrases *phrases, uint32_t hash)
{
    return (phrases->filter[hash >> 16 >> 6] >> (hash >> 16 & 63) & 1U) == 1;
}

static void look_up_prefix(const struct phrases *phrases, str word, size_t n,
                           struct phrase_word *into)
{
    str prefix = str_from(word.p, n);
    uint32_t hash = plain_hash(prefix);
    size_t slot = 0;
    if (may_be_atom(phrases, hash)) {
        add_atom(into, phrases_find_atom(phrases, hash, prefix, true, &slot));
    }
}

/* `hash` is plain_hash of the word. */
static void look_up(const struct phrases *phrases, str folded, uint32_t hash,
                    struct phrase_word *word)
{
    uint64_t lens = phrases->prefix_lens;
    size_t slot = 0;
    lens |= folded.n >= BEGIN_BYTES ? *begin_of(phrases, folded) : 0;
    for (; lens != 0; lens &= lens - 1) {
        size_t n = (size_t)__builtin_ctzll(lens);
        if (n > folded.n) {
            break;
        }
        look_up_prefix(phrases, folded, n, word);
    }
    if (may_be_atom(phrases, hash)) {
        add_atom(word, phrases_find_atom(phrases, hash, folded, false, &slot));
    }
}

struct reader {
    const struct phrases *phrases;
    struct phrase_text *text;
    char bytes[WORD_BYTES_MAX];
    size_t len;
    size_t start, end;
};

static void end_word(struct reader *reader)
{
    if (reader->len == 0) {
        return;
    }
    struct phrase_word *word = &reader->text->words[reader->text->count];
    word->start = (uint32_t)reader->start;
    word->end = (uint32_t)reader->end;
    str folded = str_from(reader->bytes, reader->len);
    look_up(reader->phrases, folded, plain_hash(folded), word);
    reader->text->count++;
    reader->len = 0;
}

static void add_stop(struct reader *reader, size_t at, size_t taken)
{
    struct phrase_text *text = reader->text;
    end_word(reader);
    if (text->count > 0 && !text->words[text->count - 1].is_stop) {
        text->words[text->count] = (struct phrase_word){
            .start = (uint32_t)at, .end = (uint32_t)(at + taken), .is_stop = true};
        text->count++;
    }
}

static void add_point(struct reader *reader, const struct fold_point *point, size_t at)
{
    if (reader->len == 0) {
        reader->start = at;
    }
    /* WORD_BYTES_MAX - 1, because prefix_lens has a bit for each length below 64. */
    if (point->len > 0 && reader->len + point->len < WORD_BYTES_MAX) {
        memcpy(reader->bytes + reader->len, point->bytes, point->len);
        reader->len += point->len;
    }
    reader->end = at + point->taken;
}

/* An apostrophe between two letters. */
static bool is_inside_word(const struct reader *reader, str text, size_t next)
{
    struct fold_point point;
    if (reader->len == 0 || next >= text.n) {
        return false;
    }
    fold_next(text, next, &point);
    return point.kind == FOLD_WORD && point.len > 0;
}

void phrases_read(const struct phrases *phrases, str text, struct arena *arena,
                  struct phrase_text *ret_text)
{
    /* Each byte ends at most one word and one stop. */
    struct phrase_text out = {.words = ARENA_ARRAY(arena, struct phrase_word, text.n + 2)};
    struct reader reader = {.phrases = phrases, .text = &out};
    struct fold_point point;
    ASSERT(text.n < UINT32_MAX / 2);
    for (size_t at = 0; at < text.n; at += point.taken) {
        fold_next(text, at, &point);
        switch (point.kind) {
        case FOLD_WORD:
            if (point.len > 0 || reader.len > 0) {
                add_point(&reader, &point, at);
            }
            break;
        case FOLD_APOSTROPHE: {
            bool is_inside = is_inside_word(&reader, text, at + point.taken);
            end_word(&reader);
            if (is_inside) {
                add_point(&reader, &point, at);
            }
            break;
        }
        case FOLD_STOP:
            add_stop(&reader, at, point.taken);
            break;
        case FOLD_BLANK:
            end_word(&reader);
            break;
        }
    }
    end_word(&reader);
    *ret_text = out;
}

/* "i'll" is "i" and "'ll"; returns how many words there are now. */
static size_t add_parts(const struct phrases *phrases, const struct plain_word *from, str rest,
                        struct phrase_word *words, size_t count, size_t cap)
{
    while (rest.n > 0 && count + 3 < cap) {
        size_t cut = 1 + str_find_byte(str_slice(rest, 1, rest.n), '\'');
        str part = str_slice(rest, 0, cut < WORD_BYTES_MAX ? cut : WORD_BYTES_MAX - 1);
        words[count] = (struct phrase_word){.start = from->start, .end = from->end};
        look_up(phrases, part, plain_hash(part), &words[count]);
        rest = str_slice(rest, cut, rest.n);
        count++;
    }
    return count;
}

/* PLAIN_PAD bytes may be read behind the word. */
static void look_up_again(const struct phrases *phrases, str word, uint32_t hash,
                          struct phrase_memo *memo, struct phrase_word *into)
{
    struct phrase_memo_word *known = &memo->words[hash % PHRASE_MEMO_WORDS];
    uint64_t bytes = 0;
    memcpy(&bytes, word.p, sizeof bytes);
    bytes &= UINT64_MAX >> (64 - 8 * word.n);
    if (known->bytes != bytes) {
        look_up(phrases, word, hash, into);
        known->bytes = bytes;
        memcpy(known->atoms, into->atoms, sizeof known->atoms);
        known->atom_count = into->atom_count;
        return;
    }
    memcpy(into->atoms, known->atoms, sizeof into->atoms);
    into->atom_count = known->atom_count;
}

void phrases_read_plain(const struct phrases *phrases, const struct plain *plain,
                        struct phrase_memo *memo, struct phrase_word *words, size_t cap,
                        struct phrase_text *ret_text)
{
    size_t count = 0;
    for (size_t i = 0; i < plain->count && count + 3 < cap; i++) {
        const struct plain_word *from = &plain->words[i];
        str word = plain_word_text(plain, i);
        if (from->has_apostrophe || word.n >= WORD_BYTES_MAX) {
            count = add_parts(phrases, from, word, words, count, cap);
        } else {
            words[count] = (struct phrase_word){.start = from->start, .end = from->end};
            if (word.n <= PHRASE_MEMO_BYTES) {
                look_up_again(phrases, word, from->hash, memo, &words[count]);
            } else {
                look_up(phrases, word, from->hash, &words[count]);
            }
            count++;
        }
        if (from->has_stop) {
            words[count] =
                (struct phrase_word){.start = from->end, .end = from->end, .is_stop = true};
            count++;
        }
    }
    *ret_text = (struct phrase_text){.words = words, .count = count};
}

/* --- matching --- */

static bool word_in_set(const struct phrases *phrases, const struct phrase_word *word, uint16_t set)
{
    for (size_t i = 0; i < word->atom_count; i++) {
        if (atom_in_set(&phrases->atoms[word->atoms[i]], set)) {
            return true;
        }
    }
    return false;
}

/* Bit k of a mask: the next element may stand at word `from` + k. */
static uint64_t after_gap(const struct phrase_text *text, size_t from, uint64_t mask, unsigned gap)
{
    uint64_t edge = mask;
    for (unsigned i = 0; i < gap && edge != 0; i++) {
        uint64_t next = 0;
        for (uint64_t bits = edge; bits != 0; bits &= bits - 1) {
            unsigned k = (unsigned)__builtin_ctzll(bits);
            if (k < PHRASE_SPAN_WORDS_MAX && from + k < text->count &&
                !text->words[from + k].is_stop) {
                next |= UINT64_C(1) << (k + 1);
            }
        }
        edge = next & ~mask;
        mask |= next;
    }
    return mask;
}

static uint64_t after_set(const struct phrases *phrases, const struct phrase_text *text,
                          size_t from, uint64_t mask, uint16_t set)
{
    uint64_t next = 0;
    for (uint64_t bits = mask; bits != 0; bits &= bits - 1) {
        unsigned k = (unsigned)__builtin_ctzll(bits);
        if (k < PHRASE_SPAN_WORDS_MAX && from + k < text->count &&
            word_in_set(phrases, &text->words[from + k], set)) {
            next |= UINT64_C(1) << (k + 1);
        }
    }
    return next;
}

static uint64_t after_stop(const struct phrase_text *text, size_t from, uint64_t mask)
{
    uint64_t next = 0;
    for (uint64_t bits = mask; bits != 0; bits &= bits - 1) {
        unsigned k = (unsigned)__builtin_ctzll(bits);
        if (k < PHRASE_SPAN_WORDS_MAX && from + k < text->count && text->words[from + k].is_stop) {
            next |= UINT64_C(1) << (k + 1);
        }
    }
    return next;
}

/* Words of the shortest match that begins at `from`, or 0. The head is known to fit. */
static size_t match_at(const struct phrases *phrases, const struct pattern *pattern,
                       const struct phrase_text *text, size_t from)
{
    uint64_t mask = 2;
    for (size_t i = 1; i < pattern->step_count && mask != 0; i++) {
        const struct step *step = &pattern->steps[i];
        if (step->gap > 0) {
            mask = after_gap(text, from, mask, step->gap);
            continue;
        }
        uint64_t next = step->set == SET_STOP ? after_stop(text, from, mask)
                                              : after_set(phrases, text, from, mask, step->set);
        mask = step->is_optional ? mask | next : next;
    }
    return mask == 0 ? 0 : (size_t)__builtin_ctzll(mask);
}

/* Which rare sets some word of the text is in. */
static void see_rares(const struct phrases *phrases, const struct phrase_text *text,
                      struct rares *ret_present)
{
    struct rares present = {.bits = {UINT64_C(1) << RARE_NONE}};
    for (size_t i = 0; i < text->count; i++) {
        for (size_t a = 0; a < text->words[i].atom_count; a++) {
            const struct rares *has = &phrases->has[text->words[i].atoms[a]];
            for (size_t k = 0; k < RARE_WORDS; k++) {
                present.bits[k] |= has->bits[k];
            }
        }
    }
    *ret_present = present;
}

/* Bit k: the rare set of the atom's group `from` + k is in the text. */
static uint64_t live_groups(const struct atom *atom, size_t from, const struct rares *present)
{
    uint64_t live = 0;
    for (size_t k = 0; k < 64 && from + k < atom->group_count; k++) {
        uint16_t rare = atom->groups[from + k].rare;
        live |= (present->bits[rare / 64] >> (rare % 64) & 1U) << k;
    }
    return live;
}

struct match {
    const struct phrases *phrases;
    const struct phrase_text *text;
    const bool *skip;
    void (*found)(void *context, size_t rule, size_t from, size_t to);
    void *context;
};

static void try_heads(const struct match *match, const struct head *heads, size_t count, size_t i)
{
    const struct phrase_text *text = match->text;
    for (size_t h = 0; h < count; h++) {
        const struct head *head = &heads[h];
        if (match->skip[head->rule] ||
            (head->next != NO_SET &&
             (i + 1 == text->count ||
              !word_in_set(match->phrases, &text->words[i + 1], head->next)))) {
            continue;
        }
        size_t words = match_at(match->phrases, &match->phrases->patterns[head->pattern], text, i);
        if (words > 0) {
            match->found(match->context, head->rule, i, i + words);
        }
    }
}

static void try_atom(const struct match *match, const struct atom *atom,
                     const struct rares *present, size_t i)
{
    for (size_t from = 0; from < atom->group_count; from += 64) {
        for (uint64_t live = live_groups(atom, from, present); live != 0; live &= live - 1) {
            const struct head_group *group = &atom->groups[from + (size_t)__builtin_ctzll(live)];
            try_heads(match, atom->heads + group->first, group->count, i);
        }
    }
}

void phrases_match(const struct phrases *phrases, const struct phrase_text *text, const bool *skip,
                   void (*found)(void *context, size_t rule, size_t from, size_t to), void *context)
{
    const struct match match = {phrases, text, skip, found, context};
    struct rares present;
    see_rares(phrases, text, &present);
    for (size_t i = 0; i < text->count; i++) {
        for (size_t a = 0; a < text->words[i].atom_count; a++) {
            try_atom(&match, &phrases->atoms[text->words[i].atoms[a]], &present, i);
        }
    }
}
