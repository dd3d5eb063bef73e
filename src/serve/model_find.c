/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/model_find.h"

#include <unistd.h>

#include "base/io.h"

static const char *beside_program(struct arena *arena)
{
    static const char *const beside[] = {"models", "../models", "../../models",
                                         "../share/hustings/models"};
    char self[4096];
    ssize_t len = readlink("/proc/self/exe", self, sizeof self - 1);
    size_t folder_len = len > 0 ? (size_t)len : 0;
    while (folder_len > 0 && self[folder_len - 1] != '/') {
        folder_len--;
    }
    for (size_t i = 0; i < ARRAY_LEN(beside) && folder_len > 0; i++) {
        char *path = arena_cstr(
            arena, arena_printf(arena, "%.*s%s/triage.htm", (int)folder_len, self, beside[i]));
        if (io_exists(path)) {
            return path;
        }
    }
    return NULL;
}

enum status model_find(struct arena *arena, const char *wanted, struct model **ret_model,
                       struct error *err)
{
    str file = {0};
    const char *path = wanted == NULL ? beside_program(arena) : wanted;
    if (path == NULL) {
        (void)error_set(err, STATUS_NOT_FOUND, "there is no models/triage.htm beside the program");
        error_hint(err, "Give it with --model FILE, or make one: hustings train --help.");
        return STATUS_NOT_FOUND;
    }
    enum status status = io_map_file(path, MODEL_BYTES_MAX, &file, err);
    if (status == STATUS_OK) {
        status = model_open(arena, file, ret_model, err);
        if (status != STATUS_OK) {
            error_hint(err, "The file is %.180s.", path);
        }
    }
    io_unmap(file);
    return status;
}
