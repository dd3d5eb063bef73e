/* SPDX-License-Identifier: Apache-2.0 */
/* iCalendar (RFC 5545): one event a visit and one for the break, so that a telephone shows a unit's
 * day.
 *
 * A UID depends on the problem (name and day), the unit and the task and on nothing else, so that a
 * later plan with a higher SEQUENCE moves the event instead of adding one. Times are local with
 * TZID; a time that the clocks show twice can only be meant as the first there (3.3.5), so the
 * second is written in UTC.
 */
#include "plan/show_internal.h"

enum { FOLD_OCTETS = 75 };

#define FNV_OFFSET UINT64_C(14695981039346656037)
#define FNV_PRIME UINT64_C(1099511628211)

struct ics {
    const struct plan_show *show;
    struct buf *out;
    struct buf line;
    time_us stamp;
    uint32_t sequence;
};

/* Ends the line: folded before octet 76, never inside a character (3.1). */
static void end_line(struct ics *ics)
{
    str rest = buf_str(&ics->line);
    size_t room = FOLD_OCTETS;
    while (rest.n > room) {
        size_t cut = room;
        while (cut > 1 && ((unsigned char)rest.p[cut] & 0xc0) == 0x80) {
            cut--;
        }
        buf_add(ics->out, str_slice(rest, 0, cut));
        buf_add_c(ics->out, "\r\n ");
        rest = str_slice(rest, cut, rest.n);
        room = FOLD_OCTETS - 1; /* the blank counts */
    }
    buf_add(ics->out, rest);
    buf_add_c(ics->out, "\r\n");
    buf_clear(&ics->line);
}

static void put(struct ics *ics, const char *line)
{
    buf_add_c(&ics->line, line);
    end_line(ics);
}

/* Text (3.3.11). */
static void add_text(struct ics *ics, str text)
{
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        if (c == '\\' || c == ';' || c == ',') {
            buf_add_byte(&ics->line, '\\');
            buf_add_byte(&ics->line, (char)c);
        } else if (c == '\n') {
            buf_add_c(&ics->line, "\\n");
        } else if (c >= ' ' && c != 0x7f) {
            buf_add_byte(&ics->line, (char)c);
        }
    }
}

static uint64_t hash(uint64_t h, str text)
{
    for (size_t i = 0; i < text.n; i++) {
        h = (h ^ (unsigned char)text.p[i]) * FNV_PRIME;
    }
    return (h ^ 0xff) * FNV_PRIME; /* no UTF-8 has this byte: parts stay apart */
}

static void put_uid(struct ics *ics, str unit, str what)
{
    const struct plan_problem *problem = ics->show->problem;
    uint64_t halves[2] = {FNV_OFFSET, FNV_OFFSET * 31};
    for (size_t i = 0; i < ARRAY_LEN(halves); i++) {
        halves[i] = hash(halves[i], problem->name);
        halves[i] = hash(halves[i], problem->day);
        halves[i] = hash(halves[i], unit);
        halves[i] = hash(halves[i], what);
    }
    buf_printf(&ics->line, "UID:%016llx%016llx@hustings.invalid", (unsigned long long)halves[0],
               (unsigned long long)halves[1]);
    end_line(ics);
}

static void add_civil(struct buf *out, struct civil_time t, const char *end)
{
    buf_printf(out, "%04d%02u%02uT%02u%02u%02u%s", (int)t.year, t.month, t.day, t.hour, t.minute,
               t.second, end);
}

static void put_time(struct ics *ics, const char *name, int32_t ticks)
{
    time_us at = plan_moment(ics->show->problem, ticks);
    struct civil_time local = time_civil_london(at);
    buf_add_c(&ics->line, name);
    if (plan_from_london(local) == at) {
        buf_add_c(&ics->line, ";TZID=Europe/London:");
        add_civil(&ics->line, local, "");
    } else {
        buf_add_c(&ics->line, ":");
        add_civil(&ics->line, time_civil_utc(at), "Z");
    }
    end_line(ics);
}

static void put_zone(struct ics *ics)
{
    static const char *const lines[] = {
        "BEGIN:VTIMEZONE",
        "TZID:Europe/London",
        "BEGIN:DAYLIGHT",
        "DTSTART:19810329T010000",
        "TZNAME:BST",
        "TZOFFSETFROM:+0000",
        "TZOFFSETTO:+0100",
        "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
        "END:DAYLIGHT",
        "BEGIN:STANDARD",
        "DTSTART:19961027T020000",
        "TZNAME:GMT",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0000",
        "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
        "END:STANDARD",
        "END:VTIMEZONE",
    };
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        put(ics, lines[i]);
    }
}

static void put_place(struct ics *ics, uint32_t site)
{
    const struct plan_problem *problem = ics->show->problem;
    const struct plan_site *one = &problem->sites[site];
    buf_add_c(&ics->line, "LOCATION:");
    add_text(ics, plan_site_name(problem, site));
    if (one->area.n > 0) {
        add_text(ics, STR(", "));
        add_text(ics, one->area);
    }
    end_line(ics);
    if (plan_is_lonlat(problem)) {
        buf_printf(&ics->line, "GEO:%.6f;%.6f", one->y, one->x);
        end_line(ics);
    }
}

/* A visit, or the break where `task` is PLAN_NONE. */
struct event {
    uint32_t unit, task, site;
    int32_t from, to;
    bool is_cancelled, is_second; /* the second break */
};

/* What a card says of the place, too: whom to ask, and why it is gone to. */
static void add_note(struct ics *ics, str note)
{
    add_text(ics, note.n > 0 ? STR("\n") : (str){0});
    add_text(ics, note);
}

static void put_event(struct ics *ics, const struct event *event)
{
    const struct plan_problem *problem = ics->show->problem;
    str id = problem->units[event->unit].id;
    bool is_break = event->task == PLAN_NONE;
    put(ics, "BEGIN:VEVENT");
    /* Of a task the name is prefixed, so that none can be taken for the break. */
    struct buf what;
    buf_init(&what, 4096);
    buf_add_c(&what, !is_break ? "task " : event->is_second ? "break 2" : "break");
    buf_add(&what, is_break ? (str){0} : problem->tasks[event->task].id);
    put_uid(ics, id, buf_str(&what));
    buf_close(&what);
    buf_add_c(&ics->line, "DTSTAMP:");
    add_civil(&ics->line, time_civil_utc(ics->stamp), "Z");
    end_line(ics);
    buf_printf(&ics->line, "SEQUENCE:%u", ics->sequence);
    end_line(ics);
    if (event->is_cancelled) {
        put(ics, "STATUS:CANCELLED");
    }
    put_time(ics, "DTSTART", event->from);
    if (event->to > event->from) {
        put_time(ics, "DTEND", event->to);
    }
    buf_add_c(&ics->line, "SUMMARY:");
    add_text(ics, event->is_cancelled ? STR("Cancelled: ") : (str){0});
    add_text(ics, is_break ? STR("Break") : plan_site_name(problem, event->site));
    end_line(ics);
    put_place(ics, event->site);
    buf_add_c(&ics->line, "DESCRIPTION:Unit ");
    add_text(ics, id);
    if (!is_break) {
        add_text(ics, STR(", task "));
        add_text(ics, problem->tasks[event->task].id);
        add_note(ics, problem->tasks[event->task].note);
    }
    add_note(ics, problem->sites[event->site].note);
    end_line(ics);
    put(ics, "CLASS:CONFIDENTIAL"); /* it says where officers will be */
    put(ics, "END:VEVENT");
}

static void put_unit(struct ics *ics, uint32_t unit)
{
    const struct plan_duty *duty = &ics->show->duties[unit];
    uint32_t breaks = 0;
    for (uint32_t i = 0; i < duty->leg_count; i++) {
        const struct plan_leg *leg = &duty->legs[i];
        breaks += leg->kind == PLAN_LEG_BREAK ? 1 : 0;
        if (leg->kind == PLAN_LEG_DWELL || leg->kind == PLAN_LEG_BREAK) {
            uint32_t task = leg->kind == PLAN_LEG_DWELL ? leg->task : PLAN_NONE;
            put_event(ics, &(struct event){.unit = unit,
                                           .task = task,
                                           .site = leg->site,
                                           .from = leg->from,
                                           .to = leg->to,
                                           .is_second = task == PLAN_NONE && breaks > 1});
        }
    }
}

static bool has_task(const struct plan_route *route, uint32_t task)
{
    for (uint32_t i = 0; i < route->stop_count; i++) {
        if (route->stops[i].task == task) {
            return true;
        }
    }
    return false;
}

static void put_cancelled_break(struct ics *ics, struct event *event, int32_t start, uint32_t after,
                                int32_t length)
{
    const struct plan_problem *problem = ics->show->problem;
    const struct plan_route *before = &ics->show->previous->routes[event->unit];
    event->site = after == 0 ? problem->units[event->unit].base
                             : problem->tasks[before->stops[after - 1].task].site;
    event->from = start;
    event->to = start + length;
    put_event(ics, event);
}

/* What the unit had in the earlier plan, and has no longer; at the time it had then. */
static void put_cancelled(struct ics *ics, uint32_t unit)
{
    const struct plan_show *show = ics->show;
    const struct plan_problem *problem = show->problem;
    const struct plan_route *before = &show->previous->routes[unit];
    const struct plan_route *now = &show->result->routes[unit];
    struct event event = {.unit = unit, .is_cancelled = true};
    for (uint32_t i = 0; i < before->stop_count; i++) {
        event.task = before->stops[i].task;
        if (!has_task(now, event.task)) {
            event.site = problem->tasks[event.task].site;
            event.from = before->stops[i].start;
            event.to = event.from + problem->tasks[event.task].dwell;
            put_event(ics, &event);
        }
    }
    /* what it has had is the past, and not cancelled */
    bool has_break = problem->units[unit].had_count == 0 && problem->units[unit].break_length > 0;
    event.task = PLAN_NONE;
    if (before->break_start >= 0 && now->break_start < 0 && has_break) {
        put_cancelled_break(ics, &event, before->break_start, before->break_after,
                            problem->units[unit].break_length);
    }
    event.is_second = true;
    if (before->has_second && !now->has_second && problem->units[unit].had_count == 0 &&
        problem->units[unit].second_length > 0) {
        put_cancelled_break(ics, &event, before->second_start, before->second_after,
                            problem->units[unit].second_length);
    }
}

enum status plan_show_ics(const struct plan_show *show, time_us stamp, uint32_t sequence,
                          struct buf *out, struct error *err)
{
    const struct plan_problem *problem = show->problem;
    struct ics ics = {.show = show, .out = out, .stamp = stamp, .sequence = sequence};
    if (!plan_has_day(problem)) {
        enum status status =
            error_set(err, STATUS_INVALID, "the problem has no 'day', and a calendar has dates");
        error_hint(err, "add \"day\":\"2026-05-07\" to the problem");
        return status;
    }
    buf_init(&ics.line, 256 * 1024);
    put(&ics, "BEGIN:VCALENDAR");
    put(&ics, "VERSION:2.0");
    put(&ics, "PRODID:-//hustings//plan//EN");
    put(&ics, "CALSCALE:GREGORIAN");
    put(&ics, "METHOD:PUBLISH");
    put_zone(&ics);
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        if (show_has_unit(show, i)) {
            put_unit(&ics, i);
        }
        if (show_has_unit(show, i) && show->previous != NULL) {
            put_cancelled(&ics, i);
        }
    }
    put(&ics, "END:VCALENDAR");
    buf_close(&ics.line);
    return STATUS_OK;
}
