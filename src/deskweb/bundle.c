/* SPDX-License-Identifier: Apache-2.0 */
/* One case that leaves the building: a page to print, or a tar with that page, the originals and
 * SHA256SUMS. Both are acts of their own before a byte is sent. */
#include "deskweb/case_view.h"
#include "deskweb/tar.h"

#include "pages/desk_export.html.h"
#include "pages/desk_print.html.h"
#include "web/asset.h"

enum {
    BUNDLE_PAGE_BYTES = 8 * 1024 * 1024,
    BUNDLE_FILES_MAX = 200,
    PATH_BYTES_MAX = 100,
    CHUNK_ARENA_BYTES = 4 * CRYPT_CHUNK_BYTES
};

struct bundle {
    struct ask *ask;
    struct desk_case *shown;
    struct buf tar;
    struct buf sums;
    struct page_desk_print_files *files;
    size_t file_count;
    bool is_incomplete;
};

static void add_sum(struct bundle *bundle, str path, str bytes)
{
    struct crypt_hash hash = crypt_sha256(bytes);
    buf_add_hex(&bundle->sums, hash.bytes, sizeof hash.bytes);
    buf_add_c(&bundle->sums, "  ");
    buf_add(&bundle->sums, path);
    buf_add_byte(&bundle->sums, '\n');
}

/* Reads one original; STATUS_LIMIT when it does not fit any more. */
static enum status read_original(struct bundle *bundle, const struct desk_report *report,
                                 const struct letter_evidence *about, struct buf *out)
{
    struct ask *ask = bundle->ask;
    struct desk_evidence *evidence = ARENA_NEW(ask->arena, struct desk_evidence);
    struct arena chunks;
    bool is_all = false;
    arena_init(&chunks, CHUNK_ARENA_BYTES);
    enum status status =
        desk_evidence_open(ask->desk, &ask->caller, bundle->shown->row.number, &report->id,
                           &about->id, ask->arena, evidence, &ask->err);
    while (status == STATUS_OK && !is_all) {
        str chunk = {0};
        status = desk_evidence_next(ask->desk, evidence, &chunks, &chunk, &ask->err);
        is_all = status == STATUS_OK && chunk.n == 0;
        buf_add(out, chunk);
        arena_reset(&chunks);
    }
    arena_close(&chunks);
    return status == STATUS_OK && out->overflowed ? STATUS_LIMIT : status;
}

static str original_path(struct bundle *bundle, const struct letter_evidence *about)
{
    struct buf path;
    buf_init(&path, 2 * PATH_BYTES_MAX);
    buf_printf(&path, "originals/%03zu-", bundle->file_count + 1);
    tar_safe_name(&path, about->name);
    str copy = arena_str(bundle->ask->arena, buf_str(&path));
    buf_close(&path);
    return copy;
}

/* Only when `has_bytes` are the originals read and put into the archive. */
static enum status add_original(struct bundle *bundle, const struct desk_report *report,
                                const struct letter_evidence *about, bool has_bytes)
{
    struct ask *ask = bundle->ask;
    struct buf bytes;
    str path = original_path(bundle, about);
    enum status status = STATUS_OK;
    if (bundle->file_count == BUNDLE_FILES_MAX) {
        bundle->is_incomplete = true;
        return STATUS_OK;
    }
    if (has_bytes) {
        size_t room = DESKWEB_EXPORT_BYTES_MAX - bundle->tar.n - BUNDLE_PAGE_BYTES;
        if (about->size < 0 || (size_t)about->size + TAR_BLOCK_BYTES * 4 > room) {
            bundle->is_incomplete = true;
            path = STR("not included: too large");
        } else {
            buf_init(&bytes, (size_t)about->size + CRYPT_CHUNK_BYTES);
            status = read_original(bundle, report, about, &bytes);
            if (status == STATUS_OK) {
                status = tar_add(&bundle->tar, path, buf_str(&bytes), ask->now, &ask->err);
                add_sum(bundle, path, buf_str(&bytes));
            }
            crypt_wipe(bytes.p, bytes.n);
            buf_close(&bytes);
        }
    }
    char *sha = ARENA_ARRAY(ask->arena, char, 2 * CRYPT_HASH_BYTES);
    hex_encode(about->sha256.bytes, CRYPT_HASH_BYTES, sha);
    bundle->files[bundle->file_count++] =
        (struct page_desk_print_files){.name = about->name,
                                       .sha = str_from(sha, 2 * CRYPT_HASH_BYTES),
                                       .size = words_size(ask->arena, about->size),
                                       .path = has_bytes ? path : STR("kept at the desk")};
    return status;
}

static bool wants_notes(const struct ask *ask)
{
    return str_equal(form_value(&ask->form, "notes"), STR("yes"));
}

static void render(struct bundle *bundle, bool is_export, struct buf *html)
{
    struct ask *ask = bundle->ask;
    const struct desk_case *shown = bundle->shown;
    struct page_desk_print page = {
        .row = ask_row(ask, &shown->row),
        .desk = ask->web->options.desk_name,
        .by = ask_officer_name(ask, ask->caller.officer),
        .at = words_time(ask->arena, ask->now),
        .summary = shown->summary,
        .closed_why = shown->closed_why,
        .reports = view_reports(ask, shown, false, false),
        .has_more_reports = shown->has_more_reports,
        .thread = view_thread(ask, shown),
        .notes = view_notes(ask, shown),
        .has_notes = wants_notes(ask),
        .clocks = view_clocks(ask, shown),
        .why = view_why(ask, shown),
        .lowered = view_lowered(ask, shown),
        .route = view_route(ask, shown),
        .acts = view_history(ask, shown),
        .acts_cut = shown->act_count == DESK_ACTS_SHOWN,
        .links = view_links(ask, shown),
        .files = {bundle->files, bundle->file_count},
        .is_export = is_export,
        .missing = bundle->is_incomplete
                       ? STR("Some originals did not fit into this archive. Fetch them one by one "
                             "from the case.")
                       : STR("")};
    page_desk_print_render(html, NULL, &page);
}

/* Reads the case (an act) and its originals; false when answered. */
static bool bundle_open(struct ask *ask, enum desk_purpose purpose, struct bundle *bundle)
{
    bool has_bytes = purpose == PURPOSE_EXPORT || purpose == PURPOSE_EXPORT_NOTES;
    *bundle = (struct bundle){.ask = ask, .shown = ARENA_NEW(ask->arena, struct desk_case)};
    bundle->files = ARENA_ARRAY(ask->arena, struct page_desk_print_files, BUNDLE_FILES_MAX + 1);
    buf_init(&bundle->tar, DESKWEB_EXPORT_BYTES_MAX);
    buf_init(&bundle->sums, (size_t)BUNDLE_FILES_MAX * 256);
    enum status status = desk_case_read(ask->desk, &ask->caller, ask->ids.number, purpose, 0,
                                        ask->arena, bundle->shown, &ask->err);
    for (size_t r = 0; status == STATUS_OK && r < bundle->shown->report_count; r++) {
        const struct desk_report *report = &bundle->shown->reports[r];
        for (size_t i = 0; status == STATUS_OK && i < report->body.evidence_count; i++) {
            status = add_original(bundle, report, &report->body.evidence[i], has_bytes);
        }
    }
    if (status != STATUS_OK) {
        ask_fail(ask, status);
    }
    return status == STATUS_OK;
}

static void bundle_close(struct bundle *bundle)
{
    crypt_wipe(bundle->tar.p, bundle->tar.n);
    buf_close(&bundle->tar);
    buf_close(&bundle->sums);
}

/* Both ways out ask first: with the private notes or without. */
static void leave_show(struct ask *ask, bool is_export)
{
    ASK_PAGE(ask, 200, desk_export, "", .token = {ask_csrf(ask), 0},
             .base = arena_printf(ask->arena, "/case/%lld", (long long)ask->ids.number),
             .number = ask->ids.number, .is_export = is_export);
}

void print_get(struct ask *ask)
{
    leave_show(ask, false);
}

void export_get(struct ask *ask)
{
    leave_show(ask, true);
}

void print_post(struct ask *ask)
{
    struct bundle bundle;
    struct buf html;
    buf_init(&html, DESKWEB_PAGE_BYTES_MAX);
    if (bundle_open(ask, wants_notes(ask) ? PURPOSE_PRINT_NOTES : PURPOSE_PRINT, &bundle)) {
        render(&bundle, false, &html);
        ask_answer(ask, 200, &html);
    } else {
        buf_close(&html);
    }
    bundle_close(&bundle);
}

/* The style sheet of the pages goes along, so that the exported page looks as the printed one. */
static str style_bytes(void)
{
    for (size_t i = 0; i < asset_count; i++) {
        if (str_ends(asset_table[i].path, STR(".css"))) {
            return asset_table[i].bytes;
        }
    }
    return STR("");
}

static enum status add_file(struct bundle *bundle, str path, str bytes)
{
    add_sum(bundle, path, bytes);
    return tar_add(&bundle->tar, path, bytes, bundle->ask->now, &bundle->ask->err);
}

static enum status finish_tar(struct bundle *bundle, const struct buf *html)
{
    struct ask *ask = bundle->ask;
    enum status status =
        html->overflowed ? STATUS_LIMIT : add_file(bundle, STR("case.html"), buf_str(html));
    if (status == STATUS_OK) {
        status = add_file(bundle, STR("case.css"), style_bytes());
    }
    if (status == STATUS_OK) {
        status =
            tar_add(&bundle->tar, STR("SHA256SUMS"), buf_str(&bundle->sums), ask->now, &ask->err);
    }
    tar_end(&bundle->tar);
    return status == STATUS_OK && bundle->tar.overflowed ? STATUS_LIMIT : status;
}

void export_post(struct ask *ask)
{
    struct bundle bundle;
    struct buf html;
    buf_init(&html, DESKWEB_PAGE_BYTES_MAX);
    if (bundle_open(ask, wants_notes(ask) ? PURPOSE_EXPORT_NOTES : PURPOSE_EXPORT, &bundle)) {
        render(&bundle, true, &html);
        enum status status = finish_tar(&bundle, &html);
        if (status != STATUS_OK) {
            ask_fail(ask, status);
        } else {
            http_add_header(ask->x, "Content-Disposition",
                            arena_printf(ask->arena, "attachment; filename=\"%scase-%lld.tar\"",
                                         bundle.shown->row.is_practice ? "practice-" : "",
                                         (long long)ask->ids.number));
            http_answer(ask->x, 200, "application/x-tar", buf_str(&bundle.tar));
        }
    }
    crypt_wipe(html.p, html.n);
    buf_close(&html);
    bundle_close(&bundle);
}
