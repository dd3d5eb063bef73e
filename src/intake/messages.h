/* SPDX-License-Identifier: Apache-2.0 */
/* Messages of an inbox: read, scored, grouped; pure, in bounded memory.
 *
 * A message is a JSON object {"id"?, "text", "author"?, "to"?, "at"?}; other members are let by, since
 * exports have many. Or a mail (codec/mail.h): its text is the subject, the words, and what was attached;
 * or a row of a table with such columns. It is sent by somebody to an office, and is no report: nobody waits for an answer.
 *
 * Copies are found by a first pass over all messages (triage/campaign.h), so that every message of the
 * second pass knows how large its group became and how bad the worst of it is. Kept from the first
 * pass: a number and a grade a message, some fifty bytes a group, and the sketch of the first message
 * of each group that has more than one.
 *
 * The content of a message is a hash of all that was given of it. Where there is no id, equal messages are
 * numbered, because an export without ids may well hold two equal ones; the same file gives the same
 * contents again.
 */
#ifndef HUSTINGS_INTAKE_MESSAGES_H
#define HUSTINGS_INTAKE_MESSAGES_H

#include "codec/mail.h"
#include "crypt/crypt.h"
#include "intake/report.h"
#include "triage/campaign.h"
#include "triage/message.h"

enum {
    MESSAGE_LINE_BYTES_MAX = 1024 * 1024,
    INBOX_MESSAGES_MAX = 1000 * 1000, /* of one import */
    INBOX_GROUPS_MAX = 1 << 16        /* compared with at once (triage/campaign.h) */
};

struct message {
    str id; /* text or number as text; empty = none */
    str text;
    str body; /* of the text: what copies are told by, without a mail's subject */
    str author, to;
    str at_text; /* as given */
    time_us at;  /* 0 = unknown */
};
/* STATUS_INVALID says what is wrong. Texts live in the arena. */
enum status message_read(struct arena *arena, str line, struct message *ret_message,
                         struct error *err) MUST_CHECK;

/* The same of a mail, and of a row: of columns that are not there, empty. */
enum status message_from_mail(struct arena *arena, const struct mail *mail,
                              struct message *ret_message, struct error *err) MUST_CHECK;
enum { MESSAGE_FIELDS = 5 }; /* id, text, author, to, at */
/* The other names that exports have for it ("sender", "from", …), the first our own; NULL at the end. */
const char *const *message_field_names(size_t field);
enum status message_from_row(const str fields[MESSAGE_FIELDS], struct message *ret_message,
                             struct error *err) MUST_CHECK;

/* What the second pass knows of a message. */
struct inbox_place {
    uint64_t group;              /* number, by the first message of it */
    uint64_t of;                 /* messages in it */
    int top;                     /* the highest grade in it */
    bool is_first;               /* of its group */
    int64_t personal;            /* permille of its words that are not the first message's */
    const struct sketch *centre; /* of the group; NULL for a message without copies */
    struct crypt_id name;        /* of the group: the same in each import of the same messages */
    struct crypt_hash content;
    bool is_repeat; /* the same message, with its id, stood in this inbox before: all else is 0 */
};
struct inbox;

/* `groups_max`: a power of two. */
struct inbox *inbox_new(struct arena *arena, size_t groups_max);
/* Before the first pass, all messages: what stands below many of them is learnt (triage/footer.h). */
void inbox_look(struct inbox *inbox, const struct message *message);
/* First pass. STATUS_LIMIT past INBOX_MESSAGES_MAX. */
enum status inbox_learn(struct inbox *inbox, const struct message *message, int grade,
                        struct error *err) MUST_CHECK;
/* Between the passes. */
void inbox_settle(struct inbox *inbox);
/* Second pass: the same messages in the same order. STATUS_CONFLICT when there are more than before. */
enum status inbox_place(struct inbox *inbox, const struct message *message,
                        struct inbox_place *ret_place, struct error *err) MUST_CHECK;
uint64_t inbox_messages(const struct inbox *inbox);
uint64_t inbox_groups(const struct inbox *inbox);

/* The message as a report that nobody made. `channel` is an id of the pack. */
void message_report(const struct message *message, const struct triage_result *read, str channel,
                    struct report *ret_report);

#endif
