/* SPDX-License-Identifier: Apache-2.0 */
/* The planner's question: what is to be visited, by whom, and how long the ways are.
 *
 * Pure: data in, data out; no clock, no file, no database. One model serves polling stations,
 * hustings and the public benchmarks: team orienteering with time windows, units that differ, and
 * tasks that must be served (docs/design/plan.md; JSON Schema in docs/design/plan.schema.json).
 *
 * Time is an integer of *ticks*, `ticks_per_s` to a second (1, 10 or 100: benchmarks have decimals).
 * A task is served once, by one unit, without interruption; it starts in [open, close] and takes
 * `dwell`. A unit leaves its base at `start` or later and is back at its end by `end`.
 *
 * Profit is an integer of thousandths of the file's own unit. The tasks of one *group* are visits
 * of one kind: the j-th that is served counts weights[j] permille of the profit, so that four visits
 * to one place are not worth four places.
 *
 * A row that cannot be used is *refused*: named with its line in `refused`, left out, and the rest
 * is read. Only what leaves no problem at all is a failure.
 */
#ifndef HUSTINGS_PLAN_PROBLEM_H
#define HUSTINGS_PLAN_PROBLEM_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/status.h"

struct json_out;

enum {
    PLAN_SITES_MAX = 100000,    /* the United Kingdom has 40,000 polling stations */
    PLAN_TASKS_MAX = 400000,    /* ten Londons of six visits a station */
    PLAN_UNITS_MAX = 20000,     /* more than any day had */
    PLAN_PRESENCE_MAX = 100000, /* quarter-hours of a thousand bases */
    PLAN_OFFICERS_MAX = 100,    /* of a unit, or of a task or post */
    PLAN_SKILLS_MAX = 64,       /* bits of a word */
    PLAN_HOURS = 24,            /* of a day: paces */
    PLAN_PACE_MIN = 100,        /* thousandths */
    PLAN_PACE_MAX = 10000,
    PLAN_MODES_MAX = 4,       /* on foot, bicycle, car, van */
    PLAN_WEIGHTS_MAX = 16,    /* visits that count for one site */
    PLAN_MATRIX_SITES = 6000, /* a matrix of 36 million legs */
    PLAN_TEXT_BYTES_MAX = 192 * 1024 * 1024,
    PLAN_REFUSED_SHOWN = 50,           /* refusals with words; more are counted */
    PLAN_TICKS_MAX = 400 * 1000 * 1000 /* a week in hundredths, and some */
};
#define PLAN_NONE UINT32_MAX
#define PLAN_PROFIT_MAX INT64_C(1000000000) /* of a task, thousandths */

enum plan_travel_by {
    PLAN_EUCLID, /* floor(distance * ticks_per_s): the benchmarks */
    PLAN_PLANE,  /* x, y in metres; floor(overhead + distance * factor / speed) seconds */
    PLAN_SPHERE, /* the same from longitude and latitude */
    PLAN_MATRIX  /* seconds of the user, a table per mode */
};

struct plan_mode {
    str id;
    double kmh, factor, overhead_s;
    const int32_t *matrix; /* site_count x site_count ticks, -1 = no way; PLAN_MATRIX only */
    /* 24, one for each hour of the day, thousandths: by how much a way takes longer that is gone then
     * (pace.h says how a way across two hours is reckoned); NULL = 1000 always */
    const uint16_t *paces;
};

struct plan_site {
    str id, name;
    str area;    /* borough, ward: what sheets and accounts are made by; may be empty */
    str address; /* a line or a postcode, for cards; may be empty */
    str note;    /* what who goes there should know: its risk, and who says so; may be empty */
    double x, y; /* metres, or longitude and latitude in degrees */
};

struct plan_group {
    uint16_t weight_count;
    uint16_t weights[PLAN_WEIGHTS_MAX]; /* permille, not increasing; after the last: the last */
    int32_t gap; /* ticks at least between the end of one of its tasks and the next one's start */
};

/* What a post asks for from one relief to the next. A unit that serves one of its tasks stands there with all
 * its officers: with two more than asked for, it stands for two tasks. */
struct plan_turn {
    int32_t officers; /* of the turn */
    int32_t each;     /* that each of its tasks asks for */
    uint32_t count;   /* of tasks */
};

struct plan_task {
    str id;
    uint32_t site;
    int32_t open, close, dwell; /* open <= start <= close */
    int32_t load;
    int64_t profit;
    uint64_t skills; /* all of them are needed */
    uint32_t group;  /* PLAN_NONE = counts in full */
    uint32_t unit;   /* only by this one; PLAN_NONE = any */
    uint32_t turn;   /* from 1; 0 = of none */
    uint16_t officers;
    bool is_mandatory;
    str note; /* what is there, whom to ask: printed for who goes there; may be empty */
};

/* What a unit has done, or must do first, in this order. With a `start` it is a fact: it begins
 * then, whatever windows and ways say. -1 = in this order, and not earlier than it can be. Facts
 * stand before the others. */
struct plan_lock {
    uint32_t task;
    int32_t start;
};

/* A break that has begun: a fact, as a lock with a start is one. */
struct plan_had {
    int32_t start, length;
    uint32_t after; /* stops before it */
};

struct plan_unit {
    str id;
    uint32_t base, end_site;
    int32_t start, end;
    int32_t capacity; /* of loads; INT32_MAX = no limit */
    uint64_t skills;
    uint16_t officers, mode; /* 0 officers: out of service, it keeps its locks and no more */
    /* One pause of break_length, begun in [break_open, break_close], at the base before it leaves,
     * or where the unit has finished a visit. 0 = none. */
    int32_t break_open, break_close, break_length;
    int32_t second_open, second_close, second_length; /* another, after it; 0 = none */
    bool is_by_table; /* they were asked for by the length of the duty */
    const struct plan_lock *locks;
    uint32_t lock_count;
    int32_t free; /* after its locks it goes nowhere before this */
    /* Breaks that have begun; those above are still to come. */
    struct plan_had had[2];
    uint16_t had_count;
    /* Officers that it had when it dropped out, at `out`: paid until then. 0 = it did not. */
    uint16_t out_officers;
    int32_t out;
    /* What the account asks and the solver does not. Duty, and pay, begin at start - brief. */
    str rank;
    int32_t brief;        /* briefing at the base before it may leave */
    int32_t plain;        /* of duty at the plain rate, then overtime; 0 = all of it */
    bool is_rest_day;     /* worked on a day that was to be free */
    uint16_t notice_days; /* clear days between being told and a rest day */
};

/* Officers wanted on duty near a base, whatever they do: what `plan roster` covers. */
struct plan_presence {
    uint32_t base;
    int32_t from, to;
    int32_t officers;
};

struct plan_problem {
    str name;
    str day; /* "2026-05-07": second 0 is its first in the United Kingdom; empty = no date */
    int32_t ticks_per_s;
    enum plan_travel_by travel_by;
    bool is_lonlat; /* PLAN_MATRIX: x and y are longitude and latitude all the same */
    bool is_fair;   /* visits are shared out among the units (level.h) */
    uint32_t site_count, task_count, unit_count, group_count, mode_count, skill_count;
    uint32_t presence_count, turn_count;
    struct plan_mode modes[PLAN_MODES_MAX];
    str skills[PLAN_SKILLS_MAX];
    struct plan_site *sites;
    struct plan_task *tasks;
    struct plan_unit *units;
    struct plan_group *groups;
    struct plan_turn *turns;
    struct plan_presence *presence;
    const struct plan_problem
        *part_of; /* paces of ways are those of its units, too (pace.h); NULL */
};

/* What was left out, a line a row. */
struct plan_refused {
    struct buf text;
    size_t count;
};
void plan_refused_init(struct plan_refused *refused);
void plan_refused_close(struct plan_refused *refused);
/* A line that says what was left out. */
void plan_refused_say(struct plan_refused *refused, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Appends " ('id', name)", or what there is of both. */
void plan_refused_who(struct buf *out, str id, str name);
/* "FILE, line 7: there is no unit 'x'" */
void plan_refused_row(struct plan_refused *refused, const char *name, size_t line, const char *why,
                      str what);

enum status plan_problem_read(struct arena *arena, str text, struct plan_problem *ret_problem,
                              struct plan_refused *refused, struct error *err) MUST_CHECK;
/* Appends the problem as JSON; reading that again gives the same problem. */
void plan_problem_write(const struct plan_problem *problem, struct buf *out);

/* --- what others write --- */

/* Team orienteering (Righini & Salani, Cordeau): `units` vehicles from node 0. `decimals` of a
 * distance: 1, 2, or 0 = 1 when all coordinates are whole numbers, else 2. */
enum status plan_import_toptw(struct arena *arena, str text, uint32_t units, unsigned decimals,
                              struct plan_problem *ret_problem, struct error *err) MUST_CHECK;
/* Solomon, Gehring & Homberger: every customer mandatory. units 0 = as many as the file has. */
enum status plan_import_vrptw(struct arena *arena, str text, uint32_t units, unsigned decimals,
                              struct plan_problem *ret_problem, struct error *err) MUST_CHECK;
/* {"nodes_m":[[x,y]…],"tasks":[{node,open,close,service,profit}…],"units":[{base,start,end}…]} */
enum status plan_import_city(struct arena *arena, str text, struct plan_problem *ret_problem,
                             struct error *err) MUST_CHECK;

/* --- what solver, checker and pages ask --- */

/* Its name, or its id. */
str plan_site_name(const struct plan_problem *problem, uint32_t site);
/* Are x and y of the sites longitude and latitude? */
bool plan_is_lonlat(const struct plan_problem *problem);
/* The number of what has this id, one after another; PLAN_NONE. Of many ask plan/ids.h. */
uint32_t plan_find_site(const struct plan_problem *problem, str id);
uint32_t plan_find_task(const struct plan_problem *problem, str id);
uint32_t plan_find_unit(const struct plan_problem *problem, str id);
/* Do both begin, pause and end alike, and may and carry the same? What they have begun is not asked. */
bool plan_unit_is_alike(const struct plan_unit *a, const struct plan_unit *b);
/* Sets the breaks by the length of the duty (roster.h): up to nine hours one, in its middle third; from then on
 * two halves, so that nobody works six hours without one. A duty of less than four hours has none. */
void plan_breaks_by_table(int32_t ticks_per_s, struct plan_unit *unit);
/* Another unit like `model` with nothing behind it: of its breaks it has those that are still to come.
 * Its id is the model's and "+number", or the next number that no unit of the problem has. */
struct plan_unit plan_unit_like(struct arena *arena, const struct plan_problem *problem,
                                const struct plan_unit *model, uint32_t number);
/* Ticks that lie between two of `count` visits to one site at least, where nobody says otherwise: presence wears off
 * in about two hours, and a visit a few minutes after another adds little. Half of what a slot leaves its visit, and
 * 2 h at most. (One visit has it, too: if another number is asked for, that is spaced as well.) */
int32_t plan_spacing(int32_t ticks_per_s, int64_t from, int64_t to, int64_t count, int64_t dwell);
/* `count` visits to a site in equal slots of [from, to], ticks, with a gap between the end of one and the begin of
 * the next: as the search knows windows only, slots begin later and end earlier for it. How much of the gap is at the
 * end of a slot goes by `id`, so that not all sites of a day are closed at one time. */
struct plan_slots {
    str id;
    int32_t from, to, dwell, gap;
    int64_t count;
};
/* The beginning of the k-th, from 0: [*ret_open, *ret_close]. */
void plan_slot(const struct plan_slots *slots, int64_t k, int32_t *ret_open, int32_t *ret_close);
/* What of the gap lies at the begin of a slot. */
int32_t plan_slot_lead(const struct plan_slots *slots);
/* May this unit serve this task, as far as skills, officers and pins go? */
bool plan_unit_may(const struct plan_unit *unit, uint32_t unit_index, const struct plan_task *task);
/* Thousandths of profit that the task adds when `nth` others of its group are served. */
int64_t plan_task_gain(const struct plan_problem *problem, const struct plan_task *task,
                       uint32_t nth);
/* How many of its group were counted before, this one being counted now; 0 without a group. `counts`:
 * one for each group. */
uint32_t plan_task_nth(const struct plan_task *task, uint32_t *counts);
/* Officers that it has, or had when it dropped out. */
uint16_t plan_unit_officers(const struct plan_unit *unit);
/* With how many officers the unit stands where it serves the task: at least with those that it asks for. */
int32_t plan_turn_officers(const struct plan_unit *unit, const struct plan_task *task);
/* Tasks of the turn that nobody serves or stands for when so many officers are there. */
uint32_t plan_turn_unmet(const struct plan_turn *turn, int64_t officers);
/* With room for so many more. */
struct plan_turn *plan_turns_copy(struct arena *arena, const struct plan_problem *problem,
                                  uint32_t more);
/* Sets is_served[] of the tasks that others stand for. `there`: officers at each turn. */
void plan_turns_stand(struct arena *arena, const struct plan_problem *problem, const int64_t *there,
                      bool *is_served);
/* Seconds as text, with as many decimals as ticks have ("35.4"). */
void plan_add_ticks(struct buf *out, const struct plan_problem *problem, int64_t ticks);
/* The same as a member of an object. */
void plan_put_ticks(struct json_out *json, const struct plan_problem *problem, const char *name,
                    int64_t ticks);
/* Thousandths as text without needless zeros ("12", "0.6"). */
void plan_add_milli(struct buf *out, int64_t milli);
/* The same as a member of an object. */
void plan_put_milli(struct json_out *json, const char *name, int64_t milli);

#endif
