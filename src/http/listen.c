/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses to listening sockets. No names are looked up: a server that asks a resolver where to
 * listen can be told to listen elsewhere. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "http/http.h"

enum { BACKLOG = 1024 };

union address {
    struct sockaddr any;
    struct sockaddr_in ip4;
    struct sockaddr_in6 ip6;
    struct sockaddr_un file;
};

static enum status listen_failed(const char *address, struct error *err)
{
    int reason = errno;
    enum status status = reason == EADDRINUSE                  ? STATUS_CONFLICT
                         : reason == EACCES || reason == EPERM ? STATUS_DENIED
                                                               : STATUS_UNAVAILABLE;
    return error_set(err, status, "cannot listen on %s: %s", address, strerror(reason));
}

/* "127.0.0.1:8080" or "[::1]:8080". */
static bool address_parse_ip(str text, union address *address, socklen_t *len)
{
    char host[INET6_ADDRSTRLEN];
    size_t colon = text.n;
    while (colon > 0 && text.p[colon - 1] != ':') {
        colon--;
    }
    uint64_t port = 0;
    str name = str_slice(text, 0, colon == 0 ? 0 : colon - 1);
    if (colon == 0 || !str_to_u64(str_slice(text, colon, text.n), &port) || port > 65535) {
        return false;
    }
    bool is_ip6 = str_starts(name, STR("[")) && str_ends(name, STR("]")) && name.n > 2;
    name = is_ip6 ? str_slice(name, 1, name.n - 1) : name;
    if (name.n >= sizeof host) {
        return false;
    }
    memcpy(host, name.p, name.n);
    host[name.n] = '\0';
    if (is_ip6) {
        address->ip6 =
            (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
        *len = sizeof address->ip6;
        return inet_pton(AF_INET6, host, &address->ip6.sin6_addr) == 1;
    }
    address->ip4 = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    *len = sizeof address->ip4;
    return inet_pton(AF_INET, host, &address->ip4.sin_addr) == 1;
}

/* A socket file left by a server that was killed would block the next start for ever. */
static void socket_file_remove_dead(const union address *address)
{
    struct stat facts;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return;
    }
    if (connect(fd, &address->any, sizeof address->file) != 0 && errno == ECONNREFUSED &&
        lstat(address->file.sun_path, &facts) == 0 && S_ISSOCK(facts.st_mode)) {
        (void)unlink(address->file.sun_path); /* bind reports what is wrong */
    }
    (void)close(fd);
}

static bool address_parse_file(str path, union address *address, socklen_t *len)
{
    if (path.n == 0 || path.n >= sizeof address->file.sun_path) {
        return false;
    }
    address->file = (struct sockaddr_un){.sun_family = AF_UNIX};
    memcpy(address->file.sun_path, path.p, path.n);
    *len = sizeof address->file;
    return true;
}

enum status http_listen(const char *address, int *ret_fd, struct error *err)
{
    union address to;
    socklen_t len = 0;
    static const int on = 1;
    str text = str_c(address);
    bool is_file = str_starts(text, STR("unix:"));
    bool is_good = is_file ? address_parse_file(str_slice(text, 5, text.n), &to, &len)
                           : address_parse_ip(text, &to, &len);
    if (!is_good) {
        (void)error_set(err, STATUS_INVALID, "%s is no address to listen on", address);
        error_hint(err, "Write 127.0.0.1:8080, [::1]:8080 or unix:/path.");
        return STATUS_INVALID;
    }
    if (is_file) {
        socket_file_remove_dead(&to);
    }
    int fd = socket(to.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        return listen_failed(address, err);
    }
    if ((!is_file && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0) ||
        bind(fd, &to.any, len) != 0 || (is_file && chmod(to.file.sun_path, 0660) != 0) ||
        listen(fd, BACKLOG) != 0) {
        enum status status = listen_failed(address, err);
        (void)close(fd);
        return status;
    }
    *ret_fd = fd;
    return STATUS_OK;
}
