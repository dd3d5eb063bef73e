/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the SQLite engine share. */
#ifndef HUSTINGS_DB_DB_SQLITE_INTERNAL_H
#define HUSTINGS_DB_DB_SQLITE_INTERNAL_H

#include "db/db_internal.h"

struct sqlite3;

struct sqlite_db {
    struct db base; /* first */
    struct sqlite3 *handle;
    bool has_page_key;
    uint8_t page_key[DB_PAGE_KEY_BYTES]; /* for copies; wiped on close */
};

extern const struct db_ops sqlite_ops;

/* Fills err for a result code of SQLite and returns its status. */
enum status sqlite_failed(const struct sqlite_db *db, int code, struct error *err);

/* The life of a file: db_sqlite_file.c. */
void sqlite_file_close(struct sqlite_db *db);
enum status sqlite_copy(struct db *base, const char *path, struct error *err) MUST_CHECK;
enum status sqlite_checkpoint(struct db *base, struct error *err) MUST_CHECK;
enum status sqlite_scrub(struct db *base, bool *ret_is_done, struct error *err) MUST_CHECK;
str sqlite_describe(struct db *base, struct arena *arena);

#endif
