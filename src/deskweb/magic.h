/* SPDX-License-Identifier: Apache-2.0 */
/* What a file is by its first bytes; pure.
 *
 * The name and the type that came with a file are claims. A browser is only ever told what the
 * bytes prove, and only pictures that it decodes without running anything are shown in a page.
 * SVG, HTML and PDF can carry script, so they are never shown as what they are: text is shown
 * escaped, everything else is a download.
 */
#ifndef HUSTINGS_DESKWEB_MAGIC_H
#define HUSTINGS_DESKWEB_MAGIC_H

#include "base/str.h"

enum magic_kind {
    MAGIC_OTHER, /* bytes that we do not know */
    MAGIC_PNG,
    MAGIC_JPEG,
    MAGIC_GIF,
    MAGIC_WEBP,
    MAGIC_TEXT, /* valid UTF-8 without control characters */
    MAGIC_HTML, /* text that a browser would take for a page */
    MAGIC_SVG,
    MAGIC_PDF,
    MAGIC_ZIP,
    MAGIC_PROGRAM,
    MAGIC_KIND_COUNT
};

enum { MAGIC_BYTES = 4096 }; /* so much of the beginning is looked at */

enum magic_kind magic_of(str beginning);
/* "a PNG picture" */
const char *magic_words(enum magic_kind kind);
/* The type to send a picture with; NULL for everything that is not shown as a picture. */
const char *magic_image_type(enum magic_kind kind);
bool magic_is_text(enum magic_kind kind);
/* Empty, or one sentence when name or claimed type say something else than the bytes. */
str magic_warning(enum magic_kind kind, str name, str claimed_type);

#endif
