/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: letters become cases once and for all; the queue is in the order of urgency; acts are in
 * the ledger before they happen; who may not know of a case does not.
 * Method: a desk with a letterbox in memory (desk_bench.h), on both engines. */
#include "../support/desk_acts.h"

/* --- import --- */

static void test_import(void **state)
{
    struct desk_bench d;
    open_with(&d, state);
    struct crypt_id id =
        bench_send(&d, &(struct bench_letter){.what = "They will kill me.\nSecond line",
                                              .codes = "THR1",
                                              .name = "Pat Sample",
                                              .area = "Bow and Stepney",
                                              .grade = 3,
                                              .received = bench_now - 90 * 60 * US_PER_SECOND});
    bench_send(&d, &(struct bench_letter){.what = "broken", .codes = "ABU1", .is_broken = true});
    bench_send(&d, &(struct bench_letter){.what = "rude", .codes = "ABU1", .grade = 1});
    bench_import(&d);
    struct desk_page page = whole_queue(&d);
    assert_int_equal(page.count, 2);
    assert_int_equal(page.rows[0].grade, 4); /* the code's default is above the front's grade */
    assert_str(page.rows[0].title, "They will kill me.");
    assert_str(page.rows[0].subject, "Pat Sample");
    assert_str(page.rows[0].area, "Bow and Stepney");
    assert_true(page.rows[0].is_overdue);
    assert_true(page.rows[0].clock == CLOCK_ACT);
    assert_int_equal(page.rows[1].grade, 1);
    assert_true(page.rows[1].due == bench_now + 4320 * 60 * US_PER_SECOND);
    struct desk_case view = read_case(&d, page.rows[0].number);
    assert_int_equal(view.report_count, 1);
    assert_true(crypt_id_equal(&view.reports[0].id, &id));
    assert_str(view.reports[0].body.report.what, "They will kill me.\nSecond line");
    assert_int_equal(view.incident_count, 1);
    assert_str(view.incidents[0].codes[0], "THR1");
    struct desk_quarantined *list = NULL;
    size_t count = 0;
    OK(desk_quarantine(d.desk, &d.auditor, &d.arena, &list, &count, &err));
    assert_int_equal(count, 1);
    assert_str(list[0].why, "its text does not open");
    assert_int_equal(list[0].leaf, d.box.letters[1].leaf);
    desk_bench_close(&d);
}

/* Before everything is opened and indexed, nobody may say that there is nothing. */
static void test_catching_up(void **state)
{
    struct desk_bench d;
    struct desk_hits hits;
    bool more = false;
    desk_bench_open(&d, ready(state), 2000);
    bench_send(&d, &(struct bench_letter){.what = "a quiet zebra", .codes = "ABU1"});
    bench_send(&d, &(struct bench_letter){.what = "another zebra", .codes = "ABU1"});
    assert_false(desk_is_caught_up(d.desk)); /* sealed: nobody knows */
    desk_bench_unlock(&d);
    assert_false(desk_is_caught_up(d.desk));
    assert_int_equal(whole_queue(&d).count, 0);
    OK(desk_import_step(d.desk, 1, bench_now, &more, &err));
    assert_false(desk_is_caught_up(d.desk));
    bench_index(&d); /* the index has all that there is, and letters still wait */
    OK(desk_search(d.desk, &d.triager, STR("zebra"), (str){0}, 0, &d.arena, &hits, &err));
    assert_int_equal(hits.count, 1);
    assert_false(hits.is_complete);
    bench_import(&d);
    assert_true(desk_is_caught_up(d.desk));
    OK(desk_search(d.desk, &d.triager, STR("zebra"), (str){0}, 0, &d.arena, &hits, &err));
    assert_false(hits.is_complete); /* opened, not yet indexed */
    bench_index(&d);
    OK(desk_search(d.desk, &d.triager, STR("zebra"), (str){0}, 0, &d.arena, &hits, &err));
    assert_int_equal(hits.count, 2);
    assert_true(hits.is_complete);
    OK(desk_lock(d.desk, NULL, &err));
    desk_bench_unlock(&d);
    assert_false(desk_is_caught_up(d.desk));
    desk_bench_close(&d);
}

/* The power goes between the casebook's commit and box's deletion: everything comes twice. */
static void test_import_twice(void **state)
{
    struct desk_bench d;
    bool more = false;
    open_with(&d, state);
    for (int i = 0; i < 10; i++) {
        bench_send(&d, &(struct bench_letter){
                           .what = "twice", .codes = "ABU1", .grade = 1, .is_broken = i == 3});
    }
    d.box.done_fails = true;
    ENDS(desk_import_step(d.desk, 256, bench_now, &more, &err), STATUS_UNAVAILABLE);
    assert_int_equal(whole_queue(&d).count, 9);
    d.box.done_fails = false;
    OK(desk_lock(d.desk, NULL, &err));
    desk_bench_unlock(&d);
    bench_import(&d);
    assert_int_equal(whole_queue(&d).count, 9);
    for (size_t i = 0; i < d.box.count; i++) {
        assert_true(d.box.is_done[i]);
    }
    desk_bench_close(&d);
}

static void test_raises(void **state)
{
    static const struct {
        struct bench_letter letter;
        int64_t grade;
    } cases[] = {
        {{.what = "a", .codes = "ABU1", .grade = 0}, 1},
        {{.what = "b", .codes = "ABU1", .grade = 3}, 3}, /* the front saw more: never lowered */
        {{.what = "c", .codes = "ABU1", .fear = 5}, 2},
        {{.what = "d", .codes = "ABU1", .fear = 4}, 1},
        {{.what = "e", .codes = "ABU1", .danger = "now"}, 5},
        {{.what = "f", .codes = "DAM1,THR3"}, 3},
        {{.what = "g", .codes = "DAM1", .name = "P", .account = "@x"}, 1},
        {{.what = "h", .codes = "DAM1", .name = "p ", .account = "@X"}, 2}, /* repeated */
        {{.what = "i", .codes = "NEW9"}, 0},
    };
    struct desk_bench d;
    open_with(&d, state);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        bench_send(&d, &cases[i].letter);
    }
    bench_import(&d);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct desk_case view = read_case(&d, (int64_t)i + 1);
        if (view.row.grade != cases[i].grade) {
            fail_msg("%s: grade %d", cases[i].letter.what, (int)view.row.grade);
        }
    }
    assert_true(read_case(&d, 8).why_grade_count == 1);
    desk_bench_close(&d);
}

static void test_followup(void **state)
{
    struct desk_bench d;
    struct mailbox_keys mailbox, other;
    struct receipt receipt = receipt_new();
    open_with(&d, state);
    mailbox_keys_from_receipt(&receipt, &d.desk_id, &mailbox);
    receipt = receipt_new();
    mailbox_keys_from_receipt(&receipt, &d.desk_id, &other);
    bench_send(&d, &(struct bench_letter){
                       .what = "first", .codes = "ABU1", .grade = 1, .mailbox = &mailbox});
    bench_import(&d);
    assert_int_equal(
        do_it(&d, &d.triager,
              (struct desk_do){
                  .kind = DO_STATE, .number = 1, .state = CASE_CLOSED, .reason = STR("done")},
              NULL, NULL),
        STATUS_OK);
    assert_int_equal(whole_queue(&d).count, 0);
    assert_int_equal(d.box.reply_count, 1);
    bench_send(&d, &(struct bench_letter){.what = "and again",
                                          .is_added = true,
                                          .mailbox = &mailbox,
                                          .received = bench_now + 60 * US_PER_SECOND});
    bench_send(&d, &(struct bench_letter){.what = "stray", .is_added = true, .mailbox = &other});
    bench_import(&d);
    struct desk_page page = whole_queue(&d);
    assert_int_equal(page.count, 2); /* reopened; and the stray one, not lost */
    struct desk_case view = read_case(&d, 1);
    assert_true(view.row.has_news);
    assert_true(view.row.state == CASE_OPEN);
    assert_int_equal(view.report_count, 2);
    assert_str(view.reports[1].body.report.what, "and again");
    assert_true(view.reports[1].body.is_added);
    /* The time line has the addition and what it did, not only what officers did. */
    assert_int_equal(view.act_count, 2);
    assert_str(view.acts[0].verb, "report.added");
    assert_int_equal(view.acts[0].officer, 0);
    assert_non_null(strstr(arena_cstr(&d.arena, view.acts[0].detail), "\"reopened\":true"));
    assert_str(view.acts[1].verb, "case.state");
    assert_true(d.box.leaves[view.acts[0].leaf].kind == LEAF_ACT);
    bench_send(&d, &(struct bench_letter){.what = "third", .is_added = true, .mailbox = &mailbox});
    bench_import(&d);
    view = read_case(&d, 1);
    assert_int_equal(view.act_count, 3);
    assert_non_null(strstr(arena_cstr(&d.arena, view.acts[0].detail), "\"reopened\":false"));
    desk_bench_close(&d);
}

/* One bit of a case is flipped in the store: the others are not hidden, and what a reporter adds to
 * it is kept. */
static void test_broken_case(void **state)
{
    struct desk_bench d;
    struct mailbox_keys mailbox;
    struct receipt receipt = receipt_new();
    open_with(&d, state);
    mailbox_keys_from_receipt(&receipt, &d.desk_id, &mailbox);
    bench_send(&d, &(struct bench_letter){.what = "x", .codes = "ABU1", .mailbox = &mailbox});
    bench_send(&d, &(struct bench_letter){.what = "fine", .codes = "ABU1"});
    bench_import(&d);
    struct db *db = bench_casebook(&d);
    OK(db_exec(db, "UPDATE casefile SET brief = $1 WHERE number = 1",
               DB_ARGS(DB_B("not what was stored, and long enough to be a seal", 49)), NULL, &err));
    db_close(db);
    struct desk_page page = whole_queue(&d);
    assert_int_equal(page.count, 2);
    assert_str(page.rows[0].title, "This case cannot be read: its stored bytes were changed.");
    assert_str(page.rows[1].title, "fine");
    bench_send(&d, &(struct bench_letter){.what = "more", .is_added = true, .mailbox = &mailbox});
    bench_send(&d, &(struct bench_letter){.what = "after it", .codes = "ABU1"});
    bench_import(&d);
    bench_index(&d);
    assert_int_equal(whole_queue(&d).count, 3);
    struct desk_quarantined *list = NULL;
    size_t count = 0;
    OK(desk_quarantine(d.desk, &d.auditor, &d.arena, &list, &count, &err));
    assert_int_equal(count, 1);
    assert_str(list[0].why, "it could not be added to its case");
    struct desk_case view;
    ENDS(desk_case_read(d.desk, &d.triager, 1, PURPOSE_READ, 0, &d.arena, &view, &err),
         STATUS_CORRUPT);
    desk_bench_close(&d);
}

/* --- queue --- */

static void test_queue_order_and_pages(void **state)
{
    struct desk_bench d;
    open_with(&d, state);
    for (int64_t i = 0; i < 60; i++) {
        bench_send(&d, &(struct bench_letter){.what = "x",
                                              .codes = "OTH0",
                                              .grade = i % 6,
                                              .received =
                                                  bench_now - (i * 7 % 13) * 3600 * US_PER_SECOND});
    }
    bench_import(&d);
    struct desk_filter any = desk_filter_any();
    int64_t seen[60];
    size_t count = 0;
    struct desk_row last = {.grade = 5};
    str after = {0};
    do {
        struct desk_page page = page_of(&d, &d.triager, &any, after, 7);
        for (size_t i = 0; i < page.count; i++) {
            struct desk_row *row = &page.rows[i];
            assert_true(row->grade <= last.grade);
            if (row->grade == last.grade && last.due != 0) {
                assert_true(row->due / (3600 * US_PER_SECOND) >= last.due / (3600 * US_PER_SECOND));
            }
            last = *row;
            seen[count++] = row->number;
        }
        after = page.next;
    } while (after.n > 0);
    assert_int_equal(count, 60);
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < i; k++) {
            assert_true(seen[i] != seen[k]);
        }
    }
    struct desk_page page = {0};
    ENDS(desk_queue(d.desk, &d.triager, &any, STR("x"), 7, &d.arena, &page, &err), STATUS_INVALID);
    ENDS(desk_queue(d.desk, &d.analyst, &any, (str){0}, 7, &d.arena, &page, &err), STATUS_DENIED);
    desk_bench_close(&d);
}

static void test_filters(void **state)
{
    struct desk_bench d;
    open_with(&d, state);
    bench_send(
        &d, &(struct bench_letter){.what = "1", .codes = "THR1", .area = "Bow", .language = "en"});
    bench_send(&d, &(struct bench_letter){
                       .what = "2", .codes = "ABU1,DAM1", .area = "BOW ", .language = "cy"});
    bench_send(&d, &(struct bench_letter){.what = "3",
                                          .codes = "ABU1",
                                          .area = "Stepney",
                                          .language = "en",
                                          .is_practice = true});
    bench_send(&d, &(struct bench_letter){.what = "4",
                                          .codes = "DAM1",
                                          .grade = 2,
                                          .language = "bn",
                                          .received = bench_now - 20 * 86400 * US_PER_SECOND});
    bench_import(&d);
    assert_int_equal(do_it(&d, &d.supervisor,
                           (struct desk_do){.kind = DO_ASSIGN, .number = 2, .owner = 1}, NULL,
                           NULL),
                     STATUS_OK);
    assert_int_equal(do_it(&d, &d.supervisor,
                           (struct desk_do){.kind = DO_STATE, .number = 4, .state = CASE_OPEN},
                           NULL, NULL),
                     STATUS_OK);
    static const struct {
        const char *filter;
        const char *numbers; /* in the order of urgency */
    } cases[] = {
        {"", "1 4 2 3 "},
        {"grade=4", "1 "},
        {"grade=1", "2 3 "},
        {"code=ABU1", "2 3 "},
        {"code=DAM1&language=bn", "4 "},
        {"code=DAM1&language=bn&area=Bow", ""},
        {"area=bow", "1 2 "},
        {"area=Nowhere", ""},
        {"language=en", "1 3 "},
        {"owner=1", "2 "},
        {"owner=0", "1 4 3 "},
        {"state=open", "4 "},
        {"state=new", "1 2 3 "},
        {"practice=0", "1 4 2 "},
        {"practice=1", "3 "},
        {"week=2024-W27", "1 2 3 "},
        {"week=2024-W24", "4 "},
        {"overdue=1", "4 "},
        {"overdue=1&code=DAM1&owner=0&state=open&language=bn&week=2024-W24", "4 "},
        {"unknown=1&grade=", "1 4 2 3 "},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct desk_filter filter;
        char got[64] = "";
        OK(desk_filter_decode(&d.arena, str_c(cases[i].filter), &filter, &err));
        struct desk_page page = page_of(&d, &d.triager, &filter, (str){0}, 0);
        for (size_t k = 0; k < page.count; k++) {
            snprintf(got + strlen(got), sizeof got - strlen(got), "%d ", (int)page.rows[k].number);
        }
        if (strcmp(got, cases[i].numbers) != 0) {
            fail_msg("\"%s\" gives %s, not %s", cases[i].filter, got, cases[i].numbers);
        }
    }
    struct desk_filter filter;
    ENDS(desk_filter_decode(&d.arena, STR("grade=7"), &filter, &err), STATUS_INVALID);
    ENDS(desk_filter_decode(&d.arena, STR("state=lost"), &filter, &err), STATUS_INVALID);
    desk_bench_close(&d);
}

static void test_saved_filters(void **state)
{
    struct desk_bench d;
    struct desk_saved_filter *list = NULL;
    size_t count = 0;
    int64_t mine = 0, shared = 0;
    open_with(&d, state);
    struct desk_filter filter = desk_filter_any();
    filter.area = STR("Bow & Stepney=100%");
    filter.grade = 4;
    OK(desk_filter_save(d.desk, &d.triager, STR("mine"), &filter, false, &mine, &err));
    OK(desk_filter_save(d.desk, &d.supervisor, STR("all"), &filter, true, &shared, &err));
    ENDS(desk_filter_save(d.desk, &d.triager, STR("x"), &filter, true, &mine, &err), STATUS_DENIED);
    ENDS(desk_filter_save(d.desk, &d.triager, STR(" "), &filter, false, &mine, &err),
         STATUS_INVALID);
    /* of two that one officer sees, each has its own name */
    ENDS(desk_filter_save(d.desk, &d.triager, STR("Mine"), &filter, false, &mine, &err),
         STATUS_CONFLICT);
    ENDS(desk_filter_save(d.desk, &d.triager, STR("all "), &filter, false, &mine, &err),
         STATUS_CONFLICT);
    OK(desk_filters(d.desk, &d.triager, &d.arena, &list, &count, &err));
    assert_int_equal(count, 2);
    assert_str(list[0].name, "mine");
    struct desk_filter back;
    OK(desk_filter_decode(&d.arena, list[0].filter, &back, &err));
    assert_true(str_equal(back.area, filter.area));
    assert_int_equal(back.grade, 4);
    assert_int_equal(back.owner, -1);
    OK(desk_filters(d.desk, &d.supervisor, &d.arena, &list, &count, &err));
    assert_int_equal(count, 1);
    ENDS(desk_filter_delete(d.desk, &d.triager, shared, &err), STATUS_NOT_FOUND);
    OK(desk_filter_delete(d.desk, &d.triager, mine, &err));
    OK(desk_filter_delete(d.desk, &d.supervisor, shared, &err));
    desk_bench_close(&d);
}

/* Private notes leave the desk only when that was asked for, and the act says which. */
static void test_notes_leave_by_choice(void **state)
{
    static const struct {
        enum desk_purpose purpose;
        size_t notes;
        const char *verb, *words;
    } rows[] = {
        {PURPOSE_PRINT, 0, "case.print", "\"notes\":\"without\""},
        {PURPOSE_EXPORT, 0, "case.export", "\"notes\":\"without\""},
        {PURPOSE_PRINT_NOTES, 1, "case.print", "\"notes\":\"with\""},
        {PURPOSE_EXPORT_NOTES, 1, "case.export", "\"notes\":\"with\""},
    };
    struct desk_bench d;
    open_with(&d, state);
    bench_send(&d, &(struct bench_letter){.what = "x", .codes = "ABU1"});
    bench_import(&d);
    assert_int_equal(do_it(&d, &d.triager,
                           (struct desk_do){.kind = DO_NOTE, .number = 1, .text = STR("inside")},
                           NULL, NULL),
                     STATUS_OK);
    assert_int_equal(read_case(&d, 1).note_count, 1);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct desk_case view;
        struct desk_act *acts = NULL;
        size_t count = 0;
        ENDS(desk_case_read(d.desk, &d.triager, 1, rows[i].purpose, 0, &d.arena, &view, &err),
             STATUS_DENIED);
        OK(desk_case_read(d.desk, &d.supervisor, 1, rows[i].purpose, 0, &d.arena, &view, &err));
        assert_int_equal(view.note_count, rows[i].notes);
        OK(desk_acts(d.desk, &d.auditor, 0, 10, &d.arena, &acts, &count, &err));
        assert_true(str_equal(acts[1].verb, str_c(rows[i].verb)));
        assert_non_null(strstr(arena_cstr(&d.arena, acts[1].detail), rows[i].words));
    }
    desk_bench_close(&d);
}

/* --- acts --- */

static void test_grades(void **state)
{
    struct desk_bench d;
    open_with(&d, state);
    bench_send(&d, &(struct bench_letter){.what = "x", .codes = "THR3", .grade = 3});
    bench_import(&d);
    struct desk_do raise = {.kind = DO_GRADE, .number = 1, .grade = 4};
    struct desk_do lower = {.kind = DO_GRADE, .number = 1, .grade = 2};
    assert_int_equal(do_it(&d, &d.triager, raise, NULL, NULL), STATUS_OK);
    assert_int_equal(do_it(&d, &d.triager, lower, NULL, NULL), STATUS_DENIED);
    assert_int_equal(do_it(&d, &d.supervisor, lower, NULL, NULL), STATUS_INVALID);
    lower.reason = STR("seen with the reporter");
    assert_int_equal(do_it(&d, &d.supervisor, lower, NULL, NULL), STATUS_OK);
    struct desk_case view = read_case(&d, 1);
    assert_int_equal(view.row.grade, 2);
    assert_true(view.row.state == CASE_TRIAGED);
    assert_false(view.clocks[0].is_met);
    assert_int_equal(view.act_count, 2); /* refused acts leave nothing */
    assert_int_equal(view.acts[0].officer, 2);
    assert_non_null(strstr(arena_cstr(&d.arena, view.acts[0].detail), "seen with the reporter"));
    str code = STR("PHY3");
    assert_int_equal(
        do_it(&d, &d.triager,
              (struct desk_do){.kind = DO_CODES, .number = 1, .codes = &code, .code_count = 1},
              NULL, NULL),
        STATUS_OK);
    view = read_case(&d, 1);
    assert_int_equal(view.row.grade, 2); /* an officer lowered it: desk_grade_test.c */
    assert_int_equal(view.row.code_count, 1);
    assert_str(view.incidents[0].codes[0], "PHY3");
    code = STR("ABU1");
    assert_int_equal(
        do_it(&d, &d.triager,
              (struct desk_do){.kind = DO_CODES, .number = 1, .codes = &code, .code_count = 1},
              NULL, NULL),
        STATUS_OK);
    assert_int_equal(read_case(&d, 1).row.grade, 2);
    raise.grade = 5;
    assert_int_equal(do_it(&d, &d.triager, raise, NULL, NULL), STATUS_OK);
    code = STR("NOPE");
    assert_int_equal(
        do_it(&d, &d.triager,
              (struct desk_do){.kind = DO_CODES, .number = 1, .codes = &code, .code_count = 1},
              NULL, NULL),
        STATUS_INVALID);
    struct desk_do close = {.kind = DO_STATE, .number = 1, .state = CASE_CLOSED};
    assert_int_equal(do_it(&d, &d.supervisor, close, NULL, NULL), STATUS_INVALID);
    close.reason = STR("solved");
    assert_int_equal(do_it(&d, &d.triager, close, NULL, NULL), STATUS_DENIED); /* G5: signed */
    assert_int_equal(do_it(&d, &d.supervisor, close, NULL, NULL), STATUS_OK);
    assert_str(read_case(&d, 1).closed_why, "solved");
    assert_int_equal(whole_queue(&d).count, 0);
    desk_bench_close(&d);
}

static void test_stale_save(void **state)
{
    struct desk_bench d;
    struct desk_done done;
    struct desk_conflict conflict = {0};
    open_with(&d, state);
    bench_send(&d, &(struct bench_letter){.what = "x", .codes = "ABU1"});
    bench_import(&d);
    int64_t version = read_case(&d, 1).row.version;
    struct desk_do mine = {.kind = DO_SUMMARY,
                           .number = 1,
                           .version = version,
                           .text = STR("what the first one wrote")};
    struct desk_do yours = mine;
    yours.text = STR("what the second one wrote");
    assert_int_equal(do_it(&d, &d.triager, mine, &done, NULL), STATUS_OK);
    assert_int_equal(done.version, version + 1);
    int64_t leaves = d.box.leaf_count;
    assert_int_equal(do_it(&d, &d.supervisor, yours, &done, &conflict), STATUS_CONFLICT);
    assert_int_equal(d.box.leaf_count, leaves); /* nothing happened */
    assert_true(conflict.is_stale);
    assert_int_equal(conflict.version, version + 1);
    assert_int_equal(conflict.officer, 1);
    assert_str(conflict.theirs, "what the first one wrote");
    assert_str(conflict.yours, "what the second one wrote");
    struct desk_do note = {
        .kind = DO_NOTE, .number = 1, .version = conflict.version, .text = STR("a private note")};
    assert_int_equal(do_it(&d, &d.supervisor, note, &done, NULL), STATUS_OK);
    assert_int_equal(do_it(&d, &d.supervisor, yours, &done, &conflict), STATUS_CONFLICT);
    assert_str(conflict.theirs,
               "what the first one wrote"); /* the same field, not the newest text */
    assert_str(conflict.verb, "case.summary");
    assert_int_equal(conflict.officer, 1);
    yours.version = conflict.version;
    assert_int_equal(do_it(&d, &d.supervisor, yours, &done, NULL), STATUS_OK);
    struct desk_case view = read_case(&d, 1);
    assert_str(view.summary, "what the second one wrote");
    assert_int_equal(view.note_count, 1);
    assert_str(view.notes[0].text, "a private note");
    assert_true(view.notes[0].at == bench_now);
    /* The note's text is in no act: auditors read acts. */
    for (size_t i = 0; i < view.act_count; i++) {
        assert_null(strstr(arena_cstr(&d.arena, view.acts[i].detail), "private"));
    }
    desk_bench_close(&d);
}

static void test_messages(void **state)
{
    struct desk_bench d;
    struct mailbox_keys mailbox;
    struct receipt receipt = receipt_new();
    open_with(&d, state);
    mailbox_keys_from_receipt(&receipt, &d.desk_id, &mailbox);
    bench_send(
        &d, &(struct bench_letter){.what = "x", .codes = "THR1", .grade = 4, .mailbox = &mailbox});
    bench_send(&d, &(struct bench_letter){.what = "no mailbox", .codes = "ABU1"});
    bench_import(&d);
    struct desk_do message = {.kind = DO_MESSAGE, .number = 1, .text = STR("We have read it.")};
    assert_int_equal(do_it(&d, &d.triager, message, NULL, NULL), STATUS_OK);
    assert_int_equal(d.box.reply_count, 1);
    assert_true(crypt_id_equal(&d.box.replies[0].mailbox, &mailbox.id));
    struct buf plain;
    buf_init(&plain, 10000);
    assert_int_equal(mailbox_message_open(&plain, &mailbox, &d.desk_id,
                                          (str){d.box.replies[0].sealed, d.box.replies[0].len}),
                     STATUS_OK);
    struct json json;
    OK(json_parse(&d.arena, buf_str(&plain), &json, &err));
    assert_str(json_member_text(&json, "kind"), "reply");
    assert_str(json_member_text(&json, "text"), "We have read it.");
    assert_str(json_member_text(&json, "at"), "2024-07-03T09:46:40Z");
    buf_close(&plain);
    struct desk_case view = read_case(&d, 1);
    assert_int_equal(view.message_count, 1);
    assert_int_equal(view.note_count, 0);
    assert_true(view.clocks[2].is_met);
    message.number = 2;
    assert_int_equal(do_it(&d, &d.triager, message, NULL, NULL), STATUS_INVALID);
    desk_bench_close(&d);
}

/* No leaf, no text; a leaf whose act failed is void at the next unlock, once. */
static void test_ledger_first(void **state)
{
    struct desk_bench d;
    struct desk_case view;
    struct desk_page page;
    struct mailbox_keys mailbox;
    struct receipt receipt = receipt_new();
    open_with(&d, state);
    mailbox_keys_from_receipt(&receipt, &d.desk_id, &mailbox);
    bench_send(&d, &(struct bench_letter){.what = "x", .codes = "ABU1", .mailbox = &mailbox});
    bench_import(&d);
    struct desk_filter any = desk_filter_any();
    d.box.leaf_fails = true;
    ENDS(desk_case_read(d.desk, &d.triager, 1, PURPOSE_READ, 0, &d.arena, &view, &err),
         STATUS_UNAVAILABLE);
    ENDS(desk_queue(d.desk, &d.triager, &any, (str){0}, 0, &d.arena, &page, &err),
         STATUS_UNAVAILABLE);
    assert_int_equal(do_it(&d, &d.triager,
                           (struct desk_do){.kind = DO_GRADE, .number = 1, .grade = 5}, NULL, NULL),
                     STATUS_UNAVAILABLE);
    d.box.leaf_fails = false;
    assert_int_equal(read_case(&d, 1).row.grade, 1);
    acts_away(&d, true); /* after the leaf, before the commit */
    assert_int_equal(do_it(&d, &d.triager,
                           (struct desk_do){.kind = DO_MESSAGE, .number = 1, .text = STR("hello")},
                           NULL, NULL),
                     STATUS_INTERNAL);
    acts_away(&d, false);
    struct crypt_id lost = d.box.leaves[d.box.leaf_count - 1].subject;
    assert_int_equal(d.box.void_count, 0);
    OK(desk_lock(d.desk, NULL, &err));
    desk_bench_unlock(&d);
    assert_int_equal(d.box.void_count, 1);
    bool is_void = false;
    for (int64_t i = 0; i < d.box.leaf_count; i++) {
        is_void = is_void || (d.box.leaves[i].kind == LEAF_VOID &&
                              crypt_id_equal(&d.box.leaves[i].subject, &lost));
    }
    assert_true(is_void);
    OK(desk_lock(d.desk, NULL, &err));
    desk_bench_unlock(&d);
    assert_int_equal(d.box.void_count, 1);
    /* Every act in the casebook is in the ledger under its id. */
    struct desk_act *acts = NULL;
    size_t count = 0;
    OK(desk_acts(d.desk, &d.auditor, 0, 500, &d.arena, &acts, &count, &err));
    assert_true(count >= 5);
    for (size_t i = 0; i < count; i++) {
        assert_true(d.box.leaves[acts[i].leaf].kind == LEAF_ACT);
    }
    assert_str(acts[0].verb, "audit.read");
    desk_bench_close(&d);
}

static void test_need_to_know(void **state)
{
    struct desk_bench d;
    struct desk_case view;
    struct desk_hits hits;
    open_with(&d, state);
    for (int i = 0; i < 3; i++) {
        bench_send(&d, &(struct bench_letter){.what = "a quiet zebra", .codes = "ABU1"});
    }
    bench_import(&d);
    bench_index(&d);
    OK(desk_search(d.desk, &d.triager, STR("zebra"), (str){0}, 0, &d.arena, &hits, &err));
    assert_int_equal(hits.count, 3);
    int64_t only[] = {2};
    struct desk_do restrict_it = {
        .kind = DO_ACCESS, .number = 1, .access = ACCESS_RESTRICTED, .reason = STR("family")};
    struct desk_do name_it = {.kind = DO_ACCESS,
                              .number = 2,
                              .access = ACCESS_NAMED,
                              .named = only,
                              .named_count = 1,
                              .reason = STR("one of us")};
    assert_int_equal(do_it(&d, &d.triager, restrict_it, NULL, NULL), STATUS_DENIED);
    assert_int_equal(do_it(&d, &d.supervisor, restrict_it, NULL, NULL), STATUS_OK);
    assert_int_equal(do_it(&d, &d.supervisor, name_it, NULL, NULL), STATUS_OK);
    /* before and after the index has followed */
    for (int pass = 0; pass < 2; pass++) {
        OK(desk_search(d.desk, &d.triager, STR("zebra"), (str){0}, 0, &d.arena, &hits, &err));
        assert_int_equal(hits.count, 1);
        OK(desk_search(d.desk, &d.supervisor, STR("zebra"), (str){0}, 0, &d.arena, &hits, &err));
        assert_int_equal(hits.count, 1);
        bench_index(&d);
    }
    struct desk_filter any = desk_filter_any();
    assert_int_equal(page_of(&d, &d.triager, &any, (str){0}, 0).count, 1);
    assert_int_equal(page_of(&d, &d.supervisor, &any, (str){0}, 0).count, 3);
    struct caller second = d.supervisor;
    second.officer = 99;
    assert_int_equal(page_of(&d, &second, &any, (str){0}, 0).count, 2);
    struct error hidden = {0}, missing = {0};
    assert_int_equal(
        desk_case_read(d.desk, &d.triager, 1, PURPOSE_READ, 0, &d.arena, &view, &hidden),
        STATUS_NOT_FOUND);
    assert_int_equal(
        desk_case_read(d.desk, &d.triager, 77, PURPOSE_READ, 0, &d.arena, &view, &missing),
        STATUS_NOT_FOUND);
    assert_string_equal(hidden.primary, missing.primary);
    ENDS(desk_case_read(d.desk, &second, 2, PURPOSE_READ, 0, &d.arena, &view, &err),
         STATUS_NOT_FOUND);
    assert_int_equal(do_it(&d, &d.triager,
                           (struct desk_do){.kind = DO_NOTE, .number = 1, .text = STR("n")}, NULL,
                           NULL),
                     STATUS_NOT_FOUND);
    ENDS(desk_case_read(d.desk, &d.triager, 3, PURPOSE_EXPORT, 0, &d.arena, &view, &err),
         STATUS_DENIED);
    /* A link to a hidden case is hidden. */
    assert_int_equal(
        do_it(&d, &d.supervisor,
              (struct desk_do){.kind = DO_LINK, .number = 3, .other = 1, .reason = STR("same")},
              NULL, NULL),
        STATUS_OK);
    assert_int_equal(read_case(&d, 3).link_count, 1);
    OK(desk_case_read(d.desk, &d.triager, 3, PURPOSE_READ, 0, &d.arena, &view, &err));
    assert_int_equal(view.link_count, 0);
    desk_bench_close(&d);
}

static void test_merge_split(void **state)
{
    struct desk_bench d;
    struct desk_done done;
    open_with(&d, state);
    bench_send(&d, &(struct bench_letter){.what = "one", .codes = "ABU1", .area = "Bow"});
    bench_send(&d, &(struct bench_letter){.what = "two", .codes = "THR1", .area = "Stepney"});
    bench_send(&d, &(struct bench_letter){.what = "three", .codes = "ABU1", .is_practice = true});
    bench_import(&d);
    assert_int_equal(do_it(&d, &d.triager,
                           (struct desk_do){.kind = DO_NOTE, .number = 2, .text = STR("kept")},
                           NULL, NULL),
                     STATUS_OK);
    struct desk_do merge = {.kind = DO_MERGE, .number = 2, .other = 1, .reason = STR("one thing")};
    struct desk_do practice = {
        .kind = DO_MERGE, .number = 3, .other = 1, .reason = STR("one thing")};
    assert_int_equal(do_it(&d, &d.triager, practice, &done, NULL), STATUS_INVALID);
    assert_int_equal(do_it(&d, &d.triager, merge, &done, NULL), STATUS_OK);
    assert_int_equal(done.number, 1);
    struct desk_case view = read_case(&d, 1);
    assert_int_equal(view.incident_count, 2);
    assert_int_equal(view.report_count, 2);
    assert_int_equal(view.row.grade, 4);
    assert_int_equal(view.row.code_count, 2);
    assert_int_equal(view.note_count, 1);
    assert_str(view.acts[0].verb, "case.merged-in"); /* also told where it went to */
    assert_non_null(strstr(arena_cstr(&d.arena, view.acts[0].detail), "\"other\":2"));
    assert_int_equal(read_case(&d, 2).merged_into, 1);
    assert_int_equal(whole_queue(&d).count, 2);
    assert_int_equal(do_it(&d, &d.triager, merge, &done, NULL), STATUS_INVALID);
    struct desk_do split = {.kind = DO_SPLIT, .number = 1, .incident = 2};
    assert_int_equal(do_it(&d, &d.triager, split, &done, NULL), STATUS_OK);
    assert_int_equal(done.number, 4);
    view = read_case(&d, 4);
    assert_str(view.acts[0].verb, "incident.split-off");
    assert_int_equal(view.incident_count, 1);
    assert_str(view.row.area, "Stepney");
    assert_int_equal(do_it(&d, &d.triager, split, &done, NULL), STATUS_INVALID);
    merge = (struct desk_do){.kind = DO_MERGE, .number = 4, .other = 1, .reason = STR("one thing")};
    assert_int_equal(do_it(&d, &d.triager, merge, &done, NULL), STATUS_OK);
    struct desk_do same = {.kind = DO_SAME, .number = 1, .incident = 1, .other = 2};
    assert_int_equal(do_it(&d, &d.triager, same, &done, NULL), STATUS_OK);
    view = read_case(&d, 1);
    assert_int_equal(view.incident_count, 1);
    assert_int_equal(view.incidents[0].code_count, 2);
    assert_int_equal(view.report_count, 2);
    desk_bench_close(&d);
}

static int64_t number_of(const struct released_tables *tables, const char *unit,
                         const char *dimension, const char *label)
{
    for (size_t t = 0; t < tables->count; t++) {
        const struct released_table *table = &tables->tables[t];
        for (size_t r = 0; r < table->count; r++) {
            if (str_equal(table->unit, str_c(unit)) &&
                str_equal(table->dimension, str_c(dimension)) &&
                str_equal(table->rows[r].label, str_c(label))) {
                return table->rows[r].count.value;
            }
        }
    }
    return -1;
}

/* Practice goes the whole way and counts nowhere: in no table is one of its twenty reports. */
static void test_practice_counts_nowhere(void **state)
{
    static const char *const units[] = {"reports", "incidents"};
    struct desk_bench d;
    struct released_tables tables;
    open_with(&d, state);
    for (int i = 0; i < 30; i++) {
        bench_send(&d, &(struct bench_letter){.what = "x",
                                              .codes = i % 3 == 0   ? "THR1"
                                                       : i % 3 == 1 ? "OTH0"
                                                                    : "LAW0",
                                              .name = "Pat",
                                              .area = "Bow",
                                              .is_practice = i < 15});
    }
    bench_import(&d);
    assert_int_equal(whole_queue(&d).count, 30);
    OK(desk_numbers(d.desk, &d.analyst, &tables, &err));
    for (size_t u = 0; u < ARRAY_LEN(units); u++) {
        assert_int_equal(number_of(&tables, units[u], "all", "all"), 10);
        assert_int_equal(number_of(&tables, units[u], "kind", "abuse"), 5);
        assert_int_equal(number_of(&tables, units[u], "kind", "not yet classified"), 5);
        assert_int_equal(number_of(&tables, units[u], "kind", "left out"), 5);
        assert_int_equal(number_of(&tables, units[u], "code", "THR1"), 5);
        assert_int_equal(number_of(&tables, units[u], "code", "LAW0"), 5);
        assert_int_equal(number_of(&tables, units[u], "grade", "G4"), 5);
        assert_int_equal(number_of(&tables, units[u], "area", "Bow"), 10);
        assert_int_equal(number_of(&tables, units[u], "week", "2024-W27"), 10);
    }
    desk_bench_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(test_import),
        BOTH(test_import_twice),
        BOTH(test_catching_up),
        BOTH(test_raises),
        BOTH(test_followup),
        BOTH(test_broken_case),
        BOTH(test_queue_order_and_pages),
        BOTH(test_filters),
        BOTH(test_saved_filters),
        BOTH(test_grades),
        BOTH(test_stale_save),
        BOTH(test_messages),
        BOTH(test_ledger_first),
        BOTH(test_need_to_know),
        BOTH(test_merge_split),
        BOTH(test_notes_leave_by_choice),
        BOTH(test_practice_counts_nowhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
