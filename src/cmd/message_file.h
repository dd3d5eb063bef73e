/* SPDX-License-Identifier: Apache-2.0 */
/* Messages out of a file, one after another, in fixed memory: JSON Lines, a table with a header
 * (codec/table.h), or an mbox (codec/mail.h). */
#ifndef HUSTINGS_CMD_MESSAGE_FILE_H
#define HUSTINGS_CMD_MESSAGE_FILE_H

#include "cmd/lines.h"
#include "intake/messages.h"
#include "triage/line.h"

enum message_format { MESSAGES_JSON, MESSAGES_CSV, MESSAGES_MBOX };
/* "json", "csv", "mbox" */
bool message_format_from_word(str word, enum message_format *ret_format) MUST_CHECK;
#define MESSAGE_FORMATS "json, csv or mbox"

struct message_file;

struct message_file_options {
    const char *path;   /* NULL: standard input, read once; else a regular file, read again */
    const char *format; /* NULL: by what the file begins with, JSON Lines on standard input */
    const char
        *encoding; /* of a table, a word of codec/encoding.h; NULL: by what the file holds, UTF-8
                           * on standard input */
};
enum status message_file_open(struct arena *arena, const struct message_file_options *options,
                              struct message_file **ret_file, struct error *err) MUST_CHECK;
void message_file_close(struct message_file *file);
enum status message_file_rewind(struct message_file *file, struct error *err) MUST_CHECK;
uint64_t message_file_bytes(const struct message_file *file);
enum message_format message_file_format(const struct message_file *file);

struct message_given {
    uint64_t line; /* where it begins */
    struct message message;
    str why; /* it cannot be read; empty = it can */
};
/* In the arena; *ret_has is false at the end. */
enum status message_file_next(struct message_file *file, struct arena *arena,
                              struct message_given *ret_given, bool *ret_has,
                              struct error *err) MUST_CHECK;

/* Messages of standard input in one of the formats, one after another, to `use` in place of
 * lines->use; by the first worker, however many there are. The line number is where one begins. */
enum status message_lines_run(struct lines *lines, const struct message_file_options *options,
                              void (*use)(struct lines_worker *worker, uint64_t line_number,
                                          const struct message *message),
                              struct error *err) MUST_CHECK;
/* As a line of JSON with these members would have been read. */
struct triage_line message_as_line(struct arena *arena, const struct message *message);

#endif
