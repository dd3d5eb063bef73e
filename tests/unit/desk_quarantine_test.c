/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: a letter that could not be opened is not forgotten: who may act is told, and trying again
 * makes a case of it once it can be read, exactly once.
 * Method: one letter whose bytes stay broken, and one whose case is broken and then mended. */
#include "../support/desk_acts.h"

static size_t quarantined(struct desk_bench *d, struct desk_quarantined **ret_list)
{
    size_t count = 0;
    OK(desk_quarantine(d->desk, &d->supervisor, &d->arena, ret_list, &count, &err));
    return count;
}

static bool any(struct desk_bench *d, const struct caller *caller)
{
    bool is_any = false;
    OK(desk_quarantine_any(d->desk, caller, &is_any, &err));
    return is_any;
}

static void test_still_broken(void **state)
{
    struct desk_bench d;
    struct desk_quarantined *list = NULL;
    struct desk_retried retried;
    struct desk_act *acts = NULL;
    size_t count = 0;
    open_with(&d, state);
    bench_send(&d, &(struct bench_letter){.what = "fine", .codes = "ABU1"});
    bench_import(&d);
    assert_false(any(&d, &d.supervisor));
    bench_send(&d, &(struct bench_letter){.what = "x", .codes = "ABU1", .is_broken = true});
    bench_import(&d);
    assert_true(any(&d, &d.triager) && any(&d, &d.supervisor) && any(&d, &d.admin));
    assert_false(any(&d, &d.auditor) || any(&d, &d.analyst)); /* they could do nothing */
    assert_int_equal(quarantined(&d, &list), 1);
    int64_t leaf = list[0].leaf;
    ENDS(desk_quarantine_retry(d.desk, &d.auditor, leaf, &retried, &err), STATUS_DENIED);
    ENDS(desk_quarantine_retry(d.desk, &d.triager, leaf + 1, &retried, &err), STATUS_NOT_FOUND);
    OK(desk_quarantine_retry(d.desk, &d.triager, leaf, &retried, &err));
    assert_int_equal(retried.number, 0);
    assert_string_equal(retried.why, "its text does not open");
    assert_int_equal(quarantined(&d, &list), 1);
    assert_int_equal(whole_queue(&d).count, 1);
    OK(desk_acts(d.desk, &d.auditor, 0, 3, &d.arena, &acts, &count, &err));
    size_t at = 0;
    while (at < count && !str_equal(acts[at].verb, STR("letter.retry"))) {
        at++;
    }
    assert_true(at < count);
    assert_non_null(strstr(arena_cstr(&d.arena, acts[at].detail), "its text does not open"));
    desk_bench_close(&d);
}

static void set_brief(struct desk_bench *d, str bytes)
{
    struct db *db = bench_casebook(d);
    OK(db_exec(db, "UPDATE casefile SET brief = $1 WHERE number = 1", DB_ARGS(DB_S(bytes)), NULL,
               &err));
    db_close(db);
}

static str get_brief(struct desk_bench *d)
{
    struct db *db = bench_casebook(d);
    struct db_rows *rows = NULL;
    bool has_row = false;
    OK(db_query(db, "SELECT brief FROM casefile WHERE number = 1", DB_NO_ARGS, &rows, &err));
    OK(db_next(rows, &has_row, &err));
    assert_true(has_row);
    str bytes = arena_str(&d->arena, db_bytes(rows, 0));
    db_rows_close(rows);
    db_close(db);
    return bytes;
}

static void test_mended(void **state)
{
    struct desk_bench d;
    struct mailbox_keys mailbox;
    struct receipt receipt = receipt_new();
    struct desk_quarantined *list = NULL;
    struct desk_retried retried;
    open_with(&d, state);
    mailbox_keys_from_receipt(&receipt, &d.desk_id, &mailbox);
    bench_send(&d, &(struct bench_letter){.what = "x", .codes = "ABU1", .mailbox = &mailbox});
    bench_import(&d);
    str brief = get_brief(&d);
    set_brief(&d, STR("not what was stored, and long enough to be a seal"));
    bench_send(&d, &(struct bench_letter){.what = "more", .is_added = true, .mailbox = &mailbox});
    bench_import(&d);
    assert_int_equal(quarantined(&d, &list), 1);
    int64_t leaf = list[0].leaf;
    OK(desk_quarantine_retry(d.desk, &d.supervisor, leaf, &retried, &err));
    assert_string_equal(retried.why, "it could not be added to its case");
    assert_int_equal(quarantined(&d, &list), 1);
    set_brief(&d, brief);
    /* no leaf, no change */
    d.box.leaf_fails = true;
    ENDS(desk_quarantine_retry(d.desk, &d.supervisor, leaf, &retried, &err), STATUS_UNAVAILABLE);
    d.box.leaf_fails = false;
    assert_int_equal(quarantined(&d, &list), 1);
    assert_int_equal(read_case(&d, 1).report_count, 1);
    OK(desk_quarantine_retry(d.desk, &d.supervisor, leaf, &retried, &err));
    assert_int_equal(retried.number, 1);
    assert_int_equal(quarantined(&d, &list), 0);
    assert_false(any(&d, &d.supervisor));
    struct desk_case view = read_case(&d, 1);
    assert_int_equal(view.report_count, 2);
    assert_str(view.reports[1].body.report.what, "more");
    assert_str(view.acts[0].verb, "letter.retry"); /* in the time line of its case */
    assert_str(view.acts[1].verb, "report.added");
    ENDS(desk_quarantine_retry(d.desk, &d.supervisor, leaf, &retried, &err), STATUS_NOT_FOUND);
    desk_bench_close(&d);
}

/* Whoever tries a letter again hears that it is in a case, and in which one only when they may. */
static void test_not_everybody_hears_where(void **state)
{
    struct desk_bench d;
    struct mailbox_keys mailbox;
    struct receipt receipt = receipt_new();
    struct desk_quarantined *list = NULL;
    struct desk_retried retried;
    int64_t only[] = {99};
    open_with(&d, state);
    mailbox_keys_from_receipt(&receipt, &d.desk_id, &mailbox);
    bench_send(&d, &(struct bench_letter){.what = "x", .codes = "ABU1", .mailbox = &mailbox});
    bench_import(&d);
    struct desk_do name_it = {.kind = DO_ACCESS,
                              .number = 1,
                              .access = ACCESS_NAMED,
                              .named = only,
                              .named_count = 1,
                              .reason = STR("one of us")};
    assert_int_equal(do_it(&d, &d.supervisor, name_it, NULL, NULL), STATUS_OK);
    str brief = get_brief(&d);
    for (int pass = 0; pass < 2; pass++) {
        set_brief(&d, STR("not what was stored, and long enough to be a seal"));
        bench_send(&d,
                   &(struct bench_letter){.what = "more", .is_added = true, .mailbox = &mailbox});
        bench_import(&d);
        assert_int_equal(quarantined(&d, &list), 1);
        set_brief(&d, brief);
        struct caller caller = d.supervisor;
        caller.officer = pass == 0 ? caller.officer : 99;
        retried = (struct desk_retried){.number = 77};
        OK(desk_quarantine_retry(d.desk, &caller, list[0].leaf, &retried, &err));
        assert_null(retried.why);
        assert_int_equal(retried.number, pass == 0 ? 0 : 1);
        brief = get_brief(&d);
    }
    desk_bench_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(test_still_broken),
        BOTH(test_mended),
        BOTH(test_not_everybody_hears_where),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
