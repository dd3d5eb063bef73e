/* SPDX-License-Identifier: Apache-2.0 */
/* From words to buckets. Multiply-shift hashing: the top bits of a product with an odd constant;
 * one constant a kind of feature, so that kinds do not share their collisions. */
#include "triage/model.h"

static const uint64_t GRAM3 = UINT64_C(0x9E3779B97F4A7C15);
static const uint64_t GRAM4 = UINT64_C(0xC2B2AE3D27D4EB4F);
static const uint64_t GRAM5 = UINT64_C(0xD6E8FEB86659FD93);
static const uint64_t WORD1 = UINT64_C(0xA0761D6478BD642F);
static const uint64_t WORD2 = UINT64_C(0xE7037ED1A0B428DB);
static const uint64_t STEP2 = UINT64_C(0x2545F4914F6CDD1D);
static const uint64_t ROW2 = UINT64_C(0x8EBC6AF09C88C6E3);
static const uint64_t ROW3 = UINT64_C(0x589965CC75374CC3);
static const uint64_t QUOTED = UINT64_C(0xF1357AEA2E62A9C5);
static const uint64_t AROUND = UINT64_C(0xB4D7F6A36C0F2E1B);

/* What every word for a group of people counts as: which group it is may change no score. */
static const uint32_t GROUP_HASH = UINT32_C(0x67726F75);

enum { ROW_WORDS_MAX = 9, CLASSES_KEPT = 6, TRIPLES_OF = 4 };

static uint32_t bucket_of(uint64_t key, uint64_t kind)
{
    return (uint32_t)(key * kind >> (64 - MODEL_BUCKET_BITS));
}

static uint32_t row_bucket(uint64_t key, uint64_t kind)
{
    return MODEL_ROWS_FROM + (uint32_t)(key * kind >> (64 - MODEL_ROW_BITS));
}

static uint32_t word_bucket(uint64_t key, uint64_t kind)
{
    return MODEL_WORDS_FROM + (uint32_t)(key * kind >> (64 - MODEL_WORD_BITS));
}

/* The features of one text while they are made. Not in `model_work`: the compiler cannot know that a
 * word of `seen` is not the count, so each feature would wait until the one before is in memory. */
struct list {
    uint64_t *seen;
    uint32_t *features;
    size_t count;
    const uint64_t *buckets; /* of the model: asked for while the next features are made */
};

/* Where it is not `is_there` nothing comes of it. Without a branch on that or on what was seen: it would
 * be guessed wrong too often. */
static inline void add_if(struct list *list, uint32_t bucket, bool is_there)
{
    uint64_t seen = list->seen[bucket / 64];
    uint64_t with = seen | (uint64_t)is_there << (bucket % 64);
    list->features[list->count] = bucket;
    __builtin_prefetch(&list->buckets[bucket]);
    list->seen[bucket / 64] = with;
    list->count += with != seen;
}

static inline void add(struct list *list, uint32_t bucket)
{
    add_if(list, bucket, true);
}

/* Only what the last text set: wiping all of `seen` costs more than a short text. */
static void forget(struct model_work *work)
{
    for (size_t i = work->count; i > 0; i--) {
        work->seen[work->features[i - 1] / 64] = 0;
    }
    work->count = work->group_count = 0;
}

bool model_add_class(struct model *model, uint32_t hash, uint8_t id)
{
    model->words_set++;
    for (size_t i = 0; i < 64; i++) {
        size_t slot = (hash + i) % MODEL_CLASS_SLOTS;
        if (model->class_ids[slot] != 0 && model->class_hashes[slot] == hash) {
            return true; /* the first class that names a word has it */
        }
        if (model->class_ids[slot] == 0) {
            model->class_hashes[slot] = hash;
            model->class_ids[slot] = id;
            return true;
        }
    }
    return false;
}

static uint8_t class_of(const struct model *model, uint32_t hash)
{
    for (size_t slot = hash % MODEL_CLASS_SLOTS; model->class_ids[slot] != 0;
         slot = (slot + 1) % MODEL_CLASS_SLOTS) {
        if (model->class_hashes[slot] == hash) {
            return model->class_ids[slot];
        }
    }
    return 0;
}

enum { KIN_HASH_SHIFT = 20, KIN_BITS = 11, KIN_ENTRY_SHIFT = 20 };

/* The entry as the file has it; its top bits are the twelve of the hash behind those of the row. */
static uint32_t kin_mark(uint32_t hash)
{
    return hash << (32 - KIN_HASH_SHIFT) >> KIN_ENTRY_SHIFT;
}

bool model_set_kin(struct model *model, const struct model_kin_word *words, size_t count)
{
    size_t at = 0;
    model->words_set++;
    if (count > MODEL_KIN_WORDS_MAX) {
        return false;
    }
    for (size_t row = 0; row < MODEL_KIN_STARTS; row++) {
        model->kin_starts[row] = (uint16_t)at;
        for (; at < count && words[at].hash >> KIN_HASH_SHIFT == row; at++) {
            if (words[at].kin >= MODEL_KINS_MAX || words[at].wide >= MODEL_WIDE_KINS_MAX) {
                return false;
            }
            model->kin_entries[at] = kin_mark(words[at].hash) << KIN_ENTRY_SHIFT |
                                     (uint32_t)words[at].wide << KIN_BITS | words[at].kin;
        }
    }
    model->kin_starts[MODEL_KIN_STARTS] = (uint16_t)at;
    return at == count; /* else they were not sorted */
}

/* What is known of a word: KNOWN, its class, and, with HAS_KIN, its entry's wide kin and kin. */
enum {
    FACT_KNOWN_BIT = 31,
    FACT_CLASS_SHIFT = 21,
    FACT_HAS_KIN_BIT = 20,
    KIN_FACT_MASK = (1 << KIN_ENTRY_SHIFT) - 1
};

/* All entries of a step are compared: a branch on each would be guessed wrong. */
static uint32_t kin_of(const struct model *model, uint32_t hash)
{
    size_t row = hash >> KIN_HASH_SHIFT;
    size_t end = model->kin_starts[row + 1];
    uint32_t mark = kin_mark(hash), found = 0;
    for (size_t i = model->kin_starts[row]; i < end; i += MODEL_KIN_STEP) {
        for (size_t k = 0; k < MODEL_KIN_STEP; k++) {
            uint32_t entry = model->kin_entries[i + k];
            uint32_t is_it = (entry >> KIN_ENTRY_SHIFT == mark) & (i + k < end);
            uint32_t fact = (entry & KIN_FACT_MASK) | UINT32_C(1) << FACT_HAS_KIN_BIT;
            found = (found & (is_it - 1)) | (fact & (0 - is_it)); /* a `?` would become a branch */
        }
    }
    return found;
}

/* Which group somebody belongs to says nothing, so a word for one has no kin either. */
static uint32_t find_fact(const struct model *model, uint32_t hash)
{
    uint8_t id = class_of(model, hash);
    return UINT32_C(1) << FACT_KNOWN_BIT | (uint32_t)id << FACT_CLASS_SHIFT |
           (id == MODEL_CLASS_GROUP ? 0 : kin_of(model, hash));
}

static inline uint32_t fact_of(const struct model *model, uint32_t hash, struct model_work *work)
{
    uint64_t *place = &work->facts[hash % MODEL_FACTS];
    uint64_t fact = *place;
    if (fact >> 32 != hash || (fact >> FACT_KNOWN_BIT & 1U) == 0) {
        fact = (uint64_t)hash << 32 | find_fact(model, hash);
        *place = fact;
    }
    return (uint32_t)fact;
}

static void remember_none(const struct model *model, struct model_work *work)
{
    memset(work->facts, 0, sizeof work->facts);
    work->facts_of = model;
    work->facts_words_set = model->words_set;
}

/* A word that has a class. */
struct row {
    size_t word;
    uint8_t id;
};
static const size_t NO_WORD = SIZE_MAX / 2; /* behind every word, so far before each */

/* `rows`: the last words with a class, the nearest first. All are gone through: how many of them are near
 * would be guessed wrong. */
static inline void add_rows(struct list *list, const struct row rows[CLASSES_KEPT], size_t word,
                            uint8_t id)
{
    for (size_t k = 0; k < CLASSES_KEPT; k++) {
        uint64_t key = (uint64_t)rows[k].id << 8 | id;
        add_if(list, row_bucket(key, ROW2), word - rows[k].word <= ROW_WORDS_MAX);
        if (k == 0) {
            add_if(list, row_bucket(key | 1U << 16, ROW2), word - rows[k].word == 1);
        }
        for (size_t m = k + 1; m < TRIPLES_OF; m++) {
            add_if(list, row_bucket((uint64_t)rows[m].id << 16 | key, ROW3),
                   word - rows[m].word <= ROW_WORDS_MAX);
        }
    }
}

static void forget_rows(struct row rows[CLASSES_KEPT])
{
    for (size_t k = 0; k < CLASSES_KEPT; k++) {
        rows[k] = (struct row){NO_WORD, 0};
    }
}

static void keep_row(struct row rows[CLASSES_KEPT], size_t word, uint8_t id)
{
    for (size_t k = CLASSES_KEPT - 1; k > 0; k--) {
        rows[k] = rows[k - 1];
    }
    rows[0] = (struct row){word, id};
}

/* The class where there is one, else the word: "through" "your" 9 and "I" 2 are seen again with other
 * eyes and other verbs. */
static uint64_t step_of(uint8_t id, uint32_t hash)
{
    return id != 0 ? (uint64_t)id << 32 : hash;
}

static void add_step(struct list *list, uint64_t before, uint64_t step)
{
    add_if(list, row_bucket((before << 17 | before >> 47) + step * 31 + 7, STEP2),
           (before | step) >> 32 != 0); /* two words without a class are a pair already */
}

static void add_group(struct model_work *work, size_t word)
{
    if (work->group_count < MODEL_GROUPS_MAX) {
        work->groups[work->group_count] = (uint32_t)word;
        work->group_count++;
    }
}

static void add_words(const struct model *model, const struct plain *plain, size_t from, size_t to,
                      struct model_work *work, struct list *list)
{
    struct row rows[CLASSES_KEPT];
    uint64_t step_before = 0;
    uint32_t hash_before = 0;
    forget_rows(rows);
    for (size_t i = from; i < to && list->count + 32 < MODEL_FEATURES_MAX; i++) {
        uint32_t hash = plain->words[i].hash;
        uint32_t fact = fact_of(model, hash, work);
        uint8_t id = (uint8_t)(fact >> FACT_CLASS_SHIFT);
        bool has_kin = (fact >> FACT_HAS_KIN_BIT & 1U) == 1;
        if (id == MODEL_CLASS_GROUP) {
            hash = GROUP_HASH;
            add_group(work, i);
        }
        add_if(list, MODEL_KINS_FROM + (fact & (MODEL_KINS_MAX - 1)), has_kin);
        add_if(list, MODEL_WIDE_FROM + (fact >> KIN_BITS & (MODEL_WIDE_KINS_MAX - 1)), has_kin);
        uint64_t step = step_of(id, hash);
        add(list, word_bucket((uint64_t)hash + 1, WORD1));
        if (i > from) {
            add(list, word_bucket(((uint64_t)hash_before << 32 | hash) + 1, WORD2));
            add_step(list, step_before, step);
        }
        step_before = step;
        hash_before = hash;
        if (id != 0) {
            add(list, row_bucket(id, ROW2));
            add_rows(list, rows, i, id);
            keep_row(rows, i, id);
        }
        if (plain->words[i].has_stop) {
            forget_rows(rows);
        }
    }
}

/* What is quoted may be another's: of a text with a quotation each word counts once more, as quoted or as
 * said of what is. */
static void add_quotation(const struct model *model, const struct plain *plain, size_t from,
                          size_t to, struct model_work *work, struct list *list)
{
    bool has_quoted = false;
    for (size_t i = from; i < to; i++) {
        has_quoted = has_quoted || plain->words[i].is_quoted;
    }
    if (!has_quoted) {
        return;
    }
    add(list, row_bucket(1, QUOTED)); /* no class is 0 */
    for (size_t i = from; i < to && list->count + 2 < MODEL_FEATURES_MAX; i++) {
        uint32_t hash = plain->words[i].hash;
        uint8_t id = (uint8_t)(fact_of(model, hash, work) >> FACT_CLASS_SHIFT);
        bool is_quoted = plain->words[i].is_quoted;
        uint64_t key = (id == MODEL_CLASS_GROUP ? GROUP_HASH : hash) + UINT64_C(1);
        add(list, word_bucket(key, is_quoted ? QUOTED : AROUND));
        add_if(list, row_bucket(id + UINT64_C(1), QUOTED), is_quoted && id != 0);
    }
}

/* The runs of bytes of the words [from, to). PLAIN_PAD bytes may be read behind the end. */
static void add_grams(const struct plain *plain, size_t from, size_t to, struct list *list)
{
    const char *at = plain->bytes + plain->words[from].at - 1;
    const char *end = plain->bytes + plain->words[to - 1].at + plain->words[to - 1].n + 1;
    uint64_t piece = 0;
    for (; end - at > 4 && list->count + 4 < MODEL_FEATURES_MAX; at++) {
        memcpy(&piece, at, sizeof piece);
        add(list, bucket_of((piece & 0xFFFFFF) + 1, GRAM3));
        add(list, bucket_of((piece & 0xFFFFFFFF) + 1, GRAM4));
        add(list, bucket_of((piece & UINT64_C(0xFFFFFFFFFF)) + 1, GRAM5));
    }
    for (; end - at > 2 && list->count + 4 < MODEL_FEATURES_MAX; at++) { /* the last two */
        memcpy(&piece, at, sizeof piece);
        add(list, bucket_of((piece & 0xFFFFFF) + 1, GRAM3));
        if (end - at > 3) {
            add(list, bucket_of((piece & 0xFFFFFFFF) + 1, GRAM4));
        }
    }
}

void model_features(const struct model *model, const struct plain *plain, size_t from, size_t to,
                    struct model_work *work)
{
    struct list list = {work->seen, work->features, 0, model->buckets};
    forget(work);
    if (work->facts_of != model || work->facts_words_set != model->words_set) {
        remember_none(model, work);
    }
    if (from >= to) {
        return;
    }
    add_words(model, plain, from, to, work, &list);
    if (plain->has_quotation) {
        add_quotation(model, plain, from, to, work, &list);
    }
    for (size_t i = 0; i <= work->group_count; i++) { /* the letters of groups are left out, too */
        size_t end = i < work->group_count ? work->groups[i] : to;
        if (end > from) {
            add_grams(plain, from, end, &list);
        }
        from = end + 1;
    }
    work->count = list.count;
}
