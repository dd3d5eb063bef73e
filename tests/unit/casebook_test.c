/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: what stands in the clear in the casebook is exactly the counted list; every other value is
 * sealed to its place; search finds what it should and never breaks over what people type.
 * Method: the schema of both engines against casebook_columns; values moved from row to row behind
 * the store's back; random queries with a fixed seed. */
#include "../support/store_bench.h"

#include "store/casebook_internal.h"
#include "store/casebook_operation.h"
#include "store/search.h"

static const time_us start = INT64_C(1720000000) * US_PER_SECOND;

struct fixture {
    struct arena arena;
    struct db_options options;
    struct crypt_key key;
    struct casebook *casebook;
};

static void fixture_open(struct fixture *f, void **state)
{
    memset(f, 0, sizeof *f);
    arena_init(&f->arena, (size_t)64 * 1024 * 1024);
    f->options = bench_store(ready(state), "casebook");
    f->key = crypt_key_new();
    struct casebook_options options = {f->options, {{1}}, &f->key};
    OK(casebook_open(&options, start, &f->casebook, &err));
}

static void fixture_close(struct fixture *f)
{
    casebook_close(f->casebook);
    arena_close(&f->arena);
}

/* Of a message of an inbox: its leaf, its incident (twice), and two small numbers as coarse as codes. */
/* Of a correction: its act, its report, who and when, as of a note; of a model: that there is one. */
/* Of an operation and its plans: numbers, states, versions, officers, hours; no day, place or unit. */
/* Of the day itself: how many links, words of units and reports there are, and in which hour. */
enum { CLEAR_COLUMNS = 94, TAG_COLUMNS = 15, SEALED_COLUMNS = 30 };

static void test_clear_columns(void **state)
{
    struct fixture f;
    struct buf schema;
    size_t count[3] = {0};
    size_t lines = 0;
    fixture_open(&f, state);
    buf_init(&schema, 100000);
    OK(casebook_schema(f.casebook, &schema, &err));
    for (const struct casebook_column *c = casebook_columns; c->table != NULL; c++) {
        str line = arena_printf(&f.arena, "\n%s.%s\n", c->table, c->column);
        str whole = arena_printf(&f.arena, "\n%.*s", STR_ARG(buf_str(&schema)));
        if (str_find(whole, line) == whole.n) {
            fail_msg("%s.%s is not in the schema", c->table, c->column);
        }
        count[c->kind]++;
    }
    str rest = buf_str(&schema), line = {0};
    while (str_next_line(&rest, &line)) {
        lines++;
    }
    /* A new column must be put on the list, and these numbers raised with a reason. */
    assert_int_equal(lines, CLEAR_COLUMNS + TAG_COLUMNS + SEALED_COLUMNS);
    assert_int_equal(count[COLUMN_CLEAR], CLEAR_COLUMNS);
    assert_int_equal(count[COLUMN_TAG], TAG_COLUMNS);
    assert_int_equal(count[COLUMN_SEALED], SEALED_COLUMNS);
    buf_close(&schema);
    fixture_close(&f);
}

static struct db *open_raw(struct fixture *f)
{
    struct crypt_key page = crypt_derive(&f->key, 1, "cb-page_");
    struct db_options options = f->options;
    struct db *db = NULL;
    options.page_key = page.bytes;
    OK(db_open(&options, &db, &err));
    return db;
}

static void add_two_cases(struct fixture *f)
{
    OK(casebook_begin(f->casebook, &err));
    for (int64_t number = 1; number <= 2; number++) {
        struct casebook_case row = {.number = number,
                                    .state = 1,
                                    .grade = 3,
                                    .access = 1,
                                    .change = number,
                                    .due_hour = 10,
                                    .brief = STR("{\"title\":\"canary-brief\"}")};
        struct casebook_facets facets = {0};
        casebook_facet_add(&facets, casebook_tag(f->casebook, STR("area"), STR("canary-area")));
        OK(casebook_case_add(f->casebook, &row, &facets, &err));
        OK(casebook_summary_set(f->casebook, number, STR("canary-summary"), &err));
        struct casebook_entry note = {
            .leaf = number, .casefile = number, .officer = 1, .body = STR("canary-note")};
        OK(casebook_entry_add(f->casebook, ENTRY_NOTE, &note, &err));
        OK(casebook_entry_add(f->casebook, ENTRY_MESSAGE, &note, &err));
        struct casebook_incident incident = {.number = number,
                                             .casefile = number,
                                             .subject = STR("canary-subject"),
                                             .area = STR("canary-area")};
        OK(casebook_incident_add(f->casebook, &incident, &err));
    }
    OK(casebook_link_add(f->casebook, 1, 2, STR("canary-link"), &err));
    struct casebook_filter filter = {.id = 1, .officer = 1, .body = STR("canary-filter")};
    OK(casebook_filter_add(f->casebook, &filter, &err));
    struct casebook_directory_entry entry = {.what = 1, .id = 7, .body = STR("canary-person")};
    OK(casebook_directory_put(f->casebook, &entry, &err));
    OK(casebook_commit(f->casebook, &err));
}

/* No canary in any column, seen from inside the database (the pages are open). */
static void test_no_canary(void **state)
{
    static const char *const queries[] = {
        "SELECT brief FROM casefile",    "SELECT summary FROM casefile", "SELECT body FROM note",
        "SELECT body FROM message",      "SELECT label FROM label",      "SELECT why FROM link",
        "SELECT body FROM saved_filter", "SELECT body FROM directory",
    };
    struct fixture f;
    fixture_open(&f, state);
    add_two_cases(&f);
    struct db *db = open_raw(&f);
    for (size_t i = 0; i < ARRAY_LEN(queries); i++) {
        struct db_rows *rows = NULL;
        bool has_row = true;
        size_t seen = 0;
        OK(db_query(db, queries[i], DB_NO_ARGS, &rows, &err));
        while (true) {
            OK(db_next(rows, &has_row, &err));
            if (!has_row) {
                break;
            }
            str bytes = db_bytes(rows, 0);
            assert_true(bytes.n > CRYPT_SEAL_OVERHEAD);
            assert_int_equal(str_find(bytes, STR("canary")), bytes.n);
            seen++;
        }
        assert_true(seen > 0);
        db_rows_close(rows);
    }
    db_close(db);
    fixture_close(&f);
}

/* A value that stands in another row, table or column does not open. */
static void test_values_are_bound(void **state)
{
    static const char *const moves[] = {
        "UPDATE casefile SET brief = (SELECT brief FROM casefile WHERE number = 1)"
        " WHERE number = 2",
        "UPDATE note SET body = (SELECT body FROM note WHERE leaf = 1) WHERE leaf = 2",
        "UPDATE message SET body = (SELECT body FROM note WHERE leaf = 2) WHERE leaf = 2",
        "UPDATE casefile SET summary = (SELECT brief FROM casefile WHERE number = 2)"
        " WHERE number = 2",
    };
    struct fixture f;
    struct casebook_case row;
    struct casebook_entry *entries = NULL;
    size_t count = 0;
    str text = {0};
    fixture_open(&f, state);
    add_two_cases(&f);
    OK(casebook_case_get(f.casebook, &f.arena, 2, &row, &err));
    struct db *db = open_raw(&f);
    for (size_t i = 0; i < ARRAY_LEN(moves); i++) {
        int64_t changed = 0;
        OK(db_exec(db, moves[i], DB_NO_ARGS, &changed, &err));
        assert_int_equal(changed, 1);
    }
    db_close(db);
    ENDS(casebook_case_get(f.casebook, &f.arena, 2, &row, &err), STATUS_CORRUPT);
    ENDS(casebook_entries(f.casebook, ENTRY_NOTE, &f.arena, 2, &entries, &count, &err),
         STATUS_CORRUPT);
    ENDS(casebook_entries(f.casebook, ENTRY_MESSAGE, &f.arena, 2, &entries, &count, &err),
         STATUS_CORRUPT);
    ENDS(casebook_summary_get(f.casebook, &f.arena, 2, &text, &err), STATUS_CORRUPT);
    OK(casebook_case_get(f.casebook, &f.arena, 1, &row, &err));
    fixture_close(&f);
}

static void test_tags(void **state)
{
    struct fixture f;
    fixture_open(&f, state);
    int64_t tag = casebook_tag(f.casebook, STR("area"), STR("Bow and Stepney"));
    assert_true(tag > 0);
    assert_true(tag == casebook_tag(f.casebook, STR("area"), STR(" bow  AND stepney ")));
    assert_true(tag != casebook_tag(f.casebook, STR("code"), STR("Bow and Stepney")));
    assert_true(tag != casebook_tag(f.casebook, STR("area"), STR("Bow")));
    assert_true(casebook_rank(5, 100, 9) < casebook_rank(5, 101, 1));
    assert_true(casebook_rank(5, CASEBOOK_HOUR_NONE, UINT32_MAX) < casebook_rank(4, 0, 0));
    assert_true(casebook_rank(0, CASEBOOK_HOUR_NONE, UINT32_MAX) > 0);
    fixture_close(&f);
}

/* A version is written over once. */
/* Of two who turn the same plan, the second learns that it is not what they saw. */
static void test_plan_turned_once(void **state)
{
    struct fixture f;
    struct casebook_plan plan = {.leaf = 7, .operation = 1, .state = 1, .about = STR("{}")};
    struct casebook_plan row = {0};
    fixture_open(&f, state);
    OK(casebook_begin(f.casebook, &err));
    OK(casebook_plan_add(f.casebook, &plan, &err));
    OK(casebook_plan_set(f.casebook, 7, 1, 5, STR("{\"a\":1}"), &err));
    OK(casebook_commit(f.casebook, &err));
    OK(casebook_begin(f.casebook, &err));
    ENDS(casebook_plan_set(f.casebook, 7, 1, 2, STR("{\"b\":2}"), &err), STATUS_CONFLICT);
    casebook_rollback(f.casebook);
    OK(casebook_plan_get(f.casebook, &f.arena, 7, &row, &err));
    assert_int_equal(row.state, 5);
    assert_str(row.about, "{\"a\":1}");
    fixture_close(&f);
}

static void test_version(void **state)
{
    struct fixture f;
    struct casebook_case old, row;
    struct casebook_facets none = {0};
    fixture_open(&f, state);
    add_two_cases(&f);
    OK(casebook_case_get(f.casebook, &f.arena, 1, &old, &err));
    row = old;
    row.grade = 5;
    OK(casebook_begin(f.casebook, &err));
    OK(casebook_case_change(f.casebook, &old, &none, &row, &none, &err));
    OK(casebook_commit(f.casebook, &err));
    assert_int_equal(row.version, 2);
    OK(casebook_begin(f.casebook, &err));
    row.grade = 1;
    ENDS(casebook_case_change(f.casebook, &old, &none, &row, &none, &err), STATUS_CONFLICT);
    casebook_rollback(f.casebook);
    OK(casebook_case_get(f.casebook, &f.arena, 1, &row, &err));
    assert_int_equal(row.grade, 5);
    fixture_close(&f);
}

/* --- search --- */

struct shelf {
    struct arena arena;
    struct search *search;
    struct crypt_key key;
    char path[128];
};

static void shelf_open(struct shelf *s, void **state)
{
    static const struct search_document documents[] = {
        {1, false, STR_INIT("Brick through window"),
         STR_INIT("A caf\xc3\xa9 window in the town hall")},
        {2, false, STR_INIT("Followed home"),
         STR_INIT("a man with a knife near the hall of the town")},
        {3, false, STR_INIT("Letter"),
         STR_INIT("Na\xc3\xafve \xe0\xa6\xad\xe0\xa7\x8b\xe0\xa6\x9f "
                  "knives and Ll\xc5\xb7r\x01\x02 o'brien @some_one")},
        {4, true, STR_INIT("hidden knife"), STR_INIT("hidden")},
    };
    memset(s, 0, sizeof *s);
    arena_init(&s->arena, (size_t)64 * 1024 * 1024);
    snprintf(s->path, sizeof s->path, "%s/search.db", ready(state)->folder);
    s->key = crypt_key_new();
    OK(search_open(s->path, &s->key, start, &s->search, &err));
    OK(search_put(s->search, documents, ARRAY_LEN(documents), 7, &err));
}

static void shelf_close(struct shelf *s)
{
    search_close(s->search);
    arena_close(&s->arena);
}

static size_t find(struct shelf *s, str text, struct search_hit **ret_hits)
{
    struct search_query query;
    size_t count = 0;
    search_understand(&s->arena, text, &query);
    OK(search_find(s->search, &query, 0, 10, &s->arena, ret_hits, &count, &err));
    return count;
}

/* What was not taken as it was typed is said; what was, is not. */
static void test_search_says_what_it_took(void **state)
{
    static const struct {
        const char *query, *words, *notes;
    } rows[] = {
        {"knife \"town hall\" kni* -joke", "knife AND \"town hall\" AND kni* without joke", ""},
        {"\"town hall", "\"town hall\"",
         "The quote was not closed: “town hall” was taken as one phrase."},
        {"*fe", "fe", "A * counts only at the end of a word: “fe” was searched as it stands."},
        {"k*", "k", "k* is too short for a beginning: “k” was searched as a whole word."},
        {"knife & co", "knife AND co", "Signs without a letter or digit were left out."},
        {"-joke", "", "Write a word that must be there as well: -word only leaves cases out."},
        {"*", "", "Signs without a letter or digit were left out."},
        {"a b c d e f g h i j k l m n o p q",
         "a AND b AND c AND d AND e AND f AND g AND h AND i AND j AND k AND l AND m AND n AND o "
         "AND p",
         "Only the first 16 words were searched for."},
    };
    struct arena arena;
    (void)state;
    arena_init(&arena, 1024 * 1024);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct search_query query;
        search_understand(&arena, str_c(rows[i].query), &query);
        if (!str_equal(query.words, str_c(rows[i].words)) ||
            !str_equal(query.notes, str_c(rows[i].notes))) {
            fail_msg("%s: [%.*s] [%.*s]", rows[i].query, STR_ARG(query.words),
                     STR_ARG(query.notes));
        }
    }
    arena_close(&arena);
}

static void test_search_finds(void **state)
{
    static const struct {
        const char *query;
        const char *numbers; /* newest first */
    } cases[] = {
        {"knife", "2 "},
        {"KNIFE", "2 "},
        {"kni*", "3 2 "},
        {"wind*", "1 "},
        {"WINDO*", "1 "},
        {"window*", "1 "},
        {"windowx*", ""},
        {"town* -knif*", "1 "},
        {"knif* near*", "2 "},
        {"kniv* wind*", ""},
        {"brien*", "3 "},
        {"cafe", "1 "},
        {"caf\xc3\xa9", "1 "},
        {"naive", "3 "},
        {"llyr", "3 "},
        {"\xe0\xa6\xad\xe0\xa7\x8b\xe0\xa6\x9f", "3 "},
        {"town hall", "2 1 "},
        {"\"town hall\"", "1 "},
        {"\"town hall", "1 "},
        {"town -knife", "1 "},
        {"town -\"town hall\"", "2 "},
        {"window brick", "1 "},
        {"window knife", ""},
        {"o'brien", "3 "},
        {"@some_one", "3 "},
        {"some_o*", "3 "},
        {"hidden", ""},
        {"", ""},
        {"-knife", ""},
        {"AND", "3 "},
        {"knife OR window", ""},
        {"title:brick", ""},
        {"*", ""},
        {"\"", ""},
        {"k*", ""},
    };
    struct shelf s;
    shelf_open(&s, state);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct search_hit *hits = NULL;
        char got[64] = "";
        size_t count = find(&s, str_c(cases[i].query), &hits);
        for (size_t k = 0; k < count; k++) {
            snprintf(got + strlen(got), sizeof got - strlen(got), "%d ", (int)hits[k].number);
        }
        if (strcmp(got, cases[i].numbers) != 0) {
            fail_msg("%s gives \"%s\", not \"%s\"", cases[i].query, got, cases[i].numbers);
        }
    }
    struct search_hit *hits = NULL;
    assert_int_equal(find(&s, STR("window cafe"), &hits), 1);
    assert_true(hits[0].mark_count >= 2);
    for (size_t i = 0; i < hits[0].mark_count; i++) {
        str mark = str_slice(hits[0].snippet, hits[0].marks[i][0], hits[0].marks[i][1]);
        assert_true(str_equal(mark, STR("window")) || str_equal(mark, STR("caf\xc3\xa9")));
    }
    struct search_document gone = {.number = 2, .is_hidden = true};
    OK(search_put(s.search, &gone, 1, 8, &err));
    assert_int_equal(find(&s, STR("knife"), &hits), 0);
    int64_t mark = 0;
    OK(search_mark(s.search, &mark, &err));
    assert_int_equal(mark, 8);
    shelf_close(&s);
}

/* More words than are written out: found all the same. */
static void test_search_many_words(void **state)
{
    struct shelf s;
    struct buf body;
    struct search_hit *hits = NULL;
    shelf_open(&s, state);
    for (int64_t number = 1; number <= 2; number++) {
        buf_init(&body, 4096);
        for (int i = 0; i < (number == 1 ? SEARCH_STEM_WORDS_MAX : SEARCH_STEM_WORDS_MAX + 1);
             i++) {
            buf_printf(&body, "plinth%d ", i);
        }
        struct search_document document = {.number = number, .body = buf_str(&body)};
        OK(search_put(s.search, &document, 1, 8, &err));
        assert_int_equal(find(&s, STR("plinth*"), &hits), number);
        assert_int_equal(hits[0].number, number);
        assert_true(hits[0].mark_count > 1);
        buf_close(&body);
    }
    assert_int_equal(find(&s, STR("plinth32*"), &hits), 1);
    shelf_close(&s);
}

static void test_search_never_breaks(void **state)
{
    static const char *const parts[] = {"knife", "\"",   "*", " ",        "(", ")", "AND ", "OR ",
                                        "NOT ",  "NEAR", "-", "^",        ":", "+", "{",    "}",
                                        ",",     "\\",   "'", "\xc3\xa9", "a", ";", "--",   "/*",
                                        "\xff",  "\x01", "%", "title:"};
    struct shelf s;
    uint32_t seed = 12345;
    shelf_open(&s, state);
    for (size_t round = 0; round < 20000; round++) {
        char text[128] = "";
        for (size_t i = 0; i < 12; i++) {
            seed = seed * 1664525 + 1013904223;
            snprintf(text + strlen(text), sizeof text - strlen(text), "%s",
                     parts[(seed >> 16) % ARRAY_LEN(parts)]);
        }
        struct search_hit *hits = NULL;
        find(&s, str_c(text), &hits);
        find(&s, (str){text, 60}, &hits); /* may hold NUL */
        arena_reset(&s.arena);
    }
    shelf_close(&s);
}

/* A file of another key, or rubbish, is made anew; nothing readable is in it. */
static void test_search_file(void **state)
{
    struct shelf s;
    int64_t mark = 1;
    str bytes = {0};
    shelf_open(&s, state);
    search_close(s.search);
    OK(io_read_file(&s.arena, s.path, (size_t)8 << 20, &bytes, &err));
    assert_int_equal(str_find(bytes, STR("knife")), bytes.n);
    assert_int_equal(str_find(bytes, STR("SQLite format")), bytes.n);
    OK(search_open(s.path, &s.key, start, &s.search, &err));
    OK(search_mark(s.search, &mark, &err));
    assert_int_equal(mark, 7);
    search_close(s.search);
    struct crypt_key other = crypt_key_new();
    OK(search_open(s.path, &other, start, &s.search, &err));
    OK(search_mark(s.search, &mark, &err));
    assert_int_equal(mark, 0);
    search_close(s.search);
    OK(io_write_file(s.path, STR("this is no database at all, only some text of a length"), 0600,
                     &err));
    OK(search_open(s.path, &other, start, &s.search, &err));
    OK(search_mark(s.search, &mark, &err));
    assert_int_equal(mark, 0);
    shelf_close(&s);
}

/* Goal: to see whether a text is still used, no incident is walked.
 * Method: the engine's own plan of that statement (PostgreSQL: walking made dear, for its tables are
 * empty here). */
static void test_sweep_uses_indexes(void **state)
{
    struct fixture f;
    struct db *db = NULL;
    struct db_rows *rows = NULL;
    struct buf plan;
    bool has_row = true;
    fixture_open(&f, state);
    struct crypt_key page_key = crypt_derive(&f.key, 1, "cb-page_");
    struct db_options options = f.options;
    const bool is_sqlite = options.engine == DB_SQLITE;
    options.page_key = page_key.bytes;
    buf_init(&plan, 10000);
    OK(db_open(&options, &db, &err));
    if (!is_sqlite) {
        OK(db_exec(db, "SET enable_seqscan = off", DB_NO_ARGS, NULL, &err));
    }
    OK(db_begin(db, &err)); /* it would write, were it not only explained */
    OK(is_sqlite
           ? db_query(db, "EXPLAIN QUERY PLAN " CASEBOOK_LABEL_SWEEP, DB_ARGS(DB_I(7)), &rows, &err)
           : db_query(db, "EXPLAIN " CASEBOOK_LABEL_SWEEP, DB_ARGS(DB_I(7)), &rows, &err));
    while (has_row) {
        OK(db_next(rows, &has_row, &err));
        if (has_row) {
            buf_add(&plan, db_text(rows, is_sqlite ? 3 : 0));
            buf_add_byte(&plan, '\n');
        }
    }
    db_rows_close(rows);
    db_rollback(db);
    db_close(db);
    str text = buf_str(&plan);
    if (str_find(text, STR("incident_subject")) == text.n ||
        str_find(text, STR("incident_area")) == text.n ||
        str_find(text, STR("SCAN incident")) < text.n ||
        str_find(text, STR("Seq Scan on incident")) < text.n) {
        fail_msg("%.*s", STR_ARG(text));
    }
    buf_close(&plan);
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(test_clear_columns),
        BOTH(test_no_canary),
        BOTH(test_values_are_bound),
        BOTH(test_tags),
        BOTH(test_version),
        BOTH(test_plan_turned_once),
        BOTH(test_sweep_uses_indexes),
        cmocka_unit_test(test_search_says_what_it_took),
        {"test_search_finds", test_search_finds, sqlite_up, down, NULL},
        {"test_search_many_words", test_search_many_words, sqlite_up, down, NULL},
        {"test_search_never_breaks", test_search_never_breaks, sqlite_up, down, NULL},
        {"test_search_file", test_search_file, sqlite_up, down, NULL},
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
