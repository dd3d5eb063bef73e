/* SPDX-License-Identifier: Apache-2.0 */
#include "ops/move.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "letterbox/verify.h"
#include "ops/copy.h"
#include "ops/progress.h"
#include "store/casebook.h"
#include "store/keyring.h"
#include "store/letterbox.h"

/* In the order in which they are committed. */
enum store { STORE_KEYRING, STORE_CASEBOOK, STORE_LETTERBOX, STORE_COUNT };
/* Any number that no other writer uses ("move"). */
enum { MOVE_LOCK = 0x6d6f7665 };
enum { TOKEN_DIGITS = 32 };
static const char token_file[] = "move.token";
static const char *const store_names[STORE_COUNT] = {"keyring", "casebook", "letterbox"};

struct move {
    const struct move_options *options;
    struct arena *arena;
    struct move_report report;
    struct progress progress;
    struct settings there; /* the same desk on PostgreSQL */
    struct crypt_key page_key;
    struct db *mark;              /* in the target; holds the lock of the move */
    struct db *from[STORE_COUNT]; /* their write locks are held; NULL: there is no such store */
    struct move_tables *tables[STORE_COUNT];
    struct move_digest *digests[STORE_COUNT];
};

static void count_bytes(void *context, size_t bytes)
{
    struct move *move = context;
    progress_add(&move->progress, bytes);
}

static const char *live(const struct move *move, const char *name)
{
    return settings_path(move->options->settings, move->arena, name);
}

static bool is_there(const struct move *move, enum store store)
{
    return store != STORE_CASEBOOK || move->options->casebook != NULL;
}

/* --- the target --- */

static enum status not_empty(const char *schema, struct error *err)
{
    error_set(err, STATUS_CONFLICT, "the database holds something already: schema %s", schema);
    error_hint(err, "take an empty database; or, when that is what an older move left, give it up: "
                    "DROP SCHEMA IF EXISTS keyring, casebook, letterbox CASCADE");
    return STATUS_CONFLICT;
}

/* Connected with no schema of ours: to look. */
static enum status open_target(const struct move *move, struct db **ret_db, struct error *err)
{
    struct db_options options = {
        .engine = DB_POSTGRESQL, .where = move->options->to, .is_read_only = true};
    return db_open(&options, ret_db, err);
}

/* The name of the whole copy that this folder was about to switch to; empty when there is none. */
static enum status read_token(const struct move *move, str *ret_token, struct error *err)
{
    const char *path = live(move, token_file);
    *ret_token = STR("");
    return io_exists(path) ? io_read_file(move->arena, path, TOKEN_DIGITS, ret_token, err)
                           : STATUS_OK;
}

/* Whose move was cut off there? One that was on its way: nobody uses what it left. A whole copy may
 * be in use, unless the move that made it was cut off in this very folder before the switch. (The
 * column by its JSON: a mark of an older program has no token.) */
static enum status read_mark(struct move *move, struct db *db, bool *ret_is_ours, struct error *err)
{
    const struct crypt_id *desk_id = &move->options->settings->desk_id;
    str token = {0};
    struct db_rows *rows = NULL;
    bool has_row = false;
    enum status status =
        db_query(db, "SELECT 1 FROM pg_class WHERE oid = to_regclass('hustings_move.mark')",
                 DB_NO_ARGS, &rows, err);
    if (status == STATUS_OK) {
        status = db_next(rows, &has_row, err);
    }
    db_rows_close(rows);
    rows = NULL;
    *ret_is_ours = false;
    if (status != STATUS_OK || !has_row) {
        return status;
    }
    status = read_token(move, &token, err);
    if (status == STATUS_OK) {
        status = db_query(db,
                          "SELECT desk_id, COALESCE(to_jsonb(mark)->>'token', '')"
                          " FROM hustings_move.mark",
                          DB_NO_ARGS, &rows, err);
    }
    if (status == STATUS_OK) {
        status = db_next(rows, &has_row, err);
    }
    if (status == STATUS_OK && has_row) {
        str there = db_text(rows, 1);
        *ret_is_ours =
            str_equal(db_bytes(rows, 0), str_from(desk_id->bytes, sizeof desk_id->bytes)) &&
            (there.n == 0 || str_equal(there, token));
    }
    db_rows_close(rows);
    return status;
}

/* Empty, or with what an unfinished move of this desk has left. */
static enum status look_at_target(struct move *move, struct error *err)
{
    struct db *db = NULL;
    bool is_ours = false;
    enum status status = open_target(move, &db, err);
    if (status == STATUS_OK) {
        status = read_mark(move, db, &is_ours, err);
    }
    move->report.is_again = is_ours;
    for (size_t i = 0; i < STORE_COUNT && status == STATUS_OK && !is_ours; i++) {
        bool has_rows = false;
        status = move_has_rows(db, store_names[i], move->arena, &has_rows, err);
        if (status == STATUS_OK && has_rows) {
            status = not_empty(store_names[i], err);
        }
    }
    db_close(db);
    return status;
}

static const struct db_migration mark_migrations[] = {
    {1, "mark",
     "CREATE TABLE mark (one INTEGER PRIMARY KEY, desk_id BLOB NOT NULL, at INTEGER NOT NULL)"
     " STRICT"},
    {2, "token", "ALTER TABLE mark ADD COLUMN token TEXT"}};

/* From now on until the end this desk is on its way there; the lock keeps a second move out. */
static enum status set_mark(struct move *move, struct error *err)
{
    const struct crypt_id *id = &move->options->settings->desk_id;
    struct db_options options = {.engine = DB_POSTGRESQL,
                                 .where = move->options->to,
                                 .schema = "hustings_move",
                                 .is_create = true};
    enum status status = db_open(&options, &move->mark, err);
    if (status == STATUS_OK) {
        status = db_migrate(move->mark, mark_migrations, ARRAY_LEN(mark_migrations),
                            move->options->now, NULL, err);
    }
    if (status == STATUS_OK) {
        status = db_exec(move->mark,
                         "INSERT INTO mark (one, desk_id, at) VALUES (1, $1, $2)"
                         " ON CONFLICT (one) DO UPDATE SET desk_id = excluded.desk_id,"
                         " at = excluded.at, token = NULL",
                         DB_ARGS(DB_B(id->bytes, sizeof id->bytes), DB_I(move->options->now)), NULL,
                         err);
    }
    if (status == STATUS_OK) {
        status = db_begin(move->mark, err);
    }
    return status == STATUS_OK ? db_lock_writer(move->mark, MOVE_LOCK, err) : status;
}

/* The copy is whole: from now on only this folder may take it for its own and replace it. */
static enum status set_token(struct move *move, struct error *err)
{
    unsigned char bytes[TOKEN_DIGITS / 2];
    char digits[TOKEN_DIGITS];
    crypt_random(bytes, sizeof bytes);
    hex_encode(bytes, sizeof bytes, digits);
    str token = str_from(digits, sizeof digits);
    enum status status = io_write_file(live(move, token_file), token, 0600, err);
    if (status == STATUS_OK) {
        status = db_exec(move->mark, "UPDATE mark SET token = $1", DB_ARGS(DB_T(token)), NULL, err);
    }
    return status == STATUS_OK ? db_commit(move->mark, err) : status;
}

/* The desk is there: what is left of the move goes. */
static enum status drop_mark(struct move *move, struct error *err)
{
    enum status status =
        db_exec(move->mark, "DROP SCHEMA hustings_move CASCADE", DB_NO_ARGS, NULL, err);
    (void)unlink(live(move, token_file));
    return status;
}

/* Its tables, as the program's migrations make them. */
static enum status migrate_target(struct move *move, enum store store, struct error *err)
{
    struct db_options options = settings_store(&move->there, move->arena, store_names[store]);
    struct keyring *keyring = NULL;
    struct casebook *casebook = NULL;
    struct db *db = NULL;
    enum status status = STATUS_OK;
    options.is_create = true;
    switch (store) {
    case STORE_KEYRING:
        status = keyring_open(&options, move->options->now, &keyring, err);
        keyring_close(keyring);
        break;
    case STORE_CASEBOOK: {
        struct casebook_options with = {.db = options,
                                        .desk_id = move->options->settings->desk_id,
                                        .key = move->options->casebook};
        status = casebook_open(&with, move->options->now, &casebook, err);
        casebook_close(casebook);
        break;
    }
    case STORE_LETTERBOX:
    case STORE_COUNT:
        status = db_open(&options, &db, err);
        if (status == STATUS_OK) {
            status = letterbox_migrate(db, move->options->now, NULL, err);
        }
        db_close(db);
        break;
    }
    return status;
}

/* --- the source --- */

static enum status open_source(struct move *move, enum store store, struct error *err)
{
    struct db_options options =
        settings_store(move->options->settings, move->arena, store_names[store]);
    options.page_key = store == STORE_CASEBOOK ? move->page_key.bytes : NULL;
    options.is_read_only = move->options->is_dry_run;
    enum status status = db_open(&options, &move->from[store], err);
    if (status == STATUS_OK && store == STORE_LETTERBOX && !options.is_read_only) {
        status = letterbox_migrate(move->from[store], move->options->now, NULL, err);
    }
    if (status == STATUS_OK) {
        status = db_begin(move->from[store], err);
    }
    if (status == STATUS_OK) {
        move->tables[store] = ARENA_NEW(move->arena, struct move_tables);
        move->digests[store] = ARENA_ARRAY(move->arena, struct move_digest, MOVE_TABLES_MAX);
        status = move_tables_read(move->from[store], move->arena, move->tables[store], err);
    }
    return status;
}

static enum status open_sources(struct move *move, struct error *err)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < STORE_COUNT && status == STATUS_OK; i++) {
        if (is_there(move, (enum store)i)) {
            status = open_source(move, (enum store)i, err);
        }
    }
    return status;
}

static void close_sources(struct move *move)
{
    for (size_t i = 0; i < STORE_COUNT; i++) {
        db_close(move->from[i]); /* rolls back: nothing was written */
        move->from[i] = NULL;
    }
}

/* --- the ledger --- */

static enum status check_ledger(const struct move *move, const struct settings *settings,
                                struct verify_report *ret_report, struct error *err)
{
    struct verify_options options = {.desk_id = settings->desk_id,
                                     .log_verify = settings->log_verify,
                                     .desk_verify = settings->desk_verify};
    struct db_options where = settings_store(settings, move->arena, "letterbox");
    struct db *db = NULL;
    where.is_read_only = true;
    enum status status = db_open(&where, &db, err);
    if (status == STATUS_OK) {
        status = verify_letterbox(db, &options, move->arena, ret_report, err);
    }
    db_close(db);
    if (status == STATUS_OK && ret_report->findings > 0) {
        status = error_set(err, STATUS_CORRUPT, "%.*s", STR_ARG(ret_report->finding[0]));
        error_hint(err, "'hustings ledger verify' shows all that is wrong; a broken desk is not "
                        "moved");
    }
    return status;
}

/* --- copying and comparing --- */

static enum status same_version(struct db *from, struct db *to, const char *name, struct error *err)
{
    int64_t here = 0;
    int64_t there = 0;
    enum status status = db_schema_version(from, &here, err);
    if (status == STATUS_OK) {
        status = db_schema_version(to, &there, err);
    }
    return status == STATUS_OK && here != there
               ? error_set(err, STATUS_CONFLICT,
                           "%s is at version %lld here and at %lld there: start the desk once "
                           "with this program",
                           name, (long long)here, (long long)there)
               : status;
}

static enum status open_there(struct move *move, enum store store, struct db **ret_db,
                              struct error *err)
{
    struct db_options options = settings_store(&move->there, move->arena, store_names[store]);
    enum status status = db_open(&options, ret_db, err);
    return status == STATUS_OK ? same_version(move->from[store], *ret_db, store_names[store], err)
                               : status;
}

static enum status copy_store(struct move *move, enum store store, struct error *err)
{
    struct db *to = NULL;
    enum status status = migrate_target(move, store, err);
    if (status == STATUS_OK) {
        status = open_there(move, store, &to, err);
    }
    if (status == STATUS_OK) {
        status = db_begin(to, err);
    }
    if (status == STATUS_OK) {
        status = db_lock_writer(to, LETTERBOX_LOCK, err);
    }
    if (status == STATUS_OK) {
        status = move_copy(move->from[store], to, move->tables[store], count_bytes, move,
                           move->digests[store], err);
    }
    if (status == STATUS_OK) {
        status = db_commit(to, err);
    }
    db_close(to); /* rolls back what was not committed */
    return status;
}

/* What is there against what is here. *ret_differs names the first table that is not the same. */
static enum status compare_store(struct move *move, enum store store, const char **ret_differs,
                                 struct error *err)
{
    const struct move_tables *tables = move->tables[store];
    struct move_digest *there = ARENA_ARRAY(move->arena, struct move_digest, MOVE_TABLES_MAX);
    struct db *db = NULL;
    *ret_differs = NULL;
    enum status status = open_there(move, store, &db, err);
    if (status == STATUS_OK) {
        status = move_digests(db, tables, count_bytes, move, there, err);
    }
    db_close(db);
    for (size_t i = 0; i < tables->count && status == STATUS_OK && *ret_differs == NULL; i++) {
        if (!move_digest_equal(&there[i], &move->digests[store][i])) {
            *ret_differs = tables->list[i].name;
        }
    }
    return status;
}

static enum status copy_all(struct move *move, struct error *err)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < STORE_COUNT && status == STATUS_OK; i++) {
        if (is_there(move, (enum store)i)) {
            status = copy_store(move, (enum store)i, err);
        }
    }
    return status;
}

static enum status verify_all(struct move *move, const struct verify_report *before,
                              struct error *err)
{
    struct verify_report *after = ARENA_NEW(move->arena, struct verify_report);
    enum status status = STATUS_OK;
    for (size_t i = 0; i < STORE_COUNT && status == STATUS_OK; i++) {
        const char *differs = NULL;
        if (!is_there(move, (enum store)i)) {
            continue;
        }
        status = compare_store(move, (enum store)i, &differs, err);
        if (status == STATUS_OK && differs != NULL) {
            status = error_set(err, STATUS_CORRUPT, "the table %s.%s did not arrive as it was",
                               store_names[i], differs);
        }
        for (size_t t = 0; t < move->tables[i]->count; t++) {
            move->report.rows += move->digests[i][t].rows;
            move->report.bytes += move->digests[i][t].bytes;
        }
        move->report.tables += (int64_t)move->tables[i]->count;
    }
    if (status == STATUS_OK) {
        status = check_ledger(move, &move->there, after, err);
    }
    if (status == STATUS_OK &&
        (after->leaves != before->leaves ||
         memcmp(after->root.bytes, before->root.bytes, sizeof after->root.bytes) != 0)) {
        status = error_set(err, STATUS_CORRUPT, "the ledger there is not the ledger here");
    }
    return status;
}

/* --- the switch --- */

/* DIR/sqlite-2026-05-07T21:04:00Z/ */
static enum status set_aside(struct move *move, struct error *err)
{
    static const char *const ends[] = {"", "-wal", "-shm"};
    static const char *const names[] = {"letterbox.db", "keyring.db", "casebook.db"};
    struct buf name;
    buf_init(&name, 100);
    buf_add_c(&name, "sqlite-");
    buf_add_time(&name, move->options->now);
    buf_add_byte(&name, '\0');
    const char *folder = live(move, name.p);
    buf_close(&name);
    move->report.kept = arena_str(move->arena, str_c(folder));
    if (mkdir(folder, 0700) != 0) {
        return error_set(err, STATUS_DENIED, "cannot make %.160s: %s", folder, strerror(errno));
    }
    for (size_t i = 0; i < ARRAY_LEN(names) * ARRAY_LEN(ends); i++) {
        str file = arena_printf(move->arena, "%s%s", names[i / ARRAY_LEN(ends)],
                                ends[i % ARRAY_LEN(ends)]);
        const char *from = live(move, file.p);
        const char *to = arena_printf(move->arena, "%s/%s", folder, file.p).p;
        if (rename(from, to) != 0 && errno != ENOENT) {
            return error_set(err, STATUS_DENIED, "cannot move %.160s: %s", from, strerror(errno));
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(ends); i++) { /* made anew from the casebook */
        (void)unlink(live(move, arena_printf(move->arena, "search.db%s", ends[i]).p));
    }
    return path_sync(folder, err);
}

static enum status switch_over(struct move *move, struct error *err)
{
    enum status status = settings_write(&move->there, err);
    if (status != STATUS_OK) {
        return status;
    }
    close_sources(move);
    struct error later = {0};
    if (drop_mark(move, &later) != STATUS_OK) { /* nobody asks for it any more */
        fprintf(stderr, "hustings: %s\n", later.primary);
    }
    if (set_aside(move, &later) != STATUS_OK) {
        /* The desk is moved; where the old files lie does not change that. */
        fprintf(stderr, "hustings: %s\n", later.primary);
        move->report.kept = move->options->settings->dir;
    }
    return STATUS_OK;
}

/* --- the whole --- */

static int64_t bytes_here(const struct move *move)
{
    int64_t bytes = 0;
    for (size_t i = 0; i < STORE_COUNT; i++) {
        bytes += path_bytes(live(move, arena_printf(move->arena, "%s.db", store_names[i]).p));
    }
    return bytes;
}

static enum status run(struct move *move, struct error *err)
{
    struct verify_report *before = ARENA_NEW(move->arena, struct verify_report);
    bool is_dry_run = move->options->is_dry_run;
    enum status status = look_at_target(move, err);
    if (status == STATUS_OK && !is_dry_run) {
        status = open_sources(move, err);
    }
    if (status == STATUS_OK) {
        status = check_ledger(move, move->options->settings, before, err);
    }
    if (status == STATUS_OK) {
        move->report.leaves = before->leaves;
        move->report.root = before->root;
        move->report.bytes = is_dry_run ? bytes_here(move) : 0;
    }
    if (status != STATUS_OK || is_dry_run) {
        return status;
    }
    status = set_mark(move, err);
    if (status == STATUS_OK) {
        status = copy_all(move, err);
    }
    if (status == STATUS_OK) {
        status = verify_all(move, before, err);
    }
    if (status == STATUS_OK) {
        status = set_token(move, err);
    }
    return status == STATUS_OK ? switch_over(move, err) : status;
}

enum status move_store(const struct move_options *options, struct arena *arena,
                       struct move_report *ret_report, struct error *err)
{
    struct move *move = ARENA_NEW(arena, struct move);
    move->options = options;
    move->arena = arena;
    move->there = *options->settings;
    move->there.store = str_c(options->to);
    if (options->casebook != NULL) {
        move->page_key = casebook_page_key(options->casebook);
    }
    progress_start(&move->progress, "move", 2 * bytes_here(move)); /* copied, and read again */
    enum status status = run(move, err);
    close_sources(move);
    db_close(move->mark);
    progress_end(&move->progress);
    CRYPT_WIPE(move->page_key);
    if (status == STATUS_OK) {
        *ret_report = move->report;
    }
    return status;
}
