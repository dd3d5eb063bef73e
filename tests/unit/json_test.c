/* SPDX-License-Identifier: Apache-2.0 */
#include "../support/cm.h"

#include "codec/json.h"

enum { ARENA_BYTES = 64 * 1024 };

struct wrong_row {
    const char *text;
    const char *says;
};

/* Each place was counted by hand. */
static const struct wrong_row wrong_rows[] = {
    {"", "line 1, column 1: "},
    {"   ", "line 1, column 4: the text ends too early"},
    {"{", "line 1, column 2: "},
    {"{\"a\":1,}", "line 1, column 8: string or '}' expected"},
    {"[1,2", "line 1, column 5: "},
    {"[1 2]", "line 1, column 4: ']' expected"},
    {"{\n  \"a\": tru\n}", "line 2, column 8: invalid token"},
    {"{\"a\":1,\"a\":2}", "duplicate object key"},
    {"{\"\xc3\xa9\":1 x}", "line 1, column 8: '}' expected"},
    {"\"\\u0000\"", "a text may not hold \\u0000"},
    {"{\"\\u0000\":1}", "NUL byte in object key"},
    {"\"\xff\"", "unable to decode byte 0xff"},
    {"\"\\ud800\"", "invalid Unicode '\\uD800'"},
    {"\"a\nb\"", "unexpected newline"},
    {"\"a\tb\"", "control character 0x9"},
    {"01", "line 1, column "},
    {"1.", "line 1, column "},
    {"NaN", "invalid token"},
    {"'a'", "line 1, column 1: invalid token"},
    {"1e999", "real number overflow"},
    {"9223372036854775808", "too big integer"},
    {"[1]]", "line 1, column 4: end of file expected"},
    {"/* */1", "invalid token"},
};

static void test_wrong(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(wrong_rows); i++) {
        struct arena arena;
        struct error err = {STATUS_OK};
        struct json json;
        arena_init(&arena, ARENA_BYTES);
        enum status status = json_parse(&arena, str_c(wrong_rows[i].text), &json, &err);
        if (status != STATUS_INVALID || strstr(err.primary, wrong_rows[i].says) == NULL) {
            fail_msg("%s: status %d, %s (wanted: %s)", wrong_rows[i].text, (int)status, err.primary,
                     wrong_rows[i].says);
        }
        arena_close(&arena);
    }
}

static void test_tree(void **state)
{
    (void)state;
    struct arena arena;
    struct error err;
    struct json json;
    char text[] =
        "{\"what\":\"a\\u00e9\\n\",\"fear\":5,\"on\":true,\"x\":[1,-2.5,null,{}],\"e\":\"\"}";
    arena_init(&arena, ARENA_BYTES);
    assert_int_equal(json_parse(&arena, str_c(text), &json, &err), STATUS_OK);
    memset(text, '#', sizeof text); /* nothing may point into the input */
    assert_int_equal(json.kind, JSON_OBJECT);
    assert_int_equal(json.count, 5);
    assert_str(json.names[0], "what");
    assert_str(json.names[4], "e");
    assert_str(json_member_text(&json, "what"), "a\xc3\xa9\n");
    assert_str(json_member_text(&json, "fear"), "");
    assert_str(json_member_text(&json, "none"), "");
    assert_int_equal(json_member_int(&json, "fear", 0), 5);
    assert_int_equal(json_member_int(&json, "what", 7), 7);
    assert_true(json_member_bool(&json, "on", false));
    assert_true(json_member_bool(&json, "fear", true));
    const struct json *list = json_member(&json, "x");
    assert_non_null(list);
    assert_int_equal(list->kind, JSON_LIST);
    assert_int_equal(list->count, 4);
    assert_true(list->items[0].real == 1.0);
    assert_true(list->items[1].kind == JSON_REAL && list->items[1].real == -2.5);
    assert_int_equal(list->items[2].kind, JSON_NULL);
    assert_int_equal(list->items[3].count, 0);
    assert_null(json_member(list, "x"));
    assert_null(json_member(NULL, "x"));
    arena_close(&arena);
}

static enum status parse_nested(size_t depth)
{
    struct arena arena;
    struct error err;
    struct json json;
    struct buf buf;
    buf_init(&buf, 1 << 20);
    arena_init(&arena, ARENA_BYTES);
    buf_add_c(&buf, "\"[[[[\"");
    buf_clear(&buf);
    for (size_t i = 0; i < depth; i++) {
        buf_add_byte(&buf, '[');
    }
    buf_add_c(&buf, "\"[[[[{{{{\\\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"");
    for (size_t i = 0; i < depth; i++) {
        buf_add_byte(&buf, ']');
    }
    enum status status = json_parse(&arena, buf_str(&buf), &json, &err);
    buf_close(&buf);
    arena_close(&arena);
    return status;
}

static enum status parse_zeros(size_t count, size_t arena_bytes)
{
    struct arena arena;
    struct json json;
    struct buf buf;
    buf_init(&buf, 2 * JSON_BYTES_MAX);
    arena_init(&arena, arena_bytes);
    buf_add_byte(&buf, '[');
    for (size_t i = 1; i < count; i++) {
        buf_add_c(&buf, "0,");
    }
    buf_add_c(&buf, "0]");
    enum status status = json_parse(&arena, buf_str(&buf), &json, NULL);
    buf_close(&buf);
    arena_close(&arena);
    return status;
}

static void test_limits(void **state)
{
    (void)state;
    assert_int_equal(parse_nested(JSON_DEPTH_MAX), STATUS_OK);
    assert_int_equal(parse_nested(JSON_DEPTH_MAX + 1), STATUS_INVALID);
    assert_int_equal(parse_nested(100000), STATUS_INVALID);
    /* 1,000 values of 64 bytes are 64,000, plus their 2,000 bytes of text */
    assert_int_equal(parse_zeros(900, ARENA_BYTES), STATUS_OK);
    assert_int_equal(parse_zeros(1000, ARENA_BYTES), STATUS_LIMIT);
    assert_int_equal(parse_zeros(JSON_BYTES_MAX / 2, 4 << 20), STATUS_LIMIT);
    assert_int_equal(parse_zeros(JSON_BYTES_MAX / 2 + 1, 1 << 30), STATUS_LIMIT);
}

static void test_any_top(void **state)
{
    (void)state;
    static const char *const tops[] = {"1", " \"a\" ", "null", "[]", "{}", "true", "-0"};
    for (size_t i = 0; i < ARRAY_LEN(tops); i++) {
        struct arena arena;
        struct json json;
        arena_init(&arena, ARENA_BYTES);
        assert_int_equal(json_parse(&arena, str_c(tops[i]), &json, NULL), STATUS_OK);
        arena_close(&arena);
    }
}

static void test_writer(void **state)
{
    (void)state;
    struct buf buf;
    struct json_out out;
    buf_init(&buf, 10000);
    json_out_init(&out, &buf);
    json_begin_object(&out);
    json_put_text(&out, "a\"", STR("x\\\n\x01\x0b\t\"\xc3\xa9\xff\x7f"));
    json_put_text(&out, "left out", STR(""));
    json_put_int(&out, "i", INT64_MIN);
    json_put_bool(&out, "b", true);
    json_name(&out, "l");
    json_begin_list(&out);
    json_begin_list(&out);
    json_end_list(&out);
    json_add_null(&out);
    json_add_text(&out, STR(""));
    json_begin_object(&out);
    json_end_object(&out);
    json_end_list(&out);
    json_name(&out, "t");
    json_add_bool(&out, false);
    json_end_object(&out);
    assert_str(buf_str(&buf),
               "{\"a\\\"\":\"x\\\\\\n\\u0001\\u000b\\t\\\"\xc3\xa9\xef\xbf\xbd\x7f\","
               "\"i\":-9223372036854775808,\"b\":true,\"l\":[[],null,\"\",{}],\"t\":false}");
    buf_close(&buf);
}

struct real_row {
    double value;
    unsigned decimals;
    const char *text;
};

static const struct real_row real_rows[] = {
    {0.97012, 5, "0.97012"},
    {0.999996, 5, "1.00000"},
    {-0.0000001, 3, "0.000"},
    {-1.5, 0, "-2"},
    {-0.25, 2, "-0.25"},
    {1e18, 3, "1000000000000000000.000"},
    {1.0 / 3, 9, "0.333333333"},
    {12345678.125, 3, "12345678.125"},
    {__builtin_inf(), 2, "null"},
    {__builtin_nan(""), 2, "null"},
    {0.05, 1, "0.1"},
};

static void test_reals(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(real_rows); i++) {
        struct buf buf;
        struct json_out out;
        buf_init(&buf, 1000);
        json_out_init(&out, &buf);
        json_add_real(&out, real_rows[i].value, real_rows[i].decimals);
        buf_add_byte(&buf, '\0');
        assert_string_equal(buf.p, real_rows[i].text);
        buf_close(&buf);
    }
}

/* What was read can be written again; nothing of a name is lost. */
static void test_value(void **state)
{
    (void)state;
    static const char text[] =
        "{\"a\":[1,-2,1.50,true,false,null,\"x\\n\"],\"b\":{},"
        "\"a name that is longer than what anybody would have thought of as long enough\":[]}";
    struct arena arena;
    struct json json;
    struct buf buf;
    struct json_out out;
    arena_init(&arena, ARENA_BYTES);
    buf_init(&buf, 1000);
    json_out_init(&out, &buf);
    assert_int_equal(json_parse(&arena, str_c(text), &json, NULL), STATUS_OK);
    json_add_value(&out, &json, 2);
    assert_str(buf_str(&buf), text);
    buf_close(&buf);
    arena_close(&arena);
}

static void test_numbers(void **state)
{
    (void)state;
    struct arena arena;
    struct json json;
    arena_init(&arena, ARENA_BYTES);
    assert_int_equal(json_parse(&arena, STR("{\"a\":3,\"b\":2.5,\"c\":\"4\"}"), &json, NULL),
                     STATUS_OK);
    assert_true(json_member_real(&json, "a", -1) == 3);
    assert_true(json_member_real(&json, "b", -1) == 2.5);
    assert_true(json_member_real(&json, "c", -1) == -1);
    assert_true(json_member_real(&json, "d", -1) == -1);
    assert_true(json_has_number(json_member(&json, "a")));
    assert_false(json_has_number(json_member(&json, "c")));
    assert_false(json_has_number(NULL));
    arena_close(&arena);
}

/* A ready-made value keeps the commas right: letters of source "press" were broken by this once. */
static void test_ready_made_value(void **state)
{
    (void)state;
    struct buf buf;
    struct json_out out;
    buf_init(&buf, 200);
    json_out_init(&out, &buf);
    json_begin_object(&out);
    json_name(&out, "a");
    json_add_json(&out, STR("{\"b\":1}"));
    json_put_bool(&out, "c", true);
    json_end_object(&out);
    assert_str(buf_str(&buf), "{\"a\":{\"b\":1},\"c\":true}");
    buf_close(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ready_made_value),
        cmocka_unit_test(test_wrong),
        cmocka_unit_test(test_tree),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_any_top),
        cmocka_unit_test(test_writer),
        cmocka_unit_test(test_reals),
        cmocka_unit_test(test_value),
        cmocka_unit_test(test_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
