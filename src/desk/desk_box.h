/* SPDX-License-Identifier: Apache-2.0 */
/* What the desk asks of box: the blocking questions of letterbox/box_client.h as a table of
 * functions, so that the desk can be tested with a letterbox in memory. desk_box_real() is the
 * table for a real client. */
#ifndef HUSTINGS_DESK_DESK_BOX_H
#define HUSTINGS_DESK_DESK_BOX_H

#include "base/text.h"
#include "letterbox/box_client.h"

struct desk_leaf {
    int64_t leaf;
    struct crypt_id subject;
};

struct desk_box {
    void *context;
    enum status (*letters_fetch)(void *context, struct arena *arena, int64_t after,
                                 struct box_letter **ret_letters, size_t *ret_count,
                                 struct error *err);
    enum status (*letters_done)(void *context, const int64_t *leaves, size_t count,
                                struct error *err);
    enum status (*leaf_add)(void *context, enum leaf_kind kind, const struct crypt_id *subject,
                            const struct crypt_hash *hash, int64_t *ret_leaf, struct error *err);
    enum status (*reply_put)(void *context, const struct crypt_id *mailbox_id, str sealed,
                             int64_t *ret_leaf, struct error *err);
    enum status (*evidence_read)(void *context, struct arena *arena,
                                 const struct crypt_id *evidence_id, int64_t seq, str *ret_chunk,
                                 struct error *err);
    enum status (*alarm)(void *context, int64_t band, bool is_practice, struct error *err);
    /* Act leaves above `after`, oldest first, at most 1,000. NULL: the desk cannot ask, and void
     * leaves are marked only for failures that it saw itself. */
    enum status (*act_leaves)(void *context, struct arena *arena, int64_t after,
                              struct desk_leaf **ret_leaves, size_t *ret_count, struct error *err);
    enum status (*erase)(void *context, str note, int64_t *ret_leaf, struct error *err);
    enum status (*erasures)(void *context, struct arena *arena, int64_t after,
                            struct stored_erasure **ret_list, size_t *ret_count, struct error *err);
};
/* Over a blocking client (box_client_open with is_blocking). */
struct desk_box desk_box_real(struct box_client *client);

#endif
