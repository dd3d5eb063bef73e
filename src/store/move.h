/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of a SQLite store to the same store on PostgreSQL, as they are: what is sealed stays
 * sealed, under the same keys.
 *
 * This is the one place where SQL is put together at run time: out of the names that the store's own
 * schema has, each checked to be letters, digits and underscores. So a table that a later migration
 * brings is moved too, without anybody thinking of it.
 *
 * Rows are walked by primary key, page by page. Both engines order integers, bytes and text (COLLATE
 * "C") alike. The digest of a table does not depend on any order.
 */
#ifndef HUSTINGS_STORE_MOVE_H
#define HUSTINGS_STORE_MOVE_H

#include "base/arena.h"
#include "crypt/crypt.h"
#include "db/db.h"

enum { MOVE_COLUMNS_MAX = 24, MOVE_KEYS_MAX = 3, MOVE_TABLES_MAX = 64, MOVE_PAGE_ROWS = 32 };

struct move_table {
    const char *name;
    enum db_kind kinds[MOVE_COLUMNS_MAX];
    size_t column_count;
    size_t keys[MOVE_KEYS_MAX]; /* columns of the primary key, in its order */
    size_t key_count;
    const char *select_first, *select_next, *insert, *clear;
};
struct move_tables {
    struct move_table list[MOVE_TABLES_MAX]; /* in the order in which they were made */
    size_t count;
};
/* Of a SQLite store; all in the arena, which must live as long as the connections. */
enum status move_tables_read(struct db *sqlite, struct arena *arena, struct move_tables *ret_tables,
                             struct error *err) MUST_CHECK;

struct move_digest {
    int64_t rows, bytes;
    struct crypt_hash hash; /* of all values of all rows */
};
bool move_digest_equal(const struct move_digest *a, const struct move_digest *b);
typedef void move_progress(void *context, size_t bytes);
/* Inside a transaction of `to`: empties its tables and fills them. `digests` has a place a table and
 * gets what was read. */
enum status move_copy(struct db *from, struct db *to, const struct move_tables *tables,
                      move_progress *progress, void *context, struct move_digest *digests,
                      struct error *err) MUST_CHECK;
enum status move_digests(struct db *db, const struct move_tables *tables, move_progress *progress,
                         void *context, struct move_digest *digests, struct error *err) MUST_CHECK;
/* Are there rows that no migration puts there (counters)? A schema or table that is not there has
 * none. PostgreSQL only. */
enum status move_has_rows(struct db *postgresql, const char *schema, struct arena *arena,
                          bool *ret_has_rows, struct error *err) MUST_CHECK;

#endif
