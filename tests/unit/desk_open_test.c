/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: the desk opens only with its own key and only by a right log-in; who has a case open is
 * known; nobody's G4 stays unseen; a file of evidence is the one that was sent or is refused.
 * Method: as desk_test.c. */
#include "../support/desk_bench.h"

static void open_with(struct desk_bench *d, void **state)
{
    desk_bench_open(d, ready(state), 2000);
    desk_bench_unlock(d);
}

static struct desk_page whole_queue(struct desk_bench *d)
{
    struct desk_filter any = desk_filter_any();
    struct desk_page page = {0};
    OK(desk_queue(d->desk, &d->supervisor, &any, (str){0}, 100, &d->arena, &page, &err));
    return page;
}

static struct desk_case read_case(struct desk_bench *d, int64_t number)
{
    struct desk_case view = {0};
    OK(desk_case_read(d->desk, &d->supervisor, number, PURPOSE_READ, 0, &d->arena, &view, &err));
    return view;
}

static void test_presence(void **state)
{
    struct desk_bench d;
    open_with(&d, state);
    bench_send(&d, &(struct bench_letter){.what = "x", .codes = "ABU1"});
    bench_import(&d);
    assert_int_equal(read_case(&d, 1).viewer_count, 0); /* oneself does not count */
    desk_presence_mark(d.desk, &d.triager, 1);
    struct desk_case view = read_case(&d, 1);
    assert_int_equal(view.viewer_count, 1);
    assert_int_equal(view.viewers[0].officer, 1);
    assert_int_equal(whole_queue(&d).rows[0].viewers, 1);
    desk_presence_leave(d.desk, &d.triager, 1);
    assert_int_equal(read_case(&d, 1).viewer_count, 0);
    desk_presence_mark(d.desk, &d.triager, 1);
    d.supervisor.now += (DESK_PRESENCE_SECONDS + 1) * US_PER_SECOND;
    assert_int_equal(read_case(&d, 1).viewer_count, 0);
    desk_bench_close(&d);
}

static void test_escalation(void **state)
{
    struct desk_bench d;
    bool more = false;
    open_with(&d, state);
    bench_send(&d, &(struct bench_letter){.what = "x", .codes = "THR1"});
    bench_send(&d, &(struct bench_letter){.what = "y", .codes = "THR3"});
    OK(desk_tick(d.desk, bench_now, &more, &err));
    OK(desk_tick(d.desk, bench_now + 60 * US_PER_SECOND, &more, &err));
    assert_int_equal(d.box.alarms, 0); /* 30 minutes are not over */
    OK(desk_tick(d.desk, bench_now + 31 * 60 * US_PER_SECOND, &more, &err));
    assert_int_equal(d.box.alarms, 1);
    OK(desk_tick(d.desk, bench_now + 60 * 60 * US_PER_SECOND, &more, &err));
    assert_int_equal(d.box.alarms, 1);
    desk_bench_close(&d);
}

static void test_unlock(void **state)
{
    struct desk_bench d;
    desk_bench_open(&d, ready(state), 10);
    struct desk_filter any = desk_filter_any();
    struct desk_page page;
    struct crypt_key other = crypt_key_new();
    ENDS(desk_queue(d.desk, &d.triager, &any, (str){0}, 0, &d.arena, &page, &err),
         STATUS_UNAVAILABLE);
    ENDS(desk_unlock(d.desk, &other, 0, "credential", bench_now, &err), STATUS_DENIED);
    assert_false(desk_is_unlocked(d.desk));
    struct officer_input input = {STR("new"), STR("New"), ROLE_ADMIN, STR("three random words")};
    struct officer_secret secret;
    OK(people_officer_add(desk_people(d.desk), &d.root, &input, bench_now, &secret, &err));
    char code[6], token[PEOPLE_TOKEN_HEX];
    crypt_totp_code(secret.totp, (uint64_t)(bench_now / US_PER_SECOND / 30), code);
    struct login_input wrong = {STR("new"), STR("not the password"), {code, 6}};
    struct login_input right = {STR("new"), STR("three random words"), {code, 6}};
    ENDS(desk_login(d.desk, &wrong, bench_now, token, &err), STATUS_DENIED);
    assert_false(desk_is_unlocked(d.desk));
    OK(desk_login(d.desk, &right, bench_now, token, &err));
    assert_true(desk_is_unlocked(d.desk));
    struct desk_act *acts = NULL;
    size_t count = 0;
    OK(desk_acts(d.desk, &d.auditor, 0, 0, &d.arena, &acts, &count, &err));
    bool has_failed = false;
    for (size_t i = 0; i < count; i++) {
        has_failed = has_failed || str_equal(acts[i].verb, STR("login.failed"));
    }
    assert_true(has_failed); /* the wrong password, told when the desk could */
    struct session session;
    str text = {token, sizeof token};
    assert_int_equal(session_find(desk_people(d.desk), text, bench_now, &session), STATUS_OK);
    struct caller caller = caller_from_session(&session, bench_now);
    OK(desk_lock(d.desk, &caller, &err));
    assert_int_equal(session_find(desk_people(d.desk), text, bench_now, &session), STATUS_DENIED);
    ENDS(desk_lock(d.desk, &caller, &err), STATUS_OK);
    desk_bench_close(&d);
}

static void test_evidence(void **state)
{
    struct desk_bench d;
    struct crypt_file file;
    struct crypt_key key = crypt_key_new();
    struct crypt_id id = crypt_id_new();
    uint8_t header[CRYPT_FILE_HEADER_BYTES];
    struct buf part, json;
    open_with(&d, state);
    buf_init(&part, 100000);
    buf_init(&json, 10000);
    crypt_file_seal_start(&file, &key, header);
    static char plain[CRYPT_CHUNK_BYTES + 1000];
    memset(plain, 'e', CRYPT_CHUNK_BYTES + 700); /* 300 bytes of padding */
    for (size_t i = 0; i < 2; i++) {
        buf_clear(&part);
        crypt_file_seal(&file, &part,
                        (str){plain + i * CRYPT_CHUNK_BYTES, i == 0 ? CRYPT_CHUNK_BYTES : 1000},
                        i == 1);
        d.box.chunks[i] = arena_str(&d.box.arena, buf_str(&part));
    }
    struct crypt_hash sha = crypt_sha256((str){plain, CRYPT_CHUNK_BYTES + 700});
    buf_add_c(&json, ",\"evidence\":[{\"id\":\"");
    buf_add_hex(&json, id.bytes, 16);
    buf_add_c(&json, "\",\"name\":\"a.jpg\",\"type\":\"image/jpeg\",\"sha256\":\"");
    buf_add_hex(&json, sha.bytes, 32);
    buf_add_c(&json, "\",\"key\":\"");
    buf_add_hex(&json, key.bytes, 32);
    buf_add_c(&json, "\",\"header\":\"");
    buf_add_hex(&json, header, sizeof header);
    buf_printf(&json, "\",\"chunks\":2,\"size\":%d}]", CRYPT_CHUNK_BYTES + 700);
    buf_add_byte(&json, '\0');
    struct crypt_id report =
        bench_send(&d, &(struct bench_letter){.what = "x", .codes = "ABU1", .extra = json.p});
    bench_import(&d);
    struct desk_evidence evidence;
    str chunk;
    size_t total = 0;
    for (int pass = 0; pass < 2; pass++) {
        total = 0;
        OK(desk_evidence_open(d.desk, &d.triager, 1, &report, &id, &d.arena, &evidence, &err));
        do {
            OK(desk_evidence_next(d.desk, &evidence, &d.arena, &chunk, &err));
            total += chunk.n;
        } while (chunk.n > 0);
        assert_int_equal(total, CRYPT_CHUNK_BYTES + 700);
    }
    ((char *)(uintptr_t)d.box.chunks[1].p)[20] ^= 1; /* one flipped bit */
    OK(desk_evidence_open(d.desk, &d.triager, 1, &report, &id, &d.arena, &evidence, &err));
    OK(desk_evidence_next(d.desk, &evidence, &d.arena, &chunk, &err));
    ENDS(desk_evidence_next(d.desk, &evidence, &d.arena, &chunk, &err), STATUS_CORRUPT);
    struct crypt_id wrong = {{1}};
    ENDS(desk_evidence_open(d.desk, &d.triager, 1, &report, &wrong, &d.arena, &evidence, &err),
         STATUS_NOT_FOUND);
    ENDS(desk_evidence_open(d.desk, &d.triager, 1, &wrong, &id, &d.arena, &evidence, &err),
         STATUS_NOT_FOUND);
    buf_close(&part);
    buf_close(&json);
    desk_bench_close(&d);
}

/* An officer's role changes with an act, and what they were doing ends; nobody changes their own, and
 * the desk keeps an administrator. */
static void test_role(void **state)
{
    struct desk_bench d;
    char token[PEOPLE_TOKEN_HEX];
    struct session session;
    struct officer_secret secret;
    struct officer found;
    open_with(&d, state);
    struct people *people = desk_people(d.desk);
    session_start(people, d.triager.officer, ROLE_TRIAGER, bench_now, token);
    ENDS(desk_officer_role(d.desk, &d.triager, 2, ROLE_ADVISER, &err), STATUS_DENIED);
    ENDS(desk_officer_role(d.desk, &d.supervisor, 2, ROLE_ADMIN, &err), STATUS_INVALID);
    ENDS(desk_officer_role(d.desk, &d.supervisor, 99, ROLE_ADVISER, &err), STATUS_NOT_FOUND);
    ENDS(desk_officer_role(d.desk, &d.supervisor, 1, ROLE_TRIAGER, &err), STATUS_INVALID);
    ENDS(desk_officer_role(d.desk, &d.supervisor, 1, ROLE_NONE, &err), STATUS_INVALID);
    int64_t leaves = d.box.leaf_count;
    OK(desk_officer_role(d.desk, &d.supervisor, 1, ROLE_ADVISER, &err));
    assert_int_equal(d.box.leaf_count, leaves + 1);
    assert_int_equal(session_find(people, str_from(token, sizeof token), bench_now, &session),
                     STATUS_DENIED);
    struct desk_act *acts = NULL;
    size_t count = 0;
    OK(desk_acts(d.desk, &d.auditor, 0, 2, &d.arena, &acts, &count, &err));
    assert_str(acts[1].verb, "officer.role");
    assert_str(acts[1].detail, "{\"officer\":1,\"from\":\"triager\",\"to\":\"adviser\"}");
    OK(people_officer_find(people, &d.arena, STR("tri"), &found, &err));
    assert_int_equal(found.role, ROLE_ADVISER);
    /* the only administrator, until there is another who can log in */
    OK(desk_officer_role(d.desk, &d.supervisor, 1, ROLE_ADMIN, &err));
    ENDS(desk_officer_role(d.desk, &d.supervisor, 1, ROLE_TRIAGER, &err), STATUS_CONFLICT);
    ENDS(people_officer_role(people, 1, ROLE_TRIAGER, &err), STATUS_CONFLICT); /* the store too */
    struct officer_input input = {STR("adm"), STR("adm"), ROLE_ADMIN, STR("three random words")};
    OK(desk_officer_add(d.desk, &d.supervisor, &input, &secret, &err));
    OK(desk_officer_disable(d.desk, &d.supervisor, secret.id, &err));
    leaves = d.box.leaf_count;
    ENDS(desk_officer_role(d.desk, &d.supervisor, 1, ROLE_TRIAGER, &err), STATUS_CONFLICT);
    ENDS(people_officer_role(people, 1, ROLE_TRIAGER, &err), STATUS_CONFLICT);
    assert_int_equal(d.box.leaf_count, leaves); /* refused acts leave nothing */
    OK(desk_officer_reset(d.desk, &d.supervisor, secret.id, STR("three other words"), NULL, &secret,
                          &err));
    OK(desk_officer_role(d.desk, &d.supervisor, 1, ROLE_TRIAGER, &err));
    desk_bench_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(test_presence), BOTH(test_escalation), BOTH(test_unlock),
        BOTH(test_evidence), BOTH(test_role),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
