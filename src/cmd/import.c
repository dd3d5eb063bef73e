/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/import.h"

#include <unistd.h>

#include "base/io.h"

/* --- what is said about rows --- */

static void add_line(struct import *import, struct import_line *lines, size_t *count, size_t line,
                     const char *text)
{
    if (*count < IMPORT_LINES_MAX) {
        lines[*count] = (struct import_line){line, arena_str(&import->arena, str_c(text))};
        progress_end(&import->file.progress);
        fprintf(stderr, "hustings: %s:%zu: %s\n", import->file.path, line, text);
    }
    (*count)++;
}

void import_refuse(struct import *import, size_t line, const char *text)
{
    add_line(import, import->refusals, &import->refusal_count, line, text);
}

void import_note(struct import *import, size_t line, const char *text)
{
    add_line(import, import->notes, &import->note_count, line, text);
}

void import_unknown_area(struct import *import, str area)
{
    import->unknown_area_rows++;
    for (size_t i = 0; i < import->area_count; i++) {
        if (str_equal(import->areas[i].area, area)) {
            import->areas[i].rows++;
            return;
        }
    }
    if (import->area_count < IMPORT_AREAS_MAX) {
        import->areas[import->area_count++] =
            (struct import_area){arena_str(&import->arena, area), 1};
    }
}

static void tell_more(const struct import *import)
{
    if (import->refusal_count > IMPORT_LINES_MAX) {
        fprintf(stderr, "hustings: %s: and %zu more rows refused\n", import->file.path,
                import->refusal_count - IMPORT_LINES_MAX);
    }
    if (import->note_count > IMPORT_LINES_MAX) {
        fprintf(stderr, "hustings: %s: and %zu more notes\n", import->file.path,
                import->note_count - IMPORT_LINES_MAX);
    }
    if (import->unknown_area_rows > 0) {
        fprintf(stderr, "hustings: %s: areas that the pack does not know:", import->file.path);
        for (size_t i = 0; i < import->area_count && i < 20; i++) {
            fprintf(stderr, "%s %.*s (%zu row%s)", i > 0 ? "," : "", STR_ARG(import->areas[i].area),
                    import->areas[i].rows, import->areas[i].rows == 1 ? "" : "s");
        }
        fprintf(stderr, "%s\n", import->area_count > 20 ? ", …" : "");
    }
}

/* --- the sums of a file --- */

static const char *separator_word(char separator)
{
    return separator == '\t'  ? "tab"
           : separator == ',' ? "comma"
           : separator == ';' ? "semicolon"
                              : "bar";
}

static void put_lines(struct json_out *json, const char *name, const struct import_line *lines,
                      size_t count)
{
    json_name(json, name);
    json_begin_list(json);
    for (size_t i = 0; i < count && i < IMPORT_LINES_MAX; i++) {
        json_begin_object(json);
        json_put_int(json, "line", (int64_t)lines[i].line);
        json_put_text(json, "reason", lines[i].text);
        json_end_object(json);
    }
    json_end_list(json);
}

static void put_json(const struct import *import, import_sums *sums, struct buf *out)
{
    struct json_out json;
    struct buf hash;
    buf_init(&hash, 2 * CRYPT_HASH_BYTES);
    buf_add_hex(&hash, import->file.sha256.bytes, sizeof import->file.sha256.bytes);
    json_out_init(&json, out);
    json_begin_object(&json);
    json_put_text(&json, "file", str_c(import->file.path));
    json_put_text(&json, "sha256", buf_str(&hash));
    json_put_text(&json, "layout", str_c(import->layout));
    json_put_text(&json, "encoding", str_c(encoding_word(import->file.encoding)));
    json_put_text(&json, "separator", str_c(separator_word(import->file.table.options.separator)));
    json_put_bool(&json, "dry_run", import->is_dry);
    json_put_int(&json, "rows", (int64_t)import->row_count);
    json_put_int(&json, "refused", (int64_t)import->refusal_count);
    sums(import, &json, NULL);
    put_lines(&json, "refusals", import->refusals, import->refusal_count);
    put_lines(&json, "notes", import->notes, import->note_count);
    json_name(&json, "unknown_areas");
    json_begin_list(&json);
    for (size_t i = 0; i < import->area_count; i++) {
        json_begin_object(&json);
        json_put_text(&json, "area", import->areas[i].area);
        json_put_int(&json, "rows", (int64_t)import->areas[i].rows);
        json_end_object(&json);
    }
    json_end_list(&json);
    json_end_object(&json);
    buf_add_byte(out, '\n');
    buf_close(&hash);
}

static void put_text(const struct import *import, import_sums *sums, struct buf *out)
{
    buf_printf(out, "%s: %s, %s, by %s\n", import->file.path, import->layout,
               encoding_word(import->file.encoding),
               separator_word(import->file.table.options.separator));
    sums(import, NULL, out);
    if (import->is_dry) {
        buf_add_c(out, "  dry run: nothing was kept\n");
    }
}

static enum status print_sums(const struct import *import, import_sums *sums, struct error *err)
{
    struct buf out;
    buf_init(&out, IMPORT_OUTPUT_BYTES_MAX);
    if (import->is_json) {
        put_json(import, sums, &out);
    } else {
        put_text(import, sums, &out);
    }
    enum status status = io_write_all(STDOUT_FILENO, buf_str(&out), err);
    buf_close(&out);
    return status;
}

/* --- one file after another --- */

enum status import_load(void *context, struct arena *arena, enum directory_kind kind, str id,
                        str *ret_body, struct error *err)
{
    struct import *import = context;
    if (import->own == NULL) {
        *ret_body = (str){0};
        return STATUS_OK;
    }
    return desk_directory_load(own_desk_desk(import->own), arena, kind, id, ret_body, err);
}

enum status import_save_end(struct import_saver *saver, struct error *err)
{
    struct import *import = saver->import;
    size_t count = saver->count;
    saver->count = 0;
    if (count == 0 || import->is_dry || import->own == NULL) {
        return STATUS_OK;
    }
    struct desk_directory_about about = {str_c(import->layout), import->file.sha256};
    return desk_directory_save(own_desk_desk(import->own), &import->caller, saver->entries, count,
                               &about, err);
}

enum status import_save(struct import_saver *saver, const struct desk_directory_entry *entry,
                        struct error *err)
{
    saver->entries[saver->count++] = *entry;
    return saver->count == DESK_DIRECTORY_SLICE ? import_save_end(saver, err) : STATUS_OK;
}

/* Returns the exit code of the file. */
static int take_file(struct import *import, const char *path, import_work *work, import_sums *sums)
{
    struct error err = {0};
    import->refusal_count = import->note_count = import->area_count = 0;
    import->row_count = import->unknown_area_rows = 0;
    import->layout = "";
    enum status status =
        import_file_open(path, args_value(import->args, "encoding", NULL), &import->file, &err);
    if (status != STATUS_OK) {
        (void)cmd_failed(&err);
        return status == STATUS_INVALID || status == STATUS_LIMIT ? 1 : 3;
    }
    arena_init(&import->arena, IMPORT_MEMORY_MAX);
    arena_init(&import->scratch, IMPORT_SCRATCH_MAX);
    status = work(import, &err);
    progress_end(&import->file.progress);
    tell_more(import);
    if (status == STATUS_OK) {
        status = print_sums(import, sums, &err);
    }
    int code = import->refusal_count > 0 ? 1 : 0;
    if (status != STATUS_OK) {
        fprintf(stderr, "hustings: %s: %s\n", path, err.primary);
        if (err.hint[0] != '\0') {
            fprintf(stderr, "  %s\n", err.hint);
        }
        code = status == STATUS_INVALID || status == STATUS_LIMIT ? 1 : 3;
    }
    import_file_close(&import->file);
    arena_close(&import->scratch);
    arena_close(&import->arena);
    return code;
}

static enum status open_desk(struct import *import, struct arena *arena, struct error *err)
{
    const char *dir = args_value(import->args, "at", NULL);
    struct pack *pack = ARENA_NEW(arena, struct pack);
    char *folder = NULL;
    if (dir != NULL) {
        enum status status =
            desk_call_own(import->args, arena, dir, &import->own, &import->caller, err);
        if (status == STATUS_OK) {
            import->pack = own_desk_pack(import->own);
        }
        return status;
    }
    enum status status = pack_find(arena, args_value(import->args, "pack", NULL), &folder, err);
    if (status == STATUS_OK) {
        status = pack_load(arena, folder, pack, err); /* with its wards */
    }
    import->pack = pack;
    return status;
}

int import_run(const struct cmd *cmd, const struct args *args, struct arena *arena,
               struct import *import, import_work *work, import_sums *sums)
{
    struct error err = {0};
    int code = 0;
    import->args = args;
    import->is_dry = args_has(args, "dry-run");
    import->is_json = args_has(args, "json");
    if (args->word_count == 0) {
        return cmd_usage(cmd, "name at least one file");
    }
    if (!import->is_dry && !args_has(args, "at")) {
        return cmd_usage(cmd, "give --at DIR, or --dry-run");
    }
    enum encoding ignored = ENCODING_UTF_8;
    const char *encoding = args_value(args, "encoding", "utf-8");
    if (!encoding_from_word(str_c(encoding), &ignored)) {
        return cmd_usage(cmd, "--encoding is one of utf-8, utf-16le, utf-16be, windows-1252");
    }
    crypt_start();
    if (open_desk(import, arena, &err) != STATUS_OK) {
        (void)cmd_failed(&err);
        return 3;
    }
    for (size_t i = 0; i < args->word_count; i++) {
        int of_file = take_file(import, args->words[i], work, sums);
        code = of_file > code ? of_file : code;
    }
    if (import->own != NULL) {
        own_desk_close(import->own);
    }
    return code;
}
