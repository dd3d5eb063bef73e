/* SPDX-License-Identifier: Apache-2.0 */
/* Any text as a saved filter or query string of the queue; as words of dates, hex and base64. */
#include "desk/desk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    str text = str_from(data, size);
    struct arena arena;
    struct error err = {0};
    struct desk_filter filter, again;
    struct buf out;
    time_us at = 0;
    bool is_date = false;
    uint8_t bytes[64];
    size_t len = 0;
    arena_init(&arena, (size_t)16 * 1024 * 1024);
    buf_init(&out, 1024 * 1024);
    if (desk_filter_decode(&arena, text, &filter, &err) == STATUS_OK) {
        desk_filter_encode(&out, &filter);
        ASSERT(desk_filter_decode(&arena, buf_str(&out), &again, NULL) == STATUS_OK);
        ASSERT(again.grade == filter.grade && again.state == filter.state);
        ASSERT(again.owner == filter.owner && str_equal(again.area, filter.area));
    } else {
        ASSERT(err.primary[0] != '\0');
    }
    buf_clear(&out);
    if (time_parse(text, &at, &is_date)) {
        time_us second = at - (at % US_PER_SECOND + US_PER_SECOND) % US_PER_SECOND;
        buf_add_time(&out, at);
        ASSERT(time_parse(buf_str(&out), &at, &is_date) && at == second);
    }
    if (base64_decode(text, bytes, sizeof bytes, &len)) {
        buf_clear(&out);
        buf_add_base64(&out, bytes, len);
        ASSERT(len <= sizeof bytes && out.n == text.n);
    }
    ASSERT(!hex_decode(text, bytes, sizeof bytes) || text.n == 2 * sizeof bytes);
    buf_close(&out);
    arena_close(&arena);
    return 0;
}
