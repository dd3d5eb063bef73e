/* SPDX-License-Identifier: Apache-2.0 */
/* Time: what is history, and when the rest happened. */
#include "intake/press_internal.h"

enum { MONTHS_RECENT = 12, YEARS_SCENE = 25, YEARS_TO_COURT = 4, HISTORIC_PERCENT = 40 };

static bool year_of(str low, int64_t *ret_year)
{
    uint64_t year = 0;
    if (low.n == 5 && low.p[4] == 's') {
        low.n = 4; /* "1930s" */
    }
    if (low.n != 4 || !str_to_u64(low, &year) || year < 1000 || year > 2100) {
        return false;
    }
    *ret_year = (int64_t)year;
    return true;
}

static unsigned month_of(str low)
{
    static const char *const names[] = {"january",   "february", "march",    "april",
                                        "may",       "june",     "july",     "august",
                                        "september", "october",  "november", "december"};
    for (unsigned i = 0; i < ARRAY_LEN(names); i++) {
        if (str_equal(low, str_c(names[i]))) {
            return i + 1;
        }
    }
    return 0;
}

/* "since 2018", "elected in 2022": a year that is passed through, not the year
 * of the deed. */
static bool is_background_year(const struct press_text *t, size_t i, size_t from)
{
    for (size_t k = i; k > from && i - k < 4; k--) {
        if (press_is(t, k - 1, " since elected re-elected born founded won joined ")) {
            return true;
        }
    }
    return false;
}

/* A court hears today what was done some years before. */
static bool is_heard(const struct press_text *t, size_t i)
{
    const struct sentence *s = &t->sentences[t->tokens[i].sentence];
    return press_find(t, s->from, s->to, "court heard") < s->to ||
           press_find(t, s->from, s->to, "court was told") < s->to ||
           press_find(t, s->from, s->to, "pleaded guilty") < s->to;
}

static bool is_old_year(const struct press_text *t, size_t i, size_t from)
{
    int64_t year = 0;
    if (!year_of(t->tokens[i].low, &year) || is_background_year(t, i, from)) {
        return false;
    }
    if (t->published.year == 0) {
        return year < 2000;
    }
    int64_t gap = t->published.year - year;
    unsigned month = i > from ? month_of(t->tokens[i - 1].low) : 0;
    if (gap == 1 && month != 0) {
        return 12 + (int64_t)t->published.month - (int64_t)month > MONTHS_RECENT;
    }
    return (gap > 1 && !(gap <= YEARS_TO_COURT && is_heard(t, i))) || gap < -1;
}

static bool is_past_phrase(const struct press_text *t, size_t i)
{
    return press_phrase(t, i, "years ago") || press_phrase(t, i, "decades ago") ||
           press_phrase(t, i, "decade ago") || press_phrase(t, i, "century ago") ||
           press_phrase(t, i, "years earlier") || press_phrase(t, i, "as a child") ||
           press_phrase(t, i, "growing up") || press_phrase(t, i, "as a teenager") ||
           press_phrase(t, i, "as a student") || press_phrase(t, i, "before becoming") ||
           press_phrase(t, i, "before entering") || press_phrase(t, i, "when she was a") ||
           press_phrase(t, i, "when he was a") || press_phrase(t, i, "as a young") ||
           press_phrase(t, i, "used to") || press_phrase(t, i, "world war") ||
           press_is(t, i,
                    " century centuries wartime victorian edwardian georgian "
                    "tudor suffragette "
                    "suffragettes sixties seventies eighties thirties blitz "
                    "blackshirts ");
}

static bool is_recent_phrase(const struct press_text *t, size_t i)
{
    return press_is(t, i, " recently today yesterday now ") || press_phrase(t, i, "this week") ||
           press_phrase(t, i, "last week") || press_phrase(t, i, "this month") ||
           press_phrase(t, i, "last month") || press_phrase(t, i, "this year") ||
           press_phrase(t, i, "last night");
}

/* A year more than a generation back sets the scene for what follows, until the
 * present returns. */
static bool is_long_ago(const struct press_text *t, const struct sentence *s)
{
    int64_t year = 0;
    for (size_t i = s->from; i < s->to; i++) {
        if (year_of(t->tokens[i].low, &year) && year + YEARS_SCENE < t->published.year &&
            !is_background_year(t, i, s->from)) {
            return true;
        }
    }
    return false;
}

static bool is_present(const struct press_text *t, const struct sentence *s)
{
    int64_t year = 0;
    for (size_t i = s->from; i < s->to; i++) {
        if (is_recent_phrase(t, i) ||
            (year_of(t->tokens[i].low, &year) && year == t->published.year)) {
            return true;
        }
    }
    return false;
}

void press_mark_history(struct press_text *t)
{
    size_t old_count = 0;
    bool is_scene = false;
    for (size_t n = 0; n < t->sentence_count; n++) {
        struct sentence *s = &t->sentences[n];
        bool is_now = is_present(t, s);
        for (size_t i = s->from; i < s->to; i++) {
            s->is_historic |= is_old_year(t, i, s->from) || is_past_phrase(t, i);
        }
        old_count += s->is_historic ? 1 : 0;
        bool follows = n > 0 && t->sentences[n - 1].paragraph == s->paragraph &&
                       t->sentences[n - 1].is_historic;
        is_scene = (is_scene && !is_now) || is_long_ago(t, s);
        s->is_historic |= (follows || is_scene) && !is_now;
    }
    bool is_all = t->is_history || (t->sentence_count > 0 &&
                                    old_count * 100 / t->sentence_count >= HISTORIC_PERCENT);
    for (size_t n = 0; is_all && n < t->sentence_count; n++) {
        t->sentences[n].is_historic = true;
    }
}

/* --- when --- */

static unsigned weekday_of(str low)
{
    static const char *const names[] = {"sunday",   "monday", "tuesday", "wednesday",
                                        "thursday", "friday", "saturday"};
    for (unsigned i = 0; i < ARRAY_LEN(names); i++) {
        if (str_equal(low, str_c(names[i]))) {
            return i + 1;
        }
    }
    return 0;
}

static str date_text(struct arena *arena, time_us at)
{
    struct civil_time c = time_civil_utc(at);
    return arena_printf(arena, "%04d-%02u-%02u", (int)c.year, c.month, c.day);
}

/* The last such weekday on or before the day of publication. */
static str weekday_date(const struct press_text *t, unsigned weekday)
{
    int64_t days = time_from_civil_utc(t->published) / (86400 * US_PER_SECOND);
    int64_t today = (days + 4) % 7; /* 1970-01-01 was a Thursday */
    int64_t back = (today - (int64_t)weekday + 1 + 7) % 7;
    return date_text(t->arena, (days - back) * 86400 * US_PER_SECOND);
}

/* Does a time phrase begin at i, and on which date when that is certain? */
static bool phrase_at(const struct press_text *t, size_t i, str *ret_date)
{
    *ret_date = (str){0};
    unsigned day = press_is(t, i, " on last ") ? weekday_of(press_low(t, i + 1)) : 0;
    if (day != 0) {
        *ret_date = press_is(t, i, " on ") ? weekday_date(t, day) : (str){0};
        return true;
    }
    if (press_is(t, i, " yesterday ")) {
        *ret_date = date_text(t->arena, time_from_civil_utc(t->published) - 86400 * US_PER_SECOND);
        return true;
    }
    if (press_is(t, i, " during throughout ") || press_phrase(t, i, "at the height of") ||
        press_phrase(t, i, "in the run-up") || press_phrase(t, i, "ahead of")) {
        return true;
    }
    if (press_is(t, i, " in ") && month_of(press_low(t, i + 1)) != 0) {
        return true;
    }
    return is_recent_phrase(t, i) || press_phrase(t, i, "earlier this") ||
           press_phrase(t, i, "over the past") || press_phrase(t, i, "in recent") ||
           press_is(t, i, " since ") || press_phrase(t, i, "on polling day") ||
           press_phrase(t, i, "on election day");
}

static str phrase_text(const struct press_text *t, size_t i)
{
    const struct sentence *s = &t->sentences[t->tokens[i].sentence];
    size_t to = i + 1;
    bool has_and = false;
    while (to < s->to && to < i + 16 && t->tokens[to].kind != TOKEN_COMMA &&
           t->tokens[to].kind != TOKEN_STOP && t->tokens[to].kind != TOKEN_DASH &&
           t->tokens[to].kind != TOKEN_COLON && t->tokens[to].kind != TOKEN_PAREN_OPEN &&
           t->tokens[to].kind != TOKEN_CLOSE &&
           !press_is(t, to, " but who when after as because where that ")) {
        if (press_is(t, to, " and ")) { /* one "and" inside a place name is kept */
            bool joins =
                !has_and && t->tokens[to - 1].is_cap && to + 1 < s->to && t->tokens[to + 1].is_cap;
            has_and = true;
            if (!joins) {
                break;
            }
        }
        to++;
    }
    const char *begin = t->tokens[i].text.p;
    return str_from(begin, (size_t)(t->tokens[to - 1].text.p + t->tokens[to - 1].text.n - begin));
}

/* "told the Assembly on Thursday" dates the telling. */
static bool belongs_to_speech(const struct press_text *t, size_t i, size_t from)
{
    for (size_t k = i; k > from && i - k < 5; k--) {
        if (press_is(t, k - 1, words_speech)) {
            return true;
        }
    }
    return false;
}

str press_when(const struct press_text *t, const struct finding *finding)
{
    const struct sentence *s = &t->sentences[finding->sentence];
    size_t best = SIZE_MAX;
    str date = {0};
    for (size_t i = s->from; i < s->to; i++) {
        str at = {0};
        if (!phrase_at(t, i, &at) || belongs_to_speech(t, i, s->from)) {
            continue;
        }
        if (best == SIZE_MAX || (best < finding->at && i > finding->at)) {
            best = i;
            date = at;
        }
    }
    str text = best == SIZE_MAX ? (str){0} : phrase_text(t, best);
    if (t->published.year == 0) {
        return text;
    }
    str published = date_text(t->arena, time_from_civil_utc(t->published));
    if (date.n > 0) {
        return arena_printf(t->arena, "%.*s: %.*s", STR_ARG(date), STR_ARG(text));
    }
    return arena_printf(t->arena, "by %.*s%s%.*s", STR_ARG(published), text.n > 0 ? ": " : "",
                        STR_ARG(text));
}
