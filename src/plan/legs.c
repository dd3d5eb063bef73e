/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/legs.h"

#include "base/utf8.h"
#include "plan/check.h"

/* brief, break, and of each stop and the way back: idle, travel, idle, dwell */
enum { LEGS_A_STOP = 4, LEGS_BESIDE = 10 };

struct maker {
    const struct plan_problem *problem;
    const struct plan_unit *unit;
    struct plan_leg *legs;
    uint32_t count;
    uint32_t site;
    int32_t at;
};

const char *plan_leg_word(enum plan_leg_kind kind)
{
    static const char *const words[] = {"briefing", "travel", "dwell", "break", "idle"};
    return words[kind];
}

/* Up to `to`; nothing when that is now. */
static void spend(struct maker *maker, enum plan_leg_kind kind, int32_t to, uint32_t end_site,
                  uint32_t task)
{
    if (to > maker->at || kind == PLAN_LEG_DWELL) {
        maker->legs[maker->count++] =
            (struct plan_leg){kind, maker->at, to, maker->site, end_site, task};
    }
    maker->site = end_site;
    maker->at = to;
}

/* Leaving now, or, with `by`, as late as is early enough. */
static int32_t way(const struct maker *maker, uint32_t to, int32_t by)
{
    unsigned mode = maker->unit->mode;
    int64_t ticks = by >= 0
                        ? plan_check_way_by(maker->problem, mode, maker->site, to, maker->at, by)
                        : plan_check_way_at(maker->problem, mode, maker->site, to, maker->at);
    return ticks < 0 ? 0 : (int32_t)(ticks < PLAN_TICKS_MAX ? ticks : PLAN_TICKS_MAX);
}

static enum status overlaps(const struct maker *maker, int32_t start, struct error *err)
{
    if (start >= maker->at) {
        return STATUS_OK;
    }
    enum status status = error_set(err, STATUS_INVALID,
                                   "unit '%.*s': a stop begins before the one before it has ended",
                                   STR_ARG(utf8_clip(maker->unit->id, 80)));
    error_hint(err, "'plan check' says which");
    return status;
}

static enum status take_break(struct maker *maker, int32_t start, int32_t length, struct error *err)
{
    enum status status = overlaps(maker, start, err);
    if (status == STATUS_OK) {
        spend(maker, PLAN_LEG_IDLE, start, maker->site, PLAN_NONE);
        spend(maker, PLAN_LEG_BREAK, maker->at + length, maker->site, PLAN_NONE);
    }
    return status;
}

static enum status make_stop(struct maker *maker, const struct plan_stop *stop, bool is_first,
                             struct error *err)
{
    const struct plan_task *task = &maker->problem->tasks[stop->task];
    enum status status = overlaps(maker, stop->start, err);
    if (status != STATUS_OK) {
        return status;
    }
    int32_t gap = stop->start - maker->at;
    int32_t length = way(maker, task->site, is_first ? stop->start : -1);
    length = length < gap ? length : gap; /* a fact may have been quicker than the way is long */
    if (is_first) {
        spend(maker, PLAN_LEG_IDLE, stop->start - length, maker->site, PLAN_NONE);
    }
    spend(maker, PLAN_LEG_TRAVEL, maker->at + length, task->site, stop->task);
    spend(maker, PLAN_LEG_IDLE, stop->start, task->site, stop->task);
    spend(maker, PLAN_LEG_DWELL, stop->start + task->dwell, task->site, stop->task);
    return STATUS_OK;
}

enum status plan_duty_check(const struct plan_problem *problem, uint32_t unit,
                            const struct plan_duty *duty, struct error *err)
{
    int64_t sum = 0;
    int32_t at = duty->from;
    bool is_whole = true;
    for (uint32_t i = 0; i < duty->leg_count; i++) {
        is_whole = is_whole && duty->legs[i].from == at && duty->legs[i].to >= at;
        sum += (int64_t)duty->legs[i].to - duty->legs[i].from;
        at = duty->legs[i].to;
    }
    if (is_whole && at == duty->to && sum == (int64_t)duty->to - duty->from) {
        return STATUS_OK;
    }
    return error_set(err, STATUS_INTERNAL, "the parts of unit '%.*s' do not add up to its duty",
                     STR_ARG(utf8_clip(problem->units[unit].id, 80)));
}

/* What has happened by the end of stop i: breaks that were had, and waiting until the unit may go on. A
 * unit without anything left to do goes home when it likes. */
static enum status take_past(struct maker *maker, const struct plan_route *route, uint32_t i,
                             struct error *err)
{
    const struct plan_unit *unit = maker->unit;
    enum status status = STATUS_OK;
    for (uint32_t k = 0; k < unit->had_count && status == STATUS_OK; k++) {
        if (unit->had[k].after == i) {
            status = take_break(maker, unit->had[k].start, unit->had[k].length, err);
        }
    }
    if (status == STATUS_OK && i == unit->lock_count && i < route->stop_count &&
        unit->free > maker->at) {
        spend(maker, PLAN_LEG_IDLE, unit->free, maker->site, PLAN_NONE);
    }
    return status;
}

/* Nothing is paid, and nothing was done, after a unit dropped out. */
static void drop_out(struct maker *maker)
{
    int32_t out = maker->unit->out;
    if (maker->at < out) {
        int32_t end = out < maker->unit->end ? out : maker->unit->end;
        spend(maker, PLAN_LEG_IDLE, end > maker->at ? end : maker->at, maker->site, PLAN_NONE);
        return;
    }
    while (maker->count > 0 && maker->legs[maker->count - 1].from >= out) {
        maker->count--;
    }
    int32_t begin = maker->unit->start - maker->unit->brief;
    maker->at = out > begin ? out : begin;
    if (maker->count > 0) {
        maker->legs[maker->count - 1].to = out;
    }
}

enum status plan_duty_make(struct arena *arena, const struct plan_problem *problem, uint32_t unit,
                           const struct plan_route *route, struct plan_duty *ret_duty,
                           struct error *err)
{
    const struct plan_unit *one = &problem->units[unit];
    struct maker maker = {.problem = problem, .unit = one, .site = one->base};
    enum status status = STATUS_OK;
    maker.at = one->start - one->brief;
    maker.legs =
        ARENA_ARRAY(arena, struct plan_leg, (size_t)route->stop_count * LEGS_A_STOP + LEGS_BESIDE);
    struct plan_duty duty = {.legs = maker.legs, .from = maker.at};
    spend(&maker, PLAN_LEG_BRIEF, one->start, one->base, PLAN_NONE);
    for (uint32_t i = 0; i <= route->stop_count && status == STATUS_OK; i++) {
        status = take_past(&maker, route, i, err);
        if (status == STATUS_OK && route->break_start >= 0 && route->break_after == i) {
            status = take_break(&maker, route->break_start, one->break_length, err);
        }
        if (status == STATUS_OK && route->has_second && route->second_after == i) {
            status = take_break(&maker, route->second_start, one->second_length, err);
        }
        if (i < route->stop_count && status == STATUS_OK) {
            status = make_stop(&maker, &route->stops[i], i == 0, err);
        }
    }
    if (status != STATUS_OK) {
        return status;
    }
    if (one->out_officers > 0) {
        drop_out(&maker);
    } else if (route->stop_count > 0) {
        spend(&maker, PLAN_LEG_TRAVEL, maker.at + way(&maker, one->end_site, -1), one->end_site,
              PLAN_NONE);
    }
    if (one->out_officers == 0 && maker.at < one->end) {
        spend(&maker, PLAN_LEG_IDLE, one->end, maker.site, PLAN_NONE);
    }
    duty.leg_count = maker.count;
    duty.to = maker.at;
    *ret_duty = duty;
    return plan_duty_check(problem, unit, ret_duty, err);
}

struct plan_duty plan_duty_until(struct arena *arena, const struct plan_duty *duty, int32_t at)
{
    struct plan_leg *legs = ARENA_ARRAY(arena, struct plan_leg, duty->leg_count + 1U);
    struct plan_duty cut = {.legs = legs, .from = duty->from, .to = duty->from};
    while (cut.leg_count < duty->leg_count && duty->legs[cut.leg_count].from < at) {
        struct plan_leg *leg = &legs[cut.leg_count];
        *leg = duty->legs[cut.leg_count++];
        leg->to = leg->to < at ? leg->to : at;
        cut.to = leg->to;
    }
    return cut;
}

enum status plan_duties_make(struct arena *arena, const struct plan_problem *problem,
                             const struct plan_result *result, const struct plan_duty **ret_duties,
                             struct error *err)
{
    struct plan_duty *duties = ARENA_ARRAY(arena, struct plan_duty, problem->unit_count + 1U);
    enum status status = STATUS_OK;
    for (uint32_t i = 0; i < problem->unit_count && status == STATUS_OK; i++) {
        status = plan_duty_make(arena, problem, i, &result->routes[i], &duties[i], err);
    }
    if (status == STATUS_OK) {
        *ret_duties = duties;
    }
    return status;
}
