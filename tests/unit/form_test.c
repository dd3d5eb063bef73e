/* SPDX-License-Identifier: Apache-2.0 */
#include "../support/cm.h"

#include "base/text.h"
#include "codec/form.h"

enum { ARENA_BYTES = 64 * 1024 };

static void test_form(void **state)
{
    (void)state;
    struct arena arena;
    struct form form;
    struct error err;
    str value;
    arena_init(&arena, ARENA_BYTES);
    assert_int_equal(
        form_parse(&arena, STR("a=1&b=x+y%2Bz&&c&a=2&d=%C3%A9%0D%0Al%0Dm&e==%3d&%61b=%zz%4&f=%"),
                   &form, &err),
        STATUS_OK);
    assert_int_equal(form.count, 8);
    assert_str(form_value(&form, "a"), "1");
    assert_str(form_value(&form, "b"), "x y+z");
    assert_true(form_has(&form, "c"));
    assert_str(form_value(&form, "c"), "");
    assert_str(form_value(&form, "d"), "\xc3\xa9\nl\rm");
    assert_str(form_value(&form, "e"), "==");
    assert_str(form_value(&form, "ab"), "%zz%4");
    assert_str(form_value(&form, "f"), "%");
    assert_false(form_has(&form, "g"));
    assert_str(form_value(&form, "g"), "");
    assert_true(form_nth(&form, "a", 1, &value));
    assert_str(value, "2");
    assert_false(form_nth(&form, "a", 2, &value));
    assert_true(form_has_value(&form, "a", STR("1")) && form_has_value(&form, "a", STR("2")));
    assert_true(form_has_value(&form, "c", STR("")));
    assert_false(form_has_value(&form, "a", STR("3")) || form_has_value(&form, "g", STR("")));
    assert_int_equal(form_parse(&arena, STR(""), &form, &err), STATUS_OK);
    assert_int_equal(form.count, 0);
    arena_close(&arena);
}

static enum status parse_many(size_t count, size_t name_len, struct error *err)
{
    struct arena arena;
    struct form form;
    struct buf buf;
    arena_init(&arena, ARENA_BYTES);
    buf_init(&buf, 1 << 20);
    for (size_t i = 0; i < count; i++) {
        for (size_t n = 0; n < name_len; n++) {
            buf_add_c(&buf, "%61");
        }
        buf_add_c(&buf, "=v&");
    }
    enum status status = form_parse(&arena, buf_str(&buf), &form, err);
    buf_close(&buf);
    arena_close(&arena);
    return status;
}

static void test_form_lines(void **state)
{
    (void)state;
    struct arena arena;
    struct form form;
    str list[3];
    arena_init(&arena, 1 << 16);
    str text = STR("a=+x+%0D%0A%0D%0Ay&b=1%0A2%0A3%0A%0A4%0A&c=1%0A2%0A3%0A+");
    assert_int_equal(form_parse(&arena, text, &form, NULL), STATUS_OK);
    assert_int_equal(form_lines(&form, "a", list, 3), 2);
    assert_true(str_equal(list[0], STR("x")) && str_equal(list[1], STR("y")));
    assert_int_equal(form_lines(&form, "b", list, 3), 3);
    assert_true(str_equal(list[2], STR("3\n\n4\n"))); /* too many: not lost */
    assert_int_equal(form_lines(&form, "c", list, 3), 3);
    assert_true(str_equal(list[2], STR("3")));
    assert_int_equal(form_lines(&form, "d", list, 3), 0);
    arena_close(&arena);
}

static void test_form_refused(void **state)
{
    (void)state;
    struct arena arena;
    struct form form;
    struct error err;
    arena_init(&arena, ARENA_BYTES);
    assert_int_equal(form_parse(&arena, STR("a=1&who=%ff"), &form, &err), STATUS_INVALID);
    assert_string_equal(err.primary, "field \"who\" is not valid UTF-8 text");
    assert_int_equal(form_parse(&arena, STR("who=%00"), &form, &err), STATUS_INVALID);
    assert_int_equal(form_parse(&arena, STR("%ff=1"), &form, &err), STATUS_INVALID);
    assert_non_null(strstr(err.primary, "without a readable name"));
    assert_int_equal(parse_many(FORM_FIELDS_MAX, 3, &err), STATUS_OK);
    assert_int_equal(parse_many(FORM_FIELDS_MAX + 1, 3, &err), STATUS_LIMIT);
    assert_int_equal(parse_many(1, FORM_NAME_BYTES_MAX, &err), STATUS_OK);
    assert_int_equal(parse_many(1, FORM_NAME_BYTES_MAX + 1, &err), STATUS_LIMIT);
    assert_int_equal(parse_many(1, ARENA_BYTES / 3, &err), STATUS_LIMIT); /* no room: refused */
    arena_close(&arena);
}

static void test_encode(void **state)
{
    (void)state;
    struct buf buf;
    buf_init(&buf, 100);
    form_add_encoded(&buf, STR("aZ09-._~ /&=+%\xc3\xa9"));
    assert_str(buf_str(&buf), "aZ09-._~%20%2F%26%3D%2B%25%C3%A9");
    buf_close(&buf);
}

/* ---- multipart: events become text, so that a row can say what is expected ---- */

static bool on_begin(void *context, const struct multipart_part *part)
{
    struct buf *log = context;
    buf_printf(log, "<%.*s", STR_ARG(part->name));
    if (part->is_file) {
        buf_printf(log, "|%.*s", STR_ARG(part->filename));
    }
    if (part->content_type.n > 0) {
        buf_printf(log, "|%.*s", STR_ARG(part->content_type));
    }
    buf_add_byte(log, ':');
    return !str_equal(part->name, STR("stop"));
}

static bool on_data(void *context, str piece)
{
    struct buf *log = context;
    assert_true(piece.n > 0);
    buf_add(log, piece);
    return str_find_byte(piece, '!') == piece.n;
}

static bool on_end(void *context)
{
    struct buf *log = context;
    buf_add_byte(log, '>');
    return true;
}

static enum status run_pieces(const char *content_type, str body, size_t piece, struct buf *log,
                              struct error *err)
{
    struct arena arena;
    struct multipart *parser = NULL;
    const struct multipart_events events = {on_begin, on_data, on_end, log};
    arena_init(&arena, ARENA_BYTES);
    enum status status = multipart_new(&arena, str_c(content_type), &events, &parser, err);
    for (size_t at = 0; status == STATUS_OK && at < body.n; at += piece) {
        status = multipart_feed(parser, str_slice(body, at, at + piece), err);
    }
    if (status == STATUS_OK) {
        status = multipart_finish(parser, err);
    } else if (parser != NULL) {
        assert_int_equal(multipart_finish(parser, NULL), status); /* it only repeats it */
    }
    arena_close(&arena);
    return status;
}

struct row {
    const char *body;
    enum status status;
    const char *log;
};

#define T "multipart/form-data; boundary=B"
#define D "Content-Disposition: form-data; "
#define HEAD(parameters) "--B\r\n" D parameters "\r\n\r\n"

static const struct row rows[] = {
    {HEAD("name=a") "1\r\n--B--", STATUS_OK, "<a:1>"},
    {HEAD("name=\"a b\"") "\r\n--B--\r\n", STATUS_OK, "<a b:>"},
    {"before\r\n\r\n" HEAD("name=a") "1\r\n" HEAD("name=b") "2\r\n--B--\r\nafter\r\n--B\r\n",
     STATUS_OK, "<a:1><b:2>"},
    {HEAD("name=f; filename=\"C:\\dir\\x \\\"y\\\".jpg\"; filename*=UTF-8''z"
          "\r\nContent-Type: image/jpeg") "\r\n\r\n--\r\n--\r\r\n-B\r\n--B--",
     STATUS_OK, "<f|C:\\dir\\x \"y\".jpg|image/jpeg:\r\n\r\n--\r\n--\r\r\n-B>"},
    {HEAD("name=f; filename=\"\"") "\r\n--B--", STATUS_OK, "<f|:>"},
    {"--B \t\r\nCONTENT-DISPOSITION:form-data;name=\"\xc3\xa9\";\r\nX-Other: y\r\n\r\nz\r\n--B--",
     STATUS_OK, "<\xc3\xa9:z>"},
    {"\r\n" HEAD("name=a") "\r\r\n--\r\n--B--", STATUS_OK, "<a:\r\r\n-->"},
    {"--B--", STATUS_OK, ""},
    {"", STATUS_INVALID, ""},
    {"no boundary at all", STATUS_INVALID, ""},
    {HEAD("name=a") "1\r\n--B", STATUS_INVALID, "<a:1>"},
    {HEAD("name=a") "1", STATUS_INVALID, "<a:1"},
    {HEAD("name=a") "1\n--B--", STATUS_INVALID, "<a:1\n--B--"},
    {HEAD("name=a") "1\r\n--BX\r\n", STATUS_INVALID, "<a:1>"},
    {"--B\r\n\r\nx\r\n--B--", STATUS_INVALID, ""},
    {HEAD("filename=a") "x\r\n--B--", STATUS_INVALID, ""},
    {HEAD("name=a; name=b") "x\r\n--B--", STATUS_INVALID, ""},
    {HEAD("name=a; filename=b; filename=c") "x\r\n--B--", STATUS_INVALID, ""},
    {HEAD("name=\"a") "x\r\n--B--", STATUS_INVALID, ""},
    {HEAD("name=\"\xff\"") "x\r\n--B--", STATUS_INVALID, ""},
    {HEAD("name=a; filename=\"\xff\"") "x\r\n--B--", STATUS_INVALID, ""},
    {HEAD("name=a b") "x\r\n--B--", STATUS_INVALID, ""},
    {"--B\r\n" D "name=a\r\n" D "name=b\r\n\r\nx\r\n--B--", STATUS_INVALID, ""},
    {"--B\r\n" D "name=a\r\n folded\r\n\r\nx\r\n--B--", STATUS_INVALID, ""},
    {"--B\r\n" D "name=a\n\nx\r\n--B--", STATUS_INVALID, ""},
    {"--B\r\n" D "name=a\rb\r\n\r\nx\r\n--B--", STATUS_INVALID, ""},
    {"--B\r\nContent-Disposition: attachment; name=a\r\n\r\nx\r\n--B--", STATUS_INVALID, ""},
    {"--B\r\n" D "name=a\r\nContent-Transfer-Encoding: base64\r\n\r\nx\r\n--B--", STATUS_INVALID,
     ""},
    {HEAD("name=stop") "x\r\n--B--", STATUS_LIMIT, "<stop:"},
    {HEAD("name=a") "x\r\n!\r\n--B--", STATUS_LIMIT, NULL},
};

/* Every body, cut at every width: the events must not differ. */
static void test_multipart(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        str body = str_c(rows[i].body);
        for (size_t piece = 1; piece <= body.n + 1; piece++) {
            struct buf log;
            struct error err = {STATUS_OK};
            buf_init(&log, 10000);
            enum status status = run_pieces(T, body, piece, &log, &err);
            buf_add_byte(&log, '\0');
            if (status != rows[i].status ||
                (rows[i].log != NULL && strcmp(log.p, rows[i].log) != 0)) {
                fail_msg("row %zu cut by %zu: status %d (%s), events %s", i, piece, (int)status,
                         err.primary, log.p);
            }
            buf_close(&log);
        }
    }
}

static void test_content_types(void **state)
{
    (void)state;
    static const char *const good[] = {"multipart/form-data;boundary=B",
                                       "Multipart/Form-Data; charset=utf-8; Boundary=\"B\"",
                                       "multipart/form-data ; boundary=B;"};
    static const char *const bad[] = {"",
                                      "multipart/form-data",
                                      "multipart/mixed; boundary=B",
                                      "multipart/form-data; boundary=",
                                      "multipart/form-data; boundary=\"\"",
                                      "multipart/form-data; boundary=\"B \"",
                                      "multipart/form-data; boundary=\"B\x01\"",
                                      "multipart/form-data; boundary=B; boundary=C",
                                      "multipart/form-data; boundary=B C",
                                      "multipart/form-data; boundary=\"B",
                                      "multipart/form-data; boundary="
                                      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                                      "aaaaaaaaaaa"};
    struct buf log;
    buf_init(&log, 1000);
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        assert_int_equal(run_pieces(good[i], STR(HEAD("name=a") "1\r\n--B--"), 3, &log, NULL),
                         STATUS_OK);
    }
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_int_equal(run_pieces(bad[i], STR("--B--"), 3, &log, NULL), STATUS_INVALID);
    }
    buf_close(&log);
}

static enum status run_repeated(size_t parts, size_t head_bytes, size_t name_bytes)
{
    struct buf body, log;
    buf_init(&body, 1 << 20);
    buf_init(&log, 1 << 20);
    for (size_t i = 0; i < parts; i++) {
        size_t before = body.n;
        buf_add_c(&body, "--B\r\n" D "name=");
        for (size_t n = 0; n < name_bytes; n++) {
            buf_add_byte(&body, 'n');
        }
        buf_add_c(&body, "\r\nX: ");
        while (body.n - before - 5 < head_bytes - 4) { /* 5: the boundary line */
            buf_add_byte(&body, 'x');
        }
        buf_add_c(&body, "\r\n\r\ndata\r\n");
    }
    buf_add_c(&body, "--B--");
    enum status status = run_pieces(T, buf_str(&body), 1000, &log, NULL);
    buf_close(&body);
    buf_close(&log);
    return status;
}

static void test_multipart_limits(void **state)
{
    (void)state;
    assert_int_equal(run_repeated(FORM_FIELDS_MAX, 200, 1), STATUS_OK);
    assert_int_equal(run_repeated(FORM_FIELDS_MAX + 1, 200, 1), STATUS_LIMIT);
    assert_int_equal(run_repeated(1, FORM_PART_HEAD_BYTES_MAX, 1), STATUS_OK);
    assert_int_equal(run_repeated(1, FORM_PART_HEAD_BYTES_MAX + 1, 1), STATUS_LIMIT);
    assert_int_equal(run_repeated(1, 400, FORM_NAME_BYTES_MAX), STATUS_OK);
    assert_int_equal(run_repeated(1, 400, FORM_NAME_BYTES_MAX + 1), STATUS_LIMIT);
}

static void test_form_text(void **state)
{
    (void)state;
    struct arena arena;
    struct error err;
    str text;
    arena_init(&arena, ARENA_BYTES);
    assert_int_equal(form_text(&arena, STR("what"), STR("a\r\nb\r\n\r\n"), &text, &err), STATUS_OK);
    assert_str(text, "a\nb\n\n");
    assert_int_equal(form_text(&arena, STR("what"), STR("\xc3"), &text, &err), STATUS_INVALID);
    assert_string_equal(err.primary, "field \"what\" is not valid UTF-8 text");
    arena_close(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_form),          cmocka_unit_test(test_form_refused),
        cmocka_unit_test(test_encode),        cmocka_unit_test(test_multipart),
        cmocka_unit_test(test_content_types), cmocka_unit_test(test_multipart_limits),
        cmocka_unit_test(test_form_text),     cmocka_unit_test(test_form_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
