/* SPDX-License-Identifier: Apache-2.0 */
/* backup.json: what a backup holds, so that it can be checked without a key and without us
 * (`sha256sum` gives the same numbers). It is written last: a folder without it is no backup.
 *
 *     {"format":1,"desk_id":"…","made":"2026-05-07T21:04:00Z","program":"0.1.0","store":"sqlite",
 *      "ledger":{"leaves":1234,"root":"…"},"checkpoint":"…",
 *      "files":[{"name":"letterbox.db","bytes":8192,"sha256":"…"},…],"above":"…"}
 *
 * "above" is the SHA-256 of everything before it, so that a changed byte in this file shows too.
 * (That is against decay and mistakes. Against a forger stands the ledger: its checkpoints are
 * signed, and one kept elsewhere can be held against it.)
 */
#ifndef HUSTINGS_OPS_MANIFEST_H
#define HUSTINGS_OPS_MANIFEST_H

#include "base/arena.h"
#include "ops/copy.h"

enum { BACKUP_FORMAT = 1, BACKUP_FILES_MAX = 16, BACKUP_NAME_BYTES_MAX = 40 };

struct backup_file {
    char name[BACKUP_NAME_BYTES_MAX]; /* in the backup's folder, and later in the desk's */
    struct file_mark mark;
};
struct manifest {
    struct crypt_id desk_id;
    time_us made;
    str program; /* version */
    str store;   /* "sqlite" or "postgresql" */
    int64_t leaves;
    struct crypt_hash root;
    str checkpoint; /* newest signed note; may be empty */
    struct backup_file files[BACKUP_FILES_MAX];
    size_t file_count;
};

/* Pure. */
void manifest_print(struct buf *out, const struct manifest *manifest);
/* Refuses names that lead out of the folder. STATUS_CORRUPT when a byte was changed. */
enum status manifest_parse(struct arena *arena, str text, struct manifest *ret_manifest,
                           struct error *err) MUST_CHECK;
const struct backup_file *manifest_file(const struct manifest *manifest, const char *name);

/* FOLDER/backup.json */
enum status manifest_write(const char *folder, const struct manifest *manifest,
                           struct error *err) MUST_CHECK;
enum status manifest_read(struct arena *arena, const char *folder, struct manifest *ret_manifest,
                          struct error *err) MUST_CHECK;
/* Hashes every file: STATUS_CORRUPT names the first that is not as it was, or missing. */
enum status manifest_check(const char *folder, const struct manifest *manifest,
                           struct progress *progress, struct error *err) MUST_CHECK;
int64_t manifest_bytes(const struct manifest *manifest);

#endif
