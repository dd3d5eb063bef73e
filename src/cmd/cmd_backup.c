/* SPDX-License-Identifier: Apache-2.0 */
/* backup: needs no key, and the desk may serve meanwhile. */
#include <stdio.h>

#include "base/io.h"
#include "cmd/cmd.h"
#include "codec/json.h"
#include "ops/backup.h"

enum { OUTPUT_BYTES_MAX = 64 * 1024 };

static const struct arg_option options[] = {
    {"pg-dump", "FILE", "the dump that stands for the stores of a desk on PostgreSQL"},
    {"json", NULL, "print backup.json as well"},
    {0}};

extern const struct cmd cmd_backup;

/* DIR/backup/2026-05-07T21:04:00Z */
static enum status default_place(const struct settings *settings, struct arena *arena, time_us now,
                                 const char **ret_to, struct error *err)
{
    struct buf name;
    buf_init(&name, 64);
    buf_add_c(&name, "backup/");
    buf_add_time(&name, now);
    buf_add_byte(&name, '\0');
    *ret_to = settings_path(settings, arena, name.p);
    buf_close(&name);
    return io_make_folder(settings_path(settings, arena, "backup"), err);
}

/* The address without the password, which does not belong on a screen. */
static void print_address(FILE *out, str url)
{
    size_t start = str_find(url, STR("://")) + 3;
    size_t at = start;
    while (at < url.n && url.p[at] != '@' && url.p[at] != '/') {
        at++;
    }
    if (at >= url.n || url.p[at] != '@') {
        fprintf(out, "%.*s", STR_ARG(url));
        return;
    }
    str user;
    (void)str_cut(str_slice(url, start, at), ':', &user);
    fprintf(out, "%.*s%.*s%.*s", STR_ARG(str_slice(url, 0, start)), STR_ARG(user),
            STR_ARG(str_slice(url, at, url.n)));
}

static int say_pg_dump(const struct settings *settings, const char *to)
{
    fputs("hustings: this desk keeps its stores in PostgreSQL, which makes its own dump; run\n"
          "    pg_dump --format=plain --no-owner --schema=letterbox --schema=keyring "
          "--schema=casebook \\\n        --file=dump.sql '",
          stderr);
    print_address(stderr, settings->store);
    fprintf(stderr,
            "'\n    hustings backup --pg-dump dump.sql %.*s %s\n"
            "  (pg_dump asks for the password, or takes it from ~/.pgpass; the dump is checked "
            "and copied)\n",
            STR_ARG(settings->dir), to);
    return 3;
}

static void print_manifest(const struct manifest *manifest)
{
    struct buf out;
    buf_init(&out, OUTPUT_BYTES_MAX);
    manifest_print(&out, manifest);
    printf("%.*s", STR_ARG(buf_str(&out)));
    buf_close(&out);
}

static void print_result(const struct manifest *manifest, const char *to)
{
    struct buf size;
    buf_init(&size, 64);
    buf_add_size(&size, manifest_bytes(manifest));
    printf("%s\n%zu files, %.*s, %lld leaves; the copy was read again and its ledger is whole.\n",
           to, manifest->file_count, STR_ARG(buf_str(&size)), (long long)manifest->leaves);
    if (manifest_file(manifest, "log.key") == NULL) {
        puts("log.key is not in the desk's folder, so it is not in the backup: keep it elsewhere.");
    }
    buf_close(&size);
}

static int run(const struct args *args, struct arena *arena)
{
    struct error err = {0};
    struct settings settings;
    struct manifest manifest;
    time_us now = clock_wall();
    const char *to = NULL;
    if (args->word_count < 1 || args->word_count > 2) {
        return cmd_usage(&cmd_backup, "give the folder of a desk, and where the backup goes");
    }
    crypt_start();
    enum status status = settings_read(arena, args->words[0], &settings, &err);
    if (status == STATUS_OK && !str_equal(settings.store, STR("sqlite")) &&
        !args_has(args, "pg-dump")) {
        return say_pg_dump(&settings, args->word_count == 2 ? args->words[1] : "");
    }
    if (status == STATUS_OK && str_equal(settings.store, STR("sqlite")) &&
        args_has(args, "pg-dump")) {
        return cmd_usage(&cmd_backup, "this desk is on SQLite: leave --pg-dump out");
    }
    if (status == STATUS_OK && args->word_count == 2) {
        to = args->words[1];
    } else if (status == STATUS_OK) {
        status = default_place(&settings, arena, now, &to, &err);
    }
    if (status == STATUS_OK) {
        struct backup_options backup = {.settings = &settings,
                                        .to = to,
                                        .pg_dump = args_value(args, "pg-dump", NULL),
                                        .now = now};
        status = backup_make(&backup, arena, &manifest, &err);
    }
    if (status != STATUS_OK) {
        (void)cmd_failed(&err);
        return 3;
    }
    if (args_has(args, "json")) {
        print_manifest(&manifest);
    } else {
        print_result(&manifest, to);
    }
    return 0;
}

const struct cmd cmd_backup = {
    .name = "backup",
    .summary = "copy a desk while it serves, and check the copy",
    .usage = "DIR [DEST]",
    .help =
        "Makes the folder DEST (default: DIR/backup/<time>) and copies the desk in DIR into it, "
        "as\n"
        "it was at one moment. No key is needed, and the desk may be running, sealed or unlocked.\n"
        "The copy is read again and its ledger verified before this says so; a backup that fails\n"
        "or is cut off leaves no backup.json, and a folder without it is no backup. The copy "
        "holds\n"
        "log.key and alarm.key: keep it as you keep the desk. Put it on another disk.",
    .options = options,
    .run = run,
};
