/* SPDX-License-Identifier: Apache-2.0 */
/* What if: without these units or places, at other hours, with a rule off. */
#include "base/text.h"
#include "base/utf8.h"
#include "plan/change_internal.h"
#include "plan/roster.h"

struct first {
    struct arena *arena;
    const struct plan_problem *problem;
    const struct plan_change *change;
    struct plan_problem *out;
    bool *is_locked; /* tasks that are in the locks of a unit */
};

/* Its day has begun, or has a fixed beginning: that stays as it is. */
static bool has_facts(const struct plan_unit *unit)
{
    return unit->lock_count > 0 || unit->had_count > 0 || unit->free > 0 || unit->officers == 0;
}

static enum status no_unit(str id, struct error *err)
{
    return error_set(err, STATUS_INVALID, "there is no unit '%.*s'", STR_ARG(utf8_clip(id, 80)));
}

/* ---- units that are out ---- */

static enum status mark_unit(const struct first *first, str id, bool *is_out, struct error *err)
{
    uint32_t unit = plan_find_unit(first->problem, id);
    if (unit == PLAN_NONE) {
        return no_unit(id, err);
    }
    bool is_bound = has_facts(&first->problem->units[unit]);
    for (uint32_t i = 0; i < first->problem->task_count; i++) {
        is_bound = is_bound || first->problem->tasks[i].unit == unit;
    }
    if (is_bound) {
        enum status status =
            error_set(err, STATUS_INVALID,
                      "unit '%.*s' cannot be left out: its day has begun, or something is pinned "
                      "to it",
                      STR_ARG(utf8_clip(id, 80)));
        error_hint(err, "If it drops out on the day, say so under Something happened (an event of "
                        "plan replan); else ask from the plan as it was before the day.");
        return status;
    }
    is_out[unit] = true;
    return STATUS_OK;
}

static enum status drop_units(struct first *first, uint32_t *ret_like, struct error *err)
{
    struct plan_problem *out = first->out;
    const struct plan_change *change = first->change;
    uint32_t old_count = first->problem->unit_count;
    bool *is_out = ARENA_ARRAY(first->arena, bool, old_count + 1U);
    uint32_t *now = ARENA_ARRAY(first->arena, uint32_t, old_count + 1U);
    for (uint32_t i = 0; i < change->units_out_count; i++) {
        enum status status = mark_unit(first, change->units_out[i], is_out, err);
        if (status != STATUS_OK) {
            return status;
        }
    }
    out->unit_count = 0;
    for (uint32_t i = 0; i < old_count; i++) {
        now[i] = is_out[i] ? PLAN_NONE : out->unit_count;
        if (!is_out[i]) {
            out->units[out->unit_count++] = first->problem->units[i];
        }
    }
    for (uint32_t i = 0; i < out->task_count; i++) {
        out->tasks[i].unit = out->tasks[i].unit == PLAN_NONE ? PLAN_NONE : now[out->tasks[i].unit];
    }
    if (out->unit_count == 0) {
        return error_set(err, STATUS_INVALID, "no unit would be left to plan with");
    }
    if (change->like != PLAN_NONE && now[change->like] == PLAN_NONE) {
        return error_set(err, STATUS_INVALID,
                         "new units cannot be like one that is left out; name another");
    }
    *ret_like = change->like == PLAN_NONE ? PLAN_NONE : now[change->like];
    return STATUS_OK;
}

/* ---- places ---- */

static enum status mark_site(const struct first *first, str id, bool *is_out, struct error *err)
{
    const struct plan_problem *problem = first->problem;
    uint32_t site = plan_find_site(problem, id);
    bool has_task = false;
    if (site == PLAN_NONE) {
        return error_set(err, STATUS_INVALID, "there is no site '%.*s'",
                         STR_ARG(utf8_clip(id, 80)));
    }
    for (uint32_t i = 0; i < problem->task_count; i++) {
        bool is_here = problem->tasks[i].site == site;
        has_task = has_task || is_here;
        if (is_here && first->is_locked[i]) {
            return error_set(err, STATUS_INVALID,
                             "site '%.*s' cannot be left out: a visit to it has begun or is locked",
                             STR_ARG(utf8_clip(id, 80)));
        }
    }
    is_out[site] = true;
    return has_task ? STATUS_OK
                    : error_set(err, STATUS_INVALID, "nobody has to go to '%.*s' anyway",
                                STR_ARG(utf8_clip(id, 80)));
}

static enum status drop_sites(struct first *first, struct error *err)
{
    struct plan_problem *out = first->out;
    const struct plan_change *change = first->change;
    uint32_t old_count = out->task_count;
    bool *is_out = ARENA_ARRAY(first->arena, bool, out->site_count + 1U);
    uint32_t *now = ARENA_ARRAY(first->arena, uint32_t, old_count + 1U);
    for (uint32_t i = 0; i < change->sites_out_count; i++) {
        enum status status = mark_site(first, change->sites_out[i], is_out, err);
        if (status != STATUS_OK) {
            return status;
        }
    }
    out->turns = ARENA_ARRAY(first->arena, struct plan_turn, out->turn_count + 1U);
    for (uint32_t i = 0; i < out->turn_count; i++) {
        out->turns[i] = first->problem->turns[i];
    }
    out->task_count = 0;
    for (uint32_t i = 0; i < old_count; i++) {
        now[i] = out->task_count;
        if (is_out[out->tasks[i].site] && out->tasks[i].turn > 0) {
            out->turns[out->tasks[i].turn - 1].count--;
        }
        if (!is_out[out->tasks[i].site]) {
            out->tasks[out->task_count++] = out->tasks[i];
        }
    }
    change_renumber(first->arena, out, now);
    return out->task_count > 0 ? STATUS_OK
                               : error_set(err, STATUS_INVALID, "nobody would have to be anywhere");
}

/* ---- hours ---- */

static enum status move_breaks(const struct plan_unit *was, struct plan_unit *unit, int32_t per_s,
                               struct error *err)
{
    struct roster_pause pauses[2] = {{was->break_open, was->break_close, was->break_length},
                                     {was->second_open, was->second_close, was->second_length}};
    size_t count = was->second_length > 0 ? 2 : was->break_length > 0 ? 1 : 0;
    if (was->is_by_table) {
        plan_breaks_by_table(per_s, unit);
        return STATUS_OK;
    }
    if (!roster_move_breaks(pauses, count, (struct roster_hours){was->start - was->brief, was->end},
                            (struct roster_hours){unit->start - unit->brief, unit->end}, per_s)) {
        return error_set(err, STATUS_INVALID,
                         "unit '%.*s': its break does not fit its hours any more",
                         STR_ARG(utf8_clip(unit->id, 80)));
    }
    unit->break_open = pauses[0].open;
    unit->break_close = pauses[0].close;
    unit->break_length = pauses[0].length;
    unit->second_open = pauses[1].open;
    unit->second_close = pauses[1].close;
    return STATUS_OK;
}

static enum status move_unit(const struct first *first, struct plan_unit *unit, struct error *err)
{
    const struct plan_change *change = first->change;
    int32_t per_s = first->problem->ticks_per_s;
    struct plan_unit was = *unit;
    unit->start += change->start_by_s * per_s;
    unit->end += change->end_by_s * per_s;
    if (unit->start - unit->brief < 0 || unit->end > PLAN_TICKS_MAX || unit->start >= unit->end) {
        return error_set(err, STATUS_INVALID,
                         "unit '%.*s' would end before it begins, or begin before the day does",
                         STR_ARG(utf8_clip(unit->id, 80)));
    }
    return move_breaks(&was, unit, per_s, err);
}

static enum status move_hours(struct first *first, struct error *err)
{
    const struct plan_change *change = first->change;
    struct plan_problem *out = first->out;
    uint32_t moved = 0;
    enum status status = STATUS_OK;
    if (change->start_by_s == 0 && change->end_by_s == 0) {
        return STATUS_OK;
    }
    if (change->start_by_s < -PLAN_CHANGE_SHIFT_S || change->start_by_s > PLAN_CHANGE_SHIFT_S ||
        change->end_by_s < -PLAN_CHANGE_SHIFT_S || change->end_by_s > PLAN_CHANGE_SHIFT_S) {
        return error_set(err, STATUS_INVALID, "hours move by %d hours at most",
                         PLAN_CHANGE_SHIFT_S / 3600);
    }
    if (change->shifted.n > 0 && plan_find_unit(out, change->shifted) == PLAN_NONE) {
        return no_unit(change->shifted, err);
    }
    for (uint32_t i = 0; i < out->unit_count && status == STATUS_OK; i++) {
        struct plan_unit *unit = &out->units[i];
        bool is_meant = change->shifted.n == 0 || str_equal(change->shifted, unit->id);
        if (is_meant && !has_facts(unit)) {
            status = move_unit(first, unit, err);
            moved++;
        }
    }
    return status != STATUS_OK || moved > 0
               ? status
               : error_set(err, STATUS_INVALID, "hours cannot move: the day of %s has begun",
                           change->shifted.n > 0 ? "this unit" : "each unit");
}

/* ---- rules ---- */

static enum status switch_rules(struct first *first, struct error *err)
{
    const struct plan_change *change = first->change;
    struct plan_problem *out = first->out;
    bool has_break = false;
    bool has_pair = false;
    for (uint32_t i = 0; i < out->unit_count && change->has_no_breaks; i++) {
        struct plan_unit *unit = &out->units[i];
        has_break = has_break || unit->break_length > 0;
        unit->break_open = unit->break_close = unit->break_length = 0;
        unit->second_open = unit->second_close = unit->second_length = 0;
    }
    for (uint32_t i = 0; i < out->task_count && change->has_no_pairs; i++) {
        struct plan_task *task = &out->tasks[i];
        has_pair = has_pair || task->officers == 2;
        task->officers = task->officers == 2 ? 1 : task->officers;
    }
    if (change->has_no_breaks && !has_break) {
        return error_set(err, STATUS_INVALID, "no unit has a break that could be left out");
    }
    return !change->has_no_pairs || has_pair
               ? STATUS_OK
               : error_set(err, STATUS_INVALID, "no visit is for two officers");
}

enum status change_first(struct arena *arena, const struct plan_problem *problem,
                         const struct plan_change *change, struct plan_problem *ret_problem,
                         uint32_t *ret_like, struct error *err)
{
    struct first first = {.arena = arena, .problem = problem, .change = change, .out = ret_problem};
    *ret_problem = *problem;
    ret_problem->units = ARENA_ARRAY(arena, struct plan_unit, problem->unit_count + 1U);
    ret_problem->tasks = ARENA_ARRAY(arena, struct plan_task, problem->task_count + 1U);
    memcpy(ret_problem->tasks, problem->tasks, problem->task_count * sizeof *problem->tasks);
    first.is_locked = ARENA_ARRAY(arena, bool, problem->task_count + 1U);
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        for (uint32_t k = 0; k < problem->units[i].lock_count; k++) {
            first.is_locked[problem->units[i].locks[k].task] = true;
        }
    }
    enum status status = drop_units(&first, ret_like, err);
    if (status == STATUS_OK) {
        status = drop_sites(&first, err);
    }
    if (status == STATUS_OK) {
        status = move_hours(&first, err);
    }
    return status == STATUS_OK ? switch_rules(&first, err) : status;
}
