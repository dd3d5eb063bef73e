/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: a newsroom's block is read as it stands; whatever could make it mean two things, or grow, is
 * refused with its line. Method: tables of small texts. */
#include "../support/cm.h"

#include "base/buf.h"
#include "codec/front_matter.h"

enum { MEMORY = 64 * 1024 * 1024 };

static void test_article(void **state)
{
    (void)state;
    struct arena arena;
    struct front_matter front = {0};
    unsigned line = 0;
    arena_init(&arena, MEMORY);
    str text = STR(
        "\xef\xbb\xbf---\r\nsection: bow\r\ntitle: \"A \\\"quoted\\\" one: it\xe2\x80\x99s\"\r\n"
        "categories: \r\n  - \"local\"\r\n  - news\r\nimage:\r\n  src: /x.jpg\r\n"
        "  sizes: [1, 2]\r\nempty:\r\n---\r\n\r\nBody\r\n---\r\nmore");
    assert_int_equal(front_matter_parse(&arena, text, &front, &line, NULL), STATUS_OK);
    assert_str(front_matter_value(&front, STR("section")), "bow");
    assert_str(front_matter_value(&front, STR("TITLE")), "A \"quoted\" one: it\xe2\x80\x99s");
    const struct front_matter_field *list = front_matter_find(&front, STR("categories"));
    assert_non_null(list);
    assert_true(list->is_list);
    assert_int_equal(list->item_count, 2);
    assert_str(list->items[1], "news");
    assert_int_equal(list->line, 4);
    assert_int_equal(front_matter_find(&front, STR("image"))->item_count, 0);
    assert_str(front_matter_value(&front, STR("empty")), "");
    assert_null(front_matter_find(&front, STR("src")));
    assert_int_equal(front.body_line, 12);
    assert_str(str_trim(front.body), "Body\r\n---\r\nmore");
    arena_close(&arena);
}

static void test_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum status status;
        unsigned line;
    } table[] = {
        {"", STATUS_INVALID, 1},
        {"title: x\n", STATUS_INVALID, 1},
        {"---\ntitle: x\n", STATUS_INVALID, 1},
        {"---\na: &x 1\n---\n", STATUS_INVALID, 2},
        {"---\na: 1\nb: *x\n---\n", STATUS_INVALID, 3},
        {"---\na: !!str 1\n---\n", STATUS_INVALID, 2},
        {"---\na: !x [1]\n---\n", STATUS_INVALID, 2},
        {"---\na: &x [1]\n---\n", STATUS_INVALID, 2},
        {"---\na: 1\nb: 2\nA: 3\n---\n", STATUS_INVALID, 4},
        {"---\n- a\n- b\n---\n", STATUS_INVALID, 2},
        {"---\njust words\n---\n", STATUS_INVALID, 2},
        {"---\na: \"open\nb: 1\n---\n", STATUS_INVALID, 0},
        {"---\ntitle: one: two\n---\n", STATUS_INVALID, 2},
        {"---\na: [[[[[[[[[[1]]]]]]]]]]\n---\n", STATUS_LIMIT, 2},
        {"---\n? [a]\n: b\n---\n", STATUS_INVALID, 2},
    };
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        struct arena arena;
        struct front_matter front = {0};
        struct error err = {0};
        unsigned line = 0;
        arena_init(&arena, MEMORY);
        enum status status = front_matter_parse(&arena, str_c(table[i].text), &front, &line, &err);
        if (status != table[i].status || (table[i].line != 0 && line != table[i].line)) {
            fail_msg("row %zu: status %d line %u: %s", i, (int)status, line, err.primary);
        }
        assert_true(err.primary[0] != '\0');
        arena_close(&arena);
    }
}

static void test_limits(void **state)
{
    (void)state;
    for (int over = 0; over <= 1; over++) {
        struct arena arena;
        struct front_matter front = {0};
        struct buf buf;
        unsigned line = 0;
        arena_init(&arena, MEMORY);
        buf_init(&buf, 1024 * 1024);
        buf_add_c(&buf, "---\n");
        for (int i = 0; i < FRONT_MATTER_FIELDS_MAX + over; i++) {
            buf_printf(&buf, "k%d: v\n", i);
        }
        buf_add_c(&buf, "---\n");
        assert_int_equal(front_matter_parse(&arena, buf_str(&buf), &front, &line, NULL),
                         over ? STATUS_LIMIT : STATUS_OK);
        buf_clear(&buf);
        buf_add_c(&buf, "---\nk:\n");
        for (int i = 0; i < FRONT_MATTER_ITEMS_MAX + over; i++) {
            buf_add_c(&buf, " - v\n");
        }
        buf_add_c(&buf, "---\n");
        assert_int_equal(front_matter_parse(&arena, buf_str(&buf), &front, &line, NULL),
                         over ? STATUS_LIMIT : STATUS_OK);
        buf_clear(&buf);
        buf_add_c(&buf, "---\nk: ");
        for (int i = 0; i < FRONT_MATTER_BYTES_MAX - 4 + over; i++) {
            buf_add_byte(&buf, 'x');
        }
        buf_add_c(&buf, "\n---\n");
        assert_int_equal(front_matter_parse(&arena, buf_str(&buf), &front, &line, NULL),
                         over ? STATUS_LIMIT : STATUS_OK);
        buf_close(&buf);
        arena_close(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_article),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
