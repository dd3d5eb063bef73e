/* SPDX-License-Identifier: Apache-2.0 */
/* What letters are these bytes? Files of councils and spreadsheets, to UTF-8, piece by piece.
 *
 * Four encodings are met: UTF-8, UTF-16 of either byte order (a spreadsheet's "Unicode text"), and
 * windows-1252 (what Windows calls ANSI). A byte-order mark settles it. Without one the whole file
 * is surveyed first, because the first accented letter may stand a million rows down:
 *   - zero bytes at every other place: UTF-16;
 *   - all bytes well-formed UTF-8: UTF-8 (plain ASCII is both);
 *   - else windows-1252, unless well-formed UTF-8 sequences outnumber the bad bytes: then it is
 *     UTF-8 with damaged rows, and those rows are refused where they are read.
 * A decoder never fails: what stands for no letter becomes the byte 0xFF, which is no UTF-8, so
 * that whoever checks a row refuses exactly that row.
 *
 * Table of windows-1252: Unicode Consortium, MAPPINGS/VENDORS/MICSFT/WINDOWS/CP1252.TXT.
 */
#ifndef HUSTINGS_CODEC_ENCODING_H
#define HUSTINGS_CODEC_ENCODING_H

#include "base/buf.h"

enum encoding {
    ENCODING_UTF_8,
    ENCODING_UTF_16_LE,
    ENCODING_UTF_16_BE,
    ENCODING_WINDOWS_1252,
    ENCODING_COUNT
};
const char *encoding_word(enum encoding encoding); /* "utf-8", "utf-16le", "windows-1252" */
bool encoding_from_word(str word, enum encoding *ret_encoding) MUST_CHECK;

/* --- survey: start from {0}, add every byte in order, ask --- */
struct encoding_survey {
    uint64_t bytes;
    uint64_t sequences;       /* well-formed UTF-8 sequences of two bytes and more */
    uint64_t bad;             /* bytes that are in none */
    uint64_t zeros[2];        /* at even and at odd places */
    unsigned pending;         /* continuation bytes that are still wanted */
    unsigned char low, high;  /* what the next of them may be */
    unsigned char pending_of; /* bytes of that sequence seen so far */
    unsigned char head[4];    /* the first bytes of the file */
};
void encoding_survey_add(struct encoding_survey *survey, str bytes);
enum encoding encoding_survey_end(const struct encoding_survey *survey);

/* --- decoder --- */
struct decoder {
    enum encoding encoding;
    bool is_begun;         /* the place of a byte-order mark is behind us */
    unsigned char held[4]; /* the beginning of a letter whose end has not come yet */
    size_t held_count;
};
/* UTF-8 that a byte can become at most: 0x80 of windows-1252 is three bytes. */
enum { DECODER_GROWTH = 3 };
void decoder_init(struct decoder *decoder, enum encoding encoding);
/* Appends to `out`; a byte-order mark at the very beginning is dropped. */
void decoder_add(struct decoder *decoder, str bytes, struct buf *out);
/* The file ended: half a letter becomes 0xFF. */
void decoder_end(struct decoder *decoder, struct buf *out);

#endif
