/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: who had nothing to do can be sent, a post ends when it was to end, and what was told counts for the day's
 * report after a mend, too. Method: days of two units,
 * mended once or again; each plan through the checker, and read back as it was written. */
#include "../support/cm.h"
#include "../support/plan_day_bench.h"

#include <stdio.h>

#include "base/arena.h"
#include "plan/check.h"
#include "plan/explain.h"
#include "plan/sitrep.h"

/* --- who had nothing to do --- */

#define IDLE(breaks)                                                                               \
    "{\"format\":\"hustings-plan-problem\",\"version\":1,\"travel\":{\"by\":\"euclid\"},"          \
    "\"sites\":[{\"id\":\"b\",\"x\":0,\"y\":0},{\"id\":\"s1\",\"x\":600,\"y\":0}],"                \
    "\"units\":[{\"id\":\"1\",\"base\":\"b\",\"start_s\":0,\"end_s\":40000,\"officers\":2" breaks  \
    "},{\"id\":\"2\",\"base\":\"b\",\"start_s\":0,\"end_s\":40000,\"officers\":1}],"               \
    "\"tasks\":[{\"id\":\"first\",\"site\":\"s1\",\"open_s\":0,\"close_s\":30000,\"dwell_s\":300," \
    "\"profit\":5}]}"
#define SEND                                                                                       \
    "\"tasks\":[{\"id\":\"new\",\"site\":\"s1\",\"open_s\":%d,\"close_s\":%d,\"dwell_s\":900,"     \
    "\"mandatory\":true,\"officers\":2}]"

/* Unit 2 has the one visit and unit 1 nothing, until the event; looked at again after it was written. */
static void mend_from(struct day *day, const char *problem, const struct plan_stop *stops,
                      uint32_t unit, const char *event_text)
{
    struct plan_check check;
    struct plan_replan_options options = {.solve = {.seed = 3, .threads = 1, .iterations = 300},
                                          .units_max = 3};
    day_open(day, problem);
    struct plan_route *routes =
        ARENA_ARRAY(&day->arena, struct plan_route, day->problem.unit_count + 1U);
    for (uint32_t i = 0; i < day->problem.unit_count; i++) {
        routes[i] =
            (struct plan_route){.stops = stops, .stop_count = i == unit ? 1 : 0, .break_start = -1};
    }
    day->before.routes = routes;
    day_mend(day, event_text, &options);
    plan_check(&day->arena, &day->mended.problem, &day->mended.result, &check);
    assert_int_equal(plan_check_wrong(&check), 0);
    assert_int_equal(check.unmet, day->mended.result.claim.unmet);
    if (day->refused.count > 0) { /* a row is left out, or nobody is said to be there for it */
        fail_msg("%.*s", STR_ARG(buf_str(&day->refused.text)));
    }
    assert_int_equal(day->again.task_count, day->mended.problem.task_count);
    (void)spent(day, &day->again, &day->mended.result, PLAN_LEG_DWELL);
}

static void mend_idle(struct day *day, const char *breaks, int now)
{
    static const struct plan_stop first = {.task = 0, .start = 600};
    char problem[2000];
    char event[400];
    (void)snprintf(problem, sizeof problem, IDLE("%s"), breaks);
    (void)snprintf(event, sizeof event, "{\"now_s\":%d," SEND "}", now, now, now + 3600);
    mend_from(day, problem, &first, 1, event);
}

static str nobody_words(struct day *day, uint32_t task)
{
    struct plan_explained *why = NULL;
    assert_int_equal(
        plan_explain(&day->arena, &day->mended.problem, &day->mended.result, task, &why), 1);
    return plan_nobody_words(&day->arena, &day->mended.problem, STR("the hall"), why);
}

/* --- a post: it begins at one time, and ends when it was to end --- */

#define POST                                                                                       \
    "{\"format\":\"hustings-plan-problem\",\"version\":1,\"travel\":{\"by\":\"euclid\"},"          \
    "\"sites\":[{\"id\":\"b\",\"x\":0,\"y\":0},{\"id\":\"s1\",\"x\":600,\"y\":0}],"                \
    "\"units\":[{\"id\":\"1\",\"base\":\"b\",\"start_s\":0,\"end_s\":25600,\"officers\":2},"       \
    "{\"id\":\"2\",\"base\":\"b\",\"start_s\":0,\"end_s\":%d,\"officers\":2}],"                    \
    "\"tasks\":[{\"id\":\"post\",\"site\":\"s1\",\"open_s\":10000,\"close_s\":10000,"              \
    "\"dwell_s\":14400,\"mandatory\":true,\"officers\":2}]}"
#define TOLD(what, at) "{\"unit\":\"1\",\"what\":\"" what "\",\"task\":\"post\",\"at_s\":" at "}"

/* Unit 1 is at the post from 10,000 to 24,400. `end`: of the duty of unit 2. */
static void mend_post(struct day *day, int end, const char *event)
{
    static const struct plan_stop stop = {.task = 0, .start = 10000};
    char problem[2000];
    (void)snprintf(problem, sizeof problem, POST, end);
    mend_from(day, problem, &stop, 0, event);
}

/* The same told again, of the mended plan. */
static void mend_again(struct day *day, const char *event_text)
{
    struct plan_problem with;
    struct plan_event event;
    struct plan_result before = day->mended.result;
    struct error err = {0};
    struct plan_replan_options options = {.solve = {.seed = 3, .threads = 1, .iterations = 300},
                                          .units_max = 3};
    assert_int_equal(plan_event_read(&day->arena, &day->again, str_c(event_text), &with, &event,
                                     &day->refused, &err),
                     STATUS_OK);
    plan_event_heal(&day->arena, &with, &before, &event);
    plan_replan(&day->arena, &with, &before, &event, &options, &day->mended);
    day->again = day->mended.problem;
}

static void assert_stands(const struct day *day, int32_t start, int32_t end)
{
    const struct plan_route *route = &day->mended.result.routes[0];
    assert_int_equal(route->stop_count, 1);
    assert_int_equal(route->stops[0].start, start);
    assert_int_equal(route->stops[0].start + day->mended.problem.tasks[0].dwell, end);
    assert_int_equal(day->mended.problem.units[0].end, 25600);
}

static void test_late_at_a_post(void **state)
{
    static const char *const events[][2] = {
        {"{\"now_s\":16700,\"told\":[" TOLD("arrived", "16660") "]}",
         "{\"now_s\":17700,\"told\":[" TOLD("arrived", "16660") "]}"},
        /* heard when all is over */
        {"{\"now_s\":25000,\"told\":[" TOLD("arrived", "16660") "," TOLD("left", "24400") "]}",
         "{\"now_s\":25100,\"told\":[" TOLD("arrived", "16660") "," TOLD("left", "24400") "]}"},
        /* a mend before it was heard, by which it was there in time; and a time that was wrong */
        {"{\"now_s\":16600}", "{\"now_s\":17700,\"told\":[" TOLD("arrived", "16660") "]}"},
        {"{\"now_s\":17700,\"told\":[" TOLD("arrived", "17600") "]}",
         "{\"now_s\":17800,\"told\":[" TOLD("arrived", "16660") "]}"}};
    struct day day;
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(events); i++) {
        mend_post(&day, 3000, events[i][0]);
        if (i < 2) {
            assert_stands(&day, 16660, 24400);
        }
        mend_again(&day, events[i][1]);
        assert_stands(&day, i == 3 ? 17600 : 16660, 24400);
        day_close(&day);
    }
    /* later than its end */
    mend_post(
        &day, 3000,
        "{\"now_s\":24600,\"told\":[" TOLD("arrived", "24500") "," TOLD("left", "24550") "]}");
    assert_true(day.mended.problem.tasks[0].dwell >= 0);
    assert_true(day.mended.problem.tasks[0].dwell <= 50);
    day_close(&day);
}

/* One of two at a turn is late, the other leaves: the turn is read back as it was written. */
static void test_late_at_a_turn(void **state)
{
    static const struct plan_stop stop = {.task = 0, .start = 10000};
    struct day day;
    (void)state;
    mend_from(
        &day,
        "{\"format\":\"hustings-plan-problem\",\"version\":1,\"travel\":{\"by\":\"euclid\"},"
        "\"sites\":[{\"id\":\"b\",\"x\":0,\"y\":0},{\"id\":\"s1\",\"x\":600,\"y\":0}],"
        "\"units\":[{\"id\":\"1\",\"base\":\"b\",\"start_s\":0,\"end_s\":25600},"
        "{\"id\":\"2\",\"base\":\"b\",\"start_s\":0,\"end_s\":25600,\"officers\":2}],"
        "\"turns\":[{\"id\":\"t\",\"officers\":2}],"
        "\"tasks\":[{\"id\":\"post\",\"site\":\"s1\",\"open_s\":10000,\"close_s\":10000,"
        "\"dwell_s\":14400,\"mandatory\":true,\"turn\":\"t\"},{\"id\":\"post2\",\"site\":\"s1\","
        "\"open_s\":10000,\"close_s\":10000,\"dwell_s\":14400,\"mandatory\":true,\"turn\":\"t\"}]}",
        &stop, 0, "{\"now_s\":16700,\"told\":[" TOLD("arrived", "16660") "]}");
    assert_stands(&day, 16660, 24400);
    assert_int_equal(day.again.task_count, 2);
    day_close(&day);
}

/* Who told something, and not yet that it is there, keeps what remains of its post. */
static void test_on_the_way_to_a_post(void **state)
{
#define ON(at) "{\"unit\":\"1\",\"what\":\"on\",\"at_s\":" at "}"
    static const struct {
        const char *event;
        int32_t start;
    } cases[] = {{"{\"now_s\":12000,\"told\":[" ON("9000") "]}", 12000},
                 {"{\"now_s\":12000,\"told\":[" ON("11900") "]}", 12500},
                 {"{\"now_s\":9500,\"told\":[" ON("9490") "]}", 10090}};
    struct day day;
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        mend_post(&day, 3000, cases[i].event);
        assert_stands(&day, cases[i].start, 24400);
        assert_int_equal(day.mended.result.claim.unmet, 0);
        mend_again(&day,
                   "{\"now_s\":13000,\"told\":[" ON("9000") "," TOLD("arrived", "12600") "]}");
        assert_stands(&day, 12600, 24400);
        day_close(&day);
    }
    mend_post(&day, 3000, "{\"now_s\":24500,\"told\":[" ON("9000") "]}"); /* it is over */
    assert_int_equal(day.mended.result.routes[0].stop_count, 0);
    day_close(&day);
#undef ON
}

static void test_early_at_a_post(void **state)
{
    static const char *const events[] = {
        "{\"now_s\":9600,\"told\":[" TOLD("arrived", "9500") "]}",
        "{\"now_s\":11000,\"told\":[" TOLD("arrived", "9500") "]}"};
    struct day day;
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(events); i++) {
        mend_post(&day, 3000, events[i]);
        assert_stands(&day, 10000, 24400);
        mend_again(&day, events[1]);
        assert_stands(&day, 10000, 24400);
        day_close(&day);
    }
}

/* A unit that had nothing to do in the time of its break has had it, and is sent. */
static void test_idle_had_its_break(void **state)
{
    static const char *const breaks[] = {
        ",\"break\":{\"open_s\":6000,\"close_s\":9000,\"length_s\":1800}",
        ",\"breaks\":[{\"open_s\":3000,\"close_s\":5000,\"length_s\":900},"
        "{\"open_s\":6000,\"close_s\":9000,\"length_s\":900}]"};
    struct day day;
    (void)state;
    for (uint32_t i = 0; i < ARRAY_LEN(breaks); i++) {
        mend_idle(&day, breaks[i], 20000);
        assert_int_equal(day.mended.result.routes[0].stop_count, 1);
        assert_int_equal(day.mended.result.claim.unmet, 0);
        assert_int_equal(day.mended.problem.units[0].had_count, i + 1);
        assert_int_equal(day.mended.problem.units[0].break_length, 0);
        assert_int_equal(spent(&day, &day.again, &day.mended.result, PLAN_LEG_BREAK),
                         2 * (i == 0 ? 1800 : 2 * 900));
        day_close(&day);
    }
    /* while it can still begin, it has it then; of the two only one is over */
    mend_idle(&day, breaks[0], 8900);
    assert_int_equal(day.mended.problem.units[0].had_count, 0);
    assert_int_equal(day.mended.result.routes[0].stop_count, 1);
    assert_true(day.mended.result.routes[0].break_start >= 8900);
    day_close(&day);
    mend_idle(&day, breaks[1], 5600);
    assert_int_equal(day.mended.problem.units[0].had_count, 1);
    assert_int_equal(day.mended.problem.units[0].break_open, 6000);
    assert_int_equal(day.mended.result.routes[0].stop_count, 1);
    day_close(&day);
}

/* The duty began when the break's time was nearly over: the break is what stands in the way, and said so. */
static void test_break_is_owed(void **state)
{
    struct day day;
    (void)state;
    mend_idle(&day, ",\"break\":{\"open_s\":0,\"close_s\":1000,\"length_s\":1800}", 1500);
    assert_int_equal(day.mended.result.routes[0].stop_count, 0);
    assert_int_equal(day.mended.result.claim.unmet, 1);
    str words = nobody_words(&day, 1);
    assert_string_equal(arena_cstr(&day.arena, words),
                        "Nobody goes to the hall by 01:25: the time in which unit 1 can begin its "
                        "break is over, and "
                        "it has not had it. The first who could be there is 1, at 00:35, if it "
                        "left out its break.");
    day_close(&day);
}

/* --- a post that its unit leaves --- */

/* Unit 2 is idle; with `end` of 3,000 it is off duty by then. */
static void test_rest_of_a_post(void **state)
{
    static const char *const events[][2] = {
        {"{\"now_s\":16000,\"units_out\":[\"1\"]}", "{\"now_s\":16100}"},
        {"{\"now_s\":16000,\"units_out\":[\"1\"],\"told\":[" TOLD("arrived", "10200") "]}",
         "{\"now_s\":16100,\"told\":[" TOLD("arrived", "10200") "]}"},
        {"{\"now_s\":16000,\"told\":[" TOLD("arrived", "10000") "," TOLD("left", "15900") "]}",
         "{\"now_s\":16100,\"told\":[" TOLD("arrived", "10000") "," TOLD("left", "15900") "]}"}};
    struct day day;
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(events); i++) {
        for (int end = 3000; end <= 30000; end += 27000) {
            bool is_met = end > 20000;
            mend_post(&day, end, events[i][0]);
            const struct plan_task *rest = &day.mended.problem.tasks[1];
            assert_int_equal(day.mended.problem.task_count, 2);
            assert_string_equal(arena_cstr(&day.arena, rest->id), "post+rest");
            assert_true(rest->is_mandatory && rest->site == 1 && rest->officers == 2);
            assert_int_equal(rest->open + rest->dwell, 24400);
            int since = i == 2 ? 15900 : 16000; /* left */
            assert_in_range(rest->open, is_met ? 16000 : since, is_met ? 16610 : since);
            assert_int_equal(day.mended.result.claim.unmet, is_met ? 0 : 1);
            assert_int_equal(day.mended.result.routes[1].stop_count, is_met ? 1 : 0);
            assert_int_equal(day.mended.result.routes[0].stop_count, 1);
            /* it is not found again */
            mend_again(&day, events[i][1]);
            assert_int_equal(day.mended.problem.task_count, 2);
            assert_int_equal(day.mended.result.claim.unmet, is_met ? 0 : 1);
            day_close(&day);
        }
    }
    /* a little before its end is no matter; nor is one whose unit is still there */
    mend_post(&day, 3000, "{\"now_s\":24100,\"units_out\":[\"1\"]}");
    assert_int_equal(day.mended.problem.task_count, 1);
    day_close(&day);
    mend_post(&day, 3000, "{\"now_s\":24100,\"told\":[" TOLD("arrived", "10000") "]}");
    assert_int_equal(day.mended.problem.task_count, 1);
    day_close(&day);
}

/* Unit 1 is at the post from 10,000 to 24,400; unit 2 has a visit at 16,500. */
#define LEFT_ALONE                                                                                 \
    "{\"format\":\"hustings-plan-problem\",\"version\":1,\"travel\":{\"by\":\"euclid\"},"          \
    "\"sites\":[{\"id\":\"b\",\"x\":0,\"y\":0},{\"id\":\"s1\",\"x\":600,\"y\":0}],"                \
    "\"units\":[{\"id\":\"1\",\"base\":\"b\",\"start_s\":0,\"end_s\":25600,\"officers\":2},"       \
    "{\"id\":\"2\",\"base\":\"b\",\"start_s\":0,\"end_s\":25600,\"officers\":2}],%s"               \
    "\"tasks\":[{\"id\":\"post\",\"site\":\"s1\",\"open_s\":10000,\"close_s\":10000,"              \
    "\"dwell_s\":14400,\"mandatory\":true,%s},{\"id\":\"visit\",\"site\":\"b\","                   \
    "\"open_s\":16500,\"close_s\":16600,\"dwell_s\":300,\"profit\":5}]}"

/* Nobody can be there at the first mend; at a later one unit 2 is back from its visit, and what is left by then is its.
 * When the post is over nobody is sent, and it stays undone. */
static void test_rest_is_offered_again(void **state)
{
    static const char words[] = TOLD("arrived", "10000") "," TOLD("left", "15900");
    static const struct plan_stop stops[] = {{0, 10000}, {1, 16500}};
    static const struct {
        int now;
        bool is_met;
    } later[] = {{17000, true}, {24000, false}, {25000, false}};
    static const char *const turns[][2] = {
        {"", "\"officers\":2"}, {"\"turns\":[{\"id\":\"t\",\"officers\":2}],", "\"turn\":\"t\""}};
    struct day day;
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(later) * ARRAY_LEN(turns); i++) {
        const char *const *turn = turns[i % ARRAY_LEN(turns)];
        int now = later[i / ARRAY_LEN(turns)].now;
        bool is_met = later[i / ARRAY_LEN(turns)].is_met;
        uint32_t tasks = turn == turns[1] ? 4 : 3; /* of a turn, one for each officer */
        char text[2000];
        char event[400];
        struct plan_replan_options options = {.solve = {.seed = 3, .threads = 1, .iterations = 300},
                                              .units_max = 3};
        struct plan_check check;
        (void)snprintf(text, sizeof text, LEFT_ALONE, turn[0], turn[1]);
        day_open(&day, text);
        struct plan_route routes[] = {{.stops = &stops[0], .stop_count = 1, .break_start = -1},
                                      {.stops = &stops[1], .stop_count = 1, .break_start = -1}};
        day.before.routes = routes;
        (void)snprintf(event, sizeof event, "{\"now_s\":16000,\"told\":[%s]}", words);
        day_mend(&day, event, &options);
        assert_int_equal(day.mended.problem.task_count, tasks);
        assert_true(day.mended.result.claim.unmet > 0);
        (void)snprintf(event, sizeof event, "{\"now_s\":%d,\"told\":[%s]}", now, words);
        mend_again(&day, event);
        const struct plan_task *rest = &day.mended.problem.tasks[2];
        assert_int_equal(day.mended.problem.task_count, tasks);
        assert_int_equal(rest->open + rest->dwell, 24400);
        assert_int_equal(rest->open, is_met ? now + 600 : 15900);
        assert_int_equal(day.mended.result.claim.unmet > 0, !is_met);
        assert_int_equal(day.mended.result.routes[1].stop_count, is_met ? 2 : 1);
        plan_check(&day.arena, &day.mended.problem, &day.mended.result, &check);
        assert_int_equal(plan_check_wrong(&check), 0);
        assert_int_equal(check.unmet, day.mended.result.claim.unmet);
        /* once it is given to somebody it stays as it is */
        (void)snprintf(event, sizeof event, "{\"now_s\":%d,\"told\":[%s]}", now + 100, words);
        mend_again(&day, event);
        assert_int_equal(day.mended.problem.tasks[2].open, is_met ? now + 600 : 15900);
        assert_int_equal(day.mended.result.routes[1].stop_count, is_met ? 2 : 1);
        day_close(&day);
    }
}

/* "Left" was told by mistake: taken back, the post is whole again, and nobody else is sent to its rest. */
static void test_left_is_taken_back(void **state)
{
    struct plan_check check;
    struct day day;
    (void)state;
    for (int end = 3000; end <= 30000; end += 27000) {
        bool is_met = end > 20000;
        const char *left =
            "{\"now_s\":16000,\"told\":[" TOLD("arrived", "10000") "," TOLD("left", "15900") "]}";
        mend_post(&day, end, left);
        assert_int_equal(day.mended.problem.task_count, 2);
        mend_again(&day, "{\"now_s\":16100,\"told\":[" TOLD(
                             "arrived",
                             "10000") "],"
                                      "\"tasks\":[{\"id\":\"new\",\"site\":\"b\",\"open_s\":16200,"
                                      "\"close_s\":20000,\"dwell_s\":60,\"profit\":1}]}");
        assert_int_equal(day.mended.problem.task_count, 2);
        assert_str(day.mended.problem.tasks[1].id, "new");
        assert_stands(&day, 10000, 24400);
        assert_int_equal(day.mended.result.claim.unmet, 0);
        assert_int_equal(day.mended.result.routes[1].stop_count, is_met ? 1 : 0);
        plan_check(&day.arena, &day.mended.problem, &day.mended.result, &check);
        assert_int_equal(plan_check_wrong(&check), 0);
        day_close(&day);
        /* somebody is there by now, as the plan has it, or told so: then both are */
        mend_post(&day, end, left);
        mend_again(&day, "{\"now_s\":17000,\"told\":[" TOLD("arrived", "10000") "]}");
        assert_int_equal(day.mended.problem.task_count, is_met ? 2 : 1);
        day_close(&day);
        /* it left indeed */
        mend_post(&day, end, left);
        mend_again(&day, "{\"now_s\":16100,\"told\":[" TOLD("arrived", "10000") "," TOLD(
                             "left", "15900") "]}");
        assert_int_equal(day.mended.problem.task_count, 2);
        day_close(&day);
    }
}

/* A pair at a post of two for which single officers would do as well: what it leaves asks for two officers again,
 * and nobody is sent too many. */
#define TURN(singles)                                                                              \
    "{\"format\":\"hustings-plan-problem\",\"version\":1,\"travel\":{\"by\":\"euclid\"},"          \
    "\"sites\":[{\"id\":\"b\",\"x\":0,\"y\":0},{\"id\":\"s1\",\"x\":600,\"y\":0}],"                \
    "\"units\":[{\"id\":\"1\",\"base\":\"b\",\"start_s\":0,\"end_s\":25600,\"officers\":2}"        \
    "," singles "{\"id\":\"4\",\"base\":\"b\",\"start_s\":0,\"end_s\":25600,\"officers\":2}],"     \
    "\"turns\":[{\"id\":\"t\",\"officers\":2}],"                                                   \
    "\"tasks\":[{\"id\":\"post\",\"site\":\"s1\",\"open_s\":10000,\"close_s\":10000,"              \
    "\"dwell_s\":14400,\"mandatory\":true,\"turn\":\"t\"},{\"id\":\"post2\",\"site\":\"s1\","      \
    "\"open_s\":10000,\"close_s\":10000,\"dwell_s\":14400,\"mandatory\":true,\"turn\":\"t\"}]}"
#define SINGLES                                                                                    \
    "{\"id\":\"2\",\"base\":\"b\",\"start_s\":0,\"end_s\":25600},"                                 \
    "{\"id\":\"3\",\"base\":\"b\",\"start_s\":0,\"end_s\":25600},"

static int officers_sent(const struct day *day)
{
    int officers = 0;
    for (uint32_t i = 1; i < day->mended.problem.unit_count; i++) {
        bool is_sent = day->mended.result.routes[i].stop_count > 0;
        officers += is_sent ? day->mended.problem.units[i].officers : 0;
    }
    return officers;
}

static void test_rest_of_a_turn(void **state)
{
    static const struct plan_stop stop = {.task = 0, .start = 10000};
    static const char left[] =
        "{\"now_s\":16000,\"told\":[" TOLD("arrived", "10000") "," TOLD("left", "15900") "]}";
    static const char *const events[] = {
        left, "{\"now_s\":16000,\"units_out\":[\"1\"]}",
        "{\"now_s\":16000,\"units_out\":[\"1\",\"2\",\"3\"]}", /* one pair is there */
        "{\"now_s\":16000,\"units_out\":[\"1\",\"4\"]}"};      /* two single officers are */
    struct day day;
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(events); i++) {
        mend_from(&day, TURN(SINGLES), &stop, 0, events[i]);
        assert_int_equal(day.again.turn_count, 2);
        assert_int_equal(day.again.turns[1].officers, 2);
        assert_int_equal(day.again.turns[1].count, 2);
        assert_int_equal(day.mended.result.claim.unmet, 0);
        assert_int_equal(officers_sent(&day), 2);
        assert_int_equal(day.mended.changed_count, i < 3 ? 1 : 2); /* few units change */
        day_close(&day);
    }
    /* taken back, the rest is no task and its turn asks for nobody */
    mend_from(&day, TURN(SINGLES), &stop, 0, left);
    mend_again(&day, "{\"now_s\":16100,\"told\":[" TOLD("arrived", "10000") "]}");
    assert_int_equal(day.mended.problem.task_count, 2);
    assert_int_equal(day.mended.problem.turns[1].count, 0);
    assert_int_equal(day.mended.result.claim.unmet, 0);
    assert_int_equal(officers_sent(&day), 0);
    day_close(&day);
}

/* --- the situation report --- */

static struct plan_sitrep report(struct day *day, struct plan_sitrep_options options,
                                 const struct plan_result *result, const char *told)
{
    struct plan_told_rows rows;
    struct plan_sitrep sitrep;
    struct error err = {0};
    str text = arena_printf(&day->arena, "unit,what,task,at\n%s", told);
    assert_int_equal(
        plan_told_read(&day->arena, &day->problem, "told", text, &rows, &day->refused, &err),
        STATUS_OK);
    assert_int_equal(day->refused.count, 0);
    options.told = &rows;
    options.late = 600;
    options.ahead = 7200;
    assert_int_equal(plan_sitrep_make(&day->arena, &day->problem, result, &options, &sitrep, &err),
                     STATUS_OK);
    return sitrep;
}

static bool says_sitrep(const struct day *day, const struct plan_sitrep *sitrep, const char *words)
{
    struct buf out;
    buf_init(&out, 65536);
    plan_sitrep_add_text(&day->problem, sitrep, &out);
    bool is_said = str_find(buf_str(&out), str_c(words)) < out.n;
    buf_close(&out);
    return is_said;
}

/* Unit 1 began late and skipped by the first plan; the mended one has neither, and the day has both. */
static void test_report_over_a_mend(void **state)
{
    static const struct plan_stop first[] = {{0, 3600}, {1, 7200}};
    static const struct plan_stop began[] = {{0, 4800}};
    static const struct plan_stop skipped[] = {{1, 10800}};
    static const struct plan_route before[] = {{.stops = first, .stop_count = 2, .break_start = -1},
                                               {.break_start = -1}};
    static const struct plan_route now[] = {{.stops = began, .stop_count = 1, .break_start = -1},
                                            {.stops = skipped, .stop_count = 1, .break_start = -1}};
    static const char told[] = "1,arrived,v/1,01:20\n1,left,v/1,01:30\n1,skipped,v/2,01:40\n";
    struct plan_result was = {.routes = before};
    struct plan_result is = {.routes = now};
    struct plan_force force = {.until = 6600, .result = &was};
    struct day day;
    (void)state;
    day_open(&day,
             "{\"format\":\"hustings-plan-problem\",\"version\":1,\"travel\":{\"by\":\"euclid\"},"
             "\"sites\":[{\"id\":\"b\",\"x\":0,\"y\":0},{\"id\":\"s1\",\"x\":60,\"y\":0,"
             "\"name\":\"Village hall\"}],"
             "\"units\":[{\"id\":\"1\",\"base\":\"b\",\"start_s\":0,\"end_s\":40000},"
             "{\"id\":\"2\",\"base\":\"b\",\"start_s\":0,\"end_s\":40000}],\"tasks\":["
             "{\"id\":\"v/1\",\"site\":\"s1\",\"open_s\":0,\"close_s\":30000,\"dwell_s\":600},"
             "{\"id\":\"v/2\",\"site\":\"s1\",\"open_s\":0,\"close_s\":30000,\"dwell_s\":600,"
             "\"note\":\"ask the caretaker\"}]}");
    struct plan_sitrep_options options = {.at = 7300, .earlier = &force, .earlier_count = 1};
    struct plan_sitrep sitrep = report(&day, options, &is, told);
    assert_int_equal(sitrep.late_count, 1);
    assert_int_equal(sitrep.visit_count, 3);
    assert_int_equal(sitrep.states[PLAN_VISIT_DONE], 1);
    assert_int_equal(sitrep.states[PLAN_VISIT_SKIPPED], 1);
    assert_int_equal(sitrep.states[PLAN_VISIT_DUE], 1);
    assert_int_equal(sitrep.visits[0].planned, 3600);
    assert_true(
        says_sitrep(&day, &sitrep, "02:00    1     Village hall: ask the caretaker  skipped"));
    assert_false(says_sitrep(&day, &sitrep, "v/2"));
    /* told after the mended plan was in force, and by the unit that it gives the visit to */
    force.until = 4700;
    sitrep = report(&day, options, &is, told);
    assert_int_equal(sitrep.late_count, 0);
    assert_int_equal(sitrep.states[PLAN_VISIT_SKIPPED], 0);
    sitrep = report(&day, options, &is, "2,skipped,v/2,01:40\n");
    assert_int_equal(sitrep.states[PLAN_VISIT_SKIPPED], 1);
    assert_int_equal(sitrep.visit_count, 2);
    /* made after all */
    force.until = 6600;
    sitrep = report(&day, options, &is, "1,skipped,v/2,01:40\n1,arrived,v/2,01:45\n");
    assert_int_equal(sitrep.states[PLAN_VISIT_SKIPPED], 0);
    assert_int_equal(sitrep.states[PLAN_VISIT_THERE], 1);
    /* what was made counts, also when no plan has it any more */
    static const struct plan_route nothing[] = {{.break_start = -1}, {.break_start = -1}};
    is.routes = nothing;
    sitrep = report(&day, options, &is, told);
    assert_int_equal(sitrep.states[PLAN_VISIT_DONE], 1);
    assert_int_equal(sitrep.states[PLAN_VISIT_SKIPPED], 1);
    assert_int_equal(sitrep.late_count, 1);
    day_close(&day);
}

static void test_report_of_a_post_left_early(void **state)
{
    static const struct plan_stop stop = {.task = 0, .start = 10800};
    static const struct plan_route routes[] = {{.stops = &stop, .stop_count = 1, .break_start = -1},
                                               {.break_start = -1}};
    struct plan_result result = {.routes = routes};
    struct plan_sitrep_options options = {.at = 20000};
    struct day day;
    char problem[2000];
    (void)state;
    (void)snprintf(problem, sizeof problem, POST, 40000);
    day_open(&day, problem);
    day.problem.tasks[0].open = day.problem.tasks[0].close = 10800; /* 03:00 to 07:00 */
    struct plan_sitrep sitrep =
        report(&day, options, &result, "1,arrived,post,03:00\n1,left,post,05:00\n");
    assert_int_equal(sitrep.states[PLAN_VISIT_DONE], 0);
    assert_int_equal(sitrep.states[PLAN_VISIT_SHORT], 1);
    assert_int_equal(sitrep.unmet_count, 1);
    assert_true(says_sitrep(&day, &sitrep, "left early, 05:00"));
    assert_int_equal(sitrep.unmet[0].from, 18000); /* what is missing, and no more */
    assert_int_equal(sitrep.unmet[0].until, 25200);
    assert_int_equal(sitrep.unmet[0].officers, 2);
    assert_int_equal(plan_sitrep_missed(&day.problem, &sitrep), 2 * 2000);
    /* it went away and came back, and told nobody in between: short by that */
    static const char away[] = "1,arrived,post,03:00\n1,left,post,05:00\n1,arrived,post,06:00\n"
                               "1,left,post,07:00\n";
    options.at = 26000;
    sitrep = report(&day, options, &result, away);
    assert_int_equal(sitrep.states[PLAN_VISIT_SHORT], 1);
    assert_int_equal(sitrep.unmet_count, 1);
    assert_int_equal(plan_sitrep_missed(&day.problem, &sitrep), 2 * 3600);
    assert_true(says_sitrep(&day, &sitrep, "left early, 05:00"));
    options.at = 20000;
    /* somebody else is there; a little early is no matter */
    sitrep = report(&day, options, &result,
                    "1,arrived,post,03:00\n1,left,post,05:00\n2,arrived,post,05:05\n");
    assert_int_equal(sitrep.states[PLAN_VISIT_THERE], 1);
    assert_int_equal(sitrep.unmet_count, 0);
    /* what was told is the same after a mend; what is left of the post is to be done now, and by somebody */
    const char *event =
        "{\"now_s\":18600,\"told\":[" TOLD("arrived", "10800") "," TOLD("left", "18000") "]}";
    struct plan_replan_options mend = {.solve = {.seed = 3, .threads = 1, .iterations = 300},
                                       .units_max = 3};
    day.before.routes = routes;
    day_mend(&day, event, &mend);
    struct plan_problem whole = day.problem;
    day.problem = day.again;
    sitrep = report(&day, options, &day.mended.result, "1,arrived,post,03:00\n1,left,post,05:00\n");
    assert_int_equal(sitrep.states[PLAN_VISIT_DONE], 0);
    assert_int_equal(sitrep.states[PLAN_VISIT_SHORT], 1);
    assert_int_equal(sitrep.unmet_count, 0);
    sitrep = report(&day, options, &result, "1,arrived,post,03:00\n1,left,post,05:00\n");
    assert_int_equal(sitrep.states[PLAN_VISIT_SHORT], 1);
    assert_int_equal(sitrep.unmet_count, 1);
    assert_str(day.problem.tasks[sitrep.unmet[0].task].id, "post+rest");
    day.problem = whole;
    options.at = 25100;
    sitrep = report(&day, options, &result, "1,arrived,post,03:00\n1,left,post,06:50\n");
    assert_int_equal(sitrep.states[PLAN_VISIT_DONE], 1);
    assert_int_equal(sitrep.unmet_count, 0);
    day_close(&day);
}

/* What a unit missed of a post stays missing when the plan is mended so late that nobody can be sent any more, also
 * when the unit went elsewhere meanwhile. */
static void test_left_early_stays_short(void **state)
{
    static const struct plan_stop stops[] = {{0, 10000}, {1, 16500}};
    static const char *const elsewhere[] = {
        "", ",{\"unit\":\"1\",\"what\":\"arrived\",\"task\":\"visit\",\"at_s\":16560},"
            "{\"unit\":\"1\",\"what\":\"left\",\"task\":\"visit\",\"at_s\":16860}"};
    static const struct {
        const char *turns, *asks;
        uint32_t tasks;
    } posts[] = {{"", "\"officers\":2", 1},
                 {"\"turns\":[{\"id\":\"t\",\"officers\":2}],", "\"turn\":\"t\"", 2}};
    struct plan_replan_options options = {.solve = {.seed = 3, .threads = 1, .iterations = 300},
                                          .units_max = 3};
    struct day day;
    (void)state;
    for (size_t i = 0; i < 8; i++) {
        int now = i < 4 ? 24000 : 25000;
        const char *then = elsewhere[i / 2 % 2];
        char text[2000];
        char event[600];
        (void)snprintf(text, sizeof text, LEFT_ALONE, posts[i % 2].turns, posts[i % 2].asks);
        day_open(&day, text);
        struct plan_route routes[] = {
            {.stops = stops, .stop_count = then[0] == '\0' ? 1 : 2, .break_start = -1},
            {.break_start = -1}};
        day.before.routes = routes;
        (void)snprintf(
            event, sizeof event,
            "{\"now_s\":%d,\"told\":[" TOLD("arrived", "10020") "," TOLD("left", "15900") "%s]}",
            now, then);
        day_mend(&day, event, &options);
        assert_int_equal(day.again.task_count, 2 + posts[i % 2].tasks);
        assert_int_equal(day.again.tasks[2].open, 15900);
        assert_int_equal(day.again.tasks[2].dwell, 24400 - 15900);
        assert_int_equal(day.mended.result.claim.unmet, posts[i % 2].tasks);
        assert_int_equal(day.mended.changed_count, 0);
        assert_int_equal(day.mended.over, posts[i % 2].tasks);
        mend_again(&day, event); /* once */
        assert_int_equal(day.again.task_count, 2 + posts[i % 2].tasks);
        day.problem = day.again;
        struct plan_sitrep_options at = {.at = 25200};
        struct plan_sitrep sitrep =
            report(&day, at, &day.mended.result, "1,arrived,post,02:47\n1,left,post,04:25\n");
        assert_int_equal(sitrep.states[PLAN_VISIT_SHORT], 1);
        assert_int_equal(sitrep.states[PLAN_VISIT_DONE], 0);
        assert_int_equal(sitrep.unmet_count, 1); /* one turn */
        assert_int_equal(sitrep.unmet[0].officers, 2);
        assert_int_equal(plan_sitrep_missed(&day.problem, &sitrep), 2 * (24400 - 15900));
        /* that it left was wrong: it stood there until the end */
        (void)snprintf(
            event, sizeof event,
            "{\"now_s\":25100,\"told\":[" TOLD("arrived", "10020") "," TOLD("left", "24300") "]}");
        mend_again(&day, event);
        assert_int_equal(day.again.task_count, 2);
        assert_int_equal(day.again.tasks[0].open + day.again.tasks[0].dwell, 24400);
        day_close(&day);
    }
}

/* --- hours that cannot be --- */

/* Whichever way it comes in: 25,600 is the end of the duty. */
static void test_far_from_the_duty(void **state)
{
    static const char *const rows[] = {"47200", "47201"};
    struct plan_problem with;
    struct plan_event event;
    struct error err = {0};
    struct day day;
    char problem[2000];
    (void)state;
    (void)snprintf(problem, sizeof problem, POST, 40000);
    day_open(&day, problem);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        str text = arena_printf(&day.arena,
                                "{\"now_s\":50000,\"told\":[{\"unit\":\"1\",\"what\":\"off\","
                                "\"at_s\":%s}]}",
                                rows[i]);
        assert_int_equal(
            plan_event_read(&day.arena, &day.problem, text, &with, &event, &day.refused, &err),
            STATUS_OK);
        assert_int_equal(event.told->count, i == 0 ? 1 : 0);
        assert_int_equal(day.refused.count, i);
    }
    day_close(&day);
}

/* --- only a skip was told --- */

/* Unit 1 skips the third of its visits at 4,000: the first, before that, is believed; the second, after it,
 * has not happened. */
static void test_skip_is_a_word(void **state)
{
    static const struct plan_stop stops[] = {{0, 1000}, {1, 5000}, {2, 9000}};
    struct plan_problem with;
    struct plan_event event;
    struct error err = {0};
    struct plan_replan_options options = {.solve = {.seed = 3, .threads = 1, .iterations = 300},
                                          .units_max = 3};
    struct day day;
    (void)state;
    memset(&day, 0, sizeof day);
    arena_init(&day.arena, (size_t)1024 * 1024 * 1024);
    plan_refused_init(&day.refused);
    assert_int_equal(
        plan_problem_read(
            &day.arena,
            STR("{\"format\":\"hustings-plan-problem\",\"version\":1,\"travel\":{\"by\":\"euclid\"}"
                ","
                "\"sites\":[{\"id\":\"b\",\"x\":0,\"y\":0},{\"id\":\"s1\",\"x\":600,\"y\":0}],"
                "\"units\":[{\"id\":\"1\",\"base\":\"b\",\"start_s\":0,\"end_s\":25600}],\"tasks\":"
                "["
                "{\"id\":\"a\",\"site\":\"s1\",\"open_s\":0,\"close_s\":20000,\"dwell_s\":300,"
                "\"profit\":1},"
                "{\"id\":\"b\",\"site\":\"s1\",\"open_s\":0,\"close_s\":20000,\"dwell_s\":300,"
                "\"profit\":1},"
                "{\"id\":\"c\",\"site\":\"s1\",\"open_s\":0,\"close_s\":20000,\"dwell_s\":300,"
                "\"profit\":1}]}"),
            &day.problem, &day.refused, &err),
        STATUS_OK);
    struct plan_route route = {.stops = stops, .stop_count = 3, .break_start = -1};
    day.before.routes = &route;
    assert_int_equal(
        plan_event_read(
            &day.arena, &day.problem,
            STR("{\"now_s\":8000,\"told\":[{\"unit\":\"1\",\"what\":\"skipped\",\"task\":\"c\","
                "\"at_s\":4000}]}"),
            &with, &event, &day.refused, &err),
        STATUS_OK);
    plan_replan(&day.arena, &with, &day.before, &event, &options, &day.mended);
    const struct plan_route *mended = &day.mended.result.routes[0];
    assert_int_equal(mended->stop_count, 2);
    assert_int_equal(mended->stops[0].task, 0);
    assert_int_equal(mended->stops[0].start, 1000);
    assert_int_equal(mended->stops[1].task, 1);
    assert_true(mended->stops[1].start >= 8000);
    day_close(&day);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_idle_had_its_break),
        cmocka_unit_test(test_break_is_owed),
        cmocka_unit_test(test_late_at_a_post),
        cmocka_unit_test(test_late_at_a_turn),
        cmocka_unit_test(test_early_at_a_post),
        cmocka_unit_test(test_skip_is_a_word),
        cmocka_unit_test(test_rest_of_a_post),
        cmocka_unit_test(test_rest_is_offered_again),
        cmocka_unit_test(test_on_the_way_to_a_post),
        cmocka_unit_test(test_left_is_taken_back),
        cmocka_unit_test(test_rest_of_a_turn),
        cmocka_unit_test(test_report_over_a_mend),
        cmocka_unit_test(test_report_of_a_post_left_early),
        cmocka_unit_test(test_left_early_stays_short),
        cmocka_unit_test(test_far_from_the_duty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
