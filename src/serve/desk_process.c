/* SPDX-License-Identifier: Apache-2.0 */
/* The officers' process: pages over HTTP, the desk behind them, and the work of every moment
 * (letters come in, the search index grows, clocks escalate, checkpoints are co-signed) in slices
 * between two requests. It has no other address than the officers' one, and after set-up it can
 * open no new one. */
#include <stdio.h>
#include <unistd.h>

#include "base/io.h"
#include "desk/planner.h"
#include "deskweb/deskweb.h"
#include "serve/control_server.h"
#include "serve/own_desk.h"
#include "serve/pack_bridge.h"
#include "serve/sandbox.h"
#include "serve/serve.h"

enum {
    ARENA_BYTES_MAX = 64 * 1024 * 1024,
    NOTE_ARENA_BYTES = 256 * 1024,
    LINE_BYTES_MAX = 1024,
    IDLE_MS = 500, /* how long a new letter may wait for its import */
    BUSY_MS = 1,   /* between two slices while there is a backlog */
    COSIGN_SECONDS = 60,
    SEALED_SECONDS = 60, /* between two lines about what waits at a sealed desk */
    SMALL_SLICE = 8,     /* letters, while officers are at work: a page waits for one slice */
    AT_WORK_SECONDS = 3,
    EXIT_SETUP = 3
};

struct desk_side {
    const struct settings *settings;
    struct loop *loop;
    struct desk *desk;
    struct box_client *box;
    struct deskweb *web;
    struct front *front;
    struct stretcher *stretcher;
    struct planner *planner;
    struct control_server *control;
    bool is_busy; /* the fast timer runs */
    bool has_complained;
    time_us cosigned_at; /* monotonic */
    time_us served_at;   /* the last request, monotonic */
    time_us told_at;     /* that it is sealed, monotonic; 0 while it is not */
    int64_t told_letters;
};

static size_t body_bytes_max(void *context, struct http_exchange *x)
{
    struct desk_side *side = context;
    return deskweb_body_bytes_max(side->web, x);
}

static void serve(void *context, struct http_exchange *x)
{
    struct desk_side *side = context;
    deskweb_serve(side->web, x);
    side->served_at = clock_monotonic();
}

/* --- the work between two requests --- */

/* Says a failure once, not every half second. */
static void complain(struct desk_side *side, const char *what, const struct error *err)
{
    if (!side->has_complained) {
        fprintf(stderr, "hustings desk: %s: %s\n", what, err->primary);
        side->has_complained = true;
    }
}

static void cosign(struct desk_side *side)
{
    struct arena arena;
    struct buf line;
    struct error err = {0};
    str note = {0};
    int64_t size = 0;
    arena_init(&arena, NOTE_ARENA_BYTES);
    buf_init(&line, LINE_BYTES_MAX);
    enum status status = box_checkpoint(side->box, &arena, &note, &err);
    if (status == STATUS_OK) {
        status = desk_cosign(side->desk, note, &side->settings->log_verify, &line, &size, &err);
    }
    if (status == STATUS_OK) {
        status = box_cosign(side->box, size, buf_str(&line), &err);
    }
    if (status == STATUS_CORRUPT) { /* never quiet: somebody may have changed the log */
        fprintf(stderr, "hustings desk: the ledger's checkpoint: %s\n", err.primary);
    }
    buf_close(&line);
    arena_close(&arena);
}

static void busy(void *context, time_us now_monotonic);

/* A backlog goes in by small bites while somebody reads, by large ones while nobody does. */
static enum status work(struct desk_side *side, bool *ret_more, struct error *err)
{
    bool is_watched = clock_monotonic() - side->served_at < AT_WORK_SECONDS * US_PER_SECOND;
    return side->is_busy && is_watched
               ? desk_tick_by(side->desk, SMALL_SLICE, clock_wall(), ret_more, err)
               : desk_tick(side->desk, clock_wall(), ret_more, err);
}

static void slice(struct desk_side *side)
{
    struct error err = {0};
    bool has_more = false;
    enum status status = work(side, &has_more, &err);
    if (status == STATUS_OK) {
        side->has_complained = false;
    } else {
        has_more = false;
        complain(side, "background work", &err);
    }
    if (has_more && !side->is_busy) {
        side->is_busy = true;
        loop_every(side->loop, BUSY_MS, busy, side);
    } else if (!has_more && side->is_busy) {
        side->is_busy = false;
        loop_every_stop(side->loop, busy, side);
    }
}

static void busy(void *context, time_us now_monotonic)
{
    (void)now_monotonic;
    slice(context);
}

/* Whoever runs the server reads on stderr (the journal) that somebody must unlock the desk: at
 * once, and again when more waits. */
static void tell_sealed(struct desk_side *side, time_us now_monotonic)
{
    struct box_state state;
    struct buf line;
    bool is_time =
        side->told_at == 0 || now_monotonic - side->told_at >= SEALED_SECONDS * US_PER_SECOND;
    if (desk_is_unlocked(side->desk)) {
        side->told_at = 0;
        return;
    }
    if (!is_time || box_state(side->box, &state, NULL) != STATUS_OK) {
        return;
    }
    bool is_new = side->told_at == 0 || state.letters_waiting != side->told_letters;
    side->told_at = now_monotonic;
    side->told_letters = state.letters_waiting;
    if (is_new) {
        buf_init(&line, LINE_BYTES_MAX);
        control_add_status(&line, true, desk_sealed_since(side->desk), state.letters_waiting,
                           state.oldest_waiting_hour);
        fprintf(stderr, "hustings desk: %.*s; an officer's log-in unlocks it\n",
                STR_ARG(buf_str(&line)));
        buf_close(&line);
    }
}

static void tick(void *context, time_us now_monotonic)
{
    struct desk_side *side = context;
    front_tick(side->front, now_monotonic);
    tell_sealed(side, now_monotonic);
    if (!side->is_busy) {
        slice(side);
    }
    bool is_time = side->cosigned_at == 0 ||
                   now_monotonic - side->cosigned_at >= COSIGN_SECONDS * US_PER_SECOND;
    if (is_time && desk_is_unlocked(side->desk)) {
        side->cosigned_at = now_monotonic;
        cosign(side);
    }
}

/* --- passwords --- */

static void stretcher_ready(void *context, unsigned poll_events)
{
    struct desk_side *side = context;
    (void)poll_events;
    stretcher_run(side->stretcher);
    if (stretcher_is_gone(side->stretcher)) {
        loop_unwatch(side->loop, stretcher_fd(side->stretcher));
    }
}

static bool stretcher_writes(void *context)
{
    const struct desk_side *side = context;
    return stretcher_wants_write(side->stretcher);
}

static void helper_set_up(void *context)
{
    sandbox_enter(SANDBOX_WORKER, context);
}

/* --- plans --- */

static void planner_ready(void *context, unsigned poll_events)
{
    struct desk_side *side = context;
    (void)poll_events;
    planner_run(side->planner);
    if (planner_is_gone(side->planner)) {
        loop_unwatch(side->loop, planner_fd(side->planner));
    }
}

static bool planner_writes(void *context)
{
    const struct desk_side *side = context;
    return planner_wants_write(side->planner);
}

/* --- set-up --- */

/* Unattended: systemd hands the root over as a credential (docs: SECURITY.md says what it costs). */
static void unlock_by_credential(struct desk_side *side, struct arena *arena)
{
    struct crypt_key root;
    struct error err = {0};
    enum status status = settings_key_read(side->settings, arena, "desk.root", &root, &err);
    if (status == STATUS_NOT_FOUND) {
        return;
    }
    if (status == STATUS_OK) {
        status = desk_unlock(side->desk, &root, 0, "credential", clock_wall(), &err);
    }
    CRYPT_WIPE(root);
    if (status != STATUS_OK) {
        fprintf(stderr, "hustings desk: not unlocked by its credential: %s\n", err.primary);
    }
}

static enum status set_up(const struct child *child, struct desk_side *side, struct arena *arena,
                          struct http_server **ret_server, struct error *err)
{
    const struct settings *settings = child->options->settings;
    struct front_options front = {.desk_id = settings->desk_id,
                                  .desk_public = settings->desk_public};
    side->settings = settings;
    side->box = box_client_open(child->box_fd, true);
    front.box = side->box;
    enum status status =
        pack_bridge_open(arena, child->options->pack_folder, child->options->model, &front, err);
    if (status != STATUS_OK) {
        return status;
    }
    const struct pack *pack = pack_bridge_pack(&front);
    struct desk_options desk = {0};
    status = desk_options_from_settings(settings, child->options->pack_folder, arena, &desk, err);
    desk.box = desk_box_real(side->box);
    desk.triage = pack_bridge_triage(&front);
    desk.planner = side->planner;
    if (status == STATUS_OK) {
        status = desk_open(&desk, clock_wall(), &side->desk, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    side->front = front_open(&front);
    struct deskweb_options web = {.desk = side->desk,
                                  .pack = pack,
                                  .box = side->box,
                                  .front = side->front,
                                  .desk_name = settings->desk_name,
                                  .folder = settings->dir,
                                  .is_https = settings->is_https,
                                  .has_alarm =
                                      settings_has_alarm(settings) && !child->options->is_rehearsal,
                                  .stretcher = side->stretcher};
    side->web = deskweb_open(&web);
    side->loop = loop_new();
    struct http_options http = {.listen_fd = child->listen_fd};
    struct http_handler handler = {
        .body_bytes_max = body_bytes_max, .serve = serve, .context = side};
    return http_start(side->loop, &http, &handler, ret_server, err);
}

/* First of all: a helper must have nothing of what comes after, and nothing of the other helper. */
static enum status helpers_open(const struct child *child, struct desk_side *side,
                                struct error *err)
{
    int not_its[] = {child->box_fd, child->listen_fd, child->command_fd, -1};
    enum { OWN = ARRAY_LEN(not_its) - 1 };
    enum status status = stretcher_open(helper_set_up, NULL, not_its, OWN, &side->stretcher, err);
    if (status == STATUS_OK) {
        not_its[OWN] = stretcher_fd(side->stretcher);
        status = planner_open(helper_set_up, NULL, not_its, OWN + 1, &side->planner, err);
    }
    return status;
}

int desk_process(const struct child *child)
{
    struct arena arena;
    struct error err = {0};
    struct desk_side side = {0};
    struct http_server *server = NULL;
    arena_init(&arena, ARENA_BYTES_MAX);
    crypt_start();
    enum status status = helpers_open(child, &side, &err);
    if (status == STATUS_OK) {
        status = set_up(child, &side, &arena, &server, &err);
    }
    if (status != STATUS_OK) {
        fprintf(stderr, "hustings desk: %s\n", err.primary);
        return EXIT_SETUP;
    }
    unlock_by_credential(&side, &arena); /* before: systemd's folder is not below DIR */
    if (settings_store(side.settings, &arena, "keyring").engine == DB_POSTGRESQL) {
        sandbox_enter_networked(SANDBOX_DESK, NULL); /* connections may have to be made anew */
    } else {
        sandbox_enter(SANDBOX_DESK, arena_cstr(&arena, side.settings->dir));
    }
    loop_watch(side.loop, stretcher_fd(side.stretcher), stretcher_ready, stretcher_writes, &side);
    loop_watch(side.loop, planner_fd(side.planner), planner_ready, planner_writes, &side);
    loop_every(side.loop, IDLE_MS, tick, &side);
    struct control_server_options control = {.loop = side.loop,
                                             .desk = side.desk,
                                             .box = side.box,
                                             .stretcher = side.stretcher,
                                             .listen_fd = child->command_fd};
    side.control = control_server_open(&control);
    loop_run(side.loop);
    stretcher_close(side.stretcher);
    control_server_close(side.control);
    http_stop(server);
    front_close(side.front);
    deskweb_close(side.web);
    desk_close(side.desk);
    planner_close(side.planner); /* after the desk, which tells it what to forget */
    arena_close(&arena);
    return 0;
}
