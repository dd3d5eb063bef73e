/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "cmd/cmd.h"
#include "ops/backup.h"

static const struct arg_option options[] = {
    {"store", "URL", "PostgreSQL: the new database that the dump was loaded into"},
    {"check", NULL, "only check the backup; no folder is made"},
    {0}};

extern const struct cmd cmd_restore;

/* Hashes and ledger of the backup where it lies. */
static enum status check(const char *from, struct arena *arena, struct manifest *ret_manifest,
                         struct error *err)
{
    struct settings settings = {0};
    struct manifest found;
    enum status status = manifest_read(arena, from, ret_manifest, err);
    if (status == STATUS_OK) {
        status = manifest_check(from, ret_manifest, NULL, err);
    }
    if (status == STATUS_OK) {
        status = settings_read(arena, from, &settings, err);
    }
    if (status == STATUS_OK && str_equal(ret_manifest->store, STR("sqlite"))) {
        found = *ret_manifest;
        status = backup_verify(&settings, from, arena, &found, err);
    }
    return status;
}

static void print_result(const struct manifest *manifest, const char *to)
{
    struct buf made;
    buf_init(&made, 64);
    buf_add_time(&made, manifest->made);
    if (to == NULL) {
        printf("The backup of %.*s is whole: %zu files, %lld leaves.\n", STR_ARG(buf_str(&made)),
               manifest->file_count, (long long)manifest->leaves);
    } else {
        printf("Restored the backup of %.*s into %s: %lld leaves, the ledger is whole.\n"
               "Start it with: hustings serve %s\n",
               STR_ARG(buf_str(&made)), to, (long long)manifest->leaves, to);
    }
    if (manifest_file(manifest, "log.key") == NULL) {
        puts("log.key was not in the backup: put it in its place (or give the credential) first.");
    }
    buf_close(&made);
}

static int run(const struct args *args, struct arena *arena)
{
    struct error err = {0};
    struct manifest manifest;
    bool is_check = args_has(args, "check");
    if (args->word_count != (is_check ? 1 : 2)) {
        return cmd_usage(&cmd_restore, "%s",
                         is_check ? "give the folder of the backup, and nothing else"
                                  : "give the folder of the backup and the folder to make");
    }
    crypt_start();
    struct restore_options restore = {.from = args->words[0],
                                      .to = is_check ? NULL : args->words[1],
                                      .store = args_value(args, "store", NULL)};
    enum status status = is_check ? check(restore.from, arena, &manifest, &err)
                                  : restore_make(&restore, arena, &manifest, &err);
    if (status != STATUS_OK) {
        (void)cmd_failed(&err);
        return 3;
    }
    print_result(&manifest, restore.to);
    return 0;
}

const struct cmd cmd_restore = {
    .name = "restore",
    .summary = "make a desk out of a backup",
    .usage = "BACKUP DIR",
    .help =
        "Checks every file of BACKUP against its hash (a broken one is named), copies them into\n"
        "DIR, which must be empty or not there, and verifies the ledger. desk.json is written "
        "last:\n"
        "a restore that was cut off is no desk. Erasures made after the backup are not repeated:\n"
        "make them again (docs/operator/backup.md). Never run the old and the restored desk at\n"
        "the same time: they would be two ledgers of one name.",
    .options = options,
    .run = run,
};
