/* SPDX-License-Identifier: Apache-2.0 */
/* The desk's own signature under a checkpoint: says "an unlocked desk saw the log at this size".
 * Only a checkpoint that the log key signed for this desk is signed, and never a smaller one than
 * before, so that a box that was set back cannot get a fresh signature without a restart. */
#include "desk/desk_internal.h"

#include "ledger/note.h"

enum status desk_cosign(struct desk *desk, str note, const struct crypt_verify_key *log_verify,
                        struct buf *out, int64_t *ret_size, struct error *err)
{
    struct note parsed;
    struct crypt_verify_key verify;
    struct crypt_sign_key sign;
    enum status status = desk_need_unlocked(desk, err);
    if (status == STATUS_OK) {
        status = note_parse(note, &desk->options.id, &parsed, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    if (!note_is_signed(&parsed, &desk->options.id, NOTE_LOG, log_verify)) {
        return error_set(err, STATUS_CORRUPT, "The checkpoint is not signed by this desk's log.");
    }
    if (parsed.size < desk->cosigned_size) {
        return error_set(err, STATUS_CORRUPT,
                         "The log is smaller than the desk has seen it: %lld leaves, it had %lld.",
                         (long long)parsed.size, (long long)desk->cosigned_size);
    }
    crypt_sign_pair_from_seed(&desk->secrets->keys.cosign_seed, &verify, &sign);
    note_add_signature(out, &desk->options.id, NOTE_DESK, &sign, &verify, parsed.text);
    CRYPT_WIPE(sign);
    desk->cosigned_size = parsed.size;
    *ret_size = parsed.size;
    return STATUS_OK;
}
