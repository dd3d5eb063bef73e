/* SPDX-License-Identifier: Apache-2.0 */
#include "store/search.h"

#include "base/io.h"
#include "store/rows.h"

#include <unistd.h>

enum { SEARCH_ARENA_BYTES_MAX = 64 * 1024 };

struct search {
    struct arena arena; /* holds this struct itself */
    struct db *db;
    struct buf clean; /* a document without control characters */
};

static const struct db_migration migrations[] = {
    {1, "search",
     "CREATE VIRTUAL TABLE document USING fts5 (title, body,"
     " tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3');\n"
     "INSERT INTO document (document, rank) VALUES ('secure-delete', 1);\n"
     "CREATE TABLE mark (name TEXT PRIMARY KEY, n INTEGER NOT NULL) STRICT;\n"
     "INSERT INTO mark (name, n) VALUES ('change', 0);\n"},
    {2, "words of the index", "CREATE VIRTUAL TABLE word USING fts5vocab (document, instance);\n"},
};

static enum status open_file(const char *path, const struct crypt_key *key, time_us now,
                             struct db **ret_db, struct error *err)
{
    struct db *db = NULL;
    struct db_rows *rows = NULL;
    bool has_row = false;
    struct db_options options = {
        .engine = DB_SQLITE, .where = path, .page_key = key->bytes, .is_create = true};
    enum status status = db_open(&options, &db, err);
    if (status == STATUS_OK) {
        status = db_migrate(db, migrations, ARRAY_LEN(migrations), now, NULL, err);
    }
    if (status == STATUS_OK) {
        status = rows_one(db, "PRAGMA secure_delete = ON", DB_NO_ARGS, &rows, &has_row, err);
    }
    if (status == STATUS_OK && has_row) {
        db_rows_close(rows);
    }
    if (status != STATUS_OK) {
        db_close(db);
        return status;
    }
    *ret_db = db;
    return STATUS_OK;
}

static void remove_file(const char *path)
{
    static const char *const ends[] = {"", "-wal", "-shm"};
    struct arena arena;
    arena_init(&arena, 64 * 1024);
    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        str name = arena_printf(&arena, "%s%s", path, ends[i]);
        (void)unlink(arena_cstr(&arena, name)); /* what is not there need not go */
    }
    arena_close(&arena);
}

enum status search_open(const char *path, const struct crypt_key *key, time_us now,
                        struct search **ret_search, struct error *err)
{
    struct db *db = NULL;
    struct error first = {0};
    enum status status = open_file(path, key, now, &db, &first);
    if (status == STATUS_CORRUPT || status == STATUS_DENIED) {
        /* Nothing is lost: it is made from the casebook again. */
        remove_file(path);
        status = open_file(path, key, now, &db, err);
    } else if (status != STATUS_OK && err != NULL) {
        *err = first;
    }
    if (status != STATUS_OK) {
        return status;
    }
    struct arena arena;
    arena_init(&arena, SEARCH_ARENA_BYTES_MAX);
    struct search *search = ARENA_NEW(&arena, struct search);
    search->arena = arena;
    search->db = db;
    buf_init(&search->clean, (size_t)2 * SEARCH_DOCUMENT_BYTES_MAX);
    *ret_search = search;
    return STATUS_OK;
}

void search_close(struct search *search)
{
    if (search != NULL) {
        struct arena arena = search->arena;
        db_close(search->db);
        if (search->clean.p != NULL) {
            crypt_wipe(search->clean.p, search->clean.cap);
        }
        buf_close(&search->clean);
        arena_close(&arena);
    }
}

enum status search_mark(struct search *search, int64_t *ret_change, struct error *err)
{
    return rows_number(search->db, "SELECT n FROM mark WHERE name = 'change'", DB_NO_ARGS, 0,
                       ret_change, err);
}

/* Control characters are ours: they mark what matched. */
static str clean(struct search *search, str text)
{
    size_t from = search->clean.n;
    text = str_slice(text, 0, SEARCH_DOCUMENT_BYTES_MAX);
    for (size_t i = 0; i < text.n; i++) {
        buf_add_byte(&search->clean, (unsigned char)text.p[i] < 0x20 ? ' ' : text.p[i]);
    }
    return str_slice(buf_str(&search->clean), from, search->clean.n);
}

static enum status put_one(struct search *search, const struct search_document *document,
                           struct error *err)
{
    enum status status = db_exec(search->db, "DELETE FROM document WHERE rowid = $1",
                                 DB_ARGS(DB_I(document->number)), NULL, err);
    if (status != STATUS_OK || document->is_hidden) {
        return status;
    }
    buf_clear(&search->clean);
    /* Room first, so that the title stays where it is when the body is added. */
    (void)buf_reserve(&search->clean, document->title.n + document->body.n + 1);
    str title = clean(search, document->title);
    str body = clean(search, document->body);
    return db_exec(search->db, "INSERT INTO document (rowid, title, body) VALUES ($1, $2, $3)",
                   DB_ARGS(DB_I(document->number), DB_T(title), DB_T(body)), NULL, err);
}

enum status search_put(struct search *search, const struct search_document *documents, size_t count,
                       int64_t change, struct error *err)
{
    enum status status = db_begin(search->db, err);
    if (status != STATUS_OK) {
        return status;
    }
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        status = put_one(search, &documents[i], err);
    }
    if (status == STATUS_OK) {
        status = db_exec(search->db, "UPDATE mark SET n = $1 WHERE name = 'change'",
                         DB_ARGS(DB_I(change)), NULL, err);
    }
    if (status == STATUS_OK) {
        status = db_commit(search->db, err);
    }
    if (status != STATUS_OK && db_in_transaction(search->db)) {
        db_rollback(search->db);
    }
    return status;
}

enum status search_forget(struct search *search, int64_t number, struct error *err)
{
    return db_exec(search->db, "DELETE FROM document WHERE rowid = $1", DB_ARGS(DB_I(number)), NULL,
                   err);
}

enum status search_scrub(struct search *search, bool *ret_is_done, struct error *err)
{
    return db_scrub(search->db, ret_is_done, err);
}

/* The snippet comes with \x01 before and \x02 after each match. */
static void take_snippet(struct arena *arena, str marked, struct search_hit *hit)
{
    char *out = ARENA_ARRAY(arena, char, marked.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < marked.n; i++) {
        char c = marked.p[i];
        if (c == '\x01' && hit->mark_count < SEARCH_MARKS_MAX) {
            hit->marks[hit->mark_count][0] = n;
            hit->marks[hit->mark_count][1] = n;
        } else if (c == '\x02' && hit->mark_count < SEARCH_MARKS_MAX) {
            hit->marks[hit->mark_count++][1] = n;
        } else if (c != '\x01' && c != '\x02') {
            out[n++] = c;
        }
    }
    hit->snippet = (str){out, n};
}

/* The first word of the index that is not before `from`; empty at the end. One row is read. */
static enum status next_word(struct search *search, struct arena *arena, str from, str *ret_word,
                             struct error *err)
{
    struct db_rows *rows = NULL;
    bool has_row = false;
    enum status status = rows_one(search->db, "SELECT term FROM word WHERE term >= $1 LIMIT 1",
                                  DB_ARGS(DB_T(from)), &rows, &has_row, err);
    *ret_word = (str){0};
    if (status == STATUS_OK && has_row) {
        *ret_word = arena_str(arena, db_text(rows, 0));
        db_rows_close(rows);
    }
    return status;
}

/* Appends `("stem" OR "stemmed" …)`; nothing when no word begins so, or too many do. */
static enum status add_words(struct search *search, struct arena *arena, str stem, struct buf *out,
                             struct error *err)
{
    str words[SEARCH_STEM_WORDS_MAX];
    size_t count = 0;
    str word = {0};
    enum status status = next_word(search, arena, stem, &word, err);
    while (status == STATUS_OK && str_starts(word, stem)) {
        if (count == SEARCH_STEM_WORDS_MAX) {
            return STATUS_OK;
        }
        words[count++] = word;
        /* No token holds a control character: nothing lies between. */
        status = next_word(search, arena, arena_printf(arena, "%.*s\x01", (int)word.n, word.p),
                           &word, err);
    }
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        buf_add_c(out, i == 0 ? "(\"" : " OR \"");
        buf_add(out, words[i]); /* of letters and digits: no quote in it */
        buf_add_c(out, i + 1 == count ? "\")" : "\"");
    }
    return status;
}

/* The match with its stems written out. */
static enum status widen(struct search *search, const struct search_query *query,
                         struct arena *arena, str *ret_match, struct error *err)
{
    struct buf out;
    size_t done = 0;
    enum status status = STATUS_OK;
    buf_init(&out, (size_t)128 * 1024);
    for (size_t i = 0; i < query->stem_count && status == STATUS_OK; i++) {
        size_t n = out.n + query->stems[i].start - done;
        buf_add(&out, str_slice(query->match, done, query->stems[i].start));
        status = add_words(search, arena, query->stems[i].text, &out, err);
        done = out.n > n ? query->stems[i].end : query->stems[i].start;
    }
    buf_add(&out, str_slice(query->match, done, query->match.n));
    *ret_match = out.overflowed ? query->match : arena_str(arena, buf_str(&out));
    buf_close(&out);
    return status;
}

enum status search_find(struct search *search, const struct search_query *query, int64_t before,
                        size_t max, struct arena *arena, struct search_hit **ret_hits,
                        size_t *ret_count, struct error *err)
{
    struct search_hit *hits = ARENA_ARRAY(arena, struct search_hit, max);
    struct db_rows *rows = NULL;
    size_t count = 0;
    if (query->match.n == 0) {
        *ret_hits = hits;
        *ret_count = 0;
        return STATUS_OK;
    }
    /* By rowid and not by relevance: relevance must look at every match, this stops at the
     * limit; the newest case is what an officer looks for. */
    str match = {0};
    enum status status = widen(search, query, arena, &match, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = db_query(search->db,
                      "SELECT rowid, snippet(document, -1, char(1), char(2), '…', 24) FROM document"
                      " WHERE document MATCH $1 AND rowid < $2 ORDER BY rowid DESC LIMIT $3",
                      DB_ARGS(DB_T(match), DB_I(before == 0 ? INT64_MAX : before), DB_I(max)),
                      &rows, err);
    while (count < max && db_more(rows, &status, err)) {
        hits[count].number = db_int(rows, 0);
        take_snippet(arena, db_text(rows, 1), &hits[count]);
        count++;
    }
    db_rows_close(rows);
    if (status == STATUS_OK) {
        *ret_hits = hits;
        *ret_count = count;
    }
    return status;
}
