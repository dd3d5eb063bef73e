/* SPDX-License-Identifier: Apache-2.0 */
/* Any text as desk.json: settings or a sentence; what is taken is read the same from its own text. */
#include "serve/settings.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    str text = str_from(data, size);
    struct arena arena;
    struct settings settings;
    struct error err = {0};
    arena_init(&arena, (size_t)16 * 1024 * 1024);
    if (settings_parse(&arena, text, "DIR", &settings, &err) == STATUS_OK) {
        ASSERT(settings.desk_name.n <= text.n && settings.store.n <= text.n + 16);
        (void)settings_store(&settings, &arena, "letterbox");
    } else {
        ASSERT(err.primary[0] != '\0');
    }
    arena_close(&arena);
    return 0;
}
