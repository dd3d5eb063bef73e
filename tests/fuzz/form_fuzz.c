/* SPDX-License-Identifier: Apache-2.0 */
/* Encoding what was decoded and decoding it again gives the same fields. (A value may shrink once
 * more: CR CR LF becomes CR LF, and that LF; so values with CR are left out.) */
#include "codec/form.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena, again;
    struct form one, two;
    struct buf buf;
    arena_init(&arena, 64 * 1024);
    arena_init(&again, 4 << 20);
    buf_init(&buf, 4 << 20);
    if (form_parse(&arena, str_from(data, size), &one, NULL) == STATUS_OK) {
        for (size_t i = 0; i < one.count; i++) {
            form_add_encoded(&buf, one.fields[i].name);
            buf_add_byte(&buf, '=');
            form_add_encoded(&buf, one.fields[i].value);
            buf_add_byte(&buf, '&');
        }
        ASSERT(form_parse(&again, buf_str(&buf), &two, NULL) == STATUS_OK);
        ASSERT(one.count == two.count);
        for (size_t i = 0; i < one.count; i++) {
            str value = one.fields[i].value;
            ASSERT(str_equal(one.fields[i].name, two.fields[i].name));
            ASSERT(str_equal(value, two.fields[i].value) || str_find_byte(value, '\r') < value.n);
        }
    }
    buf_close(&buf);
    arena_close(&again);
    arena_close(&arena);
    return 0;
}
