/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a plain dump of pg_dump, read from a file as restore does: a tree or a sentence. */
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/io.h"
#include "ops/dump.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    str text = str_from(data, size);
    struct dump dump = {0};
    struct error err = {0};
    char path[64];
    int fd = memfd_create("dump", MFD_CLOEXEC);
    ASSERT(fd >= 0 && io_write_all(fd, text, NULL) == STATUS_OK);
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (dump_read(path, NULL, &dump, &err) == STATUS_OK) {
        ASSERT(dump.leaves > 0);
    } else {
        ASSERT(err.primary[0] != '\0');
    }
    (void)close(fd);
    return 0;
}
