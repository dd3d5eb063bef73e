/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the files of this folder. */
#ifndef HUSTINGS_HTTP_HTTP_INTERNAL_H
#define HUSTINGS_HTTP_HTTP_INTERNAL_H

#include <microhttpd.h>

#include "base/buf.h"
#include "http/http.h"

struct http_pair {
    str name;
    str value;
};

/* A header of the answer. */
struct http_added {
    struct http_added *next;
    const char *name;
    const char *value;
};

struct http_queue {
    struct http_exchange *first;
    struct http_exchange *last;
};

/* Recycled: arena and buffers keep some memory, so that a request in steady state costs no malloc
 * of ours. */
struct http_exchange {
    struct http_server *server;
    struct http_exchange *next_made; /* all that were ever made */
    struct http_exchange *next_free;
    struct http_exchange *previous, *next; /* in server->waiting */
    struct arena arena;
    struct buf body;
    struct buf answer;
    /* the request */
    const char *uri_end; /* in libmicrohttpd's memory; only for the gate */
    enum http_method method;
    str path;
    str query;
    struct http_pair *headers;
    size_t header_count;
    size_t body_bytes_max;
    uint64_t body_bytes_seen;
    http_piece *piece;
    void *piece_context;
    void *state;
    /* the answer */
    struct http_added *added;
    const char *content_type;
    unsigned status; /* 0: none yet */
    time_us deadline;
    bool closes;
    /* where it stands */
    bool is_uri_long;
    bool is_begun; /* the gate is passed, body_bytes_max has been asked */
    bool is_too_large;
    bool is_thrown_away; /* the body; it is refused already */
    bool is_served;      /* the handler holds it … */
    bool is_handed_back; /* … and has given its answer */
    bool is_suspended;
    bool is_over; /* the connection is done with it */
    struct MHD_Connection *connection;
};

struct http_server {
    struct arena arena; /* holds this very struct and all exchanges */
    struct loop *loop;
    struct MHD_Daemon *daemon;
    struct http_handler handler;
    struct http_exchange *made;
    struct http_exchange *free;
    size_t made_count;
    struct http_queue waiting; /* suspended, the oldest deadline first */
    time_us wait;
    bool has_resumed; /* since the library last ran */
    int epoll_fd;
    bool is_public;
};

/* head.c: what a request must look like before a handler sees it. Copies it into the arena of x.
 * Returns 0, or the status of the refusal (and what is wrong in words). */
unsigned head_read(struct http_exchange *x, const char *method, const char *version,
                   const char **ret_wrong);
/* Splits what stood in the request line; sets is_uri_long. */
void head_set_uri(struct http_exchange *x, const char *uri);
/* Of the request; 0 when there is none. */
uint64_t head_content_length(const struct http_exchange *x);

/* answer.c */
/* Composes an error that this layer makes. */
void answer_error(struct http_exchange *x, unsigned status, const char *detail);
/* Gives the composed answer to the library. */
enum MHD_Result answer_queue(struct http_exchange *x);

/* http.c: the handler has composed an answer. */
void exchange_answered(struct http_exchange *x);
/* A server without a socket of its own, for the fuzz target. */
enum status http_attach(struct http_server *server, int fd) MUST_CHECK;

#endif
