/* SPDX-License-Identifier: Apache-2.0 */
/* The life of an exchange.
 *
 *   request line   uri_begins    taken from the free list
 *   head           begin         gate, limit of the body; a refusal is queued here, so that neither
 *                                the body nor "100 Continue" is ever asked for
 *   body           receive       into x->body, or piece by piece to the handler
 *   end            serve         the handler; without an answer the connection is suspended
 *   answer         http_answer   → exchange_answered: resumed, the library calls again → queued
 *   sent, broken   completed     `finished`; recycled as soon as the handler has handed it back
 *
 * The library (0.9.75) takes an answer only after the head or after the whole body. So what is too
 * large is read on and thrown away for HTTP_DISCARD_BYTES_MAX and then answered; longer ones are
 * answered upon the head, or cut off when they had not said so (chunked).
 */
#include "http/http_internal.h"

#include <unistd.h>

#include "base/io.h"
#include "http/loop_internal.h"

enum {
    POOL_BYTES =
        32 * 1024, /* of the library, for each connection: head, and a window of the body */
    POOL_STEP_BYTES = 4 * 1024,
    KEEP_BYTES = 64 * 1024, /* an exchange at rest keeps no buffer larger than that */
    DEADLINE_CHECK_MS = 250,
    SERVER_ARENA_BYTES = 8 * 1024 * 1024
};
static_assert(SERVER_ARENA_BYTES > HTTP_EXCHANGES_MAX * (int)(sizeof(struct http_exchange) + 16),
              "the arena must hold all exchanges");

/* ---- exchanges ---- */

static struct http_exchange *exchange_take(struct http_server *server)
{
    struct http_exchange *x = server->free;
    if (x != NULL) {
        server->free = x->next_free;
        return x;
    }
    if (server->made_count == HTTP_EXCHANGES_MAX) {
        return NULL;
    }
    x = ARENA_NEW(&server->arena, struct http_exchange);
    x->server = server;
    x->next_made = server->made;
    server->made = x;
    server->made_count++;
    arena_init(&x->arena, HTTP_ARENA_BYTES_MAX);
    buf_init(&x->body, 0);
    buf_init(&x->answer, HTTP_ANSWER_BYTES_MAX);
    return x;
}

/* What people wrote does not stay in memory that nobody needs. */
static void buf_wipe(struct buf *buf)
{
    if (buf->p != NULL) {
        explicit_bzero(buf->p, buf->n);
    }
    buf_clear(buf);
    if (buf->cap > KEEP_BYTES) {
        buf_close(buf);
    }
}

static void exchange_recycle(struct http_exchange *x)
{
    struct http_server *server = x->server;
    bool is_large = x->arena.used_total > KEEP_BYTES;
    buf_wipe(&x->body);
    buf_wipe(&x->answer);
    arena_reset(&x->arena);
    if (is_large) {
        arena_close(&x->arena);
    }
    *x = (struct http_exchange){.server = server,
                                .next_made = x->next_made,
                                .next_free = server->free,
                                .arena = x->arena,
                                .body = x->body,
                                .answer = x->answer};
    server->free = x;
}

static void wait_push(struct http_exchange *x)
{
    struct http_queue *queue = &x->server->waiting;
    x->previous = queue->last;
    x->next = NULL;
    *(queue->last == NULL ? &queue->first : &queue->last->next) = x;
    queue->last = x;
}

static void wait_remove(struct http_exchange *x)
{
    struct http_queue *queue = &x->server->waiting;
    *(x->previous == NULL ? &queue->first : &x->previous->next) = x->next;
    *(x->next == NULL ? &queue->last : &x->next->previous) = x->previous;
}

static void exchange_resume(struct http_exchange *x)
{
    ASSERT(x->is_suspended && x->status != 0);
    wait_remove(x);
    x->is_suspended = false;
    x->server->has_resumed = true;
    MHD_resume_connection(x->connection);
}

void exchange_answered(struct http_exchange *x)
{
    x->is_handed_back = true;
    if (x->is_over) {
        exchange_recycle(x);
    } else if (x->is_suspended) {
        exchange_resume(x);
    }
    /* else: within serve, or the 503 is on its way */
}

static void exchange_expire(struct http_exchange *x)
{
    answer_error(
        x, 503,
        "The server is too busy to answer. Go back with your browser, where what you typed "
        "should still be, and try again in a minute. If someone is in danger, call 999.");
    exchange_resume(x);
}

static void check_deadlines(void *context, time_us now)
{
    struct http_server *server = context;
    while (server->waiting.first != NULL && server->waiting.first->deadline <= now) {
        exchange_expire(server->waiting.first);
    }
}

/* ---- called by the library ---- */

static void *uri_begins(void *context, const char *uri, struct MHD_Connection *connection)
{
    struct http_exchange *x = exchange_take(context);
    if (x != NULL) {
        x->connection = connection;
        head_set_uri(x, uri);
    }
    return x;
}

static enum MHD_Result refuse(struct http_exchange *x, unsigned status, const char *detail)
{
    answer_error(x, status, detail);
    return answer_queue(x);
}

/* Who only asks for a page sends no body with it: that one is not too large, it has no place. */
static enum MHD_Result refuse_body(struct http_exchange *x)
{
    bool is_reading = x->method == HTTP_GET || x->method == HTTP_HEAD;
    return is_reading ? refuse(x, 400, "A request that only reads (GET, HEAD) takes no body.")
                      : refuse(x, 413, "The request is larger than this address takes.");
}

/* Whoever sends its whole request before it reads would meet a reset, and not the words, if the
 * connection were closed upon the head. So what is not much too long is read and thrown away first;
 * one who asked whether to send (Expect) is told at once, and so is one who would send for long. */
static bool is_read_on(const struct http_exchange *x)
{
    uint64_t length = head_content_length(x);
    return length > 0 && length <= x->body_bytes_max + (uint64_t)HTTP_DISCARD_BYTES_MAX &&
           http_header(x, "Expect").n == 0;
}

static enum MHD_Result begin(struct http_exchange *x, const char *method, const char *version)
{
    const struct http_handler *handler = &x->server->handler;
    const char *wrong = NULL;
    unsigned status = head_read(x, method, version, &wrong);
    if (status != 0) {
        return refuse(x, status, wrong);
    }
    x->is_begun = true;
    x->body_bytes_max = handler->body_bytes_max(handler->context, x);
    x->body.bytes_max = x->body_bytes_max;
    if (x->status == 0 && head_content_length(x) <= x->body_bytes_max) {
        return MHD_YES;
    }
    x->closes = x->closes || http_header(x, "Content-Length").n > 0 ||
                http_header(x, "Transfer-Encoding").n > 0;
    if (is_read_on(x)) {
        x->is_thrown_away = true;
        return MHD_YES;
    }
    return x->status != 0 ? answer_queue(x) : refuse_body(x);
}

static enum MHD_Result receive(struct http_exchange *x, str piece)
{
    if (x->is_thrown_away) {
        return MHD_YES; /* its length was allowed, and the library keeps to it */
    }
    x->body_bytes_seen += piece.n;
    if (x->body_bytes_seen > x->body_bytes_max) {
        x->is_too_large = true;
    }
    if (!x->is_too_large && x->piece != NULL) {
        x->is_too_large = !x->piece(x->piece_context, x, piece);
        x->body_bytes_max = x->is_too_large ? (size_t)x->body_bytes_seen : x->body_bytes_max;
    } else if (!x->is_too_large) {
        buf_add(&x->body, piece);
    }
    bool is_cut_off =
        x->is_too_large && x->body_bytes_seen - x->body_bytes_max > HTTP_DISCARD_BYTES_MAX;
    return is_cut_off ? MHD_NO : MHD_YES;
}

static enum MHD_Result serve(struct http_exchange *x)
{
    const struct http_handler *handler = &x->server->handler;
    if (x->is_thrown_away && x->status != 0) {
        return answer_queue(x);
    }
    if (x->is_too_large || x->is_thrown_away) {
        return refuse_body(x);
    }
    if (!x->is_served) {
        x->is_served = true;
        handler->serve(handler->context, x);
    }
    if (x->status != 0) {
        return answer_queue(x);
    }
    MHD_suspend_connection(x->connection);
    x->is_suspended = true;
    x->deadline = clock_monotonic() + x->server->wait;
    wait_push(x);
    return MHD_YES;
}

static enum MHD_Result advance(void *context, struct MHD_Connection *connection, const char *url,
                               const char *method, const char *version, const char *upload_data,
                               size_t *upload_data_size, void **request)
{
    struct http_exchange *x = *request;
    (void)context;
    (void)connection;
    (void)url; /* as head_set_uri has it, but without the query */
    if (x == NULL) {
        return MHD_NO; /* HTTP_EXCHANGES_MAX */
    }
    if (!x->is_begun) {
        return begin(x, method, version);
    }
    if (*upload_data_size > 0) {
        str piece = str_from(upload_data, *upload_data_size);
        *upload_data_size = 0;
        return receive(x, piece);
    }
    return serve(x);
}

static void completed(void *context, struct MHD_Connection *connection, void **request,
                      enum MHD_RequestTerminationCode how)
{
    struct http_exchange *x = *request;
    (void)context;
    (void)connection;
    (void)how;
    *request = NULL;
    if (x == NULL) {
        return;
    }
    const struct http_handler *handler = &x->server->handler;
    x->is_over = true;
    x->connection = NULL;
    if (x->is_begun && handler->finished != NULL) {
        handler->finished(handler->context, x);
    }
    if (!x->is_served || x->is_handed_back) {
        exchange_recycle(x);
    }
}

/* Paths and queries stay as they were sent. */
static size_t leave_escaped(void *context, struct MHD_Connection *connection, char *text)
{
    (void)context;
    (void)connection;
    return strlen(text);
}

void http_stream(struct http_exchange *x, http_piece *piece, void *context)
{
    x->piece = piece;
    x->piece_context = context;
}

/* ---- the server ---- */

static void daemon_ready(void *context, unsigned poll_events)
{
    struct http_server *server = context;
    (void)poll_events;
    server->has_resumed = false;
    (void)MHD_run(server->daemon); /* fails only for daemons that run themselves */
}

static int64_t daemon_timeout_ms(void *context)
{
    const struct http_server *server = context;
    MHD_UNSIGNED_LONG_LONG timeout_ms = 0;
    enum { LONGEST_MS = 60 * 1000 };
    if (server->has_resumed) { /* neither the descriptor nor MHD_get_timeout tells of these */
        return 0;
    }
    if (MHD_get_timeout(server->daemon, &timeout_ms) != MHD_YES) {
        return -1;
    }
    return timeout_ms > LONGEST_MS ? LONGEST_MS : (int64_t)timeout_ms;
}

static struct MHD_Daemon *daemon_start(struct http_server *server, int listen_fd)
{
    unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_TURBO;
    const struct MHD_OptionItem items[] = {
        {MHD_OPTION_CONNECTION_MEMORY_LIMIT, POOL_BYTES, NULL},
        {MHD_OPTION_CONNECTION_MEMORY_INCREMENT, POOL_STEP_BYTES, NULL},
        {MHD_OPTION_CONNECTION_LIMIT, HTTP_CONNECTIONS_MAX, NULL},
        {MHD_OPTION_CONNECTION_TIMEOUT, HTTP_IDLE_SECONDS, NULL},
        {MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL},
        {listen_fd < 0 ? MHD_OPTION_END : MHD_OPTION_LISTEN_SOCKET, listen_fd, NULL},
        {MHD_OPTION_END, 0, NULL}};
    if (listen_fd < 0) {
        flags |= MHD_USE_NO_LISTEN_SOCKET;
    }
    return MHD_start_daemon(flags, 0, NULL, NULL, advance, server, MHD_OPTION_ARRAY, items,
                            MHD_OPTION_URI_LOG_CALLBACK, uri_begins, server,
                            MHD_OPTION_UNESCAPE_CALLBACK, leave_escaped, NULL,
                            MHD_OPTION_NOTIFY_COMPLETED, completed, server, MHD_OPTION_END);
}

enum status http_start(struct loop *loop, const struct http_options *options,
                       const struct http_handler *handler, struct http_server **ret_server,
                       struct error *err)
{
    int listen_fd = options->listen_fd;
    if (listen_fd < 0 && options->address != NULL) {
        enum status status = http_listen(options->address, &listen_fd, err);
        if (status != STATUS_OK) {
            return status;
        }
    }
    struct arena arena;
    arena_init(&arena, SERVER_ARENA_BYTES);
    struct http_server *server = ARENA_NEW(&arena, struct http_server);
    server->arena = arena;
    server->loop = loop;
    server->handler = *handler;
    server->is_public = options->is_public;
    server->wait =
        options->wait_ms > 0 ? options->wait_ms * 1000 : HTTP_WAIT_SECONDS * US_PER_SECOND;
    server->daemon = daemon_start(server, listen_fd);
    if (server->daemon == NULL) {
        if (listen_fd >= 0) {
            (void)close(listen_fd);
        }
        arena = server->arena;
        arena_close(&arena);
        return error_set(err, STATUS_UNAVAILABLE, "cannot start the HTTP library");
    }
    server->epoll_fd = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
    loop_watch_timed(loop, server->epoll_fd, daemon_ready, daemon_timeout_ms, server);
    loop_every(loop, DEADLINE_CHECK_MS, check_deadlines, server);
    *ret_server = server;
    return STATUS_OK;
}

enum status http_attach(struct http_server *server, int fd)
{
    static const struct sockaddr nowhere = {.sa_family = AF_UNIX};
    return MHD_add_connection(server->daemon, fd, &nowhere, sizeof nowhere) == MHD_YES
               ? STATUS_OK
               : STATUS_UNAVAILABLE;
}

void http_stop(struct http_server *server)
{
    if (server == NULL) {
        return;
    }
    loop_unwatch(server->loop, server->epoll_fd);
    loop_every_stop(server->loop, check_deadlines, server);
    while (server->waiting.first != NULL) { /* libmicrohttpd stops only what is not suspended */
        exchange_expire(server->waiting.first);
    }
    (void)MHD_run(server->daemon);
    MHD_stop_daemon(server->daemon);
    for (struct http_exchange *x = server->made; x != NULL; x = x->next_made) {
        buf_wipe(&x->body);
        buf_close(&x->body);
        buf_wipe(&x->answer);
        buf_close(&x->answer);
        arena_reset(&x->arena);
        arena_close(&x->arena);
    }
    struct arena arena = server->arena;
    arena_close(&arena);
}
