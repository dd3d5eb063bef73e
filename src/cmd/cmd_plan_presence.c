/* SPDX-License-Identifier: Apache-2.0 */
/* hustings plan vary and presence: another plan as good, and how well times can be foreseen. */
#include <stdio.h>
#include <unistd.h>

#include "base/io.h"
#include "cmd/cmd.h"
#include "cmd/plan_files.h"
#include "plan/vary.h"

extern const struct cmd cmd_plan_vary;
extern const struct cmd cmd_plan_presence;

enum { WITHIN = 10, LATER_MIN = 15, MINUTE_S = 60 };

static const struct arg_option vary_options[] = {
    {"seed", "K", "another seed gives another plan; keep it secret until the day (wanted)"},
    {"within", "PERCENT", "of the plan's covered risk that may be lost (default 1)"},
    {"later-min", "N", "visits begin up to so many minutes later (default 15)"},
    {"seconds", "S", "wall seconds to use (default 4)"},
    {"iterations", "N", "exactly so many instead of --seconds: the same plan again"},
    {"threads", "N", "as for plan solve (default 1)"},
    {0},
};

static const struct arg_option presence_options[] = {
    {"pool", "N", "make so many plans from the one that is given, as plan vary does"},
    {"seed", "K", "of the first of them (default 1)"},
    {"within", "PERCENT", "of the plan's covered risk that may be lost (default 1)"},
    {"later-min", "N", "visits begin up to so many minutes later (default 15)"},
    {"seconds", "S", "wall seconds to use for all of them (default 20)"},
    {"iterations", "N", "exactly so many for each instead of --seconds"},
    {"threads", "N", "as for plan solve (default 1)"},
    {"csv", NULL, "a row a site and quarter-hour"},
    {"json", NULL, "print JSON"},
    {0},
};

static enum status numbers(const struct args *args, int32_t ticks_per_s, int64_t seconds_else,
                           struct plan_vary_options *how, struct error *err)
{
    int64_t seed = 0;
    int64_t within = 0;
    int64_t later = 0;
    /* each plan of a pool has the next seed */
    enum status status = args_number(args, "seed", 1, 0, INT64_MAX - PLAN_POOL_MAX, &seed, err);
    if (status == STATUS_OK) {
        status = plan_numbers(args, seconds_else, PLAN_SECONDS_MAX, &how->solve, err);
    }
    if (status == STATUS_OK) {
        status = args_number(args, "within", WITHIN / 10, 0, 100, &within, err);
    }
    if (status == STATUS_OK) {
        status = args_number(args, "later-min", LATER_MIN, 0, 600, &later, err);
    }
    how->within = (int32_t)within * 10;
    how->later = (int32_t)later * MINUTE_S * ticks_per_s;
    return status;
}

/* ---- vary ---- */

static int run_vary(const struct args *args, struct arena *unused)
{
    struct error err = {0};
    struct arena arena;
    struct plan_problem problem;
    struct plan_result first;
    struct plan_result result;
    struct plan_vary_options how = {0};
    bool has_refused = false;
    int32_t noise = 0;
    (void)unused;
    if (args->word_count != 2 || !args_has(args, "seed")) {
        return cmd_usage(&cmd_plan_vary, "give a problem, its plan, and --seed");
    }
    plan_arena_init(&arena);
    enum status status = plan_file_both(&arena, args->words, &problem, &first, &has_refused, &err);
    if (status == STATUS_OK) {
        status = numbers(args, problem.ticks_per_s, 4, &how, &err);
    }
    if (status == STATUS_OK) {
        status = plan_file_sound(&arena, &problem, &first, &err);
    }
    if (status == STATUS_OK) {
        struct buf out;
        plan_vary(&arena, &problem, &first, &how, &result, &noise);
        if (noise == 0) {
            fprintf(stderr, "hustings: no other plan is as good; only the times are others\n");
        }
        buf_init(&out, PLAN_OUT_BYTES_MAX);
        plan_result_write(&problem, &result, &out);
        status = io_write_all(STDOUT_FILENO, buf_str(&out), &err);
        buf_close(&out);
    }
    return plan_end(&arena, status, has_refused, &err);
}

/* ---- presence ---- */

struct work {
    struct arena arena;
    struct plan_problem problem;
    const struct plan_result *pool[PLAN_POOL_MAX];
    uint32_t count;
    bool has_refused;
};

static enum status read_pool(const struct args *args, struct work *work, struct error *err)
{
    enum status status =
        plan_file_problem(&work->arena, args->words[0], &work->problem, &work->has_refused, err);
    for (size_t i = 1; i < args->word_count && status == STATUS_OK; i++) {
        struct plan_result *result = ARENA_NEW(&work->arena, struct plan_result);
        status = plan_file_result(&work->arena, &work->problem, args->words[i], result, err);
        work->pool[work->count++] = result;
    }
    return status;
}

static enum status make_pool(const struct args *args, struct work *work, struct error *err)
{
    struct plan_vary_options how = {0};
    int64_t size = 0;
    enum status status = args_number(args, "pool", 0, 2, PLAN_POOL_MAX, &size, err);
    if (status == STATUS_OK) {
        status = numbers(args, work->problem.ticks_per_s, 20, &how, err);
    }
    if (status == STATUS_OK && size > 0) {
        status = plan_file_sound(&work->arena, &work->problem, work->pool[0], err);
    }
    if (status != STATUS_OK || size == 0) {
        return status;
    }
    const struct plan_result *first = work->pool[0];
    uint32_t same = 0;
    how.solve.budget_us /= size;
    for (uint32_t i = 0; i < size; i++) {
        struct plan_result *result = ARENA_NEW(&work->arena, struct plan_result);
        int32_t noise = 0;
        plan_vary(&work->arena, &work->problem, first, &how, result, &noise);
        same += noise == 0 ? 1 : 0;
        how.solve.seed++;
        work->pool[i] = result;
    }
    work->count = (uint32_t)size;
    if (same > 0) {
        fprintf(stderr, "hustings: of %u plans %u differ from the first in their times only\n",
                work->count, same);
    }
    return STATUS_OK;
}

static int run_presence(const struct args *args, struct arena *unused)
{
    struct error err = {0};
    struct work work = {.count = 0};
    struct plan_chance chance;
    (void)unused;
    if (args->word_count < 2 || args->word_count > PLAN_POOL_MAX + 1) {
        return cmd_usage(&cmd_plan_presence, "give a problem and its plans, up to %d",
                         PLAN_POOL_MAX);
    }
    if (args_has(args, "pool") && args->word_count != 2) {
        return cmd_usage(&cmd_plan_presence, "--pool makes plans from one plan, and takes no more");
    }
    plan_arena_init(&work.arena);
    enum status status = read_pool(args, &work, &err);
    if (status == STATUS_OK) {
        status = make_pool(args, &work, &err);
    }
    if (status == STATUS_OK) {
        struct buf out;
        plan_chance_make(&work.arena, &work.problem, work.pool, work.count, &chance);
        buf_init(&out, PLAN_OUT_BYTES_MAX);
        if (args_has(args, "json")) {
            plan_chance_add_json(&work.problem, &chance, &out);
        } else if (args_has(args, "csv")) {
            plan_chance_add_csv(&work.problem, &chance, &out);
        } else {
            plan_chance_add_text(&work.problem, &chance, &out);
        }
        status = io_write_all(STDOUT_FILENO, buf_str(&out), &err);
        buf_close(&out);
    }
    return plan_end(&work.arena, status, work.has_refused, &err);
}

const struct cmd cmd_plan_vary = {
    .name = "plan vary",
    .summary = "another plan as good, drawn by a secret seed: visits that nobody can foresee",
    .usage = "PROBLEM.json PLAN.json --seed K [--within PERCENT] [--later-min N] [--seconds S]",
    .help = "Shakes the risks, searches on from the plan, and keeps what is by the true risks "
            "within 1 % of\n"
            "it and leaves no more undone; then visits begin later by chance, as far as windows, "
            "ways and\n"
            "shifts let them. Every plan keeps every rule. With --iterations the same seed gives "
            "the same\n"
            "plan. 'plan presence' measures what it is worth.",
    .options = vary_options,
    .run = run_vary,
};

const struct cmd cmd_plan_presence = {
    .name = "plan presence",
    .summary = "how likely a unit is at each place in each quarter-hour, over a pool of plans",
    .usage = "PROBLEM.json PLAN.json… [--pool N] [--csv] [--json]",
    .help = "Of the plans that are given, or of --pool N made from one: the share that has a unit "
            "at a site\n"
            "in a quarter-hour, the highest of each site, and how spread its times are (entropy by "
            "what it\n"
            "could be at most). A site with a share of 100 % is one where the hour is known. "
            "Export with\n"
            "care: whoever has this, or the plans, knows more than those who watch.\n"
            "\n"
            "  hustings plan presence day.json plan.json --pool 20",
    .options = presence_options,
    .run = run_presence,
};
