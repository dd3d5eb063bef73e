/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: a changed problem is the one that would have been written; compared figures are those that
 * can be counted by hand. */
#include "../support/plan_bench.h"
#include "base/utf8.h"
#include "plan/change.h"
#include "plan/compare.h"
#include "plan/roster.h"
#include "plan/solve.h"

static const char day[] =
    HEAD "\"sites\":[{\"id\":\"b\",\"x\":0,\"y\":0,\"area\":\"North\"},"
         "{\"id\":\"s\",\"x\":30,\"y\":40,\"area\":\"North\"},"
         "{\"id\":\"z\",\"x\":0,\"y\":10,\"area\":\"South\"}],"
         "\"units\":[{\"id\":1,\"base\":\"b\",\"start_s\":0,\"end_s\":40000,\"officers\":2},"
         "{\"id\":2,\"base\":\"b\",\"start_s\":80,\"end_s\":20000}],"
         "\"visits\":[{\"id\":\"v\",\"site\":\"s\",\"from_s\":0,\"to_s\":900,\"count\":%s,"
         "\"dwell_s\":%s,\"profit\":8,\"weights\":[1,0.6,0.4]},"
         "{\"id\":\"w\",\"site\":\"z\",\"from_s\":0,\"to_s\":3000,\"count\":%s,"
         "\"dwell_s\":%s,\"profit\":%s}],"
         "\"posts\":[{\"id\":\"p\",\"site\":\"z\",\"from_s\":1000,\"to_s\":8000}]}";

static struct plan_problem problem_of(const char *const *members)
{
    str text =
        arena_printf(&arena, day, members[0], members[1], members[2], members[3], members[4]);
    return read_whole(text.p);
}

static void is_written_as(const struct plan_problem *a, const struct plan_problem *b)
{
    struct buf x;
    struct buf y;
    buf_init(&x, 1 << 20);
    buf_init(&y, 1 << 20);
    plan_problem_write(a, &x);
    plan_problem_write(b, &y);
    assert_true(str_equal(buf_str(&x), buf_str(&y)));
    buf_close(&x);
    buf_close(&y);
}

/* What is changed is as if the file had said so. */
static void as_if_written(void **state)
{
    static const char *const before[] = {"3", "100", "2", "300", "5"};
    static const char *const after[] = {"4", "120", "4", "120", "6.5"};
    static const char *const south[] = {"3", "100", "5", "60", "5"};
    struct plan_problem p = problem_of(before);
    struct plan_problem changed;
    struct error err = {0};
    struct plan_change change = plan_change_none();
    (void)state;
    assert_int_equal(plan_change_make(&arena, &p, &change, &changed, &err), STATUS_OK);
    is_written_as(&changed, &p);
    change.visits = 5;
    change.dwell_s = 60;
    change.area = STR("South");
    assert_int_equal(plan_change_make(&arena, &p, &change, &changed, &err), STATUS_OK);
    struct plan_problem wanted = problem_of(south);
    is_written_as(&changed, &wanted);
    change.area = (str){0};
    change.visits = 4;
    change.dwell_s = 120;
    change.risk_percent = 130;
    assert_int_equal(plan_change_make(&arena, &p, &change, &changed, &err), STATUS_OK);
    wanted = problem_of(after);
    for (uint32_t i = 0; i < wanted.task_count; i++) {
        wanted.tasks[i].profit =
            wanted.tasks[i].group != PLAN_NONE ? 10400 : wanted.tasks[i].profit;
    }
    is_written_as(&changed, &wanted);
}

/* A number with decimals is written with those that it was given with, and reads back the same. */
static void decimals_stay_as_given(void **state)
{
    static const char text[] =
        "{\"format\":\"hustings-plan-problem\",\"version\":1,\"travel\":{\"by\":\"sphere\","
        "\"modes\":[{\"id\":\"car\",\"kmh\":24.1,\"factor\":1.35}]},\"sites\":["
        "{\"id\":\"b\",\"lon\":-0.0601,\"lat\":51.4533},"
        "{\"id\":\"s\",\"lon\":0.30000000000000004,\"lat\":51.453299999999999}],"
        "\"units\":[{\"id\":1,\"base\":\"b\",\"start_s\":0,\"end_s\":40000}]}";
    static const char *const wanted[] = {"\"kmh\":24.1,", "\"factor\":1.35,", "\"lon\":-0.0601,",
                                         "\"lat\":51.4533}", "\"lon\":0.30000000000000004,"};
    struct plan_problem p = read_whole(text);
    struct buf out;
    (void)state;
    buf_init(&out, 1 << 20);
    plan_problem_write(&p, &out);
    for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
        if (str_find(buf_str(&out), str_c(wanted[i])) == out.n) {
            fail_msg("%s is not in %.*s", wanted[i], STR_ARG(buf_str(&out)));
        }
    }
    buf_add_byte(&out, '\0');
    struct plan_problem q = read_whole(out.p);
    for (uint32_t i = 0; i < p.site_count; i++) {
        assert_true(q.sites[i].x == p.sites[i].x && q.sites[i].y == p.sites[i].y);
    }
    buf_close(&out);
}

static void what_cannot_be_is_named(void **state)
{
    static const char *const before[] = {"3", "100", "2", "300", "5"};
    struct plan_problem p = problem_of(before);
    struct plan_problem changed;
    struct error err = {0};
    struct plan_change change = plan_change_none();
    struct plan_lock lock = {.task = 1, .start = -1};
    (void)state;
    change.visits = 10;
    assert_int_equal(plan_change_make(&arena, &p, &change, &changed, &err), STATUS_INVALID);
    assert_non_null(strstr(err.primary, "'v': 10 visits"));
    change.visits = 4;
    p.tasks[1].unit = 1;
    assert_int_equal(plan_change_make(&arena, &p, &change, &changed, &err), STATUS_INVALID);
    assert_non_null(strstr(err.primary, "'v' is locked"));
    /* the last of the base stays when something is pinned to it, and then the first goes */
    change = plan_change_none();
    change.units = -1;
    change.base = STR("b");
    p.units[1].locks = &lock;
    p.units[1].lock_count = 1;
    assert_int_equal(plan_change_make(&arena, &p, &change, &changed, &err), STATUS_OK);
    assert_int_equal(changed.unit_count, 1);
    assert_str(changed.units[0].id, "2");
    assert_int_equal(changed.tasks[1].unit, 0);
    assert_int_equal(changed.units[0].locks[0].task, 1);
    change.units = -2;
    assert_int_equal(plan_change_make(&arena, &p, &change, &changed, &err), STATUS_INVALID);
    /* a lock follows its task when others before it go */
    static const char *const many[] = {"6", "100", "2", "300", "5"};
    p = problem_of(many);
    lock.task = 7; /* w/2 */
    p.tasks[7].unit = 1;
    p.units[1].locks = &lock;
    p.units[1].lock_count = 1;
    change = plan_change_none();
    change.visits = 2;
    assert_int_equal(plan_change_make(&arena, &p, &change, &changed, &err), STATUS_OK);
    assert_str(changed.tasks[changed.units[1].locks[0].task].id, "w/2");
}

/* What is past is of one unit, and not of another that is like it. */
static void new_units_have_no_past(void **state)
{
    static const char *const before[] = {"3", "100", "2", "300", "5"};
    struct plan_problem p = problem_of(before);
    struct plan_problem changed;
    struct error err = {0};
    struct plan_change change = plan_change_none();
    struct plan_lock lock = {.task = 1, .start = 70};
    (void)state;
    p.units[0].locks = &lock;
    p.units[0].lock_count = 1;
    p.units[0].had_count = 2;
    p.units[0].had[0] = (struct plan_had){.start = 10, .length = 30, .after = 0};
    p.units[0].had[1] = (struct plan_had){.start = 200, .length = 30, .after = 1};
    p.units[0].free = 230;
    p.units[1].id = STR("1+1");
    change.units = 2;
    change.base = STR("b");
    change.like = 0;
    assert_int_equal(plan_change_make(&arena, &p, &change, &changed, &err), STATUS_OK);
    assert_int_equal(changed.unit_count, 4);
    assert_str(changed.units[2].id, "1+2");
    assert_str(changed.units[3].id, "1+3");
    assert_int_equal(changed.units[0].had_count, 2);
    for (uint32_t i = 2; i < 4; i++) {
        assert_int_equal(changed.units[i].lock_count, 0);
        assert_int_equal(changed.units[i].had_count, 0);
        assert_int_equal(changed.units[i].free, 0);
    }
}

static void noise_is_bounded(void **state)
{
    static const char *const before[] = {"3", "100", "2", "300", "5"};
    struct plan_problem p = problem_of(before);
    struct plan_problem changed;
    struct error err = {0};
    struct plan_change change = plan_change_none();
    bool is_other = false;
    (void)state;
    change.noise_percent = 30;
    for (uint64_t seed = 1; seed <= 50; seed++) {
        change.seed = seed;
        assert_int_equal(plan_change_make(&arena, &p, &change, &changed, &err), STATUS_OK);
        assert_true(changed.tasks[0].profit >= 5600 && changed.tasks[0].profit <= 10400);
        assert_int_equal(changed.tasks[0].profit, changed.tasks[2].profit);
        is_other = is_other || changed.tasks[0].profit != 8000;
    }
    assert_true(is_other);
}

static void says_change(const struct plan_problem *p, const struct plan_change *change,
                        const char *words)
{
    struct buf out;
    buf_init(&out, 4000);
    plan_change_words(p, change, &out);
    assert_true(str_equal(buf_str(&out), str_c(words)));
    buf_close(&out);
}

static void refused(const struct plan_problem *p, const struct plan_change *change,
                    const char *words)
{
    struct plan_problem changed;
    struct error err = {0};
    assert_int_equal(plan_change_make(&arena, p, change, &changed, &err), STATUS_INVALID);
    assert_non_null(strstr(err.primary, words));
}

/* Without units and places, at other hours, with a rule off. */
static void less_of_it(void **state)
{
    static const char *const before[] = {"3", "100", "2", "300", "5"};
    struct plan_problem p = problem_of(before);
    struct plan_problem changed;
    struct error err = {0};
    struct plan_lock lock = {.task = 5, .start = -1}; /* the post */
    struct plan_change change = plan_change_none();
    const str two[] = {STR("2"), STR("9")};
    const str places[] = {STR("s"), STR("b"), STR("z")};
    (void)state;
    says_change(&p, &change, "");
    p.units[0].locks = &lock;
    p.units[0].lock_count = 1;
    change.units_out = two;
    change.units_out_count = 1;
    change.sites_out = places;
    change.sites_out_count = 1;
    says_change(&p, &change, "without unit 2; nobody goes to s");
    assert_int_equal(plan_change_make(&arena, &p, &change, &changed, &err), STATUS_OK);
    assert_int_equal(changed.unit_count, 1);
    assert_int_equal(changed.task_count, 3);
    assert_str(changed.tasks[changed.units[0].locks[0].task].id, "p/1.1");
    assert_int_equal(p.task_count, 6); /* the problem itself stays */
    change.like = 1;
    change.units = 1;
    change.base = STR("b");
    refused(&p, &change, "cannot be like one that is left out");
    change.like = 0;
    assert_int_equal(plan_change_make(&arena, &p, &change, &changed, &err), STATUS_OK);
    assert_str(changed.units[1].id, "1+1");
    change.units_out_count = 2;
    refused(&p, &change, "no unit '9'");
    change.units_out = (const str[]){STR("1")};
    change.units_out_count = 1;
    refused(&p, &change, "'1' cannot be left out");
    assert_int_equal(plan_change_make(&arena, &p, &change, &changed, &err), STATUS_INVALID);
    assert_non_null(strstr(err.hint, "under Something happened"));
    change = plan_change_none();
    change.sites_out = places + 1;
    change.sites_out_count = 1;
    refused(&p, &change, "nobody has to go to 'b' anyway");
    change.sites_out = places + 2;
    change.sites_out_count = 1;
    refused(&p, &change, "'z' cannot be left out");
}

static void at_other_hours(void **state)
{
    static const char *const before[] = {"3", "100", "2", "300", "5"};
    struct plan_problem p = problem_of(before);
    struct plan_problem changed;
    struct error err = {0};
    struct plan_change change = plan_change_none();
    struct roster_pause pause = roster_middle_break(0, 40000);
    (void)state;
    p.units[0].break_open = pause.open * 10;
    p.units[0].break_close = pause.close * 10;
    p.units[0].break_length = pause.length * 10;
    p.units[1].break_open = 50000;
    p.units[1].break_close = 190000;
    p.units[1].break_length = 6000;
    change.start_by_s = 3600;
    change.end_by_s = -1800;
    says_change(&p, &change, "units begin 60 min later and end 30 min earlier");
    assert_int_equal(plan_change_make(&arena, &p, &change, &changed, &err), STATUS_OK);
    assert_int_equal(changed.units[0].start, 36000);
    assert_int_equal(changed.units[0].end, 382000);
    pause = roster_middle_break(3600, 38200);
    assert_int_equal(changed.units[0].break_open, pause.open * 10); /* by the table, as before */
    assert_int_equal(changed.units[0].break_length, pause.length * 10);
    assert_int_equal(changed.units[1].break_open, 86000); /* one of its own moves along */
    assert_int_equal(changed.units[1].break_close, 182000 - 6000);
    change.shifted = STR("2");
    change.end_by_s = 0;
    says_change(&p, &change, "unit 2 begins 60 min later");
    assert_int_equal(plan_change_make(&arena, &p, &change, &changed, &err), STATUS_OK);
    assert_int_equal(changed.units[0].start, 0);
    change.start_by_s = 20000;
    refused(&p, &change, "'2' would end before it begins");
    change.shifted = STR("9");
    refused(&p, &change, "no unit '9'");
    change = plan_change_none();
    change.has_no_breaks = true;
    assert_int_equal(plan_change_make(&arena, &p, &change, &changed, &err), STATUS_OK);
    assert_int_equal(changed.units[0].break_length + changed.units[1].break_length, 0);
    refused(&changed, &change, "no unit has a break");
    change.has_no_breaks = false;
    change.has_no_pairs = true;
    refused(&p, &change, "no visit is for two officers");
    p.tasks[0].officers = 2;
    assert_int_equal(plan_change_make(&arena, &p, &change, &changed, &err), STATUS_OK);
    assert_int_equal(changed.tasks[0].officers, 1);
    change = plan_change_none();
    change.visits = 4;
    change.site = STR("s");
    says_change(&p, &change, "4 visits to a place, at s");
    p.tasks[0].officers = 1;
    assert_int_equal(plan_change_make(&arena, &p, &change, &changed, &err), STATUS_OK);
    assert_int_equal(changed.task_count, 7);
    change.site = STR("nowhere");
    refused(&p, &change, "there is no site 'nowhere'");
}

/* Without it each visit has its whole slot again; a change of some places leaves the visits of others as many. */
static void spacing_is_switched_off(void **state)
{
    static const char text[] = HEAD SITES_3
        ",\"units\":[{\"id\":1,\"base\":\"b\",\"start_s\":0,\"end_s\":90000}],\"visits\":["
        "{\"id\":\"v\",\"site\":\"s\",\"from_s\":25200,\"to_s\":79200,\"count\":3,\"dwell_s\":900,"
        "\"profit\":1%s},{\"id\":\"w\",\"site\":\"b\",\"from_s\":25200,\"to_s\":79200,\"count\":3,"
        "\"dwell_s\":900,\"profit\":1%s}]}";
    static const char gap[] = ",\"gap_s\":7200";
    struct error err = {0};
    struct plan_change change = plan_change_none();
    struct plan_problem changed;
    (void)state;
    struct plan_problem p = read_whole(arena_printf(&arena, text, gap, gap).p);
    struct plan_problem whole = read_whole(arena_printf(&arena, text, "", "").p);
    change.has_no_spacing = true;
    says_change(&p, &change, "visits to one place need not be kept apart");
    refused(&whole, &change, "no visits to a place are kept apart");
    for (int visits = 0; visits <= 2; visits += 2) {
        change.visits = visits;
        change.site = visits > 0 ? STR("s") : (str){0};
        assert_int_equal(plan_change_make(&arena, &p, &change, &changed, &err), STATUS_OK);
        assert_int_equal(changed.task_count, visits == 0 ? 6 : 5);
        for (uint32_t i = 0; i < 3; i++) {
            const struct plan_task *task = &changed.tasks[changed.task_count - 3 + i];
            assert_int_equal(task->open, whole.tasks[3 + i].open);
            assert_int_equal(task->close, whole.tasks[3 + i].close);
            assert_int_equal(task->group, PLAN_NONE); /* it was for the spacing alone */
        }
    }
}

/* Visits that are spaced by their number are spaced by the new one; a gap of one's own stays, and may not fit. */
static void spacing_follows_the_number(void **state)
{
    static const char text[] = HEAD SITES_3
        ",\"units\":[{\"id\":1,\"base\":\"b\",\"start_s\":0,\"end_s\":90000}],\"visits\":[{\"id\":"
        "\"v\","
        "\"site\":\"s\",\"from_s\":25200,\"to_s\":79200,\"count\":%d,\"dwell_s\":900,\"profit\":1,"
        "\"weights\":[1,0.5],\"gap_s\":%d}]}";
    struct error err = {0};
    struct plan_change change = plan_change_none();
    (void)state;
    change.visits = 8;
    for (int count = 1; count <= 4; count++) {
        int32_t gap = plan_spacing(1, 25200, 79200, count, 900);
        assert_int_equal(gap, count < 4 ? 7200 : 6300);
        struct plan_problem p = read_whole(arena_printf(&arena, text, count, gap).p);
        struct plan_problem changed;
        struct plan_check check;
        assert_int_equal(plan_change_make(&arena, &p, &change, &changed, &err), STATUS_OK);
        assert_int_equal(changed.groups[0].gap, plan_spacing(10, 252000, 792000, 8, 9000));
        assert_int_equal(p.groups[0].gap, gap * 10);
        struct plan_result result = solve(&changed, 1, 100, 1);
        plan_check(&arena, &changed, &result, &check);
        assert_int_equal(check.broken_count, 0);
        assert_int_equal(check.served, 8);
        for (uint32_t i = 1; i < 8; i++) {
            const struct plan_stop *stops = result.routes[0].stops;
            assert_true(stops[i].start - stops[i - 1].start >= 9000 + changed.groups[0].gap);
        }
    }
    struct plan_problem own = read_whole(arena_printf(&arena, text, 2, 7000).p);
    refused(&own, &change, "8 visits of 15 minutes do not fit");
}

/* Breaks that a file asks for by the table are those of the new duty: one, two halves, or none. */
static void breaks_of_the_table_follow(void **state)
{
    static const char text[] =
        HEAD SITES_3 ",\"units\":[{\"id\":1,\"base\":\"b\",\"start_s\":18000,\"end_s\":%d,"
                     "\"breaks\":\"table\"}],\"tasks\":[{\"id\":\"t\",\"site\":\"s\","
                     "\"open_s\":0,\"close_s\":90000}]}";
    static const int hours[] = {8, 9, 10, 5, 4, 3};
    struct error err = {0};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(hours); i++) {
        for (size_t k = 0; k < ARRAY_LEN(hours); k++) {
            struct plan_problem p =
                read_whole(arena_printf(&arena, text, 18000 + hours[i] * 3600).p);
            struct plan_problem wanted =
                read_whole(arena_printf(&arena, text, 18000 + hours[k] * 3600).p);
            struct plan_problem changed;
            struct plan_change change = plan_change_none();
            change.end_by_s = (hours[k] - hours[i]) * 3600;
            assert_int_equal(plan_change_make(&arena, &p, &change, &changed, &err), STATUS_OK);
            is_written_as(&changed, &wanted);
            assert_true(plan_unit_is_alike(&changed.units[0], &wanted.units[0]));
            /* and when it begins later, too */
            change.start_by_s = 1800;
            change.end_by_s += 1800;
            assert_int_equal(plan_change_make(&arena, &p, &change, &changed, &err), STATUS_OK);
            bool is_there = wanted.units[0].break_length > 0;
            assert_int_equal(changed.units[0].break_open - wanted.units[0].break_open,
                             is_there ? 18000 : 0);
            assert_int_equal(changed.units[0].second_length, wanted.units[0].second_length);
        }
    }
}

/* A post that is left out lacks nobody, also where its turns may be shared. */
static void without_a_post(void **state)
{
    static const char text[] =
        HEAD SITES_3 ",\"units\":[{\"id\":1,\"base\":\"b\",\"start_s\":0,\"end_s\":9000},"
                     "{\"id\":2,\"base\":\"b\",\"start_s\":0,\"end_s\":9000,\"officers\":2}],"
                     "\"posts\":[{\"id\":\"p\",\"site\":\"z\",\"from_s\":1000,\"to_s\":8000,"
                     "\"officers\":2},{\"id\":\"q\",\"site\":\"s\",\"from_s\":1000,\"to_s\":8000,"
                     "\"officers\":3}]}";
    static const str out[] = {{"s", 1}};
    struct plan_change change = plan_change_none();
    struct plan_problem changed;
    struct error err = {0};
    (void)state;
    struct plan_problem p = read_whole(text);
    change.sites_out = out;
    change.sites_out_count = 1;
    assert_int_equal(plan_change_make(&arena, &p, &change, &changed, &err), STATUS_OK);
    assert_int_equal(changed.task_count, 2);
    struct plan_result result = solve(&changed, 1, 100, 1);
    is_as_claimed(&changed, &result, 1);
    assert_int_equal(result.claim.unmet, 0);
}

/* A unit is called by its id, whatever place has the same one; a long name keeps whole letters. */
static void names_of_units(void **state)
{
    static const char *const before[] = {"3", "100", "2", "300", "5"};
    static const char eights[] =
        "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy";
    struct plan_problem p = problem_of(before);
    struct plan_change change = plan_change_none();
    (void)state;
    p.sites[1].id = STR("2");
    p.sites[1].name = STR("Market House");
    change.units_out = (const str[]){STR("2")};
    change.units_out_count = 1;
    says_change(&p, &change, "without unit 2");
    change = plan_change_none();
    change.sites_out = (const str[]){STR("2")};
    change.sites_out_count = 1;
    says_change(&p, &change, "nobody goes to Market House");
    assert_int_equal(strlen(eights), 79);
    p.sites[1].name = arena_printf(&arena, "%sŷ Cei", eights);
    says_change(&p, &change, arena_printf(&arena, "nobody goes to %s", eights).p);
    change = plan_change_none();
    change.area = p.sites[1].name;
    struct plan_problem changed;
    struct error err = {0};
    assert_int_equal(plan_change_make(&arena, &p, &change, &changed, &err), STATUS_INVALID);
    assert_true(utf8_is_text(str_c(err.primary)));
}

static void side_by_side(void **state)
{
    static const char *const before[] = {"3", "100", "2", "300", "5"};
    static const char rates[] = "from,rank,band,per_hour\n2026-01-01,,plain,36\n";
    static const struct plan_stop stops[] = {{0, 1000}, {1, 3000}, {2, 6000}};
    static const struct plan_stop post[] = {{5, 10000}};
    struct plan_problem p = problem_of(before);
    struct plan_problem q = p;
    struct plan_rates table;
    struct error err = {0};
    struct plan_route empty = {.break_start = -1};
    struct plan_route full = {.stops = stops, .stop_count = 3, .break_start = -1};
    struct plan_route posted = {.stops = post, .stop_count = 1, .break_start = -1};
    struct plan_route a[] = {full, empty};
    struct plan_route b[] = {posted, full, empty};
    struct plan_result one = {.routes = a};
    struct plan_result two = {.routes = b};
    struct plan_compared out[2];
    (void)state;
    q.units = ARENA_ARRAY(&arena, struct plan_unit, 3);
    memcpy(q.units, p.units, 2 * sizeof *q.units);
    q.units[2] = q.units[1];
    q.units[2].id = STR("3");
    q.units[0].id = STR("9");
    q.unit_count = 3;
    struct plan_fork forks[] = {{STR("a"), &p, &one}, {STR("b"), &q, &two}};
    assert_int_equal(plan_rates_read(&arena, "rates", str_c(rates), &table, &err), STATUS_OK);
    assert_int_equal(plan_compare(&arena, forks, 2, &table, out, &err), STATUS_OK);
    assert_int_equal(out[0].profit, 16000);     /* 8 × (1 + .6 + .4) */
    assert_int_equal(out[0].profit_all, 26000); /* and two of 5 without weights */
    assert_int_equal(out[0].unmet, 1);
    assert_int_equal(out[0].broken, out[0].unmet); /* as the checker counts */
    assert_int_equal(out[0].paid, 400000 * 2 + 199200);
    assert_int_equal(out[0].pence, 99920); /* 99,920 officer-seconds at a penny */
    assert_str(out[0].worst_area, "South");
    assert_int_equal(out[0].worst_permille, 0);
    assert_int_equal(out[0].load_most, 3 * 1000 + 2 * 500);
    assert_int_equal(out[0].out, 1);
    assert_int_equal(out[1].changed, 1); /* "2" has visits now */
    assert_int_equal(out[1].added, 2);
    assert_int_equal(out[1].gone, 1);
    assert_int_equal(out[1].unmet, 0);
    assert_true(out[1].broken > 0); /* it is there too early */
    assert_int_equal(out[1].load_least, 3700);
    assert_int_equal(out[1].load_most, 70200);
    assert_int_equal(out[1].load_mean, 36950);
    assert_int_equal(out[1].spread_permille, 899); /* 3325 of 3695 s */
    assert_int_equal(out[0].lacks.n, 0);
    /* who has no rate is named, and money is written in one way */
    q.units[2].rank = STR("sergeant");
    q.units[2].officers = 2;
    assert_int_equal(plan_compare(&arena, forks, 2, &table, out, &err), STATUS_OK);
    struct buf text;
    buf_init(&text, 16384);
    out[0].pence = 123456789;
    plan_compare_add_text(out, 2, &text);
    assert_true(str_find(buf_str(&text), STR("1,234,567.89")) < text.n);
    assert_true(str_find(buf_str(&text),
                         STR("b: a rate is missing for 2 officers of sergeant, plain (")) < text.n);
    assert_true(str_find(buf_str(&text), STR("a: a rate is missing")) == text.n);
    buf_close(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_if_written),
        cmocka_unit_test(decimals_stay_as_given),
        cmocka_unit_test(what_cannot_be_is_named),
        cmocka_unit_test(new_units_have_no_past),
        cmocka_unit_test(noise_is_bounded),
        cmocka_unit_test(less_of_it),
        cmocka_unit_test(at_other_hours),
        cmocka_unit_test(spacing_is_switched_off),
        cmocka_unit_test(spacing_follows_the_number),
        cmocka_unit_test(breaks_of_the_table_follow),
        cmocka_unit_test(without_a_post),
        cmocka_unit_test(side_by_side),
        cmocka_unit_test(names_of_units),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
