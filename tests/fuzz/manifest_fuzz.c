/* SPDX-License-Identifier: Apache-2.0 */
/* Any text as backup.json: names stay inside the folder, and what is taken is written the same. */
#include "ops/manifest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    str text = str_from(data, size);
    struct arena arena;
    struct error err = {0};
    arena_init(&arena, (size_t)16 * 1024 * 1024);
    struct manifest *manifest = ARENA_NEW(&arena, struct manifest);
    struct manifest *again = ARENA_NEW(&arena, struct manifest);
    if (manifest_parse(&arena, text, manifest, &err) == STATUS_OK) {
        struct buf out;
        buf_init(&out, 1024 * 1024);
        ASSERT(manifest->file_count <= BACKUP_FILES_MAX);
        for (size_t i = 0; i < manifest->file_count; i++) {
            str name = str_c(manifest->files[i].name);
            ASSERT(name.n > 0 && str_find_byte(name, '/') == name.n);
            ASSERT(!str_equal(name, STR("..")) && !str_equal(name, STR(".")));
        }
        manifest_print(&out, manifest);
        ASSERT(manifest_parse(&arena, buf_str(&out), again, NULL) == STATUS_OK);
        ASSERT(again->file_count == manifest->file_count && again->leaves == manifest->leaves);
        buf_close(&out);
    } else {
        ASSERT(err.primary[0] != '\0');
    }
    arena_close(&arena);
    return 0;
}
