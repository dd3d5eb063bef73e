/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: a varied plan keeps every rule and is as good as it says; what is measured over a pool is what
 * can be counted.
 * Method: towns drawn at random, with breaks, locks and hours that are slow; each varied by many seeds
 * and checked. */
#include <stdio.h>

#include "../support/plan_bench.h"
#include "plan/random.h"
#include "plan/vary.h"

enum { SITES = 24, UNITS = 5 };

static const uint16_t slow[PLAN_HOURS] = {1000, 1000, 1000, 1000, 1000, 1000, 1000, 1400,
                                          1600, 1300, 1000, 1000, 1000, 1000, 1000, 1000,
                                          1400, 1500, 1200, 1000, 900,  900,  900,  1000};

static struct plan_problem town(uint64_t seed)
{
    struct random r;
    struct plan_problem p = blank_problem(SITES, SITES * 2, UNITS);
    random_seed(&r, seed);
    p.travel_by = PLAN_SPHERE;
    p.modes[0] = (struct plan_mode){.id = STR("car"),
                                    .kmh = 25,
                                    .factor = 1.35,
                                    .overhead_s = 60,
                                    .paces = seed % 2 == 0 ? slow : NULL};
    for (uint32_t i = 0; i < SITES; i++) {
        p.sites[i].x = -2.3 + random_below(&r, 2000) / 1e4;
        p.sites[i].y = 53.4 + random_below(&r, 1200) / 1e4;
        for (uint32_t k = 0; k < 2; k++) {
            struct plan_task *task = &p.tasks[2 * i + k];
            task->id = arena_printf(&arena, "s%u/%u", i, k + 1);
            task->site = i;
            task->open = 25200 + (int32_t)k * 27000;
            task->close = task->open + 27000 - 900;
            task->dwell = 900;
            task->profit = 1000 + 100 * random_below(&r, 50);
            task->is_mandatory = i % 10 == 0;
        }
    }
    for (uint32_t i = 0; i < UNITS; i++) {
        struct plan_unit *unit = &p.units[i];
        unit->base = unit->end_site = i;
        unit->start = 25200 + (int32_t)(i % 2) * 23400;
        unit->end = unit->start + 28800;
        unit->break_open = unit->start + 10800;
        unit->break_close = unit->start + 18000;
        unit->break_length = i % 3 != 2 ? 2700 : 0;
    }
    return p;
}

static uint32_t moved(const struct plan_problem *p, const struct plan_result *a,
                      const struct plan_result *b)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < p->unit_count; i++) {
        for (uint32_t k = 0; k < a->routes[i].stop_count && k < b->routes[i].stop_count; k++) {
            count += a->routes[i].stops[k].start != b->routes[i].stops[k].start ? 1 : 0;
        }
    }
    return count;
}

static void varied_plans_keep_rules(void **state)
{
    unsigned others = 0;
    (void)state;
    for (uint64_t seed = 1; seed <= 12; seed++) {
        struct plan_problem p = town(seed);
        struct plan_result first = solve(&p, 1, 4000, 1);
        struct plan_check before = keeps_the_rules(&p, &first, seed);
        for (uint64_t k = 1; k <= 4; k++) {
            struct plan_result result;
            struct plan_result again;
            int32_t noise = 0;
            struct plan_vary_options how = {
                .solve = {.seed = k, .threads = 1, .iterations = 800}, .within = 10, .later = 1200};
            plan_vary(&arena, &p, &first, &how, &result, &noise);
            struct plan_check check = keeps_the_rules(&p, &result, seed);
            assert_true(check.unmet <= before.unmet);
            assert_true(check.profit >= before.profit - before.profit / 100);
            assert_int_equal(result.claim.profit, check.profit);
            assert_int_equal(result.claim.travel, check.travel);
            others += noise > 0 ? 1 : 0;
            plan_vary(&arena, &p, &first, &how, &again, &noise);
            assert_int_equal(moved(&p, &result, &again), 0);
        }
        arena_reset(&arena);
    }
    assert_true(others >= 40); /* of 48 */
}

static void later_by_chance(void **state)
{
    uint32_t sum = 0;
    (void)state;
    for (uint64_t seed = 1; seed <= 10; seed++) {
        struct plan_problem p = town(seed);
        struct plan_result late;
        struct plan_result first = solve(&p, 1, 500, 1);
        for (uint64_t k = 1; k <= 10; k++) {
            plan_delay(&arena, &p, &first, k, 900, &late);
            struct plan_check check = keeps_the_rules(&p, &late, seed);
            assert_int_equal(check.travel, late.claim.travel);
            for (uint32_t i = 0; i < p.unit_count; i++) {
                for (uint32_t m = 0; m < first.routes[i].stop_count; m++) {
                    assert_true(late.routes[i].stops[m].start >= first.routes[i].stops[m].start);
                }
            }
            sum += moved(&p, &first, &late);
        }
        /* what was begun, or is held, is not played with */
        struct plan_lock lock = {first.routes[0].stops[0].task, first.routes[0].stops[0].start};
        p.units[0].locks = &lock;
        p.units[0].lock_count = 1;
        plan_delay(&arena, &p, &first, 3, 900, &late);
        assert_ptr_equal(late.routes[0].stops, first.routes[0].stops);
        arena_reset(&arena);
    }
    assert_true(sum > 500);
}

static void shares_are_counted(void **state)
{
    static const struct plan_stop a[] = {{0, 25200}, {1, 61200}}; /* 07:00, 17:00 */
    static const struct plan_stop b[] = {{0, 25300},
                                         {2, 30600}}; /* 07:01:40 (two quarters), 08:30 */
    struct plan_problem p = town(1);
    struct plan_route x[UNITS] = {{.stops = a, .stop_count = 2, .break_start = -1}};
    struct plan_route y[UNITS] = {{.stops = b, .stop_count = 2, .break_start = -1}};
    struct plan_result one = {.routes = x};
    struct plan_result two = {.routes = y};
    const struct plan_result *pool[] = {&one, &two, &two, &two};
    struct plan_chance chance;
    struct buf out;
    (void)state;
    plan_chance_make(&arena, &p, pool, 4, &chance);
    assert_int_equal(chance.from, 25200);
    assert_int_equal(chance.slot_count, 60);
    assert_int_equal(chance.permille[0], 1000);
    assert_int_equal(chance.permille[1], 750);
    assert_int_equal(chance.permille[40], 250);
    assert_int_equal(chance.permille[60 + 6], 750); /* of site 1 from 08:30 on */
    assert_int_equal(chance.permille[60 + 7], 0);
    assert_int_equal(chance.site_count, 2);
    assert_int_equal(chance.known_count, 1);
    assert_int_equal(chance.sites[0].site, 0);
    assert_int_equal(chance.sites[0].visits, 5);
    assert_int_equal(chance.sites[0].most, 1000);
    assert_int_equal(chance.sites[1].entropy_milli, 0); /* one time only */
    /* shares 4/8, 3/8, 1/8: 1.4056 bits; of 60 quarter-hours 5.907 */
    assert_int_equal(chance.sites[0].entropy_milli, 1406);
    assert_int_equal(chance.sites[0].spread_milli, 238);
    buf_init(&out, 1 << 20);
    plan_chance_add_csv(&p, &chance, &out);
    assert_true(str_find(buf_str(&out), STR("s0,26100,07:15,0.75\n")) < out.n);
    buf_close(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(varied_plans_keep_rules),
        cmocka_unit_test(later_by_chance),
        cmocka_unit_test(shares_are_counted),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
