/* SPDX-License-Identifier: Apache-2.0 */
/* A desk from SQLite to PostgreSQL.
 *
 *   1. nobody else has the desk open (settings_claim), and nobody can write the three SQLite stores
 *      until the end (their write locks are held);
 *   2. the ledger is verified where it is: a broken desk is not moved;
 *   3. the target must be empty; a mark in it (schema hustings_move) says that this desk is on its way
 *      there, and each store is copied in one transaction, the letterbox last;
 *   4. both sides are read again: rows and digests of every table, and the ledger, must be the same;
 *   5. only then a token goes into the folder (move.token) and into the mark, desk.json names
 *      PostgreSQL (one rename), mark and token go, and the SQLite files go into a folder.
 *
 * Cut off before the rename, the desk is on SQLite as it was; given again, the command finds the mark
 * and begins anew. A whole copy is replaced only when the token in it is the one in this folder: the
 * copy that another folder has switched to is never taken for what was left over.
 * search.db is made anew at the next unlock.
 */
#ifndef HUSTINGS_OPS_MOVE_H
#define HUSTINGS_OPS_MOVE_H

#include "serve/settings.h"
#include "store/move.h"

struct move_options {
    const struct settings *settings;  /* of a desk on SQLite */
    const char *to;                   /* postgresql://… */
    const struct crypt_key *casebook; /* NULL when there is no casebook yet */
    bool is_dry_run;
    time_us now;
};
struct move_report {
    int64_t rows, bytes, tables;
    int64_t leaves;
    struct crypt_hash root;
    bool is_again; /* what a move that was cut off had left was replaced */
    str kept;      /* the folder of the SQLite files */
};
/* The dry run looks at everything that needs no casebook key and changes nothing. */
enum status move_store(const struct move_options *options, struct arena *arena,
                       struct move_report *ret_report, struct error *err) MUST_CHECK;

#endif
