/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: press intake finds what an article reports and, above all, nothing
 * else. Method: made-up articles in tests/samples/press. Their front matter
 * says under `expect` what must come out ("subject/office/code", nothing for
 * most); all names are invented. A real article is read from the shared folder
 * when it is there. */
#include "../support/cm.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/io.h"
#include "base/utf8.h"
#include "codec/front_matter.h"
#include "intake/press.h"

enum { MEMORY = 192 * 1024 * 1024, SAMPLES_MIN = 125, HELD_OUT_MIN = 5, DEV_MIN = 38 };

static const struct {
    enum press_place_kind kind;
    const char *name, *gss;
} places[] = {
    {PRESS_CONSTITUENCY, "Bethnal Green and Stepney", "E14001086"},
    {PRESS_CONSTITUENCY, "Stratford and Bow", "E14001531"},
    {PRESS_CONSTITUENCY, "Poplar and Limehouse", "E14001433"},
    {PRESS_CONSTITUENCY, "Hackney South and Shoreditch", "E14001260"},
    {PRESS_DISTRICT, "Tower Hamlets", "E09000030"},
    {PRESS_DISTRICT, "Hackney", "E09000012"},
    {PRESS_DISTRICT, "Newham", "E09000025"},
    {PRESS_DISTRICT, "London", "E12000007"},
    {PRESS_WARD, "Weavers", ""},
    {PRESS_WARD, "Bow East", ""},
    {PRESS_WARD, "Whitechapel", ""},
};

static bool find_place(const void *context, enum press_place_kind kind, str name,
                       struct press_place *ret_place)
{
    (void)context;
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        if (places[i].kind == kind && str_equal_ascii_fold(name, str_c(places[i].name))) {
            *ret_place = (struct press_place){str_c(places[i].name), str_c(places[i].gss)};
            return true;
        }
    }
    return false;
}

static const struct press_gazetteer gazetteer = {find_place, NULL};

static bool has_code(const struct press_incident *incident, str code)
{
    for (size_t i = 0; i < incident->code_count; i++) {
        if (str_equal(str_c(incident->codes[i]), code)) {
            return true;
        }
    }
    return false;
}

static bool meets(const struct press_article *article, str expect)
{
    str subject = {0};
    str office = {0};
    str rest = str_cut(expect, '/', &subject);
    str code = str_cut(rest, '/', &office);
    for (size_t i = 0; i < article->incident_count; i++) {
        const struct press_incident *incident = &article->incidents[i];
        if (str_find(incident->subject, subject) < incident->subject.n &&
            str_equal(incident->office, office) && has_code(incident, code)) {
            return true;
        }
    }
    return false;
}

static void print_found(const char *name, const struct press_article *article)
{
    for (size_t i = 0; i < article->incident_count; i++) {
        const struct press_incident *n = &article->incidents[i];
        print_error("%s: found %.*s / %.*s / %s: %.*s\n", name, STR_ARG(n->subject),
                    STR_ARG(n->office), n->codes[0], STR_ARG(n->quote));
    }
}

/* 1 when the sample gives exactly what it says. */
static int check_sample(const char *folder, const char *name)
{
    struct arena arena;
    struct error err = {0};
    struct press_article article = {0};
    struct front_matter front = {0};
    unsigned line = 0;
    str bytes = {0};
    char path[4096];
    arena_init(&arena, MEMORY);
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_int_equal(io_read_file(&arena, path, PRESS_BYTES_MAX, &bytes, &err), STATUS_OK);
    if (press_read(&arena, bytes, &gazetteer, &article, &line, &err) != STATUS_OK) {
        fail_msg("%s:%u: %s", name, line, err.primary);
    }
    assert_int_equal(front_matter_parse(&arena, bytes, &front, &line, &err), STATUS_OK);
    const struct front_matter_field *expect = front_matter_find(&front, STR("expect"));
    size_t wanted = expect == NULL ? 0 : expect->item_count;
    int good = article.incident_count == wanted ? 1 : 0;
    for (size_t i = 0; i < wanted; i++) {
        good = good && meets(&article, expect->items[i]);
    }
    if (!good) {
        print_error("%s: wanted %zu, found %zu\n", name, wanted, article.incident_count);
        print_found(name, &article);
    }
    arena_close(&arena);
    return good;
}

struct score {
    int positives, positives_good, negatives, negatives_good;
};

static struct score score_of(const char *path)
{
    struct score score = {0};
    DIR *folder = opendir(path);
    assert_non_null(folder);
    struct dirent *entry = NULL;
    while ((entry = readdir(folder)) != NULL) {
        str name = str_c(entry->d_name);
        if (!str_ends(name, STR(".md"))) {
            continue;
        }
        int good = check_sample(path, entry->d_name);
        if (str_starts(name, STR("pos-"))) {
            score.positives++;
            score.positives_good += good;
        } else {
            score.negatives++;
            score.negatives_good += good;
        }
    }
    (void)closedir(folder);
    return score;
}

static void test_samples(void **state)
{
    (void)state;
    struct score score = score_of(SAMPLES);
    assert_true(score.positives + score.negatives >= SAMPLES_MIN);
    assert_int_equal(score.positives_good, score.positives);
    assert_int_equal(score.negatives_good, score.negatives);
}

/* Articles that the rules were made better with. Six of the 44 are not met whole: two name the
 * person only in a later sentence and keep "candidate for Bow", four are not found (threats to two
 * at once, voters filmed at a door, a faked recording "in which", a threat quoted in the passive). */
static void test_dev(void **state)
{
    (void)state;
    struct score score = score_of(SAMPLES "/dev");
    print_message("dev: %d of %d positives, %d of %d negatives\n", score.positives_good,
                  score.positives, score.negatives_good, score.negatives);
    assert_true(score.positives >= 44 && score.negatives >= 57);
    assert_int_equal(score.negatives_good, score.negatives);
    assert_true(score.positives_good >= DEV_MIN);
}

/* Written before anybody looked at what the rules know, and never looked at while they were made
 * better: what articles of tomorrow will meet. Precision first: most articles are about something
 * else, and an invented incident costs trust. The floors are what was measured. */
static void test_held_out(void **state)
{
    (void)state;
    struct score score = score_of(SAMPLES "/held-out");
    print_message("held out: %d of %d positives, %d of %d negatives\n", score.positives_good,
                  score.positives, score.negatives_good, score.negatives);
    assert_true(score.positives >= 8 && score.negatives >= 8);
    assert_int_equal(score.negatives_good, score.negatives);
    assert_true(score.positives_good >= HELD_OUT_MIN);
}

static void test_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t len; /* 0: a C string */
        unsigned line;
    } table[] = {
        {"no front matter\n", 0, 1},
        {"---\nsection: x\n---\nbody\n", 0, 1},
        {"---\ntitle: x\npublicationDate: \"2024-13-40\"\n---\nbody\n", 0, 3},
        {"---\ntitle: x\npublicationDate: soon\n---\nbody\n", 0, 3},
        {"---\ntitle: x\n---\nline\nbad \xff byte\n", 0, 5},
        {"---\ntitle: x\n---\nnul \0 byte\n", 27, 4},
        {"\x89PNG\r\n\x1a\n", 0, 1},
    };
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        struct arena arena;
        struct press_article article = {0};
        struct error err = {0};
        unsigned line = 0;
        str text = str_c(table[i].text);
        text.n = table[i].len != 0 ? table[i].len : text.n;
        arena_init(&arena, MEMORY);
        assert_int_equal(press_read(&arena, text, &gazetteer, &article, &line, &err),
                         STATUS_INVALID);
        assert_int_equal(line, table[i].line);
        arena_close(&arena);
    }
}

static void test_too_long(void **state)
{
    (void)state;
    struct arena arena;
    struct press_article article = {0};
    unsigned line = 0;
    arena_init(&arena, MEMORY);
    str head = STR("---\ntitle: x\n---\n");
    char *p = arena_alloc(&arena, PRESS_BYTES_MAX + 1, 1);
    memset(p, 'a', PRESS_BYTES_MAX + 1);
    memcpy(p, head.p, head.n);
    str text = {p, PRESS_BYTES_MAX};
    assert_int_equal(press_read(&arena, text, &gazetteer, &article, &line, NULL), STATUS_OK);
    text.n++;
    assert_int_equal(press_read(&arena, text, &gazetteer, &article, &line, NULL), STATUS_LIMIT);
    arena_close(&arena);
}

static void test_no_date(void **state)
{
    (void)state;
    struct arena arena;
    struct press_article article = {0};
    unsigned line = 0;
    arena_init(&arena, MEMORY);
    str text = STR("---\ntitle: x\n---\nLabour MP Ada Finch received death "
                   "threats last week.\n");
    assert_int_equal(press_read(&arena, text, NULL, &article, &line, NULL), STATUS_OK);
    assert_int_equal(article.incident_count, 1);
    assert_str(article.published, "");
    assert_str(article.incidents[0].when, "last week");
    assert_str(article.incidents[0].subject, "Ada Finch");
    arena_close(&arena);
}

static bool read_shared(struct arena *arena, str *ret_bytes)
{
    const char *shared = getenv("HUSTINGS_SHARED");
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/data/press/000_bdaaeda2539deba5.md",
                   shared != NULL ? shared : SOURCE_ROOT "/../shared");
    return io_read_file(arena, path, PRESS_BYTES_MAX, ret_bytes, NULL) == STATUS_OK;
}

static const struct press_incident *of_office(const struct press_article *article, str office)
{
    for (size_t i = 0; i < article->incident_count; i++) {
        if (str_equal(article->incidents[i].office, office)) {
            return &article->incidents[i];
        }
    }
    return NULL;
}

/* The names of the real article are found by their office, so that none stands
 * here. */
static void test_real_article(void **state)
{
    (void)state;
    struct arena arena;
    struct press_article article = {0};
    struct error err = {0};
    unsigned line = 0;
    str bytes = {0};
    arena_init(&arena, MEMORY);
    if (!read_shared(&arena, &bytes)) {
        print_error("SKIPPED: the shared article is missing; set HUSTINGS_SHARED "
                    "to the folder "
                    "that holds data/press\n");
        arena_close(&arena);
        skip();
    }
    assert_int_equal(press_read(&arena, bytes, &gazetteer, &article, &line, &err), STATUS_OK);
    assert_str(article.published, "2024-07-22");
    assert_str(article.section, "bethnal-green");
    assert_int_equal(article.title.n, 97);
    assert_str(article.links[0], "https://www.bbc.co.uk/news/articles/cw8ygv6j5j4o");
    assert_int_equal(article.link_count, 1); /* "For more local news, read …" is no source */
    assert_int_equal(article.incident_count, 2);
    const struct press_incident *mp = of_office(&article, STR("MP"));
    assert_non_null(mp);
    assert_str(mp->place.gss, "E14001086");
    assert_true(has_code(mp, STR("THR1")));
    assert_true(has_code(mp, STR("ABU2")));
    assert_true(str_find(mp->quote, STR("police protection")) < mp->quote.n);
    assert_true(str_find(mp->when, STR("campaign")) < mp->when.n);
    assert_true(str_find(article.title, mp->subject) < article.title.n);
    const struct press_incident *mayor = of_office(&article, STR("mayor"));
    assert_non_null(mayor);
    assert_str(mayor->place.name, "London");
    assert_int_equal(mayor->code_count, 1);
    assert_true(has_code(mayor, STR("THR6")));
    assert_true(str_find(mayor->when, STR("2024-07-22")) < mayor->when.n);
    arena_close(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_samples),      cmocka_unit_test(test_dev),
        cmocka_unit_test(test_held_out),     cmocka_unit_test(test_refused),
        cmocka_unit_test(test_too_long),     cmocka_unit_test(test_no_date),
        cmocka_unit_test(test_real_article),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
