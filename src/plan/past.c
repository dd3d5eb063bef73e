/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/past.h"

#include "plan/check.h"
#include "plan/pace.h"

struct fact {
    uint32_t task;
    int32_t start, end;
};

struct historian {
    const struct plan_past *past;
    struct plan_problem *problem;
    const struct plan_unit *unit;
    const struct plan_route *before;
    uint32_t index;
    bool is_out;
    struct fact *facts;
    uint32_t fact_count;
    struct plan_had told_had[2];
    uint32_t told_breaks; /* all of them */
    bool is_here, is_resting;
    bool *is_taken; /* stops of the route that are among the facts */
    struct plan_past_unit *out;
};

int64_t plan_past_longest(const struct plan_problem *problem, unsigned mode, uint32_t from,
                          uint32_t to)
{
    int64_t way = plan_check_way(problem, mode, from, to);
    return way < 0 ? -1 : pace_slowest(problem, mode, way);
}

bool plan_past_is_bound(const struct plan_problem *problem, const struct plan_unit *unit,
                        uint32_t last, const struct plan_stop *stop, int64_t left, int32_t now,
                        int32_t *ret_back)
{
    uint32_t from = last == PLAN_NONE ? unit->base : problem->tasks[last].site;
    uint32_t to = problem->tasks[stop->task].site;
    int64_t way = plan_check_way_at(problem, unit->mode, from, to, left);
    int64_t back = plan_check_way_at(problem, unit->mode, to, from, now);
    if (way < 0 || back < 0) {
        return true;
    }
    if (last == PLAN_NONE &&
        now + plan_past_longest(problem, unit->mode, from, to) <= stop->start) {
        *ret_back = 0; /* it does not leave its base before it must */
        return false;
    }
    back = now - left < way ? way : back; /* still driving: it turns at worst at the end */
    if (now + back + plan_past_longest(problem, unit->mode, from, to) > stop->start) {
        return true;
    }
    *ret_back = (int32_t)back;
    return false;
}

void plan_past_init(struct arena *arena, const struct plan_problem *problem,
                    const struct plan_told_rows *told, int32_t heard, int32_t now,
                    struct plan_past *ret_past)
{
    struct plan_past past = {.told = told, .heard = heard, .now = now > heard ? now : heard};
    past.owner = ARENA_ARRAY(arena, uint32_t, problem->task_count + 1U);
    for (uint32_t i = 0; i < problem->task_count; i++) {
        past.owner[i] = PLAN_NONE;
    }
    for (uint32_t i = 0; told != NULL && i < told->count; i++) {
        const struct plan_told *row = &told->rows[i];
        if (row->what == PLAN_TOLD_ARRIVED && past.owner[row->task] == PLAN_NONE) {
            past.owner[row->task] = row->unit;
        }
    }
    *ret_past = past;
}

bool plan_past_has(const struct plan_past *past, uint32_t unit)
{
    return past->told != NULL && past->told->first[unit] != PLAN_NONE;
}

bool plan_past_skipped(const struct plan_past *past, uint32_t unit, uint32_t task)
{
    bool is_skipped = false;
    if (!plan_past_has(past, unit)) {
        return false;
    }
    for (uint32_t i = past->told->first[unit]; i != PLAN_NONE; i = past->told->rows[i].next) {
        const struct plan_told *row = &past->told->rows[i];
        if (row->task == task &&
            (row->what == PLAN_TOLD_SKIPPED || row->what == PLAN_TOLD_ARRIVED)) {
            is_skipped = row->what == PLAN_TOLD_SKIPPED;
        }
    }
    return is_skipped;
}

void plan_past_own(struct arena *arena, const struct plan_past *past, struct plan_unit *unit,
                   uint32_t index)
{
    struct plan_lock *locks = ARENA_ARRAY(arena, struct plan_lock, unit->lock_count + 1U);
    uint32_t after[ARRAY_LEN(unit->had)] = {unit->had[0].after, unit->had[1].after};
    uint32_t count = 0;
    for (uint32_t i = 0; i < unit->lock_count; i++) {
        uint32_t owner = past->owner[unit->locks[i].task];
        if (owner == PLAN_NONE || owner == index) {
            locks[count++] = unit->locks[i];
            continue;
        }
        for (size_t k = 0; k < ARRAY_LEN(after); k++) {
            after[k] -= i < unit->had[k].after ? 1 : 0;
        }
    }
    for (size_t k = 0; k < ARRAY_LEN(after); k++) {
        unit->had[k].after = after[k];
    }
    unit->locks = locks;
    unit->lock_count = count;
}

struct plan_route plan_past_without(struct arena *arena, const struct plan_past *past,
                                    const struct plan_route *route, uint32_t unit)
{
    struct plan_stop *stops = ARENA_ARRAY(arena, struct plan_stop, route->stop_count + 1U);
    struct plan_route out = *route;
    uint32_t count = 0;
    for (uint32_t i = 0; i < route->stop_count; i++) {
        uint32_t owner = past->owner[route->stops[i].task];
        if (owner == PLAN_NONE || owner == unit) {
            stops[count++] = route->stops[i];
            continue;
        }
        out.break_after -= i < route->break_after ? 1 : 0;
        out.second_after -= i < route->second_after ? 1 : 0;
    }
    out.stops = stops;
    out.stop_count = count;
    return out;
}

/* ---- facts ---- */

bool plan_is_post(const struct plan_task *task)
{
    return task->open == task->close;
}

/* When a visit that begins then is over: a post ends when it was to end, whenever somebody came. */
static int32_t end_of(const struct historian *h, uint32_t task, int32_t start)
{
    const struct plan_task *one = &h->problem->tasks[task];
    int32_t end = (plan_is_post(one) ? one->open : start) + one->dwell;
    return end > start ? end : start;
}

static void add_fact(struct historian *h, uint32_t task, int32_t start, int32_t end)
{
    h->facts[h->fact_count++] = (struct fact){task, start, end};
    for (uint32_t i = 0; i < h->before->stop_count; i++) {
        h->is_taken[i] = h->is_taken[i] || h->before->stops[i].task == task;
    }
}

static bool is_open(const struct historian *h, uint32_t stop)
{
    uint32_t task = h->before->stops[stop].task;
    return !h->is_taken[stop] && h->past->owner[task] == PLAN_NONE &&
           !plan_past_skipped(h->past, h->index, task);
}

/* From when on only what was told has happened. A skip is a word, too: what its unit did not tell since then
 * is not known to be done, and to go there twice is better than not at all. "On" begins the day. */
static int32_t first_word(const struct historian *h)
{
    const struct plan_told_rows *told = h->past->told;
    uint32_t first = told->first[h->index];
    uint32_t i = first;
    while (i != PLAN_NONE && told->rows[i].what == PLAN_TOLD_SKIPPED) {
        i = told->rows[i].next;
    }
    bool is_begun = i != PLAN_NONE && told->rows[i].what == PLAN_TOLD_ON;
    return is_begun ? 0 : told->rows[first].at;
}

static void believe_plan(struct historian *h)
{
    int32_t first = first_word(h);
    for (uint32_t i = 0; i < h->before->stop_count; i++) {
        const struct plan_stop *stop = &h->before->stops[i];
        if (stop->start < first && is_open(h, i)) {
            add_fact(h, stop->task, stop->start, stop->start + h->problem->tasks[stop->task].dwell);
        }
    }
}

/* A unit has room for two: of more, the last count. */
static struct plan_had *last_had(struct historian *h)
{
    uint32_t most = ARRAY_LEN(h->told_had);
    return h->told_breaks == 0 ? NULL
                               : &h->told_had[(h->told_breaks < most ? h->told_breaks : most) - 1];
}

static void hear_break(struct historian *h, const struct plan_told *row)
{
    if (row->what == PLAN_TOLD_BREAK) {
        if (h->told_breaks >= ARRAY_LEN(h->told_had)) {
            h->told_had[0] = h->told_had[1];
        }
        h->told_breaks++;
        *last_had(h) = (struct plan_had){.start = row->at};
    } else if (h->told_breaks > 0) {
        last_had(h)->length = row->at - last_had(h)->start;
    }
    h->is_resting = row->what == PLAN_TOLD_BREAK;
}

static bool is_fact(const struct historian *h, uint32_t task)
{
    bool is_it = false;
    for (uint32_t i = 0; i < h->fact_count; i++) {
        is_it = is_it || h->facts[i].task == task;
    }
    return is_it;
}

static void hear_arrived(struct historian *h, const struct plan_told *row)
{
    const struct plan_task *task = &h->problem->tasks[row->task];
    h->is_here = h->past->owner[row->task] == h->index && !is_fact(h, row->task);
    if (h->is_here) { /* who is early at a post waits there for its beginning */
        bool waits = plan_is_post(task) && row->at < task->open && !h->is_out;
        int32_t start = waits ? task->open : row->at;
        add_fact(h, row->task, start, end_of(h, row->task, start));
    }
}

static void hear_left(struct historian *h, const struct plan_told *row)
{
    if (h->is_here) {
        struct fact *last = &h->facts[h->fact_count - 1];
        last->start = last->start < row->at ? last->start : row->at;
        last->end = row->at;
    }
    h->is_here = false;
}

static void hear(struct historian *h)
{
    const struct plan_told_rows *told = h->past->told;
    for (uint32_t i = told->first[h->index]; i != PLAN_NONE; i = told->rows[i].next) {
        const struct plan_told *row = &told->rows[i];
        switch (row->what) {
        case PLAN_TOLD_ARRIVED:
            hear_arrived(h, row);
            break;
        case PLAN_TOLD_LEFT:
            hear_left(h, row);
            break;
        case PLAN_TOLD_BREAK:
        case PLAN_TOLD_BACK:
            hear_break(h, row);
            break;
        case PLAN_TOLD_OFF:
            h->out->is_off = true;
            break;
        case PLAN_TOLD_ON:
        case PLAN_TOLD_SKIPPED:
        case PLAN_TOLD_KINDS:
            break;
        }
    }
}

/* Who is still there, or still on the break, stays as long as was meant, and some time when that is over. */
static void go_on(struct historian *h)
{
    int32_t least = h->past->heard + PLAN_PAST_STILL_S * h->problem->ticks_per_s;
    if (h->is_here) {
        struct fact *last = &h->facts[h->fact_count - 1];
        last->end = last->end > least ? last->end : least;
    }
    if (h->is_resting) {
        struct plan_had *had = last_had(h);
        bool is_first = h->told_breaks <= h->unit->had_count + 1U;
        had->length = is_first ? h->unit->break_length : h->unit->second_length;
        had->length = had->start + had->length > least ? had->length : least - had->start;
    }
}

/* ---- breaks ---- */

static void add_had(struct historian *h, int32_t start, int32_t length)
{
    if (h->out->had_count < ARRAY_LEN(h->out->had) && length > 0) {
        h->out->had[h->out->had_count++] = (struct plan_had){.start = start, .length = length};
    }
}

static bool is_ruled_out(const struct historian *h, int32_t start, int32_t length)
{
    for (uint32_t i = 0; i < h->fact_count; i++) {
        if (h->facts[i].start < start + length && start < h->facts[i].end) {
            return true;
        }
    }
    return false;
}

/* The next planned break that has not begun: its time, and its length (0: there is none). */
static int32_t next_break(const struct historian *h, int32_t *ret_start, uint32_t *ret_after)
{
    const struct plan_route *route = h->before;
    bool is_second = h->out->breaks == 1;
    *ret_start = is_second ? route->second_start : route->break_start;
    *ret_after = is_second ? route->second_after : route->break_after;
    if (h->out->breaks > 1 || (is_second ? !route->has_second : route->break_start < 0)) {
        return 0;
    }
    return is_second ? h->unit->second_length : h->unit->break_length;
}

/* Those told first; those of an earlier mend of which nothing was told; those of the plan, by their time. */
static void settle_breaks(struct historian *h)
{
    uint32_t old = h->unit->had_count;
    int32_t start = 0;
    uint32_t after = 0;
    for (uint32_t i = 0; i < h->told_breaks && i < ARRAY_LEN(h->told_had); i++) {
        add_had(h, h->told_had[i].start, h->told_had[i].length);
    }
    for (uint32_t i = h->told_breaks; i < old; i++) {
        if (!is_ruled_out(h, h->unit->had[i].start, h->unit->had[i].length)) {
            add_had(h, h->unit->had[i].start, h->unit->had[i].length);
        }
    }
    h->out->breaks = h->told_breaks > old ? h->told_breaks - old : 0;
    for (int32_t length = next_break(h, &start, &after);
         length > 0 && start <= h->past->heard && !is_ruled_out(h, start, length);
         length = next_break(h, &start, &after)) {
        add_had(h, start, length);
        h->out->breaks++;
    }
}

/* ---- from what is known to the moment of the mend ---- */

static int32_t free_at(const struct historian *h)
{
    uint32_t word = h->past->told->word[h->index];
    int32_t told = word != PLAN_NONE ? h->past->told->rows[word].at : 0;
    int32_t at = h->unit->start > told ? h->unit->start : told;
    for (uint32_t i = 0; i < h->fact_count; i++) {
        at = h->facts[i].end > at ? h->facts[i].end : at;
    }
    for (uint32_t i = 0; i < h->out->had_count; i++) {
        int32_t end = h->out->had[i].start + h->out->had[i].length;
        at = end > at ? end : at;
    }
    return at;
}

/* A planned break that comes before this stop has begun by then, or keeps the unit from going. */
static bool waits_for_break(struct historian *h, uint32_t stop, int32_t *at)
{
    int32_t start = 0;
    uint32_t after = 0;
    int32_t length = next_break(h, &start, &after);
    if (length == 0 || after > stop || start <= h->past->heard) {
        return false; /* one that could have begun and was ruled out is owed, at any time */
    }
    start = start > *at ? start : *at;
    if (start > h->past->now) {
        return true;
    }
    add_had(h, start, length);
    h->out->breaks++;
    *at = start + length;
    return false;
}

/* From `at` on it cannot be in time for this stop, which is a post that is not over then: a duty to be at, of which
 * it keeps what remains. Else -1. */
static int64_t late_at_post(const struct historian *h, uint32_t stop, uint32_t site, int32_t at)
{
    const struct plan_task *task = &h->problem->tasks[h->before->stops[stop].task];
    int64_t way = plan_check_way_at(h->problem, h->unit->mode, site, task->site, at);
    int64_t start = at + way > h->past->heard ? at + way : h->past->heard;
    bool is_late = plan_is_post(task) && !h->is_out && is_open(h, stop) && way >= 0 &&
                   start > task->close && start < task->open + task->dwell;
    return is_late ? start : -1;
}

/* It goes there first. */
static void go_late(struct historian *h, uint32_t *site, int32_t *at)
{
    for (uint32_t i = 0; i < h->before->stop_count; i++) {
        int64_t start = late_at_post(h, i, *site, *at);
        if (start >= 0) {
            uint32_t task = h->before->stops[i].task;
            *at = end_of(h, task, (int32_t)start);
            *site = h->problem->tasks[task].site;
            add_fact(h, task, (int32_t)start, *at);
        }
    }
}

/* What begins until `now` by the plan, as soon as the unit can be there; and what it is then on its way to. */
static void foresee(struct historian *h)
{
    int32_t at = free_at(h);
    uint32_t site = h->fact_count > 0 ? h->problem->tasks[h->facts[h->fact_count - 1].task].site
                                      : h->unit->base;
    go_late(h, &site, &at);
    for (uint32_t i = 0; i < h->before->stop_count; i++) {
        const struct plan_stop *stop = &h->before->stops[i];
        const struct plan_task *task = &h->problem->tasks[stop->task];
        if (!is_open(h, i)) {
            continue;
        }
        if (waits_for_break(h, i, &at) || at >= h->past->now) {
            return;
        }
        int64_t way = plan_check_way_at(h->problem, h->unit->mode, site, task->site, at);
        int64_t start = at + (way < 0 ? 0 : way);
        start = start > stop->start ? start : stop->start;
        start = start > h->past->heard ? start : h->past->heard;
        if (start > task->close) {
            continue; /* too late: missed */
        }
        if (h->is_out && start > h->past->now) {
            return;
        }
        struct plan_stop next = {stop->task, (int32_t)start};
        uint32_t last = h->fact_count > 0 ? h->facts[h->fact_count - 1].task : PLAN_NONE;
        int32_t back = 0;
        if (start > h->past->now &&
            !plan_past_is_bound(h->problem, h->unit, last, &next, at, h->past->now, &back)) {
            h->out->free += back;
            return;
        }
        add_fact(h, stop->task, (int32_t)start, (int32_t)start + task->dwell);
        at = (int32_t)start + task->dwell;
        site = task->site;
    }
}

/* ---- put together ---- */

static void sort_had(struct plan_past_unit *out)
{
    if (out->had_count > 1 && out->had[1].start < out->had[0].start) {
        struct plan_had first = out->had[1];
        out->had[1] = out->had[0];
        out->had[0] = first;
    }
}

/* When what comes after this fact begins. */
static int32_t next_start(const struct historian *h, uint32_t fact)
{
    int32_t at = fact + 1 < h->fact_count ? h->facts[fact + 1].start : INT32_MAX;
    for (uint32_t i = 0; i < h->out->had_count; i++) {
        int32_t had = h->out->had[i].start;
        at = had >= h->facts[fact].start && had < at ? had : at;
    }
    return at;
}

enum { EARLY_S = 900 };

bool plan_is_early(const struct plan_problem *problem, int32_t at, int32_t until)
{
    return until - at > EARLY_S * problem->ticks_per_s;
}

static bool is_left_early(const struct historian *h, const struct fact *fact)
{
    const struct plan_task *task = &h->problem->tasks[fact->task];
    return plan_is_post(task) && fact->end <= h->past->heard &&
           plan_is_early(h->problem, fact->end, task->open + task->dwell);
}

/* One thing after the other: what was told begins when it was told, so what was before had ended. The dwell
 * that was planned stays where it makes no difference any more: a word may still be taken back. */
static void straighten_facts(struct historian *h)
{
    for (uint32_t i = 0; i < h->fact_count; i++) {
        struct fact *fact = &h->facts[i];
        struct plan_task *task = &h->problem->tasks[fact->task];
        int32_t until = next_start(h, i);
        int32_t planned = fact->start + task->dwell;
        bool is_moved = plan_is_post(task) && fact->start > task->open;
        fact->end = fact->end < until ? fact->end : until;
        bool is_left = is_left_early(h, fact);
        if (is_left) {
            h->out->lefts[h->out->left_count++] =
                (struct plan_left){fact->task, fact->end, task->open + task->dwell};
        }
        if (fact->end > h->past->heard || planned > h->past->heard || planned > until || is_moved ||
            is_left) {
            task->dwell = fact->end - fact->start;
        }
        if (is_moved) { /* so that its end is known when it is heard again */
            task->open = task->close = fact->start;
        }
        fact->end = fact->start + task->dwell;
    }
}

static void straighten(struct historian *h)
{
    struct plan_past_unit *out = h->out;
    uint16_t kept = 0;
    sort_had(out);
    straighten_facts(h);
    for (uint32_t i = 0; i < out->had_count; i++) {
        struct plan_had had = out->had[i];
        int32_t end = had.start + had.length;
        int32_t from = kept > 0 ? out->had[kept - 1].start + out->had[kept - 1].length : had.start;
        while (had.after < h->fact_count && h->facts[had.after].start <= had.start) {
            had.after++;
        }
        if (had.after > 0 && h->facts[had.after - 1].end > from) {
            from = h->facts[had.after - 1].end;
        }
        int32_t until = had.after < h->fact_count ? h->facts[had.after].start : INT32_MAX;
        had.start = had.start > from ? had.start : from;
        end = end < until ? end : until;
        if (end > had.start) {
            had.length = end - had.start;
            out->had[kept++] = had;
        }
    }
    out->had_count = kept;
    out->start = h->unit->start;
    if (h->fact_count > 0 && h->facts[0].start < out->start) {
        out->start = h->facts[0].start;
    }
    if (kept > 0 && out->had[0].start < out->start) {
        out->start = out->had[0].start;
    }
}

static void compose(struct arena *arena, struct historian *h)
{
    struct plan_past_unit *out = h->out;
    uint32_t most = h->fact_count + h->unit->lock_count + h->before->stop_count + 1U;
    struct plan_stop *stops = ARENA_ARRAY(arena, struct plan_stop, most);
    out->locks = ARENA_ARRAY(arena, struct plan_lock, most);
    for (uint32_t i = 0; i < h->fact_count; i++) {
        out->locks[out->lock_count++] = (struct plan_lock){h->facts[i].task, h->facts[i].start};
    }
    /* an order that somebody gave stays */
    for (uint32_t i = 0; i < h->before->stop_count && !out->is_off && !h->is_out; i++) {
        for (uint32_t k = 0; k < h->unit->lock_count && is_open(h, i); k++) {
            if (h->unit->locks[k].task == h->before->stops[i].task && h->unit->locks[k].start < 0) {
                out->locks[out->lock_count++] = h->unit->locks[k];
                h->is_taken[i] = true;
            }
        }
    }
    for (uint32_t i = 0; i < out->lock_count; i++) {
        stops[i] = (struct plan_stop){out->locks[i].task, out->locks[i].start};
    }
    out->route =
        (struct plan_route){.stops = stops, .stop_count = out->lock_count, .break_start = -1};
    for (uint32_t i = 0; i < h->before->stop_count && !out->is_off && !h->is_out; i++) {
        if (is_open(h, i)) {
            stops[out->route.stop_count++] = h->before->stops[i];
        }
    }
}

void plan_past_unit(struct arena *arena, const struct plan_past *past, struct plan_problem *problem,
                    const struct plan_route *before, uint32_t unit, bool is_out,
                    struct plan_past_unit *ret_unit)
{
    uint32_t rows = 0;
    for (uint32_t i = past->told->first[unit]; i != PLAN_NONE; i = past->told->rows[i].next) {
        rows++;
    }
    struct historian h = {.past = past,
                          .problem = problem,
                          .unit = &problem->units[unit],
                          .before = before,
                          .index = unit,
                          .is_out = is_out || problem->units[unit].officers == 0,
                          .facts = ARENA_ARRAY(arena, struct fact, rows + before->stop_count + 1U),
                          .is_taken = ARENA_ARRAY(arena, bool, before->stop_count + 1U),
                          .out = ret_unit};
    *ret_unit = (struct plan_past_unit){.free = past->now};
    believe_plan(&h);
    hear(&h);
    go_on(&h);
    settle_breaks(&h);
    if (!ret_unit->is_off && problem->units[unit].officers > 0) { /* else it was out before */
        foresee(&h);
    }
    ret_unit->lefts = ARENA_ARRAY(arena, struct plan_left, h.fact_count + 1U);
    straighten(&h);
    compose(arena, &h);
}

/* ---- breaks that have begun ---- */

void plan_past_keep_had(struct plan_unit *unit, int32_t start, int32_t length, uint32_t after)
{
    if (unit->had_count < ARRAY_LEN(unit->had)) {
        unit->had[unit->had_count++] = (struct plan_had){start, length, after};
    }
}

void plan_past_next_break(struct plan_unit *unit)
{
    unit->break_length = unit->second_length;
    unit->break_open = unit->second_open;
    unit->break_close = unit->second_close;
    unit->second_length = 0;
}

void plan_past_idle(struct plan_unit *unit, const struct plan_route *route, int32_t now)
{
    int32_t until = now < unit->end ? now : unit->end;
    int32_t from = unit->start;
    for (uint32_t i = 0; i < unit->had_count; i++) {
        int32_t end = unit->had[i].start + unit->had[i].length;
        from = end > from ? end : from;
    }
    while (route->stop_count == 0 && unit->lock_count == 0 && unit->break_length > 0 &&
           unit->break_close < now) {
        from = from > unit->break_open ? from : unit->break_open;
        if (from > unit->break_close || from + unit->break_length > until) {
            return;
        }
        plan_past_keep_had(unit, from, unit->break_length, 0);
        from += unit->break_length;
        plan_past_next_break(unit);
    }
}

/* ---- the rest of the day ---- */

/* Whether breaks that are still to come can be: begun in their windows, one after the other, and over in time
 * for the way home. One that cannot is no rule of the rest of the day. */
static void let_breaks(struct plan_unit *unit, int32_t done, int32_t way)
{
    int32_t open[] = {unit->break_open, unit->second_open};
    int32_t close[] = {unit->break_close, unit->second_close};
    int32_t *length[] = {&unit->break_length, &unit->second_length};
    int32_t at = done > unit->free ? done : unit->free;
    for (size_t i = 0; i < ARRAY_LEN(length); i++) {
        int32_t start = at > open[i] ? at : open[i];
        if (*length[i] > 0 && (start > close[i] || start + *length[i] + way > unit->end)) {
            unit->second_length = 0;
            *length[i] = 0;
            return;
        }
        at = *length[i] > 0 ? start + *length[i] : at;
    }
}

/* A unit that told something may be late: then its duty ends when it can be back. */
void plan_past_let(const struct net *net, struct plan_unit *unit, uint32_t index)
{
    const struct plan_unit *in_net = &net->problem->units[index];
    uint32_t from = in_net->base;
    int32_t done = unit->start;
    for (uint32_t i = 0; i <= unit->lock_count; i++) {
        if (i > 0) {
            const struct plan_lock *lock = &unit->locks[i - 1];
            from = net->tasks[lock->task].site;
            done = lock->start > done ? lock->start : done;
            done += net->tasks[lock->task].dwell;
        }
        done = (int32_t)net_after_had(unit, i, done);
    }
    int32_t way =
        pace_longest(net, unit->mode, from, net_way(net, unit->mode, from, in_net->end_site));
    if (unit->officers == 0 || way >= NET_NO_WAY) {
        return;
    }
    if (unit->lock_count > 0 && done + way > unit->end) {
        unit->end = done + way;
    }
    int32_t latest = unit->end - way;
    unit->free = unit->free < latest ? unit->free : latest > done ? latest : done;
    let_breaks(unit, done, way);
    struct plan_unit *same = &net->problem->units[index];
    uint32_t base = same->base;
    uint32_t end_site = same->end_site;
    *same = *unit; /* with the sites of the net */
    same->base = base;
    same->end_site = end_site;
}
