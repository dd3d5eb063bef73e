/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: disguised words are read as plain ones with their true places; threats in three languages,
 * frames and idioms are told apart by the shipped rules and model; curves rise strictly; copies of a
 * text are found; a damaged model is refused; hostile texts are no trouble.
 * Method: made-up lines, none of a data split; the model in models/. */
#include <stdio.h>

#include "../support/cm.h"
#include "base/io.h"
#include "codec/csv.h"
#include "triage/line.h"
#include "triage/message.h"
#include "triage/train.h"

static struct arena arena;
static struct pack pack;
static struct model *model;
static str model_file;
static const struct triage *triage;
static struct triage_work *work;

static int open_all(void **state)
{
    (void)state;
    struct error err = {0};
    arena_init(&arena, (size_t)1 << 30);
    if (pack_open(&arena, HUSTINGS_SOURCE_ROOT "/packs/uk", &pack, &err) != STATUS_OK ||
        io_read_file(&arena, HUSTINGS_SOURCE_ROOT "/models/triage.htm", MODEL_BYTES_MAX,
                     &model_file, &err) != STATUS_OK ||
        model_open(&arena, model_file, &model, &err) != STATUS_OK ||
        triage_open(&arena, &pack, model, &triage, &err) != STATUS_OK) {
        fail_msg("%s", err.primary);
    }
    work = triage_work_new(&arena, triage);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    arena_close(&arena);
    return 0;
}

static struct triage_result *read_message(const char *text)
{
    static struct triage_result result;
    triage_message(triage, work, str_c(text), true, &result);
    for (size_t i = 0; i < result.reason_count; i++) {
        assert_true(result.reasons[i].start < result.reasons[i].end);
        assert_true(result.reasons[i].end <= strlen(text));
    }
    return &result;
}

static bool has_code(const struct triage_result *result, const char *code)
{
    for (size_t i = 0; i < result->code_count; i++) {
        if (str_equal(result->codes[i]->id, str_c(code))) {
            return true;
        }
    }
    return false;
}

static void disguises_are_read_through(void **state)
{
    static const char *const cases[][2] = {
        {"I will kill you", " i will kill you "},
        {"K1LL", " kill "},
        {"sh!t b@stard", " shit bastard "},
        {"k i l l", " kill "},
        {"k.i.l.l him", " kill him "},
        {"ki\xE2\x80\x8Bll", " kill "},
        {"k\xD1\x96ll", " kill "},                /* Cyrillic i */
        {"\xEF\xBD\x8B\xEF\xBD\x89ll", " kill "}, /* full-width */
        {"fuuuuck", " fuck "},
        {"killlll", " kill "},
        {"n\xC3\xA4ive caf\xC3\xA9", " naive cafe "},
        {"don\xE2\x80\x99t", " don't "},
        {"the 10th of May, room b12", " the 10th of may room b12 "},
        {"\xE2\x80\xAEkill\xE2\x80\xAC", " kill "}, /* right-to-left override */
        {"stop!", " stop "},
        {"", " "},
        {"!!! ... ???", " "},
    };
    struct plain plain;
    (void)state;
    plain_init(&plain, &arena);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        plain_read(&plain, str_c(cases[i][0]));
        str got = str_from(plain.bytes, plain.n);
        if (!str_equal(got, str_c(cases[i][1]))) {
            fail_msg("'%s' became '%.*s'", cases[i][0], STR_ARG(got));
        }
    }
    plain_read(&plain, STR("so k i l l him"));
    assert_int_equal(plain.words[1].start, 3);
    assert_int_equal(plain.words[1].end, 10);
}

/* `marks`: q for a word that is quoted. */
static void quoted_words_are_known(void **state)
{
    static const struct {
        const char *text, *marks;
    } cases[] = {
        {"he said \"kill them\" twice", "..qq."},
        {"\xE2\x80\x9Ckill them\xE2\x80\x9D, he said", "qq.."},
        {"\xC2\xABkill them\xC2\xBB, he said", "qq.."},
        {"he said 'don't go' and left", "..qq.."},
        {"\xE2\x80\x98kill them.\xE2\x80\x99 He left", "qq.."},
        {"give 'em \"hell\" today", "..q."},
        {"\"it's the dogs' bowl\" he said", "qqqq.."},
        {"six foot 2\" and angry", "....."},
        {"the boys' room, don't go", "....."},
        {"\"k i l l\" him", "q."},
    };
    struct plain plain;
    (void)state;
    plain_init(&plain, &arena);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        bool has_quotation = false;
        plain_read(&plain, str_c(cases[i].text));
        assert_int_equal(plain.count, strlen(cases[i].marks));
        for (size_t w = 0; w < plain.count; w++) {
            if (plain.words[w].is_quoted != (cases[i].marks[w] == 'q')) {
                fail_msg("'%s': word %zu", cases[i].text, w);
            }
            has_quotation = has_quotation || plain.words[w].is_quoted;
        }
        assert_int_equal(plain.has_quotation, has_quotation);
    }
}

static void threats_are_found(void **state)
{
    static const struct {
        const char *text;
        int least;
        const char *code;
    } cases[] = {
        {"I am going to kill you and your family tonight.", 4, "THR1"},
        {"im gonna k1ll u tmrw", 3, "THR1"},
        {"We will burn your house down with you inside it.", 3, NULL},
        {"Dw i'n mynd i dy ladd di nos fory.", 4, "THR1"},
        {"Mi ladda i di os ddoi di yma eto.", 4, "THR1"},
        {"Mi dorra i dy goesau, mi fydda i'n llosgi dy d\xC5\xB7.", 4, "THR2"},
        {"তোকে মেরে ফেলব, আজ রাতেই।", 4, "THR1"},
        {"তোর হাত ভেঙে দেব।", 4, "THR2"},
        {"tore jane mere felbo, bujhli?", 4, "THR1"},
        {"tor basha jalaiya dimu", 4, "THR2"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct triage_result *result = read_message(cases[i].text);
        if (result->grade < cases[i].least ||
            (cases[i].code != NULL && !has_code(result, cases[i].code))) {
            fail_msg("'%s' is G%d", cases[i].text, result->grade);
        }
        assert_true(result->reason_count > 0);
    }
}

static void lawful_mail_is_left_alone(void **state)
{
    static const char *const cases[] = {
        "Please vote against the budget. Thousands of families will pay for it.",
        "You should be ashamed of yourself, and I will vote you out in May.",
        "I could murder a curry after that council meeting.",
        "When will the street light on Mill Lane be mended?",
        "How do I kill a process that hangs on the school's computer?",
        "Rydw i'n ysgrifennu am y llyfrgell yn y dref.",
        "আমাদের রাস্তার বাতি কবে ঠিক হবে?",
        "bhai amar rasta ta kobe thik hobe, council ke bolo please",
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct triage_result *result = read_message(cases[i]);
        if (result->grade > 2) {
            fail_msg("'%s' is G%d", cases[i], result->grade);
        }
    }
}

/* The place, the weapon and the present tense make grade 5; none of them alone does. */
static void danger_at_hand_is_grade_5(void **state)
{
    static const struct {
        const char *text;
        bool is_at_hand;
    } cases[] = {
        {"I will kill you tonight, I am outside your house with a knife", true},
        {"im outside your office right now with a hammer and im not leaving til your dead", true},
        {"I'm sat outside your surgery with a shotgun.", true},
        {"I've got a knife and I'm stood outside your front door.", true},
        {"We are on our way to your house with petrol.", true},
        {"I am going to kill you and I am standing outside your house.", true},
        {"I will kill you tonight.", false},
        {"I am outside your house with a petition about the road.", false},
        {"We will be outside your office with banners on Friday.", false},
        {"I was outside your surgery when a man with a knife walked past.", false},
        {"It won't kill you to answer, I'm outside your office every Friday.", false},
        {"I have a knife drawer for your hall kitchen, shall I bring it?", false},
        {"I'm outside your office with my dog, is the meeting still on?", false},
        {"Someone was arrested outside your house with a gun, I read. Are you safe?", false},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        int grade = read_message(cases[i].text)->grade;
        if ((grade == 5) != cases[i].is_at_hand) {
            fail_msg("'%s' is G%d", cases[i].text, grade);
        }
    }
}

/* Of a table with the least and the most grade and a text. `has_codes`: of reports, whose codes stand
 * before the text; one of a threat that is told needs grade 3 alone, and the most is not looked at. */
static void check_table(const char *name, bool has_codes, size_t least_rows)
{
    struct error err = {0};
    struct csv csv;
    struct csv_row row;
    bool has_row = false;
    size_t rows = 0, wrong = 0;
    str file = {0};
    str path = arena_printf(&arena, HUSTINGS_SOURCE_ROOT "/tests/triage/%s", name);
    assert_int_equal(io_read_file(&arena, path.p, 1 << 20, &file, &err), STATUS_OK);
    assert_int_equal(csv_open(&arena, name, file, ',', &csv, &err), STATUS_OK);
    while (csv_next(&csv, &row, &has_row, &err) == STATUS_OK && has_row) {
        str text = row.fields[has_codes ? 3 : 2];
        int least = row.fields[0].p[0] - '0', most = has_codes ? 5 : row.fields[1].p[0] - '0';
        bool is_told = has_codes && str_equal(row.fields[2], STR("THR1"));
        int grade = read_message(arena_cstr(&arena, text))->grade;
        if (grade < (is_told && least > 3 ? 3 : least) || grade > most) {
            print_error("%s, line %zu: '%.*s' is G%d\n", name, row.line, STR_ARG(text), grade);
            wrong++;
        }
        rows++;
    }
    assert_str(str_c(err.primary), "");
    assert_int_equal(wrong, 0);
    assert_true(rows >= least_rows);
}

/* Figures of speech of everyday English and, for each, words like them that are meant; somebody who is there
 * with a weapon, and weapons that are no danger; words with a gap in them; what somebody did to those who
 * stand, and the same words of buses, weather and canvassers. */
static void figures_hide_no_threat(void **state)
{
    (void)state;
    check_table("messages.csv", false, 400);
}

/* What the desk's rules grade in a report is no less in a mail. */
static void reports_are_graded_in_mails_too(void **state)
{
    (void)state;
    check_table("reports.csv", true, 190);
}

/* A crime that a constituent wants help with is no event of an election, unless the words say that it
 * is; a threat is one in either. */
static void casework_is_no_event(void **state)
{
    static const struct {
        const char *text;
        int least, most;
    } cases[] = {
        {"My neighbour has slashed my tyres again.", 0, 2},
        {"My neighbour has slashed my tyres since I put up the campaign posters.", 3, 5},
        {"There's a man outside my flat every night and he won't leave. I need to be rehoused.", 0,
         2},
        {"There's a man outside my flat every night and he won't leave.", 4, 5},
        {"Someone put a brick through my nan's window. Can you ask the council about cameras?", 0,
         2},
        {"Someone put a brick through our window after the hustings. My neighbour saw it.", 3, 5},
        {"My landlord will be stabbed tonight and so will you.", 3, 5},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        int grade = read_message(cases[i].text)->grade;
        if (grade < cases[i].least || grade > cases[i].most) {
            fail_msg("'%s' is G%d", cases[i].text, grade);
        }
    }
}

/* Casework tells of threats: serious, and not an alarm as a threat to the reader is. */
static void told_threats_are_no_alarm(void **state)
{
    static const struct {
        const char *text;
        int least, most;
    } cases[] = {
        {"Dywedodd e y byddai fe'n ei lladd hi, ac mae hi angen tÅ· diogel.", 3, 3},
        {"Mae fy nghyn-Åµr wedi bygwth fy lladd i. Allwch chi helpu?", 3, 3},
        {"আমার স্বামী বলেছে আমাকে মেরে ফেলবে, আমি কাউন্সিলের সাহায্য চাই।", 3, 3},
        {"amar shami bolse amake mere felbe, ami council er shahajjo chai", 3, 3},
        {"Fe wna i dy ladd di.", 4, 4},
        {"তোকে মেরে ফেলবে ওরা, দেখিস।", 4, 4},
        {"toke mere felbo", 4, 4},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        int grade = read_message(cases[i].text)->grade;
        if (grade < cases[i].least || grade > cases[i].most) {
            fail_msg("'%s' is G%d", cases[i].text, grade);
        }
    }
}

/* A mark is what a person would underline: it means something, lies in one sentence, and is there once. */
static void reasons_are_worth_reading(void **state)
{
    static const char *const cases[] = {
        "If you come to the hall again then I will smash your face in, and that is that.",
        "You are an idiot and so is he. I'm going to gut you. Good day to you.",
        "I know where you live and what time you leave in the morning, so be careful.",
        "What a useless lying scumbag you are, all of you.",
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct triage_result *result = read_message(cases[i]);
        assert_true(result->reason_count > 0);
        for (size_t k = 0; k < result->reason_count; k++) {
            const struct triage_reason *reason = &result->reasons[k];
            str span = str_slice(str_c(cases[i]), reason->start, reason->end);
            if (reason->head < 0) {
                continue;
            }
            if (span.n < 3 || str_equal(span, STR("you")) || str_starts(span, STR("and ")) ||
                str_ends(span, STR(" and")) || str_find(span, STR(". ")) < span.n) {
                fail_msg("'%.*s' of '%s'", STR_ARG(span), cases[i]);
            }
            for (size_t m = 0; m < k; m++) {
                assert_false(result->reasons[m].head == reason->head &&
                             result->reasons[m].end > reason->start);
            }
        }
    }
}

static void frames_are_told_apart(void **state)
{
    (void)state;
    assert_int_equal(read_message("I will kill you.")->frame, FRAME_DIRECT);
    assert_int_equal(read_message("A man phoned and said he would kill her.")->frame,
                     FRAME_REPORTING);
    assert_int_equal(read_message("\"I will kill you, and nobody will find out\"")->frame,
                     FRAME_QUOTED);
    assert_int_equal(read_message("Fwd: see below, I will kill you")->frame, FRAME_FORWARDED);
    /* A frame lowers nothing. */
    assert_true(read_message("He wrote: I am going to kill you and your family.")->grade >= 3);
}

static void one_threat_in_a_long_letter_is_seen(void **state)
{
    struct buf letter;
    (void)state;
    buf_init(&letter, 64 * 1024);
    for (int i = 0; i < 30; i++) {
        buf_add_c(&letter,
                  "I am writing about the road that leads past the school and the library. ");
        if (i == 17) {
            buf_add_c(&letter, "I am going to kill you and your family tonight. ");
        }
    }
    buf_add_byte(&letter, '\0');
    const struct triage_result *result = read_message(letter.p);
    assert_true(result->grade >= 3);
    assert_true(has_code(result, "THR1"));
    assert_true(result->scores[HEAD_THREAT] >= (double)model->over[HEAD_THREAT]);
    buf_close(&letter);
}

/* Kind words around a threat take no more from it than the price of being one part of many. */
static void kind_words_hide_no_threat(void **state)
{
    static const char *const threats[] = {"I am going to kill you and your family tonight.",
                                          "I'll put a knife in your throat.",
                                          "We will burn your house down with you inside it."};
    static const char *const kind[] = {"Thank you for the lovely new bridge.",
                                       "The nurses were wonderful to my mother.",
                                       "My neighbours and I enjoyed the summer fair a great deal.",
                                       "Please keep up the good work on the cycle lanes.",
                                       "With best wishes to everybody.",
                                       "I hope the weather is kind to you at the weekend."};
    static const enum model_head heads[] = {HEAD_THREAT, HEAD_EXPLICIT};
    struct plain plain;
    struct model_work *own = ARENA_NEW(&arena, struct model_work);
    struct model_result alone, among;
    (void)state;
    plain_init(&plain, &arena);
    for (size_t i = 0; i < ARRAY_LEN(threats); i++) {
        plain_read(&plain, str_c(threats[i]));
        model_read(model, &plain, own, &alone);
        for (size_t n = 1; n <= ARRAY_LEN(kind); n++) {
            for (size_t before = 0; before <= n; before++) {
                struct buf text;
                buf_init(&text, 4096);
                for (size_t k = 0; k < n; k++) {
                    buf_printf(&text, "%s%s ", k == before ? threats[i] : "",
                               k == before ? " " : "");
                    buf_printf(&text, "%s ", kind[k]);
                }
                buf_add_c(&text, before == n ? threats[i] : "");
                plain_read(&plain, buf_str(&text));
                model_read(model, &plain, own, &among);
                for (size_t h = 0; h < ARRAY_LEN(heads); h++) {
                    double price = (double)model->unit_cost[heads[h]] +
                                   3 * (double)model->window_cost[heads[h]];
                    assert_true(among.score[heads[h]] >= alone.score[heads[h]] - price - 1e-9);
                }
                buf_add_byte(&text, '\0');
                if (read_message(text.p)->grade < 4) {
                    fail_msg("'%s' is no G4", text.p);
                }
                buf_close(&text);
            }
        }
    }
}

static void languages_are_told(void **state)
{
    static const char *const cases[][2] = {
        {"When will the council mend the bridge?", "en"},
        {"Pryd fydd y cyngor yn trwsio'r bont?", "cy"},
        {"Mae angen pont newydd", "cy"},
        {"সেতুটি কবে মেরামত হবে?", "bn"},
        {"apni kobe amar elaka te ashben, ami khub chinta te achi", "bn-Latn"},
        {"Quand est-ce que vous allez le faire pour nous ?", "fr"},
        {"Wann werden Sie die Brücke für uns reparieren und was ist mit der Straße", "de"},
        {"Kiedy to będzie zrobione, bo ja nie wiem", "pl"},
        {"متى سيتم إصلاح الجسر", "ar"},
        {"桥什么时候修好", "zh"},
        {"12345 !!!", "und"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct triage_result *result = read_message(cases[i][0]);
        if (strcmp(lang_code(result->lang), cases[i][1]) != 0) {
            fail_msg("'%s' is %s", cases[i][0], lang_code(result->lang));
        }
        assert_int_equal(result->is_judged,
                         strcmp(cases[i][1], "en") == 0 || strcmp(cases[i][1], "und") == 0);
    }
}

/* Which group is named changes no score by a bit; that one is named may. */
static void groups_weigh_alike(void **state)
{
    static const char *const groups[] = {"Muslim", "Jewish",  "gay",    "trans",
                                         "Polish", "black",   "white",  "Welsh",
                                         "blind",  "elderly", "female", "catholic"};
    static const char *const frames[][2] = {{"My ", " neighbour is a kind teacher."},
                                            {"he is a disgusting ", " man"},
                                            {"All ", " people are vermin and I will kill them"}};
    (void)state;
    for (size_t f = 0; f < ARRAY_LEN(frames); f++) {
        double first[HEAD_COUNT] = {0};
        for (size_t g = 0; g < ARRAY_LEN(groups); g++) {
            char text[200];
            struct triage_result result;
            (void)snprintf(text, sizeof text, "%s%s%s", frames[f][0], groups[g], frames[f][1]);
            triage_message(triage, work, str_c(text), false, &result);
            for (size_t k = 0; k < HEAD_COUNT; k++) {
                first[k] = g == 0 ? result.scores[k] : first[k];
                if (result.scores[k] != first[k]) {
                    fail_msg("%s: %s %.4f, not %.4f", groups[g], text, result.scores[k], first[k]);
                }
            }
        }
    }
}

static void curves_rise_strictly(void **state)
{
    (void)state;
    for (size_t k = 0; k < HEAD_COUNT; k++) {
        double last = 0;
        for (int i = -400; i < 400; i++) {
            double p = model_probability(model, (enum model_head)k, i / 100.0);
            assert_true(p > last && p < 1);
            last = p;
        }
    }
}

static void hostile_texts_are_no_trouble(void **state)
{
    struct buf text;
    struct triage_result result;
    (void)state;
    buf_init(&text, 4 << 20);
    buf_add_byte(&text, 'a');
    for (int i = 0; i < 10000; i++) {
        buf_add_c(&text, "\xCC\x81"); /* an accent */
    }
    triage_message(triage, work, buf_str(&text), true, &result);
    assert_true(result.grade <= 2); /* it is a single "a" */
    buf_clear(&text);
    for (int i = 0; i < 200000; i++) {
        buf_add_c(&text, "kill ");
    }
    triage_message(triage, work, buf_str(&text), true, &result);
    assert_true(result.is_clipped);
    buf_clear(&text);
    for (int i = 0; i < 100000; i++) {
        buf_add_byte(&text, (char)(i * 7 % 256)); /* NULs and broken UTF-8 */
    }
    triage_message(triage, work, buf_str(&text), true, &result);
    triage_message(triage, work, (str){0}, true, &result);
    assert_int_equal(result.grade, 0);
    buf_close(&text);
}

static void a_damaged_model_is_refused(void **state)
{
    struct arena own;
    struct model *read = NULL;
    struct error err = {0};
    (void)state;
    arena_init(&own, 64 << 20);
    char *copy = ARENA_ARRAY(&own, char, model_file.n);
    memcpy(copy, model_file.p, model_file.n);
    copy[model_file.n / 2] ^= 1;
    assert_int_equal(model_open(&own, str_from(copy, model_file.n), &read, &err), STATUS_CORRUPT);
    assert_int_equal(model_open(&own, str_slice(model_file, 0, 1000), &read, &err), STATUS_INVALID);
    assert_int_equal(model_open(&own, STR(""), &read, &err), STATUS_INVALID);
    arena_close(&own);
}

static void a_written_model_reads_back(void **state)
{
    struct buf out;
    (void)state;
    buf_init(&out, MODEL_BYTES_MAX);
    model_write(model, &out);
    assert_true(str_equal(buf_str(&out), model_file));
    buf_close(&out);
}

static void training_gives_the_same_bytes(void **state)
{
    static const str texts[] = {STR_INIT("i will kill you"), STR_INIT("please mend the road"),
                                STR_INIT("you utter fool"), STR_INIT("thank you for the visit")};
    struct train_example examples[40] = {0};
    struct train_class classes[] = {{STR("kill"), STR("kill murder")}};
    struct train_options how = train_defaults();
    struct buf files[2];
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(examples); i++) {
        examples[i] = (struct train_example){.text = texts[i % 4],
                                             .part = i < 20 ? PART_TRAIN : PART_DEV,
                                             .weight = 1,
                                             .is_mail = i % 2 == 1};
        examples[i].labels[HEAD_THREAT] = i % 4 == 0;
        examples[i].labels[HEAD_INSULT] = i % 4 == 2;
        examples[i].labels[HEAD_ABUSIVE] = i % 2 == 0;
    }
    for (size_t i = 0; i < 2; i++) {
        struct model *made = NULL;
        buf_init(&files[i], MODEL_BYTES_MAX);
        assert_int_equal(
            train_model(&arena, classes, 1, examples, ARRAY_LEN(examples), &how, &made, NULL),
            STATUS_OK);
        model_write(made, &files[i]);
        struct model *read = NULL;
        assert_int_equal(model_open(&arena, buf_str(&files[i]), &read, NULL), STATUS_OK);
    }
    assert_true(str_equal(buf_str(&files[0]), buf_str(&files[1])));
    buf_close(&files[0]);
    buf_close(&files[1]);
}

static double threat_score(const struct model *of, const char *text)
{
    struct plain plain;
    struct model_work *own = ARENA_NEW(&arena, struct model_work);
    struct model_result read;
    plain_init(&plain, &arena);
    plain_read(&plain, str_c(text));
    model_read(of, &plain, own, &read);
    return read.score[HEAD_THREAT];
}

/* What is learnt of one word is known a little of its kin; a table that cannot be is refused. */
static void kin_share_what_was_learnt(void **state)
{
    static const str texts[] = {STR_INIT("i will murder you"), STR_INIT("please mend the road"),
                                STR_INIT("you utter fool"), STR_INIT("thank you for the visit")};
    struct train_kin kins[] = {{0, 0, STR("murder slay")}, {1, 0, STR("bake fry")}};
    struct train_example examples[40] = {0};
    struct train_options how = train_defaults();
    struct model *made = NULL;
    struct error err = {0};
    struct buf file;
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(examples); i++) {
        examples[i] = (struct train_example){
            .text = texts[i % 4], .part = i < 20 ? PART_TRAIN : PART_DEV, .weight = 1};
        examples[i].labels[HEAD_THREAT] = i % 4 == 0;
    }
    how.kins = kins;
    how.kin_count = ARRAY_LEN(kins);
    assert_int_equal(train_model(&arena, NULL, 0, examples, ARRAY_LEN(examples), &how, &made, &err),
                     STATUS_OK);
    assert_true(threat_score(made, "they slay") > threat_score(made, "they whet"));
    made->kin_starts[MODEL_KIN_STARTS] = MODEL_KIN_WORDS_MAX + 1;
    buf_init(&file, MODEL_BYTES_MAX);
    model_write(made, &file);
    assert_int_equal(model_open(&arena, buf_str(&file), &made, &err), STATUS_CORRUPT);
    buf_close(&file);
    kins[1].wide = MODEL_WIDE_KINS_MAX;
    assert_int_equal(train_model(&arena, NULL, 0, examples, ARRAY_LEN(examples), &how, &made, &err),
                     STATUS_INVALID);
    assert_non_null(strstr(err.primary, "row 2 of the kins"));
}

static void both_ways_of_reading_agree(void **state)
{
    static const char *const cases[] = {
        "{\"id\":1,\"text\":\"a b\"}",
        /* one string */
        ("{\"id\":\"x\",\"text\":\"a\\nb \\\"q\\\" "
         "\\u00e9\",\"author\":\"me\",\"at\":\"2024-01-01\"}"),
        "{ \"text\" : \"a\" , \"to\" : \"b\" }",
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct triage_line a, b;
        assert_int_equal(triage_line_read(&arena, str_c(cases[i]), NULL, &a, NULL), STATUS_OK);
        assert_int_equal(triage_line_read_tree(&arena, str_c(cases[i]), NULL, &b, NULL), STATUS_OK);
        assert_true(str_equal(a.text, b.text) && str_equal(a.id, b.id));
        assert_true(str_equal(a.author, b.author) && str_equal(a.at, b.at));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(disguises_are_read_through),
        cmocka_unit_test(quoted_words_are_known),
        cmocka_unit_test(threats_are_found),
        cmocka_unit_test(lawful_mail_is_left_alone),
        cmocka_unit_test(danger_at_hand_is_grade_5),
        cmocka_unit_test(figures_hide_no_threat),
        cmocka_unit_test(reports_are_graded_in_mails_too),
        cmocka_unit_test(casework_is_no_event),
        cmocka_unit_test(told_threats_are_no_alarm),
        cmocka_unit_test(reasons_are_worth_reading),
        cmocka_unit_test(frames_are_told_apart),
        cmocka_unit_test(kind_words_hide_no_threat),
        cmocka_unit_test(kin_share_what_was_learnt),
        cmocka_unit_test(one_threat_in_a_long_letter_is_seen),
        cmocka_unit_test(languages_are_told),
        cmocka_unit_test(groups_weigh_alike),
        cmocka_unit_test(curves_rise_strictly),
        cmocka_unit_test(hostile_texts_are_no_trouble),
        cmocka_unit_test(a_damaged_model_is_refused),
        cmocka_unit_test(a_written_model_reads_back),
        cmocka_unit_test(training_gives_the_same_bytes),
        cmocka_unit_test(both_ways_of_reading_agree),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
