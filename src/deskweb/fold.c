/* SPDX-License-Identifier: Apache-2.0 */
#include "deskweb/fold.h"

#include <stdlib.h>

#include "base/buf.h"

static bool is_letter(char c)
{
    return ascii_is_alnum(c) || (unsigned char)c >= 0x80;
}

/* The next sentence or line with what separates it from the one behind; false at the end. */
static bool next_part(str *rest, str *ret_part)
{
    size_t at = 0;
    if (rest->n == 0) {
        return false;
    }
    while (at < rest->n && rest->p[at] != '\n') {
        bool is_stop = rest->p[at] == '.' || rest->p[at] == '!' || rest->p[at] == '?';
        at++;
        if (is_stop && at < rest->n && ascii_is_space(rest->p[at])) {
            break;
        }
    }
    while (at < rest->n && ascii_is_space(rest->p[at])) {
        at++;
    }
    *ret_part = str_slice(*rest, 0, at);
    *rest = str_slice(*rest, at, rest->n);
    return true;
}

/* 0: it has no letter. */
static uint64_t hash_of(str part)
{
    uint64_t hash = UINT64_C(0xCBF29CE484222325);
    bool has_any = false;
    for (size_t i = 0; i < part.n; i++) {
        if (is_letter(part.p[i])) {
            hash = (hash ^ (unsigned char)ascii_lower(part.p[i])) * UINT64_C(0x100000001B3);
            has_any = true;
        }
    }
    return has_any ? hash | 1 : 0;
}

static int compare(const void *a, const void *b)
{
    const uint64_t *left = a, *right = b;
    return (*left > *right) - (*left < *right);
}

void fold_learn(struct arena *arena, str text, struct fold_template *ret_template)
{
    str part = {0};
    *ret_template = (struct fold_template){ARENA_ARRAY(arena, uint64_t, FOLD_PARTS_MAX), 0};
    while (ret_template->count < FOLD_PARTS_MAX && next_part(&text, &part)) {
        uint64_t hash = hash_of(part);
        if (hash != 0) {
            ret_template->parts[ret_template->count++] = hash;
        }
    }
    qsort(ret_template->parts, ret_template->count, sizeof ret_template->parts[0], compare);
}

bool fold_own(struct arena *arena, const struct fold_template *known, str text, str *ret_own)
{
    struct buf own;
    size_t common = 0;
    bool is_gap = false;
    str part = {0};
    buf_init(&own, 4 * text.n + 16); /* a gap of three bytes for each part of one */
    while (next_part(&text, &part)) {
        uint64_t hash = hash_of(part);
        if (hash != 0 && bsearch(&hash, known->parts, known->count, sizeof hash, compare) != NULL) {
            common++;
            is_gap = true;
        } else if (hash != 0) {
            buf_add_c(&own, is_gap ? "… " : "");
            buf_add(&own, part);
            is_gap = false;
        }
    }
    buf_add_c(&own, is_gap && own.n > 0 ? "…" : "");
    *ret_own = arena_str(arena, str_trim(buf_str(&own)));
    buf_close(&own);
    return common > 0;
}
