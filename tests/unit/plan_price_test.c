/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: tracks that are found by prices can be driven, are worth what was asked for, and the best is
 * among them; what is put together from them is as good as it says.
 * Method: small problems and prices drawn at random beside a search of all orders that is written here
 * anew; larger ones of equal units through the checker, among them some with tasks that the units
 * may not serve. */
#include "../support/plan_bench.h"
#include "plan/price.h"
#include "plan/random.h"
#include "plan/search.h"

static struct plan_problem draw(uint32_t tasks, uint32_t units, uint64_t seed)
{
    struct random r;
    struct plan_problem p = blank_problem(tasks + 1, tasks, units);
    random_seed(&r, seed);
    p.travel_by = PLAN_EUCLID;
    p.skill_count = 1;
    p.skills[0] = STR("armed");
    for (uint32_t i = 0; i <= tasks; i++) {
        p.sites[i].x = random_below(&r, 60);
        p.sites[i].y = random_below(&r, 60);
    }
    for (uint32_t i = 0; i < tasks; i++) {
        struct plan_task *task = &p.tasks[i];
        task->site = i + 1;
        task->open = (int32_t)random_below(&r, 150);
        task->close = task->open + (int32_t)random_below(&r, 120);
        task->dwell = (int32_t)random_below(&r, 20);
        task->load = (int32_t)random_below(&r, 3);
        task->profit = 1000 * (1 + random_below(&r, 20));
        task->skills = i % 9 == 8 ? 1 : 0; /* nobody has it */
    }
    for (uint32_t i = 0; i < units; i++) {
        struct plan_unit *unit = &p.units[i];
        unit->start = 10;
        unit->end = 250;
        unit->free = seed % 3 == 0 ? 30 : 0;
        unit->capacity = seed % 2 == 0 ? INT32_MAX : 6;
    }
    return p;
}

/* What a track is worth after prices; INT64_MIN when it cannot be driven. */
static int64_t worth(const struct plan_problem *p, const int64_t *prices, const uint16_t *tasks,
                     uint32_t len)
{
    const struct plan_unit *unit = &p->units[0];
    struct net net;
    net_make_points(&arena, p, &net);
    int64_t at = unit->start > unit->free ? unit->start : unit->free;
    int64_t value = 0;
    int64_t load = 0;
    uint32_t site = unit->base;
    for (uint32_t i = 0; i < len; i++) {
        const struct plan_task *task = &p->tasks[tasks[i]];
        at += net_compute_way(&net, 0, site, task->site);
        at = at > task->open ? at : task->open;
        load += task->load;
        if (at > task->close || load > unit->capacity || task->skills != 0) {
            return INT64_MIN;
        }
        at += task->dwell;
        site = task->site;
        value += (int64_t)((uint64_t)task->profit << NET_PROFIT_SHIFT) - prices[tasks[i]];
    }
    return at + net_compute_way(&net, 0, site, unit->end_site) <= unit->end ? value : INT64_MIN;
}

/* The most that a track is worth which begins with these. */
static int64_t most(const struct plan_problem *p, const int64_t *prices, uint16_t *tasks,
                    uint32_t len)
{
    int64_t best = len == 0 ? 0 : worth(p, prices, tasks, len);
    if (best == INT64_MIN) {
        return best; /* whatever comes after, these cannot be driven */
    }
    for (uint16_t i = 0; i < p->task_count; i++) {
        bool is_in = false;
        for (uint32_t k = 0; k < len; k++) {
            is_in = is_in || tasks[k] == i;
        }
        if (!is_in) {
            tasks[len] = i;
            int64_t value = most(p, prices, tasks, len + 1);
            best = value > best ? value : best;
        }
    }
    return best;
}

static void the_best_is_found(void **state)
{
    unsigned found_some = 0;
    (void)state;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        struct plan_problem p = draw(9, 1, seed);
        struct random r;
        struct net net;
        int64_t prices[9];
        uint16_t tasks[PRICED_STOPS];
        int64_t work = 0;
        random_seed(&r, seed);
        for (uint32_t i = 0; i < 9; i++) {
            prices[i] = (int64_t)random_below(&r, 12000) << NET_PROFIT_SHIFT;
        }
        net_make(&arena, &p, &net);
        struct pricer *pricer = pricer_make(&arena, &net);
        assert_non_null(pricer);
        int64_t best = most(&p, prices, tasks, 0);
        uint32_t count = pricer_run(pricer, prices, best / 2, 16, &work);
        int64_t top = 0;
        for (uint32_t i = 0; i < count; i++) {
            uint32_t len = pricer_track(pricer, i, tasks);
            int64_t value = worth(&p, prices, tasks, len);
            assert_true(value > best / 2);
            top = value > top ? value : top;
        }
        assert_int_equal(top, best > 0 ? best : 0);
        assert_int_equal(pricer_run(pricer, prices, best, 16, &work), 0);
        found_some += count > 1 ? 1 : 0;
        arena_reset(&arena);
    }
    assert_true(found_some > 40);
}

static void who_has_a_break_has_no_prices(void **state)
{
    struct net net;
    (void)state;
    struct plan_problem p = draw(9, 1, 1);
    p.units[0].break_length = 5;
    net_make(&arena, &p, &net);
    assert_null(pricer_make(&arena, &net));
    p.units[0].break_length = 0;
    p.units[0].free = p.units[0].end; /* no time is left */
    net_make(&arena, &p, &net);
    assert_null(pricer_make(&arena, &net));
}

static void put_together(void **state)
{
    unsigned better = 0;
    (void)state;
    for (uint64_t seed = 1; seed <= 12; seed++) {
        struct plan_problem p = draw(90, 1 + (uint32_t)seed % 4, seed);
        struct net net;
        struct search_tables tables;
        struct search search;
        struct plan_check check;
        net_make(&arena, &p, &net);
        search_tables_make(&arena, &net, &tables);
        search_make(&arena, &net, &tables, seed, &search);
        search_construct(&search);
        search_run(&search, 100, HEAT_LEVELS / 2, HEAT_LEVELS);
        int64_t before = search.best_value;
        assert_int_equal(search_recombine(&search, 10, false), 0); /* too little time for prices */
        int64_t joined = search.best_value;
        assert_true(search_recombine(&search, 20000, false) > 0);
        assert_true(joined >= before && search.best_value >= joined);
        better += search.best_value > joined ? 1 : 0;
        search_take_best(&search);
        struct plan_route *routes = ARENA_ARRAY(&arena, struct plan_route, p.unit_count);
        for (uint32_t i = 0; i < p.unit_count; i++) {
            routes[i] = plan_route_of(&arena, &net, &search.now.all[i]);
        }
        struct plan_result result = {
            .routes = routes,
            .claim = {.profit = search.best_value >> NET_PROFIT_SHIFT, .travel = search.now.way}};
        plan_check(&arena, &p, &result, &check);
        assert_int_equal(check.broken_count, 0);
        assert_int_equal(check.profit, result.claim.profit);
        arena_reset(&arena);
    }
    assert_true(better >= 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_best_is_found),
        cmocka_unit_test(who_has_a_break_has_no_prices),
        cmocka_unit_test(put_together),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
