/* SPDX-License-Identifier: Apache-2.0 */
#include <unistd.h>

#include "base/io.h"
#include "cmd/cmd.h"
#include "ops/doctor.h"

enum { OUTPUT_BYTES_MAX = 256 * 1024 };

static const struct arg_option options[] = {{"pack", "DIR", "another folder of reference data"},
                                            {"json", NULL, "print the findings as JSON"},
                                            {0}};

extern const struct cmd cmd_doctor;

static int run(const struct args *args, struct arena *arena)
{
    struct doctor doctor;
    struct error err = {0};
    struct buf out;
    if (args->word_count != 1) {
        return cmd_usage(&cmd_doctor, "give the folder of a desk");
    }
    crypt_start();
    doctor_look(&doctor, arena, args->words[0], args_value(args, "pack", NULL), clock_wall());
    buf_init(&out, OUTPUT_BYTES_MAX);
    if (args_has(args, "json")) {
        doctor_print_json(&out, &doctor);
    } else {
        doctor_print(&out, &doctor);
    }
    enum status status = io_write_all(STDOUT_FILENO, buf_str(&out), &err);
    buf_close(&out);
    if (status != STATUS_OK) {
        (void)cmd_failed(&err);
        return 3;
    }
    return doctor.worst <= DOCTOR_NOTE ? 0 : 1;
}

const struct cmd cmd_doctor = {
    .name = "doctor",
    .summary = "say what is well with a desk and its machine, and what to do where it is not",
    .usage = "DIR [--json]",
    .help = "Needs no key and changes nothing; works while the desk runs. Tries the sandbox "
            "instead of\n"
            "believing in it, reads the modes of keys, opens the stores, hashes the pack, looks at "
            "the\n"
            "running processes. Exit code 1 when anything is to look at (warn) or bad;\n"
            "a note is what a new desk has not yet.",
    .options = options,
    .run = run,
};
