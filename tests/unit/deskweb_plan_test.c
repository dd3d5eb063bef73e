/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: what the pages of operations and plans say is what the planner will do, and finds what was meant.
 * Method: tables of inputs and sentences; no desk. */
#include "../support/cm.h"

#include "deskweb/plan_view.h"

static void check_post(struct ask *ask, struct operation *operation, const char *post,
                       const char *words)
{
    struct operation_demand demand = {.kind = DEMAND_POST, .site = STR("hall")};
    str row = arena_printf(ask->arena, "{\"id\":\"p\",\"site\":\"hall\",%s}", post);
    struct json json;
    demand.json = row;
    operation->demands = &demand;
    operation->demand_count = 1;
    struct operation_posts posts = operation_posts_make(ask, operation);
    assert_int_equal(json_parse(ask->arena, row, &json, NULL), STATUS_OK);
    str said = operation_post_words(ask, &posts, &json);
    if (!str_equal(said, str_c(words))) {
        fail_msg("'%.*s' instead of '%s'", STR_ARG(said), words);
    }
}

/* A post is wanted in officers and stood by whole units; what is said to be impossible is so, and by which rule. The
 * hall is 12 minutes from the station. */
static void test_post_words(void **state)
{
    struct operation_site sites[] = {{.id = STR("base"), .lon = -0.1, .lat = 51.5},
                                     {.id = STR("hall"), .lon = -0.15, .lat = 51.5},
                                     {.id = STR("other"), .lon = -0.2, .lat = 51.5}};
#define UNIT(ID, MORE)                                                                             \
    {                                                                                              \
        .id = STR(ID), .json = STR("{\"id\":\"" ID "\",\"base\":\"base\"," MORE "}")               \
    }
    struct operation_unit units[] = {
        UNIT("P1", "\"officers\":2,\"start_s\":21600,\"end_s\":57600"),
        UNIT("P2", "\"officers\":2,\"start_s\":21600,\"brief_s\":3600,\"end_s\":64800"),
        UNIT("P3", "\"officers\":1,\"start_s\":28800,\"end_s\":64800,\"skills\":[\"dog\"]"),
        UNIT("P4", "\"officers\":2,\"start_s\":21600,\"end_s\":68400"),
        UNIT("P5", "\"officers\":2,\"start_s\":54000,\"end_s\":90000"),
    };
    struct operation operation = {.day = STR("2026-05-07"),
                                  .sites = sites,
                                  .site_count = ARRAY_LEN(sites),
                                  .units = units,
                                  .unit_count = ARRAY_LEN(units)};
    struct arena arena;
    struct ask ask = {.arena = &arena};
    (void)state;
    arena_init(&arena, 1 << 26);
    operation.rules.hours_max = 12;
    check_post(&ask, &operation, "\"officers\":3,\"from_s\":36000,\"to_s\":50400",
               ": 7 officers can stand there (P1, P2, P3, P4); not P5 (on duty 15:00 to 01:00+1)");
    /* who is left out by a rule is not counted, and named with it */
    operation.rules.has_hours = true;
    check_post(
        &ask, &operation, "\"officers\":6,\"from_s\":36000,\"to_s\":50400",
        ": 5 officers can stand there (P1, P2, P3), so it cannot be met; not P4 (rule of the "
        "longest duty, 12 h), P5 (on duty 15:00 to 01:00+1)");
    /* after the briefing of one, and with the ways there and back */
    check_post(&ask, &operation, "\"officers\":4,\"from_s\":25300,\"to_s\":57000",
               ": nobody can stand there, so it cannot be met; not P4 (rule of the longest duty, "
               "12 h), P1 (by its "
               "way back 3 min after its duty), P2 (by its way there 11 min late), P3 (on duty "
               "08:00 to 18:00), P5 (on "
               "duty 15:00 to 01:00+1)");
    check_post(&ask, &operation,
               "\"officers\":1,\"from_s\":36000,\"to_s\":50400,\"skills\":[\"dog\"]",
               ": 1 officer can stand there (P3); not P4 (rule of the longest duty, 12 h), P1, P2, "
               "P5 (lacks dog)");
    /* breaks in the middle third */
    operation.rules.has_breaks = true;
    check_post(
        &ask, &operation, "\"officers\":2,\"from_s\":30000,\"to_s\":50400",
        ": nobody can stand there, so it cannot be met; not P4 (rule of the longest duty, 12 h), "
        "P1, P2, P3 (no time for its break before or after), P5 (on duty 15:00 to 01:00+1)");
    operation.rules.has_breaks = false;
    /* relieved: the turn that fewest can stand */
    check_post(&ask, &operation,
               "\"officers\":2,\"from_s\":36000,\"to_s\":72000,\"relief_s\":14400",
               ": from 14:00 to 18:00 nobody can stand there, so it cannot be met; not P4 (rule of "
               "the longest duty, 12 h), P1 (on duty 06:00 to 16:00), P2, P3 (by its way back 13 "
               "min after its duty), P5 (on duty 15:00 to 01:00+1)");
    operation.rules.hours_max = 1;
    check_post(&ask, &operation, "\"officers\":2,\"from_s\":36000,\"to_s\":50400",
               ": nobody can stand there, so it cannot be met; not P1, P2, P3, P4, P5 (rule of the "
               "longest duty, 1 h)");
    operation.rules.hours_max = 12;
    str hint = operation_post_hint(&ask, &operation);
    assert_true(str_ends(
        hint, STR("Units here: 3 of 2 officers, 1 of 1 officer, 1 left out by the rule of the "
                  "longest duty.")));
    operation.unit_count = 0;
    check_post(&ask, &operation, "\"officers\":3,\"from_s\":28800,\"to_s\":50000", "");
    arena_close(&arena);
}

static void test_own_host(void **state)
{
    static const char *const own[] = {"localhost", "LOCALHOST:8081",   "127.0.0.1:8081",
                                      "127.0.1.1", "desk.localhost:1", "[::1]:8081",
                                      "[::]",      "0.0.0.0:80"};
    static const char *const others[] = {"localhost.example.org",
                                         "127.example.org",
                                         "desk.example.org:8443",
                                         "192.168.1.7:8081",
                                         "10.0.0.127",
                                         "[fd00::1]:8081",
                                         ""};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(own); i++) {
        assert_true(plan_is_own_host(str_c(own[i])));
    }
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        assert_false(plan_is_own_host(str_c(others[i])));
    }
}

/* A place is found by its id, its name, a part of it (the beginning of a word first), or its postcode with or
 * without a blank. */
static void test_named_site(void **state)
{
    static const char *const names[] = {"h1",     "town HALL", "owry", "sw2 1rw",
                                        "SW21RW", "e1 4zz",    "lib"};
    struct plan_site sites[] = {
        {.id = STR("h1"), .name = STR("Town hall"), .address = STR("Acre Lane, SW2 1RW")},
        {.id = STR("h2"), .name = STR("Lowry school"), .address = STR("E14ZZ")},
        {.id = STR("h3"), .name = STR("Old Library"), .address = STR("Acre Lane, SW2 1RX")},
        {.id = STR("h4"), .name = STR("Calibre Arms"), .address = STR("SW9")},
    };
    static const char *const ids[] = {"h1", "h1", "h2", "h1", "h1", "h2", "h3"};
    struct plan_problem problem = {.sites = sites, .site_count = 4};
    struct arena arena;
    struct ask ask = {.arena = &arena};
    str id = {0};
    (void)state;
    arena_init(&arena, 1 << 20);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        assert_int_equal(plan_named_site(&ask, &problem, str_c(names[i]), &id), STATUS_OK);
        assert_true(str_equal(id, str_c(ids[i])));
    }
    assert_int_equal(plan_named_site(&ask, &problem, STR("sw2 1r"), &id), STATUS_INVALID);
    assert_string_equal(ask.err.primary, "'sw2 1r' may be 2 sites.");
    assert_int_equal(plan_named_site(&ask, &problem, STR("sw3"), &id), STATUS_INVALID);
    arena_close(&arena);
}

/* A proposal names what is new and what is taken away, as far as a handful, and who drops out. */
static void test_changes_are_named(void **state)
{
    struct plan_site sites[] = {{.id = STR("base"), .name = STR("Base")},
                                {.id = STR("hall"), .name = STR("Town hall")}};
    struct plan_task tasks[9];
    struct plan_stop stops[9];
    struct plan_stop later[2] = {{.task = 0, .start = 36600}, {.task = 1, .start = 39600}};
    struct plan_unit before[] = {{.id = STR("P1"), .officers = 2},
                                 {.id = STR("P2"), .officers = 2}};
    struct plan_unit after[] = {{.id = STR("P1"), .officers = 2},
                                {.id = STR("P2"), .out_officers = 2, .out = 38820}};
    struct plan_route left[] = {{.stops = stops, .stop_count = 1},
                                {.stops = stops + 2, .stop_count = 7}};
    struct plan_route right[] = {{.stops = later, .stop_count = 2}, {.stops = stops}};
    struct plan_opened a = {0};
    struct plan_opened b = {0};
    struct plan_unit_change rows[2];
    int64_t same = 0;
    int64_t more = 0;
    struct arena arena;
    (void)state;
    arena_init(&arena, 1 << 20);
    for (uint32_t i = 0; i < ARRAY_LEN(tasks); i++) {
        tasks[i] = (struct plan_task){.id = arena_printf(&arena, "t%u", i), .site = 1};
        stops[i] = (struct plan_stop){.task = i, .start = (int32_t)(36000 + i * 1800)};
    }
    a.problem = (struct plan_problem){.sites = sites, .site_count = 2, .ticks_per_s = 1};
    a.problem.tasks = tasks;
    a.problem.task_count = ARRAY_LEN(tasks);
    b.problem = a.problem;
    a.problem.units = before;
    b.problem.units = after;
    a.problem.unit_count = b.problem.unit_count = 2;
    a.result.routes = left;
    b.result.routes = right;
    assert_int_equal(plan_changes(&arena, &a, &b, rows, 2, &same, &more), 2);
    assert_true(str_equal(rows[0].words, STR("new: Town hall 11:00; 1 visit at another time")));
    assert_true(str_equal(
        rows[1].words,
        STR("drops out at 10:47; taken away: Town hall 11:00, Town hall 11:30, Town hall 12:00, "
            "Town hall 12:30, Town hall 13:00 and 2 more")));
    assert_int_equal(same, 0);
    /* it had no visit, and drops out all the same */
    left[1].stop_count = 0;
    assert_int_equal(plan_changes(&arena, &a, &b, rows, 2, &same, &more), 2);
    assert_true(str_equal(rows[1].words, STR("drops out at 10:47")));
    arena_close(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_post_words),
        cmocka_unit_test(test_own_host),
        cmocka_unit_test(test_named_site),
        cmocka_unit_test(test_changes_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
