/* SPDX-License-Identifier: Apache-2.0 */
/* Posts are wanted in officers and stood by whole units. How many units that is, and whether there are officers
 * enough on duty, is said where it is typed and where it stands. What is said to be impossible is so; whether
 * the rest comes out, with ways, breaks and other duties, a search says. */
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

/* Officers of the units that may stand there and are on duty for all of a turn. */
static int64_t officers_on(const struct operation_crews *crews, const struct json *row,
                           int64_t from, int64_t to)
{
    int64_t officers = 0;
    for (size_t i = 0; i < crews->count; i++) {
        const struct operation_crew *crew = &crews->items[i];
        bool is_on = crew->start <= from && crew->end >= to && may_stand(crew, row);
        officers += is_on ? crew->officers : 0;
    }
    return officers;
}

/* "4 units", "4 to 8 units": by the largest and by the smallest of them. */
static str units_of(struct ask *ask, int64_t officers, int64_t least, int64_t most)
{
    int64_t few = (officers + most - 1) / most;
    int64_t many = (officers + least - 1) / least;
    return few == many
               ? arena_printf(ask->arena, "%lld %s", (long long)few, few == 1 ? "unit" : "units")
               : arena_printf(ask->arena, "%lld to %lld units", (long long)few, (long long)many);
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
    int64_t most = 0;
    for (size_t i = 0; i < crews->count; i++) {
        const struct operation_crew *crew = &crews->items[i];
        if (may_stand(crew, row)) {
            least = least == 0 || crew->officers < least ? crew->officers : least;
            most = crew->officers > most ? crew->officers : most;
        }
    }
    if (crews->count == 0 || to <= from || relief <= 0) {
        return STR("");
    }
    if (least == 0) {
        return STR(": cannot be met, as no unit has the skills for it");
    }
    str much = arena_printf(ask->arena, ", which is %.*s at once",
                            STR_ARG(units_of(ask, officers, least, most)));
    int64_t at = from;
    for (int turn = 0; at < to && turn < TURNS_LOOKED_AT; turn++, at += relief) {
        int64_t end = at + relief < to ? at + relief : to;
        int64_t on = officers_on(crews, row, at, end);
        if (on < officers) {
            return arena_printf(
                ask->arena, "%.*s: cannot be met, as %lld %s on duty for all of %.*s to %.*s",
                STR_ARG(much), (long long)on, on == 1 ? "officer is" : "officers are",
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
    int64_t least = crews->least > 0 ? crews->least : 1;
    int64_t most = crews->most > least ? crews->most : least;
    if (crews->count == 0) {
        return arena_printf(
            ask->arena, "%s How many units that takes is said here once there are units.", rule);
    }
    str sizes = least == most ? arena_printf(ask->arena, "%lld %s each", (long long)least,
                                             least == 1 ? "officer" : "officers")
                              : arena_printf(ask->arena, "%lld to %lld officers", (long long)least,
                                             (long long)most);
    return arena_printf(ask->arena, "%s Units here have %.*s: 8 officers are %.*s at once.", rule,
                        STR_ARG(sizes), STR_ARG(units_of(ask, 8, least, most)));
}
