/* SPDX-License-Identifier: Apache-2.0 */
/* Any text as a receipt or as a recovery key, as people type them: words that were taken are
 * the same receipt when they are written out and typed again. */
#include "letterbox/letter.h"
#include "people/people.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    str text = str_from(data, size);
    struct receipt receipt, again;
    struct crypt_key key, key_again;
    struct error err = {0};
    struct buf words;
    buf_init(&words, 4096);
    if (receipt_parse(text, &receipt, &err) == STATUS_OK) {
        receipt_add_words(&words, &receipt);
        ASSERT(receipt_parse(buf_str(&words), &again, NULL) == STATUS_OK);
        ASSERT(memcmp(receipt.bytes, again.bytes, sizeof again.bytes) == 0);
    } else {
        ASSERT(err.primary[0] != '\0');
    }
    buf_clear(&words);
    if (recovery_key_parse(text, &key, NULL) == STATUS_OK) {
        recovery_key_add(&words, &key);
        ASSERT(recovery_key_parse(buf_str(&words), &key_again, NULL) == STATUS_OK);
        ASSERT(memcmp(key.bytes, key_again.bytes, sizeof key.bytes) == 0);
    }
    buf_close(&words);
    return 0;
}
