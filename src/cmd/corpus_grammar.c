/* SPDX-License-Identifier: Apache-2.0 */
/* data/triage/grammar.txt: sentences that are made by a program. Its head explains the form. */
#include <stdio.h>

#include "base/utf8.h"
#include "cmd/corpus.h"

enum { NAMES_MAX = 256, CHOICES_MAX = 128, SENTENCE_BYTES_MAX = 600, DEPTH_MAX = 6 };

struct name {
    str name;
    str choices[CHOICES_MAX];
    size_t count;
};
struct grammar {
    struct corpus *corpus;
    struct name *names;
    size_t name_count;
    uint64_t chance;
    size_t line;
    struct error *err;
    enum status status;
};

static void refuse(struct grammar *grammar, str what, const char *why)
{
    if (grammar->status == STATUS_OK) {
        grammar->status = error_set(grammar->err, STATUS_INVALID, "grammar.txt:%zu: '%.*s' %s",
                                    grammar->line, STR_ARG(utf8_clip(what, 60)), why);
    }
}

static const struct name *find(const struct grammar *grammar, str name)
{
    for (size_t i = 0; i < grammar->name_count; i++) {
        if (str_equal(grammar->names[i].name, name)) {
            return &grammar->names[i];
        }
    }
    return NULL;
}

static void read_name(struct grammar *grammar, str line)
{
    str name = {0};
    str rest = str_cut(str_slice(line, 1, line.n), '=', &name);
    struct name *into = &grammar->names[grammar->name_count];
    if (grammar->name_count == NAMES_MAX || find(grammar, str_trim(name)) != NULL) {
        refuse(grammar, name, "stands there already, or is one too many");
        return;
    }
    into->name = str_trim(name);
    bool is_more = true;
    while (is_more && into->count < CHOICES_MAX) {
        str choice = {0};
        is_more = str_find_byte(rest, '|') < rest.n;
        rest = str_cut(rest, '|', &choice);
        into->choices[into->count] = str_trim(choice);
        into->count++;
    }
    grammar->name_count++;
}

static void expand(struct grammar *grammar, str text, unsigned depth, struct buf *out)
{
    while (text.n > 0) {
        str before = {0}, name = {0};
        bool has_name = str_find_byte(text, '{') < text.n;
        text = str_cut(text, '{', &before);
        buf_add(out, before);
        if (!has_name) {
            return;
        }
        text = str_cut(text, '}', &name);
        const struct name *found = find(grammar, name);
        if (found == NULL || depth == DEPTH_MAX) {
            refuse(grammar, name, "is not named above, or names itself");
            return;
        }
        size_t choice = (size_t)(train_random(&grammar->chance) % found->count);
        expand(grammar, found->choices[choice], depth + 1, out);
    }
}

static bool read_label(str word, struct corpus_labels *labels)
{
    static const char *const names[HEAD_COUNT] = {"abusive", "threat",   "identity", "sexual",
                                                  "insult",  "explicit", "doxxing"};
    bool is_unknown = str_starts(word, STR("?"));
    str name = str_slice(word, is_unknown ? 1 : 0, word.n);
    for (size_t k = 0; k < HEAD_COUNT; k++) {
        if (str_equal(name, str_c(names[k]))) {
            labels->of[k] = is_unknown ? LABEL_UNKNOWN : LABEL_YES;
            return true;
        }
    }
    return str_equal(name, STR("none"));
}

static void read_sentences(struct grammar *grammar, str line)
{
    str head = {0};
    str pattern = str_trim(str_cut(line, ':', &head));
    struct corpus_labels labels = corpus_clean();
    uint64_t count = 0;
    for (str word = {0}; head.n > 0;) {
        head = str_trim(str_cut(head, ' ', &word));
        if (str_starts(word, STR("x")) && str_to_u64(str_slice(word, 1, word.n), &count)) {
            continue;
        }
        if (!read_label(word, &labels)) {
            refuse(grammar, word, "is no label");
        }
    }
    if (count == 0 || count > 10000 || pattern.n == 0) {
        refuse(grammar, line, "must be 'labels xN : text'");
        return;
    }
    struct buf out;
    buf_init(&out, SENTENCE_BYTES_MAX);
    for (uint64_t i = 0; i < count && grammar->status == STATUS_OK; i++) {
        buf_clear(&out);
        expand(grammar, pattern, 0, &out);
        corpus_add(grammar->corpus, "grammar", str_trim(buf_str(&out)), PART_TRAIN, labels, 0.12F);
    }
    buf_close(&out);
}

/* Names may stand below their use: all are read first. */
enum status corpus_read_grammar(struct corpus *corpus, str text, struct error *err)
{
    struct grammar grammar = {.corpus = corpus,
                              .names = ARENA_ARRAY(corpus->arena, struct name, NAMES_MAX + 1),
                              .chance = UINT64_C(20240704),
                              .err = err};
    for (int pass = 0; pass < 2; pass++) {
        str rest = text, line = {0};
        grammar.line = 0;
        while (str_next_line(&rest, &line) && grammar.status == STATUS_OK) {
            grammar.line++;
            line = str_trim(line);
            if (line.n == 0 || line.p[0] == '#') {
                continue;
            }
            if (pass == 0 && line.p[0] == '@') {
                read_name(&grammar, line);
            } else if (pass == 1 && line.p[0] != '@') {
                read_sentences(&grammar, line);
            }
        }
    }
    return grammar.status;
}
