/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: names that can be read. Method: random maps, full and empty: no name over another, over a dot or over
 * the edge; where there is room all names are there; the heavier one wins; names are cut between words. */
#include "plan/show_names.h"

#include <math.h>

#include "../support/cm.h"

enum { MOST = 1500, WIDTH = 720, HEIGHT = 520, SIZE = 11, DOT = 4 };

static uint32_t next(uint32_t *state, uint32_t below)
{
    *state = *state * 1664525U + 1013904223U;
    return (*state >> 8) % below;
}

static bool overlap(const double a[4], const double b[4])
{
    return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
}

static void box_of(const struct name_board *board, const struct name_label *label, double box[4])
{
    box[0] = label->left;
    box[2] = label->left + name_width(board, label->text);
    box[3] = label->base + SIZE * 0.2;
    box[1] = box[3] - SIZE;
}

/* Returns how many are shown. */
static uint32_t try_map(struct arena *arena, struct name_label *labels, uint32_t count)
{
    struct name_board board = name_board_make(arena, WIDTH, HEIGHT, SIZE);
    uint32_t shown = 0;
    for (uint32_t i = 0; i < count; i++) {
        name_board_take(&board, labels[i].x, labels[i].y, DOT);
    }
    name_board_place(arena, &board, labels, count);
    for (uint32_t i = 0; i < count; i++) {
        double box[4];
        if (!labels[i].is_shown) {
            continue;
        }
        shown++;
        box_of(&board, &labels[i], box);
        assert_true(box[0] >= 0 && box[1] >= 0 && box[2] <= WIDTH && box[3] <= HEIGHT);
        /* beside its own dot, not beside another's */
        assert_true(fabs(fmax(box[0] - labels[i].x, labels[i].x - box[2])) < 10 ||
                    (box[0] < labels[i].x && labels[i].x < box[2]));
        for (uint32_t k = 0; k < count; k++) {
            double other[4] = {labels[k].x - DOT, labels[k].y - DOT, labels[k].x + DOT,
                               labels[k].y + DOT};
            assert_false(overlap(box, other));
            if (k != i && labels[k].is_shown) {
                box_of(&board, &labels[k], other);
                assert_false(overlap(box, other));
            }
        }
    }
    return shown;
}

static void test_nothing_over_anything(void **state)
{
    static const uint32_t counts[] = {1, 20, 150, MOST};
    (void)state;
    for (uint32_t seed = 1; seed <= 12; seed++) {
        struct arena arena;
        uint32_t random = seed;
        uint32_t count = counts[seed % ARRAY_LEN(counts)];
        arena_init(&arena, 64 << 20);
        struct name_label *labels = ARENA_ARRAY(&arena, struct name_label, count);
        for (uint32_t i = 0; i < count; i++) {
            labels[i] =
                (struct name_label){.x = 30 + next(&random, WIDTH - 60),
                                    .y = 30 + next(&random, HEIGHT - 60),
                                    .weight = next(&random, 5),
                                    .text = arena_printf(&arena, "%.*s", 3 + (int)next(&random, 15),
                                                         "St Mary's Church Hall")};
        }
        uint32_t shown = try_map(&arena, labels, count);
        assert_true(count > 20 || shown == count); /* there is room for these */
        assert_true(shown >= (count < 60 ? count / 2 : 40));
        assert_true(count < MOST || shown < count);
        arena_close(&arena);
    }
}

static void test_the_heavier_wins(void **state)
{
    struct arena arena;
    struct name_label labels[20];
    uint32_t shown = 0;
    (void)state;
    arena_init(&arena, 16 << 20);
    for (uint32_t i = 0; i < ARRAY_LEN(labels); i++) { /* all at one place: eight fit around it */
        labels[i] = (struct name_label){.x = 300,
                                        .y = 300,
                                        .weight = i == 19  ? 2
                                                  : i == 3 ? 1
                                                           : 0,
                                        .text = STR("Village Hall")};
    }
    shown = try_map(&arena, labels, ARRAY_LEN(labels));
    assert_true(shown >= 4 && shown <= 8);
    assert_true(labels[19].is_shown && labels[3].is_shown && labels[0].is_shown);
    assert_true(labels[19].left > 300 && labels[19].left < 310); /* the best place: to the right */
    assert_true(labels[3].left + 12 * SIZE * 0.62 < 300);
    arena_close(&arena);
}

static void test_edges(void **state)
{
    struct arena arena;
    struct name_label labels[] = {{.x = 710, .y = 515, .text = STR("Hall at the edge")},
                                  {.x = 5, .y = 5, .text = STR("Hall")},
                                  {.x = 300, .y = 300, .text = STR("")},
                                  {.x = 400, .y = 30, .text = STR("Neuadd Goffa Ŵyn")}};
    (void)state;
    arena_init(&arena, 16 << 20);
    (void)try_map(&arena, labels, ARRAY_LEN(labels));
    assert_true(labels[0].is_shown && labels[0].left < 700);
    assert_true(labels[1].is_shown && labels[1].base > 5 + DOT);
    assert_false(labels[2].is_shown);
    assert_true(labels[3].is_shown);
    arena_close(&arena);
}

static void test_short(void **state)
{
    static const char *const rows[][2] = {
        {"Bow Hall", "Bow Hall"},
        {"Bow, School <east>", "Bow"},
        {", only a comma", ", only a comma"},
        {"Stepney Green Maths & Computing College", "Stepney Green Maths…"},
        {"Llanfairpwllgwyngyllgogerychwyrndrobwll", "Llanfairpwllgwyngyll…"},
        {"Ysgol Gynradd Gymraeg Tŵr", "Ysgol Gynradd…"},
        {"ভোটকেন্দ্র", "ভোটকেন্দ্র"},
        {"  ", ""},
        {"12345678901234567890", "12345678901234567890"},
        {"123456789012345678901", "12345678901234567890…"},
    };
    struct arena arena;
    (void)state;
    arena_init(&arena, 1 << 20);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        str text = name_short(&arena, str_c(rows[i][0]));
        if (!str_equal(text, str_c(rows[i][1]))) {
            fail_msg("%s: '%.*s'", rows[i][0], STR_ARG(text));
        }
    }
    arena_close(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_over_anything),
        cmocka_unit_test(test_the_heavier_wins),
        cmocka_unit_test(test_edges),
        cmocka_unit_test(test_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
