/* SPDX-License-Identifier: Apache-2.0 */
/* Public data sets, as their authors publish them (gzip). What a label of theirs says about our
 * heads stands here and in docs/design/triage-model.md; what it leaves open stays unknown. */
#include <stdio.h>
#include <stdlib.h>

#include "cmd/corpus.h"
#include "codec/json.h"
#include "codec/table.h"

enum { SPANS_MAX = 64 * 1024, COMMENTS_MAX = 20 * 1000, TYPES = 4 };

struct reader {
    struct corpus *corpus;
    struct table table;
    struct table_row *row;
    str rest; /* of the file */
};

static enum status read_piece(void *context, char *out, size_t cap, size_t *ret_len,
                              struct error *err)
{
    struct reader *reader = context;
    size_t n = reader->rest.n < cap ? reader->rest.n : cap;
    (void)err;
    memcpy(out, reader->rest.p, n);
    reader->rest = str_slice(reader->rest, n, reader->rest.n);
    *ret_len = n;
    return STATUS_OK;
}

static str field(const struct reader *reader, const char *column)
{
    size_t at = table_column(&reader->table, str_c(column));
    return at < reader->row->count ? reader->row->fields[at] : STR("");
}

static bool field_is(const struct reader *reader, const char *column, const char *value)
{
    return str_equal(field(reader, column), str_c(value));
}

/* Calls `use` for each whole row. */
static enum status each_row(struct corpus *corpus, const char *folder, const char *name,
                            void (*use)(struct reader *reader, void *context), void *context,
                            struct error *err)
{
    struct reader reader = {.corpus = corpus, .row = ARENA_NEW(corpus->arena, struct table_row)};
    struct table_options options = {
        .name = name,
        .read = read_piece,
        .context = &reader,
        .has_texts = true,
        .separator = str_find(str_c(name), STR(".tsv")) < strlen(name) ? '\t' : ','};
    enum status status = corpus_load(corpus, folder, name, &reader.rest, err);
    if (status == STATUS_OK) {
        status = table_open(&reader.table, &options, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    do {
        status = table_next(&reader.table, reader.row, err);
        if (status == STATUS_OK && reader.row->kind == TABLE_ROW) {
            use(&reader, context);
        }
        corpus->rows_refused += status == STATUS_OK && reader.row->kind == TABLE_BAD;
    } while (status == STATUS_OK && reader.row->kind != TABLE_END);
    table_close(&reader.table);
    return status;
}

static enum train_part official(str split)
{
    return str_equal(split, STR("test"))                                    ? PART_TEST
           : str_equal(split, STR("dev")) || str_equal(split, STR("valid")) ? PART_DEV
                                                                            : PART_TRAIN;
}

/* Sets of hate against groups say of their other lines only that they are no hate. Were these left out of
 * "abusive", a word that all lines of a set have ("women") would speak for it; most are none. The weight
 * was chosen on dev. */
static void add_no_hate(struct reader *reader, const char *source, str text, enum train_part part)
{
    struct corpus_labels labels = corpus_unknown();
    labels.of[HEAD_ABUSIVE] = LABEL_NO;
    if (part == PART_TRAIN) { /* measured and tuned on is what is known */
        corpus_add(reader->corpus, source, text, part, labels, 0.3F);
    }
}

static void use_edos(struct reader *reader, void *context)
{
    struct corpus_labels labels = corpus_unknown();
    bool is_sexist = field_is(reader, "label_sexist", "sexist");
    bool is_threat = str_starts(field(reader, "label_vector"), STR("1."));
    enum train_part part = official(field(reader, "split"));
    (void)context;
    labels.of[HEAD_IDENTITY] = is_sexist;
    labels.of[HEAD_THREAT] = is_threat;
    if (is_sexist) {
        labels.of[HEAD_ABUSIVE] = LABEL_YES;
    } else {
        labels.of[HEAD_EXPLICIT] = LABEL_UNKNOWN;
        add_no_hate(reader, "edos", field(reader, "text"), part);
    }
    corpus_add(reader->corpus, "edos", field(reader, "text"), part, labels, 1);
}

static void use_paradetox(struct reader *reader, void *context)
{
    static const char *const neutral[] = {"neutral1", "neutral2", "neutral3"};
    struct corpus_labels labels = corpus_unknown();
    str toxic = field(reader, "toxic");
    enum train_part part = corpus_part(toxic);
    (void)context;
    labels.of[HEAD_ABUSIVE] = LABEL_YES;
    corpus_add(reader->corpus, "paradetox", toxic, part, labels, 1);
    labels.of[HEAD_ABUSIVE] = LABEL_NO;
    labels.of[HEAD_INSULT] = LABEL_NO;
    for (size_t i = 0; i < ARRAY_LEN(neutral); i++) {
        if (field(reader, neutral[i]).n > 0) {
            corpus_add(reader->corpus, "paradetox", field(reader, neutral[i]), part, labels, 1);
            break;
        }
    }
}

static void use_hatemoji(struct reader *reader, void *context)
{
    struct corpus_labels labels = corpus_unknown();
    bool is_hate = field_is(reader, "label_gold", "1");
    enum train_part part = official(field(reader, "split"));
    (void)context;
    labels.of[HEAD_IDENTITY] = is_hate;
    labels.of[HEAD_THREAT] = field_is(reader, "type", "threateninglanguage");
    if (is_hate) {
        labels.of[HEAD_ABUSIVE] = LABEL_YES;
    } else {
        add_no_hate(reader, "hatemoji", field(reader, "text"), part);
    }
    corpus_add(reader->corpus, "hatemoji", field(reader, "text"), part, labels, 1);
}

/* How many of up to eight annotators ticked a column; *ret_asked how many there were. */
static size_t ticks(const struct reader *reader, const char *column, size_t *ret_asked)
{
    size_t yes = 0;
    *ret_asked = 0;
    for (unsigned who = 1; who <= 8; who++) {
        char name[80];
        (void)snprintf(name, sizeof name, "Annotator%u_%s", who, column);
        str value = field(reader, name);
        if (value.n > 0) {
            *ret_asked += 1;
            yes += str_starts(value, STR("1"));
        }
    }
    return yes;
}

static int8_t by_vote(size_t yes, size_t asked)
{
    return yes * 2 > asked ? LABEL_YES : yes == 0 ? LABEL_NO : LABEL_UNKNOWN;
}

static void use_convabuse(struct reader *reader, void *context)
{
    static const char *const identities[] = {"ableist", "homophobic", "racist", "sexist",
                                             "transphobic"};
    struct corpus_labels labels = corpus_unknown();
    size_t asked = 0, identity = 0;
    /* Columns are told apart by letters and digits: is_abuse.1 is "not abusive" and is_abuse.-1 has
     * no name of its own, so that abuse is what is neither 1 nor 0. */
    size_t abuse = ticks(reader, "is_abuse.1", &asked) + ticks(reader, "is_abuse.0", &asked);
    abuse = asked > abuse ? asked - abuse : 0;
    for (size_t i = 0; i < ARRAY_LEN(identities); i++) {
        size_t yes = ticks(reader, identities[i], &asked);
        identity = yes > identity ? yes : identity;
    }
    labels.of[HEAD_ABUSIVE] = by_vote(abuse, asked);
    labels.of[HEAD_IDENTITY] = by_vote(identity, asked);
    labels.of[HEAD_SEXUAL] = by_vote(ticks(reader, "sex_harassment", &asked), asked);
    const enum train_part *part = context;
    if (field(reader, "user").n > 0) {
        corpus_add(reader->corpus, "convabuse", field(reader, "user"), *part, labels, 1);
    }
}

static void use_misogyny(struct reader *reader, void *context)
{
    struct corpus_labels labels = corpus_unknown();
    bool is_misogynist = field_is(reader, "level_1", "Misogynistic");
    (void)context;
    labels.of[HEAD_IDENTITY] = is_misogynist;
    if (is_misogynist) {
        labels.of[HEAD_ABUSIVE] = LABEL_YES;
    }
    enum train_part part = official(field(reader, "split"));
    str body = field(reader, "body");
    if (part == PART_TRAIN && corpus_part(body) == PART_DEV) {
        part = PART_DEV; /* it has no part for tuning */
    }
    if (body.n > 0 && !is_misogynist) {
        add_no_hate(reader, "misogyny", body, part);
    }
    if (body.n > 0) {
        corpus_add(reader->corpus, "misogyny", body, part, labels, 1);
    }
}

static void use_surge(struct reader *reader, void *context)
{
    struct corpus_labels labels = corpus_unknown();
    str text = field(reader, "text");
    (void)context;
    labels.of[HEAD_ABUSIVE] = field_is(reader, "is_toxic", "Toxic");
    corpus_add(reader->corpus, "surge", text, corpus_part(text), labels, 1);
}

/* Only measured on: templates over identity terms, and comments of Wikipedia. */
static void use_madlibs(struct reader *reader, void *context)
{
    struct corpus_labels labels = corpus_unknown();
    (void)context;
    labels.of[HEAD_ABUSIVE] = field_is(reader, "Label", "BAD");
    corpus_add(reader->corpus, "madlibs", field(reader, "Text"), PART_TEST, labels, 1)->note =
        arena_str(reader->corpus->arena, field(reader, "Template"));
}

static void use_wiki(struct reader *reader, void *context)
{
    struct corpus_labels labels = corpus_unknown();
    (void)context;
    labels.of[HEAD_ABUSIVE] = field_is(reader, "toxic", "True");
    corpus_add(reader->corpus, "wiki", field(reader, "comment"), PART_TEST, labels, 1);
}

static void use_xstest(struct reader *reader, void *context)
{
    (void)context;
    if (field_is(reader, "label", "safe")) {
        corpus_add(reader->corpus, "xstest", field(reader, "prompt"), PART_TEST, corpus_clean(), 1);
    }
}

static enum status read_fox(struct corpus *corpus, const char *folder, struct error *err)
{
    str rest = {0}, line = {0};
    enum status status = corpus_load(corpus, folder, "fox.json.gz", &rest, err);
    while (status == STATUS_OK && str_next_line(&rest, &line)) {
        struct json json;
        struct corpus_labels labels = corpus_unknown();
        if (json_parse(corpus->arena, line, &json, NULL) != STATUS_OK) {
            corpus->rows_refused++;
            continue;
        }
        str text = json_member_text(&json, "text");
        bool is_hate = json_member_int(&json, "label", 0) == 1;
        labels.of[HEAD_IDENTITY] = is_hate;
        if (is_hate) {
            labels.of[HEAD_ABUSIVE] = LABEL_YES;
        }
        corpus_add(corpus, "fox", text, corpus_part(text), labels, 1);
    }
    return status;
}

/* --- toxic_spans: three files joined by numbers --- */

struct comment {
    uint64_t id;
    str text;
    unsigned annotators, toxic;
    unsigned of[TYPES]; /* annotators with a span of that type */
};
struct spans {
    struct comment *comments;
    size_t count;
    uint8_t *types;    /* bit a type, by annotation */
    uint8_t *is_toxic; /* by annotation */
};

static void use_span(struct reader *reader, void *context)
{
    static const char *const types[TYPES] = {"Insult", "Identity based Attack", "Threat",
                                             "Profane/Obscene"};
    struct spans *spans = context;
    uint64_t annotation = 0;
    if (!str_to_u64(field(reader, "annotation"), &annotation) || annotation >= SPANS_MAX) {
        return;
    }
    for (size_t t = 0; t < TYPES; t++) {
        if (field_is(reader, "type", types[t])) {
            spans->types[annotation] |= (uint8_t)(1U << t);
        }
    }
    spans->is_toxic[annotation] = 1;
}

static void use_comment(struct reader *reader, void *context)
{
    struct spans *spans = context;
    struct comment *comment = &spans->comments[spans->count];
    if (spans->count < COMMENTS_MAX && str_to_u64(field(reader, "comment_id"), &comment->id)) {
        comment->text = arena_str(reader->corpus->arena, field(reader, "comment_text"));
        spans->count++;
    }
}

static int by_id(const void *a, const void *b)
{
    const struct comment *left = a, *right = b;
    return (left->id > right->id) - (left->id < right->id);
}

static void use_annotation(struct reader *reader, void *context)
{
    struct spans *spans = context;
    struct comment wanted = {0};
    uint64_t annotation = 0;
    if (!str_to_u64(field(reader, "annotation"), &annotation) || annotation >= SPANS_MAX ||
        !str_to_u64(field(reader, "comment_id"), &wanted.id)) {
        return;
    }
    struct comment *comment = bsearch(&wanted, spans->comments, spans->count, sizeof wanted, by_id);
    if (comment == NULL) {
        return;
    }
    /* "all toxic" is also ticked beside nearly every "not toxic": it counts where that is not. */
    bool is_toxic = spans->is_toxic[annotation] != 0 || (field_is(reader, "all toxic", "True") &&
                                                         !field_is(reader, "not toxic", "True"));
    comment->annotators++;
    comment->toxic += is_toxic ? 1 : 0;
    for (size_t t = 0; t < TYPES; t++) {
        comment->of[t] += spans->types[annotation] >> t & 1U;
    }
}

/* Half of the annotators is yes; nobody (of some) is no. */
static int8_t by_share(unsigned yes, unsigned asked)
{
    return yes * 2 >= asked ? LABEL_YES : yes * 5 <= asked ? LABEL_NO : LABEL_UNKNOWN;
}

static enum status read_toxspans(struct corpus *corpus, const char *folder, struct error *err)
{
    struct spans spans = {.comments = ARENA_ARRAY(corpus->arena, struct comment, COMMENTS_MAX + 1),
                          .types = ARENA_ARRAY(corpus->arena, uint8_t, SPANS_MAX),
                          .is_toxic = ARENA_ARRAY(corpus->arena, uint8_t, SPANS_MAX)};
    enum status status = each_row(corpus, folder, "toxspans_spans.csv.gz", use_span, &spans, err);
    if (status == STATUS_OK) {
        status = each_row(corpus, folder, "toxspans_comments.csv.gz", use_comment, &spans, err);
    }
    qsort(spans.comments, spans.count, sizeof spans.comments[0], by_id);
    if (status == STATUS_OK) {
        status =
            each_row(corpus, folder, "toxspans_annotations.csv.gz", use_annotation, &spans, err);
    }
    for (size_t i = 0; status == STATUS_OK && i < spans.count; i++) {
        const struct comment *comment = &spans.comments[i];
        struct corpus_labels labels = corpus_unknown();
        if (comment->annotators < 2 || comment->text.n == 0) {
            continue;
        }
        /* All were picked as likely to be toxic: only where all annotators agree is it a label. */
        labels.of[HEAD_ABUSIVE] = comment->toxic == comment->annotators ? LABEL_YES
                                  : comment->toxic == 0                 ? LABEL_NO
                                                                        : LABEL_UNKNOWN;
        labels.of[HEAD_INSULT] = by_share(comment->of[0], comment->annotators);
        labels.of[HEAD_IDENTITY] = by_share(comment->of[1], comment->annotators);
        labels.of[HEAD_THREAT] = by_share(comment->of[2], comment->annotators);
        corpus_add(corpus, "toxspans", comment->text, corpus_part(comment->text), labels, 1);
    }
    return status;
}

enum status corpus_read_public(struct corpus *corpus, const char *folder, struct error *err)
{
    static const enum train_part parts[] = {PART_TRAIN, PART_DEV, PART_TEST};
    const struct {
        const char *name;
        void (*use)(struct reader *reader, void *context);
        const enum train_part *part;
    } files[] = {
        {"edos.csv.gz", use_edos, NULL},
        {"paradetox.tsv.gz", use_paradetox, NULL},
        {"hatemojibuild_train.csv.gz", use_hatemoji, NULL},
        {"hatemojibuild_dev.csv.gz", use_hatemoji, NULL},
        {"hatemojibuild_test.csv.gz", use_hatemoji, NULL},
        {"convabuse_train.csv.gz", use_convabuse, &parts[0]},
        {"convabuse_valid.csv.gz", use_convabuse, &parts[1]},
        {"convabuse_test.csv.gz", use_convabuse, &parts[2]},
        {"misogyny_eacl2021.csv.gz", use_misogyny, NULL},
        {"surge_toxicity.csv.gz", use_surge, NULL},
        {"jigsaw_madlibs77k.csv.gz", use_madlibs, NULL},
        {"jigsaw_wiki_nonfuzzed.csv.gz", use_wiki, NULL},
        {"xstest.csv.gz", use_xstest, NULL},
    };
    enum status status = read_toxspans(corpus, folder, err);
    if (status == STATUS_OK) {
        status = read_fox(corpus, folder, err);
    }
    for (size_t i = 0; i < ARRAY_LEN(files) && status == STATUS_OK; i++) {
        enum train_part part = files[i].part == NULL ? PART_TRAIN : *files[i].part;
        status = each_row(corpus, folder, files[i].name, files[i].use, &part, err);
    }
    return status;
}
