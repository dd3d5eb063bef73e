/* SPDX-License-Identifier: Apache-2.0 */
/* From above: a plan with so many further units is looked for, each begun with the one before. First
 * in growing steps until the goal is met, then between the last that fails and the first that does
 * not, and with the time that is left where the curve has gaps. */
#include "plan/more.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "plan/check.h"
#include "plan/more_internal.h"

enum {
    FIRST_SHARE =
        4,     /* a fourth of the time for the plan without further units, when none is given */
    LOOKS = 9, /* that the rest of the time is cut into */
    LOOK_US_MIN = 50000,
    GROW_MOST = 4
};

/* ---- the goal ---- */

static enum status parse_share(str text, struct plan_goal *goal, struct error *err)
{
    str whole;
    str rest = str_cut(str_slice(text, 0, text.n - 1), '.', &whole);
    uint64_t percent = 0;
    uint64_t tenth = 0;
    bool is_number = str_to_u64(whole, &percent) && percent <= 100 &&
                     (rest.n == 0 || (rest.n == 1 && str_to_u64(rest, &tenth)));
    goal->kind = PLAN_GOAL_COVER;
    goal->permille = (int32_t)(percent * 10 + tenth);
    if (!is_number || goal->permille < 1 || goal->permille > 1000) {
        enum status status =
            error_set(err, STATUS_INVALID, "'%.*s' is no share of the covered risk",
                      STR_ARG(utf8_clip(text, 60)));
        error_hint(err, "write 90%% or 92.5%%, from 0.1%% to 100%%");
        return status;
    }
    return STATUS_OK;
}

static bool has_area(const struct plan_problem *problem, uint32_t task, uint32_t site)
{
    return str_equal(problem->sites[problem->tasks[task].site].area, problem->sites[site].area);
}

static enum status parse_area(const struct plan_problem *problem, str area,
                              struct plan_goal *ret_goal, struct error *err)
{
    for (uint32_t i = 0; i < problem->site_count; i++) {
        if (area.n > 0 && str_equal(problem->sites[i].area, area)) {
            *ret_goal = (struct plan_goal){.kind = PLAN_GOAL_AREA, .index = i};
            return STATUS_OK;
        }
    }
    return error_set(err, STATUS_INVALID, "no site has the area '%.*s'",
                     STR_ARG(utf8_clip(area, 80)));
}

enum status plan_goal_parse(const struct plan_problem *problem, str text,
                            struct plan_goal *ret_goal, struct error *err)
{
    struct plan_goal goal = {.kind = PLAN_GOAL_MANDATORY, .index = PLAN_NONE};
    bool is_site = str_starts(text, STR("site:"));
    bool is_task = str_starts(text, STR("task:"));
    str id = is_site || is_task ? str_slice(text, 5, text.n) : text;
    if (str_equal(text, STR("mandatory"))) {
        *ret_goal = goal;
        return STATUS_OK;
    }
    if (str_starts(text, STR("area:"))) {
        return parse_area(problem, str_slice(text, 5, text.n), ret_goal, err);
    }
    if (str_ends(text, STR("%"))) {
        enum status status = parse_share(text, &goal, err);
        if (status == STATUS_OK) {
            *ret_goal = goal;
        }
        return status;
    }
    uint32_t site = is_task ? PLAN_NONE : plan_find_site(problem, id);
    uint32_t task = is_site ? PLAN_NONE : plan_find_task(problem, id);
    if (site != PLAN_NONE && task != PLAN_NONE) {
        enum status status = error_set(err, STATUS_INVALID, "'%.*s' is a site and a task",
                                       STR_ARG(utf8_clip(id, 80)));
        error_hint(err, "say site:%.*s for all its visits, or task:%.*s",
                   STR_ARG(utf8_clip(id, 60)), STR_ARG(utf8_clip(id, 60)));
        return status;
    }
    if (site == PLAN_NONE && task == PLAN_NONE) {
        enum status status =
            error_set(err, STATUS_INVALID, "'%.*s' is no goal: there is no such site or task",
                      STR_ARG(utf8_clip(text, 80)));
        error_hint(err,
                   "a goal is a share like 90%%, the word mandatory, or the id of a site or task");
        return status;
    }
    goal.kind = site != PLAN_NONE ? PLAN_GOAL_SITE : PLAN_GOAL_TASK;
    goal.index = site != PLAN_NONE ? site : task;
    *ret_goal = goal;
    return STATUS_OK;
}

static int64_t all_profit(const struct more *more, const struct plan_problem *problem)
{
    uint32_t *counts = ARENA_ARRAY(more->arena, uint32_t, problem->group_count + 1U);
    int64_t sum = 0;
    for (uint32_t i = 0; i < problem->task_count; i++) {
        const struct plan_task *task = &problem->tasks[i];
        sum += plan_task_gain(problem, task, plan_task_nth(task, counts));
    }
    return sum;
}

/* Tasks that the goal names become mandatory in a copy. */
static void set_goal(struct more *more, const struct plan_problem *problem)
{
    const struct plan_goal *goal = more->goal;
    struct plan_task *tasks = ARENA_ARRAY(more->arena, struct plan_task, problem->task_count + 1U);
    more->is_goal = ARENA_ARRAY(more->arena, bool, problem->task_count + 1U);
    more->problem = *problem;
    more->problem.tasks = tasks;
    for (uint32_t i = 0; i < problem->task_count; i++) {
        tasks[i] = problem->tasks[i];
        more->is_goal[i] = (goal->kind == PLAN_GOAL_MANDATORY && tasks[i].is_mandatory) ||
                           (goal->kind == PLAN_GOAL_SITE && tasks[i].site == goal->index) ||
                           (goal->kind == PLAN_GOAL_TASK && i == goal->index) ||
                           (goal->kind == PLAN_GOAL_AREA && has_area(problem, i, goal->index));
        tasks[i].is_mandatory = tasks[i].is_mandatory || more->is_goal[i];
        more->out->goal_count += more->is_goal[i] ? 1 : 0;
    }
    more->out->profit_all = all_profit(more, problem);
    more->out->profit_goal =
        goal->kind == PLAN_GOAL_COVER ? (more->out->profit_all * goal->permille + 999) / 1000 : 0;
}

/* ---- kinds ---- */

static void find_kinds(struct more *more, const struct plan_problem *problem)
{
    more->kinds = ARENA_ARRAY(more->arena, struct plan_unit, PLAN_MORE_KINDS);
    more->models = ARENA_ARRAY(more->arena, const struct plan_unit *, PLAN_MORE_KINDS);
    if (more->options->model != NULL) {
        more->models[0] = more->options->model;
        more->kinds[0] = *more->options->model;
        more->kind_count = more->out->kind_count = 1;
        return;
    }
    for (uint32_t i = 0; i < problem->unit_count && more->kind_count < PLAN_MORE_KINDS; i++) {
        const struct plan_unit *unit = &problem->units[i];
        uint32_t k = 0;
        while (k < more->kind_count && (!plan_unit_is_alike(unit, &more->kinds[k]) ||
                                        unit->brief != more->kinds[k].brief)) {
            k++;
        }
        bool is_wanted = more->options->like == PLAN_NONE || more->options->like == i;
        if (k == more->kind_count && is_wanted && unit->officers > 0) {
            more->models[k] = unit;
            more->kinds[k] = plan_unit_like(more->arena, problem, unit, 1);
            more->kind_count++;
        }
    }
    more->out->kind_count = more->kind_count;
}

void more_extend(const struct more *more, const uint32_t *kinds, uint32_t count,
                 struct plan_problem *ret_problem)
{
    const struct plan_problem *problem = &more->problem;
    struct plan_unit *units =
        ARENA_ARRAY(more->arena, struct plan_unit, problem->unit_count + count + 1U);
    *ret_problem = *problem;
    memcpy(units, problem->units, problem->unit_count * sizeof *units);
    ret_problem->units = units;
    for (uint32_t i = 0; i < count; i++) {
        const struct plan_unit *model = more->models[kinds[i]];
        units[ret_problem->unit_count] = plan_unit_like(more->arena, ret_problem, model, i + 1);
        ret_problem->unit_count++;
    }
}

/* ---- one look: so many further units ---- */

struct look {
    struct plan_more_point point;
    struct plan_problem problem;
    struct plan_result result;
    struct plan_check check;
};

struct finder {
    struct more *more;
    struct look *looks; /* in order of units */
    uint32_t count;
    uint32_t *chosen; /* kinds of the further units, in order of their choice */
    uint32_t chosen_count;
    bool is_late;
};

static int64_t elapsed(const struct more *more)
{
    const struct plan_solve_options *solve = &more->options->solve;
    return solve->clock == NULL ? 0 : solve->clock() - more->begin;
}

static int64_t budget_of(const struct finder *finder, bool is_first)
{
    const struct plan_solve_options *solve = &finder->more->options->solve;
    int64_t left = solve->budget_us - elapsed(finder->more);
    int64_t parts = LOOKS - (int64_t)finder->count;
    if (is_first) {
        return solve->start != NULL ? left / LOOKS : left / FIRST_SHARE;
    }
    parts = parts > 2 ? parts : 2;
    return left / parts > LOOK_US_MIN ? left / parts : LOOK_US_MIN;
}

/* Its shift with the briefing, or what it worked of that until it dropped out. */
static int64_t paid_until(const struct plan_unit *unit)
{
    int64_t begin = (int64_t)unit->start - unit->brief;
    int64_t end = unit->out_officers > 0 && unit->out < unit->end ? unit->out : unit->end;
    return end > begin ? end - begin : 0;
}

static void judge(struct finder *finder, struct look *look)
{
    struct more *more = finder->more;
    const struct plan_problem *problem = &look->problem;
    const bool *is_served = plan_served(more->arena, problem, &look->result);
    struct plan_more_point *point = &look->point;
    plan_check(more->arena, problem, &look->result, &look->check);
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        const struct plan_unit *unit = &problem->units[i];
        point->paid += paid_until(unit) * plan_unit_officers(unit);
        point->officers += i >= more->problem.unit_count ? unit->officers : 0;
    }
    for (uint32_t i = 0; i < problem->task_count; i++) {
        point->lacking += more->is_goal[i] && !is_served[i] ? 1 : 0;
    }
    point->profit = look->check.profit;
    point->unmet = look->check.unmet;
    point->is_met = plan_check_wrong(&look->check) == 0 && point->lacking == 0 &&
                    point->profit >= more->out->profit_goal;
}

/* The plan of the look below, with nothing yet for the units that come on top. */
static struct plan_result begin_with(const struct finder *finder, const struct look *below,
                                     const struct plan_problem *problem)
{
    struct more *more = finder->more;
    struct plan_route *routes =
        ARENA_ARRAY(more->arena, struct plan_route, problem->unit_count + 1U);
    struct plan_result start = {.routes = routes};
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        if (i < below->problem.unit_count) {
            routes[i] = below->result.routes[i];
        } else {
            routes[i] = (struct plan_route){.break_start = -1};
        }
    }
    return start;
}

static struct look *insert_look(struct finder *finder, uint32_t units)
{
    uint32_t at = finder->count;
    while (at > 0 && finder->looks[at - 1].point.units > units) {
        finder->looks[at] = finder->looks[at - 1];
        at--;
    }
    finder->count++;
    finder->looks[at] = (struct look){.point.units = units};
    return &finder->looks[at];
}

static const struct look *below(const struct finder *finder, uint32_t units)
{
    const struct look *found = &finder->looks[0];
    for (uint32_t i = 1; i < finder->count && finder->looks[i].point.units < units; i++) {
        found = &finder->looks[i];
    }
    return found;
}

static void look_at(struct finder *finder, uint32_t units)
{
    struct more *more = finder->more;
    struct plan_solve_options solve = more->options->solve;
    struct plan_result start = {0};
    bool is_first = finder->count == 0;
    if (!is_first) {
        struct look from = *below(finder, units);
        if (units > finder->chosen_count) {
            /* what is chosen for `from` already stays; more are chosen for what its plan leaves */
            uint32_t more_units = units - finder->chosen_count;
            more_choose(more, &from.problem, &from.result, more_units,
                        finder->chosen + finder->chosen_count);
            finder->chosen_count = units;
        }
        struct plan_problem problem;
        more_extend(more, finder->chosen, units, &problem);
        start = begin_with(finder, &from, &problem);
        solve.start = &start;
    }
    solve.budget_us = budget_of(finder, is_first);
    struct look *look = insert_look(finder, units);
    more_extend(more, finder->chosen, units, &look->problem);
    plan_solve(more->arena, &look->problem, &solve, &look->result);
    judge(finder, look);
    if (more->options->progress != NULL) {
        more->options->progress(more->options->context, finder->count, LOOKS + 1, elapsed(more));
    }
    finder->is_late = finder->count == PLAN_MORE_TRIED ||
                      (solve.iterations == 0 && elapsed(more) >= more->options->solve.budget_us);
}

/* ---- which numbers ---- */

/* As far as the last steps go on as they went. */
static uint32_t next_units(const struct finder *finder)
{
    const struct plan_more_point *last = &finder->looks[finder->count - 1].point;
    const struct plan_more *out = finder->more->out;
    uint32_t low = out->low.units > 1 ? out->low.units : 1;
    uint32_t most = last->units * GROW_MOST + GROW_MOST;
    uint64_t next = (uint64_t)last->units * 2;
    if (last->units == 0) {
        int64_t each = last->profit / finder->more->problem.unit_count;
        int64_t lacks = out->profit_goal - last->profit;
        int64_t guess = each > 0 && lacks > 0 ? lacks / each : 0;
        next = (uint64_t)guess > low ? (uint64_t)guess : low;
    } else if (finder->more->goal->kind == PLAN_GOAL_COVER && finder->count > 1) {
        const struct plan_more_point *before = &finder->looks[finder->count - 2].point;
        int64_t gain = last->profit - before->profit;
        int64_t lacks = out->profit_goal - last->profit;
        if (gain > 0) {
            next = last->units + (uint64_t)lacks * (last->units - before->units) / (uint64_t)gain +
                   1 + last->units / 10;
        }
    }
    next = next > last->units ? next : last->units + 1;
    next = next > most && last->units > 0 ? most : next;
    return next < PLAN_MORE_UNITS ? (uint32_t)next : PLAN_MORE_UNITS;
}

static bool find_first_met(struct finder *finder)
{
    while (!finder->looks[finder->count - 1].point.is_met && !finder->is_late &&
           finder->looks[finder->count - 1].point.units < PLAN_MORE_UNITS) {
        look_at(finder, next_units(finder));
    }
    return finder->looks[finder->count - 1].point.is_met;
}

static uint32_t first_met(const struct finder *finder)
{
    uint32_t i = 0;
    while (i < finder->count && !finder->looks[i].point.is_met) {
        i++;
    }
    return i;
}

/* Units that were not needed need not come. */
static uint32_t used_units(const struct more *more, const struct look *look)
{
    uint32_t used = 0;
    for (uint32_t i = more->problem.unit_count; i < look->problem.unit_count; i++) {
        used += look->result.routes[i].stop_count > 0 ? 1 : 0;
    }
    return used;
}

static void bisect(struct finder *finder)
{
    uint32_t low = finder->more->out->low.units;
    while (!finder->is_late) {
        uint32_t at = first_met(finder);
        if (at == 0 || at == finder->count) {
            return;
        }
        uint32_t failed = finder->looks[at - 1].point.units;
        uint32_t met = finder->looks[at].point.units;
        uint32_t floor = failed + 1 > low ? failed + 1 : low;
        if (floor >= met) {
            return;
        }
        look_at(finder, floor + (met - floor) / 2);
    }
}

/* Where the curve has its widest gap, or beyond its end, until it has all its points. */
static void fill_curve(struct finder *finder)
{
    while (!finder->is_late && finder->count < PLAN_MORE_POINTS && finder->more->kind_count > 0) {
        uint32_t widest = 0;
        uint32_t at = 0;
        for (uint32_t i = 1; i < finder->count; i++) {
            uint32_t gap = finder->looks[i].point.units - finder->looks[i - 1].point.units;
            if (gap > widest) {
                widest = gap;
                at = finder->looks[i - 1].point.units + gap / 2;
            }
        }
        uint32_t last = finder->looks[finder->count - 1].point.units;
        if (widest < 2) {
            at = last + (last / 4 > 1 ? last / 4 : 1);
        }
        if (at > PLAN_MORE_UNITS) {
            return;
        }
        look_at(finder, at);
    }
}

/* ---- the answer ---- */

/* More units never are worse: the plan with fewer is one with more, too. */
static void smooth(struct finder *finder)
{
    for (uint32_t i = 1; i < finder->count; i++) {
        struct plan_more_point *point = &finder->looks[i].point;
        const struct plan_more_point *before = &finder->looks[i - 1].point;
        bool is_worse = point->unmet > before->unmet ||
                        (point->unmet == before->unmet && point->profit < before->profit);
        if (is_worse) {
            point->profit = before->profit;
            point->unmet = before->unmet;
            point->lacking = before->lacking;
            point->is_met = before->is_met;
        }
    }
}

/* The first, the one that proves, and others evenly. */
static void take_points(struct finder *finder, uint32_t met)
{
    struct plan_more *out = finder->more->out;
    uint32_t count = finder->count < PLAN_MORE_POINTS ? finder->count : PLAN_MORE_POINTS;
    uint32_t last = PLAN_NONE;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = count < 2 ? 0 : i * (finder->count - 1) / (count - 1);
        uint32_t after = count < 2 ? 0 : (i + 1) * (finder->count - 1) / (count - 1);
        if (met < finder->count && met > at && met < after) {
            at = i == 0 ? at : met;
        }
        if (at != last) {
            out->points[out->point_count++] = finder->looks[at].point;
        }
        last = at;
    }
}

static void conclude(struct finder *finder)
{
    struct more *more = finder->more;
    struct plan_more *out = more->out;
    smooth(finder);
    uint32_t met = first_met(finder);
    const struct look *proof = &finder->looks[met < finder->count ? met : finder->count - 1];
    if (met < finder->count) {
        out->has_high = true;
        out->high = met == 0 ? 0 : used_units(more, proof);
        for (uint32_t i = more->problem.unit_count; i < proof->problem.unit_count; i++) {
            out->high_officers +=
                proof->result.routes[i].stop_count > 0 ? proof->problem.units[i].officers : 0;
        }
    }
    out->problem = proof->problem;
    out->result = proof->result;
    take_points(finder, met);
    out->elapsed_us = elapsed(more);
}

void plan_more(struct arena *arena, const struct plan_problem *problem,
               const struct plan_goal *goal, const struct plan_more_options *options,
               struct plan_more *ret_more)
{
    struct more more = {.arena = arena, .goal = goal, .options = options, .out = ret_more};
    struct finder finder = {.more = &more};
    *ret_more = (struct plan_more){.hour_from = -1};
    more.begin = options->solve.clock == NULL ? 0 : options->solve.clock();
    finder.looks = ARENA_ARRAY(arena, struct look, PLAN_MORE_TRIED + 1);
    finder.chosen = ARENA_ARRAY(arena, uint32_t, PLAN_MORE_UNITS + 1);
    set_goal(&more, problem);
    find_kinds(&more, problem);
    more_low(&more);
    if (more.kind_count == 0) {
        ret_more->is_possible = false;
        ret_more->why_not = STR("there is no unit on duty that further ones could be like");
    }
    look_at(&finder, 0);
    struct plan_result base = finder.looks[0].result;
    if (ret_more->is_possible && find_first_met(&finder)) {
        bisect(&finder);
    }
    fill_curve(&finder);
    conclude(&finder);
    more_bind(&more, &base);
}
