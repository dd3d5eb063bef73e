/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: a roster covers what it says it covers, costs what it says, and none is cheaper.
 * Method: small random questions against every roster there is; larger ones against a count of the
 * officers on duty and against themselves (a bound that one search stopped at must not be above what a
 * longer one finds); questions that cannot be. */
#include "plan/cover.h"

#include <stdio.h>
#include <string.h>

#include "../support/cm.h"

enum { SMALL_SLOTS = 6, SMALL_SHAPES = 4, SMALL_NEED = 3 };

static uint32_t next(uint32_t *state, uint32_t below)
{
    *state = *state * 1664525u + 1013904223u;
    return (*state >> 8) % below;
}

static int32_t on_duty(const struct cover_question *q, const int32_t *count, uint32_t slot)
{
    int32_t sum = 0;
    for (uint32_t v = 0; v < q->shape_count; v++) {
        const struct cover_shape *s = &q->shapes[v];
        bool is_off =
            slot < s->start || slot >= s->end || (slot >= s->break_start && slot < s->break_end);
        sum += is_off ? 0 : count[v];
    }
    return sum;
}

static bool is_ever(const struct cover_question *q, uint32_t slot)
{
    int32_t one[COVER_SHAPES_MAX];
    for (uint32_t v = 0; v < q->shape_count; v++) {
        one[v] = 1;
    }
    return on_duty(q, one, slot) > 0;
}

/* Cost of the counts, what is missing included; -1 when they may not be. */
static int64_t cost_of(const struct cover_question *q, const int32_t *count)
{
    int64_t cost = 0;
    int64_t officers = 0;
    for (uint32_t v = 0; v < q->shape_count; v++) {
        cost += (int64_t)q->shapes[v].cost * count[v];
        officers += count[v];
    }
    for (uint32_t r = 0; r < q->slot_count; r++) {
        int32_t lack = q->need[r] - on_duty(q, count, r);
        if (lack > 0 && is_ever(q, r)) {
            if (q->officers_max == INT32_MAX) {
                return -1;
            }
            cost += (int64_t)q->short_cost * lack;
        }
    }
    return officers > q->officers_max ? -1 : cost;
}

static void holds(const struct cover_question *q, const struct cover_answer *a)
{
    assert_int_equal(cost_of(q, a->count), a->cost);
    for (uint32_t r = 0; r < q->slot_count; r++) {
        int32_t lack = q->need[r] - on_duty(q, a->count, r);
        assert_int_equal(a->missing[r], lack > 0 ? lack : 0);
    }
    assert_true(a->bound <= a->cost);
    assert_int_equal(a->is_optimal, a->bound == a->cost);
}

static void make_small(uint32_t *state, struct cover_shape *shapes, int32_t *need,
                       struct cover_question *q)
{
    *q = (struct cover_question){.shapes = shapes,
                                 .need = need,
                                 .slot_count = SMALL_SLOTS,
                                 .shape_count = next(state, SMALL_SHAPES + 1),
                                 .officers_max = INT32_MAX,
                                 .short_cost = 1 + (int32_t)next(state, 20)};
    if (next(state, 2) == 0) {
        q->officers_max = (int32_t)next(state, 7);
    }
    for (uint32_t v = 0; v < q->shape_count; v++) {
        uint16_t start = (uint16_t)next(state, SMALL_SLOTS);
        uint16_t end = (uint16_t)(start + 1 + next(state, SMALL_SLOTS - start));
        uint16_t pause = (uint16_t)(start + next(state, (uint32_t)(end - start)));
        uint16_t length = (uint16_t)next(state, 2);
        shapes[v] = (struct cover_shape){start, end, pause, (uint16_t)(pause + length),
                                         1 + (int32_t)next(state, 9)};
    }
    for (uint32_t r = 0; r < SMALL_SLOTS; r++) {
        need[r] = (int32_t)next(state, SMALL_NEED + 1);
    }
}

static void test_none_is_cheaper(void **ignored)
{
    uint32_t state = 20240704;
    (void)ignored;
    for (int n = 0; n < 2000; n++) {
        struct cover_shape shapes[SMALL_SHAPES];
        int32_t need[SMALL_SLOTS];
        struct cover_question q;
        struct cover_answer a;
        struct error err;
        struct arena arena;
        int64_t least = -1;
        arena_init(&arena, (size_t)64 * 1024 * 1024);
        make_small(&state, shapes, need, &q);
        assert_int_equal(cover_solve(&arena, &q, &a, &err), STATUS_OK);
        holds(&q, &a);
        assert_true(a.is_optimal);
        for (int code = 0; code < 256; code++) { /* no shape is ever needed more than 3 times */
            int32_t count[SMALL_SHAPES];
            for (int v = 0; v < SMALL_SHAPES; v++) {
                count[v] = v < (int)q.shape_count ? code >> (2 * v) & 3 : 0;
            }
            int64_t cost = cost_of(&q, count);
            least = cost >= 0 && (least < 0 || cost < least) ? cost : least;
        }
        assert_int_equal(a.cost, least);
        arena_close(&arena);
    }
}

/* A force's day: 60 quarter-hours, shifts of 6 to 10 hours. */
static uint32_t shift_book(struct cover_shape *shapes)
{
    uint32_t count = 0;
    for (uint16_t length = 24; length <= 40; length += 4) {
        for (uint16_t start = 0; start + length <= 60; start += 2) {
            for (uint16_t b = 0; b < 3; b++) {
                uint16_t pause = (uint16_t)(start + length / 2 - 6 + b * 6);
                shapes[count++] = (struct cover_shape){start, (uint16_t)(start + length), pause,
                                                       (uint16_t)(pause + (length < 28 ? 2 : 3)),
                                                       length * 15 + length % 7};
            }
        }
    }
    return count;
}

static void test_a_day(void **ignored)
{
    uint32_t state = 1;
    struct cover_shape shapes[COVER_SHAPES_MAX];
    struct cover_question q = {.shapes = shapes, .slot_count = 60, .short_cost = 5000};
    (void)ignored;
    q.shape_count = shift_book(shapes);
    for (int n = 0; n < 12; n++) {
        int32_t need[60];
        struct cover_answer hasty, full;
        struct error err;
        struct arena arena;
        arena_init(&arena, (size_t)512 * 1024 * 1024);
        for (uint32_t r = 0; r < 60; r++) {
            need[r] = 3 + n % 5 + (r >= 40 && r < 52 ? 4 : 0) + (int32_t)next(&state, 4);
        }
        q.need = need;
        q.officers_max = n % 3 == 0 ? 6 + n : INT32_MAX;
        q.nodes_max = 1;
        assert_int_equal(cover_solve(&arena, &q, &hasty, &err), STATUS_OK);
        holds(&q, &hasty);
        q.nodes_max = 0;
        assert_int_equal(cover_solve(&arena, &q, &full, &err), STATUS_OK);
        holds(&q, &full);
        assert_true(hasty.bound <= full.cost && full.cost <= hasty.cost);
        assert_true(full.bound >= hasty.bound);
        /* What is found is within one officer's shortest shift of what is proved. */
        assert_true(full.cost - full.bound < 400 || q.officers_max != INT32_MAX);
        arena_close(&arena);
    }
}

static void test_nobody(void **ignored)
{
    struct cover_shape shape = {0, 2, 0, 0, 5};
    int32_t need[3] = {2, 1, 4};
    struct cover_question q = {&shape, need, 3, 1, 0, 7, 0};
    struct cover_answer a;
    struct error err;
    struct arena arena;
    (void)ignored;
    arena_init(&arena, (size_t)16 * 1024 * 1024);
    assert_int_equal(cover_solve(&arena, &q, &a, &err), STATUS_OK);
    assert_int_equal(a.count[0], 0);
    assert_int_equal(a.cost, 21); /* the third slot has no shape: nobody could have been had */
    assert_int_equal(a.missing[2], 4);
    q.shape_count = 0;
    q.officers_max = INT32_MAX;
    assert_int_equal(cover_solve(&arena, &q, &a, &err), STATUS_OK);
    assert_int_equal(a.cost, 0);
    assert_int_equal(a.missing[0], 2);
    arena_close(&arena);
}

static void test_refused(void **ignored)
{
    struct cover_shape shape = {0, 2, 0, 0, 5};
    int32_t need[2] = {1, 1};
    struct cover_answer a;
    struct error err;
    struct arena arena;
    (void)ignored;
    arena_init(&arena, (size_t)1024 * 1024);
    struct cover_question good = {&shape, need, 2, 1, INT32_MAX, 0, 0};
    struct cover_question q = good;
    q.slot_count = 0;
    assert_int_equal(cover_solve(&arena, &q, &a, &err), STATUS_INVALID);
    q = good;
    q.officers_max = 3; /* and no cost of a missing one */
    assert_int_equal(cover_solve(&arena, &q, &a, &err), STATUS_INVALID);
    q = good;
    need[1] = -1;
    assert_int_equal(cover_solve(&arena, &q, &a, &err), STATUS_INVALID);
    assert_non_null(strstr(err.primary, "slot 2"));
    need[1] = 1;
    static const struct cover_shape wrong[] = {
        {1, 1, 0, 0, 5}, {0, 3, 0, 0, 5}, {0, 2, 0, 0, 0}, {0, 2, 1, 3, 5}, {1, 2, 0, 1, 5}};
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        shape = wrong[i];
        q = good;
        assert_int_equal(cover_solve(&arena, &q, &a, &err), STATUS_INVALID);
        assert_non_null(strstr(err.primary, "shape 1"));
    }
    arena_close(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_none_is_cheaper),
        cmocka_unit_test(test_a_day),
        cmocka_unit_test(test_nobody),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
