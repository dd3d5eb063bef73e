/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: what a careful reader sees at once is suggested, everyday phrases are left alone, nothing
 * ever lowers, and no text is slow or breaks a code point.
 * Method: a table of made-up lines with the codes that must be there and the grade; a table of
 * lines that must not be anything; the same from tests/triage/reports.csv and reports_lawful.csv,
 * which are for people to read and add to; then answers, spans, hostile texts, broken rules. */
#include "triage/grade.h"

#include "../support/cm.h"
#include "base/io.h"
#include "base/utf8.h"
#include "codec/csv.h"
#include "triage/phrase.h"

static struct arena arena;
static struct pack pack;
static const struct grader *grader;

static int open_uk(void **state)
{
    (void)state;
    struct error err = {0};
    arena_init(&arena, 256 << 20);
    if (pack_open(&arena, HUSTINGS_SOURCE_ROOT "/packs/uk", &pack, &err) != STATUS_OK ||
        grader_open(&arena, &pack, &grader, &err) != STATUS_OK) {
        fail_msg("%s", err.primary);
    }
    return 0;
}

static int close_uk(void **state)
{
    (void)state;
    arena_close(&arena);
    return 0;
}

static void grade_of(const struct grade_input *input, struct grade_result *ret_result)
{
    struct arena scratch;
    arena_init(&scratch, 64 << 20);
    grade_report(grader, input, &scratch, ret_result);
    arena_close(&scratch);
}

static void grade_text(const char *text, struct grade_result *ret_result)
{
    struct grade_input input = {.text = str_c(text)};
    grade_of(&input, ret_result);
}

static bool has_code(const struct grade_result *result, str id)
{
    for (size_t i = 0; i < result->code_count; i++) {
        if (str_equal(result->codes[i]->id, id)) {
            return true;
        }
    }
    return false;
}

static str describe(const struct grade_result *result)
{
    struct buf buf;
    buf_init(&buf, 4096);
    buf_printf(&buf, "G%d", result->grade);
    for (size_t i = 0; i < result->code_count; i++) {
        buf_printf(&buf, " %.*s", STR_ARG(result->codes[i]->id));
    }
    buf_add_c(&buf, " by");
    for (size_t i = 0; i < result->reason_count; i++) {
        buf_printf(&buf, " %.*s[%zu,%zu]", STR_ARG(result->reasons[i].id), result->reasons[i].start,
                   result->reasons[i].end);
    }
    str text = arena_str(&arena, buf_str(&buf));
    buf_close(&buf);
    return text;
}

struct line {
    int grade;
    const char *codes; /* all of these must be suggested */
    const char *text;
};

static const struct line lines[] = {
    /* to kill */
    {4, "THR1", "I will kill you"},
    {4, "THR1", "I'll kill you if you turn up at the hall"},
    {4, "THR1", "im gonna shoot u"},
    {4, "THR1", "He said he was going to find and kill her"},
    {4, "THR1", "A voicemail: \"We are going to stab your councillor.\""},
    {4, "THR1", "They threatened to kill me and my staff"},
    {4, "THR1", "I have had three death threats since Monday"},
    {4, "THR1", "Your days are numbered"},
    {4, "THR1", "You’re dead"},
    {4, "THR1", "you will be dead before the summer"},
    {4, "THR1", "a bullet through your head is what you'll get"},
    {4, "THR1", "somebody will slit your throat"},
    {4, "THR1", "I W\xC3\x8DLL K\xC3\x8DLL YOU"},
    {4, "THR1", "I will k\xE2\x80\x8Bill you"}, /* zero-width space inside */
    {4, "THR1", "Mi wna i dy ladd di"},
    {4, "THR1", "তোকে মেরে ফেলব"},
    {5, "THR1", "I am going to kill you tonight"},
    {5, "THR1", "I will kill your kids"},
    {3, "THR6", "people like her should be shot"},
    /* rape, serious harm, violence */
    {4, "THR2", "I hope you get raped"},
    {4, "THR2", "They sent a rape threat to our office"},
    {4, "THR2", "We will break your legs"},
    {4, "THR2", "someone is going to throw acid in your face"},
    {4, "THR2", "gonna hurt you"},
    {3, "THR3", "I'm going to punch you next time"},
    {3, "THR3", "He threatened me outside the library"},
    /* property, bomb, post */
    {3, "THR4", "we will burn your office down"},
    {3, "THR4", "He said he'd smash up the shop: I will smash your windows"},
    {4, "THR5", "There is a bomb in the counting hall"},
    {4, "THR1", "A caller said he would shoot the MP"},
    {4, "THR1", "She wrote that her brother would stab him"},
    {3, "PHY2", "Acid was thrown at a volunteer"},
    {4, "THR5", "A caller said he would blow up the town hall: we will bomb the office"},
    {4, "THR5 SUS1", "An envelope with white powder was opened by our volunteer"},
    {3, "THR6", "She got a bullet in the post"},
    {3, "THR6", "The letter contained a bullet"},
    {3, "THR6", "We know where you live"},
    {3, "THR6", "watch your back"},
    {3, "THR6", "A funeral wreath was delivered: a wreath with my name"},
    {4, "SUS1", "A suspicious package was left at reception"},
    /* weapon, injury, attack */
    {5, "THR2", "A man pulled a knife on our canvassers"},
    {5, "THR2", "he came at us armed with a hammer"},
    {5, "PHY3", "Our volunteer was stabbed on the doorstep"},
    {5, "PHY3", "He punched me and I have a broken nose"},
    {5, "PHY4", "a driver tried to run me over"},
    {5, "PHY5", "he groped me at the rally"},
    {3, "PHY1", "A woman spat at me and pushed my agent"},
    {3, "PHY2", "a milkshake was thrown over the candidate"},
    /* near the person */
    {3, "INT1", "Two men followed me from the station"},
    {3, "INT1", "She was chased down the street"},
    {3, "INT2", "A crowd surrounded us and blocked our car"},
    {4, "INT3", "They are protesting outside my house"},
    {4, "INT3", "He turned up uninvited at my home and kept banging on the door"},
    {5, "INT3", "they are outside my house right now"},
    {5, "", "It is happening now, please send someone"},
    {5, "", "He is back. He is at the back door now with petrol."},
    {5, "", "He's at the window now"},
    {5, "", "they're back outside the gate"},
    {5, "", "She is back at our house"},
    {5, "THR4", "Someone poured petrol through the letterbox"},
    {5, "THR4", "A man is at the door with a can of petrol"},
    {4, "DOX1", "Someone posted my home address on Telegram"},
    {4, "DOX1", "I have been doxxed"},
    {4, "HAR2", "The same man is stalking me and waits for me outside the office"},
    {4, "HAR2", "he keeps turning up wherever I speak and is obsessed with me"},
    {4, "", "They know our route and what time we leave: he knows my routine"},
    {2, "HAR1", "They sent hundreds of emails and won't stop calling"},
    {3, "HAR3", "It is a pile-on, hundreds of accounts since last night"},
    {3, "INT5", "Stand down or else"},
    {3, "INT5", "Withdraw or we will tell everyone about you"},
    {2, "INT4", "A group stormed the hustings and it had to stop"},
    /* words */
    {1, "ABU1", "He called me a useless idiot on the phone"},
    {2, "ABU2", "you are a fucking disgrace, you cunt"},
    {3, "ABU3", "They left a racist message on the answerphone"},
    {3, "ABU3", "go back to your own country"},
    {3, "ABU3", "a stranger shouted that she was a bitch"},
    {3, "ABU3", "She got anti-semitic leaflets"},
    {3, "ABU4", "A man sent me a dick pic"},
    {3, "ABU4", "they made fake nude pictures of her"},
    {2, "FAL3", "There is a deepfake video of me going round"},
    {2, "FAL3", "an AI-generated audio clip with his voice"},
    {3, "DOX2", "My Facebook account was hacked"},
    {3, "DOX2", "Somebody set up a fake profile and is pretending to be me"},
    {2, "FAL1", "They are spreading lies about me in a leaflet"},
    /* things */
    {1, "DAM1", "All our posters were torn down last night"},
    {1, "DAM1", "Someone ripped the boards off the fence"},
    {3, "DAM2", "Graffiti on the office again"},
    {3, "DAM2", "my tyres were slashed"},
    {3, "DAM3", "The campaign office was burgled"},
    {4, "DAM4", "a brick came through my front window"},
    {4, "DAM4", "Our van was set on fire"},
    /* the poll */
    {3, "POL1", "Men at the polling station were intimidating voters"},
    {1, "POL2", "Campaigners are crowding the entrance of the polling station"},
    {3, "POL3", "A voter shouted abuse and threatened the poll clerk"},
    {3, "POL4", "Protesters stormed the count"},
    {1, "POL9", "He collected postal votes from the whole street, this is electoral fraud"},
    /* lawful */
    {1, "LAW0", "I will vote you out"},
    {1, "LAW0", "You should resign"},
    {1, "LAW0", "I have signed a petition against your decision"},
    {1, "LAW0", "I am very disappointed in you and will never vote for you again"},
    {1, "LAW0", "There will be a peaceful protest on Saturday"},
    {4, "THR1", "You should resign or I will kill you"},
    {4, "THR1", "My husband said he will kill me if I talk to you"},
    {4, "THR1", "He will kill me if I vote for you"},
};

/* No rule but a lawful one may fire. */
static const char *const harmless[] = {
    "He is back in the office now",
    "He is back in the office now with the petrol receipts",
    "He is angry about petrol prices",
    "She is not happy with petrol prices",
    "The candidate is back at work now",
    "The MP is back at the House now",
    "Our leaflets are back from the printer now",
    "I could murder a curry after that canvass",
    "You are killing it on the campaign trail",
    "That was a bomb of a speech",
    "The deadline for nominations is Friday",
    "my feet are killing me",
    "My wife will kill me if I am late again",
    "Our agent is going to kill me if I forget the leaflets",
    "We had a blast at the rally",
    "You are dead right about the buses",
    "Please shoot me an email about the recycling",
    "They want to kill the bill in committee",
    "The amendment was killed off in the Lords",
    "He made three bullet points",
    "We must bite the bullet",
    "The leaflets cost a bomb",
    "She went down a bomb with the pensioners",
    "They get on like a house on fire",
    "You really set the hall on fire tonight",
    "We will beat you at the polls in May",
    "He will fight for you",
    "I will fight you on this issue at the election",
    "They attacked my policy on housing",
    "hit the ground running",
    "He followed me on Instagram",
    "The talk was followed by questions",
    "She was surrounded by supporters",
    "He stuck to his guns",
    "I have an axe to grind about parking",
    "knife crime is the first thing people talk about",
    "There is a chink in the armour of this argument",
    "We broke into applause",
    "Nobody was injured",
    "What time does the surgery open?",
    "See you next Tuesday at the meeting",
    "Thank you for your help with the bins",
    "The washing powder in the letter from the shop",
    "I grew up near the docks and my family still live there",
    "My house is near the school",
    "ill be there in a minute",
};

static bool says_no_more_than_lawful(const struct grade_result *result)
{
    for (size_t i = 0; i < result->code_count; i++) {
        if (result->codes[i]->counts_as_abuse) {
            return false;
        }
    }
    return result->needs_person && result->grade <= pack.unclassified_grade;
}

static void test_lines(void **state)
{
    (void)state;
    int wrong = 0;
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        struct grade_result result;
        grade_text(lines[i].text, &result);
        bool is_right = result.grade == lines[i].grade;
        str rest = str_c(lines[i].codes);
        while (rest.n > 0) {
            str id = {0};
            rest = str_cut(rest, ' ', &id);
            is_right = is_right && has_code(&result, id);
        }
        if (!is_right) {
            wrong++;
            print_error("'%s'\n  wanted G%d %s, was %.*s\n", lines[i].text, lines[i].grade,
                        lines[i].codes, STR_ARG(describe(&result)));
        }
    }
    assert_int_equal(wrong, 0);
}

static void test_harmless(void **state)
{
    (void)state;
    int wrong = 0;
    for (size_t i = 0; i < ARRAY_LEN(harmless); i++) {
        struct grade_result result;
        grade_text(harmless[i], &result);
        if (!says_no_more_than_lawful(&result)) {
            wrong++;
            print_error("'%s' was %.*s\n", harmless[i], STR_ARG(describe(&result)));
        }
    }
    assert_int_equal(wrong, 0);
}

static bool has_codes(const struct grade_result *result, str ids)
{
    while (ids.n > 0) {
        str id = {0};
        ids = str_cut(ids, ' ', &id);
        if (!has_code(result, id)) {
            return false;
        }
    }
    return true;
}

/* The rows of a table that is for people to read: what somebody types at midnight. A row with codes
 * must have them and a grade within the bounds; one without must have no code of abuse. */
static void check_table(const char *name, size_t least_rows)
{
    struct error err = {0};
    struct csv csv;
    struct csv_row row;
    bool has_row = false;
    size_t rows = 0, wrong = 0;
    str text = {0};
    str path = arena_printf(&arena, HUSTINGS_SOURCE_ROOT "/tests/triage/%s", name);
    assert_int_equal(io_read_file(&arena, path.p, 1 << 20, &text, &err), STATUS_OK);
    assert_int_equal(csv_open(&arena, name, text, ',', &csv, &err), STATUS_OK);
    assert_int_equal(csv.column_count, 4);
    while (csv_next(&csv, &row, &has_row, &err) == STATUS_OK && has_row) {
        struct grade_result result;
        struct grade_input input = {.text = row.fields[3]};
        grade_of(&input, &result);
        bool is_right = result.grade >= row.fields[0].p[0] - '0' &&
                        result.grade <= row.fields[1].p[0] - '0' &&
                        (row.fields[2].n > 0 ? has_codes(&result, row.fields[2])
                                             : says_no_more_than_lawful(&result));
        if (!is_right) {
            wrong++;
            print_error("%s, line %zu: '%.*s'\n  wanted %.*s, was %.*s\n", name, row.line,
                        STR_ARG(row.fields[3]), STR_ARG(row.fields[2]), STR_ARG(describe(&result)));
        }
        rows++;
    }
    assert_str(str_c(err.primary), "");
    print_message("%s: %zu of %zu rows right\n", name, rows - wrong, rows);
    assert_int_equal(wrong, 0);
    assert_true(rows >= least_rows);
}

static void test_what_people_type(void **state)
{
    (void)state;
    check_table("reports.csv", 60);
}

static void test_what_stays_low(void **state)
{
    (void)state;
    check_table("reports_lawful.csv", 30);
}

static void test_unknown_waits_for_a_person(void **state)
{
    (void)state;
    struct grade_result result;
    grade_text("", &result);
    assert_int_equal(result.grade, pack.unclassified_grade);
    assert_true(result.needs_person);
    assert_int_equal(result.code_count, 1);
    assert_str(result.codes[0]->id, "OTH0");
    grade_text("I will vote you out", &result);
    assert_true(result.needs_person);
    grade_text("I will kill you", &result);
    assert_false(result.needs_person);
}

static void test_an_idiom_does_not_hide_a_threat(void **state)
{
    (void)state;
    struct grade_result result;
    grade_text("I could murder a curry. I could murder a pint. Then I will murder you.", &result);
    assert_true(has_code(&result, STR("THR1")));
    grade_text("You are killing it, and I will kill you", &result);
    assert_true(has_code(&result, STR("THR1")));
}

static void test_answers(void **state)
{
    (void)state;
    static const struct {
        struct grade_input input;
        int grade;
        bool is_raised;
        bool call_999;
    } rows[] = {
        {{.text = STR_INIT("hello")}, 2, false, false},
        {{.text = STR_INIT("hello"), .fear = 4}, 2, false, false},
        {{.text = STR_INIT("hello"), .fear = 5}, 3, true, false},
        {{.text = STR_INIT("hello"), .danger = GRADE_DANGER_NO}, 2, false, false},
        {{.text = STR_INIT("hello"), .danger = GRADE_DANGER_SOON}, 4, false, false},
        {{.text = STR_INIT("hello"), .danger = GRADE_DANGER_NOW}, 5, false, true},
        {{.text = STR_INIT("hello"), .danger = GRADE_DANGER_NOW, .fear = 5}, 5, false, true},
        {{.text = STR_INIT("I will kill you"), .fear = 5}, 5, true, true},
        {{.text = STR_INIT("he called me an idiot"), .fear = 5}, 2, true, false},
        {{.text = STR_INIT("he called me an idiot"),
          .fear = 5,
          .has_event_soon = true,
          .has_known_suspect = true,
          .affects_family = true},
         2,
         true,
         false},
        {{.text = STR_INIT("he called me an idiot"), .is_repeated = true}, 3, false, false},
        {{.text = STR_INIT("I will kill you"), .danger = GRADE_DANGER_NO, .fear = 1},
         4,
         false,
         false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct grade_result result;
        grade_of(&rows[i].input, &result);
        if (result.grade != rows[i].grade || result.is_raised != rows[i].is_raised ||
            result.call_999 != rows[i].call_999) {
            fail_msg("row %zu: %.*s", i, STR_ARG(describe(&result)));
        }
    }
}

static void test_signals_only_lift(void **state)
{
    (void)state;
    struct grade_result result;
    struct grade_signal low = {.id = STR("score"), .floor = 0};
    struct grade_signal high = {.id = STR("score"), .code = STR("THR3"), .floor = 3};
    struct grade_input input = {.text = STR("I will kill you"), .signals = &low, .signal_count = 1};
    grade_of(&input, &result);
    assert_int_equal(result.grade, 4);
    input = (struct grade_input){.text = STR("hello"), .signals = &high, .signal_count = 1};
    grade_of(&input, &result);
    assert_int_equal(result.grade, 3);
    assert_str(result.codes[0]->id, "THR3");
    assert_str(result.reasons[0].id, "score");
}

/* Adding words to a text may add reasons; a fired rule of abuse must stay. */
static void test_more_words_never_lower(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        struct grade_result alone;
        struct grade_result with;
        struct buf buf;
        buf_init(&buf, 4096);
        buf_printf(&buf, "I signed a petition and will vote you out. %s. Thank you!",
                   lines[i].text);
        struct grade_input input = {.text = buf_str(&buf)};
        grade_text(lines[i].text, &alone);
        grade_of(&input, &with);
        if (with.grade < alone.grade) {
            fail_msg("'%s': %.*s", lines[i].text, STR_ARG(describe(&with)));
        }
        buf_close(&buf);
    }
}

static void test_spans(void **state)
{
    (void)state;
    const char *text = "Höre: “I’ll kill you”, sagte er.";
    struct grade_result result;
    grade_text(text, &result);
    assert_int_equal(result.reason_count, 1);
    const struct grade_reason *reason = &result.reasons[0];
    assert_str(str_slice(str_c(text), reason->start, reason->end), "’ll kill you");
    assert_str(pack_text(&pack, &reason->rule->why, STR("en")), "Words of a threat to kill");
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        grade_text(lines[i].text, &result);
        str line = str_c(lines[i].text);
        for (size_t j = 0; j < result.reason_count; j++) {
            assert_true(result.reasons[j].end <= line.n);
            assert_true(
                utf8_is_valid(str_slice(line, result.reasons[j].start, result.reasons[j].end)));
        }
    }
}

static void test_gaps_stop_at_sentences(void **state)
{
    (void)state;
    struct grade_result result;
    grade_text("That is what I will do. Kill him is the title of the play.", &result);
    assert_false(has_code(&result, STR("THR1")));
}

static void test_bytes_that_are_not_utf8(void **state)
{
    (void)state;
    struct grade_result result;
    struct grade_input input = {.text = str_from("\xff\xfe I will kill you \xc3", 21)};
    grade_of(&input, &result);
    assert_true(has_code(&result, STR("THR1")));
    input.text = str_from("a\0b will kill you", 17);
    grade_of(&input, &result);
    assert_true(has_code(&result, STR("THR1")));
}

static void fill(struct buf *buf, const char *piece, size_t bytes)
{
    buf_clear(buf);
    while (buf->n < bytes) {
        buf_add_c(buf, piece);
    }
}

/* Not a timed test: prints the figures; what is asserted is the limit and the reasons' bound. */
static void test_large_texts(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "a ",
        "x",
        "you ",
        "will kill ",
        "will you will you ",
        "'",
        "...",
        "é",
        "kill you ",
        ("She told us that the meeting about the new cycle lane would be at seven, and that "
         "people were coming from all over the ward to have their say about it. "),
    };
    struct buf buf;
    buf_init(&buf, 1 << 20);
    for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
        struct grade_result result;
        struct grade_input input;
        fill(&buf, pieces[i], GRADE_TEXT_BYTES_MAX + 10);
        input = (struct grade_input){.text = buf_str(&buf)};
        time_us begin = clock_monotonic();
        grade_of(&input, &result);
        long long large = (long long)(clock_monotonic() - begin);
        assert_true(result.is_clipped);
        assert_true(result.reason_count <= GRADE_REASONS_MAX);
        struct arena scratch;
        arena_init(&scratch, 1 << 20);
        fill(&buf, pieces[i], 1000);
        input = (struct grade_input){.text = str_slice(buf_str(&buf), 0, 1000)};
        begin = clock_monotonic();
        for (int round = 0; round < 1000; round++) {
            grade_report(grader, &input, &scratch, &result);
            arena_reset(&scratch);
        }
        print_message("'%.12s': 64 KiB %lld us, 1,000 bytes %.1f us\n", pieces[i], large,
                      (double)(clock_monotonic() - begin) / 1000.0);
        assert_false(result.is_clipped);
        arena_close(&scratch);
    }
    buf_close(&buf);
}

static void test_broken_rules(void **state)
{
    (void)state;
    static const struct {
        const char *kind, *pattern, *error;
    } rows[] = {
        {"text", "{nobody} kill", "is not in words.csv"},
        {"text", "..2 kill", "cannot stand first"},
        {"text", "a? kill", "cannot stand first"},
        {"text", ". kill", "cannot stand first"},
        {"text", "kill ..99 you", "is not a gap"},
        {"text", "kill ..x you", "is not a gap"},
        {"text", "kill || you", "is not a word"},
        {"text", "kill /  / you", "has an empty alternative"},
        {"text", "a b c d e f g h i j k l m n o p q", "more than 16 elements"},
        {"texts", "kill", "no such kind"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena of;
        struct pack broken = pack;
        struct error err = {0};
        const struct grader *compiled = NULL;
        struct pack_rule rule = {
            .id = STR("x"), .kind = str_c(rows[i].kind), .pattern = str_c(rows[i].pattern)};
        broken.rules = &rule;
        broken.rule_count = 1;
        arena_init(&of, 16 << 20);
        assert_int_equal(grader_open(&of, &broken, &compiled, &err), STATUS_INVALID);
        if (strstr(err.primary, rows[i].error) == NULL) {
            fail_msg("row %zu: %s", i, err.primary);
        }
        arena_close(&of);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_harmless),
        cmocka_unit_test(test_what_people_type),
        cmocka_unit_test(test_what_stays_low),
        cmocka_unit_test(test_unknown_waits_for_a_person),
        cmocka_unit_test(test_an_idiom_does_not_hide_a_threat),
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_signals_only_lift),
        cmocka_unit_test(test_more_words_never_lower),
        cmocka_unit_test(test_spans),
        cmocka_unit_test(test_gaps_stop_at_sentences),
        cmocka_unit_test(test_bytes_that_are_not_utf8),
        cmocka_unit_test(test_large_texts),
        cmocka_unit_test(test_broken_rules),
    };
    return cmocka_run_group_tests(tests, open_uk, close_uk);
}
