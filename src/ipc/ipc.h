/* SPDX-License-Identifier: Apache-2.0 */
/* Messages between our own processes.
 *
 * A stream socket carries frames:
 *     u32 length of what follows · u16 type · u16 zero · u64 tag · fields
 * Fields are written and read one by one (big-endian numbers; bytes as u32 length + bytes); no
 * struct image crosses. The tag is the asker's: an answer carries it back. A reader that finds a
 * field too short, too long or left over has a broken peer and gives the connection up.
 * A descriptor can ride along with one frame (the parent introduces peers to box).
 */
#ifndef HUSTINGS_IPC_IPC_H
#define HUSTINGS_IPC_IPC_H

#include "base/buf.h"
#include "base/status.h"

enum {
    IPC_FRAME_BYTES_MAX = 2 * 1024 * 1024, /* a padded letter or a page of letters */
    IPC_QUEUE_BYTES_MAX =
        64 * 1024 * 1024, /* unsent bytes toward one peer; past it the peer is lost */
    IPC_HEADER_BYTES = 16
};

struct ipc {
    int fd; /* -1 when closed */
    struct buf in;
    size_t in_at;
    struct buf out;
    size_t out_at;
    size_t frame_at; /* where the frame being written began */
    bool is_broken;
};

/* Takes the descriptor over; is_blocking chooses how it is set. */
void ipc_init(struct ipc *ipc, int fd, bool is_blocking);
void ipc_close(struct ipc *ipc);

/* Wipes what was sent and what was taken; what was not stays. For whoever has read all frames. */
void ipc_forget(struct ipc *ipc);

/* Writing: start, fields, end. Bytes are queued until ipc_flush. */
void ipc_start(struct ipc *ipc, uint16_t type, uint64_t tag);
void ipc_put_u64(struct ipc *ipc, uint64_t value);
void ipc_put_bytes(struct ipc *ipc, str bytes);
void ipc_put_raw(struct ipc *ipc, const void *bytes, size_t len); /* fixed width, no length */
void ipc_end(struct ipc *ipc);
size_t ipc_queued(const struct ipc *ipc);
/* Sends what the socket takes (all of it when blocking). STATUS_UNAVAILABLE: the peer is gone. */
enum status ipc_flush(struct ipc *ipc) MUST_CHECK;

struct ipc_frame {
    uint16_t type;
    uint64_t tag;
    str rest; /* fields not yet taken; valid until the next ipc_fill */
    bool is_bad;
};
/* Reads what is there (blocking: at least one read). STATUS_UNAVAILABLE: the peer is gone. */
enum status ipc_fill(struct ipc *ipc) MUST_CHECK;
/* Takes the next whole frame; false when more bytes are needed or the peer is broken. */
bool ipc_next(struct ipc *ipc, struct ipc_frame *ret_frame);
/* Fields; on lack they return zero/empty and set is_bad. */
uint64_t ipc_take_u64(struct ipc_frame *frame);
str ipc_take_bytes(struct ipc_frame *frame, size_t bytes_max);
void ipc_take_raw(struct ipc_frame *frame, void *out, size_t len);
/* True when all fields were there and nothing is left over. */
bool ipc_frame_done(const struct ipc_frame *frame);

/* A stream socket as a file, for the owner alone (0600); a dead one in its place is replaced.
 * STATUS_CONFLICT: somebody answers there. The descriptor is close-on-exec and non-blocking. */
enum status ipc_listen(const char *folder, const char *name, int *ret_fd,
                       struct error *err) MUST_CHECK;
/* STATUS_NOT_FOUND: nobody answers there. STATUS_DENIED: not ours to use, or the other side runs
 * under a user who is neither root nor the owner of the folder. */
enum status ipc_connect(const char *folder, const char *name, int *ret_fd,
                        struct error *err) MUST_CHECK;
/* One stream socket pair, close-on-exec. */
enum status ipc_pair(int ret_fds[2], struct error *err) MUST_CHECK;
/* A byte and a descriptor over a socket (blocking). */
enum status ipc_send_fd(int socket, uint8_t word, int fd) MUST_CHECK;
/* *ret_fd = -1 when none came. STATUS_UNAVAILABLE at end of file. */
enum status ipc_receive_fd(int socket, uint8_t *ret_word, int *ret_fd) MUST_CHECK;

#endif
