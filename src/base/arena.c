/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <stdarg.h>
#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/fault.h"

enum { BLOCK_BYTES_MIN = 16 * 1024 };

struct arena_block {
    struct arena_block *older;
    size_t used;
    size_t size;
    alignas(max_align_t) unsigned char data[];
};

void arena_exhausted(size_t wanted, size_t bytes_max)
{
    fprintf(stderr, "hustings: out of memory (wanted %zu bytes, limit %zu); ending this process\n",
            wanted, bytes_max);
    _exit(EXIT_MEMORY);
}

NORETURN void assert_failed(const char *condition, const char *file, int line)
{
    fprintf(stderr, "hustings: broken promise: %s (%s:%d)\n", condition, file, line);
    abort();
}

void arena_init(struct arena *arena, size_t bytes_max)
{
    *arena = (struct arena){.bytes_max = bytes_max};
}

static void free_blocks(struct arena_block *block)
{
    while (block != NULL) {
        struct arena_block *older = block->older;
        explicit_bzero(block->data, block->used); /* it may have held what somebody told us */
        free(block);
        block = older;
    }
}

void arena_close(struct arena *arena)
{
    free_blocks(arena->newest);
    arena->newest = NULL;
    arena->used_total = 0;
}

void arena_reset(struct arena *arena)
{
    struct arena_block *keep = arena->newest;
    arena->used_total = 0;
    if (keep == NULL) {
        return;
    }
    free_blocks(keep->older);
    keep->older = NULL;
    memset(keep->data, 0, keep->used);
    keep->used = 0;
}

static struct arena_block *block_new(struct arena *arena, size_t wanted)
{
    size_t size = wanted > BLOCK_BYTES_MIN ? wanted : BLOCK_BYTES_MIN;
    struct arena_block *block = fault_strikes(FAULT_ALLOC) ? NULL : calloc(1, sizeof *block + size);
    if (block == NULL) {
        arena_exhausted(wanted, arena->bytes_max);
    }
    block->size = size;
    block->older = arena->newest;
    arena->newest = block;
    return block;
}

void *arena_alloc(struct arena *arena, size_t count, size_t size)
{
    const size_t align = alignof(max_align_t);
    size_t wanted = 0;
    if (__builtin_mul_overflow(count, size, &wanted) ||
        __builtin_add_overflow(wanted, align - 1, &wanted)) {
        arena_exhausted(SIZE_MAX, arena->bytes_max);
    }
    wanted -= wanted % align;
    if (wanted > arena->bytes_max - arena->used_total) {
        arena_exhausted(wanted, arena->bytes_max);
    }
    struct arena_block *block = arena->newest;
    if (block == NULL || block->size - block->used < wanted) {
        block = block_new(arena, wanted);
    }
    void *memory = block->data + block->used;
    block->used += wanted;
    arena->used_total += wanted;
    return memory;
}

char *arena_cstr(struct arena *arena, str s)
{
    char *copy = arena_alloc(arena, s.n + 1, 1);
    if (s.n > 0) {
        memcpy(copy, s.p, s.n);
    }
    return copy;
}

str arena_str(struct arena *arena, str s)
{
    return (str){arena_cstr(arena, s), s.n};
}

str arena_printf(struct arena *arena, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    int len = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    ASSERT(len >= 0);
    char *text = arena_alloc(arena, (size_t)len + 1, 1);
    va_start(args, fmt);
    (void)vsnprintf(text, (size_t)len + 1, fmt, args);
    va_end(args);
    return (str){text, (size_t)len};
}
