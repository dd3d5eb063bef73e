/* SPDX-License-Identifier: Apache-2.0 */
/* The manifest: what the files of a pack are, where they come from, and whether they still are it. */
#include "base/io.h"
#include "base/text.h"
#include "crypt/crypt.h"
#include "pack/pack_internal.h"

static bool is_plain_name(str name)
{
    bool is_plain = name.n > 0 && name.n < 100 && name.p[0] != '.';
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        is_plain = is_plain && (ascii_is_alnum(c) || c == '.' || c == '_' || c == '-');
    }
    return is_plain;
}

enum status pack_manifest_read(struct arena *arena, const char *folder,
                               struct pack_manifest *ret_manifest, struct error *err)
{
    struct loader loader = {.arena = arena, .folder = folder, .err = err};
    struct pack_manifest manifest = {0};
    size_t cap = loader_open(&loader, "manifest.csv");
    struct pack_file *files = ARENA_ARRAY(arena, struct pack_file, cap + 1);
    while (loader_next(&loader)) {
        struct pack_file *file = &files[manifest.count];
        file->name = loader_word(&loader, "file");
        file->rows = loader_int(&loader, "rows", PACK_NEVER);
        file->sha256 = loader_word(&loader, "sha256");
        file->licence = loader_word(&loader, "licence");
        file->date = loader_word(&loader, "date");
        file->source = loader_word(&loader, "source");
        if (!is_plain_name(file->name)) {
            loader_refuse(&loader, "file", "is not a plain file name");
        }
        manifest.count++;
    }
    manifest.files = files;
    if (loader.status == STATUS_OK) {
        *ret_manifest = manifest;
    }
    return loader.status;
}

static str count_problem(struct arena *arena, const char *name, str text, int64_t rows)
{
    struct csv csv;
    struct csv_row row;
    struct error why = {0};
    int64_t count = 0;
    bool has_row = true;
    if (csv_open(arena, name, text, ',', &csv, &why) != STATUS_OK) {
        return arena_str(arena, str_c(why.primary));
    }
    while (has_row) {
        if (csv_next(&csv, &row, &has_row, &why) != STATUS_OK) {
            return arena_str(arena, str_c(why.primary));
        }
        count += has_row;
    }
    return count == rows ? (str){0}
                         : arena_printf(arena, "has %lld rows; the manifest says %lld",
                                        (long long)count, (long long)rows);
}

/* What is wrong with one file, or empty. */
static str file_problem(struct arena *arena, const char *folder, const struct pack_file *file)
{
    str text = {0};
    struct error why = {0};
    char hex[2 * 32];
    char *name = arena_cstr(arena, file->name);
    char *path = arena_cstr(arena, arena_printf(arena, "%s/%s", folder, name));
    if (io_read_file(arena, path, PACK_FILE_BYTES_MAX, &text, &why) != STATUS_OK) {
        return arena_str(arena, str_c(why.primary));
    }
    struct crypt_hash hash = crypt_sha256(text);
    hex_encode(&hash, sizeof hash, hex);
    if (!str_equal_ascii_fold(file->sha256, str_from(hex, sizeof hex))) {
        return STR("its SHA-256 is not that of the manifest");
    }
    return file->rows == PACK_NEVER ? (str){0} : count_problem(arena, name, text, file->rows);
}

enum status pack_verify(struct arena *arena, const char *folder, struct pack_manifest *ret_manifest,
                        struct error *err)
{
    struct pack_manifest manifest = {0};
    enum status status = pack_manifest_read(arena, folder, &manifest, err);
    if (status != STATUS_OK) {
        return status;
    }
    struct pack_file *files = (struct pack_file *)manifest.files;
    for (size_t i = 0; i < manifest.count; i++) {
        files[i].problem = file_problem(arena, folder, &files[i]);
        manifest.problem_count += files[i].problem.n > 0;
    }
    *ret_manifest = manifest;
    return STATUS_OK;
}
