/* SPDX-License-Identifier: Apache-2.0 */
/* Plans side by side: what each covers, leaves undone, costs, and whom it changes.
 *
 * Each fork is a plan with its own problem; the first is what others are compared with. Figures are
 * those of the checker and of the account, not what plans claim. Officers' time is paid time.
 */
#ifndef HUSTINGS_PLAN_COMPARE_H
#define HUSTINGS_PLAN_COMPARE_H

#include "plan/account.h"

enum { PLAN_FORKS_MAX = 8 };

struct plan_fork {
    str name;
    const struct plan_problem *problem;
    const struct plan_result *result;
};

struct plan_compared {
    str name;
    int32_t ticks_per_s;
    uint32_t units, officers, out; /* out: units with a visit */
    uint32_t tasks, served, mandatory, unmet;
    size_t broken; /* rules as plan_check counts them: `unmet` is among them */
    int64_t profit, profit_all;
    int64_t spent[PLAN_LEG_KINDS], paid; /* officer-ticks */
    bool has_cost;
    int64_t pence, no_rate; /* cost; officer-ticks that have no rate */
    str lacks;              /* for whom a rate is missing (plan_account_lacks) */
    /* against the first: units of the same id with other visits, and those that only one of them has */
    uint32_t changed, added, gone;
    str worst_area; /* with the smallest covered share; empty without areas */
    int32_t worst_permille;
    /* dwell and travel of a unit that is out, in ticks: how evenly it is shared */
    int64_t load_least, load_mean, load_most;
    int32_t spread_permille; /* standard deviation of it by its mean */
};

/* rates may be NULL. STATUS_INVALID when a plan overlaps itself; the sentence names it. */
enum status plan_compare(struct arena *arena, const struct plan_fork *forks, uint32_t count,
                         const struct plan_rates *rates, struct plan_compared *ret_compared,
                         struct error *err) MUST_CHECK;

/* A row a measure, a column a plan: to read, as RFC 4180, and as a list of objects. */
void plan_compare_add_text(const struct plan_compared *compared, uint32_t count, struct buf *out);
void plan_compare_add_csv(const struct plan_compared *compared, uint32_t count, struct buf *out);
void plan_compare_add_json(const struct plan_compared *compared, uint32_t count, struct buf *out);

#endif
