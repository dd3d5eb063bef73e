/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: the server's promises hold on the wire. A child serves on a free loopback port; the tests
 * are plain clients that write bytes and read to the end. */
#include "../support/cm.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io.h"
#include "http/http.h"

enum {
    BODY_BYTES_MAX = 8192,
    WAIT_MS = 600,
    SLOW_MS = 100,
    PATIENCE_MS = 20000,
    REPLY_BYTES_MAX = 4 << 20
};

/* ---- the server under test ---- */

struct served {
    struct loop *loop;
    struct http_exchange *late[64];
    size_t late_count;
    struct http_exchange *never[64];
    size_t never_count;
    unsigned finished_count;
    unsigned streamed;
    unsigned over_count; /* late answers to exchanges that were over */
};

static bool count_piece(void *context, struct http_exchange *x, str piece)
{
    struct served *served = context;
    (void)x;
    served->streamed += (unsigned)piece.n;
    return memchr(piece.p, '!', piece.n) == NULL;
}

static size_t limit(void *context, struct http_exchange *x)
{
    struct served *served = context;
    if (str_equal(http_path(x), STR("/stream"))) {
        served->streamed = 0;
        http_stream(x, count_piece, served);
        return 64 << 20;
    }
    if (str_equal(http_path(x), STR("/early"))) {
        http_answer(x, 401, "text/plain", STR("early"));
    }
    return http_method(x) == HTTP_POST ? BODY_BYTES_MAX : 0;
}

static void answer_facts(struct served *served, struct http_exchange *x)
{
    str cookie = http_cookie(x, STR("b"));
    str facts = arena_printf(http_arena(x),
                             "path=%.*s query=%.*s cookie=%.*s body=%.*s finished=%u streamed=%u "
                             "over=%u state=%s\n",
                             STR_ARG(http_path(x)), STR_ARG(http_query(x)), STR_ARG(cookie),
                             STR_ARG(http_body(x)), served->finished_count, served->streamed,
                             served->over_count, http_state(x) == NULL ? "none" : "left");
    http_set_state(x, served);
    http_answer(x, 200, "text/plain", facts);
}

static void serve(void *context, struct http_exchange *x)
{
    struct served *served = context;
    str path = http_path(x);
    if (str_equal(path, STR("/slow"))) {
        served->late[served->late_count++] = x;
    } else if (str_equal(path, STR("/never"))) {
        served->never[served->never_count++] = x;
    } else if (str_equal(path, STR("/release"))) {
        size_t left = 0;
        for (size_t i = 0; i < served->never_count; i++) {
            struct http_exchange *never = served->never[i];
            ASSERT(str_equal(http_path(never), STR("/never"))); /* still valid */
            if (!http_is_over(never)) {
                served->never[left++] = never;
                continue;
            }
            served->over_count++;
            http_add_header(never, "X-Late", STR("1"));
            http_answer(never, 200, "text/plain", STR("late"));
        }
        served->never_count = left;
        answer_facts(served, x);
    } else if (str_equal(path, STR("/cookie"))) {
        http_set_cookie(x, STR("s"), STR("v1"), 60, true);
        http_add_header(x, "Cache-Control", STR("max-age=60"));
        http_redirect(x, STR("/next"));
    } else if (str_equal(path, STR("/large"))) {
        http_answer(x, 200, "application/octet-stream",
                    arena_printf(http_arena(x), "%0*d", 2000000, 7));
    } else {
        answer_facts(served, x);
    }
}

static void finished(void *context, struct http_exchange *x)
{
    struct served *served = context;
    (void)x;
    served->finished_count++;
}

static void answer_late(void *context, time_us now)
{
    struct served *served = context;
    (void)now;
    for (size_t i = 0; i < served->late_count; i++) {
        answer_facts(served, served->late[i]);
    }
    served->late_count = 0;
}

static bool error_page(void *context, const struct http_exchange *x, unsigned status,
                       struct buf *page)
{
    (void)context;
    if (str_equal(http_path(x), STR("/own-page"))) {
        buf_printf(page, "<p>our words for %u", status);
        return true;
    }
    return false;
}

static struct served *stopped_by_signal; /* a signal handler has no context */

static void on_signal(int signal_number)
{
    (void)signal_number;
    loop_stop(stopped_by_signal->loop);
}

static int serve_until_signal(int listen_fd)
{
    struct served served = {.loop = loop_new()};
    const struct http_handler handler = {.body_bytes_max = limit,
                                         .serve = serve,
                                         .finished = finished,
                                         .error_page = error_page,
                                         .context = &served};
    const struct http_options options = {.listen_fd = listen_fd, .wait_ms = WAIT_MS};
    struct http_server *server = NULL;
    stopped_by_signal = &served;
    (void)signal(SIGTERM, on_signal);
    if (http_start(served.loop, &options, &handler, &server, NULL) != STATUS_OK) {
        return 1;
    }
    loop_every(served.loop, SLOW_MS, answer_late, &served);
    loop_run(served.loop);
    http_stop(server);
    loop_free(served.loop);
    return 0;
}

struct world {
    pid_t child;
    struct sockaddr_in at;
};

static int set_up(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    socklen_t len = sizeof world->at;
    int fd = -1;
    if (http_listen("127.0.0.1:0", &fd, NULL) != STATUS_OK ||
        getsockname(fd, (struct sockaddr *)&world->at, &len) != 0) {
        return -1;
    }
    world->child = fork();
    if (world->child == 0) {
        exit(serve_until_signal(fd)); /* exit, so that leak checkers speak up */
    }
    (void)close(fd);
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;
    int how = 0;
    (void)kill(world->child, SIGTERM);
    (void)waitpid(world->child, &how, 0);
    free(world);
    return how == 0 ? 0 : -1;
}

/* ---- the client ---- */

static int client_connect(const struct world *world)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&world->at, sizeof world->at), 0);
    return fd;
}

static bool client_send(int fd, str bytes)
{
    while (bytes.n > 0) {
        ssize_t sent = send(fd, bytes.p, bytes.n, MSG_NOSIGNAL);
        if (sent < 0) {
            return false; /* the server has closed: what it said before is read next */
        }
        bytes = str_slice(bytes, (size_t)sent, bytes.n);
    }
    return true;
}

/* Reads until the server closes, or `until` has been seen `times` times, or nothing came for
 * wait_ms. Returns whether the server has closed. */
static bool client_read(int fd, struct buf *reply, const char *until, unsigned times, int wait_ms)
{
    for (;;) {
        struct pollfd polled = {.fd = fd, .events = POLLIN};
        unsigned seen = 0;
        str rest = buf_str(reply);
        while (until != NULL && (rest = str_slice(rest, str_find(rest, str_c(until)), rest.n)).n) {
            rest = str_slice(rest, 1, rest.n);
            seen++;
        }
        if (until != NULL && seen >= times) {
            return false;
        }
        if (poll(&polled, 1, wait_ms) <= 0) {
            return false;
        }
        char *at = buf_reserve(reply, 16384);
        assert_non_null(at);
        ssize_t got = recv(fd, at, 16384, 0);
        if (got <= 0) {
            return true;
        }
        reply->n += (size_t)got;
    }
}

static bool has(const struct buf *reply, const char *text)
{
    return str_find(buf_str(reply), str_c(text)) < reply->n;
}

static void must_have(const struct buf *reply, const char *text)
{
    if (!has(reply, text)) {
        fail_msg("no \"%s\" in:\n%.*s", text, (int)(reply->n < 3000 ? reply->n : 3000),
                 reply->p == NULL ? "" : reply->p);
    }
}

/* One connection: sends, reads until closed or `until` (NULL: closed). */
static bool talk(const struct world *world, str request, const char *until, struct buf *reply)
{
    int fd = client_connect(world);
    client_send(fd, request);
    bool is_closed = client_read(fd, reply, until, 1, PATIENCE_MS);
    (void)close(fd);
    return is_closed;
}

/* ---- tests ---- */

#define H "Host: desk.example\r\n"

static void test_plain(void **state)
{
    const struct world *world = *state;
    struct buf reply;
    buf_init(&reply, REPLY_BYTES_MAX);
    talk(world, STR("GET /a%20b/?x=%41&y HTTP/1.1\r\n" H "Cookie: a=1; b=two ; bb=3\r\n\r\n"),
         "state=", &reply);
    must_have(&reply, "HTTP/1.1 200 ");
    must_have(&reply, "path=/a%20b/ query=x=%41&y cookie=two body= ");
    static const char *const wanted[] = {"\r\nContent-Security-Policy: default-src 'none'; ",
                                         "\r\nCache-Control: no-store\r\n",
                                         "\r\nX-Content-Type-Options: nosniff\r\n",
                                         "\r\nReferrer-Policy: no-referrer\r\n",
                                         "\r\nCross-Origin-Opener-Policy: same-origin\r\n",
                                         "\r\nCross-Origin-Resource-Policy: same-origin\r\n",
                                         "\r\nPermissions-Policy: ",
                                         "\r\nX-Robots-Tag: noindex\r\n"};
    for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
        must_have(&reply, wanted[i]);
    }
    buf_clear(&reply);
    talk(world, STR("POST /p HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc"), NULL, &reply);
    must_have(&reply, "path=/p query= cookie= body=abc ");
    buf_clear(&reply);
    talk(world, STR("GET /cookie HTTP/1.1\r\n" H "\r\n"), "\r\n\r\n", &reply);
    must_have(&reply, "HTTP/1.1 303 ");
    must_have(&reply, "\r\nLocation: /next\r\n");
    must_have(&reply,
              "\r\nSet-Cookie: s=v1; Path=/; HttpOnly; SameSite=Strict; Secure; Max-Age=60\r\n");
    must_have(&reply, "\r\nCache-Control: max-age=60\r\n");
    assert_false(has(&reply, "no-store"));
    buf_clear(&reply);
    talk(world, STR("GET /large HTTP/1.1\r\n" H "Connection: close\r\n\r\n"), NULL, &reply);
    must_have(&reply, "Content-Length: 2000000\r\n");
    assert_true(reply.n > 2000000 && reply.p[reply.n - 1] == '7');
    buf_close(&reply);
}

static void test_head(void **state)
{
    const struct world *world = *state;
    struct buf reply;
    buf_init(&reply, REPLY_BYTES_MAX);
    talk(world, STR("HEAD /x HTTP/1.1\r\n" H "Connection: close\r\n\r\n"), NULL, &reply);
    must_have(&reply, "HTTP/1.1 200 ");
    must_have(&reply, "Content-Length: ");
    assert_true(str_ends(buf_str(&reply), STR("\r\n\r\n")));
    assert_false(has(&reply, "Content-Length: 0"));
    buf_close(&reply);
}

struct row {
    const char *what;
    const char *request;
    const char *wanted; /* begin of the reply, or "" for closed without a word */
};

/* What two programs in a row could read differently. */
static const struct row hostile[] = {
    {"length and coding",
     "POST / HTTP/1.1\r\n" H "Content-Length: 3\r\n"
     "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
     "HTTP/1.1 400 "},
    {"coding and length",
     "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n"
     "Content-Length: 3\r\n\r\n0\r\n\r\n",
     "HTTP/1.1 400 "},
    {"two lengths", "POST / HTTP/1.1\r\n" H "Content-Length: 3\r\nContent-Length: 5\r\n\r\nabcde",
     "HTTP/1.1 400 "},
    {"the same length twice",
     "POST / HTTP/1.1\r\n" H "Content-Length: 3\r\nContent-Length: 3\r\n"
     "\r\nabc",
     "HTTP/1.1 400 "},
    {"list of lengths", "POST / HTTP/1.1\r\n" H "Content-Length: 3, 3\r\n\r\nabc", "HTTP/1.1 400 "},
    {"signed length", "POST / HTTP/1.1\r\n" H "Content-Length: +3\r\n\r\nabc", "HTTP/1.1 400 "},
    {"negative length", "POST / HTTP/1.1\r\n" H "Content-Length: -3\r\n\r\nabc", "HTTP/1.1 400 "},
    {"hexadecimal length", "POST / HTTP/1.1\r\n" H "Content-Length: 0x3\r\n\r\nabc",
     "HTTP/1.1 400 "},
    {"huge length", "POST / HTTP/1.1\r\n" H "Content-Length: 99999999999999999999\r\n\r\nabc",
     "HTTP/1.1 4"},
    {"empty length", "POST / HTTP/1.1\r\n" H "Content-Length:\r\n\r\n", "HTTP/1.1 400 "},
    {"xchunked", "POST / HTTP/1.1\r\n" H "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
     "HTTP/1.1 400 "},
    {"chunked, identity",
     "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked, identity\r\n\r\n"
     "0\r\n\r\n",
     "HTTP/1.1 400 "},
    {"two codings",
     "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n"
     "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
     "HTTP/1.1 400 "},
    {"coding on 1.0", "POST / HTTP/1.0\r\n" H "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
     "HTTP/1.1 400 "},
    {"space before colon", "POST / HTTP/1.1\r\n" H "Content-Length : 3\r\n\r\nabc",
     "HTTP/1.1 400 "},
    {"no Host", "GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400 "},
    {"two Hosts", "GET / HTTP/1.1\r\n" H H "\r\n", "HTTP/1.1 400 "},
    {"odd Host", "GET / HTTP/1.1\r\nHost: a/b@c\r\n\r\n", "HTTP/1.1 400 "},
    {"bare CR in a value", "GET / HTTP/1.1\r\n" H "X: a\rY: b\r\n\r\n", "HTTP/1.1 400 "},
    {"control in a value", "GET / HTTP/1.1\r\n" H "X: a\x01\r\n\r\n", "HTTP/1.1 400 "},
    {"odd name", "GET / HTTP/1.1\r\n" H "X(: a\r\n\r\n", "HTTP/1.1 400 "},
    {"line without colon", "GET / HTTP/1.1\r\n" H "nothing\r\n\r\n", "HTTP/1.1 400 "},
    {"bad chunk size", "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
     "HTTP/1.1 400 "},
    {"huge chunk size",
     "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n"
     "fffffffffffffffff\r\n\r\n",
     "HTTP/1.1 4"},
    {"absolute target", "GET http://desk.example/ HTTP/1.1\r\n" H "\r\n", "HTTP/1.1 400 "},
    {"folded line", "GET / HTTP/1.1\r\n" H "X: a\r\n b\r\n\r\n", "HTTP/1.1 400 "},
    {"folded length", "POST / HTTP/1.1\r\n" H "Content-Length:\r\n 3\r\n\r\nabc", "HTTP/1.1 400 "},
    {"length made by folding", "POST / HTTP/1.1\r\n" H "Content: 3\r\n -Length\r\n\r\nabc",
     "HTTP/1.1 400 "},
    {"folded coding", "POST / HTTP/1.1\r\n" H "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
     "HTTP/1.1 400 "},
    {"folded last line", "GET / HTTP/1.1\r\n" H " b\r\n\r\n", "HTTP/1.1 400 "},
    {"bare LF", "GET / HTTP/1.1\n" H "\r\n", "HTTP/1.1 400 "},
    {"bare LF behind a header", "GET / HTTP/1.1\r\nX: y\n" H "\r\n", "HTTP/1.1 400 "},
    {"version 2", "GET / HTTP/2.0\r\n" H "\r\n", "HTTP/1.1 "},
    {"version 1.2", "GET / HTTP/1.2\r\n" H "\r\n", "HTTP/1.1 400 "},
    {"bytes above ASCII in the path", "GET /\xff HTTP/1.1\r\n" H "\r\n", "HTTP/1.1 400 "},
};

static void test_hostile(void **state)
{
    const struct world *world = *state;
    for (size_t i = 0; i < ARRAY_LEN(hostile); i++) {
        struct buf reply;
        buf_init(&reply, REPLY_BYTES_MAX);
        bool is_closed = talk(world, str_c(hostile[i].request), NULL, &reply);
        bool is_refused = str_starts(buf_str(&reply), str_c(hostile[i].wanted)) ||
                          reply.n == 0; /* closing without a word is as good */
        if (!is_closed || !is_refused || has(&reply, " 200 ")) {
            fail_msg("%s: closed %d, reply:\n%.*s", hostile[i].what, (int)is_closed, (int)reply.n,
                     reply.p == NULL ? "" : reply.p);
        }
        buf_close(&reply);
    }
}

struct nul_row {
    const char *what;
    str request;
};

static const struct nul_row nul_rows[] = {
    {"NUL in a value", STR_INIT("GET / HTTP/1.1\r\nX: a\0b\r\n" H "\r\n")},
    {"NUL in a length", STR_INIT("POST / HTTP/1.1\r\n" H "Content-Length: 3\0"
                                 "4\r\n\r\nabc")},
    {"NUL in a path", STR_INIT("GET /a\0b HTTP/1.1\r\n" H "\r\n")},
    {"NUL in a query", STR_INIT("GET /a?b\0 HTTP/1.1\r\n" H "\r\n")},
};

static void test_nul(void **state)
{
    const struct world *world = *state;
    for (size_t i = 0; i < ARRAY_LEN(nul_rows); i++) {
        struct buf reply;
        buf_init(&reply, REPLY_BYTES_MAX);
        bool is_closed = talk(world, nul_rows[i].request, NULL, &reply);
        if (!is_closed || has(&reply, " 200 ")) {
            fail_msg("%s: closed %d, reply:\n%.*s", nul_rows[i].what, (int)is_closed, (int)reply.n,
                     reply.p == NULL ? "" : reply.p);
        }
        buf_close(&reply);
    }
}

/* Whatever way the bytes of an honest head arrive, it must be taken: the gate looks at where the
 * library has put things. */
static void test_heads_in_pieces(void **state)
{
    const struct world *world = *state;
    struct buf request;
    buf_init(&request, 1 << 20);
    buf_add_c(&request, "GET /pieces?q HTTP/1.1\r\n" H "Empty:\r\nSpaced:   y   \r\n");
    for (unsigned i = 0; i < 60; i++) {
        buf_printf(&request, "X-%u: %0*d\r\n", i, 200, 1);
    }
    buf_add_c(&request, "Last:\r\n\r\n");
    for (size_t step = 1; step < request.n; step = step * 5 + 1) {
        struct buf reply;
        int fd = client_connect(world);
        buf_init(&reply, REPLY_BYTES_MAX);
        for (size_t at = 0; at < request.n; at += step) {
            client_send(fd, str_slice(buf_str(&request), at, at + step));
            if (step > 1 || at % 100 == 0) {
                (void)poll(NULL, 0, 1);
            }
        }
        client_read(fd, &reply, "state=", 1, PATIENCE_MS);
        must_have(&reply, "path=/pieces query=q ");
        (void)close(fd);
        buf_close(&reply);
    }
    buf_close(&request);
}

/* The second request must never be answered as one of its own. */
static void test_smuggled(void **state)
{
    const struct world *world = *state;
    struct buf reply;
    buf_init(&reply, REPLY_BYTES_MAX);
    assert_true(talk(world,
                     STR("POST /one HTTP/1.1\r\n" H "Content-Length: 4\r\n"
                         "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                         "GET /smuggled HTTP/1.1\r\n" H "\r\n"),
                     NULL, &reply));
    assert_false(has(&reply, "smuggled"));
    buf_close(&reply);
}

static void test_long_heads(void **state)
{
    const struct world *world = *state;
    static const size_t sizes[] = {5000, 17000, 100000};
    for (size_t i = 0; i < ARRAY_LEN(sizes) * 2; i++) {
        struct buf request, reply;
        buf_init(&request, 1 << 20);
        buf_init(&reply, REPLY_BYTES_MAX);
        bool is_path = i % 2 == 1;
        buf_add_c(&request, is_path ? "GET /" : "GET / HTTP/1.1\r\n" H "X: ");
        for (size_t n = 0; n < sizes[i / 2]; n++) {
            buf_add_byte(&request, 'a');
        }
        buf_add_c(&request, is_path ? " HTTP/1.1\r\n" H "\r\n" : "\r\n\r\n");
        bool is_fine = !is_path && sizes[i / 2] == 5000;
        talk(world, buf_str(&request), is_fine ? "state=" : NULL, &reply);
        if (is_fine) {
            must_have(&reply, "HTTP/1.1 200 ");
        } else {
            assert_true(reply.n == 0 || has(&reply, "HTTP/1.1 4"));
            assert_false(has(&reply, " 200 "));
        }
        buf_close(&request);
        buf_close(&reply);
    }
}

static void test_too_large(void **state)
{
    const struct world *world = *state;
    struct buf reply;
    buf_init(&reply, REPLY_BYTES_MAX);
    /* from the length alone: no body byte is ever sent */
    assert_true(talk(world,
                     STR("POST /api/v1/reports HTTP/1.1\r\n" H "Content-Length: 9999999\r\n\r\n"),
                     NULL, &reply));
    must_have(&reply, "HTTP/1.1 413 ");
    must_have(&reply, "Content-Type: application/problem+json\r\n");
    must_have(&reply, "\"status\":413,");
    must_have(&reply, "X-Content-Type-Options");
    buf_clear(&reply);
    assert_true(talk(world,
                     STR("POST /own-page HTTP/1.1\r\n" H "Content-Length: 999999999\r\n"
                         "Expect: 100-continue\r\n\r\n"),
                     NULL, &reply));
    assert_true(str_starts(buf_str(&reply), STR("HTTP/1.1 413 "))); /* not 100 first */
    must_have(&reply, "<p>our words for 413");
    buf_clear(&reply);
    assert_true(
        talk(world, STR("GET / HTTP/1.1\r\n" H "Content-Length: 1\r\n\r\nx"), NULL, &reply));
    must_have(&reply, "HTTP/1.1 400 "); /* not too large: it has no place there */
    must_have(&reply, "A request that only reads (GET, HEAD) takes no body.");
    buf_close(&reply);
}

/* A browser writes all of its form before it reads: it must not meet a reset instead of the words. */
static void test_too_large_is_heard(void **state)
{
    const struct world *world = *state;
    static const struct {
        const char *path;
        size_t bytes;
        const char *status;
    } cases[] = {{"/own-page", 600000, "HTTP/1.1 413 "}, {"/early", 7000, "HTTP/1.1 401 "}};
    for (size_t i = 0; i < 40; i++) {
        struct buf request, reply;
        size_t k = i % ARRAY_LEN(cases);
        buf_init(&request, 1 << 20);
        buf_init(&reply, REPLY_BYTES_MAX);
        buf_printf(&request, "POST %s HTTP/1.1\r\n" H "Content-Length: %zu\r\n\r\n", cases[k].path,
                   cases[k].bytes);
        for (size_t n = 0; n < cases[k].bytes; n++) {
            buf_add_byte(&request, 'a');
        }
        int fd = client_connect(world);
        assert_true(client_send(fd, buf_str(&request))); /* all of it is taken */
        client_read(fd, &reply, NULL, 1, PATIENCE_MS);
        (void)close(fd);
        assert_true(str_starts(buf_str(&reply), str_c(cases[k].status)));
        buf_close(&request);
        buf_close(&reply);
    }
}

static void add_chunks(struct buf *out, size_t total)
{
    char piece[1000];
    memset(piece, 'c', sizeof piece);
    for (size_t n = 0; n < total; n += sizeof piece) {
        buf_add_c(out, "3e8\r\n");
        buf_add_bytes(out, piece, sizeof piece);
        buf_add_c(out, "\r\n");
    }
    buf_add_c(out, "0\r\n\r\n");
}

static void test_chunked(void **state)
{
    const struct world *world = *state;
    static const size_t totals[] = {8000, 9000, 3000000};
    for (size_t i = 0; i < ARRAY_LEN(totals); i++) {
        struct buf request, reply;
        buf_init(&request, 8 << 20);
        buf_init(&reply, REPLY_BYTES_MAX);
        buf_add_c(&request, "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n");
        add_chunks(&request, totals[i]);
        bool is_closed = talk(world, buf_str(&request), i == 0 ? "state=" : NULL, &reply);
        if (i == 0) {
            must_have(&reply, "body=cccccccc");
        } else {
            assert_true(is_closed);
            assert_false(has(&reply, " 200 "));
            assert_true(i == 2 ? reply.n == 0 : has(&reply, "HTTP/1.1 413 "));
        }
        buf_close(&request);
        buf_close(&reply);
    }
}

static void test_stream(void **state)
{
    const struct world *world = *state;
    struct buf request, reply;
    buf_init(&request, 8 << 20);
    buf_init(&reply, REPLY_BYTES_MAX);
    buf_add_c(&request, "POST /stream HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n");
    add_chunks(&request, 3000000);
    talk(world, buf_str(&request), "state=", &reply);
    must_have(&reply, "streamed=3000000 ");
    buf_clear(&reply);
    assert_true(talk(world, STR("POST /stream HTTP/1.1\r\n" H "Content-Length: 5\r\n\r\nab!de"),
                     NULL, &reply));
    must_have(&reply, "HTTP/1.1 413 ");
    buf_close(&request);
    buf_close(&reply);
}

static void test_expect(void **state)
{
    const struct world *world = *state;
    struct buf reply;
    buf_init(&reply, REPLY_BYTES_MAX);
    int fd = client_connect(world);
    client_send(fd,
                STR("POST /e HTTP/1.1\r\n" H "Content-Length: 3\r\nExpect: 100-continue\r\n\r\n"));
    client_read(fd, &reply, "\r\n\r\n", 1, PATIENCE_MS);
    assert_str(buf_str(&reply), "HTTP/1.1 100 Continue\r\n\r\n");
    client_send(fd, STR("abc"));
    client_read(fd, &reply, "state=", 1, PATIENCE_MS);
    must_have(&reply, "body=abc ");
    (void)close(fd);
    buf_clear(&reply);
    talk(world,
         STR("POST /early HTTP/1.1\r\n" H "Content-Length: 3\r\nExpect: 100-continue\r\n\r\n"),
         NULL, &reply);
    assert_true(str_starts(buf_str(&reply), STR("HTTP/1.1 401 ")));
    buf_close(&reply);
}

static void test_methods(void **state)
{
    const struct world *world = *state;
    static const char *const methods[] = {"PUT", "DELETE", "OPTIONS", "TRACE", "get", "CONNECT"};
    for (size_t i = 0; i < ARRAY_LEN(methods); i++) {
        struct buf request, reply;
        buf_init(&request, 1000);
        buf_init(&reply, REPLY_BYTES_MAX);
        buf_printf(&request, "%s /x HTTP/1.1\r\n" H "\r\n", methods[i]);
        assert_true(talk(world, buf_str(&request), NULL, &reply));
        must_have(&reply, "HTTP/1.1 405 ");
        must_have(&reply, "\r\nAllow: GET, HEAD, POST\r\n");
        buf_close(&request);
        buf_close(&reply);
    }
}

static void test_keep_alive_and_pipeline(void **state)
{
    const struct world *world = *state;
    struct buf reply;
    buf_init(&reply, REPLY_BYTES_MAX);
    int fd = client_connect(world);
    for (unsigned i = 1; i <= 20; i++) {
        client_send(fd, STR("POST /k HTTP/1.1\r\n" H "Content-Length: 2\r\n\r\nhi"));
        assert_false(client_read(fd, &reply, "body=hi", i, PATIENCE_MS));
    }
    buf_clear(&reply);
    client_send(fd,
                STR("POST /1 HTTP/1.1\r\n" H "Content-Length: 3\r\n\r\nabcGET /slow HTTP/1.1\r\n" H
                    "\r\nGET /3 HTTP/1.1\r\n" H "\r\nGET /4 HTTP/1.1\r\n" H
                    "Connection: close\r\n\r\n"));
    assert_true(client_read(fd, &reply, NULL, 0, PATIENCE_MS));
    size_t first = str_find(buf_str(&reply), STR("path=/1 query= cookie= body=abc "));
    size_t second = str_find(buf_str(&reply), STR("path=/slow "));
    size_t third = str_find(buf_str(&reply), STR("path=/3 "));
    size_t fourth = str_find(buf_str(&reply), STR("path=/4 "));
    assert_true(first < second && second < third && third < fourth && fourth < reply.n);
    assert_false(has(&reply, "state=left")); /* nothing of one exchange reaches the next */
    (void)close(fd);
    buf_close(&reply);
}

static void test_slow_and_vanished(void **state)
{
    const struct world *world = *state;
    struct buf reply;
    buf_init(&reply, REPLY_BYTES_MAX);
    talk(world, STR("GET /slow HTTP/1.1\r\n" H "\r\n"), "state=", &reply);
    must_have(&reply, "path=/slow ");
    /* clients that go away: while waiting, and in the middle of a body */
    for (int i = 0; i < 20; i++) {
        int fd = client_connect(world);
        client_send(fd, i % 2 == 0
                            ? STR("GET /slow HTTP/1.1\r\n" H "\r\n")
                            : STR("POST /x HTTP/1.1\r\n" H "Content-Length: 100\r\n\r\nabc"));
        (void)poll(NULL, 0, 5);
        (void)close(fd);
    }
    (void)poll(NULL, 0, 3 * SLOW_MS);
    buf_clear(&reply);
    talk(world, STR("GET /x HTTP/1.1\r\n" H "\r\n"), "state=", &reply);
    must_have(&reply, "HTTP/1.1 200 ");
    buf_close(&reply);
}

static void test_deadline(void **state)
{
    const struct world *world = *state;
    struct buf reply;
    buf_init(&reply, REPLY_BYTES_MAX);
    assert_true(talk(world, STR("GET /never HTTP/1.1\r\n" H "\r\n"), NULL, &reply));
    must_have(&reply, "HTTP/1.1 503 ");
    int fd = client_connect(world); /* this one gives up before the server does */
    client_send(fd, STR("GET /never HTTP/1.1\r\n" H "\r\n"));
    (void)poll(NULL, 0, 50);
    (void)close(fd);
    for (int i = 0; i < 600 && !has(&reply, "over=2 "); i++) { /* in the server's own time */
        (void)poll(NULL, 0, 50);
        buf_clear(&reply);
        talk(world, STR("GET /release HTTP/1.1\r\n" H "\r\n"), "state=", &reply);
    }
    must_have(&reply, "over=2 ");
    buf_clear(&reply);
    talk(world, STR("GET /after HTTP/1.1\r\n" H "\r\n"), "state=", &reply);
    must_have(&reply, "path=/after ");
    assert_false(has(&reply, "X-Late"));
    /* stopping with one that was never answered is in the tear-down */
    fd = client_connect(world);
    client_send(fd, STR("GET /never HTTP/1.1\r\n" H "\r\n"));
    (void)poll(NULL, 0, 50);
    (void)close(fd);
    buf_close(&reply);
}

static void test_addresses(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",      "8080",          "localhost:80", "127.0.0.1", "::1:80",
        "[::1]", "1.2.3.4:65536", "unix:",        "[::1]:-1",  "1.2.3.4:"};
    int fd = -1;
    struct error err;
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        assert_int_equal(http_listen(wrong[i], &fd, &err), STATUS_INVALID);
    }
    char folder[] = "/tmp/http_test_XXXXXX";
    char address[64];
    assert_non_null(mkdtemp(folder));
    assert_true(snprintf(address, sizeof address, "unix:%s/s", folder) > 0);
    assert_int_equal(http_listen(address, &fd, &err), STATUS_OK);
    int second = -1;
    assert_int_equal(http_listen(address, &second, &err), STATUS_CONFLICT); /* somebody is there */
    (void)close(fd);
    assert_int_equal(http_listen(address, &fd, &err), STATUS_OK); /* left behind by the dead */
    (void)close(fd);
    (void)unlink(address + 5);
    (void)rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_head),
        cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_smuggled),
        cmocka_unit_test(test_nul),
        cmocka_unit_test(test_heads_in_pieces),
        cmocka_unit_test(test_long_heads),
        cmocka_unit_test(test_too_large),
        cmocka_unit_test(test_too_large_is_heard),
        cmocka_unit_test(test_chunked),
        cmocka_unit_test(test_stream),
        cmocka_unit_test(test_expect),
        cmocka_unit_test(test_methods),
        cmocka_unit_test(test_keep_alive_and_pipeline),
        cmocka_unit_test(test_slow_and_vanished),
        cmocka_unit_test(test_deadline),
        cmocka_unit_test(test_addresses),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
