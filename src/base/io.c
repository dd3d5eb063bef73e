/* SPDX-License-Identifier: Apache-2.0 */
#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/fault.h"

enum { PATH_BYTES_MAX = 4096 };

enum status io_failed(struct error *err, const char *verb, const char *name)
{
    enum status status = errno == ENOENT                      ? STATUS_NOT_FOUND
                         : errno == EACCES || errno == EPERM  ? STATUS_DENIED
                         : errno == EEXIST                    ? STATUS_CONFLICT
                         : errno == ENOSPC || errno == EDQUOT ? STATUS_UNAVAILABLE
                                                              : STATUS_INTERNAL;
    return error_set(err, status, "cannot %s %s: %s", verb, name, strerror(errno));
}

enum status io_read_fd(struct arena *arena, int fd, const char *name, size_t bytes_max,
                       str *ret_text, struct error *err)
{
    enum { CHUNK = 64 * 1024 };
    enum status status = STATUS_OK;
    struct buf buf;
    buf_init(&buf, bytes_max + CHUNK);
    for (;;) {
        char *at = buf_reserve(&buf, CHUNK);
        if (at == NULL) {
            status = STATUS_LIMIT;
            break;
        }
        ssize_t got = fault_strikes(FAULT_READ) ? -1 : read(fd, at, CHUNK);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            status = io_failed(err, "read", name);
            break;
        }
        if (got == 0) {
            break;
        }
        buf.n += (size_t)got;
        if (buf.n > bytes_max) {
            status = STATUS_LIMIT;
            break;
        }
    }
    if (status == STATUS_LIMIT) {
        (void)error_set(err, status, "%s is larger than %zu bytes", name, bytes_max);
    }
    if (status == STATUS_OK) {
        *ret_text = arena_str(arena, buf_str(&buf));
    }
    buf_close(&buf);
    return status;
}

enum status io_read_file(struct arena *arena, const char *path, size_t bytes_max, str *ret_text,
                         struct error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return io_failed(err, "open", path);
    }
    enum status status = io_read_fd(arena, fd, path, bytes_max, ret_text, err);
    (void)close(fd); /* only read: nothing can be lost */
    return status;
}

enum status io_map_file(const char *path, size_t bytes_max, str *ret_bytes, struct error *err)
{
    struct stat about;
    enum status status = STATUS_OK;
    str bytes = STR("");
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return io_failed(err, "open", path);
    }
    if (fault_strikes(FAULT_READ) || fstat(fd, &about) != 0) {
        status = io_failed(err, "read", path);
    } else if (!S_ISREG(about.st_mode)) {
        status = error_set(err, STATUS_INVALID, "%s is not a file", path);
    } else if ((uint64_t)about.st_size > bytes_max) {
        status = error_set(err, STATUS_LIMIT, "%s is larger than %zu bytes", path, bytes_max);
    } else if (about.st_size > 0) {
        void *at = mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (at == MAP_FAILED) {
            status = io_failed(err, "read", path);
        } else {
            bytes = str_from(at, (size_t)about.st_size);
        }
    }
    (void)close(fd);
    if (status == STATUS_OK) {
        *ret_bytes = bytes;
    }
    return status;
}

void io_unmap(str bytes)
{
    if (bytes.n > 0) {
        (void)munmap((void *)(uintptr_t)bytes.p, bytes.n);
    }
}

enum status io_write_all(int fd, str bytes, struct error *err)
{
    while (bytes.n > 0) {
        ssize_t put = fault_strikes(FAULT_WRITE) ? -1 : write(fd, bytes.p, bytes.n);
        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put < 0) {
            return io_failed(err, "write", "the output");
        }
        bytes = str_slice(bytes, (size_t)put, bytes.n);
    }
    return STATUS_OK;
}

static enum status sync_folder_of(const char *path, struct error *err)
{
    char folder[PATH_BYTES_MAX];
    const char *slash = strrchr(path, '/');
    size_t len = slash == NULL ? 1 : slash == path ? 1 : (size_t)(slash - path);
    if (len >= sizeof folder) {
        return error_set(err, STATUS_LIMIT, "the path %.60s… is too long", path);
    }
    memcpy(folder, slash == NULL ? "." : path, len);
    folder[len] = '\0';
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return io_failed(err, "open", folder);
    }
    int failed = fault_strikes(FAULT_FSYNC) ? -1 : fsync(fd);
    (void)close(fd);
    return failed != 0 ? io_failed(err, "sync", folder) : STATUS_OK;
}

enum status io_write_file(const char *path, str bytes, unsigned mode, struct error *err)
{
    char temporary[PATH_BYTES_MAX];
    int len = snprintf(temporary, sizeof temporary, "%s.new-%ld", path, (long)getpid());
    if (len < 0 || (size_t)len >= sizeof temporary) {
        return error_set(err, STATUS_LIMIT, "the path %.60s… is too long", path);
    }
    struct stat there;
    if (stat(path, &there) == 0 && !S_ISREG(there.st_mode)) {
        /* The rename would take away a device or a pipe: root once lost /dev/null so. */
        return error_set(err, STATUS_INVALID, "%.200s is there and is no file", path);
    }
    int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    if (fd < 0) {
        return io_failed(err, "create", temporary);
    }
    enum status status = io_write_all(fd, bytes, err);
    if (status == STATUS_OK && (fault_strikes(FAULT_FSYNC) || fsync(fd) != 0)) {
        status = io_failed(err, "sync", temporary);
    }
    if (close(fd) != 0 && status == STATUS_OK) {
        status = io_failed(err, "close", temporary);
    }
    if (status == STATUS_OK && (fault_strikes(FAULT_RENAME) || rename(temporary, path) != 0)) {
        status = io_failed(err, "rename to", path);
    }
    if (status != STATUS_OK) {
        (void)unlink(temporary);
        return status;
    }
    return sync_folder_of(path, err);
}

enum status io_make_folder(const char *path, struct error *err)
{
    if (mkdir(path, 0700) != 0 && errno != EEXIST) {
        return io_failed(err, "make the folder", path);
    }
    return STATUS_OK;
}

bool io_exists(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0;
}

static time_us clock_read(clockid_t id)
{
    struct timespec now;
    if (clock_gettime(id, &now) != 0) {
        return 0; /* cannot happen for these two clocks */
    }
    return (time_us)now.tv_sec * US_PER_SECOND + now.tv_nsec / 1000;
}

time_us clock_wall(void)
{
    return clock_read(CLOCK_REALTIME);
}

time_us clock_monotonic(void)
{
    return clock_read(CLOCK_MONOTONIC);
}

time_us clock_processor(void)
{
    return clock_read(CLOCK_PROCESS_CPUTIME_ID);
}
