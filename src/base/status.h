/* SPDX-License-Identifier: Apache-2.0 */
/* How a call ended.
 *
 * Every fallible function returns an `enum status` and, where words help, fills a `struct error`.
 * The list is closed and small on purpose: a caller can decide by the status alone, a person can
 * decide by the words. `err` and every `ret_` parameter are untouched unless the text says so:
 * `err` only on failure, `ret_` only on success. A NULL `err` is allowed everywhere.
 */
#ifndef HUSTINGS_BASE_STATUS_H
#define HUSTINGS_BASE_STATUS_H

#include "base/compiler.h"

enum status {
    STATUS_OK = 0,
    STATUS_INVALID,     /* the input is wrong; the words say what to change */
    STATUS_NOT_FOUND,   /* no such thing */
    STATUS_DENIED,      /* known, but not for this caller */
    STATUS_CONFLICT,    /* somebody else changed it first, or it exists already */
    STATUS_LIMIT,       /* larger, longer or more than allowed */
    STATUS_UNAVAILABLE, /* not now; nothing happened; a retry is safe */
    STATUS_UNCERTAIN,   /* it may have happened (connection lost during a commit) */
    STATUS_CORRUPT,     /* stored bytes are not what was stored */
    STATUS_INTERNAL,    /* our fault */
    STATUS_COUNT
};

enum { ERROR_TEXT_MAX = 256 };

/* Primary: a short fact. Hint: what to do about it. Both end with NUL and hold valid UTF-8. */
struct error {
    enum status status;
    char primary[ERROR_TEXT_MAX];
    char hint[ERROR_TEXT_MAX];
};

/* Fills *err (may be NULL) and returns `status`, so that `return error_set(...)` reads well. */
enum status error_set(struct error *err, enum status status, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
/* Adds the advice. Does nothing when err is NULL. */
void error_hint(struct error *err, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* A stable lower-case word for machines ("invalid", "not-found" …). */
const char *status_word(enum status status);
/* The HTTP status code a front or desk answers with. */
unsigned status_http(enum status status);
/* The exit code of a command (design: 0 ok, 1 some input refused, 2 usage, 3 cannot). */
int status_exit(enum status status);

#endif
