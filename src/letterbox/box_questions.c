/* SPDX-License-Identifier: Apache-2.0 */
/* What box answers. Each question says which role may ask it; fields are taken in the order in
 * which box_client.c and its callers put them. */
#include "letterbox/box_internal.h"

#include "base/io.h"
#include "ledger/note.h"

void take_id(struct ipc_frame *frame, struct crypt_id *id)
{
    ipc_take_raw(frame, id->bytes, sizeof id->bytes);
}

static bool id_is_zero(const struct crypt_id *id)
{
    static const struct crypt_id zero = {{0}};
    return crypt_id_equal(id, &zero);
}

enum status bad_frame(struct box *box)
{
    box->peers[box->asking_peer].ipc.is_broken = true;
    answer_only(box, STATUS_INVALID, "box did not understand the question");
    return STATUS_OK;
}

/* A reading that found nothing is an answer, not a failure of the round. */
static enum status answer_read(struct box *box, enum status status, struct error *err)
{
    if (status == STATUS_NOT_FOUND || status == STATUS_LIMIT || status == STATUS_INVALID) {
        answer_only(box, status, err->primary);
        return STATUS_OK;
    }
    return status;
}

/* --- front --- */

struct put {
    struct stored_letter letter;
    struct crypt_id mailbox_id, idempotency_id, draft_id;
    str copy, idempotency;
    uint64_t band, is_practice, evidence_count;
    bool is_duplicate;
};

/* letter id, epoch id, sealed epoch key, wrapped key, body, mailbox id, copy, idempotency id,
 * sealed receipt, band, practice, draft id, evidence count, (evidence id, hash)… */
static void take_put(struct ipc_frame *f, struct put *put)
{
    take_id(f, &put->letter.id);
    take_id(f, &put->letter.epoch_id);
    put->letter.sealed_epoch_key = ipc_take_bytes(f, 1024);
    put->letter.wrapped_key = ipc_take_bytes(f, 128);
    put->letter.sealed_body = ipc_take_bytes(f, IPC_FRAME_BYTES_MAX);
    take_id(f, &put->mailbox_id);
    put->copy = ipc_take_bytes(f, IPC_FRAME_BYTES_MAX);
    take_id(f, &put->idempotency_id);
    put->idempotency = ipc_take_bytes(f, 4096);
    put->band = ipc_take_u64(f);
    put->is_practice = ipc_take_u64(f);
    take_id(f, &put->draft_id);
    put->evidence_count = ipc_take_u64(f);
}

static enum status keep_letter(struct box *box, struct put *put, int64_t kind, int64_t *ret_leaf,
                               struct error *err)
{
    bool is_new_epoch = false;
    struct stored_letter *letter = &put->letter;
    enum status status =
        letterbox_epoch_insert(box->db, &letter->epoch_id, letter->sealed_epoch_key,
                               box_hour(box->now), &is_new_epoch, err);
    if (status == STATUS_OK && is_new_epoch) {
        int64_t leaf = 0;
        struct crypt_hash hash = crypt_sha256(letter->sealed_epoch_key);
        status = batch_leaf(box, LEAF_EPOCH, &letter->epoch_id, &hash, &leaf, err);
    }
    if (status == STATUS_OK) {
        struct crypt_hash hash = letter_commitment(&letter->id, &letter->epoch_id,
                                                   letter->wrapped_key, letter->sealed_body);
        status = batch_leaf(box, kind, &letter->id, &hash, ret_leaf, err);
    }
    if (status == STATUS_OK) {
        letter->leaf = *ret_leaf;
        letter->received_hour = box_hour(box->now);
        status = letterbox_letter_insert(box->db, letter, err);
    }
    return status;
}

static enum status keep_evidence(struct box *box, struct ipc_frame *frame, uint64_t count,
                                 struct error *err)
{
    enum status status = STATUS_OK;
    for (uint64_t i = 0; i < count && status == STATUS_OK; i++) {
        struct crypt_id id;
        struct crypt_hash hash;
        int64_t leaf = 0;
        take_id(frame, &id);
        ipc_take_raw(frame, hash.bytes, sizeof hash.bytes);
        status = batch_leaf(box, LEAF_EVIDENCE, &id, &hash, &leaf, err);
        if (status == STATUS_OK) {
            status = letterbox_evidence_attach(box->db, &id, leaf, err);
        }
    }
    return status;
}

static enum status put_alarm(struct box *box, uint64_t band, bool is_practice, struct error *err)
{
    struct outbox_row row = {.id = crypt_id_new(),
                             .band = (int64_t)band,
                             .is_practice = is_practice,
                             .hour = box_hour(box->now)};
    box->next_ring = 0;
    return letterbox_outbox_insert(box->db, &row, err);
}

/* Looks the idempotency key up; on a duplicate answers with what was kept then. */
static enum status check_duplicate(struct box *box, struct put *put, struct error *err)
{
    bool is_new = true;
    str kept = {0};
    if (id_is_zero(&put->idempotency_id)) {
        return STATUS_OK;
    }
    enum status status = letterbox_idempotency_insert(
        box->db, &box->arena, &put->idempotency_id, &put->letter.id, put->idempotency, box->now,
        box->now + BOX_IDEMPOTENCY_SECONDS * US_PER_SECOND, &is_new, &kept, err);
    if (status == STATUS_OK && !is_new) {
        put->is_duplicate = true;
        answer_start(box, STATUS_OK, "");
        ipc_put_u64(answer_to(box), 1);
        ipc_put_bytes(answer_to(box), kept);
        answer_end(box);
    }
    return status;
}

/* Answers a refusal of this one letter, whose idempotency key then was never used. */
static enum status take_back(struct box *box, struct put *put, enum status why, struct error *err)
{
    enum status status = id_is_zero(&put->idempotency_id)
                             ? STATUS_OK
                             : letterbox_idempotency_delete(box->db, &put->idempotency_id, err);
    if (status == STATUS_OK) {
        answer_only(box, why, "that mailbox or file is not there");
    }
    return status;
}

/* What LETTER_PUT and MAILBOX_ADD begin with. *ret_goes_on is false when the question has been
 * answered already: it was not understood, or its key was used before. */
static enum status put_begin(struct box *box, struct ipc_frame *frame, uint64_t evidence_max,
                             struct put *ret_put, bool *ret_goes_on, struct error *err)
{
    *ret_goes_on = false;
    take_put(frame, ret_put);
    if (frame->is_bad || ret_put->evidence_count > evidence_max ||
        frame->rest.n != ret_put->evidence_count * (CRYPT_ID_BYTES + CRYPT_HASH_BYTES)) {
        return bad_frame(box);
    }
    enum status status = batch_begin(box, err);
    if (status == STATUS_OK) {
        status = check_duplicate(box, ret_put, err);
    }
    *ret_goes_on = status == STATUS_OK && !ret_put->is_duplicate;
    return status;
}

/* And end with, once everything else of it stands in the transaction. */
static enum status put_end(struct box *box, const struct put *put, struct error *err)
{
    enum status status = STATUS_OK;
    if (put->band > 0) {
        status = put_alarm(box, put->band, put->is_practice != 0, err);
    }
    if (status == STATUS_OK && !id_is_zero(&put->draft_id)) {
        status = letterbox_draft_wipe(box->db, &put->draft_id, err);
    }
    if (status == STATUS_OK) {
        answer_start(box, STATUS_OK, "");
        ipc_put_u64(answer_to(box), 0);
        ipc_put_bytes(answer_to(box), STR(""));
        answer_end(box);
    }
    return status;
}

static enum status letter_put(struct box *box, struct ipc_frame *frame, struct error *err)
{
    struct put put = {0};
    int64_t leaf = 0;
    bool goes_on = false;
    enum status status = put_begin(box, frame, BOX_EVIDENCE_MAX, &put, &goes_on, err);
    if (!goes_on) {
        return status;
    }
    /* a file that is no longer there must fail this letter, not the round */
    const struct tree before = box->tree;
    if (put.evidence_count > 0) {
        status = db_savepoint(box->db, err);
    }
    if (status == STATUS_OK) {
        status = keep_letter(box, &put, LEAF_LETTER, &leaf, err);
    }
    if (status == STATUS_OK) {
        status = letterbox_mailbox_insert(box->db, &put.mailbox_id, box_hour(box->now), err);
    }
    if (status == STATUS_OK) {
        status = letterbox_message_add(box->db, &put.mailbox_id, put.copy, BOX_MAILBOX_MESSAGES_MAX,
                                       err);
    }
    if (status == STATUS_OK) {
        status = keep_evidence(box, frame, put.evidence_count, err);
    }
    if (status == STATUS_NOT_FOUND && put.evidence_count > 0) {
        db_savepoint_rollback(box->db);
        box->tree = before;
        return take_back(box, &put, status, err);
    }
    if (status == STATUS_OK && put.evidence_count > 0) {
        status = db_savepoint_release(box->db, err);
    }
    return status == STATUS_OK ? put_end(box, &put, err) : status;
}

/* The same fields as LETTER_PUT, without evidence; the mailbox must be there. */
static enum status mailbox_add(struct box *box, struct ipc_frame *frame, struct error *err)
{
    struct put put = {0};
    int64_t leaf = 0;
    bool goes_on = false;
    enum status status = put_begin(box, frame, 0, &put, &goes_on, err);
    if (!goes_on) {
        return status;
    }
    status =
        letterbox_message_add(box->db, &put.mailbox_id, put.copy, BOX_MAILBOX_MESSAGES_MAX, err);
    if (status == STATUS_NOT_FOUND || status == STATUS_LIMIT) {
        return take_back(box, &put, status, err);
    }
    put.letter.is_added = true;
    if (status == STATUS_OK) {
        status = keep_letter(box, &put, LEAF_ADDED, &leaf, err);
    }
    return status == STATUS_OK ? put_end(box, &put, err) : status;
}

static enum status mailbox_read(struct box *box, struct ipc_frame *frame, struct error *err)
{
    struct crypt_id id;
    str *messages = NULL;
    size_t count = 0;
    size_t bytes = 0;
    take_id(frame, &id);
    if (!ipc_frame_done(frame)) {
        return bad_frame(box);
    }
    enum status status = letterbox_mailbox_read(box->db, &box->arena, &id, &messages, &count, err);
    if (status != STATUS_OK) {
        return answer_read(box, status, err);
    }
    for (size_t i = 0; i < count; i++) {
        bytes += messages[i].n + 8;
    }
    /* the oldest message (the report) always, then as many of the newest as fit one frame */
    size_t skip = 0;
    while (bytes > IPC_FRAME_BYTES_MAX - 1024 && skip + 2 < count) {
        bytes -= messages[1 + skip++].n + 8;
    }
    answer_start(box, STATUS_OK, "");
    ipc_put_u64(answer_to(box), count - skip);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || i > skip) {
            ipc_put_bytes(answer_to(box), messages[i]);
        }
    }
    answer_end(box);
    return STATUS_OK;
}

static enum status draft_question(struct box *box, struct ipc_frame *frame, struct error *err)
{
    struct crypt_id id;
    str sealed = {0};
    take_id(frame, &id);
    if (frame->type == BOX_DRAFT_PUT) {
        sealed = ipc_take_bytes(frame, BOX_DRAFT_BYTES_MAX);
    }
    if (!ipc_frame_done(frame)) {
        return bad_frame(box);
    }
    if (frame->type == BOX_DRAFT_READ) {
        enum status status =
            letterbox_draft_read(box->db, &box->arena, &id, box->now, &sealed, err);
        if (status != STATUS_OK) {
            return answer_read(box, status, err);
        }
        answer_start(box, STATUS_OK, "");
        ipc_put_bytes(answer_to(box), sealed);
        answer_end(box);
        return STATUS_OK;
    }
    enum status status = batch_begin(box, err);
    if (status == STATUS_OK && frame->type == BOX_DRAFT_PUT) {
        status = letterbox_draft_write(box->db, &id, sealed,
                                       box->now + BOX_DRAFT_SECONDS * US_PER_SECOND, err);
    } else if (status == STATUS_OK) {
        status = letterbox_draft_wipe(box->db, &id, err);
    }
    if (status == STATUS_OK) {
        answer_only(box, STATUS_OK, "");
    }
    return status;
}

/* evidence id, draft id, number, sealed chunk */
static enum status evidence_chunk(struct box *box, struct ipc_frame *frame, struct error *err)
{
    struct crypt_id id, draft_id;
    take_id(frame, &id);
    take_id(frame, &draft_id);
    uint64_t seq = ipc_take_u64(frame);
    str sealed = ipc_take_bytes(frame, CRYPT_CHUNK_BYTES + CRYPT_CHUNK_OVERHEAD);
    if (!ipc_frame_done(frame) || seq > INT32_MAX) {
        return bad_frame(box);
    }
    enum status status = batch_begin(box, err);
    if (status == STATUS_OK) {
        status = letterbox_chunk_insert(box->db, &id, (int64_t)seq, sealed, &draft_id,
                                        box->now + 2 * BOX_DRAFT_SECONDS * US_PER_SECOND, err);
    }
    if (status == STATUS_OK) {
        answer_only(box, STATUS_OK, "");
    }
    return status;
}

static enum status idempotency_read(struct box *box, struct ipc_frame *frame, struct error *err)
{
    struct crypt_id id;
    str sealed = {0};
    take_id(frame, &id);
    if (!ipc_frame_done(frame)) {
        return bad_frame(box);
    }
    enum status status =
        letterbox_idempotency_read(box->db, &box->arena, &id, box->now, &sealed, err);
    if (status != STATUS_OK) {
        return answer_read(box, status, err);
    }
    answer_start(box, STATUS_OK, "");
    ipc_put_bytes(answer_to(box), sealed);
    answer_end(box);
    return STATUS_OK;
}

/* --- desk --- */

static enum status letters_fetch(struct box *box, struct ipc_frame *frame, struct error *err)
{
    struct stored_letter *letters = NULL;
    size_t count = 0;
    uint64_t after = ipc_take_u64(frame);
    if (!ipc_frame_done(frame)) {
        return bad_frame(box);
    }
    enum status status =
        letterbox_letters_read(box->db, &box->arena, (int64_t)after, BOX_FETCH_LETTERS_MAX,
                               BOX_FETCH_BYTES_MAX, &letters, &count, err);
    if (status != STATUS_OK) {
        return answer_read(box, status, err);
    }
    answer_start(box, STATUS_OK, "");
    struct ipc *to = answer_to(box);
    ipc_put_u64(to, count);
    for (size_t i = 0; i < count; i++) {
        ipc_put_u64(to, (uint64_t)letters[i].leaf);
        ipc_put_raw(to, letters[i].id.bytes, CRYPT_ID_BYTES);
        ipc_put_raw(to, letters[i].epoch_id.bytes, CRYPT_ID_BYTES);
        ipc_put_u64(to, letters[i].is_added ? 1 : 0);
        ipc_put_u64(to, (uint64_t)letters[i].received_hour);
        ipc_put_bytes(to, letters[i].sealed_epoch_key);
        ipc_put_bytes(to, letters[i].wrapped_key);
        ipc_put_bytes(to, letters[i].sealed_body);
    }
    answer_end(box);
    return STATUS_OK;
}

/* count, leaf numbers. One leaf commits to all of them: SHA-256 over the numbers. */
static enum status letters_done(struct box *box, struct ipc_frame *frame, struct error *err)
{
    uint64_t count = ipc_take_u64(frame);
    str numbers = frame->rest;
    int64_t leaf = 0;
    struct crypt_id batch = crypt_id_new();
    if (frame->is_bad || count == 0 || count > BOX_FETCH_LETTERS_MAX ||
        frame->rest.n != 8 * count) {
        return bad_frame(box);
    }
    enum status status = batch_begin(box, err);
    for (uint64_t i = 0; i < count && status == STATUS_OK; i++) {
        status = letterbox_letter_delete(box->db, (int64_t)ipc_take_u64(frame), err);
    }
    if (status == STATUS_OK) {
        struct crypt_hash hash = crypt_sha256(numbers);
        status = batch_leaf(box, LEAF_IMPORT, &batch, &hash, &leaf, err);
    }
    if (status == STATUS_OK) {
        status = letterbox_import_insert(box->db, leaf, numbers, err);
    }
    if (status == STATUS_OK) {
        answer_only(box, STATUS_OK, "");
    }
    return status;
}

static enum status leaf_add(struct box *box, struct ipc_frame *frame, struct error *err)
{
    struct crypt_id subject;
    struct crypt_hash hash;
    int64_t leaf = 0;
    uint64_t kind = ipc_take_u64(frame);
    take_id(frame, &subject);
    ipc_take_raw(frame, hash.bytes, sizeof hash.bytes);
    if (!ipc_frame_done(frame) || (kind != LEAF_ACT && kind != LEAF_VOID && kind != LEAF_START)) {
        return bad_frame(box);
    }
    enum status status = batch_begin(box, err);
    if (status == STATUS_OK) {
        status = batch_leaf(box, (int64_t)kind, &subject, &hash, &leaf, err);
    }
    if (status == STATUS_OK) {
        answer_start(box, STATUS_OK, "");
        ipc_put_u64(answer_to(box), (uint64_t)leaf);
        answer_end(box);
    }
    return status;
}

static enum status acts_read(struct box *box, struct ipc_frame *frame, struct error *err)
{
    struct leaf *leaves = NULL;
    size_t count = 0;
    int64_t after = (int64_t)ipc_take_u64(frame);
    if (!ipc_frame_done(frame)) {
        return bad_frame(box);
    }
    enum status status = letterbox_leaves_read(box->db, &box->arena, LEAF_ACT, after, BOX_ACTS_MAX,
                                               &leaves, &count, err);
    if (status == STATUS_OK) {
        answer_start(box, STATUS_OK, "");
        ipc_put_u64(answer_to(box), count);
        for (size_t i = 0; i < count; i++) {
            ipc_put_u64(answer_to(box), (uint64_t)leaves[i].number);
            ipc_put_raw(answer_to(box), leaves[i].subject.bytes, CRYPT_ID_BYTES);
        }
        answer_end(box);
    }
    return status;
}

static enum status reply_put(struct box *box, struct ipc_frame *frame, struct error *err)
{
    struct crypt_id mailbox_id;
    int64_t leaf = 0;
    take_id(frame, &mailbox_id);
    str sealed = ipc_take_bytes(frame, IPC_FRAME_BYTES_MAX);
    if (!ipc_frame_done(frame)) {
        return bad_frame(box);
    }
    bool is_known = false;
    enum status status = batch_begin(box, err);
    if (status == STATUS_OK) {
        status = letterbox_message_known(box->db, &mailbox_id, sealed, &is_known, err);
    }
    if (status == STATUS_OK && !is_known) {
        status =
            letterbox_message_add(box->db, &mailbox_id, sealed, 2 * BOX_MAILBOX_MESSAGES_MAX, err);
        if (status == STATUS_NOT_FOUND || status == STATUS_LIMIT) {
            return answer_read(box, status, err);
        }
    }
    if (status == STATUS_OK && !is_known) {
        struct crypt_hash hash = crypt_sha256(sealed);
        struct crypt_id subject = crypt_id_new(); /* not the mailbox: leaves are public */
        status = batch_leaf(box, LEAF_REPLY, &subject, &hash, &leaf, err);
    }
    if (status == STATUS_OK) {
        answer_start(box, STATUS_OK, "");
        ipc_put_u64(answer_to(box), (uint64_t)leaf);
        answer_end(box);
    }
    return status;
}

static enum status evidence_read(struct box *box, struct ipc_frame *frame, struct error *err)
{
    struct crypt_id id;
    str sealed = {0};
    take_id(frame, &id);
    uint64_t seq = ipc_take_u64(frame);
    if (!ipc_frame_done(frame)) {
        return bad_frame(box);
    }
    enum status status =
        letterbox_chunk_read(box->db, &box->arena, &id, (int64_t)seq, &sealed, err);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND) {
        return answer_read(box, status, err);
    }
    answer_start(box, STATUS_OK, "");
    ipc_put_bytes(answer_to(box), sealed);
    answer_end(box);
    return STATUS_OK;
}

static enum status alarm_put(struct box *box, struct ipc_frame *frame, struct error *err)
{
    uint64_t band = ipc_take_u64(frame);
    uint64_t is_practice = ipc_take_u64(frame);
    if (!ipc_frame_done(frame) || band > 5) {
        return bad_frame(box);
    }
    enum status status = batch_begin(box, err);
    if (status == STATUS_OK) {
        status = put_alarm(box, band, is_practice != 0, err);
    }
    if (status == STATUS_OK) {
        answer_only(box, STATUS_OK, "");
    }
    return status;
}

static enum status checkpoint(struct box *box, struct ipc_frame *frame, struct error *err)
{
    struct buf note;
    str kept = {0};
    if (!ipc_frame_done(frame)) {
        return bad_frame(box);
    }
    buf_init(&note, BOX_NOTE_BYTES_MAX);
    enum status status =
        letterbox_checkpoint_read(box->db, &box->arena, (int64_t)box->tree.size, &kept, err);
    if (status == STATUS_NOT_FOUND) {
        status = batch_begin(box, err);
        if (status == STATUS_OK) {
            box_add_note(box, &note);
            kept = buf_str(&note);
            status = letterbox_checkpoint_insert(box->db, (int64_t)box->tree.size, kept, err);
        }
    }
    if (status == STATUS_OK) {
        answer_start(box, STATUS_OK, "");
        ipc_put_bytes(answer_to(box), kept);
        answer_end(box);
    }
    buf_close(&note);
    return status;
}

/* size, signature line: appended to the note of that size. Whether it is valid is for verify. */
static enum status cosign(struct box *box, struct ipc_frame *frame, struct error *err)
{
    str kept = {0};
    uint64_t size = ipc_take_u64(frame);
    str line = ipc_take_bytes(frame, 512);
    if (!ipc_frame_done(frame) || !str_ends(line, STR("\n"))) {
        return bad_frame(box);
    }
    enum status status = letterbox_checkpoint_read(box->db, &box->arena, (int64_t)size, &kept, err);
    if (status != STATUS_OK) {
        return answer_read(box, status, err);
    }
    if (str_find(kept, line) == kept.n && kept.n + line.n <= BOX_NOTE_BYTES_MAX) {
        str both = arena_printf(&box->arena, "%.*s%.*s", STR_ARG(kept), STR_ARG(line));
        status = batch_begin(box, err);
        if (status == STATUS_OK) {
            status = letterbox_checkpoint_replace(box->db, (int64_t)size, both, err);
        }
    }
    if (status == STATUS_OK) {
        answer_only(box, STATUS_OK, "");
    }
    return status;
}

static enum status state(struct box *box, struct ipc_frame *frame, struct error *err)
{
    struct letterbox_counts counts = {0};
    if (!ipc_frame_done(frame)) {
        return bad_frame(box);
    }
    enum status status = letterbox_counts_read(box->db, &counts, err);
    if (status == STATUS_OK) {
        struct crypt_hash root = tree_root(&box->tree);
        answer_start(box, STATUS_OK, "");
        struct ipc *to = answer_to(box);
        ipc_put_u64(to, (uint64_t)counts.letters);
        ipc_put_u64(to, (uint64_t)counts.oldest_hour);
        ipc_put_u64(to, box->tree.size);
        ipc_put_u64(to, (uint64_t)counts.outbox);
        ipc_put_u64(to, (uint64_t)counts.mailboxes);
        ipc_put_raw(to, root.bytes, sizeof root.bytes);
        answer_end(box);
    }
    return status;
}

/* The path must lie directly in the copy folder. Not inside a transaction. */
static enum status copy(struct box *box, struct ipc_frame *frame, struct error *err)
{
    str name = ipc_take_bytes(frame, 200);
    if (!ipc_frame_done(frame)) {
        return bad_frame(box);
    }
    if (box->options->copy_folder == NULL || name.n == 0 || str_find_byte(name, '/') != name.n ||
        str_find_byte(name, '\0') != name.n || name.p[0] == '.') {
        answer_only(box, STATUS_INVALID, "box may only copy into the backup folder");
        return STATUS_OK;
    }
    str path = arena_printf(&box->arena, "%s/%.*s", box->options->copy_folder, STR_ARG(name));
    enum status status = db_copy(box->db, path.p, err);
    answer_only(box, status, status == STATUS_OK ? "" : err->primary);
    return STATUS_OK;
}

/* --- courier --- */

static enum status rung(struct box *box, struct ipc_frame *frame, struct error *err)
{
    struct crypt_id id;
    take_id(frame, &id);
    uint64_t is_delivered = ipc_take_u64(frame);
    if (!ipc_frame_done(frame)) {
        box->peers[box->asking_peer].ipc.is_broken = true;
        return STATUS_OK;
    }
    if (is_delivered == 0) {
        return STATUS_OK; /* its next try stands already */
    }
    enum status status = batch_begin(box, err);
    return status == STATUS_OK ? letterbox_outbox_delete(box->db, &id, err) : status;
}

static const struct {
    uint8_t role;
    question_serve *serve;
} questions[] = {
    [BOX_LETTER_PUT] = {BOX_ROLE_FRONT, letter_put},
    [BOX_MAILBOX_ADD] = {BOX_ROLE_FRONT, mailbox_add},
    [BOX_MAILBOX_READ] = {BOX_ROLE_FRONT, mailbox_read},
    [BOX_DRAFT_PUT] = {BOX_ROLE_FRONT, draft_question},
    [BOX_DRAFT_READ] = {BOX_ROLE_FRONT, draft_question},
    [BOX_DRAFT_WIPE] = {BOX_ROLE_FRONT, draft_question},
    [BOX_EVIDENCE_CHUNK] = {BOX_ROLE_FRONT, evidence_chunk},
    [BOX_IDEMPOTENCY_READ] = {BOX_ROLE_FRONT, idempotency_read},
    [BOX_LETTERS_FETCH] = {BOX_ROLE_DESK, letters_fetch},
    [BOX_LETTERS_DONE] = {BOX_ROLE_DESK, letters_done},
    [BOX_LEAF_ADD] = {BOX_ROLE_DESK, leaf_add},
    [BOX_REPLY_PUT] = {BOX_ROLE_DESK, reply_put},
    [BOX_EVIDENCE_READ] = {BOX_ROLE_DESK, evidence_read},
    [BOX_ERASE] = {BOX_ROLE_DESK, box_answer_erase},
    [BOX_ERASURES_READ] = {BOX_ROLE_DESK, box_answer_erasures},
    [BOX_ALARM] = {BOX_ROLE_DESK, alarm_put},
    [BOX_CHECKPOINT] = {BOX_ROLE_DESK, checkpoint},
    [BOX_COSIGN] = {BOX_ROLE_DESK, cosign},
    [BOX_STATE] = {BOX_ROLE_DESK, state},
    [BOX_ACTS_READ] = {BOX_ROLE_DESK, acts_read},
    [BOX_COPY] = {BOX_ROLE_DESK, copy},
    [BOX_RUNG] = {BOX_ROLE_COURIER, rung},
};

/* The desk keeps a report that an officer enters by hand as front keeps any other. */
static bool may_ask(uint8_t role, uint16_t question)
{
    bool is_put = question == BOX_LETTER_PUT || question == BOX_IDEMPOTENCY_READ;
    return questions[question].role == role || question == BOX_STATE ||
           (role == BOX_ROLE_DESK && is_put);
}

enum status box_serve_question(struct box *box, uint8_t role, struct ipc_frame *frame,
                               struct error *err)
{
    if (frame->type >= ARRAY_LEN(questions) || questions[frame->type].serve == NULL ||
        !may_ask(role, frame->type)) {
        return bad_frame(box);
    }
    return questions[frame->type].serve(box, frame, err);
}
