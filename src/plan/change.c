/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/change.h"

#include "base/text.h"
#include "base/utf8.h"
#include "plan/change_internal.h"
#include "plan/random.h"

struct changer {
    struct arena *arena;
    const struct plan_problem *problem;
    const struct plan_change *change;
    struct plan_problem *out;
    uint32_t *task_now; /* of each task: its number in `out`; PLAN_NONE = gone */
    bool was_spaced;    /* some visits, which are not any more */
};

/* One row of visits as its tasks: [first, first + count). */
struct run {
    uint32_t first, count;
    str name;
    int32_t from, to;
};

struct plan_change plan_change_none(void)
{
    return (struct plan_change){.dwell_s = -1, .risk_percent = 100, .like = PLAN_NONE};
}

static bool is_concerned(const struct changer *changer, const struct plan_task *task)
{
    const struct plan_site *site = &changer->problem->sites[task->site];
    str area = changer->change->area;
    str one = changer->change->site;
    return (area.n == 0 || str_equal(area, site->area)) && (one.n == 0 || str_equal(one, site->id));
}

/* "NAME/7" is the seventh of NAME. */
static bool nth_of(str id, str *ret_name, uint64_t *ret_nth)
{
    size_t slash = id.n;
    while (slash > 0 && id.p[slash - 1] != '/') {
        slash--;
    }
    *ret_name = str_slice(id, 0, slash > 0 ? slash - 1 : 0);
    return slash > 1 && str_to_u64(str_slice(id, slash, id.n), ret_nth) && *ret_nth > 0 &&
           id.p[slash] != '0';
}

static bool is_alike(const struct plan_task *a, const struct plan_task *b)
{
    return a->site == b->site && a->dwell == b->dwell && a->profit == b->profit &&
           a->skills == b->skills && a->officers == b->officers && a->group == b->group &&
           a->load == b->load && a->is_mandatory == b->is_mandatory;
}

/* Is there a run at `at`? One visit alone is one, too. */
static bool find_run(const struct plan_problem *problem, uint32_t at, struct run *ret_run)
{
    const struct plan_task *first = &problem->tasks[at];
    struct run run = {.first = at, .count = 0};
    str name;
    uint64_t nth = 0;
    while (at + run.count < problem->task_count) {
        const struct plan_task *task = &problem->tasks[at + run.count];
        if (!nth_of(task->id, &name, &nth) || nth != run.count + 1U || !is_alike(first, task) ||
            (run.count > 0 && !str_equal(name, run.name))) {
            break;
        }
        run.name = name;
        run.from = run.count == 0 || task->open < run.from ? task->open : run.from;
        run.to = task->close + task->dwell > run.to ? task->close + task->dwell : run.to;
        run.count++;
    }
    if (run.count > 0) {
        *ret_run = run;
    }
    return run.count > 0;
}

static enum status does_not_fit(const struct changer *changer, const struct run *run,
                                uint32_t count, int32_t dwell, struct error *err)
{
    int32_t per_s = changer->problem->ticks_per_s;
    enum status status =
        error_set(err, STATUS_INVALID,
                  "'%.*s': %u visits of %d minutes do not fit between its hours (%d minutes)",
                  STR_ARG(utf8_clip(run->name, 80)), count, dwell / per_s / 60,
                  (run->to - run->from) / per_s / 60);
    error_hint(err, "ask for fewer or shorter visits, or leave this area out with --area");
    return status;
}

/* Between visits of the run anew. One that is what their number leaves (plan_spacing) follows the number. */
static int32_t gap_of(struct changer *changer, const struct run *run, uint32_t count, int32_t dwell)
{
    const struct plan_task *first = &changer->problem->tasks[run->first];
    int32_t per_s = changer->problem->ticks_per_s;
    if (first->group == PLAN_NONE) {
        return 0;
    }
    struct plan_group *group = &changer->out->groups[first->group];
    if (changer->change->has_no_spacing) {
        changer->was_spaced = changer->was_spaced || changer->problem->groups[first->group].gap > 0;
        group->gap = 0;
    } else if (group->gap == plan_spacing(per_s, run->from, run->to, run->count, first->dwell)) {
        group->gap = plan_spacing(per_s, run->from, run->to, count, dwell);
    }
    return group->gap;
}

/* It was of a group for the spacing alone. */
static bool counts_in_full(const struct changer *changer, const struct plan_task *task)
{
    if (!changer->change->has_no_spacing || task->group == PLAN_NONE) {
        return false;
    }
    const struct plan_group *group = &changer->out->groups[task->group];
    return group->weight_count == 1 && group->weights[0] == 1000;
}

/* The run anew: as many slots as are wanted, each visit whole within its own. */
static enum status make_run(struct changer *changer, const struct run *run, struct error *err)
{
    const struct plan_change *change = changer->change;
    const struct plan_task *first = &changer->problem->tasks[run->first];
    bool is_meant = is_concerned(changer, first); /* else only the spacing changes */
    uint32_t count = is_meant && change->visits > 0 ? (uint32_t)change->visits : run->count;
    int32_t dwell = is_meant && change->dwell_s >= 0
                        ? change->dwell_s * changer->problem->ticks_per_s
                        : first->dwell;
    struct plan_slots was = {run->name, run->from, run->to, first->dwell, 0, run->count};
    struct plan_slots now = {run->name, run->from, run->to, dwell, 0, count};
    was.gap = first->group != PLAN_NONE ? changer->problem->groups[first->group].gap : 0;
    now.gap = gap_of(changer, run, count, dwell);
    if ((run->to - run->from) / (int32_t)count < dwell + (count > 1 ? now.gap : 0)) {
        return does_not_fit(changer, run, count, dwell, err);
    }
    for (uint32_t i = 0; i < run->count; i++) {
        uint32_t task = run->first + i;
        if (changer->problem->tasks[task].unit != PLAN_NONE && count != run->count) {
            return error_set(err, STATUS_INVALID,
                             "'%.*s' is locked to a unit, so the number of its visits stays",
                             STR_ARG(utf8_clip(run->name, 80)));
        }
        changer->task_now[task] = i < count ? changer->out->task_count + i : PLAN_NONE;
    }
    for (uint32_t i = 0; i < count; i++) {
        uint32_t like = run->first + (i < run->count ? i : 0);
        struct plan_task *task = &changer->out->tasks[changer->out->task_count++];
        *task = changer->problem->tasks[like];
        task->id = arena_printf(changer->arena, "%.*s/%u", STR_ARG(run->name), i + 1);
        task->group = counts_in_full(changer, task) ? PLAN_NONE : task->group;
        task->dwell = dwell;
        if (count != run->count) {
            plan_slot(&now, i, &task->open, &task->close);
        } else { /* windows of one's own stay, but for what the gap takes of them */
            int32_t lead = plan_slot_lead(&now) - plan_slot_lead(&was);
            task->open += i > 0 ? lead : 0;
            task->close += was.dwell - dwell;
            task->close += i + 1 < count ? was.gap - now.gap + lead : 0;
        }
        if (task->close < task->open) {
            return does_not_fit(changer, run, count, dwell, err);
        }
    }
    return STATUS_OK;
}

static enum status change_visits(struct changer *changer, uint32_t *ret_runs, struct error *err)
{
    const struct plan_problem *problem = changer->problem;
    const struct plan_change *change = changer->change;
    uint64_t most =
        (uint64_t)problem->task_count + (uint64_t)problem->task_count * (uint32_t)change->visits;
    if (most > PLAN_TASKS_MAX) {
        most = PLAN_TASKS_MAX + (uint64_t)PLAN_CHANGE_VISITS;
    }
    changer->out->tasks = ARENA_ARRAY(changer->arena, struct plan_task, most + PLAN_CHANGE_VISITS);
    changer->out->task_count = 0;
    changer->out->groups =
        ARENA_ARRAY(changer->arena, struct plan_group, problem->group_count + 1U);
    for (uint32_t i = 0; i < problem->group_count; i++) {
        changer->out->groups[i] = problem->groups[i];
    }
    for (uint32_t i = 0; i < problem->task_count;) {
        struct run run = {.count = 1};
        enum status status = STATUS_OK;
        bool is_meant = (change->visits > 0 || change->dwell_s >= 0) &&
                        is_concerned(changer, &problem->tasks[i]);
        if ((is_meant || change->has_no_spacing) && find_run(problem, i, &run)) {
            status = make_run(changer, &run, err);
            *ret_runs += is_meant ? 1 : 0;
        } else {
            changer->task_now[i] = changer->out->task_count;
            changer->out->tasks[changer->out->task_count++] = problem->tasks[i];
        }
        if (status == STATUS_OK && changer->out->task_count > PLAN_TASKS_MAX) {
            status = error_set(err, STATUS_LIMIT, "that makes more than %d tasks", PLAN_TASKS_MAX);
        }
        if (status != STATUS_OK) {
            return status;
        }
        i += run.count;
    }
    return STATUS_OK;
}

/* Tasks of one group keep one profit: all of them are of the site's, or the first one's, factor. */
static void change_risk(struct changer *changer)
{
    const struct plan_change *change = changer->change;
    struct plan_problem *out = changer->out;
    int32_t *noise = ARENA_ARRAY(changer->arena, int32_t, out->site_count + 1U);
    int64_t *group_profit = ARENA_ARRAY(changer->arena, int64_t, out->group_count + 1U);
    struct random random;
    random_seed(&random, change->seed);
    for (uint32_t i = 0; i < out->site_count; i++) {
        uint32_t span = (uint32_t)(2 * change->noise_percent + 1);
        noise[i] = 100 - change->noise_percent + (int32_t)random_below(&random, span);
    }
    for (uint32_t i = 0; i < out->group_count; i++) {
        group_profit[i] = -1;
    }
    for (uint32_t i = 0; i < out->task_count; i++) {
        struct plan_task *task = &out->tasks[i];
        int64_t profit = task->profit;
        if (task->group != PLAN_NONE && group_profit[task->group] >= 0) {
            task->profit = group_profit[task->group];
            continue;
        }
        if (is_concerned(changer, task)) {
            profit = profit * change->risk_percent / 100;
            profit = profit < PLAN_PROFIT_MAX ? profit : PLAN_PROFIT_MAX;
            profit = profit * (change->noise_percent > 0 ? noise[task->site] : 100) / 100;
            profit = profit < PLAN_PROFIT_MAX ? profit : PLAN_PROFIT_MAX;
        }
        task->profit = profit;
        if (task->group != PLAN_NONE) {
            group_profit[task->group] = profit;
        }
    }
}

/* ---- units ---- */

static enum status add_units(struct changer *changer, uint32_t base, struct error *err)
{
    const struct plan_problem *problem = changer->problem;
    const struct plan_change *change = changer->change;
    struct plan_problem *out = changer->out;
    uint32_t *models = ARENA_ARRAY(changer->arena, uint32_t, problem->unit_count + 1U);
    uint32_t count = 0;
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        bool is_model =
            change->like == PLAN_NONE ? problem->units[i].base == base : change->like == i;
        if (is_model && problem->units[i].officers > 0) {
            models[count++] = i;
        }
    }
    if (count == 0) {
        enum status status =
            error_set(err, STATUS_INVALID, "no unit begins at '%.*s' that new ones could be like",
                      STR_ARG(utf8_clip(change->base, 80)));
        error_hint(err, "name one with --like");
        return status;
    }
    for (uint32_t i = 0; i < (uint32_t)change->units; i++) {
        const struct plan_unit *model = &problem->units[models[i % count]];
        struct plan_unit unit = plan_unit_like(changer->arena, out, model, i / count + 1);
        unit.base = base;
        unit.end_site = model->end_site == model->base ? base : model->end_site;
        out->units[out->unit_count++] = unit;
    }
    return STATUS_OK;
}

/* The last of the base go, but none that something is pinned to. */
static enum status drop_units(struct changer *changer, uint32_t base, struct error *err)
{
    const struct plan_problem *problem = changer->problem;
    struct plan_problem *out = changer->out;
    bool *is_pinned = ARENA_ARRAY(changer->arena, bool, problem->unit_count + 1U);
    uint32_t *now = ARENA_ARRAY(changer->arena, uint32_t, problem->unit_count + 1U);
    uint32_t left = (uint32_t)-changer->change->units;
    for (uint32_t i = 0; i < problem->task_count; i++) {
        if (problem->tasks[i].unit != PLAN_NONE) {
            is_pinned[problem->tasks[i].unit] = true;
        }
    }
    for (uint32_t i = problem->unit_count; i > 0; i--) {
        bool goes = left > 0 && problem->units[i - 1].base == base && !is_pinned[i - 1];
        now[i - 1] = goes ? PLAN_NONE : 0;
        left -= goes ? 1 : 0;
    }
    if (left > 0) {
        return error_set(err, STATUS_INVALID,
                         "there are %u too few units at '%.*s' that could go (units with locked or "
                         "pinned tasks stay)",
                         left, STR_ARG(utf8_clip(changer->change->base, 80)));
    }
    out->unit_count = 0;
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        if (now[i] != PLAN_NONE) {
            now[i] = out->unit_count;
            out->units[out->unit_count++] = problem->units[i];
        }
    }
    for (uint32_t i = 0; i < out->task_count; i++) {
        if (out->tasks[i].unit != PLAN_NONE) {
            out->tasks[i].unit = now[out->tasks[i].unit];
        }
    }
    return out->unit_count > 0
               ? STATUS_OK
               : error_set(err, STATUS_INVALID, "no unit would be left to plan with");
}

static enum status change_units(struct changer *changer, struct error *err)
{
    const struct plan_problem *problem = changer->problem;
    const struct plan_change *change = changer->change;
    uint32_t base = plan_find_site(problem, change->base);
    if (change->units == 0) {
        return STATUS_OK;
    }
    if (base == PLAN_NONE) {
        return error_set(err, STATUS_INVALID,
                         "the problem has no site '%.*s' for units to begin at",
                         STR_ARG(utf8_clip(change->base, 80)));
    }
    if (change->units < 0) {
        return drop_units(changer, base, err);
    }
    if (change->units > PLAN_CHANGE_UNITS ||
        problem->unit_count + (uint32_t)change->units > PLAN_UNITS_MAX) {
        return error_set(err, STATUS_LIMIT,
                         "%d more units are too many; up to %d at a time, %d in all", change->units,
                         PLAN_CHANGE_UNITS, PLAN_UNITS_MAX);
    }
    return add_units(changer, base, err);
}

void change_renumber(struct arena *arena, struct plan_problem *problem, const uint32_t *task_now)
{
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        struct plan_unit *unit = &problem->units[i];
        struct plan_lock *locks = ARENA_ARRAY(arena, struct plan_lock, unit->lock_count + 1U);
        for (uint32_t k = 0; k < unit->lock_count; k++) {
            locks[k] = unit->locks[k];
            locks[k].task = task_now[locks[k].task];
        }
        unit->locks = locks;
    }
}

static enum status check_change(const struct changer *changer, struct error *err)
{
    const struct plan_change *change = changer->change;
    const struct plan_problem *problem = changer->problem;
    bool has_area = change->area.n == 0;
    for (uint32_t i = 0; i < problem->site_count; i++) {
        has_area = has_area || str_equal(change->area, problem->sites[i].area);
    }
    if (change->site.n > 0 && plan_find_site(problem, change->site) == PLAN_NONE) {
        return error_set(err, STATUS_INVALID, "there is no site '%.*s'",
                         STR_ARG(utf8_clip(change->site, 80)));
    }
    if (!has_area) {
        return error_set(err, STATUS_INVALID, "no site has the area '%.*s'",
                         STR_ARG(utf8_clip(change->area, 80)));
    }
    if (change->risk_percent < 0 || change->risk_percent > PLAN_RISK_PERCENT ||
        change->noise_percent < 0 || change->noise_percent > 100 || change->visits < 0 ||
        change->visits > PLAN_CHANGE_VISITS || change->dwell_s > 86400) {
        return error_set(err, STATUS_INVALID, "a change is out of its range");
    }
    return STATUS_OK;
}

/* Visits, worth and numbers of units; what change_first does is done. */
static enum status change_rest(struct changer *changer, struct error *err)
{
    const struct plan_change *change = changer->change;
    const struct plan_problem *problem = changer->problem;
    struct plan_problem *out = changer->out;
    uint32_t runs = 0;
    uint32_t more =
        change->units > 0 && change->units <= PLAN_CHANGE_UNITS ? (uint32_t)change->units : 0;
    changer->task_now = ARENA_ARRAY(changer->arena, uint32_t, problem->task_count + 1U);
    out->units = ARENA_ARRAY(changer->arena, struct plan_unit, problem->unit_count + more + 1U);
    memcpy(out->units, problem->units, problem->unit_count * sizeof *out->units);
    enum status status = change_visits(changer, &runs, err);
    if (status == STATUS_OK && runs == 0 && (change->visits > 0 || change->dwell_s >= 0)) {
        status = error_set(err, STATUS_INVALID, "there are no visits%s to change",
                           change->site.n > 0   ? " to that place"
                           : change->area.n > 0 ? " in that area"
                                                : "");
        error_hint(err, "visits are rows of 'visits', or tasks with ids NAME/1, NAME/2 …");
    }
    if (status == STATUS_OK && change->has_no_spacing && !changer->was_spaced) {
        status = error_set(err, STATUS_INVALID, "no visits to a place are kept apart");
    }
    if (status == STATUS_OK) {
        change_risk(changer);
        status = change_units(changer, err);
    }
    if (status == STATUS_OK) {
        change_renumber(changer->arena, out, changer->task_now);
    }
    return status;
}

enum status plan_change_make(struct arena *arena, const struct plan_problem *problem,
                             const struct plan_change *change, struct plan_problem *ret_problem,
                             struct error *err)
{
    struct plan_problem first;
    struct plan_problem out;
    struct plan_change rest = *change;
    struct changer changer = {.arena = arena, .problem = &first, .change = &rest, .out = &out};
    enum status status = change_first(arena, problem, change, &first, &rest.like, err);
    if (status == STATUS_OK) {
        out = first;
        status = check_change(&changer, err);
    }
    if (status == STATUS_OK) {
        status = change_rest(&changer, err);
    }
    if (status == STATUS_OK) {
        *ret_problem = out;
    }
    return status;
}
