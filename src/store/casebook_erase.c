/* SPDX-License-Identifier: Apache-2.0 */
/* Erasure in the casebook: what goes, and what is still to be told to box. */
#include "store/casebook_internal.h"

/* --- entries that go --- */

enum status casebook_entry_remove(struct casebook *casebook, enum casebook_entry_kind kind,
                                  int64_t casefile, int64_t leaf, struct error *err)
{
    static const char *const removes[] = {
        [ENTRY_NOTE] = "DELETE FROM note WHERE casefile = $1 AND leaf = $2",
        [ENTRY_MESSAGE] = "DELETE FROM message WHERE casefile = $1 AND leaf = $2",
        [ENTRY_HOLD] = "DELETE FROM hold WHERE casefile = $1 AND leaf = $2",
        [ENTRY_ASK] = "DELETE FROM erasure_ask WHERE casefile = $1 AND leaf = $2",
    };
    int64_t changed = 0;
    enum status status =
        db_exec(casebook->db, removes[kind], DB_ARGS(DB_I(casefile), DB_I(leaf)), &changed, err);
    return status == STATUS_OK && changed == 0
               ? error_set(err, STATUS_NOT_FOUND, "The case has no such entry any more.")
               : status;
}

enum status casebook_entries_clear(struct casebook *casebook, enum casebook_entry_kind kind,
                                   int64_t casefile, struct error *err)
{
    ASSERT(kind == ENTRY_NOTE || kind == ENTRY_MESSAGE);
    return db_exec(casebook->db,
                   kind == ENTRY_NOTE ? "DELETE FROM note WHERE casefile = $1"
                                      : "DELETE FROM message WHERE casefile = $1",
                   DB_ARGS(DB_I(casefile)), NULL, err);
}

enum status casebook_holds_copy(struct casebook *casebook, int64_t from, int64_t to,
                                struct error *err)
{
    /* the seal of a hold is bound to its leaf, which it keeps */
    return db_exec(casebook->db,
                   "INSERT INTO hold (leaf, casefile, officer, hour, body)"
                   " SELECT leaf, $2, officer, hour, body FROM hold WHERE casefile = $1"
                   " ON CONFLICT (casefile, leaf) DO NOTHING",
                   DB_ARGS(DB_I(from), DB_I(to)), NULL, err);
}

enum status casebook_mailbox_held(struct casebook *casebook, int64_t mailbox, int64_t casefile,
                                  int64_t *ret_number, struct error *err)
{
    return rows_number(casebook->db,
                       "SELECT h.casefile FROM report r JOIN incident i ON i.number = r.incident"
                       " JOIN hold h ON h.casefile = i.casefile"
                       " WHERE r.mailbox = $1 AND r.mailbox <> 0 AND i.casefile <> $2 LIMIT 1",
                       DB_ARGS(DB_I(mailbox), DB_I(casefile)), 0, ret_number, err);
}

/* --- reports --- */

enum status casebook_report_get(struct casebook *casebook, struct arena *arena, int64_t leaf,
                                struct casebook_report *ret_report, int64_t *ret_casefile,
                                struct error *err)
{
    struct db_rows *rows = NULL;
    bool has_row = false;
    enum status status =
        rows_one(casebook->db,
                 "SELECT " CASEBOOK_REPORT_COLUMNS ", i.casefile FROM report r JOIN incident i"
                 " ON i.number = r.incident WHERE r.leaf = $1",
                 DB_ARGS(DB_I(leaf)), &rows, &has_row, err);
    *ret_casefile = 0;
    if (status == STATUS_OK && has_row) {
        *ret_casefile = db_int(rows, 9);
        status = casebook_report_row(rows, arena, ret_report, err);
        db_rows_close(rows);
    }
    return status;
}

/* What it taught goes along, and the model that learnt from it: weights remember words. */
static enum status corrections_wipe(struct casebook *casebook, int64_t report, struct error *err)
{
    int64_t removed = 0;
    enum status status = db_exec(casebook->db, "DELETE FROM correction WHERE report = $1",
                                 DB_ARGS(DB_I(report)), &removed, err);
    return status == STATUS_OK && removed > 0 ? casebook_model_set(casebook, (str){0}, 0, err)
                                              : status;
}

enum status casebook_report_wipe(struct casebook *casebook, int64_t leaf, struct error *err)
{
    int64_t changed = 0;
    enum status status = db_exec(
        casebook->db, "UPDATE report SET key_wrap = $2, body = $2, mailbox = 0 WHERE leaf = $1",
        DB_ARGS(DB_I(leaf), DB_B("", 0)), &changed, err);
    if (status == STATUS_OK && changed == 0) {
        return error_set(err, STATUS_NOT_FOUND, "There is no report of leaf %lld.",
                         (long long)leaf);
    }
    if (status == STATUS_OK) {
        status = db_exec(casebook->db, "DELETE FROM campaign_member WHERE leaf = $1",
                         DB_ARGS(DB_I(leaf)), NULL, err);
    }
    return status == STATUS_OK ? corrections_wipe(casebook, leaf, err) : status;
}

enum status casebook_quarantine_wipe(struct casebook *casebook, int64_t leaf,
                                     const struct crypt_id *id, struct error *err)
{
    return db_exec(casebook->db, "DELETE FROM quarantine WHERE leaf = $1 AND id = $2",
                   DB_ARGS(DB_I(leaf), DB_B(id->bytes, sizeof id->bytes)), NULL, err);
}

/* --- what an incident is about --- */

static enum status label_sweep(struct casebook *casebook, int64_t tag, struct error *err)
{
    if (tag == 0) {
        return STATUS_OK;
    }
    casebook->labels[(uint64_t)tag % LABEL_CACHE] = 0; /* it may be written again */
    return db_exec(casebook->db, CASEBOOK_LABEL_SWEEP, DB_ARGS(DB_I(tag)), NULL, err);
}

enum status casebook_incident_about(struct casebook *casebook, int64_t number, str subject,
                                    str area, struct error *err)
{
    struct db_rows *rows = NULL;
    bool has_row = false;
    int64_t old[2] = {0, 0};
    int64_t tags[2] = {0, 0};
    enum status status =
        rows_one(casebook->db, "SELECT subject, area FROM incident WHERE number = $1",
                 DB_ARGS(DB_I(number)), &rows, &has_row, err);
    if (status == STATUS_OK && has_row) {
        old[0] = db_int(rows, 0);
        old[1] = db_int(rows, 1);
        db_rows_close(rows);
    }
    if (status == STATUS_OK) {
        status = casebook_tag_label(casebook, STR("subject"), subject, &tags[0], err);
    }
    if (status == STATUS_OK) {
        status = casebook_tag_label(casebook, STR("area"), area, &tags[1], err);
    }
    if (status == STATUS_OK) {
        status =
            db_exec(casebook->db, "UPDATE incident SET subject = $2, area = $3 WHERE number = $1",
                    DB_ARGS(DB_I(number), DB_I(tags[0]), DB_I(tags[1])), NULL, err);
    }
    for (size_t i = 0; i < ARRAY_LEN(old) && status == STATUS_OK; i++) {
        status = label_sweep(casebook, old[i], err);
    }
    return status;
}

/* --- what box must still be told --- */

enum status casebook_todo_add(struct casebook *casebook, const struct casebook_todo *todo,
                              struct error *err)
{
    struct buf *sealed = casebook_scratch(casebook);
    casebook_seal_number(casebook, TABLE_TODO, "body", todo->leaf, todo->body, sealed);
    return db_exec(
        casebook->db, "INSERT INTO erasure_todo (leaf, casefile, body) VALUES ($1, $2, $3)",
        DB_ARGS(DB_I(todo->leaf), DB_I(todo->casefile), DB_S(buf_str(sealed))), NULL, err);
}

enum status casebook_todo_remove(struct casebook *casebook, int64_t leaf, struct error *err)
{
    return db_exec(casebook->db, "DELETE FROM erasure_todo WHERE leaf = $1", DB_ARGS(DB_I(leaf)),
                   NULL, err);
}

struct todo_list {
    struct casebook_todo *rows;
    size_t count;
};

static enum status take_todo(struct casebook *casebook, const struct db_rows *rows,
                             struct arena *arena, void *context, struct error *err)
{
    struct todo_list *list = context;
    struct casebook_todo *row = &list->rows[list->count++];
    struct error broken;
    (void)err;
    row->leaf = db_int(rows, 0);
    row->casefile = db_int(rows, 1);
    /* One that does not open must not hide the others. */
    if (casebook_unseal_number(casebook, arena, TABLE_TODO, "body", row->leaf, db_bytes(rows, 2),
                               &row->body, &broken) != STATUS_OK) {
        row->body = (str){0};
    }
    return STATUS_OK;
}

enum status casebook_todos(struct casebook *casebook, struct arena *arena, int64_t after,
                           size_t max, struct casebook_todo **ret_list, size_t *ret_count,
                           struct error *err)
{
    struct todo_list list = {.rows = ARENA_ARRAY(arena, struct casebook_todo, max)};
    enum status status = casebook_each(
        casebook,
        "SELECT leaf, casefile, body FROM erasure_todo WHERE leaf > $1 ORDER BY leaf LIMIT $2",
        DB_ARGS(DB_I(after), DB_I(max)), arena, take_todo, &list, err);
    if (status == STATUS_OK) {
        *ret_list = list.rows;
        *ret_count = list.count;
    }
    return status;
}

enum status casebook_case_touch(struct casebook *casebook, int64_t number, struct error *err)
{
    int64_t change = 0;
    enum status status = casebook_take(casebook, "change", 1, &change, err);
    return status == STATUS_OK
               ? db_exec(casebook->db, "UPDATE casefile SET change = $2 WHERE number = $1",
                         DB_ARGS(DB_I(number), DB_I(change)), NULL, err)
               : status;
}

enum status casebook_scrub(struct casebook *casebook, bool *ret_is_done, struct error *err)
{
    return db_scrub(casebook->db, ret_is_done, err);
}
