/* SPDX-License-Identifier: Apache-2.0 */
/* What an alarm says, and to whom: a fixed number of bytes, whatever happened.
 *
 * The webhook gets
 *     {"desk":"<id>","alarm":"<random id>","band":4,"practice":false,"hour":"…Z","pad":"…"}
 * with Hustings-Signature: sha256=<HMAC-SHA-256 of the body under alarm.key, hex>; the e-mail says
 * the same in words. Neither holds a word of any report, nor a link to one. */
#ifndef HUSTINGS_SERVE_COURIER_H
#define HUSTINGS_SERVE_COURIER_H

#include "serve/settings.h"

struct alarm {
    struct crypt_id id;
    int64_t band; /* 5, 4, or 0 for a test */
    bool is_practice;
    time_us hour;
};

enum { ALARM_BODY_BYTES = 256 };

/* Exactly ALARM_BODY_BYTES bytes. */
void alarm_add_body(struct buf *out, const struct crypt_id *desk_id, const struct alarm *alarm);
/* Headers and body, CR LF. Always the same length for the same settings. */
void alarm_add_email(struct buf *out, const struct settings *settings, const struct alarm *alarm);
/* Tries every destination of the settings; STATUS_OK when each took it, STATUS_NOT_FOUND when none
 * is set. */
enum status alarm_deliver(const struct settings *settings, const struct crypt_key *secret,
                          const struct alarm *alarm, struct error *err) MUST_CHECK;

#endif
