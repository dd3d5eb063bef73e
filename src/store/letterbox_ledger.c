/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger's rows: leaves, the frontier, checkpoints, and the walks of verify. */
#include "store/letterbox_internal.h"

enum status letterbox_tree_read(struct db *db, struct tree *ret_tree, struct error *err)
{
    struct db_rows *rows = NULL;
    bool has_row = false;
    enum status status = db_query(db, "SELECT size, frontier FROM ledger_state WHERE one = 1",
                                  DB_NO_ARGS, &rows, err);
    if (status == STATUS_OK) {
        status = db_next(rows, &has_row, err);
    }
    if (status == STATUS_OK && !has_row) {
        tree_init(ret_tree);
    } else if (status == STATUS_OK) {
        status = tree_from_frontier(db_int(rows, 0), db_bytes(rows, 1), ret_tree);
        if (status != STATUS_OK) {
            (void)error_set(err, status, "the ledger's state does not fit its size");
        }
    }
    db_rows_close(rows);
    return status;
}

enum status letterbox_tree_write(struct db *db, const struct tree *tree, struct error *err)
{
    struct buf frontier;
    buf_init(&frontier, TREE_FRONTIER_BYTES_MAX);
    tree_add_frontier(&frontier, tree);
    enum status status = db_exec(db,
                                 "INSERT INTO ledger_state (one, size, frontier)"
                                 " VALUES (1, $1, $2) ON CONFLICT (one) DO UPDATE SET"
                                 " size = excluded.size, frontier = excluded.frontier",
                                 DB_ARGS(DB_I(tree->size), DB_S(buf_str(&frontier))), NULL, err);
    buf_close(&frontier);
    return status;
}

enum status letterbox_leaf_insert(struct db *db, const struct leaf *leaf, struct error *err)
{
    return db_exec(db,
                   "INSERT INTO ledger (leaf, kind, at, subject, hash)"
                   " VALUES ($1, $2, $3, $4, $5)",
                   DB_ARGS(DB_I(leaf->number), DB_I(leaf->kind), DB_I(leaf->at),
                           DB_ID(&leaf->subject), DB_ID(&leaf->hash)),
                   NULL, err);
}

enum status letterbox_checkpoint_insert(struct db *db, int64_t size, str note, struct error *err)
{
    return db_exec(db,
                   "INSERT INTO checkpoint (size, note) VALUES ($1, $2)"
                   " ON CONFLICT (size) DO NOTHING",
                   DB_ARGS(DB_I(size), DB_T(note)), NULL, err);
}

enum status letterbox_checkpoint_replace(struct db *db, int64_t size, str note, struct error *err)
{
    return db_exec(db, "UPDATE checkpoint SET note = $2 WHERE size = $1",
                   DB_ARGS(DB_I(size), DB_T(note)), NULL, err);
}

enum status letterbox_checkpoint_read(struct db *db, struct arena *arena, int64_t size,
                                      str *ret_note, struct error *err)
{
    struct db_rows *rows = NULL;
    bool has_row = false;
    enum status status =
        size < 0 ? db_query(db, "SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1",
                            DB_NO_ARGS, &rows, err)
                 : db_query(db, "SELECT note FROM checkpoint WHERE size = $1", DB_ARGS(DB_I(size)),
                            &rows, err);
    if (status == STATUS_OK) {
        status = db_next(rows, &has_row, err);
    }
    if (status == STATUS_OK && has_row) {
        *ret_note = arena_str(arena, db_text(rows, 0));
    }
    db_rows_close(rows);
    if (status == STATUS_OK && !has_row) {
        status = error_set(err, STATUS_NOT_FOUND, "there is no such checkpoint");
    }
    return status;
}

/* Columns: leaf, kind, at, subject, hash. */
static enum status leaf_from_row(const struct db_rows *rows, struct leaf *ret_leaf,
                                 struct error *err)
{
    *ret_leaf =
        (struct leaf){.number = db_int(rows, 0), .kind = db_int(rows, 1), .at = db_int(rows, 2)};
    enum status status = store_fixed(db_bytes(rows, 3), ret_leaf->subject.bytes, CRYPT_ID_BYTES,
                                     "leaf subject", err);
    if (status == STATUS_OK) {
        status = store_fixed(db_bytes(rows, 4), ret_leaf->hash.bytes, CRYPT_HASH_BYTES, "leaf hash",
                             err);
    }
    return status;
}

enum status letterbox_leaves_read(struct db *db, struct arena *arena, int64_t kind, int64_t after,
                                  size_t count_max, struct leaf **ret_leaves, size_t *ret_count,
                                  struct error *err)
{
    struct leaf *leaves = ARENA_ARRAY(arena, struct leaf, count_max);
    struct db_rows *rows = NULL;
    size_t count = 0;
    enum status status =
        db_query(db,
                 "SELECT leaf, kind, at, subject, hash FROM ledger WHERE leaf > $1 AND kind = $2"
                 " ORDER BY leaf LIMIT $3",
                 DB_ARGS(DB_I(after), DB_I(kind), DB_I(count_max)), &rows, err);
    while (count < count_max && db_more(rows, &status, err)) {
        status = leaf_from_row(rows, &leaves[count], err);
        count += status == STATUS_OK;
    }
    db_rows_close(rows);
    *ret_leaves = leaves;
    *ret_count = count;
    return status;
}

enum status letterbox_leaf_read(struct db *db, int64_t number, struct leaf *ret_leaf,
                                bool *ret_has_leaf, struct error *err)
{
    struct db_rows *rows = NULL;
    bool has_row = false;
    enum status status =
        db_query(db, "SELECT leaf, kind, at, subject, hash FROM ledger WHERE leaf = $1",
                 DB_ARGS(DB_I(number)), &rows, err);
    if (status == STATUS_OK) {
        status = db_next(rows, &has_row, err);
    }
    if (status == STATUS_OK && has_row) {
        status = leaf_from_row(rows, ret_leaf, err);
    }
    db_rows_close(rows);
    if (status == STATUS_OK) {
        *ret_has_leaf = has_row;
    }
    return status;
}

/* --- erasures --- */

enum status letterbox_erasure_insert(struct db *db, int64_t leaf, const struct crypt_id *letter_id,
                                     str note, struct error *err)
{
    return db_exec(db, "INSERT INTO erasure (leaf, letter_id, note) VALUES ($1, $2, $3)",
                   DB_ARGS(DB_I(leaf), DB_ID(letter_id), DB_T(note)), NULL, err);
}

enum status letterbox_erasure_find(struct db *db, const struct crypt_id *letter_id,
                                   int64_t *ret_leaf, struct error *err)
{
    struct db_rows *rows = NULL;
    bool has_row = false;
    enum status status = db_query(db, "SELECT leaf FROM erasure WHERE letter_id = $1",
                                  DB_ARGS(DB_ID(letter_id)), &rows, err);
    if (status == STATUS_OK) {
        status = db_next(rows, &has_row, err);
    }
    if (status == STATUS_OK) {
        *ret_leaf = has_row ? db_int(rows, 0) : -1;
    }
    db_rows_close(rows);
    return status;
}

enum status letterbox_erasures_read(struct db *db, struct arena *arena, int64_t after,
                                    size_t count_max, struct stored_erasure **ret_list,
                                    size_t *ret_count, struct error *err)
{
    struct stored_erasure *list = ARENA_ARRAY(arena, struct stored_erasure, count_max);
    struct db_rows *rows = NULL;
    size_t count = 0;
    enum status status =
        db_query(db, "SELECT leaf, note FROM erasure WHERE leaf > $1 ORDER BY leaf LIMIT $2",
                 DB_ARGS(DB_I(after), DB_I(count_max)), &rows, err);
    while (count < count_max && db_more(rows, &status, err)) {
        list[count].leaf = db_int(rows, 0);
        list[count++].note = arena_str(arena, db_text(rows, 1));
    }
    db_rows_close(rows);
    if (status == STATUS_OK) {
        *ret_list = list;
        *ret_count = count;
    }
    return status;
}

enum status letterbox_erasures_walk(struct db *db, letterbox_erasure_visit *visit, void *context,
                                    struct error *err)
{
    struct db_rows *rows = NULL;
    enum status status = db_query(db, "SELECT leaf, letter_id, note FROM erasure ORDER BY leaf",
                                  DB_NO_ARGS, &rows, err);
    while (db_more(rows, &status, err)) {
        struct crypt_id id;
        status = store_fixed(db_bytes(rows, 1), id.bytes, CRYPT_ID_BYTES, "letter id", err);
        if (status == STATUS_OK) {
            status = visit(context, db_int(rows, 0), &id, db_text(rows, 2), err);
        }
    }
    db_rows_close(rows);
    return status;
}

enum status letterbox_leaves_walk(struct db *db, letterbox_leaf_visit *visit, void *context,
                                  struct error *err)
{
    struct db_rows *rows = NULL;
    enum status status =
        db_query(db, "SELECT leaf, kind, at, subject, hash FROM ledger ORDER BY leaf", DB_NO_ARGS,
                 &rows, err);
    while (db_more(rows, &status, err)) {
        struct leaf leaf;
        status = leaf_from_row(rows, &leaf, err);
        if (status == STATUS_OK) {
            status = visit(context, &leaf, err);
        }
    }
    db_rows_close(rows);
    return status;
}

enum status letterbox_checkpoints_walk(struct db *db, letterbox_note_visit *visit, void *context,
                                       struct error *err)
{
    struct db_rows *rows = NULL;
    enum status status =
        db_query(db, "SELECT size, note FROM checkpoint ORDER BY size", DB_NO_ARGS, &rows, err);
    while (db_more(rows, &status, err)) {
        status = visit(context, db_int(rows, 0), db_text(rows, 1), err);
    }
    db_rows_close(rows);
    return status;
}

enum status letterbox_chunks_walk(struct db *db, letterbox_chunk_visit *visit, void *context,
                                  struct error *err)
{
    struct db_rows *rows = NULL;
    enum status status = db_query(db,
                                  "SELECT leaf, evidence_id, seq, sealed FROM evidence_chunk"
                                  " WHERE leaf > 0 ORDER BY evidence_id, seq",
                                  DB_NO_ARGS, &rows, err);
    while (db_more(rows, &status, err)) {
        struct crypt_id id;
        status = store_fixed(db_bytes(rows, 1), id.bytes, CRYPT_ID_BYTES, "evidence id", err);
        if (status == STATUS_OK) {
            status = visit(context, db_int(rows, 0), &id, db_int(rows, 2), db_bytes(rows, 3), err);
        }
    }
    db_rows_close(rows);
    return status;
}

enum status letterbox_import_insert(struct db *db, int64_t leaf, str numbers, struct error *err)
{
    return db_exec(db, "INSERT INTO import (leaf, numbers) VALUES ($1, $2)",
                   DB_ARGS(DB_I(leaf), DB_S(numbers)), NULL, err);
}

enum status letterbox_imports_walk(struct db *db, letterbox_import_visit *visit, void *context,
                                   struct error *err)
{
    struct db_rows *rows = NULL;
    enum status status =
        db_query(db, "SELECT leaf, numbers FROM import ORDER BY leaf", DB_NO_ARGS, &rows, err);
    while (db_more(rows, &status, err)) {
        status = visit(context, db_int(rows, 0), db_bytes(rows, 1), err);
    }
    db_rows_close(rows);
    return status;
}

enum status letterbox_messages_walk(struct db *db, letterbox_message_visit *visit, void *context,
                                    struct error *err)
{
    struct db_rows *rows = NULL;
    enum status status =
        db_query(db,
                 "SELECT m.mailbox_id, m.seq, m.sealed, COALESCE(b.messages, -1)"
                 " FROM mailbox_message m LEFT JOIN mailbox b ON b.id = m.mailbox_id"
                 " UNION ALL SELECT b.id, -1, b.id, b.messages FROM mailbox b"
                 " WHERE NOT EXISTS (SELECT 1 FROM mailbox_message m WHERE m.mailbox_id = b.id)"
                 " ORDER BY 1, 2",
                 DB_NO_ARGS, &rows, err);
    while (db_more(rows, &status, err)) {
        struct crypt_id id;
        status = store_fixed(db_bytes(rows, 0), id.bytes, CRYPT_ID_BYTES, "mailbox id", err);
        if (status == STATUS_OK) {
            status = visit(context, &id, db_int(rows, 1), db_bytes(rows, 2), db_int(rows, 3), err);
        }
    }
    db_rows_close(rows);
    return status;
}
