/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a file or as an Accept-Language header: one of the kinds, one of the languages. */
#include "deskweb/magic.h"
#include "web/language.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    str text = str_from(data, size);
    struct languages languages;
    enum magic_kind kind = magic_of(str_slice(text, 0, MAGIC_BYTES));
    ASSERT(kind < MAGIC_KIND_COUNT && magic_words(kind) != NULL);
    (void)magic_warning(kind, text, text);
    ASSERT(!magic_is_text(kind) || magic_image_type(kind) == NULL);
    if (languages_open(&languages, NULL) == STATUS_OK) {
        ASSERT(language_accepted(&languages, text) != NULL);
    }
    return 0;
}
