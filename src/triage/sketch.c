/* SPDX-License-Identifier: Apache-2.0 */
#include "triage/sketch.h"

#include "base/text.h"

enum { GREETING_BYTES_MAX = 80, EMPTY = UINT32_MAX };

struct sketcher {
    struct plain plain;
};

struct sketcher *sketcher_new(struct arena *arena)
{
    struct sketcher *sketcher = ARENA_NEW(arena, struct sketcher);
    plain_init(&sketcher->plain, arena);
    return sketcher;
}

static bool starts_fold(str text, const char *word)
{
    size_t n = strlen(word);
    return text.n > n && str_equal_ascii_fold(str_slice(text, 0, n), str_from(word, n)) &&
           !ascii_is_alnum(text.p[n]);
}

/* "Dear Ms Jones," at the beginning. */
static size_t greeting(str text)
{
    static const char *const words[] = {"dear",           "hi", "hello",  "good morning",
                                        "good afternoon", "to", "annwyl", "helo"};
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (!starts_fold(text, words[i])) {
            continue;
        }
        for (size_t at = 0; at < text.n && at < GREETING_BYTES_MAX; at++) {
            if (text.p[at] == ',' || text.p[at] == '\n' || text.p[at] == ':') {
                return at + 1;
            }
        }
    }
    return 0;
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

/* Where the closing formula begins in the last half of the text, or its end. */
static size_t closing(str text)
{
    static const char *const words[] = {"yours",     "kind regards", "best regards", "regards",
                                        "sincerely", "best wishes",  "many thanks",  "thank you",
                                        "thanks",    "cofion",       "yn gywir",     "sent from"};
    size_t from = text.n / 2;
    for (size_t at = from; at < text.n; at++) {
        if (!may_close(text, at)) {
            continue;
        }
        for (size_t i = 0; i < ARRAY_LEN(words); i++) {
            if (starts_fold(str_slice(text, at, text.n), words[i]) && text.n - at < 240) {
                return at;
            }
        }
    }
    return text.n;
}

str sketch_body(str text)
{
    text = str_trim(text);
    str body = str_slice(text, greeting(text), text.n);
    size_t quoted = str_find(body, STR("\n>"));
    body = str_slice(body, 0, quoted);
    return str_slice(body, 0, closing(body));
}

static uint64_t mix(uint64_t value)
{
    value = (value ^ value >> 32) * UINT64_C(0xD6E8FEB86659FD93);
    value = (value ^ value >> 32) * UINT64_C(0xD6E8FEB86659FD93);
    return value ^ value >> 32;
}

void sketch_make(struct sketcher *sketcher, str text, struct sketch *ret_sketch)
{
    uint32_t least[SKETCH_BINS];
    uint64_t last[3] = {0};
    size_t kept = 0;
    struct plain *plain = &sketcher->plain;
    plain_read(plain, sketch_body(text));
    if (plain->count == 0) {
        plain_read(plain, text);
    }
    memset(least, 0xff, sizeof least);
    ret_sketch->rows = 0;
    for (size_t i = 0; i <= plain->count; i++) {
        bool is_end = i == plain->count;
        if (is_end ? kept >= 3 || kept == 0 : plain->words[i].has_digit) {
            continue;
        }
        if (!is_end) {
            last[0] = last[1];
            last[1] = last[2];
            last[2] = plain->words[i].hash;
            kept++;
        }
        if (kept >= 3 || is_end) { /* one or two words are a row of their own */
            uint64_t row =
                mix(last[0] * 3 + last[1] * UINT64_C(0x9E3779B97F4A7C15) + (last[2] << 20));
            uint32_t value = (uint32_t)(row & 0x3FFFFFF);
            size_t bin = (size_t)(row >> 58);
            least[bin] = value < least[bin] ? value : least[bin];
            ret_sketch->rows++;
        }
    }
    for (size_t i = 0; i < SKETCH_BINS; i++) {
        size_t from = i, far = 0;
        while (least[from] == EMPTY && far < SKETCH_BINS) {
            from = (from + 1) % SKETCH_BINS;
            far++;
        }
        ret_sketch->bins[i] = (uint16_t)(mix(least[from] + (uint64_t)far * 0x10001) & 0xFFFF);
    }
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

uint64_t sketch_band(const struct sketch *sketch, size_t band)
{
    uint64_t key = 0;
    for (size_t i = 0; i < SKETCH_ROWS; i++) {
        key = key << 16 | sketch->bins[band * SKETCH_ROWS + i];
    }
    return mix(key + band * UINT64_C(0x9E3779B97F4A7C15));
}
