/* SPDX-License-Identifier: Apache-2.0 */
/* Makes a model (triage/model.h) from labelled texts; pure, and the same bytes each time.
 *
 * Each head is a linear support vector machine with squared loss over the cosine of idf-weighted
 * features, fitted in its dual by coordinate descent (Hsieh et al. 2008, "A dual coordinate descent
 * method for large-scale linear SVM"): only + - * / and square roots, in one order, without fused
 * operations, so that two machines get the same bits. An example says nothing about a head whose
 * label it lacks. Then weights are rounded to one byte, and on the part for tuning curves are fitted
 * (isotonic regression, Ayer et al. 1955) and thresholds frozen.
 */
#ifndef HUSTINGS_TRIAGE_TRAIN_H
#define HUSTINGS_TRIAGE_TRAIN_H

#include "triage/model.h"

enum train_part { PART_TRAIN, PART_DEV, PART_TEST };
enum { LABEL_UNKNOWN = -1, LABEL_NO = 0, LABEL_YES = 1 };

struct train_example {
    str text;
    str source; /* of which data set */
    enum train_part part;
    int8_t labels[HEAD_COUNT];
    float weight;
    str note;     /* for slices of a measurement; never learnt from */
    bool is_mail; /* lawful text to or of politicians: what false alarms are counted on */
};

struct train_class {
    str name;
    str words; /* separated by blanks */
};

/* Words that are used alike. */
struct train_kin {
    uint16_t kin, wide; /* from 0; below MODEL_KINS_MAX and MODEL_WIDE_KINS_MAX */
    str words;          /* separated by blanks; each stands once in all */
};

struct train_options {
    uint64_t seed;
    size_t epochs;
    float c; /* cost of an error; larger fits closer */
    const struct train_kin *kins;
    size_t kin_count; /* 0: none */
};
struct train_options train_defaults(void);

/* Classes: at most 254 (the one called "group" has a number of its own), and their words fit the model's table. */
enum status train_model(struct arena *arena, const struct train_class *classes, size_t class_count,
                        const struct train_example *examples, size_t count,
                        const struct train_options *options, struct model **ret_model,
                        struct error *err) MUST_CHECK;

/* xorshift64*: the only source of chance here. */
uint64_t train_random(uint64_t *state);
/* Fisher and Yates (1938). */
void train_shuffle(uint32_t *order, size_t count, uint64_t *state);

#endif
