/* SPDX-License-Identifier: Apache-2.0 */
/* Checkpoints as signed notes (C2SP: tlog-checkpoint and signed-note).
 *
 *     hustings/<desk id in hex>
 *     <number of leaves>
 *     <root hash, base64>
 *     (empty line)
 *     — hustings/<desk id>+log <base64 of key hash (4 bytes) ‖ Ed25519 signature>
 *     — hustings/<desk id>+desk <the same by the desk key, added while unlocked>
 *
 * Anybody can check one with public tools; kept elsewhere, it proves that the log was not
 * rewritten behind it.
 */
#ifndef HUSTINGS_LEDGER_NOTE_H
#define HUSTINGS_LEDGER_NOTE_H

#include "base/arena.h"
#include "crypt/crypt.h"

enum note_signer { NOTE_LOG, NOTE_DESK };

struct note {
    int64_t size;
    struct crypt_hash root;
    str text;       /* what is signed, with its final line break */
    str signatures; /* the lines after the empty line */
};

/* The signed text. */
void note_add_text(struct buf *out, const struct crypt_id *desk_id, int64_t size,
                   const struct crypt_hash *root);
/* One signature line over `text`, with its line break. */
void note_add_signature(struct buf *out, const struct crypt_id *desk_id, enum note_signer signer,
                        const struct crypt_sign_key *sign, const struct crypt_verify_key *verify,
                        str text);
/* Splits and reads; the origin must be this desk. Signatures are not checked here. */
enum status note_parse(str note, const struct crypt_id *desk_id, struct note *ret_note,
                       struct error *err) MUST_CHECK;
/* True when there is a valid signature line of that signer. */
bool note_is_signed(const struct note *note, const struct crypt_id *desk_id,
                    enum note_signer signer, const struct crypt_verify_key *verify);

#endif
