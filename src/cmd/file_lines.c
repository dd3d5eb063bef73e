/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/file_lines.h"

#include <errno.h>
#include <unistd.h>

void file_lines_from(struct arena *arena, int fd, size_t line_bytes_max,
                     struct file_lines *ret_lines)
{
    *ret_lines = (struct file_lines){.fd = fd,
                                     .bytes = ARENA_ARRAY(arena, char, line_bytes_max + 2),
                                     .room = line_bytes_max + 2};
}

void file_lines_rewind(struct file_lines *lines)
{
    (void)lseek(lines->fd, 0, SEEK_SET);
    lines->at = lines->n = 0;
    lines->number = 0;
    lines->is_end = lines->is_skipping = false;
}

/* Moves what is left to the front and reads more behind it. */
static enum status fill(struct file_lines *lines, struct error *err)
{
    memmove(lines->bytes, lines->bytes + lines->at, lines->n - lines->at);
    lines->n -= lines->at;
    lines->at = 0;
    while (!lines->is_end && lines->n < lines->room) {
        ssize_t got = read(lines->fd, lines->bytes + lines->n, lines->room - lines->n);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return error_set(err, STATUS_UNAVAILABLE, "cannot read on: %s", strerror(errno));
        }
        lines->is_end = got == 0;
        lines->n += (size_t)got;
    }
    return STATUS_OK;
}

static str tidy(const struct file_lines *lines, str line)
{
    if (line.n > 0 && line.p[line.n - 1] == '\r') {
        line = str_slice(line, 0, line.n - 1);
    }
    if (lines->number == 1 && str_starts(line, STR("\xEF\xBB\xBF"))) {
        line = str_slice(line, 3, line.n);
    }
    return line;
}

enum status file_lines_next(struct file_lines *lines, str *ret_line, bool *ret_has_line,
                            struct error *err)
{
    for (;;) {
        char *begin = lines->bytes + lines->at;
        char *end = memchr(begin, '\n', lines->n - lines->at);
        bool is_whole = end != NULL || lines->is_end;
        if (!is_whole && (lines->at > 0 || lines->n < lines->room)) {
            enum status status = fill(lines, err);
            if (status != STATUS_OK) {
                return status;
            }
            continue;
        }
        size_t len = end != NULL ? (size_t)(end - begin) : lines->n - lines->at;
        bool is_nothing = end == NULL && len == 0; /* only at the end of the file */
        bool was_skipping = lines->is_skipping;
        lines->at += end != NULL ? len + 1 : len;
        lines->is_skipping = !is_whole;
        if (is_nothing) {
            *ret_has_line = false;
            return STATUS_OK;
        }
        if (!was_skipping) {
            lines->number++;
            *ret_line = tidy(lines, str_from(begin, len));
            *ret_has_line = true;
            return STATUS_OK;
        }
    }
}
