/* SPDX-License-Identifier: Apache-2.0 */
/* What the public process does with a report: seal it, ask box to keep it, open mailboxes and
 * drafts for those who hold their keys. It holds the desk's public key only.
 *
 * Everything here is asynchronous: a call queues a question to box and returns; the callback comes
 * from the event loop. All memory is the caller's arena, which must live until the callback.
 *
 * Epochs: one random epoch key serves at most ten minutes or LETTER_EPOCH_LETTERS_MAX letters; it
 * rides along sealed with every letter, so it is committed no later than its first one; then it is
 * wiped. A restart begins a new epoch.
 *
 * Evidence is sealed chunk by chunk as it arrives and staged in box under the draft's id; the file
 * key stays in the draft until the report carries it inside its sealed body.
 */
#ifndef HUSTINGS_FRONT_FRONT_H
#define HUSTINGS_FRONT_FRONT_H

#include "intake/report.h"
#include "letterbox/box_client.h"

struct front;

/* What the machine suggests for a report: only ever a suggestion that raises. */
enum { FRONT_CODES_MAX = 16, FRONT_REASONS_MAX = 32 };
struct front_reason {
    size_t from, to; /* bytes of the report's text */
    str why, rule;
};
struct front_grade {
    int64_t grade; /* 0-5 */
    str codes[FRONT_CODES_MAX];
    size_t code_count;
    struct front_reason reasons[FRONT_REASONS_MAX];
    size_t reason_count;
};
/* Fills *ret_grade (given as G1 without codes). */
typedef void front_grader(void *context, struct arena *arena, const struct report *report,
                          struct front_grade *ret_grade);

/* Texts that tell the reporter what to do now, in the report's language; returns how many. */
typedef size_t front_adviser(void *context, struct arena *arena, const struct report *report,
                             const struct front_grade *grade, str *ret_texts, size_t cap);

struct front_options {
    struct crypt_id desk_id;
    struct crypt_public desk_public;
    struct box_client *box;
    front_grader *grader;   /* in memory, before sealing; NULL = G1 until a person looks */
    front_adviser *adviser; /* NULL = no advice */
    void *pack_context;     /* of both */
    struct report_choices choices;
};
struct front *front_open(const struct front_options *options);
const struct report_choices *front_choices(const struct front *front);
/* What to tell the reporter, and whether to say 999 first. */
enum { FRONT_ADVICE_MAX = 16 };
size_t front_advice(const struct front *front, struct arena *arena, const struct report *report,
                    const struct front_grade *grade, str *ret_texts, size_t cap);
/* What the machine suggests for it, as front_put does; also of a report that was sent before. */
void front_grade_report(const struct front *front, struct arena *arena, const struct report *report,
                        struct front_grade *ret_grade);
bool front_says_999(const struct report *report, const struct front_grade *grade);
void front_close(struct front *front); /* wipes the epoch key */
/* Call about once a second: ends an epoch whose time is over. */
void front_tick(struct front *front, time_us now_monotonic);

enum { FRONT_EVIDENCE_MAX = 10, FRONT_KEY_BYTES_MIN = 16, FRONT_KEY_BYTES_MAX = 200 };

/* A file that was sealed and staged. Kept in the draft, then inside the letter. */
struct front_evidence {
    struct crypt_id id;
    str name, type;
    int64_t size, chunks;
    struct crypt_hash sha256;        /* of the original bytes; only ever inside sealed bodies */
    struct crypt_hash sealed_sha256; /* of the sealed chunks: the leaf's commitment */
    struct crypt_key key;
    uint8_t header[CRYPT_FILE_HEADER_BYTES];
};

struct front_put {
    const struct report *report;
    const struct front_evidence *evidence;
    size_t evidence_count;
    str idempotency_key;             /* at least FRONT_KEY_BYTES_MIN bytes, or empty = none */
    struct crypt_id draft_id;        /* wiped in the same commit; all zero = none */
    const char *source;              /* "form", "api", "press", "desk" */
    const struct front_grade *grade; /* when it is known already (press); NULL = the grader's */
    str press; /* a JSON object for the letter's member "press"; empty = none */
    bool is_practice;
    bool is_silent; /* rings no alarm, whatever the grade (what the press said long ago) */
};

/* What the reporter is told. Only for advice; a machine's grade is never shown as such. */
struct front_receipt {
    struct receipt receipt;
    struct front_grade grade; /* for advice; never shown as such */
    bool is_repeat;           /* the same receipt as before */
};
/* STATUS_OK; STATUS_CONFLICT: the key was used with another body; STATUS_NOT_FOUND: a file is no
 * longer there; STATUS_UNAVAILABLE: nothing was kept. */
typedef void front_put_done(void *context, enum status status, const struct front_receipt *receipt);
void front_put(struct front *front, struct arena *arena, const struct front_put *put, time_us now,
               front_put_done *done, void *context);

/* The receipt that an idempotency key has already been given, without its body: for a form that
 * is sent twice after its draft was wiped. STATUS_NOT_FOUND when the key was never used. The grade
 * is not kept. */
void front_repeat(struct front *front, struct arena *arena, str idempotency_key,
                  front_put_done *done, void *context);

/* --- mailbox --- */
struct front_message {
    str json; /* {"kind":"report|added|reply|state", …} */
};
/* STATUS_NOT_FOUND for an unknown receipt, after the same work as for a known one. */
typedef void front_mailbox_done(void *context, enum status status,
                                const struct front_message *messages, size_t count);
void front_mailbox_read(struct front *front, struct arena *arena, const struct receipt *receipt,
                        front_mailbox_done *done, void *context);
typedef void front_done(void *context, enum status status);
/* The reporter adds to a report: a letter to the desk and a copy in the mailbox. Reads the mailbox
 * first: what is added to a practice report is practice too, and must not ring as real. The callback
 * gets the same receipt with the grade of what was added, so that 999 is said here too. */
void front_mailbox_add(struct front *front, struct arena *arena, const struct receipt *receipt,
                       str text, str idempotency_key, time_us now, front_put_done *done,
                       void *context);

/* --- drafts --- */
enum { FRONT_DRAFT_TOKEN_BYTES = 32 };
/* A random token. Its last bit says whether the draft is a practice one, so a draft is one or the
 * other for life: with the bit turned it is another token, which opens nothing. */
void front_draft_token_new(bool is_practice, uint8_t ret_token[FRONT_DRAFT_TOKEN_BYTES]);
bool front_draft_is_practice(const uint8_t token[FRONT_DRAFT_TOKEN_BYTES]);
/* Token (in the cookie, hex) → id in box and sealing key. */
struct front_draft_keys {
    struct crypt_id id;
    struct crypt_key key;
    char idempotency_hex[64]; /* the form's own idempotency key */
};
void front_draft_keys(const struct front *front, const uint8_t token[FRONT_DRAFT_TOKEN_BYTES],
                      struct front_draft_keys *ret_keys);
void front_draft_write(struct front *front, struct arena *arena,
                       const struct front_draft_keys *keys, str plain, front_done *done,
                       void *context);
typedef void front_draft_done(void *context, enum status status, str plain);
void front_draft_read(struct front *front, struct arena *arena, const struct front_draft_keys *keys,
                      front_draft_done *done, void *context);
void front_draft_wipe(struct front *front, struct arena *arena, const struct front_draft_keys *keys,
                      front_done *done, void *context);

/* --- evidence --- */
struct front_upload;
/* Seals a file as it arrives; pieces may be of any size. An upload owns its memory and frees it
 * itself: after `done`, or after front_upload_abandon (the client vanished) once box has answered. */
struct front_upload *front_upload_start(struct front *front, const struct crypt_id *draft_id,
                                        str name, str type);
void front_upload_abandon(struct front_upload *upload);
void front_upload_piece(struct front_upload *upload, str piece);
/* Ends the file. The callback comes when all chunks are on disk, perhaps at once; `evidence` and its
 * texts are gone when it returns, so copy them. */
typedef void front_upload_done(void *context, enum status status,
                               const struct front_evidence *evidence);
void front_upload_end(struct front_upload *upload, front_upload_done *done, void *context);
int64_t front_upload_size(const struct front_upload *upload);

struct json_out;
struct json;
/* {"id","name","type","size","sha256","sealed_sha256","key","header","chunks"}: in drafts and in
 * letters. */
void front_evidence_to_json(struct json_out *out, const struct front_evidence *evidence);
enum status front_evidence_from_json(const struct json *json,
                                     struct front_evidence *ret_evidence) MUST_CHECK;

#endif
