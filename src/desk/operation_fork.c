/* SPDX-License-Identifier: Apache-2.0 */
/* What if: a copy of a plan's problem with something changed, searched for and kept as a draft. */
#include "base/utf8.h"
#include "desk/operation_ask.h"
#include "desk/operation_internal.h"
#include "plan/result.h"

enum { CHANGE_BYTES_MAX = 4000, HOUR_S = 3600 };

struct forking {
    struct arena arena;
    struct casebook_plan row;
    struct operation operation; /* its head */
    struct desk_plan_row about;
    struct plan_problem problem, changed;
    struct plan_result result;
    str words;
};

/* The sentences of plan/change.h have neither a capital nor a full stop. */
static enum status cannot(const struct plan_change *change, enum status status, struct error *err)
{
    struct error why = *err;
    if (status != STATUS_INVALID && status != STATUS_LIMIT) {
        return status;
    }
    error_set(err, status, "This cannot be tried: %s.", why.primary);
    if (change->visits > 0 || change->dwell_s >= 0) {
        error_hint(err, "Ask for fewer or shorter visits, or say in which area or at which place.");
    }
    return status;
}

/* What the rule leaves out of a search is not brought in by the back door. */
static enum status check_hours(const struct forking *f, struct error *err)
{
    const struct plan_problem *problem = &f->changed;
    int64_t most = f->operation.rules.hours_max * HOUR_S * problem->ticks_per_s;
    for (uint32_t i = 0; i < problem->unit_count && f->operation.rules.has_hours; i++) {
        const struct plan_unit *unit = &problem->units[i];
        if (unit->officers > 0 && (int64_t)unit->end - unit->start + unit->brief > most) {
            enum status status = error_set(
                err, STATUS_INVALID,
                "This cannot be tried: the duty of unit %.*s would be longer than %lld hours.",
                STR_ARG(utf8_clip(unit->id, 80)), (long long)f->operation.rules.hours_max);
            error_hint(err, "The rule of the longest duty is on; it is the operation's.");
            return status;
        }
    }
    return STATUS_OK;
}

static enum status say_change(struct forking *f, const struct plan_change *change,
                              struct error *err)
{
    struct buf out;
    buf_init(&out, CHANGE_BYTES_MAX);
    plan_change_words(&f->problem, change, &out);
    f->words = arena_str(&f->arena, utf8_clip(buf_str(&out), CHANGE_BYTES_MAX - 4));
    buf_close(&out);
    if (f->words.n > 0) {
        return STATUS_OK;
    }
    enum status status = error_set(err, STATUS_INVALID, "Nothing is changed yet.");
    error_hint(err, "Say what shall be otherwise: fill in at least one of the fields.");
    return status;
}

static enum status make(struct forking *f, struct desk *desk, int64_t leaf,
                        const struct plan_change *change, int64_t seconds, struct error *err)
{
    enum status status = plan_load(desk, &f->arena, leaf, &f->row, &f->operation, err);
    if (status == STATUS_OK) {
        status = search_check(seconds, (str){0}, &f->operation, err);
    }
    if (status == STATUS_OK) {
        plan_about_decode(&f->arena, &f->row, &f->about);
        status =
            plan_texts_read(&f->arena, f->row.problem, f->row.result, &f->problem, &f->result, err);
    }
    if (status == STATUS_OK) {
        status = say_change(f, change, err);
    }
    if (status == STATUS_OK) {
        status = plan_change_make(&f->arena, &f->problem, change, &f->changed, err);
        status = cannot(change, status, err);
    }
    return status == STATUS_OK ? check_hours(f, err) : status;
}

static enum status fill(const struct forking *f, struct search_slot *slot, struct error *err)
{
    plan_problem_write(&f->changed, &slot->problem);
    buf_add(&slot->left_out, f->about.left_out);
    buf_printf(&slot->differs, "%.*s%s%.*s", STR_ARG(f->about.differs),
               f->about.differs.n > 0 ? "; " : "", STR_ARG(f->words));
    slot->fork = f->row.leaf;
    slot->fork_number = f->row.number;
    return slot->problem.overflowed || slot->differs.overflowed
               ? error_set(err, STATUS_LIMIT, "The operation is too large for one search.")
               : STATUS_OK;
}

static enum status write_fork(struct desk *desk, const struct caller *caller,
                              const struct forking *f, int64_t seconds, struct error *err)
{
    struct act act;
    act_begin(&act, caller, "plan.fork", 0, false);
    json_put_int(&act.json, "operation", f->row.operation);
    json_put_int(&act.json, "plan", f->row.number);
    json_put_int(&act.json, "seconds", seconds);
    enum status status = act_alone(desk, &act, err);
    act_close(&act);
    return status;
}

enum status desk_plan_fork(struct desk *desk, const struct caller *caller, int64_t leaf,
                           const struct plan_change *change, int64_t seconds, struct error *err)
{
    struct forking f = {0};
    struct search_slot *slot = NULL;
    enum status status = search_slot_open(desk, caller, &slot, err);
    if (status != STATUS_OK) {
        return status;
    }
    arena_init(&f.arena, PLAN_ARENA_BYTES_MAX);
    status = make(&f, desk, leaf, change, seconds, err);
    if (status == STATUS_OK) {
        status = fill(&f, slot, err);
    }
    if (status == STATUS_OK) {
        status = write_fork(desk, caller, &f, seconds, err);
    }
    if (status == STATUS_OK) {
        struct planner_job job = {.seed = f.result.seed};
        str why = arena_printf(&f.arena, "What if: %.*s", STR_ARG(f.words));
        search_slot_start(slot, caller, f.row.operation, seconds, utf8_clip(why, WHY_BYTES_MAX));
        status = search_slot_ask(slot, &job, err);
    } else {
        search_slot_close(slot);
    }
    arena_close(&f.arena);
    return status;
}
