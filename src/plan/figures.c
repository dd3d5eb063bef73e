/* SPDX-License-Identifier: Apache-2.0 */
/* What a plan says of itself, beside what the checker found. */
#include "plan/bound.h"
#include "plan/check.h"

enum {
    ROUNDED = 16
}; /* thousandths: a bound has been rounded up in each slice of the day, in the order of its tasks */

struct figures {
    struct arena *arena;
    const struct plan_problem *problem;
    struct plan_check *check;
};

static str milli(const struct figures *f, int64_t amount)
{
    struct buf out;
    buf_init(&out, 64);
    plan_add_milli(&out, amount);
    str words = arena_str(f->arena, buf_str(&out));
    buf_close(&out);
    return words;
}

static str ticks(const struct figures *f, int64_t amount)
{
    struct buf out;
    buf_init(&out, 64);
    plan_add_ticks(&out, f->problem, amount);
    str words = arena_str(f->arena, buf_str(&out));
    buf_close(&out);
    return words;
}

static void wrong(struct figures *f, str words)
{
    struct plan_check *check = f->check;
    if (check->broken_count < PLAN_BROKEN_SHOWN) {
        check->broken[check->broken_count] =
            (struct plan_broken){"figure", PLAN_NONE, PLAN_NONE, words};
    }
    check->broken_count++;
}

/* `what`: with the figure that the plan claims, and the one that is so. */
static void compare(struct figures *f, const char *what, str claimed, str found)
{
    if (!str_equal(claimed, found)) {
        wrong(f, arena_printf(f->arena, "the plan says %s %.*s, and it is %.*s", what,
                              STR_ARG(claimed), STR_ARG(found)));
    }
}

static void bounds(struct figures *f, const struct plan_result *result)
{
    int64_t profit = 0;
    int64_t travel = 0;
    if (result->bound < 0 && result->bound_travel < 0) {
        return;
    }
    plan_bound_of(f->arena, f->problem, &profit, &travel);
    if (result->bound >= 0 && result->bound < f->check->profit) {
        wrong(f, arena_printf(
                     f->arena, "the plan says that no plan has more profit than %.*s, and has %.*s",
                     STR_ARG(milli(f, result->bound)), STR_ARG(milli(f, f->check->profit))));
    } else if (result->bound >= 0 && result->bound + ROUNDED < profit) {
        wrong(f, arena_printf(f->arena,
                              "the plan says that no plan has more profit than %.*s; %.*s is the "
                              "least that can be proved",
                              STR_ARG(milli(f, result->bound)), STR_ARG(milli(f, profit))));
    }
    if (f->check->unmet == 0 && result->bound_travel > f->check->travel) {
        wrong(f, arena_printf(f->arena,
                              "the plan says that no plan travels less than %.*s s, and travels "
                              "%.*s s",
                              STR_ARG(ticks(f, result->bound_travel)),
                              STR_ARG(ticks(f, f->check->travel))));
    } else if (result->bound_travel > travel) {
        wrong(f, arena_printf(f->arena,
                              "the plan says that no plan travels less than %.*s s; %.*s s is the "
                              "most that can be proved",
                              STR_ARG(ticks(f, result->bound_travel)), STR_ARG(ticks(f, travel))));
    }
}

void plan_check_figures(struct arena *arena, const struct plan_problem *problem,
                        const struct plan_result *result, struct plan_check *check)
{
    struct figures f = {arena, problem, check};
    const struct plan_claim *claim = &result->claim;
    if (claim->profit >= 0) {
        compare(&f, "profit", milli(&f, claim->profit), milli(&f, check->profit));
    }
    if (claim->travel >= 0) {
        compare(&f, "travel_s", ticks(&f, claim->travel), ticks(&f, check->travel));
    }
    if (claim->unmet != PLAN_NONE) {
        compare(&f, "unmet", arena_printf(arena, "%u", claim->unmet),
                arena_printf(arena, "%u", check->unmet));
    }
    bounds(&f, result);
}
