/* SPDX-License-Identifier: Apache-2.0 */
#include "crypt/crypt.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

static_assert(CRYPT_KEY_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "key");
static_assert(CRYPT_SEAL_OVERHEAD == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES +
                                         crypto_aead_xchacha20poly1305_ietf_ABYTES,
              "nonce and tag");
static_assert(CRYPT_BOX_OVERHEAD == crypto_box_SEALBYTES, "sealed box");
static_assert(CRYPT_FILE_HEADER_BYTES == crypto_secretstream_xchacha20poly1305_HEADERBYTES,
              "stream header");
static_assert(CRYPT_CHUNK_OVERHEAD == crypto_secretstream_xchacha20poly1305_ABYTES, "chunk");
static_assert(sizeof(struct crypt_file) >= sizeof(crypto_secretstream_xchacha20poly1305_state),
              "stream state");
static_assert(sizeof(struct crypt_sha256_state) >= sizeof(crypto_hash_sha256_state), "hash state");
static_assert(CRYPT_SALT_BYTES == crypto_pwhash_SALTBYTES, "salt");

static const unsigned char *bytes_of(str s)
{
    return (const unsigned char *)(s.p == NULL ? "" : s.p);
}

void crypt_start(void)
{
    if (sodium_init() < 0) {
        fputs("hustings: no source of random numbers; cannot go on\n", stderr);
        abort();
    }
}

void crypt_random(void *out, size_t len)
{
    randombytes_buf(out, len);
}

struct crypt_id crypt_id_new(void)
{
    struct crypt_id id;
    randombytes_buf(id.bytes, sizeof id.bytes);
    return id;
}

struct crypt_key crypt_key_new(void)
{
    struct crypt_key key;
    randombytes_buf(key.bytes, sizeof key.bytes);
    return key;
}

bool crypt_id_equal(const struct crypt_id *a, const struct crypt_id *b)
{
    return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

bool crypt_equal(const void *a, const void *b, size_t len)
{
    return sodium_memcmp(a, b, len) == 0;
}

void crypt_wipe(void *bytes, size_t len)
{
    sodium_memzero(bytes, len);
}

void *crypt_locked_new(size_t len)
{
    /* sodium_malloc puts the object at the end of its page, so the size is rounded up to keep it
     * aligned for any type. */
    void *bytes = sodium_malloc((len + 15) / 16 * 16);
    if (bytes == NULL) {
        fputs("hustings: no memory for keys; cannot go on\n", stderr);
        abort();
    }
    sodium_memzero(bytes, len);
    return bytes;
}

void crypt_locked_free(void *bytes)
{
    sodium_free(bytes);
}

void crypt_seal(struct buf *out, const struct crypt_key *key, str plain, str where)
{
    const size_t nonce_len = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
    unsigned char *at = (unsigned char *)buf_reserve(out, plain.n + CRYPT_SEAL_OVERHEAD);
    unsigned long long len = 0;
    if (at == NULL) {
        return;
    }
    randombytes_buf(at, nonce_len);
    crypto_aead_xchacha20poly1305_ietf_encrypt(at + nonce_len, &len, bytes_of(plain), plain.n,
                                               bytes_of(where), where.n, NULL, at, key->bytes);
    out->n += nonce_len + (size_t)len;
}

enum status crypt_open(struct buf *out, const struct crypt_key *key, str sealed, str where)
{
    const size_t nonce_len = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
    unsigned long long len = 0;
    if (sealed.n < CRYPT_SEAL_OVERHEAD) {
        return STATUS_CORRUPT;
    }
    unsigned char *at = (unsigned char *)buf_reserve(out, sealed.n - CRYPT_SEAL_OVERHEAD + 1);
    if (at == NULL) {
        return STATUS_LIMIT;
    }
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(at, &len, NULL, bytes_of(sealed) + nonce_len,
                                                   sealed.n - nonce_len, bytes_of(where), where.n,
                                                   bytes_of(sealed), key->bytes) != 0) {
        return STATUS_CORRUPT;
    }
    out->n += (size_t)len;
    return STATUS_OK;
}

void crypt_box(struct buf *out, const struct crypt_public *to, str plain)
{
    unsigned char *at = (unsigned char *)buf_reserve(out, plain.n + CRYPT_BOX_OVERHEAD);
    if (at == NULL) {
        return;
    }
    if (crypto_box_seal(at, bytes_of(plain), plain.n, to->bytes) != 0) {
        abort(); /* only for a public key of small order, which init never makes */
    }
    out->n += plain.n + CRYPT_BOX_OVERHEAD;
}

enum status crypt_box_open(struct buf *out, const struct crypt_public *public_key,
                           const struct crypt_secret *secret, str sealed)
{
    if (sealed.n < CRYPT_BOX_OVERHEAD) {
        return STATUS_CORRUPT;
    }
    unsigned char *at = (unsigned char *)buf_reserve(out, sealed.n - CRYPT_BOX_OVERHEAD + 1);
    if (at == NULL) {
        return STATUS_LIMIT;
    }
    if (crypto_box_seal_open(at, bytes_of(sealed), sealed.n, public_key->bytes, secret->bytes) !=
        0) {
        return STATUS_CORRUPT;
    }
    out->n += sealed.n - CRYPT_BOX_OVERHEAD;
    return STATUS_OK;
}

void crypt_pair_from_seed(const struct crypt_key *seed, struct crypt_public *ret_public,
                          struct crypt_secret *ret_secret)
{
    (void)crypto_box_seed_keypair(ret_public->bytes, ret_secret->bytes, seed->bytes);
}

void crypt_pair_new(struct crypt_public *ret_public, struct crypt_secret *ret_secret)
{
    (void)crypto_box_keypair(ret_public->bytes, ret_secret->bytes);
}

struct crypt_hash crypt_sha256(str bytes)
{
    struct crypt_hash hash;
    (void)crypto_hash_sha256(hash.bytes, bytes_of(bytes), bytes.n);
    return hash;
}

struct crypt_hash crypt_sha256_two(uint8_t prefix, str a, str b)
{
    crypto_hash_sha256_state state;
    struct crypt_hash hash;
    (void)crypto_hash_sha256_init(&state);
    (void)crypto_hash_sha256_update(&state, &prefix, 1);
    (void)crypto_hash_sha256_update(&state, bytes_of(a), a.n);
    (void)crypto_hash_sha256_update(&state, bytes_of(b), b.n);
    (void)crypto_hash_sha256_final(&state, hash.bytes);
    return hash;
}

void crypt_sha256_start(struct crypt_sha256_state *state)
{
    (void)crypto_hash_sha256_init((crypto_hash_sha256_state *)(void *)state->opaque);
}

void crypt_sha256_add(struct crypt_sha256_state *state, str bytes)
{
    (void)crypto_hash_sha256_update((crypto_hash_sha256_state *)(void *)state->opaque,
                                    bytes_of(bytes), bytes.n);
}

struct crypt_hash crypt_sha256_end(struct crypt_sha256_state *state)
{
    struct crypt_hash hash;
    (void)crypto_hash_sha256_final((crypto_hash_sha256_state *)(void *)state->opaque, hash.bytes);
    return hash;
}

struct crypt_hash crypt_blake(const struct crypt_key *key, str a, str b)
{
    crypto_generichash_state state;
    struct crypt_hash hash;
    (void)crypto_generichash_init(&state, key == NULL ? NULL : key->bytes,
                                  key == NULL ? 0 : sizeof key->bytes, sizeof hash.bytes);
    (void)crypto_generichash_update(&state, bytes_of(a), a.n);
    (void)crypto_generichash_update(&state, bytes_of(b), b.n);
    (void)crypto_generichash_final(&state, hash.bytes, sizeof hash.bytes);
    return hash;
}

struct crypt_key crypt_derive(const struct crypt_key *key, uint64_t number,
                              const char purpose[static 8])
{
    struct crypt_key sub;
    static_assert(crypto_kdf_KEYBYTES == CRYPT_KEY_BYTES, "kdf key");
    (void)crypto_kdf_derive_from_key(sub.bytes, sizeof sub.bytes, number, purpose, key->bytes);
    return sub;
}

void crypt_sign_pair_from_seed(const struct crypt_key *seed, struct crypt_verify_key *ret_verify,
                               struct crypt_sign_key *ret_sign)
{
    (void)crypto_sign_seed_keypair(ret_verify->bytes, ret_sign->bytes, seed->bytes);
}

void crypt_sign(const struct crypt_sign_key *key, str bytes, uint8_t out[CRYPT_SIGNATURE_BYTES])
{
    (void)crypto_sign_detached(out, NULL, bytes_of(bytes), bytes.n, key->bytes);
}

bool crypt_verify(const struct crypt_verify_key *key, str bytes,
                  const uint8_t signature[CRYPT_SIGNATURE_BYTES])
{
    return crypto_sign_verify_detached(signature, bytes_of(bytes), bytes.n, key->bytes) == 0;
}

enum status crypt_stretch(str password, const struct crypt_salt *salt, struct crypt_key *ret_key)
{
    enum { PASSES = 3, MEMORY_BYTES = 64 * 1024 * 1024 };
    if (crypto_pwhash(ret_key->bytes, sizeof ret_key->bytes, password.p == NULL ? "" : password.p,
                      password.n, salt->bytes, PASSES, MEMORY_BYTES,
                      crypto_pwhash_ALG_ARGON2ID13) != 0) {
        return STATUS_UNAVAILABLE;
    }
    return STATUS_OK;
}

struct crypt_hash crypt_hmac_sha256(str key, str bytes)
{
    crypto_auth_hmacsha256_state state;
    struct crypt_hash hash;
    (void)crypto_auth_hmacsha256_init(&state, bytes_of(key), key.n);
    (void)crypto_auth_hmacsha256_update(&state, bytes_of(bytes), bytes.n);
    (void)crypto_auth_hmacsha256_final(&state, hash.bytes);
    return hash;
}

static crypto_secretstream_xchacha20poly1305_state *stream_of(struct crypt_file *file)
{
    return (crypto_secretstream_xchacha20poly1305_state *)(void *)file->opaque;
}

void crypt_file_seal_start(struct crypt_file *file, const struct crypt_key *key,
                           uint8_t header[CRYPT_FILE_HEADER_BYTES])
{
    (void)crypto_secretstream_xchacha20poly1305_init_push(stream_of(file), header, key->bytes);
}

void crypt_file_seal(struct crypt_file *file, struct buf *out, str chunk, bool is_last)
{
    unsigned char *at = (unsigned char *)buf_reserve(out, chunk.n + CRYPT_CHUNK_OVERHEAD);
    unsigned long long len = 0;
    if (at == NULL) {
        return;
    }
    (void)crypto_secretstream_xchacha20poly1305_push(
        stream_of(file), at, &len, bytes_of(chunk), chunk.n, NULL, 0,
        is_last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : 0);
    out->n += (size_t)len;
}

enum status crypt_file_open_start(struct crypt_file *file, const struct crypt_key *key,
                                  const uint8_t header[CRYPT_FILE_HEADER_BYTES])
{
    return crypto_secretstream_xchacha20poly1305_init_pull(stream_of(file), header, key->bytes) == 0
               ? STATUS_OK
               : STATUS_CORRUPT;
}

enum status crypt_file_open(struct crypt_file *file, struct buf *out, str sealed_chunk,
                            bool *ret_is_last)
{
    unsigned long long len = 0;
    unsigned char tag = 0;
    if (sealed_chunk.n < CRYPT_CHUNK_OVERHEAD) {
        return STATUS_CORRUPT;
    }
    unsigned char *at =
        (unsigned char *)buf_reserve(out, sealed_chunk.n - CRYPT_CHUNK_OVERHEAD + 1);
    if (at == NULL) {
        return STATUS_LIMIT;
    }
    if (crypto_secretstream_xchacha20poly1305_pull(stream_of(file), at, &len, &tag,
                                                   bytes_of(sealed_chunk), sealed_chunk.n, NULL,
                                                   0) != 0) {
        return STATUS_CORRUPT;
    }
    out->n += (size_t)len;
    *ret_is_last = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
    return STATUS_OK;
}

size_t crypt_padded_size(size_t len, size_t least)
{
    if (len <= least) {
        return least;
    }
    unsigned exponent = 63u - (unsigned)__builtin_clzll((unsigned long long)len);
    unsigned size_bits = 32u - (unsigned)__builtin_clz(exponent);
    size_t mask = ((size_t)1 << (exponent - size_bits)) - 1;
    return (len + mask) & ~mask;
}
