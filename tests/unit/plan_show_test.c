/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: what people get to see of a plan is the plan: times on the wall's clock, also when clocks
 * change; a duty without gaps; names that break no form.
 * Method: a problem with awkward names; days before, on and after a change of the clocks; random
 * routes, whose parts must add up to the paid time. */
#include "plan/show.h"

#include "../support/cm.h"
#include "plan/check.h"
#include "plan/day.h"
#include "plan/part.h"

struct world {
    struct arena arena;
    struct plan_problem problem;
    struct plan_result result;
    struct buf out;
};

static void world_read(struct world *world, const char *problem, const char *plan)
{
    struct plan_refused refused;
    struct error err = {0};
    arena_init(&world->arena, 16 << 20);
    buf_init(&world->out, 1 << 20);
    plan_refused_init(&refused);
    assert_int_equal(
        plan_problem_read(&world->arena, str_c(problem), &world->problem, &refused, &err),
        STATUS_OK);
    assert_int_equal(refused.count, 0);
    plan_refused_close(&refused);
    assert_int_equal(
        plan_result_read(&world->arena, &world->problem, str_c(plan), &world->result, &err),
        STATUS_OK);
}

static void world_close(struct world *world)
{
    buf_close(&world->out);
    arena_close(&world->arena);
}

static struct plan_show show_of(struct world *world)
{
    struct plan_show show;
    struct error err = {0};
    assert_int_equal(plan_show_make(&world->arena, &world->problem, &world->result, &show, &err),
                     STATUS_OK);
    return show;
}

static bool has(const struct world *world, const char *text)
{
    str all = buf_str(&world->out);
    return str_find(all, str_c(text)) < all.n;
}

#define HEAD(day)                                                                                  \
    "{\"format\":\"hustings-plan-problem\",\"version\":1,\"name\":\"n\",\"day\":\"" day "\","      \
    "\"travel\":{\"by\":\"sphere\",\"modes\":[{\"id\":\"car\",\"kmh\":36}]},"                      \
    "\"sites\":[{\"id\":\"b\",\"lon\":0,\"lat\":51},{\"id\":\"s\",\"lon\":0.01,\"lat\":51,"        \
    "\"name\":\"A \\\\ b, c; d\\nvery long name that goes on \u00e9\u00e9\u00e9\u00e9\u00e9\u00e9" \
    "\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9"         \
    "<script>\",\"area\":\"X & Y\"}],"
#define PLAN_AT(start)                                                                             \
    "{\"units\":[{\"id\":\"u\",\"visits\":[{\"task\":\"t\",\"start_s\":" start "}]}]}"
#define BODY                                                                                       \
    "\"units\":[{\"id\":\"u\",\"base\":\"b\",\"start_s\":0,\"end_s\":90000,\"brief_s\":600}],"     \
    "\"tasks\":[{\"id\":\"t\",\"site\":\"s\",\"open_s\":0,\"close_s\":86400,\"dwell_s\":3600}]}"

static void ics_at(struct world *world, const char *problem, const char *plan)
{
    struct error err = {0};
    world_read(world, problem, plan);
    struct plan_show show = show_of(world);
    assert_int_equal(plan_show_ics(&show, 0, 7, &world->out, &err), STATUS_OK);
}

static void test_calendar_has_local_times(void **state)
{
    struct world world;
    (void)state;
    ics_at(&world, HEAD("2026-05-07") BODY, PLAN_AT("25200"));
    assert_true(has(&world, "DTSTART;TZID=Europe/London:20260507T070000\r\n"));
    assert_true(has(&world, "DTEND;TZID=Europe/London:20260507T080000\r\n"));
    assert_true(has(&world, "SEQUENCE:7\r\n"));
    assert_true(has(&world, "LOCATION:A \\\\ b\\, c\\; d\\nvery long"));
    world_close(&world);
    ics_at(&world, HEAD("2026-01-15") BODY, PLAN_AT("25200"));
    assert_true(has(&world, "DTSTART;TZID=Europe/London:20260115T070000\r\n"));
    world_close(&world);
}

/* Clocks go back at 02:00 BST on 25 October 2026: 7,200 s after midnight it is 01:00 again, and
 * TZID would mean the first. */
static void test_calendar_when_clocks_change(void **state)
{
    struct world world;
    (void)state;
    ics_at(&world, HEAD("2026-10-25") BODY, PLAN_AT("5400"));
    assert_true(has(&world, "DTSTART;TZID=Europe/London:20261025T013000\r\n"));
    assert_true(has(&world, "DTEND:20261025T013000Z\r\n"));
    world_close(&world);
    ics_at(&world, HEAD("2026-10-25") BODY, PLAN_AT("36000"));
    assert_true(has(&world, "DTSTART;TZID=Europe/London:20261025T090000\r\n"));
    world_close(&world);
    ics_at(&world, HEAD("2026-03-29") BODY, PLAN_AT("3000"));
    assert_true(has(&world, "DTSTART;TZID=Europe/London:20260329T005000\r\n"));
    assert_true(has(&world, "DTEND;TZID=Europe/London:20260329T025000\r\n"));
    world_close(&world);
}

/* Whom to ask, and why somebody goes there, stand in the calendar as on the card. */
static void test_calendar_notes(void **state)
{
    struct world world;
    (void)state;
    ics_at(
        &world,
        HEAD(
            "2026-05-07") "\"units\":[{\"id\":\"u\",\"base\":\"b\",\"start_s\":0,\"end_s\":90000}],"
                          "\"tasks\":[{\"id\":\"t\",\"site\":\"s\",\"open_s\":0,\"close_s\":86400,"
                          "\"dwell_s\":60,\"note\":\"Ask for Ann\"}]}",
        PLAN_AT("25200"));
    assert_true(has(&world, "DESCRIPTION:Unit u\\, task t\\nAsk for Ann\r\n"));
    world_close(&world);
}

static void test_calendar_lines(void **state)
{
    struct world world;
    struct error err = {0};
    str uid;
    str again;
    (void)state;
    ics_at(&world, HEAD("2026-05-07") BODY, PLAN_AT("25200"));
    str rest = buf_str(&world.out);
    while (rest.n > 0) {
        size_t end = str_find(rest, STR("\r\n"));
        assert_true(end < rest.n && end <= 75);
        assert_true(str_find_byte(str_slice(rest, 0, end), '\n') == end);
        assert_true(((unsigned char)rest.p[end > 0 && rest.p[0] == ' ' ? 1 : 0] & 0xc0) != 0x80);
        rest = str_slice(rest, end + 2, rest.n);
    }
    size_t at = str_find(buf_str(&world.out), STR("UID:"));
    uid = arena_str(&world.arena, str_slice(buf_str(&world.out), at, at + 36));
    buf_clear(&world.out);
    /* The same task at another time is the same event. */
    world.result.routes = &(struct plan_route){
        .stops = &(struct plan_stop){.start = 40000}, .stop_count = 1, .break_start = -1};
    struct plan_show show = show_of(&world);
    assert_int_equal(plan_show_ics(&show, 99, 8, &world.out, &err), STATUS_OK);
    at = str_find(buf_str(&world.out), STR("UID:"));
    again = str_slice(buf_str(&world.out), at, at + 36);
    assert_true(uid.n == 36 && str_equal(uid, again));
    world.problem.day = (str){0};
    assert_int_equal(plan_show_ics(&show, 0, 0, &world.out, &err), STATUS_INVALID);
    world_close(&world);
}

static void expect_clock(struct plan_problem *problem, const char *day, int64_t ticks,
                         const char *clock, const char *iso)
{
    struct buf out;
    problem->day = str_c(day);
    buf_init(&out, 100);
    plan_add_clock(&out, problem, ticks);
    assert_int_equal(str_compare(buf_str(&out), str_c(clock)), 0);
    buf_clear(&out);
    plan_add_iso(&out, problem, ticks);
    assert_int_equal(str_compare(buf_str(&out), str_c(iso)), 0);
    buf_close(&out);
}

static void test_clock(void **state)
{
    struct plan_problem problem = {.ticks_per_s = 10};
    struct buf out;
    (void)state;
    expect_clock(&problem, "2026-05-07", 252005, "07:00", "2026-05-07T07:00:00+01:00");
    expect_clock(&problem, "2026-05-07", 900000, "01:00+1", "2026-05-08T01:00:00+01:00");
    expect_clock(&problem, "2026-12-31", 900000, "01:00+1", "2027-01-01T01:00:00+00:00");
    expect_clock(&problem, "2026-10-25", 54000, "01:30 BST", "2026-10-25T01:30:00+01:00");
    expect_clock(&problem, "2026-10-25", 90000, "01:30 GMT", "2026-10-25T01:30:00+00:00");
    expect_clock(&problem, "2026-03-29", 36000, "02:00 BST", "2026-03-29T02:00:00+01:00");
    expect_clock(&problem, "", 900005, "01:00+1", "90000.5");
    problem.day = STR("2024-07-04");
    buf_init(&out, 100);
    plan_add_date(&out, &problem);
    assert_str(buf_str(&out), "Thursday 4 July 2024");
    buf_close(&out);
}

/* Random stops that may overlap: either refused, or the parts add up. */
static void test_parts_add_up(void **state)
{
    struct world world;
    struct error err = {0};
    uint32_t seed = 1;
    unsigned made = 0;
    (void)state;
    world_read(&world, HEAD("2026-05-07") BODY, PLAN_AT("25200"));
    for (int round = 0; round < 2000; round++) {
        struct plan_stop stops[3] = {0};
        int32_t at = 600;
        for (int i = 0; i < 3; i++) {
            seed = seed * 1664525U + 1013904223U;
            at += (int32_t)(seed >> 16) % 9000 + (round % 3 == 0 ? 0 : 3600);
            stops[i].start = at;
        }
        struct plan_route route = {
            .stops = stops, .stop_count = 3, .break_start = round % 2 == 0 ? -1 : 700};
        struct plan_duty duty;
        world.problem.units[0].break_length = 300;
        enum status status = plan_duty_make(&world.arena, &world.problem, 0, &route, &duty, &err);
        bool is_overlap = stops[1].start < stops[0].start + 3600 ||
                          stops[2].start < stops[1].start + 3600 ||
                          (route.break_start >= 0 && stops[0].start < 1000);
        assert_int_equal(status, is_overlap ? STATUS_INVALID : STATUS_OK);
        if (status == STATUS_OK) {
            int64_t sum = 0;
            for (uint32_t i = 0; i < duty.leg_count; i++) {
                sum += duty.legs[i].to - duty.legs[i].from;
            }
            made++;
            assert_int_equal(sum, 90000);
            assert_int_equal(duty.legs[0].kind, PLAN_LEG_BRIEF);
        }
    }
    assert_true(made > 500);
    struct plan_duty duty;
    struct plan_route route = {.break_start = -1};
    assert_int_equal(plan_duty_make(&world.arena, &world.problem, 0, &route, &duty, &err),
                     STATUS_OK);
    struct plan_leg broken[2] = {duty.legs[0], duty.legs[1]};
    broken[1].from++;
    duty.legs = broken;
    assert_int_equal(plan_duty_check(&world.problem, 0, &duty, &err), STATUS_INTERNAL);
    world_close(&world);
}

static void test_names_break_no_form(void **state)
{
    struct world world;
    struct error err = {0};
    (void)state;
    world_read(&world, HEAD("2026-05-07") BODY, PLAN_AT("25200"));
    struct plan_show show = show_of(&world);
    plan_show_html(&show, &world.out);
    assert_false(has(&world, "<script"));
    assert_true(has(&world, "&lt;script&gt;"));
    assert_true(has(&world, "<h2>X &amp; Y</h2>"));
    assert_false(has(&world, "http")); /* nothing is fetched */
    buf_clear(&world.out);
    plan_show_table(&show, &world.out);
    assert_true(has(&world, "07:00  08:00  dwell    A \\ b, c; d very long"));
    buf_clear(&world.out);
    assert_int_equal(plan_show_geojson(&show, &world.out, &err), STATUS_OK);
    assert_true(has(&world, "[[0.000000,51.000000],[0.010000,51.000000],[0.000000,51.000000]]"));
    world.problem.travel_by = PLAN_PLANE;
    assert_int_equal(plan_show_geojson(&show, &world.out, &err), STATUS_INVALID);
    world_close(&world);
}

/* --- on paper --- */

#define PAPER                                                                                      \
    "{\"format\":\"hustings-plan-problem\",\"version\":1,\"name\":\"n\",\"day\":\"2026-05-07\","   \
    "\"travel\":{\"by\":\"sphere\",\"modes\":[{\"id\":\"car\",\"kmh\":36,\"factor\":1}]},"         \
    "\"sites\":["                                                                                  \
    "{\"id\":\"b\",\"name\":\"Base\",\"lon\":0,\"lat\":51},"                                       \
    "{\"id\":\"s\",\"name\":\"Hall <1>, East\",\"area\":\"East\",\"address\":\"E1 1AA & more\","   \
    "\"lon\":0.1,\"lat\":51},{\"id\":\"far\",\"name\":\"Nobody's\",\"area\":\"West\",\"lon\":-0."  \
    "1,"                                                                                           \
    "\"lat\":51.1}],\"units\":[{\"id\":\"u\",\"base\":\"b\",\"start_s\":21600,\"end_s\":43200,"    \
    "\"brief_s\":600,\"officers\":2,\"break\":{\"open_s\":28800,\"close_s\":36000,\"length_s\":"   \
    "1800}}],"                                                                                     \
    "\"tasks\":[{\"id\":\"t1\",\"site\":\"s\",\"open_s\":25200,\"close_s\":25200,\"dwell_s\":"     \
    "3600,"                                                                                        \
    "\"mandatory\":true},{\"id\":\"t2\",\"site\":\"s\",\"open_s\":0,\"close_s\":80000,\"dwell_"    \
    "s\":900},"                                                                                    \
    "{\"id\":\"t3\",\"site\":\"far\",\"open_s\":36000,\"close_s\":39600,\"dwell_s\":900}]}"
#define PAPER_PLAN                                                                                 \
    "{\"units\":[{\"id\":\"u\",\"break\":{\"after\":1,\"start_s\":29000},\"visits\":["             \
    "{\"task\":\"t1\",\"start_s\":25200},{\"task\":\"t2\",\"start_s\":32400}]}]}"
#define PLACE "<span class=\"under\">E1 1AA &amp; more, East; 51.00000, 0.10000</span>"
#define NOTES "</td><td class=\"notes\"></td></tr>\n"
#define TIMES(leave, from, to)                                                                     \
    "<tr><td class=\"time\">" leave "</td><td class=\"time\">" from "</td><td class=\"time\">" to  \
    "</td><td>"

static void test_a_card_says_when_to_leave(void **state)
{
    struct world world;
    (void)state;
    world_read(&world, PAPER, PAPER_PLAN);
    struct plan_show show = show_of(&world);
    plan_show_html(&show, &world.out);
    assert_true(has(&world, "Control room, telephone:"));
    assert_true(has(&world, TIMES("", "06:00", "06:10") "<em>Briefing</em>, Base" NOTES));
    /* 7 km at 36 km/h: leaving as late as is early enough */
    assert_true(has(&world,
                    TIMES("06:48", "07:00", "08:00") "<strong>Hall &lt;1&gt;, East</strong> "
                                                     "<small>(must be)</small>" PLACE NOTES));
    assert_true(
        has(&world, TIMES("", "08:03", "08:33") "<em>Break</em>, Hall &lt;1&gt;, East" NOTES));
    /* at the same place: nothing to leave for, and waiting for it is said */
    assert_true(has(&world, TIMES("", "08:33", "09:00") "wait, Hall &lt;1&gt;, East" NOTES));
    assert_true(
        has(&world, TIMES("", "09:00", "09:15") "<strong>Hall &lt;1&gt;, East</strong>" PLACE));
    assert_true(has(&world, TIMES("09:15", "09:26", "12:00") "back at Base" NOTES));
    /* the sheet of an area: a row a site */
    assert_true(has(&world,
                    "<tr><td class=\"place\">Hall &lt;1&gt;, East<span class=\"under\">E1 1AA "
                    "&amp; more</span></td><td><span class=\"time\">07:00–08:00 <strong>u"
                    "</strong></span>, <span class=\"time\">09:00–09:15 <strong>u</strong>"
                    "</span>" NOTES));
    assert_true(has(&world, "<span class=\"time\">10:00–11:15 nobody</span>" NOTES));
    world_close(&world);
}

/* Who is early at the next place waits there; who stands at a post reads who stands there, too. */
static void test_a_card_says_who_else_is_there(void **state)
{
    static const char problem[] =
        "{\"format\":\"hustings-plan-problem\",\"version\":1,\"travel\":{\"by\":\"plane\","
        "\"modes\":[{"
        "\"id\":\"car\",\"kmh\":36}]},\"sites\":[{\"id\":\"b\",\"x\":0,\"y\":0},{\"id\":\"count\","
        "\"x\":6000,"
        "\"y\":0},{\"id\":\"s\",\"x\":0,\"y\":6000}],\"units\":["
        "{\"id\":\"<A>\",\"base\":\"b\",\"start_s\":21600,\"end_s\":54000,\"officers\":2},"
        "{\"id\":\"B\",\"base\":\"b\",\"start_s\":21600,\"end_s\":54000},"
        "{\"id\":\"C\",\"base\":\"b\",\"start_s\":21600,\"end_s\":54000}],"
        "\"tasks\":[{\"id\":\"v\",\"site\":\"s\",\"open_s\":0,\"close_s\":54000,\"dwell_s\":600}],"
        "\"posts\":[{\"id\":\"p\",\"site\":\"count\",\"from_s\":36000,\"to_s\":43200,\"officers\":"
        "4}]}";
    static const char plan[] =
        "{\"units\":[{\"id\":\"<A>\",\"visits\":[{\"task\":\"v\",\"start_s\":25200},{\"task\":\"p/"
        "1.1\",\"start_s\":"
        "36000}]},{\"id\":\"B\",\"visits\":[{\"task\":\"p/3.1\",\"start_s\":36000}]},"
        "{\"id\":\"C\",\"visits\":[{\"task\":\"p/4.1\",\"start_s\":36000}]}]}";
    struct world world;
    (void)state;
    world_read(&world, problem, plan);
    struct plan_show show = show_of(&world);
    plan_show_html(&show, &world.out);
    assert_true(
        has(&world, "<span class=\"under\">with B (1 officer), C (1 officer)</span>" NOTES));
    assert_true(has(&world, "with &lt;A&gt; (2 officers), C (1 officer)</span>"));
    assert_true(has(&world, TIMES("07:10", "07:24", "10:00") "wait, count" NOTES));
    assert_true(has(&world, TIMES("", "10:00", "12:00") "<strong>count</strong>"));
    world_close(&world);
}

/* A sheet and a card are handed out alone: they say of which operation, day and plan they are, what is
 * there in the event's own words, and the risk with who says so. */
static void test_a_sheet_says_what_it_is_of(void **state)
{
    struct world world;
    (void)state;
    world_read(&world, PAPER, PAPER_PLAN);
    world.problem.name = STR("Day <of> polls");
    world.problem.sites[1].note = STR("Risk red: ESM & team, 3 May");
    world.problem.tasks[0].note = STR("Hustings; contact: caretaker <07700 900123>");
    world.problem.tasks[1].note = STR("second look");
    world.problem.tasks[2].note = STR("nobody comes here");
    struct plan_show show = show_of(&world);
    show.label = STR("Plan 3, published 6 May");
    plan_show_html(&show, &world.out);
#define WHICH                                                                                      \
    "<p><strong>Day &lt;of&gt; polls</strong>, Thursday 7 May 2026 (<strong>Plan 3, published 6 "  \
    "May</strong>)"
    assert_true(has(&world, "<h2>Unit u</h2>\n" WHICH ", on duty 06:00 to 12:00"));
    assert_true(has(&world, "<h2>East</h2>\n" WHICH "; times in the United Kingdom.</p>"));
    assert_true(has(&world, "<h2>West</h2>\n" WHICH));
#define UNDER(text) "<span class=\"under\">" text "</span>"
#define EVENT UNDER(EVENT_WORDS)
#define EVENT_WORDS "Hustings; contact: caretaker &lt;07700 900123&gt;"
#define RISK_WORDS "Risk red: ESM &amp; team, 3 May"
#define RISK UNDER(RISK_WORDS)
    assert_true(has(&world, "0.10000; <b>" EVENT_WORDS "</b>; <b>" RISK_WORDS
                            "</b></span>" NOTES));                           /* card */
    assert_true(has(&world, "more</span>" EVENT UNDER("second look") RISK)); /* the sheet */
    assert_true(has(&world, "Nobody's" UNDER("nobody comes here")));
    world_close(&world);
    /* a problem that was written knows them again */
    world_read(&world, PAPER, PAPER_PLAN);
    world.problem.sites[1].note = STR("a \"b\"");
    world.problem.tasks[0].note = STR("c");
    plan_problem_write(&world.problem, &world.out);
    assert_true(has(&world, "\"note\":\"a \\\"b\\\"\""));
    assert_true(has(&world, "\"note\":\"c\""));
    struct plan_problem again;
    struct plan_refused refused;
    struct error err = {0};
    plan_refused_init(&refused);
    assert_int_equal(plan_problem_read(&world.arena, buf_str(&world.out), &again, &refused, &err),
                     STATUS_OK);
    assert_int_equal(refused.count, 0);
    assert_str(again.sites[1].note, "a \"b\"");
    assert_str(again.tasks[0].note, "c");
    plan_refused_close(&refused);
    world_close(&world);
}

#define TWO_UNITS                                                                                  \
    "{\"format\":\"hustings-plan-problem\",\"version\":1,\"name\":\"n\",\"day\":\"2026-05-07\","   \
    "\"travel\":{\"by\":\"matrix\",\"modes\":[{\"id\":\"car\"}]},"                                 \
    "\"matrix\":{\"car\":[[0,60,120,180],[61,0,121,181],[62,122,0,182],[63,123,183,0]]},"          \
    "\"sites\":[{\"id\":\"base\",\"lon\":0,\"lat\":51},{\"id\":\"first\",\"lon\":0.1,\"lat\":51}," \
    "{\"id\":\"second\",\"lon\":0.2,\"lat\":51},{\"id\":\"third\",\"lon\":0.3,\"lat\":51}],"       \
    "\"groups\":[{\"id\":\"g\",\"weights\":[1]},{\"id\":\"h\",\"weights\":[1,0.5]}],"              \
    "\"units\":[{\"id\":\"early\",\"base\":\"base\",\"start_s\":21600,\"end_s\":43200},"           \
    "{\"id\":\"late\",\"base\":\"base\",\"start_s\":21600,\"end_s\":43200,"                        \
    "\"locks\":[{\"task\":\"t3\"}]}],"                                                             \
    "\"tasks\":[{\"id\":\"t1\",\"site\":\"first\",\"open_s\":0,\"close_s\":80000,\"dwell_s\":900," \
    "\"profit\":2,\"group\":\"h\"},"                                                               \
    "{\"id\":\"t2\",\"site\":\"second\",\"open_s\":0,\"close_s\":80000,\"dwell_s\":900,"           \
    "\"profit\":2,\"group\":\"h\",\"mandatory\":true},"                                            \
    "{\"id\":\"t3\",\"site\":\"third\",\"open_s\":0,\"close_s\":80000,\"dwell_s\":900,"            \
    "\"profit\":3,\"unit\":\"late\"}]}"
#define TWO_PLAN                                                                                   \
    "{\"units\":[{\"id\":\"early\",\"visits\":[{\"task\":\"t2\",\"start_s\":30000}]},"             \
    "{\"id\":\"late\",\"visits\":[{\"task\":\"t3\",\"start_s\":30000},"                            \
    "{\"task\":\"t1\",\"start_s\":31023}]}]}"

/* One unit's part names no place of another, and is a problem and a plan of its own, with a table of ways
 * of the right size and the figures of this unit. */
static void test_a_part_is_whole(void **state)
{
    struct world world;
    struct plan_problem problem;
    struct plan_result result;
    struct plan_check check;
    struct error err = {0};
    (void)state;
    world_read(&world, TWO_UNITS, TWO_PLAN);
    assert_int_equal(
        plan_part_make(&world.arena, &world.problem, &world.result, 1, &problem, &result, &err),
        STATUS_OK);
    assert_int_equal(problem.unit_count, 1);
    assert_int_equal(problem.task_count, 2);
    assert_int_equal(problem.site_count, 3);
    assert_int_equal(problem.group_count, 1);
    assert_int_equal(result.claim.profit, 5000);
    plan_problem_write(&problem, &world.out);
    assert_false(has(&world, "second") || has(&world, "early") || has(&world, "t2"));
    str text = arena_str(&world.arena, buf_str(&world.out));
    buf_clear(&world.out);
    plan_result_write(&problem, &result, &world.out);
    assert_false(has(&world, "second") || has(&world, "early"));
    assert_int_equal(
        plan_texts_read(&world.arena, text, buf_str(&world.out), &problem, &result, &err),
        STATUS_OK);
    plan_check(&world.arena, &problem, &result, &check);
    assert_int_equal(check.broken_count, 0);
    assert_int_equal(check.served, 2);
    /* from third to first 123 s: the ways of the whole */
    assert_int_equal(check.travel, world.problem.modes[0].matrix[3] + 123 + 61);
    /* maps and other programs' files of one unit are silent about the others, too */
    struct plan_show show = show_of(&world);
    show.unit = 1;
    buf_clear(&world.out);
    assert_int_equal(plan_show_geojson(&show, &world.out, &err), STATUS_OK);
    assert_true(has(&world, "third") && has(&world, "\"base\""));
    assert_false(has(&world, "second"));
    world.result.routes = (struct plan_route[]){{.break_start = -1}, world.result.routes[1]};
    show = show_of(&world);
    show.unit = 1;
    buf_clear(&world.out);
    plan_show_vroom(&show, &world.out);
    assert_true(has(&world, "\"unassigned\":[]"));
    show.unit = PLAN_NONE;
    buf_clear(&world.out);
    plan_show_vroom(&show, &world.out);
    assert_true(has(&world, "\"description\":\"t2\""));
    world_close(&world);
}

/* Every kind of row takes a note; and a part of a post that several units stand at is one unit's own duty. */
static void test_rows_with_notes(void **state)
{
    struct world world;
    struct plan_problem problem;
    struct plan_result result;
    struct plan_check check;
    struct error err = {0};
    (void)state;
    world_read(&world,
               HEAD("2026-05-07") "\"units\":["
                                  "{\"id\":\"pair\",\"base\":\"b\",\"start_s\":0,\"end_s\":80000,"
                                  "\"officers\":2},"
                                  "{\"id\":\"one\",\"base\":\"b\",\"start_s\":0,\"end_s\":80000}],"
                                  "\"tasks\":[],"
                                  "\"visits\":[{\"id\":\"v\",\"site\":\"s\",\"from_s\":0,"
                                  "\"to_s\":20000,\"dwell_s\":60,\"count\":1,\"note\":\"looks\"}],"
                                  "\"posts\":[{\"id\":\"p\",\"site\":\"s\",\"from_s\":30000,"
                                  "\"to_s\":40000,\"officers\":3,\"note\":\"stands\"}]}",
               "{\"units\":[{\"id\":\"pair\",\"visits\":[{\"task\":\"p/1.1\",\"start_s\":30000}]},"
               "{\"id\":\"one\",\"visits\":[{\"task\":\"p/2.1\",\"start_s\":30000}]}]}");
    for (uint32_t i = 0; i < world.problem.task_count; i++) {
        bool is_visit = str_starts(world.problem.tasks[i].id, STR("v/"));
        assert_true(
            str_equal(world.problem.tasks[i].note, is_visit ? STR("looks") : STR("stands")));
    }
    for (uint32_t unit = 0; unit < 2; unit++) {
        assert_int_equal(plan_part_make(&world.arena, &world.problem, &world.result, unit, &problem,
                                        &result, &err),
                         STATUS_OK);
        buf_clear(&world.out);
        plan_problem_write(&problem, &world.out);
        str text = arena_str(&world.arena, buf_str(&world.out));
        buf_clear(&world.out);
        plan_result_write(&problem, &result, &world.out);
        assert_int_equal(
            plan_texts_read(&world.arena, text, buf_str(&world.out), &problem, &result, &err),
            STATUS_OK);
        plan_check(&world.arena, &problem, &result, &check);
        assert_int_equal(check.broken_count, 0);
        assert_int_equal(check.served, 1);
    }
    world_close(&world);
}

/* The plan on paper, whose two officers dropped out then. */
static struct plan_show show_out(struct world *world, int32_t at)
{
    world_read(world, PAPER, PAPER_PLAN);
    world->problem.units[0].officers = 0;
    world->problem.units[0].out_officers = 2;
    world->problem.units[0].out = at;
    return show_of(world);
}

/* It dropped out on its way: the card ends there, and says no "back at". */
static void test_a_card_of_who_dropped_out(void **state)
{
    struct world world;
    struct error err = {0};
    (void)state;
    struct plan_show show = show_out(&world, 24900);
    plan_show_html(&show, &world.out);
    assert_true(has(&world, TIMES("06:48", "06:48", "06:55") "on the way to Hall &lt;1&gt;, East"));
    assert_false(has(&world, "back "));
    assert_true(has(&world, "2 officers"));
    assert_false(has(&world, "0 officers"));
    assert_true(has(&world, "<td>briefing</td><td>0 h 20</td>"));
    buf_clear(&world.out);
    plan_show_table(&show, &world.out);
    assert_true(has(&world, "unit u: 2 officers"));
    buf_clear(&world.out);
    plan_show_csv(&show, &world.out);
    assert_true(has(&world, ",600,2,b,Base,"));
    buf_clear(&world.out);
    assert_int_equal(plan_show_geojson(&show, &world.out, &err), STATUS_OK);
    assert_true(has(&world, "\"officers\":2"));
    world_close(&world);
}

/* Parts that are no whole minutes: 06:00:00 to 06:55:40 of two are 1 h 51, and 20 s. */
static void test_hours_of_a_print_add_up(void **state)
{
    struct world world;
    (void)state;
    struct plan_show show = show_out(&world, 24940);
    plan_show_html(&show, &world.out);
    assert_true(has(&world, "<td>briefing</td><td>0 h 20</td>"));
    assert_true(has(&world, "<td>travel</td><td>0 h 14</td>"));
    assert_true(has(&world, "<td>idle</td><td>1 h 17</td>"));
    world_close(&world);
}

static void test_the_map_has_names(void **state)
{
    struct world world;
    (void)state;
    world_read(&world, PAPER, PAPER_PLAN);
    struct plan_show show = show_of(&world);
    plan_show_map(&show, PLAN_MAP_WIDE, &world.out);
    assert_true(has(&world, ">Base</text>"));
    assert_true(has(&world, ">Hall &lt;1&gt;</text>")); /* up to the comma */
    assert_true(has(&world, ">Nobody's</text>"));
    assert_true(has(&world, "font-weight=\"bold\">u</text>"));
    buf_clear(&world.out);
    show.unit = 0; /* on the map of one unit: where it goes */
    plan_show_map(&show, PLAN_MAP_WIDE, &world.out);
    assert_true(has(&world, ">Base</text>") && has(&world, ">Hall &lt;1&gt;</text>"));
    assert_false(has(&world, ">Nobody's</text>"));
    buf_clear(&world.out);
    show.unit = PLAN_NONE;
    show.area = STR("West");
    plan_show_map(&show, PLAN_MAP_WIDE, &world.out);
    assert_true(has(&world, ">Nobody's</text>"));
    assert_false(has(&world, ">Hall &lt;1&gt;</text>"));
    /* a narrow one has larger letters, and is another for who listens */
    buf_clear(&world.out);
    show.area = (str){0};
    plan_show_map(&show, PLAN_MAP_NARROW, &world.out);
    assert_true(has(&world, "id=\"map-n-title\"") && has(&world, "font-size=\"14\""));
    assert_true(has(&world, ">Base</text>"));
    /* the address goes with the problem */
    buf_clear(&world.out);
    plan_problem_write(&world.problem, &world.out);
    assert_true(has(&world, "\"area\":\"East\",\"address\":\"E1 1AA & more\""));
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_calendar_has_local_times),
        cmocka_unit_test(test_calendar_when_clocks_change),
        cmocka_unit_test(test_calendar_lines),
        cmocka_unit_test(test_calendar_notes),
        cmocka_unit_test(test_clock),
        cmocka_unit_test(test_parts_add_up),
        cmocka_unit_test(test_names_break_no_form),
        cmocka_unit_test(test_a_card_says_when_to_leave),
        cmocka_unit_test(test_a_card_says_who_else_is_there),
        cmocka_unit_test(test_a_sheet_says_what_it_is_of),
        cmocka_unit_test(test_a_part_is_whole),
        cmocka_unit_test(test_rows_with_notes),
        cmocka_unit_test(test_a_card_of_who_dropped_out),
        cmocka_unit_test(test_hours_of_a_print_add_up),
        cmocka_unit_test(test_the_map_has_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
