/* SPDX-License-Identifier: Apache-2.0 */
/* SQLite: opening a file, its page key, its settings, copies and checkpoints.
 *
 * Page encryption is ChaCha20-Poly1305 of SQLite3 Multiple Ciphers with a raw 32-byte key: every
 * page of the file and of the WAL has its own random nonce and its tag in 32 reserved bytes.
 * These nonces come from a generator of the library that knows nothing of fork(): parent and
 * child would draw the same ones. So a process that opened an encrypted file must not fork a
 * child that opens one; `keyed_by` refuses it. */
#include "db/db_sqlite_internal.h"

#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"

/* The write-ahead log is kept and reused: growing a file costs twice an overwrite. 2,000 pages
 * (8 MB) hold a second of full load, so a page changed often is moved once. The cache is small
 * because every process has one. */
static const char settings_common[] = "PRAGMA synchronous = FULL;"
                                      "PRAGMA foreign_keys = ON;"
                                      "PRAGMA trusted_schema = OFF;"
                                      "PRAGMA cell_size_check = ON;"
                                      "PRAGMA temp_store = MEMORY;"
                                      "PRAGMA mmap_size = 0;"
                                      "PRAGMA cache_size = -2048;";
static const char settings_writer[] = "PRAGMA secure_delete = ON;"
                                      "PRAGMA wal_autocheckpoint = 2000;";

static enum status exec(struct sqlite_db *db, const char *sql, struct error *err)
{
    int code = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? STATUS_OK : sqlite_failed(db, code, err);
}

/* The process that first used a page key: 0 before. The one mutable static of this folder, to
 * keep the promise in the file header. */
static enum status keyed_by_this_process(struct error *err)
{
    static pid_t keyed_by;
    if (keyed_by != 0 && keyed_by != getpid()) {
        return error_set(err, STATUS_INTERNAL,
                         "a page key was used before this process was forked");
    }
    keyed_by = getpid();
    return STATUS_OK;
}

static enum status set_key(struct sqlite_db *db, struct error *err)
{
    if (!db->has_page_key) {
        return STATUS_OK;
    }
    enum status status = keyed_by_this_process(err);
    if (status != STATUS_OK) {
        return status;
    }
    char raw[4 + DB_PAGE_KEY_BYTES] = "raw:";
    memcpy(raw + 4, db->page_key, DB_PAGE_KEY_BYTES);
    int cipher = sqlite3mc_cipher_index("chacha20");
    int code = SQLITE_ERROR;
    if (cipher > 0 && sqlite3mc_config(db->handle, "cipher", cipher) == cipher) {
        code = sqlite3_key_v2(db->handle, "main", raw, sizeof raw);
    }
    explicit_bzero(raw, sizeof raw);
    return code == SQLITE_OK ? STATUS_OK : sqlite_failed(db, code, err);
}

/* Opens and keys the handle; nothing of the file is read yet. */
static enum status open_handle(struct sqlite_db *db, const char *path, int flags, struct error *err)
{
    db_sqlite_memory();
    int code = sqlite3_open_v2(
        path, &db->handle, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, db_sqlite_vfs());
    if (db->handle == NULL) {
        return error_set(err, STATUS_UNAVAILABLE, "SQLite: no memory");
    }
    if (code != SQLITE_OK) {
        return sqlite_failed(db, code, err);
    }
    (void)sqlite3_busy_timeout(db->handle, DB_BUSY_MS);
    /* These cannot fail with a valid handle. */
    (void)sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    (void)sqlite3_db_config(db->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    (void)sqlite3_limit(db->handle, SQLITE_LIMIT_ATTACHED, 0);
    return set_key(db, err);
}

/* The first read: here a wrong key or another kind of file shows. */
static enum status first_read(struct sqlite_db *db, const char *path, struct error *err)
{
    int code = sqlite3_exec(db->handle, "SELECT count(*) FROM sqlite_schema", NULL, NULL, NULL);
    if (code == SQLITE_OK) {
        return STATUS_OK;
    }
    if ((code & 0xff) == SQLITE_NOTADB || (code & 0xff) == SQLITE_CORRUPT) {
        if (db->has_page_key) {
            return error_set(err, STATUS_DENIED, "this key does not open %.180s", path);
        }
        return error_set(err, STATUS_CORRUPT, "%.180s is encrypted or no database", path);
    }
    return sqlite_failed(db, code, err);
}

static int is_wal(void *ret_is_wal, int count, char **values, char **names)
{
    (void)names;
    *(bool *)ret_is_wal = count == 1 && values[0] != NULL && strcmp(values[0], "wal") == 0;
    return 0;
}

static enum status set_up(struct sqlite_db *db, struct error *err)
{
    enum status status = exec(db, settings_common, err);
    if (status != STATUS_OK || db->base.is_read_only) {
        return status;
    }
    bool has_wal = false;
    int code = sqlite3_exec(db->handle, "PRAGMA journal_mode = WAL", is_wal, &has_wal, NULL);
    if (code != SQLITE_OK) {
        return sqlite_failed(db, code, err);
    }
    if (!has_wal) {
        return error_set(err, STATUS_UNAVAILABLE, "this file system cannot hold a WAL");
    }
    int on = 1;
    (void)sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_PERSIST_WAL, &on);
    return exec(db, settings_writer, err);
}

static enum status open_and_read(struct sqlite_db *db, const char *path, int flags,
                                 struct error *err)
{
    enum status status = open_handle(db, path, flags, err);
    return status == STATUS_OK ? first_read(db, path, err) : status;
}

/* Even a reader of a WAL file writes beside it (the index of the log). In a folder where it may
 * not, such as a backup on a read-only disk, the file can still be read as one that nobody
 * changes, provided that there is no log with newer pages. */
static bool is_still_life(struct sqlite_db *db, const struct db_options *options)
{
    int code = sqlite3_errcode(db->handle) & 0xff;
    char wal[PATH_MAX];
    int len = snprintf(wal, sizeof wal, "%s-wal", options->where);
    return options->is_read_only && (code == SQLITE_READONLY || code == SQLITE_CANTOPEN) &&
           len > 0 && (size_t)len < sizeof wal && !io_exists(wal);
}

static enum status open_still_life(struct sqlite_db *db, const char *path, struct error *err)
{
    struct buf uri;
    buf_init(&uri, 4 * PATH_MAX);
    buf_add_c(&uri, "file:");
    for (const char *c = path; *c != '\0'; c++) {
        if (*c == '%' || *c == '?' || *c == '#') {
            buf_printf(&uri, "%%%02x", (unsigned)*c);
        } else {
            buf_add_byte(&uri, *c);
        }
    }
    buf_add_c(&uri, "?immutable=1");
    buf_add_byte(&uri, '\0');
    (void)sqlite3_close_v2(db->handle);
    db->handle = NULL;
    enum status status =
        uri.overflowed ? error_set(err, STATUS_LIMIT, "the path is too long")
                       : open_and_read(db, uri.p, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, err);
    buf_close(&uri);
    return status;
}

static enum status open_all(struct sqlite_db *db, const struct db_options *options,
                            struct error *err)
{
    if (!options->is_create && !io_exists(options->where)) {
        return error_set(err, STATUS_NOT_FOUND, "there is no %.200s", options->where);
    }
    int flags = options->is_read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    if (options->is_create && !options->is_read_only) {
        flags |= SQLITE_OPEN_CREATE;
    }
    enum status status = open_and_read(db, options->where, flags, err);
    if (status != STATUS_OK && is_still_life(db, options)) {
        status = open_still_life(db, options->where, err);
    }
    return status == STATUS_OK ? set_up(db, err) : status;
}

enum status db_sqlite_open(const struct db_options *options, struct db **ret_db, struct error *err)
{
    struct arena arena;
    arena_init(&arena, DB_MEMORY_MAX);
    struct sqlite_db *db = ARENA_NEW(&arena, struct sqlite_db);
    db->base.ops = &sqlite_ops;
    db->base.engine = DB_SQLITE;
    db->base.is_read_only = options->is_read_only;
    if (options->page_key != NULL) {
        db->has_page_key = true;
        memcpy(db->page_key, options->page_key, DB_PAGE_KEY_BYTES);
    }
    db->base.arena = arena;
    enum status status = open_all(db, options, err);
    if (status != STATUS_OK) {
        db_close(&db->base);
        return status;
    }
    *ret_db = &db->base;
    return STATUS_OK;
}

void sqlite_file_close(struct sqlite_db *db)
{
    (void)sqlite3_close_v2(db->handle); /* accepts NULL */
    explicit_bzero(db->page_key, sizeof db->page_key);
}

/* -- copies ------------------------------------------------------------------------------- */

static enum status copy_pages(struct sqlite_db *from, struct sqlite_db *to, struct error *err)
{
    sqlite3_backup *backup = sqlite3_backup_init(to->handle, "main", from->handle, "main");
    if (backup == NULL) {
        return sqlite_failed(to, sqlite3_extended_errcode(to->handle), err);
    }
    /* All in one step: one read transaction, so the copy is of one moment. Writers go on in the
     * WAL meanwhile. */
    int code = sqlite3_backup_step(backup, -1);
    int finished = sqlite3_backup_finish(backup);
    if (code == SQLITE_DONE && finished == SQLITE_OK) {
        return STATUS_OK;
    }
    return sqlite_failed(to, code == SQLITE_DONE ? finished : code, err);
}

enum status sqlite_copy(struct db *base, const char *path, struct error *err)
{
    struct sqlite_db *from = (struct sqlite_db *)base;
    if (io_exists(path)) {
        return error_set(err, STATUS_CONFLICT, "%.200s is there already", path);
    }
    struct sqlite_db to = {.has_page_key = from->has_page_key};
    memcpy(to.page_key, from->page_key, sizeof to.page_key);
    enum status status = open_handle(&to, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, err);
    if (status == STATUS_OK) {
        /* EXTRA also syncs the folder when the journal goes. */
        status = exec(&to, "PRAGMA synchronous = EXTRA", err);
    }
    if (status == STATUS_OK) {
        status = copy_pages(from, &to, err);
    }
    sqlite_file_close(&to);
    if (status != STATUS_OK) {
        (void)unlink(path); /* half a copy is none; the status says it failed */
    }
    return status;
}

enum status sqlite_checkpoint(struct db *base, struct error *err)
{
    struct sqlite_db *db = (struct sqlite_db *)base;
    int code = sqlite3_wal_checkpoint_v2(db->handle, "main", SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    return code == SQLITE_OK ? STATUS_OK : sqlite_failed(db, code, err);
}

/* Without the usual patience: box must not stand still for a reader. */
enum status sqlite_scrub(struct db *base, bool *ret_is_done, struct error *err)
{
    struct sqlite_db *db = (struct sqlite_db *)base;
    (void)sqlite3_busy_timeout(db->handle, 0);
    int code =
        sqlite3_wal_checkpoint_v2(db->handle, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    (void)sqlite3_busy_timeout(db->handle, DB_BUSY_MS);
    bool is_busy = (code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_LOCKED;
    if (code != SQLITE_OK && !is_busy) {
        return sqlite_failed(db, code, err);
    }
    *ret_is_done = !is_busy;
    return STATUS_OK;
}

str sqlite_describe(struct db *base, struct arena *arena)
{
    (void)base;
    return arena_printf(arena, "SQLite %s (%s)", sqlite3_libversion(), sqlite3mc_version());
}

str db_sqlite_date(void)
{
    enum { DATE_BYTES = 19 };
    return str_slice(str_c(sqlite3_sourceid()), 0, DATE_BYTES);
}
