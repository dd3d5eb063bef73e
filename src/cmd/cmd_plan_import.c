/* SPDX-License-Identifier: Apache-2.0 */
/* hustings plan import: files of others become a problem of ours. */
#include <stdio.h>
#include <unistd.h>

#include "base/io.h"
#include "cmd/cmd.h"
#include "cmd/plan_files.h"

extern const struct cmd cmd_plan_import;

static const struct arg_option options[] = {
    {"units", "M", "how many units; vrptw: as many as the file has unless given"},
    {"decimals", "N", "decimals that a distance keeps: 1 or 2 (default: by the file)"},
    {0},
};

static enum status import(const char *kind, str text, const struct args *args, struct arena *arena,
                          struct plan_problem *problem, struct error *err)
{
    int64_t units = 0;
    int64_t decimals = 0;
    enum status status = args_number(args, "units", 0, 1, PLAN_UNITS_MAX, &units, err);
    if (status == STATUS_OK) {
        status = args_number(args, "decimals", 0, 1, 2, &decimals, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    if (str_equal(str_c(kind), STR("toptw"))) {
        return plan_import_toptw(arena, text, (uint32_t)units, (unsigned)decimals, problem, err);
    }
    if (str_equal(str_c(kind), STR("vrptw"))) {
        return plan_import_vrptw(arena, text, (uint32_t)units, (unsigned)decimals, problem, err);
    }
    return plan_import_city(arena, text, problem, err);
}

static bool is_kind(const char *word)
{
    static const char *const kinds[] = {"toptw", "vrptw", "city"};
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (str_equal(str_c(word), str_c(kinds[i]))) {
            return true;
        }
    }
    return false;
}

static int run(const struct args *args, struct arena *unused)
{
    struct error err = {0};
    struct arena arena;
    struct plan_problem problem;
    str text;
    (void)unused;
    if (args->word_count != 2 || !is_kind(args->words[0])) {
        return cmd_usage(&cmd_plan_import, "say what the file is (toptw, vrptw or city), and FILE");
    }
    plan_arena_init(&arena);
    enum status status = plan_file_text(&arena, args->words[1], &text, &err);
    if (status == STATUS_OK) {
        struct error why = {0};
        status = import(args->words[0], text, args, &arena, &problem, &why);
        if (status != STATUS_OK) {
            (void)error_set(&err, status, "%s: %.200s", args->words[1], why.primary);
        }
    }
    if (status == STATUS_OK) {
        struct buf out;
        buf_init(&out, PLAN_OUT_BYTES_MAX);
        plan_problem_write(&problem, &out);
        fprintf(stderr, "%u sites, %u tasks, %u units\n", problem.site_count, problem.task_count,
                problem.unit_count);
        status = io_write_all(STDOUT_FILENO, buf_str(&out), &err);
        buf_close(&out);
    }
    arena_close(&arena);
    return status == STATUS_OK ? 0 : cmd_failed(&err);
}

const struct cmd cmd_plan_import = {
    .name = "plan import",
    .summary = "make a planner's problem from another file",
    .usage = "toptw|vrptw|city FILE [--units M] [--decimals N]",
    .help =
        "Prints the problem as JSON. toptw: team orienteering with time windows (Righini and\n"
        "Salani, Cordeau); --units is wanted. vrptw: Solomon, Gehring and Homberger, every "
        "customer\n"
        "mandatory. city: the synthetic city of the benchmark. Distances are Euclidean, cut after\n"
        "one decimal, or two where coordinates have a fraction. FILE - is standard input.",
    .options = options,
    .run = run,
};
