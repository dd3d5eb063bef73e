/* SPDX-License-Identifier: Apache-2.0 */
/* Posts: n officers for hours, cut into turns by relief.
 *
 * A turn is as many mandatory tasks as the smallest unit that can stand there then would take. Where all that
 * can are of one size, that is all. Where they differ, the tasks of a turn belong together, and a larger
 * unit stands for several of them: a pair at a post of two is enough, and so are two single officers.
 */
#include <math.h>

#include "plan/net.h"
#include "plan/pace.h"
#include "plan/problem_internal.h"

enum { TURNS_MAX = 1000, ALIKE_TRIED = 16 };

/* ---- what a turn asks for ---- */

int32_t plan_turn_officers(const struct plan_unit *unit, const struct plan_task *task)
{
    uint16_t officers = plan_unit_officers(unit);
    return officers > task->officers ? officers : task->officers;
}

uint32_t plan_turn_unmet(const struct plan_turn *turn, int64_t officers)
{
    int64_t lacks = turn->officers - officers;
    uint32_t tasks = lacks > 0 ? (uint32_t)((lacks + turn->each - 1) / turn->each) : 0;
    return tasks < turn->count ? tasks : turn->count;
}

struct plan_turn *plan_turns_copy(struct arena *arena, const struct plan_problem *problem,
                                  uint32_t more)
{
    struct plan_turn *turns =
        ARENA_ARRAY(arena, struct plan_turn, (size_t)problem->turn_count + more + 1U);
    for (uint32_t i = 0; i < problem->turn_count; i++) {
        turns[i] = problem->turns[i];
    }
    return turns;
}

void plan_turns_stand(struct arena *arena, const struct plan_problem *problem, const int64_t *there,
                      bool *is_served)
{
    if (problem->turn_count == 0) {
        return;
    }
    uint32_t *without = ARENA_ARRAY(arena, uint32_t, problem->turn_count);
    for (uint32_t i = 0; i < problem->task_count; i++) {
        uint32_t turn = problem->tasks[i].turn;
        if (turn > 0 && !is_served[i]) {
            without[turn - 1]++;
        }
    }
    for (uint32_t i = 0; i < problem->task_count; i++) {
        uint32_t turn = problem->tasks[i].turn;
        if (turn > 0 && !is_served[i] &&
            without[turn - 1] > plan_turn_unmet(&problem->turns[turn - 1], there[turn - 1])) {
            without[turn - 1]--;
            is_served[i] = true;
        }
    }
}

/* ---- rows ---- */

uint32_t plan_row_turn(struct plan_reader *reader, int32_t officers)
{
    struct plan_problem *problem = reader->problem;
    void *turns = problem->turns;
    void *firsts = reader->turn_first;
    plan_row_grow(reader->arena, &turns, sizeof *problem->turns, problem->turn_count,
                  &reader->turn_cap);
    plan_row_grow(reader->arena, &firsts, sizeof *reader->turn_first, problem->turn_count,
                  &reader->turn_first_cap);
    problem->turns = turns;
    reader->turn_first = firsts;
    problem->turns[problem->turn_count] = (struct plan_turn){.officers = officers, .each = 1};
    return ++problem->turn_count;
}

bool plan_row_is_of_turn(struct plan_row *row, const struct plan_task *task)
{
    const struct plan_problem *problem = row->reader->problem;
    uint32_t *first = &row->reader->turn_first[task->turn - 1];
    if (problem->turns[task->turn - 1].count == 0) {
        *first = problem->task_count;
    }
    const struct plan_task *like = *first < problem->task_count ? &problem->tasks[*first] : task;
    bool is_alike = task->is_mandatory && task->group == PLAN_NONE && task->site == like->site &&
                    task->officers == like->officers && task->skills == like->skills &&
                    task->profit == like->profit; /* who was late, or left, has hours of its own */
    if (!is_alike) {
        plan_row_refuse(row, "tasks of one turn are mandatory, in no group, and alike in all but "
                             "their ids and times");
    }
    return is_alike;
}

void plan_read_turn(struct plan_row *row)
{
    static const char *const names[] = {"id", "officers", NULL};
    plan_row_members(row, names);
    plan_row_id(row);
    int32_t officers = (int32_t)plan_row_whole(row, "officers", NAN, 1, PLAN_OFFICERS_MAX);
    if (row->is_refused) {
        return;
    }
    if (!plan_ids_add(&row->reader->turns, row->id, row->reader->problem->turn_count)) {
        plan_row_refuse(row, "there is another turn of this id");
        return;
    }
    (void)plan_row_turn(row->reader, officers);
}

/* ---- posts ---- */

/* From when until when a unit can be there. */
struct stander {
    int64_t from, to;
    uint16_t officers;
};

/* A part of the post, and the sizes of the units that can be there in all of it. */
struct part {
    int32_t from, to;
    uint16_t least, most;
    uint32_t turn;
};

static int64_t way(const struct net *net, const struct plan_unit *unit, uint32_t from, uint32_t to)
{
    return pace_shortest(net->problem, unit->mode, net_compute_way(net, unit->mode, from, to));
}

/* Those that have the skills, each kind once or a few times. Posts of one site with the same skills mostly stand
 * side by side in a problem: they are looked for once. */
static void find_standers(struct plan_reader *reader, const struct plan_task *task)
{
    const struct plan_problem *problem = reader->problem;
    struct stander *all = reader->standers;
    uint32_t count = 0;
    if (all == NULL) {
        reader->net = ARENA_ARRAY(&reader->list_arena, struct net, 1);
        net_make_points(&reader->list_arena, problem, reader->net);
        all = ARENA_ARRAY(&reader->list_arena, struct stander, problem->unit_count + 1U);
    } else if (reader->stander_site == task->site && reader->stander_skills == task->skills) {
        return;
    }
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        const struct plan_unit *unit = &problem->units[i];
        if (unit->officers == 0 || (task->skills & ~unit->skills) != 0) {
            continue;
        }
        int64_t begin = unit->start > unit->free ? unit->start : unit->free;
        struct stander one = {begin + way(reader->net, unit, unit->base, task->site),
                              unit->end - way(reader->net, unit, task->site, unit->end_site),
                              unit->officers};
        uint32_t k = count < ALIKE_TRIED ? 0 : count - ALIKE_TRIED;
        while (k < count && (all[k].from != one.from || all[k].to != one.to ||
                             all[k].officers != one.officers)) {
            k++;
        }
        if (k == count) {
            all[count++] = one;
        }
    }
    reader->standers = all;
    reader->stander_count = count;
    reader->stander_site = task->site;
    reader->stander_skills = task->skills;
}

/* Where nobody can be there in time, whoever has the skills counts. */
static void find_sizes(const struct stander *all, uint32_t count, struct part *part)
{
    uint16_t otherwise = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint16_t officers = all[i].officers;
        otherwise = otherwise == 0 || officers < otherwise ? officers : otherwise;
        if (all[i].from <= part->from && all[i].to >= part->to) {
            part->least = part->least == 0 || officers < part->least ? officers : part->least;
            part->most = officers > part->most ? officers : part->most;
        }
    }
    if (part->least == 0) {
        part->least = part->most = otherwise > 0 ? otherwise : 1;
    }
}

static uint32_t cut(struct plan_row *row, const struct plan_task *task, int32_t to, int32_t relief,
                    int officers, struct part *parts)
{
    struct plan_reader *reader = row->reader;
    uint32_t count = 0;
    find_standers(reader, task);
    for (int32_t at = task->open; at < to; at = parts[count++].to) {
        struct part *part = &parts[count];
        *part = (struct part){.from = at, .to = to - at < relief ? to : at + relief};
        find_sizes(reader->standers, reader->stander_count, part);
        if (part->least < part->most && part->least < officers) {
            part->turn = plan_row_turn(reader, officers);
        }
    }
    return count;
}

/* The k-th chain through the parts: whoever stands on stays on. False: none of them has a k-th. */
static bool add_chain(struct plan_row *row, struct plan_task task, const struct part *parts,
                      uint32_t count, int officers, int k)
{
    bool is_any = false;
    for (uint32_t i = 0; i < count && !row->is_refused; i++) {
        const struct part *part = &parts[i];
        int left = officers - k * part->least;
        if (left <= 0) {
            continue;
        }
        is_any = true;
        task.turn = part->turn;
        task.officers = (uint16_t)(left < part->least && part->turn == 0 ? left : part->least);
        task.open = task.close = part->from;
        task.dwell = part->to - part->from;
        task.id = arena_printf(row->reader->arena, "%.*s/%d.%u", STR_ARG(row->id), k + 1, i + 1);
        plan_row_add_task(row, task);
    }
    return is_any;
}

void plan_read_post(struct plan_row *row)
{
    static const char *const names[] = {"id",       "site",   "from_s", "to_s", "officers",
                                        "relief_s", "skills", "profit", "note", NULL};
    plan_row_members(row, names);
    struct plan_task task = plan_row_task(row);
    int32_t from = plan_row_ticks(row, "from_s", -1);
    int32_t to = plan_row_ticks(row, "to_s", -1);
    int32_t relief = plan_row_ticks(row, "relief_s", to > from ? to - from : 1);
    int officers = (int)plan_row_whole(row, "officers", 1, 1, PLAN_OFFICERS_MAX);
    task.profit = plan_row_profit(row);
    task.is_mandatory = true;
    plan_row_window(row, "from_s", from, "to_s", to);
    if (!row->is_refused && (to == from || relief == 0 || (to - from) / relief > TURNS_MAX)) {
        plan_row_refuse(row, "the post is empty, or 'relief_s' cuts it into more than 1,000 turns");
    }
    if (row->is_refused) {
        return;
    }
    struct plan_problem *problem = row->reader->problem;
    if (problem->task_count == PLAN_TASKS_MAX) {
        plan_row_add_task(row, task); /* says so; who could stand there is no question any more */
        return;
    }
    struct part *parts = ARENA_ARRAY(&row->reader->row_arena, struct part, TURNS_MAX + 2);
    uint32_t turns = problem->turn_count;
    task.open = from;
    uint32_t count = cut(row, &task, to, relief, officers, parts);
    for (int k = 0; add_chain(row, task, parts, count, officers, k); k++) {
    }
    while (problem->turn_count > turns && problem->turns[problem->turn_count - 1].count == 0) {
        problem->turn_count--; /* refused: no task is of this turn */
    }
}
