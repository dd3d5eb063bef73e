/* SPDX-License-Identifier: Apache-2.0 */
#include "letterbox/letter.h"

enum { PLACE_BYTES_MAX = 96 };

/* The place of a sealed value: format ‖ what ‖ desk ‖ two ids. */
struct place {
    char bytes[PLACE_BYTES_MAX];
    size_t n;
};

static void place_add(struct place *place, const void *bytes, size_t len)
{
    ASSERT(len <= sizeof place->bytes - place->n);
    memcpy(place->bytes + place->n, bytes, len);
    place->n += len;
}

static struct place place_of(const char what[static 8], const struct crypt_id *desk_id,
                             const struct crypt_id *a, const struct crypt_id *b)
{
    struct place place = {{0}, 0};
    uint8_t format = LETTER_FORMAT;
    place_add(&place, &format, 1);
    place_add(&place, what, 8);
    place_add(&place, desk_id->bytes, sizeof desk_id->bytes);
    place_add(&place, a->bytes, sizeof a->bytes);
    if (b != NULL) {
        place_add(&place, b->bytes, sizeof b->bytes);
    }
    return place;
}

static str place_str(const struct place *place)
{
    return (str){place->bytes, place->n};
}

void desk_keys_from_root(const struct crypt_key *root, struct desk_keys *ret_keys)
{
    struct crypt_key seed = crypt_derive(root, 1, "deskpair");
    crypt_pair_from_seed(&seed, &ret_keys->desk_public, &ret_keys->desk_secret);
    ret_keys->casebook = crypt_derive(root, 2, "casebook");
    ret_keys->cosign_seed = crypt_derive(root, 3, "cosigner");
    CRYPT_WIPE(seed);
}

void desk_keys_wipe(struct desk_keys *keys)
{
    CRYPT_WIPE(*keys);
}

void epoch_seal(struct buf *out, const struct crypt_public *desk, const struct crypt_id *desk_id,
                const struct crypt_id *epoch_id, const struct crypt_key *epoch_key)
{
    struct place place = place_of("epochkey", desk_id, epoch_id, NULL);
    struct buf plain;
    buf_init(&plain, PLACE_BYTES_MAX + CRYPT_KEY_BYTES);
    buf_add(&plain, place_str(&place));
    buf_add_bytes(&plain, epoch_key->bytes, sizeof epoch_key->bytes);
    crypt_box(out, desk, buf_str(&plain));
    crypt_wipe(plain.p, plain.n);
    buf_close(&plain);
}

enum status epoch_open(const struct desk_keys *keys, const struct crypt_id *desk_id,
                       const struct crypt_id *epoch_id, str sealed, struct crypt_key *ret_key)
{
    struct place place = place_of("epochkey", desk_id, epoch_id, NULL);
    struct buf plain;
    buf_init(&plain, PLACE_BYTES_MAX + CRYPT_KEY_BYTES + 1);
    enum status status = crypt_box_open(&plain, &keys->desk_public, &keys->desk_secret, sealed);
    if (status == STATUS_OK &&
        (plain.n != place.n + CRYPT_KEY_BYTES || !str_starts(buf_str(&plain), place_str(&place)))) {
        status = STATUS_CORRUPT;
    }
    if (status == STATUS_OK) {
        memcpy(ret_key->bytes, plain.p + place.n, sizeof ret_key->bytes);
    }
    crypt_wipe(plain.p, plain.n);
    buf_close(&plain);
    return status;
}

void letter_key_wrap(struct buf *out, const struct crypt_key *wrapping,
                     const struct crypt_id *desk_id, const struct crypt_id *letter_id,
                     const struct crypt_id *holder, const struct crypt_key *data_key)
{
    struct place place = place_of("datakey ", desk_id, letter_id, holder);
    crypt_seal(out, wrapping, str_from(data_key->bytes, sizeof data_key->bytes), place_str(&place));
}

enum status letter_key_unwrap(const struct crypt_key *wrapping, const struct crypt_id *desk_id,
                              const struct crypt_id *letter_id, const struct crypt_id *holder,
                              str wrapped, struct crypt_key *ret_key)
{
    struct place place = place_of("datakey ", desk_id, letter_id, holder);
    struct buf plain;
    buf_init(&plain, CRYPT_KEY_BYTES + 1);
    enum status status = crypt_open(&plain, wrapping, wrapped, place_str(&place));
    if (status == STATUS_LIMIT || (status == STATUS_OK && plain.n != CRYPT_KEY_BYTES)) {
        status = STATUS_CORRUPT;
    }
    if (status == STATUS_OK) {
        memcpy(ret_key->bytes, plain.p, sizeof ret_key->bytes);
    }
    crypt_wipe(plain.p, plain.n);
    buf_close(&plain);
    return status;
}

/* Padded plaintext: u32 length ‖ body ‖ zeros. */
static void add_padded(struct buf *out, str body, size_t least)
{
    size_t padded = crypt_padded_size(body.n + 4, least);
    char len[4] = {(char)(body.n >> 24), (char)(body.n >> 16), (char)(body.n >> 8), (char)body.n};
    buf_add_bytes(out, len, sizeof len);
    buf_add(out, body);
    size_t zeros = padded - body.n - 4;
    char *at = buf_reserve(out, zeros);
    ASSERT(at != NULL);
    memset(at, 0, zeros);
    out->n += zeros;
}

/* Takes the padding off what `out` holds from `from` on. */
static enum status strip_padding(struct buf *out, size_t from)
{
    str padded = str_slice(buf_str(out), from, out->n);
    if (padded.n < 4) {
        return STATUS_CORRUPT;
    }
    const unsigned char *p = (const unsigned char *)padded.p;
    size_t len = (size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3];
    if (len > padded.n - 4) {
        return STATUS_CORRUPT;
    }
    memmove(out->p + from, out->p + from + 4, len);
    out->n = from + len;
    return STATUS_OK;
}

static void seal_padded(struct buf *out, const struct crypt_key *key, str body, size_t least,
                        const struct place *place)
{
    struct buf plain;
    ASSERT(body.n <= LETTER_BODY_BYTES_MAX);
    buf_init(&plain, 2 * LETTER_BODY_BYTES_MAX);
    add_padded(&plain, body, least);
    crypt_seal(out, key, buf_str(&plain), place_str(place));
    crypt_wipe(plain.p, plain.n);
    buf_close(&plain);
}

void letter_body_seal(struct buf *out, const struct crypt_key *data_key,
                      const struct crypt_id *desk_id, const struct crypt_id *letter_id, str body)
{
    struct place place = place_of("body    ", desk_id, letter_id, NULL);
    seal_padded(out, data_key, body, LETTER_BODY_BYTES_MIN, &place);
}

enum status letter_body_open(struct buf *out, const struct crypt_key *data_key,
                             const struct crypt_id *desk_id, const struct crypt_id *letter_id,
                             str sealed)
{
    struct place place = place_of("body    ", desk_id, letter_id, NULL);
    size_t from = out->n;
    enum status status = crypt_open(out, data_key, sealed, place_str(&place));
    return status == STATUS_OK ? strip_padding(out, from) : status;
}

struct crypt_hash letter_commitment(const struct crypt_id *letter_id,
                                    const struct crypt_id *epoch_id, str wrapped_key,
                                    str sealed_body)
{
    struct crypt_sha256_state state;
    crypt_sha256_start(&state);
    crypt_sha256_add(&state, STR("hustings letter 1"));
    crypt_sha256_add(&state, str_from(letter_id->bytes, sizeof letter_id->bytes));
    crypt_sha256_add(&state, str_from(epoch_id->bytes, sizeof epoch_id->bytes));
    crypt_sha256_add(&state, wrapped_key); /* fixed length: no ambiguity with the body */
    crypt_sha256_add(&state, sealed_body);
    return crypt_sha256_end(&state);
}

/* --- mailbox --- */

enum { MESSAGE_COPY = 1, MESSAGE_REPLY = 2, MESSAGE_BYTES_MIN = 512 };

void mailbox_keys_from_receipt(const struct receipt *receipt, const struct crypt_id *desk_id,
                               struct mailbox_keys *ret_keys)
{
    struct crypt_hash hash = crypt_blake(NULL, str_from(desk_id->bytes, sizeof desk_id->bytes),
                                         str_from(receipt->bytes, sizeof receipt->bytes));
    struct crypt_key base;
    memcpy(base.bytes, hash.bytes, sizeof base.bytes);
    struct crypt_key id = crypt_derive(&base, 1, "mailbox ");
    struct crypt_key seed = crypt_derive(&base, 3, "mailbox ");
    ret_keys->copy = crypt_derive(&base, 2, "mailbox ");
    memcpy(ret_keys->id.bytes, id.bytes, sizeof ret_keys->id.bytes);
    crypt_pair_from_seed(&seed, &ret_keys->public_key, &ret_keys->secret);
    CRYPT_WIPE(hash);
    CRYPT_WIPE(base);
    CRYPT_WIPE(seed);
}

void mailbox_copy_seal(struct buf *out, const struct mailbox_keys *keys,
                       const struct crypt_id *desk_id, str plain)
{
    struct place place = place_of("mailcopy", desk_id, &keys->id, NULL);
    buf_add_byte(out, MESSAGE_COPY);
    seal_padded(out, &keys->copy, plain, MESSAGE_BYTES_MIN, &place);
}

void mailbox_reply_seal(struct buf *out, const struct crypt_public *mailbox_public,
                        const struct crypt_id *desk_id, const struct crypt_id *mailbox_id,
                        str plain)
{
    struct place place = place_of("mailrply", desk_id, mailbox_id, NULL);
    struct buf inside;
    buf_init(&inside, 2 * LETTER_BODY_BYTES_MAX);
    buf_add(&inside, place_str(&place));
    add_padded(&inside, plain, MESSAGE_BYTES_MIN);
    buf_add_byte(out, MESSAGE_REPLY);
    crypt_box(out, mailbox_public, buf_str(&inside));
    crypt_wipe(inside.p, inside.n);
    buf_close(&inside);
}

enum status mailbox_message_open(struct buf *out, const struct mailbox_keys *keys,
                                 const struct crypt_id *desk_id, str sealed)
{
    size_t from = out->n;
    str rest = str_slice(sealed, 1, sealed.n);
    if (sealed.n > 0 && sealed.p[0] == MESSAGE_COPY) {
        struct place place = place_of("mailcopy", desk_id, &keys->id, NULL);
        enum status status = crypt_open(out, &keys->copy, rest, place_str(&place));
        return status == STATUS_OK ? strip_padding(out, from) : status;
    }
    if (sealed.n > 0 && sealed.p[0] == MESSAGE_REPLY) {
        struct place place = place_of("mailrply", desk_id, &keys->id, NULL);
        enum status status = crypt_box_open(out, &keys->public_key, &keys->secret, rest);
        if (status != STATUS_OK) {
            return status;
        }
        if (!str_starts(str_slice(buf_str(out), from, out->n), place_str(&place))) {
            return STATUS_CORRUPT;
        }
        memmove(out->p + from, out->p + from + place.n, out->n - from - place.n);
        out->n -= place.n;
        return strip_padding(out, from);
    }
    return STATUS_CORRUPT;
}
