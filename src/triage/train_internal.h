/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUSTINGS_TRIAGE_TRAIN_INTERNAL_H
#define HUSTINGS_TRIAGE_TRAIN_INTERNAL_H

#include "triage/train.h"

enum { TRAIN_WORDS_MAX = 200 /* of a text; what is behind is not learnt from */ };

struct training {
    struct arena *arena;
    const struct train_example *examples;
    size_t count;
    struct model *model;
    struct model_work *work;
    struct plain plain;
    float *idf;     /* one a bucket */
    float *weights; /* MODEL_LANES a bucket */
    float *alpha;   /* MODEL_LANES an example */
    float bias[HEAD_COUNT];
    float positive_weight[HEAD_COUNT];
};

void training_features(struct training *training, size_t i);
/* Curves and thresholds, from the examples of PART_DEV. */
void training_calibrate(struct training *training);

#endif
