/* SPDX-License-Identifier: Apache-2.0 */
/* The body of a letter as the desk reads it: JSON, parsed once into plain fields.
 *
 *   {"format":1,
 *    "report":{ …members of POST /api/v1/reports, see intake/report.h… },
 *    "triage":{"grade":3,"codes":["THR3"],"reasons":[{"span":[a,b],"why":"…","rule":"…"}]},
 *    "received":"RFC 3339","language":"en","mailbox":{"id":"hex","public":"hex"},
 *    "evidence":[{"id","name","type","size","sha256","key","header","chunks"}],
 *    "practice":false,"source":"form|api|press|desk","press":{"title","published",…}}
 * and a follow-up of the reporter
 *   {"format":1,"added":{"text":"…"},"mailbox":{…},"received":"…"}
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

enum { LETTER_CODES_MAX = 16, LETTER_REASONS_MAX = 40, LETTER_EVIDENCE_MAX = 20 };

enum letter_source { SOURCE_FORM, SOURCE_API, SOURCE_PRESS, SOURCE_DESK, SOURCE_OTHER };

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

struct letter_body {
    bool is_added;        /* a follow-up: only report.what, mailbox, received, evidence are set */
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
};

/* Everything in *ret_body lives in the arena. STATUS_INVALID says which member is wrong. */
enum status letter_body_decode(struct arena *arena, str json, struct letter_body *ret_body,
                               struct error *err) MUST_CHECK;
const char *letter_source_word(enum letter_source source);

#endif
