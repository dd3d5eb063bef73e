/* SPDX-License-Identifier: Apache-2.0 */
/* Polling day itself: links of units, what units told, situation reports. */
#include "store/casebook_internal.h"
#include "store/casebook_operation.h"

/* --- links --- */

enum status casebook_unit_link_add(struct casebook *casebook, const struct casebook_link_row *row,
                                   struct error *err)
{
    struct buf *sealed = casebook_scratch(casebook);
    casebook_seal_number(casebook, TABLE_UNIT_LINK, "body", row->tag, row->body, sealed);
    return db_exec(casebook->db, "INSERT INTO unit_link (tag, operation, body) VALUES ($1, $2, $3)",
                   DB_ARGS(DB_I(row->tag), DB_I(row->operation), DB_S(buf_str(sealed))), NULL, err);
}

enum status casebook_unit_links_drop(struct casebook *casebook, int64_t operation,
                                     struct error *err)
{
    return db_exec(casebook->db, "DELETE FROM unit_link WHERE operation = $1",
                   DB_ARGS(DB_I(operation)), NULL, err);
}

enum status casebook_unit_link_get(struct casebook *casebook, struct arena *arena, int64_t tag,
                                   struct casebook_link_row *ret_row, struct error *err)
{
    struct db_rows *rows = NULL;
    bool has_row = false;
    enum status status =
        rows_one(casebook->db, "SELECT operation, body FROM unit_link WHERE tag = $1",
                 DB_ARGS(DB_I(tag)), &rows, &has_row, err);
    *ret_row = (struct casebook_link_row){.tag = tag};
    if (status == STATUS_OK && has_row) {
        ret_row->operation = db_int(rows, 0);
        status = casebook_unseal_number(casebook, arena, TABLE_UNIT_LINK, "body", tag,
                                        db_bytes(rows, 1), &ret_row->body, err);
        db_rows_close(rows);
    }
    return status;
}

/* --- rows under a leaf --- */

static enum status known(struct casebook *casebook, const char *sql, int64_t operation, int64_t tag,
                         bool *ret_is_known, struct error *err)
{
    int64_t leaf = 0;
    enum status status =
        rows_number(casebook->db, sql, DB_ARGS(DB_I(operation), DB_I(tag)), -1, &leaf, err);
    if (status == STATUS_OK) {
        *ret_is_known = leaf >= 0;
    }
    return status;
}

enum status casebook_told_known(struct casebook *casebook, int64_t operation, int64_t tag,
                                bool *ret_is_known, struct error *err)
{
    return known(casebook, "SELECT leaf FROM unit_told WHERE operation = $1 AND tag = $2",
                 operation, tag, ret_is_known, err);
}

enum status casebook_told_add(struct casebook *casebook, const struct casebook_day_row *row,
                              struct error *err)
{
    struct buf *sealed = casebook_scratch(casebook);
    casebook_seal_number(casebook, TABLE_UNIT_TOLD, "body", row->leaf, row->body, sealed);
    return db_exec(casebook->db,
                   "INSERT INTO unit_told (leaf, operation, tag, hour, body)"
                   " VALUES ($1, $2, $3, $4, $5)",
                   DB_ARGS(DB_I(row->leaf), DB_I(row->operation), DB_I(row->tag), DB_I(row->hour),
                           DB_S(buf_str(sealed))),
                   NULL, err);
}

enum status casebook_told_newest(struct casebook *casebook, int64_t operation, int64_t *ret_leaf,
                                 struct error *err)
{
    return rows_number(casebook->db,
                       "SELECT leaf FROM unit_told WHERE operation = $1 ORDER BY leaf DESC LIMIT 1",
                       DB_ARGS(DB_I(operation)), 0, ret_leaf, err);
}

struct day_list {
    struct casebook_day_row *rows;
    size_t count, cap;
    enum casebook_table table;
    const char *column;
};

/* One that does not open hides no other. */
static enum status take_row(struct casebook *casebook, const struct db_rows *rows,
                            struct arena *arena, void *context, struct error *err)
{
    struct day_list *list = context;
    struct error broken;
    str text = {0};
    (void)err;
    if (list->count == list->cap) {
        size_t cap = list->cap == 0 ? 256 : 2 * list->cap;
        struct casebook_day_row *more = ARENA_ARRAY(arena, struct casebook_day_row, cap);
        if (list->count > 0) {
            memcpy(more, list->rows, list->count * sizeof *more);
        }
        list->rows = more;
        list->cap = cap;
    }
    struct casebook_day_row *row = &list->rows[list->count++];
    *row = (struct casebook_day_row){.leaf = db_int(rows, 0),
                                     .operation = db_int(rows, 1),
                                     .tag = db_int(rows, 2),
                                     .hour = db_int(rows, 3)};
    if (casebook_unseal_number(casebook, arena, list->table, list->column, row->leaf,
                               db_bytes(rows, 4), &text, &broken) != STATUS_OK) {
        text = (str){0};
    }
    *(list->table == TABLE_UNIT_TOLD ? &row->body : &row->about) = text;
    return STATUS_OK;
}

enum status casebook_told(struct casebook *casebook, struct arena *arena, int64_t operation,
                          struct casebook_day_row **ret_list, size_t *ret_count, struct error *err)
{
    struct day_list list = {.table = TABLE_UNIT_TOLD, .column = "body"};
    enum status status = casebook_each(casebook,
                                       "SELECT leaf, operation, tag, hour, body FROM unit_told"
                                       " WHERE operation = $1 ORDER BY leaf LIMIT $2",
                                       DB_ARGS(DB_I(operation), DB_I(CASEBOOK_TOLD_MAX)), arena,
                                       take_row, &list, err);
    if (status == STATUS_OK) {
        *ret_list = list.rows;
        *ret_count = list.count;
    }
    return status;
}

/* --- situation reports --- */

enum status casebook_sitrep_known(struct casebook *casebook, int64_t operation, int64_t tag,
                                  bool *ret_is_known, struct error *err)
{
    return known(casebook, "SELECT leaf FROM sitrep WHERE operation = $1 AND tag = $2", operation,
                 tag, ret_is_known, err);
}

enum status casebook_sitrep_add(struct casebook *casebook, const struct casebook_day_row *row,
                                struct error *err)
{
    struct buf *sealed = casebook_scratch(casebook);
    casebook_seal_number(casebook, TABLE_SITREP, "about", row->leaf, row->about, sealed);
    enum status status = db_exec(casebook->db,
                                 "INSERT INTO sitrep (leaf, operation, tag, hour, about, body)"
                                 " VALUES ($1, $2, $3, $4, $5, $6)",
                                 DB_ARGS(DB_I(row->leaf), DB_I(row->operation), DB_I(row->tag),
                                         DB_I(row->hour), DB_S(buf_str(sealed)), DB_S(STR(""))),
                                 NULL, err);
    if (status != STATUS_OK) {
        return status;
    }
    sealed = casebook_scratch(casebook);
    casebook_seal_number(casebook, TABLE_SITREP, "body", row->leaf, row->body, sealed);
    return sealed->overflowed
               ? error_set(err, STATUS_LIMIT, "The situation report is too large to be kept.")
               : db_exec(casebook->db, "UPDATE sitrep SET body = $1 WHERE leaf = $2",
                         DB_ARGS(DB_S(buf_str(sealed)), DB_I(row->leaf)), NULL, err);
}

enum status casebook_sitreps(struct casebook *casebook, struct arena *arena, int64_t operation,
                             struct casebook_day_row **ret_list, size_t *ret_count,
                             struct error *err)
{
    struct day_list list = {.table = TABLE_SITREP, .column = "about"};
    enum status status = casebook_each(casebook,
                                       "SELECT leaf, operation, tag, hour, about FROM sitrep"
                                       " WHERE operation = $1 ORDER BY leaf DESC LIMIT $2",
                                       DB_ARGS(DB_I(operation), DB_I(CASEBOOK_SITREPS_MAX)), arena,
                                       take_row, &list, err);
    if (status == STATUS_OK) {
        *ret_list = list.rows;
        *ret_count = list.count;
    }
    return status;
}

enum status casebook_sitrep_get(struct casebook *casebook, struct arena *arena, int64_t leaf,
                                struct casebook_day_row *ret_row, struct error *err)
{
    struct db_rows *rows = NULL;
    bool has_row = false;
    enum status status = rows_one(casebook->db,
                                  "SELECT operation, tag, hour, about, body FROM sitrep"
                                  " WHERE leaf = $1",
                                  DB_ARGS(DB_I(leaf)), &rows, &has_row, err);
    if (status != STATUS_OK || !has_row) {
        return status == STATUS_OK
                   ? error_set(err, STATUS_NOT_FOUND, "There is no such situation report.")
                   : status;
    }
    struct casebook_day_row row = {.leaf = leaf,
                                   .operation = db_int(rows, 0),
                                   .tag = db_int(rows, 1),
                                   .hour = db_int(rows, 2)};
    status = casebook_unseal_number(casebook, arena, TABLE_SITREP, "about", leaf, db_bytes(rows, 3),
                                    &row.about, err);
    if (status == STATUS_OK) {
        status = casebook_unseal_number(casebook, arena, TABLE_SITREP, "body", leaf,
                                        db_bytes(rows, 4), &row.body, err);
    }
    db_rows_close(rows);
    if (status == STATUS_OK) {
        *ret_row = row;
    }
    return status;
}
