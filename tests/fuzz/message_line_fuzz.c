/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: no line breaks the reader of an inbox; what it gives is text inside its limits, and a group of
 * equal messages is one. */
#include "base/utf8.h"
#include "intake/messages.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct message message;
    struct error err = {0};
    arena_init(&arena, (size_t)256 * 1024 * 1024);
    if (message_read(&arena, str_from(data, size), &message, &err) == STATUS_OK) {
        struct inbox_place places[2];
        ASSERT(message.text.n > 0 && utf8_is_valid(message.text));
        ASSERT(message.id.n <= REPORT_LINE_BYTES_MAX);
        struct inbox *inbox = inbox_new(&arena, 1024);
        message.id = STR(""); /* or it is the same message twice */
        ASSERT(inbox_learn(inbox, &message, 1, &err) == STATUS_OK);
        ASSERT(inbox_learn(inbox, &message, 2, &err) == STATUS_OK);
        inbox_settle(inbox);
        ASSERT(inbox_place(inbox, &message, &places[0], &err) == STATUS_OK);
        ASSERT(inbox_place(inbox, &message, &places[1], &err) == STATUS_OK);
        ASSERT(places[0].group == places[1].group && places[1].of == 2 && places[1].top == 2);
        ASSERT(places[1].personal >= 0 && places[1].personal <= 1000);
        ASSERT(memcmp(places[0].content.bytes, places[1].content.bytes, CRYPT_HASH_BYTES) != 0);
    } else {
        ASSERT(err.primary[0] != 0);
    }
    arena_close(&arena);
    return 0;
}
