/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "cmd/cmd.h"
#include "pack/pack.h"
#include "serve/serve.h"

static const struct arg_option options[] = {
    {"front", "ADDR:PORT", "public address, or unix:/path (default: of the desk's settings)"},
    {"desk", "ADDR:PORT", "officers' address"},
    {"fronts", "N", "processes behind the public address, 1-8 (default 1)"},
    {"pack", "DIR", "another folder of reference data"},
    {"no-alarms", NULL, "ring nobody: for a restored copy that is only looked at"},
    {0}};

static int run(const struct args *args, struct arena *arena)
{
    struct error err = {0};
    struct settings settings;
    struct serve_options serve = {.settings = &settings,
                                  .front_address = args_value(args, "front", NULL),
                                  .desk_address = args_value(args, "desk", NULL),
                                  .is_rehearsal = args_has(args, "no-alarms")};
    char *pack = NULL;
    if (args->word_count != 1) {
        return cmd_usage(&(struct cmd){.name = "serve", .usage = "DIR [options]"},
                         "give the folder of a desk");
    }
    enum status status = args_number(args, "fronts", 1, 1, 8, &serve.fronts, &err);
    if (status != STATUS_OK) {
        return cmd_usage(&(struct cmd){.name = "serve", .usage = "DIR [options]"}, "%s",
                         err.primary);
    }
    status = settings_read(arena, args->words[0], &settings, &err);
    if (status == STATUS_OK) {
        const char *wanted = args_value(args, "pack", NULL) != NULL
                                 ? args_value(args, "pack", NULL)
                                 : arena_cstr(arena, settings.pack);
        status = pack_find(arena, wanted, &pack, &err);
    }
    if (status == STATUS_OK) {
        serve.pack_folder = pack;
        status = serve_run(&serve, &err);
    }
    if (status != STATUS_OK) {
        (void)cmd_failed(&err);
        return 3;
    }
    return 0;
}

const struct cmd cmd_serve = {
    .name = "serve",
    .summary = "run a desk",
    .usage = "DIR [--front ADDR:PORT] [--desk ADDR:PORT] [--no-alarms]",
    .help =
        "Runs the desk in DIR until it is told to stop (SIGTERM, Ctrl-C). Reports are taken\n"
        "from the first moment; the desk opens when an officer logs in. A desk that was killed\n"
        "starts again without help. Put nginx in front for TLS (contrib/nginx.conf).",
    .options = options,
    .run = run,
};
