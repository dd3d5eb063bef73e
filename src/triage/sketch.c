/* SPDX-License-Identifier: Apache-2.0 */
#include "triage/sketch.h"

#include "base/text.h"

enum {
    CLOSING_BYTES_MAX = 240, /* with all that is behind it */
    FORMULA_BYTES_MAX = 40,
    QUOTED_BYTES_MAX = 200,
    WORDS_ABOVE = 4, /* a line or two of one's own: else what is below is what was meant */
    NO_BIT = UINT16_MAX,
    EMPTY = UINT32_MAX
};

struct sketcher {
    const struct footers *footers;
    struct plain plain;
};

void sketcher_use(struct sketcher *sketcher, const struct footers *footers)
{
    sketcher->footers = footers;
}

struct sketcher *sketcher_new(struct arena *arena)
{
    struct sketcher *sketcher = ARENA_NEW(arena, struct sketcher);
    plain_init(&sketcher->plain, arena);
    return sketcher;
}

static bool starts_fold(str text, const char *word)
{
    size_t n = strlen(word);
    return str_starts_ascii_fold(text, word) && text.n > n && !ascii_is_alnum(text.p[n]);
}

enum { AFTER_LINE = 1, AFTER_BLANK = 2, STOP = 4, BEGINS = 8 };
/* Which bytes a closing formula begins with (BEGINS) and stands behind: a line end, or a stop and a
 * blank. By table and without branches: this runs over half of each text. */
static const uint8_t marks[256] = {['y'] = BEGINS,      ['b'] = BEGINS,
                                   ['k'] = BEGINS,      ['r'] = BEGINS,
                                   ['s'] = BEGINS,      ['m'] = BEGINS,
                                   ['t'] = BEGINS,      ['c'] = BEGINS,
                                   ['Y'] = BEGINS,      ['B'] = BEGINS,
                                   ['K'] = BEGINS,      ['R'] = BEGINS,
                                   ['S'] = BEGINS,      ['M'] = BEGINS,
                                   ['T'] = BEGINS,      ['C'] = BEGINS,
                                   ['.'] = STOP,        ['!'] = STOP,
                                   ['?'] = STOP,        [','] = STOP,
                                   [' '] = AFTER_BLANK, ['\n'] = AFTER_LINE | STOP};

static bool may_close(str text, size_t at)
{
    unsigned here = marks[(unsigned char)text.p[at]];
    unsigned before = at > 0 ? marks[(unsigned char)text.p[at - 1]] : AFTER_LINE;
    unsigned far = at > 1 ? marks[(unsigned char)text.p[at - 2]] : 0;
    return ((here >> 3) & (before | (before >> 1 & far >> 2)) & 1U) != 0;
}

/* Where a closing formula begins at or behind `from`, or the end of the text. */
static size_t closing(str text, size_t from)
{
    static const char *const words[] = {"yours",     "kind regards", "best regards", "regards",
                                        "sincerely", "best wishes",  "many thanks",  "thank you",
                                        "thanks",    "cofion",       "yn gywir",     "sent from"};
    for (size_t at = from; at < text.n; at++) {
        if (!may_close(text, at)) {
            continue;
        }
        for (size_t i = 0; i < ARRAY_LEN(words); i++) {
            if (starts_fold(str_slice(text, at, text.n), words[i]) &&
                text.n - at < CLOSING_BYTES_MAX) {
                return at;
            }
        }
    }
    return text.n;
}

/* Where the line after the one at `at` begins, or the end of the text. */
static size_t next_line(str text, size_t at)
{
    const char *end = at < text.n ? memchr(text.p + at, '\n', text.n - at) : NULL;
    return end == NULL ? text.n : (size_t)(end - text.p) + 1;
}

static str line_at(str text, size_t at)
{
    str line = str_slice(text, at, text.n);
    return str_trim(str_slice(line, 0, str_find_byte(line, '\n')));
}

/* A formula alone on its line ("Kind regards,"), with words above it: what is below is a name, an
 * office, an address, of any length. */
static size_t closing_line(str text)
{
    for (size_t at = next_line(text, 0); at < text.n; at = next_line(text, at)) {
        if ((marks[(unsigned char)text.p[at]] & BEGINS) != 0) {
            str line = line_at(text, at);
            if (line.n > 1 && line.n <= FORMULA_BYTES_MAX && line.p[line.n - 1] == ',' &&
                closing(line, 0) == 0 && footer_has_words(str_slice(text, 0, at), WORDS_ABOVE)) {
                return at;
            }
        }
    }
    return text.n;
}

/* "On Monday Ann wrote:", "-----Original Message-----", "> ": the mail that is answered. */
static size_t quoted(str text)
{
    for (size_t at = next_line(text, 0); at < text.n; at = next_line(text, at)) {
        bool may_be = text.p[at] == '>' || text.p[at] == '-' || text.p[at] == 'O';
        str line = may_be ? line_at(text, at) : STR("");
        if (str_starts(line, STR(">")) || str_starts(line, STR("-----Original Message")) ||
            (str_starts(line, STR("On ")) && line.n < QUOTED_BYTES_MAX &&
             str_ends(line, STR("wrote:")))) {
            return footer_has_words(str_slice(text, 0, at), WORDS_ABOVE) ? at : text.n;
        }
    }
    return text.n;
}

str sketch_body(const struct footers *footers, str text)
{
    text = str_trim(text);
    str body = str_slice(text, footer_greeting(text), text.n);
    body = str_slice(body, 0, quoted(body));
    body = footer_cut(footers, body);
    body = str_slice(body, 0, closing_line(body));
    return str_slice(body, 0, closing(body, body.n / 2));
}

/* The last formula, also in a short text of which the signature is the most. */
str sketch_signature(str text)
{
    text = str_trim(text);
    text = str_slice(text, 0, str_find(text, STR("\n>")));
    size_t at = text.n > CLOSING_BYTES_MAX ? text.n - CLOSING_BYTES_MAX : 1, last = text.n;
    while (at < text.n) {
        at = closing(text, at);
        last = at < text.n ? at : last;
        at++;
    }
    str rest = str_slice(text, last, text.n);
    for (size_t i = 0; i < rest.n && i < FORMULA_BYTES_MAX; i++) { /* "Yours sincerely," goes */
        if (rest.p[i] == ',' || rest.p[i] == '\n') {
            return str_trim(str_slice(rest, i + 1, rest.n));
        }
    }
    return STR("");
}

/* Where the first paragraph ends, as a place in the original. */
static size_t head_end(str text)
{
    for (size_t at = next_line(text, 0); at < text.n; at = next_line(text, at)) {
        if (footer_has_words(str_slice(text, 0, at), 1)) {
            return at;
        }
    }
    return text.n;
}

enum { HEAD_ROWS_MAX = 64 };

/* Rows of the first paragraph, of which some from all of it are kept. */
struct head {
    uint16_t bits[HEAD_ROWS_MAX];
    size_t count;
};

static void add_row(struct sketch *sketch, uint64_t row, struct head *head,
                    uint32_t least[SKETCH_BINS])
{
    uint32_t value = (uint32_t)(row & 0x3FFFFFF);
    size_t bin = (size_t)(row >> 58);
    uint16_t bit = (uint16_t)(row >> 32 & (SKETCH_FILTER_BITS - 1));
    least[bin] = value < least[bin] ? value : least[bin];
    sketch->filter[bit / 64] |= UINT64_C(1) << (bit % 64);
    sketch->rows++;
    if (head != NULL && head->count < HEAD_ROWS_MAX) {
        head->bits[head->count] = bit;
        head->count++;
    }
}

static void add_rows(const struct plain *plain, size_t head_end, struct sketch *sketch,
                     uint32_t least[SKETCH_BINS])
{
    struct head head;
    uint64_t last[3] = {0};
    uint32_t from[3] = {0};
    size_t kept = 0;
    head.count = 0;
    for (size_t i = 0; i <= plain->count; i++) {
        bool is_end = i == plain->count;
        if (is_end ? kept >= 3 || kept == 0 : plain->words[i].has_digit) {
            continue;
        }
        if (!is_end) {
            last[0] = last[1];
            last[1] = last[2];
            last[2] = plain->words[i].hash;
            from[0] = from[1];
            from[1] = from[2];
            from[2] = plain->words[i].start;
            kept++;
        }
        if (kept >= 3 || is_end) { /* one or two words are a row of their own */
            add_row(
                sketch,
                plain_mix(last[0] * 3 + last[1] * UINT64_C(0x9E3779B97F4A7C15) + (last[2] << 20)),
                from[0] < head_end ? &head : NULL, least);
        }
    }
    size_t count = head.count < SKETCH_HEAD ? head.count : SKETCH_HEAD;
    for (size_t i = 0; i < count; i++) {
        sketch->head[i] = head.bits[i * head.count / count];
    }
    sketch->head_count = (uint16_t)count;
}

/* An empty bin takes the value of the next full one and how far that is. From the last to the first, two
 * rounds, so that what is next is known; and without a branch on what is empty, which would be guessed
 * wrong. */
static void fill_bins(const uint32_t least[SKETCH_BINS], uint16_t bins[SKETCH_BINS])
{
    uint64_t values[SKETCH_BINS];
    uint32_t next = EMPTY, far = 0;
    for (size_t i = 2 * SKETCH_BINS; i > 0; i--) {
        uint32_t value = least[(i - 1) % SKETCH_BINS];
        uint32_t is_empty = 0 - (uint32_t)(value == EMPTY);
        next = (next & is_empty) | (value & ~is_empty);
        far = (far + 1) & is_empty;
        far = far < SKETCH_BINS ? far : SKETCH_BINS; /* all are empty */
        values[(i - 1) % SKETCH_BINS] = next + (uint64_t)far * 0x10001;
    }
    for (size_t i = 0; i < SKETCH_BINS; i++) {
        bins[i] = (uint16_t)(plain_mix(values[i]) & 0xFFFF);
    }
}

void sketch_make(struct sketcher *sketcher, str text, struct sketch *ret_sketch)
{
    uint32_t least[SKETCH_BINS];
    struct plain *plain = &sketcher->plain;
    str body = sketch_body(sketcher->footers, text);
    plain_read(plain, body);
    if (plain->count == 0) {
        body = text;
        plain_read(plain, text);
    }
    memset(least, 0xff, sizeof least);
    *ret_sketch = (struct sketch){0};
    add_rows(plain, head_end(body), ret_sketch, least);
    fill_bins(least, ret_sketch->bins);
}

str sketch_hex(const struct sketch *sketch, char out[SKETCH_HEX])
{
    unsigned char bytes[SKETCH_BINS * 2];
    for (size_t i = 0; i < SKETCH_BINS; i++) {
        bytes[2 * i] = (unsigned char)(sketch->bins[i] >> 8);
        bytes[2 * i + 1] = (unsigned char)(sketch->bins[i] & 0xFF);
    }
    hex_encode(bytes, sizeof bytes, out);
    return str_from(out, SKETCH_HEX);
}

static void put_number(unsigned char **at, uint64_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) {
        (*at)[i] = (unsigned char)(value >> 8 * (bytes - 1 - i) & 0xFF);
    }
    *at += bytes;
}

static uint64_t take_number(const unsigned char **at, size_t bytes)
{
    uint64_t value = 0;
    for (size_t i = 0; i < bytes; i++) {
        value = value << 8 | (*at)[i];
    }
    *at += bytes;
    return value;
}

str sketch_more_hex(const struct sketch *sketch, char out[SKETCH_MORE_HEX])
{
    unsigned char bytes[SKETCH_MORE_HEX / 2];
    unsigned char *at = bytes;
    for (size_t i = 0; i < SKETCH_HEAD; i++) {
        put_number(&at, i < sketch->head_count ? sketch->head[i] : NO_BIT, 2);
    }
    for (size_t i = 0; i < SKETCH_FILTER_WORDS; i++) {
        put_number(&at, sketch->filter[i], 8);
    }
    hex_encode(bytes, sizeof bytes, out);
    return str_from(out, SKETCH_MORE_HEX);
}

bool sketch_from_hex(str hex, str more, uint32_t rows, struct sketch *ret_sketch)
{
    unsigned char bytes[SKETCH_MORE_HEX / 2];
    const unsigned char *at = bytes;
    struct sketch sketch = {.rows = rows};
    if (hex.n != SKETCH_HEX || !hex_decode(hex, bytes, 2 * SKETCH_BINS)) {
        return false;
    }
    for (size_t i = 0; i < SKETCH_BINS; i++) {
        sketch.bins[i] = (uint16_t)take_number(&at, 2);
    }
    at = bytes;
    if (more.n > 0 && (more.n != SKETCH_MORE_HEX || !hex_decode(more, bytes, sizeof bytes))) {
        return false;
    }
    for (size_t i = 0; more.n > 0 && i < SKETCH_HEAD; i++) {
        uint16_t bit = (uint16_t)take_number(&at, 2);
        if (bit != NO_BIT && bit >= SKETCH_FILTER_BITS) {
            return false;
        }
        if (bit != NO_BIT) {
            sketch.head[sketch.head_count] = bit;
            sketch.head_count++;
        }
    }
    for (size_t i = 0; more.n > 0 && i < SKETCH_FILTER_WORDS; i++) {
        sketch.filter[i] = take_number(&at, 8);
    }
    *ret_sketch = sketch;
    return true;
}

double sketch_similarity(const struct sketch *a, const struct sketch *b)
{
    unsigned equal = 0;
    for (size_t i = 0; i < SKETCH_BINS; i++) {
        equal += a->bins[i] == b->bins[i];
    }
    return (double)equal / SKETCH_BINS;
}

double sketch_containment(const struct sketch *a, const struct sketch *b)
{
    double share = sketch_similarity(a, b);
    double least = a->rows < b->rows ? a->rows : b->rows;
    double common = share / (1 + share) * ((double)a->rows + (double)b->rows);
    return least <= 0 ? 0 : common > least ? 1 : common / least;
}

static const double ALIKE = 0.25;    /* of all rows; unlike texts share none, give or take .02 */
static const double CONTAINED = 0.8; /* of the shorter one's rows … */
static const double CONTAINED_LEAST = 0.2; /* … when this many of all rows agree */

bool sketch_begins_in(const struct sketch *a, const struct sketch *b)
{
    unsigned found = 0;
    if (a->head_count == 0 || b->head_count == 0 || b->rows > SKETCH_FILTER_ROWS) {
        return true;
    }
    for (size_t i = 0; i < a->head_count; i++) {
        found += (unsigned)(b->filter[a->head[i] / 64] >> (a->head[i] % 64) & 1U);
    }
    return 8 * found >= 3 * (unsigned)a->head_count;
}

bool sketch_is_alike(const struct sketch *a, const struct sketch *b)
{
    double share = sketch_similarity(a, b);
    return (share >= ALIKE ||
            (share >= CONTAINED_LEAST && sketch_containment(a, b) >= CONTAINED)) &&
           (sketch_begins_in(a, b) || sketch_begins_in(b, a));
}

uint64_t sketch_band(const struct sketch *sketch, size_t band)
{
    uint64_t key = 0;
    for (size_t i = 0; i < SKETCH_ROWS; i++) {
        key = key << 16 | sketch->bins[band * SKETCH_ROWS + i];
    }
    return plain_mix(key + band * UINT64_C(0x9E3779B97F4A7C15));
}
