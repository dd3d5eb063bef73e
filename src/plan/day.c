/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/day.h"

enum { HOUR_S = 3600, DAY_S = 86400, MINUTE_S = 60 };

bool plan_has_day(const struct plan_problem *problem)
{
    return problem->day.n > 0;
}

/* Seconds that clocks in the United Kingdom are ahead of UTC. */
static int64_t offset_s(time_us at)
{
    return (time_from_civil_utc(time_civil_london(at)) - at) / US_PER_SECOND;
}

time_us plan_from_london(struct civil_time civil)
{
    time_us as_utc = time_from_civil_utc(civil);
    time_us summer = as_utc - HOUR_S * US_PER_SECOND;
    return offset_s(summer) == HOUR_S ? summer : as_utc;
}

bool plan_day_start(str day, time_us *ret_at)
{
    time_us at = 0;
    bool is_date = false;
    if (!time_parse(day, &at, &is_date) || !is_date) {
        return false;
    }
    *ret_at = plan_from_london(time_civil_utc(at));
    return true;
}

static time_us midnight(const struct plan_problem *problem)
{
    time_us at = 0;
    return plan_day_start(problem->day, &at) ? at : 0;
}

bool plan_parse_clock(str day, str text, int32_t *ret_seconds)
{
    str hours;
    str minutes;
    uint64_t hour = 0;
    uint64_t minute = 0;
    time_us date = 0;
    time_us start = 0;
    bool is_date = false;
    str rest = str_cut(str_trim(text), ':', &hours);
    bool is_next = str_ends(rest, STR("+1"));
    minutes = is_next ? str_slice(rest, 0, rest.n - 2) : rest;
    if (hours.n < 1 || hours.n > 2 || minutes.n != 2 || !str_to_u64(hours, &hour) ||
        !str_to_u64(minutes, &minute) || minute > 59) {
        return false;
    }
    hour += is_next ? 24 : 0;
    if (hour > 47) {
        return false;
    }
    *ret_seconds = (int32_t)(hour * HOUR_S + minute * MINUTE_S);
    if (day.n == 0) {
        return true;
    }
    if (!time_parse(day, &date, &is_date) || !plan_day_start(day, &start)) {
        return false;
    }
    struct civil_time civil = time_civil_utc(date + *ret_seconds * US_PER_SECOND);
    *ret_seconds = (int32_t)((plan_from_london(civil) - start) / US_PER_SECOND);
    return true;
}

time_us plan_moment(const struct plan_problem *problem, int64_t ticks)
{
    return midnight(problem) + ticks / problem->ticks_per_s * US_PER_SECOND;
}

int64_t plan_ticks_at(const struct plan_problem *problem, time_us at)
{
    return (at - midnight(problem)) / US_PER_SECOND * problem->ticks_per_s;
}

void plan_add_clock(struct buf *out, const struct plan_problem *problem, int64_t ticks)
{
    int64_t seconds = ticks / problem->ticks_per_s;
    if (!plan_has_day(problem)) {
        buf_printf(out, "%02d:%02d", (int)(seconds / HOUR_S % 24),
                   (int)(seconds % HOUR_S / MINUTE_S));
        if (seconds >= DAY_S) {
            buf_printf(out, "+%d", (int)(seconds / DAY_S));
        }
        return;
    }
    time_us zero = midnight(problem);
    time_us at = plan_moment(problem, ticks);
    struct civil_time local = time_civil_london(at);
    struct civil_time first = time_civil_london(zero);
    int64_t days =
        (time_from_civil_utc(
             (struct civil_time){.year = local.year, .month = local.month, .day = local.day}) -
         time_from_civil_utc(
             (struct civil_time){.year = first.year, .month = first.month, .day = first.day})) /
        (DAY_S * US_PER_SECOND);
    buf_printf(out, "%02u:%02u", local.hour, local.minute);
    if (days > 0) {
        buf_printf(out, "+%d", (int)days);
    }
    if (offset_s(zero) != offset_s(zero + (DAY_S + 12 * HOUR_S) * US_PER_SECOND)) {
        buf_add_c(out, offset_s(at) == 0 ? " GMT" : " BST");
    }
}

str plan_clock(struct arena *arena, const struct plan_problem *problem, int64_t ticks)
{
    struct buf out;
    buf_init(&out, 100);
    plan_add_clock(&out, problem, ticks);
    str text = arena_str(arena, buf_str(&out));
    buf_close(&out);
    return text;
}

long long plan_minutes_up(const struct plan_problem *problem, int64_t ticks)
{
    int64_t minute = INT64_C(60) * problem->ticks_per_s;
    return (ticks + minute - 1) / minute;
}

str plan_clock_up(struct arena *arena, const struct plan_problem *problem, int64_t ticks)
{
    return plan_clock(arena, problem, plan_minutes_up(problem, ticks) * 60 * problem->ticks_per_s);
}

void plan_add_iso(struct buf *out, const struct plan_problem *problem, int64_t ticks)
{
    if (!plan_has_day(problem)) {
        plan_add_ticks(out, problem, ticks);
        return;
    }
    time_us at = plan_moment(problem, ticks);
    struct civil_time local = time_civil_london(at);
    buf_printf(out, "%04d-%02u-%02uT%02u:%02u:%02u+%02d:00", (int)local.year, local.month,
               local.day, local.hour, local.minute, local.second, (int)(offset_s(at) / HOUR_S));
}

void plan_add_date(struct buf *out, const struct plan_problem *problem)
{
    static const char *const days[] = {"Thursday", "Friday",  "Saturday", "Sunday",
                                       "Monday",   "Tuesday", "Wednesday"};
    static const char *const months[] = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};
    if (!plan_has_day(problem)) {
        return;
    }
    struct civil_time local = time_civil_london(midnight(problem));
    int64_t number = time_from_civil_utc(local) / (DAY_S * US_PER_SECOND); /* 0 = a Thursday */
    buf_printf(out, "%s %u %s %d", days[(number % 7 + 7) % 7], local.day, months[local.month - 1],
               (int)local.year);
}

int64_t plan_whole_minutes(const struct plan_problem *problem, int64_t *running, int64_t ticks)
{
    int64_t minute = (int64_t)MINUTE_S * problem->ticks_per_s;
    int64_t before = *running / minute;
    *running += ticks;
    return (*running / minute - before) * minute;
}

void plan_add_hours(struct buf *out, const struct plan_problem *problem, int64_t ticks)
{
    int64_t minutes = ticks / problem->ticks_per_s / MINUTE_S;
    buf_printf(out, "%lld h %02d", (long long)(minutes / 60), (int)(minutes % 60));
}
