/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: nobody learns from one case of another that they may not know of.
 * Method: a named case is tied to others in every way there is; a triager and the one who is named
 * read the others. */
#include "../support/desk_acts.h"

/* Every act of a case that names another: its number and the reason, which is about both, are only
 * for those who may know of the other one. */
static void check_history(struct desk_bench *d, int64_t number, size_t naming)
{
    struct caller readers[] = {d->triager, d->supervisor};
    for (size_t r = 0; r < ARRAY_LEN(readers); r++) {
        struct desk_case view;
        size_t told = 0;
        OK(desk_case_read(d->desk, &readers[r], number, PURPOSE_READ, 0, &d->arena, &view, &err));
        for (size_t i = 0; i < view.act_count; i++) {
            const char *detail = arena_cstr(&d->arena, view.acts[i].detail);
            told += strstr(detail, "\"other\":") != NULL || strstr(detail, "\"into\":") != NULL;
            assert_true(r == 1 || strstr(detail, "the secret") == NULL);
        }
        assert_int_equal(told, r == 0 ? 0 : naming);
        assert_int_equal(view.merged_into, r == 1 && view.row.state == CASE_MERGED ? 2 : 0);
        assert_int_equal(str_find(view.row.title, STR("2")), view.row.title.n);
    }
}

static void test_history_names_no_hidden_case(void **state)
{
    struct desk_bench d;
    struct desk_conflict conflict = {0};
    int64_t only[] = {2}; /* the supervisor */
    str why = STR("the secret is the same");
    open_with(&d, state);
    for (int i = 0; i < 5; i++) {
        bench_send(&d, &(struct bench_letter){.what = "x", .codes = "ABU1"});
    }
    bench_import(&d);
    struct desk_do acts[] = {
        {.kind = DO_LINK, .number = 2, .other = 1, .reason = why}, /* told in 1 as by keep_other */
        {.kind = DO_LINK, .number = 3, .other = 2, .reason = why}, /* told in 3 by itself */
        {.kind = DO_UNLINK, .number = 2, .other = 1, .reason = why},
        {.kind = DO_MERGE, .number = 4, .other = 2, .reason = why},
        {.kind = DO_SPLIT, .number = 2, .incident = 4}}; /* becomes case 6 */
    for (size_t i = 0; i < ARRAY_LEN(acts); i++) {
        assert_int_equal(do_it(&d, &d.supervisor, acts[i], NULL, NULL), STATUS_OK);
    }
    struct desk_do name_it = {.kind = DO_ACCESS,
                              .number = 2,
                              .access = ACCESS_NAMED,
                              .named = only,
                              .named_count = 1,
                              .reason = STR("one of us")};
    assert_int_equal(do_it(&d, &d.supervisor, name_it, NULL, NULL), STATUS_OK);
    check_history(&d, 1, 2);
    check_history(&d, 3, 1);
    check_history(&d, 4, 1);
    check_history(&d, 6, 1);
    /* the sentence of a refusal, and the page that shows who was faster */
    struct error refused = {0};
    struct desk_done done;
    struct desk_do note = {.kind = DO_NOTE, .number = 4, .text = STR("n")};
    assert_int_equal(desk_do(d.desk, &d.triager, &note, &d.arena, &done, NULL, &refused),
                     STATUS_INVALID);
    assert_null(strchr(refused.primary, '2'));
    note = (struct desk_do){.kind = DO_NOTE, .number = 3, .version = 77, .text = STR("n")};
    assert_int_equal(do_it(&d, &d.triager, note, NULL, &conflict), STATUS_CONFLICT);
    assert_str(conflict.verb, "case.link");
    assert_str(conflict.theirs, "{}");
    assert_int_equal(do_it(&d, &d.supervisor, note, NULL, &conflict), STATUS_CONFLICT);
    assert_true(str_find(conflict.theirs, why) < conflict.theirs.n);
    desk_bench_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(test_history_names_no_hidden_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
