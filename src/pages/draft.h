/* SPDX-License-Identifier: Apache-2.0 */
/* What the form has collected so far; pure.
 *
 * A draft is the report itself plus what only the form knows: date and time as they were typed,
 * whether "may we contact you" was answered, and the files that were sealed on the way. */
#ifndef HUSTINGS_PAGES_DRAFT_H
#define HUSTINGS_PAGES_DRAFT_H

#include "codec/form.h"
#include "front/front.h"

struct draft {
    struct report report;
    str date, time;     /* as typed */
    str contact;        /* "yes", "no" or empty */
    bool is_choice_bad; /* the form being read held an answer that the page does not offer */
    struct front_evidence files[FRONT_EVIDENCE_MAX];
    size_t file_count;
};

enum { DRAFT_PROBLEMS_MAX = REPORT_PROBLEMS_MAX + 4 };
struct draft_problem {
    str field;   /* id of the input */
    str message; /* English, to be looked up */
};
struct draft_problems {
    struct draft_problem list[DRAFT_PROBLEMS_MAX];
    size_t count;
};
/* The first of a field is kept. */
void draft_problem_add(struct draft_problems *problems, str field, str message);

void draft_init(struct draft *draft);
void draft_encode(const struct draft *draft, struct buf *out);
/* Texts live in the arena. STATUS_CORRUPT when it is not what draft_encode wrote. */
enum status draft_decode(struct arena *arena, str plain, struct draft *ret_draft) MUST_CHECK;

/* Takes the answers of step 1-9 (the order of the pages) out of a form. */
void draft_read_step(struct draft *draft, struct arena *arena, const struct form *form,
                     int64_t step);
/* Which step asks for the input with that id; 0 when none does. */
int64_t draft_step_of(str field);
/* Checks that step, or everything when step is 0. Each problem carries the id of its input. */
void draft_check(const struct draft *draft, struct arena *arena,
                 const struct report_choices *choices, int64_t step, time_us now,
                 struct draft_problems *ret_problems);
/* "21:40", "21:40:30" or "21:40:30.5" in seconds of the day. */
bool draft_clock(str time, int64_t *ret_seconds) MUST_CHECK;
/* "2026-11-23" and "21:40" (or "21:40:30") of London clocks as RFC 3339 in UTC; a date alone stays a
 * date. False when it is no date. Empty date and time give an empty text. */
bool draft_when(struct arena *arena, str date, str time, str *ret_when) MUST_CHECK;

#endif
