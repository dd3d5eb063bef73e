/* SPDX-License-Identifier: Apache-2.0 */
/* The list of erasures of a desk (letterbox/erasure.h) as a file: each backup holds one, and
 * `restore` applies a newer one to an older backup. No key is needed. */
#ifndef HUSTINGS_OPS_ERASURES_H
#define HUSTINGS_OPS_ERASURES_H

#include "letterbox/erasure.h"
#include "serve/settings.h"

#define ERASURES_NAME "erasures.txt" /* in a backup */

/* Appends the list of the desk, which may be running. */
enum status erasures_print(const struct settings *settings, struct arena *arena, struct buf *out,
                           struct error *err) MUST_CHECK;
/* The same into a new file (0600). */
enum status erasures_write(const struct settings *settings, struct arena *arena, const char *path,
                           struct error *err) MUST_CHECK;
/* Reads a list into an arena of ERASURE_LIST_ARENA_BYTES_MAX. STATUS_INVALID when it is false, cut
 * off or of another desk. */
enum status erasures_read(const struct settings *settings, struct arena *arena, const char *path,
                          struct erasure_list *ret_list, struct error *err) MUST_CHECK;
/* Erases again, in a letterbox that nobody serves, what the list says; its schema is brought up to
 * date for it. */
enum status erasures_apply(const struct settings *settings, struct arena *arena,
                           const struct erasure_list *list, time_us now,
                           struct erasure_replayed *ret_replayed, struct error *err) MUST_CHECK;

#endif
