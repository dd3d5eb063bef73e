/* SPDX-License-Identifier: Apache-2.0 */
/* What officers add: notes, messages, holds, requests, acts, links, who may read, saved filters. */
#include "store/casebook_internal.h"

/* --- notes, messages, holds, requests: tables of one shape --- */

enum { ENTRIES_SHOWN_MAX = 500 };

static const struct {
    enum casebook_table table;
    const char *insert;
    const char *select;
} entry_kinds[] = {
    [ENTRY_NOTE] = {TABLE_NOTE,
                    "INSERT INTO note (leaf, casefile, officer, hour, body)"
                    " VALUES ($1, $2, $3, $4, $5)",
                    "SELECT leaf, casefile, officer, hour, body FROM note WHERE casefile = $1"
                    " ORDER BY leaf LIMIT $2"},
    [ENTRY_MESSAGE] = {TABLE_MESSAGE,
                       "INSERT INTO message (leaf, casefile, officer, hour, body)"
                       " VALUES ($1, $2, $3, $4, $5)",
                       "SELECT leaf, casefile, officer, hour, body FROM message"
                       " WHERE casefile = $1 ORDER BY leaf LIMIT $2"},
    [ENTRY_HOLD] = {TABLE_HOLD,
                    "INSERT INTO hold (leaf, casefile, officer, hour, body)"
                    " VALUES ($1, $2, $3, $4, $5)",
                    "SELECT leaf, casefile, officer, hour, body FROM hold WHERE casefile = $1"
                    " ORDER BY leaf LIMIT $2"},
    [ENTRY_ASK] = {TABLE_ASK,
                   "INSERT INTO erasure_ask (leaf, casefile, officer, hour, body)"
                   " VALUES ($1, $2, $3, $4, $5)",
                   "SELECT leaf, casefile, officer, hour, body FROM erasure_ask"
                   " WHERE casefile = $1 ORDER BY leaf LIMIT $2"},
};

enum status casebook_entry_add(struct casebook *casebook, enum casebook_entry_kind kind,
                               const struct casebook_entry *entry, struct error *err)
{
    struct buf *sealed = casebook_scratch(casebook);
    casebook_seal_number(casebook, entry_kinds[kind].table, "body", entry->leaf, entry->body,
                         sealed);
    return db_exec(casebook->db, entry_kinds[kind].insert,
                   DB_ARGS(DB_I(entry->leaf), DB_I(entry->casefile), DB_I(entry->officer),
                           DB_I(entry->hour), DB_S(buf_str(sealed))),
                   NULL, err);
}

struct entry_list {
    enum casebook_table table;
    struct casebook_entry *rows;
    size_t count;
};

static enum status take_entry(struct casebook *casebook, const struct db_rows *rows,
                              struct arena *arena, void *context, struct error *err)
{
    struct entry_list *list = context;
    struct casebook_entry *row = &list->rows[list->count++];
    row->leaf = db_int(rows, 0);
    row->casefile = db_int(rows, 1);
    row->officer = db_int(rows, 2);
    row->hour = db_int(rows, 3);
    return casebook_unseal_number(casebook, arena, list->table, "body", row->leaf,
                                  db_bytes(rows, 4), &row->body, err);
}

enum status casebook_entries(struct casebook *casebook, enum casebook_entry_kind kind,
                             struct arena *arena, int64_t casefile,
                             struct casebook_entry **ret_list, size_t *ret_count, struct error *err)
{
    struct entry_list list = {.table = entry_kinds[kind].table,
                              .rows = ARENA_ARRAY(arena, struct casebook_entry, ENTRIES_SHOWN_MAX)};
    enum status status = casebook_each(casebook, entry_kinds[kind].select,
                                       DB_ARGS(DB_I(casefile), DB_I(ENTRIES_SHOWN_MAX)), arena,
                                       take_entry, &list, err);
    if (status == STATUS_OK) {
        *ret_list = list.rows;
        *ret_count = list.count;
    }
    return status;
}

/* --- acts --- */

enum status casebook_act_add(struct casebook *casebook, const struct casebook_act *act,
                             struct error *err)
{
    struct buf *sealed = casebook_scratch(casebook);
    casebook_seal_number(casebook, TABLE_ACT, "detail", act->leaf, act->detail, sealed);
    return db_exec(casebook->db,
                   "INSERT INTO act (leaf, id, officer, casefile, is_read, hour, detail)"
                   " VALUES ($1, $2, $3, $4, $5, $6, $7)",
                   DB_ARGS(DB_I(act->leaf), DB_B(act->id.bytes, sizeof act->id.bytes),
                           DB_I(act->officer), DB_I(act->casefile), DB_I(act->is_read ? 1 : 0),
                           DB_I(act->hour), DB_S(buf_str(sealed))),
                   NULL, err);
}

struct act_list {
    struct casebook_act *rows;
    size_t count;
};

static enum status take_act(struct casebook *casebook, const struct db_rows *rows,
                            struct arena *arena, void *context, struct error *err)
{
    struct act_list *list = context;
    struct casebook_act *row = &list->rows[list->count++];
    row->leaf = db_int(rows, 0);
    row->officer = db_int(rows, 2);
    row->casefile = db_int(rows, 3);
    row->is_read = db_int(rows, 4) != 0;
    row->hour = db_int(rows, 5);
    enum status status = rows_fixed(rows, 1, row->id.bytes, sizeof row->id.bytes, err);
    if (status == STATUS_OK) {
        status = casebook_unseal_number(casebook, arena, TABLE_ACT, "detail", row->leaf,
                                        db_bytes(rows, 6), &row->detail, err);
    }
    return status;
}

enum status casebook_acts(struct casebook *casebook, struct arena *arena, int64_t casefile,
                          int64_t before, bool with_reads, size_t max,
                          struct casebook_act **ret_list, size_t *ret_count, struct error *err)
{
    static const char of_all[] =
        "SELECT leaf, id, officer, casefile, is_read, hour, detail FROM act"
        " WHERE leaf < $1 AND is_read <= $2 ORDER BY leaf DESC LIMIT $3";
    static const char of_case[] =
        "SELECT leaf, id, officer, casefile, is_read, hour, detail FROM act"
        " WHERE leaf < $1 AND is_read <= $2 AND casefile = $4 ORDER BY leaf DESC LIMIT $3";
    struct act_list list = {.rows = ARENA_ARRAY(arena, struct casebook_act, max)};
    enum status status = casebook_each(
        casebook, casefile == 0 ? of_all : of_case,
        (const struct db_value[]){DB_I(before == 0 ? INT64_MAX : before), DB_I(with_reads ? 1 : 0),
                                  DB_I(max), DB_I(casefile)},
        casefile == 0 ? 3 : 4, arena, take_act, &list, err);
    if (status == STATUS_OK) {
        *ret_list = list.rows;
        *ret_count = list.count;
    }
    return status;
}

enum status casebook_act_known(struct casebook *casebook, int64_t leaf, bool *ret_is_known,
                               struct error *err)
{
    int64_t found = -1;
    enum status status = rows_number(casebook->db, "SELECT leaf FROM act WHERE leaf = $1",
                                     DB_ARGS(DB_I(leaf)), -1, &found, err);
    if (status == STATUS_OK) {
        *ret_is_known = found >= 0;
    }
    return status;
}

/* --- links: kept once, the smaller number first --- */

static void link_place(int64_t *a, int64_t *b, uint8_t place[16])
{
    if (*a > *b) {
        int64_t swap = *a;
        *a = *b;
        *b = swap;
    }
    for (size_t i = 0; i < 8; i++) {
        place[i] = (uint8_t)((uint64_t)*a >> (56 - 8 * i));
        place[8 + i] = (uint8_t)((uint64_t)*b >> (56 - 8 * i));
    }
}

enum status casebook_link_add(struct casebook *casebook, int64_t a, int64_t b, str why,
                              struct error *err)
{
    uint8_t place[16];
    struct buf *sealed = casebook_scratch(casebook);
    link_place(&a, &b, place);
    casebook_seal(casebook, TABLE_LINK, "why", place, sizeof place, why, sealed);
    return db_exec(casebook->db,
                   "INSERT INTO link (a, b, why) VALUES ($1, $2, $3)"
                   " ON CONFLICT (a, b) DO UPDATE SET why = excluded.why",
                   DB_ARGS(DB_I(a), DB_I(b), DB_S(buf_str(sealed))), NULL, err);
}

enum status casebook_link_remove(struct casebook *casebook, int64_t a, int64_t b, struct error *err)
{
    uint8_t place[16];
    int64_t changed = 0;
    link_place(&a, &b, place);
    enum status status = db_exec(casebook->db, "DELETE FROM link WHERE a = $1 AND b = $2",
                                 DB_ARGS(DB_I(a), DB_I(b)), &changed, err);
    return status == STATUS_OK && changed == 0
               ? error_set(err, STATUS_NOT_FOUND, "These cases are not linked.")
               : status;
}

enum { LINKS_SHOWN_MAX = 200 };

struct link_list {
    int64_t number;
    struct casebook_link *rows;
    size_t count;
};

static enum status take_link(struct casebook *casebook, const struct db_rows *rows,
                             struct arena *arena, void *context, struct error *err)
{
    struct link_list *list = context;
    uint8_t place[16];
    int64_t a = db_int(rows, 0);
    int64_t b = db_int(rows, 1);
    struct casebook_link *row = &list->rows[list->count++];
    row->other = a == list->number ? b : a;
    link_place(&a, &b, place);
    return casebook_unseal(casebook, arena, TABLE_LINK, "why", place, sizeof place,
                           db_bytes(rows, 2), &row->why, err);
}

enum status casebook_links(struct casebook *casebook, struct arena *arena, int64_t number,
                           struct casebook_link **ret_list, size_t *ret_count, struct error *err)
{
    struct link_list list = {.number = number,
                             .rows = ARENA_ARRAY(arena, struct casebook_link, LINKS_SHOWN_MAX)};
    enum status status = casebook_each(
        casebook, "SELECT a, b, why FROM link WHERE a = $1 OR b = $1 ORDER BY a, b LIMIT $2",
        DB_ARGS(DB_I(number), DB_I(LINKS_SHOWN_MAX)), arena, take_link, &list, err);
    if (status == STATUS_OK) {
        *ret_list = list.rows;
        *ret_count = list.count;
    }
    return status;
}

/* --- who may read a named case --- */

enum status casebook_named_set(struct casebook *casebook, int64_t number, const int64_t *officers,
                               size_t count, struct error *err)
{
    enum status status = db_exec(casebook->db, "DELETE FROM named WHERE number = $1",
                                 DB_ARGS(DB_I(number)), NULL, err);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        status = db_exec(casebook->db,
                         "INSERT INTO named (number, officer) VALUES ($1, $2)"
                         " ON CONFLICT (number, officer) DO NOTHING",
                         DB_ARGS(DB_I(number), DB_I(officers[i])), NULL, err);
    }
    return status;
}

enum { NAMED_SHOWN_MAX = 100 };

struct number_list {
    int64_t *rows;
    size_t count;
};

static enum status take_number(struct casebook *casebook, const struct db_rows *rows,
                               struct arena *arena, void *context, struct error *err)
{
    (void)casebook;
    (void)arena;
    (void)err;
    struct number_list *list = context;
    list->rows[list->count++] = db_int(rows, 0);
    return STATUS_OK;
}

enum status casebook_named(struct casebook *casebook, struct arena *arena, int64_t number,
                           int64_t **ret_list, size_t *ret_count, struct error *err)
{
    struct number_list list = {.rows = ARENA_ARRAY(arena, int64_t, NAMED_SHOWN_MAX)};
    enum status status = casebook_each(
        casebook, "SELECT officer FROM named WHERE number = $1 ORDER BY officer LIMIT $2",
        DB_ARGS(DB_I(number), DB_I(NAMED_SHOWN_MAX)), arena, take_number, &list, err);
    if (status == STATUS_OK) {
        *ret_list = list.rows;
        *ret_count = list.count;
    }
    return status;
}

/* --- saved filters --- */

enum status casebook_filter_add(struct casebook *casebook, const struct casebook_filter *filter,
                                struct error *err)
{
    struct buf *sealed = casebook_scratch(casebook);
    casebook_seal_number(casebook, TABLE_FILTER, "body", filter->id, filter->body, sealed);
    return db_exec(casebook->db, "INSERT INTO saved_filter (id, officer, body) VALUES ($1, $2, $3)",
                   DB_ARGS(DB_I(filter->id), DB_I(filter->officer), DB_S(buf_str(sealed))), NULL,
                   err);
}

enum status casebook_filter_remove(struct casebook *casebook, int64_t id, int64_t officer,
                                   struct error *err)
{
    int64_t changed = 0;
    enum status status =
        db_exec(casebook->db, "DELETE FROM saved_filter WHERE id = $1 AND officer = $2",
                DB_ARGS(DB_I(id), DB_I(officer)), &changed, err);
    return status == STATUS_OK && changed == 0
               ? error_set(err, STATUS_NOT_FOUND, "There is no such saved filter of yours.")
               : status;
}

enum { FILTERS_SHOWN_MAX = 200 };

struct filter_list {
    struct casebook_filter *rows;
    size_t count;
};

static enum status take_filter(struct casebook *casebook, const struct db_rows *rows,
                               struct arena *arena, void *context, struct error *err)
{
    struct filter_list *list = context;
    struct casebook_filter *row = &list->rows[list->count++];
    row->id = db_int(rows, 0);
    row->officer = db_int(rows, 1);
    return casebook_unseal_number(casebook, arena, TABLE_FILTER, "body", row->id, db_bytes(rows, 2),
                                  &row->body, err);
}

enum status casebook_filters(struct casebook *casebook, struct arena *arena, int64_t officer,
                             struct casebook_filter **ret_list, size_t *ret_count,
                             struct error *err)
{
    struct filter_list list = {.rows =
                                   ARENA_ARRAY(arena, struct casebook_filter, FILTERS_SHOWN_MAX)};
    enum status status = casebook_each(casebook,
                                       "SELECT id, officer, body FROM saved_filter"
                                       " WHERE officer = $1 OR officer = 0 ORDER BY id LIMIT $2",
                                       DB_ARGS(DB_I(officer), DB_I(FILTERS_SHOWN_MAX)), arena,
                                       take_filter, &list, err);
    if (status == STATUS_OK) {
        *ret_list = list.rows;
        *ret_count = list.count;
    }
    return status;
}
