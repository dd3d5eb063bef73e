/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: a correction says of each head what it really says; a few dozen corrections change the model
 * where they speak and hardly elsewhere, the same way each time; better means more right and no threat
 * lost.
 * Method: made-up lines with a made-up insult, on the shipped model. */
#include <math.h>
#include <stdio.h>

#include "../support/cm.h"
#include "base/io.h"
#include "triage/adapt.h"

static struct arena arena;
static struct model *shipped;

static int up(void **state)
{
    struct error err = {0};
    str file = {0};
    (void)state;
    arena_init(&arena, (size_t)512 * 1024 * 1024);
    if (io_read_file(&arena, HUSTINGS_SOURCE_ROOT "/models/triage.htm", MODEL_BYTES_MAX, &file,
                     &err) != STATUS_OK ||
        model_open(&arena, file, &shipped, &err) != STATUS_OK) {
        fail_msg("%s", err.primary);
    }
    return 0;
}

static int down(void **state)
{
    (void)state;
    arena_close(&arena);
    return 0;
}

static size_t codes_of(const char *words, str *codes)
{
    str rest = str_c(words);
    size_t count = 0;
    while (rest.n > 0) {
        rest = str_cut(rest, ' ', &codes[count]);
        count++;
    }
    return count;
}

static void test_labels(void **state)
{
    static const struct {
        const char *from, *to;
        int from_grade, to_grade;
        const char *want; /* a letter a head: y, n, . */
    } rows[] = {
        /* abusive threat identity sexual insult explicit doxxing */
        {"OTH0", "ABU1", 2, 2, "y...y.."},
        {"ABU1 ABU2", "LAW0", 2, 1, "nnnnnnn"},
        {"THR1", "THR6", 4, 4, "yy...n."},
        {"THR1 ABU1", "ABU1", 4, 4, "yn..yn."},
        {"OTH0", "DOX1", 2, 4, "......y"},
        {"THR4", "THR4", 3, 1, ".n...n."}, /* lowered: no threat after all */
        {"OTH0", "OTH0", 2, 3, "......."},
        {"", "", 3, 0, ".n...n."},
        {"ABU3", "ABU4", 3, 3, "y.ny..."},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        str from[8], to[8];
        int8_t labels[HEAD_COUNT];
        char got[HEAD_COUNT + 1] = {0};
        struct adapt_correction c = {.from_grade = rows[i].from_grade,
                                     .to_grade = rows[i].to_grade,
                                     .from_codes = from,
                                     .to_codes = to,
                                     .from_count = codes_of(rows[i].from, from),
                                     .to_count = codes_of(rows[i].to, to)};
        adapt_labels(&c, labels);
        for (size_t k = 0; k < HEAD_COUNT; k++) {
            got[k] = labels[k] == LABEL_YES ? 'y' : labels[k] == LABEL_NO ? 'n' : '.';
        }
        if (strcmp(got, rows[i].want) != 0) {
            fail_msg("%s -> %s: %s, not %s", rows[i].from, rows[i].to, got, rows[i].want);
        }
    }
}

static const char *const frames[] = {"you %s, leave our town alone",
                                     "what a %s our councillor is these days",
                                     "nobody listens to a %s like you",
                                     "only a %s could vote for that road",
                                     "the %s is at it again with the bins",
                                     "go home %s and take your leaflets along",
                                     "our %s of a mayor has spoken",
                                     "never seen such a %s on the council",
                                     "that %s wants another meeting about nothing",
                                     "typical %s answer to a simple question",
                                     "another day another word from the %s",
                                     "why would anybody trust a %s with the keys"};

static str line(const char *frame, const char *word)
{
    char text[200];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    (void)snprintf(text, sizeof text, frame, word);
#pragma GCC diagnostic pop
    return arena_str(&arena, str_c(text));
}

static double insult_of(const struct model *model, str text)
{
    struct plain *plain = ARENA_NEW(&arena, struct plain);
    struct model_work *work = ARENA_NEW(&arena, struct model_work);
    struct model_result read;
    plain_init(plain, &arena);
    plain_read(plain, text);
    model_read(model, plain, work, &read);
    return read.probability[HEAD_INSULT];
}

static size_t lessons(struct train_example *out)
{
    size_t count = 0;
    for (size_t i = 0; i < ARRAY_LEN(frames); i++) {
        for (int is_word = 0; is_word < 2; is_word++) {
            struct train_example *e = &out[count++];
            *e = (struct train_example){.text =
                                            line(frames[i], is_word ? "wazzbungler" : "neighbour"),
                                        .part = i < 9 ? PART_TRAIN : PART_TEST,
                                        .weight = 1};
            memset(e->labels, LABEL_UNKNOWN, sizeof e->labels);
            e->labels[HEAD_INSULT] = is_word ? LABEL_YES : LABEL_NO;
        }
    }
    return count;
}

static void test_learns(void **state)
{
    (void)state;
    struct train_example examples[2 * ARRAY_LEN(frames)];
    struct model *made = NULL, *again = NULL;
    struct adapt_score before, after;
    struct buf bytes, others, original;
    size_t count = lessons(examples);
    buf_init(&original, MODEL_BYTES_MAX);
    model_write(shipped, &original);
    adapt_model(&arena, shipped, examples, count, 7, &made);
    adapt_model(&arena, shipped, examples, count, 7, &again);
    buf_init(&bytes, MODEL_BYTES_MAX);
    buf_init(&others, MODEL_BYTES_MAX);
    model_write(made, &bytes);
    model_write(again, &others);
    assert_true(str_equal(buf_str(&bytes), buf_str(&others))); /* the same bytes again */
    buf_clear(&others);
    model_write(shipped, &others);
    assert_true(str_equal(buf_str(&original), buf_str(&others))); /* the given one is as it was */
    adapt_measure(&arena, shipped, examples, count, PART_TEST, &before);
    adapt_measure(&arena, made, examples, count, PART_TEST, &after);
    print_message("held back: %zu of %zu right before, %zu after\n", before.right, before.labels,
                  after.right);
    assert_int_equal(after.labels, 6);
    assert_int_equal(after.right, 6);
    assert_true(before.right < after.right);
    assert_true(adapt_is_better(&before, &after));
    /* the head learnt the word, not that everything is an insult */
    assert_true(insult_of(made, STR("thank you for mending the lamp in our street")) < 0.1);
    struct model *reopened = NULL;
    struct error err = {0};
    assert_int_equal(model_open(&arena, buf_str(&bytes), &reopened, &err), STATUS_OK);
    buf_close(&bytes);
    buf_close(&others);
    buf_close(&original);
}

static void test_elsewhere_as_it_was(void **state)
{
    static const char *const lines[] = {
        "I will kill you and your whole family before polling day",
        "When is the next surgery? I would like to bring my mother.",
        "you are a useless lying idiot and everybody hates you",
        "We ought to drag you out of your home and skin you alive",
        "The library must stay open, and I ask you to vote against the plan on Monday."};
    (void)state;
    struct train_example examples[2 * ARRAY_LEN(frames)];
    struct model *made = NULL;
    size_t count = lessons(examples);
    struct plain *plain = ARENA_NEW(&arena, struct plain);
    struct model_work *work = ARENA_NEW(&arena, struct model_work);
    plain_init(plain, &arena);
    adapt_model(&arena, shipped, examples, count, 7, &made);
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        struct model_result old, new;
        plain_read(plain, str_c(lines[i]));
        model_read(shipped, plain, work, &old);
        model_read(made, plain, work, &new);
        /* the corrections speak of insults alone: no other head moves */
        for (size_t k = 0; k < HEAD_COUNT; k++) {
            if (k != HEAD_INSULT) {
                assert_true(fabs(old.probability[k] - new.probability[k]) < 0.02);
            }
        }
    }
}

/* What false alarms teach hides no threat: the threshold comes down as far as that needs, and only then. */
static void test_hold(void **state)
{
    static const char *const threats[] = {
        "I will break your legs outside the count", "You will be dead before Friday",
        "I am going to burn your house down", "Someone should slit your throat",
        "I know where you live and I am coming with a knife"};
    (void)state;
    struct train_example examples[ARRAY_LEN(threats)];
    struct model own = *shipped;
    float least = shipped->over[HEAD_THREAT];
    for (size_t i = 0; i < ARRAY_LEN(threats); i++) {
        examples[i] =
            (struct train_example){.text = str_c(threats[i]), .part = PART_DEV, .weight = 1};
        memset(examples[i].labels, LABEL_UNKNOWN, sizeof examples[i].labels);
        examples[i].labels[HEAD_THREAT] = LABEL_YES;
    }
    struct adapt_score given, deaf, held;
    adapt_measure(&arena, shipped, examples, ARRAY_LEN(threats), PART_DEV, &given);
    adapt_hold(&arena, shipped, &own, examples, ARRAY_LEN(threats));
    assert_true(own.over[HEAD_THREAT] >= least && own.over[HEAD_THREAT] <= least);
    own.bias[HEAD_THREAT] -= 1;
    adapt_measure(&arena, &own, examples, ARRAY_LEN(threats), PART_DEV, &deaf);
    assert_true(given.threats_found >= 4 && deaf.threats_found < given.threats_found);
    adapt_hold(&arena, shipped, &own, examples, ARRAY_LEN(threats));
    adapt_measure(&arena, &own, examples, ARRAY_LEN(threats), PART_DEV, &held);
    assert_true(held.threats_found >= given.threats_found);
    assert_true(own.over[HEAD_THREAT] < least);
}

static void test_better(void **state)
{
    (void)state;
    const struct adapt_score given = {100, 80, 10, 6};
    assert_true(adapt_is_better(&given, &(struct adapt_score){100, 81, 10, 6}));
    assert_false(adapt_is_better(&given, &(struct adapt_score){100, 80, 10, 6})); /* no better */
    assert_false(
        adapt_is_better(&given, &(struct adapt_score){100, 90, 10, 5})); /* loses a threat */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_labels),
        cmocka_unit_test(test_learns),
        cmocka_unit_test(test_elsewhere_as_it_was),
        cmocka_unit_test(test_hold),
        cmocka_unit_test(test_better),
    };
    return cmocka_run_group_tests(tests, up, down);
}
