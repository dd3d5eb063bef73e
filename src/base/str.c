/* SPDX-License-Identifier: Apache-2.0 */
#include "base/str.h"

str str_c(const char *c)
{
    return (str){c, c == NULL ? 0 : strlen(c)};
}

str str_from(const void *bytes, size_t len)
{
    return (str){bytes, len};
}

bool str_is_empty(str s)
{
    return s.n == 0;
}

bool str_equal(str a, str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

char ascii_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

char ascii_upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - ('a' - 'A')) : c;
}

bool ascii_is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

bool ascii_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool ascii_is_alpha(char c)
{
    return ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z';
}

bool ascii_is_alnum(char c)
{
    return ascii_is_alpha(c) || ascii_is_digit(c);
}

bool str_equal_ascii_fold(str a, str b)
{
    if (a.n != b.n) {
        return false;
    }
    for (size_t i = 0; i < a.n; i++) {
        if (ascii_lower(a.p[i]) != ascii_lower(b.p[i])) {
            return false;
        }
    }
    return true;
}

bool str_starts_ascii_fold(str s, const char *prefix)
{
    size_t at = 0;
    while (at < s.n && prefix[at] != '\0' && ascii_lower(s.p[at]) == prefix[at]) {
        at++;
    }
    return prefix[at] == '\0';
}

int str_compare(str a, str b)
{
    size_t shared = a.n < b.n ? a.n : b.n;
    int order = shared == 0 ? 0 : memcmp(a.p, b.p, shared);
    if (order != 0) {
        return order;
    }
    return a.n < b.n ? -1 : a.n > b.n;
}

bool str_starts(str s, str prefix)
{
    return s.n >= prefix.n && str_equal(str_slice(s, 0, prefix.n), prefix);
}

bool str_ends(str s, str suffix)
{
    return s.n >= suffix.n && str_equal(str_slice(s, s.n - suffix.n, s.n), suffix);
}

str str_slice(str s, size_t from, size_t to)
{
    if (to > s.n) {
        to = s.n;
    }
    if (from > to) {
        from = to;
    }
    return (str){s.p == NULL ? NULL : s.p + from, to - from};
}

str str_trim(str s)
{
    size_t from = 0;
    size_t to = s.n;
    while (from < to && ascii_is_space(s.p[from])) {
        from++;
    }
    while (to > from && ascii_is_space(s.p[to - 1])) {
        to--;
    }
    return str_slice(s, from, to);
}

size_t str_find_byte(str s, char byte)
{
    const char *hit = s.n == 0 ? NULL : memchr(s.p, byte, s.n);
    return hit == NULL ? s.n : (size_t)(hit - s.p);
}

size_t str_find(str s, str needle)
{
    if (needle.n == 0) {
        return 0;
    }
    for (size_t i = 0; i + needle.n <= s.n; i++) {
        const char *hit = memchr(s.p + i, needle.p[0], s.n - needle.n - i + 1);
        if (hit == NULL) {
            break;
        }
        i = (size_t)(hit - s.p);
        if (memcmp(hit, needle.p, needle.n) == 0) {
            return i;
        }
    }
    return s.n;
}

str str_cut(str s, char byte, str *ret_head)
{
    size_t at = str_find_byte(s, byte);
    *ret_head = str_slice(s, 0, at);
    return str_slice(s, at + 1, s.n);
}

bool str_next_line(str *rest, str *ret_line)
{
    if (rest->n == 0) {
        return false;
    }
    size_t at = str_find_byte(*rest, '\n');
    str line = str_slice(*rest, 0, at);
    if (line.n > 0 && line.p[line.n - 1] == '\r') {
        line.n--;
    }
    *rest = str_slice(*rest, at + 1, rest->n);
    *ret_line = line;
    return true;
}

bool str_to_u64(str s, uint64_t *ret_value)
{
    uint64_t value = 0;
    if (s.n == 0) {
        return false;
    }
    for (size_t i = 0; i < s.n; i++) {
        if (!ascii_is_digit(s.p[i])) {
            return false;
        }
        if (__builtin_mul_overflow(value, (uint64_t)10, &value) ||
            __builtin_add_overflow(value, (uint64_t)(s.p[i] - '0'), &value)) {
            return false;
        }
    }
    *ret_value = value;
    return true;
}

bool str_to_i64(str s, int64_t *ret_value)
{
    bool is_negative = s.n > 0 && s.p[0] == '-';
    uint64_t magnitude = 0;
    if (!str_to_u64(is_negative ? str_slice(s, 1, s.n) : s, &magnitude) ||
        magnitude > (uint64_t)INT64_MAX) {
        return false;
    }
    *ret_value = is_negative ? -(int64_t)magnitude : (int64_t)magnitude;
    return true;
}
