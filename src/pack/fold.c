/* SPDX-License-Identifier: Apache-2.0 */
#include "pack/fold.h"

#include <utf8proc.h>

#include "base/utf8.h"

static enum fold_kind ascii_kind(char c)
{
    if (ascii_is_alnum(c)) {
        return FOLD_WORD;
    }
    if (c == '\'' || c == '`') {
        return FOLD_APOSTROPHE;
    }
    return c == '.' || c == '!' || c == '?' || c == '\n' || c == ';' ? FOLD_STOP : FOLD_BLANK;
}

static bool is_dropped(uint32_t point)
{
    return point == 0x00AD || (point >= 0x200B && point <= 0x200F) || point == 0x2060 ||
           point == 0xFEFF || (point >= 0xFE00 && point <= 0xFE0F);
}

static bool is_apostrophe(uint32_t point)
{
    return point == 0x2018 || point == 0x2019 || point == 0x02BC || point == 0x00B4 ||
           point == 0xFF07;
}

/* U+0964 is the full stop of Bengali. */
static bool is_stop(uint32_t point)
{
    return point == 0x2026 || point == 0x0964 || point == 0x2028 || point == 0x2029;
}

static bool is_word(uint32_t point)
{
    const uint32_t word_categories = 1U << UTF8PROC_CATEGORY_LU | 1U << UTF8PROC_CATEGORY_LL |
                                     1U << UTF8PROC_CATEGORY_LT | 1U << UTF8PROC_CATEGORY_LM |
                                     1U << UTF8PROC_CATEGORY_LO | 1U << UTF8PROC_CATEGORY_MN |
                                     1U << UTF8PROC_CATEGORY_MC | 1U << UTF8PROC_CATEGORY_ND;
    return (word_categories >> utf8proc_category((utf8proc_int32_t)point) & 1U) == 1;
}

/* Decomposed, small, without Latin accents; false when nothing of it is a letter or digit. */
static bool decompose(uint32_t point, struct fold_point *ret)
{
    utf8proc_int32_t parts[8];
    utf8proc_ssize_t count = utf8proc_decompose_char(
        (utf8proc_int32_t)point, parts, 8,
        (utf8proc_option_t)(UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_DECOMPOSE), NULL);
    bool has_letter = false;
    for (utf8proc_ssize_t i = 0; i < count && i < 8; i++) {
        uint32_t part = (uint32_t)parts[i];
        if (part >= 0x0300 && part <= 0x036F) {
            has_letter = has_letter || count == 1; /* a lone accent belongs to the word before */
            continue;
        }
        if (!is_word(part)) {
            continue;
        }
        has_letter = true;
        if (ret->len + 4 <= FOLD_BYTES_MAX) {
            ret->len += utf8_encode(part, ret->bytes + ret->len);
        }
    }
    return has_letter;
}

void fold_next(str text, size_t at, struct fold_point *ret_point)
{
    ASSERT(at < text.n);
    char c = text.p[at];
    ret_point->taken = 1;
    ret_point->len = 0;
    if ((unsigned char)c < 0x80) {
        ret_point->kind = ascii_kind(c);
        ret_point->bytes[0] = ret_point->kind == FOLD_APOSTROPHE ? '\'' : ascii_lower(c);
        ret_point->len = 1;
        return;
    }
    str rest = str_slice(text, at, text.n);
    uint32_t point = 0;
    ret_point->kind = FOLD_BLANK;
    if (!utf8_next(&rest, &point)) {
        return;
    }
    ret_point->taken = text.n - at - rest.n;
    if (is_dropped(point)) {
        ret_point->kind = FOLD_WORD;
    } else if (is_apostrophe(point)) {
        ret_point->kind = FOLD_APOSTROPHE;
        ret_point->bytes[0] = '\'';
        ret_point->len = 1;
    } else if (is_stop(point)) {
        ret_point->kind = FOLD_STOP;
    } else if (decompose(point, ret_point)) {
        ret_point->kind = FOLD_WORD;
    }
}

/* Appends a folded word piece; false when it does not fit. */
static bool name_add(char out[FOLD_NAME_BYTES_MAX], size_t *n, bool *needs_blank, str piece)
{
    size_t blank = *needs_blank && *n > 0 ? 1 : 0;
    if (*n + blank + piece.n > FOLD_NAME_BYTES_MAX) {
        return false;
    }
    if (blank == 1) {
        out[*n] = ' ';
    }
    memcpy(out + *n + blank, piece.p, piece.n);
    *n += blank + piece.n;
    *needs_blank = false;
    return true;
}

/* Most names are plain: ASCII letters and digits with single blanks between. False = not all. */
static bool fold_plain(str name, char out[FOLD_NAME_BYTES_MAX])
{
    bool is_word = false;
    if (name.n > FOLD_NAME_BYTES_MAX) {
        return false;
    }
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        if (c != ' ' && !ascii_is_alnum(c)) {
            return false;
        }
        if (c == ' ' && !is_word) {
            return false;
        }
        is_word = c != ' ';
        out[i] = ascii_lower(c);
    }
    return is_word;
}

str fold_name(str name, char out[FOLD_NAME_BYTES_MAX])
{
    if (fold_plain(name, out)) {
        return str_from(out, name.n);
    }
    size_t n = 0;
    bool needs_blank = false;
    struct fold_point point;
    for (size_t at = 0; at < name.n; at += point.taken) {
        fold_next(name, at, &point);
        bool fits = true;
        if (name.p[at] == '&') {
            needs_blank = true;
            fits = name_add(out, &n, &needs_blank, STR("and"));
            needs_blank = true;
        } else if (point.kind == FOLD_WORD && point.len > 0) {
            fits = name_add(out, &n, &needs_blank, str_from(point.bytes, point.len));
        } else if (point.kind != FOLD_WORD && point.kind != FOLD_APOSTROPHE && name.p[at] != '.') {
            needs_blank = true;
        }
        if (!fits) {
            return (str){0};
        }
    }
    return str_from(out, n);
}
