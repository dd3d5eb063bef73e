/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/fault.h"

void buf_init(struct buf *buf, size_t bytes_max)
{
    *buf = (struct buf){.bytes_max = bytes_max};
}

/* All that was ever in it, not only what is in it now; it may have held what somebody told us. */
static void give_back(char *p, size_t cap)
{
    if (p != NULL) {
        explicit_bzero(p, cap);
        free(p);
    }
}

void buf_close(struct buf *buf)
{
    give_back(buf->p, buf->cap);
    buf_init(buf, buf->bytes_max);
}

void buf_clear(struct buf *buf)
{
    buf->n = 0;
    buf->overflowed = false;
}

char *buf_reserve(struct buf *buf, size_t len)
{
    if (buf->overflowed || len > buf->bytes_max - buf->n) {
        buf->overflowed = true;
        return NULL;
    }
    if (len > buf->cap - buf->n) {
        size_t cap = buf->cap < 256 ? 256 : buf->cap;
        while (cap - buf->n < len) {
            cap = cap > buf->bytes_max / 2 ? buf->bytes_max : cap * 2;
        }
        /* Not realloc, which moves the bytes and leaves the old ones behind. */
        char *p = fault_strikes(FAULT_ALLOC) ? NULL : malloc(cap);
        if (p == NULL) {
            arena_exhausted(cap, buf->bytes_max);
        }
        if (buf->n > 0) {
            memcpy(p, buf->p, buf->n);
        }
        give_back(buf->p, buf->cap);
        buf->p = p;
        buf->cap = cap;
    }
    return buf->p + buf->n;
}

void buf_add_bytes(struct buf *buf, const void *bytes, size_t len)
{
    if (len == 0) {
        return;
    }
    char *at = buf_reserve(buf, len);
    if (at != NULL) {
        memcpy(at, bytes, len);
        buf->n += len;
    }
}

void buf_add(struct buf *buf, str s)
{
    buf_add_bytes(buf, s.p, s.n);
}

void buf_add_c(struct buf *buf, const char *c)
{
    buf_add(buf, str_c(c));
}

void buf_add_byte(struct buf *buf, char byte)
{
    buf_add_bytes(buf, &byte, 1);
}

void buf_printf(struct buf *buf, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    int len = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    ASSERT(len >= 0);
    char *at = buf_reserve(buf, (size_t)len + 1);
    if (at == NULL) {
        return;
    }
    va_start(args, fmt);
    (void)vsnprintf(at, (size_t)len + 1, fmt, args);
    va_end(args);
    buf->n += (size_t)len;
}

void buf_add_u64(struct buf *buf, uint64_t value)
{
    char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    buf_add_bytes(buf, digits + at, sizeof digits - at);
}

void buf_add_i64(struct buf *buf, int64_t value)
{
    if (value < 0) {
        buf_add_byte(buf, '-');
        buf_add_u64(buf, (uint64_t)0 - (uint64_t)value);
    } else {
        buf_add_u64(buf, (uint64_t)value);
    }
}

void buf_drop_front(struct buf *buf, size_t len)
{
    ASSERT(len <= buf->n);
    if (len > 0 && len < buf->n) {
        memmove(buf->p, buf->p + len, buf->n - len);
    }
    buf->n -= len;
}

str buf_str(const struct buf *buf)
{
    return (str){buf->p, buf->n};
}
