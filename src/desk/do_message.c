/* SPDX-License-Identifier: Apache-2.0 */
/* Words to the reporter: sealed to the mailbox of each report of the case. A note is for the desk,
 * a message for the reporter; they are two tables and two acts, so one cannot become the other. */
#include "desk/do_internal.h"

/* The sealed words for one report's mailbox; *count goes up when it has one. */
static enum status send_to_one(struct doing *doing, const struct casebook_report *row, str plain,
                               struct buf *sealed, size_t *count, struct error *err)
{
    struct desk *desk = doing->desk;
    struct desk_report opened;
    if (row->mailbox == 0 || row->kind != CASEBOOK_REPORT_FIRST) {
        return STATUS_OK;
    }
    enum status status = report_open(desk, &desk->work, row, &opened, err);
    if (status != STATUS_OK || opened.is_erased || !opened.body.has_mailbox) {
        return status;
    }
    const struct crypt_id *mailbox = &opened.body.mailbox_id;
    buf_clear(sealed);
    mailbox_reply_seal(sealed, &opened.body.mailbox_public, &desk->options.id, mailbox, plain);
    return outbox_add(desk, doing->act.leaf, (int64_t)(*count)++, mailbox, buf_str(sealed), err);
}

enum status send_to_reporters(struct doing *doing, const char *kind, str text, size_t *ret_count,
                              struct error *err)
{
    struct desk *desk = doing->desk;
    struct buf plain, sealed;
    size_t count = 0;
    size_t row_count = 1;
    int64_t after = 0;
    enum status status = STATUS_OK;
    buf_init(&plain, (size_t)DESK_TEXT_BYTES_MAX * 7);
    buf_init(&sealed, (size_t)DESK_TEXT_BYTES_MAX * 8);
    entry_encode(&plain, doing->caller->now, kind, text);
    while (status == STATUS_OK && row_count > 0) { /* a pile-on has many reports: page by page */
        struct casebook_report *rows = NULL;
        arena_reset(&desk->work);
        status = casebook_reports(desk->casebook, &desk->work, doing->what->number, after,
                                  DESK_REPORTS_SHOWN, &rows, &row_count, err);
        for (size_t i = 0; i < row_count && status == STATUS_OK; i++) {
            after = rows[i].leaf;
            status = send_to_one(doing, &rows[i], buf_str(&plain), &sealed, &count, err);
        }
    }
    buf_close(&plain);
    buf_close(&sealed);
    doing->has_outbound = count > 0;
    if (ret_count != NULL) {
        *ret_count = count;
    }
    return status;
}

enum status do_prepare_message(struct doing *doing, struct error *err)
{
    if (!doing->old.brief.has_mailbox) {
        return error_set(err, STATUS_INVALID,
                         "No reporter of this case has a mailbox to write to.");
    }
    json_put_int(&doing->act.json, "bytes", (int64_t)doing->what->text.n);
    return check_text(doing->what->text, DESK_TEXT_BYTES_MAX, "The message", err);
}

enum status do_write_message(struct doing *doing, struct error *err)
{
    size_t mailboxes = 0;
    enum status status = entry_write(doing, ENTRY_MESSAGE, "reply", doing->what->text, err);
    if (status == STATUS_OK) {
        status = send_to_reporters(doing, "reply", doing->what->text, &mailboxes, err);
    }
    if (status == STATUS_OK && mailboxes == 0) { /* their reports were erased since */
        status =
            error_set(err, STATUS_INVALID, "No reporter of this case has a mailbox to write to.");
    }
    return status;
}
