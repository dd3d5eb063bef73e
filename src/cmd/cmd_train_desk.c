/* SPDX-License-Identifier: Apache-2.0 */
/* hustings train --desk: officers teach it. */
#include <stdio.h>

#include "cmd/cmd.h"
#include "cmd/corpus.h"
#include "cmd/train_desk.h"
#include "codec/json.h"
#include "desk/desk_teach.h"
#include "serve/desk_call.h"
#include "serve/model_find.h"
#include "triage/adapt.h"
#include "triage/plain.h"

enum {
    LESSONS_MAX = 100 * 1000,
    LEARN_LEAST = 8, /* fewer would only be learnt by heart */
    HELD_LEAST = 2,
    HELD_OF = 5, /* one of so many corrections is never learnt from: the desk's own frozen test */
    MEMORY_MAX = 1024 * 1024 * 1024,
    PAGE_MEMORY_MAX = 256 * 1024 * 1024,
    DETAIL_BYTES_MAX = 1024,
    SEED = 20240704
};

struct teaching {
    struct own_desk *own;
    struct caller caller;
    struct arena *arena;
    struct train_example *lessons;
    size_t count, learnt, held, denied;
    struct model *given, *made;
    const struct triage *triage; /* of the given model */
    struct triage_work *work;
    struct adapt_score tests[2], corrections[2]; /* of the given model, of the new one */
};

/* A rule names a threat there, and the model hears it too. Who teaches that it is none would make the next one
 * harder to hear, and the frozen tests hold too few of each kind to notice. */
static bool is_plain_threat(struct teaching *t, str text)
{
    struct triage_result result;
    triage_message(t->triage, t->work, text, true, &result);
    for (size_t i = 0; i < result.reason_count && result.grade > 3; i++) {
        if (result.reasons[i].rule.n > 0 && result.reasons[i].is_threat) {
            return true;
        }
    }
    return false;
}

static void add_lesson(struct teaching *t, const struct desk_lesson *lesson)
{
    struct adapt_correction correction = {.from_grade = (int)lesson->from_grade,
                                          .to_grade = (int)lesson->to_grade,
                                          .from_codes = lesson->from_codes,
                                          .to_codes = lesson->to_codes,
                                          .from_count = lesson->from_count,
                                          .to_count = lesson->to_count};
    struct train_example example = {.source = STR("desk"), .weight = 1};
    bool is_any = false;
    adapt_labels(&correction, example.labels);
    for (size_t k = 0; k < HEAD_COUNT; k++) {
        is_any = is_any || example.labels[k] != LABEL_UNKNOWN;
    }
    if (!is_any || t->count == LESSONS_MAX) {
        return; /* a change of the grade alone, mostly: it says nothing about words */
    }
    if (example.labels[HEAD_THREAT] == LABEL_NO && is_plain_threat(t, lesson->text)) {
        t->denied++;
        return;
    }
    /* By the report, so that a report that is corrected again stays on its side; and by a hash of it, since
     * leaves come in patterns: copies in a row, or every fifth from one source. */
    example.part = plain_mix((uint64_t)lesson->report) % HELD_OF == 0 ? PART_TEST : PART_TRAIN;
    example.text = arena_str(t->arena, lesson->text);
    t->learnt += example.part == PART_TRAIN;
    t->held += example.part == PART_TEST;
    t->lessons[t->count++] = example;
}

static enum status read_lessons(struct teaching *t, struct error *err)
{
    struct arena page;
    int64_t after = -1;
    enum status status = STATUS_OK;
    t->lessons = ARENA_ARRAY(t->arena, struct train_example, LESSONS_MAX);
    arena_init(&page, PAGE_MEMORY_MAX);
    while (status == STATUS_OK && after != 0) {
        struct desk_lesson *list = NULL;
        size_t count = 0;
        status = desk_lessons(own_desk_desk(t->own), &t->caller, after, &page, &list, &count,
                              &after, err);
        for (size_t i = 0; i < count && status == STATUS_OK; i++) {
            add_lesson(t, &list[i]);
        }
        arena_reset(&page);
    }
    arena_close(&page);
    return status;
}

static enum status read_tests(const struct args *args, struct teaching *t, struct corpus *corpus,
                              struct error *err)
{
    struct corpus_folders folders = {.lines = args_value(args, "lines", "data/politician"),
                                     .functions = args_value(args, "functions", "data/functions"),
                                     .grammar = args_value(args, "grammar", "data/triage"),
                                     .wants_tests = true};
    enum status status = corpus_read(t->arena, &folders, corpus, err);
    if (status != STATUS_OK) {
        error_hint(err,
                   "The frozen tests lie in the source tree: run it there, or give --lines and "
                   "--grammar.");
    }
    return status;
}

/* Our own lines of training hold the model in place where the corrections say nothing. */
static void add_anchors(struct teaching *t, const struct corpus *corpus)
{
    for (size_t i = 0; i < corpus->count && t->count < LESSONS_MAX; i++) {
        if (corpus->examples[i].part == PART_TRAIN) {
            t->lessons[t->count] = corpus->examples[i];
            t->lessons[t->count].part = PART_DEV;
            t->count++;
        }
    }
}

static void measure(struct teaching *t, const struct corpus *corpus)
{
    const struct model *models[] = {t->given, t->made};
    for (size_t i = 0; i < 2; i++) {
        adapt_measure(t->arena, models[i], corpus->examples, corpus->count, PART_TEST,
                      &t->tests[i]);
        adapt_measure(t->arena, models[i], t->lessons, t->count, PART_TEST, &t->corrections[i]);
    }
}

static struct adapt_score sum_of(const struct teaching *t, size_t which)
{
    const struct adapt_score *a = &t->tests[which], *b = &t->corrections[which];
    return (struct adapt_score){a->labels + b->labels, a->right + b->right, a->threats + b->threats,
                                a->threats_found + b->threats_found};
}

static void tell(const char *what, const struct adapt_score scores[2])
{
    printf("%-38s %zu labels: shipped %zu right, own %zu; of %zu threats: shipped %zu found, own "
           "%zu\n",
           what, scores[0].labels, scores[0].right, scores[1].right, scores[0].threats,
           scores[0].threats_found, scores[1].threats_found);
}

static enum status use(struct teaching *t, const struct adapt_score *given,
                       const struct adapt_score *made, struct error *err)
{
    struct buf file, detail;
    struct json_out json;
    buf_init(&file, MODEL_BYTES_MAX);
    buf_init(&detail, DETAIL_BYTES_MAX);
    model_write(t->made, &file);
    json_out_init(&json, &detail);
    json_begin_object(&json);
    json_put_int(&json, "labels", (int64_t)given->labels);
    json_put_int(&json, "shipped", (int64_t)given->right);
    json_put_int(&json, "own", (int64_t)made->right);
    json_end_object(&json);
    enum status status =
        desk_model_keep(own_desk_desk(t->own), &t->caller, buf_str(&file), buf_str(&detail), err);
    buf_close(&file);
    buf_close(&detail);
    return status;
}

/* *ret_is_used: the new one is better and the desk has it now. */
static enum status teach(const struct args *args, struct teaching *t, bool *ret_is_used,
                         struct error *err)
{
    struct corpus *corpus = ARENA_NEW(t->arena, struct corpus);
    *ret_is_used = false;
    enum status status = model_find(t->arena, args_value(args, "model", NULL), &t->given, err);
    if (status == STATUS_OK) {
        status = triage_open(t->arena, own_desk_pack(t->own), t->given, &t->triage, err);
    }
    if (status == STATUS_OK) {
        t->work = triage_work_new(t->arena, t->triage);
        status = read_lessons(t, err);
    }
    if (t->denied > 0) {
        printf("%zu corrections say of a plain threat that it is none: they teach nothing\n",
               t->denied);
    }
    if (status == STATUS_OK && (t->learnt < LEARN_LEAST || t->held < HELD_LEAST)) {
        status =
            error_set(err, STATUS_INVALID,
                      "%zu corrections to learn from and %zu to measure by are not enough: %d and "
                      "%d are the least",
                      t->learnt, t->held, LEARN_LEAST, HELD_LEAST);
        error_hint(err, "Change codes where the machine was wrong; each such change teaches.");
    }
    if (status == STATUS_OK) {
        status = read_tests(args, t, corpus, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    add_anchors(t, corpus);
    adapt_model(t->arena, t->given, t->lessons, t->count, SEED, &t->made);
    adapt_hold(t->arena, t->given, t->made, corpus->examples, corpus->count);
    measure(t, corpus);
    struct adapt_score given = sum_of(t, 0), made = sum_of(t, 1);
    struct adapt_score both[2] = {given, made};
    printf("%zu corrections learnt from, %zu held back\n", t->learnt, t->held);
    tell("frozen tests of the project:", t->tests);
    tell("corrections that were held back:", t->corrections);
    tell("together:", both);
    if (!adapt_is_better(&given, &made)) {
        return STATUS_OK;
    }
    status = use(t, &given, &made, err);
    *ret_is_used = status == STATUS_OK;
    return status;
}

int train_desk(const struct args *args, struct arena *arena)
{
    struct error err = {0};
    struct arena memory;
    struct teaching *t = ARENA_NEW(arena, struct teaching);
    bool is_used = false;
    crypt_start();
    arena_init(&memory, MEMORY_MAX);
    t->arena = &memory;
    enum status status =
        desk_call_own(args, arena, args_value(args, "desk", ""), &t->own, &t->caller, &err);
    if (status == STATUS_OK && args_has(args, "forget")) {
        status = desk_model_keep(own_desk_desk(t->own), &t->caller, (str){0}, (str){0}, &err);
        if (status == STATUS_OK) {
            printf("the desk reads with the shipped model again\n");
            is_used = true;
        }
    } else if (status == STATUS_OK) {
        status = teach(args, t, &is_used, &err);
        if (status == STATUS_OK) {
            printf(is_used
                       ? "used: the desk reads with its own model from now on\n"
                       : "not used: it is no better than the shipped model, or it misses a threat "
                         "that the shipped one finds\n");
        }
    }
    if (t->own != NULL) {
        own_desk_close(t->own);
    }
    arena_close(&memory); /* wipes: it held reports */
    if (status != STATUS_OK) {
        (void)cmd_failed(&err);
        return 3;
    }
    return is_used ? 0 : 1;
}
