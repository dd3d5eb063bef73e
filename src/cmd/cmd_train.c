/* SPDX-License-Identifier: Apache-2.0 */
/* hustings train: the model of triage, from its sources, the same bytes each time. */
#include <stdio.h>
#include <unistd.h>

#include "base/io.h"
#include "cmd/cmd.h"
#include "cmd/corpus.h"
#include "cmd/train_desk.h"
#include "codec/json.h"
#include "serve/desk_call.h"

extern const struct cmd cmd_train;

enum { EXIT_CANNOT = 3, PRINT_BYTES = 1024 * 1024 };

static const struct arg_option options[] = {
    {"public", "DIR", "the public data sets, as docs/design/triage-model.md lists them"},
    {"hansard", "FILE", "debates as JSON Lines (gzip)"},
    {"lines", "DIR", "our own lines (default: data/politician)"},
    {"functions", "DIR", "our lines of what is abuse and what is not (default: data/functions)"},
    {"grammar", "DIR", "word classes and grammar (default: data/triage)"},
    {"out", "FILE", "where the model goes"},
    {"print", "PART", "print the examples of a part instead: train, dev or test"},
    {"desk", "DIR", "instead: a model of this desk's own, of what its officers corrected"},
    {"model", "FILE", "with --desk: what it is built on, instead of models/triage.htm"},
    {"forget", NULL, "with --desk: take the desk's own model away"},
    DESK_CALL_OPTIONS,
    {0},
};

static const char *const head_names[HEAD_COUNT] = {"abusive", "threat",   "identity", "sexual",
                                                   "insult",  "explicit", "doxxing"};
static const char *const part_names[] = {"train", "dev", "test"};

static int print_part(const struct corpus *corpus, const char *part)
{
    struct buf out;
    struct error err = {0};
    enum status status = STATUS_OK;
    buf_init(&out, 4 * PRINT_BYTES);
    for (size_t i = 0; i < corpus->count && status == STATUS_OK; i++) {
        const struct train_example *example = &corpus->examples[i];
        struct json_out json;
        if (strcmp(part, part_names[example->part]) != 0) {
            continue;
        }
        json_out_init(&json, &out);
        json_begin_object(&json);
        json_put_text(&json, "source", example->source);
        for (size_t k = 0; k < HEAD_COUNT; k++) {
            if (example->labels[k] != LABEL_UNKNOWN) {
                json_put_int(&json, head_names[k], example->labels[k]);
            }
        }
        json_put_bool(&json, "mail", example->is_mail);
        json_put_text(&json, "note", example->note);
        json_name(&json, "weight");
        json_add_real(&json, (double)example->weight, 2);
        json_name(&json, "text");
        json_add_text(&json, example->text);
        json_end_object(&json);
        buf_add_byte(&out, '\n');
        if (out.n > PRINT_BYTES) {
            status = io_write_all(STDOUT_FILENO, buf_str(&out), &err);
            buf_clear(&out);
        }
    }
    if (status == STATUS_OK) {
        status = io_write_all(STDOUT_FILENO, buf_str(&out), &err);
    }
    buf_close(&out);
    return status == STATUS_OK ? 0 : cmd_failed(&err);
}

static void tell(const struct corpus *corpus, const struct model *model, double seconds)
{
    size_t of[3] = {0};
    for (size_t i = 0; i < corpus->count; i++) {
        of[corpus->examples[i].part]++;
    }
    fprintf(stderr, "%zu examples learnt from, %zu for tuning, %zu broken rows left out, %.1f s\n",
            of[PART_TRAIN], of[PART_DEV], corpus->rows_refused, seconds);
    for (size_t k = 0; k < HEAD_COUNT; k++) {
        fprintf(stderr, "%-9s over from %.5f\n", head_names[k], (double)model->over[k]);
    }
    fprintf(stderr, "urgent from %.5f (explicit), with a rule from %.5f (threat)\n",
            (double)model->urgent, (double)model->confirm);
}

static enum status make(const struct corpus *corpus, struct arena *arena, const char *path,
                        struct error *err)
{
    struct train_options how = train_defaults();
    how.kins = corpus->kins;
    how.kin_count = corpus->kin_count;
    struct model *model = NULL;
    struct buf file;
    time_us begin = clock_monotonic();
    enum status status = train_model(arena, corpus->classes, corpus->class_count, corpus->examples,
                                     corpus->count, &how, &model, err);
    if (status != STATUS_OK) {
        return status;
    }
    tell(corpus, model, (double)(clock_monotonic() - begin) / (double)US_PER_SECOND);
    buf_init(&file, MODEL_BYTES_MAX);
    model_write(model, &file);
    status = io_write_file(path, buf_str(&file), 0644, err);
    buf_close(&file);
    return status;
}

static int run(const struct args *args, struct arena *arena)
{
    struct error err = {0};
    struct arena memory;
    struct corpus *corpus = ARENA_NEW(arena, struct corpus);
    const char *part = args_value(args, "print", NULL);
    struct corpus_folders folders = {
        .public = args_value(args, "public", NULL),
        .lines = args_value(args, "lines", "data/politician"),
        .functions = args_value(args, "functions", "data/functions"),
        .grammar = args_value(args, "grammar", "data/triage"),
        .hansard = args_value(args, "hansard", NULL),
        .wants_tests = part != NULL && strcmp(part, "test") == 0,
    };
    if (args_has(args, "desk") && args->word_count == 0 && part == NULL && !args_has(args, "out")) {
        return train_desk(args, arena);
    }
    if (args->word_count > 0 || (part == NULL) == !args_has(args, "out")) {
        return cmd_usage(&cmd_train,
                         "give --out FILE, --print PART or --desk DIR, and no other word");
    }
    if (part != NULL && strcmp(part, "train") != 0 && strcmp(part, "dev") != 0 &&
        strcmp(part, "test") != 0) {
        return cmd_usage(&cmd_train, "--print takes train, dev or test");
    }
    arena_init(&memory, (size_t)1024 * 1024 * 1024);
    enum status status = corpus_read(&memory, &folders, corpus, &err);
    int code = 0;
    if (status == STATUS_OK && part != NULL) {
        code = print_part(corpus, part);
    } else if (status == STATUS_OK) {
        status = make(corpus, &memory, args_value(args, "out", ""), &err);
    }
    arena_close(&memory);
    if (status != STATUS_OK) {
        (void)cmd_failed(&err);
        return EXIT_CANNOT;
    }
    return code;
}

const struct cmd cmd_train = {
    .name = "train",
    .summary = "make the model of triage from its sources",
    .usage = "--public DIR --hansard FILE --out FILE | --desk DIR --officer LOGIN …",
    .help =
        "Reads the labelled texts, fits the model and freezes its thresholds on the parts that\n"
        "are kept for tuning. The same sources give the same bytes. Without --public and\n"
        "--hansard only our own lines and grammar are learnt from: enough for a test, not for\n"
        "a desk. --print shows the examples with their labels, as JSON Lines.\n"
        "With --desk a model is made on top of the shipped one from what the officers of that "
        "desk\n"
        "corrected: one correction of five is held back, both models are measured on those and on\n"
        "the frozen tests of data/politician, and the new one is used only when it is better and\n"
        "misses no threat that the shipped one finds (else the exit code is 1). It lies sealed in\n"
        "the casebook, is used on that desk only, and goes when a report that taught is erased.",
    .options = options,
    .run = run,
};
