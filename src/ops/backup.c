/* SPDX-License-Identifier: Apache-2.0 */
#include "ops/backup.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "letterbox/verify.h"
#include "ops/dump.h"
#include "ops/erasures.h"
#include "store/letterbox.h"

enum { TRIES = 4 };

struct backup {
    const struct backup_options *options;
    struct arena *arena;
    struct manifest *manifest;
    struct progress progress;
};

/* All that can ever lie in a backup's folder, also half made. */
static const char *const leavings[] = {
    "casebook.db",      "casebook.db-wal",    "letterbox.db",
    "letterbox.db-wal", "keyring.db",         "keyring.db-wal",
    "letterbox.db-shm", "keyring.db-shm",     "desk.json",
    "log.key",          "alarm.key",          "postgresql.sql",
    "backup.json",      "keyring.db-journal", "letterbox.db-journal",
    ERASURES_NAME};

static const char *live(const struct backup *b, const char *name)
{
    return settings_path(b->options->settings, b->arena, name);
}

static const char *kept(const struct backup *b, const char *name)
{
    return arena_printf(b->arena, "%s/%s", b->options->to, name).p;
}

/* A second try replaces what the first one listed. */
static void list_file(struct backup *b, const char *name, const struct file_mark *mark)
{
    struct manifest *m = b->manifest;
    size_t at = 0;
    while (at < m->file_count && strcmp(m->files[at].name, name) != 0) {
        at++;
    }
    ASSERT(at < BACKUP_FILES_MAX && strlen(name) < BACKUP_NAME_BYTES_MAX);
    m->files[at].mark = *mark;
    memcpy(m->files[at].name, name, strlen(name) + 1);
    m->file_count = at == m->file_count ? at + 1 : m->file_count;
}

/* As bytes. What is not there is not there. */
static enum status copy_file(struct backup *b, const char *from, const char *name,
                             struct error *err)
{
    struct file_mark mark;
    if (!io_exists(from)) {
        return STATUS_OK;
    }
    enum status status = file_copy(from, kept(b, name), &b->progress, &mark, err);
    if (status == STATUS_OK) {
        list_file(b, name, &mark);
    }
    return status;
}

/* --- the SQLite stores: see the header for the order --- */

struct moment {
    struct db *writer; /* holds the letterbox's write lock */
    struct db *letterbox, *keyring;
};

static void moment_end(struct moment *moment)
{
    db_close(moment->writer);
    db_close(moment->letterbox);
    db_close(moment->keyring);
    *moment = (struct moment){0};
}

/* A reader whose moment has begun: BEGIN alone does not look yet, the first read does. */
static enum status begin_reader(const struct backup *b, const char *store, struct db **ret_db,
                                struct error *err)
{
    int64_t version = 0;
    struct db_options options = settings_store(b->options->settings, b->arena, store);
    options.is_read_only = true;
    enum status status = db_open(&options, ret_db, err);
    if (status == STATUS_OK) {
        status = db_begin(*ret_db, err);
    }
    return status == STATUS_OK ? db_schema_version(*ret_db, &version, err) : status;
}

static enum status moment_take(const struct backup *b, struct moment *moment, struct error *err)
{
    struct db_options options = settings_store(b->options->settings, b->arena, "letterbox");
    enum status status = db_open(&options, &moment->writer, err);
    if (status == STATUS_OK) {
        status = db_begin(moment->writer, err);
    }
    if (status == STATUS_OK) {
        status = begin_reader(b, "letterbox", &moment->letterbox, err);
    }
    return status == STATUS_OK ? begin_reader(b, "keyring", &moment->keyring, err) : status;
}

static enum status copy_store(struct backup *b, struct db *db, const char *name, struct error *err)
{
    struct file_mark mark;
    enum status status = db_copy(db, kept(b, name), err);
    if (status == STATUS_OK) {
        status = file_hash(kept(b, name), &b->progress, &mark, err);
    }
    if (status == STATUS_OK) {
        list_file(b, name, &mark);
    }
    return status;
}

static enum status try_casebook(struct backup *b, bool is_last, struct moment *moment,
                                bool *ret_is_whole, struct error *err)
{
    struct wal_salts before, after;
    const char *log = live(b, "casebook.db-wal");
    bool was_there = io_exists(live(b, "casebook.db"));
    enum status status = is_last ? moment_take(b, moment, err) : STATUS_OK;
    (void)unlink(kept(b, "casebook.db")); /* of the try before */
    (void)unlink(kept(b, "casebook.db-wal"));
    if (status == STATUS_OK) {
        status = wal_salts_read(log, &before, err);
    }
    if (status == STATUS_OK) {
        status = copy_file(b, live(b, "casebook.db"), "casebook.db", err);
    }
    if (status == STATUS_OK && !is_last) {
        status = moment_take(b, moment, err);
    }
    if (status == STATUS_OK) {
        status = copy_file(b, log, "casebook.db-wal", err);
    }
    if (status == STATUS_OK) {
        status = wal_salts_read(log, &after, err);
    }
    if (status == STATUS_OK) {
        *ret_is_whole =
            wal_salts_equal(&before, &after) && was_there == io_exists(live(b, "casebook.db"));
    }
    return status;
}

static enum status copy_sqlite(struct backup *b, struct error *err)
{
    struct moment moment = {0};
    bool is_whole = false;
    enum status status = STATUS_OK;
    for (int i = 0; i < TRIES && !is_whole && status == STATUS_OK; i++) {
        moment_end(&moment);
        status = try_casebook(b, i == TRIES - 1, &moment, &is_whole, err);
    }
    db_close(moment.writer);
    moment.writer = NULL;
    if (status == STATUS_OK && !is_whole) {
        status = error_set(err, STATUS_UNAVAILABLE, "the casebook changed too fast to be copied");
        error_hint(err, "nothing was kept; try again when the desk is less busy");
    }
    if (status == STATUS_OK) {
        status = copy_store(b, moment.letterbox, "letterbox.db", err);
    }
    if (status == STATUS_OK) {
        status = copy_store(b, moment.keyring, "keyring.db", err);
    }
    moment_end(&moment);
    return status;
}

/* --- checking --- */

/* A reader of a database in WAL mode leaves its index and an empty log beside it. */
static void tidy_up(const char *folder, struct arena *arena)
{
    const char *log = arena_printf(arena, "%s/letterbox.db-wal", folder).p;
    if (path_bytes(log) == 0) {
        (void)unlink(log);
        (void)unlink(arena_printf(arena, "%s/letterbox.db-shm", folder).p);
    }
}

enum status backup_verify(const struct settings *settings, const char *folder, struct arena *arena,
                          struct manifest *manifest, struct error *err)
{
    struct verify_report report;
    struct verify_options options = {.desk_id = settings->desk_id,
                                     .log_verify = settings->log_verify,
                                     .desk_verify = settings->desk_verify};
    struct db *db = NULL;
    struct settings there = *settings;
    there.dir = str_c(folder);
    struct db_options where = settings_store(&there, arena, "letterbox");
    where.is_read_only = true;
    enum status status = db_open(&where, &db, err);
    if (status == STATUS_OK) {
        status = verify_letterbox(db, &options, arena, &report, err);
    }
    if (status == STATUS_OK && report.findings > 0) {
        status = error_set(err, STATUS_CORRUPT, "%.*s", STR_ARG(report.finding[0]));
        error_hint(err, "'hustings ledger verify' on the desk itself shows all that is wrong");
    }
    if (status == STATUS_OK) {
        manifest->leaves = report.leaves;
        manifest->root = report.root;
        status = letterbox_checkpoint_read(db, arena, -1, &manifest->checkpoint, err);
        status = status == STATUS_NOT_FOUND ? STATUS_OK : status;
    }
    db_close(db);
    if (where.engine == DB_SQLITE) {
        tidy_up(folder, arena);
    }
    return status;
}

/* --- PostgreSQL: the dump against the live ledger --- */

struct prefix {
    struct tree tree;
    int64_t size;
};

static enum status visit_leaf(void *context, const struct leaf *leaf, struct error *err)
{
    struct prefix *prefix = context;
    (void)err;
    if (leaf->number < prefix->size) {
        struct crypt_hash hash = leaf_hash(leaf);
        tree_add(&prefix->tree, &hash);
    }
    return STATUS_OK;
}

static enum status compare_dump(const struct backup *b, const struct dump *dump, struct error *err)
{
    struct prefix prefix = {.size = dump->leaves};
    struct db_options where = settings_store(b->options->settings, b->arena, "letterbox");
    struct db *db = NULL;
    tree_init(&prefix.tree);
    where.is_read_only = true;
    enum status status = db_open(&where, &db, err);
    if (status == STATUS_OK) {
        status = letterbox_leaves_walk(db, visit_leaf, &prefix, err);
    }
    db_close(db);
    struct crypt_hash root = tree_root(&prefix.tree);
    if (status == STATUS_OK && ((int64_t)prefix.tree.size != dump->leaves ||
                                memcmp(root.bytes, dump->root.bytes, sizeof root.bytes) != 0)) {
        status = error_set(err, STATUS_INVALID, "the dump is not of this desk's ledger");
        error_hint(err, "dump the database that DIR/desk.json names");
    }
    return status;
}

static enum status needs_casebook(const struct backup *b, const struct dump *dump,
                                  struct error *err)
{
    struct db_options where = settings_store(b->options->settings, b->arena, "casebook");
    struct db *db = NULL;
    int64_t version = 0;
    where.is_read_only = true;
    if (dump->has_casebook || db_open(&where, &db, NULL) != STATUS_OK) {
        return STATUS_OK; /* there, or never unlocked yet */
    }
    enum status status = db_schema_version(db, &version, err);
    db_close(db);
    if (status == STATUS_OK && version > 0) {
        status = error_set(err, STATUS_INVALID, "the dump lacks the schema casebook");
    }
    return status;
}

static enum status copy_postgresql(struct backup *b, struct error *err)
{
    struct dump dump;
    enum status status = dump_read(b->options->pg_dump, NULL, &dump, err);
    if (status == STATUS_OK) {
        status = compare_dump(b, &dump, err);
    }
    if (status == STATUS_OK) {
        status = needs_casebook(b, &dump, err);
    }
    if (status == STATUS_OK) {
        status = copy_file(b, b->options->pg_dump, "postgresql.sql", err);
    }
    if (status == STATUS_OK) {
        b->manifest->leaves = dump.leaves;
        b->manifest->root = dump.root;
    }
    return status;
}

/* --- the whole --- */

static enum status copy_settings(struct backup *b, struct error *err)
{
    static const char *const names[] = {"desk.json", "log.key", "alarm.key"};
    enum status status = STATUS_OK;
    for (size_t i = 0; i < ARRAY_LEN(names) && status == STATUS_OK; i++) {
        status = copy_file(b, live(b, names[i]), names[i], err);
    }
    return status;
}

/* So that an older backup can be brought up to this one's erasures. */
static enum status list_erasures(struct backup *b, struct error *err)
{
    struct file_mark mark;
    const char *path = kept(b, ERASURES_NAME);
    enum status status = erasures_write(b->options->settings, b->arena, path, err);
    if (status == STATUS_OK) {
        status = file_hash(path, &b->progress, &mark, err);
    }
    if (status == STATUS_OK) {
        list_file(b, ERASURES_NAME, &mark);
    }
    return status;
}

static enum status fill(struct backup *b, struct error *err)
{
    bool is_sqlite = str_equal(b->options->settings->store, STR("sqlite"));
    enum status status = is_sqlite ? copy_sqlite(b, err) : copy_postgresql(b, err);
    if (status == STATUS_OK) {
        status = copy_settings(b, err);
    }
    if (status == STATUS_OK) {
        status = list_erasures(b, err);
    }
    if (status == STATUS_OK && is_sqlite) {
        status = backup_verify(b->options->settings, b->options->to, b->arena, b->manifest, err);
    }
    if (status == STATUS_OK) {
        status = manifest_check(b->options->to, b->manifest, &b->progress, err);
    }
    for (size_t i = 0; i < b->manifest->file_count && status == STATUS_OK; i++) {
        status = path_sync(kept(b, b->manifest->files[i].name), err);
    }
    if (status == STATUS_OK) {
        status = path_sync(b->options->to, err);
    }
    return status == STATUS_OK ? manifest_write(b->options->to, b->manifest, err) : status;
}

static int64_t bytes_expected(const struct backup *b)
{
    static const char *const names[] = {"casebook.db", "casebook.db-wal", "letterbox.db",
                                        "keyring.db"};
    int64_t bytes = b->options->pg_dump == NULL ? 0 : path_bytes(b->options->pg_dump);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        bytes += path_bytes(live(b, names[i]));
    }
    return 2 * bytes; /* copied, and read again */
}

static void remove_all(const struct backup *b)
{
    for (size_t i = 0; i < ARRAY_LEN(leavings); i++) {
        (void)unlink(kept(b, leavings[i]));
    }
    (void)rmdir(b->options->to);
}

enum status backup_make(const struct backup_options *options, struct arena *arena,
                        struct manifest *ret_manifest, struct error *err)
{
    struct manifest manifest = {.desk_id = options->settings->desk_id,
                                .made = options->now,
                                .program = STR(HUSTINGS_VERSION),
                                .store = str_equal(options->settings->store, STR("sqlite"))
                                             ? STR("sqlite")
                                             : STR("postgresql")};
    struct backup b = {.options = options, .arena = arena, .manifest = &manifest};
    if (mkdir(options->to, 0700) != 0) {
        enum status failed = errno == EEXIST ? STATUS_CONFLICT : STATUS_DENIED;
        (void)error_set(err, failed, "cannot make the folder %.160s: %s", options->to,
                        strerror(errno));
        error_hint(err, "a backup goes into a new folder");
        return failed;
    }
    progress_start(&b.progress, "backup", bytes_expected(&b));
    enum status status = fill(&b, err);
    if (status == STATUS_OK) {
        status = path_sync(arena_printf(arena, "%s/..", options->to).p, err);
    }
    progress_end(&b.progress);
    if (status != STATUS_OK) {
        remove_all(&b);
        return status;
    }
    *ret_manifest = manifest;
    return STATUS_OK;
}
