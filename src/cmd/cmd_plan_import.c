/* SPDX-License-Identifier: Apache-2.0 */
/* hustings plan import: files of others become a problem of ours. */
#include <stdio.h>
#include <unistd.h>

#include "base/io.h"
#include "cmd/cmd.h"
#include "cmd/plan_exchange.h"
#include "cmd/plan_files.h"
#include "plan/matrix.h"

extern const struct cmd cmd_plan_import;

static const struct arg_option options[] = {
    {"units", "M", "how many units; vrptw: as many as the file has unless given"},
    {"decimals", "N", "decimals that a distance keeps: 1 or 2 (default: by the file)"},
    {"crews", "CSV", "csv, ics: the table of units"},
    {"sites", "CSV", "ics: the table of places that LOCATION names"},
    {"day", "DATE", "csv, ics: the day that is planned, 2026-05-07"},
    {"name", "TEXT", "csv, ics: what the plan is called"},
    {"from", "TIME", "csv: from when on visits are wanted (default 07:00)"},
    {"to", "TIME", "csv: until when (default 22:00; 01:30+1 is on the day after)"},
    {"dwell-min", "N", "csv, ics: minutes of a visit (default 15)"},
    {"into", "PROBLEM", "osrm, matrix, matrix16: the problem that gets these ways"},
    {"mode", "ID", "osrm, matrix, matrix16: of which mode (default: the first)"},
    {"visits", "K", "csv: visits to a site that says nothing, of a post either (default 1)"},
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
    static const char *const kinds[] = {"toptw", "vrptw", "city",   "csv",     "ics",
                                        "vroom", "osrm",  "matrix", "matrix16"};
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (str_equal(str_c(word), str_c(kinds[i]))) {
            return true;
        }
    }
    return false;
}

static bool is_exchange(const char *word)
{
    return str_equal(str_c(word), STR("csv")) || str_equal(str_c(word), STR("ics")) ||
           str_equal(str_c(word), STR("vroom"));
}

static int matrix_kind(const char *word)
{
    static const char *const kinds[] = {"osrm", "matrix", "matrix16"};
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (str_equal(str_c(word), str_c(kinds[i]))) {
            return (int)i; /* as enum plan_matrix_kind has them */
        }
    }
    return -1;
}

static enum status find_mode(const struct args *args, const struct plan_problem *problem,
                             unsigned *ret_mode, struct error *err)
{
    const char *id = args_value(args, "mode", NULL);
    for (unsigned i = 0; i < problem->mode_count; i++) {
        if (id == NULL || str_equal(problem->modes[i].id, str_c(id))) {
            *ret_mode = i;
            return STATUS_OK;
        }
    }
    return error_set(err, STATUS_INVALID, "the problem has no mode '%.80s'", id);
}

static enum status import_matrix(const struct args *args, enum plan_matrix_kind kind,
                                 struct arena *arena, struct plan_refused *refused,
                                 bool *has_refused, struct error *err)
{
    struct plan_problem problem;
    struct plan_problem with;
    struct error why = {0};
    unsigned mode = 0;
    str text;
    enum status status =
        plan_file_problem(arena, args_value(args, "into", ""), &problem, has_refused, err);
    if (status == STATUS_OK) {
        status = find_mode(args, &problem, &mode, err);
    }
    if (status == STATUS_OK) {
        status = plan_file_text(arena, args->words[1], &text, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    status = plan_matrix_read(arena, &problem, kind, mode, text, &with, refused, &why);
    if (status != STATUS_OK) {
        (void)error_set(err, status, "%s: %.200s", args->words[1], why.primary);
        memcpy(err->hint, why.hint, sizeof err->hint);
        return status;
    }
    struct buf out;
    buf_init(&out, PLAN_OUT_BYTES_MAX);
    plan_problem_write(&with, &out);
    status = io_write_all(STDOUT_FILENO, buf_str(&out), err);
    buf_close(&out);
    return status;
}

static int run_matrix(const struct args *args, int kind)
{
    struct error err = {0};
    struct arena arena;
    struct plan_refused refused;
    bool has_refused = false;
    if (!args_has(args, "into")) {
        return cmd_usage(&cmd_plan_import, "say --into which problem the ways go");
    }
    plan_arena_init(&arena);
    plan_refused_init(&refused);
    enum status status =
        import_matrix(args, (enum plan_matrix_kind)kind, &arena, &refused, &has_refused, &err);
    str rest = buf_str(&refused.text);
    for (str line; str_next_line(&rest, &line);) {
        fprintf(stderr, "hustings: %s, %.*s\n", args->words[1], STR_ARG(line));
    }
    if (refused.count > PLAN_REFUSED_SHOWN) {
        fprintf(stderr, "hustings: and %zu more\n", refused.count - PLAN_REFUSED_SHOWN);
    }
    has_refused = has_refused || refused.count > 0;
    plan_refused_close(&refused);
    return plan_end(&arena, status, has_refused, &err);
}

static int run(const struct args *args, struct arena *unused)
{
    struct error err = {0};
    struct arena arena;
    struct plan_problem problem;
    str text;
    (void)unused;
    if (args->word_count != 2 || !is_kind(args->words[0])) {
        return cmd_usage(
            &cmd_plan_import,
            "say what the file is (csv, ics, vroom, osrm, matrix, matrix16, toptw, vrptw or "
            "city), and FILE");
    }
    if (matrix_kind(args->words[0]) >= 0) {
        return run_matrix(args, matrix_kind(args->words[0]));
    }
    if (is_exchange(args->words[0])) {
        return plan_exchange_run(args->words[0], args->words[1], args);
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
    return plan_end(&arena, status, false, &err);
}

const struct cmd cmd_plan_import = {
    .name = "plan import",
    .summary = "make a planner's problem from another file",
    .usage = "csv|ics|vroom|osrm|matrix|matrix16|toptw|vrptw|city FILE [OPTIONS]",
    .help =
        "Prints the problem as JSON. csv: sites, in columns of ours or of councils' exports, with "
        "--crews for\n"
        "the units. ics: events of one day, placed by GEO or by a LOCATION that --sites knows. "
        "vroom: the\n"
        "input of VROOM's API; priority becomes profit. docs/design/plan-out.md has the columns. A "
        "row that\n"
        "cannot be used, and what cannot be carried over, is named (exit 1); the rest is printed.\n"
        "osrm: the answer of a routing engine's table service, for the sites of --into in their "
        "order; "
        "matrix:\n"
        "CSV with ids of sites in its first row and column, and seconds; matrix16: half the "
        "seconds in "
        "two\n"
        "bytes, 65535 no way. The problem is printed with these ways; what has no time is named.\n"
        "toptw: team orienteering with time windows (Righini and\n"
        "Salani, Cordeau); --units is wanted. vrptw: Solomon, Gehring and Homberger, every "
        "customer\n"
        "mandatory. city: the synthetic city of the benchmark. Distances are Euclidean, cut after\n"
        "one decimal, or two where coordinates have a fraction. FILE - is standard input.",
    .options = options,
    .run = run,
};
