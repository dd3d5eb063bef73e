/* SPDX-License-Identifier: Apache-2.0 */
/* Letters of a mail to UTF-8, by the name that the mail gives (RFC 2978).
 *
 * Our own decoder for what nearly all mail has (encoding.h); iconv(3) for a list of others and for
 * none that is not on it: a name comes from outside, and some converters have had holes.
 *
 * Nothing is refused: what stands for no letter becomes U+FFFD, and control characters other than
 * tab and line feed are left out, so that the result is text (utf8_is_text). */
#ifndef HUSTINGS_CODEC_CHARSET_H
#define HUSTINGS_CODEC_CHARSET_H

#include "base/buf.h"

/* Appends to `out`, which must have room for three times the bytes or clips. A name that is unknown or
 * empty: UTF-8 where the bytes are that, else windows-1252. False when the name is unknown. */
bool charset_decode(str name, str bytes, struct buf *out);

#endif
