/* SPDX-License-Identifier: Apache-2.0 */
#include "triage/grade.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "triage/phrase.h"

/* What a rule is for; from the `kind` of rules.csv. */
enum rule_kind {
    RULE_TEXT,
    RULE_LAWFUL,
    RULE_IDIOM,
    RULE_FRAME /* or message: of triage/message.h, not of reports */,
    RULE_ANSWER
};

struct grader {
    const struct pack *pack;
    const struct phrases *phrases;
    enum rule_kind *kinds; /* one a rule */
    const struct pack_code *unclassified;
};

static bool kind_from(str word, enum rule_kind *ret_kind)
{
    static const struct {
        str word;
        enum rule_kind kind;
    } kinds[] = {{STR_INIT("text"), RULE_TEXT},    {STR_INIT("lawful"), RULE_LAWFUL},
                 {STR_INIT("idiom"), RULE_IDIOM},  {STR_INIT("figure"), RULE_IDIOM},
                 {STR_INIT("frame"), RULE_FRAME},  {STR_INIT("message"), RULE_FRAME},
                 {STR_INIT("told"), RULE_FRAME},   {STR_INIT("private"), RULE_FRAME},
                 {STR_INIT("public"), RULE_FRAME}, {STR_INIT("answer"), RULE_ANSWER}};
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (str_equal(kinds[i].word, word)) {
            *ret_kind = kinds[i].kind;
            return true;
        }
    }
    return false;
}

enum status grader_open(struct arena *arena, const struct pack *pack,
                        const struct grader **ret_grader, struct error *err)
{
    struct grader *grader = ARENA_NEW(arena, struct grader);
    grader->pack = pack;
    grader->kinds = ARENA_ARRAY(arena, enum rule_kind, pack->rule_count + 1);
    size_t reasons = 0;
    for (size_t i = 0; i < pack->rule_count; i++) {
        if (!kind_from(pack->rules[i].kind, &grader->kinds[i])) {
            return error_set(err, STATUS_INVALID, "rules.csv, %.*s: no such kind of rule",
                             STR_ARG(pack->rules[i].id));
        }
        reasons += grader->kinds[i] != RULE_IDIOM && grader->kinds[i] != RULE_FRAME;
    }
    if (reasons > GRADE_REASONS_MAX) {
        return error_set(err, STATUS_LIMIT, "rules.csv: more than %d rules", GRADE_REASONS_MAX);
    }
    for (size_t i = 0; i < pack->code_count; i++) {
        if (pack->codes[i].needs_person) {
            grader->unclassified = &pack->codes[i];
        }
    }
    if (grader->unclassified == NULL) {
        return error_set(err, STATUS_INVALID,
                         "codes.csv: one code must be for what is not classified");
    }
    enum status status = phrases_compile(arena, pack, &grader->phrases, err);
    if (status == STATUS_OK) {
        *ret_grader = grader;
    }
    return status;
}

struct grading {
    const struct grader *grader;
    const struct grade_input *input;
    struct phrase_text text;
    bool wants_idioms;
    bool *has_fired; /* one a rule */
    bool *skip;      /* one a rule */
    struct grade_result *result;
};

static void add_reason(struct grading *grading, const struct pack_rule *rule, str id, size_t start,
                       size_t end)
{
    struct grade_result *result = grading->result;
    if (result->reason_count < GRADE_REASONS_MAX) {
        result->reasons[result->reason_count] = (struct grade_reason){rule, id, start, end};
        result->reason_count++;
    }
}

static void add_code(struct grading *grading, const struct pack_code *code)
{
    struct grade_result *result = grading->result;
    for (size_t i = 0; i < result->code_count; i++) {
        if (result->codes[i] == code) {
            return;
        }
    }
    if (code != NULL && result->code_count < GRADE_CODES_MAX) {
        result->codes[result->code_count] = code;
        result->code_count++;
    }
}

static void add_codes(struct grading *grading, const struct pack_rule *rule)
{
    for (size_t i = 0; i < rule->codes.count; i++) {
        add_code(grading, pack_code(grading->grader->pack, rule->codes.items[i]));
    }
}

static void found(void *context, size_t rule, size_t from, size_t to)
{
    struct grading *grading = context;
    struct phrase_word *words = grading->text.words;
    for (size_t i = from; i < to; i++) {
        if (grading->wants_idioms) {
            words[i].is_idiom = true;
        } else if (words[i].is_idiom) {
            return;
        }
    }
    if (!grading->wants_idioms) {
        const struct pack_rule *of = &grading->grader->pack->rules[rule];
        grading->has_fired[rule] = true;
        grading->skip[rule] = true; /* its first place is enough */
        add_codes(grading, of);
        add_reason(grading, of, of->id, words[from].start, words[to - 1].end);
    }
}

/* Idioms go first, so that what they cover is known when the rules are tried. */
static void match_rules(struct grading *grading, bool wants_idioms)
{
    const struct grader *grader = grading->grader;
    grading->wants_idioms = wants_idioms;
    for (size_t i = 0; i < grader->pack->rule_count; i++) {
        grading->skip[i] = (grader->kinds[i] == RULE_IDIOM) != wants_idioms ||
                           grader->kinds[i] == RULE_FRAME; /* of messages */
    }
    phrases_match(grader->phrases, &grading->text, grading->skip, found, grading);
}

static bool answer_holds(const struct grade_input *input, str pattern)
{
    return (input->danger == GRADE_DANGER_NOW && str_equal(pattern, STR("danger=now"))) ||
           (input->danger == GRADE_DANGER_SOON && str_equal(pattern, STR("danger=soon"))) ||
           (input->fear == 5 && str_equal(pattern, STR("fear=5"))) ||
           (input->has_event_soon && str_equal(pattern, STR("event=48h"))) ||
           (input->is_repeated && str_equal(pattern, STR("repeat=yes"))) ||
           (input->has_known_suspect && str_equal(pattern, STR("history=yes"))) ||
           (input->affects_family && str_equal(pattern, STR("family=yes")));
}

static void ask_answers(struct grading *grading)
{
    const struct pack *pack = grading->grader->pack;
    for (size_t i = 0; i < pack->rule_count; i++) {
        if (grading->grader->kinds[i] == RULE_ANSWER &&
            answer_holds(grading->input, pack->rules[i].pattern)) {
            grading->has_fired[i] = true;
            add_codes(grading, &pack->rules[i]);
            add_reason(grading, &pack->rules[i], pack->rules[i].id, 0, 0);
        }
    }
}

static int reason_compare(const void *a, const void *b)
{
    const struct grade_reason *left = a;
    const struct grade_reason *right = b;
    if (left->start != right->start) {
        return left->start < right->start ? -1 : 1;
    }
    if (left->end != right->end) {
        return left->end < right->end ? -1 : 1;
    }
    return str_compare(left->id, right->id);
}

static int default_grade(const struct pack_code *code, bool is_repeated)
{
    return is_repeated ? code->grade_repeated : code->grade;
}

/* Highest grade first; the order of the pack among equals. */
static void sort_codes(struct grade_result *result, bool is_repeated)
{
    for (size_t i = 1; i < result->code_count; i++) {
        for (size_t j = i; j > 0; j--) {
            const struct pack_code *before = result->codes[j - 1];
            const struct pack_code *here = result->codes[j];
            int left = default_grade(before, is_repeated);
            int right = default_grade(here, is_repeated);
            if (left > right || (left == right && before < here)) {
                break;
            }
            result->codes[j - 1] = here;
            result->codes[j] = before;
        }
    }
}

/* A code that is no abuse says nothing beside one that is. */
static void drop_lawful(struct grading *grading)
{
    struct grade_result *result = grading->result;
    const struct pack *pack = grading->grader->pack;
    size_t kept = 0;
    bool has_abuse = false;
    for (size_t i = 0; i < result->code_count; i++) {
        has_abuse = has_abuse || result->codes[i]->counts_as_abuse;
    }
    for (size_t i = 0; i < pack->rule_count && has_abuse; i++) {
        grading->has_fired[i] = grading->has_fired[i] && grading->grader->kinds[i] != RULE_LAWFUL;
    }
    for (size_t i = 0; i < result->code_count; i++) {
        bool is_lawful = !result->codes[i]->counts_as_abuse && result->codes[i]->grade == 0 &&
                         str_equal(result->codes[i]->group, STR("none"));
        if (!has_abuse || !is_lawful) {
            result->codes[kept] = result->codes[i];
            kept++;
        }
    }
    result->code_count = kept;
}

/* The grade of the codes; what nobody could name, and what seems to be no abuse, waits for a person
 * at a grade that somebody looks at. */
static void grade_codes(struct grading *grading)
{
    const struct pack *pack = grading->grader->pack;
    struct grade_result *result = grading->result;
    result->needs_person = true;
    for (size_t i = 0; i < result->code_count; i++) {
        int grade = default_grade(result->codes[i], grading->input->is_repeated);
        result->code_grade = grade > result->code_grade ? grade : result->code_grade;
        if (result->codes[i]->counts_as_abuse) {
            result->needs_person = false;
        }
    }
    if (result->code_count == 0) {
        add_code(grading, grading->grader->unclassified);
        result->code_grade = pack->unclassified_grade;
    } else if (result->needs_person && result->code_grade < pack->lawful_grade) {
        result->code_grade = pack->lawful_grade;
    }
}

/* Floors first, then one raise. A sign in the words raises only where there is abuse to raise. */
static void lift(struct grading *grading)
{
    const struct pack *pack = grading->grader->pack;
    struct grade_result *result = grading->result;
    bool wants_raise = false;
    int grade = result->code_grade;
    for (size_t i = 0; i < pack->rule_count; i++) {
        if (!grading->has_fired[i]) {
            continue;
        }
        grade = pack->rules[i].floor > grade ? pack->rules[i].floor : grade;
        wants_raise =
            wants_raise || (pack->rules[i].raise > 0 && (grading->grader->kinds[i] == RULE_ANSWER ||
                                                         result->codes[0]->counts_as_abuse));
    }
    for (size_t i = 0; i < grading->input->signal_count; i++) {
        int floor = grading->input->signals[i].floor;
        grade = floor > grade ? floor : grade;
    }
    result->is_raised = wants_raise && grade < PACK_GRADE_MAX;
    result->grade = grade + (result->is_raised ? 1 : 0);
    ASSERT(result->grade >= result->code_grade && result->grade <= PACK_GRADE_MAX);
    result->call_999 = result->grade == PACK_GRADE_MAX;
}

void grade_report(const struct grader *grader, const struct grade_input *input,
                  struct arena *scratch, struct grade_result *ret_result)
{
    *ret_result = (struct grade_result){0};
    str text = utf8_clip(input->text, GRADE_TEXT_BYTES_MAX);
    struct grading grading = {.grader = grader, .input = input, .result = ret_result};
    grading.has_fired = ARENA_ARRAY(scratch, bool, grader->pack->rule_count + 1);
    grading.skip = ARENA_ARRAY(scratch, bool, grader->pack->rule_count + 1);
    ret_result->is_clipped = text.n < input->text.n;
    phrases_read(grader->phrases, text, scratch, &grading.text);
    match_rules(&grading, true);
    match_rules(&grading, false);
    ask_answers(&grading);
    for (size_t i = 0; i < input->signal_count; i++) {
        add_code(&grading, pack_code(grader->pack, input->signals[i].code));
        add_reason(&grading, NULL, input->signals[i].id, 0, 0);
    }
    drop_lawful(&grading);
    grade_codes(&grading);
    sort_codes(ret_result, input->is_repeated);
    lift(&grading);
    if (ret_result->reason_count > 1) {
        qsort(ret_result->reasons, ret_result->reason_count, sizeof ret_result->reasons[0],
              reason_compare);
    }
}
