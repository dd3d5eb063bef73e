/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "ops/backup.h"

struct restore {
    const struct restore_options *options;
    struct arena *arena;
    const struct manifest *manifest;
    struct progress progress;
    struct settings settings; /* of the backup */
    struct arena list_arena;
    struct erasure_list list;
    struct erasure_replayed replayed;
    bool made_folder;
};

static const char *in_backup(const struct restore *r, const char *name)
{
    return arena_printf(r->arena, "%s/%s", r->options->from, name).p;
}

static const char *in_desk(const struct restore *r, const char *name)
{
    return arena_printf(r->arena, "%s/%s", r->options->to, name).p;
}

static enum status not_empty(const char *path, struct error *err)
{
    error_set(err, STATUS_CONFLICT, "%.160s is not an empty folder", path);
    error_hint(err, "restore into a new one, look at it, then put it in the old one's place");
    return STATUS_CONFLICT;
}

/* Makes it, or finds it empty. */
static enum status take_folder(struct restore *r, struct error *err)
{
    const char *path = r->options->to;
    if (mkdir(path, 0700) == 0) {
        r->made_folder = true;
        return STATUS_OK;
    }
    if (errno != EEXIST) {
        return error_set(err, STATUS_DENIED, "cannot make the folder %.160s: %s", path,
                         strerror(errno));
    }
    DIR *folder = opendir(path);
    if (folder == NULL) {
        return not_empty(path, err);
    }
    bool is_empty = true;
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        is_empty =
            is_empty && (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0);
    }
    (void)closedir(folder);
    if (is_empty && chmod(path, 0700) != 0) {
        return error_set(err, STATUS_DENIED, "cannot close %.160s to others: %s", path,
                         strerror(errno));
    }
    return is_empty ? STATUS_OK : not_empty(path, err);
}

/* desk.json comes last, by itself; a dump was loaded into its database before; the desk's own list
 * of erasures is in its letterbox. */
static bool is_copied(const char *name)
{
    return strcmp(name, "desk.json") != 0 && strcmp(name, "postgresql.sql") != 0 &&
           strcmp(name, ERASURES_NAME) != 0;
}

static enum status copy_files(struct restore *r, struct error *err)
{
    for (size_t i = 0; i < r->manifest->file_count; i++) {
        const struct backup_file *file = &r->manifest->files[i];
        struct file_mark mark;
        if (!is_copied(file->name)) {
            continue;
        }
        enum status status =
            file_copy(in_backup(r, file->name), in_desk(r, file->name), &r->progress, &mark, err);
        if (status != STATUS_OK) {
            return status;
        }
        status = path_sync(in_desk(r, file->name), err);
        if (status != STATUS_OK) {
            return status;
        }
        if (mark.bytes != file->mark.bytes ||
            memcmp(&mark.hash, &file->mark.hash, sizeof mark.hash) != 0) {
            return error_set(err, STATUS_CORRUPT, "%s changed while it was copied", file->name);
        }
    }
    return STATUS_OK;
}

/* The ledger that is there now must be the one that backup.json speaks of. */
static enum status check_ledger(const struct restore *r, const struct settings *settings,
                                struct error *err)
{
    struct manifest found = *r->manifest;
    enum status status = backup_verify(settings, r->options->to, r->arena, &found, err);
    if (status == STATUS_OK && (found.leaves != r->manifest->leaves ||
                                memcmp(&found.root, &r->manifest->root, sizeof found.root) != 0)) {
        status = error_set(err, STATUS_CORRUPT, "the ledger is not the one that was backed up");
        error_hint(err, "with PostgreSQL: load the dump of this backup into an empty database");
    }
    return status;
}

static enum status write_settings(const struct restore *r, struct settings *settings,
                                  struct error *err)
{
    settings->dir = str_c(r->options->to);
    return settings_write(settings, err);
}

/* What was erased after the backup is erased in what it brings back, and the ledger is whole again
 * after it. The casebook, which we cannot open, follows at the next unlock. */
static enum status erase_again(struct restore *r, const struct settings *settings,
                               struct error *err)
{
    struct manifest found = *r->manifest;
    struct settings there = *settings;
    if (r->options->erasures == NULL) {
        return STATUS_OK;
    }
    there.dir = str_c(r->options->to);
    enum status status =
        erasures_apply(&there, r->arena, &r->list, r->options->now, &r->replayed, err);
    if (status == STATUS_OK) {
        status = backup_verify(&there, r->options->to, r->arena, &found, err);
    }
    if (status == STATUS_OK && str_equal(r->manifest->store, STR("sqlite"))) {
        status = path_sync(in_desk(r, "letterbox.db"), err);
    }
    return status;
}

static enum status fill(struct restore *r, struct error *err)
{
    enum status status = copy_files(r, err);
    if (status == STATUS_OK) {
        status = io_make_folder(in_desk(r, "run"), err);
    }
    if (status == STATUS_OK) {
        status = io_make_folder(in_desk(r, "backup"), err);
    }
    if (status == STATUS_OK) {
        status = check_ledger(r, &r->settings, err);
    }
    if (status == STATUS_OK) {
        status = erase_again(r, &r->settings, err);
    }
    if (status == STATUS_OK) {
        status = path_sync(r->options->to, err);
    }
    return status == STATUS_OK ? write_settings(r, &r->settings, err) : status;
}

/* The settings, and the list of erasures, before anything is made: what is refused leaves nothing. */
static enum status read_before(struct restore *r, struct error *err)
{
    enum status status = settings_read(r->arena, r->options->from, &r->settings, err);
    if (status == STATUS_OK && !crypt_id_equal(&r->settings.desk_id, &r->manifest->desk_id)) {
        status = error_set(err, STATUS_CORRUPT, "desk.json is of another desk than backup.json");
    }
    if (status == STATUS_OK && r->options->store != NULL) {
        r->settings.store = str_c(r->options->store);
    }
    if (status == STATUS_OK && r->options->erasures != NULL) {
        status = erasures_read(&r->settings, &r->list_arena, r->options->erasures, &r->list, err);
    }
    return status;
}

/* Only what we put there: the folder was empty. */
static void remove_all(const struct restore *r)
{
    (void)unlink(in_desk(r, "desk.json"));
    (void)unlink(in_desk(r, "letterbox.db-shm"));
    (void)unlink(in_desk(r, "letterbox.db-wal"));
    for (size_t i = 0; i < r->manifest->file_count; i++) {
        (void)unlink(in_desk(r, r->manifest->files[i].name));
    }
    (void)rmdir(in_desk(r, "run"));
    (void)rmdir(in_desk(r, "backup"));
    if (r->made_folder) {
        (void)rmdir(r->options->to);
    }
}

static enum status check_store(const struct restore_options *options,
                               const struct manifest *manifest, struct error *err)
{
    bool is_sqlite = str_equal(manifest->store, STR("sqlite"));
    if (is_sqlite && options->store != NULL) {
        return error_set(err, STATUS_INVALID, "this is a backup of SQLite; leave --store out");
    }
    if (!is_sqlite && options->store == NULL) {
        error_set(err, STATUS_INVALID, "this is a backup of PostgreSQL; load its dump first");
        error_hint(err,
                   "createdb NAME; psql -v ON_ERROR_STOP=1 -d NAME -f %.100s/postgresql.sql; then "
                   "again with --store postgresql://…/NAME",
                   options->from);
        return STATUS_INVALID;
    }
    return STATUS_OK;
}

enum status restore_make(const struct restore_options *options, struct arena *arena,
                         struct manifest *ret_manifest, struct erasure_replayed *ret_replayed,
                         struct error *err)
{
    struct manifest manifest;
    struct restore r = {.options = options, .arena = arena, .manifest = &manifest};
    arena_init(&r.list_arena, ERASURE_LIST_ARENA_BYTES_MAX);
    enum status status = manifest_read(arena, options->from, &manifest, err);
    if (status == STATUS_OK) {
        progress_start(&r.progress, "restore", 2 * manifest_bytes(&manifest));
        status = manifest_check(options->from, &manifest, &r.progress, err);
    }
    if (status == STATUS_OK) {
        status = check_store(options, &manifest, err);
    }
    if (status == STATUS_OK) {
        status = read_before(&r, err);
    }
    if (status == STATUS_OK) {
        status = take_folder(&r, err);
        if (status == STATUS_OK) {
            status = fill(&r, err);
            if (status != STATUS_OK) {
                remove_all(&r);
            }
        }
    }
    progress_end(&r.progress);
    arena_close(&r.list_arena);
    if (status == STATUS_OK) {
        *ret_manifest = manifest;
        *ret_replayed = r.replayed;
    }
    return status;
}
