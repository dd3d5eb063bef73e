/* SPDX-License-Identifier: Apache-2.0 */
#include "ops/import_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/io.h"

enum { PIECE = 64 * 1024 };

static enum status failed(struct error *err, const char *what, const char *path)
{
    char words[128];
    int number = errno;
    return error_set(err, STATUS_UNAVAILABLE, "cannot %s %s: %s", what, path,
                     strerror_r(number, words, sizeof words));
}

static enum status read_piece(void *context, char *out, size_t cap, size_t *ret_len,
                              struct error *err)
{
    struct import_file *file = context;
    ssize_t got = 0;
    do {
        got = fault_strikes(FAULT_READ) ? -1 : read(file->fd, out, cap);
    } while (got < 0 && errno == EINTR);
    if (got < 0) {
        return failed(err, "read", file->path);
    }
    progress_add(&file->progress, (size_t)got);
    *ret_len = (size_t)got;
    return STATUS_OK;
}

static enum status survey(struct import_file *file, struct error *err)
{
    struct encoding_survey survey = {0};
    struct crypt_sha256_state hash;
    char piece[PIECE];
    size_t len = 1;
    enum status status = STATUS_OK;
    crypt_sha256_start(&hash);
    while (status == STATUS_OK && len > 0) {
        status = read_piece(file, piece, sizeof piece, &len, err);
        if (status == STATUS_OK) {
            encoding_survey_add(&survey, str_from(piece, len));
            crypt_sha256_add(&hash, str_from(piece, len));
        }
    }
    crypt_wipe(piece, sizeof piece); /* addresses of voters passed through it */
    file->encoding = encoding_survey_end(&survey);
    file->sha256 = crypt_sha256_end(&hash);
    if (status == STATUS_OK && lseek(file->fd, 0, SEEK_SET) != 0) {
        status = failed(err, "read again", file->path);
    }
    return status;
}

static enum status check(struct import_file *file, struct error *err)
{
    struct stat about;
    if (fstat(file->fd, &about) != 0) {
        return failed(err, "look at", file->path);
    }
    if (!S_ISREG(about.st_mode)) {
        (void)error_set(err, STATUS_INVALID, "%s is no file", file->path);
        error_hint(err, "a pipe or folder cannot be imported: save it as a file first");
        return STATUS_INVALID;
    }
    file->bytes = about.st_size;
    if (file->bytes > (int64_t)IMPORT_FILE_GB_MAX * 1000 * 1000 * 1000) {
        return error_set(err, STATUS_LIMIT, "%s is larger than 16 GB: split it", file->path);
    }
    return STATUS_OK;
}

enum status import_file_open(const char *path, const char *encoding, struct import_file *ret_file,
                             struct error *err)
{
    struct import_file *file = ret_file;
    enum encoding wanted = ENCODING_UTF_8;
    if (encoding != NULL && !encoding_from_word(str_c(encoding), &wanted)) {
        return error_set(err, STATUS_INVALID,
                         "--encoding is one of utf-8, utf-16le, utf-16be, windows-1252");
    }
    *file = (struct import_file){.path = path, .fd = open(path, O_RDONLY | O_CLOEXEC)};
    if (file->fd < 0) {
        return failed(err, "open", path);
    }
    enum status status = check(file, err);
    if (status == STATUS_OK) {
        progress_start(&file->progress, "reading it twice", 2 * file->bytes);
        status = survey(file, err);
    }
    if (status == STATUS_OK) {
        file->encoding = encoding != NULL ? wanted : file->encoding;
        struct table_options options = {path, read_piece, file, file->encoding, '\0'};
        status = table_open(&file->table, &options, err);
    }
    if (status != STATUS_OK) {
        progress_end(&file->progress);
        (void)close(file->fd);
    }
    return status;
}

void import_file_close(struct import_file *file)
{
    progress_end(&file->progress);
    table_close(&file->table);
    (void)close(file->fd); /* only read: nothing can be lost */
}
