/* SPDX-License-Identifier: Apache-2.0 */
/* hustings plan change: what if? A problem with something changed. */
#include <stdio.h>
#include <unistd.h>

#include "base/io.h"
#include "base/text.h"
#include "cmd/cmd.h"
#include "cmd/plan_files.h"
#include "plan/change.h"

extern const struct cmd cmd_plan_change;

static const struct arg_option options[] = {
    {"dwell", "MIN", "minutes of each visit"},
    {"visits", "K", "visits to each place that has any"},
    {"units", "+N@BASE", "N more units that begin at BASE; -N@BASE: N fewer"},
    {"like", "UNIT", "with --units: the new ones are like this one (default: like those of BASE)"},
    {"risk", "xF", "profit of all visits and tasks times F (x1.3)"},
    {"noise", "PERCENT", "then each site's by up to so much up or down: is the plan still good?"},
    {"seed", "K", "of --noise (default 1)"},
    {"area", "NAME", "dwell, visits, risk and noise only for sites of this area"},
    {0},
};

/* "+4@base" */
static enum status parse_units(const char *text, struct plan_change *change, struct error *err)
{
    str count;
    str rest = str_cut(str_c(text), '@', &count);
    uint64_t number = 0;
    bool is_less = str_starts(count, STR("-"));
    str digits = str_slice(count, 1, count.n);
    if (count.n < 2 || (!is_less && !str_starts(count, STR("+"))) || !str_to_u64(digits, &number) ||
        number < 1 || number > PLAN_CHANGE_UNITS || rest.n == 0) {
        enum status status =
            error_set(err, STATUS_INVALID, "--units '%.60s' does not say how many and where", text);
        error_hint(err, "write +4@BASE or -4@BASE, with the id of a site; up to %d",
                   PLAN_CHANGE_UNITS);
        return status;
    }
    change->units = is_less ? -(int32_t)number : (int32_t)number;
    change->base = rest;
    return STATUS_OK;
}

/* "x1.3": hundredths. */
static enum status parse_risk(const char *text, struct plan_change *change, struct error *err)
{
    str whole;
    str factor = str_starts(str_c(text), STR("x")) ? str_c(text + 1) : str_c(text);
    str rest = str_cut(factor, '.', &whole);
    uint64_t units = 0;
    uint64_t part = 0;
    if (!str_to_u64(whole, &units) || units > PLAN_RISK_PERCENT / 100 || rest.n > 2 ||
        (rest.n > 0 && !str_to_u64(rest, &part))) {
        enum status status = error_set(err, STATUS_INVALID, "--risk '%.60s' is no factor", text);
        error_hint(err, "write x1.3 or x0.85, up to x%d", PLAN_RISK_PERCENT / 100);
        return status;
    }
    change->risk_percent = (int32_t)(units * 100 + (rest.n == 1 ? part * 10 : part));
    return STATUS_OK;
}

static enum status read_change(const struct args *args, const struct plan_problem *problem,
                               struct plan_change *change, struct error *err)
{
    int64_t dwell = -1;
    int64_t visits = 0;
    int64_t noise = 0;
    int64_t seed = 1;
    const char *like = args_value(args, "like", NULL);
    enum status status = args_number(args, "dwell", -1, 1, 1440, &dwell, err);
    if (status == STATUS_OK) {
        status = args_number(args, "visits", 0, 1, PLAN_CHANGE_VISITS, &visits, err);
    }
    if (status == STATUS_OK) {
        status = args_number(args, "noise", 0, 1, 100, &noise, err);
    }
    if (status == STATUS_OK) {
        status = args_number(args, "seed", 1, 0, INT64_MAX, &seed, err);
    }
    if (status == STATUS_OK && args_has(args, "units")) {
        status = parse_units(args_value(args, "units", ""), change, err);
    }
    if (status == STATUS_OK && args_has(args, "risk")) {
        status = parse_risk(args_value(args, "risk", ""), change, err);
    }
    if (status == STATUS_OK && like != NULL) {
        status = plan_unit_named(problem, like, &change->like, err);
    }
    change->dwell_s = dwell > 0 ? (int32_t)dwell * 60 : -1;
    change->visits = (int32_t)visits;
    change->noise_percent = (int32_t)noise;
    change->seed = (uint64_t)seed;
    change->area = str_c(args_value(args, "area", ""));
    return status;
}

static int run(const struct args *args, struct arena *unused)
{
    struct error err = {0};
    struct arena arena;
    struct plan_problem problem;
    struct plan_problem changed;
    struct plan_change change = plan_change_none();
    bool has_refused = false;
    (void)unused;
    if (args->word_count != 1) {
        return cmd_usage(&cmd_plan_change, "give a problem");
    }
    if (!args_has(args, "dwell") && !args_has(args, "visits") && !args_has(args, "units") &&
        !args_has(args, "risk") && !args_has(args, "noise")) {
        return cmd_usage(&cmd_plan_change, "say what is to change");
    }
    plan_arena_init(&arena);
    enum status status = plan_file_problem(&arena, args->words[0], &problem, &has_refused, &err);
    if (status == STATUS_OK) {
        status = read_change(args, &problem, &change, &err);
    }
    if (status == STATUS_OK) {
        status = plan_change_make(&arena, &problem, &change, &changed, &err);
    }
    if (status == STATUS_OK) {
        struct buf out;
        buf_init(&out, PLAN_OUT_BYTES_MAX);
        plan_problem_write(&changed, &out);
        fprintf(stderr, "%u tasks (%u before), %u units (%u before)\n", changed.task_count,
                problem.task_count, changed.unit_count, problem.unit_count);
        status = io_write_all(STDOUT_FILENO, buf_str(&out), &err);
        buf_close(&out);
    }
    return plan_end(&arena, status, has_refused, &err);
}

const struct cmd cmd_plan_change = {
    .name = "plan change",
    .summary = "what if: the problem with longer visits, more units, other risks",
    .usage = "PROBLEM.json [--dwell MIN] [--visits K] [--units +N@BASE] [--risk xF] [--area NAME]",
    .help = "Prints the problem with what is asked for changed; the file stays as it is. Plan it, "
            "and put\n"
            "both beside one another with 'plan compare'. Visits are the rows of 'visits'; what "
            "somebody\n"
            "must do at a fixed time, and events, keep their length. A change that cannot be is "
            "refused\n"
            "with the row that stands in its way.\n"
            "\n"
            "  hustings plan change day.json --visits 5 --units +2@brixton >more.json\n"
            "  hustings plan solve more.json --seconds 10 >more_plan.json\n"
            "  hustings plan compare day.json plan.json more.json more_plan.json",
    .options = options,
    .run = run,
};
