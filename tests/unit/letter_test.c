/* SPDX-License-Identifier: Apache-2.0 */
/* The sealing protocol: every value opens in its place and nowhere else; receipts survive people. */
#include "../support/cm.h"

#include "letterbox/letter.h"
#include "letterbox/receipt_words.h"

struct world {
    struct crypt_id desk, letter, epoch;
    struct crypt_key root, epoch_key, data_key;
    struct desk_keys keys;
    struct buf a, b;
};

static int set_up(void **state)
{
    static struct world w;
    w = (struct world){.desk = crypt_id_new(), .letter = crypt_id_new(), .epoch = crypt_id_new()};
    w.root = crypt_key_new();
    w.epoch_key = crypt_key_new();
    w.data_key = crypt_key_new();
    desk_keys_from_root(&w.root, &w.keys);
    buf_init(&w.a, 1 << 20);
    buf_init(&w.b, 1 << 20);
    *state = &w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    buf_close(&w->a);
    buf_close(&w->b);
    return 0;
}

static void test_letter_opens_in_its_place(void **state)
{
    struct world *w = *state;
    struct crypt_key got;
    struct crypt_id other = crypt_id_new();
    epoch_seal(&w->a, &w->keys.desk_public, &w->desk, &w->epoch, &w->epoch_key);
    assert_int_equal(epoch_open(&w->keys, &w->desk, &w->epoch, buf_str(&w->a), &got), STATUS_OK);
    assert_memory_equal(got.bytes, w->epoch_key.bytes, 32);
    assert_int_equal(epoch_open(&w->keys, &w->desk, &other, buf_str(&w->a), &got), STATUS_CORRUPT);
    assert_int_equal(epoch_open(&w->keys, &other, &w->epoch, buf_str(&w->a), &got), STATUS_CORRUPT);
    buf_clear(&w->a);
    letter_key_wrap(&w->a, &w->epoch_key, &w->desk, &w->letter, &w->epoch, &w->data_key);
    assert_int_equal(w->a.n, 72);
    assert_int_equal(
        letter_key_unwrap(&w->epoch_key, &w->desk, &w->letter, &w->epoch, buf_str(&w->a), &got),
        STATUS_OK);
    assert_int_equal(
        letter_key_unwrap(&w->epoch_key, &w->desk, &other, &w->epoch, buf_str(&w->a), &got),
        STATUS_CORRUPT);
    buf_clear(&w->a);
    letter_body_seal(&w->a, &w->data_key, &w->desk, &w->letter, STR("{\"format\":1}"));
    assert_int_equal(w->a.n, LETTER_BODY_BYTES_MIN + CRYPT_SEAL_OVERHEAD);
    assert_int_equal(letter_body_open(&w->b, &w->data_key, &w->desk, &w->letter, buf_str(&w->a)),
                     STATUS_OK);
    assert_str(buf_str(&w->b), "{\"format\":1}");
    assert_int_equal(letter_body_open(&w->b, &w->data_key, &w->desk, &other, buf_str(&w->a)),
                     STATUS_CORRUPT);
}

static void test_sizes_hide(void **state)
{
    struct world *w = *state;
    size_t first = 0;
    for (size_t n = 0; n < 900; n += 100) {
        char text[1000] = {0};
        memset(text, 'x', n);
        buf_clear(&w->a);
        letter_body_seal(&w->a, &w->data_key, &w->desk, &w->letter, str_from(text, n));
        first = n == 0 ? w->a.n : first;
        assert_int_equal(w->a.n, first);
    }
}

static void test_receipt_words(void **state)
{
    struct world *w = *state;
    struct error err;
    for (size_t i = 1; i < RECEIPT_WORD_COUNT; i++) {
        str before = str_slice(str_c(receipt_words[i - 1]), 0, 4);
        str here = str_slice(str_c(receipt_words[i]), 0, 4);
        assert_true(str_compare(before, here) < 0);
    }
    size_t slips_found = 0;
    for (size_t round = 0; round < 500; round++) {
        struct receipt receipt = receipt_new();
        struct receipt back;
        buf_clear(&w->a);
        receipt_add_words(&w->a, &receipt);
        assert_int_equal(receipt_parse(buf_str(&w->a), &back, &err), STATUS_OK);
        assert_memory_equal(back.bytes, receipt.bytes, sizeof back.bytes);
        /* as a person types it: capitals, spaces, only four letters a word */
        buf_clear(&w->b);
        str rest = buf_str(&w->a);
        str word = {0};
        while (rest.n > 0) {
            rest = str_cut(rest, '-', &word);
            buf_add_byte(&w->b, ascii_upper(word.p[0]));
            buf_add(&w->b, str_slice(word, 1, 4));
            buf_add(&w->b, STR("  "));
        }
        assert_int_equal(receipt_parse(buf_str(&w->b), &back, &err), STATUS_OK);
        assert_memory_equal(back.bytes, receipt.bytes, sizeof back.bytes);
        /* one flipped bit is caught fifteen times in sixteen */
        receipt.bytes[round % 16] ^= (uint8_t)(1u << round % 8);
        struct buf wrong;
        buf_init(&wrong, 200);
        receipt_add_words(&wrong, &receipt);
        str cut = str_slice(buf_str(&wrong), 0, wrong.n);
        size_t last = cut.n;
        while (cut.p[last - 1] != '-') {
            last--;
        }
        size_t good_last = w->a.n;
        while (w->a.p[good_last - 1] != '-') {
            good_last--;
        }
        struct buf mixed;
        buf_init(&mixed, 200);
        buf_add(&mixed, str_slice(cut, 0, last));
        buf_add(&mixed, str_slice(buf_str(&w->a), good_last, w->a.n));
        slips_found += receipt_parse(buf_str(&mixed), &back, &err) == STATUS_INVALID;
        buf_close(&wrong);
        buf_close(&mixed);
    }
    assert_true(slips_found > 420);
    struct receipt back;
    assert_int_equal(receipt_parse(STR(""), &back, &err), STATUS_INVALID);
    assert_int_equal(receipt_parse(STR("apple apple"), &back, &err), STATUS_INVALID);
    assert_string_equal(err.primary, "a receipt has 12 words; there are only 2");
}

static void test_mailbox(void **state)
{
    struct world *w = *state;
    struct receipt receipt = receipt_new();
    struct mailbox_keys keys, stranger;
    mailbox_keys_from_receipt(&receipt, &w->desk, &keys);
    mailbox_copy_seal(&w->a, &keys, &w->desk, STR("{\"kind\":\"report\"}"));
    assert_int_equal(mailbox_message_open(&w->b, &keys, &w->desk, buf_str(&w->a)), STATUS_OK);
    assert_str(buf_str(&w->b), "{\"kind\":\"report\"}");
    buf_clear(&w->a);
    buf_clear(&w->b);
    mailbox_reply_seal(&w->a, &keys.public_key, &w->desk, &keys.id, STR("{\"kind\":\"reply\"}"));
    assert_int_equal(mailbox_message_open(&w->b, &keys, &w->desk, buf_str(&w->a)), STATUS_OK);
    assert_str(buf_str(&w->b), "{\"kind\":\"reply\"}");
    receipt.bytes[0] ^= 1;
    mailbox_keys_from_receipt(&receipt, &w->desk, &stranger);
    assert_false(crypt_id_equal(&stranger.id, &keys.id));
    assert_int_equal(mailbox_message_open(&w->b, &stranger, &w->desk, buf_str(&w->a)),
                     STATUS_CORRUPT);
}

int main(void)
{
    crypt_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_letter_opens_in_its_place, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_sizes_hide, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_receipt_words, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_mailbox, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
