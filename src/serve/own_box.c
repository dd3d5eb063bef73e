/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/own_box.h"

#include <poll.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "letterbox/box.h"
#include "serve/model_find.h"
#include "serve/pack_bridge.h"
#include "serve/serve.h"

struct own_box {
    struct arena arena;
    struct box_client *client;
    struct front *front;
    pid_t pid;
    int control;
};

static enum status start_box(const struct settings *settings, struct own_box *box, uint8_t role,
                             int *ret_fd, struct error *err)
{
    int control[2] = {-1, -1};
    int pair[2] = {-1, -1};
    enum status status = ipc_pair(control, err);
    if (status == STATUS_OK) {
        status = ipc_pair(pair, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    fflush(NULL);
    box->pid = fork();
    if (box->pid < 0) {
        return error_set(err, STATUS_INTERNAL, "cannot fork");
    }
    if (box->pid == 0) {
        struct serve_options options = {.settings = settings};
        struct child child = {.options = &options, .control_fd = control[1], .box_fd = -1};
        (void)close(control[0]);
        (void)close(pair[0]);
        (void)close(pair[1]);
        _exit(box_process(&child));
    }
    (void)close(control[1]);
    box->control = control[0];
    status = ipc_send_fd(control[0], role, pair[1]);
    (void)close(pair[1]);
    *ret_fd = pair[0];
    return status;
}

enum status own_box_open(const struct settings *settings, const char *pack_folder,
                         struct own_box **ret_box, struct error *err)
{
    static const size_t arena_bytes_max = 128 * 1024 * 1024;
    struct arena arena;
    int fd = -1;
    arena_init(&arena, arena_bytes_max);
    struct own_box *box = ARENA_NEW(&arena, struct own_box);
    enum status status =
        start_box(settings, box, pack_folder == NULL ? BOX_ROLE_DESK : BOX_ROLE_FRONT, &fd, err);
    if (status == STATUS_OK) {
        box->client = box_client_open(fd, pack_folder == NULL);
    }
    if (status == STATUS_OK && pack_folder != NULL) {
        struct front_options options = {
            .desk_id = settings->desk_id, .desk_public = settings->desk_public, .box = box->client};
        struct model *model = NULL;
        struct error none; /* then by rules alone; doctor says so */
        if (model_find(&arena, NULL, &model, &none) != STATUS_OK) {
            model = NULL;
        }
        status = pack_bridge_open(&arena, pack_folder, model, &options, err);
        box->front = status == STATUS_OK ? front_open(&options) : NULL;
    }
    box->arena = arena;
    if (status != STATUS_OK) {
        own_box_close(box);
        return status;
    }
    *ret_box = box;
    return STATUS_OK;
}

enum status own_box_open_at(struct arena *arena, const char *dir, const char *pack_folder,
                            struct own_box **ret_box, struct error *err)
{
    struct settings settings;
    crypt_start();
    enum status status = settings_read(arena, dir, &settings, err);
    return status == STATUS_OK ? own_box_open(&settings, pack_folder, ret_box, err) : status;
}

struct box_client *own_box_client(struct own_box *box)
{
    return box->client;
}

struct front *own_box_front(struct own_box *box)
{
    return box->front;
}

void own_box_pump(struct own_box *box, const size_t *pending)
{
    while (*pending > 0) {
        struct pollfd fd = {.fd = box_client_fd(box->client), .events = POLLIN};
        fd.events |= (short)(box_client_wants_write(box->client) ? POLLOUT : 0);
        if (poll(&fd, 1, 1000) > 0) {
            box_client_run(box->client);
        }
    }
}

void own_box_close(struct own_box *box)
{
    struct arena arena = box->arena;
    if (box->front != NULL) {
        front_close(box->front);
    }
    if (box->client != NULL) {
        box_client_close(box->client);
    }
    if (box->pid > 0) {
        (void)close(box->control);
        (void)waitpid(box->pid, NULL, 0);
    }
    arena_close(&arena);
}
