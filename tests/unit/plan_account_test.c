/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: an account that adds up to the roster, and money by the user's table.
 * Method: many random duties against the paid time reckoned here from shifts alone; rates with dates,
 * notice and a minimum by hand; a duty with a gap must be refused. */
#include "plan/account.h"

#include "../support/cm.h"

enum { UNITS = 40, SITES = 7, STOPS = 6 };

static uint32_t next(uint32_t *state, uint32_t below)
{
    *state = *state * 1664525u + 1013904223u;
    return (*state >> 8) % below;
}

struct world {
    struct arena arena;
    struct plan_problem problem;
    struct plan_site sites[SITES];
    struct plan_task tasks[UNITS * STOPS];
    struct plan_unit units[UNITS];
    struct plan_route routes[UNITS];
    struct plan_stop stops[UNITS][STOPS];
    struct plan_result result;
    const struct plan_duty *duties;
};

static void world_make(struct world *world, uint32_t seed)
{
    static const char *const ranks[] = {"constable", "sergeant", "inspector"};
    static const char *const areas[] = {"", "A", "B"};
    struct error err = {0};
    *world = (struct world){0};
    arena_init(&world->arena, 64 << 20);
    world->problem = (struct plan_problem){.ticks_per_s = 10,
                                           .travel_by = PLAN_PLANE,
                                           .day = STR("2026-05-07"),
                                           .site_count = SITES,
                                           .task_count = UNITS * STOPS,
                                           .unit_count = UNITS,
                                           .mode_count = 1,
                                           .sites = world->sites,
                                           .tasks = world->tasks,
                                           .units = world->units};
    world->problem.modes[0] = (struct plan_mode){.id = STR("car"), .kmh = 36, .factor = 1.3};
    for (uint32_t i = 0; i < SITES; i++) {
        world->sites[i] = (struct plan_site){.id = arena_printf(&world->arena, "s%u", i),
                                             .area = str_c(areas[i % 3]),
                                             .x = next(&seed, 5000),
                                             .y = next(&seed, 5000)};
    }
    for (uint32_t i = 0; i < UNITS; i++) {
        int32_t at = (int32_t)next(&seed, 200000);
        world->units[i] = (struct plan_unit){.id = arena_printf(&world->arena, "u%u", i),
                                             .base = next(&seed, SITES),
                                             .end_site = next(&seed, SITES),
                                             .officers = (uint16_t)(1 + next(&seed, 3)),
                                             .rank = str_c(ranks[next(&seed, 3)]),
                                             .brief = (int32_t)next(&seed, 2) * 9001,
                                             .plain = (int32_t)next(&seed, 2) * 150003,
                                             .is_rest_day = next(&seed, 4) == 0,
                                             .notice_days = (uint16_t)next(&seed, 30)};
        world->units[i].start = at + world->units[i].brief;
        at = world->units[i].start;
        uint32_t count = next(&seed, STOPS + 1);
        for (uint32_t k = 0; k < count; k++) {
            uint32_t task = i * STOPS + k;
            at += 10000 + (int32_t)next(&seed, 20000);
            world->tasks[task] = (struct plan_task){
                .site = next(&seed, SITES), .dwell = 9007, .close = PLAN_TICKS_MAX};
            world->stops[i][k] = (struct plan_stop){task, at};
            at += 9007;
        }
        world->routes[i] =
            (struct plan_route){.stops = world->stops[i], .stop_count = count, .break_start = -1};
        world->units[i].end = at + 20000;
    }
    world->result.routes = world->routes;
    assert_int_equal(
        plan_duties_make(&world->arena, &world->problem, &world->result, &world->duties, &err),
        STATUS_OK);
}

static int64_t paid_of(const struct plan_name_sum *sums, uint32_t count)
{
    int64_t ticks = 0;
    for (uint32_t i = 0; i < count; i++) {
        for (size_t k = 0; k < PLAN_LEG_KINDS; k++) {
            ticks += sums[i].sum.spent[k];
        }
    }
    return ticks;
}

/* Ranks and bands once more, from the shifts; notice splits rest days and nothing else. */
static void pays_agree(const struct world *world, const struct plan_account *account)
{
    struct plan_against against = plan_account_against(&world->problem, world->duties, account);
    int64_t seen = 0;
    for (uint32_t k = 0; k < account->pay_count; k++) {
        const struct plan_pay *pay = &account->pays[k];
        int64_t wanted = 0;
        for (uint32_t i = 0; i < UNITS; i++) {
            const struct plan_unit *unit = &world->units[i];
            int64_t length = (int64_t)unit->end - unit->start + unit->brief;
            bool is_over = unit->plain > 0 && length > unit->plain;
            int64_t over = is_over ? length - unit->plain : 0;
            if (!str_equal(unit->rank, pay->rank) ||
                unit->is_rest_day != (pay->band == PLAN_BAND_REST_DAY) ||
                (unit->is_rest_day && unit->notice_days != pay->notice_days)) {
                continue;
            }
            wanted += unit->officers * (unit->is_rest_day                 ? length
                                        : pay->band == PLAN_BAND_OVERTIME ? over
                                                                          : length - over);
        }
        assert_int_equal(plan_sum_ticks(&pay->sum), wanted);
        seen += wanted;
        assert_true(k == 0 || str_compare(account->pays[k - 1].rank, pay->rank) < 0 ||
                    account->pays[k - 1].band < pay->band ||
                    account->pays[k - 1].notice_days < pay->notice_days);
    }
    assert_int_equal(seen, plan_sum_ticks(&account->total));
    assert_int_equal(against.shifts, seen);
    assert_true(against.late == 0 && against.early == 0 && against.off == 0);
}

static void test_adds_up_to_the_roster(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= 50; seed++) {
        struct world *world = test_calloc(1, sizeof *world);
        struct plan_account account;
        struct error err = {0};
        int64_t roster = 0;
        int64_t overtime = 0;
        int64_t rest = 0;
        world_make(world, seed);
        for (uint32_t i = 0; i < UNITS; i++) {
            const struct plan_unit *unit = &world->units[i];
            /* Ways are at most 7 km × 1.3 at 10 m/s: nobody is back late. */
            int64_t length = (int64_t)unit->end - (unit->start - unit->brief);
            roster += length * unit->officers;
            rest += unit->is_rest_day ? length * unit->officers : 0;
            if (!unit->is_rest_day && unit->plain > 0 && length > unit->plain) {
                overtime += (length - unit->plain) * unit->officers;
            }
        }
        assert_int_equal(plan_account_make(&world->arena, &world->problem, world->duties, NULL,
                                           NULL, &account, &err),
                         STATUS_OK);
        assert_int_equal(paid_of(account.sites, account.site_count), roster);
        assert_int_equal(paid_of(account.areas, account.area_count), roster);
        assert_int_equal(paid_of(account.ranks, account.rank_count), roster);
        assert_int_equal(account.total.bands[PLAN_BAND_OVERTIME], overtime);
        assert_int_equal(account.total.bands[PLAN_BAND_REST_DAY], rest);
        assert_int_equal(account.total.bands[PLAN_BAND_PLAIN], roster - overtime - rest);
        assert_true(account.area_count == 3 && account.rank_count == 3);
        for (uint32_t i = 0; i < UNITS; i++) {
            roster -= account.units[i];
        }
        assert_int_equal(roster, 0);
        pays_agree(world, &account);
        for (uint32_t i = 1; i < account.site_count; i++) {
            assert_true(str_compare(account.sites[i - 1].name, account.sites[i].name) < 0);
        }
        arena_close(&world->arena);
        test_free(world);
    }
}

static void test_a_gap_is_refused(void **state)
{
    struct world *world = test_calloc(1, sizeof *world);
    struct plan_account account;
    struct error err = {0};
    (void)state;
    world_make(world, 3);
    struct plan_duty duties[UNITS];
    memcpy(duties, world->duties, sizeof duties);
    duties[5].to++;
    assert_int_equal(
        plan_account_make(&world->arena, &world->problem, duties, NULL, NULL, &account, &err),
        STATUS_INTERNAL);
    arena_close(&world->arena);
    test_free(world);
}

/* One unit is back an hour late, one drops out after two hours, one has a rest day of half its minimum. */
static void test_against_the_roster(void **state)
{
    struct plan_site site = {.id = STR("base")};
    struct plan_unit units[] = {
        {.id = STR("late"),
         .rank = STR("pc"),
         .officers = 2,
         .start = 600,
         .end = 36000,
         .brief = 600},
        {.id = STR("out"), .rank = STR("pc"), .out_officers = 3, .out = 7200, .end = 36000},
        {.id = STR("rest"),
         .rank = STR("pc"),
         .officers = 1,
         .end = 7200,
         .is_rest_day = true,
         .notice_days = 4}};
    struct plan_leg legs[] = {{.kind = PLAN_LEG_IDLE, .to = 39600},
                              {.kind = PLAN_LEG_IDLE, .to = 7200},
                              {.kind = PLAN_LEG_IDLE, .to = 7200}};
    struct plan_duty duties[] = {{.to = 39600, .legs = &legs[0], .leg_count = 1},
                                 {.to = 7200, .legs = &legs[1], .leg_count = 1},
                                 {.to = 7200, .legs = &legs[2], .leg_count = 1}};
    struct plan_problem problem = {
        .ticks_per_s = 1, .sites = &site, .site_count = 1, .units = units, .unit_count = 3};
    struct plan_rate rate = {.rank = STR("pc"), .band = PLAN_BAND_REST_DAY, .minimum_s = 14400};
    struct plan_rates rates = {&rate, 1};
    struct plan_account account;
    struct arena arena;
    struct error err = {0};
    struct buf out;
    (void)state;
    arena_init(&arena, 1 << 22);
    assert_int_equal(plan_account_make(&arena, &problem, duties, NULL, &rates, &account, &err),
                     STATUS_OK);
    struct plan_against against = plan_account_against(&problem, duties, &account);
    assert_int_equal(against.shifts, 2 * 36000 + 3 * 36000 + 7200);
    assert_int_equal(against.late, 2 * 3600);
    assert_int_equal(against.early, 3 * 28800);
    assert_int_equal(against.unworked, 7200);
    assert_int_equal(against.booked, 2 * 39600 + 3 * 7200 + 2 * 7200);
    assert_int_equal(against.off, 0);
    account.total.spent[PLAN_LEG_IDLE] += 60; /* a wrong account is said to be wrong */
    against = plan_account_against(&problem, duties, &account);
    assert_int_equal(against.off, 60);
    buf_init(&out, 4096);
    plan_against_add_text(&problem, &against, &out);
    assert_true(str_equal(buf_str(&out), STR(" against the roster\n"
                                             "  shifts                    52:00:00\n"
                                             "  back late                  2:00:00\n"
                                             "  dropped out              -24:00:00\n"
                                             "  paid, not worked           2:00:00\n"
                                             "  not accounted for          0:01:00\n"
                                             "  booked                    32:01:00\n")));
    buf_close(&out);
    arena_close(&arena);
}

static int64_t cost_of(uint16_t notice, bool is_rest_day, int32_t hours, const char *day,
                       struct plan_account *account)
{
    static const char table[] = "from,rank,band,notice_days,minimum_h,per_hour\n"
                                "2025-04-01,pc,plain,,,20\n"
                                "2026-04-01,pc,plain,,,21.50\n"
                                "2026-04-01,pc,rest-day,0,4,40\n"
                                "2026-04-01,pc,rest-day,15,4,30\n";
    static struct plan_site site = {.id = STR_INIT("b")};
    struct plan_unit unit = {.id = STR("u"),
                             .rank = STR("pc"),
                             .officers = 2,
                             .end = hours * 3600,
                             .is_rest_day = is_rest_day,
                             .notice_days = notice};
    struct plan_problem problem = {.ticks_per_s = 1,
                                   .site_count = 1,
                                   .unit_count = 1,
                                   .mode_count = 1,
                                   .sites = &site,
                                   .units = &unit,
                                   .day = str_c(day)};
    struct plan_route route = {.break_start = -1};
    struct plan_result result = {.routes = &route};
    const struct plan_duty *duties;
    struct plan_rates rates;
    struct arena arena;
    struct error err = {0};
    arena_init(&arena, 8 << 20);
    assert_int_equal(plan_rates_read(&arena, "rates", str_c(table), &rates, &err), STATUS_OK);
    assert_int_equal(plan_duties_make(&arena, &problem, &result, &duties, &err), STATUS_OK);
    assert_int_equal(plan_account_make(&arena, &problem, duties, NULL, &rates, account, &err),
                     STATUS_OK);
    arena_close(&arena);
    return account->total.cost / 3600;
}

static void test_rates(void **state)
{
    struct plan_account account;
    (void)state;
    assert_int_equal(cost_of(0, false, 8, "2026-05-07", &account), 2 * 8 * 2150);
    assert_int_equal(cost_of(0, false, 8, "2026-03-31", &account), 2 * 8 * 2000);
    assert_int_equal(cost_of(0, false, 8, "", &account), 2 * 8 * 2150);
    assert_int_equal(cost_of(14, true, 8, "2026-05-07", &account), 2 * 8 * 4000);
    assert_int_equal(cost_of(15, true, 8, "2026-05-07", &account), 2 * 8 * 3000);
    /* Three hours worked, four paid. */
    assert_int_equal(cost_of(15, true, 3, "2026-05-07", &account), 2 * 4 * 3000);
    assert_int_equal(account.total.unworked, 2 * 3600);
    assert_int_equal(account.total.bands[PLAN_BAND_REST_DAY], 2 * 3 * 3600);
    /* Before there was a rate: hours, no cost, and it is said. */
    assert_int_equal(cost_of(0, false, 8, "2024-07-04", &account), 0);
    assert_int_equal(account.total.no_rate, 2 * 8 * 3600);
}

static void expect_wrong(const char *row, const char *words)
{
    struct arena arena;
    struct plan_rates rates;
    struct error err = {0};
    arena_init(&arena, 8 << 20);
    str text = arena_printf(&arena, "from,rank,band,notice_days,minimum_h,per_hour\n%s\n", row);
    assert_int_equal(plan_rates_read(&arena, "rates", text, &rates, &err), STATUS_INVALID);
    assert_non_null(strstr(err.primary, words));
    arena_close(&arena);
}

static void test_wrong_rates(void **state)
{
    (void)state;
    expect_wrong("1 April,pc,plain,,,20", "line 2: 'from'");
    expect_wrong("2026-04-01,pc,double,,,20", "'band'");
    expect_wrong("2026-04-01,pc,plain,,,", "'per_hour'");
    expect_wrong("2026-04-01,pc,plain,,,20.005", "'per_hour'");
    expect_wrong("2026-04-01,pc,plain,,,-1", "'per_hour'");
    expect_wrong("2026-04-01,pc,plain,15,,20", "rest-day only");
    expect_wrong("2026-04-01,pc,rest-day,1.5,,20", "'notice_days'");
    expect_wrong("2026-04-01,pc,plain,,,20\n2026-04-01,pc,plain,,,21", "line 3: this rate");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_adds_up_to_the_roster), cmocka_unit_test(test_against_the_roster),
        cmocka_unit_test(test_a_gap_is_refused),      cmocka_unit_test(test_rates),
        cmocka_unit_test(test_wrong_rates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
