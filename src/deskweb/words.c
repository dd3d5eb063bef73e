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
    case ROLE_PLANNER:
        return STR("Planner");
    case ROLE_NONE:
    case ROLE_COUNT:
        break;
    }
    return STR("");
}

str words_language(str code)
{
    static const char *const names[][2] = {{"cy", "Welsh"},        {"bn", "Bengali"},
                                           {"bn-Latn", "Bengali"}, {"hi-Latn", "Hindi or Urdu"},
                                           {"ga", "Irish"},        {"gd", "Gaelic"},
                                           {"fr", "French"},       {"de", "German"},
                                           {"es", "Spanish"},      {"pt", "Portuguese"},
                                           {"it", "Italian"},      {"nl", "Dutch"},
                                           {"pl", "Polish"},       {"ro", "Romanian"},
                                           {"tr", "Turkish"},      {"so", "Somali"},
                                           {"ar", "Arabic"},       {"he", "Hebrew"},
                                           {"el", "Greek"},        {"hi", "Hindi"},
                                           {"pa", "Punjabi"},      {"gu", "Gujarati"},
                                           {"ta", "Tamil"},        {"zh", "Chinese"},
                                           {"ja", "Japanese"},     {"ko", "Korean"}};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (str_equal(code, str_c(names[i][0]))) {
            return str_c(names[i][1]);
        }
    }
    return STR("");
}

str words_did(enum desk_did did)
{
    switch (did) {
    case DID_TELL:
        return STR("the force, adviser or other owner was told");
    case DID_SPEAK:
        return STR("somebody spoke with the person targeted, or whoever told us");
    case DID_MEASURE:
        return STR("a protective measure was arranged");
    case DID_OTHER:
        return STR("something else was done");
    case DID_NOTHING:
        break;
    }
    return STR("");
}

/* "3 hours", "20 minutes", "6 days": how long it took from the first to the last. */
static str stretch(struct arena *arena, time_us span)
{
    const time_us minute = 60 * US_PER_SECOND;
    int64_t n = (span + minute - 1) / minute;
    const char *unit = "minute";
    if (span > 48 * 60 * minute) {
        n = (span + 24 * 60 * minute - 1) / (24 * 60 * minute);
        unit = "day";
    } else if (span > 90 * minute) {
        n = (span + 30 * minute) / (60 * minute);
        unit = "hour";
    }
    n = n < 1 ? 1 : n;
    return arena_printf(arena, "%lld %s%s", (long long)n, unit, n == 1 ? "" : "s");
}

str words_campaign(struct arena *arena, const struct desk_campaign *c)
{
    if (c->messages == 0) {
        return STR("");
    }
    str text =
        arena_printf(arena, "%lld message%s", (long long)c->messages, c->messages == 1 ? "" : "s");
    if (c->senders > 0) {
        text = arena_printf(arena, "%.*s from %lld sender%s", STR_ARG(text), (long long)c->senders,
                            c->senders == 1 ? "" : "s");
    }
    if (c->first_at != 0 && c->last_at > c->first_at) {
        str span = stretch(arena, c->last_at - c->first_at);
        text = arena_printf(arena, "%.*s in %.*s", STR_ARG(text), STR_ARG(span));
    }
    return text;
}

str words_campaign_kind(struct arena *arena, const struct desk_campaign *c)
{
    enum { KIND_BYTES_MAX = 400 };
    struct buf text;
    bool is_any = false;
    if (c->messages == 0) {
        return STR("");
    }
    buf_init(&text, KIND_BYTES_MAX);
    if (c->messages > 1) {
        int64_t share = (c->personal / c->messages + 5) / 10;
        buf_printf(&text, "%lld %% of the words are the senders’ own. ", (long long)share);
    }
    buf_add_c(&text, "The model: ");
    for (size_t i = 0; i < HEADS_SHOWN; i++) {
        if (c->heads[i] > 0) {
            buf_printf(&text, "%s%s in %lld", is_any ? ", " : "",
                       triage_head_why((enum model_head)i), (long long)c->heads[i]);
            is_any = true;
        }
    }
    bool is_blind = c->unjudged == c->messages;
    buf_add_c(&text, is_any     ? "."
                     : is_blind ? "it knows no word of their language."
                                : "nothing found.");
    if (c->unjudged > 0 && !is_blind) {
        buf_printf(&text, " It cannot judge %lld of them: not English.", (long long)c->unjudged);
    }
    str copy = arena_str(arena, buf_str(&text));
    buf_close(&text);
    return copy;
}
