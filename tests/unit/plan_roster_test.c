/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: every roster that is made keeps the rules that are on; the checker sees each broken one.
 * Method: random wants with every set of rules, through the checker; a good roster, spoilt in one way
 * at a time; the cheapest of a case that is small enough to be known. */
#include "plan/roster.h"

#include "../support/cm.h"

enum { SITES = 4 };

static uint32_t next(uint32_t *state, uint32_t below)
{
    *state = *state * 1664525u + 1013904223u;
    return (*state >> 8) % below;
}

struct world {
    struct arena arena;
    struct plan_site sites[SITES];
    struct plan_presence presence[8];
    struct plan_task tasks[4];
    struct plan_problem problem;
    struct roster_policy policy;
    struct roster roster;
    struct roster_verdict verdict;
};

static void world_open(struct world *world)
{
    arena_init(&world->arena, 512 << 20);
    world->policy = roster_policy_default();
    world->problem = (struct plan_problem){.ticks_per_s = 1,
                                           .travel_by = PLAN_PLANE,
                                           .mode_count = 1,
                                           .site_count = SITES,
                                           .sites = world->sites,
                                           .tasks = world->tasks,
                                           .presence = world->presence};
    world->problem.modes[0] = (struct plan_mode){.id = STR("car"), .kmh = 36, .factor = 1};
    for (uint32_t i = 0; i < SITES; i++) {
        world->sites[i] =
            (struct plan_site){.id = arena_printf(&world->arena, "s%u", i), .x = i * 4000.0};
    }
}

static void judge(struct world *world)
{
    roster_check(&world->arena, &world->problem, &world->policy, world->roster.shifts,
                 world->roster.shift_count, &world->verdict);
}

static void test_every_roster_keeps_the_rules(void **state)
{
    uint32_t seed = 7;
    (void)state;
    for (unsigned rules = 0; rules < 1U << ROSTER_RULES; rules++) {
        struct world *world = test_calloc(1, sizeof *world);
        struct error err = {0};
        world_open(world);
        for (unsigned i = 0; i < ROSTER_RULES; i++) {
            world->policy.is_on[i] = (rules >> i & 1) != 0;
        }
        world->policy.brief_s = (int32_t)next(&seed, 3) * 900;
        for (uint32_t i = 0; i < 6; i++) {
            int32_t from = (int32_t)next(&seed, 90000);
            world->presence[i] =
                (struct plan_presence){.base = next(&seed, 2),
                                       .from = from,
                                       .to = from + 3000 + (int32_t)next(&seed, 50000),
                                       .officers = (int32_t)next(&seed, 5)};
        }
        world->problem.presence_count = 6;
        for (uint32_t i = 0; i < 4; i++) {
            int32_t at = 20000 + (int32_t)next(&seed, 60000);
            world->tasks[i] = (struct plan_task){.site = 2 + next(&seed, 2),
                                                 .open = at,
                                                 .close = at + (i == 3 ? 1 : 0),
                                                 .dwell = 7205,
                                                 .officers = 2,
                                                 .is_mandatory = true};
        }
        world->problem.task_count = 4;
        assert_int_equal(
            roster_make(&world->arena, &world->problem, &world->policy, &world->roster, &err),
            STATUS_OK);
        judge(world);
        if (world->verdict.broken_count > 0) {
            print_error("%u %u %s: %.*s\n", rules, world->roster.missing_count,
                        world->verdict.broken[0].rule, STR_ARG(world->verdict.broken[0].words));
        }
        assert_int_equal(world->verdict.broken_count, 0);
        assert_int_equal(world->roster.missing_count, 0);
        assert_int_equal(world->verdict.cost, world->roster.cost);
        assert_true(world->roster.bound <= world->roster.cost);
        arena_close(&world->arena);
        test_free(world);
    }
}

/* Two officers from 07:00 to 22:00 with breaks of 45 and 60 minutes: the least is not to be beaten by
 * hand. */
static void make_day(struct world *world)
{
    struct error err = {0};
    world_open(world);
    world->presence[0] = (struct plan_presence){.from = 25200, .to = 79200, .officers = 2};
    world->problem.presence_count = 1;
    assert_int_equal(
        roster_make(&world->arena, &world->problem, &world->policy, &world->roster, &err),
        STATUS_OK);
    judge(world);
    assert_int_equal(world->verdict.broken_count, 0);
}

static void test_cost(void **state)
{
    struct world *world = test_calloc(1, sizeof *world);
    struct error err = {0};
    (void)state;
    make_day(world);
    assert_true(world->roster.is_optimal);
    /* By hand: a pair for ten hours from 07:00 and one for nine until 22:00, whose breaks (13:30 to
     * 14:30, 16:00 to 16:50) fall where both are there; two pairs with less hours cannot do that. */
    assert_int_equal(world->roster.cost, world->verdict.cost);
    assert_int_equal(world->roster.cost, 2 * (600 + 540));
    world->policy.pence_per_hour = 2000;
    struct roster paid;
    assert_int_equal(roster_make(&world->arena, &world->problem, &world->policy, &paid, &err),
                     STATUS_OK);
    assert_int_equal(paid.cost * 3, world->roster.cost * 100);
    world->policy.is_on[ROSTER_BREAKS] = world->policy.is_on[ROSTER_PAIRS] = false;
    world->policy.pence_per_hour = 0;
    world->presence[0].to = 25200 + 16 * 3600;
    /* Two shifts of eight hours, twice: nothing is lost. */
    assert_int_equal(
        roster_make(&world->arena, &world->problem, &world->policy, &world->roster, &err),
        STATUS_OK);
    assert_int_equal(world->roster.cost, 2 * 16 * 60);
    arena_close(&world->arena);
    test_free(world);
}

static void expect_broken(struct world *world, const char *rule)
{
    bool is_found = false;
    judge(world);
    for (size_t i = 0; i < world->verdict.broken_count && i < ROSTER_BROKEN_SHOWN; i++) {
        is_found = is_found || strcmp(world->verdict.broken[i].rule, rule) == 0;
    }
    if (!is_found) {
        print_error("'%s' was not seen\n", rule);
    }
    assert_true(is_found);
}

static void test_each_broken_rule_is_named(void **state)
{
    struct world *world = test_calloc(1, sizeof *world);
    (void)state;
    make_day(world);
    struct roster_shift good = world->roster.shifts[0];
    struct roster_shift *one = &world->roster.shifts[0];
    uint32_t count = world->roster.shift_count;
    one->break_to -= 300;
    expect_broken(world, "breaks");
    *one = good;
    one->break_from = one->end - 600;
    one->break_to = one->break_from + 3600;
    expect_broken(world, "breaks");
    *one = good;
    one->end += 5 * 3600;
    expect_broken(world, "hours");
    expect_broken(world, "pairs");
    *one = good;
    one->end = one->start;
    expect_broken(world, "shift");
    *one = good;
    world->roster.shift_count = count - 2;
    expect_broken(world, "cover");
    world->roster.shift_count = count;
    /* The same officer again, at once and ten hours later. */
    world->roster.shifts[count] = good;
    world->roster.shift_count = count + 1;
    expect_broken(world, "overlap");
    int32_t later = good.end - good.start + 10 * 3600;
    world->roster.shifts[count].start += later;
    world->roster.shifts[count].end += later;
    world->roster.shifts[count].break_from += later;
    world->roster.shifts[count].break_to += later;
    expect_broken(world, "rest");
    world->policy.is_on[ROSTER_REST] = world->policy.is_on[ROSTER_PAIRS] = false;
    judge(world);
    assert_int_equal(world->verdict.broken_count, 0);
    arena_close(&world->arena);
    test_free(world);
}

static void test_what_cannot_be(void **state)
{
    struct world *world = test_calloc(1, sizeof *world);
    struct error err = {0};
    (void)state;
    world_open(world);
    assert_int_equal(
        roster_make(&world->arena, &world->problem, &world->policy, &world->roster, &err),
        STATUS_INVALID);
    assert_non_null(strstr(err.primary, "nobody is wanted"));
    world->presence[0] = (struct plan_presence){.from = 0, .to = 49 * 3600, .officers = 1};
    world->problem.presence_count = 1;
    assert_int_equal(
        roster_make(&world->arena, &world->problem, &world->policy, &world->roster, &err),
        STATUS_LIMIT);
    world->presence[0].to = 3600;
    world->policy.duty_max_s = 7 * 3600;
    assert_int_equal(
        roster_make(&world->arena, &world->problem, &world->policy, &world->roster, &err),
        STATUS_INVALID);
    world->policy.duty_max_s = 12 * 3600;
    world->policy.travel_s = 6 * 3600;
    assert_int_equal(
        roster_make(&world->arena, &world->problem, &world->policy, &world->roster, &err),
        STATUS_INVALID);
    arena_close(&world->arena);
    test_free(world);
}

static void test_breaks_by_length(void **state)
{
    static const int32_t table[][2] = {{359, 30}, {360, 35}, {419, 35}, {420, 40}, {480, 45},
                                       {540, 50}, {599, 50}, {600, 60}, {900, 60}};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        assert_int_equal(roster_break_s(table[i][0] * 60), table[i][1] * 60);
    }
}

/* Other hours: the break of the middle is in the middle again, in seconds and in ticks, or gone; others move along
 * and stay within the duty, or say that they do not. */
static void test_breaks_follow_the_hours(void **state)
{
    const struct roster_hours was = {0, 40000};
    const struct roster_hours now = {3600, 38200};
    (void)state;
    for (int32_t per_s = 1; per_s <= 10; per_s += 9) {
        struct roster_pause pause = roster_middle_break(was.start, was.end);
        struct roster_pause moved = {pause.open * per_s, pause.close * per_s, pause.length * per_s};
        struct roster_hours before = {was.start * per_s, was.end * per_s};
        struct roster_hours after = {now.start * per_s, now.end * per_s};
        assert_true(roster_is_middle(moved, before, per_s));
        assert_true(roster_move_breaks(&moved, 1, before, after, per_s));
        assert_true(roster_is_middle(moved, after, per_s));
        assert_int_equal(moved.length, roster_middle_break(3600, 38200).length * per_s);
        assert_true(
            roster_move_breaks(&moved, 1, after, (struct roster_hours){0, 9000 * per_s}, per_s));
        assert_int_equal(moved.length, 0);
    }
    struct roster_pause own[2] = {{10000, 12000, 900}, {20000, 39000, 1800}};
    assert_true(roster_move_breaks(own, 2, was, now, 1));
    assert_int_equal(own[0].open, 13600);
    assert_int_equal(own[0].close, 15600);
    assert_int_equal(own[1].open, 23600);
    assert_int_equal(own[1].close, 38200 - 1800);
    assert_false(roster_move_breaks(own, 2, now, (struct roster_hours){3600, 24000}, 1));
    assert_true(roster_move_breaks(own, 0, now, was, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_roster_keeps_the_rules),
        cmocka_unit_test(test_cost),
        cmocka_unit_test(test_each_broken_rule_is_named),
        cmocka_unit_test(test_what_cannot_be),
        cmocka_unit_test(test_breaks_by_length),
        cmocka_unit_test(test_breaks_follow_the_hours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
