/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/encoding.h"

#include "base/utf8.h"

static const char *const words[ENCODING_COUNT] = {"utf-8", "utf-16le", "utf-16be", "windows-1252"};

const char *encoding_word(enum encoding encoding)
{
    return words[encoding];
}

bool encoding_from_word(str word, enum encoding *ret_encoding)
{
    for (size_t i = 0; i < ENCODING_COUNT; i++) {
        if (str_equal_ascii_fold(word, str_c(words[i]))) {
            *ret_encoding = (enum encoding)i;
            return true;
        }
    }
    return false;
}

/* --- survey --- */

/* A byte outside of a sequence: begins one, or is bad (RFC 3629, table of well-formed bytes). */
static void survey_lead(struct encoding_survey *survey, unsigned char byte)
{
    survey->low = 0x80;
    survey->high = 0xBF;
    survey->pending_of = 1;
    if (byte < 0x80) {
        return;
    }
    if (byte >= 0xC2 && byte <= 0xDF) {
        survey->pending = 1;
    } else if (byte >= 0xE0 && byte <= 0xEF) {
        survey->pending = 2;
        survey->low = byte == 0xE0 ? 0xA0 : 0x80;
        survey->high = byte == 0xED ? 0x9F : 0xBF;
    } else if (byte >= 0xF0 && byte <= 0xF4) {
        survey->pending = 3;
        survey->low = byte == 0xF0 ? 0x90 : 0x80;
        survey->high = byte == 0xF4 ? 0x8F : 0xBF;
    } else {
        survey->bad++;
    }
}

static void survey_byte(struct encoding_survey *survey, unsigned char byte)
{
    if (survey->pending == 0) {
        survey_lead(survey, byte);
        return;
    }
    if (byte < survey->low || byte > survey->high) {
        survey->bad += survey->pending_of;
        survey->pending = 0;
        survey_lead(survey, byte);
        return;
    }
    survey->low = 0x80;
    survey->high = 0xBF;
    survey->pending_of++;
    survey->pending--;
    survey->sequences += survey->pending == 0;
}

void encoding_survey_add(struct encoding_survey *survey, str bytes)
{
    enum { WORD = 8 };
    size_t i = 0;
    while (i < bytes.n) {
        uint64_t word = 0;
        /* Most of a file is plain: eight bytes at a time that are ASCII and not zero. */
        if (survey->pending == 0 && survey->bytes >= sizeof survey->head && bytes.n - i >= WORD) {
            memcpy(&word, bytes.p + i, WORD);
            uint64_t zeros = (word - UINT64_C(0x0101010101010101)) & ~word;
            if (((word | zeros) & UINT64_C(0x8080808080808080)) == 0) {
                survey->bytes += WORD;
                i += WORD;
                continue;
            }
        }
        unsigned char byte = (unsigned char)bytes.p[i];
        if (survey->bytes < sizeof survey->head) {
            survey->head[survey->bytes] = byte;
        }
        survey->zeros[survey->bytes % 2] += byte == 0;
        survey_byte(survey, byte);
        survey->bytes++;
        i++;
    }
}

enum encoding encoding_survey_end(const struct encoding_survey *survey)
{
    const unsigned char *head = survey->head;
    uint64_t pairs = survey->bytes / 2;
    uint64_t bad = survey->bad + (survey->pending > 0 ? survey->pending_of : 0U);
    if (survey->bytes >= 2 && head[0] == 0xFF && head[1] == 0xFE) {
        return ENCODING_UTF_16_LE;
    }
    if (survey->bytes >= 2 && head[0] == 0xFE && head[1] == 0xFF) {
        return ENCODING_UTF_16_BE;
    }
    if (survey->bytes >= 3 && head[0] == 0xEF && head[1] == 0xBB && head[2] == 0xBF) {
        return ENCODING_UTF_8;
    }
    /* Names and numbers of a British file are Latin letters: their upper byte is zero. */
    if (pairs > 0 && survey->zeros[1] > pairs / 2 && survey->zeros[0] < pairs / 8 + 1) {
        return ENCODING_UTF_16_LE;
    }
    if (pairs > 0 && survey->zeros[0] > pairs / 2 && survey->zeros[1] < pairs / 8 + 1) {
        return ENCODING_UTF_16_BE;
    }
    return bad == 0 || survey->sequences > bad ? ENCODING_UTF_8 : ENCODING_WINDOWS_1252;
}

/* --- decoder --- */

enum { NO_LETTER = 0, LETTERLESS_BYTE = 0xFF };

static const uint16_t windows_1252[32] = {
    /* 80 */ 0x20AC,    NO_LETTER, 0x201A, 0x0192, 0x201E, 0x2026,    0x2020, 0x2021,
    /* 88 */ 0x02C6,    0x2030,    0x0160, 0x2039, 0x0152, NO_LETTER, 0x017D, NO_LETTER,
    /* 90 */ NO_LETTER, 0x2018,    0x2019, 0x201C, 0x201D, 0x2022,    0x2013, 0x2014,
    /* 98 */ 0x02DC,    0x2122,    0x0161, 0x203A, 0x0153, NO_LETTER, 0x017E, 0x0178};

void decoder_init(struct decoder *decoder, enum encoding encoding)
{
    *decoder = (struct decoder){.encoding = encoding};
}

static void add_point(struct buf *out, uint32_t point)
{
    char bytes[4];
    buf_add_bytes(out, bytes, utf8_encode(point, bytes));
}

static void add_letterless(struct buf *out)
{
    buf_add_byte(out, (char)LETTERLESS_BYTE);
}

static void add_windows_1252(str bytes, struct buf *out)
{
    size_t plain = 0;
    for (size_t i = 0; i < bytes.n; i++) {
        unsigned char byte = (unsigned char)bytes.p[i];
        if (byte < 0x80) {
            continue;
        }
        uint32_t point = byte >= 0xA0 ? byte : windows_1252[byte - 0x80];
        buf_add(out, str_slice(bytes, plain, i));
        plain = i + 1;
        if (point == NO_LETTER) {
            add_letterless(out);
        } else {
            add_point(out, point);
        }
    }
    buf_add(out, str_slice(bytes, plain, bytes.n));
}

static uint32_t unit_of(enum encoding encoding, const unsigned char *two)
{
    return encoding == ENCODING_UTF_16_LE ? (uint32_t)two[0] | (uint32_t)two[1] << 8
                                          : (uint32_t)two[1] | (uint32_t)two[0] << 8;
}

/* What is held is one whole unit, or the first half of a pair and one more unit. */
static void take_units(struct decoder *decoder, struct buf *out)
{
    uint32_t first = unit_of(decoder->encoding, decoder->held);
    bool is_high = first >= 0xD800 && first <= 0xDBFF;
    if (decoder->held_count == 2) {
        if (is_high) {
            return; /* its second half has to come */
        }
        decoder->held_count = 0;
        if (first >= 0xDC00 && first <= 0xDFFF) {
            add_letterless(out);
        } else if (first != 0xFEFF || decoder->is_begun) {
            add_point(out, first);
        }
        decoder->is_begun = true;
        return;
    }
    uint32_t second = unit_of(decoder->encoding, decoder->held + 2);
    decoder->is_begun = true;
    if (second >= 0xDC00 && second <= 0xDFFF) {
        decoder->held_count = 0;
        add_point(out, 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00));
        return;
    }
    add_letterless(out); /* half a pair; the second unit stands for itself */
    memcpy(decoder->held, decoder->held + 2, 2);
    decoder->held_count = 2;
    take_units(decoder, out);
}

static void add_utf_16(struct decoder *decoder, str bytes, struct buf *out)
{
    for (size_t i = 0; i < bytes.n; i++) {
        decoder->held[decoder->held_count] = (unsigned char)bytes.p[i];
        decoder->held_count++;
        if (decoder->held_count % 2 == 0) {
            take_units(decoder, out);
        }
    }
}

/* The bytes pass as they are; only the mark at the beginning, which may come in pieces, goes. */
static void add_utf_8(struct decoder *decoder, str bytes, struct buf *out)
{
    static const unsigned char mark[] = {0xEF, 0xBB, 0xBF};
    size_t i = 0;
    while (!decoder->is_begun && i < bytes.n) {
        if ((unsigned char)bytes.p[i] != mark[decoder->held_count]) {
            buf_add_bytes(out, mark, decoder->held_count);
            decoder->held_count = 0;
            decoder->is_begun = true;
            break;
        }
        i++;
        decoder->held_count++;
        if (decoder->held_count == sizeof mark) {
            decoder->held_count = 0;
            decoder->is_begun = true;
        }
    }
    buf_add(out, str_slice(bytes, i, bytes.n));
}

void decoder_add(struct decoder *decoder, str bytes, struct buf *out)
{
    switch (decoder->encoding) {
    case ENCODING_WINDOWS_1252:
        add_windows_1252(bytes, out);
        break;
    case ENCODING_UTF_16_LE:
    case ENCODING_UTF_16_BE:
        add_utf_16(decoder, bytes, out);
        break;
    case ENCODING_UTF_8:
    case ENCODING_COUNT:
        add_utf_8(decoder, bytes, out);
        break;
    }
}

void decoder_end(struct decoder *decoder, struct buf *out)
{
    if (decoder->held_count > 0) {
        add_letterless(out);
    }
    decoder->held_count = 0;
}
