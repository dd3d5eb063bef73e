/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: every plan can be done, says of itself what the checker finds, and is the best there is where
 * that can be known.
 * Method: small problems drawn at random with all that a problem can have, each solved, checked by
 * the checker's own code, and compared with an exhaustive search that shares no code with either;
 * plans mended in the middle of the day. */
#include <stdio.h>

#include "../support/plan_orders.h"
#include "plan/random.h"

/* ---- problems drawn at random ---- */

enum { TASKS = 6, UNITS = 2, SITES = 5 };

static struct plan_problem draw(uint64_t seed)
{
    struct random r;
    struct plan_problem p = blank_problem(SITES, TASKS, UNITS);
    random_seed(&r, seed);
    p.travel_by = seed % 3 == 0 ? PLAN_MATRIX : seed % 3 == 1 ? PLAN_PLANE : PLAN_EUCLID;
    p.groups = ARENA_ARRAY(&arena, struct plan_group, 1);
    p.skill_count = 2;
    p.skills[0] = STR("welsh");
    p.skills[1] = STR("armed");
    p.group_count = 1;
    p.groups[0] = (struct plan_group){3, {1000, 600, 200}};
    p.modes[0].factor = 1.3;
    p.modes[0].overhead_s = 2;
    int32_t *matrix = ARENA_ARRAY(&arena, int32_t, SITES * SITES);
    for (uint32_t i = 0; i < SITES; i++) {
        p.sites[i].x = random_below(&r, 100);
        p.sites[i].y = random_below(&r, 100);
        for (uint32_t k = 0; k < SITES; k++) {
            bool is_hole = random_below(&r, 12) == 0 && i != k;
            matrix[i * SITES + k] = i == k ? 0 : is_hole ? -1 : (int32_t)random_below(&r, 150);
        }
    }
    p.modes[0].matrix = matrix;
    for (uint32_t i = 0; i < TASKS; i++) {
        struct plan_task *task = &p.tasks[i];
        task->open = (int32_t)random_below(&r, 300);
        task->site = random_below(&r, SITES);
        task->close = task->open + (int32_t)random_below(&r, 250);
        task->dwell = (int32_t)random_below(&r, 60);
        task->load = (int32_t)random_below(&r, 3);
        task->profit = 1000 * (1 + random_below(&r, 20));
        task->skills = random_below(&r, 4) == 0 ? 1 : 0;
        task->unit = random_below(&r, 10) == 0 ? 1 : PLAN_NONE;
        task->officers = (uint16_t)(1 + (random_below(&r, 8) == 0));
        task->is_mandatory = random_below(&r, 4) == 0;
        if (i < 3 && seed % 2 == 0) {
            task->group = 0;
            task->profit = 9000;
        }
    }
    for (uint32_t i = 0; i < UNITS; i++) {
        struct plan_unit *unit = &p.units[i];
        unit->start = (int32_t)random_below(&r, 100);
        unit->base = random_below(&r, SITES);
        unit->end_site = random_below(&r, SITES);
        unit->end = unit->start + 250 + (int32_t)random_below(&r, 300);
        unit->capacity = 2 + (int32_t)random_below(&r, 5);
        unit->skills = random_below(&r, 3);
        unit->officers = (uint16_t)(1 + random_below(&r, 2));
        if (random_below(&r, 2) == 0) {
            unit->break_open = unit->start + 60;
            unit->break_close = unit->start + 60 + (int32_t)random_below(&r, 150);
            unit->break_length = 30;
        }
    }
    return p;
}

/* ---- the exhaustive search ---- */

static int64_t way(const struct plan_problem *p, uint32_t a, uint32_t b)
{
    if (p->travel_by == PLAN_MATRIX) {
        int32_t ticks = p->modes[0].matrix[a * SITES + b];
        return ticks < 0 ? INT32_MAX : ticks;
    }
    if (p->travel_by == PLAN_EUCLID) {
        return straight_way(p, a, b);
    }
    if (a == b) {
        return 0;
    }
    int64_t square = square_between(p, a, b);
    int64_t seconds = 0; /* the most s with ((s - 2) / 1.3)² <= square: one metre a second */
    while ((double)((seconds + 1 - 2) * (seconds + 1 - 2)) <= (double)square * 1.3 * 1.3 ||
           seconds + 1 <= 2) {
        seconds++;
    }
    return seconds;
}

static int64_t arrive(const struct plan_problem *p, const struct here *here, uint32_t to)
{
    return here->at + way(p, here->site, to);
}

static void best_of_small(void **state)
{
    unsigned served = 0;
    (void)state;
    for (uint64_t seed = 1; seed <= 400; seed++) {
        struct plan_problem p = draw(seed);
        struct best best = best_of_all(&p, arrive);
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

/* A break that must be had before a task opens: whoever goes elsewhere first has no time for it. */
static void no_break_in_a_closed_window(void **state)
{
    static const char text[] =
        HEAD "\"sites\":[{\"id\":\"b\",\"x\":0,\"y\":0},{\"id\":\"far\",\"x\":300,\"y\":0},"
             "{\"id\":\"back\",\"x\":-150,\"y\":0}],"
             "\"units\":[{\"id\":1,\"base\":\"b\",\"start_s\":0,\"end_s\":4000,\"break\":"
             "{\"open_s\":1000,\"close_s\":1100,\"length_s\":300}}],\"tasks\":["
             "{\"id\":\"late\",\"site\":\"far\",\"open_s\":1500,\"close_s\":1700,\"dwell_s\":100,"
             "\"profit\":3},"
             "{\"id\":\"early\",\"site\":\"back\",\"open_s\":0,\"close_s\":400,\"dwell_s\":100,"
             "\"profit\":2}]}";
    (void)state;
    struct plan_problem p = read_whole(text);
    struct plan_result result = solve(&p, 1, 200, 1);
    is_as_claimed(&p, &result, 0);
    assert_int_equal(result.claim.profit, 3000);
}

/* A town: enough for every way of recreating, with groups and mixed skills. */
static struct plan_problem town(uint32_t sites, uint32_t units, uint64_t seed)
{
    struct random r;
    struct plan_problem p = blank_problem(sites, 3 * sites, units);
    random_seed(&r, seed);
    p.travel_by = PLAN_SPHERE;
    p.modes[0] = (struct plan_mode){.id = STR("car"), .kmh = 25, .factor = 1.35, .overhead_s = 60};
    p.groups = ARENA_ARRAY(&arena, struct plan_group, sites);
    p.skill_count = 1;
    p.skills[0] = STR("pair");
    p.group_count = sites;
    for (uint32_t i = 0; i < sites; i++) {
        p.sites[i].x = -2.3 + random_below(&r, 4000) / 1e4;
        p.sites[i].y = 53.4 + random_below(&r, 2500) / 1e4;
        p.groups[i] = (struct plan_group){3, {1000, 600, 400}};
        int64_t profit = 1000 * (1 + random_below(&r, 50));
        for (uint32_t k = 0; k < 3; k++) {
            struct plan_task *task = &p.tasks[3 * i + k];
            task->id = arena_printf(&arena, "s%u/%u", i, k);
            task->site = task->group = i;
            task->open = 25200 + (int32_t)k * 18000;
            task->close = 25200 + (int32_t)(k + 1) * 18000 - 900;
            task->dwell = 900;
            task->profit = profit;
            task->skills = i % 9 == 0 ? 1 : 0;
            task->is_mandatory = i % 10 == 0 && k == 0;
        }
    }
    for (uint32_t i = 0; i < units; i++) {
        struct plan_unit *unit = &p.units[i];
        unit->base = unit->end_site = i % 7;
        unit->start = 25200 + (int32_t)(i % 3) * 12000;
        unit->end = unit->start + 30600;
        unit->skills = i % 2;
        unit->break_open = unit->start + 10800;
        unit->break_close = unit->start + 18000;
        unit->break_length = i % 4 == 0 ? 2700 : 0;
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

/* Short visits on a square: what takes time is to get about. Each row of `each` sites lies across it. */
static struct plan_problem square(uint32_t rows, uint32_t each, uint32_t units, uint64_t seed)
{
    struct random r;
    uint32_t tasks = rows * each;
    struct plan_problem p = blank_problem(tasks + 1, tasks, units);
    random_seed(&r, seed);
    p.travel_by = PLAN_EUCLID;
    for (uint32_t i = 0; i < tasks; i++) {
        p.sites[i + 1].x = i / each * 1000 / rows + random_below(&r, 1000 / rows);
        p.sites[i + 1].y = i % each * 1000 / each + random_below(&r, 1000 / each);
        p.tasks[i].site = i + 1;
        p.tasks[i].open = 2000 + (int32_t)random_below(&r, 4000);
        p.tasks[i].close = p.tasks[i].open + (int32_t)random_below(&r, 200);
        p.tasks[i].dwell = 10;
        p.tasks[i].profit = 5000;
    }
    for (uint32_t i = 0; i < units; i++) {
        p.units[i].end = 10000;
        p.units[i].capacity = 1000;
    }
    return p;
}

/* When all is served the search goes on by travel, as it does where all is mandatory. */
static void all_served_travels_little(void **state)
{
    int64_t optional = 0;
    int64_t mandatory = 0;
    (void)state;
    for (uint64_t seed = 1; seed <= 4; seed++) {
        struct plan_problem p = square(6, 10, 30, seed);
        struct plan_result free = solve(&p, seed, 4000, 1);
        assert_int_equal(free.claim.profit, 300000);
        for (uint32_t i = 0; i < p.task_count; i++) {
            p.tasks[i].is_mandatory = true;
        }
        struct plan_result bound = solve(&p, seed, 4000, 1);
        assert_int_equal(bound.claim.unmet, 0);
        optional += free.claim.travel;
        mandatory += bound.claim.travel;
        arena_reset(&arena);
    }
    assert_in_range(optional, 0, mandatory * 102 / 100);
}

/* Duties that the units can just do: a plan is made first, and the problem is what it does, with little room. */
static void duties_that_fit_are_found(void **state)
{
    enum { EACH = 16, ROWS = 5 };
    struct random r;
    unsigned lost = 0;
    (void)state;
    random_seed(&r, 1);
    for (uint64_t seed = 1; seed <= 5; seed++) {
        struct plan_problem p = square(ROWS, EACH, ROWS, seed);
        for (uint32_t row = 0; row < ROWS; row++) {
            uint32_t from = 0;
            int32_t at = 0;
            for (uint32_t i = row * EACH; i < (row + 1) * EACH; i++) {
                struct plan_task *task = &p.tasks[i];
                int32_t early = (int32_t)random_below(&r, 300);
                at += (int32_t)straight_way(&p, from, task->site);
                task->open = at > early ? at - early : 0;
                task->close = at + (int32_t)random_below(&r, 50);
                task->is_mandatory = true;
                at += task->dwell;
                from = task->site;
            }
            p.units[row].end = at + (int32_t)straight_way(&p, from, 0);
        }
        struct plan_result result = solve(&p, seed, 20000, 1);
        is_as_claimed(&p, &result, seed);
        lost += result.claim.unmet;
        arena_reset(&arena);
    }
    assert_in_range(lost, 0, 10); /* of 400; without weights it is 30 */
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

struct asked {
    int64_t stop_after, parts;
    struct plan_claim best;
};

static bool asks(void *context, int64_t parts, const struct plan_claim *best)
{
    struct asked *asked = context;
    assert_int_equal(parts, asked->parts + 1);
    assert_true(best->unmet < asked->best.unmet || best->profit >= asked->best.profit);
    asked->parts = parts;
    asked->best = *best;
    return parts != asked->stop_after;
}

/* Whoever ends a run has the best until then, and that again. */
static void ended_early(void **state)
{
    (void)state;
    struct plan_problem p = town(60, 8, 6);
    for (uint32_t threads = 1; threads <= 2; threads++) {
        struct asked asked = {.stop_after = 40, .best = {.unmet = UINT32_MAX}};
        struct plan_solve_options options = {
            .seed = 5, .threads = threads, .iterations = 6400, .goes_on = asks, .context = &asked};
        struct plan_result ended;
        struct plan_result again;
        plan_solve(&arena, &p, &options, &ended);
        assert_int_equal(asked.parts, 40);
        assert_int_equal(ended.iterations, 4000);
        assert_false(ended.is_even);
        assert_int_equal(ended.claim.profit, asked.best.profit);
        is_as_claimed(&p, &ended, threads);
        options.goes_on = NULL;
        options.iterations = ended.iterations;
        options.epochs = ended.epochs;
        plan_solve(&arena, &p, &options, &again);
        struct buf x = text_of(&p, &ended);
        struct buf y = text_of(&p, &again);
        assert_true(str_equal(buf_str(&x), buf_str(&y)));
        buf_close(&x);
        buf_close(&y);
    }
}

static int64_t ticking; /* a clock that goes on by 20 ms each time it is asked, later by 50 */

static int64_t tick(void)
{
    return ticking += ticking < 200000 ? 20000 : 50000;
}

static void time_and_iterations_agree(void **state)
{
    (void)state;
    struct plan_problem p = town(20, 3, 6);
    struct plan_result timed;
    struct plan_solve_options options = {
        .seed = 1, .threads = 2, .budget_us = 3000000, .clock = tick};
    plan_solve(&arena, &p, &options, &timed);
    assert_false(timed.is_even); /* the clock goes faster than the first look at it promised */
    assert_true(timed.epochs[PLAN_EPOCHS - 1] < timed.epochs[1]);
    options.iterations = timed.iterations;
    options.epochs = timed.epochs;
    struct plan_result again;
    plan_solve(&arena, &p, &options, &again);
    struct buf x = text_of(&p, &timed);
    struct buf y = text_of(&p, &again);
    assert_true(str_equal(buf_str(&x), buf_str(&y)));
    buf_close(&x);
    buf_close(&y);
}

/* The sign stands once, and before what is smaller than one as well. */
static void numbers_have_one_sign(void **state)
{
    static const struct {
        int64_t number;
        const char *milli, *tenths, *hundredths;
    } rows[] = {
        {0, "0", "0", "0"},
        {-600, "-0.6", "-60", "-6"},
        {600, "0.6", "60", "6"},
        {-3600, "-3.6", "-360", "-36"},
        {-3005, "-3.005", "-300.5", "-30.05"},
        {-7, "-0.007", "-0.7", "-0.07"},
        {-3000, "-3", "-300", "-30"},
        {3005, "3.005", "300.5", "30.05"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct plan_problem tenths = {.ticks_per_s = 10};
        struct plan_problem hundredths = {.ticks_per_s = 100};
        struct buf out;
        buf_init(&out, 100);
        plan_add_milli(&out, rows[i].number);
        assert_true(str_equal(buf_str(&out), str_c(rows[i].milli)));
        buf_clear(&out);
        plan_add_ticks(&out, &tenths, rows[i].number);
        assert_true(str_equal(buf_str(&out), str_c(rows[i].tenths)));
        buf_clear(&out);
        plan_add_ticks(&out, &hundredths, rows[i].number);
        assert_true(str_equal(buf_str(&out), str_c(rows[i].hundredths)));
        buf_close(&out);
    }
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

/* ---- texts ---- */

static void posts_and_visits_become_tasks(void **state)
{
    static const char text[] = HEAD SITES_3
        ",\"units\":[{\"id\":1,\"base\":\"b\",\"start_s\":0,\"end_s\":40000}],"
        "\"visits\":[{\"id\":\"v\",\"site\":\"s\",\"from_s\":0,\"to_s\":900,\"count\":3,"
        "\"dwell_s\":100,\"profit\":8,\"weights\":[1,0.6,0.4]}],"
        "\"posts\":[{\"id\":\"p\",\"site\":\"z\",\"from_s\":1000,\"to_s\":8000,\"officers\":2,"
        "\"relief_s\":3000}]}";
    (void)state;
    struct plan_problem p = read_whole(text);
    assert_int_equal(p.task_count, 3 + 2 * 3);
    assert_str(p.tasks[1].id, "v/2");
    assert_int_equal(p.tasks[1].open, 3000);
    assert_int_equal(p.tasks[1].close, 5000);
    assert_int_equal(p.tasks[1].group, p.tasks[2].group);
    assert_int_equal(plan_task_gain(&p, &p.tasks[0], 0), 8000);
    assert_int_equal(plan_task_gain(&p, &p.tasks[0], 1), 4800);
    assert_int_equal(plan_task_gain(&p, &p.tasks[0], 2), 3200);
    assert_int_equal(plan_task_gain(&p, &p.tasks[0], 9), 3200);
    assert_str(p.tasks[8].id, "p/2.3");
    assert_int_equal(p.tasks[8].open, 70000);
    assert_int_equal(p.tasks[8].dwell, 10000);
    assert_true(p.tasks[8].is_mandatory);
    struct plan_result result = solve(&p, 1, 500, 1);
    is_as_claimed(&p, &result, 0);
    assert_int_equal(result.claim.unmet, 3); /* one unit cannot stand for two */
    assert_int_equal(result.claim.profit, 16000);
}

/* Two officers wanted are one pair, five are two pairs and somebody; who has not the skill does not count. */
static void posts_count_officers(void **state)
{
    static const char text[] = HEAD SITES_3
        ",\"units\":[{\"id\":1,\"base\":\"b\",\"start_s\":0,\"end_s\":9000,\"officers\":2,"
        "\"skills\":[\"k\"]},"
        "{\"id\":2,\"base\":\"b\",\"start_s\":0,\"end_s\":9000,\"officers\":3,\"skills\":[\"k\"]},"
        "{\"id\":3,\"base\":\"b\",\"start_s\":0,\"end_s\":9000},"
        "{\"id\":4,\"base\":\"b\",\"start_s\":0,\"end_s\":9000,\"officers\":0,\"skills\":[\"k\"]}],"
        "\"posts\":[{\"id\":\"p\",\"site\":\"z\",\"from_s\":1000,\"to_s\":8000,\"officers\":2,"
        "\"skills\":[\"k\"]},"
        "{\"id\":\"q\",\"site\":\"z\",\"from_s\":1000,\"to_s\":8000,\"officers\":5,\"skills\":["
        "\"k\"]},"
        "{\"id\":\"r\",\"site\":\"z\",\"from_s\":1000,\"to_s\":8000,\"officers\":2}]}";
    static const uint16_t wanted[] = {2, 2, 2, 2, 1, 1};
    (void)state;
    struct plan_problem p = read_whole(text);
    assert_int_equal(p.task_count, ARRAY_LEN(wanted));
    for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
        assert_int_equal(p.tasks[i].officers, wanted[i]);
    }
    struct plan_result result = solve(&p, 1, 200, 1);
    is_as_claimed(&p, &result, 0);
    assert_int_equal(result.claim.unmet, 2); /* six officers at posts for nine: one p, one q */
}

/* Of a pair and single officers each counts for what it is, and only those who are on duty then. */
static void a_pair_gives_two(void **state)
{
    static const char text[] = HEAD SITES_3
        ",\"units\":[{\"id\":\"one\",\"base\":\"b\",\"start_s\":0,\"end_s\":5000},"
        "{\"id\":\"two\",\"base\":\"b\",\"start_s\":0,\"end_s\":9000,\"officers\":2},"
        "{\"id\":\"far\",\"base\":\"s\",\"start_s\":8000,\"end_s\":9000}],"
        "\"posts\":[{\"id\":\"p\",\"site\":\"z\",\"from_s\":1000,\"to_s\":8000,\"officers\":2,"
        "\"relief_s\":3500,\"profit\":3}]}";
    (void)state;
    struct plan_problem p = read_whole(text);
    assert_int_equal(p.task_count,
                     3); /* two in the morning, of one officer each; at night a pair */
    assert_str(p.tasks[1].id, "p/1.2");
    assert_int_equal(p.tasks[1].officers, 2);
    assert_int_equal(p.tasks[1].turn, 0);
    assert_int_equal(p.tasks[2].officers, 1);
    assert_int_equal(p.tasks[2].turn, p.tasks[0].turn);
    assert_int_equal(p.turns[p.tasks[0].turn - 1].officers, 2);
    struct plan_result result = solve(&p, 1, 200, 1);
    is_as_claimed(&p, &result, 0);
    assert_int_equal(result.claim.unmet, 0);
    assert_int_equal(result.claim.profit, 9000); /* the pair stands for the second as well */
    assert_int_equal(result.routes[0].stop_count, 0);
    /* Read as what the pair does, two visits; and undone, one post in the morning and one at night. */
    struct plan_counts counts = plan_count(&arena, &p, &result);
    assert_int_equal(counts.wanted, 2);
    assert_int_equal(counts.served, 2);
    assert_int_equal(counts.unmet, 0);
    struct plan_route idle[] = {{.break_start = -1}, {.break_start = -1}, {.break_start = -1}};
    struct plan_result nobody = {.routes = idle};
    counts = plan_count(&arena, &p, &nobody);
    assert_int_equal(counts.wanted, 2);
    assert_int_equal(counts.served, 0);
    assert_int_equal(counts.unmet, 2);
    struct buf out;
    buf_init(&out, 1 << 16);
    plan_problem_write(&p, &out);
    buf_add_byte(&out, '\0');
    struct plan_problem again = read_whole(out.p);
    assert_int_equal(again.turn_count, 1);
    assert_memory_equal(again.turns, p.turns, sizeof *p.turns);
    is_as_claimed(&again, &result, 0);
    buf_close(&out);
    static const struct plan_route nowhere[3] = {
        {.break_start = -1}, {.break_start = -1}, {.break_start = -1}};
    result.routes = nowhere;
    struct plan_check check;
    plan_check(&arena, &p, &result, &check);
    assert_int_equal(check.unmet, 3);
}

/* Who can stand at a post is asked anew where its site or its skills are others; and a post that is refused leaves
 * no turn behind. */
static void posts_are_apart(void **state)
{
    static const char text[] = HEAD SITES_3
        ",\"units\":[{\"id\":1,\"base\":\"b\",\"start_s\":960,\"end_s\":9000,\"skills\":[\"k\"]},"
        "{\"id\":2,\"base\":\"b\",\"start_s\":0,\"end_s\":9000,\"officers\":2}],\"posts\":["
        "{\"id\":\"p\",\"site\":\"z\",\"from_s\":1000,\"to_s\":8000,\"officers\":2},"
        "{\"id\":\"p\",\"site\":\"z\",\"from_s\":1000,\"to_s\":8000,\"officers\":2},"
        "{\"id\":\"q\",\"site\":\"s\",\"from_s\":1000,\"to_s\":8000,\"officers\":2},"
        "{\"id\":\"r\",\"site\":\"z\",\"from_s\":1000,\"to_s\":8000,\"officers\":2,"
        "\"skills\":[\"k\"]},"
        "{\"id\":\"t\",\"site\":\"z\",\"from_s\":1000,\"to_s\":8000,\"officers\":2}]}";
    static const char *const ids[] = {"p/1.1", "p/2.1", "q/1.1", "r/1.1",
                                      "r/2.1", "t/1.1", "t/2.1"};
    static const uint16_t officers[] = {1, 1, 2, 1, 1, 1, 1}; /* the single one is late for q */
    static const uint32_t turns[] = {1, 1, 0, 0, 0, 2, 2};
    struct plan_problem p;
    str refused = {0};
    struct error err = {0};
    (void)state;
    assert_int_equal(read_text(text, &p, &refused, &err), STATUS_OK);
    assert_true(str_find(refused, STR("another task of this id ('p/1.1')")) < refused.n);
    assert_int_equal(p.turn_count, 2);
    assert_int_equal(p.task_count, ARRAY_LEN(ids));
    for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
        assert_true(str_equal(p.tasks[i].id, str_c(ids[i])));
        assert_int_equal(p.tasks[i].officers, officers[i]);
        assert_int_equal(p.tasks[i].turn, turns[i]);
    }
}

/* Fewest tasks unmet over all ways to send each unit to one of the posts, or to none. */
static uint32_t least_unmet(const struct plan_problem *p)
{
    uint32_t least = UINT32_MAX;
    uint32_t ways = 1;
    for (uint32_t i = 0; i < p->unit_count; i++) {
        ways *= p->turn_count + 1;
    }
    for (uint32_t one = 0; one < ways; one++) {
        uint32_t rest = one;
        uint32_t unmet = 0;
        int32_t there[4] = {0};
        for (uint32_t i = 0; i < p->unit_count; i++, rest /= p->turn_count + 1) {
            there[rest % (p->turn_count + 1)] += p->units[i].officers;
        }
        for (uint32_t i = 0; i < p->turn_count; i++) {
            int32_t lacks = p->turns[i].officers - there[i + 1];
            unmet += lacks > 0 ? (uint32_t)lacks : 0;
        }
        least = unmet < least ? unmet : least;
    }
    return least;
}

static void posts_are_staffed_best(void **state)
{
    struct random r;
    (void)state;
    random_seed(&r, 7);
    for (uint64_t seed = 0; seed < 150; seed++) {
        str units = arena_printf(&arena, "{\"id\":0,\"base\":\"b\",\"start_s\":0,\"end_s\":9000},"
                                         "{\"id\":1,\"base\":\"b\",\"start_s\":0,\"end_s\":9000,"
                                         "\"officers\":3}");
        str posts = {0};
        for (uint32_t i = 2; i < 5; i++) {
            units = arena_printf(&arena,
                                 "%.*s,{\"id\":%u,\"base\":\"b\",\"start_s\":0,\"end_s\":9000,"
                                 "\"officers\":%u}",
                                 STR_ARG(units), i, 1 + random_below(&r, 3));
        }
        for (uint32_t i = 0; i < 3; i++) {
            posts = arena_printf(&arena,
                                 "%.*s%s{\"id\":%u,\"site\":\"z\",\"from_s\":1000,\"to_s\":8000,"
                                 "\"officers\":%u}",
                                 STR_ARG(posts), i > 0 ? "," : "", i, 2 + random_below(&r, 3));
        }
        str text = arena_printf(&arena, HEAD SITES_3 ",\"units\":[%.*s],\"posts\":[%.*s]}",
                                STR_ARG(units), STR_ARG(posts));
        struct plan_problem p = read_whole(text.p);
        assert_int_equal(p.turn_count, 3);
        struct plan_result result = solve(&p, seed, 500, 1);
        is_as_claimed(&p, &result, seed);
        if (result.claim.unmet != least_unmet(&p)) {
            fail_msg("seed %llu: %u unmet, %u would do", (unsigned long long)seed,
                     result.claim.unmet, least_unmet(&p));
        }
    }
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

/* ---- the day itself ---- */

static bool is_equal_from(const struct plan_route *a, const struct plan_route *b, int32_t now)
{
    for (uint32_t i = 0; i < a->stop_count; i++) {
        if (a->stops[i].start <= now &&
            (i >= b->stop_count || a->stops[i].task != b->stops[i].task ||
             a->stops[i].start != b->stops[i].start)) {
            return false;
        }
    }
    return true;
}

static void mended_by_few(void **state)
{
    static const char text[] =
        "{\"now_s\":43200,\"units_out\":[\"u3\",\"u4\"],\"tasks\":[{\"id\":\"now\",\"site\":\"s5\","
        "\"open_s\":45000,\"close_s\":50000,\"dwell_s\":600,\"mandatory\":true}]}";
    (void)state;
    for (uint64_t seed = 1; seed <= 8; seed++) {
        struct plan_problem p = town(90, 12, seed);
        struct plan_result before = solve(&p, seed, 3000, 1);
        is_as_claimed(&p, &before, seed); /* seed 4: a string taken out around a break */
        struct plan_replan_options options = {
            .solve = {.seed = seed, .threads = 1, .iterations = 1500}, .units_max = 4};
        struct plan_replanned re = mend(&p, &before, str_c(text), &options);
        is_as_claimed(&re.problem, &re.result, seed);
        assert_true(re.freed > 3);
        assert_true(re.changed_count > 0 && re.changed_count <= 4);
        assert_true(
            re.result.claim.unmet < re.first.unmet ||
            (re.result.claim.unmet == re.first.unmet && re.result.claim.profit >= re.first.profit));
        bool is_there = false;
        for (uint32_t i = 0; i < p.unit_count; i++) {
            const struct plan_route *route = &re.result.routes[i];
            bool is_changed = false;
            for (uint32_t k = 0; k < re.changed_count; k++) {
                is_changed = is_changed || re.changed[k] == i;
            }
            assert_true(is_equal_from(&before.routes[i], route, 43200));
            if (i == 3 || i == 4) {
                assert_true(route->stop_count == 0 ||
                            route->stops[route->stop_count - 1].start <= 43200);
            } else if (!is_changed) {
                assert_int_equal(route->stop_count, before.routes[i].stop_count);
                assert_true(is_equal_from(&before.routes[i], route, INT32_MAX));
            }
            for (uint32_t k = 0; k < route->stop_count; k++) {
                is_there = is_there || route->stops[k].task == p.task_count;
            }
        }
        assert_true(is_there);
        arena_reset(&arena);
    }
}

/* A pair that stood for two drops out: two single officers take its place, each for one. */
static void a_pair_is_replaced_by_two(void **state)
{
    static const char text[] = HEAD SITES_3
        ",\"units\":[{\"id\":\"pair\",\"base\":\"b\",\"start_s\":0,\"end_s\":9000,\"officers\":2},"
        "{\"id\":1,\"base\":\"s\",\"start_s\":0,\"end_s\":9000},"
        "{\"id\":2,\"base\":\"s\",\"start_s\":0,\"end_s\":9000}],"
        "\"posts\":[{\"id\":\"p\",\"site\":\"z\",\"from_s\":1000,\"to_s\":8000,\"officers\":2}]}";
    static const struct plan_stop there[] = {{.task = 0, .start = 10000}};
    static const struct plan_route routes[] = {{.stops = there, .stop_count = 1, .break_start = -1},
                                               {.break_start = -1},
                                               {.break_start = -1}};
    struct plan_result before = {.routes = routes};
    (void)state;
    struct plan_problem p = read_whole(text);
    keeps_the_rules(&p, &before, 0);
    struct plan_replan_options options = {.solve = {.seed = 1, .threads = 1, .iterations = 100},
                                          .units_max = 3};
    struct plan_replanned re =
        mend(&p, &before, STR("{\"now_s\":900,\"units_out\":[\"pair\"]}"), &options);
    is_as_claimed(&re.problem, &re.result, 0);
    assert_int_equal(re.first.unmet, 0);
    assert_int_equal(re.result.claim.unmet, 0);
    assert_int_equal(re.freed, 1);
    assert_int_equal(re.freed_served, 1);
    /* when it drops out in the middle, both take over what is left */
    re = mend(&p, &before, STR("{\"now_s\":2000,\"units_out\":[\"pair\"]}"), &options);
    is_as_claimed(&re.problem, &re.result, 0);
    assert_int_equal(re.result.claim.unmet, 0);
    assert_int_equal(re.changed_count, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(posts_and_visits_become_tasks),
        cmocka_unit_test(posts_count_officers),
        cmocka_unit_test(a_pair_gives_two),
        cmocka_unit_test(posts_are_apart),
        cmocka_unit_test(posts_are_staffed_best),
        cmocka_unit_test(benchmark_files),
        cmocka_unit_test(numbers_have_one_sign),
        cmocka_unit_test(written_and_read),
        cmocka_unit_test(best_of_small),
        cmocka_unit_test(no_break_in_a_closed_window),
        cmocka_unit_test(towns_are_feasible),
        cmocka_unit_test(all_served_travels_little),
        cmocka_unit_test(duties_that_fit_are_found),
        cmocka_unit_test(same_again),
        cmocka_unit_test(ended_early),
        cmocka_unit_test(time_and_iterations_agree),
        cmocka_unit_test(mended_by_few),
        cmocka_unit_test(a_pair_is_replaced_by_two),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
