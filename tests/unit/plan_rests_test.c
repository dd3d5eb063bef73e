/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: a unit with two breaks takes both, in order and in their windows, and still does the best that can
 * be done.
 * Method: small problems drawn at random, solved, checked, and compared with an exhaustive search that
 * shares no code with the planner; plans mended in the middle of the day; the table of breaks. */
#include <stdio.h>

#include "../support/plan_orders.h"
#include "plan/random.h"
#include "plan/vary.h"

enum { TASKS = 5, UNITS = 2, SITES = 5 };

static const uint16_t slow[PLAN_HOURS] = {1300, 700,  1000, 1500, 1000, 1000, 1000, 1000,
                                          1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000,
                                          1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000};

static struct plan_problem draw(uint64_t seed, int32_t scale)
{
    struct random r;
    struct plan_problem p = blank_problem(SITES, TASKS, UNITS);
    random_seed(&r, seed);
    p.travel_by = PLAN_PLANE;
    p.modes[0].paces = scale > 1 ? slow : NULL;
    for (uint32_t i = 0; i < SITES; i++) {
        p.sites[i].x = random_below(&r, 100) * (uint32_t)scale;
        p.sites[i].y = random_below(&r, 100) * (uint32_t)scale;
    }
    for (uint32_t i = 0; i < TASKS; i++) {
        struct plan_task *task = &p.tasks[i];
        task->open = (int32_t)random_below(&r, 500) * scale;
        task->site = random_below(&r, SITES);
        task->close = task->open + (int32_t)random_below(&r, 300) * scale;
        task->dwell = (int32_t)random_below(&r, 60) * scale;
        task->profit = 1000 * (1 + random_below(&r, 20));
    }
    for (uint32_t i = 0; i < UNITS; i++) {
        struct plan_unit *unit = &p.units[i];
        unit->start = (int32_t)random_below(&r, 100) * scale;
        unit->break_open = unit->start + (50 + (int32_t)random_below(&r, 150)) * scale;
        unit->base = random_below(&r, SITES);
        unit->end_site = random_below(&r, SITES);
        unit->end = unit->start + (450 + (int32_t)random_below(&r, 300)) * scale;
        unit->break_close = unit->break_open + (int32_t)random_below(&r, 120) * scale;
        unit->break_length = 30 * scale;
        if (i == 0 || seed % 2 == 0) {
            unit->second_open = unit->break_open + (int32_t)random_below(&r, 200) * scale;
            unit->second_close = unit->second_open + (30 + (int32_t)random_below(&r, 150)) * scale;
            unit->second_length = 20 * scale;
        }
    }
    return p;
}

/* Twelve units of one base and shift, and tasks for all of them all day: how many have a break at one time at
 * most? */
static uint32_t most_at_once(const struct plan_problem *p, const struct plan_result *result)
{
    uint32_t most = 0;
    for (int32_t at = 0; at < 40000; at += 60) {
        uint32_t count = 0;
        for (uint32_t i = 0; i < p->unit_count; i++) {
            const struct plan_unit *unit = &p->units[i];
            const struct plan_route *route = &result->routes[i];
            bool is_first = route->break_start >= 0 && route->break_start <= at &&
                            at < route->break_start + unit->break_length;
            bool is_second = route->has_second && route->second_start <= at &&
                             at < route->second_start + unit->second_length;
            count += is_first || is_second ? 1 : 0;
        }
        most = count > most ? count : most;
    }
    return most;
}

static void breaks_are_staggered(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 8; seed++) {
        struct random r;
        struct plan_problem p = blank_problem(40, 160, 12);
        random_seed(&r, seed);
        p.travel_by = PLAN_PLANE;
        p.modes[0].paces = seed % 4 == 3 ? slow : NULL;
        for (uint32_t i = 0; i < p.site_count; i++) {
            p.sites[i].x = random_below(&r, 1000);
            p.sites[i].y = random_below(&r, 1000);
        }
        for (uint32_t i = 0; i < p.task_count; i++) {
            p.tasks[i].site = i % 40;
            p.tasks[i].open = (int32_t)(i / 40) * 8000;
            p.tasks[i].close = p.tasks[i].open + 7000;
            p.tasks[i].dwell = 900;
            p.tasks[i].profit = 1000 * (1 + random_below(&r, 20));
        }
        for (uint32_t i = 0; i < p.unit_count; i++) {
            p.units[i].end = 32000;
            p.units[i].break_open = 10000;
            p.units[i].break_close = seed % 2 == 0 ? 20000 : 14000;
            p.units[i].break_length = seed % 2 == 0 ? 2700 : 1500;
            p.units[i].second_open = 16000;
            p.units[i].second_close = 23000;
            p.units[i].second_length = seed % 2 == 0 ? 0 : 1500;
        }
        struct plan_result result = solve(&p, seed, 4000, 1);
        is_as_claimed(&p, &result, seed);
        uint32_t most = most_at_once(&p, &result);
        if (most > 4) { /* where each goes as early as it can: 5 to 10 */
            fail_msg("seed %llu: %u of 12 units have their break at one time",
                     (unsigned long long)seed, most);
        }
        arena_reset(&arena);
    }
}

static int64_t arrive_by_checker(const struct plan_problem *p, const struct here *here, uint32_t to)
{
    return here->at + plan_check_way_at(p, 0, here->site, to, here->at);
}

static void both_and_the_best(void **state)
{
    unsigned two = 0;
    (void)state;
    for (uint64_t seed = 1; seed <= 300; seed++) {
        struct plan_problem p = draw(seed, 1);
        struct best best = best_of_all(&p, arrive_by_checker);
        struct plan_result result = solve(&p, seed, 1500, 1);
        is_as_claimed(&p, &result, seed);
        if (result.claim.profit != best.profit) {
            fail_msg("seed %llu: profit %lld; there is a plan with %lld", (unsigned long long)seed,
                     (long long)result.claim.profit, (long long)best.profit);
        }
        two += result.routes[0].has_second ? 1 : 0;
        /* later by chance, written, read: the second break stays */
        struct plan_result late;
        struct plan_result read;
        struct error err = {0};
        struct buf out;
        plan_delay(&arena, &p, &result, seed, 60, &late);
        is_as_claimed(&p, &late, seed);
        buf_init(&out, 1 << 16);
        plan_result_write(&p, &late, &out);
        assert_int_equal(plan_result_read(&arena, &p, buf_str(&out), &read, &err), STATUS_OK);
        read.claim = late.claim;
        read.bound = late.bound;
        is_as_claimed(&p, &read, seed);
        assert_int_equal(read.routes[0].has_second, late.routes[0].has_second);
        buf_close(&out);
        arena_reset(&arena);
    }
    assert_true(two > 150);
}

static void with_hours(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 200; seed++) {
        struct plan_problem p = draw(seed, 20);
        struct best best = best_of_all(&p, arrive_by_checker);
        struct plan_result result = solve(&p, seed, 500, 1);
        is_as_claimed(&p, &result, seed);
        assert_true(result.claim.profit <= best.profit);
        arena_reset(&arena);
    }
}

static void mended_plans_keep_both(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 200; seed++) {
        struct plan_problem p = draw(seed, 1);
        str text = arena_printf(&arena,
                                "{\"now_s\":%d,\"tasks\":[{\"id\":\"new\",\"site\":\"s1\","
                                "\"open_s\":300,\"close_s\":600,\"dwell_s\":10,\"profit\":50}]}",
                                (int)(100 + seed));
        struct plan_result before = solve(&p, seed, 300, 1);
        struct plan_replan_options how = {.solve = {.seed = seed, .threads = 1, .iterations = 300},
                                          .units_max = 2};
        struct plan_replanned re = mend(&p, &before, text, &how);
        is_as_claimed(&re.problem, &re.result, seed);
        arena_reset(&arena);
    }
}

static void rules_of_breaks(void **state)
{
    static const struct plan_stop stops[] = {{0, 100}};
    struct plan_problem p = draw(2, 1);
    struct plan_check check;
    struct plan_route routes[] = {{.stops = stops, .stop_count = 1, .break_start = 90},
                                  {.break_start = -1}};
    struct plan_result result = {.routes = routes};
    (void)state;
    p.tasks[0] = (struct plan_task){.id = STR("t"),
                                    .site = p.units[0].base,
                                    .open = 0,
                                    .close = 500,
                                    .group = PLAN_NONE,
                                    .unit = PLAN_NONE,
                                    .officers = 1};
    p.units[0] = (struct plan_unit){.id = STR("u"),
                                    .base = p.units[0].base,
                                    .end_site = p.units[0].base,
                                    .end = 600,
                                    .capacity = INT32_MAX,
                                    .officers = 1,
                                    .break_open = 90,
                                    .break_close = 100,
                                    .break_length = 10,
                                    .second_open = 200,
                                    .second_close = 300,
                                    .second_length = 10};
    plan_check(&arena, &p, &result, &check);
    assert_int_equal(check.broken_count, 1);
    assert_string_equal(check.broken[0].rule, "break");
    assert_str(check.broken[0].words, "the unit has 1 of its two breaks");
    routes[0].has_second = true;
    routes[0].second_after = 1;
    routes[0].second_start = 199;
    plan_check(&arena, &p, &result, &check);
    assert_int_equal(check.broken_count, 1);
    routes[0].second_start = 200;
    plan_check(&arena, &p, &result, &check);
    assert_int_equal(check.broken_count, 0);
}

static void breaks_by_table(void **state)
{
    static const char text[] = HEAD SITES_3
        ",\"units\":[{\"id\":\"eight\",\"base\":\"b\",\"start_s\":0,\"end_s\":28800,\"breaks\":"
        "\"table\"},"
        "{\"id\":\"ten\",\"base\":\"b\",\"start_s\":0,\"end_s\":36000,\"breaks\":\"table\"},"
        "{\"id\":\"three\",\"base\":\"b\",\"start_s\":0,\"end_s\":10800,\"breaks\":\"table\"},"
        "{\"id\":\"own\",\"base\":\"b\",\"start_s\":0,\"end_s\":36000,\"breaks\":["
        "{\"open_s\":100,\"close_s\":200,\"length_s\":50},{\"open_s\":0,\"close_s\":900,\"length_"
        "s\":60}]},"
        "{\"id\":\"turned\",\"base\":\"b\",\"start_s\":0,\"end_s\":36000,\"breaks\":["
        "{\"open_s\":100,\"close_s\":200,\"length_s\":50},{\"open_s\":0,\"close_s\":140,\"length_"
        "s\":60}]},"
        "{\"id\":\"three2\",\"base\":\"b\",\"start_s\":0,\"end_s\":36000,\"breaks\":[]}],\"tasks\":"
        "[]}";
    struct plan_problem p;
    struct plan_problem again;
    str refused = {0};
    struct buf out;
    struct error err = {0};
    (void)state;
    assert_int_equal(read_text(text, &p, &refused, &err), STATUS_OK);
    assert_int_equal(p.unit_count, 4);
    assert_true(str_find(refused, STR("'turned'")) < refused.n);
    assert_true(str_find(refused, STR("one or two breaks")) < refused.n);
    assert_int_equal(p.units[0].break_length, 27000); /* 45 minutes of eight hours */
    assert_int_equal(p.units[0].second_length, 0);
    assert_int_equal(p.units[1].break_length, 18000); /* 60 minutes of ten hours, in halves */
    assert_int_equal(p.units[1].second_length, 18000);
    assert_true(p.units[1].break_close <= 6 * 36000 && p.units[1].second_open >= 4 * 36000);
    assert_int_equal(p.units[2].break_length, 0);
    assert_int_equal(p.units[3].second_close, 9000);
    buf_init(&out, 1 << 16);
    plan_problem_write(&p, &out);
    buf_add_byte(&out, '\0');
    assert_int_equal(read_text(out.p, &again, &refused, &err), STATUS_OK);
    assert_int_equal(again.units[1].second_open, p.units[1].second_open);
    assert_int_equal(again.units[0].break_open, p.units[0].break_open);
    buf_close(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(breaks_are_staggered), cmocka_unit_test(both_and_the_best),
        cmocka_unit_test(with_hours),           cmocka_unit_test(mended_plans_keep_both),
        cmocka_unit_test(rules_of_breaks),      cmocka_unit_test(breaks_by_table),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
