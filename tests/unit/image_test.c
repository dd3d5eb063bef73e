/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: the compiled form of a pack gives what its text gives, is found out when it is stale, and
 * cannot lead outside itself whatever bytes it holds.
 * Method: compile the invented country of tests/packs, load it both ways; change text, sizes and
 * every single byte of the file. */
#include "pack/image.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../support/arena_bench.h"
#include "base/io.h"

#define LYONESSE HUSTINGS_SOURCE_ROOT "/tests/packs/lyonesse"

static char *path_in(const char *folder, const char *name)
{
    return arena_cstr(&arena, arena_printf(&arena, "%s/%s", folder, name));
}

/* A copy of the invented country in a new folder. */
static char *copy_country(void)
{
    char *folder = arena_cstr(&arena, STR("/tmp/hustings-image-XXXXXX"));
    assert_non_null(mkdtemp(folder));
    DIR *dir = opendir(LYONESSE);
    const struct dirent *entry = NULL;
    assert_non_null(dir);
    while ((entry = readdir(dir)) != NULL) {
        str text = {0};
        if (entry->d_name[0] == '.') {
            continue;
        }
        assert_int_equal(
            io_read_file(&arena, path_in(LYONESSE, entry->d_name), 1 << 20, &text, NULL),
            STATUS_OK);
        assert_int_equal(io_write_file(path_in(folder, entry->d_name), text, 0600, NULL),
                         STATUS_OK);
    }
    (void)closedir(dir);
    return folder;
}

static void remove_country(const char *folder)
{
    DIR *dir = opendir(folder);
    const struct dirent *entry = NULL;
    while ((entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] != '.') {
            (void)unlink(path_in(folder, entry->d_name));
        }
    }
    (void)closedir(dir);
    (void)unlink(pack_compiled_path(&arena, folder));
    assert_int_equal(rmdir(folder), 0);
}

static void compile(const char *folder)
{
    struct buf buf;
    struct error err = {0};
    buf_init(&buf, IMAGE_BYTES_MAX);
    if (pack_compile(&arena, folder, &buf, &err) != STATUS_OK) {
        fail_msg("%s", err.primary);
    }
    assert_int_equal(io_write_file(pack_compiled_path(&arena, folder), buf_str(&buf), 0600, NULL),
                     STATUS_OK);
    buf_close(&buf);
}

static struct pack load(const char *folder)
{
    struct pack pack;
    struct error err = {0};
    if (pack_load(&arena, folder, &pack, &err) != STATUS_OK) {
        fail_msg("%s", err.primary);
    }
    return pack;
}

static void test_compiled_is_what_the_text_is(void **state)
{
    (void)state;
    char *folder = copy_country();
    struct pack from_text = load(folder);
    compile(folder);
    struct pack from_file = load(folder);
    assert_false(from_text.is_compiled);
    assert_true(from_file.is_compiled);
    assert_int_equal(from_text.constituency_count, from_file.constituency_count);
    assert_int_equal(from_text.door_count, from_file.door_count);
    assert_true(str_equal(from_text.constituencies[1].name, from_file.constituencies[1].name));
    assert_int_equal(from_file.places->outcode_count, 2);
    assert_int_equal(from_file.places->ward_count, 3);
    assert_int_equal(from_file.places->town_count, 3);
    assert_int_equal(from_text.places->name_count, from_file.places->name_count);
    assert_memory_equal(from_text.places->names, from_file.places->names,
                        from_file.places->name_count * sizeof(struct places_name));
    size_t count = 0;
    str key = STR("porth enys");
    assert_non_null(
        places_find(from_file.places, places_hash(PLACES_HASH_START, key), key, &count));
    assert_int_equal(count, 2);
    key = STR("porth eny");
    assert_null(places_find(from_file.places, places_hash(PLACES_HASH_START, key), key, &count));
    pack_unload(&from_file);
    remove_country(folder);
}

static void test_runs(void **state)
{
    (void)state;
    struct pack pack = load(LYONESSE);
    const struct places_outcode *ly = places_outcode(pack.places, STR("LY"));
    const struct places_outcode *tr = places_outcode(pack.places, STR("TR"));
    assert_null(places_outcode(pack.places, STR("XX")));
    assert_null(places_outcode(pack.places, STR("LYONESSES")));
    assert_null(places_outcode(pack.places, (str){0}));
    assert_int_equal(
        places_run_at(pack.places, ly->constituency_runs, places_incode(STR("499")))->part, 0);
    assert_int_equal(
        places_run_at(pack.places, ly->constituency_runs, places_incode(STR("500")))->part, 1);
    assert_int_equal(places_run_at(pack.places, tr->district_runs, places_incode(STR("099")))->part,
                     PLACES_UNKNOWN);
    assert_null(places_run_at(pack.places, ly->district_runs, 0));
    assert_true(places_incode(STR("9ZZ")) > places_incode(STR("9AA")));
    assert_true(places_incode(STR("1AA")) > places_incode(STR("")));
}

static void test_stale_is_noticed(void **state)
{
    (void)state;
    static const struct {
        const char *file, *from, *to;
    } rows[] = {
        {"wards.csv", "C2:200", "C2:2000"},    /* another size */
        {"manifest.csv", NULL, "file,rows\n"}, /* another manifest */
        {"districts.csv", "Carrek Loos", "Carrek"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char *folder = copy_country();
        str text = {0};
        bool is_there = false;
        str problem = {0};
        compile(folder);
        assert_int_equal(pack_compiled_check(&arena, folder, &is_there, &problem, NULL), STATUS_OK);
        assert_true(is_there);
        assert_int_equal(problem.n, 0);
        char *path = path_in(folder, rows[i].file);
        if (rows[i].from == NULL) {
            text = str_c(rows[i].to);
        } else {
            assert_int_equal(io_read_file(&arena, path, 1 << 20, &text, NULL), STATUS_OK);
            size_t at = str_find(text, str_c(rows[i].from));
            assert_true(at < text.n);
            text = arena_printf(&arena, "%.*s%s%.*s", (int)at, text.p, rows[i].to,
                                STR_ARG(str_slice(text, at + strlen(rows[i].from), text.n)));
        }
        assert_int_equal(io_write_file(path, text, 0600, NULL), STATUS_OK);
        struct pack pack;
        struct error err = {0};
        enum status status = pack_load(&arena, folder, &pack, &err);
        if (i == 0) { /* the new text is refused with its place; the old file does not hide it */
            assert_int_equal(status, STATUS_INVALID);
            assert_non_null(strstr(err.primary, "wards.csv line 2"));
        } else {
            assert_int_equal(status, STATUS_OK);
            assert_false(pack.is_compiled);
            assert_int_equal(pack_compiled_check(&arena, folder, &is_there, &problem, NULL),
                             STATUS_OK);
            assert_true(problem.n > 0);
        }
        remove_country(folder);
    }
}

/* What the size does not show, pack check finds by compiling again. */
static void test_same_size_is_found_by_the_check(void **state)
{
    (void)state;
    char *folder = copy_country();
    bool is_there = false;
    str problem = {0};
    str text = {0};
    compile(folder);
    char *path = path_in(folder, "wards.csv");
    assert_int_equal(io_read_file(&arena, path, 1 << 20, &text, NULL), STATUS_OK);
    size_t at = str_find(text, STR("C2:200"));
    text = arena_printf(&arena, "%.*sC2:100%.*s", (int)at, text.p,
                        STR_ARG(str_slice(text, at + 6, text.n)));
    assert_int_equal(io_write_file(path, text, 0600, NULL), STATUS_OK);
    assert_int_equal(pack_compiled_check(&arena, folder, &is_there, &problem, NULL), STATUS_OK);
    assert_true(problem.n > 0);
    remove_country(folder);
}

static void test_bad_tables_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *file, *from, *to, *error;
    } rows[] = {
        {"postcodes.csv", "TR,", "AA,", "postcodes.csv line 3, outcode"},
        {"postcodes.csv", "500:1", "500:2", "postcodes.csv line 2, constituency_runs"},
        {"postcodes.csv", ":0 500", "600:0 500", "postcodes.csv line 2, constituency_runs"},
        {"postcodes.csv", "C1:667", "C7:667", "postcodes.csv line 2, constituencies"},
        {"postcodes.csv", "D1:1000", "D1:1001", "postcodes.csv line 2, districts"},
        {"postcodes.csv", "50.1", "50,1", "postcodes.csv line 2"},
        {"wards.csv", "Harbour,D1", "Harbour,D7", "wards.csv line 2, district"},
        {"places.csv", "C1,D1", "C1,D7", "places.csv line 2, district"},
        {"places.csv", "west-watch", "no-watch", "places.csv line 4, district"},
        {"areas.csv", "D1 D2", "D1 D7", "areas.csv line 2, districts"},
        {"postcode_areas.csv", "SE,,", "SE,none,", "postcode_areas.csv line 2, force"},
        {"place_words.csv", "before", "behind", "place_words.csv line 2, kind"},
        {"place_words.csv", "v=b", "v-b", "place_words.csv, change: 'war:v-b,f=p' must be"},
        {"pack.csv", "AA 999", "AA#999", "postcode_forms"},
        {"doors.csv", "owner", "owns", "doors.csv line 6, part"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char *folder = copy_country();
        char *path = path_in(folder, rows[i].file);
        str text = {0};
        struct pack pack;
        struct error err = {0};
        assert_int_equal(io_read_file(&arena, path, 1 << 20, &text, NULL), STATUS_OK);
        size_t at = str_find(text, str_c(rows[i].from));
        assert_true(at < text.n);
        text = arena_printf(&arena, "%.*s%s%.*s", (int)at, text.p, rows[i].to,
                            STR_ARG(str_slice(text, at + strlen(rows[i].from), text.n)));
        assert_int_equal(io_write_file(path, text, 0600, NULL), STATUS_OK);
        assert_int_equal(pack_load(&arena, folder, &pack, &err), STATUS_INVALID);
        if (strstr(err.primary, rows[i].error) == NULL) {
            fail_msg("row %zu: %s", i, err.primary);
        }
        remove_country(folder);
    }
}

/* Optional tables may be missing; a country without postcodes is a country. */
static void test_less_is_enough(void **state)
{
    (void)state;
    static const char *const optional[] = {"postcodes.csv",      "wards.csv",
                                           "places.csv",         "areas.csv",
                                           "postcode_areas.csv", "place_words.csv"};
    char *folder = copy_country();
    for (size_t i = 0; i < ARRAY_LEN(optional); i++) {
        assert_int_equal(unlink(path_in(folder, optional[i])), 0);
    }
    compile(folder);
    struct pack pack = load(folder);
    assert_true(pack.is_compiled);
    assert_int_equal(pack.places->outcode_count, 0);
    size_t count = 0;
    str key = STR("long strand");
    assert_non_null(places_find(pack.places, places_hash(PLACES_HASH_START, key), key, &count));
    pack_unload(&pack);
    remove_country(folder);
}

/* Every byte turned over, one after another, and the file cut off everywhere: refused, or read
 * without leaving it (the sanitizers watch). */
static void test_no_byte_is_believed(void **state)
{
    (void)state;
    struct buf buf;
    size_t refused = 0;
    buf_init(&buf, IMAGE_BYTES_MAX);
    assert_int_equal(pack_compile(&arena, LYONESSE, &buf, NULL), STATUS_OK);
    struct pack pack = load(LYONESSE);
    size_t n = buf.n;
    for (size_t i = 0; i < n; i++) {
        struct image image;
        buf.p[i] = (char)~buf.p[i];
        if (image_open(buf_str(&buf), &image, NULL) != STATUS_OK ||
            image_check(&image, &pack, NULL) != STATUS_OK) {
            refused++;
        } else {
            size_t count = 0;
            str key = STR("harbour");
            (void)places_find(&image.places, places_hash(PLACES_HASH_START, key), key, &count);
            (void)places_outcode(&image.places, STR("LY"));
        }
        buf.p[i] = (char)~buf.p[i];
    }
    for (size_t i = 0; i < n; i++) {
        struct image image;
        assert_int_not_equal(image_open(str_from(buf.p, i), &image, NULL), STATUS_OK);
    }
    print_message("%zu of %zu bytes matter to the reader\n", refused, n);
    assert_true(refused > 500);
    buf_close(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_compiled_is_what_the_text_is),
        cmocka_unit_test(test_runs),
        cmocka_unit_test(test_stale_is_noticed),
        cmocka_unit_test(test_same_size_is_found_by_the_check),
        cmocka_unit_test(test_bad_tables_are_refused),
        cmocka_unit_test(test_less_is_enough),
        cmocka_unit_test(test_no_byte_is_believed),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
