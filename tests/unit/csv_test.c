/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: every row of RFC 4180 section 2, every refusal with its line, every limit at and past it.
 * Method: a table of texts with the expected fields joined by '|' and rows by '/'. */
#include "codec/csv.h"

#include <stdio.h>

#include "../support/cm.h"

struct sample {
    const char *text;
    const char *rows;  /* expected, or NULL when refused */
    const char *error; /* a part of the error text */
};

static const struct sample samples[] = {
    {"a,b\n1,2\n", "1|2/", NULL},
    {"a,b\n1,2", "1|2/", NULL},
    {"a,b\r\n1,2\r\n", "1|2/", NULL},
    {"\xEF\xBB\xBF"
     "a,b\n1,2\n",
     "1|2/", NULL},
    {"a,b\n\n1,2\n\r\n\n", "1|2/", NULL},
    {"a,b\n,\n", "|/", NULL},
    {"a,b\n1,\"two, three\"\n", "1|two, three/", NULL},
    {"a,b\n\"\",\"\"\"\"\n", "|\"/", NULL},
    {"a,b\n1,\"x \"\"y\"\" z\"\n3,4\n", "1|x \"y\" z/3|4/", NULL},
    {"a,b\n1,\"two\nlines\"\n3,4\n", "1|two\nlines/3|4/", NULL},
    {"\"a\",\"b\"\n 1 ,2\n", " 1 |2/", NULL},
    {"a\n\"\"\n", "/", NULL},
    {"a,b\n", "", NULL},
    {"", NULL, "line 1: empty"},
    {"\n\n", NULL, "line 3: empty"},
    {"a,\n", NULL, "line 1: a column without a name"},
    {"a,a\n", NULL, "line 1: two columns of one name"},
    {"a,b\n1\n", NULL, "line 2: 1 fields where the header has 2"},
    {"a,b\n1,2\n1,2,3\n", NULL, "line 3: 3 fields where the header has 2"},
    {"a,b\n1,\"x\"y\n", NULL, "line 2: text after a closing quote"},
    {"a,b\n1,x\"y\n", NULL, "line 2: a quote inside a field"},
    {"a,b\n1,\"two\nlines\"\n3,\"open\n\n", NULL, "line 4: a quote is opened and never closed"},
    {"a,b\n1,2\r3,4\n", NULL, "line 2: a carriage return without line feed"},
    {"a,b\n1,\xff\n", NULL, "line 2: bytes that are not UTF-8"},
    {"a,b\n1,\"caf\xc3\"\n", NULL, "line 2: bytes that are not UTF-8"},
};

static enum status join(struct arena *arena, str text, struct buf *joined, struct error *err)
{
    struct csv csv;
    struct csv_row row = {0};
    bool has_row = true;
    enum status status = csv_open(arena, "t.csv", text, ',', &csv, err);
    while (status == STATUS_OK) {
        status = csv_next(&csv, &row, &has_row, err);
        if (status != STATUS_OK || !has_row) {
            break;
        }
        for (size_t i = 0; i < row.count; i++) {
            buf_add_c(joined, i == 0 ? "" : "|");
            buf_add(joined, row.fields[i]);
        }
        buf_add_c(joined, "/");
    }
    return status;
}

static void test_samples(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
        struct arena arena;
        struct buf joined;
        struct error err = {0};
        arena_init(&arena, 1 << 20);
        buf_init(&joined, 1 << 20);
        enum status status = join(&arena, str_c(samples[i].text), &joined, &err);
        if ((status == STATUS_OK) != (samples[i].error == NULL)) {
            fail_msg("sample %zu: %s", i, err.primary);
        }
        if (samples[i].error == NULL && !str_equal(buf_str(&joined), str_c(samples[i].rows))) {
            fail_msg("sample %zu: %.*s", i, STR_ARG(buf_str(&joined)));
        }
        if (samples[i].error != NULL && strstr(err.primary, samples[i].error) == NULL) {
            fail_msg("sample %zu: %s", i, err.primary);
        }
        buf_close(&joined);
        arena_close(&arena);
    }
}

static enum status read_field_of(struct arena *arena, size_t len, bool is_quoted)
{
    struct buf text;
    struct buf joined;
    buf_init(&text, 1 << 20);
    buf_init(&joined, 1 << 20);
    buf_add_c(&text, is_quoted ? "a\n\"" : "a\n");
    for (size_t i = 0; i < len; i++) {
        buf_add_byte(&text, 'x');
    }
    buf_add_c(&text, is_quoted ? "\"\n" : "\n");
    enum status status = join(arena, arena_str(arena, buf_str(&text)), &joined, NULL);
    buf_close(&text);
    buf_close(&joined);
    return status;
}

static void test_limits(void **state)
{
    (void)state;
    struct arena arena;
    struct buf text;
    struct buf joined;
    arena_init(&arena, 8 << 20);
    assert_int_equal(read_field_of(&arena, CSV_FIELD_BYTES_MAX, false), STATUS_OK);
    assert_int_equal(read_field_of(&arena, CSV_FIELD_BYTES_MAX, true), STATUS_OK);
    assert_int_equal(read_field_of(&arena, CSV_FIELD_BYTES_MAX + 1, false), STATUS_LIMIT);
    assert_int_equal(read_field_of(&arena, CSV_FIELD_BYTES_MAX + 1, true), STATUS_LIMIT);
    assert_int_equal(read_field_of(&arena, CSV_ROW_BYTES_MAX + 1, true), STATUS_LIMIT);
    buf_init(&text, 1 << 20);
    buf_init(&joined, 1 << 20);
    for (int i = 0; i < CSV_COLUMNS_MAX; i++) {
        buf_printf(&text, "%sc%d", i == 0 ? "" : ",", i);
    }
    assert_int_equal(join(&arena, buf_str(&text), &joined, NULL), STATUS_OK);
    buf_add_c(&text, ",more\n");
    assert_int_equal(join(&arena, buf_str(&text), &joined, NULL), STATUS_LIMIT);
    buf_close(&text);
    buf_close(&joined);
    arena_close(&arena);
}

static void test_nul_is_refused(void **state)
{
    (void)state;
    struct arena arena;
    struct buf joined;
    arena_init(&arena, 1 << 20);
    buf_init(&joined, 1024);
    assert_int_equal(join(&arena, str_from("a\nx\0y\n", 6), &joined, NULL), STATUS_INVALID);
    buf_close(&joined);
    arena_close(&arena);
}

static void test_tabs_and_columns(void **state)
{
    (void)state;
    struct arena arena;
    struct csv csv;
    struct csv_row row = {0};
    bool has_row = false;
    arena_init(&arena, 1 << 20);
    assert_int_equal(csv_open(&arena, "t", STR("a\tb c\n1,5\t2\n"), '\t', &csv, NULL), STATUS_OK);
    assert_int_equal(csv_column(&csv, STR("b c")), 1);
    assert_int_equal(csv_column(&csv, STR("b")), CSV_COLUMNS_MAX);
    assert_int_equal(csv_next(&csv, &row, &has_row, NULL), STATUS_OK);
    assert_true(has_row);
    assert_str(row.fields[0], "1,5");
    assert_int_equal(row.line, 2);
    static const char *const names[] = {"b c", "d", "a"};
    size_t at[3];
    struct error err = {0};
    assert_int_equal(csv_columns(&csv, names, 3, 1 << 1, at, &err), STATUS_OK);
    assert_int_equal(at[0], 1);
    assert_int_equal(at[2], 0);
    assert_str(csv_field(&row, at[0]), "2");
    assert_str(csv_field(&row, at[1]), "");
    assert_int_equal(csv_columns(&csv, names, 3, 1 << 0, at, &err), STATUS_INVALID);
    assert_string_equal(err.primary, "t has no column 'd'");
    arena_close(&arena);
}

static void test_writer(void **state)
{
    (void)state;
    struct buf text;
    struct csv_out out;
    buf_init(&text, 1024);
    csv_out_init(&out, &text);
    csv_put(&out, STR("plain"));
    csv_put(&out, STR("a,b"));
    csv_put(&out, STR("say \"x\""));
    csv_put(&out, STR("two\nlines"));
    csv_put(&out, STR(" blank"));
    csv_put(&out, STR(""));
    csv_put_i64(&out, -5);
    csv_end_row(&out);
    csv_put(&out, STR(""));
    csv_end_row(&out);
    assert_str(buf_str(&text),
               "plain,\"a,b\",\"say \"\"x\"\"\",\"two\nlines\",\" blank\",,-5\n\"\"\n");
    buf_clear(&text);
    csv_put_row(&out, (const char *const[]){"a", "b c"}, 2);
    csv_add_quoted(&text, STR("say \"x\"\r\non one line"));
    assert_str(buf_str(&text), "a,b c\n\"say \"\"x\"\"  on one line\"");
    buf_close(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_samples),        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_nul_is_refused), cmocka_unit_test(test_tabs_and_columns),
        cmocka_unit_test(test_writer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
