/* SPDX-License-Identifier: Apache-2.0 */
#include "pack/fold.h"
#include "triage/phrase_internal.h"

enum {
    COMMON_WEIGHT = 32
}; /* words that a common one counts for, where the rarest set is chosen */

static void refuse(struct phrases *phrases, const char *rule, str what, const char *why)
{
    if (phrases->status == STATUS_OK) {
        phrases->status = error_set(phrases->err, STATUS_INVALID, "%s: '%.*s' %s", rule,
                                    STR_ARG(str_slice(what, 0, 80)), why);
    }
}

static str fold_word(struct arena *arena, str word)
{
    char bytes[WORD_BYTES_MAX];
    size_t n = 0;
    struct fold_point point;
    for (size_t at = 0; at < word.n; at += point.taken) {
        fold_next(word, at, &point);
        if ((point.kind != FOLD_WORD && point.kind != FOLD_APOSTROPHE) ||
            n + point.len >= WORD_BYTES_MAX) {
            return (str){0};
        }
        memcpy(bytes + n, point.bytes, point.len);
        n += point.len;
    }
    return arena_str(arena, str_from(bytes, n));
}

/* The atom of a word or "word*"; 0 when it is none. */
static uint16_t atom_for(struct phrases *phrases, str word)
{
    bool is_prefix = str_ends(word, STR("*"));
    str folded = fold_word(phrases->arena, str_slice(word, 0, word.n - (is_prefix ? 1 : 0)));
    size_t slot = 0;
    if (folded.n == 0 || phrases->atom_count == ATOMS_MAX) {
        return 0;
    }
    uint32_t hash = plain_hash(folded);
    uint16_t found = phrases_find_atom(phrases, hash, folded, is_prefix, &slot);
    if (found != 0) {
        return found;
    }
    phrases->atom_count++;
    struct atom *atom = &phrases->atoms[phrases->atom_count];
    atom->word = folded;
    atom->is_prefix = is_prefix;
    if (is_prefix && folded.n >= BEGIN_BYTES && folded.n < BEGIN_LENGTHS) {
        *begin_of(phrases, folded) |= UINT32_C(1) << folded.n;
    } else if (is_prefix) {
        phrases->prefix_lens |= UINT64_C(1) << folded.n;
    }
    phrases->filter[hash >> 16 >> 6] |= UINT64_C(1) << (hash >> 16 & 63);
    phrases->table[slot] = (uint16_t)phrases->atom_count;
    return (uint16_t)phrases->atom_count;
}

/* Sets are made one after the other, so `set` is never before the first. */
static void join_set(struct arena *arena, struct atom *atom, size_t set)
{
    size_t k = set / 64;
    atom->set_first = atom->set_cap == 0 ? (uint16_t)k : atom->set_first;
    k -= atom->set_first;
    if (k >= atom->set_cap) {
        size_t cap = k < 2U * atom->set_cap ? 2U * atom->set_cap : k + 1;
        uint64_t *sets = ARENA_ARRAY(arena, uint64_t, cap);
        if (atom->set_cap > 0) {
            memcpy(sets, atom->sets, atom->set_cap * sizeof *sets);
        }
        atom->sets = sets;
        atom->set_cap = (uint16_t)cap;
    }
    atom->sets[k] |= UINT64_C(1) << (set % 64);
}

static void put_in_set(struct phrases *phrases, const char *rule, str word, size_t set)
{
    uint16_t atom = atom_for(phrases, word);
    if (atom == 0) {
        refuse(phrases, rule, word, "is not a word");
        return;
    }
    join_set(phrases->arena, &phrases->atoms[atom], set);
}

static void put_class_in_set(struct phrases *phrases, const char *rule, str name, size_t set)
{
    const struct pack *pack = phrases->pack;
    for (size_t i = 0; i < pack->word_class_count; i++) {
        if (str_equal(pack->word_classes[i].name, name)) {
            for (size_t j = 0; j < pack->word_classes[i].words.count; j++) {
                put_in_set(phrases, rule, pack->word_classes[i].words.items[j], set);
            }
            return;
        }
    }
    refuse(phrases, rule, name, "is not in words.csv");
}

/* The set of "a|b*|{c}"; the same text gives the same set. */
static uint16_t set_for(struct phrases *phrases, const char *rule, str text)
{
    for (size_t i = 0; i < phrases->set_count; i++) {
        if (str_equal(phrases->sets[i], text)) {
            return (uint16_t)i;
        }
    }
    if (phrases->set_count == SETS_MAX) {
        refuse(phrases, rule, text, "is one word group too many");
        return 0;
    }
    size_t set = phrases->set_count;
    phrases->sets[set] = text;
    phrases->set_count++;
    str rest = text;
    while (rest.n > 0) {
        str word = {0};
        rest = str_cut(rest, '|', &word);
        if (str_starts(word, STR("{")) && str_ends(word, STR("}"))) {
            put_class_in_set(phrases, rule, str_slice(word, 1, word.n - 1), set);
        } else {
            put_in_set(phrases, rule, word, set);
        }
    }
    return (uint16_t)set;
}

/* Does it stand for a word that must be there? */
static bool is_sure(const struct step *step)
{
    return step->gap == 0 && !step->is_optional && step->set != SET_STOP;
}

static void add_step(struct phrases *phrases, const char *rule, struct pattern *pattern, str token)
{
    struct step step = {0};
    uint64_t gap = 0;
    if (pattern->step_count == STEPS_MAX) {
        refuse(phrases, rule, token, "comes after more than 16 elements");
        return;
    }
    if (str_starts(token, STR(".."))) {
        if (!str_to_u64(str_slice(token, 2, token.n), &gap) || gap < 1 || gap > GAP_MAX) {
            refuse(phrases, rule, token, "is not a gap of 1 to 16 words");
            return;
        }
        step.gap = (uint8_t)gap;
    } else if (str_equal(token, STR("."))) {
        step.set = SET_STOP;
    } else {
        step.is_optional = str_ends(token, STR("?"));
        str words = str_slice(token, 0, token.n - (step.is_optional ? 1 : 0));
        step.set = set_for(phrases, rule, words);
    }
    if (pattern->step_count == 0 && !is_sure(&step)) {
        refuse(phrases, rule, token, "cannot stand first");
    }
    pattern->steps[pattern->step_count] = step;
    pattern->step_count++;
}

static void compile_one(struct phrases *phrases, size_t rule, str text)
{
    const char *name = arena_cstr(phrases->arena, phrases->pack->rules[rule].id);
    if (phrases->pattern_count == PATTERNS_MAX) {
        refuse(phrases, name, text, "is one pattern too many");
        return;
    }
    struct pattern *pattern = &phrases->patterns[phrases->pattern_count];
    pattern->rule = (uint16_t)rule;
    str rest = str_trim(text);
    while (rest.n > 0) {
        str token = {0};
        rest = str_trim(str_cut(rest, ' ', &token));
        add_step(phrases, name, pattern, token);
    }
    if (pattern->step_count == 0) {
        refuse(phrases, name, phrases->pack->rules[rule].pattern, "has an empty alternative");
    }
    phrases->pattern_count++;
}

static void compile_rule(struct phrases *phrases, size_t rule)
{
    str rest = phrases->pack->rules[rule].pattern;
    for (;;) {
        size_t at = str_find(rest, STR(" / "));
        compile_one(phrases, rule, str_slice(rest, 0, at));
        if (at == rest.n) {
            return;
        }
        rest = str_slice(rest, at + 3, rest.n);
    }
}

/* Words that half of all texts have: a set that holds one is in nearly every text. */
static bool is_everywhere(str word)
{
    static const char *const commons[] = {
        "a",    "the",  "is",   "are",   "'s",   "'re",   "was",  "were", "be",  "to",
        "of",   "in",   "on",   "at",    "with", "for",   "by",   "you",  "i",   "he",
        "she",  "they", "we",   "it",    "me",   "him",   "her",  "them", "us",  "my",
        "your", "his",  "our",  "their", "will", "would", "has",  "have", "had", "not",
        "and",  "this", "that", "up",    "out",  "over",  "from", "as"};
    for (size_t i = 0; i < ARRAY_LEN(commons); i++) {
        if (str_equal(word, str_c(commons[i]))) {
            return true;
        }
    }
    return false;
}

/* The set of the lowest bit that is left of word k of the atom's bitset. */
static size_t set_of(const struct atom *atom, size_t k, uint64_t left)
{
    return 64 * (atom->set_first + k) + (size_t)__builtin_ctzll(left);
}

/* How many atoms are in each set; a common word counts as many. */
static const size_t *set_sizes(const struct phrases *phrases)
{
    size_t *sizes = ARENA_ARRAY(phrases->arena, size_t, phrases->set_count + 1);
    for (size_t i = 1; i <= phrases->atom_count; i++) {
        size_t weight = is_everywhere(phrases->atoms[i].word) ? COMMON_WEIGHT : 1;
        const struct atom *atom = &phrases->atoms[i];
        for (size_t k = 0; k < atom->set_cap; k++) {
            for (uint64_t left = atom->sets[k]; left != 0; left &= left - 1) {
                sizes[set_of(atom, k, left)] += weight;
            }
        }
    }
    return sizes;
}

static uint16_t rare_of(const struct pattern *pattern, const size_t *sizes)
{
    uint16_t rare = NO_SET;
    size_t least = SIZE_MAX;
    for (size_t i = 1; i < pattern->step_count; i++) {
        const struct step *step = &pattern->steps[i];
        if (is_sure(step) && sizes[step->set] < least) {
            rare = step->set;
            least = sizes[rare];
        }
    }
    return rare;
}

static struct head head_of(const struct phrases *phrases, size_t index)
{
    const struct pattern *pattern = &phrases->patterns[index];
    struct head head = {(uint16_t)index, pattern->rule, NO_SET};
    if (pattern->step_count > 1 && is_sure(&pattern->steps[1])) {
        head.next = pattern->steps[1].set;
    }
    return head;
}

static uint16_t rare_number(const struct phrases *phrases, size_t pattern)
{
    uint16_t rare = phrases->patterns[pattern].rare;
    return rare == NO_SET ? RARE_NONE : phrases->rare_numbers[rare];
}

/* The patterns that begin with the atom; the groups are in the order of their first ones. */
static size_t patterns_of(const struct phrases *phrases, const struct atom *atom,
                          uint16_t *patterns)
{
    size_t count = 0;
    for (size_t j = 0; j < phrases->pattern_count; j++) {
        if (atom_in_set(atom, phrases->patterns[j].steps[0].set)) {
            patterns[count] = (uint16_t)j;
            count++;
        }
    }
    return count;
}

/* `patterns`: room for all of them. */
static void link_heads(struct phrases *phrases, struct atom *atom, uint16_t *patterns)
{
    size_t left = patterns_of(phrases, atom, patterns), done = 0;
    atom->heads = ARENA_ARRAY(phrases->arena, struct head, left + 1);
    atom->groups = ARENA_ARRAY(phrases->arena, struct head_group, left + 1);
    while (left > 0) {
        struct head_group *group = &atom->groups[atom->group_count];
        size_t kept = 0;
        *group = (struct head_group){rare_number(phrases, patterns[0]), (uint16_t)done, 0};
        for (size_t k = 0; k < left; k++) {
            if (rare_number(phrases, patterns[k]) == group->rare) {
                atom->heads[done] = head_of(phrases, patterns[k]);
                done++;
                group->count++;
            } else {
                patterns[kept] = patterns[k];
                kept++;
            }
        }
        left = kept;
        atom->group_count++;
    }
}

static void number_rares(struct phrases *phrases)
{
    const size_t *sizes = set_sizes(phrases);
    uint16_t count = RARE_NONE + 1;
    phrases->rare_numbers = ARENA_ARRAY(phrases->arena, uint16_t, phrases->set_count + 1);
    for (size_t j = 0; j < phrases->pattern_count; j++) {
        struct pattern *pattern = &phrases->patterns[j];
        pattern->rare = rare_of(pattern, sizes);
        if (pattern->rare != NO_SET && phrases->rare_numbers[pattern->rare] == RARE_NONE &&
            count < RARES_MAX) {
            phrases->rare_numbers[pattern->rare] = count;
            count++;
        }
    }
}

static void add_rare(struct rares *rares, uint16_t number)
{
    rares->bits[number / 64] |= UINT64_C(1) << (number % 64);
}

static void link_rares(struct phrases *phrases, size_t index)
{
    const struct atom *atom = &phrases->atoms[index];
    for (size_t k = 0; k < atom->set_cap; k++) {
        for (uint64_t left = atom->sets[k]; left != 0; left &= left - 1) {
            uint16_t rare = phrases->rare_numbers[set_of(atom, k, left)];
            if (rare != RARE_NONE) {
                add_rare(&phrases->has[index], rare);
            }
        }
    }
}

static void link_atoms(struct phrases *phrases)
{
    phrases->has = ARENA_ARRAY(phrases->arena, struct rares, phrases->atom_count + 1);
    uint16_t *room = ARENA_ARRAY(phrases->arena, uint16_t, phrases->pattern_count + 1);
    number_rares(phrases);
    for (size_t i = 1; i <= phrases->atom_count; i++) {
        link_heads(phrases, &phrases->atoms[i], room);
        link_rares(phrases, i);
    }
}

enum status phrases_compile(struct arena *arena, const struct pack *pack,
                            const struct phrases **ret_phrases, struct error *err)
{
    struct phrases *phrases = ARENA_NEW(arena, struct phrases);
    *phrases = (struct phrases){
        .pack = pack,
        .arena = arena,
        .err = err,
        .atoms = ARENA_ARRAY(arena, struct atom, ATOMS_MAX + 1),
        .table = ARENA_ARRAY(arena, uint16_t, TABLE_SLOTS),
        .filter = ARENA_ARRAY(arena, uint64_t, FILTER_BITS / 64),
        .sets = ARENA_ARRAY(arena, str, SETS_MAX),
        .begins = ARENA_ARRAY(arena, uint32_t, BEGIN_SLOTS),
        .patterns = ARENA_ARRAY(arena, struct pattern, PATTERNS_MAX),
    };
    for (size_t i = 0; i < pack->rule_count && phrases->status == STATUS_OK; i++) {
        if (!str_equal(pack->rules[i].kind, STR("answer"))) {
            compile_rule(phrases, i);
        }
    }
    if (phrases->status == STATUS_OK) {
        link_atoms(phrases);
        phrases->err = NULL;
        *ret_phrases = phrases;
    }
    return phrases->status;
}
