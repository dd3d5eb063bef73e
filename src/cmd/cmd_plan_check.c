/* SPDX-License-Identifier: Apache-2.0 */
/* hustings plan check: can this plan be done, and what is it worth? */
#include <stdio.h>
#include <unistd.h>

#include "base/io.h"
#include "cmd/cmd.h"
#include "cmd/plan_files.h"
#include "plan/check.h"

extern const struct cmd cmd_plan_check;

static const struct arg_option options[] = {
    {"json", NULL, "print JSON"},
    {0},
};

static void add_text(const struct plan_problem *problem, const struct plan_check *check,
                     struct buf *out)
{
    size_t shown =
        check->broken_count < PLAN_BROKEN_SHOWN ? check->broken_count : PLAN_BROKEN_SHOWN;
    buf_add_c(out, "profit ");
    plan_add_milli(out, check->profit);
    buf_printf(out, ", %u of %u tasks served, %u mandatory ones not, travel ", check->served,
               problem->task_count, check->unmet);
    plan_add_ticks(out, problem, check->travel);
    buf_printf(out, " s, %zu broken\n", check->broken_count);
    for (size_t i = 0; i < shown; i++) {
        const struct plan_broken *one = &check->broken[i];
        buf_add_c(out, one->rule);
        if (one->unit != PLAN_NONE) {
            buf_printf(out, ", unit %.*s", STR_ARG(problem->units[one->unit].id));
        }
        if (one->task != PLAN_NONE) {
            buf_printf(out, ", task %.*s", STR_ARG(problem->tasks[one->task].id));
        }
        buf_printf(out, ": %.*s\n", STR_ARG(one->words));
    }
    if (check->broken_count > shown) {
        buf_printf(out, "and %zu more\n", check->broken_count - shown);
    }
}

static int run(const struct args *args, struct arena *unused)
{
    struct error err = {0};
    struct arena arena;
    struct plan_problem problem;
    struct plan_result result;
    struct plan_check check = {0};
    bool has_refused = false;
    (void)unused;
    if (args->word_count != 2) {
        return cmd_usage(&cmd_plan_check, "give a problem and a plan");
    }
    plan_arena_init(&arena);
    enum status status = plan_file_both(&arena, args->words, &problem, &result, &has_refused, &err);
    if (status == STATUS_OK) {
        struct buf out;
        plan_check(&arena, &problem, &result, &check);
        plan_check_figures(&arena, &problem, &result, &check);
        buf_init(&out, PLAN_OUT_BYTES_MAX);
        if (args_has(args, "json")) {
            plan_check_write(&problem, &check, has_refused, &out);
        } else {
            add_text(&problem, &check, &out);
        }
        status = io_write_all(STDOUT_FILENO, buf_str(&out), &err);
        buf_close(&out);
    }
    return plan_end(&arena, status, has_refused || check.broken_count > 0, &err);
}

const struct cmd cmd_plan_check = {
    .name = "plan check",
    .summary = "check a plan, by other code than made it",
    .usage = "PROBLEM.json PLAN.json [--json]",
    .help = "Computes everything anew: ways, windows, shifts, breaks, skills, locks, capacity, "
            "profit.\n"
            "Prints the profit in the problem's own units and every rule that is broken, with unit "
            "and\n"
            "task. A mandatory task that nobody serves is broken; an optional one is not. A figure "
            "that\n"
            "the plan claims (profit, travel, unmet, bounds) and that is not so is broken, too. "
            "Exit 1\n"
            "when anything is broken, or a row of the problem had to be left out.",
    .options = options,
    .run = run,
};
