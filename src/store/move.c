/* SPDX-License-Identifier: Apache-2.0 */
#include "store/move.h"

enum { SQL_BYTES_MAX = 4096, KEY_BYTES_MAX = 4096 };

/* --- the tables --- */

static bool is_name(str name)
{
    bool is_good = name.n > 0 && name.n < 60;
    for (size_t i = 0; i < name.n; i++) {
        is_good = is_good && (ascii_is_alnum(name.p[i]) || name.p[i] == '_');
    }
    return is_good;
}

static enum status odd_table(str name, struct error *err)
{
    return error_set(err, STATUS_INTERNAL, "the table %.*s cannot be moved by this program",
                     STR_ARG(str_slice(name, 0, 60)));
}

static enum status read_names(struct db *db, struct arena *arena, str *names, size_t *ret_count,
                              struct error *err)
{
    struct db_rows *rows = NULL;
    size_t count = 0;
    enum status status =
        db_query(db,
                 "SELECT name FROM sqlite_schema WHERE type = 'table'"
                 " AND name NOT LIKE 'sqlite!_%' ESCAPE '!' AND name <> 'schema_version'"
                 " ORDER BY rowid",
                 DB_NO_ARGS, &rows, err);
    while (db_more(rows, &status, err)) {
        str name = db_text(rows, 0);
        if (!is_name(name) || count == MOVE_TABLES_MAX) {
            status = odd_table(name, err);
            break;
        }
        names[count++] = arena_str(arena, name);
    }
    db_rows_close(rows);
    *ret_count = count;
    return status;
}

static bool kind_of(str type, enum db_kind *ret_kind)
{
    *ret_kind = str_equal(type, STR("INTEGER")) ? DB_INT
                : str_equal(type, STR("TEXT"))  ? DB_TEXT
                                                : DB_BYTES;
    return *ret_kind != DB_BYTES || str_equal(type, STR("BLOB"));
}

static enum status read_columns(struct db *db, struct arena *arena, struct move_table *table,
                                str columns[MOVE_COLUMNS_MAX], struct error *err)
{
    struct db_rows *rows = NULL;
    enum status status =
        db_query(db, "SELECT name, type, pk FROM pragma_table_info($1) ORDER BY cid",
                 DB_ARGS(DB_T(str_c(table->name))), &rows, err);
    while (db_more(rows, &status, err)) {
        size_t at = table->column_count;
        int64_t key = db_int(rows, 2);
        if (at == MOVE_COLUMNS_MAX || key > MOVE_KEYS_MAX || !is_name(db_text(rows, 0)) ||
            !kind_of(db_text(rows, 1), &table->kinds[at])) {
            status = odd_table(str_c(table->name), err);
            break;
        }
        columns[at] = arena_str(arena, db_text(rows, 0));
        table->column_count++;
        if (key > 0) {
            table->keys[key - 1] = at;
            table->key_count++;
        }
    }
    db_rows_close(rows);
    return status == STATUS_OK && table->key_count == 0 ? odd_table(str_c(table->name), err)
                                                        : status;
}

static void add_list(struct buf *sql, const str *columns, const size_t *which, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        buf_add_c(sql, i > 0 ? ", " : "");
        buf_add(sql, columns[which == NULL ? i : which[i]]);
    }
}

static void add_places(struct buf *sql, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        buf_printf(sql, "%s$%zu", i > 0 ? ", " : "", i + 1);
    }
}

static const char *keep(struct arena *arena, struct buf *sql)
{
    const char *text = arena_cstr(arena, buf_str(sql));
    ASSERT(!sql->overflowed);
    buf_clear(sql);
    return text;
}

static void write_sql(struct arena *arena, struct move_table *table, const str *columns)
{
    struct buf sql;
    buf_init(&sql, SQL_BYTES_MAX);
    for (int is_next = 0; is_next < 2; is_next++) {
        buf_add_c(&sql, "SELECT ");
        add_list(&sql, columns, NULL, table->column_count);
        buf_printf(&sql, " FROM %s", table->name);
        if (is_next != 0) {
            buf_add_c(&sql, " WHERE (");
            add_list(&sql, columns, table->keys, table->key_count);
            buf_add_c(&sql, ") > (");
            add_places(&sql, table->key_count);
            buf_add_byte(&sql, ')');
        }
        buf_add_c(&sql, " ORDER BY ");
        add_list(&sql, columns, table->keys, table->key_count);
        buf_printf(&sql, " LIMIT %d", MOVE_PAGE_ROWS);
        *(is_next != 0 ? &table->select_next : &table->select_first) = keep(arena, &sql);
    }
    buf_printf(&sql, "INSERT INTO %s (", table->name);
    add_list(&sql, columns, NULL, table->column_count);
    buf_add_c(&sql, ") VALUES (");
    add_places(&sql, table->column_count);
    buf_add_byte(&sql, ')');
    table->insert = keep(arena, &sql);
    buf_printf(&sql, "DELETE FROM %s", table->name);
    table->clear = keep(arena, &sql);
    buf_close(&sql);
}

enum status move_tables_read(struct db *sqlite, struct arena *arena, struct move_tables *ret_tables,
                             struct error *err)
{
    str names[MOVE_TABLES_MAX];
    struct move_tables *tables = ret_tables;
    *tables = (struct move_tables){0};
    enum status status = read_names(sqlite, arena, names, &tables->count, err);
    for (size_t i = 0; i < tables->count && status == STATUS_OK; i++) {
        str columns[MOVE_COLUMNS_MAX];
        tables->list[i].name = arena_cstr(arena, names[i]);
        status = read_columns(sqlite, arena, &tables->list[i], columns, err);
        if (status == STATUS_OK) {
            write_sql(arena, &tables->list[i], columns);
        }
    }
    return status;
}

/* --- walking --- */

typedef enum status row_visit(void *context, const struct move_table *table,
                              const struct db_value *values, struct error *err);

static struct db_value value_of(const struct db_rows *rows, const struct move_table *table,
                                size_t column)
{
    if (db_is_null(rows, column)) {
        return DB_N;
    }
    switch (table->kinds[column]) {
    case DB_INT:
        return DB_I(db_int(rows, column));
    case DB_TEXT:
        return DB_T(db_text(rows, column));
    case DB_BYTES:
        return DB_S(db_bytes(rows, column));
    case DB_NULL:
        break;
    }
    return DB_N;
}

/* The key of the last row seen, with its bytes kept. */
struct place {
    struct db_value values[MOVE_KEYS_MAX];
    struct buf bytes;
};

static void keep_place(struct place *place, const struct move_table *table,
                       const struct db_value *values)
{
    buf_clear(&place->bytes);
    (void)buf_reserve(&place->bytes, KEY_BYTES_MAX);
    for (size_t i = 0; i < table->key_count; i++) {
        struct db_value value = values[table->keys[i]];
        if (value.kind != DB_INT) {
            size_t from = place->bytes.n;
            ASSERT(value.s.n + from <= KEY_BYTES_MAX); /* ids, words */
            buf_add(&place->bytes, value.s);
            value.s = (str){place->bytes.p + from, value.s.n};
        }
        place->values[i] = value;
    }
}

static enum status walk_page(struct db *db, const struct move_table *table, struct place *place,
                             bool is_first, row_visit *visit, void *context, size_t *ret_count,
                             struct error *err)
{
    struct db_rows *rows = NULL;
    size_t count = 0;
    enum status status =
        is_first ? db_query(db, table->select_first, DB_NO_ARGS, &rows, err)
                 : db_query(db, table->select_next, place->values, table->key_count, &rows, err);
    while (db_more(rows, &status, err)) {
        struct db_value values[MOVE_COLUMNS_MAX];
        for (size_t i = 0; i < table->column_count; i++) {
            values[i] = value_of(rows, table, i);
        }
        if (++count == MOVE_PAGE_ROWS) {
            keep_place(place, table, values);
        }
        status = visit(context, table, values, err);
    }
    db_rows_close(rows);
    *ret_count = count;
    return status;
}

static enum status walk(struct db *db, const struct move_table *table, row_visit *visit,
                        void *context, struct error *err)
{
    struct place place;
    size_t count = MOVE_PAGE_ROWS;
    bool is_first = true;
    enum status status = STATUS_OK;
    buf_init(&place.bytes, 2 * (size_t)KEY_BYTES_MAX);
    while (status == STATUS_OK && count == MOVE_PAGE_ROWS) {
        status = walk_page(db, table, &place, is_first, visit, context, &count, err);
        is_first = false;
    }
    buf_close(&place.bytes);
    return status;
}

/* --- digest --- */

static void hash_number(struct crypt_sha256_state *state, uint64_t number)
{
    uint8_t bytes[8];
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)(number >> (56 - 8 * i));
    }
    crypt_sha256_add(state, str_from(bytes, sizeof bytes));
}

/* Kind, length and bytes of each value; rows are added by XOR, as no two are the same (they differ
 * in their key). */
static size_t digest_add(struct move_digest *digest, const struct move_table *table,
                         const struct db_value *values)
{
    struct crypt_sha256_state state;
    size_t bytes = 0;
    crypt_sha256_start(&state);
    for (size_t i = 0; i < table->column_count; i++) {
        hash_number(&state, (uint64_t)values[i].kind);
        if (values[i].kind == DB_INT) {
            hash_number(&state, (uint64_t)values[i].i);
            bytes += sizeof values[i].i;
        } else {
            hash_number(&state, values[i].s.n);
            crypt_sha256_add(&state, values[i].s);
            bytes += values[i].s.n;
        }
    }
    struct crypt_hash hash = crypt_sha256_end(&state);
    for (size_t i = 0; i < sizeof hash.bytes; i++) {
        digest->hash.bytes[i] ^= hash.bytes[i];
    }
    digest->rows++;
    digest->bytes += (int64_t)bytes;
    return bytes;
}

bool move_digest_equal(const struct move_digest *a, const struct move_digest *b)
{
    return a->rows == b->rows && a->bytes == b->bytes &&
           memcmp(a->hash.bytes, b->hash.bytes, sizeof a->hash.bytes) == 0;
}

struct walking {
    struct db *to; /* NULL: only digest */
    struct move_digest *digest;
    move_progress *progress;
    void *context;
};

static enum status take_row(void *context, const struct move_table *table,
                            const struct db_value *values, struct error *err)
{
    struct walking *walking = context;
    size_t bytes = digest_add(walking->digest, table, values);
    walking->progress(walking->context, bytes);
    return walking->to == NULL
               ? STATUS_OK
               : db_exec(walking->to, table->insert, values, table->column_count, NULL, err);
}

enum status move_copy(struct db *from, struct db *to, const struct move_tables *tables,
                      move_progress *progress, void *context, struct move_digest *digests,
                      struct error *err)
{
    enum status status = STATUS_OK;
    for (size_t i = tables->count; i > 0 && status == STATUS_OK; i--) { /* who refers goes first */
        status = db_exec(to, tables->list[i - 1].clear, DB_NO_ARGS, NULL, err);
    }
    for (size_t i = 0; i < tables->count && status == STATUS_OK; i++) {
        digests[i] = (struct move_digest){0};
        struct walking walking = {to, &digests[i], progress, context};
        status = walk(from, &tables->list[i], take_row, &walking, err);
    }
    return status;
}

enum status move_digests(struct db *db, const struct move_tables *tables, move_progress *progress,
                         void *context, struct move_digest *digests, struct error *err)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < tables->count && status == STATUS_OK; i++) {
        digests[i] = (struct move_digest){0};
        struct walking walking = {NULL, &digests[i], progress, context};
        status = walk(db, &tables->list[i], take_row, &walking, err);
    }
    return status;
}

/* --- is the target empty? --- */

static enum status table_has_rows(struct db *db, const char *sql, bool *ret_has_rows,
                                  struct error *err)
{
    struct db_rows *rows = NULL;
    enum status status = db_query(db, sql, DB_NO_ARGS, &rows, err);
    if (status == STATUS_OK) {
        status = db_next(rows, ret_has_rows, err);
    }
    db_rows_close(rows);
    return status;
}

enum status move_has_rows(struct db *postgresql, const char *schema, struct arena *arena,
                          bool *ret_has_rows, struct error *err)
{
    const char *queries[MOVE_TABLES_MAX];
    struct db_rows *rows = NULL;
    size_t count = 0;
    enum status status =
        db_query(postgresql,
                 "SELECT CAST(table_name AS TEXT) FROM information_schema.tables"
                 " WHERE table_schema = $1 AND table_name NOT IN ('schema_version', 'counter',"
                 " 'mark') ORDER BY 1",
                 DB_ARGS(DB_T(str_c(schema))), &rows, err);
    while (db_more(rows, &status, err)) {
        str name = db_text(rows, 0);
        if (!is_name(name) || count == MOVE_TABLES_MAX) {
            status = error_set(err, STATUS_CONFLICT, "the schema %s is not one of ours", schema);
            break;
        }
        queries[count++] =
            arena_printf(arena, "SELECT 1 FROM \"%s\".\"%.*s\" LIMIT 1", schema, STR_ARG(name)).p;
    }
    db_rows_close(rows);
    bool has_rows = false;
    for (size_t i = 0; i < count && status == STATUS_OK && !has_rows; i++) {
        status = table_has_rows(postgresql, queries[i], &has_rows, err);
    }
    if (status == STATUS_OK) {
        *ret_has_rows = has_rows;
    }
    return status;
}
