/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <unistd.h>

#include "../support/cm.h"
#include "base/args.h"
#include "base/io.h"
#include "base/utf8.h"

static void test_str(void **state)
{
    (void)state;
    str head = {0};
    str rest = str_cut(STR("a=b=c"), '=', &head);
    assert_str(head, "a");
    assert_str(rest, "b=c");
    assert_int_equal(str_find(STR("abcabd"), STR("abd")), 3);
    assert_int_equal(str_find(STR("abc"), STR("x")), 3);
    assert_str(str_trim(STR(" \t x y \n")), "x y");
    assert_true(str_starts_ascii_fold(STR("Dear Sir"), "dear"));
    assert_true(str_starts_ascii_fold(STR("dear"), "dear"));
    assert_false(str_starts_ascii_fold(STR("Dea"), "dear"));
    assert_false(str_starts_ascii_fold((str){0}, "d"));
    uint64_t u = 7;
    assert_true(str_to_u64(STR("18446744073709551615"), &u));
    assert_true(u == UINT64_MAX);
    assert_false(str_to_u64(STR("18446744073709551616"), &u));
    assert_false(str_to_u64(STR(""), &u));
    int64_t i = 0;
    assert_true(str_to_i64(STR("-12"), &i));
    assert_true(i == -12);
}

/* A device is not replaced by a file of its name. */
static void test_write_to_no_file(void **state)
{
    struct error err;
    (void)state;
    assert_int_equal(io_write_file("/dev/null", STR("x"), 0600, &err), STATUS_INVALID);
    assert_non_null(strstr(err.primary, "is no file"));
    assert_int_equal(io_write_file("/tmp", STR("x"), 0600, &err), STATUS_INVALID);
}

static void test_utf8(void **state)
{
    (void)state;
    assert_true(utf8_is_valid(STR("Ynys M\xc3\xb4n \xe0\xa6\xac \xf0\x9f\x98\x80")));
    assert_false(utf8_is_valid(STR("\xc0\xaf")));         /* overlong */
    assert_false(utf8_is_valid(STR("\xed\xa0\x80")));     /* surrogate */
    assert_false(utf8_is_valid(STR("\xf4\x90\x80\x80"))); /* past U+10FFFF */
    assert_false(utf8_is_valid(STR("a\xe0\xa6")));        /* cut short */
    assert_false(utf8_is_text(STR("a\x01")));
    assert_true(utf8_is_text(STR("a\n\t")));
    assert_str(utf8_clip(STR("a\xc3\xb4z"), 2), "a");
    char out[4];
    for (uint32_t p = 0; p <= 0x10ffff; p += 37) {
        if (p >= 0xd800 && p <= 0xdfff) {
            continue;
        }
        str s = {out, utf8_encode(p, out)};
        uint32_t back = 0;
        assert_true(utf8_next(&s, &back));
        assert_int_equal(back, p);
        assert_int_equal(s.n, 0);
    }
}

/* What is mapped is the file; what is none, or too large, is refused in words. */
static void test_map_file(void **state)
{
    char path[] = "/tmp/hustings_map_XXXXXX";
    struct error err = {0};
    str bytes = {0};
    (void)state;
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    (void)close(fd);
    assert_int_equal(io_map_file(path, 10, &bytes, &err), STATUS_OK);
    assert_int_equal(bytes.n, 0);
    io_unmap(bytes);
    assert_int_equal(io_write_file(path, STR("hustings"), 0600, &err), STATUS_OK);
    assert_int_equal(io_map_file(path, 8, &bytes, &err), STATUS_OK);
    assert_true(str_equal(bytes, STR("hustings")));
    io_unmap(bytes);
    assert_int_equal(io_map_file(path, 7, &bytes, &err), STATUS_LIMIT);
    (void)unlink(path);
    assert_int_equal(io_map_file(path, 8, &bytes, &err), STATUS_NOT_FOUND);
    assert_int_equal(io_map_file("/tmp", 8, &bytes, &err), STATUS_INVALID);
}

static void test_text(void **state)
{
    (void)state;
    struct buf buf;
    buf_init(&buf, 1000);
    buf_add_base64(&buf, "foobar", 6);
    buf_add_base64(&buf, "foob", 4);
    assert_str(buf_str(&buf), "Zm9vYmFyZm9vYg==");
    char out[8];
    size_t n = 0;
    assert_true(base64_decode(STR("Zm9vYg=="), out, sizeof out, &n));
    assert_int_equal(n, 4);
    assert_memory_equal(out, "foob", 4);
    assert_false(base64_decode(STR("Zm9vYh=="), out, sizeof out, &n)); /* stray bits */
    assert_false(base64_decode(STR("Zm9vYg="), out, sizeof out, &n));
    assert_true(hex_decode(STR("00fFa0"), out, 3));
    assert_false(hex_decode(STR("00fFg0"), out, 3));
    buf_close(&buf);
}

static void test_time(void **state)
{
    (void)state;
    time_us at = 0;
    bool is_date = false;
    struct buf buf;
    buf_init(&buf, 1000);
    assert_true(time_parse(STR("2024-07-22T10:30:00+01:00"), &at, &is_date));
    assert_false(is_date);
    buf_add_time(&buf, at);
    assert_str(buf_str(&buf), "2024-07-22T09:30:00Z");
    assert_int_equal(time_civil_london(at).hour, 10);
    assert_true(time_parse(STR("2023-02-28"), &at, &is_date));
    assert_true(is_date);
    assert_false(time_parse(STR("2023-02-29"), &at, &is_date));
    assert_true(time_parse(STR("2024-02-29"), &at, &is_date));
    assert_false(time_parse(STR("2024-13-01"), &at, &is_date));
    assert_false(time_parse(STR("2024-07-22T25:00:00Z"), &at, &is_date));
    assert_false(time_parse(STR("2024-07-22T10:00:00"), &at, &is_date)); /* no offset */
    static const struct {
        const char *date;
        const char *week;
    } weeks[] = {
        {"2024-07-22", "2024-W30"}, {"2024-12-30", "2025-W01"}, {"2021-01-03", "2020-W53"}};
    for (size_t i = 0; i < ARRAY_LEN(weeks); i++) {
        assert_true(time_parse(str_c(weeks[i].date), &at, &is_date));
        buf_clear(&buf);
        buf_add_week(&buf, at);
        assert_true(str_equal(buf_str(&buf), str_c(weeks[i].week)));
    }
    for (int64_t day = -40000; day < 60000; day += 13) {
        time_us t = day * 86400 * US_PER_SECOND;
        assert_true(time_from_civil_utc(time_civil_utc(t)) == t);
    }
    buf_close(&buf);
}

static void test_buf_limit(void **state)
{
    (void)state;
    struct buf buf;
    buf_init(&buf, 5);
    buf_add(&buf, STR("12345"));
    assert_false(buf.overflowed);
    buf_add(&buf, STR("6"));
    assert_true(buf.overflowed);
    assert_str(buf_str(&buf), "12345");
    buf_close(&buf);
}

static void test_args(void **state)
{
    (void)state;
    static const struct arg_option options[] = {
        {"json", NULL, "as JSON"}, {"seconds", "S", "budget"}, {0}};
    struct arena arena;
    struct args args;
    struct error err;
    arena_init(&arena, 10000);
    char *good[] = {"a", "--seconds=3", "--json", "--", "--b"};
    assert_int_equal(args_parse(&arena, options, 5, good, &args, &err), STATUS_OK);
    assert_int_equal(args.word_count, 2);
    assert_string_equal(args.words[1], "--b");
    int64_t seconds = 0;
    assert_int_equal(args_number(&args, "seconds", 1, 1, 10, &seconds, &err), STATUS_OK);
    assert_true(seconds == 3);
    char *bad[] = {"--nope"};
    assert_int_equal(args_parse(&arena, options, 1, bad, &args, &err), STATUS_INVALID);
    char *lacks[] = {"--seconds"};
    assert_int_equal(args_parse(&arena, options, 1, lacks, &args, &err), STATUS_INVALID);
    arena_close(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_str),
        cmocka_unit_test(test_utf8),
        cmocka_unit_test(test_write_to_no_file),
        cmocka_unit_test(test_map_file),
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_time),
        cmocka_unit_test(test_buf_limit),
        cmocka_unit_test(test_args),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
