/* SPDX-License-Identifier: Apache-2.0 */
/* The text of a migration, in the dialect of the engine.
 *
 * Migrations are written as SQLite has it. For PostgreSQL these words are changed, outside of
 * literals, quoted names and comments, and only where they stand in capitals:
 *     INTEGER         BIGINT           (SQLite's integers have 64 bits)
 *     BLOB            BYTEA
 *     TEXT            TEXT COLLATE "C" (SQLite orders by bytes); not after AS, as in CAST
 *     STRICT, WITHOUT ROWID            nothing, with the comma between them
 * Lines that only one engine can run stand between the lines "-- only: sqlite" or
 * "-- only: postgresql" and the line "-- both" (or the end). */
#include "db/db_internal.h"

static const struct {
    str from;
    str to;
} words[] = {
    {STR_INIT("INTEGER"), STR_INIT("BIGINT")},
    {STR_INIT("BLOB"), STR_INIT("BYTEA")},
    {STR_INIT("TEXT"), STR_INIT("TEXT COLLATE \"C\"")},
};

static bool is_word_byte(char c)
{
    return ascii_is_alnum(c) || c == '_';
}

static size_t word_len(str s)
{
    size_t len = 0;
    while (len < s.n && is_word_byte(s.p[len])) {
        len++;
    }
    return len;
}

/* The length of a literal, quoted name, dollar-quoted body or comment at the start of s, or 0. */
static size_t quoted_len(str s)
{
    str close = {0};
    size_t open = 1;
    if (str_starts(s, STR("'"))) {
        close = STR("'");
    } else if (str_starts(s, STR("\""))) {
        close = STR("\"");
    } else if (str_starts(s, STR("$$"))) {
        close = STR("$$");
        open = 2;
    } else if (str_starts(s, STR("--"))) {
        close = STR("\n");
    } else if (str_starts(s, STR("/*"))) {
        close = STR("*/");
        open = 2;
    } else {
        return 0;
    }
    size_t end = open + str_find(str_slice(s, open, s.n), close) + close.n;
    return end < s.n ? end : s.n;
}

static size_t space_len(str s)
{
    size_t len = 0;
    while (len < s.n && ascii_is_space(s.p[len])) {
        len++;
    }
    return len;
}

/* The length of a table option at the start of s with what joins it to the next one, or 0. */
static size_t option_len(str s)
{
    size_t len = word_len(s);
    str word = str_slice(s, 0, len);
    if (str_equal(word, STR("WITHOUT"))) {
        len += space_len(str_slice(s, len, s.n));
        str second = str_slice(s, len, len + word_len(str_slice(s, len, s.n)));
        if (!str_equal(second, STR("ROWID"))) {
            return 0;
        }
        len += second.n;
    } else if (!str_equal(word, STR("STRICT"))) {
        return 0;
    }
    str rest = str_slice(s, len, s.n);
    size_t gap = space_len(rest);
    if (gap < rest.n && rest.p[gap] == ',') {
        gap++;
        gap += space_len(str_slice(rest, gap, rest.n));
        str next = str_slice(rest, gap, rest.n);
        if (str_starts(next, STR("STRICT")) || str_starts(next, STR("WITHOUT"))) {
            return len + gap;
        }
    }
    return len;
}

static void add_word(str word, bool is_after_as, struct buf *out)
{
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        bool is_cast = is_after_as && str_equal(word, STR("TEXT"));
        if (!is_cast && str_equal(word, words[i].from)) {
            buf_add(out, words[i].to);
            return;
        }
    }
    buf_add(out, word);
}

static void add_postgresql(str sql, struct buf *out)
{
    bool is_after_as = false;
    while (sql.n > 0) {
        size_t len = quoted_len(sql);
        if (len > 0) {
            buf_add(out, str_slice(sql, 0, len));
        } else if ((len = option_len(sql)) > 0) {
            is_after_as = false;
        } else if ((len = word_len(sql)) > 0) {
            str word = str_slice(sql, 0, len);
            add_word(word, is_after_as, out);
            is_after_as = str_equal(word, STR("AS"));
        } else {
            len = 1;
            buf_add_byte(out, sql.p[0]);
        }
        sql = str_slice(sql, len, sql.n);
    }
}

void db_dialect(enum db_engine engine, str sql, struct buf *out)
{
    struct buf ours;
    buf_init(&ours, out->bytes_max);
    str own = engine == DB_SQLITE ? STR("-- only: sqlite") : STR("-- only: postgresql");
    bool is_ours = true;
    str line = {0};
    while (str_next_line(&sql, &line)) {
        if (str_starts(line, STR("-- only: "))) {
            is_ours = str_equal(str_trim(line), own);
        } else if (str_equal(str_trim(line), STR("-- both"))) {
            is_ours = true;
        } else if (is_ours) {
            buf_add(&ours, line);
            buf_add_byte(&ours, '\n');
        }
    }
    out->overflowed = out->overflowed || ours.overflowed;
    if (engine == DB_SQLITE) {
        buf_add(out, buf_str(&ours));
    } else {
        add_postgresql(buf_str(&ours), out);
    }
    buf_close(&ours);
}
