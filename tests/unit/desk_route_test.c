/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: what the router said of a report stays with its case, and an officer's correction too.
 * Method: an invented country (tests/packs/lyonesse) on the bench's desk, on both engines. */
#include "../support/desk_acts.h"
#include "base/utf8.h"
#include "route/route.h"

/* Every report arrives routed, and what the router said then stays with the case. */
static void test_routed(void **state)
{
    struct desk_bench d;
    struct pack pack;
    bench_open_routed(&d, state, &pack);
    bench_send(&d, &(struct bench_letter){.what = "a", .codes = "ABU1", .area = "Long Strand"});
    bench_send(&d, &(struct bench_letter){.what = "b", .codes = "ABU1", .area = "C1"});
    bench_send(&d, &(struct bench_letter){.what = "c", .codes = "ABU1", .area = "nowhere"});
    bench_send(&d, &(struct bench_letter){
                       .what = "d", .codes = "ABU1", .office = "Fisher for Mount and Marsh"});
    bench_send(&d, &(struct bench_letter){.what = "e", .codes = "ABU1", .office = "elder"});
    bench_import(&d);
    struct desk_route route = read_case(&d, 1).route;
    assert_true(route.is_there);
    assert_false(route.is_certain);
    assert_int_equal(route.force_count, 2);
    assert_str(route.forces[0].id, "west-watch");
    assert_int_equal(route.forces[0].permille, 900);
    assert_str(route.forces[0].rule, "constituency");
    assert_false(route.forces[0].is_office); /* it is where it happened */
    assert_str(route.forces[1].id, "east-watch");
    assert_int_equal(route.seat_count, 1);
    assert_str(route.seats[0].id, "C2");
    assert_true(str_starts(route.why, STR("Long Strand lies in more than one police force")));
    route = read_case(&d, 2).route;
    assert_true(route.is_certain);
    assert_int_equal(route.force_count, 1);
    assert_str(route.forces[0].id, "east-watch");
    assert_str(read_case(&d, 2).row.area, "Mount and Marsh"); /* by its name, not its code */
    route = read_case(&d, 3).route;
    assert_str(read_case(&d, 3).row.area, "nowhere");
    assert_true(route.is_there);
    assert_false(route.is_certain);
    assert_int_equal(route.force_count, 0);
    assert_str(route.why, "no place is known as 'nowhere': ask for a postcode, a ward or a town");
    route = read_case(&d, 4).route; /* the office's words name its place */
    assert_true(route.is_certain);
    assert_str(route.forces[0].id, "east-watch");
    assert_true(route.forces[0].is_office);
    assert_int_equal(route.office.n, 0);
    route = read_case(&d, 5).route;
    assert_int_equal(route.force_count, 0);
    assert_str(route.office, "elder");
    desk_bench_close(&d);
    pack_unload(&pack);
}

/* Who gave no place may have named one in what was reported. It leads there, not for certain, and the
 * case is not counted there; a place that was given, and an office, are not overruled by a guess. */
static void test_read_out_of_the_text(void **state)
{
    struct desk_bench d;
    struct pack pack;
    bench_open_routed(&d, state, &pack);
    bench_send(&d, &(struct bench_letter){.what = "Safodd dau ddyn o flaen yr orsaf bleidleisio "
                                                  "yn Mount and Marsh.",
                                          .codes = "POL1",
                                          .language = "cy"});
    bench_send(&d, &(struct bench_letter){
                       .what = "It was in Mount and Marsh.", .codes = "ABU1", .area = "nowhere"});
    bench_send(&d, &(struct bench_letter){.what = "They shouted.", .codes = "ABU1"});
    bench_send(&d, &(struct bench_letter){.what = "It was in Long Strand.",
                                          .codes = "ABU1",
                                          .office = "Fisher for Mount and Marsh"});
    bench_import(&d);
    struct desk_case view = read_case(&d, 1);
    assert_int_equal(view.route.force_count, 1);
    assert_str(view.route.forces[0].id, "east-watch");
    assert_false(view.route.forces[0].is_office);
    assert_false(view.route.is_certain);
    assert_true(str_starts(view.route.why, STR("No place was given; this is read out of")));
    assert_int_equal(view.row.area.n, 0);
    assert_int_equal(read_case(&d, 2).route.force_count, 0);
    assert_true(str_starts(read_case(&d, 3).route.why, STR("no place was given")));
    view = read_case(&d, 4); /* Long Strand lies in two forces: the office leads */
    assert_int_equal(view.route.force_count, 1);
    assert_true(view.route.forces[0].is_office);
    desk_bench_close(&d);
    pack_unload(&pack);
}

static size_t cases_in(struct desk_bench *d, str area)
{
    struct desk_filter filter = desk_filter_any();
    filter.area = area;
    return page_of(d, &d->supervisor, &filter, (str){0}, 100).count;
}

static void tick_all(struct desk_bench *d)
{
    bool more = true;
    while (more) {
        OK(desk_tick_by(d->desk, 2, bench_now, &more, &err)); /* several slices */
    }
}

/* Cases of an older program are found as those of today: once, after the unlock. One that came before
 * there was a router is routed by its first report, and counted where it was. */
static void test_older_cases_are_found(void **state)
{
    struct desk_bench d;
    struct pack pack;
    open_with(&d, state); /* no router */
    bench_send(&d, &(struct bench_letter){.what = "a", .codes = "ABU1", .area = "C1"});
    bench_send(&d, &(struct bench_letter){.what = "b", .codes = "ABU1", .area = "nowhere"});
    bench_send(&d, &(struct bench_letter){.what = "c", .codes = "THR1", .area = "Long Strand"});
    tick_all(&d);
    assert_false(read_case(&d, 1).route.is_there);
    OK(pack_load(&d.arena, HUSTINGS_SOURCE_ROOT "/tests/packs/lyonesse", &pack, &err));
    desk_close(d.desk);
    OK(router_open(&d.arena, &pack, &d.options.router, &err));
    d.options.pack = &pack;
    OK(desk_open(&d.options, bench_now, &d.desk, &err));
    desk_bench_unlock(&d);
    struct db *db = bench_casebook(&d); /* and one wrote nothing that a case is found by */
    OK(db_exec(db, "DELETE FROM facet WHERE number = 3", DB_NO_ARGS, NULL, &err));
    db_close(db);
    assert_int_equal(cases_in(&d, STR("force:east-watch")), 0);
    int64_t acts = d.box.leaf_count;
    tick_all(&d);
    assert_int_equal(d.box.leaf_count, acts); /* nobody did anything */
    assert_int_equal(cases_in(&d, STR("force:east-watch")), 2);
    assert_int_equal(cases_in(&d, STR("force:west-watch")), 1);
    assert_int_equal(whole_queue(&d).count, 3);
    assert_str(read_case(&d, 1).row.area, "C1");
    assert_true(read_case(&d, 2).route.is_there);
    /* done: the next unlock looks at none */
    db = bench_casebook(&d);
    OK(db_exec(db, "DELETE FROM facet WHERE number = 3", DB_NO_ARGS, NULL, &err));
    db_close(db);
    OK(desk_lock(d.desk, NULL, &err));
    desk_bench_unlock(&d);
    tick_all(&d);
    assert_int_equal(whole_queue(&d).count, 2);
    desk_bench_close(&d);
    pack_unload(&pack);
}

/* Without a router a case says so, rather than that there is no force. */
static void test_not_routed(void **state)
{
    struct desk_bench d;
    open_with(&d, state);
    bench_send(&d, &(struct bench_letter){.what = "a", .codes = "ABU1", .area = "Long Strand"});
    bench_import(&d);
    assert_false(read_case(&d, 1).route.is_there);
    desk_bench_close(&d);
}

/* Goal: an officer's correction is kept with its reason, counts the case where it is said to be, is
 * in the ledger, and is refused when it would leave the case without a force. */
static void test_corrected(void **state)
{
    struct desk_bench d;
    struct pack pack;
    struct desk_done done;
    struct desk_conflict conflict;
    bench_open_routed(&d, state, &pack);
    bench_send(&d, &(struct bench_letter){.what = "a", .codes = "ABU1", .area = "nowhere"});
    bench_import(&d);
    struct desk_do what = {.kind = DO_ROUTE,
                           .number = 1,
                           .text = STR("still nowhere"),
                           .reason = STR("the reporter rang")};
    assert_int_equal(do_it(&d, &d.supervisor, what, &done, &conflict), STATUS_INVALID);
    what.text =
        STR("a3456789012345678901234567890123456789"
            "01234567890123456789012345678901234567890é and more"); /* é is byte 80 and 81 */
    struct error cut = {0};
    assert_int_equal(desk_do(d.desk, &d.supervisor, &what, &d.arena, &done, &conflict, &cut),
                     STATUS_INVALID);
    assert_true(utf8_is_valid(str_c(cut.primary)));
    what.text = STR("C1");
    what.reason = STR("");
    assert_int_equal(do_it(&d, &d.supervisor, what, &done, &conflict), STATUS_INVALID);
    assert_int_equal(read_case(&d, 1).route.force_count, 0);
    what.reason = STR("the reporter rang");
    OK(do_it(&d, &d.supervisor, what, &done, &conflict));
    struct desk_case view = read_case(&d, 1);
    assert_int_equal(view.route.force_count, 1);
    assert_str(view.route.forces[0].id, "east-watch");
    assert_str(view.route.why, "the reporter rang");
    assert_int_equal(view.route.officer, d.supervisor.officer);
    assert_str(view.row.area, "Mount and Marsh");
    assert_str(view.incidents[0].area, "Mount and Marsh");
    assert_str(view.acts[0].verb, "case.route");
    what = (struct desk_do){.kind = DO_ROUTE,
                            .number = 1,
                            .force = STR("no-such-watch"),
                            .reason = STR("they asked for it")};
    assert_int_equal(do_it(&d, &d.supervisor, what, &done, &conflict), STATUS_INVALID);
    what.force = STR("west-watch");
    OK(do_it(&d, &d.supervisor, what, &done, &conflict));
    view = read_case(&d, 1);
    assert_int_equal(view.route.force_count, 1);
    assert_str(view.route.forces[0].id, "west-watch");
    assert_str(view.route.forces[0].rule, DESK_ROUTE_BY_OFFICER);
    assert_str(view.row.area, "Mount and Marsh"); /* where it was is another question */
    desk_bench_close(&d);
    pack_unload(&pack);
}

static size_t areas(struct desk_bench *d, const char *words, struct desk_area **ret_list)
{
    size_t count = 0;
    bool more = true;
    OK(desk_areas(d->desk, &d->supervisor, str_c(words), &d->arena, ret_list, &count, &more, &err));
    assert_false(more);
    return count;
}

/* Cases are found by force, district and constituency, each of them where it may lie; and a part of
 * a name or a postcode says which of these are meant. */
static void test_areas(void **state)
{
    struct desk_bench d;
    struct pack pack;
    struct desk_area *list = NULL;
    bench_open_routed(&d, state, &pack);
    bench_send(&d, &(struct bench_letter){.what = "a", .codes = "ABU1", .area = "Long Strand"});
    bench_send(&d, &(struct bench_letter){.what = "b", .codes = "ABU1", .area = "C1"});
    bench_send(&d, &(struct bench_letter){.what = "c", .codes = "ABU1", .area = "nowhere"});
    bench_import(&d);
    assert_int_equal(cases_in(&d, STR("force:east-watch")), 2);
    assert_int_equal(cases_in(&d, STR("force:west-watch")), 1);
    assert_int_equal(cases_in(&d, STR("seat:C1")), 1);
    assert_int_equal(cases_in(&d, STR("district:D1")), 2);
    assert_int_equal(cases_in(&d, STR("district:D9")), 2); /* its code of before */
    assert_int_equal(cases_in(&d, STR("district:D2")), 1);
    assert_int_equal(cases_in(&d, STR("nowhere")), 1);
    assert_int_equal(cases_in(&d, STR("seat:nowhere")), 0);
    /* a correction moves it */
    OK(do_it(
        &d, &d.supervisor,
        (struct desk_do){
            .kind = DO_ROUTE, .number = 3, .force = STR("west-watch"), .reason = STR("they rang")},
        NULL, NULL));
    assert_int_equal(cases_in(&d, STR("force:west-watch")), 2);
    OK(do_it(
        &d, &d.supervisor,
        (struct desk_do){
            .kind = DO_ROUTE, .number = 1, .force = STR("west-watch"), .reason = STR("they rang")},
        NULL, NULL));
    assert_int_equal(cases_in(&d, STR("district:D1")), 1); /* that force has no part of it */
    assert_int_equal(cases_in(&d, STR("district:D2")), 1);
    /* "mount" is a constituency by a part of its name and a district by another of its names */
    assert_int_equal(areas(&d, "mount", &list), 2);
    assert_str(list[0].value, "district:D1");
    assert_int_equal(list[0].kind, DESK_AREA_DISTRICT);
    assert_str(list[1].value, "seat:C1");
    assert_str(list[1].name, "Mount and Marsh");
    assert_int_equal(areas(&d, "WATCH of the w", &list), 1);
    assert_str(list[0].value, "force:west-watch");
    assert_int_equal(areas(&d, "ount", &list), 0); /* a part begins a word */
    assert_int_equal(areas(&d, "no such place", &list), 0);
    assert_int_equal(areas(&d, "", &list), 0);
    bool more = false;
    size_t count = 0;
    struct error err = {0};
    assert_int_equal(areas(&d, "TR 200", &list), 3); /* a postcode */
    assert_str(list[0].value, "force:west-watch");
    assert_str(list[1].value, "district:D2");
    assert_str(list[2].value, "seat:C2");
    assert_int_equal(
        desk_areas(d.desk, &d.analyst, STR("mount"), &d.arena, &list, &count, &more, &err),
        STATUS_DENIED);
    desk_bench_close(&d);
    pack_unload(&pack);
}

static void later(struct desk_bench *d, const struct mailbox_keys *mailbox, const char *what)
{
    bench_send(d, &(struct bench_letter){.what = what, .is_added = true, .mailbox = mailbox});
    bench_import(d);
}

static bool newest_act_has(struct desk_bench *d, const char *verb, const char *what)
{
    struct desk_case view = read_case(d, 1);
    const char *detail = arena_cstr(&d->arena, view.acts[0].detail);
    return str_equal(view.acts[0].verb, str_c(verb)) && strstr(detail, what) != NULL;
}

/* Goal: what the reporter adds, and what the summary says, is asked of the router too; the case says
 * where it leads, the route is changed by an officer only, and all of it is in the ledger. */
static void test_later_place(void **state)
{
    struct desk_bench d;
    struct pack pack;
    struct mailbox_keys mailbox;
    struct receipt receipt = receipt_new();
    bench_open_routed(&d, state, &pack);
    mailbox_keys_from_receipt(&receipt, &d.desk_id, &mailbox);
    bench_send(&d, &(struct bench_letter){
                       .what = "a", .codes = "ABU1", .area = "C1", .mailbox = &mailbox});
    bench_import(&d);
    assert_int_equal(read_case(&d, 1).route.hint.place.n, 0);
    later(&d, &mailbox, "It was the same man again, thank you");
    assert_int_equal(read_case(&d, 1).route.hint.place.n, 0);
    later(&d, &mailbox, "I said it was in Porth Enys"); /* two places of the name: cannot tell */
    assert_int_equal(read_case(&d, 1).route.hint.place.n, 0);
    later(&d, &mailbox, "They live in Mount and Marsh you know"); /* the same force */
    assert_int_equal(read_case(&d, 1).route.hint.place.n, 0);
    assert_true(newest_act_has(&d, "report.added", "\"reopened\""));
    assert_false(newest_act_has(&d, "report.added", "leads-to"));
    later(&d, &mailbox, "No, it was out by Wolf Rock after all");
    struct desk_route route = read_case(&d, 1).route;
    assert_str(route.hint.place, "Wolf Rock");
    assert_str(route.hint.force, "west-watch");
    assert_true(route.hint.is_alone);
    assert_int_equal(route.hint.leaf, read_case(&d, 1).reports[4].leaf);
    assert_int_equal(route.force_count, 1); /* said, not done */
    assert_str(route.forces[0].id, "east-watch");
    assert_true(newest_act_has(&d, "report.added", "leads-to"));
    assert_false(newest_act_has(&d, "report.added", "Wolf Rock")); /* no words of the reporter */
    /* Taken: by an officer, as any correction. */
    struct desk_do what = {.kind = DO_ROUTE,
                           .number = 1,
                           .text = route.hint.place,
                           .reason = STR("The reporter now names it")};
    OK(do_it(&d, &d.supervisor, what, NULL, NULL));
    route = read_case(&d, 1).route;
    assert_str(route.forces[0].id, "west-watch");
    assert_int_equal(route.officer, d.supervisor.officer);
    assert_int_equal(route.hint.place.n, 0);
    assert_true(newest_act_has(&d, "case.route", "Wolf Rock"));
    /* What an officer has set stays, whatever comes in; the summary is a later text as well. */
    what = (struct desk_do){
        .kind = DO_SUMMARY, .number = 1, .text = STR("It began in the Mount and Marsh")};
    OK(do_it(&d, &d.supervisor, what, NULL, NULL));
    route = read_case(&d, 1).route;
    assert_str(route.hint.force, "east-watch");
    assert_int_equal(route.hint.leaf, 0);
    assert_str(route.forces[0].id, "west-watch");
    assert_true(newest_act_has(&d, "case.summary", "leads-to"));
    what.text = STR("Nothing about a place");
    OK(do_it(&d, &d.supervisor, what, NULL, NULL));
    assert_int_equal(read_case(&d, 1).route.hint.place.n, 0);
    later(&d, &mailbox, "Sorry: it was in Mount and Marsh");
    route = read_case(&d, 1).route;
    assert_str(route.hint.force, "east-watch");
    assert_str(route.forces[0].id, "west-watch");
    assert_int_equal(route.officer, d.supervisor.officer);
    /* Kept: the same force again. */
    what = (struct desk_do){.kind = DO_ROUTE,
                            .number = 1,
                            .force = STR("west-watch"),
                            .reason = STR("The route stays")};
    OK(do_it(&d, &d.supervisor, what, NULL, NULL));
    assert_int_equal(read_case(&d, 1).route.hint.place.n, 0);
    desk_bench_close(&d);
    pack_unload(&pack);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(test_routed),
        BOTH(test_read_out_of_the_text),
        BOTH(test_older_cases_are_found),
        BOTH(test_not_routed),
        BOTH(test_corrected),
        BOTH(test_areas),
        BOTH(test_later_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
