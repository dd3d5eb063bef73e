/* SPDX-License-Identifier: Apache-2.0 */
#include "store/rows.h"

enum status rows_one(struct db *db, const char *sql, const struct db_value *args, size_t arg_count,
                     struct db_rows **ret_rows, bool *ret_has_row, struct error *err)
{
    struct db_rows *rows = NULL;
    bool has_row = false;
    enum status status = db_query(db, sql, args, arg_count, &rows, err);
    if (status == STATUS_OK) {
        status = db_next(rows, &has_row, err);
        if (status != STATUS_OK || !has_row) {
            db_rows_close(rows);
            rows = NULL;
        }
    }
    if (status == STATUS_OK) {
        *ret_rows = rows;
        *ret_has_row = has_row;
    }
    return status;
}

enum status rows_number(struct db *db, const char *sql, const struct db_value *args,
                        size_t arg_count, int64_t otherwise, int64_t *ret_number, struct error *err)
{
    struct db_rows *rows = NULL;
    bool has_row = false;
    enum status status = rows_one(db, sql, args, arg_count, &rows, &has_row, err);
    if (status == STATUS_OK) {
        *ret_number = has_row && !db_is_null(rows, 0) ? db_int(rows, 0) : otherwise;
        db_rows_close(rows);
    }
    return status;
}

str rows_bytes(const struct db_rows *rows, size_t column, struct arena *arena)
{
    return arena_str(arena, db_bytes(rows, column));
}

enum status rows_fixed(const struct db_rows *rows, size_t column, void *out, size_t len,
                       struct error *err)
{
    str bytes = db_bytes(rows, column);
    if (bytes.n != len) {
        return error_set(err, STATUS_CORRUPT, "a stored value has %zu bytes instead of %zu",
                         bytes.n, len);
    }
    memcpy(out, bytes.p, len);
    return STATUS_OK;
}
