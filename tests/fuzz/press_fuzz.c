/* SPDX-License-Identifier: Apache-2.0 */
/* Markdown and the extraction behind it: whatever comes out is valid UTF-8
 * within its limits. */
#include "base/utf8.h"
#include "intake/press.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool find_place(const void *context, enum press_place_kind kind, str name,
                       struct press_place *ret_place)
{
    (void)context;
    if (kind == PRESS_WARD || name.n % 3 != 0) {
        return false;
    }
    *ret_place = (struct press_place){STR("Place"), STR("E14000000")};
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct press_article article = {0};
    const struct press_gazetteer gazetteer = {find_place, NULL};
    unsigned line = 0;
    arena_init(&arena, 192 * 1024 * 1024);
    if (press_read(&arena, str_from(data, size), &gazetteer, &article, &line, NULL) == STATUS_OK) {
        ASSERT(article.incident_count <= PRESS_INCIDENTS_MAX);
        for (size_t i = 0; i < article.incident_count; i++) {
            const struct press_incident *n = &article.incidents[i];
            ASSERT(n->code_count > 0 && n->code_count <= PRESS_CODES_MAX);
            ASSERT(n->subject.n > 0 && n->office.n > 0 && n->quote.n > 0);
            ASSERT(n->quote.n <= PRESS_QUOTE_BYTES_MAX + 3);
            ASSERT(utf8_is_valid(n->quote) && utf8_is_valid(n->subject) && utf8_is_valid(n->when));
        }
    }
    ASSERT(line > 0);
    arena_close(&arena);
    return 0;
}
