/* SPDX-License-Identifier: Apache-2.0 */
/* How front and desk talk to box: the questions, their fields, and the answers.
 *
 * Two ways to ask over the same frames: `box_call` (blocking, used by desk and commands) and
 * `box_ask` (queues the question and remembers a callback; front, which serves many at once).
 * Every answer begins with a status word and a short text; only on STATUS_OK more follows.
 * Box checks which role may ask what: a front cannot fetch letters; a desk puts only whole letters
 * (a report entered by hand).
 */
#ifndef HUSTINGS_LETTERBOX_BOX_CLIENT_H
#define HUSTINGS_LETTERBOX_BOX_CLIENT_H

#include "base/arena.h"
#include "base/text.h"
#include "ipc/ipc.h"
#include "letterbox/erasure.h"
#include "letterbox/letter.h"

enum box_question {
    BOX_HELLO = 1,
    /* front */
    BOX_LETTER_PUT,   /* a letter with its leaf, mailbox, idempotency and alarm: one commit */
    BOX_MAILBOX_ADD,  /* a follow-up letter plus the reporter's copy */
    BOX_MAILBOX_READ, /* all messages of a mailbox, oldest first */
    BOX_DRAFT_PUT,    /* sealed answers between two pages, kept one hour */
    BOX_DRAFT_READ,
    BOX_DRAFT_WIPE,
    BOX_EVIDENCE_CHUNK, /* one sealed chunk of a file that is being sent */
    BOX_IDEMPOTENCY_READ,
    /* desk */
    BOX_LETTERS_FETCH, /* letters waiting, oldest first */
    BOX_LETTERS_DONE,  /* imported: delete them, with one leaf */
    BOX_LEAF_ADD,      /* an act; durable when answered */
    BOX_REPLY_PUT,     /* a sealed message into a mailbox */
    BOX_EVIDENCE_READ,
    BOX_ERASE,
    BOX_ALARM,      /* put an alarm into the outbox (test, practice, escalation) */
    BOX_CHECKPOINT, /* sign now; answers the note */
    BOX_COSIGN,
    BOX_STATE,         /* counts: letters waiting, oldest, ledger size, outbox */
    BOX_ACTS_READ,     /* act leaves above a number: which of them has no act? */
    BOX_COPY,          /* consistent copy of the letterbox into a path under DIR/backup */
    BOX_ERASURES_READ, /* records of erasures above a leaf: is the casebook as far? */
    /* box → courier and back */
    BOX_RING,
    BOX_RUNG,
    BOX_ANSWER = 0x8000
};

enum box_role { BOX_ROLE_FRONT = 1, BOX_ROLE_DESK = 2, BOX_ROLE_COURIER = 3 };

enum {
    BOX_FETCH_LETTERS_MAX = 256,
    BOX_FETCH_BYTES_MAX = 1024 * 1024,
    BOX_DRAFT_BYTES_MAX = 256 * 1024,
    BOX_DRAFT_SECONDS = 3600,
    BOX_IDEMPOTENCY_SECONDS = 24 * 3600,
    BOX_EVIDENCE_MAX = 100, /* files of one letter */
    BOX_MAILBOX_MESSAGES_MAX = 500
};

struct box_client;

/* Takes the descriptor over. A box that goes away ends this process (the parent restarts both). */
struct box_client *box_client_open(int fd, bool is_blocking);
void box_client_close(struct box_client *client);
int box_client_fd(const struct box_client *client);

/* A question is written field by field between start and ask/call. */
struct ipc *box_start(struct box_client *client, enum box_question question);

/* --- asynchronous (front) --- */
struct box_answer {
    enum status status;
    str text;               /* what went wrong, for a log or a page */
    struct ipc_frame frame; /* the fields that follow */
};
typedef void box_callback(void *context, struct box_answer *answer);
void box_ask(struct box_client *client, box_callback *callback, void *context);
/* Call when the descriptor is readable or there is something to send. */
void box_client_run(struct box_client *client);
bool box_client_wants_write(const struct box_client *client);

/* --- blocking (desk, commands) --- */
enum status box_call(struct box_client *client, struct box_answer *ret_answer,
                     struct error *err) MUST_CHECK;

/* Kinds of ledger leaves. Only ever add at the end: they are on disk for ever. */
enum leaf_kind {
    LEAF_START = 1, /* the desk was made */
    LEAF_LETTER,    /* a report was accepted */
    LEAF_ADDED,     /* the reporter added to it */
    LEAF_EVIDENCE,  /* a sealed file */
    LEAF_IMPORT,    /* letters moved into the casebook */
    LEAF_ACT,       /* something an officer did or read */
    LEAF_REPLY,     /* a message to a reporter */
    LEAF_ERASE,     /* every wrap of a data key destroyed */
    LEAF_VOID,      /* the act of an earlier leaf never happened */
    LEAF_EPOCH,     /* a new epoch key was sealed */
    LEAF_KIND_COUNT
};

/* Ready-made blocking questions of the desk. */
struct box_letter {
    int64_t leaf; /* its number in the ledger */
    struct crypt_id id;
    struct crypt_id epoch_id;
    bool is_added;         /* a follow-up: the body names the mailbox */
    time_us received_hour; /* rounded down to the hour */
    str sealed_epoch_key;  /* arena */
    str wrapped_key;       /* arena */
    str sealed_body;       /* arena */
};
/* Up to BOX_FETCH_LETTERS_MAX letters with a leaf number above `after`. */
enum status box_letters_fetch(struct box_client *client, struct arena *arena, int64_t after,
                              struct box_letter **ret_letters, size_t *ret_count,
                              struct error *err) MUST_CHECK;
enum status box_letters_done(struct box_client *client, const int64_t *leaves, size_t count,
                             struct error *err) MUST_CHECK;
/* Durable when it returns. subject: a random id of the act; hash: a salted commitment. */
enum status box_leaf_add(struct box_client *client, enum leaf_kind kind,
                         const struct crypt_id *subject, const struct crypt_hash *hash,
                         int64_t *ret_leaf, struct error *err) MUST_CHECK;
struct box_act {
    int64_t leaf;
    struct crypt_id subject;
};
enum { BOX_ACTS_MAX = 1000 };
/* Act leaves above `after`, oldest first, at most BOX_ACTS_MAX; *ret_acts is in the arena. */
enum status box_acts_read(struct box_client *client, struct arena *arena, int64_t after,
                          struct box_act **ret_acts, size_t *ret_count,
                          struct error *err) MUST_CHECK;
/* STATUS_NOT_FOUND when the mailbox was erased, STATUS_LIMIT when it is full. The same bytes may be
 * put again (the answer was lost on the way): they are kept once, and *ret_leaf is then 0. */
enum status box_reply_put(struct box_client *client, const struct crypt_id *mailbox_id, str sealed,
                          int64_t *ret_leaf, struct error *err) MUST_CHECK;
/* One sealed chunk. *ret_chunk is empty past the end. */
enum status box_evidence_read(struct box_client *client, struct arena *arena,
                              const struct crypt_id *evidence_id, int64_t seq, str *ret_chunk,
                              struct error *err) MUST_CHECK;
/* Destroys what is left of a letter, its mailbox, its evidence and its idempotency row, as the signed
 * record `note` (letterbox/erasure.h) says, and keeps the record, with one leaf. A second time it is
 * the same leaf. STATUS_NOT_FOUND when the ledger has no such letter. */
enum status box_erase(struct box_client *client, str note, int64_t *ret_leaf,
                      struct error *err) MUST_CHECK;
enum { BOX_ERASURES_MAX = 100 };
/* Records of erasures (letterbox/erasure.h) with a leaf above `after`, oldest first, at most
 * BOX_ERASURES_MAX; all in the arena. */
enum status box_erasures_read(struct box_client *client, struct arena *arena, int64_t after,
                              struct stored_erasure **ret_list, size_t *ret_count,
                              struct error *err) MUST_CHECK;
enum status box_alarm(struct box_client *client, int64_t band, bool is_practice,
                      struct error *err) MUST_CHECK;
struct box_state {
    int64_t letters_waiting;
    time_us oldest_waiting_hour; /* 0 = none */
    int64_t ledger_size;
    int64_t alarms_waiting;
    int64_t mailboxes;
    struct crypt_hash ledger_root;
};
enum status box_state(struct box_client *client, struct box_state *ret_state,
                      struct error *err) MUST_CHECK;
/* The newest signed note (signs one if the tree grew since). */
enum status box_checkpoint(struct box_client *client, struct arena *arena, str *ret_note,
                           struct error *err) MUST_CHECK;
/* Adds the desk's signature line to the checkpoint of `size`. */
enum status box_cosign(struct box_client *client, int64_t size, str signature_line,
                       struct error *err) MUST_CHECK;
/* Copies the letterbox (SQLite) to a path that box may write (under DIR/backup). */
enum status box_copy(struct box_client *client, str path, struct error *err) MUST_CHECK;

#endif
