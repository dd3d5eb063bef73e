/* SPDX-License-Identifier: Apache-2.0 */
/* What `pack people import` and `pack places import` share: one file after another, what was wrong
 * with each row, and the sums. */
#ifndef HUSTINGS_CMD_IMPORT_H
#define HUSTINGS_CMD_IMPORT_H

#include "cmd/cmd.h"
#include "codec/json.h"
#include "desk/desk_directory.h"
#include "ops/import_file.h"
#include "serve/desk_call.h"

enum {
    IMPORT_LINES_MAX = 200, /* refusals and notes of a file that are shown; all are counted */
    IMPORT_AREAS_MAX = 200, /* areas that the pack does not know */
    IMPORT_MEMORY_MAX = 1024 * 1024 * 1024,
    IMPORT_SCRATCH_MAX = 4 * 1024 * 1024,
    IMPORT_OUTPUT_BYTES_MAX = 4 * 1024 * 1024
};

struct import_line {
    size_t line;
    str text;
};
struct import_area {
    str area;
    size_t rows;
};
struct import {
    const struct args *args;
    const struct pack *pack;
    struct own_desk *own; /* NULL: nothing to compare with, nothing kept */
    struct caller caller;
    bool is_dry, is_json;
    /* of the file at hand */
    struct arena arena, scratch;
    struct import_file file;
    const char *layout;
    struct import_line refusals[IMPORT_LINES_MAX], notes[IMPORT_LINES_MAX];
    size_t refusal_count, note_count; /* of all, also of those that are not shown */
    struct import_area areas[IMPORT_AREAS_MAX];
    size_t area_count;
    size_t row_count;
    size_t unknown_area_rows;
};
/* Reads the rows of import->file, keeps what is new, and adds members to the JSON object. */
typedef enum status import_work(struct import *import, struct error *err);
typedef void import_sums(const struct import *import, struct json_out *json, struct buf *text);

/* The whole command. Returns the exit code. `import` is zeroed, but for what `work` needs. */
int import_run(const struct cmd *cmd, const struct args *args, struct arena *arena,
               struct import *import, import_work *work, import_sums *sums);
void import_refuse(struct import *import, size_t line, const char *text);
void import_note(struct import *import, size_t line, const char *text);
void import_unknown_area(struct import *import, str area);
/* What the desk keeps; empty without a desk. A directory_load. */
enum status import_load(void *context, struct arena *arena, enum directory_kind kind, str id,
                        str *ret_body, struct error *err);
/* Keeps entries, slice by slice; does nothing on a dry run. */
struct import_saver {
    struct import *import;
    struct desk_directory_entry entries[DESK_DIRECTORY_SLICE];
    size_t count;
};
enum status import_save(struct import_saver *saver, const struct desk_directory_entry *entry,
                        struct error *err) MUST_CHECK;
enum status import_save_end(struct import_saver *saver, struct error *err) MUST_CHECK;

#define IMPORT_OPTIONS                                                                             \
    {"at", "DIR", "the desk that keeps them"}, DESK_CALL_OPTIONS,                                  \
        {"dry-run", NULL, "say what would happen; keep nothing (works without --at)"},             \
        {"json", NULL, "one JSON object a file"},                                                  \
        {"columns", "LIST", "FIELD=COLUMN,… for a header that is not known"},                      \
        {"encoding", "NAME", "utf-8, utf-16le, utf-16be or windows-1252 (default: found out)"},    \
    {                                                                                              \
        "pack", "DIR", "the country's reference data, without --at (default: uk)"                  \
    }

#endif
