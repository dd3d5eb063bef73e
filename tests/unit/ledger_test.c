/* SPDX-License-Identifier: Apache-2.0 */
#include "../support/cm.h"

#include "base/text.h"
#include "ledger/note.h"
#include "ledger/tree.h"

/* RFC 6962 2.1.1 test tree of Certificate Transparency implementations: leaves "", 00, 10, 2021,
 * 3031, 40414243, 5051525354555657, 606162636465666768696a6b6c6d6e6f. Roots for sizes 1..8. */
static void test_known_roots(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t n;
        const char *root;
    } rows[] = {
        {"", 0, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
        {"\x00", 1, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"},
        {"\x10", 1, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"},
        {"\x20\x21", 2, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"},
        {"\x30\x31", 2, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"},
        {"\x40\x41\x42\x43", 4, "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"},
        {"\x50\x51\x52\x53\x54\x55\x56\x57", 8,
         "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"},
        {"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f", 16,
         "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"}};
    struct tree tree;
    tree_init(&tree);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct crypt_hash want;
        struct crypt_hash leaf = crypt_sha256_two(0, str_from(rows[i].bytes, rows[i].n), STR(""));
        tree_add(&tree, &leaf);
        assert_true(hex_decode(str_c(rows[i].root), want.bytes, 32));
        struct crypt_hash got = tree_root(&tree);
        assert_memory_equal(got.bytes, want.bytes, 32);
    }
}

static void test_frontier_round_trip(void **state)
{
    (void)state;
    struct tree tree;
    tree_init(&tree);
    struct buf out;
    buf_init(&out, TREE_FRONTIER_BYTES_MAX);
    for (int64_t i = 0; i < 300; i++) {
        struct leaf leaf = {.number = i, .kind = 2, .at = i * 60};
        struct crypt_hash hash = leaf_hash(&leaf);
        struct tree back;
        tree_add(&tree, &hash);
        buf_clear(&out);
        tree_add_frontier(&out, &tree);
        assert_int_equal(tree_from_frontier(i + 1, buf_str(&out), &back), STATUS_OK);
        struct crypt_hash a = tree_root(&tree);
        struct crypt_hash b = tree_root(&back);
        assert_memory_equal(a.bytes, b.bytes, 32);
        assert_int_equal(tree_from_frontier(i + 1, str_slice(buf_str(&out), 1, out.n), &back),
                         STATUS_CORRUPT);
    }
    buf_close(&out);
}

static void test_note(void **state)
{
    (void)state;
    struct crypt_id desk = crypt_id_new();
    struct crypt_key seed = crypt_key_new();
    struct crypt_verify_key verify, stranger;
    struct crypt_sign_key sign, other;
    struct crypt_key seed_two = crypt_key_new();
    crypt_sign_pair_from_seed(&seed, &verify, &sign);
    crypt_sign_pair_from_seed(&seed_two, &stranger, &other);
    struct crypt_hash root = crypt_sha256(STR("x"));
    struct buf note;
    struct note parsed;
    struct error err;
    buf_init(&note, 2000);
    note_add_text(&note, &desk, 42, &root);
    size_t text_len = note.n;
    buf_add_byte(&note, '\n');
    char text[200];
    memcpy(text, note.p, text_len);
    note_add_signature(&note, &desk, NOTE_LOG, &sign, &verify, str_from(text, text_len));
    assert_int_equal(note_parse(buf_str(&note), &desk, &parsed, &err), STATUS_OK);
    assert_int_equal(parsed.size, 42);
    assert_true(note_is_signed(&parsed, &desk, NOTE_LOG, &verify));
    assert_false(note_is_signed(&parsed, &desk, NOTE_DESK, &verify));
    assert_false(note_is_signed(&parsed, &desk, NOTE_LOG, &stranger));
    for (size_t i = 0; i < note.n; i++) { /* every flipped bit is found */
        note.p[i] ^= 1;
        bool is_good = note_parse(buf_str(&note), &desk, &parsed, &err) == STATUS_OK &&
                       note_is_signed(&parsed, &desk, NOTE_LOG, &verify);
        assert_false(is_good && i != note.n - 1);
        note.p[i] ^= 1;
    }
    struct crypt_id elsewhere = crypt_id_new();
    assert_int_equal(note_parse(buf_str(&note), &elsewhere, &parsed, &err), STATUS_INVALID);
    buf_close(&note);
}

int main(void)
{
    crypt_start();
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_known_roots),
                                       cmocka_unit_test(test_frontier_round_trip),
                                       cmocka_unit_test(test_note)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
