/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: a search in the helper gives what a search here gives, no more than PLANNER_JOBS run at a
 * time, a child that dies costs its own search only, and a dead helper is told of, not waited for.
 * Method: a small made-up problem; children and helper are killed by the process table. */
#include "../support/children.h"
#include "../support/cm.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "desk/planner.h"

enum { ITERATIONS = 20000, PATIENCE_MS = 600000 };

static const char problem[] =
    "{\"format\":\"hustings-plan-problem\",\"version\":1,\"name\":\"p\",\"travel\":{\"by\":"
    "\"sphere\",\"modes\":[{\"id\":\"car\",\"kmh\":25}]},\"sites\":[{\"id\":\"b\",\"lon\":-0.03,"
    "\"lat\":51.51},{\"id\":\"s1\",\"lon\":-0.02,\"lat\":51.52},{\"id\":\"s2\",\"lon\":-0.05,"
    "\"lat\":51.53}],\"units\":[{\"id\":\"P1\",\"base\":\"b\",\"start_s\":24000,\"end_s\":54600}],"
    "\"visits\":[{\"id\":\"v1\",\"site\":\"s1\",\"from_s\":25200,\"to_s\":54000,\"count\":3,"
    "\"dwell_s\":900,\"profit\":2},{\"id\":\"v2\",\"site\":\"s2\",\"from_s\":25200,\"to_s\":54000,"
    "\"count\":2,\"dwell_s\":900,\"profit\":3}]}";

struct answers {
    size_t count, good;
    char plan[4096], words[1024], more[4096];
    size_t problem_len;
};

static void nothing(void *context)
{
    (void)context;
}

static void take(void *context, const struct planner_answer *answer)
{
    struct answers *answers = context;
    answers->count++;
    answers->good += answer->status == STATUS_OK;
    snprintf(answers->plan, sizeof answers->plan, "%.*s", STR_ARG(answer->plan));
    snprintf(answers->words, sizeof answers->words, "%.*s", STR_ARG(answer->words));
    snprintf(answers->more, sizeof answers->more, "%.*s", STR_ARG(answer->more));
    answers->problem_len = answer->problem.n;
}

static struct planner_job job_of(int64_t iterations, int64_t seconds)
{
    return (struct planner_job){
        .problem = str_c(problem), .seed = 5, .iterations = iterations, .seconds = seconds};
}

static struct planner *open_one(void)
{
    struct planner *planner = NULL;
    struct error err = {0};
    assert_int_equal(planner_open(nothing, NULL, NULL, 0, &planner, &err), STATUS_OK);
    return planner;
}

static size_t wait_for(struct planner *planner, const struct answers *answers, size_t count)
{
    pid_t helper = 0;
    pid_t job = 0;
    size_t most = 0;
    (void)children_of(getpid(), &helper);
    while (answers->count < count) {
        struct pollfd fd = {.fd = planner_fd(planner),
                            .events =
                                (short)(POLLIN | (planner_wants_write(planner) ? POLLOUT : 0))};
        size_t now = children_of(helper, &job);
        most = now > most ? now : most;
        assert_true(poll(&fd, 1, PATIENCE_MS) > 0);
        planner_run(planner);
    }
    return most;
}

static void test_same_as_here(void **state)
{
    struct planner *planner = open_one();
    struct answers there = {0};
    struct answers here = {0};
    struct planner_job job = job_of(ITERATIONS, 600);
    struct error err = {0};
    (void)state;
    assert_int_equal(planner_ask(NULL, &job, take, &here, &err), STATUS_OK);
    assert_int_equal(planner_ask(planner, &job, take, &there, &err), STATUS_OK);
    wait_for(planner, &there, 1);
    assert_int_equal(there.good, 1);
    assert_string_equal(there.plan, here.plan);
    assert_non_null(strstr(there.plan, "\"P1\""));
    planner_close(planner);
}

static void test_bad_problem(void **state)
{
    struct planner *planner = open_one();
    struct answers answers = {0};
    struct planner_job job = job_of(10, 1);
    struct error err = {0};
    (void)state;
    job.problem = STR("{\"format\":\"hustings-plan-problem\",\"version\":1,\"sites\":[]}");
    assert_int_equal(planner_ask(planner, &job, take, &answers, &err), STATUS_OK);
    wait_for(planner, &answers, 1);
    assert_int_equal(answers.good, 0);
    assert_true(strlen(answers.words) > 10);
    planner_close(planner);
}

/* A large text goes both ways in pieces. */
static void test_mend(void **state)
{
    struct planner *planner = open_one();
    struct answers plan = {0};
    struct answers mended = {0};
    struct planner_job job = job_of(ITERATIONS, 600);
    struct error err = {0};
    struct buf padded;
    char before[4096];
    (void)state;
    buf_init(&padded, 4 * 1024 * 1024);
    buf_add_c(&padded, problem);
    for (size_t i = 0; i < 1500 * 1000; i++) {
        buf_add_byte(&padded, ' ');
    }
    job.problem = buf_str(&padded);
    assert_int_equal(planner_ask(planner, &job, take, &plan, &err), STATUS_OK);
    wait_for(planner, &plan, 1);
    memcpy(before, plan.plan, sizeof before);
    job.plan = str_c(before);
    job.event = STR("{\"now_s\":40000,\"tasks\":[{\"id\":\"new\",\"site\":\"s2\",\"open_s\":41000,"
                    "\"close_s\":50000,\"dwell_s\":600,\"profit\":9}]}");
    job.units_max = 3;
    assert_int_equal(planner_ask(planner, &job, take, &mended, &err), STATUS_OK);
    wait_for(planner, &mended, 1);
    assert_int_equal(mended.good, 1);
    assert_non_null(strstr(mended.plan, "\"new\""));
    assert_true(mended.problem_len > 100);
    buf_close(&padded);
    planner_close(planner);
}

/* How many more, in the helper: with the plan that proves it, and what cannot be is said. */
static void test_more(void **state)
{
    struct planner *planner = open_one();
    struct answers plan = {0};
    struct answers more = {0};
    struct answers bad = {0};
    struct planner_job job = job_of(ITERATIONS, 600);
    struct error err = {0};
    char before[4096];
    (void)state;
    assert_int_equal(planner_ask(planner, &job, take, &plan, &err), STATUS_OK);
    wait_for(planner, &plan, 1);
    memcpy(before, plan.plan, sizeof before);
    job.plan = str_c(before);
    job.is_more = true;
    job.iterations = 200;
    job.event = STR("{\"goal\":\"site:s2\",\"unit\":{\"base\":\"b\",\"start_s\":30000,"
                    "\"end_s\":60000,\"officers\":2,\"mode\":\"car\",\"has_break\":true}}");
    assert_int_equal(planner_ask(planner, &job, take, &more, &err), STATUS_OK);
    wait_for(planner, &more, 1);
    assert_int_equal(more.good, 1);
    assert_non_null(strstr(more.more, "\"at_least\":{\"units\":0"));
    assert_non_null(strstr(more.more, "\"at_most\":{\"units\":0"));
    assert_null(strstr(more.plan, "new+1")); /* who has nothing to do need not come */
    assert_true(more.problem_len > 100);
    job.event = STR("{\"goal\":\"90%\",\"like\":\"P9\"}");
    assert_int_equal(planner_ask(planner, &job, take, &bad, &err), STATUS_OK);
    wait_for(planner, &bad, 1);
    assert_int_equal(bad.good, 0);
    assert_non_null(strstr(bad.words, "'P9'"));
    planner_close(planner);
}

static void test_not_too_many(void **state)
{
    struct planner *planner = open_one();
    struct answers answers = {0};
    struct planner_job job = job_of(0, 1);
    struct error err = {0};
    (void)state;
    for (size_t i = 0; i < PLANNER_WAITING_MAX; i++) {
        job.seconds = 1;
        assert_int_equal(planner_ask(planner, &job, take, &answers, &err), STATUS_OK);
    }
    assert_int_equal(planner_ask(planner, &job, take, &answers, &err), STATUS_UNAVAILABLE);
    size_t most = wait_for(planner, &answers, PLANNER_WAITING_MAX);
    assert_int_equal(answers.good, PLANNER_WAITING_MAX);
    assert_true(most >= 1 && most <= PLANNER_JOBS);
    planner_close(planner);
}

static void test_killed(void **state)
{
    struct planner *planner = open_one();
    struct answers answers = {0};
    struct planner_job job = job_of(0, 60);
    struct error err = {0};
    pid_t helper = 0;
    pid_t child = 0;
    (void)state;
    assert_int_equal(planner_ask(planner, &job, take, &answers, &err), STATUS_OK);
    assert_int_equal(children_of(getpid(), &helper), 1);
    while (children_of(helper, &child) == 0) {
        usleep(1000);
    }
    kill(child, SIGKILL); /* as the kernel does when memory runs out */
    wait_for(planner, &answers, 1);
    assert_int_equal(answers.good, 0);
    assert_non_null(strstr(answers.words, "more memory or time"));
    job = job_of(ITERATIONS, 600); /* the next one is as good as ever */
    assert_int_equal(planner_ask(planner, &job, take, &answers, &err), STATUS_OK);
    wait_for(planner, &answers, 2);
    assert_int_equal(answers.good, 1);
    job = job_of(0, 60);
    assert_int_equal(planner_ask(planner, &job, take, &answers, &err), STATUS_OK);
    kill(helper, SIGKILL);
    wait_for(planner, &answers, 3);
    assert_true(planner_is_gone(planner));
    assert_int_equal(answers.good, 1);
    assert_int_equal(planner_ask(planner, &job, take, &answers, &err), STATUS_UNAVAILABLE);
    planner_close(planner);
}

/* What runs and what waits ends at once, long before its time, and the next search is as ever. */
static void test_forgotten(void **state)
{
    struct planner *planner = open_one();
    struct answers answers = {0};
    struct answers next = {0};
    struct planner_job job = job_of(0, 60);
    struct error err = {0};
    pid_t helper = 0;
    pid_t child = 0;
    (void)state;
    for (size_t i = 0; i < PLANNER_WAITING_MAX; i++) {
        assert_int_equal(planner_ask(planner, &job, take, &answers, &err), STATUS_OK);
    }
    assert_int_equal(children_of(getpid(), &helper), 1);
    while (children_of(helper, &child) < PLANNER_JOBS) {
        usleep(1000);
    }
    int64_t before = clock_monotonic();
    planner_forget(planner);
    assert_int_equal(answers.count, PLANNER_WAITING_MAX);
    assert_int_equal(answers.good, 0);
    job = job_of(ITERATIONS, 600);
    assert_int_equal(planner_ask(planner, &job, take, &next, &err), STATUS_OK);
    wait_for(planner, &next, 1);
    assert_int_equal(next.good, 1);
    assert_int_equal(answers.count, PLANNER_WAITING_MAX); /* told once */
    assert_true(clock_monotonic() - before < 30 * US_PER_SECOND);
    assert_int_equal(children_of(helper, &child), 0);
    planner_forget(planner); /* with nothing to forget */
    job = job_of(ITERATIONS, 600);
    assert_int_equal(planner_ask(planner, &job, take, &next, &err), STATUS_OK);
    wait_for(planner, &next, 2);
    assert_int_equal(next.good, 2);
    planner_close(planner);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_as_here), cmocka_unit_test(test_bad_problem),
        cmocka_unit_test(test_mend),         cmocka_unit_test(test_more),
        cmocka_unit_test(test_not_too_many), cmocka_unit_test(test_killed),
        cmocka_unit_test(test_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
