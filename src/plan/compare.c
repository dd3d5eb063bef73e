/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/compare.h"

#include "base/utf8.h"
#include "plan/check.h"
#include "plan/ids.h"
#include "plan/search.h"

struct area_sum {
    str name;
    int64_t profit, all;
};

/* ---- what is covered, by area ---- */

static struct area_sum *area_of(struct plan_ids *ids, struct area_sum *areas, uint32_t *count,
                                str name)
{
    uint32_t at = plan_ids_find(ids, name);
    if (at == UINT32_MAX) {
        at = (*count)++;
        areas[at].name = name;
        (void)plan_ids_add(ids, name, at);
    }
    return &areas[at];
}

static void find_covered(struct arena *arena, const struct plan_fork *fork,
                         struct plan_compared *out)
{
    const struct plan_problem *problem = fork->problem;
    const bool *is_served = plan_served(arena, problem, fork->result);
    uint32_t *served = ARENA_ARRAY(arena, uint32_t, problem->group_count + 1U);
    uint32_t *all = ARENA_ARRAY(arena, uint32_t, problem->group_count + 1U);
    struct area_sum *areas = ARENA_ARRAY(arena, struct area_sum, problem->site_count + 1U);
    struct plan_ids ids;
    uint32_t area_count = 0;
    plan_ids_init(&ids, arena);
    for (uint32_t i = 0; i < problem->task_count; i++) {
        const struct plan_task *task = &problem->tasks[i];
        str area = problem->sites[task->site].area;
        int64_t gain = plan_task_gain(problem, task, plan_task_nth(task, all));
        int64_t had = is_served[i] ? plan_task_gain(problem, task, plan_task_nth(task, served)) : 0;
        out->profit_all += gain;
        out->mandatory += task->is_mandatory ? 1 : 0;
        if (area.n > 0) {
            struct area_sum *sum = area_of(&ids, areas, &area_count, area);
            sum->all += gain;
            sum->profit += had;
        }
    }
    out->worst_permille = 1000;
    for (uint32_t i = 0; i < area_count; i++) {
        int32_t share = areas[i].all > 0 ? (int32_t)(areas[i].profit * 1000 / areas[i].all) : 1000;
        if (out->worst_area.n == 0 || share < out->worst_permille) {
            out->worst_area = areas[i].name;
            out->worst_permille = share;
        }
    }
}

/* ---- who does how much ---- */

static void find_loads(const struct plan_fork *fork, const struct plan_duty *duties,
                       struct plan_compared *out)
{
    const struct plan_problem *problem = fork->problem;
    int64_t sum = 0;
    int64_t squares = 0;
    for (int round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < problem->unit_count; i++) {
            int64_t load = 0;
            if (fork->result->routes[i].stop_count == 0) {
                continue;
            }
            for (uint32_t k = 0; k < duties[i].leg_count; k++) {
                const struct plan_leg *leg = &duties[i].legs[k];
                bool is_work = leg->kind == PLAN_LEG_DWELL || leg->kind == PLAN_LEG_TRAVEL;
                load += is_work ? (int64_t)leg->to - leg->from : 0;
            }
            if (round == 0) {
                out->load_least = out->out == 0 || load < out->load_least ? load : out->load_least;
                out->load_most = load > out->load_most ? load : out->load_most;
                sum += load;
                out->out++;
            } else {
                int64_t off = (load - out->load_mean) / problem->ticks_per_s;
                squares += off * off;
            }
        }
        out->load_mean = out->out > 0 ? sum / out->out : 0;
    }
    int64_t mean_s = out->load_mean / problem->ticks_per_s;
    out->spread_permille =
        mean_s > 0 ? (int32_t)((int64_t)search_root((uint64_t)(squares / out->out)) * 1000 / mean_s)
                   : 0;
}

/* ---- against the first ---- */

static bool is_same_route(const struct plan_fork *a, uint32_t unit_a, const struct plan_fork *b,
                          uint32_t unit_b)
{
    const struct plan_route *x = &a->result->routes[unit_a];
    const struct plan_route *y = &b->result->routes[unit_b];
    if (x->stop_count != y->stop_count) {
        return false;
    }
    for (uint32_t i = 0; i < x->stop_count; i++) {
        if (!str_equal(a->problem->tasks[x->stops[i].task].id,
                       b->problem->tasks[y->stops[i].task].id)) {
            return false;
        }
    }
    return true;
}

static void find_changed(struct arena *arena, const struct plan_fork *first,
                         const struct plan_fork *fork, struct plan_compared *out)
{
    struct plan_ids ids;
    uint32_t both = 0;
    plan_ids_init(&ids, arena);
    for (uint32_t i = 0; i < first->problem->unit_count; i++) {
        (void)plan_ids_add(&ids, first->problem->units[i].id, i);
    }
    for (uint32_t i = 0; i < fork->problem->unit_count; i++) {
        uint32_t was = plan_ids_find(&ids, fork->problem->units[i].id);
        if (was == UINT32_MAX) {
            out->added++;
            continue;
        }
        both++;
        out->changed += is_same_route(first, was, fork, i) ? 0 : 1;
    }
    out->gone = first->problem->unit_count - both;
}

static enum status find_cost(struct arena *arena, const struct plan_fork *fork,
                             const struct plan_duty *duties, const struct plan_rates *rates,
                             struct plan_compared *out, struct error *err)
{
    struct plan_account account;
    enum status status =
        plan_account_make(arena, fork->problem, duties, NULL, rates, &account, err);
    if (status != STATUS_OK) {
        return status;
    }
    for (size_t i = 0; i < PLAN_LEG_KINDS; i++) {
        out->spent[i] = account.total.spent[i];
    }
    out->paid = plan_sum_ticks(&account.total);
    out->has_cost = rates != NULL;
    if (out->has_cost) {
        out->pence = plan_pence(fork->problem, account.total.cost);
        out->no_rate = account.total.no_rate;
        out->lacks = plan_account_lacks(arena, fork->problem, &account);
    }
    return STATUS_OK;
}

static enum status compare_one(struct arena *arena, const struct plan_fork *first,
                               const struct plan_fork *fork, const struct plan_rates *rates,
                               struct plan_compared *out, struct error *err)
{
    const struct plan_problem *problem = fork->problem;
    const struct plan_duty *duties = NULL;
    struct plan_check check;
    *out = (struct plan_compared){.name = fork->name,
                                  .ticks_per_s = problem->ticks_per_s,
                                  .units = problem->unit_count,
                                  .tasks = problem->task_count};
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        out->officers += plan_unit_officers(&problem->units[i]);
    }
    plan_check(arena, problem, fork->result, &check);
    out->served = check.served;
    out->unmet = check.unmet;
    out->profit = check.profit;
    out->broken = check.broken_count;
    enum status status = plan_duties_make(arena, problem, fork->result, &duties, err);
    if (status != STATUS_OK) {
        struct error why = *err;
        (void)error_set(err, status, "%.*s: %.200s", STR_ARG(utf8_clip(fork->name, 80)),
                        why.primary);
        memcpy(err->hint, why.hint, sizeof err->hint);
        return status;
    }
    find_covered(arena, fork, out);
    find_loads(fork, duties, out);
    find_changed(arena, first, fork, out);
    return find_cost(arena, fork, duties, rates, out, err);
}

enum status plan_compare(struct arena *arena, const struct plan_fork *forks, uint32_t count,
                         const struct plan_rates *rates, struct plan_compared *ret_compared,
                         struct error *err)
{
    enum status status = STATUS_OK;
    for (uint32_t i = 0; i < count && status == STATUS_OK; i++) {
        status = compare_one(arena, &forks[0], &forks[i], rates, &ret_compared[i], err);
    }
    return status;
}
