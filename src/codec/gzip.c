/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/gzip.h"

#define ZLIB_CONST /* next_in points to const */
#include <zlib.h>

#include "base/buf.h"

enum { PIECE_BYTES = 256 * 1024, GZIP_WINDOW = 15 + 16 /* zlib: gzip only */ };

bool gzip_is(str packed)
{
    return packed.n >= 2 && (unsigned char)packed.p[0] == 0x1f &&
           (unsigned char)packed.p[1] == 0x8b;
}

/* Until the end of the last member; `buf` takes what comes out. */
static enum status unpack(z_stream *stream, struct buf *buf, struct error *err)
{
    for (;;) {
        char *at = buf_reserve(buf, PIECE_BYTES);
        if (at == NULL) {
            return error_set(err, STATUS_LIMIT, "it unpacks to more than %zu bytes",
                             buf->bytes_max);
        }
        stream->next_out = (Bytef *)at;
        stream->avail_out = PIECE_BYTES;
        int result = inflate(stream, Z_NO_FLUSH);
        buf->n += PIECE_BYTES - stream->avail_out;
        if (result == Z_STREAM_END && stream->avail_in == 0) {
            return STATUS_OK;
        }
        if (result == Z_STREAM_END && inflateReset(stream) != Z_OK) {
            return error_set(err, STATUS_INTERNAL, "zlib cannot begin again");
        }
        if (result != Z_OK && result != Z_STREAM_END) {
            return error_set(err, STATUS_INVALID, "it is no whole gzip file");
        }
    }
}

enum status gzip_unpack(struct arena *arena, str packed, size_t bytes_max, str *ret_text,
                        struct error *err)
{
    z_stream stream = {0};
    struct buf buf;
    if (!gzip_is(packed) || packed.n > UINT32_MAX / 2) {
        return error_set(err, STATUS_INVALID, "it is no gzip file");
    }
    if (inflateInit2(&stream, GZIP_WINDOW) != Z_OK) {
        return error_set(err, STATUS_INTERNAL, "zlib cannot begin");
    }
    stream.next_in = (const Bytef *)packed.p;
    stream.avail_in = (uInt)packed.n;
    buf_init(&buf, bytes_max);
    enum status status = unpack(&stream, &buf, err);
    if (status == STATUS_OK) {
        *ret_text = arena_str(arena, buf_str(&buf));
    }
    buf_close(&buf);
    (void)inflateEnd(&stream);
    return status;
}
