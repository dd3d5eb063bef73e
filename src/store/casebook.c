/* SPDX-License-Identifier: Apache-2.0 */
/* Opening, keys, seals, transactions, counters. The tables are in casebook_case.c (cases, facets,
 * queue), casebook_report.c (reports, incidents, quarantine) and casebook_entry.c (notes,
 * messages, acts, links, filters). */
#include "store/casebook_internal.h"

enum { CASEBOOK_ARENA_BYTES_MAX = 256 * 1024 };
/* PostgreSQL: one order of writers ("case"). */
enum { CASEBOOK_LOCK = 0x63617365 };

struct crypt_key casebook_page_key(const struct crypt_key *key)
{
    return crypt_derive(key, 1, "cb-page_");
}

static struct casebook_keys *derive_keys(const struct crypt_key *key)
{
    struct casebook_keys *keys = crypt_locked_new(sizeof *keys);
    for (uint64_t i = 0; i < TABLE_COUNT; i++) {
        keys->tables[i] = crypt_derive(key, i, "cb-table");
    }
    keys->tags = crypt_derive(key, 1, "cb-tags_");
    keys->page = casebook_page_key(key);
    return keys;
}

/* Decrypting a page costs more than anything else here, so the pages that imports and queues walk
 * stay in memory: 12 MiB, which is also freed by locking. */
static enum status set_cache(struct db *db, struct error *err)
{
    struct db_rows *rows = NULL;
    bool has_row = false;
    enum status status =
        rows_one(db, "PRAGMA cache_size = -12288", DB_NO_ARGS, &rows, &has_row, err);
    if (status == STATUS_OK && has_row) {
        db_rows_close(rows);
    }
    return status;
}

enum status casebook_open(const struct casebook_options *options, time_us now,
                          struct casebook **ret_casebook, struct error *err)
{
    struct casebook_keys *keys = derive_keys(options->key);
    struct db_options where = options->db;
    struct db *db = NULL;
    where.page_key = keys->page.bytes;
    enum status status = db_open(&where, &db, err);
    if (status == STATUS_OK) {
        status = db_migrate(db, casebook_migrations, casebook_migration_count, now, NULL, err);
    }
    if (status == STATUS_OK && db_engine_of(db) == DB_SQLITE) {
        status = set_cache(db, err);
    }
    if (status != STATUS_OK) {
        db_close(db);
        crypt_locked_free(keys);
        return status;
    }
    struct arena arena;
    arena_init(&arena, CASEBOOK_ARENA_BYTES_MAX);
    struct casebook *casebook = ARENA_NEW(&arena, struct casebook);
    casebook->arena = arena;
    casebook->db = db;
    casebook->desk_id = options->desk_id;
    casebook->keys = keys;
    buf_init(&casebook->scratch, (size_t)4 * 1024 * 1024);
    *ret_casebook = casebook;
    return STATUS_OK;
}

void casebook_close(struct casebook *casebook)
{
    if (casebook != NULL) {
        struct arena arena = casebook->arena;
        db_close(casebook->db);
        crypt_locked_free(casebook->keys);
        buf_close(&casebook->scratch);
        arena_close(&arena);
    }
}

enum status casebook_begin(struct casebook *casebook, struct error *err)
{
    enum status status = db_begin(casebook->db, err);
    if (status == STATUS_OK) {
        status = db_lock_writer(casebook->db, CASEBOOK_LOCK, err);
        if (status != STATUS_OK) {
            db_rollback(casebook->db);
        }
    }
    return status;
}

enum status casebook_hold(struct casebook *casebook, struct error *err)
{
    int64_t ignored = 0;
    if (db_engine_of(casebook->db) == DB_SQLITE) {
        return STATUS_OK; /* BEGIN IMMEDIATE has answered */
    }
    return rows_number(casebook->db, "SELECT 1", DB_NO_ARGS, 0, &ignored, err);
}

enum status casebook_commit(struct casebook *casebook, struct error *err)
{
    enum status status = db_commit(casebook->db, err);
    if (status != STATUS_OK) {
        casebook_rollback(casebook);
    }
    return status;
}

void casebook_rollback(struct casebook *casebook)
{
    if (db_in_transaction(casebook->db)) {
        db_rollback(casebook->db);
        /* What was remembered as stored may have gone with it. */
        memset(casebook->labels, 0, sizeof casebook->labels);
    }
}

/* --- seals --- */

static size_t place_write(const struct casebook *casebook, enum casebook_table table,
                          const char *column, const void *row, size_t row_len, uint8_t place[128])
{
    size_t n = 0;
    size_t column_len = strlen(column);
    ASSERT(sizeof casebook->desk_id.bytes + 3 + column_len + row_len <= 128);
    memcpy(place, casebook->desk_id.bytes, sizeof casebook->desk_id.bytes);
    n += sizeof casebook->desk_id.bytes;
    place[n++] = (uint8_t)table;
    place[n++] = CASEBOOK_FORMAT;
    place[n++] = (uint8_t)column_len;
    memcpy(place + n, column, column_len);
    n += column_len;
    memcpy(place + n, row, row_len);
    return n + row_len;
}

void casebook_seal(struct casebook *casebook, enum casebook_table table, const char *column,
                   const void *row, size_t row_len, str plain, struct buf *out)
{
    uint8_t place[128];
    size_t n = place_write(casebook, table, column, row, row_len, place);
    crypt_seal(out, &casebook->keys->tables[table], plain, str_from(place, n));
}

enum status casebook_unseal(struct casebook *casebook, struct arena *arena,
                            enum casebook_table table, const char *column, const void *row,
                            size_t row_len, str sealed, str *ret_plain, struct error *err)
{
    uint8_t place[128];
    size_t n = place_write(casebook, table, column, row, row_len, place);
    struct buf *out = casebook_scratch(casebook);
    enum status status =
        crypt_open(out, &casebook->keys->tables[table], sealed, str_from(place, n));
    if (status != STATUS_OK) {
        return error_set(err, STATUS_CORRUPT,
                         "A value of the casebook (%s) is not what was stored.", column);
    }
    *ret_plain = arena_str(arena, buf_str(out));
    return STATUS_OK;
}

static void number_bytes(int64_t number, uint8_t bytes[8])
{
    for (size_t i = 0; i < 8; i++) {
        bytes[i] = (uint8_t)((uint64_t)number >> (56 - 8 * i));
    }
}

void casebook_seal_number(struct casebook *casebook, enum casebook_table table, const char *column,
                          int64_t row, str plain, struct buf *out)
{
    uint8_t bytes[8];
    number_bytes(row, bytes);
    if (plain.n > 0) {
        casebook_seal(casebook, table, column, bytes, sizeof bytes, plain, out);
    }
}

enum status casebook_unseal_number(struct casebook *casebook, struct arena *arena,
                                   enum casebook_table table, const char *column, int64_t row,
                                   str sealed, str *ret_plain, struct error *err)
{
    uint8_t bytes[8];
    number_bytes(row, bytes);
    if (sealed.n == 0) {
        *ret_plain = (str){0};
        return STATUS_OK;
    }
    return casebook_unseal(casebook, arena, table, column, bytes, sizeof bytes, sealed, ret_plain,
                           err);
}

struct buf *casebook_scratch(struct casebook *casebook)
{
    if (casebook->scratch.p != NULL) {
        crypt_wipe(casebook->scratch.p, casebook->scratch.n);
    }
    buf_clear(&casebook->scratch);
    return &casebook->scratch;
}

int64_t casebook_tag(const struct casebook *casebook, str kind, str value)
{
    struct buf text;
    bool is_blank = true;
    buf_init(&text, value.n + 1);
    for (size_t i = 0; i < value.n; i++) {
        bool is_space = ascii_is_space(value.p[i]);
        if (!is_space) {
            buf_add_byte(&text, ascii_lower(value.p[i]));
        } else if (!is_blank) {
            buf_add_byte(&text, ' ');
        }
        is_blank = is_space;
    }
    /* Two keys deep, so that kind and value cannot run into each other. */
    struct crypt_hash of_kind = crypt_blake(&casebook->keys->tags, kind, (str){0});
    struct crypt_key key;
    memcpy(key.bytes, of_kind.bytes, sizeof key.bytes);
    struct crypt_hash hash = crypt_blake(&key, str_trim(buf_str(&text)), (str){0});
    buf_close(&text);
    uint64_t tag = 0;
    for (size_t i = 0; i < 8; i++) {
        tag = tag << 8 | hash.bytes[i];
    }
    tag &= INT64_MAX;
    return tag == 0 ? 1 : (int64_t)tag;
}

/* --- counters --- */

enum status casebook_take(struct casebook *casebook, const char *counter, int64_t count,
                          int64_t *ret_first, struct error *err)
{
    int64_t last = 0;
    enum status status = db_exec(casebook->db, "UPDATE counter SET n = n + $2 WHERE name = $1",
                                 DB_ARGS(DB_T(str_c(counter)), DB_I(count)), NULL, err);
    if (status == STATUS_OK) {
        status = rows_number(casebook->db, "SELECT n FROM counter WHERE name = $1",
                             DB_ARGS(DB_T(str_c(counter))), 0, &last, err);
    }
    if (status == STATUS_OK) {
        *ret_first = last - count + 1;
    }
    return status;
}

enum status casebook_mark_get(struct casebook *casebook, const char *name, int64_t *ret_value,
                              struct error *err)
{
    return rows_number(casebook->db, "SELECT n FROM counter WHERE name = $1",
                       DB_ARGS(DB_T(str_c(name))), 0, ret_value, err);
}

enum status casebook_mark_set(struct casebook *casebook, const char *name, int64_t value,
                              struct error *err)
{
    return db_exec(casebook->db,
                   "INSERT INTO counter (name, n) VALUES ($1, $2)"
                   " ON CONFLICT (name) DO UPDATE SET n = excluded.n",
                   DB_ARGS(DB_T(str_c(name)), DB_I(value)), NULL, err);
}

enum status casebook_each(struct casebook *casebook, const char *sql, const struct db_value *args,
                          size_t arg_count, struct arena *arena, casebook_take_row *take,
                          void *context, struct error *err)
{
    struct db_rows *rows = NULL;
    enum status status = db_query(casebook->db, sql, args, arg_count, &rows, err);
    while (db_more(rows, &status, err)) {
        status = take(casebook, rows, arena, context, err);
    }
    db_rows_close(rows);
    return status;
}
