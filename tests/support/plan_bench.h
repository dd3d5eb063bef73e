/* SPDX-License-Identifier: Apache-2.0 */
/* For tests of the planner's input: an arena a test, and problems as text. */
#ifndef HUSTINGS_TESTS_PLAN_BENCH_H
#define HUSTINGS_TESTS_PLAN_BENCH_H

#include "cm.h"
#include "plan/problem.h"

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

#define HEAD                                                                                       \
    "{\"format\":\"hustings-plan-problem\",\"version\":1,\"ticks_per_s\":10,"                      \
    "\"travel\":{\"by\":\"euclid\"},"
#define SITES_3                                                                                    \
    "\"sites\":[{\"id\":\"b\",\"x\":0,\"y\":0},{\"id\":\"s\",\"x\":30,\"y\":40},"                  \
    "{\"id\":\"z\",\"x\":0,\"y\":10}]"

static inline enum status read_text(const char *text, struct plan_problem *p,
                                    struct buf *ret_refused, struct error *err)
{
    struct plan_refused refused;
    plan_refused_init(&refused);
    enum status status = plan_problem_read(&arena, str_c(text), p, &refused, err);
    buf_init(ret_refused, 1 << 20);
    buf_add(ret_refused, buf_str(&refused.text));
    plan_refused_close(&refused);
    return status;
}

#endif
