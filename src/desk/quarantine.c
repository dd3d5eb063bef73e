/* SPDX-License-Identifier: Apache-2.0 */
/* Letters that could not become a case: who may act is told, and may try them again (after an
 * update, or when what was broken was mended). Their clocks run from their receipt all the same. */
#include "desk/import_internal.h"

static bool may_see(const struct caller *caller)
{
    return caller_can(caller, CAP_SETTINGS) || caller_can(caller, CAP_LETTER_RETRY);
}

enum status desk_quarantine(struct desk *desk, const struct caller *caller, struct arena *arena,
                            struct desk_quarantined **ret_list, size_t *ret_count,
                            struct error *err)
{
    struct casebook_quarantined *rows = NULL;
    size_t count = 0;
    enum status status = desk_need_unlocked(desk, err);
    if (status == STATUS_OK && !may_see(caller)) {
        status = caller_need(caller, CAP_AUDIT_READ, err);
    }
    if (status == STATUS_OK) {
        status = casebook_quarantine(desk->casebook, arena, 100, &rows, &count, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    struct desk_quarantined *list = ARENA_ARRAY(arena, struct desk_quarantined, count);
    for (size_t i = 0; i < count; i++) {
        list[i] = (struct desk_quarantined){
            .id = rows[i].id, .leaf = rows[i].leaf, .hour = rows[i].hour, .why = rows[i].why};
    }
    *ret_list = list;
    *ret_count = count;
    return STATUS_OK;
}

enum status desk_quarantine_any(struct desk *desk, const struct caller *caller, bool *ret_any,
                                struct error *err)
{
    enum status status = desk_need_unlocked(desk, err);
    if (status != STATUS_OK || !caller_can(caller, CAP_LETTER_RETRY)) {
        *ret_any = false;
        return status;
    }
    return casebook_quarantine_any(desk->casebook, ret_any, err);
}

/* --- trying again --- */

static void begin_retry(struct act *act, const struct caller *caller, int64_t number, int64_t leaf,
                        str result)
{
    act_begin(act, caller, "letter.retry", number, false);
    json_put_int(&act->json, "letter", leaf);
    json_put_text(&act->json, "result", result);
}

/* In a transaction: out of the quarantine, into its case, with the act in that case. */
static enum status take_in(struct desk *desk, const struct caller *caller,
                           const struct opened *opened, int64_t *ret_number, struct error *err)
{
    struct act act;
    int64_t leaf = opened->letter->leaf;
    enum status status = casebook_quarantine_remove(desk->casebook, leaf, err);
    if (status == STATUS_OK) {
        status = letter_import(desk, opened, err);
    }
    if (status == STATUS_OK) {
        status = casebook_report_case(desk->casebook, leaf, ret_number, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    begin_retry(&act, caller, *ret_number, leaf, STR("it is a case now"));
    return act_inside(desk, &act, err);
}

static enum status try_in(struct desk *desk, const struct caller *caller,
                          const struct opened *opened, int64_t *ret_number, struct error *err)
{
    enum status status = casebook_begin(desk->casebook, err);
    if (status == STATUS_OK) {
        status = take_in(desk, caller, opened, ret_number, err);
    }
    if (status == STATUS_OK) {
        status = casebook_commit(desk->casebook, err);
    }
    if (status != STATUS_OK) {
        casebook_rollback(desk->casebook);
    }
    return status;
}

static enum status note_failure(struct desk *desk, const struct caller *caller,
                                const struct box_letter *letter, str why, struct error *err)
{
    struct act act;
    begin_retry(&act, caller, 0, letter->leaf, why);
    enum status status = act_write(desk, &act, err);
    if (status == STATUS_OK) {
        status = casebook_quarantine_why(desk->casebook, letter->leaf, &letter->id, why, err);
        status = act_finish(desk, &act, status, err);
    }
    act_close(&act);
    return status;
}

enum status desk_quarantine_retry(struct desk *desk, const struct caller *caller, int64_t leaf,
                                  struct desk_retried *ret_retried, struct error *err)
{
    struct casebook_quarantined row;
    struct opened opened;
    struct error cause;
    struct desk_retried retried = {0};
    bool may_know = false;
    enum status status = desk_need(desk, caller, CAP_LETTER_RETRY, err);
    if (status == STATUS_OK) {
        arena_reset(&desk->work);
        status = casebook_quarantine_get(desk->casebook, &desk->work, leaf, &row, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    struct box_letter letter = {.leaf = leaf,
                                .id = row.id,
                                .epoch_id = row.epoch_id,
                                .received_hour = row.hour,
                                .sealed_epoch_key = row.epoch_key,
                                .wrapped_key = row.key_wrap,
                                .sealed_body = row.body};
    letter_open(desk, &letter, &opened);
    opened.now = caller->now;
    if (opened.body != NULL) {
        status = try_in(desk, caller, &opened, &retried.number, &cause);
        if (status == STATUS_UNAVAILABLE || status == STATUS_UNCERTAIN) {
            return error_set(err, status, "%s",
                             cause.primary); /* the store: says nothing about it */
        }
        opened.why = status == STATUS_OK ? NULL : IMPORT_NO_CASE;
    }
    if (opened.why == NULL && /* it is done: what fails here only leaves out the number */
        (file_may_know(desk, caller, &desk->work, retried.number, &may_know, &cause) != STATUS_OK ||
         !may_know)) {
        retried.number = 0;
    }
    if (opened.why != NULL) {
        retried = (struct desk_retried){.why = opened.why};
        status = note_failure(desk, caller, &letter, str_c(opened.why), err);
    }
    if (status == STATUS_OK) {
        *ret_retried = retried;
    }
    return status;
}
