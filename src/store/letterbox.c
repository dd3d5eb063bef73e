/* SPDX-License-Identifier: Apache-2.0 */
/* Letters, epochs, mailboxes, drafts, evidence, outbox. */
#include "store/letterbox_internal.h"
#include "store/rows.h"

enum status store_fixed(str bytes, void *out, size_t len, const char *what, struct error *err)
{
    if (bytes.n != len) {
        return error_set(err, STATUS_CORRUPT, "a stored %s has %zu bytes instead of %zu", what,
                         bytes.n, len);
    }
    memcpy(out, bytes.p, len);
    return STATUS_OK;
}

enum status store_one_blob(struct db *db, struct arena *arena, const char *sql,
                           const struct db_value *args, size_t arg_count, str *ret_bytes,
                           struct error *err)
{
    struct db_rows *rows = NULL;
    bool has_row = false;
    enum status status = db_query(db, sql, args, arg_count, &rows, err);
    if (status == STATUS_OK) {
        status = db_next(rows, &has_row, err);
    }
    if (status == STATUS_OK && has_row) {
        *ret_bytes = arena_str(arena, db_bytes(rows, 0));
    }
    db_rows_close(rows);
    if (status == STATUS_OK && !has_row) {
        status = error_set(err, STATUS_NOT_FOUND, "there is no such row");
    }
    return status;
}

/* --- letters --- */

enum status letterbox_epoch_insert(struct db *db, const struct crypt_id *id, str sealed_key,
                                   time_us hour, bool *ret_is_new, struct error *err)
{
    int64_t changed = 0;
    enum status status = db_exec(db,
                                 "INSERT INTO epoch (id, sealed_key, hour) VALUES ($1, $2, $3)"
                                 " ON CONFLICT (id) DO NOTHING",
                                 DB_ARGS(DB_ID(id), DB_S(sealed_key), DB_I(hour)), &changed, err);
    *ret_is_new = changed == 1;
    return status;
}

enum status letterbox_letter_insert(struct db *db, const struct stored_letter *l, struct error *err)
{
    return db_exec(db,
                   "INSERT INTO letter (leaf, id, epoch_id, is_added, received_hour, wrapped_key,"
                   " sealed_body) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                   DB_ARGS(DB_I(l->leaf), DB_ID(&l->id), DB_ID(&l->epoch_id), DB_I(l->is_added),
                           DB_I(l->received_hour), DB_S(l->wrapped_key), DB_S(l->sealed_body)),
                   NULL, err);
}

/* Columns: leaf, id, epoch_id, is_added, received_hour, wrapped_key, sealed_body, sealed_key. */
static enum status letter_from_row(const struct db_rows *rows, struct stored_letter *ret,
                                   struct error *err)
{
    struct stored_letter letter = {.leaf = db_int(rows, 0),
                                   .is_added = db_int(rows, 3) != 0,
                                   .received_hour = db_int(rows, 4),
                                   .wrapped_key = db_bytes(rows, 5),
                                   .sealed_body = db_bytes(rows, 6),
                                   .sealed_epoch_key = db_bytes(rows, 7)};
    enum status status =
        store_fixed(db_bytes(rows, 1), letter.id.bytes, CRYPT_ID_BYTES, "letter id", err);
    if (status == STATUS_OK) {
        status =
            store_fixed(db_bytes(rows, 2), letter.epoch_id.bytes, CRYPT_ID_BYTES, "epoch id", err);
    }
    *ret = letter;
    return status;
}

static const char sql_letters[] =
    "SELECT l.leaf, l.id, l.epoch_id, l.is_added, l.received_hour, l.wrapped_key, l.sealed_body,"
    " e.sealed_key FROM letter l JOIN epoch e ON e.id = l.epoch_id WHERE l.leaf > $1"
    " ORDER BY l.leaf LIMIT $2";

enum status letterbox_letters_read(struct db *db, struct arena *arena, int64_t after,
                                   size_t count_max, size_t bytes_max,
                                   struct stored_letter **ret_letters, size_t *ret_count,
                                   struct error *err)
{
    struct stored_letter *letters = ARENA_ARRAY(arena, struct stored_letter, count_max);
    struct db_rows *rows = NULL;
    size_t count = 0;
    size_t bytes = 0;
    enum status status =
        db_query(db, sql_letters, DB_ARGS(DB_I(after), DB_I(count_max)), &rows, err);
    while (count < count_max && db_more(rows, &status, err)) {
        struct stored_letter letter;
        status = letter_from_row(rows, &letter, err);
        bytes += letter.sealed_body.n + letter.sealed_epoch_key.n + letter.wrapped_key.n;
        if (status != STATUS_OK || (count > 0 && bytes > bytes_max)) {
            break;
        }
        letter.wrapped_key = arena_str(arena, letter.wrapped_key);
        letter.sealed_body = arena_str(arena, letter.sealed_body);
        letter.sealed_epoch_key = arena_str(arena, letter.sealed_epoch_key);
        letters[count++] = letter;
    }
    db_rows_close(rows);
    if (status == STATUS_OK) {
        *ret_letters = letters;
        *ret_count = count;
    }
    return status;
}

enum status letterbox_letters_walk(struct db *db, letterbox_letter_visit *visit, void *context,
                                   struct error *err)
{
    struct db_rows *rows = NULL;
    enum status status = db_query(db, sql_letters, DB_ARGS(DB_I(-1), DB_I(INT64_MAX)), &rows, err);
    while (db_more(rows, &status, err)) {
        struct stored_letter letter;
        status = letter_from_row(rows, &letter, err);
        if (status == STATUS_OK) {
            status = visit(context, &letter, err);
        }
    }
    db_rows_close(rows);
    return status;
}

enum status letterbox_letter_delete(struct db *db, int64_t leaf, struct error *err)
{
    return db_exec(db, "DELETE FROM letter WHERE leaf = $1", DB_ARGS(DB_I(leaf)), NULL, err);
}

enum status letterbox_letter_erase(struct db *db, const struct crypt_id *id, struct error *err)
{
    return db_exec(db, "DELETE FROM letter WHERE id = $1", DB_ARGS(DB_ID(id)), NULL, err);
}

enum status letterbox_epochs_sweep(struct db *db, time_us hour, struct error *err)
{
    return db_exec(db,
                   "DELETE FROM epoch WHERE hour < $1 AND NOT EXISTS"
                   " (SELECT 1 FROM letter WHERE letter.epoch_id = epoch.id)",
                   DB_ARGS(DB_I(hour)), NULL, err);
}

/* --- mailboxes --- */

enum status letterbox_mailbox_insert(struct db *db, const struct crypt_id *id, time_us hour,
                                     struct error *err)
{
    return db_exec(db, "INSERT INTO mailbox (id, messages, hour) VALUES ($1, 0, $2)",
                   DB_ARGS(DB_ID(id), DB_I(hour)), NULL, err);
}

static enum status message_count(struct db *db, const struct crypt_id *id, int64_t *ret_count,
                                 struct error *err)
{
    struct db_rows *rows = NULL;
    bool has_row = false;
    enum status status =
        db_query(db, "SELECT messages FROM mailbox WHERE id = $1", DB_ARGS(DB_ID(id)), &rows, err);
    if (status == STATUS_OK) {
        status = db_next(rows, &has_row, err);
    }
    if (status == STATUS_OK && has_row) {
        *ret_count = db_int(rows, 0);
    }
    db_rows_close(rows);
    if (status == STATUS_OK && !has_row) {
        status = error_set(err, STATUS_NOT_FOUND, "there is no such mailbox");
    }
    return status;
}

enum status letterbox_message_add(struct db *db, const struct crypt_id *mailbox_id, str sealed,
                                  int64_t messages_max, struct error *err)
{
    int64_t seq = 0;
    enum status status = message_count(db, mailbox_id, &seq, err);
    if (status == STATUS_OK && seq >= messages_max) {
        status = error_set(err, STATUS_LIMIT, "this mailbox is full (%lld messages)",
                           (long long)messages_max);
    }
    if (status == STATUS_OK) {
        status = db_exec(db,
                         "INSERT INTO mailbox_message (mailbox_id, seq, sealed)"
                         " VALUES ($1, $2, $3)",
                         DB_ARGS(DB_ID(mailbox_id), DB_I(seq), DB_S(sealed)), NULL, err);
    }
    if (status == STATUS_OK) {
        status = db_exec(db, "UPDATE mailbox SET messages = messages + 1 WHERE id = $1",
                         DB_ARGS(DB_ID(mailbox_id)), NULL, err);
    }
    return status;
}

enum status letterbox_message_known(struct db *db, const struct crypt_id *mailbox_id, str sealed,
                                    bool *ret_is_known, struct error *err)
{
    int64_t found = -1;
    enum status status = rows_number(
        db, "SELECT seq FROM mailbox_message WHERE mailbox_id = $1 AND sealed = $2 LIMIT 1",
        DB_ARGS(DB_ID(mailbox_id), DB_S(sealed)), -1, &found, err);
    if (status == STATUS_OK) {
        *ret_is_known = found >= 0;
    }
    return status;
}

enum status letterbox_mailbox_read(struct db *db, struct arena *arena, const struct crypt_id *id,
                                   str **ret_messages, size_t *ret_count, struct error *err)
{
    enum { MESSAGES_MAX = 1000 };
    struct db_rows *rows = NULL;
    size_t count = 0;
    str *messages = ARENA_ARRAY(arena, str, MESSAGES_MAX);
    enum status status = db_query(
        db, "SELECT sealed FROM mailbox_message WHERE mailbox_id = $1 ORDER BY seq LIMIT 1000",
        DB_ARGS(DB_ID(id)), &rows, err);
    while (db_more(rows, &status, err)) {
        messages[count++] = arena_str(arena, db_bytes(rows, 0));
    }
    db_rows_close(rows);
    if (status == STATUS_OK && count == 0) {
        status = error_set(err, STATUS_NOT_FOUND, "there is no such mailbox");
    }
    if (status == STATUS_OK) {
        *ret_messages = messages;
        *ret_count = count;
    }
    return status;
}

enum status letterbox_mailbox_erase(struct db *db, const struct crypt_id *id, struct error *err)
{
    enum status status = db_exec(db, "DELETE FROM mailbox_message WHERE mailbox_id = $1",
                                 DB_ARGS(DB_ID(id)), NULL, err);
    if (status == STATUS_OK) {
        status = db_exec(db, "DELETE FROM mailbox WHERE id = $1", DB_ARGS(DB_ID(id)), NULL, err);
    }
    return status;
}

enum status letterbox_mailbox_known(struct db *db, const struct crypt_id *id, bool *ret_is_known,
                                    struct error *err)
{
    struct db_rows *rows = NULL;
    enum status status =
        db_query(db, "SELECT messages FROM mailbox WHERE id = $1", DB_ARGS(DB_ID(id)), &rows, err);
    if (status == STATUS_OK) {
        status = db_next(rows, ret_is_known, err);
    }
    db_rows_close(rows);
    return status;
}

/* --- idempotency and drafts --- */

enum status letterbox_idempotency_read(struct db *db, struct arena *arena,
                                       const struct crypt_id *id, time_us now, str *ret_sealed,
                                       struct error *err)
{
    return store_one_blob(db, arena,
                          "SELECT sealed FROM idempotency WHERE id = $1 AND expires > $2",
                          DB_ARGS(DB_ID(id), DB_I(now)), ret_sealed, err);
}

enum status letterbox_idempotency_insert(struct db *db, struct arena *arena,
                                         const struct crypt_id *id,
                                         const struct crypt_id *letter_id, str sealed, time_us now,
                                         time_us expires, bool *ret_is_new, str *ret_sealed,
                                         struct error *err)
{
    int64_t changed = 0;
    enum status status =
        db_exec(db,
                "INSERT INTO idempotency (id, sealed, expires, letter_id)"
                " VALUES ($1, $2, $3, $5)"
                " ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed,"
                " expires = excluded.expires, letter_id = excluded.letter_id"
                " WHERE idempotency.expires <= $4",
                DB_ARGS(DB_ID(id), DB_S(sealed), DB_I(expires), DB_I(now), DB_ID(letter_id)),
                &changed, err);
    *ret_is_new = changed == 1;
    if (status == STATUS_OK && changed == 0) {
        status = letterbox_idempotency_read(db, arena, id, now, ret_sealed, err);
    }
    return status;
}

enum status letterbox_idempotency_delete(struct db *db, const struct crypt_id *id,
                                         struct error *err)
{
    return db_exec(db, "DELETE FROM idempotency WHERE id = $1", DB_ARGS(DB_ID(id)), NULL, err);
}

enum status letterbox_idempotency_erase(struct db *db, const struct crypt_id *letter_id,
                                        struct error *err)
{
    return db_exec(db, "DELETE FROM idempotency WHERE letter_id = $1", DB_ARGS(DB_ID(letter_id)),
                   NULL, err);
}

enum status letterbox_draft_write(struct db *db, const struct crypt_id *id, str sealed,
                                  time_us expires, struct error *err)
{
    return db_exec(db,
                   "INSERT INTO draft (id, sealed, expires) VALUES ($1, $2, $3)"
                   " ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed,"
                   " expires = excluded.expires",
                   DB_ARGS(DB_ID(id), DB_S(sealed), DB_I(expires)), NULL, err);
}

enum status letterbox_draft_read(struct db *db, struct arena *arena, const struct crypt_id *id,
                                 time_us now, str *ret_sealed, struct error *err)
{
    return store_one_blob(db, arena, "SELECT sealed FROM draft WHERE id = $1 AND expires > $2",
                          DB_ARGS(DB_ID(id), DB_I(now)), ret_sealed, err);
}

enum status letterbox_draft_wipe(struct db *db, const struct crypt_id *id, struct error *err)
{
    enum status status =
        db_exec(db, "DELETE FROM draft WHERE id = $1", DB_ARGS(DB_ID(id)), NULL, err);
    if (status == STATUS_OK) {
        status = db_exec(db, "DELETE FROM evidence_chunk WHERE draft_id = $1 AND leaf = 0",
                         DB_ARGS(DB_ID(id)), NULL, err);
    }
    return status;
}

struct sweep_sql {
    const char *delete_old; /* $1 = now */
    const char *shorten;    /* $1 = the latest end that is allowed */
};

static enum status sweep_one(struct db *db, const struct sweep_sql *sql, time_us now,
                             time_us lifetime, struct error *err)
{
    enum status status = db_exec(db, sql->delete_old, DB_ARGS(DB_I(now)), NULL, err);
    if (status == STATUS_OK) {
        status = db_exec(db, sql->shorten, DB_ARGS(DB_I(now + lifetime)), NULL, err);
    }
    return status;
}

enum status letterbox_sweep(struct db *db, time_us now, const struct letterbox_lifetimes *lifetimes,
                            struct error *err)
{
    static const struct sweep_sql drafts = {"DELETE FROM draft WHERE expires <= $1",
                                            "UPDATE draft SET expires = $1 WHERE expires > $1"};
    static const struct sweep_sql idempotency = {
        "DELETE FROM idempotency WHERE expires <= $1",
        "UPDATE idempotency SET expires = $1 WHERE expires > $1"};
    static const struct sweep_sql chunks = {
        "DELETE FROM evidence_chunk WHERE leaf = 0 AND expires <= $1",
        "UPDATE evidence_chunk SET expires = $1 WHERE leaf = 0 AND expires > $1"};
    enum status status = sweep_one(db, &drafts, now, lifetimes->draft, err);
    if (status == STATUS_OK) {
        status = sweep_one(db, &idempotency, now, lifetimes->idempotency, err);
    }
    if (status == STATUS_OK) {
        status = sweep_one(db, &chunks, now, lifetimes->chunk, err);
    }
    return status;
}

/* --- evidence --- */

enum status letterbox_chunk_insert(struct db *db, const struct crypt_id *evidence_id, int64_t seq,
                                   str sealed, const struct crypt_id *draft_id, time_us expires,
                                   struct error *err)
{
    return db_exec(
        db,
        "INSERT INTO evidence_chunk (evidence_id, seq, sealed, leaf, draft_id, expires)"
        " VALUES ($1, $2, $3, 0, $4, $5)",
        DB_ARGS(DB_ID(evidence_id), DB_I(seq), DB_S(sealed), DB_ID(draft_id), DB_I(expires)), NULL,
        err);
}

enum status letterbox_evidence_attach(struct db *db, const struct crypt_id *evidence_id,
                                      int64_t leaf, struct error *err)
{
    int64_t changed = 0;
    enum status status =
        db_exec(db,
                "UPDATE evidence_chunk SET leaf = $2, expires = 0 WHERE evidence_id = $1"
                " AND leaf = 0",
                DB_ARGS(DB_ID(evidence_id), DB_I(leaf)), &changed, err);
    if (status == STATUS_OK && changed == 0) {
        status = error_set(err, STATUS_NOT_FOUND, "a file of this report is no longer there");
    }
    return status;
}

enum status letterbox_chunk_read(struct db *db, struct arena *arena,
                                 const struct crypt_id *evidence_id, int64_t seq, str *ret_sealed,
                                 struct error *err)
{
    return store_one_blob(db, arena,
                          "SELECT sealed FROM evidence_chunk WHERE evidence_id = $1 AND seq = $2"
                          " AND leaf > 0",
                          DB_ARGS(DB_ID(evidence_id), DB_I(seq)), ret_sealed, err);
}

enum status letterbox_evidence_erase(struct db *db, const struct crypt_id *evidence_id,
                                     struct error *err)
{
    return db_exec(db, "DELETE FROM evidence_chunk WHERE evidence_id = $1",
                   DB_ARGS(DB_ID(evidence_id)), NULL, err);
}

/* --- outbox --- */

enum status letterbox_outbox_insert(struct db *db, const struct outbox_row *row, struct error *err)
{
    return db_exec(
        db,
        "INSERT INTO outbox (id, band, is_practice, hour, tries, next_try)"
        " VALUES ($1, $2, $3, $4, 0, 0)",
        DB_ARGS(DB_ID(&row->id), DB_I(row->band), DB_I(row->is_practice), DB_I(row->hour)), NULL,
        err);
}

enum status letterbox_outbox_due(struct db *db, time_us now, struct outbox_row *rows_out,
                                 size_t cap, size_t *ret_count, struct error *err)
{
    const time_us wait_max = OUTBOX_WAIT_SECONDS_MAX * US_PER_SECOND;
    struct db_rows *rows = NULL;
    size_t count = 0;
    enum status status = db_query(db,
                                  "SELECT id, band, is_practice, hour, tries FROM outbox"
                                  " WHERE next_try <= $1 OR next_try > $2"
                                  " ORDER BY band DESC, hour LIMIT $3",
                                  DB_ARGS(DB_I(now), DB_I(now + wait_max), DB_I(cap)), &rows, err);
    while (count < cap && db_more(rows, &status, err)) {
        struct outbox_row *row = &rows_out[count++];
        status = store_fixed(db_bytes(rows, 0), row->id.bytes, CRYPT_ID_BYTES, "outbox id", err);
        row->band = db_int(rows, 1);
        row->is_practice = db_int(rows, 2) != 0;
        row->hour = db_int(rows, 3);
        row->tries = db_int(rows, 4);
    }
    db_rows_close(rows);
    *ret_count = count;
    return status;
}

enum status letterbox_outbox_tried(struct db *db, const struct crypt_id *id, time_us next_try,
                                   struct error *err)
{
    return db_exec(db, "UPDATE outbox SET tries = tries + 1, next_try = $2 WHERE id = $1",
                   DB_ARGS(DB_ID(id), DB_I(next_try)), NULL, err);
}

enum status letterbox_outbox_delete(struct db *db, const struct crypt_id *id, struct error *err)
{
    return db_exec(db, "DELETE FROM outbox WHERE id = $1", DB_ARGS(DB_ID(id)), NULL, err);
}

enum status letterbox_counts_read(struct db *db, struct letterbox_counts *ret_counts,
                                  struct error *err)
{
    struct db_rows *rows = NULL;
    bool has_row = false;
    enum status status = db_query(db,
                                  "SELECT (SELECT COUNT(*) FROM letter),"
                                  " (SELECT COALESCE(MIN(received_hour), 0) FROM letter),"
                                  " (SELECT COUNT(*) FROM outbox), (SELECT COUNT(*) FROM mailbox)",
                                  DB_NO_ARGS, &rows, err);
    if (status == STATUS_OK) {
        status = db_next(rows, &has_row, err);
    }
    if (status == STATUS_OK && has_row) {
        *ret_counts = (struct letterbox_counts){.letters = db_int(rows, 0),
                                                .oldest_hour = db_int(rows, 1),
                                                .outbox = db_int(rows, 2),
                                                .mailboxes = db_int(rows, 3)};
    }
    db_rows_close(rows);
    return status;
}
