/* SPDX-License-Identifier: Apache-2.0 */
#include "../support/cm.h"

#include "base/text.h"
#include "crypt/crypt.h"

static void test_seal_binds_place(void **state)
{
    (void)state;
    struct crypt_key key = crypt_key_new();
    struct buf sealed, plain;
    buf_init(&sealed, 1000);
    buf_init(&plain, 1000);
    crypt_seal(&sealed, &key, STR("secret"), STR("a/1"));
    assert_int_equal(crypt_open(&plain, &key, buf_str(&sealed), STR("a/1")), STATUS_OK);
    assert_str(buf_str(&plain), "secret");
    assert_int_equal(crypt_open(&plain, &key, buf_str(&sealed), STR("a/2")), STATUS_CORRUPT);
    for (size_t i = 0; i < sealed.n; i++) {
        sealed.p[i] ^= 1;
        assert_int_equal(crypt_open(&plain, &key, buf_str(&sealed), STR("a/1")), STATUS_CORRUPT);
        sealed.p[i] ^= 1;
    }
    for (size_t n = 0; n < sealed.n; n++) {
        assert_int_equal(crypt_open(&plain, &key, str_slice(buf_str(&sealed), 0, n), STR("a/1")),
                         STATUS_CORRUPT);
    }
    buf_close(&sealed);
    buf_close(&plain);
}

static void test_file_chain(void **state)
{
    (void)state;
    struct crypt_key key = crypt_key_new();
    struct crypt_file file;
    uint8_t header[CRYPT_FILE_HEADER_BYTES];
    struct buf one, two, out;
    bool is_last = true;
    buf_init(&one, 1000);
    buf_init(&two, 1000);
    buf_init(&out, 1000);
    crypt_file_seal_start(&file, &key, header);
    crypt_file_seal(&file, &one, STR("first"), false);
    crypt_file_seal(&file, &two, STR("last"), true);
    assert_int_equal(crypt_file_open_start(&file, &key, header), STATUS_OK);
    assert_int_equal(crypt_file_open(&file, &out, buf_str(&two), &is_last), STATUS_CORRUPT);
    assert_int_equal(crypt_file_open_start(&file, &key, header), STATUS_OK);
    assert_int_equal(crypt_file_open(&file, &out, buf_str(&one), &is_last), STATUS_OK);
    assert_false(is_last);
    assert_int_equal(crypt_file_open(&file, &out, buf_str(&two), &is_last), STATUS_OK);
    assert_true(is_last);
    assert_str(buf_str(&out), "firstlast");
    buf_close(&one);
    buf_close(&two);
    buf_close(&out);
}

/* RFC 6238 appendix B, SHA-1 rows, last six digits. */
static void test_totp_vectors(void **state)
{
    (void)state;
    static const struct {
        int64_t at;
        const char *code;
    } rows[] = {{59, "287082"},         {1111111109, "081804"}, {1111111111, "050471"},
                {1234567890, "005924"}, {2000000000, "279037"}, {20000000000, "353130"}};
    const uint8_t *secret = (const uint8_t *)"12345678901234567890";
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        uint64_t step = 0;
        assert_true(crypt_totp_check(secret, rows[i].at, str_c(rows[i].code), &step));
        assert_int_equal(step, rows[i].at / 30);
        assert_false(crypt_totp_check(secret, rows[i].at + 120, str_c(rows[i].code), &step));
    }
    struct buf out;
    buf_init(&out, 100);
    crypt_add_base32(&out, "foobar", 6);
    assert_str(buf_str(&out), "MZXW6YTBOI");
    buf_close(&out);
}

static void test_hashes(void **state)
{
    (void)state;
    uint8_t want[32];
    assert_true(hex_decode(STR("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
                           want, 32));
    struct crypt_hash hash = crypt_sha256(STR("abc"));
    assert_memory_equal(hash.bytes, want, 32);
    struct crypt_sha256_state s;
    crypt_sha256_start(&s);
    crypt_sha256_add(&s, STR("a"));
    crypt_sha256_add(&s, STR("bc"));
    hash = crypt_sha256_end(&s);
    assert_memory_equal(hash.bytes, want, 32);
    /* RFC 4231 test case 2 */
    assert_true(hex_decode(STR("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
                           want, 32));
    hash = crypt_hmac_sha256(STR("Jefe"), STR("what do ya want for nothing?"));
    assert_memory_equal(hash.bytes, want, 32);
}

static void test_padding(void **state)
{
    (void)state;
    size_t distinct = 0;
    size_t last = 0;
    for (size_t n = 0; n < 100000; n++) {
        size_t padded = crypt_padded_size(n, 512);
        assert_true(padded >= n && padded >= 512);
        assert_true(n <= 512 || padded - n <= n / 8);
        assert_true(padded >= last);
        distinct += padded != last;
        last = padded;
    }
    assert_true(distinct < 140);
}

int main(void)
{
    crypt_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_seal_binds_place), cmocka_unit_test(test_file_chain),
        cmocka_unit_test(test_totp_vectors), cmocka_unit_test(test_hashes),
        cmocka_unit_test(test_padding)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
