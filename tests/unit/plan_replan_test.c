/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: whenever something happens, the mended plan keeps every rule, also for units whose duty is over or
 * who are on their way home. Method: one small day, mended at every quarter of an hour, with ways
 * that are the same all day and with ways that depend on the hour; each plan through the checker. */
#include "../support/cm.h"
#include "../support/plan_day_bench.h"

#include <stdio.h>

#include "base/arena.h"
#include "plan/check.h"
#include "plan/explain.h"

#define PROBLEM(pace)                                                                              \
    "{\"format\":\"hustings-plan-problem\",\"version\":1,\"name\":\"p\",\"travel\":{\"by\":"       \
    "\"sphere\",\"modes\":[{\"id\":\"car\",\"kmh\":25,\"overhead_s\":60" pace "}]},\"sites\":["    \
    "{\"id\":\"b\",\"lon\":-0.03,\"lat\":51.51},{\"id\":\"s1\",\"lon\":-0.02,\"lat\":51.52},"      \
    "{\"id\":\"s2\",\"lon\":-0.05,\"lat\":51.53}],\"units\":["                                     \
    "{\"id\":\"early\",\"base\":\"b\",\"start_s\":24000,\"end_s\":44000,\"officers\":2,"           \
    "\"break\":{\"open_s\":30000,\"close_s\":36000,\"length_s\":1800}},"                           \
    "{\"id\":\"idle\",\"base\":\"b\",\"start_s\":24000,\"end_s\":40000},"                          \
    "{\"id\":\"late\",\"base\":\"b\",\"start_s\":43000,\"end_s\":80000,\"officers\":2}],"          \
    "\"visits\":[{\"id\":\"v1\",\"site\":\"s1\",\"from_s\":25200,\"to_s\":79200,\"count\":4,"      \
    "\"dwell_s\":900,\"profit\":2,\"officers\":2},{\"id\":\"v2\",\"site\":\"s2\",\"from_s\":"      \
    "25200,\"to_s\":79200,\"count\":4,\"dwell_s\":900,\"profit\":3,\"officers\":2}]}"

static void mend_from_to(const char *text, int from, int to, int step)
{
    struct arena arena;
    struct plan_problem problem;
    struct plan_result before;
    struct plan_check check;
    struct plan_refused refused;
    struct plan_solve_options solve = {.seed = 3, .threads = 1, .iterations = 3000};
    struct error err = {0};
    arena_init(&arena, (size_t)1024 * 1024 * 1024);
    plan_refused_init(&refused);
    assert_int_equal(plan_problem_read(&arena, str_c(text), &problem, &refused, &err), STATUS_OK);
    assert_int_equal(refused.count, 0);
    plan_solve(&arena, &problem, &solve, &before);
    plan_check(&arena, &problem, &before, &check);
    assert_int_equal(check.broken_count, 0);
    for (int now = from; now < to; now += step) {
        struct plan_problem with;
        struct plan_event event;
        struct plan_replanned mended;
        struct plan_replan_options options = {.solve = solve, .units_max = 3};
        options.solve.iterations = 500;
        str words = arena_printf(&arena,
                                 "{\"now_s\":%d,\"tasks\":[{\"id\":\"new\",\"site\":\"s2\","
                                 "\"open_s\":%d,\"close_s\":%d,\"dwell_s\":600,\"profit\":9}]}",
                                 now, now, now + 7200);
        assert_int_equal(plan_event_read(&arena, &problem, words, &with, &event, &refused, &err),
                         STATUS_OK);
        plan_replan(&arena, &with, &before, &event, &options, &mended);
        plan_check(&arena, &mended.problem, &mended.result, &check);
        if (check.broken_count > 0) {
            fail_msg("at %d: %.*s", now, STR_ARG(check.broken[0].words));
        }
        for (uint32_t i = 0; i < with.unit_count; i++) { /* nothing new lies in the past */
            const struct plan_route *route = &mended.result.routes[i];
            for (uint32_t k = before.routes[i].stop_count; k < route->stop_count; k++) {
                assert_true(route->stops[k].start >= now);
            }
        }
    }
    plan_refused_close(&refused);
    arena_close(&arena);
}

static void test_same_all_day(void **state)
{
    (void)state;
    mend_from_to(PROBLEM(""), 20700, 84000, 900);
}

static void test_by_the_hour(void **state)
{
    (void)state;
    mend_from_to(PROBLEM(",\"hours\":[1,1,1,1,1,1,1,1.5,2,1.5,1,1,1,1,1,1,1.5,2,1.5,1,1,1,1,1]"),
                 20700, 84000, 900);
}

/* --- breaks and hours --- */

static void mend_one(struct day *day, const char *event_text)
{
    struct plan_solve_options solve = {.seed = 3, .threads = 1, .iterations = 3000};
    struct plan_replan_options options = {.solve = solve, .units_max = 3};
    day_open(day, PROBLEM(""));
    plan_solve(&day->arena, &day->problem, &solve, &day->before);
    day_mend(day, event_text, &options);
    assert_int_equal(day->refused.count, 0);
}

/* A unit is on its break, which began at 30,000, when something comes up: the break stays in the account,
 * and the unit leaves when it has ended. */
static void test_break_had(void **state)
{
    struct day day;
    struct plan_check check;
    const struct plan_duty *duties = NULL;
    struct error err = {0};
    (void)state;
    mend_one(&day, "{\"now_s\":31000,\"tasks\":[{\"id\":\"new\",\"site\":\"s2\",\"open_s\":31000,"
                   "\"close_s\":32600,\"dwell_s\":600,\"profit\":9,\"mandatory\":true,"
                   "\"officers\":2}]}");
    const struct plan_result *result = &day.mended.result;
    assert_true(day.before.routes[0].break_start >= 0);
    assert_true(spent(&day, &day.problem, &day.before, PLAN_LEG_BREAK) == 2 * 1800);
    assert_true(spent(&day, &day.again, result, PLAN_LEG_BREAK) == 2 * 1800);
    assert_int_equal(day.again.units[0].had_count, 1);
    assert_int_equal(day.again.units[0].had[0].start, day.before.routes[0].break_start);
    plan_check(&day.arena, &day.again, result, &check);
    assert_int_equal(check.broken_count, 0);
    assert_int_equal(plan_duties_make(&day.arena, &day.again, result, &duties, &err), STATUS_OK);
    uint32_t new_task = day.problem.task_count;
    bool is_seen = false;
    for (uint32_t i = 0; i < duties[0].leg_count; i++) {
        const struct plan_leg *leg = &duties[0].legs[i];
        if (leg->task == new_task && leg->kind == PLAN_LEG_TRAVEL) {
            is_seen = true;
            assert_true(leg->from >= 31800);
        }
    }
    assert_true(is_seen);
    /* the checker sees it when the break would last until after the new visit has begun */
    day.again.units[0].had[0].length += 7200;
    plan_check(&day.arena, &day.again, result, &check);
    assert_true(check.broken_count > 0);
    day.again.units[0].had[0].length -= 7200;
    day.again.units[0].had[0].after = day.again.units[0].lock_count + 1;
    plan_check(&day.arena, &day.again, result, &check);
    assert_true(check.broken_count > 0);
    day_close(&day);
}

/* What happens, happens anywhere: a place that the problem does not have comes with the event, before or after
 * what has to be done there, and the mended problem has it. */
static void test_new_place(void **state)
{
    static const char *const events[] = {
        "{\"now_s\":31000,\"sites\":[{\"id\":\"street\",\"lon\":-0.04,\"lat\":51.515}],\"tasks\":["
        "{\"id\":\"new\",\"site\":\"street\",\"open_s\":31000,\"close_s\":38200,\"dwell_s\":600,"
        "\"profit\":9,\"mandatory\":true}]}",
        "{\"now_s\":31000,\"tasks\":[{\"id\":\"new\",\"site\":\"street\",\"open_s\":31000,"
        "\"close_s\":38200,\"dwell_s\":600,\"profit\":9,\"mandatory\":true}],\"sites\":["
        "{\"id\":\"street\",\"lon\":-0.04,\"lat\":51.515}]}"};
    struct day day;
    struct plan_check check;
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(events); i++) {
        mend_one(&day, events[i]);
        assert_int_equal(day.problem.site_count, 3);
        assert_int_equal(day.again.site_count, 4);
        assert_true(plan_find_site(&day.again, STR("street")) == 3);
        plan_check(&day.arena, &day.again, &day.mended.result, &check);
        assert_int_equal(check.broken_count, 0);
        assert_int_equal(check.unmet, 0);
        day_close(&day);
    }
}

/* Second is a visit that the unit must make after its break, at no time that is fixed. */
#define LOCKED(breaks, had)                                                                        \
    "{\"format\":\"hustings-plan-problem\",\"version\":1,\"travel\":{\"by\":\"euclid\"},"          \
    "\"sites\":[{\"id\":\"b\",\"x\":0,\"y\":0},{\"id\":\"s1\",\"x\":100,\"y\":0},"                 \
    "{\"id\":\"s2\",\"x\":0,\"y\":100}],"                                                          \
    "\"units\":[{\"id\":\"1\",\"base\":\"b\",\"start_s\":0,\"end_s\":20000," breaks had            \
    "\"locks\":[{\"task\":\"first\"},{\"task\":\"second\"}]},"                                     \
    "{\"id\":\"2\",\"base\":\"b\",\"start_s\":0,\"end_s\":3000," had                               \
    "\"break\":{\"open_s\":400,\"close_s\":900,\"length_s\":900}}],"                               \
    "\"tasks\":[{\"id\":\"first\",\"site\":\"s1\",\"open_s\":0,\"close_s\":8000,\"dwell_s\":300}," \
    "{\"id\":\"second\",\"site\":\"s2\",\"open_s\":0,\"close_s\":15000,\"dwell_s\":300},"          \
    "{\"id\":\"third\",\"site\":\"s2\",\"open_s\":0,\"close_s\":15000,\"dwell_s\":300,"            \
    "\"profit\":5},{\"id\":\"fourth\",\"site\":\"s1\",\"open_s\":0,\"close_s\":1500,"              \
    "\"dwell_s\":300,\"profit\":5}]}"
#define ONE_BREAK "\"break\":{\"open_s\":400,\"close_s\":3000,\"length_s\":2700},"
#define TWO_BREAKS                                                                                 \
    "\"breaks\":[{\"open_s\":400,\"close_s\":900,\"length_s\":900},"                               \
    "{\"open_s\":5000,\"close_s\":8000,\"length_s\":900}],"

static void test_locked_after_break(void **state)
{
    static const char *const texts[] = {
        LOCKED(ONE_BREAK, ""), LOCKED(TWO_BREAKS, ""),
        /* as somebody may write it, who says nothing of free_s */
        LOCKED(ONE_BREAK, "\"had\":[{\"start_s\":0,\"length_s\":1200,\"after\":0}],"),
        LOCKED(TWO_BREAKS, "\"had\":[{\"start_s\":0,\"length_s\":300,\"after\":0}],")};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        mend_from_to(texts[i], 410, 9000, 300);
    }
}

/* Early worked from 24,000 until it dropped out: that is paid, and nothing after it. */
static void test_out_is_paid(void **state)
{
    struct day day;
    struct plan_check check;
    const struct plan_duty *duties = NULL;
    struct error err = {0};
    (void)state;
    mend_one(&day, "{\"now_s\":38000,\"units_out\":[\"early\"]}");
    assert_int_equal(day.again.units[0].officers, 0);
    assert_int_equal(plan_duties_make(&day.arena, &day.again, &day.mended.result, &duties, &err),
                     STATUS_OK);
    assert_int_equal(duties[0].from, 24000);
    assert_int_equal(duties[0].to, 38000);
    /* what is counted as worked until a moment in the middle of it */
    const struct plan_duty half = plan_duty_until(&day.arena, &duties[0], 30500);
    assert_int_equal(half.to, 30500);
    assert_int_equal(plan_duty_check(&day.again, 0, &half, &err), STATUS_OK);
    assert_int_equal(plan_duty_until(&day.arena, &duties[0], 24000).to, 24000);
    assert_int_equal(plan_duty_until(&day.arena, &duties[0], 90000).to, 38000);
    int64_t all = 0;
    int64_t was = 0;
    for (unsigned kind = 0; kind < PLAN_LEG_KINDS; kind++) {
        was += spent(&day, &day.problem, &day.before, kind);
        all += spent(&day, &day.again, &day.mended.result, kind);
    }
    assert_true(was - all == 2 * (44000 - 38000)); /* the others' duties are as long as before */
    plan_check(&day.arena, &day.again, &day.mended.result, &check);
    assert_int_equal(check.broken_count, 0);
    day_close(&day);
}

/* --- what nobody can serve --- */

struct trial {
    struct arena arena;
    struct plan_problem problem, with;
    struct plan_result before;
    struct plan_event event;
    struct plan_replanned mended;
    struct plan_refused refused;
};

/* The plan of before has room: `late` has nothing to do, so a search would give it visits. */
static void trial_open(struct trial *trial, const char *event_text)
{
    struct error err = {0};
    struct plan_solve_options solve = {.seed = 3, .threads = 1, .iterations = 3000};
    struct plan_replan_options options = {.solve = solve, .units_max = 3};
    arena_init(&trial->arena, (size_t)1024 * 1024 * 1024);
    plan_refused_init(&trial->refused);
    assert_int_equal(plan_problem_read(&trial->arena, str_c(PROBLEM("")), &trial->problem,
                                       &trial->refused, &err),
                     STATUS_OK);
    plan_solve(&trial->arena, &trial->problem, &solve, &trial->before);
    assert_true(trial->before.routes[2].stop_count > 0);
    struct plan_route *routes =
        ARENA_ARRAY(&trial->arena, struct plan_route, trial->problem.unit_count);
    memcpy(routes, trial->before.routes, trial->problem.unit_count * sizeof *routes);
    routes[2].stop_count = 0;
    trial->before.routes = routes;
    assert_int_equal(plan_event_read(&trial->arena, &trial->problem, str_c(event_text),
                                     &trial->with, &trial->event, &trial->refused, &err),
                     STATUS_OK);
    plan_replan(&trial->arena, &trial->with, &trial->before, &trial->event, &options,
                &trial->mended);
}

static str said(struct trial *trial)
{
    struct plan_explained *why = NULL;
    uint32_t task = trial->event.first_new;
    assert_int_equal(
        plan_explain(&trial->arena, &trial->mended.problem, &trial->mended.result, task, &why), 1);
    return plan_nobody_words(&trial->arena, &trial->mended.problem, STR("the hall"), why);
}

static void trial_close(struct trial *trial)
{
    plan_refused_close(&trial->refused);
    arena_close(&trial->arena);
}

static void assert_as_it_was(const struct trial *trial)
{
    assert_true(trial->mended.is_as_it_was);
    assert_int_equal(trial->mended.changed_count, 0);
    for (uint32_t i = 0; i < trial->problem.unit_count; i++) {
        const struct plan_route *now = &trial->mended.result.routes[i];
        const struct plan_route *then = &trial->before.routes[i];
        assert_int_equal(now->stop_count, then->stop_count);
        for (uint32_t k = 0; k < now->stop_count; k++) {
            assert_int_equal(now->stops[k].task, then->stops[k].task);
            assert_int_equal(now->stops[k].start, then->stops[k].start);
        }
    }
}

#define EVENT(more)                                                                                \
    "{\"now_s\":43800," more                                                                       \
    "\"tasks\":[{\"id\":\"new\",\"site\":\"s2\",\"open_s\":42000,\"close_s\":"                     \
    "43860,\"dwell_s\":600,\"profit\":9,\"mandatory\":true,\"officers\":2}]}"

static void test_nobody_can_be_there(void **state)
{
    struct trial trial;
    struct plan_check check;
    (void)state;
    trial_open(&trial, EVENT(""));
    assert_as_it_was(&trial);
    assert_int_equal(trial.mended.freed_served, 0);
    assert_int_equal(trial.mended.result.claim.unmet, 1);
    plan_check(&trial.arena, &trial.mended.problem, &trial.mended.result, &check);
    assert_int_equal(check.broken_count,
                     1); /* the new task, and the figures agree with the visits */
    str words = said(&trial);
    assert_true(
        str_equal(str_slice(words, 0, 41), STR("Nobody can be at the hall by 12:11: neare")));
    assert_true(str_ends(
        words, STR("; the visit must begin by 12:11. The first who could be there is late, "
                   "at 12:18.")));
    trial_close(&trial);
}

/* Nobody may: too few officers. Then nobody could be soonest either. */
static void test_nobody_may(void **state)
{
    struct trial trial;
    (void)state;
    trial_open(&trial,
               "{\"now_s\":42000,\"tasks\":[{\"id\":\"new\",\"site\":\"s2\",\"open_s\":42000,"
               "\"close_s\":50000,\"dwell_s\":600,\"profit\":9,\"officers\":7}]}");
    assert_as_it_was(&trial);
    assert_true(str_equal(
        said(&trial),
        STR("Nobody can be at the hall by 13:53: it needs 7 officers in one unit, and the "
            "largest that may go has 2. What could help: ask for 2 there, or make one "
            "unit of 7.")));
    trial_close(&trial);
}

/* With a unit out, its visits are given away all the same; and what can be served is served. */
static void test_still_changed(void **state)
{
    struct trial trial;
    (void)state;
    trial_open(&trial, EVENT("\"units_out\":[\"early\"],"));
    assert_false(trial.mended.is_as_it_was);
    trial_close(&trial);
    trial_open(&trial,
               "{\"now_s\":42000,\"tasks\":[{\"id\":\"new\",\"site\":\"s2\",\"open_s\":42000,"
               "\"close_s\":50000,\"dwell_s\":600,\"profit\":9,\"officers\":2}]}");
    assert_false(trial.mended.is_as_it_was);
    assert_int_equal(trial.mended.freed_served, 1);
    assert_true(trial.mended.changed_count > 0);
    trial_close(&trial);
}

/* --- what units told --- */

enum { DAY_SITES = 14, DAY_UNITS = 6, DAY_TEXT_BYTES = 64 * 1024 };

/* A town with more to do than can be done, duties among it, and units with no, one or two breaks. */
static str town(struct arena *arena, bool has_paces)
{
    struct buf out;
    buf_init(&out, DAY_TEXT_BYTES);
    buf_add_c(&out,
              "{\"format\":\"hustings-plan-problem\",\"version\":1,\"name\":\"p\",\"travel\":{"
              "\"by\":\"sphere\",\"modes\":[{\"id\":\"car\",\"kmh\":25,\"overhead_s\":60");
    buf_add_c(&out, has_paces
                        ? ",\"hours\":[1,3,0.5,2,1,0.5,3,1.5,0.6,3,1,2,0.5,3,1,0.5,3,2,0.5,1,3,"
                          "0.5,1,1]"
                        : "");
    buf_add_c(&out, "}]},"
                    "\"sites\":[{\"id\":\"b\",\"lon\":-0.03,\"lat\":51.51}");
    for (int i = 0; i < DAY_SITES; i++) {
        buf_printf(&out, ",{\"id\":\"s%d\",\"lon\":%.3f,\"lat\":%.3f}", i, -0.05 + i % 5 * 0.013,
                   51.49 + i / 5 * 0.012 + i % 3 * 0.002);
    }
    buf_add_c(&out, "],\"units\":[");
    for (int i = 0; i < DAY_UNITS; i++) {
        buf_printf(&out,
                   "%s{\"id\":\"u%d\",\"base\":\"b\",\"start_s\":%d,\"end_s\":%d,\"officers\":2,"
                   "\"brief_s\":900",
                   i > 0 ? "," : "", i, 24000 + i * 1800, 54000 + i * 3600);
        if (i % 3 == 1) {
            buf_printf(&out, ",\"break\":{\"open_s\":%d,\"close_s\":%d,\"length_s\":1800}", 33000,
                       42000 + i * 1000);
        } else if (i % 3 == 2) {
            buf_printf(&out, ",\"breaks\":[{\"open_s\":33000,\"close_s\":40000,\"length_s\":1200},"
                             "{\"open_s\":44000,\"close_s\":52000,\"length_s\":1500}]");
        }
        buf_add_c(&out, "}");
    }
    buf_add_c(&out, "],\"visits\":[");
    for (int i = 0; i < DAY_SITES; i++) {
        buf_printf(&out,
                   "%s{\"id\":\"v%d\",\"site\":\"s%d\",\"from_s\":25200,\"to_s\":72000,"
                   "\"count\":4,\"dwell_s\":%d,\"profit\":%d,\"officers\":2,\"mandatory\":%s}",
                   i > 0 ? "," : "", i, i, 900 + i % 3 * 600, 1 + i % 4,
                   i % 4 == 0 ? "true" : "false");
    }
    buf_add_c(&out, "]}");
    assert_false(out.overflowed);
    str text = arena_str(arena, buf_str(&out));
    buf_close(&out);
    return text;
}

struct telling {
    const struct plan_problem *problem;
    struct buf csv;
    uint64_t seed;
    int32_t heard;
    const char *out; /* units that drop out */
};

static int32_t dice(struct telling *t, int32_t low, int32_t high)
{
    t->seed = t->seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return low + (int32_t)((t->seed >> 33) % (uint64_t)(high - low + 1));
}

static void tell(struct telling *t, uint32_t unit, const char *what, uint32_t task, int32_t at)
{
    if (at <= t->heard) {
        str name = task == PLAN_NONE ? (str){0} : t->problem->tasks[task].id;
        buf_printf(&t->csv, "%s{\"unit\":\"%.*s\",\"what\":\"%s\",\"at_s\":%d",
                   t->csv.n > 0 ? "," : "", STR_ARG(t->problem->units[unit].id), what, at);
        if (name.n > 0) {
            buf_printf(&t->csv, ",\"task\":\"%.*s\"", STR_ARG(name));
        }
        buf_add_c(&t->csv, "}");
    }
}

/* A day that goes its own way: late, quick, with skips, and breaks when they came. */
static void tell_day(struct telling *t, uint32_t unit, const struct plan_route *route)
{
    const struct plan_unit *one = &t->problem->units[unit];
    int32_t at = one->start + dice(t, -600, 2400);
    uint32_t site = one->base;
    int manner = dice(t, 0, 9); /* 0, 1: tells nothing */
    if (manner < 2) {
        return;
    }
    if (manner < 7) {
        tell(t, unit, "on", PLAN_NONE, at);
    }
    for (uint32_t i = 0; i < route->stop_count; i++) {
        const struct plan_task *task = &t->problem->tasks[route->stops[i].task];
        int64_t way = plan_check_way(t->problem, one->mode, site, task->site);
        if (dice(t, 0, 9) == 0) {
            tell(t, unit, "break", PLAN_NONE, at + 1);
            at += dice(t, 600, 3000);
            tell(t, unit, "back", PLAN_NONE, at);
        }
        if (dice(t, 0, 7) == 0) {
            tell(t, unit, "skipped", route->stops[i].task, at);
            continue;
        }
        at += (int32_t)way * dice(t, 6, 16) / 10;
        at = manner == 9 || at > route->stops[i].start ? at : route->stops[i].start;
        tell(t, unit, "arrived", route->stops[i].task, at);
        at += task->dwell * dice(t, 3, 20) / 10;
        tell(t, unit, "left", route->stops[i].task, at);
        site = task->site;
    }
    if (dice(t, 0, 3) == 0) {
        tell(t, unit, "off", PLAN_NONE, at);
    }
}

/* By the rows that came through: who arrived stays who did it, at that time; who skipped does not go. */
static void assert_is_told(const struct plan_told_rows *told, const struct plan_replanned *mended)
{
    for (uint32_t i = 0; told != NULL && i < told->count; i++) {
        const struct plan_told *row = &told->rows[i];
        const struct plan_route *route = &mended->result.routes[row->unit];
        const struct plan_stop *found = NULL;
        for (uint32_t k = 0; k < route->stop_count; k++) {
            found = route->stops[k].task == row->task ? &route->stops[k] : found;
        }
        if (row->what == PLAN_TOLD_ARRIVED) {
            assert_non_null(found);
            assert_int_equal(found->start, row->at);
        } else if (row->what == PLAN_TOLD_SKIPPED) {
            assert_null(found);
        }
    }
}

/* Who has arrived and not left, or is on a break, is busy: nothing else begins by then. */
static void assert_busy(const struct plan_told_rows *told, const struct plan_replanned *mended,
                        int32_t heard)
{
    for (uint32_t i = 0; told != NULL && i < mended->problem.unit_count; i++) {
        const struct plan_route *route = &mended->result.routes[i];
        uint32_t word = told->word[i];
        for (uint32_t k = 0; word != PLAN_NONE && k < route->stop_count; k++) {
            const struct plan_told *row = &told->rows[word];
            bool is_it = route->stops[k].task == row->task;
            if ((row->what == PLAN_TOLD_ARRIVED && !is_it && route->stops[k].start > row->at) ||
                (row->what == PLAN_TOLD_BREAK && route->stops[k].start > row->at)) {
                assert_true(route->stops[k].start > heard);
            }
            assert_true(row->what != PLAN_TOLD_OFF || route->stops[k].start <= row->at);
        }
    }
}

/* Mends at `now`, and looks at what came of it. */
static void mend_told(struct day *day, const struct plan_problem *problem,
                      const struct plan_result *before, struct telling *t, int32_t now)
{
    struct plan_problem with;
    struct plan_event event;
    struct plan_check check;
    struct error err = {0};
    struct plan_replan_options options = {.solve = {.seed = 3, .threads = 1, .iterations = 300},
                                          .units_max = 3};
    str text = arena_printf(&day->arena,
                            "{\"now_s\":%d,\"heard_s\":%d,\"units_out\":[%s],\"tasks\":[{\"id\":"
                            "\"new%d\",\"site\":\"s2\","
                            "\"open_s\":%d,\"close_s\":%d,\"dwell_s\":600,\"profit\":1,"
                            "\"mandatory\":true}],\"told\":[%.*s]}",
                            now, t->heard, t->out, now, now, now + 5400, STR_ARG(buf_str(&t->csv)));
    assert_int_equal(
        plan_event_read(&day->arena, problem, text, &with, &event, &day->refused, &err), STATUS_OK);
    if (day->refused.count > 0) {
        fail_msg("%.*s", STR_ARG(buf_str(&day->refused.text)));
    }
    plan_replan(&day->arena, &with, before, &event, &options, &day->mended);
    plan_check(&day->arena, &day->mended.problem, &day->mended.result, &check);
    if (plan_check_wrong(&check) > 0) {
        fail_msg("at %d: %.*s", now,
                 STR_ARG(plan_check_words(&day->arena, &day->mended.problem, &check)));
    }
    assert_int_equal(check.unmet, day->mended.result.claim.unmet);
    assert_is_told(event.told, &day->mended);
    assert_busy(event.told, &day->mended, t->heard);
    (void)spent(day, &day->mended.problem, &day->mended.result, PLAN_LEG_DWELL);
}

/* Sixty days, each mended twice: whatever the units tell, the plan keeps every rule, what was told
 * stands in it, and it is read back as it was written. */
static void test_any_day(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        struct day day;
        struct plan_solve_options solve = {.seed = seed, .threads = 1, .iterations = 2000};
        struct error err = {0};
        struct plan_result again;
        struct buf out;
        memset(&day, 0, sizeof day);
        arena_init(&day.arena, (size_t)1024 * 1024 * 1024);
        plan_refused_init(&day.refused);
        assert_int_equal(plan_problem_read(&day.arena, town(&day.arena, seed % 2 == 0),
                                           &day.problem, &day.refused, &err),
                         STATUS_OK);
        assert_int_equal(day.refused.count, 0);
        plan_solve(&day.arena, &day.problem, &solve, &day.before);
        struct telling t = {
            .problem = &day.problem, .seed = seed, .out = seed % 4 == 0 ? "\"u2\",\"u3\"" : ""};
        int32_t now = dice(&t, 24000, 60000);
        for (int turn = 0; turn < 2; turn++) {
            uint64_t dealt = seed * 7;
            t.heard = now - dice(&t, 0, 1) * dice(&t, 0, 3600);
            buf_init(&t.csv, 1024 * 1024);
            t.seed = dealt; /* the same day, heard for longer */
            for (uint32_t i = 0; i < DAY_UNITS; i++) {
                /* now and then a unit does what was planned for another */
                uint32_t other = turn == 1 && seed % 3 == 0 ? (i + 1) % DAY_UNITS : i;
                tell_day(&t, i, &day.before.routes[other]);
            }
            if (turn == 0) {
                mend_told(&day, &day.problem, &day.before, &t, now);
            } else {
                mend_told(&day, &day.again, &again, &t, now);
            }
            buf_close(&t.csv);
            buf_init(&out, 1024 * 1024);
            plan_problem_write(&day.mended.problem, &out);
            assert_int_equal(plan_problem_read(&day.arena, arena_str(&day.arena, buf_str(&out)),
                                               &day.again, &day.refused, &err),
                             STATUS_OK);
            /* facts of a unit that dropped out are said to have nobody */
            if (day.refused.count > 0 && seed % 4 != 0) {
                fail_msg("%.*s", STR_ARG(buf_str(&day.refused.text)));
            }
            plan_refused_close(&day.refused);
            plan_refused_init(&day.refused);
            buf_clear(&out);
            plan_result_write(&day.mended.problem, &day.mended.result, &out);
            assert_int_equal(plan_result_read(&day.arena, &day.again,
                                              arena_str(&day.arena, buf_str(&out)), &again, &err),
                             STATUS_OK);
            buf_close(&out);
            now += 3000;
            t.out = "";
        }
        day_close(&day);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_all_day),        cmocka_unit_test(test_by_the_hour),
        cmocka_unit_test(test_break_had),           cmocka_unit_test(test_new_place),
        cmocka_unit_test(test_locked_after_break),  cmocka_unit_test(test_out_is_paid),
        cmocka_unit_test(test_nobody_can_be_there), cmocka_unit_test(test_nobody_may),
        cmocka_unit_test(test_still_changed),       cmocka_unit_test(test_any_day),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
