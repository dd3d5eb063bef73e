/* SPDX-License-Identifier: Apache-2.0 */
/* Polling day at the desk: who stands where and when.
 *
 *   operation ── sites (where), demands (when, how often), units (who), rules ──▶ problem
 *       │                                                                           │ planner.h
 *       └── plans: draft ─▶ published ─▶ replaced          ◀── kept whole, sealed ──┘
 *
 * An operation is one day. Its sites come from the directory's polling places, from files (plan's
 * tables and calendars, docs/design/plan-out.md) or from a form; whatever comes in goes through the
 * same reader as `hustings plan import`, so that a row is refused in the same words everywhere.
 * A demand is a row of a problem (visits, posts, tasks) as it was read, kept as JSON.
 *
 * Weight of a site: what a visit to it is worth. An officer's rating (red, amber, green) with its
 * source counts first; what was reported near the site or in its council adds to it, aged, in steps,
 * and never more than an amber rating does. What officers enter at the desk themselves counts at most
 * as much as what everybody else reported: a patrol sees more where it stands, and must not be sent
 * there for that. Only open cases count. What a page shows of counts has gone through
 * review/release.h; of ages it shows a band.
 *
 * A plan is searched for outside the event loop (planner.h), kept as a draft with its problem, its
 * seed, who asked and why; it is published only when the independent checker finds nothing but duties that
 * nobody can serve, which are listed. Publishing replaces the one before and drops proposals to mend it. Everything here needs the capability "plan"; each is an act. Texts in
 * results live in the caller's arena.
 */
#ifndef HUSTINGS_DESK_OPERATION_H
#define HUSTINGS_DESK_OPERATION_H

#include "codec/grid.h"
#include "desk/desk.h"
#include "desk/planner.h"

enum {
    OPERATION_SITES_MAX = 6000,    /* London has 3,600 polling stations */
    OPERATION_DEMANDS_MAX = 12000, /* a visit and a post a site */
    OPERATION_UNITS_MAX = 2000,
    OPERATION_NAME_BYTES_MAX = 120,
    OPERATION_SOURCE_BYTES_MAX = 200, /* of a rating: "ESM, 12 May" */
    OPERATION_FILE_BYTES_MAX = 4 * 1024 * 1024,
    OPERATION_SEARCHES = 8,
    OPERATION_WEIGHT_MAX = 8000, /* thousandths */
    OPERATION_VISITS_MAX = 16,
    OPERATION_SITREPS_MAX = 12 /* set times of a day */
};

enum operation_state { OPERATION_DRAFT = 1, OPERATION_PUBLISHED, OPERATION_CLOSED };
/* Found: it proves an answer (operation_ask.h), and is a draft when somebody takes it as one. */
enum plan_state {
    PLAN_DRAFT = 1,
    PLAN_PUBLISHED,
    PLAN_REPLACED,
    PLAN_PROPOSED,
    PLAN_DROPPED,
    PLAN_FOUND
};
enum site_rating { RATING_NONE, RATING_GREEN, RATING_AMBER, RATING_RED };
const char *site_rating_word(enum site_rating rating); /* "", "green" … */
/* How long ways take: "travel" of the problems that are made of operations (plan/problem.h). */
str operation_travel(void);
enum site_rating site_rating_from_word(str word); /* RATING_NONE when it is none */

struct operation_site {
    str id, name;
    str area;     /* the council's name, or what the file said */
    str council;  /* of the directory; may be empty */
    str postcode; /* of the directory, or the address that a file said; may be empty */
    str from;     /* "directory", "file", "form", "calendar" */
    double lon, lat;
    enum site_rating rating;
    str rating_source;
    int64_t rating_officer;
    time_us rating_at;
    int64_t reported;    /* thousandths of weight that reports add */
    str reported_here;   /* released: "[low]", "15"; empty = never looked */
    str reported_around; /* the same of the council */
    str newest;          /* band of the newest: "under 7 days"; empty = none */
};
enum operation_demand_kind { DEMAND_VISITS = 1, DEMAND_POST, DEMAND_TASK };
struct operation_demand {
    enum operation_demand_kind kind;
    str site; /* its id */
    str json; /* a row of visits, posts or tasks */
};
struct operation_unit {
    str id;
    str json;
};
struct operation_rules { /* each can be switched; the page names its source */
    bool has_breaks;     /* a break by the length of the duty */
    bool has_hours;      /* no duty longer than hours_max */
    bool has_pairs;      /* visits are made by two or more */
    bool has_spacing;    /* between visits to one site lies some time (plan_spacing) */
    bool has_fairness;   /* visits are shared out among the units (plan/level.h) */
    int64_t hours_max;
    int64_t visits, dwell_minutes; /* of a polling place that is taken from the directory */
};
struct operation {
    int64_t number, version;
    enum operation_state state;
    time_us hour;
    str name, day;
    struct operation_rules rules;
    int32_t sitrep_s[OPERATION_SITREPS_MAX]; /* of the day: when situation reports are made */
    size_t sitrep_count;
    time_us sitreps_set_at; /* none is made up for an earlier time; 0 = never set */
    str rates;         /* the force's table of rates, as it came; empty = costs are not known */
    time_us rates_at;  /* when that was taken; 0 = never, or nobody wrote it down */
    time_us looked_at; /* when reports were counted last; 0 = never */
    struct operation_site *sites;
    size_t site_count;
    struct operation_demand *demands;
    size_t demand_count;
    struct operation_unit *units;
    size_t unit_count;
};
/* Thousandths, 1000 and more. */
int64_t operation_weight(const struct operation_site *site);
/* NULL when there is none. */
const struct operation_site *operation_site_find(const struct operation *operation, str id);
/* The problem as JSON (plan/problem.h), with the weights of now and the rules that are on. What a rule
 * leaves out is named in `left_out`, a line a unit. */
enum status operation_problem(const struct operation *operation, struct buf *out,
                              struct buf *left_out, struct error *err) MUST_CHECK;

/* The same with posts only, their places and the bases of units: for who asks who can stand there. STATUS_INVALID
 * when there is no post, or no unit that the rules leave. */
enum status operation_posts_problem(const struct operation *operation, struct buf *out,
                                    struct error *err) MUST_CHECK;
/* Is this row of a unit left out by the rule of the longest duty? */
bool operation_is_too_long(const struct operation *operation, const struct json *unit);

/* What happened, of a task that a mended plan was made for; empty for any other ("sent 11:40: a crowd
 * at the door"). */
str operation_sent_words(str task);

/* --- operations --- */
struct operation_row {
    int64_t number, version;
    enum operation_state state;
    str name, day;
    size_t site_count, unit_count;
    bool is_broken; /* what is stored does not open */
};
/* Newest first. An act ("operations.read"). */
enum status desk_operations(struct desk *desk, const struct caller *caller, struct arena *arena,
                            struct operation_row **ret_list, size_t *ret_count,
                            struct error *err) MUST_CHECK;
/* `day`: "2026-05-07". */
enum status desk_operation_make(struct desk *desk, const struct caller *caller, str name, str day,
                                int64_t *ret_number, struct error *err) MUST_CHECK;

struct desk_plan_row { /* one plan, without its problem */
    int64_t leaf, number;
    enum plan_state state;
    int64_t officer;
    time_us at;
    str why;
    int64_t profit, bound; /* thousandths of weight */
    int64_t unmet, served, tasks;
    int64_t seconds;           /* of the search */
    str left_out;              /* what was not planned for, a line each */
    int64_t published_officer; /* 0 = never */
    time_us published_at;
    int64_t base, base_number; /* leaf and number of the plan that this one mends; 0 = none */
    time_us happened_at;       /* … because of what happened then; 0 = not known */
    str site;                  /* … and where somebody has to go for it; may be empty */
    int64_t fork, fork_number; /* … that this one is a copy of, with something changed */
    str more;                  /* the answer to "how many more": JSON (plan/more.h); or empty */
    str differs; /* what is not as in the operation: "2 more units like P1"; or empty */
    str changes; /* what this plan alone does otherwise than the one it is a copy of: JSON; or empty */
    bool has_no_hours; /* the longest duty is no rule for it */
    str taken;         /* what differed, and was taken over into the operation, by whom, when */
    int64_t taken_officer;
    time_us taken_at;
};
enum search_state { SEARCH_RUNNING = 1, SEARCH_DONE, SEARCH_FAILED };
struct desk_search { /* since the desk was unlocked */
    int64_t id, operation;
    enum search_state state;
    struct caller caller;
    time_us started; /* wall */
    int64_t seconds;
    int64_t leaf; /* of the plan */
    char words[ERROR_TEXT_MAX];
};
/* What the plan in force does otherwise than the operation, and can be taken over (OPERATION_TAKE). */
struct desk_take_part {
    str words;
    bool is_by_hand; /* cannot be taken over */
};
struct desk_take {
    int64_t leaf, number; /* of the plan; leaf 0: there is nothing */
    struct desk_take_part *parts;
    size_t count;
};
struct desk_operation {
    struct operation operation;
    struct desk_plan_row *plans; /* newest first */
    size_t plan_count;
    struct desk_search searches[OPERATION_SEARCHES]; /* newest first */
    size_t search_count;
    struct desk_take take;
};
/* An act ("operation.read"). */
enum status desk_operation_read(struct desk *desk, const struct caller *caller, int64_t number,
                                struct arena *arena, struct desk_operation *ret_operation,
                                struct error *err) MUST_CHECK;

enum operation_change_kind {
    OPERATION_PLACES,      /* text: council (name or code); election: date or "" for the newest */
    OPERATION_SITES,       /* text: a table of sites; name: of the file */
    OPERATION_EVENTS,      /* text: iCalendar; minutes: of a visit */
    OPERATION_UNITS,       /* text: a table of units */
    OPERATION_PAY,         /* text: a table of rates (plan/account.h); name: of the file */
    OPERATION_REMOVE_SITE, /* ids */
    OPERATION_REMOVE_UNIT, /* ids */
    OPERATION_RATE,        /* ids, or area (every site of it); rating; text: its source */
    OPERATION_COUNT,       /* reports near each site, anew */
    OPERATION_RULES,       /* rules */
    OPERATION_SITREPS,     /* text: times of situation reports, "06:30, 13:00"; empty = none */
    OPERATION_TAKE, /* plan: the one in force; what it does otherwise, as far as that can be */
    OPERATION_CLOSE,
    OPERATION_REOPEN
};
struct operation_change {
    enum operation_change_kind kind;
    int64_t number, version;
    int64_t plan; /* its leaf */
    str text, name, election, id, area;
    const str *ids;
    size_t id_count;
    str from; /* of new sites and units: "file", or "form", which replaces nothing */
    int64_t minutes;
    enum site_rating rating;
    struct operation_rules rules;
};
struct operation_changed {
    int64_t version;
    size_t added, changed, removed, refused;
    str refusals; /* a line each */
};
/* STATUS_CONFLICT: somebody else changed it. When every row was refused nothing is changed and the
 * status is STATUS_INVALID; ret_changed->refusals is set then, too. */
enum status desk_operation_change(struct desk *desk, const struct caller *caller,
                                  const struct operation_change *change, struct arena *arena,
                                  struct operation_changed *ret_changed,
                                  struct error *err) MUST_CHECK;

/* --- plans --- */
/* Starts a search; it is kept as a draft when it has ended, if the desk is still unlocked. An act
 * ("plan.search"). */
enum status desk_plan_search(struct desk *desk, const struct caller *caller, int64_t number,
                             int64_t seconds, uint64_t seed, str why, struct error *err) MUST_CHECK;
struct desk_plan {
    struct desk_plan_row row;
    int64_t operation;
    enum operation_state operation_state;
    str name, day;
    str rates; /* of the operation, now */
    str problem, result;
    struct desk_plan_row *others; /* other plans of the operation, newest first */
    size_t other_count;
};
/* `what`: "read", or the form that leaves the desk ("csv" …), with `unit` when it is one unit's. An
 * act ("plan.read" or "plan.export"). */
enum status desk_plan_read(struct desk *desk, const struct caller *caller, int64_t leaf, str what,
                           str unit, struct arena *arena, struct desk_plan *ret_plan,
                           struct error *err) MUST_CHECK;
/* What goes when a plan is published. */
enum { PLAN_LOST_NAMED = 50 };
struct desk_plan_lost {
    str words; /* a line for each thing; at the end of a list that was cut, how many there are more */
    size_t count; /* of things: what happened, proposals that wait, and what is asked for in them */
    str seen; /* stands for all that has to be read before: what differs, too; empty = nothing has to be */
    int64_t replaces, replaced;      /* number and leaf of the plan in force; 0 = none */
    int64_t waiting, newest_waiting; /* proposals that wait: how many, and the newest one's leaf */
    int64_t drops[PLAN_LOST_NAMED];  /* numbers of proposals that wait, the first of them */
    size_t drop_count;
    str happened
        [PLAN_LOST_NAMED]; /* "sent 08:40, plan 2", "unit P2 dropped out": the first of them */
    size_t happened_count; /* of all */
};
/* Inside of desk_plan_read's act. It opens each plan that is in force or waits: asked by who shows it only. */
enum status desk_plan_lost(struct desk *desk, const struct caller *caller,
                           const struct desk_plan *plan, struct arena *arena,
                           struct desk_plan_lost *ret_lost, struct error *err) MUST_CHECK;
/* Something happened: a unit must go to a site, or units drop out. A search of a second on the published
 * plan's problem, with what the units told until now as its past (plan/replan.h): what they skipped is open
 * again for others. STATUS_INVALID when the day or the time is over by more than some minutes; nobody is
 * sent before now. The mended plan is kept as a proposal, and in force when somebody publishes it. */
struct desk_happening {
    int32_t now_s; /* of the day; what began before stays */
    str words;
    str site; /* its id; empty = nobody has to go anywhere, or to a place that is no site: */
    bool has_place;
    struct geo_point place;
    int64_t dwell_minutes, within_minutes, officers;
    const str *skills; /* that a unit must have; names of the plan's */
    size_t skill_count;
    const str *out; /* units that drop out */
    size_t out_count;
    int64_t units_max; /* that may change besides them */
};
enum status desk_plan_mend(struct desk *desk, const struct caller *caller, int64_t leaf,
                           const struct desk_happening *what, struct error *err) MUST_CHECK;
enum status desk_plan_drop(struct desk *desk, const struct caller *caller, int64_t leaf,
                           struct arena *arena, struct error *err) MUST_CHECK;
/* Checks it first: STATUS_INVALID names the first rule that is broken. Of a plan that differs from the
 * operation, or that knows less than the plans it replaces of what happened, desk_plan_publish is
 * STATUS_INVALID and says so; desk_plan_publish_changed is for who has read it: `seen` is what stood for it
 * then (desk_plan_lost), and STATUS_CONFLICT says that it is not the same any more. The operation itself
 * stays as it is. The act names what was given up. */
enum status desk_plan_publish_changed(struct desk *desk, const struct caller *caller, int64_t leaf,
                                      str seen, struct arena *arena, struct error *err) MUST_CHECK;
enum status desk_plan_publish(struct desk *desk, const struct caller *caller, int64_t leaf,
                              struct arena *arena, struct error *err) MUST_CHECK;

#endif
