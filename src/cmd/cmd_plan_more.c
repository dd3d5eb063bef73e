/* SPDX-License-Identifier: Apache-2.0 */
/* hustings plan more: how many more officers a goal needs. */
#include <stdio.h>
#include <unistd.h>

#include "base/io.h"
#include "cmd/cmd.h"
#include "cmd/plan_files.h"
#include "plan/more.h"

extern const struct cmd cmd_plan_more;

enum { SAY_AFTER_S = 2 };

static const struct arg_option options[] = {
    {"for", "GOAL", "90% (of the covered risk), mandatory, area:NAME, or the id of a site or task"},
    {"like", "UNIT", "further units are like this one only (default: like any that is there)"},
    {"seconds", "S", "wall seconds to use (default 5)"},
    {"iterations", "N", "exactly so many for each number of units, instead of --seconds"},
    {"seed", "K", "as for plan solve (default 1)"},
    {"threads", "N", "as for plan solve (default 1)"},
    {"problem", "FILE", "write the problem with the further units of the plan that was found"},
    {"plan", "FILE", "write that plan: with --problem, 'plan check' proves the upper end"},
    {"csv", NULL, "the curve as CSV"},
    {"json", NULL, "print JSON"},
    {0},
};

struct work {
    struct arena arena;
    struct plan_problem problem;
    struct plan_result start;
    struct plan_goal goal;
    struct plan_more_options how;
    struct plan_more more;
    int64_t said_us;
    bool has_refused;
};

/* From the third second on: how far it is, at most once a second. */
static void progress(void *context, uint32_t done, uint32_t of, int64_t elapsed_us)
{
    struct work *work = context;
    int64_t budget = work->how.solve.iterations > 0 ? 0 : work->how.solve.budget_us;
    if (elapsed_us < SAY_AFTER_S * US_PER_SECOND || elapsed_us < work->said_us + US_PER_SECOND) {
        return;
    }
    work->said_us = elapsed_us;
    fprintf(stderr, "hustings: %u of about %u numbers of units looked at", done,
            of > done ? of : done);
    if (budget > elapsed_us) {
        fprintf(stderr, "; %lld s left at most",
                (long long)((budget - elapsed_us + US_PER_SECOND - 1) / US_PER_SECOND));
    }
    fprintf(stderr, "\n");
}

static enum status read_all(const struct args *args, struct work *work, struct error *err)
{
    const char *like = args_value(args, "like", NULL);
    enum status status =
        plan_file_problem(&work->arena, args->words[0], &work->problem, &work->has_refused, err);
    if (status == STATUS_OK && args->word_count == 2) {
        status = plan_file_result(&work->arena, &work->problem, args->words[1], &work->start, err);
        work->how.solve.start = &work->start;
        if (status == STATUS_OK) {
            status = plan_file_sound(&work->arena, &work->problem, &work->start, err);
        }
    }
    if (status == STATUS_OK && like != NULL) {
        status = plan_unit_named(&work->problem, like, &work->how.like, err);
    }
    return status == STATUS_OK ? plan_goal_parse(&work->problem, str_c(args_value(args, "for", "")),
                                                 &work->goal, err)
                               : status;
}

static enum status write_proof(const struct args *args, const struct work *work, struct buf *out,
                               struct error *err)
{
    const char *problem = args_value(args, "problem", NULL);
    const char *plan = args_value(args, "plan", NULL);
    enum status status = STATUS_OK;
    if (problem != NULL) {
        plan_problem_write(&work->more.problem, out);
        status = io_write_file(problem, buf_str(out), 0600, err);
        buf_clear(out);
    }
    if (status == STATUS_OK && plan != NULL) {
        plan_result_write(&work->more.problem, &work->more.result, out);
        status = io_write_file(plan, buf_str(out), 0600, err);
        buf_clear(out);
    }
    return status;
}

static enum status write_out(const struct args *args, const struct work *work, struct error *err)
{
    struct buf out;
    buf_init(&out, PLAN_OUT_BYTES_MAX);
    enum status status = write_proof(args, work, &out, err);
    if (args_has(args, "json")) {
        plan_more_add_json(&work->problem, &work->goal, &work->more, &out);
    } else if (args_has(args, "csv")) {
        plan_more_add_csv(&work->problem, &work->more, &out);
    } else {
        plan_more_add_text(&work->problem, &work->goal, &work->more, &out);
    }
    if (status == STATUS_OK) {
        status = io_write_all(STDOUT_FILENO, buf_str(&out), err);
    }
    buf_close(&out);
    return status;
}

static int run(const struct args *args, struct arena *unused)
{
    struct error err = {0};
    struct work work = {.how = {.like = PLAN_NONE}};
    (void)unused;
    if (args->word_count < 1 || args->word_count > 2 || !args_has(args, "for")) {
        return cmd_usage(&cmd_plan_more, "give a problem and --for GOAL");
    }
    if (plan_numbers(args, 5, PLAN_SECONDS_MAX, &work.how.solve, &err) != STATUS_OK) {
        return cmd_usage(&cmd_plan_more, "%s", err.primary);
    }
    plan_arena_init(&work.arena);
    enum status status = read_all(args, &work, &err);
    if (status == STATUS_OK) {
        work.how.progress = progress;
        work.how.context = &work;
        plan_more(&work.arena, &work.problem, &work.goal, &work.how, &work.more);
        status = write_out(args, &work, &err);
    }
    return plan_end(&work.arena, status, work.has_refused || !work.more.is_possible, &err);
}

const struct cmd cmd_plan_more = {
    .name = "plan more",
    .summary = "how many more officers a goal needs, with a proof from below and from above",
    .usage = "PROBLEM.json [PLAN.json] --for GOAL [--like UNIT] [--seconds S | --iterations N] "
             "[--json]",
    .help =
        "GOAL is a share of the covered risk (90%), the word mandatory, area:NAME, or the id of a "
        "site (all its\n"
        "visits) or task. Prints an interval: at least so many, because the goal takes more time "
        "than\n"
        "the units on duty have in some part of the day (for a skill, where one is rare); at most "
        "so\n"
        "many, because a plan with them was found and checked. Then what binds, and the curve: "
        "what\n"
        "each further unit would cover and cost in paid hours. With PLAN.json the search goes on "
        "from\n"
        "it. Further units are like those that are there, by base, shift, skills and officers; "
        "--like\n"
        "names one. Exit 1 when no number of such units can do it, or a row was left out.\n"
        "\n"
        "  hustings plan more day.json --for 90%\n"
        "  hustings plan more day.json plan.json --for mandatory --like P7 --json\n"
        "  hustings plan more day.json --for school-12 --problem more.json --plan more_plan.json",
    .options = options,
    .run = run,
};
