/* SPDX-License-Identifier: Apache-2.0 */
/* A file that the operator imports: surveyed for its letters, hashed, then read as a table, in two
 * passes of bounded memory. Only regular files: a pipe cannot be read twice. */
#ifndef HUSTINGS_OPS_IMPORT_FILE_H
#define HUSTINGS_OPS_IMPORT_FILE_H

#include "codec/table.h"
#include "crypt/crypt.h"
#include "ops/progress.h"

enum { IMPORT_FILE_GB_MAX = 16 };

struct import_file {
    int fd;
    const char *path;
    int64_t bytes;
    enum encoding encoding;
    struct crypt_hash sha256;
    struct progress progress;
    struct table table;
};

/* `encoding`: a word that encoding_from_word knows, or NULL to find out. Opens the table too. */
enum status import_file_open(const char *path, const char *encoding, struct import_file *ret_file,
                             struct error *err) MUST_CHECK;
void import_file_close(struct import_file *file);

#endif
