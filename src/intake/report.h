/* SPDX-License-Identifier: Apache-2.0 */
/* What somebody tells us: the members of one report, the same for form, API and desk; pure.
 *
 * Only `what` is required. Everything else may be left empty: a person in fear answers what they
 * can. Limits are on lengths, never on how often somebody reports: characters for what is one line
 * (a name in Bengali has three bytes a letter), bytes for what is long. What is too long is refused
 * with a sentence, never cut. Texts are valid UTF-8 without control characters (line breaks allowed
 * in long ones).
 *
 * `when` is the last day or time at which something *happened*: was said, sent, done. What somebody
 * fears for a coming day belongs in `what`, with danger "soon"; a date that has not come is refused,
 * because the counts by week and the clock of a case would both believe it.
 */
#ifndef HUSTINGS_INTAKE_REPORT_H
#define HUSTINGS_INTAKE_REPORT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/status.h"
#include "base/text.h"

enum {
    REPORT_WHAT_BYTES_MAX = 64 * 1024,
    REPORT_IMPACT_BYTES_MAX = 16 * 1024,
    REPORT_LINE_CHARS_MAX = 300,
    REPORT_LINE_BYTES_MAX = 4 * REPORT_LINE_CHARS_MAX,
    REPORT_POSTCODE_CHARS_MAX = 20, /* "E1 6AN" has 6; the rest is for "perhaps E1 6AN" */
    REPORT_WORD_BYTES_MAX = 40,
    REPORT_LIST_MAX = 20,
    REPORT_LINK_BYTES_MAX = 2000,
    REPORT_JSON_BYTES_MAX = 256 * 1024,
    REPORT_PROBLEMS_MAX = 40 /* more than a report has members; of unknown ones the first */
};
/* How far ahead of our clock `when` may lie: a day may have begun where the reporter is (UTC+14 is
 * the first to have it); clocks differ by minutes, so an instant gets an hour. */
enum { REPORT_DAY_AHEAD_SECONDS = 14 * 3600, REPORT_TIME_AHEAD_SECONDS = 3600 };
/* What the press reported longer ago than this is past: nobody waits for an answer to it. */
enum { REPORT_NEWS_DAYS = 14 };
/* 2026-01-01: a clock before this program was written is wrong, and then judges no date. */
#define REPORT_CLOCK_IS_RIGHT_FROM (INT64_C(1767225600) * US_PER_SECOND)

enum report_danger { DANGER_UNSAID, DANGER_NOW, DANGER_SOON, DANGER_NO };

struct report {
    str what;
    str target_role;   /* best an id of the pack's offices (mp, councillor …); any words do */
    str target_office; /* the seat or body: "MP for …", a ward, a council */
    str target_name;
    str relation; /* best an id of the pack's relations (self, staff …): who is reporting */
    enum report_danger danger;
    str when; /* RFC 3339, or a date, or words; not in the future */
    str postcode, place, constituency;
    str channel; /* best an id of the pack's channels */
    str accounts[REPORT_LIST_MAX];
    size_t account_count;
    str links[REPORT_LIST_MAX];
    size_t link_count;
    str impact;
    int64_t fear; /* 1-5; 0 unsaid */
    bool may_tell_police, may_tell_party, may_use_in_review;
    bool has_contact; /* false: anonymous */
    str contact_name, contact_email, contact_phone;
    str contact_how; /* when and how it is safe to get in touch */
    str language;    /* en, cy, bn */
};

/* A word that must be one of these; NULL = any word passes. Ends with NULL. */
struct report_choices {
    const char *const *offices;
    const char *const *channels;
};

struct report_problem {
    const char *field;   /* "where.postcode": member path, and the name of the form's field */
    const char *message; /* an English sentence: also the message id of the catalogues */
    const char
        *pointer; /* JSON pointer within the body ("/accounts/3"); NULL = that of the field */
};
struct report_problems {
    struct report_problem list[REPORT_PROBLEMS_MAX];
    size_t count;
};

/* Checks everything; true when there is no problem. Changes nothing. At most one problem a field. */
bool report_validate(const struct report *report, const struct report_choices *choices, time_us now,
                     struct report_problems *ret_problems);
/* Was an article of this date ("2024-07-22…"; empty: unknown, and then no) past when it came in? */
bool report_is_old_news(str published, time_us taken_in);
/* Empty report with language "en". */
void report_init(struct report *report);
/* Place and constituency as one text, as a router reads it: "Mile End, Stratford and Bow". */
str report_where_words(struct arena *arena, const struct report *report);
const char *report_danger_word(enum report_danger danger); /* "now", "soon", "no", "" */
bool report_danger_from_word(str word, enum report_danger *ret_danger);

/* Adds one, unless that field has one already or there is no room. All texts must live as long. */
void report_problem_add(struct report_problems *problems, struct report_problem problem);

/* That there is no such member (of `group`, or at the top when it is empty). */
void report_problem_unknown(struct report_problems *problems, struct arena *arena, str group,
                            str name);

/* Takes the members out of a JSON object; *ret_problems has every unknown and every mistyped one, and
 * *ret_report all others. True when there is no problem. Not yet validated: report_validate then
 * says what is wrong with the values. Texts live in the arena and in `object`. */
struct json;
bool report_read(struct arena *arena, const struct json *object, struct report *ret_report,
                 struct report_problems *ret_problems);
/* The same from text. STATUS_INVALID names the first unknown or mistyped member, e.g.
 * "there is no member 'whut'". */
enum status report_from_json(struct arena *arena, str json, struct report *ret_report,
                             struct error *err) MUST_CHECK;
/* The same members; empty ones are left out. Reading it back gives the same report. */
struct json_out;
void report_to_json(struct json_out *out, const struct report *report);

#endif
