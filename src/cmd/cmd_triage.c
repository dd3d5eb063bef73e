/* SPDX-License-Identifier: Apache-2.0 */
/* hustings triage: JSON Lines in, JSON Lines out, same order. */
#include "base/io.h"
#include "cmd/cmd.h"
#include "cmd/lines.h"
#include "cmd/message_file.h"
#include "serve/model_find.h"
#include "triage/line.h"
#include "triage/sketch.h"

extern const struct cmd cmd_triage;

enum { EXIT_CANNOT = 3, LINE_ARENA_MAX = 64 * 1024 * 1024 };

static const struct arg_option options[] = {
    {"pack", "DIR", "the pack's folder or name (default: uk)"},
    {"model", "FILE", "the model (default: the one that came with the program)"},
    {"format", "WORD", "of the input: json (default), csv or mbox"},
    {"encoding", "WORD", "of CSV: utf-8 (default), utf-16le, utf-16be, windows-1252"},
    {"text", "POINTER", "where the text stands, as a JSON pointer (default: /text)"},
    {"no-reasons", NULL, "leave the reasons out: faster"},
    {"cluster", NULL, "add the signature of the text, and the text for triage campaigns"},
    {"threads", "N", "how many threads work (default: 1); with --format it is always one"},
    {0},
};

struct filter {
    const struct triage *triage;
    struct triage_work *work;
    struct sketcher *sketcher;
    struct triage_result result; /* here, since a large local would be wiped for each line */
    struct arena arena;          /* one line */
    const char *pointer;
    bool has_reasons, has_cluster;
};

static void answer(struct lines_worker *worker, const struct triage_line *line)
{
    struct filter *filter = worker->context;
    struct triage_result *result = &filter->result;
    char hex[SKETCH_HEX];
    struct triage_line_style style = {filter->has_reasons, filter->has_cluster, {0}};
    triage_message(filter->triage, filter->work, line->text, filter->has_reasons, result);
    if (filter->has_cluster) {
        struct sketch sketch;
        sketch_make(filter->sketcher, line->text, &sketch);
        style.signature = sketch_hex(&sketch, hex);
    }
    triage_line_write(line, result, &style, &worker->out);
}

static void end_line(struct lines_worker *worker)
{
    struct filter *filter = worker->context;
    buf_add_byte(&worker->out, '\n');
    if (filter->arena.used_total > 0) {
        arena_reset(&filter->arena);
    }
}

static void use_line(struct lines_worker *worker, uint64_t line_number, str text)
{
    struct filter *filter = worker->context;
    struct triage_line line;
    struct error why = {0};
    if (triage_line_read(&filter->arena, text, filter->pointer, &line, &why) != STATUS_OK) {
        lines_refuse(worker, line_number, line.id, why.primary);
    } else {
        answer(worker, &line);
    }
    end_line(worker);
}

static void use_message(struct lines_worker *worker, uint64_t line_number,
                        const struct message *message)
{
    struct filter *filter = worker->context;
    const struct triage_line line = message_as_line(&filter->arena, message);
    (void)line_number;
    answer(worker, &line);
    end_line(worker);
}

static enum status filter_all(const struct args *args, struct arena *arena,
                              const struct triage *triage, size_t threads, int *ret_exit,
                              struct error *err)
{
    struct lines lines = {.line_bytes_max = TRIAGE_LINE_BYTES_MAX,
                          .threads = threads,
                          .workers = ARENA_ARRAY(arena, struct lines_worker, threads),
                          .use = use_line};
    for (size_t i = 0; i < threads; i++) {
        struct filter *filter = ARENA_NEW(arena, struct filter);
        *filter = (struct filter){.triage = triage,
                                  .work = triage_work_new(arena, triage),
                                  .pointer = args_value(args, "text", NULL),
                                  .has_reasons = !args_has(args, "no-reasons"),
                                  .has_cluster = args_has(args, "cluster")};
        if (filter->has_cluster) {
            filter->sketcher = sketcher_new(arena);
        }
        arena_init(&filter->arena, LINE_ARENA_MAX);
        lines.workers[i].context = filter;
        buf_init(&lines.workers[i].out, LINES_OUT_BYTES_MAX);
    }
    const struct message_file_options input = {.format = args_value(args, "format", NULL),
                                               .encoding = args_value(args, "encoding", NULL)};
    enum status status = input.format == NULL ? lines_run(&lines, err)
                                              : message_lines_run(&lines, &input, use_message, err);
    for (size_t i = 0; i < threads; i++) {
        struct filter *filter = lines.workers[i].context;
        arena_close(&filter->arena);
        buf_close(&lines.workers[i].out);
    }
    if (status == STATUS_OK) {
        *ret_exit = lines_end(&lines);
    }
    return status;
}

static int run(const struct args *args, struct arena *arena)
{
    struct error err = {0};
    struct pack pack;
    struct model *model = NULL;
    const struct triage *triage = NULL;
    char *folder = NULL;
    int64_t threads = 1;
    int code = 0;
    const char *pointer = args_value(args, "text", "/text");
    if (args->word_count > 0) {
        return cmd_usage(&cmd_triage, "it reads standard input and takes no file");
    }
    if (args_number(args, "threads", 1, 1, LINES_THREADS_MAX, &threads, &err) != STATUS_OK) {
        return cmd_usage(&cmd_triage, "%s", err.primary);
    }
    if (args_has(args, "format") && args_has(args, "text")) {
        return cmd_usage(&cmd_triage, "--text is for JSON: give no --format with it");
    }
    if (pointer[0] != '/') {
        return cmd_usage(&cmd_triage, "a JSON pointer begins with '/': --text /message/body");
    }
    if (pack_find(arena, args_value(args, "pack", NULL), &folder, &err) != STATUS_OK ||
        pack_open(arena, folder, &pack, &err) != STATUS_OK ||
        model_find(arena, args_value(args, "model", NULL), &model, &err) != STATUS_OK ||
        triage_open(arena, &pack, model, &triage, &err) != STATUS_OK ||
        filter_all(args, arena, triage, (size_t)threads, &code, &err) != STATUS_OK) {
        (void)cmd_failed(&err);
        return EXIT_CANNOT;
    }
    return code;
}

const struct cmd cmd_triage = {
    .name = "triage",
    .summary = "score messages: how bad, how urgent, and why",
    .usage = "[--format WORD] [--text POINTER] [--no-reasons] [--cluster] [--threads N] < "
             "MESSAGES.jsonl",
    .help =
        "Reads one JSON object a line with id, text and any of author, to, at, and prints one\n"
        "line for each, in the same order (or, with --format, rows of CSV or mails of an mbox):\n"
        "the chance that it is abusive, a threat, an attack on who somebody is, sexual, an\n"
        "insult; which of these are over their threshold; a grade and incident codes that are\n"
        "suggested; the language; and spans of the text as reasons. A person decides; G0 says\n"
        "that nothing was found, not that nothing is there. Outside English the line says\n"
        "\"judged\":false: then a low score means nothing. A span is [from, to) in bytes of the\n"
        "text as UTF-8, after JSON escapes were decoded: not in letters. A NUL in a text is read\n"
        "as a blank, and the line says \"nul\":true. In the place of a line that cannot be read\n"
        "stands an object with line, error, and id where it could be read; then the exit code\n"
        "is 1. With --cluster a line also has the message itself, so that triage campaigns can\n"
        "read it.",
    .options = options,
    .run = run,
};
