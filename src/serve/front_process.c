/* SPDX-License-Identifier: Apache-2.0 */
/* The public process: pages and API in front, box behind. It opens what it needs (assets are in the
 * binary, the pack in memory), then gives up the file system. */
#include <poll.h>
#include <stdio.h>

#include "api/api.h"
#include "base/io.h"
#include "front/front.h"
#include "http/http.h"
#include "serve/pack_bridge.h"
#include "serve/sandbox.h"
#include "serve/serve.h"

#include "pages/site.h"

struct public_side {
    struct front *front;
    struct box_client *box;
    struct site *site;
};

static size_t body_bytes_max(void *context, struct http_exchange *x)
{
    struct public_side *side = context;
    if (api_owns(http_path(x))) {
        return api_body_bytes_max(side->front, x);
    }
    return site_body_bytes_max(side->site, x);
}

static void serve(void *context, struct http_exchange *x)
{
    struct public_side *side = context;
    if (api_owns(http_path(x))) {
        api_serve(side->front, x);
        return;
    }
    site_serve(side->site, x);
}

static void finished(void *context, struct http_exchange *x)
{
    struct public_side *side = context;
    if (api_owns(http_path(x))) {
        api_finished(x);
        return;
    }
    site_finished(side->site, x);
}

static void box_ready(void *context, unsigned events)
{
    struct public_side *side = context;
    (void)events;
    box_client_run(side->box);
}

static bool box_wants_write(void *context)
{
    const struct public_side *side = context;
    return box_client_wants_write(side->box);
}

static void tick(void *context, time_us now)
{
    struct public_side *side = context;
    front_tick(side->front, now);
}

int front_process(const struct child *child)
{
    static const size_t arena_bytes_max = 64 * 1024 * 1024;
    const struct settings *settings = child->options->settings;
    struct arena arena;
    struct error err = {0};
    struct public_side side = {0};
    struct http_server *server = NULL;
    arena_init(&arena, arena_bytes_max);
    crypt_start();
    side.box = box_client_open(child->box_fd, false);
    struct front_options options = {
        .desk_id = settings->desk_id, .desk_public = settings->desk_public, .box = side.box};
    enum status status = pack_bridge_open(&arena, child->options->pack_folder,
                                          child->options->model, &options, &err);
    if (status != STATUS_OK) {
        fprintf(stderr, "hustings front: %s\n", err.primary);
        return 3;
    }
    side.front = front_open(&options);
    struct site_options site = {.front = side.front,
                                .is_https = settings->is_https,
                                .controller_name = settings->controller_name,
                                .controller_contact = settings->controller_contact,
                                .regime = settings->regime,
                                .pack = pack_bridge_pack(&options),
                                .router = pack_bridge_router(&options)};
    side.site = site_open(&site, &arena);
    struct loop *loop = loop_new();
    struct http_options http = {.listen_fd = child->listen_fd, .is_public = true};
    struct http_handler handler = {
        .body_bytes_max = body_bytes_max, .serve = serve, .finished = finished, .context = &side};
    status = http_start(loop, &http, &handler, &server, &err);
    if (status != STATUS_OK) {
        fprintf(stderr, "hustings front: %s\n", err.primary);
        return 3;
    }
    loop_watch(loop, box_client_fd(side.box), box_ready, box_wants_write, &side);
    loop_every(loop, 1000, tick, &side);
    sandbox_enter(SANDBOX_FRONT, NULL);
    loop_run(loop);
    http_stop(server);
    front_close(side.front);
    arena_close(&arena);
    return 0;
}
