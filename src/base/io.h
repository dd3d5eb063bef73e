/* SPDX-License-Identifier: Apache-2.0 */
/* Files and descriptors, with every failure reported and every fault point passed.
 * Also the two clocks: the wall clock for what is stored, the monotonic clock for time-outs. */
#ifndef HUSTINGS_BASE_IO_H
#define HUSTINGS_BASE_IO_H

#include "base/arena.h"
#include "base/status.h"
#include "base/text.h"

/* "cannot VERB NAME: …" with the status that errno stands for. */
enum status io_failed(struct error *err, const char *verb, const char *name);
/* Reads the whole file into the arena. More than bytes_max bytes is STATUS_LIMIT. */
enum status io_read_file(struct arena *arena, const char *path, size_t bytes_max, str *ret_text,
                         struct error *err) MUST_CHECK;
/* Maps the file for reading, until io_unmap: nothing is copied. For files that are replaced by renaming
 * and never cut short (a shortened one would end the process). */
enum status io_map_file(const char *path, size_t bytes_max, str *ret_bytes,
                        struct error *err) MUST_CHECK;
void io_unmap(str bytes);
/* As io_read_file for an open descriptor (a pipe, standard input). `name` is for the error text. */
enum status io_read_fd(struct arena *arena, int fd, const char *name, size_t bytes_max,
                       str *ret_text, struct error *err) MUST_CHECK;
/* Writes all bytes to fd, retrying short writes and EINTR. */
enum status io_write_all(int fd, str bytes, struct error *err) MUST_CHECK;
/* Durable and all or nothing: temporary file, fsync, rename, fsync of the folder. STATUS_INVALID when
 * something else than a file is there. */
enum status io_write_file(const char *path, str bytes, unsigned mode, struct error *err) MUST_CHECK;
/* Makes one folder (0700 unless it is there already). */
enum status io_make_folder(const char *path, struct error *err) MUST_CHECK;
bool io_exists(const char *path);

/* CLOCK_REALTIME and CLOCK_MONOTONIC in microseconds. */
time_us clock_wall(void);
time_us clock_monotonic(void);
/* What the process has used of processors, all threads together. */
time_us clock_processor(void);

#endif
