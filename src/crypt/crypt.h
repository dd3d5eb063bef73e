/* SPDX-License-Identifier: Apache-2.0 */
/* The only includer of libsodium: seal, open, hash, sign, derive, stretch passwords, wipe.
 *
 * One primitive a purpose, none negotiable:
 *   - sealing with a key: XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha), random 24-byte nonce in
 *     front; associated data binds where the bytes belong, so rows cannot be swapped;
 *   - sealing to a public key: libsodium sealed box (X25519, XSalsa20-Poly1305), anonymous sender;
 *   - hashing for the ledger: SHA-256 (RFC 6962); everything else BLAKE2b-256, keyed or not;
 *   - deriving: BLAKE2b key derivation with an 8-byte purpose;
 *   - signing: Ed25519; passwords: Argon2id, t=3, m=64 MiB (RFC 9106, second choice);
 *   - files: secretstream in 64 KiB chunks, the last one tagged.
 * Keys are plain structs of bytes so that a compiler tells a key from a hash; wipe them.
 */
#ifndef HUSTINGS_CRYPT_CRYPT_H
#define HUSTINGS_CRYPT_CRYPT_H

#include "base/buf.h"
#include "base/status.h"

enum {
    CRYPT_KEY_BYTES = 32,
    CRYPT_HASH_BYTES = 32,
    CRYPT_ID_BYTES = 16,
    CRYPT_SIGNATURE_BYTES = 64,
    CRYPT_SALT_BYTES = 16,
    CRYPT_SEAL_OVERHEAD = 24 + 16, /* nonce + tag */
    CRYPT_BOX_OVERHEAD = 32 + 16,  /* ephemeral public key + tag */
    CRYPT_CHUNK_BYTES = 64 * 1024, /* plaintext of a file chunk */
    CRYPT_CHUNK_OVERHEAD = 17,
    CRYPT_FILE_HEADER_BYTES = 24,
    CRYPT_TOTP_SECRET_BYTES = 20
};

struct crypt_key { /* symmetric, secret */
    uint8_t bytes[CRYPT_KEY_BYTES];
};
struct crypt_public { /* X25519 public key */
    uint8_t bytes[32];
};
struct crypt_secret { /* X25519 secret key */
    uint8_t bytes[32];
};
struct crypt_verify_key { /* Ed25519 public key */
    uint8_t bytes[32];
};
struct crypt_sign_key { /* Ed25519 secret key (seed and public half) */
    uint8_t bytes[64];
};
struct crypt_hash {
    uint8_t bytes[CRYPT_HASH_BYTES];
};
struct crypt_id { /* random, public */
    uint8_t bytes[CRYPT_ID_BYTES];
};
struct crypt_salt {
    uint8_t bytes[CRYPT_SALT_BYTES];
};

/* Once per process, before anything else. Ends the process when the random source is missing. */
void crypt_start(void);

void crypt_random(void *out, size_t len);
struct crypt_id crypt_id_new(void);
struct crypt_key crypt_key_new(void);
bool crypt_id_equal(const struct crypt_id *a, const struct crypt_id *b);
/* Constant time. */
bool crypt_equal(const void *a, const void *b, size_t len);
void crypt_wipe(void *bytes, size_t len);
#define CRYPT_WIPE(object) crypt_wipe(&(object), sizeof(object))
/* Zeroed memory for keys that live long: never swapped, not in a core dump, guard pages around,
 * wiped when freed. Ends the process when there is none. */
void *crypt_locked_new(size_t len);
void crypt_locked_free(void *bytes); /* accepts NULL */

/* Appends nonce ‖ ciphertext ‖ tag. `where` is the associated data. */
void crypt_seal(struct buf *out, const struct crypt_key *key, str plain, str where);
/* Appends the plaintext. STATUS_CORRUPT when key, bytes or place are not the sealed ones. */
enum status crypt_open(struct buf *out, const struct crypt_key *key, str sealed,
                       str where) MUST_CHECK;
/* The same to a public key. A sealed box carries no associated data: put the place inside. */
void crypt_box(struct buf *out, const struct crypt_public *to, str plain);
enum status crypt_box_open(struct buf *out, const struct crypt_public *public_key,
                           const struct crypt_secret *secret, str sealed) MUST_CHECK;
/* Key pair from a 32-byte seed (deterministic) or at random. */
void crypt_pair_from_seed(const struct crypt_key *seed, struct crypt_public *ret_public,
                          struct crypt_secret *ret_secret);
void crypt_pair_new(struct crypt_public *ret_public, struct crypt_secret *ret_secret);

struct crypt_hash crypt_sha256(str bytes);
struct crypt_hash crypt_sha256_two(uint8_t prefix, str a, str b); /* SHA-256(prefix ‖ a ‖ b) */
/* Streaming SHA-256; opaque state, no heap. */
struct crypt_sha256_state {
    uint64_t opaque[16];
};
void crypt_sha256_start(struct crypt_sha256_state *state);
void crypt_sha256_add(struct crypt_sha256_state *state, str bytes);
struct crypt_hash crypt_sha256_end(struct crypt_sha256_state *state);
/* BLAKE2b-256; key may be NULL. */
struct crypt_hash crypt_blake(const struct crypt_key *key, str a, str b);
/* Sub-key `number` of `key` for an 8-character purpose. */
struct crypt_key crypt_derive(const struct crypt_key *key, uint64_t number,
                              const char purpose[static 8]);

void crypt_sign_pair_from_seed(const struct crypt_key *seed, struct crypt_verify_key *ret_verify,
                               struct crypt_sign_key *ret_sign);
void crypt_sign(const struct crypt_sign_key *key, str bytes, uint8_t out[CRYPT_SIGNATURE_BYTES]);
bool crypt_verify(const struct crypt_verify_key *key, str bytes,
                  const uint8_t signature[CRYPT_SIGNATURE_BYTES]);

/* Argon2id, t=3, m=64 MiB, about 120 ms. STATUS_UNAVAILABLE when the memory is not to be had. */
enum status crypt_stretch(str password, const struct crypt_salt *salt,
                          struct crypt_key *ret_key) MUST_CHECK;

/* TOTP (RFC 6238: HMAC-SHA-1, 30 s, 6 digits), accepting one step to either side. On success
 * *ret_step is the step that matched: the caller refuses a step it has seen (no replay). */
bool crypt_totp_check(const uint8_t secret[CRYPT_TOTP_SECRET_BYTES], int64_t unix_seconds, str code,
                      uint64_t *ret_step) MUST_CHECK;
/* The six digits for one step (tests, `hustings demo`). */
/* Of a code that does not fit now: how many seconds the clock that made it stands ahead of
 * unix_seconds (behind: negative), looked for within `span_seconds`. False when no clock there made it. */
bool crypt_totp_drift(const uint8_t secret[CRYPT_TOTP_SECRET_BYTES], int64_t unix_seconds, str code,
                      int64_t span_seconds, int64_t *ret_ahead);
void crypt_totp_code(const uint8_t secret[CRYPT_TOTP_SECRET_BYTES], uint64_t step, char out[6]);
/* RFC 4648 base32 without padding, as authenticator apps want it. */
void crypt_add_base32(struct buf *out, const void *bytes, size_t len);

/* HMAC-SHA-256 (webhook signatures). */
struct crypt_hash crypt_hmac_sha256(str key, str bytes);

/* A file as a chain of sealed chunks (secretstream): order, length and end are authenticated. */
struct crypt_file {
    uint64_t opaque[16];
};
void crypt_file_seal_start(struct crypt_file *file, const struct crypt_key *key,
                           uint8_t header[CRYPT_FILE_HEADER_BYTES]);
void crypt_file_seal(struct crypt_file *file, struct buf *out, str chunk, bool is_last);
enum status crypt_file_open_start(struct crypt_file *file, const struct crypt_key *key,
                                  const uint8_t header[CRYPT_FILE_HEADER_BYTES]) MUST_CHECK;
enum status crypt_file_open(struct crypt_file *file, struct buf *out, str sealed_chunk,
                            bool *ret_is_last) MUST_CHECK;

/* Length that hides the true one: Padmé (Nikitin et al., "Reducing Metadata Leakage from
 * Encrypted Files", 2019): at most 12 % more, few distinct values; never under `least`. */
size_t crypt_padded_size(size_t len, size_t least);

#endif
