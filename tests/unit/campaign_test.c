/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: copies of a letter are one group, whatever stands around them; messages that share only a
 * disclaimer, a telephone's signature, a newsletter's foot or a charity's standing words are not, from
 * the first one on; senders are counted exactly while they are few; a group has the grade and the words
 * of its worst message; memory is bounded.
 * Method: made-up mails under each kind of footer, against one another. */
#include <stdio.h>

#include "../support/arena_bench.h"
#include "triage/campaign.h"

struct heard {
    size_t campaigns;
    uint64_t messages, senders;
    double personal;
    int top;
    char worst[CAMPAIGN_TEMPLATE_BYTES + 1];
};
static void hear(void *context, const struct campaign *campaign)
{
    struct heard *heard = context;
    heard->campaigns++;
    heard->messages = campaign->messages;
    heard->senders = campaign->senders;
    heard->personal = campaign->personal;
    heard->top = campaign->top;
    (void)snprintf(heard->worst, sizeof heard->worst, "%.*s", STR_ARG(campaign->worst));
}

static struct campaigns *begin(struct heard *heard, uint32_t least)
{
    struct campaign_options how = {.groups_max = 1024, .least = least};
    struct campaigns *campaigns = campaigns_new(&arena, &how);
    campaigns_listen(campaigns, &(struct campaign_calls){.closed = hear, .context = heard});
    return campaigns;
}

static uint64_t add(struct campaigns *campaigns, const char *text, const char *author, time_us at)
{
    return campaigns_add(campaigns, &(struct campaign_message){
                                        .text = str_c(text), .author = str_c(author), .at = at});
}

/* --- footers --- */

static const char *const footers[] = {
    "\n\nSent from my iPhone",
    "\n\nThis e-mail and any files transmitted with it are confidential and intended solely for "
    "the "
    "use of the individual or entity to whom they are addressed. If you have received this e-mail "
    "in error please notify the sender and delete it from your system at once. Any views expressed "
    "are those of the sender alone. The company accepts no liability for any damage caused by any "
    "virus transmitted by this e-mail.",
    "\n\nDISCLAIMER\nThe information contained in this message may be privileged and\nconfidential "
    "and is meant only for the addressee named above. If\nyou are not that person you must not "
    "copy "
    "it, pass it on or act\nupon it in any way whatever. We scan our mail for viruses but\ngive no "
    "promise that it is free of them.",
    "\n\n----\nYou are receiving this because you signed up on our page. Read it in your browser, "
    "update your preferences or unsubscribe at any time with one click. Our postal address is 1 "
    "Sample Street, Sampletown.",
    "\nKind regards,\nPat Helper\nOffice of Sample Helping Hands\nSample Helping Hands brings "
    "meals, "
    "warmth and company to people of every age across the county on every day of the year, and has "
    "done so since the spring of 1974, thanks to many hundreds of volunteers and to everybody who "
    "gives what they can spare. Find out how you can join us near where you live.",
    /* nothing that a list could know */
    "\n\nSample Helping Hands brings meals, warmth and company to people of every age across the "
    "county on every day of the year, and has done so since the spring of 1974, thanks to many "
    "hundreds of volunteers and to everybody who gives what they can spare.\nCome and meet us at "
    "the old mill, where the kettle is always on and nobody has to be alone on a Sunday.",
};
static const char *const mails[] = {
    "Dear Pat Sample,\nThank you so much for your help with my housing case last week.",
    "I am going to kill you and burn your house down with you in it.",
    "Dear Pat Sample,\n\nCould your office please tell me when the surgery opens in August?",
    "The bins in Mill Lane have not been emptied since the second of the month.",
    "Die, traitor",
    "You are a disgrace to this town. I will vote for anybody but you, and tell everybody so.",
};

static void a_footer_makes_no_campaign(void **state)
{
    struct heard heard = {0};
    (void)state;
    for (size_t f = 0; f < ARRAY_LEN(footers); f++) {
        struct campaigns *campaigns = begin(&heard, 2);
        uint64_t numbers[ARRAY_LEN(mails)];
        for (size_t m = 0; m < ARRAY_LEN(mails); m++) {
            char text[2000];
            (void)snprintf(text, sizeof text, "%s%s", mails[m], footers[f]);
            numbers[m] = add(campaigns, text, "a", 0);
            for (size_t k = 0; k < m; k++) {
                if (numbers[k] == numbers[m]) {
                    fail_msg("footer %zu: \"%s\" went to \"%s\"", f, mails[m], mails[k]);
                }
            }
        }
        campaigns_close(campaigns);
        assert_int_equal(heard.campaigns, 0);
    }
}

/* And it keeps no copies apart. */
static void copies_under_unlike_footers_are_one(void **state)
{
    static const char *const letter =
        "Dear Pat Sample,\nPlease vote against the new bypass on Monday, because it would cut our "
        "village in two and do nothing for the buses.";
    struct heard heard = {0};
    struct campaigns *campaigns = begin(&heard, 2);
    char text[2000];
    (void)state;
    for (size_t i = 0; i < 12; i++) { /* what a list does not know is learnt */
        (void)snprintf(text, sizeof text, "%s%s", mails[i % ARRAY_LEN(mails)], footers[5]);
        campaigns_learn(campaigns, str_c(text));
    }
    uint64_t number = add(campaigns, letter, "a", 0);
    for (size_t f = 0; f < ARRAY_LEN(footers); f++) {
        (void)snprintf(text, sizeof text, "%s%s", letter, footers[f]);
        if (add(campaigns, text, "b", 0) != number) {
            fail_msg("the letter under footer %zu is another", f);
        }
    }
}

/* A template's last line stands at many ends too, but under one beginning. */
static void a_template_is_no_footer(void **state)
{
    struct footers *known = footers_new(&arena, 64);
    char text[400];
    (void)state;
    for (int i = 0; i < 100; i++) {
        (void)snprintf(text, sizeof text,
                       "%sPlease save our library from the plans of the council.\nChildren need a "
                       "quiet place to read after school.",
                       i % 4 == 0 ? "I live beside it myself and go every day.\n" : "");
        footers_learn(known, str_c(text));
    }
    str whole =
        str_c("Please save our library from the plans of the council.\nChildren need a quiet "
              "place to read after school.");
    assert_int_equal(footer_cut(known, whole).n, whole.n);
}

static const char bypass[] =
    "Please vote against the new bypass on Monday because it would cut our village in two and do "
    "nothing for the buses that we have asked for since the school closed.";

static void an_answer_is_no_copy(void **state)
{
    struct heard heard = {0};
    struct campaigns *campaigns = begin(&heard, 2);
    char text[1000];
    (void)state;
    uint64_t number = add(campaigns, bypass, "a", 0);
    (void)snprintf(text, sizeof text,
                   "I do not agree with my neighbours at all.\n\nOn Monday Ann Reader wrote:\n%s",
                   bypass);
    assert_true(add(campaigns, text, "b", 0) != number);
    (void)snprintf(
        text, sizeof text,
        "I do not agree at all with this lot.\n-----Original Message-----\nFrom: Ann\n%s", bypass);
    assert_true(add(campaigns, text, "c", 0) != number);
    /* what is handed on without a word of one's own is what was handed on */
    (void)snprintf(text, sizeof text, "FYI\n-----Original Message-----\n%s", bypass);
    assert_true(add(campaigns, text, "d", 0) == number);
}

static void paragraphs_of_ones_own_are_let_by(void **state)
{
    static const char *const own[] = {
        "I have lived in Mill Lane for forty years and have never seen such a plan before.\n\n", "",
        "As a mother of two I walk along that road each morning with a pram and a dog.\n\n",
        "My late husband planted the oaks that you would fell for nothing but a faster drive.\n\n",
        ""};
    struct heard heard = {0};
    struct campaigns *campaigns = begin(&heard, 2);
    char text[1000];
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(own); i++) {
        (void)snprintf(text, sizeof text,
                       "Dear Pat,\n%s%s There is another way that costs half as much and fells no "
                       "tree.\nYours sincerely,\nA Reader",
                       own[i], bypass);
        (void)add(campaigns, text, "a", 0);
    }
    campaigns_close(campaigns);
    assert_int_equal(heard.campaigns, 1);
    assert_int_equal(heard.messages, ARRAY_LEN(own));
}

/* --- senders, and the worst --- */

static uint64_t senders_of(unsigned count)
{
    struct heard heard = {0};
    struct campaigns *campaigns = begin(&heard, 1);
    for (unsigned i = 0; i < 2 * count; i++) {
        char author[32];
        (void)snprintf(author, sizeof author, "reader%u@example.org", i % count);
        (void)add(campaigns, "the same few words about the bridge", author, 0);
    }
    campaigns_close(campaigns);
    assert_int_equal(heard.messages, 2 * count);
    return heard.senders;
}

static void senders_are_counted(void **state)
{
    (void)state;
    for (unsigned count = 1; count <= CAMPAIGN_SENDERS_EXACT; count++) {
        assert_int_equal(senders_of(count), count);
    }
    for (unsigned count = 100; count < 100 * 1000; count *= 3) {
        uint64_t said = senders_of(count);
        if (said < count - count * 7 / 100 || said > count + count * 7 / 100) {
            fail_msg("%u senders are said to be %llu", count, (unsigned long long)said);
        }
    }
}

static void one_sender_however_written(void **state)
{
    static const char *const authors[] = {"Ann Reader <ann@example.org>", "ann@example.org",
                                          "ANN@Example.org", "\"Reader, A\" <ann@example.org>"};
    struct heard heard = {0};
    struct campaigns *campaigns = begin(&heard, 2);
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(authors); i++) {
        char text[100]; /* near-duplicates */
        (void)snprintf(text, sizeof text, "the same few words about the bridge and the river%.*s",
                       (int)i, "!!!!");
        (void)add(campaigns, text, authors[i], 0);
    }
    (void)add(campaigns, "the same few words about the bridge and the river", "Bob <3", 0);
    campaigns_close(campaigns);
    assert_int_equal(heard.messages, ARRAY_LEN(authors) + 1);
    assert_int_equal(heard.senders, 2);
}

static void a_group_has_its_worst(void **state)
{
    struct heard heard = {0};
    struct campaigns *campaigns = begin(&heard, 2);
    struct campaign_message message = {
        .text = STR("Please save our library from the plans of the council and its leader"),
        .author = STR("a")};
    (void)state;
    uint64_t number = campaigns_add(campaigns, &message);
    message.text =
        STR("Please save our library from the plans of the council or I kill its leader");
    message.grade = 4;
    assert_int_equal(campaigns_add(campaigns, &message), number);
    message.text =
        STR("Please save our library from the plans of the council and its idiot leader");
    message.grade = 1;
    assert_int_equal(campaigns_add(campaigns, &message), number);
    campaigns_close(campaigns);
    assert_int_equal(heard.top, 4);
    assert_string_equal(heard.worst, "Please save our library from the plans of the council or I "
                                     "kill its leader");
}

static void copies_are_grouped(void **state)
{
    static const char *const letter =
        "Dear %s,\nI am writing to ask you to vote against the new bypass because it would cut the "
        "village in two, fell an ancient wood and do nothing for the buses that we have asked for "
        "since the school closed. %s\nYours sincerely,\n%s";
    struct campaign_options how = {.groups_max = 1024, .least = 3};
    struct heard heard = {0};
    struct campaign_calls calls = {.closed = hear, .context = &heard};
    struct campaigns *campaigns = campaigns_new(&arena, &how);
    char text[1000], author[8];
    uint64_t number = 0;
    (void)state;
    campaigns_listen(campaigns, &calls);
    for (int i = 0; i < 40; i++) {
        (void)snprintf(text, sizeof text, letter, i % 2 == 0 ? "Ms Jones" : "MP",
                       i % 3 == 0 ? "My own children walk along that lane each day." : "",
                       i % 5 == 0 ? "A. Reader" : "B. Other");
        (void)snprintf(author, sizeof author, "a%d", i % 30);
        uint64_t now = add(campaigns, text, author, 0);
        assert_true(i == 0 || now == number);
        number = now;
        (void)add(campaigns, "unlike", author, 0);
    }
    campaigns_close(campaigns);
    assert_int_equal(heard.campaigns, 2); /* the letter, and "unlike" */
    campaigns_close(campaigns);
    assert_int_equal(heard.campaigns, 2); /* told once */
}

static void a_quiet_group_is_closed(void **state)
{
    struct campaign_options how = {.groups_max = 1024, .hours = 2, .least = 2};
    struct campaigns *campaigns = campaigns_new(&arena, &how);
    const time_us hour = 3600 * US_PER_SECOND;
    const char *text = "the same few words that everybody sends about the bridge";
    (void)state;
    uint64_t first = add(campaigns, text, "a", 100 * hour);
    assert_int_equal(add(campaigns, text, "b", 101 * hour), first);
    assert_true(add(campaigns, text, "c", 110 * hour) != first);
}

static void memory_is_bounded(void **state)
{
    struct campaign_options how = {.groups_max = 1024, .least = 2};
    struct campaigns *campaigns = campaigns_new(&arena, &how);
    char text[64];
    (void)state;
    (void)add(campaigns, "one two three four five six", "a", 0);
    size_t before = arena.used_total;
    for (int i = 0; i < 20000; i++) {
        (void)snprintf(text, sizeof text, "w%c%c%c q%d r%d", 'a' + i % 26, 'a' + i / 26 % 26,
                       'a' + i / 676 % 26, i, i * 7);
        (void)add(campaigns, text, "a", 0);
    }
    assert_true(arena.used_total - before < 256 * 1024);
}

static void the_worst_shows_what_was_graded(void **state)
{
    (void)state;
    for (int first = 0; first < 2; first++) { /* it is the group's first message, or a later one */
        struct heard heard = {0};
        struct campaigns *campaigns = begin(&heard, 2);
        for (int i = 0; i < 2; i++) {
            bool is_worst = i == first;
            const struct campaign_message message = {
                .text = STR("Please save our library from the plans of the council and its leader"),
                .graded = is_worst ? STR("I kill you\n\nPlease save our library") : STR(""),
                .author = STR("a"),
                .grade = is_worst ? 4 : 0};
            (void)campaigns_add(campaigns, &message);
        }
        campaigns_close(campaigns);
        assert_int_equal(heard.messages, 2);
        assert_int_equal(heard.top, 4);
        assert_string_equal(heard.worst, "I kill you\n\nPlease save our library");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_footer_makes_no_campaign),
        cmocka_unit_test(copies_under_unlike_footers_are_one),
        cmocka_unit_test(a_template_is_no_footer),
        cmocka_unit_test(an_answer_is_no_copy),
        cmocka_unit_test(paragraphs_of_ones_own_are_let_by),
        cmocka_unit_test(senders_are_counted),
        cmocka_unit_test(one_sender_however_written),
        cmocka_unit_test(a_group_has_its_worst),
        cmocka_unit_test(the_worst_shows_what_was_graded),
        cmocka_unit_test(copies_are_grouped),
        cmocka_unit_test(a_quiet_group_is_closed),
        cmocka_unit_test(memory_is_bounded),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
