/* SPDX-License-Identifier: Apache-2.0 */
/* The statistical part of triage: hashed linear heads.
 *
 * A text (src/triage/plain.h) is a set of features: words, pairs of neighbouring words, runs of 3 to
 * 5 bytes over word borders, kins of words ("slice" and "carve" are one; data/triage/kin.csv), narrow and
 * wide, so that what is known of one word is known a little of its like, rows of word classes ("I" "will" ..1 "kill" "you"), and pairs of which
 * one is a class ("through" "your" body), each hashed to a bucket. A word for a group of people
 * ("Welsh", "gay", "Muslim", "female") is one and the same word to it, whichever it is: what is said
 * of one group has the same score as the same said of another, by construction. "Man", "woman" and
 * their like are words of their own: half of what is to be found is aimed at women. Of a text with a quotation
 * each word counts once more, as quoted or as said of what is: a slur that is condemned is none. A bucket is eight bytes: a weight for each of seven heads and
 * the square of the feature's idf. The sum of weights over the root of the sum of squares is the
 * cosine of the text with each head; a curve that rises strictly makes a probability of it.
 *
 * A text is read sentence by sentence, and the score of a head is the highest of: the whole; a row of
 * sentences of up to thirty words; one sentence. A part pays for being one of many (`unit_cost`,
 * `window_cost`), and no more than that: one threat in 900 words is seen, and kind words around it
 * take little from it.
 *
 * The file: "HTM2", then fields of fixed size, little-endian (model.c has the order), then a SHA-like
 * checksum of what is before it. Everything in it was made by `hustings train`, thresholds too.
 * A model is read-only after model_open and can be shared by threads; each needs its own work.
 */
#ifndef HUSTINGS_TRIAGE_MODEL_H
#define HUSTINGS_TRIAGE_MODEL_H

#include "base/buf.h"
#include "base/status.h"
#include "triage/plain.h"

enum model_head {
    HEAD_ABUSIVE,
    HEAD_THREAT,
    HEAD_IDENTITY,
    HEAD_SEXUAL,
    HEAD_INSULT,
    HEAD_EXPLICIT, /* the author threatens death or serious harm; for the grade, not printed */
    HEAD_DOXXING,  /* the same */
    HEAD_COUNT
};
enum { HEADS_SHOWN = 5 }; /* the first five are the published scores */

enum {
    MODEL_BUCKET_BITS = 17,
    MODEL_ROW_BITS = 15,  /* rows of classes have buckets of their own, behind the others */
    MODEL_WORD_BITS = 16, /* words too */
    MODEL_WORDS_FROM = 1 << MODEL_BUCKET_BITS,
    MODEL_ROWS_FROM = MODEL_WORDS_FROM + (1 << MODEL_WORD_BITS),
    MODEL_KINS_FROM = MODEL_ROWS_FROM + (1 << MODEL_ROW_BITS), /* a bucket a kin */
    MODEL_KINS_MAX = 2048,
    MODEL_WIDE_KINS_MAX = 512,
    MODEL_WIDE_FROM = MODEL_KINS_FROM + MODEL_KINS_MAX, /* a bucket a wide kin */
    MODEL_BUCKETS = MODEL_WIDE_FROM + MODEL_WIDE_KINS_MAX,
    MODEL_KIN_WORDS_MAX = 20480,
    MODEL_KIN_STEP = 8,      /* entries are compared so many at a time, without a branch */
    MODEL_KIN_STARTS = 4096, /* rows of kin words, by the top twelve bits of their hash */
    MODEL_FACTS = 2048,      /* words of which a work remembers class and kins: 16 kB */
    MODEL_LANES = 8,         /* seven heads and the squared idf */
    MODEL_CURVE = 32,
    MODEL_CLASS_SLOTS = 8192,
    MODEL_CLASS_GROUP = 255,     /* words for groups of people: all are one word, without letters */
    MODEL_GROUPS_MAX = 256,      /* beyond, letters of groups count; no letter names so many */
    MODEL_FEATURES_MAX = 8192,   /* of one window; the rest of a longer one is not looked at */
    MODEL_UNIT_WORDS = 3,        /* a shorter sentence goes with the next */
    MODEL_UNIT_WORDS_MAX = 40,   /* a longer one is cut */
    MODEL_WINDOW_WORDS = 30,     /* of a row of sentences */
    MODEL_WINDOW_UNITS_MAX = 16, /* more than fit into it, and the one that is pushed */
    MODEL_BYTES_MAX = 4 * 1024 * 1024
};

/* score → probability: straight lines between points, both rising strictly. */
struct model_curve {
    float x[MODEL_CURVE], y[MODEL_CURVE];
};

struct model {
    uint64_t *buckets;       /* lane k is bits 8k..8k+7: weight + 128; lane 7 the squared idf */
    float scale[HEAD_COUNT]; /* a weight's unit */
    float bias[HEAD_COUNT];
    float square_unit; /* of lane 7 */
    float
        unit_cost[HEAD_COUNT]; /* taken off the score of a single sentence, where there are more */
    float window_cost[HEAD_COUNT]; /* of any part, for each doubling of the number of sentences */
    struct model_curve curves[HEAD_COUNT];
    float over[HEAD_COUNT]; /* probability from which a head is "over" */
    float urgent;           /* of HEAD_EXPLICIT: grade 4 by itself */
    float confirm;          /* of HEAD_THREAT: grade 4 together with a rule of a threat */
    uint32_t class_hashes[MODEL_CLASS_SLOTS];
    uint8_t class_ids[MODEL_CLASS_SLOTS]; /* 0 = free */
    /* Words that have a kin, by hash: entries [starts[h], starts[h + 1]) of those whose top bits are h.
     * An entry is the next twelve bits of the hash, the wide kin (nine bits) and the kin (eleven). */
    uint16_t kin_starts[MODEL_KIN_STARTS + 1];
    uint32_t kin_entries[MODEL_KIN_WORDS_MAX + MODEL_KIN_STEP];
    uint32_t words_set; /* how often classes or kins were: what was remembered before is void */
};

/* Sums over one part. */
struct model_sum {
    int32_t weights[HEAD_COUNT];
    uint32_t squares;
};

/* Rows of sentences: the longest of at most MODEL_WINDOW_WORDS that ends with each. */
struct model_window {
    struct model_sum sum, units[MODEL_WINDOW_UNITS_MAX];
    size_t starts[MODEL_WINDOW_UNITS_MAX];
    size_t first, count; /* of the units in it; places in the two rings */
};

struct model_work {
    uint32_t features[MODEL_FEATURES_MAX];
    size_t count;
    uint64_t seen[MODEL_BUCKETS / 64];
    uint32_t groups[MODEL_GROUPS_MAX]; /* words of the window that name a group of people */
    size_t group_count;
    struct model_window window;
    /* Most words of a text are among the commonest few hundred. Above the hash of the last word that
     * had the place stands what is known of it (features.c), so that neither table is asked again. */
    uint64_t facts[MODEL_FACTS];
    const struct model *facts_of;
    uint32_t facts_words_set;
};

struct model_result {
    double score[HEAD_COUNT];                /* before the curve */
    double probability[HEAD_COUNT];          /* in (0, 1) */
    size_t from[HEAD_COUNT], to[HEAD_COUNT]; /* words of the part that gave the score */
};

enum status model_open(struct arena *arena, str file, struct model **ret_model,
                       struct error *err) MUST_CHECK;
/* The bytes of a model file. */
void model_write(const struct model *model, struct buf *out);
bool model_add_class(struct model *model, uint32_t hash, uint8_t id);

/* A word and its kins (from 0). Sorted by hash when they are handed over; false: not so, too many, or no
 * such kin. */
struct model_kin_word {
    uint32_t hash;
    uint16_t kin, wide;
};
bool model_set_kin(struct model *model, const struct model_kin_word *words, size_t count);

/* The features of the words [from, to), each bucket once, in work->features. Their order is always the
 * same: training adds them up as floats. */
void model_features(const struct model *model, const struct plain *plain, size_t from, size_t to,
                    struct model_work *work);
void model_sum_add(const struct model *model, const struct model_work *work, struct model_sum *sum);
double model_probability(const struct model *model, enum model_head head, double score);
/* The end of the sentence (or what goes as one) that begins at word `from`. */
size_t model_unit_end(const struct plain *plain, size_t from);
void model_read(const struct model *model, const struct plain *plain, struct model_work *work,
                struct model_result *ret_result);

#endif
