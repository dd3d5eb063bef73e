/* SPDX-License-Identifier: Apache-2.0 */
/* The situation report: one page that says how the day stands at a time.
 *
 * Where each unit should be by the plan and what it told last; visits that are done, late, skipped or
 * missed; what somebody must do and nobody has done; what changed since an earlier plan; what comes
 * next; the incidents that are given, and the proposals that wait. It only puts together: it guesses nothing. A unit that told
 * nothing is said to have told nothing, and its visits are neither done nor late.
 */
#ifndef HUSTINGS_PLAN_SITREP_H
#define HUSTINGS_PLAN_SITREP_H

#include "plan/legs.h"
#include "plan/told.h"

enum {
    PLAN_SITREP_LATE_S = 600,  /* a visit that begins so much after its time is late */
    PLAN_SITREP_AHEAD_S = 7200 /* how far the report looks ahead */
};

/* A plan for this problem that was in force earlier on the day, after the one before it in the list. */
struct plan_force {
    int32_t until; /* ticks */
    const struct plan_result *result;
};

struct plan_incident {
    int32_t at;    /* ticks */
    uint32_t site; /* PLAN_NONE = of no site */
    str words;
};
/* CSV: at, words, site (its id; may be empty). A row that cannot be is named and left out. */
enum status plan_incidents_read(struct arena *arena, const struct plan_problem *problem,
                                const char *name, str text, struct plan_incident **ret_incidents,
                                uint32_t *ret_count, struct plan_refused *refused,
                                struct error *err) MUST_CHECK;

/* A mended plan that waits for somebody to put it in force, or to drop it. */
struct plan_proposal {
    int32_t at; /* ticks: when it was made */
    int64_t number;
    str words; /* why */
};

struct plan_sitrep_options {
    int32_t at;                         /* ticks; what was told later is not looked at */
    int32_t late, ahead;                /* ticks */
    const struct plan_told_rows *told;  /* NULL = nobody told anything */
    const struct plan_result *previous; /* an earlier plan for this problem; NULL = none */
    const struct plan_force *earlier;   /* what was told is judged by the plan of its time */
    uint32_t earlier_count;
    const struct plan_incident *incidents;
    uint32_t incident_count;
    const struct plan_proposal *proposals; /* NULL = not known, and not said */
    uint32_t proposal_count;
};

enum plan_visit_state {
    PLAN_VISIT_DONE,
    PLAN_VISIT_THERE,
    PLAN_VISIT_SHORT,   /* a post that its unit left long before its end, or for long in between */
    PLAN_VISIT_LATE,    /* its time has passed, its window is still open */
    PLAN_VISIT_MISSED,  /* its window has closed */
    PLAN_VISIT_SKIPPED, /* the unit said so */
    PLAN_VISIT_UNHEARD, /* its time has passed, and the unit told nothing all day */
    PLAN_VISIT_DUE,
    PLAN_VISIT_STATES
};
/* "done", "there", "left early", "late", "missed", "skipped", "not heard", "due" */
const char *plan_visit_word(enum plan_visit_state state);

/* Is that long before the end of a post? */
bool plan_left_early(const struct plan_problem *problem, uint32_t task, int32_t left);

struct plan_sitrep_visit {
    uint32_t unit, task;   /* as planned */
    int32_t planned;       /* of one that was begun or skipped: by the plan in force then */
    int32_t arrived, left; /* by whichever unit; -1 = not told */
    uint32_t arrived_by;   /* of one that was begun */
    int32_t away, back;    /* of one that is short: nobody was there between */
    enum plan_visit_state state;
    bool was_late; /* begun later than planned by more than is allowed */
};

struct plan_sitrep_unit {
    uint32_t unit;
    /* By the plan: at `site`, or on the way to it; off duty: kind = PLAN_LEG_KINDS. */
    enum plan_leg_kind planned;
    uint32_t site, task;
    bool has_told;
    struct plan_told told; /* last */
    int32_t behind;        /* ticks that it is behind its plan at least; 0 = not, or not known */
};

struct plan_sitrep_change {
    uint32_t task;
    uint32_t unit_before, unit_now; /* PLAN_NONE = nobody */
    int32_t start_before, start_now;
};

/* Of the tasks of one turn those that nobody did between the same times are one. */
struct plan_sitrep_unmet {
    uint32_t task; /* the first of them */
    int32_t from, until;
    int32_t officers; /* that are missing */
};

struct plan_sitrep {
    int32_t at, until;
    struct plan_sitrep_unit *units;
    uint32_t unit_count;
    struct plan_sitrep_visit
        *visits; /* in order of time: all of the plan; what units told that they
                                         skipped, and the plan gives to another or to nobody now;
                                         and visits that were made and are in no plan any more */
    uint32_t visit_count;
    uint32_t states[PLAN_VISIT_STATES];
    uint32_t late_count; /* visits that began late */
    struct plan_sitrep_unmet
        *unmet; /* mandatory: given to nobody by the plan, skipped, missed, or left early
                        and what is left of it is no task of its own */
    uint32_t unmet_count;
    uint32_t *
        nobody; /* tasks: wanted, not mandatory, and by the plan given to nobody, though there is still
                         time; the worth most first. What a unit skipped is among the visits. */
    uint32_t nobody_count;
    struct plan_sitrep_change *changes;
    uint32_t change_count, changed_units;
    const struct plan_incident *incidents; /* up to `at`, the latest first */
    uint32_t incident_count;
    const struct plan_proposal *proposals; /* as they were given; NULL = not known */
    uint32_t proposal_count;
};

/* A plan for another problem of the same day as one for `problem`, by ids; what that has not is left out. */
const struct plan_result *plan_result_for(struct arena *arena, const struct plan_problem *problem,
                                          const struct plan_problem *other,
                                          const struct plan_result *result);

/* STATUS_INVALID when the plan overlaps itself. */
enum status plan_sitrep_make(struct arena *arena, const struct plan_problem *problem,
                             const struct plan_result *result,
                             const struct plan_sitrep_options *options,
                             struct plan_sitrep *ret_sitrep, struct error *err) MUST_CHECK;

/* Officer-ticks that posts which must be stood at were short of until `at`. */
int64_t plan_sitrep_missed(const struct plan_problem *problem, const struct plan_sitrep *sitrep);

/* To read, as one page of HTML without script, and as JSON. */
void plan_sitrep_add_text(const struct plan_problem *problem, const struct plan_sitrep *sitrep,
                          struct buf *out);
void plan_sitrep_add_html(const struct plan_problem *problem, const struct plan_sitrep *sitrep,
                          struct buf *out);
void plan_sitrep_add_json(const struct plan_problem *problem, const struct plan_sitrep *sitrep,
                          struct buf *out);

#endif
