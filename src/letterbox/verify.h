/* SPDX-License-Identifier: Apache-2.0 */
/* Checks a letterbox without any key: on a live desk (read only) or on a copy.
 *
 *   - every leaf in its place, the frontier and every checkpoint recomputed from the leaves;
 *   - every checkpoint signed by the log key (and by the desk key where it says so);
 *   - every letter, epoch key and evidence file hashed against its leaf;
 *   - every letter leaf either still here, or taken along by an import leaf, or erased by one;
 *   - every mailbox with as many messages as it counts, every reply hashed against its leaf;
 *   - an outside checkpoint (printed, mailed) against the same tree.
 * What it cannot see without keys: the casebook; the reporter's copy in a mailbox, drafts and
 * idempotency rows, because a leaf for them would tell which letter and which mailbox belong
 * together. Their own authentication tags say it when they are read. Nor does a leaf say when a row
 * may be swept or what an undelivered alarm rings. tests/e2e/flips has the whole list.
 */
#ifndef HUSTINGS_LETTERBOX_VERIFY_H
#define HUSTINGS_LETTERBOX_VERIFY_H

#include "base/arena.h"
#include "db/db.h"
#include "letterbox/letter.h"

struct verify_options {
    struct crypt_id desk_id;
    struct crypt_verify_key log_verify;
    struct crypt_verify_key desk_verify; /* co-signer */
    str outside_note;                    /* empty = none */
};

enum { VERIFY_FINDINGS_MAX = 100 };

struct verify_report {
    int64_t leaves, letters, imported, erased, evidence_files, checkpoints, cosigned;
    int64_t findings; /* all, also those past VERIFY_FINDINGS_MAX */
    str finding[VERIFY_FINDINGS_MAX];
    struct crypt_hash root;
};

/* `db` is open read-only. STATUS_OK when it could be read to the end, whatever was found. */
enum status verify_letterbox(struct db *db, const struct verify_options *options,
                             struct arena *arena, struct verify_report *ret_report,
                             struct error *err) MUST_CHECK;

#endif
