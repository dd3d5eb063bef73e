/* SPDX-License-Identifier: Apache-2.0 */
/* hustings plan solve: a plan as good as the time allows. */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "base/io.h"
#include "cmd/cmd.h"
#include "cmd/plan_files.h"
#include "cmd/plan_unmet.h"
#include "plan/solve.h"

extern const struct cmd cmd_plan_solve;

enum { SAY_EVERY_S = 2 };

static const struct arg_option options[] = {
    {"seconds", "S", "wall seconds to use (default 10)"},
    {"cpu-seconds", "S", "instead of --seconds: so many of the processor, a thread"},
    {"threads", "N", "how many threads (default 1)"},
    {"seed", "K", "another seed gives another plan (default 1)"},
    {"iterations", "N", "exactly so many instead of --seconds: the same plan again"},
    {"again", "PLAN", "the same plan again: seed, threads and iterations of PLAN.json"},
    {0},
};

static enum status numbers(const struct args *args, struct plan_solve_options *ret_options,
                           struct error *err)
{
    int64_t cpu_seconds = 0;
    enum status status = plan_numbers(args, 10, PLAN_SECONDS_MAX, ret_options, err);
    if (status == STATUS_OK) {
        status = args_number(args, "cpu-seconds", 0, 1, PLAN_SECONDS_MAX, &cpu_seconds, err);
    }
    if (cpu_seconds > 0) {
        ret_options->clock = clock_processor;
        ret_options->budget_us = cpu_seconds * ret_options->threads * US_PER_SECOND;
    }
    return status;
}

/* Ctrl-C ends the search, and what it has found by then is the plan; a second one ends us. */
struct watch {
    sigset_t signals;
    atomic_bool is_stopped;
    bool is_terminal;
    int64_t begin_us, said_us;
    int64_t parts; /* that are done */
};

static void *listen_for_end(void *context)
{
    struct watch *watch = context;
    int got = 0;
    (void)sigwait(&watch->signals, &got);
    watch->is_stopped = true;
    (void)sigwait(&watch->signals, &got);
    _exit(128 + got);
}

/* Threads of the search are begun later, and leave the signals to this one. */
static void watch_begin(struct watch *watch)
{
    pthread_t thread;
    *watch = (struct watch){.is_terminal = isatty(STDERR_FILENO) == 1};
    watch->begin_us = watch->said_us = clock_monotonic();
    (void)sigemptyset(&watch->signals);
    (void)sigaddset(&watch->signals, SIGINT);
    (void)sigaddset(&watch->signals, SIGTERM);
    (void)pthread_sigmask(SIG_BLOCK, &watch->signals, NULL);
    if (pthread_create(&thread, NULL, listen_for_end, watch) != 0) {
        (void)pthread_sigmask(SIG_UNBLOCK, &watch->signals, NULL);
    } else {
        (void)pthread_detach(thread);
    }
}

/* To a person at a terminal: at first every two seconds how far it is, then more and more rarely. */
static bool goes_on(void *context, int64_t parts, const struct plan_claim *best)
{
    struct watch *watch = context;
    int64_t now = clock_monotonic();
    int64_t pause = (now - watch->begin_us) / 8;
    pause = pause > SAY_EVERY_S * US_PER_SECOND ? pause : SAY_EVERY_S * US_PER_SECOND;
    if (watch->is_terminal && now - watch->said_us >= pause && parts < PLAN_EPOCHS) {
        struct buf profit;
        buf_init(&profit, 64);
        plan_add_milli(&profit, best->profit);
        fprintf(stderr,
                "hustings: %lld of %d parts of the search are done: profit %.*s, %u duties "
                "unmet; Ctrl-C ends it with the best so far\n",
                (long long)parts, PLAN_EPOCHS, STR_ARG(buf_str(&profit)), best->unmet);
        buf_close(&profit);
        watch->said_us = now;
    }
    watch->parts = parts;
    return !watch->is_stopped;
}

/* One line for people: how good, and how good at most. */
static void say(struct arena *arena, const struct plan_problem *problem,
                const struct plan_result *result, const struct watch *watch)
{
    struct buf out;
    buf_init(&out, 4096);
    buf_add_c(&out, "profit ");
    plan_add_milli(&out, result->claim.profit);
    buf_add_c(&out, ", no plan has more than ");
    plan_add_milli(&out, result->bound);
    if (result->bound > 0) {
        buf_printf(&out, " (gap %.2f %%)",
                   100.0 * (double)(result->bound - result->claim.profit) / (double)result->bound);
    }
    buf_add_c(&out, "; travel ");
    plan_add_ticks(&out, problem, result->claim.travel);
    buf_add_c(&out, " s, at least ");
    plan_add_ticks(&out, problem, result->bound_travel);
    buf_printf(&out, "; %u mandatory visits unmet\n%lld iterations on %u threads, seed %llu\n",
               plan_count(arena, problem, result).unmet, (long long)result->iterations,
               result->threads, (unsigned long long)result->seed);
    if (watch->parts < PLAN_EPOCHS && watch->is_stopped) {
        buf_printf(&out,
                   "stopped after %lld of %d parts of the search: --again PLAN.json repeats it\n",
                   (long long)watch->parts, PLAN_EPOCHS);
    } else if (!result->is_even) {
        buf_add_c(&out, "the machine was slower than it seemed at first, so the steps are uneven: "
                        "--again PLAN.json repeats them, --iterations does not\n");
    }
    fprintf(stderr, "%.*s", STR_ARG(buf_str(&out)));
    buf_close(&out);
}

/* Takes over what made the plan; `before` must live as long as the options. */
static enum status again(struct arena *arena, const struct plan_problem *problem, const char *path,
                         struct plan_result *before, struct plan_solve_options *solve,
                         struct error *err)
{
    enum status status = plan_file_result(arena, problem, path, before, err);
    if (status == STATUS_OK &&
        (before->iterations == 0 || before->threads == 0 || before->threads > PLAN_THREADS_MAX)) {
        status = error_set(err, STATUS_INVALID, "%s does not say its iterations and threads", path);
    }
    if (status == STATUS_OK) {
        solve->seed = before->seed;
        solve->threads = before->threads;
        solve->iterations = before->iterations;
        solve->epochs = before->is_even ? NULL : before->epochs;
    }
    return status;
}

static int run(const struct args *args, struct arena *unused)
{
    struct error err = {0};
    struct arena arena;
    struct plan_problem problem;
    struct plan_result result;
    struct plan_solve_options solve = {0};
    struct watch watch;
    bool has_refused = false;
    (void)unused;
    if (args->word_count != 1) {
        return cmd_usage(&cmd_plan_solve, "give a problem");
    }
    if (numbers(args, &solve, &err) != STATUS_OK) {
        return cmd_usage(&cmd_plan_solve, "%s", err.primary);
    }
    plan_arena_init(&arena);
    enum status status = plan_file_problem(&arena, args->words[0], &problem, &has_refused, &err);
    struct plan_result before;
    if (status == STATUS_OK && args_has(args, "again")) {
        status = again(&arena, &problem, args_value(args, "again", ""), &before, &solve, &err);
    }
    if (status == STATUS_OK) {
        struct buf out;
        watch_begin(&watch);
        solve.goes_on = goes_on;
        solve.context = &watch;
        plan_solve(&arena, &problem, &solve, &result);
        say(&arena, &problem, &result, &watch);
        plan_say_unmet(&arena, &problem, &result, problem.task_count);
        buf_init(&out, PLAN_OUT_BYTES_MAX);
        plan_result_write(&problem, &result, &out);
        status = io_write_all(STDOUT_FILENO, buf_str(&out), &err);
        buf_close(&out);
    }
    return plan_end(&arena, status, has_refused, &err);
}

const struct cmd cmd_plan_solve = {
    .name = "plan solve",
    .summary = "make a plan: who goes where and when",
    .usage = "PROBLEM.json [--seconds S] [--threads N] [--seed K] [--iterations N | --again PLAN]",
    .help =
        "Serves what is mandatory, then as much profit as it can, then travels as little as it "
        "can.\n"
        "Prints the plan as JSON on standard output, and profit, bound and gap on standard error.\n"
        "The plan names its seed, iterations and threads; given again, they give the same plan.\n"
        "Ctrl-C (or SIGTERM) ends the search at the end of its part at hand, of which there are "
        "64,\n"
        "and prints the best plan until then; a second one ends it at once, without a plan.",
    .options = options,
    .run = run,
};
