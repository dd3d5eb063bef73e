/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/tree.h"

enum { LEAF_FORMAT = 1, LEAF_BYTES = 66 };

static void put_u64(uint8_t *out, uint64_t value)
{
    for (size_t i = 0; i < 8; i++) {
        out[7 - i] = (uint8_t)(value >> (8 * i));
    }
}

struct crypt_hash leaf_hash(const struct leaf *leaf)
{
    uint8_t bytes[LEAF_BYTES];
    bytes[0] = LEAF_FORMAT;
    put_u64(bytes + 1, (uint64_t)leaf->number);
    bytes[9] = (uint8_t)leaf->kind;
    put_u64(bytes + 10, (uint64_t)leaf->at);
    memcpy(bytes + 18, leaf->subject.bytes, sizeof leaf->subject.bytes);
    memcpy(bytes + 34, leaf->hash.bytes, sizeof leaf->hash.bytes);
    return crypt_sha256_two(0, str_from(bytes, sizeof bytes), STR(""));
}

static struct crypt_hash node_hash(const struct crypt_hash *left, const struct crypt_hash *right)
{
    return crypt_sha256_two(1, str_from(left->bytes, sizeof left->bytes),
                            str_from(right->bytes, sizeof right->bytes));
}

void tree_init(struct tree *tree)
{
    *tree = (struct tree){0};
}

void tree_add(struct tree *tree, const struct crypt_hash *hash)
{
    struct crypt_hash carry = *hash;
    size_t i = 0;
    while ((tree->size >> i & 1u) != 0) {
        carry = node_hash(&tree->level[i], &carry);
        i++;
    }
    ASSERT(i < TREE_LEVELS_MAX);
    tree->level[i] = carry;
    tree->size++;
}

struct crypt_hash tree_root(const struct tree *tree)
{
    struct crypt_hash root = {{0}};
    bool is_first = true;
    if (tree->size == 0) {
        return crypt_sha256(STR(""));
    }
    for (size_t i = 0; i < TREE_LEVELS_MAX; i++) {
        if ((tree->size >> i & 1u) != 0) {
            root = is_first ? tree->level[i] : node_hash(&tree->level[i], &root);
            is_first = false;
        }
    }
    return root;
}

void tree_add_frontier(struct buf *out, const struct tree *tree)
{
    for (size_t i = TREE_LEVELS_MAX; i > 0; i--) {
        if ((tree->size >> (i - 1) & 1u) != 0) {
            buf_add_bytes(out, tree->level[i - 1].bytes, CRYPT_HASH_BYTES);
        }
    }
}

enum status tree_from_frontier(int64_t size, str frontier, struct tree *ret_tree)
{
    struct tree tree = {.size = (uint64_t)size};
    size_t at = 0;
    if (size < 0 ||
        frontier.n != (size_t)__builtin_popcountll((unsigned long long)size) * CRYPT_HASH_BYTES) {
        return STATUS_CORRUPT;
    }
    for (size_t i = TREE_LEVELS_MAX; i > 0; i--) {
        if ((tree.size >> (i - 1) & 1u) != 0) {
            memcpy(tree.level[i - 1].bytes, frontier.p + at, CRYPT_HASH_BYTES);
            at += CRYPT_HASH_BYTES;
        }
    }
    *ret_tree = tree;
    return STATUS_OK;
}
