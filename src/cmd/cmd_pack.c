/* SPDX-License-Identifier: Apache-2.0 */
/* hustings pack check: is the pack the one that was published, and can it be used? */
#include <stdio.h>
#include <unistd.h>

#include "base/io.h"
#include "cmd/cmd.h"
#include "codec/json.h"
#include "pack/pack.h"
#include "pack/places.h"
#include "triage/grade.h"

enum { OUTPUT_BYTES_MAX = 1024 * 1024 };

static const struct arg_option options[] = {
    {"pack", "DIR", "the pack's folder or name (default: uk)"},
    {"json", NULL, "one JSON object"},
    {0},
};

struct check {
    const char *folder;
    struct pack pack;
    struct pack_manifest manifest;
    struct error unusable; /* status STATUS_OK when the pack can be opened */
    bool is_compiled;      /* there is a compiled file beside the folder */
    str compiled_problem;  /* empty = it is what the text gives */
};

static void put_counts(struct json_out *out, const struct pack *pack)
{
    json_name(out, "counts");
    json_begin_object(out);
    json_put_int(out, "codes", (int64_t)pack->code_count);
    json_put_int(out, "rules", (int64_t)pack->rule_count);
    json_put_int(out, "forces", (int64_t)pack->force_count);
    json_put_int(out, "districts", (int64_t)pack->district_count);
    json_put_int(out, "constituencies", (int64_t)pack->constituency_count);
    json_put_int(out, "outcodes", (int64_t)pack->places->outcode_count);
    json_put_int(out, "wards", (int64_t)pack->places->ward_count);
    json_put_int(out, "towns", (int64_t)pack->places->town_count);
    json_put_int(out, "names", (int64_t)pack->places->name_count);
    json_end_object(out);
}

static void put_json(struct buf *buf, const struct check *check)
{
    struct json_out out;
    bool is_usable = check->unusable.status == STATUS_OK;
    json_out_init(&out, buf);
    json_begin_object(&out);
    json_put_text(&out, "folder", str_c(check->folder));
    json_put_bool(&out, "usable", is_usable);
    if (is_usable) {
        json_put_text(&out, "id", check->pack.id);
        json_put_text(&out, "title", check->pack.title);
        json_put_text(&out, "version", check->pack.version);
        put_counts(&out, &check->pack);
    } else {
        json_put_text(&out, "error", str_c(check->unusable.primary));
    }
    json_put_text(&out, "compiled",
                  !check->is_compiled              ? STR("none")
                  : check->compiled_problem.n == 0 ? STR("ok")
                                                   : STR("stale"));
    json_name(&out, "files");
    json_begin_list(&out);
    for (size_t i = 0; i < check->manifest.count; i++) {
        const struct pack_file *file = &check->manifest.files[i];
        json_begin_object(&out);
        json_put_text(&out, "file", file->name);
        if (file->rows != PACK_NEVER) {
            json_put_int(&out, "rows", file->rows);
        }
        json_put_bool(&out, "ok", file->problem.n == 0);
        json_put_text(&out, "problem", file->problem);
        json_put_text(&out, "sha256", file->sha256);
        json_put_text(&out, "licence", file->licence);
        json_put_text(&out, "date", file->date);
        json_put_text(&out, "source", file->source);
        json_end_object(&out);
    }
    json_end_list(&out);
    json_end_object(&out);
    buf_add_c(buf, "\n");
}

static void put_table(struct buf *buf, const struct check *check)
{
    const struct pack *pack = &check->pack;
    for (size_t i = 0; i < check->manifest.count; i++) {
        const struct pack_file *file = &check->manifest.files[i];
        char rows[24] = "";
        if (file->rows != PACK_NEVER) {
            (void)snprintf(rows, sizeof rows, "%lld", (long long)file->rows);
        }
        buf_printf(buf, "%-7s %-26.*s %5s  %.*s  %.*s\n", file->problem.n == 0 ? "ok" : "differs",
                   STR_ARG(file->name), rows, STR_ARG(file->date), STR_ARG(file->licence));
    }
    if (check->unusable.status == STATUS_OK) {
        buf_printf(buf,
                   "%.*s %.*s: %zu codes, %zu rules, %zu forces, %zu districts, "
                   "%zu constituencies, %zu outcodes, %zu wards, %zu towns\n",
                   STR_ARG(pack->title), STR_ARG(pack->version), pack->code_count, pack->rule_count,
                   pack->force_count, pack->district_count, pack->constituency_count,
                   pack->places->outcode_count, pack->places->ward_count, pack->places->town_count);
        buf_printf(buf, "%s\n",
                   !check->is_compiled              ? "no compiled file: the text is compiled at "
                                                      "every start"
                   : check->compiled_problem.n == 0 ? "the compiled file is what the text gives"
                                                    : "the compiled file is stale");
    }
}

/* Every refusal on stderr; returns the exit code. */
static int tell(const struct check *check)
{
    for (size_t i = 0; i < check->manifest.count; i++) {
        const struct pack_file *file = &check->manifest.files[i];
        if (file->problem.n > 0) {
            fprintf(stderr, "hustings: %s/%.*s: %.*s\n", check->folder, STR_ARG(file->name),
                    STR_ARG(file->problem));
        }
    }
    if (check->unusable.status != STATUS_OK) {
        return cmd_failed(&check->unusable);
    }
    if (check->compiled_problem.n > 0) {
        fprintf(stderr, "hustings: %s.pack %.*s\n", check->folder,
                STR_ARG(check->compiled_problem));
    }
    return check->manifest.problem_count > 0 || check->compiled_problem.n > 0 ? 1 : 0;
}

static int run(const struct args *args, struct arena *arena)
{
    struct check check = {0};
    struct error err = {0};
    struct buf buf;
    const struct grader *grader = NULL;
    char *folder = NULL;
    if (pack_find(arena, args_value(args, "pack", NULL), &folder, &err) != STATUS_OK ||
        pack_verify(arena, folder, &check.manifest, &err) != STATUS_OK) {
        return cmd_failed(&err);
    }
    check.folder = folder;
    check.unusable.status = pack_load(arena, folder, &check.pack, &check.unusable);
    if (check.unusable.status == STATUS_OK) {
        check.unusable.status = pack_compiled_check(arena, folder, &check.is_compiled,
                                                    &check.compiled_problem, &check.unusable);
    }
    if (check.unusable.status == STATUS_OK) {
        check.unusable.status = grader_open(arena, &check.pack, &grader, &check.unusable);
    }
    buf_init(&buf, OUTPUT_BYTES_MAX);
    if (args_has(args, "json")) {
        put_json(&buf, &check);
    } else {
        put_table(&buf, &check);
    }
    enum status status = io_write_all(STDOUT_FILENO, buf_str(&buf), &err);
    buf_close(&buf);
    int code = status == STATUS_OK ? tell(&check) : 0;
    if (check.unusable.status == STATUS_OK) {
        pack_unload(&check.pack);
    }
    return status == STATUS_OK ? code : cmd_failed(&err);
}

const struct cmd cmd_pack_check = {
    .name = "pack check",
    .summary = "check the country's reference data against its manifest",
    .usage = "[--pack DIR] [--json]",
    .help = "Hashes every file of the pack, compares it with manifest.csv, opens the pack as the\n"
            "desk does and compiles its rules; the compiled file beside it must be what its text\n"
            "gives. Exit 1 when a file is not the published one.",
    .options = options,
    .run = run,
};
