/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: accounts with one telephone, signature, page, mail address, odd phrase or name are linked;
 * copies of a template, and what everybody has, link nobody; memory stays what it was.
 * Method: made-up messages; numbers of the range that is kept for drama. */
#include <stdio.h>

#include "../support/arena_bench.h"
#include "triage/link.h"

enum { SEEN_MAX = 64, SEEN_BYTES = 200 };

struct seen {
    char lines[SEEN_MAX][SEEN_BYTES]; /* "phone 07700900123: ann bob" */
    size_t count;
};
static struct seen seen;

static void note_link(void *context, const struct link *link)
{
    struct seen *into = context;
    if (into->count == SEEN_MAX) {
        return;
    }
    char *line = into->lines[into->count];
    int n =
        snprintf(line, SEEN_BYTES, "%s %.*s:", link_kind_name(link->kind), STR_ARG(link->value));
    for (size_t i = 0; i < link->account_count && n > 0 && n < SEEN_BYTES; i++) {
        n += snprintf(line + n, (size_t)(SEEN_BYTES - n), " %.*s", STR_ARG(link->accounts[i]));
    }
    into->count++;
}

static bool has_line(const char *line)
{
    for (size_t i = 0; i < seen.count; i++) {
        if (strcmp(seen.lines[i], line) == 0) {
            return true;
        }
    }
    return false;
}

static struct links *begin(size_t keys)
{
    seen.count = 0;
    return links_new(&arena, keys, note_link, &seen);
}

static void say(struct links *links, const char *author, uint64_t group, const char *text)
{
    links_add(links, str_c(text), str_c(author), group);
}

static void what_is_the_same_links(void **state)
{
    struct links *links = begin(1024);
    (void)state;
    say(links, "ann", 1,
        "You will answer for the bins.\nYours sincerely,\nA. Moss\nFlat 3, Fennel Row");
    say(links, "bob", 2, "Get out of our town or else.\nRegards,\nA. Moss\nFlat 3, Fennel Row");
    say(links, "cat", 3, "Ring me on 07700 900123 if you dare.");
    say(links, "dan", 4, "My number is +44 (0)7700-900123. Ring, coward.");
    say(links, "eve", 5, "It is all at https://www.Example.org/truth/?from=mail, read it.");
    say(links, "fay", 6, "Have you seen http://example.org/truth?");
    say(links, "gus", 7, "Write to Moss@example.org and tell him.");
    say(links, "hal", 8, "I had mail from <moss@example.org>, too.");
    say(links, "Red_Rover88", 9, "Hello there, councillor.");
    say(links, "redrover", 10, "Shame on you.");
    links_close(links);
    assert_true(has_line("signature a moss flat 3 fennel row: ann bob"));
    assert_true(has_line("phone 07700900123: cat dan"));
    assert_true(has_line("url example.org/truth: eve fay"));
    assert_true(has_line("mail moss@example.org: gus hal"));
    assert_true(has_line("handle redrover: Red_Rover88 redrover"));
    assert_int_equal(seen.count, 5);
}

static void an_odd_phrase_links_once(void **state)
{
    static const char phrase[] =
        "mendacious quadrilateral committees perpetually circumnavigate municipal accountability "
        "whilst sanctimonious bureaucrats applaud themselves inside refurbished chambers";
    char text[400];
    struct links *links = begin(1024);
    (void)state;
    (void)snprintf(text, sizeof text, "I say that %s, and so does my dog.", phrase);
    say(links, "ann", 1, text);
    (void)snprintf(text, sizeof text, "Last week in the pub it struck me how %s. Resign!", phrase);
    say(links, "bob", 2, text);
    say(links, "bob", 3, text);
    links_close(links);
    assert_int_equal(seen.count, 1);
    assert_memory_equal(seen.lines[0], "phrase ", 7);
    assert_non_null(strstr(seen.lines[0], ": ann bob"));
}

/* A petition's page in the letter of a campaign is nobody's; so is a page that many name. */
static void a_template_links_nobody(void **state)
{
    struct links *links = begin(1024);
    char author[20];
    (void)state;
    say(links, "ann", 1, "Please sign at example.net/petition or www.example.net/petition today.");
    say(links, "bob", 1, "Please sign at example.net/petition or www.example.net/petition today.");
    for (unsigned i = 0; i < LINK_ACCOUNTS_MAX + 2; i++) {
        (void)snprintf(author, sizeof author, "u%u", i);
        say(links, author, 10 + i, "As it said on https://news.example.com/today this is wrong.");
    }
    links_close(links);
    assert_int_equal(seen.count, 0);
}

static void one_account_is_no_link(void **state)
{
    struct links *links = begin(1024);
    (void)state;
    for (uint64_t i = 0; i < 5; i++) {
        say(links, "ann", i, "Ring 07700 900456, see https://example.org/me\nThanks,\nAnn Moss");
    }
    links_close(links);
    assert_int_equal(seen.count, 0);
}

static void memory_is_bounded(void **state)
{
    struct links *links = begin(64);
    char text[120], author[20];
    size_t before = arena.used_total;
    (void)state;
    for (unsigned i = 0; i < 20000; i++) {
        (void)snprintf(text, sizeof text, "See https://example.org/p%u and ring 07700 9%05u now",
                       i / 2, i / 2);
        (void)snprintf(author, sizeof author, "u%u", i);
        say(links, author, i, text);
    }
    links_close(links);
    assert_int_equal(arena.used_total, before);
    assert_true(seen.count == SEEN_MAX); /* those that had to go were told before */
}

static void odd_texts_are_no_trouble(void **state)
{
    static const char *const texts[] = {"",
                                        "@",
                                        "://",
                                        "+",
                                        "+44",
                                        "0044",
                                        "www.",
                                        "0",
                                        "a@b",
                                        "Yours,",
                                        "\xff\xfe",
                                        "12345678901234567890",
                                        "x\nYours\n\n\n",
                                        "<@.>",
                                        "+44(0)"};
    struct links *links = begin(64);
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        say(links, "ann", i, texts[i]);
        say(links, texts[i], 100 + i, texts[i]);
    }
    links_close(links);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_the_same_links),  cmocka_unit_test(an_odd_phrase_links_once),
        cmocka_unit_test(a_template_links_nobody), cmocka_unit_test(one_account_is_no_link),
        cmocka_unit_test(memory_is_bounded),       cmocka_unit_test(odd_texts_are_no_trouble),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
