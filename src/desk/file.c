/* SPDX-License-Identifier: Apache-2.0 */
/* Loading and saving one case, and who may know of it. */
#include "desk/desk_internal.h"

static enum status may_read(struct desk *desk, const struct caller *caller, struct arena *arena,
                            const struct casebook_case *row, bool *ret_may, struct error *err)
{
    int64_t *named = NULL;
    size_t count = 0;
    *ret_may = false;
    switch ((enum case_access)row->access) {
    case ACCESS_OPEN:
        *ret_may = true;
        return STATUS_OK;
    case ACCESS_RESTRICTED:
        *ret_may = caller_can(caller, CAP_READ_RESTRICTED);
        return STATUS_OK;
    case ACCESS_NAMED:
        break;
    }
    enum status status = casebook_named(desk->casebook, arena, row->number, &named, &count, err);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        *ret_may = *ret_may || named[i] == caller->officer;
    }
    return status;
}

enum status file_load(struct desk *desk, const struct caller *caller, struct arena *arena,
                      int64_t number, struct desk_file *ret_file, struct error *err)
{
    bool may = caller == NULL;
    enum status status = casebook_case_get(desk->casebook, arena, number, &ret_file->row, err);
    if (status == STATUS_OK && caller != NULL) {
        status = may_read(desk, caller, arena, &ret_file->row, &may, err);
    }
    if (status == STATUS_OK && !may) {
        return error_set(err, STATUS_NOT_FOUND, "There is no such case.");
    }
    return status == STATUS_OK ? brief_decode(arena, ret_file->row.brief, &ret_file->brief, err)
                               : status;
}

enum status file_may_know(struct desk *desk, const struct caller *caller, struct arena *arena,
                          int64_t number, bool *ret_may, struct error *err)
{
    struct desk_file file;
    struct error hidden;
    enum status status = file_load(desk, caller, arena, number, &file, &hidden);
    *ret_may = status == STATUS_OK;
    return *ret_may || status == STATUS_NOT_FOUND || status == STATUS_CORRUPT
               ? STATUS_OK
               : error_set(err, status, "%s", hidden.primary);
}

enum status file_save(struct desk *desk, struct arena *arena, const struct desk_file *old,
                      struct desk_file *file, struct error *err)
{
    struct casebook_facets old_facets, facets;
    file_finish(desk, arena, file);
    brief_facets(desk, old, &old_facets);
    brief_facets(desk, file, &facets);
    return casebook_case_change(desk->casebook, &old->row, &old_facets, &file->row, &facets, err);
}

enum status report_open(struct desk *desk, struct arena *arena, const struct casebook_report *row,
                        struct desk_report *ret_report, struct error *err)
{
    static const struct crypt_id casebook_holder = {0};
    struct crypt_key key;
    struct buf plain;
    *ret_report = (struct desk_report){.id = row->id, .leaf = row->leaf, .incident = row->incident};
    if (row->key_wrap.n == 0) {
        ret_report->is_erased = true;
        return STATUS_OK;
    }
    if (letter_key_unwrap(&desk->secrets->keys.casebook, &desk->options.id, &row->id,
                          &casebook_holder, row->key_wrap, &key) != STATUS_OK) {
        return error_set(err, STATUS_CORRUPT, "The key of report %lld is not what was stored.",
                         (long long)row->leaf);
    }
    buf_init(&plain, (size_t)2 * LETTER_BODY_BYTES_MAX);
    enum status status = letter_body_open(&plain, &key, &desk->options.id, &row->id, row->body);
    CRYPT_WIPE(key);
    if (status == STATUS_OK) {
        ret_report->json = arena_str(arena, buf_str(&plain));
        status = letter_body_decode(arena, ret_report->json, &ret_report->body, err);
    } else {
        error_set(err, STATUS_CORRUPT, "The text of report %lld is not what was stored.",
                  (long long)row->leaf);
        status = STATUS_CORRUPT;
    }
    if (plain.p != NULL) {
        crypt_wipe(plain.p, plain.n);
    }
    buf_close(&plain);
    return status;
}
