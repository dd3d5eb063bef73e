/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/init.h"

#include "base/io.h"
#include "ledger/tree.h"
#include "letterbox/box_client.h"
#include "letterbox/letter.h"
#include "store/letterbox.h"

static enum status make_folders(const struct settings *settings, struct arena *arena,
                                struct error *err)
{
    if (io_exists(settings_path(settings, arena, "desk.json"))) {
        return error_set(err, STATUS_CONFLICT, "%.*s holds a desk already", STR_ARG(settings->dir));
    }
    enum status status = io_make_folder(arena_cstr(arena, settings->dir), err);
    if (status == STATUS_OK) {
        status = io_make_folder(settings_path(settings, arena, "run"), err);
    }
    if (status == STATUS_OK) {
        status = io_make_folder(settings_path(settings, arena, "backup"), err);
    }
    return status;
}

/* Leaf 0: the desk was made. It commits to the public keys. */
static enum status first_leaf(struct db *db, const struct settings *settings, time_us now,
                              struct error *err)
{
    const time_us minute = 60 * US_PER_SECOND;
    struct tree tree;
    struct leaf leaf = {.kind = LEAF_START, .at = now - now % minute, .subject = settings->desk_id};
    leaf.hash = crypt_sha256_two(
        0, str_from(settings->desk_public.bytes, sizeof settings->desk_public.bytes),
        str_from(settings->log_verify.bytes, sizeof settings->log_verify.bytes));
    struct crypt_hash hash = leaf_hash(&leaf);
    tree_init(&tree);
    tree_add(&tree, &hash);
    enum status status = db_begin(db, err);
    if (status == STATUS_OK) {
        status = letterbox_leaf_insert(db, &leaf, err);
    }
    if (status == STATUS_OK) {
        status = letterbox_tree_write(db, &tree, err);
    }
    if (status == STATUS_OK) {
        return db_commit(db, err);
    }
    db_rollback(db);
    return status;
}

static enum status make_letterbox(const struct settings *settings, struct arena *arena, time_us now,
                                  struct error *err)
{
    struct db *db = NULL;
    int64_t from = 0;
    struct db_options options = settings_store(settings, arena, "letterbox");
    options.is_create = true;
    enum status status = db_open(&options, &db, err);
    if (status == STATUS_OK) {
        status = letterbox_migrate(db, now, &from, err);
    }
    if (status == STATUS_OK && from != 0) {
        status = error_set(err, STATUS_CONFLICT, "the store holds a letterbox of another desk");
        error_hint(err, "give this desk a database of its own");
    }
    if (status == STATUS_OK) {
        status = first_leaf(db, settings, now, err);
    }
    db_close(db);
    return status;
}

static enum status make_people(const struct init_input *input, struct arena *arena, time_us now,
                               struct init_result *result, struct error *err)
{
    struct people *people = NULL;
    struct officer_secret secret = {0};
    struct db_options options = settings_store(&input->settings, arena, "keyring");
    struct officer_input officer = {.login = input->login,
                                    .name = input->name,
                                    .role = ROLE_SUPERVISOR,
                                    .password = input->password};
    options.is_create = true;
    enum status status = people_open(&options, &input->settings.desk_id, now, &people, err);
    if (status == STATUS_OK) {
        status = people_officer_add(people, &result->root, &officer, now, &secret, err);
    }
    if (status == STATUS_OK) {
        status = people_recovery_make(people, &result->root, &result->recovery, err);
    }
    if (status == STATUS_OK) {
        memcpy(result->totp, secret.totp, sizeof result->totp);
    }
    CRYPT_WIPE(secret);
    people_close(people);
    return status;
}

static void make_keys(struct settings *settings, const struct crypt_key *root,
                      const struct crypt_key *log_seed)
{
    struct desk_keys keys;
    struct crypt_sign_key unused;
    desk_keys_from_root(root, &keys);
    settings->desk_public = keys.desk_public;
    crypt_sign_pair_from_seed(&keys.cosign_seed, &settings->desk_verify, &unused);
    CRYPT_WIPE(unused);
    crypt_sign_pair_from_seed(log_seed, &settings->log_verify, &unused);
    CRYPT_WIPE(unused);
    desk_keys_wipe(&keys);
}

enum status desk_init(struct init_input *input, time_us now, struct init_result *ret_result,
                      struct error *err)
{
    struct arena arena;
    struct crypt_key log_seed = crypt_key_new();
    struct crypt_key alarm_key = crypt_key_new();
    struct init_result result = {.root = crypt_key_new()};
    struct settings *settings = &input->settings;
    arena_init(&arena, 1024 * 1024);
    settings->desk_id = crypt_id_new();
    make_keys(settings, &result.root, &log_seed);
    enum status status = people_password_check(input->login, input->password, err);
    if (status == STATUS_OK) {
        status = make_folders(settings, &arena, err);
    }
    if (status == STATUS_OK) {
        status = settings_key_write(settings, &arena, "log.key", &log_seed, err);
    }
    if (status == STATUS_OK) {
        status = settings_key_write(settings, &arena, "alarm.key", &alarm_key, err);
    }
    if (status == STATUS_OK) {
        status = make_letterbox(settings, &arena, now, err);
    }
    if (status == STATUS_OK) {
        status = make_people(input, &arena, now, &result, err);
    }
    if (status == STATUS_OK) {
        status = settings_write(settings, err);
    }
    if (status == STATUS_OK) {
        *ret_result = result;
    }
    CRYPT_WIPE(log_seed);
    CRYPT_WIPE(alarm_key);
    CRYPT_WIPE(result);
    arena_close(&arena);
    return status;
}
