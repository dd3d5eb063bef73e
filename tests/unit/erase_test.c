/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: an erased report is gone from everything the desk has, a hold wins, two people decide, a
 * power cut leaves nothing half, and what an older casebook brings back is erased again.
 * Method: a desk with a letterbox in memory (desk_bench.h), on both engines; the stores are read
 * past the desk where it matters. */
#include "../support/erase_acts.h"

#define WORD "quokkafin" /* the canary: in every text that could keep it */

static struct caller second; /* another supervisor */

static void add_second(struct desk_bench *d)
{
    struct officer_input input = {STR("sup2"), STR("Sue Second"), ROLE_SUPERVISOR,
                                  STR("three random words")};
    struct officer_secret secret;
    OK(people_officer_add(desk_people(d->desk), &d->root, &input, bench_now, &secret, &err));
    second = bench_caller(secret.id, ROLE_SUPERVISOR);
}

/* As do_it, when the words of a refusal count. */
static enum status act(struct desk_bench *d, const struct caller *caller, struct desk_do what,
                       struct error *err)
{
    struct desk_done done;
    struct error ignored = {0};
    return desk_do(d->desk, caller, &what, &d->arena, &done, NULL, err == NULL ? &ignored : err);
}

/* --- a case full of the canary --- */

static void fill(struct desk_bench *d, const struct mailbox_keys *mailbox)
{
    bench_send(d, &(struct bench_letter){.what = "They wrote " WORD " on my door",
                                         .codes = "THR1",
                                         .name = "Pat " WORD,
                                         .area = WORD " North",
                                         .account = "@" WORD,
                                         .mailbox = mailbox});
    bench_send(d, &(struct bench_letter){
                      .what = "and " WORD " again", .is_added = true, .mailbox = mailbox});
    bench_send(d, &(struct bench_letter){
                      .what = "another story", .codes = "ABU1", .name = "Robin", .area = "Bow"});
    bench_import(d);
    assert_int_equal(
        act(d, &d->triager,
            (struct desk_do){.kind = DO_NOTE, .number = 1, .text = STR("a note of " WORD)}, NULL),
        STATUS_OK);
    assert_int_equal(
        act(d, &d->triager,
            (struct desk_do){.kind = DO_MESSAGE, .number = 1, .text = STR("we read of " WORD)},
            NULL),
        STATUS_OK);
    assert_int_equal(
        act(d, &d->triager,
            (struct desk_do){.kind = DO_SUMMARY, .number = 1, .text = STR("in short: " WORD)},
            NULL),
        STATUS_OK);
    bench_index(d);
}

static size_t hits(struct desk_bench *d)
{
    struct desk_hits found = {0};
    OK(desk_search(d->desk, &d->supervisor, STR(WORD), (str){0}, 50, &d->arena, &found, &err));
    return found.count;
}

static void no_word(const char *where, str text)
{
    if (str_find(text, STR(WORD)) != text.n) {
        fail_msg("%s: %.*s", where, STR_ARG(text));
    }
}

/* Everything that a case shows. */
static void check_case(struct desk_bench *d, int64_t number)
{
    struct desk_case view = read_case(d, number);
    no_word("title", view.row.title);
    no_word("subject", view.row.subject);
    no_word("area", view.row.area);
    no_word("summary", view.summary);
    for (size_t i = 0; i < view.why_grade_count; i++) {
        no_word("why", view.why_grade[i]);
    }
    for (size_t i = 0; i < view.incident_count; i++) {
        no_word("incident subject", view.incidents[i].subject);
        no_word("incident area", view.incidents[i].area);
    }
    for (size_t i = 0; i < view.report_count; i++) {
        no_word("report", view.reports[i].json);
    }
    for (size_t i = 0; i < view.note_count; i++) {
        no_word("note", view.notes[i].text);
    }
    for (size_t i = 0; i < view.message_count; i++) {
        no_word("message", view.messages[i].text);
    }
    for (size_t i = 0; i < view.act_count; i++) {
        no_word("act", view.acts[i].detail);
    }
}

static struct db *open_casebook(struct desk_bench *d)
{
    static struct crypt_key page_key;
    struct db_options options = d->options.casebook;
    struct db *db = NULL;
    page_key = crypt_derive(&d->keys.casebook, 1, "cb-page_");
    options.page_key = options.engine == DB_SQLITE ? page_key.bytes : NULL;
    OK(db_open(&options, &db, &err));
    return db;
}

static int64_t number_of(struct db *db, const char *sql)
{
    struct db_rows *rows = NULL;
    bool has_row = false;
    OK(db_query(db, sql, DB_NO_ARGS, &rows, &err));
    OK(db_next(rows, &has_row, &err));
    assert_true(has_row);
    int64_t number = db_int(rows, 0);
    db_rows_close(rows);
    return number;
}

/* The search index past the desk: neither its texts nor its lists of words know the canary. */
static void check_index(struct desk_bench *d)
{
    static const char *const reads[] = {
        "SELECT CAST(c0 || ' ' || c1 AS BLOB) FROM document_content",
        "SELECT block FROM document_data"};
    struct crypt_key key = crypt_derive(&d->keys.casebook, 1, "search__");
    struct db_options options = {
        .engine = DB_SQLITE, .where = d->options.search_path, .page_key = key.bytes};
    struct db *db = NULL;
    OK(db_open(&options, &db, &err));
    for (size_t i = 0; i < ARRAY_LEN(reads); i++) {
        struct db_rows *rows = NULL;
        bool has_row = true;
        OK(db_query(db, reads[i], DB_NO_ARGS, &rows, &err));
        for (;;) {
            OK(db_next(rows, &has_row, &err));
            if (!has_row) {
                break;
            }
            no_word("the index", db_bytes(rows, 0));
        }
        db_rows_close(rows);
    }
    db_close(db);
}

static void check_gone(struct desk_bench *d)
{
    check_case(d, 1);
    assert_int_equal(hits(d), 0);
    bench_index(d);
    assert_int_equal(hits(d), 0);
    check_index(d);
    struct db *db = open_casebook(d);
    assert_int_equal(number_of(db, "SELECT COUNT(*) FROM report WHERE mailbox <> 0"), 0);
    assert_int_equal(number_of(db, "SELECT COUNT(*) FROM report WHERE LENGTH(key_wrap) = 0"
                                   " AND LENGTH(body) = 0"),
                     2);
    assert_int_equal(number_of(db, "SELECT COUNT(*) FROM report WHERE LENGTH(key_wrap) > 0"), 1);
    assert_int_equal(number_of(db, "SELECT COUNT(*) FROM label"), 2); /* Robin, Bow */
    assert_int_equal(number_of(db, "SELECT COUNT(*) FROM note"), 0);
    assert_int_equal(number_of(db, "SELECT COUNT(*) FROM message"), 0);
    assert_int_equal(number_of(db, "SELECT COUNT(*) FROM erasure_ask"), 0);
    assert_int_equal(number_of(db, "SELECT COUNT(*) FROM erasure_todo"), 0);
    assert_int_equal(number_of(db, "SELECT MAX(LENGTH(summary)) FROM casefile"), 0);
    db_close(db);
}

static void test_erased(void **state)
{
    struct desk_bench d;
    struct error why = {0};
    open_with(&d, state);
    add_second(&d);
    struct mailbox_keys mailbox = mailbox_new(&d);
    fill(&d, &mailbox);
    assert_int_equal(hits(&d), 1);
    ENDS(erase_ask(&d, &d.triager, 1, 0, 7, &err), STATUS_DENIED);
    OK(erase_ask(&d, &d.supervisor, 1, 0, 7, &err));
    assert_int_equal(read_case(&d, 1).asks[0].report_count, 2);
    /* nothing has happened yet, and who asked may not be the one who confirms */
    assert_int_equal(hits(&d), 1);
    assert_int_equal(erase_confirm(&d, &d.supervisor, 1, &why), STATUS_DENIED);
    assert_non_null(strstr(why.primary, "Sue Second"));
    assert_false(read_case(&d, 1).reports[0].is_erased);
    OK(erase_confirm(&d, &second, 1, &err));
    check_gone(&d);
    struct desk_case view = read_case(&d, 1);
    assert_int_equal(view.report_count, 2);
    assert_true(view.reports[0].is_erased && view.reports[1].is_erased);
    assert_str(view.row.title, "Erased");
    assert_true(view.row.state == CASE_CLOSED && view.row.clock == CLOCK_NONE);
    assert_int_equal(view.row.grade, 4); /* what stays */
    assert_str(view.incidents[0].codes[0], "THR1");
    assert_false(view.can_message);
    assert_str(view.acts[0].verb, "erase");
    assert_true(str_find(view.acts[0].detail, STR("\"asked_by\":2")) < view.acts[0].detail.n);
    assert_true(str_find(view.acts[0].detail, STR("the reporter asked")) < view.acts[0].detail.n);
    /* box was told, once a report, with the mailbox */
    assert_int_equal(d.box.erasure_count, 2);
    assert_true(crypt_id_equal(&d.box.erased[0].mailbox_id, &mailbox.id));
    assert_true(crypt_id_equal(&d.box.erased[0].letter_id, &d.box.letters[0].id));
    assert_int_equal(d.box.erased[0].letter_leaf, d.box.letters[0].leaf);
    assert_int_equal(d.box.erased[1].also, 7);
    /* the other case is as it was */
    view = read_case(&d, 2);
    assert_str(view.reports[0].body.report.what, "another story");
    assert_str(view.incidents[0].subject, "Robin");
    /* and again after a lock */
    OK(desk_lock(d.desk, NULL, &err));
    desk_bench_unlock(&d);
    check_gone(&d);
    assert_int_equal(d.box.erasure_count, 2);
    ENDS(erase_ask(&d, &d.supervisor, 1, 0, 0, &err), STATUS_INVALID);
    desk_bench_close(&d);
}

/* Nobody else could confirm: in writing then. */
static void test_alone(void **state)
{
    struct desk_bench d;
    struct error why = {0};
    open_with(&d, state);
    struct mailbox_keys mailbox = mailbox_new(&d);
    fill(&d, &mailbox);
    OK(erase_ask(&d, &d.supervisor, 1, 0, 0, &err));
    struct desk_do what = {
        .kind = DO_ERASE, .number = 1, .leaf = read_case(&d, 1).asks[0].leaf, .text = STR("yes")};
    assert_int_equal(act(&d, &d.supervisor, what, &why), STATUS_INVALID);
    assert_non_null(strstr(why.primary, "ERASE 1"));
    what.text = STR(" ERASE 1 ");
    assert_int_equal(act(&d, &d.supervisor, what, &why), STATUS_OK);
    struct desk_case view = read_case(&d, 1);
    assert_true(view.reports[0].is_erased);
    assert_true(str_find(view.acts[0].detail, STR("\"alone\":true")) < view.acts[0].detail.n);
    /* what was not asked for stays */
    assert_int_equal(view.note_count, 1);
    assert_int_equal(view.message_count, 1);
    assert_true(view.summary.n > 0);
    desk_bench_close(&d);
}

static void test_dropped(void **state)
{
    struct desk_bench d;
    open_with(&d, state);
    add_second(&d);
    struct mailbox_keys mailbox = mailbox_new(&d);
    fill(&d, &mailbox);
    OK(erase_ask(&d, &d.supervisor, 1, 0, 0, &err));
    struct desk_do drop = {.kind = DO_DROP, .number = 1, .leaf = read_case(&d, 1).asks[0].leaf};
    assert_int_equal(act(&d, &second, drop, NULL), STATUS_INVALID); /* why not? */
    drop.reason = STR("still needed");
    assert_int_equal(act(&d, &second, drop, NULL), STATUS_OK);
    assert_int_equal(read_case(&d, 1).ask_count, 0);
    assert_false(read_case(&d, 1).reports[0].is_erased);
    drop.kind = DO_ERASE;
    assert_int_equal(act(&d, &second, drop, NULL), STATUS_NOT_FOUND);
    desk_bench_close(&d);
}

/* --- holds --- */

static enum status hold(struct desk_bench *d, int64_t number)
{
    return act(
        d, &d->supervisor,
        (struct desk_do){.kind = DO_HOLD, .number = number, .reason = STR("the police need it")},
        NULL);
}

static void test_hold_wins(void **state)
{
    struct desk_bench d;
    struct error why = {0};
    open_with(&d, state);
    add_second(&d);
    struct mailbox_keys mailbox = mailbox_new(&d);
    fill(&d, &mailbox);
    OK(erase_ask(&d, &d.supervisor, 1, 0, 0, &err));
    assert_int_equal(act(&d, &d.triager,
                         (struct desk_do){.kind = DO_HOLD, .number = 1, .reason = STR("x")}, NULL),
                     STATUS_DENIED);
    assert_int_equal(hold(&d, 1), STATUS_OK);
    assert_int_equal(erase_confirm(&d, &second, 1, &why), STATUS_DENIED);
    assert_string_equal(why.primary, "This case is held by sup since 3.7.2024: the police need it");
    ENDS(erase_ask(&d, &second, 1, 0, 0, &err), STATUS_DENIED);
    assert_false(read_case(&d, 1).reports[0].is_erased);
    assert_int_equal(d.box.erasure_count, 0);
    struct desk_case view = read_case(&d, 1);
    assert_int_equal(view.hold_count, 1);
    assert_str(view.holds[0].reason, "the police need it");
    struct desk_do lift = {.kind = DO_LIFT, .number = 1, .leaf = view.holds[0].leaf};
    assert_int_equal(act(&d, &second, lift, NULL), STATUS_INVALID); /* why? */
    lift.reason = STR("they have it");
    assert_int_equal(act(&d, &second, lift, NULL), STATUS_OK);
    assert_int_equal(act(&d, &second, lift, NULL), STATUS_NOT_FOUND);
    OK(erase_confirm(&d, &second, 1, &err));
    assert_true(read_case(&d, 1).reports[0].is_erased);
    desk_bench_close(&d);
}

/* A hold goes where the reports go. */
static void test_hold_follows(void **state)
{
    struct desk_bench d;
    struct desk_done done;
    open_with(&d, state);
    struct mailbox_keys mailbox = mailbox_new(&d);
    fill(&d, &mailbox);
    assert_int_equal(hold(&d, 1), STATUS_OK);
    assert_int_equal(
        act(&d, &d.triager,
            (struct desk_do){.kind = DO_MERGE, .number = 1, .other = 2, .reason = STR("one thing")},
            NULL),
        STATUS_OK);
    assert_int_equal(read_case(&d, 2).hold_count, 1);
    ENDS(erase_ask(&d, &d.supervisor, 2, 0, 0, &err), STATUS_DENIED);
    struct desk_do split = {.kind = DO_SPLIT, .number = 2, .incident = 1};
    OK(desk_do(d.desk, &d.triager, &split, &d.arena, &done, NULL, &err));
    assert_int_equal(done.number, 3);
    assert_int_equal(read_case(&d, 3).hold_count, 1);
    assert_str(read_case(&d, 3).holds[0].reason, "the police need it");
    ENDS(erase_ask(&d, &d.supervisor, 3, 0, 0, &err), STATUS_DENIED);
    ENDS(erase_ask(&d, &d.supervisor, 2, 0, 0, &err), STATUS_DENIED);
    desk_bench_close(&d);
}

/* --- one report of several --- */

static void test_one_of_several(void **state)
{
    struct desk_bench d;
    open_with(&d, state);
    struct mailbox_keys mailbox = mailbox_new(&d);
    fill(&d, &mailbox);
    /* the case of the canary swallows the other, so that its words come first */
    assert_int_equal(
        act(&d, &d.triager,
            (struct desk_do){.kind = DO_MERGE, .number = 2, .other = 1, .reason = STR("one thing")},
            NULL),
        STATUS_OK);
    ENDS(erase_ask(&d, &d.supervisor, 1, 999, 0, &err), STATUS_INVALID);
    /* by the addition: the report it belongs to goes along */
    OK(erase_ask(&d, &d.supervisor, 1, d.box.letters[1].leaf, 7, &err));
    assert_int_equal(read_case(&d, 1).asks[0].report_count, 2);
    OK(erase_confirm(&d, &d.supervisor, 1, &err));
    check_gone(&d);
    struct desk_case view = read_case(&d, 1);
    assert_int_equal(view.report_count, 3);
    assert_str(view.row.title, "another story");
    assert_str(view.row.subject, "Robin");
    assert_str(view.row.area, "Bow");
    assert_false(view.reports[2].is_erased);
    desk_bench_close(&d);
}

/* Words that a merge or a split carries about do not stay behind. */
static void test_merged_and_split(void **state)
{
    struct desk_bench d;
    struct desk_done done;
    open_with(&d, state);
    struct mailbox_keys mailbox = mailbox_new(&d);
    fill(&d, &mailbox);
    assert_int_equal(
        act(&d, &d.triager,
            (struct desk_do){.kind = DO_MERGE, .number = 1, .other = 2, .reason = STR("one thing")},
            NULL),
        STATUS_OK);
    struct desk_do split = {.kind = DO_SPLIT, .number = 2, .incident = 1};
    OK(desk_do(d.desk, &d.triager, &split, &d.arena, &done, NULL, &err));
    OK(erase_ask(&d, &d.supervisor, 3, 0, 7, &err));
    OK(erase_confirm(&d, &d.supervisor, 3, &err));
    check_case(&d, 1); /* merged into 2 */
    check_case(&d, 3);
    struct desk_case view = read_case(&d, 2);
    assert_str(view.row.title, "another story");
    assert_true(str_find(view.summary, STR("in short")) < view.summary.n); /* moved, not lost */
    assert_int_equal(view.note_count, 1);
    desk_bench_close(&d);
}

/* What came in between would be erased unread. */
static void test_added_since(void **state)
{
    struct desk_bench d;
    struct error why = {0};
    open_with(&d, state);
    struct mailbox_keys mailbox = mailbox_new(&d);
    fill(&d, &mailbox);
    OK(erase_ask(&d, &d.supervisor, 1, 0, 0, &err));
    bench_send(&d, &(struct bench_letter){
                       .what = "wait, there is more", .is_added = true, .mailbox = &mailbox});
    /* not imported yet: the erasure looks for it */
    assert_int_equal(erase_confirm(&d, &d.supervisor, 1, &why), STATUS_INVALID);
    assert_non_null(strstr(why.primary, "added something"));
    assert_int_equal(read_case(&d, 1).report_count, 3);
    assert_false(read_case(&d, 1).reports[0].is_erased);
    assert_int_equal(d.box.erasure_count, 0);
    desk_bench_close(&d);
}

/* --- power cuts --- */

static void test_power_cut(void **state)
{
    struct desk_bench d;
    open_with(&d, state);
    struct mailbox_keys mailbox = mailbox_new(&d);
    fill(&d, &mailbox);
    OK(erase_ask(&d, &d.supervisor, 1, 0, 7, &err));
    struct desk_do what = {.kind = DO_ERASE,
                           .number = 1,
                           .leaf = read_case(&d, 1).asks[0].leaf,
                           .text = STR("ERASE 1")};
    /* before the act's leaf: nothing */
    d.box.leaf_fails = true;
    assert_int_equal(act(&d, &d.supervisor, what, NULL), STATUS_UNAVAILABLE);
    d.box.leaf_fails = false;
    assert_false(read_case(&d, 1).reports[0].is_erased);
    assert_int_equal(d.box.erasure_count, 0);
    /* between the casebook's commit and box: done, and told at the next unlock */
    d.box.erase_fails = true;
    assert_int_equal(act(&d, &d.supervisor, what, NULL), STATUS_OK);
    assert_true(read_case(&d, 1).reports[0].is_erased);
    assert_int_equal(d.box.erasure_count, 0);
    OK(desk_lock(d.desk, NULL, &err));
    d.box.erase_fails = false;
    desk_bench_unlock(&d);
    assert_int_equal(d.box.erasure_count, 2);
    check_gone(&d);
    desk_bench_close(&d);
}

/* Box is away for a moment: the next tick tells it. */
static void test_told_later(void **state)
{
    struct desk_bench d;
    bool more = false;
    open_with(&d, state);
    struct mailbox_keys mailbox = mailbox_new(&d);
    fill(&d, &mailbox);
    OK(erase_ask(&d, &d.supervisor, 1, 0, 7, &err));
    d.box.erase_fails = true;
    OK(erase_confirm(&d, &d.supervisor, 1, &err));
    ENDS(desk_tick(d.desk, bench_now, &more, &err), STATUS_UNAVAILABLE);
    d.box.erase_fails = false;
    OK(desk_tick(d.desk, bench_now, &more, &err));
    assert_int_equal(d.box.erasure_count, 2);
    desk_bench_close(&d);
}

/* --- an older casebook --- */

struct old_row {
    struct buf key_wrap, body;
};

static void take_old(struct desk_bench *d, struct old_row rows_out[2])
{
    struct db *db = open_casebook(d);
    struct db_rows *rows = NULL;
    bool has_row = false;
    OK(db_query(db, "SELECT key_wrap, body FROM report ORDER BY leaf LIMIT 2", DB_NO_ARGS, &rows,
                &err));
    for (size_t i = 0; i < 2; i++) {
        OK(db_next(rows, &has_row, &err));
        assert_true(has_row);
        buf_init(&rows_out[i].key_wrap, 1024);
        buf_init(&rows_out[i].body, 1024 * 1024);
        buf_add(&rows_out[i].key_wrap, db_bytes(rows, 0));
        buf_add(&rows_out[i].body, db_bytes(rows, 1));
    }
    db_rows_close(rows);
    db_close(db);
}

static void put_old(struct desk_bench *d, struct old_row old[2])
{
    struct db *db = open_casebook(d);
    for (size_t i = 0; i < 2; i++) {
        int64_t changed = 0;
        OK(db_exec(db, "UPDATE report SET key_wrap = $2, body = $3 WHERE leaf = $1",
                   DB_ARGS(DB_I(d->box.letters[i].leaf), DB_S(buf_str(&old[i].key_wrap)),
                           DB_S(buf_str(&old[i].body))),
                   &changed, &err));
        assert_int_equal(changed, 1);
    }
    OK(db_exec(db, "UPDATE counter SET n = 0 WHERE name = 'erased'", DB_NO_ARGS, NULL, &err));
    db_close(db);
}

static void test_older_casebook(void **state)
{
    struct desk_bench d;
    struct old_row old[2];
    open_with(&d, state);
    struct mailbox_keys mailbox = mailbox_new(&d);
    fill(&d, &mailbox);
    take_old(&d, old);
    OK(erase_ask(&d, &d.supervisor, 1, 0, 7, &err));
    OK(erase_confirm(&d, &d.supervisor, 1, &err));
    /* the reports come back as an older casebook has them */
    OK(desk_lock(d.desk, NULL, &err));
    put_old(&d, old);
    desk_bench_unlock(&d);
    check_gone(&d);
    struct desk_case view = read_case(&d, 1);
    assert_str(view.acts[0].verb, "erase.again");
    assert_str(view.row.title, "Erased");
    assert_int_equal(d.box.erasure_count, 2);
    /* a record that this desk did not sign erases nothing */
    OK(desk_lock(d.desk, NULL, &err));
    put_old(&d, old);
    for (size_t i = 0; i < d.box.erasure_count; i++) {
        struct crypt_key seed = crypt_key_new();
        struct crypt_verify_key verify;
        struct crypt_sign_key sign;
        struct buf forged;
        buf_init(&forged, ERASURE_NOTE_BYTES_MAX);
        crypt_sign_pair_from_seed(&seed, &verify, &sign);
        erasure_add_note(&forged, &d.desk_id, &sign, &verify, &d.box.erased[i]);
        d.box.erasures[i].note = arena_str(&d.box.arena, buf_str(&forged));
        buf_close(&forged);
    }
    desk_bench_unlock(&d);
    assert_false(read_case(&d, 1).reports[0].is_erased);
    for (size_t i = 0; i < 2; i++) {
        buf_close(&old[i].key_wrap);
        buf_close(&old[i].body);
    }
    desk_bench_close(&d);
}

/* What is looked at before: nothing of a report, and the hold. */
static void test_look(void **state)
{
    struct desk_bench d;
    struct desk_erase_view view = {0};
    open_with(&d, state);
    add_second(&d);
    struct mailbox_keys mailbox = mailbox_new(&d);
    fill(&d, &mailbox);
    ENDS(desk_erase_look(d.desk, &d.triager, 1, 0, 0, &d.arena, &view, &err), STATUS_DENIED);
    OK(desk_erase_look(d.desk, &d.supervisor, 1, 0, 0, &d.arena, &view, &err));
    assert_int_equal(view.report_count, 2);
    assert_int_equal(view.chosen_count, 2);
    assert_true(view.is_whole && view.has_summary && !view.is_alone);
    assert_int_equal(view.note_count, 1);
    assert_int_equal(view.message_count, 1);
    assert_str(view.others, "Sue Second");
    ENDS(desk_erase_look(d.desk, &d.supervisor, 1, 0, 12345, &d.arena, &view, &err),
         STATUS_NOT_FOUND);
    OK(erase_ask(&d, &d.supervisor, 1, 0, 5, &err));
    int64_t leaf = read_case(&d, 1).asks[0].leaf;
    OK(desk_erase_look(d.desk, &d.supervisor, 1, 0, leaf, &d.arena, &view, &err));
    assert_true(view.has_ask && !view.may_confirm);
    assert_int_equal(view.ask.also, 5);
    OK(desk_erase_look(d.desk, &second, 1, 0, leaf, &d.arena, &view, &err));
    assert_true(view.may_confirm);
    /* a case that only the asker may see: nobody else could confirm */
    const int64_t named[] = {d.supervisor.officer};
    assert_int_equal(act(&d, &d.supervisor,
                         (struct desk_do){.kind = DO_ACCESS,
                                          .number = 1,
                                          .access = ACCESS_NAMED,
                                          .named = named,
                                          .named_count = 1,
                                          .reason = STR("near her")},
                         NULL),
                     STATUS_OK);
    ENDS(desk_erase_look(d.desk, &second, 1, 0, leaf, &d.arena, &view, &err), STATUS_NOT_FOUND);
    OK(desk_erase_look(d.desk, &d.supervisor, 1, 0, leaf, &d.arena, &view, &err));
    assert_true(view.may_confirm && view.is_alone);
    desk_bench_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(test_erased),           BOTH(test_alone),          BOTH(test_dropped),
        BOTH(test_hold_wins),        BOTH(test_hold_follows),   BOTH(test_one_of_several),
        BOTH(test_merged_and_split), BOTH(test_added_since),    BOTH(test_power_cut),
        BOTH(test_told_later),       BOTH(test_older_casebook), BOTH(test_look),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
