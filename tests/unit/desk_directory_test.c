/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: what was imported is found by name, handle and place, on both engines; two who fit stay two;
 * nothing of a person stands in an act; who may not import cannot; a case says who it may be about.
 * Method: a desk with a letterbox in memory, and a directory of invented people. */
#include "../support/desk_bench.h"

#include "desk/desk_directory.h"
#include "directory/people_file.h"

struct fixture {
    struct desk_bench d;
    struct pack pack;
};

static void open_with(struct fixture *f, void **state)
{
    desk_bench_open(&f->d, ready(state), 2000);
    desk_close(f->d.desk); /* again, with the pack */
    OK(pack_open(&f->d.arena, HUSTINGS_SOURCE_ROOT "/packs/uk", &f->pack, &err));
    f->d.options.pack = &f->pack;
    OK(desk_open(&f->d.options, bench_now, &f->d.desk, &err));
    desk_bench_unlock(&f->d);
}

struct row {
    const char *id, *name, *office, *area, *from, *to, *x;
};
static const struct row people[] = {
    {"1", "Pat Ann Sample", "parliamentary-candidate", "E14001086", "2024-05-30", "2024-07-04",
     "patsample"},
    {"2", "Pat Ann Sample", "councillor", "E09000030", "2018-05-03", "", ""},
    {"3", "Lee Other", "mp", "E14001086", "2024-07-05", "", "leeother"},
    {"4", "Si\xC3\xA2n Last", "mp", "E14001086", "2019-12-12", "2024-05-30", ""},
};

/* As the command does: what changed is kept. Returns how many entries. */
static size_t import(struct fixture *f, const struct row *rows, size_t count)
{
    struct desk_directory_entry entries[ARRAY_LEN(people)];
    struct desk_directory_about about = {STR("own"), {{7}}};
    size_t changed = 0;
    for (size_t i = 0; i < count; i++) {
        struct person person = {0};
        str kept = {0};
        enum directory_change change = CHANGE_SAME;
        struct person_fact fact = {.id = str_c(rows[i].id),
                                   .name = str_c(rows[i].name),
                                   .has_tenure = true,
                                   .tenure = {.office = str_c(rows[i].office),
                                              .area = str_c(rows[i].area),
                                              .from = str_c(rows[i].from),
                                              .to = str_c(rows[i].to)},
                                   .handles = {{STR("x"), str_c(rows[i].x)}},
                                   .handle_count = rows[i].x[0] != '\0'};
        OK(desk_directory_load(f->d.desk, &f->d.arena, DIRECTORY_PERSON, fact.id, &kept, &err));
        if (kept.n > 0) {
            OK(person_decode(&f->d.arena, kept, &person, &err));
        }
        OK(person_merge(&f->d.arena, &person, &fact, &change, &err));
        if (change == CHANGE_SAME) {
            continue;
        }
        struct directory_key *keys =
            ARENA_ARRAY(&f->d.arena, struct directory_key, DIRECTORY_KEYS_MAX);
        struct buf body;
        buf_init(&body, DIRECTORY_BODY_BYTES_MAX);
        person_encode(&body, &person);
        entries[changed++] = (struct desk_directory_entry){
            DIRECTORY_PERSON, fact.id, arena_str(&f->d.arena, buf_str(&body)), keys,
            person_keys(&f->d.arena, &person, keys)};
        buf_close(&body);
    }
    if (changed > 0) {
        OK(desk_directory_save(f->d.desk, &f->d.supervisor, entries, changed, &about, &err));
    }
    return changed;
}

static void check_found(struct fixture *f, struct person_query query, const char *ids)
{
    struct desk_people found = {0};
    struct buf got;
    buf_init(&got, 1000);
    OK(desk_directory_find(f->d.desk, &f->d.triager, &query, &f->d.arena, &found, &err));
    for (size_t i = 0; i < found.count; i++) {
        buf_add(&got, found.matches[i].person->id);
        assert_true(found.matches[i].why.n > 0);
    }
    buf_add_byte(&got, '\0');
    assert_string_equal(got.p, ids);
    assert_int_equal(person_matches_single(found.matches, found.count), strlen(ids) == 1);
    buf_close(&got);
}

static void test_find(void **state)
{
    struct fixture f;
    open_with(&f, state);
    assert_int_equal(import(&f, people, ARRAY_LEN(people)), 4);
    assert_int_equal(import(&f, people, ARRAY_LEN(people)), 0); /* the second time: all the same */
    /* By name: order, titles, accents; two who fit are two, the better one first. */
    check_found(&f, (struct person_query){.name = STR("LAST, Sian")}, "4");
    check_found(&f, (struct person_query){.name = STR("Cllr Pat Ann Sample")}, "12");
    check_found(&f, (struct person_query){.name = STR("Pat Sample"), .area = STR("E09000030")},
                "21");
    check_found(&f, (struct person_query){.name = STR("Nobody Here")}, "");
    check_found(&f, (struct person_query){.name = STR("Other")}, "");
    check_found(&f, (struct person_query){.name = STR("Other"), .area = STR("E14001086")}, "3");
    /* By handle. */
    check_found(&f, (struct person_query){.handle = {STR("x"), STR("leeother")}}, "3");
    check_found(&f, (struct person_query){.handle = {{0}, STR("patsample")}}, "1");
    check_found(&f, (struct person_query){.handle = {STR("facebook"), STR("leeother")}}, "");
    /* By office and area at a date. */
    struct person_query at = {.office = STR("mp"), .area = STR("E14001086")};
    at.at = STR("2024-08-01");
    check_found(&f, at, "3");
    at.at = STR("2024-06-20"); /* nobody is MP; one stands for it */
    check_found(&f, at, "1");
    at.at = STR("2020-01-01");
    check_found(&f, at, "4");
    desk_bench_close(&f.d);
}

/* A changed entry takes the place of the old one, with its keys. */
static void test_change_and_forget(void **state)
{
    static const struct row renamed = {"3",          "Lee New-Name", "mp", "E14001086",
                                       "2024-07-05", "2026-01-01",   ""};
    struct fixture f;
    struct person_query place = {
        .office = STR("mp"), .area = STR("E14001086"), .at = STR("2026-06-01")};
    open_with(&f, state);
    (void)import(&f, people, ARRAY_LEN(people));
    check_found(&f, place, "3");
    assert_int_equal(import(&f, &renamed, 1), 1);
    check_found(&f, place, "");
    check_found(&f, (struct person_query){.name = STR("Lee New Name")}, "3");
    check_found(&f, (struct person_query){.name = STR("Lee Other")}, "3"); /* the old name too */
    OK(desk_directory_forget(f.d.desk, &f.d.supervisor, DIRECTORY_PERSON, STR("3"), &err));
    check_found(&f, (struct person_query){.name = STR("Lee New Name")}, "");
    check_found(&f, (struct person_query){.handle = {STR("x"), STR("leeother")}}, "");
    ENDS(desk_directory_forget(f.d.desk, &f.d.supervisor, DIRECTORY_PERSON, STR("3"), &err),
         STATUS_NOT_FOUND);
    ENDS(desk_directory_forget(f.d.desk, &f.d.triager, DIRECTORY_PERSON, STR("2"), &err),
         STATUS_DENIED);
    desk_bench_close(&f.d);
}

static void test_acts_and_rights(void **state)
{
    struct fixture f;
    struct desk_directory_entry entry = {DIRECTORY_PERSON, STR("9"), STR("{}"), NULL, 0};
    struct desk_directory_about about = {STR("own"), {{7}}};
    struct desk_people found;
    struct person_query query = {.name = STR("Pat Sample")};
    struct desk_act *acts = NULL;
    size_t count = 0;
    open_with(&f, state);
    ENDS(desk_directory_save(f.d.desk, &f.d.triager, &entry, 1, &about, &err), STATUS_DENIED);
    ENDS(desk_directory_find(f.d.desk, &f.d.admin, &query, &f.d.arena, &found, &err),
         STATUS_DENIED);
    (void)import(&f, people, ARRAY_LEN(people));
    OK(desk_directory_find(f.d.desk, &f.d.triager, &query, &f.d.arena, &found, &err));
    OK(desk_acts(f.d.desk, &f.d.auditor, 0, 100, &f.d.arena, &acts, &count, &err));
    size_t imports = 0, finds = 0;
    for (size_t i = 0; i < count; i++) {
        imports += str_equal(acts[i].verb, STR("directory.import"));
        finds += str_equal(acts[i].verb, STR("directory.find"));
        assert_int_equal(str_find(acts[i].detail, STR("Sample")), acts[i].detail.n);
        if (str_equal(acts[i].verb, STR("directory.import"))) {
            assert_true(str_starts(acts[i].detail,
                                   STR("{\"what\":\"people\",\"entries\":4,\"layout\":\"own\","
                                       "\"sha256\":\"0700")));
        }
    }
    assert_int_equal(imports, 1);
    assert_int_equal(finds, 1);
    OK(desk_lock(f.d.desk, NULL, &err));
    ENDS(desk_directory_save(f.d.desk, &f.d.supervisor, &entry, 1, &about, &err),
         STATUS_UNAVAILABLE);
    desk_bench_close(&f.d);
}

/* The case page's question: the date of the report decides. */
static void test_case(void **state)
{
    struct fixture f;
    struct desk_case view = {0};
    open_with(&f, state);
    (void)import(&f, people, ARRAY_LEN(people));
    bench_send(&f.d, &(struct bench_letter){.what = "rude",
                                            .codes = "ABU1",
                                            .name = "Pat Sample",
                                            .area = "Bethnal Green and Stepney",
                                            .grade = 1});
    bench_send(&f.d, &(struct bench_letter){.what = "rude", .codes = "ABU1", .grade = 1});
    bench_send(&f.d, &(struct bench_letter){.what = "rude",
                                            .codes = "ABU1",
                                            .name = "@PatSample",
                                            .account = "https://x.com/LeeOther",
                                            .grade = 1});
    bench_import(&f.d);
    OK(desk_case_read(f.d.desk, &f.d.supervisor, 1, PURPOSE_READ, 0, &f.d.arena, &view, &err));
    assert_int_equal(view.known_count, 2);
    assert_str(view.known[0].person->id, "1");
    assert_str(view.known[0].why,
               "same first name and surname; same area; in office or standing at the time");
    assert_str(view.known[1].person->id, "2");
    OK(desk_case_read(f.d.desk, &f.d.supervisor, 2, PURPOSE_READ, 0, &f.d.arena, &view, &err));
    assert_int_equal(view.known_count, 0);
    assert_int_equal(view.account_count, 0);
    OK(desk_case_read(f.d.desk, &f.d.supervisor, 3, PURPOSE_READ, 0, &f.d.arena, &view, &err));
    assert_int_equal(view.known_count, 1);
    assert_str(view.known[0].person->id, "1");
    assert_int_equal(view.account_count, 1);
    assert_str(view.accounts[0].account, "https://x.com/LeeOther");
    assert_str(view.accounts[0].match.person->id, "3");
    assert_str(view.accounts[0].match.why, "same handle; not at the time");
    desk_bench_close(&f.d);
}

static void test_places(void **state)
{
    static struct station stations[] = {{STR_INIT("1"), STR_INIT("BOW1")},
                                        {STR_INIT("2"), STR_INIT("BOW1")}};
    struct fixture f;
    struct desk_directory_entry entries[3];
    struct desk_directory_about about = {STR("own"), {{7}}};
    struct place *found = NULL;
    size_t count = 0;
    open_with(&f, state);
    for (size_t i = 0; i < ARRAY_LEN(entries); i++) {
        struct place place = {.council = i == 2 ? STR("E09000001") : STR("E09000030"),
                              .election = i == 1 ? STR("2026-05-07") : STR("2024-07-04"),
                              .id = STR("71"), /* one id in two elections and two councils */
                              .name = STR("Bow Hall"),
                              .is_located = true,
                              .at = {51.529297, -0.026396},
                              .stations = stations,
                              .station_count = 2};
        struct directory_key *keys =
            ARENA_ARRAY(&f.d.arena, struct directory_key, DIRECTORY_KEYS_MAX);
        struct buf body;
        buf_init(&body, DIRECTORY_BODY_BYTES_MAX);
        place_encode(&body, &place);
        entries[i] = (struct desk_directory_entry){DIRECTORY_PLACE, place_key(&f.d.arena, &place),
                                                   arena_str(&f.d.arena, buf_str(&body)), keys,
                                                   place_keys(&f.d.arena, &place, keys)};
        buf_close(&body);
    }
    OK(desk_directory_save(f.d.desk, &f.d.admin, entries, ARRAY_LEN(entries), &about, &err));
    OK(desk_directory_places(f.d.desk, &f.d.triager, STR("E09000030"), (str){0}, &f.d.arena, &found,
                             &count, &err));
    assert_int_equal(count, 2);
    OK(desk_directory_places(f.d.desk, &f.d.triager, STR("E09000030"), STR("2026-05-07"),
                             &f.d.arena, &found, &count, &err));
    assert_int_equal(count, 1);
    assert_str(found[0].election, "2026-05-07");
    assert_int_equal(place_stations(&found[0]), 2);
    assert_true(geo_distance(found[0].at, (struct geo_point){51.529297, -0.026396}) < 0.2);
    OK(desk_directory_places(f.d.desk, &f.d.triager, STR("E09000002"), (str){0}, &f.d.arena, &found,
                             &count, &err));
    assert_int_equal(count, 0);
    /* by words of the name, by the beginning of the last one; of two elections it is one place */
    static const struct {
        const char *words;
        size_t count;
    } named[] = {{"bow hall", 2}, {"Bow H", 2}, {"hall", 2}, {"bow school", 0}, {"b", 0}, {"", 0}};
    for (size_t i = 0; i < ARRAY_LEN(named); i++) {
        bool is_cut = true;
        OK(desk_directory_places_named(f.d.desk, &f.d.triager, str_c(named[i].words), &f.d.arena,
                                       &found, &count, &is_cut, &err));
        assert_int_equal(count, named[i].count);
        assert_false(is_cut);
    }
    bool is_cut = false;
    ENDS(desk_directory_places_named(f.d.desk, &f.d.analyst, STR("bow"), &f.d.arena, &found, &count,
                                     &is_cut, &err),
         STATUS_DENIED);
    ENDS(desk_directory_places(f.d.desk, &f.d.analyst, STR("E09000030"), (str){0}, &f.d.arena,
                               &found, &count, &err),
         STATUS_DENIED);
    desk_bench_close(&f.d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(test_find),
        BOTH(test_change_and_forget),
        BOTH(test_acts_and_rights),
        BOTH(test_case),
        BOTH(test_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
