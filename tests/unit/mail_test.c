/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: what a mail says is read in the letters it was written in, whatever it is wrapped in;
 * attachments are named and not read; a broken mail gives what can be read; bounds hold.
 * Method: mails as Outlook, Gmail and telephones write them, and broken ones. */
#include <stdio.h>

#include "../support/arena_bench.h"
#include "base/io.h"
#include "base/utf8.h"
#include "codec/charset.h"
#include "codec/html_text.h"
#include "codec/mail.h"

static struct mail read_mail(const char *bytes)
{
    struct mail_reader *reader = mail_reader_new(&arena);
    struct mail mail;
    str rest = str_c(bytes), line = {0};
    mail_begin(reader);
    while (str_next_line(&rest, &line)) {
        mail_line(reader, line);
    }
    mail_end(reader, &arena, &mail);
    mail_reader_close(reader);
    assert_true(utf8_is_text(mail.text) && utf8_is_text(mail.subject) && utf8_is_text(mail.from));
    return mail;
}

static void is(str got, const char *wanted)
{
    if (!str_equal(got, str_c(wanted))) {
        fail_msg("\"%.*s\" and not \"%s\"", STR_ARG(got), wanted);
    }
}

static void text_is(const char *bytes, const char *wanted)
{
    is(read_mail(bytes).text, wanted);
}

static void test_plain(void **state)
{
    (void)state;
    struct mail mail =
        read_mail("Received: from x\r\nFrom: Ann Reader <ann@example.org>\r\n"
                  "To: \"Sample, Pat\" <pat@example.org>, b@example.org\r\n"
                  "Subject: Our\r\n  library\r\nDate: Mon, 1 Jul 2024 10:00:00 +0100 (BST)\r\n"
                  "Message-ID: <1@example.org>\r\n\r\nPlease keep it.\r\n\r\nAnn\r\n");
    is(mail.from, "Ann Reader <ann@example.org>");
    is(mail.to, "\"Sample, Pat\" <pat@example.org>");
    is(mail.subject, "Our library");
    is(mail.id, "<1@example.org>");
    is(mail.text, "Please keep it.\n\nAnn");
    assert_int_equal(mail.date, INT64_C(1719824400) * US_PER_SECOND);
    assert_int_equal(mail.attachment_count, 0);
    assert_false(mail.is_clipped);
}

static void test_letters(void **state)
{
    (void)state;
    struct mail mail =
        read_mail("From: =?utf-8?q?Si=C3=A2n?= =?UTF-8?B?IEV2YW5z?= <s@example.org>\n"
                  "Subject: =?windows-1252?Q?It=92s_a_caf=E9?= here\n"
                  "Content-Type: text/plain; charset=\"iso-8859-1\"\n"
                  "Content-Transfer-Encoding: quoted-printable\n\n"
                  "The caf=E9 in=20\nMill La=\nne =A35 =3D cheap =ZZ\n");
    is(mail.from, "Siân Evans <s@example.org>");
    is(mail.subject, "It’s a café here");
    is(mail.text, "The café in \nMill Lane £5 = cheap =ZZ");
    text_is("Content-Type: text/plain; charset=koi8-r\nContent-Transfer-Encoding: base64\n\n"
            "8NLJ18XU\n",
            "Привет");
    text_is("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n"
            "4Ka44Ka+\n4Kay4Ka+4Kau\n",
            "সালাম");
    text_is("Content-Type: text/plain; charset=utf-8\n\nbad \xff byte, null \x01 bell\n",
            "bad \xEF\xBF\xBD byte, null  bell");
    text_is("Content-Type: text/plain; charset=x-unknown\n\ncaf\xE9\n", "café");
}

/* What stands between two words is left out: neither more nor less, whatever it is made of. */
static void test_between_words(void **state)
{
    static const struct {
        const char *raw, *wanted;
    } rows[] = {
        {"=?utf-8?q?caf=C3=A9?= \t =?utf-8?q?x?=", "caféx"},
        {"=?utf-8?q?caf=C3=A9?=\r=?utf-8?q?x?=", "caféx"},
        {"=?utf-8?q?caf=C3=A9?= \v\f\r =?utf-8?q?x?= y", "caféx y"},
        {"a =?utf-8?q?b?= c =?utf-8?q?d?=", "a b c d"},
        {"=?utf-8?q?a?= =?utf-8?q?b", "a =?utf-8?q?b"},
        {"=?utf-8?z?a?= =?utf-8?q?b?=", "=?utf-8?z?a?= b"},
        {"=?x?q? =?x?q? =?x?q? end?= z", " =?x?q? =?x?q? end z"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf out;
        buf_init(&out, 1000);
        mail_words(str_c(rows[i].raw), &out);
        is(buf_str(&out), rows[i].wanted);
        buf_close(&out);
    }
    struct mail mail =
        read_mail("Subject: =?utf-8?q?caf=C3=A9?=\r=?utf-8?q?x?=\n\nI will hurt you\n");
    is(mail.subject, "caféx");
}

/* Processor time of 60 kB in a subject; the least of three. */
static int64_t words_cost(const char *piece)
{
    struct buf raw, out;
    int64_t least = INT64_MAX;
    buf_init(&raw, 64 * 1024);
    buf_init(&out, 256 * 1024);
    while (raw.n < (size_t)60 * 1024) {
        buf_add_c(&raw, piece);
    }
    for (int i = 0; i < 3; i++) {
        int64_t begin = clock_processor();
        buf_clear(&out);
        mail_words(buf_str(&raw), &out);
        int64_t took = clock_processor() - begin;
        least = took < least ? took : least;
        assert_int_equal(out.n, raw.n);
    }
    buf_close(&raw);
    buf_close(&out);
    return least;
}

/* Words that never end cost what other letters cost, and not the square of their number. */
static void test_words_cost(void **state)
{
    static const char *const pieces[] = {"=?x?q? ", "=?=?", "=?abcdefgh", "?????? "};
    (void)state;
    int64_t plain = words_cost("letters");
    for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
        int64_t took = words_cost(pieces[i]);
        if (took > 8 * plain + 1000) {
            fail_msg("\"%s\": %lld us, and plain letters %lld us", pieces[i], (long long)took,
                     (long long)plain);
        }
    }
}

/* A line that was cut is said where it is read, and not in an attachment. */
static void test_cut(void **state)
{
    static const struct {
        const char *head, *line;
        bool is_clipped;
    } rows[] = {
        {"Subject: s\n\n", "words", true},
        {"Subject: s\n", "X-Long: words", true},
        {"Content-Type: image/png; name=a.png\n\n", "bytes", false},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct mail_reader *reader = mail_reader_new(&arena);
        struct mail mail;
        str rest = str_c(rows[i].head), line = {0};
        mail_begin(reader);
        while (str_next_line(&rest, &line)) {
            mail_line(reader, line);
        }
        mail_line(reader, str_c(rows[i].line));
        mail_cut(reader);
        mail_end(reader, &arena, &mail);
        assert_int_equal(mail.is_clipped, rows[i].is_clipped);
        mail_reader_close(reader);
    }
}

static void test_parts(void **state)
{
    (void)state;
    /* Outlook: plain beside HTML, with a picture and a file */
    struct mail mail = read_mail(
        "From: a@example.org\nMIME-Version: 1.0\n"
        "Content-Type: multipart/mixed; boundary=\"=_out\"\n\nThis is MIME.\n--=_out\n"
        "Content-Type: multipart/alternative;\n boundary=in\n\n--in\nContent-Type: text/plain\n\n"
        "I know where you live.\n--in\nContent-Type: text/html\n\n<p>I know where you "
        "live.</p>\n--in--\n"
        "--=_out\nContent-Type: image/png; name=\"map.png\"\nContent-Disposition: attachment;\n"
        "\tfilename*=utf-8''caf%C3%A9%20map.png\nContent-Transfer-Encoding: "
        "base64\n\niVBORw0KGgo=\n"
        "--=_out\nContent-Type: message/rfc822\n\nSubject: inside\n\nnot "
        "read\n--=_out--\nbehind\n");
    is(mail.text, "I know where you live.");
    assert_int_equal(mail.attachment_count, 2);
    is(mail.attachments[0], "map.png");
    is(mail.attachments[1], "without a name");
    /* a mailing list's foot behind HTML hides nothing */
    text_is("Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n\n"
            "<style>p {color: red}</style><p>You &amp; yours<br>will&nbsp;pay &#8211; soon</p>\n"
            "--b\nContent-Type: text/plain\n\nTo unsubscribe write to the list.\n--b--\n",
            "You & yours\nwill pay – soon\n\nTo unsubscribe write to the list.");
    /* text that is attached is named only */
    mail = read_mail(
        "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nSee below.\n--b\n"
        "Content-Type: text/plain\nContent-Disposition: attachment; filename=notes.txt\n\n"
        "secret\n--b--\n");
    is(mail.text, "See below.");
    is(mail.attachments[0], "notes.txt");
}

static void test_broken(void **state)
{
    (void)state;
    text_is("no head at all", "");
    text_is("\nonly a body", "only a body");
    text_is("Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\n"
            "never closed",
            "never closed");
    text_is("Content-Type: multipart/mixed\n\n--b\n\nno boundary", "");
    text_is("Content-Type: text/html\n\na < b &unknown; &#0; &#xD800; <unfinished",
            "a < b &unknown; &#0; &#xD800;");
    struct mail mail = read_mail("Date: yesterday\nSubject: =?utf-8?Q?half\n\nx");
    assert_int_equal(mail.date, 0);
    is(mail.subject, "=?utf-8?Q?half");
}

static void test_bounds(void **state)
{
    (void)state;
    struct mail_reader *reader = mail_reader_new(&arena);
    struct mail mail;
    mail_begin(reader);
    for (int i = 0; i < 100; i++) {
        char line[100];
        (void)snprintf(line, sizeof line, "Content-Type: multipart/mixed; boundary=b%d", i);
        mail_line(reader, str_c(line));
        mail_line(reader, STR(""));
        (void)snprintf(line, sizeof line, "--b%d", i);
        mail_line(reader, str_c(line));
    }
    mail_line(reader, STR(""));
    for (int i = 0; i < 100 * 1000; i++) {
        mail_line(reader, STR("a line that says not much"));
    }
    mail_end(reader, &arena, &mail);
    mail_begin(reader);
    for (int i = 0; i < 100 * 1000; i++) {
        mail_line(reader, STR("X-Head: as long as it likes"));
    }
    mail_end(reader, &arena, &mail);
    assert_true(mail.is_clipped); /* the head alone */
    mail_begin(reader);
    for (int i = 0; i < 100 * 1000; i++) {
        mail_line(reader, STR("X-Head: as long as it likes"));
    }
    mail_line(reader, STR(""));
    for (int i = 0; i < 100 * 1000; i++) {
        mail_line(reader, STR("a line that says not much"));
    }
    mail_end(reader, &arena, &mail);
    assert_true(mail.is_clipped);
    assert_true(mail.text.n <= MAIL_TEXT_BYTES_MAX && mail.text.n > MAIL_TEXT_BYTES_MAX - 100);
    mail_reader_close(reader);
}

static void test_dates(void **state)
{
    static const struct {
        const char *text;
        int64_t seconds; /* 0: no date */
    } rows[] = {{"Mon, 1 Jul 2024 09:00:00 GMT", 1719824400},
                {"1 Jul 2024 09:00 +0000", 1719824400},
                {"Mon,  1 Jul 2024 10:00:00 BST", 1719824400},
                {"Mon, 1 Jul 2024 04:00:00 -0500", 1719824400},
                {"Mon, 32 Jul 2024 09:00:00 GMT", 0},
                {"Mon, 1 Foo 2024 09:00:00 GMT", 0},
                {"Mon, 1 Jul 2024", 0},
                {"", 0}};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        time_us at = 0;
        bool is_date = mail_date(str_c(rows[i].text), &at);
        if (is_date != (rows[i].seconds != 0) || at != rows[i].seconds * US_PER_SECOND) {
            fail_msg("%s: %lld", rows[i].text, (long long)at);
        }
    }
    assert_true(mail_is_mbox_line(STR("From ann@example.org Mon Jul  1 09:00:00 2024")));
    assert_true(mail_is_mbox_line(STR("From 1801234@xxx Mon Jul 01 09:00:00 +0000 2024")));
    assert_false(mail_is_mbox_line(STR("From Monday on the road is closed")));
    assert_false(mail_is_mbox_line(STR("From: ann@example.org")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),      cmocka_unit_test(test_letters),
        cmocka_unit_test(test_parts),      cmocka_unit_test(test_between_words),
        cmocka_unit_test(test_words_cost), cmocka_unit_test(test_cut),
        cmocka_unit_test(test_broken),     cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_dates),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
