/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: an erasure ends well when there is much to erase, when rows of the casebook are damaged, when
 * officers had corrected the case, and when a mailbox has reports in two cases.
 * Method: a desk with a letterbox in memory, on both engines; the casebook is damaged, and set back
 * to what an older backup holds, past the desk. */
#include "../support/erase_acts.h"

#include "route/route.h"

#define DAMAGED STR("not what was stored, and long enough to be a seal")

enum { MANY = 212 };

/* A report and `more` additions to it, all in one case. */
static void send_long(struct desk_bench *d, size_t more)
{
    char text[201];
    struct mailbox_keys mailbox = mailbox_new(d);
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    bench_send(d, &(struct bench_letter){.what = text, .codes = "THR1", .mailbox = &mailbox});
    for (size_t i = 0; i < more; i++) {
        bench_send(d, &(struct bench_letter){.what = text, .is_added = true, .mailbox = &mailbox});
    }
    bench_import(d);
}

static int64_t count_of(struct desk_bench *d, const char *sql)
{
    struct db *db = bench_casebook(d);
    struct db_rows *rows = NULL;
    bool has_row = false;
    OK(db_query(db, sql, DB_NO_ARGS, &rows, &err));
    OK(db_next(rows, &has_row, &err));
    assert_true(has_row);
    int64_t count = db_int(rows, 0);
    db_rows_close(rows);
    db_close(db);
    return count;
}

static void damage(struct desk_bench *d, const char *sql)
{
    struct db *db = bench_casebook(d);
    int64_t changed = 0;
    OK(db_exec(db, sql, DB_ARGS(DB_S(DAMAGED)), &changed, &err));
    assert_int_equal(changed, 1);
    db_close(db);
}

static void run_all(struct desk_bench *d, const char *const *list, size_t count)
{
    struct db *db = bench_casebook(d);
    for (size_t i = 0; i < count; i++) {
        OK(db_exec(db, list[i], DB_NO_ARGS, NULL, &err));
    }
    db_close(db);
}

/* What a backup made now would hold of the reports. */
static void keep_old(struct desk_bench *d)
{
    static const char *const list[] = {
        "CREATE TABLE old AS SELECT leaf, key_wrap, body, mailbox FROM report"};
    run_all(d, list, ARRAY_LEN(list));
}

static void bring_back(struct desk_bench *d)
{
    static const char *const list[] = {
        "UPDATE report SET key_wrap = (SELECT o.key_wrap FROM old o WHERE o.leaf = report.leaf),"
        " body = (SELECT o.body FROM old o WHERE o.leaf = report.leaf),"
        " mailbox = (SELECT o.mailbox FROM old o WHERE o.leaf = report.leaf)",
        "UPDATE counter SET n = 0 WHERE name = 'erased'"};
    run_all(d, list, ARRAY_LEN(list));
}

static int64_t left(struct desk_bench *d)
{
    return count_of(d, "SELECT COUNT(*) FROM report WHERE LENGTH(key_wrap) > 0"
                       " OR LENGTH(body) > 0 OR mailbox <> 0");
}

static void tick(struct desk_bench *d)
{
    bool more = true;
    for (int i = 0; i < 20 && more; i++) {
        OK(desk_tick(d->desk, bench_now + 60 * US_PER_SECOND, &more, &err));
    }
    assert_false(more);
}

/* --- much --- */

/* An older casebook brings back more than one arena holds of it. */
static void test_many_again(void **state)
{
    struct desk_bench d;
    open_with(&d, state);
    send_long(&d, MANY - 1);
    keep_old(&d);
    erase(&d, &d.supervisor, 1, 0, 0);
    tick(&d);
    assert_int_equal(d.box.erasure_count, MANY);
    OK(desk_lock(d.desk, NULL, &err));
    bring_back(&d);
    assert_int_equal(left(&d), MANY);
    desk_bench_unlock(&d);
    assert_int_equal(left(&d), 0);
    assert_str(read_case(&d, 1).acts[0].verb, "erase.again");
    desk_bench_close(&d);
}

/* What stays of a case is found, also when box is told of its reports in several goes. */
static void test_many_searched(void **state)
{
    struct desk_bench d;
    struct desk_hits found = {0};
    open_with(&d, state);
    send_long(&d, MANY - 1);
    assert_int_equal(
        do_it(&d, &d.triager,
              (struct desk_do){.kind = DO_NOTE, .number = 1, .text = STR("a quokka came by")}, NULL,
              NULL),
        STATUS_OK);
    tick(&d);
    erase(&d, &d.supervisor, 1, 0, 0);
    bench_index(&d); /* as it comes while somebody reads and a backlog waits */
    tick(&d);
    assert_int_equal(d.box.erasure_count, MANY);
    OK(desk_search(d.desk, &d.supervisor, STR("quokka"), (str){0}, 50, &d.arena, &found, &err));
    assert_int_equal(found.count, 1);
    OK(desk_search(d.desk, &d.supervisor, STR("xxx*"), (str){0}, 50, &d.arena, &found, &err));
    assert_int_equal(found.count, 0);
    desk_bench_close(&d);
}

/* A list as long as a large desk may have: the memory is that of its records. */
static void test_long_list(void **state)
{
    enum { RECORDS = 150000, LIST_BYTES = 100 * 1024 * 1024 };
    struct crypt_verify_key verify;
    struct crypt_sign_key sign;
    struct erasure_list list = {0};
    struct arena arena;
    struct buf text, note;
    (void)state;
    crypt_start();
    const struct crypt_id desk_id = crypt_id_new();
    const struct crypt_key seed = crypt_key_new();
    struct crypt_id evidence[2] = {crypt_id_new(), crypt_id_new()};
    const struct erasure record = {.letter_leaf = 7,
                                   .letter_id = crypt_id_new(),
                                   .mailbox_id = crypt_id_new(),
                                   .at = bench_now,
                                   .evidence = evidence,
                                   .evidence_count = ARRAY_LEN(evidence)};
    crypt_sign_pair_from_seed(&seed, &verify, &sign);
    arena_init(&arena, (size_t)100 * 1024 * 1024);
    buf_init(&text, LIST_BYTES);
    buf_init(&note, ERASURE_NOTE_BYTES_MAX);
    erasure_add_note(&note, &desk_id, &sign, &verify, &record);
    buf_add_c(&text, "hustings erasures 1 ");
    buf_add_hex(&text, desk_id.bytes, sizeof desk_id.bytes);
    buf_printf(&text, " %d\n", (int)RECORDS);
    for (int i = 0; i < RECORDS; i++) {
        buf_add_byte(&text, '\n');
        buf_add(&text, buf_str(&note));
    }
    assert_false(text.overflowed);
    OK(erasure_list_parse(&arena, buf_str(&text), &desk_id, NULL, &list, &err));
    assert_int_equal(list.count, RECORDS);
    assert_int_equal(list.erasures[RECORDS - 1].evidence_count, 2);
    assert_true(crypt_id_equal(&list.erasures[RECORDS - 1].evidence[1], &evidence[1]));
    print_message("a record is %zu bytes of text and %zu of memory\n", note.n + 1,
                  arena.used_total / RECORDS);
    buf_close(&text);
    buf_close(&note);
    arena_close(&arena);
}

/* --- damage --- */

/* A case that does not open: its report goes all the same, and so do those of others. */
static void test_damaged_case(void **state)
{
    struct desk_bench d;
    open_with(&d, state);
    send_long(&d, 0);
    send_long(&d, 0);
    keep_old(&d);
    erase(&d, &d.supervisor, 1, 0, 0);
    erase(&d, &d.supervisor, 2, 0, 0);
    OK(desk_lock(d.desk, NULL, &err));
    bring_back(&d);
    damage(&d, "UPDATE casefile SET brief = $1 WHERE number = 1");
    assert_int_equal(left(&d), 2);
    desk_bench_unlock(&d);
    assert_int_equal(left(&d), 0);
    assert_str(read_case(&d, 2).row.title, "Erased");
    desk_bench_close(&d);
}

/* A message that waits and does not open keeps nobody out either. */
static void test_damaged_outbox(void **state)
{
    struct desk_bench d;
    open_with(&d, state);
    send_long(&d, 0);
    send_long(&d, 0);
    keep_old(&d);
    erase(&d, &d.supervisor, 1, 0, 0);
    d.box.reply_fails = true;
    assert_int_equal(
        do_it(&d, &d.triager,
              (struct desk_do){.kind = DO_MESSAGE, .number = 2, .text = STR("We have read it.")},
              NULL, NULL),
        STATUS_OK);
    OK(desk_lock(d.desk, NULL, &err));
    bring_back(&d);
    damage(&d, "UPDATE outbox SET body = $1");
    desk_bench_unlock(&d);
    assert_int_equal(left(&d), 1); /* that of case 2, which nobody erased */
    desk_bench_close(&d);
}

/* A record that box was not told of and that does not open is left; the others are told. */
static void test_damaged_todo(void **state)
{
    struct desk_bench d;
    open_with(&d, state);
    send_long(&d, 1);
    d.box.erase_fails = true;
    erase(&d, &d.supervisor, 1, 0, 0);
    OK(desk_lock(d.desk, NULL, &err));
    d.box.erase_fails = false;
    damage(&d, "UPDATE erasure_todo SET body = $1 WHERE leaf = (SELECT MIN(leaf) FROM"
               " erasure_todo)");
    desk_bench_unlock(&d);
    assert_int_equal(d.box.erasure_count, 1);
    assert_int_equal(d.box.erased[0].letter_leaf, d.box.letters[1].leaf);
    assert_int_equal(count_of(&d, "SELECT COUNT(*) FROM erasure_todo"), 1);
    send_long(&d, 0); /* and so it stays: a later erasure is told */
    erase(&d, &d.supervisor, 2, 0, 0);
    assert_int_equal(d.box.erasure_count, 2);
    tick(&d);
    desk_bench_close(&d);
}

/* A whole page of them hides none behind it. */
static void test_damaged_todos(void **state)
{
    static const char *const all[] = {
        "UPDATE erasure_todo SET body = (SELECT body FROM erasure_todo ORDER BY leaf LIMIT 1)"
        " WHERE leaf < (SELECT MAX(leaf) FROM erasure_todo)"};
    struct desk_bench d;
    open_with(&d, state);
    send_long(&d, MANY - 1);
    d.box.erase_fails = true;
    erase(&d, &d.supervisor, 1, 0, 0);
    OK(desk_lock(d.desk, NULL, &err));
    d.box.erase_fails = false;
    run_all(&d, all, 1);
    desk_bench_unlock(&d);
    assert_int_equal(d.box.erasure_count, 2);
    assert_int_equal(count_of(&d, "SELECT COUNT(*) FROM erasure_todo"), MANY - 2);
    desk_bench_close(&d);
}

/* Also the small bites of a backlog that somebody watches tell box of erasures. */
static void test_small_bites(void **state)
{
    struct desk_bench d;
    bool more = true;
    size_t ticks = 0;
    open_with(&d, state);
    send_long(&d, 20);
    d.box.erase_fails = true;
    erase(&d, &d.supervisor, 1, 0, 0);
    assert_int_equal(d.box.erasure_count, 0);
    d.box.erase_fails = false;
    while (more) {
        OK(desk_tick_by(d.desk, 8, bench_now, &more, &err));
        ticks++;
        assert_true(d.box.erasure_count <= 8 * ticks);
    }
    assert_int_equal(d.box.erasure_count, 21);
    assert_int_equal(count_of(&d, "SELECT COUNT(*) FROM erasure_todo"), 0);
    desk_bench_close(&d);
}

/* --- corrected --- */

static void merge_same(struct desk_bench *d, int64_t from)
{
    struct desk_do merge = {
        .kind = DO_MERGE, .number = from, .other = 1, .reason = STR("one thing")};
    assert_int_equal(do_it(d, &d->supervisor, merge, NULL, NULL), STATUS_OK);
    if (from % 2 == 0) { /* 1 and 2 are one incident, 3 and 4 another */
        struct desk_do same = {.kind = DO_SAME, .number = 1, .incident = from - 1, .other = from};
        assert_int_equal(do_it(d, &d->supervisor, same, NULL, NULL), STATUS_OK);
    }
}

/* Where an officer said it was holds for the reports that are left, and only where it was said. */
static void test_corrected_area(void **state)
{
    static const char *const areas[] = {"nowhere", "nowhere", "beyond", "beyond"};
    struct desk_bench d;
    struct pack pack;
    bench_open_routed(&d, state, &pack);
    for (size_t i = 0; i < ARRAY_LEN(areas); i++) {
        bench_send(&d, &(struct bench_letter){.what = "a", .codes = "ABU1", .area = areas[i]});
    }
    bench_import(&d);
    for (int64_t from = 2; from <= (int64_t)ARRAY_LEN(areas); from++) {
        merge_same(&d, from);
    }
    struct desk_do route = {
        .kind = DO_ROUTE, .number = 1, .text = STR("C1"), .reason = STR("the reporter rang")};
    assert_int_equal(do_it(&d, &d.supervisor, route, NULL, NULL), STATUS_OK);
    struct desk_case view = read_case(&d, 1);
    assert_int_equal(view.incident_count, 2);
    assert_str(view.incidents[0].area, "Mount and Marsh");
    assert_str(view.incidents[1].area, "beyond");
    erase(&d, &d.supervisor, 1, d.box.letters[0].leaf, 0);
    erase(&d, &d.supervisor, 1, d.box.letters[2].leaf, 0);
    view = read_case(&d, 1);
    assert_str(view.row.area, "Mount and Marsh");
    assert_str(view.incidents[0].area, "Mount and Marsh");
    assert_str(view.incidents[1].area, "beyond");
    erase(&d, &d.supervisor, 1, d.box.letters[1].leaf,
          0); /* nothing is left there: neither is its place */
    view = read_case(&d, 1);
    assert_str(view.incidents[0].area, "");
    desk_bench_close(&d);
    pack_unload(&pack);
}

/* An officer who only chose the force has not said where it was: the area is still a report's own
 * words, and goes with it while another report stays. The force stays as it was chosen. */
static void test_corrected_force(void **state)
{
    struct desk_bench d;
    struct pack pack;
    bench_open_routed(&d, state, &pack);
    bench_send(&d, &(struct bench_letter){.what = "a", .codes = "ABU1", .area = "my own lane"});
    bench_send(&d, &(struct bench_letter){.what = "b", .codes = "ABU1", .area = "elsewhere"});
    bench_import(&d);
    merge_same(&d, 2);
    struct desk_do route = {
        .kind = DO_ROUTE, .number = 1, .force = STR("west-watch"), .reason = STR("they rang")};
    assert_int_equal(do_it(&d, &d.supervisor, route, NULL, NULL), STATUS_OK);
    assert_str(read_case(&d, 1).row.area, "my own lane");
    erase(&d, &d.supervisor, 1, d.box.letters[0].leaf, 0);
    struct desk_case view = read_case(&d, 1);
    assert_str(view.row.area, "elsewhere");
    assert_str(view.incidents[0].area, "elsewhere");
    assert_str(view.route.forces[0].id, "west-watch");
    assert_int_equal(view.route.officer, d.supervisor.officer);
    /* said once, it stays said, also when the force is chosen after it */
    route.force = (str){0};
    route.text = STR("C1");
    assert_int_equal(do_it(&d, &d.supervisor, route, NULL, NULL), STATUS_OK);
    route.force = STR("west-watch");
    assert_int_equal(do_it(&d, &d.supervisor, route, NULL, NULL), STATUS_OK);
    bench_send(&d, &(struct bench_letter){.what = "c", .codes = "ABU1", .area = "beyond"});
    bench_import(&d);
    merge_same(&d, 3);
    erase(&d, &d.supervisor, 1, d.box.letters[1].leaf, 0);
    assert_str(read_case(&d, 1).row.area, "Mount and Marsh");
    desk_bench_close(&d);
    pack_unload(&pack);
}

/* --- one mailbox --- */

/* The quarantined letter can be read now. */
static void mend(struct desk_bench *d, size_t i)
{
    struct db *db = bench_casebook(d);
    str sealed = d->box.letters[i].sealed_body;
    int64_t changed = 0;
    ((char *)(uintptr_t)sealed.p)[40] ^= 1;
    OK(db_exec(db, "UPDATE quarantine SET body = $2 WHERE leaf = $1",
               DB_ARGS(DB_I(d->box.letters[i].leaf), DB_S(sealed)), &changed, &err));
    assert_int_equal(changed, 1);
    db_close(db);
}

static void hold(struct desk_bench *d, int64_t number)
{
    assert_int_equal(do_it(d, &d->supervisor,
                           (struct desk_do){.kind = DO_HOLD,
                                            .number = number,
                                            .reason = STR("the police need it")},
                           NULL, NULL),
                     STATUS_OK);
}

/* A report that comes after what was added to it joins it, with all that it says. */
static void test_late_first(void **state)
{
    struct desk_bench d;
    struct desk_retried retried;
    open_with(&d, state);
    struct mailbox_keys mailbox = mailbox_new(&d);
    bench_send(&d, &(struct bench_letter){.what = "They wrote on my door",
                                          .codes = "THR1",
                                          .name = "Pat",
                                          .area = "Bow",
                                          .grade = 1,
                                          .received = bench_now - 3600 * US_PER_SECOND,
                                          .mailbox = &mailbox,
                                          .is_broken = true});
    bench_send(&d,
               &(struct bench_letter){.what = "and more", .is_added = true, .mailbox = &mailbox});
    bench_import(&d);
    assert_int_equal(read_case(&d, 1).report_count, 1);
    assert_int_equal(read_case(&d, 1).row.grade, 0);
    hold(&d, 1);
    mend(&d, 0);
    OK(desk_quarantine_retry(d.desk, &d.supervisor, d.box.letters[0].leaf, &retried, &err));
    assert_int_equal(retried.number, 1);
    struct desk_case view = read_case(&d, 1);
    assert_int_equal(view.report_count, 2);
    assert_int_equal(view.row.grade, 4); /* of its code */
    assert_str(view.row.title, "They wrote on my door");
    assert_str(view.row.subject, "Pat");
    assert_int_equal(view.row.code_count, 1);
    assert_int_equal(view.row.received, bench_now - 3600 * US_PER_SECOND);
    assert_int_equal(view.incident_count, 1);
    assert_str(view.incidents[0].subject, "Pat");
    assert_str(view.incidents[0].area, "Bow");
    assert_str(view.incidents[0].codes[0], "THR1");
    ENDS(erase_ask(&d, &d.supervisor, 1, 0, 0, &err), STATUS_DENIED);
    desk_bench_close(&d);
}

/* Two cases that share a mailbox (of an older version): a hold of one keeps it from the other. */
static void test_held_mailbox(void **state)
{
    static const char *const one_mailbox[] = {
        "UPDATE report SET mailbox = (SELECT MAX(mailbox) FROM report)"};
    struct desk_bench d;
    struct error why = {0};
    open_with(&d, state);
    send_long(&d, 0);
    send_long(&d, 0);
    run_all(&d, one_mailbox, 1);
    OK(erase_ask(&d, &d.supervisor, 2, 0, 0, &err));
    hold(&d, 1);
    assert_int_equal(erase_confirm(&d, &d.supervisor, 2, &why), STATUS_DENIED);
    assert_non_null(strstr(why.primary, "Case 1, which is held"));
    ENDS(erase_ask(&d, &d.supervisor, 2, 0, 0, &err), STATUS_DENIED);
    assert_int_equal(left(&d), 2);
    struct desk_do lift = {.kind = DO_LIFT,
                           .number = 1,
                           .leaf = read_case(&d, 1).holds[0].leaf,
                           .reason = STR("they have it")};
    assert_int_equal(do_it(&d, &d.supervisor, lift, NULL, NULL), STATUS_OK);
    OK(erase_confirm(&d, &d.supervisor, 2, &err));
    assert_int_equal(left(&d), 1);
    desk_bench_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_long_list), BOTH(test_many_again),     BOTH(test_late_first),
        BOTH(test_held_mailbox),          BOTH(test_corrected_area), BOTH(test_corrected_force),
        BOTH(test_small_bites),           BOTH(test_many_searched),  BOTH(test_damaged_case),
        BOTH(test_damaged_outbox),        BOTH(test_damaged_todo),   BOTH(test_damaged_todos),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
