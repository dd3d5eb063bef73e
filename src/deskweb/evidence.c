/* SPDX-License-Identifier: Apache-2.0 */
/* Evidence on a page, never executed: what the bytes prove to be a picture is sent as that picture
 * into a page whose policy allows nothing else; text is shown escaped; everything else is a
 * download of plain bytes. The name and type that came with the file are only ever shown. */
#include "deskweb/case_view.h"
#include "deskweb/magic.h"
#include "deskweb/tar.h"

#include "base/utf8.h"
#include "pages/desk_evidence.html.h"

enum {
    TEXT_SHOWN_BYTES = 64 * 1024,
    EVIDENCE_BYTES_MAX = 60 * 1024 * 1024,
    EVIDENCE_ARENA_BYTES = 4 * CRYPT_CHUNK_BYTES
};

/* For bytes that a stranger made: no script, no form, no plug-in, an origin of its own. */
#define SANDBOX_POLICY "default-src 'none'; sandbox; frame-ancestors 'none'"

static enum status open_evidence(struct ask *ask, struct desk_evidence *ret_evidence)
{
    return desk_evidence_open(ask->desk, &ask->caller, ask->ids.number, &ask->ids.ids[0],
                              &ask->ids.ids[1], ask->arena, ret_evidence, &ask->err);
}

/* Up to bytes_max bytes of it. All of it only when the end was reached: then hash and length were
 * right. */
static enum status take_bytes(struct ask *ask, struct desk_evidence *evidence, struct buf *out,
                              size_t bytes_max, bool *ret_is_all)
{
    struct arena chunks;
    enum status status = STATUS_OK;
    *ret_is_all = false;
    arena_init(&chunks, EVIDENCE_ARENA_BYTES);
    while (status == STATUS_OK && out->n < bytes_max && !*ret_is_all) {
        str chunk = {0};
        status = desk_evidence_next(ask->desk, evidence, &chunks, &chunk, &ask->err);
        if (status == STATUS_OK) {
            *ret_is_all = chunk.n == 0;
            buf_add(out, chunk);
        }
        arena_reset(&chunks);
    }
    arena_close(&chunks);
    return status == STATUS_OK && out->overflowed
               ? error_set(&ask->err, STATUS_LIMIT, "This file is too large to be sent at once.")
               : status;
}

static void finish(struct buf *bytes)
{
    crypt_wipe(bytes->p, bytes->n);
    buf_close(bytes);
}

void evidence_get(struct ask *ask)
{
    struct desk_evidence *evidence = ARENA_NEW(ask->arena, struct desk_evidence);
    struct buf bytes;
    bool is_all = false;
    enum status status = open_evidence(ask, evidence);
    if (status != STATUS_OK) {
        ask_fail(ask, status);
        return;
    }
    buf_init(&bytes, (size_t)TEXT_SHOWN_BYTES + 2 * CRYPT_CHUNK_BYTES);
    status = take_bytes(ask, evidence, &bytes, TEXT_SHOWN_BYTES + 1, &is_all);
    if (status != STATUS_OK) {
        finish(&bytes);
        ask_fail(ask, status);
        return;
    }
    const struct letter_evidence *about = &evidence->about;
    enum magic_kind kind = magic_of(buf_str(&bytes));
    str text = magic_is_text(kind) ? utf8_clip(buf_str(&bytes), TEXT_SHOWN_BYTES) : STR("");
    text = utf8_is_valid(text) ? text : STR("");
    char *sha = ARENA_ARRAY(ask->arena, char, 2 * CRYPT_HASH_BYTES);
    hex_encode(about->sha256.bytes, CRYPT_HASH_BYTES, sha);
    str here = http_path(ask->x);
    ASK_PAGE(ask, 200, desk_evidence, "",
             .base = arena_printf(ask->arena, "/case/%lld", (long long)ask->ids.number),
             .number = ask->ids.number, .name = about->name, .claimed = about->type,
             .found = str_c(magic_words(kind)), .size = words_size(ask->arena, about->size),
             .sha = str_from(sha, 2 * CRYPT_HASH_BYTES),
             .warning = magic_warning(kind, about->name, about->type),
             .raw = magic_image_type(kind) != NULL
                        ? arena_printf(ask->arena, "%.*s/picture", STR_ARG(here))
                        : STR(""),
             .download = arena_printf(ask->arena, "%.*s/download", STR_ARG(here)), .text = text,
             .is_cut = text.n > 0 && (!is_all || bytes.n > TEXT_SHOWN_BYTES));
    finish(&bytes);
}

/* The whole file in memory: only what is complete and has the right hash is ever sent. */
static bool whole_file(struct ask *ask, struct desk_evidence *evidence, struct buf *bytes)
{
    bool is_all = false;
    enum status status = open_evidence(ask, evidence);
    if (status == STATUS_OK) {
        status = take_bytes(ask, evidence, bytes, EVIDENCE_BYTES_MAX, &is_all);
    }
    if (status == STATUS_OK && !is_all) {
        status = error_set(&ask->err, STATUS_LIMIT, "This file is too large to be sent at once.");
    }
    if (status != STATUS_OK) {
        ask_fail(ask, status);
    }
    return status == STATUS_OK;
}

void evidence_raw_get(struct ask *ask)
{
    struct desk_evidence *evidence = ARENA_NEW(ask->arena, struct desk_evidence);
    struct buf bytes;
    buf_init(&bytes, EVIDENCE_BYTES_MAX);
    if (whole_file(ask, evidence, &bytes)) {
        const char *type = magic_image_type(magic_of(buf_str(&bytes)));
        if (type == NULL) {
            ask_message(ask, 415, STR("Not a picture"),
                        STR("This file is not a picture that can be shown here."), STR("/"),
                        STR("Go to the first page"));
        } else {
            http_add_header(ask->x, "Content-Security-Policy", STR(SANDBOX_POLICY));
            http_answer(ask->x, 200, type, buf_str(&bytes));
        }
    }
    finish(&bytes);
}

void evidence_download_get(struct ask *ask)
{
    struct desk_evidence *evidence = ARENA_NEW(ask->arena, struct desk_evidence);
    struct buf bytes;
    struct buf name;
    buf_init(&bytes, EVIDENCE_BYTES_MAX);
    buf_init(&name, 512);
    if (whole_file(ask, evidence, &bytes)) {
        buf_add_c(&name, "attachment; filename=\"");
        tar_safe_name(&name, evidence->about.name);
        buf_add_c(&name, ".evidence\"");
        http_add_header(ask->x, "Content-Disposition", buf_str(&name));
        http_add_header(ask->x, "Content-Security-Policy", STR(SANDBOX_POLICY));
        http_answer(ask->x, 200, "application/octet-stream", buf_str(&bytes));
    }
    buf_close(&name);
    finish(&bytes);
}
