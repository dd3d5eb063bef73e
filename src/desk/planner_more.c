/* SPDX-License-Identifier: Apache-2.0 */
/* How many more? The question as JSON, the answer with the plan that proves its upper end. */
#include "base/utf8.h"
#include "codec/json.h"
#include "desk/planner_internal.h"
#include "plan/check.h"
#include "plan/more.h"
#include "plan/roster.h"

enum { MORE_BYTES_MAX = 48 * 1024, OFFICERS_MAX = 100 };

static enum status read_model(const struct plan_problem *problem, const struct json *json,
                              struct plan_unit *ret_unit, struct error *err)
{
    str base = json_member_text(json, "base");
    str mode = json_member_text(json, "mode");
    int32_t per_s = problem->ticks_per_s;
    int64_t start = json_member_int(json, "start_s", -1);
    int64_t end = json_member_int(json, "end_s", -1);
    int64_t officers = json_member_int(json, "officers", 0);
    struct plan_unit unit = {
        .id = STR("new"), .base = plan_find_site(problem, base), .capacity = INT32_MAX};
    while (unit.mode < problem->mode_count && !str_equal(problem->modes[unit.mode].id, mode)) {
        unit.mode++;
    }
    if (unit.base == PLAN_NONE || unit.mode == problem->mode_count || start < 0 || start >= end ||
        end > PLAN_TICKS_MAX / per_s || officers < 1 || officers > OFFICERS_MAX) {
        return error_set(err, STATUS_INVALID, "The unit that further ones are like cannot be.");
    }
    unit.end_site = unit.base;
    unit.start = (int32_t)start * per_s;
    unit.end = (int32_t)end * per_s;
    unit.officers = (uint16_t)officers;
    if (json_member_bool(json, "has_break", false)) {
        struct roster_pause pause = roster_middle_break((int32_t)start, (int32_t)end);
        unit.break_open = pause.open * per_s;
        unit.break_close = pause.close * per_s;
        unit.break_length = pause.length * per_s;
    }
    *ret_unit = unit;
    return STATUS_OK;
}

static enum status read_like(const struct plan_problem *problem, str id,
                             struct plan_more_options *options, struct error *err)
{
    options->like = id.n == 0 ? PLAN_NONE : plan_find_unit(problem, id);
    return id.n == 0 || options->like != PLAN_NONE
               ? STATUS_OK
               : error_set(err, STATUS_INVALID, "No unit of this plan is called '%.*s'.",
                           STR_ARG(utf8_clip(id, 60)));
}

/* The search goes on from the plan that is there. */
static enum status read_start(struct arena *arena, const struct plan_problem *problem, str plan,
                              struct plan_result *ret_start, struct error *err)
{
    struct plan_check check;
    enum status status = plan_result_read(arena, problem, plan, ret_start, err);
    if (status == STATUS_OK) {
        plan_check(arena, problem, ret_start, &check);
        status = plan_check_wrong(&check) == 0
                     ? STATUS_OK
                     : error_set(err, STATUS_INVALID, "The plan breaks a rule: %.*s",
                                 STR_ARG(utf8_clip(plan_check_words(arena, problem, &check), 300)));
    }
    return status;
}

/* Further units that have nothing to do need not come. */
static void leave_idle(struct arena *arena, uint32_t first, struct plan_more *more)
{
    struct plan_problem *problem = &more->problem;
    struct plan_unit *units = ARENA_ARRAY(arena, struct plan_unit, problem->unit_count + 1U);
    struct plan_route *routes = ARENA_ARRAY(arena, struct plan_route, problem->unit_count + 1U);
    uint32_t count = 0;
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        if (i < first || more->result.routes[i].stop_count > 0) {
            units[count] = problem->units[i];
            routes[count++] = more->result.routes[i];
        }
    }
    problem->units = units;
    problem->unit_count = count;
    more->result.routes = routes;
}

enum status planner_more(struct arena *arena, const struct planner_job *job,
                         const struct plan_problem *problem, const struct plan_solve_options *solve,
                         struct planner_answer *answer, struct error *err)
{
    struct json json;
    struct plan_goal goal;
    struct plan_unit model;
    struct plan_result start;
    struct plan_more_options options = {.solve = *solve, .like = PLAN_NONE};
    struct buf out;
    enum status status = json_parse(arena, job->event, &json, err);
    if (status == STATUS_OK) {
        status = plan_goal_parse(problem, json_member_text(&json, "goal"), &goal, err);
    }
    if (status == STATUS_OK) {
        status = read_like(problem, json_member_text(&json, "like"), &options, err);
    }
    const struct json *unit = status == STATUS_OK ? json_member(&json, "unit") : NULL;
    if (unit != NULL) {
        status = read_model(problem, unit, &model, err);
        options.model = &model;
    }
    if (status == STATUS_OK) {
        status = read_start(arena, problem, job->plan, &start, err);
        options.solve.start = &start;
    }
    if (status != STATUS_OK) {
        return status;
    }
    struct plan_more *more = ARENA_NEW(arena, struct plan_more);
    plan_more(arena, problem, &goal, &options, more);
    leave_idle(arena, problem->unit_count, more);
    planner_write(arena, &more->problem, &more->result, true, answer);
    buf_init(&out, MORE_BYTES_MAX);
    plan_more_add_json(problem, &goal, more, &out);
    answer->more = arena_str(arena, buf_str(&out));
    if (out.overflowed) {
        status = error_set(err, STATUS_LIMIT, "The answer became too large to be kept.");
    }
    buf_close(&out);
    return status;
}
