/* SPDX-License-Identifier: Apache-2.0 */
#include "triage/phrase.h"

#include "pack/fold.h"

enum {
    ATOMS_MAX = 4096,
    SETS_MAX = 2048,
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
/* Heads with one `rare`: the smallest set that some word of the text must be in, or NO_SET. Most are
 * passed over at once: such a word is nowhere in the text. */
struct head_group {
    uint16_t rare, count;
};
enum {
    NO_SET = UINT16_MAX,
    FILTER_BITS = 1 << 16,
    SET_WORDS_MAX = SETS_MAX / 64,
    BEGIN_BYTES = 3, /* of a word: which prefix atoms can be in it */
    BEGIN_SLOTS = 2048,
    BEGIN_LENGTHS = 32
};
struct atom {
    str word;
    bool is_prefix;
    uint64_t *sets;     /* bitset */
    struct head *heads; /* patterns that begin with it, group by group */
    struct head_group *groups;
    size_t group_count;
};
struct step {
    uint16_t set;
    uint8_t gap; /* > 0: a gap of so many words; set is unused */
    bool is_optional;
};
struct pattern {
    uint16_t rule;
    uint8_t step_count;
    uint16_t rare; /* as in `head_group` */
    struct step steps[STEPS_MAX];
};
struct phrases {
    const struct pack *pack;
    struct arena *arena;
    struct error *err;
    enum status status;
    struct atom *atoms;
    size_t atom_count;
    uint16_t *table;      /* atom + 1, 0 = free */
    uint64_t prefix_lens; /* of the prefix atoms that `begins` cannot tell: very short or long */
    uint32_t *begins;     /* by the first bytes of a word: bit a length of a prefix atom */
    uint64_t *filter;     /* bit (hash of an atom): most words of a text are none */
    str *sets;            /* source text of each set */
    size_t set_count;
    size_t set_words; /* uint64_t a bitset, of those that are used once all are compiled */
    struct pattern *patterns;
    size_t pattern_count;
};

static uint32_t *begin_of(const struct phrases *phrases, str word)
{
    uint32_t first = (uint32_t)(unsigned char)word.p[0] | (uint32_t)(unsigned char)word.p[1] << 8 |
                     (uint32_t)(unsigned char)word.p[2] << 16;
    return &phrases->begins[first * UINT32_C(0x9E3779B1) >> 21];
}

static size_t slot_of(uint32_t hash, bool is_prefix)
{
    uint32_t mixed = (hash ^ (hash >> 15)) * 2246822519U + (is_prefix ? 1U : 0U);
    return (mixed ^ (mixed >> 13)) & (TABLE_SLOTS - 1);
}

/* Atom index + 1, or 0; *ret_slot is where it stands or could stand. */
static uint16_t find_atom(const struct phrases *phrases, uint32_t hash, str word, bool is_prefix,
                          size_t *ret_slot)
{
    size_t slot = slot_of(hash, is_prefix);
    while (phrases->table[slot] != 0) {
        const struct atom *atom = &phrases->atoms[phrases->table[slot] - 1];
        if (atom->is_prefix == is_prefix && str_equal(atom->word, word)) {
            break;
        }
        slot = (slot + 1) & (TABLE_SLOTS - 1);
    }
    *ret_slot = slot;
    return phrases->table[slot];
}

/* --- reading a text --- */

static void add_atom(struct phrase_word *word, uint16_t atom_and_one)
{
    if (atom_and_one != 0 && word->atom_count < PHRASE_WORD_ATOMS_MAX) {
        word->atoms[word->atom_count] = (uint16_t)(atom_and_one - 1);
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
        add_atom(into, find_atom(phrases, hash, prefix, true, &slot));
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
        add_atom(word, find_atom(phrases, hash, folded, false, &slot));
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

void phrases_read_plain(const struct phrases *phrases, const struct plain *plain,
                        struct phrase_word *words, size_t cap, struct phrase_text *ret_text)
{
    size_t count = 0;
    for (size_t i = 0; i < plain->count && count + 3 < cap; i++) {
        const struct plain_word *from = &plain->words[i];
        str word = plain_word_text(plain, i);
        if (from->has_apostrophe || word.n >= WORD_BYTES_MAX) {
            count = add_parts(phrases, from, word, words, count, cap);
        } else {
            words[count] = (struct phrase_word){.start = from->start, .end = from->end};
            look_up(phrases, word, from->hash, &words[count]);
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

/* --- compiling --- */

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

/* The atom of a word or "word*"; -1 when it is none. */
static int atom_for(struct phrases *phrases, str word)
{
    bool is_prefix = str_ends(word, STR("*"));
    str folded = fold_word(phrases->arena, str_slice(word, 0, word.n - (is_prefix ? 1 : 0)));
    size_t slot = 0;
    if (folded.n == 0 || phrases->atom_count == ATOMS_MAX) {
        return -1;
    }
    uint32_t hash = plain_hash(folded);
    uint16_t found = find_atom(phrases, hash, folded, is_prefix, &slot);
    if (found != 0) {
        return found - 1;
    }
    struct atom *atom = &phrases->atoms[phrases->atom_count];
    atom->word = folded;
    atom->is_prefix = is_prefix;
    atom->sets = ARENA_ARRAY(phrases->arena, uint64_t, phrases->set_words);
    if (is_prefix && folded.n >= BEGIN_BYTES && folded.n < BEGIN_LENGTHS) {
        *begin_of(phrases, folded) |= UINT32_C(1) << folded.n;
    } else if (is_prefix) {
        phrases->prefix_lens |= UINT64_C(1) << folded.n;
    }
    phrases->filter[hash >> 16 >> 6] |= UINT64_C(1) << (hash >> 16 & 63);
    phrases->atom_count++;
    phrases->table[slot] = (uint16_t)phrases->atom_count;
    return (int)phrases->atom_count - 1;
}

static void put_in_set(struct phrases *phrases, const char *rule, str word, size_t set)
{
    int atom = atom_for(phrases, word);
    if (atom < 0) {
        refuse(phrases, rule, word, "is not a word");
        return;
    }
    phrases->atoms[atom].sets[set / 64] |= UINT64_C(1) << (set % 64);
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
    } else {
        step.is_optional = str_ends(token, STR("?"));
        str words = str_slice(token, 0, token.n - (step.is_optional ? 1 : 0));
        step.set = set_for(phrases, rule, words);
    }
    if (pattern->step_count == 0 && (step.gap > 0 || step.is_optional)) {
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

static bool atom_in_set(const struct atom *atom, uint16_t set)
{
    return (atom->sets[set / 64] >> (set % 64) & 1U) == 1;
}

static size_t set_size(const struct phrases *phrases, uint16_t set)
{
    size_t size = 0;
    for (size_t i = 0; i < phrases->atom_count; i++) {
        size += atom_in_set(&phrases->atoms[i], set);
    }
    return size;
}

static uint16_t rare_of(const struct phrases *phrases, const struct pattern *pattern)
{
    uint16_t rare = NO_SET;
    size_t least = SIZE_MAX;
    for (size_t i = 1; i < pattern->step_count; i++) {
        const struct step *step = &pattern->steps[i];
        if (step->gap == 0 && !step->is_optional && set_size(phrases, step->set) < least) {
            rare = step->set;
            least = set_size(phrases, rare);
        }
    }
    return rare;
}

static struct head head_of(const struct phrases *phrases, size_t index)
{
    const struct pattern *pattern = &phrases->patterns[index];
    struct head head = {(uint16_t)index, pattern->rule, NO_SET};
    if (pattern->step_count > 1 && pattern->steps[1].gap == 0 && !pattern->steps[1].is_optional) {
        head.next = pattern->steps[1].set;
    }
    return head;
}

static void link_heads(struct phrases *phrases, struct atom *atom)
{
    size_t count = 0;
    bool *is_done = ARENA_ARRAY(phrases->arena, bool, phrases->pattern_count + 1);
    for (size_t j = 0; j < phrases->pattern_count; j++) {
        is_done[j] = !atom_in_set(atom, phrases->patterns[j].steps[0].set);
        count += !is_done[j];
    }
    atom->heads = ARENA_ARRAY(phrases->arena, struct head, count + 1);
    atom->groups = ARENA_ARRAY(phrases->arena, struct head_group, count + 1);
    count = 0;
    for (size_t j = 0; j < phrases->pattern_count; j++) {
        if (is_done[j]) {
            continue;
        }
        struct head_group *group = &atom->groups[atom->group_count];
        group->rare = phrases->patterns[j].rare;
        atom->group_count++;
        for (size_t k = j; k < phrases->pattern_count; k++) {
            if (!is_done[k] && phrases->patterns[k].rare == group->rare) {
                is_done[k] = true;
                atom->heads[count] = head_of(phrases, k);
                count++;
                group->count++;
            }
        }
    }
}

static void link_atoms(struct phrases *phrases)
{
    phrases->set_words = phrases->set_count / 64 + 1;
    for (size_t j = 0; j < phrases->pattern_count; j++) {
        phrases->patterns[j].rare = rare_of(phrases, &phrases->patterns[j]);
    }
    for (size_t i = 0; i < phrases->atom_count; i++) {
        link_heads(phrases, &phrases->atoms[i]);
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
        .atoms = ARENA_ARRAY(arena, struct atom, ATOMS_MAX),
        .table = ARENA_ARRAY(arena, uint16_t, TABLE_SLOTS),
        .filter = ARENA_ARRAY(arena, uint64_t, FILTER_BITS / 64),
        .sets = ARENA_ARRAY(arena, str, SETS_MAX),
        .set_words = SET_WORDS_MAX,
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
        uint64_t next = after_set(phrases, text, from, mask, step->set);
        mask = step->is_optional ? mask | next : next;
    }
    return mask == 0 ? 0 : (size_t)__builtin_ctzll(mask);
}

/* Which sets some word of the text is in. */
static void see_sets(const struct phrases *phrases, const struct phrase_text *text,
                     uint64_t *present)
{
    for (size_t i = 0; i < text->count; i++) {
        for (size_t a = 0; a < text->words[i].atom_count; a++) {
            const uint64_t *sets = phrases->atoms[text->words[i].atoms[a]].sets;
            for (size_t k = 0; k < phrases->set_words; k++) {
                present[k] |= sets[k];
            }
        }
    }
}

static bool is_present(const uint64_t *present, uint16_t set)
{
    return set == NO_SET || (present[set / 64] >> (set % 64) & 1U) == 1;
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

void phrases_match(const struct phrases *phrases, const struct phrase_text *text, const bool *skip,
                   void (*found)(void *context, size_t rule, size_t from, size_t to), void *context)
{
    const struct match match = {phrases, text, skip, found, context};
    uint64_t present[SET_WORDS_MAX];
    memset(present, 0, phrases->set_words * sizeof present[0]);
    see_sets(phrases, text, present);
    for (size_t i = 0; i < text->count; i++) {
        for (size_t a = 0; a < text->words[i].atom_count; a++) {
            const struct atom *atom = &phrases->atoms[text->words[i].atoms[a]];
            const struct head *heads = atom->heads;
            for (size_t g = 0; g < atom->group_count; g++) {
                if (is_present(present, atom->groups[g].rare)) {
                    try_heads(&match, heads, atom->groups[g].count, i);
                }
                heads += atom->groups[g].count;
            }
        }
    }
}
