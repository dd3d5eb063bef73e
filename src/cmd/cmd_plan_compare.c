/* SPDX-License-Identifier: Apache-2.0 */
/* hustings plan compare: plans side by side. */
#include <stdio.h>
#include <unistd.h>

#include "base/io.h"
#include "cmd/cmd.h"
#include "cmd/plan_files.h"
#include "plan/compare.h"

extern const struct cmd cmd_plan_compare;

static const struct arg_option options[] = {
    {"rates", "CSV", "your table of rates, as for plan cost: then what each costs"},
    {"csv", NULL, "as CSV, a row a measure"},
    {"json", NULL, "print JSON"},
    {0},
};

/* Without folders: the columns are narrow. */
static str name_of(const char *path)
{
    str name = str_c(path);
    for (str rest = name; rest.n > 0;) {
        rest = str_cut(rest, '/', &name);
    }
    return name;
}

static enum status read_forks(struct arena *arena, const struct args *args, uint32_t count,
                              struct plan_fork *forks, bool *has_refused, struct error *err)
{
    enum status status = STATUS_OK;
    for (uint32_t i = 0; i < count && status == STATUS_OK; i++) {
        struct plan_problem *problem = ARENA_NEW(arena, struct plan_problem);
        struct plan_result *result = ARENA_NEW(arena, struct plan_result);
        bool has_row = false;
        status = plan_file_both(arena, args->words + (size_t)2 * i, problem, result, &has_row, err);
        forks[i] = (struct plan_fork){name_of(args->words[2 * i + 1]), problem, result};
        *has_refused = *has_refused || has_row;
    }
    return status;
}

static enum status compare(struct arena *arena, const struct args *args, uint32_t count,
                           const struct plan_fork *forks, struct error *err)
{
    struct plan_compared *compared = ARENA_ARRAY(arena, struct plan_compared, count);
    struct plan_rates rates = {0};
    const char *path = args_value(args, "rates", NULL);
    enum status status = STATUS_OK;
    if (path != NULL) {
        str text;
        status = plan_file_text(arena, path, &text, err);
        if (status == STATUS_OK) {
            status = plan_rates_read(arena, path, text, &rates, err);
        }
    }
    if (status == STATUS_OK) {
        status = plan_compare(arena, forks, count, path != NULL ? &rates : NULL, compared, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    struct buf out;
    buf_init(&out, PLAN_OUT_BYTES_MAX);
    if (args_has(args, "json")) {
        plan_compare_add_json(compared, count, &out);
    } else if (args_has(args, "csv")) {
        plan_compare_add_csv(compared, count, &out);
    } else {
        plan_compare_add_text(compared, count, &out);
    }
    status = io_write_all(STDOUT_FILENO, buf_str(&out), err);
    buf_close(&out);
    return status;
}

static int run(const struct args *args, struct arena *unused)
{
    struct error err = {0};
    struct arena arena;
    struct plan_fork forks[PLAN_FORKS_MAX];
    bool has_refused = false;
    (void)unused;
    if (args->word_count < 2 || args->word_count % 2 != 0 ||
        args->word_count > (size_t)2 * PLAN_FORKS_MAX) {
        return cmd_usage(&cmd_plan_compare, "give a problem and its plan, and another, up to %d",
                         PLAN_FORKS_MAX);
    }
    uint32_t count = (uint32_t)args->word_count / 2;
    plan_arena_init(&arena);
    enum status status = read_forks(&arena, args, count, forks, &has_refused, &err);
    if (status == STATUS_OK) {
        status = compare(&arena, args, count, forks, &err);
    }
    return plan_end(&arena, status, has_refused, &err);
}

const struct cmd cmd_plan_compare = {
    .name = "plan compare",
    .summary = "plans side by side: covered risk, unmet, hours, cost, changes, fairness",
    .usage = "PROBLEM.json PLAN.json [PROBLEM2.json PLAN2.json …] [--rates CSV] [--csv] [--json]",
    .help = "A column a plan, up to eight; each with its own problem, so that a changed one ('plan "
            "change')\n"
            "stands beside the first. Figures are the checker's and the account's, not the plans' "
            "own.\n"
            "Covered risk is the profit of what is served, by that of all tasks. Units count as "
            "changed\n"
            "against the first plan when their visits are others. Fairness: dwell and travel of "
            "units that\n"
            "are out, and the area of which the smallest share is covered.",
    .options = options,
    .run = run,
};
