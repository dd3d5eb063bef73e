/* SPDX-License-Identifier: Apache-2.0 */
/* What an erasure must know and what it wipes: holds, requests, who may confirm, which reports, and
 * the page before it. The acts are in do_erase.c, the telling of box in erase_finish.c. */
#include "desk/desk_internal.h"

#include "base/utf8.h"

enum { HOLD_REASON_SHOWN = 120, NAMES_BYTES_MAX = 1000, OUTBOX_PAGE = 64 };

/* --- holds and requests --- */

static time_us entry_time(const struct json *json, time_us otherwise)
{
    time_us at = 0;
    bool is_date = false;
    return time_parse(json_member_text(json, "at"), &at, &is_date) ? at : otherwise;
}

enum status holds_read(struct desk *desk, struct arena *arena, int64_t number,
                       struct desk_hold **ret_list, size_t *ret_count, struct error *err)
{
    struct casebook_entry *rows = NULL;
    size_t count = 0;
    enum status status =
        casebook_entries(desk->casebook, ENTRY_HOLD, arena, number, &rows, &count, err);
    struct desk_hold *list = ARENA_ARRAY(arena, struct desk_hold, count);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        struct json json;
        status = json_parse(arena, rows[i].body, &json, err);
        if (status == STATUS_OK) {
            list[i] = (struct desk_hold){.leaf = rows[i].leaf,
                                         .officer = rows[i].officer,
                                         .at = entry_time(&json, rows[i].hour),
                                         .reason = json_member_text(&json, "text")};
        }
    }
    if (status == STATUS_OK) {
        *ret_list = list;
        *ret_count = count;
    }
    return status;
}

static void take_reports(struct arena *arena, const struct json *json, struct desk_ask *ask)
{
    const struct json *list = json_member(json, "reports");
    size_t count = list == NULL ? 0 : list->count;
    ask->reports = ARENA_ARRAY(arena, int64_t, count);
    for (size_t i = 0; i < count && i < DESK_ERASE_REPORTS_MAX; i++) {
        ask->reports[ask->report_count++] = list->items[i].integer;
    }
}

enum status asks_read(struct desk *desk, struct arena *arena, int64_t number,
                      struct desk_ask **ret_list, size_t *ret_count, struct error *err)
{
    struct casebook_entry *rows = NULL;
    size_t count = 0;
    enum status status =
        casebook_entries(desk->casebook, ENTRY_ASK, arena, number, &rows, &count, err);
    struct desk_ask *list = ARENA_ARRAY(arena, struct desk_ask, count);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        struct json json;
        status = json_parse(arena, rows[i].body, &json, err);
        if (status == STATUS_OK) {
            list[i] = (struct desk_ask){.leaf = rows[i].leaf,
                                        .officer = rows[i].officer,
                                        .at = entry_time(&json, rows[i].hour),
                                        .reason = json_member_text(&json, "text"),
                                        .also = (unsigned)json_member_int(&json, "also", 0)};
            take_reports(arena, &json, &list[i]);
        }
    }
    if (status == STATUS_OK) {
        *ret_list = list;
        *ret_count = count;
    }
    return status;
}

/* --- officers --- */

static enum status officers(struct desk *desk, struct arena *arena, struct officer **ret_list,
                            size_t *ret_count, struct error *err)
{
    return people_officers(desk->people, &desk->secrets->root, arena, ret_list, ret_count, err);
}

static str name_of(const struct officer *officer)
{
    return officer->name.n > 0 ? officer->name : officer->login;
}

enum status hold_refuses(struct desk *desk, struct arena *arena, int64_t number, struct error *err)
{
    struct desk_hold *holds = NULL;
    struct officer *list = NULL;
    size_t count = 0;
    size_t officer_count = 0;
    str name = STR("an officer");
    enum status status = holds_read(desk, arena, number, &holds, &count, err);
    if (status != STATUS_OK || count == 0) {
        return status;
    }
    status = officers(desk, arena, &list, &officer_count, err);
    for (size_t i = 0; i < officer_count && status == STATUS_OK; i++) {
        name = list[i].id == holds[0].officer ? name_of(&list[i]) : name;
    }
    if (status != STATUS_OK) {
        return status;
    }
    struct civil_time day = time_civil_london(holds[0].at);
    error_set(err, STATUS_DENIED, "This case is held by %.*s since %u.%u.%d: %.*s",
              STR_ARG(utf8_clip(name, 60)), day.day, day.month, (int)day.year,
              STR_ARG(utf8_clip(holds[0].reason, HOLD_REASON_SHOWN)));
    error_hint(err, "Nothing of it can be erased until the hold is lifted.");
    return STATUS_DENIED;
}

/* Could this officer, in office and allowed to erase, see the case? */
static enum status could_confirm(struct desk *desk, struct arena *arena, const struct officer *o,
                                 const struct desk_file *file, bool *ret_could, struct error *err)
{
    struct caller caller = {.officer = o->id, .capabilities = role_capabilities(o->role)};
    struct desk_file ignored;
    struct error hidden = {0};
    *ret_could = false;
    if (o->is_disabled || !caller_can(&caller, CAP_ERASE) || !caller_can(&caller, CAP_READ_CASE)) {
        return STATUS_OK;
    }
    enum status status = file_load(desk, &caller, arena, file->row.number, &ignored, &hidden);
    *ret_could = status == STATUS_OK;
    return status == STATUS_OK || status == STATUS_NOT_FOUND
               ? STATUS_OK
               : error_set(err, status, "%s", hidden.primary);
}

enum status erase_confirmers(struct desk *desk, const struct caller *caller, struct arena *arena,
                             const struct desk_file *file, int64_t asked_by, bool *ret_may,
                             bool *ret_is_alone, str *ret_others, struct error *err)
{
    struct officer *list = NULL;
    size_t count = 0;
    struct buf names;
    buf_init(&names, NAMES_BYTES_MAX);
    enum status status = officers(desk, arena, &list, &count, err);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        bool could = false;
        if (list[i].id == asked_by) {
            continue;
        }
        status = could_confirm(desk, arena, &list[i], file, &could, err);
        if (could && names.n + 80 < NAMES_BYTES_MAX) {
            buf_add_c(&names, names.n > 0 ? ", " : "");
            buf_add(&names, utf8_clip(name_of(&list[i]), 60));
        }
    }
    if (status == STATUS_OK) {
        *ret_is_alone = names.n == 0;
        *ret_may = caller->officer != asked_by || names.n == 0;
        *ret_others = arena_str(arena, buf_str(&names));
    }
    buf_close(&names);
    return status;
}

/* --- which reports --- */

/* Only `report` and what has the same mailbox. */
static size_t keep_group(struct casebook_report *rows, size_t count, int64_t report)
{
    int64_t mailbox = 0;
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        mailbox = rows[i].leaf == report ? rows[i].mailbox : mailbox;
    }
    for (size_t i = 0; i < count; i++) {
        if (rows[i].leaf == report || (mailbox != 0 && rows[i].mailbox == mailbox)) {
            rows[kept++] = rows[i];
        }
    }
    return kept;
}

enum status erasable(struct desk *desk, struct arena *arena, int64_t number, int64_t report,
                     struct casebook_report **ret_rows, size_t *ret_count, bool *ret_has_more,
                     struct error *err)
{
    struct casebook_report *list =
        ARENA_ARRAY(arena, struct casebook_report, DESK_ERASE_REPORTS_MAX);
    size_t kept = 0;
    size_t count = 1;
    int64_t after = 0;
    *ret_has_more = false;
    while (count > 0 && !*ret_has_more) {
        struct casebook_report *rows = NULL;
        enum status status = casebook_reports(desk->casebook, arena, number, after,
                                              DESK_REPORTS_SHOWN, &rows, &count, err);
        if (status != STATUS_OK) {
            return status;
        }
        for (size_t i = 0; i < count; i++) {
            after = rows[i].leaf;
            if (rows[i].key_wrap.n > 0 && kept < DESK_ERASE_REPORTS_MAX) {
                list[kept++] = rows[i];
            } else if (rows[i].key_wrap.n > 0) {
                *ret_has_more = true;
            }
        }
    }
    *ret_rows = list;
    *ret_count = report == 0 ? kept : keep_group(list, kept, report);
    return STATUS_OK;
}

/* --- wiping --- */

enum status said_area(struct desk *desk, struct arena *arena, int64_t number,
                      const struct brief *brief, int64_t incident, str *ret_area, struct error *err)
{
    struct casebook_incident *rows = NULL;
    size_t count = 0;
    *ret_area = (str){0};
    if (brief == NULL || !brief->route.is_area_said) {
        return STATUS_OK;
    }
    enum status status = casebook_incidents(desk->casebook, arena, number, &rows, &count, err);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        if (rows[i].number == incident && str_equal(rows[i].area, brief->area)) {
            *ret_area = brief->area;
        }
    }
    return status;
}

static enum status wipe_incident(struct desk *desk, int64_t number, const struct brief *brief,
                                 int64_t incident, struct error *err)
{
    struct brief about = {0};
    struct derive from = {.number = number, .only_incident = incident};
    struct arena arena; /* of its own: a case may have hundreds of incidents */
    arena_init(&arena, DESK_WORK_BYTES_MAX);
    enum status status = said_area(desk, &arena, number, brief, incident, &from.area, err);
    if (status == STATUS_OK) {
        status = brief_derive(desk, &arena, &from, &about, err);
    }
    if (status == STATUS_OK) {
        status = casebook_incident_about(desk->casebook, incident, about.subject, about.area, err);
    }
    arena_close(&arena); /* wipes */
    return status;
}

/* Does this message go with the reports? It does when it waits for a mailbox of theirs, and when the
 * case's messages go as well. */
static enum status goes_along(struct desk *desk, int64_t number, const struct casebook_report *rows,
                              size_t count, unsigned also, const struct casebook_outbound *message,
                              bool *ret_goes, struct error *err)
{
    struct crypt_id mailbox;
    int64_t of_case = 0;
    *ret_goes = false;
    if (message->body.n < sizeof mailbox.bytes) {
        return STATUS_OK; /* emptied before */
    }
    memcpy(mailbox.bytes, message->body.p, sizeof mailbox.bytes);
    int64_t tag = mailbox_tag(desk, &mailbox);
    for (size_t i = 0; i < count && !*ret_goes; i++) {
        *ret_goes = rows[i].mailbox == tag;
    }
    if (*ret_goes || (also & ERASURE_MESSAGES) == 0) {
        return STATUS_OK;
    }
    enum status status = casebook_message_case(desk->casebook, message->leaf, &of_case, err);
    *ret_goes = status == STATUS_OK && of_case == number;
    return status;
}

/* What waits for a mailbox that is about to go will never be read: its words go now. The row stays
 * until the outbox comes to it and notes it as not delivered. */
static enum status wipe_outbox(struct desk *desk, int64_t number,
                               const struct casebook_report *rows, size_t count, unsigned also,
                               struct error *err)
{
    struct casebook_outbound *page = NULL;
    struct casebook_outbound last = CASEBOOK_OUTBOX_START;
    size_t page_count = 1;
    enum status status = STATUS_OK;
    struct arena arena;
    arena_init(&arena, DESK_WORK_BYTES_MAX);
    while (status == STATUS_OK && page_count > 0) {
        arena_reset(&arena);
        status =
            casebook_outbox(desk->casebook, &arena, &last, OUTBOX_PAGE, &page, &page_count, err);
        for (size_t i = 0; i < page_count && status == STATUS_OK; i++) {
            bool goes = false;
            last = (struct casebook_outbound){.leaf = page[i].leaf, .seq = page[i].seq};
            status = goes_along(desk, number, rows, count, also, &page[i], &goes, err);
            if (status == STATUS_OK && goes) {
                status = casebook_outbox_empty(desk->casebook, page[i].leaf, page[i].seq, err);
            }
        }
    }
    arena_close(&arena); /* wipes */
    return status;
}

static enum status wipe_also(struct desk *desk, int64_t number, unsigned also, struct error *err)
{
    enum status status = STATUS_OK;
    if ((also & ERASURE_NOTES) != 0) {
        status = casebook_entries_clear(desk->casebook, ENTRY_NOTE, number, err);
    }
    if (status == STATUS_OK && (also & ERASURE_MESSAGES) != 0) {
        status = casebook_entries_clear(desk->casebook, ENTRY_MESSAGE, number, err);
    }
    if (status == STATUS_OK && (also & ERASURE_SUMMARY) != 0) {
        status = casebook_summary_set(desk->casebook, number, (str){0}, err);
    }
    return status;
}

enum status erase_rows(struct desk *desk, int64_t number, const struct brief *brief,
                       const struct casebook_report *rows, size_t count, unsigned also,
                       struct error *err)
{
    enum status status = wipe_outbox(desk, number, rows, count, also, err);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        status = casebook_report_wipe(desk->casebook, rows[i].leaf, err);
    }
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        bool is_seen = false;
        for (size_t k = 0; k < i && !is_seen; k++) {
            is_seen = rows[k].incident == rows[i].incident;
        }
        if (!is_seen) {
            status = wipe_incident(desk, number, brief, rows[i].incident, err);
            if (status == STATUS_OK) {
                status = casebook_campaigns_sweep(desk->casebook, rows[i].incident, err);
            }
        }
    }
    return status == STATUS_OK ? wipe_also(desk, number, also, err) : status;
}

/* --- the page before it --- */

static enum status look_reports(struct desk *desk, struct arena *arena, int64_t report,
                                struct desk_erase_view *view, struct error *err)
{
    struct casebook_report *rows = NULL;
    struct casebook_report *chosen = NULL;
    size_t count = 0;
    size_t chosen_count = 0;
    bool has_more = false;
    int64_t number = view->row.number;
    enum status status =
        erasable(desk, arena, number, 0, &rows, &count, &view->has_more_reports, err);
    if (status == STATUS_OK) {
        status = erasable(desk, arena, number, report, &chosen, &chosen_count, &has_more, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    view->reports = ARENA_ARRAY(arena, struct desk_erasable, count);
    view->report_count = count;
    for (size_t i = 0; i < count; i++) {
        struct desk_erasable *one = &view->reports[i];
        *one = (struct desk_erasable){.leaf = rows[i].leaf,
                                      .hour = rows[i].hour,
                                      .is_added = rows[i].kind == CASEBOOK_REPORT_ADDED};
        for (size_t k = 0; k < chosen_count && !view->has_ask; k++) {
            one->is_chosen = one->is_chosen || chosen[k].leaf == one->leaf;
        }
        for (size_t k = 0; k < view->ask.report_count && view->has_ask; k++) {
            one->is_chosen = one->is_chosen || view->ask.reports[k] == one->leaf;
        }
        view->chosen_count += one->is_chosen;
    }
    view->is_whole = view->chosen_count == count && !view->has_more_reports;
    return STATUS_OK;
}

static enum status look_words(struct desk *desk, struct arena *arena, struct desk_erase_view *view,
                              struct error *err)
{
    struct casebook_entry *entries = NULL;
    str summary = {0};
    int64_t number = view->row.number;
    enum status status = casebook_entries(desk->casebook, ENTRY_NOTE, arena, number, &entries,
                                          &view->note_count, err);
    if (status == STATUS_OK) {
        status = casebook_entries(desk->casebook, ENTRY_MESSAGE, arena, number, &entries,
                                  &view->message_count, err);
    }
    if (status == STATUS_OK) {
        status = casebook_summary_get(desk->casebook, arena, number, &summary, err);
        view->has_summary = summary.n > 0;
    }
    return status == STATUS_OK
               ? holds_read(desk, arena, number, &view->holds, &view->hold_count, err)
               : status;
}

static enum status look_ask(struct desk *desk, struct arena *arena, int64_t ask,
                            struct desk_erase_view *view, struct error *err)
{
    struct desk_ask *asks = NULL;
    size_t count = 0;
    enum status status = asks_read(desk, arena, view->row.number, &asks, &count, err);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        if (asks[i].leaf == ask) {
            view->ask = asks[i];
            view->has_ask = true;
            return STATUS_OK;
        }
    }
    return status != STATUS_OK
               ? status
               : error_set(err, STATUS_NOT_FOUND, "There is no such request to erase any more.");
}

static enum status look_act(struct desk *desk, const struct caller *caller, int64_t number,
                            struct error *err)
{
    struct act act;
    act_begin(&act, caller, "erase.look", number, true);
    enum status status = act_alone(desk, &act, err);
    act_close(&act);
    return status;
}

enum status desk_erase_look(struct desk *desk, const struct caller *caller, int64_t number,
                            int64_t report, int64_t ask, struct arena *arena,
                            struct desk_erase_view *ret_view, struct error *err)
{
    struct desk_file file;
    struct desk_erase_view *view = ARENA_NEW(arena, struct desk_erase_view);
    enum status status = desk_need(desk, caller, CAP_ERASE, err);
    if (status == STATUS_OK) {
        status = caller_need(caller, CAP_READ_CASE, err);
    }
    if (status == STATUS_OK) {
        status = file_load(desk, caller, arena, number, &file, err);
    }
    if (status == STATUS_OK) {
        status = look_act(desk, caller, number, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    file_row(desk, caller, &file, &view->row);
    if (ask != 0) {
        status = look_ask(desk, arena, ask, view, err);
    }
    if (status == STATUS_OK) {
        status = look_reports(desk, arena, report, view, err);
    }
    if (status == STATUS_OK) {
        status = look_words(desk, arena, view, err);
    }
    if (status == STATUS_OK) {
        int64_t asked_by = view->has_ask ? view->ask.officer : caller->officer;
        status = erase_confirmers(desk, caller, arena, &file, asked_by, &view->may_confirm,
                                  &view->is_alone, &view->others, err);
    }
    if (status == STATUS_OK) {
        *ret_view = *view;
    }
    return status;
}
