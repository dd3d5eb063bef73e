/* SPDX-License-Identifier: Apache-2.0 */
/* Dates, times and sizes in the reporter's language: one form of each, on every page. */
#include "pages/pages_internal.h"

str say_with(const struct visit *visit, str english, const struct said *values, size_t count)
{
    str rest = say(visit, english);
    struct buf out;
    buf_init(&out, 4096);
    while (rest.n > 0) {
        size_t open = str_find_byte(rest, '{');
        buf_add(&out, str_slice(rest, 0, open));
        rest = str_slice(rest, open, rest.n);
        size_t close = str_find_byte(rest, '}');
        str name = str_slice(rest, 1, close);
        for (size_t i = 0; i < count; i++) {
            buf_add(&out, str_equal(name, str_c(values[i].name)) ? values[i].text : STR(""));
        }
        rest = str_slice(rest, close + 1, rest.n);
    }
    str text = arena_str(visit->arena, buf_str(&out));
    buf_close(&out);
    return text;
}

static str number(const struct visit *visit, int64_t value)
{
    return arena_printf(visit->arena, "%lld", (long long)value);
}

str say_day(const struct visit *visit, struct civil_time day)
{
    static const str months[] = {MSG_INIT("January"), MSG_INIT("February"), MSG_INIT("March"),
                                 MSG_INIT("April"),   MSG_INIT("May"),      MSG_INIT("June"),
                                 MSG_INIT("July"),    MSG_INIT("August"),   MSG_INIT("September"),
                                 MSG_INIT("October"), MSG_INIT("November"), MSG_INIT("December")};
    const struct said values[] = {{"day", number(visit, day.day)},
                                  {"month", say(visit, months[(day.month - 1) % 12])},
                                  {"year", number(visit, day.year)}};
    return say_with(visit, MSG("{day} {month} {year}"), values, ARRAY_LEN(values));
}

/* 0 and 12 are 12 on a clock with two halves. */
static unsigned half_day_hour(unsigned hour)
{
    return hour % 12 == 0 ? 12 : hour % 12;
}

str say_day_time(const struct visit *visit, struct civil_time at)
{
    const struct said clock[] = {{"hour", number(visit, half_day_hour(at.hour))},
                                 {"minute", arena_printf(visit->arena, "%02u", at.minute)}};
    str time = say_with(visit, at.hour < 12 ? MSG("{hour}:{minute}am") : MSG("{hour}:{minute}pm"),
                        clock, ARRAY_LEN(clock));
    const struct said values[] = {{"date", say_day(visit, at)}, {"time", time}};
    return say_with(visit, MSG("{date} at {time}"), values, ARRAY_LEN(values));
}

static str whole_hour(const struct visit *visit, unsigned hour)
{
    const struct said clock[] = {{"hour", number(visit, half_day_hour(hour))}};
    return hour % 24 == 0 ? say(visit, MSG("midnight"))
           : hour == 12   ? say(visit, MSG("midday"))
                          : say_with(visit, hour < 12 ? MSG("{hour}am") : MSG("{hour}pm"), clock,
                                     ARRAY_LEN(clock));
}

str say_hour(const struct visit *visit, time_us at)
{
    struct civil_time civil = time_civil_london(at);
    const struct said values[] = {{"date", say_day(visit, civil)},
                                  {"from", whole_hour(visit, civil.hour)},
                                  {"to", whole_hour(visit, civil.hour + 1)}};
    return say_with(visit, MSG("{date}, between {from} and {to}"), values, ARRAY_LEN(values));
}

str say_typed(const struct visit *visit, str date, str time)
{
    time_us day = 0;
    bool is_date = false;
    int64_t seconds = 0;
    bool has_time = time.n > 0 && draft_clock(time, &seconds);
    if (!time_parse(date, &day, &is_date) || !is_date || (time.n > 0 && !has_time)) {
        return time.n == 0 ? date
                           : arena_printf(visit->arena, "%.*s %.*s", STR_ARG(date), STR_ARG(time));
    }
    struct civil_time civil = time_civil_utc(day + seconds * US_PER_SECOND);
    return has_time ? say_day_time(visit, civil) : say_day(visit, civil);
}

str say_size(const struct visit *visit, int64_t bytes)
{
    if (bytes >= 1024 * 1024) {
        int64_t tenths = bytes * 10 / (1024 * 1024);
        return arena_printf(visit->arena, "%d.%d MB", (int)(tenths / 10), (int)(tenths % 10));
    }
    return arena_printf(visit->arena, "%d kB", (int)((bytes + 1023) / 1024));
}
