/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <unistd.h>

#include "base/io.h"
#include "cmd/cmd.h"
#include "codec/json.h"
#include "serve/desk_call.h"
#include "store/letterbox.h"

extern const struct cmd cmd_status;

enum { OUTPUT_BYTES_MAX = 4096, EXIT_STOPPED = 3 };

static const struct arg_option options[] = {{"json", NULL, "print JSON"}, {0}};

/* A stopped desk is looked at from outside. */
static enum status look(const struct settings *settings, struct arena *arena, bool is_json,
                        struct buf *out, struct error *err)
{
    struct letterbox_counts counts = {0};
    struct db *db = NULL;
    struct db_options store = settings_store(settings, arena, "letterbox");
    store.is_read_only = true;
    enum status status = db_open(&store, &db, err);
    if (status == STATUS_OK) {
        status = letterbox_counts_read(db, &counts, err);
    }
    db_close(db);
    if (status != STATUS_OK) {
        return status;
    }
    if (!is_json) {
        buf_printf(out, "does not run, %lld letter%s waiting\n", (long long)counts.letters,
                   counts.letters == 1 ? "" : "s");
        return STATUS_OK;
    }
    struct json_out json;
    json_out_init(&json, out);
    json_begin_object(&json);
    json_put_bool(&json, "running", false);
    json_put_bool(&json, "sealed", true);
    json_put_int(&json, "letters_waiting", counts.letters);
    json_put_int(&json, "alarms_waiting", counts.outbox);
    json_end_object(&json);
    buf_add_byte(out, '\n');
    return STATUS_OK;
}

static int run(const struct args *args, struct arena *arena)
{
    struct error err = {0};
    struct settings settings;
    struct control_answer answer;
    struct control_request request = {.kind = CONTROL_STATUS, .is_json = args_has(args, "json")};
    if (args->word_count != 1) {
        return cmd_usage(&cmd_status, "give the folder of a desk");
    }
    crypt_start();
    enum status status = settings_read(arena, args->words[0], &settings, &err);
    if (status != STATUS_OK) {
        return cmd_failed(&err);
    }
    status = desk_call_running(&settings, arena, NULL, &request, &answer, &err);
    bool is_stopped = status == STATUS_NOT_FOUND;
    if (is_stopped) {
        control_answer_init(&answer);
        status = look(&settings, arena, request.is_json, &answer.text, &err);
    }
    if (status == STATUS_OK) {
        status = io_write_all(STDOUT_FILENO, buf_str(&answer.text), &err);
        control_answer_close(&answer);
    }
    if (status == STATUS_OK && is_stopped) {
        fprintf(stderr,
                "hustings: this desk does not run: reports are not taken in. Start it with "
                "'hustings serve %s'.\n",
                args->words[0]);
        return EXIT_STOPPED;
    }
    return status == STATUS_OK ? 0 : cmd_failed(&err);
}

const struct cmd cmd_status = {
    .name = "status",
    .summary = "say whether a desk runs, is sealed, and how many letters wait",
    .usage = "DIR [--json]",
    .help =
        "One line for whoever runs the server: sealed since when, or unlocked, or not running;\n"
        "how many letters wait and from which hour (the minute is not kept). Needs no log-in:\n"
        "it says what the officers' log-in page says. Exit code: 0 it runs, sealed or not; 3 it\n"
        "does not run, or cannot be asked.",
    .options = options,
    .run = run,
};
