/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/note.h"

#include "base/text.h"

#define DASH "\xe2\x80\x94 "

enum { NAME_BYTES_MAX = 80, KEY_HASH_BYTES = 4 };

static void add_origin(struct buf *out, const struct crypt_id *desk_id)
{
    buf_add(out, STR("hustings/"));
    buf_add_hex(out, desk_id->bytes, sizeof desk_id->bytes);
}

static void add_name(struct buf *out, const struct crypt_id *desk_id, enum note_signer signer)
{
    add_origin(out, desk_id);
    buf_add(out, signer == NOTE_LOG ? STR("+log") : STR("+desk"));
}

void note_add_text(struct buf *out, const struct crypt_id *desk_id, int64_t size,
                   const struct crypt_hash *root)
{
    add_origin(out, desk_id);
    buf_add_byte(out, '\n');
    buf_add_i64(out, size);
    buf_add_byte(out, '\n');
    buf_add_base64(out, root->bytes, sizeof root->bytes);
    buf_add_byte(out, '\n');
}

/* signed-note: the first four bytes of SHA-256(name ‖ "\n" ‖ 0x01 ‖ public key). */
static void key_hash(uint8_t out[KEY_HASH_BYTES], str name, const struct crypt_verify_key *verify)
{
    struct crypt_sha256_state state;
    crypt_sha256_start(&state);
    crypt_sha256_add(&state, name);
    crypt_sha256_add(&state, STR("\n\x01"));
    crypt_sha256_add(&state, str_from(verify->bytes, sizeof verify->bytes));
    struct crypt_hash hash = crypt_sha256_end(&state);
    memcpy(out, hash.bytes, KEY_HASH_BYTES);
}

void note_add_signature(struct buf *out, const struct crypt_id *desk_id, enum note_signer signer,
                        const struct crypt_sign_key *sign, const struct crypt_verify_key *verify,
                        str text)
{
    uint8_t bytes[KEY_HASH_BYTES + CRYPT_SIGNATURE_BYTES];
    struct buf name;
    buf_init(&name, NAME_BYTES_MAX);
    add_name(&name, desk_id, signer);
    key_hash(bytes, buf_str(&name), verify);
    crypt_sign(sign, text, bytes + KEY_HASH_BYTES);
    buf_add(out, STR(DASH));
    buf_add(out, buf_str(&name));
    buf_add_byte(out, ' ');
    buf_add_base64(out, bytes, sizeof bytes);
    buf_add_byte(out, '\n');
    buf_close(&name);
}

enum status note_parse(str text, const struct crypt_id *desk_id, struct note *ret_note,
                       struct error *err)
{
    struct note note = {0};
    str origin = {0};
    str size = {0};
    str root = {0};
    uint64_t count = 0;
    size_t len = 0;
    size_t end = str_find(text, STR("\n\n"));
    note.text = str_slice(text, 0, end + 1);
    note.signatures = str_slice(text, end + 2, text.n);
    str rest = str_cut(note.text, '\n', &origin);
    rest = str_cut(rest, '\n', &size);
    rest = str_cut(rest, '\n', &root);
    struct buf expected;
    buf_init(&expected, NAME_BYTES_MAX);
    add_origin(&expected, desk_id);
    bool is_ours = str_equal(buf_str(&expected), origin);
    buf_close(&expected);
    bool has_zeros = size.n > 1 && size.p[0] == '0'; /* the same size in two texts is not wanted */
    if (end == text.n || has_zeros || !str_to_u64(size, &count) || count > (uint64_t)INT64_MAX ||
        !base64_decode(root, note.root.bytes, sizeof note.root.bytes, &len) ||
        len != sizeof note.root.bytes || rest.n != 0) {
        return error_set(err, STATUS_INVALID, "this is not a checkpoint (a signed note)");
    }
    if (!is_ours) {
        return error_set(err, STATUS_INVALID, "this checkpoint is of another desk (%.*s)",
                         STR_ARG(str_slice(origin, 0, NAME_BYTES_MAX)));
    }
    note.size = (int64_t)count;
    *ret_note = note;
    return STATUS_OK;
}

static bool line_is_valid(str line, str name, str text, const struct crypt_verify_key *verify)
{
    uint8_t bytes[KEY_HASH_BYTES + CRYPT_SIGNATURE_BYTES];
    uint8_t expected[KEY_HASH_BYTES];
    size_t len = 0;
    if (!str_starts(line, STR(DASH))) {
        return false;
    }
    str signed_by = {0};
    str encoded = str_cut(str_slice(line, sizeof DASH - 1, line.n), ' ', &signed_by);
    if (!str_equal(signed_by, name) || !base64_decode(encoded, bytes, sizeof bytes, &len) ||
        len != sizeof bytes) {
        return false;
    }
    key_hash(expected, name, verify);
    return memcmp(expected, bytes, sizeof expected) == 0 &&
           crypt_verify(verify, text, bytes + KEY_HASH_BYTES);
}

bool note_is_signed(const struct note *note, const struct crypt_id *desk_id,
                    enum note_signer signer, const struct crypt_verify_key *verify)
{
    struct buf name;
    str rest = note->signatures;
    str line = {0};
    bool is_signed = false;
    buf_init(&name, NAME_BYTES_MAX);
    add_name(&name, desk_id, signer);
    while (!is_signed && str_next_line(&rest, &line)) {
        is_signed = line_is_valid(line, buf_str(&name), note->text, verify);
    }
    buf_close(&name);
    return is_signed;
}
