/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: a situation report is made for each set time, also when the desk was locked then, and one of now when
 * it is asked for; it says what happened and what waits.
 * Method: a desk with a letterbox in memory on an invented polling day, on both engines. */
#include "../support/operation_day_bench.h"

static struct desk_sitrep *reports(struct fixture *f, size_t *ret_count)
{
    struct desk_sitrep *list = NULL;
    OK(desk_sitreps(f->d.desk, &f->planner, f->number, &f->d.arena, &list, ret_count, &err));
    return list;
}

static void step(struct fixture *f, time_us now)
{
    for (int i = 0; i < 12; i++) {
        OK(desk_sitrep_step(f->d.desk, now, &err));
    }
}

static void test_situation_reports(void **state)
{
    struct fixture f;
    size_t count = 0;
    str html = {0};
    fixture_open_on(&f, state, str_c(day));
    step(&f, bench_now); /* nothing is published */
    (void)reports(&f, &count);
    assert_int_equal(count, 0);
    f.planner.now = bench_now - 5 * HOUR_US; /* 05:46 */
    publish(&f);
    f.planner.now = bench_now;
    /* 10:46: those of 06:30 and 10:00 were missed, and say so */
    step(&f, bench_now + 40 * US_PER_SECOND);
    struct desk_sitrep *list = reports(&f, &count);
    assert_int_equal(count, 2);
    assert_true(list[0].is_late && list[1].is_late);
    assert_true(list[0].at > list[1].at);
    step(&f, bench_now + 120 * US_PER_SECOND);
    (void)reports(&f, &count);
    assert_int_equal(count, 2); /* each once */
    /* 13:00, in time */
    step(&f, list[0].at + 3 * HOUR_US + 20 * US_PER_SECOND);
    list = reports(&f, &count);
    assert_int_equal(count, 3);
    assert_false(list[0].is_late);
    OK(desk_sitrep_read(f.d.desk, &f.planner, list[0].leaf, &f.d.arena, &html, &err));
    assert_true(has(html, "13:00"));
    ENDS(desk_sitrep_read(f.d.desk, &f.d.triager, list[0].leaf, &f.d.arena, &html, &err),
         STATUS_DENIED);
    /* of a day long past none is made up for */
    step(&f, bench_now + 30 * 24 * HOUR_US);
    (void)reports(&f, &count);
    assert_int_equal(count, 3);
    fixture_close(&f);
}

/* An operation that does not open costs its own reports only, and is not passed over in silence. */
static void test_reports_beside_a_broken_one(void **state)
{
    struct fixture f;
    size_t count = 0;
    int64_t number = 0;
    fixture_open_on(&f, state, str_c(day));
    publish(&f);
    OK(desk_operation_make(f.d.desk, &f.planner, STR("Another"), str_c(day), &number, &err));
    struct db *db = bench_casebook(&f.d);
    OK(db_exec(db, "UPDATE operation SET state = $1, body = $2 WHERE number = $3",
               DB_ARGS(DB_I(OPERATION_PUBLISHED), DB_S(STR("spoiled")), DB_I(number)), NULL, &err));
    db_close(db);
    assert_int_not_equal(desk_sitrep_step(f.d.desk, bench_now + 3 * HOUR_US, &f.said), STATUS_OK);
    (void)reports(&f, &count);
    assert_int_equal(count, 1);
    fixture_close(&f);
}

/* What nobody had planned yet, nobody reports: at 10:46 the first that is due is that of 13:00. */
static void test_no_report_of_before(void **state)
{
    struct fixture f;
    size_t count = 0;
    fixture_open_on(&f, state, str_c(day));
    publish(&f);
    step(&f, bench_now + 40 * US_PER_SECOND);
    (void)reports(&f, &count);
    assert_int_equal(count, 0);
    step(&f, bench_now + 3 * HOUR_US);
    (void)reports(&f, &count);
    assert_int_equal(count, 1);
    fixture_close(&f);
}

/* The set times are the planner's; a bad one is said and changes nothing; none is made up for before. */
static void test_set_times(void **state)
{
    struct fixture f;
    size_t count = 0;
    fixture_open_on(&f, state, str_c(day));
    struct operation operation = look(&f).operation;
    assert_int_equal(operation.sitrep_count, 7); /* of who never set any */
    f.planner.now = bench_now - 5 * HOUR_US;
    publish(&f);
    f.planner.now = bench_now;
    struct operation_change what = {.kind = OPERATION_SITREPS, .text = STR("11:00, noon, 13:00")};
    assert_int_equal(change(&f, what), STATUS_INVALID);
    assert_str(str_c(f.said.primary), "'noon' is no time for a situation report.");
    assert_int_equal(look(&f).operation.sitrep_count, 7);
    what.text = STR("1:00,2:00,3:00,4:00,5:00,6:00,7:00,8:00,9:00,10:00,11:00,12:00,13:00");
    assert_int_equal(change(&f, what), STATUS_INVALID);
    what.text = STR("01:30+1, 11:30,, 10:30 ,11:30,");
    OK(change(&f, what));
    operation = look(&f).operation;
    assert_int_equal(operation.sitrep_count, 3);
    assert_int_equal(operation.sitrep_s[0], 10 * 3600 + 1800);
    assert_int_equal(operation.sitrep_s[1], 11 * 3600 + 1800);
    assert_int_equal(operation.sitrep_s[2], 25 * 3600 + 1800);
    step(&f, bench_now + 40 * US_PER_SECOND); /* 10:47: the time 10:30 was set after it */
    (void)reports(&f, &count);
    assert_int_equal(count, 0);
    step(&f, bench_now + 45 * 60 * US_PER_SECOND); /* 11:31 */
    struct desk_sitrep *list = reports(&f, &count);
    assert_int_equal(count, 1);
    assert_false(list[0].is_late);
    what.text = (str){0};
    OK(change(&f, what));
    assert_int_equal(look(&f).operation.sitrep_count, 0);
    step(&f, bench_now + 20 * HOUR_US);
    (void)reports(&f, &count);
    assert_int_equal(count, 1);
    fixture_close(&f);
}

/* Now, by whom, once a minute unless something changed; not before a plan is published, and not on another day. */
static void test_report_of_now(void **state)
{
    struct fixture f;
    size_t count = 0;
    int64_t leaf = 0;
    int64_t again = 0;
    str html = {0};
    struct error said = {0};
    bool is_new = false;
    fixture_open_on(&f, state, str_c(day));
    struct desk *desk = f.d.desk;
    assert_int_equal(desk_sitrep_now(desk, &f.planner, f.number, &f.d.arena, &leaf, &is_new, &said),
                     STATUS_INVALID);
    assert_true(has(str_c(said.primary), "no plan of this operation is published"));
    int64_t first = publish(&f);
    ENDS(desk_sitrep_now(desk, &f.d.triager, f.number, &f.d.arena, &leaf, &is_new, &err),
         STATUS_DENIED);
    OK(desk_sitrep_now(desk, &f.planner, f.number, &f.d.arena, &leaf, &is_new, &err));
    assert_true(is_new);
    f.planner.now += 5 * US_PER_SECOND; /* pressed twice */
    OK(desk_sitrep_now(desk, &f.planner, f.number, &f.d.arena, &again, &is_new, &err));
    assert_int_equal(leaf, again);
    assert_false(is_new);
    struct desk_sitrep *list = reports(&f, &count);
    assert_int_equal(count, 1);
    assert_int_equal(list[0].officer, f.planner.officer);
    assert_false(list[0].is_late);
    /* in the same minute, but something happened, and then something became of it */
    struct desk_happening what = sent("b");
    OK(desk_plan_mend(desk, &f.planner, first, &what, &err));
    OK(desk_sitrep_now(desk, &f.planner, f.number, &f.d.arena, &again, &is_new, &err));
    assert_true(is_new);
    OK(desk_plan_publish(desk, &f.planner, look(&f).plans[0].leaf, &f.d.arena, &err));
    OK(desk_sitrep_now(desk, &f.planner, f.number, &f.d.arena, &again, &is_new, &err));
    assert_true(is_new);
    OK(desk_sitrep_now(desk, &f.planner, f.number, &f.d.arena, &again, &is_new, &err));
    assert_false(is_new);
    OK(desk_sitrep_read(desk, &f.planner, leaf, &f.d.arena, &html, &err));
    assert_true(has(html, "10:46"));
    f.planner.now += 120 * US_PER_SECOND;
    OK(desk_sitrep_now(desk, &f.planner, f.number, &f.d.arena, &again, &is_new, &err));
    assert_int_not_equal(leaf, again);
    f.planner.now = bench_now - 24 * HOUR_US;
    ENDS(desk_sitrep_now(desk, &f.planner, f.number, &f.d.arena, &again, &is_new, &err),
         STATUS_INVALID);
    f.planner.now = bench_now;
    OK(change(&f, (struct operation_change){.kind = OPERATION_CLOSE}));
    SAYS_CLOSED(desk_sitrep_now(desk, &f.planner, f.number, &f.d.arena, &again, &is_new, &err));
    fixture_close(&f);
}

static str report_now(struct fixture *f)
{
    int64_t leaf = 0;
    bool is_new = false;
    str html = {0};
    f->planner.now += 60 * US_PER_SECOND;
    OK(desk_sitrep_now(f->d.desk, &f->planner, f->number, &f->d.arena, &leaf, &is_new, &err));
    OK(desk_sitrep_read(f->d.desk, &f->planner, leaf, &f->d.arena, &html, &err));
    return html;
}

/* What happened, when, where, and what became of it; and what waits for somebody to decide. */
static void test_report_of_what_happened(void **state)
{
    struct fixture f;
    fixture_open_on(&f, state, str_c(day));
    struct desk *desk = f.d.desk;
    int64_t first = publish(&f);
    str html = report_now(&f);
    assert_true(has(html, "Nothing was entered."));
    assert_true(has(html, "No mended plan."));
    struct desk_happening what = sent("b");
    const str out = STR_INIT("P2");
    what.now_s = 10 * 3600 + 47 * 60;
    what.out = &out;
    what.out_count = 1;
    OK(desk_plan_mend(desk, &f.planner, first, &what, &err));
    html = report_now(&f);
    assert_true(has(html,
                    "<td>10:47</td><td>a crowd at the door (plan 2 is proposed)</td><td>Market "
                    "House</td>"));
    assert_true(has(html, "<td>2</td><td>a crowd at the door</td>"));
    OK(desk_plan_mend(desk, &f.planner, first, &what, &err)); /* once more, and dropped */
    OK(desk_plan_drop(desk, &f.planner, look(&f).plans[0].leaf, &f.d.arena, &err));
    OK(desk_plan_publish(desk, &f.planner, look(&f).plans[1].leaf, &f.d.arena, &err));
    html = report_now(&f);
    assert_true(has(html, "a crowd at the door (plan 2 was put in force)"));
    assert_false(has(html, "was dropped"));
    assert_true(has(html, "unit P2 dropped out"));
    assert_true(has(html, "No mended plan."));
    fixture_close(&f);
}

/* The same words of two places are two things that happened, also when one proposal was dropped. */
static void test_report_of_two_places(void **state)
{
    struct fixture f;
    fixture_open_on(&f, state, str_c(day));
    struct desk *desk = f.d.desk;
    int64_t first = publish(&f);
    struct desk_happening what = sent("a");
    what.now_s = 10 * 3600 + 47 * 60;
    OK(desk_plan_mend(desk, &f.planner, first, &what, &err));
    OK(desk_plan_drop(desk, &f.planner, look(&f).plans[0].leaf, &f.d.arena, &err));
    what.site = STR("b");
    OK(desk_plan_mend(desk, &f.planner, first, &what, &err));
    OK(desk_plan_publish(desk, &f.planner, look(&f).plans[0].leaf, &f.d.arena, &err));
    str html = report_now(&f);
    assert_true(has(html, "a crowd at the door (plan 3 was put in force)</td><td>Market House"));
    assert_true(
        has(html, "a crowd at the door (plan 2 was dropped)</td><td>Porth Enys Village Hall"));
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(test_situation_reports),    BOTH(test_reports_beside_a_broken_one),
        BOTH(test_no_report_of_before),  BOTH(test_set_times),
        BOTH(test_report_of_now),        BOTH(test_report_of_what_happened),
        BOTH(test_report_of_two_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
