/* SPDX-License-Identifier: Apache-2.0 */
/* hustings plan sitrep: one page that says how the day stands. */
#include <stdio.h>
#include <unistd.h>

#include "base/io.h"
#include "cmd/cmd.h"
#include "cmd/plan_files.h"
#include "plan/sitrep.h"

extern const struct cmd cmd_plan_sitrep;

enum { MINUTE_S = 60, MINUTES_MAX = 1440, WORDS = 2, WORDS_EARLIER = 3 };

static const struct arg_option options[] = {
    {"at", "TIME", "how things stand at this time (14:00)"},
    {"actual", "CSV", "what units told, as for plan cost: unit, what, task, at"},
    {"incidents", "CSV", "what happened: at, words, site"},
    {"previous", "PLAN", "an earlier plan: what changed since"},
    {"late-min", "N", "a visit that begins so many minutes after its time is late (default 10)"},
    {"ahead-min", "N", "how many minutes to look ahead (default 120)"},
    {"as", "FORM", "text (default) or html"},
    {"json", NULL, "print JSON"},
    {0},
};

struct work {
    struct arena arena;
    struct plan_problem problem;
    struct plan_result result, previous;
    struct plan_told_rows told;
    struct plan_incident *incidents;
    struct plan_sitrep_options how;
    struct plan_sitrep sitrep;
    bool has_refused;
};

static enum status read_told(const struct args *args, struct work *work, struct error *err)
{
    struct plan_refused refused;
    const char *actual = args_value(args, "actual", NULL);
    const char *incidents = args_value(args, "incidents", NULL);
    enum status status = STATUS_OK;
    str text;
    plan_refused_init(&refused);
    if (actual != NULL) {
        status = plan_file_text(&work->arena, actual, &text, err);
        if (status == STATUS_OK) {
            status = plan_told_read(&work->arena, &work->problem, actual, text, &work->told,
                                    &refused, err);
        }
        work->how.told = &work->told;
    }
    if (status == STATUS_OK && incidents != NULL) {
        status = plan_file_text(&work->arena, incidents, &text, err);
        if (status == STATUS_OK) {
            status =
                plan_incidents_read(&work->arena, &work->problem, incidents, text, &work->incidents,
                                    &work->how.incident_count, &refused, err);
        }
        work->how.incidents = work->incidents;
    }
    plan_say_refused(NULL, &refused);
    work->has_refused = work->has_refused || refused.count > 0;
    plan_refused_close(&refused);
    return status;
}

static enum status read_times(const struct args *args, struct work *work, struct error *err)
{
    int64_t late = 0;
    int64_t ahead = 0;
    const char *at = args_value(args, "at", "");
    int32_t minute = MINUTE_S * work->problem.ticks_per_s;
    enum status status =
        args_number(args, "late-min", PLAN_SITREP_LATE_S / MINUTE_S, 0, MINUTES_MAX, &late, err);
    if (status == STATUS_OK) {
        status = args_number(args, "ahead-min", PLAN_SITREP_AHEAD_S / MINUTE_S, 1, MINUTES_MAX,
                             &ahead, err);
    }
    if (status == STATUS_OK && !plan_told_time(&work->problem, str_c(at), &work->how.at)) {
        status = error_set(err, STATUS_INVALID, "--at '%.60s' is no time", at);
        error_hint(err, "write it as 14:00, or 01:30+1 on the day after");
    }
    work->how.late = (int32_t)late * minute;
    work->how.ahead = (int32_t)ahead * minute;
    return status;
}

/* PROBLEM PLAN UNTIL of each that was in force before, in the order of the day. Of its problem nothing stays. */
static enum status read_earlier(const struct args *args, struct work *work, struct error *err)
{
    size_t count = (args->word_count - WORDS) / WORDS_EARLIER;
    struct plan_force *earlier = ARENA_ARRAY(&work->arena, struct plan_force, count + 1);
    int32_t before = 0;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        const char *const *words = args->words + WORDS + i * WORDS_EARLIER;
        struct plan_problem problem;
        struct plan_result result;
        struct arena arena;
        if (!plan_told_time(&work->problem, str_c(words[2]), &earlier[i].until) ||
            earlier[i].until < before) {
            status =
                error_set(err, STATUS_INVALID, "'%.60s' is no time until which %.60s was in force",
                          words[2], words[1]);
            error_hint(err, "after each earlier plan write when the next one came (11:30), the "
                            "first plan of the day first");
            return status;
        }
        before = earlier[i].until;
        plan_arena_init(&arena);
        status = plan_file_both(&arena, words, &problem, &result, &work->has_refused, err);
        if (status == STATUS_OK) {
            earlier[i].result = plan_result_for(&work->arena, &work->problem, &problem, &result);
        }
        arena_close(&arena);
    }
    work->how.earlier = earlier;
    work->how.earlier_count = (uint32_t)count;
    return status;
}

static enum status read_all(const struct args *args, struct work *work, struct error *err)
{
    const char *previous = args_value(args, "previous", NULL);
    enum status status = plan_file_both(&work->arena, args->words, &work->problem, &work->result,
                                        &work->has_refused, err);
    if (status == STATUS_OK) {
        status = read_times(args, work, err);
    }
    if (status == STATUS_OK && previous != NULL) {
        status = plan_file_result(&work->arena, &work->problem, previous, &work->previous, err);
        work->how.previous = &work->previous;
    }
    if (status == STATUS_OK) {
        status = read_earlier(args, work, err);
    }
    return status == STATUS_OK ? read_told(args, work, err) : status;
}

static int run(const struct args *args, struct arena *unused)
{
    struct error err = {0};
    struct work work = {.has_refused = false};
    str as = str_c(args_value(args, "as", "text"));
    (void)unused;
    if (args->word_count < WORDS || (args->word_count - WORDS) % WORDS_EARLIER != 0 ||
        !args_has(args, "at")) {
        return cmd_usage(&cmd_plan_sitrep,
                         "give a problem, its plan, and --at TIME; of each plan that was in force "
                         "before a problem, a plan, and until when");
    }
    if (!str_equal(as, STR("text")) && !str_equal(as, STR("html"))) {
        return cmd_usage(&cmd_plan_sitrep, "--as is text or html");
    }
    plan_arena_init(&work.arena);
    enum status status = read_all(args, &work, &err);
    if (status == STATUS_OK) {
        status = plan_sitrep_make(&work.arena, &work.problem, &work.result, &work.how, &work.sitrep,
                                  &err);
    }
    if (status == STATUS_OK) {
        struct buf out;
        buf_init(&out, PLAN_OUT_BYTES_MAX);
        if (args_has(args, "json")) {
            plan_sitrep_add_json(&work.problem, &work.sitrep, &out);
        } else if (str_equal(as, STR("html"))) {
            plan_sitrep_add_html(&work.problem, &work.sitrep, &out);
        } else {
            plan_sitrep_add_text(&work.problem, &work.sitrep, &out);
        }
        status = io_write_all(STDOUT_FILENO, buf_str(&out), &err);
        buf_close(&out);
    }
    return plan_end(&work.arena, status, work.has_refused, &err);
}

const struct cmd cmd_plan_sitrep = {
    .name = "plan sitrep",
    .summary = "one page that says how the day stands at a time",
    .usage = "PROBLEM.json PLAN.json [PROBLEM1.json PLAN1.json UNTIL …] --at TIME [--actual CSV] "
             "[--incidents CSV] [--previous PLAN] [--as html] [--json]",
    .help =
        "Where each unit should be and what it told last; visits done, late, missed, skipped; "
        "what\n"
        "somebody must do and nobody has; what changed since an earlier plan; what comes next; "
        "the\n"
        "incidents of your list. Nothing is guessed: a unit that told nothing is said to have "
        "told\n"
        "nothing. Rows of --actual are on, arrived, left, skipped, break, back and off by unit, in "
        "the\n"
        "order of time; those after --at are not looked at. It says where officers are: keep it "
        "among\n"
        "those who need it.\n"
        "\n"
        "After a mend, name the plans that were in force before, in the order of the day, each "
        "with "
        "its\n"
        "problem and the time when the next one came: what a unit told is judged by the plan of "
        "its\n"
        "time, so what began late by that or was skipped stays so.\n"
        "\n"
        "  hustings plan sitrep day.json plan.json --at 14:00 --actual told.csv --as html >14.html",
    .options = options,
    .run = run,
};
