/* SPDX-License-Identifier: Apache-2.0 */
#include "ipc/ipc.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fault.h"

enum { READ_BYTES = 128 * 1024, LENGTH_BYTES = 4 };

static void put_be(char *out, uint64_t value, size_t width)
{
    for (size_t i = 0; i < width; i++) {
        out[width - 1 - i] = (char)(value >> (8 * i));
    }
}

static uint64_t get_be(const char *in, size_t width)
{
    uint64_t value = 0;
    for (size_t i = 0; i < width; i++) {
        value = value << 8 | (unsigned char)in[i];
    }
    return value;
}

void ipc_init(struct ipc *ipc, int fd, bool is_blocking)
{
    *ipc = (struct ipc){.fd = fd};
    buf_init(&ipc->in, IPC_FRAME_BYTES_MAX + READ_BYTES + IPC_HEADER_BYTES);
    buf_init(&ipc->out, IPC_QUEUE_BYTES_MAX);
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0 ||
        fcntl(fd, F_SETFL, is_blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK) < 0) {
        ipc->is_broken = true;
    }
}

void ipc_close(struct ipc *ipc)
{
    if (ipc->fd >= 0) {
        (void)close(ipc->fd);
    }
    ipc->fd = -1;
    buf_close(&ipc->in);
    buf_close(&ipc->out);
}

static void renew(struct buf *buf, size_t *from)
{
    struct buf fresh;
    buf_init(&fresh, buf->bytes_max);
    buf_add(&fresh, str_slice(buf_str(buf), *from, buf->n));
    buf_close(buf); /* wipes */
    *buf = fresh;
    *from = 0;
}

void ipc_forget(struct ipc *ipc)
{
    renew(&ipc->in, &ipc->in_at);
    renew(&ipc->out, &ipc->out_at);
}

void ipc_start(struct ipc *ipc, uint16_t type, uint64_t tag)
{
    char head[IPC_HEADER_BYTES] = {0};
    put_be(head + 4, type, 2);
    put_be(head + 8, tag, 8);
    ipc->frame_at = ipc->out.n;
    buf_add_bytes(&ipc->out, head, sizeof head);
}

void ipc_put_u64(struct ipc *ipc, uint64_t value)
{
    char bytes[8];
    put_be(bytes, value, sizeof bytes);
    buf_add_bytes(&ipc->out, bytes, sizeof bytes);
}

void ipc_put_bytes(struct ipc *ipc, str bytes)
{
    char len[LENGTH_BYTES];
    ASSERT(bytes.n <= IPC_FRAME_BYTES_MAX);
    put_be(len, bytes.n, sizeof len);
    buf_add_bytes(&ipc->out, len, sizeof len);
    buf_add(&ipc->out, bytes);
}

void ipc_put_raw(struct ipc *ipc, const void *bytes, size_t len)
{
    buf_add_bytes(&ipc->out, bytes, len);
}

void ipc_end(struct ipc *ipc)
{
    if (ipc->out.overflowed) {
        ipc->is_broken = true;
        return;
    }
    size_t len = ipc->out.n - ipc->frame_at - LENGTH_BYTES;
    ASSERT(len + LENGTH_BYTES <= IPC_FRAME_BYTES_MAX);
    put_be(ipc->out.p + ipc->frame_at, len, LENGTH_BYTES);
}

size_t ipc_queued(const struct ipc *ipc)
{
    return ipc->out.n - ipc->out_at;
}

enum status ipc_flush(struct ipc *ipc)
{
    while (!ipc->is_broken && ipc->out_at < ipc->out.n) {
        ssize_t put = fault_strikes(FAULT_SEND) ? -1
                                                : send(ipc->fd, ipc->out.p + ipc->out_at,
                                                       ipc->out.n - ipc->out_at, MSG_NOSIGNAL);
        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            return STATUS_OK;
        }
        if (put < 0) {
            ipc->is_broken = true;
            break;
        }
        ipc->out_at += (size_t)put;
    }
    if (ipc->out_at == ipc->out.n) {
        ipc->out_at = 0;
        ipc->out.n = 0;
    }
    return ipc->is_broken ? STATUS_UNAVAILABLE : STATUS_OK;
}

enum status ipc_fill(struct ipc *ipc)
{
    if (ipc->in_at > 0) {
        buf_drop_front(&ipc->in, ipc->in_at);
        ipc->in_at = 0;
    }
    for (;;) {
        char *at = buf_reserve(&ipc->in, READ_BYTES);
        if (at == NULL) {
            ipc->in.overflowed = false;
            return STATUS_OK; /* a whole frame is there already */
        }
        ssize_t got = recv(ipc->fd, at, READ_BYTES, 0);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            return STATUS_OK;
        }
        if (got <= 0) {
            ipc->is_broken = true;
            return STATUS_UNAVAILABLE;
        }
        ipc->in.n += (size_t)got;
        return STATUS_OK;
    }
}

bool ipc_next(struct ipc *ipc, struct ipc_frame *ret_frame)
{
    size_t there = ipc->in.n - ipc->in_at;
    if (there < IPC_HEADER_BYTES) {
        return false;
    }
    const char *head = ipc->in.p + ipc->in_at;
    uint64_t len = get_be(head, LENGTH_BYTES);
    if (len < IPC_HEADER_BYTES - LENGTH_BYTES || len > IPC_FRAME_BYTES_MAX - LENGTH_BYTES) {
        ipc->is_broken = true;
        return false;
    }
    if (there < len + LENGTH_BYTES) {
        return false;
    }
    *ret_frame = (struct ipc_frame){
        .type = (uint16_t)get_be(head + 4, 2),
        .tag = get_be(head + 8, 8),
        .rest = {head + IPC_HEADER_BYTES, (size_t)len + LENGTH_BYTES - IPC_HEADER_BYTES}};
    ipc->in_at += (size_t)len + LENGTH_BYTES;
    return true;
}

void ipc_take_raw(struct ipc_frame *frame, void *out, size_t len)
{
    if (frame->is_bad || frame->rest.n < len) {
        frame->is_bad = true;
        memset(out, 0, len);
        return;
    }
    memcpy(out, frame->rest.p, len);
    frame->rest = str_slice(frame->rest, len, frame->rest.n);
}

uint64_t ipc_take_u64(struct ipc_frame *frame)
{
    char bytes[8];
    ipc_take_raw(frame, bytes, sizeof bytes);
    return get_be(bytes, sizeof bytes);
}

str ipc_take_bytes(struct ipc_frame *frame, size_t bytes_max)
{
    char bytes[LENGTH_BYTES];
    ipc_take_raw(frame, bytes, sizeof bytes);
    uint64_t len = get_be(bytes, sizeof bytes);
    if (frame->is_bad || len > bytes_max || len > frame->rest.n) {
        frame->is_bad = true;
        return (str){0};
    }
    str taken = str_slice(frame->rest, 0, (size_t)len);
    frame->rest = str_slice(frame->rest, (size_t)len, frame->rest.n);
    return taken;
}

bool ipc_frame_done(const struct ipc_frame *frame)
{
    return !frame->is_bad && frame->rest.n == 0;
}

enum status ipc_pair(int ret_fds[2], struct error *err)
{
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ret_fds) != 0) {
        return error_set(err, STATUS_INTERNAL, "cannot make a socket pair: %s", strerror(errno));
    }
    return STATUS_OK;
}

enum status ipc_send_fd(int socket, uint8_t word, int fd)
{
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control = {0};
    struct iovec part = {&word, 1};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof control.bytes};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(header), &fd, sizeof fd);
    return sendmsg(socket, &message, MSG_NOSIGNAL) == 1 ? STATUS_OK : STATUS_UNAVAILABLE;
}

enum status ipc_receive_fd(int socket, uint8_t *ret_word, int *ret_fd)
{
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control = {0};
    struct iovec part = {ret_word, 1};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof control.bytes};
    *ret_fd = -1;
    ssize_t got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    if (got <= 0) {
        return STATUS_UNAVAILABLE;
    }
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (header != NULL && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS &&
        header->cmsg_len == CMSG_LEN(sizeof(int))) {
        memcpy(ret_fd, CMSG_DATA(header), sizeof *ret_fd);
    }
    return STATUS_OK;
}
