/* SPDX-License-Identifier: Apache-2.0 */
/* Sockets that are files. The name of a socket has at most 107 bytes and a folder's may be longer,
 * so the folder is opened and named by its descriptor. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "ipc/ipc.h"

enum { BACKLOG = 16 };

static enum status failed(const char *folder, const char *name, struct error *err)
{
    int reason = errno;
    enum status status = reason == EADDRINUSE                         ? STATUS_CONFLICT
                         : reason == ENOENT || reason == ECONNREFUSED ? STATUS_NOT_FOUND
                         : reason == EACCES || reason == EPERM        ? STATUS_DENIED
                                                                      : STATUS_UNAVAILABLE;
    return error_set(err, status, "%s/%s: %s", folder, name, strerror(reason));
}

/* Opens the folder; the address names it through /proc/self/fd. */
static int open_folder(const char *folder, const char *name, struct sockaddr_un *address)
{
    int fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    int len =
        snprintf(address->sun_path, sizeof address->sun_path, "/proc/self/fd/%d/%s", fd, name);
    ASSERT(len > 0 && (size_t)len < sizeof address->sun_path);
    return fd;
}

static bool is_answered(const struct sockaddr_un *address)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool is_there = fd >= 0 && connect(fd, (const struct sockaddr *)(const void *)address,
                                       sizeof *address) == 0;
    if (fd >= 0) {
        (void)close(fd);
    }
    return is_there;
}

/* Left by a desk that was killed: it would block the next start for ever. */
static void remove_dead(int folder, const char *name, const struct sockaddr_un *address)
{
    struct stat facts;
    if (fstatat(folder, name, &facts, AT_SYMLINK_NOFOLLOW) == 0 && S_ISSOCK(facts.st_mode) &&
        !is_answered(address)) {
        (void)unlinkat(folder, name, 0); /* bind says what is wrong */
    }
}

enum status ipc_listen(const char *folder, const char *name, int *ret_fd, struct error *err)
{
    struct sockaddr_un address;
    enum status status = STATUS_OK;
    int at = open_folder(folder, name, &address);
    if (at < 0) {
        return failed(folder, name, err);
    }
    remove_dead(at, name, &address);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    mode_t old = umask(0177);
    if (fd < 0 || bind(fd, (const struct sockaddr *)(const void *)&address, sizeof address) != 0 ||
        listen(fd, BACKLOG) != 0) {
        status = failed(folder, name, err);
        if (fd >= 0) {
            (void)close(fd);
        }
    } else {
        *ret_fd = fd;
    }
    (void)umask(old);
    (void)close(at);
    return status;
}

enum status ipc_connect(const char *folder, const char *name, int *ret_fd, struct error *err)
{
    struct sockaddr_un address;
    struct stat facts;
    struct ucred peer;
    socklen_t len = sizeof peer;
    int at = open_folder(folder, name, &address);
    if (at < 0) {
        return failed(folder, name, err);
    }
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    enum status status = STATUS_OK;
    if (fd < 0 || fstat(at, &facts) != 0 ||
        connect(fd, (const struct sockaddr *)(const void *)&address, sizeof address) != 0) {
        status = failed(folder, name, err);
    } else if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) != 0 ||
               (peer.uid != 0 && peer.uid != facts.st_uid)) {
        status = error_set(err, STATUS_DENIED, "%s/%s is answered by a stranger", folder, name);
    }
    (void)close(at);
    if (status == STATUS_OK) {
        *ret_fd = fd;
    } else if (fd >= 0) {
        (void)close(fd);
    }
    return status;
}
