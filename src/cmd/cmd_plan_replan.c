/* SPDX-License-Identifier: Apache-2.0 */
/* hustings plan replan: something happened; mend the plan and change few units. */
#include <stdio.h>
#include <unistd.h>

#include "base/io.h"
#include "cmd/cmd.h"
#include "cmd/plan_files.h"
#include "cmd/plan_unmet.h"
#include "plan/replan.h"

extern const struct cmd cmd_plan_replan;

enum {
    SHARE_CHANGED = 20, /* one unit in twenty, unless --max-units says */
    CHANGED_MIN = 3,
    SECONDS_MAX = 3600,
    LEAVE_US = 50000 /* to begin and to end the process */
};

static const struct arg_option options[] = {
    {"max-units", "N",
     "how many units may change, besides those that drop out or told that they are off their plan "
     "(default: 5 %)"},
    {"seconds", "S", "wall seconds to use, with reading and writing (default 1)"},
    {"iterations", "N", "exactly so many instead of --seconds"},
    {"seed", "K", "as for plan solve (default 1)"},
    {"threads", "N", "as for plan solve (default 1)"},
    {"problem", "FILE",
     "write the problem as it is now: what 'plan check' wants with the new plan"},
    {0},
};

static void say(struct arena *arena, const struct plan_replanned *replanned)
{
    struct plan_counts counts = plan_count(arena, &replanned->problem, &replanned->result);
    struct buf out;
    buf_init(&out, 1024 * 1024);
    buf_printf(&out, "first answer after %.1f ms: profit ", (double)replanned->first_us / 1000);
    plan_add_milli(&out, replanned->first.profit);
    buf_add_c(&out, "\nafter that: profit ");
    plan_add_milli(&out, replanned->result.claim.profit);
    buf_printf(&out, ", %u mandatory visits unmet\n", counts.unmet);
    buf_printf(&out, "%u visits lost their unit or are new; %u of them have one\n",
               replanned->freed, replanned->freed_served);
    buf_printf(&out, "%u units changed%s", replanned->changed_count,
               replanned->is_as_it_was    ? ": nobody can serve what is new, so all stays as it was"
               : replanned->changed_count ? ":"
                                          : "");
    for (uint32_t i = 0; i < replanned->changed_count; i++) {
        buf_printf(&out, " %.*s", STR_ARG(replanned->problem.units[replanned->changed[i]].id));
    }
    fprintf(stderr, "%.*s\n", STR_ARG(buf_str(&out)));
    buf_close(&out);
}

static enum status write_out(const struct args *args, const struct plan_replanned *replanned,
                             struct error *err)
{
    struct buf out;
    const char *path = args_value(args, "problem", NULL);
    enum status status = STATUS_OK;
    buf_init(&out, PLAN_OUT_BYTES_MAX);
    if (path != NULL) {
        plan_problem_write(&replanned->problem, &out);
        status = io_write_file(path, buf_str(&out), 0600, err);
        buf_clear(&out);
    }
    if (status == STATUS_OK) {
        plan_result_write(&replanned->problem, &replanned->result, &out);
        status = io_write_all(STDOUT_FILENO, buf_str(&out), err);
    }
    buf_close(&out);
    return status;
}

static enum status read_event(struct arena *arena, const char *path,
                              const struct plan_problem *problem, struct plan_problem *ret_problem,
                              struct plan_event *ret_event, bool *has_refused, struct error *err)
{
    struct plan_refused refused;
    str text;
    plan_refused_init(&refused);
    enum status status = plan_file_text(arena, path, &text, err);
    if (status == STATUS_OK) {
        status = plan_event_read(arena, problem, text, ret_problem, ret_event, &refused, err);
    }
    plan_say_refused(path, &refused);
    *has_refused = *has_refused || refused.count > 0;
    plan_refused_close(&refused);
    return status;
}

/* Those who wait do so for the whole command: what was read has to be written too, which takes the
 * processor about as long. */
static void leave_time(struct plan_solve_options *solve, int64_t begin)
{
    int64_t spent = clock_monotonic() - begin + clock_processor() + LEAVE_US;
    solve->budget_us = solve->budget_us > spent ? solve->budget_us - spent : 0;
}

static enum status replan(const struct args *args, struct arena *arena,
                          struct plan_replan_options *replan_options, int64_t units_max,
                          bool *has_refused, struct error *err)
{
    int64_t begin = clock_monotonic();
    struct plan_problem problem;
    struct plan_problem now;
    struct plan_result before;
    struct plan_event event;
    struct plan_replanned replanned;
    enum status status = plan_file_problem(arena, args->words[0], &problem, has_refused, err);
    if (status == STATUS_OK) {
        status = plan_file_result(arena, &problem, args->words[1], &before, err);
    }
    if (status == STATUS_OK) {
        status = plan_file_sound(arena, &problem, &before, err);
    }
    if (status == STATUS_OK) {
        status = read_event(arena, args->words[2], &problem, &now, &event, has_refused, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    uint32_t share = problem.unit_count / SHARE_CHANGED;
    share = share > CHANGED_MIN ? share : CHANGED_MIN;
    replan_options->units_max = units_max > 0 ? (uint32_t)units_max : share;
    leave_time(&replan_options->solve, begin);
    plan_event_heal(arena, &now, &before, &event);
    plan_replan(arena, &now, &before, &event, replan_options, &replanned);
    say(arena, &replanned);
    plan_say_unmet(arena, &replanned.problem, &replanned.result, event.first_new);
    return write_out(args, &replanned, err);
}

static int run(const struct args *args, struct arena *unused)
{
    struct error err = {0};
    struct arena arena;
    struct plan_replan_options replan_options = {0};
    int64_t units_max = 0;
    bool has_refused = false;
    (void)unused;
    if (args->word_count != 3) {
        return cmd_usage(&cmd_plan_replan, "give a problem, its plan, and what happened");
    }
    if (args_number(args, "max-units", 0, 1, PLAN_UNITS_MAX, &units_max, &err) != STATUS_OK ||
        plan_numbers(args, 1, SECONDS_MAX, &replan_options.solve, &err) != STATUS_OK) {
        return cmd_usage(&cmd_plan_replan, "%s", err.primary);
    }
    plan_arena_init(&arena);
    enum status status = replan(args, &arena, &replan_options, units_max, &has_refused, &err);
    return plan_end(&arena, status, has_refused, &err);
}

const struct cmd cmd_plan_replan = {
    .name = "plan replan",
    .summary = "mend a plan after something happened, changing few units",
    .usage = "PROBLEM.json PLAN.json EVENT.json [--max-units N] [--seconds S] [--problem FILE]",
    .help =
        "The event is {\"now_s\":41000,\"units_out\":[\"P7\"],\"tasks\":[…]}: what began before "
        "now_s\n"
        "stays as it was, units that drop out lose the rest, tasks are new ones as in a problem;\n"
        "\"sites\":[…] adds places for them that the problem does not have.\n"
        "\"told\":[{\"unit\":\"P1\",\"what\":\"skipped\",\"task\":\"a/1\",\"at_s\":40100}] "
        "adds what units\n"
        "told: then that has happened, and what a unit skipped is open again for the others.\n"
        "Prints the new plan; --problem writes the problem that it belongs to, with the past "
        "locked.\n"
        "At most --max-units units get other visits; all others that told nothing keep theirs to "
        "the second.\n"
        "When nobody can serve what is new and no unit dropped out, all stays as it was; stderr "
        "says\n"
        "which rule stands in the way and who could be there soonest.",
    .options = options,
    .run = run,
};
