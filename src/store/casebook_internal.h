/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUSTINGS_STORE_CASEBOOK_INTERNAL_H
#define HUSTINGS_STORE_CASEBOOK_INTERNAL_H

#include "store/casebook.h"
#include "store/rows.h"

/* Tables with sealed columns; the number picks the key, so only ever add at the end. */
enum casebook_table {
    TABLE_CASEFILE = 1,
    TABLE_LABEL,
    TABLE_QUARANTINE,
    TABLE_NOTE,
    TABLE_MESSAGE,
    TABLE_ACT,
    TABLE_LINK,
    TABLE_FILTER,
    TABLE_OUTBOX,
    TABLE_DIRECTORY,
    TABLE_HOLD,
    TABLE_ASK,
    TABLE_TODO,
    TABLE_CAMPAIGN,
    TABLE_CORRECTION,
    TABLE_MODEL,
    TABLE_OPERATION,
    TABLE_PLAN,
    TABLE_UNIT_LINK,
    TABLE_UNIT_TOLD,
    TABLE_SITREP,
    TABLE_COUNT
};

/* A direct-mapped memory of labels that are in the store already: most reports name an area and a
 * subject that earlier ones named. */
enum { LABEL_CACHE = 4096 };

struct casebook_keys { /* in locked memory */
    struct crypt_key tables[TABLE_COUNT];
    struct crypt_key tags;
    struct crypt_key page;
};

struct casebook {
    struct arena arena; /* holds this struct itself */
    struct db *db;
    struct crypt_id desk_id;
    struct casebook_keys *keys;
    struct buf scratch; /* sealed bytes of the statement being built; cleared by casebook_scratch */
    int64_t labels[LABEL_CACHE];
};

/* Seals into `out` (appends). */
void casebook_seal(struct casebook *casebook, enum casebook_table table, const char *column,
                   const void *row, size_t row_len, str plain, struct buf *out);
enum status casebook_unseal(struct casebook *casebook, struct arena *arena,
                            enum casebook_table table, const char *column, const void *row,
                            size_t row_len, str sealed, str *ret_plain,
                            struct error *err) MUST_CHECK;
/* The same for a row known by a number. An empty value stays empty. */
void casebook_seal_number(struct casebook *casebook, enum casebook_table table, const char *column,
                          int64_t row, str plain, struct buf *out);
enum status casebook_unseal_number(struct casebook *casebook, struct arena *arena,
                                   enum casebook_table table, const char *column, int64_t row,
                                   str sealed, str *ret_plain, struct error *err) MUST_CHECK;
/* A buffer that lives until the next call. */
struct buf *casebook_scratch(struct casebook *casebook);
/* Walks rows: `take` for each; closes. */
typedef enum status casebook_take_row(struct casebook *casebook, const struct db_rows *rows,
                                      struct arena *arena, void *context, struct error *err);
enum status casebook_each(struct casebook *casebook, const char *sql, const struct db_value *args,
                          size_t arg_count, struct arena *arena, casebook_take_row *take,
                          void *context, struct error *err) MUST_CHECK;

/* Tag of a value (0 = empty), with its text kept once. */
enum status casebook_tag_label(struct casebook *casebook, str kind, str value, int64_t *ret_tag,
                               struct error *err) MUST_CHECK;
#define CASEBOOK_REPORT_COLUMNS                                                                    \
    "r.id, r.leaf, r.incident, r.kind, r.practice, r.mailbox, r.hour, r.key_wrap, r.body"
/* A row of these columns. */
enum status casebook_report_row(const struct db_rows *rows, struct arena *arena,
                                struct casebook_report *row, struct error *err) MUST_CHECK;

extern const struct db_migration casebook_migrations[];
extern const size_t casebook_migration_count;

/* A text that no incident uses any more ($1: its tag). "<> 0" lets the partial indexes serve it. */
#define CASEBOOK_LABEL_SWEEP                                                                       \
    "DELETE FROM label WHERE tag = $1"                                                             \
    " AND NOT EXISTS (SELECT 1 FROM incident WHERE subject = $1 AND subject <> 0)"                 \
    " AND NOT EXISTS (SELECT 1 FROM incident WHERE area = $1 AND area <> 0)"

#endif
