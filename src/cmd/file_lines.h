/* SPDX-License-Identifier: Apache-2.0 */
/* A file line by line, in a buffer of fixed size; it can be read again from the start. */
#ifndef HUSTINGS_CMD_FILE_LINES_H
#define HUSTINGS_CMD_FILE_LINES_H

#include "base/arena.h"
#include "base/status.h"

struct file_lines {
    int fd;
    char *bytes;
    size_t room, at, n;
    uint64_t number; /* of the line that was given last, from 1 */
    bool is_end;
    bool is_skipping; /* the line that was given last is cut */
};

/* What is open, which stays the caller's to close. A line over `line_bytes_max` is given cut behind
 * that many bytes and one more, so that who reads it refuses it as too long; the rest of it is
 * skipped. */
void file_lines_from(struct arena *arena, int fd, size_t line_bytes_max,
                     struct file_lines *ret_lines);
void file_lines_rewind(struct file_lines *lines);
/* Without its end ("\n" or "\r\n") and a byte order mark; valid until the next call. *ret_has_line
 * is false at the end. */
enum status file_lines_next(struct file_lines *lines, str *ret_line, bool *ret_has_line,
                            struct error *err) MUST_CHECK;

#endif
