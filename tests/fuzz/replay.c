/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a fuzz target over every file of a folder, so that each find stays an ordinary test with
 * any compiler. Each file is also fed cut off at several lengths. */
#include <dirent.h>
#include <stdio.h>

#include "base/io.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FILE_BYTES_MAX = 1 << 20, CUTS = 16 };

int main(int argc, char **argv)
{
    DIR *folder = argc == 2 ? opendir(argv[1]) : NULL;
    if (folder == NULL) {
        fprintf(stderr, "usage: replay FOLDER (which must exist)\n");
        return 2;
    }
    unsigned count = 0;
    const struct dirent *entry = NULL;
    while ((entry = readdir(folder)) != NULL) {
        struct arena arena;
        struct error err;
        str text;
        if (entry->d_name[0] == '.') {
            continue;
        }
        arena_init(&arena, 4 * FILE_BYTES_MAX);
        str path = arena_printf(&arena, "%s/%s", argv[1], entry->d_name);
        if (io_read_file(&arena, path.p, FILE_BYTES_MAX, &text, &err) != STATUS_OK) {
            fprintf(stderr, "%s\n", err.primary);
            return 1;
        }
        for (size_t cut = 0; cut <= CUTS; cut++) {
            (void)LLVMFuzzerTestOneInput((const uint8_t *)text.p, text.n * cut / CUTS);
        }
        arena_close(&arena);
        count++;
    }
    (void)closedir(folder);
    printf("%u files replayed\n", count);
    return count > 0 ? 0 : 1;
}
