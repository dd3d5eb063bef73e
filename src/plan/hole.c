/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/hole.h"

#include "base/utf8.h"
#include "plan/check.h"

struct digger {
    struct arena *arena;
    struct plan_problem *problem;
    const struct plan_past *past;
    const struct plan_past_unit *pasts;
    const bool *is_out;
    const struct plan_route *routes;
    bool *is_meant; /* units for whom a rest was cut */
    struct plan_holes *out;
    uint32_t first_turn;     /* turns of rests that are cut now, from here on */
    struct rest_turn *turns; /* of each turn */
    uint32_t again;          /* the task that is offered again; PLAN_NONE */
    int32_t *taken;          /* of each turn before: officers that rests of it ask for */
};

struct rest_turn {
    uint32_t
        post; /* one that was left; others end with it, at its site, and want the same skills */
    int32_t until;
    int32_t asked; /* officers of its tasks so far; */
    int32_t meant; /* of those who were meant for them */
    int32_t from;  /* of its latest task */
};

/* A break that must be begun before `until` is had first. -1: that cannot be. */
static int64_t after_breaks(const struct plan_unit *unit, int64_t at, int32_t until)
{
    const int32_t open[] = {unit->break_open, unit->second_open};
    const int32_t close[] = {unit->break_close, unit->second_close};
    const int32_t length[] = {unit->break_length, unit->second_length};
    for (size_t i = 0; i < ARRAY_LEN(length) && length[i] > 0 && close[i] < until; i++) {
        int64_t begin = at > open[i] ? at : open[i];
        if (begin > close[i]) {
            return -1;
        }
        at = begin + length[i];
    }
    return at;
}

/* When a unit that has nothing else to do can be there; -1: it cannot, or has. */
static int64_t there_at(const struct digger *d, uint32_t index, const struct plan_task *task,
                        int32_t until)
{
    const struct plan_problem *problem = d->problem;
    const struct plan_unit *unit = &problem->units[index];
    int64_t at = unit->start > unit->free ? unit->start : unit->free;
    uint32_t from = unit->base;
    if (d->is_out[index] || d->pasts[index].is_off || !plan_unit_may(unit, index, task) ||
        d->routes[index].stop_count > unit->lock_count) {
        return -1;
    }
    at = at > d->past->now ? at : d->past->now;
    if (unit->lock_count > 0) {
        const struct plan_lock *last = &unit->locks[unit->lock_count - 1];
        const struct plan_task *done = &problem->tasks[last->task];
        int64_t end = (int64_t)last->start + done->dwell;
        from = done->site;
        at = end > at ? end : at;
    }
    at = after_breaks(unit, at, until);
    int64_t way = plan_past_longest(problem, unit->mode, from, task->site);
    int64_t home = plan_past_longest(problem, unit->mode, task->site, unit->end_site);
    return at < 0 || way < 0 || home < 0 || at + way >= until || until + home > unit->end
               ? -1
               : at + way;
}

uint32_t plan_rest_whole(const struct plan_problem *problem, uint32_t rest)
{
    str head = plan_rest_post(problem->tasks[rest].id);
    for (uint32_t i = 0; head.n > 0 && i < problem->task_count; i++) {
        const struct plan_task *post = &problem->tasks[i];
        if (post->site == problem->tasks[rest].site && plan_is_post(post) &&
            str_equal(plan_rest_head(post->id), head)) {
            return i;
        }
    }
    return PLAN_NONE;
}

str plan_rest_head(str id)
{
    return utf8_clip(id, 180);
}

str plan_rest_post(str id)
{
    static const char mark[] = PLAN_REST_MARK;
    size_t at = 0;
    for (size_t i = 0; i + strlen(mark) <= id.n; i++) {
        at = str_starts(str_slice(id, i, id.n), STR(PLAN_REST_MARK)) ? i : at;
    }
    return str_slice(id, 0, at);
}

int32_t plan_post_end(const struct plan_problem *problem, uint32_t post)
{
    const struct plan_task *task = &problem->tasks[post];
    int32_t end = task->open + task->dwell;
    for (uint32_t i = 0; i < problem->task_count; i++) {
        const struct plan_task *rest = &problem->tasks[i];
        if (rest->site == task->site &&
            str_equal(plan_rest_post(rest->id), plan_rest_head(task->id))) {
            end = rest->open + rest->dwell > end ? rest->open + rest->dwell : end;
        }
    }
    return end;
}

static str new_id(struct arena *arena, const struct plan_problem *problem, str id)
{
    str name = arena_printf(arena, "%.*s" PLAN_REST_MARK, STR_ARG(plan_rest_head(id)));
    for (unsigned i = 2; plan_find_task(problem, name) != PLAN_NONE; i++) {
        name = arena_printf(arena, "%.*s" PLAN_REST_MARK "%u", STR_ARG(plan_rest_head(id)), i);
    }
    return name;
}

/* Too little time is left for anybody to be sent. */
static bool is_over(const struct digger *d, int32_t until)
{
    return !plan_is_early(d->problem, d->past->now, until);
}

/* Another told that it is there, or was until the end. */
static bool is_held(const struct digger *d, uint32_t leaver, const struct plan_left *left)
{
    const struct plan_told_rows *told = d->past->told;
    bool is_held = false;
    for (uint32_t i = 0; told != NULL && i < d->problem->unit_count; i++) {
        is_held =
            is_held || (i != leaver && !d->is_out[i] && plan_told_there(told, i) == left->post);
    }
    for (uint32_t i = 0; told != NULL && i < told->count; i++) {
        const struct plan_told *row = &told->rows[i];
        is_held = is_held ||
                  (row->unit != leaver && row->task == left->post && row->what == PLAN_TOLD_LEFT &&
                   !plan_is_early(d->problem, row->at, left->until));
    }
    return is_held;
}

/* The post that a unit which drops out stands at is over for it. */
static bool end_post(const struct digger *d, const struct plan_unit *unit,
                     struct plan_left *ret_left)
{
    int32_t now = d->past->now;
    if (unit->lock_count == 0) {
        return false;
    }
    const struct plan_lock *last = &unit->locks[unit->lock_count - 1];
    struct plan_task *task = &d->problem->tasks[last->task];
    *ret_left = (struct plan_left){last->task, now, last->start + task->dwell};
    if (!plan_is_post(task) || last->start < 0 || last->start > now || ret_left->until <= now) {
        return false;
    }
    task->dwell = now - last->start;
    return true;
}

/* The first of the idle that nothing was meant for yet; its time and its officers; -1 and none. */
static int32_t first_there(struct digger *d, uint32_t leaver, const struct plan_task *rest,
                           int32_t until, int32_t *ret_officers)
{
    int64_t from = -1;
    uint32_t first = PLAN_NONE;
    for (uint32_t k = 0; k < d->problem->unit_count && !is_over(d, until); k++) {
        bool is_no = k == leaver || d->is_meant[k] || plan_past_skipped(d->past, k, d->again);
        int64_t at = is_no ? -1 : there_at(d, k, rest, until);
        if (at >= 0 && (from < 0 || at < from)) {
            from = at;
            first = k;
        }
    }
    *ret_officers = first == PLAN_NONE ? 0 : d->problem->units[first].officers;
    if (first != PLAN_NONE) {
        d->is_meant[first] = true;
    }
    return (int32_t)from;
}

/* From -1 on: nobody can be there. */
static void add_rest(struct digger *d, uint32_t leaver, const struct plan_left *left,
                     struct plan_task rest, int32_t from)
{
    struct plan_problem *problem = d->problem;
    rest.id = new_id(d->arena, problem, problem->tasks[left->post].id);
    rest.open = rest.close = from < 0 ? left->from : from;
    rest.dwell = left->until - rest.open;
    d->out->is_offered[problem->task_count] = !is_over(d, left->until);
    d->out->leaver[problem->task_count] = leaver;
    problem->tasks[problem->task_count++] = rest;
}

/* Officers that a turn lacks from `at` on, but for those of `leaver`. */
static int32_t lacks(const struct digger *d, uint32_t leaver, uint32_t turn, int32_t at)
{
    const struct plan_problem *problem = d->problem;
    int32_t officers = problem->turns[turn - 1].officers - d->taken[turn - 1];
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        const struct plan_route *route = &d->routes[i];
        bool is_gone = i == leaver || d->is_out[i] || problem->units[i].officers == 0;
        for (uint32_t k = 0; k < route->stop_count && !is_gone; k++) {
            const struct plan_task *task = &problem->tasks[route->stops[k].task];
            if (task->turn == turn && route->stops[k].start + task->dwell > at) {
                officers -= plan_turn_officers(&problem->units[i], task);
            }
        }
    }
    return officers;
}

/* The turn to which what is left of this post belongs, by tasks of so many officers; from 1. */
static uint32_t turn_of_rests(struct digger *d, uint32_t post, int32_t until, int32_t each)
{
    struct plan_problem *problem = d->problem;
    const struct plan_task *task = &problem->tasks[post];
    for (uint32_t i = d->first_turn; i < problem->turn_count; i++) {
        const struct rest_turn *how = &d->turns[i];
        const struct plan_task *other = &problem->tasks[how->post];
        if (other->site == task->site && other->skills == task->skills && how->until == until &&
            problem->turns[i].each == each) {
            return i + 1;
        }
    }
    d->turns[problem->turn_count] = (struct rest_turn){.post = post, .until = until};
    problem->turns[problem->turn_count] = (struct plan_turn){.each = each};
    return ++problem->turn_count;
}

/* From when on the next task of a turn of rests is; -1: nobody can be there. */
static int32_t from_of(struct digger *d, uint32_t leaver, const struct plan_task *rest,
                       int32_t until)
{
    struct rest_turn *how = &d->turns[rest->turn - 1];
    if (how->asked >= how->meant) {
        int32_t more = 0;
        how->from = first_there(d, leaver, rest, until, &more);
        how->meant = how->asked + more;
    }
    how->asked += d->problem->turns[rest->turn - 1].each;
    return how->from;
}

/* The officers that the unit stood there with and that the turn lacks now are tasks of one turn again: whoever has
 * as many is enough. */
static void add_turn(struct digger *d, uint32_t leaver, const struct plan_left *left,
                     struct plan_task rest)
{
    int32_t officers = plan_turn_officers(&d->problem->units[leaver], &rest);
    int32_t lacking = lacks(d, leaver, rest.turn, left->from);
    officers = officers < lacking ? officers : lacking;
    if (officers <= 0) {
        return;
    }
    int32_t each = (officers + PLAN_RESTS_MAX - 1) / PLAN_RESTS_MAX;
    rest.officers = each > rest.officers ? (uint16_t)each : rest.officers;
    d->taken[rest.turn - 1] += officers;
    rest.turn = turn_of_rests(d, left->post, left->until, rest.officers);
    struct plan_turn *turn = &d->problem->turns[rest.turn - 1];
    turn->officers += officers;
    while ((int32_t)turn->count * turn->each < turn->officers &&
           d->problem->task_count < PLAN_TASKS_MAX) {
        add_rest(d, leaver, left, rest, from_of(d, leaver, &rest, left->until));
        turn->count++;
    }
}

static void cut(struct digger *d, uint32_t leaver, const struct plan_left *left)
{
    struct plan_task rest = d->problem->tasks[left->post];
    int32_t officers = 0;
    if (!rest.is_mandatory || !plan_is_early(d->problem, left->from, left->until) ||
        is_held(d, leaver, left)) {
        return;
    }
    rest.unit = rest.group = PLAN_NONE;
    rest.profit = 0;
    if (rest.turn > 0) {
        add_turn(d, leaver, left, rest);
    } else if (d->problem->task_count < PLAN_TASKS_MAX) {
        add_rest(d, leaver, left, rest, first_there(d, leaver, &rest, left->until, &officers));
    }
}

/* ---- those of an earlier mend ---- */

static bool is_served(const struct digger *d, uint32_t task)
{
    bool is_served = false;
    for (uint32_t i = 0; i < d->problem->unit_count; i++) {
        uint32_t count = d->is_out[i] ? d->problem->units[i].lock_count : d->routes[i].stop_count;
        for (uint32_t k = 0; k < count && k < d->routes[i].stop_count; k++) {
            is_served = is_served || d->routes[i].stops[k].task == task;
        }
    }
    return is_served;
}

/* Who told last of the post that it left; PLAN_NONE. */
static uint32_t leaver_of(const struct digger *d, uint32_t rest)
{
    uint32_t post = plan_rest_whole(d->problem, rest);
    uint32_t leaver = PLAN_NONE;
    for (uint32_t i = 0; d->past->told != NULL && i < d->past->told->count; i++) {
        const struct plan_told *row = &d->past->told->rows[i];
        if (row->task == post && row->what == PLAN_TOLD_LEFT) {
            leaver = row->unit;
        }
    }
    return leaver;
}

/* When nobody can be there, it says as before since when nobody is. */
static void offer_again(struct digger *d, uint32_t task)
{
    struct plan_task *rest = &d->problem->tasks[task];
    int32_t until = rest->open + rest->dwell;
    int32_t officers = 0;
    if (plan_rest_post(rest->id).n == 0 || !rest->is_mandatory || is_over(d, until) ||
        is_served(d, task) ||
        (rest->turn > 0 &&
         d->turns[rest->turn - 1].asked >= lacks(d, PLAN_NONE, rest->turn, d->past->now))) {
        return;
    }
    uint32_t leaver = leaver_of(d, task);
    d->again = task;
    int32_t from = rest->turn > 0 ? from_of(d, leaver, rest, until)
                                  : first_there(d, leaver, rest, until, &officers);
    d->again = PLAN_NONE;
    d->out->is_offered[task] = true;
    d->out->leaver[task] = leaver;
    if (from >= 0) {
        rest->open = rest->close = from;
        rest->dwell = until - from;
    }
}

/* For the rests of all posts that were left. */
static void make_room(struct digger *d)
{
    struct plan_problem *problem = d->problem;
    struct plan_holes *out = d->out;
    size_t tasks = problem->task_count + 1U;
    uint32_t turns = 0;
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        uint32_t lefts = d->pasts[i].left_count + (d->is_out[i] ? 1 : 0);
        turns += lefts;
        tasks += (size_t)lefts * PLAN_RESTS_MAX;
    }
    struct plan_task *all = ARENA_ARRAY(d->arena, struct plan_task, tasks);
    memcpy(all, problem->tasks, problem->task_count * sizeof *all);
    problem->tasks = all;
    d->taken = ARENA_ARRAY(d->arena, int32_t, problem->turn_count + 1U);
    d->turns = ARENA_ARRAY(d->arena, struct rest_turn, problem->turn_count + turns + 1U);
    problem->turns = plan_turns_copy(d->arena, problem, turns);
    out->first = problem->task_count;
    out->is_offered = ARENA_ARRAY(d->arena, bool, tasks);
    out->leaver = ARENA_ARRAY(d->arena, uint32_t, tasks);
    memset(out->leaver, 0xff, tasks * sizeof *out->leaver);
}

void plan_holes_add(struct arena *arena, struct plan_problem *problem, const struct plan_past *past,
                    const struct plan_past_unit *pasts, const bool *is_out,
                    const struct plan_route *routes, struct plan_holes *ret_holes)
{
    struct plan_left left;
    struct digger d = {.arena = arena,
                       .problem = problem,
                       .past = past,
                       .pasts = pasts,
                       .is_out = is_out,
                       .routes = routes,
                       .out = ret_holes,
                       .first_turn = problem->turn_count,
                       .again = PLAN_NONE};
    d.is_meant = ARENA_ARRAY(arena, bool, problem->unit_count + 1U);
    make_room(&d);
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        for (uint32_t k = 0; k < pasts[i].left_count; k++) {
            cut(&d, i, &pasts[i].lefts[k]);
        }
        if (is_out[i] && end_post(&d, &problem->units[i], &left)) {
            cut(&d, i, &left);
        }
    }
    for (uint32_t i = 0; i < ret_holes->first; i++) {
        offer_again(&d, i);
    }
}
