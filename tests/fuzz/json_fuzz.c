/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever is read can be written and read again, to the same bytes when written twice; the arena
 * never runs out (that would end the process). */
#include "codec/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_value(struct json_out *out, const struct json *json, struct arena *arena)
{
    switch (json->kind) {
    case JSON_NULL:
        json_add_null(out);
        break;
    case JSON_BOOL:
        json_add_bool(out, json->boolean);
        break;
    case JSON_INT:
        json_add_int(out, json->integer);
        break;
    case JSON_REAL:
        json_add_real(out, json->real, 3);
        break;
    case JSON_TEXT:
        json_add_text(out, json->text);
        break;
    case JSON_LIST:
        json_begin_list(out);
        for (size_t i = 0; i < json->count; i++) {
            write_value(out, &json->items[i], arena);
        }
        json_end_list(out);
        break;
    case JSON_OBJECT:
        json_begin_object(out);
        for (size_t i = 0; i < json->count; i++) {
            json_name(out, arena_cstr(arena, json->names[i]));
            write_value(out, &json->items[i], arena);
        }
        json_end_object(out);
        break;
    }
}

static void write_text(struct buf *buf, const struct json *json)
{
    struct arena arena;
    struct json_out out;
    arena_init(&arena, 64 << 20);
    json_out_init(&out, buf);
    write_value(&out, json, &arena);
    arena_close(&arena);
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
