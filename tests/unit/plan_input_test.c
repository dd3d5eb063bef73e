/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: every bad row is named and the rest is read; every rule that a plan breaks has its name; and a
 * task without a unit is told the place that it nearly had.
 * Method: one text a case, with what must be said of it. */
#include "../support/plan_bench.h"
#include "base/utf8.h"
#include "codec/json_rows.h"
#include "plan/check.h"
#include "plan/explain.h"

#define TEN "1234567890"

static void rows_of_json(void **state)
{
    static const char *const bad[] = {"",         "{",          "[1",       "[1 2]", "{\"a\" 1}",
                                      "{\"a\":}", "[1,]",       "[\"a",     "{a:1}", "[1]x",
                                      "[,1]",     "{\"a\":1,}", "{\"a\":[}"};
    struct json_rows rows;
    str name;
    str value;
    bool has_row = true;
    struct error err;
    (void)state;
    assert_int_equal(
        json_rows_open(STR(" {\"a\\\"\" : [1,{\"}\":2}] ,\n\"b\":\"x]\",\"c\":-1.5 } "), &rows,
                       &err),
        STATUS_OK);
    assert_int_equal(json_rows_next(&rows, &name, &value, &has_row, &err), STATUS_OK);
    assert_str(name, "a\\\"");
    assert_str(value, "[1,{\"}\":2}]");
    assert_int_equal(json_rows_next(&rows, &name, &value, &has_row, &err), STATUS_OK);
    assert_str(value, "\"x]\"");
    assert_int_equal(json_rows_line(rows.text, value), 2);
    assert_int_equal(json_rows_next(&rows, &name, &value, &has_row, &err), STATUS_OK);
    assert_str(value, "-1.5");
    assert_int_equal(json_rows_next(&rows, &name, &value, &has_row, &err), STATUS_OK);
    assert_false(has_row);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        enum status status = json_rows_open(str_c(bad[i]), &rows, &err);
        has_row = true;
        while (status == STATUS_OK && has_row) {
            status = json_rows_next(&rows, &name, &value, &has_row, &err);
        }
        if (status != STATUS_INVALID) {
            fail_msg("'%s' was taken", bad[i]);
        }
    }
}

static const struct {
    const char *text, *refused, *error;
} bad_rows[] = {
    {HEAD SITES_3 ",\"units\":[]}", "", "there is no unit"},
    {HEAD SITES_3 ",\"units\":[{\"id\":1,\"base\":\"b\",\"start_s\":0,\"end_s\":9},\n"
                  "{\"id\":1,\"base\":\"b\",\"start_s\":0,\"end_s\":9}]}",
     "line 2, units 2 ('1'): there is another unit of this id", NULL},
    {HEAD SITES_3 ",\"units\":[{\"id\":1,\"base\":\"b\",\"start_s\":0,\"end_s\":9}],\"tasks\":["
                  "{\"id\":\"t\",\"site\":\"s\",\"open_s\":7,\"close_s\":6.5}]}",
     "tasks 1 ('t'): the window closes before it opens: 'close_s' is 6.5, 'open_s' is 7", NULL},
    {HEAD SITES_3 ",\"units\":[{\"id\":1,\"base\":\"b\",\"start_s\":0,\"end_s\":900}],"
                  "\"tasks\":[{\"id\":\"t\",\"site\":\"q\",\"open_s\":7,\"close_s\":9}]}",
     "'site' names a site that is not there (or was refused): 'q'", NULL},
    {HEAD SITES_3 ",\"units\":[{\"id\":1,\"base\":\"b\",\"start_s\":0,\"end_s\":900}],"
                  "\"tasks\":[{\"id\":\"t\",\"site\":\"s\",\"open_s\":7,\"close_s\":9,"
                  "\"mandatory\":true,\"skills\":[\"dog\"]}]}",
     "tasks 1 ('t'): no unit has the skills or officers for it", NULL},
    /* 79 letters and one of two bytes: a name is cut between letters */
    {HEAD SITES_3 ",\"units\":[{\"id\":1,\"base\":\"b\",\"start_s\":0,\"end_s\":900}],"
                  "\"tasks\":[{\"id\":\"t\",\"site\":\"" TEN TEN TEN TEN TEN TEN TEN
                  "123456789\u00e9\",\"open_s\":7,\"close_s\":9}]}",
     "(or was refused): '" TEN TEN TEN TEN TEN TEN TEN "123456789'", NULL},
    {HEAD SITES_3 ",\"units\":[{\"id\":1,\"base\":\"b\",\"start_s\":0,\"end_s\":99}],"
                  "\"tasks\":[{\"id\":\"t\",\"site\":\"s\",\"open_s\":7,\"close_s\":9}]}",
     "site 's': nobody can get there and back within a shift", NULL},
    {HEAD SITES_3 ",\"units\":[{\"id\":1,\"base\":\"b\",\"start_s\":0,\"end_s\":900}],"
                  "\"tasks\":[{\"id\":\"t\",\"site\":\"s\",\"open_s\":7.05,\"close_s\":9}]}",
     "'open_s' is 7.0500 s, finer than 'ticks_per_s' (10) can say", NULL},
    {HEAD SITES_3 ",\"units\":[{\"id\":1,\"base\":\"b\",\"start_s\":0,\"end_s\":900}],"
                  "\"tasks\":[{\"id\":\"t\",\"site\":\"s\",\"opens\":7,\"close_s\":9}]}",
     "tasks 1 ('t'): there is no member 'opens'", NULL},
    {HEAD "\"sites\":[{\"id\":\"b\",\"x\":0,\"y\":0},{\"id\":\"s\",\"name\":\"Town "
          "hall\",\"x\":9,\"y\":9}],\n\"units\":[{\"id\":1,\"base\":\"b\",\"start_s\":0,"
          "\"end_s\":900}],\n\"posts\":[{\"id\":\"p\",\"site\":\"s\",\"from_s\":9,"
          "\"to_s\":7}],\"presence\":[{\"base\":\"s\",\"from_s\":0}]}",
     "line 3, posts 1 ('p', Town hall): the window closes before it opens: 'to_s' is 7, "
     "'from_s' is 9\nline 3, presence 1 (Town hall): 'to_s' is missing",
     NULL},
    {HEAD SITES_3 ",\"units\":[{\"id\":1,\"base\":\"b\",\"start_s\":0,\"end_s\":900}],"
                  "\"tasks\":[{\"id\":\"t\",\"site\":\"s\",\"open_s\":7,\"close_s\":9,"
                  "\"mandatory\":\"yes\"}]}",
     "tasks 1 ('t'): 'mandatory' is neither true nor false", NULL},
    {HEAD SITES_3 ",\"units\":[{\"id\":1,\"base\":\"b\",\"start_s\":0,\"end_s\":900}],"
                  "\"tasks\":[{\"id\":\"t\",\"site\":\"s\",\"open_s\":-7,\"close_s\":9}]}",
     "'open_s' is -7; it must be from 0 to 40000000", NULL},
    {HEAD SITES_3 ",\"units\":[{\"id\":1,\"base\":\"b\",\"start_s\":0,\"end_s\":900}],"
                  "\"visits\":[{\"id\":\"t\",\"site\":\"s\",\"from_s\":0,\"to_s\":100,"
                  "\"count\":3,\"dwell_s\":40}]}",
     "3 visits of 40 s do not fit", NULL},
    {"{\"format\":\"hustings-plan-problem\",\"version\":1,\"travel\":{\"by\":\"sphere\","
     "\"modes\":[{\"id\":\"car\",\"kmh\":25}]},\"sites\":[{\"id\":\"a\",\"lon\":-1,\"lat\":53}"
     ",\n{\"id\":\"sea\",\"lon\":0,\"lat\":0},\n{\"id\":\"sky\",\"lon\":1,\"lat\":97}],"
     "\"units\":[{\"id\":1,\"base\":\"a\",\"start_s\":0,\"end_s\":9}]}",
     "line 2, sites 2 ('sea'): longitude and latitude 0 is in the sea; give its coordinates\n"
     "line 3, sites 3 ('sky'): 'lat' is 97; it must be from -90 to 90",
     NULL},
    {"{\"format\":\"hustings-plan-problem\",\"version\":1,\"travel\":{\"by\":\"matrix\","
     "\"modes\":[{\"id\":\"car\"}]},\"sites\":[{\"id\":\"a\"},{\"id\":\"b\"}],\"matrix\":{"
     "\"car\":[[0,5],\n[null,0]]},\"units\":[{\"id\":1,\"base\":\"a\",\"start_s\":0,\"end_s\":"
     "9}]}",
     "line 2, matrix, row 2: from 'b' to 'a' (column 1) there is no number of seconds; "
     "taken as 'no way'",
     NULL},
    {"{\"format\":\"hustings-plan-problem\",\"version\":1,\"travel\":{\"by\":\"matrix\","
     "\"modes\":[{\"id\":\"car\"}]},\"sites\":[{\"id\":\"a\"},{\"id\":\"b\"}],\"matrix\":{"
     "\"car\":[[0,5],\n[0]]},\"units\":[{\"id\":1,\"base\":\"a\",\"start_s\":0,\"end_s\":9}]}",
     "", "line 2: row 2 of the matrix has 1 columns"},
    {HEAD SITES_3 ",\"units\":[{\"id\":1,\"base\":\"b\",\"start_s\":0,\"end_s\":900,\"break\":{"
                  "\"open_s\":800,\"close_s\":900,\"length_s\":101}}]}",
     "units 1 ('1'): its breaks do not fit between 'start_s' and 'end_s': it will stay at its "
     "base",
     NULL},
    {HEAD SITES_3 ",\"units\":[{\"id\":1,\"base\":\"b\",\"start_s\":0,\"end_s\":900,\"brief_s\":60,"
                  "\"breaks\":[{\"open_s\":0,\"close_s\":100,\"length_s\":60},{\"open_s\":0,"
                  "\"close_s\":110,\"length_s\":60}]}]}",
     "'end_s' behind the briefing: it will stay", NULL},
    {HEAD SITES_3
     ",\"units\":[{\"id\":1,\"base\":\"b\",\"start_s\":0,\"end_s\":900},{\"id\":2,\"base\":"
     "\"b\",\"start_s\":0,\"end_s\":900,\"officers\":1.5}]}",
     "units 2 ('2'): 'officers' is 1.5; a whole number is wanted", NULL},
    {"{\"format\":\"hustings-plan-problem\",\"version\":1,\"travel\":{\"by\":\"matrix\","
     "\"modes\":[{\"id\":\"car\"}]},\"sites\":[{\"id\":\"a\"},{\"id\":\"b\"}],\"matrix\":{"
     "\"car\":[[0,5],[5,0],[5,5]]},\"units\":[{\"id\":1,\"base\":\"a\",\"start_s\":0,\"end_s\":"
     "9}]}",
     "", "the matrix has 3 rows and there are 2 sites"},
    {"\xef\xbb\xbf[]", "", "this is no problem of the planner"},
    {"", "", "the file is empty"},
    {" \n", "", "the file is empty"},
    {"\xff\xfe{", "", "the file is UTF-16; save it as UTF-8"},
    {"[]", "", "this is no problem of the planner"},
    {HEAD "\"colour\":1}", "", "line 1: member 'colour' is not known"},
    {HEAD "\"units\":[}", "", "line 1: a comma or '}' is missing"},
};

static void bad_rows_are_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad_rows); i++) {
        struct plan_problem p;
        str refused = {0};
        struct error err = {0};
        enum status status = read_text(bad_rows[i].text, &p, &refused, &err);
        str words = bad_rows[i].error != NULL ? str_c(err.primary) : refused;
        str wanted = str_c(bad_rows[i].error != NULL ? bad_rows[i].error : bad_rows[i].refused);
        assert_int_equal(status == STATUS_OK, bad_rows[i].error == NULL);
        if (str_find(words, wanted) == words.n) {
            fail_msg("case %zu: '%.*s' instead of '%.*s'", i, STR_ARG(words), STR_ARG(wanted));
        }
    }
}

static void a_million_sites(void **state)
{
    struct buf text;
    struct plan_problem p;
    str refused = {0};
    struct error err = {0};
    (void)state;
    buf_init(&text, 64 << 20);
    buf_add_c(&text, HEAD "\"units\":[],\"sites\":[{}");
    for (int i = 1; i < 1000000; i++) {
        buf_add_c(&text, ",{}");
    }
    buf_add_c(&text, "]}");
    buf_add_byte(&text, '\0');
    assert_int_equal(read_text(text.p, &p, &refused, &err), STATUS_LIMIT);
    assert_string_equal(err.primary, "1000000 rows in 'sites'; a problem can have 100000");
    buf_close(&text);
}

static void every_rule_is_named(void **state)
{
    static const char problem[] = HEAD SITES_3
        ",\"units\":[{\"id\":\"u\",\"base\":\"b\",\"start_s\":0,\"end_s\":400,\"capacity\":2,"
        "\"break\":{\"open_s\":100,\"close_s\":200,\"length_s\":20},\"locks\":[{\"task\":\"a\"}]},"
        "{\"id\":\"v\",\"base\":\"b\",\"start_s\":0,\"end_s\":100}],"
        "\"tasks\":[{\"id\":\"a\",\"site\":\"s\",\"open_s\":0,\"close_s\":90,\"dwell_s\":10,"
        "\"profit\":1.5,\"load\":1},{\"id\":\"c\",\"site\":\"z\",\"open_s\":0,\"close_s\":300,"
        "\"dwell_s\":5,\"profit\":2,\"load\":2,\"skills\":[\"k\"],\"officers\":2},"
        "{\"id\":\"d\",\"site\":\"z\",\"open_s\":200,\"close_s\":300,\"mandatory\":true}]}";
    static const struct {
        const char *plan, *rules;
    } cases[] = {
        {"{\"units\":[{\"id\":\"u\",\"visits\":[{\"task\":\"a\",\"start_s\":50},{\"task\":\"d\","
         "\"start_s\":200}],\"break\":{\"after\":1,\"start_s\":100}}]}",
         ""},
        {"{\"units\":[{\"id\":\"u\",\"visits\":[{\"task\":\"a\",\"start_s\":49.9},{\"task\":\"d\","
         "\"start_s\":200}],\"break\":{\"after\":1,\"start_s\":100}}]}",
         "travel "},
        {"{\"units\":[{\"id\":\"u\",\"visits\":[{\"task\":\"a\",\"start_s\":91},{\"task\":\"d\","
         "\"start_s\":199}],\"break\":{\"after\":1,\"start_s\":101}}]}",
         "window window "},
        {"{\"units\":[{\"id\":\"u\",\"visits\":[{\"task\":\"a\",\"start_s\":50},{\"task\":\"d\","
         "\"start_s\":200}]}]}",
         "break "},
        {"{\"units\":[{\"id\":\"u\",\"visits\":[{\"task\":\"a\",\"start_s\":90},{\"task\":\"d\","
         "\"start_s\":200}],\"break\":{\"after\":1,\"start_s\":99}}]}",
         "break break "},
        {"{\"units\":[{\"id\":\"u\",\"visits\":[{\"task\":\"d\",\"start_s\":200},{\"task\":\"a\","
         "\"start_s\":260}],\"break\":{\"after\":0,\"start_s\":100}}]}",
         "locked window "},
        {"{\"units\":[{\"id\":\"u\",\"visits\":[{\"task\":\"a\",\"start_s\":50},{\"task\":\"c\","
         "\"start_s\":200},{\"task\":\"d\",\"start_s\":205}],\"break\":{\"after\":1,\"start_s\":"
         "100}}]}",
         "skills officers capacity "},
        {"{\"units\":[{\"id\":\"u\",\"visits\":[{\"task\":\"a\",\"start_s\":50}],\"break\":{"
         "\"after\":1,\"start_s\":100}},{\"id\":\"v\",\"visits\":[{\"task\":\"d\",\"start_s\":"
         "200}]}]}",
         "shift "},
        {"{\"units\":[{\"id\":\"u\",\"visits\":[{\"task\":\"a\",\"start_s\":50},{\"task\":\"a\","
         "\"start_s\":60}],\"break\":{\"after\":2,\"start_s\":100}}]}",
         "twice mandatory "},
        {"{\"units\":[{\"id\":\"v\",\"visits\":[{\"task\":\"a\",\"start_s\":50}]}]}",
         "locked locked shift mandatory "},
    };
    struct error err = {0};
    (void)state;
    struct plan_problem p = read_whole(problem);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct plan_result result;
        struct plan_check check;
        struct buf rules;
        buf_init(&rules, 4096);
        assert_int_equal(plan_result_read(&arena, &p, str_c(cases[i].plan), &result, &err),
                         STATUS_OK);
        plan_check(&arena, &p, &result, &check);
        for (size_t k = 0; k < check.broken_count; k++) {
            buf_printf(&rules, "%s ", check.broken[k].rule);
        }
        if (!str_equal(buf_str(&rules), str_c(cases[i].rules))) {
            fail_msg("case %zu: '%.*s' instead of '%s'", i, STR_ARG(buf_str(&rules)),
                     cases[i].rules);
        }
        if (i == 0) {
            assert_int_equal(check.profit, 1500);
            assert_int_equal(check.travel, 500 + 424 + 100); /* 42.4 of 42.426 */
        }
        buf_close(&rules);
    }
}

/* A plan is not believed: what it says of itself has to be so. */
static void figures_are_recomputed(void **state)
{
    static const char problem[] = HEAD SITES_3
        ",\"units\":[{\"id\":\"u\",\"base\":\"b\",\"start_s\":0,\"end_s\":400}],"
        "\"tasks\":[{\"id\":\"a\",\"site\":\"s\",\"open_s\":0,\"close_s\":90,\"dwell_s\":10,"
        "\"profit\":1.5},{\"id\":\"far\",\"site\":\"s\",\"open_s\":20,\"close_s\":30,\"profit\":2},"
        "{\"id\":\"must\",\"site\":\"z\",\"open_s\":20,\"close_s\":30,\"mandatory\":true}]}";
    static const struct {
        const char *head, *words; /* words NULL: it is refused as no plan */
    } cases[] = {
        {"", ""},
        {"\"profit\":1.5,\"unmet\":1,\"travel_s\":100,\"bound\":3.5,\"bound_travel_s\":0,", ""},
        {"\"bound\":4,", ""}, /* true, if not as much as can be said */
        {"\"profit\":1.501,", "the plan says profit 1.501, and it is 1.5"},
        {"\"unmet\":0,", "the plan says unmet 0, and it is 1"},
        {"\"travel_s\":99.9,", "the plan says travel_s 99.9, and it is 100"},
        {"\"bound\":1.4,", "the plan says that no plan has more profit than 1.4, and has 1.5"},
        {"\"bound\":3,", "the plan says that no plan has more profit than 3; 3.5 is the least that "
                         "can be proved"},
        {"\"bound_travel_s\":100,", "the plan says that no plan travels less than 100 s; "},
        {"\"profit\":\"much\",", NULL},
        {"\"unmet\":-1,", NULL},
        {"\"format\":\"hustings-plan-problem\",", NULL},
        {"\"version\":2,", NULL},
    };
    struct error err = {0};
    (void)state;
    struct plan_problem p = read_whole(problem);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct plan_result result;
        struct plan_check check;
        str plan = arena_printf(&arena,
                                "{%s\"units\":[{\"id\":\"u\",\"visits\":[{\"task\":\"a\","
                                "\"start_s\":50}]}]}",
                                cases[i].head);
        if (cases[i].words == NULL) {
            assert_int_equal(plan_result_read(&arena, &p, plan, &result, &err), STATUS_INVALID);
            continue;
        }
        assert_int_equal(plan_result_read(&arena, &p, plan, &result, &err), STATUS_OK);
        plan_check(&arena, &p, &result, &check);
        assert_int_equal(check.broken_count, 1); /* the duty */
        plan_check_figures(&arena, &p, &result, &check);
        str words = check.broken_count > 1 ? check.broken[1].words : (str){0};
        bool is_one_more = check.broken_count == (cases[i].words[0] == '\0' ? 1U : 2U);
        if (!is_one_more || !str_starts(words, str_c(cases[i].words))) {
            fail_msg("case %zu: '%.*s'", i, STR_ARG(words));
        }
    }
}

/* What no plan can keep is left out with its reason; what the others lock stays, and a plan keeps it. */
static void locks_that_cannot_be_kept(void **state)
{
    static const struct {
        const char *unit, *locks, *words;
        uint32_t kept;
    } cases[] = {
        {"", "{\"task\":\"a\"},{\"task\":\"z\"}", "", 2},
        {"", "{\"task\":\"z\"},{\"task\":\"a\"}",
         "line 2, units 1 ('u'): its lock on 'a' is left out: the unit is there at 242.4 s, the "
         "window closes at 90 s",
         1},
        {"", "{\"task\":\"late\"},{\"task\":\"a\"}",
         "its lock on 'late' is left out: the unit would be back at 410 s, its duty ends at 400 s",
         1},
        {"", "{\"task\":\"dog\"}", "the unit lacks a skill that it needs", 0},
        {"", "{\"task\":\"two\"}", "it needs 2 officers, the unit has 1", 0},
        {"\"capacity\":1,", "{\"task\":\"two\"},{\"task\":\"big\"}",
         "its lock on 'big' is left out: the unit would carry more than its 'capacity'", 0},
        {"", "{\"task\":\"a\"},{\"task\":\"a\"}", "the task is locked twice", 1},
        {"", "{\"task\":\"hers\"}", "the task is another unit's", 0},
        {"", "{\"task\":\"nobody\"},{\"task\":\"a\"}", "names a task that is not there", 1},
        {"\"break\":{\"open_s\":0,\"close_s\":100,\"length_s\":90},", "{\"task\":\"a\"}", "",
         1}, /* after it */
        {"\"break\":{\"open_s\":0,\"close_s\":40,\"length_s\":90},", "{\"task\":\"a\"}",
         "no time is left for the unit's break", 0},
        {"\"free_s\":300,", "{\"task\":\"a\"}", "", 1},
        {"", "{\"task\":\"a\",\"start_s\":50},{\"task\":\"z\",\"start_s\":59}",
         "its lock on 'z' is left out: it starts at 59 s, and the one before it ends at 60 s", 1},
        {"\"brief_s\":30,", "{\"task\":\"a\",\"start_s\":20}",
         "it starts at 20 s, and the unit may leave its base at 30 s", 0},
        {"", "{\"task\":\"z\"},{\"task\":\"a\",\"start_s\":300}",
         "those with a start stand before those without", 1},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct plan_problem p;
        struct plan_result result;
        struct plan_check check;
        str refused = {0};
        struct error err = {0};
        struct plan_solve_options options = {.seed = 1, .threads = 1, .iterations = 200};
        str text = arena_printf(
            &arena,
            HEAD SITES_3
            ",\n\"units\":[{\"id\":\"u\",\"base\":\"b\",\"start_s\":0,\"end_s\":400,%s\"locks\":["
            "%s]},{\"id\":\"v\",\"base\":\"b\",\"start_s\":0,\"end_s\":400}],\n"
            "\"tasks\":[{\"id\":\"a\",\"site\":\"s\",\"open_s\":0,\"close_s\":90,\"dwell_s\":10,"
            "\"profit\":1},{\"id\":\"z\",\"site\":\"z\",\"open_s\":200,\"close_s\":300},"
            "{\"id\":\"late\",\"site\":\"z\",\"open_s\":400,\"close_s\":500},"
            "{\"id\":\"dog\",\"site\":\"z\",\"open_s\":0,\"close_s\":300,\"skills\":[\"dog\"]},"
            "{\"id\":\"two\",\"site\":\"z\",\"open_s\":0,\"close_s\":300,\"officers\":2},"
            "{\"id\":\"big\",\"site\":\"z\",\"open_s\":0,\"close_s\":300,\"load\":2},"
            "{\"id\":\"hers\",\"site\":\"z\",\"open_s\":0,\"close_s\":300,\"unit\":\"v\"}]}",
            cases[i].unit, cases[i].locks);
        assert_int_equal(read_text(text.p, &p, &refused, &err), STATUS_OK);
        bool is_silent = cases[i].words[0] == '\0';
        if (is_silent ? refused.n > 0 : str_find(refused, str_c(cases[i].words)) == refused.n) {
            fail_msg("case %zu: '%.*s'", i, STR_ARG(refused));
        }
        assert_int_equal(p.units[0].lock_count, cases[i].kept);
        plan_solve(&arena, &p, &options, &result);
        plan_check(&arena, &p, &result, &check);
        assert_int_equal(check.broken_count, 0);
    }
}

/* Whoever rested where it is would be back too late; it may rest at its base, so what has happened is not left out. What is
 * only wanted is. */
static void what_has_happened_stays(void **state)
{
    static const char problem[] =
        HEAD SITES_3 ",\"units\":[{\"id\":\"u\",\"base\":\"b\",\"start_s\":0,\"end_s\":400,"
                     "\"break\":{\"open_s\":"
                     "320,\"close_s\":320,\"length_s\":80},\"locks\":[{\"task\":\"a\"%s}]}],"
                     "\"tasks\":[{\"id\":\"a\","
                     "\"site\":\"s\",\"open_s\":0,\"close_s\":90,\"dwell_s\":10},"
                     "{\"id\":\"home\",\"site\":\"b\",\"open_s\":200,\"close_s\":300}]}";
    struct plan_problem p;
    str refused = {0};
    struct error err = {0};
    (void)state;
    str text = arena_printf(&arena, problem, ",\"start_s\":50");
    assert_int_equal(read_text(text.p, &p, &refused, &err), STATUS_OK);
    assert_int_equal(p.units[0].lock_count, 1);
    assert_int_equal(refused.n, 0);
    text = arena_printf(&arena, problem, "");
    assert_int_equal(read_text(text.p, &p, &refused, &err), STATUS_OK);
    assert_int_equal(p.units[0].lock_count, 0);
    assert_true(str_find(refused, STR("the unit would be back at 450 s")) < refused.n);
}

static void the_nearest_place_is_named(void **state)
{
    static const char problem[] = HEAD SITES_3
        ",\"units\":[{\"id\":\"u\",\"base\":\"b\",\"start_s\":0,\"end_s\":400,\"capacity\":5}],"
        "\"tasks\":[{\"id\":\"a\",\"site\":\"s\",\"open_s\":100,\"close_s\":100,\"dwell_s\":10,"
        "\"profit\":1},{\"id\":\"late\",\"site\":\"z\",\"open_s\":100,\"close_s\":140,\"profit\":2}"
        ","
        "{\"id\":\"far\",\"site\":\"s\",\"open_s\":20,\"close_s\":30,\"profit\":2},"
        "{\"id\":\"dog\",\"site\":\"s\",\"open_s\":20,\"close_s\":90,\"skills\":[\"dog\"]},"
        "{\"id\":\"big\",\"site\":\"s\",\"open_s\":20,\"close_s\":90,\"load\":6},"
        "{\"id\":\"free\",\"site\":\"s\",\"open_s\":20,\"close_s\":90}]}";
    static const char plan[] =
        "{\"units\":[{\"id\":\"u\",\"visits\":[{\"task\":\"a\",\"start_s\":100}]}]}";
    static const char *const rules[] = {"time", "reach", "skills", "capacity", "none"};
    struct plan_result result;
    struct plan_explained *all = NULL;
    struct error err = {0};
    (void)state;
    struct plan_problem p = read_whole(problem);
    assert_int_equal(plan_result_read(&arena, &p, str_c(plan), &result, &err), STATUS_OK);
    assert_int_equal(plan_explain(&arena, &p, &result, PLAN_NONE, &all), 5);
    for (size_t i = 0; i < 5; i++) {
        assert_string_equal(all[i].rule, rules[i]);
    }
    /* behind the visit: there at 152.4, the window closes at 140 */
    assert_int_equal(all[0].lacks, 124);
    assert_int_equal(all[1].lacks, 200); /* there at 50, it closes at 30 */
    assert_int_equal(plan_explain(&arena, &p, &result, 2, &all), 1);
    assert_int_equal(all[0].task, 2);
    /* a long name is cut between letters: this one is 59 bytes, then a letter of two */
    p.skills[0] = STR("handler of two dogs that know their way about Aberystwyth: ŵyl");
    assert_int_equal(plan_explain(&arena, &p, &result, 3, &all), 1);
    assert_true(str_find(all[0].words, STR("Aberystwyth:")) < all[0].words.n);
    assert_true(utf8_is_valid(all[0].words));
    assert_true(utf8_is_valid(all[0].mend));
}

/* Of a post: how many it wants, how many stand there, which rule keeps the nearest away, and what would help. */
static void posts_are_explained(void **state)
{
#define POST(SKILLS)                                                                               \
    "\"posts\":[{\"id\":\"p\",\"site\":\"s\",\"from_s\":36000,\"to_s\":50400" SKILLS "}]"
#define UNIT(ID, FROM, TO, MORE)                                                                   \
    "{\"id\":" #ID ",\"base\":\"b\",\"start_s\":" #FROM ",\"end_s\":" #TO MORE "}"
#define OTHER                                                                                      \
    "\"tasks\":[{\"id\":\"o\",\"site\":\"z\",\"open_s\":40000,\"close_s\":41000,\"dwell_s\":60,"   \
    "\"mandatory\":true}],"
    static const struct {
        const char *units, *rest, *plan, *rule, *words, *mend;
    } cases[] = {
        {UNIT(1, 25200, 46800, "") "," UNIT(2, 0, 20000, ""), POST(""), "", "hours",
         "1 officer is wanted from 10:00 to 14:00, and nobody stands there; nearest is 1, on duty "
         "from 07:00 to "
         "13:00: that would have to end 61 min later, ways included; of the others 1 is not on "
         "duty for all of "
         "that time",
         "let the duty of 1 end at 14:01 (61 min later), or a further unit of 1 officer, on duty "
         "from 10:00 to 14:00 "
         "and for the ways"},
        {UNIT(1, 36000, 54000, ""), POST(""), "", "way",
         "nearest is 1, on duty then, but for the way its duty would have to begin 1 min earlier",
         "let the duty of 1 begin at 09:59 (1 min earlier)"},
        {UNIT(1, 30600, 57600, ",\"break\":{\"open_s\":39600,\"close_s\":46800,\"length_s\":2700}"),
         POST(""), "", "break",
         "whose break has to begin between 11:00 and 13:00, and there is no time for that before "
         "or after",
         "let the break of 1 begin as late as 14:00 (60 min later)"},
        {UNIT(1, 30600, 51000, ",\"break\":{\"open_s\":39600,\"close_s\":46800,\"length_s\":2700}"),
         POST(""), "", "break", "whose break has to begin",
         "let the break of 1 begin as early as 09:14 (106 min earlier)"},
        {UNIT(1, 0, 60000, ""), POST(",\"skills\":[\"dog\"]"), "", "skills",
         "and nobody stands there; of the units 1 lacks a skill for it (dog)",
         "give a unit what it lacks (dog), or a further unit of 1 officer"},
        {UNIT(1, 0, 60000, ""), OTHER POST(""),
         "{\"id\":1,\"visits\":[{\"task\":\"o\",\"start_s\":40000}]}", "time",
         "nearest is 1, which could stand there, but has o to do, which must be, too",
         "a further unit of 1 officer"},
        {UNIT(1, 0, 60000, ",\"officers\":2") "," UNIT(2, 0, 60000, ""), POST(",\"officers\":4"),
         "{\"id\":1,\"visits\":[{\"task\":\"p/1.1\",\"start_s\":36000}]},"
         "{\"id\":2,\"visits\":[{\"task\":\"p/2.1\",\"start_s\":36000}]}",
         "officers", "4 officers are wanted from 10:00 to 14:00, and 3 stand there (1, 2)",
         "a further unit of 1 officer, on duty from 10:00 to 14:00"},
        /* its day has begun: an earlier duty is no help */
        {UNIT(1, 0, 60000, ",\"free_s\":37000"), POST(""), "", "hours",
         "nearest is 1, which has begun something else and can be there at 10:18, 18 min late",
         "let it begin at 10:18, or a further unit of 1 officer"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct plan_explained *all = NULL;
        struct plan_result result;
        struct error err = {0};
        str text =
            arena_printf(&arena, HEAD SITES_3 ",\"units\":[%s],%s}", cases[i].units, cases[i].rest);
        struct plan_problem p;
        str refused = {0};
        assert_int_equal(read_text(text.p, &p, &refused, &err), STATUS_OK);
        str plan = arena_printf(&arena, "{\"units\":[%s]}", cases[i].plan);
        assert_int_equal(plan_result_read(&arena, &p, plan, &result, &err), STATUS_OK);
        assert_int_equal(plan_explain(&arena, &p, &result, PLAN_NONE, &all), 1);
        assert_string_equal(all[0].rule, cases[i].rule);
        if (str_find(all[0].words, str_c(cases[i].words)) == all[0].words.n ||
            str_find(all[0].mend, str_c(cases[i].mend)) == all[0].mend.n) {
            fail_msg("case %zu: '%.*s', '%.*s'", i, STR_ARG(all[0].words), STR_ARG(all[0].mend));
        }
    }
}

/* Whatever is planned keeps the gap, and the checker sees one that is not kept. */
static void gaps_are_kept(void **state)
{
    static const char text[] = HEAD SITES_3
        ",\"units\":[{\"id\":1,\"base\":\"b\",\"start_s\":0,\"end_s\":4000},"
        "{\"id\":2,\"base\":\"z\",\"start_s\":0,\"end_s\":4000}],"
        "\"visits\":[{\"id\":\"v\",\"site\":\"s\",\"from_s\":0,\"to_s\":3000,\"count\":4,"
        "\"dwell_s\":100,\"profit\":8,\"gap_s\":300},"
        "{\"id\":\"w\",\"site\":\"z\",\"from_s\":0,\"to_s\":900,\"count\":3,"
        "\"dwell_s\":100,\"profit\":8,\"weights\":[1,0.5],\"gap_s\":200},"
        "{\"id\":\"x\",\"site\":\"z\",\"from_s\":0,\"to_s\":900,\"count\":3,"
        "\"dwell_s\":100,\"profit\":8,\"gap_s\":201}]}";
    struct plan_problem p;
    str refused = {0};
    struct error err = {0};
    struct plan_check check;
    (void)state;
    assert_int_equal(read_text(text, &p, &refused, &err), STATUS_OK);
    assert_true(str_find(refused, STR("3 visits of 100 s with 201 s between them")) < refused.n);
    assert_int_equal(p.task_count, 7);
    assert_int_equal(p.tasks[0].open, 0);
    assert_int_equal(p.tasks[0].close + 1000 + 3000, p.tasks[1].open);
    assert_in_range(p.tasks[1].open, 7500,
                    7500 + 3000); /* by the id: not all sites close at one time */
    assert_int_equal(p.tasks[3].close, 30000 - 1000);
    for (uint32_t nth = 0; nth < 4; nth++) {
        assert_int_equal(plan_task_gain(&p, &p.tasks[0], nth), 8000);
    }
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct plan_result result = solve(&p, seed, 200, 1);
        plan_check(&arena, &p, &result, &check);
        assert_int_equal(check.broken_count, 0);
        assert_int_equal(check.served, 7);
    }
    /* the same windows without the cut, and two visits that are too near */
    static const struct plan_stop stops[] = {{0, 6400}, {1, 7500}};
    struct plan_route routes[] = {{.stops = stops, .stop_count = 2, .break_start = -1},
                                  {.break_start = -1}};
    struct plan_result near = {.routes = routes};
    p.tasks[0].close = 6500;
    p.tasks[1].open = 7500;
    plan_check(&arena, &p, &near, &check);
    assert_int_equal(check.broken_count, 1);
    assert_string_equal(check.broken[0].rule, "gap");
}

/* Groups that are written by hand: windows are cut, and where there is no room it is said. */
static void gaps_of_groups(void **state)
{
    static const char text[] = HEAD SITES_3
        ",\"units\":[{\"id\":1,\"base\":\"b\",\"start_s\":0,\"end_s\":4000}],"
        "\"groups\":[{\"id\":1,\"weights\":[1],\"gap_s\":60},"
        "{\"id\":2,\"weights\":[1],\"gap_s\":60}],\"tasks\":["
        "{\"id\":\"b\",\"site\":\"s\",\"open_s\":500,\"close_s\":900,\"group\":1},"
        "{\"id\":\"a\",\"site\":\"s\",\"open_s\":0,\"close_s\":600,\"dwell_s\":30,\"group\":1},"
        "{\"id\":\"c\",\"site\":\"s\",\"open_s\":0,\"close_s\":600,\"group\":2},"
        "{\"id\":\"d\",\"site\":\"s\",\"open_s\":20,\"close_s\":600,\"group\":2}]}";
    struct plan_problem p;
    str refused = {0};
    struct error err = {0};
    (void)state;
    assert_int_equal(read_text(text, &p, &refused, &err), STATUS_OK);
    assert_int_equal(p.tasks[1].close, 5000 - 600 - 300);
    assert_int_equal(p.tasks[0].close, 9000);
    assert_int_equal(p.groups[0].gap, 600);
    assert_int_equal(p.groups[1].gap, 0);
    assert_true(str_find(refused, STR("tasks 'c' and 'd'")) < refused.n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_of_json),
        cmocka_unit_test(bad_rows_are_named),
        cmocka_unit_test(a_million_sites),
        cmocka_unit_test(every_rule_is_named),
        cmocka_unit_test(posts_are_explained),
        cmocka_unit_test(gaps_are_kept),
        cmocka_unit_test(figures_are_recomputed),
        cmocka_unit_test(locks_that_cannot_be_kept),
        cmocka_unit_test(what_has_happened_stays),
        cmocka_unit_test(gaps_of_groups),
        cmocka_unit_test(the_nearest_place_is_named),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
