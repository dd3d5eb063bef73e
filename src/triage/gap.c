/* SPDX-License-Identifier: Apache-2.0 */
#include "triage/gap.h"

enum {
    FILTER_SHIFT = 17, /* the top 15 bits of a hash */
    FILTER_WORDS = (1 << (32 - FILTER_SHIFT)) / 64,
    SLOTS = 8192, /* a power of two, several times the pairs */
    PAIRS_MAX = SLOTS / 2,
    WORD_LEAST = 4, /* "g un" and "b at" are too often something else */
    WORD_MOST = 24
};

static const char *const CLASSES[] = {"kill", "hurt", "harm", "doing", "weapon", "gapped"};

/* Cuts of these words of which both pieces are words, or what a gap behind an apostrophe leaves ("people' s
 * word"): met in speeches and comments, or easily met there. */
static const char *const STANDING[] = {
    "be head", "be heading", "be headed",     "burn in",  "kill in", "car ve",    "crow bar",
    "dr own",  "dr owning",  "en ding",       "flat ten", "g lass",  "h arm",     "knee cap",
    "m aim",   "ma im",      "na il",         "s hank",   "s hoot",  "s hooting", "s hot",
    "s lash",  "s laughter", "s laughtering", "s lice",   "s lit",   "s mash",    "s mashing",
    "s tab",   "s tabbing",  "s tabs",        "s tamp",   "s word",  "shot gun",  "un alive"};

struct pair {
    uint32_t left, right; /* hashes of the pieces; both 0 = free */
};
struct gaps {
    uint64_t lefts[FILTER_WORDS], rights[FILTER_WORDS]; /* a bit for each piece */
    struct pair pairs[SLOTS];
    size_t count;
};

static size_t slot_of(const struct gaps *gaps, uint32_t left, uint32_t right)
{
    size_t slot = (left ^ right * UINT32_C(0x9E3779B1)) % SLOTS;
    while ((gaps->pairs[slot].left != 0 || gaps->pairs[slot].right != 0) &&
           (gaps->pairs[slot].left != left || gaps->pairs[slot].right != right)) {
        slot = (slot + 1) % SLOTS;
    }
    return slot;
}

static uint64_t bit_of(const uint64_t *filter, uint32_t hash)
{
    return filter[hash >> FILTER_SHIFT >> 6] >> (hash >> FILTER_SHIFT & 63) & 1U;
}

static void set_bit(uint64_t *filter, uint32_t hash)
{
    filter[hash >> FILTER_SHIFT >> 6] |= UINT64_C(1) << (hash >> FILTER_SHIFT & 63);
}

static bool is_standing(str left, str right)
{
    for (size_t i = 0; i < ARRAY_LEN(STANDING); i++) {
        str pieces = str_c(STANDING[i]), first = {0};
        str second = str_cut(pieces, ' ', &first);
        if (str_equal(first, left) && str_equal(second, right)) {
            return true;
        }
    }
    return false;
}

/* Half of all sentences have one: not worth a look, and what follows is a slip ("to rture"). */
static bool is_everywhere(str left)
{
    return str_equal(left, STR("a")) || str_equal(left, STR("to")) || str_equal(left, STR("be"));
}

static void add_word(struct gaps *gaps, str word)
{
    for (size_t cut = 1; cut < word.n && word.n >= WORD_LEAST && word.n <= WORD_MOST; cut++) {
        str left = str_slice(word, 0, cut), right = str_slice(word, cut, word.n);
        if (is_standing(left, right) || is_everywhere(left) || gaps->count == PAIRS_MAX) {
            continue;
        }
        struct pair pair = {plain_hash(left), plain_hash(right)};
        gaps->pairs[slot_of(gaps, pair.left, pair.right)] = pair;
        set_bit(gaps->lefts, pair.left);
        set_bit(gaps->rights, pair.right);
        gaps->count++;
    }
}

const struct gaps *gaps_new(struct arena *arena, const struct pack *pack)
{
    struct gaps *gaps = ARENA_NEW(arena, struct gaps);
    for (size_t i = 0; i < pack->word_class_count; i++) {
        const struct pack_word_class *class = &pack->word_classes[i];
        bool is_harm = false;
        for (size_t k = 0; k < ARRAY_LEN(CLASSES); k++) {
            is_harm = is_harm || str_equal(class->name, str_c(CLASSES[k]));
        }
        for (size_t k = 0; k < class->words.count && is_harm; k++) {
            add_word(gaps, class->words.items[k]);
        }
    }
    return gaps;
}

/* One character lies between the two. */
static bool is_one_gap(str text, size_t end, size_t next)
{
    size_t n = next > end && next <= text.n ? next - end : 0;
    if (n == 1) {
        return true;
    }
    for (size_t i = 1; i < n; i++) {
        if (((unsigned char)text.p[end + i] & 0xC0) != 0x80) {
            return false;
        }
    }
    return n > 1 && (unsigned char)text.p[end] >= 0xC0;
}

/* Without a branch: nearly every text has no such pair, and this runs over every word. */
static bool may_have_pair(const struct gaps *gaps, const struct plain *plain)
{
    uint64_t any = 0, left = 0;
    for (size_t i = 0; i < plain->count; i++) {
        uint32_t hash = plain->words[i].hash;
        any |= left & bit_of(gaps->rights, hash);
        left = bit_of(gaps->lefts, hash);
    }
    return any != 0;
}

void gaps_close(const struct gaps *gaps, str text, struct plain *plain, uint8_t *edits)
{
    bool has_any = false;
    if (!may_have_pair(gaps, plain)) {
        return;
    }
    memset(edits, PLAIN_KEEP, plain->count);
    for (size_t i = 0; i + 1 < plain->count; i++) {
        const struct plain_word *here = &plain->words[i], *next = here + 1;
        const struct pair *pair = &gaps->pairs[slot_of(gaps, here->hash, next->hash)];
        if (pair->left == here->hash && pair->right == next->hash &&
            is_one_gap(text, here->end, next->start)) {
            edits[i] = PLAIN_JOIN;
            has_any = true;
            i++;
        }
    }
    if (has_any) {
        plain_edit(plain, edits);
    }
}
