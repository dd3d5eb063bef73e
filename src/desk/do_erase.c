/* SPDX-License-Identifier: Apache-2.0 */
/* Holds, and the two acts of an erasure: one officer asks, another confirms. */
#include "base/utf8.h"
#include "desk/do_internal.h"

/* What a request or an erasure is about. */
struct erasing {
    struct casebook_report *rows;
    size_t count;
    str *notes; /* erase: the signed record of each row */
    struct desk_ask ask;
};

enum { IMPORT_SLICES_MAX = 64 }; /* of 256 letters: what waits must be known before it is erased */

/* --- holds --- */

enum status do_prepare_hold(struct doing *doing, struct error *err)
{
    json_put_text(&doing->act.json, "reason", doing->what->reason);
    return check_text(doing->what->reason, DESK_REASON_BYTES_MAX, "The reason for the hold", err);
}

enum status do_write_hold(struct doing *doing, struct error *err)
{
    return entry_write(doing, ENTRY_HOLD, "hold", doing->what->reason, err);
}

enum status do_prepare_lift(struct doing *doing, struct error *err)
{
    json_put_int(&doing->act.json, "hold", doing->what->leaf);
    json_put_text(&doing->act.json, "reason", doing->what->reason);
    return check_text(doing->what->reason, DESK_REASON_BYTES_MAX, "The reason for lifting the hold",
                      err);
}

enum status do_write_lift(struct doing *doing, struct error *err)
{
    return casebook_entry_remove(doing->desk->casebook, ENTRY_HOLD, doing->what->number,
                                 doing->what->leaf, err);
}

/* --- asking --- */

/* A letter that waits may be something the reporter added: it must be seen first. */
static enum status import_all(struct desk *desk, time_us now, struct error *err)
{
    bool more = true;
    for (int i = 0; i < IMPORT_SLICES_MAX && more; i++) {
        enum status status = desk_import_step(desk, BOX_FETCH_LETTERS_MAX, now, &more, err);
        if (status != STATUS_OK) {
            return status;
        }
    }
    return more ? error_set(err, STATUS_UNAVAILABLE,
                            "Reports are still being read in: try again in a moment.")
                : STATUS_OK;
}

static void put_reports(struct json_out *json, const struct erasing *erasing)
{
    json_name(json, "reports");
    json_begin_list(json);
    for (size_t i = 0; i < erasing->count; i++) {
        json_add_int(json, erasing->rows[i].leaf);
    }
    json_end_list(json);
}

static void put_also(struct json_out *json, unsigned also)
{
    json_name(json, "also");
    json_begin_list(json);
    if ((also & ERASURE_NOTES) != 0) {
        json_add_text(json, STR("notes"));
    }
    if ((also & ERASURE_MESSAGES) != 0) {
        json_add_text(json, STR("messages"));
    }
    if ((also & ERASURE_SUMMARY) != 0) {
        json_add_text(json, STR("summary"));
    }
    json_end_list(json);
}

/* With the report its mailbox goes, and with that what a held case of the same reporter has in it. */
static enum status mailbox_refuses(struct doing *doing, const struct erasing *erasing,
                                   struct error *err)
{
    int64_t held = 0;
    struct desk_file ignored;
    struct error hidden = {0};
    enum status status = STATUS_OK;
    for (size_t i = 0; i < erasing->count && status == STATUS_OK && held == 0; i++) {
        status = casebook_mailbox_held(doing->desk->casebook, erasing->rows[i].mailbox,
                                       doing->what->number, &held, err);
    }
    if (status != STATUS_OK || held == 0) {
        return status;
    }
    if (file_load(doing->desk, doing->caller, doing->arena, held, &ignored, &hidden) == STATUS_OK) {
        error_set(err, STATUS_DENIED,
                  "Case %lld, which is held, has a report of the same mailbox: nothing of that "
                  "mailbox can be erased until the hold is lifted.",
                  (long long)held);
    } else {
        error_set(err, STATUS_DENIED,
                  "Another case, which is held, has a report of the same mailbox: nothing of that "
                  "mailbox can be erased until the hold is lifted.");
    }
    return STATUS_DENIED;
}

enum status do_prepare_ask(struct doing *doing, struct error *err)
{
    const struct desk_do *what = doing->what;
    struct erasing *erasing = ARENA_NEW(doing->arena, struct erasing);
    bool has_more = false;
    enum status status = hold_refuses(doing->desk, doing->arena, what->number, err);
    if (status == STATUS_OK) {
        status = check_text(what->reason, DESK_REASON_BYTES_MAX, "The reason for the erasure", err);
    }
    if (status == STATUS_OK) {
        status = import_all(doing->desk, doing->caller->now, err);
    }
    if (status == STATUS_OK) {
        status = erasable(doing->desk, doing->arena, what->number, what->report, &erasing->rows,
                          &erasing->count, &has_more, err);
    }
    if (status == STATUS_OK && erasing->count == 0) {
        status = error_set(err, STATUS_INVALID,
                           what->report == 0 ? "There is no report left in this case to erase."
                                             : "That report is not in this case, or is erased.");
    }
    if (status == STATUS_OK) {
        status = mailbox_refuses(doing, erasing, err);
    }
    if (status == STATUS_OK) {
        doing->erasing = erasing;
        put_reports(&doing->act.json, erasing);
        put_also(&doing->act.json, what->also);
        json_put_text(&doing->act.json, "reason", what->reason);
    }
    return status;
}

enum status do_write_ask(struct doing *doing, struct error *err)
{
    struct buf body, at;
    struct json_out json;
    buf_init(&body, (size_t)DESK_REASON_BYTES_MAX * 7 + (size_t)DESK_ERASE_REPORTS_MAX * 24);
    buf_init(&at, 64);
    buf_add_time(&at, doing->caller->now);
    json_out_init(&json, &body);
    json_begin_object(&json);
    json_put_text(&json, "kind", STR("ask"));
    json_put_text(&json, "at", buf_str(&at));
    json_put_text(&json, "text", doing->what->reason);
    json_put_int(&json, "also", doing->what->also);
    put_reports(&json, doing->erasing);
    json_end_object(&json);
    enum status status = entry_add(doing, ENTRY_ASK, buf_str(&body), err);
    buf_close(&body);
    buf_close(&at);
    return status;
}

enum status do_prepare_drop(struct doing *doing, struct error *err)
{
    json_put_int(&doing->act.json, "request", doing->what->leaf);
    json_put_text(&doing->act.json, "reason", doing->what->reason);
    return check_text(doing->what->reason, DESK_REASON_BYTES_MAX, "The reason for not erasing",
                      err);
}

enum status do_write_drop(struct doing *doing, struct error *err)
{
    return casebook_entry_remove(doing->desk->casebook, ENTRY_ASK, doing->what->number,
                                 doing->what->leaf, err);
}

/* --- confirming --- */

static enum status find_ask(struct doing *doing, struct desk_ask *ret_ask, struct error *err)
{
    struct desk_ask *asks = NULL;
    size_t count = 0;
    enum status status =
        asks_read(doing->desk, doing->arena, doing->what->number, &asks, &count, err);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        if (asks[i].leaf == doing->what->leaf) {
            *ret_ask = asks[i];
            return STATUS_OK;
        }
    }
    return status != STATUS_OK
               ? status
               : error_set(err, STATUS_NOT_FOUND, "There is no such request to erase any more.");
}

static enum status check_confirmer(struct doing *doing, const struct desk_ask *ask,
                                   struct error *err)
{
    bool may = false;
    bool is_alone = false;
    str others = {0};
    enum status status = erase_confirmers(doing->desk, doing->caller, doing->arena, &doing->old,
                                          ask->officer, &may, &is_alone, &others, err);
    if (status != STATUS_OK) {
        return status;
    }
    if (!may) {
        return error_set(
            err, STATUS_DENIED,
            "You asked for this erasure yourself: somebody else must confirm it (%.*s).",
            STR_ARG(utf8_clip(others, 200)));
    }
    str typed = arena_printf(doing->arena, "ERASE %lld", (long long)doing->what->number);
    if (doing->caller->officer == ask->officer && !str_equal(str_trim(doing->what->text), typed)) {
        return error_set(err, STATUS_INVALID,
                         "Nobody else could confirm this: type \"%.*s\" to confirm it alone.",
                         STR_ARG(typed));
    }
    json_put_bool(&doing->act.json, "alone", doing->caller->officer == ask->officer);
    return STATUS_OK;
}

static bool is_asked_for(const struct desk_ask *ask, int64_t leaf)
{
    for (size_t i = 0; i < ask->report_count; i++) {
        if (ask->reports[i] == leaf) {
            return true;
        }
    }
    return false;
}

/* The reports of the request, and only when all are still here and nothing was added to them. */
static enum status gather(struct doing *doing, struct erasing *erasing, struct error *err)
{
    const struct desk_ask *ask = &erasing->ask;
    struct casebook_report *rows = NULL;
    size_t count = 0;
    bool has_more = false;
    enum status status =
        erasable(doing->desk, doing->arena, doing->what->number, 0, &rows, &count, &has_more, err);
    if (status != STATUS_OK) {
        return status;
    }
    erasing->rows = ARENA_ARRAY(doing->arena, struct casebook_report, count);
    for (size_t i = 0; i < count; i++) {
        if (is_asked_for(ask, rows[i].leaf)) {
            erasing->rows[erasing->count++] = rows[i];
            continue;
        }
        for (size_t k = 0; k < count; k++) {
            if (rows[i].mailbox != 0 && rows[k].mailbox == rows[i].mailbox &&
                is_asked_for(ask, rows[k].leaf)) {
                return error_set(err, STATUS_INVALID,
                                 "The reporter has added something since this was asked for: read "
                                 "it, then ask again.");
            }
        }
    }
    return erasing->count == ask->report_count
               ? STATUS_OK
               : error_set(err, STATUS_INVALID,
                           "The reports of this request are not all in this case any more: ask "
                           "again.");
}

/* The signed record of one report. */
static enum status make_record(struct doing *doing, struct erasing *erasing, size_t i,
                               struct error *err)
{
    const struct casebook_report *row = &erasing->rows[i];
    struct desk *desk = doing->desk;
    struct desk_report opened;
    struct crypt_verify_key verify;
    struct crypt_sign_key sign;
    struct buf note;
    enum status status = report_open(desk, doing->arena, row, &opened, err);
    if (status != STATUS_OK) {
        return status;
    }
    struct erasure record = {
        .letter_leaf = row->leaf,
        .letter_id = row->id,
        .at = doing->caller->now,
        .also = erasing->ask.also,
        .evidence = ARENA_ARRAY(doing->arena, struct crypt_id, opened.body.evidence_count),
        .evidence_count = opened.body.evidence_count};
    if (opened.body.has_mailbox) {
        record.mailbox_id = opened.body.mailbox_id;
    }
    for (size_t k = 0; k < record.evidence_count; k++) {
        record.evidence[k] = opened.body.evidence[k].id;
    }
    buf_init(&note, ERASURE_NOTE_BYTES_MAX);
    crypt_sign_pair_from_seed(&desk->secrets->keys.cosign_seed, &verify, &sign);
    erasure_add_note(&note, &desk->options.id, &sign, &verify, &record);
    CRYPT_WIPE(sign);
    erasing->notes[i] = arena_str(doing->arena, buf_str(&note));
    buf_close(&note);
    return STATUS_OK;
}

/* The case without these reports. */
static enum status derive_rest(struct doing *doing, const struct erasing *erasing,
                               struct error *err)
{
    struct derive from = {.number = doing->what->number,
                          .without = erasing->ask.reports,
                          .without_count = erasing->ask.report_count};
    enum status status = brief_derive(doing->desk, doing->arena, &from, &doing->file.brief, err);
    if (status == STATUS_OK) {
        file_end_if_erased(&doing->file, doing->caller->now);
    }
    return status;
}

enum status do_prepare_erase(struct doing *doing, struct error *err)
{
    struct erasing *erasing = ARENA_NEW(doing->arena, struct erasing);
    enum status status = find_ask(doing, &erasing->ask, err);
    if (status == STATUS_OK) {
        status = hold_refuses(doing->desk, doing->arena, doing->what->number, err);
    }
    if (status == STATUS_OK) {
        status = check_confirmer(doing, &erasing->ask, err);
    }
    if (status == STATUS_OK) {
        status = import_all(doing->desk, doing->caller->now, err);
    }
    if (status == STATUS_OK) {
        status = gather(doing, erasing, err);
    }
    if (status == STATUS_OK) {
        status = mailbox_refuses(doing, erasing, err);
    }
    erasing->notes = ARENA_ARRAY(doing->arena, str, erasing->count);
    for (size_t i = 0; i < erasing->count && status == STATUS_OK; i++) {
        status = make_record(doing, erasing, i, err);
    }
    if (status == STATUS_OK) {
        status = derive_rest(doing, erasing, err);
    }
    if (status == STATUS_OK) {
        doing->erasing = erasing;
        put_reports(&doing->act.json, erasing);
        put_also(&doing->act.json, erasing->ask.also);
        json_put_int(&doing->act.json, "asked_by", erasing->ask.officer);
        json_put_text(&doing->act.json, "reason", erasing->ask.reason);
    }
    return status;
}

enum status do_write_erase(struct doing *doing, struct error *err)
{
    struct casebook *casebook = doing->desk->casebook;
    const struct erasing *erasing = doing->erasing;
    enum status status = erase_rows(doing->desk, doing->what->number, &doing->old.brief,
                                    erasing->rows, erasing->count, erasing->ask.also, err);
    if (status == STATUS_OK) {
        status =
            campaign_recount(doing->desk, doing->what->number, 0, 0, 0, &doing->file.brief, err);
    }
    for (size_t i = 0; i < erasing->count && status == STATUS_OK; i++) {
        struct casebook_todo todo = {.leaf = erasing->rows[i].leaf,
                                     .casefile = doing->what->number,
                                     .body = erasing->notes[i]};
        status = casebook_todo_add(casebook, &todo, err);
    }
    return status == STATUS_OK ? casebook_entry_remove(casebook, ENTRY_ASK, doing->what->number,
                                                       doing->what->leaf, err)
                               : status;
}
