/* SPDX-License-Identifier: Apache-2.0 */
/* One-time codes of authenticator apps: HOTP (RFC 4226) over time (RFC 6238).
 *
 * The apps in use know HMAC-SHA-1 only, and libsodium has no SHA-1; so the sixty lines of it are
 * here. HMAC needs no collision resistance, and nothing else in the project may use this hash. */
#include "crypt/crypt.h"

struct sha1 {
    uint32_t h[5];
};

static uint32_t rotate(uint32_t x, unsigned by)
{
    return x << by | x >> (32 - by);
}

static void sha1_block(struct sha1 *s, const uint8_t block[64])
{
    uint32_t w[80];
    for (size_t i = 0; i < 16; i++) {
        w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 |
               (uint32_t)block[4 * i + 2] << 8 | (uint32_t)block[4 * i + 3];
    }
    for (size_t i = 16; i < 80; i++) {
        w[i] = rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    }
    uint32_t a = s->h[0], b = s->h[1], c = s->h[2], d = s->h[3], e = s->h[4];
    for (size_t i = 0; i < 80; i++) {
        uint32_t f = i < 20   ? ((b & c) | (~b & d)) + 0x5a827999u
                     : i < 40 ? (b ^ c ^ d) + 0x6ed9eba1u
                     : i < 60 ? ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdcu
                              : (b ^ c ^ d) + 0xca62c1d6u;
        uint32_t next = rotate(a, 5) + f + e + w[i];
        e = d;
        d = c;
        c = rotate(b, 30);
        b = a;
        a = next;
    }
    s->h[0] += a;
    s->h[1] += b;
    s->h[2] += c;
    s->h[3] += d;
    s->h[4] += e;
}

/* SHA-1 of one 64-byte pad block followed by a message of at most 55 bytes. */
static void sha1_short(const uint8_t pad[64], const uint8_t *message, size_t len, uint8_t out[20])
{
    struct sha1 s = {{0x67452301u, 0xefcdab89u, 0x98badcfeu, 0x10325476u, 0xc3d2e1f0u}};
    uint8_t block[64] = {0};
    uint64_t bits = (64 + (uint64_t)len) * 8;
    ASSERT(len <= 55);
    sha1_block(&s, pad);
    memcpy(block, message, len);
    block[len] = 0x80;
    for (size_t i = 0; i < 8; i++) {
        block[63 - i] = (uint8_t)(bits >> (8 * i));
    }
    sha1_block(&s, block);
    for (size_t i = 0; i < 20; i++) {
        out[i] = (uint8_t)(s.h[i / 4] >> (24 - 8 * (i % 4)));
    }
}

static void hmac_sha1(const uint8_t *key, size_t key_len, const uint8_t *message, size_t len,
                      uint8_t out[20])
{
    uint8_t inner[64];
    uint8_t outer[64];
    uint8_t digest[20];
    ASSERT(key_len <= 64);
    for (size_t i = 0; i < 64; i++) {
        uint8_t k = i < key_len ? key[i] : 0;
        inner[i] = k ^ 0x36;
        outer[i] = k ^ 0x5c;
    }
    sha1_short(inner, message, len, digest);
    sha1_short(outer, digest, sizeof digest, out);
    CRYPT_WIPE(inner);
    CRYPT_WIPE(outer);
}

void crypt_totp_code(const uint8_t secret[CRYPT_TOTP_SECRET_BYTES], uint64_t step, char out[6])
{
    uint8_t counter[8];
    uint8_t mac[20];
    for (size_t i = 0; i < 8; i++) {
        counter[7 - i] = (uint8_t)(step >> (8 * i));
    }
    hmac_sha1(secret, CRYPT_TOTP_SECRET_BYTES, counter, sizeof counter, mac);
    size_t at = mac[19] & 15u;
    uint32_t value = ((uint32_t)(mac[at] & 0x7f) << 24 | (uint32_t)mac[at + 1] << 16 |
                      (uint32_t)mac[at + 2] << 8 | (uint32_t)mac[at + 3]) %
                     1000000;
    for (size_t i = 6; i > 0; i--) {
        out[i - 1] = (char)('0' + value % 10);
        value /= 10;
    }
}

bool crypt_totp_check(const uint8_t secret[CRYPT_TOTP_SECRET_BYTES], int64_t unix_seconds, str code,
                      uint64_t *ret_step)
{
    bool matches = false;
    if (unix_seconds < 30 || code.n != 6) {
        return false;
    }
    uint64_t now = (uint64_t)unix_seconds / 30;
    for (uint64_t step = now - 1; step <= now + 1; step++) {
        char expected[6];
        crypt_totp_code(secret, step, expected);
        if (crypt_equal(expected, code.p, sizeof expected)) {
            *ret_step = step;
            matches = true;
        }
    }
    return matches;
}

bool crypt_totp_drift(const uint8_t secret[CRYPT_TOTP_SECRET_BYTES], int64_t unix_seconds, str code,
                      int64_t span_seconds, int64_t *ret_ahead)
{
    for (int64_t away = 30; away <= span_seconds && code.n == 6; away += 30) {
        for (int64_t sign = -1; sign <= 1; sign += 2) {
            char expected[6];
            int64_t at = unix_seconds + sign * away;
            if (at < 0) {
                continue;
            }
            crypt_totp_code(secret, (uint64_t)at / 30, expected);
            if (crypt_equal(expected, code.p, sizeof expected)) {
                *ret_ahead = sign * away;
                return true;
            }
        }
    }
    return false;
}

void crypt_add_base32(struct buf *out, const void *bytes, size_t len)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    const uint8_t *in = bytes;
    uint32_t bits = 0;
    unsigned count = 0;
    for (size_t i = 0; i < len; i++) {
        bits = bits << 8 | in[i];
        count += 8;
        while (count >= 5) {
            buf_add_byte(out, digits[bits >> (count - 5) & 31]);
            count -= 5;
        }
    }
    if (count > 0) {
        buf_add_byte(out, digits[bits << (5 - count) & 31]);
    }
}
