/* SPDX-License-Identifier: Apache-2.0 */
/* A QR code (ISO/IEC 18004) as a picture: the only includer of libqrencode.
 *
 * Bytes, error correction M: a code that is folded or smudged by a sixth can still be read. The
 * smallest version that holds the text is taken, so a link is about 37 modules wide.
 *
 * What is encoded may be a secret (the link of a unit): libqrencode's copy of the matrix is wiped.
 */
#ifndef HUSTINGS_QR_QR_H
#define HUSTINGS_QR_QR_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/status.h"

enum {
    QR_TEXT_BYTES_MAX = 2331, /* of version 40 at level M */
    QR_QUIET = 4              /* light modules around it: scanners want them */
};

struct qr {
    uint32_t size;       /* modules a side */
    const uint8_t *dark; /* size × size, row by row; 1 = dark */
};

/* STATUS_LIMIT when the text is longer than a code can hold; STATUS_INVALID of an empty one. */
enum status qr_make(struct arena *arena, str text, struct qr *ret_qr, struct error *err) MUST_CHECK;
/* Appends an <svg>, dark on light whatever the colours around it, with its quiet zone. `title` is what
 * somebody hears who does not see it: plain text, escaped here; never the secret itself. */
void qr_add_svg(const struct qr *qr, str title, struct buf *out);

#endif
