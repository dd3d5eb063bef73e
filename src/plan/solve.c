/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/solve.h"

#include <pthread.h>

#include "plan/bound.h"
#include "plan/search.h"

enum {
    EPOCHS = 64,        /* of a run; between them threads exchange and the clock is looked at */
    EXCHANGE_FROM = 32, /* before that each thread goes its own way */
    TRIAL_SHARE = 100,  /* of the time is spent to find out how fast this machine is */
    TRIAL_STEPS = 256   /* between two looks at the clock */
};

/* Earliest times along the track, with the break after stop `pause` (> len = none): the time of
 * being back, or TIME_NEVER. */
static int32_t drive(const struct net *net, const struct track *track, uint32_t pause,
                     struct plan_stop *stops, int32_t *ret_break)
{
    const struct plan_unit *unit = &net->problem->units[track->unit];
    int32_t at = unit->start;
    for (uint32_t i = 0; i <= track->len; i++) {
        if (i > 0) {
            const struct net_task *task = &net->tasks[track->stops[i].task];
            at += track->stops[i - 1].way;
            at = at > task->open ? at : task->open;
            if (i <= track->locked && unit->locks[i - 1].start >= 0) {
                at = unit->locks[i - 1].start;
            } else if (at > task->close) {
                return TIME_NEVER;
            }
            stops[i - 1] = (struct plan_stop){track->stops[i].task, at};
            at += task->dwell;
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
    at += track->stops[track->len].way;
    return at <= unit->end ? at : TIME_NEVER;
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

/* ---- threads ---- */

/* Planned steps of which all that are done are the beginning. */
#define NO_PLAN (INT64_MAX / 2000)

struct worker {
    struct search search;
    int64_t from, to, planned;
    bool is_epoch; /* a whole epoch, not a trial */
};

static void *work(void *context)
{
    struct worker *worker = context;
    search_run(&worker->search, worker->from, worker->to, worker->planned);
    if (worker->is_epoch) {
        search_recombine(&worker->search);
    }
    return NULL;
}

static void run_all(struct worker *workers, uint32_t threads, int64_t from, int64_t to,
                    int64_t planned)
{
    pthread_t ids[PLAN_THREADS_MAX];
    bool has_thread[PLAN_THREADS_MAX];
    for (uint32_t i = 0; i < threads; i++) {
        workers[i].from = from;
        workers[i].to = to;
        workers[i].planned = planned;
        workers[i].is_epoch = planned < NO_PLAN;
        has_thread[i] = i > 0 && pthread_create(&ids[i], NULL, work, &workers[i]) == 0;
    }
    for (uint32_t i = 0; i < threads; i++) {
        if (has_thread[i]) {
            (void)pthread_join(ids[i], NULL);
        } else {
            (void)work(&workers[i]);
        }
    }
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

/* In the second half the others go on from the best that anybody has, a quarter of them an epoch. */
static void exchange(struct worker *workers, uint32_t threads, int64_t epoch)
{
    uint32_t best = best_of(workers, threads);
    for (uint32_t i = 0; i < threads; i++) {
        if (i != best && (epoch + i) % 8 == 0) {
            search_adopt(&workers[i].search, &workers[best].search);
        }
    }
}

/* Runs to the end of `planned` steps or to the end of the time; returns the steps that were done. */
static int64_t run_planned(struct worker *workers, const struct plan_solve_options *options,
                           int64_t done, int64_t planned, int64_t deadline)
{
    int64_t limit = options->iterations > 0 ? options->iterations : planned;
    for (int64_t epoch = 0; epoch < EPOCHS && done < limit; epoch++) {
        int64_t to = epoch == EPOCHS - 1 ? planned : planned / EPOCHS * (epoch + 1);
        to = to < limit ? to : limit;
        if (to > done) {
            run_all(workers, options->threads, done, to, epoch == 0 ? NO_PLAN : planned);
            done = to;
        }
        if (epoch >= EXCHANGE_FROM && options->threads > 1) {
            exchange(workers, options->threads, epoch);
        }
        if (options->iterations == 0 && options->clock() > deadline) {
            break;
        }
    }
    return done;
}

/* How many steps fit into the time. The trial is the beginning of the run, at its first temperature,
 * and shorter than its first epoch: a run by --iterations does the same steps. */
static int64_t plan_steps(struct worker *workers, const struct plan_solve_options *options,
                          int64_t begin, int64_t *ret_done)
{
    int64_t before = options->clock();
    int64_t now = before;
    int64_t done = 0;
    int64_t trial = options->budget_us / TRIAL_SHARE;
    while (done == 0 || now - before < trial) {
        run_all(workers, options->threads, done, done + TRIAL_STEPS, NO_PLAN);
        done += TRIAL_STEPS;
        now = options->clock();
    }
    int64_t left = begin + options->budget_us - now;
    double steps = (double)(left > 0 ? left : 0) * 0.95 * (double)done / (double)(now - before + 1);
    int64_t planned = done + (int64_t)steps;
    *ret_done = done;
    return planned > done * EPOCHS ? planned : done * EPOCHS;
}

void plan_solve(struct arena *arena, const struct plan_problem *problem,
                const struct plan_solve_options *options, struct plan_result *ret_result)
{
    struct net net;
    struct search_tables tables;
    struct worker *workers = ARENA_ARRAY(arena, struct worker, options->threads);
    int64_t planned =
        options->planned > options->iterations ? options->planned : options->iterations;
    int64_t done = 0;
    int64_t begin = options->iterations > 0 ? 0 : options->clock();
    net_make(arena, problem, &net);
    search_tables_make(arena, &net, &tables);
    for (uint32_t i = 0; i < options->threads; i++) {
        search_make(arena, &net, &tables, options->seed + i * UINT64_C(0x632be59bd9b4e019),
                    &workers[i].search);
        search_construct(&workers[i].search);
    }
    if (options->iterations == 0) {
        planned = plan_steps(workers, options, begin, &done);
    }
    done = run_planned(workers, options, done, planned, begin + options->budget_us);
    struct search *best = &workers[best_of(workers, options->threads)].search;
    search_take_best(best);
    struct plan_route *routes = ARENA_ARRAY(arena, struct plan_route, net.unit_count + 1U);
    for (uint32_t i = 0; i < net.unit_count; i++) {
        routes[i] = route_of(arena, &net, &best->now.all[i]);
    }
    *ret_result = (struct plan_result){.routes = routes,
                                       .seed = options->seed,
                                       .iterations = done,
                                       .planned = planned,
                                       .threads = options->threads};
    ret_result->claim = (struct plan_claim){.profit = best->now.value >> NET_PROFIT_SHIFT,
                                            .travel = best->now.way,
                                            .unmet = (uint32_t)best->now.missing};
    plan_bound(arena, &net, &ret_result->bound, &ret_result->bound_travel);
}
