/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: that a line was longer than the buffer is said with the mail that it stands in, and not where
 * nothing is read; the mail behind it is read as ever.
 * Method: an mbox of four mails on disk. */
#include <stdlib.h>
#include <unistd.h>

#include "../support/arena_bench.h"
#include "base/io.h"
#include "cmd/message_file.h"

enum { LONG_BYTES = MESSAGE_LINE_BYTES_MAX + 200 * 1000 };

static void add_long(struct buf *out)
{
    for (size_t i = 0; i < LONG_BYTES; i++) {
        buf_add_byte(out, 'x');
    }
    buf_add_c(out, "\n\n");
}

static void test_cut_lines(void **state)
{
    static const bool is_said[] = {true, true, false, false};
    const char *from = "From ann@example.org Mon Jul  1 09:00:00 2024\n";
    char path[] = "/tmp/message_file_test.XXXXXX";
    struct message_file *file = NULL;
    struct error err = {0};
    struct buf out;
    (void)state;
    buf_init(&out, (size_t)4 * LONG_BYTES);
    buf_add_c(&out, from);
    buf_add_c(&out, "Subject: I will hurt you\nX-Head: ");
    add_long(&out);
    buf_add_c(&out, "words\n\n");
    buf_add_c(&out, from);
    buf_add_c(&out, "Subject: long\n\nI will hurt you ");
    add_long(&out);
    buf_add_c(&out, from);
    buf_add_c(&out, "Subject: attached\nContent-Type: image/png; name=a.png\n\n");
    add_long(&out);
    buf_add_c(&out, from);
    buf_add_c(&out, "Subject: short\n\nPlease keep it\n");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(io_write_all(fd, buf_str(&out), &err), STATUS_OK);
    buf_close(&out);
    (void)close(fd);
    assert_int_equal(
        message_file_open(&arena, &(struct message_file_options){.path = path}, &file, &err),
        STATUS_OK);
    for (size_t i = 0; i < ARRAY_LEN(is_said); i++) {
        struct message_given given;
        bool has = false;
        assert_int_equal(message_file_next(file, &arena, &given, &has, &err), STATUS_OK);
        assert_true(has && given.why.n == 0);
        bool is = str_find(given.message.text, STR("[The mail is longer")) < given.message.text.n;
        assert_int_equal(is, is_said[i]);
    }
    message_file_close(file);
    (void)unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cut_lines),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
