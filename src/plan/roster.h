/* SPDX-License-Identifier: Apache-2.0 */
/* How many officers, on which shifts, from which base: before anybody knows who goes where.
 *
 * What is wanted comes from the problem: `presence` (officers near a base in a part of the day) and
 * fixed posts (mandatory tasks that can begin at one time only), each at its nearest base. Shifts of
 * given lengths begin on a grid of quarter-hours within the wanted hours, each with its break at one
 * of three places. cover.h chooses the cheapest, base by base, with a proof.
 *
 * Rules have a name and a source, and each can be switched off. roster_check is other code: it counts
 * officers minute by minute and names what is broken.
 */
#ifndef HUSTINGS_PLAN_ROSTER_H
#define HUSTINGS_PLAN_ROSTER_H

#include "plan/problem.h"

enum roster_rule { ROSTER_BREAKS, ROSTER_REST, ROSTER_HOURS, ROSTER_PAIRS, ROSTER_RULES };
enum {
    ROSTER_SLOT_S = 900,
    ROSTER_HORIZON_S = 48 * 3600, /* two days: a polling day and its count */
    ROSTER_LENGTHS_MAX = 8,
    ROSTER_SHIFTS_MAX = 200000,
    ROSTER_BROKEN_SHOWN = 200
};

struct roster_rule_text {
    const char *name, *words, *source;
};
const struct roster_rule_text *roster_rule_text(enum roster_rule rule);
/* Seconds of break that a duty of so many seconds has (refreshment by shift length). */
int32_t roster_break_s(int32_t duty_s);

/* A break in the middle third of a duty; length 0: the duty is too short to have one. */
struct roster_pause {
    int32_t open, close, length; /* it begins between open and close */
};
struct roster_pause roster_middle_break(int32_t start_s, int32_t end_s);
/* A duty with its briefing; ticks, as the breaks of the two below are, `per_s` to a second. */
struct roster_hours {
    int32_t start, end;
};
/* Does it stand where roster_middle_break puts it? */
bool roster_is_middle(struct roster_pause pause, struct roster_hours hours, int32_t per_s);
/* The one or two breaks of a duty whose hours become others: one that stands in the middle goes to the middle of
 * the new duty (length 0: that has none); any others move with the beginning, and stay within the duty. False: one
 * does not fit any more. */
bool roster_move_breaks(struct roster_pause *pauses, size_t count, struct roster_hours was,
                        struct roster_hours now, int32_t per_s);

struct roster_policy {
    bool is_on[ROSTER_RULES];
    int32_t lengths[ROSTER_LENGTHS_MAX]; /* seconds, paid; multiples of a quarter-hour */
    uint32_t length_count;
    int32_t every_s;  /* between two starts */
    int32_t brief_s;  /* at the beginning of a duty, not on the ground */
    int32_t travel_s; /* to the ground and back; -1 = the longest way from the base to its posts */
    int32_t duty_max_s;
    int32_t rest_s;
    int64_t pence_per_hour; /* 0: what is least is paid minutes */
};
/* 8, 9 and 10 h every half hour, all rules on, 12 h at most, 11 h rest. */
struct roster_policy roster_policy_default(void);

struct roster_shift {
    uint32_t base, officer; /* officers of a base count from 1 */
    int32_t start, end;     /* seconds of the day, paid */
    int32_t break_from, break_to;
};

struct roster_missing {
    uint32_t base;
    int32_t from; /* of a quarter-hour */
    int32_t officers;
};

struct roster {
    struct roster_shift *shifts;
    uint32_t shift_count;
    struct roster_missing *missing;
    uint32_t missing_count;
    uint32_t base_count, shape_count; /* shapes: of the base with most */
    uint32_t officer_count;
    int64_t cost, bound, nodes; /* paid minutes, or pence */
    bool is_optimal;
};

/* STATUS_INVALID when nothing is wanted, or something beyond 48 h, or a length breaks a rule. */
enum status roster_make(struct arena *arena, const struct plan_problem *problem,
                        const struct roster_policy *policy, struct roster *ret_roster,
                        struct error *err) MUST_CHECK;

struct roster_broken {
    const char *rule; /* "cover", "break", "rest", "overlap", "hours", "pairs", "shift" */
    str words;
};
struct roster_verdict {
    struct roster_broken broken[ROSTER_BROKEN_SHOWN];
    size_t broken_count;
    int64_t cost;
};
void roster_check(struct arena *arena, const struct plan_problem *problem,
                  const struct roster_policy *policy, const struct roster_shift *shifts,
                  uint32_t shift_count, struct roster_verdict *ret_verdict);

/* CSV: base, officer, start_s, end_s, break_from_s, break_to_s, start, end, paid_min; the last three
 * are for people and are not read. */
void roster_write_csv(const struct plan_problem *problem, const struct roster *roster,
                      struct buf *out);
void roster_write_json(const struct plan_problem *problem, const struct roster_policy *policy,
                       const struct roster *roster, struct buf *out);
enum status roster_read_csv(struct arena *arena, const struct plan_problem *problem,
                            const char *name, str text, struct roster_shift **ret_shifts,
                            uint32_t *ret_count, struct error *err) MUST_CHECK;

/* --- what maker and checker ask of the problem --- */

bool roster_is_post(const struct plan_task *task);
/* The base a post belongs to: the nearest of those that have presence or units; PLAN_NONE. */
uint32_t roster_base_of(const struct plan_problem *problem, uint32_t site);

#endif
