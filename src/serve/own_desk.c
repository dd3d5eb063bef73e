/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/own_desk.h"

#include "base/io.h"
#include "desk/rules.h"
#include "route/route.h"
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
                                  .router = router};
        ret_options->casebook.is_create = true;
    }
    return status;
}

static enum status log_in(const struct args *args, struct arena *arena, struct desk *desk,
                          struct caller *ret_caller, struct error *err)
{
    struct session session;
    char token[PEOPLE_TOKEN_HEX];
    str text = {0};
    str password = {0};
    time_us now = clock_wall();
    const char *path = args_value(args, "password-file", NULL);
    if (path == NULL || args_value(args, "officer", NULL) == NULL ||
        args_value(args, "code", NULL) == NULL) {
        return error_set(err, STATUS_INVALID, "give --officer, --password-file and --code");
    }
    enum status status = io_read_file(arena, path, PASSWORD_FILE_BYTES_MAX, &text, err);
    if (status == STATUS_OK) {
        (void)str_next_line(&text, &password);
        struct login_input input = {.login = str_c(args_value(args, "officer", "")),
                                    .password = password,
                                    .code = str_c(args_value(args, "code", ""))};
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

enum status own_desk_open(const struct args *args, struct arena *arena, const char *dir,
                          struct own_desk **ret_desk, struct caller *ret_caller, struct error *err)
{
    struct settings *settings = ARENA_NEW(arena, struct settings);
    struct own_desk *own = ARENA_NEW(arena, struct own_desk);
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
