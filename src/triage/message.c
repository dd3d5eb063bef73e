/* SPDX-License-Identifier: Apache-2.0 */
#include "triage/message.h"

#include <stddef.h>
#include <stdlib.h>

#include "triage/gap.h"
#include "triage/phrase.h"

enum {
    PHRASE_WORDS_MAX = 2 * PLAIN_WORDS_MAX,
    RULES_MAX = 256,
    SPANS_A_HEAD = 2,
    SPAN_WORDS_MAX = 12,
    EXPLAIN_WORDS_MAX = 240,
    SPAN_TRIES = 4,
    MODEL_GRADE_MAX = 4 /* 5 is for what is happening now: words say so, no score does */
};

/* The code a head gives by itself; the grade is that of the code. */
static const char *const head_codes[HEAD_COUNT] = {"ABU2", "THR6", "ABU3", "ABU4",
                                                   "ABU1", "THR2", "DOX1"};
static const char *const head_names[HEAD_COUNT] = {"abusive", "threat",   "identity", "sexual",
                                                   "insult",  "explicit", "doxxing"};
static const char *const head_whys[HEAD_COUNT] = {"abuse",
                                                  "threat",
                                                  "attack on who somebody is",
                                                  "sexual remark",
                                                  "insult",
                                                  "threat of violence",
                                                  "private whereabouts"};
static const double SECOND_SPAN = 0.2; /* of the score: what a second span must say */

static const char *const frame_names[] = {"direct", "quoted", "forwarded", "reporting"};

/* Words that say nothing by themselves. Those of FILLERS are also cut off the ends of a span; "I will"
 * and "you" stay where they stand beside a word that says something. */
static const char *const FILLERS[] = {
    "a",    "about", "all",  "an",   "and",  "as",   "at",    "be",    "been", "but", "by",
    "do",   "for",   "from", "had",  "has",  "have", "if",    "in",    "into", "is",  "it",
    "it's", "its",   "just", "like", "more", "now",  "of",    "on",    "or",   "out", "over",
    "so",   "some",  "such", "than", "that", "the",  "then",  "there", "this", "to",  "too",
    "up",   "very",  "was",  "were", "what", "when", "which", "with",  "would"};
static const char *const PERSONS[] = {
    "am",     "are",   "can",     "could", "did",   "does", "don't",   "going",  "gonna",
    "he",     "her",   "here",    "him",   "his",   "how",  "i",       "i'll",   "i'm",
    "im",     "i've",  "may",     "me",    "might", "must", "my",      "no",     "not",
    "our",    "she",   "should",  "their", "them",  "they", "they're", "u",      "ur",
    "us",     "we",    "we'll",   "we're", "where", "who",  "will",    "you",    "you'll",
    "you're", "your",  "get",     "got",   "make",  "come", "he'll",   "she'll", "they'll",
    "you've", "we've", "they've", "i'd",   "you'd", "he'd", "she'd",   "they'd"};

/* When: with the figure before it, no more than that. */
static const char *const TIMES[] = {"today",  "tonight",  "tomorrow",  "soon",
                                    "monday", "tuesday",  "wednesday", "thursday",
                                    "friday", "saturday", "sunday"};

/* What is looked for in the words. Idioms cannot fire a rule; figures are idioms that the heads of the
 * model do not read either. */
enum pass { PASS_TRIAL, PASS_FIGURES, PASS_IDIOMS, PASS_RULES, PASS_COUNT };

struct triage {
    struct pack
        own; /* the pack with those rules alone that messages meet: fewer words to look up */
    const struct pack *pack;
    const struct model *model;
    const struct phrases *phrases;
    const struct langs *langs;
    const struct gaps *gaps;
    const struct pack_code *codes[HEAD_COUNT];
    bool skips[PASS_COUNT][RULES_MAX]; /* what a pass leaves out */
    bool is_threat[RULES_MAX], is_figure[RULES_MAX];
    bool is_told[RULES_MAX];    /* words that others said long ago, on a stage, or far away */
    bool is_event[RULES_MAX];   /* tells of what somebody did, not of words */
    bool is_private[RULES_MAX]; /* words of a matter that a constituent wants help with */
    bool is_public[RULES_MAX];  /* words of an election, or of somebody's office */
    enum triage_frame frames[RULES_MAX];                               /* FRAME_DIRECT: none */
    uint32_t fillers[ARRAY_LEN(FILLERS)], persons[ARRAY_LEN(PERSONS)]; /* their hashes */
    uint32_t times[ARRAY_LEN(TIMES)];
};

struct triage_work {
    struct plain plain;
    struct model_work *model_work;
    struct phrase_word *phrase_words;
    struct phrase_memo phrase_memo;
    struct phrase_text text;
    struct model_result read;
    bool skip[RULES_MAX];
    double parts[PLAIN_WORDS_MAX];               /* of a head's score, by word */
    int32_t shares[PLAIN_WORDS_MAX][HEAD_COUNT]; /* four times what each word of [shared_from,
                                                    shared_to) adds to each head, in its units */
    size_t shared_from, shared_to;
    const struct triage *triage;
    struct triage_result *result;
    uint8_t edits[PLAIN_WORDS_MAX];
    bool wants_idioms, wants_reasons, has_confirmed;
    bool is_trial, has_figure;
    bool has_found[RULES_MAX], has_any; /* what the trial found */
    bool has_private, has_public;
};

const char *triage_head_name(enum model_head head)
{
    return head_names[head];
}

const char *triage_head_why(enum model_head head)
{
    return head_whys[head];
}

const char *triage_head_code(enum model_head head)
{
    return head_codes[head];
}

const char *triage_frame_name(enum triage_frame frame)
{
    return frame_names[frame];
}

static enum triage_frame frame_of(str id)
{
    for (size_t i = 1; i < ARRAY_LEN(frame_names); i++) {
        if (str_ends(id, str_c(frame_names[i]))) {
            return (enum triage_frame)i;
        }
    }
    return FRAME_DIRECT;
}

static bool is_threat_code(str code)
{
    return str_starts(code, STR("THR"));
}

static bool is_word_code(str code)
{
    return is_threat_code(code) || str_starts(code, STR("ABU"));
}

static bool is_kept(const struct pack_rule *rule)
{
    static const char *const kinds[] = {"idiom", "figure", "frame", "told", "private", "public"};
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (str_equal(rule->kind, str_c(kinds[i]))) {
            return true;
        }
    }
    return rule->message > 0;
}

static void sort_rules(struct triage *triage)
{
    for (size_t i = 0; i < triage->pack->rule_count; i++) {
        const struct pack_rule *rule = &triage->pack->rules[i];
        bool is_figure = str_equal(rule->kind, STR("figure"));
        bool is_idiom = is_figure || str_equal(rule->kind, STR("idiom"));
        triage->is_private[i] = str_equal(rule->kind, STR("private"));
        triage->is_public[i] = str_equal(rule->kind, STR("public"));
        triage->is_told[i] = str_equal(rule->kind, STR("told"));
        bool is_frame = str_equal(rule->kind, STR("frame"));
        triage->is_figure[i] = is_figure;
        triage->is_event[i] = rule->codes.count > 0;
        triage->skips[PASS_FIGURES][i] = !is_figure;
        triage->skips[PASS_IDIOMS][i] =
            !is_idiom && !triage->is_told[i] && !triage->is_private[i] && !triage->is_public[i];
        triage->skips[PASS_RULES][i] = is_idiom || rule->message == 0;
        triage->skips[PASS_TRIAL][i] = triage->skips[PASS_RULES][i] && !is_figure && !is_frame;
        triage->frames[i] = is_frame ? frame_of(rule->id) : FRAME_DIRECT;
        for (size_t k = 0; k < rule->codes.count; k++) {
            str code = rule->codes.items[k];
            triage->is_threat[i] = triage->is_threat[i] || is_threat_code(code);
            triage->is_event[i] = triage->is_event[i] && !is_word_code(code);
        }
    }
}

static void keep_rules(struct triage *triage, struct arena *arena)
{
    struct pack_rule *rules = ARENA_ARRAY(arena, struct pack_rule, triage->own.rule_count + 1);
    size_t count = 0;
    for (size_t i = 0; i < triage->own.rule_count; i++) {
        const struct pack_rule *rule = &triage->own.rules[i];
        if (is_kept(rule)) {
            rules[count] = *rule;
            count++;
        }
    }
    triage->own.rules = rules;
    triage->own.rule_count = count;
}

enum status triage_open(struct arena *arena, const struct pack *pack, const struct model *model,
                        const struct triage **ret_triage, struct error *err)
{
    struct triage *triage = ARENA_NEW(arena, struct triage);
    triage->own = *pack;
    triage->pack = &triage->own;
    triage->model = model;
    triage->langs = langs_new(arena);
    triage->gaps = gaps_new(arena, pack);
    if (pack->rule_count > RULES_MAX) {
        return error_set(err, STATUS_LIMIT, "rules.csv: more than %d rules", RULES_MAX);
    }
    for (size_t k = 0; k < HEAD_COUNT; k++) {
        triage->codes[k] = pack_code(pack, str_c(head_codes[k])); /* NULL: the pack lacks it */
    }
    for (size_t i = 0; i < ARRAY_LEN(FILLERS); i++) {
        triage->fillers[i] = plain_hash(str_c(FILLERS[i]));
    }
    for (size_t i = 0; i < ARRAY_LEN(PERSONS); i++) {
        triage->persons[i] = plain_hash(str_c(PERSONS[i]));
    }
    for (size_t i = 0; i < ARRAY_LEN(TIMES); i++) {
        triage->times[i] = plain_hash(str_c(TIMES[i]));
    }
    keep_rules(triage, arena);
    sort_rules(triage);
    enum status status = phrases_compile(arena, triage->pack, &triage->phrases, err);
    if (status == STATUS_OK) {
        *ret_triage = triage;
    }
    return status;
}

struct triage_work *triage_work_new(struct arena *arena, const struct triage *triage)
{
    struct triage_work *work = ARENA_NEW(arena, struct triage_work);
    plain_init(&work->plain, arena);
    work->triage = triage;
    work->model_work = ARENA_NEW(arena, struct model_work);
    work->phrase_words = ARENA_ARRAY(arena, struct phrase_word, PHRASE_WORDS_MAX);
    return work;
}

static void add_code(struct triage_result *result, const struct pack_code *code)
{
    for (size_t i = 0; i < result->code_count; i++) {
        if (result->codes[i] == code) {
            return;
        }
    }
    if (code != NULL && result->code_count < TRIAGE_CODES_MAX) {
        result->codes[result->code_count] = code;
        result->code_count++;
    }
}

static void lift(struct triage_result *result, int grade)
{
    result->grade = grade > result->grade ? grade : result->grade;
}

static void add_reason(struct triage_work *work, struct triage_reason reason)
{
    struct triage_result *result = work->result;
    if (work->wants_reasons && result->reason_count < TRIAGE_REASONS_MAX) {
        result->reasons[result->reason_count] = reason;
        result->reason_count++;
    }
}

/* A rule gives what it may give alone; a threat that the model hears too gives its code's grade, unless it is
 * only told of. */
static void use_rule(struct triage_work *work, size_t index, bool is_told)
{
    const struct pack_rule *rule = &work->triage->pack->rules[index];
    lift(work->result, rule->message);
    for (size_t i = 0; i < rule->codes.count; i++) {
        const struct pack_code *code = pack_code(work->triage->pack, rule->codes.items[i]);
        add_code(work->result, code);
        if (code != NULL && work->triage->is_threat[index] && work->has_confirmed && !is_told) {
            lift(work->result, code->grade < MODEL_GRADE_MAX ? code->grade : MODEL_GRADE_MAX);
        }
    }
}

static void found(void *context, size_t rule, size_t from, size_t to)
{
    struct triage_work *work = context;
    const struct triage *triage = work->triage;
    struct phrase_word *words = work->phrase_words;
    if (triage->frames[rule] != FRAME_DIRECT) {
        work->skip[rule] = true;
        if (work->result->frame == FRAME_DIRECT) {
            work->result->frame = triage->frames[rule];
        }
        return;
    }
    if (work->is_trial) {
        work->has_figure = work->has_figure || triage->is_figure[rule];
        work->has_any = work->has_any || !triage->is_figure[rule];
        work->has_found[rule] = true;
        work->skip[rule] = true;
        return;
    }
    if (triage->is_private[rule] || triage->is_public[rule]) {
        work->has_private = work->has_private || triage->is_private[rule];
        work->has_public = work->has_public || triage->is_public[rule];
        work->skip[rule] = true;
        return;
    }
    bool is_told = false;
    for (size_t i = from; i < to; i++) {
        if (work->wants_idioms) {
            words[i].is_idiom = words[i].is_idiom || !triage->is_told[rule];
            words[i].is_told = words[i].is_told || triage->is_told[rule];
        } else if (words[i].is_idiom) {
            return;
        }
        is_told = is_told || words[i].is_told;
    }
    if (!work->wants_idioms) {
        work->skip[rule] = !is_told; /* the same words may be meant further on */
        use_rule(work, rule, is_told);
        add_reason(work, (struct triage_reason){
                             words[from].start, words[to - 1].end,
                             pack_text(triage->pack, &triage->pack->rules[rule].why, STR("en")),
                             triage->pack->rules[rule].id, -1, 1, triage->is_threat[rule]});
    }
}

/* A crime that a constituent wants help with is no event of an election; threats and abuse are looked at
 * whoever they are meant for. */
static bool is_casework(const struct triage_work *work)
{
    return work->has_private && !work->has_public;
}

/* What the trial did not find is nowhere in the text. */
static void leave_out(struct triage_work *work)
{
    const struct triage *triage = work->triage;
    bool has_events = !is_casework(work);
    for (size_t i = 0; i < triage->pack->rule_count; i++) {
        bool is_out = !work->has_found[i] || (triage->is_event[i] && !has_events);
        work->skip[i] = work->skip[i] || is_out;
    }
}

static void match(struct triage_work *work, enum pass pass)
{
    work->wants_idioms = pass != PASS_RULES;
    memcpy(work->skip, work->triage->skips[pass], sizeof work->skip);
    if (pass == PASS_RULES) {
        leave_out(work);
    }
    phrases_match(work->triage->phrases, &work->text, work->skip, found, work);
}

/* Idioms are marked first, so that what they cover is known when the rules are tried; neither is needed
 * where no rule fires, and that is most of all mail. */
static void match_trial(struct triage_work *work)
{
    work->is_trial = true;
    work->has_any = work->has_figure = work->has_private = work->has_public = false;
    memset(work->has_found, 0, sizeof work->has_found);
    match(work, PASS_TRIAL);
    work->is_trial = false;
}

static void match_all(struct triage_work *work)
{
    if (work->has_any) {
        match(work, PASS_IDIOMS);
        match(work, PASS_RULES);
    }
}

/* Half a text between quotation marks, or lines that begin with ">". */
static bool is_mostly_quoted(str text)
{
    size_t quoted = 0, open = SIZE_MAX;
    if (text.n == 0) { /* and perhaps no pointer either */
        return false;
    }
    bool has_marks = memchr(text.p, '"', text.n) != NULL || memchr(text.p, 0xE2, text.n) != NULL;
    if (!has_marks && memchr(text.p, '>', text.n) == NULL) {
        return false;
    }
    for (size_t i = 0; i < text.n; i++) {
        bool is_plain = text.p[i] == '"';
        bool is_left = text.n - i > 2 && memcmp(text.p + i, "\xE2\x80\x9C", 3) == 0;
        bool is_right = text.n - i > 2 && memcmp(text.p + i, "\xE2\x80\x9D", 3) == 0;
        if (open == SIZE_MAX && (is_plain || is_left)) {
            open = i;
        } else if (open != SIZE_MAX && (is_plain || is_right)) {
            quoted += i - open > 8 ? i - open : 0;
            open = SIZE_MAX;
        }
    }
    return quoted * 5 > text.n || str_starts(text, STR("> ")) ||
           str_find(text, STR("\n> ")) < text.n;
}

/* --- reasons --- */

static void add_share(struct triage_work *work, size_t from, size_t to, int32_t times)
{
    struct model_sum sum = {0};
    model_features(work->triage->model, &work->plain, from, to, work->model_work);
    model_sum_add(work->triage->model, work->model_work, &sum);
    for (size_t i = from; i < to; i++) {
        for (size_t k = 0; k < HEAD_COUNT; k++) {
            work->shares[i][k] += times * sum.weights[k];
        }
    }
}

/* What each word adds to the scores: its own features and the runs of bytes inside it, and a quarter
 * of those of each pair that it is in. The features are the same for all heads. */
static void share_out(struct triage_work *work, size_t from, size_t to)
{
    if (work->shared_from == from && work->shared_to == to) {
        return;
    }
    memset(work->shares[from], 0, (to - from) * sizeof work->shares[0]);
    for (size_t i = from; i < to; i++) {
        add_share(work, i, i + 1, 4);
        if (i + 1 < to) {
            add_share(work, i, i + 2, 1);
        }
    }
    work->shared_from = from;
    work->shared_to = to;
}

static bool is_hash_of(const uint32_t *hashes, size_t count, uint32_t hash)
{
    bool is_found = false;
    for (size_t i = 0; i < count; i++) { /* without a branch: these loops are wide */
        is_found |= hashes[i] == hash;
    }
    return is_found;
}

static bool is_filler(const struct triage_work *work, size_t word)
{
    return is_hash_of(work->triage->fillers, ARRAY_LEN(FILLERS), work->plain.words[word].hash);
}

static bool says_something(const struct triage_work *work, size_t word)
{
    return !is_filler(work, word) &&
           !is_hash_of(work->triage->persons, ARRAY_LEN(PERSONS), work->plain.words[word].hash);
}

struct span {
    size_t from, to;
    double sum;
};

/* The best run of words that all speak for the head. */
static struct span best_span(const struct triage_work *work, size_t from, size_t to)
{
    struct span best = {0};
    for (size_t i = from; i < to; i++) {
        double sum = 0;
        for (size_t k = i; k < to && k - i < SPAN_WORDS_MAX && work->parts[k] > 0; k++) {
            if (k > i && work->plain.words[k - 1].has_stop) {
                break; /* a span lies in one sentence */
            }
            sum += work->parts[k];
            if (sum > best.sum) {
                best = (struct span){i, k + 1, sum};
            }
        }
    }
    return best;
}

/* As a person would mark it: no filler at the ends, and something in it that means something. What it
 * covers is taken out of `parts`. */
static bool take_span(struct triage_work *work, size_t from, size_t to, struct span *ret_span)
{
    for (int i = 0; i < SPAN_TRIES; i++) {
        struct span span = best_span(work, from, to);
        bool is_good = false;
        for (size_t k = span.from; k < span.to; k++) {
            work->parts[k] = 0;
            is_good = is_good || says_something(work, k);
        }
        while (is_good && is_filler(work, span.from)) {
            span.from++;
        }
        while (is_good && is_filler(work, span.to - 1)) {
            span.to--;
        }
        if (is_good) {
            *ret_span = span;
            return true;
        }
    }
    return false;
}

/* What a rule has marked as a threat, or the head for open threats, needs no second mark for "threat". */
static bool is_marked(const struct triage_work *work, enum model_head head, size_t start,
                      size_t end)
{
    for (size_t i = 0; i < work->result->reason_count; i++) {
        const struct triage_reason *reason = &work->result->reasons[i];
        bool is_kin = reason->head == (int)head ||
                      (head == HEAD_THREAT && reason->head == (int)HEAD_EXPLICIT) ||
                      ((head == HEAD_THREAT || head == HEAD_EXPLICIT) && reason->is_threat);
        if (is_kin && reason->start <= start && end <= reason->end) {
            return true;
        }
    }
    return false;
}

static void add_span(struct triage_work *work, enum model_head head, const struct span *span,
                     double total)
{
    struct triage_reason reason = {.start = work->plain.words[span->from].start,
                                   .end = work->plain.words[span->to - 1].end,
                                   .why = str_c(head_whys[head]),
                                   .rule = STR(""),
                                   .head = (int)head,
                                   .weight = total > 0 ? span->sum / total : 1};
    if (!is_marked(work, head, reason.start, reason.end)) {
        add_reason(work, reason);
    }
}

/* One or two spans, one where they touch; the sentence where no words stand out. */
static void explain(struct triage_work *work, enum model_head head)
{
    size_t from = work->read.from[head], to = work->read.to[head], count = 0;
    struct span spans[SPANS_A_HEAD];
    double total = 0;
    to = to - from > EXPLAIN_WORDS_MAX ? from + EXPLAIN_WORDS_MAX : to;
    share_out(work, from, to);
    for (size_t i = from; i < to; i++) {
        work->parts[i] = work->shares[i][head];
        total += work->parts[i] > 0 ? work->parts[i] : 0;
    }
    while (count < SPANS_A_HEAD && take_span(work, from, to, &spans[count]) &&
           (count == 0 || spans[count].sum > SECOND_SPAN * total)) {
        count++;
    }
    if (count == 2 && spans[0].from <= spans[1].to + 1 && spans[1].from <= spans[0].to + 1) {
        spans[0].from = spans[0].from < spans[1].from ? spans[0].from : spans[1].from;
        spans[0].to = spans[0].to > spans[1].to ? spans[0].to : spans[1].to;
        spans[0].sum += spans[1].sum;
        count = 1;
    }
    if (count == 0 && to > from) {
        size_t end = model_unit_end(&work->plain, from);
        spans[0] = (struct span){from, end < to ? end : to, total};
        count = 1;
    }
    for (size_t i = 0; i < count; i++) {
        add_span(work, head, &spans[i], total);
    }
}

static int by_place(const void *a, const void *b)
{
    const struct triage_reason *left = a, *right = b;
    if (left->start != right->start) {
        return left->start < right->start ? -1 : 1;
    }
    if (left->end != right->end) {
        return left->end < right->end ? -1 : 1;
    }
    return (left->head > right->head) - (left->head < right->head);
}

/* --- the whole --- */

static bool is_over(const struct triage_result *result, enum model_head head)
{
    return (result->over >> head & 1U) == 1;
}

static void use_heads(struct triage_work *work)
{
    const struct model *model = work->triage->model;
    struct triage_result *result = work->result;
    result->over = 0;
    for (size_t k = 0; k < HEAD_COUNT; k++) {
        result->scores[k] = work->read.probability[k];
        if (result->scores[k] >= (double)model->over[k]) {
            result->over |= 1U << k;
        }
    }
    work->has_confirmed = result->scores[HEAD_THREAT] >= (double)model->confirm;
}

/* Identity alone is no hate: its code is given only where the words are abuse too. */
static bool gives_code(const struct triage_work *work, enum model_head head)
{
    const struct triage_result *result = work->result;
    bool is_urgent = result->scores[HEAD_EXPLICIT] >= (double)work->triage->model->urgent &&
                     is_over(result, HEAD_THREAT);
    return is_over(result, head) && work->triage->codes[head] != NULL &&
           (head != HEAD_IDENTITY || is_over(result, HEAD_ABUSIVE)) &&
           (head != HEAD_EXPLICIT || is_urgent);
}

/* Open threats first: what they mark is not marked as a threat again. */
static void explain_heads(struct triage_work *work)
{
    static const enum model_head order[] = {HEAD_EXPLICIT, HEAD_THREAT, HEAD_DOXXING, HEAD_SEXUAL,
                                            HEAD_IDENTITY, HEAD_INSULT, HEAD_ABUSIVE};
    for (size_t i = 0; i < ARRAY_LEN(order); i++) {
        enum model_head head = order[i];
        if (gives_code(work, head) &&
            (head != HEAD_ABUSIVE || work->result->over == 1U << HEAD_ABUSIVE)) {
            explain(work, head);
        }
    }
}

static void grade_heads(struct triage_work *work)
{
    for (size_t k = 0; k < HEAD_COUNT; k++) {
        const struct pack_code *code = work->triage->codes[k];
        if (gives_code(work, (enum model_head)k)) {
            int most = k == HEAD_EXPLICIT ? MODEL_GRADE_MAX : MODEL_GRADE_MAX - 1;
            add_code(work->result, code);
            lift(work->result, code->grade < most ? code->grade : most);
        }
    }
    if (work->wants_reasons) {
        explain_heads(work);
    }
}

static void sort_codes(struct triage_result *result)
{
    for (size_t i = 1; i < result->code_count; i++) {
        for (size_t j = i; j > 0 && (result->codes[j - 1]->grade < result->codes[j]->grade ||
                                     (result->codes[j - 1]->grade == result->codes[j]->grade &&
                                      result->codes[j - 1] > result->codes[j]));
             j--) {
            const struct pack_code *code = result->codes[j];
            result->codes[j] = result->codes[j - 1];
            result->codes[j - 1] = code;
        }
    }
}

/* Which words of `plain` lie in a figure as a whole ("you'll" is two to the rules). */
static void mark_figures(struct triage_work *work)
{
    const struct phrase_word *words = work->phrase_words;
    size_t at = 0;
    for (size_t i = 0; i < work->plain.count; i++) {
        bool has_any = false, is_whole = true;
        for (; at < work->text.count &&
               (words[at].is_stop || words[at].start == work->plain.words[i].start);
             at++) {
            has_any = has_any || !words[at].is_stop;
            is_whole = is_whole && (words[at].is_stop || words[at].is_idiom);
        }
        work->edits[i] = has_any && is_whole ? PLAIN_DROP : PLAIN_KEEP;
    }
}

static bool is_time(const struct triage_work *work, size_t word)
{
    return is_hash_of(work->triage->times, ARRAY_LEN(TIMES), work->plain.words[word].hash);
}

/* "You will" of a figure goes with it, and so does "by Friday" behind it: left alone they are the stump of
 * some other verb. */
static void mark_stumps(struct triage_work *work)
{
    const struct plain *plain = &work->plain;
    bool is_behind = false; /* a figure */
    for (size_t i = 0; i < plain->count; i++) {
        if (work->edits[i] == PLAIN_DROP) {
            for (size_t k = i; k > 0 && work->edits[k - 1] == PLAIN_KEEP &&
                               !plain->words[k - 1].has_stop && !says_something(work, k - 1);
                 k--) {
                work->edits[k - 1] = PLAIN_DROP;
            }
            is_behind = !plain->words[i].has_stop;
        } else if (is_behind && (is_filler(work, i) || is_time(work, i))) {
            work->edits[i] = PLAIN_DROP;
            is_behind = !plain->words[i].has_stop;
        } else {
            is_behind = false;
        }
    }
}

/* "Be shot of the bins by Friday": where some head is over its threshold, or near enough to confirm a rule,
 * the text is read again without its figures of speech. What stands beside them counts as before. */
static void read_figures(struct triage_work *work)
{
    if (work->has_figure && (work->result->over != 0 || work->has_confirmed)) {
        match(work, PASS_FIGURES);
        mark_figures(work);
        mark_stumps(work);
        plain_edit(&work->plain, work->edits);
        model_read(work->triage->model, &work->plain, work->model_work, &work->read);
        use_heads(work);
    }
}

void triage_message(const struct triage *triage, struct triage_work *work, str text,
                    bool wants_reasons, struct triage_result *ret_result)
{
    /* Not the reasons: there is no need to wipe a kilobyte for each message. */
    memset(ret_result, 0, offsetof(struct triage_result, reasons));
    ret_result->reason_count = 0;
    work->result = ret_result;
    work->wants_reasons = wants_reasons;
    work->shared_from = work->shared_to = 0;
    plain_read(&work->plain, text);
    gaps_close(triage->gaps, text, &work->plain, work->edits);
    ret_result->is_clipped = work->plain.is_clipped;
    ret_result->lang = lang_of(triage->langs, text, &work->plain);
    ret_result->is_judged = lang_is_judged(ret_result->lang);
    model_read(triage->model, &work->plain, work->model_work, &work->read);
    use_heads(work);
    phrases_read_plain(triage->phrases, &work->plain, &work->phrase_memo, work->phrase_words,
                       PHRASE_WORDS_MAX, &work->text);
    match_trial(work);
    read_figures(work);
    match_all(work);
    grade_heads(work);
    if (ret_result->frame == FRAME_DIRECT && is_mostly_quoted(text)) {
        ret_result->frame = FRAME_QUOTED;
    }
    sort_codes(ret_result);
    if (ret_result->reason_count > 1) {
        qsort(ret_result->reasons, ret_result->reason_count, sizeof ret_result->reasons[0],
              by_place);
    }
}
