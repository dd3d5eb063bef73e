/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/explain.h"

#include "plan/day.h"
#include "plan/tracks.h"

struct nearest {
    uint32_t unit, after;
    int64_t lacks; /* INT64_MAX = no place */
    bool is_early; /* the unit comes too late for the window; otherwise it is late afterwards */
    bool is_alone; /* the unit could do it if it did nothing else */
};

/* By how much the task misses the place behind stop i. Ignores the break: it then lacks at least so
 * much. */
static int64_t lack_at(const struct net *net, const struct track *track, uint32_t i,
                       const struct net_task *task, bool *ret_is_early)
{
    const struct stop *a = &track->stops[i];
    const struct stop *b = a + 1;
    int64_t at = (int64_t)a->dep + net_way(net, track->mode, a->site, task->site);
    at = at > task->open ? at : task->open;
    int64_t early = at > task->close ? at - task->close : 0;
    int64_t late = at + task->dwell + net_way(net, track->mode, task->site, b->site) - b->lst;
    late = late > 0 ? late : 0;
    *ret_is_early = early >= late;
    return early > late ? early : late;
}

static bool can_alone(const struct net *net, const struct plan_unit *unit,
                      const struct net_task *task)
{
    int64_t from = unit->start > unit->free ? unit->start : unit->free;
    int64_t at = from + net_way(net, unit->mode, unit->base, task->site);
    at = at > task->open ? at : task->open;
    return at <= task->close &&
           at + task->dwell + net_way(net, unit->mode, task->site, unit->end_site) <= unit->end;
}

/* Straight from what it has begun, without a break that is still to come, and home within its shift. */
static void find_soonest(const struct net *net, const struct tracks *tracks,
                         struct plan_explained *one)
{
    const struct plan_problem *problem = net->problem;
    const struct net_task *task = &net->tasks[one->task];
    one->soonest_unit = PLAN_NONE;
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        const struct track *track = &tracks->all[i];
        const struct plan_unit *unit = &problem->units[i];
        const struct stop *last = &track->stops[track->locked];
        int64_t at = last->dep < last->dep_owed ? last->dep : last->dep_owed;
        at += net_way(net, track->mode, last->site, task->site);
        at = at > task->open ? at : task->open;
        int64_t home = at + task->dwell + net_way(net, track->mode, task->site, unit->end_site);
        if (plan_unit_may(unit, i, &problem->tasks[one->task]) && home <= unit->end &&
            (one->soonest_unit == PLAN_NONE || at < one->soonest)) {
            one->soonest_unit = i;
            one->soonest = at;
        }
    }
}

static void explain_one(struct arena *arena, const struct net *net, const struct tracks *tracks,
                        struct plan_explained *one)
{
    const struct plan_problem *problem = net->problem;
    const struct net_task *task = &net->tasks[one->task];
    struct nearest best = {.unit = PLAN_NONE, .lacks = INT64_MAX};
    bool may_any = false;
    bool has_room = false;
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        const struct track *track = &tracks->all[i];
        if (!plan_unit_may(&problem->units[i], i, &problem->tasks[one->task])) {
            continue;
        }
        may_any = true;
        if (task->load > track->capacity - track->load) {
            continue;
        }
        has_room = true;
        for (uint32_t k = track->locked; k <= track->len; k++) {
            bool is_early = false;
            int64_t lacks = lack_at(net, track, k, task, &is_early);
            if (lacks < best.lacks) {
                best = (struct nearest){.unit = i,
                                        .after = k,
                                        .lacks = lacks,
                                        .is_early = is_early,
                                        .is_alone = can_alone(net, &problem->units[i], task)};
            }
        }
    }
    find_soonest(net, tracks, one);
    one->unit = best.unit;
    one->lacks = best.lacks == INT64_MAX ? 0 : best.lacks;
    if (!may_any) {
        one->rule = "skills";
        one->words = STR("no unit on duty has the skills and officers for it");
        return;
    }
    if (!has_room) {
        one->rule = "capacity";
        one->words = STR("every unit that may serve it carries all that it can");
        return;
    }
    double seconds = (double)one->lacks / problem->ticks_per_s;
    str unit = problem->units[best.unit].id;
    if (one->lacks >= NET_NO_WAY / 2) {
        one->rule = "reach";
        one->words = STR("there is no way there");
    } else if (one->lacks == 0) {
        one->rule = "none";
        one->words = arena_printf(
            arena, "it fits behind visit %u of unit %.*s as far as ways and windows go%s",
            best.after, STR_ARG(unit),
            problem->units[best.unit].break_length > 0 ? "; the break may stand in the way"
                                                       : ", and can be added");
    } else {
        one->rule = best.is_alone ? "time" : "reach";
        one->words = arena_printf(
            arena,
            "the nearest place, behind visit %u of unit %.*s, is %.1f minutes too short: %s%s",
            best.after, STR_ARG(unit), seconds / 60,
            best.is_early ? "the unit comes after the window has closed"
                          : "the unit would be late for what comes after",
            best.is_alone ? "" : "; not even without its other visits could it do this one");
    }
}

size_t plan_explain(struct arena *arena, const struct plan_problem *problem,
                    const struct plan_result *result, uint32_t only,
                    struct plan_explained **ret_explained)
{
    struct net net;
    struct tracks tracks;
    size_t count = 0;
    const bool *is_served = plan_served(arena, problem, result);
    net_make_small(arena, problem, &net);
    tracks_make(arena, &net, &tracks);
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        tracks_load(&tracks, i, &result->routes[i]);
    }
    *ret_explained = ARENA_ARRAY(arena, struct plan_explained, problem->task_count + 1U);
    for (uint32_t i = 0; i < problem->task_count; i++) {
        if (tracks.where[i] == PLAN_NONE && !is_served[i] &&
            (only >= problem->task_count || only == i)) {
            (*ret_explained)[count].task = i;
            explain_one(arena, &net, &tracks, &(*ret_explained)[count++]);
        }
    }
    return count;
}

str plan_nobody_words(struct arena *arena, const struct plan_problem *problem, str name,
                      const struct plan_explained *explained)
{
    int64_t close = problem->tasks[explained->task].close;
    str by = plan_clock(arena, problem, close);
    if (explained->soonest_unit == PLAN_NONE) {
        return arena_printf(arena, "Nobody can be at %.*s by %.*s: %.*s.", STR_ARG(name),
                            STR_ARG(by), STR_ARG(explained->words));
    }
    str unit = problem->units[explained->soonest_unit].id;
    str at = plan_clock(arena, problem, explained->soonest);
    if (explained->soonest > close) {
        return arena_printf(
            arena,
            "Nobody can be at %.*s by %.*s: %.*s. Soonest could be %.*s, at %.*s, if "
            "it left out other visits and its break.",
            STR_ARG(name), STR_ARG(by), STR_ARG(explained->words), STR_ARG(unit), STR_ARG(at));
    }
    return arena_printf(arena,
                        "Nobody goes to %.*s by %.*s: %.*s. Soonest could be %.*s, at %.*s, if it "
                        "left out other visits or its break.",
                        STR_ARG(name), STR_ARG(by), STR_ARG(explained->words), STR_ARG(unit),
                        STR_ARG(at));
}
