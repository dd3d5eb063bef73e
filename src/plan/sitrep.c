/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/sitrep.h"

#include <stdlib.h>

#include "codec/csv.h"
#include "plan/hole.h"
#include "plan/ids.h"

enum { COLUMN_AT, COLUMN_WORDS, COLUMN_SITE, COLUMNS };

/* Where a plan has a task. */
struct place {
    uint32_t unit; /* PLAN_NONE = nowhere */
    int32_t start;
};

struct away {
    int32_t from, until;
};

struct reporter {
    struct arena *arena;
    const struct plan_problem *problem;
    const struct plan_result *result;
    const struct plan_sitrep_options *options;
    struct plan_sitrep *out;
    const struct place *now;      /* one a task: by the plan of now */
    const struct place **earlier; /* … and by each of the earlier ones */
    /* of each task: when somebody arrived first or left last, up to now; -1 */
    int32_t *arrived, *left;
    uint32_t *arrived_by;
    struct place *promised; /* by the plan in force when somebody arrived */
    uint32_t *there;        /* how many units have not left it */
    struct away *away;      /* the longest time in between that nobody was there */
    bool *is_skipped;       /* by the unit to which the plan of now gives it */
    bool *has_told;         /* of each unit */
};

const char *plan_visit_word(enum plan_visit_state state)
{
    static const char *const words[] = {"done",   "there",   "left early", "late",
                                        "missed", "skipped", "not heard",  "due"};
    return words[state];
}

/* ---- incidents ---- */

static int by_time_back(const void *a, const void *b)
{
    const struct plan_incident *x = a;
    const struct plan_incident *y = b;
    return x->at != y->at ? (x->at < y->at) - (x->at > y->at) : str_compare(x->words, y->words);
}

static enum status incident_rows(struct arena *arena, const struct plan_problem *problem,
                                 const char *name, struct csv *csv, struct plan_incident *incidents,
                                 uint32_t *ret_count, struct plan_refused *refused,
                                 struct error *err)
{
    static const char *const names[COLUMNS] = {"at", "words", "site"};
    struct csv_row row;
    struct plan_ids sites;
    size_t at[COLUMNS];
    bool has_row = true;
    plan_ids_init(&sites, arena);
    for (uint32_t i = 0; i < problem->site_count; i++) {
        (void)plan_ids_add(&sites, problem->sites[i].id, i);
    }
    enum status status = csv_columns(csv, names, COLUMNS, UINT64_C(1) << COLUMN_SITE, at, err);
    while (status == STATUS_OK) {
        status = csv_next(csv, &row, &has_row, err);
        if (status != STATUS_OK || !has_row) {
            break;
        }
        struct plan_incident one = {.site = PLAN_NONE};
        str site = csv_field(&row, at[COLUMN_SITE]);
        if (!plan_told_time(problem, csv_field(&row, at[COLUMN_AT]), &one.at)) {
            plan_refused_row(refused, name, row.line,
                             "'at' is no time like 07:00:", csv_field(&row, at[COLUMN_AT]));
            continue;
        }
        if (site.n > 0) {
            one.site = plan_ids_find(&sites, site);
            if (one.site == UINT32_MAX) {
                plan_refused_row(refused, name, row.line, "the problem has no site", site);
                continue;
            }
        }
        one.words = arena_str(arena, csv_field(&row, at[COLUMN_WORDS]));
        incidents[(*ret_count)++] = one;
    }
    return status;
}

enum status plan_incidents_read(struct arena *arena, const struct plan_problem *problem,
                                const char *name, str text, struct plan_incident **ret_incidents,
                                uint32_t *ret_count, struct plan_refused *refused,
                                struct error *err)
{
    struct csv csv;
    size_t lines = 1;
    uint32_t count = 0;
    for (size_t i = 0; i < text.n; i++) {
        lines += text.p[i] == '\n' ? 1 : 0;
    }
    if (lines > PLAN_TOLD_ROWS_MAX) {
        return error_set(err, STATUS_LIMIT, "%.150s has more than %d lines", name,
                         PLAN_TOLD_ROWS_MAX);
    }
    struct plan_incident *incidents = ARENA_ARRAY(arena, struct plan_incident, lines + 1);
    enum status status = csv_open(arena, name, text, ',', &csv, err);
    if (status == STATUS_OK) {
        status = incident_rows(arena, problem, name, &csv, incidents, &count, refused, err);
    }
    if (status == STATUS_OK) {
        qsort(incidents, count, sizeof *incidents, by_time_back);
        *ret_incidents = incidents;
        *ret_count = count;
    }
    return status;
}

/* ---- plans that were in force ---- */

const struct plan_result *plan_result_for(struct arena *arena, const struct plan_problem *problem,
                                          const struct plan_problem *other,
                                          const struct plan_result *result)
{
    struct plan_result *same = ARENA_NEW(arena, struct plan_result);
    struct plan_route *routes = ARENA_ARRAY(arena, struct plan_route, problem->unit_count + 1U);
    struct plan_ids units, tasks;
    plan_ids_init(&units, arena);
    plan_ids_init(&tasks, arena);
    for (uint32_t i = 0; i < other->unit_count; i++) {
        (void)plan_ids_add(&units, other->units[i].id, i);
    }
    for (uint32_t i = 0; i < problem->task_count; i++) {
        (void)plan_ids_add(&tasks, problem->tasks[i].id, i);
    }
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        uint32_t was = plan_ids_find(&units, problem->units[i].id);
        uint32_t count = was == UINT32_MAX ? 0 : result->routes[was].stop_count;
        struct plan_stop *stops = ARENA_ARRAY(arena, struct plan_stop, count + 1U);
        routes[i] = (struct plan_route){.stops = stops, .break_start = -1};
        for (uint32_t k = 0; k < count; k++) {
            struct plan_stop stop = result->routes[was].stops[k];
            stop.task = plan_ids_find(&tasks, other->tasks[stop.task].id);
            if (stop.task != UINT32_MAX) {
                stops[routes[i].stop_count++] = stop;
            }
        }
    }
    same->routes = routes;
    return same;
}

/* ---- what was told ---- */

static const struct place *places_of(const struct reporter *reporter,
                                     const struct plan_result *result)
{
    const struct plan_problem *problem = reporter->problem;
    struct place *places = ARENA_ARRAY(reporter->arena, struct place, problem->task_count + 1U);
    for (uint32_t i = 0; i < problem->task_count; i++) {
        places[i] = (struct place){PLAN_NONE, -1};
    }
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        for (uint32_t k = 0; k < result->routes[i].stop_count; k++) {
            const struct plan_stop *stop = &result->routes[i].stops[k];
            places[stop->task] = (struct place){i, stop->start};
        }
    }
    return places;
}

/* Of what was told then, by the plan that was in force. */
static struct place place_then(const struct reporter *reporter, const struct plan_told *row)
{
    for (uint32_t i = 0; i < reporter->options->earlier_count; i++) {
        if (row->at < reporter->options->earlier[i].until) {
            return reporter->earlier[i][row->task];
        }
    }
    return reporter->now[row->task];
}

static void hear_row(struct reporter *reporter, const struct plan_told *row)
{
    reporter->has_told[row->unit] = true;
    if (row->what == PLAN_TOLD_ARRIVED) {
        struct away *away = &reporter->away[row->task];
        int32_t left = reporter->left[row->task];
        if (reporter->there[row->task]++ == 0 && left >= 0 &&
            row->at - left > away->until - away->from) {
            *away = (struct away){left, row->at};
        }
        if (reporter->arrived[row->task] < 0) {
            reporter->arrived[row->task] = row->at;
            reporter->arrived_by[row->task] = row->unit;
            reporter->promised[row->task] = place_then(reporter, row);
        }
    } else if (row->what == PLAN_TOLD_LEFT) {
        reporter->there[row->task]--;
        reporter->left[row->task] = row->at;
    }
}

static void hear(struct reporter *reporter)
{
    const struct plan_sitrep_options *options = reporter->options;
    const struct plan_told_rows *told = options->told;
    struct arena *arena = reporter->arena;
    uint32_t tasks = reporter->problem->task_count + 1U;
    reporter->now = places_of(reporter, reporter->result);
    reporter->earlier = ARENA_ARRAY(arena, const struct place *, options->earlier_count + 1U);
    for (uint32_t i = 0; i < options->earlier_count; i++) {
        reporter->earlier[i] = places_of(reporter, options->earlier[i].result);
    }
    reporter->arrived = ARENA_ARRAY(arena, int32_t, tasks);
    reporter->left = ARENA_ARRAY(arena, int32_t, tasks);
    reporter->arrived_by = ARENA_ARRAY(arena, uint32_t, tasks);
    reporter->promised = ARENA_ARRAY(arena, struct place, tasks);
    reporter->there = ARENA_ARRAY(arena, uint32_t, tasks);
    reporter->away = ARENA_ARRAY(arena, struct away, tasks);
    reporter->is_skipped = ARENA_ARRAY(arena, bool, tasks);
    reporter->has_told = ARENA_ARRAY(arena, bool, reporter->problem->unit_count + 1U);
    for (uint32_t i = 0; i < tasks; i++) {
        reporter->arrived[i] = reporter->left[i] = -1;
    }
    for (uint32_t i = 0; told != NULL && i < told->count; i++) {
        if (told->rows[i].at <= options->at) {
            hear_row(reporter, &told->rows[i]);
        }
    }
}

/* ---- visits ---- */

bool plan_left_early(const struct plan_problem *problem, uint32_t task, int32_t left)
{
    return plan_is_post(&problem->tasks[task]) &&
           plan_is_early(problem, left, plan_post_end(problem, task));
}

/* Between when nobody was at a post that a unit was at; nothing: all the time somebody was. */
static struct away away_of(const struct reporter *reporter, const struct plan_sitrep_visit *visit)
{
    const struct plan_problem *problem = reporter->problem;
    struct away away = reporter->away[visit->task];
    if (plan_left_early(problem, visit->task, visit->left)) {
        return (struct away){visit->left, plan_post_end(problem, visit->task)};
    }
    bool is_short =
        plan_is_post(&problem->tasks[visit->task]) && plan_is_early(problem, away.from, away.until);
    return is_short ? away : (struct away){0};
}

static enum plan_visit_state state_of(const struct reporter *reporter,
                                      const struct plan_sitrep_visit *visit)
{
    const struct plan_task *task = &reporter->problem->tasks[visit->task];
    int32_t now = reporter->options->at;
    if (reporter->there[visit->task] > 0) {
        return PLAN_VISIT_THERE;
    }
    if (visit->left >= 0) {
        return visit->back > visit->away ? PLAN_VISIT_SHORT : PLAN_VISIT_DONE;
    }
    if (reporter->is_skipped[visit->task]) {
        return PLAN_VISIT_SKIPPED;
    }
    if (visit->planned >= now) {
        return PLAN_VISIT_DUE;
    }
    if (!reporter->has_told[visit->unit]) {
        return PLAN_VISIT_UNHEARD;
    }
    if (now > task->close && now > visit->planned) {
        return PLAN_VISIT_MISSED;
    }
    return now - visit->planned > reporter->options->late ? PLAN_VISIT_LATE : PLAN_VISIT_DUE;
}

static int by_planned(const void *a, const void *b)
{
    const struct plan_sitrep_visit *x = a;
    const struct plan_sitrep_visit *y = b;
    if (x->planned != y->planned) {
        return x->planned < y->planned ? -1 : 1;
    }
    return x->unit != y->unit ? (x->unit > y->unit) - (x->unit < y->unit)
                              : (x->task > y->task) - (x->task < y->task);
}

/* `planned`: by the plan of now; it may have been another when somebody arrived. */
static void add_visit(struct reporter *reporter, uint32_t task, struct place planned)
{
    struct plan_sitrep *out = reporter->out;
    struct plan_sitrep_visit *visit = &out->visits[out->visit_count++];
    int32_t promised = reporter->arrived[task] >= 0 ? reporter->promised[task].start : -1;
    *visit = (struct plan_sitrep_visit){.unit = planned.unit,
                                        .task = task,
                                        .planned = promised >= 0 ? promised : planned.start,
                                        .arrived = reporter->arrived[task],
                                        .arrived_by = reporter->arrived_by[task],
                                        .left = reporter->left[task]};
    struct away away = visit->left >= 0 ? away_of(reporter, visit) : (struct away){0};
    visit->away = away.from;
    visit->back = away.until;
    visit->state = state_of(reporter, visit);
    visit->was_late =
        visit->arrived >= 0 && visit->arrived - visit->planned > reporter->options->late;
}

/* A unit's last word of a task is that it skipped it: by the plan of now, or by the one of that time. */
static void add_skip(struct reporter *reporter, const struct plan_told *row)
{
    struct plan_sitrep *out = reporter->out;
    struct place then = place_then(reporter, row);
    if (reporter->now[row->task].unit == row->unit) {
        reporter->is_skipped[row->task] = true;
    } else if (then.unit == row->unit) {
        out->visits[out->visit_count++] = (struct plan_sitrep_visit){.unit = row->unit,
                                                                     .task = row->task,
                                                                     .planned = then.start,
                                                                     .arrived = -1,
                                                                     .left = -1,
                                                                     .state = PLAN_VISIT_SKIPPED};
    }
}

static void report_skips(struct reporter *reporter)
{
    const struct plan_told_rows *told = reporter->options->told;
    const struct plan_problem *problem = reporter->problem;
    uint32_t *last = ARENA_ARRAY(reporter->arena, uint32_t, problem->task_count + 1U);
    for (uint32_t i = 0; told != NULL && i < problem->unit_count; i++) {
        for (int round = 0; round < 2; round++) {
            for (uint32_t k = told->first[i]; k != PLAN_NONE; k = told->rows[k].next) {
                const struct plan_told *row = &told->rows[k];
                if (row->task == PLAN_NONE || row->at > reporter->options->at) {
                    continue;
                }
                if (round == 0) {
                    last[row->task] = k;
                } else if (last[row->task] == k && row->what == PLAN_TOLD_SKIPPED) {
                    add_skip(reporter, row);
                }
            }
        }
    }
}

static void report_visits(struct reporter *reporter)
{
    const struct plan_problem *problem = reporter->problem;
    const struct plan_told_rows *told = reporter->options->told;
    struct plan_sitrep *out = reporter->out;
    size_t most = (size_t)problem->task_count + (told == NULL ? 0 : told->count);
    out->visits = ARENA_ARRAY(reporter->arena, struct plan_sitrep_visit, most + 1);
    report_skips(reporter);
    for (uint32_t i = 0; i < problem->task_count; i++) {
        struct place told_only = {reporter->arrived_by[i], reporter->arrived[i]};
        if (reporter->now[i].unit != PLAN_NONE) {
            add_visit(reporter, i, reporter->now[i]);
        } else if (reporter->arrived[i] >= 0) {
            add_visit(reporter, i, told_only);
        }
    }
    for (uint32_t i = 0; i < out->visit_count; i++) {
        out->states[out->visits[i].state]++;
        out->late_count += out->visits[i].was_late ? 1 : 0;
    }
    qsort(out->visits, out->visit_count, sizeof *out->visits, by_planned);
}

struct wish {
    int64_t profit;
    uint32_t task;
};

static int worth_most(const void *a, const void *b)
{
    const struct wish *x = a;
    const struct wish *y = b;
    return x->profit != y->profit ? (x->profit < y->profit) - (x->profit > y->profit)
                                  : (x->task > y->task) - (x->task < y->task);
}

/* What was given up, when a unit dropped out say, is not lost to who reads only the report. */
static void report_nobody(struct reporter *reporter)
{
    const struct plan_problem *problem = reporter->problem;
    struct plan_sitrep *out = reporter->out;
    bool *is_visit = ARENA_ARRAY(reporter->arena, bool, problem->task_count + 1U);
    struct wish *wishes = ARENA_ARRAY(reporter->arena, struct wish, problem->task_count + 1U);
    for (uint32_t i = 0; i < out->visit_count; i++) {
        is_visit[out->visits[i].task] = true;
    }
    for (uint32_t i = 0; i < problem->task_count; i++) {
        const struct plan_task *task = &problem->tasks[i];
        if (!task->is_mandatory && !plan_is_post(task) && !is_visit[i] &&
            task->close >= reporter->options->at) {
            wishes[out->nobody_count++] = (struct wish){.profit = task->profit, .task = i};
        }
    }
    qsort(wishes, out->nobody_count, sizeof *wishes, worth_most);
    out->nobody = ARENA_ARRAY(reporter->arena, uint32_t, out->nobody_count + 1U);
    for (uint32_t i = 0; i < out->nobody_count; i++) {
        out->nobody[i] = wishes[i].task;
    }
}

/* Of one turn, and missing at the same time: one more. */
static void add_unmet(struct plan_sitrep *out, const struct plan_problem *problem,
                      const struct plan_sitrep_unmet *unmet)
{
    uint32_t turn = problem->tasks[unmet->task].turn;
    for (uint32_t i = out->unmet_count; turn > 0 && i > 0; i--) {
        struct plan_sitrep_unmet *one = &out->unmet[i - 1];
        if (problem->tasks[one->task].turn == turn && one->from == unmet->from &&
            one->until == unmet->until) {
            one->officers += unmet->officers;
            return;
        }
    }
    out->unmet[out->unmet_count++] = *unmet;
}

static void report_unmet(struct reporter *reporter)
{
    const struct plan_problem *problem = reporter->problem;
    struct plan_sitrep *out = reporter->out;
    bool *is_well = ARENA_ARRAY(reporter->arena, bool, problem->task_count + 1U);
    struct away *away = ARENA_ARRAY(reporter->arena, struct away, problem->task_count + 1U);
    int64_t *there = ARENA_ARRAY(reporter->arena, int64_t, problem->turn_count + 1U);
    out->unmet = ARENA_ARRAY(reporter->arena, struct plan_sitrep_unmet, problem->task_count + 1U);
    for (uint32_t i = 0; i < out->visit_count; i++) {
        const struct plan_sitrep_visit *visit = &out->visits[i];
        const struct plan_task *task = &problem->tasks[visit->task];
        bool is_short = visit->state == PLAN_VISIT_SHORT && /* else what is left is another task */
                        plan_post_end(problem, visit->task) == task->open + task->dwell;
        bool is_done =
            visit->state != PLAN_VISIT_SKIPPED && visit->state != PLAN_VISIT_MISSED && !is_short;
        is_well[visit->task] = is_well[visit->task] || is_done;
        away[visit->task] = (struct away){visit->away, visit->back};
        if (is_done && task->turn > 0) {
            there[task->turn - 1] += plan_turn_officers(&problem->units[visit->unit], task);
        }
    }
    plan_turns_stand(reporter->arena, problem, there, is_well);
    for (uint32_t i = 0; i < problem->task_count; i++) {
        const struct plan_task *task = &problem->tasks[i];
        struct plan_sitrep_unmet unmet = {i, task->open, task->close + task->dwell, task->officers};
        if (away[i].until > away[i].from) {
            unmet.from = away[i].from;
            unmet.until = away[i].until;
        }
        if (task->is_mandatory && !is_well[i]) {
            add_unmet(out, problem, &unmet);
        }
    }
}

int64_t plan_sitrep_missed(const struct plan_problem *problem, const struct plan_sitrep *sitrep)
{
    int64_t ticks = 0;
    for (uint32_t i = 0; i < sitrep->unmet_count; i++) {
        const struct plan_sitrep_unmet *unmet = &sitrep->unmet[i];
        int64_t until = unmet->until < sitrep->at ? unmet->until : sitrep->at;
        bool is_post = plan_is_post(&problem->tasks[unmet->task]);
        ticks += is_post && until > unmet->from ? (until - unmet->from) * unmet->officers : 0;
    }
    return ticks;
}

/* ---- units ---- */

static void should_be(const struct reporter *reporter, const struct plan_duty *duty,
                      struct plan_sitrep_unit *unit)
{
    int32_t now = reporter->options->at;
    unit->planned = PLAN_LEG_KINDS;
    unit->site = reporter->problem->units[unit->unit].base;
    unit->task = PLAN_NONE;
    for (uint32_t i = 0; i < duty->leg_count; i++) {
        const struct plan_leg *leg = &duty->legs[i];
        if (leg->from <= now && now < leg->to) {
            unit->planned = leg->kind;
            unit->site = leg->end_site;
            unit->task = leg->task;
        }
    }
}

static void told_last(const struct reporter *reporter, struct plan_sitrep_unit *unit)
{
    const struct plan_told_rows *told = reporter->options->told;
    uint32_t i = told == NULL ? PLAN_NONE : told->first[unit->unit];
    for (; i != PLAN_NONE; i = told->rows[i].next) {
        if (told->rows[i].at <= reporter->options->at) {
            unit->told = told->rows[i];
            unit->has_told = true;
        }
    }
}

/* By how much its earliest visit that is not begun is over its time. */
static void find_behind(const struct reporter *reporter, struct plan_sitrep_unit *units)
{
    const struct plan_sitrep *out = reporter->out;
    for (uint32_t i = 0; i < out->visit_count; i++) {
        const struct plan_sitrep_visit *visit = &out->visits[i];
        struct plan_sitrep_unit *unit = &units[visit->unit];
        bool is_waiting = visit->state == PLAN_VISIT_LATE || visit->state == PLAN_VISIT_DUE;
        int32_t behind = reporter->options->at - visit->planned;
        if (is_waiting && unit->has_told && behind > unit->behind) {
            unit->behind = behind;
        }
    }
}

static enum status report_units(struct reporter *reporter, struct error *err)
{
    const struct plan_problem *problem = reporter->problem;
    struct plan_sitrep *out = reporter->out;
    const struct plan_duty *duties = NULL;
    enum status status = plan_duties_make(reporter->arena, problem, reporter->result, &duties, err);
    if (status != STATUS_OK) {
        return status;
    }
    out->units = ARENA_ARRAY(reporter->arena, struct plan_sitrep_unit, problem->unit_count + 1U);
    out->unit_count = problem->unit_count;
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        out->units[i].unit = i;
        should_be(reporter, &duties[i], &out->units[i]);
        told_last(reporter, &out->units[i]);
    }
    find_behind(reporter, out->units);
    return STATUS_OK;
}

/* ---- what changed ---- */

static int by_now(const void *a, const void *b)
{
    const struct plan_sitrep_change *x = a;
    const struct plan_sitrep_change *y = b;
    int32_t at_x = x->unit_now != PLAN_NONE ? x->start_now : x->start_before;
    int32_t at_y = y->unit_now != PLAN_NONE ? y->start_now : y->start_before;
    return at_x != at_y ? (at_x > at_y) - (at_x < at_y) : (x->task > y->task) - (x->task < y->task);
}

/* A time that moved by less than is late is no change that anybody has to hear of. */
static void report_changes(struct reporter *reporter)
{
    const struct plan_problem *problem = reporter->problem;
    struct plan_sitrep *out = reporter->out;
    struct plan_sitrep_change *changes =
        ARENA_ARRAY(reporter->arena, struct plan_sitrep_change, problem->task_count + 1U);
    bool *is_changed = ARENA_ARRAY(reporter->arena, bool, problem->unit_count + 1U);
    if (reporter->options->previous == NULL) {
        return;
    }
    const struct place *before = places_of(reporter, reporter->options->previous);
    const struct place *now = reporter->now;
    out->changes = changes;
    for (uint32_t i = 0; i < problem->task_count; i++) {
        struct plan_sitrep_change change = {i, before[i].unit, now[i].unit, before[i].start,
                                            now[i].start};
        if (change.unit_before == change.unit_now &&
            abs(change.start_before - change.start_now) <= reporter->options->late) {
            continue;
        }
        uint32_t units[] = {change.unit_before, change.unit_now};
        for (size_t k = 0; k < ARRAY_LEN(units); k++) {
            if (units[k] != PLAN_NONE && !is_changed[units[k]]) {
                is_changed[units[k]] = true;
                out->changed_units++;
            }
        }
        changes[out->change_count++] = change;
    }
    qsort(changes, out->change_count, sizeof *changes, by_now);
}

static void report_incidents(struct reporter *reporter)
{
    const struct plan_sitrep_options *options = reporter->options;
    struct plan_incident *incidents =
        ARENA_ARRAY(reporter->arena, struct plan_incident, options->incident_count + 1U);
    for (uint32_t i = 0; i < options->incident_count; i++) {
        if (options->incidents[i].at <= options->at) {
            incidents[reporter->out->incident_count++] = options->incidents[i];
        }
    }
    qsort(incidents, reporter->out->incident_count, sizeof *incidents, by_time_back);
    reporter->out->incidents = incidents;
}

enum status plan_sitrep_make(struct arena *arena, const struct plan_problem *problem,
                             const struct plan_result *result,
                             const struct plan_sitrep_options *options,
                             struct plan_sitrep *ret_sitrep, struct error *err)
{
    struct plan_sitrep out = {.at = options->at};
    struct reporter reporter = {
        .arena = arena, .problem = problem, .result = result, .options = options, .out = &out};
    int64_t until = (int64_t)options->at + options->ahead;
    out.until = (int32_t)(until < PLAN_TICKS_MAX ? until : PLAN_TICKS_MAX);
    hear(&reporter);
    report_visits(&reporter);
    report_nobody(&reporter);
    report_unmet(&reporter);
    report_changes(&reporter);
    report_incidents(&reporter);
    out.proposals = options->proposals;
    out.proposal_count = options->proposal_count;
    enum status status = report_units(&reporter, err);
    if (status == STATUS_OK) {
        *ret_sitrep = out;
    }
    return status;
}
