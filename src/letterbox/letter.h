/* SPDX-License-Identifier: Apache-2.0 */
/* The sealing protocol of a letter: pure, no store, no clock.
 *
 *   desk root (32 random bytes; sealed to each officer, never on disk in clear)
 *     ├─ desk pair (X25519)    the public half is in DIR/desk.json: enough to accept reports
 *     ├─ casebook key          wraps data keys after import; page keys and search key derive from it
 *     └─ cosign seed (Ed25519) co-signs checkpoints while unlocked
 *   epoch key (random; ten minutes or 4,096 letters) sealed once to the desk pair
 *     └─ data key (random, one a report) sealed under the epoch key
 *          └─ body: the report as JSON, padded (Padmé, at least LETTER_BODY_BYTES_MIN)
 *   receipt (128 random bits as 12 words)
 *     ├─ mailbox id (look-up)
 *     ├─ copy key: seals what the reporter wrote, for the reporter
 *     └─ mailbox pair (X25519): the desk seals replies to its public half
 *
 * Everything sealed is bound to desk, table, row, column and LETTER_FORMAT by associated data, so
 * no row can stand in another's place.
 */
#ifndef HUSTINGS_LETTERBOX_LETTER_H
#define HUSTINGS_LETTERBOX_LETTER_H

#include "crypt/crypt.h"

enum {
    LETTER_FORMAT = 1,
    LETTER_BODY_BYTES_MIN = 1024,
    LETTER_BODY_BYTES_MAX = 512 * 1024, /* the largest report as JSON, before padding */
    LETTER_EPOCH_LETTERS_MAX = 4096,
    LETTER_EPOCH_SECONDS_MAX = 600,
    LETTER_RECEIPT_WORDS = 12,
    LETTER_RECEIPT_BYTES = 16
};

struct desk_keys { /* everything that unlocking yields; wipe with desk_keys_wipe */
    struct crypt_public desk_public;
    struct crypt_secret desk_secret;
    struct crypt_key casebook;
    struct crypt_key cosign_seed;
};
void desk_keys_from_root(const struct crypt_key *root, struct desk_keys *ret_keys);
void desk_keys_wipe(struct desk_keys *keys);

/* Seals an epoch key to the desk; the place is inside the box. */
void epoch_seal(struct buf *out, const struct crypt_public *desk, const struct crypt_id *desk_id,
                const struct crypt_id *epoch_id, const struct crypt_key *epoch_key);
enum status epoch_open(const struct desk_keys *keys, const struct crypt_id *desk_id,
                       const struct crypt_id *epoch_id, str sealed,
                       struct crypt_key *ret_key) MUST_CHECK;

/* The data key of letter `id` under `wrapping` (an epoch key, or after import the casebook key:
 * `holder` is the epoch id or all zero). 72 bytes. */
void letter_key_wrap(struct buf *out, const struct crypt_key *wrapping,
                     const struct crypt_id *desk_id, const struct crypt_id *letter_id,
                     const struct crypt_id *holder, const struct crypt_key *data_key);
enum status letter_key_unwrap(const struct crypt_key *wrapping, const struct crypt_id *desk_id,
                              const struct crypt_id *letter_id, const struct crypt_id *holder,
                              str wrapped, struct crypt_key *ret_key) MUST_CHECK;

/* Pads and seals; the true length is inside. */
void letter_body_seal(struct buf *out, const struct crypt_key *data_key,
                      const struct crypt_id *desk_id, const struct crypt_id *letter_id, str body);
/* *out gets the body without padding. */
enum status letter_body_open(struct buf *out, const struct crypt_key *data_key,
                             const struct crypt_id *desk_id, const struct crypt_id *letter_id,
                             str sealed) MUST_CHECK;

/* What the ledger leaf of a letter commits to: SHA-256 over ids, wrap and body as stored. */
struct crypt_hash letter_commitment(const struct crypt_id *letter_id,
                                    const struct crypt_id *epoch_id, str wrapped_key,
                                    str sealed_body);

/* --- receipt --- */
struct receipt {
    uint8_t bytes[LETTER_RECEIPT_BYTES];
};
struct mailbox_keys {
    struct crypt_id id;
    struct crypt_key copy;
    struct crypt_public public_key;
    struct crypt_secret secret;
};
struct receipt receipt_new(void);
/* Twelve words joined by '-'. */
void receipt_add_words(struct buf *out, const struct receipt *receipt);
/* Accepts spaces, '-', capitals, and words cut to their first four letters. STATUS_INVALID names
 * the word that is not in the list, or says that the check bits do not fit. */
enum status receipt_parse(str text, struct receipt *ret_receipt, struct error *err) MUST_CHECK;
/* The same number of derivations for every receipt, known or not. */
void mailbox_keys_from_receipt(const struct receipt *receipt, const struct crypt_id *desk_id,
                               struct mailbox_keys *ret_keys);

/* One mailbox message. A copy is sealed with the copy key, a reply to the public key; the first
 * byte says which. `seq` is its number in the mailbox only for copies (0 = the report itself);
 * `plain` is JSON: {"kind":"report|added|reply|state","at":"…",…}. */
void mailbox_copy_seal(struct buf *out, const struct mailbox_keys *keys,
                       const struct crypt_id *desk_id, str plain);
void mailbox_reply_seal(struct buf *out, const struct crypt_public *mailbox_public,
                        const struct crypt_id *desk_id, const struct crypt_id *mailbox_id,
                        str plain);
enum status mailbox_message_open(struct buf *out, const struct mailbox_keys *keys,
                                 const struct crypt_id *desk_id, str sealed) MUST_CHECK;

#endif
