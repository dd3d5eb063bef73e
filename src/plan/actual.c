/* SPDX-License-Identifier: Apache-2.0 */
/* The day as the units told it, as duties of the same kind as planned ones.
 *
 * Between two places the way takes as long as it was planned, or the whole gap where that is
 * shorter; what is left over is waiting at the place before. Nothing is made up for a unit that told
 * nothing.
 */
#include "plan/account.h"
#include "plan/check.h"
#include "plan/told.h"

/* ---- from what was told to a duty ---- */

struct day {
    const struct plan_problem *problem;
    const struct plan_unit *unit;
    struct plan_leg *legs;
    uint32_t count;
    uint32_t site;
    int32_t at;
};

static void spend(struct day *day, enum plan_leg_kind kind, int32_t to, uint32_t end_site,
                  uint32_t task)
{
    if (to > day->at || kind == PLAN_LEG_DWELL) {
        day->legs[day->count++] = (struct plan_leg){kind, day->at, to, day->site, end_site, task};
        day->at = to;
    }
    day->site = end_site;
}

/* The way, and before it waiting where the unit was. */
static void go(struct day *day, int32_t until, uint32_t site, uint32_t task)
{
    int64_t way = plan_check_way_by(day->problem, day->unit->mode, day->site, site, day->at, until);
    int32_t gap = until - day->at;
    int32_t length = way < 0 || way > gap ? gap : (int32_t)way;
    length = site == day->site ? 0 : length;
    spend(day, PLAN_LEG_IDLE, until - length, day->site, PLAN_NONE);
    spend(day, PLAN_LEG_TRAVEL, until, site, task);
}

static void tell(struct day *day, const struct plan_told *told)
{
    switch (told->what) {
    case PLAN_TOLD_ARRIVED:
        go(day, told->at, day->problem->tasks[told->task].site, told->task);
        break;
    case PLAN_TOLD_LEFT:
        spend(day, PLAN_LEG_DWELL, told->at, day->site, told->task);
        break;
    case PLAN_TOLD_BREAK:
        spend(day, PLAN_LEG_IDLE, told->at, day->site, PLAN_NONE);
        break;
    case PLAN_TOLD_BACK:
        spend(day, PLAN_LEG_BREAK, told->at, day->site, PLAN_NONE);
        break;
    case PLAN_TOLD_OFF:
        /* Home first where there is time for it, then waiting there. */
        if (day->site != day->unit->end_site) {
            int64_t way = plan_check_way_at(day->problem, day->unit->mode, day->site,
                                            day->unit->end_site, day->at);
            int32_t gap = told->at - day->at;
            spend(day, PLAN_LEG_TRAVEL, day->at + (way < 0 || way > gap ? gap : (int32_t)way),
                  day->unit->end_site, PLAN_NONE);
        }
        spend(day, PLAN_LEG_IDLE, told->at, day->site, PLAN_NONE);
        break;
    case PLAN_TOLD_ON:
    case PLAN_TOLD_SKIPPED:
    case PLAN_TOLD_KINDS:
        break;
    }
}

/* Without "off" the duty ends as planned, or when the unit can be back if that is later; a visit or
 * break that nobody ended ends then. */
static struct plan_duty unit_day(struct arena *arena, const struct plan_problem *problem,
                                 const struct plan_told_rows *told, uint32_t unit,
                                 const struct plan_duty *planned)
{
    struct day day = {.problem = problem, .unit = &problem->units[unit]};
    uint32_t rows = 0;
    for (uint32_t i = told->first[unit]; i != PLAN_NONE; i = told->rows[i].next) {
        rows++;
    }
    const struct plan_told *first = &told->rows[told->first[unit]];
    while (first->what == PLAN_TOLD_SKIPPED && first->next != PLAN_NONE) {
        first = &told->rows[first->next]; /* a skip begins no duty */
    }
    day.legs = ARENA_ARRAY(arena, struct plan_leg, (size_t)rows * 3 + 8);
    day.site = day.unit->base;
    day.at = first->what == PLAN_TOLD_ON || first->at < planned->from ? first->at : planned->from;
    struct plan_duty duty = {.legs = day.legs, .from = day.at};
    const struct plan_told *after =
        first->what == PLAN_TOLD_ON && first->next != PLAN_NONE ? &told->rows[first->next] : first;
    int32_t brief = day.at + day.unit->brief;
    bool is_bare = after == first && first->what == PLAN_TOLD_ON;
    spend(&day, PLAN_LEG_BRIEF, !is_bare && after->at < brief ? after->at : brief, day.site,
          PLAN_NONE);
    for (uint32_t i = told->first[unit]; i != PLAN_NONE; i = told->rows[i].next) {
        tell(&day, &told->rows[i]);
    }
    if (told->state[unit] != PLAN_TOLD_OFF) {
        int32_t end = planned->to > day.at ? planned->to : day.at;
        if (told->state[unit] == PLAN_TOLD_ARRIVED) {
            spend(&day, PLAN_LEG_DWELL, end, day.site, plan_told_there(told, unit));
        } else if (told->state[unit] == PLAN_TOLD_BREAK) {
            spend(&day, PLAN_LEG_BREAK, end, day.site, PLAN_NONE);
        } else {
            int64_t way =
                plan_check_way_at(problem, day.unit->mode, day.site, day.unit->end_site, day.at);
            int64_t back = day.at + (way < 0 ? 0 : way);
            end = back > end && back <= PLAN_TICKS_MAX ? (int32_t)back : end;
            tell(&day, &(struct plan_told){.what = PLAN_TOLD_OFF, .at = end});
        }
    }
    duty.leg_count = day.count;
    duty.to = day.at;
    return duty;
}

enum status plan_actual_make(struct arena *arena, const struct plan_problem *problem,
                             const struct plan_duty *planned, const struct plan_told_rows *told,
                             const struct plan_duty **ret_duties, const bool **ret_is_told,
                             struct error *err)
{
    struct plan_duty *duties = ARENA_ARRAY(arena, struct plan_duty, problem->unit_count + 1U);
    bool *is_told = ARENA_ARRAY(arena, bool, problem->unit_count + 1U);
    enum status status = STATUS_OK;
    for (uint32_t i = 0; i < problem->unit_count && status == STATUS_OK; i++) {
        is_told[i] = told->first[i] != PLAN_NONE;
        if (is_told[i]) {
            duties[i] = unit_day(arena, problem, told, i, &planned[i]);
            status = plan_duty_check(problem, i, &duties[i], err);
        }
    }
    if (status == STATUS_OK) {
        *ret_duties = duties;
        *ret_is_told = is_told;
    }
    return status;
}

enum status plan_actual_read(struct arena *arena, const struct plan_problem *problem,
                             const struct plan_duty *planned, const char *name, str text,
                             const struct plan_duty **ret_duties, const bool **ret_is_told,
                             struct plan_refused *refused, struct error *err)
{
    struct plan_told_rows told;
    enum status status = plan_told_read(arena, problem, name, text, &told, refused, err);
    return status == STATUS_OK
               ? plan_actual_make(arena, problem, planned, &told, ret_duties, ret_is_told, err)
               : status;
}
