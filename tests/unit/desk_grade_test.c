/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: a grade that an officer has lowered stays lowered until an officer changes it or a new
 * report raises it; the case says what rules suggest, who lowered it and why.
 * Method: the bench's desk on both engines; THR1 is a G4 code, THR3 a G3 one. */
#include "../support/desk_acts.h"

static const str thr1[] = {STR_INIT("THR1")};
static const str thr3[] = {STR_INIT("THR3")};
static const str abu1[] = {STR_INIT("ABU1")};

static struct desk_done set_codes(struct desk_bench *d, int64_t number, const str *code)
{
    struct desk_done done;
    OK(do_it(d, &d->triager,
             (struct desk_do){.kind = DO_CODES, .number = number, .codes = code, .code_count = 1},
             &done, NULL));
    return done;
}

static void set_grade(struct desk_bench *d, int64_t number, int64_t grade, const char *reason)
{
    struct desk_do what = {
        .kind = DO_GRADE, .number = number, .grade = grade, .reason = str_c(reason)};
    OK(do_it(d, &d->supervisor, what, NULL, NULL));
}

static void test_codes_raise_nothing_lowered(void **state)
{
    struct desk_bench d;
    open_with(&d, state);
    bench_send(&d, &(struct bench_letter){.what = "a", .codes = "THR1", .grade = 4});
    bench_import(&d);
    struct desk_case view = read_case(&d, 1);
    assert_int_equal(view.row.grade, 4);
    assert_int_equal(view.lowered.officer, 0);
    set_grade(&d, 1, 2, "he quotes a play");
    view = read_case(&d, 1);
    assert_int_equal(view.lowered.officer, d.supervisor.officer);
    assert_int_equal(view.lowered.at, bench_now);
    assert_str(view.lowered.why, "he quotes a play");
    assert_int_equal(view.lowered.suggested, 4);
    struct desk_done done = set_codes(&d, 1, thr1);
    assert_true(done.is_kept_low);
    view = read_case(&d, 1);
    assert_int_equal(view.row.grade, 2);
    assert_str(view.lowered.why, "he quotes a play");
    /* the act does not say that the codes set that grade */
    assert_true(str_find(view.acts[0].detail, STR("\"grade\":2,\"suggested\":4")) <
                view.acts[0].detail.n);
    assert_false(set_codes(&d, 1, abu1).is_kept_low);
    assert_int_equal(read_case(&d, 1).row.grade, 2);
    /* an officer who sets what rules say ends the lowering; from then on codes raise again */
    set_grade(&d, 1, 4, "");
    view = read_case(&d, 1);
    assert_int_equal(view.lowered.officer, 0);
    desk_bench_close(&d);
}

/* Below what rules say it is still an officer's decision, also when it goes up. */
static void test_part_of_the_way(void **state)
{
    struct desk_bench d;
    open_with(&d, state);
    bench_send(&d, &(struct bench_letter){.what = "a", .codes = "THR1", .grade = 4});
    bench_import(&d);
    set_grade(&d, 1, 1, "nothing in it");
    set_grade(&d, 1, 3, "a little in it");
    assert_int_equal(read_case(&d, 1).lowered.officer, d.supervisor.officer);
    assert_str(read_case(&d, 1).lowered.why, "a little in it");
    set_codes(&d, 1, thr1);
    assert_int_equal(read_case(&d, 1).row.grade, 3);
    desk_bench_close(&d);
}

/* Nobody lowered it: codes raise as ever. */
static void test_codes_raise(void **state)
{
    struct desk_bench d;
    open_with(&d, state);
    bench_send(&d, &(struct bench_letter){.what = "a", .codes = "ABU1", .grade = 1});
    bench_import(&d);
    assert_false(set_codes(&d, 1, thr3).is_kept_low);
    assert_int_equal(read_case(&d, 1).row.grade, 3);
    set_grade(&d, 1, 5, ""); /* an officer raised it over what rules say, and back */
    set_grade(&d, 1, 3, "not so bad");
    assert_int_equal(read_case(&d, 1).lowered.suggested, 3);
    set_codes(&d, 1, thr1);
    assert_int_equal(read_case(&d, 1).row.grade, 3);
    desk_bench_close(&d);
}

/* A new report is a new fact: a higher case merged into a lowered one raises it, and the lowering
 * that no longer holds is gone; a lowering that comes along holds on. */
static void test_merge(void **state)
{
    struct desk_bench d;
    open_with(&d, state);
    bench_send(&d, &(struct bench_letter){.what = "a", .codes = "THR1", .grade = 4});
    bench_send(&d, &(struct bench_letter){.what = "b", .codes = "THR3", .grade = 3});
    bench_send(&d, &(struct bench_letter){.what = "c", .codes = "ABU1", .grade = 1});
    bench_import(&d);
    set_grade(&d, 1, 2, "he quotes a play");
    OK(do_it(
        &d, &d.supervisor,
        (struct desk_do){.kind = DO_MERGE, .number = 1, .other = 3, .reason = STR("one thing")},
        NULL, NULL));
    struct desk_case view = read_case(&d, 3);
    assert_int_equal(view.row.grade, 2);
    assert_str(view.lowered.why, "he quotes a play");
    assert_int_equal(view.lowered.to, 2);
    struct desk_do again = {
        .kind = DO_CODES, .number = 3, .incident = 1, .codes = thr1, .code_count = 1};
    OK(do_it(&d, &d.triager, again, NULL, NULL));
    assert_int_equal(read_case(&d, 3).row.grade, 2);
    OK(do_it(
        &d, &d.supervisor,
        (struct desk_do){.kind = DO_MERGE, .number = 2, .other = 3, .reason = STR("one thing")},
        NULL, NULL));
    view = read_case(&d, 3);
    assert_int_equal(view.row.grade, 3);
    assert_int_equal(view.lowered.officer, 0);
    /* a lowered case that goes into one as high as its rules say lowers nothing there */
    bench_send(&d, &(struct bench_letter){.what = "e", .codes = "THR1", .grade = 4});
    bench_send(&d, &(struct bench_letter){.what = "f", .codes = "THR1", .grade = 4});
    bench_import(&d);
    set_grade(&d, 4, 1, "a play");
    OK(do_it(
        &d, &d.supervisor,
        (struct desk_do){.kind = DO_MERGE, .number = 4, .other = 5, .reason = STR("one thing")},
        NULL, NULL));
    view = read_case(&d, 5);
    assert_int_equal(view.row.grade, 4);
    assert_int_equal(view.lowered.officer, 0);
    desk_bench_close(&d);
}

/* The report itself comes after what was added to it: a new fact as well. */
static void test_late_report(void **state)
{
    struct desk_bench d;
    struct mailbox_keys mailbox;
    struct receipt receipt = receipt_new();
    open_with(&d, state);
    mailbox_keys_from_receipt(&receipt, &d.desk_id, &mailbox);
    bench_send(&d, &(struct bench_letter){.what = "more", .is_added = true, .mailbox = &mailbox});
    bench_import(&d);
    set_codes(&d, 1, thr3);
    set_grade(&d, 1, 1, "not clear");
    bench_send(
        &d, &(struct bench_letter){.what = "a", .codes = "THR1", .grade = 4, .mailbox = &mailbox});
    bench_import(&d);
    struct desk_case view = read_case(&d, 1);
    assert_int_equal(view.row.grade, 4);
    assert_int_equal(view.lowered.officer, 0);
    desk_bench_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(test_codes_raise_nothing_lowered),
        BOTH(test_part_of_the_way),
        BOTH(test_codes_raise),
        BOTH(test_merge),
        BOTH(test_late_report),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
