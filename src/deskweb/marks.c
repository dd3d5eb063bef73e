/* SPDX-License-Identifier: Apache-2.0 */
#include "deskweb/marks.h"

#include "base/buf.h"

enum { WHY_BYTES_MAX = 8192 };

/* The next piece at or after `at`: grown by every place that overlaps it. */
static bool next_cluster(str text, const struct mark *marks, size_t count, size_t at,
                         size_t *ret_from, size_t *ret_to)
{
    size_t from = text.n;
    size_t to = 0;
    bool is_any = false;
    for (size_t i = 0; i < count; i++) {
        const struct mark *m = &marks[i];
        if (m->from < m->to && m->to <= text.n && m->from >= at && m->from < from) {
            from = m->from;
            to = m->to;
            is_any = true;
        }
    }
    for (bool grew = is_any; grew;) {
        grew = false;
        for (size_t i = 0; i < count; i++) {
            const struct mark *m = &marks[i];
            if (m->from < m->to && m->to <= text.n && m->from >= from && m->from < to &&
                m->to > to) {
                to = m->to;
                grew = true;
            }
        }
    }
    *ret_from = from;
    *ret_to = to;
    return is_any;
}

static str joined_whys(struct arena *arena, const struct mark *marks, size_t count, size_t from,
                       size_t to)
{
    struct buf text;
    buf_init(&text, WHY_BYTES_MAX);
    for (size_t i = 0; i < count; i++) {
        bool is_inside = marks[i].from < marks[i].to && marks[i].from >= from && marks[i].to <= to;
        bool is_said = marks[i].why.n == 0;
        for (size_t k = 0; k < i && is_inside && !is_said; k++) {
            is_said = marks[k].from < marks[k].to && marks[k].from >= from && marks[k].to <= to &&
                      str_equal(marks[k].why, marks[i].why);
        }
        if (is_inside && !is_said) {
            buf_add_c(&text, text.n > 0 ? "; " : "");
            buf_add(&text, marks[i].why);
        }
    }
    str copy = arena_str(arena, buf_str(&text));
    buf_close(&text);
    return copy;
}

size_t marks_pieces(struct arena *arena, str text, const struct mark *marks, size_t count,
                    struct mark_piece **ret_pieces)
{
    struct mark_piece *pieces = ARENA_ARRAY(arena, struct mark_piece, 2 * count + 1);
    size_t n = 0;
    size_t at = 0;
    size_t from = 0;
    size_t to = 0;
    while (next_cluster(text, marks, count, at, &from, &to)) {
        if (from > at) {
            pieces[n++].text = str_slice(text, at, from);
        }
        pieces[n].text = str_slice(text, from, to);
        pieces[n++].why = joined_whys(arena, marks, count, from, to);
        at = to;
    }
    if (at < text.n || n == 0) {
        pieces[n++].text = str_slice(text, at, text.n);
    }
    *ret_pieces = pieces;
    return n;
}
