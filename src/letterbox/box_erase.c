/* SPDX-License-Identifier: Apache-2.0 */
/* Erasure in box: it needs no key, and cannot tell what it destroys; it can tell that a letter of
 * that id was accepted. The record comes signed by the desk, whose key box does not have: so box, or
 * who took it over, cannot make the desk's casebook forget anything. */
#include "letterbox/box_internal.h"

#include "letterbox/box_client.h"

static enum status check_letter(struct box *box, const struct erasure *e, bool *ret_is_letter,
                                struct error *err)
{
    struct leaf leaf;
    bool has_leaf = false;
    enum status status = letterbox_leaf_read(box->db, e->letter_leaf, &leaf, &has_leaf, err);
    if (status == STATUS_OK) {
        *ret_is_letter = has_leaf && crypt_id_equal(&leaf.subject, &e->letter_id) &&
                         (leaf.kind == LEAF_LETTER || leaf.kind == LEAF_ADDED);
    }
    return status;
}

/* The record and its leaf. */
static enum status keep_record(struct box *box, const struct erasure *e, str note,
                               int64_t *ret_leaf, struct error *err)
{
    struct crypt_hash hash = erasure_hash(e->text);
    enum status status = batch_leaf(box, LEAF_ERASE, &e->letter_id, &hash, ret_leaf, err);
    if (status == STATUS_OK) {
        status = letterbox_erasure_insert(box->db, *ret_leaf, &e->letter_id, note, err);
    }
    return status;
}

/* the signed record */
enum status box_answer_erase(struct box *box, struct ipc_frame *frame, struct error *err)
{
    struct erasure e;
    int64_t leaf = -1;
    bool is_letter = false;
    str note = ipc_take_bytes(frame, ERASURE_NOTE_BYTES_MAX);
    if (!ipc_frame_done(frame) ||
        erasure_parse(&box->arena, note, &box->options->desk_id, NULL, &e, NULL) != STATUS_OK) {
        return bad_frame(box);
    }
    enum status status = batch_begin(box, err);
    if (status == STATUS_OK) {
        status = check_letter(box, &e, &is_letter, err);
    }
    if (status == STATUS_OK && !is_letter) {
        answer_only(box, STATUS_NOT_FOUND, "the ledger has no such letter");
        return STATUS_OK;
    }
    if (status == STATUS_OK) {
        status = letterbox_erasure_find(box->db, &e.letter_id, &leaf, err);
    }
    if (status == STATUS_OK) {
        status = erasure_apply(box->db, &e, err);
    }
    if (status == STATUS_OK && leaf < 0) {
        status = keep_record(box, &e, note, &leaf, err);
    }
    if (status == STATUS_OK) {
        box->wants_scrub = true;
        answer_start(box, STATUS_OK, "");
        ipc_put_u64(answer_to(box), (uint64_t)leaf);
        answer_end(box);
    }
    return status;
}

enum status box_answer_erasures(struct box *box, struct ipc_frame *frame, struct error *err)
{
    struct stored_erasure *list = NULL;
    size_t count = 0;
    int64_t after = (int64_t)ipc_take_u64(frame);
    if (!ipc_frame_done(frame)) {
        return bad_frame(box);
    }
    enum status status =
        letterbox_erasures_read(box->db, &box->arena, after, BOX_ERASURES_MAX, &list, &count, err);
    if (status == STATUS_OK) {
        answer_start(box, STATUS_OK, "");
        ipc_put_u64(answer_to(box), count);
        for (size_t i = 0; i < count; i++) {
            ipc_put_u64(answer_to(box), (uint64_t)list[i].leaf);
            ipc_put_bytes(answer_to(box), list[i].note);
        }
        answer_end(box);
    }
    return status;
}
