/* SPDX-License-Identifier: Apache-2.0 */
/* The pure parts of the officers' pages: what bytes are, the archive, the route table, words. */
#include "../support/cm.h"

#include <stdio.h>

#include "deskweb/case_view.h"
#include "deskweb/fold.h"
#include "deskweb/magic.h"
#include "deskweb/marks.h"
#include "deskweb/plan_view.h"
#include "deskweb/routes.h"
#include "deskweb/tar.h"
#include "deskweb/words.h"

#define BYTES(literal) ((str){literal, sizeof(literal) - 1})

static void test_magic(void **state)
{
    static const struct {
        str bytes;
        enum magic_kind kind;
    } rows[] = {
        {BYTES("\x89PNG\r\n\x1a\n...."), MAGIC_PNG},
        {BYTES("\xff\xd8\xff\xe0..JFIF"), MAGIC_JPEG},
        {BYTES("GIF89a..."), MAGIC_GIF},
        {BYTES("RIFF\1\2\3\4WEBPVP8 "), MAGIC_WEBP},
        {BYTES("RIFX\1\2\3\4WEBPVP8 "), MAGIC_OTHER},
        {BYTES("%PDF-1.7\n"), MAGIC_PDF},
        {BYTES("PK\3\4...."), MAGIC_ZIP},
        {BYTES("\x7f"
               "ELF\2\1"),
         MAGIC_PROGRAM},
        {BYTES("MZ\x90\0"), MAGIC_PROGRAM},
        {BYTES("#!/bin/sh\n"), MAGIC_PROGRAM},
        {BYTES("<!DocType HTML><p>hello"), MAGIC_HTML},
        {BYTES("  <svg onload=alert(1)>"), MAGIC_SVG},
        {BYTES("just <b>words"), MAGIC_TEXT},
        {BYTES("words <ScRiPt>alert(1)</script>"), MAGIC_HTML},
        {BYTES("Caf\xc3\xa9"), MAGIC_TEXT},
        {BYTES("cut in a character \xe2\x82"), MAGIC_TEXT},
        {BYTES("not utf-8 \xff\xfe."), MAGIC_OTHER},
        {BYTES("a\0b"), MAGIC_OTHER},
        {BYTES(""), MAGIC_TEXT},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (magic_of(rows[i].bytes) != rows[i].kind) {
            print_error("row %zu: %s\n", i, magic_words(magic_of(rows[i].bytes)));
        }
        assert_int_equal(magic_of(rows[i].bytes), rows[i].kind);
    }
}

static void test_magic_shown(void **state)
{
    (void)state;
    /* only these four are ever sent as what they are */
    for (enum magic_kind kind = MAGIC_OTHER; kind < MAGIC_KIND_COUNT; kind++) {
        bool is_picture =
            kind == MAGIC_PNG || kind == MAGIC_JPEG || kind == MAGIC_GIF || kind == MAGIC_WEBP;
        assert_int_equal(magic_image_type(kind) != NULL, is_picture);
        assert_non_null(magic_words(kind));
    }
    assert_true(magic_warning(MAGIC_HTML, STR("photo.JPG"), STR("image/jpeg")).n > 0);
    assert_true(magic_warning(MAGIC_HTML, STR("photo"), STR("Image/PNG")).n > 0);
    assert_true(magic_warning(MAGIC_PROGRAM, STR("x"), STR("")).n > 0);
    assert_true(magic_warning(MAGIC_PNG, STR("photo.jpg"), STR("image/png")).n > 0);
    assert_int_equal(magic_warning(MAGIC_JPEG, STR("photo.jpg"), STR("image/jpeg")).n, 0);
    assert_int_equal(magic_warning(MAGIC_TEXT, STR("a.txt"), STR("text/plain")).n, 0);
}

static void test_tar(void **state)
{
    struct buf tar;
    (void)state;
    buf_init(&tar, 1 << 16);
    assert_int_equal(tar_add(&tar, STR("a.txt"), STR("hello"), 1000 * US_PER_SECOND, NULL),
                     STATUS_OK);
    assert_int_equal(tar.n, 2 * TAR_BLOCK_BYTES);
    assert_memory_equal(tar.p, "a.txt", 6);
    assert_memory_equal(tar.p + 100, "0000600", 8);
    assert_memory_equal(tar.p + 124, "00000000005", 12);
    assert_memory_equal(tar.p + 136, "00000001750", 12);
    assert_memory_equal(tar.p + 257, "ustar\00000", 8);
    assert_memory_equal(tar.p + 512, "hello\0", 6);
    unsigned sum = 0;
    for (size_t i = 0; i < TAR_BLOCK_BYTES; i++) {
        sum += i >= 148 && i < 156 ? ' ' : (unsigned char)tar.p[i];
    }
    char digits[8];
    for (unsigned i = 0; i < 6; i++) {
        digits[5 - i] = (char)('0' + (sum >> (3 * i) & 7));
    }
    assert_memory_equal(tar.p + 148, digits, 6);
    tar_end(&tar);
    assert_int_equal(tar.n, 4 * TAR_BLOCK_BYTES);
    static const char *const bad[] = {"", "/etc/passwd", "../x", "a/../b", "a\\b", "a\nb"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_int_equal(tar_add(&tar, str_c(bad[i]), STR("x"), 0, NULL), STATUS_INVALID);
    }
    buf_close(&tar);
    buf_init(&tar, 600);
    assert_int_equal(tar_add(&tar, STR("a"), STR("x"), 0, NULL), STATUS_LIMIT);
    buf_close(&tar);
}

static void test_safe_name(void **state)
{
    static const struct {
        const char *name, *safe;
    } rows[] = {{"photo.jpg", "photo.jpg"},       {"../../etc/passwd", "_._.._etc_passwd"},
                {".bashrc", "_bashrc"},           {"a\"b;c", "a_b_c"},
                {"caf\xc3\xa9.png", "caf__.png"}, {"", "file"}};
    struct buf out;
    (void)state;
    buf_init(&out, 256);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        buf_clear(&out);
        tar_safe_name(&out, str_c(rows[i].name));
        assert_true(str_find(buf_str(&out), STR("..")) == out.n);
        assert_true(str_find_byte(buf_str(&out), '/') == out.n);
        if (i != 1) {
            assert_true(str_equal(buf_str(&out), str_c(rows[i].safe)));
        }
    }
    buf_close(&out);
}

/* The only addresses open to everybody. Adding one is a decision, so it is written twice. */
static void test_public_routes(void **state)
{
    static const char *const open_rows[] = {"GET /",       "GET /assets/…", "GET /login",
                                            "POST /login", "GET /unit/*",   "POST /unit/*"};
    size_t seen = 0;
    (void)state;
    for (size_t i = 0; i < route_count; i++) {
        const struct route *route = &route_table[i];
        char text[200];
        (void)snprintf(text, sizeof text, "%s %s", route->method == HTTP_POST ? "POST" : "GET",
                       route->path);
        assert_true(route->need >= NEED_NOTHING && route->need < (int)CAP_COUNT);
        assert_non_null(route->serve);
        if (route->need == NEED_NOTHING) {
            assert_true(seen < ARRAY_LEN(open_rows));
            assert_string_equal(text, open_rows[seen++]);
        }
        bool is_act = route->serve == case_act_post || route->serve == message_post;
        if (is_act) {
            assert_int_equal(route->need, desk_do_capability((enum desk_act_kind)route->act));
        }
    }
    assert_int_equal(seen, ARRAY_LEN(open_rows));
}

static void test_route_find(void **state)
{
    struct route_ids ids;
    bool is_other = false;
    (void)state;
    const struct route *route = route_find(HTTP_GET,
                                           STR("/case/17/evidence/000102030405060708090a0b0c0d0e0f/"
                                               "ffffffffffffffffffffffffffffffff/picture"),
                                           &ids, &is_other);
    assert_non_null(route);
    assert_ptr_equal(route->serve, evidence_raw_get);
    assert_int_equal(ids.number, 17);
    assert_int_equal(ids.id_count, 2);
    assert_int_equal(ids.ids[0].bytes[15], 15);
    route = route_find(HTTP_POST, STR("/case/5/merge"), &ids, &is_other);
    assert_non_null(route);
    assert_int_equal(route->act, DO_MERGE);
    assert_non_null(route_find(HTTP_HEAD, STR("/"), &ids, &is_other));
    assert_null(route_find(HTTP_GET, STR("/case/5/merge"), &ids, &is_other));
    assert_true(is_other);
    static const char *const nothing[] = {"",
                                          "/case",
                                          "/case/",
                                          "/case/x",
                                          "/case/-1",
                                          "/case/1/",
                                          "/queue/",
                                          "//queue",
                                          "/assets/",
                                          "/case/1/evidence/0/1",
                                          "/case/9999999999999999999",
                                          "/Login"};
    for (size_t i = 0; i < ARRAY_LEN(nothing); i++) {
        assert_null(route_find(HTTP_GET, str_c(nothing[i]), &ids, &is_other));
        assert_false(is_other);
    }
}

static void test_words(void **state)
{
    struct arena arena;
    const time_us minute = 60 * US_PER_SECOND;
    (void)state;
    arena_init(&arena, 1 << 20);
    assert_str(words_span(&arena, 0), "under 1 min");
    assert_str(words_span(&arena, -5 * minute), "under 1 min");
    assert_str(words_span(&arena, 59 * minute), "59 min");
    assert_str(words_span(&arena, 200 * minute), "3 h 20 min");
    assert_str(words_span(&arena, 47 * 60 * minute), "47 h");
    assert_str(words_span(&arena, 72 * 60 * minute), "3 days");
    assert_str(words_due(&arena, 0, 5), "");
    assert_str(words_due(&arena, 10 * minute, 5 * minute), "5 min left");
    assert_str(words_due(&arena, 5 * minute, 10 * minute), "late by 5 min");
    assert_true(words_is_late(5, 5));
    assert_true(words_is_soon(6 * minute, 5 * minute));
    assert_false(words_is_soon(60 * minute, 5 * minute));
    assert_str(words_size(&arena, 999), "999 bytes");
    assert_str(words_size(&arena, 2500000), "2.5 MB");
    /* 22 July 2024, 09:30 UTC is half past ten in London */
    assert_str(words_time(&arena, INT64_C(1721640600) * US_PER_SECOND), "22 Jul 2024, 10:30");
    arena_close(&arena);
}

static str name_of(void *context, int64_t id)
{
    return arena_printf(context, "Officer %c", (char)('A' + id - 1));
}

/* Sentences, not members: no id of an officer is ever shown. */
static void test_act_words(void **state)
{
    static const struct {
        const char *verb, *detail, *words;
    } rows[] = {
        {"case.grade", "{\"from\":3,\"to\":2,\"reason\":\"was a joke\",\"version\":4}",
         "set the grade from G3 to G2: was a joke"},
        {"case.grade", "{\"from\":2,\"to\":3}", "set the grade from G2 to G3"},
        {"case.assign", "{\"from\":0,\"to\":2}", "gave the case to Officer B"},
        {"case.assign", "{\"from\":2,\"to\":0}", "gave the case to nobody (before: Officer B)"},
        {"case.access",
         "{\"from\":\"open\",\"to\":\"named\",\"named\":[1,3],\"reason\":\"family\"}",
         "set who may read from open to named (Officer A, Officer C): family"},
        {"case.grade", "{\"from\":3,\"to\":3,\"reason\":\"it is so\"}",
         "kept the grade at G3: it is so"},
        {"case.codes", "{\"incident\":4,\"codes\":[\"THR1\"],\"grade\":2,\"suggested\":4}",
         "set the codes of incident 4 to THR1; the grade is G2; they suggest G4, but an officer "
         "had "
         "lowered it"},
        {"case.codes", "{\"incident\":4,\"codes\":[\"THR1\",\"ABU1\"],\"grade\":4}",
         "set the codes of incident 4 to THR1, ABU1; the grade is G4"},
        {"report.added", "{\"report\":7,\"reopened\":true}",
         "added to the report; the closed case was opened again"},
        {"report.added", "{\"report\":7,\"reopened\":false}", "added to the report"},
        {"report.added", "{\"report\":7,\"reopened\":false,\"leads-to\":\"Essex Police\"}",
         "added to the report, and names a place that leads to Essex Police"},
        {"report.more",
         "{\"report\":7,\"reopened\":false,\"from\":2,\"to\":4,\"codes\":[\"THR1\"]}",
         "brought another copy: that raised the grade from G2 to G4, because of THR1"},
        {"officer.disable", "{\"officer\":2}", "disabled Officer B"},
        {"login.failed", "{\"officer\":0,\"times\":3,\"last\":1}", "wrong log-ins: 3"},
        {"case.export", "{\"version\":3,\"notes\":\"without\"}",
         "exported the case, without private notes"},
        {"case.merge", "not json", "merged this case into another case"},
        {"note.add", "{\"bytes\":14}", "wrote a private note"},
        {"search", "{\"query\":\"[a] {b}\",\"cases\":[]}", "searched for [a] {b}"},
        {"report.enter", "{\"practice\":true}", "entered a report by hand, as practice"},
        {"report.enter", "{}", "entered a report by hand"},
        {"erase.ask", "{\"reports\":[3,4],\"also\":[\"notes\",\"messages\"],\"reason\":\"asked\"}",
         "asked to erase the reports of leaves 3, 4, with notes, messages: asked"},
        {"erase",
         "{\"alone\":false,\"reports\":[3],\"also\":[],\"asked_by\":2,\"reason\":\"asked\"}",
         "erased the reports of leaves 3, as Officer B had asked: asked"},
        {"erase",
         "{\"alone\":true,\"reports\":[3],\"also\":[],\"asked_by\":2,\"reason\":\"asked\"}",
         "erased the reports of leaves 3, as Officer B had asked, alone: asked"},
        {"hold.set", "{\"reason\":\"police\"}",
         "held the case, so that nothing of it can be erased: police"},
        {"new.verb", "{\"a\":1}", "new.verb"},
    };
    struct arena arena;
    (void)state;
    arena_init(&arena, 1 << 20);
    struct words_names names = {&arena, name_of};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        str words = words_act(&arena, &names, str_c(rows[i].verb), str_c(rows[i].detail));
        if (!str_equal(words, str_c(rows[i].words))) {
            fail_msg("row %zu: %.*s", i, STR_ARG(words));
        }
    }
    arena_close(&arena);
}

/* A report, an act, an addition, another report: in the order in which they came. */
static void test_history(void **state)
{
    struct arena arena;
    struct desk_report reports[] = {
        {.leaf = 3, .body.source = SOURCE_PRESS}, {.leaf = 9, .body.is_added = true}, {.leaf = 12}};
    struct desk_act acts[] = {{.leaf = 15, .verb = STR("case.summary"), .officer = 2},
                              {.leaf = 10, .verb = STR("report.added")},
                              {.leaf = 5, .verb = STR("case.escalate")}};
    struct officer officers[] = {{.id = 2, .name = STR("Second")}};
    static const char *const wanted[] = {
        "15 Second wrote the summary", "12 The reporter told us this",
        "10 The reporter added to the report",
        "5 the desk rang again, because nobody had acted in time", "3 The press told us this"};
    (void)state;
    arena_init(&arena, 1 << 20);
    struct ask ask = {
        .arena = &arena, .has_officers = true, .officers = officers, .officer_count = 1};
    struct desk_case shown = {
        .reports = reports, .report_count = 3, .acts = acts, .act_count = ARRAY_LEN(acts)};
    struct part_desk_act_list list = view_history(&ask, &shown);
    assert_int_equal(list.count, ARRAY_LEN(wanted));
    for (size_t i = 0; i < list.count; i++) {
        str line = arena_printf(&arena, "%d %.*s %.*s", (int)list.items[i].leaf,
                                STR_ARG(list.items[i].who), STR_ARG(list.items[i].text));
        if (!str_equal(line, str_c(wanted[i]))) {
            fail_msg("%zu: %.*s", i, STR_ARG(line));
        }
    }
    arena_close(&arena);
}

/* A clock that closing ended is never called done, on the page or on paper (one function). */
static void test_clock_words(void **state)
{
    const time_us minute = 60 * US_PER_SECOND;
    const time_us due = INT64_C(1721640600) * US_PER_SECOND; /* 22 Jul 2024, 10:30 in London */
    const struct {
        struct desk_clock clock;
        enum case_state state;
        const char *text, *kind;
    } rows[] = {
        {{.met_at = due - 30 * minute, .is_met = true},
         CASE_CLOSED,
         "done 22 Jul 2024, 10:00",
         "met"},
        {{.met_at = due + 30 * minute, .is_met = true, .is_late = true},
         CASE_OPEN,
         "done 22 Jul 2024, 11:00, late by 30 min",
         "met"},
        {{.ended_at = due + 90 * minute, .is_late = true},
         CASE_CLOSED,
         "not done when the case was closed, late by 1 h 30 min (due 22 Jul 2024, 10:30)",
         "missed"},
        {{.ended_at = due - minute},
         CASE_MERGED,
         "not done when the case was merged (due 22 Jul 2024, 10:30)",
         "missed"},
        {{.ended_at = due - minute, .met_at = due - 60 * minute, .is_repeating = true},
         CASE_CLOSED,
         "ended when the case was closed; last done 22 Jul 2024, 09:30",
         ""},
        {{.met_at = due - 60 * minute, .is_repeating = true},
         CASE_OPEN,
         "20 min left (22 Jul 2024, 10:30); last done 22 Jul 2024, 09:30",
         ""},
        {{.is_overdue = false}, CASE_NEW, "20 min left (22 Jul 2024, 10:30)", ""},
    };
    struct arena arena;
    (void)state;
    arena_init(&arena, 1 << 20);
    struct ask ask = {.arena = &arena, .now = due - 20 * minute};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct desk_case shown = {.row.state = rows[i].state};
        shown.clocks[0] = rows[i].clock;
        shown.clocks[0].clock = CLOCK_TELL;
        shown.clocks[0].due = due;
        struct part_desk_clock_list list = view_clocks(&ask, &shown);
        assert_int_equal(list.count, 1);
        if (!str_equal(list.items[0].text, str_c(rows[i].text)) ||
            !str_equal(list.items[0].kind, str_c(rows[i].kind))) {
            fail_msg("row %zu: %.*s", i, STR_ARG(list.items[0].text));
        }
    }
    arena_close(&arena);
}

/* What the reporter agreed to stands beside the doors: a conflict only where a door leads to the
 * police; the press is not asked, nor what was added, nor what is erased. */
static void test_consent(void **state)
{
    struct arena arena;
    struct pack pack;
    struct error err = {0};
    struct desk_report reports[] = {{.body.source = SOURCE_FORM},
                                    {.body.source = SOURCE_PRESS},
                                    {.body.is_added = true},
                                    {.is_erased = true},
                                    {.body.report.may_tell_police = true}};
    (void)state;
    arena_init(&arena, 64 << 20);
    assert_int_equal(pack_load(&arena, HUSTINGS_SOURCE_ROOT "/packs/uk", &pack, &err), STATUS_OK);
    struct deskweb web = {.options.pack = &pack};
    struct ask ask = {.arena = &arena, .web = &web};
    struct desk_case shown = {.reports = reports,
                              .report_count = 1,
                              .row = {.grade = 4, .codes = {STR("THR1")}, .code_count = 1},
                              .route = {.is_there = true, .forces = {{.id = STR("gwent")}}}};
    shown.route.force_count = 1;
    struct part_desk_route view = view_route(&ask, &shown);
    assert_true(view.is_conflict);
    assert_true(str_starts(view.consent, STR("The reporter has not agreed that we tell the police, "
                                             "and what stands below would tell them")));
    shown.report_count = ARRAY_LEN(reports);
    view = view_route(&ask, &shown);
    assert_true(str_starts(view.consent, STR("In 1 of the 2 reports shown here")));
    shown.row.grade = 0; /* no door of the police */
    shown.row.codes[0] = STR("LAW0");
    view = view_route(&ask, &shown);
    assert_false(view.is_conflict);
    assert_true(str_find(view.consent, STR("below")) == view.consent.n);
    reports[0].body.report.may_tell_police = true;
    assert_int_equal(view_route(&ask, &shown).consent.n, 0);
    pack_unload(&pack);
    arena_close(&arena);
}

/* The pieces are the text; what overlaps is one piece that says each reason once. */
static void test_marks(void **state)
{
    struct arena arena;
    struct mark_piece *pieces = NULL;
    str text = STR("I will kill you, you liar.");
    const struct mark marks[] = {
        {17, 25, STR("insult")}, {2, 11, STR("threat")}, {7, 15, STR("An image of killing")},
        {2, 15, STR("threat")},  {9, 9, STR("nowhere")}, {20, 99, STR("behind the end")},
    };
    (void)state;
    arena_init(&arena, 1 << 20);
    size_t count = marks_pieces(&arena, text, marks, ARRAY_LEN(marks), &pieces);
    assert_int_equal(count, 5);
    assert_true(str_equal(pieces[0].text, STR("I ")));
    assert_int_equal(pieces[0].why.n, 0);
    assert_true(str_equal(pieces[1].text, STR("will kill you")));
    assert_true(str_equal(pieces[1].why, STR("threat; An image of killing")));
    assert_true(str_equal(pieces[3].text, STR("you liar")));
    assert_true(str_equal(pieces[3].why, STR("insult")));
    assert_true(str_equal(pieces[4].text, STR(".")));
    assert_int_equal(marks_pieces(&arena, STR(""), marks, ARRAY_LEN(marks), &pieces), 1);
    assert_int_equal(pieces[0].text.n, 0);
    arena_close(&arena);
}

static bool has_line(const struct part_desk_said *said, str line)
{
    for (size_t i = 0; i < said->reasons.count; i++) {
        if (str_equal(said->reasons.items[i].text, line)) {
            return true;
        }
    }
    return false;
}

/* What rules and model noticed stands in words; where the model knows no word that is said. */
static void test_reading(void **state)
{
    struct arena arena;
    (void)state;
    arena_init(&arena, 1 << 20);
    struct ask ask = {.arena = &arena};
    struct triage_result reading = {.is_judged = true, .lang = LANG_ENGLISH};
    struct desk_report *report = ARENA_NEW(&arena, struct desk_report);
    struct part_desk_said said = {0};
    report->body.report.what = STR("I will kill you.");
    report->body.reasons[0] =
        (struct letter_reason){2, 15, STR("The model: threat"), STR("model:threat")};
    report->body.reasons[1] = (struct letter_reason){2, 11, STR("Words of killing"), STR("kill")};
    report->body.reasons[2] = (struct letter_reason){0, 0, STR("Fear is 5 of 5"), STR("fear")};
    report->body.reason_count = 3;
    view_reading(&ask, report, &said); /* nobody read it since */
    assert_int_equal(said.reasons.count, 3);
    assert_int_equal(said.scores.n, 0);
    reading.scores[HEAD_THREAT] = 0.95;
    reading.scores[HEAD_INSULT] = 0.6;
    reading.over = 1U << HEAD_THREAT | 1U << HEAD_INSULT | 1U << HEAD_EXPLICIT;
    reading.frame = FRAME_REPORTING;
    reading.reasons[0] =
        (struct triage_reason){2, 15, STR("threat"), STR(""), HEAD_THREAT, 1, false};
    reading.reason_count = 1;
    report->reading = &reading;
    view_reading(&ask, report, &said);
    assert_int_equal(said.reasons.count, 3); /* the model's is the same as before */
    assert_true(has_line(&said, STR("threat: “will kill you” (the model)")));
    assert_true(has_line(&said, STR("Words of killing: “will kill” (a rule)")));
    assert_true(has_line(&said, STR("Fear is 5 of 5")));
    assert_true(str_equal(said.scores, STR("The model: threat very likely, insult likely.")));
    assert_true(str_equal(said.frame, STR("It seems to tell what somebody else said or did.")));
    assert_int_equal(said.unjudged.n, 0);
    reading.over = 1U << HEAD_DOXXING;
    view_reading(&ask, report, &said);
    assert_true(str_equal(said.scores, STR("The model: private whereabouts likely.")));
    reading = (struct triage_result){.lang = LANG_WELSH};
    view_reading(&ask, report, &said);
    assert_true(str_starts(said.unjudged, STR("The model cannot judge Welsh text")));
    assert_int_equal(said.scores.n, 0);
    reading.lang = LANG_BENGALI_LATIN;
    view_reading(&ask, report, &said);
    assert_true(str_starts(said.unjudged, STR("The model cannot judge Bengali text")));
    reading.lang = LANG_CYRILLIC;
    view_reading(&ask, report, &said);
    assert_true(str_starts(said.unjudged, STR("This seems not to be English (und-Cyrl)")));
    arena_close(&arena);
}

static void check_fold(const char *text, const char *own, bool has_common)
{
    static const char *const letter = "Dear Pat,\nPlease save our library. Children need a quiet "
                                      "place!\nIt costs little.\nYours, A";
    struct arena arena;
    struct fold_template known;
    str said = {0};
    arena_init(&arena, 1 << 20);
    fold_learn(&arena, str_c(letter), &known);
    assert_int_equal(fold_own(&arena, &known, str_c(text), &said), has_common);
    if (!str_equal(said, str_c(own))) {
        fail_msg("of \"%s\" is its own: \"%.*s\"", text, STR_ARG(said));
    }
    arena_close(&arena);
}

/* Of a copy only what is its sender's own; what was changed is never folded away. */
static void test_fold(void **state)
{
    (void)state;
    check_fold(
        "Dear Pat,\nPlease save our library. Children need a quiet place!\nIt costs little.\n"
        "Yours, A",
        "", true);
    check_fold("dear pat, please save our library! CHILDREN NEED A QUIET PLACE. It costs little.",
               "dear pat, please save our library! …", true);
    check_fold("Dear Pat,\nPlease save our library. I will kill you. Children need a quiet place!",
               "… I will kill you. …", true);
    check_fold("Please burn our library. It costs little.\nYours, B",
               "Please burn our library. … Yours, B", true);
    check_fold("Another matter.", "Another matter.", false);
    check_fold("", "", false);
}

/* A card of each message: the first whole, copies folded, the worst never. */
static void test_folded_cards(void **state)
{
    struct arena arena;
    (void)state;
    arena_init(&arena, 1 << 20);
    struct desk_report *reports = ARENA_ARRAY(&arena, struct desk_report, 4);
    static const char *const texts[] = {"Save it. Now.", "Save it. Now. Please.",
                                        "Save it. Or die.", "Save it. Now."};
    for (int64_t i = 0; i < 4; i++) {
        reports[i].leaf = 10 + i;
        reports[i].incident = 1;
        reports[i].body.source = SOURCE_MESSAGES;
        reports[i].body.report.what = str_c(texts[i]);
        reports[i].body.message.author = STR("ann@example.org");
    }
    struct desk_case shown = {.reports = reports, .report_count = 4};
    shown.row.campaign.worst = 12;
    struct pack pack = {0};
    struct deskweb web = {.options = {.pack = &pack}};
    struct ask ask = {.arena = &arena, .web = &web};
    struct part_desk_report_card_list cards = view_reports(&ask, &shown, false, true);
    assert_false(cards.items[0].is_folded);
    assert_true(cards.items[1].is_folded);
    assert_true(str_equal(cards.items[1].own, STR("… Please.")));
    assert_false(cards.items[2].is_folded);
    assert_true(cards.items[3].is_folded);
    assert_int_equal(cards.items[3].own.n, 0);
    assert_true(cards.items[3].is_message);
    assert_true(str_equal(cards.items[3].sender, STR("ann@example.org")));
    cards = view_reports(&ask, &shown, false, false); /* on paper */
    assert_false(cards.items[1].is_folded);
    arena_close(&arena);
}

/* What was typed goes with no answer that its sender can mend or wait for. */
static void test_words_are_kept(void **state)
{
    (void)state;
    for (enum status status = STATUS_OK; status < STATUS_COUNT; status++) {
        bool is_kept = status == STATUS_INVALID || status == STATUS_CONFLICT ||
                       status == STATUS_LIMIT || status == STATUS_UNAVAILABLE;
        assert_int_equal(words_are_kept(status), is_kept);
    }
}

/* --- two plans --- */

static void test_words_change(void **state)
{
    static const struct {
        int64_t left, right;
        const char *words;
    } rows[] = {{1000, 1000, "–"},    {1000, 4200, "+3.2"}, {15000, 1000, "−14"},
                {1600, 1000, "−0.6"}, {1000, 1020, "–"},    {1020, 1000, "–"}};
    struct arena arena;
    (void)state;
    arena_init(&arena, 1 << 20);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        str words = words_change(&arena, rows[i].left, rows[i].right);
        assert_true(str_equal(words, str_c(rows[i].words)));
    }
    arena_close(&arena);
}

static void test_plan_changes(void **state)
{
    struct plan_task tasks[] = {{.id = STR("t/1"), .profit = 2000, .group = 0},
                                {.id = STR("t/2"), .profit = 2000, .group = 0}};
    struct plan_task other_tasks[] = {{.id = STR("t/2"), .profit = 2000, .group = 0},
                                      {.id = STR("new"), .profit = 9000, .group = PLAN_NONE}};
    struct plan_group group = {.weight_count = 2, .weights = {1000, 600}};
    struct plan_group other_group = {.weight_count = 3, .weights = {1000, 600, 400}};
    struct plan_unit units[] = {{.id = STR("A")}, {.id = STR("B")}, {.id = STR("C")}};
    struct plan_stop stop = {.task = 1, .start = 100};
    struct plan_stop later = {.task = 0, .start = 200};
    struct plan_route routes[] = {{.stops = &stop, .stop_count = 1}, {0}, {0}};
    struct plan_route other_routes[] = {{.stops = &later, .stop_count = 1}, {0}};
    struct plan_opened left = {.problem = {.tasks = tasks,
                                           .task_count = 2,
                                           .groups = &group,
                                           .group_count = 1,
                                           .units = units,
                                           .unit_count = 3},
                               .result = {.routes = routes}};
    struct plan_opened right = {.problem = {.tasks = other_tasks,
                                            .task_count = 2,
                                            .groups = &other_group,
                                            .group_count = 1,
                                            .units = units,
                                            .unit_count = 2},
                                .result = {.routes = other_routes}};
    struct plan_unit_change rows[4];
    struct arena arena;
    int64_t same = 0, more = 0;
    (void)state;
    arena_init(&arena, 1 << 20);
    assert_int_equal(plan_changes(&arena, &left, &right, rows, 4, &same, &more), 2);
    assert_true(str_equal(rows[0].id, STR("C")));
    assert_true(str_equal(rows[0].words, STR("only in the earlier plan")));
    assert_true(str_equal(rows[1].id, STR("A")));
    assert_true(str_equal(rows[1].words, STR("1 visit at another time")));
    assert_int_equal(same, 1);
    same = 0;
    assert_int_equal(plan_changes(&arena, &right, &left, rows, 4, &same, &more), 2);
    assert_true(str_equal(rows[1].words, STR("only in the later plan")));
    assert_int_equal(plan_changes(&arena, &left, &right, rows, 1, &same, &more), 1);
    assert_int_equal(more, 1); /* A, past what there is room for */
    /* a visit more is no other weight; a place that weighs more is */
    assert_false(plan_has_other_weights(&arena, &left.problem, &right.problem));
    other_group.weights[1] = 700;
    assert_true(plan_has_other_weights(&arena, &left.problem, &right.problem));
    other_group.weights[1] = 600;
    other_tasks[0].profit = 3000;
    assert_true(plan_has_other_weights(&arena, &left.problem, &right.problem));
    arena_close(&arena);
}

/* A unit that dropped out is paid for until then, and a rest day for its minimum. */
static void test_plan_paid(void **state)
{
    struct plan_site site = {.id = STR("base"), .area = STR("North")};
    struct plan_unit units[] = {{.id = STR("A"),
                                 .rank = STR("constable"),
                                 .officers = 0,
                                 .out_officers = 2,
                                 .out = 3600,
                                 .end = 36000},
                                {.id = STR("B"),
                                 .rank = STR("constable"),
                                 .officers = 1,
                                 .end = 1800,
                                 .is_rest_day = true}};
    struct plan_leg legs[] = {{.kind = PLAN_LEG_IDLE, .from = 0, .to = 3600},
                              {.kind = PLAN_LEG_IDLE, .from = 0, .to = 1800}};
    struct plan_duty duties[] = {{.from = 0, .to = 3600, .legs = &legs[0], .leg_count = 1},
                                 {.from = 0, .to = 1800, .legs = &legs[1], .leg_count = 1}};
    struct plan_opened opened = {.problem = {.ticks_per_s = 1,
                                             .sites = &site,
                                             .site_count = 1,
                                             .units = units,
                                             .unit_count = 2},
                                 .show = {.duties = duties}};
    struct plan_account account;
    struct arena arena;
    struct error err = {0};
    bool has_rates = true;
    (void)state;
    arena_init(&arena, 1 << 22);
    assert_int_equal(plan_paid(&arena, &opened, &account, &has_rates, &err), STATUS_OK);
    assert_false(has_rates);
    assert_int_equal(plan_sum_ticks(&account.total), 2 * 3600 + 1800);
    opened.plan.rates = STR("from,rank,band,minimum_h,per_hour\n"
                            "2026-01-01,constable,plain,,10.01\n"
                            "2026-01-01,constable,rest-day,4,20\n");
    assert_int_equal(plan_paid(&arena, &opened, &account, &has_rates, &err), STATUS_OK);
    assert_true(has_rates);
    assert_int_equal(plan_sum_ticks(&account.total), 2 * 3600 + 4 * 3600);
    assert_int_equal(plan_pence(&opened.problem, account.total.cost), 2002 + 8000);
    assert_int_equal(plan_pence(&opened.problem, 1799), 0); /* of half a penny up */
    assert_int_equal(plan_pence(&opened.problem, 1800), 1);
    assert_true(str_equal(words_pounds(&arena, &opened.problem, 4), STR("£0.00")));
    assert_true(
        str_equal(words_pounds(&arena, &opened.problem, account.total.cost), STR("£100.02")));
    assert_true(
        str_equal(words_pounds(&arena, &opened.problem, INT64_C(123450) * 3600), STR("£1,234.50")));
    assert_true(str_equal(words_pounds(&arena, &opened.problem, INT64_C(100000000) * 3600),
                          STR("£1,000,000.00")));
    assert_true(str_equal(words_hours_change(&arena, &opened.problem, 3600, 1800), STR("−0 h 30")));
    assert_true(str_equal(words_hours_change(&arena, &opened.problem, 0, 45000), STR("+12 h 30")));
    assert_true(str_equal(words_hours_change(&arena, &opened.problem, 60, 60), STR("–")));
    /* of what is read on both sides: 0 h 59 and 1 h 00 */
    assert_true(str_equal(words_hours_change(&arena, &opened.problem, 3599, 3600), STR("+0 h 01")));
    assert_true(str_equal(words_hours_change(&arena, &opened.problem, 3600, 3659), STR("–")));
    arena_close(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_magic),
        cmocka_unit_test(test_magic_shown),
        cmocka_unit_test(test_tar),
        cmocka_unit_test(test_safe_name),
        cmocka_unit_test(test_public_routes),
        cmocka_unit_test(test_route_find),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_clock_words),
        cmocka_unit_test(test_act_words),
        cmocka_unit_test(test_history),
        cmocka_unit_test(test_consent),
        cmocka_unit_test(test_marks),
        cmocka_unit_test(test_reading),
        cmocka_unit_test(test_fold),
        cmocka_unit_test(test_folded_cards),
        cmocka_unit_test(test_words_change),
        cmocka_unit_test(test_plan_changes),
        cmocka_unit_test(test_plan_paid),
        cmocka_unit_test(test_words_are_kept),
    };
    crypt_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
