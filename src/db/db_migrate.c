/* SPDX-License-Identifier: Apache-2.0 */
/* Forward-only migrations.
 *
 * Each runs in one transaction with its own row in schema_version, so a crash leaves a database
 * at one version or the next, never between. The version is read again under the writer's lock:
 * two processes that start together do not run one twice. */
#include "db/db_internal.h"

enum { MIGRATION_BYTES_MAX = 1024 * 1024 };
/* Any number that no other writer uses ("migr"). */
enum { MIGRATION_LOCK = 0x6d696772 };

static const char version_table[] =
    "CREATE TABLE schema_version (version INTEGER PRIMARY KEY, name TEXT NOT NULL,"
    " at INTEGER NOT NULL) STRICT;\n";

/* One number from a query without arguments. */
static enum status query_number(struct db *db, const char *sql, int64_t *ret_number,
                                struct error *err)
{
    struct db_rows *rows = NULL;
    enum status status = db_query(db, sql, DB_NO_ARGS, &rows, err);
    if (status != STATUS_OK) {
        return status;
    }
    bool has_row = false;
    status = db_next(rows, &has_row, err);
    if (status == STATUS_OK) {
        *ret_number = has_row ? db_int(rows, 0) : 0;
    }
    db_rows_close(rows);
    return status;
}

enum status db_schema_version(struct db *db, int64_t *ret_version, struct error *err)
{
    int64_t tables = 0;
    const char *sql = "SELECT count(*) FROM sqlite_schema WHERE name = 'schema_version'";
    if (db->engine == DB_POSTGRESQL) {
        sql = "SELECT count(*) FROM pg_class WHERE oid = to_regclass('schema_version')";
    }
    enum status status = query_number(db, sql, &tables, err);
    if (status == STATUS_OK && tables == 0) {
        *ret_version = 0;
        return STATUS_OK;
    }
    if (status == STATUS_OK) {
        status = query_number(db, "SELECT COALESCE(MAX(version), 0) FROM schema_version",
                              ret_version, err);
    }
    return status;
}

static enum status run_script(struct db *db, const char *sql, struct error *err)
{
    struct buf text;
    buf_init(&text, MIGRATION_BYTES_MAX);
    db_dialect(db->engine, str_c(sql), &text);
    buf_add_byte(&text, '\0');
    ASSERT(!text.overflowed);
    enum status status = db->ops->script(db, text.p, err);
    buf_close(&text);
    return status;
}

/* In the open transaction, under the lock. */
static enum status run_one(struct db *db, const struct db_migration *migration, time_us now,
                           struct error *err)
{
    int64_t version = 0;
    enum status status = db_schema_version(db, &version, err);
    if (status != STATUS_OK || version >= migration->version) {
        return status; /* somebody else was faster */
    }
    if (version == 0) {
        status = run_script(db, version_table, err);
    }
    if (status == STATUS_OK) {
        status = run_script(db, migration->sql, err);
    }
    if (status == STATUS_OK) {
        int64_t changed = 0;
        status = db_exec(db, "INSERT INTO schema_version (version, name, at) VALUES ($1, $2, $3)",
                         DB_ARGS(DB_I(migration->version), DB_T(str_c(migration->name)), DB_I(now)),
                         &changed, err);
    }
    return status;
}

static enum status migrate_one(struct db *db, const struct db_migration *migration, time_us now,
                               struct error *err)
{
    struct error cause = {0};
    enum status status = db_begin(db, &cause);
    if (status == STATUS_OK) {
        status = db_lock_writer(db, MIGRATION_LOCK, &cause);
    }
    if (status == STATUS_OK) {
        status = run_one(db, migration, now, &cause);
    }
    if (status == STATUS_OK) {
        status = db_commit(db, &cause);
    } else {
        db_rollback(db);
    }
    if (status != STATUS_OK) {
        error_set(err, status, "migration %lld (%s): %.180s", (long long)migration->version,
                  migration->name, cause.primary);
        error_hint(err, "%s", cause.hint);
    }
    return status;
}

enum status db_migrate(struct db *db, const struct db_migration *list, size_t count, time_us now,
                       int64_t *ret_from, struct error *err)
{
    int64_t from = 0;
    enum status status = db_schema_version(db, &from, err);
    if (status != STATUS_OK) {
        return status;
    }
    if (from > (int64_t)count) {
        error_set(err, STATUS_DENIED,
                  "this database has version %lld, this program knows versions up to %zu",
                  (long long)from, count);
        error_hint(err, "use the newer program that wrote it, or restore a backup made before");
        return STATUS_DENIED;
    }
    if (from < (int64_t)count && db->is_read_only) {
        return error_set(err, STATUS_DENIED,
                         "this database has version %lld and must be migrated to %zu first",
                         (long long)from, count);
    }
    for (size_t i = 0; i < count; i++) {
        ASSERT(list[i].version == (int64_t)i + 1);
        if (list[i].version > from) {
            status = migrate_one(db, &list[i], now, err);
        }
        if (status != STATUS_OK) {
            return status;
        }
    }
    if (ret_from != NULL) {
        *ret_from = from;
    }
    return STATUS_OK;
}
