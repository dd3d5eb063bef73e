/* SPDX-License-Identifier: Apache-2.0 */
/* The slow hash of passwords, outside the event loop.
 *
 * Argon2id takes about 120 ms and 64 MiB on purpose. A desk that computed it in its one event loop
 * would make every other officer wait for each log-in. So a helper is forked before the process
 * holds any key or has read an outside byte:
 *
 *   desk ── ipc ── helper ── forks one child a job, at most STRETCHER_JOBS at a time
 *
 * The helper learns a salt and a password and answers with the stretched key; it has no store, no
 * network and no other key, and each child ends after its one job. What it cannot take at once
 * waits in the desk, in order, at most STRETCHER_WAITING_MAX; more are told to come again. A right
 * and a wrong password go the same way and cost the same.
 *
 * When the helper is gone (killed, out of memory) the hash is computed in the desk's own process
 * from then on: slow is better than closed. The helper cannot be forked anew, because the desk may
 * hold keys by then.
 */
#ifndef HUSTINGS_PEOPLE_STRETCHER_H
#define HUSTINGS_PEOPLE_STRETCHER_H

#include "crypt/crypt.h"

enum {
    STRETCHER_JOBS = 2, /* 64 MiB each; the pages need a core as well */
    STRETCHER_WAITING_MAX = 64,
    STRETCHER_PASSWORD_BYTES_MAX = 512
};

struct stretcher;
/* `key` is NULL unless status is STATUS_OK, and wiped after the call. STATUS_UNAVAILABLE: no
 * memory, or too many wait. */
typedef void stretcher_done(void *context, enum status status, const struct crypt_key *key);

/* Forks the helper, which calls set_up(context) first (the sandbox). fd_count descriptors are
 * closed in it. */
enum status stretcher_open(void (*set_up)(void *context), void *context, const int *close_fds,
                           size_t fd_count, struct stretcher **ret_stretcher,
                           struct error *err) MUST_CHECK;
/* No callback is called for what was still open. Accepts NULL. */
void stretcher_close(struct stretcher *stretcher);
/* The answer comes from within stretcher_run, or from within this call when it cannot be taken. A
 * NULL stretcher computes here and now. */
void stretcher_ask(struct stretcher *stretcher, str password, const struct crypt_salt *salt,
                   stretcher_done *done, void *context);
/* The helper has ended: stop watching the descriptor. */
bool stretcher_is_gone(const struct stretcher *stretcher);
int stretcher_fd(const struct stretcher *stretcher);
bool stretcher_wants_write(const struct stretcher *stretcher);
/* Call when the descriptor is readable or there is something to send. */
void stretcher_run(struct stretcher *stretcher);

#endif
