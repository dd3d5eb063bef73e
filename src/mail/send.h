/* SPDX-License-Identifier: Apache-2.0 */
/* Outgoing messages over libcurl (its only includer): one webhook call, one e-mail. Used by courier
 * alone; destinations come from the settings, never from outside. No redirect is followed. */
#ifndef HUSTINGS_MAIL_SEND_H
#define HUSTINGS_MAIL_SEND_H

#include "base/arena.h"
#include "base/status.h"

enum { SEND_TIMEOUT_S = 10 };

void send_start(void);
/* POST of a JSON body; `signature` goes into the header Hustings-Signature. STATUS_OK only for a
 * 2xx answer. */
enum status send_webhook(struct arena *arena, str url, str body, str signature,
                         struct error *err) MUST_CHECK;
/* `url`: smtp://host:port or smtps://…; `message`: headers and body with CR LF. */
enum status send_email(struct arena *arena, str url, str from, str to, str message,
                       struct error *err) MUST_CHECK;

#endif
