/* SPDX-License-Identifier: Apache-2.0 */
/* What a plain dump of pg_dump says about the ledger inside it, read without a server: the table
 * letterbox.ledger is taken out of its COPY block and the tree is built again. So a dump that was
 * cut off, or of another database, is refused before it is called a backup. */
#ifndef HUSTINGS_OPS_DUMP_H
#define HUSTINGS_OPS_DUMP_H

#include "crypt/crypt.h"
#include "ops/progress.h"

struct dump {
    int64_t leaves;
    struct crypt_hash root;
    bool has_keyring, has_casebook;
};
/* STATUS_INVALID with what is wrong: no plain dump, cut off, no ledger, leaves missing. */
enum status dump_read(const char *path, struct progress *progress, struct dump *ret_dump,
                      struct error *err) MUST_CHECK;

#endif
