/* SPDX-License-Identifier: Apache-2.0 */
/* A model of one's own on top of a given one, from corrections alone; pure, the same bytes each time.
 *
 * Each head keeps the given weights as far as the corrections let it: the least change of weights with
 * which each correction comes to the right side of the head's threshold, and with which what was right stays
 * right (an adaptive support vector machine, Yang, Yan, Hauptmann 2007, with the margins of a passive-
 * aggressive one, Crammer et al. 2006; fitted in the dual as in train.c). So a few dozen texts are enough, no
 * public data is needed, and what they say nothing about stays as it was. Curves stay those of the given
 * model, and thresholds, too, unless adapt_hold lowers them: who uses the new one measures both on texts that
 * neither learnt from (adapt_measure). A word that the given model never met gets a place of its own.
 */
#ifndef HUSTINGS_TRIAGE_ADAPT_H
#define HUSTINGS_TRIAGE_ADAPT_H

#include "triage/train.h"

/* What a correction by an officer says about each head: the codes and grade before and after. A head
 * whose code was given is YES; one whose code was taken away is NO; all are NO when nothing but lawful
 * (or no) codes are left, threats also when the grade came down to 1 or less; all else is unknown. */
struct adapt_correction {
    int from_grade, to_grade;
    const str *from_codes, *to_codes;
    size_t from_count, to_count;
};
void adapt_labels(const struct adapt_correction *correction, int8_t labels[HEAD_COUNT]);

/* Learns from the examples of PART_TRAIN; those of PART_DEV are anchors: what the given model has right
 * of them shall stay right. `base` stays as it is. */
void adapt_model(struct arena *arena, const struct model *base,
                 const struct train_example *examples, size_t count, uint64_t seed,
                 struct model **ret_model);

/* Corrections are mostly false alarms, and what is learnt of them hides a threat here and there. So the threshold
 * of a head of threats comes down until `own` finds a few more of the examples of PART_DEV, from which neither
 * learnt, than `base` does: as many is chance in part. It never goes up. */
void adapt_hold(struct arena *arena, const struct model *base, struct model *own,
                const struct train_example *examples, size_t count);

struct adapt_score {
    size_t labels;        /* known labels that were looked at */
    size_t right;         /* of them on the right side of the head's threshold */
    size_t threats;       /* labels "threat" or "explicit" that are yes */
    size_t threats_found; /* of them over the threshold */
};
/* On the examples of a part. */
void adapt_measure(struct arena *arena, const struct model *model,
                   const struct train_example *examples, size_t count, enum train_part part,
                   struct adapt_score *ret_score);
/* Is `own` better than `given`: more labels right, and no threat lost? */
bool adapt_is_better(const struct adapt_score *given, const struct adapt_score *own);

#endif
