/* SPDX-License-Identifier: Apache-2.0 */
#include "deskweb/words.h"

#define MINUTE_US (60 * US_PER_SECOND)
#define HOUR_US (60 * MINUTE_US)
#define DAY_US (24 * HOUR_US)
#define SOON_US (15 * MINUTE_US)

static str day_words(struct arena *arena, time_us at, const char *between)
{
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct civil_time c = time_civil_london(at);
    return arena_printf(arena, "%u %s %lld, %s%02u:%02u", c.day, months[(c.month - 1) % 12],
                        (long long)c.year, between, c.hour, c.minute);
}

str words_time(struct arena *arena, time_us at)
{
    return day_words(arena, at, "");
}

str words_hour(struct arena *arena, time_us hour)
{
    return day_words(arena, hour, "around ");
}

str words_span(struct arena *arena, time_us span)
{
    long long minutes = span < 0 ? 0 : span / MINUTE_US;
    if (minutes < 1) {
        return STR("under 1 min");
    }
    if (minutes < 60) {
        return arena_printf(arena, "%lld min", minutes);
    }
    if (minutes < 10 * 60 && minutes % 60 != 0) {
        return arena_printf(arena, "%lld h %lld min", minutes / 60, minutes % 60);
    }
    if (minutes < 48 * 60) {
        return arena_printf(arena, "%lld h", minutes / 60);
    }
    return arena_printf(arena, "%lld days", minutes / (24 * 60));
}

str words_size(struct arena *arena, int64_t bytes)
{
    if (bytes < 1000) {
        return arena_printf(arena, "%lld bytes", (long long)bytes);
    }
    if (bytes < 1000000) {
        return arena_printf(arena, "%lld kB", (long long)(bytes + 500) / 1000);
    }
    return arena_printf(arena, "%lld.%lld MB", (long long)bytes / 1000000,
                        (long long)bytes / 100000 % 10);
}

bool words_is_late(time_us due, time_us now)
{
    return due != 0 && due <= now;
}

bool words_is_soon(time_us due, time_us now)
{
    return due != 0 && due > now && due - now <= SOON_US;
}

str words_due(struct arena *arena, time_us due, time_us now)
{
    if (due == 0) {
        return STR("");
    }
    str span = words_span(arena, due <= now ? now - due : due - now);
    return due <= now ? arena_printf(arena, "late by %.*s", STR_ARG(span))
                      : arena_printf(arena, "%.*s left", STR_ARG(span));
}

str words_clock(enum case_clock clock)
{
    switch (clock) {
    case CLOCK_ACT:
        return STR("to act");
    case CLOCK_TELL:
        return STR("to tell the owner");
    case CLOCK_HEAR:
        return STR("to answer the reporter");
    case CLOCK_NONE:
        break;
    }
    return STR("");
}

str words_state(enum case_state state)
{
    switch (state) {
    case CASE_NEW:
        return STR("New");
    case CASE_TRIAGED:
        return STR("Triaged");
    case CASE_REFERRED:
        return STR("Referred");
    case CASE_OPEN:
        return STR("Open");
    case CASE_CLOSED:
        return STR("Closed");
    case CASE_MERGED:
        return STR("Merged");
    }
    return STR("");
}

str words_state_kind(enum case_state state)
{
    if (state == CASE_NEW) {
        return STR("new");
    }
    if (state == CASE_REFERRED) {
        return STR("waiting");
    }
    return state == CASE_CLOSED || state == CASE_MERGED ? STR("done") : STR("open");
}

str words_access(enum case_access access)
{
    return access == ACCESS_RESTRICTED ? STR("restricted")
           : access == ACCESS_NAMED    ? STR("named officers only")
                                       : STR("");
}

str words_role(enum role role)
{
    switch (role) {
    case ROLE_TRIAGER:
        return STR("Triager");
    case ROLE_SUPERVISOR:
        return STR("Supervisor");
    case ROLE_ADVISER:
        return STR("Adviser");
    case ROLE_ANALYST:
        return STR("Analyst");
    case ROLE_AUDITOR:
        return STR("Auditor");
    case ROLE_ADMIN:
        return STR("Administrator");
    case ROLE_NONE:
    case ROLE_COUNT:
        break;
    }
    return STR("");
}
