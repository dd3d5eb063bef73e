/* SPDX-License-Identifier: Apache-2.0 */
/* From below: how many further units any plan needs that reaches the goal.
 *
 * Each proof is a relaxation. For a span of the day and a need (a skill, two officers) it adds up the
 * least time that the tasks concerned take of units on duty in it, and what those units have. What is
 * missing is divided by the most that one further unit can give. The greatest such number counts.
 */
#include <stdlib.h>

#include "base/utf8.h"
#include "plan/bound.h"
#include "plan/cover.h"
#include "plan/day.h"
#include "plan/more_internal.h"
#include "plan/pace.h"

enum {
    HOUR_S = 3600,
    SLOT_S = 900,
    SPANS_TASKS = 12000, /* with more tasks, spans are two hours apart */
    WAY_SITES = 6000,    /* with more sites, no shortest ways are looked for */
    VISITS_MAX = 24      /* of one site; with more, units may stay there */
};

struct prover {
    struct more *more;
    const struct plan_problem *problem;
    bool *is_fact; /* of each task: no question of time (it is locked, or others stand for it) */
    struct more_ways ways;   /* for prices */
    int32_t *way_in;         /* of each site: the shortest way there, where it cannot be saved */
    struct plan_item *items; /* scratch */
    uint32_t *counts;        /* scratch, of each group */
    int32_t *least;          /* of each group: the shortest dwell */
    uint32_t *group_site;    /* where all tasks of the group are; PLAN_NONE = not at one place */
    int32_t day_from, day_to;
};

/* What a unit can give between two times: a break that lies wholly within is taken off. */
static int64_t room_of(const struct plan_unit *unit, int32_t from, int32_t to)
{
    int32_t begin = unit->start > from ? unit->start : from;
    int32_t end = unit->end < to ? unit->end : to;
    int64_t room = end > begin ? (int64_t)end - begin : 0;
    if (unit->break_length > 0 && unit->break_open >= from &&
        (int64_t)unit->break_close + unit->break_length <= to) {
        room -= unit->break_length;
    }
    if (unit->second_length > 0 && unit->second_open >= from &&
        (int64_t)unit->second_close + unit->second_length <= to) {
        room -= unit->second_length;
    }
    return room > 0 ? room : 0;
}

static int64_t room_now(const struct prover *prover, const struct need *need, int32_t from,
                        int32_t to)
{
    int64_t room = 0;
    for (uint32_t i = 0; i < prover->problem->unit_count; i++) {
        const struct plan_unit *unit = &prover->problem->units[i];
        room += more_is_able(need, unit) ? room_of(unit, from, to) : 0;
    }
    return room;
}

static int64_t room_of_one(const struct prover *prover, const struct need *need, int32_t from,
                           int32_t to, uint16_t *ret_officers)
{
    const struct more *more = prover->more;
    int64_t most = 0;
    *ret_officers = UINT16_MAX;
    for (uint32_t i = 0; i < more->kind_count; i++) {
        int64_t room = more_is_able(need, &more->kinds[i]) ? room_of(&more->kinds[i], from, to) : 0;
        most = room > most ? room : most;
        if (room > 0 && more->kinds[i].officers < *ret_officers) {
            *ret_officers = more->kinds[i].officers;
        }
    }
    return most;
}

static void is_at_least(struct prover *prover, const struct plan_more_low *low)
{
    struct plan_more_low *best = &prover->more->out->low;
    if (low->units > best->units) {
        uint32_t officers = low->officers > best->officers ? low->officers : best->officers;
        *best = *low;
        best->officers = officers;
    } else if (low->officers > best->officers) {
        best->officers = low->officers;
    }
}

static void cannot(struct prover *prover, str why)
{
    struct plan_more *out = prover->more->out;
    if (out->is_possible) {
        out->is_possible = false;
        out->why_not = why;
    }
}

/* What lacks in [from, to) as a number of units. */
static void conclude(struct prover *prover, const struct need *need, int32_t from, int32_t to,
                     int64_t load)
{
    int64_t room = room_now(prover, need, from, to);
    uint16_t officers = 0;
    if (load <= room) {
        return;
    }
    int64_t one = room_of_one(prover, need, from, to, &officers);
    if (one == 0) {
        struct buf words;
        buf_init(&words, 4096);
        buf_add_c(&words, "no unit like these is on duty ");
        if (need->skill != PLAN_NONE) {
            buf_printf(&words, "with the skill '%.*s' ",
                       STR_ARG(utf8_clip(prover->problem->skills[need->skill], 80)));
        }
        buf_add_c(&words, "between ");
        plan_add_clock(&words, prover->problem, from);
        buf_add_c(&words, " and ");
        plan_add_clock(&words, prover->problem, to);
        cannot(prover, arena_str(prover->more->arena, buf_str(&words)));
        buf_close(&words);
        return;
    }
    int64_t units = (load - room + one - 1) / one;
    units = units < UINT32_MAX / 2 ? units : UINT32_MAX / 2;
    struct plan_more_low low = {.units = (uint32_t)units,
                                .officers = (uint32_t)units * officers,
                                .from = from,
                                .to = to,
                                .load = load,
                                .room = room,
                                .skill = need->skill,
                                .is_pair = need->officers > 1};
    is_at_least(prover, &low);
}

/* ---- a share of the profit ---- */

/* The least time that gains so much; -1 = all of it does not. */
static int64_t least_time(struct plan_item *items, uint32_t count, int64_t profit)
{
    int64_t time = 0;
    qsort(items, count, sizeof *items, plan_item_order);
    for (uint32_t i = 0; i < count && profit > 0; i++) {
        if (items[i].profit >= profit) {
            return time + items[i].time * profit / items[i].profit;
        }
        profit -= items[i].profit;
        time += items[i].time;
    }
    return profit > 0 ? -1 : time;
}

/* The time that a task takes of the units. Ways belong to the whole day only: before a span somebody
 * may have gone there already. Of a group any k tasks may be served, so each takes its least. */
static int64_t time_of(const struct prover *prover, const struct plan_task *task, bool is_whole)
{
    int64_t dwell = task->group != PLAN_NONE ? prover->least[task->group] : task->dwell;
    bool is_one_place = task->group == PLAN_NONE || prover->group_site[task->group] == task->site;
    return dwell + (is_whole && is_one_place ? prover->way_in[task->site] : 0);
}

/* Tasks outside of span and need, and facts, are taken as served: then a task inside adds what its
 * group still gives. To serve fewer outside loses at least what it adds inside, so the rest of the
 * goal must be gained inside. */
static void cover_span(struct prover *prover, const struct need *need, int32_t from, int32_t to)
{
    bool is_whole = from == 0 && to == PLAN_TICKS_MAX;
    const struct plan_problem *problem = prover->problem;
    int64_t outside = 0;
    uint32_t count = 0;
    memset(prover->counts, 0, (problem->group_count + 1U) * sizeof *prover->counts);
    for (int inside = 0; inside < 2; inside++) {
        for (uint32_t i = 0; i < problem->task_count; i++) {
            const struct plan_task *task = &problem->tasks[i];
            bool is_inside = !prover->is_fact[i] && more_concerns(need, task) &&
                             task->open >= from &&
                             ((int64_t)task->close + task->dwell <= to || is_whole);
            if (is_inside != (inside == 1)) {
                continue;
            }
            int64_t gain = plan_task_gain(problem, task, plan_task_nth(task, prover->counts));
            if (!is_inside) {
                outside += gain;
            } else if (gain > 0) {
                prover->items[count++] = (struct plan_item){gain, time_of(prover, task, is_whole)};
            }
        }
    }
    int64_t lacks = prover->more->out->profit_goal - outside;
    int64_t load = lacks > 0 ? least_time(prover->items, count, lacks) : 0;
    if (load > 0) {
        conclude(prover, need, from, to, load);
    }
}

/* ---- what must be done ---- */

static int64_t overlap(int64_t begin, int64_t end, int64_t from, int64_t to)
{
    begin = begin > from ? begin : from;
    end = end < to ? end : to;
    return end > begin ? end - begin : 0;
}

/* As early and as late as it can be: what lies in the span either way is there in any plan. */
static int64_t sure_load(const struct plan_task *task, int32_t from, int32_t to)
{
    int64_t early = overlap(task->open, (int64_t)task->open + task->dwell, from, to);
    int64_t late = overlap(task->close, (int64_t)task->close + task->dwell, from, to);
    return early < late ? early : late;
}

static int64_t goal_load(const struct prover *prover, const struct need *need, int32_t from,
                         int32_t to)
{
    int64_t load = 0;
    for (uint32_t i = 0; i < prover->problem->task_count; i++) {
        const struct plan_task *task = &prover->problem->tasks[i];
        if (prover->more->is_goal[i] && !prover->is_fact[i] && more_concerns(need, task)) {
            load += sure_load(task, from, to);
        }
    }
    return load;
}

/* Kinds as shifts that cover quarter-hours, one of cost each: what is on duty in a part of a slot
 * counts in all of it. */
static uint32_t cover_shapes(const struct prover *prover, const struct need *need, int32_t slot,
                             uint32_t slots, struct cover_shape *shapes, uint16_t *ret_officers)
{
    const struct more *more = prover->more;
    uint32_t count = 0;
    *ret_officers = UINT16_MAX;
    for (uint32_t i = 0; i < more->kind_count && count < COVER_SHAPES_MAX; i++) {
        const struct plan_unit *unit = &more->kinds[i];
        int64_t first = (unit->start - prover->day_from) / slot;
        int64_t last = ((int64_t)unit->end - prover->day_from + slot - 1) / slot;
        first = first > 0 ? first : 0;
        last = last < slots ? last : slots;
        if (!more_is_able(need, unit) || first >= last) {
            continue;
        }
        uint32_t k = 0;
        while (k < count && (shapes[k].start != first || shapes[k].end != last)) {
            k++;
        }
        if (k == count) {
            shapes[count++] =
                (struct cover_shape){.start = (uint16_t)first, .end = (uint16_t)last, .cost = 1};
        }
        *ret_officers = unit->officers < *ret_officers ? unit->officers : *ret_officers;
    }
    return count;
}

static void cover_slots(struct prover *prover, const struct need *need)
{
    struct arena *arena = prover->more->arena;
    int32_t slot = SLOT_S * prover->problem->ticks_per_s;
    int64_t slots = ((int64_t)prover->day_to - prover->day_from + slot - 1) / slot;
    struct cover_answer answer;
    uint16_t officers = 0;
    uint32_t worst = 0;
    int32_t *needs = ARENA_ARRAY(arena, int32_t, COVER_SLOTS_MAX);
    struct cover_shape *shapes = ARENA_ARRAY(arena, struct cover_shape, COVER_SHAPES_MAX);
    if (slots < 1 || slots > COVER_SLOTS_MAX) {
        return;
    }
    for (uint32_t i = 0; i < slots; i++) {
        int32_t from = prover->day_from + (int32_t)i * slot;
        int64_t load = goal_load(prover, need, from, from + slot);
        int64_t lacks = load - room_now(prover, need, from, from + slot);
        int64_t units = lacks > 0 ? (lacks + slot - 1) / slot : 0;
        needs[i] = (int32_t)(units < COVER_NEED_MAX ? units : COVER_NEED_MAX);
        worst = needs[i] > needs[worst] ? i : worst;
    }
    if (needs[worst] == 0) {
        return;
    }
    struct cover_question question = {
        .need = needs, .shapes = shapes, .slot_count = (uint32_t)slots, .officers_max = INT32_MAX};
    question.shape_count = cover_shapes(prover, need, slot, question.slot_count, shapes, &officers);
    if (question.shape_count == 0 || cover_solve(arena, &question, &answer, NULL) != STATUS_OK) {
        return; /* said by the spans */
    }
    int32_t from = prover->day_from + (int32_t)worst * slot;
    struct plan_more_low low = {.units = (uint32_t)answer.bound,
                                .officers = (uint32_t)answer.bound * officers,
                                .from = from,
                                .to = from + slot,
                                .load = goal_load(prover, need, from, from + slot) / slot,
                                .room = room_now(prover, need, from, from + slot) / slot,
                                .skill = need->skill,
                                .is_pair = need->officers > 1,
                                .is_cover = true};
    is_at_least(prover, &low);
}

/* ---- what nobody can do at all ---- */

static bool can_alone(const struct net *net, const struct plan_unit *unit, uint32_t unit_index,
                      const struct plan_task *task)
{
    if (unit->officers == 0 || !plan_unit_may(unit, unit_index, task)) {
        return false;
    }
    int32_t there = net_compute_way(net, unit->mode, unit->base, task->site);
    int32_t back = net_compute_way(net, unit->mode, task->site, unit->end_site);
    int64_t at = (int64_t)(unit->start > unit->free ? unit->start : unit->free) +
                 pace_shortest(net->problem, unit->mode, there);
    at = at > task->open ? at : task->open;
    return at <= task->close &&
           at + task->dwell + pace_shortest(net->problem, unit->mode, back) <= unit->end;
}

static bool has_somebody(const struct prover *prover, const struct net *net,
                         const struct plan_task *task)
{
    const struct plan_problem *problem = prover->problem;
    for (uint32_t i = 0; i < prover->more->kind_count && task->unit == PLAN_NONE; i++) {
        if (can_alone(net, &prover->more->kinds[i], PLAN_NONE, task)) {
            return true;
        }
    }
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        if (can_alone(net, &problem->units[i], i, task)) {
            return true;
        }
    }
    return false;
}

static str why_nobody(const struct prover *prover, const struct plan_task *task)
{
    const struct more *more = prover->more;
    for (uint32_t i = 0; i < prover->problem->skill_count; i++) {
        bool is_needed = (task->skills >> i & 1) != 0;
        for (uint32_t k = 0; k < more->kind_count && is_needed; k++) {
            is_needed = (more->kinds[k].skills >> i & 1) == 0;
        }
        if (is_needed) {
            return arena_printf(more->arena, "nobody has the skill '%.*s'",
                                STR_ARG(utf8_clip(prover->problem->skills[i], 80)));
        }
    }
    return STR("no unit that may serve it can get there in time and be back before its shift ends");
}

/* Of a share of the profit: what can be had at most. Of the rest: each task that the goal asks for. */
static void look_for_never(struct prover *prover)
{
    const struct plan_problem *problem = prover->problem;
    struct more *more = prover->more;
    struct net net;
    int64_t most = 0;
    uint32_t never = 0;
    uint32_t first = PLAN_NONE;
    net_make_points(more->arena, problem, &net);
    memset(prover->counts, 0, (problem->group_count + 1U) * sizeof *prover->counts);
    for (uint32_t i = 0; i < problem->task_count; i++) {
        const struct plan_task *task = &problem->tasks[i];
        if (prover->is_fact[i] || has_somebody(prover, &net, task)) {
            most += plan_task_gain(problem, task, plan_task_nth(task, prover->counts));
        } else if (more->goal->kind == PLAN_GOAL_COVER || more->is_goal[i]) {
            never++;
            first = first == PLAN_NONE ? i : first;
        }
    }
    if (first == PLAN_NONE ||
        (more->goal->kind == PLAN_GOAL_COVER && most >= more->out->profit_goal)) {
        return;
    }
    str why = why_nobody(prover, &problem->tasks[first]);
    str id = utf8_clip(problem->tasks[first].id, 80);
    if (more->goal->kind == PLAN_GOAL_COVER) {
        cannot(prover, arena_printf(more->arena,
                                    "%u task%s beyond units like these, and without them at most "
                                    "%.1f %% can be covered; of '%.*s' first: %.*s",
                                    never, never == 1 ? " is" : "s are",
                                    100.0 * (double)most / (double)more->out->profit_all,
                                    STR_ARG(id), STR_ARG(why)));
    } else {
        cannot(prover,
               arena_printf(more->arena,
                            "%u task%s beyond units like these; of "
                            "'%.*s' first: %.*s",
                            never, never == 1 ? " is" : "s are", STR_ARG(id), STR_ARG(why)));
    }
}

/* ---- all of it ---- */

static int64_t shortest_in(const struct net *net, uint32_t to)
{
    int32_t least = NET_NO_WAY;
    for (uint32_t from = 0; from < net->site_count; from++) {
        for (unsigned mode = 0; mode < net->problem->mode_count && from != to; mode++) {
            int32_t way = pace_shortest(net->problem, mode, net_compute_way(net, mode, from, to));
            least = way < least ? way : least;
        }
    }
    return least < NET_NO_WAY ? least : 0;
}

/* How long a unit waits at least that stays for three visits; INT64_MAX when it cannot. */
static int64_t least_wait(const struct plan_task *first, const struct plan_task *second,
                          const struct plan_task *third)
{
    int64_t from = (int64_t)first->open + first->dwell;
    from = from > second->open ? from : second->open;
    if (from > second->close || from + second->dwell > third->close) {
        return INT64_MAX;
    }
    int64_t end = (int64_t)first->close + first->dwell;
    int64_t begin = (int64_t)second->open + second->dwell;
    end = end < second->close ? end : second->close;
    begin = begin > third->open ? begin : third->open;
    int64_t wait = begin - end - second->dwell;
    return wait > 0 ? wait : 0;
}

/* A site with one task, where no unit begins, is reached by at least its shortest way. Where there are
 * several a unit may stay for the next; but when no third visit can follow a first by less than the
 * shortest way of waiting, each second one has to be reached anew, or waited for as long. What was
 * done already kept no windows, so that nothing is known there. */
static void find_way(struct prover *prover, const struct net *net, uint32_t site,
                     const uint32_t *tasks, uint32_t count)
{
    int64_t way = shortest_in(net, site);
    prover->ways.straight[site] = (int32_t)way;
    for (uint32_t i = 0; i < count; i++) {
        if (prover->is_fact[tasks[i]]) {
            way = prover->ways.straight[site] = 0;
        }
        for (uint32_t k = 0; k < count; k++) {
            for (uint32_t m = 0; m < count; m++) {
                const struct plan_task *all = prover->problem->tasks;
                int64_t wait = i == k || i == m || k == m
                                   ? INT64_MAX
                                   : least_wait(&all[tasks[i]], &all[tasks[k]], &all[tasks[m]]);
                way = wait < way ? wait : way;
            }
        }
    }
    prover->way_in[site] = (int32_t)(count > 1 ? way / 2 : way);
}

static void find_ways(struct prover *prover)
{
    const struct plan_problem *problem = prover->problem;
    struct arena *arena = prover->more->arena;
    bool *is_base = ARENA_ARRAY(arena, bool, problem->site_count + 1U);
    uint32_t *begins = ARENA_ARRAY(arena, uint32_t, problem->site_count + 2U);
    uint32_t *tasks = ARENA_ARRAY(arena, uint32_t, problem->task_count + 1U);
    struct net net;
    prover->way_in = ARENA_ARRAY(arena, int32_t, problem->site_count + 1U);
    if (prover->more->goal->kind != PLAN_GOAL_COVER) {
        return;
    }
    prover->ways = (struct more_ways){ARENA_ARRAY(arena, int32_t, problem->site_count + 1U),
                                      begins + 1, tasks};
    net_make_points(arena, problem, &net);
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        is_base[problem->units[i].base] = true;
    }
    for (uint32_t i = 0; i < problem->task_count; i++) {
        begins[problem->tasks[i].site + 1]++;
    }
    for (uint32_t i = 0; i < problem->site_count; i++) {
        begins[i + 1] += begins[i];
    }
    for (uint32_t i = problem->task_count; i > 0; i--) {
        uint32_t site = problem->tasks[i - 1].site;
        tasks[--begins[site + 1]] = i - 1;
    }
    /* begins[site + 1] is now where the site's tasks begin */
    begins[problem->site_count + 1] = problem->task_count;
    for (uint32_t site = 0; site < problem->site_count && problem->site_count <= WAY_SITES;
         site++) {
        uint32_t count = begins[site + 2] - begins[site + 1];
        if (!is_base[site] && count > 0 && count <= VISITS_MAX) {
            find_way(prover, &net, site, tasks + begins[site + 1], count);
        }
    }
}

static void find_day(struct prover *prover)
{
    const struct plan_problem *problem = prover->problem;
    int64_t from = PLAN_TICKS_MAX;
    int64_t to = 0;
    for (uint32_t i = 0; i < problem->task_count; i++) {
        const struct plan_task *task = &problem->tasks[i];
        int64_t end = (int64_t)task->close + task->dwell;
        from = task->open < from ? task->open : from;
        to = end > to ? end : to;
    }
    int32_t hour = HOUR_S * problem->ticks_per_s;
    to = to < PLAN_TICKS_MAX ? to : PLAN_TICKS_MAX;
    prover->day_from = (int32_t)(from / hour * hour);
    prover->day_to = (int32_t)((to + hour - 1) / hour * hour);
}

static void price_day(struct prover *prover, const struct need *need)
{
    struct more_priced priced;
    if (more_price(prover->more, need, prover->is_fact, &prover->ways, &priced)) {
        struct plan_more_low low = {.units = priced.units,
                                    .officers = priced.officers,
                                    .to = PLAN_TICKS_MAX,
                                    .most = priced.most,
                                    .skill = need->skill,
                                    .is_pair = need->officers > 1,
                                    .is_priced = true};
        is_at_least(prover, &low);
    }
}

static void prove(struct prover *prover, const struct need *need)
{
    const struct plan_problem *problem = prover->problem;
    int32_t hour = HOUR_S * problem->ticks_per_s;
    int32_t step = problem->task_count > SPANS_TASKS ? 2 * hour : hour;
    while ((int64_t)prover->day_to - prover->day_from > (int64_t)48 * step) {
        step *= 2; /* at most 48 × 49 / 2 spans */
    }
    for (int32_t from = prover->day_from; from < prover->day_to; from += step) {
        for (int32_t to = from + step; to < prover->day_to + step; to += step) {
            if (prover->more->goal->kind == PLAN_GOAL_COVER) {
                cover_span(prover, need, from, to);
            } else {
                conclude(prover, need, from, to, goal_load(prover, need, from, to));
            }
        }
    }
    if (prover->more->goal->kind == PLAN_GOAL_COVER) {
        cover_span(prover, need, 0, PLAN_TICKS_MAX);
        price_day(prover, need);
    } else {
        cover_slots(prover, need);
    }
}

static uint16_t most_officers(const struct more *more)
{
    uint16_t most = 1;
    for (uint32_t i = 0; i < more->problem.unit_count + more->kind_count; i++) {
        const struct plan_unit *unit = i < more->problem.unit_count
                                           ? &more->problem.units[i]
                                           : &more->kinds[i - more->problem.unit_count];
        most = unit->officers > most ? unit->officers : most;
    }
    return most;
}

/* At a turn of a post the largest unit stands for as many as it has officers: only so many tasks as such units
 * would serve are a question of time. */
static void spare_turns(struct prover *prover)
{
    const struct plan_problem *problem = prover->problem;
    struct arena *arena = prover->more->arena;
    uint32_t *wanted = ARENA_ARRAY(arena, uint32_t, problem->turn_count + 1U);
    int64_t *there = ARENA_ARRAY(arena, int64_t, problem->turn_count + 1U);
    int64_t most = most_officers(prover->more);
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        const struct plan_unit *unit = &problem->units[i];
        for (uint32_t k = 0; k < unit->lock_count; k++) {
            const struct plan_task *task = &problem->tasks[unit->locks[k].task];
            there[task->turn] += plan_turn_officers(unit, task);
        }
    }
    for (uint32_t i = 0; i < problem->turn_count; i++) {
        int64_t lacks = problem->turns[i].officers - there[i + 1];
        wanted[i + 1] = lacks > 0 ? (uint32_t)((lacks + most - 1) / most) : 0;
    }
    for (uint32_t i = 0; i < problem->task_count; i++) {
        uint32_t turn = problem->tasks[i].turn;
        if (turn > 0 && !prover->is_fact[i]) {
            prover->is_fact[i] = wanted[turn] == 0;
            wanted[turn] -= wanted[turn] > 0 ? 1 : 0;
        }
    }
}

void more_low(struct more *more)
{
    const struct plan_problem *problem = &more->problem;
    struct prover prover = {.more = more, .problem = problem};
    struct need need = {.skill = PLAN_NONE, .officers = 1};
    bool has_pair = false;
    uint64_t skills = 0;
    prover.is_fact = ARENA_ARRAY(more->arena, bool, problem->task_count + 1U);
    prover.items = ARENA_ARRAY(more->arena, struct plan_item, problem->task_count + 1U);
    prover.counts = ARENA_ARRAY(more->arena, uint32_t, problem->group_count + 1U);
    prover.least = ARENA_ARRAY(more->arena, int32_t, problem->group_count + 1U);
    memset(prover.least, 0x7f, (problem->group_count + 1U) * sizeof *prover.least);
    prover.group_site = ARENA_ARRAY(more->arena, uint32_t, problem->group_count + 1U);
    more->out->low = (struct plan_more_low){.skill = PLAN_NONE};
    more->out->is_possible = true;
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        for (uint32_t k = 0; k < problem->units[i].lock_count; k++) {
            prover.is_fact[problem->units[i].locks[k].task] = true;
        }
    }
    spare_turns(&prover);
    for (uint32_t i = 0; i < problem->task_count; i++) {
        has_pair = has_pair || problem->tasks[i].officers > 1;
        skills |= problem->tasks[i].skills;
        if (problem->tasks[i].group != PLAN_NONE) {
            int32_t *least = &prover.least[problem->tasks[i].group];
            uint32_t *site = &prover.group_site[problem->tasks[i].group];
            bool is_first = *least == 0x7f7f7f7f;
            *site =
                is_first || *site == problem->tasks[i].site ? problem->tasks[i].site : PLAN_NONE;
            *least = problem->tasks[i].dwell < *least ? problem->tasks[i].dwell : *least;
        }
    }
    find_day(&prover);
    find_ways(&prover);
    look_for_never(&prover);
    prove(&prover, &need);
    for (uint32_t i = 0; i < problem->skill_count; i++) {
        need.skills = UINT64_C(1) << i;
        need.skill = i;
        if ((skills & need.skills) != 0) {
            prove(&prover, &need);
        }
    }
    need = (struct need){.skill = PLAN_NONE, .officers = 2};
    if (has_pair) {
        prove(&prover, &need);
    }
}
