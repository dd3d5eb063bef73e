/* SPDX-License-Identifier: Apache-2.0 */
/* One mail (RFC 5322, MIME: RFC 2045 to 2049), line by line, in bounded memory.
 *
 * Taken are From, To, Date, Subject, Message-ID and the words: each text/plain part that is shown, and
 * text/html where no plain one stands beside it. Quoted-printable and base64 are undone, letters
 * become UTF-8 (charset.h). Attachments are named and never read: their lines are let by. So are
 * mails inside of mails.
 *
 * Nothing is refused: a broken mail gives what can be read of it. Bounds: MAIL_DEPTH_MAX nested
 * multiparts, MAIL_HEADER_BYTES_MAX of one header block, MAIL_TEXT_BYTES_MAX of text; what is behind
 * is let by and said (is_clipped).
 *
 * Our own and not a library: docs/decisions/0021-mail-is-read-by-our-own.md.
 */
#ifndef HUSTINGS_CODEC_MAIL_H
#define HUSTINGS_CODEC_MAIL_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"

enum {
    MAIL_DEPTH_MAX = 8,
    MAIL_HEADER_BYTES_MAX = 64 * 1024,
    MAIL_TEXT_BYTES_MAX = 56 * 1024, /* a report's text has 64 kB, and a subject stands above */
    MAIL_NAMES_MAX = 20
};

struct mail {
    str from, to; /* as written, decoded; "Ann Reader <ann@example.org>"; of several the first */
    str subject, id;
    time_us date; /* 0 = none that can be read */
    str text;
    str attachments[MAIL_NAMES_MAX];
    size_t attachment_count;
    bool is_clipped;
};

struct mail_reader;
struct mail_reader *mail_reader_new(struct arena *arena);
void mail_reader_close(struct mail_reader *reader);
void mail_begin(struct mail_reader *reader);
/* Without its end. */
void mail_line(struct mail_reader *reader, str line);
/* The line that was given last was longer: who read it let the rest by. */
void mail_cut(struct mail_reader *reader);
/* What lies in *ret_mail lives in the arena. */
void mail_end(struct mail_reader *reader, struct arena *arena, struct mail *ret_mail);

/* "From ann@example.org Mon Jul  1 09:00:00 2024": where a mail of an mbox begins (RFC 4155), when a
 * blank line or nothing stands before it. */
bool mail_is_mbox_line(str line);

/* Encoded words of a header (RFC 2047); appends UTF-8. */
void mail_words(str raw, struct buf *out);
/* RFC 5322; false when it is no date. */
bool mail_date(str text, time_us *ret_at) MUST_CHECK;

#endif
