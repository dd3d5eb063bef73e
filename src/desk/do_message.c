/* SPDX-License-Identifier: Apache-2.0 */
/* Words to the reporter: sealed to the mailbox of each report of the case. A note is for the desk,
 * a message for the reporter; they are two tables and two acts, so one cannot become the other. */
#include "desk/do_internal.h"

enum { MAILBOXES_MAX = 500 };

struct mailbox {
    struct crypt_id id;
    struct crypt_public public_key;
};

/* The mailboxes of all reports of the case, each once. */
static enum status gather(struct doing *doing, struct mailbox **ret_list, size_t *ret_count,
                          struct error *err)
{
    struct mailbox *list = ARENA_ARRAY(doing->arena, struct mailbox, MAILBOXES_MAX);
    size_t count = 0;
    size_t rows_count = 1;
    int64_t after = 0;
    while (rows_count > 0 && count < MAILBOXES_MAX) {
        struct casebook_report *rows = NULL;
        enum status status =
            casebook_reports(doing->desk->casebook, doing->arena, doing->what->number, after,
                             DESK_REPORTS_SHOWN, &rows, &rows_count, err);
        if (status != STATUS_OK) {
            return status;
        }
        for (size_t i = 0; i < rows_count && count < MAILBOXES_MAX; i++) {
            struct desk_report opened;
            after = rows[i].leaf;
            if (rows[i].mailbox == 0 || rows[i].kind != CASEBOOK_REPORT_FIRST) {
                continue;
            }
            status = report_open(doing->desk, doing->arena, &rows[i], &opened, err);
            if (status != STATUS_OK) {
                return status;
            }
            if (!opened.is_erased && opened.body.has_mailbox) {
                list[count++] =
                    (struct mailbox){opened.body.mailbox_id, opened.body.mailbox_public};
            }
        }
    }
    *ret_list = list;
    *ret_count = count;
    return STATUS_OK;
}

enum status send_to_reporters(struct doing *doing, const char *kind, str text, size_t *ret_count,
                              struct error *err)
{
    struct mailbox *list = NULL;
    size_t count = 0;
    struct buf plain, sealed;
    enum status status = gather(doing, &list, &count, err);
    if (status != STATUS_OK) {
        return status;
    }
    buf_init(&plain, (size_t)DESK_TEXT_BYTES_MAX * 7);
    buf_init(&sealed, (size_t)DESK_TEXT_BYTES_MAX * 8);
    entry_encode(&plain, doing->caller->now, kind, text);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        buf_clear(&sealed);
        mailbox_reply_seal(&sealed, &list[i].public_key, &doing->desk->options.id, &list[i].id,
                           buf_str(&plain));
        status = outbox_add(doing->desk, doing->act.leaf, (int64_t)i, &list[i].id, buf_str(&sealed),
                            err);
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
    struct buf body;
    size_t mailboxes = 0;
    buf_init(&body, (size_t)DESK_TEXT_BYTES_MAX * 7);
    entry_encode(&body, doing->caller->now, "reply", doing->what->text);
    struct casebook_entry entry = {.leaf = doing->act.leaf,
                                   .casefile = doing->what->number,
                                   .officer = doing->caller->officer,
                                   .hour = doing->caller->now - doing->caller->now % HOUR_US,
                                   .body = buf_str(&body)};
    enum status status = casebook_entry_add(doing->desk->casebook, ENTRY_MESSAGE, &entry, err);
    buf_close(&body);
    if (status == STATUS_OK) {
        status = send_to_reporters(doing, "reply", doing->what->text, &mailboxes, err);
    }
    if (status == STATUS_OK && mailboxes == 0) { /* their reports were erased since */
        status =
            error_set(err, STATUS_INVALID, "No reporter of this case has a mailbox to write to.");
    }
    return status;
}
