/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: a QR code that a telephone can read, and a picture of it that is that code and nothing else.
 * Method: the matrix against what the program qrencode prints of the same text; the picture is read back
 * into a matrix and compared; the marks that every code has, the quiet zone and the title are looked at. */
#include "qr/qr.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../support/cm.h"

static const char *const texts[] = {
    "http://127.0.0.1:8081/unit/0123456789abcdef0123456789abcdef",
    "https://cards.example.org/unit/ffffffffffffffffffffffffffffffff",
    ("https://a-very-long-name-of-a-host.that-goes-on-and-on.example.police.uk:8443/unit/"
     "00000000000000000000000000000000"),
    "x"};

static struct qr make(struct arena *arena, str text)
{
    struct qr qr = {0};
    struct error err = {0};
    assert_int_equal(qr_make(arena, text, &qr, &err), STATUS_OK);
    return qr;
}

/* What `qrencode -8 -l M -m 0 -t ASCII TEXT` prints: two signs a module, '#' is dark. */
static size_t ask_tool(const char *text, char *out, size_t room)
{
    int ends[2];
    size_t count = 0;
    ssize_t got = 0;
    int state = 0;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        execlp("qrencode", "qrencode", "-8", "-l", "M", "-m", "0", "-t", "ASCII", "-o", "-", text,
               (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    while (count < room && (got = read(ends[0], out + count, room - count)) > 0) {
        count += (size_t)got;
    }
    close(ends[0]);
    assert_int_equal(waitpid(child, &state, 0), child);
    return WIFEXITED(state) && WEXITSTATUS(state) == 0 ? count : 0;
}

static void test_matrix_is_that_of_the_tool(void **state)
{
    static char printed[200 * 400];
    struct arena arena;
    (void)state;
    arena_init(&arena, 1 << 20);
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct qr qr = make(&arena, str_c(texts[i]));
        size_t count = ask_tool(texts[i], printed, sizeof printed);
        if (count == 0) {
            fprintf(stderr, "SKIPPED: the program qrencode is not there, so no code was compared "
                            "with its own (Debian package qrencode)\n");
            arena_close(&arena);
            skip();
        }
        assert_int_equal(count, qr.size * (2 * qr.size + 1)); /* with line ends */
        for (uint32_t y = 0; y < qr.size; y++) {
            for (uint32_t x = 0; x < qr.size; x++) {
                char sign = printed[y * (2 * qr.size + 1) + 2 * x];
                assert_int_equal(qr.dark[y * qr.size + x], sign == '#');
            }
        }
    }
    arena_close(&arena);
}

/* The three finders, and the timing between two of them. */
static void test_marks(void **state)
{
    static const char *const finder[] = {"#######", "#     #", "# ### #", "# ### #",
                                         "# ### #", "#     #", "#######"};
    struct arena arena;
    (void)state;
    arena_init(&arena, 1 << 20);
    struct qr qr = make(&arena, str_c(texts[0]));
    uint32_t far = qr.size - 7;
    assert_int_equal((qr.size - 17) % 4, 0);
    for (uint32_t y = 0; y < 7; y++) {
        for (uint32_t x = 0; x < 7; x++) {
            bool is_dark = finder[y][x] == '#';
            assert_int_equal(qr.dark[y * qr.size + x], is_dark);
            assert_int_equal(qr.dark[y * qr.size + far + x], is_dark);
            assert_int_equal(qr.dark[(far + y) * qr.size + x], is_dark);
        }
    }
    for (uint32_t x = 8; x + 8 < qr.size; x++) {
        assert_int_equal(qr.dark[6 * qr.size + x], x % 2 == 0);
    }
    arena_close(&arena);
}

static void read_back(const struct qr *qr, const char *svg)
{
    uint32_t side = qr->size + 2 * QR_QUIET;
    uint8_t *seen = test_calloc(side, side);
    const char *at = strstr(svg, " d=\"");
    assert_non_null(at);
    at += 4;
    while (*at == 'M') {
        char *end = NULL;
        unsigned long x = strtoul(at + 1, &end, 10);
        unsigned long y = strtoul(end, &end, 10);
        assert_memory_equal(end, ".5h", 3); /* the middle of a row, which is one high */
        unsigned long length = strtoul(end + 3, &end, 10);
        assert_true(y < side && x + length <= side && length > 0);
        memset(seen + y * side + x, 1, length);
        at = end;
    }
    assert_int_equal(*at, '"');
    for (uint32_t y = 0; y < side; y++) {
        for (uint32_t x = 0; x < side; x++) {
            bool is_quiet =
                x < QR_QUIET || y < QR_QUIET || x >= side - QR_QUIET || y >= side - QR_QUIET;
            bool is_dark = !is_quiet && qr->dark[(y - QR_QUIET) * qr->size + x - QR_QUIET] != 0;
            assert_int_equal(seen[y * side + x], is_dark);
        }
    }
    test_free(seen);
}

static void test_picture(void **state)
{
    struct arena arena;
    struct buf out;
    char wanted[200];
    (void)state;
    arena_init(&arena, 1 << 20);
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct qr qr = make(&arena, str_c(texts[i]));
        unsigned side = qr.size + 8; /* four light modules on each side */
        buf_init(&out, 100000);
        qr_add_svg(&qr, STR("link of <P1> & \"P2\""), &out);
        buf_add_byte(&out, '\0');
        assert_false(out.overflowed);
        snprintf(
            wanted, sizeof wanted,
            "<svg role=\"img\" viewBox=\"0 0 %u %u\" shape-rendering=\"crispEdges\"><title>link of "
            "&lt;P1&gt; &amp; &quot;P2&quot;</title><rect width=\"%u\" height=\"%u\" "
            "fill=\"#fff\"/>",
            side, side, side, side);
        assert_memory_equal(out.p, wanted, strlen(wanted));
        assert_null(strstr(out.p, "unit/")); /* the secret is in the modules alone */
        read_back(&qr, out.p);
        buf_close(&out);
    }
    arena_close(&arena);
}

static void test_limits(void **state)
{
    static char text[QR_TEXT_BYTES_MAX + 1];
    struct arena arena;
    struct qr qr;
    struct error err = {0};
    (void)state;
    arena_init(&arena, 1 << 20);
    memset(text, 'u', sizeof text);
    text[7] = '\0'; /* a byte as any */
    assert_int_equal(qr_make(&arena, str_from(text, QR_TEXT_BYTES_MAX), &qr, &err), STATUS_OK);
    assert_int_equal(qr.size, 177);
    assert_int_equal(qr_make(&arena, str_from(text, sizeof text), &qr, &err), STATUS_LIMIT);
    assert_string_equal(err.primary, "a QR code holds 2331 bytes, not 2332");
    assert_int_equal(qr_make(&arena, STR(""), &qr, &err), STATUS_INVALID);
    arena_close(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_matrix_is_that_of_the_tool),
        cmocka_unit_test(test_marks),
        cmocka_unit_test(test_picture),
        cmocka_unit_test(test_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
