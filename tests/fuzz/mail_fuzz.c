/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: no mail breaks the reader; what it gives is text inside its limits, and a message or a sentence;
 * nor does any header, date, HTML or letter of another alphabet. */
#include "base/utf8.h"
#include "codec/charset.h"
#include "codec/html_text.h"
#include "intake/messages.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_rest(str bytes)
{
    struct buf out;
    time_us at = 0;
    str name = {0};
    str rest = str_cut(bytes, '\n', &name);
    buf_init(&out, 4 * bytes.n + 64);
    (void)charset_decode(name, rest, &out);
    ASSERT(utf8_is_text(buf_str(&out)) && !out.overflowed);
    struct buf words;
    buf_init(&words, 2 * out.n + 64);
    html_text(buf_str(&out), &words);
    ASSERT(utf8_is_text(buf_str(&words)) && !words.overflowed);
    buf_clear(&out);
    mail_words(bytes, &out);
    ASSERT(utf8_is_text(buf_str(&out)));
    ASSERT(!mail_date(bytes, &at) || at > 0);
    (void)mail_is_mbox_line(bytes);
    buf_close(&words);
    buf_close(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct mail mail = {0};
    struct message message;
    struct error err = {0};
    arena_init(&arena, (size_t)16 * 1024 * 1024);
    struct mail_reader *reader = mail_reader_new(&arena);
    for (int i = 0; i < 2; i++) { /* the second is not touched by the first */
        str rest = str_from(data, size), line = {0};
        struct mail before = mail;
        mail_begin(reader);
        while (str_next_line(&rest, &line)) {
            mail_line(reader, line);
        }
        mail_end(reader, &arena, &mail);
        ASSERT(i == 0 || str_equal(before.text, mail.text));
    }
    ASSERT(mail.text.n <= MAIL_TEXT_BYTES_MAX && utf8_is_text(mail.text));
    ASSERT(utf8_is_text(mail.from) && utf8_is_text(mail.to) && utf8_is_text(mail.subject));
    ASSERT(mail.attachment_count <= MAIL_NAMES_MAX);
    if (message_from_mail(&arena, &mail, &message, &err) == STATUS_OK) {
        ASSERT(message.text.n > 0 && message.body.n <= message.text.n);
        ASSERT(message.body.p >= message.text.p &&
               message.body.p + message.body.n <= message.text.p + message.text.n);
        ASSERT(message.text.n <= REPORT_WHAT_BYTES_MAX);
    } else {
        ASSERT(err.primary[0] != 0);
    }
    mail_reader_close(reader);
    check_rest(str_from(data, size));
    arena_close(&arena);
    return 0;
}
