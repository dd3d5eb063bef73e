/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: the pack of the United Kingdom holds what it promises, is found by whatever people type,
 * and a changed byte or a broken reference is named.
 * Method: open the real pack once; tables of questions; copies of it with one thing changed. */
#include "pack/pack.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../support/cm.h"
#include "base/io.h"
#include "pack/fold.h"

#define UK HUSTINGS_SOURCE_ROOT "/packs/uk"

static struct arena arena;
static struct pack pack;

static int open_uk(void **state)
{
    (void)state;
    struct error err = {0};
    arena_init(&arena, 64 << 20);
    time_us begin = clock_monotonic();
    if (pack_open(&arena, UK, &pack, &err) != STATUS_OK) {
        fail_msg("%s", err.primary);
    }
    print_message("pack_open: %lld us\n", (long long)(clock_monotonic() - begin));
    return 0;
}

static int close_uk(void **state)
{
    (void)state;
    arena_close(&arena);
    return 0;
}

static void test_counts(void **state)
{
    (void)state;
    assert_int_equal(pack.language_count, 3);
    assert_int_equal(pack.code_count, 40);
    assert_int_equal(pack.force_count, 46);
    assert_int_equal(pack.district_count, 361);
    assert_int_equal(pack.constituency_count, 650);
    assert_int_equal(pack.assembly_seat_count, 14);
    assert_int_equal(pack.measures.count, 17);
    size_t shares = 0;
    size_t in_two = 0;
    for (size_t i = 0; i < pack.constituency_count; i++) {
        shares += pack.constituencies[i].share_count;
        assert_in_range(pack.constituencies[i].force_count, 1, 2);
        in_two += pack.constituencies[i].force_count == 2;
    }
    assert_int_equal(shares, 946);
    assert_int_equal(in_two, 20);
    assert_true(pack.languages[1].is_machine_drafted);
    assert_true(pack.languages[2].is_machine_drafted);
}

static void test_names(void **state)
{
    (void)state;
    static const struct {
        const char *asked;
        const char *gss; /* NULL = nothing */
    } rows[] = {
        {"Bethnal Green and Stepney", "E14001086"},
        {"bethnal green & stepney", "E14001086"},
        {"  BETHNAL   GREEN AND STEPNEY ", "E14001086"},
        {"E14001086", "E14001086"},
        {"e14001086", "E14001086"},
        {"Montgomeryshire and Glyndwr", "W07000102"},
        {"Montgomeryshire and Glyndŵr", "W07000102"},
        {"Maldwyn a Glyndŵr", "W07000102"},
        {"Ynys Mon", "W07000112"},
        {"Gwyr", "W07000097"},
        {"Caerffili", "W07000088"},
        {"S14000006", "S14000107"},
        {"S14000058", "S14000111"},
        {"Brecon Radnor and Cwm Tawe", "W07000085"},
        {"Aldridge Brownhills", "E14001064"},
        {"Nowhere North", NULL},
        {"", NULL},
        {"&", NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct pack_constituency *row = pack_constituency(&pack, str_c(rows[i].asked));
        if ((row == NULL) != (rows[i].gss == NULL) ||
            (row != NULL && !str_equal(row->gss, str_c(rows[i].gss)))) {
            fail_msg("'%s' found %.*s", rows[i].asked, row == NULL ? 0 : (int)row->gss.n,
                     row == NULL ? "" : row->gss.p);
        }
    }
}

static void test_every_constituency_is_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < pack.constituency_count; i++) {
        const struct pack_constituency *row = &pack.constituencies[i];
        assert_ptr_equal(pack_constituency(&pack, row->gss), row);
        assert_ptr_equal(pack_constituency(&pack, row->name), row);
        assert_true(row->name_cy.n == 0 || pack_constituency(&pack, row->name_cy) == row);
        for (size_t j = 0; j < row->other_codes.count; j++) {
            assert_ptr_equal(pack_constituency(&pack, row->other_codes.items[j]), row);
        }
    }
    for (size_t i = 0; i < pack.district_count; i++) {
        assert_ptr_equal(pack_district(&pack, pack.districts[i].gss), &pack.districts[i]);
        assert_ptr_equal(pack_district(&pack, pack.districts[i].name), &pack.districts[i]);
    }
}

static void test_forces(void **state)
{
    (void)state;
    static const struct {
        const char *seat;
        const char *first;
        const char *second;
    } rows[] = {
        {"Bethnal Green and Stepney", "metropolitan", NULL},
        {"Spen Valley", "west-yorkshire", NULL},
        {"Glasgow South", "police-scotland", NULL},
        {"Belfast South and Mid Down", "northern-ireland", NULL},
        {"Ynys Môn", "north-wales", NULL},
        {"Isle of Wight East", "hampshire", NULL},
        {"Caerphilly", "gwent", NULL},
        {"Cities of London and Westminster", "metropolitan", "city-of-london"},
        {"Waveney Valley", "suffolk", "norfolk"},
        {"Windsor", "thames-valley", "surrey"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct pack_constituency *row = pack_constituency(&pack, str_c(rows[i].seat));
        assert_non_null(row);
        assert_ptr_equal(row->forces[0], pack_force(&pack, str_c(rows[i].first)));
        assert_int_equal(row->force_count, rows[i].second == NULL ? 1 : 2);
        if (rows[i].second != NULL) {
            assert_ptr_equal(row->forces[1], pack_force(&pack, str_c(rows[i].second)));
        }
    }
    assert_str(pack_district(&pack, STR("tower hamlets"))->force->id, "metropolitan");
    assert_str(pack_district(&pack, STR("E07000026"))->name, "Cumberland");
    assert_null(pack_force(&pack, STR("narnia")));
    const struct pack_assembly_seat *seat = pack_assembly_seat(&pack, STR("City & East"));
    assert_non_null(seat);
    assert_int_equal(seat->district_count, 4);
    assert_str(seat->districts[0]->force->id, "city-of-london");
}

static void test_codes_and_grades(void **state)
{
    (void)state;
    static const struct {
        int grade;
        const char *codes;
    } rows[] = {
        {5, "PHY3 PHY4 PHY5"},
        {4, "THR1 THR2 THR5 HAR2 INT3 DOX1 DAM4 SUS1"},
        {3, "PHY1 PHY2 THR3 THR4 THR6 INT1 INT2 INT5 HAR3 ABU3 ABU4 DOX2 DAM2 DAM3 POL1 POL3 POL4"},
        {2, "HAR1 INT4 ABU2 FAL1 FAL2 FAL3"},
        {1, "ABU1 DAM1 POL2"},
        {0, "LAW0 POL9 OTH0"},
    };
    size_t count = 0;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        str rest = str_c(rows[i].codes);
        while (rest.n > 0) {
            str id = {0};
            rest = str_cut(rest, ' ', &id);
            const struct pack_code *code = pack_code(&pack, id);
            assert_non_null(code);
            assert_int_equal(code->grade, rows[i].grade);
            count++;
        }
    }
    assert_int_equal(count, pack.code_count);
    assert_int_equal(pack_code(&pack, STR("DAM1"))->grade_repeated, 2);
    assert_false(pack_code(&pack, STR("LAW0"))->counts_as_abuse);
    assert_false(pack_code(&pack, STR("POL9"))->counts_as_abuse);
    assert_true(pack_code(&pack, STR("OTH0"))->needs_person);
    const struct pack_grade *g4 = pack_grade(&pack, STR("G4"));
    assert_int_equal(g4->desk_minutes, 30);
    assert_int_equal(g4->owner_minutes, 60);
    assert_int_equal(g4->victim_minutes, 120);
    assert_int_equal(pack_grade(&pack, STR("G0"))->desk_minutes, PACK_NEVER);
    assert_null(pack_grade(&pack, STR("G6")));
}

static void test_languages(void **state)
{
    (void)state;
    const struct pack_code *code = pack_code(&pack, STR("THR1"));
    assert_str(pack_text(&pack, &code->title, STR("en")), "Threat to kill");
    assert_str(pack_text(&pack, &code->title, STR("cy")), "Bygythiad i ladd");
    assert_str(pack_text(&pack, &code->title, STR("xx")), "Threat to kill");
    assert_ptr_equal(pack_text(&pack, &code->definition, STR("cy")).p, code->definition.in[0].p);
    for (size_t i = 0; i < pack.advice_count; i++) {
        for (size_t j = 0; j < pack.language_count; j++) {
            assert_true(pack.advice[i].text.in[j].n > 0);
        }
    }
}

static bool has_advice(const struct pack_query *query, const char *id, const char *words)
{
    const struct pack_advice *rows[PACK_ADVICE_MAX];
    size_t count = pack_advice_for(&pack, query, rows);
    for (size_t i = 0; i < count; i++) {
        if (str_equal(rows[i]->id, str_c(id))) {
            str text = rows[i]->text.in[0];
            return words == NULL || str_find(text, str_c(words)) < text.n;
        }
    }
    return false;
}

static void test_advice(void **state)
{
    (void)state;
    const str threat[] = {STR("THR1")};
    struct pack_query query = {.codes = threat,
                               .code_count = 1,
                               .grade = 4,
                               .office = STR("councillor"),
                               .channel = STR("x")};
    assert_true(has_advice(&query, "A01W", "Operation Ford"));
    assert_false(has_advice(&query, "A01", NULL));
    assert_true(has_advice(&query, "A02", "Do not reply"));
    assert_true(has_advice(&query, "A10", NULL));
    query.is_danger_now = true;
    assert_true(has_advice(&query, "A01", "999"));
    query.office = STR("mp");
    assert_true(has_advice(&query, "A01W", "Operation Bridger"));
    query.office = STR("parish-councillor");
    assert_true(has_advice(&query, "A01W", "does not cover"));
    query.office = STR("voter");
    assert_true(has_advice(&query, "A01W", "public office"));
    query.office = (str){0};
    query.channel = STR("letter");
    assert_true(has_advice(&query, "A01W", "public office"));
    assert_false(has_advice(&query, "A10", NULL));
}

/* What is lawful beside what is a threat is a threat: its doors stay. Alone it has none to call. */
static void test_lawful_beside_a_threat(void **state)
{
    (void)state;
    static const str both[] = {STR_INIT("THR4"), STR_INIT("LAW0")};
    const struct pack_door *doors[PACK_DOORS_MAX];
    struct pack_query query = {
        .codes = both, .code_count = 2, .grade = 4, .office = STR("councillor")};
    assert_true(pack_doors_for(&pack, &query, doors) > 0);
    assert_str(doors[0]->to, "101");
    query.codes = &both[1];
    query.code_count = 1;
    query.grade = 0;
    assert_int_equal(pack_doors_for(&pack, &query, doors), 0);
}

static void test_doors(void **state)
{
    (void)state;
    static const struct {
        const char *office;
        const char *code;
        int grade;
        const char *first; /* where the first door leads */
        const char *say;   /* words in it */
    } rows[] = {
        {"councillor", "THR3", 3, "101", "Operation Ford"},
        {"mayor", "ABU1", 1, "101", "Operation Ford"},
        {"pcc-candidate", "THR3", 3, "101", "Operation Ford"},
        {"mp", "THR1", 4, "101", "Operation Bridger"},
        {"parliamentary-candidate", "HAR1", 2, "101", "Operation Bridger"},
        {"parish-councillor", "HAR1", 2, "101", "parish"},
        {"election-staff", "POL3", 3, "101", "returning officer"},
        {"peer", "HAR1", 2, "101", "public office"},
        {"councillor", "PHY3", 5, "999", "weapon"},
        {"mp", "SUS1", 4, "999", "nobody has touched it"},
        {"councillor", "POL9", 0, "spoc", "election"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct pack_door *doors[PACK_DOORS_MAX];
        str code = str_c(rows[i].code);
        struct pack_query query = {.codes = &code,
                                   .code_count = 1,
                                   .grade = rows[i].grade,
                                   .office = str_c(rows[i].office)};
        size_t count = pack_doors_for(&pack, &query, doors);
        assert_true(count > 0);
        str say = doors[0]->say.in[0];
        if (!str_equal(doors[0]->to, str_c(rows[i].first)) ||
            str_find(say, str_c(rows[i].say)) == say.n) {
            fail_msg("%s %s: %.*s", rows[i].office, rows[i].code, STR_ARG(say));
        }
    }
    assert_str(pack_office_in_role(&pack, STR("mp"), STR("candidate"))->id,
               "parliamentary-candidate");
    assert_str(pack_office_in_role(&pack, STR("mp"), STR("holder"))->id, "mp");
}

static void test_fold(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *folded;
    } rows[] = {
        {"St. Dunstan's & Bow", "st dunstans and bow"},
        {"St Dunstan’s and Bow", "st dunstans and bow"},
        {"Na h-Eileanan an Iar", "na h eileanan an iar"},
        {"Aberdâre", "aberdare"},
        {"Aberda\xCC\x82re", "aberdare"}, /* a + combining circumflex */
        {"ＢＯＷ", "bow"},
        {"B\xE2\x80\x8Bow", "bow"}, /* zero-width space */
        {"a\xFF"
         "b",
         "a b"},
        {"&", "and"},
        {"...", ""},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char out[FOLD_NAME_BYTES_MAX];
        str folded = fold_name(str_c(rows[i].name), out);
        if (!str_equal(folded, str_c(rows[i].folded))) {
            fail_msg("'%s' is '%.*s'", rows[i].name, STR_ARG(folded));
        }
    }
    char out[FOLD_NAME_BYTES_MAX];
    char name[FOLD_NAME_BYTES_MAX + 1];
    memset(name, 'x', sizeof name);
    assert_int_equal(fold_name(str_from(name, sizeof name - 1), out).n, FOLD_NAME_BYTES_MAX);
    assert_int_equal(fold_name(str_from(name, sizeof name), out).n, 0);
}

/* A copy of the pack in a new folder, with `from` replaced by `to` in one file. */
static char *changed_copy(struct arena *of, const char *file, const char *from, const char *to)
{
    char *folder = arena_cstr(of, STR("/tmp/hustings-pack-XXXXXX"));
    struct pack_manifest manifest;
    assert_non_null(mkdtemp(folder));
    assert_int_equal(pack_manifest_read(of, UK, &manifest, NULL), STATUS_OK);
    for (size_t i = 0; i <= manifest.count; i++) {
        str name = i < manifest.count ? manifest.files[i].name : STR("manifest.csv");
        str text = {0};
        char *source = arena_cstr(of, arena_printf(of, UK "/%.*s", STR_ARG(name)));
        char *target = arena_cstr(of, arena_printf(of, "%s/%.*s", folder, STR_ARG(name)));
        assert_int_equal(io_read_file(of, source, PACK_FILE_BYTES_MAX, &text, NULL), STATUS_OK);
        if (str_equal(name, str_c(file))) {
            size_t at = str_find(text, str_c(from));
            assert_true(at < text.n);
            text = arena_printf(of, "%.*s%s%.*s", (int)at, text.p, to,
                                STR_ARG(str_slice(text, at + strlen(from), text.n)));
        }
        assert_int_equal(io_write_file(target, text, 0600, NULL), STATUS_OK);
    }
    return folder;
}

static void remove_copy(struct arena *of, const char *folder)
{
    struct pack_manifest manifest;
    if (pack_manifest_read(of, UK, &manifest, NULL) == STATUS_OK) {
        for (size_t i = 0; i <= manifest.count; i++) {
            str name = i < manifest.count ? manifest.files[i].name : STR("manifest.csv");
            (void)unlink(arena_cstr(of, arena_printf(of, "%s/%.*s", folder, STR_ARG(name))));
        }
    }
    assert_int_equal(rmdir(folder), 0);
}

static void test_manifest_is_true(void **state)
{
    (void)state;
    struct pack_manifest manifest;
    struct error err = {0};
    assert_int_equal(pack_verify(&arena, UK, &manifest, &err), STATUS_OK);
    for (size_t i = 0; i < manifest.count; i++) {
        if (manifest.files[i].problem.n > 0) {
            fail_msg("%.*s: %.*s (tools/pack-import manifest packs/uk?)",
                     STR_ARG(manifest.files[i].name), STR_ARG(manifest.files[i].problem));
        }
    }
    assert_int_equal(manifest.problem_count, 0);
}

static void test_one_changed_letter_is_named(void **state)
{
    (void)state;
    struct arena of;
    struct pack_manifest manifest;
    arena_init(&of, 64 << 20);
    char *folder = changed_copy(&of, "districts.csv", "Hartlepool", "Hartlepoor");
    assert_int_equal(pack_verify(&of, folder, &manifest, NULL), STATUS_OK);
    assert_int_equal(manifest.problem_count, 1);
    for (size_t i = 0; i < manifest.count; i++) {
        assert_int_equal(manifest.files[i].problem.n > 0,
                         str_equal(manifest.files[i].name, STR("districts.csv")));
    }
    remove_copy(&of, folder);
    arena_close(&of);
}

static void test_broken_packs_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *file, *from, *to, *error;
    } rows[] = {
        {"districts.csv", "cleveland", "clevelant", "districts.csv line 2, force"},
        {"codes.csv", "PHY2", "PHY1", "codes.csv line 3, id: stands there twice"},
        {"codes.csv", "G3", "G7", "codes.csv line 2, grade"},
        {"codes.csv", "title_en", "titel_en", "codes.csv line 2, title_en"},
        {"advice.csv", "SUS1 THR5", "SUS1 THR9", "advice.csv line 4, codes"},
        {"grades.csv", "G1", "G2", "grades.csv line 4, id: stands there twice"},
        {"rules.csv", ",1,", ",-1,", "a rule never lowers"},
        {"forces.csv", "nation", "nation,more", "fields where the header has 5"},
        {"constituency_shares.csv", "E14001063", "E14009999", "constituency_shares.csv line 2"},
        {"pack.csv", "lawful_grade,1", "lawful_grade,6", "a grade is 0 to 5"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena of;
        struct pack broken;
        struct error err = {0};
        arena_init(&of, 64 << 20);
        char *folder = changed_copy(&of, rows[i].file, rows[i].from, rows[i].to);
        assert_int_equal(pack_open(&of, folder, &broken, &err), STATUS_INVALID);
        if (strstr(err.primary, rows[i].error) == NULL) {
            fail_msg("row %zu: %s", i, err.primary);
        }
        remove_copy(&of, folder);
        arena_close(&of);
    }
}

static void test_find(void **state)
{
    (void)state;
    char *folder = NULL;
    struct error err = {0};
    assert_int_equal(pack_find(&arena, UK, &folder, NULL), STATUS_OK);
    assert_string_equal(folder, UK);
    assert_int_equal(pack_find(&arena, "/nowhere/uk", &folder, &err), STATUS_NOT_FOUND);
    assert_non_null(strstr(err.hint, "--pack"));
    assert_int_equal(pack_find(&arena, "atlantis", &folder, NULL), STATUS_NOT_FOUND);
    assert_int_equal(pack_find(&arena, NULL, &folder, NULL), STATUS_OK); /* beside the build */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_every_constituency_is_found),
        cmocka_unit_test(test_forces),
        cmocka_unit_test(test_codes_and_grades),
        cmocka_unit_test(test_languages),
        cmocka_unit_test(test_advice),
        cmocka_unit_test(test_lawful_beside_a_threat),
        cmocka_unit_test(test_doors),
        cmocka_unit_test(test_fold),
        cmocka_unit_test(test_manifest_is_true),
        cmocka_unit_test(test_one_changed_letter_is_named),
        cmocka_unit_test(test_broken_packs_are_refused),
        cmocka_unit_test(test_find),
    };
    return cmocka_run_group_tests(tests, open_uk, close_uk);
}
