/* SPDX-License-Identifier: Apache-2.0 */
/* Times, spans, sizes and states in words an officer reads; pure. */
#ifndef HUSTINGS_DESKWEB_WORDS_H
#define HUSTINGS_DESKWEB_WORDS_H

#include "base/arena.h"
#include "base/text.h"
#include "desk/desk.h"

/* "22 Jul 2024, 10:30" in the desk's zone. */
str words_time(struct arena *arena, time_us at);
/* "22 Jul 2024, around 10:00": of a time that was kept by its hour only. */
str words_hour(struct arena *arena, time_us hour);
/* "12 min", "3 h 20 min", "4 days"; never negative. */
str words_span(struct arena *arena, time_us span);
str words_size(struct arena *arena, int64_t bytes);
/* "12 min left", "late by 3 h"; empty when no clock runs. */
str words_due(struct arena *arena, time_us due, time_us now);
/* Overdue, or less than a quarter of an hour left. */
bool words_is_late(time_us due, time_us now);
bool words_is_soon(time_us due, time_us now);
str words_clock(enum case_clock clock);      /* "act", "tell the owner", "answer the reporter" */
str words_state(enum case_state state);      /* "New" */
str words_state_kind(enum case_state state); /* class: open, waiting, done */
str words_access(enum case_access access);   /* empty for open */
str words_role(enum role role);
str words_language(str code);     /* "cy" → "Welsh"; empty for one that has no name here */
str words_did(enum desk_did did); /* of a note: "the force, …, was told"; empty for a remark */
/* "case.grade" and its JSON detail as a sentence, with officers by their names. */
struct words_names {
    void *context;
    str (*officer)(void *context, int64_t id);
};
str words_act(struct arena *arena, const struct words_names *names, str verb, str detail);

/* "214 messages from 171 senders in 3 hours" */
str words_campaign(struct arena *arena, const struct desk_campaign *campaign);
/* "12 % of the words are the senders' own. The model: threat in 4, insult in 31." */
str words_campaign_kind(struct arena *arena, const struct desk_campaign *campaign);

#endif
