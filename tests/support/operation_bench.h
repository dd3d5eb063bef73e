/* SPDX-License-Identifier: Apache-2.0 */
/* A desk of the invented country with one operation: three sites, three units. */
#ifndef HUSTINGS_TESTS_OPERATION_BENCH_H
#define HUSTINGS_TESTS_OPERATION_BENCH_H

#include "desk_acts.h"

#include "desk/operation_internal.h"

static const char sites_csv[] =
    "id,name,area,lon,lat,from,to,visits,dwell_min\n"
    "base,Harbour station,Carrek Loos,-5.5,50.1,,,0,\n"
    "a,Porth Enys Village Hall,Carrek Loos,-5.51,50.11,07:00,22:00,2,15\n"
    "b,Market House,Carrek Loos,-5.52,50.12,07:00,22:00,2,15\n"
    "sea,Far away,Carrek Loos,10,60,07:00,22:00,2,15\n";
static const char units_csv[] = "id,base,start,end,officers,mode\n"
                                "P1,base,06:30,15:30,2,car\n"
                                "P2,Harbour station,14:00,22:30,2,car\n"
                                "P3,base,06:00,22:30,2,car\n"
                                "P4,nowhere,06:00,12:00,2,car\n";

struct fixture {
    struct desk_bench d;
    struct pack pack;
    struct caller planner;
    int64_t number;
    struct operation_changed changed;
    struct error said; /* by the last change */
};

UNUSED static void fixture_open_on(struct fixture *f, void **state, str day)
{
    memset(f, 0, sizeof *f);
    bench_open_routed(&f->d, state, &f->pack);
    f->planner = bench_caller(2, ROLE_PLANNER);
    OK(desk_operation_make(f->d.desk, &f->planner, STR("Polling day"), day, &f->number, &err));
}

UNUSED static void fixture_open(struct fixture *f, void **state)
{
    fixture_open_on(f, state, STR("2026-05-07"));
}

UNUSED static void fixture_close(struct fixture *f)
{
    desk_bench_close(&f->d);
    pack_unload(&f->pack);
}

UNUSED static struct desk_operation look(struct fixture *f)
{
    struct desk_operation view = {0};
    OK(desk_operation_read(f->d.desk, &f->planner, f->number, &f->d.arena, &view, &err));
    return view;
}

/* With the version of now. */
UNUSED static enum status change(struct fixture *f, struct operation_change what)
{
    what.number = f->number;
    what.version = look(f).operation.version;
    f->said = (struct error){0};
    return desk_operation_change(f->d.desk, &f->planner, &what, &f->d.arena, &f->changed, &f->said);
}

UNUSED static void fill(struct fixture *f)
{
    OK(change(f, (struct operation_change){.kind = OPERATION_SITES,
                                           .text = str_c(sites_csv),
                                           .name = STR("sites.csv"),
                                           .from = STR("file")}));
    OK(change(f, (struct operation_change){
                     .kind = OPERATION_UNITS, .text = str_c(units_csv), .name = STR("units.csv")}));
}

UNUSED static const struct operation_site *site_of(struct desk_operation *view, const char *id)
{
    const struct operation_site *site = operation_site_find(&view->operation, str_c(id));
    assert_non_null(site);
    return site;
}

UNUSED static bool has(str text, const char *words)
{
    return str_find(text, str_c(words)) < text.n;
}

UNUSED static void search(struct fixture *f, const char *why)
{
    OK(desk_plan_search(f->d.desk, &f->planner, f->number, 1, 7, str_c(why), &err));
}

/* As the page of the plan shows it. */
UNUSED static struct desk_plan_lost lost_with(struct fixture *f, int64_t leaf)
{
    struct desk_plan plan = {0};
    struct desk_plan_lost lost = {0};
    OK(desk_plan_read(f->d.desk, &f->planner, leaf, STR("read"), STR(""), &f->d.arena, &plan,
                      &err));
    ENDS(desk_plan_lost(f->d.desk, &f->d.triager, &plan, &f->d.arena, &lost, &err), STATUS_DENIED);
    OK(desk_plan_lost(f->d.desk, &f->planner, &plan, &f->d.arena, &lost, &err));
    return lost;
}

UNUSED static str seen_with(struct fixture *f, int64_t leaf)
{
    return lost_with(f, leaf).seen;
}

/* How often something was done, and what the ledger says of the newest time. */
UNUSED static size_t done(struct fixture *f, const char *verb, str *ret_newest)
{
    struct desk_act *acts = NULL;
    size_t count = 0;
    size_t found = 0;
    OK(desk_acts(f->d.desk, &f->d.auditor, 0, 100, &f->d.arena, &acts, &count, &err));
    for (size_t i = 0; i < count; i++) {
        if (str_equal(acts[i].verb, str_c(verb)) && found++ == 0) {
            *ret_newest = acts[i].detail;
        }
    }
    return found;
}

UNUSED static str published_act(struct fixture *f)
{
    str newest = {0};
    assert_true(done(f, "plan.publish", &newest) > 0);
    return newest;
}

#endif
