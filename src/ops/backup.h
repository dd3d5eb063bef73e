/* SPDX-License-Identifier: Apache-2.0 */
/* A copy of a desk at one moment, taken while it serves, sealed or unlocked, without any key; and
 * the way back.
 *
 * The order makes it whole. An act's leaf is in the letterbox before the act is in the casebook,
 * and a letter is in the casebook before its copy in the letterbox goes. So while nobody can write
 * the letterbox, nothing that counts moves:
 *   1. copy casebook.db as bytes (page-encrypted: we cannot read it), noting its log's salts;
 *   2. take the letterbox's write lock; begin readers on letterbox and keyring (their moment);
 *   3. copy casebook.db-wal; the salts must be the same (copy.h), else again from 1, the last time
 *      with the lock held throughout;
 *   4. give the lock back (it was held for the copy of one log: the desk paused for milliseconds);
 *   5. copy letterbox and keyring out of the readers' moment: one file each, no log;
 *   6. settings and key files, the list of erasures, sync, check the copy as a stranger would, backup.json last.
 * An act whose leaf came before the lock and whose casebook commit came after it is a leaf without
 * its act: the next unlock marks it void, as after a power cut.
 *
 * search.db is not copied (built anew after unlock). On PostgreSQL a dump by pg_dump takes the
 * place of the stores; it is checked by its own ledger (dump.h).
 */
#ifndef HUSTINGS_OPS_BACKUP_H
#define HUSTINGS_OPS_BACKUP_H

#include "ops/erasures.h"
#include "ops/manifest.h"
#include "serve/settings.h"

struct backup_options {
    const struct settings *settings;
    const char *to;      /* a folder that does not exist; its parent does */
    const char *pg_dump; /* PostgreSQL: plain dump of the three schemas; else NULL */
    time_us now;
};
/* On failure nothing is left behind. STATUS_CONFLICT when `to` exists. */
enum status backup_make(const struct backup_options *options, struct arena *arena,
                        struct manifest *ret_manifest, struct error *err) MUST_CHECK;

struct restore_options {
    const char *from;  /* a backup */
    const char *to;    /* an empty folder, or none */
    const char *store; /* PostgreSQL: URL of a database that the dump was loaded into; else NULL */
    const char *erasures; /* a list of erasures that is newer than the backup; or NULL */
    time_us now;
};
/* Hashes first, ledger after, then what was erased since, desk.json last. On failure nothing is left
 * that looks like a desk. */
enum status restore_make(const struct restore_options *options, struct arena *arena,
                         struct manifest *ret_manifest, struct erasure_replayed *ret_replayed,
                         struct error *err) MUST_CHECK;

/* Opens the letterbox of `folder` read-only and verifies it; STATUS_CORRUPT with the first finding.
 * `store` as in settings ("sqlite" = the files of the folder). */
enum status backup_verify(const struct settings *settings, const char *folder, struct arena *arena,
                          struct manifest *manifest, struct error *err) MUST_CHECK;

#endif
