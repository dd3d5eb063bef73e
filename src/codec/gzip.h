/* SPDX-License-Identifier: Apache-2.0 */
/* Unpacks gzip (RFC 1952), bounded. The only includer of zlib. */
#ifndef HUSTINGS_CODEC_GZIP_H
#define HUSTINGS_CODEC_GZIP_H

#include "base/arena.h"
#include "base/status.h"

/* Does it begin as gzip does? */
bool gzip_is(str packed);
/* All members, one after another. STATUS_INVALID: damaged or cut short; STATUS_LIMIT: more than
 * bytes_max bytes. */
enum status gzip_unpack(struct arena *arena, str packed, size_t bytes_max, str *ret_text,
                        struct error *err) MUST_CHECK;

#endif
