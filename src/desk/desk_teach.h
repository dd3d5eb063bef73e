/* SPDX-License-Identifier: Apache-2.0 */
/* What officers teach the model of triage.
 *
 * An officer who changes the grade or the codes of a case corrects a suggestion. Where it is clear
 * which report was meant (the only one of the incident, or the first of a campaign's copies), the
 * correction is kept beside the act, sealed, with the grade and codes before and after; the text stays
 * where it is. The act's leaf names the report. Corrections of practice, restricted and named cases
 * teach nothing.
 *
 * The desk's own model lies sealed in the casebook, because its weights come from victims' words. It
 * is used here only: for what is shown with a report, and to lift (never to lower) a report that comes in.
 * Reports are graded at the front by the shipped model, which needs no key. When a report that taught
 * is erased, the model is forgotten with it. */
#ifndef HUSTINGS_DESK_DESK_TEACH_H
#define HUSTINGS_DESK_DESK_TEACH_H

#include "desk/desk.h"

enum { DESK_LESSONS_MAX = 256 }; /* at once */

struct desk_lesson {
    int64_t leaf;   /* of the correction */
    int64_t report; /* its leaf */
    int64_t officer;
    str text;
    int64_t from_grade, to_grade;
    str from_codes[DESK_CASE_CODES_MAX], to_codes[DESK_CASE_CODES_MAX];
    size_t from_count, to_count;
};
/* The newest correction of each report, by leaf above `after`; *ret_after is the last leaf looked at,
 * 0 at the end. teach, read.case; an act ("model.lessons"). */
enum status desk_lessons(struct desk *desk, const struct caller *caller, int64_t after,
                         struct arena *arena, struct desk_lesson **ret_list, size_t *ret_count,
                         int64_t *ret_after, struct error *err) MUST_CHECK;
/* Keeps the bytes of a model (triage/model.h) as the desk's own, or forgets it (empty). teach; an act
 * ("model.use", "model.forget"). detail: a JSON object with the two numbers that decided, or empty. */
enum status desk_model_keep(struct desk *desk, const struct caller *caller, str bytes, str detail,
                            struct error *err) MUST_CHECK;

#endif
