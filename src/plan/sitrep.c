/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/sitrep.h"

#include <stdlib.h>

#include "codec/csv.h"
#include "plan/ids.h"

enum { COLUMN_AT, COLUMN_WORDS, COLUMN_SITE, COLUMNS };

struct reporter {
    struct arena *arena;
    const struct plan_problem *problem;
    const struct plan_result *result;
    const struct plan_sitrep_options *options;
    struct plan_sitrep *out;
    /* of each task: when somebody arrived, left or skipped it, up to now; -1 */
    int32_t *arrived, *left;
    uint32_t *skipped_by; /* a unit that skipped it last; PLAN_NONE */
    bool *has_told;       /* of each unit */
};

const char *plan_visit_word(enum plan_visit_state state)
{
    static const char *const words[] = {"done",    "there",     "late", "missed",
                                        "skipped", "not heard", "due"};
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

/* ---- what was told ---- */

static void hear(struct reporter *reporter)
{
    const struct plan_told_rows *told = reporter->options->told;
    uint32_t tasks = reporter->problem->task_count + 1U;
    reporter->arrived = ARENA_ARRAY(reporter->arena, int32_t, tasks);
    reporter->left = ARENA_ARRAY(reporter->arena, int32_t, tasks);
    reporter->skipped_by = ARENA_ARRAY(reporter->arena, uint32_t, tasks);
    reporter->has_told = ARENA_ARRAY(reporter->arena, bool, reporter->problem->unit_count + 1U);
    for (uint32_t i = 0; i < tasks; i++) {
        reporter->arrived[i] = reporter->left[i] = -1;
        reporter->skipped_by[i] = PLAN_NONE;
    }
    for (uint32_t i = 0; told != NULL && i < told->count; i++) {
        const struct plan_told *row = &told->rows[i];
        if (row->at > reporter->options->at) {
            continue;
        }
        reporter->has_told[row->unit] = true;
        if (row->task == PLAN_NONE) {
            continue;
        }
        if (row->what == PLAN_TOLD_ARRIVED && reporter->arrived[row->task] < 0) {
            reporter->arrived[row->task] = row->at;
        } else if (row->what == PLAN_TOLD_LEFT) {
            reporter->left[row->task] = row->at;
        } else if (row->what == PLAN_TOLD_SKIPPED) {
            reporter->skipped_by[row->task] = row->unit;
        }
    }
}

/* ---- visits ---- */

static enum plan_visit_state state_of(const struct reporter *reporter,
                                      const struct plan_sitrep_visit *visit)
{
    const struct plan_task *task = &reporter->problem->tasks[visit->task];
    int32_t now = reporter->options->at;
    if (visit->left >= 0) {
        return PLAN_VISIT_DONE;
    }
    if (visit->arrived >= 0) {
        return PLAN_VISIT_THERE;
    }
    if (reporter->skipped_by[visit->task] == visit->unit) { /* else another has it now */
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

static void report_visits(struct reporter *reporter)
{
    const struct plan_problem *problem = reporter->problem;
    struct plan_sitrep *out = reporter->out;
    size_t count = 0;
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        count += reporter->result->routes[i].stop_count;
    }
    out->visits = ARENA_ARRAY(reporter->arena, struct plan_sitrep_visit, count + 1);
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        const struct plan_route *route = &reporter->result->routes[i];
        for (uint32_t k = 0; k < route->stop_count; k++) {
            struct plan_sitrep_visit *visit = &out->visits[out->visit_count++];
            uint32_t task = route->stops[k].task;
            *visit = (struct plan_sitrep_visit){.unit = i,
                                                .task = task,
                                                .planned = route->stops[k].start,
                                                .arrived = reporter->arrived[task],
                                                .left = reporter->left[task]};
            visit->state = state_of(reporter, visit);
            visit->was_late =
                visit->arrived >= 0 && visit->arrived - visit->planned > reporter->options->late;
            out->states[visit->state]++;
            out->late_count += visit->was_late ? 1 : 0;
        }
    }
    qsort(out->visits, out->visit_count, sizeof *out->visits, by_planned);
}

static void report_unmet(struct reporter *reporter)
{
    const struct plan_problem *problem = reporter->problem;
    struct plan_sitrep *out = reporter->out;
    bool *is_well = ARENA_ARRAY(reporter->arena, bool, problem->task_count + 1U);
    int64_t *there = ARENA_ARRAY(reporter->arena, int64_t, problem->turn_count + 1U);
    out->unmet = ARENA_ARRAY(reporter->arena, uint32_t, problem->task_count + 1U);
    for (uint32_t i = 0; i < out->visit_count; i++) {
        const struct plan_sitrep_visit *visit = &out->visits[i];
        const struct plan_task *task = &problem->tasks[visit->task];
        bool is_done = visit->state != PLAN_VISIT_SKIPPED && visit->state != PLAN_VISIT_MISSED;
        is_well[visit->task] = is_done;
        if (is_done && task->turn > 0) {
            there[task->turn - 1] += plan_turn_officers(&problem->units[visit->unit], task);
        }
    }
    plan_turns_stand(reporter->arena, problem, there, is_well);
    for (uint32_t i = 0; i < problem->task_count; i++) {
        if (problem->tasks[i].is_mandatory && !is_well[i] && reporter->arrived[i] < 0) {
            out->unmet[out->unmet_count++] = i;
        }
    }
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
        if (told->rows[i].at <= reporter->options->at &&
            (told->rows[i].what != PLAN_TOLD_SKIPPED || !unit->has_told)) {
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

static void place_of(const struct reporter *reporter, const struct plan_result *result,
                     struct plan_sitrep_change *places, bool is_before)
{
    for (uint32_t i = 0; i < reporter->problem->unit_count; i++) {
        for (uint32_t k = 0; k < result->routes[i].stop_count; k++) {
            const struct plan_stop *stop = &result->routes[i].stops[k];
            if (is_before) {
                places[stop->task].unit_before = i;
                places[stop->task].start_before = stop->start;
            } else {
                places[stop->task].unit_now = i;
                places[stop->task].start_now = stop->start;
            }
        }
    }
}

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
    struct plan_sitrep_change *places =
        ARENA_ARRAY(reporter->arena, struct plan_sitrep_change, problem->task_count + 1U);
    bool *is_changed = ARENA_ARRAY(reporter->arena, bool, problem->unit_count + 1U);
    for (uint32_t i = 0; i < problem->task_count; i++) {
        places[i] = (struct plan_sitrep_change){i, PLAN_NONE, PLAN_NONE, -1, -1};
    }
    if (reporter->options->previous == NULL) {
        return;
    }
    place_of(reporter, reporter->options->previous, places, true);
    place_of(reporter, reporter->result, places, false);
    out->changes = places;
    for (uint32_t i = 0; i < problem->task_count; i++) {
        struct plan_sitrep_change change = places[i];
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
        places[out->change_count++] = change;
    }
    qsort(places, out->change_count, sizeof *places, by_now);
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
