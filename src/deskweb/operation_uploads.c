/* SPDX-License-Identifier: Apache-2.0 */
/* What can be uploaded to an operation: what is held of it now, which columns it has, and an example to
 * copy. The examples are taken as they stand (tests/e2e/plan.test.mjs uploads each). */
#include "base/utf8.h"
#include "deskweb/plan_view.h"

enum { UPLOADS = 4, RANKS_BYTES_MAX = 400 };

static const char sites_columns[] =
    "Only id and a position (lon and lat, or easting and northing) are wanted; the others may be "
    "left out. visits "
    "0 makes a base, where nobody has to go; empty means as many as Rules say, and none where post "
    "is given. post: so many officers stand there from the first hour to the last. note is printed "
    "on cards and sheets. Further columns: weights, relief_min, skills, "
    "mandatory. "
    "Polling places as councils' programs export them are understood.";
static const char sites_example[] =
    "id,name,area,postcode,lon,lat,from,to,visits,dwell_min,officers,post,risk,note\n"
    "hall,Town hall,Lambeth,SW2 1RW,-0.1169,51.4606,07:00,22:00,4,15,2,0,1,Ask the presiding "
    "officer\n"
    "station,Police station,Lambeth,SW9 7DD,-0.1141,51.4630,,,0,,,,,\n"
    "leisure,Leisure centre,Lambeth,SW4 7AB,-0.1380,51.4620,22:00,02:00+1,,,,2,1,\n";
static const char units_columns[] = "id is the call sign; base the id or the name of a site that "
                                    "is held. A duty that ends on the day after has +1 "
                                    "(01:30+1). Further columns: skills (parted by ;), brief_min, "
                                    "plain_h, notice_days, break_min, break_from, "
                                    "break_to.";
static const char units_example[] = "id,base,start,end,officers,mode,rank\n"
                                    "P1,station,06:30,15:30,2,car,constable\n"
                                    "P2,station,14:30,23:30,2,foot,sergeant\n";
static const char events_columns[] = "iCalendar, as calendar programs save it: UID, DTSTART and "
                                     "DTEND on the operation's day, and LOCATION (the name or "
                                     "id of a site that is held) or GEO. SUMMARY, DESCRIPTION and "
                                     "CONTACT are printed on cards and sheets. Each "
                                     "becomes a visit of 15 minutes.";
static const char rates_columns[] = "Pounds for an officer and hour. band is plain, overtime or "
                                    "rest-day; notice_days and minimum_h are of rest "
                                    "days only. The latest row that is valid on the day counts. A "
                                    "table replaces the one before. The numbers here "
                                    "are made up.";
static const char rates_example[] = "from,rank,band,notice_days,minimum_h,per_hour\n"
                                    "2026-04-01,constable,plain,,,20.00\n"
                                    "2026-04-01,constable,overtime,,,26.60\n"
                                    "2026-04-01,constable,rest-day,15,4,30.00\n"
                                    "2026-04-01,sergeant,plain,,,25.00\n";

static str counted(struct ask *ask, size_t count, const char *what)
{
    return count == 0 ? arena_printf(ask->arena, "No %s are held yet.", what)
                      : arena_printf(ask->arena, "Held now: %zu %s.", count, what);
}

static size_t count_events(const struct operation *operation)
{
    size_t count = 0;
    for (size_t i = 0; i < operation->demand_count; i++) {
        count += operation->demands[i].kind == DEMAND_TASK;
    }
    return count;
}

str operation_rates_held(struct ask *ask, const struct operation *operation)
{
    struct plan_rates rates;
    struct error unused = {0};
    struct buf ranks;
    if (operation->rates.n == 0) {
        return STR("No rates are held yet: costs are not known.");
    }
    if (plan_rates_read(ask->arena, "rates", operation->rates, &rates, &unused) != STATUS_OK) {
        return STR("The rates that are held cannot be read. Upload them again.");
    }
    buf_init(&ranks, RANKS_BYTES_MAX);
    for (uint32_t i = 0; i < rates.count && !ranks.overflowed; i++) {
        bool is_said = false;
        for (uint32_t k = 0; k < i && !is_said; k++) {
            is_said = str_equal(rates.rates[k].rank, rates.rates[i].rank);
        }
        if (!is_said) {
            buf_printf(&ranks, "%s%.*s", ranks.n > 0 ? ", " : "",
                       STR_ARG(utf8_clip(rates.rates[i].rank, 60)));
        }
    }
    str since = operation->rates_at == 0
                    ? STR("")
                    : arena_printf(ask->arena, " since %.*s",
                                   STR_ARG(words_time(ask->arena, operation->rates_at)));
    str text = arena_printf(ask->arena, "Held%.*s: %u %s, of %.*s%s.", STR_ARG(since), rates.count,
                            rates.count == 1 ? "rate" : "rates", STR_ARG(buf_str(&ranks)),
                            ranks.overflowed ? " …" : "");
    buf_close(&ranks);
    return text;
}

/* An event on the operation's own day; a calendar of another day is refused. */
static str events_example(struct ask *ask, const struct operation *operation)
{
    char day[9] = "20260507";
    size_t n = 0;
    for (size_t i = 0; i < operation->day.n && n < 8; i++) {
        if (ascii_is_digit(operation->day.p[i])) {
            day[n++] = operation->day.p[i];
        }
    }
    return arena_printf(ask->arena,
                        "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:hustings-1@example.org\n"
                        "SUMMARY:Hustings\nDESCRIPTION:Five candidates\\, doors at 18:30\n"
                        "CONTACT:The caretaker\nLOCATION:Town hall\n"
                        "DTSTART;TZID=Europe/London:%sT190000\nDTEND;TZID=Europe/London:%sT210000\n"
                        "END:VEVENT\nEND:VCALENDAR\n",
                        day, day);
}

struct part_desk_op_upload operation_uploads(struct ask *ask, const struct operation *operation,
                                             bool is_open, struct part_option_list kinds)
{
    struct part_desk_op_upload_forms *rows =
        ARENA_ARRAY(ask->arena, struct part_desk_op_upload_forms, UPLOADS);
    rows[0] = (struct part_desk_op_upload_forms){STR("sites"), str_c(sites_columns),
                                                 counted(ask, operation->site_count, "sites"),
                                                 str_c(sites_example)};
    rows[1] = (struct part_desk_op_upload_forms){STR("units"), str_c(units_columns),
                                                 counted(ask, operation->unit_count, "units"),
                                                 str_c(units_example)};
    rows[2] = (struct part_desk_op_upload_forms){STR("events"), str_c(events_columns),
                                                 counted(ask, count_events(operation), "events"),
                                                 events_example(ask, operation)};
    rows[3] = (struct part_desk_op_upload_forms){STR("rates of pay"), str_c(rates_columns),
                                                 operation_rates_held(ask, operation),
                                                 str_c(rates_example)};
    return (struct part_desk_op_upload){.csrf = ask_csrf(ask),
                                        .version = operation->version,
                                        .number = operation->number,
                                        .is_open = is_open,
                                        .kinds = kinds,
                                        .forms = {rows, UPLOADS}};
}
