/* SPDX-License-Identifier: Apache-2.0 */
/* Puts messages of an inbox into the letterbox, each as one letter of source "messages".
 *
 * The first G4 or G5 of a group rings, and only when it is not older than MESSAGE_RINGS_DAYS; its
 * copies do not. A message gives the same idempotency key each time: taken twice within a day it is
 * kept once, and the desk takes none twice at all. */
#ifndef HUSTINGS_SERVE_MESSAGE_RECORD_H
#define HUSTINGS_SERVE_MESSAGE_RECORD_H

#include "intake/messages.h"
#include "serve/own_box.h"

enum { MESSAGE_RINGS_DAYS = 14 };

/* How many went out and what became of them. */
struct message_recording {
    size_t pending, kept, repeated, failed;
};

/* The grade and the codes that a message gives by itself: no code is worth more than the grade. */
void message_grade(struct arena *arena, const struct triage_result *read,
                   struct front_grade *ret_grade);
/* Queues it; own_box_pump(box, &recording->pending) waits. The arena lives until then. */
void message_record(struct own_box *box, struct arena *arena, const struct message *message,
                    const struct inbox_place *place, const struct triage_result *read,
                    const struct report *report, bool rings, struct message_recording *recording);
/* Would it ring by its age? */
bool message_is_recent(const struct message *message, time_us now);

#endif
