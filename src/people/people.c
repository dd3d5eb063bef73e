/* SPDX-License-Identifier: Apache-2.0 */
/* Officers in the keyring: adding, resetting, disabling, and the seals that bind their keys. */
#include "people/people_internal.h"

#include "base/utf8.h"

enum status people_open(const struct db_options *options, const struct crypt_id *desk_id,
                        time_us now, struct people **ret_people, struct error *err)
{
    struct keyring *keyring = NULL;
    enum status status = keyring_open(options, now, &keyring, err);
    if (status != STATUS_OK) {
        return status;
    }
    struct arena arena;
    arena_init(&arena, PEOPLE_ARENA_BYTES_MAX);
    struct people *people = ARENA_NEW(&arena, struct people);
    people->arena = arena;
    people->keyring = keyring;
    people->desk_id = *desk_id;
    people->stranger_key = crypt_key_new();
    *ret_people = people;
    return STATUS_OK;
}

void people_close(struct people *people)
{
    if (people != NULL) {
        struct arena arena = people->arena;
        keyring_close(people->keyring);
        crypt_wipe(people, sizeof *people);
        arena_close(&arena);
    }
}

/* --- seals --- */

/* Associated data: desk ‖ "officer" ‖ column ‖ id ‖ format. */
static void add_place(struct people *people, struct buf *out, const char *column, int64_t id)
{
    buf_add_bytes(out, people->desk_id.bytes, sizeof people->desk_id.bytes);
    buf_printf(out, "officer/%s/%lld/%d", column, (long long)id, PEOPLE_FORMAT);
}

static str seal(struct people *people, struct arena *arena, const struct crypt_key *key,
                const char *column, int64_t id, str plain)
{
    struct buf place, out;
    buf_init(&place, 200);
    buf_init(&out, plain.n + CRYPT_SEAL_OVERHEAD);
    add_place(people, &place, column, id);
    crypt_seal(&out, key, plain, buf_str(&place));
    str sealed = arena_str(arena, buf_str(&out));
    buf_close(&out);
    buf_close(&place);
    return sealed;
}

static enum status open_seal(struct people *people, const struct crypt_key *key, const char *column,
                             int64_t id, str sealed, struct buf *out)
{
    struct buf place;
    buf_init(&place, 200);
    add_place(people, &place, column, id);
    enum status status = crypt_open(out, key, sealed, buf_str(&place));
    buf_close(&place);
    return status;
}

static enum status open_fixed(struct people *people, const struct crypt_key *key,
                              const char *column, int64_t id, str sealed, void *out, size_t len)
{
    struct buf plain;
    buf_init(&plain, 256);
    enum status status = open_seal(people, key, column, id, sealed, &plain);
    if (status == STATUS_OK && plain.n == len) {
        memcpy(out, plain.p, len);
    } else if (status == STATUS_OK) {
        status = STATUS_CORRUPT;
    }
    if (plain.p != NULL) {
        crypt_wipe(plain.p, plain.cap);
    }
    buf_close(&plain);
    return status;
}

struct crypt_salt officer_salt(const struct keyring_officer *officer)
{
    struct crypt_salt salt = {0};
    if (officer->salt.n == sizeof salt.bytes) {
        memcpy(salt.bytes, officer->salt.p, sizeof salt.bytes);
    }
    return salt;
}

str people_password_cut(str password)
{
    return str_slice(password, 0, PEOPLE_PASSWORD_BYTES_MAX + 1);
}

enum status officer_keys_open(struct people *people, const struct keyring_officer *officer,
                              const struct people_stretched *stretched,
                              struct officer_keys *ret_keys)
{
    struct crypt_salt salt = officer_salt(officer);
    enum status status = STATUS_OK;
    struct crypt_key key = crypt_derive(&stretched->key, 1, "officer_");
    struct officer_keys keys = {0};
    /* Both are tried whatever the first gives: the same work for a right and a wrong password. */
    enum status first = open_fixed(people, &key, "secret", officer->id, officer->secret,
                                   keys.secret.bytes, sizeof keys.secret.bytes);
    enum status second =
        open_fixed(people, &key, "totp", officer->id, officer->totp, keys.totp, sizeof keys.totp);
    if (first == STATUS_OK && second == STATUS_OK &&
        memcmp(salt.bytes, stretched->salt.bytes, sizeof salt.bytes) == 0) {
        *ret_keys = keys;
    } else {
        status = STATUS_DENIED;
    }
    CRYPT_WIPE(keys);
    CRYPT_WIPE(key);
    return status;
}

void officer_keys_seal(struct people *people, struct arena *arena, struct keyring_officer *officer,
                       const struct officer_keys *keys, const struct people_stretched *stretched)
{
    struct crypt_key key = crypt_derive(&stretched->key, 1, "officer_");
    officer->salt = arena_str(arena, str_from(stretched->salt.bytes, sizeof stretched->salt.bytes));
    officer->secret = seal(people, arena, &key, "secret", officer->id,
                           str_from(keys->secret.bytes, sizeof keys->secret.bytes));
    officer->totp =
        seal(people, arena, &key, "totp", officer->id, str_from(keys->totp, sizeof keys->totp));
    CRYPT_WIPE(key);
}

str root_box(struct people *people, struct arena *arena, const struct crypt_public *to,
             int64_t officer, const struct crypt_key *root)
{
    struct buf plain, out;
    buf_init(&plain, 400);
    buf_init(&out, 400 + CRYPT_BOX_OVERHEAD);
    buf_add_bytes(&plain, root->bytes, sizeof root->bytes);
    add_place(people, &plain, "root", officer);
    crypt_box(&out, to, buf_str(&plain));
    str sealed = arena_str(arena, buf_str(&out));
    crypt_wipe(plain.p, plain.cap);
    buf_close(&plain);
    buf_close(&out);
    return sealed;
}

enum status root_unbox(struct people *people, str public_key, const struct crypt_secret *secret,
                       int64_t officer, str sealed, struct crypt_key *ret_root)
{
    struct crypt_public key;
    struct buf plain, place;
    if (public_key.n != sizeof key.bytes) {
        return STATUS_CORRUPT;
    }
    memcpy(key.bytes, public_key.p, sizeof key.bytes);
    buf_init(&plain, 400);
    buf_init(&place, 200);
    add_place(people, &place, "root", officer);
    enum status status = crypt_box_open(&plain, &key, secret, sealed);
    if (status == STATUS_OK && (plain.n != sizeof ret_root->bytes + place.n ||
                                memcmp(plain.p + sizeof ret_root->bytes, place.p, place.n) != 0)) {
        status = STATUS_CORRUPT;
    }
    if (status == STATUS_OK) {
        memcpy(ret_root->bytes, plain.p, sizeof ret_root->bytes);
    }
    if (plain.p != NULL) {
        crypt_wipe(plain.p, plain.cap);
    }
    buf_close(&plain);
    buf_close(&place);
    return status;
}

/* --- what may be typed --- */

str login_normal(struct arena *arena, str login)
{
    login = str_trim(login);
    if (login.n == 0 || login.n > PEOPLE_LOGIN_BYTES_MAX) {
        return (str){0};
    }
    char *low = ARENA_ARRAY(arena, char, login.n);
    for (size_t i = 0; i < login.n; i++) {
        low[i] = ascii_lower(login.p[i]);
        if (!ascii_is_alnum(low[i]) && low[i] != '.' && low[i] != '_' && low[i] != '-' &&
            low[i] != '@') {
            return (str){0};
        }
    }
    return (str){low, login.n};
}

enum status people_password_check(str login, str password, struct error *err)
{
    if (password.n < PEOPLE_PASSWORD_BYTES_MIN) {
        error_set(err, STATUS_INVALID, "The password needs at least %d characters.",
                  PEOPLE_PASSWORD_BYTES_MIN);
        error_hint(err, "Three random words are easy to remember and hard to guess.");
        return STATUS_INVALID;
    }
    if (password.n > PEOPLE_PASSWORD_BYTES_MAX) {
        return error_set(err, STATUS_INVALID, "The password has more than %d characters.",
                         PEOPLE_PASSWORD_BYTES_MAX);
    }
    bool is_one_byte = true;
    for (size_t i = 1; i < password.n; i++) {
        is_one_byte = is_one_byte && password.p[i] == password.p[0];
    }
    if (is_one_byte || (login.n >= 4 && str_find(password, login) < password.n)) {
        return error_set(err, STATUS_INVALID,
                         "The password is too easy to guess: it repeats one character or holds "
                         "the login.");
    }
    return STATUS_OK;
}

static enum status check_input(struct arena *arena, const struct officer_input *input,
                               str *ret_login, struct error *err)
{
    str login = login_normal(arena, input->login);
    str name = str_trim(input->name);
    if (login.n == 0) {
        return error_set(err, STATUS_INVALID,
                         "A login has 1 to %d letters, digits, or . _ - @ without spaces.",
                         PEOPLE_LOGIN_BYTES_MAX);
    }
    if (name.n == 0 || name.n > PEOPLE_NAME_BYTES_MAX || !utf8_is_text(name)) {
        return error_set(err, STATUS_INVALID, "A name has 1 to %d bytes of text.",
                         PEOPLE_NAME_BYTES_MAX);
    }
    if (input->role <= ROLE_NONE || input->role >= ROLE_COUNT) {
        return error_set(err, STATUS_INVALID, "There is no such role.");
    }
    *ret_login = login;
    return people_password_check(login, input->password, err);
}

/* --- officers --- */

struct adding {
    struct people *people;
    struct arena *arena;
    const struct crypt_key *root;
    const struct officer_input *input;
    str login;
    time_us now;
    struct officer_keys keys;
    struct people_stretched stretched;
};

/* Of a new password, where the caller has not brought it along. */
static enum status stretch_new(str password, const struct people_stretched *brought,
                               struct people_stretched *ret_stretched, struct error *err)
{
    if (brought != NULL) {
        *ret_stretched = *brought;
        return STATUS_OK;
    }
    crypt_random(ret_stretched->salt.bytes, sizeof ret_stretched->salt.bytes);
    enum status status = crypt_stretch(password, &ret_stretched->salt, &ret_stretched->key);
    return status == STATUS_OK
               ? status
               : error_set(err, status, "There is not enough memory to protect the password.");
}

/* New keys of all kinds for one officer row. */
static void fill_keys(struct adding *adding, struct keyring_officer *officer)
{
    struct crypt_public public_key;
    crypt_pair_new(&public_key, &adding->keys.secret);
    crypt_random(adding->keys.totp, sizeof adding->keys.totp);
    officer->public_key =
        arena_str(adding->arena, str_from(public_key.bytes, sizeof public_key.bytes));
    officer->root = root_box(adding->people, adding->arena, &public_key, officer->id, adding->root);
    officer_keys_seal(adding->people, adding->arena, officer, &adding->keys, &adding->stretched);
}

static struct crypt_key name_key(const struct crypt_key *root)
{
    return crypt_derive(root, 1, "offname_");
}

static enum status fill_officer(void *context, int64_t id, struct keyring_officer *officer,
                                struct error *err)
{
    struct adding *adding = context;
    (void)err;
    officer->id = id;
    officer->login = adding->login;
    officer->role = (int64_t)adding->input->role;
    officer->created_hour = adding->now - adding->now % (3600 * US_PER_SECOND);
    struct crypt_key key = name_key(adding->root);
    officer->name =
        seal(adding->people, adding->arena, &key, "name", id, str_trim(adding->input->name));
    CRYPT_WIPE(key);
    fill_keys(adding, officer);
    return STATUS_OK;
}

enum status people_officer_add(struct people *people, const struct crypt_key *root,
                               const struct officer_input *input, time_us now,
                               struct officer_secret *ret_secret, struct error *err)
{
    struct arena arena;
    arena_init(&arena, 64 * 1024);
    struct adding adding = {
        .people = people, .arena = &arena, .root = root, .input = input, .now = now};
    int64_t id = 0;
    enum status status = check_input(&arena, input, &adding.login, err);
    if (status == STATUS_OK) {
        status = stretch_new(input->password, input->stretched, &adding.stretched, err);
    }
    if (status == STATUS_OK) {
        status = keyring_add(people->keyring, fill_officer, &adding, &id, err);
    }
    if (status == STATUS_OK) {
        ret_secret->id = id;
        memcpy(ret_secret->totp, adding.keys.totp, sizeof ret_secret->totp);
    }
    CRYPT_WIPE(adding.keys);
    CRYPT_WIPE(adding.stretched);
    arena_close(&arena);
    return status;
}

enum status people_officer_reset(struct people *people, const struct crypt_key *root, int64_t id,
                                 str password, const struct people_stretched *stretched,
                                 struct officer_secret *ret_secret, struct error *err)
{
    struct arena arena;
    arena_init(&arena, 64 * 1024);
    struct adding adding = {.people = people, .arena = &arena, .root = root};
    struct keyring_officer officer;
    enum status status = keyring_by_id(people->keyring, &arena, id, &officer, err);
    if (status == STATUS_OK) {
        status = people_password_check(officer.login, password, err);
    }
    if (status == STATUS_OK) {
        status = stretch_new(password, stretched, &adding.stretched, err);
    }
    if (status == STATUS_OK) {
        fill_keys(&adding, &officer);
        status = keyring_replace(people->keyring, &officer, err);
    }
    if (status == STATUS_OK) {
        session_end_officer(people, id);
        ret_secret->id = id;
        memcpy(ret_secret->totp, adding.keys.totp, sizeof ret_secret->totp);
    }
    CRYPT_WIPE(adding.keys);
    CRYPT_WIPE(adding.stretched);
    arena_close(&arena);
    return status;
}

enum status people_salt(struct people *people, int64_t id, struct crypt_salt *ret_salt,
                        struct error *err)
{
    struct arena arena;
    struct keyring_officer officer;
    arena_init(&arena, 64 * 1024);
    enum status status = keyring_by_id(people->keyring, &arena, id, &officer, err);
    if (status == STATUS_OK) {
        *ret_salt = officer_salt(&officer);
    }
    arena_close(&arena);
    return status;
}

enum status people_officer_disable(struct people *people, int64_t id, struct error *err)
{
    if (id <= 0) {
        return error_set(err, STATUS_NOT_FOUND, "There is no such officer.");
    }
    enum status status = keyring_disable(people->keyring, id, err);
    if (status == STATUS_OK) {
        session_end_officer(people, id);
    }
    return status;
}

enum status people_officer_role(struct people *people, int64_t id, enum role role,
                                struct error *err)
{
    struct arena arena;
    struct keyring_officer officer;
    if (role <= ROLE_NONE || role >= ROLE_COUNT) {
        return error_set(err, STATUS_INVALID, "There is no such role.");
    }
    arena_init(&arena, 64 * 1024);
    enum status status = id <= 0 ? error_set(err, STATUS_NOT_FOUND, "There is no such officer.")
                                 : keyring_by_id(people->keyring, &arena, id, &officer, err);
    arena_close(&arena);
    if (status == STATUS_OK) {
        status = keyring_role(people->keyring, id, (int64_t)role, (int64_t)ROLE_ADMIN, err);
        if (status == STATUS_CONFLICT) {
            error_set(err, status, "This is the last administrator of the desk.");
            error_hint(err, "Give another officer that role first.");
        }
    }
    if (status == STATUS_OK) {
        session_end_officer(people, id);
    }
    return status;
}

enum status people_password_change(struct people *people, int64_t id, str old_password,
                                   str new_password, const struct people_stretched *stretched,
                                   struct error *err)
{
    struct arena arena;
    arena_init(&arena, 64 * 1024);
    struct keyring_officer officer;
    struct officer_keys keys = {0};
    struct people_stretched old = {0};
    struct people_stretched new = {0};
    enum status status = keyring_by_id(people->keyring, &arena, id, &officer, err);
    if (status == STATUS_OK) {
        status = people_password_check(officer.login, new_password, err);
    }
    if (status == STATUS_OK && stretched == NULL) {
        old.salt = officer_salt(&officer);
        status = crypt_stretch(old_password, &old.salt, &old.key);
    } else if (status == STATUS_OK) {
        old = stretched[0];
    }
    if (status == STATUS_OK) {
        status = officer_keys_open(people, &officer, &old, &keys);
        if (status != STATUS_OK) {
            error_set(err, status, "The old password is not right.");
        }
    }
    if (status == STATUS_OK) {
        status = stretch_new(new_password, stretched == NULL ? NULL : &stretched[1], &new, err);
    }
    if (status == STATUS_OK) {
        officer_keys_seal(people, &arena, &officer, &keys, &new);
        status = keyring_repassword(people->keyring, &officer, err);
    }
    CRYPT_WIPE(keys);
    CRYPT_WIPE(old);
    CRYPT_WIPE(new);
    arena_close(&arena);
    return status;
}

static void show_officer(struct people *people, const struct crypt_key *root, struct arena *arena,
                         const struct keyring_officer *row, struct officer *ret_officer)
{
    *ret_officer = (struct officer){.id = row->id,
                                    .role = (enum role)row->role,
                                    .is_disabled = row->is_disabled,
                                    .created_hour = row->created_hour,
                                    .login = row->login};
    if (root != NULL) {
        struct crypt_key key = name_key(root);
        struct buf name;
        buf_init(&name, 4096);
        if (open_seal(people, &key, "name", row->id, row->name, &name) == STATUS_OK) {
            ret_officer->name = arena_str(arena, buf_str(&name));
        }
        buf_close(&name);
        CRYPT_WIPE(key);
    }
}

enum status people_officers(struct people *people, const struct crypt_key *root,
                            struct arena *arena, struct officer **ret_list, size_t *ret_count,
                            struct error *err)
{
    struct keyring_officer *rows = NULL;
    size_t count = 0;
    enum status status = keyring_list(people->keyring, arena, &rows, &count, err);
    if (status != STATUS_OK) {
        return status;
    }
    struct officer *list = ARENA_ARRAY(arena, struct officer, count);
    for (size_t i = 0; i < count; i++) {
        show_officer(people, root, arena, &rows[i], &list[i]);
    }
    *ret_list = list;
    *ret_count = count;
    return STATUS_OK;
}

enum status people_officer_find(struct people *people, struct arena *arena, str login,
                                struct officer *ret_officer, struct error *err)
{
    struct keyring_officer row;
    str normal = login_normal(arena, login);
    enum status status = keyring_by_login(people->keyring, arena, normal, &row, err);
    if (status == STATUS_OK) {
        show_officer(people, NULL, arena, &row, ret_officer);
    }
    return status;
}
