/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a template: an error sentence or C, never a crash. */
#include "pagec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 64 * 1024) {
        return 0;
    }
    struct arena arena;
    arena_init(&arena, 256 << 20);
    struct library *library = ARENA_NEW(&arena, struct library);
    library->arena = &arena;
    struct error err = {0};
    struct buf out;
    buf_init(&out, OUT_BYTES_MAX);
    str source = arena_str(&arena, str_from(data, size));
    /* Any end is right, as long as it is one. */
    bool is_emitted =
        pagec_declare(library, STR("x.html"), source, &err) == STATUS_OK &&
        pagec_declare(library, STR("p.html"), STR("{{! part piece; t str; }}<b>{{t}}</b>"), &err) ==
            STATUS_OK &&
        pagec_link(library, &err) == STATUS_OK &&
        emit_source(library, library->templates[0], &out, NULL, &err) == STATUS_OK;
    (void)is_emitted;
    buf_close(&out);
    arena_close(&arena);
    return 0;
}
