/* SPDX-License-Identifier: Apache-2.0 */
/* The fields of a mail's head: words in other letters, and dates. */
#include "base/utf8.h"
#include "codec/charset.h"
#include "codec/mail_internal.h"

/* --- RFC 2047 --- */

/* "=?utf-8?Q?caf=C3=A9?=" at the beginning of text. *is_over: nothing behind ends a word; it is looked
 * for once and not from each word that never ends, so that the time does not grow with the square. */
static bool take_word(str text, bool *is_over, str *ret_charset, char *ret_way, str *ret_inside,
                      size_t *ret_n)
{
    if (*is_over || !str_starts(text, STR("=?"))) {
        return false;
    }
    str rest = str_slice(text, 2, text.n);
    size_t charset = str_find_byte(rest, '?'); /* at most as far as the next "=?" */
    if (charset + 2 >= rest.n || rest.p[charset + 2] != '?') {
        return false;
    }
    *ret_way = ascii_lower(rest.p[charset + 1]);
    if (*ret_way != 'q' && *ret_way != 'b') {
        return false;
    }
    str inside = str_slice(rest, charset + 3, rest.n);
    size_t end = str_find(inside, STR("?="));
    if (end == inside.n) {
        *is_over = true;
        return false;
    }
    *ret_charset = str_slice(rest, 0, charset);
    *ret_charset = str_slice(*ret_charset, 0, str_find_byte(*ret_charset, '*')); /* language */
    *ret_inside = str_slice(inside, 0, end);
    *ret_n = 2 + charset + 3 + end + 2;
    return true;
}

static void decode_q(str text, struct buf *out)
{
    for (size_t i = 0; i < text.n; i++) {
        uint8_t byte = 0;
        if (text.p[i] == '=' && hex_decode(str_slice(text, i + 1, i + 3), &byte, 1)) {
            buf_add_byte(out, (char)byte);
            i += 2;
        } else {
            buf_add_byte(out, text.p[i] == '_' ? ' ' : text.p[i]);
        }
    }
}

/* Letters as far as the next that may begin a word; a byte that is none stands alone. */
static str plain_run(str raw)
{
    str rest = raw;
    uint32_t point = 0;
    while ((rest.n == raw.n || (rest.n > 0 && rest.p[0] != '=')) && utf8_next(&rest, &point)) {
    }
    return str_slice(raw, 0, rest.n == raw.n ? 1 : raw.n - rest.n);
}

void mail_words(str raw, struct buf *out)
{
    bool was_word = false;
    bool is_over = false;
    size_t word_end = 0; /* in out: what comes behind it are blanks as long as was_word holds */
    while (raw.n > 0) {
        str charset = {0}, inside = {0};
        char way = 0;
        size_t n = 0;
        if (!take_word(raw, &is_over, &charset, &way, &inside, &n)) {
            str run = plain_run(raw);
            was_word = was_word && str_trim(run).n == 0;
            charset_decode(STR(""), run, out);
            raw = str_slice(raw, run.n, raw.n);
            continue;
        }
        struct buf bytes;
        struct mail_base64 base64 = {0};
        buf_init(&bytes, inside.n + 4);
        if (was_word) {
            out->n = word_end; /* blanks between two words are none */
        }
        if (way == 'q') {
            decode_q(inside, &bytes);
        } else {
            mail_base64_add(&base64, inside, &bytes);
        }
        charset_decode(charset, buf_str(&bytes), out);
        buf_close(&bytes);
        was_word = true;
        word_end = out->n;
        raw = str_slice(raw, n, raw.n);
    }
}

/* --- base64, across lines --- */

static int digit_of(char c)
{
    return c >= 'A' && c <= 'Z'   ? c - 'A'
           : c >= 'a' && c <= 'z' ? c - 'a' + 26
           : c >= '0' && c <= '9' ? c - '0' + 52
           : c == '+'             ? 62
           : c == '/'             ? 63
                                  : -1;
}

void mail_base64_add(struct mail_base64 *state, str text, struct buf *out)
{
    for (size_t i = 0; i < text.n; i++) {
        int digit = digit_of(text.p[i]);
        if (text.p[i] == '=') { /* the end of what was encoded in one go */
            state->bits = 0;
            state->count = 0;
        }
        if (digit < 0) {
            continue;
        }
        state->bits = (state->bits << 6 | (unsigned)digit) & 0xFFFFFF;
        state->count += 6;
        if (state->count >= 8) {
            state->count -= 8;
            buf_add_byte(out, (char)(state->bits >> state->count & 0xFF));
        }
    }
}

/* --- dates --- */

static str next_word(str *rest)
{
    size_t at = 0;
    while (at < rest->n && (ascii_is_space(rest->p[at]) || rest->p[at] == ',')) {
        at++;
    }
    *rest = str_slice(*rest, at, rest->n);
    at = 0;
    while (at < rest->n && !ascii_is_space(rest->p[at]) && rest->p[at] != ',') {
        at++;
    }
    str word = str_slice(*rest, 0, at);
    *rest = str_slice(*rest, at, rest->n);
    return word;
}

static bool take_number(str word, uint64_t least, uint64_t most, unsigned *ret_number)
{
    uint64_t number = 0;
    if (!str_to_u64(word, &number) || number < least || number > most) {
        return false;
    }
    *ret_number = (unsigned)number;
    return true;
}

static bool take_month(str word, unsigned *ret_month)
{
    static const char *const names[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                        "jul", "aug", "sep", "oct", "nov", "dec"};
    for (unsigned i = 0; i < 12; i++) {
        if (word.n >= 3 && str_equal_ascii_fold(str_slice(word, 0, 3), str_c(names[i]))) {
            *ret_month = i + 1;
            return true;
        }
    }
    return false;
}

/* "09:30:00" or "09:30" */
static bool take_clock(str word, struct civil_time *civil)
{
    str hour = {0}, minute = {0}, rest = str_cut(word, ':', &hour);
    str second = str_cut(rest, ':', &minute);
    civil->second = 0;
    return take_number(hour, 0, 23, &civil->hour) && take_number(minute, 0, 59, &civil->minute) &&
           (second.n == 0 || take_number(second, 0, 60, &civil->second));
}

/* Minutes east; of a name only those of RFC 5322 that we meet, else UTC. */
static int64_t zone_of(str word)
{
    static const struct {
        const char *name;
        int64_t hours;
    } names[] = {{"BST", 1},  {"CET", 1},  {"CEST", 2}, {"EST", -5},
                 {"EDT", -4}, {"PST", -8}, {"PDT", -7}};
    uint64_t digits = 0;
    if (word.n == 5 && (word.p[0] == '+' || word.p[0] == '-') &&
        str_to_u64(str_slice(word, 1, 5), &digits)) {
        int64_t minutes = (int64_t)(digits / 100 * 60 + digits % 100);
        return word.p[0] == '-' ? -minutes : minutes;
    }
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (str_equal(word, str_c(names[i].name))) {
            return names[i].hours * 60;
        }
    }
    return 0;
}

bool mail_date(str text, time_us *ret_at)
{
    struct civil_time civil = {0};
    unsigned year = 0;
    str word = next_word(&text);
    if (word.n > 0 && !ascii_is_digit(word.p[0])) { /* the day of the week */
        word = next_word(&text);
    }
    if (!take_number(word, 1, 31, &civil.day) || !take_month(next_word(&text), &civil.month) ||
        !take_number(next_word(&text), 1970, 2200, &year) ||
        !take_clock(next_word(&text), &civil)) {
        return false;
    }
    civil.year = year;
    *ret_at = time_from_civil_utc(civil) - zone_of(next_word(&text)) * 60 * US_PER_SECOND;
    return true;
}

bool mail_is_mbox_line(str line)
{
    if (!str_starts(line, STR("From "))) {
        return false;
    }
    str rest = str_slice(line, 5, line.n);
    struct civil_time civil = {0};
    unsigned month = 0;
    (void)next_word(&rest); /* whose; a hyphen or a number where nobody knew */
    (void)next_word(&rest); /* the day of the week */
    if (!take_month(next_word(&rest), &month) ||
        !take_number(next_word(&rest), 1, 31, &civil.day)) {
        return false;
    }
    return take_clock(next_word(&rest), &civil);
}
