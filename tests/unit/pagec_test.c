/* SPDX-License-Identifier: Apache-2.0 */
/* The template compiler. One compiled page is rendered with hostile values and compared letter by
 * letter; then templates that must not build are given to the compiler, each with the words of the
 * error that it must give. */
#include "../support/cm.h"

#include "demo.html.h"
#include "pagec.h"

static const struct page_demo_rows_marks marks[] = {{STR_INIT("a&b")}, {STR_INIT("c")}};
static const struct page_demo_rows rows[] = {{STR_INIT("<r>"), {marks, 2}},
                                             {STR_INIT("s"), {NULL, 0}}};
static const struct part_demo_error errors[] = {
    {STR_INIT("when"), STR_INIT("Say when"), STR_INIT("")}};

#define HOSTILE "&quot;&#39;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;"

static struct page_demo demo(void)
{
    return (struct page_demo){
        .title = STR("\"'><script>alert(1)</script>&amp;"),
        .url = STR("javascript:alert(1)"),
        .id = STR("../a b?c#d"),
        .count = -3,
        .is_open = true,
        .grade = STR("G5"),
        .rendered = {STR("<hr>")},
        .frame = {STR("cy")},
        .rows = {rows, 2},
        .errors = {errors, 1},
    };
}

static void test_golden(void **state)
{
    (void)state;
    struct buf out;
    buf_init(&out, 10000);
    struct page_demo page = demo();
    page_demo_render(&out, NULL, &page);
    const char expected[] =
        "\n<!doctype html>\n<html lang=\"cy\">\n<body>\n"
        "<h1 class=\"title  G5\" title=\"" HOSTILE "\">" HOSTILE "</h1>\n"
        "<a href=\"#\">one</a> <a href=\"/case/..%2Fa%20b%3Fc%23d?q=%22%27%3E%3Cscript%3E"
        "alert%281%29%3C%2Fscript%3E%26amp%3B\">two</a>\n"
        "<input type=\"checkbox\" name=\"x\" checked value=\"-3\">\n<b>call</b>\n\n"
        "<ul><li>1 &lt;r&gt; <em>a&amp;b</em> <em>c</em></li><li>2 s</li></ul>\n"
        "<a href=\"#when\">Say when</a>\n\n"
        "<a href=\"#what\">Say what happened</a>\n\n<hr>\n"
        "<p>Hello " HOSTILE ", you have -3 letters. <a href=\"/read\">Read</a> them.</p>\n"
        "<textarea name=\"t\">\n" HOSTILE "</textarea>\n"
        "</body>\n</html>\n\n";
    buf_add_byte(&out, '\0');
    assert_string_equal(out.p, expected);
    buf_close(&out);
}

static void test_branches(void **state)
{
    (void)state;
    struct buf out;
    buf_init(&out, 10000);
    struct page_demo page = demo();
    page.is_open = false;
    page.grade = STR("G1");
    page.rows = (struct page_demo_rows_list){NULL, 0};
    page_demo_render(&out, NULL, &page);
    str html = buf_str(&out);
    assert_true(str_find(html, STR("name=\"x\" value=")) < html.n);
    assert_true(str_find(html, STR("<i>wait</i>")) < html.n);
    assert_true(str_find(html, STR("<p>none</p>")) < html.n);
    buf_close(&out);
}

static void test_urls(void **state)
{
    (void)state;
    static const struct {
        str url, expected;
    } rows_of_urls[] = {
        {STR_INIT("https://x.example/a?b&c"), STR_INIT("https://x.example/a?b&amp;c")},
        {STR_INIT("HTTPS://x"), STR_INIT("HTTPS://x")},
        {STR_INIT("mailto:a@b.example"), STR_INIT("mailto:a@b.example")},
        {STR_INIT("tel:999"), STR_INIT("tel:999")},
        {STR_INIT("/a:b"), STR_INIT("/a:b")},
        {STR_INIT("?x=javascript:1"), STR_INIT("?x=javascript:1")},
        {STR_INIT("#top"), STR_INIT("#top")},
        {STR_INIT("JaVaScript:alert(1)"), STR_INIT("#")},
        {STR_INIT("java\tscript:alert(1)"), STR_INIT("#")},
        {STR_INIT(" javascript:alert(1)"), STR_INIT("#")},
        {STR_INIT("\x01javascript:alert(1)"), STR_INIT("#")},
        {STR_INIT("data:text/html,x"), STR_INIT("#")},
        {STR_INIT("vbscript:x"), STR_INIT("#")},
        {STR_INIT("file:///etc/passwd"), STR_INIT("#")},
        {STR_INIT(":x"), STR_INIT("#")},
        {STR_INIT("\\\\host"), STR_INIT("#")},
        {STR_INIT("/\"onload=\"x"), STR_INIT("/&quot;onload=&quot;x")},
    };
    struct buf out;
    buf_init(&out, 1000);
    for (size_t i = 0; i < ARRAY_LEN(rows_of_urls); i++) {
        buf_clear(&out);
        html_escape_url(&out, rows_of_urls[i].url);
        assert_true(str_equal(buf_str(&out), rows_of_urls[i].expected));
    }
    buf_close(&out);
}

static void test_message_names(void **state)
{
    (void)state;
    struct buf out;
    buf_init(&out, 1000);
    const struct message_arg args[] = {
        {.name = STR_INIT("n"), .kind = MESSAGE_STR, .text = STR_INIT("{m}<")},
        {.name = STR_INIT("m"), .kind = MESSAGE_I64, .number = 7}};
    /* A value is never read again, and what is unknown stays. */
    message_render(&out, NULL, STR("{n} {m} {x} { {"), args, 2);
    assert_str(buf_str(&out), "{m}&lt; 7 {x} { {");
    buf_close(&out);
}

static const struct {
    const char *source;
    const char *expected; /* NULL: must build */
} cases[] = {
    {"<p>{{a}}</p>", NULL},
    {"<p>{{nothing}}</p>", "x.html:2: no field or row \"nothing\""},
    {"<p>{{n.x}}</p>", "\"n\" has no fields"},
    {"<p>{{b}}</p>", "this field cannot be printed"},
    {"<p class={{a}}>x</p>", "attribute \"class\" wants double quotes"},
    {"<p class=x>x</p>", "attribute \"class\" wants double quotes"},
    {"<p class='x'>x</p>", "attribute \"class\" wants double quotes"},
    {"<p onclick=\"{{a}}\">x</p>", "attribute \"onclick\" is not allowed"},
    {"<p ONLOAD=\"x\">x</p>", "attribute \"ONLOAD\" is not allowed"},
    {"<p style=\"x\">x</p>", "attribute \"style\" is not allowed"},
    {"<p {{a}}>x</p>", "a hole may not stand in the name part of a tag"},
    {"<{{a}}>x", "a hole may not stand in the name part of a tag"},
    {"<script>{{a}}</script>", "a hole inside <script> is not allowed"},
    {"<script>x</script>", "inline script is not allowed"},
    {"<script src=\"{{a}}\"></script>", "a hole in <script> is not allowed"},
    {"<script src=\"/x.js\" defer></script>", NULL},
    {"<style>p{}</style>", "element <style> is not allowed"},
    {"<iframe src=\"x\"></iframe>", "element <iframe> is not allowed"},
    {"<P>x</P>", "unexpected \"P\" in a name"},
    {"<p><b>x</p></b>", "</p> does not close <b>"},
    {"<p>x", "<p> is not closed"},
    {"<div/>", "<div> wants an end tag"},
    {"<svg viewBox=\"0 0 1 1\"><path d=\"M0\"/></svg>", NULL},
    {"<svg><path d=\"M0\"></svg>", "<path> wants \"/>\""},
    {"<a href=\"javascript:x\">x</a>", "URL scheme \"javascript\" is not allowed"},
    {"<a href=\"{{a}}:x\">x</a>", "URL scheme \"\" is not allowed"},
    {"<a href=\"/{{a}}:x\">x</a>", NULL},
    {"<a href=\"tel:{{a}}\">x</a>", NULL},
    {"<a href=\"{{t \"x\"}}\">x</a>", "a message may not stand in a URL"},
    {"<p>{{#if b}}<b>{{/if}}</p>", "does not close the elements"},
    {"<p>{{#if b}}</p>{{/if}}", "does not close the elements"},
    {"<p {{#if b}} class=\"{{/if}}\">x</p>", "does not close the elements"},
    {"<p{{#if b}}class=\"a\"{{/if}}>x</p>", "white space is wanted"},
    {"<p{{#if b}} class=\"a\"{{/if}}id=\"b\">x</p>", "white space is wanted"},
    {"<p{{#if b}} hidden{{else}} class=\"a\"{{/if}}>x</p>", NULL},
    {"{{#if b}}x", "this block is not ended"},
    {"{{/if}}", "this ends no open block"},
    {"{{#if b}}x{{/each}}", "this ends no open block"},
    {"{{else}}", "{{else}} without {{#if}}"},
    {"{{#each a as x}}{{/each}}", "{{#each list as row}} is wanted"},
    {"{{#each l as x}}{{x.t}}{{/each}}{{x.t}}", "no field or row \"x\""},
    {"{{#if a == 1}}x{{/if}}", "only text with text"},
    {"{{t \"a {b}\"}}", "{b} is not given"},
    {"{{t \"a\" b=a}}", "{b} does not occur"},
    {"{{t \"a {/b}\" b=a}}", "{/b} is not given"},
    {"{{t \"a {b}x{/b}\" b=<script src=\"x\">}}", "wants a start tag"},
    {"{{t \"a {b}x{/b}\" b=<a href=\"javascript:x\">}}", "URL scheme"},
    {"<p title=\"{{t \"a {b}x{/b}\" b=<b>}}\">x</p>", "a tag may not stand in an attribute"},
    {"<p>{{t \"a {b}x{/b}\" b=<b id=\"{{x}}\">}}</p>",
     "the tag of a message is put out as it stands"},
    {"<p title=\"{{h}}\">x</p>", "an html value may only stand between elements"},
    {"{{>none}}", "no part \"none\""},
    {"{{>piece}}", "part \"piece\" wants field \"t\""},
    {"{{>piece t=n}}", "has another type"},
    {"{{>piece t=a u=a}}", "has no field \"u\""},
    {"{{>piece t=\"x\"}}", NULL},
    {"{{a", "a hole that does not end"},
    {"<p>{{slot}}</p>", "{{slot}} stands once in a part"},
    {"<img src=\"x\" alt=\"{{a}}\">", NULL},
    {"<title>{{a}}<b></b></title>", "no element may stand inside <title>"},
};

static enum status compile(struct arena *arena, const char *body, struct error *err)
{
    struct library *library = ARENA_NEW(arena, struct library);
    library->arena = arena;
    str page = arena_printf(
        arena, "{{! page x; a str; b bool; n i64; h html; l list { t str; } }}\n%s", body);
    enum status status = pagec_declare(library, STR("x.html"), page, err);
    if (status == STATUS_OK) {
        status =
            pagec_declare(library, STR("piece.html"), STR("{{! part piece; t str; }}\n{{t}}"), err);
    }
    if (status == STATUS_OK) {
        status = pagec_link(library, err);
    }
    struct buf out;
    buf_init(&out, OUT_BYTES_MAX);
    if (status == STATUS_OK) {
        status = emit_source(library, library->templates[0], &out, NULL, err);
    }
    buf_close(&out);
    return status;
}

static void test_refusals(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct arena arena;
        arena_init(&arena, 64 << 20);
        struct error err = {0};
        enum status status = compile(&arena, cases[i].source, &err);
        bool is_as_expected =
            cases[i].expected == NULL
                ? status == STATUS_OK
                : status == STATUS_INVALID && strstr(err.primary, cases[i].expected) != NULL;
        if (!is_as_expected) {
            print_message("%s\n  wanted %s\n  got    %s\n", cases[i].source,
                          cases[i].expected == NULL ? "success" : cases[i].expected, err.primary);
        }
        assert_true(is_as_expected);
        arena_close(&arena);
    }
}

static void test_declarations(void **state)
{
    (void)state;
    static const struct {
        const char *source, *expected;
    } bad[] = {
        {"<p>x</p>", "a template begins with"},
        {"{{! page }}", "\"page NAME;\""},
        {"{{! page x; a; }}", "has no type"},
        {"{{! page x; a str; a str; }}", "declared twice"},
        {"{{! page x; a list { b str; }}", "missing"},
        {"{{! page x; a none; }}", "no type or part \"none\""},
        {"{{! part x; a x; }}", "would hold itself"},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct arena arena;
        arena_init(&arena, 16 << 20);
        struct library *library = ARENA_NEW(&arena, struct library);
        library->arena = &arena;
        struct error err = {0};
        enum status status = pagec_declare(library, STR("x.html"), str_c(bad[i].source), &err);
        if (status == STATUS_OK) {
            status = pagec_link(library, &err);
        }
        assert_int_equal(status, STATUS_INVALID);
        assert_non_null(strstr(err.primary, bad[i].expected));
        arena_close(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),   cmocka_unit_test(test_branches),
        cmocka_unit_test(test_urls),     cmocka_unit_test(test_message_names),
        cmocka_unit_test(test_refusals), cmocka_unit_test(test_declarations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
