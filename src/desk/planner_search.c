/* SPDX-License-Identifier: Apache-2.0 */
#include "base/io.h"
#include "desk/planner.h"
#include "plan/check.h"
#include "plan/replan.h"

enum { WORDS_BYTES_MAX = 4000 };

static str kept(struct arena *arena, struct buf *out, bool *is_too_long)
{
    *is_too_long = *is_too_long || out->overflowed;
    str text = out->overflowed ? (str){0} : arena_str(arena, buf_str(out));
    buf_close(out);
    return text;
}

static void write_answer(struct arena *arena, const struct plan_problem *problem,
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
                         STR_ARG(str_slice(plan_check_words(arena, problem, &check), 0, 300)));
    }
    status = plan_event_read(arena, problem, job->event, &now, &event, refused, err);
    if (status == STATUS_OK) {
        plan_replan(arena, &now, &before, &event, &options, &replanned);
        write_answer(arena, &replanned.problem, &replanned.result, true, answer);
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
    if (status == STATUS_OK && job->event.n > 0) {
        status = mend(arena, job, &problem, &solve, &refused, ret_answer, &err);
    } else if (status == STATUS_OK) {
        plan_solve(arena, &problem, &solve, &result);
        write_answer(arena, &problem, &result, false, ret_answer);
    }
    if (status != STATUS_OK) {
        *ret_answer = (struct planner_answer){.status = status,
                                              .words = arena_str(arena, str_c(err.primary))};
    } else if (refused.count > 0 && ret_answer->words.n == 0) {
        ret_answer->words = arena_str(arena, str_slice(buf_str(&refused.text), 0, WORDS_BYTES_MAX));
    }
    plan_refused_close(&refused);
}
