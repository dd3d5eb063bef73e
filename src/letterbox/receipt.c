/* SPDX-License-Identifier: Apache-2.0 */
/* A receipt is 128 random bits written as 12 of 2,048 words: 132 bits, of which the last four are
 * the first four bits of SHA-256 over the others, so that 15 of 16 slips of the pen are caught.
 * No two words share their first four letters. */
#include "letterbox/letter.h"

#include "letterbox/receipt_words.h"

enum { WORD_BITS = 11, PREFIX_LETTERS = 4 };

struct receipt receipt_new(void)
{
    struct receipt receipt = {0};
    crypt_random(receipt.bytes, sizeof receipt.bytes);
    return receipt;
}

static unsigned check_bits(const struct receipt *receipt)
{
    struct crypt_hash hash = crypt_sha256(str_from(receipt->bytes, sizeof receipt->bytes));
    return hash.bytes[0] >> 4;
}

/* Bit `at` (0 = first) of receipt ‖ check bits. */
static unsigned bit_at(const struct receipt *receipt, unsigned check, size_t at)
{
    size_t total = 8 * sizeof receipt->bytes;
    if (at < total) {
        return receipt->bytes[at / 8] >> (7 - at % 8) & 1u;
    }
    return check >> (3 - (at - total)) & 1u;
}

void receipt_add_words(struct buf *out, const struct receipt *receipt)
{
    unsigned check = check_bits(receipt);
    for (size_t word = 0; word < LETTER_RECEIPT_WORDS; word++) {
        unsigned index = 0;
        for (size_t bit = 0; bit < WORD_BITS; bit++) {
            index = index << 1 | bit_at(receipt, check, word * WORD_BITS + bit);
        }
        if (word > 0) {
            buf_add_byte(out, '-');
        }
        buf_add_c(out, receipt_words[index]);
    }
}

/* Words are sorted; a word matches when all its letters, or its first four, are the same. */
static bool find_word(str word, unsigned *ret_index)
{
    size_t low = 0;
    size_t high = RECEIPT_WORD_COUNT;
    while (low < high) {
        size_t middle = (low + high) / 2;
        str entry = str_c(receipt_words[middle]);
        int order =
            str_compare(str_slice(entry, 0, PREFIX_LETTERS), str_slice(word, 0, PREFIX_LETTERS));
        if (order == 0) {
            *ret_index = (unsigned)middle;
            return str_equal(entry, word) || word.n == PREFIX_LETTERS;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return false;
}

/* The next run of letters, lower-cased into `word`; everything else separates. */
static bool next_word(str *text, char word[static 16], size_t *ret_len)
{
    size_t at = 0;
    while (at < text->n && !ascii_is_alpha(text->p[at])) {
        at++;
    }
    size_t len = 0;
    while (at < text->n && ascii_is_alpha(text->p[at])) {
        if (len < 16) {
            word[len] = ascii_lower(text->p[at]);
        }
        len++;
        at++;
    }
    *text = str_slice(*text, at, text->n);
    *ret_len = len < 16 ? len : 16;
    return len > 0;
}

enum status receipt_parse(str text, struct receipt *ret_receipt, struct error *err)
{
    uint8_t bytes[LETTER_RECEIPT_BYTES + 1] = {0};
    char word[16] = {0};
    size_t len = 0;
    size_t count = 0;
    while (next_word(&text, word, &len)) {
        unsigned index = 0;
        if (count == LETTER_RECEIPT_WORDS) {
            return error_set(err, STATUS_INVALID, "a receipt has 12 words; there are more");
        }
        if (!find_word((str){word, len}, &index)) {
            return error_set(err, STATUS_INVALID, "word %zu of the receipt is not one we use",
                             count + 1);
        }
        for (size_t bit = 0; bit < WORD_BITS; bit++) {
            size_t at = count * WORD_BITS + bit;
            unsigned value = index >> (WORD_BITS - 1 - bit) & 1u;
            bytes[at / 8] = (uint8_t)(bytes[at / 8] | value << (7 - at % 8));
        }
        count++;
    }
    if (count < LETTER_RECEIPT_WORDS) {
        return error_set(err, STATUS_INVALID, "a receipt has 12 words; there are only %zu", count);
    }
    memcpy(ret_receipt->bytes, bytes, sizeof ret_receipt->bytes);
    if (check_bits(ret_receipt) != (unsigned)(bytes[LETTER_RECEIPT_BYTES] >> 4)) {
        return error_set(err, STATUS_INVALID,
                         "the words do not fit together; one of them is not as we wrote it");
    }
    return STATUS_OK;
}
