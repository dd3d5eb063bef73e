/* SPDX-License-Identifier: Apache-2.0 */
/* What is due when, and what became of it.
 *
 * Closing or merging a case ends its clocks and meets none: what was not done by then was not done. */
#include "desk/desk_internal.h"

#define DAY_US (24 * HOUR_US)

/* Of the calendar day in London; 0 = Sunday. */
static int64_t weekday(struct civil_time day)
{
    struct civil_time noon = {.year = day.year, .month = day.month, .day = day.day, .hour = 12};
    return (time_from_civil_utc(noon) / DAY_US + 4) % 7; /* 1970-01-01 was a Thursday */
}

time_us working_days_after(time_us from, int64_t days)
{
    struct civil_time start = time_civil_london(from);
    time_us at = from;
    while (days > 0) {
        at += DAY_US;
        int64_t day = weekday(time_civil_london(at));
        days -= day != 0 && day != 6;
    }
    /* The same time of the day, also when the clocks were changed in between. */
    struct civil_time end = time_civil_london(at);
    int64_t moved = (int64_t)end.hour * 60 + end.minute - (int64_t)start.hour * 60 - start.minute;
    moved = moved > 12 * 60 ? moved - 24 * 60 : moved < -12 * 60 ? moved + 24 * 60 : moved;
    return at - moved * 60 * US_PER_SECOND;
}

/* When a clock began that what was added started anew, and when it is due. */
static time_us begun(const struct restart *restart, time_us received)
{
    return restart->from != 0 ? restart->from : received;
}

static time_us capped(const struct restart *restart, time_us due)
{
    return due != 0 && restart->cap != 0 && restart->cap < due ? restart->cap : due;
}

static time_us after_minutes(time_us from, int64_t minutes)
{
    return minutes > 0 ? from + minutes * 60 * US_PER_SECOND : 0;
}

/* When the reporter must have heard. A grade that repeats (hourly) is never done: each message
 * starts the next span, and what the reporter adds puts none off. A raise starts it from the raise,
 * for until then nobody had promised that grade's answer. */
static void hear_clock(const struct desk_grade *grade, const struct brief *brief,
                       struct desk_clock *clock)
{
    time_us from = brief->hear_from != 0 ? brief->hear_from : brief->received;
    const struct restart *restart = &brief->restarts[CLOCK_HEAR - 1];
    const bool is_raised = restart->from >= from;
    clock->is_repeating = grade->hear_repeat_minutes > 0;
    if (!brief->has_mailbox) {
        return; /* nobody to write to: no such clock */
    }
    if (clock->is_repeating && brief->heard_at != 0) {
        time_us base = restart->from > brief->heard_at ? restart->from : brief->heard_at;
        clock->met_at = brief->heard_at;
        clock->due = after_minutes(base, grade->hear_repeat_minutes);
        clock->due = base == restart->from ? capped(restart, clock->due) : clock->due;
        return;
    }
    time_us base = is_raised ? restart->from : from;
    clock->due = grade->hear_working_days > 0
                     ? working_days_after(base, grade->hear_working_days)
                     : after_minutes(base, grade->hear_minutes > 0 ? grade->hear_minutes
                                                                   : grade->hear_repeat_minutes);
    clock->due = is_raised ? capped(restart, clock->due) : clock->due;
    clock->met_at = brief->heard_at >= from ? brief->heard_at : 0;
    clock->is_met = clock->met_at != 0;
}

void brief_clocks(const struct desk *desk, const struct desk_file *file, time_us now,
                  struct desk_clock clocks[3])
{
    const struct brief *brief = &file->brief;
    static const struct desk_grade none;
    const struct desk_grade *grade =
        brief->old_news.n > 0 ? &none : &desk->options.rules->grades[file->row.grade];
    bool is_over = file->row.state == CASE_CLOSED || file->row.state == CASE_MERGED;
    const struct restart *act = &brief->restarts[CLOCK_ACT - 1];
    const struct restart *tell = &brief->restarts[CLOCK_TELL - 1];
    time_us act_due = after_minutes(begun(act, brief->received), grade->act_minutes);
    time_us tell_due = after_minutes(begun(tell, brief->received), grade->tell_minutes);
    clocks[0] = (struct desk_clock){.clock = CLOCK_ACT,
                                    .due = capped(act, act_due),
                                    .met_at = brief->acted_at,
                                    .is_met = brief->acted_at != 0};
    clocks[1] = (struct desk_clock){.clock = CLOCK_TELL,
                                    .due = capped(tell, tell_due),
                                    .met_at = brief->told_at,
                                    .is_met = brief->told_at != 0};
    clocks[2] = (struct desk_clock){.clock = CLOCK_HEAR};
    hear_clock(grade, brief, &clocks[2]);
    for (size_t i = 0; i < 3; i++) {
        struct desk_clock *clock = &clocks[i];
        if (clock->due == 0) {
            continue;
        }
        if (is_over && !clock->is_met) { /* without a time (an older casebook): not called late */
            clock->ended_at = brief->ended_at != 0 ? brief->ended_at : clock->due;
        }
        time_us stopped = clock->is_met ? clock->met_at : clock->ended_at;
        clock->is_late = stopped > clock->due;
        clock->is_overdue = stopped == 0 && now > clock->due;
    }
}

time_us clock_running(const struct desk_clock *clock)
{
    return clock->is_met || clock->ended_at != 0 ? 0 : clock->due;
}

void clock_restart(struct brief *brief, enum case_clock clock, time_us from, time_us cap)
{
    brief->restarts[clock - 1] = (struct restart){from, cap};
    if (clock == CLOCK_ACT) {
        brief->acted_at = 0;
        brief->is_escalated = false;
    } else if (clock == CLOCK_TELL) {
        brief->told_at = 0;
    }
}

time_us clock_due(const struct desk *desk, const struct desk_file *file, enum case_clock *ret_clock)
{
    struct desk_clock clocks[3];
    time_us due = 0;
    *ret_clock = CLOCK_NONE;
    brief_clocks(desk, file, 0, clocks);
    for (size_t i = 0; i < 3; i++) {
        time_us runs = clock_running(&clocks[i]);
        if (runs != 0 && (due == 0 || runs < due)) {
            due = runs;
            *ret_clock = clocks[i].clock;
        }
    }
    return due;
}
