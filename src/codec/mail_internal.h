/* SPDX-License-Identifier: Apache-2.0 */
/* What the two halves of the mail reader share. */
#ifndef HUSTINGS_CODEC_MAIL_INTERNAL_H
#define HUSTINGS_CODEC_MAIL_INTERNAL_H

#include "codec/mail.h"

struct mail_base64 {
    unsigned bits;
    unsigned count; /* of bits that wait */
};
/* Bytes that are no digit are let by (RFC 2045). */
void mail_base64_add(struct mail_base64 *state, str text, struct buf *out);

#endif
