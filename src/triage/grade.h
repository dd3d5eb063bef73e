/* SPDX-License-Identifier: Apache-2.0 */
/* The rule-based default grade of a report: what a careful reader would notice at once.
 *
 * A pure function of a report's words and answers and of the pack's rules (docs/design/grade.md has
 * the language of the patterns). It suggests codes, takes the highest default grade of the codes,
 * lifts it to the floor of any rule or answer that asks for one, and adds at most one grade for a
 * warning sign. Nothing here can make a grade lower than another part of it found: rules have no
 * negative effect, and what seems lawful is still read by a person. Every suggestion carries the
 * words of the report that it comes from.
 *
 * A text no rule knows gets the pack's unclassified_grade and needs_person. Other sources (a
 * statistical score) come in as signals and can only lift.
 *
 * Cost: linear in the text; 64 KiB at most are read, the rest is left to a person (is_clipped).
 */
#ifndef HUSTINGS_TRIAGE_GRADE_H
#define HUSTINGS_TRIAGE_GRADE_H

#include "base/arena.h"
#include "base/status.h"
#include "pack/pack.h"

enum {
    GRADE_TEXT_BYTES_MAX = 64 * 1024,
    GRADE_REASONS_MAX = 96, /* rules.csv may not have more rules that are no idioms */
    GRADE_CODES_MAX = 40
};

struct grader; /* the compiled rules; read-only, shareable */

/* Compiles the rules of a pack. The pack must outlive the grader. STATUS_INVALID names the rule. */
enum status grader_open(struct arena *arena, const struct pack *pack,
                        const struct grader **ret_grader, struct error *err) MUST_CHECK;

enum grade_danger { GRADE_DANGER_UNSAID, GRADE_DANGER_NO, GRADE_DANGER_SOON, GRADE_DANGER_NOW };

/* A suggestion from elsewhere: lifts to `floor`, adds `code` when that is not empty. */
struct grade_signal {
    str id;
    str code;
    int floor; /* 0-5 */
};

struct grade_input {
    str text; /* UTF-8; malformed bytes count as blanks */
    enum grade_danger danger;
    int fear; /* 1-5, 0 = unsaid */
    bool is_repeated;
    bool has_event_soon;    /* within 48 hours */
    bool has_known_suspect; /* from earlier cases */
    bool affects_family;
    const struct grade_signal *signals;
    size_t signal_count;
};

/* Why: the rule, its words in the pack's languages, and where. An answer has start == end == 0. */
struct grade_reason {
    const struct pack_rule *rule; /* NULL for a signal */
    str id;
    size_t start, end; /* bytes of the text, on code-point borders */
};

struct grade_result {
    int grade;      /* 0-5, what is suggested */
    int code_grade; /* before floors and raises */
    bool is_raised;
    bool needs_person; /* no code of abuse was found: a person chooses */
    bool call_999;     /* grade 5: say so to the reporter at once */
    bool is_clipped;   /* the text was longer than what is read */
    const struct pack_code *codes[GRADE_CODES_MAX]; /* highest grade first; never empty */
    size_t code_count;
    struct grade_reason reasons[GRADE_REASONS_MAX]; /* answers first, then by place */
    size_t reason_count;
};

/* `scratch` is used for the words of the text and may be reset afterwards. */
void grade_report(const struct grader *grader, const struct grade_input *input,
                  struct arena *scratch, struct grade_result *ret_result);

#endif
