/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: what the model hears in a report lifts its grade and never lowers it; every reason has a place
 * inside the text; without a model the rules grade alone; a report costs less than .4 ms of processor
 * time; a letter with as many codes as a front may give is read by the desk.
 * Method: the shipped pack and model; made-up lines, none of a data split. */
#include <stdio.h>
#include <time.h>

#include "../support/cm.h"
#include "base/io.h"
#include "desk/letter_body.h"
#include "serve/model_find.h"
#include "serve/pack_bridge.h"
#include "serve/sample.h"

static struct arena arena;
static struct front_options by_rules, by_both;

static int open_both(void **state)
{
    (void)state;
    struct error err = {0};
    struct model *model = NULL;
    arena_init(&arena, (size_t)256 * 1024 * 1024);
    if (model_find(&arena, HUSTINGS_SOURCE_ROOT "/models/triage.htm", &model, &err) != STATUS_OK ||
        pack_bridge_open(&arena, HUSTINGS_SOURCE_ROOT "/packs/uk", NULL, &by_rules, &err) !=
            STATUS_OK ||
        pack_bridge_open(&arena, HUSTINGS_SOURCE_ROOT "/packs/uk", model, &by_both, &err) !=
            STATUS_OK) {
        fail_msg("%s", err.primary);
    }
    return 0;
}

static int close_both(void **state)
{
    (void)state;
    arena_close(&arena);
    return 0;
}

static struct front_grade *grade(const struct front_options *options, const char *text)
{
    struct front_grade *grade = ARENA_NEW(&arena, struct front_grade);
    struct report report;
    report_init(&report);
    report.what = str_c(text);
    grade->grade = 1;
    options->grader(options->pack_context, &arena, &report, grade);
    for (size_t i = 0; i < grade->reason_count; i++) {
        assert_true(grade->reasons[i].from <= grade->reasons[i].to);
        assert_true(grade->reasons[i].to <= strlen(text));
    }
    return grade;
}

static bool has_rule(const struct front_grade *grade, const char *start)
{
    for (size_t i = 0; i < grade->reason_count; i++) {
        if (str_starts(grade->reasons[i].rule, str_c(start)) && grade->reasons[i].why.n > 0) {
            return true;
        }
    }
    return false;
}

static void the_model_lifts_what_no_rule_knows(void **state)
{
    (void)state;
    const char *text = "we ought to drag you out of your home and skin you alive";
    const struct front_grade *rules = grade(&by_rules, text);
    const struct front_grade *both = grade(&by_both, text);
    assert_false(has_rule(rules, "model:"));
    assert_true(has_rule(both, "model:threat"));
    assert_true(both->grade > rules->grade);
    assert_true(both->grade >= 3);
}

static void nothing_is_lowered(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "The bins in our street were not emptied again. When will the council answer?",
        "He said he will be at my surgery on Friday with a knife.",
        "I will kill you.",
        "Somebody left a parcel that ticks.",
        "My neighbour disagrees with my vote and wrote to the paper about it.",
        "Dw i'n mynd i dy ladd di.",
        "",
        "\xff\xfe broken",
        "you are a useless lying idiot and everybody hates you"};
    size_t lifted = 0;
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        const struct front_grade *rules = grade(&by_rules, lines[i]);
        const struct front_grade *both = grade(&by_both, lines[i]);
        if (both->grade < rules->grade) {
            fail_msg("\"%s\": G%lld became G%lld", lines[i], (long long)rules->grade,
                     (long long)both->grade);
        }
        lifted += both->grade > rules->grade;
        assert_true(both->grade <= 5);
        for (size_t c = 0; c < rules->code_count; c++) {
            bool is_kept = str_starts(rules->codes[c], STR("OTH")) ||
                           str_starts(rules->codes[c], STR("LAW")); /* another code says more */
            for (size_t k = 0; k < both->code_count; k++) {
                is_kept = is_kept || str_equal(rules->codes[c], both->codes[k]);
            }
            assert_true(is_kept);
        }
    }
    assert_true(lifted <= 3); /* and most of them are as they were */
}

/* The made-up reports of `demo`: what a desk really gets. */
static void reports_of_a_demo(void **state)
{
    (void)state;
    size_t lifted = 0;
    for (size_t i = 0; i < sample_count; i++) {
        struct report report;
        sample_report(&samples[i], &report);
        struct front_grade rules = {.grade = 1}, both = {.grade = 1};
        by_rules.grader(by_rules.pack_context, &arena, &report, &rules);
        by_both.grader(by_both.pack_context, &arena, &report, &both);
        if (rules.grade != both.grade) {
            print_message("G%lld became G%lld: %.*s\n", (long long)rules.grade,
                          (long long)both.grade, STR_ARG(report.what));
        }
        assert_true(both.grade >= rules.grade);
        assert_true(both.grade - rules.grade <= 2);
        lifted += both.grade > rules.grade;
    }
    assert_true(lifted * 4 <= sample_count);
}

static void a_report_costs_little(void **state)
{
    (void)state;
    enum { ROUNDS = 200 };
    static const char *const text =
        "I opened my door at about six and there were three men on the path. One of them filmed. "
        "He "
        "said that he knew which school my daughter goes to and that people who vote the way I do "
        "have accidents. I asked them to go. They laughed and said they would be back before "
        "polling "
        "day. Since then I have had eleven messages on my phone, all of one kind: you will be "
        "sorry, "
        "you should move while you can, nobody will miss you. My partner wants me to stand down. I "
        "have not slept. I do not know whether this is for the police. I would like somebody to "
        "ring.";
    struct timespec from, to;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
    for (size_t i = 0; i < ROUNDS; i++) {
        (void)grade(&by_both, text);
    }
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
    double us =
        ((double)(to.tv_sec - from.tv_sec) * 1e6 + (double)(to.tv_nsec - from.tv_nsec) / 1e3) /
        ROUNDS;
    print_message("%zu bytes: %.0f us of processor time\n", strlen(text), us);
#if !defined(__SANITIZE_ADDRESS__)
    assert_true(us < 400);
#endif
}

static void as_many_codes_as_a_front_gives_are_read(void **state)
{
    (void)state;
    struct letter_body *body = ARENA_NEW(&arena, struct letter_body);
    struct error err = {0};
    struct buf json;
    buf_init(&json, 4096);
    buf_add_c(&json,
              "{\"format\":1,\"report\":{\"what\":\"x\"},\"triage\":{\"grade\":4,\"codes\":[");
    for (size_t i = 0; i < FRONT_CODES_MAX; i++) {
        buf_printf(&json, "%s\"ABU%zu\"", i > 0 ? "," : "", i);
    }
    buf_add_c(&json, "]},\"received\":\"2024-07-01T10:00:00Z\",\"source\":\"api\"}");
    if (letter_body_decode(&arena, buf_str(&json), body, &err) != STATUS_OK) {
        fail_msg("%s", err.primary);
    }
    assert_int_equal(body->code_count, FRONT_CODES_MAX);
    buf_close(&json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_model_lifts_what_no_rule_knows),
        cmocka_unit_test(nothing_is_lowered),
        cmocka_unit_test(reports_of_a_demo),
        cmocka_unit_test(a_report_costs_little),
        cmocka_unit_test(as_many_codes_as_a_front_gives_are_read),
    };
    return cmocka_run_group_tests_name("bridge", tests, open_both, close_both);
}
