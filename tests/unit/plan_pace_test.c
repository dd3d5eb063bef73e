/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: where ways depend on the hour, every plan keeps the rules by the exact way, says of itself what
 * the checker finds, and nobody who leaves later is there earlier.
 * Method: ways second by second, written here anew; small days drawn at random, with breaks, matrices
 * with holes and locks, solved, checked, and compared with an exhaustive search. */
#include <stdio.h>

#include "../support/plan_bench.h"
#include "plan/check.h"
#include "plan/legs.h"
#include "plan/pace.h"
#include "plan/random.h"
#include "plan/replan.h"
#include "plan/solve.h"

enum { TASKS = 5, SITES = 4, UNITS = 2, HOUR = 3600 };

static uint16_t paces[2][PLAN_HOURS];

static struct plan_problem draw(uint64_t seed)
{
    struct random r;
    struct plan_problem p = {.name = STR("drawn"), .ticks_per_s = 1, .mode_count = 2};
    random_seed(&r, seed);
    p.travel_by = seed % 3 == 0 ? PLAN_MATRIX : seed % 3 == 1 ? PLAN_PLANE : PLAN_SPHERE;
    p.sites = ARENA_ARRAY(&arena, struct plan_site, SITES);
    p.tasks = ARENA_ARRAY(&arena, struct plan_task, TASKS + 1);
    p.units = ARENA_ARRAY(&arena, struct plan_unit, UNITS);
    p.site_count = SITES;
    p.task_count = TASKS;
    p.unit_count = UNITS;
    int32_t *matrix = ARENA_ARRAY(&arena, int32_t, SITES * SITES);
    for (uint32_t i = 0; i < SITES; i++) {
        p.sites[i] = (struct plan_site){.id = arena_printf(&arena, "s%u", i),
                                        .x = random_below(&r, 20000),
                                        .y = random_below(&r, 20000)};
        if (p.travel_by == PLAN_SPHERE) {
            p.sites[i].x = p.sites[i].x / 100000;
            p.sites[i].y = 51 + p.sites[i].y / 100000;
        }
        for (uint32_t k = 0; k < SITES; k++) {
            bool is_hole = random_below(&r, 12) == 0 && i != k;
            matrix[i * SITES + k] = i == k ? 0 : is_hole ? -1 : (int32_t)random_below(&r, 3000);
        }
    }
    for (uint32_t mode = 0; mode < 2; mode++) {
        p.modes[mode] =
            (struct plan_mode){.id = mode == 0 ? STR("car") : STR("foot"),
                               .kmh = 36,
                               .factor = 1,
                               .overhead_s = 60,
                               .matrix = matrix,
                               .paces = mode == 1 && seed % 2 == 0 ? NULL : paces[mode]};
        for (uint32_t i = 0; i < PLAN_HOURS; i++) {
            paces[mode][i] = (uint16_t)(500 + random_below(&r, 2500));
        }
    }
    for (uint32_t i = 0; i < TASKS; i++) {
        int32_t open = (int32_t)random_below(&r, 6 * HOUR);
        p.tasks[i] = (struct plan_task){.id = arena_printf(&arena, "t%u", i),
                                        .site = random_below(&r, SITES),
                                        .open = open,
                                        .close = open + (int32_t)random_below(&r, 3 * HOUR),
                                        .dwell = (int32_t)random_below(&r, HOUR),
                                        .profit = 1000 * (1 + random_below(&r, 20)),
                                        .group = PLAN_NONE,
                                        .unit = PLAN_NONE,
                                        .officers = 1};
    }
    for (uint32_t i = 0; i < UNITS; i++) {
        int32_t start = (int32_t)random_below(&r, 2 * HOUR);
        p.units[i] =
            (struct plan_unit){.id = arena_printf(&arena, "u%u", i),
                               .base = random_below(&r, SITES),
                               .end_site = random_below(&r, SITES),
                               .start = start,
                               .end = start + 4 * HOUR + (int32_t)random_below(&r, 4 * HOUR),
                               .capacity = INT32_MAX,
                               .mode = (uint16_t)(i % 2),
                               .officers = 1};
        if (random_below(&r, 2) == 0) {
            p.units[i].break_open = start + HOUR;
            p.units[i].break_close = start + HOUR + (int32_t)random_below(&r, 3 * HOUR);
            p.units[i].break_length = 1800;
        }
    }
    return p;
}

/* Second by second. */
static int64_t arrival(const struct plan_mode *mode, int64_t at, int64_t way)
{
    int64_t gone = 0;
    while (way > 0 && gone < way * 1000) {
        int64_t hour = at / HOUR;
        int64_t pace = mode->paces == NULL ? 1000 : mode->paces[hour % 24];
        int64_t here = at % HOUR;
        gone += (here + 1) * 1000000 / pace - here * 1000000 / pace;
        at++;
    }
    return at;
}

static void later_is_never_earlier(void **state)
{
    struct random r;
    (void)state;
    random_seed(&r, 1);
    for (uint64_t seed = 1; seed <= 300; seed++) {
        struct plan_problem p = draw(2 * seed + 1);
        int64_t way = 1 + random_below(&r, 9000);
        int64_t at = random_below(&r, 30 * HOUR);
        int64_t before = 0;
        for (int64_t i = 0; i < 5; i++) {
            int64_t there = pace_arrive(&p, 0, at, way);
            assert_int_equal(there, arrival(&p.modes[0], at, way));
            assert_true(there >= before);
            before = there;
            at += random_below(&r, 600);
        }
        /* the checker's own code agrees, between real places */
        for (uint32_t b = 1; b < SITES; b++) {
            int64_t plain = plan_check_way(&p, 0, 0, b);
            int64_t ticks = plan_check_way_at(&p, 0, 0, b, at);
            assert_int_equal(ticks, plain < 0 ? -1 : pace_arrive(&p, 0, at, plain) - at);
            int64_t by = plan_check_way_by(&p, 0, 0, b, at, at + 40000);
            assert_true(plain < 0 || (by > 0 && by <= 30001) || plain == 0);
        }
        arena_reset(&arena);
    }
}

struct best {
    const struct plan_problem *p;
    int64_t profit;
};
struct here {
    uint32_t unit, site, used;
    int64_t at;
    bool has_break, has_left;
};

static int64_t arrives(const struct plan_problem *p, const struct here *here, uint32_t to)
{
    int64_t plain = plan_check_way(p, p->units[here->unit].mode, here->site, to);
    return plain < 0 ? INT32_MAX : arrival(&p->modes[p->units[here->unit].mode], here->at, plain);
}

static void explore(struct best *best, struct here here)
{
    const struct plan_problem *p = best->p;
    if (here.unit == UNITS) {
        int64_t profit = 0;
        for (uint32_t i = 0; i < TASKS; i++) {
            profit += (here.used >> i & 1) != 0 ? p->tasks[i].profit : 0;
        }
        best->profit = profit > best->profit ? profit : best->profit;
        return;
    }
    const struct plan_unit *unit = &p->units[here.unit];
    bool owes = unit->break_length > 0 && !here.has_break;
    if (!here.has_left || (!owes && arrives(p, &here, unit->end_site) <= unit->end)) {
        struct here next = {.unit = here.unit + 1, .used = here.used};
        if (next.unit < UNITS) {
            next.site = p->units[next.unit].base;
            next.at = p->units[next.unit].start;
        }
        explore(best, next);
    }
    if (owes && here.at <= unit->break_close) {
        struct here next = here;
        next.at = here.at > unit->break_open ? here.at : unit->break_open;
        next.at += unit->break_length;
        next.has_break = true;
        explore(best, next);
    }
    for (uint32_t i = 0; i < TASKS; i++) {
        const struct plan_task *task = &p->tasks[i];
        struct here next = here;
        if ((here.used >> i & 1) != 0) {
            continue;
        }
        next.at = arrives(p, &here, task->site);
        next.at = next.at > task->open ? next.at : task->open;
        if (next.at > task->close) {
            continue;
        }
        next.at += task->dwell;
        next.site = task->site;
        next.used |= 1U << i;
        next.has_left = true;
        explore(best, next);
    }
}

static void is_as_claimed(const struct plan_problem *p, const struct plan_result *result,
                          uint64_t seed)
{
    struct plan_check check;
    const struct plan_duty *duties = NULL;
    struct error err = {0};
    plan_check(&arena, p, result, &check);
    for (size_t i = 0; i < check.broken_count; i++) {
        if (!str_equal(str_c(check.broken[i].rule), STR("mandatory"))) {
            fail_msg("seed %llu: %s: %.*s", (unsigned long long)seed, check.broken[i].rule,
                     STR_ARG(check.broken[i].words));
        }
    }
    if (check.profit != result->claim.profit || check.travel != result->claim.travel ||
        (result->bound > 0 && check.profit > result->bound)) {
        fail_msg("seed %llu: it claims %lld and %lld; it is %lld and %lld",
                 (unsigned long long)seed, (long long)result->claim.profit,
                 (long long)result->claim.travel, (long long)check.profit, (long long)check.travel);
    }
    if (plan_duties_make(&arena, p, result, &duties, &err) != STATUS_OK) {
        fail_msg("seed %llu: %s", (unsigned long long)seed, err.primary);
    }
}

static void plans_keep_the_exact_way(void **state)
{
    int64_t sum = 0;
    int64_t best_sum = 0;
    (void)state;
    for (uint64_t seed = 1; seed <= 300; seed++) {
        struct plan_problem p = draw(seed);
        struct best best = {.p = &p};
        struct here here = {.site = p.units[0].base, .at = p.units[0].start};
        struct plan_result result;
        struct plan_solve_options options = {.seed = seed, .threads = 1, .iterations = 800};
        explore(&best, here);
        plan_solve(&arena, &p, &options, &result);
        is_as_claimed(&p, &result, seed);
        assert_true(result.claim.profit <= best.profit);
        sum += result.claim.profit;
        best_sum += best.profit;
        arena_reset(&arena);
    }
    /* what the slowest hours cost, on days that are harsher than any: 3 % of the profit at most */
    assert_true(best_sum > 1000000 && sum * 100 >= best_sum * 95);
}

/* Something happens on such a day: facts and what is left keep the exact way, too. */
static void mended_plans_do(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 100; seed++) {
        struct plan_problem p = draw(seed);
        struct plan_problem now;
        struct plan_event event;
        struct plan_refused refused;
        struct plan_replanned re;
        struct plan_result before;
        struct error err = {0};
        struct plan_solve_options options = {.seed = seed, .threads = 1, .iterations = 300};
        str text = arena_printf(&arena,
                                "{\"now_s\":%d,\"tasks\":[{\"id\":\"new\",\"site\":\"s1\","
                                "\"open_s\":%d,\"close_s\":%d,\"dwell_s\":600,\"profit\":50}]}",
                                2 * HOUR, 2 * HOUR, 5 * HOUR);
        plan_solve(&arena, &p, &options, &before);
        plan_refused_init(&refused);
        assert_int_equal(plan_event_read(&arena, &p, text, &now, &event, &refused, &err),
                         STATUS_OK);
        struct plan_replan_options how = {.solve = options, .units_max = 2};
        plan_replan(&arena, &now, &before, &event, &how, &re);
        re.result.bound = 0;
        is_as_claimed(&re.problem, &re.result, seed);
        plan_refused_close(&refused);
        arena_reset(&arena);
    }
}

static void hours_are_read_and_written(void **state)
{
    static const char head[] =
        "{\"format\":\"hustings-plan-problem\",\"version\":1,\"travel\":{\"by\":\"plane\","
        "\"modes\":"
        "[{\"id\":\"car\",\"kmh\":36,\"hours\":[%s]}]},\"sites\":[{\"id\":\"b\",\"x\":0,\"y\":0}],"
        "\"units\":[{\"id\":\"u\",\"base\":\"b\",\"start_s\":0,\"end_s\":9}],\"tasks\":[]}";
    static const char fine[] = "1,1,1,1,1,1,1,1.4,1.6,1.2,1,1,1,1,1,1,1.3,1.5,1.25,1,1,0.9,0.85,1";
    struct plan_problem p;
    struct buf refused;
    struct buf out;
    struct error err = {0};
    (void)state;
    str text = arena_printf(&arena, head, fine);
    assert_int_equal(read_text(text.p, &p, &refused, &err), STATUS_OK);
    assert_int_equal(p.modes[0].paces[8], 1600);
    assert_int_equal(p.modes[0].paces[22], 850);
    buf_init(&out, 1 << 16);
    plan_problem_write(&p, &out);
    assert_true(str_find(buf_str(&out), arena_printf(&arena, "\"hours\":[%s]", fine)) < out.n);
    buf_close(&refused);
    text = arena_printf(&arena, head, "1,1");
    assert_int_equal(read_text(text.p, &p, &refused, &err), STATUS_INVALID);
    assert_true(str_find(buf_str(&refused), STR("24 factors")) < refused.n);
    buf_close(&refused);
    text = arena_printf(&arena, head, "1,1,0,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1");
    assert_int_equal(read_text(text.p, &p, &refused, &err), STATUS_INVALID);
    assert_true(str_find(buf_str(&refused), STR("from 2:00 on")) < refused.n);
    buf_close(&refused);
    buf_close(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(later_is_never_earlier),
        cmocka_unit_test(plans_keep_the_exact_way),
        cmocka_unit_test(mended_plans_do),
        cmocka_unit_test(hours_are_read_and_written),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
