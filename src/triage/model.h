/* SPDX-License-Identifier: Apache-2.0 */
/* The statistical part of triage: hashed linear heads.
 *
 * A text (src/triage/plain.h) is a set of features: words, pairs of neighbouring words, runs of 3 to
 * 5 bytes over word borders, rows of word classes ("I" "will" ..1 "kill" "you"), and pairs of which
 * one is a class ("through" "your" body), each hashed to a bucket. A word for a group of people
 * ("Welsh", "gay", "Muslim", "female") is one and the same word to it, whichever it is: what is said
 * of one group has the same score as the same said of another, by construction. "Man", "woman" and
 * their like are words of their own: half of what is to be found is aimed at women. A bucket is eight bytes: a weight for each of seven heads and
 * the square of the feature's idf. The sum of weights over the root of the sum of squares is the
 * cosine of the text with each head; a curve that rises strictly makes a probability of it.
 *
 * Long texts are also read in windows of a few sentences, so that one threat in 900 words is seen.
 *
 * The file: "HTM1", then fields of fixed size, little-endian (model.c has the order), then a SHA-like
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
    MODEL_BUCKETS = MODEL_ROWS_FROM + (1 << MODEL_ROW_BITS),
    MODEL_LANES = 8, /* seven heads and the squared idf */
    MODEL_CURVE = 32,
    MODEL_CLASS_SLOTS = 8192,
    MODEL_CLASS_GROUP = 255,     /* words for groups of people: all are one word, without letters */
    MODEL_GROUPS_MAX = 256,      /* beyond, letters of groups count; no letter names so many */
    MODEL_FEATURES_MAX = 8192,   /* of one window; the rest of a longer one is not looked at */
    MODEL_WINDOW_WORDS = 30,     /* a window is closed at the first stop behind so many words … */
    MODEL_WINDOW_WORDS_MAX = 60, /* … or here */
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
    float window_cost; /* taken off a window's score for each doubling of their number */
    struct model_curve curves[HEAD_COUNT];
    float over[HEAD_COUNT]; /* probability from which a head is "over" */
    float urgent;           /* of HEAD_EXPLICIT: grade 4 by itself */
    float confirm;          /* of HEAD_THREAT: grade 4 together with a rule of a threat */
    uint32_t class_hashes[MODEL_CLASS_SLOTS];
    uint8_t class_ids[MODEL_CLASS_SLOTS]; /* 0 = free */
};

struct model_work {
    uint32_t features[MODEL_FEATURES_MAX];
    size_t count;
    uint64_t seen[MODEL_BUCKETS / 64];
    uint32_t groups[MODEL_GROUPS_MAX]; /* words of the window that name a group of people */
    size_t group_count;
    const uint64_t *buckets; /* of the model: asked for while the next features are made */
};

/* Sums over one window. */
struct model_sum {
    int32_t weights[HEAD_COUNT];
    uint32_t squares;
};

struct model_result {
    double score[HEAD_COUNT];                /* before the curve */
    double probability[HEAD_COUNT];          /* in (0, 1) */
    size_t from[HEAD_COUNT], to[HEAD_COUNT]; /* words of the window that gave the score */
};

enum status model_open(struct arena *arena, str file, struct model **ret_model,
                       struct error *err) MUST_CHECK;
/* The bytes of a model file. */
void model_write(const struct model *model, struct buf *out);
bool model_add_class(struct model *model, uint32_t hash, uint8_t id);

/* The features of the words [from, to), each bucket once, in work->features. */
void model_features(const struct model *model, const struct plain *plain, size_t from, size_t to,
                    struct model_work *work);
void model_sum_add(const struct model *model, const struct model_work *work, struct model_sum *sum);
double model_score(const struct model *model, const struct model_sum *sum, enum model_head head);
double model_probability(const struct model *model, enum model_head head, double score);
/* The end of the window that begins at word `from`. */
size_t model_window_end(const struct plain *plain, size_t from);
void model_read(const struct model *model, const struct plain *plain, struct model_work *work,
                struct model_result *ret_result);

#endif
