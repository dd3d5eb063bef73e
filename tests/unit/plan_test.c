/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: every plan can be done, says of itself what the checker finds, and is the best there is where
 * that can be known; every bad row is named.
 * Method: small problems drawn at random with all that a problem can have, each solved, checked by
 * the checker's own code, and compared with an exhaustive search that is written here anew; plans
 * with one rule broken on purpose; bad rows, one sentence each. */
#include <stdio.h>

#include "../support/cm.h"
#include "codec/json_rows.h"
#include "plan/check.h"
#include "plan/random.h"
#include "plan/solve.h"

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

/* ---- problems drawn at random ---- */

enum { TASKS = 6, UNITS = 2, SITES = 5 };

static struct plan_problem draw(uint64_t seed)
{
    struct random r;
    struct plan_problem p = {.name = STR("drawn"), .ticks_per_s = 1, .mode_count = 1};
    random_seed(&r, seed);
    p.travel_by = seed % 3 == 0 ? PLAN_MATRIX : seed % 3 == 1 ? PLAN_PLANE : PLAN_EUCLID;
    p.sites = ARENA_ARRAY(&arena, struct plan_site, SITES);
    p.tasks = ARENA_ARRAY(&arena, struct plan_task, TASKS);
    p.units = ARENA_ARRAY(&arena, struct plan_unit, UNITS);
    p.groups = ARENA_ARRAY(&arena, struct plan_group, 1);
    p.site_count = SITES;
    p.task_count = TASKS;
    p.unit_count = UNITS;
    p.skill_count = 2;
    p.skills[0] = STR("welsh");
    p.skills[1] = STR("armed");
    p.group_count = 1;
    p.groups[0] = (struct plan_group){3, {1000, 600, 200}};
    p.modes[0] = (struct plan_mode){.id = STR("car"), .kmh = 3.6, .factor = 1.3, .overhead_s = 2};
    int32_t *matrix = ARENA_ARRAY(&arena, int32_t, SITES * SITES);
    for (uint32_t i = 0; i < SITES; i++) {
        p.sites[i] = (struct plan_site){.id = arena_printf(&arena, "s%u", i),
                                        .x = random_below(&r, 100),
                                        .y = random_below(&r, 100)};
        for (uint32_t k = 0; k < SITES; k++) {
            bool is_hole = random_below(&r, 12) == 0 && i != k;
            matrix[i * SITES + k] = i == k ? 0 : is_hole ? -1 : (int32_t)random_below(&r, 150);
        }
    }
    p.modes[0].matrix = matrix;
    for (uint32_t i = 0; i < TASKS; i++) {
        int32_t open = (int32_t)random_below(&r, 300);
        p.tasks[i] = (struct plan_task){.id = arena_printf(&arena, "t%u", i),
                                        .site = random_below(&r, SITES),
                                        .open = open,
                                        .close = open + (int32_t)random_below(&r, 250),
                                        .dwell = (int32_t)random_below(&r, 60),
                                        .load = (int32_t)random_below(&r, 3),
                                        .profit = 1000 * (1 + random_below(&r, 20)),
                                        .skills = random_below(&r, 4) == 0 ? 1 : 0,
                                        .group = PLAN_NONE,
                                        .unit = random_below(&r, 10) == 0 ? 1 : PLAN_NONE,
                                        .officers = (uint16_t)(1 + (random_below(&r, 8) == 0)),
                                        .is_mandatory = random_below(&r, 4) == 0};
        if (i < 3 && seed % 2 == 0) {
            p.tasks[i].group = 0;
            p.tasks[i].profit = 9000;
        }
    }
    for (uint32_t i = 0; i < UNITS; i++) {
        int32_t start = (int32_t)random_below(&r, 100);
        p.units[i] = (struct plan_unit){.id = arena_printf(&arena, "u%u", i),
                                        .base = random_below(&r, SITES),
                                        .end_site = random_below(&r, SITES),
                                        .start = start,
                                        .end = start + 250 + (int32_t)random_below(&r, 300),
                                        .capacity = 2 + (int32_t)random_below(&r, 5),
                                        .skills = random_below(&r, 3),
                                        .officers = (uint16_t)(1 + random_below(&r, 2))};
        if (random_below(&r, 2) == 0) {
            p.units[i].break_open = start + 60;
            p.units[i].break_close = start + 60 + (int32_t)random_below(&r, 150);
            p.units[i].break_length = 30;
        }
    }
    return p;
}

/* ---- the exhaustive search ---- */

struct best {
    const struct plan_problem *p;
    uint32_t missing;
    int64_t profit;
};
struct place {
    uint32_t unit, site;
    int64_t at;
    int32_t load;
    uint32_t used; /* a bit for each task */
    bool has_break, has_left;
};

static int64_t way(const struct plan_problem *p, uint32_t a, uint32_t b)
{
    if (p->travel_by == PLAN_MATRIX) {
        int32_t ticks = p->modes[0].matrix[a * SITES + b];
        return ticks < 0 ? INT32_MAX : ticks;
    }
    double dx = p->sites[a].x - p->sites[b].x;
    double dy = p->sites[a].y - p->sites[b].y;
    /* whole numbers below 150: found without a square root */
    int64_t square = (int64_t)(dx * dx + dy * dy);
    if (p->travel_by == PLAN_EUCLID) {
        int64_t root = 0;
        while ((root + 1) * (root + 1) <= square) {
            root++;
        }
        return root;
    }
    if (a == b) {
        return 0;
    }
    int64_t seconds = 0; /* the most s with ((s - 2) / 1.3)² <= square: one metre a second */
    while ((double)((seconds + 1 - 2) * (seconds + 1 - 2)) <= (double)square * 1.3 * 1.3 ||
           seconds + 1 <= 2) {
        seconds++;
    }
    return seconds;
}

static void judge(struct best *best, uint32_t used)
{
    const struct plan_problem *p = best->p;
    uint32_t missing = 0;
    uint32_t grouped = 0;
    int64_t profit = 0;
    for (uint32_t i = 0; i < TASKS; i++) {
        bool is_served = (used >> i & 1) != 0;
        missing += !is_served && p->tasks[i].is_mandatory ? 1 : 0;
        if (is_served && p->tasks[i].group == PLAN_NONE) {
            profit += p->tasks[i].profit;
        }
        grouped += is_served && p->tasks[i].group == 0 ? 1 : 0;
    }
    static const int64_t sums[] = {0, 9000, 14400, 16200};
    profit += sums[grouped];
    if (missing < best->missing || (missing == best->missing && profit > best->profit)) {
        best->missing = missing;
        best->profit = profit;
    }
}

static void explore(struct best *best, struct place here)
{
    const struct plan_problem *p = best->p;
    if (here.unit == UNITS) {
        judge(best, here.used);
        return;
    }
    const struct plan_unit *unit = &p->units[here.unit];
    bool owes = unit->break_length > 0 && !here.has_break;
    if (!here.has_left || (!owes && here.at + way(p, here.site, unit->end_site) <= unit->end)) {
        struct place next = {.unit = here.unit + 1, .used = here.used};
        if (next.unit < UNITS) {
            next.site = p->units[next.unit].base;
            next.at = p->units[next.unit].start;
        }
        explore(best, next);
    }
    if (owes && here.at <= unit->break_close) {
        struct place next = here;
        next.at = here.at > unit->break_open ? here.at : unit->break_open;
        next.at += unit->break_length;
        next.has_break = true;
        explore(best, next);
    }
    for (uint32_t i = 0; i < TASKS; i++) {
        const struct plan_task *task = &p->tasks[i];
        struct place next = here;
        next.at += way(p, here.site, task->site);
        next.at = next.at > task->open ? next.at : task->open;
        next.load += task->load;
        if ((here.used >> i & 1) != 0 || next.at > task->close || next.load > unit->capacity ||
            (task->skills & ~unit->skills) != 0 || task->officers > unit->officers ||
            (task->unit != PLAN_NONE && task->unit != here.unit)) {
            continue;
        }
        next.at += task->dwell;
        next.site = task->site;
        next.used |= 1U << i;
        next.has_left = true;
        explore(best, next);
    }
}

static struct plan_result solve(const struct plan_problem *p, uint64_t seed, int64_t iterations,
                                uint32_t threads)
{
    struct plan_result result;
    struct plan_solve_options options = {
        .seed = seed, .threads = threads, .iterations = iterations};
    plan_solve(&arena, p, &options, &result);
    return result;
}

static void is_as_claimed(const struct plan_problem *p, const struct plan_result *result,
                          uint64_t seed)
{
    struct plan_check check;
    plan_check(&arena, p, result, &check);
    for (size_t i = 0; i < check.broken_count; i++) {
        if (!str_equal(str_c(check.broken[i].rule), STR("mandatory"))) {
            fail_msg("seed %llu: %s: %.*s", (unsigned long long)seed, check.broken[i].rule,
                     STR_ARG(check.broken[i].words));
        }
    }
    if (check.profit != result->claim.profit || check.travel != result->claim.travel ||
        check.unmet != result->claim.unmet || check.profit > result->bound) {
        fail_msg("seed %llu: the plan claims %lld, %lld, %u; it is %lld, %lld, %u; bound %lld",
                 (unsigned long long)seed, (long long)result->claim.profit,
                 (long long)result->claim.travel, result->claim.unmet, (long long)check.profit,
                 (long long)check.travel, check.unmet, (long long)result->bound);
    }
}

static void best_of_small(void **state)
{
    unsigned served = 0;
    (void)state;
    for (uint64_t seed = 1; seed <= 400; seed++) {
        struct plan_problem p = draw(seed);
        struct best best = {.p = &p, .missing = UINT32_MAX};
        struct place here = {.site = p.units[0].base, .at = p.units[0].start};
        explore(&best, here);
        struct plan_result result = solve(&p, seed, 3000, 1);
        is_as_claimed(&p, &result, seed);
        if (result.claim.unmet != best.missing || result.claim.profit != best.profit) {
            fail_msg("seed %llu: %u missing, profit %lld; there is a plan with %u and %lld",
                     (unsigned long long)seed, result.claim.unmet, (long long)result.claim.profit,
                     best.missing, (long long)best.profit);
        }
        served += result.claim.profit > 0 ? 1 : 0;
        arena_reset(&arena);
    }
    assert_true(served > 300); /* the problems are not empty */
}

/* A town: enough for every way of recreating, with groups and mixed skills. */
static struct plan_problem town(uint32_t sites, uint32_t units, uint64_t seed)
{
    struct random r;
    struct plan_problem p = {.name = STR("town"), .ticks_per_s = 1, .mode_count = 1};
    random_seed(&r, seed);
    p.travel_by = PLAN_SPHERE;
    p.modes[0] = (struct plan_mode){.id = STR("car"), .kmh = 25, .factor = 1.35, .overhead_s = 60};
    p.sites = ARENA_ARRAY(&arena, struct plan_site, sites);
    p.tasks = ARENA_ARRAY(&arena, struct plan_task, sites * 3U);
    p.units = ARENA_ARRAY(&arena, struct plan_unit, units);
    p.groups = ARENA_ARRAY(&arena, struct plan_group, sites);
    p.skill_count = 1;
    p.skills[0] = STR("pair");
    p.site_count = p.group_count = sites;
    p.task_count = 3 * sites;
    p.unit_count = units;
    for (uint32_t i = 0; i < sites; i++) {
        p.sites[i] = (struct plan_site){.id = arena_printf(&arena, "s%u", i),
                                        .x = -2.3 + random_below(&r, 4000) / 1e4,
                                        .y = 53.4 + random_below(&r, 2500) / 1e4};
        p.groups[i] = (struct plan_group){3, {1000, 600, 400}};
        int64_t profit = 1000 * (1 + random_below(&r, 50));
        for (uint32_t k = 0; k < 3; k++) {
            p.tasks[3 * i + k] = (struct plan_task){.id = arena_printf(&arena, "s%u/%u", i, k),
                                                    .site = i,
                                                    .open = 25200 + (int32_t)k * 18000,
                                                    .close = 25200 + (int32_t)(k + 1) * 18000 - 900,
                                                    .dwell = 900,
                                                    .profit = profit,
                                                    .skills = i % 9 == 0 ? 1 : 0,
                                                    .group = i,
                                                    .unit = PLAN_NONE,
                                                    .officers = 1,
                                                    .is_mandatory = i % 10 == 0 && k == 0};
        }
    }
    for (uint32_t i = 0; i < units; i++) {
        int32_t start = 25200 + (int32_t)(i % 3) * 12000;
        p.units[i] = (struct plan_unit){.id = arena_printf(&arena, "u%u", i),
                                        .base = i % 7,
                                        .end_site = i % 7,
                                        .start = start,
                                        .end = start + 30600,
                                        .capacity = INT32_MAX,
                                        .skills = i % 2,
                                        .officers = 1,
                                        .break_open = start + 10800,
                                        .break_close = start + 18000,
                                        .break_length = i % 4 == 0 ? 2700 : 0};
    }
    return p;
}

static struct buf text_of(const struct plan_problem *p, const struct plan_result *result)
{
    struct buf out;
    buf_init(&out, 64 << 20);
    plan_result_write(p, result, &out);
    return out;
}

static void towns_are_feasible(void **state)
{
    static const uint32_t sites[] = {20, 150, 900};
    static const uint32_t units[] = {3, 20, 90};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(sites); i++) {
        struct plan_problem p = town(sites[i], units[i], i + 1);
        struct plan_result first = solve(&p, 7, 1, 1);
        struct plan_result result = solve(&p, 7, 4000, 1);
        is_as_claimed(&p, &first, i);
        is_as_claimed(&p, &result, i);
        assert_true(result.claim.unmet < first.claim.unmet ||
                    result.claim.profit > first.claim.profit);
        arena_reset(&arena);
    }
}

static void same_again(void **state)
{
    (void)state;
    struct plan_problem p = town(60, 8, 5);
    for (uint32_t threads = 1; threads <= 3; threads++) {
        struct plan_result a = solve(&p, 3, 3000, threads);
        struct plan_result b = solve(&p, 3, 3000, threads);
        struct buf x = text_of(&p, &a);
        struct buf y = text_of(&p, &b);
        assert_true(str_equal(buf_str(&x), buf_str(&y)));
        struct plan_result other = solve(&p, 4, 3000, threads);
        struct buf z = text_of(&p, &other);
        assert_false(str_equal(buf_str(&x), buf_str(&z)));
        is_as_claimed(&p, &a, threads);
        buf_close(&x);
        buf_close(&y);
        buf_close(&z);
    }
}

static int64_t ticking; /* a clock that goes on by 50 ms each time it is asked */

static int64_t tick(void)
{
    return ticking += 50000;
}

static void time_and_iterations_agree(void **state)
{
    (void)state;
    struct plan_problem p = town(20, 3, 6);
    struct plan_result timed;
    struct plan_solve_options options = {
        .seed = 1, .threads = 2, .budget_us = 3000000, .clock = tick};
    plan_solve(&arena, &p, &options, &timed);
    assert_true(timed.iterations < timed.planned); /* the clock is too fast for its promise */
    options.iterations = timed.iterations;
    options.planned = timed.planned;
    struct plan_result again;
    plan_solve(&arena, &p, &options, &again);
    struct buf x = text_of(&p, &timed);
    struct buf y = text_of(&p, &again);
    assert_true(str_equal(buf_str(&x), buf_str(&y)));
    buf_close(&x);
    buf_close(&y);
}

static void written_and_read(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 12; seed++) {
        struct plan_problem p = draw(seed);
        struct plan_problem again;
        struct plan_refused refused;
        struct error err = {0};
        struct buf a;
        struct buf b;
        buf_init(&a, 1 << 20);
        buf_init(&b, 1 << 20);
        plan_refused_init(&refused);
        plan_problem_write(&p, &a);
        assert_int_equal(plan_problem_read(&arena, buf_str(&a), &again, &refused, &err), STATUS_OK);
        plan_problem_write(&again, &b);
        assert_true(str_equal(buf_str(&a), buf_str(&b)));
        struct plan_result result = solve(&p, seed, 500, 1);
        struct plan_result read;
        struct buf x = text_of(&p, &result);
        assert_int_equal(plan_result_read(&arena, &p, buf_str(&x), &read, &err), STATUS_OK);
        for (uint32_t i = 0; i < UNITS; i++) {
            assert_int_equal(read.routes[i].stop_count, result.routes[i].stop_count);
            assert_int_equal(read.routes[i].break_start, result.routes[i].break_start);
        }
        buf_close(&x);
        buf_close(&a);
        buf_close(&b);
        plan_refused_close(&refused);
    }
}

/* ---- the checker ---- */

#define HEAD                                                                                       \
    "{\"format\":\"hustings-plan-problem\",\"version\":1,\"ticks_per_s\":10,"                      \
    "\"travel\":{\"by\":\"euclid\"},"
#define SITES_3                                                                                    \
    "\"sites\":[{\"id\":\"b\",\"x\":0,\"y\":0},{\"id\":\"s\",\"x\":30,\"y\":40},"                  \
    "{\"id\":\"z\",\"x\":0,\"y\":10}]"

static enum status read_text(const char *text, struct plan_problem *p, struct buf *ret_refused,
                             struct error *err)
{
    struct plan_refused refused;
    plan_refused_init(&refused);
    enum status status = plan_problem_read(&arena, str_c(text), p, &refused, err);
    buf_init(ret_refused, 1 << 20);
    buf_add(ret_refused, buf_str(&refused.text));
    plan_refused_close(&refused);
    return status;
}

static void every_rule_is_named(void **state)
{
    static const char problem[] = HEAD SITES_3
        ",\"units\":[{\"id\":\"u\",\"base\":\"b\",\"start_s\":0,\"end_s\":400,\"capacity\":2,"
        "\"break\":{\"open_s\":100,\"close_s\":200,\"length_s\":20},\"locks\":[{\"task\":\"a\"}]},"
        "{\"id\":\"v\",\"base\":\"b\",\"start_s\":0,\"end_s\":100}],"
        "\"tasks\":[{\"id\":\"a\",\"site\":\"s\",\"open_s\":0,\"close_s\":90,\"dwell_s\":10,"
        "\"profit\":1.5,\"load\":1},{\"id\":\"c\",\"site\":\"z\",\"open_s\":0,\"close_s\":300,"
        "\"dwell_s\":5,\"profit\":2,\"load\":2,\"skills\":[\"k\"],\"officers\":2},"
        "{\"id\":\"d\",\"site\":\"z\",\"open_s\":200,\"close_s\":300,\"mandatory\":true}]}";
    static const struct {
        const char *plan, *rules;
    } cases[] = {
        {"{\"units\":[{\"id\":\"u\",\"visits\":[{\"task\":\"a\",\"start_s\":50},{\"task\":\"d\","
         "\"start_s\":200}],\"break\":{\"after\":1,\"start_s\":100}}]}",
         ""},
        {"{\"units\":[{\"id\":\"u\",\"visits\":[{\"task\":\"a\",\"start_s\":49.9},{\"task\":\"d\","
         "\"start_s\":200}],\"break\":{\"after\":1,\"start_s\":100}}]}",
         "travel "},
        {"{\"units\":[{\"id\":\"u\",\"visits\":[{\"task\":\"a\",\"start_s\":91},{\"task\":\"d\","
         "\"start_s\":199}],\"break\":{\"after\":1,\"start_s\":101}}]}",
         "window window "},
        {"{\"units\":[{\"id\":\"u\",\"visits\":[{\"task\":\"a\",\"start_s\":50},{\"task\":\"d\","
         "\"start_s\":200}]}]}",
         "break "},
        {"{\"units\":[{\"id\":\"u\",\"visits\":[{\"task\":\"a\",\"start_s\":90},{\"task\":\"d\","
         "\"start_s\":200}],\"break\":{\"after\":1,\"start_s\":99}}]}",
         "break break "},
        {"{\"units\":[{\"id\":\"u\",\"visits\":[{\"task\":\"d\",\"start_s\":200},{\"task\":\"a\","
         "\"start_s\":260}],\"break\":{\"after\":0,\"start_s\":100}}]}",
         "locked window "},
        {"{\"units\":[{\"id\":\"u\",\"visits\":[{\"task\":\"a\",\"start_s\":50},{\"task\":\"c\","
         "\"start_s\":200},{\"task\":\"d\",\"start_s\":205}],\"break\":{\"after\":1,\"start_s\":"
         "100}}]}",
         "skills officers capacity "},
        {"{\"units\":[{\"id\":\"u\",\"visits\":[{\"task\":\"a\",\"start_s\":50}],\"break\":{"
         "\"after\":1,\"start_s\":100}},{\"id\":\"v\",\"visits\":[{\"task\":\"d\",\"start_s\":"
         "200}]}]}",
         "shift "},
        {"{\"units\":[{\"id\":\"u\",\"visits\":[{\"task\":\"a\",\"start_s\":50},{\"task\":\"a\","
         "\"start_s\":60}],\"break\":{\"after\":2,\"start_s\":100}}]}",
         "twice mandatory "},
        {"{\"units\":[{\"id\":\"v\",\"visits\":[{\"task\":\"a\",\"start_s\":50}]}]}",
         "locked locked shift mandatory "},
    };
    struct plan_problem p;
    struct buf refused;
    struct error err = {0};
    (void)state;
    assert_int_equal(read_text(problem, &p, &refused, &err), STATUS_OK);
    assert_int_equal(refused.n, 0);
    buf_close(&refused);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct plan_result result;
        struct plan_check check;
        struct buf rules;
        buf_init(&rules, 4096);
        assert_int_equal(plan_result_read(&arena, &p, str_c(cases[i].plan), &result, &err),
                         STATUS_OK);
        plan_check(&arena, &p, &result, &check);
        for (size_t k = 0; k < check.broken_count; k++) {
            buf_printf(&rules, "%s ", check.broken[k].rule);
        }
        if (!str_equal(buf_str(&rules), str_c(cases[i].rules))) {
            fail_msg("case %zu: '%.*s' instead of '%s'", i, STR_ARG(buf_str(&rules)),
                     cases[i].rules);
        }
        if (i == 0) {
            assert_int_equal(check.profit, 1500);
            assert_int_equal(check.travel, 500 + 424 + 100); /* 42.4 of 42.426 */
        }
        buf_close(&rules);
    }
}

/* ---- bad input ---- */

static void bad_rows_are_named(void **state)
{
    static const struct {
        const char *text, *refused, *error;
    } cases[] = {
        {HEAD SITES_3 ",\"units\":[]}", "", "there is no unit"},
        {HEAD SITES_3 ",\"units\":[{\"id\":1,\"base\":\"b\",\"start_s\":0,\"end_s\":9},\n"
                      "{\"id\":1,\"base\":\"b\",\"start_s\":0,\"end_s\":9}]}",
         "line 2, units 2 ('1'): there is another unit of this id", NULL},
        {HEAD SITES_3 ",\"units\":[{\"id\":1,\"base\":\"b\",\"start_s\":0,\"end_s\":9}],\"tasks\":["
                      "{\"id\":\"t\",\"site\":\"s\",\"open_s\":7,\"close_s\":6.5}]}",
         "tasks 1 ('t'): the window closes before it opens: 'close_s' is 6.5, 'open_s' is 7", NULL},
        {HEAD SITES_3 ",\"units\":[{\"id\":1,\"base\":\"b\",\"start_s\":0,\"end_s\":900}],"
                      "\"tasks\":[{\"id\":\"t\",\"site\":\"q\",\"open_s\":7,\"close_s\":9}]}",
         "'site' names a site that is not there (or was refused): 'q'", NULL},
        {HEAD SITES_3 ",\"units\":[{\"id\":1,\"base\":\"b\",\"start_s\":0,\"end_s\":900}],"
                      "\"tasks\":[{\"id\":\"t\",\"site\":\"s\",\"open_s\":7,\"close_s\":9,"
                      "\"mandatory\":true,\"skills\":[\"dog\"]}]}",
         "tasks 1 ('t'): no unit has the skills or officers for it", NULL},
        {HEAD SITES_3 ",\"units\":[{\"id\":1,\"base\":\"b\",\"start_s\":0,\"end_s\":99}],"
                      "\"tasks\":[{\"id\":\"t\",\"site\":\"s\",\"open_s\":7,\"close_s\":9}]}",
         "site 's': nobody can get there and back within a shift", NULL},
        {HEAD SITES_3 ",\"units\":[{\"id\":1,\"base\":\"b\",\"start_s\":0,\"end_s\":900}],"
                      "\"tasks\":[{\"id\":\"t\",\"site\":\"s\",\"open_s\":7.05,\"close_s\":9}]}",
         "'open_s' is 7.0500 s, finer than 'ticks_per_s' (10) can say", NULL},
        {HEAD SITES_3 ",\"units\":[{\"id\":1,\"base\":\"b\",\"start_s\":0,\"end_s\":900}],"
                      "\"tasks\":[{\"id\":\"t\",\"site\":\"s\",\"opens\":7,\"close_s\":9}]}",
         "there is no member 'opens'", NULL},
        {HEAD SITES_3 ",\"units\":[{\"id\":1,\"base\":\"b\",\"start_s\":0,\"end_s\":900}],"
                      "\"visits\":[{\"id\":\"t\",\"site\":\"s\",\"from_s\":0,\"to_s\":100,"
                      "\"count\":3,\"dwell_s\":40}]}",
         "3 visits of 40 s do not fit", NULL},
        {"{\"format\":\"hustings-plan-problem\",\"version\":1,\"travel\":{\"by\":\"sphere\","
         "\"modes\":[{\"id\":\"car\",\"kmh\":25}]},\"sites\":[{\"id\":\"a\",\"lon\":-1,\"lat\":53}"
         ",\n{\"id\":\"sea\",\"lon\":0,\"lat\":0},\n{\"id\":\"sky\",\"lon\":1,\"lat\":97}],"
         "\"units\":[{\"id\":1,\"base\":\"a\",\"start_s\":0,\"end_s\":9}]}",
         "line 2, sites 2 ('sea'): longitude and latitude 0 is in the sea; give its coordinates\n"
         "line 3, sites 3 ('sky'): 'lat' is 97; it must be from -90 to 90",
         NULL},
        {"{\"format\":\"hustings-plan-problem\",\"version\":1,\"travel\":{\"by\":\"matrix\","
         "\"modes\":[{\"id\":\"car\"}]},\"sites\":[{\"id\":\"a\"},{\"id\":\"b\"}],\"matrix\":{"
         "\"car\":[[0,5],\n[null,0]]},\"units\":[{\"id\":1,\"base\":\"a\",\"start_s\":0,\"end_s\":"
         "9}]}",
         "line 2, matrix, row 2: column 1 is no number of seconds; taken as 'no way'", NULL},
        {"{\"format\":\"hustings-plan-problem\",\"version\":1,\"travel\":{\"by\":\"matrix\","
         "\"modes\":[{\"id\":\"car\"}]},\"sites\":[{\"id\":\"a\"},{\"id\":\"b\"}],\"matrix\":{"
         "\"car\":[[0,5],\n[0]]},\"units\":[{\"id\":1,\"base\":\"a\",\"start_s\":0,\"end_s\":9}]}",
         "", "line 2: row 2 of the matrix has 1 columns"},
        {"[]", "", "this is no problem of the planner"},
        {HEAD "\"colour\":1}", "", "line 1: member 'colour' is not known"},
        {HEAD "\"units\":[}", "", "line 1: a comma or '}' is missing"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct plan_problem p;
        struct buf refused;
        struct error err = {0};
        enum status status = read_text(cases[i].text, &p, &refused, &err);
        str words = cases[i].error != NULL ? str_c(err.primary) : buf_str(&refused);
        str wanted = str_c(cases[i].error != NULL ? cases[i].error : cases[i].refused);
        assert_int_equal(status == STATUS_OK, cases[i].error == NULL);
        if (str_find(words, wanted) == words.n) {
            fail_msg("case %zu: '%.*s' instead of '%.*s'", i, STR_ARG(words), STR_ARG(wanted));
        }
        buf_close(&refused);
    }
}

static void a_million_sites(void **state)
{
    struct buf text;
    struct plan_problem p;
    struct buf refused;
    struct error err = {0};
    (void)state;
    buf_init(&text, 64 << 20);
    buf_add_c(&text, HEAD "\"units\":[],\"sites\":[{}");
    for (int i = 1; i < 1000000; i++) {
        buf_add_c(&text, ",{}");
    }
    buf_add_c(&text, "]}");
    buf_add_byte(&text, '\0');
    assert_int_equal(read_text(text.p, &p, &refused, &err), STATUS_LIMIT);
    assert_string_equal(err.primary, "1000000 rows in 'sites'; a problem can have 100000");
    buf_close(&refused);
    buf_close(&text);
}

static void posts_and_visits_become_tasks(void **state)
{
    static const char text[] = HEAD SITES_3
        ",\"units\":[{\"id\":1,\"base\":\"b\",\"start_s\":0,\"end_s\":40000}],"
        "\"visits\":[{\"id\":\"v\",\"site\":\"s\",\"from_s\":0,\"to_s\":900,\"count\":3,"
        "\"dwell_s\":100,\"profit\":8,\"weights\":[1,0.6,0.4]}],"
        "\"posts\":[{\"id\":\"p\",\"site\":\"z\",\"from_s\":1000,\"to_s\":8000,\"officers\":2,"
        "\"relief_s\":3000}]}";
    struct plan_problem p;
    struct buf refused;
    struct error err = {0};
    (void)state;
    assert_int_equal(read_text(text, &p, &refused, &err), STATUS_OK);
    assert_int_equal(refused.n, 0);
    assert_int_equal(p.task_count, 3 + 2 * 3);
    assert_str(p.tasks[1].id, "v/2");
    assert_int_equal(p.tasks[1].open, 3000);
    assert_int_equal(p.tasks[1].close, 5000);
    assert_int_equal(p.tasks[1].group, p.tasks[2].group);
    assert_int_equal(plan_group_profit(&p.groups[0], p.tasks[0].profit, 3), 16000);
    assert_str(p.tasks[8].id, "p/2.3");
    assert_int_equal(p.tasks[8].open, 70000);
    assert_int_equal(p.tasks[8].dwell, 10000);
    assert_true(p.tasks[8].is_mandatory);
    struct plan_result result = solve(&p, 1, 500, 1);
    is_as_claimed(&p, &result, 0);
    assert_int_equal(result.claim.unmet, 3); /* one unit cannot stand for two */
    assert_int_equal(result.claim.profit, 16000);
    buf_close(&refused);
}

static void benchmark_files(void **state)
{
    static const char toptw[] = "4 2 2 1\n0 200\n 0 0.0 0.0 0 0 0 0 0 240\n"
                                " 1 3.0 4.0 10 5 1 1 1 20 30\n 2 1.0 1.0 10 7 1 2 1 2 0 99\n";
    static const char vrptw[] = "x\n\nVEHICLE\nNUMBER     CAPACITY\n 3  9\n\nCUSTOMER\nCUST NO.\n\n"
                                " 0 0 0 0 0 240 0\n 1 1 1 5 2 30 10\n 2 2 0 5 2 90 10\n";
    struct plan_problem p;
    struct error err = {0};
    (void)state;
    assert_int_equal(plan_import_toptw(&arena, str_c(toptw), 2, 0, &p, &err), STATUS_OK);
    assert_int_equal(p.ticks_per_s, 10);
    assert_int_equal(p.task_count, 2);
    assert_int_equal(p.tasks[0].open, 200);
    assert_int_equal(p.tasks[1].profit, 7000);
    assert_int_equal(p.units[1].end, 2400);
    struct plan_result result = solve(&p, 1, 100, 1);
    is_as_claimed(&p, &result, 0);
    assert_int_equal(result.claim.profit, 12000);
    assert_int_equal(plan_import_vrptw(&arena, str_c(vrptw), 0, 0, &p, &err), STATUS_OK);
    assert_int_equal(p.unit_count, 3);
    result = solve(&p, 1, 500, 1);
    is_as_claimed(&p, &result, 0);
    assert_int_equal(result.claim.unmet, 0);
    assert_int_equal(result.claim.travel, 28 + 40); /* two units: 9 cannot carry 10 */
    assert_int_equal(plan_import_toptw(&arena, str_slice(str_c(toptw), 0, 60), 2, 0, &p, &err),
                     STATUS_INVALID);
    assert_string_equal(err.primary, "line 4: the file ends before node N");
}

static void rows_of_json(void **state)
{
    static const char *const bad[] = {"",         "{",          "[1",       "[1 2]", "{\"a\" 1}",
                                      "{\"a\":}", "[1,]",       "[\"a",     "{a:1}", "[1]x",
                                      "[,1]",     "{\"a\":1,}", "{\"a\":[}"};
    struct json_rows rows;
    str name;
    str value;
    bool has_row = true;
    struct error err;
    (void)state;
    assert_int_equal(
        json_rows_open(STR(" {\"a\\\"\" : [1,{\"}\":2}] ,\n\"b\":\"x]\",\"c\":-1.5 } "), &rows,
                       &err),
        STATUS_OK);
    assert_int_equal(json_rows_next(&rows, &name, &value, &has_row, &err), STATUS_OK);
    assert_str(name, "a\\\"");
    assert_str(value, "[1,{\"}\":2}]");
    assert_int_equal(json_rows_next(&rows, &name, &value, &has_row, &err), STATUS_OK);
    assert_str(value, "\"x]\"");
    assert_int_equal(json_rows_line(rows.text, value), 2);
    assert_int_equal(json_rows_next(&rows, &name, &value, &has_row, &err), STATUS_OK);
    assert_str(value, "-1.5");
    assert_int_equal(json_rows_next(&rows, &name, &value, &has_row, &err), STATUS_OK);
    assert_false(has_row);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        enum status status = json_rows_open(str_c(bad[i]), &rows, &err);
        has_row = true;
        while (status == STATUS_OK && has_row) {
            status = json_rows_next(&rows, &name, &value, &has_row, &err);
        }
        if (status != STATUS_INVALID) {
            fail_msg("'%s' was taken", bad[i]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_of_json),
        cmocka_unit_test(bad_rows_are_named),
        cmocka_unit_test(a_million_sites),
        cmocka_unit_test(posts_and_visits_become_tasks),
        cmocka_unit_test(benchmark_files),
        cmocka_unit_test(every_rule_is_named),
        cmocka_unit_test(written_and_read),
        cmocka_unit_test(best_of_small),
        cmocka_unit_test(towns_are_feasible),
        cmocka_unit_test(same_again),
        cmocka_unit_test(time_and_iterations_agree),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
