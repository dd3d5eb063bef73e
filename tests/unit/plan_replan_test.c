/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: whenever something happens, the mended plan keeps every rule, also for units whose duty is over or
 * who are on their way home. Method: one small day, mended at every quarter of an hour, with ways
 * that are the same all day and with ways that depend on the hour; each plan through the checker. */
#include "../support/cm.h"

#include <stdio.h>

#include "base/arena.h"
#include "plan/check.h"
#include "plan/replan.h"

#define PROBLEM(pace)                                                                              \
    "{\"format\":\"hustings-plan-problem\",\"version\":1,\"name\":\"p\",\"travel\":{\"by\":"       \
    "\"sphere\",\"modes\":[{\"id\":\"car\",\"kmh\":25,\"overhead_s\":60" pace "}]},\"sites\":["    \
    "{\"id\":\"b\",\"lon\":-0.03,\"lat\":51.51},{\"id\":\"s1\",\"lon\":-0.02,\"lat\":51.52},"      \
    "{\"id\":\"s2\",\"lon\":-0.05,\"lat\":51.53}],\"units\":["                                     \
    "{\"id\":\"early\",\"base\":\"b\",\"start_s\":24000,\"end_s\":44000,\"officers\":2,"           \
    "\"break\":{\"open_s\":30000,\"close_s\":36000,\"length_s\":1800}},"                           \
    "{\"id\":\"idle\",\"base\":\"b\",\"start_s\":24000,\"end_s\":40000},"                          \
    "{\"id\":\"late\",\"base\":\"b\",\"start_s\":43000,\"end_s\":80000,\"officers\":2}],"          \
    "\"visits\":[{\"id\":\"v1\",\"site\":\"s1\",\"from_s\":25200,\"to_s\":79200,\"count\":4,"      \
    "\"dwell_s\":900,\"profit\":2,\"officers\":2},{\"id\":\"v2\",\"site\":\"s2\",\"from_s\":"      \
    "25200,\"to_s\":79200,\"count\":4,\"dwell_s\":900,\"profit\":3,\"officers\":2}]}"

static void mend_all_day(const char *text)
{
    struct arena arena;
    struct plan_problem problem;
    struct plan_result before;
    struct plan_check check;
    struct plan_refused refused;
    struct plan_solve_options solve = {.seed = 3, .threads = 1, .iterations = 3000};
    struct error err = {0};
    arena_init(&arena, (size_t)1024 * 1024 * 1024);
    plan_refused_init(&refused);
    assert_int_equal(plan_problem_read(&arena, str_c(text), &problem, &refused, &err), STATUS_OK);
    assert_int_equal(refused.count, 0);
    plan_solve(&arena, &problem, &solve, &before);
    plan_check(&arena, &problem, &before, &check);
    assert_int_equal(check.broken_count, 0);
    for (int now = 20700; now < 84000; now += 900) {
        struct plan_problem with;
        struct plan_event event;
        struct plan_replanned mended;
        struct plan_replan_options options = {.solve = solve, .units_max = 3};
        options.solve.iterations = 500;
        str words = arena_printf(&arena,
                                 "{\"now_s\":%d,\"tasks\":[{\"id\":\"new\",\"site\":\"s2\","
                                 "\"open_s\":%d,\"close_s\":%d,\"dwell_s\":600,\"profit\":9}]}",
                                 now, now, now + 7200);
        assert_int_equal(plan_event_read(&arena, &problem, words, &with, &event, &refused, &err),
                         STATUS_OK);
        plan_replan(&arena, &with, &before, &event, &options, &mended);
        plan_check(&arena, &mended.problem, &mended.result, &check);
        if (check.broken_count > 0) {
            fail_msg("at %d: %.*s", now, STR_ARG(check.broken[0].words));
        }
        for (uint32_t i = 0; i < with.unit_count; i++) { /* nothing new lies in the past */
            const struct plan_route *route = &mended.result.routes[i];
            for (uint32_t k = before.routes[i].stop_count; k < route->stop_count; k++) {
                assert_true(route->stops[k].start >= now);
            }
        }
    }
    plan_refused_close(&refused);
    arena_close(&arena);
}

static void test_same_all_day(void **state)
{
    (void)state;
    mend_all_day(PROBLEM(""));
}

static void test_by_the_hour(void **state)
{
    (void)state;
    mend_all_day(PROBLEM(",\"hours\":[1,1,1,1,1,1,1,1.5,2,1.5,1,1,1,1,1,1,1.5,2,1.5,1,1,1,1,1]"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_all_day),
        cmocka_unit_test(test_by_the_hour),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
