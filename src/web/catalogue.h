/* SPDX-License-Identifier: Apache-2.0 */
/* Message catalogues: English text in, the reader's language out.
 *
 * A catalogue is the content of a GNU .mo file, as msgfmt writes it, held in the program itself.
 * The key is the English text; what is not in the catalogue stays English, so a missing
 * translation can never hide a sentence. libc's gettext is not used: it wants locales installed on
 * the machine and a process-wide current language (docs/decisions/0001-own-mo-reader.md).
 *
 * Format: "The Format of GNU MO Files", gettext manual; little-endian, revision 0, sorted, which
 * is what our build makes. catalogue_open checks every offset once; a lookup is then a binary
 * search that cannot leave the bytes.
 */
#ifndef HUSTINGS_WEB_CATALOGUE_H
#define HUSTINGS_WEB_CATALOGUE_H

#include "base/status.h"
#include "base/str.h"

enum {
    CATALOGUE_BYTES_MAX = 4 << 20, /* ours have under 200 kB */
    CATALOGUE_MESSAGES_MAX = 20000
};

struct catalogue {
    str language; /* "en", "cy", "bn": goes into the lang attribute */
    str bytes;    /* borrowed; empty = English */
    uint32_t count, originals_at, translations_at;
};

/* Checks and borrows `bytes`, which must outlive the catalogue. STATUS_CORRUPT says what is wrong.
 */
enum status catalogue_open(str language, str bytes, struct catalogue *ret_catalogue,
                           struct error *err) MUST_CHECK;
/* The translation, or `english` itself. A NULL catalogue is English. */
str catalogue_text(const struct catalogue *catalogue, str english);
/* For checks: the i-th pair, i < count. The empty key is the catalogue's own header. */
void catalogue_at(const struct catalogue *catalogue, uint32_t i, str *ret_english,
                  str *ret_translation);

/* Marks a text for translation where it is written, to be looked up where it is shown:
 * MSG("Tell us what happened"). xgettext collects it by this name. */
#define MSG(english) STR(english)
#define MSG_INIT(english) STR_INIT(english)

#endif
