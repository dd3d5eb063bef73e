/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: officers can log in and only they; a wrong password costs time and gets one answer; the
 * root comes out by password and by the recovery key and by nothing else.
 * Method: a keyring of each engine (see store_bench.h); the clock is a number. */
#include "../support/store_bench.h"

#include "people/people.h"

enum { TRIES = 10 };
static const time_us start = INT64_C(1720000000) * US_PER_SECOND;

struct fixture {
    struct bench *bench;
    struct people *people;
    struct crypt_key root;
    struct officer_secret secret;
    struct arena arena;
};

static void fixture_open(struct fixture *fixture, void **state)
{
    fixture->bench = ready(state);
    struct db_options options = bench_store(fixture->bench, "keyring");
    struct crypt_id id = {{7}};
    arena_init(&fixture->arena, 4 * 1024 * 1024);
    fixture->root = crypt_key_new();
    OK(people_open(&options, &id, start, &fixture->people, &err));
    struct officer_input input = {STR("Ada.Desk"), STR("Ada Sample"), ROLE_TRIAGER,
                                  STR("three random words")};
    OK(people_officer_add(fixture->people, &fixture->root, &input, start, &fixture->secret, &err));
}

static void fixture_close(struct fixture *fixture)
{
    people_close(fixture->people);
    arena_close(&fixture->arena);
}

static enum status try_login(struct fixture *fixture, const char *login, const char *password,
                             time_us now, struct login_result *result, struct error *err)
{
    char code[6];
    crypt_totp_code(fixture->secret.totp, (uint64_t)(now / US_PER_SECOND / 30), code);
    struct login_input input = {str_c(login), str_c(password), {code, 6}};
    return people_login(fixture->people, &input, now, result, err);
}

static void test_login(void **state)
{
    struct fixture f;
    struct login_result result;
    fixture_open(&f, state);
    OK(try_login(&f, " ada.desk ", "three random words", start, &result, &err));
    assert_int_equal(result.officer, f.secret.id);
    assert_int_equal(result.role, ROLE_TRIAGER);
    assert_memory_equal(result.root.bytes, f.root.bytes, sizeof f.root.bytes);
    /* The same code a second time is a replay. */
    ENDS(try_login(&f, "ada.desk", "three random words", start, &result, &err), STATUS_DENIED);
    OK(try_login(&f, "ADA.DESK", "three random words", start + 60 * US_PER_SECOND, &result, &err));
    struct login_input wrong_code = {STR("ada.desk"), STR("three random words"), STR("000 000")};
    ENDS(people_login(f.people, &wrong_code, start + 120 * US_PER_SECOND, &result, &err),
         STATUS_DENIED);
    ENDS(people_officer_disable(f.people, 99, &err), STATUS_NOT_FOUND);
    OK(people_officer_disable(f.people, f.secret.id, &err));
    ENDS(
        try_login(&f, "ada.desk", "three random words", start + 200 * US_PER_SECOND, &result, &err),
        STATUS_DENIED);
    fixture_close(&f);
}

/* The code of so many steps from now; of two hours' codes of a random secret no other is like it. */
static bool is_single(const struct fixture *f, time_us now, int64_t steps)
{
    enum { HOURS_TWO = 2 * 60 * 60, STEP = 30 };
    char code[6];
    int64_t ahead = 0;
    crypt_totp_code(f->secret.totp, (uint64_t)(now / US_PER_SECOND / STEP + steps), code);
    bool is_near =
        crypt_totp_drift(f->secret.totp, now / US_PER_SECOND, (str){code, 6}, HOURS_TWO, &ahead);
    return is_near ? ahead == steps * STEP : steps * STEP > HOURS_TWO;
}

static void expect_why(struct fixture *f, time_us now, const char *password, str code,
                       const char *words)
{
    struct login_result result;
    struct error why = {0}, bare = {0};
    struct login_input input = {STR("ada.desk"), str_c(password), code};
    ENDS(people_login(f->people, &input, now, &result, &bare), STATUS_DENIED);
    input.wants_why = true;
    ENDS(people_login(f->people, &input, now, &result, &why), STATUS_DENIED);
    if (strstr(why.primary, words) == NULL || why.hint[0] == '\0') {
        fail_msg("%s: %s %s", words, why.primary, why.hint);
    }
    assert_string_equal(bare.primary, "That login, password or code is not right.");
    assert_string_equal(bare.hint, "");
}

/* A command is told what did not fit; a page is told nothing. */
static void test_why(void **state)
{
    static const char *const words = "three random words";
    struct fixture f;
    struct login_result result;
    time_us now = start + 3600 * US_PER_SECOND;
    char code[6];
    fixture_open(&f, state);
    while (!is_single(&f, now, -20) || !is_single(&f, now, 2) || !is_single(&f, now, 1000)) {
        now += 3600 * US_PER_SECOND;
    }
    const int64_t step = now / US_PER_SECOND / 30;
    expect_why(&f, now, "three other words", STR("123456"), "the code was not looked at");
    expect_why(&f, now, words, STR("12345"), "must have six digits");
    struct login_input good = {STR("ada.desk"), STR("three random words"), {code, 6}};
    crypt_totp_code(f.secret.totp, (uint64_t)step, code);
    OK(people_login(f.people, &good, now, &result, &err));
    expect_why(&f, now, words, (str){code, 6}, "was used already");
    crypt_totp_code(f.secret.totp, (uint64_t)step - 20, code);
    expect_why(&f, now, words, (str){code, 6}, "stands 10 minutes behind");
    crypt_totp_code(f.secret.totp, (uint64_t)step + 1,
                    code); /* counts as right, and ends the count */
    OK(people_login(f.people, &good, now, &result, &err));
    crypt_totp_code(f.secret.totp, (uint64_t)step + 2, code);
    expect_why(&f, now, words, (str){code, 6}, "stands 1 minute ahead of");
    crypt_totp_code(f.secret.totp, (uint64_t)step + 1000, code);
    expect_why(&f, now, words, (str){code, 6}, "is not one of theirs");
    fixture_close(&f);
}

/* Many tries at the same moment count as if they came one after the other: after the fifth, also
 * the right password has to wait, though its hash was being made already. */
static void test_tries_at_once(void **state)
{
    static const char *const words = "three random words";
    struct fixture f;
    struct login_result result;
    struct people_stretched wrong = {0}, right = {0};
    char code[6];
    fixture_open(&f, state);
    crypt_totp_code(f.secret.totp, (uint64_t)(start / US_PER_SECOND / 30), code);
    struct login_input input = {STR("ada.desk"), str_c(words), {code, 6}};
    OK(people_login_salt(f.people, input.login, start, &right.salt, &err));
    wrong.salt = right.salt;
    OK(crypt_stretch(str_c(words), &right.salt, &right.key));
    for (size_t i = 0; i < TRIES; i++) {
        ENDS(people_login_with(f.people, &input, &wrong, start, &result, &err),
             i <= PEOPLE_FREE_FAILURES ? STATUS_DENIED : STATUS_LIMIT);
    }
    ENDS(people_login_with(f.people, &input, &right, start, &result, &err), STATUS_LIMIT);
    ENDS(people_login_salt(f.people, input.login, start, &right.salt, &err), STATUS_LIMIT);
    /* made with a salt that is no more (a reset in between): wrong, whatever it opens */
    time_us later = start + PEOPLE_WAIT_SECONDS_MAX * US_PER_SECOND;
    crypt_totp_code(f.secret.totp, (uint64_t)(later / US_PER_SECOND / 30), code);
    struct people_stretched stale = right;
    stale.salt.bytes[0] ^= 1;
    ENDS(people_login_with(f.people, &input, &stale, later, &result, &err), STATUS_DENIED);
    later += PEOPLE_WAIT_SECONDS_MAX * US_PER_SECOND;
    crypt_totp_code(f.secret.totp, (uint64_t)(later / US_PER_SECOND / 30), code);
    OK(people_login_with(f.people, &input, &right, later, &result, &err));
    assert_memory_equal(result.root.bytes, f.root.bytes, sizeof f.root.bytes);
    fixture_close(&f);
}

/* Known and unknown logins get the same words and the same waits. */
static void test_ten_wrong_passwords(void **state)
{
    static const char *const logins[] = {"ada.desk", "nobody.here"};
    struct fixture f;
    struct login_result result;
    fixture_open(&f, state);
    enum status seen[2][TRIES];
    struct error errors[2][TRIES];
    for (size_t who = 0; who < 2; who++) {
        for (size_t i = 0; i < TRIES; i++) {
            seen[who][i] = try_login(&f, logins[who], "wrong password!!",
                                     start + (int64_t)i * US_PER_SECOND, &result, &errors[who][i]);
        }
    }
    for (size_t i = 0; i < TRIES; i++) {
        assert_int_equal(seen[0][i], seen[1][i]);
        assert_string_equal(errors[0][i].primary, errors[1][i].primary);
        assert_int_equal(seen[0][i], i <= PEOPLE_FREE_FAILURES ? STATUS_DENIED : STATUS_LIMIT);
    }
    assert_non_null(strstr(errors[0][TRIES - 1].hint, "seconds"));
    /* The right password waits as well, and then works; a moved clock does not wait for ever. */
    ENDS(try_login(&f, logins[0], "three random words", start + 9 * US_PER_SECOND, &result, &err),
         STATUS_LIMIT);
    OK(try_login(&f, logins[0], "three random words", start - 86400 * US_PER_SECOND, &result,
                 &err));
    struct login_attempt *list = NULL;
    size_t count = 0;
    OK(people_attempts_take(f.people, &f.arena, &list, &count, &err));
    assert_int_equal(count, 2);
    assert_int_equal(list[0].officer, f.secret.id);
    assert_int_equal(list[0].count, PEOPLE_FREE_FAILURES + 1);
    assert_int_equal(list[1].officer, 0);
    OK(people_attempts_take(f.people, &f.arena, &list, &count, &err));
    assert_int_equal(count, 0);
    fixture_close(&f);
}

static void test_waits_double(void **state)
{
    struct fixture f;
    struct login_result result;
    fixture_open(&f, state);
    time_us now = start;
    int64_t waits[TRIES + 2] = {0};
    for (size_t i = 0; i < ARRAY_LEN(waits); i++) {
        time_us before = now;
        enum status status = STATUS_LIMIT;
        while (status == STATUS_LIMIT) {
            status = try_login(&f, "ada.desk", "wrong", now, &result, NULL);
            now += status == STATUS_LIMIT ? 10 * US_PER_SECOND : 0;
        }
        assert_int_equal(status, STATUS_DENIED);
        waits[i] = (now - before) / US_PER_SECOND;
    }
    static const int64_t want[] = {0, 0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900};
    for (size_t i = 0; i < ARRAY_LEN(want); i++) {
        assert_int_equal(waits[i], want[i]);
    }
    fixture_close(&f);
}

static void test_reset_change_recovery(void **state)
{
    struct fixture f;
    struct login_result result;
    struct crypt_key recovery, root;
    fixture_open(&f, state);
    OK(people_password_change(f.people, 1, STR("three random words"), STR("other longer words"),
                              NULL, &err));
    ENDS(people_password_change(f.people, 1, STR("three random words"), STR("other longer words"),
                                NULL, &err),
         STATUS_DENIED);
    OK(try_login(&f, "ada.desk", "other longer words", start, &result, &err));
    OK(people_officer_reset(f.people, &f.root, 1, STR("a third set of words"), NULL, &f.secret,
                            &err));
    ENDS(try_login(&f, "ada.desk", "other longer words", start + 60 * US_PER_SECOND, &result, &err),
         STATUS_DENIED);
    OK(try_login(&f, "ada.desk", "a third set of words", start + 60 * US_PER_SECOND, &result,
                 &err));
    ENDS(people_recovery_open(f.people, &f.root, &root, &err), STATUS_NOT_FOUND);
    OK(people_recovery_make(f.people, &f.root, &recovery, &err));
    struct buf text;
    buf_init(&text, 200);
    recovery_key_add(&text, &recovery);
    assert_int_equal(text.n, 17 * 5 - 1);
    struct crypt_key parsed;
    OK(recovery_key_parse(buf_str(&text), &parsed, &err));
    OK(people_recovery_open(f.people, &parsed, &root, &err));
    assert_memory_equal(root.bytes, f.root.bytes, sizeof root.bytes);
    text.p[3] = text.p[3] == 'a' ? 'b' : 'a';
    ENDS(recovery_key_parse(buf_str(&text), &parsed, &err), STATUS_INVALID);
    parsed.bytes[0] ^= 1;
    ENDS(people_recovery_open(f.people, &parsed, &root, &err), STATUS_DENIED);
    buf_close(&text);
    fixture_close(&f);
}

static void test_officers(void **state)
{
    static const struct {
        struct officer_input input;
        enum status status;
    } cases[] = {
        {{STR_INIT("bo"), STR_INIT("Bo"), ROLE_ADMIN, STR_INIT("twelve bytes")}, STATUS_OK},
        {{STR_INIT("BO"), STR_INIT("Bo"), ROLE_ADMIN, STR_INIT("twelve bytes")}, STATUS_CONFLICT},
        {{STR_INIT("b o"), STR_INIT("Bo"), ROLE_ADMIN, STR_INIT("twelve bytes")}, STATUS_INVALID},
        {{STR_INIT("c"), STR_INIT(""), ROLE_ADMIN, STR_INIT("twelve bytes")}, STATUS_INVALID},
        {{STR_INIT("c"), STR_INIT("C"), ROLE_NONE, STR_INIT("twelve bytes")}, STATUS_INVALID},
        {{STR_INIT("c"), STR_INIT("C"), ROLE_ADMIN, STR_INIT("eleven byte")}, STATUS_INVALID},
        {{STR_INIT("c"), STR_INIT("C"), ROLE_ADMIN, STR_INIT("aaaaaaaaaaaaaa")}, STATUS_INVALID},
        {{STR_INIT("cicero"), STR_INIT("C"), ROLE_ADMIN, STR_INIT("cicero cicero")},
         STATUS_INVALID},
    };
    struct fixture f;
    struct officer_secret secret;
    fixture_open(&f, state);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        ENDS(people_officer_add(f.people, &f.root, &cases[i].input, start, &secret, &err),
             cases[i].status);
    }
    struct officer *list = NULL;
    size_t count = 0;
    OK(people_officers(f.people, &f.root, &f.arena, &list, &count, &err));
    assert_int_equal(count, 2);
    assert_str(list[0].login, "ada.desk");
    assert_str(list[0].name, "Ada Sample");
    OK(people_officers(f.people, NULL, &f.arena, &list, &count, &err));
    assert_str(list[0].name, ""); /* a sealed desk knows logins, not names */
    fixture_close(&f);
}

static void test_sessions(void **state)
{
    struct fixture f;
    char token[PEOPLE_TOKEN_HEX], other[PEOPLE_TOKEN_HEX];
    struct session session;
    fixture_open(&f, state);
    session_start(f.people, 1, ROLE_TRIAGER, start, token);
    str text = {token, sizeof token};
    assert_int_equal(session_find(f.people, text, start, &session), STATUS_OK);
    assert_true(session_csrf_ok(&session, str_from(session.csrf, sizeof session.csrf)));
    assert_false(session_csrf_ok(&session, text));
    struct caller caller = caller_from_session(&session, start);
    assert_true(caller_can(&caller, CAP_READ_CASE));
    ENDS(caller_need(&caller, CAP_GRADE_LOWER, &err), STATUS_DENIED);
    token[5] = token[5] == '0' ? '1' : '0';
    assert_int_equal(session_find(f.people, text, start, &session), STATUS_DENIED);
    token[5] = token[5] == '0' ? '1' : '0';
    /* idle */
    time_us last = start + PEOPLE_SESSION_IDLE_SECONDS * US_PER_SECOND;
    session_start(f.people, 1, ROLE_TRIAGER, start, other);
    assert_int_equal(session_find(f.people, (str){token, 64}, last + 1, &session), STATUS_DENIED);
    assert_int_equal(session_find(f.people, (str){other, 64}, last, &session), STATUS_OK);
    /* absolute: used all the time */
    enum status status = STATUS_OK;
    time_us now = last;
    while (status == STATUS_OK) {
        now += 600 * US_PER_SECOND;
        status = session_find(f.people, (str){other, 64}, now, &session);
    }
    assert_true(now > start + PEOPLE_SESSION_SECONDS_MAX * US_PER_SECOND);
    assert_true(now <= start + (PEOPLE_SESSION_SECONDS_MAX + 601) * US_PER_SECOND);
    /* the table is full: the one idle longest goes */
    session_start(f.people, 1, ROLE_TRIAGER, start, token);
    for (int64_t i = 1; i <= PEOPLE_SESSIONS_MAX; i++) {
        session_start(f.people, 1, ROLE_TRIAGER, start + i, other);
    }
    assert_int_equal(session_find(f.people, (str){token, 64}, start + 9, &session), STATUS_DENIED);
    assert_int_equal(session_find(f.people, (str){other, 64}, start + 9, &session), STATUS_OK);
    session_end_officer(f.people, 0);
    assert_int_equal(session_find(f.people, (str){other, 64}, start + 9, &session), STATUS_DENIED);
    fixture_close(&f);
}

static void test_roles(void **state)
{
    (void)state;
    /* Nobody has everything; only the auditor reads the log without cases; admin sees no case. */
    for (int role = 1; role < ROLE_COUNT; role++) {
        assert_true(role_from_word(str_c(role_word((enum role)role))) == (enum role)role);
        assert_true(role_capabilities((enum role)role) != 0);
        assert_true(role_capabilities((enum role)role) != (UINT64_C(1) << CAP_COUNT) - 1);
    }
    assert_int_equal(role_capabilities(ROLE_NONE), 0);
    assert_int_equal(role_capabilities(ROLE_ADMIN) & (UINT64_C(1) << CAP_READ_CASE), 0);
    assert_int_equal(role_capabilities(ROLE_AUDITOR) & (UINT64_C(1) << CAP_READ_CASE), 0);
    assert_true(role_from_word(STR("owner")) == ROLE_NONE);
    for (int i = 0; i < CAP_COUNT; i++) {
        assert_true(strlen(capability_name((enum capability)i)) > 0);
        assert_true(strlen(capability_meaning((enum capability)i)) > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(test_login),
        BOTH(test_ten_wrong_passwords),
        BOTH(test_why),
        BOTH(test_tries_at_once),
        BOTH(test_waits_double),
        BOTH(test_reset_change_recovery),
        BOTH(test_officers),
        BOTH(test_sessions),
        cmocka_unit_test(test_roles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
