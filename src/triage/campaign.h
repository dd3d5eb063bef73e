/* SPDX-License-Identifier: Apache-2.0 */
/* Which messages are copies of one another: a second pass over a stream, in bounded memory.
 *
 * Each message becomes a sketch (sketch.h). Groups are looked up by the bands of the sketch; a
 * message joins the group whose first message (its centre) it agrees with: by the share of rows of
 * words in common, or because the shorter is contained in the longer (personal parts were added).
 * Groups that one message agrees with become one (union-find) only when their centres agree too, so
 * that chains of ever less alike messages do not form. Groups that nothing joined for `hours`, or the
 * oldest when there are too many, are closed and reported.
 *
 * Centre: the first message, or a later one when most others lack the first one's beginning: that
 * had a paragraph of its own in front then, and the later one is nearer to the template.
 *
 * Footers (footer.h) are learnt from what campaigns_learn is given, which is best done with messages
 * before they are added: what is learnt in between makes two sketches of one text.
 *
 * How bad a text is says triage_message; that many sent it says this. A lawful letter campaign and a
 * pile-on differ by both together, never by the number alone. One threat among copies must not hide
 * behind them: a group has the grade and the words of its worst message.
 */
#ifndef HUSTINGS_TRIAGE_CAMPAIGN_H
#define HUSTINGS_TRIAGE_CAMPAIGN_H

#include "base/text.h"
#include "triage/sketch.h"

enum {
    CAMPAIGN_TEMPLATE_BYTES = 200,
    CAMPAIGN_ID_BYTES = 128, /* a longer id is not kept: the line is */
    CAMPAIGN_GROUPS_MAX = 1 << 20,
    CAMPAIGN_GROUPS_DEFAULT = 1 << 16, /* about 100 MB */
    CAMPAIGN_SENDERS_EXACT = 64
};

struct campaign_options {
    size_t groups_max; /* a power of two */
    int64_t hours;     /* a group that nothing joined for so long is closed; 0 = never */
    uint32_t least;    /* messages that make a campaign */
};
struct campaign {
    uint64_t number; /* from 1, by the first message */
    uint64_t messages;
    uint64_t senders; /* distinct authors; above CAMPAIGN_SENDERS_EXACT an estimate (within 7 %) */
    time_us first, last; /* 0 when no message had a time */
    double personal;     /* mean share of a message that is not the template */
    str text;            /* the first message, clipped */
    int top;             /* the highest grade */
    str worst;           /* the first message that has it, clipped */
    bool is_worst_cut;
    str worst_id; /* as given; empty: it had none, or one of more than CAMPAIGN_ID_BYTES */
    uint64_t worst_line;
};
struct campaign_message {
    str text;   /* what copies are told by */
    str graded; /* what the grade is of, where that is more: a mail's subject; empty = text */
    str author; /* see campaign_sender; capitals do not matter */
    time_us at; /* 0 = unknown */
    int grade;  /* 0 where nobody asked */
    str id;     /* these two for `worst` alone; as the caller likes */
    uint64_t line;
};
struct campaigns;

struct campaigns *campaigns_new(struct arena *arena, const struct campaign_options *options);
void campaigns_learn(struct campaigns *campaigns, str text);
const struct footers *campaigns_footers(const struct campaigns *campaigns);
/* The number of the group that the message is in now. Calls `closed` for groups that this message's
 * time or memory closes, and `joined` when group `from` became part of `into`. */
uint64_t campaigns_add(struct campaigns *campaigns, const struct campaign_message *message);
/* Who that is: of "Ann Reader <ann@example.org>" the address, else the author as given; a view. */
str campaign_sender(str author);
/* Every group that has enough messages and was not reported yet, oldest first. */
void campaigns_close(struct campaigns *campaigns);

struct campaign_calls {
    void (*closed)(void *context, const struct campaign *campaign);
    void (*joined)(void *context, uint64_t from, uint64_t into);
    void *context;
};
void campaigns_listen(struct campaigns *campaigns, const struct campaign_calls *calls);

#endif
