/* SPDX-License-Identifier: Apache-2.0 */
/* HTTP/1.1 for our own handlers; the only includer of libmicrohttpd.
 *
 * One process, one thread, one event loop: libmicrohttpd's epoll descriptor sits in our `struct
 * loop`, a handler may answer at once or later (the connection is suspended meanwhile), so that no
 * thread ever waits for a disk. Before a handler sees a request, the gate has refused what two
 * parsers could read differently (RFC 9112 section 11.2): duplicate or non-digit Content-Length,
 * Content-Length with Transfer-Encoding, any coding but exactly "chunked", no or two Hosts, control
 * bytes in names or values. No address of a peer is ever read or logged.
 *
 * A body larger than the route allows is answered 413 from its length alone, a little larger one when
 * it has been sent and thrown away, so that browsers hear it; a chunked one is cut off at the limit. Every answer carries the security headers; nothing is cached unless the
 * handler says so.
 *
 * Life of an exchange. Until `serve` is called it belongs to this layer and may vanish with its
 * client (`finished` is called, then x is gone). `serve` hands it to the handler, http_answer hands
 * it back: in between x, its arena and every view of it stay valid, whatever the client does. So
 * each served exchange must be answered exactly once, also when nobody waits any more: when the
 * handler was slower than HTTP_WAIT_SECONDS the client has had its 503 and `finished` has been
 * called, and the late http_answer does nothing but give the memory back. http_is_over tells.
 *
 * Left to nginx in front: bare LF as the end of chunk lines and of the last header line, and
 * clients that send a byte a minute.
 * libmicrohttpd's own refusals (a head over its 32 KiB, a malformed request line) are plain pages
 * without our headers, and it closes the connection.
 */
#ifndef HUSTINGS_HTTP_HTTP_H
#define HUSTINGS_HTTP_HTTP_H

#include "base/arena.h"
#include "base/status.h"
#include "base/text.h"

enum {
    HTTP_PATH_BYTES_MAX = 1024,
    HTTP_QUERY_BYTES_MAX = 4096,
    HTTP_HEADERS_BYTES_MAX = 16 * 1024,
    HTTP_HEADER_COUNT_MAX = 100,
    HTTP_ARENA_BYTES_MAX = 4 * 1024 * 1024,   /* all a request may use besides its body */
    HTTP_ANSWER_BYTES_MAX = 64 * 1024 * 1024, /* longer: 500 instead */
    /* So much past a limit is read and thrown away, that an honest client hears the 413. */
    HTTP_DISCARD_BYTES_MAX = 1024 * 1024,
    HTTP_CONNECTIONS_MAX = 1024,                   /* raise RLIMIT_NOFILE above it */
    HTTP_EXCHANGES_MAX = 4 * HTTP_CONNECTIONS_MAX, /* with those whose client is gone */
    HTTP_IDLE_SECONDS = 60,
    HTTP_WAIT_SECONDS = 30 /* a handler that has not answered by then: 503 */
};

/* ---- the event loop ---- */
struct loop;
typedef void loop_ready(void *context, unsigned poll_events);
typedef void loop_timer(void *context, time_us now_monotonic);
struct loop *loop_new(void);
void loop_free(struct loop *loop);
/* At most LOOP_WATCHES_MAX descriptors and LOOP_TIMERS_MAX timers. Callbacks may add and remove. */
enum { LOOP_WATCHES_MAX = 64, LOOP_TIMERS_MAX = 16 };
/* Watches a descriptor for POLLIN (and POLLOUT when wants_write says so before each wait). */
void loop_watch(struct loop *loop, int fd, loop_ready *ready, bool (*wants_write)(void *context),
                void *context);
void loop_unwatch(struct loop *loop, int fd);
/* Calls `timer` about every period. */
void loop_every(struct loop *loop, int64_t period_ms, loop_timer *timer, void *context);
void loop_every_stop(struct loop *loop, loop_timer *timer, void *context);
/* Runs until loop_stop. */
void loop_run(struct loop *loop);
/* One wait of at most timeout_ms_max (-1: any) and what it brought. */
void loop_turn(struct loop *loop, int timeout_ms_max);
/* From a callback or a signal handler. */
void loop_stop(struct loop *loop);

/* ---- requests ---- */
/* A handler never sees HTTP_OTHER: this layer answers it 405. HEAD is answered like GET; the body
 * is left out on the way. */
enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_OTHER };

struct http_exchange; /* one request and its answer */

struct http_handler {
    /* The head is there. Returns the body limit in bytes for this method and path (0 = no body
     * wanted). May call http_stream to take the body piece by piece instead, or http_answer to
     * refuse from the head alone (the body is not read; serve is not called). */
    size_t (*body_bytes_max)(void *context, struct http_exchange *x);
    /* The whole request is there. Must answer by http_answer, now or later. */
    void (*serve)(void *context, struct http_exchange *x);
    /* The exchange is over (answered or broken off): release what http_state points to. Called
     * once for each exchange that body_bytes_max has seen. May be NULL. */
    void (*finished)(void *context, struct http_exchange *x);
    /* The words for an error that this layer makes (400 405 413 414 431 503), as a whole HTML
     * page; false takes the built-in page. May be NULL. Not asked for paths under /api/, which
     * get application/problem+json. Headers may be missing: the request may be malformed. */
    bool (*error_page)(void *context, const struct http_exchange *x, unsigned status,
                       struct buf *page);
    void *context;
};

/* Streams a large body: called for each piece; false refuses the rest with 413. */
typedef bool http_piece(void *context, struct http_exchange *x, str piece);
void http_stream(struct http_exchange *x, http_piece *piece, void *context);

/* Views live until http_answer. */
enum http_method http_method(const struct http_exchange *x);
str http_path(const struct http_exchange *x);  /* as sent, without the query, not decoded */
str http_query(const struct http_exchange *x); /* raw, without '?'; decode with codec/form.h */
/* First header of that name (case-insensitive); empty when absent. */
str http_header(const struct http_exchange *x, const char *name);
/* Value of one cookie; empty when absent. */
str http_cookie(const struct http_exchange *x, str name);
str http_body(const struct http_exchange *x);
struct arena *http_arena(struct http_exchange *x);
/* Nobody waits for the answer any more. */
bool http_is_over(const struct http_exchange *x);
/* A pointer of the handler's own. */
void http_set_state(struct http_exchange *x, void *state);
void *http_state(const struct http_exchange *x);

/* ---- answers ---- */
/* Adds a header to the answer (copied). Control characters in values are a broken promise. A
 * Cache-Control here takes the place of no-store, a Content-Security-Policy that of the strict one.
 */
void http_add_header(struct http_exchange *x, const char *name, str value);
/* Set-Cookie with Path=/; HttpOnly; SameSite=Strict, Secure when is_secure. max_age_s < 0: session
 * cookie; 0: delete. */
void http_set_cookie(struct http_exchange *x, str name, str value, int64_t max_age_s,
                     bool is_secure);
/* Sends status, type (NULL: none) and body (copied). Exactly once; from within serve or later.
 * Afterwards x may be gone: do not touch it. */
void http_answer(struct http_exchange *x, unsigned status, const char *content_type, str body);
/* 303 See Other. Counts as the answer. */
void http_redirect(struct http_exchange *x, str location);

/* ---- server ---- */
struct http_server;
struct http_options {
    const char *address; /* "127.0.0.1:8080", "[::1]:8080" or "unix:/path" */
    int listen_fd;       /* an already bound and listening socket (becomes the server's), or -1 to
                            bind `address` */
    bool is_public;      /* the reporter's side; the other one asks robots to keep away */
    int64_t wait_ms;     /* 0: HTTP_WAIT_SECONDS */
};
/* Binds and listens; for the parent, so that children may start without the right to. Numeric
 * addresses only; port 0 takes a free one. A socket file that nobody answers on is replaced. The
 * descriptor is close-on-exec and non-blocking. */
enum status http_listen(const char *address, int *ret_fd, struct error *err) MUST_CHECK;
enum status http_start(struct loop *loop, const struct http_options *options,
                       const struct http_handler *handler, struct http_server **ret_server,
                       struct error *err) MUST_CHECK;
/* Breaks off what is open (finished is called) and frees everything: no exchange of this server may
 * be touched afterwards. Not from within a callback. */
void http_stop(struct http_server *server);

#endif
