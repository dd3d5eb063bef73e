/* SPDX-License-Identifier: Apache-2.0 */
#include "deskweb/tar.h"

#include <stdio.h>

/* Places of the header's fields (POSIX.1-1988, "ustar interchange format"). */
enum {
    AT_MODE = 100,
    AT_UID = 108,
    AT_GID = 116,
    AT_SIZE = 124,
    AT_MTIME = 136,
    AT_SUM = 148,
    AT_TYPE = 156,
    AT_MAGIC = 257,
    SAFE_NAME_BYTES_MAX = 60
};

static void put_octal(char *field, unsigned digits, uint64_t value)
{
    for (unsigned i = digits; i > 0; i--) {
        field[i - 1] = (char)('0' + (value & 7));
        value >>= 3;
    }
}

static bool is_good_name(str name)
{
    if (name.n == 0 || name.n > TAR_NAME_BYTES_MAX || name.p[0] == '/' ||
        str_find(name, STR("..")) < name.n) {
        return false;
    }
    for (size_t i = 0; i < name.n; i++) {
        if ((unsigned char)name.p[i] < 0x20 || name.p[i] == '\\' || name.p[i] == 0x7f) {
            return false;
        }
    }
    return true;
}

enum status tar_add(struct buf *out, str name, str bytes, time_us at, struct error *err)
{
    char head[TAR_BLOCK_BYTES] = {0};
    unsigned sum = 0;
    if (!is_good_name(name) || bytes.n > TAR_FILE_BYTES_MAX) {
        return error_set(err, STATUS_INVALID, "a file cannot go into the archive by that name");
    }
    memcpy(head, name.p, name.n);
    put_octal(head + AT_MODE, 7, 0600);
    put_octal(head + AT_UID, 7, 0);
    put_octal(head + AT_GID, 7, 0);
    put_octal(head + AT_SIZE, 11, bytes.n);
    put_octal(head + AT_MTIME, 11, at > 0 ? (uint64_t)(at / US_PER_SECOND) : 0);
    memset(head + AT_SUM, ' ', 8);
    head[AT_TYPE] = '0';
    memcpy(head + AT_MAGIC, "ustar\00000", 8);
    for (size_t i = 0; i < sizeof head; i++) {
        sum += (unsigned char)head[i];
    }
    put_octal(head + AT_SUM, 6, sum);
    head[AT_SUM + 6] = 0;
    buf_add_bytes(out, head, sizeof head);
    buf_add(out, bytes);
    for (size_t n = bytes.n; n % TAR_BLOCK_BYTES != 0; n++) {
        buf_add_byte(out, 0);
    }
    return out->overflowed ? error_set(err, STATUS_LIMIT, "the case is too large for one archive")
                           : STATUS_OK;
}

void tar_end(struct buf *out)
{
    static const char empty[2 * TAR_BLOCK_BYTES];
    buf_add_bytes(out, empty, sizeof empty);
}

void tar_safe_name(struct buf *out, str name)
{
    size_t n = 0;
    name = str_slice(name, name.n > SAFE_NAME_BYTES_MAX ? name.n - SAFE_NAME_BYTES_MAX : 0, name.n);
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        bool is_good = ascii_is_alnum(c) || c == '-' || c == '_' || (c == '.' && n > 0);
        /* ".." would climb */
        if (c == '.' && n > 0 && out->p[out->n - 1] == '.') {
            is_good = false;
        }
        buf_add_byte(out, is_good ? c : '_');
        n++;
    }
    if (n == 0) {
        buf_add_c(out, "file");
    }
}
