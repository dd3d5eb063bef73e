/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: rows become the right people whoever exported them; two who fit are two answers.
 * Method: tables of names, handles, dates and postcodes; small invented files of every layout, read
 * through the real reader; and the real by-elections, where the shared folder is there. */
#include "../support/directory_bench.h"

#include "directory/people_file.h"

/* --- texts --- */

static void test_names(void **state)
{
    static const struct {
        const char *name, *key, *ends;
    } names[] = {
        {"Rushanara Ali", "ali rushanara", "ali rushanara"},
        {"ALI, Rushanara", "ali rushanara", "ali rushanara"},
        {"Ali, Rushanara MP", "ali rushanara", "ali rushanara"},
        {"Rushanara Ali, MP", "ali rushanara", "ali rushanara"},
        {"The Rt Hon. Dame Ann O\xE2\x80\x99"
         "Bri\xC3\xABn-Jones DBE",
         "ann jones obrien", "ann jones"},
        {"Cllr Paul Michael Duffy", "duffy michael paul", "duffy paul"},
        {"Cllr Sample, Marigold", "marigold sample", "marigold sample"},
        {"Captain Beany", "beany captain", "beany captain"},
        {"Dr", "dr", ""},
        {"Madonna", "madonna", ""},
        {"  ", "", ""},
        {"!!!", "", ""},
        {"Si\xC3\xA2n  James", "james sian", "james sian"},
    };
    struct fixture f;
    (void)state;
    open_fixture(&f);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        str words = name_words(&f.arena, str_c(names[i].name));
        if (!str_equal(name_key(&f.arena, words), str_c(names[i].key)) ||
            !str_equal(name_ends(&f.arena, words), str_c(names[i].ends))) {
            fail_msg("%s: '%.*s' '%.*s'", names[i].name, STR_ARG(name_key(&f.arena, words)),
                     STR_ARG(name_ends(&f.arena, words)));
        }
    }
    close_fixture(&f);
}

static void test_handles(void **state)
{
    static const struct {
        const char *platform, *text, *want; /* NULL: refused */
    } handles[] = {
        {"Twitter", "@Some_Body", "x/some_body"},
        {"", "https://twitter.com/Some_Body?lang=en", "x/some_body"},
        {"", "https://x.com/Some_Body/status/1", "x/some_body"},
        {"facebook", "https://www.facebook.com/profile.php?id=100&sk=about", "facebook/100"},
        {"facebook", "https://m.facebook.com/pages/some.body/", "facebook/some.body"},
        {"", "https://bsky.app/profile/some.body.example", "bluesky/some.body.example"},
        {"", "https://www.tiktok.com/@some.body", "tiktok/some.body"},
        {"", "https://www.linkedin.com/in/some-body-1/", "linkedin/some-body-1"},
        {"", "@nobody", "/nobody"},
        {"gab", "@nobody", "gab/nobody"},
        {"mastodon", "@me@social.example", "mastodon/me@social.example"},
        {"x", "", NULL},
        {"x", "@", NULL},
        {"x", "two words", NULL},
        {"x", "https://example.com/me", NULL},
        {"x", "https://x.com/", NULL},
        {"two words", "me", NULL},
    };
    struct fixture f;
    (void)state;
    open_fixture(&f);
    for (size_t i = 0; i < ARRAY_LEN(handles); i++) {
        struct handle got = {0};
        bool is_good =
            handle_parse(&f.arena, str_c(handles[i].platform), str_c(handles[i].text), &got);
        str joined = arena_printf(&f.arena, "%.*s/%.*s", STR_ARG(got.platform), STR_ARG(got.name));
        if (is_good != (handles[i].want != NULL) ||
            (is_good && !str_equal(joined, str_c(handles[i].want)))) {
            fail_msg("%s: %d %.*s", handles[i].text, is_good, STR_ARG(joined));
        }
    }
    close_fixture(&f);
}

static void test_dates_postcodes_areas(void **state)
{
    static const char *const dates[][2] = {
        {"2024-07-04", "2024-07-04"},
        {"04/07/2024", "2024-07-04"},
        {"4/7/2024", "2024-07-04"},
        {"", ""},
        {"31/02/2024", NULL},
        {"7/4/24", NULL},
        {"2024-13-01", NULL},
        {"2024-07-04T10:00", NULL},
        {"soon", NULL},
        {"2024-07-04-01", NULL},
    };
    static const char *const postcodes[][2] = {
        {"e1 6an", "E1 6AN"},  {"EC2M7PY", "EC2M 7PY"}, {"BT99 9BB", "BT99 9BB"},
        {" M1 1AE", "M1 1AE"}, {"W1A0AX", "W1A 0AX"},   {"E1", NULL},
        {"E1 6A!", NULL},      {"12 345", NULL},        {"ABC1 1AA", NULL},
        {"E1234 1AA", NULL},   {"Fore Street", NULL},   {"LONDON", NULL},
    };
    static const char *const areas[][2] = {
        {"E14001086", "E14001086"},
        {"S14000006", "S14000107"},
        {"Ynys M\xC3\xB4n", "W07000112"},
        {"Tower Hamlets", "E09000030"},
        {"metropolitan", "E23000001"},
        {"E05099999", NULL},
        {"", NULL},
    };
    struct fixture f;
    (void)state;
    open_fixture(&f);
    for (size_t i = 0; i < ARRAY_LEN(dates); i++) {
        str got = {0};
        bool is_good = date_parse(&f.arena, str_c(dates[i][0]), &got);
        assert_int_equal(is_good, dates[i][1] != NULL);
        assert_true(!is_good || str_equal(got, str_c(dates[i][1])));
    }
    for (size_t i = 0; i < ARRAY_LEN(postcodes); i++) {
        str got = {0};
        bool is_good = postcode_parse(&f.arena, str_c(postcodes[i][0]), &got);
        if (is_good != (postcodes[i][1] != NULL)) {
            fail_msg("%s", postcodes[i][0]);
        }
        assert_true(!is_good || str_equal(got, str_c(postcodes[i][1])));
    }
    for (size_t i = 0; i < ARRAY_LEN(areas); i++) {
        struct directory_area got = {0};
        bool is_good = area_find(&f.pack, str_c(areas[i][0]), &got);
        if (is_good != (areas[i][1] != NULL) ||
            (is_good && !str_equal(got.code, str_c(areas[i][1])))) {
            fail_msg("%s: %.*s", areas[i][0], STR_ARG(got.code));
        }
    }
    close_fixture(&f);
}

/* Refused rows as "LINE reason/". */
static const char *read_people(struct fixture *f, str text, const struct people_options *options,
                               struct people_import *import, struct buf *refused)
{
    struct table table;
    struct source source;
    struct table_row row;
    struct people_layout layout = {0};
    struct people_options wanted = *options;
    wanted.pack = &f->pack;
    OK(source_open(&table, &source, text, &err));
    OK(people_layout_find(&table, &wanted, &layout, &err));
    for (;;) {
        struct person_fact fact;
        struct error err = {0};
        assert_int_equal(table_next(&table, &row, &err), STATUS_OK);
        if (row.kind == TABLE_END) {
            break;
        }
        arena_reset(&f->scratch);
        enum status status = row.kind == TABLE_BAD
                                 ? error_set(&err, STATUS_INVALID, "%s", row.why)
                                 : people_fact(&f->scratch, &layout, &row, &fact, &err);
        if (status == STATUS_OK) {
            status = people_import_row(import, &fact, &err);
        }
        if (status != STATUS_OK) {
            buf_printf(refused, "%zu %s/", row.line, err.primary);
        }
    }
    table_close(&table);
    buf_add_byte(refused, '\0');
    return refused->p;
}

static const struct people_options no_options;

static void check_person(struct fixture *f, const struct person *person, const char *want)
{
    struct buf body;
    buf_init(&body, DIRECTORY_BODY_BYTES_MAX);
    person_encode(&body, person);
    buf_add_byte(&body, '\0');
    if (strcmp(body.p, want) != 0) {
        fail_msg("got    %s\nwanted %s", body.p, want);
    }
    struct person back = {0};
    struct buf again;
    OK(person_decode(&f->arena, str_c(body.p), &back, &err));
    buf_init(&again, DIRECTORY_BODY_BYTES_MAX);
    person_encode(&again, &back);
    assert_true(str_equal(buf_str(&again), str_c(body.p)));
    buf_close(&again);
    buf_close(&body);
}

static void test_own_people(void **state)
{
    static const char file[] =
        "person id,name,office,area code,party,valid_from,valid_to,platform,handle\n"
        "a1,Pat Sample,mp,E14001086,Blue,2024-07-04,,,\n"
        "a1,Pat Sample,,,,,,Twitter,@PatSample\n"
        "a1,Patricia Sample,councillor,E09000030,Blue,2018-05-03,2022-05-05,,\n"
        ",Nobody,mp,E14001086,,,,,\n"
        "a2,Sam Other,king,E14001086,,,,,\n"
        "a3,!,mp,E14001086,,,,,\n"
        "a4,Lee Last,mp,E14001086,,2024-07-04,2020-01-01,,\n"
        "a5,Jo New,mp,E14001086,,soon,,,\n"
        "a6,Al Handle,,,,,,,@al\n"
        "a7,Vi Area,,E14001086,,,,,\n"
        "a1,Pat Sample,mp,E14001086,Blue,2024-07-04,2025-01-31,,\n";
    struct fixture f;
    struct people_import import;
    struct buf refused;
    (void)state;
    open_fixture(&f);
    buf_init(&refused, 10000);
    people_import_start(&import, &f.arena, &f.scratch, NULL, NULL);
    assert_string_equal(read_people(&f, str_c(file), &no_options, &import, &refused),
                        "5 person id: is empty; it tells two people of one name apart/"
                        "6 office: is no office of the pack ('hustings route --help' lists them)/"
                        "7 name: holds no letter/"
                        "8 valid to: is before valid_from/"
                        "9 valid from: is no date such as 2024-07-04 or 04/07/2024/"
                        "10 platform: is empty where a handle is given/"
                        "11 office: is empty where an area is given (--office says it for all)/");
    assert_int_equal(import.entry_count, 1);
    assert_int_equal(import.row_count[CHANGE_NEW], 1);
    assert_int_equal(import.row_count[CHANGE_CHANGED], 3);
    check_person(&f, &import.entries[0]->person,
                 "{\"id\":\"a1\",\"names\":[\"Pat Sample\",\"Patricia Sample\"],\"tenures\":["
                 "{\"office\":\"mp\",\"area\":\"E14001086\",\"area_name\":\"Bethnal Green and "
                 "Stepney\",\"party\":\"Blue\",\"from\":\"2024-07-04\",\"to\":\"2025-01-31\"},"
                 "{\"office\":\"councillor\",\"area\":\"E09000030\",\"area_name\":\"Tower "
                 "Hamlets\",\"party\":\"Blue\",\"from\":\"2018-05-03\",\"to\":\"2022-05-05\"}],"
                 "\"handles\":[{\"platform\":\"x\",\"name\":\"patsample\"}]}");
    buf_close(&refused);
    close_fixture(&f);
}

/* One person of two foreign layouts is one person. A ward that is called as a constituency is (there
 * are many) is no constituency. */
static void test_foreign_people(void **state)
{
    static const char psephology[] =
        "\xEF\xBB\xBF"
        "Election date,ONS ID,Constituency name,Party name,Candidate first name,"
        "Candidate surname,Candidate gender,Democracy Club person ID\n"
        "01/05/2025,S14000006,\"Ayr, Carrick and Cumnock\",Blue,Vi Ann,Sample,Female,77\n";
    static const char club[] =
        "person_id\tperson_name\telection_id\tballot_paper_id\telection_date\tparty_name\t"
        "post_label\ttwitter_username\tfacebook_page_url\n"
        "77\tVi Sample\tlocal.2024-05-02\tlocal.x.2024-05-02\t2024-05-02\tBlue\tStockton West\t"
        "visample\thttps://facebook.com/vi.sample\n"
        "78\tEd Zero\teuroparl.2019\teuroparl.x\t2019-05-23\tBlue\tLondon\t\t\n";
    struct fixture f;
    struct people_import import;
    struct buf refused;
    (void)state;
    open_fixture(&f);
    buf_init(&refused, 10000);
    people_import_start(&import, &f.arena, &f.scratch, NULL, NULL);
    assert_string_equal(read_people(&f, str_c(psephology), &no_options, &import, &refused), "");
    buf_clear(&refused);
    assert_string_equal(read_people(&f, str_c(club), &no_options, &import, &refused),
                        "3 election id: is of an election that the directory has no office for/");
    check_person(
        &f, &import.entries[0]->person,
        "{\"id\":\"dc:77\",\"names\":[\"Vi Ann Sample\",\"Vi Sample\"],\"tenures\":["
        "{\"office\":\"parliamentary-candidate\",\"area\":\"S14000107\",\"area_name\":\"Ayr, "
        "Carrick and Cumnock\",\"party\":\"Blue\",\"to\":\"2025-05-01\"},"
        "{\"office\":\"council-candidate\",\"area\":\"local.x\",\"area_name\":\"Stockton "
        "West\",\"party\":\"Blue\",\"to\":\"2024-05-02\"}],\"handles\":[{\"platform\":\"x\","
        "\"name\":\"visample\"},{\"platform\":\"facebook\",\"name\":\"vi.sample\"}]}");
    buf_close(&refused);
    close_fixture(&f);
}

static void test_columns_option(void **state)
{
    static const char file[] = "Nr;Full name;GSS\n1;Pat Sample;E14001086\n";
    struct fixture f;
    struct people_import import;
    struct buf refused;
    struct table table;
    struct source source;
    struct people_layout layout;
    (void)state;
    open_fixture(&f);
    buf_init(&refused, 10000);
    people_import_start(&import, &f.arena, &f.scratch, NULL, NULL);
    struct people_options options = {.columns = STR("person id=nr,name=full_name,area code=GSS"),
                                     .office = STR("mp"),
                                     .from = STR("2024-07-04"),
                                     .pack = &f.pack};
    assert_string_equal(read_people(&f, str_c(file), &options, &import, &refused), "");
    check_person(&f, &import.entries[0]->person,
                 "{\"id\":\"1\",\"names\":[\"Pat Sample\"],\"tenures\":[{\"office\":\"mp\","
                 "\"area\":\"E14001086\",\"area_name\":\"Bethnal Green and Stepney\",\"from\":"
                 "\"2024-07-04\"}],\"handles\":[]}");
    OK(source_open(&table, &source, str_c(file), &err));
    options.columns = STR("name=nothing");
    ENDS(people_layout_find(&table, &options, &layout, &err), STATUS_INVALID);
    options.columns = STR("shoe size=Nr");
    ENDS(people_layout_find(&table, &options, &layout, &err), STATUS_INVALID);
    options.columns = (str){0};
    ENDS(people_layout_find(&table, &options, &layout, &err), STATUS_INVALID);
    table_close(&table);
    buf_close(&refused);
    close_fixture(&f);
}

/* Who stands twice in one place has two candidacies, in whatever order the files come; an older file
 * that does not know the end does not take it back. */
static void test_stands_twice(void **state)
{
    static const char *const files[] = {
        "person id,name,office,area code,valid_to\n"
        "a,Pat,parliamentary-candidate,E14001086,2024-07-04\n",
        "person id,name,office,area code,valid_to\n"
        "a,Pat,parliamentary-candidate,E14001086,2025-05-01\n",
        "person id,name,office,area code,valid_to\n"
        "a,Pat,parliamentary-candidate,E14001086,\n",
    };
    struct fixture f;
    struct people_import import;
    struct buf refused;
    (void)state;
    open_fixture(&f);
    buf_init(&refused, 10000);
    people_import_start(&import, &f.arena, &f.scratch, NULL, NULL);
    for (size_t i = 0; i < 9; i++) {
        buf_clear(&refused);
        assert_string_equal(read_people(&f, str_c(files[i % 3]), &no_options, &import, &refused),
                            "");
    }
    assert_int_equal(import.row_count[CHANGE_NEW], 1);
    assert_int_equal(import.row_count[CHANGE_CHANGED], 1);
    assert_int_equal(import.row_count[CHANGE_SAME], 7);
    const struct person *pat = &import.entries[0]->person;
    assert_int_equal(pat->tenure_count, 2);
    assert_str(pat->tenures[0].to, "2024-07-04");
    assert_str(pat->tenures[1].to, "2025-05-01");
    buf_close(&refused);
    close_fixture(&f);
}

/* What a person may have at most, and one more: the row is refused whole. */
static void test_person_limits(void **state)
{
    struct fixture f;
    struct person person = {0};
    enum directory_change change = CHANGE_SAME;
    (void)state;
    open_fixture(&f);
    for (size_t i = 0; i <= PERSON_TENURES_MAX; i++) {
        struct person_fact fact = {.id = STR("a"),
                                   .name = STR("Pat"),
                                   .has_tenure = true,
                                   .tenure = {.office = arena_printf(&f.arena, "o%zu", i)}};
        fact.handles[0] = (struct handle){STR("x"), arena_printf(&f.arena, "h%zu", i / 4)};
        fact.handle_count = 1;
        if (i < PERSON_TENURES_MAX) {
            OK(person_merge(&f.arena, &person, &fact, &change, &err));
            assert_int_equal(change, i == 0 ? CHANGE_NEW : CHANGE_CHANGED);
        } else {
            ENDS(person_merge(&f.arena, &person, &fact, &change, &err), STATUS_LIMIT);
        }
    }
    assert_int_equal(person.tenure_count, PERSON_TENURES_MAX);
    assert_int_equal(person.handle_count, PERSON_TENURES_MAX / 4); /* not that of the last row */
    close_fixture(&f);
}

/* --- who is meant? --- */

static const struct weigh_case {
    struct person_query query;
    int weight; /* 0: no match */
    const char *why;
} weigh_cases[] = {
    {{.name = STR_INIT("Pat Ann Sample")}, 60, "same name"},
    {{.name = STR_INIT("Sample, Pat")}, 40, "same first name and surname"},
    {{.name = STR_INIT("Sample")}, 0, ""},
    {{.name = STR_INIT("Sample"), .area = STR_INIT("E14001086")}, 35, "same surname; same area"},
    {{.name = STR_INIT("Kim Sample"), .area = STR_INIT("E14001086")}, 0, ""},
    {{.handle = {STR_INIT("x"), STR_INIT("pat")}}, 100, "same handle"},
    {{.handle = {{0}, STR_INIT("pat")}}, 100, "same handle"},
    {{.handle = {STR_INIT("facebook"), STR_INIT("pat")}}, 0, ""},
    {{.name = STR_INIT("Pat Ann Sample"),
      .office = STR_INIT("mp"),
      .area = STR_INIT("E14001086"),
      .at = STR_INIT("2024-06-20")},
     93,
     "same name; same area; same office; in office or standing at the time"},
    {{.name = STR_INIT("Pat Ann Sample"),
      .office = STR_INIT("councillor"),
      .at = STR_INIT("2020-01-01")},
     74,
     "same name; same office; since when is not known"},
    {{.name = STR_INIT("Pat Ann Sample"), .at = STR_INIT("2026-01-01")},
     54,
     "same name; not at the time"},
    {{.area = STR_INIT("E14001086"), .at = STR_INIT("2024-06-20")},
     23,
     "same area; in office or standing at the time"},
    {{.area = STR_INIT("E14001086"), .at = STR_INIT("2026-06-20")}, 0, ""},
    {{.area = STR_INIT("E14001086"), .office = STR_INIT("mayor"), .at = STR_INIT("2024-06-20")},
     0,
     ""},
    {{.office = STR_INIT("mp")}, 0, ""},
};

static void test_weigh(void **state)
{
    struct tenure tenures[] = {
        {STR_INIT("parliamentary-candidate"),
         STR_INIT("E14001086"),
         {0},
         {0},
         STR_INIT("2024-05-30"),
         STR_INIT("2024-07-04")},
        {STR_INIT("councillor"), STR_INIT("E09000030"), {0}, {0}, {0}, STR_INIT("2022-05-05")},
    };
    struct handle handle = {STR_INIT("x"), STR_INIT("pat")};
    struct person pat = {.id = STR("a"),
                         .names = {STR_INIT("Pat Ann Sample")},
                         .name_count = 1,
                         .tenures = tenures,
                         .tenure_count = 2,
                         .handles = &handle,
                         .handle_count = 1};
    struct fixture f;
    (void)state;
    open_fixture(&f);
    for (size_t i = 0; i < ARRAY_LEN(weigh_cases); i++) {
        struct person_match match = {0};
        bool fits = person_weigh(&f.arena, &f.pack, &pat, &weigh_cases[i].query, &match);
        if (fits != (weigh_cases[i].weight != 0) || match.weight != weigh_cases[i].weight ||
            !str_equal(match.why, str_c(weigh_cases[i].why))) {
            fail_msg("case %zu: %d %d %.*s", i, fits, match.weight, STR_ARG(match.why));
        }
    }
    struct person_match two[2] = {{.person = &pat, .weight = 60}, {.person = &pat, .weight = 90}};
    person_matches_sort(two, 2);
    assert_int_equal(two[0].weight, 90);
    assert_false(person_matches_single(two, 2)); /* however unlike they are */
    assert_true(person_matches_single(two, 1));
    two[0].when = WHEN_OUTSIDE;
    assert_false(person_matches_single(two, 1));
    close_fixture(&f);
}

static void test_real_by_elections(void **state)
{
    struct fixture f;
    struct people_import import;
    struct buf refused;
    char path[256];
    str text = {0};
    (void)state;
    if (shared_file("people/by-elections-59-candidacies.csv", path) == NULL) {
        skip();
    }
    open_fixture(&f);
    buf_init(&refused, 10000);
    OK(io_read_file(&f.arena, path, 1000000, &text, &err));
    for (size_t again = 0; again < 2; again++) {
        buf_clear(&refused);
        if (again == 0) {
            people_import_start(&import, &f.arena, &f.scratch, NULL, NULL);
        } else {
            memset(import.row_count, 0, sizeof import.row_count);
        }
        assert_string_equal(read_people(&f, text, &no_options, &import, &refused), "");
        assert_int_equal(import.entry_count, 80);
        assert_int_equal(import.row_count[CHANGE_NEW], again == 0 ? 80 : 0);
        assert_int_equal(import.row_count[CHANGE_CHANGED], again == 0 ? 6 : 0);
        assert_int_equal(import.row_count[CHANGE_SAME], again == 0 ? 0 : 86);
    }
    for (size_t i = 0; i < import.entry_count; i++) {
        for (size_t t = 0; t < import.entries[i]->person.tenure_count; t++) {
            struct directory_area area;
            assert_true(area_find(&f.pack, import.entries[i]->person.tenures[t].area, &area));
        }
    }
    buf_close(&refused);
    close_fixture(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_handles),
        cmocka_unit_test(test_dates_postcodes_areas),
        cmocka_unit_test(test_own_people),
        cmocka_unit_test(test_foreign_people),
        cmocka_unit_test(test_columns_option),
        cmocka_unit_test(test_stands_twice),
        cmocka_unit_test(test_person_limits),
        cmocka_unit_test(test_weigh),
        cmocka_unit_test(test_real_by_elections),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
