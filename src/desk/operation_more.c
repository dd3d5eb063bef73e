/* SPDX-License-Identifier: Apache-2.0 */
/* How many more units does a goal need? Asked of a plan, answered beside the desk, kept with the plan that
 * proves it. */
#include "base/utf8.h"
#include "desk/operation_ask.h"
#include "desk/operation_internal.h"
#include "plan/day.h"
#include "plan/more.h"

enum { QUESTION_BYTES_MAX = 8000, HOUR_S = 3600, OFFICERS_MAX = 100, UNITS_NAMED = 12 };
enum { NAME_BYTES_MAX = 80, TAKEN_BYTES_MAX = UNITS_NAMED * (NAME_BYTES_MAX + 2) + 100 };

struct asking {
    struct arena arena;
    const struct desk_question *question;
    struct casebook_plan row;
    struct operation operation; /* its head */
    struct desk_plan_row about;
    struct plan_problem problem;
    struct plan_result result;
    struct plan_goal goal;
};

static str name_of(const struct plan_problem *problem, uint32_t site)
{
    return utf8_clip(plan_site_name(problem, site), NAME_BYTES_MAX);
}

static str goal_words(struct asking *a)
{
    const struct plan_goal *goal = &a->goal;
    switch (goal->kind) {
    case PLAN_GOAL_COVER:
        return arena_printf(&a->arena, "%d.%d %% of the whole worth", goal->permille / 10,
                            goal->permille % 10);
    case PLAN_GOAL_MANDATORY:
        return STR("everything that must be done");
    case PLAN_GOAL_SITE:
        return arena_printf(&a->arena, "all visits to %.*s",
                            STR_ARG(name_of(&a->problem, goal->index)));
    case PLAN_GOAL_AREA:
        return arena_printf(&a->arena, "all visits in %.*s",
                            STR_ARG(utf8_clip(a->problem.sites[goal->index].area, NAME_BYTES_MAX)));
    case PLAN_GOAL_TASK:
        break;
    }
    return arena_printf(&a->arena, "the visit %.*s",
                        STR_ARG(utf8_clip(a->problem.tasks[goal->index].id, NAME_BYTES_MAX)));
}

static str question_words(struct asking *a)
{
    const struct desk_question *q = a->question;
    const struct plan_problem clock = {.day = a->problem.day, .ticks_per_s = 1};
    str goal = goal_words(a);
    str like = {0};
    if (q->base.n > 0) {
        like = arena_printf(&a->arena, " of %lld %s at %.*s from %.*s to %.*s",
                            (long long)q->officers, q->officers == 1 ? "officer" : "officers",
                            STR_ARG(name_of(&a->problem, plan_find_site(&a->problem, q->base))),
                            STR_ARG(plan_clock(&a->arena, &clock, q->start_s)),
                            STR_ARG(plan_clock(&a->arena, &clock, q->end_s)));
    } else if (q->like.n > 0) {
        like = arena_printf(&a->arena, " like %.*s", STR_ARG(utf8_clip(q->like, NAME_BYTES_MAX)));
    }
    return arena_printf(&a->arena, "How many more units%.*s for %.*s?", STR_ARG(like),
                        STR_ARG(goal));
}

/* --- is it one that can be asked? --- */

static enum status check_shift(struct asking *a, struct error *err)
{
    const struct desk_question *q = a->question;
    const struct operation_rules *rules = &a->operation.rules;
    int64_t duty = (int64_t)q->end_s - q->start_s;
    if (plan_find_site(&a->problem, q->base) == PLAN_NONE) {
        return error_set(err, STATUS_INVALID, "Say at which site the new units begin.");
    }
    if (q->start_s < 0 || duty <= 0) {
        return error_set(err, STATUS_INVALID, "The new units would end before they begin.");
    }
    if (rules->has_hours && !a->about.has_no_hours && duty > rules->hours_max * HOUR_S) {
        return error_set(err, STATUS_INVALID,
                         "The duty of the new units is longer than %lld hours, which the rule of "
                         "the longest duty forbids.",
                         (long long)rules->hours_max);
    }
    return q->officers >= 1 && q->officers <= OFFICERS_MAX
               ? STATUS_OK
               : error_set(err, STATUS_INVALID, "A unit has 1 to %d officers.", OFFICERS_MAX);
}

static enum status check_goal(struct asking *a, struct error *err)
{
    struct error why = {0};
    bool has_duty = false;
    if (plan_goal_parse(&a->problem, a->question->goal, &a->goal, &why) != STATUS_OK) {
        return error_set(err, STATUS_INVALID, "This cannot be the goal: %s.", why.primary);
    }
    for (uint32_t i = 0; i < a->problem.task_count; i++) {
        const struct plan_task *task = &a->problem.tasks[i];
        has_duty = has_duty || a->goal.kind == PLAN_GOAL_COVER || a->goal.kind == PLAN_GOAL_TASK ||
                   (a->goal.kind == PLAN_GOAL_MANDATORY && task->is_mandatory) ||
                   (a->goal.kind == PLAN_GOAL_SITE && task->site == a->goal.index) ||
                   a->goal.kind == PLAN_GOAL_AREA;
    }
    if (has_duty) {
        return STATUS_OK;
    }
    return a->goal.kind == PLAN_GOAL_MANDATORY
               ? error_set(err, STATUS_INVALID,
                           "Nothing in this plan must be done, so nothing can be missing for it.")
               : error_set(err, STATUS_INVALID, "Nobody has to go to %.*s.",
                           STR_ARG(name_of(&a->problem, a->goal.index)));
}

static enum status check_like(const struct asking *a, struct error *err)
{
    str like = a->question->like;
    bool is_there = like.n == 0 || plan_find_unit(&a->problem, like) != PLAN_NONE;
    return is_there ? STATUS_OK
                    : error_set(err, STATUS_INVALID, "No unit of this plan is called '%.*s'.",
                                STR_ARG(utf8_clip(like, 60)));
}

static enum status prepare(struct asking *a, struct desk *desk, int64_t leaf, struct error *err)
{
    enum status status = plan_load(desk, &a->arena, leaf, &a->row, &a->operation, err);
    if (status == STATUS_OK) {
        status = search_check(a->question->seconds, (str){0}, &a->operation, err);
    }
    if (status == STATUS_OK) {
        plan_about_decode(&a->arena, &a->row, &a->about);
        status =
            plan_texts_read(&a->arena, a->row.problem, a->row.result, &a->problem, &a->result, err);
    }
    if (status == STATUS_OK) {
        status = check_goal(a, err);
    }
    if (status == STATUS_OK) {
        status = check_like(a, err);
    }
    return status == STATUS_OK && a->question->base.n > 0 ? check_shift(a, err) : status;
}

/* --- asking --- */

static void put_question(const struct asking *a, struct buf *out)
{
    const struct desk_question *q = a->question;
    struct json_out json;
    json_out_init(&json, out);
    json_begin_object(&json);
    json_put_text(&json, "goal", q->goal);
    if (q->base.n > 0) {
        json_name(&json, "unit");
        json_begin_object(&json);
        json_put_text(&json, "base", q->base);
        json_put_int(&json, "start_s", q->start_s);
        json_put_int(&json, "end_s", q->end_s);
        json_put_int(&json, "officers", q->officers);
        json_put_text(&json, "mode", q->mode);
        json_put_bool(&json, "has_break", a->operation.rules.has_breaks);
        json_end_object(&json);
    } else {
        json_put_text(&json, "like", q->like);
    }
    json_end_object(&json);
}

/* What somebody must do for the goal is a duty of the plan that is found. */
static void put_goal(struct asking *a, struct search_slot *slot)
{
    bool is_duty = a->goal.kind != PLAN_GOAL_COVER && a->goal.kind != PLAN_GOAL_MANDATORY;
    buf_add(&slot->differs, a->about.differs);
    slot->has_no_hours = a->about.has_no_hours;
    if (is_duty) {
        str words = arena_printf(&a->arena, "%.*s must be made", STR_ARG(goal_words(a)));
        const struct plan_site *site = a->goal.kind != PLAN_GOAL_TASK
                                           ? &a->problem.sites[a->goal.index]
                                           : &(const struct plan_site){0};
        buf_printf(&slot->differs, "%s%.*s", slot->differs.n > 0 ? "; " : "", STR_ARG(words));
        parts_of_goal(&slot->changes, words, a->goal.kind == PLAN_GOAL_SITE ? site->id : (str){0},
                      a->goal.kind == PLAN_GOAL_AREA ? site->area : (str){0});
    }
}

static enum status too_much_differs(struct error *err)
{
    enum status status =
        error_set(err, STATUS_LIMIT, "What differs from the operation is too much to be said.");
    error_hint(err, "Change the operation itself, and search anew.");
    return status;
}

/* There is room for what more_take says: nobody waits for an answer that cannot be kept. */
static enum status fill(struct asking *a, struct search_slot *slot, const struct buf *event,
                        struct error *err)
{
    buf_add(&slot->problem, a->row.problem);
    buf_add(&slot->left_out, a->about.left_out);
    put_goal(a, slot);
    slot->fork = a->row.leaf;
    slot->fork_number = a->row.number;
    slot->is_more = true;
    slot->unit_count = a->problem.unit_count;
    if (slot->differs.overflowed || slot->differs.n > slot->differs.bytes_max - TAKEN_BYTES_MAX) {
        return too_much_differs(err);
    }
    return slot->problem.overflowed || event->overflowed
               ? error_set(err, STATUS_LIMIT, "The operation is too large for one search.")
               : STATUS_OK;
}

static enum status write_more(struct desk *desk, const struct caller *caller,
                              const struct asking *a, struct error *err)
{
    struct act act;
    act_begin(&act, caller, "plan.more", 0, false);
    json_put_int(&act.json, "operation", a->row.operation);
    json_put_int(&act.json, "plan", a->row.number);
    json_put_int(&act.json, "seconds", a->question->seconds);
    enum status status = act_alone(desk, &act, err);
    act_close(&act);
    return status;
}

enum status desk_plan_more(struct desk *desk, const struct caller *caller, int64_t leaf,
                           const struct desk_question *question, struct error *err)
{
    struct asking a = {.question = question};
    struct search_slot *slot = NULL;
    struct buf event;
    enum status status = search_slot_open(desk, caller, &slot, err);
    if (status != STATUS_OK) {
        return status;
    }
    arena_init(&a.arena, PLAN_ARENA_BYTES_MAX);
    buf_init(&event, QUESTION_BYTES_MAX);
    status = prepare(&a, desk, leaf, err);
    if (status == STATUS_OK) {
        put_question(&a, &event);
        status = fill(&a, slot, &event, err);
    }
    if (status == STATUS_OK) {
        status = write_more(desk, caller, &a, err);
    }
    if (status == STATUS_OK) {
        search_slot_start(slot, caller, a.row.operation, question->seconds,
                          utf8_clip(question_words(&a), WHY_BYTES_MAX));
        struct planner_job job = {
            .plan = a.row.result, .event = buf_str(&event), .seed = a.result.seed, .is_more = true};
        status = search_slot_ask(slot, &job, err);
    } else {
        search_slot_close(slot);
    }
    buf_close(&event);
    arena_close(&a.arena);
    return status;
}

/* --- the answer --- */

enum status more_take(struct search_slot *slot, const struct planner_answer *answer,
                      struct arena *arena, struct error *err)
{
    struct plan_problem problem;
    struct plan_result result;
    enum status status =
        plan_texts_read(arena, answer->problem, answer->plan, &problem, &result, err);
    if (status != STATUS_OK || problem.unit_count <= slot->unit_count) {
        return status;
    }
    uint32_t count = problem.unit_count - slot->unit_count;
    struct buf words;
    buf_init(&words, TAKEN_BYTES_MAX);
    buf_printf(&words, "%u more unit%s: ", count, count == 1 ? "" : "s");
    for (uint32_t i = 0; i < count && i < UNITS_NAMED; i++) {
        buf_printf(&words, "%s%.*s", i > 0 ? ", " : "",
                   STR_ARG(utf8_clip(problem.units[slot->unit_count + i].id, NAME_BYTES_MAX)));
    }
    if (count > UNITS_NAMED) {
        buf_printf(&words, " and %u others", count - UNITS_NAMED);
    }
    buf_printf(&slot->differs, "%s%.*s", slot->differs.n > 0 ? "; " : "", STR_ARG(buf_str(&words)));
    parts_of_more(&slot->changes, buf_str(&words), &problem, slot->unit_count);
    buf_close(&words);
    return slot->differs.overflowed ? too_much_differs(err) : STATUS_OK;
}

enum status desk_plan_take(struct desk *desk, const struct caller *caller, int64_t leaf,
                           struct arena *arena, struct error *err)
{
    struct casebook_plan row = {0};
    struct operation operation;
    enum status status = desk_need(desk, caller, CAP_PLAN, err);
    if (status == STATUS_OK) {
        status = plan_load(desk, arena, leaf, &row, &operation, err);
    }
    if (status == STATUS_OK) {
        status = operation_need_open(&operation, err);
    }
    if (status == STATUS_OK && row.state != PLAN_FOUND) {
        status = error_set(err, STATUS_INVALID, "This plan is no answer that waits to be taken.");
    }
    return status == STATUS_OK ? plan_turn(desk, caller, "plan.take", &row, PLAN_DRAFT, err)
                               : status;
}
