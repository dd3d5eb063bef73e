/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: "at least" is never more than what is needed, "at most" is a plan that reaches the goal.
 * Method: small problems drawn at random; the least number of further units is found by an exhaustive
 * search that shares no code with the planner, and must lie within the interval. */
#include <stdio.h>

#include "../support/plan_orders.h"
#include "plan/more.h"
#include "plan/random.h"

enum { TASKS = 5, SITES = 4, FURTHER = 3 };

/* One kind of unit is there once, so that further ones are as it is. */
static struct plan_problem draw(uint64_t seed)
{
    struct random r;
    struct plan_problem p = blank_problem(SITES, TASKS, 1);
    random_seed(&r, seed);
    p.travel_by = PLAN_EUCLID;
    p.groups = ARENA_ARRAY(&arena, struct plan_group, 1);
    p.skill_count = 1;
    p.skills[0] = STR("welsh");
    p.group_count = 1;
    p.groups[0] = (struct plan_group){.weight_count = 3, .weights = {1000, 600, 200}};
    for (uint32_t i = 0; i < SITES; i++) {
        p.sites[i].x = random_below(&r, 400);
        p.sites[i].y = random_below(&r, 400);
    }
    for (uint32_t i = 0; i < TASKS; i++) {
        struct plan_task *task = &p.tasks[i];
        task->open = (int32_t)random_below(&r, 3000);
        task->site = random_below(&r, SITES);
        task->close = task->open + (int32_t)random_below(&r, 2500);
        task->dwell = 400 + (int32_t)random_below(&r, 1500);
        task->profit = 1000 * (1 + random_below(&r, 20));
        task->skills = random_below(&r, 4) == 0 ? 1 : 0;
        task->is_mandatory = random_below(&r, 2) == 0;
        if (i < 3 && seed % 2 == 0) {
            task->group = 0;
            task->profit = 9000;
            task->site = p.tasks[0].site;
        }
    }
    p.units[0].base = p.units[0].end_site = random_below(&r, SITES);
    p.units[0].end = 4000 + (int32_t)random_below(&r, 3000);
    p.units[0].skills = 1;
    if (seed % 3 == 0) {
        p.units[0].break_open = 1000;
        p.units[0].break_close = 3000;
        p.units[0].break_length = 300;
    }
    return p;
}

/* ---- which sets of tasks one unit can serve, by trying every order ---- */

static int64_t arrive(const struct plan_problem *p, const struct here *here, uint32_t to)
{
    return here->at + straight_way(p, here->site, to);
}

static void note_set(void *context, uint32_t used)
{
    bool *can = context;
    can[used] = true;
}

static bool is_met(const struct plan_problem *p, const struct plan_goal *goal, uint32_t used,
                   int64_t profit_goal)
{
    for (uint32_t i = 0; i < TASKS; i++) {
        bool is_served = (used >> i & 1) != 0;
        bool is_asked = (goal->kind == PLAN_GOAL_MANDATORY && p->tasks[i].is_mandatory) ||
                        (goal->kind == PLAN_GOAL_SITE && p->tasks[i].site == goal->index) ||
                        (goal->kind == PLAN_GOAL_TASK && i == goal->index);
        if (is_asked && !is_served) {
            return false;
        }
    }
    return profit_of(p, used) >= profit_goal;
}

/* The least number of units like the one, this one included; 0 = FURTHER more do not do it. */
static uint32_t least_units(const struct plan_problem *p, const struct plan_goal *goal,
                            int64_t profit_goal)
{
    bool can[1 << TASKS] = {false};
    bool now[1 << TASKS] = {false};
    struct orders orders = {.p = p, .arrive = arrive, .take = note_set, .context = can};
    try_orders(&orders);
    now[0] = true;
    for (uint32_t units = 1; units <= 1 + FURTHER; units++) {
        bool next[1 << TASKS] = {false};
        for (uint32_t a = 0; a < 1 << TASKS; a++) {
            for (uint32_t b = 0; now[a] && b < 1 << TASKS; b++) {
                next[a | b] = next[a | b] || (can[b] && (a & b) == 0);
            }
        }
        for (uint32_t a = 0; a < 1 << TASKS; a++) {
            if (next[a] && is_met(p, goal, a, profit_goal)) {
                return units;
            }
            now[a] = next[a];
        }
    }
    return 0;
}

static struct plan_more ask(const struct plan_problem *p, const struct plan_goal *goal,
                            uint64_t seed, int64_t iterations)
{
    struct plan_more more;
    struct plan_more_options options = {
        .solve = {.seed = seed, .threads = 1, .iterations = iterations}, .like = PLAN_NONE};
    plan_more(&arena, p, goal, &options, &more);
    return more;
}

static void the_plan_reaches_it(const struct plan_problem *p, const struct plan_goal *goal,
                                const struct plan_more *more, uint64_t seed)
{
    uint32_t used = 0;
    keeps_the_rules(&more->problem, &more->result, seed);
    for (uint32_t i = 0; i < more->problem.unit_count; i++) {
        for (uint32_t k = 0; k < more->result.routes[i].stop_count; k++) {
            used |= 1U << more->result.routes[i].stops[k].task;
        }
    }
    assert_true(is_met(p, goal, used, more->profit_goal));
}

static void within_the_interval(void **state)
{
    unsigned proved = 0;
    unsigned exact = 0;
    unsigned met = 0;
    (void)state;
    for (uint64_t seed = 1; seed <= 400; seed++) {
        struct plan_problem p = draw(seed);
        static const enum plan_goal_kind kinds[] = {PLAN_GOAL_COVER, PLAN_GOAL_MANDATORY,
                                                    PLAN_GOAL_SITE, PLAN_GOAL_COVER};
        struct plan_goal goal = {.kind = kinds[seed % 4]};
        goal.permille = seed % 4 == 0 ? 1000 : 700;
        goal.index = goal.kind == PLAN_GOAL_SITE ? p.tasks[4].site : 0;
        struct plan_more more = ask(&p, &goal, seed, 400);
        uint32_t least = least_units(&p, &goal, more.profit_goal);
        if (least == 0) { /* more than three, or never */
            assert_false(more.has_high && more.high <= FURTHER);
            arena_reset(&arena);
            continue;
        }
        if (!more.is_possible || more.low.units > least - 1 ||
            (more.has_high && more.high < least - 1)) {
            fail_msg("seed %llu: %u further units are needed; it says %u to %u%s",
                     (unsigned long long)seed, least - 1, more.low.units, more.high,
                     more.is_possible ? "" : ", and never");
        }
        if (more.has_high) {
            the_plan_reaches_it(&p, &goal, &more, seed);
            /* other tasks that must be done come first, so it may be more for other goals */
            met += goal.kind == PLAN_GOAL_MANDATORY ? 1 : 0;
            exact += goal.kind == PLAN_GOAL_MANDATORY && more.high == least - 1 ? 1 : 0;
        }
        proved += more.low.units > 0 ? 1 : 0;
        arena_reset(&arena);
    }
    assert_true(met > 70);               /* a plan is found */
    assert_true(exact * 50 >= met * 49); /* and hardly ever one too many */
    assert_true(proved > 40);            /* proofs are not all "at least none" */
}

static void the_curve_rises(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        struct plan_problem p = draw(seed);
        struct plan_goal goal = {.kind = PLAN_GOAL_COVER, .permille = 900};
        struct plan_more more = ask(&p, &goal, seed, 200);
        assert_int_equal(more.point_count, PLAN_MORE_POINTS);
        assert_int_equal(more.points[0].units, 0);
        for (uint32_t i = 1; i < more.point_count; i++) {
            assert_true(more.points[i].units > more.points[i - 1].units);
            assert_true(more.points[i].unmet <= more.points[i - 1].unmet);
            assert_true(more.points[i].unmet < more.points[i - 1].unmet ||
                        more.points[i].profit >= more.points[i - 1].profit);
            assert_true(more.points[i].paid > more.points[i - 1].paid);
        }
        struct plan_more again = ask(&p, &goal, seed, 200);
        assert_memory_equal(more.points, again.points, sizeof more.points);
        arena_reset(&arena);
    }
}

/* As an account has it: until then, with the officers that it had. */
static void who_dropped_out_is_paid(void **state)
{
    struct plan_problem p = blank_problem(2, 1, 2);
    struct plan_goal goal = {.kind = PLAN_GOAL_MANDATORY};
    (void)state;
    p.travel_by = PLAN_EUCLID;
    p.units[0].start = 600;
    p.units[0].brief = 600;
    p.units[0].end = 7200;
    p.units[0].officers = 2;
    p.units[1] = p.units[0];
    p.units[1].id = STR("gone");
    p.units[1].officers = 0;
    p.units[1].out_officers = 3;
    p.units[1].out = 3600;
    struct plan_more more = ask(&p, &goal, 1, 10);
    assert_int_equal(more.points[0].units, 0);
    assert_int_equal(more.points[0].paid, 2 * 7200 + 3 * 3600);
    arena_reset(&arena);
}

/* Five posts at once and one unit: the cover of quarter-hours says four more. */
static void posts_are_proved(void **state)
{
    static const char text[] =
        HEAD SITES_3 ",\"units\":[{\"id\":1,\"base\":\"b\",\"start_s\":0,\"end_s\":40000}],"
                     "\"posts\":[{\"id\":\"p\",\"site\":\"z\",\"from_s\":9000,\"to_s\":16200,"
                     "\"officers\":5}]}";
    struct error err = {0};
    struct plan_goal goal;
    (void)state;
    struct plan_problem p = read_whole(text);
    assert_int_equal(plan_goal_parse(&p, STR("mandatory"), &goal, &err), STATUS_OK);
    struct plan_more more = ask(&p, &goal, 1, 200);
    assert_int_equal(more.low.units, 4);
    assert_true(more.has_high);
    assert_int_equal(more.high, 4);
    assert_string_equal(more.binding, "hour");
    /* one officer and a pair are there: another pair is enough, or two single ones */
    static const char mixed[] =
        HEAD SITES_3 ",\"units\":[{\"id\":1,\"base\":\"b\",\"start_s\":0,\"end_s\":40000},"
                     "{\"id\":2,\"base\":\"b\",\"start_s\":0,\"end_s\":40000,\"officers\":2}],"
                     "\"posts\":[{\"id\":\"p\",\"site\":\"z\",\"from_s\":9000,\"to_s\":16200,"
                     "\"officers\":5}]}";
    p = read_whole(mixed);
    assert_int_equal(plan_goal_parse(&p, STR("mandatory"), &goal, &err), STATUS_OK);
    more = ask(&p, &goal, 1, 200);
    assert_int_equal(more.low.units, 1);
    assert_true(more.has_high);
    assert_true(more.high == 1 || more.high == 2);
    assert_int_equal(more.high_officers, 2);
}

/* Ten hours of work in two hours of the morning and as much at night, and two units in each; a crowd at noon that
 * has nothing to do. No span of hours proves anything of 70 %: without noon it lacks nothing, and with it there is
 * room. Together morning and night lack six hours, and a unit has two. */
static void morning_and_night_lack_together(void **state)
{
    struct error err = {0};
    struct plan_goal goal;
    (void)state;
    struct plan_problem p = blank_problem(1, 20, 24);
    for (uint32_t i = 0; i < p.task_count; i++) {
        p.tasks[i].open = i % 2 == 0 ? 21600 : 72000;
        p.tasks[i].close = p.tasks[i].open + 3600;
        p.tasks[i].dwell = 3600;
        p.tasks[i].profit = 1000;
    }
    for (uint32_t i = 0; i < p.unit_count; i++) {
        p.units[i].start = i < 2 ? 21600 : i < 4 ? 72000 : 43200;
        p.units[i].end = p.units[i].start + 7200;
        p.units[i].officers = i < 4 ? 2 : 1;
    }
    assert_int_equal(plan_goal_parse(&p, STR("70%"), &goal, &err), STATUS_OK);
    struct plan_more more = ask(&p, &goal, 1, 300);
    assert_true(more.low.is_priced);
    assert_int_equal(more.low.units, 3);
    assert_int_equal(more.low.officers, 6);
    assert_true(more.low.most >= 12000 && more.low.most < 14000);
    assert_true(more.has_high);
    assert_int_equal(more.high, 3);
}

/* Further units may be of a kind that is not there, and the goal an area: the only unit goes home before the
 * South opens, so no more like it will do, and two of a later shift are too few by none. */
static void another_kind_and_an_area(void **state)
{
    static const char text[] =
        HEAD "\"sites\":[{\"id\":\"b\",\"x\":0,\"y\":0,\"area\":\"North\"},"
             "{\"id\":\"s\",\"x\":3,\"y\":4,\"area\":\"South\"},"
             "{\"id\":\"z\",\"x\":0,\"y\":10,\"area\":\"South\"}],"
             "\"units\":[{\"id\":1,\"base\":\"b\",\"start_s\":0,\"end_s\":9000}],"
             "\"tasks\":[{\"id\":\"x\",\"site\":\"s\",\"open_s\":10000,\"close_s\":10000,"
             "\"dwell_s\":600,\"profit\":1},{\"id\":\"y\",\"site\":\"z\",\"open_s\":10000,"
             "\"close_s\":10000,\"dwell_s\":600,\"profit\":1},{\"id\":\"n\",\"site\":\"b\","
             "\"open_s\":0,\"close_s\":100,\"dwell_s\":600,\"profit\":1}]}";
    struct error err = {0};
    struct plan_goal goal;
    struct plan_more more;
    struct plan_problem p = read_whole(text);
    struct plan_unit model = p.units[0];
    struct plan_more_options options = {.solve = {.seed = 1, .threads = 1, .iterations = 200},
                                        .like = PLAN_NONE};
    (void)state;
    assert_int_equal(plan_goal_parse(&p, STR("area:East"), &goal, &err), STATUS_INVALID);
    assert_int_equal(plan_goal_parse(&p, STR("area:South"), &goal, &err), STATUS_OK);
    assert_int_equal(goal.kind, PLAN_GOAL_AREA);
    plan_more(&arena, &p, &goal, &options, &more);
    assert_int_equal(more.goal_count, 2);
    assert_false(more.is_possible);
    model.id = STR("new");
    model.start = 90000;
    model.end = 200000;
    options.model = &model;
    plan_more(&arena, &p, &goal, &options, &more);
    assert_true(more.is_possible && more.has_high);
    assert_int_equal(more.low.units, 2);
    assert_int_equal(more.high, 2);
    assert_str(more.problem.units[1].id, "new+1");
}

/* A week in hundredths of a second, the highest profits, and nobody there who could gain any of it: the price of
 * all that time is more than a number holds. One further unit does it all, so no proof may ask for two. */
static void prices_without_anybody(void **state)
{
    struct error err = {0};
    struct plan_goal goal;
    struct plan_more more;
    struct plan_problem p = blank_problem(1, 200, 1);
    (void)state;
    p.ticks_per_s = 100;
    for (uint32_t i = 0; i < p.task_count; i++) {
        p.tasks[i].open = p.tasks[i].close = (int32_t)(10000000 + i * 1900000);
        p.tasks[i].dwell = 1500000;
        p.tasks[i].profit = PLAN_PROFIT_MAX;
    }
    p.units[0].end = 1000;
    struct plan_unit model = p.units[0];
    model.id = STR("new");
    model.start = 5000000;
    model.end = PLAN_TICKS_MAX;
    struct plan_more_options options = {
        .solve = {.seed = 1, .threads = 1, .iterations = 200}, .like = PLAN_NONE, .model = &model};
    assert_int_equal(plan_goal_parse(&p, STR("100%"), &goal, &err), STATUS_OK);
    plan_more(&arena, &p, &goal, &options, &more);
    assert_true(more.has_high);
    assert_int_equal(more.high, 1);
    assert_int_equal(more.low.units, 1);
}

/* Nobody has the skill: no number of such units will do, and it says so. */
static void never_is_said(void **state)
{
    struct plan_problem p = draw(5);
    struct plan_goal goal = {.kind = PLAN_GOAL_TASK, .index = 2};
    struct error err = {0};
    (void)state;
    p.tasks[2].skills = 2;
    p.skills[1] = STR("bengali");
    p.skill_count = 2;
    struct plan_more more = ask(&p, &goal, 1, 50);
    assert_false(more.is_possible);
    assert_false(more.has_high);
    assert_string_equal(more.binding, "never");
    assert_true(str_find(more.why_not, STR("bengali")) < more.why_not.n);
    assert_int_equal(plan_goal_parse(&p, STR("t2"), &goal, &err), STATUS_OK);
    assert_int_equal(goal.kind, PLAN_GOAL_TASK);
    assert_int_equal(plan_goal_parse(&p, STR("92.5%"), &goal, &err), STATUS_OK);
    assert_int_equal(goal.permille, 925);
    assert_int_equal(plan_goal_parse(&p, STR("0%"), &goal, &err), STATUS_INVALID);
    assert_int_equal(plan_goal_parse(&p, STR("100.1%"), &goal, &err), STATUS_INVALID);
    assert_int_equal(plan_goal_parse(&p, STR(""), &goal, &err), STATUS_INVALID);
    p.sites[1].id = STR("t2");
    assert_int_equal(plan_goal_parse(&p, STR("t2"), &goal, &err), STATUS_INVALID);
    assert_int_equal(plan_goal_parse(&p, STR("site:t2"), &goal, &err), STATUS_OK);
    assert_int_equal(goal.index, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(within_the_interval),
        cmocka_unit_test(the_curve_rises),
        cmocka_unit_test(morning_and_night_lack_together),
        cmocka_unit_test(who_dropped_out_is_paid),
        cmocka_unit_test(posts_are_proved),
        cmocka_unit_test(another_kind_and_an_area),
        cmocka_unit_test(prices_without_anybody),
        cmocka_unit_test(never_is_said),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
