/* SPDX-License-Identifier: Apache-2.0 */
/* From what is wanted to shifts, base by base. */
#include "plan/roster.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "plan/check.h"
#include "plan/cover.h"

enum { SLOTS = ROSTER_HORIZON_S / ROSTER_SLOT_S, MINUTES = ROSTER_HORIZON_S / 60, PLACES = 3 };

struct base {
    uint32_t site;
    int32_t *change; /* officers wanted, as changes at each minute */
    int32_t travel;  /* seconds to the ground */
};

struct shape {
    int32_t start, end, break_from, break_to; /* seconds of the day */
};

struct maker {
    struct arena *arena;
    const struct plan_problem *problem;
    const struct roster_policy *policy;
    struct roster *roster;
    struct base *bases;
    uint32_t *base_at; /* of a site; PLAN_NONE */
    uint32_t base_count;
    struct cover_shape covers[COVER_SHAPES_MAX];
    struct shape shapes[COVER_SHAPES_MAX];
    uint32_t shape_count;
};

static struct base *base_of(struct maker *maker, uint32_t site)
{
    if (maker->base_at[site] == PLAN_NONE) {
        maker->base_at[site] = maker->base_count;
        maker->bases[maker->base_count++] =
            (struct base){.site = site, .change = ARENA_ARRAY(maker->arena, int32_t, MINUTES + 1)};
    }
    return &maker->bases[maker->base_at[site]];
}

static enum status want(const struct maker *maker, struct base *base, int64_t from, int64_t to,
                        int32_t officers, struct error *err)
{
    int64_t ticks = maker->problem->ticks_per_s;
    from /= ticks;
    to = (to + ticks - 1) / ticks;
    if (from < 0 || to > ROSTER_HORIZON_S) {
        enum status status = error_set(err, STATUS_LIMIT, "officers are wanted beyond 48 hours");
        error_hint(err, "make a roster for two days at a time");
        return status;
    }
    base->change[from / 60] += officers;
    base->change[(to + 59) / 60] -= officers;
    return STATUS_OK;
}

static enum status want_all(struct maker *maker, struct error *err)
{
    const struct plan_problem *problem = maker->problem;
    enum status status = STATUS_OK;
    for (uint32_t i = 0; i < problem->presence_count && status == STATUS_OK; i++) {
        const struct plan_presence *one = &problem->presence[i];
        status = want(maker, base_of(maker, one->base), one->from, one->to, one->officers, err);
    }
    uint32_t last_site = PLAN_NONE;
    uint32_t near = PLAN_NONE;
    for (uint32_t i = 0; i < problem->task_count && status == STATUS_OK; i++) {
        const struct plan_task *task = &problem->tasks[i];
        if (!roster_is_post(task)) {
            continue;
        }
        near = task->site == last_site ? near : roster_base_of(problem, task->site);
        last_site = task->site;
        if (near == PLAN_NONE) {
            return error_set(err, STATUS_INVALID, "no base has a way to the post '%.*s'",
                             STR_ARG(utf8_clip(task->id, 80)));
        }
        struct base *base = base_of(maker, near);
        int64_t way = plan_check_way(problem, 0, near, task->site) / problem->ticks_per_s;
        base->travel = way > base->travel ? (int32_t)way : base->travel;
        status =
            want(maker, base, task->open, (int64_t)task->open + task->dwell, task->officers, err);
    }
    return status;
}

static int32_t slots_up(int32_t seconds)
{
    return (seconds + ROSTER_SLOT_S - 1) / ROSTER_SLOT_S;
}

/* Where the break lies: in the middle, and an hour and a half before and after it. */
static void add_places(struct maker *maker, int32_t from, int32_t to, int32_t last, int32_t length,
                       int32_t lead)
{
    const struct roster_policy *policy = maker->policy;
    int32_t pause = policy->is_on[ROSTER_BREAKS] ? slots_up(roster_break_s(length)) : 0;
    int64_t cost =
        policy->pence_per_hour > 0 ? policy->pence_per_hour * length / 3600 : length / 60;
    if (policy->is_on[ROSTER_PAIRS]) {
        cost *= 2;
    }
    for (int32_t place = 0; place < (pause > 0 ? PLACES : 1); place++) {
        int32_t at = from + (to - from) / 2 - 6 + place * 6;
        if (pause > 0 && (at <= from || at + pause >= to)) {
            if (place != 1 || to - from <= pause) {
                continue; /* a short duty has it in the middle only */
            }
            at = from + (to - from - pause) / 2;
        }
        if (maker->shape_count < COVER_SHAPES_MAX) {
            maker->covers[maker->shape_count] =
                (struct cover_shape){.start = (uint16_t)from,
                                     .end = (uint16_t)(to < last ? to : last),
                                     .break_start = pause > 0 ? (uint16_t)at : 0,
                                     .break_end = pause > 0 ? (uint16_t)(at + pause) : 0,
                                     .cost = (int32_t)cost};
            /* A shift that is longer than the day is cut for the cover, and so is its break. */
            struct cover_shape *cover = &maker->covers[maker->shape_count];
            cover->break_start = at < last ? cover->break_start : 0;
            cover->break_end = at >= last          ? 0
                               : at + pause > last ? (uint16_t)last
                                                   : cover->break_end;
            int32_t start = (from - lead) * ROSTER_SLOT_S;
            maker->shapes[maker->shape_count] = (struct shape){
                .start = start,
                .end = start + length,
                .break_from = pause > 0 ? at * ROSTER_SLOT_S : 0,
                .break_to = pause > 0 ? at * ROSTER_SLOT_S + roster_break_s(length) : 0};
        }
        maker->shape_count++;
    }
}

/* Slots [first, last) of the whole horizon are wanted; slots here count from `first`. */
static enum status make_shapes(struct maker *maker, const struct base *base, int32_t last,
                               struct error *err)
{
    const struct roster_policy *policy = maker->policy;
    int32_t travel = policy->travel_s >= 0 ? policy->travel_s : base->travel;
    int32_t lead = slots_up(policy->brief_s + travel);
    int32_t tail = slots_up(travel);
    maker->shape_count = 0;
    for (uint32_t i = 0; i < policy->length_count; i++) {
        int32_t useful = policy->lengths[i] / ROSTER_SLOT_S - lead - tail;
        if (useful <= 0) {
            continue;
        }
        int32_t from = 0;
        do {
            add_places(maker, from, from + useful, last, policy->lengths[i], lead);
            from += policy->every_s / ROSTER_SLOT_S;
        } while (from + useful <= last);
        /* The end of the day is an end of a shift, whatever the grid. */
        if (useful < last && from - policy->every_s / ROSTER_SLOT_S + useful < last) {
            add_places(maker, last - useful, last, last, policy->lengths[i], lead);
        }
    }
    if (maker->shape_count > COVER_SHAPES_MAX) {
        enum status status = error_set(err, STATUS_LIMIT, "%u shapes of shifts; %d at most",
                                       maker->shape_count, COVER_SHAPES_MAX);
        error_hint(err, "give fewer --lengths, or a larger --every-min");
        return status;
    }
    if (maker->shape_count == 0) {
        return error_set(err, STATUS_INVALID,
                         "no shift is long enough for its briefing and its ways to the ground");
    }
    return STATUS_OK;
}

static void keep_answer(struct maker *maker, const struct base *base, int32_t first, uint32_t slots,
                        const struct cover_answer *answer)
{
    struct roster *roster = maker->roster;
    int32_t each = maker->policy->is_on[ROSTER_PAIRS] ? 2 : 1;
    for (uint32_t i = 0; i < maker->shape_count; i++) {
        const struct shape *shape = &maker->shapes[i];
        int32_t shift = first * ROSTER_SLOT_S;
        for (int32_t k = 0; k < answer->count[i] * each; k++) {
            bool has_break = shape->break_to > shape->break_from;
            if (roster->shift_count < ROSTER_SHIFTS_MAX) {
                roster->shifts[roster->shift_count++] =
                    (struct roster_shift){.base = base->site,
                                          .start = shape->start + shift,
                                          .end = shape->end + shift,
                                          .break_from = has_break ? shape->break_from + shift : 0,
                                          .break_to = has_break ? shape->break_to + shift : 0};
            }
        }
    }
    for (uint32_t i = 0; i < slots; i++) {
        if (answer->missing[i] > 0) {
            roster->missing[roster->missing_count++] = (struct roster_missing){
                base->site, (first + (int32_t)i) * ROSTER_SLOT_S, answer->missing[i] * each};
        }
    }
    roster->cost += answer->cost;
    roster->bound += answer->bound;
    roster->nodes += answer->nodes;
    roster->is_optimal = roster->is_optimal && answer->is_optimal;
}

static enum status make_base(struct maker *maker, const struct base *base, struct error *err)
{
    int32_t need[SLOTS];
    int32_t now = 0;
    int32_t first = -1;
    int32_t last = 0;
    for (int32_t slot = 0; slot < SLOTS; slot++) {
        need[slot] = 0;
        for (int32_t minute = slot * 15; minute < (slot + 1) * 15; minute++) {
            now += base->change[minute];
            need[slot] = now > need[slot] ? now : need[slot];
        }
        if (need[slot] > 0) {
            first = first < 0 ? slot : first;
            last = slot + 1;
        }
        need[slot] = maker->policy->is_on[ROSTER_PAIRS] ? (need[slot] + 1) / 2 : need[slot];
    }
    if (first < 0) {
        return STATUS_OK;
    }
    enum status status = make_shapes(maker, base, last - first, err);
    if (status != STATUS_OK) {
        return status;
    }
    struct cover_answer answer;
    struct cover_question question = {.shapes = maker->covers,
                                      .need = need + first,
                                      .slot_count = (uint32_t)(last - first),
                                      .shape_count = maker->shape_count,
                                      .officers_max = INT32_MAX,
                                      .short_cost = 1};
    status = cover_solve(maker->arena, &question, &answer, err);
    if (status == STATUS_OK) {
        keep_answer(maker, base, first, question.slot_count, &answer);
        maker->roster->base_count++;
        maker->roster->shape_count = maker->shape_count > maker->roster->shape_count
                                         ? maker->shape_count
                                         : maker->roster->shape_count;
    }
    return status;
}

static int by_base_and_time(const void *a, const void *b)
{
    const struct roster_shift *left = a;
    const struct roster_shift *right = b;
    int by = (left->base > right->base) - (left->base < right->base);
    by = by != 0 ? by : (left->start > right->start) - (left->start < right->start);
    by = by != 0 ? by : (left->end > right->end) - (left->end < right->end);
    return by != 0
               ? by
               : (left->break_from > right->break_from) - (left->break_from < right->break_from);
}

/* In order of time each shift goes to the officer who has been free longest, if that is long enough;
 * so as few officers as can be do them all. */
static void name_officers(struct maker *maker)
{
    struct roster *roster = maker->roster;
    const struct roster_policy *policy = maker->policy;
    int32_t rest = policy->is_on[ROSTER_REST] ? policy->rest_s : 0;
    int32_t *free_at = ARENA_ARRAY(maker->arena, int32_t, roster->shift_count + 1U);
    uint32_t officers = 0;
    for (uint32_t i = 0; i < roster->shift_count; i++) {
        struct roster_shift *shift = &roster->shifts[i];
        if (i == 0 || shift->base != roster->shifts[i - 1].base) {
            roster->officer_count += officers;
            officers = 0;
        }
        uint32_t best = officers;
        for (uint32_t k = 0; k < officers; k++) {
            if (free_at[k] <= shift->start && (best == officers || free_at[k] < free_at[best])) {
                best = k;
            }
        }
        officers += best == officers ? 1 : 0;
        free_at[best] = shift->end + rest;
        shift->officer = best + 1;
    }
    roster->officer_count += officers;
}

static enum status policy_check(const struct roster_policy *policy, struct error *err)
{
    for (uint32_t i = 0; i < policy->length_count; i++) {
        if (policy->is_on[ROSTER_HOURS] && policy->lengths[i] > policy->duty_max_s) {
            enum status status =
                error_set(err, STATUS_INVALID, "a shift of %g h is longer than the %g h of a duty",
                          policy->lengths[i] / 3600.0, policy->duty_max_s / 3600.0);
            error_hint(err, "give --max-hours, or switch the rule off: --without hours");
            return status;
        }
    }
    return STATUS_OK;
}

enum status roster_make(struct arena *arena, const struct plan_problem *problem,
                        const struct roster_policy *policy, struct roster *ret_roster,
                        struct error *err)
{
    struct roster roster = {.is_optimal = true};
    struct maker *maker = ARENA_NEW(arena, struct maker);
    *maker =
        (struct maker){.arena = arena, .problem = problem, .policy = policy, .roster = &roster};
    maker->base_at = ARENA_ARRAY(arena, uint32_t, problem->site_count + 1U);
    maker->bases = ARENA_ARRAY(arena, struct base, problem->site_count + 1U);
    for (uint32_t i = 0; i < problem->site_count; i++) {
        maker->base_at[i] = PLAN_NONE;
    }
    enum status status = policy_check(policy, err);
    if (status == STATUS_OK) {
        status = want_all(maker, err);
    }
    if (status == STATUS_OK && maker->base_count == 0) {
        status = error_set(err, STATUS_INVALID, "nobody is wanted anywhere");
        error_hint(err, "the problem needs 'presence' or 'posts'");
    }
    roster.shifts = ARENA_ARRAY(arena, struct roster_shift, ROSTER_SHIFTS_MAX);
    roster.missing =
        ARENA_ARRAY(arena, struct roster_missing, (size_t)maker->base_count * SLOTS + 1);
    for (uint32_t i = 0; i < maker->base_count && status == STATUS_OK; i++) {
        status = make_base(maker, &maker->bases[i], err);
    }
    if (status == STATUS_OK && roster.shift_count == ROSTER_SHIFTS_MAX) {
        status = error_set(err, STATUS_LIMIT, "more than %d shifts", ROSTER_SHIFTS_MAX);
    }
    if (status == STATUS_OK) {
        qsort(maker->roster->shifts, maker->roster->shift_count, sizeof *maker->roster->shifts,
              by_base_and_time);
        name_officers(maker);
        *ret_roster = roster;
    }
    return status;
}
