/* SPDX-License-Identifier: Apache-2.0 */
/* ledger verify, ledger checkpoint: need no key and no running desk. */
#include <stdio.h>
#include <unistd.h>

#include "base/io.h"
#include "cmd/cmd.h"
#include "codec/json.h"
#include "letterbox/verify.h"
#include "ops/erasures.h"
#include "serve/settings.h"
#include "store/letterbox.h"

enum { NOTE_FILE_BYTES_MAX = 16 * 1024 };

static const struct arg_option verify_options[] = {
    {"checkpoint", "FILE", "a checkpoint kept elsewhere (printed, mailed) to hold the log against"},
    {"json", NULL, "print the result as JSON"},
    {0}};

static enum status open_letterbox(struct arena *arena, const char *dir, struct settings *settings,
                                  struct db **ret_db, struct error *err)
{
    enum status status = settings_read(arena, dir, settings, err);
    if (status != STATUS_OK) {
        return status;
    }
    struct db_options options = settings_store(settings, arena, "letterbox");
    options.is_read_only = true;
    return db_open(&options, ret_db, err);
}

static void print_words(const struct verify_report *r)
{
    for (int64_t i = 0; i < r->findings && i < VERIFY_FINDINGS_MAX; i++) {
        printf("BROKEN: %.*s\n", STR_ARG(r->finding[i]));
    }
    if (r->findings > VERIFY_FINDINGS_MAX) {
        printf("… and %lld more\n", (long long)(r->findings - VERIFY_FINDINGS_MAX));
    }
    printf("%lld leaves, %lld letters waiting, %lld in the casebook, %lld erasures, %lld evidence "
           "files, "
           "%lld checkpoints (%lld co-signed)\n",
           (long long)r->leaves, (long long)r->letters, (long long)r->imported,
           (long long)r->erased, (long long)r->evidence_files, (long long)r->checkpoints,
           (long long)r->cosigned);
    printf("root ");
    for (size_t i = 0; i < sizeof r->root.bytes; i++) {
        printf("%02x", r->root.bytes[i]);
    }
    printf("\n%s\n", r->findings == 0 ? "The ledger is whole." : "The ledger is NOT whole.");
}

static void print_json(const struct verify_report *r)
{
    struct buf buf;
    struct json_out out;
    char hex[2 * CRYPT_HASH_BYTES];
    buf_init(&buf, 64 * 1024);
    json_out_init(&out, &buf);
    json_begin_object(&out);
    json_put_bool(&out, "whole", r->findings == 0);
    json_put_int(&out, "leaves", r->leaves);
    json_put_int(&out, "letters", r->letters);
    json_put_int(&out, "imported", r->imported);
    json_put_int(&out, "erasures", r->erased);
    json_put_int(&out, "evidence_files", r->evidence_files);
    json_put_int(&out, "checkpoints", r->checkpoints);
    json_put_int(&out, "cosigned", r->cosigned);
    hex_encode(r->root.bytes, sizeof r->root.bytes, hex);
    json_put_text(&out, "root", str_from(hex, sizeof hex));
    json_name(&out, "findings");
    json_begin_list(&out);
    for (int64_t i = 0; i < r->findings && i < VERIFY_FINDINGS_MAX; i++) {
        json_add_text(&out, r->finding[i]);
    }
    json_end_list(&out);
    json_end_object(&out);
    printf("%.*s\n", STR_ARG(buf_str(&buf)));
    buf_close(&buf);
}

static int run_verify(const struct args *args, struct arena *arena)
{
    struct error err = {0};
    struct settings settings;
    struct verify_report report;
    struct db *db = NULL;
    str note = {0};
    const char *note_path = args_value(args, "checkpoint", NULL);
    if (args->word_count != 1) {
        return cmd_usage(&(struct cmd){.name = "ledger verify", .usage = "DIR [options]"},
                         "give the folder of a desk, or of a copy");
    }
    crypt_start();
    enum status status = open_letterbox(arena, args->words[0], &settings, &db, &err);
    if (status == STATUS_OK && note_path != NULL) {
        status = io_read_file(arena, note_path, NOTE_FILE_BYTES_MAX, &note, &err);
    }
    if (status == STATUS_OK) {
        struct verify_options options = {.desk_id = settings.desk_id,
                                         .log_verify = settings.log_verify,
                                         .desk_verify = settings.desk_verify,
                                         .outside_note = note};
        status = verify_letterbox(db, &options, arena, &report, &err);
    }
    db_close(db);
    if (status != STATUS_OK) {
        (void)cmd_failed(&err);
        return 3;
    }
    if (args_has(args, "json")) {
        print_json(&report);
    } else {
        print_words(&report);
    }
    return report.findings == 0 ? 0 : 1;
}

const struct cmd cmd_ledger_verify = {
    .name = "ledger verify",
    .summary = "check that nothing in the ledger was changed, cut off or lost",
    .usage = "DIR [--checkpoint FILE] [--json]",
    .help = "Reads the desk in DIR (also while it runs) or a copy of it, without any key:\n"
            "recomputes the tree, every checkpoint and its signature, and holds each letter and\n"
            "evidence file against its leaf. Exit code 1 when anything is not as it was.",
    .options = verify_options,
    .run = run_verify,
};

static const struct arg_option erasures_options[] = {{0}};

static int run_erasures(const struct args *args, struct arena *arena)
{
    struct error err = {0};
    struct settings settings;
    struct buf list;
    if (args->word_count != 1) {
        return cmd_usage(&(struct cmd){.name = "ledger erasures", .usage = "DIR"},
                         "give the folder of a desk");
    }
    buf_init(&list, ERASURE_LIST_BYTES_MAX);
    enum status status = settings_read(arena, args->words[0], &settings, &err);
    if (status == STATUS_OK) {
        status = erasures_print(&settings, arena, &list, &err);
    }
    if (status == STATUS_OK) {
        status = io_write_all(STDOUT_FILENO, buf_str(&list), &err);
    }
    buf_close(&list);
    if (status != STATUS_OK) {
        (void)cmd_failed(&err);
        return 3;
    }
    return 0;
}

const struct cmd cmd_ledger_erasures = {
    .name = "ledger erasures",
    .summary = "print the signed list of what was erased",
    .usage = "DIR",
    .help = "Ids and times only, nothing that was said; each entry is signed by the desk. Keep it\n"
            "with the backups, as new as it can be: 'hustings restore BACKUP DIR --erasures FILE'\n"
            "erases again what an older backup brings back. Each backup holds one (erasures.txt).",
    .options = erasures_options,
    .run = run_erasures,
};

static const struct arg_option checkpoint_options[] = {{0}};

static int run_checkpoint(const struct args *args, struct arena *arena)
{
    struct error err = {0};
    struct settings settings;
    struct db *db = NULL;
    str note = {0};
    if (args->word_count != 1) {
        return cmd_usage(&(struct cmd){.name = "ledger checkpoint", .usage = "DIR"},
                         "give the folder of a desk");
    }
    enum status status = open_letterbox(arena, args->words[0], &settings, &db, &err);
    if (status == STATUS_OK) {
        status = letterbox_checkpoint_read(db, arena, -1, &note, &err);
    }
    db_close(db);
    if (status != STATUS_OK) {
        (void)cmd_failed(&err);
        return 3;
    }
    printf("%.*s", STR_ARG(note));
    return 0;
}

const struct cmd cmd_ledger_checkpoint = {
    .name = "ledger checkpoint",
    .summary = "print the newest signed checkpoint",
    .usage = "DIR",
    .help = "Print it, mail it to somebody, keep it away from this machine: later\n"
            "'hustings ledger verify DIR --checkpoint FILE' proves that the log up to it is the\n"
            "same. The form is a C2SP signed note.",
    .options = checkpoint_options,
    .run = run_checkpoint,
};
