/* SPDX-License-Identifier: Apache-2.0 */
/* The events must not depend on how the bytes were cut. The first line is the Content-Type; the
 * body is fed whole, byte by byte, and in uneven pieces. */
#include "codec/form.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool on_begin(void *context, const struct multipart_part *part)
{
    buf_printf(context, "<%.*s|%d|%.*s|%.*s>", STR_ARG(part->name), (int)part->is_file,
               STR_ARG(part->filename), STR_ARG(part->content_type));
    return true;
}

static bool on_data(void *context, str piece)
{
    ASSERT(piece.n > 0);
    buf_add(context, piece);
    return true;
}

static bool on_end(void *context)
{
    buf_add_c(context, "</>");
    return true;
}

static enum status run(str type, str body, size_t step, struct buf *log)
{
    struct arena arena;
    struct multipart *parser = NULL;
    const struct multipart_events events = {on_begin, on_data, on_end, log};
    arena_init(&arena, 64 * 1024);
    enum status status = multipart_new(&arena, type, &events, &parser, NULL);
    for (size_t at = 0, n = 0; status == STATUS_OK && at < body.n; n++) {
        size_t len = step < 3 ? step : step == 3 ? 1 + n * 7 % 13 : body.n;
        status = multipart_feed(parser, str_slice(body, at, at + len), NULL);
        at += len;
    }
    status = status == STATUS_OK ? multipart_finish(parser, NULL) : status;
    arena_close(&arena);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    str type;
    str body = str_cut(str_from(data, size), '\n', &type);
    struct buf logs[4];
    enum status statuses[4];
    for (size_t i = 0; i < 4; i++) {
        buf_init(&logs[i], 1 << 20);
        statuses[i] = run(type, body, i + 1, &logs[i]);
        ASSERT(statuses[i] == statuses[0]);
        ASSERT(str_equal(buf_str(&logs[i]), buf_str(&logs[0])));
    }
    for (size_t i = 0; i < 4; i++) {
        buf_close(&logs[i]);
    }
    return 0;
}
