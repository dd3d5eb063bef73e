/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: on the day a unit's link shows that unit's card and ends, a button pressed twice is told once, and a wrong
 * one is taken back.
 * Method: a desk with a letterbox in memory on an invented polling day, on both engines. */
#include "../support/operation_day_bench.h"

#include "plan/day.h"

static struct unit_link *links(struct fixture *f, int64_t leaf, size_t *ret_count)
{
    struct unit_links made;
    OK(desk_unit_links(f->d.desk, &f->planner, leaf, &f->d.arena, &made, &err));
    assert_true(made.count > 0);
    assert_int_equal(made.plan_number, 1);
    assert_str(made.name, "Polling day");
    *ret_count = made.count;
    return made.items;
}

/* The first link of a plan, and the card that it opens. */
static struct unit_link open_first(struct fixture *f, int64_t leaf, struct unit_card **ret_card)
{
    size_t count = 0;
    struct unit_link link = links(f, leaf, &count)[0];
    *ret_card = ARENA_NEW(&f->d.arena, struct unit_card);
    OK(desk_unit_card(f->d.desk, link.token, bench_now, &f->d.arena, *ret_card, &err));
    return link;
}

static size_t told_count(struct fixture *f)
{
    struct casebook_day_row *rows = NULL;
    size_t count = 0;
    OK(casebook_told(f->d.desk->casebook, &f->d.arena, f->number, &rows, &count, &err));
    return count;
}

/* A button of a card that knows of everything. */
static enum status press(struct desk *desk, str token, enum plan_told_what what, str task,
                         time_us now, struct arena *arena, struct error *ret_err)
{
    struct unit_press it = {.what = what, .task = task, .seen = INT64_MAX};
    return desk_unit_tell(desk, token, &it, now, arena, ret_err);
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
    ENDS(press(desk, token, PLAN_TOLD_LEFT, task, now, arena, &err), STATUS_INVALID);
    ENDS(press(desk, token, PLAN_TOLD_ARRIVED, STR("nowhere"), now, arena, &err), STATUS_INVALID);
    ENDS(press(desk, token, PLAN_TOLD_ARRIVED, STR(""), now, arena, &err), STATUS_INVALID);
    OK(press(desk, token, PLAN_TOLD_ARRIVED, task, now, arena, &err));
    OK(press(desk, token, PLAN_TOLD_ARRIVED, task, now + 60 * US_PER_SECOND, arena, &err));
    assert_int_equal(told_count(&f), 1); /* pressed twice */
    OK(press(desk, token, PLAN_TOLD_LEFT, task, now + 900 * US_PER_SECOND, arena, &err));
    /* late presses of what was told before change nothing */
    OK(press(desk, token, PLAN_TOLD_ARRIVED, task, now + 901 * US_PER_SECOND, arena, &err));
    assert_int_equal(told_count(&f), 2);
    OK(desk_unit_card(desk, token, now, arena, card, &err));
    assert_int_equal(card->told.count, 2);
    assert_int_equal(card->told.state[card->unit], PLAN_TOLD_LEFT);
    /* no link, another day, new links */
    ENDS(desk_unit_card(desk, STR("00000000000000000000000000000000"), now, arena, card, &err),
         STATUS_NOT_FOUND);
    time_us after = now + 40 * 3600 * US_PER_SECOND;
    ENDS(desk_unit_card(desk, token, after, arena, card, &err), STATUS_NOT_FOUND);
    ENDS(press(desk, token, PLAN_TOLD_OFF, STR(""), after, arena, &err), STATUS_NOT_FOUND);
    time_us before = now - 24 * 3600 * US_PER_SECOND;
    ENDS(press(desk, token, PLAN_TOLD_OFF, STR(""), before, arena, &err), STATUS_INVALID);
    (void)links(&f, leaf, &count);
    ENDS(desk_unit_card(desk, token, now, arena, card, &err), STATUS_NOT_FOUND);
    fixture_close(&f);
}

static void tell(struct fixture *f, str token, enum plan_told_what what, str task, int minute)
{
    time_us at = bench_now + minute * 60 * US_PER_SECOND;
    OK(press(f->d.desk, token, what, task, at, &f->d.arena, &err));
}

/* Three posts at the same hours: three units, whose names are alike. */
static int64_t publish_posts(struct fixture *f)
{
    OK(change(f, (struct operation_change){.kind = OPERATION_SITES,
                                           .text = STR("id,name,area,lon,lat,from,to,visits,post\n"
                                                       "c,C,X,-5.53,50.11,08:00,10:00,0,1\n"
                                                       "d,D,X,-5.54,50.11,08:00,10:00,0,1\n"
                                                       "e,E,X,-5.55,50.11,08:00,10:00,0,1\n"),
                                           .name = STR("sites.csv"),
                                           .from = STR("file")}));
    OK(change(f, (struct operation_change){.kind = OPERATION_UNITS,
                                           .text = STR("id,base,start,end,officers,mode\n"
                                                       "P1,c,06:30,15:30,2,car\n"
                                                       "p1,c,06:30,15:30,2,car\n"
                                                       "p 1,c,06:30,15:30,2,car\n"),
                                           .name = STR("units.csv")}));
    search(f, "first");
    struct desk_operation view = look(f);
    if (view.plan_count == 0) {
        fail_msg("%s", view.searches[0].words);
    }
    int64_t leaf = view.plans[0].leaf;
    OK(desk_plan_publish(f->d.desk, &f->planner, leaf, &f->d.arena, &err));
    return leaf;
}

/* A link writes about its own unit's visits only; breaks come again; a skip is no beginning. */
static void test_own_words(void **state)
{
    struct fixture f;
    size_t count = 0;
    fixture_open_on(&f, state, str_c(day));
    int64_t leaf = publish_posts(&f);
    struct unit_card *card = ARENA_NEW(&f.d.arena, struct unit_card);
    struct unit_link *list = links(&f, leaf, &count);
    str token = list[0].token;
    assert_true(count > 1);
    OK(desk_unit_card(f.d.desk, list[1].token, bench_now, &f.d.arena, card, &err));
    str other = card->problem.tasks[card->result.routes[card->unit].stops[0].task].id;
    OK(desk_unit_card(f.d.desk, token, bench_now, &f.d.arena, card, &err));
    str own = card->problem.tasks[card->result.routes[card->unit].stops[0].task].id;
    for (enum plan_told_what what = PLAN_TOLD_ARRIVED; what <= PLAN_TOLD_SKIPPED; what++) {
        struct error said = {0};
        assert_int_equal(press(f.d.desk, token, what, other, bench_now, &f.d.arena, &said),
                         STATUS_INVALID);
        assert_true(str_starts(str_c(said.primary), STR("The plan was changed meanwhile.")));
    }
    assert_int_equal(told_count(&f), 0);
    tell(&f, token, PLAN_TOLD_SKIPPED, own, 0);
    tell(&f, token, PLAN_TOLD_ON, STR(""), 1);
    tell(&f, token, PLAN_TOLD_BREAK, STR(""), 2);
    tell(&f, token, PLAN_TOLD_BREAK, STR(""), 3); /* pressed twice */
    tell(&f, token, PLAN_TOLD_BACK, STR(""), 20);
    tell(&f, token, PLAN_TOLD_BACK, STR(""), 21);
    assert_int_equal(told_count(&f), 4);
    tell(&f, token, PLAN_TOLD_BREAK, STR(""), 60);
    assert_int_equal(told_count(&f), 5);
    OK(desk_unit_card(f.d.desk, token, bench_now, &f.d.arena, card, &err));
    assert_int_equal(card->told.state[card->unit], PLAN_TOLD_BREAK);
    tell(&f, token, PLAN_TOLD_BACK, STR(""), 80);
    assert_int_equal(told_count(&f), 6);
    fixture_close(&f);
}

/* "P1", "p1" and "p 1" are three units: what one told is not known of the other. */
static void test_names_that_are_alike(void **state)
{
    struct fixture f;
    size_t count = 0;
    fixture_open_on(&f, state, str_c(day));
    int64_t leaf = publish_posts(&f);
    struct unit_link *list = links(&f, leaf, &count);
    for (size_t i = 0; i < count; i++) {
        tell(&f, list[i].token, PLAN_TOLD_ON, STR(""), 0);
    }
    assert_int_equal(count, 3);
    assert_int_equal(told_count(&f), count);
    fixture_close(&f);
}

/* A wrong press is taken back, the last, once, with a row of its own; then it can be pressed again. */
static void test_taken_back(void **state)
{
    struct fixture f;
    fixture_open_on(&f, state, str_c(day));
    struct desk *desk = f.d.desk;
    struct arena *arena = &f.d.arena;
    int64_t leaf = publish(&f);
    struct unit_card *card = NULL;
    str token = open_first(&f, leaf, &card).token;
    assert_int_equal(unit_card_last(card), 0);
    str task = card->problem.tasks[card->result.routes[card->unit].stops[0].task].id;
    tell(&f, token, PLAN_TOLD_ARRIVED, task, 0);
    OK(desk_unit_card(desk, token, bench_now, arena, card, &err));
    int64_t arrived = unit_card_last(card);
    tell(&f, token, PLAN_TOLD_LEFT, task, 1);
    OK(desk_unit_card(desk, token, bench_now, arena, card, &err));
    int64_t left = unit_card_last(card);
    assert_true(left > arrived);
    ENDS(desk_unit_take_back(desk, token, arrived, bench_now, arena, &err), STATUS_INVALID);
    ENDS(desk_unit_take_back(desk, token, 0, bench_now, arena, &err), STATUS_INVALID);
    OK(desk_unit_take_back(desk, token, left, bench_now, arena, &err));
    OK(desk_unit_take_back(desk, token, left, bench_now, arena, &err)); /* pressed twice */
    assert_int_equal(told_count(&f), 3);
    OK(desk_unit_card(desk, token, bench_now, arena, card, &err));
    assert_int_equal(card->told.state[card->unit], PLAN_TOLD_ARRIVED);
    tell(&f, token, PLAN_TOLD_LEFT, task, 5); /* now it is true */
    OK(desk_unit_card(desk, token, bench_now, arena, card, &err));
    assert_int_equal(card->told.state[card->unit], PLAN_TOLD_LEFT);
    OK(desk_unit_take_back(desk, token, unit_card_last(card), bench_now, arena, &err));
    OK(desk_unit_card(desk, token, bench_now, arena, card, &err));
    assert_int_equal(card->told.count, 1);
    struct desk_act *acts = NULL;
    size_t act_count = 0;
    size_t heard = 0;
    OK(desk_acts(desk, &f.d.auditor, 0, 100, arena, &acts, &act_count, &err));
    for (size_t i = 0; i < act_count; i++) {
        heard += has(acts[i].detail, "taken back: ") ? 1 : 0;
    }
    assert_int_equal(heard, 2);
    fixture_close(&f);
}

/* Whoever has a link does not undo the unit's day: one word, and not for long. */
static void test_day_is_not_undone(void **state)
{
    struct fixture f;
    struct error said = {0};
    fixture_open_on(&f, state, str_c(day));
    struct desk *desk = f.d.desk;
    struct arena *arena = &f.d.arena;
    int64_t leaf = publish(&f);
    struct unit_card *card = NULL;
    str token = open_first(&f, leaf, &card).token;
    assert_false(unit_card_may_take_back(card, bench_now));
    str task = card->problem.tasks[card->result.routes[card->unit].stops[0].task].id;
    tell(&f, token, PLAN_TOLD_ARRIVED, task, 0);
    tell(&f, token, PLAN_TOLD_LEFT, task, 1);
    tell(&f, token, PLAN_TOLD_BREAK, STR(""), 2);
    OK(desk_unit_card(desk, token, bench_now, arena, card, &err));
    int64_t pause = unit_card_last(card);
    time_us late = bench_now + (2 * 60 + UNIT_BACK_S + 1) * US_PER_SECOND;
    assert_false(unit_card_may_take_back(card, late));
    assert_int_equal(desk_unit_take_back(desk, token, pause, late, arena, &said), STATUS_INVALID);
    assert_str(str_c(said.primary),
               "That was told more than 15 minutes ago, and cannot be taken back here.");
    assert_true(has(str_c(said.hint), "by radio"));
    time_us soon = late - US_PER_SECOND;
    assert_true(unit_card_may_take_back(card, soon));
    OK(desk_unit_take_back(desk, token, pause, soon, arena, &err));
    OK(desk_unit_card(desk, token, bench_now, arena, card, &err));
    int64_t left = unit_card_last(card);
    assert_true(left > 0 && left < pause);
    time_us then = bench_now + 5 * 60 * US_PER_SECOND;
    assert_false(unit_card_may_take_back(card, then));
    assert_int_equal(desk_unit_take_back(desk, token, left, then, arena, &said), STATUS_INVALID);
    assert_true(has(str_c(said.primary), "One word was taken back already"));
    assert_true(has(str_c(said.hint), "by radio"));
    assert_int_equal(told_count(&f), 4);
    tell(&f, token, PLAN_TOLD_BREAK, STR(""), 18); /* and the next word can be */
    OK(desk_unit_card(desk, token, bench_now, arena, card, &err));
    assert_true(unit_card_may_take_back(card, bench_now + 20 * 60 * US_PER_SECOND));
    fixture_close(&f);
}

/* A row as another host writes it. */
static void add_told(struct fixture *f, int64_t leaf, str unit, enum plan_told_what what)
{
    str body =
        arena_printf(&f->d.arena, "{\"unit\":\"%.*s\",\"what\":%d,\"task\":\"\",\"at\":%lld}",
                     STR_ARG(unit), (int)what, (long long)bench_now);
    struct casebook_day_row row = {
        .leaf = leaf, .operation = f->number, .tag = leaf, .hour = bench_now, .body = body};
    OK(casebook_told_add(f->d.desk->casebook, &row, &err));
}

/* A link fills the store so far and no further; the other units still tell. */
static void test_words_have_a_limit(void **state)
{
    struct fixture f;
    struct error said = {0};
    size_t count = 0;
    fixture_open_on(&f, state, str_c(day));
    struct desk *desk = f.d.desk;
    struct arena *arena = &f.d.arena;
    int64_t leaf = publish(&f);
    struct unit_link *list = links(&f, leaf, &count);
    assert_true(count > 1);
    OK(casebook_begin(desk->casebook, &err));
    for (int64_t i = 0; i < UNIT_TOLD_MAX - 1; i++) {
        add_told(&f, 100000 + i, list[0].unit, i % 2 == 0 ? PLAN_TOLD_BREAK : PLAN_TOLD_BACK);
    }
    OK(casebook_commit(desk->casebook, &err));
    tell(&f, list[0].token, PLAN_TOLD_BACK, STR(""), 1);
    assert_int_equal(told_count(&f), UNIT_TOLD_MAX);
    time_us at = bench_now + 2 * 60 * US_PER_SECOND;
    assert_int_equal(press(desk, list[0].token, PLAN_TOLD_BREAK, STR(""), at, arena, &said),
                     STATUS_LIMIT);
    assert_true(has(str_c(said.hint), "by radio"));
    tell(&f, list[0].token, PLAN_TOLD_BACK, STR(""), 2); /* told already */
    struct unit_card *card = ARENA_NEW(arena, struct unit_card);
    OK(desk_unit_card(desk, list[0].token, at, arena, card, &err));
    assert_false(unit_card_may_take_back(card, at));
    ENDS(desk_unit_take_back(desk, list[0].token, unit_card_last(card), at, arena, &err),
         STATUS_LIMIT);
    tell(&f, list[1].token, PLAN_TOLD_ON, STR(""), 2);
    assert_int_equal(told_count(&f), UNIT_TOLD_MAX + 1);
    fixture_close(&f);
}

struct other_host {
    struct fixture *f;
    struct casebook_day_row row;
};

static void tell_meanwhile(void *context)
{
    struct other_host *host = context;
    OK(casebook_told_add(host->f->d.desk->casebook, &host->row, &err));
}

/* Another host writes between reading and writing: the same is kept once, and what does not follow it is not. */
static void test_told_while_it_is_written(void **state)
{
    struct fixture f;
    size_t count = 0;
    size_t row_count = 0;
    struct casebook_day_row *rows = NULL;
    str act = {0};
    fixture_open_on(&f, state, str_c(day));
    struct desk *desk = f.d.desk;
    struct arena *arena = &f.d.arena;
    int64_t leaf = publish(&f);
    struct unit_link *list = links(&f, leaf, &count);
    struct other_host host = {.f = &f};
    f.d.box.hook_context = &host;
    tell(&f, list[1].token, PLAN_TOLD_ON, STR(""), 0);
    OK(casebook_told(desk->casebook, arena, f.number, &rows, &row_count, &err));
    host.row = rows[0];
    struct db *db = bench_casebook(&f.d);
    OK(db_exec(db, "DELETE FROM unit_told", DB_NO_ARGS, NULL, &err));
    db_close(db);
    /* the same */
    host.row.leaf = 100000;
    f.d.box.on_leaf = tell_meanwhile;
    tell(&f, list[1].token, PLAN_TOLD_ON, STR(""), 0);
    assert_int_equal(told_count(&f), 0); /* the other's went with this transaction */
    assert_int_equal(done(&f, "unit.told", &act), 1);
    /* another unit's */
    f.d.box.on_leaf = tell_meanwhile;
    tell(&f, list[0].token, PLAN_TOLD_ON, STR(""), 1);
    assert_int_equal(told_count(&f), 2);
    /* what this unit has told does not go with it, nor with what is to be taken back */
    host.row.tag = host.row.leaf = 100001;
    host.row.body =
        arena_printf(arena, "{\"unit\":\"%.*s\",\"what\":%d,\"at\":%lld}", STR_ARG(list[0].unit),
                     PLAN_TOLD_OFF, (long long)(bench_now + 2 * 60 * US_PER_SECOND));
    f.d.box.on_leaf = tell_meanwhile;
    time_us at = bench_now + 3 * 60 * US_PER_SECOND;
    ENDS(press(desk, list[0].token, PLAN_TOLD_BREAK, STR(""), at, arena, &err), STATUS_INVALID);
    struct unit_card *card = ARENA_NEW(arena, struct unit_card);
    OK(desk_unit_card(desk, list[0].token, at, arena, card, &err));
    f.d.box.on_leaf = tell_meanwhile;
    ENDS(desk_unit_take_back(desk, list[0].token, unit_card_last(card), at, arena, &err),
         STATUS_INVALID);
    assert_int_equal(told_count(&f), 2);
    fixture_close(&f);
}

static void tell_as_seen(struct fixture *f, str token, struct unit_press press, int minute)
{
    time_us at = bench_now + minute * 60 * US_PER_SECOND;
    OK(desk_unit_tell(f->d.desk, token, &press, at, &f->d.arena, &err));
}

/* A browser sends a form again: it stays the same press, also after something was taken back. */
static void test_form_sent_again(void **state)
{
    struct fixture f;
    fixture_open_on(&f, state, str_c(day));
    struct arena *arena = &f.d.arena;
    int64_t leaf = publish(&f);
    struct unit_card *card = NULL;
    str token = open_first(&f, leaf, &card).token;
    assert_int_equal(unit_card_seen(card), 0);
    const struct plan_route *route = &card->result.routes[card->unit];
    assert_true(route->stop_count > 1);
    struct unit_press first = {PLAN_TOLD_ARRIVED, card->problem.tasks[route->stops[0].task].id, 0};
    struct unit_press second = {PLAN_TOLD_ARRIVED, card->problem.tasks[route->stops[1].task].id, 0};
    tell_as_seen(&f, token, first, 0);
    tell(&f, token, PLAN_TOLD_LEFT, first.task, 1);
    tell_as_seen(&f, token, second, 2);
    OK(desk_unit_card(f.d.desk, token, bench_now, arena, card, &err));
    time_us at = bench_now + 3 * 60 * US_PER_SECOND;
    OK(desk_unit_take_back(f.d.desk, token, unit_card_last(card), at, arena, &err));
    assert_int_equal(told_count(&f), 4);
    tell_as_seen(&f, token, second, 4); /* the form that was taken back */
    tell_as_seen(&f, token, first, 4);
    first.seen = INT64_MAX; /* of a newer card: it was told, and not taken back */
    tell_as_seen(&f, token, first, 4);
    assert_int_equal(told_count(&f), 4);
    OK(desk_unit_card(f.d.desk, token, bench_now, arena, card, &err));
    second.seen = unit_card_seen(card);
    tell_as_seen(&f, token, second, 5); /* now it is true */
    tell_as_seen(&f, token, second, 5);
    assert_int_equal(told_count(&f), 5);
    tell(&f, token, PLAN_TOLD_LEFT, second.task, 6);
    OK(desk_unit_card(f.d.desk, token, bench_now, arena, card, &err));
    struct unit_press pause = {PLAN_TOLD_BREAK, {0}, unit_card_seen(card)};
    tell_as_seen(&f, token, pause, 7);
    tell(&f, token, PLAN_TOLD_BACK, STR(""), 8);
    tell_as_seen(&f, token, pause, 9); /* no second break */
    assert_int_equal(told_count(&f), 8);
    fixture_close(&f);
}

/* The ledger knows that a unit was where it was sent to, and not the officer's words for it. */
static void test_ledger_has_no_words(void **state)
{
    struct fixture f;
    size_t count = 0;
    str act = {0};
    str task = {0};
    str token = {0};
    fixture_open_on(&f, state, str_c(day));
    struct unit_card *card = ARENA_NEW(&f.d.arena, struct unit_card);
    int64_t leaf = publish(&f);
    struct unit_link *list = links(&f, leaf, &count);
    struct desk_happening what = sent("b");
    OK(desk_plan_mend(f.d.desk, &f.planner, leaf, &what, &err));
    OK(desk_plan_publish(f.d.desk, &f.planner, look(&f).plans[0].leaf, &f.d.arena, &err));
    for (size_t i = 0; i < count && task.n == 0; i++) {
        OK(desk_unit_card(f.d.desk, list[i].token, bench_now, &f.d.arena, card, &err));
        const struct plan_route *route = &card->result.routes[card->unit];
        token = list[i].token;
        for (uint32_t k = 0; k < route->stop_count; k++) {
            str id = card->problem.tasks[route->stops[k].task].id;
            task = operation_sent_words(id).n > 0 ? id : task;
        }
    }
    assert_str(task, "sent 11:00: a crowd at the door");
    tell(&f, token, PLAN_TOLD_ARRIVED, task, 15);
    assert_int_equal(done(&f, "unit.told", &act), 1);
    assert_true(has(act, "\"task\":\"sent 11:00\""));
    assert_false(has(act, "crowd"));
    OK(desk_unit_card(f.d.desk, token, bench_now, &f.d.arena, card, &err));
    assert_str(card->problem.tasks[card->told.rows[0].task].id, "sent 11:00: a crowd at the door");
    OK(desk_unit_take_back(f.d.desk, token, unit_card_last(card),
                           bench_now + 16 * 60 * US_PER_SECOND, &f.d.arena, &err));
    assert_int_equal(done(&f, "unit.told", &act), 2);
    assert_true(has(act, "\"task\":\"sent 11:00\""));
    assert_false(has(act, "crowd"));
    fixture_close(&f);
}

/* The past of a mended plan is what the units told: a visit that was skipped is not done, and not theirs. */
static void test_told_is_the_past(void **state)
{
    struct fixture f;
    struct desk_plan plan = {0};
    struct plan_problem problem;
    struct plan_result result;
    fixture_open_on(&f, state, str_c(day));
    struct arena *arena = &f.d.arena;
    f.planner.now = bench_now - 5 * HOUR_US;
    int64_t leaf = publish(&f);
    f.planner.now = bench_now;
    struct unit_card *card = NULL;
    str token = open_first(&f, leaf, &card).token;
    const struct plan_route *route = &card->result.routes[card->unit];
    assert_true(route->stop_count > 1);
    str skipped = card->problem.tasks[route->stops[0].task].id;
    str made = card->problem.tasks[route->stops[1].task].id;
    assert_true(plan_moment(&card->problem, route->stops[0].start) < bench_now);
    tell(&f, token, PLAN_TOLD_ON, STR(""), -60);
    tell(&f, token, PLAN_TOLD_SKIPPED, skipped, -30);
    tell(&f, token, PLAN_TOLD_ARRIVED, made, -5);
    struct desk_happening what = sent("b");
    OK(desk_plan_mend(f.d.desk, &f.planner, leaf, &what, &err));
    OK(desk_plan_read(f.d.desk, &f.planner, look(&f).plans[0].leaf, STR("read"), STR(""), arena,
                      &plan, &err));
    OK(plan_texts_read(arena, plan.problem, plan.result, &problem, &result, &err));
    const struct plan_route *now = &result.routes[card->unit];
    assert_true(str_equal(problem.tasks[now->stops[0].task].id, made));
    assert_int_equal(plan_moment(&problem, now->stops[0].start) / US_PER_SECOND,
                     bench_now / US_PER_SECOND - 300);
    for (uint32_t i = 0; i < now->stop_count; i++) {
        assert_false(str_equal(problem.tasks[now->stops[i].task].id, skipped));
    }
    /* and it is told in the report of the day, also when the mended plan has long been in force */
    str html = {0};
    bool is_new = false;
    int64_t start = plan_moment(&card->problem, route->stops[1].start) / US_PER_SECOND;
    bool was_late = bench_now / US_PER_SECOND - 300 - start > PLAN_SITREP_LATE_S;
    OK(desk_plan_publish(f.d.desk, &f.planner, plan.row.leaf, arena, &err));
    f.planner.now += 60 * US_PER_SECOND;
    OK(desk_sitrep_now(f.d.desk, &f.planner, f.number, arena, &leaf, &is_new, &err));
    OK(desk_sitrep_read(f.d.desk, &f.planner, leaf, arena, &html, &err));
    assert_true(has(html, ", skipped 1,"));
    assert_true(has(html, was_late ? "Begun late: 1." : "Begun late: 0."));
    fixture_close(&f);
}

static enum status tell_for(struct fixture *f, str unit, struct unit_press press)
{
    press.seen = INT64_MAX;
    f->said = (struct error){0};
    return desk_unit_tell_for(f->d.desk, &f->planner, f->number, unit, &press, &f->d.arena,
                              &f->said);
}

static void assert_clocks(struct fixture *f, str unit, const char *clocks)
{
    struct unit_card *card = ARENA_NEW(&f->d.arena, struct unit_card);
    struct buf out;
    OK(desk_unit_card_for(f->d.desk, &f->planner, f->number, unit, &f->d.arena, card, &err));
    buf_init(&out, 4096);
    for (uint32_t i = card->told.first[card->unit]; i != PLAN_NONE; i = card->told.rows[i].next) {
        str at = plan_clock(&f->d.arena, &card->problem, card->told.rows[i].at);
        buf_printf(&out, "%s %.*s;", plan_told_word(card->told.rows[i].what), STR_ARG(at));
    }
    buf_add_byte(&out, '\0');
    assert_string_equal(out.p, clocks);
    buf_close(&out);
}

/* What happened at 10:05 is told at 10:46, by an officer for a unit: it counts from then, in its place between the
 * rest, and the ledger has both times. */
static void test_told_afterwards(void **state)
{
    struct fixture f;
    str act = {0};
    fixture_open_on(&f, state, str_c(day));
    struct arena *arena = &f.d.arena;
    int64_t leaf = publish(&f);
    struct unit_card *card = NULL;
    struct unit_link link = open_first(&f, leaf, &card);
    str unit = link.unit;
    const struct plan_route *route = &card->result.routes[card->unit];
    assert_true(route->stop_count > 1);
    str first = card->problem.tasks[route->stops[0].task].id;
    str second = card->problem.tasks[route->stops[1].task].id;
    struct unit_press press = {.what = PLAN_TOLD_ARRIVED, .task = first, .when = STR("10:47")};
    assert_int_equal(tell_for(&f, unit, press), STATUS_INVALID);
    assert_true(has(str_c(f.said.primary), "10:47 is still to come"));
    press.when = STR("five past ten");
    assert_int_equal(tell_for(&f, unit, press), STATUS_INVALID);
    assert_true(has(str_c(f.said.primary), "is no time like 10:05"));
    press.when = STR(" 10:05 ");
    ENDS(desk_unit_tell_for(f.d.desk, &f.d.triager, f.number, unit, &press, arena, &err),
         STATUS_DENIED);
    assert_int_equal(tell_for(&f, STR("nobody"), press), STATUS_INVALID);
    assert_int_equal(told_count(&f), 0);
    OK(tell_for(&f, unit, press));
    assert_int_equal(done(&f, "unit.told", &act), 1);
    assert_true(has(act, "\"happened\":\"10:05\""));
    assert_clocks(&f, unit, "arrived 10:05;");
    /* left now, by the unit itself, is told and happened at once */
    tell(&f, link.token, PLAN_TOLD_LEFT, first, 0);
    assert_int_equal(done(&f, "unit.told", &act), 2);
    assert_false(has(act, "happened"));
    /* before all that it was somewhere else: only if it had left there again in time */
    press = (struct unit_press){.what = PLAN_TOLD_ARRIVED, .task = second, .when = STR("09:10")};
    assert_int_equal(tell_for(&f, unit, press), STATUS_INVALID);
    assert_true(has(str_c(f.said.primary), "does not fit between"));
    press.until = STR("10:06");
    assert_int_equal(tell_for(&f, unit, press), STATUS_INVALID);
    press.until = STR("09:00");
    assert_int_equal(tell_for(&f, unit, press), STATUS_INVALID);
    assert_true(has(str_c(f.said.primary), "cannot have left before it arrived"));
    press.until = STR("09:30");
    OK(tell_for(&f, unit, press));
    assert_int_equal(done(&f, "unit.told", &act), 3);
    assert_true(has(act, "\"happened\":\"09:10 to 09:30\""));
    assert_clocks(&f, unit, "arrived 09:10;left 09:30;arrived 10:05;left 10:46;");
    /* an officer takes back any of it, as long as the rest follows; told as one is taken back as one */
    OK(desk_unit_card_for(f.d.desk, &f.planner, f.number, unit, arena, card, &err));
    assert_int_equal(card->trail.leaves[0], card->trail.leaves[1]);
    assert_true(card->trail.told_at[0] / US_PER_SECOND == bench_now / US_PER_SECOND);
    assert_int_equal(desk_unit_take_back_for(f.d.desk, &f.planner, f.number, unit,
                                             card->trail.leaves[2], arena, &f.said),
                     STATUS_INVALID);
    f.planner.now += HOUR_US;
    OK(desk_unit_take_back_for(f.d.desk, &f.planner, f.number, unit, card->trail.leaves[0], arena,
                               &err));
    assert_clocks(&f, unit, "arrived 10:05;left 10:46;");
    OK(desk_unit_take_back_for(f.d.desk, &f.planner, f.number, unit, card->trail.leaves[3], arena,
                               &err));
    assert_clocks(&f, unit, "arrived 10:05;");
    fixture_close(&f);
}

/* After midnight "23:50" is that of the evening before, and hours far from the duty are told by nobody. */
static void test_told_after_midnight(void **state)
{
    static const struct {
        enum plan_told_what what;
        const char *when;
    } late[] = {{PLAN_TOLD_ON, "14:05"},
                {PLAN_TOLD_BREAK, "23:50"},
                {PLAN_TOLD_BACK, "00:10"},
                {PLAN_TOLD_OFF, "00:30"}};
    struct unit_press press = {.what = PLAN_TOLD_ON, .when = STR("00:10")};
    struct fixture f;
    fixture_open_on(&f, state, str_c(day));
    (void)publish(&f);
    assert_int_equal(tell_for(&f, STR("P1"), press), STATUS_INVALID);
    assert_true(has(str_c(f.said.primary), "00:10 is more than six hours before or after the duty "
                                           "of this unit (06:30 to 15:30)."));
    f.planner.now = bench_now + 14 * HOUR_US;
    for (size_t i = 0; i < ARRAY_LEN(late); i++) {
        press = (struct unit_press){.what = late[i].what, .when = str_c(late[i].when)};
        OK(tell_for(&f, STR("P2"), press)); /* on duty until 22:30 */
    }
    assert_clocks(&f, STR("P2"), "on 14:05;break 23:50;back 00:10+1;off 00:30+1;");
    fixture_close(&f);
}

/* Where there is no signal: a form that was opened by an earlier plan is sent by a later one, with the time that is
 * written into it; sent again it is told once. */
static void test_without_signal(void **state)
{
    enum { out_s = 10 * 3600 + 46 * 60 };
    struct fixture f;
    size_t count = 0;
    fixture_open_on(&f, state, str_c(day));
    struct arena *arena = &f.d.arena;
    int64_t leaf = publish(&f);
    struct unit_card *card = ARENA_NEW(arena, struct unit_card);
    const struct unit_link *all = links(&f, leaf, &count);
    struct unit_link link = {0};
    const struct plan_route *route = NULL;
    for (size_t i = 0; i < count && (route == NULL || route->stop_count == 0 ||
                                     route->stops[route->stop_count - 1].start <= out_s);
         i++) {
        link = all[i]; /* one that has somewhere to go after it drops out */
        OK(desk_unit_card(f.d.desk, link.token, bench_now, arena, card, &err));
        route = &card->result.routes[card->unit];
    }
    assert_true(route->stops[route->stop_count - 1].start > out_s);
    str ahead = card->problem.tasks[route->stops[route->stop_count - 1].task].id;
    struct unit_press press = {.what = PLAN_TOLD_ARRIVED, .task = ahead, .when = STR("10:20")};
    struct unit_press other = press;
    for (uint32_t i = 0; i < card->problem.task_count; i++) {
        bool is_own = false;
        for (uint32_t k = 0; k < route->stop_count; k++) {
            is_own = is_own || route->stops[k].task == i;
        }
        other.task = is_own ? other.task : card->problem.tasks[i].id;
    }
    assert_false(str_equal(other.task, ahead));
    struct desk_happening what = sent("");
    what.now_s = out_s;
    what.out = &link.unit;
    what.out_count = 1;
    OK(desk_plan_mend(f.d.desk, &f.planner, leaf, &what, &err));
    OK(desk_plan_publish(f.d.desk, &f.planner, look(&f).plans[0].leaf, arena, &err));
    OK(desk_unit_card(f.d.desk, link.token, bench_now, arena, card, &err));
    assert_true(card->is_newer);
    for (uint32_t i = 0; i < card->result.routes[card->unit].stop_count; i++) {
        uint32_t task = card->result.routes[card->unit].stops[i].task;
        assert_false(str_equal(card->problem.tasks[task].id, ahead)); /* it is another's now */
    }
    ENDS(desk_unit_tell(f.d.desk, link.token, &other, bench_now, arena, &err), STATUS_INVALID);
    struct unit_card *radio = ARENA_NEW(arena, struct unit_card);
    OK(desk_unit_card_for(f.d.desk, &f.planner, f.number, link.unit, arena, radio, &err));
    assert_true(radio->had[plan_find_task(&radio->problem, ahead)]); /* by radio it is offered */
    assert_false(radio->had[plan_find_task(&radio->problem, other.task)]);
    tell_as_seen(&f, link.token, press, 30);
    tell_as_seen(&f, link.token, press, 40);
    assert_int_equal(told_count(&f), 1);
    assert_clocks(&f, link.unit, "arrived 10:20;");
    /* the same form with another time is no repetition, and is not passed over in silence */
    press.when = STR("10:25");
    ENDS(desk_unit_tell(f.d.desk, link.token, &press, bench_now, arena, &err), STATUS_INVALID);
    fixture_close(&f);
}

/* The same visit again, by an officer who knows of that, is not passed over as if it were written down. */
static void test_told_again(void **state)
{
    struct fixture f;
    fixture_open_on(&f, state, str_c(day));
    struct arena *arena = &f.d.arena;
    int64_t leaf = publish(&f);
    struct unit_card *card = NULL;
    struct unit_link link = open_first(&f, leaf, &card);
    str task = card->problem.tasks[card->result.routes[card->unit].stops[0].task].id;
    struct unit_press press = {.what = PLAN_TOLD_ARRIVED, .task = task, .when = STR("10:05")};
    OK(tell_for(&f, link.unit, press));
    press.when = STR("10:20");
    assert_int_equal(tell_for(&f, link.unit, press), STATUS_INVALID);
    assert_true(has(str_c(f.said.primary), "told that already, for 10:05"));
    press.seen = 0; /* the form that told it, sent twice */
    OK(desk_unit_tell_for(f.d.desk, &f.planner, f.number, link.unit, &press, arena, &err));
    assert_int_equal(told_count(&f), 1);
    assert_clocks(&f, link.unit, "arrived 10:05;");
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
    what.units_max = 1;
    OK(desk_plan_mend(f.d.desk, &f.planner, leaf, &what, &err));
    OK(desk_plan_publish(f.d.desk, &f.planner, look(&f).plans[0].leaf, &f.d.arena, &err));
    OK(desk_unit_card(f.d.desk, list[0].token, bench_now, &f.d.arena, card, &err));
    assert_true(card->is_newer);
    assert_int_equal(card->plan_number, 2);
    /* who is sent is told that the day is another, and the others are not alarmed */
    size_t changed = 0;
    for (size_t i = 0; i < count; i++) {
        OK(desk_unit_card(f.d.desk, list[i].token, bench_now, &f.d.arena, card, &err));
        const struct plan_route *route = &card->result.routes[card->unit];
        bool is_sent = false;
        for (uint32_t k = 0; k < route->stop_count; k++) {
            is_sent =
                is_sent || operation_sent_words(card->problem.tasks[route->stops[k].task].id).n > 0;
        }
        assert_false(is_sent && card->is_same);
        changed += !card->is_same;
    }
    assert_true(changed >= 1 && changed < count);
    OK(change(&f, (struct operation_change){.kind = OPERATION_CLOSE}));
    ENDS(desk_unit_card(f.d.desk, list[0].token, bench_now, &f.d.arena, card, &err),
         STATUS_NOT_FOUND);
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(test_card),
        BOTH(test_own_words),
        BOTH(test_names_that_are_alike),
        BOTH(test_taken_back),
        BOTH(test_day_is_not_undone),
        BOTH(test_words_have_a_limit),
        BOTH(test_told_while_it_is_written),
        BOTH(test_form_sent_again),
        BOTH(test_without_signal),
        BOTH(test_ledger_has_no_words),
        BOTH(test_told_is_the_past),
        BOTH(test_told_afterwards),
        BOTH(test_told_again),
        BOTH(test_told_after_midnight),
        BOTH(test_link_is_hashed),
        BOTH(test_card_after_mend),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
