/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: each report that is shown was read by rules and model, also what the reporter added; the queue
 * shows what was noticed, and nothing of a report that was erased.
 * Method: the bench's desk with the shipped pack and model, on both engines. */
#include "../support/desk_acts.h"
#include "base/io.h"

static struct arena shipped; /* pack and model: the same for all tests */
static const struct triage *triage;

static void open_reading(struct desk_bench *d, void **state)
{
    struct pack *pack = NULL;
    struct model *model = NULL;
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
    OK(desk_open(&d->options, bench_now, &d->desk, &err));
    desk_bench_unlock(d);
}

static struct mailbox_keys mailbox_new(struct desk_bench *d)
{
    struct receipt receipt = receipt_new();
    struct mailbox_keys keys;
    mailbox_keys_from_receipt(&receipt, &d->desk_id, &keys);
    return keys;
}

static void erase_all(struct desk_bench *d, int64_t number)
{
    struct caller second = bench_caller(2, ROLE_SUPERVISOR);
    assert_int_equal(do_it(d, &second,
                           (struct desk_do){.kind = DO_ASK,
                                            .number = number,
                                            .reason = STR("the reporter asked for it")},
                           NULL, NULL),
                     STATUS_OK);
    struct desk_case view = read_case(d, number);
    assert_int_equal(view.ask_count, 1);
    assert_int_equal(
        do_it(d, &second,
              (struct desk_do){.kind = DO_ERASE,
                               .number = number,
                               .leaf = view.asks[0].leaf,
                               .text = arena_printf(&d->arena, "ERASE %lld", (long long)number)},
              NULL, NULL),
        STATUS_OK);
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
    erase_all(&d, page.rows[0].number);
    assert_int_equal(read_case(&d, page.rows[0].number).row.seen.n, 0);
    desk_bench_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(test_reports_are_read),
        BOTH(test_without_model),
        BOTH(test_queue_says_what_was_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
