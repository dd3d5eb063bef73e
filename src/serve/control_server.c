/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/control_server.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/io.h"

enum { SERVER_ARENA_BYTES = 256 * 1024, REQUEST_ARENA_BYTES = 64 * 1024, IDLE_CHECK_MS = 5000 };

struct connection {
    struct control_server *server;
    struct ipc ipc;
    bool is_used;
    bool is_stretching; /* the slot stays taken until the answer is there, also when closed */
    bool is_closed;
    bool is_serving;  /* serve_waiting is at work further out */
    time_us heard_at; /* monotonic */
    bool has_token;
    char token[PEOPLE_TOKEN_HEX];
    struct arena arena; /* of the request that is being worked on */
    struct control_request request;
    struct people_stretched stretched;
    uint64_t tag;
};

struct control_server {
    struct arena arena; /* holds this struct itself */
    struct control_server_options options;
    struct connection connections[CONTROL_CONNECTIONS_MAX];
    bool has_complained;
};

static void give_back(struct connection *connection)
{
    arena_close(&connection->arena); /* wipes */
    CRYPT_WIPE(*connection);
}

static void hang_up(struct connection *connection)
{
    struct control_server *server = connection->server;
    if (connection->is_closed) {
        return;
    }
    loop_unwatch(server->options.loop, connection->ipc.fd);
    if (connection->has_token) {
        struct error ignored; /* the session is over in any case */
        if (desk_logout(server->options.desk, str_from(connection->token, PEOPLE_TOKEN_HEX),
                        clock_wall(), &ignored) != STATUS_OK) {
            session_end(desk_people(server->options.desk),
                        str_from(connection->token, PEOPLE_TOKEN_HEX));
        }
    }
    ipc_close(&connection->ipc); /* wipes: passwords came in, authenticators' secrets went out */
    connection->is_closed = true;
    if (!connection->is_stretching) {
        give_back(connection);
    }
}

static void answer(struct connection *connection, struct control_answer *what)
{
    control_answer_put(&connection->ipc, connection->tag, what);
    control_answer_close(what);
    arena_reset(&connection->arena); /* the request had a password in it */
    CRYPT_WIPE(connection->stretched);
    connection->request = (struct control_request){0};
}

static void login(struct connection *connection, struct control_answer *what)
{
    const struct control_request *request = &connection->request;
    struct login_input input = {request->login, request->password, request->code,
                                .wants_why = true};
    if (connection->has_token) {
        what->err.status =
            error_set(&what->err, STATUS_INVALID, "This connection has logged in already.");
        return;
    }
    what->err.status =
        desk_login_with(connection->server->options.desk, &input, &connection->stretched,
                        clock_wall(), connection->token, &what->err);
    connection->has_token = what->err.status == STATUS_OK;
}

/* Who asks. STATUS and LOCK may be asked by nobody. */
static enum status find_caller(struct connection *connection, struct caller *ret_caller,
                               struct error *err)
{
    struct session session;
    time_us now = clock_wall();
    struct people *people = desk_people(connection->server->options.desk);
    enum control_kind kind = connection->request.kind;
    *ret_caller = (struct caller){.now = now};
    if (connection->has_token && session_find(people, str_from(connection->token, PEOPLE_TOKEN_HEX),
                                              now, &session) == STATUS_OK) {
        *ret_caller = caller_from_session(&session, now);
        return STATUS_OK;
    }
    if (kind == CONTROL_STATUS || kind == CONTROL_LOCK) {
        return STATUS_OK;
    }
    return error_set(err, STATUS_DENIED,
                     connection->has_token ? "The session has ended." : "Log in first.");
}

static void serve_request(struct connection *connection)
{
    struct control_server *server = connection->server;
    struct control_answer what;
    struct box_state state = {0};
    struct caller caller;
    control_answer_init(&what);
    if (connection->request.kind == CONTROL_LOGIN) {
        login(connection, &what);
        answer(connection, &what);
        return;
    }
    enum status status = find_caller(connection, &caller, &what.err);
    if (status == STATUS_OK && connection->request.kind == CONTROL_STATUS) {
        status = box_state(server->options.box, &state, &what.err);
    }
    if (status == STATUS_OK) {
        bool was_unlocked = desk_is_unlocked(server->options.desk);
        control_do(server->options.desk, &state, &caller, &connection->request, &what);
        if (was_unlocked && !desk_is_unlocked(server->options.desk)) {
            fputs("hustings desk: locked by 'hustings lock'\n", stderr);
        }
    } else {
        what.err.status = status;
    }
    answer(connection, &what);
}

static void refuse(struct connection *connection, enum status status, const struct error *err)
{
    struct control_answer what;
    control_answer_init(&what);
    what.err = *err;
    what.err.status = status;
    answer(connection, &what);
}

static void serve_waiting(struct connection *connection);

static void stretched(void *context, enum status status, const struct crypt_key *key)
{
    struct connection *connection = context;
    struct error err = {0};
    connection->is_stretching = false;
    if (connection->is_closed) {
        give_back(connection);
        return;
    }
    connection->heard_at = clock_monotonic();
    if (status == STATUS_OK) {
        connection->stretched.key = *key;
        serve_request(connection);
    } else {
        error_set(&err, status, "Too many log-ins at once, or too little memory.");
        error_hint(&err, "Nothing was changed. Please try again in a moment.");
        refuse(connection, status, &err);
    }
    if (!connection->is_serving) {
        serve_waiting(connection);
    }
}

/* The slow hash first, where one is needed and allowed. */
static void start_request(struct connection *connection)
{
    struct control_server *server = connection->server;
    struct control_request *request = &connection->request;
    struct caller caller;
    struct error err = {0};
    enum status status = STATUS_OK;
    if (request->kind == CONTROL_LOGIN) {
        status = people_login_salt(desk_people(server->options.desk), request->login, clock_wall(),
                                   &connection->stretched.salt, &err);
    } else if (control_wants_stretch(request->kind)) {
        status = find_caller(connection, &caller, &err);
        if (status == STATUS_OK) {
            status = caller_need(&caller, CAP_OFFICER_MANAGE, &err);
        }
        crypt_random(connection->stretched.salt.bytes, sizeof connection->stretched.salt.bytes);
    } else {
        serve_request(connection);
        return;
    }
    if (status != STATUS_OK) {
        refuse(connection, status, &err);
        return;
    }
    if (request->kind != CONTROL_LOGIN) {
        request->stretched = &connection->stretched;
    }
    connection->is_stretching = true;
    stretcher_ask(server->options.stretcher, people_password_cut(request->password),
                  &connection->stretched.salt, stretched, connection);
}

static void keep_request(struct connection *connection, const struct control_request *request)
{
    struct arena *arena = &connection->arena;
    connection->request = *request;
    connection->request.login = arena_str(arena, request->login);
    connection->request.name = arena_str(arena, request->name);
    connection->request.password = arena_str(arena, request->password);
    connection->request.code = arena_str(arena, request->code);
}

/* Requests that are there whole, one after the other. */
static void serve_waiting(struct connection *connection)
{
    struct ipc *ipc = &connection->ipc;
    struct ipc_frame frame;
    struct control_request request;
    bool is_good = true;
    connection->is_serving = true;
    while (is_good && !connection->is_stretching && ipc_next(ipc, &frame)) {
        is_good = control_request_take(&frame, &request);
        if (is_good) {
            connection->tag = frame.tag;
            keep_request(connection, &request);
            start_request(connection);
        }
    }
    connection->is_serving = false;
    if (ipc->in_at == ipc->in.n && ipc->in.p != NULL) {
        crypt_wipe(ipc->in.p, ipc->in.cap);
    }
    bool is_long = ipc->in.n - ipc->in_at > CONTROL_REQUEST_BYTES_MAX;
    if (!is_good || is_long || ipc->is_broken || ipc_flush(ipc) != STATUS_OK) {
        hang_up(connection);
    }
}

static void ready(void *context, unsigned poll_events)
{
    struct connection *connection = context;
    connection->heard_at = clock_monotonic();
    if ((poll_events & (POLLIN | POLLHUP | POLLERR)) != 0 &&
        ipc_fill(&connection->ipc) != STATUS_OK) {
        hang_up(connection);
        return;
    }
    serve_waiting(connection);
}

static bool wants_write(void *context)
{
    const struct connection *connection = context;
    return ipc_queued(&connection->ipc) > 0;
}

static bool is_welcome(struct control_server *server, int fd)
{
    struct ucred peer;
    socklen_t len = sizeof peer;
    bool is_known = getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0;
    if (is_known && (peer.uid == geteuid() || peer.uid == 0)) {
        return true;
    }
    if (!server->has_complained) {
        fputs("hustings desk: somebody who is not this desk's user tried run/desk.sock\n", stderr);
        server->has_complained = true;
    }
    return false;
}

static void somebody_comes(void *context, unsigned poll_events)
{
    struct control_server *server = context;
    (void)poll_events;
    int fd = accept4(server->options.listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    size_t i = 0;
    if (fd < 0) {
        return; /* gone again, or no descriptors: the next one will tell */
    }
    while (i < CONTROL_CONNECTIONS_MAX && server->connections[i].is_used) {
        i++;
    }
    if (i == CONTROL_CONNECTIONS_MAX || !is_welcome(server, fd)) {
        (void)close(fd);
        return;
    }
    struct connection *connection = &server->connections[i];
    *connection =
        (struct connection){.server = server, .is_used = true, .heard_at = clock_monotonic()};
    arena_init(&connection->arena, REQUEST_ARENA_BYTES);
    ipc_init(&connection->ipc, fd, false);
    loop_watch(server->options.loop, fd, ready, wants_write, connection);
}

static void close_idle(void *context, time_us now_monotonic)
{
    struct control_server *server = context;
    for (size_t i = 0; i < CONTROL_CONNECTIONS_MAX; i++) {
        struct connection *connection = &server->connections[i];
        if (connection->is_used && !connection->is_closed && !connection->is_stretching &&
            now_monotonic - connection->heard_at > CONTROL_IDLE_SECONDS * US_PER_SECOND) {
            hang_up(connection);
        }
    }
}

struct control_server *control_server_open(const struct control_server_options *options)
{
    struct arena arena;
    arena_init(&arena, SERVER_ARENA_BYTES);
    struct control_server *server = ARENA_NEW(&arena, struct control_server);
    server->arena = arena;
    server->options = *options;
    loop_watch(options->loop, options->listen_fd, somebody_comes, NULL, server);
    loop_every(options->loop, IDLE_CHECK_MS, close_idle, server);
    return server;
}

void control_server_close(struct control_server *server)
{
    struct arena arena = server->arena;
    for (size_t i = 0; i < CONTROL_CONNECTIONS_MAX; i++) {
        struct connection *connection = &server->connections[i];
        connection->is_stretching = false;
        if (connection->is_used) {
            hang_up(connection);
        }
    }
    loop_every_stop(server->options.loop, close_idle, server);
    loop_unwatch(server->options.loop, server->options.listen_fd);
    (void)close(server->options.listen_fd);
    arena_close(&arena);
}
