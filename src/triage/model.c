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
    size_t i = 1; /* the first point that is not below the score; halving steps, without a branch */
    for (size_t step = MODEL_CURVE / 2; step > 0; step /= 2) {
        i += score > (double)curve->x[i + step - 1] ? step : 0;
    }
    double x = (double)curve->x[i - 1], y = (double)curve->y[i - 1];
    return y + ((double)curve->y[i] - y) * (score - x) / ((double)curve->x[i] - x);
}

size_t model_unit_end(const struct plain *plain, size_t from)
{
    size_t end = from;
    while (end < plain->count && end - from < MODEL_UNIT_WORDS_MAX) {
        end++;
        if (plain->words[end - 1].has_stop && end - from >= MODEL_UNIT_WORDS) {
            break;
        }
    }
    return plain->count - end < MODEL_UNIT_WORDS ? plain->count : end;
}

/* The best of the parts of one kind, head by head. */
struct best {
    double score[HEAD_COUNT];
    size_t from[HEAD_COUNT], to[HEAD_COUNT];
};

static const struct best NONE_YET = {.score = {-1e9, -1e9, -1e9, -1e9, -1e9, -1e9, -1e9}};

static void keep(const struct model *model, const struct model_sum *sum, size_t from, size_t to,
                 struct best *best)
{
    double squares = (double)sum->squares * (double)model->square_unit;
    double per_length = squares > 0 ? 1 / sqrt(squares) : 0;
    for (size_t k = 0; k < HEAD_COUNT; k++) {
        double score =
            (double)sum->weights[k] * (double)model->scale[k] * per_length + (double)model->bias[k];
        if (score > best->score[k]) {
            best->score[k] = score;
            best->from[k] = from;
            best->to[k] = to;
        }
    }
}

static void sum_change(struct model_sum *sum, const struct model_sum *by, int sign)
{
    for (size_t k = 0; k < HEAD_COUNT; k++) {
        sum->weights[k] += sign * by->weights[k];
    }
    sum->squares += (uint32_t)sign * by->squares;
}

static void window_push(struct model_window *window, const struct model_sum *unit, size_t from,
                        size_t to)
{
    size_t at = (window->first + window->count) % MODEL_WINDOW_UNITS_MAX;
    window->units[at] = *unit;
    window->starts[at] = from;
    window->count++;
    sum_change(&window->sum, unit, 1);
    while (window->count > 1 && to - window->starts[window->first] > MODEL_WINDOW_WORDS) {
        sum_change(&window->sum, &window->units[window->first], -1);
        window->first = (window->first + 1) % MODEL_WINDOW_UNITS_MAX;
        window->count--;
    }
}

static void take(struct model_result *result, const struct best *best, size_t head, double cost)
{
    if (best->score[head] - cost > result->score[head]) {
        result->score[head] = best->score[head] - cost;
        result->from[head] = best->from[head];
        result->to[head] = best->to[head];
    }
}

static void take_all(const struct model *model, size_t units, const struct best bests[3],
                     struct model_result *result)
{
    double doublings = 0;
    for (size_t n = units; n > 1; n = (n + 1) / 2) {
        doublings += 1;
    }
    for (size_t k = 0; k < HEAD_COUNT; k++) {
        double cost = doublings * (double)model->window_cost[k];
        result->score[k] = NONE_YET.score[k];
        take(result, &bests[0], k, 0);
        if (units > 1) {
            take(result, &bests[1], k, cost);
            take(result, &bests[2], k, cost + (double)model->unit_cost[k]);
        }
        result->probability[k] = model_probability(model, (enum model_head)k, result->score[k]);
    }
}

void model_read(const struct model *model, const struct plain *plain, struct model_work *work,
                struct model_result *ret_result)
{
    struct model_sum whole = {0};
    struct model_window *window = &work->window;
    struct best bests[3] = {NONE_YET, NONE_YET, NONE_YET}; /* the whole, rows, sentences */
    size_t units = 0, end = 0;
    window->sum = whole;
    window->first = window->count = 0;
    for (size_t from = 0; from < plain->count; from = end) {
        struct model_sum unit = {0};
        end = model_unit_end(plain, from);
        model_features(model, plain, from, end, work);
        model_sum_add(model, work, &unit);
        units++;
        sum_change(&whole, &unit, 1);
        if (from == 0 && end == plain->count) {
            break; /* most messages: one sentence */
        }
        keep(model, &unit, from, end, &bests[2]);
        window_push(window, &unit, from, end);
        if (window->count > 1) {
            keep(model, &window->sum, window->starts[window->first], end, &bests[1]);
        }
    }
    keep(model, &whole, 0, plain->count, &bests[0]);
    *ret_result = (struct model_result){0};
    take_all(model, units, bests, ret_result);
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
enum { FIELDS = 13 };

/* Everything but the buckets, in the order of the file. */
static void fields_of(struct model *model, struct field fields[FIELDS])
{
    const struct field list[FIELDS] = {
        {model->scale, sizeof model->scale},
        {model->bias, sizeof model->bias},
        {&model->square_unit, sizeof model->square_unit},
        {model->unit_cost, sizeof model->unit_cost},
        {model->window_cost, sizeof model->window_cost},
        {model->curves, sizeof model->curves},
        {model->over, sizeof model->over},
        {&model->urgent, sizeof model->urgent},
        {&model->confirm, sizeof model->confirm},
        {model->class_hashes, sizeof model->class_hashes},
        {model->class_ids, sizeof model->class_ids},
        {model->kin_starts, sizeof model->kin_starts},
        {model->kin_entries, sizeof model->kin_entries},
    };
    memcpy(fields, list, sizeof list);
}

void model_write(const struct model *model, struct buf *out)
{
    struct model copy = *model;
    struct field fields[FIELDS];
    buf_add_c(out, "HTM2");
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

static bool is_kin_sound(const struct model *model)
{
    bool is_good = model->kin_starts[MODEL_KIN_STARTS] <= MODEL_KIN_WORDS_MAX;
    for (size_t i = 0; i < MODEL_KIN_STARTS; i++) {
        is_good = is_good && model->kin_starts[i] <= model->kin_starts[i + 1];
    }
    return is_good;
}

/* Whatever the bytes were: no score is beyond what a double holds, no look-up runs for ever. */
static bool is_sound(const struct model *model)
{
    size_t free_slots = 0;
    bool is_good = is_between(model->square_unit, 0, NUMBER_MOST) &&
                   is_between(model->urgent, 0, 1) && is_between(model->confirm, 0, 1);
    for (size_t i = 0; i < MODEL_CLASS_SLOTS; i++) {
        free_slots += model->class_ids[i] == 0;
    }
    for (size_t k = 0; k < HEAD_COUNT; k++) {
        is_good = is_good && rises(&model->curves[k]) &&
                  is_between(model->scale[k], -NUMBER_MOST, NUMBER_MOST) &&
                  is_between(model->bias[k], -NUMBER_MOST, NUMBER_MOST) &&
                  is_between(model->unit_cost[k], 0, NUMBER_MOST) &&
                  is_between(model->window_cost[k], 0, NUMBER_MOST) &&
                  is_between(model->over[k], 0, 1);
    }
    return is_good && free_slots > 0 && is_kin_sound(model);
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
    if (file.n != want || !str_starts(file, STR("HTM2"))) {
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
