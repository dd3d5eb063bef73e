/* SPDX-License-Identifier: Apache-2.0 */
/* Paragraphs to tokens, sentences and speech. */
#include "base/utf8.h"
#include "intake/press_internal.h"

/* "’" closes a quotation, shortens a word, or marks a possessive; what stands
 * around it decides. */
struct scanner {
    struct press_text *t;
    str p;
    size_t at;
    size_t open_from; /* token that opened the quotation, or SIZE_MAX */
    size_t first;     /* the paragraph's first token */
};

static bool is_word_byte(char c)
{
    return ascii_is_alnum(c) || (unsigned char)c >= 0x80;
}

/* The length of the punctuation character at `at`, and its plain form. */
static size_t punctuation(str p, size_t at, char *ret_plain)
{
    static const struct {
        const char *bytes;
        char plain;
    } table[] = {{"\xe2\x80\x98", '`'}, {"\xe2\x80\x99", '\''}, {"\xe2\x80\x9a", '`'},
                 {"\xe2\x80\x9c", '{'}, {"\xe2\x80\x9d", '}'},  {"\xe2\x80\x9e", '{'},
                 {"\xe2\x80\x93", '-'}, {"\xe2\x80\x94", '-'},  {"\xe2\x80\xa6", '.'},
                 {"\xe2\x80\xa2", '*'}, {"\xc2\xab", '{'},      {"\xc2\xbb", '}'}};
    str rest = str_slice(p, at, p.n);
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        if (str_starts(rest, str_c(table[i].bytes))) {
            *ret_plain = table[i].plain;
            return str_c(table[i].bytes).n;
        }
    }
    *ret_plain = p.p[at];
    return is_word_byte(p.p[at]) ? 0 : 1;
}

static bool is_capital(str word)
{
    unsigned char a = (unsigned char)word.p[0];
    unsigned char b = word.n > 1 ? (unsigned char)word.p[1] : 0;
    return (a >= 'A' && a <= 'Z') || (a == 0xc3 && b >= 0x80 && b <= 0x9e) ||
           ((a == 0xc4 || a == 0xc5) && (b & 1) == 0);
}

static str lower(struct arena *arena, str word)
{
    char *out = ARENA_ARRAY(arena, char, word.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < word.n; i++) {
        char plain = 0;
        if (punctuation(word, i, &plain) == 3 && plain == '\'') {
            out[n++] = '\'';
            i += 2;
        } else {
            out[n++] = ascii_lower(word.p[i]);
        }
    }
    return str_from(out, n);
}

static struct token *push(struct scanner *s, enum token_kind kind, size_t from, size_t to)
{
    struct press_text *t = s->t;
    if (t->token_count == PRESS_TOKENS_MAX) {
        return NULL;
    }
    struct token *token = &t->tokens[t->token_count++];
    token->kind = kind;
    token->text = str_slice(s->p, from, to);
    token->low = lower(t->arena, token->text);
    token->is_cap = is_capital(token->text);
    return token;
}

static bool is_word_at(str p, size_t at)
{
    char plain = 0;
    return at < p.n && punctuation(p, at, &plain) == 0;
}

/* A word takes inner hyphens, apostrophes and, in numbers, commas and points.
 */
static void scan_word(struct scanner *s)
{
    size_t from = s->at;
    bool is_number = ascii_is_digit(s->p.p[from]);
    size_t i = from;
    while (i < s->p.n) {
        char plain = 0;
        size_t n = punctuation(s->p, i, &plain);
        if (n == 0) {
            i++;
        } else if ((n == 1 && plain == '-') || (is_number && (plain == ',' || plain == '.'))) {
            if (!is_word_at(s->p, i + n)) {
                break;
            }
            i += n;
        } else if (plain == '\'' && is_word_at(s->p, i + n)) {
            bool is_s = ascii_lower(s->p.p[i + n]) == 's' && !is_word_at(s->p, i + n + 1);
            if (is_s) {
                break;
            }
            i += n;
        } else {
            break;
        }
    }
    (void)push(s, is_number ? TOKEN_NUMBER : TOKEN_WORD, from, i);
    s->at = i;
}

static void open_quote(struct scanner *s, size_t len)
{
    (void)push(s, TOKEN_OPEN, s->at, s->at + len);
    s->open_from = s->t->token_count;
    s->at += len;
}

static void mark_speech(struct scanner *s)
{
    size_t words = 0;
    for (size_t i = s->open_from; i < s->t->token_count; i++) {
        words += s->t->tokens[i].kind <= TOKEN_NUMBER ? 1 : 0;
    }
    for (size_t i = s->open_from; words >= PRESS_SPEECH_WORDS_MIN && i < s->t->token_count; i++) {
        s->t->tokens[i].is_speech = true;
    }
    s->open_from = SIZE_MAX;
}

static void scan_apostrophe(struct scanner *s, size_t len)
{
    bool after_word = s->at > 0 && is_word_byte(s->p.p[s->at - 1]) && len > 0;
    size_t next = s->at + len;
    bool is_s = after_word && next < s->p.n && ascii_lower(s->p.p[next]) == 's' &&
                !is_word_at(s->p, next + 1);
    if (is_s) {
        (void)push(s, TOKEN_POSSESSIVE, s->at, next + 1);
        s->at = next + 1;
    } else if (s->open_from != SIZE_MAX) {
        mark_speech(s);
        (void)push(s, TOKEN_CLOSE, s->at, next);
        s->at = next;
    } else if (!after_word && is_word_at(s->p, next)) {
        open_quote(s, len);
    } else {
        (void)push(s, after_word ? TOKEN_POSSESSIVE : TOKEN_OTHER, s->at, next);
        s->at = next;
    }
}

static enum token_kind plain_kind(char plain)
{
    switch (plain) {
    case ',':
        return TOKEN_COMMA;
    case '-':
        return TOKEN_DASH;
    case ':':
    case ';':
        return TOKEN_COLON;
    case '.':
    case '?':
    case '!':
        return TOKEN_STOP;
    case '(':
    case '[':
        return TOKEN_PAREN_OPEN;
    case ')':
    case ']':
        return TOKEN_PAREN_CLOSE;
    default:
        return TOKEN_OTHER;
    }
}

static void scan_one(struct scanner *s)
{
    char plain = 0;
    size_t len = punctuation(s->p, s->at, &plain);
    if (len == 0) {
        scan_word(s);
    } else if (ascii_is_space(plain)) {
        s->at++;
    } else if (plain == '\'') {
        scan_apostrophe(s, len);
    } else if (plain == '`' || plain == '{' || (plain == '"' && s->open_from == SIZE_MAX)) {
        open_quote(s, len);
    } else if (plain == '}' || plain == '"') {
        if (s->open_from != SIZE_MAX) {
            mark_speech(s);
        }
        (void)push(s, TOKEN_CLOSE, s->at, s->at + len);
        s->at += len;
    } else {
        (void)push(s, plain_kind(plain), s->at, s->at + len);
        s->at += len;
    }
}

/* A full stop that ends no sentence: "Mr.", "St.", "J." */
static bool is_abbreviation(const struct press_text *t, size_t stop)
{
    if (stop == 0 || t->tokens[stop].text.p[0] != '.') {
        return false;
    }
    const struct token *before = &t->tokens[stop - 1];
    bool is_adjacent = before->text.p + before->text.n == t->tokens[stop].text.p;
    return is_adjacent &&
           (word_in(before->low, " mr mrs ms dr st cllr prof rev hon no vs e.g i.e ") ||
            (before->low.n == 1 && before->is_cap && !word_in(before->low, " i ")));
}

static void end_sentence(struct press_text *t, size_t from, size_t to)
{
    if (to <= from) {
        return;
    }
    struct sentence *s = &t->sentences[t->sentence_count];
    *s = (struct sentence){.from = from, .to = to, .paragraph = t->paragraph_count};
    const char *begin = t->tokens[from].text.p;
    const char *end = t->tokens[to - 1].text.p + t->tokens[to - 1].text.n;
    s->text = str_from(begin, (size_t)(end - begin));
    for (size_t i = from; i < to; i++) {
        t->tokens[i].sentence = (uint32_t)t->sentence_count;
        s->is_question = s->is_question || t->tokens[i].text.p[0] == '?';
    }
    t->sentence_count++;
}

/* Closing marks belong to the sentence; "'Enough!' she said." goes on after
 * them. */
static size_t sentence_end(const struct press_text *t, size_t stop)
{
    size_t i = stop + 1;
    while (i < t->token_count &&
           (t->tokens[i].kind == TOKEN_CLOSE || t->tokens[i].kind == TOKEN_STOP ||
            t->tokens[i].kind == TOKEN_PAREN_CLOSE)) {
        i++;
    }
    bool goes_on = i < t->token_count && t->tokens[i].kind == TOKEN_WORD && !t->tokens[i].is_cap;
    return goes_on ? 0 : i;
}

static void split_sentences(struct press_text *t, size_t first)
{
    size_t from = first;
    for (size_t i = first; i < t->token_count; i++) {
        bool is_stop = t->tokens[i].kind == TOKEN_STOP && !is_abbreviation(t, i);
        size_t end = is_stop ? sentence_end(t, i) : 0;
        end = end == 0 && i - from + 1 == PRESS_SENTENCE_MAX ? i + 1 : end;
        if (end > from + PRESS_SENTENCE_MAX) {
            end = from + PRESS_SENTENCE_MAX;
        }
        if (end > 0) {
            end_sentence(t, from, end);
            from = end;
            i = end - 1;
        }
    }
    end_sentence(t, from, t->token_count);
}

void press_text_add(struct press_text *t, str paragraph)
{
    struct scanner s = {.t = t, .p = paragraph, .open_from = SIZE_MAX, .first = t->token_count};
    while (s.at < s.p.n && t->token_count < PRESS_TOKENS_MAX) {
        scan_one(&s);
    }
    if (s.open_from != SIZE_MAX) {
        mark_speech(&s); /* speech that goes on in the next paragraph is left open */
    }
    split_sentences(t, s.first);
    t->paragraph_count++;
}

str press_low(const struct press_text *t, size_t i)
{
    return i < t->token_count ? t->tokens[i].low : (str){0};
}

bool press_is(const struct press_text *t, size_t i, const char *list)
{
    return i < t->token_count && word_in(t->tokens[i].low, list);
}

enum token_kind press_kind(const struct press_text *t, size_t i)
{
    return i < t->token_count ? t->tokens[i].kind : TOKEN_STOP;
}

bool press_phrase(const struct press_text *t, size_t i, const char *words)
{
    str rest = str_c(words);
    size_t sentence = i < t->token_count ? t->tokens[i].sentence : 0;
    while (rest.n > 0) {
        str word = {0};
        rest = str_cut(rest, ' ', &word);
        if (i >= t->token_count || t->tokens[i].sentence != sentence ||
            !str_equal(t->tokens[i].low, word)) {
            return false;
        }
        i++;
    }
    return true;
}

size_t press_find(const struct press_text *t, size_t from, size_t to, const char *words)
{
    for (size_t i = from; i < to; i++) {
        if (press_phrase(t, i, words)) {
            return i;
        }
    }
    return to;
}

bool press_any(const struct press_text *t, size_t from, size_t to, const char *list)
{
    for (size_t i = from; i < to; i++) {
        if (press_is(t, i, list)) {
            return true;
        }
    }
    return false;
}
