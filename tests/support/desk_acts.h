/* SPDX-License-Identifier: Apache-2.0 */
/* What officers do on the bench, in one call each. */
#ifndef HUSTINGS_TESTS_DESK_ACTS_H
#define HUSTINGS_TESTS_DESK_ACTS_H

#include "desk_bench.h"
#include "route/route.h"

UNUSED static void open_with(struct desk_bench *d, void **state)
{
    desk_bench_open(d, ready(state), 2000);
    desk_bench_unlock(d);
}

UNUSED static struct desk_page page_of(struct desk_bench *d, const struct caller *caller,
                                       const struct desk_filter *filter, str after, size_t max)
{
    struct desk_page page = {0};
    OK(desk_queue(d->desk, caller, filter, after, max, &d->arena, &page, &err));
    return page;
}

UNUSED static struct desk_page whole_queue(struct desk_bench *d)
{
    struct desk_filter any = desk_filter_any();
    return page_of(d, &d->supervisor, &any, (str){0}, 100);
}

UNUSED static struct desk_case read_case(struct desk_bench *d, int64_t number)
{
    struct desk_case view = {0};
    OK(desk_case_read(d->desk, &d->supervisor, number, PURPOSE_READ, 0, &d->arena, &view, &err));
    return view;
}

UNUSED static enum status do_it(struct desk_bench *d, const struct caller *caller,
                                struct desk_do what, struct desk_done *done,
                                struct desk_conflict *conflict)
{
    struct desk_done ignored;
    struct error err = {0};
    return desk_do(d->desk, caller, &what, &d->arena, done == NULL ? &ignored : done, conflict,
                   &err);
}

/* The casebook cannot be written, until it can again. */
UNUSED static void acts_away(struct desk_bench *d, bool is_away)
{
    struct db *db = bench_casebook(d);
    if (is_away) {
        OK(db_exec(db, "ALTER TABLE act RENAME TO act_away", DB_NO_ARGS, NULL, &err));
    } else {
        OK(db_exec(db, "ALTER TABLE act_away RENAME TO act", DB_NO_ARGS, NULL, &err));
    }
    db_close(db);
}

/* A bench whose desk routes by the invented country; pack_unload(pack) at the end. */
static inline void bench_open_routed(struct desk_bench *d, void **state, struct pack *pack)
{
    desk_bench_open(d, ready(state), 100);
    OK(pack_load(&d->arena, HUSTINGS_SOURCE_ROOT "/tests/packs/lyonesse", pack, &err));
    desk_close(d->desk);
    OK(router_open(&d->arena, pack, &d->options.router, &err));
    d->options.pack = pack;
    OK(desk_open(&d->options, bench_now, &d->desk, &err));
    desk_bench_unlock(d);
}

#endif
