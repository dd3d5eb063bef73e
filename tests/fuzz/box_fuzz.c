/* SPDX-License-Identifier: Apache-2.0 */
/* Any frames as questions to box from a front, a desk or a courier that was taken over (the first
 * byte says which): each gets one answer or costs the asker its connection, and what was kept can
 * be committed. */
#include <stdio.h>
#include <unistd.h>

#include "base/io.h"
#include "letterbox/box_client.h"
#include "letterbox/box_internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ARENA_BYTES = 64 * 1024 * 1024, FRAMES_MAX = 32 };

/* One answer, with the tag of its question; the courier's question has none. */
static void check_answer(struct peer *peer, uint64_t tag)
{
    struct ipc answers = {.fd = -1, .in = peer->ipc.out};
    struct ipc_frame answer;
    if (peer->ipc.is_broken) {
        return;
    }
    if (ipc_next(&answers, &answer)) {
        ASSERT(answer.tag == tag && (answer.type & BOX_ANSWER) != 0);
        ASSERT(answers.in_at == answers.in.n);
    } else {
        ASSERT(peer->role == BOX_ROLE_COURIER);
    }
    peer->ipc.out.n = 0;
}

static void ask_all(struct box *box, struct ipc *asker)
{
    struct peer *peer = &box->peers[0];
    struct ipc_frame frame;
    enum status status = STATUS_OK;
    struct error err = {0};
    for (size_t i = 0; i < FRAMES_MAX && status == STATUS_OK && ipc_next(asker, &frame); i++) {
        arena_reset(&box->arena);
        box->asking_tag = frame.tag;
        status = box_serve_question(box, peer->role, &frame, &err);
        if (status == STATUS_OK) {
            check_answer(peer, frame.tag);
        }
        if (peer->ipc.is_broken) {
            break;
        }
    }
    if (box->is_writing && status == STATUS_OK) {
        ASSERT(letterbox_tree_write(box->db, &box->tree, &err) == STATUS_OK);
        ASSERT(db_commit(box->db, &err) == STATUS_OK);
    } else if (box->is_writing) {
        db_rollback(box->db);
    }
}

static void remove_files(struct arena *arena, const char *path)
{
    static const char *const ends[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        (void)unlink(arena_printf(arena, "%s%s", path, ends[i]).p);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    (void)snprintf(path, sizeof path, "/dev/shm/hustings-box-fuzz-%d.db", (int)getpid());
    struct box_options options = {.store = {.engine = DB_SQLITE, .where = path, .is_create = true}};
    struct arena arena;
    struct ipc asker = {.fd = -1};
    if (size == 0) {
        return 0;
    }
    arena_init(&arena, ARENA_BYTES);
    struct box *box = ARENA_NEW(&arena, struct box);
    box->options = &options;
    arena_init(&box->arena, ARENA_BYTES);
    box->now = INT64_C(1720000000) * US_PER_SECOND;
    remove_files(&arena, path);
    ASSERT(db_open(&options.store, &box->db, NULL) == STATUS_OK);
    ASSERT(letterbox_migrate(box->db, box->now, NULL, NULL) == STATUS_OK);
    tree_init(&box->tree);
    box->peer_count = 1;
    box->peers[0] = (struct peer){.role = (uint8_t)(1 + data[0] % 3), .ipc = {.fd = -1}};
    buf_init(&box->peers[0].ipc.out, IPC_QUEUE_BYTES_MAX);
    buf_init(&asker.in, IPC_FRAME_BYTES_MAX);
    buf_add_bytes(&asker.in, data + 1, size - 1);
    ask_all(box, &asker);
    buf_close(&asker.in);
    buf_close(&box->peers[0].ipc.out);
    db_close(box->db);
    remove_files(&arena, path);
    arena_close(&box->arena);
    arena_close(&arena);
    return 0;
}
