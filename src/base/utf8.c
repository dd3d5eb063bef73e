/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"

static bool is_continuation(char c)
{
    return ((unsigned char)c & 0xc0u) == 0x80u;
}

bool utf8_next(str *rest, uint32_t *ret_point)
{
    static const uint32_t smallest[5] = {0, 0, 0x80, 0x800, 0x10000};
    if (rest->n == 0) {
        return false;
    }
    unsigned char first = (unsigned char)rest->p[0];
    size_t len = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if ((first >= 0x80 && first < 0xc2) || first > 0xf4 || rest->n < len) {
        return false;
    }
    uint32_t point = len == 1 ? first : first & (0xffu >> (len + 1));
    for (size_t i = 1; i < len; i++) {
        if (!is_continuation(rest->p[i])) {
            return false;
        }
        point = (point << 6) | ((unsigned char)rest->p[i] & 0x3fu);
    }
    if (point < smallest[len] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) {
        return false;
    }
    *rest = str_slice(*rest, len, rest->n);
    *ret_point = point;
    return true;
}

bool utf8_is_valid(str s)
{
    uint32_t point = 0;
    while (s.n > 0) {
        if (!utf8_next(&s, &point)) {
            return false;
        }
    }
    return true;
}

bool utf8_is_text(str s)
{
    uint32_t point = 0;
    while (s.n > 0) {
        if (!utf8_next(&s, &point) || point == 0x7f ||
            (point < 0x20 && point != '\t' && point != '\n' && point != '\r')) {
            return false;
        }
    }
    return true;
}

size_t utf8_count(str s)
{
    size_t count = 0;
    for (size_t i = 0; i < s.n; i++) {
        count += is_continuation(s.p[i]) ? 0 : 1;
    }
    return count;
}

str utf8_clip(str s, size_t bytes_max)
{
    if (s.n <= bytes_max) {
        return s;
    }
    size_t end = bytes_max;
    while (end > 0 && is_continuation(s.p[end])) {
        end--;
    }
    return str_slice(s, 0, end);
}

size_t utf8_encode(uint32_t point, char out[4])
{
    if (point < 0x80) {
        out[0] = (char)point;
        return 1;
    }
    size_t len = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    for (size_t i = len - 1; i > 0; i--) {
        out[i] = (char)(0x80u | (point & 0x3fu));
        point >>= 6;
    }
    out[0] = (char)((0xf00u >> len) | point);
    return len;
}
