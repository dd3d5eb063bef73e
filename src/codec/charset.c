/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/charset.h"

#include <errno.h>
#include <iconv.h>

#include "base/utf8.h"
#include "codec/encoding.h"

enum { NAME_BYTES_MAX = 24, PIECE_BYTES = 1024 };

/* What iconv is asked for. */
static const char *const others[] = {
    "ISO-8859-2",   "ISO-8859-3",   "ISO-8859-4",   "ISO-8859-5",   "ISO-8859-6",   "ISO-8859-7",
    "ISO-8859-8",   "ISO-8859-9",   "ISO-8859-10",  "ISO-8859-13",  "ISO-8859-14",  "ISO-8859-15",
    "ISO-8859-16",  "WINDOWS-1250", "WINDOWS-1251", "WINDOWS-1253", "WINDOWS-1254", "WINDOWS-1255",
    "WINDOWS-1256", "WINDOWS-1257", "WINDOWS-1258", "KOI8-R",       "KOI8-U",       "GB2312",
    "GBK",          "GB18030",      "BIG5",         "SHIFT_JIS",    "EUC-JP",       "EUC-KR"};

static bool is_name(str name, const char *known)
{
    return str_equal_ascii_fold(name, str_c(known));
}

/* The text of what may hold anything. */
static void add_text(str bytes, struct buf *out)
{
    uint32_t point = 0;
    while (bytes.n > 0) {
        str before = bytes;
        if (!utf8_next(&bytes, &point)) {
            buf_add_c(out, "\xEF\xBF\xBD");
            bytes = str_slice(bytes, 1, bytes.n);
            continue;
        }
        bool is_control =
            (point < 0x20 && point != '\t' && point != '\n') || (point >= 0x7F && point < 0xA0);
        if (!is_control) {
            buf_add(out, str_slice(before, 0, before.n - bytes.n));
        }
    }
}

static void add_own(enum encoding encoding, str bytes, struct buf *out)
{
    struct decoder decoder;
    struct buf plain;
    buf_init(&plain, DECODER_GROWTH * bytes.n + 16);
    decoder_init(&decoder, encoding);
    decoder_add(&decoder, bytes, &plain);
    decoder_end(&decoder, &plain);
    add_text(buf_str(&plain), out);
    buf_close(&plain);
}

static void convert(iconv_t way, str bytes, struct buf *plain)
{
    while (bytes.n > 0) {
        char piece[PIECE_BYTES];
        char *from = (char *)(uintptr_t)bytes.p; /* iconv does not write there */
        char *to = piece;
        size_t left = bytes.n, room = sizeof piece;
        size_t done = iconv(way, &from, &left, &to, &room);
        bool is_stuck = done == (size_t)-1 && errno != E2BIG;
        buf_add_bytes(plain, piece, sizeof piece - room);
        bytes = str_slice(bytes, bytes.n - left, bytes.n);
        if (is_stuck && bytes.n > 0) {
            buf_add_byte(plain, '\xFF');
            bytes = str_slice(bytes, 1, bytes.n);
            (void)iconv(way, NULL, NULL, NULL, NULL);
        }
    }
}

/* gcc 12's analyzer takes the -1 of iconv_open for something that was opened and must be closed. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"
#endif
/* False when this machine lacks the table. */
static bool add_other(const char *name, str bytes, struct buf *out)
{
    iconv_t way = iconv_open("UTF-8", name);
    struct buf plain;
    if (way == (iconv_t)-1) {
        return false;
    }
    buf_init(&plain, 4 * bytes.n + 16);
    convert(way, bytes, &plain);
    add_text(buf_str(&plain), out);
    (void)iconv_close(way);
    buf_close(&plain);
    return true;
}
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif

static bool decode_named(str name, str bytes, struct buf *out)
{
    if (is_name(name, "utf-8") || is_name(name, "utf8")) {
        add_text(bytes, out);
        return true;
    }
    if (is_name(name, "iso-8859-1") || is_name(name, "latin1") || is_name(name, "windows-1252") ||
        is_name(name, "cp1252")) { /* what says Latin-1 means windows-1252 (WHATWG) */
        add_own(ENCODING_WINDOWS_1252, bytes, out);
        return true;
    }
    if (is_name(name, "utf-16") || is_name(name, "utf-16le") || is_name(name, "utf-16be")) {
        bool is_big = is_name(name, "utf-16be") || str_starts(bytes, STR("\xFE\xFF"));
        add_own(is_big ? ENCODING_UTF_16_BE : ENCODING_UTF_16_LE, bytes, out);
        return true;
    }
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        if (is_name(name, others[i]) && add_other(others[i], bytes, out)) {
            return true;
        }
    }
    return false;
}

bool charset_decode(str name, str bytes, struct buf *out)
{
    if (name.n > 0 && decode_named(name, bytes, out)) {
        return true;
    }
    if (utf8_is_valid(bytes)) {
        add_text(bytes, out);
    } else {
        add_own(ENCODING_WINDOWS_1252, bytes, out);
    }
    return name.n == 0 || is_name(name, "us-ascii") || is_name(name, "ascii");
}
