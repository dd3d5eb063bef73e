/* SPDX-License-Identifier: Apache-2.0 */
/* The desk's folder and stores. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/io.h"
#include "ledger/note.h"
#include "ops/doctor_internal.h"
#include "ops/manifest.h"
#include "store/letterbox.h"

enum { SPACE_BAD = 256 * 1000 * 1000, INODES_BAD = 1000 };
static const int64_t space_low = INT64_C(2) * 1000 * 1000 * 1000;
static const time_us hour = 3600 * US_PER_SECOND;
static const time_us clock_slack = 120 * US_PER_SECOND; /* leaves are rounded to the minute */

/* --- files --- */

static void look_at_mode(struct doctor *doctor, const struct settings *settings, const char *name,
                         enum doctor_level level, const char *advice)
{
    struct stat info;
    const char *path = settings_path(settings, doctor->arena, name);
    if (stat(path, &info) != 0) {
        return;
    }
    if ((info.st_mode & 077) == 0) {
        doctor_say(doctor, DOCTOR_OK, "files", NULL, "%s is the owner's alone",
                   name[0] == '\0' ? "the folder" : name);
        return;
    }
    doctor_say(doctor, level, "files", advice, "%s can be read by others (mode %04o)",
               name[0] == '\0' ? "the folder" : name, (unsigned)(info.st_mode & 07777));
}

static void look_at_key(struct doctor *doctor, const struct settings *settings, const char *name,
                        const char *advice)
{
    if (io_exists(settings_path(settings, doctor->arena, name))) {
        look_at_mode(doctor, settings, name, DOCTOR_BAD, advice);
        return;
    }
    doctor_say(doctor, DOCTOR_WARN, "files",
               "it must come as a systemd credential of that name, or be put back",
               "%s is not in the desk's folder", name);
}

static void look_at_password(struct doctor *doctor, const struct settings *settings)
{
    struct stat info;
    size_t at = str_find(settings->store, STR("@"));
    size_t start = str_find(settings->store, STR("://")) + 3;
    bool has_password = at < settings->store.n && start < at &&
                        str_find_byte(str_slice(settings->store, start, at), ':') < at - start;
    if (has_password && stat(settings_path(settings, doctor->arena, "desk.json"), &info) == 0 &&
        (info.st_mode & 077) != 0) {
        doctor_say(doctor, DOCTOR_BAD, "files", "chmod 600 DIR/desk.json",
                   "desk.json holds the database's password and others can read it");
    }
}

static void look_at_space(struct doctor *doctor, const struct settings *settings)
{
    struct statvfs disk;
    if (statvfs(arena_cstr(doctor->arena, settings->dir), &disk) != 0) {
        return;
    }
    int64_t left = (int64_t)(disk.f_bavail * disk.f_frsize);
    enum doctor_level level = left < SPACE_BAD   ? DOCTOR_BAD
                              : left < space_low ? DOCTOR_WARN
                                                 : DOCTOR_OK;
    doctor_say(doctor, level, "disk", "free some: a full disk refuses reports (503) until there is",
               "%lld MB free", (long long)(left / 1000000));
    if (disk.f_files > 0 && disk.f_favail < INODES_BAD) {
        doctor_say(doctor, DOCTOR_BAD, "disk", "remove small files", "only %llu inodes are free",
                   (unsigned long long)disk.f_favail);
    }
}

/* The newest folder below DIR/backup that has a backup.json. Times of names sort as texts. */
static void look_at_backups(struct doctor *doctor, const struct settings *settings)
{
    const char *path = settings_path(settings, doctor->arena, "backup");
    str newest = {0};
    DIR *folder = opendir(path);
    for (struct dirent *entry = folder == NULL ? NULL : readdir(folder); entry != NULL;
         entry = readdir(folder)) {
        const char *json = arena_printf(doctor->arena, "%s/%s/backup.json", path, entry->d_name).p;
        if (entry->d_name[0] != '.' && io_exists(json) &&
            str_compare(str_c(entry->d_name), newest) > 0) {
            newest = arena_str(doctor->arena, str_c(entry->d_name));
        }
    }
    if (folder != NULL) {
        (void)closedir(folder);
    }
    if (newest.n == 0) {
        doctor_say(doctor, DOCTOR_NOTE, "backup",
                   "'hustings backup DIR TO', best to another disk and every night "
                   "(docs/operator/backup.md)",
                   "none yet in DIR/backup; those on other disks are not seen here");
        return;
    }
    doctor_say(doctor, DOCTOR_OK, "backup", NULL,
               "newest in DIR/backup: %.*s; those on other disks are not seen here",
               STR_ARG(newest));
}

void doctor_files(struct doctor *doctor, const struct settings *settings)
{
    look_at_mode(doctor, settings, "", DOCTOR_WARN, "chmod 700 DIR");
    look_at_key(doctor, settings, "log.key",
                "chmod 600 DIR/log.key; whoever read it can sign ledgers in this desk's name");
    look_at_key(doctor, settings, "alarm.key",
                "chmod 600 DIR/alarm.key; whoever read it can send false alarms: make a new one");
    if (io_exists(settings_path(settings, doctor->arena, "desk.root"))) {
        doctor_say(doctor, DOCTOR_BAD, "files",
                   "make it a systemd credential, then remove the file",
                   "desk.root lies beside what it opens: whoever takes this disk reads everything");
    }
    look_at_mode(doctor, settings, "letterbox.db", DOCTOR_WARN, "chmod 600 DIR/*.db*");
    look_at_password(doctor, settings);
    look_at_space(doctor, settings);
    look_at_backups(doctor, settings);
}

/* --- stores --- */

/* Byte 19 of an SQLite file: 2 = read through a WAL (sqlite.org/fileformat.html, 1.3.3). */
static const char *journal_of(const char *path)
{
    char header[20] = {0};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd < 0 ? -1 : pread(fd, header, sizeof header, 0);
    if (fd >= 0) {
        (void)close(fd);
    }
    return got == (ssize_t)sizeof header && header[19] == 2 ? ", WAL" : ", NO write-ahead log";
}

static struct db *open_store(struct doctor *doctor, const struct settings *settings,
                             const char *name)
{
    struct error err = {0};
    struct db *db = NULL;
    int64_t version = 0;
    struct db_options options = settings_store(settings, doctor->arena, name);
    options.is_read_only = true;
    enum status status = db_open(&options, &db, &err);
    if (status == STATUS_OK) {
        status = db_schema_version(db, &version, &err);
    }
    if (status != STATUS_OK) {
        doctor_say(doctor, DOCTOR_BAD, "store",
                   "'hustings ledger verify DIR' tells more; else restore the newest backup",
                   "%s: %s", name, err.primary);
        db_close(db);
        return NULL;
    }
    doctor_say(doctor, DOCTOR_OK, "store", NULL, "%s: %.*s, schema %lld%s", name,
               STR_ARG(db_describe(db, doctor->arena)), (long long)version,
               options.engine == DB_SQLITE ? journal_of(options.where) : "");
    return db;
}

struct look {
    int64_t leaves;
    int64_t signed_size;
    time_us newest, signed_at;
};

static enum status visit_leaf(void *context, const struct leaf *leaf, struct error *err)
{
    struct look *look = context;
    (void)err;
    look->leaves = leaf->number + 1;
    look->newest = leaf->at > look->newest ? leaf->at : look->newest;
    look->signed_at = leaf->number < look->signed_size ? look->newest : look->signed_at;
    return STATUS_OK;
}

static void look_at_ledger(struct doctor *doctor, const struct settings *settings, struct db *db,
                           time_us now)
{
    struct look look = {0};
    struct note note;
    str text = {0};
    if (letterbox_checkpoint_read(db, doctor->arena, -1, &text, NULL) == STATUS_OK &&
        note_parse(text, &settings->desk_id, &note, NULL) == STATUS_OK) {
        look.signed_size = note.size;
    }
    struct error err = {0};
    if (letterbox_leaves_walk(db, visit_leaf, &look, &err) != STATUS_OK) {
        doctor_say(doctor, DOCTOR_BAD, "ledger", "'hustings ledger verify DIR' tells more", "%s",
                   err.primary);
        return;
    }
    doctor->is_new = look.leaves <= 1;
    if (now + clock_slack < look.newest) {
        doctor_say(doctor, DOCTOR_BAD, "clock", "set the clock (timedatectl) before anything else",
                   "this machine's clock is %s behind the newest leaf of the ledger",
                   doctor_span(doctor, look.newest - now));
    } else {
        doctor_say(doctor, DOCTOR_OK, "clock", NULL, "not behind the ledger");
    }
    bool is_late = look.leaves > 1 && look.newest - look.signed_at > hour;
    doctor_say(doctor, is_late ? DOCTOR_WARN : DOCTOR_OK, "ledger",
               "is log.key there? the desk signs a checkpoint every second while it runs",
               "%lld leaves, newest checkpoint over %lld%s", (long long)look.leaves,
               (long long)look.signed_size,
               look.leaves == look.signed_size     ? " (all)"
               : look.signed_size == 0 && !is_late ? " (the desk has not run yet)"
                                                   : "");
}

static void look_at_letters(struct doctor *doctor, struct db *db,
                            const struct doctor_running *running, time_us now)
{
    struct letterbox_counts counts = {0};
    struct error err = {0};
    if (letterbox_counts_read(db, &counts, &err) != STATUS_OK) {
        doctor_say(doctor, DOCTOR_BAD, "letters", "'hustings ledger verify DIR' tells more", "%s",
                   err.primary);
        return;
    }
    bool is_waiting = counts.letters > 0 && now - counts.oldest_hour > 2 * hour;
    if (counts.letters == 0) {
        doctor_say(doctor, DOCTOR_OK, "letters", NULL, "none waiting to be opened");
    } else {
        doctor_say(doctor, is_waiting ? DOCTOR_WARN : DOCTOR_OK, "letters",
                   running->count > 0 ? "an officer must log in: the desk is sealed"
                                      : "start the desk, and an officer must log in",
                   "%lld waiting, the oldest for %s at most", (long long)counts.letters,
                   doctor_span(doctor, now > counts.oldest_hour ? now - counts.oldest_hour : 0));
    }
    if (counts.outbox > 0) {
        doctor_say(doctor, DOCTOR_WARN, "alarm", "'hustings alarm test DIR' says why",
                   "%lld alarms are not delivered yet", (long long)counts.outbox);
    }
}

static void look_at_casebook(struct doctor *doctor, const struct settings *settings)
{
    const char *path = settings_path(settings, doctor->arena, "casebook.db");
    if (!str_equal(settings->store, STR("sqlite"))) {
        return;
    }
    if (!io_exists(path)) {
        doctor_say(doctor, DOCTOR_NOTE, "store",
                   "start the desk ('hustings serve DIR'); an officer's log-in makes it",
                   "casebook: not made yet");
        return;
    }
    doctor_say(doctor, DOCTOR_OK, "store", NULL,
               "casebook: %lld kB, encrypted; only an officer's log-in can look inside",
               (long long)(path_bytes(path) / 1000));
}

void doctor_stores(struct doctor *doctor, const struct settings *settings,
                   const struct doctor_running *running, time_us now)
{
    struct db *db = open_store(doctor, settings, "letterbox");
    if (db != NULL) {
        look_at_ledger(doctor, settings, db, now);
        look_at_letters(doctor, db, running, now);
    }
    db_close(db);
    db_close(open_store(doctor, settings, "keyring"));
    look_at_casebook(doctor, settings);
}
