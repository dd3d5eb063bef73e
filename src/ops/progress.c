/* SPDX-License-Identifier: Apache-2.0 */
#include "ops/progress.h"

#include <stdio.h>
#include <unistd.h>

#include "base/io.h"

enum { PATIENCE_US = 2000000, BETWEEN_US = 250000, LINE_BYTES_MAX = 200 };

void buf_add_size(struct buf *out, int64_t bytes)
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB"};
    double value = (double)bytes;
    size_t unit = 0;
    while (value >= 999.5 && unit + 1 < ARRAY_LEN(units)) {
        value /= 1000;
        unit++;
    }
    buf_printf(out, unit == 0 || value >= 99.95 ? "%.0f %s" : "%.1f %s", value, units[unit]);
}

void progress_start(struct progress *progress, const char *what, int64_t bytes_total)
{
    *progress = (struct progress){.what = what,
                                  .bytes_total = bytes_total,
                                  .started = clock_monotonic(),
                                  .is_terminal = isatty(STDERR_FILENO) == 1};
}

void progress_text(struct buf *out, const struct progress *progress, time_us now)
{
    double seconds = (double)(now - progress->started) / (double)US_PER_SECOND;
    double rate = seconds > 0 ? (double)progress->bytes / seconds : 0;
    buf_printf(out, "%s: ", progress->what);
    buf_add_size(out, progress->bytes);
    if (progress->bytes_total > 0) {
        buf_add_c(out, " of ");
        buf_add_size(out, progress->bytes_total);
    }
    buf_add_c(out, ", ");
    buf_add_size(out, (int64_t)rate);
    buf_add_c(out, "/s");
    if (progress->bytes_total > progress->bytes && rate >= 1) {
        double left = (double)(progress->bytes_total - progress->bytes) / rate;
        if (left < 120) {
            buf_printf(out, ", %.0f s left", left);
        } else {
            buf_printf(out, ", %.0f min left", left / 60);
        }
    }
}

static void show(struct progress *progress, time_us now)
{
    struct buf line;
    buf_init(&line, LINE_BYTES_MAX);
    progress_text(&line, progress, now);
    fprintf(stderr, "\r\033[K%.*s", STR_ARG(buf_str(&line)));
    fflush(stderr);
    buf_close(&line);
    progress->shown = now;
}

void progress_add(struct progress *progress, size_t bytes)
{
    if (progress == NULL) {
        return;
    }
    progress->bytes += (int64_t)bytes;
    if (!progress->is_terminal) {
        return;
    }
    time_us now = clock_monotonic();
    if (now - progress->started > PATIENCE_US && now - progress->shown > BETWEEN_US) {
        show(progress, now);
    }
}

void progress_end(struct progress *progress)
{
    if (progress != NULL && progress->shown != 0) {
        fputs("\r\033[K", stderr);
        progress->shown = 0;
    }
}
