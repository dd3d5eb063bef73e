/* SPDX-License-Identifier: Apache-2.0 */
/* Looks for planted texts ("canaries") in the raw bytes of files: does anything of a report stand
 * in the clear in what a desk keeps? Also in the forms in which bytes hide in other files: UTF-16,
 * hex, and base64 at each of its three alignments.
 *
 * All patterns are looked for in one pass: the first four bytes at each place are hashed into a
 * table of bits, and only where a bit is set are the patterns of that hash compared. Some 10,000
 * canaries cost little more than one. */
#ifndef HUSTINGS_OPS_SCAN_H
#define HUSTINGS_OPS_SCAN_H

#include "base/arena.h"
#include "base/status.h"
#include "ops/progress.h"

enum {
    CANARY_BYTES_MIN = 4, /* shorter ones stand in every file by chance */
    CANARY_BYTES_MAX = 1024,
    CANARIES_MAX = 100000
};

struct scan_pattern {
    const char *form; /* "text", "utf-16", "hex", "base64", "base64url" */
    size_t canary;    /* index of what was given */
    str bytes;
    uint32_t next; /* of the same hash, +1; 0 = none */
};
struct scan {
    struct arena *arena;
    struct scan_pattern *patterns;
    size_t count, cap, longest;
    uint32_t *heads; /* by hash, +1 */
};

/* One find. */
struct scan_hit {
    const char *path;
    int64_t offset; /* of its first byte */
    const struct scan_pattern *pattern;
};
typedef void scan_visit(void *context, const struct scan_hit *hit);

/* STATUS_INVALID when a canary is too short, too long or there are none. */
enum status scan_start(struct arena *arena, const str *canaries, size_t count,
                       struct scan *ret_scan, struct error *err) MUST_CHECK;
/* Pure: all finds that begin in bytes[0..end) (end <= bytes.n). */
void scan_bytes(const struct scan *scan, str bytes, size_t end, const char *path, int64_t base,
                scan_visit *visit, void *context);

struct scan_counts {
    int64_t files, bytes, hits;
    int64_t unread;  /* files and folders that could not be read */
    int64_t skipped; /* links, sockets, pipes: they hold nothing of their own */
};
typedef void scan_unread(void *context, const char *path, const char *why);
/* Every regular file below `folder` (or that one file). Does not follow links. STATUS_OK also when
 * something could not be read: see `unread`. */
enum status scan_folder(const struct scan *scan, const char *folder, scan_visit *visit,
                        scan_unread *unread, void *context, struct scan_counts *ret_counts,
                        struct error *err) MUST_CHECK;

#endif
