/* SPDX-License-Identifier: Apache-2.0 */
/* A sub-command is one file that exports one `struct cmd`; commands.c lists them. */
#ifndef HUSTINGS_CMD_CMD_H
#define HUSTINGS_CMD_CMD_H

#include <stdio.h>

#include "base/args.h"

struct cmd {
    const char *name;                                  /* "ledger verify": one to three words */
    const char *summary;                               /* one line for the list of commands */
    const char *usage;                                 /* what follows the name: "DIR [--json]" */
    const char *help;                                  /* paragraphs that teach; may be NULL */
    void (*more_help)(FILE *out, struct arena *arena); /* what only the pack knows; or NULL */
    const struct arg_option *options;                  /* ends with {0} */
    /* Results on stdout, talk on stderr. Returns the exit code: 0 ok, 1 some input was refused,
     * 2 usage, 3 cannot. */
    int (*run)(const struct args *args, struct arena *arena);
};

/* Ends with NULL. */
extern const struct cmd *const commands[];

/* Prints "hustings: …" and the hint on stderr, and returns status_exit(err->status). */
int cmd_failed(const struct error *err);
/* Commands and options as mdoc(7), for the manual page. */
void manual_print(FILE *out, struct arena *arena);
/* Prints a usage mistake and returns 2. */
int cmd_usage(const struct cmd *cmd, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
