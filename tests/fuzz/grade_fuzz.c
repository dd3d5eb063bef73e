/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: no text breaks the grader; spans lie inside the text; the result is within its bounds.
 * The first byte chooses the answers. The rules are a handful, so that no file is needed. */
#include "triage/grade.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const str threat_codes[] = {STR_INIT("T")};
static const str lawful_codes[] = {STR_INIT("L")};
static const str persons[] = {STR_INIT("you"), STR_INIT("him"), STR_INIT("me")};
static const struct pack_word_class classes[] = {{STR_INIT("p"), {persons, 3}}};
static const struct pack_code codes[] = {
    {.id = STR_INIT("T"),
     .group = STR_INIT("a"),
     .grade = 4,
     .grade_repeated = 5,
     .counts_as_abuse = true},
    {.id = STR_INIT("L"), .group = STR_INIT("none")},
    {.id = STR_INIT("O"), .group = STR_INIT("none"), .needs_person = true},
};
static const struct pack_rule rules[] = {
    {.id = STR_INIT("kill"),
     .kind = STR_INIT("text"),
     .codes = {threat_codes, 1},
     .pattern = STR_INIT("will|'ll ..3 kill* the? {p} / know where {p} ..1 live / খুন করব")},
    {.id = STR_INIT("raise"),
     .kind = STR_INIT("text"),
     .raise = 1,
     .pattern = STR_INIT("tonight / a ..16 b ..16 c ..16 d ..16 e ..16 f")},
    {.id = STR_INIT("vote"),
     .kind = STR_INIT("lawful"),
     .codes = {lawful_codes, 1},
     .pattern = STR_INIT("vote {p} out")},
    {.id = STR_INIT("idiom"), .kind = STR_INIT("idiom"), .pattern = STR_INIT("kill* it|me")},
    {.id = STR_INIT("now"),
     .kind = STR_INIT("answer"),
     .floor = 5,
     .pattern = STR_INIT("danger=now")},
    {.id = STR_INIT("fear"), .kind = STR_INIT("answer"), .raise = 1, .pattern = STR_INIT("fear=5")},
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pack pack = {.codes = codes,
                        .code_count = ARRAY_LEN(codes),
                        .rules = rules,
                        .rule_count = ARRAY_LEN(rules),
                        .word_classes = classes,
                        .word_class_count = 1,
                        .unclassified_grade = 2,
                        .lawful_grade = 1};
    struct arena arena;
    const struct grader *grader = NULL;
    struct grade_result result;
    uint8_t answers = size > 0 ? data[0] : 0;
    struct grade_input input = {
        .text = str_from(data, size),
        .danger = (answers & 3) == 3 ? GRADE_DANGER_NOW : GRADE_DANGER_UNSAID,
        .fear = (answers & 4) != 0 ? 5 : 1,
        .is_repeated = (answers & 8) != 0,
    };
    arena_init(&arena, 64 * 1024 * 1024);
    ASSERT(grader_open(&arena, &pack, &grader, NULL) == STATUS_OK);
    grade_report(grader, &input, &arena, &result);
    ASSERT(result.grade >= result.code_grade && result.grade <= PACK_GRADE_MAX);
    ASSERT(result.code_count >= 1 && result.code_count <= ARRAY_LEN(codes));
    for (size_t i = 0; i < result.reason_count; i++) {
        ASSERT(result.reasons[i].start <= result.reasons[i].end && result.reasons[i].end <= size);
    }
    arena_close(&arena);
    return 0;
}
