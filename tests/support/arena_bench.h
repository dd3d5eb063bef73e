/* SPDX-License-Identifier: Apache-2.0 */
/* An arena that the tests of a program share: cmocka_run_group_tests(tests, open_arena, close_arena). */
#ifndef HUSTINGS_TESTS_ARENA_BENCH_H
#define HUSTINGS_TESTS_ARENA_BENCH_H

#include "cm.h"
#include "base/arena.h"

static struct arena arena;

static int open_arena(void **state)
{
    (void)state;
    arena_init(&arena, (size_t)1 << 30);
    return 0;
}

static int close_arena(void **state)
{
    (void)state;
    arena_close(&arena);
    return 0;
}

#endif
