/* SPDX-License-Identifier: Apache-2.0 */
/* HTTP/1.1 for our own handlers; the only includer of libmicrohttpd.
 *
 * One process, one thread, one event loop: the library's epoll descriptor sits in our `struct
 * loop`, a handler may answer at once or later (the connection is suspended meanwhile), so that no
 * thread ever waits for a disk. Before a handler sees a request, the gate has refused what two
 * parsers could read differently (RFC 9112 section 11.2): duplicate or non-digit Content-Length,
 * Content-Length with Transfer-Encoding, any coding but exactly "chunked", no or two Hosts, control
 * bytes in names or values. No address of a peer is ever read or logged.
 *
 * A body larger than the route allows is answered 413 from its length alone; a chunked one is cut
 * off at the limit. Every answer carries the security headers; nothing is cached unless the
 * handler says so.
 */
#ifndef HUSTINGS_HTTP_HTTP_H
#define HUSTINGS_HTTP_HTTP_H

#include "base/arena.h"
#include "base/status.h"
#include "base/text.h"

enum {
    HTTP_PATH_BYTES_MAX = 1024,
    HTTP_HEADERS_BYTES_MAX = 16 * 1024,
    HTTP_ARENA_BYTES_MAX = 4 * 1024 * 1024, /* all a request may use besides its body */
    HTTP_CONNECTIONS_MAX = 1024,
    HTTP_IDLE_SECONDS = 60,
    HTTP_WAIT_SECONDS = 30 /* a handler that has not answered by then: 503 */
};

/* ---- the event loop ---- */
struct loop;
typedef void loop_ready(void *context, unsigned poll_events);
typedef void loop_timer(void *context, time_us now_monotonic);
struct loop *loop_new(void);
void loop_free(struct loop *loop);
/* Watches a descriptor for POLLIN (and POLLOUT when wants_write says so before each wait). */
void loop_watch(struct loop *loop, int fd, loop_ready *ready, bool (*wants_write)(void *context),
                void *context);
void loop_unwatch(struct loop *loop, int fd);
/* Calls `timer` about every period. */
void loop_every(struct loop *loop, int64_t period_ms, loop_timer *timer, void *context);
/* Runs until loop_stop. */
void loop_run(struct loop *loop);
void loop_stop(struct loop *loop);

/* ---- requests ---- */
enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_OTHER };

struct http_exchange; /* one request and its answer */

struct http_handler {
    /* The head is there. Returns the body limit in bytes for this method and path (0 = no body
     * wanted). May call http_stream to take the body piece by piece instead. */
    size_t (*body_bytes_max)(void *context, struct http_exchange *x);
    /* The whole request is there. Must answer by http_answer, now or later. */
    void (*serve)(void *context, struct http_exchange *x);
    /* The exchange is over (answered or broken off): release what x->state points to. May be NULL. */
    void (*finished)(void *context, struct http_exchange *x);
    void *context;
};

/* Streams a large body: called for each piece; false refuses the rest with 413. */
typedef bool http_piece(void *context, struct http_exchange *x, str piece);
void http_stream(struct http_exchange *x, http_piece *piece, void *context);

/* Views live until the answer is sent. */
enum http_method http_method(const struct http_exchange *x);
str http_path(const struct http_exchange *x);  /* as sent, without the query, not decoded */
str http_query(const struct http_exchange *x); /* raw, without '?'; decode with codec/form.h */
/* First header of that name (case-insensitive); empty when absent. */
str http_header(const struct http_exchange *x, const char *name);
/* Value of one cookie; empty when absent. */
str http_cookie(const struct http_exchange *x, str name);
str http_body(const struct http_exchange *x);
struct arena *http_arena(struct http_exchange *x);
/* A pointer of the handler's own. */
void http_set_state(struct http_exchange *x, void *state);
void *http_state(const struct http_exchange *x);

/* ---- answers ---- */
/* Adds a header to the answer (copied). Line breaks in values are a broken promise. */
void http_add_header(struct http_exchange *x, const char *name, str value);
/* Set-Cookie with Path=/; HttpOnly; SameSite=Strict, Secure when is_secure. max_age_s < 0: session
 * cookie; 0: delete. */
void http_set_cookie(struct http_exchange *x, str name, str value, int64_t max_age_s,
                     bool is_secure);
/* Sends status, type and body (copied). Exactly once; afterwards x may be gone when the handler
 * had been suspended: do not touch it. */
void http_answer(struct http_exchange *x, unsigned status, const char *content_type, str body);
/* 303 See Other. */
void http_redirect(struct http_exchange *x, str location);

/* ---- server ---- */
struct http_server;
struct http_options {
    const char *address; /* "127.0.0.1:8080", "[::1]:8080" or "unix:/path" */
    int listen_fd;       /* an already bound and listening socket, or -1 to bind `address` */
    bool is_public;      /* only for the words of headers: the reporter's side */
};
/* Binds and listens; for the parent, so that children may start without the right to. */
enum status http_listen(const char *address, int *ret_fd, struct error *err) MUST_CHECK;
enum status http_start(struct loop *loop, const struct http_options *options,
                       const struct http_handler *handler, struct http_server **ret_server,
                       struct error *err) MUST_CHECK;
void http_stop(struct http_server *server);

#endif
