/* SPDX-License-Identifier: Apache-2.0 */
/* What solver, checker and pages ask of a problem. */
#include "base/text.h"
#include "base/utf8.h"
#include "plan/problem.h"

enum { SPACING_S = 2 * 3600 }; /* Koper: 10 to 16 minutes, about every two hours */

str plan_site_name(const struct plan_problem *problem, uint32_t site)
{
    const struct plan_site *one = &problem->sites[site];
    return one->name.n > 0 ? one->name : one->id;
}

bool plan_is_lonlat(const struct plan_problem *problem)
{
    return problem->travel_by == PLAN_SPHERE || problem->is_lonlat;
}

int32_t plan_spacing(int32_t ticks_per_s, int64_t from, int64_t to, int64_t count, int64_t dwell)
{
    int64_t most = (int64_t)SPACING_S * ticks_per_s;
    int64_t half = ((to - from) / (count > 0 ? count : 1) - dwell) / 2;
    half = half > 0 ? half / ticks_per_s * ticks_per_s : 0;
    return (int32_t)(half < most ? half : most);
}

int32_t plan_slot_lead(const struct plan_slots *slots)
{
    uint32_t hash = 2166136261u; /* FNV-1a */
    for (size_t i = 0; i < slots->id.n; i++) {
        hash = (hash ^ (unsigned char)slots->id.p[i]) * 16777619u;
    }
    hash = (hash ^ hash >> 16) * 0x45d9f3bu; /* ids of a list differ in their last letter only */
    hash ^= hash >> 16;
    return (int32_t)((int64_t)slots->gap * (hash & 255) / 255);
}

void plan_slot(const struct plan_slots *slots, int64_t k, int32_t *ret_open, int32_t *ret_close)
{
    int64_t length = (int64_t)slots->to - slots->from;
    int32_t lead = plan_slot_lead(slots);
    *ret_open = (int32_t)(slots->from + length * k / slots->count) + (k > 0 ? lead : 0);
    *ret_close = (int32_t)(slots->from + length * (k + 1) / slots->count) - slots->dwell -
                 (k + 1 < slots->count ? slots->gap - lead : 0);
}

bool plan_unit_may(const struct plan_unit *unit, uint32_t unit_index, const struct plan_task *task)
{
    return (task->skills & ~unit->skills) == 0 && task->officers <= unit->officers &&
           (task->unit == PLAN_NONE || task->unit == unit_index);
}

uint16_t plan_unit_officers(const struct plan_unit *unit)
{
    return unit->out_officers > 0 ? unit->out_officers : unit->officers;
}

uint32_t plan_task_nth(const struct plan_task *task, uint32_t *counts)
{
    return task->group == PLAN_NONE ? 0 : counts[task->group]++;
}

int64_t plan_task_gain(const struct plan_problem *problem, const struct plan_task *task,
                       uint32_t nth)
{
    if (task->group == PLAN_NONE) {
        return task->profit;
    }
    const struct plan_group *group = &problem->groups[task->group];
    nth = nth < group->weight_count ? nth : group->weight_count - 1U;
    return task->profit * group->weights[nth] / 1000;
}

uint32_t plan_find_site(const struct plan_problem *problem, str id)
{
    uint32_t i = 0;
    while (i < problem->site_count && !str_equal(problem->sites[i].id, id)) {
        i++;
    }
    return i < problem->site_count ? i : PLAN_NONE;
}

uint32_t plan_find_task(const struct plan_problem *problem, str id)
{
    uint32_t i = 0;
    while (i < problem->task_count && !str_equal(problem->tasks[i].id, id)) {
        i++;
    }
    return i < problem->task_count ? i : PLAN_NONE;
}

uint32_t plan_find_unit(const struct plan_problem *problem, str id)
{
    uint32_t i = 0;
    while (i < problem->unit_count && !str_equal(problem->units[i].id, id)) {
        i++;
    }
    return i < problem->unit_count ? i : PLAN_NONE;
}

bool plan_unit_is_alike(const struct plan_unit *a, const struct plan_unit *b)
{
    return a->base == b->base && a->end_site == b->end_site && a->start == b->start &&
           a->end == b->end && a->capacity == b->capacity && a->skills == b->skills &&
           a->officers == b->officers && a->mode == b->mode && a->break_open == b->break_open &&
           a->break_close == b->break_close && a->break_length == b->break_length &&
           a->second_open == b->second_open && a->second_close == b->second_close &&
           a->second_length == b->second_length;
}

struct plan_unit plan_unit_like(struct arena *arena, const struct plan_problem *problem,
                                const struct plan_unit *model, uint32_t number)
{
    struct plan_unit unit = *model;
    unit.locks = NULL;
    unit.lock_count = 0;
    unit.free = 0;
    unit.had_count = 0;
    unit.out_officers = 0;
    unit.out = 0;
    do {
        unit.id = arena_printf(arena, "%.*s+%u", STR_ARG(utf8_clip(model->id, 180)), number++);
    } while (plan_find_unit(problem, unit.id) != PLAN_NONE);
    return unit;
}
