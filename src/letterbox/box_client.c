/* SPDX-License-Identifier: Apache-2.0 */
#include "letterbox/box_client.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    WAITING_MAX = 4096, /* more questions in flight than connections allowed */
    EXIT_BOX_GONE = 72
};

struct waiting {
    box_callback *callback;
    void *context;
    uint32_t generation;
    uint32_t next_free;
};

struct box_client {
    struct arena arena;
    struct ipc ipc;
    struct waiting waiting[WAITING_MAX];
    uint32_t first_free;
    uint32_t slot; /* of the question being written */
};

struct box_client *box_client_open(int fd, bool is_blocking)
{
    struct arena arena;
    arena_init(&arena, 1024 * 1024);
    struct box_client *client = ARENA_NEW(&arena, struct box_client);
    client->arena = arena;
    ipc_init(&client->ipc, fd, is_blocking);
    for (uint32_t i = 0; i < WAITING_MAX; i++) {
        client->waiting[i].next_free = i + 1;
    }
    return client;
}

void box_client_close(struct box_client *client)
{
    struct arena arena = client->arena;
    ipc_close(&client->ipc);
    arena_close(&arena);
}

int box_client_fd(const struct box_client *client)
{
    return client->ipc.fd;
}

static void box_is_gone(void)
{
    fputs("hustings: box went away; ending this process so that the parent starts it anew\n",
          stderr);
    _exit(EXIT_BOX_GONE);
}

struct ipc *box_start(struct box_client *client, enum box_question question)
{
    uint32_t slot = client->first_free;
    ASSERT(slot < WAITING_MAX); /* http/ limits connections well below this */
    struct waiting *w = &client->waiting[slot];
    client->first_free = w->next_free;
    client->slot = slot;
    ipc_start(&client->ipc, (uint16_t)question, (uint64_t)w->generation << 32 | slot);
    return &client->ipc;
}

void box_ask(struct box_client *client, box_callback *callback, void *context)
{
    ipc_end(&client->ipc);
    client->waiting[client->slot].callback = callback;
    client->waiting[client->slot].context = context;
}

bool box_client_wants_write(const struct box_client *client)
{
    return ipc_queued(&client->ipc) > 0;
}

/* Takes the slot of an answer back; false for a tag that nobody waits for. */
static bool release_slot(struct box_client *client, uint64_t tag, struct waiting *ret_waiting)
{
    uint64_t slot = tag & UINT32_MAX;
    if (slot >= WAITING_MAX || client->waiting[slot].generation != tag >> 32) {
        return false;
    }
    struct waiting *w = &client->waiting[slot];
    *ret_waiting = *w;
    w->generation++;
    w->callback = NULL;
    w->next_free = client->first_free;
    client->first_free = (uint32_t)slot;
    return true;
}

static bool answer_from_frame(const struct ipc_frame *frame, struct box_answer *answer)
{
    *answer = (struct box_answer){.frame = *frame};
    uint64_t status = ipc_take_u64(&answer->frame);
    answer->text = ipc_take_bytes(&answer->frame, 4096);
    if (frame->type != BOX_ANSWER || answer->frame.is_bad || status >= STATUS_COUNT) {
        return false;
    }
    answer->status = (enum status)status;
    return true;
}

void box_client_run(struct box_client *client)
{
    struct ipc_frame frame;
    if (ipc_flush(&client->ipc) != STATUS_OK || ipc_fill(&client->ipc) != STATUS_OK) {
        box_is_gone();
    }
    while (ipc_next(&client->ipc, &frame)) {
        struct box_answer answer;
        struct waiting waiting;
        if (!answer_from_frame(&frame, &answer) || !release_slot(client, frame.tag, &waiting)) {
            box_is_gone();
        }
        if (waiting.callback != NULL) {
            waiting.callback(waiting.context, &answer);
        }
    }
    if (client->ipc.is_broken || ipc_flush(&client->ipc) != STATUS_OK) {
        box_is_gone();
    }
}

enum status box_call(struct box_client *client, struct box_answer *ret_answer, struct error *err)
{
    struct ipc_frame frame;
    struct waiting waiting;
    ipc_end(&client->ipc);
    if (ipc_flush(&client->ipc) != STATUS_OK) {
        box_is_gone();
    }
    while (!ipc_next(&client->ipc, &frame)) {
        if (client->ipc.is_broken || ipc_fill(&client->ipc) != STATUS_OK) {
            box_is_gone();
        }
    }
    if (!answer_from_frame(&frame, ret_answer) || !release_slot(client, frame.tag, &waiting)) {
        box_is_gone();
    }
    if (ret_answer->status != STATUS_OK) {
        return error_set(err, ret_answer->status, "%.*s", STR_ARG(ret_answer->text));
    }
    return STATUS_OK;
}

/* --- ready-made questions of the desk --- */

static enum status broken_answer(struct error *err)
{
    return error_set(err, STATUS_INTERNAL, "box answered in a form that is not understood");
}

static void put_id(struct ipc *to, const struct crypt_id *id)
{
    ipc_put_raw(to, id->bytes, sizeof id->bytes);
}

enum status box_letters_fetch(struct box_client *client, struct arena *arena, int64_t after,
                              struct box_letter **ret_letters, size_t *ret_count, struct error *err)
{
    struct box_answer answer;
    ipc_put_u64(box_start(client, BOX_LETTERS_FETCH), (uint64_t)after);
    enum status status = box_call(client, &answer, err);
    if (status != STATUS_OK) {
        return status;
    }
    struct ipc_frame *f = &answer.frame;
    uint64_t count = ipc_take_u64(f);
    if (count > BOX_FETCH_LETTERS_MAX) {
        return broken_answer(err);
    }
    struct box_letter *letters = ARENA_ARRAY(arena, struct box_letter, (size_t)count);
    for (uint64_t i = 0; i < count; i++) {
        struct box_letter *l = &letters[i];
        l->leaf = (int64_t)ipc_take_u64(f);
        ipc_take_raw(f, l->id.bytes, sizeof l->id.bytes);
        ipc_take_raw(f, l->epoch_id.bytes, sizeof l->epoch_id.bytes);
        l->is_added = ipc_take_u64(f) != 0;
        l->received_hour = (time_us)ipc_take_u64(f);
        l->sealed_epoch_key = arena_str(arena, ipc_take_bytes(f, IPC_FRAME_BYTES_MAX));
        l->wrapped_key = arena_str(arena, ipc_take_bytes(f, IPC_FRAME_BYTES_MAX));
        l->sealed_body = arena_str(arena, ipc_take_bytes(f, IPC_FRAME_BYTES_MAX));
    }
    if (!ipc_frame_done(f)) {
        return broken_answer(err);
    }
    *ret_letters = letters;
    *ret_count = (size_t)count;
    return STATUS_OK;
}

enum status box_letters_done(struct box_client *client, const int64_t *leaves, size_t count,
                             struct error *err)
{
    struct box_answer answer;
    struct ipc *to = box_start(client, BOX_LETTERS_DONE);
    ipc_put_u64(to, count);
    for (size_t i = 0; i < count; i++) {
        ipc_put_u64(to, (uint64_t)leaves[i]);
    }
    return box_call(client, &answer, err);
}

/* Calls and takes one number. */
static enum status call_for_number(struct box_client *client, int64_t *ret_number,
                                   struct error *err)
{
    struct box_answer answer;
    enum status status = box_call(client, &answer, err);
    if (status != STATUS_OK) {
        return status;
    }
    uint64_t number = ipc_take_u64(&answer.frame);
    if (!ipc_frame_done(&answer.frame)) {
        return broken_answer(err);
    }
    *ret_number = (int64_t)number;
    return STATUS_OK;
}

/* Calls and takes one byte string into the arena. */
static enum status call_for_bytes(struct box_client *client, struct arena *arena, str *ret_bytes,
                                  struct error *err)
{
    struct box_answer answer;
    enum status status = box_call(client, &answer, err);
    if (status != STATUS_OK) {
        return status;
    }
    str bytes = ipc_take_bytes(&answer.frame, IPC_FRAME_BYTES_MAX);
    if (!ipc_frame_done(&answer.frame)) {
        return broken_answer(err);
    }
    *ret_bytes = arena_str(arena, bytes);
    return STATUS_OK;
}

enum status box_leaf_add(struct box_client *client, enum leaf_kind kind,
                         const struct crypt_id *subject, const struct crypt_hash *hash,
                         int64_t *ret_leaf, struct error *err)
{
    struct ipc *to = box_start(client, BOX_LEAF_ADD);
    ipc_put_u64(to, kind);
    put_id(to, subject);
    ipc_put_raw(to, hash->bytes, sizeof hash->bytes);
    return call_for_number(client, ret_leaf, err);
}

enum status box_acts_read(struct box_client *client, struct arena *arena, int64_t after,
                          struct box_act **ret_acts, size_t *ret_count, struct error *err)
{
    struct box_answer answer;
    ipc_put_u64(box_start(client, BOX_ACTS_READ), (uint64_t)after);
    enum status status = box_call(client, &answer, err);
    if (status != STATUS_OK) {
        return status;
    }
    uint64_t count = ipc_take_u64(&answer.frame);
    if (count > BOX_ACTS_MAX) {
        return broken_answer(err);
    }
    struct box_act *acts = ARENA_ARRAY(arena, struct box_act, (size_t)count);
    for (uint64_t i = 0; i < count; i++) {
        acts[i].leaf = (int64_t)ipc_take_u64(&answer.frame);
        ipc_take_raw(&answer.frame, acts[i].subject.bytes, sizeof acts[i].subject.bytes);
    }
    if (!ipc_frame_done(&answer.frame)) {
        return broken_answer(err);
    }
    *ret_acts = acts;
    *ret_count = (size_t)count;
    return STATUS_OK;
}

enum status box_reply_put(struct box_client *client, const struct crypt_id *mailbox_id, str sealed,
                          int64_t *ret_leaf, struct error *err)
{
    struct ipc *to = box_start(client, BOX_REPLY_PUT);
    put_id(to, mailbox_id);
    ipc_put_bytes(to, sealed);
    return call_for_number(client, ret_leaf, err);
}

enum status box_evidence_read(struct box_client *client, struct arena *arena,
                              const struct crypt_id *evidence_id, int64_t seq, str *ret_chunk,
                              struct error *err)
{
    struct ipc *to = box_start(client, BOX_EVIDENCE_READ);
    put_id(to, evidence_id);
    ipc_put_u64(to, (uint64_t)seq);
    return call_for_bytes(client, arena, ret_chunk, err);
}

enum status box_erase(struct box_client *client, str note, int64_t *ret_leaf, struct error *err)
{
    ipc_put_bytes(box_start(client, BOX_ERASE), note);
    return call_for_number(client, ret_leaf, err);
}

enum status box_erasures_read(struct box_client *client, struct arena *arena, int64_t after,
                              struct stored_erasure **ret_list, size_t *ret_count,
                              struct error *err)
{
    struct box_answer answer;
    ipc_put_u64(box_start(client, BOX_ERASURES_READ), (uint64_t)after);
    enum status status = box_call(client, &answer, err);
    if (status != STATUS_OK) {
        return status;
    }
    uint64_t count = ipc_take_u64(&answer.frame);
    if (count > BOX_ERASURES_MAX) {
        return broken_answer(err);
    }
    struct stored_erasure *list = ARENA_ARRAY(arena, struct stored_erasure, (size_t)count);
    for (uint64_t i = 0; i < count; i++) {
        list[i].leaf = (int64_t)ipc_take_u64(&answer.frame);
        list[i].note = arena_str(arena, ipc_take_bytes(&answer.frame, ERASURE_NOTE_BYTES_MAX));
    }
    if (!ipc_frame_done(&answer.frame)) {
        return broken_answer(err);
    }
    *ret_list = list;
    *ret_count = (size_t)count;
    return STATUS_OK;
}

enum status box_alarm(struct box_client *client, int64_t band, bool is_practice, struct error *err)
{
    struct box_answer answer;
    struct ipc *to = box_start(client, BOX_ALARM);
    ipc_put_u64(to, (uint64_t)band);
    ipc_put_u64(to, is_practice ? 1 : 0);
    return box_call(client, &answer, err);
}

enum status box_state(struct box_client *client, struct box_state *ret_state, struct error *err)
{
    struct box_answer answer;
    struct box_state state = {0};
    (void)box_start(client, BOX_STATE);
    enum status status = box_call(client, &answer, err);
    if (status != STATUS_OK) {
        return status;
    }
    struct ipc_frame *f = &answer.frame;
    state.letters_waiting = (int64_t)ipc_take_u64(f);
    state.oldest_waiting_hour = (time_us)ipc_take_u64(f);
    state.ledger_size = (int64_t)ipc_take_u64(f);
    state.alarms_waiting = (int64_t)ipc_take_u64(f);
    state.mailboxes = (int64_t)ipc_take_u64(f);
    ipc_take_raw(f, state.ledger_root.bytes, sizeof state.ledger_root.bytes);
    if (!ipc_frame_done(f)) {
        return broken_answer(err);
    }
    *ret_state = state;
    return STATUS_OK;
}

enum status box_checkpoint(struct box_client *client, struct arena *arena, str *ret_note,
                           struct error *err)
{
    (void)box_start(client, BOX_CHECKPOINT);
    return call_for_bytes(client, arena, ret_note, err);
}

enum status box_cosign(struct box_client *client, int64_t size, str signature_line,
                       struct error *err)
{
    struct box_answer answer;
    struct ipc *to = box_start(client, BOX_COSIGN);
    ipc_put_u64(to, (uint64_t)size);
    ipc_put_bytes(to, signature_line);
    return box_call(client, &answer, err);
}

enum status box_copy(struct box_client *client, str path, struct error *err)
{
    struct box_answer answer;
    ipc_put_bytes(box_start(client, BOX_COPY), path);
    return box_call(client, &answer, err);
}
