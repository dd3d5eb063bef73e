/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/markdown.h"

#include <md4c.h>

#include "base/buf.h"
#include "base/utf8.h"

enum { SOURCE_PAD_BYTES = 64 };

struct builder {
    str source; /* what is parsed */
    struct arena *arena;
    struct markdown *out;
    struct buf text;   /* the paragraph so far */
    size_t link_bytes; /* of it */
    size_t link_from;
    enum markdown_kind kind;
    unsigned image_depth;
    unsigned link_depth;
    bool is_skipping; /* inside a block of code or HTML */
    bool is_over;     /* a limit was passed */
};

/* The names that newsroom text is found to use. An unknown name stays as it was written, which is
 * what a browser does too. */
static const struct {
    const char *name;
    uint32_t point;
} entities[] = {
    {"amp", '&'},       {"lt", '<'},       {"gt", '>'},       {"quot", '"'},
    {"apos", '\''},     {"nbsp", 0xa0},    {"iexcl", 0xa1},   {"cent", 0xa2},
    {"pound", 0xa3},    {"yen", 0xa5},     {"sect", 0xa7},    {"copy", 0xa9},
    {"laquo", 0xab},    {"shy", 0xad},     {"reg", 0xae},     {"deg", 0xb0},
    {"plusmn", 0xb1},   {"middot", 0xb7},  {"raquo", 0xbb},   {"frac14", 0xbc},
    {"frac12", 0xbd},   {"frac34", 0xbe},  {"Agrave", 0xc0},  {"Aacute", 0xc1},
    {"Auml", 0xc4},     {"Ccedil", 0xc7},  {"Egrave", 0xc8},  {"Eacute", 0xc9},
    {"Ouml", 0xd6},     {"times", 0xd7},   {"Oslash", 0xd8},  {"Uuml", 0xdc},
    {"szlig", 0xdf},    {"agrave", 0xe0},  {"aacute", 0xe1},  {"acirc", 0xe2},
    {"atilde", 0xe3},   {"auml", 0xe4},    {"aring", 0xe5},   {"aelig", 0xe6},
    {"ccedil", 0xe7},   {"egrave", 0xe8},  {"eacute", 0xe9},  {"ecirc", 0xea},
    {"euml", 0xeb},     {"igrave", 0xec},  {"iacute", 0xed},  {"icirc", 0xee},
    {"iuml", 0xef},     {"ntilde", 0xf1},  {"ograve", 0xf2},  {"oacute", 0xf3},
    {"ocirc", 0xf4},    {"otilde", 0xf5},  {"ouml", 0xf6},    {"oslash", 0xf8},
    {"ugrave", 0xf9},   {"uacute", 0xfa},  {"ucirc", 0xfb},   {"uuml", 0xfc},
    {"yacute", 0xfd},   {"yuml", 0xff},    {"ensp", 0x2002},  {"emsp", 0x2003},
    {"thinsp", 0x2009}, {"zwnj", 0x200c},  {"zwj", 0x200d},   {"ndash", 0x2013},
    {"mdash", 0x2014},  {"lsquo", 0x2018}, {"rsquo", 0x2019}, {"sbquo", 0x201a},
    {"ldquo", 0x201c},  {"rdquo", 0x201d}, {"bdquo", 0x201e}, {"bull", 0x2022},
    {"hellip", 0x2026}, {"prime", 0x2032}, {"Prime", 0x2033}, {"lsaquo", 0x2039},
    {"rsaquo", 0x203a}, {"euro", 0x20ac},  {"trade", 0x2122}, {"rarr", 0x2192},
    {"wcirc", 0x175},   {"ycirc", 0x177},
};

static uint32_t numeric_entity(str digits)
{
    bool is_hex = digits.n > 0 && (digits.p[0] == 'x' || digits.p[0] == 'X');
    uint32_t value = 0;
    for (size_t i = is_hex ? 1 : 0; i < digits.n; i++) {
        char c = ascii_lower(digits.p[i]);
        uint32_t digit = ascii_is_digit(c) ? (uint32_t)(c - '0') : (uint32_t)(c - 'a') + 10;
        value = value * (is_hex ? 16 : 10) + digit; /* md4c admits at most 7 digits */
        if (value > 0x10ffff) {
            return 0xfffd;
        }
    }
    bool is_control = value < 0x20 || (value >= 0x7f && value < 0xa0);
    return is_control || (value >= 0xd800 && value <= 0xdfff) ? 0xfffd : value;
}

/* "&name;" or "&#number;" */
static void add_entity(struct buf *buf, str entity)
{
    uint32_t point = 0;
    str name = entity.n >= 3 ? str_slice(entity, 1, entity.n - 1) : (str){0};
    if (name.n > 1 && name.p[0] == '#') {
        point = numeric_entity(str_slice(name, 1, name.n));
    }
    for (size_t i = 0; i < ARRAY_LEN(entities) && point == 0; i++) {
        if (str_equal(name, str_c(entities[i].name))) {
            point = entities[i].point;
        }
    }
    if (point == 0) {
        buf_add(buf, entity);
        return;
    }
    char out[4];
    buf_add_bytes(buf, out, utf8_encode(point, out));
}

/* White space of every kind, U+00A0 included, becomes one space. */
static void add_words(struct buf *buf, str text)
{
    for (size_t i = 0; i < text.n; i++) {
        bool is_nbsp = text.p[i] == '\xc2' && i + 1 < text.n && text.p[i + 1] == '\xa0';
        if (is_nbsp || ascii_is_space(text.p[i])) {
            i += is_nbsp ? 1 : 0;
            if (buf->n > 0 && buf->p[buf->n - 1] != ' ') {
                buf_add_byte(buf, ' ');
            }
        } else {
            buf_add_byte(buf, text.p[i]);
        }
    }
}

static void flush(struct builder *b)
{
    str text = str_trim(buf_str(&b->text));
    if (text.n > 0 && !b->is_skipping) {
        if (b->out->paragraph_count == MARKDOWN_PARAGRAPHS_MAX) {
            b->is_over = true;
        } else {
            b->out->paragraphs[b->out->paragraph_count++] =
                (struct markdown_paragraph){.kind = b->kind,
                                            .text = arena_str(b->arena, text),
                                            .link_bytes = b->link_bytes,
                                            .links_to = b->out->link_count};
        }
    }
    buf_clear(&b->text);
    b->link_bytes = 0;
    b->link_from = 0;
}

static int enter_block(MD_BLOCKTYPE type, void *detail, void *user)
{
    struct builder *b = user;
    (void)detail;
    flush(b);
    if (type == MD_BLOCK_CODE || type == MD_BLOCK_HTML) {
        b->is_skipping = true;
    } else if (type == MD_BLOCK_H) {
        b->kind = MARKDOWN_HEADING;
    } else if (type == MD_BLOCK_LI) {
        b->kind = MARKDOWN_ITEM;
    } else if (type == MD_BLOCK_TH || type == MD_BLOCK_TD) {
        b->kind = MARKDOWN_CELL;
    }
    return b->is_over ? 1 : 0;
}

static int leave_block(MD_BLOCKTYPE type, void *detail, void *user)
{
    struct builder *b = user;
    (void)detail;
    flush(b);
    if (type == MD_BLOCK_CODE || type == MD_BLOCK_HTML) {
        b->is_skipping = false;
    } else if (type != MD_BLOCK_P) {
        b->kind = MARKDOWN_TEXT;
    }
    return b->is_over ? 1 : 0;
}

static str attribute(struct arena *arena, const MD_ATTRIBUTE *attr)
{
    struct buf buf;
    buf_init(&buf, MARKDOWN_LINK_BYTES_MAX);
    for (size_t i = 0; attr->substr_offsets[i] < attr->size; i++) {
        str part = str_from(attr->text + attr->substr_offsets[i],
                            attr->substr_offsets[i + 1] - attr->substr_offsets[i]);
        if (attr->substr_types[i] == MD_TEXT_ENTITY) {
            add_entity(&buf, part);
        } else if (attr->substr_types[i] == MD_TEXT_NULLCHAR) {
            buf_add_c(&buf, "\xef\xbf\xbd");
        } else {
            buf_add(&buf, part);
        }
    }
    str result = buf.overflowed ? (str){0} : arena_str(arena, buf_str(&buf));
    buf_close(&buf);
    return result;
}

static void add_link(struct builder *b, str href)
{
    if (!str_starts(href, STR("https://")) && !str_starts(href, STR("http://"))) {
        return;
    }
    for (size_t i = 0; i < href.n; i++) {
        if ((unsigned char)href.p[i] <= 0x20 || href.p[i] == 0x7f) {
            return;
        }
    }
    for (size_t i = 0; i < b->out->link_count; i++) {
        if (str_equal(b->out->links[i], href)) {
            return;
        }
    }
    if (b->out->link_count == MARKDOWN_LINKS_MAX) {
        b->is_over = true;
        return;
    }
    b->out->links[b->out->link_count++] = href;
}

static int enter_span(MD_SPANTYPE type, void *detail, void *user)
{
    struct builder *b = user;
    if (type == MD_SPAN_IMG) {
        b->image_depth++;
    } else if (type == MD_SPAN_A) {
        const MD_SPAN_A_DETAIL *link = detail;
        if (b->link_depth == 0) {
            b->link_from = b->text.n;
        }
        b->link_depth++;
        add_link(b, attribute(b->arena, &link->href));
    }
    return b->is_over ? 1 : 0;
}

static int leave_span(MD_SPANTYPE type, void *detail, void *user)
{
    struct builder *b = user;
    (void)detail;
    if (type == MD_SPAN_IMG && b->image_depth > 0) {
        b->image_depth--;
    } else if (type == MD_SPAN_A && b->link_depth > 0) {
        b->link_depth--;
        if (b->link_depth == 0 && b->text.n >= b->link_from) {
            b->link_bytes += b->text.n - b->link_from;
        }
    }
    return 0;
}

/* md4c 0.4.8 can name a text that ends behind its input: only what is inside is looked at. */
static str inside(const struct builder *b, const MD_CHAR *text, MD_SIZE size)
{
    const char *end = b->source.p + b->source.n;
    if (text < b->source.p || text > end + SOURCE_PAD_BYTES) {
        return str_from(text, size); /* words of its own */
    }
    if (text > end) {
        return (str){0};
    }
    return str_from(text, size < (size_t)(end - text) ? size : (size_t)(end - text));
}

static int add_text(MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE size, void *user)
{
    struct builder *b = user;
    if (b->is_skipping || b->image_depth > 0) {
        return 0;
    }
    switch (type) {
    case MD_TEXT_NORMAL:
    case MD_TEXT_CODE:
        add_words(&b->text, inside(b, text, size));
        break;
    case MD_TEXT_BR:
    case MD_TEXT_SOFTBR:
        add_words(&b->text, STR(" "));
        break;
    case MD_TEXT_ENTITY: {
        struct buf one;
        buf_init(&one, MARKDOWN_BYTES_MAX);
        add_entity(&one, inside(b, text, size));
        add_words(&b->text, buf_str(&one));
        buf_close(&one);
        break;
    }
    case MD_TEXT_NULLCHAR:
        buf_add_c(&b->text, "\xef\xbf\xbd");
        break;
    case MD_TEXT_HTML:
    case MD_TEXT_LATEXMATH:
        break;
    }
    return 0;
}

enum status markdown_parse(struct arena *arena, str text, struct markdown *ret_markdown,
                           struct error *err)
{
    struct markdown out = {0};
    if (text.n > MARKDOWN_BYTES_MAX) {
        return error_set(err, STATUS_LIMIT, "the article is longer than %d bytes",
                         MARKDOWN_BYTES_MAX);
    }
    out.paragraphs = ARENA_ARRAY(arena, struct markdown_paragraph, MARKDOWN_PARAGRAPHS_MAX);
    out.links = ARENA_ARRAY(arena, str, MARKDOWN_LINKS_MAX);
    /* a copy with zeros behind it, so that where md4c itself looks too far there is something */
    char *copy = ARENA_ARRAY(arena, char, text.n + SOURCE_PAD_BYTES);
    memcpy(copy, text.n == 0 ? "" : text.p, text.n);
    struct builder b = {.source = {copy, text.n}, .arena = arena, .out = &out};
    buf_init(&b.text, 4 * MARKDOWN_BYTES_MAX);
    const MD_PARSER parser = {
        .flags = MD_FLAG_PERMISSIVEURLAUTOLINKS | MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH,
        .enter_block = enter_block,
        .leave_block = leave_block,
        .enter_span = enter_span,
        .leave_span = leave_span,
        .text = add_text,
    };
    int failed = md_parse(copy, (MD_SIZE)text.n, &parser, &b);
    bool is_over = b.is_over || b.text.overflowed;
    buf_close(&b.text);
    if (is_over) {
        return error_set(err, STATUS_LIMIT, "the article has too many paragraphs or links");
    }
    if (failed != 0) {
        return error_set(err, STATUS_UNAVAILABLE, "the article could not be parsed");
    }
    *ret_markdown = out;
    return STATUS_OK;
}
