/* SPDX-License-Identifier: Apache-2.0 */
/* Command-line options from a table.
 *
 * One row serves the parser, `--help` and the manual, so that they cannot differ. Options are
 * long ("--seconds 3" or "--seconds=3") and may stand anywhere; "--" ends them. */
#ifndef HUSTINGS_BASE_ARGS_H
#define HUSTINGS_BASE_ARGS_H

#include "base/arena.h"
#include "base/status.h"

struct arg_option {
    const char *name;  /* without the dashes */
    const char *value; /* what follows, in capitals ("DIR"); NULL for a flag */
    const char *help;  /* one line */
};

enum { ARG_OPTIONS_MAX = 32 };

struct args {
    const struct arg_option *options; /* ends with a row whose name is NULL */
    const char *values[ARG_OPTIONS_MAX];
    bool is_given[ARG_OPTIONS_MAX];
    const char *program; /* as it was started: "build/hustings"; by main, NULL elsewhere */
    const char **words;  /* what is not an option, in order */
    size_t word_count;
};

/* argv without the command words. STATUS_INVALID names the offending word. */
enum status args_parse(struct arena *arena, const struct arg_option *options, int argc, char **argv,
                       struct args *ret_args, struct error *err) MUST_CHECK;
bool args_has(const struct args *args, const char *name);
/* The value, or `otherwise` when it was not given. The name must be in the table. */
const char *args_value(const struct args *args, const char *name, const char *otherwise);
/* A number in [low, high]. */
enum status args_number(const struct args *args, const char *name, int64_t otherwise, int64_t low,
                        int64_t high, int64_t *ret_value, struct error *err) MUST_CHECK;

#endif
