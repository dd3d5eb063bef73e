/* SPDX-License-Identifier: Apache-2.0 */
/* The Merkle tree of RFC 6962 (section 2.1), grown leaf by leaf; pure.
 *
 * leaf hash = SHA-256(0x00 ‖ leaf bytes); node hash = SHA-256(0x01 ‖ left ‖ right). A tree of n
 * leaves is the list of perfect subtrees given by the binary digits of n; the hashes of those
 * subtrees (the frontier, at most 64) are all that growing needs. A leaf is 66 bytes:
 *     u8 format (1) · u64 number · u8 kind · u64 time in µs · 16 bytes subject · 32 bytes hash
 * so that its number and time cannot be changed without changing the root.
 */
#ifndef HUSTINGS_LEDGER_TREE_H
#define HUSTINGS_LEDGER_TREE_H

#include "base/text.h"
#include "crypt/crypt.h"

enum { TREE_LEVELS_MAX = 63, TREE_FRONTIER_BYTES_MAX = TREE_LEVELS_MAX * CRYPT_HASH_BYTES };

struct leaf {
    int64_t number; /* from 0 */
    int64_t kind;   /* enum leaf_kind */
    time_us at;     /* rounded down to the minute */
    struct crypt_id subject;
    struct crypt_hash hash;
};

struct tree {
    uint64_t size;
    struct crypt_hash level[TREE_LEVELS_MAX]; /* level[i] is set when bit i of size is */
};

struct crypt_hash leaf_hash(const struct leaf *leaf);
void tree_init(struct tree *tree);
void tree_add(struct tree *tree, const struct crypt_hash *leaf_hash);
/* Of the empty tree: SHA-256 of nothing. */
struct crypt_hash tree_root(const struct tree *tree);
/* The frontier as bytes, highest level first, and back. STATUS_CORRUPT when the length does not
 * fit the size. */
void tree_add_frontier(struct buf *out, const struct tree *tree);
enum status tree_from_frontier(int64_t size, str frontier, struct tree *ret_tree) MUST_CHECK;

#endif
