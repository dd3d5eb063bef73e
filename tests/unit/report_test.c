/* SPDX-License-Identifier: Apache-2.0 */
#include "../support/cm.h"

#include "codec/json.h"
#include "intake/report.h"

static const char full[] =
    "{\"what\":\"He said \\\"I know where you live\\\"\\nand left.\",\"target\":{\"role\":"
    "\"candidate\",\"office\":\"mp\",\"name\":\"A. Person\"},\"reporter\":{\"relation\":\"staff\"},"
    "\"danger\":\"soon\",\"when\":\"2026-05-01\",\"where\":{\"postcode\":\"E2 0AA\"},\"channel\":"
    "\"phone\",\"accounts\":[\"@somebody\"],\"links\":[\"https://example.org/1\"],\"impact\":"
    "\"I sleep badly\",\"fear\":4,\"consent\":{\"police\":true,\"party\":false,\"review\":true},"
    "\"contact\":{\"email\":\"a@example.org\"},\"language\":\"cy\"}";

static void test_round_trip(void **state)
{
    (void)state;
    struct arena arena;
    struct report report;
    struct error err;
    struct buf buf;
    struct json_out out;
    arena_init(&arena, 1 << 20);
    buf_init(&buf, 1 << 20);
    assert_int_equal(report_from_json(&arena, str_c(full), &report, &err), STATUS_OK);
    json_out_init(&out, &buf);
    report_to_json(&out, &report);
    assert_true(str_equal(buf_str(&buf), str_c(full)));
    struct report_problems problems;
    static const char *const offices[] = {"mp", NULL};
    static const char *const channels[] = {"phone", NULL};
    struct report_choices choices = {offices, channels};
    assert_true(report_validate(&report, &choices, &problems));
    buf_close(&buf);
    arena_close(&arena);
}

static void test_refusals(void **state)
{
    (void)state;
    static const struct {
        const char *json;
        const char *says;
    } rows[] = {
        {"{\"whut\":\"x\"}", "there is no member 'whut'"},
        {"{\"what\":7}", "the member 'what' must be a text"},
        {"{\"what\":\"x\",\"target\":{\"age\":3}}", "there is no member 'target.age'"},
        {"{\"what\":\"x\",\"fear\":6}", "the member 'fear' must be a whole number from 1 to 5"},
        {"{\"what\":\"x\",\"danger\":\"maybe\"}",
         "the member 'danger' must be \"now\", \"soon\" or \"no\""},
        {"{\"what\":\"x\",\"consent\":{\"police\":\"yes\"}}",
         "the member 'consent.police' must be true or false"},
        {"[1]", "a report is a JSON object"},
    };
    struct arena arena;
    arena_init(&arena, 1 << 20);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct report report;
        struct error err;
        assert_int_equal(report_from_json(&arena, str_c(rows[i].json), &report, &err),
                         STATUS_INVALID);
        assert_string_equal(err.primary, rows[i].says);
    }
    arena_close(&arena);
}

static void test_validation_names_fields(void **state)
{
    (void)state;
    struct report report;
    struct report_problems problems;
    struct report_choices any = {NULL, NULL};
    report_init(&report);
    report.what = STR(" \n ");
    report.contact_email = STR("not an address");
    report.place = STR("two\nlines");
    assert_false(report_validate(&report, &any, &problems));
    assert_int_equal(problems.count, 3);
    assert_string_equal(problems.list[0].field, "what");
    assert_string_equal(problems.list[1].field, "where.place");
    assert_string_equal(problems.list[2].field, "contact.email");
    static char long_text[REPORT_WHAT_BYTES_MAX + 1];
    memset(long_text, 'a', sizeof long_text);
    report_init(&report);
    report.what = str_from(long_text, sizeof long_text);
    assert_false(report_validate(&report, &any, &problems));
    report.what.n--;
    assert_true(report_validate(&report, &any, &problems));
    report.what = STR("bad \xff byte");
    assert_false(report_validate(&report, &any, &problems));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_round_trip),
                                       cmocka_unit_test(test_refusals),
                                       cmocka_unit_test(test_validation_names_fields)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
