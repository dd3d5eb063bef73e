/* SPDX-License-Identifier: Apache-2.0 */
/* Search: keeping the index in step with the casebook, and asking it. */
#include "desk/desk_internal.h"

#include "base/utf8.h"

enum { DOCUMENT_REPORTS_MAX = 200 };

static void add_part(struct buf *out, str text)
{
    if (text.n > 0 && out->n + 8 < out->bytes_max) {
        buf_add(out, utf8_clip(text, out->bytes_max - out->n - 1));
        buf_add_byte(out, '\n');
    }
}

static enum status add_reports(struct desk *desk, struct arena *arena, int64_t number,
                               struct buf *out, struct error *err)
{
    struct casebook_report *rows = NULL;
    size_t count = 0;
    enum status status = casebook_reports(desk->casebook, arena, number, 0, DOCUMENT_REPORTS_MAX,
                                          &rows, &count, err);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        struct desk_report opened;
        struct error broken;
        /* One broken report must not stop the index of all others. */
        if (report_open(desk, arena, &rows[i], &opened, &broken) != STATUS_OK || opened.is_erased) {
            continue;
        }
        const struct report *report = &opened.body.report;
        add_part(out, report->what);
        add_part(out, report->impact);
        add_part(out, report->target_name);
        add_part(out, report->target_office);
        add_part(out, report->constituency);
        add_part(out, report->place);
        add_part(out, report->postcode);
        for (size_t a = 0; a < report->account_count; a++) {
            add_part(out, report->accounts[a]);
        }
        for (size_t l = 0; l < report->link_count; l++) {
            add_part(out, report->links[l]);
        }
        for (size_t e = 0; e < opened.body.evidence_count; e++) {
            add_part(out, opened.body.evidence[e].name);
        }
        add_part(out, report->contact_name);
        add_part(out, report->contact_email);
        add_part(out, report->contact_phone);
    }
    return status;
}

static enum status add_entries(struct desk *desk, struct arena *arena, int64_t number,
                               enum casebook_entry_kind kind, struct buf *out, struct error *err)
{
    struct casebook_entry *rows = NULL;
    size_t count = 0;
    enum status status = casebook_entries(desk->casebook, kind, arena, number, &rows, &count, err);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        struct json json;
        status = json_parse(arena, rows[i].body, &json, err);
        if (status == STATUS_OK) {
            add_part(out, json_member_text(&json, "text"));
        }
    }
    return status;
}

static enum status make_document(struct desk *desk, struct arena *arena,
                                 const struct casebook_case *row, struct search_document *document,
                                 struct error *err)
{
    struct brief brief;
    struct buf title, body;
    str summary = {0};
    document->number = row->number;
    document->is_hidden =
        row->access != ACCESS_OPEN || row->state == CASE_MERGED || row->brief.n == 0;
    if (document->is_hidden) {
        return STATUS_OK;
    }
    enum status status = brief_decode(arena, row->brief, &brief, err);
    if (status != STATUS_OK) {
        return status;
    }
    buf_init(&title, 8192);
    buf_init(&body, SEARCH_DOCUMENT_BYTES_MAX);
    add_part(&title, brief.title);
    add_part(&title, brief.subject);
    add_part(&title, brief.area);
    for (size_t i = 0; i < brief.code_count; i++) {
        add_part(&title, brief.codes[i]);
    }
    buf_printf(&title, "%lld", (long long)row->number);
    status = casebook_summary_get(desk->casebook, arena, row->number, &summary, err);
    if (status == STATUS_OK) {
        add_part(&body, summary);
        status = add_entries(desk, arena, row->number, ENTRY_NOTE, &body, err);
    }
    if (status == STATUS_OK) {
        status = add_entries(desk, arena, row->number, ENTRY_MESSAGE, &body, err);
    }
    if (status == STATUS_OK) {
        status = add_reports(desk, arena, row->number, &body, err);
    }
    document->title = arena_str(arena, buf_str(&title));
    document->body = arena_str(arena, buf_str(&body));
    if (body.p != NULL) {
        crypt_wipe(body.p, body.n);
    }
    buf_close(&title);
    buf_close(&body);
    return status;
}

enum status desk_search_step(struct desk *desk, size_t max_cases, bool *ret_more, struct error *err)
{
    struct casebook_case *rows = NULL;
    size_t count = 0;
    enum status status = desk_need_unlocked(desk, err);
    if (status != STATUS_OK) {
        return status;
    }
    arena_reset(&desk->work);
    status = casebook_changed(desk->casebook, desk->search_after, max_cases, &desk->work, &rows,
                              &count, err);
    if (status != STATUS_OK || count == 0) {
        if (status == STATUS_OK) {
            desk->is_search_complete = true;
            *ret_more = false;
        }
        return status;
    }
    struct search_document *documents = ARENA_ARRAY(&desk->work, struct search_document, count);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        status = make_document(desk, &desk->work, &rows[i], &documents[i], err);
    }
    int64_t after = rows[count - 1].change;
    if (status == STATUS_OK) {
        status = search_put(desk->search, documents, count, after, err);
    }
    if (status == STATUS_OK) {
        desk->search_after = after;
        *ret_more = count == max_cases;
        desk->is_search_complete = count < max_cases;
    }
    return status;
}

/* --- asking --- */

static enum status search_act(struct desk *desk, const struct caller *caller, str query,
                              const struct desk_hits *hits, struct error *err)
{
    struct act act;
    act_begin(&act, caller, "search", 0, true);
    json_put_text(&act.json, "query", query);
    json_name(&act.json, "cases");
    json_begin_list(&act.json);
    for (size_t i = 0; i < hits->count; i++) {
        json_add_int(&act.json, hits->hits[i].row.number);
    }
    json_end_list(&act.json);
    enum status status = act_alone(desk, &act, err);
    act_close(&act);
    return status;
}

static enum status open_hit(struct desk *desk, const struct caller *caller, struct arena *arena,
                            const struct search_hit *found, struct desk_hits *hits,
                            struct error *err)
{
    struct desk_file file;
    struct error hidden;
    enum status status = file_load(desk, caller, arena, found->number, &file, &hidden);
    /* The index may be a moment behind: a case that was closed to the caller since then, or
     * restricted at all, is not shown. */
    if (status == STATUS_NOT_FOUND || (status == STATUS_OK && file.row.access != ACCESS_OPEN)) {
        return STATUS_OK;
    }
    if (status != STATUS_OK) {
        return error_set(err, status, "%s", hidden.primary);
    }
    struct desk_hit *hit = &hits->hits[hits->count++];
    file_row(desk, caller, &file, &hit->row);
    hit->snippet = found->snippet;
    hit->mark_count = found->mark_count;
    static_assert(ARRAY_LEN(hit->marks) == SEARCH_MARKS_MAX, "all marks are shown");
    memcpy(hit->marks, found->marks, sizeof hit->marks);
    return STATUS_OK;
}

enum status desk_search(struct desk *desk, const struct caller *caller, str query, str after,
                        size_t rows_max, struct arena *arena, struct desk_hits *ret_hits,
                        struct error *err)
{
    struct search_query understood;
    struct search_hit *found = NULL;
    struct desk_hits hits = {.is_complete = desk_is_caught_up(desk) && desk->is_search_complete};
    size_t count = 0;
    int64_t before = 0;
    enum status status = desk_need(desk, caller, CAP_READ_QUEUE, err);
    if (status != STATUS_OK) {
        return status;
    }
    if (after.n > 0 && (!str_to_i64(after, &before) || before < 1)) {
        return error_set(err, STATUS_INVALID, "That page of the search does not exist.");
    }
    query = utf8_clip(query, DESK_QUERY_BYTES_MAX);
    search_understand(arena, query, &understood);
    hits.understood = understood.words;
    hits.notes = understood.notes;
    rows_max = rows_max == 0 ? DESK_PAGE_ROWS : rows_max;
    rows_max = rows_max > DESK_PAGE_ROWS_MAX ? DESK_PAGE_ROWS_MAX : rows_max;
    status =
        search_find(desk->search, &understood, before, rows_max + 1, arena, &found, &count, err);
    size_t shown = count > rows_max ? rows_max : count;
    hits.hits = ARENA_ARRAY(arena, struct desk_hit, shown);
    for (size_t i = 0; i < shown && status == STATUS_OK; i++) {
        status = open_hit(desk, caller, arena, &found[i], &hits, err);
    }
    if (status == STATUS_OK && count > rows_max) {
        hits.next = arena_printf(arena, "%lld", (long long)found[shown - 1].number);
    }
    if (status == STATUS_OK) {
        status = search_act(desk, caller, query, &hits, err);
    }
    if (status == STATUS_OK) {
        *ret_hits = hits;
    }
    return status;
}
