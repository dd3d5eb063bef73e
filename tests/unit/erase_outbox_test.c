/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: an erasure also takes what other parts of the desk keep about a report: the messages that
 * wait for its mailbox, and the route that its place gave.
 * Method: two reports with a mailbox each in one case; box refuses messages, or erasures, or both;
 * the outbox is read past the desk. The router is the real one, over the real pack. */
#include "../support/erase_acts.h"

#include "route/route.h"

#define UK HUSTINGS_SOURCE_ROOT "/packs/uk"

enum { LEAST_SEALED = 16 + 200 }; /* a mailbox and a reply; an emptied body is far shorter */

/* Reports 1 and 2 in case 1, each with a mailbox. */
static void open_two(struct desk_bench *d, void **state, struct mailbox_keys mailboxes[2])
{
    open_with(d, state);
    for (size_t i = 0; i < 2; i++) {
        struct receipt receipt = receipt_new();
        mailbox_keys_from_receipt(&receipt, &d->desk_id, &mailboxes[i]);
        bench_send(d, &(struct bench_letter){
                          .what = "x", .codes = "THR1", .grade = 4, .mailbox = &mailboxes[i]});
    }
    bench_import(d);
    assert_int_equal(
        do_it(
            d, &d->supervisor,
            (struct desk_do){.kind = DO_MERGE, .number = 2, .other = 1, .reason = STR("one thing")},
            NULL, NULL),
        STATUS_OK);
}

static void write_message(struct desk_bench *d)
{
    assert_int_equal(
        do_it(d, &d->triager,
              (struct desk_do){.kind = DO_MESSAGE, .number = 1, .text = STR("We have read it.")},
              NULL, NULL),
        STATUS_OK);
}

static int64_t outbox_count(struct desk_bench *d, const char *where)
{
    struct db *db = bench_casebook(d);
    struct db_rows *rows = NULL;
    bool has_row = false;
    str sql = arena_printf(&d->arena, "SELECT COUNT(*) FROM outbox WHERE %s", where);
    OK(db_query(db, arena_cstr(&d->arena, sql), DB_NO_ARGS, &rows, &err));
    OK(db_next(rows, &has_row, &err));
    assert_true(has_row);
    int64_t count = db_int(rows, 0);
    db_rows_close(rows);
    db_close(db);
    return count;
}

static int64_t with_words(struct desk_bench *d)
{
    str where = arena_printf(&d->arena, "LENGTH(body) >= %d", LEAST_SEALED);
    return outbox_count(d, arena_cstr(&d->arena, where));
}

static void tick(struct desk_bench *d)
{
    bool more = true;
    for (int i = 0; i < 10 && more; i++) {
        OK(desk_tick(d->desk, bench_now + 60 * US_PER_SECOND, &more, &err));
    }
    assert_false(more);
}

/* One of two mailboxes goes. Its message never gets there, also when box hears of the erasure last;
 * the other one gets it, and then the reporters have heard. */
static void test_one_mailbox(void **state)
{
    struct desk_bench d;
    struct mailbox_keys mailboxes[2];
    open_two(&d, state, mailboxes);
    d.box.reply_fails = d.box.erase_fails = true;
    write_message(&d);
    assert_int_equal(with_words(&d), 2);
    erase(&d, &d.supervisor, 1, d.box.letters[0].leaf, 0);
    assert_int_equal(with_words(&d), 1);
    assert_int_equal(outbox_count(&d, "state = 0"), 2);
    struct desk_case view = read_case(&d, 1);
    assert_int_equal(view.message_count, 1); /* the desk's own copy was not chosen */
    assert_true(view.messages[0].is_waiting);
    assert_false(view.clocks[2].is_met);
    /* box takes messages again and knows of no erasure yet */
    d.box.reply_fails = false;
    bool more = false;
    OK(desk_outbox_step(d.desk, 16, bench_now, &more, &err));
    assert_int_equal(d.box.erasure_count, 0);
    assert_int_equal(d.box.reply_count, 1);
    assert_true(crypt_id_equal(&d.box.replies[0].mailbox, &mailboxes[1].id));
    assert_int_equal(outbox_count(&d, "state = 0"), 0);
    assert_int_equal(outbox_count(&d, "state = 1"), 1);
    assert_int_equal(outbox_count(&d, "state = 2"), 1);
    assert_int_equal(outbox_count(&d, "LENGTH(body) > 0"), 0);
    view = read_case(&d, 1);
    assert_false(view.messages[0].is_waiting);
    assert_true(view.messages[0].is_lost);
    assert_true(view.clocks[2].is_met);
    d.box.erase_fails = false;
    tick(&d);
    assert_int_equal(d.box.erasure_count, 1);
    desk_bench_close(&d);
}

/* With the case's messages every message that waits goes, and no other case's. */
static void test_with_messages(void **state)
{
    struct desk_bench d;
    struct mailbox_keys mailboxes[2], other;
    struct receipt receipt = receipt_new();
    open_two(&d, state, mailboxes);
    mailbox_keys_from_receipt(&receipt, &d.desk_id, &other);
    bench_send(&d,
               &(struct bench_letter){.what = "y", .codes = "ABU1", .grade = 2, .mailbox = &other});
    bench_import(&d);
    d.box.reply_fails = true;
    write_message(&d);
    assert_int_equal(
        do_it(&d, &d.triager,
              (struct desk_do){.kind = DO_MESSAGE, .number = 3, .text = STR("We have read it.")},
              NULL, NULL),
        STATUS_OK);
    assert_int_equal(with_words(&d), 3);
    erase(&d, &d.supervisor, 1, d.box.letters[0].leaf, ERASURE_MESSAGES);
    assert_int_equal(with_words(&d), 1);
    assert_int_equal(read_case(&d, 1).message_count, 0);
    d.box.reply_fails = false;
    tick(&d);
    assert_int_equal(d.box.reply_count, 1);
    assert_true(crypt_id_equal(&d.box.replies[0].mailbox, &other.id));
    assert_int_equal(outbox_count(&d, "state = 2"), 2);
    assert_int_equal(outbox_count(&d, "LENGTH(body) > 0"), 0);
    assert_true(read_case(&d, 3).messages[0].is_sent);
    desk_bench_close(&d);
}

/* More messages wait than are read at once, and those of the erased mailbox are the last of them. */
static void test_long_outbox(void **state)
{
    enum { MESSAGES = 80 };
    struct desk_bench d;
    struct mailbox_keys mailboxes[2];
    open_two(&d, state, mailboxes);
    d.box.reply_fails = true;
    for (int i = 0; i < MESSAGES; i++) {
        write_message(&d);
    }
    assert_int_equal(with_words(&d), 2 * MESSAGES);
    erase(&d, &d.supervisor, 1, d.box.letters[1].leaf, 0);
    assert_int_equal(with_words(&d), MESSAGES);
    desk_bench_close(&d);
}

/* --- the route --- */

static bool goes_to(const struct desk_case *view, str force)
{
    for (size_t i = 0; i < view->route.force_count; i++) {
        if (str_equal(view->route.forces[i].id, force)) {
            return true;
        }
    }
    return false;
}

/* The route is made of the reports that are left, and of none when none is. */
static void test_route(void **state)
{
    struct desk_bench d;
    struct arena arena;
    struct pack pack;
    const struct router *router = NULL;
    desk_bench_open(&d, ready(state), 200);
    arena_init(&arena, (size_t)256 << 20);
    OK(pack_load(&arena, UK, &pack, &err));
    OK(router_open(&arena, &pack, &router, &err));
    desk_close(d.desk);
    d.options.router = router;
    OK(desk_open(&d.options, bench_now, &d.desk, &err));
    desk_bench_unlock(&d);
    bench_send(&d, &(struct bench_letter){.what = "x", .codes = "THR1", .area = "Clacton"});
    bench_send(&d,
               &(struct bench_letter){.what = "y", .codes = "THR1", .area = "Aberavon Maesteg"});
    bench_import(&d);
    struct desk_case view = read_case(&d, 2);
    assert_true(goes_to(&view, STR("south-wales")));
    view = read_case(&d, 1);
    assert_true(goes_to(&view, STR("essex")));
    assert_int_equal(
        do_it(
            &d, &d.supervisor,
            (struct desk_do){.kind = DO_MERGE, .number = 2, .other = 1, .reason = STR("one thing")},
            NULL, NULL),
        STATUS_OK);
    view = read_case(&d, 2); /* its place went along with its report */
    assert_false(view.route.is_there);
    erase(&d, &d.supervisor, 1, d.box.letters[0].leaf, 0);
    view = read_case(&d, 1);
    assert_false(goes_to(&view, STR("essex")));
    assert_true(goes_to(&view, STR("south-wales")));
    assert_str(view.row.area, "Aberafan Maesteg"); /* named as at import */
    erase(&d, &d.supervisor, 1, 0, 0);
    view = read_case(&d, 1);
    assert_false(view.route.is_there);
    assert_int_equal(view.route.force_count + view.route.seat_count, 0);
    assert_str(view.route.why, "");
    desk_bench_close(&d);
    pack_unload(&pack);
    arena_close(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(test_one_mailbox),
        BOTH(test_with_messages),
        BOTH(test_long_outbox),
        BOTH(test_route),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
