/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/io.h"
#include "cmd/cmd.h"
#include "codec/json.h"
#include "ops/scan.h"

enum { LIST_BYTES_MAX = 64 * 1024 * 1024, HITS_SHOWN_MAX = 1000, OUTPUT_BYTES_MAX = 8 << 20 };

static const struct arg_option options[] = {
    {"file", "LIST", "a file with one text to look for a line"},
    {"json", NULL, "print the result as JSON"},
    {0}};

extern const struct cmd cmd_disk_scan;

struct shown {
    bool is_json;
    int64_t count;
    struct json_out *out;
};

/* The text itself is not printed: a log of this command must not be the next find. */
static void show_hit(void *context, const struct scan_hit *hit)
{
    struct shown *shown = context;
    if (shown->count++ >= HITS_SHOWN_MAX) {
        return;
    }
    if (!shown->is_json) {
        printf("%s:%lld: text %zu as %s\n", hit->path, (long long)hit->offset,
               hit->pattern->canary + 1, hit->pattern->form);
        return;
    }
    json_begin_object(shown->out);
    json_put_text(shown->out, "file", str_c(hit->path));
    json_put_int(shown->out, "offset", hit->offset);
    json_put_int(shown->out, "text", (int64_t)hit->pattern->canary + 1);
    json_put_text(shown->out, "form", str_c(hit->pattern->form));
    json_end_object(shown->out);
}

static void show_unread(void *context, const char *path, const char *why)
{
    (void)context;
    fprintf(stderr, "hustings: cannot read %s: %s\n", path, why);
}

/* The words after DIR, then the lines of --file. */
static enum status gather(const struct args *args, struct arena *arena, str **ret_texts,
                          size_t *ret_count, struct error *err)
{
    const char *path = args_value(args, "file", NULL);
    str list = {0}, line;
    size_t count = 0;
    if (path != NULL) {
        enum status status = io_read_file(arena, path, LIST_BYTES_MAX, &list, err);
        if (status != STATUS_OK) {
            return status;
        }
    }
    size_t lines = 0;
    for (str rest = list; str_next_line(&rest, &line);) {
        lines += line.n > 0;
    }
    str *texts = ARENA_ARRAY(arena, str, args->word_count + lines);
    for (size_t i = 1; i < args->word_count; i++) {
        texts[count++] = str_c(args->words[i]);
    }
    while (str_next_line(&list, &line)) {
        if (line.n > 0) {
            texts[count++] = line;
        }
    }
    *ret_texts = texts;
    *ret_count = count;
    return STATUS_OK;
}

static void end_json(struct json_out *out, const struct scan_counts *counts)
{
    json_end_list(out);
    json_put_int(out, "found", counts->hits);
    json_put_int(out, "files", counts->files);
    json_put_int(out, "bytes", counts->bytes);
    json_put_int(out, "skipped", counts->skipped);
    json_put_int(out, "unread", counts->unread);
    json_end_object(out);
    printf("%.*s\n", STR_ARG(buf_str(out->buf)));
}

static void print_counts(const struct scan_counts *counts)
{
    struct buf size;
    buf_init(&size, 64);
    buf_add_size(&size, counts->bytes);
    if (counts->hits > HITS_SHOWN_MAX) {
        printf("… and %lld more\n", (long long)(counts->hits - HITS_SHOWN_MAX));
    }
    printf("%s: %lld found in %lld files, %.*s", counts->hits == 0 ? "clean" : "NOT clean",
           (long long)counts->hits, (long long)counts->files, STR_ARG(buf_str(&size)));
    if (counts->skipped > 0) {
        printf("; %lld links, sockets or pipes skipped", (long long)counts->skipped);
    }
    puts("");
    buf_close(&size);
}

static int run(const struct args *args, struct arena *arena)
{
    struct error err = {0};
    struct scan scan;
    struct scan_counts counts = {0};
    struct buf buf;
    struct json_out out;
    struct shown shown = {.is_json = args_has(args, "json"), .out = &out};
    str *texts = NULL;
    size_t count = 0;
    if (args->word_count == 0 || (args->word_count == 1 && !args_has(args, "file"))) {
        return cmd_usage(&cmd_disk_scan, "give a folder and what to look for");
    }
    enum status status = gather(args, arena, &texts, &count, &err);
    if (status == STATUS_OK) {
        status = scan_start(arena, texts, count, &scan, &err);
    }
    if (status == STATUS_INVALID) {
        return cmd_usage(&cmd_disk_scan, "%s", err.primary);
    }
    buf_init(&buf, OUTPUT_BYTES_MAX);
    json_out_init(&out, &buf);
    json_begin_object(&out);
    json_name(&out, "finds");
    json_begin_list(&out);
    if (status == STATUS_OK) {
        status = scan_folder(&scan, args->words[0], show_hit, show_unread, &shown, &counts, &err);
    }
    if (status == STATUS_OK && shown.is_json) {
        end_json(&out, &counts);
    } else if (status == STATUS_OK) {
        print_counts(&counts);
    }
    buf_close(&buf);
    if (status != STATUS_OK) {
        (void)cmd_failed(&err);
        return 3;
    }
    return counts.hits > 0 ? 1 : counts.unread > 0 ? 3 : 0;
}

const struct cmd cmd_disk_scan = {
    .name = "disk-scan",
    .summary = "look for planted texts in the raw bytes of every file of a desk",
    .usage = "DIR TEXT… | DIR --file LIST",
    .help =
        "Send a report that holds a made-up word (a canary), then look for that word in every "
        "file\n"
        "below DIR: as text, UTF-16, hex and base64. Nothing must be found. Prints FILE:OFFSET of\n"
        "each find, never the text. Exit code 1 when there is one, 3 when a file could not be "
        "read\n"
        "(so that silence is never mistaken for clean). Links are not followed.",
    .options = options,
    .run = run,
};
