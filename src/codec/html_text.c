/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/html_text.h"

#include "base/utf8.h"

enum { ENTITY_BYTES_MAX = 10 };

static bool begins(str text, const char *word)
{
    size_t n = strlen(word);
    return str_starts_ascii_fold(text, word) && (text.n == n || !ascii_is_alnum(text.p[n]));
}

static bool is_block(str tag)
{
    static const char *const names[] = {"p",  "br", "div", "tr", "li", "h1", "h2",         "h3",
                                        "h4", "h5", "h6",  "ul", "ol", "hr", "blockquote", "table"};
    tag = tag.n > 0 && tag.p[0] == '/' ? str_slice(tag, 1, tag.n) : tag;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (begins(tag, names[i])) {
            return true;
        }
    }
    return false;
}

/* Behind what is no text at all: the element's end, or all when it never ends. */
static str skip_element(str rest, const char *end)
{
    for (size_t at = str_find_byte(rest, '<'); at < rest.n;) {
        rest = str_slice(rest, at + 1, rest.n);
        if (begins(rest, end)) {
            size_t close = str_find_byte(rest, '>');
            return str_slice(rest, close < rest.n ? close + 1 : close, rest.n);
        }
        at = str_find_byte(rest, '<');
    }
    return (str){0};
}

/* Behind a tag whose '<' is behind us. */
static str skip_tag(str rest, struct buf *out)
{
    static const char *const silent[][2] = {
        {"style", "/style"}, {"script", "/script"}, {"title", "/title"}};
    if (str_starts(rest, STR("!--"))) {
        size_t end = str_find(rest, STR("-->"));
        return str_slice(rest, end < rest.n ? end + 3 : end, rest.n);
    }
    for (size_t i = 0; i < ARRAY_LEN(silent); i++) {
        if (begins(rest, silent[i][0])) {
            return skip_element(rest, silent[i][1]);
        }
    }
    if (is_block(rest) && out->n > 0 && out->p[out->n - 1] != '\n') {
        buf_add_byte(out, '\n');
    }
    size_t end = str_find_byte(rest, '>');
    return str_slice(rest, end < rest.n ? end + 1 : end, rest.n);
}

static uint32_t number_of(str name)
{
    bool is_hex = name.n > 1 && (name.p[1] == 'x' || name.p[1] == 'X');
    uint32_t point = 0;
    for (size_t i = is_hex ? 2 : 1; i < name.n; i++) {
        char c = ascii_lower(name.p[i]);
        bool is_letter = is_hex && c >= 'a' && c <= 'f';
        if (!ascii_is_digit(c) && !is_letter) {
            return 0;
        }
        point = point * (is_hex ? 16 : 10) + (uint32_t)(is_letter ? c - 'a' + 10 : c - '0');
        if (point > 0x10FFFF) {
            return 0;
        }
    }
    return point >= 0xD800 && point < 0xE000 ? 0 : point;
}

/* How many bytes it takes; 0: it is none, and the '&' is a letter. */
static size_t add_entity(str rest, struct buf *out)
{
    static const struct {
        const char *name, *text;
    } known[] = {{"amp", "&"},
                 {"lt", "<"},
                 {"gt", ">"},
                 {"quot", "\""},
                 {"apos", "'"},
                 {"nbsp", " "},
                 {"pound", "\xC2\xA3"},
                 {"rsquo", "\xE2\x80\x99"},
                 {"lsquo", "\xE2\x80\x98"},
                 {"ldquo", "\xE2\x80\x9C"},
                 {"rdquo", "\xE2\x80\x9D"},
                 {"ndash", "\xE2\x80\x93"},
                 {"mdash", "\xE2\x80\x94"},
                 {"hellip", "\xE2\x80\xA6"}};
    str name = str_slice(rest, 0, ENTITY_BYTES_MAX);
    size_t end = str_find_byte(name, ';');
    char bytes[4];
    if (end == name.n || end == 0) {
        return 0;
    }
    name = str_slice(name, 0, end);
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        if (str_equal(name, str_c(known[i].name))) {
            buf_add_c(out, known[i].text);
            return end + 1;
        }
    }
    uint32_t point = name.p[0] == '#' ? number_of(name) : 0;
    if (point < 0x20 || (point >= 0x7F && point < 0xA0)) {
        return 0;
    }
    buf_add_bytes(out, bytes, utf8_encode(point, bytes));
    return end + 1;
}

void html_text(str html, struct buf *out)
{
    while (html.n > 0) {
        char c = html.p[0];
        html = str_slice(html, 1, html.n);
        bool is_tag = html.n > 0 && (ascii_is_alpha(html.p[0]) || html.p[0] == '/' ||
                                     html.p[0] == '!' || html.p[0] == '?');
        if (c == '<' && is_tag) {
            html = skip_tag(html, out);
        } else if (c == '&') {
            size_t taken = add_entity(html, out);
            buf_add_c(out, taken == 0 ? "&" : "");
            html = str_slice(html, taken, html.n);
        } else if (!ascii_is_space(c)) {
            buf_add_byte(out, c);
        } else if (out->n > 0 && !ascii_is_space(out->p[out->n - 1])) {
            buf_add_byte(out, ' ');
        }
    }
}
