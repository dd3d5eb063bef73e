/* SPDX-License-Identifier: Apache-2.0 */
/* The record of an erasure: what was destroyed, by ids only, signed by the desk key.
 *
 *     hustings/<desk id>/erasure
 *     letter <its leaf> <its id>
 *     mailbox <id>                       or "mailbox -"
 *     at 2026-05-07T21:04:00Z            rounded to the minute
 *     also notes messages summary        or "also -": what of the case went with it
 *     evidence <id>                      a line a file
 *     (empty line)
 *     — hustings/<desk id>+desk <signature>
 *
 * The erase leaf commits to the SHA-256 of the text above the empty line. The record holds random
 * ids and nothing that was said; whoever has the receipt can find its mailbox id in it.
 *
 * A backup that is older than an erasure still has what was erased. So the records leave the desk
 * as a list (each backup writes one, `hustings ledger erasures` prints one), and `restore` applies
 * a newer list to an older backup: no key is needed for the letterbox, and the desk does the same to
 * its casebook at the next unlock. Because each record is signed by a key that only an unlocked
 * desk has, neither a forged list nor a box that was taken over destroys a report.
 *
 *     hustings erasures 1 <desk id> <how many>
 *     (empty line)
 *     <record>
 *     (empty line) …
 */
#ifndef HUSTINGS_LETTERBOX_ERASURE_H
#define HUSTINGS_LETTERBOX_ERASURE_H

#include "store/letterbox.h"

enum {
    ERASURE_EVIDENCE_MAX = 100, /* five times what one report may bring */
    ERASURE_NOTE_BYTES_MAX = 8192,
    ERASURE_LIST_BYTES_MAX = 256 * 1024 * 1024, /* 800,000 reports without files, at 310 bytes */
    ERASURE_LIST_ARENA_BYTES_MAX = 640 * 1024 * 1024 /* such a list, read and parsed */
};
enum erasure_also { ERASURE_NOTES = 1, ERASURE_MESSAGES = 2, ERASURE_SUMMARY = 4 };

struct erasure {
    int64_t letter_leaf;
    struct crypt_id letter_id;
    struct crypt_id mailbox_id; /* all zero: none */
    time_us at;
    unsigned also; /* enum erasure_also */
    struct crypt_id *evidence;
    size_t evidence_count;
    str text; /* erasure_parse: what is signed */
};

/* Appends text, empty line and signature (by the desk key). */
void erasure_add_note(struct buf *out, const struct crypt_id *desk_id,
                      const struct crypt_sign_key *sign, const struct crypt_verify_key *verify,
                      const struct erasure *erasure);
/* STATUS_INVALID when it is no record of this desk, or not validly signed by its desk key. verify NULL:
 * the signature is not looked at (box, which believes the desk). */
enum status erasure_parse(struct arena *arena, str note, const struct crypt_id *desk_id,
                          const struct crypt_verify_key *verify, struct erasure *ret_erasure,
                          struct error *err) MUST_CHECK;
/* What the leaf of a record commits to. */
struct crypt_hash erasure_hash(str text);

/* In a transaction: destroys letter, mailbox, files and idempotency row; what is not there is not
 * there. */
enum status erasure_apply(struct db *db, const struct erasure *erasure,
                          struct error *err) MUST_CHECK;

/* --- the list --- */
/* All records of a letterbox. `db` may be read-only; an old schema without records has none. */
enum status erasure_list_print(struct db *db, const struct crypt_id *desk_id, struct buf *out,
                               struct error *err) MUST_CHECK;
struct erasure_list {
    str *notes;
    struct erasure *erasures;
    size_t count;
};
/* STATUS_INVALID says what is wrong: another desk, cut off, a false signature. */
enum status erasure_list_parse(struct arena *arena, str text, const struct crypt_id *desk_id,
                               const struct crypt_verify_key *verify, struct erasure_list *ret_list,
                               struct error *err) MUST_CHECK;
struct erasure_replayed {
    size_t known;   /* the letterbox had the record: nothing to do */
    size_t applied; /* its letter is in this ledger */
    size_t kept;    /* of a letter that came after the backup: the record is kept all the same */
};
/* In one transaction: applies what is new, with an erase leaf for each at the minute of `now`. */
enum status erasure_replay(struct db *db, const struct erasure_list *list, time_us now,
                           struct erasure_replayed *ret_replayed, struct error *err) MUST_CHECK;

#endif
