/* SPDX-License-Identifier: Apache-2.0 */
/* hustings plan explain: why a task is not served. */
#include <stdio.h>
#include <unistd.h>

#include "base/io.h"
#include "cmd/cmd.h"
#include "cmd/plan_files.h"
#include "codec/csv.h"
#include "plan/explain.h"

extern const struct cmd cmd_plan_explain;

static const struct arg_option options[] = {
    {"csv", NULL, "as CSV, a row a task"},
    {"task", "ID", "only this one"},
    {0},
};

static void add_unserved(const struct plan_problem *problem, const struct plan_explained *all,
                         size_t count, bool is_csv, struct buf *out)
{
    struct csv_out csv;
    csv_out_init(&csv, out);
    if (is_csv) {
        static const char *const columns[] = {"task", "mandatory", "profit", "rule",
                                              "unit", "short_s",   "why",    "mend"};
        csv_put_row(&csv, columns, ARRAY_LEN(columns));
    }
    for (size_t i = 0; i < count; i++) {
        const struct plan_explained *one = &all[i];
        const struct plan_task *task = &problem->tasks[one->task];
        struct buf number;
        buf_init(&number, 64);
        plan_add_milli(&number, task->profit);
        if (!is_csv) {
            buf_printf(out, "%.*s at %.*s%s, profit %.*s: %.*s%s%.*s\n", STR_ARG(task->id),
                       STR_ARG(plan_site_name(problem, task->site)),
                       task->is_mandatory ? " (mandatory)" : "", STR_ARG(buf_str(&number)),
                       STR_ARG(one->words), one->mend.n > 0 ? ". What could help: " : "",
                       STR_ARG(one->mend));
        } else {
            csv_put(&csv, task->id);
            csv_put(&csv, task->is_mandatory ? STR("yes") : STR("no"));
            csv_put(&csv, buf_str(&number));
            csv_put(&csv, str_c(one->rule));
            csv_put(&csv, one->unit == PLAN_NONE ? (str){0} : problem->units[one->unit].id);
            buf_clear(&number);
            plan_add_ticks(&number, problem, one->lacks);
            csv_put(&csv, buf_str(&number));
            csv_put(&csv, one->words);
            csv_put(&csv, one->mend);
            csv_end_row(&csv);
        }
        buf_close(&number);
    }
}

static enum status explain(const struct args *args, struct arena *arena,
                           const struct plan_problem *problem, const struct plan_result *result,
                           struct buf *out, struct error *err)
{
    struct plan_explained *all = NULL;
    const char *name = args_value(args, "task", NULL);
    uint32_t only = PLAN_NONE;
    for (uint32_t i = 0; name != NULL && i < problem->task_count; i++) {
        if (str_equal(problem->tasks[i].id, str_c(name))) {
            only = i;
        }
    }
    if (name != NULL && only == PLAN_NONE) {
        return error_set(err, STATUS_INVALID, "the problem has no task '%.80s'", name);
    }
    size_t count = plan_explain(arena, problem, result, only, &all);
    if (name != NULL && count == 0) {
        fprintf(stderr, "task '%s' is served\n", name);
    }
    add_unserved(problem, all, count, args_has(args, "csv"), out);
    return STATUS_OK;
}

static int run(const struct args *args, struct arena *unused)
{
    struct error err = {0};
    struct arena arena;
    struct plan_problem problem;
    struct plan_result result;
    bool has_refused = false;
    (void)unused;
    if (args->word_count != 2) {
        return cmd_usage(&cmd_plan_explain, "give a problem and a plan");
    }
    plan_arena_init(&arena);
    enum status status = plan_file_both(&arena, args->words, &problem, &result, &has_refused, &err);
    if (status == STATUS_OK) {
        struct buf out;
        buf_init(&out, PLAN_OUT_BYTES_MAX);
        status = explain(args, &arena, &problem, &result, &out, &err);
        if (status == STATUS_OK) {
            status = io_write_all(STDOUT_FILENO, buf_str(&out), &err);
        }
        buf_close(&out);
    }
    return plan_end(&arena, status, has_refused, &err);
}

const struct cmd cmd_plan_explain = {
    .name = "plan explain",
    .summary = "say why tasks of a plan are not served",
    .usage = "PROBLEM.json PLAN.json [--csv] [--task ID]",
    .help = "Says for each task that nobody serves which unit comes nearest to it, which rule\n"
            "stands in the way, by how much, and the least change that would help as far as ways\n"
            "and hours go (breaks are not reckoned: a new search has the last word).",
    .options = options,
    .run = run,
};
