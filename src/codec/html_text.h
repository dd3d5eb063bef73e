/* SPDX-License-Identifier: Apache-2.0 */
/* The words of a mail that is HTML only: tags go, blocks become lines, entities letters. Not a browser:
 * what is hidden by a style is shown as well, which is what an officer wants to see. */
#ifndef HUSTINGS_CODEC_HTML_TEXT_H
#define HUSTINGS_CODEC_HTML_TEXT_H

#include "base/buf.h"

/* Appends UTF-8 text; `html` is UTF-8. Linear. */
void html_text(str html, struct buf *out);

#endif
