/* SPDX-License-Identifier: Apache-2.0 */
/* Writes a tar archive (POSIX.1-1988 ustar): plain files only, so that what leaves the desk can be
 * opened with tools that every machine has. Pure. */
#ifndef HUSTINGS_DESKWEB_TAR_H
#define HUSTINGS_DESKWEB_TAR_H

#include "base/buf.h"
#include "base/status.h"
#include "base/text.h"

enum { TAR_BLOCK_BYTES = 512, TAR_NAME_BYTES_MAX = 100, TAR_FILE_BYTES_MAX = 1 << 30 };

/* Appends one file with mode 0600. STATUS_INVALID for a name that is empty, too long, absolute or
 * holds "..", control bytes or a backslash; STATUS_LIMIT when the buffer is full. */
enum status tar_add(struct buf *out, str name, str bytes, time_us at, struct error *err) MUST_CHECK;
/* Two empty blocks end an archive. */
void tar_end(struct buf *out);
/* A file name for the archive made of what a reporter called it: letters, digits, . - _ only, at
 * most 60 bytes, never empty, never beginning with a dot. */
void tar_safe_name(struct buf *out, str name);

#endif
