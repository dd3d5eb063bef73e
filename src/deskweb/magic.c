/* SPDX-License-Identifier: Apache-2.0 */
#include "deskweb/magic.h"

#include "base/utf8.h"

struct signature {
    enum magic_kind kind;
    size_t at;
    str bytes;
};

/* Sources: PNG (RFC 2083), JPEG (ISO 10918-1 SOI), GIF87a/89a, RIFF/WEBP (RFC 9649), PDF 32000-1,
 * ZIP (APPNOTE), ELF, PE ("MZ"), Mach-O. */
static const struct signature signatures[] = {
    {MAGIC_PNG, 0, STR_INIT("\x89PNG\r\n\x1a\n")},
    {MAGIC_JPEG, 0, STR_INIT("\xff\xd8\xff")},
    {MAGIC_GIF, 0, STR_INIT("GIF87a")},
    {MAGIC_GIF, 0, STR_INIT("GIF89a")},
    {MAGIC_WEBP, 8, STR_INIT("WEBP")},
    {MAGIC_PDF, 0, STR_INIT("%PDF-")},
    {MAGIC_ZIP, 0, STR_INIT("PK\x03\x04")},
    {MAGIC_PROGRAM, 0,
     STR_INIT("\x7f"
              "ELF")},
    {MAGIC_PROGRAM, 0, STR_INIT("MZ")},
    {MAGIC_PROGRAM, 0, STR_INIT("\xcf\xfa\xed\xfe")},
    {MAGIC_PROGRAM, 0, STR_INIT("#!")},
};

static bool has_tag(str text, const char *tag)
{
    str wanted = str_c(tag);
    for (size_t i = 0; i + wanted.n <= text.n; i++) {
        if (str_equal_ascii_fold(str_slice(text, i, i + wanted.n), wanted)) {
            return true;
        }
    }
    return false;
}

/* The beginning may end in the middle of a character. */
static str without_cut_character(str text)
{
    size_t n = text.n;
    for (size_t back = 0; back < 3 && n > 0 && ((unsigned char)text.p[n - 1] & 0xC0) == 0x80;
         back++) {
        n--;
    }
    if (n > 0 && ((unsigned char)text.p[n - 1] & 0xC0) == 0xC0) {
        n--;
    } else {
        n = text.n;
    }
    return str_slice(text, 0, n);
}

static bool is_text(str beginning)
{
    if (!utf8_is_valid(beginning) && !utf8_is_valid(without_cut_character(beginning))) {
        return false;
    }
    for (size_t i = 0; i < beginning.n; i++) {
        unsigned char c = (unsigned char)beginning.p[i];
        if ((c < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\f') || c == 0x7f) {
            return false;
        }
    }
    return true;
}

enum magic_kind magic_of(str beginning)
{
    static const char *const page_tags[] = {"<!doctype html", "<html",   "<head", "<body",
                                            "<script",        "<iframe", "<meta", "<a href"};
    beginning = str_slice(beginning, 0, MAGIC_BYTES);
    for (size_t i = 0; i < ARRAY_LEN(signatures); i++) {
        const struct signature *s = &signatures[i];
        if (str_equal(str_slice(beginning, s->at, s->at + s->bytes.n), s->bytes)) {
            if (s->kind != MAGIC_WEBP || str_starts(beginning, STR("RIFF"))) {
                return s->kind;
            }
        }
    }
    if (!is_text(beginning)) {
        return MAGIC_OTHER;
    }
    for (size_t i = 0; i < ARRAY_LEN(page_tags); i++) {
        if (has_tag(beginning, page_tags[i])) {
            return MAGIC_HTML;
        }
    }
    return has_tag(beginning, "<svg") ? MAGIC_SVG : MAGIC_TEXT;
}

const char *magic_words(enum magic_kind kind)
{
    static const char *const words[MAGIC_KIND_COUNT] = {"bytes of an unknown kind",
                                                        "a PNG picture",
                                                        "a JPEG picture",
                                                        "a GIF picture",
                                                        "a WebP picture",
                                                        "plain text",
                                                        "a web page (HTML)",
                                                        "an SVG drawing (can hold script)",
                                                        "a PDF document",
                                                        "a ZIP archive or office document",
                                                        "a program"};
    return words[kind];
}

const char *magic_image_type(enum magic_kind kind)
{
    static const char *const types[MAGIC_KIND_COUNT] = {[MAGIC_PNG] = "image/png",
                                                        [MAGIC_JPEG] = "image/jpeg",
                                                        [MAGIC_GIF] = "image/gif",
                                                        [MAGIC_WEBP] = "image/webp"};
    return types[kind];
}

bool magic_is_text(enum magic_kind kind)
{
    return kind == MAGIC_TEXT || kind == MAGIC_HTML || kind == MAGIC_SVG;
}

/* --- what name and claimed type promise --- */

struct promise {
    str word; /* end of the name, or a part of the type */
    enum magic_kind kind;
};
static const struct promise promises[] = {
    {STR_INIT(".png"), MAGIC_PNG},           {STR_INIT(".jpg"), MAGIC_JPEG},
    {STR_INIT(".jpeg"), MAGIC_JPEG},         {STR_INIT(".gif"), MAGIC_GIF},
    {STR_INIT(".webp"), MAGIC_WEBP},         {STR_INIT(".pdf"), MAGIC_PDF},
    {STR_INIT("image/png"), MAGIC_PNG},      {STR_INIT("image/jpeg"), MAGIC_JPEG},
    {STR_INIT("image/gif"), MAGIC_GIF},      {STR_INIT("image/webp"), MAGIC_WEBP},
    {STR_INIT("application/pdf"), MAGIC_PDF}};

static bool ends_fold(str text, str end)
{
    return text.n >= end.n && str_equal_ascii_fold(str_slice(text, text.n - end.n, text.n), end);
}

str magic_warning(enum magic_kind kind, str name, str claimed_type)
{
    bool is_broken_promise = false;
    for (size_t i = 0; i < ARRAY_LEN(promises); i++) {
        bool is_promised = ends_fold(name, promises[i].word) ||
                           str_equal_ascii_fold(claimed_type, promises[i].word);
        is_broken_promise = is_broken_promise || (is_promised && promises[i].kind != kind);
    }
    if (kind == MAGIC_PROGRAM) {
        return STR("This file is a program. Do not open it.");
    }
    if (kind == MAGIC_HTML && is_broken_promise) {
        return STR(
            "This is a web page that calls itself something else. It is shown as text only.");
    }
    return is_broken_promise
               ? STR("This file is not what its name or type says. It is not shown as that.")
               : STR("");
}
