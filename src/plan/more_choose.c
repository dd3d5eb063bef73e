/* SPDX-License-Identifier: Apache-2.0 */
/* Which kinds the further units should be of, and what binds.
 *
 * A unit of each kind is sent, alone, to what the plan at hand leaves, and the kind that gains most an
 * officer is taken, with its visits. Gains only fall as others take visits away, so a kind is asked
 * again only when it stands first (Minoux 1978).
 */
#include <stdlib.h>

#include "base/utf8.h"
#include "plan/day.h"
#include "plan/ids.h"
#include "plan/legs.h"
#include "plan/more_internal.h"
#include "plan/tracks.h"

enum { LEFT_MOST = 3000, HOURS = 48, HOUR_S = 3600, TRAVEL_BINDS = 400 };
#define MUST_WORTH (INT64_C(1) << 50)

struct ranked {
    int64_t worth;
    uint32_t task;
};

struct chooser {
    const struct more *more;
    struct plan_problem problem; /* units: the kinds; tasks: what is left, best first */
    struct net net;
    struct tracks tracks;
    bool *is_taken;
    int64_t *gains;
    uint32_t *asked; /* in which round the gain was found */
};

static int by_worth(const void *a, const void *b)
{
    const struct ranked *x = a;
    const struct ranked *y = b;
    if (x->worth != y->worth) {
        return x->worth > y->worth ? -1 : 1;
    }
    return x->task < y->task ? -1 : x->task > y->task;
}

/* What serving the task adds now, with so many of its group served. */
static int64_t gain_of(const struct plan_problem *problem, const struct plan_task *task,
                       const uint32_t *counts)
{
    return plan_task_gain(problem, task, task->group == PLAN_NONE ? 0 : counts[task->group]);
}

static uint32_t *counts_of(struct arena *arena, const struct plan_problem *problem,
                           const bool *is_served)
{
    uint32_t *counts = ARENA_ARRAY(arena, uint32_t, problem->group_count + 1U);
    for (uint32_t i = 0; i < problem->task_count; i++) {
        if (is_served[i] && problem->tasks[i].group != PLAN_NONE) {
            counts[problem->tasks[i].group]++;
        }
    }
    return counts;
}

static void make_left(struct chooser *chooser, const struct plan_problem *problem,
                      const struct plan_result *result, uint32_t **ret_counts)
{
    struct arena *arena = chooser->more->arena;
    const bool *is_served = plan_served(arena, problem, result);
    uint32_t *counts = counts_of(arena, problem, is_served);
    struct ranked *ranked = ARENA_ARRAY(arena, struct ranked, problem->task_count + 1U);
    uint32_t count = 0;
    for (uint32_t i = 0; i < problem->task_count; i++) {
        const struct plan_task *task = &problem->tasks[i];
        if (!is_served[i] && task->unit == PLAN_NONE) {
            int64_t worth = gain_of(problem, task, counts) + (task->is_mandatory ? MUST_WORTH : 0);
            ranked[count++] = (struct ranked){worth, i};
        }
    }
    qsort(ranked, count, sizeof *ranked, by_worth);
    count = count < LEFT_MOST ? count : LEFT_MOST;
    chooser->problem = *problem;
    chooser->problem.tasks = ARENA_ARRAY(arena, struct plan_task, count + 1U);
    chooser->problem.task_count = count;
    chooser->problem.turn_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        chooser->problem.tasks[i] = problem->tasks[ranked[i].task];
        chooser->problem.tasks[i].turn = 0; /* others stand for a part of it already */
    }
    chooser->problem.units = chooser->more->kinds;
    chooser->problem.unit_count = chooser->more->kind_count;
    *ret_counts = counts;
}

/* Sends one unit of the kind to what is left; the step is open afterwards. */
static int64_t send(struct chooser *chooser, uint32_t kind)
{
    struct tracks *tracks = &chooser->tracks;
    const struct plan_problem *problem = &chooser->problem;
    struct track *track = &tracks->all[kind];
    struct blinker blinker = {.left = 0};
    tracks_begin_step(tracks);
    if (!tracks_touch(tracks, kind)) {
        return 0;
    }
    for (uint32_t i = 0; i < problem->task_count && track->len < tracks->cap; i++) {
        struct spot best = {.cost = INT32_MAX};
        if (!chooser->is_taken[i] &&
            plan_unit_may(&problem->units[kind], kind, &problem->tasks[i])) {
            track_scan(&chooser->net, track, kind, &chooser->net.tasks[i], &blinker, &best);
        }
        if (best.cost < INT32_MAX) {
            tracks_insert(tracks, kind, best.after, i);
        }
    }
    int64_t must = (int64_t)tracks->missing_before - tracks->missing;
    int64_t gain =
        ((tracks->value - tracks->value_before) >> NET_PROFIT_SHIFT) + must * (MUST_WORTH >> 10);
    return gain / problem->units[kind].officers;
}

static uint32_t best_kind(const struct chooser *chooser)
{
    uint32_t best = 0;
    for (uint32_t i = 1; i < chooser->problem.unit_count; i++) {
        if (chooser->gains[i] > chooser->gains[best]) {
            best = i;
        }
    }
    return best;
}

static void take(struct chooser *chooser, uint32_t kind)
{
    const struct track *track = &chooser->tracks.all[kind];
    uint32_t count = track->len;
    uint32_t *tasks = ARENA_ARRAY(chooser->more->arena, uint32_t, count + 1U);
    for (uint32_t i = 0; i < count; i++) {
        tasks[i] = track->stops[i + 1].task;
        chooser->is_taken[tasks[i]] = true;
    }
    tracks_undo_step(&chooser->tracks);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t group = chooser->problem.tasks[tasks[i]].group;
        if (group != PLAN_NONE) {
            chooser->tracks.group_counts[group]++;
        }
    }
}

void more_choose(const struct more *more, const struct plan_problem *problem,
                 const struct plan_result *result, uint32_t count, uint32_t *ret_kinds)
{
    struct chooser chooser = {.more = more};
    uint32_t *counts = NULL;
    make_left(&chooser, problem, result, &counts);
    net_make_small(more->arena, &chooser.problem, &chooser.net);
    tracks_make(more->arena, &chooser.net, &chooser.tracks);
    memcpy(chooser.tracks.group_counts, counts, problem->group_count * sizeof *counts);
    chooser.is_taken = ARENA_ARRAY(more->arena, bool, chooser.problem.task_count + 1U);
    chooser.gains = ARENA_ARRAY(more->arena, int64_t, more->kind_count + 1U);
    chooser.asked = ARENA_ARRAY(more->arena, uint32_t, more->kind_count + 1U);
    for (uint32_t i = 0; i < more->kind_count; i++) {
        chooser.gains[i] = INT64_MAX;
    }
    for (uint32_t i = 0; i < count; i++) {
        uint32_t kind = best_kind(&chooser);
        while (chooser.asked[kind] != i + 1) {
            chooser.gains[kind] = send(&chooser, kind);
            chooser.asked[kind] = i + 1;
            tracks_undo_step(&chooser.tracks);
            kind = best_kind(&chooser);
        }
        if (chooser.gains[kind] == 0) {
            kind = i % more->kind_count; /* nothing is left that one alone could do */
        }
        ret_kinds[i] = kind;
        (void)send(&chooser, kind);
        take(&chooser, kind);
    }
}

/* ---- what binds ---- */

struct uncovered {
    int64_t by_hour[HOURS];
    int64_t *by_site;
    int64_t sum;
};

static void find_uncovered(struct more *more, const struct plan_result *base,
                           struct uncovered *uncovered)
{
    const struct plan_problem *problem = &more->problem;
    const bool *is_served = plan_served(more->arena, problem, base);
    const uint32_t *counts = counts_of(more->arena, problem, is_served);
    int64_t hour = (int64_t)HOUR_S * problem->ticks_per_s;
    uncovered->by_site = ARENA_ARRAY(more->arena, int64_t, problem->site_count + 1U);
    for (uint32_t i = 0; i < problem->task_count; i++) {
        const struct plan_task *task = &problem->tasks[i];
        int64_t gain = is_served[i] ? 0 : gain_of(problem, task, counts);
        int64_t at = ((int64_t)task->open + task->close + task->dwell) / 2 / hour;
        gain += !is_served[i] && more->is_goal[i] ? 1 : 0; /* a post may have no profit */
        uncovered->by_hour[at < HOURS ? at : HOURS - 1] += gain;
        uncovered->by_site[task->site] += gain;
        uncovered->sum += gain;
    }
}

static str worst_area(const struct more *more, const int64_t *by_site)
{
    const struct plan_problem *problem = &more->problem;
    struct plan_ids ids;
    int64_t *sums = ARENA_ARRAY(more->arena, int64_t, problem->site_count + 1U);
    uint32_t count = 0;
    uint32_t worst = PLAN_NONE;
    str name = {0};
    plan_ids_init(&ids, more->arena);
    for (uint32_t i = 0; i < problem->site_count; i++) {
        str area = problem->sites[i].area;
        if (area.n == 0) {
            continue;
        }
        uint32_t at = plan_ids_find(&ids, area);
        if (at == UINT32_MAX) {
            at = count++;
            (void)plan_ids_add(&ids, area, at);
        }
        sums[at] += by_site[i];
        if (worst == PLAN_NONE || sums[at] > sums[worst]) {
            worst = at;
            name = area;
        }
    }
    return worst != PLAN_NONE && sums[worst] > 0 ? name : (str){0};
}

/* Dwell, travel, break, idle of all duties, in thousandths. */
static void find_shares(struct more *more, const struct plan_result *base)
{
    static const enum plan_leg_kind kinds[] = {PLAN_LEG_DWELL, PLAN_LEG_TRAVEL, PLAN_LEG_BREAK,
                                               PLAN_LEG_IDLE};
    const struct plan_duty *duties = NULL;
    int64_t sums[PLAN_LEG_KINDS] = {0};
    int64_t all = 0;
    if (plan_duties_make(more->arena, &more->problem, base, &duties, NULL) != STATUS_OK) {
        return;
    }
    for (uint32_t i = 0; i < more->problem.unit_count; i++) {
        for (uint32_t k = 0; k < duties[i].leg_count; k++) {
            const struct plan_leg *leg = &duties[i].legs[k];
            sums[leg->kind] += (int64_t)leg->to - leg->from;
            all += (int64_t)leg->to - leg->from;
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(kinds) && all > 0; i++) {
        more->out->shares[i] = (int32_t)(sums[kinds[i]] * 1000 / all);
    }
}

static str proof_words(const struct more *more)
{
    const struct plan_problem *problem = &more->problem;
    const struct plan_more_low *low = &more->out->low;
    struct buf out;
    bool is_whole = low->from == 0 && low->to == PLAN_TICKS_MAX;
    buf_init(&out, 4096);
    if (is_whole) {
        buf_add_c(&out, "over the whole day");
    } else {
        buf_add_c(&out, "between ");
        plan_add_clock(&out, problem, low->from);
        buf_add_c(&out, " and ");
        plan_add_clock(&out, problem, low->to);
    }
    if (low->skill != PLAN_NONE) {
        buf_printf(&out, ", with the skill '%.*s',",
                   STR_ARG(utf8_clip(problem->skills[low->skill], 80)));
    } else if (low->is_pair) {
        buf_add_c(&out, ", with two officers or more,");
    }
    if (low->is_priced) {
        buf_printf(&out, " no plan with %u reaches more than ", low->units - 1);
        plan_add_milli(&out, low->most);
        buf_add_c(&out, ", by a price for the time of units at each time of the day");
    } else if (low->is_cover) {
        buf_printf(&out, " %lld units are needed at once; on duty: %lld", (long long)low->load,
                   (long long)low->room);
    } else {
        buf_add_c(&out, " the goal takes at least ");
        plan_add_hours(&out, problem, low->load);
        buf_add_c(&out, " of units, and those on duty have ");
        plan_add_hours(&out, problem, low->room);
    }
    str words = arena_str(more->arena, buf_str(&out));
    buf_close(&out);
    return words;
}

void more_bind(struct more *more, const struct plan_result *base)
{
    struct plan_more *out = more->out;
    struct uncovered uncovered = {.sum = 0};
    uint32_t worst = 0;
    find_uncovered(more, base, &uncovered);
    find_shares(more, base);
    for (uint32_t i = 1; i < HOURS; i++) {
        worst = uncovered.by_hour[i] > uncovered.by_hour[worst] ? i : worst;
    }
    out->hour_from = uncovered.sum > 0 ? (int32_t)worst * HOUR_S : -1;
    out->area = worst_area(more, uncovered.by_site);
    if (!out->is_possible) {
        out->binding = "never";
        out->binding_words = out->why_not;
    } else if (out->has_high && out->high == 0) {
        out->binding = "enough";
        out->binding_words = STR("the units that are there can do it");
    } else if (out->low.units > 0) {
        bool is_whole = out->low.to == PLAN_TICKS_MAX;
        bool is_rare = out->low.skill != PLAN_NONE || out->low.is_pair;
        out->binding = is_rare ? "skill" : is_whole ? "workload" : "hour";
        out->binding_words = proof_words(more);
    } else if (out->shares[1] >= TRAVEL_BINDS || out->shares[1] > out->shares[0]) {
        out->binding = "travel";
        out->binding_words = arena_printf(more->arena,
                                          "units spend %d.%d %% of their time on the way "
                                          "and %d.%d %% where they are wanted",
                                          out->shares[1] / 10, out->shares[1] % 10,
                                          out->shares[0] / 10, out->shares[0] % 10);
    } else if (uncovered.sum > 0 && uncovered.by_hour[worst] * 3 > uncovered.sum) {
        out->binding = "hour";
        out->binding_words = STR("more than a third of what nobody covers lies in one hour");
    } else {
        out->binding = "workload";
        out->binding_words = STR("there are more visits than units have time for, all day long");
    }
}
