/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "cmd/cmd.h"
#include "serve/desk_call.h"

extern const struct cmd cmd_lock;

static const struct arg_option options[] = {DESK_CALL_OPTIONS, {0}};

static int run(const struct args *args, struct arena *arena)
{
    struct error err = {0};
    struct settings settings;
    struct control_request login;
    struct control_answer answer;
    static const struct control_request request = {.kind = CONTROL_LOCK};
    bool has_officer = args_has(args, "officer");
    if (args->word_count != 1) {
        return cmd_usage(&cmd_lock, "give the folder of a desk");
    }
    crypt_start();
    enum status status = settings_read(arena, args->words[0], &settings, &err);
    if (status == STATUS_OK && has_officer) {
        status = desk_call_login(args, arena, &login, &err);
    }
    if (status != STATUS_OK) {
        return cmd_failed(&err);
    }
    status =
        desk_call_running(&settings, arena, has_officer ? &login : NULL, &request, &answer, &err);
    if (status == STATUS_NOT_FOUND) {
        puts("The desk does not run: what it holds is sealed.");
        return 0;
    }
    if (status != STATUS_OK) {
        return cmd_failed(&err);
    }
    control_answer_close(&answer);
    puts("The desk is locked: keys wiped, sessions ended. Reports are still taken.");
    return 0;
}

const struct cmd cmd_lock = {
    .name = "lock",
    .summary = "lock the running desk at once",
    .usage = "DIR [--officer LOGIN --password-file FILE --code DIGITS]",
    .help = "Wipes the keys from memory and ends every session, as the page 'Lock the desk' does.\n"
            "Reports are still taken; the next officer who logs in unlocks it again. Needs no\n"
            "log-in, because whoever may use the desk's socket could kill the desk as well; with\n"
            "--officer the ledger names who locked it. To keep a desk locked, disable who should\n"
            "not unlock it, or stop it.",
    .options = options,
    .run = run,
};
