/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: no bytes break the readers of tables, calendars, VROOM's input, rates, reports of the day and
 * rosters, tables of ways and lists of incidents; and a problem that is made of a file is one that the planner reads.
 * The first byte says which reader. */
#include "plan/account.h"
#include "plan/exchange.h"
#include "plan/matrix.h"
#include "plan/roster.h"
#include "plan/show.h"
#include "plan/sitrep.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char places[] = "id,name,lon,lat\nbase,Base,-0.05,51.52\nbow,Bow,-0.02,51.53\n";
static const char small[] =
    "{\"format\":\"hustings-plan-problem\",\"version\":1,\"day\":\"2026-10-25\","
    "\"travel\":{\"by\":\"sphere\",\"modes\":[{\"id\":\"car\",\"kmh\":25}]},"
    "\"sites\":[{\"id\":\"b\",\"lon\":-0.05,\"lat\":51.52},{\"id\":\"s\",\"lon\":-0.02,\"lat\":51."
    "53}],"
    "\"units\":[{\"id\":\"A\",\"base\":\"b\",\"start_s\":0,\"end_s\":30000,\"brief_s\":900,"
    "\"rank\":\"pc\"}],\"presence\":[{\"base\":\"b\",\"from_s\":0,\"to_s\":30000,\"officers\":2}],"
    "\"tasks\":[{\"id\":\"t\",\"site\":\"s\",\"open_s\":0,\"close_s\":20000,\"dwell_s\":900},"
    "{\"id\":\"u\",\"site\":\"b\",\"open_s\":0,\"close_s\":20000,\"dwell_s\":900}]}";

/* What was made is read: only that it has no units, or too much, may be said. */
static void read_made(struct arena *arena, const struct buf *out)
{
    struct plan_problem problem;
    struct plan_refused refused;
    struct error err = {0};
    bool has_units = str_find(buf_str(out), STR("\"units\":[]")) == out->n;
    plan_refused_init(&refused);
    enum status status = plan_problem_read(arena, buf_str(out), &problem, &refused, &err);
    ASSERT(status == STATUS_OK || status == STATUS_LIMIT || !has_units ||
           str_find(buf_str(out), STR("\"matrix\"")) < out->n || refused.count > 0);
    plan_refused_close(&refused);
}

static void import(struct arena *arena, unsigned kind, str text)
{
    struct plan_sheet sheet = {.sites_name = "sites",
                               .units_name = "units",
                               .events_name = "events",
                               .name = STR("n"),
                               .day = STR("2026-10-25"),
                               .from = 25200,
                               .to = 79200,
                               .dwell = 900,
                               .count = 2};
    struct plan_refused refused;
    struct buf out;
    struct error err = {0};
    uint32_t doubles = 0;
    plan_refused_init(&refused);
    buf_init(&out, 1 << 26);
    sheet.sites = kind == 0 ? text : str_c(places);
    sheet.units = kind == 1 ? text : (str){0};
    sheet.events = kind == 2 ? text : (str){0};
    enum status status = kind == 3 ? plan_import_vroom(text, &out, &refused, &err)
                                   : plan_import_sheet(&sheet, &out, &refused, &doubles, &err);
    if (status == STATUS_OK) {
        read_made(arena, &out);
    }
    buf_close(&out);
    plan_refused_close(&refused);
}

static void day(struct arena *arena, unsigned kind, str text)
{
    struct plan_problem problem;
    struct plan_refused refused;
    struct plan_rates rates = {0};
    struct plan_account account;
    struct error err = {0};
    const struct plan_duty *planned;
    const struct plan_duty *actual;
    const bool *is_told;
    struct plan_route route = {.break_start = -1};
    struct plan_result result = {.routes = &route};
    plan_refused_init(&refused);
    ASSERT(plan_problem_read(arena, str_c(small), &problem, &refused, &err) == STATUS_OK);
    ASSERT(plan_duties_make(arena, &problem, &result, &planned, &err) == STATUS_OK);
    if (kind == 4) {
        (void)!plan_rates_read(arena, "rates", text, &rates, &err);
        ASSERT(plan_account_make(arena, &problem, planned, NULL, &rates, &account, &err) ==
               STATUS_OK);
    } else if (kind == 5) {
        /* Whatever was told, the hours add up. */
        if (plan_actual_read(arena, &problem, planned, "actual", text, &actual, &is_told, &refused,
                             &err) == STATUS_OK) {
            ASSERT(plan_account_make(arena, &problem, actual, is_told, NULL, &account, &err) ==
                   STATUS_OK);
        } else {
            ASSERT(err.status != STATUS_INTERNAL);
        }
    } else {
        struct roster_shift *shifts = NULL;
        struct roster_verdict *verdict = ARENA_NEW(arena, struct roster_verdict);
        struct roster_policy policy = roster_policy_default();
        uint32_t count = 0;
        if (roster_read_csv(arena, &problem, "roster", text, &shifts, &count, &err) == STATUS_OK) {
            roster_check(arena, &problem, &policy, shifts, count, verdict);
        }
    }
    plan_refused_close(&refused);
}

/* With ways of such a table it is still a problem. */
static void ways(struct arena *arena, unsigned kind, str text)
{
    struct plan_problem problem;
    struct plan_problem with;
    struct plan_refused refused;
    struct error err = {0};
    struct buf out;
    plan_refused_init(&refused);
    ASSERT(plan_problem_read(arena, str_c(small), &problem, &refused, &err) == STATUS_OK);
    if (plan_matrix_read(arena, &problem, (enum plan_matrix_kind)(kind - 7), 0, text, &with,
                         &refused, &err) == STATUS_OK) {
        buf_init(&out, 1 << 20);
        plan_problem_write(&with, &out);
        ASSERT(plan_problem_read(arena, buf_str(&out), &problem, &refused, &err) == STATUS_OK);
        buf_close(&out);
    }
    plan_refused_close(&refused);
}

/* One text as reports of the day and as a list of incidents: whatever it says, there is a report. */
static void situation(struct arena *arena, str text)
{
    struct plan_problem problem;
    struct plan_refused refused;
    struct plan_told_rows told;
    struct plan_sitrep sitrep;
    struct plan_incident *incidents = NULL;
    struct error err = {0};
    static const struct plan_stop stops[] = {{0, 9000}, {1, 14000}};
    struct plan_route route = {.stops = stops, .stop_count = 2, .break_start = -1};
    struct plan_route none = {.break_start = -1};
    struct plan_result result = {.routes = &route};
    struct plan_result before = {.routes = &none};
    struct plan_sitrep_options how = {.at = 15000, .late = 600, .ahead = 7200, .previous = &before};
    struct buf out;
    plan_refused_init(&refused);
    ASSERT(plan_problem_read(arena, str_c(small), &problem, &refused, &err) == STATUS_OK);
    if (plan_told_read(arena, &problem, "told", text, &told, &refused, &err) == STATUS_OK) {
        how.told = &told;
    }
    if (plan_incidents_read(arena, &problem, "incidents", text, &incidents, &how.incident_count,
                            &refused, &err) == STATUS_OK) {
        how.incidents = incidents;
    }
    ASSERT(plan_sitrep_make(arena, &problem, &result, &how, &sitrep, &err) == STATUS_OK);
    buf_init(&out, 1 << 22);
    plan_sitrep_add_text(&problem, &sitrep, &out);
    plan_sitrep_add_html(&problem, &sitrep, &out);
    plan_sitrep_add_json(&problem, &sitrep, &out);
    buf_close(&out);
    plan_refused_close(&refused);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    if (size < 1 || size > 1 << 16) {
        return 0;
    }
    unsigned kind = data[0] % 11;
    str text = str_from(data + 1, size - 1);
    arena_init(&arena, (size_t)1 << 30);
    if (kind < 4) {
        import(&arena, kind, text);
    } else if (kind > 9) {
        situation(&arena, text);
    } else if (kind > 6) {
        ways(&arena, kind, text);
    } else {
        day(&arena, kind, text);
    }
    arena_close(&arena);
    return 0;
}
