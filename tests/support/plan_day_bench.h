/* SPDX-License-Identifier: Apache-2.0 */
/* A day that is planned and mended once, and what comes back when the mended plan's problem is written and
 * read: what the tests of mending have in common. */
#ifndef HUSTINGS_TESTS_PLAN_DAY_BENCH_H
#define HUSTINGS_TESTS_PLAN_DAY_BENCH_H

#include "cm.h"

#include "base/arena.h"
#include "plan/account.h"
#include "plan/replan.h"

struct day {
    struct arena arena;
    struct plan_problem problem, again; /* `again`: the mended one, written and read */
    struct plan_result before;
    struct plan_replanned mended;
    struct plan_refused refused;
};

static void day_open(struct day *day, const char *problem)
{
    struct error err = {0};
    memset(day, 0, sizeof *day);
    arena_init(&day->arena, (size_t)1024 * 1024 * 1024);
    plan_refused_init(&day->refused);
    assert_int_equal(
        plan_problem_read(&day->arena, str_c(problem), &day->problem, &day->refused, &err),
        STATUS_OK);
}

/* `before` is the plan by now. */
static void day_mend(struct day *day, const char *event_text,
                     const struct plan_replan_options *options)
{
    struct plan_problem with;
    struct plan_event event;
    struct buf out;
    struct error err = {0};
    assert_int_equal(plan_event_read(&day->arena, &day->problem, str_c(event_text), &with, &event,
                                     &day->refused, &err),
                     STATUS_OK);
    plan_replan(&day->arena, &with, &day->before, &event, options, &day->mended);
    buf_init(&out, 1024 * 1024);
    plan_problem_write(&day->mended.problem, &out);
    assert_int_equal(plan_problem_read(&day->arena, arena_str(&day->arena, buf_str(&out)),
                                       &day->again, &day->refused, &err),
                     STATUS_OK);
    buf_close(&out);
}

static void day_close(struct day *day)
{
    plan_refused_close(&day->refused);
    arena_close(&day->arena);
}

static int64_t spent(struct day *day, const struct plan_problem *problem,
                     const struct plan_result *result, enum plan_leg_kind kind)
{
    const struct plan_duty *duties = NULL;
    struct plan_account account;
    struct error err = {0};
    assert_int_equal(plan_duties_make(&day->arena, problem, result, &duties, &err), STATUS_OK);
    assert_int_equal(plan_account_make(&day->arena, problem, duties, NULL, NULL, &account, &err),
                     STATUS_OK);
    return account.total.spent[kind];
}

#endif
