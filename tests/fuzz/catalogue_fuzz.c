/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a .mo file: refused, or every message can be looked up. */
#include "base/buf.h"
#include "web/template.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct catalogue catalogue;
    if (catalogue_open(STR("xx"), str_from(data, size), &catalogue, NULL) != STATUS_OK) {
        return 0;
    }
    struct buf out;
    buf_init(&out, 1 << 20);
    for (uint32_t i = 0; i < catalogue.count; i++) {
        str english = {0};
        str translation = {0};
        catalogue_at(&catalogue, i, &english, &translation);
        str found = catalogue_text(&catalogue, english);
        ASSERT(english.n == 0 || str_equal(found, translation.n == 0 ? english : translation));
        const struct message_arg args[] = {{.name = STR_INIT("n"), .kind = MESSAGE_I64}};
        message_render(&out, &catalogue, english, args, 1);
        buf_clear(&out);
    }
    buf_close(&out);
    return 0;
}
