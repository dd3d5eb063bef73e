/* SPDX-License-Identifier: Apache-2.0 */
#include "pagec.h"

static void skip_space(struct words *in)
{
    while (in->rest.n > 0 && ascii_is_space(in->rest.p[0])) {
        in->rest = str_slice(in->rest, 1, in->rest.n);
    }
}

static bool is_name_byte(char c)
{
    return ascii_is_alnum(c) || c == '_';
}

bool word_name(struct words *in, str *ret_name)
{
    skip_space(in);
    size_t n = 0;
    while (n < in->rest.n && is_name_byte(in->rest.p[n])) {
        n++;
    }
    if (n == 0 || ascii_is_digit(in->rest.p[0])) {
        return false;
    }
    *ret_name = str_slice(in->rest, 0, n);
    in->rest = str_slice(in->rest, n, in->rest.n);
    return true;
}

bool word_text(struct arena *arena, struct words *in, str *ret_text)
{
    skip_space(in);
    if (in->rest.n == 0 || in->rest.p[0] != '"') {
        return false;
    }
    char *out = arena_alloc(arena, in->rest.n, 1);
    size_t len = 0;
    for (size_t i = 1; i < in->rest.n; i++) {
        char c = in->rest.p[i];
        if (c == '"') {
            *ret_text = (str){out, len};
            in->rest = str_slice(in->rest, i + 1, in->rest.n);
            return true;
        }
        if (c == '\\' && i + 1 < in->rest.n) {
            c = in->rest.p[++i];
        }
        /* A message may run over several lines of the template; it is one paragraph. */
        if (ascii_is_space(c)) {
            c = ' ';
            if (len > 0 && out[len - 1] == ' ') {
                continue;
            }
        }
        out[len++] = c;
    }
    return false;
}

bool word_number(struct words *in, int64_t *ret_value)
{
    skip_space(in);
    size_t n = 0;
    while (n < in->rest.n && (ascii_is_digit(in->rest.p[n]) || (n == 0 && in->rest.p[0] == '-'))) {
        n++;
    }
    if (!str_to_i64(str_slice(in->rest, 0, n), ret_value)) {
        return false;
    }
    in->rest = str_slice(in->rest, n, in->rest.n);
    return true;
}

bool word_byte(struct words *in, char c)
{
    skip_space(in);
    if (in->rest.n == 0 || in->rest.p[0] != c) {
        return false;
    }
    in->rest = str_slice(in->rest, 1, in->rest.n);
    return true;
}

bool word_keyword(struct words *in, str keyword)
{
    skip_space(in);
    if (!str_starts(in->rest, keyword)) {
        return false;
    }
    if (in->rest.n > keyword.n && is_name_byte(in->rest.p[keyword.n])) {
        return false;
    }
    in->rest = str_slice(in->rest, keyword.n, in->rest.n);
    return true;
}

bool word_end(struct words *in)
{
    skip_space(in);
    return in->rest.n == 0;
}
