/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: each report that is shown was read by rules and model, also what the reporter added; the queue
 * shows what was noticed, and nothing of a report that was erased.
 * Method: the bench's desk with the shipped pack and model, on both engines. */
#include "../support/erase_acts.h"
#include "base/io.h"
#include "desk/desk_teach.h"
#include "triage/adapt.h"

static struct arena shipped; /* pack and model: the same for all tests */
static const struct triage *triage;
static struct pack *pack;
static struct model *model;

static void open_reading(struct desk_bench *d, void **state)
{
    str file = {0};
    if (triage == NULL) {
        arena_init(&shipped, (size_t)64 * 1024 * 1024);
        pack = ARENA_NEW(&shipped, struct pack);
        OK(pack_open(&shipped, HUSTINGS_SOURCE_ROOT "/packs/uk", pack, &err));
        OK(io_read_file(&shipped, HUSTINGS_SOURCE_ROOT "/models/triage.htm", MODEL_BYTES_MAX, &file,
                        &err));
        OK(model_open(&shipped, file, &model, &err));
        OK(triage_open(&shipped, pack, model, &triage, &err));
    }
    desk_bench_open(d, ready(state), 2000);
    desk_close(d->desk);
    d->options.triage = triage;
    d->options.pack = pack;
    OK(desk_open(&d->options, bench_now, &d->desk, &err));
    desk_bench_unlock(d);
}

static void test_reports_are_read(void **state)
{
    struct desk_bench d;
    open_reading(&d, state);
    struct mailbox_keys mailbox = mailbox_new(&d);
    bench_send(&d, &(struct bench_letter){.what = "He said that they will kill me.",
                                          .codes = "THR1",
                                          .grade = 4,
                                          .mailbox = &mailbox});
    bench_send(&d, &(struct bench_letter){.what = "I am going to slit your throat, you traitor.",
                                          .mailbox = &mailbox,
                                          .is_added = true});
    bench_send(&d, &(struct bench_letter){.what = "Rwy'n anhapus iawn am y ffordd newydd yn y dref",
                                          .codes = "",
                                          .language = "cy"});
    bench_import(&d);
    struct desk_case view = read_case(&d, 1);
    assert_int_equal(view.report_count, 2);
    for (size_t i = 0; i < 2; i++) {
        const struct triage_result *reading = view.reports[i].reading;
        assert_non_null(reading);
        assert_true(reading->grade >= 3);
        assert_true(reading->reason_count > 0);
        for (size_t k = 0; k < reading->reason_count; k++) {
            assert_true(reading->reasons[k].start < reading->reasons[k].end);
            assert_true(reading->reasons[k].end <= view.reports[i].body.report.what.n);
        }
    }
    assert_true((view.reports[1].reading->over >> HEAD_THREAT & 1U) == 1);
    view = read_case(&d, 2);
    assert_false(view.reports[0].reading->is_judged);
    assert_int_equal(view.reports[0].reading->lang, LANG_WELSH);
    desk_bench_close(&d);
}

/* The row says that somebody must read it who can, until an officer has judged it. */
static void test_needs_a_reader(void **state)
{
    static const str codes[] = {STR_INIT("THR3")};
    struct desk_bench d;
    open_reading(&d, state);
    struct mailbox_keys mailbox = mailbox_new(&d);
    const char *welsh = "Rwy'n anhapus iawn am y ffordd newydd yn y dref";
    bench_send(&d, &(struct bench_letter){.what = welsh, .codes = "OTH0", .language = "en"});
    bench_send(&d,
               &(struct bench_letter){.what = "আমাকে ভোটকেন্দ্রে যেতে দেওয়া হয়নি", .codes = "OTH0"});
    bench_send(&d, &(struct bench_letter){.what = "They shouted at me in the street.",
                                          .codes = "ABU1",
                                          .language = "cy",
                                          .mailbox = &mailbox});
    bench_import(&d);
    assert_str(read_case(&d, 1).row.unread, "cy"); /* of the words, not of the form */
    assert_str(read_case(&d, 2).row.unread, "bn");
    assert_int_equal(read_case(&d, 3).row.unread.n, 0);
    bench_send(&d, &(struct bench_letter){.what = welsh, .is_added = true, .mailbox = &mailbox});
    bench_import(&d);
    assert_str(read_case(&d, 3).row.unread, "cy");
    struct desk_do what = {.kind = DO_CODES, .number = 1, .codes = codes, .code_count = 1};
    assert_int_equal(do_it(&d, &d.supervisor, what, NULL, NULL), STATUS_OK);
    assert_int_equal(read_case(&d, 1).row.unread.n, 0);
    what = (struct desk_do){.kind = DO_SUMMARY, .number = 2, .text = STR("Turned away.")};
    assert_int_equal(do_it(&d, &d.supervisor, what, NULL, NULL), STATUS_OK);
    assert_int_equal(read_case(&d, 2).row.unread.n, 0);
    what = (struct desk_do){.kind = DO_MERGE, .number = 3, .other = 1, .reason = STR("one thing")};
    assert_int_equal(do_it(&d, &d.supervisor, what, NULL, NULL), STATUS_OK);
    assert_str(read_case(&d, 1).row.unread, "cy");
    desk_bench_close(&d);
}

/* The page is there without a model; nobody reads then. */
static void test_without_model(void **state)
{
    struct desk_bench d;
    open_with(&d, state);
    bench_send(&d, &(struct bench_letter){.what = "They will kill me.", .codes = "THR1"});
    bench_import(&d);
    assert_null(read_case(&d, 1).reports[0].reading);
    desk_bench_close(&d);
}

static void test_queue_says_what_was_seen(void **state)
{
    struct desk_bench d;
    open_reading(&d, state);
    bench_send(&d, &(struct bench_letter){
                       .what = "Good morning.\nquokkafin: I will burn it all down.",
                       .codes = "THR4",
                       .grade = 3,
                       .reasons = "[{\"span\":[25,34],\"why\":\"The model: threat\",\"rule\":"
                                  "\"model:threat\"},{\"span\":[14,23],\"why\":\"Words of a "
                                  "threat to property\",\"rule\":\"burn\"},{\"span\":[0,0],"
                                  "\"why\":\"An answer\",\"rule\":\"answer\"}]"});
    bench_send(&d, &(struct bench_letter){
                       .what = "caf\xc3\xa9",
                       .codes = "ABU1",
                       .reasons = "[{\"span\":[0,4],\"why\":\"cut in a letter\",\"rule\":\"x\"}]"});
    bench_import(&d);
    struct desk_page page = whole_queue(&d);
    assert_int_equal(page.count, 2);
    /* a rule before the model */
    assert_str(page.rows[0].seen,
               "Words of a threat to property: \xe2\x80\x9cquokkafin\xe2\x80\x9d");
    assert_int_equal(page.rows[1].seen.n, 0);
    /* and it goes with its report */
    erase(&d, &d.supervisor, page.rows[0].number, 0, 0);
    assert_int_equal(read_case(&d, page.rows[0].number).row.seen.n, 0);
    desk_bench_close(&d);
}

static size_t lessons_of(struct desk_bench *d, struct desk_lesson **ret_list)
{
    size_t count = 0;
    int64_t after = 0;
    OK(desk_lessons(d->desk, &d->supervisor, 0, &d->arena, ret_list, &count, &after, &err));
    assert_int_equal(after, 0);
    return count;
}

static enum status set_codes(struct desk_bench *d, int64_t number, const char *code)
{
    str codes[] = {str_c(code)};
    return do_it(
        d, &d->supervisor,
        (struct desk_do){.kind = DO_CODES, .number = number, .codes = codes, .code_count = 1}, NULL,
        NULL);
}

static void test_corrections(void **state)
{
    struct desk_bench d;
    struct desk_lesson *list = NULL;
    open_reading(&d, state);
    for (size_t i = 0; i < 4; i++) {
        bench_send(&d, &(struct bench_letter){
                           .what = arena_cstr(&d.arena, arena_printf(&d.arena, "words %zu", i)),
                           .codes = "ABU1",
                           .grade = 3,
                           .is_practice = i == 3});
    }
    bench_import(&d);
    assert_int_equal(lessons_of(&d, &list), 0);
    OK(set_codes(&d, 1, "THR1"));
    OK(do_it(
        &d, &d.supervisor,
        (struct desk_do){.kind = DO_GRADE, .number = 2, .grade = 1, .reason = STR("he may say so")},
        NULL, NULL));
    OK(set_codes(&d, 3, "DAM1"));
    OK(set_codes(&d, 4, "DAM1")); /* practice teaches nothing */
    OK(do_it(&d, &d.supervisor,
             (struct desk_do){.kind = DO_GRADE, .number = 3, .grade = 3, .reason = STR("as it is")},
             NULL, NULL)); /* no change, no lesson */
    assert_int_equal(lessons_of(&d, &list), 3);
    assert_str(list[0].text, "words 0");
    assert_str(list[0].from_codes[0], "ABU1");
    assert_str(list[0].to_codes[0], "THR1");
    assert_int_equal(list[0].from_grade, 3);
    assert_int_equal(list[0].to_grade, 4);
    assert_int_equal(list[0].officer, 2);
    assert_int_equal(list[1].from_grade, 3);
    assert_int_equal(list[1].to_grade, 1);
    /* the act's leaf says which report it speaks of */
    struct desk_case view = read_case(&d, 1);
    assert_str(view.acts[0].verb, "case.codes");
    assert_true(str_find(view.acts[0].detail,
                         arena_printf(&d.arena, "\"teaches\":%lld", (long long)list[0].report)) <
                view.acts[0].detail.n);
    /* only the newest counts */
    OK(set_codes(&d, 1, "LAW0"));
    assert_int_equal(lessons_of(&d, &list), 3);
    assert_str(list[2].to_codes[0], "LAW0");
    assert_str(list[2].from_codes[0], "THR1");
    /* who may read it only by name teaches nobody */
    OK(do_it(&d, &d.supervisor,
             (struct desk_do){.kind = DO_ACCESS,
                              .number = 1,
                              .access = ACCESS_RESTRICTED,
                              .reason = STR("a witness")},
             NULL, NULL));
    assert_int_equal(lessons_of(&d, &list), 2);
    /* needs the right */
    size_t count = 0;
    int64_t after = 0;
    assert_int_equal(desk_lessons(d.desk, &d.triager, 0, &d.arena, &list, &count, &after, NULL),
                     STATUS_DENIED);
    assert_int_equal(desk_lessons(d.desk, &d.admin, 0, &d.arena, &list, &count, &after, NULL),
                     STATUS_DENIED);
    /* and goes with its report */
    erase(&d, &d.supervisor, 3, 0, 0);
    assert_int_equal(lessons_of(&d, &list), 1);
    desk_bench_close(&d);
}

/* Of two reports in one incident nobody knows which was meant; of copies the first is. */
static void test_which_report(void **state)
{
    struct desk_bench d;
    struct desk_lesson *list = NULL;
    open_reading(&d, state);
    bench_send(&d, &(struct bench_letter){.what = "one", .codes = "ABU1"});
    bench_send(&d, &(struct bench_letter){.what = "two", .codes = "ABU1"});
    bench_import(&d);
    OK(do_it(&d, &d.supervisor,
             (struct desk_do){.kind = DO_MERGE, .number = 2, .other = 1, .reason = STR("same")},
             NULL, NULL));
    OK(do_it(&d, &d.supervisor,
             (struct desk_do){.kind = DO_SAME, .number = 1, .incident = 1, .other = 2}, NULL,
             NULL));
    OK(set_codes(&d, 1, "THR1"));
    assert_int_equal(lessons_of(&d, &list), 0);
    static const char message[] =
        ",\"message\":{\"group\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\"content\":"
        "\"%c00000000000000000000000000000000000000000000000000000000000000%c\"}";
    for (int i = 0; i < 2; i++) {
        char extra[sizeof message];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        (void)snprintf(extra, sizeof extra, message, '1' + i, '0');
#pragma GCC diagnostic pop
        bench_send(&d, &(struct bench_letter){.what = i == 0 ? "first copy" : "second copy",
                                              .codes = "ABU2",
                                              .source = "messages",
                                              .extra = extra});
        bench_import(&d);
    }
    OK(set_codes(&d, 3, "THR3"));
    assert_int_equal(lessons_of(&d, &list), 1);
    assert_str(list[0].text, "first copy");
    desk_bench_close(&d);
}

/* Plain thanks open no closed case; whatever else is written does, also what no rule knows. */
static void test_thanks_open_nothing(void **state)
{
    static const struct {
        const char *what;
        bool opens;
    } cases[] = {{"Thank you so much for all your help.", false},
                 {"Diolch yn fawr iawn!", false},
                 {"ধন্যবাদ আপনাকে", false},
                 {"Thank you. He is back.", true},
                 {"help", true},
                 {"Thank you, help", true},
                 {"Thank you \xF0\x9F\x94\xAA", true},              /* a knife */
                 {"thanks \xF0\x9F\x85\xBA\xF0\x9F\x85\xB8", true}, /* letters in boxes */
                 {"Thank you 10", true},
                 {"Thank\xE2\x80\x8B you", true},
                 {"Dziekuje", true}};
    struct desk_bench d;
    open_reading(&d, state);
    struct mailbox_keys mailbox = mailbox_new(&d);
    bench_send(&d, &(struct bench_letter){.what = "I will kill you, he says.",
                                          .codes = "THR1",
                                          .grade = 4,
                                          .mailbox = &mailbox});
    bench_import(&d);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct desk_do what = {
            .kind = DO_STATE, .number = 1, .state = CASE_CLOSED, .reason = STR("force told")};
        if (read_case(&d, 1).row.state == CASE_CLOSED) {
            what = (struct desk_do){.kind = DO_NOTE, .number = 1, .text = STR("read")};
        }
        OK(do_it(&d, &d.supervisor, what, NULL, NULL));
        assert_false(read_case(&d, 1).row.has_news);
        bench_send(&d, &(struct bench_letter){.what = cases[i].what,
                                              .codes = "OTH0",
                                              .grade = 2,
                                              .is_added = true,
                                              .mailbox = &mailbox});
        bench_import(&d);
        struct desk_case view = read_case(&d, 1);
        assert_true(view.row.has_news);
        assert_int_equal(view.report_count, i + 2);
        assert_str(view.acts[0].verb, "report.added");
        if ((view.row.state == CASE_OPEN) != cases[i].opens) {
            fail_msg("'%s': state %d", cases[i].what, (int)view.row.state);
        }
    }
    desk_bench_close(&d);
}

/* A model that takes "quokka" for a threat. */
static str taught_model(struct desk_bench *d)
{
    static const char *const ends[] = {
        "comes",         "is here",  "waits at the door", "knows",    "again",      "comes soon",
        "for your wife", "and fire", "comes back",        "tomorrow", "came again", "will come"};
    struct train_example examples[2 * ARRAY_LEN(ends)];
    struct model *made = NULL;
    struct buf bytes;
    for (size_t i = 0; i < ARRAY_LEN(examples); i++) {
        bool is_bad = i % 2 == 0;
        examples[i] = (struct train_example){
            .text = arena_printf(&d->arena, "the %s %s", is_bad ? "quokka" : "bus", ends[i / 2]),
            .part = PART_TRAIN,
            .weight = 1};
        memset(examples[i].labels, LABEL_UNKNOWN, sizeof examples[i].labels);
        examples[i].labels[HEAD_THREAT] = is_bad ? LABEL_YES : LABEL_NO;
    }
    adapt_model(&d->arena, model, examples, ARRAY_LEN(examples), 1, &made);
    buf_init(&bytes, MODEL_BYTES_MAX);
    model_write(made, &bytes);
    str copy = arena_str(&d->arena, buf_str(&bytes));
    buf_close(&bytes);
    return copy;
}

static bool is_threat(struct desk_bench *d, int64_t number, bool *ret_is_own)
{
    struct desk_case view = read_case(d, number);
    *ret_is_own = view.reports[0].is_own_reading;
    return (view.reports[0].reading->over >> HEAD_THREAT & 1U) == 1;
}

/* Two copies of one text, of which the second says more. */
static void copies_with_quokka(struct desk_bench *d)
{
    static const char *const texts[] = {"the bus knows", "the quokka comes tomorrow"};
    int64_t grades[ARRAY_LEN(texts)] = {0};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        char extra[300];
        snprintf(extra, sizeof extra,
                 ",\"message\":{\"group\":\"%032d\",\"content\":\"%064d\",\"rows\":0,"
                 "\"personal\":0,\"heads\":0,\"judged\":true}",
                 7, (int)i + 1);
        bench_send(d, &(struct bench_letter){.what = texts[i],
                                             .codes = i == 0 ? "OTH0" : "",
                                             .source = "messages",
                                             .extra = extra});
        bench_import(d);
        grades[i] = read_case(d, 3).row.grade;
    }
    assert_true(grades[1] > grades[0]);
}

static void test_own_model(void **state)
{
    struct desk_bench d;
    bool is_own = true;
    open_reading(&d, state);
    bench_send(&d, &(struct bench_letter){.what = "the quokka comes again", .codes = "OTH0"});
    bench_import(&d);
    assert_false(is_threat(&d, 1, &is_own));
    assert_false(is_own);
    assert_int_equal(desk_model_keep(d.desk, &d.triager, STR("x"), (str){0}, NULL), STATUS_DENIED);
    OK(desk_model_keep(d.desk, &d.supervisor, taught_model(&d), STR("{\"own\":1}"), &err));
    assert_true(is_threat(&d, 1, &is_own));
    assert_true(is_own);
    /* it lifts what comes in, and says so */
    int64_t before = read_case(&d, 1).row.grade;
    bench_send(&d, &(struct bench_letter){.what = "the quokka comes tomorrow", .codes = "OTH0"});
    bench_import(&d);
    struct desk_case view = read_case(&d, 2);
    assert_true(view.row.grade > before);
    bool is_said = false;
    for (size_t i = 0; i < view.why_grade_count; i++) {
        is_said = is_said || str_starts(view.why_grade[i], STR("The desk's own model"));
    }
    assert_true(is_said);
    /* … a copy that joins others, too */
    copies_with_quokka(&d);
    view = read_case(&d, 3);
    assert_int_equal(view.report_count, 2);
    /* still there after a lock, and sealed on the disk */
    OK(desk_lock(d.desk, NULL, &err));
    desk_bench_unlock(&d);
    assert_true(is_threat(&d, 1, &is_own));
    struct db *db = bench_casebook(&d);
    struct db_rows *rows = NULL;
    bool has_row = false;
    OK(db_query(db, "SELECT body FROM desk_model", DB_NO_ARGS, &rows, &err));
    OK(db_next(rows, &has_row, &err));
    assert_true(has_row);
    assert_true(str_find(db_bytes(rows, 0), STR("HTM2")) == db_bytes(rows, 0).n);
    db_rows_close(rows);
    db_close(db);
    /* one that cannot be read is none, and stops nothing */
    OK(desk_model_keep(d.desk, &d.supervisor, STR("no model"), (str){0}, &err));
    assert_false(is_threat(&d, 1, &is_own));
    assert_false(is_own);
    OK(desk_model_keep(d.desk, &d.supervisor, taught_model(&d), (str){0}, &err));
    assert_true(is_threat(&d, 1, &is_own));
    /* a report that taught goes, and the weights with it */
    OK(set_codes(&d, 2, "THR3"));
    erase(&d, &d.supervisor, 2, 0, 0);
    assert_false(is_threat(&d, 1, &is_own));
    assert_false(is_own);
    desk_bench_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(test_reports_are_read), BOTH(test_needs_a_reader),
        BOTH(test_without_model),    BOTH(test_queue_says_what_was_seen),
        BOTH(test_corrections),      BOTH(test_which_report),
        BOTH(test_own_model),        BOTH(test_thanks_open_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
