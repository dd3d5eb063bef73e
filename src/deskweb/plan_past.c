/* SPDX-License-Identifier: Apache-2.0 */
/* A proposal: which visits that were planned for before it have not happened, as the units told, and who
 * makes them now. */
#include "desk/operation_day.h"
#include "deskweb/plan_view.h"
#include "plan/day.h"
#include "plan/ids.h"

struct looking {
    struct ask *ask;
    const struct plan_problem *problem; /* of the mended plan */
    const struct plan_result *result;
    struct plan_told_rows told;
    struct plan_ids tasks, units;
    uint32_t *who; /* of each task: the unit that goes there; PLAN_NONE */
    int32_t *when;
};

static bool is_locked(const struct plan_unit *unit, uint32_t task)
{
    for (uint32_t i = 0; i < unit->lock_count; i++) {
        if (unit->locks[i].task == task) {
            return true;
        }
    }
    return false;
}

static void find_who(struct looking *l)
{
    for (uint32_t i = 0; i < l->problem->task_count; i++) {
        l->who[i] = PLAN_NONE;
    }
    for (uint32_t i = 0; i < l->problem->unit_count; i++) {
        const struct plan_route *route = &l->result->routes[i];
        for (uint32_t k = 0; k < route->stop_count; k++) {
            l->who[route->stops[k].task] = i;
            l->when[route->stops[k].task] = route->stops[k].start;
        }
    }
}

static bool has_skipped(const struct looking *l, uint32_t unit, uint32_t task)
{
    bool is_skipped = false;
    for (uint32_t i = l->told.first[unit]; i != PLAN_NONE; i = l->told.rows[i].next) {
        const struct plan_told *row = &l->told.rows[i];
        is_skipped = row->task == task ? row->what == PLAN_TOLD_SKIPPED : is_skipped;
    }
    return is_skipped;
}

static str words_of(struct looking *l, uint32_t unit, uint32_t task, int32_t planned)
{
    struct arena *arena = l->ask->arena;
    const struct plan_problem *problem = l->problem;
    str now = l->who[task] == PLAN_NONE
                  ? STR("nobody goes there now")
                  : arena_printf(arena, "%.*s goes there at %.*s",
                                 STR_ARG(problem->units[l->who[task]].id),
                                 STR_ARG(plan_clock(arena, problem, l->when[task])));
    return arena_printf(
        arena, "%.*s, planned at %.*s: %.*s %s; %.*s.",
        STR_ARG(plan_site_name(problem, problem->tasks[task].site)),
        STR_ARG(plan_clock(arena, problem, planned)), STR_ARG(problem->units[unit].id),
        has_skipped(l, unit, task) ? "skipped it" : "did not tell of it", STR_ARG(now));
}

static void index_ids(struct looking *l)
{
    plan_ids_init(&l->tasks, l->ask->arena);
    plan_ids_init(&l->units, l->ask->arena);
    for (uint32_t i = 0; i < l->problem->task_count; i++) {
        (void)plan_ids_add(&l->tasks, l->problem->tasks[i].id, i);
    }
    for (uint32_t i = 0; i < l->problem->unit_count; i++) {
        (void)plan_ids_add(&l->units, l->problem->units[i].id, i);
    }
}

enum status plan_not_made(struct ask *ask, const struct plan_opened *base,
                          const struct plan_opened *mended, str *ret_words, size_t max,
                          size_t *ret_count, int64_t *ret_more)
{
    const struct plan_problem *problem = &mended->problem;
    int64_t made = plan_ticks_at(problem, mended->plan.row.at);
    struct looking l = {.ask = ask,
                        .problem = problem,
                        .result = &mended->result,
                        .who = ARENA_ARRAY(ask->arena, uint32_t, problem->task_count + 1U),
                        .when = ARENA_ARRAY(ask->arena, int32_t, problem->task_count + 1U)};
    enum status status = desk_told(ask->desk, &ask->caller, mended->plan.operation, problem,
                                   ask->arena, &l.told, &ask->err);
    *ret_count = 0;
    *ret_more = 0;
    if (status != STATUS_OK) {
        return status;
    }
    index_ids(&l);
    find_who(&l);
    for (uint32_t i = 0; i < base->problem.unit_count; i++) {
        const struct plan_route *route = &base->result.routes[i];
        uint32_t unit = plan_ids_find(&l.units, base->problem.units[i].id);
        if (unit == UINT32_MAX || l.told.first[unit] == PLAN_NONE) {
            continue;
        }
        for (uint32_t k = 0; k < route->stop_count; k++) {
            uint32_t task = plan_ids_find(&l.tasks, base->problem.tasks[route->stops[k].task].id);
            bool is_past = route->stops[k].start <= made ||
                           (task != UINT32_MAX && has_skipped(&l, unit, task));
            bool is_it = is_past && task != UINT32_MAX &&
                         (!is_locked(&problem->units[unit], task) || l.when[task] > made);
            if (is_it && *ret_count < max) {
                ret_words[(*ret_count)++] = words_of(&l, unit, task, route->stops[k].start);
            } else if (is_it) {
                ++*ret_more;
            }
        }
    }
    return STATUS_OK;
}
