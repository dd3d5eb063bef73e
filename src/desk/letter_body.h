/* SPDX-License-Identifier: Apache-2.0 */
/* The body of a letter as the desk reads it: JSON, parsed once into plain fields.
 *
 *   {"format":1,
 *    "report":{ …members of POST /api/v1/reports, see intake/report.h… },
 *    "triage":{"grade":3,"codes":["THR3"],"reasons":[{"span":[a,b],"why":"…","rule":"…"}]},
 *    "received":"RFC 3339","language":"en","mailbox":{"id":"hex","public":"hex"},
 *    "evidence":[{"id","name","type","size","sha256","key","header","chunks"}],
 *    "practice":false,"source":"form|api|press|desk|messages","press":{"title","published",…}}
 * with, for a message out of an inbox (source "messages"),
 *    "message":{"group":"hex","content":"hex","sketch":"hex","more":"hex","author","at","personal":0-1000,"heads":0-31,"judged"}
 * and a follow-up of the reporter
 *   {"format":1,"added":{"text":"…"},"triage":{…},"mailbox":{…},"received":"…"}
 *
 * Members that we know must have their type and stay inside their limit; members that we do not
 * know are let by, because an older desk may read letters of a newer front. Texts are the
 * reporter's own bytes: valid UTF-8, never trusted, never executed.
 */
#ifndef HUSTINGS_DESK_LETTER_BODY_H
#define HUSTINGS_DESK_LETTER_BODY_H

#include "base/text.h"
#include "codec/json.h"
#include "crypt/crypt.h"
#include "intake/report.h"
#include "triage/sketch.h"

enum { LETTER_CODES_MAX = 16, LETTER_REASONS_MAX = 40, LETTER_EVIDENCE_MAX = 20 };

enum letter_source {
    SOURCE_FORM,
    SOURCE_API,
    SOURCE_PRESS,
    SOURCE_DESK,
    SOURCE_MESSAGES,
    SOURCE_OTHER
};

struct letter_reason {
    size_t from, to; /* byte offsets into report.what; from == to when there is no span */
    str why;
    str rule;
};
struct letter_evidence {
    struct crypt_id id;
    str name; /* as the reporter called it: shown, never used as a path */
    str type; /* as claimed */
    int64_t size;
    int64_t chunks;
    struct crypt_hash sha256; /* of the original bytes */
    struct crypt_key key;
    uint8_t header[CRYPT_FILE_HEADER_BYTES];
};

/* One message of an inbox, as the import that read the whole inbox knew it. */
struct letter_message {
    bool is_there;
    struct crypt_id group;     /* of the copies of one template in that import */
    struct crypt_hash content; /* of all that was given of it: the same twice is taken once */
    bool has_sketch;           /* of the group's first message (triage/sketch.h) */
    struct sketch sketch;
    str author; /* as given; empty = unknown */
    time_us at; /* 0 = unknown */
    int64_t personal;
    unsigned heads; /* bit a published head that was over its threshold */
    bool is_judged; /* the model knows its language */
};

struct letter_body {
    bool is_added; /* a follow-up: only report.what, triage, mailbox, received, evidence are set */
    struct report report; /* as reported */
    str language;         /* of the text, as triage saw it; "" when unknown */
    int64_t grade;        /* what triage said at the front: 0-5 */
    str codes[LETTER_CODES_MAX];
    size_t code_count;
    struct letter_reason reasons[LETTER_REASONS_MAX];
    size_t reason_count;
    time_us received;
    bool has_mailbox;
    struct crypt_id mailbox_id;
    struct crypt_public mailbox_public;
    struct letter_evidence evidence[LETTER_EVIDENCE_MAX];
    size_t evidence_count;
    bool is_practice;
    enum letter_source source;
    str title;     /* press: the article's title */
    str published; /* press: its date, as written; empty = unknown */
    struct letter_message message;
};

/* Everything in *ret_body lives in the arena. STATUS_INVALID says which member is wrong. */
enum status letter_body_decode(struct arena *arena, str json, struct letter_body *ret_body,
                               struct error *err) MUST_CHECK;
/* Does anybody hold the receipt of its mailbox? Not of what a newspaper or an inbox said. */
bool letter_has_reader(const struct letter_body *body);
const char *letter_source_word(enum letter_source source);

#endif
