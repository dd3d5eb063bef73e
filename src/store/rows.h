/* SPDX-License-Identifier: Apache-2.0 */
/* Small steps that every query of src/store needs. */
#ifndef HUSTINGS_STORE_ROWS_H
#define HUSTINGS_STORE_ROWS_H

#include "base/arena.h"
#include "db/db.h"

/* Runs a query that gives at most one row. When *ret_has_row, the caller closes *ret_rows;
 * otherwise it is NULL. */
enum status rows_one(struct db *db, const char *sql, const struct db_value *args, size_t arg_count,
                     struct db_rows **ret_rows, bool *ret_has_row, struct error *err) MUST_CHECK;
/* One number; `otherwise` when there is no row or it is null. */
enum status rows_number(struct db *db, const char *sql, const struct db_value *args,
                        size_t arg_count, int64_t otherwise, int64_t *ret_number,
                        struct error *err) MUST_CHECK;
/* A copy of a bytes column. */
str rows_bytes(const struct db_rows *rows, size_t column, struct arena *arena);
/* A column of exactly `len` bytes: STATUS_CORRUPT otherwise. */
enum status rows_fixed(const struct db_rows *rows, size_t column, void *out, size_t len,
                       struct error *err) MUST_CHECK;

#endif
