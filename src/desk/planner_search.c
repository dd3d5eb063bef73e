/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"
#include "base/io.h"
#include "desk/planner_internal.h"
#include "plan/check.h"
#include "plan/replan.h"

enum { WORDS_BYTES_MAX = 4000 };
#define TRY_BYTES_MAX ((size_t)1024 * 1024 * 1024)
/* Minutes within which somebody shall be where something happened: the shortest that can be met counts. */
static const int32_t soon_minutes[] = {15, 30, 60};

static str kept(struct arena *arena, struct buf *out, bool *is_too_long)
{
    *is_too_long = *is_too_long || out->overflowed;
    str text = out->overflowed ? (str){0} : arena_str(arena, buf_str(out));
    buf_close(out);
    return text;
}

void planner_write(struct arena *arena, const struct plan_problem *problem,
                   const struct plan_result *result, bool has_problem,
                   struct planner_answer *answer)
{
    struct buf out;
    bool is_too_long = false;
    buf_init(&out, PLANNER_TEXT_BYTES_MAX);
    plan_result_write(problem, result, &out);
    answer->plan = kept(arena, &out, &is_too_long);
    if (has_problem) {
        buf_init(&out, PLANNER_TEXT_BYTES_MAX);
        plan_problem_write(problem, &out);
        answer->problem = kept(arena, &out, &is_too_long);
    }
    answer->status = is_too_long ? STATUS_LIMIT : STATUS_OK;
    if (is_too_long) {
        answer->words = STR("The plan became too large to be kept.");
    }
}

/* Every new task has a unit, but for those whose time is over. */
static bool is_met(const struct plan_replanned *replanned, const struct plan_event *event)
{
    const struct plan_problem *problem = &replanned->problem;
    const struct plan_result *result = &replanned->result;
    uint32_t met = replanned->over;
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        for (uint32_t k = 0; k < result->routes[i].stop_count; k++) {
            met += result->routes[i].stops[k].task >= event->first_new ? 1 : 0;
        }
    }
    return met == problem->task_count - event->first_new;
}

/* What happened comes first: with windows that end after `minutes` is there a plan that
 * leaves no more undone than before? The answer is then written, with the windows as they were. */
static bool try_within(struct arena *arena, const struct plan_problem *now,
                       const struct plan_result *before, const struct plan_event *event,
                       const struct plan_replan_options *options, int32_t minutes, uint32_t unmet,
                       struct planner_answer *answer)
{
    struct arena work;
    struct plan_problem tight = *now;
    struct plan_replanned replanned;
    arena_init(&work, TRY_BYTES_MAX);
    tight.tasks = ARENA_ARRAY(&work, struct plan_task, now->task_count + 1U);
    memcpy(tight.tasks, now->tasks, now->task_count * sizeof *now->tasks);
    for (uint32_t i = event->first_new; i < now->task_count; i++) {
        int32_t close = event->now + minutes * 60 * now->ticks_per_s;
        struct plan_task *task = &tight.tasks[i];
        task->close = close < task->close && close >= task->open ? close : task->close;
    }
    plan_replan(&work, &tight, before, event, options, &replanned);
    bool is_full =
        is_met(&replanned, event) && replanned.result.claim.unmet <= unmet + replanned.over;
    if (is_full) {
        for (uint32_t i = event->first_new; i < now->task_count; i++) {
            replanned.problem.tasks[i].close = now->tasks[i].close;
        }
        planner_write(arena, &replanned.problem, &replanned.result, true, answer);
    }
    arena_close(&work);
    return is_full;
}

static enum status mend(struct arena *arena, const struct planner_job *job,
                        const struct plan_problem *problem, const struct plan_solve_options *solve,
                        struct plan_refused *refused, struct planner_answer *answer,
                        struct error *err)
{
    struct plan_problem now;
    struct plan_result before;
    struct plan_event event;
    struct plan_check check;
    struct plan_replanned replanned;
    struct plan_replan_options options = {.solve = *solve, .units_max = job->units_max};
    enum status status = plan_result_read(arena, problem, job->plan, &before, err);
    if (status != STATUS_OK) {
        return status;
    }
    plan_check(arena, problem, &before, &check);
    if (plan_check_wrong(&check) > 0) {
        return error_set(err, STATUS_INVALID, "The plan to be mended breaks a rule: %.*s",
                         STR_ARG(utf8_clip(plan_check_words(arena, problem, &check), 300)));
    }
    status = plan_event_read(arena, problem, job->event, &now, &event, refused, err);
    if (status != STATUS_OK) {
        return status;
    }
    bool is_done = false;
    plan_event_heal(arena, &now, &before, &event);
    if (event.first_new < now.task_count) {
        options.solve.budget_us /= (int64_t)ARRAY_LEN(soon_minutes) + 1;
    }
    for (size_t i = 0; i < ARRAY_LEN(soon_minutes) && event.first_new < now.task_count && !is_done;
         i++) {
        is_done = try_within(arena, &now, &before, &event, &options, soon_minutes[i], check.unmet,
                             answer);
    }
    if (!is_done) {
        plan_replan(arena, &now, &before, &event, &options, &replanned);
        planner_write(arena, &replanned.problem, &replanned.result, true, answer);
    }
    return status;
}

void planner_search(struct arena *arena, const struct planner_job *job,
                    struct planner_answer *ret_answer)
{
    struct plan_problem problem;
    struct plan_result result;
    struct plan_refused refused;
    struct error err = {0};
    struct plan_solve_options solve = {.seed = job->seed,
                                       .threads = 1,
                                       .iterations = job->iterations,
                                       .budget_us = job->seconds * US_PER_SECOND,
                                       .clock = clock_monotonic};
    *ret_answer = (struct planner_answer){0};
    plan_refused_init(&refused);
    enum status status = plan_problem_read(arena, job->problem, &problem, &refused, &err);
    if (status == STATUS_OK && job->is_more) {
        status = planner_more(arena, job, &problem, &solve, ret_answer, &err);
    } else if (status == STATUS_OK && job->event.n > 0) {
        status = mend(arena, job, &problem, &solve, &refused, ret_answer, &err);
    } else if (status == STATUS_OK) {
        plan_solve(arena, &problem, &solve, &result);
        planner_write(arena, &problem, &result, false, ret_answer);
    }
    if (status != STATUS_OK) {
        *ret_answer = (struct planner_answer){.status = status,
                                              .words = arena_str(arena, str_c(err.primary))};
    } else if (refused.count > 0 && ret_answer->words.n == 0) {
        ret_answer->words = arena_str(arena, utf8_clip(buf_str(&refused.text), WORDS_BYTES_MAX));
    }
    plan_refused_close(&refused);
}
