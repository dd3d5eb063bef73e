/* SPDX-License-Identifier: Apache-2.0 */
/* The clock on the wall of a problem's day.
 *
 * Second 0 of a problem is the first moment of its day in the United Kingdom; seconds count on
 * through a change of the clocks, so that an hour's dwell is an hour. A problem without a day has
 * hours and minutes only.
 */
#ifndef HUSTINGS_PLAN_DAY_H
#define HUSTINGS_PLAN_DAY_H

#include "base/text.h"
#include "plan/problem.h"

bool plan_has_day(const struct plan_problem *problem);
/* Only with a day; ticks are cut to seconds. */
time_us plan_moment(const struct plan_problem *problem, int64_t ticks);
/* And back. */
int64_t plan_ticks_at(const struct plan_problem *problem, time_us at);
/* UTC of a clock time in the United Kingdom; of a time that is there twice the first, of one that
 * is left out the one that the clock shows after the leap. */
time_us plan_from_london(struct civil_time civil);
/* Seconds of the clock time "07:00", "26:30" or "01:30+1" (both: of the day after) on a day ("" = a
 * day without a change of clocks). At most 47:59. */
bool plan_parse_clock(str day, str text, int32_t *ret_seconds) MUST_CHECK;
/* UTC of the first moment of a day; false when `day` is no date. */
bool plan_day_start(str day, time_us *ret_at) MUST_CHECK;
/* "08:15"; "01:30+1" on the day after; with "BST" or "GMT" behind it on a day when clocks change. */
void plan_add_clock(struct buf *out, const struct plan_problem *problem, int64_t ticks);
/* The same as a text of the arena. */
str plan_clock(struct arena *arena, const struct plan_problem *problem, int64_t ticks);
/* Of what has to be waited for: the minute in which it is reached, not the one before. */
str plan_clock_up(struct arena *arena, const struct plan_problem *problem, int64_t ticks);
long long plan_minutes_up(const struct plan_problem *problem, int64_t ticks);
/* "2026-05-07T08:15:00+01:00", or seconds where there is no day. */
void plan_add_iso(struct buf *out, const struct plan_problem *problem, int64_t ticks);
/* "Thursday 7 May 2026"; nothing without a day. */
void plan_add_date(struct buf *out, const struct plan_problem *problem);
/* Ticks of a row as whole minutes (in ticks), so that the rows of a table add up to the minutes of their sum: what is
 * cut of one counts for the next. `running`: what the rows have until here, 0 before the first. */
int64_t plan_whole_minutes(const struct plan_problem *problem, int64_t *running, int64_t ticks);
/* "1 h 05", "0 h 45": whole minutes, cut. */
void plan_add_hours(struct buf *out, const struct plan_problem *problem, int64_t ticks);

#endif
