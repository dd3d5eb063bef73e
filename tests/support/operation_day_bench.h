/* SPDX-License-Identifier: Apache-2.0 */
/* An operation on its day, with a plan in force. */
#ifndef HUSTINGS_TESTS_OPERATION_DAY_BENCH_H
#define HUSTINGS_TESTS_OPERATION_DAY_BENCH_H

#include "operation_bench.h"

#include "desk/operation_day.h"

/* bench_now is 10:46 in London */
static const char day[] = "2024-07-03";

UNUSED static int64_t publish(struct fixture *f)
{
    fill(f);
    search(f, "first");
    int64_t leaf = look(f).plans[0].leaf;
    OK(desk_plan_publish(f->d.desk, &f->planner, leaf, &f->d.arena, &err));
    return leaf;
}

UNUSED static struct desk_happening sent(const char *site)
{
    return (struct desk_happening){.now_s = 11 * 3600,
                                   .words = STR("a crowd at the door"),
                                   .site = str_c(site),
                                   .dwell_minutes = 30,
                                   .within_minutes = 60,
                                   .officers = 2,
                                   .units_max = 3};
}

#define SAYS_CLOSED(call)                                                                          \
    do {                                                                                           \
        struct error err = {0};                                                                    \
        assert_int_equal((call), STATUS_INVALID);                                                  \
        assert_true(str_starts(str_c(err.primary), STR("This operation is closed.")));             \
    } while (0)

#endif
