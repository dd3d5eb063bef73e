/* SPDX-License-Identifier: Apache-2.0 */
/* Text as pointer and length.
 *
 * A `str` never owns its bytes and is not terminated; C strings live only at the edge of foreign
 * libraries. The empty str may have a NULL pointer. All comparisons are by bytes unless a name
 * says otherwise; "ascii" functions leave every byte above 0x7f alone.
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
str str_c(const char *c);
str str_from(const void *bytes, size_t len);
bool str_is_empty(str s);
bool str_equal(str a, str b);
bool str_equal_ascii_fold(str a, str b);
/* <0, 0, >0 as memcmp with the shorter first. */
int str_compare(str a, str b);
bool str_starts(str s, str prefix);
/* `prefix` is in small letters. */
bool str_starts_ascii_fold(str s, const char *prefix);
bool str_ends(str s, str suffix);
/* The bytes [from, to), both clipped to s.n. */
str str_slice(str s, size_t from, size_t to);
/* Without ASCII white space at both ends. */
str str_trim(str s);
/* Index of the first occurrence, or s.n. */
size_t str_find(str s, str needle);
size_t str_find_byte(str s, char byte);
/* Splits at the first `byte`: *head gets what is before it, the rest (without it) is returned.
 * Without the byte *head is all of s and the rest is empty. */
str str_cut(str s, char byte, str *ret_head);
/* Next line without its "\n" or "\r\n"; false at the end. Moves *rest on. */
bool str_next_line(str *rest, str *ret_line);
char ascii_lower(char c);
char ascii_upper(char c);
bool ascii_is_space(char c);
bool ascii_is_digit(char c);
bool ascii_is_alpha(char c);
bool ascii_is_alnum(char c);
/* Decimal, no sign, no space, no overflow. */
bool str_to_u64(str s, uint64_t *ret_value) MUST_CHECK;
/* Decimal with an optional '-'. */
bool str_to_i64(str s, int64_t *ret_value) MUST_CHECK;

#endif
