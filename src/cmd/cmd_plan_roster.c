/* SPDX-License-Identifier: Apache-2.0 */
/* hustings plan roster: how many officers, on which shifts, from which base. */
#include <math.h>
#include <stdio.h>
#include <unistd.h>

#include "base/io.h"
#include "base/utf8.h"
#include "cmd/cmd.h"
#include "cmd/plan_files.h"
#include "codec/grid.h"
#include "plan/account.h"
#include "plan/roster.h"

extern const struct cmd cmd_plan_roster;

static const struct arg_option options[] = {
    {"lengths", "HOURS", "of shifts, at most eight: 8,9,10 (default)"},
    {"every-min", "N", "minutes between two starts, a multiple of 15 (default 30)"},
    {"brief-min", "N", "briefing at the beginning of a shift (default 0)"},
    {"travel-min", "N", "to the ground and back (default: the longest way to a base's posts)"},
    {"max-hours", "N", "of a duty (default 12)"},
    {"rest-hours", "N", "between two duties (default 11)"},
    {"without", "RULES", "rules to switch off: breaks,rest,hours,pairs"},
    {"per-hour", "POUNDS", "of an officer; without it the least is paid minutes"},
    {"json", NULL, "JSON with cost, bound, gap and rules; otherwise CSV"},
    {"check", "CSV", "check this roster instead of making one"},
    {"rules", NULL, "print the rules and where they come from"},
    {0},
};

static enum status minutes_option(const struct args *args, const char *name, int64_t otherwise,
                                  int64_t high, int64_t factor, int32_t *ret_seconds,
                                  struct error *err)
{
    int64_t value = 0;
    enum status status = args_number(args, name, otherwise, 0, high, &value, err);
    *ret_seconds = value < 0 ? -1 : (int32_t)(value * factor);
    return status;
}

static enum status lengths_option(const struct args *args, struct roster_policy *policy,
                                  struct error *err)
{
    const char *given = args_value(args, "lengths", NULL);
    str rest = str_c(given);
    if (given == NULL) {
        return STATUS_OK;
    }
    policy->length_count = 0;
    while (rest.n > 0) {
        str word;
        double hours = 0;
        rest = str_cut(rest, ',', &word);
        double slots = decimal_parse(str_trim(word), &hours) ? hours * 4 : 0;
        if (policy->length_count == ROSTER_LENGTHS_MAX || slots != floor(slots) || slots < 4 ||
            slots > 96) {
            return error_set(err, STATUS_INVALID,
                             "--lengths '%.60s': up to eight, each of 1 to 24 hours in quarters "
                             "(8,9.5)",
                             given);
        }
        policy->lengths[policy->length_count++] = (int32_t)(hours * 3600);
    }
    return STATUS_OK;
}

static enum status without_option(const struct args *args, struct roster_policy *policy,
                                  struct error *err)
{
    str rest = str_c(args_value(args, "without", ""));
    while (rest.n > 0) {
        str word;
        unsigned i = 0;
        rest = str_cut(rest, ',', &word);
        while (i < ROSTER_RULES && !str_equal(str_trim(word), str_c(roster_rule_text(i)->name))) {
            i++;
        }
        if (i == ROSTER_RULES) {
            return error_set(err, STATUS_INVALID,
                             "--without '%.*s': there are breaks, rest, hours and pairs",
                             STR_ARG(utf8_clip(word, 40)));
        }
        policy->is_on[i] = false;
    }
    return STATUS_OK;
}

static enum status policy_read(const struct args *args, struct roster_policy *policy,
                               struct error *err)
{
    const char *per_hour = args_value(args, "per-hour", NULL);
    double pounds = 0;
    *policy = roster_policy_default();
    enum status status = lengths_option(args, policy, err);
    if (status == STATUS_OK) {
        status = minutes_option(args, "every-min", 30, 1440, 60, &policy->every_s, err);
    }
    if (status == STATUS_OK && (policy->every_s == 0 || policy->every_s % ROSTER_SLOT_S != 0)) {
        status = error_set(err, STATUS_INVALID, "--every-min is no multiple of 15");
    }
    if (status == STATUS_OK) {
        status = minutes_option(args, "brief-min", 0, 240, 60, &policy->brief_s, err);
    }
    if (status == STATUS_OK) {
        status = minutes_option(args, "travel-min", -1, 240, 60, &policy->travel_s, err);
    }
    if (status == STATUS_OK) {
        status = minutes_option(args, "max-hours", 12, 24, 3600, &policy->duty_max_s, err);
    }
    if (status == STATUS_OK) {
        status = minutes_option(args, "rest-hours", 11, 24, 3600, &policy->rest_s, err);
    }
    if (status == STATUS_OK) {
        status = without_option(args, policy, err);
    }
    if (status == STATUS_OK && per_hour != NULL &&
        (!decimal_parse(str_c(per_hour), &pounds) || !(pounds >= 0.01 && pounds <= 200))) {
        status = error_set(err, STATUS_INVALID,
                           "--per-hour '%.40s' is no number of pounds from 0.01 to 200", per_hour);
    }
    policy->pence_per_hour = (int64_t)nearbyint(pounds * 100);
    return status;
}

static int print_rules(void)
{
    for (unsigned i = 0; i < ROSTER_RULES; i++) {
        const struct roster_rule_text *text = roster_rule_text(i);
        printf("%s: %s\n  source: %s\n", text->name, text->words, text->source);
    }
    return 0;
}

static void say_cost(const struct roster *roster, const struct roster_policy *policy)
{
    bool is_pence = policy->pence_per_hour > 0;
    fprintf(stderr, "%u shifts of %u officers at %u bases; ", roster->shift_count,
            roster->officer_count, roster->base_count);
    if (is_pence) {
        struct buf words;
        buf_init(&words, 400);
        buf_add_c(&words, "cost ");
        plan_add_pounds(&words, roster->cost);
        buf_add_c(&words, " pounds, no roster of these shifts costs less than ");
        plan_add_pounds(&words, roster->bound);
        fprintf(stderr, "%.*s", STR_ARG(buf_str(&words)));
        buf_close(&words);
    } else {
        fprintf(stderr, "%lld paid minutes, no roster of these shifts has less than %lld",
                (long long)roster->cost, (long long)roster->bound);
    }
    fprintf(stderr, " (gap %.3f %%)\n",
            roster->cost > 0 ? 100.0 * (double)(roster->cost - roster->bound) / (double)roster->cost
                             : 0.0);
}

static enum status make(struct arena *arena, const struct plan_problem *problem,
                        const struct roster_policy *policy, bool is_json, struct buf *out,
                        size_t *ret_broken, struct error *err)
{
    struct roster roster;
    struct roster_verdict *verdict = ARENA_NEW(arena, struct roster_verdict);
    enum status status = roster_make(arena, problem, policy, &roster, err);
    if (status != STATUS_OK) {
        return status;
    }
    say_cost(&roster, policy);
    /* Nothing leaves here that the checker does not accept, but what could not be had. */
    roster_check(arena, problem, policy, roster.shifts, roster.shift_count, verdict);
    if (verdict->broken_count > 0 && roster.missing_count == 0) {
        return error_set(err, STATUS_INTERNAL, "the roster breaks a rule: %.*s",
                         STR_ARG(utf8_clip(verdict->broken[0].words, 180)));
    }
    for (uint32_t i = 0; i < roster.missing_count; i++) {
        fprintf(stderr,
                "hustings: base %.*s: %d officers too few at %02d:%02d; no shift is there\n",
                STR_ARG(utf8_clip(problem->sites[roster.missing[i].base].id, 60)),
                roster.missing[i].officers, roster.missing[i].from / 3600,
                roster.missing[i].from / 60 % 60);
    }
    *ret_broken = roster.missing_count;
    if (is_json) {
        roster_write_json(problem, policy, &roster, out);
    } else {
        roster_write_csv(problem, &roster, out);
    }
    return STATUS_OK;
}

static enum status check(struct arena *arena, const struct plan_problem *problem,
                         const struct roster_policy *policy, const char *path, struct buf *out,
                         size_t *ret_broken, struct error *err)
{
    struct roster_shift *shifts = NULL;
    struct roster_verdict *verdict = ARENA_NEW(arena, struct roster_verdict);
    uint32_t count = 0;
    str text;
    enum status status = plan_file_text(arena, path, &text, err);
    if (status == STATUS_OK) {
        status = roster_read_csv(arena, problem, path, text, &shifts, &count, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    roster_check(arena, problem, policy, shifts, count, verdict);
    buf_printf(out, "%u shifts, %s %lld, %zu broken\n", count,
               policy->pence_per_hour > 0 ? "pence" : "paid minutes", (long long)verdict->cost,
               verdict->broken_count);
    for (size_t i = 0; i < verdict->broken_count && i < ROSTER_BROKEN_SHOWN; i++) {
        buf_printf(out, "%s: %.*s\n", verdict->broken[i].rule, STR_ARG(verdict->broken[i].words));
    }
    if (verdict->broken_count > ROSTER_BROKEN_SHOWN) {
        buf_printf(out, "and %zu more\n", verdict->broken_count - ROSTER_BROKEN_SHOWN);
    }
    *ret_broken = verdict->broken_count;
    return STATUS_OK;
}

static int run(const struct args *args, struct arena *unused)
{
    struct error err = {0};
    struct arena arena;
    struct plan_problem problem;
    struct roster_policy policy;
    bool has_refused = false;
    size_t broken = 0;
    (void)unused;
    if (args_has(args, "rules")) {
        return print_rules();
    }
    if (args->word_count != 1) {
        return cmd_usage(&cmd_plan_roster, "give a problem");
    }
    plan_arena_init(&arena);
    enum status status = policy_read(args, &policy, &err);
    if (status == STATUS_OK) {
        status = plan_file_problem(&arena, args->words[0], &problem, &has_refused, &err);
    }
    if (status == STATUS_OK) {
        struct buf out;
        const char *path = args_value(args, "check", NULL);
        buf_init(&out, PLAN_OUT_BYTES_MAX);
        status = path != NULL
                     ? check(&arena, &problem, &policy, path, &out, &broken, &err)
                     : make(&arena, &problem, &policy, args_has(args, "json"), &out, &broken, &err);
        if (status == STATUS_OK) {
            status = io_write_all(STDOUT_FILENO, buf_str(&out), &err);
        }
        buf_close(&out);
    }
    return plan_end(&arena, status, has_refused || broken > 0, &err);
}

const struct cmd cmd_plan_roster = {
    .name = "plan roster",
    .summary = "the cheapest shifts that cover what is wanted, with a proof",
    .usage = "PROBLEM.json [OPTIONS] | --rules",
    .help =
        "Wanted are the problem's 'presence' (officers near a base, by the quarter-hour) and its "
        "fixed\n"
        "posts, each from its nearest base. Prints a row an officer's shift as CSV, or JSON; cost, "
        "bound\n"
        "and gap go to stderr. Shifts lie within the hours that are wanted, with briefing before "
        "and the\n"
        "way on both sides. --check reads such a CSV, edited by hand perhaps, and names each rule "
        "that\n"
        "is broken (exit 1); it is other code, and what is printed here has passed it.",
    .options = options,
    .run = run,
};
