/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8 as RFC 3629 has it: shortest form, no surrogates, at most U+10FFFF. */
#ifndef HUSTINGS_BASE_UTF8_H
#define HUSTINGS_BASE_UTF8_H

#include "base/str.h"

/* True when all of s is valid. */
bool utf8_is_valid(str s);
/* True when valid and free of control characters other than tab, LF and CR. */
bool utf8_is_text(str s);
/* Takes the next code point off *rest; false at the end or at a malformed byte (rest unmoved). */
bool utf8_next(str *rest, uint32_t *ret_point);
/* Number of code points of a valid s. */
size_t utf8_count(str s);
/* The longest prefix of at most bytes_max bytes that does not cut a code point in two. */
str utf8_clip(str s, size_t bytes_max);
/* Writes 1-4 bytes to out and returns how many. point must be a scalar value. */
size_t utf8_encode(uint32_t point, char out[4]);

#endif
