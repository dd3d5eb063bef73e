/* SPDX-License-Identifier: Apache-2.0 */
/* All SQL of the letterbox: what box keeps. Every blob here is ciphertext, a hash, a public key or
 * a random id; every time is rounded (letters to the hour, ledger leaves to the minute).
 * Counted clear columns: see tests/unit/letterbox_test.c, which lists them all.
 *
 * Functions that write must run inside a transaction of the caller (box groups many of them into
 * one commit). */
#ifndef HUSTINGS_STORE_LETTERBOX_H
#define HUSTINGS_STORE_LETTERBOX_H

#include "crypt/crypt.h"
#include "db/db.h"
#include "ledger/tree.h"

enum {
    LETTERBOX_LOCK = 0x68757374,  /* advisory lock of the one writer order */
    LETTERBOX_VERSION_ERASURE = 2 /* the schema that brought the table `erasure` */
};

/* Brings the tables up to date. */
enum status letterbox_migrate(struct db *db, time_us now, int64_t *ret_from,
                              struct error *err) MUST_CHECK;

/* --- ledger --- */
/* Size and frontier of the tree; an empty letterbox has size 0. */
enum status letterbox_tree_read(struct db *db, struct tree *ret_tree, struct error *err) MUST_CHECK;
enum status letterbox_tree_write(struct db *db, const struct tree *tree,
                                 struct error *err) MUST_CHECK;
enum status letterbox_leaf_insert(struct db *db, const struct leaf *leaf,
                                  struct error *err) MUST_CHECK;
enum status letterbox_checkpoint_insert(struct db *db, int64_t size, str note,
                                        struct error *err) MUST_CHECK;
enum status letterbox_checkpoint_replace(struct db *db, int64_t size, str note,
                                         struct error *err) MUST_CHECK;
/* The checkpoint of `size`, or the newest for size < 0. STATUS_NOT_FOUND. */
enum status letterbox_checkpoint_read(struct db *db, struct arena *arena, int64_t size,
                                      str *ret_note, struct error *err) MUST_CHECK;

/* --- letters --- */
struct stored_letter {
    int64_t leaf;
    struct crypt_id id;
    struct crypt_id epoch_id;
    bool is_added;
    time_us received_hour;
    str wrapped_key;
    str sealed_body;
    str sealed_epoch_key; /* read only */
};
/* *ret_is_new = false when the epoch is there already. */
enum status letterbox_epoch_insert(struct db *db, const struct crypt_id *id, str sealed_key,
                                   time_us hour, bool *ret_is_new, struct error *err) MUST_CHECK;
enum status letterbox_letter_insert(struct db *db, const struct stored_letter *letter,
                                    struct error *err) MUST_CHECK;
/* Letters with leaf > after, oldest first, until count or bytes are reached (at least one). */
enum status letterbox_letters_read(struct db *db, struct arena *arena, int64_t after,
                                   size_t count_max, size_t bytes_max,
                                   struct stored_letter **ret_letters, size_t *ret_count,
                                   struct error *err) MUST_CHECK;
/* Remembers which letters an import leaf took along: u64 leaf numbers, big-endian. */
enum status letterbox_import_insert(struct db *db, int64_t leaf, str numbers,
                                    struct error *err) MUST_CHECK;
enum status letterbox_letter_delete(struct db *db, int64_t leaf, struct error *err) MUST_CHECK;
/* STATUS_OK also when it is not there (imported already). */
enum status letterbox_letter_erase(struct db *db, const struct crypt_id *id,
                                   struct error *err) MUST_CHECK;
/* Deletes epochs no letter refers to, but for those opened since `hour`. */
enum status letterbox_epochs_sweep(struct db *db, time_us hour, struct error *err) MUST_CHECK;

/* --- mailboxes --- */
enum status letterbox_mailbox_insert(struct db *db, const struct crypt_id *id, time_us hour,
                                     struct error *err) MUST_CHECK;
/* Appends; STATUS_NOT_FOUND without such a mailbox, STATUS_LIMIT when it is full. */
enum status letterbox_message_add(struct db *db, const struct crypt_id *mailbox_id, str sealed,
                                  int64_t messages_max, struct error *err) MUST_CHECK;
/* Does this mailbox hold exactly these bytes? */
enum status letterbox_message_known(struct db *db, const struct crypt_id *mailbox_id, str sealed,
                                    bool *ret_is_known, struct error *err) MUST_CHECK;
/* One look-up whether or not it exists. *ret_messages oldest first; STATUS_NOT_FOUND when none. */
enum status letterbox_mailbox_read(struct db *db, struct arena *arena, const struct crypt_id *id,
                                   str **ret_messages, size_t *ret_count,
                                   struct error *err) MUST_CHECK;
enum status letterbox_mailbox_erase(struct db *db, const struct crypt_id *id,
                                    struct error *err) MUST_CHECK;

/* --- idempotency and drafts --- */
/* *ret_is_new = false: there was one; *ret_sealed is what it holds (arena). */
enum status letterbox_idempotency_insert(struct db *db, struct arena *arena,
                                         const struct crypt_id *id,
                                         const struct crypt_id *letter_id, str sealed, time_us now,
                                         time_us expires, bool *ret_is_new, str *ret_sealed,
                                         struct error *err) MUST_CHECK;
/* STATUS_NOT_FOUND when there is none (or it has expired). */
enum status letterbox_idempotency_read(struct db *db, struct arena *arena,
                                       const struct crypt_id *id, time_us now, str *ret_sealed,
                                       struct error *err) MUST_CHECK;
enum status letterbox_idempotency_delete(struct db *db, const struct crypt_id *id,
                                         struct error *err) MUST_CHECK;
/* Those of one letter. */
enum status letterbox_idempotency_erase(struct db *db, const struct crypt_id *letter_id,
                                        struct error *err) MUST_CHECK;
enum status letterbox_draft_write(struct db *db, const struct crypt_id *id, str sealed,
                                  time_us expires, struct error *err) MUST_CHECK;
enum status letterbox_draft_read(struct db *db, struct arena *arena, const struct crypt_id *id,
                                 time_us now, str *ret_sealed, struct error *err) MUST_CHECK;
/* The draft and the evidence that belongs to it. */
enum status letterbox_draft_wipe(struct db *db, const struct crypt_id *id,
                                 struct error *err) MUST_CHECK;
/* How long a row may live at most. */
struct letterbox_lifetimes {
    time_us draft, idempotency, chunk;
};
/* Everything past its time: drafts, idempotency rows, evidence that was never attached. A row that
 * would live longer from now than its kind may was written by a clock that stood ahead: its end is
 * moved to what is allowed. */
enum status letterbox_sweep(struct db *db, time_us now, const struct letterbox_lifetimes *lifetimes,
                            struct error *err) MUST_CHECK;

/* --- evidence --- */
enum status letterbox_chunk_insert(struct db *db, const struct crypt_id *evidence_id, int64_t seq,
                                   str sealed, const struct crypt_id *draft_id, time_us expires,
                                   struct error *err) MUST_CHECK;
/* Ties uploaded chunks to their leaf. STATUS_NOT_FOUND when no chunk is there. */
enum status letterbox_evidence_attach(struct db *db, const struct crypt_id *evidence_id,
                                      int64_t leaf, struct error *err) MUST_CHECK;
enum status letterbox_chunk_read(struct db *db, struct arena *arena,
                                 const struct crypt_id *evidence_id, int64_t seq, str *ret_sealed,
                                 struct error *err) MUST_CHECK;
enum status letterbox_evidence_erase(struct db *db, const struct crypt_id *evidence_id,
                                     struct error *err) MUST_CHECK;

/* --- outbox --- */
struct outbox_row {
    struct crypt_id id;
    int64_t band; /* 4, 5, or 0 for a test */
    bool is_practice;
    time_us hour;
    int64_t tries;
};
enum { OUTBOX_WAIT_SECONDS_MAX = 600 }; /* between two tries */
enum status letterbox_outbox_insert(struct db *db, const struct outbox_row *row,
                                    struct error *err) MUST_CHECK;
/* Those whose next try has come, or lies so far ahead that a wrong clock must have set it. */
enum status letterbox_outbox_due(struct db *db, time_us now, struct outbox_row *rows, size_t cap,
                                 size_t *ret_count, struct error *err) MUST_CHECK;
enum status letterbox_outbox_tried(struct db *db, const struct crypt_id *id, time_us next_try,
                                   struct error *err) MUST_CHECK;
enum status letterbox_outbox_delete(struct db *db, const struct crypt_id *id,
                                    struct error *err) MUST_CHECK;

struct letterbox_counts {
    int64_t letters;
    time_us oldest_hour;
    int64_t outbox;
    int64_t mailboxes;
};
enum status letterbox_counts_read(struct db *db, struct letterbox_counts *ret_counts,
                                  struct error *err) MUST_CHECK;

/* Leaves of one kind above `after`, oldest first, at most count_max (in the arena). */
enum status letterbox_leaves_read(struct db *db, struct arena *arena, int64_t kind, int64_t after,
                                  size_t count_max, struct leaf **ret_leaves, size_t *ret_count,
                                  struct error *err) MUST_CHECK;

/* One leaf, whatever its kind. */
enum status letterbox_leaf_read(struct db *db, int64_t number, struct leaf *ret_leaf,
                                bool *ret_has_leaf, struct error *err) MUST_CHECK;

/* --- erasures: signed records under the number of their erase leaf --- */
enum status letterbox_erasure_insert(struct db *db, int64_t leaf, const struct crypt_id *letter_id,
                                     str note, struct error *err) MUST_CHECK;
/* *ret_leaf = -1 when this letter was never erased. */
enum status letterbox_erasure_find(struct db *db, const struct crypt_id *letter_id,
                                   int64_t *ret_leaf, struct error *err) MUST_CHECK;
struct stored_erasure {
    int64_t leaf;
    str note;
};
/* With a leaf above `after`, oldest first. */
enum status letterbox_erasures_read(struct db *db, struct arena *arena, int64_t after,
                                    size_t count_max, struct stored_erasure **ret_list,
                                    size_t *ret_count, struct error *err) MUST_CHECK;

/* --- for verify: walks --- */
typedef enum status letterbox_erasure_visit(void *context, int64_t leaf,
                                            const struct crypt_id *letter_id, str note,
                                            struct error *err);
enum status letterbox_erasures_walk(struct db *db, letterbox_erasure_visit *visit, void *context,
                                    struct error *err) MUST_CHECK;
/* Is there such a mailbox? */
enum status letterbox_mailbox_known(struct db *db, const struct crypt_id *id, bool *ret_is_known,
                                    struct error *err) MUST_CHECK;
typedef enum status letterbox_leaf_visit(void *context, const struct leaf *leaf, struct error *err);
enum status letterbox_leaves_walk(struct db *db, letterbox_leaf_visit *visit, void *context,
                                  struct error *err) MUST_CHECK;
typedef enum status letterbox_note_visit(void *context, int64_t size, str note, struct error *err);
enum status letterbox_checkpoints_walk(struct db *db, letterbox_note_visit *visit, void *context,
                                       struct error *err) MUST_CHECK;
typedef enum status letterbox_letter_visit(void *context, const struct stored_letter *letter,
                                           struct error *err);
enum status letterbox_letters_walk(struct db *db, letterbox_letter_visit *visit, void *context,
                                   struct error *err) MUST_CHECK;
typedef enum status letterbox_import_visit(void *context, int64_t leaf, str numbers,
                                           struct error *err);
enum status letterbox_imports_walk(struct db *db, letterbox_import_visit *visit, void *context,
                                   struct error *err) MUST_CHECK;
/* Sealed chunks in order of evidence and number; leaf 0 = not attached yet (skipped). */
typedef enum status letterbox_chunk_visit(void *context, int64_t leaf,
                                          const struct crypt_id *evidence_id, int64_t seq,
                                          str sealed, struct error *err);
enum status letterbox_chunks_walk(struct db *db, letterbox_chunk_visit *visit, void *context,
                                  struct error *err) MUST_CHECK;
/* Messages in order of mailbox and number. `messages`: how many the mailbox counts, -1 when there is
 * no such mailbox. A mailbox without a message is visited once with seq -1. */
typedef enum status letterbox_message_visit(void *context, const struct crypt_id *mailbox_id,
                                            int64_t seq, str sealed, int64_t messages,
                                            struct error *err);
enum status letterbox_messages_walk(struct db *db, letterbox_message_visit *visit, void *context,
                                    struct error *err) MUST_CHECK;

#endif
