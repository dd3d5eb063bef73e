/* SPDX-License-Identifier: Apache-2.0 */
/* Box from outside, on both engines: what is acknowledged is there, once, also after SIGKILL; the
 * ledger verifies; one flipped bit is found and named. */
#include "../support/cm.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io.h"
#include "front/front.h"
#include "ledger/note.h"
#include "letterbox/box.h"
#include "letterbox/verify.h"

static const time_us patience = 60 * US_PER_SECOND;

struct world {
    char dir[64];
    struct db_options store;
    struct crypt_id desk_id;
    struct crypt_key root, log_seed;
    struct desk_keys keys;
    struct crypt_verify_key log_verify;
    struct crypt_sign_key log_sign;
    struct arena arena;
    pid_t box;
    int control;
    struct box_client *front_box, *desk_box;
    struct front *front;
    int pending;
    struct receipt receipts[256];
    enum status statuses[256];
    size_t count;
};

static void nothing(void *context)
{
    (void)context;
}

static void world_start(struct world *w)
{
    int control[2], front[2], desk[2];
    struct error err;
    assert_int_equal(ipc_pair(control, &err), STATUS_OK);
    assert_int_equal(ipc_pair(front, &err), STATUS_OK);
    assert_int_equal(ipc_pair(desk, &err), STATUS_OK);
    fflush(NULL);
    w->box = fork();
    if (w->box == 0) {
        struct box_options options = {.store = w->store,
                                      .desk_id = w->desk_id,
                                      .log_verify = w->log_verify,
                                      .log_sign = w->log_sign,
                                      .control_fd = control[1],
                                      .checkpoint_ms = 50};
        (void)close(control[0]);
        (void)close(front[0]);
        (void)close(front[1]);
        (void)close(desk[0]);
        (void)close(desk[1]);
        enum status status = box_run(&options, nothing, NULL, &err);
        if (status != STATUS_OK) {
            fprintf(stderr, "box: %s\n", err.primary);
        }
        _exit(status == STATUS_OK ? 0 : 1);
    }
    (void)close(control[1]);
    w->control = control[0];
    assert_int_equal(ipc_send_fd(w->control, BOX_ROLE_FRONT, front[1]), STATUS_OK);
    assert_int_equal(ipc_send_fd(w->control, BOX_ROLE_DESK, desk[1]), STATUS_OK);
    (void)close(front[1]);
    (void)close(desk[1]);
    w->front_box = box_client_open(front[0], false);
    w->desk_box = box_client_open(desk[0], true);
    struct front_options options = {
        .desk_id = w->desk_id, .desk_public = w->keys.desk_public, .box = w->front_box};
    w->front = front_open(&options);
}

static void world_stop(struct world *w, int signal_number)
{
    int wait_status = 0;
    front_close(w->front);
    box_client_close(w->front_box);
    box_client_close(w->desk_box);
    if (signal_number != 0) {
        (void)kill(w->box, signal_number);
    }
    (void)close(w->control);
    assert_int_equal(waitpid(w->box, &wait_status, 0), w->box);
    assert_true(signal_number != 0 || (WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == 0));
}

static struct world *world_new(const char *engine)
{
    struct world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    (void)snprintf(w->dir, sizeof w->dir, "/tmp/hustings-box-XXXXXX");
    assert_non_null(mkdtemp(w->dir));
    arena_init(&w->arena, 256u << 20);
    w->desk_id = crypt_id_new();
    w->root = crypt_key_new();
    w->log_seed = crypt_key_new();
    desk_keys_from_root(&w->root, &w->keys);
    crypt_sign_pair_from_seed(&w->log_seed, &w->log_verify, &w->log_sign);
    if (engine == NULL) {
        w->store = (struct db_options){.engine = DB_SQLITE,
                                       .where = arena_printf(&w->arena, "%s/l.db", w->dir).p,
                                       .is_create = true};
    } else {
        struct buf hex;
        buf_init(&hex, 100);
        buf_add(&hex, STR("box_"));
        buf_add_hex(&hex, w->desk_id.bytes, 8);
        w->store = (struct db_options){.engine = DB_POSTGRESQL,
                                       .where = engine,
                                       .schema = arena_cstr(&w->arena, buf_str(&hex)),
                                       .is_create = true};
        buf_close(&hex);
    }
    world_start(w);
    return w;
}

static void world_free(struct world *w)
{
    char *command = arena_printf(&w->arena, "%s/l.db", w->dir).p == NULL ? NULL : NULL;
    (void)command;
    static const char *const names[] = {"l.db", "l.db-wal", "l.db-shm"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        (void)unlink(arena_printf(&w->arena, "%s/%s", w->dir, names[i]).p);
    }
    (void)rmdir(w->dir);
    arena_close(&w->arena);
    free(w);
}

struct sent {
    struct world *w;
    size_t index;
};

static void on_put(void *context, enum status status, const struct front_receipt *receipt)
{
    struct sent *sent = context;
    sent->w->pending--;
    sent->w->statuses[sent->index] = status;
    sent->w->receipts[sent->index] = receipt->receipt;
}

static void pump(struct world *w)
{
    time_us end = clock_monotonic() + patience;
    while (w->pending > 0 && clock_monotonic() < end) {
        box_client_run(w->front_box);
        (void)usleep(500);
    }
    assert_int_equal(w->pending, 0);
}

/* Sends reports numbered from..to-1; "report 7" is the text of number 7. */
static void send_reports(struct world *w, size_t from, size_t to, const char *key)
{
    for (size_t i = from; i < to; i++) {
        struct report *report = ARENA_NEW(&w->arena, struct report);
        struct sent *sent = ARENA_NEW(&w->arena, struct sent);
        report_init(report);
        report->what = arena_printf(&w->arena, "report %zu", i);
        *sent = (struct sent){w, i};
        struct front_put put = {.report = report, .source = "api", .idempotency_key = str_c(key)};
        w->pending++;
        front_put(w->front, &w->arena, &put, clock_wall(), on_put, sent);
    }
}

struct read_back {
    struct world *w;
    enum status status;
    size_t count;
    str first;
};

static void on_mailbox(void *context, enum status status, const struct front_message *messages,
                       size_t count)
{
    struct read_back *back = context;
    back->w->pending--;
    back->status = status;
    back->count = count;
    back->first = count > 0 ? messages[0].json : STR("");
}

static struct read_back read_mailbox(struct world *w, const struct receipt *receipt)
{
    struct read_back back = {.w = w};
    w->pending++;
    front_mailbox_read(w->front, &w->arena, receipt, on_mailbox, &back);
    pump(w);
    return back;
}

static void check_receipt(struct world *w, size_t number)
{
    struct read_back back = read_mailbox(w, &w->receipts[number]);
    str wanted = arena_printf(&w->arena, "\"what\":\"report %zu\"", number);
    assert_int_equal(back.status, STATUS_OK);
    assert_int_equal(back.count, 1);
    assert_true(str_find(back.first, wanted) < back.first.n);
}

static struct verify_report verify(struct world *w, str outside)
{
    struct db *db = NULL;
    struct error err;
    struct verify_report report;
    struct db_options read_only = w->store;
    read_only.is_create = false;
    read_only.is_read_only = true;
    struct verify_options options = {
        .desk_id = w->desk_id, .log_verify = w->log_verify, .outside_note = outside};
    struct crypt_sign_key unused;
    crypt_sign_pair_from_seed(&w->keys.cosign_seed, &options.desk_verify, &unused);
    assert_int_equal(db_open(&read_only, &db, &err), STATUS_OK);
    enum status status = verify_letterbox(db, &options, &w->arena, &report, &err);
    if (status != STATUS_OK) {
        print_message("verify: %s\n", err.primary);
    }
    assert_int_equal(status, STATUS_OK);
    db_close(db);
    return report;
}

static void check_clean(struct world *w)
{
    struct verify_report report = verify(w, STR(""));
    for (int64_t i = 0; i < report.findings && i < VERIFY_FINDINGS_MAX; i++) {
        print_message("finding: %.*s\n", STR_ARG(report.finding[i]));
    }
    assert_int_equal(report.findings, 0);
}

/* A reply whose answer was lost on the way is put again: it is one reply. */
static void check_reply_once(struct world *w)
{
    struct error err;
    struct mailbox_keys mailbox;
    struct buf sealed;
    int64_t leaf = 0, again = -1;
    mailbox_keys_from_receipt(&w->receipts[41], &w->desk_id, &mailbox);
    buf_init(&sealed, 10000);
    mailbox_reply_seal(&sealed, &mailbox.public_key, &w->desk_id, &mailbox.id,
                       STR("{\"kind\":\"reply\",\"text\":\"once\"}"));
    assert_int_equal(box_reply_put(w->desk_box, &mailbox.id, buf_str(&sealed), &leaf, &err),
                     STATUS_OK);
    assert_int_equal(box_reply_put(w->desk_box, &mailbox.id, buf_str(&sealed), &again, &err),
                     STATUS_OK);
    assert_true(leaf > 0);
    assert_int_equal(again, 0);
    assert_int_equal(read_mailbox(w, &w->receipts[41]).count, 2); /* the copy, and the reply */
    buf_close(&sealed);
}

static void reports_are_kept(const char *engine)
{
    struct world *w = world_new(engine);
    struct error err;
    send_reports(w, 0, 100, "");
    pump(w);
    for (size_t i = 0; i < 100; i++) {
        assert_int_equal(w->statuses[i], STATUS_OK);
        check_receipt(w, i);
    }
    struct receipt unknown = receipt_new();
    assert_int_equal(read_mailbox(w, &unknown).status, STATUS_NOT_FOUND);
    check_clean(w); /* while it is live */

    /* the desk fetches, opens, and hands back */
    struct box_letter *letters = NULL;
    size_t count = 0;
    assert_int_equal(box_letters_fetch(w->desk_box, &w->arena, -1, &letters, &count, &err),
                     STATUS_OK);
    assert_int_equal(count, 100);
    int64_t leaves[100];
    for (size_t i = 0; i < count; i++) {
        struct crypt_key epoch_key, data_key;
        struct buf body;
        buf_init(&body, LETTER_BODY_BYTES_MAX);
        leaves[i] = letters[i].leaf;
        assert_int_equal(epoch_open(&w->keys, &w->desk_id, &letters[i].epoch_id,
                                    letters[i].sealed_epoch_key, &epoch_key),
                         STATUS_OK);
        assert_int_equal(letter_key_unwrap(&epoch_key, &w->desk_id, &letters[i].id,
                                           &letters[i].epoch_id, letters[i].wrapped_key, &data_key),
                         STATUS_OK);
        assert_int_equal(
            letter_body_open(&body, &data_key, &w->desk_id, &letters[i].id, letters[i].sealed_body),
            STATUS_OK);
        assert_true(str_find(buf_str(&body), STR("\"what\":\"report ")) < body.n);
        buf_close(&body);
    }
    assert_int_equal(box_letters_done(w->desk_box, leaves, count, &err), STATUS_OK);
    assert_int_equal(box_letters_fetch(w->desk_box, &w->arena, -1, &letters, &count, &err),
                     STATUS_OK);
    assert_int_equal(count, 0);
    check_clean(w);
    struct verify_report report = verify(w, STR(""));
    assert_int_equal(report.imported, 100);
    check_receipt(w, 42); /* the reporter's copy stays */

    check_reply_once(w);
    check_clean(w);

    /* a checkpoint, co-signed, and held against the log later */
    str note = {0};
    assert_int_equal(box_checkpoint(w->desk_box, &w->arena, &note, &err), STATUS_OK);
    struct note parsed;
    assert_int_equal(note_parse(note, &w->desk_id, &parsed, &err), STATUS_OK);
    struct crypt_verify_key desk_verify;
    struct crypt_sign_key desk_sign;
    struct buf line;
    buf_init(&line, 1000);
    crypt_sign_pair_from_seed(&w->keys.cosign_seed, &desk_verify, &desk_sign);
    note_add_signature(&line, &w->desk_id, NOTE_DESK, &desk_sign, &desk_verify, parsed.text);
    assert_int_equal(box_cosign(w->desk_box, parsed.size, buf_str(&line), &err), STATUS_OK);
    send_reports(w, 100, 105, "");
    pump(w);
    report = verify(w, note);
    assert_int_equal(report.findings, 0);
    assert_int_equal(report.cosigned, 1);
    buf_close(&line);
    world_stop(w, 0);
    check_clean(w);
    world_free(w);
}

static void repeats_get_the_same_receipt(const char *engine)
{
    struct world *w = world_new(engine);
    send_reports(w, 7, 8, "0123456789abcdef");
    pump(w);
    struct receipt first = w->receipts[7];
    assert_int_equal(w->statuses[7], STATUS_OK);
    send_reports(w, 7, 8, "0123456789abcdef");
    pump(w);
    assert_memory_equal(w->receipts[7].bytes, first.bytes, sizeof first.bytes);
    world_stop(w, 0);
    world_start(w); /* also after a restart */
    send_reports(w, 7, 8, "0123456789abcdef");
    pump(w);
    assert_int_equal(w->statuses[7], STATUS_OK);
    assert_memory_equal(w->receipts[7].bytes, first.bytes, sizeof first.bytes);
    send_reports(w, 8, 9, "0123456789abcdef"); /* another body under the same key */
    pump(w);
    assert_int_equal(w->statuses[8], STATUS_CONFLICT);
    struct verify_report report = verify(w, STR(""));
    assert_int_equal(report.letters, 1);
    world_stop(w, 0);
    world_free(w);
}

static void killed_in_the_middle(const char *engine)
{
    struct world *w = world_new(engine);
    size_t kept = 0;
    for (size_t round = 0; round < 5; round++) {
        send_reports(w, round * 40, round * 40 + 40, "");
        for (size_t i = round * 40; i < round * 40 + 40; i++) {
            w->statuses[i] = STATUS_UNCERTAIN;
        }
        /* let some through, then SIGKILL; the client ends its process on a lost box, so only
         * pump while answers are surely there */
        time_us end = clock_monotonic() + patience;
        while (w->pending > 30 - (int)round * 5 && clock_monotonic() < end) {
            box_client_run(w->front_box);
            (void)usleep(200);
        }
        w->pending = 0;
        world_stop(w, SIGKILL);
        world_start(w);
        for (size_t i = round * 40; i < round * 40 + 40; i++) {
            if (w->statuses[i] == STATUS_OK) {
                check_receipt(w, i);
                kept++;
            }
        }
        check_clean(w);
    }
    assert_true(kept > 20);
    world_stop(w, 0);
    world_free(w);
}

/* Each stored byte of consequence, flipped through SQL: found. SQLite only (the same code reads). */
static void flipped_bits_are_found(void **state)
{
    (void)state;
    static const struct {
        const char *sql;
        const char *says;
    } rows[] = {
        {"UPDATE letter SET sealed_body = CAST(substr(sealed_body, 1, 40) ||"
         " CASE substr(sealed_body, 41, 1) WHEN x'00' THEN x'01' ELSE x'00' END ||"
         " substr(sealed_body, 42) AS BLOB) WHERE leaf = 3",
         "the letter of leaf 3 is not the one that was accepted"},
        {"UPDATE letter SET wrapped_key = CAST(substr(wrapped_key, 1, 71) ||"
         " CASE substr(wrapped_key, 72) WHEN x'00' THEN x'01' ELSE x'00' END AS BLOB)"
         " WHERE leaf = 4",
         "the letter of leaf 4 is not the one that was accepted"},
        {"UPDATE ledger SET at = at + 60000000 WHERE leaf = 2", "checkpoint "},
        {"UPDATE ledger SET kind = 9 WHERE leaf = 5", "checkpoint "},
        {"UPDATE ledger SET subject = zeroblob(16) WHERE leaf = 2", "checkpoint "},
        {"UPDATE ledger SET hash = zeroblob(32) WHERE leaf = 5", "checkpoint "},
        {"DELETE FROM ledger WHERE leaf = 5", "leaf 5 is missing"},
        {"DELETE FROM ledger WHERE leaf = (SELECT MAX(leaf) FROM ledger)", "the end was cut off"},
        {"UPDATE checkpoint SET note = replace(note, '=', '+')", "is not validly signed"},
        {"DELETE FROM letter WHERE leaf = 6", "what leaf 6 accepted is gone, and no leaf says why"},
        {"UPDATE epoch SET sealed_key = zeroblob(100)", "the sealed epoch key"},
        {"UPDATE ledger_state SET size = size + 1", "the ledger's own count"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct world *w = world_new(NULL);
        struct db *db = NULL;
        struct error err;
        str note = {0};
        send_reports(w, 0, 10, "");
        pump(w);
        assert_int_equal(box_checkpoint(w->desk_box, &w->arena, &note, &err), STATUS_OK);
        world_stop(w, 0);
        check_clean(w);
        assert_int_equal(db_open(&w->store, &db, &err), STATUS_OK);
        assert_int_equal(db_exec(db, rows[i].sql, DB_NO_ARGS, NULL, &err), STATUS_OK);
        db_close(db);
        struct verify_report report = verify(w, STR(""));
        bool is_said = false;
        for (int64_t f = 0; f < report.findings && f < VERIFY_FINDINGS_MAX; f++) {
            is_said =
                is_said || str_find(report.finding[f], str_c(rows[i].says)) < report.finding[f].n;
        }
        if (!is_said) {
            print_message("not found: %s\n", rows[i].sql);
        }
        assert_true(is_said);
        world_free(w);
    }
}

/* --- erasure --- */

/* The record of a letter, signed as the desk does it (or, is_forged, as somebody else would). */
static str record_of(struct world *w, const struct box_letter *letter,
                     const struct receipt *receipt, bool is_forged)
{
    struct mailbox_keys mailbox;
    struct crypt_verify_key verify;
    struct crypt_sign_key sign;
    struct crypt_key seed = is_forged ? crypt_key_new() : w->keys.cosign_seed;
    struct buf note;
    buf_init(&note, ERASURE_NOTE_BYTES_MAX);
    mailbox_keys_from_receipt(receipt, &w->desk_id, &mailbox);
    crypt_sign_pair_from_seed(&seed, &verify, &sign);
    struct erasure e = {.letter_leaf = letter->leaf,
                        .letter_id = letter->id,
                        .mailbox_id = mailbox.id,
                        .at = clock_wall()};
    erasure_add_note(&note, &w->desk_id, &sign, &verify, &e);
    str text = arena_str(&w->arena, buf_str(&note));
    buf_close(&note);
    return text;
}

static int64_t count_rows(struct world *w, const char *sql)
{
    struct db *db = NULL;
    struct db_rows *rows = NULL;
    struct error err;
    bool has_row = false;
    assert_int_equal(db_open(&w->store, &db, &err), STATUS_OK);
    assert_int_equal(db_query(db, sql, DB_NO_ARGS, &rows, &err), STATUS_OK);
    assert_int_equal(db_next(rows, &has_row, &err), STATUS_OK);
    int64_t count = db_int(rows, 0);
    db_rows_close(rows);
    db_close(db);
    return count;
}

/* Bytes in the file of the store or in its log. */
static bool is_in_files(struct world *w, str bytes)
{
    static const char *const ends[] = {"", "-wal"};
    bool is_found = false;
    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        struct error err;
        struct arena arena;
        str data = {0};
        char path[200];
        arena_init(&arena, (size_t)256 * 1024 * 1024);
        snprintf(path, sizeof path, "%s%s", w->store.where, ends[i]);
        assert_int_equal(io_read_file(&arena, path, (size_t)128 * 1024 * 1024, &data, &err),
                         STATUS_OK);
        is_found = is_found || str_find(data, bytes) < data.n;
        arena_close(&arena);
    }
    return is_found;
}

static void fetch_all(struct world *w, struct box_letter **ret_letters, size_t wanted)
{
    struct error err;
    size_t count = 0;
    assert_int_equal(box_letters_fetch(w->desk_box, &w->arena, -1, ret_letters, &count, &err),
                     STATUS_OK);
    assert_int_equal(count, wanted);
}

static void erased_for_good(const char *engine)
{
    struct world *w = world_new(engine);
    struct box_letter *letters = NULL;
    struct error err;
    int64_t leaf = 0;
    int64_t again = 0;
    for (size_t i = 0; i < 10; i++) {
        send_reports(w, i, i + 1, arena_printf(&w->arena, "a key of its own, number %zu", i).p);
        pump(w); /* one after the other: letter 3 is report 3 */
    }
    fetch_all(w, &letters, 10);
    str note = record_of(w, &letters[3], &w->receipts[3], false);
    str key = letters[3].wrapped_key;
    assert_int_equal(count_rows(w, "SELECT COUNT(*) FROM idempotency"), 10);
    if (engine == NULL) {
        assert_true(is_in_files(w, key)); /* the test can see what it looks for */
    }
    assert_int_equal(box_erase(w->desk_box, note, &leaf, &err), STATUS_OK);
    assert_int_equal(box_erase(w->desk_box, note, &again, &err), STATUS_OK);
    assert_int_equal(leaf, again);
    assert_int_equal(read_mailbox(w, &w->receipts[3]).status, STATUS_NOT_FOUND);
    check_receipt(w, 4);
    assert_int_equal(count_rows(w, "SELECT COUNT(*) FROM idempotency"), 9);
    assert_int_equal(count_rows(w, "SELECT COUNT(*) FROM erasure"), 1);
    struct stored_erasure *list = NULL;
    size_t count = 0;
    assert_int_equal(box_erasures_read(w->desk_box, &w->arena, -1, &list, &count, &err), STATUS_OK);
    assert_int_equal(count, 1);
    assert_int_equal(list[0].leaf, leaf);
    assert_true(str_equal(list[0].note, note));
    check_clean(w);
    assert_int_equal(verify(w, STR("")).erased, 1);
    /* a letter that was never accepted */
    struct box_letter other = letters[5];
    other.id = crypt_id_new();
    str unknown = record_of(w, &other, &w->receipts[5], false);
    assert_int_equal(box_erase(w->desk_box, unknown, &leaf, &err), STATUS_NOT_FOUND);
    check_receipt(w, 5);
    time_us end = clock_monotonic() + patience;
    while (engine == NULL && is_in_files(w, key) && clock_monotonic() < end) {
        (void)usleep(50000); /* by box's clock */
    }
    assert_true(engine != NULL || !is_in_files(w, key));
    world_stop(w, SIGKILL);
    assert_true(engine != NULL || !is_in_files(w, key));
    check_clean(w);
    world_free(w);
}

/* An older letterbox and a newer list. */
static void erased_again(const char *engine)
{
    struct world *w = world_new(engine);
    struct box_letter *letters = NULL;
    struct error err;
    struct db *db = NULL;
    struct crypt_verify_key desk_verify;
    struct crypt_sign_key unused;
    struct erasure_list list = {0};
    struct erasure_replayed replayed = {0};
    struct buf text;
    send_reports(w, 0, 10, "");
    pump(w);
    fetch_all(w, &letters, 10);
    crypt_sign_pair_from_seed(&w->keys.cosign_seed, &desk_verify, &unused);
    struct box_letter later = letters[2];
    later.leaf = 5000;
    later.id = crypt_id_new();
    buf_init(&text, 100000);
    pump(w);
    buf_printf(&text, "hustings erasures 1 ");
    buf_add_hex(&text, w->desk_id.bytes, sizeof w->desk_id.bytes);
    str one = record_of(w, &letters[7], &w->receipts[7], false);
    str two = record_of(w, &later, &w->receipts[2], false);
    buf_printf(&text, " 2\n\n%.*s\n%.*s", STR_ARG(one), STR_ARG(two));
    assert_int_equal(
        erasure_list_parse(&w->arena, buf_str(&text), &w->desk_id, &desk_verify, &list, &err),
        STATUS_OK);
    assert_int_equal(list.count, 2);
    world_stop(w, 0);
    assert_int_equal(db_open(&w->store, &db, &err), STATUS_OK);
    assert_int_equal(erasure_replay(db, &list, clock_wall(), &replayed, &err), STATUS_OK);
    assert_int_equal(replayed.applied, 1);
    assert_int_equal(replayed.kept, 1);
    assert_int_equal(erasure_replay(db, &list, clock_wall(), &replayed, &err), STATUS_OK);
    assert_int_equal(replayed.known, 2);
    assert_int_equal(replayed.applied + replayed.kept, 0);
    struct buf printed;
    buf_init(&printed, 100000);
    assert_int_equal(erasure_list_print(db, &w->desk_id, &printed, &err), STATUS_OK);
    assert_true(str_equal(buf_str(&printed), buf_str(&text)));
    buf_close(&printed);
    db_close(db);
    check_clean(w);
    assert_int_equal(verify(w, STR("")).erased, 2);
    assert_int_equal(count_rows(w, "SELECT COUNT(*) FROM letter"), 9);
    world_start(w);
    assert_int_equal(read_mailbox(w, &w->receipts[7]).status, STATUS_NOT_FOUND);
    check_receipt(w, 6);
    buf_close(&text);
    world_stop(w, 0);
    world_free(w);
}

static void false_lists_are_refused(void **state)
{
    struct world *w = world_new(NULL);
    struct box_letter *letters = NULL;
    struct crypt_verify_key desk_verify;
    struct crypt_sign_key unused;
    char hex[2 * CRYPT_ID_BYTES + 1] = {0};
    (void)state;
    send_reports(w, 0, 3, "");
    pump(w);
    fetch_all(w, &letters, 3);
    crypt_sign_pair_from_seed(&w->keys.cosign_seed, &desk_verify, &unused);
    hex_encode(w->desk_id.bytes, sizeof w->desk_id.bytes, hex);
    str good = record_of(w, &letters[1], &w->receipts[1], false);
    str forged = record_of(w, &letters[1], &w->receipts[1], true);
    str changed = arena_str(&w->arena, good);
    ((char *)(uintptr_t)changed.p)[str_find(changed, STR("letter ")) + 12] ^= 1;
    const struct {
        const char *says;
        str text;
    } rows[] = {
        {"not a list of erasures", STR("hello")},
        {"of another desk",
         arena_printf(&w->arena, "hustings erasures 1 %032d 1\n\n%.*s", 7, STR_ARG(good))},
        {"cut off: 1 of 2",
         arena_printf(&w->arena, "hustings erasures 1 %s 2\n\n%.*s", hex, STR_ARG(good))},
        {"more in the list",
         arena_printf(&w->arena, "hustings erasures 1 %s 0\n\n%.*s", hex, STR_ARG(good))},
        {"is not signed",
         arena_printf(&w->arena, "hustings erasures 1 %s 1\n\n%.*s", hex, STR_ARG(forged))},
        {"this ", /* the number or the signature */
         arena_printf(&w->arena, "hustings erasures 1 %s 1\n\n%.*s", hex, STR_ARG(changed))},
        {"first line", arena_printf(&w->arena, "hustings erasures 1 %s many\n", hex)},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct erasure_list list;
        struct error err = {0};
        assert_int_equal(
            erasure_list_parse(&w->arena, rows[i].text, &w->desk_id, &desk_verify, &list, &err),
            STATUS_INVALID);
        if (strstr(err.primary, rows[i].says) == NULL) {
            fail_msg("%s: %s", rows[i].says, err.primary);
        }
    }
    world_stop(w, 0);
    world_free(w);
}

/* What verify says about erasures that are not what they were. */
static void broken_erasures_are_found(void **state)
{
    static const struct {
        const char *sql;
        const char *says;
    } rows[] = {
        {"UPDATE erasure SET note = replace(note, 'also -', 'also notes')",
         "the record of the erasure of leaf"},
        {"DELETE FROM erasure", "has no record"},
        {"INSERT INTO mailbox (id, messages, hour) SELECT kept, 0, 0 FROM aside",
         "a mailbox that leaf"},
        {"INSERT INTO letter SELECT * FROM aside_letter", "accepted is there, but leaf"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct world *w = world_new(NULL);
        struct box_letter *letters = NULL;
        struct db *db = NULL;
        struct error err;
        struct mailbox_keys mailbox;
        int64_t leaf = 0;
        send_reports(w, 0, 3, "");
        pump(w);
        fetch_all(w, &letters, 3);
        mailbox_keys_from_receipt(&w->receipts[1], &w->desk_id, &mailbox);
        assert_int_equal(db_open(&w->store, &db, &err), STATUS_OK);
        assert_int_equal(db_exec(db, "CREATE TABLE aside (kept BLOB)", DB_NO_ARGS, NULL, &err),
                         STATUS_OK);
        assert_int_equal(db_exec(db, "INSERT INTO aside VALUES ($1)",
                                 DB_ARGS(DB_B(mailbox.id.bytes, CRYPT_ID_BYTES)), NULL, &err),
                         STATUS_OK);
        assert_int_equal(db_exec(db,
                                 "CREATE TABLE aside_letter AS SELECT * FROM letter"
                                 " WHERE leaf = (SELECT MIN(leaf) + 1 FROM letter)",
                                 DB_NO_ARGS, NULL, &err),
                         STATUS_OK);
        db_close(db);
        str note = record_of(w, &letters[1], &w->receipts[1], false);
        assert_int_equal(box_erase(w->desk_box, note, &leaf, &err), STATUS_OK);
        world_stop(w, 0);
        check_clean(w);
        assert_int_equal(db_open(&w->store, &db, &err), STATUS_OK);
        if (db_exec(db, rows[i].sql, DB_NO_ARGS, NULL, &err) != STATUS_OK) {
            fail_msg("%s", err.primary);
        }
        db_close(db);
        struct verify_report report = verify(w, STR(""));
        bool is_said = false;
        for (int64_t f = 0; f < report.findings && f < VERIFY_FINDINGS_MAX; f++) {
            is_said =
                is_said || str_find(report.finding[f], str_c(rows[i].says)) < report.finding[f].n;
        }
        if (!is_said) {
            fail_msg("not found: %s", rows[i].sql);
        }
        world_free(w);
    }
}

#define BOTH_ENGINES(name)                                                                         \
    static void name##_sqlite(void **state)                                                        \
    {                                                                                              \
        (void)state;                                                                               \
        name(NULL);                                                                                \
    }                                                                                              \
    static void name##_postgresql(void **state)                                                    \
    {                                                                                              \
        (void)state;                                                                               \
        const char *url = getenv("HUSTINGS_TEST_POSTGRESQL");                                      \
        if (url == NULL) {                                                                         \
            print_message("SKIPPED: HUSTINGS_TEST_POSTGRESQL names no server\n");                  \
            skip();                                                                                \
        }                                                                                          \
        name(url);                                                                                 \
    }
BOTH_ENGINES(reports_are_kept)
BOTH_ENGINES(repeats_get_the_same_receipt)
BOTH_ENGINES(killed_in_the_middle)
BOTH_ENGINES(erased_for_good)
BOTH_ENGINES(erased_again)

int main(void)
{
    crypt_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reports_are_kept_sqlite),
        cmocka_unit_test(reports_are_kept_postgresql),
        cmocka_unit_test(repeats_get_the_same_receipt_sqlite),
        cmocka_unit_test(repeats_get_the_same_receipt_postgresql),
        cmocka_unit_test(killed_in_the_middle_sqlite),
        cmocka_unit_test(killed_in_the_middle_postgresql),
        cmocka_unit_test(flipped_bits_are_found),
        cmocka_unit_test(erased_for_good_sqlite),
        cmocka_unit_test(erased_for_good_postgresql),
        cmocka_unit_test(erased_again_sqlite),
        cmocka_unit_test(erased_again_postgresql),
        cmocka_unit_test(false_lists_are_refused),
        cmocka_unit_test(broken_erasures_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
