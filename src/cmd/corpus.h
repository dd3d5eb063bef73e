/* SPDX-License-Identifier: Apache-2.0 */
/* The labelled texts that `hustings train` learns from: public data sets as they are published
 * (docs/design/triage-model.md names each with licence and SHA-256), our own lines and grammar. */
#ifndef HUSTINGS_CMD_CORPUS_H
#define HUSTINGS_CMD_CORPUS_H

#include "base/arena.h"
#include "triage/train.h"

enum {
    CORPUS_EXAMPLES_MAX = 400 * 1000,
    CORPUS_FILE_BYTES_MAX = 64 * 1024 * 1024,
    CORPUS_CLASSES_MAX = 254,
    CORPUS_KINS_MAX = 32 * 1024 /* rows: a kin and a wide one that share words */
};

struct corpus {
    struct arena *arena;
    struct train_example *examples;
    size_t count;
    struct train_class classes[CORPUS_CLASSES_MAX];
    size_t class_count;
    struct train_kin *kins; /* room for CORPUS_KINS_MAX */
    size_t kin_count;
    size_t rows_refused; /* of public files: broken rows */
};

struct corpus_folders {
    const char *public;    /* the data sets; NULL = none */
    const char *lines;     /* data/politician */
    const char *functions; /* data/functions */
    const char *grammar;   /* data/triage */
    const char *hansard;   /* a file of debates; NULL = none */
    bool wants_tests;      /* also read what is only for measuring (test splits) */
};

enum status corpus_read(struct arena *arena, const struct corpus_folders *folders,
                        struct corpus *ret_corpus, struct error *err) MUST_CHECK;

/* --- for the readers of single sources --- */
struct corpus_labels {
    int8_t of[HEAD_COUNT];
};
/* All heads unknown. */
struct corpus_labels corpus_unknown(void);
/* All heads "no". */
struct corpus_labels corpus_clean(void);
struct train_example *corpus_add(struct corpus *corpus, const char *source, str text,
                                 enum train_part part, struct corpus_labels labels, float weight);
/* For sets without official splits: by the text's hash 2/10 test, 1/10 dev, the rest train. */
enum train_part corpus_part(str text);
enum status corpus_load(struct corpus *corpus, const char *folder, const char *name, str *ret_text,
                        struct error *err) MUST_CHECK;
enum status corpus_read_public(struct corpus *corpus, const char *folder,
                               struct error *err) MUST_CHECK;
enum status corpus_read_grammar(struct corpus *corpus, str text, struct error *err) MUST_CHECK;

#endif
