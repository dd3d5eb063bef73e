/* SPDX-License-Identifier: Apache-2.0 */
#include "ops/copy.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/io.h"

enum { PIECE_BYTES = 256 * 1024 };

struct wal_salts wal_salts_from(str header)
{
    struct wal_salts salts = {0};
    if (header.n >= WAL_HEADER_BYTES) {
        salts.is_there = true;
        memcpy(salts.bytes, header.p + WAL_SALTS_AT, sizeof salts.bytes);
    }
    return salts;
}

bool wal_salts_equal(const struct wal_salts *a, const struct wal_salts *b)
{
    return a->is_there == b->is_there &&
           (!a->is_there || memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0);
}

enum status wal_salts_read(const char *path, struct wal_salts *ret_salts, struct error *err)
{
    char header[WAL_HEADER_BYTES];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT) {
        *ret_salts = (struct wal_salts){0};
        return STATUS_OK;
    }
    if (fd < 0) {
        return io_failed(err, "open", path);
    }
    ssize_t got = fault_strikes(FAULT_READ) ? -1 : pread(fd, header, sizeof header, 0);
    enum status status = got < 0 ? io_failed(err, "read", path) : STATUS_OK;
    (void)close(fd);
    if (status == STATUS_OK) {
        *ret_salts = wal_salts_from(str_from(header, (size_t)got));
    }
    return status;
}

/* Reads `from` to its end; to < 0: only hashes. */
static enum status pump(int from, int to, const char *path, struct progress *progress,
                        struct file_mark *ret_mark, struct error *err)
{
    char piece[PIECE_BYTES];
    struct crypt_sha256_state state;
    struct file_mark mark = {0};
    enum status status = STATUS_OK;
    crypt_sha256_start(&state);
    while (status == STATUS_OK) {
        ssize_t got = fault_strikes(FAULT_READ) ? -1 : read(from, piece, sizeof piece);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            status = io_failed(err, "read", path);
        }
        if (got <= 0) {
            break;
        }
        str bytes = str_from(piece, (size_t)got);
        crypt_sha256_add(&state, bytes);
        mark.bytes += got;
        if (to >= 0) {
            status = io_write_all(to, bytes, err);
        }
        progress_add(progress, bytes.n);
    }
    crypt_wipe(piece, sizeof piece); /* a key file came by */
    if (status == STATUS_OK) {
        mark.hash = crypt_sha256_end(&state);
        *ret_mark = mark;
    }
    return status;
}

enum status file_hash(const char *path, struct progress *progress, struct file_mark *ret_mark,
                      struct error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return io_failed(err, "open", path);
    }
    enum status status = pump(fd, -1, path, progress, ret_mark, err);
    (void)close(fd);
    return status;
}

enum status file_copy(const char *from, const char *to, struct progress *progress,
                      struct file_mark *ret_mark, struct error *err)
{
    int in = open(from, O_RDONLY | O_CLOEXEC);
    if (in < 0) {
        return io_failed(err, "open", from);
    }
    int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    enum status status = out < 0 ? io_failed(err, "create", to) : STATUS_OK;
    if (status == STATUS_OK) {
        status = pump(in, out, from, progress, ret_mark, err);
    }
    if (out >= 0 && close(out) != 0 && status == STATUS_OK) {
        status = io_failed(err, "close", to);
    }
    if (out >= 0 && status != STATUS_OK) {
        (void)unlink(to);
    }
    (void)close(in);
    return status;
}

enum status path_sync(const char *path, struct error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return io_failed(err, "open", path);
    }
    bool is_bad = fault_strikes(FAULT_FSYNC) || fsync(fd) != 0;
    enum status status = is_bad ? io_failed(err, "sync", path) : STATUS_OK;
    (void)close(fd);
    return status;
}

int64_t path_bytes(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 ? (int64_t)info.st_size : 0;
}
