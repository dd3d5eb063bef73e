/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of standard input through workers to standard output, in their order.
 *
 * What is there to be read is cut at line ends into as many pieces as there are threads; each worker
 * makes its own output, which is written in the order of the pieces. A line over the limit is handed
 * on cut after the limit (so that it is refused as too long) and the rest of it is skipped. Lines are
 * answered as soon as no more input is waiting. */
#ifndef HUSTINGS_CMD_LINES_H
#define HUSTINGS_CMD_LINES_H

#include "base/buf.h"
#include "base/status.h"

enum {
    LINES_THREADS_MAX = 64,
    LINES_PIECE_BYTES = 128 * 1024, /* with its answers about 1 MB a thread */
    LINES_OUT_BYTES_MAX = 256 * 1024 * 1024
};

struct lines_worker {
    void *context;    /* of the caller, one a thread */
    struct buf out;   /* to standard output */
    uint64_t refused; /* lines that could not be read */
};

struct lines {
    size_t line_bytes_max;
    size_t threads; /* 1 to LINES_THREADS_MAX */
    struct lines_worker *workers;
    void (*use)(struct lines_worker *worker, uint64_t line_number, str line);
    /* A message that could not be read out of another format (message_file.h). NULL: lines_refuse. */
    void (*refuse)(struct lines_worker *worker, uint64_t line_number, const char *why);
};

/* {"line":N,"id":…,"error":"…"} to `out`, without a line end. `id` as JSON, empty where none could be read.
 * `why` without the line that a JSON reader counted itself. */
void lines_refuse(struct lines_worker *worker, uint64_t line_number, str id, const char *why);
/* Until the end of standard input. */
enum status lines_run(struct lines *lines, struct error *err) MUST_CHECK;
/* Says on standard error how many lines were refused; why stands in their objects. The exit code. */
int lines_end(const struct lines *lines);

#endif
