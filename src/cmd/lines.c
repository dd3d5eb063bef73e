/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/lines.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "base/io.h"
#include "codec/json.h"

struct piece {
    struct lines *lines;
    struct lines_worker *worker;
    str text;             /* whole lines */
    uint64_t line_number; /* of the first */
};

void lines_refuse(struct lines_worker *worker, uint64_t line_number, str id, const char *why)
{
    static const char own[] = "line 1, ";
    struct json_out json;
    why += strncmp(why, own, sizeof own - 1) == 0 ? sizeof own - 1 : 0;
    json_out_init(&json, &worker->out);
    json_begin_object(&json);
    json_put_int(&json, "line", (int64_t)line_number);
    if (id.n > 0) {
        buf_add(&worker->out, STR(",\"id\":"));
        buf_add(&worker->out, id);
    }
    json_put_text(&json, "error", str_c(why));
    json_end_object(&json);
    worker->refused++;
}

int lines_end(const struct lines *lines)
{
    uint64_t refused = 0;
    for (size_t i = 0; i < lines->threads; i++) {
        refused += lines->workers[i].refused;
    }
    if (refused > 0) {
        fprintf(stderr,
                "hustings: %llu %s could not be read: why stands under \"error\", in its place\n",
                (unsigned long long)refused, refused == 1 ? "line" : "lines");
    }
    return refused > 0 ? 1 : 0;
}

static uint64_t count_lines(str text)
{
    uint64_t count = 0;
    for (const char *at = text.p; at < text.p + text.n; at++) {
        at = memchr(at, '\n', (size_t)(text.p + text.n - at));
        if (at == NULL) {
            return count + 1; /* a last line without an end */
        }
        count++;
    }
    return count;
}

static void *use_piece(void *context)
{
    struct piece *piece = context;
    uint64_t number = piece->line_number;
    size_t at = 0;
    while (at < piece->text.n) {
        const char *begin = piece->text.p + at;
        const char *end = memchr(begin, '\n', piece->text.n - at);
        size_t n = end == NULL ? piece->text.n - at : (size_t)(end - begin);
        piece->lines->use(piece->worker, number, str_from(begin, n));
        number++;
        at += n + 1;
    }
    return NULL;
}

/* Cuts `text` at line ends into about equal pieces. */
static size_t cut(struct lines *lines, str text, uint64_t line_number, struct piece *pieces)
{
    size_t count = 0, want = text.n / lines->threads + 1;
    while (text.n > 0) {
        size_t n = want < text.n ? want : text.n;
        if (count + 1 == lines->threads) {
            n = text.n;
        }
        const char *end = n < text.n ? memchr(text.p + n, '\n', text.n - n) : NULL;
        n = end == NULL ? text.n : (size_t)(end - text.p) + 1;
        pieces[count] =
            (struct piece){lines, &lines->workers[count], str_slice(text, 0, n), line_number};
        line_number += count_lines(pieces[count].text);
        count++;
        text = str_slice(text, n, text.n);
    }
    return count;
}

static enum status use_lines(struct lines *lines, str text, uint64_t *line_number,
                             struct error *err)
{
    struct piece pieces[LINES_THREADS_MAX];
    pthread_t threads[LINES_THREADS_MAX];
    bool has_thread[LINES_THREADS_MAX] = {false};
    enum status status = STATUS_OK;
    size_t count = cut(lines, text, *line_number, pieces);
    *line_number += count_lines(text);
    for (size_t i = 1; i < count; i++) { /* where no thread can be had, this one does the work */
        has_thread[i] = pthread_create(&threads[i], NULL, use_piece, &pieces[i]) == 0;
    }
    for (size_t i = 0; i < count; i++) {
        if (!has_thread[i]) {
            (void)use_piece(&pieces[i]);
        }
    }
    for (size_t i = 0; i < count; i++) {
        struct lines_worker *worker = pieces[i].worker;
        if (has_thread[i]) {
            (void)pthread_join(threads[i], NULL);
        }
        if (status == STATUS_OK && worker->out.overflowed) {
            status = error_set(err, STATUS_LIMIT, "the answers to one piece need too much memory");
        }
        if (status == STATUS_OK) {
            status = io_write_all(STDOUT_FILENO, buf_str(&worker->out), err);
        }
        buf_clear(&worker->out);
    }
    return status;
}

static enum status read_more(struct buf *in, bool *ret_is_end, struct error *err)
{
    char *at = buf_reserve(in, LINES_PIECE_BYTES);
    ssize_t got = 0;
    ASSERT(at != NULL);
    do {
        got = read(STDIN_FILENO, at, LINES_PIECE_BYTES);
    } while (got < 0 && errno == EINTR);
    if (got < 0) {
        return error_set(err, STATUS_UNAVAILABLE, "cannot read standard input: %s",
                         strerror(errno));
    }
    in->n += (size_t)got;
    *ret_is_end = got == 0;
    return STATUS_OK;
}

static bool is_waiting(void)
{
    struct pollfd poll_fd = {.fd = STDIN_FILENO, .events = POLLIN};
    return poll(&poll_fd, 1, 0) == 1 && (poll_fd.revents & POLLIN) != 0;
}

/* Up to the last line end. */
static size_t whole_lines(const struct buf *in)
{
    size_t n = in->n;
    while (n > 0 && in->p[n - 1] != '\n') {
        n--;
    }
    return n;
}

enum status lines_run(struct lines *lines, struct error *err)
{
    struct buf in;
    size_t full = lines->threads * LINES_PIECE_BYTES;
    uint64_t line_number = 1;
    bool is_end = false, is_skipping = false;
    enum status status = STATUS_OK;
    buf_init(&in, full + lines->line_bytes_max + 2 * LINES_PIECE_BYTES);
    while (status == STATUS_OK && !is_end) {
        status = read_more(&in, &is_end, err);
        if (status != STATUS_OK || (!is_end && in.n < full && is_waiting())) {
            continue;
        }
        if (is_skipping) { /* the rest of a line that was too long */
            size_t end = str_find_byte(buf_str(&in), '\n');
            is_skipping = end == in.n;
            buf_drop_front(&in, end + (is_skipping ? 0 : 1));
        }
        size_t n = is_end ? in.n : whole_lines(&in);
        if (n > 0) {
            status = use_lines(lines, str_slice(buf_str(&in), 0, n), &line_number, err);
            buf_drop_front(&in, n);
        }
        if (status == STATUS_OK && in.n > lines->line_bytes_max) {
            status = use_lines(lines, buf_str(&in), &line_number, err);
            is_skipping = true;
            buf_clear(&in);
        }
    }
    buf_close(&in);
    return status;
}
