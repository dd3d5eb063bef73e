/* SPDX-License-Identifier: Apache-2.0 */
/* The children of a process, from the process table. */
#ifndef HUSTINGS_TESTS_CHILDREN_H
#define HUSTINGS_TESTS_CHILDREN_H

#include <sys/types.h>

#include "base/arena.h"
#include "base/io.h"

/* How many it has now; the first of them where there is one. */
static size_t children_of(pid_t pid, pid_t *ret_first)
{
    struct arena arena;
    str text = {0};
    size_t count = 0;
    arena_init(&arena, 64 * 1024);
    str path = arena_printf(&arena, "/proc/%d/task/%d/children", (int)pid, (int)pid);
    if (io_read_file(&arena, path.p, 4096, &text, NULL) == STATUS_OK) {
        while (text.n > 0) {
            str word = {0};
            uint64_t child = 0;
            text = str_cut(text, ' ', &word);
            if (str_to_u64(word, &child)) {
                *ret_first = count++ == 0 ? (pid_t)child : *ret_first;
            }
        }
    }
    arena_close(&arena);
    return count;
}

#endif
