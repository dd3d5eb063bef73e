/* SPDX-License-Identifier: Apache-2.0 */
/* What a score means, found on examples that were not learnt from. */
#include <stdlib.h>

#include "triage/train_internal.h"

/* False alarms that are allowed, as shares of lawful mail of the tuning part. */
static const double ALARMS_OVER = 0.01;    /* the head "threat" is over */
static const double ALARMS_URGENT = 0.001; /* grade 4 from the head alone */
static const double ALARMS_CONFIRM = 0.01; /* grade 4 together with a rule */

/* The few hundred lawful messages for tuning cannot show one false alarm in a thousand. By
 * cross-validation over all our lawful lines (745, many of them written to look like threats) their
 * highest score is passed by 2 % of them, and with this much more by 0.8 %. */
static const double URGENT_MARGIN = 0.15;

struct point {
    double score;
    double weight;
    double yes; /* 0 or 1; after pooling a share */
    bool is_mail;
};

static int by_score(const void *a, const void *b)
{
    const struct point *left = a, *right = b;
    if (left->score != right->score) {
        return left->score < right->score ? -1 : 1;
    }
    return (left->yes > right->yes) - (left->yes < right->yes);
}

static size_t collect(struct training *training, const struct model_result *results,
                      enum model_head head, struct point *points)
{
    size_t n = 0;
    for (size_t i = 0; i < training->count; i++) {
        const struct train_example *example = &training->examples[i];
        if (example->part == PART_DEV && example->labels[head] != LABEL_UNKNOWN) {
            points[n] = (struct point){.score = results[i].score[head],
                                       .weight = 1,
                                       .yes = example->labels[head] == LABEL_YES ? 1 : 0,
                                       .is_mail = example->is_mail};
            n++;
        }
    }
    qsort(points, n, sizeof points[0], by_score);
    return n;
}

/* Blocks of equal count, then pool adjacent violators; the curve goes through the blocks' means. */
static void fit_curve(const struct point *points, size_t n, struct model_curve *curve)
{
    struct point blocks[MODEL_CURVE];
    size_t count = 0;
    for (size_t b = 0; b < MODEL_CURVE; b++) {
        struct point block = {0};
        /* Narrower towards the top, where few are and decisions fall. */
        double from_share = (double)b / MODEL_CURVE, to_share = (double)(b + 1) / MODEL_CURVE;
        size_t from = (size_t)((double)n * (1 - (1 - from_share) * (1 - from_share)));
        size_t to = (size_t)((double)n * (1 - (1 - to_share) * (1 - to_share)));
        for (size_t i = from; i < to; i++) {
            block.score += points[i].score;
            block.yes += points[i].yes;
            block.weight += 1;
        }
        if (block.weight == 0) {
            continue;
        }
        block.score /= block.weight;
        block.yes = (block.yes + 0.02) / (block.weight + 0.04);
        blocks[count] = block;
        count++;
        while (count > 1 && blocks[count - 2].yes >= blocks[count - 1].yes) {
            struct point *left = &blocks[count - 2], *right = &blocks[count - 1];
            double weight = left->weight + right->weight;
            left->score = (left->score * left->weight + right->score * right->weight) / weight;
            left->yes = (left->yes * left->weight + right->yes * right->weight) / weight;
            left->weight = weight;
            count--;
        }
    }
    /* Fewer blocks than points: the rest is laid out beyond the last, closer to 1. */
    for (size_t i = 0; i < MODEL_CURVE; i++) {
        if (i < count) {
            curve->x[i] = (float)blocks[i].score;
            curve->y[i] = (float)blocks[i].yes;
        } else {
            curve->x[i] = (i == 0 ? 0 : curve->x[i - 1]) + 0.25F;
            curve->y[i] = i == 0 ? 0.5F : 1 - (1 - curve->y[i - 1]) * 0.9F;
        }
        if (i > 0) { /* rounding to float may not undo the rise */
            curve->x[i] =
                curve->x[i] > curve->x[i - 1] + 1e-5F ? curve->x[i] : curve->x[i - 1] + 1e-5F;
            curve->y[i] =
                curve->y[i] > curve->y[i - 1] + 1e-6F ? curve->y[i] : curve->y[i - 1] + 1e-6F;
        }
    }
}

/* The score with the best mean of the F1 of both classes. */
static double best_f1(const struct point *points, size_t n)
{
    double yes = 0, above = 0, hits = 0, best = -1, at = 0;
    for (size_t i = 0; i < n; i++) {
        yes += points[i].yes;
    }
    for (size_t i = n; i > 0; i--) {
        above += 1;
        hits += points[i - 1].yes;
        double no = (double)n - yes, rejected = (double)n - above, missed = yes - hits;
        double first = 2 * hits / (above + yes);
        double second = rejected + no > 0 ? 2 * (rejected - missed) / (rejected + no) : 0;
        if (first + second > best) {
            best = first + second;
            at = points[i - 1].score;
        }
    }
    return at;
}

/* The lowest score above all but `share` of the lawful mail. */
static double above_mail(const struct point *points, size_t n, double share)
{
    double mail = 0, seen = 0;
    for (size_t i = 0; i < n; i++) {
        mail += points[i].is_mail ? 1 : 0;
    }
    for (size_t i = n; i > 0; i--) {
        seen += points[i - 1].is_mail ? 1 : 0;
        if (seen > mail * share) {
            return points[i - 1].score + 1e-4;
        }
    }
    return 0;
}

void training_calibrate(struct training *training)
{
    struct model *model = training->model;
    struct model_result *results =
        ARENA_ARRAY(training->arena, struct model_result, training->count + 1);
    struct point *points = ARENA_ARRAY(training->arena, struct point, training->count + 1);
    for (size_t k = 0; k < HEAD_COUNT; k++) {
        fit_curve(points, 0, &model->curves[k]); /* so that it can be read while it is made */
    }
    for (size_t i = 0; i < training->count; i++) {
        if (training->examples[i].part == PART_DEV) {
            plain_read(&training->plain, training->examples[i].text);
            model_read(model, &training->plain, training->work, &results[i]);
        }
    }
    for (size_t k = 0; k < HEAD_COUNT; k++) {
        enum model_head head = (enum model_head)k;
        size_t n = collect(training, results, head, points);
        double over = best_f1(points, n);
        fit_curve(points, n, &model->curves[k]);
        if (head == HEAD_THREAT || head == HEAD_EXPLICIT || head == HEAD_DOXXING) {
            double alarms = above_mail(points, n, ALARMS_OVER);
            over = alarms > over || head == HEAD_THREAT ? alarms : over;
        }
        model->over[k] = (float)model_probability(model, head, over);
        if (head == HEAD_EXPLICIT) {
            double urgent = above_mail(points, n, ALARMS_URGENT) + URGENT_MARGIN;
            model->urgent = (float)model_probability(model, head, urgent);
        }
        if (head == HEAD_THREAT) {
            double confirm = above_mail(points, n, ALARMS_CONFIRM);
            model->confirm = (float)model_probability(model, head, confirm);
        }
    }
}
