/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/solve.h"

#include <pthread.h>

#include "plan/bound.h"
#include "plan/level.h"
#include "plan/pace.h"
#include "plan/rests.h"
#include "plan/search.h"
#include "plan/stagger.h"

enum {
    EXCHANGE_FROM = PLAN_EPOCHS / 2, /* before that each thread goes its own way */
    EXCHANGE_EVERY = 8,
    LATE_FROM = PLAN_EPOCHS * 3 / 4,
    TRIAL_SHARE = 100,  /* of the time is spent to find out how fast this machine is */
    TRIAL_STEPS = 256,  /* between two looks at the clock */
    GAIN_PERCENT = 112, /* cold steps change less and are faster than those of the trial */
    LATE_PERCENT = 30,  /* from so much over the time on, what is left is laid out anew */
    LATE_MENDED = 3     /* … when somebody waits for a plan to be mended */
};

/* Earliest times along the track, with the break after stop `pause` (> len = none): the time of
 * being back at the slowest pace, or TIME_NEVER. (After facts that may be late, and not so by the hour.) */
static int32_t drive(const struct net *net, const struct track *track, uint32_t pause,
                     struct plan_stop *stops, int32_t *ret_break)
{
    const struct plan_unit *unit = &net->problem->units[track->unit];
    int32_t at = unit->start;
    for (uint32_t i = 0; i <= track->len; i++) {
        if (i > 0 && !track_serve(net, track, i, pause == i - 1 ? at : 0, &at, &stops[i - 1])) {
            return TIME_NEVER;
        }
        at = track_after_had(unit, i, at);
        if (i == track->locked && at < unit->free) {
            at = unit->free;
        }
        if (i == pause) {
            at = at > unit->break_open ? at : unit->break_open;
            if (at > unit->break_close) {
                return TIME_NEVER;
            }
            *ret_break = at;
            at += unit->break_length;
        }
    }
    return at + track->stops[track->len].way;
}

static struct plan_route route_of(struct arena *arena, const struct net *net,
                                  const struct track *track)
{
    struct plan_stop *stops = ARENA_ARRAY(arena, struct plan_stop, track->len + 1U);
    struct plan_route route = {.stops = stops, .stop_count = track->len, .break_start = -1};
    int32_t pause = -1;
    uint32_t best_at = 0;
    int32_t best = TIME_NEVER;
    if (!track->has_break || track->len == 0) {
        (void)drive(net, track, track->len + 1, stops, &pause);
        return route;
    }
    for (uint32_t i = 0; i <= track->len; i++) {
        int32_t back = drive(net, track, i, stops, &pause);
        if (back < best) {
            best = back;
            best_at = i;
        }
    }
    (void)drive(net, track, best_at, stops, &pause);
    route.break_start = pause;
    route.break_after = best_at;
    return route;
}

struct plan_route plan_route_of(struct arena *arena, const struct net *net,
                                const struct track *track)
{
    const struct plan_unit *unit = &net->problem->units[track->unit];
    struct plan_route route =
        unit->second_length > 0 ? rests_route(arena, net, track) : route_of(arena, net, track);
    if (net->origin != NULL) {
        pace_retime(arena, net, track->unit, &route);
    }
    return route;
}

/* ---- threads ---- */

struct worker {
    struct search search;
    int64_t steps, from, to; /* levels of temperature */
    int64_t quota;           /* steps of an epoch */
    bool is_late;
    int64_t used, debt; /* steps whose time went into recombining: of this epoch, not paid yet */
};

static void *work(void *context)
{
    struct worker *worker = context;
    search_run(&worker->search, worker->steps, worker->from, worker->to);
    return NULL;
}

static void *recombine(void *context)
{
    struct worker *worker = context;
    worker->used = search_recombine(&worker->search, worker->quota, worker->is_late);
    worker->debt += worker->used;
    return NULL;
}

static void all_do(struct worker *workers, uint32_t threads, void *(*job)(void *))
{
    pthread_t ids[PLAN_THREADS_MAX] = {0};
    bool has_thread[PLAN_THREADS_MAX];
    for (uint32_t i = 0; i < threads; i++) {
        has_thread[i] = i > 0 && pthread_create(&ids[i], NULL, job, &workers[i]) == 0;
    }
    for (uint32_t i = 0; i < threads; i++) {
        if (has_thread[i]) {
            (void)pthread_join(ids[i], NULL);
        } else {
            (void)job(&workers[i]);
        }
    }
}

/* Recombining takes time: as many steps fewer are done after it, but a quarter of them always is. */
static void run_all(struct worker *workers, uint32_t threads, int64_t steps, int64_t from,
                    int64_t to)
{
    for (uint32_t i = 0; i < threads; i++) {
        int64_t most = steps * 3 / 4;
        int64_t paid = workers[i].debt < most ? workers[i].debt : most;
        workers[i].debt -= paid;
        workers[i].steps = steps - paid;
        workers[i].from = from;
        workers[i].to = to;
    }
    all_do(workers, threads, work);
}

static uint32_t best_of(const struct worker *workers, uint32_t threads)
{
    uint32_t best = 0;
    for (uint32_t i = 1; i < threads; i++) {
        if (search_is_better(&workers[i].search, &workers[best].search)) {
            best = i;
        }
    }
    return best;
}

/* In the second half the others go on from the best that anybody has, now and then. */
static void exchange(struct worker *workers, uint32_t threads, int64_t epoch)
{
    uint32_t best = best_of(workers, threads);
    for (uint32_t i = 0; i < threads; i++) {
        if (i != best && (epoch + i) % EXCHANGE_EVERY == 0) {
            search_adopt(&workers[i].search, &workers[best].search);
        }
    }
}

static void look(struct worker *workers, uint32_t threads)
{
    for (uint32_t i = 0; i < threads; i++) {
        search_look(&workers[i].search);
    }
}

/* One run: what it has been told, and what it has done. */
struct run {
    const struct plan_solve_options *options;
    struct worker *workers;
    int64_t epochs[PLAN_EPOCHS];
    int64_t begin, deadline; /* of the clock */
    int64_t trial;           /* steps of the first epoch that are done */
    bool is_even;
};

/* A run that begins with a plan does not begin hot. */
static int64_t level_of(const struct plan_solve_options *options, int64_t epoch)
{
    int64_t first = options->start != NULL ? HEAT_LEVELS / 2 : 0;
    return first + (HEAT_LEVELS - first) * epoch / PLAN_EPOCHS;
}

/* How many steps fit into the time. The trial is the beginning of the run, at its first temperature
 * and shorter than its first epoch, so that a run by --iterations does the same steps. */
static void try_speed(struct run *run)
{
    const struct plan_solve_options *options = run->options;
    int64_t before = options->clock();
    int64_t now = before;
    int64_t trial = options->budget_us / TRIAL_SHARE;
    while (run->trial == 0 || (now - before < trial && run->trial < PLAN_STEPS_MAX / 1024)) {
        int64_t level = level_of(options, 0);
        run_all(run->workers, options->threads, TRIAL_STEPS, level, level);
        run->trial += TRIAL_STEPS;
        now = options->clock();
    }
    int64_t left = run->deadline - now > 0 ? run->deadline - now : 0;
    double step_us = (double)(now - before + 1) * 100 / GAIN_PERCENT / (double)run->trial;
    double steps = (double)left / step_us;
    int64_t planned = run->trial + (int64_t)steps;
    planned = planned > run->trial * PLAN_EPOCHS ? planned : run->trial * PLAN_EPOCHS;
    plan_even_epochs(planned, run->epochs);
}

/* Other work on this machine may have made it slower than it was. Then what is left of the
 * temperatures is laid out over what is left of the time: a plan that never cooled is a bad one. */
static void keep_time(struct run *run, int64_t epoch, int64_t epoch_us)
{
    int64_t left = run->deadline - run->options->clock();
    int64_t rest = PLAN_EPOCHS - 1 - epoch;
    int64_t steps = run->epochs[epoch];
    int64_t late = run->options->start != NULL ? LATE_MENDED : LATE_PERCENT;
    left = left > 0 ? left : 0;
    if (rest == 0 || epoch_us * rest <= left + (run->deadline - run->begin) * late / 100) {
        return;
    }
    run->is_even = false;
    for (int64_t i = epoch + 1; i < PLAN_EPOCHS; i++) {
        run->epochs[i] = (int64_t)((double)steps * (double)left / (double)(rest * epoch_us + 1));
    }
}

/* What the epoch would have taken if recombining had taken no more than its part. */
static int64_t epoch_us(const struct run *run, int64_t took)
{
    const struct worker *first = &run->workers[0];
    int64_t done = first->steps + first->used;
    return done > first->quota ? (int64_t)((double)took * (double)first->quota / (double)done)
                               : took;
}

/* Nobody waits for what has no steps: it was too late for them, or somebody ended the run. */
static bool is_over(struct run *run, int64_t epoch)
{
    const struct plan_solve_options *options = run->options;
    const struct search *best = &run->workers[best_of(run->workers, options->threads)].search;
    struct plan_claim claim = {.profit = best->best_value >> NET_PROFIT_SHIFT,
                               .travel = best->best_way,
                               .unmet = (uint32_t)best->best_missing};
    if (options->goes_on != NULL && !options->goes_on(options->context, epoch + 1, &claim)) {
        run->is_even = run->is_even && epoch + 1 == PLAN_EPOCHS;
        memset(&run->epochs[epoch + 1], 0, (size_t)(PLAN_EPOCHS - 1 - epoch) * sizeof *run->epochs);
    }
    int64_t left = 0;
    for (int64_t i = epoch + 1; i < PLAN_EPOCHS; i++) {
        left += run->epochs[i];
    }
    return left == 0;
}

static void run_epochs(struct run *run)
{
    const struct plan_solve_options *options = run->options;
    bool is_timed = options->iterations == 0;
    for (int64_t epoch = 0; epoch < PLAN_EPOCHS; epoch++) {
        int64_t before = is_timed ? options->clock() : 0;
        int64_t from = level_of(options, epoch);
        int64_t to = level_of(options, epoch + 1);
        if (epoch == 0) {
            run_all(run->workers, options->threads, run->epochs[0] - run->trial, from, from);
        } else {
            run_all(run->workers, options->threads, run->epochs[epoch], from, to);
        }
        if (run->epochs[epoch] > 0) {
            for (uint32_t i = 0; i < options->threads; i++) {
                run->workers[i].quota = run->epochs[epoch];
                run->workers[i].is_late = epoch >= LATE_FROM;
            }
            all_do(run->workers, options->threads, recombine);
        }
        if (epoch >= EXCHANGE_FROM && options->threads > 1) {
            exchange(run->workers, options->threads, epoch);
        }
        look(run->workers, options->threads);
        if (is_timed && epoch > 0) {
            keep_time(run, epoch, epoch_us(run, options->clock() - before));
        }
        if (is_over(run, epoch)) {
            return;
        }
    }
}

void plan_solve(struct arena *arena, const struct plan_problem *problem,
                const struct plan_solve_options *options, struct plan_result *ret_result)
{
    struct net net;
    struct search_tables tables;
    struct worker *workers = ARENA_ARRAY(arena, struct worker, options->threads);
    struct run run = {.options = options, .workers = workers, .is_even = options->epochs == NULL};
    bool is_timed = options->iterations == 0;
    run.begin = is_timed ? options->clock() : 0;
    run.deadline = run.begin + options->budget_us;
    net_make(arena, problem, &net);
    search_tables_make(arena, &net, &tables);
    for (uint32_t i = 0; i < options->threads; i++) {
        search_make(arena, &net, &tables, options->seed + i * UINT64_C(0x632be59bd9b4e019),
                    &workers[i].search);
        if (options->start != NULL) {
            search_begin_with(&workers[i].search, options->start);
        }
        search_construct(&workers[i].search);
    }
    search_tables_heat(&tables, &net, search_mean_stops(&workers[0].search));
    look(workers, options->threads);
    if (is_timed) {
        try_speed(&run);
    } else if (options->epochs != NULL) {
        memcpy(run.epochs, options->epochs, sizeof run.epochs);
    } else {
        plan_even_epochs(options->iterations, run.epochs);
    }
    run_epochs(&run);
    struct search *best = &workers[best_of(workers, options->threads)].search;
    search_take_best(best);
    if (problem->is_fair && options->start == NULL) {
        level_tracks(arena, best);
    }
    struct plan_route *routes = ARENA_ARRAY(arena, struct plan_route, net.unit_count + 1U);
    for (uint32_t i = 0; i < net.unit_count; i++) {
        routes[i] = plan_route_of(arena, &net, &best->now.all[i]);
    }
    stagger_breaks(arena, &net, routes);
    *ret_result = (struct plan_result){.routes = routes,
                                       .seed = options->seed,
                                       .is_even = run.is_even,
                                       .threads = options->threads};
    for (size_t i = 0; i < PLAN_EPOCHS; i++) {
        ret_result->epochs[i] = run.epochs[i];
        ret_result->iterations += run.epochs[i];
    }
    ret_result->claim = (struct plan_claim){.profit = best->now.value >> NET_PROFIT_SHIFT,
                                            .travel = best->now.way,
                                            .unmet = (uint32_t)best->now.missing};
    if (net.origin != NULL) {
        ret_result->claim.travel = pace_travel(&net, routes);
    }
    plan_bound(arena, &net, &ret_result->bound, &ret_result->bound_travel);
}
