/* SPDX-License-Identifier: Apache-2.0 */
/* Corrections, and the desk's own model. */
#include "store/casebook_internal.h"

enum { THE_MODEL = 1 };

enum status casebook_correction_add(struct casebook *casebook,
                                    const struct casebook_correction *correction, struct error *err)
{
    struct buf *sealed = casebook_scratch(casebook);
    casebook_seal_number(casebook, TABLE_CORRECTION, "body", correction->leaf, correction->body,
                         sealed);
    return db_exec(casebook->db,
                   "INSERT INTO correction (leaf, report, officer, hour, body)"
                   " VALUES ($1, $2, $3, $4, $5)",
                   DB_ARGS(DB_I(correction->leaf), DB_I(correction->report),
                           DB_I(correction->officer), DB_I(correction->hour),
                           DB_S(buf_str(sealed))),
                   NULL, err);
}

struct correction_list {
    struct casebook_correction *rows;
    size_t count;
};

static enum status take_correction(struct casebook *casebook, const struct db_rows *rows,
                                   struct arena *arena, void *context, struct error *err)
{
    struct correction_list *list = context;
    struct casebook_correction *row = &list->rows[list->count++];
    struct error broken;
    (void)err;
    *row = (struct casebook_correction){.leaf = db_int(rows, 0),
                                        .report = db_int(rows, 1),
                                        .officer = db_int(rows, 2),
                                        .hour = db_int(rows, 3)};
    /* One that does not open teaches nothing, and hides no other. */
    if (casebook_unseal_number(casebook, arena, TABLE_CORRECTION, "body", row->leaf,
                               db_bytes(rows, 4), &row->body, &broken) != STATUS_OK) {
        row->body = (str){0};
    }
    return STATUS_OK;
}

enum status casebook_corrections(struct casebook *casebook, struct arena *arena, int64_t after,
                                 size_t max, struct casebook_correction **ret_list,
                                 size_t *ret_count, struct error *err)
{
    struct correction_list list = {.rows = ARENA_ARRAY(arena, struct casebook_correction, max)};
    enum status status = casebook_each(
        casebook,
        "SELECT t.leaf, t.report, t.officer, t.hour, t.body FROM correction t"
        " JOIN report r ON r.leaf = t.report JOIN incident i ON i.number = r.incident"
        " JOIN casefile c ON c.number = i.casefile"
        " WHERE t.leaf > $1 AND c.access = 1 AND c.practice = 0"
        " AND NOT EXISTS (SELECT 1 FROM correction n WHERE n.report = t.report AND n.leaf > t.leaf)"
        " ORDER BY t.leaf LIMIT $2",
        DB_ARGS(DB_I(after), DB_I(max)), arena, take_correction, &list, err);
    if (status == STATUS_OK) {
        *ret_list = list.rows;
        *ret_count = list.count;
    }
    return status;
}

enum status casebook_model_set(struct casebook *casebook, str bytes, time_us hour,
                               struct error *err)
{
    int64_t change = 0;
    enum status status = db_exec(casebook->db, "DELETE FROM desk_model", DB_NO_ARGS, NULL, err);
    if (status == STATUS_OK && bytes.n > 0) {
        struct buf *sealed = casebook_scratch(casebook);
        casebook_seal_number(casebook, TABLE_MODEL, "body", THE_MODEL, bytes, sealed);
        if (sealed->overflowed) {
            return error_set(err, STATUS_LIMIT, "The model is too large to be kept.");
        }
        status =
            db_exec(casebook->db, "INSERT INTO desk_model (number, hour, body) VALUES ($1, $2, $3)",
                    DB_ARGS(DB_I(THE_MODEL), DB_I(hour), DB_S(buf_str(sealed))), NULL, err);
    }
    if (status == STATUS_OK) {
        status = casebook_mark_get(casebook, "model", &change, err);
    }
    return status == STATUS_OK ? casebook_mark_set(casebook, "model", change + 1, err) : status;
}

enum status casebook_model_get(struct casebook *casebook, struct arena *arena, str *ret_bytes,
                               struct error *err)
{
    struct db_rows *rows = NULL;
    bool has_row = false;
    enum status status = rows_one(casebook->db, "SELECT body FROM desk_model WHERE number = $1",
                                  DB_ARGS(DB_I(THE_MODEL)), &rows, &has_row, err);
    *ret_bytes = (str){0};
    if (status == STATUS_OK && has_row) {
        status = casebook_unseal_number(casebook, arena, TABLE_MODEL, "body", THE_MODEL,
                                        db_bytes(rows, 0), ret_bytes, err);
        db_rows_close(rows);
    }
    return status;
}
