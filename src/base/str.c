/* SPDX-License-Identifier: Apache-2.0 */
#include "base/str.h"

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
