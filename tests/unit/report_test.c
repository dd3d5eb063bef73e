/* SPDX-License-Identifier: Apache-2.0 */
#include "../support/cm.h"

#include "codec/json.h"
#include "intake/report.h"

/* 2026-11-26T12:00:00Z */
#define NOON (INT64_C(1795694400) * US_PER_SECOND)

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
    assert_true(report_validate(&report, &choices, NOON, &problems));
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

/* One body with many faults: each is named once, and what is right is there. */
static void test_all_at_once(void **state)
{
    (void)state;
    static const struct {
        const char *field, *pointer; /* NULL = that of the field */
    } wanted[] = {{"whut", "/whut"},
                  {"fear", NULL},
                  {"where.place", NULL},
                  {"where.a/b", "/where/a~1b"},
                  {"/accounts/1", "/accounts/1"},
                  {"target", NULL},
                  {"contact.e~\xc3\xa9", "/contact/e~0%C3%A9"}};
    static const char body[] =
        "{\"what\":\"x\",\"whut\":1,\"fear\":0,\"where\":{\"place\":2,\"a/"
        "b\":3,\"postcode\":\"E1\"},"
        "\"accounts\":[\"@a\",4,\"@b\"],\"target\":5,\"contact\":{\"e~\xc3\xa9\":6}}";
    struct arena arena;
    struct json json;
    struct report report;
    struct report_problems problems;
    arena_init(&arena, 1 << 20);
    assert_int_equal(json_parse(&arena, str_c(body), &json, NULL), STATUS_OK);
    assert_false(report_read(&arena, &json, &report, &problems));
    assert_int_equal(problems.count, ARRAY_LEN(wanted));
    for (size_t i = 0; i < problems.count; i++) {
        assert_string_equal(problems.list[i].field, wanted[i].field);
        if (wanted[i].pointer == NULL) {
            assert_null(problems.list[i].pointer);
        } else {
            assert_string_equal(problems.list[i].pointer, wanted[i].pointer);
        }
    }
    assert_str(report.what, "x");
    assert_str(report.postcode, "E1");
    assert_int_equal(report.account_count, 2);
    assert_true(report.has_contact);
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
    assert_false(report_validate(&report, &any, NOON, &problems));
    assert_int_equal(problems.count, 3);
    assert_string_equal(problems.list[0].field, "what");
    assert_string_equal(problems.list[1].field, "where.place");
    assert_string_equal(problems.list[2].field, "contact.email");
    static char long_text[REPORT_WHAT_BYTES_MAX + 1];
    memset(long_text, 'a', sizeof long_text);
    report_init(&report);
    report.what = str_from(long_text, sizeof long_text);
    assert_false(report_validate(&report, &any, NOON, &problems));
    report.what.n--;
    assert_true(report_validate(&report, &any, NOON, &problems));
    report.what = STR("bad \xff byte");
    assert_false(report_validate(&report, &any, NOON, &problems));
}

static bool names(const struct report_problems *problems, const char *field)
{
    for (size_t i = 0; i < problems->count; i++) {
        if (strcmp(problems->list[i].field, field) == 0) {
            return true;
        }
    }
    return false;
}

/* Every text: as long as it may be it is taken, one more is refused by name and never cut; letters
 * count, not their bytes, in what is one line. */
static void test_limits(void **state)
{
    (void)state;
#define TEXT(field, member, max, is_chars)                                                         \
    {                                                                                              \
        field, offsetof(struct report, member), max, is_chars                                      \
    }
    static const struct {
        const char *field;
        size_t at, max;
        bool is_chars;
    } rows[] = {
        TEXT("what", what, REPORT_WHAT_BYTES_MAX, false),
        TEXT("impact", impact, REPORT_IMPACT_BYTES_MAX, false),
        TEXT("target.role", target_role, REPORT_LINE_CHARS_MAX, true),
        TEXT("target.office", target_office, REPORT_LINE_CHARS_MAX, true),
        TEXT("target.name", target_name, REPORT_LINE_CHARS_MAX, true),
        TEXT("reporter.relation", relation, REPORT_LINE_CHARS_MAX, true),
        TEXT("when", when, REPORT_LINE_CHARS_MAX, true),
        TEXT("where.postcode", postcode, REPORT_POSTCODE_CHARS_MAX, true),
        TEXT("where.place", place, REPORT_LINE_CHARS_MAX, true),
        TEXT("where.constituency", constituency, REPORT_LINE_CHARS_MAX, true),
        TEXT("channel", channel, REPORT_LINE_CHARS_MAX, true),
        TEXT("contact.name", contact_name, REPORT_LINE_CHARS_MAX, true),
        TEXT("contact.phone", contact_phone, REPORT_LINE_CHARS_MAX, true),
        TEXT("contact.how", contact_how, REPORT_LINE_CHARS_MAX, true),
        TEXT("accounts", accounts[19], REPORT_LINE_CHARS_MAX, true),
        TEXT("links", links[19], REPORT_LINK_BYTES_MAX, false),
    };
#undef TEXT
    static char letters[REPORT_WHAT_BYTES_MAX + 3];
    static const struct report_choices any = {NULL, NULL};
    for (size_t row = 0; row < ARRAY_LEN(rows); row++) {
        for (size_t wide = 0; wide < (rows[row].is_chars ? 2 : 1); wide++) {
            struct report report;
            struct report_problems problems;
            const char *letter = wide == 1 ? "\xe0\xa6\xac" : "x"; /* Bengali ba */
            size_t bytes = strlen(letter);
            for (size_t i = 0; i <= rows[row].max; i++) {
                memcpy(letters + i * bytes, letter, bytes);
            }
            report_init(&report);
            report.what = STR("x");
            report.account_count = report.link_count = REPORT_LIST_MAX;
            str *text = (str *)(void *)((char *)&report + rows[row].at);
            *text = str_from(letters, rows[row].max * bytes);
            if (!report_validate(&report, &any, NOON, &problems)) {
                fail_msg("%s: %s", rows[row].field, problems.list[0].message);
            }
            *text = str_from(letters, (rows[row].max + 1) * bytes);
            assert_false(report_validate(&report, &any, NOON, &problems));
            assert_int_equal(problems.count, 1);
            assert_true(names(&problems, rows[row].field));
            *text = STR("a\x01z");
            assert_false(report_validate(&report, &any, NOON, &problems));
            assert_true(names(&problems, rows[row].field));
        }
    }
}

/* `when` is what happened: not a coming day, with room for clocks and for places east of us. */
static void test_when(void **state)
{
    (void)state;
    static const struct {
        const char *when;
        bool is_good;
    } rows[] = {
        {"", true},
        {"last Tuesday evening", true},
        {"2026-05-07 in the evening", true},
        {"2026-11-26", true},
        {"2026-11-27", true},  /* has begun at UTC+14 */
        {"2026-11-28", false}, /* nowhere yet */
        {"2027-01-01", false},
        {"2026-11-26T12:59:59Z", true},
        {"2026-11-26T13:00:01Z", false},
        {"2026-11-26T23:30:00+11:00", true},
        {"1999-12-31", true},
        {"3026-01-01", false}, /* no date at all: a slip of the finger */
        {"0026-06-14", false},
        {"2026-13-01", false},
        {"20260507", false},
    };
    static const struct report_choices any = {NULL, NULL};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct report report;
        struct report_problems problems;
        report_init(&report);
        report.what = STR("x");
        report.when = str_c(rows[i].when);
        if (report_validate(&report, &any, NOON, &problems) != rows[i].is_good) {
            fail_msg("when '%s'", rows[i].when);
        }
        assert_true(rows[i].is_good || names(&problems, "when"));
        /* a clock that has lost its battery judges nobody */
        bool is_date_at_all = i != 11 && i != 12 && i != 13 && i != 14;
        assert_int_equal(report_validate(&report, &any, 1000 * US_PER_SECOND, &problems),
                         is_date_at_all);
    }
}

/* One sentence a field, so that twenty bad lines do not hide what else is wrong. */
static void test_one_problem_a_field(void **state)
{
    (void)state;
    static const struct report_choices any = {NULL, NULL};
    struct report report;
    struct report_problems problems;
    report_init(&report);
    report.account_count = report.link_count = REPORT_LIST_MAX;
    for (size_t i = 0; i < REPORT_LIST_MAX; i++) {
        report.accounts[i] = report.links[i] = STR("two\nlines");
    }
    report.contact_email = STR("nobody");
    assert_false(report_validate(&report, &any, NOON, &problems));
    assert_int_equal(problems.count, 4);
    assert_true(names(&problems, "what") && names(&problems, "accounts") &&
                names(&problems, "links") && names(&problems, "contact.email"));
}

/* A form keeps the rest of a list in its last entry: said as what it is, in every language. */
static void test_too_many(void **state)
{
    (void)state;
    static const struct report_choices any = {NULL, NULL};
    struct report report;
    struct report_problems problems;
    report_init(&report);
    report.what = STR("x");
    report.link_count = REPORT_LIST_MAX;
    for (size_t i = 0; i < REPORT_LIST_MAX; i++) {
        report.links[i] = STR("a");
    }
    report.links[REPORT_LIST_MAX - 1] = STR("b\nc");
    assert_false(report_validate(&report, &any, NOON, &problems));
    assert_int_equal(problems.count, 1);
    assert_true(names(&problems, "links"));
    assert_non_null(strstr(problems.list[0].message, "at most 20"));
    assert_int_equal(REPORT_LIST_MAX, 20); /* as the words say */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_round_trip),
                                       cmocka_unit_test(test_refusals),
                                       cmocka_unit_test(test_all_at_once),
                                       cmocka_unit_test(test_validation_names_fields),
                                       cmocka_unit_test(test_limits),
                                       cmocka_unit_test(test_when),
                                       cmocka_unit_test(test_one_problem_a_field),
                                       cmocka_unit_test(test_too_many)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
