/* SPDX-License-Identifier: Apache-2.0 */
/* Helpers shared by the files of the letterbox; nobody else includes this. */
#ifndef HUSTINGS_STORE_LETTERBOX_INTERNAL_H
#define HUSTINGS_STORE_LETTERBOX_INTERNAL_H

#include "store/letterbox.h"

#define DB_ID(id_pointer) DB_B((id_pointer)->bytes, sizeof(id_pointer)->bytes)

/* A stored id or hash has its exact length or the store is corrupt. */
enum status store_fixed(str bytes, void *out, size_t len, const char *what,
                        struct error *err) MUST_CHECK;
/* Runs a query of at most one row with one blob column; STATUS_NOT_FOUND without a row. */
enum status store_one_blob(struct db *db, struct arena *arena, const char *sql,
                           const struct db_value *args, size_t arg_count, str *ret_bytes,
                           struct error *err) MUST_CHECK;

#endif
