/* SPDX-License-Identifier: Apache-2.0 */
/* The compiled form: found, mapped, compared with the text it was made of. */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "pack/pack_internal.h"

char *pack_compiled_path(struct arena *arena, const char *folder)
{
    str name = str_c(folder);
    while (name.n > 1 && name.p[name.n - 1] == '/') {
        name.n--;
    }
    return arena_cstr(arena, arena_printf(arena, "%.*s.pack", STR_ARG(name)));
}

/* Maps the file; false when there is none that could be meant. */
static bool map_file(const char *path, str *ret_bytes)
{
    struct stat about;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return false;
    }
    void *at = MAP_FAILED;
    bool is_file = fstat(fd, &about) == 0 && S_ISREG(about.st_mode) && about.st_size > 0 &&
                   about.st_size <= IMAGE_BYTES_MAX;
    if (is_file) {
        at = mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
    }
    (void)close(fd);
    if (at == MAP_FAILED) {
        return false;
    }
    *ret_bytes = str_from(at, (size_t)about.st_size);
    return true;
}

/* Sizes and manifest of the text are those the image was made of. Cheap: nothing large is read. */
static bool is_fresh(struct arena *arena, const char *folder, const struct image *image)
{
    uint8_t hash[IMAGE_HASH_BYTES];
    image_manifest_hash(arena, folder, hash);
    if (memcmp(hash, image->header->manifest_sha256, sizeof hash) != 0) {
        return false;
    }
    for (size_t i = 0; i < image->file_count; i++) {
        struct stat about;
        str name = places_text(&image->places, image->files[i].name);
        const char *path = arena_cstr(arena, arena_printf(arena, "%s/%.*s", folder, STR_ARG(name)));
        if (stat(path, &about) != 0 || (uint64_t)about.st_size != image->files[i].bytes) {
            return false;
        }
    }
    return true;
}

/* Reads the pack out of an image; its places point into the image's bytes. */
static enum status read_image(struct arena *arena, const char *folder, const struct image *image,
                              struct pack *ret_pack, struct error *err)
{
    struct loader loader = {.arena = arena, .folder = folder, .err = err, .image = image};
    struct pack pack;
    enum status status = pack_read(&loader, &pack);
    if (status == STATUS_OK) {
        status = image_check(image, &pack, err);
    }
    if (status == STATUS_OK) {
        struct places *places = ARENA_NEW(arena, struct places);
        *places = image->places;
        pack.places = places;
        *ret_pack = pack;
    }
    return status;
}

static bool load_compiled(struct arena *arena, const char *folder, struct pack *ret_pack)
{
    str bytes = {0};
    struct image image;
    struct error ignored;
    if (!map_file(pack_compiled_path(arena, folder), &bytes)) {
        return false;
    }
    if (image_open(bytes, &image, &ignored) == STATUS_OK && is_fresh(arena, folder, &image) &&
        read_image(arena, folder, &image, ret_pack, &ignored) == STATUS_OK) {
        ret_pack->mapped = (void *)(uintptr_t)bytes.p;
        ret_pack->mapped_bytes = bytes.n;
        ret_pack->is_compiled = true;
        return true;
    }
    (void)munmap((void *)(uintptr_t)bytes.p, bytes.n);
    return false;
}

enum status pack_load(struct arena *arena, const char *folder, struct pack *ret_pack,
                      struct error *err)
{
    struct buf buf;
    struct image image;
    if (load_compiled(arena, folder, ret_pack)) {
        return STATUS_OK;
    }
    buf_init(&buf, IMAGE_BYTES_MAX);
    enum status status = image_build(arena, folder, &buf, err);
    str bytes = status == STATUS_OK ? arena_str(arena, buf_str(&buf)) : (str){0};
    buf_close(&buf);
    if (status == STATUS_OK) {
        status = image_open(bytes, &image, err);
    }
    return status == STATUS_OK ? read_image(arena, folder, &image, ret_pack, err) : status;
}

void pack_unload(struct pack *pack)
{
    if (pack->mapped != NULL) {
        (void)munmap(pack->mapped, pack->mapped_bytes);
        pack->mapped = NULL;
        pack->places = NULL;
    }
}

enum status pack_compile(struct arena *arena, const char *folder, struct buf *out,
                         struct error *err)
{
    return image_build(arena, folder, out, err);
}

enum status pack_compiled_check(struct arena *arena, const char *folder, bool *ret_is_there,
                                str *ret_problem, struct error *err)
{
    struct buf buf;
    str found = {0};
    *ret_problem = (str){0};
    *ret_is_there = map_file(pack_compiled_path(arena, folder), &found);
    if (!*ret_is_there) {
        return STATUS_OK;
    }
    buf_init(&buf, IMAGE_BYTES_MAX);
    enum status status = image_build(arena, folder, &buf, err);
    if (status == STATUS_OK && !str_equal(buf_str(&buf), found)) {
        *ret_problem = STR("is not what the text of the pack gives: run 'hustings pack build'");
    }
    buf_close(&buf);
    (void)munmap((void *)(uintptr_t)found.p, found.n);
    return status;
}
