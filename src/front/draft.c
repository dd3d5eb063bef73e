/* SPDX-License-Identifier: Apache-2.0 */
/* Drafts: the answers between two pages of the form. Box keeps them sealed under a key that only
 * the reporter's cookie yields, for one hour. */
#include "front/front_internal.h"

void front_draft_token_new(bool is_practice, uint8_t ret_token[FRONT_DRAFT_TOKEN_BYTES])
{
    uint8_t *last = &ret_token[FRONT_DRAFT_TOKEN_BYTES - 1];
    crypt_random(ret_token, FRONT_DRAFT_TOKEN_BYTES);
    *last = (uint8_t)((*last & 0xfe) | (is_practice ? 1 : 0));
}

bool front_draft_is_practice(const uint8_t token[FRONT_DRAFT_TOKEN_BYTES])
{
    return (token[FRONT_DRAFT_TOKEN_BYTES - 1] & 1) != 0;
}

void front_draft_keys(const struct front *front, const uint8_t token[FRONT_DRAFT_TOKEN_BYTES],
                      struct front_draft_keys *ret_keys)
{
    struct crypt_hash hash = crypt_blake(
        NULL, str_from(front->options.desk_id.bytes, sizeof front->options.desk_id.bytes),
        str_from(token, FRONT_DRAFT_TOKEN_BYTES));
    struct crypt_key base;
    memcpy(base.bytes, hash.bytes, sizeof base.bytes);
    struct crypt_key id = crypt_derive(&base, 1, "draft   ");
    struct crypt_key idempotency = crypt_derive(&base, 3, "draft   ");
    ret_keys->key = crypt_derive(&base, 2, "draft   ");
    memcpy(ret_keys->id.bytes, id.bytes, sizeof ret_keys->id.bytes);
    hex_encode(idempotency.bytes, sizeof idempotency.bytes, ret_keys->idempotency_hex);
    CRYPT_WIPE(base);
    CRYPT_WIPE(hash);
    CRYPT_WIPE(idempotency);
}

static str draft_place(const struct front_draft_keys *keys)
{
    return str_from(keys->id.bytes, sizeof keys->id.bytes);
}

struct draft_in_flight {
    struct arena *arena;
    struct front_draft_keys keys;
    front_done *done;
    front_draft_done *read_done;
    void *context;
};

static void written(void *context, struct box_answer *answer)
{
    struct draft_in_flight *flight = context;
    flight->done(flight->context, answer->status);
}

void front_draft_write(struct front *front, struct arena *arena,
                       const struct front_draft_keys *keys, str plain, front_done *done,
                       void *context)
{
    struct draft_in_flight *flight = ARENA_NEW(arena, struct draft_in_flight);
    struct buf sealed;
    *flight = (struct draft_in_flight){.done = done, .context = context};
    buf_init(&sealed, BOX_DRAFT_BYTES_MAX);
    crypt_seal(&sealed, &keys->key, plain, draft_place(keys));
    if (sealed.overflowed) {
        buf_close(&sealed);
        done(context, STATUS_LIMIT);
        return;
    }
    struct ipc *to = box_start(front->options.box, BOX_DRAFT_PUT);
    ipc_put_raw(to, keys->id.bytes, sizeof keys->id.bytes);
    ipc_put_bytes(to, buf_str(&sealed));
    box_ask(front->options.box, written, flight);
    buf_close(&sealed);
}

static void read_answered(void *context, struct box_answer *answer)
{
    struct draft_in_flight *flight = context;
    struct buf plain;
    str text = {0};
    enum status status = answer->status;
    buf_init(&plain, BOX_DRAFT_BYTES_MAX);
    if (status == STATUS_OK) {
        str sealed = ipc_take_bytes(&answer->frame, BOX_DRAFT_BYTES_MAX);
        status = ipc_frame_done(&answer->frame)
                     ? crypt_open(&plain, &flight->keys.key, sealed, draft_place(&flight->keys))
                     : STATUS_INTERNAL;
    }
    if (status == STATUS_OK) {
        text = arena_str(flight->arena, buf_str(&plain));
    }
    crypt_wipe(plain.p, plain.n);
    buf_close(&plain);
    CRYPT_WIPE(flight->keys);
    flight->read_done(flight->context, status, text);
}

void front_draft_read(struct front *front, struct arena *arena, const struct front_draft_keys *keys,
                      front_draft_done *done, void *context)
{
    struct draft_in_flight *flight = ARENA_NEW(arena, struct draft_in_flight);
    *flight = (struct draft_in_flight){
        .arena = arena, .keys = *keys, .read_done = done, .context = context};
    struct ipc *to = box_start(front->options.box, BOX_DRAFT_READ);
    ipc_put_raw(to, keys->id.bytes, sizeof keys->id.bytes);
    box_ask(front->options.box, read_answered, flight);
}

void front_draft_wipe(struct front *front, struct arena *arena, const struct front_draft_keys *keys,
                      front_done *done, void *context)
{
    struct draft_in_flight *flight = ARENA_NEW(arena, struct draft_in_flight);
    *flight = (struct draft_in_flight){.done = done, .context = context};
    struct ipc *to = box_start(front->options.box, BOX_DRAFT_WIPE);
    ipc_put_raw(to, keys->id.bytes, sizeof keys->id.bytes);
    box_ask(front->options.box, written, flight);
}
