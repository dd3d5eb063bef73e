/* SPDX-License-Identifier: Apache-2.0 */
/* The table of desk_box.h for a real client of box. */
#include "desk/desk_box.h"

static enum status letters_fetch(void *context, struct arena *arena, int64_t after,
                                 struct box_letter **ret_letters, size_t *ret_count,
                                 struct error *err)
{
    return box_letters_fetch(context, arena, after, ret_letters, ret_count, err);
}

static enum status letters_done(void *context, const int64_t *leaves, size_t count,
                                struct error *err)
{
    return box_letters_done(context, leaves, count, err);
}

static enum status leaf_add(void *context, enum leaf_kind kind, const struct crypt_id *subject,
                            const struct crypt_hash *hash, int64_t *ret_leaf, struct error *err)
{
    return box_leaf_add(context, kind, subject, hash, ret_leaf, err);
}

static enum status reply_put(void *context, const struct crypt_id *mailbox_id, str sealed,
                             int64_t *ret_leaf, struct error *err)
{
    return box_reply_put(context, mailbox_id, sealed, ret_leaf, err);
}

static enum status evidence_read(void *context, struct arena *arena,
                                 const struct crypt_id *evidence_id, int64_t seq, str *ret_chunk,
                                 struct error *err)
{
    return box_evidence_read(context, arena, evidence_id, seq, ret_chunk, err);
}

static enum status alarm_put(void *context, int64_t band, bool is_practice, struct error *err)
{
    return box_alarm(context, band, is_practice, err);
}

static enum status act_leaves(void *context, struct arena *arena, int64_t after,
                              struct desk_leaf **ret_leaves, size_t *ret_count, struct error *err)
{
    struct box_act *acts = NULL;
    size_t count = 0;
    enum status status = box_acts_read(context, arena, after, &acts, &count, err);
    if (status != STATUS_OK) {
        return status;
    }
    struct desk_leaf *leaves = ARENA_ARRAY(arena, struct desk_leaf, count);
    for (size_t i = 0; i < count; i++) {
        leaves[i] = (struct desk_leaf){.leaf = acts[i].leaf, .subject = acts[i].subject};
    }
    *ret_leaves = leaves;
    *ret_count = count;
    return STATUS_OK;
}

static enum status erase_letter(void *context, str note, int64_t *ret_leaf, struct error *err)
{
    return box_erase(context, note, ret_leaf, err);
}

static enum status erasures(void *context, struct arena *arena, int64_t after,
                            struct stored_erasure **ret_list, size_t *ret_count, struct error *err)
{
    return box_erasures_read(context, arena, after, ret_list, ret_count, err);
}

struct desk_box desk_box_real(struct box_client *client)
{
    return (struct desk_box){.context = client,
                             .letters_fetch = letters_fetch,
                             .letters_done = letters_done,
                             .leaf_add = leaf_add,
                             .reply_put = reply_put,
                             .evidence_read = evidence_read,
                             .alarm = alarm_put,
                             .act_leaves = act_leaves,
                             .erase = erase_letter,
                             .erasures = erasures};
}
