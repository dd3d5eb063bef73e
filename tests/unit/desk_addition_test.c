/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: what a reporter adds is graded as a first report is: it raises the case, also above an
 * officer's lowering, brings codes and reasons, starts clocks that nobody can have met, and never
 * lowers or puts off anything. And clocks are met by what was done, not by labels.
 * Method: cases of each grade on both engines, with additions at times of the test's own. */
#include "../support/desk_clocks.h"

struct talk {
    struct desk_bench d;
    struct mailbox_keys mailbox;
    int64_t number; /* of the case */
};

static struct desk_case read_at(struct talk *t, time_us span)
{
    return read_case_at(&t->d, t->number, span);
}

static void do_at(struct talk *t, time_us span, struct desk_do what)
{
    what.number = what.number == 0 ? t->number : what.number;
    do_it_at(&t->d, span, what);
}

/* The next case, of a report with a mailbox of its own. */
static void next_report(struct talk *t, const char *codes, int64_t grade)
{
    struct receipt receipt = receipt_new();
    mailbox_keys_from_receipt(&receipt, &t->d.desk_id, &t->mailbox);
    bench_send(&t->d, &(struct bench_letter){.what = "They keep calling me names.",
                                             .codes = codes,
                                             .grade = grade,
                                             .mailbox = &t->mailbox});
    bench_import(&t->d);
    t->number++;
}

static void report(struct talk *t, void **state, const char *codes, int64_t grade)
{
    open_with(&t->d, state);
    t->number = 0;
    next_report(t, codes, grade);
}

static struct crypt_id add(struct talk *t, time_us span, const char *codes, int64_t grade,
                           const char *why)
{
    char reasons[200] = "[]";
    if (why != NULL) {
        snprintf(reasons, sizeof reasons, "[{\"span\":[0,4],\"why\":\"%s\",\"rule\":\"kill\"}]",
                 why);
    }
    struct crypt_id id =
        bench_send(&t->d, &(struct bench_letter){.what = "Now he says that he will kill me.",
                                                 .codes = codes,
                                                 .grade = grade,
                                                 .reasons = reasons,
                                                 .is_added = true,
                                                 .mailbox = &t->mailbox,
                                                 .received = bench_now + span});
    bench_import(&t->d);
    return id;
}

static bool has_code(const struct desk_case *view, const char *code)
{
    bool has = false;
    for (size_t i = 0; i < view->row.code_count; i++) {
        has = has || str_equal(view->row.codes[i], str_c(code));
    }
    return has;
}

static void test_raises(void **state)
{
    struct talk t;
    bool more = false;
    report(&t, state, "ABU1", 1);
    do_at(&t, minute, (struct desk_do){.kind = DO_MESSAGE, .text = STR("We have read it.")});
    assert_true(read_at(&t, 2 * minute).clocks[ACT].is_met);
    assert_true(read_at(&t, 2 * minute).clocks[HEAR].is_met);
    add(&t, 3 * day, "THR1", 4, "Words of a threat to kill");
    struct desk_case view = read_at(&t, 3 * day);
    assert_int_equal(view.row.grade, 4);
    assert_int_equal(view.row.news_grade, 4);
    assert_true(view.row.has_news);
    assert_true(has_code(&view, "THR1") && has_code(&view, "ABU1"));
    assert_int_equal(view.incidents[0].code_count, 2);
    assert_str(view.why_grade[0], "The reporter added: Words of a threat to kill");
    assert_true(str_starts(view.row.seen, STR("Words of a threat to kill: “Now ")));
    assert_due(&view, ACT, 3 * day + 30 * minute);
    assert_due(&view, TELL, 3 * day + 60 * minute);
    assert_due(&view, HEAR, 3 * day + 120 * minute);
    assert_str(view.acts[0].verb, "report.added");
    assert_true(str_find(view.acts[0].detail, STR("\"from\":1,\"to\":4,\"codes\":[\"THR1\"]")) <
                view.acts[0].detail.n);
    /* the front rang when it came; nobody acts: it rings again, once */
    OK(desk_tick(t.d.desk, bench_now + 3 * day + 29 * minute, &more, &err));
    assert_int_equal(t.d.box.alarms, 0);
    OK(desk_tick(t.d.desk, bench_now + 3 * day + 31 * minute, &more, &err));
    OK(desk_tick(t.d.desk, bench_now + 3 * day + 33 * minute, &more, &err));
    assert_int_equal(t.d.box.alarms, 1);
    /* whoever acts has seen it */
    do_at(&t, 3 * day + 34 * minute, (struct desk_do){.kind = DO_STATE, .state = CASE_REFERRED});
    view = read_at(&t, 3 * day + 35 * minute);
    assert_false(view.row.has_news);
    assert_int_equal(view.row.news_grade, 0);
    assert_true(view.clocks[ACT].is_met && view.clocks[ACT].is_late);
    desk_bench_close(&t.d);
}

/* What an officer decided was decided without this. */
static void test_raises_a_lowered_one(void **state)
{
    struct talk t;
    report(&t, state, "THR1", 4);
    do_at(&t, minute, (struct desk_do){.kind = DO_GRADE, .grade = 1, .reason = STR("a play")});
    add(&t, 2 * minute, "OTH0", 2, NULL); /* nothing was found in it */
    assert_int_equal(read_at(&t, 2 * minute).row.grade, 1);
    assert_int_equal(read_at(&t, 2 * minute).lowered.officer, t.d.supervisor.officer);
    add(&t, 3 * minute, "THR3", 3, "Words of a threat");
    struct desk_case view = read_at(&t, 3 * minute);
    assert_int_equal(view.row.grade, 3);
    assert_int_equal(view.lowered.officer, 0);
    bool has_why = false;
    for (size_t i = 0; i < view.why_grade_count; i++) {
        has_why =
            has_why || str_equal(view.why_grade[i], STR("The reporter added: Words of a threat"));
    }
    assert_true(has_why);
    desk_bench_close(&t.d);
}

static void test_lowers_nothing(void **state)
{
    struct talk t;
    report(&t, state, "PHY3", 5);
    struct desk_case before = read_at(&t, minute);
    add(&t, 2 * minute, "OTH0", 2, NULL);
    add(&t, 3 * minute, "LAW0", 2, "Words of lawful criticism");
    add(&t, 4 * minute, "ABU1", 1, "An insult");
    struct desk_case view = read_at(&t, 5 * minute);
    assert_int_equal(view.row.grade, 5);
    assert_int_equal(view.row.news_grade, 0);
    assert_true(view.row.has_news);
    assert_false(has_code(&view, "OTH0") || has_code(&view, "LAW0"));
    assert_true(has_code(&view, "ABU1"));
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(view.clocks[i].due, before.clocks[i].due);
    }
    for (size_t i = 0; i < view.why_grade_count; i++) {
        assert_false(
            str_equal(view.why_grade[i], STR("The reporter added: Words of lawful criticism")));
    }
    desk_bench_close(&t.d);
}

/* A clock that runs is not put off by what makes the case worse. */
static void test_clocks_tighten(void **state)
{
    struct talk t;
    report(&t, state, "THR3", 3); /* act within 4 h, tell and hear within 24 h */
    add(&t, 230 * minute, "THR1", 4, NULL);
    struct desk_case view = read_at(&t, 231 * minute);
    assert_due(&view, ACT, 240 * minute);         /* not 260 */
    assert_due(&view, TELL, (230 + 60) * minute); /* not 24 h */
    assert_due(&view, HEAR, (230 + 120) * minute);
    assert_int_equal(view.row.due, bench_now + 240 * minute);
    add(&t, 235 * minute, "PHY3", 5, NULL);
    view = read_at(&t, 236 * minute);
    assert_due(&view, ACT, 240 * minute);
    assert_due(&view, TELL, 245 * minute);
    assert_due(&view, HEAR, 295 * minute);
    desk_bench_close(&t.d);
}

/* The same again, after somebody acted: somebody must act again. While nobody has, nothing moves. */
static void test_again(void **state)
{
    struct talk t;
    report(&t, state, "THR1", 4);
    add(&t, 10 * minute, "THR1", 4, NULL);
    struct desk_case view = read_at(&t, 11 * minute);
    assert_due(&view, ACT, 30 * minute);
    do_at(&t, 12 * minute, (struct desk_do){.kind = DO_STATE, .state = CASE_REFERRED});
    add(&t, 20 * minute, "ABU1", 1, NULL); /* milder than the case: answered, but no new act */
    view = read_at(&t, 21 * minute);
    assert_true(view.clocks[ACT].is_met && view.clocks[TELL].is_met);
    add(&t, 40 * minute, "THR1", 4, NULL);
    view = read_at(&t, 41 * minute);
    assert_due(&view, ACT, 70 * minute);
    assert_due(&view, TELL, 100 * minute);
    assert_due(&view, HEAR, 120 * minute); /* nobody has answered yet */
    desk_bench_close(&t.d);
}

static void acted(struct talk *t, time_us span)
{
    do_at(t, span, (struct desk_do){.kind = DO_NOTE, .text = STR("force told"), .did = DID_TELL});
    assert_true(read_at(t, span).clocks[ACT].is_met && read_at(t, span).clocks[TELL].is_met);
}

/* Below the grade of the case, and grave all the same, or new. */
static void test_grave_again(void **state)
{
    struct talk t;
    report(&t, state, "PHY3", 5);
    acted(&t, minute);
    add(&t, 20 * minute, "ABU1", 1, NULL);
    assert_true(read_at(&t, 20 * minute).clocks[ACT].is_met);
    add(&t, 30 * minute, "THR1", 4, "Words of a threat to kill");
    struct desk_case view = read_at(&t, 31 * minute);
    assert_due(&view, ACT, 35 * minute);
    assert_due(&view, TELL, 40 * minute);
    assert_true(str_starts(view.row.seen, STR("added: Words of a threat to kill: “Now ")));
    acted(&t, 32 * minute);
    view = read_at(&t, 33 * minute);
    assert_false(str_starts(view.row.seen, STR("added")));
    add(&t, 40 * minute, "THR3", 3, NULL); /* a threat that was not there before */
    view = read_at(&t, 41 * minute);
    assert_due(&view, ACT, 45 * minute);
    acted(&t, 42 * minute);
    add(&t, 50 * minute, "THR3", 3, NULL); /* the same once more */
    assert_true(read_at(&t, 51 * minute).clocks[ACT].is_met);
    desk_bench_close(&t.d);
}

/* Nothing was found in what came; but somebody writes to a grave case that was closed. */
static void test_grave_reopens(void **state)
{
    struct talk t;
    bool more = false;
    report(&t, state, "THR1", 4);
    acted(&t, minute);
    do_at(&t, 2 * minute,
          (struct desk_do){.kind = DO_STATE, .state = CASE_CLOSED, .reason = STR("force told")});
    add(&t, 5 * day, "OTH0", 2, NULL);
    struct desk_case view = read_at(&t, 5 * day);
    assert_int_equal(view.row.state, CASE_OPEN);
    assert_due(&view, ACT, 5 * day + 30 * minute);
    assert_true(view.clocks[TELL].is_met);
    assert_str(view.row.seen, "added: “Now he says that he will kill me.”");
    OK(desk_tick(t.d.desk, bench_now + 5 * day + 31 * minute, &more, &err));
    assert_int_equal(t.d.box.alarms, 1);
    desk_bench_close(&t.d);
}

/* A closed case comes back with clocks of its own time. */
static void test_reopens(void **state)
{
    struct talk t;
    report(&t, state, "ABU1", 1);
    do_at(&t, minute,
          (struct desk_do){.kind = DO_STATE, .state = CASE_CLOSED, .reason = STR("nothing in it")});
    add(&t, 5 * day, "THR1", 4, NULL);
    struct desk_case view = read_at(&t, 5 * day);
    assert_int_equal(view.row.state, CASE_OPEN);
    assert_int_equal(view.row.grade, 4);
    assert_due(&view, ACT, 5 * day + 30 * minute);
    assert_due(&view, TELL, 5 * day + 60 * minute);
    assert_due(&view, HEAR, 5 * day + 120 * minute);
    desk_bench_close(&t.d);
}

/* The report comes when what was added to it is a case already (it was in quarantine, say): it was not
 * there to be acted on, and is late since it was received. */
static void test_late_report(void **state)
{
    struct talk t;
    bool more = false;
    struct receipt receipt = receipt_new();
    open_with(&t.d, state);
    t.number = 1;
    mailbox_keys_from_receipt(&receipt, &t.d.desk_id, &t.mailbox);
    add(&t, 10 * minute, "ABU1", 2, NULL);
    acted(&t, 11 * minute);
    bench_send(&t.d, &(struct bench_letter){.what = "He waits for me with a knife.",
                                            .codes = "THR1",
                                            .grade = 4,
                                            .mailbox = &t.mailbox});
    bench_import(&t.d);
    struct desk_case view = read_at(&t, day);
    assert_int_equal(view.row.grade, 4);
    assert_due(&view, ACT, 30 * minute);
    assert_due(&view, TELL, 60 * minute);
    assert_true(view.clocks[ACT].is_overdue);
    OK(desk_tick(t.d.desk, bench_now + day, &more, &err));
    assert_int_equal(t.d.box.alarms, 1);
    desk_bench_close(&t.d);
}

/* … and so it does in one that was closed meanwhile. */
static void test_late_report_reopens(void **state)
{
    struct talk t;
    struct receipt receipt = receipt_new();
    open_with(&t.d, state);
    t.number = 1;
    mailbox_keys_from_receipt(&receipt, &t.d.desk_id, &t.mailbox);
    add(&t, 0, "THR1", 4, NULL);
    acted(&t, minute);
    do_at(&t, 2 * minute,
          (struct desk_do){.kind = DO_STATE, .state = CASE_CLOSED, .reason = STR("force told")});
    bench_send(&t.d, &(struct bench_letter){.what = "He waits for me with a knife.",
                                            .codes = "THR1",
                                            .grade = 4,
                                            .mailbox = &t.mailbox,
                                            .received = bench_now + day});
    bench_import(&t.d);
    struct desk_case view = read_at(&t, day);
    assert_int_equal(view.row.state, CASE_OPEN);
    assert_due(&view, ACT, day + 30 * minute);
    assert_true(view.clocks[TELL].is_met);
    desk_bench_close(&t.d);
}

/* What a case shows is made of its reports, additions among them: also after they have moved. */
static void test_moves_along(void **state)
{
    struct talk t;
    report(&t, state, "ABU1", 1);
    add(&t, 5 * minute, "THR1", 4, "Words of a threat to kill");
    bench_send(&t.d, &(struct bench_letter){.what = "other", .codes = "ABU1", .grade = 1});
    bench_import(&t.d);
    do_at(&t, 6 * minute,
          (struct desk_do){.kind = DO_MERGE, .other = 2, .reason = STR("one thing")});
    struct desk_done done;
    OK(do_it(&t.d, &t.d.supervisor, (struct desk_do){.kind = DO_SPLIT, .number = 2, .incident = 1},
             &done, NULL));
    struct desk_case view = read_case(&t.d, done.number);
    assert_int_equal(view.row.grade, 4);
    assert_int_equal(view.report_count, 2);
    assert_str(view.why_grade[0], "The reporter added: Words of a threat to kill");
    assert_true(str_starts(view.row.seen, STR("Words of a threat to kill")));
    view = read_case(&t.d, 2);
    for (size_t i = 0; i < view.why_grade_count; i++) {
        assert_false(str_starts(view.why_grade[i], STR("The reporter added")));
    }
    desk_bench_close(&t.d);
}

/* --- what meets a clock (docs/decisions/0015) --- */

static void test_labels_meet_nothing(void **state)
{
    static const str codes[] = {STR_INIT("THR1")};
    struct talk t;
    bool more = false;
    report(&t, state, "THR1", 4);
    do_at(&t, minute, (struct desk_do){.kind = DO_CODES, .codes = codes, .code_count = 1});
    do_at(&t, minute, (struct desk_do){.kind = DO_GRADE, .grade = 4});
    do_at(&t, minute, (struct desk_do){.kind = DO_ASSIGN, .owner = t.d.triager.officer});
    do_at(&t, minute, (struct desk_do){.kind = DO_STATE, .state = CASE_OPEN});
    do_at(&t, minute, (struct desk_do){.kind = DO_NOTE, .text = STR("hm")});
    struct desk_case view = read_at(&t, 2 * minute);
    assert_int_equal(view.row.state, CASE_OPEN);
    for (size_t i = 0; i < 3; i++) {
        assert_false(view.clocks[i].is_met);
    }
    /* it has an owner and a code, and nobody has done anything: it rings again */
    OK(desk_tick(t.d.desk, bench_now + 31 * minute, &more, &err));
    assert_int_equal(t.d.box.alarms, 1);
    do_at(&t, 32 * minute,
          (struct desk_do){.kind = DO_STATE, .state = CASE_CLOSED, .reason = STR("a joke")});
    view = read_at(&t, 33 * minute);
    assert_false(view.clocks[ACT].is_met);
    assert_true(view.clocks[ACT].ended_at == bench_now + 32 * minute);
    desk_bench_close(&t.d);
}

static void test_notes_meet(void **state)
{
    static const struct {
        enum desk_did did;
        bool tells, hears;
    } rows[] = {{DID_TELL, true, false},
                {DID_SPEAK, false, true},
                {DID_MEASURE, false, false},
                {DID_OTHER, false, false}};
    struct talk t;
    report(&t, state, "THR1", 4);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        do_at(&t, minute,
              (struct desk_do){.kind = DO_NOTE, .text = STR("what"), .did = rows[i].did});
        struct desk_case view = read_at(&t, 2 * minute);
        assert_true(view.clocks[ACT].is_met);
        assert_true(view.clocks[ACT].met_at == bench_now + minute);
        assert_int_equal(view.clocks[TELL].is_met, rows[i].tells);
        assert_int_equal(view.clocks[HEAR].is_met, rows[i].hears);
        assert_int_equal(view.notes[0].did, rows[i].did);
        assert_str(view.notes[0].text, "what");
        next_report(&t, "THR1", 4);
    }
    desk_bench_close(&t.d);
}

/* A message is an act once it has reached the reporter, but not where somebody must call. */
static void test_messages_meet(void **state)
{
    struct talk t;
    report(&t, state, "THR1", 4);
    t.d.box.reply_fails = true;
    do_at(&t, minute, (struct desk_do){.kind = DO_MESSAGE, .text = STR("We act.")});
    assert_false(read_at(&t, 2 * minute).clocks[ACT].is_met);
    t.d.box.reply_fails = false;
    bool more = true;
    while (more) {
        OK(desk_outbox_step(t.d.desk, 10, bench_now + 3 * minute, &more, &err));
    }
    assert_true(read_at(&t, 4 * minute).clocks[ACT].met_at == bench_now + 3 * minute);
    next_report(&t, "PHY3", 5);
    do_at(&t, minute, (struct desk_do){.kind = DO_MESSAGE, .text = STR("We act.")});
    assert_false(read_at(&t, 2 * minute).clocks[ACT].is_met);
    do_at(&t, 3 * minute,
          (struct desk_do){.kind = DO_NOTE, .text = STR("called"), .did = DID_TELL});
    assert_true(read_at(&t, 4 * minute).clocks[ACT].is_met);
    assert_true(read_at(&t, 4 * minute).clocks[TELL].is_met);
    desk_bench_close(&t.d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(test_raises),         BOTH(test_raises_a_lowered_one),
        BOTH(test_lowers_nothing), BOTH(test_clocks_tighten),
        BOTH(test_again),          BOTH(test_reopens),
        BOTH(test_grave_again),    BOTH(test_grave_reopens),
        BOTH(test_moves_along),    BOTH(test_labels_meet_nothing),
        BOTH(test_notes_meet),     BOTH(test_messages_meet),
        BOTH(test_late_report),    BOTH(test_late_report_reopens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
