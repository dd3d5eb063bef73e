/* SPDX-License-Identifier: Apache-2.0 */
/* embed OUT.h OUT.c FILE…: puts files into the program (build time).
 *
 * Style sheets and scripts are served under a name that holds a hash of their bytes, so that a
 * browser may keep them for a year; fonts keep their name, because the style sheet asks for it.
 * Message catalogues (.mo) are embedded too but have no address. The hash (FNV-1a, 64 bits) only
 * tells versions apart; it protects nothing. */
#include <inttypes.h>
#include <stdio.h>

#include "base/io.h"

enum { FILE_BYTES_MAX = 4 << 20, OUT_BYTES_MAX = 64 << 20 };

static const struct {
    str ending;
    const char *content_type;
    bool is_hashed;
    bool is_served;
} kinds[] = {
    {STR_INIT(".css"), "text/css; charset=utf-8", true, true},
    {STR_INIT(".js"), "text/javascript; charset=utf-8", true, true},
    {STR_INIT(".svg"), "image/svg+xml", true, true},
    {STR_INIT(".woff2"), "font/woff2", false, true},
    {STR_INIT(".mo"), "", false, false},
    {STR_INIT(".json"), "", false, false},
};

static uint64_t fnv1a(str bytes)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < bytes.n; i++) {
        hash = (hash ^ (unsigned char)bytes.p[i]) * UINT64_C(0x100000001b3);
    }
    return hash;
}

static str base_name(str file)
{
    for (size_t at = file.n; at > 0; at--) {
        if (file.p[at - 1] == '/') {
            return str_slice(file, at, file.n);
        }
    }
    return file;
}

static void add_bytes(struct buf *c, size_t n, str bytes)
{
    buf_printf(c, "static const unsigned char bytes_%zu[] = {", n);
    for (size_t i = 0; i < bytes.n; i++) {
        buf_printf(c, "%s%u,", i % 32 == 0 ? "\n" : "", (unsigned char)bytes.p[i]);
    }
    buf_add_c(c, "0};\n");
}

static enum status add_file(struct arena *arena, size_t n, const char *file, struct buf *h,
                            struct buf *c, struct buf *table, struct error *err)
{
    str name = base_name(str_c(file));
    size_t kind = 0;
    while (kind < ARRAY_LEN(kinds) && !str_ends(name, kinds[kind].ending)) {
        kind++;
    }
    if (kind == ARRAY_LEN(kinds)) {
        return error_set(err, STATUS_INVALID, "%s: no content type is known", file);
    }
    str bytes = {0};
    enum status status = io_read_file(arena, file, FILE_BYTES_MAX, &bytes, err);
    if (status != STATUS_OK) {
        return status;
    }
    str stem = str_slice(name, 0, name.n - kinds[kind].ending.n);
    str path =
        arena_printf(arena, "%s%.*s", kinds[kind].is_served ? "/assets/" : "", STR_ARG(name));
    if (kinds[kind].is_hashed) {
        path = arena_printf(arena, "/assets/%.*s-%016" PRIx64 "%.*s", STR_ARG(stem), fnv1a(bytes),
                            STR_ARG(kinds[kind].ending));
    }
    buf_add_c(h, "#define ASSET_");
    for (size_t i = 0; i < name.n; i++) {
        buf_add_byte(h, ascii_is_alnum(name.p[i]) ? ascii_upper(name.p[i]) : '_');
    }
    buf_printf(h, " \"%.*s\"\n", STR_ARG(path));
    add_bytes(c, n, bytes);
    buf_printf(table, "    {STR_INIT(\"%.*s\"), {(const char *)bytes_%zu, %zu}, \"%s\"},\n",
               STR_ARG(path), n, bytes.n, kinds[kind].content_type);
    return STATUS_OK;
}

static enum status run(struct arena *arena, int argc, char **argv, struct error *err)
{
    if (argc < 4) {
        return error_set(err, STATUS_INVALID, "usage: embed OUT.h OUT.c FILE…");
    }
    struct buf h;
    struct buf c;
    struct buf table;
    buf_init(&h, OUT_BYTES_MAX);
    buf_init(&c, OUT_BYTES_MAX);
    buf_init(&table, OUT_BYTES_MAX);
    buf_add_c(&h, "/* SPDX-License-Identifier: Apache-2.0 */\n/* Made by tools/embed: do not edit. "
                  "*/\n#ifndef HUSTINGS_WEB_ASSETS_H\n#define HUSTINGS_WEB_ASSETS_H\n"
                  "#include \"web/asset.h\"\n\n");
    buf_add_c(&c, "/* SPDX-License-Identifier: Apache-2.0 */\n/* Made by tools/embed: do not edit. "
                  "*/\n#include \"web/asset.h\"\n\n");
    enum status status = STATUS_OK;
    for (int i = 3; status == STATUS_OK && i < argc; i++) {
        status = add_file(arena, (size_t)i, argv[i], &h, &c, &table, err);
    }
    buf_add_c(&h, "\n#endif\n");
    buf_printf(&c, "const struct asset asset_table[] = {\n%.*s};\nconst size_t asset_count = %d;\n",
               STR_ARG(buf_str(&table)), argc - 3);
    if (status == STATUS_OK) {
        status = io_write_file(argv[1], buf_str(&h), 0644, err);
    }
    if (status == STATUS_OK) {
        status = io_write_file(argv[2], buf_str(&c), 0644, err);
    }
    buf_close(&h);
    buf_close(&c);
    buf_close(&table);
    return status;
}

int main(int argc, char **argv)
{
    struct arena arena;
    arena_init(&arena, OUT_BYTES_MAX);
    struct error err = {0};
    enum status status = run(&arena, argc, argv, &err);
    if (status != STATUS_OK) {
        (void)fprintf(stderr, "embed: %s\n", err.primary);
    }
    arena_close(&arena);
    return status_exit(status);
}
