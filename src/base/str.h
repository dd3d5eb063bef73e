/* SPDX-License-Identifier: Apache-2.0 */
/* Text as pointer and length.
 *
 * A `str` never owns its bytes and is not terminated; C strings live only at the edge of foreign
 * libraries. The empty str may have a NULL pointer. All comparisons are by bytes unless a name
 * says otherwise; "ascii" functions leave every byte above 0x7f alone.
 *
 * What loops over the bytes of messages call stands here and not in str.c, so that it is compiled
 * into them.
 */
#ifndef HUSTINGS_BASE_STR_H
#define HUSTINGS_BASE_STR_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/compiler.h"

typedef struct str {
    const char *p;
    size_t n;
} str;

/* A literal: STR("abc"). */
#define STR(literal) ((str){("" literal), sizeof(literal) - 1})
/* For a static initialiser: STR_INIT("abc"). */
#define STR_INIT(literal)                                                                          \
    {                                                                                              \
        ("" literal), sizeof(literal) - 1                                                          \
    }
/* For printf: printf("%.*s", STR_ARG(s)). */
#define STR_ARG(s) (int)(s).n, ((s).p == NULL ? "" : (s).p)

/* A C string seen as str; NULL gives the empty str. */
static inline str str_c(const char *c)
{
    return (str){c, c == NULL ? 0 : strlen(c)};
}
static inline str str_from(const void *bytes, size_t len)
{
    return (str){bytes, len};
}
static inline bool str_is_empty(str s)
{
    return s.n == 0;
}
static inline bool str_equal(str a, str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}
bool str_equal_ascii_fold(str a, str b);
/* <0, 0, >0 as memcmp with the shorter first. */
int str_compare(str a, str b);
/* `prefix` is in small letters. */
bool str_starts_ascii_fold(str s, const char *prefix);
/* The bytes [from, to), both clipped to s.n. */
static inline str str_slice(str s, size_t from, size_t to)
{
    if (to > s.n) {
        to = s.n;
    }
    if (from > to) {
        from = to;
    }
    return (str){s.p == NULL ? NULL : s.p + from, to - from};
}
static inline bool str_starts(str s, str prefix)
{
    return s.n >= prefix.n && str_equal(str_slice(s, 0, prefix.n), prefix);
}
static inline bool str_ends(str s, str suffix)
{
    return s.n >= suffix.n && str_equal(str_slice(s, s.n - suffix.n, s.n), suffix);
}
/* Without ASCII white space at both ends. */
str str_trim(str s);
/* Index of the first occurrence, or s.n. */
size_t str_find(str s, str needle);
static inline size_t str_find_byte(str s, char byte)
{
    const char *hit = s.n == 0 ? NULL : memchr(s.p, byte, s.n);
    return hit == NULL ? s.n : (size_t)(hit - s.p);
}
/* Splits at the first `byte`: *head gets what is before it, the rest (without it) is returned.
 * Without the byte *head is all of s and the rest is empty. */
str str_cut(str s, char byte, str *ret_head);
/* Next line without its "\n" or "\r\n"; false at the end. Moves *rest on. */
bool str_next_line(str *rest, str *ret_line);
static inline char ascii_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}
static inline char ascii_upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - ('a' - 'A')) : c;
}
static inline bool ascii_is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}
static inline bool ascii_is_digit(char c)
{
    return c >= '0' && c <= '9';
}
static inline bool ascii_is_alpha(char c)
{
    return ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z';
}
static inline bool ascii_is_alnum(char c)
{
    return ascii_is_alpha(c) || ascii_is_digit(c);
}
/* Decimal, no sign, no space, no overflow. */
bool str_to_u64(str s, uint64_t *ret_value) MUST_CHECK;
/* Decimal with an optional '-'. */
bool str_to_i64(str s, int64_t *ret_value) MUST_CHECK;

#endif
