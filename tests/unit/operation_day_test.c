/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: on the day the published plan is mended and only a person puts it in force, what happened is
 * not lost unawares.
 * Method: a desk with a letterbox in memory on an invented polling day, on both engines. */
#include "../support/operation_day_bench.h"

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
    assert_true(has(plan.result, "sent 11:00: a crowd at the door"));
    assert_true(has(plan.problem, "\"note\":\"a crowd at the door\""));
    assert_true(
        str_equal(operation_sent_words(STR("sent 08:40: a crowd: big")), STR("a crowd: big")));
    assert_true(str_equal(operation_sent_words(STR("sent 08:40 (2): a crowd")), STR("a crowd")));
    assert_true(str_equal(operation_sent_words(STR("sent 08:40, plan 2: a crowd: big")),
                          STR("a crowd: big"))); /* as they were called once */
    assert_int_equal(operation_sent_words(STR("a:1")).n, 0);
    assert_int_equal(operation_sent_words(STR("sent 08:40, plan 2")).n, 0);
    assert_int_equal(operation_sent_words(STR("sent 08:40:1")).n, 0);
    assert_int_equal(operation_sent_words(STR("sent away: 08:40")).n, 0);
    assert_true(
        has(plan.problem, "\"free_s\":39600")); /* nobody goes anywhere before it happened */
    /* half an hour away at most, and first */
    uint64_t start = 0;
    str rest = str_slice(plan.result, str_find(plan.result, STR("\"sent 11:00")), plan.result.n);
    rest = str_slice(rest, str_find(rest, STR("\"start_s\":")) + strlen("\"start_s\":"), rest.n);
    size_t digits = 0;
    while (digits < rest.n && rest.p[digits] >= '0' && rest.p[digits] <= '9') {
        digits++;
    }
    assert_true(str_to_u64(str_slice(rest, 0, digits), &start));
    assert_true(start >= 39600 && start <= 39600 + 1800);
    /* another proposal for the same plan; when one is in force the other cannot be */
    OK(desk_plan_mend(f.d.desk, &f.planner, first, &what, &err));
    int64_t third = look(&f).plans[0].leaf;
    ENDS(desk_plan_publish(f.d.desk, &f.planner, second, &f.d.arena, &err), STATUS_INVALID);
    OK(desk_plan_publish_changed(f.d.desk, &f.planner, second, lost_with(&f, second).seen,
                                 &f.d.arena, &err));
    ENDS(desk_plan_publish(f.d.desk, &f.planner, third, &f.d.arena, &err), STATUS_CONFLICT);
    ENDS(desk_plan_mend(f.d.desk, &f.planner, first, &what, &err), STATUS_INVALID);
    view = look(&f);
    assert_int_equal(view.plans[0].leaf, third);
    assert_int_equal(view.plans[0].state, PLAN_DROPPED);
    assert_int_equal(view.plans[1].state, PLAN_PUBLISHED);
    ENDS(desk_plan_drop(f.d.desk, &f.planner, third, &f.d.arena, &err), STATUS_INVALID);
    ENDS(desk_plan_drop(f.d.desk, &f.planner, second, &f.d.arena, &err), STATUS_INVALID);
    fixture_close(&f);
}

/* A plan that is searched anew knows nothing of what happened: it is not published unawares, and says what goes. */
static size_t memory_of_lost(struct fixture *f, int64_t leaf)
{
    struct desk_plan plan = {0};
    struct desk_plan_lost lost = {0};
    OK(desk_plan_read(f->d.desk, &f->planner, leaf, STR("read"), STR(""), &f->d.arena, &plan,
                      &err));
    size_t before = f->d.arena.used_total;
    OK(desk_plan_lost(f->d.desk, &f->planner, &plan, &f->d.arena, &lost, &err));
    return f->d.arena.used_total - before;
}

static void test_nothing_is_lost_unawares(void **state)
{
    struct fixture f;
    struct error said = {0};
    fixture_open_on(&f, state, str_c(day));
    struct desk *desk = f.d.desk;
    int64_t first = publish(&f);
    struct desk_happening what = sent("b");
    const str out = STR_INIT("P2");
    what.out = &out;
    what.out_count = 1;
    OK(desk_plan_mend(desk, &f.planner, first, &what, &err));
    int64_t second = look(&f).plans[0].leaf;
    struct desk_plan_lost lost = lost_with(&f, second);
    assert_int_equal(lost.count, 0); /* one thing happened, and this plan knows of it */
    assert_int_equal(lost.seen.n, 0);
    search(&f, "anew");
    int64_t draft = look(&f).plans[0].leaf;
    lost = lost_with(&f, draft);
    assert_str(lost.words, "plan 2, which waits to be published\n"
                           "asked for in plan 2: 11:00, somebody goes (a crowd at the door)\n"
                           "asked for in plan 2: to go on without unit P2\n");
    assert_int_equal(desk_plan_publish(desk, &f.planner, draft, &f.d.arena, &said), STATUS_INVALID);
    assert_true(has(str_c(said.primary), "what waits would be dropped: plan 2"));
    assert_false(has(str_c(said.primary), "happened"));
    OK(desk_plan_publish(desk, &f.planner, second, &f.d.arena, &err));
    assert_true(has(published_act(&f), "\"replaces\":1"));
    assert_false(has(published_act(&f), "gives_up"));
    /* who read the page of before has not read that something happened since */
    ENDS(desk_plan_publish_changed(desk, &f.planner, draft, lost.seen, &f.d.arena, &err),
         STATUS_CONFLICT);
    lost = lost_with(&f, draft);
    assert_str(lost.words, "sent 11:00: a crowd at the door\n"
                           "unit P2 dropped out\n");
    ENDS(desk_plan_publish(desk, &f.planner, draft, &f.d.arena, &err), STATUS_INVALID);
    /* of one that waits only what is said stays in memory, not the whole plan */
    size_t without = memory_of_lost(&f, draft);
    what.out_count = 0;
    OK(desk_plan_mend(desk, &f.planner, second, &what, &err));
    size_t with_one = memory_of_lost(&f, draft);
    if (with_one > without + 2048) {
        fail_msg("%zu bytes, and %zu with one that waits", without, with_one);
    }
    fixture_close(&f);
}

/* A colleague sends somebody while the page is read: the tick was for less. What is given up is named. */
static void test_tick_is_for_what_was_read(void **state)
{
    struct fixture f;
    struct error said = {0};
    fixture_open_on(&f, state, str_c(day));
    struct desk *desk = f.d.desk;
    int64_t first = publish(&f);
    struct desk_happening what = sent("b");
    OK(desk_plan_mend(desk, &f.planner, first, &what, &err));
    int64_t second = look(&f).plans[0].leaf;
    OK(desk_plan_publish(desk, &f.planner, second, &f.d.arena, &err));
    search(&f, "anew");
    int64_t draft = look(&f).plans[0].leaf;
    struct desk_plan_lost before = lost_with(&f, draft);
    what = sent("a");
    what.words = STR("a fire");
    what.now_s += 1200;
    OK(desk_plan_mend(desk, &f.planner, second, &what, &err));
    assert_int_equal(
        desk_plan_publish_changed(desk, &f.planner, draft, before.seen, &f.d.arena, &said),
        STATUS_CONFLICT);
    assert_true(has(str_c(said.primary), "Since you read"));
    assert_true(has(str_c(said.hint), "The plan is not published."));
    assert_int_equal(look(&f).plans[1].state, PLAN_DRAFT);
    struct desk_plan_lost now = lost_with(&f, draft);
    assert_false(str_equal(before.seen, now.seen));
    assert_str(now.words, "sent 11:00: a crowd at the door\n" /* once, and both have it */
                          "plan 4, which waits to be published\n"
                          "asked for in plan 4: 11:20, somebody goes (a fire)\n");
    OK(desk_plan_publish_changed(desk, &f.planner, draft, now.seen, &f.d.arena, &err));
    str act = published_act(&f);
    assert_true(has(act, "\"replaces\":2"));
    assert_true(has(act, "\"drops\":[4]"));
    assert_true(has(act, "\"given_up\":1,\"gives_up\":[\"sent 11:00\"]"));
    assert_false(has(act, "crowd") || has(act, "fire"));
    fixture_close(&f);
}

struct other_host {
    struct fixture *f;
    struct casebook_plan row;
};

static void propose_meanwhile(void *context)
{
    struct other_host *host = context;
    OK(casebook_plan_add(host->f->d.desk->casebook, &host->row, &err));
}

/* Another host proposes something between reading and writing: it is not dropped unseen. */
static void test_proposed_while_it_is_written(void **state)
{
    struct fixture f;
    struct error said = {0};
    fixture_open_on(&f, state, str_c(day));
    struct other_host host = {.f = &f};
    publish(&f);
    search(&f, "anew");
    int64_t draft = look(&f).plans[0].leaf;
    OK(casebook_plan_get(f.d.desk->casebook, &f.d.arena, draft, &host.row, &err));
    host.row.leaf = 100000;
    host.row.state = PLAN_PROPOSED;
    f.d.box.hook_context = &host;
    f.d.box.on_leaf = propose_meanwhile;
    assert_int_equal(desk_plan_publish(f.d.desk, &f.planner, draft, &f.d.arena, &said),
                     STATUS_CONFLICT);
    assert_true(has(str_c(said.hint), "The plan is not published."));
    struct desk_operation view = look(&f);
    assert_int_equal(view.plans[0].state, PLAN_DRAFT);
    assert_int_equal(view.plans[1].state, PLAN_PUBLISHED);
    OK(desk_plan_publish(f.d.desk, &f.planner, draft, &f.d.arena, &err));
    fixture_close(&f);
}

/* Nobody has so many officers: the plan is made all the same, and says what is not met. */
static void test_unmet_is_listed(void **state)
{
    struct fixture f;
    fixture_open_on(&f, state, str_c(day));
    int64_t first = publish(&f);
    struct desk_happening what = sent("b");
    what.officers = 90;
    OK(desk_plan_mend(f.d.desk, &f.planner, first, &what, &err));
    struct desk_operation view = look(&f);
    assert_int_equal(view.searches[0].state, SEARCH_DONE);
    assert_int_equal(view.plans[0].unmet, 1);
    OK(desk_plan_publish(f.d.desk, &f.planner, view.plans[0].leaf, &f.d.arena, &err));
    /* and it can be mended in its turn */
    what.officers = 2;
    what.now_s += 600;
    OK(desk_plan_mend(f.d.desk, &f.planner, view.plans[0].leaf, &what, &err));
    view = look(&f);
    assert_int_equal(view.searches[0].state, SEARCH_DONE);
    assert_int_equal(view.plans[0].unmet, 1);
    fixture_close(&f);
}

/* What happens, happens in a street as well: any place can be given, with what a unit must have for it. The plan in
 * force then has the place, also when it is mended again, and the ledger does not say where. */
static void test_any_place(void **state)
{
    struct fixture f;
    struct desk_plan plan = {0};
    str act = {0};
    fixture_open_on(&f, state, str_c(day));
    int64_t first = publish(&f);
    struct desk_happening what = sent("");
    what.has_place = true;
    what.place = (struct geo_point){.lat = -5.515, .lon = 50.115};
    struct error said = {0};
    assert_int_equal(desk_plan_mend(f.d.desk, &f.planner, first, &what, &said), STATUS_INVALID);
    assert_true(has(str_c(said.primary), "is not in or near the British Isles"));
    what.place = (struct geo_point){.lat = 50.115, .lon = -5.515};
    OK(desk_plan_mend(f.d.desk, &f.planner, first, &what, &err));
    struct desk_operation view = look(&f);
    assert_int_equal(view.plans[0].unmet, 0);
    OK(desk_plan_read(f.d.desk, &f.planner, view.plans[0].leaf, STR("read"), STR(""), &f.d.arena,
                      &plan, &err));
    assert_true(has(plan.problem, "\"name\":\"a place 660 m from "));
    assert_true(has(plan.problem, "\"lat\":50.115"));
    assert_int_equal(done(&f, "plan.mend", &act), 1);
    assert_false(has(act, "50.1"));
    /* there again, and by a unit that can do what none can */
    OK(desk_plan_publish(f.d.desk, &f.planner, view.plans[0].leaf, &f.d.arena, &err));
    str skill = STR("protection");
    what.words = STR("and again");
    what.skills = &skill;
    what.skill_count = 1;
    OK(desk_plan_mend(f.d.desk, &f.planner, view.plans[0].leaf, &what, &err));
    view = look(&f);
    assert_int_equal(view.plans[0].unmet, 1);
    OK(desk_plan_read(f.d.desk, &f.planner, view.plans[0].leaf, STR("read"), STR(""), &f.d.arena,
                      &plan, &err));
    size_t at = str_find(plan.problem, STR("a place "));
    str rest = str_slice(plan.problem, at + 1, plan.problem.n);
    assert_true(at < plan.problem.n && str_find(rest, STR("a place ")) == rest.n); /* once */
    fixture_close(&f);
}

/* A problem that no search takes leaves nothing behind, neither in memory nor in the ledger. */
static void test_too_large_to_mend(void **state)
{
    struct fixture f;
    struct error said = {0};
    struct casebook_plan row = {0};
    fixture_open_on(&f, state, str_c(day));
    int64_t first = publish(&f);
    struct desk_happening what = sent("b");
    struct buf large;
    OK(casebook_plan_get(f.d.desk->casebook, &f.d.arena, first, &row, &err));
    buf_init(&large, OPERATION_BODY_BYTES_MAX + 100);
    buf_add(&large, row.problem);
    while (large.n <= OPERATION_BODY_BYTES_MAX) {
        buf_add_byte(&large, ' ');
    }
    row.leaf = 100000;
    row.problem = buf_str(&large);
    row.about = STR("{\"differs\":\"nobody goes to Market House\"}");
    OK(casebook_begin(f.d.desk->casebook, &err));
    OK(casebook_plan_add(f.d.desk->casebook, &row, &err));
    OK(casebook_commit(f.d.desk->casebook, &err));
    assert_int_equal(desk_plan_mend(f.d.desk, &f.planner, row.leaf, &what, &said), STATUS_LIMIT);
    for (size_t i = 0; i < OPERATION_SEARCHES; i++) {
        const struct search_slot *slot = &f.d.desk->searches->slots[i];
        assert_true(slot->problem.p == NULL && slot->differs.p == NULL);
    }
    str act = {0};
    assert_int_equal(done(&f, "plan.mend", &act), 0);
    OK(desk_plan_mend(f.d.desk, &f.planner, first, &what, &err));
    assert_int_equal(done(&f, "plan.mend", &act), 1);
    buf_close(&large);
    fixture_close(&f);
}

/* The clock on the wall, also after midnight. */
static void test_sent_after_midnight(void **state)
{
    struct fixture f;
    struct desk_plan plan = {0};
    fixture_open_on(&f, state, str_c(day));
    int64_t first = publish(&f);
    struct desk_happening what = sent("b");
    what.now_s = 24 * 3600 + 1800;
    OK(desk_plan_mend(f.d.desk, &f.planner, first, &what, &err));
    OK(desk_plan_read(f.d.desk, &f.planner, look(&f).plans[0].leaf, STR("read"), STR(""),
                      &f.d.arena, &plan, &err));
    assert_true(has(plan.problem, "sent 00:30: a crowd at the door"));
    fixture_close(&f);
}

/* What is typed late is taken late; what is over is refused with what to write; nobody is sent before now. */
static void test_time_that_is_over(void **state)
{
    struct fixture f;
    struct desk_plan plan = {0};
    struct error said = {0};
    fixture_open_on(&f, state, str_c(day));
    struct desk *desk = f.d.desk;
    int64_t first = publish(&f);
    struct desk_happening what = sent("b");
    what.now_s = 8 * 3600 + 2400;
    assert_int_equal(desk_plan_mend(desk, &f.planner, first, &what, &said), STATUS_INVALID);
    assert_str(str_c(said.primary), "08:40 on 2024-07-03 is over, it is 10:46 now: nobody can be "
                                    "sent anywhere in the past.");
    assert_true(has(str_c(said.hint), "10:46 or later"));
    what.now_s = 10 * 3600 + 40 * 60; /* six minutes ago */
    OK(desk_plan_mend(desk, &f.planner, first, &what, &err));
    int64_t second = look(&f).plans[0].leaf;
    OK(desk_plan_read(desk, &f.planner, second, STR("read"), STR(""), &f.d.arena, &plan, &err));
    assert_true(has(plan.result, "sent 10:40: a crowd at the door"));
    assert_true(has(plan.problem, "\"open_s\":38800")); /* 10:46:40 */
    OK(desk_plan_publish(desk, &f.planner, second, &f.d.arena, &err));
    OK(desk_plan_mend(desk, &f.planner, second, &what, &err)); /* the same words again */
    OK(desk_plan_read(desk, &f.planner, look(&f).plans[0].leaf, STR("read"), STR(""), &f.d.arena,
                      &plan, &err));
    assert_true(has(plan.problem, "sent 10:40 (2): a crowd at the door"));
    f.planner.now = bench_now + 72 * HOUR_US;
    said = (struct error){0};
    assert_int_equal(desk_plan_mend(desk, &f.planner, second, &what, &said), STATUS_INVALID);
    assert_true(has(str_c(said.primary), "The day of this plan, 2024-07-03, is over"));
    fixture_close(&f);
}

/* Nothing of a closed operation goes on: no search, no mend, no links, nothing published. */
static void test_closed_is_closed(void **state)
{
    struct fixture f;
    struct unit_links made;
    fixture_open_on(&f, state, str_c(day));
    int64_t leaf = publish(&f);
    struct desk *desk = f.d.desk;
    struct desk_happening what = sent("b");
    OK(desk_plan_mend(desk, &f.planner, leaf, &what, &err));
    int64_t proposed = look(&f).plans[0].leaf;
    OK(change(&f, (struct operation_change){.kind = OPERATION_CLOSE}));
    size_t plans = look(&f).plan_count;
    SAYS_CLOSED(desk_plan_mend(desk, &f.planner, leaf, &what, &err));
    SAYS_CLOSED(desk_unit_links(desk, &f.planner, leaf, &f.d.arena, &made, &err));
    SAYS_CLOSED(desk_plan_search(desk, &f.planner, f.number, 1, 7, STR(""), &err));
    SAYS_CLOSED(desk_plan_publish(desk, &f.planner, proposed, &f.d.arena, &err));
    assert_int_equal(change(&f, (struct operation_change){.kind = OPERATION_COUNT}),
                     STATUS_INVALID);
    assert_int_equal(look(&f).plan_count, plans);
    OK(change(&f, (struct operation_change){.kind = OPERATION_REOPEN}));
    OK(desk_plan_mend(desk, &f.planner, leaf, &what, &err));
    OK(desk_unit_links(desk, &f.planner, leaf, &f.d.arena, &made, &err));
    fixture_close(&f);
}

/* The head of an operation is what the whole of it says, and an older body has one, too. */
static void test_head(void **state)
{
    struct fixture f;
    struct operation head;
    struct operation whole;
    struct casebook_operation row;
    fixture_open_on(&f, state, str_c(day));
    fill(&f);
    OK(change(&f, (struct operation_change){.kind = OPERATION_PAY,
                                            .name = STR("rates.csv"),
                                            .text = STR("from,rank,band,per_hour\n"
                                                        "2024-01-01,constable,plain,20\n")}));
    for (int is_older = 0; is_older < 2; is_older++) {
        OK(operation_head(f.d.desk, &f.d.arena, f.number, &head, &err));
        OK(operation_load(f.d.desk, &f.d.arena, f.number, &whole, &err));
        assert_true(str_equal(head.name, whole.name) && str_equal(head.day, whole.day));
        assert_true(head.rates.n > 0 && str_equal(head.rates, whole.rates));
        assert_int_equal(head.state, whole.state);
        assert_int_equal(head.version, whole.version);
        assert_int_equal(head.rules.hours_max, whole.rules.hours_max);
        assert_int_equal(head.site_count + head.demand_count + head.unit_count, 0);
        assert_int_equal(whole.site_count, 3);
        OK(casebook_operation_get(f.d.desk->casebook, &f.d.arena, f.number, &row, &err));
        size_t from = str_find(row.body, STR(",\"site_count\""));
        size_t to = str_find(row.body, STR(",\"sites\":["));
        assert_true(is_older || from < to);
        row.body = arena_printf(&f.d.arena, "%.*s%.*s", STR_ARG(str_slice(row.body, 0, from)),
                                STR_ARG(str_slice(row.body, to, row.body.n)));
        if (!is_older) {
            OK(casebook_operation_change(f.d.desk->casebook, &row, &err));
        }
    }
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(test_mended),
        BOTH(test_any_place),
        BOTH(test_nothing_is_lost_unawares),
        BOTH(test_tick_is_for_what_was_read),
        BOTH(test_proposed_while_it_is_written),
        BOTH(test_unmet_is_listed),
        BOTH(test_too_large_to_mend),
        BOTH(test_sent_after_midnight),
        BOTH(test_time_that_is_over),
        BOTH(test_closed_is_closed),
        BOTH(test_head),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
