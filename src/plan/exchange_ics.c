/* SPDX-License-Identifier: Apache-2.0 */
/* Events out of a calendar (RFC 5545): what of each is needed, and a sentence where it is not there.
 * Components inside an event (alarms) are passed over; repetitions are not guessed at. */
#include <math.h>

#include "base/utf8.h"
#include "codec/grid.h"
#include "plan/day.h"
#include "plan/exchange_internal.h"

enum { LINE_BYTES_MAX = 64 * 1024, HOURS_AFTER = 36, NOTE_PART_BYTES_MAX = 160 };

struct event {
    size_t line;
    str uid, summary, location, geo, status, priority, contact, description;
    str start, start_params, end, end_params, duration;
    bool is_repeated;
};

struct calendar {
    struct sheet_reader *reader;
    str rest;
    size_t line; /* of the next one */
    struct buf text;
    bool is_cut; /* a line was too long */
    time_us midnight;
};

/* The next content line, unfolded; *ret_line is where it begins. */
static bool next_line(struct calendar *calendar, str *ret_text, size_t *ret_line)
{
    str line;
    buf_clear(&calendar->text);
    calendar->line++;
    *ret_line = calendar->line;
    if (!str_next_line(&calendar->rest, &line)) {
        return false;
    }
    buf_add(&calendar->text, line);
    while (calendar->rest.n > 0 && (calendar->rest.p[0] == ' ' || calendar->rest.p[0] == '\t')) {
        (void)str_next_line(&calendar->rest, &line);
        calendar->line++;
        buf_add(&calendar->text, str_slice(line, 1, line.n));
    }
    calendar->is_cut = calendar->is_cut || calendar->text.overflowed;
    *ret_text = arena_str(&calendar->reader->arena, buf_str(&calendar->text));
    return true;
}

/* NAME;PARAMS:VALUE; a colon inside quotes is none. */
static void split(str line, str *ret_name, str *ret_params, str *ret_value)
{
    bool is_quoted = false;
    size_t colon = 0;
    while (colon < line.n && (is_quoted || line.p[colon] != ':')) {
        is_quoted = is_quoted != (line.p[colon] == '"');
        colon++;
    }
    *ret_value = str_slice(line, colon + 1, line.n);
    *ret_params = str_cut(str_slice(line, 0, colon), ';', ret_name);
}

static str unescape(struct arena *arena, str text)
{
    char *out = arena_alloc(arena, text.n + 1, 1);
    size_t len = 0;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == '\\' && i + 1 < text.n) {
            c = text.p[++i];
            c = c == 'n' || c == 'N' ? ' ' : c;
        }
        out[len++] = c;
    }
    return str_trim(str_from(out, len));
}

static void keep(struct event *event, str name, str params, str value)
{
    static const char *const repeats[] = {"RRULE", "RDATE", "RECURRENCE-ID"};
    struct {
        const char *name;
        str *to;
    } const wanted[] = {
        {"UID", &event->uid},           {"SUMMARY", &event->summary},
        {"LOCATION", &event->location}, {"GEO", &event->geo},
        {"STATUS", &event->status},     {"PRIORITY", &event->priority},
        {"CONTACT", &event->contact},   {"DESCRIPTION", &event->description},
        {"DTSTART", &event->start},     {"DTEND", &event->end},
        {"DURATION", &event->duration},
    };
    for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
        if (str_equal_ascii_fold(name, str_c(wanted[i].name))) {
            *wanted[i].to = value;
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(repeats); i++) {
        event->is_repeated = event->is_repeated || str_equal_ascii_fold(name, str_c(repeats[i]));
    }
    if (str_equal_ascii_fold(name, STR("DTSTART"))) {
        event->start_params = params;
    }
    if (str_equal_ascii_fold(name, STR("DTEND"))) {
        event->end_params = params;
    }
}

static bool digits(str text, size_t from, size_t to, unsigned *ret_value)
{
    uint64_t value = 0;
    bool is_good = text.n >= to && str_to_u64(str_slice(text, from, to), &value);
    *ret_value = (unsigned)value;
    return is_good;
}

/* "20260507", "20260507T190000", "20260507T180000Z". Without Z it is local time here, unless TZID
 * says another place; NULL, or what is wrong. */
static const char *parse_time(str text, str params, time_us *ret_at, bool *ret_is_date)
{
    struct civil_time t = {0};
    unsigned year = 0;
    size_t zone = str_find(params, STR("TZID="));
    bool is_utc = str_ends(text, STR("Z"));
    if (zone < params.n && !is_utc) {
        str name = str_slice(params, zone + 5, params.n);
        (void)str_cut(name, ';', &name);
        if (str_find(name, STR("London")) == name.n &&
            str_find(name, STR("GMT Standard")) == name.n) {
            return "its time zone is neither Europe/London nor UTC";
        }
    }
    *ret_is_date = text.n == 8;
    bool is_good = digits(text, 0, 4, &year) && digits(text, 4, 6, &t.month) &&
                   digits(text, 6, 8, &t.day) && t.month >= 1 && t.month <= 12 && t.day >= 1 &&
                   t.day <= 31 && year >= 1970 && year < 2200;
    if (is_good && !*ret_is_date) {
        is_good = (text.n == 15 || (text.n == 16 && is_utc)) && text.p[8] == 'T' &&
                  digits(text, 9, 11, &t.hour) && digits(text, 11, 13, &t.minute) &&
                  digits(text, 13, 15, &t.second) && t.hour < 24 && t.minute < 60 && t.second < 61;
    }
    if (!is_good) {
        return "DTSTART or DTEND is no date and time";
    }
    t.year = year;
    *ret_at = is_utc ? time_from_civil_utc(t) : plan_from_london(t);
    return NULL;
}

/* "PT1H30M", "P1D", "P2W". */
static bool parse_duration(str text, time_us *ret_length)
{
    static const struct {
        char unit;
        int64_t seconds;
    } units[] = {{'W', 604800}, {'D', 86400}, {'H', 3600}, {'M', 60}, {'S', 1}};
    int64_t sum = 0;
    int64_t value = -1;
    if (text.n < 2 || text.p[0] != 'P') {
        return false;
    }
    for (size_t i = 1; i < text.n; i++) {
        size_t k = 0;
        if (ascii_is_digit(text.p[i])) {
            value = (value < 0 ? 0 : value) * 10 + (text.p[i] - '0');
            if (value > 100000) {
                return false;
            }
            continue;
        }
        if (text.p[i] == 'T' && value < 0) {
            continue;
        }
        while (k < ARRAY_LEN(units) && units[k].unit != text.p[i]) {
            k++;
        }
        if (k == ARRAY_LEN(units) || value < 0) {
            return false;
        }
        sum += value * units[k].seconds;
        value = -1;
    }
    *ret_length = sum * US_PER_SECOND;
    return value < 0;
}

/* Seconds of the day; false when the sentence is said. */
static bool times_of(struct calendar *calendar, const struct event *event, int32_t *ret_from,
                     int32_t *ret_to)
{
    struct sheet_reader *reader = calendar->reader;
    const char *file = reader->sheet->events_name;
    time_us from = 0;
    time_us to = 0;
    time_us length = 0;
    bool is_date = false;
    bool is_end_date = false;
    const char *wrong = parse_time(event->start, event->start_params, &from, &is_date);
    if (wrong == NULL && event->end.n > 0) {
        wrong = parse_time(event->end, event->end_params, &to, &is_end_date);
    } else if (wrong == NULL && event->duration.n > 0) {
        wrong = parse_duration(event->duration, &length) ? NULL : "DURATION is no length of time";
        to = from + length;
    } else if (wrong == NULL) {
        to = from + (is_date ? 86400 * US_PER_SECOND : 0);
    }
    if (wrong == NULL && to < from) {
        wrong = "it ends before it starts";
    }
    if (wrong == NULL && (from < calendar->midnight ||
                          from >= calendar->midnight + HOURS_AFTER * 3600 * US_PER_SECOND)) {
        wrong = "it is on another day";
    }
    if (wrong == NULL && to - from > 48 * 3600 * US_PER_SECOND) {
        wrong = "it is longer than two days";
    }
    if (wrong != NULL) {
        sheet_refuse(reader, file, event->line, "event '%.*s': %s",
                     STR_ARG(utf8_clip(event->summary, 60)), wrong);
        return false;
    }
    *ret_from = (int32_t)((from - calendar->midnight) / US_PER_SECOND);
    *ret_to = (int32_t)((to - calendar->midnight) / US_PER_SECOND);
    return true;
}

static uint32_t site_of(struct calendar *calendar, const struct event *event)
{
    struct sheet_reader *reader = calendar->reader;
    const char *file = reader->sheet->events_name;
    struct sheet_site site = {.name = event->location.n > 0 ? event->location : event->summary};
    str lat;
    str lon = str_cut(event->geo, ';', &lat);
    if (event->geo.n > 0 && decimal_parse(lat, &site.lat) && decimal_parse(lon, &site.lon)) {
        site.id = arena_printf(&reader->arena, "at %.*s", STR_ARG(event->uid));
        return sheet_add_site(reader, file, event->line, site, (str){0});
    }
    uint32_t found = event->location.n > 0 ? sheet_find_site(reader, event->location) : PLAN_NONE;
    if (found == PLAN_NONE) {
        sheet_refuse(reader, file, event->line,
                     "event '%.*s' has no GEO, and its LOCATION '%.*s' is the name of no site",
                     STR_ARG(utf8_clip(event->summary, 60)),
                     STR_ARG(utf8_clip(event->location, 60)));
    }
    return found;
}

/* The event's own words for who goes there: what it is (unless the place is called so), what is said of
 * it, and whom to ask. A long description is cut: a card has a few lines. */
static void put_note(struct json_out *json, const struct event *event, bool is_named)
{
    const str parts[] = {is_named ? STR("") : event->summary, event->description, event->contact};
    struct buf note;
    buf_init(&note, 4 * NOTE_PART_BYTES_MAX);
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        str part = str_trim(utf8_clip(parts[i], NOTE_PART_BYTES_MAX));
        if (part.n > 0) {
            buf_add_c(&note, note.n > 0 ? "; " : "");
            buf_add_c(&note, i == 2 ? "contact: " : "");
            buf_add(&note, part);
            buf_add_c(&note, parts[i].n > NOTE_PART_BYTES_MAX ? "…" : "");
        }
    }
    if (note.n > 0) {
        json_put_text(json, "note", buf_str(&note));
    }
    buf_close(&note);
}

static void add_event(struct calendar *calendar, struct event *event)
{
    struct sheet_reader *reader = calendar->reader;
    const char *file = reader->sheet->events_name;
    struct json_out json;
    int32_t from = 0;
    int32_t to = 0;
    uint64_t priority = 0;
    event->summary = unescape(&reader->arena, event->summary);
    event->location = unescape(&reader->arena, event->location);
    event->description = unescape(&reader->arena, event->description);
    event->contact = unescape(&reader->arena, event->contact);
    if (str_equal_ascii_fold(str_trim(event->status), STR("CANCELLED"))) {
        if (reader->sheet->cancelled != NULL) {
            buf_printf(reader->sheet->cancelled, "%.*s\n", STR_ARG(event->uid));
        }
        return;
    }
    if (event->uid.n == 0 || event->uid.n > 170 || event->is_repeated ||
        plan_ids_find(&reader->tasks, event->uid) != UINT32_MAX) {
        sheet_refuse(reader, file, event->line, "event '%.*s': %s",
                     STR_ARG(utf8_clip(event->summary, 60)),
                     event->is_repeated ? "it repeats; give each date as an event of its own"
                                        : "its UID is missing, too long, or there twice");
        return;
    }
    if (!times_of(calendar, event, &from, &to)) {
        return;
    }
    uint32_t site = site_of(calendar, event);
    if (site == PLAN_NONE) {
        return;
    }
    /* 1 is the highest of PRIORITY, 9 the lowest, 0 not given. */
    priority = str_to_u64(str_trim(event->priority), &priority) && priority <= 9 ? priority : 0;
    int32_t dwell = reader->sheet->dwell < to - from ? reader->sheet->dwell : to - from;
    (void)plan_ids_add(&reader->tasks, event->uid, 0);
    sheet_begin(&json, &reader->tasks_text);
    json_put_text(&json, "id", event->uid);
    json_put_text(&json, "site", reader->sites[site].id);
    json_put_int(&json, "open_s", from);
    json_put_int(&json, "close_s", to - dwell);
    json_put_int(&json, "dwell_s", dwell);
    json_put_int(&json, "profit", priority == 0 ? 5 : 10 - (int64_t)priority);
    put_note(&json, event, str_equal(reader->sites[site].name, event->summary));
    json_end_object(&json);
}

enum status sheet_read_events(struct sheet_reader *reader, struct error *err)
{
    struct calendar calendar = {.reader = reader, .rest = reader->sheet->events};
    struct event event = {0};
    unsigned depth = 0; /* of components inside the event; 1 = the event itself */
    bool is_calendar = false;
    str line;
    size_t at = 0;
    if (!plan_day_start(reader->sheet->day, &calendar.midnight)) {
        return error_set(err, STATUS_INVALID, "a calendar has many days: say which with --day");
    }
    buf_init(&calendar.text, LINE_BYTES_MAX);
    while (next_line(&calendar, &line, &at)) {
        str name;
        str params;
        str value;
        split(line, &name, &params, &value);
        value = str_trim(value);
        if (str_equal_ascii_fold(name, STR("BEGIN"))) {
            is_calendar = is_calendar || str_equal_ascii_fold(value, STR("VCALENDAR"));
            if (depth > 0) {
                depth++;
            } else if (str_equal_ascii_fold(value, STR("VEVENT"))) {
                event = (struct event){.line = at};
                depth = 1;
            }
        } else if (str_equal_ascii_fold(name, STR("END")) && depth > 0) {
            if (--depth == 0) {
                add_event(&calendar, &event);
            }
        } else if (depth == 1) {
            keep(&event, name, params, value);
        }
    }
    buf_close(&calendar.text);
    if (!is_calendar || calendar.is_cut) {
        return error_set(err, STATUS_INVALID,
                         calendar.is_cut ? "%.150s has a line of more than 65,536 bytes"
                                         : "%.150s is no calendar: BEGIN:VCALENDAR is missing",
                         reader->sheet->events_name);
    }
    return depth == 0 ? STATUS_OK
                      : error_set(err, STATUS_INVALID, "%.150s ends inside an event",
                                  reader->sheet->events_name);
}
