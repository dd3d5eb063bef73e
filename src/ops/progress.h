/* SPDX-License-Identifier: Apache-2.0 */
/* One line on stderr that says how far a long job is: only on a terminal, only after two seconds,
 * with the rate and the time left. In a log or a pipe there is silence. */
#ifndef HUSTINGS_OPS_PROGRESS_H
#define HUSTINGS_OPS_PROGRESS_H

#include "base/buf.h"
#include "base/text.h"

struct progress {
    const char *what;           /* "backup" */
    int64_t bytes, bytes_total; /* total 0 = not known */
    time_us started, shown;     /* monotonic; shown 0 = never */
    bool is_terminal;
};

void progress_start(struct progress *progress, const char *what, int64_t bytes_total);
/* Accepts NULL. */
void progress_add(struct progress *progress, size_t bytes);
/* Takes the line away again. Accepts NULL. */
void progress_end(struct progress *progress);
/* Pure: "backup: 1.2 GB of 4.0 GB, 310 MB/s, 9 s left". */
void progress_text(struct buf *out, const struct progress *progress, time_us now);
/* "820 B", "1.4 kB", "3.0 GB" (powers of 1,000). */
void buf_add_size(struct buf *out, int64_t bytes);

#endif
