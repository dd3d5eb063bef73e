/* SPDX-License-Identifier: Apache-2.0 */
/* What the form collects: forms in, drafts out and back, and the sentences for what is wrong. */
#include "../support/cm.h"

#include "pages/draft.h"

/* 2026-11-26T12:00:00Z */
#define NOON (INT64_C(1795694400) * US_PER_SECOND)

static const struct report_choices choices = {NULL, NULL};

static struct arena arena;

static void take(struct draft *draft, int64_t step, const char *body)
{
    struct form form;
    assert_int_equal(form_parse(&arena, str_c(body), &form, NULL), STATUS_OK);
    draft_read_step(draft, &arena, &form, step);
}

static void fill(struct draft *draft)
{
    draft_init(draft);
    take(draft, 1, "danger=soon");
    take(draft, 2,
         "target.office=councillor&target.role=holder&target.name=A+B&reporter.relation=staff");
    take(draft, 3, "what=One%0D%0ATwo+%22quoted%22");
    take(draft, 4, "date=2026-06-14&time=21%3A40&where.place=Library&where.postcode=E1");
    take(draft, 5, "channel=x&accounts=%40one%0D%0A%0D%0A+two+&links=https%3A%2F%2Fx.example%2F1");
    take(draft, 7, "impact=Stayed+in&fear=4");
    take(draft, 8, "consent.police=yes&consent.review=yes");
    take(draft, 9, "contact=yes&contact.name=C&contact.email=c%40x.example&contact.how=mornings");
}

static void test_round_trip(void **state)
{
    (void)state;
    struct draft draft, back;
    struct buf plain;
    buf_init(&plain, BOX_DRAFT_BYTES_MAX);
    fill(&draft);
    draft.file_count = 1;
    draft.files[0] = (struct front_evidence){
        .name = STR("a.png"), .type = STR("image/png"), .size = 5, .chunks = 1};
    draft_encode(&draft, &plain);
    assert_int_equal(draft_decode(&arena, buf_str(&plain), &back), STATUS_OK);
    const struct report *r = &back.report;
    assert_str(r->what, "One\nTwo \"quoted\"");
    assert_int_equal(r->danger, DANGER_SOON);
    assert_str(r->target_office, "councillor");
    assert_str(r->when, "2026-06-14T20:40:00Z"); /* summer time */
    assert_str(back.date, "2026-06-14");
    assert_str(back.time, "21:40");
    assert_int_equal(r->account_count, 2);
    assert_str(r->accounts[1], "two");
    assert_int_equal(r->fear, 4);
    assert_true(r->may_tell_police && !r->may_tell_party && r->may_use_in_review);
    assert_true(r->has_contact);
    assert_str(r->contact_email, "c@x.example");
    assert_int_equal(back.file_count, 1);
    assert_str(back.files[0].name, "a.png");
    /* Every cut of it is refused, not half read. */
    for (size_t len = 0; len < plain.n; len += 7) {
        assert_int_equal(draft_decode(&arena, str_slice(buf_str(&plain), 0, len), &back),
                         STATUS_CORRUPT);
    }
    buf_close(&plain);
}

static void test_anonymous_keeps_nothing(void **state)
{
    (void)state;
    struct draft draft;
    fill(&draft);
    take(&draft, 9, "contact=no&contact.name=C&contact.email=c%40x.example");
    assert_false(draft.report.has_contact);
    assert_int_equal(draft.report.contact_name.n, 0);
    assert_int_equal(draft.report.contact_email.n, 0);
}

static void test_when(void **state)
{
    (void)state;
    static const struct {
        const char *date, *time, *expected; /* NULL = refused */
    } rows[] = {
        {"", "", ""},
        {"2026-01-31", "", "2026-01-31"},
        {"2026-01-31", "09:05", "2026-01-31T09:05:00Z"},
        {"2026-07-01", "09:05", "2026-07-01T08:05:00Z"},
        {"2026-03-29", "00:30", "2026-03-29T00:30:00Z"}, /* before the clocks go forward */
        {"2026-03-29", "02:30", "2026-03-29T01:30:00Z"}, /* after */
        {"2026-10-25", "03:00", "2026-10-25T03:00:00Z"}, /* after they went back */
        {"2026-02-30", "", NULL},
        {"yesterday", "", NULL},
        {"", "09:05", NULL},
        {"2026-01-31", "24:00", NULL},
        {"2026-01-31", "9", NULL},
        {"2026-01-31", "09:61", NULL},
        {"2026-01-31", "09:05:30", "2026-01-31T09:05:30Z"}, /* as some browsers send it */
        {"2026-01-31", "09:05:30.25", "2026-01-31T09:05:30Z"},
        {"2026-01-31", "09:05xyz", NULL}, /* nothing is passed over */
        {"2026-01-31", "09:05:30x", NULL},
        {"2026-01-31", "09:05:", NULL},
        {"2026-01-31", "0905", NULL},
        {"2026-01-31T10:00:00Z", "", NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        str when = {0};
        bool is_good = draft_when(&arena, str_c(rows[i].date), str_c(rows[i].time), &when);
        assert_int_equal(is_good, rows[i].expected != NULL);
        if (is_good) {
            assert_true(str_equal(when, str_c(rows[i].expected)));
        }
    }
}

static bool has_problem(const struct draft_problems *problems, const char *field)
{
    for (size_t i = 0; i < problems->count; i++) {
        if (str_equal(problems->list[i].field, str_c(field))) {
            return true;
        }
    }
    return false;
}

static void test_checks(void **state)
{
    (void)state;
    struct draft draft;
    struct draft_problems problems;
    draft_init(&draft);
    /* Only the step that is being answered is checked … */
    draft_check(&draft, &arena, &choices, 1, NOON, &problems);
    assert_int_equal(problems.count, 0);
    draft_check(&draft, &arena, &choices, 3, NOON, &problems);
    assert_int_equal(problems.count, 1);
    assert_true(has_problem(&problems, "what"));
    /* … and everything before it is sent. */
    take(&draft, 4, "date=never&where.place=x");
    take(&draft, 9, "contact=yes&contact.email=nobody");
    draft_check(&draft, &arena, &choices, 0, NOON, &problems);
    assert_true(has_problem(&problems, "what"));
    assert_true(has_problem(&problems, "date"));
    assert_true(has_problem(&problems, "contact.email"));
    assert_str(draft.date, "never"); /* what was typed is kept */
    take(&draft, 9, "contact=yes&contact.name=C");
    draft_check(&draft, &arena, &choices, 9, NOON, &problems);
    assert_true(has_problem(&problems, "contact"));
    fill(&draft);
    draft_check(&draft, &arena, &choices, 0, NOON, &problems);
    assert_int_equal(problems.count, 0);
}

static void test_too_many_lines(void **state)
{
    (void)state;
    struct draft draft;
    struct draft_problems problems;
    struct buf body;
    buf_init(&body, 4096);
    buf_add_c(&body, "accounts=");
    for (int i = 0; i < REPORT_LIST_MAX + 3; i++) {
        buf_printf(&body, "a%d%%0A", i);
    }
    buf_add_byte(&body, '\0');
    draft_init(&draft);
    take(&draft, 5, body.p);
    /* The last one holds the rest: refused as two lines, but not lost. */
    assert_int_equal(draft.report.account_count, REPORT_LIST_MAX);
    draft_check(&draft, &arena, &choices, 5, NOON, &problems);
    assert_true(has_problem(&problems, "accounts"));
    assert_int_equal(problems.count, 1);
    assert_str(problems.list[0].message,
               "There is room for 20 lines. Write the rest where you say what happened.");
    buf_close(&body);
}

/* A value of `count` letters, percent-encoded where it must be. */
static const char *body_of(struct buf *body, const char *fixed, const char *name,
                           const char *letter, size_t count)
{
    buf_clear(body);
    buf_printf(body, "%s&%s=", fixed, name);
    for (size_t i = 0; i < count; i++) {
        buf_add_c(body, letter);
    }
    buf_add_byte(body, '\0');
    return body->p;
}

/* Every text field of the form, at its limit and one past it: refused beside the field, and in the
 * draft as it was typed, so that the page shows it again. */
static void test_field_limits(void **state)
{
    (void)state;
    static const struct {
        int64_t step;
        const char *name, *fixed;
        size_t at, max;
    } rows[] = {
        {2, "target.role", "", offsetof(struct report, target_role), REPORT_LINE_CHARS_MAX},
        {2, "target.office", "", offsetof(struct report, target_office), REPORT_LINE_CHARS_MAX},
        {2, "target.name", "", offsetof(struct report, target_name), REPORT_LINE_CHARS_MAX},
        {2, "reporter.relation", "", offsetof(struct report, relation), REPORT_LINE_CHARS_MAX},
        {3, "what", "", offsetof(struct report, what), REPORT_WHAT_BYTES_MAX},
        {4, "where.place", "", offsetof(struct report, place), REPORT_LINE_CHARS_MAX},
        {4, "where.postcode", "", offsetof(struct report, postcode), REPORT_POSTCODE_CHARS_MAX},
        {4, "where.constituency", "", offsetof(struct report, constituency), REPORT_LINE_CHARS_MAX},
        {5, "channel", "", offsetof(struct report, channel), REPORT_LINE_CHARS_MAX},
        {5, "accounts", "", offsetof(struct report, accounts), REPORT_LINE_CHARS_MAX},
        {5, "links", "", offsetof(struct report, links), REPORT_LINK_BYTES_MAX},
        {7, "impact", "", offsetof(struct report, impact), REPORT_IMPACT_BYTES_MAX},
        {9, "contact.name", "contact=yes&contact.how=x", offsetof(struct report, contact_name),
         REPORT_LINE_CHARS_MAX},
        {9, "contact.phone", "contact=yes", offsetof(struct report, contact_phone),
         REPORT_LINE_CHARS_MAX},
        {9, "contact.how", "contact=yes", offsetof(struct report, contact_how),
         REPORT_LINE_CHARS_MAX},
    };
    struct buf body, plain;
    buf_init(&body, 1 << 20);
    buf_init(&plain, BOX_DRAFT_BYTES_MAX);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct draft draft, back;
        struct draft_problems problems;
        draft_init(&draft);
        take(&draft, rows[i].step, body_of(&body, rows[i].fixed, rows[i].name, "x", rows[i].max));
        draft_check(&draft, &arena, &choices, rows[i].step, NOON, &problems);
        if (problems.count > 0) {
            fail_msg("%s: %.*s", rows[i].name, STR_ARG(problems.list[0].message));
        }
        draft_init(&draft);
        take(&draft, rows[i].step,
             body_of(&body, rows[i].fixed, rows[i].name, "x", rows[i].max + 1));
        draft_check(&draft, &arena, &choices, rows[i].step, NOON, &problems);
        assert_int_equal(problems.count, 1);
        assert_true(has_problem(&problems, rows[i].name));
        buf_clear(&plain);
        draft_encode(&draft, &plain);
        assert_int_equal(draft_decode(&arena, buf_str(&plain), &back), STATUS_OK);
        const str *kept = (const str *)(const void *)((const char *)&back.report + rows[i].at);
        assert_int_equal(kept->n, rows[i].max + 1);
    }
    buf_close(&body);
    buf_close(&plain);
}

/* Answers that are not text: each row is refused beside its field, or good. */
static void test_field_answers(void **state)
{
    (void)state;
    static const struct {
        int64_t step;
        const char *body, *field; /* NULL: nothing is wrong */
    } rows[] = {
        {1, "", NULL},
        {1, "danger=now", NULL},
        {1, "danger=sometimes", "danger"},
        {4, "date=2026-11-26&time=12%3A30", NULL},
        {4, "date=2026-11-26&time=14%3A30", "date"},
        {4, "date=2026-12-25", "date"},
        {4, "date=0026-06-14", "date"},
        {4, "time=12%3A30", "date"},
        {7, "fear=0", "fear"},
        {7, "fear=1", NULL},
        {7, "fear=5", NULL},
        {7, "fear=6", "fear"},
        {7, "fear=very", "fear"},
        {9, "", NULL},
        {9, "contact=no", NULL},
        {9, "contact=perhaps", "contact"},
        {9, "contact=yes", "contact"},
        {9, "contact=yes&contact.how=mornings", NULL},
        {9, "contact=yes&contact.email=nobody", "contact.email"},
        {9, "contact.email=a%40b.example", "contact"}, /* neither answer was ticked */
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct draft draft, back;
        struct draft_problems problems;
        struct buf plain;
        buf_init(&plain, BOX_DRAFT_BYTES_MAX);
        draft_init(&draft);
        take(&draft, rows[i].step, rows[i].body);
        draft_check(&draft, &arena, &choices, rows[i].step, NOON, &problems);
        if ((rows[i].field != NULL) != (problems.count > 0) ||
            (rows[i].field != NULL && !has_problem(&problems, rows[i].field))) {
            fail_msg("'%s': %zu problems", rows[i].body, problems.count);
        }
        draft_encode(&draft, &plain);
        /* a draft that holds a wrong answer can still be read: the other answers are not lost */
        assert_int_equal(draft_decode(&arena, buf_str(&plain), &back), STATUS_OK);
        assert_true(str_equal(back.date, draft.date));
        assert_true(str_equal(back.report.contact_email, draft.report.contact_email));
        buf_close(&plain);
    }
}

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, 16 << 20);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_close(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_round_trip, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_anonymous_keeps_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_when, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_checks, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_too_many_lines, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_field_limits, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_field_answers, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
