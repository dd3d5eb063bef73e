/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: three units kept apart, practice nowhere, lawful speech in no total, and no count of the
 * casebook that does not pass release().
 * Method: tables of known rows; and the source itself is read for other doors. */
#include "../support/cm.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "base/io.h"
#include "review/rates.h"

static const time_us week0 = INT64_C(1719792000) * 1000000; /* 2024-07-01, a Monday */
static const struct rates_code codes[] = {{STR_INIT("ABU1"), RATES_ABUSE},
                                          {STR_INIT("THR1"), RATES_ABUSE},
                                          {STR_INIT("LAW0"), RATES_LEFT_OUT},
                                          {STR_INIT("POL9"), RATES_LEFT_OUT},
                                          {STR_INIT("OTH0"), RATES_UNCLASSIFIED}};
static const str areas[] = {STR_INIT("Bow"), STR_INIT("Stepney")};

static void test_release(void **state)
{
    (void)state;
    static const struct {
        int64_t n;
        bool is_low;
        int64_t value;
    } cases[] = {{0, true, 0},    {1, true, 0},        {4, true, 0},       {5, false, 5},
                 {6, false, 5},   {7, false, 5},       {8, false, 10},     {12, false, 10},
                 {13, false, 15}, {1234, false, 1235}, {1232, false, 1230}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct raw_count raw = {0};
        raw_count_add(&raw, cases[i].n);
        struct released_count got = release(raw);
        assert_int_equal(got.is_low, cases[i].is_low);
        assert_int_equal(got.value, cases[i].value);
    }
    struct error err;
    assert_int_equal(released_export(NULL, &err), STATUS_DENIED);
}

static const struct released_row *row_of(const struct released_tables *tables, const char *unit,
                                         const char *dimension, const char *label)
{
    for (size_t t = 0; t < tables->count; t++) {
        const struct released_table *table = &tables->tables[t];
        if (!str_equal(table->unit, str_c(unit)) ||
            !str_equal(table->dimension, str_c(dimension))) {
            continue;
        }
        for (size_t r = 0; r < table->count; r++) {
            if (str_equal(table->rows[r].label, str_c(label))) {
                return &table->rows[r];
            }
        }
    }
    return NULL;
}

static void test_units(void **state)
{
    (void)state;
    enum { ROWS = 100 };
    struct rates_row rows[ROWS];
    struct arena arena;
    arena_init(&arena, (size_t)16 << 20);
    for (int64_t i = 0; i < ROWS; i++) {
        /* 40 reports are one pile-on (incident 1); 30 are their own; 10 practice; 20 lawful */
        rows[i] =
            (struct rates_row){.incident = i < 40 ? 1 : i,
                               .subject = i < 40 ? 7 : 8 + i % 5,
                               .grade = i < 40 ? 3 : 1,
                               .codes = {i < 40   ? 3
                                         : i < 80 ? 1
                                                  : 4},
                               .area = i < 40   ? 0
                                       : i < 70 ? 1
                                                : -1,
                               .received_hour = week0 + (i < 40 ? i : 0) * INT64_C(86400) * 1000000,
                               .is_practice = i >= 70 && i < 80};
    }
    struct rates_input input = {rows, ROWS, codes, ARRAY_LEN(codes), areas, 2};
    struct released_tables tables;
    struct error err;
    assert_int_equal(rates_tables(&input, &arena, &tables, &err), STATUS_OK);
    assert_int_equal(tables.count, 18);
    assert_int_equal(row_of(&tables, "reports", "kind", "abuse")->count.value, 70);
    assert_int_equal(row_of(&tables, "reports", "kind", "left out")->count.value, 20);
    assert_true(row_of(&tables, "reports", "kind", "not yet classified")->count.is_low);
    assert_int_equal(row_of(&tables, "reports", "all", "all")->count.value, 70);
    assert_int_equal(row_of(&tables, "incidents", "all", "all")->count.value, 30);
    assert_int_equal(row_of(&tables, "subjects", "all", "all")->count.value, 5);
    assert_int_equal(row_of(&tables, "reports", "grade", "G3")->count.value, 40);
    assert_true(row_of(&tables, "incidents", "grade", "G3")->count.is_low);
    assert_int_equal(row_of(&tables, "reports", "code", "THR1")->count.value, 40);
    assert_int_equal(row_of(&tables, "reports", "code", "LAW0")->count.value, 20);
    assert_true(row_of(&tables, "reports", "code", "POL9")->count.is_low);
    assert_int_equal(row_of(&tables, "incidents", "area", "Stepney")->count.value, 30);
    assert_null(row_of(&tables, "incidents", "area", "Bow")); /* its label alone would tell */
    assert_true(row_of(&tables, "incidents", "area", "each of the other areas")->count.is_low);
    assert_int_equal(row_of(&tables, "incidents", "week", "2024-W27")->count.value, 30);
    assert_int_equal(row_of(&tables, "reports", "week", "2024-W28")->count.value, 5);
    assert_true(row_of(&tables, "incidents", "week", "2024-W28")->count.is_low);
    struct buf csv;
    buf_init(&csv, 100000);
    released_add_csv(&csv, &tables);
    assert_true(str_find(buf_str(&csv), STR("reports,all,all,70,not audited for publication\n")) <
                csv.n);
    buf_clear(&csv);
    released_add_json(&csv, &tables);
    assert_true(str_starts(buf_str(&csv), STR("{\"mark\":\"not audited for publication\"")));
    buf_close(&csv);
    rows[3].area = 2;
    assert_int_equal(rates_tables(&input, &arena, &tables, &err), STATUS_INVALID);
    input.row_count = 0;
    assert_int_equal(rates_tables(&input, &arena, &tables, &err), STATUS_OK);
    assert_true(row_of(&tables, "reports", "all", "all")->count.is_low);
    arena_close(&arena);
}

/* What stands in which table: 24 reports are 24, each in one kind, and the total says which. */
static void test_kinds(void **state)
{
    static const struct {
        uint64_t codes;
        int64_t times;
    } kinds[] = {{1, 15}, {16, 20}, {0, 5}, {4, 10}, {8, 5}, {4 | 8, 5}, {8 | 2, 10}, {4 | 16, 5}};
    struct rates_row rows[100];
    struct arena arena;
    struct released_tables tables;
    struct error err;
    size_t count = 0;
    (void)state;
    arena_init(&arena, (size_t)16 << 20);
    for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
        for (int64_t i = 0; i < kinds[k].times; i++) {
            rows[count] = (struct rates_row){.incident = (int64_t)count + 1,
                                             .area = -1,
                                             .codes = {kinds[k].codes},
                                             .received_hour = week0};
            count++;
        }
    }
    struct rates_input input = {rows, count, codes, ARRAY_LEN(codes), areas, 2};
    assert_int_equal(rates_tables(&input, &arena, &tables, &err), STATUS_OK);
    static const char *const units[] = {"reports", "incidents"};
    for (size_t u = 0; u < ARRAY_LEN(units); u++) {
        /* POL9 with a threat is abuse; LAW0 with OTH0 waits for a person */
        assert_int_equal(row_of(&tables, units[u], "kind", "abuse")->count.value, 25);
        assert_int_equal(row_of(&tables, units[u], "kind", "not yet classified")->count.value, 30);
        assert_int_equal(row_of(&tables, units[u], "kind", "left out")->count.value, 20);
        assert_int_equal(row_of(&tables, units[u], "all", "all")->count.value, 55);
        assert_int_equal(row_of(&tables, units[u], "grade", "G0")->count.value, 55);
        assert_int_equal(row_of(&tables, units[u], "week", "2024-W27")->count.value, 55);
        assert_int_equal(row_of(&tables, units[u], "area", "not known")->count.value, 55);
        assert_int_equal(row_of(&tables, units[u], "code", "OTH0")->count.value, 25);
        assert_int_equal(row_of(&tables, units[u], "code", "LAW0")->count.value, 20);
    }
    struct buf json;
    buf_init(&json, 100000);
    released_add_json(&json, &tables);
    assert_true(str_find(buf_str(&json), STR("\"counted\":\"abuse and what is not yet")) < json.n);
    buf_close(&json);
    arena_close(&arena);
}

/* --- one door --- */

struct door {
    const char *folder; /* under src */
    const char *prefix; /* of the file, or "" */
    const char *word;
    const char *only; /* the file that may */
};
static const struct door doors[] = {
    {"review", "", "secret_n", "release.c release.h"},
    {"desk", "", "secret_n", ""},
    {"cmd", "", "secret_n", ""},
    {"pages", "", "secret_n", ""},
    {"store", "casebook", "SELECT count(", ""}, /* the casebook's SQL never counts */
    {"store", "casebook", "SELECT COUNT(", ""},
    {"store", "casebook", "SELECT SUM(", ""},
    {"desk", "", "casebook_count_rows", "numbers.c"},
    {"review", "", "casebook_count_rows", ""},
    {"pages", "", "casebook_count_rows", ""},
    {"cmd", "", "casebook_count_rows", ""},
};

static void look(const struct door *door)
{
    char path[512];
    struct arena arena;
    arena_init(&arena, (size_t)16 << 20);
    snprintf(path, sizeof path, "%s/src/%s", HUSTINGS_SOURCE_ROOT, door->folder);
    DIR *folder = opendir(path);
    size_t seen = 0;
    assert_non_null(folder);
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        str name = str_c(entry->d_name);
        str text = {0};
        struct error err;
        if ((!str_ends(name, STR(".c")) && !str_ends(name, STR(".h"))) ||
            !str_starts(name, str_c(door->prefix))) {
            continue;
        }
        seen++;
        snprintf(path, sizeof path, "%s/src/%s/%s", HUSTINGS_SOURCE_ROOT, door->folder,
                 entry->d_name);
        assert_int_equal(io_read_file(&arena, path, (size_t)4 << 20, &text, &err), STATUS_OK);
        if (str_find(text, str_c(door->word)) < text.n &&
            strstr(door->only, entry->d_name) == NULL) {
            fail_msg("%s has %s: a count may leave only through review/release.c", path,
                     door->word);
        }
    }
    closedir(folder);
    assert_true(seen > 0 || door->only[0] == '\0');
    arena_close(&arena);
}

static void test_one_door(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(doors); i++) {
        look(&doors[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_release),
        cmocka_unit_test(test_units),
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_one_door),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
