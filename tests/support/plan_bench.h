/* SPDX-License-Identifier: Apache-2.0 */
/* For tests of the planner: problems as text and problems to fill in, and what the checker says of a
 * plan. */
#ifndef HUSTINGS_TESTS_PLAN_BENCH_H
#define HUSTINGS_TESTS_PLAN_BENCH_H

#include "arena_bench.h"
#include "plan/check.h"
#include "plan/legs.h"
#include "plan/problem.h"
#include "plan/replan.h"
#include "plan/solve.h"

#define HEAD                                                                                       \
    "{\"format\":\"hustings-plan-problem\",\"version\":1,\"ticks_per_s\":10,"                      \
    "\"travel\":{\"by\":\"euclid\"},"
#define SITES_3                                                                                    \
    "\"sites\":[{\"id\":\"b\",\"x\":0,\"y\":0},{\"id\":\"s\",\"x\":30,\"y\":40},"                  \
    "{\"id\":\"z\",\"x\":0,\"y\":10}]"

/* What was refused, and why, lies in the arena. */
UNUSED static enum status read_text(const char *text, struct plan_problem *p, str *ret_refused,
                                    struct error *err)
{
    struct plan_refused refused;
    plan_refused_init(&refused);
    enum status status = plan_problem_read(&arena, str_c(text), p, &refused, err);
    *ret_refused = arena_str(&arena, buf_str(&refused.text));
    plan_refused_close(&refused);
    return status;
}

/* A text of which nothing is refused. */
UNUSED static struct plan_problem read_whole(const char *text)
{
    struct plan_problem p;
    str refused = {0};
    struct error err = {0};
    assert_int_equal(read_text(text, &p, &refused, &err), STATUS_OK);
    assert_int_equal(refused.n, 0);
    return p;
}

/* s0, s1 … at one point, t0 … that anybody may serve, u0 … without a limit but their duty, a car:
 * places, times and what else there is are filled in by the test. */
UNUSED static struct plan_problem blank_problem(uint32_t sites, uint32_t tasks, uint32_t units)
{
    struct plan_problem p = {.name = STR("drawn"),
                             .ticks_per_s = 1,
                             .mode_count = 1,
                             .site_count = sites,
                             .task_count = tasks,
                             .unit_count = units};
    p.modes[0] = (struct plan_mode){.id = STR("car"), .kmh = 3.6, .factor = 1};
    p.sites = ARENA_ARRAY(&arena, struct plan_site, sites);
    p.tasks = ARENA_ARRAY(&arena, struct plan_task, tasks);
    p.units = ARENA_ARRAY(&arena, struct plan_unit, units);
    for (uint32_t i = 0; i < sites; i++) {
        p.sites[i].id = arena_printf(&arena, "s%u", i);
    }
    for (uint32_t i = 0; i < tasks; i++) {
        p.tasks[i] = (struct plan_task){.id = arena_printf(&arena, "t%u", i),
                                        .group = PLAN_NONE,
                                        .unit = PLAN_NONE,
                                        .officers = 1};
    }
    for (uint32_t i = 0; i < units; i++) {
        p.units[i] = (struct plan_unit){
            .id = arena_printf(&arena, "u%u", i), .capacity = INT32_MAX, .officers = 1};
    }
    return p;
}

UNUSED static struct plan_result solve(const struct plan_problem *p, uint64_t seed,
                                       int64_t iterations, uint32_t threads)
{
    struct plan_result result;
    struct plan_solve_options options = {
        .seed = seed, .threads = threads, .iterations = iterations};
    plan_solve(&arena, p, &options, &result);
    return result;
}

/* No rule is broken, but that tasks which must be served are not. */
UNUSED static struct plan_check keeps_the_rules(const struct plan_problem *p,
                                                const struct plan_result *result, uint64_t seed)
{
    struct plan_check check;
    plan_check(&arena, p, result, &check);
    if (plan_check_wrong(&check) > 0) {
        fail_msg("seed %llu: %.*s", (unsigned long long)seed,
                 STR_ARG(plan_check_words(&arena, p, &check)));
    }
    return check;
}

/* It does, is worth what it says of itself, and can be told to its units. */
UNUSED static void is_as_claimed(const struct plan_problem *p, const struct plan_result *result,
                                 uint64_t seed)
{
    struct plan_check check = keeps_the_rules(p, result, seed);
    const struct plan_duty *duties = NULL;
    struct error err = {0};
    if (check.profit != result->claim.profit || check.travel != result->claim.travel ||
        check.unmet != result->claim.unmet || check.profit > result->bound) {
        fail_msg("seed %llu: the plan claims %lld, %lld, %u; it is %lld, %lld, %u; bound %lld",
                 (unsigned long long)seed, (long long)result->claim.profit,
                 (long long)result->claim.travel, result->claim.unmet, (long long)check.profit,
                 (long long)check.travel, check.unmet, (long long)result->bound);
    }
    if (plan_duties_make(&arena, p, result, &duties, &err) != STATUS_OK) {
        fail_msg("seed %llu: %s", (unsigned long long)seed, err.primary);
    }
}

/* The plan `before` after an event that is told as text. */
UNUSED static struct plan_replanned mend(const struct plan_problem *p,
                                         const struct plan_result *before, str event_text,
                                         const struct plan_replan_options *options)
{
    struct plan_problem now;
    struct plan_event event;
    struct plan_refused refused;
    struct plan_replanned re;
    struct error err = {0};
    plan_refused_init(&refused);
    assert_int_equal(plan_event_read(&arena, p, event_text, &now, &event, &refused, &err),
                     STATUS_OK);
    assert_int_equal(refused.count, 0);
    plan_refused_close(&refused);
    plan_replan(&arena, &now, before, &event, options, &re);
    return re;
}

#endif
