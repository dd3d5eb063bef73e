/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: what the pages of operations and plans say is what the planner will do, and finds what was meant.
 * Method: tables of inputs and sentences; no desk. */
#include "../support/cm.h"

#include "deskweb/plan_view.h"

static void check_post(struct ask *ask, const struct operation *operation, const char *post,
                       const char *words)
{
    struct operation_crews crews = operation_crews(ask, operation);
    struct json row;
    assert_int_equal(json_parse(ask->arena, str_c(post), &row, NULL), STATUS_OK);
    assert_true(str_equal(operation_post_words(ask, &crews, &row), str_c(words)));
}

/* A post is wanted in officers and stood by whole units; what is said to be impossible is so. */
static void test_post_words(void **state)
{
    struct operation_unit units[] = {
        {.json = STR("{\"officers\":2,\"start_s\":21600,\"end_s\":54000}")},
        {.json = STR("{\"officers\":2,\"start_s\":21600,\"brief_s\":3600,\"end_s\":79200}")},
        {.json = STR("{\"officers\":1,\"start_s\":28800,\"end_s\":79200,\"skills\":[\"dog\"]}")},
    };
    struct operation operation = {.day = STR("2026-05-07"), .units = units, .unit_count = 2};
    struct arena arena;
    struct ask ask = {.arena = &arena};
    (void)state;
    arena_init(&arena, 1 << 22);
    check_post(&ask, &operation, "{\"officers\":3,\"from_s\":25200,\"to_s\":54000}",
               ", which is 2 units at once");
    /* after the briefing of one, and the duty of the other */
    check_post(
        &ask, &operation, "{\"officers\":3,\"from_s\":25199,\"to_s\":54000}",
        ", which is 2 units at once: cannot be met, as 2 officers are on duty for all of 06:59 to "
        "15:00");
    check_post(
        &ask, &operation, "{\"officers\":8,\"from_s\":25200,\"to_s\":79200}",
        ", which is 4 units at once: cannot be met, as 2 officers are on duty for all of 07:00 to "
        "22:00");
    /* relieved: each turn by itself */
    check_post(&ask, &operation,
               "{\"officers\":2,\"from_s\":25200,\"to_s\":79200,\"relief_s\":14400}",
               ", which is 1 unit at once");
    check_post(&ask, &operation, "{\"officers\":1,\"from_s\":0,\"to_s\":1,\"skills\":[\"dog\"]}",
               ": cannot be met, as no unit has the skills for it");
    operation.unit_count = 3; /* one of a single officer */
    check_post(&ask, &operation, "{\"officers\":3,\"from_s\":28800,\"to_s\":50000}",
               ", which is 2 to 3 units at once");
    check_post(&ask, &operation,
               "{\"officers\":1,\"from_s\":28800,\"to_s\":50000,\"skills\":[\"dog\"]}",
               ", which is 1 unit at once");
    struct operation_crews crews = operation_crews(&ask, &operation);
    str hint = operation_post_hint(&ask, &crews);
    assert_true(
        str_ends(hint, STR("Units here have 1 to 2 officers: 8 officers are 4 to 8 units at "
                           "once.")));
    operation.unit_count = 0;
    check_post(&ask, &operation, "{\"officers\":3,\"from_s\":28800,\"to_s\":50000}", "");
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

/* A place is found by its id, its name, a part of it, or its postcode with or without a blank. */
static void test_named_site(void **state)
{
    static const char *const names[] = {"h1", "town HALL", "owry", "sw2 1rw", "SW21RW", "e1 4zz"};
    struct plan_site sites[] = {
        {.id = STR("h1"), .name = STR("Town hall"), .address = STR("Acre Lane, SW2 1RW")},
        {.id = STR("h2"), .name = STR("Lowry school"), .address = STR("E14ZZ")},
        {.id = STR("h3"), .name = STR("Library"), .address = STR("Acre Lane, SW2 1RX")},
    };
    static const char *const ids[] = {"h1", "h1", "h2", "h1", "h1", "h2"};
    struct plan_problem problem = {.sites = sites, .site_count = 3};
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_post_words),
        cmocka_unit_test(test_own_host),
        cmocka_unit_test(test_named_site),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
