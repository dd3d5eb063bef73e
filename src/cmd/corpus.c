/* SPDX-License-Identifier: Apache-2.0 */
/* Our own lines, word classes and debates. */
#include "cmd/corpus.h"

#include <stdio.h>

#include "base/io.h"
#include "codec/csv.h"
#include "codec/gzip.h"
#include "codec/json.h"

struct corpus_labels corpus_unknown(void)
{
    struct corpus_labels labels;
    memset(labels.of, LABEL_UNKNOWN, sizeof labels.of);
    return labels;
}

struct corpus_labels corpus_clean(void)
{
    return (struct corpus_labels){{0}};
}

enum train_part corpus_part(str text)
{
    uint32_t hash = plain_hash(text) % 10;
    return hash < 2 ? PART_TEST : hash == 2 ? PART_DEV : PART_TRAIN;
}

struct train_example *corpus_add(struct corpus *corpus, const char *source, str text,
                                 enum train_part part, struct corpus_labels labels, float weight)
{
    ASSERT(corpus->count < CORPUS_EXAMPLES_MAX);
    struct train_example *example = &corpus->examples[corpus->count];
    *example = (struct train_example){
        .text = arena_str(corpus->arena, text),
        .source = str_c(source),
        .part = part,
        .weight = weight,
    };
    memcpy(example->labels, labels.of, sizeof example->labels);
    corpus->count++;
    return example;
}

enum status corpus_load(struct corpus *corpus, const char *folder, const char *name, str *ret_text,
                        struct error *err)
{
    str path = arena_printf(corpus->arena, "%s%s%s", folder, name[0] == '\0' ? "" : "/", name);
    str bytes = {0};
    enum status status = io_read_file(corpus->arena, arena_cstr(corpus->arena, path),
                                      CORPUS_FILE_BYTES_MAX, &bytes, err);
    if (status == STATUS_OK && gzip_is(bytes)) {
        status = gzip_unpack(corpus->arena, bytes, CORPUS_FILE_BYTES_MAX, &bytes, err);
        if (status != STATUS_OK) {
            error_hint(err, "The file is %.*s.", STR_ARG(path));
        }
    }
    if (status == STATUS_OK) {
        *ret_text = bytes;
    }
    return status;
}

static bool is_one(const struct csv *csv, const struct csv_row *row, const char *column)
{
    size_t at = csv_column(csv, str_c(column));
    return at < row->count && str_equal(row->fields[at], STR("1"));
}

/* A file of our own lines. Weights were chosen on dev and by cross-validation. A head that has no column is
 * not known. */
struct own_file {
    const char *folder, *name, *source;
    enum train_part part;
    float weight;
    bool is_mail;     /* else its lawful lines set no threshold for mail */
    bool keeps_tenth; /* for tuning; twins stay together */
};

static enum train_part part_of(const struct own_file *file, str text, str note)
{
    size_t pair = str_find(note, STR("pair "));
    bool is_kept = file->keeps_tenth &&
                   corpus_part(pair < note.n ? str_slice(note, pair, note.n) : text) == PART_DEV;
    return is_kept ? PART_DEV : file->part;
}

static void add_line(struct corpus *corpus, const struct csv *csv, const struct csv_row *row,
                     const struct own_file *file)
{
    static const struct {
        const char *column;
        enum model_head head;
    } heads[] = {{"abusive", HEAD_ABUSIVE},   {"threat", HEAD_THREAT},
                 {"identity", HEAD_IDENTITY}, {"sexual", HEAD_SEXUAL},
                 {"insult", HEAD_INSULT},     {"explicit_threat", HEAD_EXPLICIT},
                 {"doxxing", HEAD_DOXXING}};
    struct corpus_labels labels = corpus_unknown();
    str text = row->fields[csv_column(csv, STR("text"))];
    str note = row->fields[csv_column(csv, STR("note"))];
    for (size_t i = 0; i < ARRAY_LEN(heads); i++) {
        if (csv_column(csv, str_c(heads[i].column)) < row->count) {
            labels.of[heads[i].head] = is_one(csv, row, heads[i].column) ? LABEL_YES : LABEL_NO;
        }
    }
    struct train_example *example =
        corpus_add(corpus, file->source, text, part_of(file, text, note), labels, file->weight);
    example->is_mail = file->is_mail && is_one(csv, row, "legitimate");
    example->note = arena_str(corpus->arena, note);
}

static enum status read_lines(struct corpus *corpus, const struct own_file *file, struct error *err)
{
    str text = {0};
    struct csv csv;
    struct csv_row row;
    bool has_row = true;
    enum status status = corpus_load(corpus, file->folder, file->name, &text, err);
    if (status == STATUS_OK) {
        status = csv_open(corpus->arena, file->name, text, ',', &csv, err);
    }
    if (status == STATUS_OK && (csv_column(&csv, STR("text")) == CSV_COLUMNS_MAX ||
                                csv_column(&csv, STR("note")) == CSV_COLUMNS_MAX)) {
        return error_set(err, STATUS_INVALID, "%s: there is no column text or note", file->name);
    }
    while (status == STATUS_OK && has_row) {
        status = csv_next(&csv, &row, &has_row, err);
        if (status == STATUS_OK && has_row) {
            add_line(corpus, &csv, &row, file);
        }
    }
    return status;
}

static enum status read_classes(struct corpus *corpus, const char *folder, struct error *err)
{
    str text = {0};
    struct csv csv;
    struct csv_row row;
    bool has_row = true;
    enum status status = corpus_load(corpus, folder, "classes.csv", &text, err);
    if (status == STATUS_OK) {
        status = csv_open(corpus->arena, "classes.csv", text, ',', &csv, err);
    }
    while (status == STATUS_OK && has_row) {
        status = csv_next(&csv, &row, &has_row, err);
        if (status != STATUS_OK || !has_row) {
            break;
        }
        if (row.count != 2 || corpus->class_count == CORPUS_CLASSES_MAX) {
            return error_set(err, STATUS_INVALID,
                             "classes.csv:%zu: must be name,words; 254 at most", row.line);
        }
        corpus->classes[corpus->class_count] = (struct train_class){
            arena_str(corpus->arena, row.fields[0]), arena_str(corpus->arena, row.fields[1])};
        corpus->class_count++;
    }
    return status;
}

static enum status read_kins(struct corpus *corpus, const char *folder, struct error *err)
{
    str text = {0};
    struct csv csv;
    struct csv_row row;
    bool has_row = true;
    enum status status = corpus_load(corpus, folder, "kin.csv", &text, err);
    corpus->kins = ARENA_ARRAY(corpus->arena, struct train_kin, CORPUS_KINS_MAX);
    if (status == STATUS_OK) {
        status = csv_open(corpus->arena, "kin.csv", text, ',', &csv, err);
    }
    while (status == STATUS_OK && has_row) {
        uint64_t kin = 0, wide = 0;
        status = csv_next(&csv, &row, &has_row, err);
        if (status != STATUS_OK || !has_row) {
            break;
        }
        if (row.count != 3 || corpus->kin_count == CORPUS_KINS_MAX ||
            !str_to_u64(row.fields[0], &kin) || kin >= MODEL_KINS_MAX ||
            !str_to_u64(row.fields[1], &wide) || wide >= MODEL_WIDE_KINS_MAX) {
            return error_set(err, STATUS_INVALID,
                             "kin.csv:%zu: must be kin,wide,words; %d rows at most", row.line,
                             CORPUS_KINS_MAX);
        }
        corpus->kins[corpus->kin_count] = (struct train_kin){
            (uint16_t)kin, (uint16_t)wide, arena_str(corpus->arena, row.fields[2])};
        corpus->kin_count++;
    }
    return status;
}

/* Speeches in a parliament: calm, long, lawful. Also single sentences of them, as messages are
 * short. Part by the hash of the speech. */
static enum status read_hansard(struct corpus *corpus, const char *path, struct error *err)
{
    str rest = {0}, line = {0};
    enum status status = corpus_load(corpus, path, "", &rest, err);
    while (status == STATUS_OK && str_next_line(&rest, &line)) {
        struct json json;
        struct corpus_labels labels = corpus_clean();
        status = json_parse(corpus->arena, line, &json, err);
        str text = status == STATUS_OK ? json_member_text(&json, "text") : STR("");
        if (text.n < 20) {
            continue;
        }
        enum train_part part = corpus_part(text);
        corpus_add(corpus, "hansard", text, part, labels, 1)->is_mail = true;
        for (size_t at = 0; part == PART_TRAIN && at < text.n;) {
            size_t end = at + str_find(str_slice(text, at, text.n), STR(". "));
            if (end - at > 60 && end - at < 400) {
                corpus_add(corpus, "hansard", str_slice(text, at, end), part, labels, 0.5F);
            }
            at = end + 2;
        }
    }
    return status;
}

enum status corpus_read(struct arena *arena, const struct corpus_folders *folders,
                        struct corpus *ret_corpus, struct error *err)
{
    struct corpus corpus = {
        .arena = arena, .examples = ARENA_ARRAY(arena, struct train_example, CORPUS_EXAMPLES_MAX)};
    str grammar = {0};
    enum status status = read_classes(&corpus, folders->grammar, err);
    if (status == STATUS_OK) {
        status = read_kins(&corpus, folders->grammar, err);
    }
    if (status == STATUS_OK) {
        status = corpus_load(&corpus, folders->grammar, "grammar.txt", &grammar, err);
    }
    if (status == STATUS_OK) {
        status = corpus_read_grammar(&corpus, grammar, err);
    }
    const struct own_file files[] = {
        {folders->lines, "train.csv", "politician", PART_TRAIN, 6, true, false},
        {folders->functions, "train.csv", "functions", PART_TRAIN, 6, false, true},
        {folders->lines, "dev.csv", "politician", PART_DEV, 1, true, false},
        {folders->lines, "test.csv", "politician", PART_TEST, 1, true, false},
        {folders->functions, "test.csv", "functions", PART_TEST, 1, false, false},
    };
    for (size_t i = 0; i < ARRAY_LEN(files) && status == STATUS_OK; i++) {
        if (files[i].part != PART_TEST || folders->wants_tests) {
            status = read_lines(&corpus, &files[i], err);
        }
    }
    if (status == STATUS_OK && folders->hansard != NULL) {
        status = read_hansard(&corpus, folders->hansard, err);
    }
    if (status == STATUS_OK && folders->public != NULL) {
        status = corpus_read_public(&corpus, folders->public, err);
    }
    if (status == STATUS_OK) {
        *ret_corpus = corpus;
    }
    return status;
}
