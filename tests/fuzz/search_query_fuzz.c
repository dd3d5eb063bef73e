/* SPDX-License-Identifier: Apache-2.0 */
/* Any text as a search: quotes in the expression are always in pairs, and nothing outside of them
 * is there but our own operators. (That FTS5 takes it is tested in casebook_test.c.) */
#include "store/search.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct search_query query;
    arena_init(&arena, (size_t)16 * 1024 * 1024);
    search_understand(&arena, str_from(data, size), &query);
    bool is_inside = false;
    for (size_t i = 0; i < query.match.n; i++) {
        char c = query.match.p[i];
        if (c == '"') {
            is_inside = !is_inside;
        } else if (!is_inside) {
            ASSERT(c == ' ' || c == '(' || c == ')' || c == '*' || (c >= 'A' && c <= 'Z'));
        }
        ASSERT(c != '\0');
    }
    ASSERT(!is_inside);
    arena_close(&arena);
    return 0;
}
