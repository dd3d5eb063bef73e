/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of the casebook for review/rates.h; what comes back is released already. */
#include "desk/desk_internal.h"

#include <stdlib.h>

#include "base/io.h"

static int by_number(const void *a, const void *b)
{
    const int64_t *x = a;
    const int64_t *y = b;
    return (*x > *y) - (*x < *y);
}

/* Distinct area tags in order, with their names. */
static enum status gather_areas(struct desk *desk, struct arena *arena,
                                const struct casebook_count *count, int64_t **ret_tags,
                                str **ret_names, size_t *ret_count, struct error *err)
{
    int64_t *tags = ARENA_ARRAY(arena, int64_t, count->row_count);
    size_t n = 0;
    for (size_t i = 0; i < count->row_count; i++) {
        if (count->rows[i].area != 0) {
            tags[n++] = count->rows[i].area;
        }
    }
    qsort(tags, n, sizeof *tags, by_number);
    size_t distinct = 0;
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || tags[i] != tags[i - 1]) {
            tags[distinct++] = tags[i];
        }
    }
    str *names = ARENA_ARRAY(arena, str, distinct);
    enum status status = STATUS_OK;
    for (size_t i = 0; i < distinct && status == STATUS_OK; i++) {
        status = casebook_label(desk->casebook, arena, tags[i], &names[i], err);
    }
    *ret_tags = tags;
    *ret_names = names;
    *ret_count = distinct;
    return status;
}

static void set_code(const struct desk_rules *rules, str code, uint64_t bits[2])
{
    for (size_t i = 0; i < rules->code_count; i++) {
        if (str_equal(rules->codes[i].code, code)) {
            bits[i / 64] |= UINT64_C(1) << (i % 64);
        }
    }
}

static struct rates_row *make_rows(const struct desk *desk, struct arena *arena,
                                   const struct casebook_count *count, const int64_t *areas,
                                   size_t area_count)
{
    struct rates_row *rows = ARENA_ARRAY(arena, struct rates_row, count->row_count);
    size_t code = 0; /* both lists are by incident: one walk */
    for (size_t i = 0; i < count->row_count; i++) {
        const struct casebook_count_row *from = &count->rows[i];
        const int64_t *area =
            from->area == 0 ? NULL
                            : bsearch(&from->area, areas, area_count, sizeof *areas, by_number);
        rows[i] = (struct rates_row){.incident = from->incident,
                                     .subject = from->subject,
                                     .grade = from->grade,
                                     .area = area == NULL ? -1 : area - areas,
                                     .received_hour = from->hour,
                                     .is_practice = from->practice != 0};
        if (i > 0 && rows[i - 1].incident == from->incident) {
            memcpy(rows[i].codes, rows[i - 1].codes, sizeof rows[i].codes);
            continue;
        }
        while (code < count->code_count && count->codes[code].incident < from->incident) {
            code++;
        }
        while (code < count->code_count && count->codes[code].incident == from->incident) {
            set_code(desk->options.rules, count->codes[code].code, rows[i].codes);
            code++;
        }
    }
    return rows;
}

/* Counts and releases into desk->kept. */
static enum status make_tables(struct desk *desk, struct error *err)
{
    static_assert((int)DESK_CODES_MAX <= (int)RATES_CODES_MAX, "every code can be counted");
    struct casebook_count count = {0};
    int64_t *areas = NULL;
    str *names = NULL;
    size_t area_count = 0;
    arena_reset(&desk->work);
    arena_close(&desk->kept);
    enum status status = casebook_count_rows(desk->casebook, &desk->work, &count, err);
    if (status == STATUS_OK) {
        status = gather_areas(desk, &desk->work, &count, &areas, &names, &area_count, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    const struct desk_rules *rules = desk->options.rules;
    struct rates_code *codes = ARENA_ARRAY(&desk->work, struct rates_code, rules->code_count);
    for (size_t i = 0; i < rules->code_count; i++) {
        codes[i] = (struct rates_code){rules->codes[i].code, rules->codes[i].kind};
    }
    for (size_t i = 0; i < area_count; i++) {
        names[i] = arena_str(&desk->kept, names[i]); /* labels outlive the work */
    }
    struct rates_input input = {.rows = make_rows(desk, &desk->work, &count, areas, area_count),
                                .row_count = count.row_count,
                                .codes = codes,
                                .code_count = rules->code_count,
                                .areas = names,
                                .area_count = area_count};
    return rates_tables(&input, &desk->kept, &desk->numbers, err);
}

static enum status numbers_read(struct desk *desk, const struct caller *caller, const char *verb,
                                struct released_tables *ret_tables, struct error *err)
{
    const time_us long_time = US_PER_SECOND / 10;
    const time_us kept_for = 60 * US_PER_SECOND;
    enum status status = desk_need(desk, caller, CAP_NUMBERS_READ, err);
    if (status != STATUS_OK) {
        return status;
    }
    struct act act;
    act_begin(&act, caller, verb, 0, true);
    status = act_alone(desk, &act, err);
    act_close(&act);
    time_us start = clock_monotonic();
    if (status == STATUS_OK && start >= desk->numbers_until) {
        desk->numbers_until = 0;
        status = make_tables(desk, err);
        time_us end = clock_monotonic();
        if (status == STATUS_OK && end - start > long_time) {
            desk->numbers_until = end + kept_for;
        }
    }
    if (status == STATUS_OK) {
        *ret_tables = desk->numbers;
    }
    return status;
}

enum status desk_numbers(struct desk *desk, const struct caller *caller,
                         struct released_tables *ret_tables, struct error *err)
{
    return numbers_read(desk, caller, "numbers.read", ret_tables, err);
}

enum status desk_map_numbers(struct desk *desk, const struct caller *caller,
                             struct released_tables *ret_tables, struct error *err)
{
    return numbers_read(desk, caller, "map.read", ret_tables, err);
}
