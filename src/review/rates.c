/* SPDX-License-Identifier: Apache-2.0 */
/* A table is a set of pairs (cell, thing counted): sorted, each pair once, counted by cell. So a
 * subject with ten incidents in one cell is one there, and nothing is counted twice by accident. */
#include "review/rates.h"

#include "base/buf.h"

#include <stdlib.h>

enum unit { UNIT_REPORTS, UNIT_INCIDENTS, UNIT_SUBJECTS, UNIT_COUNT };
enum dimension { BY_ALL, BY_KIND, BY_GRADE, BY_CODE, BY_AREA, BY_WEEK, DIMENSION_COUNT };
static const char *const unit_words[] = {"reports", "incidents", "subjects"};
static const char *const dimension_words[] = {"all", "kind", "grade", "code", "area", "week"};

static const char *const kind_words[] = {[RATES_LEFT_OUT] = "left out",
                                         [RATES_UNCLASSIFIED] = "not yet classified",
                                         [RATES_ABUSE] = "abuse"};

#define WEEK_US (INT64_C(7) * 86400 * US_PER_SECOND)

struct pair {
    int64_t cell;
    int64_t thing;
};
struct work {
    const struct rates_input *input;
    struct rates_row *rows; /* by incident, then time; without practice */
    size_t row_count;
    struct pair *pairs;
    size_t pair_count;
    int64_t first_week;
    size_t week_count;
};

static int by_incident(const void *a, const void *b)
{
    const struct rates_row *x = a;
    const struct rates_row *y = b;
    if (x->incident != y->incident) {
        return x->incident < y->incident ? -1 : 1;
    }
    return (x->received_hour > y->received_hour) - (x->received_hour < y->received_hour);
}

static int by_cell(const void *a, const void *b)
{
    const struct pair *x = a;
    const struct pair *y = b;
    if (x->cell != y->cell) {
        return x->cell < y->cell ? -1 : 1;
    }
    return (x->thing > y->thing) - (x->thing < y->thing);
}

/* Weeks since the Monday before 1970-01-01 (a Thursday). */
static int64_t week_of(time_us at)
{
    return (at + 3 * 86400 * US_PER_SECOND) / WEEK_US;
}

static str week_label(struct arena *arena, int64_t week)
{
    struct buf text;
    buf_init(&text, 32);
    buf_add_week(&text, week * WEEK_US);
    str label = arena_str(arena, buf_str(&text));
    buf_close(&text);
    return label;
}

static bool has_code(const struct rates_row *row, size_t code)
{
    return (row->codes[code / 64] >> (code % 64) & 1) != 0;
}

/* By its best code; without any it is not yet classified, which is not the same as lawful. */
static enum rates_kind kind_of(const struct work *work, const struct rates_row *row)
{
    bool has_any = false;
    enum rates_kind kind = RATES_LEFT_OUT;
    for (size_t i = 0; i < work->input->code_count; i++) {
        if (has_code(row, i)) {
            has_any = true;
            kind = work->input->codes[i].kind > kind ? work->input->codes[i].kind : kind;
        }
    }
    return has_any ? kind : RATES_UNCLASSIFIED;
}

static void add_pair(struct work *work, int64_t cell, int64_t thing)
{
    work->pairs[work->pair_count++] = (struct pair){cell, thing};
}

/* The pairs of one row. `first` is the first report of the row's incident. */
static void add_row(struct work *work, enum unit unit, enum dimension dimension, size_t at,
                    const struct rates_row *first)
{
    const struct rates_row *row = &work->rows[at];
    int64_t thing = unit == UNIT_REPORTS     ? (int64_t)at
                    : unit == UNIT_INCIDENTS ? row->incident
                                             : row->subject;
    if (unit == UNIT_SUBJECTS && row->subject == 0) {
        return;
    }
    if (dimension == BY_CODE) {
        for (size_t i = 0; i < work->input->code_count; i++) {
            if (has_code(row, i)) {
                add_pair(work, (int64_t)i, thing);
            }
        }
        return;
    }
    enum rates_kind kind = kind_of(work, row);
    if (dimension == BY_KIND) {
        add_pair(work, RATES_ABUSE - (int64_t)kind, thing); /* abuse first */
        return;
    }
    if (kind == RATES_LEFT_OUT) {
        return;
    }
    switch (dimension) {
    case BY_ALL:
        add_pair(work, 0, thing);
        break;
    case BY_GRADE:
        add_pair(work, row->grade, thing);
        break;
    case BY_AREA:
        add_pair(work, row->area + 1, thing); /* 0 = not known */
        break;
    case BY_WEEK:
        add_pair(work,
                 week_of(unit == UNIT_REPORTS ? row->received_hour : first->received_hour) -
                     work->first_week,
                 thing);
        break;
    case BY_KIND:
    case BY_CODE:
    case DIMENSION_COUNT:
        break;
    }
}

static size_t cell_count(const struct work *work, enum dimension dimension)
{
    switch (dimension) {
    case BY_ALL:
        return 1;
    case BY_KIND:
        return RATES_KINDS;
    case BY_GRADE:
        return RATES_GRADES;
    case BY_CODE:
        return work->input->code_count;
    case BY_AREA:
        return work->input->area_count + 1;
    case BY_WEEK:
        return work->week_count;
    case DIMENSION_COUNT:
        break;
    }
    return 0;
}

static str cell_label(const struct work *work, struct arena *arena, enum dimension dimension,
                      size_t cell)
{
    switch (dimension) {
    case BY_ALL:
        return STR("all");
    case BY_KIND:
        return str_c(kind_words[RATES_ABUSE - cell]);
    case BY_GRADE:
        return arena_printf(arena, "G%zu", cell);
    case BY_CODE:
        return work->input->codes[cell].code;
    case BY_AREA:
        return cell == 0 ? STR("not known") : work->input->areas[cell - 1];
    case BY_WEEK:
        return week_label(arena, work->first_week + (int64_t)cell);
    case DIMENSION_COUNT:
        break;
    }
    return (str){0};
}

static struct released_table make_table(struct work *work, struct arena *arena, enum unit unit,
                                        enum dimension dimension)
{
    size_t count = cell_count(work, dimension);
    struct raw_row *rows = ARENA_ARRAY(arena, struct raw_row, count);
    size_t first = 0;
    work->pair_count = 0;
    for (size_t i = 0; i < work->row_count; i++) {
        if (work->rows[i].incident != work->rows[first].incident) {
            first = i;
        }
        add_row(work, unit, dimension, i, &work->rows[first]);
    }
    qsort(work->pairs, work->pair_count, sizeof *work->pairs, by_cell);
    for (size_t i = 0; i < count; i++) {
        rows[i].label = cell_label(work, arena, dimension, i);
    }
    for (size_t i = 0; i < work->pair_count; i++) {
        if (i == 0 || by_cell(&work->pairs[i - 1], &work->pairs[i]) != 0) {
            raw_count_add(&rows[work->pairs[i].cell].count, 1);
        }
    }
    return release_table(arena, str_c(unit_words[unit]), str_c(dimension_words[dimension]), rows,
                         count, dimension == BY_AREA);
}

static enum status check_input(const struct rates_input *input, struct error *err)
{
    if (input->code_count > RATES_CODES_MAX || input->area_count > RATES_AREAS_MAX) {
        return error_set(err, STATUS_LIMIT, "There are more codes or areas than can be counted.");
    }
    for (size_t i = 0; i < input->row_count; i++) {
        const struct rates_row *row = &input->rows[i];
        if (row->grade < 0 || row->grade >= RATES_GRADES || row->area < -1 ||
            row->area >= (int64_t)input->area_count || row->received_hour < 0) {
            return error_set(err, STATUS_INVALID,
                             "Row %zu has a grade, area or time that does "
                             "not exist.",
                             i);
        }
    }
    return STATUS_OK;
}

static enum status prepare(struct work *work, struct arena *arena, struct error *err)
{
    int64_t last = 0;
    work->rows = ARENA_ARRAY(arena, struct rates_row, work->input->row_count);
    for (size_t i = 0; i < work->input->row_count; i++) {
        if (!work->input->rows[i].is_practice) {
            work->rows[work->row_count++] = work->input->rows[i];
        }
    }
    qsort(work->rows, work->row_count, sizeof *work->rows, by_incident);
    for (size_t i = 0; i < work->row_count; i++) {
        int64_t week = week_of(work->rows[i].received_hour);
        work->first_week = i == 0 || week < work->first_week ? week : work->first_week;
        last = i == 0 || week > last ? week : last;
    }
    if (work->row_count > 0) {
        work->week_count = (size_t)(last - work->first_week) + 1;
    }
    if (work->week_count > RATES_WEEKS_MAX) {
        return error_set(err, STATUS_LIMIT, "The reports span more than %d weeks.",
                         RATES_WEEKS_MAX);
    }
    size_t pairs = work->row_count;
    for (size_t i = 0; i < work->row_count; i++) {
        for (size_t c = 0; c < work->input->code_count; c++) {
            pairs += has_code(&work->rows[i], c);
        }
    }
    work->pairs = ARENA_ARRAY(arena, struct pair, pairs);
    return STATUS_OK;
}

enum status rates_tables(const struct rates_input *input, struct arena *arena,
                         struct released_tables *ret_tables, struct error *err)
{
    struct work work = {.input = input};
    enum status status = check_input(input, err);
    if (status == STATUS_OK) {
        status = prepare(&work, arena, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    struct released_table *tables =
        ARENA_ARRAY(arena, struct released_table, UNIT_COUNT * DIMENSION_COUNT);
    size_t count = 0;
    for (int unit = 0; unit < UNIT_COUNT; unit++) {
        for (int dimension = 0; dimension < DIMENSION_COUNT; dimension++) {
            tables[count++] = make_table(&work, arena, (enum unit)unit, (enum dimension)dimension);
        }
    }
    *ret_tables = (struct released_tables){tables, count};
    return STATUS_OK;
}
