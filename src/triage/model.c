/* SPDX-License-Identifier: Apache-2.0 */
#include "triage/model.h"

#include <math.h>

enum { SUM_ROUND = 256, BIAS = 128, HEADER_BYTES = 4, SUM_BYTES = 8 };

static const float NUMBER_MOST = 1e6F; /* of a model: far beyond what training makes */
static const uint64_t EVEN = UINT64_C(0x00FF00FF00FF00FF);

/* Eight sums at once: four 16-bit lanes in each of two words; 256 bytes fit before they must be
 * emptied. */
void model_sum_add(const struct model *model, const struct model_work *work, struct model_sum *sum)
{
    for (size_t at = 0; at < work->count; at += SUM_ROUND) {
        size_t end = at + SUM_ROUND < work->count ? at + SUM_ROUND : work->count;
        uint64_t even = 0, odd = 0;
        for (size_t i = at; i < end; i++) {
            uint64_t bucket = model->buckets[work->features[i]];
            even += bucket & EVEN;
            odd += bucket >> 8 & EVEN;
        }
        for (size_t k = 0; k < HEAD_COUNT; k++) {
            uint64_t lanes = k % 2 == 0 ? even : odd;
            sum->weights[k] +=
                (int32_t)(lanes >> (k / 2 * 16) & 0xFFFF) - BIAS * (int32_t)(end - at);
        }
        sum->squares += (uint32_t)(odd >> 48);
    }
}

double model_score(const struct model *model, const struct model_sum *sum, enum model_head head)
{
    double squares = (double)sum->squares * (double)model->square_unit;
    if (squares <= 0) {
        return (double)model->bias[head];
    }
    return (double)sum->weights[head] * (double)model->scale[head] / sqrt(squares) +
           (double)model->bias[head];
}

double model_probability(const struct model *model, enum model_head head, double score)
{
    const struct model_curve *curve = &model->curves[head];
    double first = (double)curve->x[0], last = (double)curve->x[MODEL_CURVE - 1];
    if (score <= first) {
        return (double)curve->y[0] / (1 + 4 * (first - score));
    }
    if (score >= last) {
        return 1 - (1 - (double)curve->y[MODEL_CURVE - 1]) / (1 + 4 * (score - last));
    }
    size_t i = 1;
    while (score > (double)curve->x[i]) {
        i++;
    }
    double x = (double)curve->x[i - 1], y = (double)curve->y[i - 1];
    return y + ((double)curve->y[i] - y) * (score - x) / ((double)curve->x[i] - x);
}

size_t model_window_end(const struct plain *plain, size_t from)
{
    size_t end = from;
    while (end < plain->count && end - from < MODEL_WINDOW_WORDS_MAX) {
        end++;
        if (plain->words[end - 1].has_stop && end - from >= MODEL_WINDOW_WORDS) {
            break;
        }
    }
    return plain->count - end < MODEL_WINDOW_WORDS / 2 ? plain->count : end;
}

static void keep(const struct model *model, const struct model_sum *sum, size_t from, size_t to,
                 double cost, struct model_result *result)
{
    for (size_t k = 0; k < HEAD_COUNT; k++) {
        double score = model_score(model, sum, (enum model_head)k) - cost;
        if (score > result->score[k]) {
            result->score[k] = score;
            result->from[k] = from;
            result->to[k] = to;
        }
    }
}

void model_read(const struct model *model, const struct plain *plain, struct model_work *work,
                struct model_result *ret_result)
{
    struct model_sum whole = {0};
    double cost = 0;
    size_t end = model_window_end(plain, 0);
    *ret_result = (struct model_result){0};
    for (size_t k = 0; k < HEAD_COUNT; k++) {
        ret_result->score[k] = -1e9;
    }
    for (size_t n = plain->count / MODEL_WINDOW_WORDS; n > 1; n /= 2) {
        cost += (double)model->window_cost;
    }
    if (end == plain->count) {
        cost = 0;
    }
    for (size_t from = 0; from < plain->count; from = end) {
        struct model_sum sum = {0};
        end = model_window_end(plain, from);
        model_features(model, plain, from, end, work);
        model_sum_add(model, work, &sum);
        keep(model, &sum, from, end, cost, ret_result);
        for (size_t k = 0; k < HEAD_COUNT; k++) {
            whole.weights[k] += sum.weights[k];
        }
        whole.squares += sum.squares;
    }
    if (cost > 0 || plain->count == 0) {
        keep(model, &whole, 0, plain->count, 0, ret_result);
    }
    for (size_t k = 0; k < HEAD_COUNT; k++) {
        ret_result->probability[k] =
            model_probability(model, (enum model_head)k, ret_result->score[k]);
    }
}

/* --- the file --- */

static uint64_t checksum(str bytes)
{
    uint64_t sum = UINT64_C(0x9E3779B97F4A7C15);
    for (size_t i = 0; i < bytes.n; i++) {
        sum = (sum ^ (unsigned char)bytes.p[i]) * UINT64_C(0x100000001B3);
    }
    return sum;
}

struct field {
    void *at;
    size_t bytes;
};
enum { FIELDS = 10 };

/* Everything but the buckets, in the order of the file. */
static void fields_of(struct model *model, struct field fields[FIELDS])
{
    const struct field list[FIELDS] = {
        {model->scale, sizeof model->scale},
        {model->bias, sizeof model->bias},
        {&model->square_unit, sizeof model->square_unit},
        {&model->window_cost, sizeof model->window_cost},
        {model->curves, sizeof model->curves},
        {model->over, sizeof model->over},
        {&model->urgent, sizeof model->urgent},
        {&model->confirm, sizeof model->confirm},
        {model->class_hashes, sizeof model->class_hashes},
        {model->class_ids, sizeof model->class_ids},
    };
    memcpy(fields, list, sizeof list);
}

void model_write(const struct model *model, struct buf *out)
{
    struct model copy = *model;
    struct field fields[FIELDS];
    buf_add_c(out, "HTM1");
    fields_of(&copy, fields);
    for (size_t i = 0; i < FIELDS; i++) {
        buf_add_bytes(out, fields[i].at, fields[i].bytes);
    }
    buf_add_bytes(out, model->buckets, MODEL_BUCKETS * sizeof model->buckets[0]);
    uint64_t sum = checksum(buf_str(out));
    buf_add_bytes(out, &sum, sizeof sum);
}

/* False for what is no number, too. */
static bool is_between(float x, float least, float most)
{
    return x >= least && x <= most;
}

static bool rises(const struct model_curve *curve)
{
    for (size_t i = 1; i < MODEL_CURVE; i++) {
        if (!(curve->x[i] > curve->x[i - 1]) || !(curve->y[i] > curve->y[i - 1])) {
            return false;
        }
    }
    return is_between(curve->x[0], -NUMBER_MOST, NUMBER_MOST) &&
           is_between(curve->x[MODEL_CURVE - 1], -NUMBER_MOST, NUMBER_MOST) && curve->y[0] > 0 &&
           curve->y[MODEL_CURVE - 1] < 1;
}

/* Whatever the bytes were: no score is beyond what a double holds, no look-up runs for ever. */
static bool is_sound(const struct model *model)
{
    size_t free_slots = 0;
    bool is_good = is_between(model->square_unit, 0, NUMBER_MOST) &&
                   is_between(model->window_cost, 0, NUMBER_MOST) &&
                   is_between(model->urgent, 0, 1) && is_between(model->confirm, 0, 1);
    for (size_t i = 0; i < MODEL_CLASS_SLOTS; i++) {
        free_slots += model->class_ids[i] == 0;
    }
    for (size_t k = 0; k < HEAD_COUNT; k++) {
        is_good = is_good && rises(&model->curves[k]) &&
                  is_between(model->scale[k], -NUMBER_MOST, NUMBER_MOST) &&
                  is_between(model->bias[k], -NUMBER_MOST, NUMBER_MOST) &&
                  is_between(model->over[k], 0, 1);
    }
    return is_good && free_slots > 0;
}

enum status model_open(struct arena *arena, str file, struct model **ret_model, struct error *err)
{
    struct model *model = ARENA_NEW(arena, struct model);
    struct field fields[FIELDS];
    size_t at = HEADER_BYTES, want = HEADER_BYTES + SUM_BYTES + MODEL_BUCKETS * sizeof(uint64_t);
    fields_of(model, fields);
    for (size_t i = 0; i < FIELDS; i++) {
        want += fields[i].bytes;
    }
    if (file.n != want || !str_starts(file, STR("HTM1"))) {
        return error_set(err, STATUS_INVALID, "this is no model file of this version");
    }
    uint64_t sum = 0;
    memcpy(&sum, file.p + file.n - SUM_BYTES, SUM_BYTES);
    if (sum != checksum(str_slice(file, 0, file.n - SUM_BYTES))) {
        return error_set(err, STATUS_CORRUPT, "the model file is damaged: its checksum is wrong");
    }
    for (size_t i = 0; i < FIELDS; i++) {
        memcpy(fields[i].at, file.p + at, fields[i].bytes);
        at += fields[i].bytes;
    }
    model->buckets = ARENA_ARRAY(arena, uint64_t, MODEL_BUCKETS);
    memcpy(model->buckets, file.p + at, MODEL_BUCKETS * sizeof(uint64_t));
    if (!is_sound(model)) {
        return error_set(err, STATUS_CORRUPT, "the model file holds values that cannot be");
    }
    *ret_model = model;
    return STATUS_OK;
}
