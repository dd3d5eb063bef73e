/* SPDX-License-Identifier: Apache-2.0 */
/* officer add, officer disable: through the unlocked desk, so that each is an act in the ledger. */
#include <stdio.h>
#include <unistd.h>

#include "base/io.h"
#include "cmd/cmd.h"
#include "serve/own_desk.h"

enum { PASSWORD_FILE_BYTES_MAX = 1000 };

extern const struct cmd cmd_officer_add;
extern const struct cmd cmd_officer_disable;

static const struct arg_option add_options[] = {
    {"at", "DIR", "the desk"},
    OWN_DESK_OPTIONS,
    {"role", "ROLE", "triager, supervisor, adviser, analyst, auditor or admin"},
    {"name", "NAME", "the new officer's name (sealed)"},
    {"new-password-file", "FILE", "first line: the new officer's first password"},
    {0}};

static enum status add(const struct args *args, struct arena *arena, struct desk *desk,
                       const struct caller *caller, struct error *err)
{
    struct officer_secret secret;
    struct buf totp;
    str text = {0};
    str password = {0};
    struct officer_input input = {.login = str_c(args->words[0]),
                                  .name = str_c(args_value(args, "name", args->words[0])),
                                  .role = role_from_word(str_c(args_value(args, "role", "")))};
    const char *path = args_value(args, "new-password-file", NULL);
    if (input.role == ROLE_NONE || path == NULL) {
        return error_set(err, STATUS_INVALID, "give --role and --new-password-file");
    }
    enum status status = io_read_file(arena, path, PASSWORD_FILE_BYTES_MAX, &text, err);
    if (status == STATUS_OK) {
        (void)str_next_line(&text, &password);
        input.password = password;
        status = desk_officer_add(desk, caller, &input, &secret, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    buf_init(&totp, 200);
    crypt_add_base32(&totp, secret.totp, sizeof secret.totp);
    printf("officer         %s\nauthenticator   %.*s\n", args->words[0], STR_ARG(buf_str(&totp)));
    crypt_wipe(totp.p, totp.n);
    buf_close(&totp);
    CRYPT_WIPE(secret);
    return STATUS_OK;
}

static enum status disable(const struct args *args, struct arena *arena, struct desk *desk,
                           const struct caller *caller, struct error *err)
{
    struct officer officer;
    enum status status =
        people_officer_find(desk_people(desk), arena, str_c(args->words[0]), &officer, err);
    if (status == STATUS_OK) {
        status = desk_officer_disable(desk, caller, officer.id, err);
    }
    if (status == STATUS_OK) {
        printf("officer %s is disabled\n", args->words[0]);
    }
    return status;
}

typedef enum status officer_work(const struct args *args, struct arena *arena, struct desk *desk,
                                 const struct caller *caller, struct error *err);

static int run(const struct cmd *cmd, officer_work *work, const struct args *args,
               struct arena *arena)
{
    struct error err = {0};
    struct own_desk *own = NULL;
    struct caller caller;
    const char *dir = args_value(args, "at", NULL);
    if (dir == NULL || args->word_count != 1) {
        return cmd_usage(cmd, "give --at DIR and the log-in of one officer");
    }
    enum status status = own_desk_open(args, arena, dir, &own, &caller, &err);
    if (status == STATUS_OK) {
        status = work(args, arena, own_desk_desk(own), &caller, &err);
        own_desk_close(own);
    }
    if (status != STATUS_OK) {
        (void)cmd_failed(&err);
        return 3;
    }
    return 0;
}

static int run_add(const struct args *args, struct arena *arena)
{
    return run(&cmd_officer_add, add, args, arena);
}

static int run_disable(const struct args *args, struct arena *arena)
{
    return run(&cmd_officer_disable, disable, args, arena);
}

const struct cmd cmd_officer_add = {
    .name = "officer add",
    .summary = "add an officer to a desk",
    .usage = "LOGIN --at DIR --role ROLE --new-password-file FILE --officer … --code …",
    .help = "Adds an officer. --officer, --password-file and --code are those of who adds. The\n"
            "new officer's authenticator secret is printed once.",
    .options = add_options,
    .run = run_add,
};

static const struct arg_option disable_options[] = {
    {"at", "DIR", "the desk"}, OWN_DESK_OPTIONS, {0}};

const struct cmd cmd_officer_disable = {
    .name = "officer disable",
    .summary = "take an officer's access away",
    .usage = "LOGIN --at DIR --officer … --password-file … --code …",
    .help = "The officer can no longer log in, and no longer open the desk with what they have.",
    .options = disable_options,
    .run = run_disable,
};
