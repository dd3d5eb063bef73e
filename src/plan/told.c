/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/told.h"

#include "codec/csv.h"
#include "plan/day.h"
#include "plan/problem_internal.h"

static const char *const what_words[PLAN_TOLD_KINDS] = {"on",    "arrived", "left", "skipped",
                                                        "break", "back",    "off"};
enum { FAR_S = 6 * 3600 };
enum { COLUMN_UNIT, COLUMN_WHAT, COLUMN_TASK, COLUMN_AT, COLUMNS };
static const char *const column_names[COLUMNS] = {"unit", "what", "task", "at"};

struct teller {
    const struct plan_problem *problem;
    struct plan_refused *refused;
    const char *name;
    struct plan_ids units, tasks;
    struct plan_told_rows *rows;
};

static void refuse(struct teller *teller, size_t line, const char *why, str what)
{
    plan_refused_row(teller->refused, teller->name, line, why, what);
}

bool plan_told_time(const struct plan_problem *problem, str text, int32_t *ret_at)
{
    int32_t seconds = 0;
    time_us at = 0;
    bool is_date = false;
    if (plan_parse_clock(problem->day, text, &seconds)) {
        *ret_at = seconds * problem->ticks_per_s;
        return true;
    }
    if (!plan_has_day(problem) || !time_parse(text, &at, &is_date) || is_date) {
        return false;
    }
    int64_t ticks = plan_ticks_at(problem, at);
    if (ticks < 0 || ticks > PLAN_TICKS_MAX) {
        return false;
    }
    *ret_at = (int32_t)ticks;
    return true;
}

uint32_t plan_told_there(const struct plan_told_rows *rows, uint32_t unit)
{
    return rows->state[unit] == PLAN_TOLD_ARRIVED ? rows->rows[rows->word[unit]].task : PLAN_NONE;
}

const char *plan_told_wrong(const struct plan_told_rows *rows, const struct plan_told *told)
{
    uint32_t last = rows->last[told->unit];
    enum plan_told_what state = rows->state[told->unit];
    if (last != PLAN_NONE && told->at < rows->rows[last].at) {
        return "it is earlier than the row of this unit before it:";
    }
    if (told->what == PLAN_TOLD_SKIPPED) {
        return NULL;
    }
    if (rows->word[told->unit] == PLAN_NONE) {
        return told->what == PLAN_TOLD_LEFT || told->what == PLAN_TOLD_BACK
                   ? "the unit leaves, or is back, before it arrived, with"
                   : NULL;
    }
    if (state == PLAN_TOLD_OFF) {
        return "the unit is off duty already, and tells";
    }
    if ((told->what == PLAN_TOLD_BACK) != (state == PLAN_TOLD_BREAK)) {
        return state == PLAN_TOLD_BREAK ? "the unit is on its break, and tells"
                                        : "the unit is on no break, and tells";
    }
    if ((told->what == PLAN_TOLD_LEFT) != (state == PLAN_TOLD_ARRIVED)) {
        return state == PLAN_TOLD_ARRIVED ? "the unit has not left where it arrived, and tells"
                                          : "the unit leaves where it has not arrived, with";
    }
    if (told->what == PLAN_TOLD_LEFT && plan_told_there(rows, told->unit) != told->task) {
        return "the unit arrived at another task than it leaves:";
    }
    return told->what == PLAN_TOLD_ON ? "the unit is on duty already, and tells" : NULL;
}

bool plan_told_is_far(const struct plan_problem *problem, const struct plan_told *told)
{
    const struct plan_unit *unit = &problem->units[told->unit];
    int32_t most = FAR_S * problem->ticks_per_s;
    return told->at < unit->start - unit->brief - most || told->at > unit->end + most;
}

void plan_told_add(struct plan_told_rows *rows, const struct plan_told *told)
{
    uint32_t at = rows->count++;
    rows->rows[at] = *told;
    rows->rows[at].next = PLAN_NONE;
    if (rows->last[told->unit] == PLAN_NONE) {
        rows->first[told->unit] = at;
    } else {
        rows->rows[rows->last[told->unit]].next = at;
    }
    rows->last[told->unit] = at;
    if (told->what != PLAN_TOLD_SKIPPED) {
        rows->word[told->unit] = at;
        rows->state[told->unit] = told->what;
    }
}

void plan_told_init(struct arena *arena, const struct plan_problem *problem, size_t rows_max,
                    struct plan_told_rows *ret_rows)
{
    struct plan_told_rows rows = {.rows = ARENA_ARRAY(arena, struct plan_told, rows_max + 1)};
    rows.first = ARENA_ARRAY(arena, uint32_t, problem->unit_count + 1U);
    rows.last = ARENA_ARRAY(arena, uint32_t, problem->unit_count + 1U);
    rows.word = ARENA_ARRAY(arena, uint32_t, problem->unit_count + 1U);
    rows.state = ARENA_ARRAY(arena, enum plan_told_what, problem->unit_count + 1U);
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        rows.first[i] = rows.last[i] = rows.word[i] = PLAN_NONE;
        rows.state[i] = PLAN_TOLD_LEFT; /* free to arrive, to pause, to go */
    }
    *ret_rows = rows;
}

const char *plan_told_word(enum plan_told_what what)
{
    return what_words[what];
}

enum plan_told_what plan_told_what(str word)
{
    enum plan_told_what what = PLAN_TOLD_ON;
    while (what < PLAN_TOLD_KINDS && !str_equal_ascii_fold(word, str_c(what_words[what]))) {
        what++;
    }
    return what;
}

static void read_row(struct teller *teller, const struct csv_row *row, const size_t *at)
{
    struct plan_told told = {.task = PLAN_NONE, .what = PLAN_TOLD_ON};
    str what = csv_field(row, at[COLUMN_WHAT]);
    str task = csv_field(row, at[COLUMN_TASK]);
    told.unit = plan_ids_find(&teller->units, csv_field(row, at[COLUMN_UNIT]));
    if (told.unit == UINT32_MAX) {
        refuse(teller, row->line, "the problem has no unit", csv_field(row, at[COLUMN_UNIT]));
        return;
    }
    told.what = plan_told_what(what);
    if (told.what == PLAN_TOLD_KINDS) {
        refuse(teller, row->line, "'what' is on, arrived, left, skipped, break, back or off, not",
               what);
        return;
    }
    if (told.what == PLAN_TOLD_ARRIVED || told.what == PLAN_TOLD_LEFT ||
        told.what == PLAN_TOLD_SKIPPED) {
        told.task = plan_ids_find(&teller->tasks, task);
        if (told.task == UINT32_MAX) {
            refuse(teller, row->line, "the problem has no task", task);
            return;
        }
    }
    if (!plan_told_time(teller->problem, csv_field(row, at[COLUMN_AT]), &told.at)) {
        refuse(teller, row->line, "'at' is no time like 07:00 or 2026-05-07T07:00:00+01:00:",
               csv_field(row, at[COLUMN_AT]));
        return;
    }
    if (plan_told_is_far(teller->problem, &told)) {
        refuse(teller, row->line, "that is more than six hours before or after the unit's duty:",
               csv_field(row, at[COLUMN_AT]));
        return;
    }
    const char *wrong = plan_told_wrong(teller->rows, &told);
    if (wrong != NULL) {
        refuse(teller, row->line, wrong, told.what == PLAN_TOLD_LEFT ? task : what);
        return;
    }
    plan_told_add(teller->rows, &told);
}

static enum status read_rows(struct teller *teller, struct arena *arena, str text,
                             struct error *err)
{
    struct csv csv;
    struct csv_row row;
    size_t at[COLUMNS];
    bool has_row = true;
    enum status status = csv_open(arena, teller->name, text, ',', &csv, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = csv_columns(&csv, column_names, COLUMNS, UINT64_C(1) << COLUMN_TASK, at, err);
    while (status == STATUS_OK) {
        status = csv_next(&csv, &row, &has_row, err);
        if (status != STATUS_OK || !has_row) {
            break;
        }
        read_row(teller, &row, at);
    }
    return status;
}

enum status plan_told_read(struct arena *arena, const struct plan_problem *problem,
                           const char *name, str text, struct plan_told_rows *ret_rows,
                           struct plan_refused *refused, struct error *err)
{
    struct plan_told_rows rows;
    struct teller teller = {.problem = problem, .refused = refused, .name = name, .rows = &rows};
    size_t lines = 1;
    for (size_t i = 0; i < text.n; i++) {
        lines += text.p[i] == '\n' ? 1 : 0;
    }
    if (lines > PLAN_TOLD_ROWS_MAX) {
        return error_set(err, STATUS_LIMIT, "%.150s has more than %d lines", name,
                         PLAN_TOLD_ROWS_MAX);
    }
    plan_told_init(arena, problem, lines, &rows);
    plan_ids_init(&teller.units, arena);
    plan_ids_init(&teller.tasks, arena);
    for (uint32_t i = 0; i < problem->task_count; i++) {
        (void)plan_ids_add(&teller.tasks, problem->tasks[i].id, i);
    }
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        (void)plan_ids_add(&teller.units, problem->units[i].id, i);
    }
    enum status status = read_rows(&teller, arena, text, err);
    if (status == STATUS_OK) {
        *ret_rows = rows;
    }
    return status;
}

/* ---- the same as rows of an event ---- */

void plan_read_told(struct plan_row *row)
{
    static const char *const names[] = {"unit", "what", "task", "at_s", NULL};
    struct plan_reader *reader = row->reader;
    struct plan_told told = {.what = PLAN_TOLD_ON};
    plan_row_members(row, names);
    told.unit = plan_row_refer(row, "unit", &reader->units, "unit", true);
    told.at = plan_row_ticks(row, "at_s", -1);
    str what = json_member_text(row->json, "what");
    told.what = plan_told_what(what);
    bool has_task = told.what == PLAN_TOLD_ARRIVED || told.what == PLAN_TOLD_LEFT ||
                    told.what == PLAN_TOLD_SKIPPED;
    told.task = has_task ? plan_row_refer(row, "task", &reader->tasks, "task", true) : PLAN_NONE;
    if (told.what == PLAN_TOLD_KINDS) {
        plan_row_refuse(row, "'what' is on, arrived, left, skipped, break, back or off");
    }
    if (!row->is_refused && plan_told_is_far(reader->problem, &told)) {
        plan_row_refuse(row, "that is more than six hours before or after the unit's duty");
    }
    const char *wrong = row->is_refused ? NULL : plan_told_wrong(reader->told, &told);
    if (wrong != NULL) {
        plan_row_refuse(row, "%s '%.*s'", wrong, STR_ARG(what));
    }
    if (!row->is_refused) {
        plan_told_add(reader->told, &told);
    }
}
