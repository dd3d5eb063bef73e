/* SPDX-License-Identifier: Apache-2.0 */
/* One case with everything in it. */
#include "desk/desk_internal.h"

enum { VIEWERS_SHOWN_MAX = 16 };

static enum status fill_incidents(struct desk *desk, struct arena *arena, struct desk_case *view,
                                  struct error *err)
{
    struct casebook_incident *rows = NULL;
    size_t count = 0;
    enum status status =
        casebook_incidents(desk->casebook, arena, view->row.number, &rows, &count, err);
    if (status != STATUS_OK) {
        return status;
    }
    view->incidents = ARENA_ARRAY(arena, struct desk_incident, count);
    view->incident_count = count;
    for (size_t i = 0; i < count; i++) {
        struct desk_incident *incident = &view->incidents[i];
        *incident = (struct desk_incident){
            .number = rows[i].number, .subject = rows[i].subject, .area = rows[i].area};
        for (size_t c = 0; c < rows[i].code_count && c < DESK_CASE_CODES_MAX; c++) {
            incident->codes[incident->code_count++] = rows[i].codes[c];
        }
    }
    return STATUS_OK;
}

static enum status fill_reports(struct desk *desk, struct arena *arena, int64_t after,
                                struct desk_case *view, struct error *err)
{
    struct casebook_report *rows = NULL;
    size_t count = 0;
    enum status status = casebook_reports(desk->casebook, arena, view->row.number, after,
                                          DESK_REPORTS_SHOWN + 1, &rows, &count, err);
    if (status != STATUS_OK) {
        return status;
    }
    view->has_more_reports = count > DESK_REPORTS_SHOWN;
    view->report_count = view->has_more_reports ? DESK_REPORTS_SHOWN : count;
    view->reports = ARENA_ARRAY(arena, struct desk_report, view->report_count);
    for (size_t i = 0; i < view->report_count && status == STATUS_OK; i++) {
        status = report_open(desk, arena, &rows[i], &view->reports[i], err);
        if (status == STATUS_OK) {
            report_triage(desk, arena, &view->reports[i]);
        }
    }
    return status;
}

/* The body of a note or message: {"at":…,"text":…,"kind":…}. */
static enum status open_entry(struct arena *arena, const struct casebook_entry *row, time_us *at,
                              str *text, str *kind, struct error *err)
{
    struct json json;
    bool is_date = false;
    enum status status = json_parse(arena, row->body, &json, err);
    if (status != STATUS_OK) {
        return error_set(err, STATUS_CORRUPT, "A note of the casebook cannot be read.");
    }
    *text = json_member_text(&json, "text");
    *kind = json_member_text(&json, "kind");
    if (!time_parse(json_member_text(&json, "at"), at, &is_date)) {
        *at = row->hour;
    }
    return STATUS_OK;
}

/* How far a message has come. */
static enum status fill_way(struct desk *desk, struct desk_message *message, struct error *err)
{
    struct casebook_outbox_states states;
    enum status status = casebook_outbox_of(desk->casebook, message->leaf, &states, err);
    if (status == STATUS_OK) {
        message->is_waiting = states.has[OUTBOX_WAITING];
        message->is_sent = states.has[OUTBOX_SENT];
        message->is_lost = states.has[OUTBOX_LOST];
    }
    return status;
}

static enum status fill_notes(struct desk *desk, struct arena *arena, struct desk_case *view,
                              struct error *err)
{
    struct casebook_entry *rows = NULL;
    size_t count = 0;
    str kind = {0};
    enum status status =
        casebook_entries(desk->casebook, ENTRY_NOTE, arena, view->row.number, &rows, &count, err);
    view->notes = ARENA_ARRAY(arena, struct desk_note, count);
    view->note_count = count;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        struct desk_note *note = &view->notes[i];
        note->leaf = rows[i].leaf;
        note->officer = rows[i].officer;
        status = open_entry(arena, &rows[i], &note->at, &note->text, &kind, err);
        if (!desk_did_from_word(kind, &note->did)) {
            note->did = DID_NOTHING;
        }
    }
    return status;
}

static enum status fill_messages(struct desk *desk, struct arena *arena, struct desk_case *view,
                                 struct error *err)
{
    struct casebook_entry *rows = NULL;
    size_t count = 0;
    enum status status = casebook_entries(desk->casebook, ENTRY_MESSAGE, arena, view->row.number,
                                          &rows, &count, err);
    view->messages = ARENA_ARRAY(arena, struct desk_message, count);
    view->message_count = count;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        struct desk_message *message = &view->messages[i];
        message->leaf = rows[i].leaf;
        message->officer = rows[i].officer;
        status = open_entry(arena, &rows[i], &message->at, &message->text, &message->kind, err);
        if (status == STATUS_OK) {
            status = fill_way(desk, message, err);
        }
    }
    return status;
}

static enum status fill_acts(struct desk *desk, const struct caller *caller, struct arena *arena,
                             struct desk_case *view, struct error *err)
{
    struct casebook_act *rows = NULL;
    size_t count = 0;
    enum status status = casebook_acts(desk->casebook, arena, view->row.number, 0, false,
                                       DESK_ACTS_SHOWN, &rows, &count, err);
    view->acts = ARENA_ARRAY(arena, struct desk_act, count);
    view->act_count = count;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        status = act_decode(arena, &rows[i], &view->acts[i], err);
        if (status == STATUS_OK) {
            status = act_veil(desk, caller, arena, &view->acts[i], err);
        }
    }
    return status;
}

/* A link to a case that the caller may not know of is not shown. */
static enum status fill_links(struct desk *desk, const struct caller *caller, struct arena *arena,
                              struct desk_case *view, struct error *err)
{
    struct casebook_link *rows = NULL;
    size_t count = 0;
    bool may = false;
    enum status status =
        casebook_links(desk->casebook, arena, view->row.number, &rows, &count, err);
    view->links = ARENA_ARRAY(arena, struct desk_link, count);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        status = file_may_know(desk, caller, arena, rows[i].other, &may, err);
        if (status == STATUS_OK && may) {
            view->links[view->link_count++] = (struct desk_link){rows[i].other, rows[i].why};
        }
    }
    if (status == STATUS_OK && view->merged_into != 0) {
        status = file_may_know(desk, caller, arena, view->merged_into, &may, err);
        view->merged_into = may ? view->merged_into : 0;
    }
    if (status == STATUS_OK) {
        status = casebook_named(desk->casebook, arena, view->row.number, &view->named,
                                &view->named_count, err);
    }
    return status;
}

static void fill_head(struct desk *desk, const struct caller *caller, struct arena *arena,
                      const struct desk_file *file, struct desk_case *view)
{
    file_row(desk, caller, file, &view->row);
    view->closed_why = file->brief.closed_why;
    view->old_news = file->brief.old_news;
    view->merged_into = file->brief.merged_into;
    view->can_message = file->brief.has_mailbox;
    view->route = file->brief.route;
    view->lowered = file->brief.lowered;
    view->lowered.suggested = brief_suggested(desk, &file->brief);
    view->why_grade_count = file->brief.why_count;
    static_assert(DESK_WHY_MAX == ARRAY_LEN(view->why_grade), "all reasons are shown");
    memcpy(view->why_grade, file->brief.why, sizeof view->why_grade);
    brief_clocks(desk, file, caller->now, view->clocks);
    view->viewers = ARENA_ARRAY(arena, struct desk_viewer, VIEWERS_SHOWN_MAX);
    size_t viewers =
        presence_others(desk, caller, file->row.number, view->viewers, VIEWERS_SHOWN_MAX);
    view->viewer_count = viewers < VIEWERS_SHOWN_MAX ? viewers : VIEWERS_SHOWN_MAX;
}

static enum status fill(struct desk *desk, const struct caller *caller, struct arena *arena,
                        int64_t reports_after, bool has_notes, const struct desk_file *file,
                        struct desk_case *view, struct error *err)
{
    fill_head(desk, caller, arena, file, view);
    enum status status =
        casebook_summary_get(desk->casebook, arena, file->row.number, &view->summary, err);
    if (status == STATUS_OK) {
        status = fill_incidents(desk, arena, view, err);
    }
    if (status == STATUS_OK) {
        status = fill_reports(desk, arena, reports_after, view, err);
    }
    if (status == STATUS_OK && has_notes) {
        status = fill_notes(desk, arena, view, err);
    }
    if (status == STATUS_OK) {
        status = directory_of_case(desk, arena, view, err);
    }
    if (status == STATUS_OK) {
        status = fill_messages(desk, arena, view, err);
    }
    if (status == STATUS_OK) {
        status = fill_acts(desk, caller, arena, view, err);
    }
    if (status == STATUS_OK) {
        status = holds_read(desk, arena, view->row.number, &view->holds, &view->hold_count, err);
    }
    if (status == STATUS_OK) {
        status = asks_read(desk, arena, view->row.number, &view->asks, &view->ask_count, err);
    }
    return status == STATUS_OK ? fill_links(desk, caller, arena, view, err) : status;
}

enum status desk_case_read(struct desk *desk, const struct caller *caller, int64_t number,
                           enum desk_purpose purpose, int64_t reports_after, struct arena *arena,
                           struct desk_case *ret_case, struct error *err)
{
    static const char *const verbs[] = {"case.read", "case.print", "case.export", "case.print",
                                        "case.export"};
    bool has_notes = purpose != PURPOSE_PRINT && purpose != PURPOSE_EXPORT;
    struct desk_file file;
    enum status status = desk_need(desk, caller, CAP_READ_CASE, err);
    if (status == STATUS_OK && purpose != PURPOSE_READ) {
        status = caller_need(caller, CAP_EXPORT, err);
    }
    if (status == STATUS_OK) {
        status = file_load(desk, caller, arena, number, &file, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    /* The leaf is durable before a word of the reports is opened. */
    struct act act;
    act_begin(&act, caller, verbs[purpose], number, purpose == PURPOSE_READ);
    json_put_int(&act.json, "version", file.row.version);
    if (purpose != PURPOSE_READ) {
        json_put_text(&act.json, "notes", has_notes ? STR("with") : STR("without"));
    }
    if (reports_after != 0) {
        json_put_int(&act.json, "after", reports_after);
    }
    status = act_alone(desk, &act, err);
    act_close(&act);
    struct desk_case *view = ARENA_NEW(arena, struct desk_case);
    if (status == STATUS_OK) {
        desk_presence_mark(desk, caller, number);
        status = fill(desk, caller, arena, reports_after, has_notes, &file, view, err);
    }
    if (status == STATUS_OK) {
        *ret_case = *view;
    }
    return status;
}

/* --- evidence --- */

static enum status find_evidence(struct desk *desk, int64_t number, const struct crypt_id *report,
                                 const struct crypt_id *evidence, struct arena *arena,
                                 struct letter_evidence *ret_found, struct error *err)
{
    int64_t after = 0;
    size_t count = 1;
    while (count > 0) { /* a pile-on has many reports: page by page */
        struct casebook_report *rows = NULL;
        enum status status = casebook_reports(desk->casebook, arena, number, after,
                                              DESK_REPORTS_SHOWN, &rows, &count, err);
        if (status != STATUS_OK) {
            return status;
        }
        for (size_t i = 0; i < count; i++) {
            struct desk_report opened;
            after = rows[i].leaf;
            if (!crypt_id_equal(&rows[i].id, report)) {
                continue;
            }
            status = report_open(desk, arena, &rows[i], &opened, err);
            for (size_t k = 0; status == STATUS_OK && k < opened.body.evidence_count; k++) {
                if (crypt_id_equal(&opened.body.evidence[k].id, evidence)) {
                    *ret_found = opened.body.evidence[k];
                    return STATUS_OK;
                }
            }
            return status != STATUS_OK
                       ? status
                       : error_set(err, STATUS_NOT_FOUND, "The report has no such file.");
        }
    }
    return error_set(err, STATUS_NOT_FOUND, "The case has no such report.");
}

enum status desk_evidence_open(struct desk *desk, const struct caller *caller, int64_t number,
                               const struct crypt_id *report, const struct crypt_id *evidence,
                               struct arena *arena, struct desk_evidence *ret_evidence,
                               struct error *err)
{
    struct desk_file file;
    struct desk_evidence found = {0};
    struct act act;
    char hex[2 * CRYPT_ID_BYTES];
    enum status status = desk_need(desk, caller, CAP_READ_CASE, err);
    if (status == STATUS_OK) {
        status = file_load(desk, caller, arena, number, &file, err);
    }
    if (status == STATUS_OK) {
        status = find_evidence(desk, number, report, evidence, arena, &found.about, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    hex_encode(evidence->bytes, sizeof evidence->bytes, hex);
    act_begin(&act, caller, "evidence.read", number, true);
    json_put_text(&act.json, "evidence", (str){hex, sizeof hex});
    status = act_alone(desk, &act, err);
    act_close(&act);
    if (status == STATUS_OK &&
        crypt_file_open_start(&found.file, &found.about.key, found.about.header) != STATUS_OK) {
        status = error_set(err, STATUS_CORRUPT, "The file's header is not what was sent.");
    }
    if (status == STATUS_OK) {
        crypt_sha256_start(&found.sha);
        *ret_evidence = found;
    }
    return status;
}

enum status desk_evidence_next(struct desk *desk, struct desk_evidence *evidence,
                               struct arena *arena, str *ret_chunk, struct error *err)
{
    const struct desk_box *box = &desk->options.box;
    str sealed = {0};
    enum status status = desk_need_unlocked(desk, err);
    if (status != STATUS_OK) {
        return status;
    }
    if (evidence->is_end) {
        *ret_chunk = (str){0};
        return STATUS_OK;
    }
    status =
        box->evidence_read(box->context, arena, &evidence->about.id, evidence->seq, &sealed, err);
    if (status != STATUS_OK) {
        return status;
    }
    struct buf plain;
    buf_init(&plain, CRYPT_CHUNK_BYTES + CRYPT_CHUNK_OVERHEAD + 1);
    if (sealed.n == 0 ||
        crypt_file_open(&evidence->file, &plain, sealed, &evidence->is_end) != STATUS_OK) {
        buf_close(&plain);
        return error_set(err, STATUS_CORRUPT, "Part %lld of the file is not what was sent.",
                         (long long)evidence->seq + 1);
    }
    str chunk = arena_str(arena, buf_str(&plain));
    crypt_wipe(plain.p, plain.n);
    buf_close(&plain);
    /* Files are padded; only the first `size` bytes are the reporter's. */
    int64_t before = evidence->seq * CRYPT_CHUNK_BYTES;
    int64_t left = evidence->about.size - before;
    chunk = str_slice(chunk, 0, left < 0 ? 0 : (size_t)left);
    evidence->seq++;
    crypt_sha256_add(&evidence->sha, chunk);
    if (evidence->is_end) {
        struct crypt_hash hash = crypt_sha256_end(&evidence->sha);
        if (memcmp(hash.bytes, evidence->about.sha256.bytes, sizeof hash.bytes) != 0) {
            return error_set(err, STATUS_CORRUPT,
                             "The file is not the one that was sent: its "
                             "SHA-256 is another.");
        }
    }
    *ret_chunk = chunk;
    return STATUS_OK;
}
