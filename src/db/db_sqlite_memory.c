/* SPDX-License-Identifier: Apache-2.0 */
/* SQLite's memory: wiped before it is given back. Pages of an encrypted file, values and the words of
 * the search index are in the clear there, and a locked desk must not keep them. */
#include "db/db_internal.h"

#include <malloc.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

static void *take(int size)
{
    return malloc((size_t)size);
}

static int size_of(void *memory)
{
    return (int)malloc_usable_size(memory); /* SQLite never asks for more than an int holds */
}

static void give_back(void *memory)
{
    if (memory != NULL) {
        explicit_bzero(memory, malloc_usable_size(memory));
        free(memory);
    }
}

static void *resize(void *memory, int size)
{
    size_t had = malloc_usable_size(memory);
    if ((size_t)size <= had && had - (size_t)size <= had / 2) {
        return memory; /* realloc could move it, and leave its words behind */
    }
    void *moved = malloc((size_t)size);
    if (moved != NULL) {
        memcpy(moved, memory, had < (size_t)size ? had : (size_t)size);
        give_back(memory);
    }
    return moved;
}

static int round_up(int size)
{
    return (size + 7) & ~7;
}

static int begin(void *context)
{
    (void)context;
    return SQLITE_OK;
}

static void end(void *context)
{
    (void)context;
}

void db_sqlite_memory(void)
{
    static const sqlite3_mem_methods wiping = {.xMalloc = take,
                                               .xFree = give_back,
                                               .xRealloc = resize,
                                               .xSize = size_of,
                                               .xRoundup = round_up,
                                               .xInit = begin,
                                               .xShutdown = end};
    /* Refused once the library runs: then it has these already. */
    int code = sqlite3_config(SQLITE_CONFIG_MALLOC, &wiping);
    ASSERT(code == SQLITE_OK || code == SQLITE_MISUSE);
}
