/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <unistd.h>

#include "base/io.h"
#include "cmd/cmd.h"
#include "review/release.h"
#include "serve/desk_call.h"

extern const struct cmd cmd_review_rates;

static const struct arg_option options[] = {
    {"at", "DIR", "the desk to count on"},
    DESK_CALL_OPTIONS,
    {"json", NULL, "print JSON instead of CSV"},
    {"publish", NULL, "refused: the tables are not audited for publication"},
    {0}};

static int run(const struct args *args, struct arena *arena)
{
    struct error err = {0};
    struct control_answer answer;
    struct control_request request = {.kind = CONTROL_NUMBERS, .is_json = args_has(args, "json")};
    const char *dir = args_value(args, "at", NULL);
    enum status status = STATUS_OK;
    if (dir == NULL || args->word_count > 0) {
        return cmd_usage(&cmd_review_rates, "give the desk with --at DIR");
    }
    if (args_has(args, "publish")) {
        static const struct released_tables none = {0};
        status = released_export(&none, &err); /* refuses, and says why */
    }
    if (status == STATUS_OK) {
        status = desk_call(args, arena, dir, &request, &answer, &err);
    }
    if (status == STATUS_OK) {
        if (!request.is_json) {
            fprintf(stderr, "counted: %s\n", RELEASE_COUNTED);
        }
        status = io_write_all(STDOUT_FILENO, buf_str(&answer.text), &err);
        control_answer_close(&answer);
    }
    return status == STATUS_OK ? 0 : cmd_failed(&err);
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
        "audited for publication: --publish is refused until they are. Asks the running desk; a\n"
        "stopped one is unlocked for it by the same log-in.",
    .options = options,
    .run = run,
};
