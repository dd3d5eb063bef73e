/* SPDX-License-Identifier: Apache-2.0 */
/* The solution at hand: a track for each unit, changed in place, with a log to take a change back.
 * Private to src/plan.
 *
 * Every stop knows when the unit can leave it at the earliest (`dep`) and when it must begin at the
 * latest (`lst`), so that a test whether a task fits between two stops takes a few additions. A unit
 * that owes a break has two such chains: break taken or taken just now (`dep`, `lst`: none is owed
 * after), and still to be taken (`dep_owed`, `lst_owed`). A task fits when one way through both does.
 */
#ifndef HUSTINGS_PLAN_TRACKS_H
#define HUSTINGS_PLAN_TRACKS_H

#include "plan/net.h"
#include "plan/random.h"
#include "plan/result.h"

enum {
    TRACK_STOPS_MAX = 1000, /* visits of one unit */
    TOUCHED_MAX = 96        /* tracks that one step may change */
};
#define TIME_NEVER (INT32_MAX / 2)

struct stop {
    int32_t dep, lst;
    uint32_t site, task;
    int32_t way; /* to the next stop */
    int32_t gap; /* time that a visit between this and the next can take, at most */
    int32_t dep_owed, lst_owed;
};

/* A gap that some task could fit into: what of the stops around it decides that, side by side. Most
 * gaps of a good plan are too short for anything, and most tests of a search are of gaps. */
struct opening {
    int32_t dep, lst, room; /* leaving before it, latest start behind it, how long a visit can be */
    uint32_t after;
};

struct track {
    struct stop *stops;       /* [0] the base, [1…len] visits, [len+1] the end */
    struct opening *openings; /* made when they are asked for */
    uint32_t opening_count;
    bool has_openings;
    uint32_t len, locked;
    int32_t load, capacity;
    int64_t way;
    uint16_t mode;
    bool has_break;
    uint32_t unit;
    uint32_t empty_at; /* place in the list of empty tracks */
};

/* One change of a task's place: what undo needs. */
struct move {
    uint32_t task, was;
};

struct tracks {
    const struct net *net;
    struct track *all;
    uint32_t cap;    /* visits that a track has room for */
    uint32_t *where; /* of each task: its track, PLAN_NONE = absent */
    uint32_t *absent, *absent_at, absent_count;
    uint32_t *empty, empty_count;
    uint32_t *group_counts;
    int64_t *turn_officers; /* that are at each turn of a post */
    int64_t value;          /* of what is served, without mandatory ones' necessity */
    int64_t way;
    int32_t missing; /* mandatory tasks that are absent */
    /* of them, those that are no turns of posts; each has a weight that grows while it is absent */
    uint32_t *lost, *lost_at, lost_count;
    int64_t *weights; /* of each task, from 1 on */
    int64_t lost_sum; /* of the weights of what is missing; a turn has 1 */
    /* the step at hand */
    uint32_t *touched_stamp, stamp;
    uint32_t touched[TOUCHED_MAX], touched_count;
    struct track saved[TOUCHED_MAX];
    struct stop *saved_stops;
    size_t saved_used, saved_cap;
    struct move *moves;
    size_t move_count;
    int64_t value_before, way_before, lost_sum_before;
    int32_t missing_before;
};

void tracks_make(struct arena *arena, const struct net *net, struct tracks *ret_tracks);
void tracks_begin_step(struct tracks *tracks);
void tracks_undo_step(struct tracks *tracks);
/* When a unit that is free at `at` goes on after the breaks that it has had after `stops` stops. */
int32_t track_after_had(const struct plan_unit *unit, uint32_t stops, int32_t at);
/* A unit that left the stop before at *at begins visit i (from 1) of its track, and *at is when it can
 * leave that. `rested`: when its break before it ended, 0 = none. False when it is too late. */
bool track_serve(const struct net *net, const struct track *track, uint32_t i, int32_t rested,
                 int32_t *at, struct plan_stop *ret_stop);
/* Saves a track before its first change in a step. False when the step has touched too many. */
bool tracks_touch(struct tracks *tracks, uint32_t track);
/* Takes out visits [first, first + count) (positions from 1). The track was touched. */
void tracks_remove(struct tracks *tracks, uint32_t track, uint32_t first, uint32_t count);
/* Puts a task behind position `after` (0 = the base). The track was touched; the task fits. */
void tracks_insert(struct tracks *tracks, uint32_t track, uint32_t after, uint32_t task);
/* Makes the visits of a track those of `from`, once all tasks of both are absent or in it. */
void tracks_clear(struct tracks *tracks, uint32_t track);
void tracks_fill(struct tracks *tracks, uint32_t track, const struct track *from);
/* As a route of a plan, with the earliest times and the best place for a break. */
struct plan_route plan_route_of(struct arena *arena, const struct net *net,
                                const struct track *track);
/* The visits of a plan's route behind those that are locked; they were absent. */
void tracks_load(struct tracks *tracks, uint32_t track, const struct plan_route *route);
/* Can the track be done? Taking a visit out can end that: a unit that rested where it was near its next
 * visit may have to rest further away, and a user's table may make a straight way longer. */
bool track_is_sound(const struct track *track);
/* Computes all times of a track anew. */
void track_update(const struct net *net, struct track *track);
/* A task that is lost weighs more from now on; or all weigh alike again. */
void tracks_weigh(struct tracks *tracks, uint32_t task);
void tracks_unweigh(struct tracks *tracks);
/* Does somebody serve the task, or stand for it as well? */
bool tracks_is_met(const struct tracks *tracks, uint32_t task);
/* Profit that serving the task adds now. */
int64_t tracks_gain(const struct tracks *tracks, uint32_t task);
/* Better: fewer mandatory ones missing, then more profit, then less travel. */
bool tracks_is_better(const struct tracks *a, const struct tracks *b);

/* --- where a task fits best --- */
struct spot {
    int32_t cost; /* INT32_MAX = nowhere */
    uint32_t track, after;
};
/* Now and then a place that fits is overlooked, so that the same hole is not always filled the same
 * way. */
struct blinker {
    struct random *random;
    uint32_t left; /* fitting places until one is overlooked; 0 = none ever is */
};
enum { BLINK_SPAN = 200 }; /* on average every hundredth */
/* Improves *best when the task fits into the track at less cost. The caller has checked skills. */
void track_scan(const struct net *net, struct track *track, uint32_t track_index,
                const struct net_task *task, struct blinker *blinker, struct spot *best);

#endif
