/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: lines of an inbox become messages or a sentence; copies are known as such on the second pass,
 * with the grade of the worst; the same file gives the same contents and group names again; equal
 * messages without an id are two, with an id one.
 * Method: made-up messages; a random inbox of some thousand for consistency. */
#include <stdio.h>

#include "../support/arena_bench.h"
#include "intake/messages.h"

static void test_lines(void **state)
{
    static const struct {
        const char *line, *says; /* NULL: it can be read */
    } rows[] = {
        {"{\"text\":\"x\"}", NULL},
        {"{\"text\":\" x \",\"id\":7,\"author\":null,\"at\":\"2024-06-20\",\"more\":[1]}", NULL},
        {"", "this is no JSON"},
        {"[]", "a line must be a JSON object"},
        {"{\"text\":\" \\n\"}", "'text' is missing or empty"},
        {"{\"text\":{}}", "'text' must be a string"},
        {"{\"text\":\"x\",\"id\":1.5}", "'id' must be a string"},
        {"{\"text\":\"x\",\"author\":[]}", "'author' must be a string"},
        {"{\"text\":\"x\",\"at\":\"31/12/2024\"}", "'at' must be a time"},
        {"{\"text\":\"x\",\"text\":\"y\"}", "this is no JSON"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct message message = {0};
        struct error err = {0};
        enum status status = message_read(&arena, str_c(rows[i].line), &message, &err);
        if (rows[i].says == NULL) {
            assert_int_equal(status, STATUS_OK);
            assert_true(str_equal(message.text, STR("x")));
        } else if (status != STATUS_INVALID ||
                   !str_starts(str_c(err.primary), str_c(rows[i].says))) {
            fail_msg("%s: %s", rows[i].line, err.primary);
        }
    }
}

/* What a line may not have, a row may not have. */
static void test_rows(void **state)
{
    static char id[REPORT_LINE_BYTES_MAX + 2];
    str fields[MESSAGE_FIELDS] = {{0}, STR("x"), {0}, {0}, {0}};
    (void)state;
    memset(id, 7, sizeof id);
    for (size_t more = 0; more < 2; more++) {
        struct message message = {0};
        struct error err = {0};
        fields[0] = str_from(id, REPORT_LINE_BYTES_MAX + more);
        enum status status = message_from_row(fields, &message, &err);
        assert_int_equal(status, more > 0 ? STATUS_INVALID : STATUS_OK);
        assert_true(more == 0 || str_starts(str_c(err.primary), STR("'id' is longer than")));
    }
}

/* --- an inbox --- */

static const char *const kinds[] = {
    "Please vote against the closing of our library because children need a quiet place to read %u",
    "The new road must not be built since it would cut the village in two and kill the school %u",
    "I would like to ask when somebody will come to mend the lamp that has been dark since May %u",
};
enum { COUNT = 3000 };

/* Message i: of three templates and many texts of their own, without ids; every 500th is bad. */
static struct message message_at(unsigned i)
{
    struct message message = {0};
    message.author = arena_printf(&arena, "a%u", i % 700);
    if (i % 4 < 3) {
        char text[200];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        (void)snprintf(text, sizeof text, kinds[i % 4], i);
#pragma GCC diagnostic pop
        message.text = arena_str(&arena, str_c(text));
    } else {
        char text[100]; /* words of letters that no other message has */
        size_t n = 0;
        for (unsigned k = 0; k < 12; k++) {
            unsigned word = (i * 12 + k) * 2654435761U;
            for (unsigned c = 0; c < 6; c++, word /= 26) {
                text[n++] = (char)('a' + word % 26);
            }
            text[n++] = ' ';
        }
        message.text = arena_str(&arena, str_from(text, n));
    }
    message.body = message.text;
    return message;
}

static struct inbox *learn_all(void)
{
    struct inbox *inbox = inbox_new(&arena, 4096);
    for (unsigned i = 0; i < COUNT; i++) {
        struct message message = message_at(i);
        assert_int_equal(inbox_learn(inbox, &message, i % 500 == 0 ? 4 : 0, NULL), STATUS_OK);
    }
    inbox_settle(inbox);
    return inbox;
}

static void test_two_passes(void **state)
{
    (void)state;
    struct inbox *inbox = learn_all();
    struct inbox *again = learn_all();
    size_t firsts = 0;
    uint64_t of[3] = {0};
    for (unsigned i = 0; i < COUNT; i++) {
        struct message message = message_at(i);
        struct inbox_place place, same;
        struct error err = {0};
        assert_int_equal(inbox_place(inbox, &message, &place, &err), STATUS_OK);
        assert_int_equal(inbox_place(again, &message, &same, &err), STATUS_OK);
        assert_memory_equal(place.content.bytes, same.content.bytes, CRYPT_HASH_BYTES);
        assert_memory_equal(place.name.bytes, same.name.bytes, CRYPT_ID_BYTES);
        assert_true(place.personal >= 0 && place.personal <= 1000);
        firsts += place.is_first;
        if (i % 4 < 3) {
            assert_true(of[i % 4] == 0 || of[i % 4] == place.of);
            of[i % 4] = place.of;
            assert_non_null(place.centre);
            assert_int_equal(place.is_first, i < 4);
        } else {
            assert_int_equal(place.of, 1);
            assert_null(place.centre);
        }
    }
    for (size_t k = 0; k < 3; k++) {
        assert_int_equal(of[k], COUNT / 4); /* every copy found its template */
    }
    assert_int_equal(inbox_groups(inbox), 3 + COUNT / 4);
    assert_int_equal(firsts, 3 + COUNT / 4);
    struct message more = message_at(0);
    struct inbox_place place;
    struct error err = {0};
    assert_int_equal(inbox_place(inbox, &more, &place, &err), STATUS_CONFLICT);
}

static void test_worst_of_a_group(void **state)
{
    (void)state;
    struct inbox *inbox = learn_all();
    for (unsigned i = 0; i < COUNT; i++) {
        struct message message = message_at(i);
        struct inbox_place place;
        assert_int_equal(inbox_place(inbox, &message, &place, NULL), STATUS_OK);
        if (i % 4 == 0) { /* the bad ones are all of the first template */
            assert_int_equal(place.top, 4);
        } else {
            assert_int_equal(place.top, 0);
        }
    }
}

static void test_equal_messages(void **state)
{
    (void)state;
    struct message with = {.text = STR("the same"), .body = STR("the same"), .id = STR("1")};
    struct message without = {.text = STR("the same"), .body = STR("the same")};
    const struct message *all[] = {&with, &without, &with, &without};
    struct inbox_place places[4];
    struct inbox *inbox = inbox_new(&arena, 1024);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(inbox_learn(inbox, all[i], 0, NULL), STATUS_OK);
    }
    inbox_settle(inbox);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(inbox_place(inbox, all[i], &places[i], NULL), STATUS_OK);
    }
    assert_true(places[2].is_repeat);
    assert_false(places[3].is_repeat);
    assert_int_equal(places[0].of, 3);
    assert_memory_not_equal(places[1].content.bytes, places[3].content.bytes, CRYPT_HASH_BYTES);
    assert_memory_not_equal(places[0].content.bytes, places[1].content.bytes, CRYPT_HASH_BYTES);
}

static void test_as_a_report(void **state)
{
    (void)state;
    struct message message = {.text = STR("x"),
                              .body = STR("x"),
                              .author = STR("@troll"),
                              .to = STR("Cllr Pat Sample"),
                              .at_text = STR("2024-06-20")};
    struct triage_result read = {.lang = LANG_WELSH};
    struct report report;
    message_report(&message, &read, STR("x"), &report);
    assert_true(str_equal(report.target_name, STR("Cllr Pat Sample")));
    assert_true(str_equal(report.accounts[0], STR("@troll")));
    assert_true(str_equal(report.language, STR("cy")));
    assert_false(report.may_tell_police); /* nobody was asked */
    assert_false(report.has_contact);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),          cmocka_unit_test(test_rows),
        cmocka_unit_test(test_two_passes),     cmocka_unit_test(test_worst_of_a_group),
        cmocka_unit_test(test_equal_messages), cmocka_unit_test(test_as_a_report),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
