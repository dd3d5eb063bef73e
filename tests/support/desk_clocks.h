/* SPDX-License-Identifier: Apache-2.0 */
/* Clocks of cases on the bench, at times of the test's own: a span after bench_now. */
#ifndef HUSTINGS_TESTS_DESK_CLOCKS_H
#define HUSTINGS_TESTS_DESK_CLOCKS_H

#include "desk_acts.h"

enum { ACT, TELL, HEAR }; /* of desk_case.clocks */
static const time_us minute = 60 * US_PER_SECOND;
UNUSED static const time_us day = 24 * 60 * 60 * US_PER_SECOND;

static inline struct caller later(struct caller caller, time_us span)
{
    caller.now = bench_now + span;
    return caller;
}

static inline struct desk_case read_case_at(struct desk_bench *d, int64_t number, time_us span)
{
    struct desk_case view = {0};
    struct caller caller = later(d->supervisor, span);
    OK(desk_case_read(d->desk, &caller, number, PURPOSE_READ, 0, &d->arena, &view, &err));
    return view;
}

static inline void do_it_at(struct desk_bench *d, time_us span, struct desk_do what)
{
    struct caller caller = later(d->supervisor, span);
    assert_int_equal(do_it(d, &caller, what, NULL, NULL), STATUS_OK);
}

/* It runs, and is due so long after bench_now, to the minute. */
static inline void assert_due(const struct desk_case *view, size_t clock, time_us span)
{
    assert_false(view->clocks[clock].is_met);
    assert_int_equal((view->clocks[clock].due - bench_now) / minute, span / minute);
}

#endif
