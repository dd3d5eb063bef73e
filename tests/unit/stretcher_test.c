/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: the helper gives the same keys as crypt_stretch, never runs more than STRETCHER_JOBS at a
 * time, says so when too many wait, and a dead helper slows log-ins down but closes nothing. */
#include "../support/children.h"
#include "../support/cm.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "people/stretcher.h"

enum { ASKED_MAX = STRETCHER_WAITING_MAX + 8, PATIENCE_MS = 600000 };

struct answers {
    size_t count;
    size_t good, refused;
    struct crypt_key keys[ASKED_MAX];
    size_t order[ASKED_MAX];
};
struct one {
    struct answers *answers;
    size_t number;
};

static void nothing(void *context)
{
    (void)context;
}

static void take(void *context, enum status status, const struct crypt_key *key)
{
    struct one *one = context;
    struct answers *answers = one->answers;
    assert_true((status == STATUS_OK) == (key != NULL));
    answers->good += status == STATUS_OK;
    answers->refused += status == STATUS_UNAVAILABLE;
    if (key != NULL) {
        answers->keys[one->number] = *key;
    }
    answers->order[answers->count++] = one->number;
}

static size_t wait_for(struct stretcher *stretcher, const struct answers *answers, size_t count)
{
    pid_t helper = 0;
    pid_t job = 0;
    size_t most = 0;
    assert_true(children_of(getpid(), &helper) <= 1);
    while (answers->count < count) {
        struct pollfd fd = {.fd = stretcher_fd(stretcher), .events = POLLIN};
        size_t now = helper == 0 ? 0 : children_of(helper, &job);
        most = now > most ? now : most;
        assert_true(poll(&fd, 1, PATIENCE_MS) > 0);
        stretcher_run(stretcher);
    }
    return most;
}

static void ask(struct stretcher *stretcher, struct one *one, const char *password, uint8_t salt)
{
    struct crypt_salt bytes = {{salt}};
    stretcher_ask(stretcher, str_c(password), &bytes, take, one);
}

static void test_same_keys(void **state)
{
    static const char *const passwords[] = {"three random words", "", "a"};
    struct stretcher *stretcher = NULL;
    struct answers answers = {0};
    struct one ones[6];
    (void)state;
    assert_int_equal(stretcher_open(nothing, NULL, NULL, 0, &stretcher, NULL), STATUS_OK);
    for (size_t i = 0; i < ARRAY_LEN(ones); i++) {
        ones[i] = (struct one){&answers, i};
        ask(stretcher, &ones[i], passwords[i % 3], (uint8_t)(i / 3));
    }
    assert_int_equal(answers.count, 0);
    size_t most = wait_for(stretcher, &answers, ARRAY_LEN(ones));
    assert_true(most <= STRETCHER_JOBS);
    assert_int_equal(answers.good, ARRAY_LEN(ones));
    for (size_t i = 0; i < ARRAY_LEN(ones); i++) {
        struct crypt_salt salt = {{(uint8_t)(i / 3)}};
        struct crypt_key key;
        assert_int_equal(crypt_stretch(str_c(passwords[i % 3]), &salt, &key), STATUS_OK);
        assert_memory_equal(key.bytes, answers.keys[i].bytes, sizeof key.bytes);
        assert_true(answers.order[i] <= i + STRETCHER_JOBS - 1); /* nobody is overtaken by many */
    }
    stretcher_close(stretcher);
}

static void test_too_many(void **state)
{
    struct stretcher *stretcher = NULL;
    struct answers answers = {0};
    struct one ones[ASKED_MAX];
    (void)state;
    assert_int_equal(stretcher_open(nothing, NULL, NULL, 0, &stretcher, NULL), STATUS_OK);
    for (size_t i = 0; i < ASKED_MAX; i++) {
        ones[i] = (struct one){&answers, i};
        ask(stretcher, &ones[i], "three random words", 0);
    }
    assert_int_equal(answers.refused, ASKED_MAX - STRETCHER_WAITING_MAX);
    (void)wait_for(stretcher, &answers, answers.refused + 2);
    assert_int_equal(answers.good, 2);
    stretcher_close(stretcher); /* with the others still open: no callback, no hang */
    assert_int_equal(answers.count, answers.refused + answers.good);
}

static void test_dead_helper(void **state)
{
    struct stretcher *stretcher = NULL;
    struct answers answers = {0};
    struct one ones[3];
    pid_t helper = 0;
    (void)state;
    assert_int_equal(stretcher_open(nothing, NULL, NULL, 0, &stretcher, NULL), STATUS_OK);
    assert_int_equal(children_of(getpid(), &helper), 1);
    for (size_t i = 0; i < 2; i++) {
        ones[i] = (struct one){&answers, i};
        ask(stretcher, &ones[i], "three random words", (uint8_t)i);
    }
    assert_int_equal(kill(helper, SIGKILL), 0);
    (void)wait_for(stretcher, &answers, 2);
    assert_true(stretcher_is_gone(stretcher));
    ones[2] = (struct one){&answers, 2};
    ask(stretcher, &ones[2], "three random words", 1);
    assert_int_equal(answers.count, 3); /* at once */
    assert_int_equal(answers.good, 3);
    assert_memory_equal(answers.keys[1].bytes, answers.keys[2].bytes, sizeof answers.keys[1].bytes);
    stretcher_close(stretcher);
}

static void test_dead_job(void **state)
{
    struct stretcher *stretcher = NULL;
    struct answers answers = {0};
    struct one ones[ASKED_MAX];
    pid_t helper = 0;
    pid_t job = 0;
    size_t i = 0;
    (void)state;
    assert_int_equal(stretcher_open(nothing, NULL, NULL, 0, &stretcher, NULL), STATUS_OK);
    assert_int_equal(children_of(getpid(), &helper), 1);
    for (; answers.refused == 0 && i + 1 < ASKED_MAX; i++) {
        ones[i] = (struct one){&answers, i};
        ask(stretcher, &ones[i], "three random words", 0);
        while (answers.count == i) { /* a job that is done before it is seen is none of this test */
            struct pollfd fd = {.fd = stretcher_fd(stretcher), .events = POLLIN};
            if (children_of(helper, &job) > 0) {
                (void)kill(job, SIGKILL); /* as when memory runs out */
            }
            if (poll(&fd, 1, 1) > 0) {
                stretcher_run(stretcher);
            }
        }
    }
    assert_int_equal(answers.refused, 1);
    ones[i] = (struct one){&answers, i};
    ask(stretcher, &ones[i], "three random words", 0);
    (void)wait_for(stretcher, &answers, i + 1);
    assert_int_equal(answers.refused, 1);
    stretcher_close(stretcher);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_keys),
        cmocka_unit_test(test_too_many),
        cmocka_unit_test(test_dead_helper),
        cmocka_unit_test(test_dead_job),
    };
    crypt_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
