/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "cmd/cmd.h"

static const struct arg_option options[] = {{0}};

static int run(const struct args *args, struct arena *arena)
{
    (void)args;
    (void)arena;
    printf("hustings %s\n", HUSTINGS_VERSION);
    return 0;
}

const struct cmd cmd_version = {
    .name = "version",
    .summary = "print the version",
    .usage = "",
    .options = options,
    .run = run,
};
