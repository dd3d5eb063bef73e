/* SPDX-License-Identifier: Apache-2.0 */
/* What box.c (the loop) and box_questions.c (the answers) share. */
#ifndef HUSTINGS_LETTERBOX_BOX_INTERNAL_H
#define HUSTINGS_LETTERBOX_BOX_INTERNAL_H

#include "ledger/tree.h"
#include "letterbox/box.h"
#include "store/letterbox.h"

enum {
    BOX_PEERS_MAX = 16,
    BOX_BATCH_MAX = 512, /* questions of one round: bounds the time of a commit */
    BOX_NOTE_BYTES_MAX = 4096,
    BOX_RING_MS = 500,
    BOX_SCRUB_MS = 500,
    BOX_SWEEP_MS = 60 * 1000
};

struct peer {
    struct ipc ipc;
    uint8_t role;
    size_t out_before; /* answers queued before this round */
};

struct asked {
    size_t peer;
    uint64_t tag;
};

struct box {
    const struct box_options *options;
    struct db *db;
    struct arena arena; /* one question */
    struct tree tree;
    struct tree tree_before;
    bool is_writing;
    bool wants_scrub; /* something was erased: it must also leave the log of the store */
    time_us now;
    uint64_t checkpoint_size;
    time_us next_checkpoint, next_ring, next_sweep, next_scrub; /* monotonic */
    struct peer peers[BOX_PEERS_MAX];
    size_t peer_count;
    size_t turn; /* whose questions come first in the next round */
    size_t asking_peer;
    uint64_t asking_tag;
    struct asked asked[BOX_BATCH_MAX];
    size_t asked_count;
};

time_us box_hour(time_us at);

/* The answer to the question being served. */
void answer_start(struct box *box, enum status status, const char *text);
struct ipc *answer_to(struct box *box);
void answer_end(struct box *box);
void answer_only(struct box *box, enum status status, const char *text);

/* Opens the round's transaction at its first write. */
enum status batch_begin(struct box *box, struct error *err) MUST_CHECK;
enum status batch_leaf(struct box *box, int64_t kind, const struct crypt_id *subject,
                       const struct crypt_hash *hash, int64_t *ret_leaf,
                       struct error *err) MUST_CHECK;
void box_add_note(struct box *box, struct buf *note);

/* --- box_questions.c and box_erase.c --- */
typedef enum status question_serve(struct box *box, struct ipc_frame *frame, struct error *err);
void take_id(struct ipc_frame *frame, struct crypt_id *id);
/* Answers, and drops the peer. */
enum status bad_frame(struct box *box) MUST_CHECK;
question_serve box_answer_erase, box_answer_erasures;

/* Answers one question. A status other than OK fails the whole round. */
enum status box_serve_question(struct box *box, uint8_t role, struct ipc_frame *frame,
                               struct error *err) MUST_CHECK;

#endif
