/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: where a plan has to be fair, visits are shared out, nothing that is served is lost by it, the ways grow by no
 * more than was said, and who has a visit pinned or locked keeps it.
 * Method: small towns drawn at random, planned with the rule and without it by the same seed and steps. */
#include "../support/plan_bench.h"
#include "plan/random.h"

enum { SITES = 13, TASKS = 36, UNITS = 6, DWELL = 900, DUTY = 8 * 3600 };

static struct plan_problem draw(uint64_t seed)
{
    struct random r;
    struct plan_problem p = blank_problem(SITES, TASKS, UNITS);
    random_seed(&r, seed);
    p.travel_by = PLAN_PLANE;
    p.mode_count = 1;
    p.modes[0] = (struct plan_mode){.id = STR("car"), .kmh = 30, .factor = 1};
    for (uint32_t i = 1; i < SITES; i++) {
        p.sites[i].x = random_below(&r, 6000);
        p.sites[i].y = random_below(&r, 6000);
    }
    for (uint32_t i = 0; i < TASKS; i++) {
        struct plan_task *task = &p.tasks[i];
        task->site = 1 + i % (SITES - 1);
        task->open = (int32_t)random_below(&r, DUTY / 2);
        task->close = task->open + DUTY / 3;
        task->dwell = DWELL;
        task->profit = 1000;
        task->is_mandatory = random_below(&r, 6) == 0;
        task->unit = i == 0 ? 1 : PLAN_NONE;
    }
    for (uint32_t i = 0; i < UNITS; i++) {
        p.units[i].end = DUTY - (int32_t)(i % 2) * 7200;
        p.units[i].break_open = 7200;
        p.units[i].break_close = 14400;
        p.units[i].break_length = i % 3 == 0 ? 0 : 2700;
    }
    return p;
}

/* Visits of the unit with the most for its duty, and with the least, in thousandths of hours. */
static void spread(const struct plan_problem *p, const struct plan_result *result,
                   int64_t *ret_most, int64_t *ret_least)
{
    *ret_most = 0;
    *ret_least = INT64_MAX;
    for (uint32_t i = 0; i < UNITS; i++) {
        int64_t share = INT64_C(3600000) * result->routes[i].stop_count / p->units[i].end;
        *ret_most = share > *ret_most ? share : *ret_most;
        *ret_least = share < *ret_least ? share : *ret_least;
    }
}

static void visits_are_shared_out(void **state)
{
    int64_t sums[2] = {0, 0};
    (void)state;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        struct plan_problem p = draw(seed);
        struct plan_result plain = solve(&p, seed, 3000, 1);
        p.is_fair = true;
        struct plan_result fair = solve(&p, seed, 3000, 1);
        int64_t most[2];
        int64_t least[2];
        is_as_claimed(&p, &plain, seed);
        is_as_claimed(&p, &fair, seed);
        spread(&p, &plain, &most[0], &least[0]);
        spread(&p, &fair, &most[1], &least[1]);
        assert_int_equal(fair.claim.profit, plain.claim.profit);
        assert_int_equal(fair.claim.unmet, plain.claim.unmet);
        assert_true(fair.claim.travel <= plain.claim.travel + (int64_t)TASKS * DWELL);
        assert_true(most[1] <= most[0]);
        sums[0] += most[0] - least[0];
        sums[1] += most[1] - least[1];
        arena_reset(&arena);
    }
    assert_true(sums[1] * 3 < sums[0]);
}

/* Nobody else may have what is locked or pinned; and the same steps give the same plan again. */
static void what_is_held_stays(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 10; seed++) {
        struct plan_problem p = draw(seed);
        struct plan_lock locks[] = {{.task = 3, .start = -1}, {.task = 5, .start = -1}};
        p.tasks[3].open = p.tasks[5].open = 0;
        p.tasks[3].close = p.tasks[5].close = DUTY / 2;
        p.units[0].locks = locks;
        p.units[0].lock_count = 2;
        p.is_fair = true;
        struct plan_result one = solve(&p, seed, 1000, 1);
        struct plan_result two = solve(&p, seed, 1000, 1);
        is_as_claimed(&p, &one, seed);
        assert_int_equal(one.routes[0].stops[0].task, 3);
        assert_int_equal(one.routes[0].stops[1].task, 5);
        for (uint32_t i = 0; i < UNITS; i++) {
            assert_int_equal(one.routes[i].stop_count, two.routes[i].stop_count);
            for (uint32_t k = 0; k < one.routes[i].stop_count; k++) {
                assert_int_equal(one.routes[i].stops[k].task, two.routes[i].stops[k].task);
                assert_true(one.routes[i].stops[k].task != 0 || i == 1);
            }
        }
        arena_reset(&arena);
    }
}

static void the_rule_is_read_and_written(void **state)
{
    struct plan_problem p = draw(1);
    struct error err = {0};
    str refused = {0};
    struct buf out;
    (void)state;
    p.is_fair = true;
    buf_init(&out, 1 << 20);
    plan_problem_write(&p, &out);
    buf_add_byte(&out, '\0');
    p = read_whole(out.p);
    assert_true(p.is_fair);
    buf_close(&out);
    assert_int_equal(read_text(HEAD SITES_3 ",\"fair\":1,\"units\":[]}", &p, &refused, &err),
                     STATUS_INVALID);
    assert_non_null(strstr(err.primary, "'fair' is neither true nor false"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(visits_are_shared_out),
        cmocka_unit_test(what_is_held_stays),
        cmocka_unit_test(the_rule_is_read_and_written),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
