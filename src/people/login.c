/* SPDX-License-Identifier: Apache-2.0 */
/* Log-in, the growing wait after failures, and the recovery key. */
#include "people/people_internal.h"

static const char denied_words[] = "That login, password or code is not right.";

static time_us wait_after(int64_t failures, time_us now)
{
    if (failures <= PEOPLE_FREE_FAILURES) {
        return 0;
    }
    int64_t seconds = PEOPLE_WAIT_SECONDS_MIN;
    for (int64_t i = PEOPLE_FREE_FAILURES + 1; i < failures && seconds < PEOPLE_WAIT_SECONDS_MAX;
         i++) {
        seconds *= 2;
    }
    seconds = seconds < PEOPLE_WAIT_SECONDS_MAX ? seconds : PEOPLE_WAIT_SECONDS_MAX;
    return now + seconds * US_PER_SECOND;
}

static enum status check_wait(time_us until, time_us now, struct error *err)
{
    int64_t seconds = (until - now + US_PER_SECOND - 1) / US_PER_SECOND;
    /* A wait longer than any that we set means that the clock was moved: it is over. */
    if (seconds <= 0 || seconds > PEOPLE_WAIT_SECONDS_MAX) {
        return STATUS_OK;
    }
    error_set(err, STATUS_LIMIT, "There were several tries that did not fit.");
    if (seconds > 90) {
        error_hint(err, "To keep this desk safe, please wait %lld minutes and try again.",
                   (long long)((seconds + 59) / 60));
    } else {
        error_hint(err, "To keep this desk safe, please wait %lld seconds and try again.",
                   (long long)seconds);
    }
    return STATUS_LIMIT;
}

/* The slot of an unknown login: its own, or the one that was quiet longest. */
static struct stranger *stranger_find(struct people *people, str login)
{
    struct crypt_hash hash = crypt_blake(&people->stranger_key, STR("login"), login);
    struct stranger *oldest = &people->strangers[0];
    for (size_t i = 0; i < PEOPLE_STRANGERS_MAX; i++) {
        struct stranger *slot = &people->strangers[i];
        if (memcmp(slot->login.bytes, hash.bytes, sizeof hash.bytes) == 0) {
            return slot;
        }
        if (slot->at < oldest->at) {
            oldest = slot;
        }
    }
    *oldest = (struct stranger){.login = hash};
    return oldest;
}

/* A row that no password opens, for a login that does not exist: the work is the same. */
static void stranger_row(struct people *people, struct arena *arena, str login,
                         struct keyring_officer *row)
{
    struct crypt_hash salt = crypt_blake(&people->stranger_key, STR("salt"), login);
    static const char zeros[CRYPT_SEAL_OVERHEAD + 32] = {0};
    *row = (struct keyring_officer){
        .salt = arena_str(arena, str_from(salt.bytes, CRYPT_SALT_BYTES)),
        .secret = {zeros, CRYPT_SEAL_OVERHEAD + 32},
        .totp = {zeros, CRYPT_SEAL_OVERHEAD + CRYPT_TOTP_SECRET_BYTES},
    };
}

static str code_digits(str code, char digits[8])
{
    size_t n = 0;
    for (size_t i = 0; i < code.n && n < 8; i++) {
        if (!ascii_is_space(code.p[i])) {
            digits[n++] = code.p[i];
        }
    }
    return (str){digits, n};
}

enum { DRIFT_SECONDS_MAX = 2 * 60 * 60 };

/* What was wrong about a code whose log-in and password are right, and what to do. */
static void code_why(const uint8_t *totp, str code, time_us now, struct error *why)
{
    int64_t ahead = 0;
    if (code.n != 6) {
        error_set(why, STATUS_DENIED,
                  "Log-in and password are right; the code must have six digits.");
        error_hint(why, "Give the digits that the authenticator shows now.");
    } else if (crypt_totp_drift(totp, now / US_PER_SECOND, code, DRIFT_SECONDS_MAX, &ahead)) {
        int64_t minutes = ((ahead < 0 ? -ahead : ahead) + 30) / 60;
        error_set(
            why, STATUS_DENIED,
            "Log-in and password are right; the code is of a clock that stands %lld minute%s %s "
            "this machine's.",
            (long long)minutes, minutes == 1 ? "" : "s", ahead < 0 ? "behind" : "ahead of");
        error_hint(why, "Was it typed long after it was shown? Else set the clock that is wrong "
                        "(here: timedatectl), and give the code that is shown then.");
    } else {
        error_set(why, STATUS_DENIED,
                  "Log-in and password are right; the code is not one of theirs.");
        error_hint(why,
                   "Give the code of this desk and this log-in. Who lost the authenticator gets a "
                   "new one by 'hustings officer reset'.");
    }
}

static void used_why(struct error *why)
{
    error_set(why, STATUS_DENIED, "Log-in and password are right; this code was used already.");
    error_hint(why, "A code works once: wait for the next, at most 30 seconds, and try again.");
}

/* Password, code and root of one row; *ret_step is the code's step. */
static enum status try_row(struct people *people, const struct keyring_officer *row,
                           const struct login_input *input,
                           const struct people_stretched *stretched, time_us now,
                           uint64_t *ret_step, struct crypt_key *ret_root, struct error *why)
{
    struct officer_keys keys = {0};
    char digits[8];
    str code = code_digits(input->code, digits);
    enum status status = officer_keys_open(people, row, stretched, &keys);
    if (status != STATUS_OK) {
        error_set(why, status, "That log-in or password is not right; the code was not looked at.");
        error_hint(why,
                   "The first line of --password-file is the password; 'hustings officer list' has "
                   "the log-ins.");
    } else if (!crypt_totp_check(keys.totp, now / US_PER_SECOND, code, ret_step)) {
        code_why(keys.totp, code, now, why);
        status = STATUS_DENIED;
    }
    if (status == STATUS_OK) {
        status = root_unbox(people, row->public_key, &keys.secret, row->id, row->root, ret_root);
    }
    CRYPT_WIPE(keys);
    return status;
}

static enum status note_failure(struct people *people, const struct keyring_officer *row,
                                struct stranger *stranger, time_us now, const struct error *why,
                                struct error *err)
{
    int64_t failures = 1 + (stranger != NULL ? stranger->failures : row->failures);
    time_us until = wait_after(failures, now);
    if (stranger != NULL) {
        stranger->failures = failures;
        stranger->waiting_until = until;
        stranger->at = now;
    }
    enum status status = keyring_failed(people->keyring, row->id, stranger != NULL ? 0 : until,
                                        now - now % (3600 * US_PER_SECOND), err);
    if (status == STATUS_OK) {
        status = error_set(err, STATUS_DENIED, "%s", why != NULL ? why->primary : denied_words);
        error_hint(err, "%s", why != NULL ? why->hint : "");
    }
    return status;
}

/* The row of a login, or one that no password opens; STATUS_LIMIT while it must wait. */
static enum status find_row(struct people *people, struct arena *arena, str typed, time_us now,
                            struct keyring_officer *row, struct stranger **ret_stranger,
                            struct error *err)
{
    struct error quiet;
    str login = login_normal(arena, typed);
    *ret_stranger = NULL;
    enum status status = keyring_by_login(people->keyring, arena, login, row, &quiet);
    if (status == STATUS_NOT_FOUND || (status == STATUS_OK && row->is_disabled)) {
        *ret_stranger = stranger_find(people, login);
        stranger_row(people, arena, login, row);
    } else if (status != STATUS_OK) {
        return error_set(err, status, "%s", quiet.primary);
    }
    return check_wait(*ret_stranger != NULL ? (*ret_stranger)->waiting_until : row->waiting_until,
                      now, err);
}

enum status people_login_salt(struct people *people, str login, time_us now,
                              struct crypt_salt *ret_salt, struct error *err)
{
    struct arena arena;
    struct keyring_officer row = {0};
    struct stranger *stranger = NULL;
    arena_init(&arena, 256 * 1024);
    enum status status = find_row(people, &arena, login, now, &row, &stranger, err);
    if (status == STATUS_OK) {
        *ret_salt = officer_salt(&row);
    }
    arena_close(&arena);
    return status;
}

enum status people_login_with(struct people *people, const struct login_input *input,
                              const struct people_stretched *stretched, time_us now,
                              struct login_result *ret_result, struct error *err)
{
    struct arena arena;
    struct keyring_officer row = {0};
    struct stranger *stranger = NULL;
    uint64_t step = 0;
    struct crypt_key root = {0};
    struct error why = {0};
    arena_init(&arena, 256 * 1024);
    enum status status = find_row(people, &arena, input->login, now, &row, &stranger, err);
    if (status != STATUS_OK) {
        arena_close(&arena);
        return status;
    }
    status = try_row(people, &row, input, stretched, now, &step, &root, &why);
    if (status == STATUS_OK) {
        used_why(&why);
        status = keyring_passed(people->keyring, row.id, (int64_t)step, err);
    }
    if (status == STATUS_OK) {
        *ret_result =
            (struct login_result){.officer = row.id, .role = (enum role)row.role, .root = root};
    } else if (status == STATUS_DENIED || status == STATUS_CORRUPT) {
        status = note_failure(people, &row, stranger, now, input->wants_why ? &why : NULL, err);
    }
    CRYPT_WIPE(root);
    arena_close(&arena);
    return status;
}

enum status people_login(struct people *people, const struct login_input *input, time_us now,
                         struct login_result *ret_result, struct error *err)
{
    struct people_stretched stretched;
    enum status status = people_login_salt(people, input->login, now, &stretched.salt, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = crypt_stretch(people_password_cut(input->password), &stretched.salt, &stretched.key);
    if (status == STATUS_OK) {
        status = people_login_with(people, input, &stretched, now, ret_result, err);
    } else {
        error_set(err, status, "There is not enough memory to check the password just now.");
    }
    CRYPT_WIPE(stretched);
    return status;
}

enum status people_attempts_take(struct people *people, struct arena *arena,
                                 struct login_attempt **ret_list, size_t *ret_count,
                                 struct error *err)
{
    struct keyring_officer *rows = NULL;
    struct keyring_officer nobody;
    size_t count = 0;
    size_t taken = 0;
    enum status status = keyring_list(people->keyring, arena, &rows, &count, err);
    if (status == STATUS_OK) {
        status = keyring_by_id(people->keyring, arena, 0, &nobody, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    struct login_attempt *list = ARENA_ARRAY(arena, struct login_attempt, count + 1);
    for (size_t i = 0; i <= count && status == STATUS_OK; i++) {
        const struct keyring_officer *row = i < count ? &rows[i] : &nobody;
        if (row->untold > 0) {
            list[taken++] = (struct login_attempt){
                .officer = row->id, .count = row->untold, .last_at = row->untold_hour};
            status = keyring_told(people->keyring, row->id, row->untold, err);
        }
    }
    if (status == STATUS_OK) {
        *ret_list = list;
        *ret_count = taken;
    }
    return status;
}

/* --- recovery --- */

enum status people_recovery_make(struct people *people, const struct crypt_key *root,
                                 struct crypt_key *ret_key, struct error *err)
{
    struct arena arena;
    arena_init(&arena, 64 * 1024);
    struct crypt_key key = crypt_key_new();
    struct crypt_public public_key;
    struct crypt_secret secret;
    crypt_pair_from_seed(&key, &public_key, &secret);
    struct keyring_recipient recipient = {
        .public_key = str_from(public_key.bytes, sizeof public_key.bytes),
        .root = root_box(people, &arena, &public_key, 0, root),
    };
    enum status status = keyring_recipient_put(people->keyring, STR("recovery"), &recipient, err);
    if (status == STATUS_OK) {
        *ret_key = key;
    }
    CRYPT_WIPE(key);
    CRYPT_WIPE(secret);
    arena_close(&arena);
    return status;
}

enum status people_recovery_open(struct people *people, const struct crypt_key *key,
                                 struct crypt_key *ret_root, struct error *err)
{
    struct arena arena;
    arena_init(&arena, 64 * 1024);
    struct keyring_recipient recipient = {0};
    struct crypt_public public_key;
    struct crypt_secret secret;
    enum status status =
        keyring_recipient_get(people->keyring, &arena, STR("recovery"), &recipient, err);
    if (status == STATUS_OK) {
        crypt_pair_from_seed(key, &public_key, &secret);
        if (root_unbox(people, recipient.public_key, &secret, 0, recipient.root, ret_root) !=
            STATUS_OK) {
            status = error_set(err, STATUS_DENIED, "That is not the recovery key of this desk.");
        }
    }
    CRYPT_WIPE(secret);
    arena_close(&arena);
    return status;
}

enum { RECOVERY_CHECK_BYTES = 2 };

void recovery_key_add(struct buf *out, const struct crypt_key *key)
{
    struct crypt_hash check =
        crypt_blake(NULL, STR("recovery"), str_from(key->bytes, sizeof key->bytes));
    uint8_t all[CRYPT_KEY_BYTES + RECOVERY_CHECK_BYTES];
    memcpy(all, key->bytes, CRYPT_KEY_BYTES);
    memcpy(all + CRYPT_KEY_BYTES, check.bytes, RECOVERY_CHECK_BYTES);
    for (size_t i = 0; i < sizeof all; i += 2) {
        if (i > 0) {
            buf_add_byte(out, '-');
        }
        buf_add_hex(out, all + i, 2);
    }
    CRYPT_WIPE(all);
}

enum status recovery_key_parse(str text, struct crypt_key *ret_key, struct error *err)
{
    enum { DIGITS = 2 * (CRYPT_KEY_BYTES + RECOVERY_CHECK_BYTES) };
    char digits[DIGITS];
    uint8_t all[CRYPT_KEY_BYTES + RECOVERY_CHECK_BYTES];
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (ascii_is_space(text.p[i]) || text.p[i] == '-') {
            continue;
        }
        if (n == DIGITS) {
            return error_set(err, STATUS_INVALID, "The recovery key is too long.");
        }
        digits[n++] = text.p[i];
    }
    if (n != DIGITS || !hex_decode((str){digits, n}, all, sizeof all)) {
        return error_set(err, STATUS_INVALID,
                         "A recovery key has 17 groups of four digits 0-9 and letters a-f.");
    }
    struct crypt_hash check = crypt_blake(NULL, STR("recovery"), str_from(all, CRYPT_KEY_BYTES));
    if (memcmp(check.bytes, all + CRYPT_KEY_BYTES, RECOVERY_CHECK_BYTES) != 0) {
        return error_set(err, STATUS_INVALID,
                         "The recovery key has a slip of the pen: its check digits do not fit.");
    }
    memcpy(ret_key->bytes, all, CRYPT_KEY_BYTES);
    CRYPT_WIPE(all);
    CRYPT_WIPE(digits);
    return STATUS_OK;
}
