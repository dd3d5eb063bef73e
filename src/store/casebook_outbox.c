/* SPDX-License-Identifier: Apache-2.0 */
/* Messages on their way to reporters' mailboxes. */
#include "store/casebook_internal.h"

static void outbox_place(int64_t leaf, int64_t seq, uint8_t place[16])
{
    for (size_t i = 0; i < 8; i++) {
        place[i] = (uint8_t)((uint64_t)leaf >> (56 - 8 * i));
        place[8 + i] = (uint8_t)((uint64_t)seq >> (56 - 8 * i));
    }
}

static void seal_body(struct casebook *casebook, int64_t leaf, int64_t seq, str body,
                      struct buf *sealed)
{
    uint8_t place[16];
    outbox_place(leaf, seq, place);
    casebook_seal(casebook, TABLE_OUTBOX, "body", place, sizeof place, body, sealed);
}

enum status casebook_outbox_add(struct casebook *casebook, const struct casebook_outbound *row,
                                struct error *err)
{
    struct buf *sealed = casebook_scratch(casebook);
    seal_body(casebook, row->leaf, row->seq, row->body, sealed);
    return db_exec(casebook->db,
                   "INSERT INTO outbox (leaf, seq, state, body) VALUES ($1, $2, 0, $3)",
                   DB_ARGS(DB_I(row->leaf), DB_I(row->seq), DB_S(buf_str(sealed))), NULL, err);
}

struct outbox_list {
    struct casebook_outbound *rows;
    size_t count;
};

static enum status take_outbound(struct casebook *casebook, const struct db_rows *rows,
                                 struct arena *arena, void *context, struct error *err)
{
    struct outbox_list *list = context;
    struct casebook_outbound *row = &list->rows[list->count++];
    uint8_t place[16];
    row->leaf = db_int(rows, 0);
    row->seq = db_int(rows, 1);
    outbox_place(row->leaf, row->seq, place);
    enum status status = casebook_unseal(casebook, arena, TABLE_OUTBOX, "body", place, sizeof place,
                                         db_bytes(rows, 2), &row->body, err);
    if (status == STATUS_CORRUPT) {
        row->body = (str){0};
        row->is_broken = true;
        status = STATUS_OK;
    }
    return status;
}

enum status casebook_outbox(struct casebook *casebook, struct arena *arena,
                            const struct casebook_outbound *after, size_t max,
                            struct casebook_outbound **ret_list, size_t *ret_count,
                            struct error *err)
{
    struct outbox_list list = {.rows = ARENA_ARRAY(arena, struct casebook_outbound, max)};
    enum status status = casebook_each(
        casebook,
        "SELECT leaf, seq, body FROM outbox WHERE state = 0 AND (leaf, seq) > ($1, $2)"
        " ORDER BY leaf, seq LIMIT $3",
        DB_ARGS(DB_I(after->leaf), DB_I(after->seq), DB_I(max)), arena, take_outbound, &list, err);
    if (status == STATUS_OK) {
        *ret_list = list.rows;
        *ret_count = list.count;
    }
    return status;
}

enum status casebook_outbox_empty(struct casebook *casebook, int64_t leaf, int64_t seq,
                                  struct error *err)
{
    struct buf *sealed = casebook_scratch(casebook);
    seal_body(casebook, leaf, seq, (str){0}, sealed);
    return db_exec(casebook->db,
                   "UPDATE outbox SET body = $3 WHERE leaf = $1 AND seq = $2 AND state = 0",
                   DB_ARGS(DB_I(leaf), DB_I(seq), DB_S(buf_str(sealed))), NULL, err);
}

enum status casebook_outbox_set(struct casebook *casebook, int64_t leaf, int64_t seq,
                                enum outbox_state state, bool *ret_is_ours, struct error *err)
{
    int64_t changed = 0;
    enum status status =
        db_exec(casebook->db,
                "UPDATE outbox SET state = $3, body = $4"
                " WHERE leaf = $1 AND seq = $2 AND state = 0",
                DB_ARGS(DB_I(leaf), DB_I(seq), DB_I(state), DB_S((str){0})), &changed, err);
    if (status == STATUS_OK) {
        *ret_is_ours = changed == 1;
    }
    return status;
}

static enum status take_state(struct casebook *casebook, const struct db_rows *rows,
                              struct arena *arena, void *context, struct error *err)
{
    struct casebook_outbox_states *states = context;
    int64_t state = db_int(rows, 0);
    (void)casebook;
    (void)arena;
    if (state < 0 || state >= (int64_t)ARRAY_LEN(states->has)) {
        return error_set(err, STATUS_CORRUPT, "A row of the outbox is in no known state.");
    }
    states->has[state] = true;
    return STATUS_OK;
}

enum status casebook_outbox_of(struct casebook *casebook, int64_t leaf,
                               struct casebook_outbox_states *ret_states, struct error *err)
{
    *ret_states = (struct casebook_outbox_states){0};
    return casebook_each(casebook, "SELECT DISTINCT state FROM outbox WHERE leaf = $1",
                         DB_ARGS(DB_I(leaf)), &casebook->arena, take_state, ret_states, err);
}

enum status casebook_message_case(struct casebook *casebook, int64_t leaf, int64_t *ret_number,
                                  struct error *err)
{
    return rows_number(casebook->db, "SELECT casefile FROM message WHERE leaf = $1",
                       DB_ARGS(DB_I(leaf)), 0, ret_number, err);
}
