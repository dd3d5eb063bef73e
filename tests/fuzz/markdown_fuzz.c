/* SPDX-License-Identifier: Apache-2.0 */
/* Any UTF-8 as Markdown: every text and link stays within the limits. */
#include "base/utf8.h"
#include "codec/markdown.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    str text = str_from(data, size);
    struct arena arena;
    struct error err = {0};
    struct markdown markdown;
    if (!utf8_is_valid(text) || size > 8192) {
        return 0; /* callers check the one; the other is for the pace of the target */
    }
    arena_init(&arena, (size_t)64 * 1024 * 1024);
    if (markdown_parse(&arena, text, &markdown, &err) == STATUS_OK) {
        ASSERT(markdown.paragraph_count <= MARKDOWN_PARAGRAPHS_MAX);
        ASSERT(markdown.link_count <= MARKDOWN_LINKS_MAX);
        for (size_t i = 0; i < markdown.paragraph_count; i++) {
            ASSERT(utf8_is_valid(markdown.paragraphs[i].text));
        }
        for (size_t i = 0; i < markdown.link_count; i++) {
            ASSERT(str_starts(markdown.links[i], STR("http")));
            ASSERT(markdown.links[i].n <= MARKDOWN_LINK_BYTES_MAX);
        }
    } else {
        ASSERT(err.primary[0] != '\0');
    }
    arena_close(&arena);
    return 0;
}
