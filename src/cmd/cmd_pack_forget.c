/* SPDX-License-Identifier: Apache-2.0 */
/* hustings pack people forget: out of the directory, for good. */
#include "cmd/cmd.h"
#include "desk/desk_directory.h"
#include "serve/desk_call.h"

extern const struct cmd cmd_pack_people_forget;

static const struct arg_option options[] = {
    {"at", "DIR", "the desk that keeps them"},
    DESK_CALL_OPTIONS,
    {0},
};

static int forget_all(const struct args *args, struct desk *desk, const struct caller *caller)
{
    int code = 0;
    for (size_t i = 0; i < args->word_count; i++) {
        struct error err = {0};
        enum status status =
            desk_directory_forget(desk, caller, DIRECTORY_PERSON, str_c(args->words[i]), &err);
        if (status == STATUS_NOT_FOUND) {
            fprintf(stderr, "hustings: the directory has no person with the id %s\n",
                    args->words[i]);
            code = code > 1 ? code : 1;
        } else if (status != STATUS_OK) {
            (void)cmd_failed(&err);
            return 3;
        } else {
            printf("forgotten: %s\n", args->words[i]);
        }
    }
    return code;
}

static int run(const struct args *args, struct arena *arena)
{
    struct error err = {0};
    struct own_desk *own = NULL;
    struct caller caller;
    const char *dir = args_value(args, "at", NULL);
    if (dir == NULL || args->word_count == 0) {
        return cmd_usage(&cmd_pack_people_forget, "give the desk with --at DIR, and ids");
    }
    if (desk_call_own(args, arena, dir, &own, &caller, &err) != STATUS_OK) {
        (void)cmd_failed(&err);
        return 3;
    }
    int code = forget_all(args, own_desk_desk(own), &caller);
    own_desk_close(own);
    return code;
}

const struct cmd cmd_pack_people_forget = {
    .name = "pack people forget",
    .summary = "take people out of the directory",
    .usage = "--at DIR --officer LOGIN --password-file FILE --code DIGITS ID…",
    .help = "Deletes people by the id of the file they came from, such as dc:117009. Cases and\n"
            "reports that name them are not touched. Backups made before still hold them until\n"
            "they expire.",
    .options = options,
    .run = run,
};
