/* SPDX-License-Identifier: Apache-2.0 */
/* Files copied and hashed as bytes, and the two facts about a write-ahead log that make such a
 * copy of a live database right.
 *
 * A file in WAL mode changes in one way only: a checkpoint moves frames of the log into it. As long
 * as the log is not begun anew (then its header gets other salts, sqlite.org/walformat.html), each
 * page that a checkpoint touched, or was just touching, stands in the log too. So: note the salts,
 * copy the file, copy the log, look at the salts again. When they are the same, file and log
 * together are the database at the last commit in the copied log, even for an encrypted file that
 * we cannot read. Half a frame at the end is ignored by SQLite (checksums).
 *
 * Do not use this on a file that this process has open in SQLite: closing any descriptor of a file
 * gives up all its POSIX locks.
 */
#ifndef HUSTINGS_OPS_COPY_H
#define HUSTINGS_OPS_COPY_H

#include "crypt/crypt.h"
#include "ops/progress.h"

enum { WAL_HEADER_BYTES = 32, WAL_SALTS_AT = 16 };

struct wal_salts {
    bool is_there; /* false: no log, or one without a header */
    uint8_t bytes[8];
};

/* Pure: from the first bytes of a log. */
struct wal_salts wal_salts_from(str header);
bool wal_salts_equal(const struct wal_salts *a, const struct wal_salts *b);
/* A log that is not there has no salts. */
enum status wal_salts_read(const char *path, struct wal_salts *ret_salts,
                           struct error *err) MUST_CHECK;

struct file_mark {
    int64_t bytes;
    struct crypt_hash hash; /* SHA-256 */
};
/* Makes `to` (it must not exist; mode 0600). Not synced: that takes long, and somebody may wait. */
enum status file_copy(const char *from, const char *to, struct progress *progress,
                      struct file_mark *ret_mark, struct error *err) MUST_CHECK;
enum status file_hash(const char *path, struct progress *progress, struct file_mark *ret_mark,
                      struct error *err) MUST_CHECK;
/* fsync of a file or folder. */
enum status path_sync(const char *path, struct error *err) MUST_CHECK;
/* 0 when it is not there. */
int64_t path_bytes(const char *path);

#endif
