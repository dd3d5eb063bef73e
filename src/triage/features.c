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

/* What every word for a group of people counts as: which group it is may change no score. */
static const uint32_t GROUP_HASH = UINT32_C(0x67726F75);

enum { ROW_WORDS_MAX = 9, CLASSES_KEPT = 6 };

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

/* Without a branch on what was seen: it would be guessed wrong too often. */
static void add(struct model_work *work, uint32_t bucket)
{
    uint64_t *seen = &work->seen[bucket / 64];
    uint64_t bit = UINT64_C(1) << (bucket % 64);
    work->features[work->count] = bucket;
    __builtin_prefetch(&work->buckets[bucket]);
    work->count += (*seen & bit) == 0;
    *seen |= bit;
}

/* Only what the last text set: wiping all of `seen` costs more than a short text. */
static void forget(struct model_work *work)
{
    for (size_t i = 0; i < work->count; i++) {
        work->seen[work->features[i] / 64] = 0;
    }
    work->count = work->group_count = 0;
}

bool model_add_class(struct model *model, uint32_t hash, uint8_t id)
{
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

/* Branches on what a word is would be guessed wrong: all entries of a step are compared. */
static void add_kin(const struct model *model, uint32_t hash, struct model_work *work)
{
    size_t row = hash >> KIN_HASH_SHIFT;
    size_t end = model->kin_starts[row + 1];
    uint32_t mark = kin_mark(hash), found = UINT32_MAX;
    for (size_t i = model->kin_starts[row]; i < end; i += MODEL_KIN_STEP) {
        for (size_t k = 0; k < MODEL_KIN_STEP; k++) {
            uint32_t entry = model->kin_entries[i + k];
            bool is_it = (entry >> KIN_ENTRY_SHIFT == mark) & (i + k < end);
            found = is_it ? entry : found;
        }
    }
    if (found != UINT32_MAX) {
        add(work, MODEL_KINS_FROM + (found & (MODEL_KINS_MAX - 1)));
        add(work, MODEL_WIDE_FROM + (found >> KIN_BITS & (MODEL_WIDE_KINS_MAX - 1)));
    }
}

struct row {
    size_t word;
    uint8_t id;
};

static void add_rows(struct model_work *work, const struct row *rows, size_t count, size_t word,
                     uint8_t id)
{
    for (size_t k = 0; k < count; k++) { /* rows[0] is the nearest */
        if (word - rows[k].word > ROW_WORDS_MAX) {
            break;
        }
        uint64_t key = (uint64_t)rows[k].id << 8 | id;
        add(work, row_bucket(key, ROW2));
        if (word - rows[k].word == 1) {
            add(work, row_bucket(key | 1U << 16, ROW2));
        }
        for (size_t m = k + 1; m < count && m < 4 && word - rows[m].word <= ROW_WORDS_MAX; m++) {
            add(work, row_bucket((uint64_t)rows[m].id << 16 | key, ROW3));
        }
    }
}

/* The class where there is one, else the word: "through" "your" 9 and "I" 2 are seen again with other
 * eyes and other verbs. */
static uint64_t step_of(uint8_t id, uint32_t hash)
{
    return id != 0 ? (uint64_t)id << 32 : hash;
}

static void add_step(struct model_work *work, uint64_t before, uint64_t step)
{
    if ((before | step) >> 32 != 0) { /* two words without a class are a pair already */
        add(work, row_bucket((before << 17 | before >> 47) + step * 31 + 7, STEP2));
    }
}

static void add_group(struct model_work *work, size_t word)
{
    if (work->group_count < MODEL_GROUPS_MAX) {
        work->groups[work->group_count] = (uint32_t)word;
        work->group_count++;
    }
}

static void add_words(const struct model *model, const struct plain *plain, size_t from, size_t to,
                      struct model_work *work)
{
    struct row rows[CLASSES_KEPT] = {{0}};
    size_t row_count = 0;
    uint64_t step_before = 0;
    uint32_t hash_before = 0;
    for (size_t i = from; i < to && work->count + 32 < MODEL_FEATURES_MAX; i++) {
        uint8_t id = class_of(model, plain->words[i].hash);
        uint32_t hash = plain->words[i].hash;
        if (id == MODEL_CLASS_GROUP) {
            hash = GROUP_HASH;
            add_group(work, i);
        } else {
            add_kin(model, hash, work);
        }
        uint64_t step = step_of(id, hash);
        add(work, word_bucket((uint64_t)hash + 1, WORD1));
        if (i > from) {
            add(work, word_bucket(((uint64_t)hash_before << 32 | hash) + 1, WORD2));
            add_step(work, step_before, step);
        }
        step_before = step;
        hash_before = hash;
        if (id != 0) {
            add(work, row_bucket(id, ROW2));
            add_rows(work, rows, row_count, i, id);
            memmove(rows + 1, rows, (CLASSES_KEPT - 1) * sizeof rows[0]);
            rows[0] = (struct row){i, id};
            row_count += row_count < CLASSES_KEPT;
        }
        if (plain->words[i].has_stop) {
            row_count = 0;
        }
    }
}

/* The runs of bytes of the words [from, to). */
static void add_grams(const struct plain *plain, size_t from, size_t to, struct model_work *work)
{
    size_t at = plain->words[from].at - 1;
    size_t end = plain->words[to - 1].at + plain->words[to - 1].n + 1;
    for (; at + 2 < end && work->count + 4 < MODEL_FEATURES_MAX; at++) {
        uint64_t piece = 0;
        memcpy(&piece, plain->bytes + at, 8); /* PLAIN_PAD bytes may be read behind the end */
        add(work, bucket_of((piece & 0xFFFFFF) + 1, GRAM3));
        if (at + 3 < end) {
            add(work, bucket_of((piece & 0xFFFFFFFF) + 1, GRAM4));
        }
        if (at + 4 < end) {
            add(work, bucket_of((piece & UINT64_C(0xFFFFFFFFFF)) + 1, GRAM5));
        }
    }
}

void model_features(const struct model *model, const struct plain *plain, size_t from, size_t to,
                    struct model_work *work)
{
    forget(work);
    work->buckets = model->buckets;
    if (from >= to) {
        return;
    }
    add_words(model, plain, from, to, work);
    for (size_t i = 0; i <= work->group_count; i++) { /* the letters of groups are left out, too */
        size_t end = i < work->group_count ? work->groups[i] : to;
        if (end > from) {
            add_grams(plain, from, end, work);
        }
        from = end + 1;
    }
}
