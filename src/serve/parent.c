/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/model_find.h"
#include "serve/serve.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io.h"
#include "http/http.h"
#include "ipc/ipc.h"
#include "letterbox/box_client.h"
#include "serve/sandbox.h"

enum {
    FRONTS_MAX = 8,
    RESTART_MS = 200,
    FAST_DEATHS_MAX = 20,
    LISTEN_MS = 3000,
    STOP_MS = 20 * 1000, /* for a child to finish what it is at; then it is killed */
    LOOK_MS = 60 * 1000,
    LISTEN_STEP_MS = 20,
    ARENA_BYTES_MAX = 2 * MODEL_BYTES_MAX /* the model and some paths */
};

enum slot { SLOT_BOX, SLOT_DESK, SLOT_COURIER, SLOT_FRONT, SLOT_COUNT = SLOT_FRONT + FRONTS_MAX };

struct parent {
    const struct serve_options *options;
    pid_t pid[SLOT_COUNT];
    int control; /* to box */
    int front_listen, desk_listen, command_listen;
    unsigned fast_deaths;
    time_us last_start;
    bool is_stopping;
    pid_t self;
};

static const char *slot_name(enum slot slot)
{
    return slot == SLOT_BOX       ? "box"
           : slot == SLOT_DESK    ? "desk"
           : slot == SLOT_COURIER ? "courier"
                                  : "front";
}

/* The parent has no handler and so no race: these wait, blocked, until it looks. */
static void own_signals(sigset_t *ret_set)
{
    (void)sigemptyset(ret_set);
    (void)sigaddset(ret_set, SIGTERM);
    (void)sigaddset(ret_set, SIGINT);
    (void)sigaddset(ret_set, SIGCHLD);
}

/* Waits at most so long for a signal; asked to stop or a child's end are the two that come. */
static void look_for_signal(struct parent *parent, int64_t ms)
{
    sigset_t set;
    own_signals(&set);
    struct timespec patience = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    int got = sigtimedwait(&set, NULL, &patience);
    if (got == SIGTERM || got == SIGINT) {
        parent->is_stopping = true;
    }
}

static void child_signals(void)
{
    sigset_t set;
    struct sigaction plain = {.sa_handler = SIG_DFL};
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    (void)sigaction(SIGTERM, &plain, NULL);
    (void)sigaction(SIGINT, &ignore, NULL); /* the parent hears Ctrl-C and ends us in order */
    (void)sigaction(SIGPIPE, &ignore, NULL);
    own_signals(&set);
    (void)sigprocmask(SIG_UNBLOCK, &set, NULL);
}

/* A listening socket that a child keeps by mistake would be answered by nobody. */
static void close_others(const struct parent *parent, const struct child *child)
{
    const int listens[] = {parent->front_listen, parent->desk_listen, parent->command_listen};
    for (size_t i = 0; i < ARRAY_LEN(listens); i++) {
        if (listens[i] != child->listen_fd && listens[i] != child->command_fd) {
            (void)close(listens[i]);
        }
    }
}

NORETURN static void run_child(struct parent *parent, enum slot slot, struct child *child)
{
    int code = 0;
    child_signals();
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent->self) {
        _exit(0); /* the parent died before the line above */
    }
    (void)prctl(PR_SET_NAME, slot_name(slot));
    if (slot != SLOT_BOX) {
        (void)close(parent->control);
    }
    close_others(parent, child);
    switch (slot) {
    case SLOT_BOX:
        code = box_process(child);
        break;
    case SLOT_DESK:
        code = desk_process(child);
        break;
    case SLOT_COURIER:
        code = courier_process(child);
        break;
    case SLOT_FRONT:
    case SLOT_COUNT:
    default:
        code = front_process(child);
        break;
    }
    fflush(NULL);
    _exit(code);
}

static enum status start_child(struct parent *parent, enum slot slot, struct error *err)
{
    int pair[2] = {-1, -1};
    enum status status = ipc_pair(pair, err);
    if (status != STATUS_OK) {
        return status;
    }
    fflush(NULL);
    pid_t pid = fork();
    if (pid < 0) {
        (void)close(pair[0]);
        (void)close(pair[1]);
        return error_set(err, STATUS_INTERNAL, "cannot fork: %s", strerror(errno));
    }
    if (pid == 0) {
        struct child child = {.options = parent->options,
                              .box_fd = -1,
                              .control_fd = -1,
                              .listen_fd = -1,
                              .command_fd = -1};
        (void)close(pair[0]);
        if (slot == SLOT_BOX) {
            child.control_fd = pair[1];
        } else {
            child.box_fd = pair[1];
        }
        if (slot == SLOT_DESK) {
            child.listen_fd = parent->desk_listen;
            child.command_fd = parent->command_listen;
        } else if (slot >= SLOT_FRONT) {
            child.listen_fd = parent->front_listen;
        }
        run_child(parent, slot, &child);
    }
    (void)close(pair[1]);
    parent->pid[slot] = pid;
    if (slot == SLOT_BOX) {
        parent->control = pair[0];
        return STATUS_OK;
    }
    uint8_t role = slot == SLOT_DESK      ? BOX_ROLE_DESK
                   : slot == SLOT_COURIER ? BOX_ROLE_COURIER
                                          : BOX_ROLE_FRONT;
    status = ipc_send_fd(parent->control, role, pair[0]);
    (void)close(pair[0]);
    return status == STATUS_OK ? STATUS_OK
                               : error_set(err, status, "box is not there to be introduced to");
}

static enum slot slot_end(const struct parent *parent)
{
    return (enum slot)(SLOT_FRONT + parent->options->fronts);
}

static enum status start_all(struct parent *parent, struct error *err)
{
    enum status status = STATUS_OK;
    parent->last_start = clock_monotonic();
    for (int slot = 0; slot < (int)slot_end(parent) && status == STATUS_OK; slot++) {
        if (slot == SLOT_COURIER && parent->options->is_rehearsal) {
            continue;
        }
        status = start_child(parent, (enum slot)slot, err);
    }
    return status;
}

/* A child that does not end is killed: whoever stops a desk must not wait for ever. */
static void await_end(struct parent *parent, enum slot slot)
{
    time_us deadline = clock_monotonic() + INT64_C(1000) * STOP_MS;
    pid_t pid = parent->pid[slot];
    bool is_killed = false;
    while (waitpid(pid, NULL, WNOHANG) == 0) {
        if (clock_monotonic() >= deadline && !is_killed) {
            fprintf(stderr, "hustings: '%s' does not end; killing it\n", slot_name(slot));
            (void)kill(pid, SIGKILL);
            is_killed = true;
        }
        look_for_signal(parent, 100);
    }
    parent->pid[slot] = 0;
}

/* Ends all children: front, desk and courier first, then box by closing its control socket, so
 * that it finishes what it took. */
static void stop_all(struct parent *parent)
{
    for (int slot = SLOT_DESK; slot < (int)slot_end(parent); slot++) {
        if (parent->pid[slot] > 0) {
            (void)kill(parent->pid[slot], SIGTERM);
        }
    }
    for (int slot = SLOT_DESK; slot < (int)slot_end(parent); slot++) {
        if (parent->pid[slot] > 0) {
            await_end(parent, (enum slot)slot);
        }
    }
    if (parent->control >= 0) {
        (void)close(parent->control);
        parent->control = -1;
    }
    if (parent->pid[SLOT_BOX] > 0) {
        await_end(parent, SLOT_BOX);
    }
}

static int slot_of(const struct parent *parent, pid_t pid)
{
    for (int slot = 0; slot < (int)slot_end(parent); slot++) {
        if (parent->pid[slot] == pid) {
            return slot;
        }
    }
    return -1;
}

/* EXIT_SETUP: the child said why on stderr and would only die again. */
static bool is_hopeless(int wait_status)
{
    return WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == 3;
}

static enum status child_died(struct parent *parent, int slot, int wait_status, struct error *err)
{
    parent->pid[slot] = 0;
    bool was_fast = clock_monotonic() - parent->last_start < 5 * US_PER_SECOND;
    parent->fast_deaths = was_fast ? parent->fast_deaths + 1 : 0;
    if (is_hopeless(wait_status) || parent->fast_deaths > FAST_DEATHS_MAX) {
        return error_set(err, STATUS_INTERNAL, "the process '%s' cannot run; giving up",
                         slot_name((enum slot)slot));
    }
    fprintf(stderr, "hustings: '%s' ended (%s %d); starting it anew\n", slot_name((enum slot)slot),
            WIFSIGNALED(wait_status) ? "signal" : "code",
            WIFSIGNALED(wait_status) ? WTERMSIG(wait_status) : WEXITSTATUS(wait_status));
    (void)usleep(RESTART_MS * 1000u);
    if (slot == SLOT_BOX) {
        stop_all(parent);
        return start_all(parent, err);
    }
    parent->last_start = clock_monotonic();
    /* when box has just gone too, its own death is next in line and starts everybody */
    if (start_child(parent, (enum slot)slot, NULL) != STATUS_OK && parent->pid[slot] > 0) {
        (void)kill(parent->pid[slot], SIGKILL);
    }
    return STATUS_OK;
}

static enum status watch(struct parent *parent, struct error *err)
{
    while (!parent->is_stopping) {
        int wait_status = 0;
        pid_t pid = waitpid(-1, &wait_status, WNOHANG);
        if (pid < 0) {
            return error_set(err, STATUS_INTERNAL, "lost sight of the children: %s",
                             strerror(errno));
        }
        if (pid == 0) {
            look_for_signal(parent, LOOK_MS);
            continue;
        }
        int slot = slot_of(parent, pid);
        if (slot >= 0) {
            enum status status = child_died(parent, slot, wait_status, err);
            if (status != STATUS_OK) {
                return status;
            }
        }
    }
    return STATUS_OK;
}

/* After a kill -9 the children of the last run may hold the address for some milliseconds more: a
 * start straight after it must not need help. */
static enum status listen_patiently(struct parent *parent, const char *address, int *ret_fd,
                                    struct error *err)
{
    time_us deadline = clock_monotonic() + LISTEN_MS * 1000;
    enum status status = http_listen(address, ret_fd, err);
    while (status == STATUS_CONFLICT && !parent->is_stopping && clock_monotonic() < deadline) {
        look_for_signal(parent, LISTEN_STEP_MS);
        status = http_listen(address, ret_fd, err);
    }
    return status;
}

/* One desk a folder: a second one beside it would be asked by nobody and would not know. */
static enum status listen_commands(struct parent *parent, struct arena *arena, struct error *err)
{
    const char *run = settings_path(parent->options->settings, arena, "run");
    time_us deadline = clock_monotonic() + LISTEN_MS * 1000;
    enum status status = ipc_listen(run, "desk.sock", &parent->command_listen, err);
    while (status == STATUS_CONFLICT && !parent->is_stopping && clock_monotonic() < deadline) {
        look_for_signal(parent, LISTEN_STEP_MS);
        status = ipc_listen(run, "desk.sock", &parent->command_listen, err);
    }
    if (status == STATUS_CONFLICT) {
        error_set(err, status, "this desk is running already: %s/desk.sock is answered", run);
        error_hint(err, "stop that one first; 'hustings status' asks it how it is");
    }
    return status;
}

static enum status listen_both(struct parent *parent, struct arena *arena, struct error *err)
{
    const struct serve_options *o = parent->options;
    const char *front =
        o->front_address != NULL ? o->front_address : arena_cstr(arena, o->settings->front_address);
    const char *desk =
        o->desk_address != NULL ? o->desk_address : arena_cstr(arena, o->settings->desk_address);
    enum status status = listen_patiently(parent, front, &parent->front_listen, err);
    if (status == STATUS_OK) {
        status = listen_patiently(parent, desk, &parent->desk_listen, err);
    }
    if (status == STATUS_OK && o->is_rehearsal) {
        fprintf(stderr, "hustings: a rehearsal: no alarm leaves this machine\n");
    }
    if (status == STATUS_OK && !o->is_quiet) {
        fprintf(stderr, "hustings: reports at http://%s  officers at http://%s\n", front, desk);
    }
    return status;
}

/* Once, before the first fork: the children share its pages. Without it reports are graded by rules
 * alone, which is no reason to take none. */
static const struct model *read_model(struct arena *arena)
{
    struct model *model = NULL;
    struct error err = {0};
    if (model_find(arena, NULL, &model, &err) != STATUS_OK) {
        fprintf(stderr, "hustings: reports are graded by rules alone: %s\n", err.primary);
        return NULL;
    }
    return model;
}

enum status serve_run(const struct serve_options *options, struct error *err)
{
    struct arena arena;
    struct serve_options own = *options;
    struct parent parent = {.options = &own,
                            .self = getpid(),
                            .control = -1,
                            .front_listen = -1,
                            .desk_listen = -1,
                            .command_listen = -1};
    sigset_t set;
    arena_init(&arena, ARENA_BYTES_MAX);
    own_signals(&set);
    (void)sigprocmask(SIG_BLOCK, &set, NULL);
    ASSERT(options->fronts >= 1 && options->fronts <= FRONTS_MAX);
    sandbox_parent();
    enum status status = listen_both(&parent, &arena, err);
    if (status == STATUS_OK) {
        status = listen_commands(&parent, &arena, err);
    }
    if (status == STATUS_OK) {
        own.model = read_model(&arena);
        status = start_all(&parent, err);
    }
    if (status == STATUS_OK) {
        status = watch(&parent, err);
    }
    stop_all(&parent);
    arena_close(&arena);
    return status;
}
