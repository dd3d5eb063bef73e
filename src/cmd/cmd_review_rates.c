/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <unistd.h>

#include "base/io.h"
#include "cmd/cmd.h"
#include "serve/own_desk.h"

enum { TABLES_BYTES_MAX = 16 * 1024 * 1024 };

extern const struct cmd cmd_review_rates;

static const struct arg_option options[] = {
    {"at", "DIR", "the desk to count on"},
    OWN_DESK_OPTIONS,
    {"json", NULL, "print JSON instead of CSV"},
    {"publish", NULL, "refused: the tables are not audited for publication"},
    {0}};

static enum status print_tables(const struct args *args, struct desk *desk,
                                const struct caller *caller, struct error *err)
{
    struct released_tables tables;
    struct buf buf;
    enum status status = desk_numbers(desk, caller, &tables, err);
    if (status == STATUS_OK && args_has(args, "publish")) {
        status = released_export(&tables, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    buf_init(&buf, TABLES_BYTES_MAX);
    if (args_has(args, "json")) {
        released_add_json(&buf, &tables);
        buf_add_byte(&buf, '\n');
    } else {
        released_add_csv(&buf, &tables);
        fprintf(stderr, "counted: %s\n", RELEASE_COUNTED);
    }
    status = io_write_all(STDOUT_FILENO, buf_str(&buf), err);
    buf_close(&buf);
    return status;
}

static int run(const struct args *args, struct arena *arena)
{
    struct error err = {0};
    struct own_desk *own = NULL;
    struct caller caller;
    const char *dir = args_value(args, "at", NULL);
    if (dir == NULL || args->word_count > 0) {
        return cmd_usage(&cmd_review_rates, "give the desk with --at DIR");
    }
    enum status status = own_desk_open(args, arena, dir, &own, &caller, &err);
    if (status == STATUS_OK) {
        status = print_tables(args, own_desk_desk(own), &caller, &err);
        own_desk_close(own);
    }
    if (status != STATUS_OK) {
        (void)cmd_failed(&err);
        return 3;
    }
    return 0;
}

const struct cmd cmd_review_rates = {
    .name = "review rates",
    .summary = "how many reports, incidents and subjects, safely rounded",
    .usage = "--at DIR --officer LOGIN --password-file FILE --code DIGITS [--json]",
    .help =
        "Counts reports, incidents and subjects (three different things) by kind, grade, code,\n"
        "area and week. 0 to 4 is shown as [low], everything else is rounded to base 5. Every\n"
        "total counts abuse and what is not yet classified (in the British pack OTH0, or no\n"
        "code). Lawful speech (LAW0) and allegations of election crime (POL9) stand only in\n"
        "the tables by kind and by code. Practice reports count nowhere. The tables are not\n"
        "audited for publication: --publish is refused until they are.",
    .options = options,
    .run = run,
};
