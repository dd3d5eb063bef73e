/* SPDX-License-Identifier: Apache-2.0 */
/* From what people type to a MATCH expression that cannot be wrong.
 *
 * Every term goes out in double quotes with inner quotes doubled, so no byte of it is syntax to
 * FTS5; only the operators that we add are. A term without a letter or digit would match nothing
 * and is left out. An unclosed quote runs to the end. What was not taken as it was typed is said. */
#include "store/search.h"

#include "base/buf.h"
#include "base/utf8.h"

enum { NOTE_TERM_BYTES_MAX = 60 };

struct term {
    str text;
    bool is_phrase, is_prefix, is_not;
    bool is_open;  /* its quote was not closed */
    bool has_star; /* before the word, where it means nothing */
};

static bool has_word(str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (ascii_is_alnum(s.p[i]) || (unsigned char)s.p[i] >= 0x80) {
            return true;
        }
    }
    return false;
}

/* Takes the next term off *rest; false at the end. */
static bool next_term(str *rest, struct term *ret_term)
{
    while (rest->n > 0 && ascii_is_space(rest->p[0])) {
        *rest = str_slice(*rest, 1, rest->n);
    }
    if (rest->n == 0) {
        return false;
    }
    struct term term = {0};
    if (rest->p[0] == '-' && rest->n > 1 && !ascii_is_space(rest->p[1])) {
        term.is_not = true;
        *rest = str_slice(*rest, 1, rest->n);
    }
    while (rest->n > 0 && rest->p[0] == '*') {
        term.has_star = true;
        *rest = str_slice(*rest, 1, rest->n);
    }
    if (rest->n > 0 && rest->p[0] == '"') {
        size_t quote = str_find_byte(str_slice(*rest, 1, rest->n), '"');
        term.is_open = quote + 1 >= rest->n;
        *rest = str_cut(str_slice(*rest, 1, rest->n), '"', &term.text);
        term.is_phrase = true;
        if (rest->n > 0 && rest->p[0] == '*') {
            term.is_prefix = true;
            *rest = str_slice(*rest, 1, rest->n);
        }
    } else {
        size_t end = 0;
        while (end < rest->n && !ascii_is_space(rest->p[end]) && rest->p[end] != '"') {
            end++;
        }
        term.text = str_slice(*rest, 0, end);
        *rest = str_slice(*rest, end, rest->n);
        if (str_ends(term.text, STR("*"))) {
            term.text = str_slice(term.text, 0, term.text.n - 1);
            term.is_prefix = true;
        }
    }
    *ret_term = term;
    return true;
}

static void add_quoted(struct buf *out, str text)
{
    buf_add_byte(out, '"');
    for (size_t i = 0; i < text.n; i++) {
        /* A zero byte would end FTS5's reading; other control bytes are spaces to it. */
        char c = (unsigned char)text.p[i] < 0x20 ? ' ' : text.p[i];
        if (c == '"') {
            buf_add_byte(out, '"');
        }
        buf_add_byte(out, c);
    }
    buf_add_byte(out, '"');
}

/* One word to the tokenizer too, and folded by it as ASCII is. */
static bool is_stem(str text)
{
    bool is_plain = text.n >= SEARCH_STEM_MIN && text.n <= SEARCH_STEM_BYTES_MAX;
    for (size_t i = 0; i < text.n && is_plain; i++) {
        is_plain = ascii_is_alnum(text.p[i]);
    }
    return is_plain;
}

static void add_stem(struct arena *arena, struct search_query *query, size_t start, size_t end,
                     str text)
{
    char *small = ARENA_ARRAY(arena, char, text.n);
    for (size_t i = 0; i < text.n; i++) {
        small[i] = ascii_lower(text.p[i]);
    }
    query->stems[query->stem_count].start = start;
    query->stems[query->stem_count].end = end;
    query->stems[query->stem_count].text = (str){small, text.n};
    query->stem_count++;
}

static void add_term(struct arena *arena, struct search_query *query, struct buf *match,
                     struct buf *words, const struct term *term)
{
    bool is_prefix = term->is_prefix && utf8_count(term->text) >= SEARCH_PREFIX_MIN;
    size_t start = match->n;
    add_quoted(match, term->text);
    if (term->is_phrase) {
        add_quoted(words, term->text);
    } else {
        buf_add(words, term->text);
    }
    if (is_prefix) {
        buf_add_c(match, " *");
        buf_add_c(words, "*");
        if (is_stem(term->text)) {
            add_stem(arena, query, start, match->n, term->text);
        }
    }
}

/* One sentence of each kind; the term that it is about is said once. */
static void add_notes(struct buf *notes, const struct term *term, bool is_said[4])
{
    str text = utf8_clip(term->text, NOTE_TERM_BYTES_MAX);
    if (term->is_open && has_word(term->text) && !is_said[0]) {
        buf_printf(notes, "The quote was not closed: “%.*s” was taken as one phrase. ",
                   STR_ARG(text));
        is_said[0] = true;
    }
    if (term->has_star && has_word(term->text) && !is_said[1]) {
        buf_printf(notes,
                   "A * counts only at the end of a word: “%.*s” was searched as it stands. ",
                   STR_ARG(text));
        is_said[1] = true;
    }
    if (term->is_prefix && has_word(term->text) && utf8_count(term->text) < SEARCH_PREFIX_MIN &&
        !is_said[2]) {
        buf_printf(notes,
                   "%.*s* is too short for a beginning: “%.*s” was searched as a whole word. ",
                   STR_ARG(text), STR_ARG(text));
        is_said[2] = true;
    }
    if (!has_word(term->text) && !is_said[3]) {
        buf_add_c(notes, "Signs without a letter or digit were left out. ");
        is_said[3] = true;
    }
}

/* The terms that can be searched for, and what is to be said about the others. */
static size_t read_terms(struct arena *arena, str text, struct term terms[SEARCH_TERMS_MAX],
                         size_t *ret_wanted, str *ret_notes)
{
    struct buf notes;
    struct term term;
    bool is_said[4] = {false};
    size_t count = 0;
    buf_init(&notes, 4096);
    *ret_wanted = 0;
    while (count < SEARCH_TERMS_MAX && next_term(&text, &term)) {
        add_notes(&notes, &term, is_said);
        if (has_word(term.text)) {
            *ret_wanted += !term.is_not;
            terms[count++] = term;
        }
    }
    if (str_trim(text).n > 0) {
        buf_printf(&notes, "Only the first %d words were searched for. ", SEARCH_TERMS_MAX);
    }
    if (*ret_wanted == 0 && count > 0) {
        buf_add_c(&notes, "Write a word that must be there as well: -word only leaves cases out. ");
    }
    *ret_notes = str_trim(arena_str(arena, buf_str(&notes)));
    buf_close(&notes);
    return count;
}

void search_understand(struct arena *arena, str text, struct search_query *ret_query)
{
    struct buf match, words;
    struct term terms[SEARCH_TERMS_MAX];
    size_t wanted = 0;
    *ret_query = (struct search_query){0};
    if (!utf8_is_valid(text)) {
        return;
    }
    size_t count = read_terms(arena, text, terms, &wanted, &ret_query->notes);
    if (wanted == 0) {
        return; /* "everything without x" would be half the desk */
    }
    buf_init(&match, 16 * 1024);
    buf_init(&words, 16 * 1024);
    for (unsigned pass = 0; pass < 2; pass++) { /* FTS5: NOT binds to what stands left of it */
        for (size_t i = 0; i < count; i++) {
            if (terms[i].is_not != (pass == 1)) {
                continue;
            }
            if (match.n > 0) {
                buf_add_c(&match, pass == 1 ? " NOT " : " AND ");
                buf_add_c(&words, pass == 1 ? " without " : " AND ");
            }
            if (pass == 0 && match.n == 0) {
                buf_add_c(&match, "(");
            }
            add_term(arena, ret_query, &match, &words, &terms[i]);
        }
        if (pass == 0) {
            buf_add_c(&match, ")");
        }
    }
    if (!match.overflowed && !words.overflowed) {
        ret_query->match = arena_str(arena, buf_str(&match));
        ret_query->words = arena_str(arena, buf_str(&words));
    } else {
        ret_query->stem_count = 0;
    }
    buf_close(&match);
    buf_close(&words);
}
