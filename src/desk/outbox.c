/* SPDX-License-Identifier: Apache-2.0 */
/* From the casebook into reporters' mailboxes.
 *
 * What is to be sent is written sealed in the transaction of its act, and put into the mailbox only
 * when that is committed: nobody reads what was not decided. Each put is then noted in a
 * transaction of its own. Stopped in between, the same bytes are put again, and box keeps them
 * once: nobody reads a thing twice. Until it is noted, the message counts as not sent. */
#include "desk/desk_internal.h"

enum status outbox_add(struct desk *desk, int64_t leaf, int64_t seq, const struct crypt_id *mailbox,
                       str sealed, struct error *err)
{
    struct buf body;
    buf_init(&body, sizeof mailbox->bytes + sealed.n);
    buf_add_bytes(&body, mailbox->bytes, sizeof mailbox->bytes);
    buf_add(&body, sealed);
    struct casebook_outbound row = {.leaf = leaf, .seq = seq, .body = buf_str(&body)};
    enum status status = casebook_outbox_add(desk->casebook, &row, err);
    buf_close(&body);
    return status;
}

/* The reporters have heard: once no mailbox of the message waits and one at least has it. */
static enum status mark_heard(struct desk *desk, int64_t leaf, time_us now, struct error *err)
{
    struct casebook_outbox_states states;
    struct desk_file old;
    int64_t number = 0;
    enum status status = casebook_message_case(desk->casebook, leaf, &number, err);
    if (status != STATUS_OK || number == 0) {
        return status; /* a change of state is no answer */
    }
    status = casebook_outbox_of(desk->casebook, leaf, &states, err);
    if (status != STATUS_OK || states.has[OUTBOX_WAITING] || !states.has[OUTBOX_SENT]) {
        return status;
    }
    struct error broken;
    status = file_load(desk, NULL, &desk->work, number, &old, &broken);
    if (status == STATUS_CORRUPT) {
        return STATUS_OK; /* the case is shown as broken; what was sent was sent */
    }
    if (status != STATUS_OK) {
        return error_set(err, status, "%s", broken.primary);
    }
    struct desk_file file = old;
    file.brief.heard_at = now;
    if (file.brief.acted_at == 0 && file.row.grade < DESK_CALL_GRADE) {
        file.brief.acted_at = now; /* a message is an act; where life is at stake somebody calls */
    }
    return file_save(desk, &desk->work, &old, &file, err);
}

static enum status note_result(struct desk *desk, const struct casebook_outbound *row,
                               enum outbox_state state, time_us now, struct error *err)
{
    bool is_ours = false;
    enum status status = casebook_begin(desk->casebook, err);
    if (status == STATUS_OK) {
        status = casebook_outbox_set(desk->casebook, row->leaf, row->seq, state, &is_ours, err);
    }
    if (status == STATUS_OK && is_ours) {
        status = mark_heard(desk, row->leaf, now, err);
    }
    if (status == STATUS_OK) {
        status = casebook_commit(desk->casebook, err);
    }
    if (status != STATUS_OK) {
        casebook_rollback(desk->casebook);
    }
    return status;
}

static enum status deliver(struct desk *desk, const struct casebook_outbound *row, time_us now,
                           struct error *err)
{
    const struct desk_box *box = &desk->options.box;
    struct crypt_id mailbox;
    int64_t leaf = 0;
    /* An erasure emptied it, or it is broken: then the case shows it as not delivered, and the
     * others go on. */
    if (row->body.n <= sizeof mailbox.bytes) {
        return note_result(desk, row, OUTBOX_LOST, now, err);
    }
    memcpy(mailbox.bytes, row->body.p, sizeof mailbox.bytes);
    enum status status =
        box->reply_put(box->context, &mailbox,
                       str_slice(row->body, sizeof mailbox.bytes, row->body.n), &leaf, err);
    if (status == STATUS_OK) {
        return note_result(desk, row, OUTBOX_SENT, now, err);
    }
    /* The mailbox was erased or is full: no later try would end otherwise. */
    return status == STATUS_NOT_FOUND || status == STATUS_LIMIT
               ? note_result(desk, row, OUTBOX_LOST, now, err)
               : status;
}

enum status desk_outbox_step(struct desk *desk, size_t max, time_us now, bool *ret_more,
                             struct error *err)
{
    const struct casebook_outbound start = CASEBOOK_OUTBOX_START;
    struct casebook_outbound *rows = NULL;
    size_t count = 0;
    enum status status = desk_need_unlocked(desk, err);
    if (status == STATUS_OK) {
        arena_reset(&desk->work);
        status = casebook_outbox(desk->casebook, &desk->work, &start, max, &rows, &count, err);
    }
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        status = deliver(desk, &rows[i], now, err);
    }
    if (status == STATUS_OK) {
        *ret_more = count == max;
    }
    return status;
}
