/* SPDX-License-Identifier: Apache-2.0 */
/* A report as the desk reads it: the JSON body of a letter, parsed once into plain fields.
 *
 *   {"format":1,
 *    "report":{ …members of POST /api/v1/reports… },
 *    "triage":{"grade":3,"codes":["THR3"],"reasons":[{"span":[a,b],"why":"…","rule":"…"}]},
 *    "received":"RFC 3339","language":"en","mailbox":{"id":"hex","public":"hex"},
 *    "evidence":[{"id","name","type","size","sha256","key","header","chunks"}],
 *    "practice":false,"source":"form|api|press|desk"}
 * and a follow-up of the reporter
 *   {"format":1,"added":{"text":"…"},"mailbox":{…},"received":"…"}
 *
 * Members that we know must have their type and stay inside their limit; members that we do not
 * know are let by, because an older desk may read letters of a newer front. Texts are the
 * reporter's own bytes: valid UTF-8, never trusted, never executed.
 */
#ifndef HUSTINGS_DESK_REPORT_H
#define HUSTINGS_DESK_REPORT_H

#include "codec/json.h"
#include "crypt/crypt.h"
#include "base/text.h"

enum {
    REPORT_LIST_MAX = 50, /* accounts, links */
    REPORT_CODES_MAX = 8,
    REPORT_REASONS_MAX = 40,
    REPORT_EVIDENCE_MAX = 20,
    REPORT_CONTACT_MAX = 8,
    REPORT_EXTRAS_MAX = 20
};

enum report_danger { DANGER_UNKNOWN, DANGER_NO, DANGER_SOON, DANGER_NOW };
enum report_source { SOURCE_FORM, SOURCE_API, SOURCE_PRESS, SOURCE_DESK, SOURCE_OTHER };

struct report_reason {
    size_t from, to; /* byte offsets into `what`; from == to when there is no span */
    str why;
    str rule;
};
struct report_pair {
    str name;
    str value;
};
struct report_evidence {
    struct crypt_id id;
    str name; /* as the reporter called it: shown, never used as a path */
    str type; /* as claimed */
    int64_t size;
    int64_t chunks;
    struct crypt_hash sha256; /* of the original bytes */
    struct crypt_key key;
    uint8_t header[CRYPT_FILE_HEADER_BYTES];
};

struct report {
    bool is_added; /* a follow-up: only what, mailbox, received and evidence are set */
    str what;
    str target_role, target_office, target_name;
    str relation;
    enum report_danger danger;
    str when;
    str postcode, place, constituency;
    str channel;
    str accounts[REPORT_LIST_MAX];
    size_t account_count;
    str links[REPORT_LIST_MAX];
    size_t link_count;
    str impact;
    int64_t fear; /* 1-5, 0 = not said */
    bool consents_police, consents_party, consents_review;
    struct report_pair contact[REPORT_CONTACT_MAX]; /* none = anonymous */
    size_t contact_count;
    str language;  /* of the text, "" when unknown */
    int64_t grade; /* what triage said at the front: 0-5 */
    str codes[REPORT_CODES_MAX];
    size_t code_count;
    struct report_reason reasons[REPORT_REASONS_MAX];
    size_t reason_count;
    time_us received;
    bool has_mailbox;
    struct crypt_id mailbox_id;
    struct crypt_public mailbox_public;
    struct report_evidence evidence[REPORT_EVIDENCE_MAX];
    size_t evidence_count;
    bool is_practice;
    enum report_source source;
    str title;  /* press: the article's title */
    str status; /* press: "press-reported" */
};

/* Everything in *ret_report lives in the arena. STATUS_INVALID says which member is wrong. */
enum status report_decode(struct arena *arena, str body, struct report *ret_report,
                          struct error *err) MUST_CHECK;
const char *report_danger_word(enum report_danger danger);
const char *report_source_word(enum report_source source);

#endif
