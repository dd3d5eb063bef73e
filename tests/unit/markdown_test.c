/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: the words of an article, and only they, come out as paragraphs. Method: a table of Markdown and
 * the paragraphs joined with '|', links joined with ' '. */
#include "../support/cm.h"

#include "base/buf.h"
#include "codec/markdown.h"

enum { MEMORY = 64 * 1024 * 1024 };

static const struct {
    const char *markdown;
    const char *text;
    const char *links;
} table[] = {
    {"One\ntwo  \nthree\n\nFour", "One two three|Four", ""},
    {"# Head\n\ntext", "Head|text", ""},
    {"a \\[b\\] \\*c\\* \\& d", "a [b] *c* & d", ""},
    {"Tom &amp; Jo &#8216;x&#x2019; &hellip; &nosuch; &nbsp; end",
     "Tom & Jo \xe2\x80\x98x\xe2\x80\x99 \xe2\x80\xa6 &nosuch; end", ""},
    {"&#0; &#xD800; &#9999999;", "\xef\xbf\xbd \xef\xbf\xbd \xef\xbf\xbd", ""},
    {"*em* **strong** `code` ~~gone~~", "em strong code gone", ""},
    {"<div>\nhidden\n</div>\n\nshown <b>bold</b><!-- x -->", "shown bold", ""},
    {"<script>alert(1)</script>\n\nok", "ok", ""},
    {"```\ncode\n```\n\n    indented\n\nok", "ok", ""},
    {"![alt text](https://a.example/i.jpg) words", "words", ""},
    {"see [this](https://a.example/?a=1&amp;b=2 \"t\") and [that](https://a.example/?a=1&b=2)",
     "see this and that", "https://a.example/?a=1&b=2"},
    {"[x](javascript:alert(1)) [y](/local) [z](http://b.example)", "x y z", "http://b.example"},
    {"https://c.example/page is bare", "https://c.example/page is bare", "https://c.example/page"},
    {"- one\n- two\n\n> quoted\n> more", "one|two|quoted more", ""},
    {"| a | b |\n|---|---|\n| c | d |", "a|b|c|d", ""},
    {"", "", ""},
};

static void test_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        struct arena arena;
        struct markdown m = {0};
        struct buf buf;
        arena_init(&arena, MEMORY);
        buf_init(&buf, 10000);
        assert_int_equal(markdown_parse(&arena, str_c(table[i].markdown), &m, NULL), STATUS_OK);
        for (size_t k = 0; k < m.paragraph_count; k++) {
            buf_add_c(&buf, k == 0 ? "" : "|");
            buf_add(&buf, m.paragraphs[k].text);
        }
        buf_add_byte(&buf, '\0');
        assert_string_equal(buf.p, table[i].text);
        buf_clear(&buf);
        for (size_t k = 0; k < m.link_count; k++) {
            buf_add_c(&buf, k == 0 ? "" : " ");
            buf_add(&buf, m.links[k]);
        }
        buf_add_byte(&buf, '\0');
        assert_string_equal(buf.p, table[i].links);
        buf_close(&buf);
        arena_close(&arena);
    }
}

static void test_limits(void **state)
{
    (void)state;
    for (size_t over = 0; over <= 1; over++) {
        struct arena arena;
        struct markdown m = {0};
        struct buf buf;
        arena_init(&arena, MEMORY);
        buf_init(&buf, 4 * MARKDOWN_BYTES_MAX);
        for (size_t i = 0; i < MARKDOWN_PARAGRAPHS_MAX + over; i++) {
            buf_add_c(&buf, "p\n\n");
        }
        assert_int_equal(markdown_parse(&arena, buf_str(&buf), &m, NULL),
                         over ? STATUS_LIMIT : STATUS_OK);
        buf_clear(&buf);
        for (size_t i = 0; i < MARKDOWN_LINKS_MAX + over; i++) {
            buf_printf(&buf, "[x](http://a.example/%zu) ", i);
        }
        assert_int_equal(markdown_parse(&arena, buf_str(&buf), &m, NULL),
                         over ? STATUS_LIMIT : STATUS_OK);
        buf_clear(&buf);
        for (size_t i = 0; i < MARKDOWN_BYTES_MAX + over; i++) {
            buf_add_byte(&buf, 'x');
        }
        assert_int_equal(markdown_parse(&arena, buf_str(&buf), &m, NULL),
                         over ? STATUS_LIMIT : STATUS_OK);
        buf_close(&buf);
        arena_close(&arena);
    }
}

static void test_link_share(void **state)
{
    (void)state;
    struct arena arena;
    struct markdown m = {0};
    arena_init(&arena, MEMORY);
    assert_int_equal(
        markdown_parse(&arena, STR("[all of it](http://a.example)\n\nab [cd](http://b.example)"),
                       &m, NULL),
        STATUS_OK);
    assert_int_equal(m.paragraphs[0].link_bytes, m.paragraphs[0].text.n);
    assert_int_equal(m.paragraphs[1].link_bytes, 2);
    arena_close(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_link_share),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
