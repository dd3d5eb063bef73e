/* SPDX-License-Identifier: Apache-2.0 */
/* Memory by lifetime.
 *
 * An arena hands out zeroed memory and gives all of it back at once: one request, one job, one
 * command. There is a hard limit; crossing it, or running out of memory, ends the process by
 * `arena_exhausted` (exit code EXIT_MEMORY): the parent restarts a worker, and no report was
 * acknowledged that is not already on disk. That is safer than half-built answers, and it halves
 * the branches. Module code therefore never calls malloc or free.
 */
#ifndef HUSTINGS_BASE_ARENA_H
#define HUSTINGS_BASE_ARENA_H

#include "base/str.h"

enum { EXIT_MEMORY = 71 };

struct arena_block;

struct arena {
    struct arena_block *newest;
    size_t used_total;
    size_t bytes_max;
};

/* No allocation happens until the first use. */
void arena_init(struct arena *arena, size_t bytes_max);
/* Wipes and frees everything; the arena can be used again. */
void arena_close(struct arena *arena);
/* As arena_close, but keeps the newest block for the next round: cheap per-request reset.
 * Memory that was handed out is wiped first. */
void arena_reset(struct arena *arena);
/* Zeroed, aligned for any type. `count * size` is checked. Never NULL. */
void *arena_alloc(struct arena *arena, size_t count, size_t size);
#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), 1, sizeof(type)))
#define ARENA_ARRAY(arena, type, count) ((type *)arena_alloc((arena), (count), sizeof(type)))
/* A copy of s that lives as long as the arena. */
str arena_str(struct arena *arena, str s);
/* The same with a final NUL; a NUL inside s ends the C string early, so check first. */
char *arena_cstr(struct arena *arena, str s);
/* printf into the arena. */
str arena_printf(struct arena *arena, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Says on stderr which limit was met and ends the process with EXIT_MEMORY. */
NORETURN void arena_exhausted(size_t wanted, size_t bytes_max);

#endif
