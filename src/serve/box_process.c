/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "letterbox/box.h"
#include "serve/sandbox.h"
#include "serve/serve.h"

struct place {
    const char *dir;
    bool is_networked; /* PostgreSQL: the connection may have to be made anew */
};

static void set_up(void *context)
{
    const struct place *place = context;
    if (place->is_networked) {
        sandbox_enter_networked(SANDBOX_BOX, NULL);
    } else {
        sandbox_enter(SANDBOX_BOX, place->dir);
    }
}

int box_process(const struct child *child)
{
    const struct settings *settings = child->options->settings;
    struct arena arena;
    struct error err = {0};
    struct crypt_key seed;
    struct box_options options = {
        .desk_id = settings->desk_id, .control_fd = child->control_fd, .checkpoint_ms = 1000};
    arena_init(&arena, 256 * 1024);
    crypt_start();
    enum status status = settings_key_read(settings, &arena, "log.key", &seed, &err);
    if (status == STATUS_OK) {
        crypt_sign_pair_from_seed(&seed, &options.log_verify, &options.log_sign);
        CRYPT_WIPE(seed);
        options.store = settings_store(settings, &arena, "letterbox");
        options.copy_folder = settings_path(settings, &arena, "backup");
        struct place place = {arena_cstr(&arena, settings->dir),
                              options.store.engine == DB_POSTGRESQL};
        status = box_run(&options, set_up, &place, &err);
    }
    if (status != STATUS_OK) {
        fprintf(stderr, "hustings box: %s\n", err.primary);
    }
    arena_close(&arena);
    return status == STATUS_OK ? 0 : 3;
}
