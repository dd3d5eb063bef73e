/* SPDX-License-Identifier: Apache-2.0 */
/* Box: the process that keeps letters and the ledger, and cannot read either.
 *
 * One loop, one writer. Each round takes every question that has arrived, runs the writing ones in
 * one transaction together with their ledger leaves, commits once, and only then sends the answers:
 * an acknowledged report is on disk. While the disk syncs, the next round's questions gather in the
 * sockets, so batches grow with load by themselves. When anything in a round fails, the whole round
 * is rolled back and every asker is told that nothing happened.
 *
 * The parent introduces peers by sending their role and descriptor over the control socket; the end
 * of that socket ends box.
 */
#ifndef HUSTINGS_LETTERBOX_BOX_H
#define HUSTINGS_LETTERBOX_BOX_H

#include "db/db.h"
#include "letterbox/box_client.h"

struct box_options {
    struct db_options store;
    struct crypt_id desk_id;
    struct crypt_verify_key log_verify;
    struct crypt_sign_key log_sign;
    int control_fd;          /* from the parent */
    int64_t checkpoint_ms;   /* at most one checkpoint in this time (default 1000) */
    const char *copy_folder; /* where BOX_COPY may write ("DIR/backup"), or NULL */
};

/* Opens the store (migrating it), then serves until the control socket ends. The caller has
 * dropped what it does not need before the first peer is introduced: `ready` is called once the
 * store is open. */
enum status box_run(const struct box_options *options, void (*ready)(void *context), void *context,
                    struct error *err) MUST_CHECK;

#endif
