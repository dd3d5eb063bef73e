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

/* Held as long as this process lives. The settings were read before it, and somebody may have moved
 * the desk in between: then what they name is not the desk any more. */
static enum status claim(const struct settings *settings, struct arena *arena, struct error *err)
{
    struct settings now;
    int fd = -1;
    enum status status = settings_claim(settings, arena, false, &fd, err);
    if (status == STATUS_OK) {
        status = settings_read(arena, arena_cstr(arena, settings->dir), &now, err);
    }
    if (status == STATUS_OK && !str_equal(now.store, settings->store)) {
        status = error_set(err, STATUS_CONFLICT,
                           "this desk was moved to another store meanwhile: start again");
    }
    return status;
}

int box_process(const struct child *child)
{
    const struct settings *settings = child->options->settings;
    static const size_t arena_bytes_max = 256 * 1024 + 2 * (size_t)SETTINGS_BYTES_MAX;
    struct arena arena;
    struct error err = {0};
    struct crypt_key seed;
    struct box_options options = {
        .desk_id = settings->desk_id, .control_fd = child->control_fd, .checkpoint_ms = 1000};
    arena_init(&arena, arena_bytes_max);
    crypt_start();
    enum status status = claim(settings, &arena, &err);
    if (status == STATUS_OK) {
        status = settings_key_read(settings, &arena, "log.key", &seed, &err);
    }
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
