/* SPDX-License-Identifier: Apache-2.0 */
#include "triage/adapt.h"

#include <math.h>
#include <stdlib.h>

#include "triage/message.h"
#include "triage/train_internal.h"

enum { EPOCHS = 20, NEW_WORD_SQUARE = 200, NEW_RUN_SQUARE = 20, WEIGHT_MAX = 127, BIAS_LANE = 128 };
static const double COST = 20.0;    /* a person's word is met, also where much must move for it */
static const double ROOM = 0.25;    /* on the scale of scores, whose spread is about one */
static const size_t HOLD_MORE = 50; /* one in so many more: what is found is chance in part */

/* --- what a correction says --- */

static bool has_code(const str *codes, size_t count, const char *code)
{
    for (size_t i = 0; i < count; i++) {
        if (str_equal(codes[i], str_c(code))) {
            return true;
        }
    }
    return false;
}

static bool has_prefix(const str *codes, size_t count, const char *prefix)
{
    for (size_t i = 0; i < count; i++) {
        if (str_starts(codes[i], str_c(prefix))) {
            return true;
        }
    }
    return false;
}

/* Does any code say that this head is right? */
static bool says(const str *codes, size_t count, enum model_head head)
{
    switch (head) {
    case HEAD_THREAT:
        return has_prefix(codes, count, "THR");
    case HEAD_EXPLICIT:
        return has_code(codes, count, "THR1") || has_code(codes, count, "THR2");
    case HEAD_ABUSIVE:
        return has_prefix(codes, count, "THR") || has_prefix(codes, count, "ABU");
    case HEAD_IDENTITY:
    case HEAD_SEXUAL:
    case HEAD_INSULT:
    case HEAD_DOXXING:
    case HEAD_COUNT:
        break;
    }
    return has_code(codes, count, triage_head_code(head));
}

static bool is_lawful(const struct adapt_correction *c)
{
    for (size_t i = 0; i < c->to_count; i++) {
        if (!str_starts(c->to_codes[i], STR("LAW"))) {
            return false;
        }
    }
    return c->to_count > 0;
}

void adapt_labels(const struct adapt_correction *c, int8_t labels[HEAD_COUNT])
{
    bool is_clean = is_lawful(c);
    bool is_down = c->to_grade <= 1 && c->from_grade > c->to_grade;
    for (size_t k = 0; k < HEAD_COUNT; k++) {
        enum model_head head = (enum model_head)k;
        bool is_threat = head == HEAD_THREAT || head == HEAD_EXPLICIT;
        bool is_open =
            is_down && head == HEAD_ABUSIVE && !has_prefix(c->to_codes, c->to_count, "ABU");
        labels[k] = is_clean || (is_down && is_threat)         ? LABEL_NO
                    : is_open                                  ? LABEL_UNKNOWN
                    : says(c->to_codes, c->to_count, head)     ? LABEL_YES
                    : says(c->from_codes, c->from_count, head) ? LABEL_NO
                                                               : LABEL_UNKNOWN;
    }
}

/* --- learning --- */

struct adapting {
    struct training training; /* features of an example, in its terms */
    double *moved;            /* HEAD_COUNT a bucket: how far a weight times idf has moved */
    double *alpha;            /* HEAD_COUNT an example */
    double *room;             /* the same: how far from the threshold; negative: asks for nothing */
    double edge[HEAD_COUNT];  /* the score at the threshold */
};

static double weight_of(const struct model *model, uint32_t bucket, size_t head)
{
    int lane = (int)(model->buckets[bucket] >> (8 * head) & 0xFF);
    return (lane - BIAS_LANE) * (double)model->scale[head];
}

static double square_of(const struct model *model, uint32_t bucket)
{
    return (double)(model->buckets[bucket] >> 56) * (double)model->square_unit;
}

/* A bucket that no text of training fell into has no say; a text to learn from gives it one. */
static void open_buckets(struct adapting *a)
{
    struct model *model = a->training.model;
    for (size_t i = 0; i < a->training.count; i++) {
        if (a->training.examples[i].part != PART_TRAIN) {
            continue;
        }
        training_features(&a->training, i);
        for (size_t f = 0; f < a->training.work->count; f++) {
            uint32_t bucket = a->training.work->features[f];
            if (model->buckets[bucket] >> 56 == 0) {
                uint64_t square = bucket < MODEL_WORDS_FROM ? NEW_RUN_SQUARE : NEW_WORD_SQUARE;
                model->buckets[bucket] |= square << 56;
            }
        }
    }
}

/* How far the score must stay from the threshold, on the right side: what the given model has right keeps
 * the distance it has, up to ROOM; what it has wrong must come over by ROOM. Of an anchor only what is
 * right is kept. False: the label asks for nothing. */
static bool wants(const struct adapting *a, size_t i, size_t head, double score, double *ret_room)
{
    const struct train_example *example = &a->training.examples[i];
    double y = example->labels[head] == LABEL_YES ? 1 : -1;
    double distance = y * (score - a->edge[head]);
    *ret_room = distance > 0 && distance < ROOM ? distance : ROOM;
    return example->labels[head] != LABEL_UNKNOWN && (distance > 0 || example->part == PART_TRAIN);
}

static double score_of(const struct adapting *a, size_t head, double length)
{
    const struct model_work *work = a->training.work;
    double score = (double)a->training.model->bias[head];
    for (size_t f = 0; f < work->count; f++) {
        uint32_t bucket = work->features[f];
        score += (weight_of(a->training.model, bucket, head) +
                  a->moved[(size_t)bucket * HEAD_COUNT + head]) /
                 length;
    }
    return score;
}

static void step_head(struct adapting *a, size_t i, size_t head, double length)
{
    const struct train_example *example = &a->training.examples[i];
    const struct model_work *work = a->training.work;
    double *alpha = &a->alpha[i * HEAD_COUNT + head];
    double room = a->room[i * HEAD_COUNT + head];
    if (room < 0) {
        return;
    }
    double y = example->labels[head] == LABEL_YES ? 1 : -1;
    double slack = 0.5 / COST;
    double distance = y * (score_of(a, head, length) - a->edge[head]);
    double next = *alpha - (distance - room + *alpha * slack) / (1 + slack);
    next = next > 0 ? next : 0;
    double change = (next - *alpha) * y;
    *alpha = next;
    for (size_t f = 0; f < work->count && change != 0; f++) {
        uint32_t bucket = work->features[f];
        a->moved[(size_t)bucket * HEAD_COUNT + head] +=
            change * square_of(a->training.model, bucket) / length;
    }
}

static double length_of(const struct adapting *a)
{
    double sum = 0;
    for (size_t f = 0; f < a->training.work->count; f++) {
        sum += square_of(a->training.model, a->training.work->features[f]);
    }
    return sqrt(sum);
}

static void step(struct adapting *a, size_t i)
{
    training_features(&a->training, i);
    double length = length_of(a);
    for (size_t k = 0; k < HEAD_COUNT && length > 0; k++) {
        step_head(a, i, k, length);
    }
}

/* The score at which a head's probability reaches its threshold: the curve rises, so by halving. */
static double edge_of(const struct model *model, enum model_head head)
{
    double low = -8, high = 8;
    for (int i = 0; i < 60; i++) {
        double middle = (low + high) / 2;
        if (model_probability(model, head, middle) < (double)model->over[head]) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return high;
}

/* What each label asks for, by the given weights. */
static void find_room(struct adapting *a)
{
    for (size_t k = 0; k < HEAD_COUNT; k++) {
        a->edge[k] = edge_of(a->training.model, (enum model_head)k);
    }
    for (size_t i = 0; i < a->training.count; i++) {
        training_features(&a->training, i);
        double length = length_of(a);
        for (size_t k = 0; k < HEAD_COUNT; k++) {
            double room = 0;
            bool is_any = a->training.examples[i].part != PART_TEST && length > 0 &&
                          wants(a, i, k, score_of(a, k, length), &room);
            a->room[i * HEAD_COUNT + k] = is_any ? room : -1;
        }
    }
}

static void descend(struct adapting *a, uint64_t seed)
{
    uint64_t chance = seed | 1;
    uint32_t *order = ARENA_ARRAY(a->training.arena, uint32_t, a->training.count + 1);
    size_t count = 0;
    for (size_t i = 0; i < a->training.count; i++) {
        if (a->training.examples[i].part != PART_TEST) {
            order[count++] = (uint32_t)i;
        }
    }
    for (size_t epoch = 0; epoch < EPOCHS; epoch++) {
        train_shuffle(order, count, &chance);
        for (size_t i = 0; i < count; i++) {
            step(a, order[i]);
        }
    }
}

static void round_moved(struct adapting *a)
{
    struct model *model = a->training.model;
    for (size_t k = 0; k < HEAD_COUNT; k++) {
        for (uint32_t b = 0; b < MODEL_BUCKETS; b++) {
            double moved = a->moved[(size_t)b * HEAD_COUNT + k];
            if (moved == 0) {
                continue;
            }
            double units = (weight_of(model, b, k) + moved) / (double)model->scale[k];
            int rounded = (int)(units + (units < 0 ? -0.5 : 0.5));
            rounded = rounded > WEIGHT_MAX    ? WEIGHT_MAX
                      : rounded < -WEIGHT_MAX ? -WEIGHT_MAX
                                              : rounded;
            model->buckets[b] &= ~(UINT64_C(0xFF) << (8 * k));
            model->buckets[b] |= (uint64_t)(unsigned)(rounded + BIAS_LANE) << (8 * k);
        }
    }
}

void adapt_model(struct arena *arena, const struct model *base,
                 const struct train_example *examples, size_t count, uint64_t seed,
                 struct model **ret_model)
{
    struct model *model = ARENA_NEW(arena, struct model);
    struct adapting a = {
        .training = {.arena = arena,
                     .examples = examples,
                     .count = count,
                     .model = model,
                     .work = ARENA_NEW(arena, struct model_work)},
        .moved = ARENA_ARRAY(arena, double, (size_t)MODEL_BUCKETS *HEAD_COUNT),
        .alpha = ARENA_ARRAY(arena, double, (count + 1) * HEAD_COUNT),
        .room = ARENA_ARRAY(arena, double, (count + 1) * HEAD_COUNT),
    };
    *model = *base;
    model->buckets = ARENA_ARRAY(arena, uint64_t, MODEL_BUCKETS);
    memcpy(model->buckets, base->buckets, MODEL_BUCKETS * sizeof model->buckets[0]);
    plain_init(&a.training.plain, arena);
    open_buckets(&a);
    find_room(&a);
    descend(&a, seed);
    round_moved(&a);
    *ret_model = model;
}

/* --- holding what is found --- */

struct reader {
    struct plain plain;
    struct model_work work;
    struct model_result read;
};

static void read_text(struct reader *reader, const struct model *model, str text)
{
    plain_read(&reader->plain, text);
    model_read(model, &reader->plain, &reader->work, &reader->read);
}

static double probability_of(struct reader *reader, const struct model *model, str text, size_t k)
{
    read_text(reader, model, text);
    return reader->read.probability[k];
}

static int falling(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left < right) - (left > right);
}

static void hold_head(struct reader *reader, const struct model *base, struct model *own,
                      const struct train_example *examples, size_t count, size_t head,
                      double *scores)
{
    size_t found = 0, yes = 0;
    for (size_t i = 0; i < count; i++) {
        if (examples[i].part == PART_DEV && examples[i].labels[head] == LABEL_YES) {
            found +=
                probability_of(reader, base, examples[i].text, head) >= (double)base->over[head];
            scores[yes++] = probability_of(reader, own, examples[i].text, head);
        }
    }
    qsort(scores, yes, sizeof *scores, falling);
    size_t wanted = found + found / HOLD_MORE + 1;
    wanted = wanted < yes ? wanted : yes;
    if (found > 0 && scores[wanted - 1] < (double)own->over[head]) {
        own->over[head] = nextafterf((float)scores[wanted - 1], 0);
    }
}

void adapt_hold(struct arena *arena, const struct model *base, struct model *own,
                const struct train_example *examples, size_t count)
{
    struct reader *reader = ARENA_NEW(arena, struct reader);
    double *scores = ARENA_ARRAY(arena, double, count + 1);
    plain_init(&reader->plain, arena);
    hold_head(reader, base, own, examples, count, HEAD_THREAT, scores);
    hold_head(reader, base, own, examples, count, HEAD_EXPLICIT, scores);
}

/* --- measuring --- */

void adapt_measure(struct arena *arena, const struct model *model,
                   const struct train_example *examples, size_t count, enum train_part part,
                   struct adapt_score *ret_score)
{
    struct reader *reader = ARENA_NEW(arena, struct reader);
    *ret_score = (struct adapt_score){0};
    plain_init(&reader->plain, arena);
    for (size_t i = 0; i < count; i++) {
        if (examples[i].part != part) {
            continue;
        }
        read_text(reader, model, examples[i].text);
        for (size_t k = 0; k < HEAD_COUNT; k++) {
            if (examples[i].labels[k] == LABEL_UNKNOWN) {
                continue;
            }
            bool is_yes = examples[i].labels[k] == LABEL_YES;
            bool is_over = reader->read.probability[k] >= (double)model->over[k];
            bool is_threat = k == HEAD_THREAT || k == HEAD_EXPLICIT;
            ret_score->labels++;
            ret_score->right += is_yes == is_over;
            ret_score->threats += is_threat && is_yes;
            ret_score->threats_found += is_threat && is_yes && is_over;
        }
    }
}

bool adapt_is_better(const struct adapt_score *given, const struct adapt_score *own)
{
    return own->right > given->right && own->threats_found >= given->threats_found;
}
