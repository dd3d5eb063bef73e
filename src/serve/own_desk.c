/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/own_desk.h"

#include "base/io.h"
#include "desk/rules.h"
#include "serve/own_box.h"

enum { PASSWORD_FILE_BYTES_MAX = 1000, IMPORT_SLICE = 256 };

struct own_desk {
    struct own_box *box;
    struct desk *desk;
};

enum status desk_options_from_settings(const struct settings *settings, const char *pack_folder,
                                       struct arena *arena, struct desk_options *ret_options,
                                       struct error *err)
{
    struct pack *pack = ARENA_NEW(arena, struct pack);
    struct desk_rules *rules = ARENA_NEW(arena, struct desk_rules);
    enum status status = pack_open(arena, pack_folder, pack, err);
    if (status == STATUS_OK) {
        status = desk_rules_from_pack(pack, rules, err);
    }
    if (status == STATUS_OK) {
        *ret_options =
            (struct desk_options){.search_path = settings_path(settings, arena, "search.db"),
                                  .casebook = settings_store(settings, arena, "casebook"),
                                  .keyring = settings_store(settings, arena, "keyring"),
                                  .id = settings->desk_id,
                                  .public_key = settings->desk_public,
                                  .rules = rules};
        ret_options->casebook.is_create = true;
    }
    return status;
}

/* What --officer, --password-file and --code say. */
static enum status take_login(const struct args *args, struct arena *arena,
                              struct login_input *ret_input, struct error *err)
{
    str text = {0};
    str password = {0};
    const char *path = args_value(args, "password-file", NULL);
    if (path == NULL || args_value(args, "officer", NULL) == NULL ||
        args_value(args, "code", NULL) == NULL) {
        return error_set(err, STATUS_INVALID, "give --officer, --password-file and --code");
    }
    enum status status = io_read_file(arena, path, PASSWORD_FILE_BYTES_MAX, &text, err);
    if (status == STATUS_OK) {
        (void)str_next_line(&text, &password);
        *ret_input = (struct login_input){.login = str_c(args_value(args, "officer", "")),
                                          .password = password,
                                          .code = str_c(args_value(args, "code", ""))};
    }
    return status;
}

static enum status log_in(const struct args *args, struct arena *arena, struct desk *desk,
                          struct caller *ret_caller, struct error *err)
{
    struct session session;
    struct login_input input;
    char token[PEOPLE_TOKEN_HEX];
    time_us now = clock_wall();
    enum status status = take_login(args, arena, &input, err);
    if (status == STATUS_OK) {
        status = desk_login(desk, &input, now, token, err);
    }
    if (status == STATUS_OK) {
        status = session_find(desk_people(desk), str_from(token, sizeof token), now, &session);
    }
    if (status == STATUS_OK) {
        *ret_caller = caller_from_session(&session, now);
    }
    CRYPT_WIPE(token);
    return status;
}

static enum status import_all(struct desk *desk, struct error *err)
{
    bool has_more = true;
    enum status status = STATUS_OK;
    while (status == STATUS_OK && has_more) {
        status = desk_import_step(desk, IMPORT_SLICE, clock_wall(), &has_more, err);
    }
    return status;
}

/* A sealed desk with a box of its own. */
static enum status open_sealed(struct arena *arena, const char *dir, struct own_desk *own,
                               struct error *err)
{
    struct settings *settings = ARENA_NEW(arena, struct settings);
    struct desk_options options;
    char *pack_folder = NULL;
    crypt_start();
    enum status status = settings_read(arena, dir, settings, err);
    if (status == STATUS_OK) {
        status = pack_find(arena, arena_cstr(arena, settings->pack), &pack_folder, err);
    }
    if (status == STATUS_OK) {
        status = desk_options_from_settings(settings, pack_folder, arena, &options, err);
    }
    if (status == STATUS_OK) {
        status = own_box_open(settings, NULL, &own->box, err);
    }
    if (status == STATUS_OK) {
        options.box = desk_box_real(own_box_client(own->box));
        options.box.act_leaves = NULL; /* a running desk may be between a leaf and its act */
        status = desk_open(&options, clock_wall(), &own->desk, err);
    }
    return status;
}

enum status own_desk_open(const struct args *args, struct arena *arena, const char *dir,
                          struct own_desk **ret_desk, struct caller *ret_caller, struct error *err)
{
    struct own_desk *own = ARENA_NEW(arena, struct own_desk);
    enum status status = open_sealed(arena, dir, own, err);
    if (status == STATUS_OK) {
        status = log_in(args, arena, own->desk, ret_caller, err);
    }
    if (status == STATUS_OK) {
        status = import_all(own->desk, err);
    }
    if (status != STATUS_OK) {
        own_desk_close(own);
        return status;
    }
    *ret_desk = own;
    return STATUS_OK;
}

static enum status unlock_with(const struct args *args, struct arena *arena, struct desk *desk,
                               const char *verb, str detail, struct crypt_key *ret_root,
                               struct error *err)
{
    struct login_input input;
    struct login_result result;
    time_us now = clock_wall();
    enum status status = take_login(args, arena, &input, err);
    if (status == STATUS_OK) {
        status = people_login(desk_people(desk), &input, now, &result, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    struct caller caller = {
        .officer = result.officer, .capabilities = role_capabilities(result.role), .now = now};
    if (!caller_can(&caller, CAP_SETTINGS)) {
        status = caller_need(&caller, CAP_OFFICER_MANAGE, err);
    }
    if (status == STATUS_OK) {
        status = desk_unlock(desk, &result.root, result.officer, verb, now, err);
    }
    if (status == STATUS_OK) {
        status = desk_act_add(desk, &caller, verb, 0, detail, err);
    }
    if (status == STATUS_OK) {
        *ret_root = result.root;
    }
    CRYPT_WIPE(result);
    return status;
}

enum status own_desk_casebook_key(const struct args *args, struct arena *arena, const char *dir,
                                  const char *verb, str detail, struct crypt_key *ret_key,
                                  struct error *err)
{
    struct own_desk *own = ARENA_NEW(arena, struct own_desk);
    struct crypt_key root = {0};
    struct desk_keys keys;
    enum status status = open_sealed(arena, dir, own, err);
    if (status == STATUS_OK) {
        status = unlock_with(args, arena, own->desk, verb, detail, &root, err);
    }
    if (status == STATUS_OK) {
        desk_keys_from_root(&root, &keys);
        *ret_key = keys.casebook;
        desk_keys_wipe(&keys);
    }
    CRYPT_WIPE(root);
    own_desk_close(own);
    return status;
}

struct desk *own_desk_desk(struct own_desk *own)
{
    return own->desk;
}

void own_desk_close(struct own_desk *own)
{
    desk_close(own->desk);
    if (own->box != NULL) {
        own_box_close(own->box);
    }
}
