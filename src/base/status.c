/* SPDX-License-Identifier: Apache-2.0 */
#include "base/status.h"

#include <stdarg.h>
#include <stdio.h>

struct status_row {
    const char *word;
    unsigned http;
    int exit_code;
};

static const struct status_row rows[STATUS_COUNT] = {
    [STATUS_OK] = {"ok", 200, 0},
    [STATUS_INVALID] = {"invalid", 400, 1},
    [STATUS_NOT_FOUND] = {"not-found", 404, 1},
    [STATUS_DENIED] = {"denied", 403, 3},
    [STATUS_CONFLICT] = {"conflict", 409, 1},
    [STATUS_LIMIT] = {"limit", 413, 1},
    [STATUS_UNAVAILABLE] = {"unavailable", 503, 3},
    [STATUS_UNCERTAIN] = {"uncertain", 503, 3},
    [STATUS_CORRUPT] = {"corrupt", 500, 3},
    [STATUS_INTERNAL] = {"internal", 500, 3},
};

enum status error_set(struct error *err, enum status status, const char *fmt, ...)
{
    if (err != NULL) {
        va_list args;
        va_start(args, fmt);
        err->status = status;
        err->hint[0] = '\0';
        (void)vsnprintf(err->primary, sizeof err->primary, fmt, args); /* clipping is meant */
        va_end(args);
    }
    return status;
}

void error_hint(struct error *err, const char *fmt, ...)
{
    if (err != NULL) {
        va_list args;
        va_start(args, fmt);
        (void)vsnprintf(err->hint, sizeof err->hint, fmt, args);
        va_end(args);
    }
}

const char *status_word(enum status status)
{
    return rows[status].word;
}

unsigned status_http(enum status status)
{
    return rows[status].http;
}

int status_exit(enum status status)
{
    return rows[status].exit_code;
}
