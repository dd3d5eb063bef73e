/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: on the day the published plan is mended and only a person puts it in force, a unit's link shows
 * that unit's card and ends, a button pressed twice is told once, and a situation report is made for each set
 * time, also when the desk was locked then.
 * Method: a desk with a letterbox in memory on an invented polling day, on both engines. */
#include "../support/operation_bench.h"

#include "desk/operation_day.h"

/* bench_now is 10:46 in London */
static const char day[] = "2024-07-03";

static int64_t publish(struct fixture *f)
{
    fill(f);
    search(f, "first");
    int64_t leaf = look(f).plans[0].leaf;
    OK(desk_plan_publish(f->d.desk, &f->planner, leaf, &f->d.arena, &err));
    return leaf;
}

static struct desk_happening sent(const char *site)
{
    return (struct desk_happening){.now_s = 8 * 3600 + 2400,
                                   .words = STR("a crowd at the door"),
                                   .site = str_c(site),
                                   .dwell_minutes = 30,
                                   .within_minutes = 60,
                                   .officers = 2,
                                   .units_max = 3};
}

static void test_mended(void **state)
{
    struct fixture f;
    struct desk_plan plan = {0};
    fixture_open_on(&f, state, str_c(day));
    int64_t first = publish(&f);
    struct desk_happening what = sent("b");
    struct desk_happening none = what;
    none.site = (str){0};
    ENDS(desk_plan_mend(f.d.desk, &f.planner, first, &none, &err), STATUS_INVALID);
    none = what;
    none.words = (str){0};
    ENDS(desk_plan_mend(f.d.desk, &f.planner, first, &none, &err), STATUS_INVALID);
    ENDS(desk_plan_mend(f.d.desk, &f.d.triager, first, &what, &err), STATUS_DENIED);
    OK(desk_plan_mend(f.d.desk, &f.planner, first, &what, &err));
    struct desk_operation view = look(&f);
    assert_int_equal(view.searches[0].state, SEARCH_DONE);
    assert_int_equal(view.plans[0].state, PLAN_PROPOSED);
    assert_int_equal(view.plans[0].base, first);
    assert_int_equal(view.plans[0].unmet, 0);
    assert_int_equal(view.plans[1].state, PLAN_PUBLISHED); /* until somebody confirms */
    assert_str(view.plans[0].why, "a crowd at the door");  /* sealed; and nowhere else */
    struct desk_act *acts = NULL;
    size_t act_count = 0;
    OK(desk_acts(f.d.desk, &f.d.auditor, 0, 100, &f.d.arena, &acts, &act_count, &err));
    for (size_t i = 0; i < act_count; i++) {
        assert_true(str_find(acts[i].detail, STR("a crowd")) == acts[i].detail.n);
    }
    int64_t second = view.plans[0].leaf;
    OK(desk_plan_read(f.d.desk, &f.planner, second, STR("read"), STR(""), &f.d.arena, &plan, &err));
    assert_true(has(plan.result, "sent 08:40, plan 2"));
    assert_true(
        has(plan.problem, "\"free_s\":31200")); /* nobody goes anywhere before it happened */
    /* another proposal for the same plan; when one is in force the other cannot be */
    OK(desk_plan_mend(f.d.desk, &f.planner, first, &what, &err));
    int64_t third = look(&f).plans[0].leaf;
    OK(desk_plan_publish(f.d.desk, &f.planner, second, &f.d.arena, &err));
    ENDS(desk_plan_publish(f.d.desk, &f.planner, third, &f.d.arena, &err), STATUS_CONFLICT);
    ENDS(desk_plan_mend(f.d.desk, &f.planner, first, &what, &err), STATUS_INVALID);
    OK(desk_plan_drop(f.d.desk, &f.planner, third, &f.d.arena, &err));
    ENDS(desk_plan_publish(f.d.desk, &f.planner, third, &f.d.arena, &err), STATUS_INVALID);
    ENDS(desk_plan_drop(f.d.desk, &f.planner, second, &f.d.arena, &err), STATUS_INVALID);
    fixture_close(&f);
}

static struct unit_link *links(struct fixture *f, int64_t leaf, size_t *ret_count)
{
    struct unit_link *list = NULL;
    OK(desk_unit_links(f->d.desk, &f->planner, leaf, &f->d.arena, &list, ret_count, &err));
    assert_true(*ret_count > 0);
    return list;
}

static size_t told_count(struct fixture *f)
{
    struct casebook_day_row *rows = NULL;
    size_t count = 0;
    OK(casebook_told(f->d.desk->casebook, &f->d.arena, f->number, &rows, &count, &err));
    return count;
}

static void test_card(void **state)
{
    struct fixture f;
    struct unit_card *card = NULL;
    size_t count = 0;
    time_us now = bench_now;
    fixture_open_on(&f, state, str_c(day));
    int64_t leaf = publish(&f);
    struct desk *desk = f.d.desk;
    struct arena *arena = &f.d.arena;
    card = ARENA_NEW(arena, struct unit_card);
    struct unit_link *list = links(&f, leaf, &count);
    str token = list[0].token;
    assert_int_equal(token.n, UNIT_TOKEN_HEX);
    OK(desk_unit_card(desk, token, now, arena, card, &err));
    assert_true(str_equal(card->problem.units[card->unit].id, list[0].unit));
    assert_false(card->is_newer);
    str task = card->problem.tasks[card->result.routes[card->unit].stops[0].task].id;
    ENDS(desk_unit_tell(desk, token, PLAN_TOLD_LEFT, task, now, arena, &err), STATUS_INVALID);
    ENDS(desk_unit_tell(desk, token, PLAN_TOLD_ARRIVED, STR("nowhere"), now, arena, &err),
         STATUS_INVALID);
    ENDS(desk_unit_tell(desk, token, PLAN_TOLD_ARRIVED, STR(""), now, arena, &err), STATUS_INVALID);
    OK(desk_unit_tell(desk, token, PLAN_TOLD_ARRIVED, task, now, arena, &err));
    OK(desk_unit_tell(desk, token, PLAN_TOLD_ARRIVED, task, now + 60 * US_PER_SECOND, arena, &err));
    assert_int_equal(told_count(&f), 1); /* pressed twice */
    OK(desk_unit_tell(desk, token, PLAN_TOLD_LEFT, task, now + 900 * US_PER_SECOND, arena, &err));
    /* late presses of what was told before change nothing */
    OK(desk_unit_tell(desk, token, PLAN_TOLD_ARRIVED, task, now + 901 * US_PER_SECOND, arena,
                      &err));
    assert_int_equal(told_count(&f), 2);
    OK(desk_unit_card(desk, token, now, arena, card, &err));
    assert_int_equal(card->told.count, 2);
    assert_int_equal(card->told.state[card->unit], PLAN_TOLD_LEFT);
    /* no link, another day, new links */
    ENDS(desk_unit_card(desk, STR("00000000000000000000000000000000"), now, arena, card, &err),
         STATUS_NOT_FOUND);
    time_us after = now + 40 * 3600 * US_PER_SECOND;
    ENDS(desk_unit_card(desk, token, after, arena, card, &err), STATUS_NOT_FOUND);
    ENDS(desk_unit_tell(desk, token, PLAN_TOLD_OFF, STR(""), after, arena, &err), STATUS_NOT_FOUND);
    time_us before = now - 24 * 3600 * US_PER_SECOND;
    ENDS(desk_unit_tell(desk, token, PLAN_TOLD_OFF, STR(""), before, arena, &err), STATUS_INVALID);
    (void)links(&f, leaf, &count);
    ENDS(desk_unit_card(desk, token, now, arena, card, &err), STATUS_NOT_FOUND);
    fixture_close(&f);
}

/* The secret of a link is nowhere in the store. */
static void test_link_is_hashed(void **state)
{
    struct fixture f;
    size_t count = 0;
    uint8_t secret[UNIT_TOKEN_HEX / 2];
    fixture_open_on(&f, state, str_c(day));
    int64_t leaf = publish(&f);
    struct unit_link *list = links(&f, leaf, &count);
    assert_true(hex_decode(list[0].token, secret, sizeof secret));
    struct db *db = bench_casebook(&f.d);
    struct db_rows *rows = NULL;
    bool has_row = false;
    OK(db_query(db, "SELECT body FROM unit_link", DB_NO_ARGS, &rows, &err));
    OK(db_next(rows, &has_row, &err));
    assert_true(has_row);
    str body = db_bytes(rows, 0);
    assert_true(str_find(body, list[0].token) == body.n);
    assert_true(str_find(body, str_from(secret, sizeof secret)) == body.n);
    db_rows_close(rows);
    db_close(db);
    fixture_close(&f);
}

/* A mended plan: the older link leads to the newer card. */
static void test_card_after_mend(void **state)
{
    struct fixture f;
    size_t count = 0;
    fixture_open_on(&f, state, str_c(day));
    int64_t leaf = publish(&f);
    struct unit_card *card = ARENA_NEW(&f.d.arena, struct unit_card);
    struct unit_link *list = links(&f, leaf, &count);
    struct desk_happening what = sent("b");
    OK(desk_plan_mend(f.d.desk, &f.planner, leaf, &what, &err));
    OK(desk_plan_publish(f.d.desk, &f.planner, look(&f).plans[0].leaf, &f.d.arena, &err));
    OK(desk_unit_card(f.d.desk, list[0].token, bench_now, &f.d.arena, card, &err));
    assert_true(card->is_newer);
    assert_int_equal(card->plan_number, 2);
    OK(change(&f, (struct operation_change){.kind = OPERATION_CLOSE}));
    ENDS(desk_unit_card(f.d.desk, list[0].token, bench_now, &f.d.arena, card, &err),
         STATUS_NOT_FOUND);
    fixture_close(&f);
}

static struct desk_sitrep *reports(struct fixture *f, size_t *ret_count)
{
    struct desk_sitrep *list = NULL;
    OK(desk_sitreps(f->d.desk, &f->planner, f->number, &f->d.arena, &list, ret_count, &err));
    return list;
}

static void step(struct fixture *f, time_us now)
{
    for (int i = 0; i < 12; i++) {
        OK(desk_sitrep_step(f->d.desk, now, &err));
    }
}

static void test_situation_reports(void **state)
{
    struct fixture f;
    size_t count = 0;
    str html = {0};
    fixture_open_on(&f, state, str_c(day));
    step(&f, bench_now); /* nothing is published */
    (void)reports(&f, &count);
    assert_int_equal(count, 0);
    publish(&f);
    /* 10:46: those of 06:30 and 10:00 were missed, and say so */
    step(&f, bench_now + 40 * US_PER_SECOND);
    struct desk_sitrep *list = reports(&f, &count);
    assert_int_equal(count, 2);
    assert_true(list[0].is_late && list[1].is_late);
    assert_true(list[0].at > list[1].at);
    step(&f, bench_now + 120 * US_PER_SECOND);
    (void)reports(&f, &count);
    assert_int_equal(count, 2); /* each once */
    /* 13:00, in time */
    step(&f, list[0].at + 3 * HOUR_US + 20 * US_PER_SECOND);
    list = reports(&f, &count);
    assert_int_equal(count, 3);
    assert_false(list[0].is_late);
    OK(desk_sitrep_read(f.d.desk, &f.planner, list[0].leaf, &f.d.arena, &html, &err));
    assert_true(has(html, "13:00"));
    ENDS(desk_sitrep_read(f.d.desk, &f.d.triager, list[0].leaf, &f.d.arena, &html, &err),
         STATUS_DENIED);
    /* of a day long past none is made up for */
    step(&f, bench_now + 30 * 24 * HOUR_US);
    (void)reports(&f, &count);
    assert_int_equal(count, 3);
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(test_mended),
        BOTH(test_card),
        BOTH(test_link_is_hashed),
        BOTH(test_card_after_mend),
        BOTH(test_situation_reports),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
