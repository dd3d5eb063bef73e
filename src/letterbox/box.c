/* SPDX-License-Identifier: Apache-2.0 */
#include "letterbox/box.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#include "base/io.h"
#include "ledger/note.h"
#include "letterbox/box_internal.h"

static const int64_t hour_us = 3600 * US_PER_SECOND;

time_us box_hour(time_us at)
{
    return at - at % hour_us;
}

/* --- answers --- */

void answer_start(struct box *box, enum status status, const char *text)
{
    struct ipc *to = &box->peers[box->asking_peer].ipc;
    ipc_start(to, BOX_ANSWER, box->asking_tag);
    ipc_put_u64(to, (uint64_t)status);
    ipc_put_bytes(to, str_c(text));
}

struct ipc *answer_to(struct box *box)
{
    return &box->peers[box->asking_peer].ipc;
}

void answer_end(struct box *box)
{
    ipc_end(answer_to(box));
}

void answer_only(struct box *box, enum status status, const char *text)
{
    answer_start(box, status, text);
    answer_end(box);
}

/* --- the batch --- */

enum status batch_begin(struct box *box, struct error *err)
{
    if (box->is_writing) {
        return STATUS_OK;
    }
    enum status status = db_begin(box->db, err);
    if (status == STATUS_OK) {
        status = db_lock_writer(box->db, LETTERBOX_LOCK, err);
    }
    /* another box (another host, or a command that takes reports in) may have grown the tree */
    if (status == STATUS_OK) {
        status = letterbox_tree_read(box->db, &box->tree, err);
    }
    if (status != STATUS_OK) {
        db_rollback(box->db);
        return status;
    }
    box->tree_before = box->tree;
    box->is_writing = true;
    return STATUS_OK;
}

enum status batch_leaf(struct box *box, int64_t kind, const struct crypt_id *subject,
                       const struct crypt_hash *hash, int64_t *ret_leaf, struct error *err)
{
    const int64_t minute = 60 * US_PER_SECOND;
    struct leaf leaf = {.number = (int64_t)box->tree.size,
                        .kind = kind,
                        .at = box->now - box->now % minute,
                        .subject = *subject,
                        .hash = *hash};
    enum status status = letterbox_leaf_insert(box->db, &leaf, err);
    if (status == STATUS_OK) {
        struct crypt_hash hashed = leaf_hash(&leaf);
        tree_add(&box->tree, &hashed);
        *ret_leaf = leaf.number;
    }
    return status;
}

/* Takes back all answers of this round and says instead that nothing happened. */
static void batch_refuse(struct box *box, enum status status, const struct error *why)
{
    fprintf(stderr, "hustings box: a batch of %zu was not kept: %s\n", box->asked_count,
            why->primary);
    for (size_t p = 0; p < box->peer_count; p++) {
        struct peer *peer = &box->peers[p];
        peer->ipc.out.n = peer->out_before;
    }
    for (size_t i = 0; i < box->asked_count; i++) {
        box->asking_peer = box->asked[i].peer;
        box->asking_tag = box->asked[i].tag;
        answer_only(box, status, "the store could not take it; nothing was kept; try again");
    }
}

static void batch_end(struct box *box, enum status status, struct error *err)
{
    if (box->is_writing && status == STATUS_OK && box->tree.size != box->tree_before.size) {
        status = letterbox_tree_write(box->db, &box->tree, err);
    }
    if (box->is_writing && status == STATUS_OK) {
        status = db_commit(box->db, err);
    } else if (box->is_writing) {
        db_rollback(box->db);
    }
    if (status != STATUS_OK) {
        if (box->is_writing) {
            box->tree = box->tree_before;
        }
        batch_refuse(box, status == STATUS_UNCERTAIN ? STATUS_UNCERTAIN : STATUS_UNAVAILABLE, err);
        /* an uncertain commit may have grown the tree: read it again before the next batch */
        if (letterbox_tree_read(box->db, &box->tree, err) != STATUS_OK) {
            fprintf(stderr, "hustings box: %s\n", err->primary);
        }
    }
    box->is_writing = false;
}

/* --- peers --- */

static void peer_drop(struct box *box, size_t index)
{
    ipc_close(&box->peers[index].ipc);
    box->peers[index] = box->peers[--box->peer_count];
}

static void peer_add(struct box *box, uint8_t role, int fd)
{
    if (box->peer_count == BOX_PEERS_MAX) {
        fprintf(stderr, "hustings box: too many peers; one was refused\n");
        (void)close(fd);
        return;
    }
    struct peer *peer = &box->peers[box->peer_count++];
    *peer = (struct peer){.role = role};
    ipc_init(&peer->ipc, fd, false);
}

/* Takes the questions of one peer. Stops early when the round is full. */
static enum status take_questions(struct box *box, size_t index, struct error *err)
{
    struct peer *peer = &box->peers[index];
    struct ipc_frame frame;
    while (box->asked_count < BOX_BATCH_MAX && ipc_next(&peer->ipc, &frame)) {
        box->asking_peer = index;
        box->asking_tag = frame.tag;
        if (frame.type != BOX_RUNG) {
            box->asked[box->asked_count++] = (struct asked){index, frame.tag};
        }
        enum status status = box_serve_question(box, peer->role, &frame, err);
        arena_reset(&box->arena);
        if (status != STATUS_OK) {
            return status;
        }
    }
    return STATUS_OK;
}

static void round_run(struct box *box, const struct pollfd *ready)
{
    struct error err = {0};
    enum status status = STATUS_OK;
    box->asked_count = 0;
    box->now = clock_wall();
    for (size_t p = 0; p < box->peer_count; p++) {
        box->peers[p].out_before = box->peers[p].ipc.out.n;
    }
    /* By turns: a round ends when it is full or when the store fails, and whoever asks all the time
     * must not keep the others from their answer. */
    size_t first = box->turn++;
    for (size_t i = 0; i < box->peer_count && status == STATUS_OK; i++) {
        size_t p = (first + i) % box->peer_count;
        struct peer *peer = &box->peers[p];
        if ((ready[p].revents & (POLLIN | POLLHUP | POLLERR)) != 0 &&
            ipc_fill(&peer->ipc) != STATUS_OK) {
            continue;
        }
        status = take_questions(box, p, &err);
    }
    batch_end(box, status, &err);
    for (size_t p = box->peer_count; p > 0; p--) {
        struct peer *peer = &box->peers[p - 1];
        if (ipc_flush(&peer->ipc) != STATUS_OK || peer->ipc.is_broken) {
            peer_drop(box, p - 1);
        }
    }
}

/* --- what happens by the clock --- */

static void sign_checkpoint(struct box *box)
{
    struct error err = {0};
    if (box->tree.size == box->checkpoint_size ||
        (box->tree.size == 0 && box->checkpoint_size == 0)) {
        return;
    }
    struct buf note;
    buf_init(&note, BOX_NOTE_BYTES_MAX);
    box_add_note(box, &note);
    enum status status = db_begin(box->db, &err);
    if (status == STATUS_OK) {
        status =
            letterbox_checkpoint_insert(box->db, (int64_t)box->tree.size, buf_str(&note), &err);
        if (status == STATUS_OK) {
            status = db_commit(box->db, &err);
        } else {
            db_rollback(box->db);
        }
    }
    if (status == STATUS_OK) {
        box->checkpoint_size = box->tree.size;
    } else {
        fprintf(stderr, "hustings box: no checkpoint: %s\n", err.primary);
    }
    buf_close(&note);
}

void box_add_note(struct box *box, struct buf *note)
{
    struct crypt_hash root = tree_root(&box->tree);
    note_add_text(note, &box->options->desk_id, (int64_t)box->tree.size, &root);
    size_t text_len = note->n;
    buf_add_byte(note, '\n');
    struct buf text;
    buf_init(&text, BOX_NOTE_BYTES_MAX);
    buf_add(&text, str_slice(buf_str(note), 0, text_len));
    note_add_signature(note, &box->options->desk_id, NOTE_LOG, &box->options->log_sign,
                       &box->options->log_verify, buf_str(&text));
    buf_close(&text);
}

static void sweep(struct box *box)
{
    static const struct letterbox_lifetimes lifetimes = {
        .draft = BOX_DRAFT_SECONDS * US_PER_SECOND,
        .idempotency = BOX_IDEMPOTENCY_SECONDS * US_PER_SECOND,
        .chunk = 2 * BOX_DRAFT_SECONDS * US_PER_SECOND};
    struct error err = {0};
    enum status status = db_begin(box->db, &err);
    if (status == STATUS_OK) {
        status = letterbox_sweep(box->db, box->now, &lifetimes, &err);
        if (status == STATUS_OK) {
            status = letterbox_epochs_sweep(box->db, box_hour(box->now) - 2 * hour_us, &err);
        }
        if (status == STATUS_OK) {
            status = db_commit(box->db, &err);
        } else {
            db_rollback(box->db);
        }
    }
    if (status != STATUS_OK) {
        fprintf(stderr, "hustings box: sweeping later: %s\n", err.primary);
    }
}

/* Hands due alarms to the courier and moves their next try on, so that one that is lost on the way
 * comes again. */
static void ring_due(struct box *box)
{
    struct outbox_row rows[16];
    size_t count = 0;
    struct error err = {0};
    size_t courier = 0;
    while (courier < box->peer_count && box->peers[courier].role != BOX_ROLE_COURIER) {
        courier++;
    }
    if (courier == box->peer_count ||
        letterbox_outbox_due(box->db, box->now, rows, ARRAY_LEN(rows), &count, &err) != STATUS_OK ||
        count == 0) {
        return;
    }
    enum status status = db_begin(box->db, &err);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        int64_t wait_s = rows[i].tries < 6 ? INT64_C(10) << rows[i].tries : OUTBOX_WAIT_SECONDS_MAX;
        status =
            letterbox_outbox_tried(box->db, &rows[i].id, box->now + wait_s * US_PER_SECOND, &err);
        struct ipc *to = &box->peers[courier].ipc;
        ipc_start(to, BOX_RING, 0);
        ipc_put_raw(to, rows[i].id.bytes, sizeof rows[i].id.bytes);
        ipc_put_u64(to, (uint64_t)rows[i].band);
        ipc_put_u64(to, rows[i].is_practice ? 1 : 0);
        ipc_put_u64(to, (uint64_t)rows[i].hour);
        ipc_put_u64(to, (uint64_t)rows[i].tries);
        ipc_end(to);
    }
    if (status == STATUS_OK) {
        status = db_commit(box->db, &err);
    } else {
        db_rollback(box->db);
    }
    if (status != STATUS_OK) {
        fprintf(stderr, "hustings box: alarms rang without a note of it: %s\n", err.primary);
    }
    if (ipc_flush(&box->peers[courier].ipc) != STATUS_OK) {
        peer_drop(box, courier);
    }
}

/* What was erased leaves the store's log too, as soon as no reader holds it. */
static void scrub(struct box *box)
{
    struct error err = {0};
    bool is_done = false;
    if (db_scrub(box->db, &is_done, &err) != STATUS_OK) {
        fprintf(stderr, "hustings box: scrubbing the log later: %s\n", err.primary);
    }
    box->wants_scrub = !is_done;
}

static void by_the_clock(struct box *box)
{
    time_us mono = clock_monotonic();
    box->now = clock_wall();
    if (mono >= box->next_checkpoint) {
        sign_checkpoint(box);
        box->next_checkpoint = mono + box->options->checkpoint_ms * 1000;
    }
    if (box->wants_scrub && mono >= box->next_scrub) {
        scrub(box);
        box->next_scrub = mono + BOX_SCRUB_MS * 1000;
    }
    if (mono >= box->next_ring) {
        ring_due(box);
        box->next_ring = mono + BOX_RING_MS * 1000;
    }
    if (mono >= box->next_sweep) {
        sweep(box);
        box->next_sweep = mono + BOX_SWEEP_MS * 1000;
    }
}

/* --- the loop --- */

static bool control_ready(struct box *box)
{
    uint8_t role = 0;
    int fd = -1;
    if (ipc_receive_fd(box->options->control_fd, &role, &fd) != STATUS_OK) {
        return false;
    }
    if (fd >= 0) {
        peer_add(box, role, fd);
    }
    return true;
}

static void loop(struct box *box)
{
    struct pollfd fds[BOX_PEERS_MAX + 1];
    for (;;) {
        bool has_left = false; /* frames of a round that was full */
        for (size_t p = 0; p < box->peer_count; p++) {
            struct peer *peer = &box->peers[p];
            fds[p] = (struct pollfd){.fd = peer->ipc.fd, .events = POLLIN};
            fds[p].events |= (short)(ipc_queued(&peer->ipc) > 0 ? POLLOUT : 0);
            has_left = has_left || peer->ipc.in.n - peer->ipc.in_at >= IPC_HEADER_BYTES;
        }
        size_t n = box->peer_count;
        fds[n] = (struct pollfd){.fd = box->options->control_fd, .events = POLLIN};
        int got = poll(fds, (nfds_t)n + 1, has_left && box->asked_count == BOX_BATCH_MAX ? 0 : 250);
        if (got < 0 && errno != EINTR) {
            return;
        }
        round_run(box, fds);
        if (got > 0 && fds[n].revents != 0 && !control_ready(box)) {
            return;
        }
        by_the_clock(box);
    }
}

enum status box_run(const struct box_options *options, void (*ready)(void *context), void *context,
                    struct error *err)
{
    static const size_t arena_bytes_max = 64 * 1024 * 1024;
    struct arena perm;
    arena_init(&perm, arena_bytes_max);
    struct box *box = ARENA_NEW(&perm, struct box);
    box->options = options;
    arena_init(&box->arena, arena_bytes_max);
    box->now = clock_wall();
    enum status status = db_open(&options->store, &box->db, err);
    if (status == STATUS_OK) {
        status = letterbox_migrate(box->db, box->now, NULL, err);
    }
    if (status == STATUS_OK) {
        status = letterbox_tree_read(box->db, &box->tree, err);
    }
    if (status == STATUS_OK) {
        box->next_sweep = clock_monotonic() + BOX_SWEEP_MS * 1000;
        box->wants_scrub = true; /* an erasure may have been the last thing before a power cut */
        ready(context);
        loop(box);
        box->now = clock_wall();
        sign_checkpoint(box);
    }
    db_close(box->db);
    arena_close(&box->arena);
    arena_close(&perm);
    return status;
}
