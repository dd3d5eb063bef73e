/* SPDX-License-Identifier: Apache-2.0 */
#include "ops/erasures.h"

#include "base/io.h"

enum status erasures_print(const struct settings *settings, struct arena *arena, struct buf *out,
                           struct error *err)
{
    struct db_options where = settings_store(settings, arena, "letterbox");
    struct db *db = NULL;
    where.is_read_only = true;
    enum status status = db_open(&where, &db, err);
    if (status == STATUS_OK) {
        status = db_begin(db, err); /* one moment: the count and the records fit */
    }
    if (status == STATUS_OK) {
        status = erasure_list_print(db, &settings->desk_id, out, err);
        db_rollback(db);
    }
    db_close(db);
    return status;
}

enum status erasures_write(const struct settings *settings, struct arena *arena, const char *path,
                           struct error *err)
{
    struct buf list;
    buf_init(&list, ERASURE_LIST_BYTES_MAX);
    enum status status = erasures_print(settings, arena, &list, err);
    if (status == STATUS_OK) {
        status = io_write_file(path, buf_str(&list), 0600, err);
    }
    buf_close(&list);
    return status;
}

enum status erasures_read(const struct settings *settings, struct arena *arena, const char *path,
                          struct erasure_list *ret_list, struct error *err)
{
    str text = {0};
    enum status status = io_read_file(arena, path, ERASURE_LIST_BYTES_MAX, &text, err);
    return status == STATUS_OK ? erasure_list_parse(arena, text, &settings->desk_id,
                                                    &settings->desk_verify, ret_list, err)
                               : status;
}

enum status erasures_apply(const struct settings *settings, struct arena *arena,
                           const struct erasure_list *list, time_us now,
                           struct erasure_replayed *ret_replayed, struct error *err)
{
    struct db_options where = settings_store(settings, arena, "letterbox");
    struct db *db = NULL;
    bool is_done = false;
    where.is_create = false;
    enum status status = db_open(&where, &db, err);
    if (status == STATUS_OK) {
        status = letterbox_migrate(db, now, NULL, err);
    }
    if (status == STATUS_OK) {
        status = erasure_replay(db, list, now, ret_replayed, err);
    }
    if (status == STATUS_OK) {
        status = db_scrub(db, &is_done, err);
    }
    if (status == STATUS_OK && !is_done) {
        status = error_set(err, STATUS_UNAVAILABLE, "somebody else reads the restored letterbox");
    }
    db_close(db);
    return status;
}
