/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: a clock says what was done and when, and nothing else: closing a case meets none.
 * Method: cases of each grade, closed, merged, reopened and answered at times of the test's own. */
#include "../support/desk_clocks.h"

#include "desk/desk_internal.h"

static void send_with_mailbox(struct desk_bench *d, struct bench_letter letter,
                              struct mailbox_keys *mailbox)
{
    struct receipt receipt = receipt_new();
    mailbox_keys_from_receipt(&receipt, &d->desk_id, mailbox);
    letter.mailbox = mailbox;
    bench_send(d, &letter);
    bench_import(d);
}

static void test_closed_is_not_done(void **state)
{
    struct desk_bench d;
    struct mailbox_keys mailbox;
    open_with(&d, state);
    send_with_mailbox(&d, (struct bench_letter){.what = "x", .codes = "THR1", .grade = 4},
                      &mailbox);
    do_it_at(&d, 20 * minute,
             (struct desk_do){.kind = DO_NOTE, .number = 1, .text = STR("seen"), .did = DID_OTHER});
    do_it_at(&d, 90 * minute,
             (struct desk_do){
                 .kind = DO_STATE, .number = 1, .state = CASE_CLOSED, .reason = STR("a joke")});
    struct desk_case view = read_case_at(&d, 1, 600 * minute);
    assert_true(view.clocks[ACT].is_met);
    assert_true(view.clocks[ACT].met_at == bench_now + 20 * minute);
    assert_false(view.clocks[ACT].is_late);
    /* nobody was told, and it was half an hour too late for that already */
    assert_false(view.clocks[TELL].is_met);
    assert_true(view.clocks[TELL].ended_at == bench_now + 90 * minute);
    assert_true(view.clocks[TELL].is_late);
    assert_false(view.clocks[TELL].is_overdue); /* it runs no more */
    /* the reporter had no answer; there were 30 minutes left */
    assert_false(view.clocks[HEAR].is_met);
    assert_true(view.clocks[HEAR].ended_at == bench_now + 90 * minute);
    assert_false(view.clocks[HEAR].is_late);
    assert_true(view.row.due == 0);
    assert_false(view.row.is_overdue);
    /* opened again, it goes on from where it was */
    do_it_at(&d, 100 * minute, (struct desk_do){.kind = DO_STATE, .number = 1, .state = CASE_OPEN});
    view = read_case_at(&d, 1, 100 * minute);
    assert_true(view.clocks[TELL].is_overdue && view.clocks[TELL].ended_at == 0);
    assert_true(view.row.clock == CLOCK_TELL);
    do_it_at(&d, 110 * minute,
             (struct desk_do){.kind = DO_STATE, .number = 1, .state = CASE_REFERRED});
    view = read_case_at(&d, 1, 110 * minute);
    assert_true(view.clocks[TELL].is_met && view.clocks[TELL].is_late);
    assert_true(view.clocks[TELL].met_at == bench_now + 110 * minute);
    desk_bench_close(&d);
}

/* A report whose reporter still waits goes into a case whose reporter was answered. */
static void test_merge_keeps_the_wait(void **state)
{
    struct desk_bench d;
    struct mailbox_keys first, second;
    open_with(&d, state);
    send_with_mailbox(&d, (struct bench_letter){.what = "a", .codes = "THR1", .grade = 4}, &first);
    send_with_mailbox(&d, (struct bench_letter){.what = "b", .codes = "THR1", .grade = 4}, &second);
    do_it_at(&d, 10 * minute,
             (struct desk_do){.kind = DO_MESSAGE, .number = 1, .text = STR("we are on it")});
    assert_true(read_case_at(&d, 1, 11 * minute).clocks[HEAR].is_met);
    do_it_at(
        &d, 12 * minute,
        (struct desk_do){.kind = DO_MERGE, .number = 2, .other = 1, .reason = STR("one thing")});
    struct desk_case view = read_case_at(&d, 1, 13 * minute);
    assert_false(view.clocks[HEAR].is_met);
    assert_true(view.clocks[HEAR].due == bench_now + 120 * minute);
    view = read_case_at(&d, 2, 600 * minute);
    assert_false(view.clocks[HEAR].is_met);
    assert_true(view.clocks[HEAR].ended_at == bench_now + 12 * minute);
    desk_bench_close(&d);
}

/* What was done about a milder case was not done about a graver one that goes into it: where nobody
 * has acted yet, it is due when it was, and rings. */
static void test_merge_meets_nothing(void **state)
{
    struct desk_bench d;
    bool more = false;
    open_with(&d, state);
    bench_send(&d, &(struct bench_letter){.what = "a", .codes = "HAR1", .grade = 2});
    bench_send(&d, &(struct bench_letter){.what = "b", .codes = "PHY3", .grade = 5});
    bench_send(&d, &(struct bench_letter){.what = "c", .codes = "PHY3", .grade = 5});
    bench_send(&d, &(struct bench_letter){.what = "d", .codes = "PHY3", .grade = 5});
    bench_import(&d);
    do_it_at(&d, minute, (struct desk_do){.kind = DO_STATE, .number = 1, .state = CASE_REFERRED});
    assert_true(read_case_at(&d, 1, minute).clocks[ACT].is_met);
    do_it_at(
        &d, 2 * minute,
        (struct desk_do){.kind = DO_MERGE, .number = 2, .other = 1, .reason = STR("one thing")});
    struct desk_case view = read_case_at(&d, 1, 3 * minute);
    assert_int_equal(view.row.grade, 5);
    assert_false(view.clocks[ACT].is_met || view.clocks[TELL].is_met);
    assert_true(view.clocks[ACT].due == bench_now + 5 * minute);
    assert_true(view.clocks[TELL].due == bench_now + 10 * minute);
    /* cases 3 and 4 are as late as this one: three alarms */
    OK(desk_tick(d.desk, bench_now + 6 * minute, &more, &err));
    assert_int_equal(d.box.alarms, 3);
    /* what was done in both was done for the graver one */
    do_it_at(&d, 7 * minute,
             (struct desk_do){.kind = DO_STATE, .number = 3, .state = CASE_REFERRED});
    do_it_at(&d, 8 * minute,
             (struct desk_do){.kind = DO_NOTE, .number = 1, .text = STR("told"), .did = DID_TELL});
    do_it_at(
        &d, 9 * minute,
        (struct desk_do){.kind = DO_MERGE, .number = 3, .other = 1, .reason = STR("one thing")});
    assert_true(read_case_at(&d, 1, 9 * minute).clocks[ACT].is_met);
    /* as grave, and open in the one that comes in: rings again, although it rang before */
    do_it_at(
        &d, 10 * minute,
        (struct desk_do){.kind = DO_MERGE, .number = 4, .other = 1, .reason = STR("one thing")});
    view = read_case_at(&d, 1, 10 * minute);
    assert_false(view.clocks[ACT].is_met);
    assert_true(view.clocks[ACT].due == bench_now + 5 * minute && view.row.is_overdue);
    OK(desk_tick(d.desk, bench_now + 12 * minute, &more, &err));
    assert_int_equal(d.box.alarms, 4);
    desk_bench_close(&d);
}

/* Acted on both: the promise of the graver one was kept, and shows so. */
static void test_merge_keeps_what_was_done(void **state)
{
    struct desk_bench d;
    open_with(&d, state);
    bench_send(&d, &(struct bench_letter){.what = "a", .codes = "HAR1", .grade = 2});
    bench_send(&d, &(struct bench_letter){.what = "b", .codes = "PHY3", .grade = 5});
    bench_import(&d);
    do_it_at(&d, 2 * minute,
             (struct desk_do){.kind = DO_STATE, .number = 2, .state = CASE_REFERRED});
    do_it_at(&d, 60 * minute,
             (struct desk_do){.kind = DO_STATE, .number = 1, .state = CASE_REFERRED});
    do_it_at(
        &d, 70 * minute,
        (struct desk_do){.kind = DO_MERGE, .number = 2, .other = 1, .reason = STR("one thing")});
    struct desk_case view = read_case_at(&d, 1, 71 * minute);
    assert_int_equal(view.row.grade, 5);
    assert_true(view.clocks[ACT].met_at == bench_now + 2 * minute && !view.clocks[ACT].is_late);
    desk_bench_close(&d);
}

/* --- what the pack says: at once, then hourly; working days --- */

static void test_hourly(void **state)
{
    struct desk_bench d;
    struct mailbox_keys mailbox;
    open_with(&d, state);
    send_with_mailbox(&d, (struct bench_letter){.what = "x", .codes = "PHY3", .grade = 5},
                      &mailbox);
    struct desk_case view = read_case_at(&d, 1, minute);
    /* the acknowledgement was the answer at once: what is due first is the act */
    assert_true(view.clocks[HEAR].due == bench_now + 60 * minute);
    assert_true(view.row.clock == CLOCK_ACT);
    assert_false(view.row.is_overdue);
    do_it_at(&d, 2 * minute,
             (struct desk_do){.kind = DO_STATE, .number = 1, .state = CASE_REFERRED});
    do_it_at(&d, 40 * minute,
             (struct desk_do){.kind = DO_MESSAGE, .number = 1, .text = STR("one")});
    view = read_case_at(&d, 1, 41 * minute);
    assert_false(view.clocks[HEAR].is_met); /* never done while the case is open */
    assert_true(view.clocks[HEAR].due == bench_now + 100 * minute);
    assert_true(view.row.clock == CLOCK_HEAR);
    /* what the reporter adds does not put the hour off */
    bench_send(&d, &(struct bench_letter){.what = "more",
                                          .is_added = true,
                                          .mailbox = &mailbox,
                                          .received = bench_now + 90 * minute});
    bench_import(&d);
    assert_true(read_case_at(&d, 1, 91 * minute).clocks[HEAR].due == bench_now + 100 * minute);
    do_it_at(&d, 95 * minute,
             (struct desk_do){.kind = DO_MESSAGE, .number = 1, .text = STR("two")});
    assert_true(read_case_at(&d, 1, 96 * minute).clocks[HEAR].due == bench_now + 155 * minute);
    desk_bench_close(&d);
}

/* Only what was not answered starts the clock; adding to it does not put it off. */
static void test_followup_clock(void **state)
{
    struct desk_bench d;
    struct mailbox_keys mailbox;
    struct bench_letter more = {.what = "more", .is_added = true, .mailbox = &mailbox};
    open_with(&d, state);
    send_with_mailbox(&d, (struct bench_letter){.what = "x", .codes = "THR1", .grade = 4},
                      &mailbox);
    more.received = bench_now + 30 * minute;
    bench_send(&d, &more);
    bench_import(&d);
    assert_true(read_case_at(&d, 1, 31 * minute).clocks[HEAR].due == bench_now + 120 * minute);
    do_it_at(&d, 40 * minute,
             (struct desk_do){.kind = DO_MESSAGE, .number = 1, .text = STR("one")});
    assert_true(read_case_at(&d, 1, 41 * minute).clocks[HEAR].is_met);
    more.received = bench_now + 50 * minute;
    bench_send(&d, &more);
    bench_import(&d);
    struct desk_case view = read_case_at(&d, 1, 51 * minute);
    assert_false(view.clocks[HEAR].is_met);
    assert_true(view.clocks[HEAR].due == bench_now + 170 * minute);
    desk_bench_close(&d);
}

static time_us at(const char *text)
{
    time_us time = 0;
    bool is_date = false;
    assert_true(time_parse(str_c(text), &time, &is_date));
    return time;
}

static void test_working_days(void **state)
{
    static const struct {
        const char *from;
        int64_t days;
        const char *due;
    } rows[] = {
        {"2024-07-03T09:00:00Z", 2, "2024-07-05T09:00:00Z"}, /* Wednesday → Friday */
        {"2024-07-05T09:00:00Z", 2, "2024-07-09T09:00:00Z"}, /* Friday → Tuesday */
        {"2024-07-06T09:00:00Z", 2, "2024-07-09T09:00:00Z"}, /* Saturday → Tuesday */
        {"2024-07-05T09:00:00Z", 5, "2024-07-12T09:00:00Z"},
        {"2024-07-07T09:00:00Z", 5, "2024-07-12T09:00:00Z"}, /* Sunday → Friday */
        {"2024-07-04T23:30:00Z", 1, "2024-07-07T23:30:00Z"}, /* Friday already, in London */
        {"2024-03-29T09:00:00Z", 2, "2024-04-02T08:00:00Z"}, /* over the change of the clocks */
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        time_us due = working_days_after(at(rows[i].from), rows[i].days);
        if (due != at(rows[i].due)) {
            struct buf text;
            buf_init(&text, 100);
            buf_add_time(&text, due);
            fail_msg("%s and %d days: %.*s", rows[i].from, (int)rows[i].days,
                     STR_ARG(buf_str(&text)));
        }
    }
}

/* Late by minutes is late, also within the hour in which the clock ends. */
static void test_overdue_filter(void **state)
{
    struct desk_bench d;
    open_with(&d, state);
    bench_send(&d, &(struct bench_letter){.what = "late",
                                          .codes = "THR1",
                                          .grade = 4,
                                          .received = bench_now - 31 * 60 * US_PER_SECOND});
    bench_send(&d, &(struct bench_letter){.what = "not yet",
                                          .codes = "THR1",
                                          .grade = 4,
                                          .received = bench_now - 29 * 60 * US_PER_SECOND});
    bench_import(&d);
    struct desk_filter filter = desk_filter_any();
    filter.is_overdue = true;
    struct desk_page page = page_of(&d, &d.supervisor, &filter, (str){0}, 100);
    assert_int_equal(page.count, 1);
    assert_str(page.rows[0].title, "late");
    desk_bench_close(&d);
}

/* What was in the papers long ago waits for nobody: no clock, no second alarm, and the case knows
 * why. A fresh article, one without a date, and a person's report in the same case have clocks. */
static void test_old_news(void **state)
{
    struct desk_bench d;
    open_with(&d, state);
    bench_send(&d, &(struct bench_letter){
                       .what = "a", .codes = "PHY3", .grade = 5, .press = "2024-06-18"});
    bench_send(&d, &(struct bench_letter){
                       .what = "b", .codes = "PHY3", .grade = 5, .press = "2024-06-19"});
    bench_send(&d, &(struct bench_letter){.what = "c", .codes = "PHY3", .grade = 5, .press = ""});
    bench_send(&d, &(struct bench_letter){.what = "d", .codes = "PHY3", .grade = 5});
    bench_import(&d);
    struct desk_case view = read_case(&d, 1);
    assert_str(view.old_news, "2024-06-18"); /* the bench's day is the 3rd of July: 15 days */
    assert_int_equal(view.row.grade, 5);
    assert_int_equal(view.row.due, 0);
    for (size_t i = 0; i < ARRAY_LEN(view.clocks); i++) {
        assert_int_equal(view.clocks[i].due, 0);
    }
    for (int64_t number = 2; number <= 4; number++) {
        assert_int_equal(read_case(&d, number).old_news.n, 0);
        assert_true(read_case(&d, number).row.due > 0);
    }
    bool more = false;
    OK(desk_tick(d.desk, bench_now + 60 * minute, &more, &err));
    assert_int_equal(d.box.alarms, 3);
    /* somebody tells of it: from then on somebody waits, since then and not since the article came */
    bench_send(&d,
               &(struct bench_letter){
                   .what = "e", .codes = "ABU1", .grade = 1, .received = bench_now + 60 * minute});
    bench_import(&d);
    do_it_at(
        &d, 60 * minute,
        (struct desk_do){.kind = DO_MERGE, .number = 1, .other = 5, .reason = STR("one thing")});
    view = read_case_at(&d, 5, 60 * minute);
    assert_int_equal(view.old_news.n, 0);
    assert_int_equal(view.row.due, bench_now + 60 * minute + 5 * minute);
    /* and when it is taken out again, the article is old as before */
    do_it_at(&d, 60 * minute, (struct desk_do){.kind = DO_SPLIT, .number = 5, .incident = 1});
    assert_str(read_case_at(&d, 6, 60 * minute).old_news, "2024-06-18");
    assert_int_equal(read_case_at(&d, 6, 60 * minute).row.due, 0);
    desk_bench_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(test_overdue_filter),
        BOTH(test_old_news),
        BOTH(test_closed_is_not_done),
        BOTH(test_merge_meets_nothing),
        BOTH(test_merge_keeps_what_was_done),
        BOTH(test_merge_keeps_the_wait),
        BOTH(test_hourly),
        BOTH(test_followup_clock),
        cmocka_unit_test(test_working_days),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
