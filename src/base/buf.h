/* SPDX-License-Identifier: Apache-2.0 */
/* A growable byte buffer that cannot be made without a maximum.
 *
 * Appending past the maximum sets `overflowed` and drops the bytes; the writer goes on without a
 * branch per call and checks once at the end. Memory is owned by the buffer, and wiped whenever it is
 * given back: by buf_close, and when the buffer grows. Out of memory ends the process as in arena.h.
 */
#ifndef HUSTINGS_BASE_BUF_H
#define HUSTINGS_BASE_BUF_H

#include "base/str.h"

struct buf {
    char *p;
    size_t n;
    size_t cap;
    size_t bytes_max;
    bool overflowed;
};

void buf_init(struct buf *buf, size_t bytes_max);
void buf_close(struct buf *buf);
/* Empties it, keeps the memory. */
void buf_clear(struct buf *buf);
void buf_add(struct buf *buf, str s);
void buf_add_c(struct buf *buf, const char *c);
void buf_add_byte(struct buf *buf, char byte);
void buf_add_bytes(struct buf *buf, const void *bytes, size_t len);
void buf_printf(struct buf *buf, const char *fmt, ...) PRINTF_LIKE(2, 3);
void buf_add_u64(struct buf *buf, uint64_t value);
void buf_add_i64(struct buf *buf, int64_t value);
/* Removes the first `len` bytes (len <= n). */
void buf_drop_front(struct buf *buf, size_t len);
/* Makes room for `len` more bytes and returns where they go, or NULL past the maximum (and sets
 * overflowed). The caller then adds what it wrote to buf->n. */
char *buf_reserve(struct buf *buf, size_t len);
str buf_str(const struct buf *buf);

#endif
