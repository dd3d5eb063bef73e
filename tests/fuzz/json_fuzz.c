/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever is read can be written and read again, to the same bytes when written twice; the arena
 * never runs out (that would end the process). */
#include "codec/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_text(struct buf *buf, const struct json *json)
{
    struct json_out out;
    json_out_init(&out, buf);
    json_add_value(&out, json, 3);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena, again;
    struct error err;
    struct json json;
    struct buf one, two;
    arena_init(&arena, 256 * 1024); /* small, so that the check for room is met */
    arena_init(&again, 64 << 20);
    buf_init(&one, 64 << 20);
    buf_init(&two, 64 << 20);
    if (json_parse(&arena, str_from(data, size), &json, &err) == STATUS_OK) {
        write_text(&one, &json);
        ASSERT(json_parse(&again, buf_str(&one), &json, &err) == STATUS_OK);
        write_text(&two, &json);
        ASSERT(str_equal(buf_str(&one), buf_str(&two)));
    }
    buf_close(&two);
    buf_close(&one);
    arena_close(&again);
    arena_close(&arena);
    return 0;
}
