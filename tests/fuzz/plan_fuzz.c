/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: no bytes break the readers of problems and plans; what is read can be written and read again;
 * and a plan for any problem keeps every rule and is what it says of itself, its bounds too, as the
 * checker sees it. */
#include "plan/check.h"
#include "plan/search.h"
#include "plan/solve.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TASKS_MAX = 60, UNITS_MAX = 12 };

/* A unit whose facts leave it no time to rest before the end of its duty is back late, and that is said. */
static void keeps_rules(const struct plan_problem *problem, const struct plan_check *check)
{
    for (size_t i = 0; i < check->broken_count && i < PLAN_BROKEN_SHOWN; i++) {
        const struct plan_broken *broken = &check->broken[i];
        bool has_facts = broken->unit != PLAN_NONE && problem->units[broken->unit].lock_count > 0 &&
                         problem->units[broken->unit].locks[0].start >= 0;
        ASSERT(str_equal(str_c(broken->rule), STR("mandatory")) ||
               (has_facts && str_equal(str_c(broken->rule), STR("shift"))));
    }
}

static void solve(struct arena *arena, const struct plan_problem *problem)
{
    struct plan_result result;
    struct plan_result again;
    struct plan_check check;
    struct error err;
    struct buf text;
    struct plan_solve_options options = {.seed = 1, .threads = 1, .iterations = 60};
    plan_solve(arena, problem, &options, &result);
    plan_check(arena, problem, &result, &check);
    plan_check_figures(arena, problem, &result, &check);
    keeps_rules(problem, &check);
    buf_init(&text, 1 << 24);
    plan_result_write(problem, &result, &text);
    ASSERT(plan_result_read(arena, problem, buf_str(&text), &again, &err) == STATUS_OK);
    buf_close(&text);
}

/* The first plan, made better by prices alone: a short run has none. */
static void price(struct arena *arena, const struct plan_problem *problem)
{
    struct net net;
    struct search_tables tables;
    struct search search;
    struct plan_check check;
    net_make(arena, problem, &net);
    search_tables_make(arena, &net, &tables);
    search_make(arena, &net, &tables, 1, &search);
    search_construct(&search);
    search_run(&search, 40, 0, HEAT_LEVELS);
    (void)search_recombine(&search, 1 << 14, true);
    search_take_best(&search);
    struct plan_route *routes = ARENA_ARRAY(arena, struct plan_route, net.unit_count + 1U);
    for (uint32_t i = 0; i < net.unit_count; i++) {
        routes[i] = plan_route_of(arena, &net, &search.now.all[i]);
    }
    struct plan_result result = {.routes = routes,
                                 .claim = {.profit = search.now.value >> NET_PROFIT_SHIFT,
                                           .travel = search.now.way,
                                           .unmet = (uint32_t)search.now.missing}};
    plan_check(arena, problem, &result, &check);
    keeps_rules(problem, &check);
    ASSERT(check.profit == result.claim.profit);
}

static void read_problem(struct arena *arena, str text)
{
    struct plan_problem problem;
    struct plan_problem again;
    struct plan_refused refused;
    struct plan_result result;
    struct error err = {0};
    plan_refused_init(&refused);
    if (plan_problem_read(arena, text, &problem, &refused, &err) == STATUS_OK) {
        struct buf out;
        buf_init(&out, 1 << 26);
        plan_problem_write(&problem, &out);
        ASSERT(plan_problem_read(arena, buf_str(&out), &again, &refused, &err) == STATUS_OK);
        buf_close(&out);
        (void)!plan_result_read(arena, &problem, text, &result, &err);
        if (problem.task_count <= TASKS_MAX && problem.unit_count <= UNITS_MAX) {
            solve(arena, &problem);
            price(arena, &problem);
        }
    }
    plan_refused_close(&refused);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct plan_problem problem;
    struct error err;
    str text = str_from(data, size);
    arena_init(&arena, (size_t)1 << 30);
    read_problem(&arena, text);
    (void)!plan_import_toptw(&arena, text, 2, 0, &problem, &err);
    (void)!plan_import_vrptw(&arena, text, 0, 0, &problem, &err);
    (void)!plan_import_city(&arena, text, &problem, &err);
    arena_close(&arena);
    return 0;
}
