/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "base/utf8.h"
#include "codec/front_matter.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct front_matter front = {0};
    unsigned line = 0;
    str text = str_from(data, size);
    arena_init(&arena, 64 * 1024 * 1024);
    if (utf8_is_text(text) && front_matter_parse(&arena, text, &front, &line, NULL) == STATUS_OK) {
        ASSERT(front.field_count <= FRONT_MATTER_FIELDS_MAX);
        ASSERT(front.body.n <= size);
        size_t items = 0;
        for (size_t i = 0; i < front.field_count; i++) {
            ASSERT(front_matter_find(&front, front.fields[i].key) == &front.fields[i]);
            items += front.fields[i].item_count;
        }
        ASSERT(items <= FRONT_MATTER_ITEMS_MAX);
    }
    arena_close(&arena);
    return 0;
}
