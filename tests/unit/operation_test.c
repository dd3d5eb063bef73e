/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: what comes into an operation is kept or refused by name, nobody overwrites a colleague, reports
 * weigh on sites without giving a case away, and only what the checker accepts is published.
 * Method: a desk with a letterbox in memory and the invented country, on both engines. */
#include "../support/operation_bench.h"

#include "desk/desk_directory.h"

static void test_rows(void **state)
{
    struct fixture f;
    fixture_open(&f, state);
    OK(change(&f, (struct operation_change){.kind = OPERATION_SITES,
                                            .text = str_c(sites_csv),
                                            .name = STR("sites.csv"),
                                            .from = STR("file")}));
    assert_int_equal(f.changed.added, 3 + 0);
    assert_int_equal(f.changed.refused, 1);
    assert_true(has(f.changed.refusals, "sites.csv, line 5 ('sea', Far away): longitude 10"));
    OK(change(&f, (struct operation_change){.kind = OPERATION_UNITS,
                                            .text = str_c(units_csv),
                                            .name = STR("units.csv")}));
    assert_int_equal(f.changed.added, 3);
    assert_true(has(f.changed.refusals, "'base' is 'nowhere'"));
    struct desk_operation view = look(&f);
    assert_int_equal(view.operation.site_count, 3);
    assert_int_equal(view.operation.demand_count, 2);
    assert_int_equal(view.operation.unit_count, 3);
    assert_int_equal(view.operation.state, OPERATION_DRAFT);
    assert_str(view.operation.day, "2026-05-07");
    /* the same file again changes and adds nothing */
    OK(change(&f, (struct operation_change){.kind = OPERATION_SITES,
                                            .text = str_c(sites_csv),
                                            .name = STR("sites.csv"),
                                            .from = STR("file")}));
    assert_int_equal(f.changed.added, 0);
    assert_int_equal(look(&f).operation.demand_count, 2);
    /* by hand nobody is replaced; a file brings its units up to date */
    struct operation_change units = {
        .kind = OPERATION_UNITS, .text = str_c(units_csv), .name = STR("x"), .from = STR("form")};
    ENDS(change(&f, units), STATUS_INVALID);
    units.from = STR("file");
    OK(change(&f, units));
    assert_int_equal(f.changed.changed, 3);
    /* nothing usable: nothing is changed, and it is said why */
    ENDS(change(&f, (struct operation_change){.kind = OPERATION_UNITS,
                                              .text = STR("id,base,start,end\nX,moon,1,2\n"),
                                              .name = STR("x.csv")}),
         STATUS_INVALID);
    assert_true(has(f.changed.refusals, "x.csv, line 2 ('X')"));
    /* a row that is refused is not taken in part: no site of it stands there as a base */
    OK(change(
        &f, (struct operation_change){.kind = OPERATION_SITES,
                                      .text = STR("id,name,lon,lat,from,to,visits\n"
                                                  "early,Closes early,-1.5,52.5,22:00,07:00,1\n"
                                                  "less,Fewer than none,-1.5,52.5,07:00,22:00,-3\n"
                                                  "good,Good,-1.5,52.5,07:00,22:00,1\n"),
                                      .name = STR("y.csv")}));
    assert_int_equal(f.changed.added, 1);
    assert_int_equal(f.changed.refused, 2);
    assert_true(has(f.changed.refusals,
                    "y.csv, line 2 ('early', Closes early): 'from' is '22:00'; 'to' "
                    "is '07:00': it closes before it opens"));
    assert_int_equal(look(&f).operation.site_count, 4);
    /* what was typed is named, not what stands for an empty field */
    ENDS(change(&f, (struct operation_change){.kind = OPERATION_SITES,
                                              .text = STR("id,name,lon,lat,from\n"
                                                          "late,Late,-1.5,52.5,25:00\n"),
                                              .name = STR("the form")}),
         STATUS_INVALID);
    assert_true(has(f.changed.refusals,
                    "the form, line 2 ('late', Late): 'from' is '25:00'; an empty 'to' "
                    "is 22:00: it closes before it opens"));
    assert_true(has(str_c(f.said.primary), "No row of it could be taken."));
    assert_int_equal(look(&f).operation.site_count, 4);
    /* an event at a site of the list, and another of that name */
    struct operation_change event = {
        .kind = OPERATION_SITES,
        .text = STR("id,name,from,to,visits\nCount,Count,22:00,02:00+1,1\n"),
        .name = STR("the form"),
        .from = STR("form"),
        .id = STR("a")};
    OK(change(&f, event));
    view = look(&f);
    assert_true(site_of(&view, "Count")->lon == site_of(&view, "a")->lon);
    ENDS(change(&f, event), STATUS_INVALID);
    assert_true(has(str_c(f.said.primary), "a site of that name"));
    fixture_close(&f);
}

static str repeated(struct fixture *f, const char *before, const char *piece, size_t count,
                    const char *behind)
{
    struct buf out;
    buf_init(&out, 1024 * 1024);
    buf_add_c(&out, before);
    for (size_t i = 0; i < count; i++) {
        buf_add_c(&out, piece);
    }
    buf_add_c(&out, behind);
    str text = arena_str(&f->d.arena, buf_str(&out));
    buf_close(&out);
    return text;
}

/* One cell that another text ran into costs its row, not the operation. */
static void test_long_cells(void **state)
{
    static const char site_columns[] = "id,name,lon,lat,visits,skills\nlong,Long,-5.51,50.11,2,\"";
    static const char unit_columns[] = "id,base,start,end,rank,skills\nLONG,base,07:00,12:00,";
    struct fixture f;
    fixture_open(&f, state);
    fill(&f);
    struct operation_change sites = {.kind = OPERATION_SITES,
                                     .text = repeated(&f, site_columns, "a ", 20000, "\"\n"),
                                     .name = STR("long.csv"),
                                     .from = STR("file")};
    ENDS(change(&f, sites),
         STATUS_INVALID); /* a refused row is not taken, and it was the only one */
    assert_true(has(f.changed.refusals, "long.csv, line 2 ('long', Long): 'skills'"));
    assert_int_equal(look(&f).operation.demand_count, 2);
    /* a note is printed: a few lines, and no word of a longer one is dropped unsaid */
    sites.text =
        repeated(&f, "id,name,lon,lat,visits,note\nlong,Long,-5.51,50.11,2,\"", "a", 401, "\"\n");
    ENDS(change(&f, sites), STATUS_INVALID);
    assert_true(has(f.changed.refusals, "long.csv, line 2 ('long', Long): 'note'"));
    assert_int_equal(look(&f).operation.demand_count, 2);
    struct operation_change units = {.kind = OPERATION_UNITS,
                                     .text = repeated(&f, unit_columns, "a", 60 * 1024, ",\n"),
                                     .name = STR("long.csv")};
    ENDS(change(&f, units), STATUS_INVALID);
    assert_true(has(f.changed.refusals, "long.csv, line 2 ('LONG'): 'rank'"));
    units.text = repeated(&f, unit_columns, "", 0, "constable,\"");
    units.text = repeated(&f, arena_cstr(&f.d.arena, units.text), "ab;", 20000, "\"\n");
    ENDS(change(&f, units), STATUS_INVALID);
    assert_true(has(f.changed.refusals, "long.csv, line 2 ('LONG'): 'skills'"));
    units.text = repeated(&f, unit_columns, "a", 100, ",\"bike; dog; \"\n");
    OK(change(&f, units));
    assert_int_equal(look(&f).operation.unit_count, 4);
    /* whatever else may go wrong: what cannot be read again is not written */
    struct desk_operation view = look(&f);
    view.operation.units[0].json = (str){0};
    OK(casebook_begin(f.d.desk->casebook, &err));
    ENDS(operation_store(f.d.desk, &view.operation, &err), STATUS_INVALID);
    casebook_rollback(f.d.desk->casebook);
    assert_int_equal(look(&f).operation.unit_count, 4);
    fixture_close(&f);
}

/* A list of hundreds must not hold every operation in memory at once: it would end the process. */
static void test_many(void **state)
{
    enum { MANY = 60 };
    struct fixture f;
    struct operation_row *list = NULL;
    size_t count = 0;
    int64_t number = 0;
    fixture_open(&f, state);
    fill(&f);
    for (int i = 0; i < MANY; i++) {
        OK(desk_operation_make(f.d.desk, &f.planner, STR("Another"), STR("2026-05-08"), &number,
                               &err));
    }
    size_t before = f.d.arena.used_total;
    OK(desk_operations(f.d.desk, &f.planner, &f.d.arena, &list, &count, &err));
    size_t grown = f.d.arena.used_total - before;
    assert_int_equal(count, MANY + 1);
    if (grown > 256 * 1024) {
        fail_msg("the list took %zu bytes", grown);
    }
    assert_int_equal(list[0].number, number);
    assert_str(list[0].name, "Another");
    assert_str(list[MANY].day, "2026-05-07");
    assert_int_equal(list[MANY].site_count, 3);
    assert_int_equal(list[MANY].unit_count, 3);
    assert_false(list[MANY].is_broken);
    /* a name that looks like the mark before the lists; a body from before there were counts */
    struct casebook_operation old = {
        .state = OPERATION_DRAFT,
        .body = STR("{\"name\":\"Old\",\"day\":\"2026-05-07\",\"sites\":[{},{}],\"units\":[{}]}")};
    OK(desk_operation_make(f.d.desk, &f.planner, STR("x,\"sites\":["), STR("2026-05-08"), &number,
                           &err));
    OK(casebook_begin(f.d.desk->casebook, &err));
    OK(casebook_operation_add(f.d.desk->casebook, &old, &err));
    OK(casebook_commit(f.d.desk->casebook, &err));
    OK(desk_operations(f.d.desk, &f.planner, &f.d.arena, &list, &count, &err));
    assert_str(list[0].name, "Old");
    assert_int_equal(list[0].site_count, 2);
    assert_int_equal(list[0].unit_count, 1);
    assert_str(list[1].name, "x,\"sites\":[");
    assert_str(list[1].day, "2026-05-08");
    number = old.number;
    /* one that does not open hides no other */
    struct db *db = bench_casebook(&f.d);
    OK(db_exec(db, "UPDATE operation SET body = $1 WHERE number = $2",
               DB_ARGS(DB_S(STR("spoiled")), DB_I(number)), NULL, &err));
    db_close(db);
    OK(desk_operations(f.d.desk, &f.planner, &f.d.arena, &list, &count, &err));
    assert_int_equal(count, MANY + 3);
    assert_true(list[0].is_broken);
    assert_false(list[1].is_broken);
    fixture_close(&f);
}

static void test_calendar(void **state)
{
    static const char ics[] =
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:h1\r\nSUMMARY:Hustings\r\n"
        "DESCRIPTION:Three candidates\\, doors at 18:00\r\nCONTACT:Caretaker\\, 07700 900123\r\n"
        "LOCATION:Market "
        "House\r\nDTSTART:20260507T180000\r\nDTEND:20260507T200000\r\nEND:VEVENT\r\n"
        "BEGIN:VEVENT\r\nUID:h2\r\nSUMMARY:Elsewhere\r\nLOCATION:Moon\r\n"
        "DTSTART:20260507T180000\r\nDTEND:20260507T200000\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    struct fixture f;
    fixture_open(&f, state);
    fill(&f);
    struct operation_change events = {
        .kind = OPERATION_EVENTS, .text = str_c(ics), .name = STR("events.ics"), .minutes = 15};
    OK(change(&f, events));
    assert_int_equal(f.changed.added, 1);
    assert_true(has(f.changed.refusals, "Moon"));
    assert_int_equal(look(&f).operation.demand_count, 3);
    /* its own words go with it, to whoever is sent there */
    struct desk_operation view = look(&f);
    bool has_note = false;
    for (size_t i = 0; i < view.operation.demand_count; i++) {
        has_note =
            has_note || has(view.operation.demands[i].json,
                            "\"note\":\"Hustings; Three candidates, doors at 18:00; contact: "
                            "Caretaker, 07700 900123\"");
    }
    assert_true(has_note);
    OK(change(&f, events)); /* its UID is known */
    assert_int_equal(f.changed.added, 0);
    assert_int_equal(look(&f).operation.demand_count, 3);
    fixture_close(&f);
}

#define EVENT(place, more)                                                                         \
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:h1\r\nSUMMARY:"                         \
    "Hustings\r\nLOCATION:" place "\r\n" more                                                      \
    "DTSTART:20260507T180000\r\nDTEND:20260507T200000\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"

/* A calendar that is uploaded again: nobody is sent to where an event was, or to one that is cancelled. */
static void test_calendar_again(void **state)
{
    struct fixture f;
    fixture_open(&f, state);
    fill(&f);
    size_t before = look(&f).operation.demand_count;
    struct operation_change events = {.kind = OPERATION_EVENTS,
                                      .text = STR(EVENT("Market House", "")),
                                      .name = STR("events.ics"),
                                      .minutes = 15};
    OK(change(&f, events));
    events.text = STR(EVENT("Porth Enys Village Hall", ""));
    OK(change(&f, events));
    assert_int_equal(f.changed.added, 0);
    assert_int_equal(f.changed.changed, 1);
    struct desk_operation view = look(&f);
    assert_int_equal(view.operation.demand_count, before + 1);
    assert_str(view.operation.demands[before].site, "a");
    events.text = STR(EVENT("Porth Enys Village Hall", "STATUS:CANCELLED\r\n"));
    OK(change(&f, events));
    assert_int_equal(f.changed.added, 0);
    assert_int_equal(f.changed.changed, 1);
    assert_int_equal(look(&f).operation.demand_count, before);
    fixture_close(&f);
}

static void test_directory(void **state)
{
    struct fixture f;
    struct directory_key keys[DIRECTORY_KEYS_MAX];
    struct desk_directory_about about = {STR("own"), {{7}}};
    fixture_open(&f, state);
    for (int i = 0; i < 3; i++) {
        struct place place = {.council = STR("D1"),
                              .election = i == 2 ? STR("2024-07-04") : STR("2026-05-07"),
                              .id = arena_printf(&f.d.arena, "%d", i),
                              .name = STR("Chapel \"of\" ease"),
                              .postcode = STR("LY1 1AA"),
                              .is_located = i != 1,
                              .at = {50.1, -5.5}};
        struct buf body;
        buf_init(&body, DIRECTORY_BODY_BYTES_MAX);
        place_encode(&body, &place);
        struct desk_directory_entry entry = {DIRECTORY_PLACE, place_key(&f.d.arena, &place),
                                             buf_str(&body), keys,
                                             place_keys(&f.d.arena, &place, keys)};
        OK(desk_directory_save(f.d.desk, &f.d.supervisor, &entry, 1, &about, &err));
        buf_close(&body);
    }
    OK(change(&f, (struct operation_change){.kind = OPERATION_PLACES, .text = STR("carrek loos")}));
    assert_int_equal(f.changed.added, 1); /* of the newest polling day, and located */
    assert_true(has(f.changed.refusals, "does not know where it is"));
    struct desk_operation view = look(&f);
    const struct operation_site *site = site_of(&view, "D1/0");
    assert_str(site->area, "Carrek Loos");
    assert_str(site->name, "Chapel \"of\" ease");
    assert_int_equal(view.operation.demand_count, 1);
    ENDS(change(&f, (struct operation_change){.kind = OPERATION_PLACES, .text = STR("Atlantis")}),
         STATUS_INVALID);
    fixture_close(&f);
}

static void test_rating(void **state)
{
    struct fixture f;
    str ids[] = {STR("a")};
    fixture_open(&f, state);
    fill(&f);
    struct operation_change rate = {
        .kind = OPERATION_RATE, .ids = ids, .id_count = 1, .rating = RATING_RED};
    ENDS(change(&f, rate), STATUS_INVALID); /* who says so? */
    rate.text = STR("ESM, 3 May");
    OK(change(&f, rate));
    struct desk_operation view = look(&f);
    assert_int_equal(operation_weight(site_of(&view, "a")), 5000);
    assert_int_equal(operation_weight(site_of(&view, "b")), 1000);
    assert_str(site_of(&view, "a")->rating_source, "ESM, 3 May");
    assert_int_equal(site_of(&view, "a")->rating_officer, 2);
    struct buf problem;
    struct buf left_out;
    buf_init(&problem, 1 << 20);
    buf_init(&left_out, 1 << 20);
    OK(operation_problem(&view.operation, &problem, &left_out, &err));
    assert_true(has(buf_str(&problem), "\"note\":\"Risk red: ESM, 3 May\"")); /* for cards */
    assert_true(has(buf_str(&problem), "\"gap_s\":7200")); /* two visits in 15 hours are spaced … */
    assert_true(has(buf_str(&problem), "\"fair\":true"));
    buf_clear(&problem);
    view.operation.rules.has_spacing = false; /* … unless the rule is off */
    view.operation.rules.has_fairness = false;
    OK(operation_problem(&view.operation, &problem, &left_out, &err));
    assert_false(has(buf_str(&problem), "gap_s"));
    assert_true(has(buf_str(&problem), "\"fair\":false"));
    buf_close(&problem);
    buf_close(&left_out);
    rate.id_count = 0;
    ENDS(change(&f, rate), STATUS_INVALID); /* none chosen */
    OK(change(&f, (struct operation_change){.kind = OPERATION_RATE,
                                            .area = STR("Carrek Loos"),
                                            .rating = RATING_AMBER,
                                            .text = STR("SPOC")}));
    view = look(&f);
    assert_int_equal(operation_weight(site_of(&view, "b")), 2500);
    /* a base of units stays; with no unit there it goes, and what was wanted of it */
    str base[] = {STR("base")};
    ENDS(change(
             &f,
             (struct operation_change){.kind = OPERATION_REMOVE_SITE, .ids = base, .id_count = 1}),
         STATUS_INVALID);
    OK(change(&f,
              (struct operation_change){.kind = OPERATION_REMOVE_SITE, .ids = ids, .id_count = 1}));
    assert_int_equal(look(&f).operation.demand_count, 1);
    OK(change(&f, (struct operation_change){.kind = OPERATION_CLOSE}));
    ENDS(change(&f, rate), STATUS_INVALID);
    OK(change(&f, (struct operation_change){.kind = OPERATION_REOPEN}));
    fixture_close(&f);
}

static void test_not_overwritten(void **state)
{
    struct fixture f;
    struct operation_row *rows = NULL;
    size_t count = 0;
    int64_t number = 0;
    fixture_open(&f, state);
    fill(&f);
    struct operation_change mine = {.kind = OPERATION_RATE,
                                    .number = f.number,
                                    .version = look(&f).operation.version,
                                    .area = STR("Carrek Loos"),
                                    .rating = RATING_RED,
                                    .text = STR("me")};
    OK(change(&f, (struct operation_change){.kind = OPERATION_RATE,
                                            .area = STR("Carrek Loos"),
                                            .rating = RATING_GREEN,
                                            .text = STR("a colleague")}));
    int64_t acts = f.d.box.leaf_count;
    f.said = (struct error){0};
    ENDS(desk_operation_change(f.d.desk, &f.planner, &mine, &f.d.arena, &f.changed, &f.said),
         STATUS_CONFLICT);
    assert_false(has(str_c(f.said.hint), "typed")); /* the page knows what its form keeps */
    assert_true(f.d.box.leaf_count > acts);
    struct desk_operation view = look(&f);
    assert_str(site_of(&view, "a")->rating_source, "a colleague");
    /* who may not plan sees nothing */
    ENDS(desk_operations(f.d.desk, &f.d.triager, &f.d.arena, &rows, &count, &err), STATUS_DENIED);
    ENDS(desk_operation_read(f.d.desk, &f.d.auditor, f.number, &f.d.arena, &view, &err),
         STATUS_DENIED);
    ENDS(desk_operation_make(f.d.desk, &f.d.analyst, STR("x"), STR("2026-05-07"), &number, &err),
         STATUS_DENIED);
    ENDS(desk_operation_make(f.d.desk, &f.planner, STR("x"), STR("7 May"), &number, &err),
         STATUS_INVALID);
    OK(desk_operations(f.d.desk, &f.planner, &f.d.arena, &rows, &count, &err));
    assert_int_equal(count, 1);
    assert_int_equal(rows[0].site_count, 3);
    fixture_close(&f);
}

/* --- what reports add --- */

static void send_case(struct fixture *f, const char *place, const char *source,
                      const char *relation)
{
    bench_send(&f->d, &(struct bench_letter){.what = "threat",
                                             .codes = "THR1",
                                             .grade = 4,
                                             .area = "C1",
                                             .place = place,
                                             .source = source,
                                             .relation = relation});
}

static int64_t added(struct fixture *f, const char *id)
{
    OK(change(f, (struct operation_change){.kind = OPERATION_COUNT}));
    struct desk_operation view = look(f);
    return site_of(&view, id)->reported;
}

static void test_reports_weigh(void **state)
{
    struct fixture f;
    fixture_open(&f, state);
    fill(&f);
    assert_int_equal(added(&f, "a"), 0);
    /* a patrol's own sightings alone add nothing, however many */
    for (int i = 0; i < 3; i++) {
        send_case(&f, "in front of Porth Enys Village Hall", "desk", "witness");
    }
    bench_import(&f.d);
    assert_int_equal(added(&f, "a"), 0);
    send_case(&f, "Porth Enys village hall, the back door", "form", "self");
    bench_import(&f.d);
    int64_t one = added(&f, "a");
    assert_true(one > 0);
    assert_true(added(&f, "b") < one); /* only its council */
    struct desk_operation view = look(&f);
    const struct operation_site *site = site_of(&view, "a");
    assert_str(site->reported_here, "[low]"); /* four */
    assert_str(site->newest, "under 7 days old");
    for (int i = 0; i < 40; i++) {
        send_case(&f, "Porth Enys Village Hall", "form", "self");
    }
    bench_import(&f.d);
    assert_true(added(&f, "a") <= 3000); /* never more than so */
    view = look(&f);
    assert_str(site_of(&view, "a")->reported_here, "45");
    assert_str(site_of(&view, "a")->reported_around, "45");
    fixture_close(&f);
}

/* Case 1 says something of site a. */
static void open_with_a_report(struct fixture *f, void **state)
{
    fixture_open(f, state);
    fill(f);
    send_case(f, "Porth Enys Village Hall", "form", "self");
    bench_import(&f->d);
    assert_true(added(f, "a") > 0);
}

static void test_restricted_does_not_weigh(void **state)
{
    struct fixture f;
    open_with_a_report(&f, state);
    OK(do_it(&f.d, &f.d.supervisor,
             (struct desk_do){.kind = DO_ACCESS,
                              .number = 1,
                              .access = ACCESS_RESTRICTED,
                              .reason = STR("need to know")},
             NULL, NULL));
    assert_int_equal(added(&f, "a"), 0);
    fixture_close(&f);
}

/* What was decided about and closed sends nobody anywhere; opened again, it does. */
static void test_closed_does_not_weigh(void **state)
{
    struct fixture f;
    open_with_a_report(&f, state);
    struct desk_do turn = {
        .kind = DO_STATE, .number = 1, .state = CASE_CLOSED, .reason = STR("nothing in it")};
    OK(do_it(&f.d, &f.d.supervisor, turn, NULL, NULL));
    assert_int_equal(added(&f, "a"), 0);
    turn.state = CASE_OPEN;
    OK(do_it(&f.d, &f.d.supervisor, turn, NULL, NULL));
    assert_true(added(&f, "a") > 0);
    fixture_close(&f);
}

/* --- plans --- */

static void test_plan(void **state)
{
    struct fixture f;
    struct desk_plan plan = {0};
    fixture_open(&f, state);
    ENDS(desk_plan_search(f.d.desk, &f.planner, f.number, 1, 7, STR(""), &err), STATUS_INVALID);
    fill(&f);
    ENDS(desk_plan_search(f.d.desk, &f.planner, f.number, 0, 7, STR(""), &err), STATUS_INVALID);
    search(&f, "first");
    struct desk_operation view = look(&f);
    assert_int_equal(view.search_count, 1);
    assert_int_equal(view.searches[0].state, SEARCH_DONE);
    assert_int_equal(view.plan_count, 1);
    assert_int_equal(view.plans[0].state, PLAN_DRAFT);
    assert_int_equal(view.plans[0].served, 4);
    assert_int_equal(view.plans[0].unmet, 0);
    assert_true(view.plans[0].bound >= view.plans[0].profit);
    assert_true(has(view.plans[0].left_out, "unit P3: its duty is longer than 12 hours"));
    assert_str(view.plans[0].why, "first");
    int64_t first = view.plans[0].leaf;
    OK(desk_plan_publish(f.d.desk, &f.planner, first, &f.d.arena, &err));
    ENDS(desk_plan_publish(f.d.desk, &f.planner, first, &f.d.arena, &err), STATUS_INVALID);
    search(&f, "second");
    view = look(&f);
    assert_int_equal(view.operation.state, OPERATION_PUBLISHED);
    assert_int_equal(view.plans[0].number, 2);
    OK(desk_plan_publish(f.d.desk, &f.planner, view.plans[0].leaf, &f.d.arena, &err));
    OK(desk_plan_read(f.d.desk, &f.planner, first, STR("csv"), STR("P1"), &f.d.arena, &plan, &err));
    assert_int_equal(plan.row.state, PLAN_REPLACED); /* and still whole */
    assert_int_equal(plan.other_count, 1);
    assert_int_equal(plan.row.published_officer, 2);
    assert_true(has(plan.result, "\"P1\""));
    ENDS(desk_plan_read(f.d.desk, &f.d.triager, first, STR("read"), STR(""), &f.d.arena, &plan,
                        &err),
         STATUS_DENIED);
    fixture_close(&f);
}

/* A plan that is in force is so again when the operation is opened again. */
static void test_reopened(void **state)
{
    struct fixture f;
    fixture_open(&f, state);
    fill(&f);
    search(&f, "first");
    OK(change(&f, (struct operation_change){.kind = OPERATION_CLOSE}));
    assert_int_equal(look(&f).operation.state, OPERATION_CLOSED);
    OK(change(&f, (struct operation_change){.kind = OPERATION_REOPEN}));
    assert_int_equal(look(&f).operation.state, OPERATION_DRAFT);
    OK(desk_plan_publish(f.d.desk, &f.planner, look(&f).plans[0].leaf, &f.d.arena, &err));
    OK(change(&f, (struct operation_change){.kind = OPERATION_CLOSE}));
    OK(change(&f, (struct operation_change){.kind = OPERATION_REOPEN}));
    assert_int_equal(look(&f).operation.state, OPERATION_PUBLISHED);
    OK(change(&f, (struct operation_change){.kind = OPERATION_REOPEN})); /* pressed twice */
    assert_int_equal(look(&f).operation.state, OPERATION_PUBLISHED);
    fixture_close(&f);
}

/* A plan that breaks a rule cannot be published, wherever it came from. */
static void test_checked_first(void **state)
{
    struct fixture f;
    struct desk_plan plan = {0};
    fixture_open(&f, state);
    fill(&f);
    search(&f, "good");
    int64_t leaf = look(&f).plans[0].leaf;
    OK(desk_plan_read(f.d.desk, &f.planner, leaf, STR("read"), STR(""), &f.d.arena, &plan, &err));
    struct casebook_plan bad = {
        .leaf = 100000,
        .operation = f.number,
        .state = PLAN_DRAFT,
        .officer = 2,
        .about = STR("{}"),
        .problem = plan.problem,
        .result = STR("{\"units\":[{\"id\":\"P1\",\"visits\":[{\"site\":\"a\",\"task\":\"a/1\","
                      "\"start_s\":1000}]}]}")};
    OK(casebook_begin(f.d.desk->casebook, &err));
    OK(casebook_plan_add(f.d.desk->casebook, &bad, &err));
    OK(casebook_commit(f.d.desk->casebook, &err));
    assert_int_equal(desk_plan_publish(f.d.desk, &f.planner, bad.leaf, &f.d.arena, &f.said),
                     STATUS_INVALID);
    if (!str_starts(str_c(f.said.primary), STR("The checker refuses this plan:"))) {
        fail_msg("%s", f.said.primary);
    }
    assert_int_equal(look(&f).operation.state, OPERATION_DRAFT);
    fixture_close(&f);
}

/* Nothing of an operation stands in the store in the clear. */
static void test_sealed(void **state)
{
    static const char *const queries[] = {
        "SELECT body FROM operation", "SELECT about FROM operation_plan",
        "SELECT problem FROM operation_plan", "SELECT result FROM operation_plan"};
    struct fixture f;
    fixture_open(&f, state);
    fill(&f);
    search(&f, "Harbour");
    struct db *db = bench_casebook(&f.d);
    for (size_t i = 0; i < ARRAY_LEN(queries); i++) {
        struct db_rows *rows = NULL;
        bool has_row = false;
        OK(db_query(db, queries[i], DB_NO_ARGS, &rows, &err));
        OK(db_next(rows, &has_row, &err));
        assert_true(has_row);
        str bytes = db_bytes(rows, 0);
        assert_true(bytes.n > CRYPT_SEAL_OVERHEAD);
        assert_false(has(bytes, "Harbour"));
        assert_false(has(bytes, "start_s"));
        db_rows_close(rows);
    }
    db_close(db);
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(test_rows),
        BOTH(test_long_cells),
        BOTH(test_many),
        BOTH(test_calendar),
        BOTH(test_calendar_again),
        BOTH(test_directory),
        BOTH(test_rating),
        BOTH(test_not_overwritten),
        BOTH(test_reports_weigh),
        BOTH(test_restricted_does_not_weigh),
        BOTH(test_closed_does_not_weigh),
        BOTH(test_plan),
        BOTH(test_reopened),
        BOTH(test_checked_first),
        BOTH(test_sealed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
