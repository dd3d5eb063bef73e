/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: whatever fails between the steps of an act, nothing is told that did not happen and nothing
 * happens twice; two hosts do not take each other's acts for lost ones.
 * Method: each question to box, and each table of the casebook, is made to fail in its turn. */
#include "../support/desk_acts.h"

/* --- messages --- */

static void outbox_away(void *context)
{
    struct db *db = bench_casebook(context);
    OK(db_exec(db, "ALTER TABLE outbox RENAME TO outbox_away", DB_NO_ARGS, NULL, &err));
    db_close(db);
}

static void outbox_back(struct desk_bench *d)
{
    struct db *db = bench_casebook(d);
    OK(db_exec(db, "ALTER TABLE outbox_away RENAME TO outbox", DB_NO_ARGS, NULL, &err));
    db_close(db);
}

static void send_steps(struct desk_bench *d)
{
    bool more = true;
    while (more) {
        OK(desk_outbox_step(d->desk, 1, bench_now, &more, &err));
    }
}

/* Box or the casebook fail at each step of a message. It reaches the reporter once, or not at all,
 * and it is never shown as sent while it is not. */
static void test_message_steps(void **state)
{
    struct desk_bench d;
    struct mailbox_keys mailbox;
    struct receipt receipt = receipt_new();
    struct desk_done done;
    struct desk_case view;
    bool more = false;
    struct desk_do message = {.kind = DO_MESSAGE, .number = 1, .text = STR("We have read it.")};
    open_with(&d, state);
    mailbox_keys_from_receipt(&receipt, &d.desk_id, &mailbox);
    bench_send(
        &d, &(struct bench_letter){.what = "x", .codes = "THR1", .grade = 4, .mailbox = &mailbox});
    bench_import(&d);
    /* no leaf: nothing at all */
    d.box.leaf_fails = true;
    assert_int_equal(do_it(&d, &d.triager, message, &done, NULL), STATUS_UNAVAILABLE);
    d.box.leaf_fails = false;
    send_steps(&d);
    assert_int_equal(d.box.reply_count, 0);
    assert_int_equal(read_case(&d, 1).message_count, 0);
    /* a leaf, and no commit: nothing was sent */
    acts_away(&d, true);
    assert_int_equal(do_it(&d, &d.triager, message, &done, NULL), STATUS_INTERNAL);
    acts_away(&d, false);
    send_steps(&d);
    assert_int_equal(d.box.reply_count, 0);
    assert_int_equal(read_case(&d, 1).message_count, 0);
    /* committed, and box does not take it: it waits, and so does the clock */
    d.box.reply_fails = true;
    assert_int_equal(do_it(&d, &d.triager, message, &done, NULL), STATUS_OK);
    assert_true(done.is_waiting);
    view = read_case(&d, 1);
    assert_int_equal(view.message_count, 1);
    assert_true(view.messages[0].is_waiting && !view.messages[0].is_sent);
    assert_false(view.clocks[2].is_met);
    ENDS(desk_outbox_step(d.desk, 16, bench_now, &more, &err), STATUS_UNAVAILABLE);
    /* … over a restart of the desk as well */
    OK(desk_lock(d.desk, NULL, &err));
    desk_bench_unlock(&d);
    d.box.reply_fails = false;
    OK(desk_tick(d.desk, bench_now, &more, &err));
    assert_int_equal(d.box.reply_count, 1);
    view = read_case(&d, 1);
    assert_true(view.messages[0].is_sent && !view.messages[0].is_waiting);
    assert_true(view.clocks[2].is_met);
    /* box took it and its answer was lost: put again, kept once */
    d.box.reply_answer_lost = true;
    assert_int_equal(do_it(&d, &d.triager, message, &done, NULL), STATUS_OK);
    assert_true(done.is_waiting);
    d.box.reply_answer_lost = false;
    send_steps(&d);
    assert_int_equal(d.box.reply_count, 2);
    /* box took it and the casebook could not note so: the same */
    d.box.on_reply = outbox_away;
    d.box.hook_context = &d;
    assert_int_equal(do_it(&d, &d.triager, message, &done, NULL), STATUS_OK);
    assert_true(done.is_waiting);
    assert_null(d.box.on_reply);
    outbox_back(&d);
    view = read_case(&d, 1);
    assert_int_equal(view.message_count, 3);
    assert_true(view.messages[2].is_waiting);
    send_steps(&d);
    assert_int_equal(d.box.reply_count, 3);
    assert_true(read_case(&d, 1).messages[2].is_sent);
    /* the reporter erased the mailbox: it is not called sent, and not tried for ever */
    d.box.is_erased = true;
    assert_int_equal(do_it(&d, &d.triager, message, &done, NULL), STATUS_OK);
    assert_true(done.is_lost && !done.is_waiting);
    view = read_case(&d, 1);
    assert_true(view.messages[3].is_lost && !view.messages[3].is_sent);
    d.box.is_erased = false;
    send_steps(&d);
    assert_int_equal(d.box.reply_count, 3);
    desk_bench_close(&d);
}

/* One waiting message whose stored bytes were changed: it ends as not delivered, those behind it
 * arrive, and nothing waits for ever. */
static void test_broken_message(void **state)
{
    struct desk_bench d;
    struct mailbox_keys mailboxes[3];
    struct desk_done done[3];
    open_with(&d, state);
    for (size_t i = 0; i < 3; i++) {
        struct receipt receipt = receipt_new();
        mailbox_keys_from_receipt(&receipt, &d.desk_id, &mailboxes[i]);
        bench_send(&d,
                   &(struct bench_letter){.what = "x", .codes = "ABU1", .mailbox = &mailboxes[i]});
    }
    bench_import(&d);
    d.box.reply_fails = true;
    for (size_t i = 0; i < 3; i++) {
        struct desk_do message = {
            .kind = DO_MESSAGE, .number = (int64_t)i + 1, .text = STR("We have read it.")};
        assert_int_equal(do_it(&d, &d.triager, message, &done[i], NULL), STATUS_OK);
        assert_true(done[i].is_waiting);
    }
    struct db *db = bench_casebook(&d);
    OK(db_exec(
        db, "UPDATE outbox SET body = $1 WHERE leaf = $2",
        DB_ARGS(DB_B("not what was stored, and long enough to be a seal", 49), DB_I(done[0].leaf)),
        NULL, &err));
    OK(db_exec(db, "UPDATE outbox SET body = $1 WHERE leaf = $2",
               DB_ARGS(DB_B("short", 5), DB_I(done[1].leaf)), NULL, &err));
    db_close(db);
    d.box.reply_fails = false;
    send_steps(&d);
    assert_int_equal(d.box.reply_count, 1);
    for (int64_t i = 1; i <= 3; i++) {
        struct desk_case view = read_case(&d, i);
        assert_false(view.messages[0].is_waiting);
        assert_int_equal(view.messages[0].is_lost, i < 3);
        assert_int_equal(view.messages[0].is_sent, i == 3);
    }
    desk_bench_close(&d);
}

/* A pile-on of more reporters than one page of anything: each of them gets the words, once. */
static void test_many_mailboxes(void **state)
{
    enum { REPORTERS = 130 };
    struct desk_bench d;
    struct desk_done done;
    bool more = true;
    size_t ticks = 0;
    open_with(&d, state);
    for (int i = 0; i < REPORTERS; i++) {
        struct receipt receipt = receipt_new();
        struct mailbox_keys *mailbox = ARENA_NEW(&d.arena, struct mailbox_keys);
        mailbox_keys_from_receipt(&receipt, &d.desk_id, mailbox);
        bench_send(&d, &(struct bench_letter){.what = "x", .codes = "ABU1", .mailbox = mailbox});
    }
    bench_import(&d);
    for (int64_t i = 2; i <= REPORTERS; i++) {
        assert_int_equal(
            do_it(&d, &d.triager,
                  (struct desk_do){
                      .kind = DO_MERGE, .number = i, .other = 1, .reason = STR("one thing")},
                  NULL, NULL),
            STATUS_OK);
    }
    assert_int_equal(
        do_it(&d, &d.triager,
              (struct desk_do){.kind = DO_MESSAGE, .number = 1, .text = STR("to all of you")},
              &done, NULL),
        STATUS_OK);
    assert_true(done.is_waiting); /* the first ones went out at once */
    assert_true(d.box.reply_count > 0 && d.box.reply_count < REPORTERS);
    assert_false(read_case(&d, 1).clocks[2].is_met);
    while (more) {
        OK(desk_tick(d.desk, bench_now, &more, &err));
        assert_true(ticks++ < 100);
    }
    assert_int_equal(d.box.reply_count, REPORTERS);
    assert_true(read_case(&d, 1).clocks[2].is_met);
    assert_true(read_case(&d, 1).messages[0].is_sent && !read_case(&d, 1).messages[0].is_waiting);
    desk_bench_close(&d);
}

/* --- two hosts --- */

struct second_host {
    struct desk *desk;
    const struct crypt_key *root;
    bool was_tried;
    enum status status;
};

static void unlock_second(void *context)
{
    struct second_host *second = context;
    struct error err = {0};
    /* It may be made to wait and then be refused; what it must not do is look. */
    second->status = desk_unlock(second->desk, second->root, 1, "second host", bench_now, &err);
    second->was_tried = true;
}

/* A second host unlocks exactly between an act's leaf and its row: the leaf is not void. */
static void test_act_in_flight(void **state)
{
    struct desk_bench d;
    open_with(&d, state);
    struct desk_options options = d.options;
    char search_path[512];
    snprintf(search_path, sizeof search_path, "%s.second", d.options.search_path);
    options.search_path = search_path;
    struct second_host second = {.root = &d.root};
    OK(desk_open(&options, bench_now, &second.desk, &err));
    bench_send(&d, &(struct bench_letter){.what = "x", .codes = "ABU1"});
    bench_import(&d);
    d.box.on_leaf = unlock_second;
    d.box.hook_context = &second;
    assert_int_equal(do_it(&d, &d.triager,
                           (struct desk_do){.kind = DO_GRADE, .number = 1, .grade = 4}, NULL, NULL),
                     STATUS_OK);
    assert_true(second.was_tried);
    assert_int_equal(d.box.void_count, 0);
    unlock_second(&second);
    assert_true(desk_is_unlocked(second.desk));
    assert_int_equal(d.box.void_count, 0);
    d.box.on_leaf = NULL;
    desk_close(second.desk);
    desk_bench_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(test_message_steps),
        BOTH(test_broken_message),
        BOTH(test_many_mailboxes),
        BOTH(test_act_in_flight),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
