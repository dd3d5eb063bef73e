/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/io.h"
#include "cmd/cmd.h"
#include "ops/backup.h"

static const struct arg_option options[] = {
    {"store", "URL", "PostgreSQL: the new database that the dump was loaded into"},
    {"erasures", "FILE", "a list of erasures newer than BACKUP; they are repeated"},
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

static void print_erasures(const struct erasure_replayed *replayed, bool is_given)
{
    if (!is_given) {
        puts("What was erased after this backup is in it again. Give the newest list of erasures "
             "with\n--erasures (each backup holds one; 'hustings ledger erasures' prints one), or "
             "erase again.");
        return;
    }
    printf("Erased again: %zu reports. Of the list, %zu were erased in the backup already, and %zu "
           "came after it.\nThe casebook follows when the desk is unlocked.\n",
           replayed->applied, replayed->known, replayed->kept);
}

static int run(const struct args *args, struct arena *arena)
{
    struct error err = {0};
    struct manifest manifest;
    struct erasure_replayed replayed = {0};
    bool is_check = args_has(args, "check");
    if (args->word_count != (is_check ? 1 : 2)) {
        return cmd_usage(&cmd_restore, "%s",
                         is_check ? "give the folder of the backup, and nothing else"
                                  : "give the folder of the backup and the folder to make");
    }
    crypt_start();
    struct restore_options restore = {.from = args->words[0],
                                      .to = is_check ? NULL : args->words[1],
                                      .store = args_value(args, "store", NULL),
                                      .erasures = args_value(args, "erasures", NULL),
                                      .now = clock_wall()};
    enum status status = is_check ? check(restore.from, arena, &manifest, &err)
                                  : restore_make(&restore, arena, &manifest, &replayed, &err);
    if (status != STATUS_OK) {
        (void)cmd_failed(&err);
        return 3;
    }
    print_result(&manifest, restore.to);
    if (!is_check) {
        print_erasures(&replayed, restore.erasures != NULL);
    }
    return 0;
}

const struct cmd cmd_restore = {
    .name = "restore",
    .summary = "make a desk out of a backup",
    .usage = "BACKUP DIR [--erasures FILE]",
    .help =
        "Checks every file of BACKUP against its hash (a broken one is named), copies them into\n"
        "DIR, which must be empty or not there, and verifies the ledger. desk.json is written "
        "last:\n"
        "a restore that was cut off is no desk. Reports that were erased after the backup are in "
        "it\n"
        "again unless --erasures gives a newer list: the erasures.txt of a newer backup, or what\n"
        "'hustings ledger erasures' prints of the old desk's folder. Then they are erased here as\n"
        "well, and out of the casebook when the desk is unlocked. Never run the old and the "
        "restored\n"
        "desk at the same time: they would be two ledgers of one name.",
    .options = options,
    .run = run,
};
