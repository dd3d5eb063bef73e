/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes of a client through the library, the gate and a handler, over a socketpair in one process.
 * Goal: no crash, and no request reaches the handler that breaks what the gate promises. The first
 * byte chooses where the client's bytes are cut in two. */
#include <sys/socket.h>
#include <unistd.h>

#include "http/http_internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { BODY_MAX = 1000, TURNS_MAX = 40 };

struct late {
    struct http_exchange *x;
    unsigned begun, finished;
};

static size_t limit(void *context, struct http_exchange *x)
{
    struct late *late = context;
    late->begun++;
    ASSERT(str_starts(http_path(x), STR("/")) && http_path(x).n <= HTTP_PATH_BYTES_MAX);
    ASSERT(http_method(x) != HTTP_OTHER);
    ASSERT(http_header(x, "Content-Length").n == 0 || http_header(x, "Transfer-Encoding").n == 0);
    return BODY_MAX;
}

static void serve(void *context, struct http_exchange *x)
{
    struct late *late = context;
    ASSERT(http_body(x).n <= BODY_MAX);
    if (str_ends(http_path(x), STR("late")) && late->x == NULL) {
        late->x = x;
        return;
    }
    http_set_cookie(x, STR("a"), STR("b"), -1, false);
    http_answer(x, 200, "text/plain", http_cookie(x, STR("c")));
}

static void finished(void *context, struct http_exchange *x)
{
    struct late *late = context;
    (void)x;
    late->finished++;
}

static void talk(struct loop *loop, struct late *late, int fd, str bytes)
{
    char reply[4096];
    for (int i = 0; i < TURNS_MAX && bytes.n > 0; i++) {
        ssize_t sent = send(fd, bytes.p, bytes.n, MSG_DONTWAIT | MSG_NOSIGNAL);
        bytes = str_slice(bytes, sent > 0 ? (size_t)sent : 0, bytes.n);
        for (int turn = 0; turn < 4; turn++) {
            loop_turn(loop, 0);
        }
        while (recv(fd, reply, sizeof reply, MSG_DONTWAIT) > 0) {
        }
        if (late->x != NULL) {
            struct http_exchange *x = late->x;
            late->x = NULL;
            http_answer(x, 200, NULL, http_body(x));
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct late late = {.x = NULL};
    const struct http_handler handler = {
        .body_bytes_max = limit, .serve = serve, .finished = finished, .context = &late};
    const struct http_options options = {.listen_fd = -1};
    struct http_server *server = NULL;
    int pair[2];
    if (size == 0) {
        return 0;
    }
    str bytes = str_from(data + 1, size - 1);
    size_t cut = bytes.n * data[0] / 255;
    struct loop *loop = loop_new();
    ASSERT(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) == 0);
    ASSERT(http_start(loop, &options, &handler, &server, NULL) == STATUS_OK);
    ASSERT(http_attach(server, pair[1]) == STATUS_OK);
    talk(loop, &late, pair[0], str_slice(bytes, 0, cut));
    talk(loop, &late, pair[0], str_slice(bytes, cut, bytes.n));
    (void)close(pair[0]);
    loop_turn(loop, 0);
    http_stop(server);
    ASSERT(late.begun == late.finished);
    loop_free(loop);
    return 0;
}
