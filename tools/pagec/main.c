/* SPDX-License-Identifier: Apache-2.0 */
/* pagec --out DIR FILE…      writes DIR/NAME.html.h and DIR/NAME.html.c for every FILE
 * pagec --pot FILE…          prints the messages of the FILEs as a gettext template
 * All files of one program are given at once, because pages call parts of other files. */
#include <stdio.h>

#include "base/io.h"
#include "pagec.h"

enum { ARENA_BYTES_MAX = 256 << 20 };

static str base_name(str file)
{
    for (size_t at = file.n; at > 0; at--) {
        if (file.p[at - 1] == '/') {
            return str_slice(file, at, file.n);
        }
    }
    return file;
}

/* An unchanged file keeps its time, so that nothing is compiled again for nothing. */
static enum status write_changed(struct arena *arena, str path, str text, struct error *err)
{
    const char *c_path = arena_cstr(arena, path);
    str old = {0};
    struct error ignored;
    if (io_exists(c_path) &&
        io_read_file(arena, c_path, OUT_BYTES_MAX, &old, &ignored) == STATUS_OK &&
        str_equal(old, text)) {
        return STATUS_OK;
    }
    return io_write_file(c_path, text, 0644, err);
}

static enum status write_template(struct library *library, struct template *t, str folder,
                                  struct error *err)
{
    struct buf header;
    struct buf source;
    buf_init(&header, OUT_BYTES_MAX);
    buf_init(&source, OUT_BYTES_MAX);
    str stem =
        arena_printf(library->arena, "%.*s/%.*s", STR_ARG(folder), STR_ARG(base_name(t->file)));
    /* The body first: it finds the parts that the header must include. */
    enum status status = emit_source(library, t, &source, NULL, err);
    if (status == STATUS_OK) {
        status = emit_header(t, &header, err);
    }
    if (status == STATUS_OK) {
        status =
            write_changed(library->arena, arena_printf(library->arena, "%.*s.h", STR_ARG(stem)),
                          buf_str(&header), err);
    }
    if (status == STATUS_OK) {
        status =
            write_changed(library->arena, arena_printf(library->arena, "%.*s.c", STR_ARG(stem)),
                          buf_str(&source), err);
    }
    buf_close(&header);
    buf_close(&source);
    return status;
}

static enum status print_pot(struct library *library, struct error *err)
{
    struct buf pot;
    struct buf source;
    buf_init(&pot, OUT_BYTES_MAX);
    buf_init(&source, OUT_BYTES_MAX);
    buf_add_c(&pot, "msgid \"\"\nmsgstr \"\"\n\"Content-Type: text/plain; charset=UTF-8\\n\"\n"
                    "\"Content-Transfer-Encoding: 8bit\\n\"\n\n");
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < library->count; i++) {
        buf_clear(&source);
        status = emit_source(library, library->templates[i], &source, &pot, err);
    }
    if (status == STATUS_OK) {
        status = io_write_all(1, buf_str(&pot), err);
    }
    buf_close(&source);
    buf_close(&pot);
    return status;
}

static enum status run(struct arena *arena, int argc, char **argv, struct error *err)
{
    bool is_pot = argc > 2 && strcmp(argv[1], "--pot") == 0;
    int first = is_pot ? 2 : 3;
    if (!is_pot && (argc < 4 || strcmp(argv[1], "--out") != 0)) {
        return error_set(err, STATUS_INVALID, "usage: pagec --out DIR FILE… | pagec --pot FILE…");
    }
    struct library *library = ARENA_NEW(arena, struct library);
    library->arena = arena;
    enum status status = STATUS_OK;
    for (int i = first; status == STATUS_OK && i < argc; i++) {
        str source = {0};
        status = io_read_file(arena, argv[i], SOURCE_BYTES_MAX, &source, err);
        if (status == STATUS_OK) {
            status = pagec_declare(library, str_c(argv[i]), source, err);
        }
    }
    if (status == STATUS_OK) {
        status = pagec_link(library, err);
    }
    if (is_pot && status == STATUS_OK) {
        return print_pot(library, err);
    }
    for (size_t i = 0; status == STATUS_OK && i < library->count; i++) {
        status = write_template(library, library->templates[i], str_c(argv[2]), err);
    }
    return status;
}

int main(int argc, char **argv)
{
    struct arena arena;
    arena_init(&arena, ARENA_BYTES_MAX);
    struct error err = {0};
    enum status status = run(&arena, argc, argv, &err);
    if (status != STATUS_OK) {
        (void)fprintf(stderr, "%s\n", err.primary);
    }
    arena_close(&arena);
    return status_exit(status);
}
