/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: the ways that triage takes to be fast lead where the plain ones do: words eight bytes at once,
 * what a work remembers of words, curves by halves, scores written all at once, sketches.
 * Method: the plain way is written down here again; texts are copied to memory that ends with them, so
 * that a look behind the end is seen by the sanitizers. */
#include <math.h>
#include <stdlib.h>

#include "../support/cm.h"
#include "base/io.h"
#include "triage/line.h"
#include "triage/phrase.h"
#include "triage/sketch.h"

static struct arena arena;
static struct pack pack;
static struct model *model;
static const struct triage *triage;
static struct plain plain;

static int open_all(void **state)
{
    (void)state;
    struct error err = {0};
    str file = {0};
    arena_init(&arena, (size_t)1 << 30);
    if (pack_open(&arena, HUSTINGS_SOURCE_ROOT "/packs/uk", &pack, &err) != STATUS_OK ||
        io_read_file(&arena, HUSTINGS_SOURCE_ROOT "/models/triage.htm", MODEL_BYTES_MAX, &file,
                     &err) != STATUS_OK ||
        model_open(&arena, file, &model, &err) != STATUS_OK ||
        triage_open(&arena, &pack, model, &triage, &err) != STATUS_OK) {
        fail_msg("%s", err.primary);
    }
    plain_init(&plain, &arena);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    arena_close(&arena);
    return 0;
}

/* The text in memory that ends with it. */
static char *alone(str text)
{
    char *copy = malloc(text.n);
    assert_non_null(copy);
    memcpy(copy, text.p, text.n);
    return copy;
}

static void read_alone(str text)
{
    char *copy = alone(text);
    plain_read(&plain, str_from(copy, text.n));
    free(copy);
}

/* A word of every length at every place, with every number of bytes behind it. */
static void words_are_read_whole(void **state)
{
    (void)state;
    for (size_t n = 1; n <= 40; n++) {
        for (size_t at = 0; at < 9; at++) {
            for (size_t behind = 0; behind < 9; behind++) {
                char text[64], small[64];
                memset(text, ' ', sizeof text);
                for (size_t i = 0; i < n; i++) {
                    small[i] = (char)('a' + i % 26);
                    text[at + i] = (char)(i % 3 == 0 ? small[i] - 'a' + 'A' : small[i]);
                }
                read_alone(str_from(text, at + n + behind));
                assert_int_equal(plain.count, 1);
                assert_true(str_equal(plain_word_text(&plain, 0), str_from(small, n)));
                assert_int_equal(plain.words[0].hash, plain_hash(str_from(small, n)));
                assert_int_equal(plain.words[0].start, at);
                assert_int_equal(plain.words[0].end, at + n);
            }
        }
    }
}

/* What stands right beside the letters in the table of characters is none. */
static void only_letters_are_letters(void **state)
{
    (void)state;
    for (unsigned c = 1; c < 0x80; c++) {
        bool is_one_word = ascii_is_alnum((char)c) || strchr("'`!@$*|", (char)c) != NULL;
        for (size_t at = 1; at < 12; at++) { /* among eight, and behind them */
            char text[] = "plantingtrees";
            text[at] = (char)c;
            read_alone(str_from(text, sizeof text - 1));
            assert_int_equal(plain.count, is_one_word ? 1 : 2);
        }
    }
}

/* Three equal letters anywhere are found, and one is left. */
static void runs_are_found_everywhere(void **state)
{
    (void)state;
    for (size_t n = 3; n <= 30; n++) {
        for (size_t at = 0; at + 3 <= n; at++) {
            char word[32], less[32];
            size_t kept = 0;
            for (size_t i = 0; i < n; i++) {
                bool is_run = i >= at && i < at + 3;
                word[i] = is_run ? 'o' : (char)('a' + i % 7);
                if (!is_run || i == at) {
                    less[kept] = word[i];
                    kept++;
                }
            }
            read_alone(str_from(word, n));
            assert_true(str_equal(plain_word_text(&plain, 0), str_from(less, kept)));
            word[at + 1] = 'z';
            read_alone(str_from(word, n));
            assert_true(str_equal(plain_word_text(&plain, 0), str_from(word, n)));
        }
    }
}

static void assert_same_result(const struct triage_result *a, const struct triage_result *b)
{
    for (size_t k = 0; k < HEAD_COUNT; k++) {
        assert_true(a->scores[k] >= b->scores[k] && a->scores[k] <= b->scores[k]);
    }
    assert_int_equal(a->grade, b->grade);
    assert_int_equal(a->code_count, b->code_count);
    assert_int_equal(a->reason_count, b->reason_count);
    for (size_t i = 0; i < a->code_count; i++) {
        assert_ptr_equal(a->codes[i], b->codes[i]);
    }
    for (size_t i = 0; i < a->reason_count; i++) {
        assert_int_equal(a->reasons[i].start, b->reasons[i].start);
        assert_int_equal(a->reasons[i].end, b->reasons[i].end);
    }
}

/* A word of small letters that is none of English and has its place in every memory where `word` has. */
static str neighbour_of(str word, unsigned number)
{
    char *made = ARENA_ARRAY(&arena, char, 8);
    for (uint32_t i = number * 400000;; i++) {
        uint32_t rest = i;
        for (size_t k = 0; k < 7; k += 2, rest /= 100) { /* no three equal letters */
            made[k] = "bcdfghjklmnpqrstvwxz"[rest % 20];
            made[k + 1] = "aeiou"[rest / 20 % 5];
        }
        uint32_t differs = plain_hash(str_from(made, 7)) ^ plain_hash(word);
        if (differs % MODEL_FACTS == 0 && differs % PHRASE_MEMO_WORDS == 0) {
            return str_from(made, 7);
        }
    }
}

/* Each word of the text loses its place in the memories to another. */
static void push_out(struct triage_work *used, const char *text, unsigned number)
{
    static struct triage_result result;
    plain_read(&plain, str_c(text));
    for (size_t i = 0; i < plain.count; i++) {
        triage_message(triage, used, neighbour_of(plain_word_text(&plain, i), number), true,
                       &result);
    }
}

/* A used work says what a new one says, even after words that push out what it remembers. */
static void memory_changes_no_result(void **state)
{
    static const char *const texts[] = {
        "I will kill you, you traitor",
        "I am outside your house with a knife",
        "You killed it last night, great speech",
        "I'll find out where you live and burn your house down",
        "When does the consultation on the school close?",
        "We are going to hang you all, scum",
        "gay people and women should be thrown out",
        "mi ladda i di",
    };
    struct triage_work *used = triage_work_new(&arena, triage);
    (void)state;
    for (unsigned round = 0; round < 3; round++) {
        for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
            static struct triage_result by_used, by_new;
            struct triage_work *new_work = triage_work_new(&arena, triage);
            push_out(used, texts[i], round);
            triage_message(triage, used, str_c(texts[i]), true, &by_used);
            triage_message(triage, new_work, str_c(texts[i]), true, &by_new);
            assert_same_result(&by_used, &by_new);
            assert_true(i != 1 || by_used.grade == 5); /* what rules alone say */
        }
    }
}

/* Classes that are set later count. */
static void what_was_remembered_becomes_void(void **state)
{
    struct model *changed = ARENA_NEW(&arena, struct model);
    struct model_work *used = ARENA_NEW(&arena, struct model_work);
    struct model_work *new_work = ARENA_NEW(&arena, struct model_work);
    (void)state;
    *changed = *model;
    plain_read(&plain, STR("the zyxwy is brindled"));
    model_features(changed, &plain, 0, plain.count, used);
    size_t before = used->count;
    assert_true(model_add_class(changed, plain_hash(STR("zyxwy")), 3));
    model_features(changed, &plain, 0, plain.count, used);
    model_features(changed, &plain, 0, plain.count, new_work);
    assert_true(used->count > before);
    assert_int_equal(used->count, new_work->count);
    assert_memory_equal(used->features, new_work->features, used->count * sizeof(uint32_t));
}

static void curves_are_read_by_halves(void **state)
{
    (void)state;
    for (size_t k = 0; k < HEAD_COUNT; k++) {
        const struct model_curve *curve = &model->curves[k];
        for (size_t i = 1; i < MODEL_CURVE; i++) {
            double x = (double)curve->x[i - 1], next = (double)curve->x[i];
            double y = (double)curve->y[i - 1], next_y = (double)curve->y[i];
            double middle = model_probability(model, (enum model_head)k, (x + next) / 2);
            assert_true(fabs(middle - (y + next_y) / 2) < 1e-9);
            double end = model_probability(model, (enum model_head)k, next);
            assert_true(fabs(end - next_y) < 1e-9);
        }
    }
}

static void scores_are_written_at_their_places(void **state)
{
    const struct triage_line line = {.id = STR("7"), .text = STR("x")};
    const struct triage_line_style style = {0};
    struct triage_result result = {.scores = {0, 0.25, 1, 0.1234564, 0.9999994},
                                   .over = 1U << HEAD_IDENTITY | 1U << HEAD_ABUSIVE,
                                   .grade = 3,
                                   .lang = LANG_ENGLISH,
                                   .is_judged = true};
    struct buf out;
    (void)state;
    buf_init(&out, 4096);
    triage_line_write(&line, &result, &style, &out);
    assert_true(
        str_equal(buf_str(&out),
                  STR("{\"id\":7,\"abusive\":0.000001,\"threat\":0.250000,\"identity\":0.999999,"
                      "\"sexual\":0.123456,\"insult\":0.999999,\"over\":[\"abusive\",\"identity\"],"
                      "\"grade\":\"G3\",\"codes\":[],\"lang\":\"en\"}")));
    buf_close(&out);
}

/* Every beginning of every line, alone in its memory, is read by both ways alike. */
static void lines_may_end_anywhere(void **state)
{
    static const char *const lines[] = {
        "{\"id\":\"abcdefgh\",\"text\":\"twelve \\\"quoted\\\" words\\n and a tab\\t\"}",
        "{\"text\":\"caf\xC3\xA9 au lait, s'il vous pla\xC3\xAEt\",\"author\":\"a\"}",
        "{\"text\":\"0123456\\\\\",\"at\":\"2024-01-01\"}",
        "{\"text\":\"a control\x01 sign\"}",
        "{\"text\":\"0123456789\xFFzzzzzzzz\"}",
        "{\"text\":\"abc\\"};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        for (size_t n = 1; n <= strlen(lines[i]); n++) {
            struct triage_line fast = {0}, slow = {0};
            struct error err = {0};
            char *copy = alone(str_from(lines[i], n));
            enum status status = triage_line_read(&arena, str_from(copy, n), NULL, &fast, &err);
            assert_int_equal(status,
                             triage_line_read_tree(&arena, str_from(copy, n), NULL, &slow, &err));
            if (status == STATUS_OK) {
                assert_true(str_equal(fast.text, slow.text) && str_equal(fast.id, slow.id) &&
                            str_equal(fast.author, slow.author) && str_equal(fast.at, slow.at));
            }
            free(copy);
        }
    }
}

/* Signatures that casebooks hold already. */
static void sketches_stay_what_they_were(void **state)
{
    static const char *const cases[][2] = {
        {"!!", "55b655b655b655b655b655b655b655b655b655b655b655b655b655b655b655b6"
               "55b655b655b655b655b655b655b655b655b655b655b655b655b655b655b655b6"
               "55b655b655b655b655b655b655b655b655b655b655b655b655b655b655b655b6"
               "55b655b655b655b655b655b655b655b655b655b655b655b655b655b655b655b6"},
        {"one", "886a71c1f922d0360a83a694a2ccb0a9d75f5993c21e37b349873490b1ba2008"
                "71b4ce414c73a1f1ffb0fd36ac2db5cb3305ee49c7d85f513cf3961a105b07f2"
                "bd0926c3c06bb3aee199d419c2f25b7e16946fb09b8cdcbb1e5491cc7c4d1d73"
                "846f41da00f5edc6f46767366e1029a26fad83a11ff65fb808cba9cb10f843cf"},
        {"Please vote for the cycle lane on Mill Road when the council meets next week.",
         "80c787f20f41f6cedb39876d79231e9eac05e4da09eba90ebbbabfdf16bc9939"
         "c1afeeb1b08f8cd6fc645057ac49fa9ee0124778e0b5cdc22857b6a835c41b86"
         "a6cf63f7c82ac91aed79d6cc5513b9539d41a8f3c2c903bf1b8065ec1a909c8a"
         "a79ae533fe2791381fe04cf421e39328abc6628e9b3356efa38b58588e237e58"},
    };
    struct sketcher *sketcher = sketcher_new(&arena);
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct sketch sketch;
        char hex[SKETCH_HEX];
        sketch_make(sketcher, str_c(cases[i][0]), &sketch);
        assert_true(str_equal(sketch_hex(&sketch, hex), str_c(cases[i][1])));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_read_whole),
        cmocka_unit_test(only_letters_are_letters),
        cmocka_unit_test(runs_are_found_everywhere),
        cmocka_unit_test(memory_changes_no_result),
        cmocka_unit_test(what_was_remembered_becomes_void),
        cmocka_unit_test(curves_are_read_by_halves),
        cmocka_unit_test(scores_are_written_at_their_places),
        cmocka_unit_test(lines_may_end_anywhere),
        cmocka_unit_test(sketches_stay_what_they_were),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
