/* SPDX-License-Identifier: Apache-2.0 */
/* hustings pack build: one file out of a pack's text, which loads in a few milliseconds. */
#include "base/io.h"
#include "cmd/cmd.h"
#include "pack/image.h"

extern const struct cmd cmd_pack_build;

static const struct arg_option options[] = {
    {"out", "FILE", "where to write it (default: DIR.pack, beside the folder)"},
    {0},
};

static int run(const struct args *args, struct arena *arena)
{
    struct error err = {0};
    struct buf buf;
    char *folder = NULL;
    if (args->word_count != 1) {
        return cmd_usage(&cmd_pack_build, "give the pack's folder");
    }
    if (pack_find(arena, args->words[0], &folder, &err) != STATUS_OK) {
        return cmd_failed(&err);
    }
    const char *out = args_value(args, "out", pack_compiled_path(arena, folder));
    buf_init(&buf, IMAGE_BYTES_MAX);
    enum status status = pack_compile(arena, folder, &buf, &err);
    if (status == STATUS_OK) {
        status = io_write_file(out, buf_str(&buf), 0644, &err);
    }
    buf_close(&buf);
    return status == STATUS_OK ? 0 : cmd_failed(&err);
}

const struct cmd cmd_pack_build = {
    .name = "pack build",
    .summary = "compile the text of a country's reference data into one file",
    .usage = "DIR [--out FILE]",
    .help = "The text tables are the source; the compiled file is what 'hustings route' maps. The\n"
            "build of hustings makes one for packs/uk. A compiled file that no longer fits its\n"
            "text is not used, and 'hustings pack check' names it. The same text gives the same\n"
            "bytes.",
    .options = options,
    .run = run,
};
