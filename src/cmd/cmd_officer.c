/* SPDX-License-Identifier: Apache-2.0 */
/* officer list, add, reset, role, disable: asked of the running desk, or of the stopped one after the same
 * log-in, so that each is an act in the ledger. */
#include <stdio.h>
#include <unistd.h>

#include "base/io.h"
#include "cmd/cmd.h"
#include "serve/desk_call.h"

extern const struct cmd cmd_officer_add;
extern const struct cmd cmd_officer_disable;
extern const struct cmd cmd_officer_list;
extern const struct cmd cmd_officer_reset;
extern const struct cmd cmd_officer_role;

/* Asks, and prints the text of the answer. The secret is printed by the caller of this. */
static int call(const struct cmd *cmd, const struct args *args, struct arena *arena,
                const struct control_request *request, struct control_answer *ret_answer)
{
    struct error err = {0};
    const char *dir = args_value(args, "at", NULL);
    if (!args_has(args, "officer") || !args_has(args, "password-file") || !args_has(args, "code")) {
        return cmd_usage(cmd, "say who asks with --officer, --password-file and --code");
    }
    enum status status = desk_call(args, arena, dir, request, ret_answer, &err);
    return status == STATUS_OK ? 0 : cmd_failed(&err);
}

static void print_secret(const char *login, struct control_answer *answer)
{
    struct buf totp;
    buf_init(&totp, 200);
    crypt_add_base32(&totp, answer->totp, sizeof answer->totp);
    printf("officer         %s\nauthenticator   %.*s\n", login, STR_ARG(buf_str(&totp)));
    crypt_wipe(totp.p, totp.n);
    buf_close(&totp);
    control_answer_close(answer);
}

static int run_add(const struct args *args, struct arena *arena)
{
    struct error err = {0};
    struct control_answer answer;
    const char *path = args_value(args, "new-password-file", NULL);
    enum role role = role_from_word(str_c(args_value(args, "role", "")));
    if (args_value(args, "at", NULL) == NULL || args->word_count != 1) {
        return cmd_usage(&cmd_officer_add, "give --at DIR and the log-in of one officer");
    }
    if (role == ROLE_NONE || path == NULL) {
        return cmd_usage(&cmd_officer_add,
                         "give --new-password-file, and --role triager, supervisor, adviser, "
                         "analyst, auditor, admin or planner");
    }
    struct control_request request = {.kind = CONTROL_OFFICER_ADD,
                                      .login = str_c(args->words[0]),
                                      .name = str_c(args_value(args, "name", args->words[0])),
                                      .role = role};
    if (desk_call_password(arena, path, &request.password, &err) != STATUS_OK) {
        return cmd_failed(&err);
    }
    int code = call(&cmd_officer_add, args, arena, &request, &answer);
    if (code == 0) {
        print_secret(args->words[0], &answer);
    }
    return code;
}

static int run_reset(const struct args *args, struct arena *arena)
{
    struct error err = {0};
    struct control_answer answer;
    const char *path = args_value(args, "new-password-file", NULL);
    if (args_value(args, "at", NULL) == NULL || args->word_count != 1 || path == NULL) {
        return cmd_usage(&cmd_officer_reset,
                         "give --at DIR, --new-password-file and the log-in of one officer");
    }
    struct control_request request = {.kind = CONTROL_OFFICER_RESET,
                                      .login = str_c(args->words[0])};
    if (desk_call_password(arena, path, &request.password, &err) != STATUS_OK) {
        return cmd_failed(&err);
    }
    int code = call(&cmd_officer_reset, args, arena, &request, &answer);
    if (code == 0) {
        print_secret(args->words[0], &answer);
    }
    return code;
}

static int run_disable(const struct args *args, struct arena *arena)
{
    struct control_answer answer;
    if (args_value(args, "at", NULL) == NULL || args->word_count != 1) {
        return cmd_usage(&cmd_officer_disable, "give --at DIR and the log-in of one officer");
    }
    struct control_request request = {.kind = CONTROL_OFFICER_DISABLE,
                                      .login = str_c(args->words[0])};
    int code = call(&cmd_officer_disable, args, arena, &request, &answer);
    if (code == 0) {
        printf("officer %s is disabled\n", args->words[0]);
        control_answer_close(&answer);
    }
    return code;
}

static int run_role(const struct args *args, struct arena *arena)
{
    struct control_answer answer;
    enum role role = args->word_count == 2 ? role_from_word(str_c(args->words[1])) : ROLE_NONE;
    if (args_value(args, "at", NULL) == NULL || args->word_count != 2) {
        return cmd_usage(&cmd_officer_role,
                         "give --at DIR, the log-in of one officer and the new role");
    }
    if (role == ROLE_NONE) {
        return cmd_usage(&cmd_officer_role, "a role is one of triager, supervisor, adviser, "
                                            "analyst, auditor, admin and planner");
    }
    struct control_request request = {
        .kind = CONTROL_OFFICER_ROLE, .login = str_c(args->words[0]), .role = role};
    int code = call(&cmd_officer_role, args, arena, &request, &answer);
    if (code == 0) {
        printf("officer %s has the role %s\n", args->words[0], role_word(role));
        control_answer_close(&answer);
    }
    return code;
}

static int run_list(const struct args *args, struct arena *arena)
{
    struct error err = {0};
    struct control_answer answer;
    if (args_value(args, "at", NULL) == NULL || args->word_count != 0) {
        return cmd_usage(&cmd_officer_list, "give --at DIR");
    }
    struct control_request request = {.kind = CONTROL_OFFICERS, .is_json = args_has(args, "json")};
    int code = call(&cmd_officer_list, args, arena, &request, &answer);
    if (code == 0) {
        enum status status = io_write_all(STDOUT_FILENO, buf_str(&answer.text), &err);
        control_answer_close(&answer);
        code = status == STATUS_OK ? 0 : cmd_failed(&err);
    }
    return code;
}

static const struct arg_option add_options[] = {
    {"at", "DIR", "the desk"},
    DESK_CALL_OPTIONS,
    {"role", "ROLE", "triager, supervisor, adviser, analyst, auditor, admin or planner"},
    {"name", "NAME", "the new officer's name (sealed)"},
    {"new-password-file", "FILE", "first line: the new officer's first password"},
    {0}};

const struct cmd cmd_officer_add = {
    .name = "officer add",
    .summary = "add an officer to a desk",
    .usage = "LOGIN --at DIR --role ROLE --new-password-file FILE --officer … --code …",
    .help = "Adds an officer. --officer, --password-file and --code are those of who adds. The\n"
            "new officer's authenticator secret is printed once. Asks the running desk; a stopped\n"
            "one is unlocked for it by the same log-in.",
    .options = add_options,
    .run = run_add,
};

static const struct arg_option reset_options[] = {
    {"at", "DIR", "the desk"},
    DESK_CALL_OPTIONS,
    {"new-password-file", "FILE", "first line: the officer's new password"},
    {0}};

const struct cmd cmd_officer_reset = {
    .name = "officer reset",
    .summary = "give an officer a new password and authenticator",
    .usage = "LOGIN --at DIR --new-password-file FILE --officer … --code …",
    .help = "For one who lost either: new keys, a new password, a new authenticator secret\n"
            "(printed once). What they had opens nothing any more, and their sessions end. Also\n"
            "gives a disabled officer access again.",
    .options = reset_options,
    .run = run_reset,
};

static const struct arg_option disable_options[] = {
    {"at", "DIR", "the desk"}, DESK_CALL_OPTIONS, {0}};

const struct cmd cmd_officer_disable = {
    .name = "officer disable",
    .summary = "take an officer's access away",
    .usage = "LOGIN --at DIR --officer … --password-file … --code …",
    .help = "The officer can no longer log in, and no longer open the desk with what they have.",
    .options = disable_options,
    .run = run_disable,
};

static const struct arg_option role_options[] = {{"at", "DIR", "the desk"}, DESK_CALL_OPTIONS, {0}};

const struct cmd cmd_officer_role = {
    .name = "officer role",
    .summary = "give an officer another role",
    .usage = "LOGIN ROLE --at DIR --officer … --password-file … --code …",
    .help = "ROLE is triager, supervisor, adviser, analyst, auditor, admin or planner. The "
            "officer's sessions\n"
            "end, and the change is in the ledger. Nobody changes their own role, and the last\n"
            "administrator keeps theirs.",
    .options = role_options,
    .run = run_role,
};

static const struct arg_option list_options[] = {
    {"at", "DIR", "the desk"}, DESK_CALL_OPTIONS, {"json", NULL, "print JSON"}, {0}};

const struct cmd cmd_officer_list = {
    .name = "officer list",
    .summary = "list the officers of a desk",
    .usage = "--at DIR --officer LOGIN --password-file FILE --code DIGITS [--json]",
    .help = "Log-in, role, whether disabled, and name. Names are sealed, so it needs a log-in.",
    .options = list_options,
    .run = run_list,
};
