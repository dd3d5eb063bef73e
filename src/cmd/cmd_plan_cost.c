/* SPDX-License-Identifier: Apache-2.0 */
/* hustings plan cost: officer-hours, planned and actual, and what they cost. */
#include <stdio.h>
#include <unistd.h>

#include "base/io.h"
#include "base/utf8.h"
#include "cmd/cmd.h"
#include "cmd/plan_files.h"
#include "plan/account.h"
#include "plan/day.h"

extern const struct cmd cmd_plan_cost;

static const struct arg_option options[] = {
    {"rates", "CSV", "your table of rates: from, rank, band, per_hour, notice_days, minimum_h"},
    {"actual", "CSV", "what units told: unit, what, task, at"},
    {"json", NULL, "print JSON"},
    {0},
};

struct work {
    struct arena arena;
    struct plan_problem problem;
    struct plan_result result;
    const struct plan_duty *planned, *actual;
    const bool *is_told;
    struct plan_rates rates;
    struct plan_account accounts[2];
    struct plan_against against;
    bool has_refused, has_rates, has_actual;
};

static enum status read_actual(struct work *work, const char *path, struct error *err)
{
    struct plan_refused refused;
    str text;
    enum status status = plan_file_text(&work->arena, path, &text, err);
    if (status != STATUS_OK) {
        return status;
    }
    plan_refused_init(&refused);
    status = plan_actual_read(&work->arena, &work->problem, work->planned, path, text,
                              &work->actual, &work->is_told, &refused, err);
    plan_say_refused(NULL, &refused);
    work->has_refused = work->has_refused || refused.count > 0;
    plan_refused_close(&refused);
    return status;
}

/* With its hours, so that planned and actual add up. */
static void say_silent(const struct work *work)
{
    for (uint32_t i = 0; work->has_actual && i < work->problem.unit_count; i++) {
        if (!work->is_told[i]) {
            struct buf hours;
            buf_init(&hours, 64);
            plan_add_hours(&hours, &work->problem, work->accounts[0].units[i]);
            fprintf(stderr,
                    "hustings: unit '%.*s' told nothing; it is not in the actual hours (planned: "
                    "%.*s)\n",
                    STR_ARG(utf8_clip(work->problem.units[i].id, 80)), STR_ARG(buf_str(&hours)));
            buf_close(&hours);
        }
    }
}

static enum status read_all(struct work *work, const struct args *args, struct error *err)
{
    const char *rates = args_value(args, "rates", NULL);
    const char *actual = args_value(args, "actual", NULL);
    str text;
    enum status status =
        plan_file_problem(&work->arena, args->words[0], &work->problem, &work->has_refused, err);
    if (status == STATUS_OK) {
        status = plan_file_result(&work->arena, &work->problem, args->words[1], &work->result, err);
    }
    if (status == STATUS_OK) {
        status = plan_duties_make(&work->arena, &work->problem, &work->result, &work->planned, err);
    }
    if (status == STATUS_OK && rates != NULL) {
        work->has_rates = true;
        status = plan_file_text(&work->arena, rates, &text, err);
        if (status == STATUS_OK) {
            status = plan_rates_read(&work->arena, rates, text, &work->rates, err);
        }
    }
    if (status == STATUS_OK && actual != NULL) {
        work->has_actual = true;
        status = read_actual(work, actual, err);
    }
    return status;
}

static enum status account(struct work *work, struct error *err)
{
    const struct plan_rates *rates = work->has_rates ? &work->rates : NULL;
    enum status status = plan_account_make(&work->arena, &work->problem, work->planned, NULL, rates,
                                           &work->accounts[0], err);
    if (status == STATUS_OK) {
        work->against = plan_account_against(&work->problem, work->planned, &work->accounts[0]);
    }
    if (status == STATUS_OK && work->has_actual) {
        status = plan_account_make(&work->arena, &work->problem, work->actual, work->is_told, rates,
                                   &work->accounts[1], err);
    }
    return status;
}

static void write_out(const struct work *work, bool is_json, struct buf *out)
{
    static const char *const titles[] = {"planned", "actual"};
    if (is_json) {
        buf_add_c(out, "{\"planned\":");
    }
    for (size_t i = 0; i < (work->has_actual ? 2U : 1U); i++) {
        if (is_json) {
            buf_add_c(out, i > 0 ? ",\n\"actual\":" : "");
            plan_account_add_json(&work->problem, &work->accounts[i], work->has_rates, out);
        } else {
            buf_add_c(out, i > 0 ? "\n" : "");
            plan_account_add_text(&work->problem, &work->accounts[i], titles[i], work->has_rates,
                                  out);
        }
        if (i == 0 && is_json) {
            buf_add_c(out, ",\n\"roster\":");
            plan_against_add_json(&work->problem, &work->against, out);
        } else if (i == 0) {
            plan_against_add_text(&work->problem, &work->against, out);
        }
    }
    buf_add_c(out, is_json ? "}\n" : "");
}

/* True when something has no rate. */
static bool say_no_rates(const struct work *work)
{
    bool is_any = false;
    for (size_t i = 0; i < (work->has_actual ? 2U : 1U); i++) {
        const struct plan_account *one = &work->accounts[i];
        for (uint32_t k = 0; k < one->rank_count; k++) {
            int64_t ticks = one->ranks[k].sum.no_rate;
            if (ticks > 0) {
                struct buf hours;
                buf_init(&hours, 64);
                plan_add_hours(&hours, &work->problem, ticks);
                fprintf(stderr,
                        "hustings: %s: %.*s officer-hours of the rank '%.*s' have no rate on that "
                        "day; they are counted and cost nothing here\n",
                        i == 0 ? "planned" : "actual", STR_ARG(buf_str(&hours)),
                        STR_ARG(utf8_clip(one->ranks[k].name, 80)));
                buf_close(&hours);
                is_any = true;
            }
        }
    }
    return is_any;
}

static int run(const struct args *args, struct arena *unused)
{
    struct error err = {0};
    struct work work = {0};
    (void)unused;
    if (args->word_count != 2) {
        return cmd_usage(&cmd_plan_cost, "give a problem and a plan");
    }
    plan_arena_init(&work.arena);
    enum status status = read_all(&work, args, &err);
    if (status == STATUS_OK) {
        status = account(&work, &err);
    }
    bool is_partial = false;
    if (status == STATUS_OK) {
        struct buf out;
        say_silent(&work);
        buf_init(&out, PLAN_OUT_BYTES_MAX);
        write_out(&work, args_has(args, "json"), &out);
        is_partial = work.has_rates && say_no_rates(&work);
        status = io_write_all(STDOUT_FILENO, buf_str(&out), &err);
        buf_close(&out);
    }
    return plan_end(&work.arena, status, work.has_refused || is_partial, &err);
}

const struct cmd cmd_plan_cost = {
    .name = "plan cost",
    .summary = "officer-hours of a plan, planned and actual, and their cost",
    .usage = "PROBLEM.json PLAN.json [--rates CSV] [--actual CSV] [--json]",
    .help =
        "Officer-hours by site, area, rank and rate band (plain, overtime, rest day), split into\n"
        "briefing, travel, dwell, break and idle. Each table adds up to the paid time of the "
        "roster to\n"
        "the second, and the command fails if one does not. Rates are yours: of rows of one rank "
        "and\n"
        "band the latest before the plan's day counts; of a rest day the one with the most notice "
        "that\n"
        "was given. What has no rate costs nothing and is named (exit 1). Actual hours come from "
        "rows\n"
        "of on, arrived, left, skipped, break, back and off by unit, in the order of time.",
    .options = options,
    .run = run,
};
