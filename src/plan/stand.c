/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/stand.h"

#include "base/utf8.h"
#include "plan/day.h"
#include "plan/net.h"

enum { SKILLS_BYTES_MAX = 8000, BREAKS = 2 };

struct pause {
    int64_t open, close, length;
};

/* When the breaks are over that are taken one after another from `at` on; -1: one may not begin so late. */
static int64_t after_breaks(const struct pause *pauses, size_t count, int64_t at)
{
    for (size_t i = 0; i < count && at >= 0; i++) {
        int64_t begin = at > pauses[i].open ? at : pauses[i].open;
        at = begin > pauses[i].close ? -1 : begin + pauses[i].length;
    }
    return at;
}

/* Some of the breaks before and the others after: is there a way to have them all? */
static bool has_breaks(const struct pause *pauses, size_t count, int64_t at, int64_t go,
                       int64_t end, int64_t home)
{
    bool has = false;
    for (size_t before = 0; before <= count && !has; before++) {
        int64_t first = after_breaks(pauses, before, at);
        int64_t last = after_breaks(pauses + before, count - before, end);
        has = first >= 0 && first <= go && last >= 0 && last <= home;
    }
    return has;
}

/* `go`: when it must leave for the post; `home`: when it must leave for its base. */
static void find_break(struct plan_stand *stand, const struct plan_unit *unit, int64_t at,
                       int64_t go, int64_t end, int64_t home)
{
    const struct pause pauses[BREAKS] = {
        {unit->break_open, unit->break_close, unit->break_length},
        {unit->second_open, unit->second_close, unit->second_length}};
    size_t count = unit->second_length > 0 ? 2 : unit->break_length > 0 ? 1 : 0;
    if (has_breaks(pauses, count, at, go, end, home)) {
        return;
    }
    stand->rule = PLAN_STAND_BREAK;
    if (count == 1) {
        int64_t begin = go - pauses[0].length;
        stand->pause_early = begin >= at ? pauses[0].open - begin : 0;
        stand->pause_late = end + pauses[0].length <= home ? end - pauses[0].close : 0;
    }
}

struct plan_stand plan_stand_of(const struct net *net, uint32_t unit_index,
                                const struct plan_task *task, int64_t at, uint32_t site)
{
    const struct plan_unit *unit = &net->problem->units[unit_index];
    struct plan_stand stand = {.rule = PLAN_STAND_CAN};
    int64_t end = (int64_t)task->open + task->dwell;
    int64_t there = net_way(net, unit->mode, site, task->site);
    int64_t back = net_way(net, unit->mode, task->site, unit->end_site);
    if (unit->officers == 0) {
        stand.rule = PLAN_STAND_OUT;
    } else if ((task->skills & ~unit->skills) != 0) {
        stand.rule = PLAN_STAND_SKILLS;
    } else if (!plan_unit_may(unit, unit_index, task)) {
        stand.rule = PLAN_STAND_OFFICERS;
    } else if (there >= NET_NO_WAY || back >= NET_NO_WAY) {
        stand.rule = PLAN_STAND_NO_WAY;
    } else {
        stand.early = at + there > task->open ? at + there - task->open : 0;
        stand.late = end + back > unit->end ? end + back - unit->end : 0;
        stand.rule = at > task->open || end > unit->end  ? PLAN_STAND_HOURS
                     : stand.early > 0 || stand.late > 0 ? PLAN_STAND_WAY
                                                         : PLAN_STAND_CAN;
    }
    if (stand.rule == PLAN_STAND_CAN) {
        find_break(&stand, unit, at, task->open - there, end, unit->end - back);
    }
    return stand;
}

const struct plan_stand *plan_stands(struct arena *arena, const struct plan_problem *problem,
                                     const struct plan_task *task)
{
    struct net net;
    struct plan_stand *all = ARENA_ARRAY(arena, struct plan_stand, problem->unit_count + 1U);
    net_make_points(arena, problem, &net);
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        const struct plan_unit *unit = &problem->units[i];
        int64_t at = unit->start > unit->free ? unit->start : unit->free;
        all[i] = plan_stand_of(&net, i, task, at, unit->base);
    }
    return all;
}

/* "boxes/2.1" → "boxes": what its post is called. */
static str stem_of(str id)
{
    size_t end = id.n;
    while (end > 0 && id.p[end - 1] != '/') {
        end--;
    }
    return end > 0 ? str_slice(id, 0, end - 1) : id;
}

bool plan_is_beside(const struct plan_task *a, const struct plan_task *b)
{
    return a->is_mandatory && a->site == b->site && a->turn == b->turn && a->skills == b->skills &&
           a->open < b->open + b->dwell && b->open < a->open + a->dwell &&
           str_equal(stem_of(a->id), stem_of(b->id));
}

void plan_add_beside(const struct plan_problem *problem, const struct plan_result *result,
                     uint32_t unit, uint32_t task, struct buf *out)
{
    const struct plan_task *own = &problem->tasks[task];
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        const struct plan_route *route = &result->routes[i];
        for (uint32_t k = 0; k < route->stop_count && i != unit; k++) {
            const struct plan_task *other = &problem->tasks[route->stops[k].task];
            if (!plan_is_beside(own, other)) {
                continue;
            }
            int officers = plan_turn_officers(&problem->units[i], other);
            buf_printf(out, "%s%.*s (%d %s", out->n > 0 ? ", " : "",
                       STR_ARG(utf8_clip(problem->units[i].id, 80)), officers,
                       officers == 1 ? "officer" : "officers");
            if (other->open != own->open) {
                buf_add_c(out, ", from ");
                plan_add_clock(out, problem, route->stops[k].start);
            }
            buf_add_byte(out, ')');
        }
    }
}

str plan_skill_names(struct arena *arena, const struct plan_problem *problem, uint64_t skills)
{
    struct buf out;
    buf_init(&out, SKILLS_BYTES_MAX);
    for (uint32_t i = 0; i < problem->skill_count; i++) {
        if ((skills >> i & 1) != 0) {
            buf_printf(&out, "%s%.*s", out.n > 0 ? ", " : "",
                       STR_ARG(utf8_clip(problem->skills[i], 60)));
        }
    }
    str text = arena_str(arena, buf_str(&out));
    buf_close(&out);
    return text;
}
