/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: where ways depend on the hour, every plan keeps the rules by the exact way, says of itself what
 * the checker finds, and nobody who leaves later is there earlier.
 * Method: ways second by second, written here anew; small days drawn at random, with breaks, matrices
 * with holes and locks, solved, checked, and compared with an exhaustive search. */
#include <stdio.h>

#include "../support/plan_orders.h"
#include "plan/pace.h"
#include "plan/random.h"

enum { TASKS = 5, SITES = 4, UNITS = 2, HOUR = 3600 };

static uint16_t paces[2][PLAN_HOURS];

static struct plan_problem draw(uint64_t seed)
{
    struct random r;
    struct plan_problem p = blank_problem(SITES, TASKS, UNITS);
    random_seed(&r, seed);
    p.travel_by = seed % 3 == 0 ? PLAN_MATRIX : seed % 3 == 1 ? PLAN_PLANE : PLAN_SPHERE;
    p.mode_count = 2;
    int32_t *matrix = ARENA_ARRAY(&arena, int32_t, SITES * SITES);
    for (uint32_t i = 0; i < SITES; i++) {
        p.sites[i].x = random_below(&r, 20000);
        p.sites[i].y = random_below(&r, 20000);
        if (p.travel_by == PLAN_SPHERE) {
            p.sites[i].x = p.sites[i].x / 100000;
            p.sites[i].y = 51 + p.sites[i].y / 100000;
        }
        for (uint32_t k = 0; k < SITES; k++) {
            bool is_hole = random_below(&r, 12) == 0 && i != k;
            matrix[i * SITES + k] = i == k ? 0 : is_hole ? -1 : (int32_t)random_below(&r, 3000);
        }
    }
    for (uint32_t mode = 0; mode < 2; mode++) {
        p.modes[mode] =
            (struct plan_mode){.id = mode == 0 ? STR("car") : STR("foot"),
                               .kmh = 36,
                               .factor = 1,
                               .overhead_s = 60,
                               .matrix = matrix,
                               .paces = mode == 1 && seed % 2 == 0 ? NULL : paces[mode]};
        for (uint32_t i = 0; i < PLAN_HOURS; i++) {
            paces[mode][i] = (uint16_t)(500 + random_below(&r, 2500));
        }
    }
    for (uint32_t i = 0; i < TASKS; i++) {
        struct plan_task *task = &p.tasks[i];
        task->open = (int32_t)random_below(&r, 6 * HOUR);
        task->site = random_below(&r, SITES);
        task->close = task->open + (int32_t)random_below(&r, 3 * HOUR);
        task->dwell = (int32_t)random_below(&r, HOUR);
        task->profit = 1000 * (1 + random_below(&r, 20));
    }
    for (uint32_t i = 0; i < UNITS; i++) {
        struct plan_unit *unit = &p.units[i];
        unit->start = (int32_t)random_below(&r, 2 * HOUR);
        unit->base = random_below(&r, SITES);
        unit->end_site = random_below(&r, SITES);
        unit->end = unit->start + 4 * HOUR + (int32_t)random_below(&r, 4 * HOUR);
        unit->mode = (uint16_t)(i % 2);
        if (random_below(&r, 2) == 0) {
            unit->break_open = unit->start + HOUR;
            unit->break_close = unit->start + HOUR + (int32_t)random_below(&r, 3 * HOUR);
            unit->break_length = 1800;
        }
    }
    return p;
}

/* Second by second. */
static int64_t arrival(const struct plan_mode *mode, int64_t at, int64_t way)
{
    int64_t gone = 0;
    while (way > 0 && gone < way * 1000) {
        int64_t hour = at / HOUR;
        int64_t pace = mode->paces == NULL ? 1000 : mode->paces[hour % 24];
        int64_t here = at % HOUR;
        gone += (here + 1) * 1000000 / pace - here * 1000000 / pace;
        at++;
    }
    return at;
}

static void later_is_never_earlier(void **state)
{
    struct random r;
    (void)state;
    random_seed(&r, 1);
    for (uint64_t seed = 1; seed <= 300; seed++) {
        struct plan_problem p = draw(2 * seed + 1);
        int64_t way = 1 + random_below(&r, 9000);
        int64_t at = random_below(&r, 30 * HOUR);
        int64_t before = 0;
        for (int64_t i = 0; i < 5; i++) {
            int64_t there = pace_arrive(&p, 0, at, way);
            assert_int_equal(there, arrival(&p.modes[0], at, way));
            assert_true(there >= before);
            before = there;
            at += random_below(&r, 600);
        }
        /* the checker's own code agrees, between real places */
        for (uint32_t b = 1; b < SITES; b++) {
            int64_t plain = plan_check_way(&p, 0, 0, b);
            int64_t ticks = plan_check_way_at(&p, 0, 0, b, at);
            assert_int_equal(ticks, plain < 0 ? -1 : pace_arrive(&p, 0, at, plain) - at);
            int64_t by = plan_check_way_by(&p, 0, 0, b, at, at + 40000);
            assert_true(plain < 0 || (by > 0 && by <= 30001) || plain == 0);
        }
        arena_reset(&arena);
    }
}

static int64_t arrive_by_seconds(const struct plan_problem *p, const struct here *here, uint32_t to)
{
    int64_t plain = plan_check_way(p, p->units[here->unit].mode, here->site, to);
    return plain < 0 ? INT32_MAX : arrival(&p->modes[p->units[here->unit].mode], here->at, plain);
}

static void plans_keep_the_exact_way(void **state)
{
    int64_t sum = 0;
    int64_t best_sum = 0;
    (void)state;
    for (uint64_t seed = 1; seed <= 300; seed++) {
        struct plan_problem p = draw(seed);
        struct best best = best_of_all(&p, arrive_by_seconds);
        struct plan_result result = solve(&p, seed, 800, 1);
        is_as_claimed(&p, &result, seed);
        assert_true(result.claim.profit <= best.profit);
        sum += result.claim.profit;
        best_sum += best.profit;
        arena_reset(&arena);
    }
    /* what the slowest hours cost, on days that are harsher than any: 3 % of the profit at most */
    assert_true(best_sum > 1000000 && sum * 100 >= best_sum * 95);
}

/* Something happens on such a day: facts and what is left keep the exact way, too. */
static void mended_plans_do(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 100; seed++) {
        struct plan_problem p = draw(seed);
        str text = arena_printf(&arena,
                                "{\"now_s\":%d,\"tasks\":[{\"id\":\"new\",\"site\":\"s1\","
                                "\"open_s\":%d,\"close_s\":%d,\"dwell_s\":600,\"profit\":50}]}",
                                2 * HOUR, 2 * HOUR, 5 * HOUR);
        struct plan_result before = solve(&p, seed, 300, 1);
        struct plan_replan_options how = {.solve = {.seed = seed, .threads = 1, .iterations = 300},
                                          .units_max = 2};
        struct plan_replanned re = mend(&p, &before, text, &how);
        is_as_claimed(&re.problem, &re.result, seed);
        arena_reset(&arena);
    }
}

static void hours_are_read_and_written(void **state)
{
    static const char head[] =
        "{\"format\":\"hustings-plan-problem\",\"version\":1,\"travel\":{\"by\":\"plane\","
        "\"modes\":"
        "[{\"id\":\"car\",\"kmh\":36,\"hours\":[%s]}]},\"sites\":[{\"id\":\"b\",\"x\":0,\"y\":0}],"
        "\"units\":[{\"id\":\"u\",\"base\":\"b\",\"start_s\":0,\"end_s\":9}],\"tasks\":[]}";
    static const char fine[] = "1,1,1,1,1,1,1,1.4,1.6,1.2,1,1,1,1,1,1,1.3,1.5,1.25,1,1,0.9,0.85,1";
    struct plan_problem p;
    str refused = {0};
    struct buf out;
    struct error err = {0};
    (void)state;
    str text = arena_printf(&arena, head, fine);
    assert_int_equal(read_text(text.p, &p, &refused, &err), STATUS_OK);
    assert_int_equal(p.modes[0].paces[8], 1600);
    assert_int_equal(p.modes[0].paces[22], 850);
    buf_init(&out, 1 << 16);
    plan_problem_write(&p, &out);
    assert_true(str_find(buf_str(&out), arena_printf(&arena, "\"hours\":[%s]", fine)) < out.n);
    text = arena_printf(&arena, head, "1,1");
    assert_int_equal(read_text(text.p, &p, &refused, &err), STATUS_INVALID);
    assert_true(str_find(refused, STR("24 factors")) < refused.n);
    text = arena_printf(&arena, head, "1,1,0,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1");
    assert_int_equal(read_text(text.p, &p, &refused, &err), STATUS_INVALID);
    assert_true(str_find(refused, STR("from 2:00 on")) < refused.n);
    buf_close(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(later_is_never_earlier),
        cmocka_unit_test(plans_keep_the_exact_way),
        cmocka_unit_test(mended_plans_do),
        cmocka_unit_test(hours_are_read_and_written),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
