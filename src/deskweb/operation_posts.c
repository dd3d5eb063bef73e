/* SPDX-License-Identifier: Apache-2.0 */
/* Posts are wanted in officers and stood by units. How many units that is, and whether so many are on duty, is
 * said where it is typed and where it stands, by the planner's own rule (plan/problem_rows.c): a post is a
 * number of chains, a chain is one unit's at a time, and counts for as many officers as the smallest unit has
 * that may stand there. */
#include "deskweb/plan_view.h"

#include "plan/day.h"

enum { TURNS_LOOKED_AT = 48 }; /* more are not gone through for a page */

struct operation_crews operation_crews(struct ask *ask, const struct operation *operation)
{
    struct operation_crews crews = {
        .day = operation->day,
        .items = ARENA_ARRAY(ask->arena, struct operation_crew, operation->unit_count + 1)};
    for (size_t i = 0; i < operation->unit_count; i++) {
        struct json row = {0};
        if (json_parse(ask->arena, operation->units[i].json, &row, NULL) != STATUS_OK) {
            continue;
        }
        struct operation_crew crew = {.officers = json_member_int(&row, "officers", 1),
                                      .start = json_member_int(&row, "start_s", 0) +
                                               json_member_int(&row, "brief_s", 0),
                                      .end = json_member_int(&row, "end_s", 0),
                                      .skills = json_member(&row, "skills")};
        crews.least = crews.count == 0 || crew.officers < crews.least ? crew.officers : crews.least;
        crews.most = crew.officers > crews.most ? crew.officers : crews.most;
        crews.items[crews.count++] = crew;
    }
    return crews;
}

static bool has_skill(const struct operation_crew *crew, str skill)
{
    for (size_t i = 0; crew->skills != NULL && i < crew->skills->count; i++) {
        if (str_equal(crew->skills->items[i].text, skill)) {
            return true;
        }
    }
    return false;
}

static bool may_stand(const struct operation_crew *crew, const struct json *row)
{
    const struct json *skills = json_member(row, "skills");
    for (size_t i = 0; skills != NULL && i < skills->count; i++) {
        if (!has_skill(crew, skills->items[i].text)) {
            return false;
        }
    }
    return crew->officers > 0;
}

/* Units that may stand there and are on duty for all of a turn. */
static int64_t count_on(const struct operation_crews *crews, const struct json *row, int64_t from,
                        int64_t to)
{
    int64_t count = 0;
    for (size_t i = 0; i < crews->count; i++) {
        const struct operation_crew *crew = &crews->items[i];
        count += crew->start <= from && crew->end >= to && may_stand(crew, row);
    }
    return count;
}

static const char *units_word(int64_t count)
{
    return count == 1 ? "unit" : "units";
}

str operation_post_words(struct ask *ask, const struct operation_crews *crews,
                         const struct json *row)
{
    int64_t officers = json_member_int(row, "officers", 1);
    int64_t from = json_member_int(row, "from_s", 0);
    int64_t to = json_member_int(row, "to_s", 0);
    int64_t relief = json_member_int(row, "relief_s", to - from);
    const struct plan_problem clock = {.day = crews->day, .ticks_per_s = 1};
    int64_t least = 0;
    for (size_t i = 0; i < crews->count; i++) {
        const struct operation_crew *crew = &crews->items[i];
        bool is_less = least == 0 || crew->officers < least;
        least = is_less && may_stand(crew, row) ? crew->officers : least;
    }
    if (crews->count == 0 || to <= from || relief <= 0) {
        return STR("");
    }
    if (least == 0) {
        return STR(": cannot be met, as no unit has the skills for it");
    }
    int64_t units = (officers + least - 1) / least;
    str much =
        arena_printf(ask->arena, ", which is %lld %s at once", (long long)units, units_word(units));
    int64_t at = from;
    for (int turn = 0; at < to && turn < TURNS_LOOKED_AT; turn++, at += relief) {
        int64_t end = at + relief < to ? at + relief : to;
        int64_t on = count_on(crews, row, at, end);
        if (on < units) {
            return arena_printf(ask->arena,
                                "%.*s: cannot be met, as %lld %s on duty for all of %.*s to %.*s",
                                STR_ARG(much), (long long)on, on == 1 ? "unit is" : "units are",
                                STR_ARG(plan_clock(ask->arena, &clock, at)),
                                STR_ARG(plan_clock(ask->arena, &clock, end)));
        }
    }
    return much;
}

str operation_post_hint(struct ask *ask, const struct operation_crews *crews)
{
    static const char rule[] =
        "Whole units stand there for all of its hours and do nothing else meanwhile; only a table "
        "(relief_min) can have them relieved.";
    if (crews->count == 0) {
        return arena_printf(
            ask->arena, "%s How many units that takes is said here once there are units.", rule);
    }
    int64_t least = crews->least > 0 ? crews->least : 1;
    str sizes =
        crews->least == crews->most
            ? arena_printf(ask->arena, "Units here have %lld %s each", (long long)crews->least,
                           crews->least == 1 ? "officer" : "officers")
            : arena_printf(ask->arena,
                           "Units here have %lld to %lld officers, and each counts as the "
                           "smallest does",
                           (long long)crews->least, (long long)crews->most);
    return arena_printf(ask->arena, "%s %.*s: 8 officers are %lld units at once.", rule,
                        STR_ARG(sizes), (long long)((8 + least - 1) / least));
}
