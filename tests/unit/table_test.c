/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: every dirty export is read in one way, a bad row costs itself only, and neither depends on
 * where the pieces of a file are cut.
 * Method: a table of texts with the expected rows, each read in pieces of 1, 2, 3, 7 and 65,536
 * bytes; each encoding as it is met, with and without its mark; what stands before and behind every
 * limit. */
#include <stdio.h>

#include "../support/cm.h"
#include "../support/table_source.h"

static enum encoding survey(str text, size_t piece)
{
    struct encoding_survey survey = {0};
    for (size_t at = 0; at < text.n; at += piece) {
        encoding_survey_add(&survey, str_slice(text, at, at + piece));
    }
    return encoding_survey_end(&survey);
}

/* Header and rows as "a|b/1|2/" and bad rows as "!LINE reason/"; the error text when refused. */
static void read_all(str text, size_t piece, struct buf *out)
{
    struct source source = {text, 0, piece};
    struct table table;
    struct table_row row;
    struct error err = {0};
    struct table_options options = {"f", read_source, &source, survey(text, piece), '\0'};
    if (table_open(&table, &options, &err) != STATUS_OK) {
        buf_printf(out, "REFUSED %s", err.primary);
        return;
    }
    for (size_t i = 0; i < table.column_count; i++) {
        buf_printf(out, "%s%.*s", i > 0 ? "|" : "", STR_ARG(table.columns[i]));
    }
    buf_add_byte(out, '/');
    for (;;) {
        assert_int_equal(table_next(&table, &row, &err), STATUS_OK);
        if (row.kind == TABLE_END) {
            break;
        }
        if (row.kind == TABLE_BAD) {
            buf_printf(out, "!%zu %s/", row.line, row.why);
            continue;
        }
        assert_int_equal(row.count, table.column_count);
        for (size_t i = 0; i < row.count; i++) {
            buf_printf(out, "%s%.*s", i > 0 ? "|" : "", STR_ARG(row.fields[i]));
        }
        buf_add_byte(out, '/');
    }
    table_close(&table);
}

static void check(str text, const char *want)
{
    static const size_t pieces[] = {1, 2, 3, 7, TABLE_PIECE_BYTES};
    for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
        struct buf got;
        buf_init(&got, 1 << 20);
        read_all(text, pieces[i], &got);
        buf_add_byte(&got, '\0');
        if (strcmp(got.p, want) != 0) {
            fail_msg("pieces of %zu: %s\n  wanted: %s", pieces[i], got.p, want);
        }
        buf_close(&got);
    }
}

static void test_rows(void **state)
{
    (void)state;
    static const struct {
        const char *text, *rows;
    } samples[] = {
        {"a,b\n1,2\n", "a|b/1|2/"},
        {"a,b\r\n1,2\r\n\r\n3,4", "a|b/1|2/3|4/"},
        {"a,b\r1,2\r3,4\r", "a|b/1|2/3|4/"},
        {"\n\na,b\n1,2\n", "a|b/1|2/"},
        {"a\tb\n1,0\t2\n", "a|b/1,0|2/"}, /* TSV whatever its name */
        {"a;b\n1,5;2\n", "a|b/1,5|2/"},   /* a spreadsheet of the continent */
        {"a,b\n\"1,\"\"x\"\"\",2\n", "a|b/1,\"x\"|2/"},
        {"a,b\n\"1\n2\",3\n4,5\n", "a|b/1\n2|3/4|5/"},
        {"a,b\nThe \"Old\" Hall,2\n", "a|b/The \"Old\" Hall|2/"},
        {"a,b\n1,2,,\n", "a|b/1|2/"}, /* empty columns of a spreadsheet */
        {"a,b\n 1 , 2\t\n", "a|b/1|2/"},
        {"sep=;\r\na;b,c\n1;2\n", "a|b,c/1|2/"}, /* a spreadsheet's own hint */
        {"a,b\n1\n3,4\n", "a|b/!2 fewer fields than the header has/3|4/"},
        {"a,b\n1,2,3\n3,4\n", "a|b/!2 more fields than the header has/3|4/"},
        {"a,b\n\"1\"x,2\n3,4\n", "a|b/!2 text after a closing quote/3|4/"},
        {"a,b\n\"1,2\n3,4\n", "a|b/!2 a quote is opened and never closed/3|4/"},
        {"a,b\n\"\"\"\xC3\xA9\xC3\xA9\",2\n", "a|b/\"\xC3\xA9\xC3\xA9|2/"},
        {"", "REFUSED f:1: the file is empty"},
        {"\n\r\n", "REFUSED f:1: the file is empty"},
        {"a\n1\n", "REFUSED f:1: the first line has no comma, tab, semicolon or bar"},
        {"\x1F\x8B\x08,", "REFUSED f:1: the file is compressed"},
        {"PK\x03\x04,", "REFUSED f:1: this is a spreadsheet or an archive, not a text table"},
        {"<html>,", "REFUSED f:1: this is a document, not a table"},
    };
    for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
        check(str_c(samples[i].text), samples[i].rows);
    }
}

/* The quote of one line must not swallow the file. */
static void test_open_quote(void **state)
{
    (void)state;
    struct buf text;
    buf_init(&text, 1 << 20);
    buf_add_c(&text, "a,b\n\"x,1\n");
    for (int i = 0; i < 30; i++) {
        buf_add_c(&text, "y,2\n");
    }
    struct buf got;
    buf_init(&got, 1 << 20);
    read_all(buf_str(&text), TABLE_PIECE_BYTES, &got);
    size_t rows = 0;
    str want = STR("a|b/!2 a quote is opened and not closed within 20 lines/");
    assert_true(str_starts(buf_str(&got), want));
    for (size_t i = want.n; i < got.n; i += 4) {
        assert_memory_equal(got.p + i, "y|2/", 4);
        rows++;
    }
    assert_int_equal(rows, 30);
    buf_close(&text);
    buf_close(&got);
}

static void test_row_limit(void **state)
{
    (void)state;
    for (size_t over = 0; over < 2; over++) {
        struct buf text;
        struct buf got;
        buf_init(&text, 1 << 20);
        buf_init(&got, 1 << 20);
        buf_add_c(&text, "a,b\n");
        for (size_t i = 0; i < TABLE_ROW_BYTES_MAX - 3 + over; i++) {
            buf_add_byte(&text, 'x');
        }
        buf_add_c(&text, ",1\n2,3\n"); /* the row is TABLE_ROW_BYTES_MAX with its line end */
        read_all(buf_str(&text), TABLE_PIECE_BYTES, &got);
        bool is_refused = str_find(buf_str(&got), STR("!2 longer than 65,536 bytes/2|3/")) != got.n;
        assert_int_equal(is_refused, over == 1);
        assert_true(str_ends(buf_str(&got), STR("2|3/")));
        buf_close(&text);
        buf_close(&got);
    }
}

static void test_column_limit(void **state)
{
    (void)state;
    struct buf text;
    struct buf got;
    buf_init(&text, 1 << 20);
    buf_init(&got, 1 << 20);
    for (size_t i = 0; i < TABLE_COLUMNS_MAX; i++) {
        buf_add_c(&text, ",");
    }
    read_all(buf_str(&text), 1, &got);
    buf_add_byte(&got, '\0');
    assert_string_equal(got.p, "REFUSED f:1: more than 256 columns");
    buf_close(&text);
    buf_close(&got);
}

/* "Llŷn €" is in no 8-bit set whole; the others are as programs write them. */
static void test_encodings(void **state)
{
    (void)state;
    check(STR("n,x\nYnys M\xC3\xB4n,1\n"), "n|x/Ynys M\xC3\xB4n|1/");
    check(STR("\xEF\xBB\xBFn,x\nYnys M\xC3\xB4n,1\n"), "n|x/Ynys M\xC3\xB4n|1/");
    check(STR("n,x\nYnys M\xF4n,1\n"), "n|x/Ynys M\xC3\xB4n|1/");
    check(STR("n,x\nO\x92"
              "Brien\x80,1\n"),
          "n|x/O\xE2\x80\x99"
          "Brien\xE2\x82\xAC|1/");
    check(STR("\xFF\xFEn\0,\0x\0\n\0\xF4\0,\0\x3D\xD8\x00\xDE\n\0"),
          "n|x/\xC3\xB4|\xF0\x9F\x98\x80/");
    check(STR("\xFE\xFF\0n\0,\0x\0\n\0\xF4\0,\xD8\x3D\xDE\x00\0\n"),
          "n|x/\xC3\xB4|\xF0\x9F\x98\x80/");
    check(STR("n\0,\0x\0\n\0a\0,\0b\0\n\0"), "n|x/a|b/");
    check(STR("\0n\0,\0x\0\n\0a\0,\0b\0\n"), "n|x/a|b/");
}

#define NO_LETTERS "letters that the file's encoding does not have (see --encoding)/"

static void test_damaged(void **state)
{
    (void)state;
    /* Two good sequences against one bad byte: UTF-8 with a damaged row. */
    check(STR("n,x\nM\xC3\xB4n,1\n\xC3\xA9\xE9,2\n3,4\n"),
          "n|x/M\xC3\xB4n|1/!3 " NO_LETTERS "3|4/");
    check(STR("n,x\n\x81,1\n2,3\n"), "n|x/!2 " NO_LETTERS "2|3/");
    check(STR("n,x\na\0,1\n2,3\n4,5\n"), "n|x/!2 a zero byte/2|3/4|5/");
    /* Half a pair, and an odd byte at the end. */
    check(STR("\xFF\xFEn\0,\0x\0\n\0\x3D\xD8,\0b\0\n\0c\0,\0d\0\n\0"), "n|x/!2 " NO_LETTERS "c|d/");
    check(STR("\xFF\xFEn\0,\0x\0\n\0c\0,\0d\0\n\0e\0,\0f"), "n|x/c|d/!3 " NO_LETTERS);
}

static void test_names(void **state)
{
    (void)state;
    assert_true(table_names_equal(STR("Polling_Place_Id"), STR("polling place id")));
    assert_true(table_names_equal(STR("PollingPlaceAddress1"), STR("Polling_Place_Address_1")));
    assert_false(table_names_equal(STR("Polling_Place_Id1"), STR("polling place id")));
    assert_false(table_names_equal(STR("polling place"), STR("polling place id")));
    assert_false(table_names_equal(STR(""), STR("")));
    assert_false(table_names_equal(STR("__"), STR("-")));
    enum encoding encoding = ENCODING_UTF_8;
    assert_true(encoding_from_word(STR("Windows-1252"), &encoding));
    assert_int_equal(encoding, ENCODING_WINDOWS_1252);
    assert_false(encoding_from_word(STR("latin1"), &encoding));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),      cmocka_unit_test(test_open_quote),
        cmocka_unit_test(test_row_limit), cmocka_unit_test(test_column_limit),
        cmocka_unit_test(test_encodings), cmocka_unit_test(test_damaged),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
