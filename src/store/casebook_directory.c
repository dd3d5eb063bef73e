/* SPDX-License-Identifier: Apache-2.0 */
/* The operator's people and polling places: sealed bodies, found by keyed tags. */
#include "store/casebook_internal.h"

static enum status number_of(struct casebook *casebook, int64_t id, int64_t *ret_number,
                             struct error *err)
{
    return rows_number(casebook->db, "SELECT number FROM directory WHERE id = $1",
                       DB_ARGS(DB_I(id)), 0, ret_number, err);
}

static enum status drop(struct casebook *casebook, int64_t number, struct error *err)
{
    enum status status = db_exec(casebook->db, "DELETE FROM directory_key WHERE number = $1",
                                 DB_ARGS(DB_I(number)), NULL, err);
    return status == STATUS_OK ? db_exec(casebook->db, "DELETE FROM directory WHERE number = $1",
                                         DB_ARGS(DB_I(number)), NULL, err)
                               : status;
}

enum status casebook_directory_put(struct casebook *casebook,
                                   const struct casebook_directory_entry *entry, struct error *err)
{
    int64_t number = 0;
    enum status status = number_of(casebook, entry->id, &number, err);
    if (status == STATUS_OK && number != 0) {
        status = drop(casebook, number, err);
    } else if (status == STATUS_OK) {
        status = casebook_take(casebook, "directory", 1, &number, err);
    }
    if (status == STATUS_OK) {
        struct buf *sealed = casebook_scratch(casebook);
        casebook_seal_number(casebook, TABLE_DIRECTORY, "body", number, entry->body, sealed);
        status = db_exec(
            casebook->db, "INSERT INTO directory (number, what, id, body) VALUES ($1, $2, $3, $4)",
            DB_ARGS(DB_I(number), DB_I(entry->what), DB_I(entry->id), DB_S(buf_str(sealed))), NULL,
            err);
    }
    for (size_t i = 0; i < entry->tag_count && status == STATUS_OK; i++) {
        status = db_exec(casebook->db,
                         "INSERT INTO directory_key (tag, number) VALUES ($1, $2)"
                         " ON CONFLICT (tag, number) DO NOTHING",
                         DB_ARGS(DB_I(entry->tags[i]), DB_I(number)), NULL, err);
    }
    return status;
}

enum status casebook_directory_remove(struct casebook *casebook, int64_t id, bool *ret_was_there,
                                      struct error *err)
{
    int64_t number = 0;
    enum status status = number_of(casebook, id, &number, err);
    if (status == STATUS_OK && number != 0) {
        status = drop(casebook, number, err);
    }
    if (status == STATUS_OK) {
        *ret_was_there = number != 0;
    }
    return status;
}

struct body_list {
    str *bodies;
    size_t count;
};

static enum status take_body(struct casebook *casebook, const struct db_rows *rows,
                             struct arena *arena, void *context, struct error *err)
{
    struct body_list *list = context;
    return casebook_unseal_number(casebook, arena, TABLE_DIRECTORY, "body", db_int(rows, 0),
                                  db_bytes(rows, 1), &list->bodies[list->count++], err);
}

enum status casebook_directory_get(struct casebook *casebook, struct arena *arena, int64_t id,
                                   str *ret_body, struct error *err)
{
    str body = {0};
    struct body_list list = {.bodies = &body};
    enum status status = casebook_each(casebook, "SELECT number, body FROM directory WHERE id = $1",
                                       DB_ARGS(DB_I(id)), arena, take_body, &list, err);
    if (status == STATUS_OK) {
        *ret_body = body;
    }
    return status;
}

enum status casebook_directory_find(struct casebook *casebook, struct arena *arena, int64_t tag,
                                    size_t max, str **ret_bodies, size_t *ret_count,
                                    struct error *err)
{
    struct body_list list = {.bodies = ARENA_ARRAY(arena, str, max + 1)};
    enum status status =
        casebook_each(casebook,
                      "SELECT d.number, d.body FROM directory_key k JOIN directory d"
                      " ON d.number = k.number WHERE k.tag = $1 ORDER BY k.number LIMIT $2",
                      DB_ARGS(DB_I(tag), DB_I(max)), arena, take_body, &list, err);
    if (status == STATUS_OK) {
        *ret_bodies = list.bodies;
        *ret_count = list.count;
    }
    return status;
}
