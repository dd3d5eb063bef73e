/* SPDX-License-Identifier: Apache-2.0 */
#include "web/template.h"

struct html html_of(const struct buf *rendered)
{
    return (struct html){buf_str(rendered)};
}

static const char *reference(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void html_escape(struct buf *out, str text)
{
    size_t done = 0;
    for (size_t i = 0; i < text.n; i++) {
        const char *instead = reference(text.p[i]);
        if (instead != NULL) {
            buf_add(out, str_slice(text, done, i));
            buf_add_c(out, instead);
            done = i + 1;
        }
    }
    buf_add(out, str_slice(text, done, text.n));
}

static bool has_allowed_scheme(str url)
{
    static const str schemes[] = {STR_INIT("http"), STR_INIT("https"), STR_INIT("mailto"),
                                  STR_INIT("tel")};
    for (size_t i = 0; i < url.n; i++) {
        char c = url.p[i];
        if (c == '/' || c == '?' || c == '#') {
            return true; /* relative */
        }
        if (c == ':') {
            str scheme = str_slice(url, 0, i);
            for (size_t k = 0; k < ARRAY_LEN(schemes); k++) {
                if (str_equal_ascii_fold(scheme, schemes[k])) {
                    return true;
                }
            }
            return false;
        }
    }
    return true;
}

void html_escape_url(struct buf *out, str url)
{
    for (size_t i = 0; i < url.n; i++) {
        unsigned char c = (unsigned char)url.p[i];
        if (c <= 0x20 || c == 0x7f || c == '\\') {
            buf_add_byte(out, '#');
            return;
        }
    }
    if (!has_allowed_scheme(url)) {
        buf_add_byte(out, '#');
        return;
    }
    html_escape(out, url);
}

void html_escape_url_part(struct buf *out, str part)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < part.n; i++) {
        char c = part.p[i];
        if (ascii_is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~') {
            buf_add_byte(out, c);
        } else {
            unsigned char byte = (unsigned char)c;
            const char code[] = {'%', digits[byte >> 4], digits[byte & 15]};
            buf_add_bytes(out, code, sizeof code);
        }
    }
}

static const struct message_arg *find_arg(const struct message_arg *args, size_t count, str name)
{
    for (size_t i = 0; i < count; i++) {
        if (str_equal(args[i].name, name)) {
            return &args[i];
        }
    }
    return NULL;
}

static void add_arg(struct buf *out, const struct message_arg *arg)
{
    switch (arg->kind) {
    case MESSAGE_STR:
        html_escape(out, arg->text);
        break;
    case MESSAGE_I64:
        buf_add_i64(out, arg->number);
        break;
    case MESSAGE_TAG:
        buf_add(out, arg->text);
        break;
    }
}

void message_render(struct buf *out, const struct catalogue *catalogue, str english,
                    const struct message_arg *args, size_t count)
{
    str rest = catalogue_text(catalogue, english);
    while (rest.n > 0) {
        size_t open = str_find_byte(rest, '{');
        html_escape(out, str_slice(rest, 0, open));
        rest = str_slice(rest, open, rest.n);
        if (rest.n == 0) {
            return;
        }
        size_t close = str_find_byte(rest, '}');
        const struct message_arg *arg =
            close < rest.n ? find_arg(args, count, str_slice(rest, 1, close)) : NULL;
        if (arg != NULL) {
            add_arg(out, arg);
            rest = str_slice(rest, close + 1, rest.n);
        } else {
            html_escape(out, str_slice(rest, 0, 1));
            rest = str_slice(rest, 1, rest.n);
        }
    }
}
