/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: rows become the right people and places whoever exported them; no voter's address comes
 * through; two who fit are two answers.
 * Method: tables of names, handles, dates and postcodes; small invented files of every layout, read
 * through the real reader; and the real candidacies, where the shared folder is there. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../support/store_bench.h"

#include "directory/people_file.h"
#include "directory/places_file.h"

#define UK HUSTINGS_SOURCE_ROOT "/packs/uk"

struct fixture {
    struct arena arena, scratch;
    struct pack pack;
};

static void open_fixture(struct fixture *f)
{
    arena_init(&f->arena, (size_t)512 * 1024 * 1024);
    arena_init(&f->scratch, (size_t)4 * 1024 * 1024);
    OK(pack_open(&f->arena, UK, &f->pack, &err));
}

static void close_fixture(struct fixture *f)
{
    arena_close(&f->scratch);
    arena_close(&f->arena);
}

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

/* --- reading texts through the real reader --- */

struct source {
    str text;
    size_t at;
};

static enum status read_source(void *context, char *out, size_t cap, size_t *ret_len,
                               struct error *err)
{
    (void)err;
    struct source *source = context;
    size_t len = source->text.n - source->at < cap ? source->text.n - source->at : cap;
    if (len > 0) {
        memcpy(out, source->text.p + source->at, len);
    }
    source->at += len;
    *ret_len = len;
    return STATUS_OK;
}

static void open_table(struct table *table, struct source *source, str text)
{
    struct encoding_survey survey = {0};
    encoding_survey_add(&survey, text);
    *source = (struct source){text, 0};
    struct table_options options = {"f", read_source, source, encoding_survey_end(&survey), '\0'};
    OK(table_open(table, &options, &err));
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
    open_table(&table, &source, text);
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
                        "6 office: is no office of the pack (offices.csv lists them)/"
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

/* One person of two foreign layouts is one person. */
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
        "77\tVi Sample\tlocal.2024-05-02\tlocal.x.2024-05-02\t2024-05-02\tBlue\tNowhere Ward\t"
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
        "{\"office\":\"council-candidate\",\"area\":\"Nowhere Ward\",\"area_name\":\"Nowhere "
        "Ward\",\"party\":\"Blue\",\"to\":\"2024-05-02\"}],\"handles\":[{\"platform\":\"x\","
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
    open_table(&table, &source, str_c(file));
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
        assert_string_equal(
            read_people(&f, str_c(files[i % 3]), &no_options, &import, &refused), "");
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
    static const struct {
        struct person_query query;
        int weight; /* 0: no match */
        const char *why;
    } cases[] = {
        {{.name = STR_INIT("Pat Ann Sample")}, 60, "same name"},
        {{.name = STR_INIT("Sample, Pat")}, 40, "same first name and surname"},
        {{.name = STR_INIT("Sample")}, 0, ""},
        {{.name = STR_INIT("Sample"), .area = STR_INIT("E14001086")},
         35,
         "same surname; same area"},
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
    struct fixture f;
    (void)state;
    open_fixture(&f);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct person_match match = {0};
        bool fits = person_weigh(&f.arena, &f.pack, &pat, &cases[i].query, &match);
        if (fits != (cases[i].weight != 0) || match.weight != cases[i].weight ||
            !str_equal(match.why, str_c(cases[i].why))) {
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

/* --- places --- */

static void take_note(void *context, size_t line, bool is_refused, const char *text)
{
    struct buf *out = context;
    buf_printf(out, "%zu%s %s/", line, is_refused ? "!" : "", text);
}

static void read_places(struct fixture *f, str text, const struct places_options *options,
                        struct places_import *import, struct buf *notes)
{
    struct table table;
    struct source source;
    struct table_row row;
    struct places_layout layout = {0};
    struct places_options wanted = *options;
    wanted.pack = &f->pack;
    open_table(&table, &source, text);
    OK(places_layout_find(&table, &wanted, &layout, &err));
    places_import_start(import, &f->arena, &f->scratch, &layout, take_note, notes);
    for (;;) {
        struct error err = {0};
        assert_int_equal(table_next(&table, &row, &err), STATUS_OK);
        if (row.kind == TABLE_END) {
            break;
        }
        if (row.kind == TABLE_BAD) {
            take_note(notes, row.line, true, row.why);
        } else if (places_import_row(import, &row, &err) != STATUS_OK) {
            take_note(notes, row.line, true, err.primary);
        }
    }
    places_import_end(import);
    table_close(&table);
}

/* All places, one JSON a line, then the notes. */
static void check_places(const char *file, const struct places_options *options, const char *want)
{
    struct fixture f;
    struct places_import import;
    struct buf notes, out;
    open_fixture(&f);
    buf_init(&notes, 10000);
    buf_init(&out, 100000);
    read_places(&f, str_c(file), options, &import, &notes);
    for (size_t i = 0; i < import.entry_count; i++) {
        struct place back = {0};
        struct place_entry entry = *import.entries[i];
        size_t from = out.n;
        place_encode(&out, &entry.place);
        str body = str_slice(buf_str(&out), from, out.n);
        place_compare(&entry, body);
        assert_int_equal(entry.change, CHANGE_SAME);
        place_compare(&entry, (str){0});
        assert_int_equal(entry.change, CHANGE_NEW);
        place_compare(&entry, STR("{}"));
        assert_int_equal(entry.change, CHANGE_CHANGED);
        OK(place_decode(&f.arena, body, &back, &err));
        struct buf again;
        buf_init(&again, DIRECTORY_BODY_BYTES_MAX);
        place_encode(&again, &back);
        assert_true(str_equal(buf_str(&again), str_slice(buf_str(&out), from, out.n)));
        buf_close(&again);
        buf_add_byte(&out, '\n');
    }
    buf_add(&out, buf_str(&notes));
    buf_add_byte(&out, '\0');
    if (strcmp(out.p, want) != 0) {
        fail_msg("got\n%s\nwanted\n%s", out.p, want);
    }
    buf_close(&notes);
    buf_close(&out);
    close_fixture(&f);
}

static const struct places_options hamlets = {.council = STR_INIT("E09000030")};

/* The canary is a voter's address: in no place, in no note, whatever is wrong with the row. */
static void test_xpress(void **state)
{
    (void)state;
    check_places(
        "ElectionDate\tProperty_URN\tAddressLine1\tPost_Code\tPolling_Place_Id\t"
        "Polling_Place_Name\tPolling_Place_Address_1\tPolling_Place_Address_2\t"
        "Polling_Place_Postcode\tPolling_Place_Easting\tPolling_Place_Northing\t"
        "Polling_Place_District_Reference\n"
        "04/07/2024\t1\t1 Canary Row\tE1 1ZZ\t71\tCaf\xE9 Hall\tFore Street\tBow\te3 2ab\t537000\t"
        "183000\tBOW1\n"
        "04/07/2024\t2\t2 Canary Row\tE1 1ZZ\t71\tCaf\xE9 Hall\tFore Street\tBow\tE3 2AB\t537000\t"
        "183000\tBOW2\n"
        "04/07/2024\t3\t3 Canary Row\tE1 1ZZ\t71\tOther Hall\tFore Street\tBow\tE3 2AB\t537000\t"
        "183000\tBOW2\n"
        "04/07/2024\t4\t4 Canary Row\tE1 1ZZ\t72\tSecond Hall\tBack Street\t\tcanary\t0\t0\t\n"
        "04/07/2024\t5\t5 Canary Row\tE1 1ZZ\t\t\t\t\t\t\t\t\n"
        "04/07/2024\t6\t6 Canary Row\n"
        "04/07/2024\t7\t7 Canary Row\tE1 1ZZ\t73\tThird Hall\t\t\t\tx\t1\tBOW3\n",
        &hamlets,
        "{\"council\":\"E09000030\",\"election\":\"2024-07-04\",\"id\":\"71\",\"name\":"
        "\"Caf\xC3\xA9 "
        "Hall\",\"address\":\"Fore Street, Bow\",\"postcode\":\"E3 2AB\",\"lat_e6\":51529297,"
        "\"lon_e6\":-26396,\"stations\":[{\"district\":\"BOW1\"},{\"district\":\"BOW2\"}]}\n"
        "{\"council\":\"E09000030\",\"election\":\"2024-07-04\",\"id\":\"72\",\"name\":\"Second "
        "Hall\",\"address\":\"Back Street\",\"stations\":[]}\n"
        "{\"council\":\"E09000030\",\"election\":\"2024-07-04\",\"id\":\"73\",\"name\":\"Third "
        "Hall\",\"stations\":[{\"district\":\"BOW3\"}]}\n"
        "4! this place id has another name in line 2/"
        "5 postcode: does not have the form of one: left out/"
        "6! name: holds no letter/"
        "7! fewer fields than the header has/"
        "8 easting or northing is no number: left out/");
}

static void test_other_layouts(void **state)
{
    static const struct places_options none;
    (void)state;
    check_places("HouseID,AddressLine1,PollingVenueID,PollingStationName,PollingStationNumber,"
                 "PollingStationAddress1,PollingStationPostCode,PollingVenueEasting,"
                 "PollingVenueNorthing,PollingDistrictName\n"
                 "1,Canary Row,19,The Theatre,3,Here,,349506,479545,EAST\n"
                 "2,Canary Row,19,The Theatre,4,Here,,349506,479545,EAST\n"
                 "3,Canary Row,19,The Theatre,n/a,Here,,349506,479545,EAST\n"
                 "4,Canary Row,20,The Hall,4,There,LA7 7PS,479545,349506,WEST\n"
                 "5,Canary Row,21,The Barn,5,There,LA7 7PS,349000,479000,WEST\n"
                 "6,Canary Row,22,The Yard,6,There,LA7 7PS,479000,349000,WEST\n"
                 "7,Canary Row,23,The Ship,7,There,LA7 7PS,349100,479100,WEST\n"
                 "8,Canary Row,24,The Well,8,There,LA7 7PS,900000,900000,WEST\n",
                 &hamlets,
                 "{\"council\":\"E09000030\",\"id\":\"19\",\"name\":\"The "
                 "Theatre\",\"address\":\"Here\",\"lat_e6\":54209144,\"lon_e6\":-2775687,"
                 "\"stations\":[{\"district\":\"EAST\"},{\"number\":\"3\",\"district\":\"EAST\"},{"
                 "\"number\":\"4\",\"district\":\"EAST\"}]}\n"
                 "{\"council\":\"E09000030\",\"id\":\"20\",\"name\":\"The "
                 "Hall\",\"address\":\"There\",\"postcode\":\"LA7 "
                 "7PS\",\"lat_e6\":54209144,\"lon_e6\":-2775687,\"stations\":[{\"number\":\"4\","
                 "\"district\":\"WEST\"}]}\n"
                 "{\"council\":\"E09000030\",\"id\":\"21\",\"name\":\"The "
                 "Barn\",\"address\":\"There\",\"postcode\":\"LA7 "
                 "7PS\",\"lat_e6\":54204196,\"lon_e6\":-2783352,\"stations\":[{\"number\":\"5\","
                 "\"district\":\"WEST\"}]}\n"
                 "{\"council\":\"E09000030\",\"id\":\"22\",\"name\":\"The "
                 "Yard\",\"address\":\"There\",\"postcode\":\"LA7 "
                 "7PS\",\"lat_e6\":54204196,\"lon_e6\":-2783352,\"stations\":[{\"number\":\"6\","
                 "\"district\":\"WEST\"}]}\n"
                 "{\"council\":\"E09000030\",\"id\":\"23\",\"name\":\"The "
                 "Ship\",\"address\":\"There\",\"postcode\":\"LA7 "
                 "7PS\",\"lat_e6\":54205104,\"lon_e6\":-2781836,\"stations\":[{\"number\":\"7\","
                 "\"district\":\"WEST\"}]}\n"
                 "{\"council\":\"E09000030\",\"id\":\"24\",\"name\":\"The "
                 "Well\",\"address\":\"There\",\"postcode\":\"LA7 "
                 "7PS\",\"stations\":[{\"number\":\"8\",\"district\":\"WEST\"}]}\n"
                 "5 this station's number is also that of a station of the place in line 2/9 "
                 "easting and northing are not on the grid: left out/5 easting and northing are "
                 "swapped: turned round/7 easting and northing are swapped: turned round/");
    check_places("Add1,Add2,PostCode,StationCode,Xordinate,Yordinate,PlaceName\n"
                 "Queens Road,Barnet,EN5 4DQ,B6/1,0,0,The School\n"
                 "Queens Road,Barnet,EN5 4DQ,B6/2,0,0,The School\n",
                 &hamlets,
                 "{\"council\":\"E09000030\",\"id\":\"the school EN5 4DQ\",\"name\":\"The School\","
                 "\"address\":\"Queens Road, Barnet\",\"postcode\":\"EN5 4DQ\",\"stations\":["
                 "{\"number\":\"B6/1\"},{\"number\":\"B6/2\"}]}\n");
    check_places("PRO_FULLADDRESS,PREM_ID,PREM_NAME,PREM_FULLADDRESS,PREM_POSTCODE,PREM_X_4326,"
                 "PREM_Y_4326\n"
                 "Canary Row,111,HALL,THE SQUARE,BT99 9BB,-5.8310,54.5910\n"
                 "Canary Row,112,ROOM,THE SQUARE,BT99 9BB,54.5910,-5.8310\n"
                 "Canary Row,113,SHED,THE SQUARE,BT99 9BB,99,99\n",
                 &none,
                 "{\"council\":\"N92000002\",\"id\":\"111\",\"name\":\"HALL\",\"address\":\"THE "
                 "SQUARE\",\"postcode\":\"BT99 9BB\",\"lat_e6\":54591000,\"lon_e6\":-5831000,"
                 "\"stations\":[]}\n"
                 "{\"council\":\"N92000002\",\"id\":\"112\",\"name\":\"ROOM\",\"address\":\"THE "
                 "SQUARE\",\"postcode\":\"BT99 9BB\",\"lat_e6\":54591000,\"lon_e6\":-5831000,"
                 "\"stations\":[]}\n"
                 "{\"council\":\"N92000002\",\"id\":\"113\",\"name\":\"SHED\",\"address\":\"THE "
                 "SQUARE\",\"postcode\":\"BT99 9BB\",\"stations\":[]}\n"
                 "3 latitude and longitude are swapped: turned round/"
                 "4 latitude and longitude are not in the British Isles: left out/");
}

/* --- the real files --- */

static const char *shared_file(const char *name, char path[256])
{
    const char *shared = getenv("HUSTINGS_SHARED");
    if (shared != NULL) {
        (void)snprintf(path, 256, "%s/refdata/%s", shared, name);
        if (io_exists(path)) {
            return path;
        }
    }
    print_error("SKIPPED: %s is missing; set HUSTINGS_SHARED to the folder of shared data\n", name);
    return NULL;
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

static void test_real_places(void **state)
{
    static const struct {
        const char *file;
        size_t places, stations, located;
    } files[] = {
        {"polling/xpress_democracy_club_teignbridge_sample.csv", 1, 0, 1},
        {"polling/fmt_halarose_importer_test.csv", 2, 3, 2},
        {"polling/fmt_xpress_importer_test_weblookup.csv", 2, 0, 0},
        {"polling/fmt_dcounts_importer_stations.csv", 2, 2, 0},
        {"polling/fmt_eoni_importer_eoni_export.csv", 2, 0, 2},
        {"polling/gm_polling_stations.csv", 698, 700, 698},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        struct fixture f;
        struct places_import import;
        struct buf notes;
        char path[256];
        str text = {0};
        size_t stations = 0, located = 0;
        if (shared_file(files[i].file, path) == NULL) {
            skip();
        }
        open_fixture(&f);
        buf_init(&notes, 10000);
        OK(io_read_file(&f.arena, path, 1000000, &text, &err));
        read_places(&f, text, &hamlets, &import, &notes);
        for (size_t k = 0; k < import.entry_count; k++) {
            stations += place_stations(&import.entries[k]->place);
            located += import.entries[k]->place.is_located;
        }
        assert_int_equal(notes.n, 0);
        assert_int_equal(import.entry_count, files[i].places);
        assert_int_equal(stations, files[i].stations);
        assert_int_equal(located, files[i].located);
        buf_close(&notes);
        close_fixture(&f);
    }
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
        cmocka_unit_test(test_xpress),
        cmocka_unit_test(test_other_layouts),
        cmocka_unit_test(test_real_by_elections),
        cmocka_unit_test(test_real_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
