/* SPDX-License-Identifier: Apache-2.0 */
/* The search for a plan, outside the event loop.
 *
 * A search takes all of a core for as long as it is given. As with the hash of passwords
 * (people/stretcher.h), a helper is forked before the process holds a key or has read an outside
 * byte:
 *
 *   desk ── ipc ── helper ── forks one child a job, at most PLANNER_JOBS at a time
 *
 * The helper learns a problem (places, units, hours; no case and no report) and answers with a plan.
 * It has no store, no network and no key. Each child has a limit of memory and of time and ends
 * after its one job, so a problem that is too much for it costs that search and nothing else.
 *
 * When the helper is gone, searches are refused until the next start: unlike a log-in, a search in
 * the desk's own process would stop every page.
 */
#ifndef HUSTINGS_DESK_PLANNER_H
#define HUSTINGS_DESK_PLANNER_H

#include "base/buf.h"
#include "base/status.h"
#include "base/text.h"

enum {
    PLANNER_JOBS = 2,
    PLANNER_WAITING_MAX = 8,
    PLANNER_TEXT_BYTES_MAX = 8 * 1024 * 1024, /* of a problem or a plan; the store takes less */
    PLANNER_SECONDS_MAX = 600
};

struct planner;
struct planner_job {
    str problem;     /* JSON (plan/problem.h) */
    str plan, event; /* both: mend this plan after this happened (plan/replan.h); else empty */
    uint64_t seed;
    int64_t iterations; /* 0: as many as fit into the seconds */
    int64_t seconds;
    uint32_t units_max; /* of a replan */
    bool is_more; /* `event` is a question, `plan` what it is about: how many more (plan/more.h) */
};
struct planner_answer {
    enum status status;
    str words;   /* why not, or what was left out; empty when all is well */
    str problem; /* of a replan: as it is now; else empty */
    str plan;    /* JSON (plan/result.h) */
    str more;    /* of a question: JSON (plan_more_add_json); else empty */
};
typedef void planner_done(void *context, const struct planner_answer *answer);

/* Forks the helper, which calls set_up(context) first (the sandbox). fd_count descriptors are
 * closed in it. */
enum status planner_open(void (*set_up)(void *context), void *context, const int *close_fds,
                         size_t fd_count, struct planner **ret_planner,
                         struct error *err) MUST_CHECK;
/* No callback is called for what was still open. Accepts NULL. */
void planner_close(struct planner *planner);
/* The texts are copied. The answer comes from within planner_run; a NULL planner searches here and
 * now. STATUS_UNAVAILABLE: too many wait, or the helper is gone; then `done` is not called. */
enum status planner_ask(struct planner *planner, const struct planner_job *job, planner_done *done,
                        void *context, struct error *err) MUST_CHECK;
/* Ends all searches and wipes what they were about, here and in the helper: at once what waits, and
 * in the next calls of planner_run what is under way. Each is answered with STATUS_UNAVAILABLE from
 * within. Accepts NULL. */
void planner_forget(struct planner *planner);
bool planner_is_gone(const struct planner *planner);
int planner_fd(const struct planner *planner);
bool planner_wants_write(const struct planner *planner);
/* Call when the descriptor is readable or there is something to send. */
void planner_run(struct planner *planner);

/* The search itself, in this process (the child's work). Texts live in the arena.
 *
 * A question of how many more is {"goal":"90%"}, with "like" (the id of a unit) or "unit" ({"base",
 * "start_s","end_s","officers","mode","has_break"}: one that is not there). The problem and the plan that
 * come back have the further units that are needed, and no other ones. */
struct arena;
void planner_search(struct arena *arena, const struct planner_job *job,
                    struct planner_answer *ret_answer);

#endif
