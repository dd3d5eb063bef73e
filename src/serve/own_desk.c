/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/own_desk.h"

#include "base/io.h"
#include "desk/rules.h"
#include "route/route.h"
#include "serve/own_box.h"

enum { IMPORT_SLICE = 256 };

struct own_desk {
    struct own_box *box;
    struct desk *desk;
    const struct pack *pack;
};

enum status desk_options_from_settings(const struct settings *settings, const char *pack_folder,
                                       struct arena *arena, struct desk_options *ret_options,
                                       struct error *err)
{
    struct pack *pack = ARENA_NEW(arena, struct pack);
    struct desk_rules *rules = ARENA_NEW(arena, struct desk_rules);
    const struct router *router = NULL;
    enum status status = pack_load(arena, pack_folder, pack, err);
    if (status == STATUS_OK) {
        status = desk_rules_from_pack(pack, rules, err);
    }
    if (status == STATUS_OK) {
        status = router_open(arena, pack, &router, err);
    }
    if (status == STATUS_OK) {
        *ret_options =
            (struct desk_options){.search_path = settings_path(settings, arena, "search.db"),
                                  .casebook = settings_store(settings, arena, "casebook"),
                                  .keyring = settings_store(settings, arena, "keyring"),
                                  .id = settings->desk_id,
                                  .public_key = settings->desk_public,
                                  .rules = rules,
                                  .pack = pack,
                                  .router = router};
        ret_options->casebook.is_create = true;
    }
    return status;
}

static enum status log_in(const struct login_input *login, struct desk *desk,
                          struct caller *ret_caller, struct error *err)
{
    struct session session;
    char token[PEOPLE_TOKEN_HEX];
    time_us now = clock_wall();
    enum status status = desk_login(desk, login, now, token, err);
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
static enum status open_sealed(const struct settings *settings, struct arena *arena,
                               struct own_desk *own, struct error *err)
{
    struct desk_options options;
    char *pack_folder = NULL;
    enum status status = pack_find(arena, arena_cstr(arena, settings->pack), &pack_folder, err);
    if (status == STATUS_OK) {
        status = desk_options_from_settings(settings, pack_folder, arena, &options, err);
    }
    if (status == STATUS_OK) {
        own->pack = options.pack;
        status = own_box_open(settings, NULL, &own->box, err);
    }
    if (status == STATUS_OK) {
        options.box = desk_box_real(own_box_client(own->box));
        options.box.act_leaves =
            NULL; /* the running desk looks for void leaves; here only its own */
        status = desk_open(&options, clock_wall(), &own->desk, err);
    }
    return status;
}

enum status own_desk_open(const struct settings *settings, const struct login_input *login,
                          struct arena *arena, struct own_desk **ret_desk,
                          struct caller *ret_caller, struct error *err)
{
    struct own_desk *own = ARENA_NEW(arena, struct own_desk);
    enum status status = open_sealed(settings, arena, own, err);
    if (status == STATUS_OK) {
        status = log_in(login, own->desk, ret_caller, err);
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

enum status own_desk_open_root(const struct settings *settings, const struct crypt_key *root,
                               struct arena *arena, struct own_desk **ret_desk,
                               struct caller *ret_caller, struct error *err)
{
    enum { FIRST_OFFICER = 1 };
    struct own_desk *own = ARENA_NEW(arena, struct own_desk);
    time_us now = clock_wall();
    enum status status = open_sealed(settings, arena, own, err);
    if (status == STATUS_OK) {
        status = desk_unlock(own->desk, root, FIRST_OFFICER, "sample data", now, err);
    }
    if (status != STATUS_OK) {
        own_desk_close(own);
        return status;
    }
    *ret_caller = (struct caller){
        .officer = FIRST_OFFICER, .capabilities = role_capabilities(ROLE_SUPERVISOR), .now = now};
    *ret_desk = own;
    return STATUS_OK;
}

static enum status unlock_with(const struct login_input *login, struct desk *desk, const char *verb,
                               str detail, struct crypt_key *ret_root, struct error *err)
{
    struct login_result result;
    time_us now = clock_wall();
    enum status status = people_login(desk_people(desk), login, now, &result, err);
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

enum status own_desk_casebook_key(const struct settings *settings, const struct login_input *login,
                                  struct arena *arena, const char *verb, str detail,
                                  struct crypt_key *ret_key, struct error *err)
{
    struct own_desk *own = ARENA_NEW(arena, struct own_desk);
    struct crypt_key root = {0};
    struct desk_keys keys;
    enum status status = open_sealed(settings, arena, own, err);
    if (status == STATUS_OK) {
        status = unlock_with(login, own->desk, verb, detail, &root, err);
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

const struct pack *own_desk_pack(const struct own_desk *own)
{
    return own->pack;
}

void own_desk_close(struct own_desk *own)
{
    desk_close(own->desk);
    if (own->box != NULL) {
        own_box_close(own->box);
    }
}
