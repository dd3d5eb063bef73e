/* SPDX-License-Identifier: Apache-2.0 */
#include "deskweb/words.h"

#include "codec/json.h"

enum { ACT_JSON_BYTES_MAX = 64 * 1024 };

#define MINUTE_US (60 * US_PER_SECOND)
#define HOUR_US (60 * MINUTE_US)
#define DAY_US (24 * HOUR_US)
#define SOON_US (15 * MINUTE_US)

str words_time(struct arena *arena, time_us at)
{
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct civil_time c = time_civil_london(at);
    return arena_printf(arena, "%u %s %lld, %02u:%02u", c.day, months[(c.month - 1) % 12],
                        (long long)c.year, c.hour, c.minute);
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

/* --- acts --- */

struct verb_words {
    str verb, words;
};
static const struct verb_words verbs[] = {
    {STR_INIT("case.read"), STR_INIT("opened the case")},
    {STR_INIT("case.print"), STR_INIT("printed the case")},
    {STR_INIT("case.export"), STR_INIT("exported the case")},
    {STR_INIT("case.grade"), STR_INIT("set the grade")},
    {STR_INIT("case.codes"), STR_INIT("set the codes")},
    {STR_INIT("case.state"), STR_INIT("set the state")},
    {STR_INIT("case.assign"), STR_INIT("assigned the case")},
    {STR_INIT("case.summary"), STR_INIT("wrote the summary")},
    {STR_INIT("case.access"), STR_INIT("changed who may read")},
    {STR_INIT("case.link"), STR_INIT("linked cases")},
    {STR_INIT("case.unlink"), STR_INIT("undid a link")},
    {STR_INIT("case.merge"), STR_INIT("merged cases")},
    {STR_INIT("case.escalate"), STR_INIT("rang again: nobody had taken the case in time")},
    {STR_INIT("incident.join"), STR_INIT("joined two incidents")},
    {STR_INIT("incident.split"), STR_INIT("took an incident out")},
    {STR_INIT("note.add"), STR_INIT("wrote a private note")},
    {STR_INIT("message.send"), STR_INIT("wrote to the reporter")},
    {STR_INIT("evidence.read"), STR_INIT("opened evidence")},
    {STR_INIT("hold.set"), STR_INIT("held the case: nothing of it can be erased")},
    {STR_INIT("hold.lift"), STR_INIT("lifted the hold")},
    {STR_INIT("erase.look"), STR_INIT("looked at what an erasure would destroy")},
    {STR_INIT("erase.ask"), STR_INIT("asked for an erasure")},
    {STR_INIT("erase.drop"), STR_INIT("decided not to erase")},
    {STR_INIT("erase"), STR_INIT("erased")},
    {STR_INIT("erase.again"), STR_INIT("erased again what a restored backup had brought back")},
    {STR_INIT("report.added"), STR_INIT("took in what the reporter added")},
    {STR_INIT("report.enter"), STR_INIT("entered a report by hand")},
    {STR_INIT("queue.read"), STR_INIT("looked at the queue")},
    {STR_INIT("search"), STR_INIT("searched")},
    {STR_INIT("audit.read"), STR_INIT("read this list")},
    {STR_INIT("numbers.read"), STR_INIT("looked at the numbers")},
    {STR_INIT("login"), STR_INIT("logged in")},
    {STR_INIT("logout"), STR_INIT("logged out")},
    {STR_INIT("login.failed"), STR_INIT("failed log-ins")},
    {STR_INIT("desk.unlock"), STR_INIT("unlocked the desk")},
    {STR_INIT("desk.lock"), STR_INIT("locked the desk")},
    {STR_INIT("store.move"), STR_INIT("began to move the desk to another store")},
    {STR_INIT("officer.add"), STR_INIT("added an officer")},
    {STR_INIT("officer.reset"), STR_INIT("gave an officer a new password and code")},
    {STR_INIT("officer.disable"), STR_INIT("disabled an officer")},
    {STR_INIT("password.change"), STR_INIT("changed the own password")},
};

static void add_value(struct buf *out, const struct json *value)
{
    switch (value->kind) {
    case JSON_TEXT:
        buf_add(out, value->text);
        break;
    case JSON_INT:
        buf_add_i64(out, value->integer);
        break;
    case JSON_BOOL:
        buf_add_c(out, value->boolean ? "yes" : "no");
        break;
    case JSON_LIST:
        for (size_t i = 0; i < value->count; i++) {
            if (i > 0) {
                buf_add_c(out, ", ");
            }
            if (value->items[i].kind == JSON_TEXT || value->items[i].kind == JSON_INT) {
                add_value(out, &value->items[i]);
            }
        }
        break;
    case JSON_NULL:
    case JSON_REAL:
    case JSON_OBJECT:
        break;
    }
}

/* Members that say nothing to a person. */
static bool is_plumbing(str name)
{
    return str_equal(name, STR("evidence")) || str_equal(name, STR("before")) ||
           str_equal(name, STR("last")) || str_equal(name, STR("version")) ||
           str_equal(name, STR("bytes")) || str_equal(name, STR("salt"));
}

str words_act(struct arena *arena, str verb, str detail)
{
    struct buf out;
    struct json json = {0};
    str words = verb;
    buf_init(&out, ACT_JSON_BYTES_MAX);
    for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
        if (str_equal(verbs[i].verb, verb)) {
            words = verbs[i].words;
        }
    }
    buf_add(&out, words);
    if (detail.n > 0 && detail.n < ACT_JSON_BYTES_MAX / 2 &&
        json_parse(arena, detail, &json, NULL) == STATUS_OK && json.kind == JSON_OBJECT) {
        const char *separator = ": ";
        for (size_t i = 0; i < json.count; i++) {
            bool is_empty = json.items[i].kind == JSON_LIST && json.items[i].count == 0;
            if (!is_plumbing(json.names[i]) && !is_empty) {
                buf_add_c(&out, separator);
                buf_add(&out, json.names[i]);
                buf_add_byte(&out, ' ');
                add_value(&out, &json.items[i]);
                separator = ", ";
            }
        }
    }
    str text = arena_str(arena, buf_str(&out));
    buf_close(&out);
    return text;
}
