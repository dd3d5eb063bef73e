/* SPDX-License-Identifier: Apache-2.0 */
/* Locks of units: what a unit has done, and what it must do first. A plan has to keep them, so those that no plan can
 * keep are left out here. */
#include "base/utf8.h"
#include "plan/check.h"
#include "plan/net.h"
#include "plan/past.h"
#include "plan/problem_internal.h"

enum { BREAKS_MAX = 2 };
#define NEVER INT64_MAX

/* How early a unit that keeps its first locks is free; [s]: after s of its breaks. What is still to come goes at the
 * slowest pace of the day, as the search takes it there. */
struct locked_walk {
    const struct plan_problem *problem;
    const struct plan_unit *unit;
    bool is_past;
    uint32_t site, breaks;
    int64_t free_at[BREAKS_MAX + 1];
    int64_t there; /* at the last place, at the earliest; NEVER = there is no way */
};

static void rest(struct locked_walk *walk)
{
    const struct plan_unit *unit = walk->unit;
    const int32_t open[] = {unit->break_open, unit->second_open};
    const int32_t close[] = {unit->break_close, unit->second_close};
    const int32_t length[] = {unit->break_length, unit->second_length};
    for (uint32_t s = 0; s < walk->breaks; s++) {
        int64_t at = walk->free_at[s] > open[s] ? walk->free_at[s] : open[s];
        if (walk->free_at[s] < NEVER && at <= close[s] && at + length[s] < walk->free_at[s + 1]) {
            walk->free_at[s + 1] = at + length[s];
        }
    }
}

static void travel(struct locked_walk *walk, uint32_t site)
{
    walk->there = NEVER;
    for (uint32_t s = 0; s <= walk->breaks; s++) {
        int64_t *at = &walk->free_at[s];
        int64_t way = -1;
        if (*at < NEVER && walk->is_past) {
            way = plan_check_way_at(walk->problem, walk->unit->mode, walk->site, site, *at);
        } else if (*at < NEVER) {
            way = plan_past_longest(walk->problem, walk->unit->mode, walk->site, site);
        }
        *at = way < 0 ? NEVER : *at + way;
        walk->there = *at < walk->there ? *at : walk->there;
    }
    walk->site = site;
}

static void serve(struct locked_walk *walk, const struct plan_lock *lock)
{
    const struct plan_task *task = &walk->problem->tasks[lock->task];
    if (lock->start < 0) {
        travel(walk, task->site);
    }
    walk->site = task->site;
    for (uint32_t s = 0; s <= walk->breaks; s++) {
        int64_t *at = &walk->free_at[s];
        int64_t start = *at > task->open ? *at : task->open;
        if (lock->start >= 0) { /* a fact, unless a break would have been on then */
            *at = s > 0 && *at > lock->start ? NEVER : (int64_t)lock->start + task->dwell;
        } else {
            *at = start > task->close ? NEVER : start + task->dwell;
        }
    }
}

/* The first `count` locks, each as early as it can be; free_at is then when the unit may leave the last: for another
 * one, or, where these are all, not before `free`. */
static struct locked_walk walk_locks(const struct plan_problem *problem,
                                     const struct plan_unit *unit, uint32_t count, bool is_past,
                                     bool is_all)
{
    struct locked_walk walk = {.problem = problem,
                               .unit = unit,
                               .is_past = is_past,
                               .site = unit->base,
                               .breaks = unit->second_length > 0  ? 2
                                         : unit->break_length > 0 ? 1
                                                                  : 0,
                               .free_at = {unit->start, NEVER, NEVER}};
    for (uint32_t i = 0; i <= count; i++) {
        for (uint32_t s = 0; s <= walk.breaks; s++) {
            int64_t at = walk.free_at[s] < NEVER ? net_after_had(unit, i, walk.free_at[s]) : NEVER;
            walk.free_at[s] = is_all && i == count && at < unit->free ? unit->free : at;
        }
        rest(&walk);
        if (i < count) {
            serve(&walk, &unit->locks[i]);
        }
    }
    return walk;
}

static const char *at_pace(const struct plan_problem *problem, const struct plan_unit *unit)
{
    return problem->modes[unit->mode].paces == NULL ? "" : " at the slowest pace of the day";
}

/* Why the unit cannot do its first `count` locks, have its breaks and be back in time; empty: it can. */
static str why_not_back(struct arena *arena, const struct plan_problem *problem,
                        const struct plan_unit *unit, uint32_t count)
{
    double ticks = problem->ticks_per_s;
    struct locked_walk walk =
        walk_locks(problem, unit, count, unit->locks[count - 1].start >= 0, true);
    int64_t *at = &walk.free_at[walk.breaks];
    if (*at == NEVER) {
        return STR("no time is left for the unit's break");
    }
    if (walk.is_past) { /* it may rest elsewhere, nearer to its end, and what has happened has happened */
        at = &walk.free_at[0];
    }
    travel(&walk, unit->end_site);
    if (*at == NEVER) {
        return STR("there is no way back");
    }
    return *at <= unit->end
               ? (str){0}
               : arena_printf(arena,
                              "the unit would be back at %.10g s%s, its duty ends at %.10g s",
                              (double)*at / ticks, walk.is_past ? "" : at_pace(problem, unit),
                              unit->end / ticks);
}

/* Why no plan can keep the lock behind `count` others that can be kept; empty: one can. */
static str why_not(struct arena *arena, const struct plan_problem *problem,
                   const struct plan_unit *unit, uint32_t index, uint32_t count)
{
    const struct plan_task *task = &problem->tasks[unit->locks[count].task];
    double ticks = problem->ticks_per_s;
    if (!plan_unit_may(unit, index, task)) {
        return unit->officers < task->officers
                   ? arena_printf(arena, "it needs %u officers, the unit has %u", task->officers,
                                  unit->officers)
                   : STR("the unit lacks a skill that it needs");
    }
    int64_t load = task->load;
    for (uint32_t i = 0; i < count; i++) {
        load += problem->tasks[unit->locks[i].task].load;
    }
    if (load > unit->capacity) {
        return STR("the unit would carry more than its 'capacity'");
    }
    struct locked_walk walk = walk_locks(problem, unit, count, false, false);
    travel(&walk, task->site);
    if (walk.there == NEVER) {
        return STR("there is no way there, or no time for it");
    }
    if (walk.there > task->close) {
        return arena_printf(arena, "the unit is there at %.10g s%s, the window closes at %.10g s",
                            (double)walk.there / ticks, at_pace(problem, unit),
                            task->close / ticks);
    }
    return why_not_back(arena, problem, unit, count + 1);
}

/* Why this cannot be behind the others as what has happened. */
static str why_no_fact(struct arena *arena, const struct plan_problem *problem,
                       const struct plan_unit *unit, uint32_t count)
{
    const struct plan_lock *lock = &unit->locks[count];
    const struct plan_lock *last = count > 0 ? lock - 1 : NULL;
    double ticks = problem->ticks_per_s;
    if (last != NULL && last->start < 0) {
        return STR("those with a start stand before those without");
    }
    int64_t free_at =
        last == NULL ? unit->start : (int64_t)last->start + problem->tasks[last->task].dwell;
    if (lock->start < free_at) {
        return arena_printf(arena, "it starts at %.10g s, and %s at %.10g s", lock->start / ticks,
                            last == NULL ? "the unit may leave its base" : "the one before it ends",
                            (double)free_at / ticks);
    }
    return (str){0};
}

static void leave_out(struct plan_row *row, uint32_t task, str why)
{
    plan_row_refuse(row, "its lock on '%.*s' is left out: %.*s",
                    STR_ARG(utf8_clip(row->reader->problem->tasks[task].id, 80)), STR_ARG(why));
    row->is_refused = false; /* of each lock, and the unit stays */
}

/* False, and refused, when the item is no lock. */
static bool read_lock(struct plan_row *row, const struct json *item, struct plan_lock *lock)
{
    static const char *const names[] = {"task", "start_s", NULL};
    struct plan_row inner = *row;
    inner.json = item;
    plan_row_members(&inner, names);
    lock->task = inner.is_refused
                     ? PLAN_NONE
                     : plan_row_refer(&inner, "task", &row->reader->tasks, "task", true);
    lock->start = json_member(item, "start_s") == NULL ? -1 : plan_row_ticks(&inner, "start_s", -1);
    return !inner.is_refused;
}

static str why_left_out(struct plan_row *row, const struct plan_unit *unit, uint32_t index)
{
    struct plan_problem *problem = row->reader->problem;
    struct arena *arena = &row->reader->row_arena;
    const struct plan_lock *lock = &unit->locks[unit->lock_count];
    uint32_t owner = problem->tasks[lock->task].unit;
    for (uint32_t i = 0; i < unit->lock_count; i++) {
        if (unit->locks[i].task == lock->task) {
            return STR("the task is locked twice");
        }
    }
    if (owner != PLAN_NONE && owner != index) {
        return STR("the task is another unit's");
    }
    return lock->start >= 0 ? why_no_fact(arena, problem, unit, unit->lock_count)
                            : why_not(arena, problem, unit, index, unit->lock_count);
}

/* After what has happened the unit has its breaks still to come and is back in time, or some of it did not happen. Of
 * a unit that dropped out neither is asked. */
static void settle_facts(struct plan_row *row, struct plan_unit *unit)
{
    while (unit->lock_count > 0 && unit->out_officers == 0) {
        str why =
            why_not_back(&row->reader->row_arena, row->reader->problem, unit, unit->lock_count);
        if (why.n == 0) {
            return;
        }
        leave_out(row, unit->locks[--unit->lock_count].task, why);
    }
}

void plan_read_locks(struct plan_row *row)
{
    struct plan_problem *problem = row->reader->problem;
    const struct json *list = json_member(row->json, "locks");
    if (list == NULL) {
        return;
    }
    plan_row_id(row);
    uint32_t index = plan_ids_find(&row->reader->units, row->id);
    if (index == PLAN_NONE || problem->units[index].locks != NULL) {
        return; /* the row was refused */
    }
    if (list->kind != JSON_LIST) {
        plan_row_refuse(row, "'locks' is not a list");
        return;
    }
    struct plan_lock *locks = ARENA_ARRAY(row->reader->arena, struct plan_lock, list->count + 1);
    struct plan_unit *unit = &problem->units[index];
    unit->locks = locks;
    bool is_settled = false;
    for (size_t i = 0; i < list->count; i++) {
        struct plan_lock *lock = &locks[unit->lock_count];
        if (!read_lock(row, &list->items[i], lock)) {
            continue;
        }
        if (lock->start < 0 && !is_settled) {
            struct plan_lock next = *lock;
            settle_facts(row, unit);
            is_settled = true;
            lock = &locks[unit->lock_count];
            *lock = next;
        }
        str why = why_left_out(row, unit, index);
        if (why.n > 0) {
            leave_out(row, lock->task, why);
        } else {
            unit->lock_count++;
        }
    }
    if (!is_settled) {
        settle_facts(row, unit);
    }
    for (uint32_t i = 0; i < unit->lock_count; i++) {
        problem->tasks[locks[i].task].unit = index;
    }
}
