/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/explain.h"

#include "plan/day.h"
#include "plan/explain_post.h"
#include "plan/roster.h"
#include "plan/stand.h"
#include "plan/tracks.h"

/* The place of a track that a task misses by least, and by how much: it begins too late for its own
 * window, or the unit is then late for what comes after. */
struct nearest {
    uint32_t unit, after;
    int64_t lacks; /* INT64_MAX = no place */
    int64_t at;    /* when the unit could begin */
    int64_t next;  /* … and be at its next stop */
    int64_t early, late;
    bool is_alone; /* the unit could do it if it did nothing else */
};

/* By how much the task misses the place behind stop i. Ignores the break: it then lacks at least so
 * much. */
static struct nearest lack_at(const struct net *net, const struct track *track, uint32_t i,
                              const struct net_task *task)
{
    const struct stop *a = &track->stops[i];
    const struct stop *b = a + 1;
    struct nearest place = {.after = i};
    int64_t at = (int64_t)a->dep + net_way(net, track->mode, a->site, task->site);
    place.at = at > task->open ? at : task->open;
    place.next = place.at + task->dwell + net_way(net, track->mode, task->site, b->site);
    place.early = place.at > task->close ? place.at - task->close : 0;
    place.late = place.next > b->lst ? place.next - b->lst : 0;
    place.lacks = place.early > place.late ? place.early : place.late;
    return place;
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
            one->has_others = track->len > track->locked;
            one->has_break = unit->break_length > 0;
        }
    }
}

/* --- words --- */

struct telling {
    struct arena *arena;
    const struct net *net;
    const struct tracks *tracks;
    struct plan_explained *one;
    const struct nearest *best;
};

static str unit_id(const struct telling *t)
{
    return t->net->problem->units[t->best->unit].id;
}

static str clock_of(const struct telling *t, int64_t at)
{
    return plan_clock(t->arena, t->net->problem, at);
}

static str clock_up(const struct telling *t, int64_t at)
{
    return plan_clock_up(t->arena, t->net->problem, at);
}

static long long minutes_up(const struct telling *t, int64_t ticks)
{
    return plan_minutes_up(t->net->problem, ticks);
}

/* Nobody may: too few officers in one unit, or not its skills. */
static void tell_nobody_may(const struct telling *t)
{
    const struct plan_problem *problem = t->net->problem;
    const struct plan_task *task = &problem->tasks[t->one->task];
    int most = 0;
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        const struct plan_unit *unit = &problem->units[i];
        bool has_skills = (task->skills & ~unit->skills) == 0;
        bool is_meant = task->unit == PLAN_NONE || task->unit == i;
        most = has_skills && is_meant && unit->officers > most ? unit->officers : most;
    }
    t->one->rule = "skills";
    if (most > 0) {
        t->one->words = arena_printf(t->arena,
                                     "it needs %d officers in one unit, and the largest that may "
                                     "go has %d",
                                     task->officers, most);
        t->one->mend = arena_printf(t->arena, "ask for %d there, or make one unit of %d", most,
                                    task->officers);
    } else if (task->unit != PLAN_NONE) {
        t->one->words = arena_printf(t->arena, "it is for unit %.*s only, which may not do it",
                                     STR_ARG(problem->units[task->unit].id));
    } else if (task->skills == 0) {
        t->one->words = STR("no unit is in service");
        t->one->mend = STR("ask how many more units it takes");
    } else {
        str names = plan_skill_names(t->arena, problem, task->skills);
        t->one->words = arena_printf(
            t->arena, "it needs a unit with these skills, and none in service has them: %.*s",
            STR_ARG(names));
        t->one->mend =
            arena_printf(t->arena, "give them to one unit (%.*s), or do without", STR_ARG(names));
    }
}

/* Is anybody who may do it on duty while it could be done? */
static bool is_anybody_on(const struct telling *t)
{
    const struct plan_problem *problem = t->net->problem;
    const struct net_task *task = &t->net->tasks[t->one->task];
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        const struct plan_unit *unit = &problem->units[i];
        int64_t from = unit->start > unit->free ? unit->start : unit->free;
        from = from > task->open ? from : task->open;
        if (from <= task->close && from + task->dwell <= unit->end &&
            plan_unit_may(unit, i, &problem->tasks[t->one->task])) {
            return true;
        }
    }
    return false;
}

/* Further than there and back within the duty of anybody who may do it. */
static bool is_too_far(const struct telling *t)
{
    const struct plan_problem *problem = t->net->problem;
    const struct net_task *task = &t->net->tasks[t->one->task];
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        const struct plan_unit *unit = &problem->units[i];
        if (plan_unit_may(unit, i, &problem->tasks[t->one->task]) &&
            (int64_t)unit->start + net_way(t->net, unit->mode, unit->base, task->site) +
                    task->dwell + net_way(t->net, unit->mode, task->site, unit->end_site) <=
                unit->end) {
            return false;
        }
    }
    return true;
}

/* Without the visit behind the place: is the unit in time for the one after it? */
static bool fits_without_next(const struct telling *t)
{
    const struct track *track = &t->tracks->all[t->best->unit];
    const struct net_task *task = &t->net->tasks[t->one->task];
    const struct stop *next = &track->stops[t->best->after + 1];
    const struct stop *then = next + 1;
    return !t->net->problem->tasks[next->task].is_mandatory &&
           t->best->at + task->dwell + net_way(t->net, track->mode, task->site, then->site) <=
               then->lst;
}

/* The least change that makes this place fit, by ways and hours alone; empty: no single one does. */
static str mend_of(const struct telling *t)
{
    const struct plan_problem *problem = t->net->problem;
    const struct nearest *best = t->best;
    const struct track *track = &t->tracks->all[best->unit];
    const struct net_task *task = &t->net->tasks[t->one->task];
    const struct stop *next = &track->stops[best->after + 1];
    if (best->late == 0) {
        return arena_printf(t->arena, "let the visit begin as late as %.*s (%lld min later)",
                            STR_ARG(clock_up(t, best->at)), minutes_up(t, best->early));
    }
    if (best->early > 0) {
        return STR("");
    }
    if (best->after == track->len) {
        return arena_printf(t->arena, "let the duty of %.*s end at %.*s (%lld min later)",
                            STR_ARG(unit_id(t)), STR_ARG(clock_up(t, best->next)),
                            minutes_up(t, best->late));
    }
    if (best->late <= task->dwell / 2) {
        return arena_printf(t->arena, "a visit shorter by %lld min", minutes_up(t, best->late));
    }
    return fits_without_next(t)
               ? arena_printf(t->arena, "leave out the visit of %.*s to %.*s", STR_ARG(unit_id(t)),
                              STR_ARG(plan_site_name(problem, next->site)))
               : STR("");
}

/* Where the unit comes from, when it would be there, and what that is too late for. */
static void tell_nearest(const struct telling *t)
{
    const struct plan_problem *problem = t->net->problem;
    const struct nearest *best = t->best;
    const struct track *track = &t->tracks->all[best->unit];
    const struct net_task *task = &t->net->tasks[t->one->task];
    const struct stop *before = &track->stops[best->after];
    const struct stop *next = before + 1;
    str from = plan_site_name(problem, before->site);
    str to = plan_site_name(problem, next->site);
    str there = clock_up(t, best->at);
    const char *alone = best->is_alone || track->len == track->locked
                            ? ""
                            : "; without its other visits it could not do this one either";
    if (best->early >= best->late) {
        t->one->words = arena_printf(
            t->arena,
            "nearest is %.*s, which leaves %.*s at %.*s and is there at %.*s; the visit must begin "
            "by %.*s%s",
            STR_ARG(unit_id(t)), STR_ARG(from), STR_ARG(clock_of(t, before->dep)), STR_ARG(there),
            STR_ARG(clock_of(t, task->close)), alone);
    } else {
        bool is_end = best->after == track->len;
        t->one->words = arena_printf(
            t->arena,
            "nearest is %.*s, which could be there from %.*s to %.*s, after %.*s; it would then be "
            "%s %.*s at %.*s, where it %s by %.*s%s",
            STR_ARG(unit_id(t)), STR_ARG(there), STR_ARG(clock_up(t, best->at + task->dwell)),
            STR_ARG(from), is_end ? "back at" : "at", STR_ARG(to), STR_ARG(clock_up(t, best->next)),
            is_end ? "must be" : "must begin", STR_ARG(clock_of(t, next->lst)), alone);
    }
    t->one->mend = mend_of(t);
}

static void tell_fits(const struct telling *t)
{
    const struct plan_problem *problem = t->net->problem;
    const struct stop *before = &t->tracks->all[t->best->unit].stops[t->best->after];
    bool has_break = problem->units[t->best->unit].break_length > 0;
    t->one->rule = "none";
    t->one->words =
        arena_printf(t->arena, "as far as ways and hours go %.*s could do it at %.*s, after %.*s%s",
                     STR_ARG(unit_id(t)), STR_ARG(clock_up(t, t->best->at)),
                     STR_ARG(plan_site_name(problem, before->site)),
                     has_break ? "; its break may stand in the way" : "");
    t->one->mend = has_break ? STR("let its break begin earlier or later, or search for longer")
                             : STR("search for longer");
}

/* There is a way, and the unit could go but for a break that it can have no more. */
static bool owes_break(const struct telling *t)
{
    const struct track *track = &t->tracks->all[t->best->unit];
    const struct stop *before = &track->stops[t->best->after];
    const struct net_task *task = &t->net->tasks[t->one->task];
    return t->net->problem->units[t->best->unit].break_length > 0 && before->dep >= TIME_NEVER &&
           net_way(t->net, track->mode, before->site, task->site) < NET_NO_WAY / 2;
}

/* For how long visits to the place are kept apart, if the window of this one is narrower for that; else 0. */
static int32_t spaced_by(const struct plan_problem *problem, const struct plan_task *task)
{
    int32_t gap = task->group == PLAN_NONE ? 0 : problem->groups[task->group].gap;
    bool is_bound = false;
    for (uint32_t i = 0; i < problem->task_count && gap > 0 && !is_bound; i++) {
        const struct plan_task *other = &problem->tasks[i];
        is_bound = other->group == task->group && (task->close + task->dwell + gap == other->open ||
                                                   other->close + other->dwell + gap == task->open);
    }
    return is_bound ? gap : 0;
}

/* When its time is too short, that may be for the visits before and after it. */
static void tell_spacing(const struct telling *t)
{
    const struct plan_problem *problem = t->net->problem;
    const struct plan_task *task = &problem->tasks[t->one->task];
    int32_t gap = spaced_by(problem, task);
    if (gap == 0) {
        return;
    }
    t->one->words = arena_printf(t->arena,
                                 "%.*s; it can begin from %.*s to %.*s only, as visits to this "
                                 "place are kept %lld min apart",
                                 STR_ARG(t->one->words), STR_ARG(clock_of(t, task->open)),
                                 STR_ARG(clock_of(t, task->close)), minutes_up(t, gap));
    if (t->one->lacks <= gap) {
        t->one->mend = arena_printf(t->arena, "%.*s%slet these visits be closer together",
                                    STR_ARG(t->one->mend), t->one->mend.n > 0 ? ", or " : "");
    }
}

static void tell(const struct telling *t, bool may_any, bool has_room)
{
    struct plan_explained *one = t->one;
    const struct net_task *task = &t->net->tasks[one->task];
    if (!may_any) {
        tell_nobody_may(t);
        return;
    }
    if (!has_room) {
        one->rule = "capacity";
        one->words = STR("every unit that may do it carries all that it can");
    } else if (one->lacks == 0) {
        tell_fits(t);
    } else if (!is_anybody_on(t)) {
        one->rule = "reach";
        one->words = STR("no unit that may do it is on duty for all of that time");
        one->mend = arena_printf(t->arena, "a unit on duty from %.*s to %.*s",
                                 STR_ARG(clock_of(t, task->open)),
                                 STR_ARG(clock_up(t, (int64_t)task->open + task->dwell)));
        tell_spacing(t);
    } else if (one->lacks >= NET_NO_WAY / 2 && owes_break(t)) {
        one->rule = "break";
        one->words = arena_printf(
            t->arena,
            "the time in which unit %.*s can begin its break is over, and it has not had it",
            STR_ARG(unit_id(t)));
        one->mend = STR("let its break begin later");
    } else if (one->lacks >= NET_NO_WAY / 2) {
        one->rule = "reach";
        one->words = STR("there is no way there");
    } else if (is_too_far(t)) {
        one->rule = "reach";
        one->words = STR("it is further than there and back within a duty");
        one->mend = STR("a base near it, or a longer duty; look whether its place is right");
    } else {
        one->rule = t->best->is_alone ? "time" : "reach";
        tell_nearest(t);
        tell_spacing(t);
    }
    if (one->mend.n == 0) {
        one->mend = STR("ask how many more units it takes");
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
    if (roster_is_post(&problem->tasks[one->task])) {
        find_soonest(net, tracks, one);
        explain_post(arena, net, tracks, one);
        return;
    }
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
            struct nearest place = lack_at(net, track, k, task);
            if (place.lacks < best.lacks) {
                best = place;
                best.unit = i;
                best.is_alone = can_alone(net, &problem->units[i], task);
            }
        }
    }
    find_soonest(net, tracks, one);
    one->unit = best.unit;
    one->lacks = best.lacks == INT64_MAX ? 0 : best.lacks;
    tell(&(struct telling){arena, net, tracks, one, &best}, may_any, has_room);
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
        bool has_mend = explained->mend.n > 0;
        return arena_printf(arena, "Nobody can be at %.*s by %.*s: %.*s.%s%.*s%s", STR_ARG(name),
                            STR_ARG(by), STR_ARG(explained->words),
                            has_mend ? " What could help: " : "", STR_ARG(explained->mend),
                            has_mend ? "." : "");
    }
    str unit = problem->units[explained->soonest_unit].id;
    str at = plan_clock_up(arena, problem, explained->soonest);
    const char *but = explained->has_others && explained->has_break
                          ? ", if it left out its other visits and its break"
                      : explained->has_others ? ", if it left out its other visits"
                      : explained->has_break  ? ", if it left out its break"
                                              : "";
    /* In time, but with something else left undone for it; or after it was wanted. */
    const char *verb = explained->soonest > close ? "can be at" : "goes to";
    return arena_printf(arena,
                        "Nobody %s %.*s by %.*s: %.*s. The first who could be there is %.*s, at "
                        "%.*s%s.",
                        verb, STR_ARG(name), STR_ARG(by), STR_ARG(explained->words), STR_ARG(unit),
                        STR_ARG(at), but);
}
