/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a problem: what its rows have in common. */
#ifndef HUSTINGS_PLAN_PROBLEM_INTERNAL_H
#define HUSTINGS_PLAN_PROBLEM_INTERNAL_H

#include "codec/json.h"
#include "codec/json_rows.h"
#include "plan/ids.h"
#include "plan/problem.h"
#include "plan/told.h"

struct stander;

struct plan_reader {
    struct arena *arena;
    struct arena row_arena;  /* one row */
    struct arena list_arena; /* as long as the reading */
    str text;
    struct plan_problem *problem;
    struct plan_refused *refused;
    struct plan_ids sites, tasks, units, groups, turns, skills;
    uint32_t task_cap, group_cap, turn_cap;
    str *site_rows;        /* of each site: its row as it is written */
    int64_t *group_profit; /* of the first task; -1 = none yet */
    uint32_t group_profit_cap;
    uint32_t *turn_first; /* of each turn: its first task */
    uint32_t turn_first_cap;
    struct net *net; /* for ways to posts; NULL = not made yet */
    struct stander
        *standers; /* who can stand at the last post (turns.c); NULL = nobody asked yet */
    uint32_t stander_count, stander_site;
    uint64_t stander_skills;
    struct plan_told_rows *told; /* of an event */
};

/* One row of a list. A getter that refuses sets is_refused; the row is then left out. */
struct plan_row {
    struct plan_reader *reader;
    const struct json *json;
    const char *list; /* "tasks" */
    size_t number;    /* from 1 */
    str text;         /* as it is written */
    str id;
    bool is_refused;
    bool is_told; /* something was said, and the row is kept */
};

/* Makes room for one more behind `count` of them. */
void plan_row_grow(struct arena *arena, void **array, size_t size, uint32_t count, uint32_t *cap);
void plan_row_refuse(struct plan_row *row, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Every member must be one of `names` (which ends with NULL). */
void plan_row_members(struct plan_row *row, const char *const *names);
/* "id" as text or whole number, kept in the problem's arena. */
void plan_row_id(struct plan_row *row);
double plan_row_number(struct plan_row *row, const char *name, double otherwise, double low,
                       double high);
/* The same for what is counted. */
double plan_row_whole(struct plan_row *row, const char *name, double otherwise, double low,
                      double high);
/* Seconds to ticks; exact or refused. otherwise < 0 = must be there. */
int32_t plan_row_ticks(struct plan_row *row, const char *name, int64_t otherwise);
/* Profit to thousandths. */
int64_t plan_row_profit(struct plan_row *row);
uint64_t plan_row_skills(struct plan_row *row);
uint32_t plan_row_group(struct plan_row *row, const struct plan_group *group); /* a new one */
uint32_t plan_row_weights(struct plan_row *row); /* a new group, or PLAN_NONE without "weights" */
/* The number behind the name in member `name`; `what` for the sentence. */
uint32_t plan_row_refer(struct plan_row *row, const char *name, const struct plan_ids *ids,
                        const char *what, bool is_wanted);
/* A new turn for so many officers; its number from 1. */
uint32_t plan_row_turn(struct plan_reader *reader, int32_t officers);
/* False, and refused, when the task is not as the first of its turn. */
bool plan_row_is_of_turn(struct plan_row *row, const struct plan_task *task);
/* Adds a task unless its id is there already; refuses then. */
void plan_row_add_task(struct plan_row *row, struct plan_task task);

/* What every kind of task has. */
struct plan_task plan_row_task(struct plan_row *row);
void plan_row_window(struct plan_row *row, const char *open_name, int32_t open,
                     const char *close_name, int32_t close);
void plan_read_task(struct plan_row *row);
void plan_read_visits(struct plan_row *row);
void plan_read_post(struct plan_row *row);
void plan_read_unit(struct plan_row *row);
/* Locks name tasks, and whether they can be kept goes by windows: so units are walked again for them, last. One that
 * cannot be kept is named and left out; the unit and its other locks stay. */
void plan_read_locks(struct plan_row *row);
void plan_read_group(struct plan_row *row);
void plan_read_turn(struct plan_row *row);
void plan_read_presence(struct plan_row *row);
void plan_read_told(struct plan_row *row); /* told.c */

/* The search knows windows only: those of a group with a gap are cut so that any times in them keep it.
 * Where there is no room for that, it is said, and the gap is not kept. */
void plan_gaps(struct plan_reader *reader);
/* Says which sites are so far away that nobody can go there and be back in a shift: mostly a mistake
 * in a coordinate. */
void plan_reach(struct plan_reader *reader);

#endif
